/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "auth-fixture.h"
#include "loop/mqttc-authenticator.h"
#include "loop/mqttc-credentials-request-private.h"
#include "mqttc-error.h"

#include <string.h>

static GBytes *
make_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
check_text (GBytes *bytes,
            const char *text)
{
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static MqttcAuthRequest *
make_request (Asker *asker)
{
  return asker_make_request (asker, MQTTC_AUTH_STAGE_CONTINUE, "challenge", FALSE, NULL);
}

static void
test_getters (void)
{
  Asker asker;
  g_autoptr (MqttcAuthRequest) request = NULL;
  const MqttcAuthStep bare = { .stage = MQTTC_AUTH_STAGE_FINISH, .is_reauthentication = TRUE };
  g_autoptr (MqttcAuthRequest) other = NULL;

  asker_init (&asker);
  request = make_request (&asker);
  g_assert_cmpint (mqttc_auth_request_get_stage (request), ==, MQTTC_AUTH_STAGE_CONTINUE);
  g_assert_false (mqttc_auth_request_is_reauthentication (request));
  check_text (mqttc_auth_request_get_server_data (request), "challenge");
  g_assert_cmpstr (mqttc_auth_request_get_client_id (request), ==, "desk");
  g_assert_cmpstr (mqttc_auth_request_get_host (request), ==, "broker.example");
  g_assert_null (
      mqttc_auth_request_get_channel_binding (request, G_TLS_CHANNEL_BINDING_TLS_EXPORTER));

  other = mqttc_auth_request_new (&bare, asker.answer);
  g_assert_cmpint (mqttc_auth_request_get_stage (other), ==, MQTTC_AUTH_STAGE_FINISH);
  g_assert_true (mqttc_auth_request_is_reauthentication (other));
  g_assert_null (mqttc_auth_request_get_server_data (other));
  g_assert_cmpstr (mqttc_auth_request_get_client_id (other), ==, "");
  g_assert_null (mqttc_auth_request_get_host (other));
  asker_clear (&asker);
}

/* Never from within the call, and once. */
static void
test_complete (void)
{
  Asker asker;
  g_autoptr (MqttcAuthRequest) request = NULL;
  g_autoptr (GBytes) data = make_bytes ("response");

  asker_init (&asker);
  request = make_request (&asker);
  mqttc_auth_request_complete (request, data);
  g_assert_cmpuint (asker.n_told, ==, 0);
  asker_wait (&asker);
  check_text (asker.data, "response");
  g_assert_no_error (asker.error);
  g_assert_true (asker.data != data);

  g_clear_object (&request);
  asker_check_silent (&asker);

  request = make_request (&asker);
  mqttc_auth_request_complete (request, NULL);
  asker_wait (&asker);
  g_assert_null (asker.data);
  g_assert_no_error (asker.error);
  asker_clear (&asker);
}

static void
test_complete_error (void)
{
  Asker asker;
  g_autoptr (MqttcAuthRequest) request = NULL;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "No ticket");

  asker_init (&asker);
  request = make_request (&asker);
  mqttc_auth_request_complete_error (request, error);
  asker_wait (&asker);
  g_assert_error (asker.error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_null (asker.data);
  asker_clear (&asker);
}

static void
test_dropped (void)
{
  Asker asker;

  asker_init (&asker);
  g_object_unref (make_request (&asker));
  g_assert_cmpuint (asker.n_told, ==, 0);
  asker_wait (&asker);
  g_assert_error (asker.error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (asker.error->message, "dropped"));
  asker_clear (&asker);
}

static void
test_twice (void)
{
  Asker asker;
  g_autoptr (MqttcAuthRequest) request = NULL;
  g_autoptr (GBytes) data = make_bytes ("first");
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "Second");

  asker_init (&asker);
  request = make_request (&asker);
  mqttc_auth_request_complete (request, data);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*completed twice");
  mqttc_auth_request_complete (request, NULL);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*completed twice");
  mqttc_auth_request_complete_error (request, error);
  g_test_assert_expected_messages ();
  asker_wait (&asker);
  check_text (asker.data, "first");
  g_assert_no_error (asker.error);
  asker_clear (&asker);
}

/* The link is gone: before the answer, and between the answer and when it would be told. */
static void
test_cancelled (void)
{
  Asker asker;
  g_autoptr (GBytes) data = make_bytes ("late");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MqttcAuthRequest) request = NULL;

      asker_init (&asker);
      request = make_request (&asker);
      if (i == 0)
        mqttc_answer_cancel (asker.answer);
      mqttc_auth_request_complete (request, data);
      if (i == 1)
        mqttc_answer_cancel (asker.answer);
      asker_check_silent (&asker);
      g_assert_cmpuint (asker.n_told, ==, 0);
      g_assert_false (g_main_context_pending (asker.context));
      asker_clear (&asker);
    }
}

/* What a language makes by itself, to try its own code, is nobody's. */
static void
test_nobody (void)
{
  g_autoptr (MqttcAuthRequest) request = g_object_new (MQTTC_TYPE_AUTH_REQUEST, NULL);
  g_autoptr (MqttcCredentialsRequest) credentials
      = g_object_new (MQTTC_TYPE_CREDENTIALS_REQUEST, NULL);

  g_assert_cmpint (mqttc_auth_request_get_stage (request), ==, MQTTC_AUTH_STAGE_START);
  g_assert_cmpstr (mqttc_auth_request_get_client_id (request), ==, "");
  mqttc_auth_request_complete (request, NULL);
  mqttc_credentials_request_complete (credentials, "me", NULL);
}

