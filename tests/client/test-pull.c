/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages that are asked for one by one. */

#include "test-pulling.h"

/* To ask for the next is to be done with the last. */
static void
test_acks (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  g_assert_cmpuint (pulling_count_acks (f), ==, 0);

  pulling_expect (f, subscription, "s/a");
  g_assert_cmpuint (pulling_count_acks (f), ==, 0);
  pulling_expect (f, subscription, "s/b");
  g_assert_cmpuint (pulling_count_acks (f), ==, 1);
  pulling_expect (f, subscription, "s/c");
  g_assert_cmpuint (pulling_count_acks (f), ==, 2);
  pulling_begin (subscription, &result);
  g_assert_cmpuint (pulling_count_acks (f), ==, 3);
  g_assert_null (result);

  fixture_unsubscribe (f, subscription);
  pulling_expect_end (f, subscription, &result);
}

/* QoS 2: PUBCOMP waits, and nothing is delivered twice meanwhile. */
static void
test_qos2 (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_EXACTLY_ONCE);
  test_broker_send_publish (f->broker, "s/a", "", MQTTC_QOS_EXACTLY_ONCE, 7, FALSE);
  pulling_expect (f, subscription, "s/a");
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREL, 7);
  fixture_hear (f);
  fixture_publish_ok (f, "sync", MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBCOMP), ==, 0);
  pulling_begin (subscription, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, 1);
  g_assert_null (result);
  fixture_unsubscribe (f, subscription);
  pulling_expect_end (f, subscription, &result);
}

