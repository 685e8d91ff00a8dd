/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many subscriptions: in one packet, on filters that overlap, and ten thousand of them. */

#include <string.h>

#include "test-fixture.h"

static void
subscribe_many (Fixture *f,
                MqttcSubscription **subscriptions,
                gsize n,
                GAsyncResult **result)
{
  mqttc_client_subscribe_many_async (f->client, subscriptions, n, NULL, fixture_result_cb, result);
}

static gboolean
finish (Fixture *f,
        GAsyncResult **result,
        GError **error)
{
  gboolean ok;

  fixture_wait_result (f, result);
  ok = mqttc_client_subscribe_many_finish (f->client, *result, error);
  g_clear_object (result);

  return ok;
}

static void
make_subscriptions (MqttcSubscription **subscriptions,
                    const char *const *filters,
                    MqttcQos qos)
{
  for (guint i = 0; filters[i] != NULL; i++)
    subscriptions[i] = mqttc_subscription_new (filters[i], qos);
}

static void
free_subscriptions (MqttcSubscription **subscriptions,
                    guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_finalize_object (subscriptions[i]);
}

static const char *const three[] = { "a", "b/+", "c/#", NULL };

/* One packet, one answer; [MQTT-3.8.4-4]: as if each had come alone. */
static void
test_granted (Fixture *f,
              gconstpointer data)
{
  MqttcSubscription *subscriptions[3];
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  make_subscriptions (subscriptions, three, MQTTC_QOS_AT_LEAST_ONCE);
  subscribe_many (f, subscriptions, 3, &result);
  g_assert_true (finish (f, &result, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (mqttc_subscription_get_granted_qos (subscriptions[i]), ==, 1);
  test_broker_expect (f->broker, 1, "CONNECT clean\nSUBSCRIBE #1 a:1 b/+:1 c/#:1\n");

  /* None is none: there is nothing to ask for. */
  subscribe_many (f, NULL, 0, &result);
  g_assert_true (finish (f, &result, &error));
  fixture_drop_client (f);
  free_subscriptions (subscriptions, 3);
  test_broker_expect (f->broker, 1, "CONNECT clean\nSUBSCRIBE #1 a:1 b/+:1 c/#:1\nDISCONNECT\n");
}

/* The refused one is gone, the others are in force. */
static void
test_refused (Fixture *f,
              gconstpointer data)
{
  MqttcSubscription *subscriptions[3];
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_refuse_filter (f->broker, "b/+");
  fixture_open_ok (f);
  make_subscriptions (subscriptions, three, MQTTC_QOS_AT_LEAST_ONCE);
  subscribe_many (f, subscriptions, 3, &result);
  g_assert_false (finish (f, &result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_UNSPECIFIED_ERROR);
  g_assert_nonnull (strstr (error->message, "“b/+”"));
  g_assert_nonnull (strstr (error->message, "1 of 3"));
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscriptions[0]), ==, 1);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscriptions[1]), ==, 0x80);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscriptions[2]), ==, 1);

  /* It is nobody's, and can be asked for again. */
  test_broker_refuse_filter (f->broker, NULL);
  fixture_subscribe_to (f, subscriptions[1]);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscriptions[1]), ==, 1);
  fixture_unsubscribe (f, subscriptions[0]);
  fixture_drop_client (f);
  free_subscriptions (subscriptions, 3);
}

/* What cannot be asked for leaves nothing behind. */
static void
test_misuse (Fixture *f,
             gconstpointer data)
{
  static const char *const bad[] = { "a", "b/#/c", NULL };
  MqttcSubscription *subscriptions[3];
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  make_subscriptions (subscriptions, bad, MQTTC_QOS_AT_MOST_ONCE);
  subscriptions[2] = subscriptions[0];
  subscribe_many (f, subscriptions, 1, &result);
  g_assert_false (finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
  g_clear_error (&error);

  fixture_open_ok (f);
  subscribe_many (f, subscriptions, 2, &result);
  g_assert_false (finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "b/#/c"));
  g_clear_error (&error);
  subscribe_many (f, subscriptions + 1, 2, &result);
  g_assert_false (finish (f, &result, &error));
  g_clear_error (&error);
  g_clear_object (&subscriptions[1]);
  subscriptions[1] = subscriptions[0];
  subscribe_many (f, subscriptions, 2, &result);
  g_assert_false (finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "in use"));

  fixture_subscribe_to (f, subscriptions[0]);
  test_broker_expect (f->broker, 1, "CONNECT clean\nSUBSCRIBE #1 a:0\n");
  fixture_drop_client (f);
  g_assert_finalize_object (subscriptions[0]);
}

/* Two objects on a filter in one packet: both with what the greedier wants. */
static void
test_same_filter (Fixture *f,
                  gconstpointer data)
{
  MqttcSubscription *subscriptions[2]
      = { mqttc_subscription_new ("a", 0), mqttc_subscription_new ("a", 2) };
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  subscribe_many (f, subscriptions, 2, &result);
  g_assert_true (finish (f, &result, &error));
  test_broker_expect (f->broker, 1, "CONNECT clean\nSUBSCRIBE #1 a:2 a:2\n");
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (mqttc_subscription_get_reason_code (subscriptions[i]), ==, 2);
  fixture_unsubscribe (f, subscriptions[0]);
  fixture_unsubscribe (f, subscriptions[1]);
  test_broker_expect (f->broker, 1, "CONNECT clean\nSUBSCRIBE #1 a:2 a:2\nUNSUBSCRIBE #2 a\n");
  fixture_drop_client (f);
  free_subscriptions (subscriptions, 2);
}

