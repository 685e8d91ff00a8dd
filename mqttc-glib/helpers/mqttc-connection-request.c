/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What waits for the client: each is its asynchronous call, and the connection is driven meanwhile. */

#include "config.h"

#include "client/mqttc-subscription.h"
#include "helpers/mqttc-connection-private.h"
#include "values/mqttc-packet.h"

void
mqttc_connection_wait_unref (MqttcConnectionWait *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_object (&self->result);
  g_object_unref (self->has_result);
  g_free (self);
}

void
mqttc_connection_done_cb (GObject *source,
                          GAsyncResult *result,
                          gpointer user_data)
{
  MqttcConnectionWait *wait = user_data;

  wait->result = g_object_ref (result);
  g_cancellable_cancel (wait->has_result);
  mqttc_connection_wait_unref (wait);
}

MqttcConnectionWait *
mqttc_connection_begin_wait (MqttcConnection *self)
{
  MqttcConnectionWait *wait = g_new0 (MqttcConnectionWait, 1);

  wait->ref_count = 2; /* who waits, and who tells */
  wait->has_result = g_cancellable_new ();
  g_main_context_push_thread_default (self->context);

  return wait;
}

gboolean
mqttc_connection_end_wait (MqttcConnection *self,
                           MqttcConnectionWait *wait,
                           GError **error)
{
  g_main_context_pop_thread_default (self->context);

  while (wait->result == NULL)
    {
      g_autoptr (GError) poll_error = NULL;

      if (!mqttc_connection_is_open (self))
        {
          g_main_context_iteration (self->context, TRUE);
        }
      else if (mqttc_connection_keep_next (self, wait->has_result, &poll_error) == NULL
               && wait->result == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&poll_error));
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * mqttc_connection_publish:
 * @self: the connection
 * @message: the message
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Publishes a message, and waits until the server has it: until PUBACK at QoS 1, PUBCOMP at QoS 2.
 *
 * It connects if there is no connection. What happens meanwhile is told by
 * [method@Mqttc.Connection.next] later: the last 10,000 events, and all messages.
 * `MQTTC_CLIENT_ERROR_QUEUE_FULL` means that as many messages wait, for nobody asks for them.
 * The other errors are those of [method@Mqttc.Connection.open] and
 * [method@Mqttc.Client.publish_async].
 *
 * Returns: (transfer full): the last packet of the exchange, which at QoS 0 is the PUBLISH itself, or
 *   `NULL` with @error set
 *
 * Since: 0.1
 */
MqttcPacket *
mqttc_connection_publish (MqttcConnection *self,
                          MqttcMessage *message,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (MqttcConnectionWait) wait = NULL;

  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (message != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!mqttc_connection_ensure_open (self, cancellable, error))
    return NULL;

  wait = mqttc_connection_begin_wait (self);
  mqttc_client_publish_async (self->client, message, cancellable, mqttc_connection_done_cb, wait);
  if (!mqttc_connection_end_wait (self, wait, error))
    return NULL;

  return mqttc_client_publish_finish (self->client, wait->result, error);
}

/**
 * mqttc_connection_subscribe:
 * @self: the connection
 * @subscription: the subscription
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Subscribes, and waits for the answer of the server.
 *
 * It connects if there is no connection. The messages are events of
 * [method@Mqttc.Connection.next], and are emitted by @subscription. Errors are those of
 * [method@Mqttc.Connection.publish] and [method@Mqttc.Client.subscribe_async].
 *
 * Returns: `TRUE` if it was granted, `FALSE` with @error set if not
 *
 * Since: 0.1
 */
gboolean
mqttc_connection_subscribe (MqttcConnection *self,
                            MqttcSubscription *subscription,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (MqttcConnectionWait) wait = NULL;

  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), FALSE);
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (subscription), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!mqttc_connection_ensure_open (self, cancellable, error))
    return FALSE;

  wait = mqttc_connection_begin_wait (self);
  mqttc_client_subscribe_async (self->client, subscription, cancellable, mqttc_connection_done_cb,
                                wait);
  if (!mqttc_connection_end_wait (self, wait, error))
    return FALSE;

  return mqttc_client_subscribe_finish (self->client, wait->result, error);
}

/**
 * mqttc_connection_unsubscribe:
 * @self: the connection
 * @subscription: the subscription, of this connection
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Gives a subscription up, and waits for the answer of the server if it has to be asked.
 *
 * Errors are those of [method@Mqttc.Connection.publish] and
 * [method@Mqttc.Client.unsubscribe_async].
 *
 * Returns: `TRUE` if it was given up, `FALSE` with @error set if not
 *
 * Since: 0.1
 */
gboolean
mqttc_connection_unsubscribe (MqttcConnection *self,
                              MqttcSubscription *subscription,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (MqttcConnectionWait) wait = NULL;

  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), FALSE);
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (subscription), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  wait = mqttc_connection_begin_wait (self);
  mqttc_client_unsubscribe_async (self->client, subscription, cancellable, mqttc_connection_done_cb,
                                  wait);
  if (!mqttc_connection_end_wait (self, wait, error))
    return FALSE;

  return mqttc_client_unsubscribe_finish (self->client, wait->result, error);
}
