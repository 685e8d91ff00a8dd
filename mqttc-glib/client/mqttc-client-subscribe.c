/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <stdlib.h>

#include "client/mqttc-client-private.h"
#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

/* --- The subscriptions that there are. --- */

static guint64
add_subscription (MqttcClient *self,
                  MqttcSubscription *subscription)
{
  self->last_serial++;
  self->n_subscriptions++;
  mqttc_subscription_set_owner (subscription, self, self->last_serial);
  mqttc_topic_trie_add (self->trie, mqttc_subscription_get_filter (subscription),
                        g_object_ref (subscription));
  return self->last_serial;
}

void
mqttc_client_release_subscription (gpointer subscription)
{
  mqttc_subscription_set_owner (subscription, NULL, 0);
  g_object_unref (subscription);
}

static void
remove_subscription (MqttcClient *self,
                     MqttcSubscription *subscription)
{
  /* It may be the one whose handler is running. */
  if (self->busy > 0)
    g_ptr_array_add (self->retired, g_object_ref (subscription));

  self->n_subscriptions--;
  mqttc_topic_trie_remove (self->trie, mqttc_subscription_get_filter (subscription), subscription);
}

/* Subscribed since @last_serial or before, and not given up. */
static gboolean
is_subscribed (MqttcClient *self,
               MqttcSubscription *subscription,
               guint64 last_serial)
{
  return mqttc_subscription_get_owner (subscription) == self
         && mqttc_subscription_get_serial (subscription) <= last_serial;
}

static guint
count_on_filter (MqttcClient *self,
                 const char *filter)
{
  GPtrArray *subscriptions = mqttc_topic_trie_lookup (self->trie, filter);

  return subscriptions != NULL ? subscriptions->len : 0;
}

/* The highest that anybody wants on this filter, for the server knows one subscription to it
 * (section 3.8.4). */
static MqttcQos
get_wanted_qos (MqttcClient *self,
                MqttcSubscription *subscription)
{
  GPtrArray *others
      = mqttc_topic_trie_lookup (self->trie, mqttc_subscription_get_filter (subscription));
  MqttcQos qos = mqttc_subscription_get_qos (subscription);

  for (guint i = 0; others != NULL && i < others->len; i++)
    qos = MAX (qos, mqttc_subscription_get_qos (g_ptr_array_index (others, i)));

  return qos;
}

/* Nobody waits for the answer: unsubscribes from @filter if nobody is on it. */
static void
tell_server (MqttcClient *self,
             const char *filter)
{
  MqttcEngine *engine = mqttc_event_loop_get_engine (self->loop);
  const char *filters[] = { filter, NULL };

  if (count_on_filter (self, filter) > 0)
    return;

  if (mqttc_engine_unsubscribe (engine, filters, NULL, mqttc_event_loop_get_time (self->loop),
                                NULL))
    mqttc_event_loop_wake (self->loop);
  else
    mqttc_engine_forget (engine, filter);
}

/* --- Messages. --- */

static int
compare_serials (gconstpointer a,
                 gconstpointer b)
{
  const guint64 first = mqttc_subscription_get_serial (*(MqttcSubscription *const *) a);
  const guint64 second = mqttc_subscription_get_serial (*(MqttcSubscription *const *) b);

  return (first > second) - (first < second);
}

/* Puts those who are to get @message on the stack, first come, first served. */
static void
find_matches (MqttcClient *self,
              MqttcMessage *message)
{
  guint start = self->matches->len;
  guint n_matches;

  mqttc_topic_trie_match (self->trie, mqttc_message_get_topic (message), self->matches);

  n_matches = self->matches->len - start;
  if (n_matches > 1)
    qsort (self->matches->pdata + start, n_matches, sizeof (gpointer), compare_serials);
}

static void
deliver_to_matches (MqttcClient *self,
                    MqttcMessage *message)
{
  guint start = self->matches->len;
  guint64 last_serial = self->last_serial;
  guint end;

  find_matches (self, message);
  end = self->matches->len;

  mqttc_client_emit_message (self, message);

  /* Handlers can give subscriptions up, drop the client, and be told of other messages meanwhile.
   */
  for (guint i = start; i < end && !self->revived; i++)
    {
      MqttcSubscription *subscription = g_ptr_array_index (self->matches, i);

      if (is_subscribed (self, subscription, last_serial))
        mqttc_subscription_deliver (subscription, message);
    }

  g_ptr_array_set_size (self->matches, start);
}

void
mqttc_client_handle_message (MqttcClient *self,
                             MqttcMessage *message)
{
  if (self->n_subscriptions > 0)
    deliver_to_matches (self, message);
  else
    mqttc_client_emit_message (self, message);
}

/* --- Answers. --- */

