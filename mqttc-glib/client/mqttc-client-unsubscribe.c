/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-utf8-private.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-reason-error-private.h"

/* In MQTT 3.1.1 there is none, and the server cannot refuse. */
static gboolean
get_reason_code (MqttcPacket *unsuback,
                 guint *code)
{
  GBytes *codes = mqttc_packet_get_reason_codes (unsuback);
  gsize size = 0;
  const guint8 *data = codes != NULL ? g_bytes_get_data (codes, &size) : NULL;

  if (size == 0)
    return FALSE;

  *code = data[0];
  return TRUE;
}

/* (nullable): the server refuses (section 3.11.3 of MQTT 5). */
static GError *
take_answer (MqttcSubscription *subscription,
             MqttcPacket *packet)
{
  g_autofree char *filter = NULL;
  guint code;

  if (!get_reason_code (packet, &code))
    return NULL;

  /* Unless it was subscribed again meanwhile, and has another answer. */
  if (mqttc_subscription_get_owner (subscription) == NULL)
    mqttc_subscription_set_reason_code (subscription, code);
  if (!mqttc_client_is_refusal (code))
    return NULL;

  filter = mqttc_text_for_display (mqttc_subscription_get_filter (subscription));
  return mqttc_reason_error_new (code, mqttc_packet_ref (packet),
                                 "The server refuses to end the subscription to “%s”: %s", filter,
                                 mqttc_reason_code_to_string (code, MQTTC_PACKET_TYPE_UNSUBACK));
}

static void
unsubscribed (MqttcClientOp *op,
              MqttcPacket *packet,
              GError *error)
{
  MqttcClient *self = mqttc_client_op_get_client (op);
  g_autoptr (MqttcSubscription) subscription = g_object_ref (op->subscription);
  const char *filter = mqttc_subscription_get_filter (subscription);
  g_autoptr (GTask) task = mqttc_client_op_end (op);

  mqttc_filter_use_end_request (g_steal_pointer (&op->use));
  if (error != NULL)
    {
      /* It may not have left, and nobody must get it back at the next opening. */
      if (mqttc_client_count_on_filter (self, filter) == 0)
        mqttc_client_forget_filter (self, filter);
    }
  else if (packet != NULL)
    {
      error = take_answer (subscription, packet);
    }

  if (error != NULL)
    mqttc_client_op_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* The server is to be told nevertheless: only the wait ends. */
static void
unsubscribe_cancelled (MqttcClientOp *op)
{
  mqttc_client_cancel_request (op);
  if (op->never_sent)
    mqttc_client_tell_server (mqttc_client_op_get_client (op), op->use);
}

static const MqttcClientOpClass unsubscribe_class = {
  .cancelled = unsubscribe_cancelled,
  .completed = unsubscribed,
};

/* There is no server to be asked, nor any request on its way. */
static gboolean
is_closed (MqttcClient *self)
{
  MqttcConnectionState state = mqttc_engine_get_state (mqttc_event_loop_lock (self->loop));

  mqttc_event_loop_unlock (self->loop);
  return state == MQTTC_CONNECTION_STATE_IDLE || state == MQTTC_CONNECTION_STATE_CLOSED;
}

/* Asks the server, for it was the last one on the filter. */
static gboolean
begin_unsubscribe (MqttcClient *self,
                   MqttcSubscription *subscription,
                   MqttcClientOp *op,
                   GError **error)
{
  const char *filters[] = { mqttc_subscription_get_filter (subscription), NULL };
  gboolean accepted;

  accepted = mqttc_engine_unsubscribe (mqttc_event_loop_lock (self->loop), filters, &op->operation,
                                       mqttc_event_loop_get_time (self->loop), error);
  mqttc_event_loop_unlock (self->loop);
  if (!accepted)
    return FALSE;

  op->subscription = g_object_ref (subscription);
  op->use = mqttc_filter_use_begin_request (subscription->use);
  mqttc_client_watch (self, op);
  return TRUE;
}

/* The request is @op (transfer full), if there has to be one: then it has the subscription. */
static gboolean
give_up (MqttcClient *self,
         MqttcSubscription *subscription,
         MqttcClientOp *op,
         GError **error)
{
  const char *filter = mqttc_subscription_get_filter (subscription);

  if (mqttc_client_count_on_filter (self, filter) == 1)
    {
      if (is_closed (self))
        mqttc_client_forget_filter (self, filter);
      else if (!begin_unsubscribe (self, subscription, op, error))
        return FALSE;
    }

  mqttc_client_remove_subscription (self, subscription);
  return TRUE;
}

/**
 * mqttc_client_unsubscribe_async:
 * @self: a client
 * @subscription: a subscription of this client
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the server has answered, or will not
 * @user_data: (closure): data for @callback
 *
 * Gives a subscription up.
 *
 * It gets no message any more, not even one that has already been received; the client drops its
 * reference. The server is told when it was the last one on its filter. If the call fails at once,
 * because the client is closing or its queue is full, the subscription stays as it was.
 *
 * While the client is closed, or was not opened yet, nobody can be told: the subscription is dropped
 * here, which is a success. A server that keeps the session still has it, and goes on sending
 * messages after the next opening; nobody but [signal@Mqttc.Client::message] gets them then.
 *
 * Cancelling ends only the wait: the subscription is given up, and the server is told all the same.
 *
 * Since: 0.1
 */
void
mqttc_client_unsubscribe_async (MqttcClient *self,
                                MqttcSubscription *subscription,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (MqttcClientOp) op = NULL;
  GError *error = NULL;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (subscription));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_client_unsubscribe_async);
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;

  op = mqttc_client_op_new (&unsubscribe_class, g_object_ref (task));
  if (mqttc_subscription_get_owner (subscription) != self)
    mqttc_subscription_set_misuse_error (subscription, "is not in use with this client", &error);
  else
    give_up (self, subscription, op, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (op->subscription != NULL)
    g_steal_pointer (&op);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * mqttc_client_unsubscribe_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.unsubscribe_async].
 *
 * The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: it is not a subscription of this client, or not any more.
 * - %MQTTC_CLIENT_ERROR_NOT_OPEN: the client is closing.
 * - %MQTTC_CLIENT_ERROR_QUEUE_FULL: the queue of unsent requests is at a bound of the options.
 * - %MQTTC_CLIENT_ERROR_CLOSED: the client was closed before the server had answered; the
 *   subscription is given up all the same.
 * - %G_IO_ERROR_CANCELLED: the call was cancelled; if it had not been cancelled before it was made,
 *   the subscription is given up all the same.
 * - `MQTTC_REASON_ERROR`: a server of MQTT 5 refuses to end it, and goes on sending messages, which
 *   nobody but [signal@Mqttc.Client::message] gets. The subscription is given up all the same.
 *
 * What a server of MQTT 5 has answered is in [property@Mqttc.Subscription:reason-code] as well;
 * %MQTTC_REASON_CODE_NO_SUBSCRIPTION_EXISTED is a success.
 *
 * Returns: `TRUE` if the subscription is given up
 * Since: 0.1
 */
gboolean
mqttc_client_unsubscribe_finish (MqttcClient *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_client_unsubscribe_async,
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
