/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Subscriptions, and how messages come to them. */

#include <string.h>

#include "test-fixture.h"

static void
append_cb (MqttcSubscription *subscription,
           MqttcMessage *message,
           gpointer user_data)
{
  g_string_append_printf (user_data, "%s<%s ", mqttc_subscription_get_filter (subscription),
                          mqttc_message_get_topic (message));
}

static MqttcSubscription *
subscribe_logged (Fixture *f,
                  const char *filter,
                  MqttcQos qos,
                  GString *log)
{
  MqttcSubscription *subscription = mqttc_subscription_new (filter, qos);

  g_signal_connect (subscription, "message", G_CALLBACK (append_cb), log);
  fixture_subscribe_to (f, subscription);

  return subscription;
}

/* A message comes once to the client, and once to each subscription that it matches. */
static void
test_overlapping (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (MqttcSubscription) exact = NULL;
  g_autoptr (MqttcSubscription) plus = NULL;
  g_autoptr (MqttcSubscription) hash = NULL;
  g_autoptr (MqttcSubscription) other = NULL;
  g_autofree char *topics = NULL;

  fixture_open_ok (f);
  exact = subscribe_logged (f, "a/b", 0, log);
  plus = subscribe_logged (f, "a/+", 1, log);
  hash = subscribe_logged (f, "a/#", 2, log);
  other = subscribe_logged (f, "b/#", 2, log);
  fixture_publish_ok (f, "a/b", MQTTC_QOS_EXACTLY_ONCE);
  fixture_wait_messages (f, 1);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  fixture_wait_messages (f, 2);
  fixture_hear (f);

  topics = fixture_get_topics (f);
  g_assert_cmpstr (topics, ==, "a/b a fence");
  g_assert_cmpuint (strlen (log->str), ==, strlen ("a/b<a/b a/+<a/b a/#<a/b a/#<a "));
  g_assert_nonnull (strstr (log->str, "a/b<a/b "));
  g_assert_nonnull (strstr (log->str, "a/+<a/b "));
  g_assert_nonnull (strstr (log->str, "a/#<a/b "));
  g_assert_nonnull (strstr (log->str, "a/#<a "));
}

/* Retained messages come in the same read as SUBACK: whoever connects first misses nothing. */
static void
test_retained (Fixture *f,
               gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  fixture_open_ok (f);
  mqttc_client_publish_text_async (f->client, "a/1", "kept", MQTTC_QOS_AT_LEAST_ONCE, TRUE, NULL,
                                   fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  subscription = subscribe_logged (f, "a/+", MQTTC_QOS_AT_LEAST_ONCE, log);
  fixture_wait_messages (f, 1);
  fixture_drain (f);
  g_assert_cmpstr (log->str, ==, "a/+<a/1 ");
  g_assert_true (mqttc_message_get_retain (f->messages->pdata[0]));
}

static void
test_granted (Fixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (MqttcSubscription) lower = mqttc_subscription_new ("b", MQTTC_QOS_EXACTLY_ONCE);
  GAsyncResult *result = NULL;
  g_autoptr (GBytes) code = g_bytes_new_static ("\x00", 1);

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_EXACTLY_ONCE);
  g_assert_cmpint (mqttc_subscription_get_granted_qos (subscription), ==, MQTTC_QOS_EXACTLY_ONCE);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscription), ==, 2);

  /* [MQTT-3.8.4-6]: less than was asked for. */
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_SUBSCRIBE);
  mqttc_client_subscribe_async (f->client, lower, NULL, fixture_result_cb, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE, 2);
  test_broker_send_packet (f->broker,
                           mqttc_packet_new_suback (MQTTC_PROTOCOL_V3_1_1, 2, code, NULL));
  g_assert_true (fixture_subscribe_finish (f, &result, NULL));
  g_assert_cmpint (mqttc_subscription_get_granted_qos (lower), ==, MQTTC_QOS_AT_MOST_ONCE);
}

