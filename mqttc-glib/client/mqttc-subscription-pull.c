/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages that wait until the program asks for them. Nothing of what waits is acknowledged, as long
 * as there is a connection on which it could be. */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"

typedef struct
{
  MqttcMessage *message;   /* (owned) */
  MqttcDelivery *delivery; /* (owned) (nullable): NULL once it may be acknowledged */
} Pending;

static void
pending_free (Pending *self)
{
  g_clear_pointer (&self->delivery, mqttc_delivery_unref);
  mqttc_message_unref (self->message);
  g_free (self);
}

void
mqttc_subscription_update_full (MqttcSubscription *self)
{
  gboolean full = self->owner != NULL && self->pulled && self->pending.length >= self->max_pending;

  if (self->full == full)
    return;

  self->full = full;
  mqttc_client_count_full (self->owner, full ? 1 : -1);
}

void
mqttc_subscription_push (MqttcSubscription *self,
                         MqttcMessage *message,
                         MqttcDelivery *delivery)
{
  Pending *pending = g_new (Pending, 1);

  pending->message = mqttc_message_ref (message);
  pending->delivery = mqttc_delivery_ref (delivery);
  g_queue_push_tail (&self->pending, pending);
  mqttc_subscription_update_full (self);
}

/* (transfer full) */
static MqttcMessage *
take_pending (MqttcSubscription *self)
{
  Pending *pending = g_queue_pop_head (&self->pending);
  MqttcMessage *message = mqttc_message_ref (pending->message);

  self->current = g_steal_pointer (&pending->delivery);
  pending_free (pending);
  mqttc_subscription_update_full (self);
  return message;
}

/* (transfer full) (nullable): of the pull that waits. */
static GTask *
take_pull (MqttcSubscription *self)
{
  g_autoptr (MqttcClientOp) op = g_steal_pointer (&self->pull);

  return op != NULL ? mqttc_client_op_end (op) : NULL;
}

static void
return_message (MqttcSubscription *self,
                GTask *task)
{
  g_task_return_pointer (task, take_pending (self), (GDestroyNotify) mqttc_message_unref);
}

gboolean
mqttc_subscription_feed_pull (MqttcSubscription *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->pull == NULL || self->pending.length == 0)
    return FALSE;

  task = take_pull (self);
  return_message (self, task);
  return TRUE;
}

static void
return_closed (MqttcSubscription *self,
               GTask *task)
{
  g_autofree char *filter = mqttc_text_for_display (self->filter);

  g_task_return_new_error (task, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                           "There are no more messages for “%s”: %s", filter,
                           self->owner != NULL && self->pulled
                               ? "the client is closed"
                               : "the subscription is not in use, or not pulled any more");
}

void
mqttc_subscription_end_pull (MqttcSubscription *self)
{
  g_autoptr (GTask) task = take_pull (self);

  if (task != NULL)
    return_closed (self, task);
}

void
mqttc_subscription_let_go_current (MqttcSubscription *self)
{
  g_clear_pointer (&self->current, mqttc_delivery_unref);
}

void
mqttc_subscription_let_go (MqttcSubscription *self)
{
  mqttc_subscription_let_go_current (self);
  for (GList *l = self->pending.head; l != NULL; l = l->next)
    g_clear_pointer (&((Pending *) l->data)->delivery, mqttc_delivery_unref);
}

void
mqttc_subscription_clear_pending (MqttcSubscription *self)
{
  mqttc_subscription_let_go_current (self);
  g_queue_clear_full (&self->pending, (GDestroyNotify) pending_free);
  mqttc_subscription_update_full (self);
}

/* --- Whether, and how many. --- */

/**
 * mqttc_subscription_get_pulled: (get-property pulled)
 * @self: a subscription
 *
 * Gets whether messages are kept until they are pulled.
 *
 * Returns: `TRUE` if they are
 * Since: 0.1
 */
gboolean
mqttc_subscription_get_pulled (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), FALSE);

  return self->pulled;
}

static void
change_pulled (MqttcSubscription *self,
               gboolean pulled)
{
  self->pulled = pulled;
  if (self->owner != NULL && pulled)
    mqttc_client_add_pulled (self->owner, self);
  else if (self->owner != NULL)
    mqttc_client_remove_pulled (self->owner, self);

  mqttc_subscription_notify_pulled (self);
}

/**
 * mqttc_subscription_set_pulled: (set-property pulled)
 * @self: a subscription
 * @pulled: whether to keep messages
 *
 * Sets whether messages are kept until they are pulled.
 *
 * [method@Mqttc.Subscription.next_async] sets it by itself. To set it beforehand, before the
 * subscription is made, is of use if no message may be missed until then, such as a retained one.
 *
 * With `FALSE` nothing more is kept: what waits is acknowledged and dropped, and a pull that waits
 * ends with %MQTTC_CLIENT_ERROR_CLOSED. Do this to stop pulling and stay subscribed.
 *
 * Since: 0.1
 */
