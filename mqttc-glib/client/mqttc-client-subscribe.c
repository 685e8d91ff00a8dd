/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-packet.h"

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

/* --- Subscribing. --- */

/* One subscription of a request. */
typedef struct
{
  MqttcSubscription *subscription; /* (owned) */
  guint64 serial;
  gboolean shared; /* there were others on its filter */
} Item;

/* The data of the task. */
typedef struct
{
  guint n_items;
  Item items[];
} Batch;

static Batch *
batch_new (MqttcSubscription *const *subscriptions,
           guint n_subscriptions)
{
  Batch *self = g_malloc0 (sizeof (Batch) + n_subscriptions * sizeof (Item));

  self->n_items = n_subscriptions;
  for (guint i = 0; i < n_subscriptions; i++)
    self->items[i].subscription = g_object_ref (subscriptions[i]);

  return self;
}

static void
batch_free (gpointer data)
{
  Batch *self = data;

  for (guint i = 0; i < self->n_items; i++)
    g_object_unref (self->items[i].subscription);
  g_free (self);
}

static Batch *
get_batch (MqttcClientOp *op)
{
  return g_task_get_task_data (op->task);
}

static const char *
get_filter (const Item *item)
{
  return mqttc_subscription_get_filter (item->subscription);
}

static void
add_items (MqttcClient *self,
           Batch *batch)
{
  for (guint i = 0; i < batch->n_items; i++)
    {
      Item *item = &batch->items[i];

      item->shared = mqttc_client_count_on_filter (self, get_filter (item)) > 0;
      item->serial = mqttc_client_add_subscription (self, item->subscription);
    }
}

/* It has not been given up, and made again, since. */
static gboolean
is_in_use (MqttcClient *self,
           const Item *item)
{
  return mqttc_subscription_get_owner (item->subscription) == self
         && mqttc_subscription_get_serial (item->subscription) == item->serial;
}

/* While it was asked for, another one on the filter may have been given up without a word to the
 * server, because of this one. */
static void
remove_item (MqttcClient *self,
             const Item *item)
{
  if (!is_in_use (self, item))
    return;

  mqttc_client_remove_subscription (self, item->subscription);
  if (item->shared)
    mqttc_client_tell_server (self, get_filter (item));
}

static void
remove_items (MqttcClient *self,
              Batch *batch)
{
  for (guint i = 0; i < batch->n_items; i++)
    remove_item (self, &batch->items[i]);
}

/* --- The answer to it. --- */

static guint
count_refusals (const Batch *batch,
                MqttcPacket *suback)
{
  guint n_refusals = 0;

  for (guint i = 0; i < batch->n_items; i++)
    n_refusals += is_refusal (get_reason_code (suback, i));

  return n_refusals;
}

/* NULL: there is none. It names the first, and says how many there are if more were asked for. */
static GError *
make_refusal_error (const Batch *batch,
                    MqttcPacket *suback)
{
  guint n_refusals = count_refusals (batch, suback);
  g_autofree char *filter = NULL;
  GError *error = NULL;
  guint code;
  guint i = 0;

  if (n_refusals == 0)
    return NULL;

  while (!is_refusal (get_reason_code (suback, i)))
    i++;

  code = get_reason_code (suback, i);
  filter = mqttc_text_for_display (get_filter (&batch->items[i]));
  error = g_error_new (MQTTC_REASON_ERROR, (gint) code,
                       "The server refuses the subscription to “%s”: %s", filter,
                       mqttc_reason_code_to_string (code, MQTTC_PACKET_TYPE_SUBACK));
  if (batch->n_items > 1)
    {
      g_autofree char *first = g_steal_pointer (&error->message);

      error->message
          = g_strdup_printf ("%s (%u of %u are refused)", first, n_refusals, batch->n_items);
    }

  return error;
}

static void
apply_answer (MqttcClient *self,
              const Item *item,
              guint code)
{
  if (is_refusal (code))
    {
      remove_item (self, item);
      mqttc_subscription_set_reason_code (item->subscription, code);
    }
  else
    {
      set_reason_code_of_filter (self, get_filter (item), code);
    }
}

static void
subscribed (MqttcClientOp *op,
            MqttcPacket *packet,
            GError *error)
{
  MqttcClient *self = mqttc_client_op_get_client (op);
  Batch *batch = get_batch (op);
  g_autoptr (GTask) task = NULL;

  if (packet != NULL)
    {
      error = make_refusal_error (batch, packet);
      for (guint i = 0; i < batch->n_items; i++)
        apply_answer (self, &batch->items[i], get_reason_code (packet, i));
    }
  else if (op->never_sent || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      remove_items (self, batch);
    }
  /* Else it is on its way: the server will answer, and messages may come. */

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

/* --- Asking for it. --- */

static gboolean
check_items (const Batch *batch,
             GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < batch->n_items; i++)
    {
      MqttcSubscription *subscription = batch->items[i].subscription;

      if (mqttc_subscription_get_owner (subscription) != NULL
          || !g_hash_table_add (seen, subscription))
        {
          mqttc_subscription_set_misuse_error (
              subscription, "is in use already; make one object for each", error);
          return FALSE;
        }
    }

  return TRUE;
}

