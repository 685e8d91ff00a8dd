/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scenarios-calls.h"

void
iterate_until (const gboolean *condition)
{
  while (!*condition)
    g_main_context_iteration (NULL, TRUE);
}

void
iterate_until_len (GPtrArray *array,
                   guint len)
{
  while (array->len < len)
    g_main_context_iteration (NULL, TRUE);
}

void
result_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

GAsyncResult *
take_result (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);

  return g_steal_pointer (place);
}

MqttcPacket *
open_client (MqttcClient *client,
             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  mqttc_client_open_async (client, NULL, result_cb, &place);
  result = take_result (&place);
  return mqttc_client_open_finish (client, result, error);
}

MqttcClient *
make_open_client (const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  MqttcClient *client = mqttc_client_new_for_uri (uri, &error);

  g_assert_no_error (error);
  connack = open_client (client, &error);
  g_assert_no_error (error);
  return client;
}

void
close_client (MqttcClient *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  mqttc_client_close_async (client, NULL, result_cb, &place);
  result = take_result (&place);
  mqttc_client_close_finish (client, result, &error);
  g_assert_no_error (error);
}

MqttcPacket *
publish (MqttcClient *client,
         MqttcMessage *message,
         GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  mqttc_client_publish_async (client, message, NULL, result_cb, &place);
  result = take_result (&place);
  return mqttc_client_publish_finish (client, result, error);
}

void
publish_text (MqttcClient *client,
              const char *topic,
              const char *text,
              MqttcQos qos,
              gboolean retain)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text);
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, qos);
  mqttc_message_set_retain (message, retain);
  packet = publish (client, message, &error);
  g_assert_no_error (error);
}

void
subscribe (MqttcClient *client,
           MqttcSubscription *subscription)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  mqttc_client_subscribe_async (client, subscription, NULL, result_cb, &place);
  result = take_result (&place);
  mqttc_client_subscribe_finish (client, result, &error);
  g_assert_no_error (error);
}

void
unsubscribe (MqttcClient *client,
             MqttcSubscription *subscription)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  mqttc_client_unsubscribe_async (client, subscription, NULL, result_cb, &place);
  result = take_result (&place);
  mqttc_client_unsubscribe_finish (client, result, &error);
  g_assert_no_error (error);
}

void
keep_cb (MqttcSubscription *subscription,
         MqttcMessage *message,
         gpointer user_data)
{
  g_ptr_array_add (user_data, mqttc_message_ref (message));
}

GPtrArray *
new_messages (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
}

MqttcSubscription *
subscribe_and_keep (MqttcClient *client,
                    const char *filter,
                    GPtrArray *messages)
{
  MqttcSubscription *subscription = mqttc_subscription_new (filter, MQTTC_QOS_EXACTLY_ONCE);

  g_signal_connect (subscription, "message", G_CALLBACK (keep_cb), messages);
  subscribe (client, subscription);
  return subscription;
}

void
assert_text (GPtrArray *messages,
             guint index,
             const char *topic,
             const char *text)
{
  MqttcMessage *message = g_ptr_array_index (messages, index);

  g_assert_cmpstr (mqttc_message_get_topic (message), ==, topic);
  g_assert_cmpstr (mqttc_message_get_text (message), ==, text);
}
