/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of the client when Mosquitto is killed, comes back with an old state, or stands
 * still. */

#include <stdlib.h>
#include <string.h>

#include "fault-proxy.h"
#include "fault-row.h"
#include "loop/mqttc-event-loop-private.h"
#include "test-mosquitto.h"
#include "test-peer.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static void
begin_publish (Peer *peer,
               const char *topic,
               const char *text,
               MqttcQos qos,
               GAsyncResult **result)
{
  mqttc_client_publish_text_async (peer->client, topic, text, qos, FALSE, NULL, peer_keep_result,
                                   result);
}

static gboolean
end_publish (Peer *peer,
             GAsyncResult **result,
             GError **error)
{
  g_autoptr (MqttcPacket) packet = NULL;

  peer_wait_result (result);
  packet = mqttc_client_publish_finish (peer->client, *result, error);
  g_clear_object (result);

  return packet != NULL;
}

/* How many times a message came. */
static guint
count_arrivals (Peer *peer,
                const char *message)
{
  guint n = 0;

  for (guint i = 0; i < peer->messages->len; i++)
    {
      g_autofree char *text = peer_describe_message (peer, i);

      n += g_str_equal (text, message);
    }

  return n;
}

static void
wait_arrived (Peer *peer,
              const char *message)
{
  while (count_arrivals (peer, message) == 0)
    peer_wait ();
}

/* --- Row 7. --- */

typedef struct
{
  guint n_connected;
  guint n_present;
} Sessions;

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  Sessions *sessions = user_data;

  sessions->n_connected++;
  sessions->n_present += mqttc_packet_get_session_present (connack);
}

/* It has got them, and cannot answer: in doubt. */
static void
leave_in_doubt (TestMosquitto *server,
                Peer *peer,
                GAsyncResult *results[2])
{
  test_mosquitto_pause (server);
  begin_publish (peer, "a/1", "once or more", MQTTC_QOS_AT_LEAST_ONCE, &results[0]);
  begin_publish (peer, "a/2", "once", MQTTC_QOS_EXACTLY_ONCE, &results[1]);
  while (mqttc_client_get_inflight (peer->client) < 2)
    peer_wait ();
}

static void
assert_in_doubt (Peer *peer,
                 GAsyncResult *results[2],
                 MqttcSessionLostPolicy policy)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (end_publish (peer, &results[0], &error));
  g_assert_no_error (error);
  if (policy == MQTTC_SESSION_LOST_POLICY_REPUBLISH)
    {
      g_assert_true (end_publish (peer, &results[1], &error));
      g_assert_no_error (error);
      wait_arrived (peer, "a/2=once");
    }
  else
    {
      g_assert_false (end_publish (peer, &results[1], &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_SESSION_LOST);
    }
}

static void
lose_session (MqttcSessionLostPolicy policy)
{
  TestMosquitto *server = test_mosquitto_new_with ("persistence false\nlog_type all\n");
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *peer = peer_new (uri, "forgotten");
  gboolean republish = policy == MQTTC_SESSION_LOST_POLICY_REPUBLISH;
  GAsyncResult *results[2] = { NULL, NULL };
  Sessions sessions = { 0 };

  mqttc_options_set_session_lost_policy (mqttc_client_get_options (peer->client), policy);
  g_signal_connect (peer->client, "connected", G_CALLBACK (connected_cb), &sessions);
  peer_open_ok (peer);
  peer_subscribe (peer, "a/#", MQTTC_QOS_EXACTLY_ONCE);
  leave_in_doubt (server, peer, results);
  test_mosquitto_kill (server);
  test_mosquitto_start (server);
  assert_in_doubt (peer, results, policy);

  /* The program was told, and need not subscribe again. */
  g_assert_cmpuint (sessions.n_connected, ==, 2);
  g_assert_cmpuint (sessions.n_present, ==, 0);
  wait_arrived (peer, "a/1=once or more");
  peer_publish (peer, "a/3", "fence", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  wait_arrived (peer, "a/3=fence");
  g_assert_cmpuint (count_arrivals (peer, "a/2=once"), ==, republish ? 1 : 0);
  fault_row (7, "broker killed, persistence off",
             republish ? "told; subscribed again; QoS 1 and QoS 2 published again"
                       : "told; subscribed again; QoS 1 published again, QoS 2 in doubt fails",
             "session present %u of %u, subscribed again, %u + %u published", sessions.n_present,
             sessions.n_connected, count_arrivals (peer, "a/1=once or more"),
             count_arrivals (peer, "a/2=once"));

  peer_free (peer);
  test_mosquitto_free (server);
}

static void
test_killed_fail (void)
{
  lose_session (MQTTC_SESSION_LOST_POLICY_FAIL);
}

static void
test_killed_republish (void)
{
  lose_session (MQTTC_SESSION_LOST_POLICY_REPUBLISH);
}

/* --- Row 8. --- */

#define N_ROLLED 40 /* messages of each part, QoS 1 and 2 in turns */

/* All of them are accepted, and arrive. */
static void
publish_part (Peer *sender,
              Peer *receiver,
              guint part)
{
  for (guint i = 0; i < N_ROLLED; i++)
    {
      g_autofree char *topic = g_strdup_printf ("r/%u", part * N_ROLLED + i);

      peer_publish (sender, topic, "", 1 + i % 2, FALSE);
    }
  for (guint i = 0; i < N_ROLLED; i++)
    {
      g_autofree char *message = g_strdup_printf ("r/%u=", part * N_ROLLED + i);

      wait_arrived (receiver, message);
    }
}

/* It saves while it waits for acknowledgements that do not come. */
static void
save_in_flight (TestMosquitto *server,
                FaultProxy *proxy,
                Peer *sender,
                Peer *receiver)
{
  /* With this answer, it has the acknowledgements of all that came before. */
  peer_subscribe (receiver, "settled", MQTTC_QOS_AT_MOST_ONCE);
  fault_proxy_set_stalled (proxy, FAULT_UP, TRUE);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *topic = g_strdup_printf ("old/%u", i);

      peer_publish (sender, topic, "", 1 + i % 2, FALSE);
    }
  wait_arrived (receiver, "old/0=");
  test_mosquitto_save (server);
  test_mosquitto_wait_log (server, "Saving in-memory database");
  /* It does one thing after the other: with this answer, it has saved. */
  peer_publish (sender, "nobody", "", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  fault_proxy_set_stalled (proxy, FAULT_UP, FALSE);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *message = g_strdup_printf ("old/%u=", i);

      wait_arrived (receiver, message);
    }
}

