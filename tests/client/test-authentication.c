/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Enhanced authentication (sections 4.12 and 4.12.1 of MQTT 5) with a broker whose part the test
 * plays. */

#include <string.h>

#include "loop/mqttc-scram-private.h"
#include "test-fixture.h"
#include "values/mqttc-reason-error.h"

/* --- An authenticator that keeps its requests until the test answers them. --- */

#define TEST_TYPE_AUTHENTICATOR (test_authenticator_get_type ())
G_DECLARE_FINAL_TYPE (TestAuthenticator, test_authenticator, TEST, AUTHENTICATOR, GObject)

struct _TestAuthenticator
{
  GObject parent_instance;
  MqttcAuthRequest *request; /* (owned) (nullable): the last that was not answered */
  guint n_steps;
};

static void
keep_request (MqttcAuthenticator *authenticator,
              MqttcAuthRequest *request)
{
  TestAuthenticator *self = TEST_AUTHENTICATOR (authenticator);

  g_set_object (&self->request, request);
  self->n_steps++;
}

static char *
get_method (MqttcAuthenticator *authenticator)
{
  return g_strdup ("SCRAM-SHA-256");
}

static void
test_authenticator_iface_init (MqttcAuthenticatorInterface *iface)
{
  iface->step = keep_request;
  iface->get_method = get_method;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestAuthenticator,
                               test_authenticator,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MQTTC_TYPE_AUTHENTICATOR,
                                                      test_authenticator_iface_init))

static void
test_authenticator_dispose (GObject *object)
{
  g_clear_object (&TEST_AUTHENTICATOR (object)->request);
  G_OBJECT_CLASS (test_authenticator_parent_class)->dispose (object);
}

static void
test_authenticator_class_init (TestAuthenticatorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = test_authenticator_dispose;
}

static void
test_authenticator_init (TestAuthenticator *self)
{
}

static TestAuthenticator *
set_authenticator (Fixture *f)
{
  TestAuthenticator *self = g_object_new (TEST_TYPE_AUTHENTICATOR, NULL);

  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_authenticator (f->options, MQTTC_AUTHENTICATOR (self));
  test_broker_set_silent (f->broker,
                          1u << MQTTC_PACKET_TYPE_CONNECT | 1u << MQTTC_PACKET_TYPE_AUTH);
  return self;
}

static void
wait_step (Fixture *f,
           TestAuthenticator *self,
           guint n)
{
  while (self->n_steps < n)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (self->n_steps, ==, n);
}

static void
answer (TestAuthenticator *self,
        const char *text)
{
  g_autoptr (GBytes) data = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  g_autoptr (MqttcAuthRequest) request = g_steal_pointer (&self->request);

  mqttc_auth_request_complete (request, data);
}

static void
fail (TestAuthenticator *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_DBUS_ERROR, "no keyring");
  g_autoptr (MqttcAuthRequest) request = g_steal_pointer (&self->request);

  mqttc_auth_request_complete_error (request, error);
}

static void
assert_asked (TestAuthenticator *self,
              MqttcAuthStage stage,
              gboolean is_reauthentication,
              const char *text)
{
  GBytes *data = mqttc_auth_request_get_server_data (self->request);

  g_assert_cmpint (mqttc_auth_request_get_stage (self->request), ==, stage);
  g_assert_cmpint (mqttc_auth_request_is_reauthentication (self->request), ==, is_reauthentication);
  g_assert_cmpstr (mqttc_auth_request_get_client_id (self->request), ==, "tester");
  g_assert_cmpstr (mqttc_auth_request_get_host (self->request), ==, "127.0.0.1");
  g_assert_cmpint (data != NULL, ==, text != NULL);
  if (text != NULL)
    g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), text, strlen (text));
}

/* --- The broker's part. --- */

static MqttcProperties *
make_auth_properties (const char *text)
{
  MqttcProperties *properties = mqttc_properties_new ();
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, "SCRAM-SHA-256");
  mqttc_properties_set_bytes (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, data);
  return properties;
}

static void
say_auth (Fixture *f,
          guint reason_code,
          const char *text)
{
  g_autoptr (MqttcProperties) properties = make_auth_properties (text);

  test_broker_send_packet (f->broker, mqttc_packet_new_auth (reason_code, properties));
}

