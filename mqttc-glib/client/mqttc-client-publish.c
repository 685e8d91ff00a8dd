/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

/* --- Requests: what publishing, subscribing and unsubscribing have in common. --- */

MqttcClient *
mqttc_client_op_get_client (MqttcClientOp *op)
{
  return g_task_get_source_object (op->task);
}

/* From any thread: (nullable) once the client is detached. */
static MqttcCancelBox *
ensure_cancel_box (MqttcClient *self)
{
  mqttc_event_loop_lock (self->loop);
  if (self->cancel_box == NULL && !self->detached)
    {
      self->cancel_box = mqttc_cancel_box_new (self->context);
      mqttc_event_loop_attach_source (self->loop, mqttc_cancel_box_get_source (self->cancel_box),
                                      "[mqttc] cancel");
    }
  mqttc_event_loop_unlock (self->loop);

  return self->cancel_box;
}

void
mqttc_client_watch (MqttcClient *self,
                    MqttcClientOp *op)
{
  MqttcCancelBox *box = g_task_get_cancellable (op->task) != NULL ? ensure_cancel_box (self) : NULL;

  if (box != NULL)
    mqttc_client_op_watch (op, box);
}

void
mqttc_client_cancel_request (MqttcClientOp *op)
{
  MqttcEventLoop *loop = mqttc_client_op_get_client (op)->loop;
  MqttcEngine *engine = mqttc_event_loop_lock (loop);

  if (op->is_new)
    op->is_cancelled = TRUE;
  else
    op->never_sent
        = mqttc_engine_cancel (engine, &op->operation, mqttc_client_op_make_cancelled_error ());

  mqttc_event_loop_unlock (loop);
}

/* --- Publishing. --- */

static void
published (MqttcClientOp *op,
           MqttcPacket *packet,
           GError *error)
{
  g_autoptr (GTask) task = mqttc_client_op_end (op);

  if (error != NULL)
    mqttc_client_op_return_error (task, error);
  else
    g_task_return_pointer (task, mqttc_packet_ref (packet), (GDestroyNotify) mqttc_packet_unref);
}

static const MqttcClientOpClass publish_class = {
  .cancelled = mqttc_client_cancel_request,
  .completed = published,
};

/* The engine looks at it only if the message expires. */
static inline gint64
get_time (MqttcClient *self,
          MqttcMessage *message)
{
  return G_UNLIKELY (mqttc_message_expires (message)) ? mqttc_event_loop_get_time (self->loop) : 0;
}

/* @op (transfer full) if it returns TRUE: its end will come as an event, also if the message is
 * refused, for only the context of the client may end it. FALSE: there is no loop to tell it. */
static gboolean
begin_publish (MqttcClient *self,
               MqttcMessage *message,
               MqttcClientOp *op)
{
  MqttcEngine *engine = mqttc_event_loop_lock (self->loop);
  gboolean is_disposed = mqttc_event_loop_is_disposed (self->loop);
  GError *error = NULL;

  op->is_new = FALSE;
  if (!is_disposed && op->is_cancelled)
    error = mqttc_client_op_make_cancelled_error ();
  else if (!is_disposed)
    mqttc_engine_publish (engine, message, &op->operation, get_time (self, message), &error);

  if (error != NULL)
    mqttc_engine_refuse (engine, &op->operation, error);

  mqttc_event_loop_unlock (self->loop);

  return !is_disposed;
}

/* In the thread of the caller: the task stays where it is, for the context of the client may look at
 * it, if it is cancelled at the same time. */
static void
return_disposed (MqttcClientOp *op)
{
  g_clear_signal_handler (&op->cancelled_id, g_task_get_cancellable (op->task));
  g_task_return_new_error (op->task, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                           "The client has been disposed of; make another one");
}

static gboolean
return_if_cancelled (GTask *task)
{
  g_task_set_check_cancellable (task, FALSE); /* a message that has arrived stays a success */

  return g_task_return_error_if_cancelled (task);
}

/**
 * mqttc_client_publish_async:
 * @self: a client
 * @message: a message
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the message has been published, or cannot be
 * @user_data: (closure): data for @callback
 *
 * Publishes a message, and waits until it is safe.
 *
 * With QoS 0 that is when its bytes have been handed to the operating system, with QoS 1 when the
 * server has acknowledged it, with QoS 2 when it has done so in both steps. Without a connection
 * the message is queued, within the bounds of the options; for QoS 0 the option
 * [property@Mqttc.Options:offline-qos0] can say otherwise. Messages of QoS 1 and 2 survive the loss
 * of the connection.
 *
 * The message is locked: from here on it cannot be changed, but can be published again.
 *
 * A message that is cancelled before it was sent is never sent. Else only the wait ends: it is
 * still delivered.
 *
 * Since: 0.1
 */
