/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* This library, through its public interface. */

#include <mqttc-glib.h>

#include "benchmark.h"

/* Messages of QoS 0 between two looks at the main loop, and messages of a step: 64 bytes each, they fit
 * in one read. */
#define BATCH 400
#define MAX_BATCH_BYTES (1 << 20)

static BenchOptions options;
static MqttcClient *client;
static GBytes *payload;
static char **topics; /* (owned) (nullable) */
static guint64 sent;
static guint64 done;
static gint64 round_began;
static gboolean finished;

static void
iterate_until_finished (void)
{
  while (!finished)
    g_main_context_iteration (NULL, TRUE);
  finished = FALSE;
}

/* --- Steps, which make the count of instructions repeat. --- */

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* What has been done so far is no step. */
static void
begin (void)
{
  if (options.control >= 0)
    bench_step (&options, 0, 0);
  bench_start ();
}

/* One turn of the main loop; with --control all that follows from the next @expect packets. */
static void
turn (guint expect,
      guint send)
{
  if (options.control < 0)
    {
      g_main_context_iteration (NULL, TRUE);
      return;
    }

  settle ();
  bench_step (&options, expect, send);
  settle ();
}

/* --- Opening. --- */

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (client, result, &error);

  if (connack == NULL)
    bench_fail ("%s", error->message);
  finished = TRUE;
}

static void
open_client (void)
{
  g_autoptr (MqttcOptions) o = mqttc_options_new ();

  mqttc_options_set_host (o, "127.0.0.1");
  mqttc_options_set_port (o, options.port);
  mqttc_options_set_protocol (o, options.v5 ? MQTTC_PROTOCOL_V5 : MQTTC_PROTOCOL_V3_1_1);
  mqttc_options_set_protocol_fallback (o, FALSE);
  mqttc_options_set_max_topic_aliases (o, options.aliases);
  mqttc_options_set_client_id (o, options.client_id);
  mqttc_options_set_keep_alive (o, 0);
  mqttc_options_set_reconnect (o, FALSE);
  mqttc_options_set_max_inflight (o, options.window);
  if (options.ca_file != NULL)
    {
      mqttc_options_set_use_tls (o, TRUE);
      mqttc_options_set_ca_file (o, options.ca_file);
    }

  client = mqttc_client_new (o);
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  iterate_until_finished ();
}

/* --- Publishing. --- */

/* 60 characters each. */
static void
make_topics (void)
{
  topics = g_new0 (char *, options.topics);
  for (guint i = 0; i < options.topics; i++)
    topics[i] = g_strdup_printf ("factory/hall-07/line-03/machine-%04u/sensors/temperature/max", i);
}

static void
free_topics (void)
{
  for (guint i = 0; i < options.topics; i++)
    g_free (topics[i]);
  g_free (topics);
}

static const char *
get_topic (void)
{
  return topics != NULL ? topics[sent % options.topics] : BENCH_TOPIC;
}

/* Those of bench_find_properties(). */
static void
set_properties (MqttcMessage *message)
{
  if (g_str_equal (options.properties_name, "user"))
    mqttc_message_add_user_property (message, "unit", "celsius");
  else if (g_str_equal (options.properties_name, "expiry"))
    mqttc_message_set_expiry_interval (message, 3600);
}

/* Who has bytes gives bytes, who has a GBytes gives that. */
static MqttcMessage *
make_message (void)
{
  MqttcMessage *message;

  if (options.size <= 1024)
    message = mqttc_message_new_data (get_topic (), options.payload, options.size);
  else
    message = mqttc_message_new (get_topic (), payload);
  if (options.qos > 0)
    mqttc_message_set_qos (message, (MqttcQos) options.qos);
  if (options.v5 && options.properties->len > 0)
    set_properties (message);

  return message;
}

static void
publish (void)
{
  g_autoptr (MqttcMessage) message = make_message ();
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_try_publish (client, message, &error))
    bench_fail ("%s", error->message);
  sent++;
}

static void
flushed_cb (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (client, result, &error);

  if (ack == NULL)
    bench_fail ("%s", error->message);
  finished = TRUE;
}

/* That the broker has everything, it says by acknowledging something. */
static void
flush (void)
{
  mqttc_client_publish_text_async (client, get_topic (), "", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   flushed_cb, NULL);
  iterate_until_finished ();
}

