/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* libmosquitto: the program calls mosquitto_loop(), or with --threaded 1 a thread of the library does. */

#include <mosquitto.h>

#include "benchmark.h"

/* Of QoS 0, with a thread: what may wait in the library, which knows no bound. */
#define MAX_WAITING 1000

static BenchOptions options;
static struct mosquitto *client;
static GMutex lock;
static GCond changed;
static guint64 sent;
static guint64 published; /* PUBLISH written with QoS 0, acknowledged above */
static guint64 done;
static gboolean connected;
static gboolean subscribed;
static int last_id;
static gboolean flushed;
static gint64 round_began;

static void
check (int result)
{
  if (result != MOSQ_ERR_SUCCESS)
    bench_fail ("%s", mosquitto_strerror (result));
}

/* --- Waiting: in the loop, or for the thread that has it. --- */

static void
notify (void)
{
  if (options.threaded)
    g_cond_signal (&changed);
}

static void
turn (void)
{
  if (options.threaded)
    g_cond_wait (&changed, &lock);
  else
    check (mosquitto_loop (client, -1, 1));
}

/* Callbacks come with the lock of nothing held. */
static void
enter (void)
{
  if (options.threaded)
    g_mutex_lock (&lock);
}

static void
leave (void)
{
  if (options.threaded)
    g_mutex_unlock (&lock);
}

/* --- Publishing. --- */

static int
publish_one (guint qos,
             guint size)
{
  int id = 0;

  leave ();
  check (
      mosquitto_publish (client, &id, BENCH_TOPIC, (int) size, options.payload, (int) qos, false));
  enter ();

  return id;
}

static void
publish (void)
{
  sent++;
  publish_one (options.qos, options.size);
}

static void
publish_cb (struct mosquitto *self,
            void *data,
            int id)
{
  enter ();
  published++;
  /* With QoS 0 within mosquitto_publish(), if there is no thread. */
  flushed = flushed || (last_id != 0 && id == last_id);
  if (options.qos > 0)
    done = published;
  notify ();
  leave ();
}

static void
flush (void)
{
  last_id = publish_one (1, 0);
  while (!flushed)
    turn ();
}

/* Writes at once, but for what the socket does not take. */
static void
publish_all (void)
{
  while (sent < options.count)
    {
      publish ();
      if (options.threaded)
        while (sent - published > MAX_WAITING)
          turn ();
      else
        while (mosquitto_want_write (client))
          check (mosquitto_loop_write (client, 1));
    }
  flush ();
}

/* Publishes outside of the callback, where the library writes at once; measured to be no slower. */
static void
publish_window (void)
{
  while (done < options.count)
    {
      while (sent < options.count && sent - done < options.window)
        publish ();
      if (done < options.count)
        turn ();
    }
}

/* --- Receiving. --- */

static void
message_cb (struct mosquitto *self,
            void *data,
            const struct mosquitto_message *message)
{
  enter ();
  if ((guint) message->payloadlen != options.size)
    bench_fail ("A message of %d bytes", message->payloadlen);
  done++;
  if (round_began != 0)
    {
      gint64 now = bench_now ();

      bench_add_time (&options, now - round_began);
      round_began = now;
      if (sent < options.count)
        publish ();
    }
  notify ();
  leave ();
}

static void
subscribe_cb (struct mosquitto *self,
              void *data,
              int id,
              int n,
              const int *granted)
{
  enter ();
  subscribed = TRUE;
  notify ();
  leave ();
}

static void
subscribe (void)
{
  check (mosquitto_subscribe (client, NULL, BENCH_TOPIC, (int) options.qos));
  while (!subscribed)
    turn ();
}

static void
receive (void)
{
  subscribe ();
  while (done < options.count)
    turn ();
}

static void
go_round (void)
{
  subscribe ();
  bench_start ();
  round_began = bench_now ();
  publish ();
  while (done < options.count)
    turn ();
}

/* --- Opening. --- */

static void
connect_cb (struct mosquitto *self,
            void *data,
            int result)
{
  check (result);
  enter ();
  connected = TRUE;
  notify ();
  leave ();
}

static void
open_client (void)
{
  mosquitto_lib_init ();
  client = mosquitto_new (options.client_id, true, NULL);
  mosquitto_connect_callback_set (client, connect_cb);
  mosquitto_publish_callback_set (client, publish_cb);
  mosquitto_message_callback_set (client, message_cb);
  mosquitto_subscribe_callback_set (client, subscribe_cb);
  check (mosquitto_int_option (client, MOSQ_OPT_PROTOCOL_VERSION,
                               options.v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311));
  check (mosquitto_int_option (client, MOSQ_OPT_TCP_NODELAY, 1));
  check (mosquitto_int_option (client, MOSQ_OPT_SEND_MAXIMUM, (int) options.window));
  if (options.ca_file != NULL)
    check (mosquitto_tls_set (client, options.ca_file, NULL, NULL, NULL, NULL));
  check (mosquitto_connect (client, "127.0.0.1", (int) options.port, 3600));
  if (options.threaded)
    check (mosquitto_loop_start (client));

  enter ();
  while (!connected)
    turn ();
}

int
main (int argc,
      char **argv)
{
  bench_parse (&options, argc, argv);
  open_client ();

  bench_start ();
  if (bench_is (&options, "publish"))
    options.qos == 0 ? publish_all () : publish_window ();
  else if (bench_is (&options, "receive"))
    receive ();
  else if (bench_is (&options, "roundtrip"))
    go_round ();
  else
    bench_fail ("%s: no such workload", options.workload);
  bench_stop ();

  bench_report (&options);

  return 0;
}
