/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "loop/mqttc-options.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-reason-error-private.h"

/* --- Subscribing. --- */

/* One subscription of a request. */
typedef struct
{
  MqttcSubscription *subscription; /* (owned) */
  guint64 serial;
  guint code;          /* of the answer, if there is one */
  MqttcPacket *suback; /* (owned) (nullable): that, if it refuses */
  gboolean shared;     /* there were others on its filter */
  gboolean has_id;     /* the server was asked for it with the identifier of its filter */
} Item;

/* The data of the task. */
typedef struct
{
  /* (owned) (nullable): a request for each item, as long as it goes on, with a packet of its own. */
  MqttcClientOp **parts;
  guint n_parts_left;
  GError *error; /* (owned) (nullable): the first of a part */

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

  g_free (self->parts);
  g_clear_error (&self->error);
  for (guint i = 0; i < self->n_items; i++)
    {
      g_object_unref (self->items[i].subscription);
      g_clear_pointer (&self->items[i].suback, mqttc_packet_unref);
    }
  g_free (self);
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
  MqttcFilterUse *use;

  if (!is_in_use (self, item))
    return;

  use = mqttc_filter_use_begin_request (item->subscription->use);
  mqttc_client_remove_subscription (self, item->subscription);
  if (item->shared)
    mqttc_client_tell_server (self, use);
  mqttc_filter_use_end_request (use);
}

static void
remove_items (MqttcClient *self,
              Batch *batch)
{
  for (guint i = 0; i < batch->n_items; i++)
    remove_item (self, &batch->items[i]);
}

/* --- The answer to it. --- */

/* NULL: there is none. It names the first, and says how many there are if more were asked for. */
static GError *
make_refusal_error (const Batch *batch)
{
  const Item *first = NULL;
  g_autofree char *filter = NULL;
  g_autofree char *count = NULL;
  guint n_refusals = 0;

  for (guint i = 0; i < batch->n_items; i++)
    {
      if (!mqttc_client_is_refusal (batch->items[i].code))
        continue;
      n_refusals++;
      if (first == NULL)
        first = &batch->items[i];
    }

  if (first == NULL)
    return NULL;

  filter = mqttc_text_for_display (get_filter (first));
  if (batch->n_items > 1)
    count = g_strdup_printf (" (%u of %u are refused)", n_refusals, batch->n_items);

  return mqttc_reason_error_new (
      first->code, mqttc_packet_ref (first->suback),
      "The server refuses the subscription to “%s”: %s%s", filter,
      mqttc_reason_code_to_string (first->code, MQTTC_PACKET_TYPE_SUBACK),
      count != NULL ? count : "");
}

static void
apply_answer (MqttcClient *self,
              Item *item,
              MqttcPacket *suback,
              guint code)
{
  item->code = code;
  if (mqttc_client_is_refusal (code))
    {
      item->suback = mqttc_packet_ref (suback);
      remove_item (self, item);
      mqttc_subscription_set_reason_code (item->subscription, code);
    }
  else
    {
      mqttc_client_note_granted (self, get_filter (item), item->has_id, code);
    }
}