static gpointer
complete_in_thread (gpointer data)
{
  g_autoptr (MqttcAuthRequest) request = data;
  g_autoptr (GBytes) bytes = make_bytes ("from afar");

  mqttc_auth_request_complete (request, bytes);

  return NULL;
}

static gpointer
drop_in_thread (gpointer data)
{
  g_object_unref (data);

  return NULL;
}

/* Told where it was asked, whatever thread completes, or drops. */
static void
test_threads (void)
{
  Asker asker;

  asker_init (&asker);
  for (guint i = 0; i < 200; i++)
    {
      MqttcAuthRequest *request = make_request (&asker);
      GThread *thread
          = g_thread_new ("other", i % 2 == 0 ? complete_in_thread : drop_in_thread, request);

      if (i % 3 == 0)
        mqttc_answer_cancel (asker.answer);
      else
        asker_wait (&asker);
      g_thread_join (thread);
      asker_check_silent (&asker);
      g_assert_cmpuint (asker.n_told, ==, i % 3 == 0 ? 0 : 1);
      g_assert_cmpint (asker.error != NULL, ==, i % 3 != 0 && i % 2 != 0);
    }
  asker_clear (&asker);
}

/* RFC 9266: the exporter is for TLS 1.3, what is called unique for what was before. */
static void
test_channel_binding (void)
{
  static const struct
  {
    GTlsProtocolVersion version;
    GTlsChannelBindingType type;
    const char *data;
  } rows[] = {
    { G_TLS_PROTOCOL_VERSION_TLS_1_3, G_TLS_CHANNEL_BINDING_TLS_EXPORTER, "exporter" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_3, G_TLS_CHANNEL_BINDING_TLS_UNIQUE, NULL },
    { G_TLS_PROTOCOL_VERSION_TLS_1_3, G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, "end-point" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_2, G_TLS_CHANNEL_BINDING_TLS_EXPORTER, NULL },
    { G_TLS_PROTOCOL_VERSION_TLS_1_2, G_TLS_CHANNEL_BINDING_TLS_UNIQUE, "unique" },
    { G_TLS_PROTOCOL_VERSION_TLS_1_2, G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, "end-point" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Asker asker;
      g_autoptr (GTlsConnection) tls = fake_tls_new (rows[i].version);
      g_autoptr (MqttcAuthRequest) request = NULL;
      g_autoptr (GBytes) data = NULL;

      asker_init (&asker);
      request = asker_make_request (&asker, MQTTC_AUTH_STAGE_START, NULL, FALSE, tls);
      data = mqttc_auth_request_get_channel_binding (request, rows[i].type);
      if (rows[i].data != NULL)
        check_text (data, rows[i].data);
      else
        g_assert_null (data);
      asker_clear (&asker);
    }
}

static void
test_credentials (void)
{
  Asker asker;
  g_autoptr (GError) last = g_error_new_literal (
      MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD, "Refused");
  g_autoptr (GBytes) password = make_bytes ("token");
  g_autoptr (MqttcCredentialsRequest) request = NULL;

  asker_init (&asker);
  request = mqttc_credentials_request_new ("broker.example", 3, last, asker_renew (&asker));
  g_assert_cmpstr (mqttc_credentials_request_get_host (request), ==, "broker.example");
  g_assert_cmpuint (mqttc_credentials_request_get_attempt (request), ==, 3);
  g_assert_error (mqttc_credentials_request_get_last_error (request), MQTTC_REASON_ERROR,
                  MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD);
  mqttc_credentials_request_complete (request, "me", password);
  asker_wait (&asker);
  g_assert_cmpstr (asker.user_name, ==, "me");
  check_text (asker.data, "token");
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*completed twice");
  mqttc_credentials_request_complete_error (request, last);
  g_test_assert_expected_messages ();
  g_clear_object (&request);

  request = mqttc_credentials_request_new (NULL, 1, NULL, asker_renew (&asker));
  g_assert_null (mqttc_credentials_request_get_host (request));
  g_assert_null (mqttc_credentials_request_get_last_error (request));
  mqttc_credentials_request_complete_error (request, last);
  asker_wait (&asker);
  g_assert_error (asker.error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD);
  g_clear_object (&request);

  g_object_unref (mqttc_credentials_request_new (NULL, 1, NULL, asker_renew (&asker)));
  asker_wait (&asker);
  g_assert_error (asker.error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (asker.error->message, "provider"));
  asker_clear (&asker);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auth-request/getters", test_getters);
  g_test_add_func ("/auth-request/complete", test_complete);
  g_test_add_func ("/auth-request/complete-error", test_complete_error);
  g_test_add_func ("/auth-request/dropped", test_dropped);
  g_test_add_func ("/auth-request/twice", test_twice);
  g_test_add_func ("/auth-request/cancelled", test_cancelled);
  g_test_add_func ("/auth-request/nobody", test_nobody);
  g_test_add_func ("/auth-request/threads", test_threads);
  g_test_add_func ("/auth-request/channel-binding", test_channel_binding);
  g_test_add_func ("/credentials-request", test_credentials);

  return g_test_run ();
}