static void
accept_with (Fixture *f,
             const char *text)
{
  g_autoptr (MqttcProperties) properties = make_auth_properties (text);

  test_broker_send_packet (f->broker,
                           mqttc_packet_new_connack (MQTTC_PROTOCOL_V5, 0, FALSE, properties));
}

/* The @nth packet of this type has come, and no AUTH or CONNECT after it. */
static void
assert_said (Fixture *f,
             MqttcPacketType type,
             guint nth,
             const char *text)
{
  g_autofree char *expected = g_strdup_printf ("SCRAM-SHA-256:%s", text);
  g_autofree char *said = NULL;

  test_broker_wait (f->broker, type, nth);
  said = test_broker_get_authentication (f->broker);
  g_assert_cmpstr (said, ==, expected);
}

/* The broker does nothing by itself here. */
static void
publish_ok (Fixture *f,
            guint nth)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, nth);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, nth);
  fixture_publish_finish (f, &result, &error);
  g_assert_no_error (error);
}

/* --- RFC 7677, section 3. --- */

#define NONCE "rOprNGfwEbeRWgbNEkqO"
#define CLIENT_FIRST "n,,n=user,r=" NONCE
#define BOTH_NONCES NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define SERVER_FIRST "r=" BOTH_NONCES ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define CLIENT_FINAL "c=biws,r=" BOTH_NONCES ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define SERVER_FINAL "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

static MqttcScram *
start_scram (TestAuthenticator *authenticator)
{
  MqttcScram *scram = mqttc_scram_new ("user", NONCE, MQTTC_SCRAM_FLAG_NO, NULL);

  answer (authenticator, mqttc_scram_get_client_first (scram));
  return scram;
}

static void
go_on_with_scram (TestAuthenticator *authenticator,
                  MqttcScram *scram)
{
  g_autoptr (GBytes) password = g_bytes_new_static ("pencil", strlen ("pencil"));
  g_autoptr (GBytes) key = NULL;
  g_autofree char *final = NULL;
  g_autoptr (GError) error = NULL;
  int stop = 0;

  mqttc_scram_read_server_first (scram, mqttc_auth_request_get_server_data (authenticator->request),
                                 4096, 4096, &error);
  g_assert_no_error (error);
  key = mqttc_scram_derive (password, mqttc_scram_get_salt (scram), 4096, &stop);
  final = mqttc_scram_make_client_final (scram, key);
  answer (authenticator, final);
}

static void
end_scram (TestAuthenticator *authenticator,
           MqttcScram *scram)
{
  g_autoptr (GError) error = NULL;

  mqttc_scram_verify_server_final (
      scram, mqttc_auth_request_get_server_data (authenticator->request), &error);
  g_assert_no_error (error);
  answer (authenticator, NULL);
}

/* [MQTT5-4.12.0-2] [MQTT5-4.12.0-3]: byte for byte; and again on the same connection, while messages go
 * on. */
