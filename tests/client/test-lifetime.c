/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who keeps whom, and what is left when somebody lets go. Each case ends with the proof of the
 * fixture that the client and its loop are freed. */

#include <string.h>

#include "test-fixture.h"

/* --- Dropping a client in each state. --- */

static void
test_drop_idle (Fixture *f,
                gconstpointer data)
{
  fixture_drop_client (f);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
}

static gpointer
drop_thread (gpointer data)
{
  g_object_unref (data);

  return NULL;
}

static void
test_drop_connected (Fixture *f,
                     gconstpointer data)
{
  fixture_open_ok (f);
  fixture_drop_client (f);

  /* The farewell needs no waiting, so it is said. */
  test_broker_wait_ended (f->broker, 1);
  test_broker_expect (f->broker, 1, "CONNECT clean\nDISCONNECT\n");
}

/* The last reference may go in any thread; the rest is done where the client belongs. */
static void
test_drop_in_thread (Fixture *f,
                     gconstpointer data)
{
  MqttcClient *client;
  GThread *thread;

  fixture_open_ok (f);
  fixture_drain (f);
  client = f->client;
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
  thread = g_thread_new ("drop", drop_thread, g_steal_pointer (&f->client));
  while (client != NULL)
    g_main_context_iteration (f->context, FALSE);
  g_thread_join (thread);
  test_broker_wait_ended (f->broker, 1);
  fixture_drain (f);
}

static void
test_drop_backing_off (Fixture *f,
                       gconstpointer data)
{
  fixture_open_ok (f);
  test_broker_set_listening (f->broker, FALSE);
  test_broker_drop (f->broker);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  fixture_drop_client (f);
}

static void
test_drop_closed (Fixture *f,
                  gconstpointer data)
{
  fixture_open_ok (f);
  fixture_close (f);
  fixture_drop_client (f);
}

/* With a write that is blocked, the connection just ends. */
static void
test_drop_blocked (Fixture *f,
                   gconstpointer data)
{
  g_autofree char *zeros = g_malloc0 (32 << 20);
  g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", zeros, 32 << 20);
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  test_broker_set_reading (f->broker, FALSE);
  g_assert_true (mqttc_client_try_publish (f->client, message, &error));
  g_assert_no_error (error);
  fixture_drain (f);
  fixture_drop_client (f);
}

/* --- What keeps a client. --- */

static void
test_operations_keep_it (Fixture *f,
                         gconstpointer data)
{
  MqttcClient *client = f->client;
  g_autoptr (GAsyncResult) published = NULL;
  g_autoptr (GAsyncResult) subscribed = NULL;
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 0);

  fixture_open_ok (f);
  fixture_drain (f);
  test_broker_set_silent (f->broker,
                          (1u << MQTTC_PACKET_TYPE_PUBLISH) | (1u << MQTTC_PACKET_TYPE_SUBSCRIBE));
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &published);
  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &subscribed);
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
  g_clear_object (&f->client);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE, 1);
  g_assert_nonnull (client);

  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  fixture_wait_result (f, &published);
  g_clear_object (&published);
  g_assert_nonnull (client);

  test_broker_send (f->broker, "\x90\x03\x00\x02\x00", 5);
  fixture_wait_result (f, &subscribed);
  g_clear_object (&subscribed);
  fixture_drain (f);
  g_assert_null (client);
  test_broker_wait_ended (f->broker, 1);
}

/* Its own open call keeps it, too; cancelling frees it. */
static void
test_opening_keeps_it (Fixture *f,
                       gconstpointer data)
{
  MqttcClient *client = f->client;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  mqttc_client_open_async (f->client, cancellable, fixture_result_cb, &result);
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
  g_clear_object (&f->client);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  g_assert_nonnull (client);
  g_cancellable_cancel (cancellable);
  fixture_wait_result (f, &result);
  g_clear_object (&result);
  fixture_drain (f);
  g_assert_null (client);
}

/* --- What outlives a client. --- */