static void
test_refused (Fixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("secret/#", MQTTC_QOS_AT_LEAST_ONCE);
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_refuse_filter (f->broker, "secret/#");
  fixture_open_ok (f);
  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
  g_assert_false (fixture_subscribe_finish (f, &result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_UNSPECIFIED_ERROR);
  g_assert_nonnull (strstr (error->message, "secret/#"));
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscription), ==, 0x80);

  /* Refused is not subscribed: it can be tried again. */
  test_broker_refuse_filter (f->broker, NULL);
  fixture_subscribe_to (f, subscription);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscription), ==, 1);
}

/* --- Two objects with one filter. --- */

static void
test_shared_filter (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (MqttcSubscription) first = NULL;
  g_autoptr (MqttcSubscription) second = NULL;

  fixture_open_ok (f);
  first = subscribe_logged (f, "a", MQTTC_QOS_EXACTLY_ONCE, log);
  second = subscribe_logged (f, "a", MQTTC_QOS_AT_MOST_ONCE, log);

  /* The second does not lower what the first has. */
  test_broker_expect (f->broker, 1, "CONNECT clean\nSUBSCRIBE #1 a:2\nSUBSCRIBE #2 a:2\n");
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  fixture_wait_messages (f, 1);
  fixture_hear (f);
  g_assert_cmpstr (log->str, ==, "a<a a<a ");

  /* The last one on a filter unsubscribes. */
  fixture_unsubscribe (f, first);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_UNSUBSCRIBE), ==, 0);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  fixture_wait_messages (f, 3);
  fixture_hear (f);
  g_assert_cmpstr (log->str, ==, "a<a a<a a<a ");
  fixture_unsubscribe (f, second);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_UNSUBSCRIBE, 1);
}

/* --- Unsubscribing. --- */

static void
test_unsubscribe (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (MqttcSubscription) subscription = NULL;

  fixture_open_ok (f);
  subscription = subscribe_logged (f, "a/+", MQTTC_QOS_AT_LEAST_ONCE, log);
  fixture_unsubscribe (f, subscription);
  fixture_publish_ok (f, "a/1", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_hear (f);
  g_assert_cmpstr (log->str, ==, "");
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nSUBSCRIBE #1 a/+:1\nUNSUBSCRIBE #2 a/+\n"
                      "PUBLISH #3 q1 a/1\n");

  /* And again. */
  fixture_subscribe_to (f, subscription);
  fixture_publish_ok (f, "a/1", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_hear (f);
  g_assert_cmpstr (log->str, ==, "a/+<a/1 ");
}

static void
unsubscribe_cb (MqttcSubscription *subscription,
                MqttcMessage *message,
                gpointer user_data)
{
  mqttc_client_unsubscribe_async (user_data, subscription, NULL, NULL, NULL);
}

/* From its own handler: what was read along with this message is no longer delivered to it. */
static void
test_unsubscribe_in_handler (Fixture *f,
                             gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (MqttcSubscription) subscription = NULL;

  fixture_open_ok (f);
  subscription = subscribe_logged (f, "a", MQTTC_QOS_AT_LEAST_ONCE, log);
  g_signal_connect (subscription, "message", G_CALLBACK (unsubscribe_cb), f->client);
  for (guint i = 0; i < 5; i++)
    test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  fixture_wait_messages (f, 5);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_UNSUBSCRIBE, 1);
  fixture_hear (f);
  g_assert_cmpstr (log->str, ==, "a<a ");
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_UNSUBSCRIBE), ==, 1);
}

static void
test_not_subscribed (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("home/desk", 0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  mqttc_client_unsubscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_assert_false (mqttc_client_unsubscribe_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "home/desk"));
}

/* --- The handler in C. --- */

