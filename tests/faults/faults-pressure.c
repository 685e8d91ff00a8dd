/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Servers that send faster than the program takes, and a program that never acknowledges. */

#include <string.h>

#include "fault-memory.h"
#include "fault-row.h"
#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"
#include "test-mosquitto.h"
#include "test-peer.h"

#define MIB (1024 * 1024)
#define KEEP_ALIVE 5

static MqttcEngineCounters
get_counters (Fixture *f)
{
  MqttcEngineCounters counters;

  mqttc_event_loop_get_counters (mqttc_client_get_event_loop (f->client), &counters);

  return counters;
}

/* --- Row 47. --- */

#define PACKET_SIZE 256
#define N_FLOOD 100000

static void
send_flood (Fixture *f)
{
  /* A length of two bytes. */
  static const guint8 head[] = { 0x30, 0xfd, 0x01, 0x00, 0x01, 'f' };
  g_autofree guint8 *flood = g_malloc0 (N_FLOOD * PACKET_SIZE);

  G_STATIC_ASSERT (PACKET_SIZE == 3 + 253);
  for (guint i = 0; i < N_FLOOD; i++)
    memcpy (flood + i * PACKET_SIZE, head, sizeof head);
  test_broker_send (f->broker, flood, N_FLOOD * PACKET_SIZE);
}

typedef struct
{
  Fixture *f;
  guint n_messages;
  guint most_undelivered;
  gint64 start;
} Slow;

/* A millisecond for each of them. */
static void
slow_cb (MqttcSubscription *subscription,
         MqttcMessage *message,
         gpointer user_data)
{
  Slow *self = user_data;

  self->n_messages++;
  self->most_undelivered = MAX (self->most_undelivered, get_counters (self->f).undelivered);
  self->f->now += MILLISECOND;
  mqttc_event_loop_wake (mqttc_client_get_event_loop (self->f->client));
}

static void
subscribe_flood (Fixture *f,
                 MqttcSubscription *subscription)
{
  mqttc_options_set_keep_alive (f->options, KEEP_ALIVE);
  fixture_open_ok (f);
  fixture_subscribe_to (f, subscription);
}

/* The client's signal would keep them all for the fixture, and there are too many. */
static void
forget_messages (Fixture *f)
{
  if (f->messages->len > 0)
    g_ptr_array_set_size (f->messages, 0);
}

/* The main loop is busy all the time; pings go out in between. */
static void
test_slow_handler (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("f", 0);
  Slow slow = { .f = f };
  guint seconds;

  mqttc_subscription_set_handler (subscription, slow_cb, &slow, NULL);
  subscribe_flood (f, subscription);
  slow.start = f->now;
  send_flood (f);
  while (slow.n_messages < N_FLOOD)
    {
      g_main_context_iteration (f->context, TRUE);
      forget_messages (f);
    }
  seconds = (f->now - slow.start) / SECOND;
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, seconds / KEEP_ALIVE - 1);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  g_assert_cmpuint (slow.n_messages, ==, N_FLOOD);
  fault_row_at_most (47, "100,000 of QoS 0, a handler that takes 1 ms", "messages in memory", 1024,
                     slow.most_undelivered);
  fault_row (47, "the same: pings with a keep alive of 5 s", "one in 5 s, link alive",
             "%u in %u s of virtual time", test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ),
             seconds);
}

/* Nobody pulls but once in a second: the rest stays with the network and the server. */
static void
test_slow_puller (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("f", 0);
  guint64 start;
  gint64 most = 0;
  guint n_pings;

  mqttc_subscription_set_pulled (subscription, TRUE);
  subscribe_flood (f, subscription);
  start = get_counters (f).bytes_received;
  send_flood (f);
  for (guint i = 1; i <= 200; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (MqttcMessage) message = NULL;

      mqttc_subscription_next_async (subscription, NULL, fixture_result_cb, (gpointer) &result);
      fixture_wait_result (f, &result);
      message = mqttc_subscription_next_finish (subscription, result, NULL);
      g_assert_nonnull (message);
      fixture_advance (f, SECOND);
      forget_messages (f);
      most = MAX (most, (gint64) (get_counters (f).bytes_received - start) - i * PACKET_SIZE);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, 200 / KEEP_ALIVE);
  n_pings = test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  fault_row_at_most (47, "100,000 of QoS 0, one pulled in a second", "bytes in memory", MIB, most);
  fault_row (47, "the same: pings with a keep alive of 5 s", "one in 5 s, link alive",
             "%u in 200 s of virtual time", n_pings);
}

/* --- Row 49. --- */

