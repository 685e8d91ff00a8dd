/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How much is on its way, how fast it goes, and what waits. The figures are printed. */

#include <string.h>

#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"

static MqttcEngineCounters
get_counters (Fixture *f)
{
  MqttcEngineCounters counters;

  mqttc_event_loop_get_counters (mqttc_client_get_event_loop (f->client), &counters);

  return counters;
}

static void
try_publish (Fixture *f,
             const char *topic,
             MqttcQos qos)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "text");
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, qos);
  mqttc_client_try_publish (f->client, message, &error);
  g_assert_no_error (error);
}

static void
publish_numbered (Fixture *f,
                  guint n,
                  MqttcQos qos)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *topic = g_strdup_printf ("n/%u", i);

      try_publish (f, topic, qos);
    }
}

/* The order in which the broker got those of publish_numbered(). */
static void
assert_order (Fixture *f,
              guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MqttcPacket) packet
          = test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_PUBLISH, i);
      g_autofree char *topic = g_strdup_printf ("n/%u", i);

      g_assert_cmpstr (mqttc_message_get_topic (mqttc_packet_get_message (packet)), ==, topic);
    }
}

/* --- The window. --- */

static void
test_window (Fixture *f,
             gconstpointer data)
{
  guint window = GPOINTER_TO_UINT (data);
  guint n = 500;
  guint most = 0;

  mqttc_options_set_max_inflight (f->options, window);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  publish_numbered (f, n, MQTTC_QOS_AT_LEAST_ONCE);
  for (guint acked = 0; acked < n; acked++)
    {
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, MIN (acked + window, n));
      fixture_drain (f);
      most = MAX (most, test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH) - acked);
      g_assert_cmpuint (mqttc_client_get_inflight (f->client), <=, window);
      test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, acked + 1);
    }
  while (mqttc_client_get_inflight (f->client) > 0)
    g_main_context_iteration (f->context, TRUE);
  g_test_message ("window %u: at most %u outstanding in %u messages", window, most, n);
  g_assert_cmpuint (most, ==, window);
  assert_order (f, n);
}

/* --- The rate. --- */

static void
test_rate (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  guint rate = GPOINTER_TO_UINT (data);
  guint seconds = 10;
  guint n = rate * (seconds + 1);
  guint64 sent = 0;
  guint64 most_in_second = 0;
  guint64 at_second = 0;

  mqttc_options_set_max_publish_rate (f->options, rate);
  mqttc_options_set_max_queued_messages (f->options, n);
  fixture_open_ok (f);
  publish_numbered (f, n, MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 0; i < seconds * 100; i++)
    {
      fixture_advance (f, SECOND / 100);
      sent = get_counters (f).messages_sent;
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, sent);
      while (mqttc_client_get_inflight (f->client) > 0)
        g_main_context_iteration (f->context, TRUE);
      if (i % 100 != 99)
        continue;
      most_in_second = MAX (most_in_second, sent - at_second);
      at_second = sent;
    }
  g_test_message ("set %u/s: measured %.1f/s over %u s of virtual time, at most %" G_GUINT64_FORMAT
                  " in one of them",
                  rate, (double) sent / seconds, seconds, most_in_second);
  g_assert_cmpuint (sent, <=, rate * seconds + MAX (1, rate / 10));
  g_assert_cmpuint (sent, >=, rate * seconds - MAX (1, rate / 100));
  g_assert_cmpuint (most_in_second, <=, rate + MAX (1, rate / 10));

  /* What else is said is not slowed down. */
  fixture_hear (f);
  subscription = fixture_subscribe (f, "x", MQTTC_QOS_AT_MOST_ONCE);
  fixture_unsubscribe (f, subscription);
  mqttc_options_set_close_timeout (f->options, 0);
  fixture_close (f);
  assert_order (f, sent);
}

/* --- Sending again. --- */

static void
test_resend_delay (Fixture *f,
                   gconstpointer data)
{
  guint n = 10;

  mqttc_options_set_clean_session (f->options, FALSE);
  mqttc_options_set_resend_delay (f->options, 100);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  publish_numbered (f, n, MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, n);
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  try_publish (f, "new", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 1; i < n; i++)
    {
      fixture_drain (f);
      g_assert_cmpuint (get_counters (f).messages_sent, ==, n + i);
      fixture_advance (f, 99 * MILLISECOND);
      g_assert_cmpuint (get_counters (f).messages_sent, ==, n + i);
      fixture_advance (f, MILLISECOND);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, n + n + 1);
  g_test_message (
      "resend-delay 100 ms: %u packets again, one every 100 ms of virtual time, and then "
      "the new one",
      n);
  test_broker_expect (f->broker, 2,
                      "CONNECT\nPUBLISH #1 q1 dup n/0\nPUBLISH #2 q1 dup n/1\n"
                      "PUBLISH #3 q1 dup n/2\nPUBLISH #4 q1 dup n/3\nPUBLISH #5 q1 dup n/4\n"
                      "PUBLISH #6 q1 dup n/5\nPUBLISH #7 q1 dup n/6\nPUBLISH #8 q1 dup n/7\n"
                      "PUBLISH #9 q1 dup n/8\nPUBLISH #10 q1 dup n/9\nPUBLISH #11 q1 new\n");
}

