/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-pulling.h"

#include <string.h>

MqttcSubscription *
pulling_subscribe (Fixture *f,
                   const char *filter,
                   MqttcQos qos)
{
  MqttcSubscription *subscription = mqttc_subscription_new (filter, qos);

  mqttc_subscription_set_pulled (subscription, TRUE);
  fixture_subscribe_to (f, subscription);

  return subscription;
}

/* Its topic, to be freed; NULL with @error set. */
char *
pulling_finish (Fixture *f,
                MqttcSubscription *subscription,
                GAsyncResult **result,
                GError **error)
{
  g_autoptr (MqttcMessage) message = NULL;

  fixture_wait_result (f, result);
  message = mqttc_subscription_next_finish (subscription, *result, error);
  g_clear_object (result);

  return message != NULL ? g_strdup (mqttc_message_get_topic (message)) : NULL;
}

void
pulling_begin (MqttcSubscription *subscription,
               GAsyncResult **result)
{
  mqttc_subscription_next_async (subscription, NULL, fixture_result_cb, result);
}

void
pulling_expect (Fixture *f,
                MqttcSubscription *subscription,
                const char *topic)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *pulled = NULL;

  pulling_begin (subscription, &result);
  pulled = pulling_finish (f, subscription, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pulled, ==, topic);
}

void
pulling_expect_end (Fixture *f,
                    MqttcSubscription *subscription,
                    GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pulling_finish (f, subscription, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  g_assert_nonnull (strstr (error->message, mqttc_subscription_get_filter (subscription)));
}

void
pulling_expect_no_more (Fixture *f,
                        MqttcSubscription *subscription)
{
  GAsyncResult *result = NULL;

  pulling_begin (subscription, &result);
  pulling_expect_end (f, subscription, &result);
}

/* With the identifiers 1, 2, 3 … and heard by the client. */
void
pulling_send (Fixture *f,
              MqttcQos qos,
              const char *const *topics)
{
  for (guint i = 0; topics[i] != NULL; i++)
    test_broker_send_publish (f->broker, topics[i], "", qos, qos > 0 ? i + 1 : 0, FALSE);
  fixture_hear (f);
}

/* All that the client had to say by now. */
guint
pulling_count_acks (Fixture *f)
{
  fixture_publish_ok (f, "sync", MQTTC_QOS_AT_LEAST_ONCE);

  return test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK);
}

const char *const pulling_abc[] = { "s/a", "s/b", "s/c", NULL };
