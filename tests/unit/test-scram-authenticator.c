/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "auth-fixture.h"
#include "loop/mqttc-authenticator.h"
#include "loop/mqttc-scram-authenticator-private.h"
#include "mqttc-error.h"
#include "scram-server.h"

#include <string.h>

typedef struct
{
  Asker asker;
  MqttcScramAuthenticator *scram;
  GTlsConnection *tls;  /* (nullable) */
  const char *password; /* what the server knows */
  const char *binding;
  gboolean is_again;
} Fixture;

static void
fixture_init (Fixture *self,
              MqttcChannelBinding channel_binding)
{
  *self = (Fixture){ .password = "pencil", .binding = "" };
  asker_init (&self->asker);
  self->scram = mqttc_scram_authenticator_new ("user", "pencil");
  mqttc_scram_authenticator_set_channel_binding (self->scram, channel_binding);
}

static void
fixture_clear (Fixture *self)
{
  asker_clear (&self->asker);
  g_clear_object (&self->tls);
  g_clear_object (&self->scram);
}

static void
begin (Fixture *self,
       MqttcAuthStage stage,
       const char *data)
{
  g_autoptr (MqttcAuthRequest) request
      = asker_make_request (&self->asker, stage, data, self->is_again, self->tls);

  mqttc_authenticator_step (MQTTC_AUTHENTICATOR (self->scram), request);
}

/* (nullable): what goes to the server. */
static char *
do_step (Fixture *self,
         MqttcAuthStage stage,
         const char *data)
{
  begin (self, stage, data);
  asker_wait (&self->asker);
  if (self->asker.data == NULL)
    return NULL;

  return g_strndup (g_bytes_get_data (self->asker.data, NULL), g_bytes_get_size (self->asker.data));
}

static void
check_method (Fixture *self,
              const char *method)
{
  g_autofree char *is = mqttc_authenticator_get_method (MQTTC_AUTHENTICATOR (self->scram));

  g_assert_cmpstr (is, ==, method);
}

/* Up to the server's last word, which is returned. */
static char *
exchange (Fixture *self,
          const char *start,
          const char *salt)
{
  g_autofree char *first = do_step (self, MQTTC_AUTH_STAGE_START, NULL);
  g_autofree char *server_first = NULL;
  g_autofree char *final = NULL;
  g_autoptr (GBytes) binding = scram_bytes (self->binding);

  g_assert_no_error (self->asker.error);
  g_assert_true (g_str_has_prefix (first, start));
  server_first = scram_server_first (first, "more", salt, 4096);
  final = do_step (self, MQTTC_AUTH_STAGE_CONTINUE, server_first);
  g_assert_no_error (self->asker.error);

  return scram_server_final (self->password, first, server_first, final, binding);
}

static void
check_exchange (Fixture *self,
                const char *start,
                const char *salt)
{
  g_autofree char *server_final = exchange (self, start, salt);

  g_assert_null (do_step (self, MQTTC_AUTH_STAGE_FINISH, server_final));
  g_assert_no_error (self->asker.error);
}

static void
test_exchange (void)
{
  Fixture fixture;

  fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
  check_method (&fixture, "SCRAM-SHA-256");
  check_exchange (&fixture, "n,,n=user,r=", "salt");
  check_method (&fixture, "SCRAM-SHA-256");
  fixture_clear (&fixture);
}

/* What was hashed is kept, and left when anything is another. */
static void
test_key_kept (void)
{
  Fixture fixture;
  GBytes *key;

  fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
  check_exchange (&fixture, "n,,", "salt");
  key = fixture.scram->secrets->key;
  g_assert_nonnull (key);
  check_exchange (&fixture, "n,,", "salt");
  g_assert_true (fixture.scram->secrets->key == key);
  check_exchange (&fixture, "n,,", "other salt");
  g_assert_cmpint (g_bytes_get_size (fixture.scram->secrets->key_salt), ==, strlen ("other salt"));

  fixture.password = "pen";
  mqttc_scram_authenticator_set_password (fixture.scram, "pen");
  g_assert_null (fixture.scram->secrets->key);
  check_exchange (&fixture, "n,,", "other salt");
  fixture_clear (&fixture);
}