static void
count_destroyed_cb (gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
count_cb (MqttcSubscription *subscription,
          MqttcMessage *message,
          gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
replace_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            gpointer user_data)
{
  guint *n_destroyed = user_data;

  /* Its data lives until it returns. */
  mqttc_subscription_set_handler (subscription, NULL, NULL, NULL);
  g_assert_cmpuint (*n_destroyed, ==, 0);
}

static void
test_handler (Fixture *f,
              gconstpointer data)
{
  MqttcSubscription *subscription;
  guint n_messages = 0;
  guint n_destroyed = 0;

  fixture_open_ok (f);
  subscription = mqttc_subscription_new ("a", MQTTC_QOS_AT_MOST_ONCE);
  mqttc_subscription_set_handler (subscription, count_cb, &n_messages, NULL);
  fixture_subscribe_to (f, subscription);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  fixture_wait_messages (f, 1);
  fixture_hear (f);
  g_assert_cmpuint (n_messages, ==, 1);

  mqttc_subscription_set_handler (subscription, replace_cb, &n_destroyed, count_destroyed_cb);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  fixture_wait_messages (f, 3);
  fixture_hear (f);
  g_assert_cmpuint (n_destroyed, ==, 1);
  g_assert_cmpuint (n_messages, ==, 1);

  mqttc_subscription_set_handler (subscription, replace_cb, &n_destroyed, count_destroyed_cb);
  fixture_unsubscribe (f, subscription);
  fixture_drain (f);
  g_assert_finalize_object (subscription);
  g_assert_cmpuint (n_destroyed, ==, 2);
}

/* The client keeps a subscription whose maker has let go of it. */
static void
test_dropped (Fixture *f,
              gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);

  fixture_open_ok (f);
  g_object_unref (subscribe_logged (f, "a", MQTTC_QOS_AT_MOST_ONCE, log));
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  fixture_wait_messages (f, 1);
  fixture_drain (f);
  g_assert_cmpstr (log->str, ==, "a<a ");
}

/* --- Acknowledgements of what comes in. --- */

static guint
count_acks (Fixture *f)
{
  return test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK);
}

/* [MQTT-4.3.2-2], and more: the acknowledgement waits until the handlers have run, even if one runs
 * a main loop in which everything else goes on. */
static void
slow_handler_cb (MqttcClient *client,
                 MqttcMessage *message,
                 gpointer user_data)
{
  Fixture *f = user_data;

  fixture_publish (f, "from the handler", MQTTC_QOS_AT_MOST_ONCE, NULL);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  g_assert_cmpuint (count_acks (f), ==, 0);
}

static void
test_ack_after_handler (Fixture *f,
                        gconstpointer data)
{
  fixture_open_ok (f);
  g_signal_connect (f->client, "message", G_CALLBACK (slow_handler_cb), f);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_AT_LEAST_ONCE, 7, FALSE);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH q0 from the handler\nPUBACK #7\n");
}

static void
quick_handler_cb (MqttcClient *client,
                  MqttcMessage *message,
                  gpointer user_data)
{
  Fixture *f = user_data;

  for (guint i = 0; i < 3; i++)
    fixture_publish (f, "reply", MQTTC_QOS_AT_MOST_ONCE, NULL);
}

/* Queued after the handlers ran, yet on the wire before what they sent. */
static void
test_ack_before_reply (Fixture *f,
                       gconstpointer data)
{
  fixture_open_ok (f);
  g_signal_connect (f->client, "message", G_CALLBACK (quick_handler_cb), f);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_AT_LEAST_ONCE, 7, FALSE);
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBACK #7\nPUBLISH q0 reply\nPUBLISH q0 reply\n"
                      "PUBLISH q0 reply\n");
}

/* [MQTT-4.6.0-2]: acknowledged in the order in which they came. */
static void
test_ack_order (Fixture *f,
                gconstpointer data)
{
  g_autoptr (GString) expected = g_string_new ("CONNECT clean\n");

  fixture_open_ok (f);
  for (guint i = 1; i <= 20; i++)
    {
      test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_AT_LEAST_ONCE, i, FALSE);
      g_string_append_printf (expected, "PUBACK #%u\n", i);
    }
  test_broker_expect (f->broker, 1, expected->str);
}

/* More than is read at once, and than may wait to be delivered: all of it, in order. */
static void
test_flood (Fixture *f,
            gconstpointer data)
{
  guint n = 20000;

  fixture_open_ok (f);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      test_broker_send_publish (f->broker, "a", text, MQTTC_QOS_AT_LEAST_ONCE, i + 1, FALSE);
    }
  fixture_wait_messages (f, n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_assert_cmpstr (mqttc_message_get_text (f->messages->pdata[i]), ==, text);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, n);
}