static void
count_all (Peer *receiver,
           guint repeats[2])
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  repeats[0] = repeats[1] = 0;
  for (guint i = 0; i < receiver->messages->len; i++)
    {
      MqttcMessage *message = g_ptr_array_index (receiver->messages, i);

      if (!g_hash_table_add (seen, (gpointer) mqttc_message_get_topic (message)))
        repeats[mqttc_message_get_qos (message) - 1]++;
    }
}

static void
test_rolled_back (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  FaultProxy *proxy = fault_proxy_new (test_mosquitto_get_port (server));
  g_autofree char *proxy_uri = fault_proxy_get_uri (proxy);
  Peer *sender = peer_new (uri, "sender");
  Peer *receiver = peer_new (proxy_uri, "receiver");
  GAsyncResult *results[2] = { NULL, NULL };
  g_autoptr (MqttcStatistics) statistics = NULL;
  guint repeats[2];

  peer_open_ok (receiver);
  peer_subscribe (receiver, "#", MQTTC_QOS_EXACTLY_ONCE);
  peer_open_ok (sender);
  publish_part (sender, receiver, 0);
  save_in_flight (server, proxy, sender, receiver);
  publish_part (sender, receiver, 1);
  leave_in_doubt (server, sender, results);
  test_mosquitto_kill (server);
  test_mosquitto_start (server);

  /* What it has never confirmed is confirmed now, and everything goes on. */
  g_assert_true (end_publish (sender, &results[0], NULL));
  g_assert_true (end_publish (sender, &results[1], NULL));
  wait_arrived (receiver, "a/1=once or more");
  wait_arrived (receiver, "a/2=once");
  publish_part (sender, receiver, 2);

  count_all (receiver, repeats);
  statistics = mqttc_event_loop_get_statistics (mqttc_client_get_event_loop (receiver->client));
  /* It was rolled back, then: what had been acknowledged comes again. */
  g_assert_cmpuint (repeats[0] + repeats[1], >=, 1);
  g_assert_cmpuint (repeats[0] + repeats[1], <=, 4);
  g_assert_cmpuint (sender->n_connected, ==, 2);
  g_assert_cmpuint (receiver->n_connected, ==, 2);
  fault_row (8, "broker rolled back to an old save",
             "0 missing, all completed, at most the 4 in flight again",
             "0 missing, again: %u of QoS 1, %u of QoS 2, stray acks %" G_GUINT64_FORMAT,
             repeats[0], repeats[1], mqttc_statistics_get_stray_acks (statistics));

  peer_free (sender);
  peer_free (receiver);
  fault_proxy_free (proxy);
  test_mosquitto_free (server);
}

/* --- Row 16: in virtual time, for the client. --- */

#define QUEUE 100
#define WINDOW 20
#define PAYLOAD (512 * 1024) /* a window of them is more than sockets take */
#define KEEP_ALIVE 60
#define PING_TIMEOUT 10

typedef struct
{
  Peer *peer;
  gint64 now;
  gint64 retry_usec; /* -1: no wait has begun */
  guint n_taken;
} Slow;

static gint64
clock_cb (gpointer user_data)
{
  Slow *slow = user_data;

  return slow->now;
}

static void
retry_cb (MqttcClient *client,
          const GError *error,
          gint64 retry_usec,
          gpointer user_data)
{
  Slow *slow = user_data;

  slow->retry_usec = retry_usec;
}

