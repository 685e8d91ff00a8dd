/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The drive with a thread that moves bytes, in real time: it does not look at the program's clock. */

#include "mqttc-glib.h"
#include "test-broker.h"
#include "test-init.h"

typedef struct
{
  TestBroker *broker;
  MqttcOptions *options;
  MqttcEventLoop *loop;
  MqttcClient *client;
  GThread *owner;
  guint n_messages;
  guint n_freed;
} Fixture;

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_true (g_thread_self () == f->owner);
  f->n_messages++;
}

static void
set_up (Fixture *f,
        gconstpointer data)
{
  f->owner = g_thread_self ();
  f->broker = test_broker_new ();
  f->options = mqttc_options_new ();
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V3_1_1);
  mqttc_options_set_host (f->options, "127.0.0.1");
  mqttc_options_set_port (f->options, test_broker_get_port (f->broker));
  f->loop = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", f->options, "io-thread", TRUE, NULL);
  f->client = mqttc_event_loop_get_client (f->loop);
  g_signal_connect (f->client, "message", G_CALLBACK (message_cb), f);
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
tear_down (Fixture *f,
           gconstpointer data)
{
  g_clear_object (&f->client);
  g_clear_object (&f->loop);
  drain ();
  test_broker_free (f->broker);
  g_clear_object (&f->options);
}

static void
result_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
open_client (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_open_async (f->client, NULL, result_cb, &result);
  wait_for (&result);
  connack = mqttc_client_open_finish (f->client, result, &error);
  g_assert_no_error (error);
}

static void
close_client (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_close_async (f->client, NULL, result_cb, &result);
  wait_for (&result);
  mqttc_client_close_finish (f->client, result, &error);
  g_assert_no_error (error);
}

/* As a program does that is busy: without iterating the context. */
static void
be_busy_until (Fixture *f,
               MqttcPacketType type,
               guint n)
{
  while (test_broker_count (f->broker, type) < n)
    g_thread_yield ();
}

static void
test_open_close (Fixture *f,
                 gconstpointer data)
{
  g_test_summary ("Opening and closing, again and again");

  for (guint i = 0; i < 20; i++)
    {
      open_client (f);
      g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
      close_client (f);
      g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CLOSED);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 20);
}

/* [MQTT-3.1.2-23] */
static void
test_busy_owner (Fixture *f,
                 gconstpointer data)
{
  g_test_summary ("Pings go out, and are answered, while the program does not iterate its context");

  mqttc_options_set_keep_alive (f->options, 1);
  mqttc_options_set_ping_timeout (f->options, 1000);
  open_client (f);

  be_busy_until (f, MQTTC_PACKET_TYPE_PINGREQ, 3);
  drain ();
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 1);
}

/* [MQTT-4.3.2-2] */
static void
test_ack_after_handlers (Fixture *f,
                         gconstpointer data)
{
  g_test_summary ("A message is acknowledged when the handlers of the program have run");

  mqttc_options_set_keep_alive (f->options, 1);
  open_client (f);
  test_broker_send_publish (f->broker, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, 7, FALSE);

  /* The thread has long read it when it pings. */
  be_busy_until (f, MQTTC_PACKET_TYPE_PINGREQ, 2);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 0);
  g_assert_cmpuint (f->n_messages, ==, 0);

  while (f->n_messages == 0)
    g_main_context_iteration (NULL, TRUE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
}

static guint
get_undelivered (Fixture *f)
{
  g_autoptr (MqttcStatistics) statistics = mqttc_event_loop_get_statistics (f->loop);

  return mqttc_statistics_get_undelivered (statistics);
}

static void
test_bounded (Fixture *f,
              gconstpointer data)
{
  const guint n_messages = 20000;
  guint bound;

  g_test_summary ("A flood that the program does not look at stays in the network");

  open_client (f);
  for (guint i = 0; i < n_messages; i++)
    test_broker_send_publish (f->broker, "flood", "x", MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);

  /* Until it does not grow any more: the thread has stopped reading. */
  while ((bound = get_undelivered (f)) < 1000)
    g_thread_yield ();
  g_assert_cmpuint (f->n_messages, ==, 0);
  g_assert_cmpuint (bound, <=, 1100);

  while (f->n_messages < n_messages)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n_messages, ==, n_messages);
}

static void
free_payload_cb (gpointer data)
{
  Fixture *f = data;

  g_assert_true (g_thread_self () == f->owner);
  f->n_freed++;
}

static void
test_payload_freed_by_owner (Fixture *f,
                             gconstpointer data)
{
  g_test_summary ("The thread never runs a function of the program");

  open_client (f);
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GBytes) payload = g_bytes_new_with_free_func ("x", 1, free_payload_cb, f);
      g_autoptr (MqttcMessage) message = mqttc_message_new ("a", payload);

      mqttc_message_set_qos (message, (MqttcQos) (i % 3));
      g_assert_true (mqttc_client_try_publish (f->client, message, NULL));
    }
  while (f->n_freed < 100)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_publish (Fixture *f,
              gconstpointer data)
{
  g_test_summary ("Publishing at each QoS, with the result in the program's context");

  open_client (f);
  for (int qos = 0; qos < 3; qos++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (MqttcPacket) packet = NULL;
      g_autoptr (GError) error = NULL;

      mqttc_client_publish_text_async (f->client, "a", "b", (MqttcQos) qos, FALSE, NULL, result_cb,
                                       &result);
      wait_for (&result);
      packet = mqttc_client_publish_text_finish (f->client, result, &error);
      g_assert_no_error (error);
    }
}

