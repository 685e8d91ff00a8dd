/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The queue of unsent requests: its bounds, and what is done while there is no connection. */

#include <string.h>

#include "test-fixture.h"

/* Open, but without a connection. */
static void
go_offline (Fixture *f)
{
  fixture_open_ok (f);
  test_broker_set_listening (f->broker, FALSE);
  test_broker_drop (f->broker);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
}

static void
go_online (Fixture *f)
{
  test_broker_set_listening (f->broker, TRUE);
  fixture_reconnect (f);
}

static gboolean
try_publish (Fixture *f,
             const char *topic,
             MqttcQos qos,
             GError **error)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "12345678");

  mqttc_message_set_qos (message, qos);

  return mqttc_client_try_publish (f->client, message, error);
}

static void
test_count (Fixture *f,
            gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_queued_messages (f->options, 3);
  go_offline (f);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (try_publish (f, "a", i, &error));
      g_assert_no_error (error);
    }
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 3);

  g_assert_false (try_publish (f, "home/desk", MQTTC_QOS_AT_LEAST_ONCE, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  g_assert_nonnull (strstr (error->message, "home/desk"));
  g_clear_error (&error);
  fixture_publish (f, "home/desk", MQTTC_QOS_AT_LEAST_ONCE, &result);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);

  /* What was accepted arrives, in order; what was refused has no identifier. */
  go_online (f);
  test_broker_expect (f->broker, 2,
                      "CONNECT clean\nPUBLISH q0 a\nPUBLISH #1 q1 a\nPUBLISH #2 q2 a\n"
                      "PUBREL #2\n");
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 0);
}

/* The bound on memory counts topics and payloads, and something for each message. */
static void
test_bytes (Fixture *f,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  mqttc_options_set_max_queued_bytes (f->options, 1000);
  go_offline (f);
  while (try_publish (f, "ab", MQTTC_QOS_AT_LEAST_ONCE, &error))
    n++;
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  g_assert_cmpuint (n, >, 5);
  g_assert_cmpuint (n, <=, 100);
  go_online (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, n);
}

/* A change of the bounds applies at once. */
static void
test_raise_bound (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_queued_messages (f->options, 1);
  go_offline (f);
  g_assert_true (try_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, NULL));
  g_assert_false (try_publish (f, "b", MQTTC_QOS_AT_LEAST_ONCE, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  mqttc_options_set_max_queued_messages (f->options, 2);
  g_assert_true (try_publish (f, "b", MQTTC_QOS_AT_LEAST_ONCE, NULL));
  go_online (f);
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 a\nPUBLISH #2 q1 b\n");
}

/* --- QoS 0 while there is no connection. --- */

static void
test_offline_queue (Fixture *f,
                    gconstpointer data)
{
  GAsyncResult *result = NULL;

  go_offline (f);
  fixture_publish (f, "a", MQTTC_QOS_AT_MOST_ONCE, &result);
  fixture_drain (f);
  g_assert_null (result);
  go_online (f);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH q0 a\n");
}

static void
test_offline_drop (Fixture *f,
                   gconstpointer data)
{
  mqttc_options_set_offline_qos0 (f->options, MQTTC_OFFLINE_QOS0_DROP);
  go_offline (f);
  fixture_publish_ok (f, "dropped", MQTTC_QOS_AT_MOST_ONCE);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 0);
  fixture_publish (f, "kept", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  go_online (f);
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 kept\n");
}

static void
test_offline_fail (Fixture *f,
                   gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_offline_qos0 (f->options, MQTTC_OFFLINE_QOS0_FAIL);
  go_offline (f);
  fixture_publish (f, "home/desk", MQTTC_QOS_AT_MOST_ONCE, &result);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_OFFLINE);
  g_assert_nonnull (strstr (error->message, "home/desk"));
  go_online (f);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
}

/* Subscribing and unsubscribing wait for the connection, too. */
static void
test_offline_subscribe (Fixture *f,
                        gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 1);
  GAsyncResult *subscribed = NULL;
  g_autoptr (GError) error = NULL;

  go_offline (f);
  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &subscribed);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  go_online (f);
  fixture_subscribe_finish (f, &subscribed, &error);
  g_assert_no_error (error);
  fixture_wait_messages (f, 1);
  test_broker_expect (f->broker, 2,
                      "CONNECT clean\nSUBSCRIBE #1 a:1\nPUBLISH #2 q1 a\nPUBACK #1\n");
}

/* Before the first connection nothing may leave but CONNECT; what was asked for follows. */
static void
test_while_connecting (Fixture *f,
                       gconstpointer data)
{
  g_autoptr (GAsyncResult) opened = NULL;
  GAsyncResult *published = NULL;

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_CONNECT);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &opened);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &published);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  fixture_drain (f);
  test_broker_expect (f->broker, 1, "CONNECT clean\n");

  test_broker_set_silent (f->broker, 0);
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &published, NULL));
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 a\n");
  fixture_wait_result (f, &opened);
}

/* What is queued when the client closes without a connection ends with an error, once. */
static void
test_close_offline (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (GAsyncResult) closed = NULL;
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  go_offline (f);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &result);
  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &closed);
  while (closed == NULL)
    fixture_advance (f, SECOND);
  g_assert_true (mqttc_client_close_finish (f->client, closed, NULL));
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/queue/count", test_count);
  fixture_add ("/client/queue/bytes", test_bytes);
  fixture_add ("/client/queue/raise-bound", test_raise_bound);
  fixture_add ("/client/queue/offline-queue", test_offline_queue);
  fixture_add ("/client/queue/offline-drop", test_offline_drop);
  fixture_add ("/client/queue/offline-fail", test_offline_fail);
  fixture_add ("/client/queue/offline-subscribe", test_offline_subscribe);
  fixture_add ("/client/queue/while-connecting", test_while_connecting);
  fixture_add ("/client/queue/close-offline", test_close_offline);

  return g_test_run ();
}
