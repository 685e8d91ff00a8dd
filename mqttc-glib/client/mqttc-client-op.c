/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-op-private.h"
#include "client/mqttc-client.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-reason-error.h"
#include "values/mqttc-block-pool-private.h"

struct _MqttcCancelBox /* in a g_atomic_rc_box */
{
  GMainContext *context; /* (owned): the source points to it, owned or not */
  GSource *source;       /* (owned) */
  GMutex mutex;
  GPtrArray *ops; /* (owned) (nullable), of operations (owned); NULL once closed */
};

/* --- The box. --- */

static gboolean
empty_cb (gpointer user_data)
{
  g_autoptr (MqttcCancelBox) self = mqttc_cancel_box_ref (user_data);
  g_autoptr (GPtrArray) ops = NULL;

  /* First of all, so that what comes from now on is seen. */
  g_source_set_ready_time (self->source, -1);

  g_mutex_lock (&self->mutex);
  ops = g_steal_pointer (&self->ops);
  self->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_client_op_unref);
  g_mutex_unlock (&self->mutex);

  for (guint i = 0; i < ops->len; i++)
    {
      MqttcClientOp *op = g_ptr_array_index (ops, i);

      if (!mqttc_client_op_has_ended (op))
        op->klass->cancelled (op);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_cb (GSource *source,
             GSourceFunc callback,
             gpointer user_data)
{
  return callback (user_data);
}

MqttcCancelBox *
mqttc_cancel_box_new (GMainContext *context)
{
  static GSourceFuncs funcs = { .dispatch = dispatch_cb };
  MqttcCancelBox *self = g_atomic_rc_box_new0 (MqttcCancelBox);

  g_mutex_init (&self->mutex);
  self->context = g_main_context_ref (context);
  self->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_client_op_unref);
  self->source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (self->source, empty_cb, self, NULL);
  /* Before the loop writes, so that what is cancelled in time is not sent. */
  g_source_set_priority (self->source, G_PRIORITY_HIGH);
  return self;
}

GSource *
mqttc_cancel_box_get_source (MqttcCancelBox *self)
{
  return self->source;
}

void
mqttc_cancel_box_close (MqttcCancelBox *self)
{
  g_autoptr (GPtrArray) ops = NULL;

  g_source_destroy (self->source);

  g_mutex_lock (&self->mutex);
  ops = g_steal_pointer (&self->ops);
  g_mutex_unlock (&self->mutex);
}

MqttcCancelBox *
mqttc_cancel_box_ref (MqttcCancelBox *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
cancel_box_clear (gpointer data)
{
  MqttcCancelBox *self = data;

  g_clear_pointer (&self->ops, g_ptr_array_unref);
  g_mutex_clear (&self->mutex);
  g_source_unref (self->source);
  g_main_context_unref (self->context);
}

void
mqttc_cancel_box_unref (MqttcCancelBox *self)
{
  g_atomic_rc_box_release_full (self, cancel_box_clear);
}

static void
put_into_box (MqttcCancelBox *self,
              MqttcClientOp *op)
{
  gboolean closed;

  g_mutex_lock (&self->mutex);
  closed = self->ops == NULL;
  if (!closed)
    g_ptr_array_add (self->ops, mqttc_client_op_ref (op));
  g_mutex_unlock (&self->mutex);

  if (!closed)
    g_source_set_ready_time (self->source, 0);
}

/* --- Operations. --- */

G_STATIC_ASSERT (sizeof (MqttcClientOp) <= MQTTC_BLOCK_SIZE);

MqttcClientOp *
mqttc_client_op_new (const MqttcClientOpClass *klass,
                     GTask *task)
{
  /* Neither zeroed nor counted by GLib, for that is slower than all the rest here. */
  MqttcClientOp *self = mqttc_block_pool_take (mqttc_block_pool_get ());

  mqttc_zero (self, sizeof *self);
  self->ref_count = 1;
  self->klass = klass;
  self->task = task;
  return self;
}

MqttcClientOp *
mqttc_client_op_ref (MqttcClientOp *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
mqttc_client_op_unref (MqttcClientOp *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_object (&self->task);
  g_clear_object (&self->subscription);
  g_clear_pointer (&self->whole, mqttc_client_op_unref);
  g_clear_pointer (&self->cancel_box, mqttc_cancel_box_unref);
  mqttc_block_pool_give (mqttc_block_pool_get (), self);
}

GTask *
mqttc_client_op_end (MqttcClientOp *self)
{
  GTask *task = g_steal_pointer (&self->task);

  /* Unlike g_cancellable_disconnect() this does not wait, so it cannot deadlock. */
  if (self->cancelled_id != 0)
    g_clear_signal_handler (&self->cancelled_id, g_task_get_cancellable (task));
  g_clear_object (&self->subscription);
  return task;
}

static GQuark
get_refusal_quark (void)
{
  return g_quark_from_static_string ("mqttc-refusal");
}

void
mqttc_client_op_return_error (GTask *task,
                              GError *error)
{
  MqttcPacket *packet = mqttc_reason_error_get_packet (error);

  if (packet != NULL)
    g_object_set_qdata_full (G_OBJECT (task), get_refusal_quark (), mqttc_packet_ref (packet),
                             (GDestroyNotify) mqttc_packet_unref);

  g_task_return_error (task, error);
}

/**
 * mqttc_client_get_refusal:
 * @result: the result of an asynchronous call
 *
 * Gets the packet in which the server has refused what was asked for.
 *
 * @result is that of a call of [class@Mqttc.Client], [class@Mqttc.Requester] or [class@Mqttc.Responder],
 * before or after the call was finished. The packet is that of
 * [func@Mqttc.ReasonError.get_packet] of its error; this is for languages in which an error cannot carry it.
 *
 * Returns: (transfer none) (nullable): the packet, or `NULL` if it was not refused
 * Since: 0.1
 */
MqttcPacket *
mqttc_client_get_refusal (GAsyncResult *result)
{
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

  return g_object_get_qdata (G_OBJECT (result), get_refusal_quark ());
}

GError *
mqttc_client_op_make_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The operation was cancelled");
}

void
mqttc_client_op_end_cancelled (MqttcClientOp *self)
{
  g_autoptr (GTask) task = mqttc_client_op_end (self);

  g_task_return_error (task, mqttc_client_op_make_cancelled_error ());
}

/* In whatever thread cancels. */
static void
cancelled_cb (GCancellable *cancellable,
              gpointer user_data)
{
  MqttcClientOp *self = user_data;

  put_into_box (self->cancel_box, self);
}

void
mqttc_client_op_watch (MqttcClientOp *self,
                       MqttcCancelBox *box)
{
  /* Cancelled meanwhile: it is called from here, and there is nothing to disconnect. */
  self->cancel_box = mqttc_cancel_box_ref (box);
  self->cancelled_id
      = g_cancellable_connect (g_task_get_cancellable (self->task), G_CALLBACK (cancelled_cb),
                               mqttc_client_op_ref (self), (GDestroyNotify) mqttc_client_op_unref);
}