void
mqttc_subscription_set_pulled (MqttcSubscription *self,
                               gboolean pulled)
{
  g_autoptr (MqttcSubscription) kept = NULL;

  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (self));

  if (self->pulled == !!pulled)
    return;

  kept = g_object_ref (self);
  if (!pulled)
    mqttc_subscription_clear_pending (self);
  change_pulled (self, !!pulled);
  if (!self->pulled)
    mqttc_subscription_end_pull (self);
}

/**
 * mqttc_subscription_get_max_pending: (get-property max-pending)
 * @self: a subscription
 *
 * Gets how many messages may wait to be pulled.
 *
 * Returns: the number of messages
 * Since: 0.1
 */
guint
mqttc_subscription_get_max_pending (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), 0);

  return self->max_pending;
}

/**
 * mqttc_subscription_set_max_pending: (set-property max-pending)
 * @self: a subscription
 * @max_pending: the number of messages, at least 1
 *
 * Sets how many messages may wait to be pulled, at once.
 *
 * See [method@Mqttc.Subscription.next_async] for what happens then.
 *
 * Since: 0.1
 */
void
mqttc_subscription_set_max_pending (MqttcSubscription *self,
                                    guint max_pending)
{
  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (self));
  g_return_if_fail (max_pending > 0);

  if (self->max_pending == max_pending)
    return;

  self->max_pending = max_pending;
  mqttc_subscription_update_full (self);
  mqttc_subscription_notify_max_pending (self);
}

/* --- Pulling. --- */

static void
pull_cancelled (MqttcClientOp *op)
{
  g_autoptr (MqttcSubscription) self = g_object_ref (op->subscription);

  g_clear_pointer (&self->pull, mqttc_client_op_unref);
  mqttc_client_op_end_cancelled (op);
}

static const MqttcClientOpClass pull_class = { .cancelled = pull_cancelled };

/* @task (transfer full). */
static void
wait_for_message (MqttcSubscription *self,
                  GTask *task)
{
  MqttcClient *client = self->owner;

  /* The source object is the subscription, and the client is to live as long as somebody waits. */
  g_task_set_task_data (task, g_object_ref (client), g_object_unref);

  self->pull = mqttc_client_op_new (&pull_class, task);
  self->pull->subscription = g_object_ref (self);
  self->pull->life = mqttc_event_loop_get_n_opened (client->loop);
  mqttc_client_watch (client, self->pull);
}

/**
 * mqttc_subscription_next_async:
 * @self: a subscription
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when there is a message, or will be none
 * @user_data: (closure): data for @callback
 *
 * Pulls the next message.
 *
 * From the first call on, and from [method@Mqttc.Subscription.set_pulled], messages are kept until
 * they are pulled, in the order in which they came. Handlers get them too, at once. One call can wait
 * at a time.
 *
 * A message of QoS 1 or 2 is acknowledged when the next one is pulled: to ask for the next is to be
 * done with the last. Acknowledgements leave in the order in which the messages came, so one that is
 * not pulled holds back those of all later messages of this client.
 *
 * While [property@Mqttc.Subscription:max-pending] messages wait, the client reads nothing from the
 * server. What it has read already, at most 1,024 messages, is kept as well. Beware: answers of the
 * server are not read either. A program that waits for one of its own messages to be acknowledged
 * before it pulls the next can wait for ever then; let it publish without waiting, or with
 * [method@Mqttc.Client.try_publish].
 *
 * When the subscription is given up, what waits is acknowledged, so that the connection goes on, and
 * can still be pulled. When the connection is lost, what was not acknowledged comes again, marked by
 * [method@Mqttc.Message.get_dup], behind the first copy. When the client is closed, it finishes what
 * is pulled in time; the rest can still be pulled, and a server that keeps the session sends it again.
 *
 * Cancelling ends the wait, and loses no message.
 *
 * Since: 0.1
 */
void
mqttc_subscription_next_async (MqttcSubscription *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_subscription_next_async);
  g_task_set_check_cancellable (task, FALSE); /* a message that was taken is not lost */
  if (g_task_return_error_if_cancelled (task))
    return;

  /* First of all: who is notified may pull as well, or stop it. */
  mqttc_subscription_set_pulled (self, TRUE);
  if (self->pull != NULL)
    {
      g_autofree char *filter = mqttc_text_for_display (self->filter);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "The next message for “%s” is waited for already", filter);
      return;
    }

  mqttc_subscription_let_go_current (self);
  if (self->pending.length > 0)
    return_message (self, task);
  else if (self->owner == NULL || !self->pulled || mqttc_client_is_told_closed (self->owner))
    return_closed (self, task);
  else
    wait_for_message (self, g_steal_pointer (&task));
}

/**
 * mqttc_subscription_next_finish:
 * @self: a subscription
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Subscription.next_async].
 *
 * The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_CLOSED: the subscription is not in use, was given up or refused, or the client
 *   is closed; and everything that came before has been pulled.
 * - %G_IO_ERROR_PENDING: another call waits already.
 * - %G_IO_ERROR_CANCELLED: the call was cancelled.
 *
 * Returns: (transfer full): the message, or `NULL` on error
 * Since: 0.1
 */
MqttcMessage *
mqttc_subscription_next_finish (MqttcSubscription *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_subscription_next_async,
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
