/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"

#include <string.h>

#define PIN "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/* A self-signed certificate, and its key: a toy that nobody uses. */
static const char pem[] = "-----BEGIN CERTIFICATE-----\n"
                          "MIIBdDCCARmgAwIBAgIUDHLSght6sEp3g2PMw8Y1YfAmAmswCgYIKoZIzj0EAwIw\n"
                          "DjEMMAoGA1UEAwwDdG95MCAXDTI2MTEyMjE0MzAyM1oYDzIxMjYxMDI5MTQzMDIz\n"
                          "WjAOMQwwCgYDVQQDDAN0b3kwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARIcP5K\n"
                          "Z1rkYw4AfuxHIRl2Hlrkp2P8sAA9FQ2s4DbNbbTKz6i05IWw9TVLGcAQUMBXRtmW\n"
                          "hBTeHyWm4ugh4QNOo1MwUTAdBgNVHQ4EFgQUdg0yx9iL/hxVapEgAcr0MrCOctAw\n"
                          "HwYDVR0jBBgwFoAUdg0yx9iL/hxVapEgAcr0MrCOctAwDwYDVR0TAQH/BAUwAwEB\n"
                          "/zAKBggqhkjOPQQDAgNJADBGAiEA1WIgKeEB2uaEfqLnRw2qP8efQRG1K7CatkXD\n"
                          "SJmC8/MCIQDmuzPrmmpL7itNJDp3y0muEj8E0BhsdeZm1mATve9jOQ==\n"
                          "-----END CERTIFICATE-----\n";
static const char key[] = "-----BEGIN EC PRIVATE KEY-----\n"
                          "MHcCAQEEIEMCtZuZrIcu9BOvB20AKQTeoKW5Mf/O0SW4PTAfOSqPoAoGCCqGSM49\n"
                          "AwEHoUQDQgAESHD+Smda5GMOAH7sRyEZdh5a5Kdj/LAAPRUNrOA2zW20ys+otOSF\n"
                          "sPU1SxnAEFDAV0bZloQU3h8lpuLoIeEDTg==\n"
                          "-----END EC PRIVATE KEY-----\n";

static MqttcOptions *
make_options (void)
{
  MqttcOptions *options = mqttc_options_new ();

  mqttc_options_set_use_tls (options, TRUE);

  return options;
}

static GTlsCertificate *
make_certificate (gboolean with_key)
{
  g_autofree char *text = g_strconcat (pem, with_key ? key : NULL, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (text, -1, &error);

  g_assert_no_error (error);

  return certificate;
}

static void
set_certificate (MqttcOptions *options,
                 gboolean with_key)
{
  g_autoptr (GTlsCertificate) certificate = make_certificate (with_key);

  mqttc_options_set_certificate (options, certificate);
}

static void
set_database (MqttcOptions *options)
{
  g_autoptr (GTlsDatabase) database
      = g_tls_backend_get_default_database (g_tls_backend_get_default ());

  mqttc_options_set_tls_database (options, database);
}

static void
set_interaction (MqttcOptions *options)
{
  g_autoptr (GTlsInteraction) interaction = g_object_new (G_TYPE_TLS_INTERACTION, NULL);

  mqttc_options_set_tls_interaction (options, interaction);
}

/* What is set, as "option=value" or the names of what has no text, separated by spaces. */
static void
set_all (MqttcOptions *options,
         const char *what)
{
  g_auto (GStrv) words = g_strsplit (what, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      const char *value = pair[1];

      if (strcmp (words[i], "tls-database") == 0)
        set_database (options);
      else if (strcmp (words[i], "tls-interaction") == 0)
        set_interaction (options);
      else if (strcmp (words[i], "certificate") == 0)
        set_certificate (options, TRUE);
      else if (strcmp (words[i], "certificate-alone") == 0)
        set_certificate (options, FALSE);
      else if (strcmp (pair[0], "alpn") == 0)
        mqttc_options_set_alpn_protocols (options, (const char *const[]){ "a", value, NULL });
      else if (strcmp (pair[0], "pin") == 0)
        mqttc_options_set_tls_pins (options, (const char *const[]){ PIN, value, NULL });
      else
        g_object_set (options, pair[0], value, NULL);
    }
}

typedef struct
{
  const char *what;
  const char *message; /* in the error; NULL: it is valid */
} Check;

static const Check checks[] = {
  { "ca-file=a", NULL },
  { "tls-database", NULL },
  { "ca-file=a tls-database", "Options ca-file and tls-database are both set" },
  { "ca-file=", "Option ca-file is empty" },
  { "certificate", NULL },
  { "certificate-file=a", NULL },
  { "certificate-file=", "Option certificate-file is empty" },
  { "certificate-file=a private-key-file=b", NULL },
  { "certificate-file=a private-key-file=", "Option private-key-file is empty" },
  { "certificate certificate-file=a", "Options certificate and certificate-file are both set" },
  { "certificate private-key-file=a",
    "Option private-key-file is set, but must not be without option certificate-file" },
  { "private-key-file=a",
    "Option private-key-file is set, but must not be without option certificate-file" },
  { "certificate-alone", "Option certificate has no private key" },
  { "tls-interaction", NULL },
  { "server-identity=broker.lan", NULL },
  { "server-identity=::1", NULL },
  { "server-identity=", "Option server-identity is empty" },
  { "server-identity=a/b", "Option server-identity is “a/b”, but must be a name" },
  { "server-identity=\xff", "Option server-identity is not valid UTF-8" },
  { "socket-path=/a", "Option server-identity is not set, but must be" },
  { "socket-path=/a server-identity=b", NULL },
  { "alpn=mqtt", NULL },
  { "alpn=", "Option alpn-protocols has a name of 0 bytes, but each must have 1 to 255" },
  { "pin=" PIN, NULL },
  { "pin=sha256/+//+//+//+//+//+//+//+//+//+//+//+//+//+//8=", NULL },
  { "pin=", "Option tls-pins has “”, but each must be sha256/" },
  { "pin=sha256/", "Option tls-pins has “sha256/”, but" },
  { "pin=sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Option tls-pins has “sha1/" },
  { "pin=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Option tls-pins has “AAAA" },
  /* 31 and 33 bytes; not padded; bits after the end; a character that is not of Base64. */
  { "pin=sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", "Option tls-pins has “" },
  { "pin=sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Option tls-pins has “" },
  { "pin=sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Option tls-pins has “" },
  { "pin=sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", "Option tls-pins has “" },
  { "pin=sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-=", "Option tls-pins has “" },
  { "pin=sha256/\xff", "Option tls-pins is not valid UTF-8" },
};

static void
check (MqttcOptions *options,
       const char *message)
{
  g_autoptr (GError) error = NULL;
  gboolean is_valid = mqttc_options_validate (options, &error);

  if (message == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (is_valid);
      return;
    }

  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_false (is_valid);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, message));
}