static void
test_loop_outlives (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcEventLoop) loop = g_object_ref (mqttc_client_get_event_loop (f->client));
  g_autoptr (MqttcClient) again = NULL;

  fixture_open_ok (f);
  again = mqttc_event_loop_get_client (loop);
  g_assert_true (again == f->client);
  g_clear_object (&again);

  fixture_drain (f);
  g_assert_finalize_object (g_steal_pointer (&f->client));
  test_broker_wait_ended (f->broker, 1);
  fixture_drain (f);
  g_assert_cmpint (mqttc_event_loop_get_state (loop), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

static void
test_subscription_outlives (Fixture *f,
                            gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_drop_client (f);
  g_assert_cmpstr (mqttc_subscription_get_filter (subscription), ==, "a");
  g_assert_cmpint (mqttc_subscription_get_granted_qos (subscription), ==, MQTTC_QOS_AT_LEAST_ONCE);

  /* It belongs to nobody now, and can be used with another client. */
  fixture_set_client (f, mqttc_client_new (f->options));
  fixture_open_ok (f);
  fixture_subscribe_to (f, subscription);
}

static void
test_message_outlives (Fixture *f,
                       gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autofree char *large = g_strnfill (100000, 'x');
  g_autoptr (GAsyncResult) result = NULL;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "#", MQTTC_QOS_EXACTLY_ONCE);
  fixture_publish_ok (f, "small", MQTTC_QOS_EXACTLY_ONCE);
  mqttc_client_publish_text_async (f->client, "large", large, MQTTC_QOS_AT_MOST_ONCE, FALSE, NULL,
                                   fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_clear_object (&result);
  fixture_wait_messages (f, 2);
  fixture_close (f);
  fixture_drop_client (f);

  g_assert_cmpstr (mqttc_message_get_topic (f->messages->pdata[0]), ==, "small");
  g_assert_cmpstr (mqttc_message_get_text (f->messages->pdata[0]), ==, "text");
  g_assert_cmpint (mqttc_message_get_qos (f->messages->pdata[0]), ==, MQTTC_QOS_EXACTLY_ONCE);
  g_assert_cmpstr (mqttc_message_get_text (f->messages->pdata[1]), ==, large);
}

/* --- Sharing. --- */

static void
test_shared_options (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcClient) other = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = NULL;

  mqttc_options_set_client_id (f->options, NULL);
  other = mqttc_client_new (f->options);
  g_assert_true (mqttc_client_get_options (other) == f->options);
  fixture_open_ok (f);
  mqttc_client_open_async (other, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  connack = mqttc_client_open_finish (other, result, &error);
  g_assert_no_error (error);

  /* Two clients: with identifiers of their own, so that neither ends the other. */
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 2);
}

/* A loop first, and its client when it is asked for. */
static void
test_loop_first (Fixture *f,
                 gconstpointer data)
{
  MqttcEventLoop *loop = mqttc_event_loop_new (f->options);
  MqttcClient *client;
  g_autoptr (GError) error = NULL;

  g_assert_true (mqttc_event_loop_start (loop, &error));
  g_assert_no_error (error);
  g_assert_false (mqttc_event_loop_start (loop, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);
  while (mqttc_event_loop_get_state (loop) != MQTTC_CONNECTION_STATE_CONNECTED)
    g_main_context_iteration (f->context, TRUE);

  /* A client comes and goes, the loop goes on. */
  client = mqttc_event_loop_get_client (loop);
  g_assert_cmpint (mqttc_client_get_state (client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  fixture_drain (f);
  g_assert_finalize_object (client);
  fixture_drain (f);
  g_assert_cmpint (mqttc_event_loop_get_state (loop), ==, MQTTC_CONNECTION_STATE_CONNECTED);

  mqttc_event_loop_stop (loop);
  test_broker_expect (f->broker, 1, "CONNECT clean\nDISCONNECT\n");
  while (mqttc_event_loop_get_state (loop) != MQTTC_CONNECTION_STATE_CLOSED)
    g_main_context_iteration (f->context, TRUE);
  fixture_drain (f);
  g_assert_finalize_object (loop);
}

static void
test_subscription_of_another (Fixture *f,
                              gconstpointer data)
{
  g_autoptr (MqttcClient) other = mqttc_client_new (f->options);
  g_autoptr (MqttcSubscription) subscription = NULL;
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "home/#", MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_client_subscribe_async (other, subscription, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_assert_false (mqttc_client_subscribe_finish (other, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "home/#"));
  g_clear_object (&result);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/lifetime/drop-idle", test_drop_idle);
  fixture_add ("/client/lifetime/drop-connected", test_drop_connected);
  fixture_add ("/client/lifetime/drop-in-thread", test_drop_in_thread);
  fixture_add ("/client/lifetime/drop-backing-off", test_drop_backing_off);
  fixture_add ("/client/lifetime/drop-closed", test_drop_closed);
  fixture_add ("/client/lifetime/drop-blocked", test_drop_blocked);
  fixture_add ("/client/lifetime/operations-keep-it", test_operations_keep_it);
  fixture_add ("/client/lifetime/opening-keeps-it", test_opening_keeps_it);
  fixture_add ("/client/lifetime/loop-outlives", test_loop_outlives);
  fixture_add ("/client/lifetime/subscription-outlives", test_subscription_outlives);
  fixture_add ("/client/lifetime/message-outlives", test_message_outlives);
  fixture_add ("/client/lifetime/shared-options", test_shared_options);
  fixture_add ("/client/lifetime/loop-first", test_loop_first);
  fixture_add ("/client/lifetime/subscription-of-another", test_subscription_of_another);

  return g_test_run ();
}