static void
test_rfc_7677 (Fixture *f,
               gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (MqttcScram) scram = NULL;
  g_autoptr (MqttcScram) again = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_begin_open (f, &result);
  wait_step (f, authenticator, 1);
  assert_asked (authenticator, MQTTC_AUTH_STAGE_START, FALSE, NULL);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_CONNECT), ==, 0);
  scram = start_scram (authenticator);
  assert_said (f, MQTTC_PACKET_TYPE_CONNECT, 1, CLIENT_FIRST);
  say_auth (f, MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION, SERVER_FIRST);
  wait_step (f, authenticator, 2);
  assert_asked (authenticator, MQTTC_AUTH_STAGE_CONTINUE, FALSE, SERVER_FIRST);
  go_on_with_scram (authenticator, scram);
  assert_said (f, MQTTC_PACKET_TYPE_AUTH, 1, CLIENT_FINAL);
  accept_with (f, SERVER_FINAL);
  wait_step (f, authenticator, 3);
  assert_asked (authenticator, MQTTC_AUTH_STAGE_FINISH, FALSE, SERVER_FINAL);
  g_assert_cmpuint (f->n_connected, ==, 0);
  end_scram (authenticator, scram);
  fixture_assert_opens (f, &result);

  /* Section 4.12.1. */
  mqttc_client_reauthenticate_async (f->client, NULL, fixture_result_cb, &result);
  wait_step (f, authenticator, 4);
  assert_asked (authenticator, MQTTC_AUTH_STAGE_START, TRUE, NULL);
  again = start_scram (authenticator);
  assert_said (f, MQTTC_PACKET_TYPE_AUTH, 2, CLIENT_FIRST);
  publish_ok (f, 1);
  say_auth (f, MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION, SERVER_FIRST);
  wait_step (f, authenticator, 5);
  assert_asked (authenticator, MQTTC_AUTH_STAGE_CONTINUE, TRUE, SERVER_FIRST);
  go_on_with_scram (authenticator, again);
  assert_said (f, MQTTC_PACKET_TYPE_AUTH, 3, CLIENT_FINAL);
  g_assert_null (result);
  say_auth (f, MQTTC_REASON_CODE_SUCCESS, SERVER_FINAL);
  wait_step (f, authenticator, 6);
  assert_asked (authenticator, MQTTC_AUTH_STAGE_FINISH, TRUE, SERVER_FINAL);
  end_scram (authenticator, again);
  fixture_wait_result (f, &result);
  mqttc_client_reauthenticate_finish (f->client, result, &error);
  g_assert_no_error (error);
  publish_ok (f, 2);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 1);
}

/* Nobody else has them: not the signals of the packets, and not the log of the program. */
static void
note_packet_cb (MqttcEventLoop *loop,
                MqttcPacket *packet,
                gpointer user_data)
{
  g_autofree char *text = mqttc_packet_to_string (packet);

  g_string_append_printf (user_data, "%s\n", text);
}

static void
test_secret (Fixture *f,
             gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  MqttcEventLoop *loop = mqttc_client_get_event_loop (f->client);

  g_signal_connect (loop, "outgoing", G_CALLBACK (note_packet_cb), seen);
  g_signal_connect (loop, "incoming", G_CALLBACK (note_packet_cb), seen);
  fixture_begin_open (f, &result);
  wait_step (f, authenticator, 1);
  answer (authenticator, "topsecret1");
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  say_auth (f, MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION, "topsecret2");
  wait_step (f, authenticator, 2);
  answer (authenticator, "topsecret3");
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_AUTH, 1);
  accept_with (f, "topsecret4");
  wait_step (f, authenticator, 3);
  answer (authenticator, NULL);
  fixture_assert_opens (f, &result);
  g_assert_nonnull (strstr (seen->str, "CONNECT "));
  g_assert_nonnull (strstr (seen->str, "AUTH "));
  g_assert_null (strstr (seen->str, "topsecret"));
}

/* --- Ends. --- */

static void
test_program_fails (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (GAsyncResult) result = NULL;

  fixture_begin_open (f, &result);
  wait_step (f, authenticator, 1);
  fail (authenticator);
  fixture_assert_open_fails (f, &result, G_IO_ERROR, G_IO_ERROR_DBUS_ERROR);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_CONNECT), ==, 0);

  fixture_begin_open (f, &result);
  wait_step (f, authenticator, 2);
  g_clear_object (&authenticator->request);
  fixture_assert_open_fails (f, &result, G_IO_ERROR, G_IO_ERROR_FAILED);
}

/* [MQTT5-4.12.0-4]: and the reason comes along. */
static void
test_refused (Fixture *f,
              gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (GAsyncResult) result = NULL;

  fixture_begin_open (f, &result);
  wait_step (f, authenticator, 1);
  answer (authenticator, CLIENT_FIRST);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  test_broker_send_packet (
      f->broker, mqttc_packet_new_connack (
                     MQTTC_PROTOCOL_V5, MQTTC_REASON_CODE_BAD_AUTHENTICATION_METHOD, FALSE, NULL));
  fixture_assert_open_fails (f, &result, MQTTC_REASON_ERROR,
                             MQTTC_REASON_ERROR_BAD_AUTHENTICATION_METHOD);
}