static void
advance (Slow *slow,
         gint64 usec)
{
  slow->now += usec;
  mqttc_event_loop_wake (mqttc_client_get_event_loop (slow->peer->client));
  while (g_main_context_iteration (slow->peer->context, FALSE))
    ;
}

static void
slow_init (Slow *slow,
           const char *uri)
{
  MqttcOptions *options;

  slow->peer = peer_new (uri, "slow");
  slow->now = 1000 * SECOND;
  slow->retry_usec = -1;
  slow->n_taken = 0;
  options = mqttc_client_get_options (slow->peer->client);
  mqttc_options_set_keep_alive (options, KEEP_ALIVE);
  mqttc_options_set_ping_timeout (options, PING_TIMEOUT * 1000);
  mqttc_options_set_max_inflight (options, WINDOW);
  mqttc_options_set_max_queued_messages (options, QUEUE);
  mqttc_event_loop_set_clock (mqttc_client_get_event_loop (slow->peer->client), clock_cb, slow);
  g_signal_connect (slow->peer->client, "disconnected", G_CALLBACK (retry_cb), slow);
  peer_open_ok (slow->peer);
}

/* As many as are taken, each with a topic of its own. */
static void
fill_queue (Slow *slow,
            gsize len)
{
  g_autofree char *payload = g_malloc0 (len);

  while (TRUE)
    {
      g_autofree char *topic = g_strdup_printf ("slow/%u", slow->n_taken);
      g_autoptr (MqttcMessage) message = mqttc_message_new_data (topic, payload, len);
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
      if (!mqttc_client_try_publish (slow->peer->client, message, &error))
        {
          g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
          return;
        }
      slow->n_taken++;
    }
}

static gint64
count_seconds_until_lost (Slow *slow)
{
  gint64 start = slow->now;

  while (slow->peer->n_disconnected == 0)
    {
      g_assert_cmpint (slow->now - start, <, 3600 * SECOND);
      advance (slow, SECOND);
    }

  return (slow->now - start) / SECOND;
}

static guint
count_topics (Peer *peer)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < peer->messages->len; i++)
    {
      MqttcMessage *message = g_ptr_array_index (peer->messages, i);

      g_hash_table_add (seen, (gpointer) mqttc_message_get_topic (message));
    }

  return g_hash_table_size (seen);
}

/* Lets the waits before attempts pass, but not the time that an attempt may take. */
static void
wait_for_all (Slow *slow)
{
  while (slow->peer->messages->len < slow->n_taken || count_topics (slow->peer) < slow->n_taken)
    {
      gint64 usec = slow->retry_usec;

      slow->retry_usec = -1;
      if (usec >= 0)
        advance (slow, usec);
      else
        peer_wait ();
    }
}

static void
stand_still (const char *fault,
             gsize payload)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  g_autoptr (MqttcStatistics) statistics = NULL;
  Slow slow;
  gint64 seconds;

  slow_init (&slow, uri);
  peer_subscribe (slow.peer, "slow/+", MQTTC_QOS_AT_LEAST_ONCE);
  test_mosquitto_pause (server);
  fill_queue (&slow, payload);
  advance (&slow, 0);
  fill_queue (&slow, payload);
  seconds = count_seconds_until_lost (&slow);
  /* It goes on trying, and taking nothing more. */
  for (guint i = 0; i < 600; i++)
    {
      advance (&slow, SECOND);
      fill_queue (&slow, payload);
    }
  statistics = mqttc_event_loop_get_statistics (mqttc_client_get_event_loop (slow.peer->client));
  fault_row_at_most (16, fault, "seconds until it is noticed", KEEP_ALIVE + PING_TIMEOUT, seconds);
  fault_row_at_most (16, fault, "messages taken in", QUEUE + WINDOW, slow.n_taken);
  fault_row_at_most (16, fault, "messages in the queue", QUEUE,
                     mqttc_statistics_get_queued (statistics));

  test_mosquitto_resume (server);
  wait_for_all (&slow);
  fault_row (16, fault, "everything arrives after it goes on", "%u of %u, after %u attempts",
             count_topics (slow.peer), slow.n_taken, slow.peer->n_disconnected);

  peer_free (slow.peer);
  test_mosquitto_free (server);
}

static void
test_stopped (void)
{
  stand_still ("broker stopped by SIGSTOP", 1);
}

static void
test_zero_window (void)
{
  stand_still ("broker stopped, its window of TCP at zero", PAYLOAD);
}

int
main (int argc,
      char **argv)
{
  peer_init (&argc, &argv);

  g_test_add_func ("/faults/7/broker-killed/fail", test_killed_fail);
  g_test_add_func ("/faults/7/broker-killed/republish", test_killed_republish);
  g_test_add_func ("/faults/8/broker-rolled-back", test_rolled_back);
  g_test_add_func ("/faults/16/broker-stopped", test_stopped);
  g_test_add_func ("/faults/16/zero-window", test_zero_window);

  return peer_run ();
}
