/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-scram-private.h"
#include "mqttc-error.h"
#include "scram-server.h"

#include <string.h>

/* RFC 7677, section 3. */
#define NONCE "rOprNGfwEbeRWgbNEkqO"
#define FULL_NONCE NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define SALT "W22ZaJ0SNY7soEsUEjb6gQ=="
#define SERVER_FIRST "r=" FULL_NONCE ",s=" SALT ",i=4096"
#define CLIENT_FINAL "c=biws,r=" FULL_NONCE ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define SIGNATURE "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

static const int go_on = 0;

static GBytes *
derive (const char *password,
        GBytes *salt,
        guint iterations)
{
  g_autoptr (GBytes) bytes = scram_bytes (password);

  return mqttc_scram_derive (bytes, salt, iterations, &go_on);
}

static MqttcScram *
make_rfc (void)
{
  return mqttc_scram_new ("user", NONCE, MQTTC_SCRAM_FLAG_NO, NULL);
}

static gboolean
read_first (MqttcScram *scram,
            const char *text,
            GError **error)
{
  g_autoptr (GBytes) data = scram_bytes (text);

  return mqttc_scram_read_server_first (scram, data, 4096, 100000, error);
}

static gboolean
verify (MqttcScram *scram,
        const char *text,
        GError **error)
{
  g_autoptr (GBytes) data = scram_bytes (text);

  return mqttc_scram_verify_server_final (scram, data, error);
}

/* Up to where the server has the last word. */
static MqttcScram *
make_rfc_final (void)
{
  static GBytes *key;
  MqttcScram *scram = make_rfc ();
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (read_first (scram, SERVER_FIRST, &error));
  g_assert_no_error (error);
  if (key == NULL)
    key = derive ("pencil", mqttc_scram_get_salt (scram), mqttc_scram_get_iterations (scram));
  message = mqttc_scram_make_client_final (scram, key);
  g_assert_cmpstr (message, ==, CLIENT_FINAL);

  return scram;
}

static void
test_rfc_7677 (void)
{
  g_autoptr (MqttcScram) first = make_rfc ();
  g_autoptr (MqttcScram) scram = make_rfc_final ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (mqttc_scram_get_client_first (first), ==, "n,,n=user,r=" NONCE);
  g_assert_cmpint (mqttc_scram_get_stage (scram), ==, MQTTC_SCRAM_STAGE_FINAL);
  g_assert_true (verify (scram, "v=" SIGNATURE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_scram_get_stage (scram), ==, MQTTC_SCRAM_STAGE_DONE);
}

/* RFC 7914, section 11, and others that are in wide use. */
static void
test_derive (void)
{
  static const struct
  {
    guint iterations;
    const char *key;
  } rows[] = {
    { 1, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b" },
    { 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43" },
    { 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a" },
  };
  g_autoptr (GBytes) salt = scram_bytes ("salt");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) key = derive ("password", salt, rows[i].iterations);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < MQTTC_SCRAM_KEY_LEN; j++)
        g_string_append_printf (text, "%02x", ((const guint8 *) g_bytes_get_data (key, NULL))[j]);
      g_assert_cmpstr (text->str, ==, rows[i].key);
    }
}

static void
test_derive_stopped (void)
{
  const int stop = 1;
  g_autoptr (GBytes) salt = scram_bytes ("salt");
  g_autoptr (GBytes) password = scram_bytes ("password");

  g_assert_null (mqttc_scram_derive (password, salt, G_MAXUINT, &stop));
}

/* RFC 5802, section 6: what is said of channel binding is signed. */
static void
test_flags (void)
{
  static const char *const flags[] = { "n", "y", "p=tls-exporter", "p=tls-server-end-point" };

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      const char *binding_text = flags[i][0] == 'p' ? "of this connection" : "";
      g_autoptr (GBytes) binding = flags[i][0] == 'p' ? scram_bytes (binding_text) : NULL;
      g_autoptr (MqttcScram) scram = mqttc_scram_new ("u", "nonce", flags[i], binding);
      const char *first = mqttc_scram_get_client_first (scram);
      g_autofree char *server_first = scram_server_first (first, "more", "salt", 4096);
      g_autofree char *start = g_strconcat (flags[i], ",,n=u,r=nonce", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) key = NULL;
      g_autofree char *final = NULL;
      g_autofree char *server_final = NULL;

      g_assert_cmpstr (first, ==, start);
      g_assert_true (read_first (scram, server_first, &error));
      g_assert_no_error (error);
      key = derive ("pw", mqttc_scram_get_salt (scram), 4096);
      final = mqttc_scram_make_client_final (scram, key);
      server_final = scram_server_final ("pw", first, server_first, final, binding);
      g_assert_true (verify (scram, server_final, &error));
      g_assert_no_error (error);
    }
}