/* A packet for all, each with the highest quality of service that anybody wants on its filter, for
 * the server knows one subscription to it (section 3.8.4). */
static gboolean
ask_server (MqttcClient *self,
            MqttcClientOp *op,
            const Batch *batch,
            GError **error)
{
  g_autofree const char **filters = g_new0 (const char *, batch->n_items + 1);
  g_autofree guint8 *qos = g_new0 (guint8, batch->n_items);
  gint64 now = mqttc_event_loop_get_time (self->loop);
  gboolean accepted;

  for (guint i = 0; i < batch->n_items; i++)
    {
      filters[i] = get_filter (&batch->items[i]);
      qos[i] = mqttc_client_get_wanted_qos (self, filters[i]);
    }

  accepted = mqttc_engine_subscribe (mqttc_event_loop_lock (self->loop), filters, qos,
                                     &op->operation, now, error);
  mqttc_event_loop_unlock (self->loop);
  return accepted;
}

/* The subscriptions are there before the answer of the server, since retained messages may come in
 * the same read. @op (transfer full) if successful. */
static gboolean
begin_subscribe (MqttcClient *self,
                 MqttcClientOp *op,
                 GError **error)
{
  Batch *batch = get_batch (op);

  if (!check_items (batch, error))
    return FALSE;

  add_items (self, batch);
  if (!ask_server (self, op, batch, error))
    {
      /* Nothing has been said of them yet. */
      for (guint i = 0; i < batch->n_items; i++)
        mqttc_client_remove_subscription (self, batch->items[i].subscription);
      return FALSE;
    }

  mqttc_client_watch (self, op);
  return TRUE;
}

/* @task (transfer full). */
static void
subscribe (MqttcClient *self,
           GTask *task,
           MqttcSubscription *const *subscriptions,
           guint n_subscriptions)
{
  g_autoptr (MqttcClientOp) op = mqttc_client_op_new (&subscribe_class, task);
  GError *error = NULL;

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, batch_new (subscriptions, n_subscriptions), batch_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (begin_subscribe (self, op, &error))
    g_steal_pointer (&op);
  else
    g_task_return_error (task, error);
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
  GTask *task;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (subscription));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_client_subscribe_async);
  subscribe (self, task, &subscription, 1);
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
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_client_subscribe_async,
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * mqttc_client_subscribe_many_async:
 * @self: a client
 * @subscriptions: (array length=n_subscriptions): subscriptions
 * @n_subscriptions: the number of subscriptions
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the server has answered, or will not
 * @user_data: (closure): data for @callback
 *
 * Asks the server for the messages that match any of several filters, in one packet.
 *
 * This is [method@Mqttc.Client.subscribe_async] for several at once, at less cost. The server answers
 * for each: those that it refuses are given up, the others are in force, whatever becomes of the
 * call.
 *
 * Since: 0.1
 */
void
mqttc_client_subscribe_many_async (MqttcClient *self,
                                   MqttcSubscription **subscriptions,
                                   gsize n_subscriptions,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (subscriptions != NULL || n_subscriptions == 0);
  g_return_if_fail (n_subscriptions <= G_MAXINT);
  for (gsize i = 0; i < n_subscriptions; i++)
    g_return_if_fail (MQTTC_IS_SUBSCRIPTION (subscriptions[i]));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_client_subscribe_many_async);
  if (n_subscriptions > 0)
    {
      subscribe (self, task, subscriptions, n_subscriptions);
      return;
    }

  /* A packet without a filter would be malformed [MQTT-3.8.3-3]. */
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/**
 * mqttc_client_subscribe_many_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.subscribe_many_async].
 *
 * What was granted, or why it was refused, is in [property@Mqttc.Subscription:reason-code] of each.
 * The errors are those of [method@Mqttc.Client.subscribe_finish]; a `MQTTC_REASON_ERROR` is that of the
 * first that the server refuses, and its message says how many it refuses.
 *
 * Returns: `TRUE` if the server has granted all of the subscriptions
 * Since: 0.1
 */
gboolean
mqttc_client_subscribe_many_finish (MqttcClient *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (
      g_task_get_source_tag (G_TASK (result)) == mqttc_client_subscribe_many_async, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