static void
set_reason_code_of_filter (MqttcClient *self,
                           const char *filter,
                           guint code)
{
  GPtrArray *subscriptions = mqttc_topic_trie_lookup (self->trie, filter);
  g_autoptr (GPtrArray) copy = NULL;

  if (subscriptions == NULL)
    return;

  /* Those who are notified can give it up. */
  copy = g_ptr_array_new_full (subscriptions->len, g_object_unref);
  for (guint i = 0; i < subscriptions->len; i++)
    g_ptr_array_add (copy, g_object_ref (g_ptr_array_index (subscriptions, i)));

  for (guint i = 0; i < copy->len; i++)
    mqttc_subscription_set_reason_code (g_ptr_array_index (copy, i), code);
}

static guint
get_reason_code (MqttcPacket *suback,
                 guint index)
{
  GBytes *codes = mqttc_packet_get_reason_codes (suback);
  gsize size = 0;
  const guint8 *data = codes != NULL ? g_bytes_get_data (codes, &size) : NULL;

  return index < size ? data[index] : MQTTC_REASON_CODE_UNSPECIFIED_ERROR;
}

void
mqttc_client_handle_resubscribed (MqttcClient *self,
                                  const char *const *filters,
                                  MqttcPacket *suback)
{
  for (guint i = 0; filters[i] != NULL; i++)
    set_reason_code_of_filter (self, filters[i], get_reason_code (suback, i));
}

static gboolean
is_refusal (guint code)
{
  return code >= MQTTC_REASON_CODE_UNSPECIFIED_ERROR;
}

static GError *
make_refusal_error (MqttcSubscription *subscription,
                    guint code)
{
  g_autofree char *filter = mqttc_text_for_display (mqttc_subscription_get_filter (subscription));

  return g_error_new (MQTTC_REASON_ERROR, code, "The server refuses the subscription to “%s”: %s",
                      filter, mqttc_reason_code_to_string (code, MQTTC_PACKET_TYPE_SUBACK));
}

/* --- Subscribing. --- */

/* While it was asked for, another one on the filter may have been given up without a word to the
 * server, because of this one. */
static void
forget_filter (MqttcClient *self,
               MqttcClientOp *op)
{
  if (op->shared)
    tell_server (self, mqttc_subscription_get_filter (op->subscription));
}

/* It has not been given up, and made again, since. */
static gboolean
is_subscription_of (MqttcClient *self,
                    MqttcClientOp *op)
{
  return mqttc_subscription_get_owner (op->subscription) == self
         && mqttc_subscription_get_serial (op->subscription) == op->serial;
}

static void
subscribe_failed (MqttcClient *self,
                  MqttcClientOp *op,
                  const GError *error)
{
  /* On its way: the server will answer, and messages may come. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !op->never_sent)
    return;

  if (is_subscription_of (self, op))
    {
      remove_subscription (self, op->subscription);
      forget_filter (self, op);
    }
}

static void
subscribed (MqttcClientOp *op,
            MqttcPacket *packet,
            GError *error)
{
  MqttcClient *self = mqttc_client_op_get_client (op);
  guint code = packet != NULL ? get_reason_code (packet, 0) : 0;
  g_autoptr (GTask) task = NULL;

  if (packet != NULL && is_refusal (code))
    error = make_refusal_error (op->subscription, code);

  if (error != NULL)
    subscribe_failed (self, op, error);

  if (packet != NULL && is_refusal (code))
    mqttc_subscription_set_reason_code (op->subscription, code);
  else if (packet != NULL)
    set_reason_code_of_filter (self, mqttc_subscription_get_filter (op->subscription), code);

  task = mqttc_client_op_end (op);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static const MqttcClientOpClass subscribe_class = {
  .cancelled = mqttc_client_cancel_request,
  .completed = subscribed,
};

/* FALSE and @error set: it is not this client's to have or not to have. */
static gboolean
check_owner (MqttcSubscription *subscription,
             MqttcClient *owner,
             const char *fault,
             GError **error)
{
  g_autofree char *filter = NULL;

  if (mqttc_subscription_get_owner (subscription) == owner)
    return TRUE;

  filter = mqttc_text_for_display (mqttc_subscription_get_filter (subscription));
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
               "The subscription to “%s” %s", filter, fault);
  return FALSE;
}

/* The subscription is there before the answer of the server, since retained messages may come in
 * the same read. @op (transfer full) if successful. */
static gboolean
begin_subscribe (MqttcClient *self,
                 MqttcSubscription *subscription,
                 MqttcClientOp *op,
                 GError **error)
{
  const char *filters[] = { mqttc_subscription_get_filter (subscription), NULL };
  guint8 qos = get_wanted_qos (self, subscription);

  if (!check_owner (subscription, NULL, "is in use already; make one object for each", error)
      || !mqttc_engine_subscribe (mqttc_event_loop_get_engine (self->loop), filters, &qos,
                                  &op->operation, mqttc_event_loop_get_time (self->loop), error))
    return FALSE;

  op->shared = count_on_filter (self, filters[0]) > 0;
  op->subscription = g_object_ref (subscription);
  op->serial = add_subscription (self, subscription);
  mqttc_client_begin_request (self, op);
  return TRUE;
}

