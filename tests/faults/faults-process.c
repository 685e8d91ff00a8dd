/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of a client whose process stands still, is killed, or does not come back to its main
 * loop. Mosquitto's patience is real time: a second and a half for a keep alive interval of one. */

#include <stdlib.h>
#include <string.h>

#include "fault-child.h"
#include "fault-proxy.h"
#include "fault-row.h"
#include "test-mosquitto.h"
#include "test-peer.h"

#define N_MESSAGES 2000

static gint64
count_msec (gint64 since)
{
  return (g_get_monotonic_time () - since) / 1000;
}

static guint
count_text (Peer *peer,
            const char *text)
{
  guint n = 0;

  for (guint i = 0; i < peer->messages->len; i++)
    n += g_str_equal (mqttc_message_get_text (g_ptr_array_index (peer->messages, i)), text);

  return n;
}

/* --- Row 17. --- */

/* What the child published, without what the standard lets the server repeat. */
static guint
count_numbers (Peer *peer,
               guint *n_repeated_qos2)
{
  g_autofree guint8 *seen = g_malloc0 (N_MESSAGES);
  guint n = 0;

  *n_repeated_qos2 = 0;
  for (guint i = 0; i < peer->messages->len; i++)
    {
      guint number = atoi (mqttc_message_get_text (g_ptr_array_index (peer->messages, i)));

      g_assert_cmpuint (number, <, N_MESSAGES);
      *n_repeated_qos2 += seen[number] && number % 2 == 1;
      n += !seen[number];
      seen[number] = TRUE;
    }

  return n;
}