#define N_UNACKED 300
#define MOSQUITTO_WINDOW 20

static void
ack_all (Peer *peer,
         guint first,
         guint last)
{
  for (guint i = first; i < last; i++)
    {
      MqttcMessage *message = g_ptr_array_index (peer->messages, i);
      g_autoptr (GError) error = NULL;

      if (mqttc_message_get_qos (message) == MQTTC_QOS_AT_MOST_ONCE)
        continue;
      g_assert_true (mqttc_client_ack (peer->client, message, &error));
      g_assert_no_error (error);
    }
}

/* The server's window closes; what needs none passes by, and nothing is lost. */
static void
test_never_acks (Fixture *f,
                 gconstpointer data)
{
  TestMosquitto *mosquitto = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (mosquitto);
  Peer *server_side = peer_new (uri, NULL);
  Peer *lazy = peer_new (uri, "lazy");
  guint n_seen;

  mqttc_options_set_manual_acks (mqttc_client_get_options (lazy->client), TRUE);
  peer_open_ok (server_side);
  peer_open_ok (lazy);
  peer_subscribe (lazy, "needs-ack", MQTTC_QOS_AT_LEAST_ONCE);
  peer_subscribe (lazy, "needs-none", MQTTC_QOS_AT_MOST_ONCE);
  for (guint i = 0; i < N_UNACKED; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      peer_publish (server_side, "needs-ack", text, MQTTC_QOS_AT_LEAST_ONCE, FALSE);
    }
  peer_publish (server_side, "needs-none", "passes", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  while (lazy->messages->len == 0
         || strcmp (mqttc_message_get_topic (
                        g_ptr_array_index (lazy->messages, lazy->messages->len - 1)),
                    "needs-none")
                != 0)
    peer_wait ();
  n_seen = lazy->messages->len - 1;
  fault_row_exactly (49, "no message is ever acknowledged: Mosquitto's window closes",
                     "messages with the program", MOSQUITTO_WINDOW, n_seen);

  for (guint n_acked = 0; n_acked < N_UNACKED + 1;)
    {
      guint n = lazy->messages->len;

      if (n == n_acked)
        peer_wait ();
      ack_all (lazy, n_acked, n);
      n_acked = n;
    }
  for (guint i = 0, next = 0; i < lazy->messages->len; i++)
    {
      MqttcMessage *message = g_ptr_array_index (lazy->messages, i);
      g_autofree char *text = g_strdup_printf ("%u", next);

      if (mqttc_message_get_qos (message) == MQTTC_QOS_AT_MOST_ONCE)
        continue;
      g_assert_cmpstr (mqttc_message_get_text (message), ==, text);
      next++;
    }
  g_assert_cmpuint (lazy->n_disconnected, ==, 0);
  fault_row_exactly (49, "then all are: they come in order", "messages", N_UNACKED + 1,
                     lazy->messages->len);
  peer_free (lazy);
  peer_free (server_side);
  test_mosquitto_free (mosquitto);
}

/* A server that does not wait, either: there are no more packet identifiers than these. */
static void
test_ignored_window (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (GByteArray) flood = g_byte_array_new ();
  guint n = 200000;
  guint64 before = 0;
  gsize allocated;
  gint64 growth;

  mqttc_options_set_manual_acks (f->options, TRUE);
  fixture_open_ok (f);
  for (guint i = 0; i < n; i++)
    {
      guint id = 1 + i % 65535;
      const guint8 publish[] = { 0x32, 5, 0, 1, 'u', id >> 8, id & 0xff };

      g_byte_array_append (flood, publish, sizeof publish);
    }
  before = get_counters (f).messages_received;
  test_broker_send (f->broker, flood->data, flood->len);
  allocated = fault_memory_get_allocated ();
  while (get_counters (f).messages_received - before <= G_MAXUINT16)
    {
      g_main_context_iteration (f->context, TRUE);
      forget_messages (f);
    }
  fixture_drain (f);
  forget_messages (f);
  growth = (gint64) fault_memory_get_allocated () - (gint64) allocated;
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  fault_row_at_most (49, "200,000 of QoS 1 without waiting, none acknowledged",
                     "read and delivered", 65536, get_counters (f).messages_received - before);
  fault_row_at_most (49, "the same: what is kept of them", "bytes more in use", 4 * MIB, growth);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/faults/pressure/slow-handler", test_slow_handler);
  fixture_add ("/faults/pressure/slow-puller", test_slow_puller);
  fixture_add ("/faults/pressure/never-acks", test_never_acks);
  fixture_add ("/faults/pressure/ignored-window", test_ignored_window);

  return g_test_run ();
}
