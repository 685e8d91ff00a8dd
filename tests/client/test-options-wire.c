/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each option has an effect, on the wire or on what the client does: a case for each, named after it.
 * Those of TLS have theirs where there are certificates, as listed in tls-options.h; those of MQTT 5 in
 * test-options-mqtt5.c. */

#include <string.h>
#include <unistd.h>

#include "../tls/tls-options.h"
#include "loop/mqttc-event-loop-private.h"
#include "options-mqtt5.h"
#include "test-fixture.h"

/* --- What CONNECT says. --- */

static MqttcPacket *
get_connect (Fixture *f)
{
  guint n = test_broker_count (f->broker, MQTTC_PACKET_TYPE_CONNECT);

  return test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_CONNECT, n - 1);
}

static void
test_client_id (Fixture *f,
                gconstpointer data)
{
  g_autoptr (MqttcPacket) first = NULL;
  g_autoptr (MqttcPacket) second = NULL;

  mqttc_options_set_client_id (f->options, "garden/1");
  fixture_open_ok (f);
  first = get_connect (f);
  g_assert_cmpstr (mqttc_packet_get_client_id (first), ==, "garden/1");
  fixture_close (f);

  /* None: one is made up, within what every server has to take [MQTT-3.1.3-5]. */
  mqttc_options_set_client_id (f->options, NULL);
  fixture_open_ok (f);
  second = get_connect (f);
  g_assert_cmpuint (strlen (mqttc_packet_get_client_id (second)), >, 8);
  g_assert_cmpuint (strlen (mqttc_packet_get_client_id (second)), <=, 23);
}

static void
test_clean_session (Fixture *f,
                    gconstpointer data)
{
  fixture_open_ok (f);
  fixture_close (f);
  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
  fixture_close (f);
  test_broker_expect (f->broker, 1, "CONNECT clean\nDISCONNECT\n");
  test_broker_expect (f->broker, 2, "CONNECT\nDISCONNECT\n");
}

static void
test_keep_alive (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcPacket) connect = NULL;

  mqttc_options_set_keep_alive (f->options, 7);
  fixture_open_ok (f);
  connect = get_connect (f);
  g_assert_cmpuint (mqttc_packet_get_keep_alive (connect), ==, 7);
  fixture_advance (f, 6 * SECOND);
  fixture_hear (f);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ), ==, 0);
  fixture_advance (f, SECOND);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, 1);
}

static void
assert_credentials (Fixture *f,
                    const char *credentials)
{
  g_autofree char *seen = test_broker_get_credentials (f->broker);

  g_assert_cmpstr (seen, ==, credentials);
}

static void
test_user_name (Fixture *f,
                gconstpointer data)
{
  fixture_open_ok (f);
  assert_credentials (f, "-:-");
  fixture_close (f);
  mqttc_options_set_user_name (f->options, "ann");
  fixture_open_ok (f);
  assert_credentials (f, "ann:-");
}

static void
test_password (Fixture *f,
               gconstpointer data)
{
  g_autoptr (GBytes) password = g_bytes_new_static ("s3cret", 6);

  mqttc_options_set_user_name (f->options, "ann");
  mqttc_options_set_password (f->options, password);
  fixture_open_ok (f);
  assert_credentials (f, "ann:s3cret");
}

static void
test_will (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("state", "gone");
  g_autofree char *none = NULL;
  g_autofree char *seen = NULL;

  fixture_open_ok (f);
  none = test_broker_get_will (f->broker);
  g_assert_cmpstr (none, ==, "-");
  fixture_close (f);
  mqttc_message_set_qos (will, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_retain (will, TRUE);
  mqttc_options_set_will (f->options, will);
  fixture_open_ok (f);
  seen = test_broker_get_will (f->broker);
  g_assert_cmpstr (seen, ==, "state q1 retain: gone");
}

static void
test_protocol (Fixture *f,
               gconstpointer data)
{
  const MqttcProtocol protocols[] = { MQTTC_PROTOCOL_V3_1_1, MQTTC_PROTOCOL_V5 };

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      g_autoptr (MqttcPacket) connect = NULL;

      mqttc_options_set_protocol (f->options, protocols[i]);
      fixture_open_ok (f);
      connect = get_connect (f);
      g_assert_cmpint (mqttc_packet_get_protocol (connect), ==, protocols[i]);
      fixture_close (f);
    }
}

/* --- Where to. --- */