/* [MQTT-4.3.3-2]: QoS 2 is delivered once, when it is released. */
static void
test_qos2 (Fixture *f,
           gconstpointer data)
{
  g_autofree char *topics = NULL;

  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBREC);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_EXACTLY_ONCE, 7, FALSE);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_EXACTLY_ONCE, 7, TRUE);
  fixture_hear (f);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBREC #7\nPUBREC #7\n");
  for (guint i = 1; i <= 2; i++)
    {
      test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREL, 7);
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, i);
    }
  fixture_hear (f);
  topics = fixture_get_topics (f);
  g_assert_cmpstr (topics, ==, "fence a fence");
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBREC #7\nPUBREC #7\nPUBCOMP #7\nPUBCOMP #7\n");
}

/* --- What does not belong to anything. --- */

static void
test_unknown_pubrel (Fixture *f,
                     gconstpointer data)
{
  fixture_open_ok (f);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREL, 99);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBCOMP #99\n");
  fixture_hear (f);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
}

static void
send_stray_acks (Fixture *f)
{
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 99);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREC, 99);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, 99);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_UNSUBACK, 99);
  test_broker_send (f->broker, "\x90\x03\x00\x63\x01", 5);
}

static void
test_stray_acks (Fixture *f,
                 gconstpointer data)
{
  fixture_open_ok (f);
  send_stray_acks (f);
  fixture_hear (f);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  fixture_publish_ok (f, "a", MQTTC_QOS_EXACTLY_ONCE);

  /* Some are an accident, a flood is not. */
  for (guint i = 0; i < 100; i++)
    send_stray_acks (f);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
}

/* An acknowledgement of the wrong kind for its identifier does not end the exchange. */
static void
test_wrong_ack (Fixture *f,
                gconstpointer data)
{
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, 1);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_UNSUBACK, 1);
  fixture_hear (f);
  g_assert_null (result);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
}

/* A SUBACK with the wrong number of codes answers nothing. */
static void
test_wrong_suback (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 0);
  GAsyncResult *result = NULL;

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_SUBSCRIBE);
  fixture_open_ok (f);
  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE, 1);
  test_broker_send (f->broker, "\x90\x04\x00\x01\x00\x00", 6);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
  test_broker_set_silent (f->broker, 0);
  fixture_reconnect (f);
  g_assert_true (fixture_subscribe_finish (f, &result, NULL));
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/subscribe/overlapping", test_overlapping);
  fixture_add ("/client/subscribe/retained", test_retained);
  fixture_add ("/client/subscribe/granted", test_granted);
  fixture_add ("/client/subscribe/refused", test_refused);
  fixture_add ("/client/subscribe/shared-filter", test_shared_filter);
  fixture_add ("/client/subscribe/unsubscribe", test_unsubscribe);
  fixture_add ("/client/subscribe/unsubscribe-in-handler", test_unsubscribe_in_handler);
  fixture_add ("/client/subscribe/not-subscribed", test_not_subscribed);
  fixture_add ("/client/subscribe/handler", test_handler);
  fixture_add ("/client/subscribe/dropped", test_dropped);
  fixture_add ("/client/subscribe/ack-after-handler", test_ack_after_handler);
  fixture_add ("/client/subscribe/ack-before-reply", test_ack_before_reply);
  fixture_add ("/client/subscribe/ack-order", test_ack_order);
  fixture_add ("/client/subscribe/flood", test_flood);
  fixture_add ("/client/subscribe/qos2", test_qos2);
  fixture_add ("/client/subscribe/unknown-pubrel", test_unknown_pubrel);
  fixture_add ("/client/subscribe/stray-acks", test_stray_acks);
  fixture_add ("/client/subscribe/wrong-ack", test_wrong_ack);
  fixture_add ("/client/subscribe/wrong-suback", test_wrong_suback);

  return g_test_run ();
}
