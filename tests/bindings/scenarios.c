/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The scenarios in C, written as C with GLib is.
 *
 * scenarios-c URI URI-OF-ONE-WITH-PASSWORD
 * scenarios-c --die URI: opens with a last will, says so, and waits for its end
 */

#include <stdio.h>
#include <string.h>

#include "scenarios-calls.h"
#include "scenarios-mqtt5.h"

static const char *uri;
static const char *secured;

/* Takes connections, and never answers. */
static GSocketListener *
new_deaf_server (char **server_uri)
{
  GSocketListener *listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  *server_uri = g_strdup_printf ("mqtt://127.0.0.1:%u", port);
  return listener;
}

/* --- Opening and closing. --- */

static void
state_cb (MqttcClient *client,
          GParamSpec *pspec,
          gpointer user_data)
{
  g_array_append_vals (user_data, &(MqttcConnectionState){ mqttc_client_get_state (client) }, 1);
}

static void
closed_cb (MqttcClient *client,
           const GError *error,
           gint64 retry_usec,
           gpointer user_data)
{
  gboolean *told = user_data;

  g_assert_no_error (error);
  g_assert_cmpint (retry_usec, ==, -1);
  *told = TRUE;
}

static void
test_open_and_close (void)
{
  static const MqttcConnectionState expected[]
      = { MQTTC_CONNECTION_STATE_CONNECTING, MQTTC_CONNECTION_STATE_CONNECTED,
          MQTTC_CONNECTION_STATE_DRAINING, MQTTC_CONNECTION_STATE_CLOSED };
  g_autoptr (MqttcClient) client = mqttc_client_new_for_uri (uri, NULL);
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (MqttcConnectionState));
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;
  gboolean told = FALSE;

  g_signal_connect (client, "notify::state", G_CALLBACK (state_cb), states);
  g_signal_connect (client, "disconnected", G_CALLBACK (closed_cb), &told);
  connack = open_client (client, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (connack), ==, MQTTC_PACKET_TYPE_CONNACK);
  close_client (client);
  iterate_until (&told);
  g_assert_cmpmem (states->data, states->len * sizeof (MqttcConnectionState), expected,
                   sizeof expected);
}

/* --- Publishing and receiving. --- */

static void
assert_payload (MqttcMessage *message,
                MqttcQos qos,
                GBytes *payload,
                const char *text)
{
  g_assert_cmpint (mqttc_message_get_qos (message), ==, qos);
  g_assert_true (g_bytes_equal (mqttc_message_get_payload (message), payload));
  g_assert_cmpstr (mqttc_message_get_text (message), ==, text);
}

static void
test_each_qos (void)
{
  static const char *const texts[] = { "grüße", NULL };
  static const MqttcQos levels[]
      = { MQTTC_QOS_AT_MOST_ONCE, MQTTC_QOS_AT_LEAST_ONCE, MQTTC_QOS_EXACTLY_ONCE };
  g_autoptr (MqttcClient) client = make_open_client (uri);
  g_autoptr (GPtrArray) received = new_messages ();
  g_autoptr (MqttcSubscription) subscription = subscribe_and_keep (client, "qos/+", received);
  g_autoptr (GBytes) text = g_bytes_new_static ("grüße", strlen ("grüße"));
  g_autoptr (GBytes) binary = g_bytes_new_static ("\x00\xff\x80\x00", 4);
  GBytes *payloads[] = { text, binary };

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new ("qos/both", payloads[i % 2]);
      g_autoptr (MqttcPacket) packet = NULL;
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (message, levels[i / 2]);
      packet = publish (client, message, &error);
      g_assert_no_error (error);
    }

  iterate_until_len (received, 6);
  for (guint i = 0; i < 6; i++)
    assert_payload (g_ptr_array_index (received, i), levels[i / 2], payloads[i % 2], texts[i % 2]);
  close_client (client);
}

