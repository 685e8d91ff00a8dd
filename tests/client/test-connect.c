/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opening and closing, and every way in which the first connection can fail. */

#include <glib/gstdio.h>
#include <string.h>

#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"
#include "test-resolver.h"
#include "test-trickle.h"

static void
test_open_close (Fixture *f,
                 gconstpointer data)
{
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_IDLE);
  fixture_open_ok (f);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  g_assert_null (mqttc_client_get_last_error (f->client));
  fixture_close (f);

  /* [MQTT-3.1.0-1] [MQTT-3.14.4-1] [MQTT-3.14.4-2]; over TCP [MQTT-7.1.2-1] */
  test_broker_expect (f->broker, 1, "CONNECT clean\nDISCONNECT\n");
  test_broker_wait_ended (f->broker, 1);
  fixture_drain (f);
  g_assert_cmpstr (f->log->str, ==,
                   "connecting\nconnected\n(connected)\ndraining\nclosed\n(disconnected)\n");
  g_assert_cmpint (f->retry_usec, ==, -1);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 1);
}

static void
test_reopen (Fixture *f,
             gconstpointer data)
{
  fixture_open_ok (f);
  fixture_close (f);
  fixture_open_ok (f);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_close (f);
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 a\nDISCONNECT\n");
}

static void
test_close_before_open (Fixture *f,
                        gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_assert_true (mqttc_client_close_finish (f->client, result, NULL));
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
}

/* [MQTT-3.1.0-2] */
static void
test_open_twice (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  g_assert_false (fixture_open (f, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

static void
test_credentials (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (GBytes) password = g_bytes_new ("se\xff"
                                             "cret",
                                             7);
  g_autofree char *seen = NULL;

  mqttc_options_set_user_name (f->options, "ada");
  mqttc_options_set_password (f->options, password);
  fixture_open_ok (f);
  seen = test_broker_get_credentials (f->broker);
  g_assert_cmpstr (seen, ==,
                   "ada:se\xff"
                   "cret");
}

static void
test_session_present (Fixture *f,
                      gconstpointer data)
{
  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
  fixture_close (f);
  fixture_open_ok (f);
  test_broker_expect (f->broker, 2, "CONNECT\n");
  fixture_drain (f);
  g_assert_nonnull (strstr (f->log->str, "(connected, session present)"));
}

/* Of MQTT 5, if @data say so. */
static void
open_as (Fixture *f,
         gconstpointer data)
{
  if (data != NULL)
    mqttc_options_set_protocol (f->options, GPOINTER_TO_INT (data));
  fixture_open_ok (f);
}

/* [MQTT5-4.2-1]: whatever carries bytes in their order. */
static void
test_unix_socket (Fixture *f,
                  gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("mqttc-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "broker.sock", NULL);
  TestBroker *broker = test_broker_new_unix (path);

  mqttc_options_set_socket_path (f->options, path);
  open_as (f, data);
  fixture_publish_ok (f, "a", MQTTC_QOS_EXACTLY_ONCE);
  fixture_close (f);
  test_broker_expect (broker, 1, "CONNECT clean\nPUBLISH #1 q2 a\nPUBREL #1\nDISCONNECT\n");
  test_broker_free (broker);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* [MQTT5-4.2-1]: a byte at a time over TCP, in both directions, and "not now" after each. */
static void
test_trickle (Fixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  mqttc_event_loop_set_dialer (mqttc_client_get_event_loop (f->client), &test_trickle_dialer, NULL);
  open_as (f, data);
  subscription = fixture_subscribe (f, "#", MQTTC_QOS_EXACTLY_ONCE);
  for (guint qos = 0; qos <= 2; qos++)
    fixture_publish_ok (f, "some/topic", qos);
  fixture_wait_messages (f, 3);
  fixture_close (f);
}

/* --- What can go wrong. --- */

typedef struct
{
  guint code;
  const char *text;
} Refusal;

/* Section 3.2.2.3: the return codes 1 to 5, by the reason codes of the same meaning. */
static const Refusal refusals[] = {
  { MQTTC_REASON_ERROR_UNSUPPORTED_PROTOCOL_VERSION, "version" },
  { MQTTC_REASON_ERROR_CLIENT_IDENTIFIER_NOT_VALID, "lient identifier" },
  { MQTTC_REASON_ERROR_SERVER_UNAVAILABLE, "unavailable" },
  { MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD, "user name or password" },
  { MQTTC_REASON_ERROR_NOT_AUTHORIZED, "not authorized" },
};

static void
test_refused (Fixture *f,
              gconstpointer data)
{
  mqttc_options_set_reconnect (f->options, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      test_broker_set_connack (f->broker, refusals[i].code);
      g_assert_false (fixture_open (f, &error));
      g_assert_error (error, MQTTC_REASON_ERROR, (int) refusals[i].code);
      text = g_utf8_strdown (error->message, -1);
      if (strstr (text, refusals[i].text) == NULL)
        g_error ("“%s” does not say “%s”", error->message, refusals[i].text);
      g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CLOSED);
      g_assert_true (g_error_matches (mqttc_client_get_last_error (f->client), MQTTC_REASON_ERROR,
                                      (int) refusals[i].code));
      fixture_wait_disconnected (f, i + 1);
      g_assert_error (f->error, MQTTC_REASON_ERROR, (int) refusals[i].code);
    }

  /* And then it works. */
  test_broker_set_connack (f->broker, 0);
  fixture_open_ok (f);
}

/* Trying again does not mend these: opening fails at once, whatever was said about reconnecting. */
static void
test_refused_for_good (Fixture *f,
                       gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;

      if (refusals[i].code == MQTTC_REASON_ERROR_SERVER_UNAVAILABLE)
        continue;
      test_broker_set_connack (f->broker, refusals[i].code);
      g_assert_false (fixture_open (f, &error));
      g_assert_error (error, MQTTC_REASON_ERROR, (int) refusals[i].code);
      g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CLOSED);
    }
}

static void
test_refused_for_now (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  test_broker_set_connack (f->broker, MQTTC_REASON_ERROR_SERVER_UNAVAILABLE);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_SERVER_UNAVAILABLE);
  g_assert_null (result);
  test_broker_set_connack (f->broker, 0);
  fixture_reconnect (f);
  fixture_wait_result (f, &result);
}

/* [MQTT-3.2.2-6]: a server that does not answer is given up, in virtual time. */
static void
test_silent_server (Fixture *f,
                    gconstpointer data)
{
  gint64 timeout = mqttc_options_get_connect_timeout (f->options) * MILLISECOND;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_reconnect (f->options, FALSE);
  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);

  fixture_advance (f, timeout - SECOND);
  g_assert_null (result);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTING);

  fixture_advance (f, SECOND);
  fixture_wait_result (f, &result);
  g_assert_null (mqttc_client_open_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  test_broker_wait_ended (f->broker, 1);
}