/**
 * mqttc_client_subscribe_async:
 * @self: a client
 * @subscription: a subscription
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the server has answered, or will not
 * @user_data: (closure): data for @callback
 *
 * Asks the server for the messages that match a filter.
 *
 * Connect to [signal@Mqttc.Subscription::message], or set a handler, before: retained messages can
 * be delivered before this call ends. The client owns the subscription from here on, until it is
 * given up or the call fails.
 *
 * A packet is sent for each subscription, also if there are others on the same filter: with the
 * highest quality of service that any of them wants, since the server knows only one per filter. It
 * then sends the retained messages again, and all subscriptions on the filter get them.
 *
 * Without a connection the request is queued. A subscription that was granted is made again by
 * itself when the server loses the session.
 *
 * A subscription that is cancelled before it was sent is dropped. Else only the wait ends, and the
 * subscription stays: give it up if it is not wanted.
 *
 * Since: 0.1
 */
void
mqttc_client_subscribe_async (MqttcClient *self,
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
  g_task_set_source_tag (task, mqttc_client_subscribe_async);
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;

  op = mqttc_client_op_new (&subscribe_class, g_object_ref (task));
  if (begin_subscribe (self, subscription, op, &error))
    g_steal_pointer (&op);
  else
    g_task_return_error (task, error);
}

/**
 * mqttc_client_subscribe_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.subscribe_async].
 *
 * What was granted is in [property@Mqttc.Subscription:granted-qos]. The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: the filter is not valid, or the subscription is in use
 *   already.
 * - %MQTTC_CLIENT_ERROR_NOT_OPEN: the client was not opened, or is closing.
 * - %MQTTC_CLIENT_ERROR_QUEUE_FULL: the queue of unsent requests is at a bound of the options.
 * - %MQTTC_CLIENT_ERROR_CLOSED: the client was closed before the server had answered.
 * - %G_IO_ERROR_CANCELLED: the call was cancelled.
 * - `MQTTC_REASON_ERROR`: the server refuses the subscription; MQTT 3.1.1 knows one reason,
 *   %MQTTC_REASON_ERROR_UNSPECIFIED_ERROR.
 *
 * Returns: `TRUE` if the server has granted the subscription
 * Since: 0.1
 */
gboolean
mqttc_client_subscribe_finish (MqttcClient *self,
                               GAsyncResult *result,
                               GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, mqttc_client_subscribe_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Unsubscribing. --- */

static void
unsubscribed (MqttcClientOp *op,
              MqttcPacket *packet,
              GError *error)
{
  MqttcClient *self = mqttc_client_op_get_client (op);
  g_autoptr (MqttcSubscription) subscription = g_object_ref (op->subscription);
  const char *filter = mqttc_subscription_get_filter (subscription);
  g_autoptr (GTask) task = mqttc_client_op_end (op);

  if (error == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* It may not have left, and nobody must get it back at the next opening. */
  if (count_on_filter (self, filter) == 0)
    mqttc_engine_forget (mqttc_event_loop_get_engine (self->loop), filter);
  g_task_return_error (task, error);
}

/* The server is to be told nevertheless: only the wait ends. */
static void
unsubscribe_cancelled (MqttcClientOp *op)
{
  mqttc_client_cancel_request (op);
  if (op->never_sent)
    tell_server (mqttc_client_op_get_client (op), mqttc_subscription_get_filter (op->subscription));
}

static const MqttcClientOpClass unsubscribe_class = {
  .cancelled = unsubscribe_cancelled,
  .completed = unsubscribed,
};

/* There is no server to be asked, nor any request on its way. */
static gboolean
is_closed (MqttcEngine *engine)
{
  MqttcConnectionState state = mqttc_engine_get_state (engine);

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

  if (!mqttc_engine_unsubscribe (mqttc_event_loop_get_engine (self->loop), filters, &op->operation,
                                 mqttc_event_loop_get_time (self->loop), error))
    return FALSE;

  op->subscription = g_object_ref (subscription);
  mqttc_client_begin_request (self, op);
  return TRUE;
}

/* The request is @op (transfer full), if there has to be one: then it has the subscription. */
static gboolean
give_up (MqttcClient *self,
         MqttcSubscription *subscription,
         MqttcClientOp *op,
         GError **error)
{
  MqttcEngine *engine = mqttc_event_loop_get_engine (self->loop);
  const char *filter = mqttc_subscription_get_filter (subscription);

  if (count_on_filter (self, filter) == 1)
    {
      if (is_closed (engine))
        mqttc_engine_forget (engine, filter);
      else if (!begin_unsubscribe (self, subscription, op, error))
        return FALSE;
    }

  remove_subscription (self, subscription);
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
  if (!check_owner (subscription, self, "is not in use with this client", &error)
      || !give_up (self, subscription, op, &error))
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
  g_return_val_if_fail (g_async_result_is_tagged (result, mqttc_client_unsubscribe_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
