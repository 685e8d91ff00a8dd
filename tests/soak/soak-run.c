/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "soak-run.h"

#include <stdlib.h>
#include <unistd.h>

#include "fault-proxy.h"
#include "soak-memory.h"
#include "test-mosquitto.h"
#include "test-peer.h"

#define TOPIC "soak"
/* Nothing that came before it is still to come. */
#define FENCE "fence"
#define LAST_FENCE "last"
/* Of the sender: what Mosquitto takes by default. */
#define WINDOW 20
#define MAX_UNDERWAY 1000
#define PROGRESS_SECONDS 5
/* Nothing arrives and nothing is accepted for so long: that does not end by itself. */
#define STALL_TICKS (60 / PROGRESS_SECONDS)

/* max_inflight_messages: more than ever are underway. After a reconnection Mosquitto 2.0.11 sends more
 * than its window; and what is beyond it when it is stopped, it begins anew after its start, with
 * PUBLISH after PUBREL.
 * log_type: not a line for each packet, which would be what fills the memory. */
static const char settings[] = "persistence true\n"
                               "max_queued_messages 0\n"
                               "max_inflight_messages 5000\n"
                               "log_type error\n"
                               "log_type warning\n"
                               "log_type information\n";

typedef enum
{
  RESET_SENDER,
  RESET_RECEIVER,
  RESTART,
} Harm;

typedef struct
{
  guint at; /* messages that were received */
  Harm harm;
} Event;

typedef struct
{
  const char *name;
  FaultProxy *proxy;
  MqttcClient *client;
  guint n_connected;
  guint n_disconnected; /* attempts that failed are counted too */
} End;

typedef struct
{
  const SoakPlan *plan;
  SoakResult *result;
  TestMosquitto *server;
  End sender;
  End receiver;
  gboolean settled;   /* Mosquitto has repeated to the receiver what it had to */
  GArray *events;     /* of Event, in their order */
  guint next;         /* of them */
  guint max_underway; /* published and not yet received */
  guint n_sent;
  gboolean end_sent;
  gboolean end_received;
  guint64 marker; /* of progress, at the last tick */
  guint n_still;  /* ticks without any */
} Run;

/* --- When what is done. --- */

static int
compare_uints (gconstpointer a,
               gconstpointer b)
{
  const guint *x = a;
  const guint *y = b;

  return *x < *y ? -1 : *x > *y;
}

static Harm
draw_harm (GRand *rand,
           guint *n_restarts,
           guint *n_resets)
{
  if ((guint) g_rand_int_range (rand, 0, (gint32) (*n_restarts + *n_resets)) < *n_restarts)
    {
      (*n_restarts)--;
      return RESTART;
    }
  (*n_resets)--;

  return g_rand_boolean (rand) ? RESET_SENDER : RESET_RECEIVER;
}

static GArray *
draw_events (const SoakPlan *plan)
{
  GRand *rand = g_rand_new_with_seed (plan->seed + plan->qos);
  GArray *events = g_array_new (FALSE, FALSE, sizeof (Event));
  guint n_restarts = plan->n_restarts;
  guint n_resets = plan->n_resets;
  guint n_events = n_restarts + n_resets;
  g_autofree guint *counts = g_new (guint, n_events);

  /* Not at the very end: each has messages to disturb. */
  for (guint i = 0; i < n_events; i++)
    counts[i] = (guint) (g_rand_double_range (rand, 0.01, 0.97) * plan->n_messages);
  qsort (counts, n_events, sizeof counts[0], compare_uints);
  for (guint i = 0; i < n_events; i++)
    {
      Event event = { counts[i], draw_harm (rand, &n_restarts, &n_resets) };

      g_array_append_val (events, event);
    }
  g_rand_free (rand);

  return events;
}

/* --- The sender. --- */

static void send_more (Run *run);

static void
published_cb (GObject *source,
              GAsyncResult *async_result,
              gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack
      = mqttc_client_publish_finish (MQTTC_CLIENT (source), async_result, &error);

  if (ack == NULL)
    {
      g_printerr ("A message was not published: %s\n", error->message);
      run->result->n_failed++;
    }
  else
    {
      soak_tally_accepted (&run->result->tally);
    }
  send_more (run);
}

static void
send_one (Run *run,
          guint number)
{
  gsize length;
  g_autofree char *payload = soak_tally_make_payload (number, &length);
  g_autoptr (MqttcMessage) message = mqttc_message_new_data (TOPIC, payload, length);

  mqttc_message_set_qos (message, run->plan->qos);
  mqttc_client_publish_async (run->sender.client, message, NULL, published_cb, run);
}

static void
send_fence (Run *run,
            const char *text)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (FENCE, text);

  mqttc_message_set_qos (message, run->plan->qos);
  mqttc_client_publish_async (run->sender.client, message, NULL, NULL, NULL);
}