/* Cancelled before it left: none of it is there. After: all of it stays. */
static void
test_cancel (Fixture *f,
             gconstpointer data)
{
  MqttcSubscription *subscriptions[3];
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  make_subscriptions (subscriptions, three, MQTTC_QOS_AT_MOST_ONCE);
  mqttc_client_subscribe_many_async (f->client, subscriptions, 3, cancellable, fixture_result_cb,
                                     &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (finish (f, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  fixture_hear (f);

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_SUBSCRIBE);
  g_cancellable_reset (cancellable);
  mqttc_client_subscribe_many_async (f->client, subscriptions, 3, cancellable, fixture_result_cb,
                                     &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE, 1);
  g_cancellable_cancel (cancellable);
  g_assert_false (finish (f, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (guint i = 0; i < 3; i++)
    fixture_unsubscribe (f, subscriptions[i]);
  fixture_drop_client (f);
  free_subscriptions (subscriptions, 3);
}

/* Closed before the answer: none is there, and the next opening does not ask for them. */
static void
test_closed (Fixture *f,
             gconstpointer data)
{
  MqttcSubscription *subscriptions[3];
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_close_timeout (f->options, 0);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_SUBSCRIBE);
  make_subscriptions (subscriptions, three, MQTTC_QOS_AT_MOST_ONCE);
  subscribe_many (f, subscriptions, 3, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE, 1);
  fixture_close (f);
  g_assert_false (finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  free_subscriptions (subscriptions, 3);

  fixture_open_ok (f);
  fixture_hear (f);
  test_broker_expect (f->broker, 2, "CONNECT clean\n");
}

/* --- Overlapping filters. --- */

static void
count_cb (MqttcSubscription *subscription,
          MqttcMessage *message,
          gpointer user_data)
{
  ++*(guint *) user_data;
}

/* Each matching filter exactly once, the client once, whatever matches besides. */
static void
test_overlapping (Fixture *f,
                  gconstpointer data)
{
  static const char *const filters[]
      = { "#", "a/#", "+/#", "a/+", "a/b", "+/b", "+/+", "a/b/#", "a", "b/#", "a/c", NULL };
  static const guint matches[] = { 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0 };
  MqttcSubscription *subscriptions[G_N_ELEMENTS (matches)];
  guint counts[G_N_ELEMENTS (matches)] = { 0 };
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  make_subscriptions (subscriptions, filters, MQTTC_QOS_EXACTLY_ONCE);
  for (guint i = 0; i < G_N_ELEMENTS (matches); i++)
    mqttc_subscription_set_handler (subscriptions[i], count_cb, &counts[i], NULL);
  subscribe_many (f, subscriptions, G_N_ELEMENTS (matches), &result);
  g_assert_true (finish (f, &result, NULL));
  for (guint i = 1; i <= 10; i++)
    {
      fixture_publish_ok (f, "a/b", i % 3);
      fixture_wait_messages (f, i);
    }
  g_assert_cmpuint (f->messages->len, ==, 10);
  for (guint i = 0; i < G_N_ELEMENTS (matches); i++)
    g_assert_cmpuint (counts[i], ==, 10 * matches[i]);
  fixture_drop_client (f);
  free_subscriptions (subscriptions, G_N_ELEMENTS (matches));
}

/* --- Ten thousand. --- */

#define N_MANY 10000

static void
test_ten_thousand (Fixture *f,
                   gconstpointer data)
{
  g_autofree MqttcSubscription **subscriptions = g_new (MqttcSubscription *, N_MANY);
  guint count = 0;
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *filter = g_strdup_printf ("house/%u/room/%u/+", i / 100, i % 100);

      subscriptions[i] = mqttc_subscription_new (filter, MQTTC_QOS_AT_LEAST_ONCE);
      mqttc_subscription_set_handler (subscriptions[i], count_cb, &count, NULL);
    }
  subscribe_many (f, subscriptions, N_MANY, &result);
  g_assert_true (finish (f, &result, &error));
  g_assert_no_error (error);

  /* A message for each hundredth. */
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *topic = g_strdup_printf ("house/%u/room/%u/light", i, i);

      fixture_publish_ok (f, topic, MQTTC_QOS_AT_LEAST_ONCE);
    }
  fixture_wait_messages (f, 100);
  g_assert_cmpuint (count, ==, 100);

  /* The session is lost: all of them are made again, before anything else. */
  test_broker_forget_sessions (f->broker);
  fixture_reconnect (f);
  fixture_publish_ok (f, "house/99/room/99/light", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_wait_messages (f, 101);
  g_assert_cmpuint (count, ==, 101);

  for (guint i = 0; i < N_MANY; i++)
    mqttc_client_unsubscribe_async (f->client, subscriptions[i], NULL, NULL, NULL);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_UNSUBSCRIBE, N_MANY);
  fixture_drop_client (f);
  free_subscriptions (subscriptions, N_MANY);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/many/granted", test_granted);
  fixture_add ("/client/many/refused", test_refused);
  fixture_add ("/client/many/misuse", test_misuse);
  fixture_add ("/client/many/same-filter", test_same_filter);
  fixture_add ("/client/many/cancel", test_cancel);
  fixture_add ("/client/many/closed", test_closed);
  fixture_add ("/client/many/overlapping", test_overlapping);
  fixture_add ("/client/many/ten-thousand", test_ten_thousand);

  return g_test_run ();
}