static void
test_refused_while_closed (Fixture *f,
                           gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("What is refused ends all the same");

  open_client (f);
  close_client (f);
  mqttc_client_publish_text_async (f->client, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   result_cb, &result);
  wait_for (&result);
  g_assert_null (mqttc_client_publish_text_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
}

static void
test_reconnect (Fixture *f,
                gconstpointer data)
{
  g_test_summary ("The connection is made again, with the options as they are then");

  mqttc_options_set_reconnect_min_delay (f->options, 1);
  open_client (f);
  mqttc_options_set_user_name (f->options, "somebody");
  test_broker_reset (f->broker);
  test_broker_wait_connections (f->broker, 2);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 2);
  {
    g_autofree char *credentials = test_broker_get_credentials (f->broker);

    g_assert_cmpstr (credentials, ==, "somebody:-");
  }
}

static void
test_dispose (Fixture *f,
              gconstpointer data)
{
  g_test_summary ("Dropping the last reference in each state");

  /* Before, while it connects, connected with bytes on their way, and to nobody. */
  g_clear_object (&f->client);
  g_assert_finalize_object (g_steal_pointer (&f->loop));

  for (guint i = 0; i < 40; i++)
    {
      f->loop
          = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", f->options, "io-thread", TRUE, NULL);
      f->client = mqttc_event_loop_get_client (f->loop);
      if (i % 2 == 0)
        {
          open_client (f);
          for (guint j = 0; j < i * 10; j++)
            test_broker_send_publish (f->broker, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, j + 1, FALSE);
        }
      else
        {
          g_assert_true (mqttc_event_loop_start (f->loop, NULL));
          for (guint j = 0; j < i * 100; j++)
            g_thread_yield ();
        }
      g_clear_object (&f->client);
      g_assert_finalize_object (g_steal_pointer (&f->loop));
    }
}

static void
test_pulled (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("a", MQTTC_QOS_AT_LEAST_ONCE);
  g_autoptr (GAsyncResult) subscribed = NULL;

  g_test_summary ("Messages that the thread has read are pulled one by one");

  mqttc_subscription_set_pulled (subscription, TRUE);
  mqttc_subscription_set_max_pending (subscription, 5);
  open_client (f);
  mqttc_client_subscribe_async (f->client, subscription, NULL, result_cb, &subscribed);
  wait_for (&subscribed);
  for (guint i = 1; i <= 500; i++)
    test_broker_send_publish (f->broker, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, i, FALSE);

  for (guint i = 1; i <= 500; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (MqttcMessage) message = NULL;
      g_autoptr (GError) error = NULL;

      mqttc_subscription_next_async (subscription, NULL, result_cb, &result);
      wait_for (&result);
      message = mqttc_subscription_next_finish (subscription, result, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (mqttc_message_get_packet_id (message), ==, i);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 499);
}

/* The thread may be about to tell of a link that was given up a moment ago. */
static void
test_start_stop (Fixture *f,
                 gconstpointer data)
{
  g_test_summary ("Starting and stopping while the thread dials");

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (mqttc_event_loop_start (f->loop, &error));
      g_assert_no_error (error);
      for (guint j = 0; j < i % 50; j++)
        g_thread_yield ();
      mqttc_event_loop_stop (f->loop);
      close_client (f);
    }
  open_client (f);
}

static void
test_polled (Fixture *f,
             gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (MqttcEventLoop) loop = NULL;
  guint n_messages = 0;

  g_test_summary ("The thread moves bytes, and the program polls");

  g_main_context_push_thread_default (context);
  loop = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", f->options, "io-thread", TRUE, NULL);
  g_main_context_pop_thread_default (context);

  while (n_messages < 100)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MqttcEvent) event = mqttc_event_loop_poll (loop, NULL, &error);

      g_assert_no_error (error);
      switch (mqttc_event_get_event_type (event))
        {
        case MQTTC_EVENT_TYPE_CONNECTED:
          for (guint i = 1; i <= 100; i++)
            test_broker_send_publish (f->broker, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, i, FALSE);
          break;
        case MQTTC_EVENT_TYPE_MESSAGE:
          n_messages++;
          break;
        case MQTTC_EVENT_TYPE_INCOMING:
        case MQTTC_EVENT_TYPE_OUTGOING:
        case MQTTC_EVENT_TYPE_DISCONNECTED:
        default:
          break;
        }
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 99);
}

#define ADD(name, func) \
 g_test_add ("/client/io-thread/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  ADD ("open-close", test_open_close);
  ADD ("busy-owner", test_busy_owner);
  ADD ("ack-after-handlers", test_ack_after_handlers);
  ADD ("bounded", test_bounded);
  ADD ("payload-freed-by-owner", test_payload_freed_by_owner);
  ADD ("publish", test_publish);
  ADD ("refused-while-closed", test_refused_while_closed);
  ADD ("reconnect", test_reconnect);
  ADD ("dispose", test_dispose);
  ADD ("pulled", test_pulled);
  ADD ("start-stop", test_start_stop);
  ADD ("polled", test_polled);

  return g_test_run ();
}