static void
test_wait (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  GAsyncResult *first = NULL;
  GAsyncResult *second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *topic = NULL;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "s/#", MQTTC_QOS_AT_MOST_ONCE);
  g_assert_false (mqttc_subscription_get_pulled (subscription));
  pulling_begin (subscription, &first);
  g_assert_true (mqttc_subscription_get_pulled (subscription));

  /* One at a time. */
  pulling_begin (subscription, &second);
  g_assert_null (pulling_finish (f, subscription, &second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  g_assert_null (first);
  pulling_send (f, MQTTC_QOS_AT_MOST_ONCE, pulling_abc);
  topic = pulling_finish (f, subscription, &first, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (topic, ==, "s/a");
  pulling_expect (f, subscription, "s/b");
  pulling_expect (f, subscription, "s/c");
}

/* Retained messages come together with SUBACK. */
static void
test_retained (Fixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("s/kept", "x");

  mqttc_message_set_retain (message, TRUE);
  fixture_open_ok (f);
  g_assert_true (mqttc_client_try_publish (f->client, message, NULL));
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_expect (f, subscription, "s/kept");
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

/* Whatever is cancelled, all messages come, once and in order. */
static void
test_cancel (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  g_autofree char *topic = NULL;
  GThread *thread;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_subscription_next_async (subscription, cancellable, fixture_result_cb, &result);
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_null (pulling_finish (f, subscription, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);

  /* Cancelled before: nothing happens, nothing is acknowledged. */
  mqttc_subscription_next_async (subscription, cancellable, fixture_result_cb, &result);
  g_assert_null (pulling_finish (f, subscription, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* Cancelled too late: the message is handed over all the same. */
  g_cancellable_reset (cancellable);
  mqttc_subscription_next_async (subscription, cancellable, fixture_result_cb, &result);
  g_cancellable_cancel (cancellable);
  topic = pulling_finish (f, subscription, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (topic, ==, "s/a");
  pulling_expect (f, subscription, "s/b");
  pulling_expect (f, subscription, "s/c");
}

/* Cancelled in the same iteration in which the message comes: one or the other, and nothing lost. */
static void
test_cancel_race (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  guint n_pulled = 0;
  guint n_cancelled = 0;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *topic = NULL;
      GAsyncResult *result = NULL;

      mqttc_subscription_next_async (subscription, cancellable, fixture_result_cb, &result);
      test_broker_send_publish (f->broker, "s", "", MQTTC_QOS_AT_LEAST_ONCE, i + 1, FALSE);
      for (guint j = 0; j < i % 5; j++)
        g_main_context_iteration (f->context, FALSE);
      g_cancellable_cancel (cancellable);
      topic = pulling_finish (f, subscription, &result, &error);
      n_pulled += topic != NULL;
      n_cancelled += g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_assert_cmpuint (n_pulled + n_cancelled, ==, 200);
  for (; n_pulled < 200; n_pulled++)
    pulling_expect (f, subscription, "s");
  fixture_unsubscribe (f, subscription);
  pulling_expect_no_more (f, subscription);
}

/* Two who pull the same message: it is acknowledged when both are done with it. */
static void
test_two (Fixture *f,
          gconstpointer data)
{
  g_autoptr (MqttcSubscription) one = NULL;
  g_autoptr (MqttcSubscription) two = NULL;
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  one = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  two = pulling_subscribe (f, "s/+", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  pulling_expect (f, one, "s/a");
  pulling_expect (f, one, "s/b");
  pulling_expect (f, two, "s/a");
  g_assert_cmpuint (pulling_count_acks (f), ==, 0);
  pulling_expect (f, two, "s/b");
  g_assert_cmpuint (pulling_count_acks (f), ==, 1);

  /* One gives up: what only it has held back may go. */
  fixture_unsubscribe (f, two);
  g_assert_cmpuint (pulling_count_acks (f), ==, 1);
  pulling_expect (f, one, "s/c");
  g_assert_cmpuint (pulling_count_acks (f), ==, 2);
  pulling_begin (one, &result);
  g_assert_cmpuint (pulling_count_acks (f), ==, 3);
  pulling_expect (f, two, "s/c");
  pulling_expect_no_more (f, two);
  fixture_unsubscribe (f, one);
  pulling_expect_end (f, one, &result);
}

/* Who has given it up gets what has come; the connection does not wait for that. */
static void
test_unsubscribe (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  pulling_expect (f, subscription, "s/a");
  fixture_unsubscribe (f, subscription);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 3);
  pulling_expect (f, subscription, "s/b");
  pulling_expect (f, subscription, "s/c");
  pulling_expect_no_more (f, subscription);
  pulling_expect_no_more (f, subscription);

  /* Once more. */
  fixture_subscribe_to (f, subscription);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  pulling_expect (f, subscription, "s/a");
}

static void
test_stop (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  pulling_expect (f, subscription, "s/a");
  mqttc_subscription_set_pulled (subscription, FALSE);
  g_assert_cmpuint (pulling_count_acks (f), ==, 3);

  /* From the next one on. */
  pulling_begin (subscription, &result);
  fixture_drain (f);
  g_assert_null (result);
  mqttc_subscription_set_pulled (subscription, FALSE);
  pulling_expect_end (f, subscription, &result);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  g_assert_cmpuint (pulling_count_acks (f), ==, 6);
  g_assert_cmpuint (f->messages->len, ==, 2 * 4);
}

static void
test_close (Fixture *f,
            gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (MqttcSubscription) other = NULL;
  GAsyncResult *result = NULL;

  mqttc_options_set_close_timeout (f->options, 0);
  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  other = pulling_subscribe (f, "other", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_begin (other, &result);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  pulling_expect (f, subscription, "s/a");
  fixture_close (f);
  pulling_expect_end (f, other, &result);

  /* It was done with the first, and did not have the others. */
  test_broker_wait_ended (f->broker, 1);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 1);
  pulling_expect (f, subscription, "s/b");
  pulling_expect (f, subscription, "s/c");
  pulling_expect_no_more (f, subscription);

  fixture_open_ok (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE, 3);
  pulling_begin (subscription, &result);
  fixture_hear (f);
  g_assert_null (result);
  fixture_close (f);
  pulling_expect_end (f, subscription, &result);
}

/* The client finishes what is pulled in time. */
static void
test_close_drains (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &closed);
  fixture_drain (f);
  g_assert_null (closed);
  pulling_expect (f, subscription, "s/a");
  pulling_expect (f, subscription, "s/b");
  pulling_expect (f, subscription, "s/c");
  pulling_begin (subscription, &result);
  pulling_expect_end (f, subscription, &result);
  fixture_wait_result (f, &closed);
  g_assert_true (mqttc_client_close_finish (f->client, closed, NULL));
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nSUBSCRIBE #1 s/#:1\nPUBACK #1\nPUBACK #2\nPUBACK #3\n"
                      "DISCONNECT\n");
}

static void
test_refused (Fixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("no/way", MQTTC_QOS_AT_MOST_ONCE);
  GAsyncResult *subscribed = NULL;
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_refuse_filter (f->broker, "no/way");
  fixture_open_ok (f);
  pulling_expect_no_more (f, subscription); /* not in use yet */
  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &subscribed);
  pulling_begin (subscription, &result);
  pulling_expect_end (f, subscription, &result);
  g_assert_false (fixture_subscribe_finish (f, &subscribed, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_UNSPECIFIED_ERROR);
}

/* What was not acknowledged comes again; pulls wait over the loss. */
static void
test_lost (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (MqttcMessage) message = NULL;
  GAsyncResult *result = NULL;

  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  pulling_expect (f, subscription, "s/a");
  test_broker_drop (f->broker);
  fixture_reconnect (f);

  /* These acknowledge nothing, for the server sends them again. */
  pulling_expect (f, subscription, "s/b");
  pulling_expect (f, subscription, "s/c");
  pulling_begin (subscription, &result);
  g_assert_cmpuint (pulling_count_acks (f), ==, 0);
  test_broker_send_publish (f->broker, "s/a", "", MQTTC_QOS_AT_LEAST_ONCE, 1, TRUE);
  fixture_wait_result (f, &result);
  message = mqttc_subscription_next_finish (subscription, result, NULL);
  g_clear_object (&result);
  g_assert_cmpstr (mqttc_message_get_topic (message), ==, "s/a");
  g_assert_true (mqttc_message_get_dup (message));
  pulling_begin (subscription, &result);
  g_assert_cmpuint (pulling_count_acks (f), ==, 1);
  fixture_unsubscribe (f, subscription);
  pulling_expect_end (f, subscription, &result);
}

/* Who is told that messages are pulled pulls one, or stops it. */
static void
pulled_cb (MqttcSubscription *subscription,
           GParamSpec *pspec,
           gpointer user_data)
{
  if (user_data != NULL)
    mqttc_subscription_next_async (subscription, NULL, fixture_result_cb, user_data);
  else
    mqttc_subscription_set_pulled (subscription, FALSE);
}

static void
test_notified (Fixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *inner = NULL;
  GAsyncResult *outer = NULL;
  g_autofree char *topic = NULL;
  gulong id;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  id = g_signal_connect (subscription, "notify::pulled", G_CALLBACK (pulled_cb), &inner);
  pulling_begin (subscription, &outer);
  g_assert_null (pulling_finish (f, subscription, &outer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  test_broker_send_publish (f->broker, "a", "1", 0, 0, FALSE);
  topic = pulling_finish (f, subscription, &inner, NULL);
  g_assert_cmpstr (topic, ==, "a");

  g_signal_handler_disconnect (subscription, id);
  mqttc_subscription_set_pulled (subscription, FALSE);
  g_signal_connect (subscription, "notify::pulled", G_CALLBACK (pulled_cb), NULL);
  pulling_expect_no_more (f, subscription);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/pull/acks", test_acks);
  fixture_add ("/client/pull/qos2", test_qos2);
  fixture_add ("/client/pull/wait", test_wait);
  fixture_add ("/client/pull/retained", test_retained);
  fixture_add ("/client/pull/cancel", test_cancel);
  fixture_add ("/client/pull/cancel-race", test_cancel_race);
  fixture_add ("/client/pull/two", test_two);
  fixture_add ("/client/pull/unsubscribe", test_unsubscribe);
  fixture_add ("/client/pull/stop", test_stop);
  fixture_add ("/client/pull/close", test_close);
  fixture_add ("/client/pull/close-drains", test_close_drains);
  fixture_add ("/client/pull/refused", test_refused);
  fixture_add ("/client/pull/lost", test_lost);
  fixture_add ("/client/pull/notified", test_notified);

  return g_test_run ();
}