/* RFC 5802, section 6, and RFC 9266. */
static void
test_channel_binding (void)
{
  static const struct
  {
    MqttcChannelBinding policy;
    GTlsProtocolVersion version; /* 0: no TLS */
    const char *start;           /* NULL: an error */
    const char *binding;
  } rows[] = {
    { MQTTC_CHANNEL_BINDING_NEVER, 0, "n,,", "" },
    { MQTTC_CHANNEL_BINDING_NEVER, G_TLS_PROTOCOL_VERSION_TLS_1_3, "n,,", "" },
    { MQTTC_CHANNEL_BINDING_UNSUPPORTED, G_TLS_PROTOCOL_VERSION_TLS_1_3, "y,,", "" },
    { MQTTC_CHANNEL_BINDING_WHEN_AVAILABLE, 0, "n,,", "" },
    { MQTTC_CHANNEL_BINDING_WHEN_AVAILABLE, G_TLS_PROTOCOL_VERSION_TLS_1_3, "p=tls-exporter,,",
      "exporter" },
    { MQTTC_CHANNEL_BINDING_REQUIRE, G_TLS_PROTOCOL_VERSION_TLS_1_2, "p=tls-server-end-point,,",
      "end-point" },
    { MQTTC_CHANNEL_BINDING_REQUIRE, 0, NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture;
      const gboolean is_bound = rows[i].binding[0] != '\0';

      fixture_init (&fixture, rows[i].policy);
      fixture.binding = rows[i].binding;
      if (rows[i].version != 0)
        fixture.tls = fake_tls_new (rows[i].version);
      if (rows[i].start == NULL)
        {
          g_assert_null (do_step (&fixture, MQTTC_AUTH_STAGE_START, NULL));
          g_assert_error (fixture.asker.error, MQTTC_CLIENT_ERROR,
                          MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
          g_assert_nonnull (strstr (fixture.asker.error->message, "broker.example"));
          check_method (&fixture, "SCRAM-SHA-256-PLUS");
        }
      else
        {
          check_exchange (&fixture, rows[i].start, "salt");
          check_method (&fixture, is_bound ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256");
        }
      fixture_clear (&fixture);
    }
}

/* [MQTT5-4.12.1-1]: by the method of the connection, whatever was changed since. */
static void
test_reauthentication (void)
{
  Fixture fixture;

  fixture_init (&fixture, MQTTC_CHANNEL_BINDING_REQUIRE);
  fixture.tls = fake_tls_new (G_TLS_PROTOCOL_VERSION_TLS_1_3);
  fixture.binding = "exporter";
  check_exchange (&fixture, "p=tls-exporter,,", "salt");

  mqttc_scram_authenticator_set_channel_binding (fixture.scram, MQTTC_CHANNEL_BINDING_NEVER);
  fixture.is_again = TRUE;
  check_exchange (&fixture, "p=tls-exporter,,", "salt");
  check_method (&fixture, "SCRAM-SHA-256-PLUS");

  fixture.is_again = FALSE;
  fixture.binding = "";
  check_exchange (&fixture, "n,,", "salt");
  mqttc_scram_authenticator_set_channel_binding (fixture.scram, MQTTC_CHANNEL_BINDING_REQUIRE);
  fixture.is_again = TRUE;
  check_exchange (&fixture, "n,,", "salt");
  check_method (&fixture, "SCRAM-SHA-256");
  fixture_clear (&fixture);
}

/* As a step of its own: then success comes without data, or with empty ones. */
static void
test_final_as_challenge (void)
{
  static const char *const ends[] = { NULL, "" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      Fixture fixture;
      g_autofree char *server_final = NULL;

      fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
      server_final = exchange (&fixture, "n,,", "salt");
      g_assert_null (do_step (&fixture, MQTTC_AUTH_STAGE_CONTINUE, server_final));
      g_assert_no_error (fixture.asker.error);
      g_assert_null (do_step (&fixture, MQTTC_AUTH_STAGE_FINISH, ends[i]));
      g_assert_no_error (fixture.asker.error);
      fixture_clear (&fixture);
    }
}

static void
check_refused (Fixture *self,
               MqttcAuthStage stage,
               const char *data,
               const char *why)
{
  g_assert_null (do_step (self, stage, data));
  g_assert_error (self->asker.error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (self->asker.error->message, why));
}

/* A server that says success and proves nothing, at whatever place. */
static void
test_success_without_proof (void)
{
  Fixture fixture;
  g_autofree char *first = NULL;
  g_autofree char *server_final = NULL;

  fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
  check_refused (&fixture, MQTTC_AUTH_STAGE_FINISH, NULL, "after its end");
  check_refused (&fixture, MQTTC_AUTH_STAGE_CONTINUE, "r=x", "after its end");
  first = do_step (&fixture, MQTTC_AUTH_STAGE_START, NULL);
  check_refused (&fixture, MQTTC_AUTH_STAGE_FINISH, "v=AA==", "before its end");
  check_refused (&fixture, MQTTC_AUTH_STAGE_FINISH, NULL, "after its end");

  server_final = exchange (&fixture, "n,,", "salt");
  check_refused (&fixture, MQTTC_AUTH_STAGE_FINISH, NULL, "not text");
  check_refused (&fixture, MQTTC_AUTH_STAGE_FINISH, server_final, "after its end");

  g_clear_pointer (&server_final, g_free);
  server_final = exchange (&fixture, "n,,", "salt");
  check_refused (&fixture, MQTTC_AUTH_STAGE_CONTINUE, "v=AA==", "does not know the password");
  check_refused (&fixture, MQTTC_AUTH_STAGE_FINISH, server_final, "after its end");
  fixture_clear (&fixture);
}

static void
test_iterations (void)
{
  Fixture fixture;
  g_autofree char *first = NULL;
  g_autofree char *server_first = NULL;

  fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
  mqttc_scram_authenticator_set_maximum_iterations (fixture.scram, 5000);
  first = do_step (&fixture, MQTTC_AUTH_STAGE_START, NULL);
  server_first = scram_server_first (first, "more", "salt", 5001);
  g_assert_null (do_step (&fixture, MQTTC_AUTH_STAGE_CONTINUE, server_first));
  g_assert_error (fixture.asker.error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT);
  g_assert_nonnull (strstr (fixture.asker.error->message, "maximum-iterations"));
  fixture_clear (&fixture);
}

/* A thread hashes until it is told to stop. */
static void
begin_hashing (Fixture *self)
{
  g_autofree char *first = NULL;
  g_autofree char *server_first = NULL;

  mqttc_scram_authenticator_set_maximum_iterations (self->scram, G_MAXUINT);
  first = do_step (self, MQTTC_AUTH_STAGE_START, NULL);
  server_first = scram_server_first (first, "more", "salt", G_MAXUINT);
  begin (self, MQTTC_AUTH_STAGE_CONTINUE, server_first);
}

/* The key of an exchange that was left is computed to no end, and told to nobody. */
static void
test_left (void)
{
  Fixture fixture;

  fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
  begin_hashing (&fixture);
  mqttc_answer_cancel (fixture.asker.answer);

  check_exchange (&fixture, "n,,", "salt");
  fixture_clear (&fixture);
}

/* It ends here and now, also while a thread computes for it. */
static void
test_dropped (void)
{
  Fixture fixture;
  gpointer weak;

  fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
  begin_hashing (&fixture);
  weak = fixture.scram;
  g_object_add_weak_pointer (G_OBJECT (fixture.scram), &weak);
  g_clear_object (&fixture.scram);
  g_assert_null (weak);

  asker_wait (&fixture.asker);
  g_assert_error (fixture.asker.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_clear (&fixture);
}

static void
test_bad_credentials (void)
{
  static const struct
  {
    const char *user_name;
    const char *password;
    const char *why;
  } rows[] = {
    { NULL, "pw", "The user name is empty" },           { "", "pw", "The user name is empty" },
    { "u\x07", "pw", "The user name has a character" }, { "u", NULL, "The password is empty" },
    { "u", "\xff", "The password is not UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture;
      g_autofree char *first = NULL;

      fixture_init (&fixture, MQTTC_CHANNEL_BINDING_NEVER);
      mqttc_scram_authenticator_set_user_name (fixture.scram, rows[i].user_name);
      mqttc_scram_authenticator_set_password (fixture.scram, rows[i].password);
      first = do_step (&fixture, MQTTC_AUTH_STAGE_START, NULL);
      if (first != NULL)
        {
          g_autofree char *server_first = scram_server_first (first, "more", "salt", 4096);

          g_assert_null (do_step (&fixture, MQTTC_AUTH_STAGE_CONTINUE, server_first));
        }
      g_assert_error (fixture.asker.error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_str_has_prefix (fixture.asker.error->message, rows[i].why));
      fixture_clear (&fixture);
    }
}

static void
count_cb (GObject *object,
          GParamSpec *pspec,
          guint *n)
{
  (*n)++;
}

static void
test_properties (void)
{
  g_autoptr (MqttcScramAuthenticator) scram = g_object_new (MQTTC_TYPE_SCRAM_AUTHENTICATOR, NULL);
  g_autofree char *user_name = NULL;
  MqttcChannelBinding channel_binding;
  guint minimum;
  guint maximum;
  guint n = 0;

  g_object_get (scram, "user-name", &user_name, "channel-binding", &channel_binding,
                "minimum-iterations", &minimum, "maximum-iterations", &maximum, NULL);
  g_assert_null (user_name);
  g_assert_cmpint (channel_binding, ==, MQTTC_CHANNEL_BINDING_NEVER);
  g_assert_cmpuint (minimum, ==, 4096);
  g_assert_cmpuint (maximum, ==, 100000);

  g_signal_connect (scram, "notify", G_CALLBACK (count_cb), &n);
  for (guint i = 0; i < 2; i++)
    g_object_set (scram, "user-name", "u", "channel-binding", MQTTC_CHANNEL_BINDING_REQUIRE,
                  "minimum-iterations", 1, "maximum-iterations", 2, NULL);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpstr (mqttc_scram_authenticator_get_user_name (scram), ==, "u");
  g_assert_cmpint (mqttc_scram_authenticator_get_channel_binding (scram), ==,
                   MQTTC_CHANNEL_BINDING_REQUIRE);
  g_assert_cmpuint (mqttc_scram_authenticator_get_minimum_iterations (scram), ==, 1);
  g_assert_cmpuint (mqttc_scram_authenticator_get_maximum_iterations (scram), ==, 2);

  /* Nobody is told of what cannot be read. */
  g_object_set (scram, "password", "secret", NULL);
  g_assert_cmpuint (n, ==, 4);
  g_assert_nonnull (scram->secrets->password);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scram-authenticator/exchange", test_exchange);
  g_test_add_func ("/scram-authenticator/key-kept", test_key_kept);
  g_test_add_func ("/scram-authenticator/channel-binding", test_channel_binding);
  g_test_add_func ("/scram-authenticator/reauthentication", test_reauthentication);
  g_test_add_func ("/scram-authenticator/final-as-challenge", test_final_as_challenge);
  g_test_add_func ("/scram-authenticator/success-without-proof", test_success_without_proof);
  g_test_add_func ("/scram-authenticator/iterations", test_iterations);
  g_test_add_func ("/scram-authenticator/left", test_left);
  g_test_add_func ("/scram-authenticator/dropped", test_dropped);
  g_test_add_func ("/scram-authenticator/bad-credentials", test_bad_credentials);
  g_test_add_func ("/scram-authenticator/properties", test_properties);

  return g_test_run ();
}