static void
test_user_name_escaped (void)
{
  g_autoptr (MqttcScram) scram = mqttc_scram_new ("a=b,c=2C", "x", "n", NULL);

  g_assert_cmpstr (mqttc_scram_get_client_first (scram), ==, "n,,n=a=3Db=2Cc=3D2C,r=x");
}

static void
test_hostile_first (void)
{
  static const struct
  {
    const char *text;
    const char *why;
  } rows[] = {
    { "", "not text" },
    { "x", "no nonce" },
    { ",", "no nonce" },
    { "r=", "no nonce" },
    { "e=other-error", "no nonce" },
    { "m=x,r=" FULL_NONCE ",s=" SALT ",i=4096", "extension" },
    { "s=" SALT ",r=" FULL_NONCE ",i=4096", "no nonce" },
    { "R=" FULL_NONCE ",s=" SALT ",i=4096", "no nonce" },
    { "r=" NONCE ",s=" SALT ",i=4096", "does not extend" },
    { "r=rOprNGfwEbeRWgbNEkqo%h,s=" SALT ",i=4096", "does not extend" },
    { "r=%h" NONCE ",s=" SALT ",i=4096", "does not extend" },
    { "r=rOpr,s=" SALT ",i=4096", "does not extend" },
    { "r=" NONCE " a,s=" SALT ",i=4096", "not printable" },
    { "r=" NONCE "\xc3\xa9,s=" SALT ",i=4096", "not printable" },
    { "r=" NONCE "\xff,s=" SALT ",i=4096", "not text" },
    { "r=" NONCE "\n,s=" SALT ",i=4096", "not text" },
    { "r=" FULL_NONCE, "no salt" },
    { "r=" FULL_NONCE ",", "no salt" },
    { "r=" FULL_NONCE ",i=4096", "no salt" },
    { "r=" FULL_NONCE ",s=,i=4096", "no salt" },
    { "r=" FULL_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ=,i=4096", "not Base64" },
    { "r=" FULL_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ,i=4096", "not Base64" },
    { "r=" FULL_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gR==,i=4096", "not Base64" },
    { "r=" FULL_NONCE ",s=W22Z aJ0,i=4096", "not Base64" },
    { "r=" FULL_NONCE ",s=W22Z====,i=4096", "not Base64" },
    { "r=" FULL_NONCE ",s====,i=4096", "not Base64" },
    { "r=" FULL_NONCE ",s=!,i=4096", "not Base64" },
    { "r=" FULL_NONCE ",s=" SALT, "no iteration" },
    { "r=" FULL_NONCE ",s=" SALT ",i=", "no iteration" },
    { "r=" FULL_NONCE ",s=" SALT ",i=0", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=04096", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=+4096", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=-4096", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i= 4096", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4096 ", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=0x1000", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4096.0", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4294967296", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=99999999999999999999", "not a number" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4095", "4095 times" },
    { "r=" FULL_NONCE ",s=" SALT ",i=1", "1 times" },
    { "r=" FULL_NONCE ",s=" SALT ",i=100001", "100001 times" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4294967295", "4294967295 times" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4096,", "no extension" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4096,1=a", "no extension" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4096,ab=a", "no extension" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4096,x=", "no extension" },
    { "r=" FULL_NONCE ",s=" SALT ",i=4096,x=1,m=a", "not known" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MqttcScram) scram = make_rfc ();
      g_autoptr (GError) error = NULL;

      g_test_message ("row %u", i);
      g_assert_false (read_first (scram, rows[i].text, &error));
      if (strstr (rows[i].why, "times") != NULL)
        g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT);
      else
        g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
      g_assert_nonnull (strstr (error->message, rows[i].why));
      g_assert_cmpint (mqttc_scram_get_stage (scram), ==, MQTTC_SCRAM_STAGE_FAILED);

      /* And there is no second chance. */
      g_clear_error (&error);
      g_assert_false (read_first (scram, SERVER_FIRST, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
    }
}

static void
test_good_first (void)
{
  static const char *const rows[] = {
    "r=" NONCE "x,s=AA==,i=4096",
    "r=" NONCE "=,s=" SALT ",i=100000",
    SERVER_FIRST ",x=1",
    SERVER_FIRST ",x=1=2,Y=\xc3\xa9",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MqttcScram) scram = make_rfc ();
      g_autoptr (GError) error = NULL;

      g_assert_true (read_first (scram, rows[i], &error));
      g_assert_no_error (error);
      g_assert_cmpint (mqttc_scram_get_stage (scram), ==, MQTTC_SCRAM_STAGE_KEY);
    }
}

static void
test_lengths (void)
{
  static const struct
  {
    gsize salt_len;
    gboolean is_good;
  } rows[] = {
    { 1, TRUE },
    { MQTTC_SCRAM_MAX_SALT_LEN, TRUE },
    { MQTTC_SCRAM_MAX_SALT_LEN + 1, FALSE },
    { MQTTC_SCRAM_MAX_MESSAGE_LEN, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree guint8 *salt = g_malloc0 (rows[i].salt_len);
      g_autofree char *salt_text = g_base64_encode (salt, rows[i].salt_len);
      g_autofree char *text = g_strdup_printf ("r=" NONCE "x,s=%s,i=4096", salt_text);
      g_autoptr (MqttcScram) scram = make_rfc ();
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (read_first (scram, text, &error), ==, rows[i].is_good);
      if (!rows[i].is_good)
        g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
    }
}

static void
test_null_inside (void)
{
  static const char text[] = SERVER_FIRST "\0,x=1";
  g_autoptr (GBytes) data = g_bytes_new_static (text, sizeof (text) - 1);
  g_autoptr (MqttcScram) scram = make_rfc ();
  g_autoptr (MqttcScram) other = make_rfc ();
  g_autoptr (GError) error = NULL;

  g_assert_false (mqttc_scram_read_server_first (scram, data, 1, 100000, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_false (mqttc_scram_read_server_first (other, NULL, 1, 100000, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
}

static void
test_hostile_final (void)
{
  static const struct
  {
    const char *text;
    const char *why;
  } rows[] = {
    { "", "not text" },
    { "v=", "no signature" },
    { "x=1", "no signature" },
    { "V=" SIGNATURE, "no signature" },
    { "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G8=", "wrong" },
    { "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "wrong" },
    { "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", "wrong" },
    { "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4", "wrong" },
    { "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95A==", "wrong" },
    { "v=AA==", "wrong" },
    { "v==", "wrong" },
    { " v=" SIGNATURE, "no signature" },
    { "v= " SIGNATURE, "wrong" },
    { "v=" SIGNATURE " ", "wrong" },
    { "v=" SIGNATURE ",", "no extension" },
    { "v=" SIGNATURE ",m=1", "not known" },
    { "v=" SIGNATURE "\xff", "not text" },
    { "e=invalid-proof", "invalid-proof" },
    { "e=unknown-user,x=1", "unknown-user" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MqttcScram) scram = make_rfc_final ();
      g_autoptr (GError) error = NULL;

      g_test_message ("row %u", i);
      g_assert_false (verify (scram, rows[i].text, &error));
      if (rows[i].text[0] == 'e')
        g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
      else
        g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
      g_assert_nonnull (strstr (error->message, rows[i].why));

      g_clear_error (&error);
      g_assert_false (verify (scram, "v=" SIGNATURE, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
    }
}

/* One that another password signs. */
static void
test_server_without_password (void)
{
  g_autoptr (MqttcScram) scram = make_rfc ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = NULL;
  g_autofree char *final = NULL;

  g_assert_true (read_first (scram, SERVER_FIRST, &error));
  key = derive ("pencil2", mqttc_scram_get_salt (scram), 4096);
  final = mqttc_scram_make_client_final (scram, key);
  g_assert_cmpstr (final, !=, CLIENT_FINAL);
  g_assert_false (verify (scram, "v=" SIGNATURE, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
}

static GBytes *
mutate (GRand *random,
        const char *text)
{
  static const char letters[] = "rsimve=,,,+/0123456789 \n\xff";
  g_autoptr (GString) string = g_string_new (text);
  const int n = g_rand_int_range (random, 0, 4);

  for (int i = 0; i < n && string->len > 0; i++)
    {
      const gsize at = g_rand_int_range (random, 0, string->len);

      if (g_rand_boolean (random))
        string->str[at] = letters[g_rand_int_range (random, 0, sizeof (letters) - 1)];
      else
        g_string_erase (string, at, g_rand_int_range (random, 0, string->len - at + 1));
    }

  return g_bytes_new (string->str, string->len);
}

/* Whatever comes, it is taken if it is right, and only then. */
static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5802);
  g_autoptr (GBytes) right = scram_bytes ("v=" SIGNATURE);
  guint n_read = 0;
  guint n_verified = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (MqttcScram) scram = make_rfc ();
      g_autoptr (GBytes) data = mutate (random, SERVER_FIRST);
      g_autoptr (GError) error = NULL;
      const gboolean is_good = mqttc_scram_read_server_first (scram, data, 4096, 9999, &error);

      g_assert_cmpint (is_good, ==, error == NULL);
      n_read += is_good;
      if (is_good)
        {
          g_assert_cmpuint (mqttc_scram_get_iterations (scram), >=, 4096);
          g_assert_cmpuint (mqttc_scram_get_iterations (scram), <=, 9999);
        }
    }

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (MqttcScram) scram = make_rfc_final ();
      g_autoptr (GBytes) data = mutate (random, "v=" SIGNATURE);
      g_autoptr (GError) error = NULL;
      const gboolean is_good = mqttc_scram_verify_server_final (scram, data, &error);

      g_assert_cmpint (is_good, ==, error == NULL);
      g_assert_cmpint (is_good, ==, g_bytes_equal (data, right));
      n_verified += is_good;
    }

  g_assert_cmpuint (n_read, >, 1000);
  g_assert_cmpuint (n_read, <, 19000);
  g_assert_cmpuint (n_verified, >, 100);
}

/* RFC 4013, section 3 has the first five. */
static void
test_saslprep (void)
{
  static const struct
  {
    const char *text;
    const char *prepared;
  } rows[] = {
    { "I\xc2\xadX", "IX" },
    { "user", "user" },
    { "USER", "USER" },
    { "\xc2\xaa", "a" },
    { "\xe2\x85\xa8", "IX" },
    { "\x07", NULL },
    { "a\x7f", NULL },
    { "", NULL },
    { "\xc2\xad", NULL },
    { "a\xc2\xa0"
      "b\xe2\x80\x8b"
      "c",
      "a b c" },
    { "u\xcc\x88", "\xc3\xbc" },
    { "p\xc3\xa4ss,w=rd", "p\xc3\xa4ss,w=rd" },
    { "\xee\x80\x80", NULL },
    { "\xef\xbf\xbd", NULL },
    { "\xf0\x9f\xbf\xbf", NULL },
    { "\xe2\x80\xae", NULL },
    { "\xff", NULL },
    { "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *prepared = mqttc_scram_prepare (rows[i].text, "user name", &error);

      g_test_message ("row %u", i);
      g_assert_cmpstr (prepared, ==, rows[i].prepared);
      if (rows[i].prepared == NULL)
        {
          g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
          g_assert_true (g_str_has_prefix (error->message, "The user name "));
        }
      else
        {
          g_assert_no_error (error);
        }
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scram/rfc-7677", test_rfc_7677);
  g_test_add_func ("/scram/derive", test_derive);
  g_test_add_func ("/scram/derive/stopped", test_derive_stopped);
  g_test_add_func ("/scram/flags", test_flags);
  g_test_add_func ("/scram/user-name-escaped", test_user_name_escaped);
  g_test_add_func ("/scram/first/hostile", test_hostile_first);
  g_test_add_func ("/scram/first/good", test_good_first);
  g_test_add_func ("/scram/first/lengths", test_lengths);
  g_test_add_func ("/scram/first/null-inside", test_null_inside);
  g_test_add_func ("/scram/final/hostile", test_hostile_final);
  g_test_add_func ("/scram/final/without-password", test_server_without_password);
  g_test_add_func ("/scram/random", test_random);
  g_test_add_func ("/scram/saslprep", test_saslprep);

  return g_test_run ();
}
