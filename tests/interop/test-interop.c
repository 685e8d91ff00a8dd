/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client and Mosquitto make of each other. */

#include <string.h>

#include "loop/mqttc-event-loop-private.h"
#include "test-mosquitto.h"
#include "test-peer.h"

static void
assert_message (Peer *peer,
                guint n,
                const char *expected)
{
  g_autofree char *text = NULL;

  peer_wait_messages (peer, n + 1);
  text = peer_describe_message (peer, n);
  g_assert_cmpstr (text, ==, expected);
}

/* Every quality of service, both ways: the lower of the two arrives. */
static void
test_qos (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *sender = peer_new (uri, NULL);
  Peer *receiver = peer_new (uri, NULL);
  guint n = 0;

  peer_open_ok (sender);
  peer_open_ok (receiver);
  for (guint wanted = 0; wanted <= 2; wanted++)
    {
      g_autofree char *topic = g_strdup_printf ("qos/%u", wanted);
      g_autofree char *expected = g_strdup_printf ("%s=grüße", topic);

      peer_subscribe (receiver, topic, wanted);
      for (guint sent = 0; sent <= 2; sent++, n++)
        {
          peer_publish (sender, topic, "grüße", sent, FALSE);
          assert_message (receiver, n, expected);
          g_assert_cmpint (mqttc_message_get_qos (receiver->messages->pdata[n]), ==,
                           MIN (sent, wanted));
        }
    }

  peer_free (sender);
  peer_free (receiver);
  test_mosquitto_free (server);
}

static void
publish_zeros (Peer *peer,
               gsize len,
               MqttcQos qos)
{
  g_autofree char *zeros = g_malloc0 (len + 1);
  g_autoptr (MqttcMessage) message = mqttc_message_new_data ("large", zeros, len);
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, qos);
  mqttc_client_try_publish (peer->client, message, &error);
  g_assert_no_error (error);
}

static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 127, 128, 4096, 65536, 1 << 20, 8 << 20 };
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *peer = peer_new (uri, NULL);

  peer_open_ok (peer);
  peer_subscribe (peer, "large", MQTTC_QOS_EXACTLY_ONCE);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gsize len;

      publish_zeros (peer, sizes[i], i % 3);
      peer_wait_messages (peer, i + 1);
      mqttc_message_peek_payload (peer->messages->pdata[i], &len);
      g_assert_cmpuint (len, ==, sizes[i]);
    }

  peer_free (peer);
  test_mosquitto_free (server);
}

/* More than the window and the buffers hold, to ourselves, with the default options: a larger window
 * would make Mosquitto drop messages of QoS 1, acknowledged all the same. */
static void
test_flow (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *peer = peer_new (uri, NULL);
  guint n = 6000;

  peer_open_ok (peer);
  peer_subscribe (peer, "flow", MQTTC_QOS_EXACTLY_ONCE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("flow", text);
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (message, 1 + i % 2);
      mqttc_client_try_publish (peer->client, message, &error);
      g_assert_no_error (error);
    }
  peer_wait_messages (peer, n);
  g_assert_cmpuint (peer->n_disconnected, ==, 0);

  peer_free (peer);
  test_mosquitto_free (server);
}

