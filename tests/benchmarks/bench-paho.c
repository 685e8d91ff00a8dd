/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Paho C, its asynchronous interface; two threads of its own do the I/O. */

#include <MQTTAsync.h>

#include "benchmark.h"

/* Of QoS 0: what may wait in the library. */
#define MAX_WAITING 1000
#define MAX_WAITING_BYTES (1 << 20)

static BenchOptions options;
static MQTTAsync client;
static GMutex lock;
static GCond changed;
static guint64 sent;
static guint64 done;
static gboolean ready;
static gint64 round_began;

static void
check (int result)
{
  if (result != MQTTASYNC_SUCCESS)
    bench_fail ("Paho: %s", MQTTAsync_strerror (result));
}

static void
failed_cb (void *data,
           MQTTAsync_failureData *response)
{
  bench_fail ("Paho: %s",
              response != NULL && response->message != NULL ? response->message : "failed");
}

static void
ready_cb (void *data,
          MQTTAsync_successData *response)
{
  g_mutex_lock (&lock);
  ready = TRUE;
  g_cond_signal (&changed);
  g_mutex_unlock (&lock);
}

/* The same for MQTT 5. */
static void
failed5_cb (void *data,
            MQTTAsync_failureData5 *response)
{
  bench_fail ("Paho: %s",
              response != NULL && response->message != NULL ? response->message : "failed");
}

static void
ready5_cb (void *data,
           MQTTAsync_successData5 *response)
{
  ready_cb (data, NULL);
}

static void
set_callbacks (MQTTAsync_responseOptions *response,
               MQTTAsync_onSuccess *success,
               MQTTAsync_onSuccess5 *success5)
{
  if (options.v5)
    {
      response->onSuccess5 = success5;
      response->onFailure5 = failed5_cb;
    }
  else
    {
      response->onSuccess = success;
      response->onFailure = failed_cb;
    }
}

static void
wait_until_ready (void)
{
  g_mutex_lock (&lock);
  while (!ready)
    g_cond_wait (&changed, &lock);
  ready = FALSE;
  g_mutex_unlock (&lock);
}

/* --- Publishing. --- */

static void
published_cb (void *data,
              MQTTAsync_successData *response)
{
  g_mutex_lock (&lock);
  done++;
  g_cond_signal (&changed);
  g_mutex_unlock (&lock);
}

static void
published5_cb (void *data,
               MQTTAsync_successData5 *response)
{
  published_cb (data, NULL);
}

static void
send_message (guint qos,
              guint size,
              MQTTAsync_onSuccess *success,
              MQTTAsync_onSuccess5 *success5)
{
  MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;

  set_callbacks (&response, success, success5);
  check (
      MQTTAsync_send (client, BENCH_TOPIC, (int) size, options.payload, (int) qos, 0, &response));
}

static void
publish (void)
{
  guint64 window = options.window;

  if (options.qos == 0)
    window = CLAMP (MAX_WAITING_BYTES / options.size, 1, MAX_WAITING);

  while (sent < options.count)
    {
      send_message (options.qos, options.size, published_cb, published5_cb);
      sent++;
      g_mutex_lock (&lock);
      while (sent - done >= window)
        g_cond_wait (&changed, &lock);
      g_mutex_unlock (&lock);
    }

  if (options.qos == 0)
    {
      send_message (1, 0, ready_cb, ready5_cb);
      wait_until_ready ();
      return;
    }
  g_mutex_lock (&lock);
  while (done < options.count)
    g_cond_wait (&changed, &lock);
  g_mutex_unlock (&lock);
}

/* --- Receiving. --- */

static int
message_cb (void *data,
            char *topic,
            int topic_len,
            MQTTAsync_message *message)
{
  if ((guint) message->payloadlen != options.size)
    bench_fail ("A message of %d bytes", message->payloadlen);

  done++;
  if (round_began != 0)
    {
      gint64 now = bench_now ();

      bench_add_time (&options, now - round_began);
      round_began = now;
      if (done < options.count)
        send_message (0, options.size, NULL, NULL);
    }
  MQTTAsync_freeMessage (&message);
  MQTTAsync_free (topic);
  if (done == options.count)
    ready_cb (NULL, NULL);

  return 1;
}

static void
subscribe (void)
{
  MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;

  set_callbacks (&response, ready_cb, ready5_cb);
  check (MQTTAsync_subscribe (client, BENCH_TOPIC, (int) options.qos, &response));
}

static void
receive (void)
{
  guint64 n = 0;

  subscribe ();
  /* Two are told of: the subscription, and the last message, maybe at once. */
  while (n < options.count)
    {
      wait_until_ready ();
      n = done;
    }
}

static void
go_round (void)
{
  subscribe ();
  wait_until_ready ();
  bench_start ();
  round_began = bench_now ();
  send_message (0, options.size, NULL, NULL);
  wait_until_ready ();
}

/* --- Opening. --- */

static void
open_client (void)
{
  MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer5;
  MQTTAsync_connectOptions connect = MQTTAsync_connectOptions_initializer;
  MQTTAsync_connectOptions connect5 = MQTTAsync_connectOptions_initializer5;
  MQTTAsync_SSLOptions tls = MQTTAsync_SSLOptions_initializer;
  g_autofree char *uri = g_strdup_printf ("%s://127.0.0.1:%u",
                                          options.ca_file != NULL ? "ssl" : "tcp", options.port);

  if (options.v5)
    {
      create.maxBufferedMessages = 2 * MAX_WAITING;
      check (MQTTAsync_createWithOptions (&client, uri, options.client_id,
                                          MQTTCLIENT_PERSISTENCE_NONE, NULL, &create));
    }
  else
    check (MQTTAsync_create (&client, uri, options.client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL));
  check (MQTTAsync_setCallbacks (client, NULL, NULL, message_cb, NULL));
  connect.cleansession = 1;
  connect.MQTTVersion = MQTTVERSION_3_1_1;
  connect.onSuccess = ready_cb;
  connect.onFailure = failed_cb;
  if (options.v5)
    {
      connect = connect5;
      connect.onSuccess5 = ready5_cb;
      connect.onFailure5 = failed5_cb;
    }
  connect.keepAliveInterval = 0;
  connect.maxInflight = (int) options.window;
  if (options.ca_file != NULL)
    {
      tls.trustStore = options.ca_file;
      connect.ssl = &tls;
    }
  check (MQTTAsync_connect (client, &connect));
  wait_until_ready ();
}

int
main (int argc,
      char **argv)
{
  bench_parse (&options, argc, argv);
  open_client ();

  bench_start ();
  if (bench_is (&options, "publish"))
    publish ();
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