/* --- Back-pressure. --- */

/* A program that does not pull: what it does not take stays with the network and the server. */
static void
test_unread (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("s", 0);
  g_autofree char *text = g_strnfill (1000, 'x');
  guint n = 20000;
  guint64 sent = (guint64) n * (1000 + 2 + 1 + 3);
  guint64 received;

  mqttc_subscription_set_pulled (subscription, TRUE);
  fixture_open_ok (f);
  fixture_subscribe_to (f, subscription);
  received = get_counters (f).bytes_received;
  for (guint i = 0; i < n; i++)
    test_broker_send_publish (f->broker, "s", text, MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  fixture_wait_messages (f, mqttc_subscription_get_max_pending (subscription));
  for (guint i = 0; i < 5; i++)
    fixture_advance (f, 60 * SECOND);
  received = get_counters (f).bytes_received - received;
  g_test_message ("max-pending %u: %u messages kept, %" G_GUINT64_FORMAT
                  " bytes read, %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                  " bytes left unread while paused",
                  mqttc_subscription_get_max_pending (subscription), f->messages->len, received,
                  sent - received, sent);
  g_assert_cmpuint (f->messages->len, <=, 1024);
  g_assert_cmpuint (received, <, 2 << 20);
  g_assert_cmpuint (f->n_disconnected, ==, 0);

  /* And nothing of it is lost. */
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (MqttcMessage) message = NULL;

      mqttc_subscription_next_async (subscription, NULL, fixture_result_cb, (gpointer) &result);
      fixture_wait_result (f, &result);
      message = mqttc_subscription_next_finish (subscription, result, NULL);
      g_assert_nonnull (message);
    }
  g_assert_cmpuint (f->messages->len, ==, n);
}

/* --- Room in the queue. --- */

static void
can_publish_cb (MqttcClient *client,
                GParamSpec *pspec,
                gpointer user_data)
{
  GString *log = user_data;

  g_string_append_c (log, mqttc_client_get_can_publish (client) ? '+' : '-');
}

static void
test_can_publish (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("full", "");
  g_autoptr (GError) error = NULL;
  guint queued = 0;

  mqttc_options_set_max_queued_messages (f->options, 10);
  mqttc_options_set_max_inflight (f->options, 1);
  g_signal_connect (f->client, "notify::can-publish", G_CALLBACK (can_publish_cb), log);
  g_assert_false (mqttc_client_get_can_publish (f->client));
  fixture_open_ok (f);
  g_assert_true (mqttc_client_get_can_publish (f->client));
  g_assert_cmpstr (log->str, ==, "+");

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  try_publish (f, "first", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  while (mqttc_client_get_can_publish (f->client))
    {
      g_assert_cmpuint (++queued, <=, 10);
      try_publish (f, "next", MQTTC_QOS_AT_LEAST_ONCE);
    }
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_false (mqttc_client_try_publish (f->client, message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  fixture_drain (f);
  g_assert_cmpstr (log->str, ==, "+-");

  /* Not at the first that leaves, but when there is room for some. */
  for (guint i = 0; strcmp (log->str, "+-+") != 0; i++)
    {
      g_assert_cmpuint (i, <, 10);
      test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, i + 1);
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, i + 2);
      fixture_drain (f);
    }
  g_test_message ("can-publish: off at %u queued of 10, on again at %u", queued,
                  mqttc_client_get_queued (f->client));
  g_assert_cmpuint (queued, ==, 10);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 5);

  mqttc_options_set_close_timeout (f->options, 0);
  fixture_close (f);
  g_assert_cmpstr (log->str, ==, "+-+-");
  g_assert_false (mqttc_client_get_can_publish (f->client));
}

/* --- Acknowledgements by hand. --- */

static void
ack_ok (Fixture *f,
        guint index)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mqttc_client_ack (f->client, f->messages->pdata[index], &error));
  g_assert_no_error (error);
}

static void
expect_ack_error (Fixture *f,
                  MqttcMessage *message,
                  MqttcClientError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mqttc_client_ack (f->client, message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, mqttc_message_get_topic (message)));
}