static void
test_retained (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *sender = peer_new (uri, NULL);
  Peer *receiver = peer_new (uri, NULL);

  peer_open_ok (sender);
  peer_publish (sender, "kept/1", "first", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  peer_publish (sender, "kept/1", "second", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  peer_open_ok (receiver);
  peer_subscribe (receiver, "kept/+", MQTTC_QOS_AT_LEAST_ONCE);
  assert_message (receiver, 0, "kept/1=second");
  g_assert_true (mqttc_message_get_retain (receiver->messages->pdata[0]));

  /* Whoever is subscribed already gets it as any other message; an empty one takes it away. */
  peer_publish (sender, "kept/1", "", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  assert_message (receiver, 1, "kept/1=");
  g_assert_false (mqttc_message_get_retain (receiver->messages->pdata[1]));
  peer_subscribe (receiver, "kept/#", MQTTC_QOS_AT_LEAST_ONCE);
  peer_publish (sender, "kept/2", "fence", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  assert_message (receiver, 2, "kept/2=fence");

  peer_free (sender);
  peer_free (receiver);
  test_mosquitto_free (server);
}

/* As if the process had died: nothing is said to the server. */
static void
abort_connection (Peer *peer)
{
  MqttcEventLoop *loop = mqttc_client_get_event_loop (peer->client);

  mqttc_engine_abort (mqttc_event_loop_lock (loop), mqttc_event_loop_get_time (loop));
  mqttc_event_loop_unlock (loop);
}

static Peer *
open_with_will (const char *uri,
                const char *client_id)
{
  Peer *peer = peer_new (uri, client_id);
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("will", client_id);

  mqttc_message_set_qos (will, MQTTC_QOS_EXACTLY_ONCE);
  mqttc_options_set_will (mqttc_client_get_options (peer->client), will);
  peer_open_ok (peer);

  return peer;
}

static void
test_will (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *watcher = peer_new (uri, NULL);
  Peer *polite;
  Peer *dead;

  peer_open_ok (watcher);
  peer_subscribe (watcher, "will", MQTTC_QOS_EXACTLY_ONCE);
  polite = open_with_will (uri, "polite");
  peer_close (polite);
  test_mosquitto_wait_log (server, "Client polite disconnected");
  dead = open_with_will (uri, "dead");
  abort_connection (dead);
  assert_message (watcher, 0, "will=dead");
  g_assert_cmpint (mqttc_message_get_qos (watcher->messages->pdata[0]), ==, MQTTC_QOS_EXACTLY_ONCE);

  peer_free (polite);
  peer_free (dead);
  peer_free (watcher);
  test_mosquitto_free (server);
}

static void
set_credentials (Peer *peer,
                 const char *user_name,
                 const char *password)
{
  MqttcOptions *options = mqttc_client_get_options (peer->client);
  g_autoptr (GBytes) bytes = g_bytes_new (password, strlen (password));

  mqttc_options_set_user_name (options, user_name);
  mqttc_options_set_password (options, bytes);
}

static void
assert_refused (Peer *peer)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (peer_open (peer, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
  g_assert_cmpint (mqttc_client_get_state (peer->client), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

static void
test_credentials (void)
{
  TestMosquitto *server = test_mosquitto_new ("ada", "a:b@c/d?e#f");
  g_autofree char *uri = test_mosquitto_get_uri (server);
  g_autofree char *full_uri = g_strdup_printf ("mqtt://ada:a%%3Ab%%40c%%2Fd%%3Fe%%23f@127.0.0.1:%u",
                                               test_mosquitto_get_port (server));
  Peer *peer = peer_new (uri, NULL);
  Peer *by_uri = peer_new (full_uri, NULL);

  assert_refused (peer);
  set_credentials (peer, "ada", "wrong");
  assert_refused (peer);
  set_credentials (peer, "nobody", "a:b@c/d?e#f");
  assert_refused (peer);
  set_credentials (peer, "ada", "a:b@c/d?e#f");
  peer_open_ok (peer);
  peer_open_ok (by_uri);

  peer_free (peer);
  peer_free (by_uri);
  test_mosquitto_free (server);
}

static void
test_unix_socket (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_unix_uri (server);
  Peer *peer = peer_new (uri, NULL);

  peer_open_ok (peer);
  peer_subscribe (peer, "#", MQTTC_QOS_EXACTLY_ONCE);
  peer_publish (peer, "a", "text", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  assert_message (peer, 0, "a=text");

  peer_free (peer);
  test_mosquitto_free (server);
}

/* The server keeps messages for a client that is away. */
static void
test_session (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *sender = peer_new (uri, NULL);
  Peer *receiver = peer_new (uri, "receiver");

  peer_open_ok (sender);
  peer_open_ok (receiver);
  peer_subscribe (receiver, "a", MQTTC_QOS_EXACTLY_ONCE);
  peer_close (receiver);
  peer_publish (sender, "a", "1", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_publish (sender, "a", "2", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  peer_open_ok (receiver);
  assert_message (receiver, 0, "a=1");
  assert_message (receiver, 1, "a=2");

  peer_free (sender);
  peer_free (receiver);
  test_mosquitto_free (server);
}

/* Another connection with our client identifier: the server ends this one. */
static void
test_taken_over (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *first = peer_new (uri, "same");
  Peer *second = peer_new (uri, "same");

  mqttc_options_set_reconnect (mqttc_client_get_options (first->client), FALSE);
  peer_open_ok (first);
  peer_open_ok (second);
  while (first->n_disconnected == 0)
    peer_wait ();
  g_assert_true (g_error_matches (mqttc_client_get_last_error (first->client), MQTTC_CLIENT_ERROR,
                                  MQTTC_CLIENT_ERROR_CONNECTION_LOST));
  peer_publish (second, "a", "still here", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  g_assert_cmpuint (second->n_disconnected, ==, 0);

  peer_free (first);
  peer_free (second);
  test_mosquitto_free (server);
}

/* --- The commands of Mosquitto as the other side. --- */

typedef struct
{
  char *output;
  gboolean ended;
} Output;

static void
communicated_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  Output *output = user_data;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &output->output, NULL,
                                        &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (G_SUBPROCESS (source)));
  output->ended = TRUE;
}

static void
run_command (const char *const *argv,
             Output *output)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, communicated_cb, output);
}

static void
test_mosquitto_pub (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  g_autofree char *port = g_strdup_printf ("%u", test_mosquitto_get_port (server));
  Peer *peer = peer_new (uri, NULL);

  peer_open_ok (peer);
  peer_subscribe (peer, "a/#", MQTTC_QOS_EXACTLY_ONCE);
  for (guint qos = 0; qos <= 2; qos++)
    {
      g_autofree char *level = g_strdup_printf ("%u", qos);
      const char *argv[] = { "mosquitto_pub", "-h", "127.0.0.1", "-p", port,    "-q",
                             level,           "-t", "a/b",       "-m", "größe", NULL };
      Output output = { NULL, FALSE };

      run_command (argv, &output);
      assert_message (peer, qos, "a/b=größe");
      g_assert_cmpint (mqttc_message_get_qos (peer->messages->pdata[qos]), ==, qos);
      while (!output.ended)
        peer_wait ();
      g_free (output.output);
    }

  peer_free (peer);
  test_mosquitto_free (server);
}

static void
test_mosquitto_sub (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  g_autofree char *port = g_strdup_printf ("%u", test_mosquitto_get_port (server));
  const char *argv[]
      = { "mosquitto_sub", "-h", "127.0.0.1", "-p", port,        "-i", "sub", "-q", "2", "-t",
          "a/+",           "-C", "3",         "-F", "%t=%p q%q", NULL };
  Output output = { NULL, FALSE };
  Peer *peer = peer_new (uri, NULL);

  peer_open_ok (peer);
  run_command (argv, &output);
  test_mosquitto_wait_log (server, "Sending SUBACK to sub");
  for (guint qos = 0; qos <= 2; qos++)
    peer_publish (peer, "a/b", "größe", qos, FALSE);
  while (!output.ended)
    peer_wait ();
  g_assert_cmpstr (output.output, ==, "a/b=größe q0\na/b=größe q1\na/b=größe q2\n");
  g_free (output.output);

  peer_free (peer);
  test_mosquitto_free (server);
}

int
main (int argc,
      char **argv)
{
  peer_init (&argc, &argv);

  g_test_add_func ("/interop/qos", test_qos);
  g_test_add_func ("/interop/sizes", test_sizes);
  g_test_add_func ("/interop/flow", test_flow);
  g_test_add_func ("/interop/retained", test_retained);
  g_test_add_func ("/interop/will", test_will);
  g_test_add_func ("/interop/credentials", test_credentials);
  g_test_add_func ("/interop/unix-socket", test_unix_socket);
  g_test_add_func ("/interop/session", test_session);
  g_test_add_func ("/interop/taken-over", test_taken_over);
  g_test_add_func ("/interop/mosquitto-pub", test_mosquitto_pub);
  g_test_add_func ("/interop/mosquitto-sub", test_mosquitto_sub);

  return peer_run ();
}