/* Not far beyond the next event, so that they are spread over the whole. */
static guint
get_limit (const Run *run)
{
  guint n_messages = run->plan->n_messages;

  if (run->next == run->events->len)
    return n_messages;

  return MIN (n_messages, g_array_index (run->events, Event, run->next).at + run->max_underway / 2);
}

static void
send_more (Run *run)
{
  const SoakResult *result = run->result;
  guint n_ended = result->tally.n_accepted + result->n_failed;
  guint limit = get_limit (run);

  while (run->n_sent < limit && run->n_sent - result->tally.n_received < run->max_underway)
    send_one (run, run->n_sent++);
  if (n_ended == run->plan->n_messages && !run->end_sent)
    {
      send_fence (run, LAST_FENCE);
      run->end_sent = TRUE;
    }
}

static void
outgoing_cb (MqttcEventLoop *loop,
             MqttcPacket *packet,
             gpointer user_data)
{
  Run *run = user_data;
  MqttcMessage *message = mqttc_packet_get_message (packet);
  const char *payload;
  gsize length;
  guint number;

  if (message == NULL)
    return;

  payload = mqttc_message_peek_payload (message, &length);
  if (soak_tally_read_payload (payload, length, &number))
    soak_tally_sent (&run->result->tally, number);
}

/* --- The receiver. --- */

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  Run *run = user_data;
  SoakResult *result = run->result;
  gsize length;
  const char *payload = mqttc_message_peek_payload (message, &length);
  guint number;

  if (g_str_equal (mqttc_message_get_topic (message), FENCE))
    {
      run->end_received |= g_str_equal (mqttc_message_get_text (message), LAST_FENCE);
      return;
    }
  if (!soak_tally_read_payload (payload, length, &number) || number >= run->plan->n_messages
      || mqttc_message_get_qos (message) != run->plan->qos)
    {
      result->tally.n_damaged++;
      return;
    }

  soak_tally_arrived (&result->tally, number, mqttc_message_get_dup (message));
  send_more (run);
}

/* Mosquitto 2.0.11 goes through what is in flight in its order. If the connection is lost again before
 * it has come to a PUBREL that is to be repeated, it repeats PUBLISH on the next one, which the
 * standard forbids, and the receiver has to take it for another message. So nothing is done to a
 * connection before something new has come over it; a fence sees to it that there is something. */
static void
incoming_cb (MqttcEventLoop *loop,
             MqttcPacket *packet,
             gpointer user_data)
{
  Run *run = user_data;
  MqttcMessage *message = mqttc_packet_get_message (packet);

  if (mqttc_packet_get_packet_type (packet) == MQTTC_PACKET_TYPE_CONNACK)
    {
      run->settled = FALSE;
      send_fence (run, "");
    }
  else if (message != NULL && !mqttc_message_get_dup (message))
    {
      run->settled = TRUE;
    }
}

/* --- Both. --- */

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  End *end = user_data;

  end->n_connected++;
}

static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry_usec,
                 gpointer user_data)
{
  End *end = user_data;

  end->n_disconnected++;
}

static void
open_end (End *end,
          const char *name,
          TestMosquitto *server)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;

  end->name = name;
  end->proxy = fault_proxy_new_threaded (test_mosquitto_get_port (server));
  mqttc_options_set_host (options, "127.0.0.1");
  mqttc_options_set_port (options, fault_proxy_get_port (end->proxy));
  mqttc_options_set_client_id (options, name);
  mqttc_options_set_clean_session (options, FALSE);
  mqttc_options_set_max_inflight (options, WINDOW);
  mqttc_options_set_reconnect_min_delay (options, 20);
  mqttc_options_set_reconnect_max_delay (options, 200);
  end->client = mqttc_client_new (options);
  g_signal_connect (end->client, "connected", G_CALLBACK (connected_cb), end);
  g_signal_connect (end->client, "disconnected", G_CALLBACK (disconnected_cb), end);

  mqttc_client_open_async (end->client, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  connack = mqttc_client_open_finish (end->client, result, &error);
  g_assert_no_error (error);
}

static void
close_end (End *end)
{
  g_autoptr (GAsyncResult) result = NULL;

  /* After a run that was given up, what is in the queue is in nobody's interest. */
  mqttc_options_set_close_timeout (mqttc_client_get_options (end->client), 1000);
  mqttc_client_close_async (end->client, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_close_finish (end->client, result, NULL);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&end->client));
  g_clear_pointer (&end->proxy, fault_proxy_free);
}

static void
subscribe (End *end,
           const char *filter,
           MqttcQos qos)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new (filter, qos);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_subscribe_async (end->client, subscription, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_subscribe_finish (end->client, result, &error);
  g_assert_no_error (error);
}

/* --- Harm. --- */