static void
test_check (gconstpointer data)
{
  const Check *item = data;
  g_autoptr (MqttcOptions) options = make_options ();

  set_all (options, item->what);
  check (options, item->message);
}

static void
test_long_alpn (void)
{
  g_autoptr (MqttcOptions) options = make_options ();
  g_autofree char *longest = g_strnfill (255, 'x');
  g_autofree char *too_long = g_strnfill (256, 'x');

  mqttc_options_set_alpn_protocols (options, (const char *const[]){ longest, NULL });
  check (options, NULL);
  mqttc_options_set_alpn_protocols (options, (const char *const[]){ longest, too_long, NULL });
  check (options, "Option alpn-protocols has a name of 256 bytes");
}

/* Nobody asks for a trusted server and gets a connection in the clear. */
static void
test_without_tls (void)
{
  static const char *const each[]
      = { "server-identity=a",  "ca-file=a",       "tls-database", "certificate",
          "certificate-file=a", "tls-interaction", "alpn=b",       "pin=" PIN };
  static const char *const names[]
      = { "server-identity",  "ca-file",         "tls-database",   "certificate",
          "certificate-file", "tls-interaction", "alpn-protocols", "tls-pins" };

  for (guint i = 0; i < G_N_ELEMENTS (each); i++)
    {
      g_autoptr (MqttcOptions) options = mqttc_options_new ();
      g_autofree char *message
          = g_strdup_printf ("Option %s is set, but means nothing without TLS", names[i]);

      set_all (options, each[i]);
      check (options, message);
      mqttc_options_set_use_tls (options, TRUE);
      check (options, NULL);
    }
}

static void
test_port (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  const guint16 expected[] = { 1883, 8883, 1883 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (MqttcAddress) address = NULL;

      mqttc_options_set_use_tls (options, i == 1);
      address = mqttc_options_get_address (options);
      g_assert_cmpuint (address->port, ==, expected[i]);
    }
}

static void
test_config (void)
{
  g_autoptr (MqttcOptions) options = make_options ();
  g_autoptr (MqttcAddress) address = NULL;
  g_autoptr (MqttcAddress) copy = NULL;

  g_test_summary ("The dialer is told what was set, and keeps it when the options are gone");

  set_all (options, "server-identity=broker.lan ca-file=a certificate-file=b private-key-file=c "
                    "tls-interaction alpn=mqtt pin=" PIN);
  address = mqttc_options_get_address (options);
  copy = mqttc_address_copy (address);
  g_clear_pointer (&address, mqttc_address_free);
  g_clear_object (&options);

  g_assert_cmpstr (copy->tls->server_identity, ==, "broker.lan");
  g_assert_cmpstr (copy->tls->ca_file, ==, "a");
  g_assert_null (copy->tls->database);
  g_assert_null (copy->tls->certificate);
  g_assert_cmpstr (copy->tls->certificate_file, ==, "b");
  g_assert_cmpstr (copy->tls->private_key_file, ==, "c");
  g_assert_true (G_IS_TLS_INTERACTION (copy->tls->interaction));
  g_assert_cmpstr (copy->tls->alpn_protocols[1], ==, "mqtt");
  g_assert_cmpstr (copy->tls->pins[0], ==, PIN);
}

static gpointer
free_in_thread (gpointer data)
{
  mqttc_address_free (data);

  return NULL;
}

static void
test_config_thread (void)
{
  g_autoptr (MqttcOptions) options = make_options ();
  MqttcAddress *address;

  set_all (options, "tls-database certificate tls-interaction");
  address = mqttc_options_get_address (options);
  g_clear_object (&options);
  g_thread_join (g_thread_new ("free", free_in_thread, address));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/options-tls/long-alpn", test_long_alpn);
  g_test_add_func ("/options-tls/without-tls", test_without_tls);
  g_test_add_func ("/options-tls/port", test_port);
  g_test_add_func ("/options-tls/config", test_config);
  g_test_add_func ("/options-tls/config/thread", test_config_thread);

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/options-tls/validate/%u", i);

      g_test_add_data_func (path, &checks[i], test_check);
    }

  return g_test_run ();
}