/* [MQTT-4.6.0-2]: whatever the order of the program, that of the arrival on the wire. */
static void
test_manual_acks (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_manual_acks (f->options, TRUE);
  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "#", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 1; i <= 3; i++)
    test_broker_send_publish (f->broker, "s", "", MQTTC_QOS_AT_LEAST_ONCE, i, FALSE);
  test_broker_send_publish (f->broker, "s/0", "", MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  fixture_wait_messages (f, 4);
  ack_ok (f, 2);
  ack_ok (f, 1);
  ack_ok (f, 3);
  ack_ok (f, 3);
  fixture_publish_ok (f, "sync", MQTTC_QOS_AT_MOST_ONCE);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 0);

  g_assert_false (mqttc_client_ack_full (f->client, f->messages->pdata[0],
                                         MQTTC_REASON_CODE_QUOTA_EXCEEDED, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_true (mqttc_client_ack_full (f->client, f->messages->pdata[0], 0, NULL, &error));
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nSUBSCRIBE #1 #:1\nPUBLISH q0 sync\nPUBACK #1\nPUBACK #2\n"
                      "PUBACK #3\n");
  fixture_close (f);
}

static gpointer
ack_thread (gpointer data)
{
  Fixture *f = data;

  ack_ok (f, 0);

  return NULL;
}

/* QoS 2 is acknowledged once, and in any thread. */
static void
test_manual_acks_qos2 (Fixture *f,
                       gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  mqttc_options_set_manual_acks (f->options, TRUE);
  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "s", MQTTC_QOS_EXACTLY_ONCE);
  test_broker_send_publish (f->broker, "s", "", MQTTC_QOS_EXACTLY_ONCE, 9, FALSE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBREC, 1);
  fixture_wait_messages (f, 1);
  fixture_publish_ok (f, "sync", MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBCOMP), ==, 0);
  g_thread_join (g_thread_new ("ack", ack_thread, f));
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, 1);
}

static void
test_stale_acks (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (MqttcMessage) own = mqttc_message_new_text ("own", "");
  guint n_refused = 0;

  mqttc_options_set_manual_acks (f->options, TRUE);
  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "#", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 1; i <= 2; i++)
    test_broker_send_publish (f->broker, "s", "", MQTTC_QOS_AT_LEAST_ONCE, i, FALSE);
  fixture_wait_messages (f, 2);
  ack_ok (f, 0);

  /* Twice; then of an earlier connection; and what did not come from here. */
  expect_ack_error (f, f->messages->pdata[0], MQTTC_CLIENT_ERROR_STALE_ACK);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  expect_ack_error (f, f->messages->pdata[0], MQTTC_CLIENT_ERROR_STALE_ACK);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  expect_ack_error (f, f->messages->pdata[1], MQTTC_CLIENT_ERROR_STALE_ACK);
  fixture_reconnect (f);
  test_broker_send_publish (f->broker, "s", "", MQTTC_QOS_AT_LEAST_ONCE, 2, TRUE);
  fixture_wait_messages (f, 3);
  expect_ack_error (f, f->messages->pdata[1], MQTTC_CLIENT_ERROR_STALE_ACK);
  expect_ack_error (f, own, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  n_refused = 5;
  fixture_publish_ok (f, "sync", MQTTC_QOS_AT_MOST_ONCE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 1);
  ack_ok (f, 2);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 2);
  g_test_message ("%u stale acknowledgements refused, none of them sent", n_refused);
}

static void
test_automatic_acks (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "s", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_send_publish (f->broker, "s", "", MQTTC_QOS_AT_LEAST_ONCE, 1, FALSE);
  fixture_wait_messages (f, 1);
  expect_ack_error (f, f->messages->pdata[0], MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
}

#define add_with(path, func, number) \
 g_test_add (path, Fixture, GUINT_TO_POINTER (number), fixture_set_up, func, fixture_tear_down)

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  add_with ("/client/flow/window/1", test_window, 1);
  add_with ("/client/flow/window/20", test_window, 20);
  add_with ("/client/flow/window/100", test_window, 100);
  add_with ("/client/flow/rate/1", test_rate, 1);
  add_with ("/client/flow/rate/50", test_rate, 50);
  add_with ("/client/flow/rate/1000", test_rate, 1000);
  fixture_add ("/client/flow/resend-delay", test_resend_delay);
  fixture_add ("/client/flow/unread", test_unread);
  fixture_add ("/client/flow/can-publish", test_can_publish);
  fixture_add ("/client/flow/manual-acks", test_manual_acks);
  fixture_add ("/client/flow/manual-acks-qos2", test_manual_acks_qos2);
  fixture_add ("/client/flow/stale-acks", test_stale_acks);
  fixture_add ("/client/flow/automatic-acks", test_automatic_acks);

  return g_test_run ();
}