static void
test_host (Fixture *f,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_reconnect (f->options, FALSE);
  mqttc_options_set_host (f->options, "127.0.0.2"); /* nobody is there */
  g_assert_false (fixture_open (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_nonnull (strstr (error->message, "127.0.0.2"));
  mqttc_options_set_host (f->options, "127.0.0.1");
  fixture_open_ok (f);
}

static void
test_port (Fixture *f,
           gconstpointer data)
{
  TestBroker *other = test_broker_new ();

  mqttc_options_set_port (f->options, test_broker_get_port (other));
  fixture_open_ok (f);
  g_assert_cmpuint (test_broker_count_connections (other), ==, 1);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
  fixture_close (f);
  test_broker_free (other);
}

static void
test_socket_path (Fixture *f,
                  gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("mqttc-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  TestBroker *other = test_broker_new_unix (path);

  mqttc_options_set_socket_path (f->options, path);
  fixture_open_ok (f);
  g_assert_cmpuint (test_broker_count_connections (other), ==, 1);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
  fixture_close (f);
  test_broker_free (other);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* --- Sizes and numbers. --- */

static gboolean
try_publish (Fixture *f,
             const char *topic,
             gsize size,
             MqttcQos qos,
             GError **error)
{
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text);

  mqttc_message_set_qos (message, qos);

  return mqttc_client_try_publish (f->client, message, error);
}

static void
publish_ok (Fixture *f,
            const char *topic,
            MqttcQos qos)
{
  g_autoptr (GError) error = NULL;

  try_publish (f, topic, 0, qos, &error);
  g_assert_no_error (error);
}

/* Sends one more than @size, its fixed header included, then one less. */
static void
test_max_packet_size (Fixture *f,
                      gconstpointer data)
{
  g_autofree char *text = g_strnfill (95, 'x');

  mqttc_options_set_max_packet_size (f->options, 100);
  fixture_open_ok (f);
  text[94] = '\0';
  test_broker_send_publish (f->broker, "ab", text, MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  fixture_wait_messages (f, 1);
  text[94] = 'x';
  test_broker_send_publish (f->broker, "ab", text, MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
}

static void
test_max_outgoing_packet_size (Fixture *f,
                               gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_outgoing_packet_size (f->options, 100);
  fixture_open_ok (f);
  g_assert_false (try_publish (f, "ab", 95, MQTTC_QOS_AT_MOST_ONCE, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
  g_clear_error (&error);
  g_assert_true (try_publish (f, "ab", 94, MQTTC_QOS_AT_MOST_ONCE, &error));
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH q0 ab\n");
}

static void
test_max_inflight (Fixture *f,
                   gconstpointer data)
{
  mqttc_options_set_max_inflight (f->options, 2);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  for (guint i = 0; i < 5; i++)
    publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  publish_ok (f, "b", MQTTC_QOS_AT_MOST_ONCE);
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBLISH #1 q1 a\nPUBLISH #2 q1 a\nPUBLISH q0 b\n");
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 4);
  g_assert_cmpuint (mqttc_client_get_inflight (f->client), ==, 2);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 2);
}

static void
go_offline (Fixture *f)
{
  fixture_open_ok (f);
  test_broker_set_listening (f->broker, FALSE);
  test_broker_drop (f->broker);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
}

static void
test_max_queued_messages (Fixture *f,
                          gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_queued_messages (f->options, 1);
  go_offline (f);
  publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_false (try_publish (f, "a", 0, MQTTC_QOS_AT_LEAST_ONCE, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
}

static void
test_max_queued_bytes (Fixture *f,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_queued_bytes (f->options, 10000);
  go_offline (f);
  g_assert_true (try_publish (f, "a", 9000, MQTTC_QOS_AT_LEAST_ONCE, &error));
  g_assert_false (try_publish (f, "a", 9000, MQTTC_QOS_AT_LEAST_ONCE, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
}

static void
test_overflow_policy (Fixture *f,
                      gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_queued_messages (f->options, 2);
  mqttc_options_set_overflow_policy (f->options, MQTTC_OVERFLOW_POLICY_DROP_OLDEST);
  go_offline (f);
  fixture_publish (f, "1", MQTTC_QOS_AT_LEAST_ONCE, &result);
  for (guint i = 2; i <= 4; i++)
    {
      char topic[2] = { '0' + i, '\0' };

      publish_ok (f, topic, MQTTC_QOS_AT_LEAST_ONCE);
    }
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  test_broker_set_listening (f->broker, TRUE);
  fixture_reconnect (f);
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 3\nPUBLISH #2 q1 4\n");
}

/* --- What becomes of messages. --- */

static void
test_offline_qos0 (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  go_offline (f);
  publish_ok (f, "kept", MQTTC_QOS_AT_MOST_ONCE);
  mqttc_options_set_offline_qos0 (f->options, MQTTC_OFFLINE_QOS0_FAIL);
  g_assert_false (try_publish (f, "failed", 0, MQTTC_QOS_AT_MOST_ONCE, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_OFFLINE);
  mqttc_options_set_offline_qos0 (f->options, MQTTC_OFFLINE_QOS0_DROP);
  publish_ok (f, "dropped", MQTTC_QOS_AT_MOST_ONCE);
  mqttc_options_set_offline_qos0 (f->options, MQTTC_OFFLINE_QOS0_QUEUE);
  test_broker_set_listening (f->broker, TRUE);
  fixture_reconnect (f);
  publish_ok (f, "last", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH q0 kept\nPUBLISH #1 q1 last\n");
}

/* QoS 2 in doubt: it may have arrived, and the server cannot tell any more. */
static void
test_session_lost_policy (Fixture *f,
                          gconstpointer data)
{
  static const MqttcSessionLostPolicy policies[]
      = { MQTTC_SESSION_LOST_POLICY_FAIL, MQTTC_SESSION_LOST_POLICY_REPUBLISH };

  mqttc_options_set_clean_session (f->options, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      GAsyncResult *result = NULL;
      g_autoptr (GError) error = NULL;
      gboolean published;

      mqttc_options_set_session_lost_policy (f->options, policies[i]);
      fixture_open_ok (f);
      test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
      fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &result);
      fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
      test_broker_forget_sessions (f->broker);
      fixture_reconnect (f);
      published = fixture_publish_finish (f, &result, &error);
      g_assert_true (published == (i == 1));
      if (!published)
        g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_SESSION_LOST);
      fixture_close (f);
    }
}

static void
test_manual_acks (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_manual_acks (f->options, TRUE);
  fixture_open_ok (f);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_AT_LEAST_ONCE, 5, FALSE);
  fixture_wait_messages (f, 1);
  fixture_publish_ok (f, "sync", MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (mqttc_client_ack (f->client, f->messages->pdata[0], &error));
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 sync\nPUBACK #5\n");
}

static void
test_max_publish_rate (Fixture *f,
                       gconstpointer data)
{
  mqttc_options_set_max_publish_rate (f->options, 1);
  fixture_open_ok (f);
  for (guint i = 0; i < 3; i++)
    publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  for (guint i = 1; i <= 3; i++)
    {
      fixture_drain (f);
      g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 3 - i);
      fixture_advance (f, 999 * MILLISECOND);
      g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 3 - i);
      fixture_advance (f, MILLISECOND);
    }
}

static void
test_resend_delay (Fixture *f,
                   gconstpointer data)
{
  mqttc_options_set_clean_session (f->options, FALSE);
  mqttc_options_set_resend_delay (f->options, 500);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  publish_ok (f, "b", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 2);
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  fixture_advance (f, 499 * MILLISECOND);
  fixture_hear (f);
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #1 q1 dup a\n");
  fixture_advance (f, MILLISECOND);
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #1 q1 dup a\nPUBLISH #2 q1 dup b\n");
}

/* --- Times. --- */

static void
expect_timeout (Fixture *f,
                gint64 usec)
{
  fixture_advance (f, usec - MILLISECOND);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  fixture_advance (f, MILLISECOND);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
}

static void
test_connect_timeout (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_connect_timeout (f->options, 2500);
  mqttc_options_set_reconnect (f->options, FALSE);
  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &opened);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  expect_timeout (f, 2500 * MILLISECOND);
  fixture_wait_result (f, &opened);
}

static void
test_ping_timeout (Fixture *f,
                   gconstpointer data)
{
  mqttc_options_set_keep_alive (f->options, 10);
  mqttc_options_set_ping_timeout (f->options, 3000);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  fixture_advance (f, 10 * SECOND);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, 1);
  expect_timeout (f, 3 * SECOND);
}

static void
test_write_timeout (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_keep_alive (f->options, 0);
  mqttc_options_set_write_timeout (f->options, 4000);
  fixture_open_ok (f);
  test_broker_set_reading (f->broker, FALSE);
  g_assert_true (try_publish (f, "a", 32 << 20, MQTTC_QOS_AT_MOST_ONCE, &error));
  fixture_drain (f);
  expect_timeout (f, 4 * SECOND);
  test_broker_set_reading (f->broker, TRUE);
}

static void
test_packet_timeout (Fixture *f,
                     gconstpointer data)
{
  mqttc_options_set_keep_alive (f->options, 0);
  mqttc_options_set_packet_timeout (f->options, 2000);
  fixture_open_ok (f);
  test_broker_send (f->broker,
                    "\x30\x04\x00\x01"
                    "a1\x30",
                    7);
  fixture_wait_messages (f, 1);
  expect_timeout (f, 2 * SECOND);
}

static void
test_close_timeout (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (GAsyncResult) closed = NULL;

  mqttc_options_set_close_timeout (f->options, 1500);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &closed);
  fixture_advance (f, 1499 * MILLISECOND);
  g_assert_null (closed);
  fixture_advance (f, MILLISECOND);
  fixture_wait_result (f, &closed);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 a\nDISCONNECT\n");
}

static void
test_reconnect (Fixture *f,
                gconstpointer data)
{
  fixture_open_ok (f);
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  fixture_close (f);

  mqttc_options_set_reconnect (f->options, FALSE);
  fixture_open_ok (f);
  test_broker_drop (f->broker);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CLOSED);
  fixture_advance (f, 3600 * SECOND);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 3);
}

/* The longest of the waits, of which each is drawn from 0 to its bound. */
static gint64
get_longest_wait (Fixture *f,
                  guint n)
{
  gint64 longest = 0;

  for (guint i = 0; i < n; i++)
    {
      test_broker_drop (f->broker);
      fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
      while (f->retry_usec < 0)
        g_main_context_iteration (f->context, TRUE);
      longest = MAX (longest, f->retry_usec);
      fixture_reconnect (f);
    }

  return longest;
}

static void
test_reconnect_min_delay (Fixture *f,
                          gconstpointer data)
{
  gint64 longest = 0;

  mqttc_options_set_reconnect_min_delay (f->options, 8000);
  fixture_open_ok (f);

  /* The first wait; lasting connections make each one a first. */
  for (guint i = 0; i < 40; i++)
    {
      gint64 wait = get_longest_wait (f, 1);

      g_assert_cmpint (wait, <=, 8 * SECOND);
      longest = MAX (longest, wait);
      fixture_advance (f, 30 * SECOND);
    }
  g_assert_cmpint (longest, >, SECOND); /* all below it: a chance of 8 to the power of -40 */
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 41);
}

static void
test_reconnect_max_delay (Fixture *f,
                          gconstpointer data)
{
  gint64 longest;

  mqttc_options_set_reconnect_min_delay (f->options, 1000);
  mqttc_options_set_reconnect_max_delay (f->options, 2000);
  fixture_open_ok (f);
  longest = get_longest_wait (f, 40);
  g_assert_cmpint (longest, <=, 2 * SECOND);
  g_assert_cmpint (longest, >, SECOND); /* all below it: a chance of 2 to the power of -39 */
}

/* --- All of them. --- */

typedef struct
{
  const char *option;
  void (*func) (Fixture *f, gconstpointer data);
} Case;

static const Case cases[] = {
  { "host", test_host },
  { "port", test_port },
  { "socket-path", test_socket_path },
  { "client-id", test_client_id },
  { "protocol", test_protocol },
  { "clean-session", test_clean_session },
  { "keep-alive", test_keep_alive },
  { "user-name", test_user_name },
  { "password", test_password },
  { "will", test_will },
  { "max-packet-size", test_max_packet_size },
  { "max-outgoing-packet-size", test_max_outgoing_packet_size },
  { "max-inflight", test_max_inflight },
  { "max-queued-messages", test_max_queued_messages },
  { "max-queued-bytes", test_max_queued_bytes },
  { "overflow-policy", test_overflow_policy },
  { "offline-qos0", test_offline_qos0 },
  { "session-lost-policy", test_session_lost_policy },
  { "manual-acks", test_manual_acks },
  { "max-publish-rate", test_max_publish_rate },
  { "resend-delay", test_resend_delay },
  { "connect-timeout", test_connect_timeout },
  { "ping-timeout", test_ping_timeout },
  { "write-timeout", test_write_timeout },
  { "packet-timeout", test_packet_timeout },
  { "close-timeout", test_close_timeout },
  { "reconnect", test_reconnect },
  { "reconnect-min-delay", test_reconnect_min_delay },
  { "reconnect-max-delay", test_reconnect_max_delay },
};

static gboolean
has_case (const char *option)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (strcmp (cases[i].option, option) == 0)
        return TRUE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (tls_options); i++)
    {
      if (strcmp (tls_options[i].option, option) == 0)
        return TRUE;
    }

  return g_strv_contains (mqtt5_options, option)
         || g_strv_contains (authentication_options, option);
}

static void
test_complete (void)
{
  GObjectClass *klass = g_type_class_ref (MQTTC_TYPE_OPTIONS);
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (klass, &n);

  for (guint i = 0; i < n; i++)
    {
      if (!has_case (pspecs[i]->name))
        g_test_message ("No case for %s", pspecs[i]->name);
      g_assert_true (has_case (pspecs[i]->name));
    }
  g_assert_cmpuint (n, ==,
                    G_N_ELEMENTS (cases) + G_N_ELEMENTS (tls_options) + G_N_ELEMENTS (mqtt5_options)
                        - 1 + G_N_ELEMENTS (authentication_options) - 1);
  g_type_class_unref (klass);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  g_test_add_func ("/client/options-wire", test_complete);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/client/options-wire/", cases[i].option, NULL);

      fixture_add (path, cases[i].func);
    }

  return g_test_run ();
}