static void
test_retained (void)
{
  g_autoptr (MqttcClient) client = make_open_client (uri);
  g_autoptr (GPtrArray) received = new_messages ();
  g_autoptr (MqttcSubscription) subscription = NULL;

  publish_text (client, "retained", "kept", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  subscription = subscribe_and_keep (client, "retained", received);
  iterate_until_len (received, 1);
  assert_text (received, 0, "retained", "kept");
  g_assert_true (mqttc_message_get_retain (g_ptr_array_index (received, 0)));
  publish_text (client, "retained", "", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  close_client (client);
}

static void
test_last_will (void)
{
  g_autoptr (MqttcClient) client = make_open_client (uri);
  g_autoptr (GPtrArray) received = new_messages ();
  g_autoptr (MqttcSubscription) subscription = subscribe_and_keep (client, "will", received);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *line = NULL;

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--die", uri,
                            NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_cmpstr (line, ==, "open");
  g_assert_cmpuint (received->len, ==, 0);
  g_subprocess_force_exit (child);
  iterate_until_len (received, 1);
  assert_text (received, 0, "will", "gone");
  g_subprocess_wait (child, NULL, NULL);
  close_client (client);
}

static void
test_wrong_password (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (secured, NULL);
  g_autoptr (GBytes) wrong = g_bytes_new_static ("wrong", 5);
  g_autoptr (GBytes) right = g_bytes_new_static ("right", 5);
  g_autoptr (MqttcClient) refused = mqttc_client_new (options);
  g_autoptr (MqttcClient) client = mqttc_client_new (options);
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_user_name (options, "ada");
  mqttc_options_set_password (options, wrong);
  g_assert_null (open_client (refused, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
  g_assert_nonnull (strstr (error->message, secured + strlen ("mqtt://")));
  g_clear_error (&error);

  mqttc_options_set_password (options, right);
  connack = open_client (client, &error);
  g_assert_no_error (error);
  close_client (client);
}

static void
told_by_client_cb (MqttcClient *client,
                   MqttcMessage *message,
                   gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup_printf ("client %s", mqttc_message_get_text (message)));
}

static void
told_by_subscription_cb (MqttcSubscription *subscription,
                         MqttcMessage *message,
                         gpointer user_data)
{
  g_ptr_array_add (user_data,
                   g_strdup_printf ("%s %s", mqttc_subscription_get_filter (subscription),
                                    mqttc_message_get_text (message)));
}

/* Mosquitto sends a copy for each filter, + before #. */
static void
test_overlapping (void)
{
  static const char *const filters[] = { "over/#", "over/+", "other/#" };
  static const char *const expected[]
      = { "client 1", "over/+ 1", "over/# 1", "client 2", "over/+ 2", "over/# 2" };
  g_autoptr (MqttcClient) client = make_open_client (uri);
  g_autoptr (GPtrArray) told = g_ptr_array_new_with_free_func (g_free);

  g_signal_connect (client, "message", G_CALLBACK (told_by_client_cb), told);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (MqttcSubscription) subscription
          = mqttc_subscription_new (filters[i], MQTTC_QOS_EXACTLY_ONCE);

      g_signal_connect (subscription, "message", G_CALLBACK (told_by_subscription_cb), told);
      subscribe (client, subscription);
    }
  publish_text (client, "over/lap", "1", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  publish_text (client, "over/lap", "2", MQTTC_QOS_AT_LEAST_ONCE, FALSE);

  iterate_until_len (told, G_N_ELEMENTS (expected));
  close_client (client);
  g_assert_cmpuint (told->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < told->len; i++)
    g_assert_cmpstr (g_ptr_array_index (told, i), ==, expected[i]);
}

static void
test_kept_message (void)
{
  g_autoptr (MqttcClient) client = make_open_client (uri);
  g_autoptr (GPtrArray) kept = new_messages ();
  g_autoptr (GPtrArray) others = new_messages ();
  g_autoptr (MqttcSubscription) subscription = subscribe_and_keep (client, "kept/+", kept);
  g_autoptr (MqttcSubscription) churn = NULL;
  g_autofree char *text = g_strnfill (100000, 'x');

  publish_text (client, "kept/it", "short", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  publish_text (client, "kept/it", text, MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  iterate_until_len (kept, 2);

  /* New memory takes the place of what was freed too early. */
  churn = subscribe_and_keep (client, "churn", others);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *other = g_strnfill (i * 50, 'y');

      publish_text (client, "churn", other, MQTTC_QOS_AT_MOST_ONCE, FALSE);
      g_ptr_array_set_size (others, 0);
    }
  unsubscribe (client, churn);
  close_client (client);
  g_clear_object (&client);

  assert_text (kept, 0, "kept/it", "short");
  assert_text (kept, 1, "kept/it", text);
}

/* --- The idiom of C: each callback finishes its call and begins the next one. --- */

typedef struct
{
  MqttcSubscription *subscription;
  GMainLoop *main_loop;
  GError *error;
} Chain;

static void
chain_closed_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  Chain *chain = user_data;

  g_assert_true (mqttc_client_close_finish (MQTTC_CLIENT (source), result, NULL));
  g_main_loop_quit (chain->main_loop);
}

static void
chain_refused_cb (GObject *source,
                  GAsyncResult *result,
                  gpointer user_data)
{
  Chain *chain = user_data;
  MqttcClient *client = MQTTC_CLIENT (source);

  g_assert_null (mqttc_client_publish_text_finish (client, result, &chain->error));
  mqttc_client_close_async (client, NULL, chain_closed_cb, chain);
}

static void
chain_published_cb (GObject *source,
                    GAsyncResult *result,
                    gpointer user_data)
{
  MqttcClient *client = MQTTC_CLIENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) puback = mqttc_client_publish_text_finish (client, result, &error);

  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (puback), ==, MQTTC_PACKET_TYPE_PUBACK);
  mqttc_client_publish_text_async (client, "home/#", "no wildcards in a topic",
                                   MQTTC_QOS_AT_MOST_ONCE, FALSE, NULL, chain_refused_cb,
                                   user_data);
}

static void
chain_subscribed_cb (GObject *source,
                     GAsyncResult *result,
                     gpointer user_data)
{
  MqttcClient *client = MQTTC_CLIENT (source);
  g_autoptr (GError) error = NULL;

  mqttc_client_subscribe_finish (client, result, &error);
  g_assert_no_error (error);
  mqttc_client_publish_text_async (client, "home/desk/temp", "20", MQTTC_QOS_AT_LEAST_ONCE, FALSE,
                                   NULL, chain_published_cb, user_data);
}

static void
chain_opened_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  Chain *chain = user_data;
  MqttcClient *client = MQTTC_CLIENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (client, result, &error);

  g_assert_no_error (error);
  mqttc_client_subscribe_async (client, chain->subscription, NULL, chain_subscribed_cb, chain);
}

