/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 4.12.1 of MQTT 5. */

#include "config.h"

#include "client/mqttc-client-private.h"

static void
reauthenticated (MqttcClientOp *op,
                 MqttcPacket *packet,
                 GError *error)
{
  g_autoptr (GTask) task = NULL;

  /* Nobody waits any more. */
  if (mqttc_client_op_has_ended (op))
    {
      g_clear_error (&error);
      return;
    }

  task = mqttc_client_op_end (op);
  if (error != NULL)
    mqttc_client_op_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static const MqttcClientOpClass reauthenticate_class = {
  .cancelled = mqttc_client_op_end_cancelled,
  .completed = reauthenticated,
};

/**
 * mqttc_client_reauthenticate_async:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the server has accepted, or will not
 * @user_data: (closure): data for @callback
 *
 * Authenticates again, without dropping the connection.
 *
 * It needs a connection of MQTT 5 that was made with an authenticator, which is asked for the steps as
 * when the connection was made. Messages go on meanwhile. If the server refuses, it ends the
 * connection; if it does not answer within [property@Mqttc.Options:connect-timeout], the client does. In
 * MQTT 5 a server cannot begin it (section 4.12.1): it ends the connection, and the client authenticates
 * when it connects again.
 *
 * Cancelling ends the wait alone: the exchange goes on, and no other can begin before its end.
 *
 * Since: 0.1
 */
void
mqttc_client_reauthenticate_async (MqttcClient *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (MqttcClientOp) op = NULL;
  GError *error = NULL;
  gboolean accepted;
  GTask *task;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_client_reauthenticate_async);
  g_task_set_check_cancellable (task, FALSE);
  op = mqttc_client_op_new (&reauthenticate_class, task);
  if (g_task_return_error_if_cancelled (task))
    return;

  accepted
      = mqttc_engine_reauthenticate (mqttc_event_loop_lock (self->loop), &op->operation, &error);
  mqttc_event_loop_unlock (self->loop);
  if (!accepted)
    {
      g_task_return_error (task, error);
      return;
    }

  mqttc_client_watch (self, op);
  g_steal_pointer (&op);
}

/**
 * mqttc_client_reauthenticate_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.reauthenticate_async].
 *
 * The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_NOT_OPEN: there is no connection that was made with an authenticator, or an
 *   authentication is going on already.
 * - %G_IO_ERROR_CANCELLED: the call was cancelled.
 * - That of the authenticator, if it gives up before anything was sent.
 * - %MQTTC_CLIENT_ERROR_TIMED_OUT: the server did not answer, and the connection ended.
 * - That which ended the connection meanwhile, such as a `MQTTC_REASON_ERROR` of the server.
 *
 * Returns: `TRUE` if the server has accepted
 * Since: 0.1
 */
gboolean
mqttc_client_reauthenticate_finish (MqttcClient *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (
      g_task_get_source_tag (G_TASK (result)) == mqttc_client_reauthenticate_async, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