/* FALSE: it is on its way, the server will answer, and messages may come. */
static gboolean
is_given_up (const MqttcClientOp *op,
             const GError *error)
{
  return op->never_sent || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* @error (transfer full) (nullable). */
static void
end_subscribe (MqttcClientOp *op,
               GError *error)
{
  g_autoptr (GTask) task = mqttc_client_op_end (op);

  if (error != NULL)
    mqttc_client_op_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
subscribed (MqttcClientOp *op,
            MqttcPacket *packet,
            GError *error)
{
  MqttcClient *self = mqttc_client_op_get_client (op);
  Batch *batch = g_task_get_task_data (op->task);

  for (guint i = 0; packet != NULL && i < batch->n_items; i++)
    apply_answer (self, &batch->items[i], packet, mqttc_client_get_answer (packet, i));

  if (packet != NULL)
    error = make_refusal_error (batch);
  else if (is_given_up (op, error))
    remove_items (self, batch);

  end_subscribe (op, error);
}

static const MqttcClientOpClass subscribe_class = {
  .cancelled = mqttc_client_cancel_request,
  .completed = subscribed,
};

/* --- The same in parts, each in a packet of its own. --- */

static void
part_subscribed (MqttcClientOp *op,
                 MqttcPacket *packet,
                 GError *error)
{
  g_autoptr (MqttcClientOp) whole = g_steal_pointer (&op->whole);
  g_autoptr (GError) own_error = error;
  MqttcClient *self;
  Batch *batch;
  Item *item;

  /* Another one was refused at once, and so nothing was asked for. */
  if (whole == NULL)
    return;

  self = mqttc_client_op_get_client (whole);
  batch = g_task_get_task_data (whole->task);
  batch->parts[op->index] = NULL;
  item = &batch->items[op->index];
  if (packet != NULL)
    apply_answer (self, item, packet, mqttc_client_get_answer (packet, 0));
  else if (is_given_up (op, error))
    remove_item (self, item);

  if (batch->error == NULL)
    batch->error = g_steal_pointer (&own_error);
  if (--batch->n_parts_left > 0)
    return;

  error = g_steal_pointer (&batch->error);
  end_subscribe (whole, error != NULL ? error : make_refusal_error (batch));
}

static const MqttcClientOpClass part_class = {
  .completed = part_subscribed,
};

static void
parts_cancelled (MqttcClientOp *op)
{
  MqttcClient *self = mqttc_client_op_get_client (op);
  Batch *batch = g_task_get_task_data (op->task);
  MqttcEngine *engine = mqttc_event_loop_lock (self->loop);

  for (guint i = 0; i < batch->n_items; i++)
    {
      MqttcClientOp *part = batch->parts[i];

      if (part != NULL)
        part->never_sent = mqttc_engine_cancel (engine, &part->operation,
                                                mqttc_client_op_make_cancelled_error ());
    }

  mqttc_event_loop_unlock (self->loop);
}

static const MqttcClientOpClass whole_class = { .cancelled = parts_cancelled };

/* --- Asking for it. --- */

static gboolean
check_in_use (const Batch *batch,
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

/* The server has one subscription to a filter, with one set of options (section 3.8.4 of MQTT 5). */
static gboolean
check_conflicts (const Batch *batch,
                 GError **error)
{
  for (guint i = 0; i < batch->n_items; i++)
    {
      MqttcSubscription *subscription = batch->items[i].subscription;
      MqttcSubscription *first = g_ptr_array_index (subscription->use->subscriptions, 0);
      guint8 difference
          = mqttc_subscription_get_options (subscription) ^ mqttc_subscription_get_options (first);
      g_autofree char *filter = NULL;

      if ((difference & ~MQTTC_SUBSCRIPTION_QOS) == 0)
        continue;

      filter = mqttc_text_for_display (get_filter (&batch->items[i]));
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONFLICT,
                   "There is a subscription to “%s” already, with other options: no-local, "
                   "retain-as-published and retain-handling must be the same",
                   filter);
      return FALSE;
    }

  return TRUE;
}

/* A packet has one subscription identifier for all of its filters (section 3.8.2.1.2 of MQTT 5), and filters
 * that overlap need one each. Without a connection it is not known what the next server takes. */
static gboolean
needs_packet_for_each (MqttcClient *self,
                       MqttcEngine *engine)
{
  if (mqttc_engine_get_state (engine) != MQTTC_CONNECTION_STATE_CONNECTED)
    return mqttc_options_get_protocol (mqttc_client_get_options (self)) == MQTTC_PROTOCOL_V5;

  return mqttc_engine_get_protocol (engine) == MQTTC_PROTOCOL_V5
         && mqttc_engine_get_limits (engine)->subscription_ids;
}

/* Until it has answered, the server may also send what it was asked for before. */
static void
note_asked (Batch *batch,
            gboolean has_id)
{
  for (guint i = 0; i < batch->n_items; i++)
    {
      batch->items[i].has_id = has_id;
      if (!has_id)
        mqttc_filter_use_set_anonymous (batch->items[i].subscription->use, TRUE);
    }
}

/* A packet for all. Each filter comes with the highest quality of service that anybody wants on it, for the
 * server knows one subscription to it (section 3.8.4). */
static gboolean
ask_at_once (MqttcClient *self,
             MqttcEngine *engine,
             MqttcClientOp *op,
             Batch *batch,
             GError **error)
{
  g_autofree const char **filters = g_new0 (const char *, batch->n_items + 1);
  g_autofree guint8 *options = g_new0 (guint8, batch->n_items);
  gint64 now = mqttc_event_loop_get_time (self->loop);
  guint32 id = 0;

  for (guint i = 0; i < batch->n_items; i++)
    {
      const MqttcFilterUse *use = batch->items[i].subscription->use;

      filters[i] = use->text;
      options[i] = mqttc_client_get_wanted_options (use);
      id = batch->n_items == 1 ? use->id : 0;
    }

  if (!mqttc_engine_subscribe (engine, filters, options, id, &op->operation, now, error))
    return FALSE;

  note_asked (batch, id != 0);
  return TRUE;
}

/* Takes back what has not left yet. */
static void
drop_parts (MqttcEngine *engine,
            Batch *batch,
            guint n_parts)
{
  for (guint i = 0; i < n_parts; i++)
    {
      MqttcClientOp *part = batch->parts[i];

      g_clear_pointer (&part->whole, mqttc_client_op_unref);
      mqttc_engine_cancel (engine, &part->operation, mqttc_client_op_make_cancelled_error ());
    }
}

static gboolean
ask_in_parts (MqttcClient *self,
              MqttcEngine *engine,
              MqttcClientOp *op,
              Batch *batch,
              GError **error)
{
  gint64 now = mqttc_event_loop_get_time (self->loop);

  batch->parts = g_new0 (MqttcClientOp *, batch->n_items);
  batch->n_parts_left = batch->n_items;
  for (guint i = 0; i < batch->n_items; i++)
    {
      MqttcFilterUse *use = batch->items[i].subscription->use;
      const char *filters[] = { use->text, NULL };
      guint8 options = mqttc_client_get_wanted_options (use);
      g_autoptr (MqttcClientOp) part = mqttc_client_op_new (&part_class, NULL);

      if (!mqttc_engine_subscribe (engine, filters, &options, use->id, &part->operation, now,
                                   error))
        {
          drop_parts (engine, batch, i);
          return FALSE;
        }

      part->whole = mqttc_client_op_ref (op);
      part->index = i;
      batch->parts[i] = g_steal_pointer (&part);
    }

  op->klass = &whole_class;
  note_asked (batch, TRUE);
  return TRUE;
}

static gboolean
ask_server (MqttcClient *self,
            MqttcClientOp *op,
            Batch *batch,
            GError **error)
{
  MqttcEngine *engine = mqttc_event_loop_lock (self->loop);
  gboolean accepted;

  if (batch->n_items > 1 && needs_packet_for_each (self, engine))
    accepted = ask_in_parts (self, engine, op, batch, error);
  else
    accepted = ask_at_once (self, engine, op, batch, error);
  mqttc_event_loop_unlock (self->loop);
  return accepted;
}

/* The subscriptions are there before the answer of the server, since retained messages may come in
 * the same read. */
static gboolean
begin_subscribe (MqttcClient *self,
                 MqttcClientOp *op,
                 GError **error)
{
  Batch *batch = g_task_get_task_data (op->task);

  if (!check_in_use (batch, error))
    return FALSE;

  add_items (self, batch);
  if (!check_conflicts (batch, error) || !ask_server (self, op, batch, error))
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

  /* The engine gives the reference back; parts have their own. */
  if (!begin_subscribe (self, op, &error))
    g_task_return_error (task, error);
  else if (op->klass == &subscribe_class)
    g_steal_pointer (&op);
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
 * With MQTT 5 each filter has a subscription identifier, which the client takes care of: a message goes to
 * the subscriptions that the server has sent it for, once to each, also if the server sends it once for
 * each of several filters that it matches. Shared subscriptions, `$share/name/filter`, get the messages
 * of `filter` that the server has for this client among those with the same name.
 *
 * Without a connection the request is queued. A subscription that was granted is made again by
 * itself when the server loses the session.
 *
 * A subscription that is cancelled before it was sent is dropped. Else only the wait ends, and the
 * subscription stays, also if the server refuses it: [property@Mqttc.Subscription:reason-code] tells what
 * it has answered. Give it up if it is not wanted.
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
 * - %MQTTC_CLIENT_ERROR_CONFLICT: there is a subscription to the same filter in which
 *   [property@Mqttc.Subscription:no-local], [property@Mqttc.Subscription:retain-as-published] or
 *   [property@Mqttc.Subscription:retain-handling] is another one; a server has one per filter.
 * - %MQTTC_CLIENT_ERROR_LIMIT: the server has said that it takes no wildcards, or no shared
 *   subscriptions.
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
 * Asks the server for the messages that match any of several filters.
 *
 * This is [method@Mqttc.Client.subscribe_async] for several at once, at less cost: in one packet, or, as
 * MQTT 5 has one subscription identifier for a whole packet, in a packet for each that are sent
 * together. All are asked for or none. The server answers for each: those that it refuses are given up,
 * the others are in force, whatever becomes of the call.
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