static void
test_idiom (void)
{
  g_autoptr (MqttcClient) client = mqttc_client_new_for_uri (uri, NULL);
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("home/+/temp", MQTTC_QOS_AT_LEAST_ONCE);
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) received = new_messages ();
  Chain chain = { subscription, main_loop, NULL };

  mqttc_subscription_set_handler (subscription, keep_cb, received, NULL);
  mqttc_client_open_async (client, NULL, chain_opened_cb, &chain);
  g_main_loop_run (main_loop);

  g_assert_error (chain.error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (chain.error->message, "home/#"));
  g_clear_error (&chain.error);
  g_assert_cmpuint (received->len, ==, 1);
  assert_text (received, 0, "home/desk/temp", "20");
  g_assert_cmpint (mqttc_client_get_state (client), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

static void
test_cancelled (void)
{
  g_autofree char *server_uri = NULL;
  g_autoptr (GSocketListener) server = new_deaf_server (&server_uri);
  g_autoptr (MqttcClient) client = mqttc_client_new_for_uri (server_uri, NULL);
  g_autoptr (GCancellable) opening = g_cancellable_new ();
  g_autoptr (GCancellable) publishing = g_cancellable_new ();
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) published = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *places[] = { NULL, NULL };

  mqttc_client_open_async (client, opening, result_cb, &places[0]);
  mqttc_client_publish_text_async (client, "a", "text", MQTTC_QOS_AT_LEAST_ONCE, FALSE, publishing,
                                   result_cb, &places[1]);
  g_cancellable_cancel (publishing);
  published = take_result (&places[1]);
  g_assert_null (mqttc_client_publish_text_finish (client, published, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_cancellable_cancel (opening);
  opened = take_result (&places[0]);
  g_assert_null (mqttc_client_open_finish (client, opened, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  while (mqttc_client_get_state (client) != MQTTC_CONNECTION_STATE_CLOSED)
    g_main_context_iteration (NULL, TRUE);
}

/* --- In handlers. --- */

typedef struct
{
  MqttcClient *client;
  GPtrArray *received;
  gboolean nested_ended;
} Nested;

static void
nested_cb (MqttcSubscription *subscription,
           MqttcMessage *message,
           gpointer user_data)
{
  Nested *nested = user_data;

  g_ptr_array_add (nested->received, mqttc_message_ref (message));
  if (strcmp (mqttc_message_get_text (message), "1") != 0)
    return;

  mqttc_client_publish_text_async (nested->client, "nested", "2", MQTTC_QOS_AT_LEAST_ONCE, FALSE,
                                   NULL, NULL, NULL);
  iterate_until_len (nested->received, 2);
  nested->nested_ended = TRUE;
}

static void
test_handler_publishes (void)
{
  g_autoptr (MqttcClient) client = make_open_client (uri);
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("nested", MQTTC_QOS_EXACTLY_ONCE);
  g_autoptr (GPtrArray) received = new_messages ();
  Nested nested = { client, received, FALSE };

  g_signal_connect (subscription, "message", G_CALLBACK (nested_cb), &nested);
  subscribe (client, subscription);
  mqttc_client_publish_text_async (client, "nested", "1", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   NULL, NULL);
  iterate_until (&nested.nested_ended);
  assert_text (received, 0, "nested", "1");
  assert_text (received, 1, "nested", "2");
  close_client (client);
}

/* --- Bounds and faults. --- */

static void
test_full_queue (void)
{
  g_autofree char *server_uri = NULL;
  g_autoptr (GSocketListener) server = new_deaf_server (&server_uri);
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (server_uri, NULL);
  g_autoptr (MqttcClient) client = mqttc_client_new (options);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("queue", "text");
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;

  mqttc_options_set_max_queued_messages (options, 3);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  for (guint i = 0; i < 3; i++)
    g_assert_true (mqttc_client_try_publish (client, message, NULL));
  g_assert_cmpuint (mqttc_client_get_queued (client), ==, 3);

  g_assert_false (mqttc_client_try_publish (client, message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  g_clear_error (&error);
  g_assert_null (publish (client, message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  g_clear_error (&error);

  g_cancellable_cancel (stop);
  mqttc_client_close_async (client, stop, result_cb, &place);
  result = take_result (&place);
  g_assert_false (mqttc_client_close_finish (client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
lost_cb (MqttcClient *client,
         const GError *error,
         gint64 retry_usec,
         gpointer user_data)
{
  gboolean *lost = user_data;

  if (retry_usec < 0)
    return;

  g_assert_nonnull (error);
  g_assert_cmpstr (mqttc_client_get_last_error (client)->message, ==, error->message);
  *lost = TRUE;
}

static void
again_cb (MqttcClient *client,
          MqttcPacket *connack,
          gpointer user_data)
{
  gboolean *again = user_data;

  *again = TRUE;
}

static void
test_restart (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (uri, NULL);
  g_autoptr (MqttcClient) client = mqttc_client_new (options);
  g_autoptr (GPtrArray) received = new_messages ();
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  gboolean lost = FALSE;
  gboolean again = FALSE;

  mqttc_options_set_reconnect_min_delay (options, 20);
  mqttc_options_set_reconnect_max_delay (options, 100);
  connack = open_client (client, NULL);
  g_assert_nonnull (connack);
  subscription = subscribe_and_keep (client, "restart", received);
  g_signal_connect (client, "disconnected", G_CALLBACK (lost_cb), &lost);
  g_signal_connect (client, "connected", G_CALLBACK (again_cb), &again);

  printf ("# stop the broker\n");
  iterate_until (&lost);
  printf ("# start the broker\n");
  iterate_until (&again);
  publish_text (client, "restart", "here again", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  iterate_until_len (received, 1);
  assert_text (received, 0, "restart", "here again");
  close_client (client);
}

static void
test_mqtt5 (gconstpointer data)
{
  void (*test) (const char *) = data;

  test (test == test_refusal ? secured : uri);
}

static int
die (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (uri, NULL);
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("will", "gone");
  g_autoptr (MqttcClient) client = mqttc_client_new (options);
  g_autoptr (MqttcPacket) connack = NULL;
  gboolean never = FALSE;

  mqttc_message_set_qos (will, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_options_set_will (options, will);
  connack = open_client (client, NULL);
  printf ("open\n");
  iterate_until (&never);
  return 1;
}

int
main (int argc,
      char **argv)
{
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (argc == 3 && strcmp (argv[1], "--die") == 0)
    {
      uri = argv[2];
      return die ();
    }

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  uri = argv[1];
  secured = argv[2];

#define ADD(name, function) g_test_add_func ("/scenarios/" name, function)
  ADD ("opens and closes, and tells each state", test_open_and_close);
  ADD ("publishes and receives at each QoS, text and bytes", test_each_qos);
  ADD ("a handler connected before subscribing gets the retained message", test_retained);
  ADD ("the last will comes after an unclean end", test_last_will);
  ADD ("a wrong password is an error with domain, code and message", test_wrong_password);
  ADD ("overlapping filters: the client once, each subscription once", test_overlapping);
  ADD ("a message that a handler has kept stays right", test_kept_message);
  ADD ("asynchronous calls, their results and errors, as the language has them", test_idiom);
  ADD ("a call that is cancelled ends as cancelled", test_cancelled);
  ADD ("a handler publishes and runs a nested main loop", test_handler_publishes);
  ADD ("a full queue is an error that can be caught", test_full_queue);
  ADD ("after a restart of the broker the subscriptions are made again", test_restart);
#undef ADD

#define ADD(name, function) g_test_add_data_func ("/scenarios/" name, function, test_mqtt5)
  ADD ("properties keep their order and their duplicates", test_properties_in_order);
  ADD ("options of a subscription, and its identifier", test_subscription_options);
  ADD ("a request is answered, or its time ends", test_request_and_response);
  ADD ("a refusal has its packet", test_refusal);
  ADD ("an acknowledgement and a goodbye have a reason and properties", test_reasons_given);
#undef ADD

  return g_test_run ();
}