/* What is answered too late is for nobody, and the next connection begins anew. */
static void
test_link_lost (Fixture *f,
                gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (MqttcAuthRequest) late = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("late", 4);

  fixture_begin_open (f, &result);
  wait_step (f, authenticator, 1);
  answer (authenticator, CLIENT_FIRST);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  say_auth (f, MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION, SERVER_FIRST);
  wait_step (f, authenticator, 2);
  late = g_steal_pointer (&authenticator->request);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  fixture_advance (f, f->retry_usec);
  wait_step (f, authenticator, 3);
  assert_asked (authenticator, MQTTC_AUTH_STAGE_START, FALSE, NULL);
  mqttc_auth_request_complete (late, nothing);
  fixture_drain (f);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_CONNECT), ==, 1);
  answer (authenticator, CLIENT_FIRST);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 2);
  accept_with (f, SERVER_FINAL);
  wait_step (f, authenticator, 4);
  answer (authenticator, NULL);
  fixture_assert_opens (f, &result);
}

/* The client is let go while it waits. */
static void
test_dropped (Fixture *f,
              gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  mqttc_client_open_async (f->client, cancellable, fixture_result_cb, &result);
  wait_step (f, authenticator, 1);
  g_cancellable_cancel (cancellable);
  fixture_assert_open_fails (f, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_drop_client (f);
  answer (authenticator, "nobody listens");
}

/* An authenticator that is taken away takes nothing along: the next connection is made without. */
static void
test_taken_away (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (GAsyncResult) result = NULL;

  fixture_begin_open (f, &result);
  wait_step (f, authenticator, 1);
  mqttc_options_set_authenticator (f->options, NULL);
  answer (authenticator, CLIENT_FIRST);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  test_broker_set_silent (f->broker, 0);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  fixture_advance (f, f->retry_usec);
  fixture_assert_opens (f, &result);
  g_assert_cmpuint (authenticator->n_steps, ==, 1);
}

/* Of a poll that has begun. */
static MqttcEventType
finish_poll (Fixture *f,
             GAsyncResult **result)
{
  MqttcEventLoop *loop = mqttc_client_get_event_loop (f->client);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcEvent) event = NULL;

  fixture_wait_result (f, result);
  event = mqttc_event_loop_poll_finish (loop, *result, &error);
  g_assert_no_error (error);
  g_clear_object (result);
  return mqttc_event_get_event_type (event);
}

/* Where the program is asked while it waits for the next event. */
static void
test_polled (Fixture *f,
             gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  MqttcEventLoop *loop = mqttc_client_get_event_loop (f->client);
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_event_loop_poll_async (loop, NULL, fixture_result_cb, &result);
  wait_step (f, authenticator, 1);
  g_assert_null (result);
  answer (authenticator, CLIENT_FIRST);
  g_assert_cmpint (finish_poll (f, &result), ==, MQTTC_EVENT_TYPE_OUTGOING);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  accept_with (f, SERVER_FINAL);
  mqttc_event_loop_poll_async (loop, NULL, fixture_result_cb, &result);
  g_assert_cmpint (finish_poll (f, &result), ==, MQTTC_EVENT_TYPE_INCOMING);
  mqttc_event_loop_poll_async (loop, NULL, fixture_result_cb, &result);
  wait_step (f, authenticator, 2);
  g_assert_null (result);
  answer (authenticator, NULL);
  g_assert_cmpint (finish_poll (f, &result), ==, MQTTC_EVENT_TYPE_CONNECTED);
}

/* It has no way to authenticate in MQTT 3.1.1, and does not try without. */
static void
test_old_protocol (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (TestAuthenticator) authenticator = set_authenticator (f);
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V3_1_1);
  fixture_begin_open (f, &result);
  fixture_assert_open_fails (f, &result, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (authenticator->n_steps, ==, 0);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/authentication/rfc-7677", test_rfc_7677);
  fixture_add ("/client/authentication/secret", test_secret);
  fixture_add ("/client/authentication/program-fails", test_program_fails);
  fixture_add ("/client/authentication/refused", test_refused);
  fixture_add ("/client/authentication/link-lost", test_link_lost);
  fixture_add ("/client/authentication/dropped", test_dropped);
  fixture_add ("/client/authentication/taken-away", test_taken_away);
  fixture_add ("/client/authentication/polled", test_polled);
  fixture_add ("/client/authentication/old-protocol", test_old_protocol);

  return g_test_run ();
}