static gboolean
is_connected (const End *end)
{
  return mqttc_client_get_state (end->client) == MQTTC_CONNECTION_STATE_CONNECTED;
}

static void
reset (Run *run,
       End *end)
{
  guint n_disconnected = end->n_disconnected;

  fault_proxy_reset_all (end->proxy);
  while (end->n_disconnected == n_disconnected && !run->result->stalled)
    g_main_context_iteration (NULL, TRUE);
  run->result->n_resets++;
}

/* It is away for as long as it takes both clients to notice, and to try in vain. */
static void
restart (Run *run)
{
  guint n_sender = run->sender.n_disconnected + 2;
  guint n_receiver = run->receiver.n_disconnected + 2;

  test_mosquitto_stop (run->server);
  while ((run->sender.n_disconnected < n_sender || run->receiver.n_disconnected < n_receiver)
         && !run->result->stalled)
    g_main_context_iteration (NULL, TRUE);
  test_mosquitto_start (run->server);
  run->result->n_restarts++;
}

static gboolean
is_due (const Run *run)
{
  return run->next < run->events->len && run->settled && is_connected (&run->sender)
         && is_connected (&run->receiver)
         && run->result->tally.n_received >= g_array_index (run->events, Event, run->next).at;
}

static void
do_harm (Run *run)
{
  run->result->n_disturbed += run->n_sent > run->result->tally.n_received;
  switch (g_array_index (run->events, Event, run->next++).harm)
    {
    case RESET_SENDER:
      reset (run, &run->sender);
      break;
    case RESET_RECEIVER:
      reset (run, &run->receiver);
      break;
    case RESTART:
    default:
      restart (run);
      break;
    }
  send_more (run);
}

/* --- The whole. --- */

static gboolean
is_over (const Run *run)
{
  return run->result->stalled || (run->end_received && run->next == run->events->len);
}

static gboolean
tick_cb (gpointer user_data)
{
  Run *run = user_data;
  SoakResult *result = run->result;
  gboolean terminal = isatty (STDERR_FILENO);
  guint64 marker = (guint64) result->tally.n_accepted + result->tally.n_received;

  run->n_still = marker == run->marker ? run->n_still + 1 : 0;
  run->marker = marker;
  result->stalled = run->n_still >= STALL_TICKS;
  g_printerr ("%sQoS %d: %u of %u accepted, %u received, %u restarts, %u resets, %.1f MiB%s",
              terminal ? "\r" : "", run->plan->qos, result->tally.n_accepted, run->plan->n_messages,
              result->tally.n_received, result->n_restarts, result->n_resets,
              soak_memory_get_now () / 1048576.0, terminal && !result->stalled ? "   " : "\n");

  return G_SOURCE_CONTINUE;
}

static void
move_all (Run *run)
{
  guint tick_id = g_timeout_add_seconds (PROGRESS_SECONDS, tick_cb, run);

  send_more (run);
  while (!is_over (run))
    {
      g_main_context_iteration (NULL, TRUE);
      if (is_due (run))
        do_harm (run);
    }
  g_source_remove (tick_id);
  if (isatty (STDERR_FILENO))
    g_printerr ("\r%80s\r", "");
}

void
soak_run (const SoakPlan *plan,
          SoakResult *result)
{
  Run run = { .plan = plan, .result = result };
  gint64 start;

  *result = (SoakResult){ 0 };
  soak_tally_init (&result->tally, plan->n_messages, plan->qos);
  run.events = draw_events (plan);
  run.max_underway = CLAMP (plan->n_messages / 50, 2 * WINDOW, MAX_UNDERWAY);
  run.server = test_mosquitto_new_with (settings);
  open_end (&run.receiver, "receiver", run.server);
  g_signal_connect (run.receiver.client, "message", G_CALLBACK (message_cb), &run);
  g_signal_connect (mqttc_client_get_event_loop (run.receiver.client), "incoming",
                    G_CALLBACK (incoming_cb), &run);
  subscribe (&run.receiver, TOPIC, plan->qos);
  subscribe (&run.receiver, FENCE, plan->qos);
  open_end (&run.sender, "sender", run.server);
  g_signal_connect (mqttc_client_get_event_loop (run.sender.client), "outgoing",
                    G_CALLBACK (outgoing_cb), &run);

  soak_memory_reset_peak ();
  result->memory_start = soak_memory_get_now ();
  start = g_get_monotonic_time ();
  move_all (&run);
  result->seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  result->memory_peak = soak_memory_get_peak ();
  result->n_connected[0] = run.sender.n_connected;
  result->n_connected[1] = run.receiver.n_connected;
  result->max_resent = WINDOW * (run.sender.n_connected - 1);

  close_end (&run.sender);
  close_end (&run.receiver);
  test_mosquitto_free (run.server);
  g_array_unref (run.events);
}

void
soak_result_clear (SoakResult *result)
{
  soak_tally_clear (&result->tally);
}