static void
publish_batches (void)
{
  guint batch = CLAMP (MAX_BATCH_BYTES / options.size, 1, BATCH);

  begin ();
  while (sent < options.count)
    {
      guint64 before = sent;

      while (sent < options.count && sent < before + batch)
        publish ();

      if (options.control >= 0)
        turn (sent - before, 0);
      else
        g_main_context_iteration (NULL, FALSE);
      while (mqttc_client_get_queued (client) > 0)
        g_main_context_iteration (NULL, TRUE);
    }
  if (options.control < 0)
    flush ();
}

static void
incoming_cb (MqttcEventLoop *loop,
             MqttcPacket *packet,
             gpointer user_data)
{
  MqttcPacketType last = options.qos == 1 ? MQTTC_PACKET_TYPE_PUBACK : MQTTC_PACKET_TYPE_PUBCOMP;

  if (mqttc_packet_get_packet_type (packet) != last)
    return;

  done++;
  if (sent < options.count)
    publish ();
}

static void
publish_window (void)
{
  begin ();
  g_signal_connect (mqttc_client_get_event_loop (client), "incoming", G_CALLBACK (incoming_cb),
                    NULL);
  while (sent < MIN (options.window, options.count))
    publish ();
  while (done < options.count)
    turn (options.window, 0);
}

static void publish_and_wait (void);

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (client, result, &error);

  if (ack == NULL)
    bench_fail ("%s", error->message);

  done++;
  if (sent < options.count)
    publish_and_wait ();
}

static void
publish_and_wait (void)
{
  g_autoptr (MqttcMessage) message = make_message ();

  mqttc_client_publish_async (client, message, NULL, published_cb, NULL);
  sent++;
}

static void
publish_async (void)
{
  begin ();
  while (sent < MIN (options.window, options.count))
    publish_and_wait ();
  while (done < options.count)
    turn (options.window, 0);
}

/* --- Receiving. --- */

static void
count_message (MqttcMessage *message)
{
  gsize len;

  mqttc_message_peek_payload (message, &len);
  if (len != options.size)
    bench_fail ("A message of %" G_GSIZE_FORMAT " bytes", len);
  done++;
}

static void
handle (MqttcSubscription *subscription,
        MqttcMessage *message,
        gpointer user_data)
{
  count_message (message);
}

static void
message_cb (MqttcClient *self,
            MqttcMessage *message,
            gpointer user_data)
{
  count_message (message);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_subscribe_finish (client, result, &error))
    bench_fail ("%s", error->message);
  finished = TRUE;
}

static void
subscribe (MqttcMessageFunc handler)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new (BENCH_TOPIC, (MqttcQos) options.qos);

  if (handler != NULL)
    mqttc_subscription_set_handler (subscription, handler, NULL, NULL);
  else
    g_signal_connect (client, "message", G_CALLBACK (message_cb), NULL);
  mqttc_client_subscribe_async (client, subscription, NULL, subscribed_cb, NULL);
}

static void
receive (void)
{
  bench_start (); /* the broker begins as soon as it is asked to */
  subscribe (bench_is (&options, "receive") ? handle : NULL);
  iterate_until_finished ();

  if (options.control >= 0)
    begin ();
  while (done < options.count)
    turn (options.qos > 0 && done > 0 ? BATCH : 0, BATCH);
}

/* --- One message there and back. --- */

static void
echo (MqttcSubscription *subscription,
      MqttcMessage *message,
      gpointer user_data)
{
  gint64 now = bench_now ();

  bench_add_time (&options, now - round_began);
  done++;
  round_began = now;
  if (sent < options.count)
    publish ();
}

static void
go_round (void)
{
  subscribe (echo);
  iterate_until_finished ();

  begin ();
  round_began = bench_now ();
  publish ();
  while (done < options.count)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (void);
  } workloads[] = {
    { "publish", publish_window }, { "publish-async", publish_async }, { "receive", receive },
    { "receive-signal", receive }, { "roundtrip", go_round },
  };
  gsize i = 0;

  bench_parse (&options, argc, argv);
  payload = g_bytes_new_static (options.payload, options.size);
  if (options.topics > 0)
    make_topics ();
  open_client ();

  if (bench_is (&options, "publish") && options.qos == 0)
    publish_batches ();
  else
    {
      while (i < G_N_ELEMENTS (workloads) && !bench_is (&options, workloads[i].name))
        i++;
      if (i == G_N_ELEMENTS (workloads))
        bench_fail ("%s: no such workload", options.workload);
      workloads[i].run ();
    }
  bench_stop ();

  bench_report (&options);
  g_object_unref (client);
  g_bytes_unref (payload);
  free_topics ();

  return 0;
}