static void
test_client_stopped (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *peer = peer_new (uri, "watcher");
  TestProcess *child;
  guint n_repeated;
  gint64 start;

  peer_open_ok (peer);
  peer_subscribe (peer, "from/+", MQTTC_QOS_EXACTLY_ONCE);
  child = fault_child_new (uri, "stopped", N_MESSAGES);
  test_process_wait_log (child, "half\n", 1);
  test_process_pause (child);
  start = g_get_monotonic_time ();
  test_mosquitto_wait_log (server, "Client stopped has exceeded timeout");
  /* While it is away. */
  peer_publish (peer, "to/stopped", "waiting", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  fault_row (17, "client stopped by SIGSTOP", "the server gives it up",
             "after %" G_GINT64_FORMAT " ms", count_msec (start));

  test_process_resume (child);
  test_process_wait_log (child, "connected 2\n", 1);
  test_process_wait_log (child, "got waiting\n", 1);
  test_process_wait_log (child, "completed 2000 twice 0 failed 0\n", 1);
  while (count_numbers (peer, &n_repeated) < N_MESSAGES)
    peer_wait ();
  g_assert_cmpuint (n_repeated, ==, 0);
  test_process_terminate (child);
  test_process_wait_log (child, "closed\n", 1);
  g_assert_cmpuint (test_process_count_log (child, "got waiting\n"), ==, 1);
  g_assert_cmpuint (test_process_count_log (child, "completed"), ==, 1);
  fault_row (17, "client goes on by SIGCONT",
             "connected again, each of 2000 completed once, none missing, QoS 2 once",
             "%u connections, %u messages, %u of QoS 2 again, what waited came once",
             test_process_count_log (child, "connected "), N_MESSAGES, n_repeated);

  test_process_free (child);
  peer_free (peer);
  test_mosquitto_free (server);
}

/* --- Row 51. --- */

typedef struct
{
  TestMosquitto *server;
  FaultProxy *proxy;
  Peer *watcher;
  TestProcess *child;
} Will;

static void
set_up_will (Will *self,
             const char *client_id)
{
  g_autofree char *uri = NULL;
  g_autofree char *proxy_uri = NULL;

  self->server = test_mosquitto_new (NULL, NULL);
  self->proxy = fault_proxy_new_threaded (test_mosquitto_get_port (self->server));
  uri = test_mosquitto_get_uri (self->server);
  proxy_uri = fault_proxy_get_uri (self->proxy);
  self->watcher = peer_new (uri, NULL);
  peer_open_ok (self->watcher);
  peer_subscribe (self->watcher, "will", MQTTC_QOS_AT_LEAST_ONCE);
  self->child = fault_child_new (proxy_uri, client_id, 0);
  test_process_wait_log (self->child, "subscribed\n", 1);
}

static void
tear_down_will (Will *self)
{
  test_process_free (self->child);
  peer_free (self->watcher);
  fault_proxy_free (self->proxy);
  test_mosquitto_free (self->server);
}

/* All that Mosquitto has sent so far. */
static guint
count_wills (Will *self,
             const char *client_id)
{
  peer_publish (self->watcher, "will", "fence", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  while (count_text (self->watcher, "fence") == 0)
    peer_wait ();

  return count_text (self->watcher, client_id);
}

/* [MQTT-3.14.4-3] */
static void
test_will_graceful (void)
{
  Will will;

  set_up_will (&will, "polite");
  test_process_terminate (will.child);
  test_process_wait_log (will.child, "closed\n", 1);
  test_mosquitto_wait_log (will.server, "Client polite disconnected");
  fault_row_exactly (51, "client closes", "wills", 0, count_wills (&will, "polite"));
  tear_down_will (&will);
}

/* [MQTT-3.1.2-8] */
static void
test_will_killed (void)
{
  Will will;

  set_up_will (&will, "killed");
  test_process_kill (will.child);
  peer_wait_messages (will.watcher, 1);
  fault_row_exactly (51, "client killed", "wills", 1, count_wills (&will, "killed"));
  tear_down_will (&will);
}

static void
test_will_cut (void)
{
  Will will;
  gint64 start;

  set_up_will (&will, "cut");
  fault_proxy_set_blackhole (will.proxy, FAULT_UP, TRUE);
  fault_proxy_set_blackhole (will.proxy, FAULT_DOWN, TRUE);
  start = g_get_monotonic_time ();
  peer_wait_messages (will.watcher, 1);
  fault_row (51, "network cut", "the server waits, then publishes the will",
             "after %" G_GINT64_FORMAT " ms", count_msec (start));
  fault_row_exactly (51, "network cut", "wills", 1, count_wills (&will, "cut"));

  /* The client has noticed, too. */
  fault_proxy_heal (will.proxy);
  test_process_wait_log (will.child, "connected 2\n", 1);
  tear_down_will (&will);
}

/* --- Row 48. --- */

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
result_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  GAsyncResult **out = user_data;

  *out = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    peer_wait ();
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
  mqttc_client_subscribe_async (self->client, subscription, NULL, result_cb, &result);
  wait_for (&result);
  mqttc_client_subscribe_finish (self->client, result, &error);
  g_assert_no_error (error);
}

static void
program_close (Program *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_close_async (self->client, NULL, result_cb, &result);
  wait_for (&result);
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
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
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
  fault_row (48, io_thread ? "main loop blocked, with io-thread" : "main loop blocked, one thread",
             io_thread ? "1 connection, nothing lost" : "2 connections, nothing lost",
             "%u connections, %u of 10 published, %u of 2 received, blocked for %" G_GINT64_FORMAT
             " ms",
             program.n_connected, program.n_completed, program.n_messages, count_msec (start));

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
  fault_child_take_over (argc, argv);
  peer_init (&argc, &argv);

  g_test_add_func ("/faults/17/client-stopped", test_client_stopped);
  g_test_add_func ("/faults/48/blocked/one-thread", test_blocked);
  g_test_add_func ("/faults/48/blocked/io-thread", test_blocked_io_thread);
  g_test_add_func ("/faults/51/will/client-closes", test_will_graceful);
  g_test_add_func ("/faults/51/will/client-killed", test_will_killed);
  g_test_add_func ("/faults/51/will/network-cut", test_will_cut);

  return peer_run ();
}