void
mqttc_client_publish_async (MqttcClient *self,
                            MqttcMessage *message,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (MqttcClientOp) op = NULL;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (message != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  /* The function, and not the macro around it, which copies a name. */
  (g_task_set_source_tag) (task, mqttc_client_publish_async);
  if (cancellable != NULL && return_if_cancelled (task))
    return;

  op = mqttc_client_op_new (&publish_class, g_steal_pointer (&task));
  op->is_new = TRUE;
  if (cancellable != NULL)
    mqttc_client_watch (self, op);
  if (begin_publish (self, message, op))
    g_steal_pointer (&op);
  else
    return_disposed (op);
}

/**
 * mqttc_client_publish_text_async:
 * @self: a client
 * @topic: a topic name
 * @text: (nullable): the payload; `NULL` is the empty one
 * @qos: the quality of service
 * @retain: whether the server is to keep the message for later subscribers
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the message has been published, or cannot be
 * @user_data: (closure): data for @callback
 *
 * Publishes a text, and waits until it is safe.
 *
 * This is [method@Mqttc.Client.publish_async] with a message made here;
 * [method@Mqttc.Client.publish_text_finish] and [method@Mqttc.Client.publish_finish] are the same.
 *
 * Since: 0.1
 */
void
mqttc_client_publish_text_async (MqttcClient *self,
                                 const char *topic,
                                 const char *text,
                                 MqttcQos qos,
                                 gboolean retain,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (MqttcMessage) message = NULL;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (topic != NULL);

  message = mqttc_message_new_text (topic, text != NULL ? text : "");
  mqttc_message_set_qos (message, qos);
  mqttc_message_set_retain (message, retain);
  mqttc_client_publish_async (self, message, cancellable, callback, user_data);
}

/**
 * mqttc_client_publish_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.publish_async].
 *
 * The packet is the last one of the exchange: PUBLISH itself with QoS 0, PUBACK with QoS 1, PUBCOMP
 * with QoS 2; or PUBREC, if the server has lost the session after it had taken the message.
 *
 * The errors are those of [method@Mqttc.Client.try_publish], and:
 *
 * - %MQTTC_CLIENT_ERROR_OFFLINE: also if a QoS 0 message was queued when the connection was lost.
 * - %MQTTC_CLIENT_ERROR_CLOSED: the client was closed first.
 * - %MQTTC_CLIENT_ERROR_SESSION_LOST: the server lost the session during the QoS 2 exchange, and
 * the option [property@Mqttc.Options:session-lost-policy] does not let the message be sent again.
 * - %G_IO_ERROR_CANCELLED: the call was cancelled.
 *
 * Returns: (transfer full): the last packet of the exchange, or `NULL` on error
 * Since: 0.1
 */
MqttcPacket *
mqttc_client_publish_finish (MqttcClient *self,
                             GAsyncResult *result,
                             GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_client_publish_async,
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * mqttc_client_publish_text_finish:
 * @self: the client
 * @result: the result
 * @error: return location for an error, or `NULL`
 *
 * Finishes [method@Mqttc.Client.publish_text_async].
 *
 * It gives the same packet and the same errors as [method@Mqttc.Client.publish_finish].
 *
 * Returns: (transfer full): the last packet of the exchange, or `NULL` with @error set
 *
 * Since: 0.1
 */
MqttcPacket *
mqttc_client_publish_text_finish (MqttcClient *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  return mqttc_client_publish_finish (self, result, error);
}

/**
 * mqttc_client_try_publish:
 * @self: a client
 * @message: a message
 * @error: return location for an error
 *
 * Publishes a message without telling what becomes of it.
 *
 * It never blocks, and costs less than [method@Mqttc.Client.publish_async]. Success means that the
 * message was accepted; from here on it is treated in the same way.
 *
 * The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: the topic is empty, not valid UTF-8, holds a wildcard or
 * is longer than 65,535 bytes.
 * - %MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE: the message does not fit in a packet of MQTT.
 * - %MQTTC_CLIENT_ERROR_NOT_OPEN: the client was not opened, or is closing.
 * - %MQTTC_CLIENT_ERROR_QUEUE_FULL: the queue of unsent requests is at a bound of the options; try
 *   again when something has been sent.
 * - %MQTTC_CLIENT_ERROR_OFFLINE: QoS 0 without a connection, and the option
 *   [property@Mqttc.Options:offline-qos0] does not let it wait.
 *
 * Returns: `TRUE` if the message was accepted
 * Since: 0.1
 */
gboolean
mqttc_client_try_publish (MqttcClient *self,
                          MqttcMessage *message,
                          GError **error)
{
  gboolean accepted;

  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  accepted = mqttc_engine_publish (mqttc_event_loop_lock (self->loop), message, NULL,
                                   get_time (self, message), error);
  mqttc_event_loop_unlock (self->loop);

  return accepted;
}

/**
 * mqttc_client_publish_many: (skip)
 * @self: the client
 * @messages: (array length=n_messages): the messages, in the order of publishing
 * @n_messages: the number of messages
 * @error: return location for an error, or `NULL`
 *
 * Publishes messages without waiting, as [method@Mqttc.Client.try_publish] does, at less cost for
 * each.
 *
 * It stops at the first message that is refused, and @error says why; those before it are
 * accepted. Can be called from any thread.
 *
 * Returns: the number of messages that were accepted
 *
 * Since: 0.1
 */
guint
mqttc_client_publish_many (MqttcClient *self,
                           MqttcMessage *const *messages,
                           guint n_messages,
                           GError **error)
{
  MqttcEngine *engine;
  guint n_accepted = 0;

  g_return_val_if_fail (MQTTC_IS_CLIENT (self), 0);
  g_return_val_if_fail (messages != NULL || n_messages == 0, 0);
  g_return_val_if_fail (error == NULL || *error == NULL, 0);

  engine = mqttc_event_loop_lock (self->loop);
  while (n_accepted < n_messages
         && mqttc_engine_publish (engine, messages[n_accepted], NULL,
                                  get_time (self, messages[n_accepted]), error))
    n_accepted++;
  mqttc_event_loop_unlock (self->loop);

  return n_accepted;
}