static void
test_closed_without_connack (Fixture *f,
                             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_reconnect (f->options, FALSE);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  g_assert_false (fixture_open (f, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

static void
test_nobody_listens (Fixture *f,
                     gconstpointer data)
{
  g_autofree char *where
      = g_strdup_printf ("127.0.0.1:%u", (guint) test_broker_get_port (f->broker));
  g_autoptr (GError) error = NULL;

  mqttc_options_set_reconnect (f->options, FALSE);
  test_broker_set_listening (f->broker, FALSE);
  g_assert_false (fixture_open (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_nonnull (strstr (error->message, where));
}

static void
test_no_unix_socket (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_reconnect (f->options, FALSE);
  mqttc_options_set_socket_path (f->options, "/nonexistent/broker.sock");
  g_assert_false (fixture_open (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/broker.sock"));
}

static void
test_unresolvable (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_resolver_install ();
  mqttc_options_set_reconnect (f->options, FALSE);
  mqttc_options_set_host (f->options, "nohost.invalid");
  g_assert_false (fixture_open (f, &error));
  g_assert_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "nohost.invalid"));
  test_resolver_remove ();
}

/* A name that resolves late is within the one time-out for all of connecting. */
static void
test_slow_resolver (Fixture *f,
                    gconstpointer data)
{
  gint64 timeout = mqttc_options_get_connect_timeout (f->options) * MILLISECOND;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  test_resolver_install ();
  test_resolver_set_stuck (TRUE);
  mqttc_options_set_reconnect (f->options, FALSE);
  mqttc_options_set_host (f->options, "slow.invalid");
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);
  while (test_resolver_count_stuck () == 0)
    g_main_context_iteration (f->context, TRUE);

  fixture_advance (f, timeout);
  fixture_wait_result (f, &result);
  g_assert_null (mqttc_client_open_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  while (test_resolver_count_stuck () > 0)
    g_main_context_iteration (f->context, TRUE);
  test_resolver_remove ();
}

/* The bytes of a server of something else, or of a broken one, in place of CONNACK. */
typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;
  int code;
} Greeting;

#define BYTES(text) text, sizeof (text) - 1

static const Greeting greetings[] = {
  { "http", BYTES ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    MQTTC_CLIENT_ERROR_NOT_MQTT },
  { "ssh", BYTES ("SSH-2.0-OpenSSH_9.2p1\r\n"), MQTTC_CLIENT_ERROR_NOT_MQTT },
  { "tls", BYTES ("\x15\x03\x01\x00\x02\x02\x46"), MQTTC_CLIENT_ERROR_NOT_MQTT },
  { "smtp", BYTES ("220 mail.example.org ESMTP\r\n"), MQTTC_CLIENT_ERROR_PROTOCOL },
  { "another packet", BYTES ("\xd0\x00"), MQTTC_CLIENT_ERROR_PROTOCOL },
  { "reserved flags", BYTES ("\x20\x02\x02\x00"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "reserved return code", BYTES ("\x20\x02\x00\x06"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "too long", BYTES ("\x20\x03\x00\x00\x00"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "a session, though a clean one was asked for [MQTT-3.2.2-1]", BYTES ("\x20\x02\x01\x00"),
    MQTTC_CLIENT_ERROR_PROTOCOL },
  { "refused session", BYTES ("\x20\x02\x01\x05"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
};

static void
test_greetings (Fixture *f,
                gconstpointer data)
{
  mqttc_options_set_reconnect (f->options, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (greetings); i++)
    {
      const Greeting *greeting = &greetings[i];
      g_autoptr (GError) error = NULL;

      test_broker_set_greeting (f->broker, greeting->bytes, greeting->len);
      g_assert_false (fixture_open (f, &error));
      g_test_message ("%s: %s", greeting->name, error->message);
      g_assert_error (error, MQTTC_CLIENT_ERROR, greeting->code);
      test_broker_wait_ended (f->broker, i + 1);
    }
}

/* It may be a server that starts: there is another attempt. */
static void
test_greeting_passes (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  test_broker_set_greeting (f->broker, BYTES ("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_MQTT);
  g_assert_cmpint (f->retry_usec, >=, 0);
  test_broker_set_greeting (f->broker, NULL, 0);
  fixture_reconnect (f);
  fixture_wait_result (f, &result);
}

/* --- Giving up. --- */

static void
test_cancel (Fixture *f,
             gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  mqttc_client_open_async (f->client, cancellable, fixture_result_cb, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  g_cancellable_cancel (cancellable);
  fixture_wait_result (f, &result);
  g_assert_null (mqttc_client_open_finish (f->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Nobody waits for it any more, so it stops trying. */
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CLOSED);
  test_broker_wait_ended (f->broker, 1);
}

static void
test_cancelled_before (Fixture *f,
                       gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  mqttc_client_open_async (f->client, cancellable, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_assert_null (mqttc_client_open_finish (f->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_IDLE);
}

static void
test_close_while_connecting (Fixture *f,
                             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  fixture_close (f);
  fixture_wait_result (f, &result);
  g_assert_null (mqttc_client_open_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/connect/open-close", test_open_close);
  fixture_add ("/client/connect/reopen", test_reopen);
  fixture_add ("/client/connect/close-before-open", test_close_before_open);
  fixture_add ("/client/connect/open-twice", test_open_twice);
  fixture_add ("/client/connect/credentials", test_credentials);
  fixture_add ("/client/connect/session-present", test_session_present);
  fixture_add ("/client/connect/unix-socket", test_unix_socket);
  g_test_add ("/client/connect/unix-socket/5", Fixture, GINT_TO_POINTER (MQTTC_PROTOCOL_V5),
              fixture_set_up, test_unix_socket, fixture_tear_down);
  fixture_add ("/client/connect/trickle", test_trickle);
  g_test_add ("/client/connect/trickle/5", Fixture, GINT_TO_POINTER (MQTTC_PROTOCOL_V5),
              fixture_set_up, test_trickle, fixture_tear_down);
  fixture_add ("/client/connect/refused", test_refused);
  fixture_add ("/client/connect/refused-for-good", test_refused_for_good);
  fixture_add ("/client/connect/refused-for-now", test_refused_for_now);
  fixture_add ("/client/connect/silent-server", test_silent_server);
  fixture_add ("/client/connect/closed-without-connack", test_closed_without_connack);
  fixture_add ("/client/connect/nobody-listens", test_nobody_listens);
  fixture_add ("/client/connect/no-unix-socket", test_no_unix_socket);
  fixture_add ("/client/connect/unresolvable", test_unresolvable);
  fixture_add ("/client/connect/slow-resolver", test_slow_resolver);
  fixture_add ("/client/connect/greetings", test_greetings);
  fixture_add ("/client/connect/greeting-passes", test_greeting_passes);
  fixture_add ("/client/connect/cancel", test_cancel);
  fixture_add ("/client/connect/cancelled-before", test_cancelled_before);
  fixture_add ("/client/connect/close-while-connecting", test_close_while_connecting);

  return g_test_run ();
}
