/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of a client whose program does not come back to its main loop. Mosquitto's patience is
 * real time: a second and a half for a keep alive interval of one. */

#include "fault-row.h"
#include "test-mosquitto.h"
#include "test-peer.h"
#include "test-process.h"

typedef struct
{
  MqttcClient *client;
  guint n_connected;
  guint n_completed;
  guint n_failed;
  guint n_messages;
} Program;

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  Program *self = user_data;

  self->n_connected++;
}

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  Program *self = user_data;

  self->n_messages++;
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Program *self = user_data;
  g_autoptr (MqttcPacket) packet = mqttc_client_publish_finish (self->client, result, NULL);

  self->n_failed += packet == NULL;
  self->n_completed++;
}

static void
program_open (Program *self,
              const char *uri,
              gboolean io_thread)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (uri, &error);
  g_autoptr (MqttcEventLoop) loop = NULL;
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("in", MQTTC_QOS_EXACTLY_ONCE);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  mqttc_options_set_client_id (options, "blocked");
  mqttc_options_set_clean_session (options, FALSE);
  mqttc_options_set_keep_alive (options, 1);
  mqttc_options_set_reconnect_min_delay (options, 20);
  mqttc_options_set_reconnect_max_delay (options, 200);
  *self = (Program){ 0 };
  loop = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", options, "io-thread", io_thread, NULL);
  self->client = mqttc_event_loop_get_client (loop);
  g_signal_connect (self->client, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect (self->client, "message", G_CALLBACK (message_cb), self);
  mqttc_client_open_async (self->client, NULL, NULL, NULL);
  mqttc_client_subscribe_async (self->client, subscription, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_subscribe_finish (self->client, result, &error);
  g_assert_no_error (error);
}

static void
program_close (Program *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_close_async (self->client, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_close_finish (self->client, result, NULL);
  g_clear_object (&result);
  g_clear_object (&self->client);
}

static void
program_publish (Program *self)
{
  for (guint i = 0; i < 10; i++)
    mqttc_client_publish_text_async (self->client, "out", "text", 1 + i % 2, FALSE, NULL,
                                     published_cb, self);
}

/* Somebody else's process sends, while this one is busy. */
static void
send_in (TestMosquitto *server)
{
  g_autofree char *port = g_strdup_printf ("%u", test_mosquitto_get_port (server));
  const char *argv[] = { "mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-t", "in", "-m",
                         "text",          "-q", "2",         NULL };

  test_process_run (argv);
}

static void
block (gboolean io_thread,
       guint n_connections)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Program program;
  gint64 start;

  program_open (&program, uri, io_thread);
  program_publish (&program);
  start = g_get_monotonic_time ();
  /* Without iterating the context: for two intervals at least. */
  send_in (server);
  if (io_thread)
    test_mosquitto_wait_log_times (server, "Received PINGREQ from blocked", 3);
  else
    test_mosquitto_wait_log (server, "Client blocked has exceeded timeout");
  send_in (server);

  while (program.n_completed < 10 || program.n_messages < 2 || program.n_connected < n_connections)
    peer_wait ();
  g_assert_cmpuint (program.n_failed, ==, 0);
  g_assert_cmpuint (program.n_completed, ==, 10);
  g_assert_cmpuint (program.n_messages, ==, 2);
  g_assert_cmpuint (program.n_connected, ==, n_connections);
  fault_row (
      48, io_thread ? "main loop blocked, with io-thread" : "main loop blocked, one thread",
      io_thread ? "1 connection, nothing lost" : "2 connections, nothing lost",
      "%u connections, %u of 10 published, %u of 2 received, blocked for %" G_GINT64_FORMAT " ms",
      program.n_connected, program.n_completed, program.n_messages, fault_count_msec (start));

  program_close (&program);
  test_mosquitto_free (server);
}

static void
test_blocked (void)
{
  block (FALSE, 2);
}

static void
test_blocked_io_thread (void)
{
  block (TRUE, 1);
}

int
main (int argc,
      char **argv)
{
  peer_init (&argc, &argv);

  g_test_add_func ("/faults/48/blocked/one-thread", test_blocked);
  g_test_add_func ("/faults/48/blocked/io-thread", test_blocked_io_thread);

  return peer_run ();
}
