/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "codec/mqttc-reasons-private.h"
#include "loop/mqttc-options.h"
#include "mqttc-error.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-properties-private.h"

/* The life that events are told of now. */
static guint64
current_life (MqttcClient *self)
{
  return mqttc_event_loop_get_n_closed (self->loop) + 1;
}

/* The first that waits for @last_life or an earlier one, if any: (transfer full) (nullable). */
static MqttcClientOp *
take_waiting (MqttcClient *self,
              guint64 last_life,
              const MqttcClientOpClass *klass)
{
  for (guint i = 0; i < self->waiting->len; i++)
    {
      MqttcClientOp *op = g_ptr_array_index (self->waiting, i);

      if (op->life <= last_life && (klass == NULL || op->klass == klass))
        return g_ptr_array_steal_index (self->waiting, i);
    }

  return NULL;
}

/* Whoever does not want to wait for the connection any more does not want it; and whoever does not
 * want to wait for the end of closing wants it at once. */
static void
wait_cancelled (MqttcClientOp *op)
{
  g_autoptr (MqttcClientOp) kept = mqttc_client_op_ref (op);
  g_autoptr (MqttcClient) self = g_object_ref (mqttc_client_op_get_client (op));

  /* It may wait no more, in a handler of the end that it waits for. Not if it has been opened again since. */
  g_ptr_array_remove (self->waiting, op);
  if (op->life == mqttc_event_loop_get_n_opened (self->loop))
    mqttc_event_loop_close (self->loop, MQTTC_REASON_CODE_SUCCESS, NULL, 0);

  mqttc_client_op_end_cancelled (op);
}

static const MqttcClientOpClass open_class = { .cancelled = wait_cancelled };
static const MqttcClientOpClass close_class = { .cancelled = wait_cancelled };

/* @task (transfer full). */
static void
wait_for_life (MqttcClient *self,
               const MqttcClientOpClass *klass,
               GTask *task,
               guint64 life)
{
  MqttcClientOp *op = mqttc_client_op_new (klass, task);

  op->life = life;
  g_ptr_array_add (self->waiting, op);
  mqttc_client_watch (self, op);
}

/* --- What the loop tells. --- */

/* Of CLOSED too: the reason comes next, and what waits for it ends then. */
void
mqttc_client_handle_state (MqttcClient *self,
                           MqttcConnectionState state)
{
  if (state != MQTTC_CONNECTION_STATE_CONNECTED)
    self->has_connack = FALSE;
  mqttc_client_notify_state (self);
}

static void
end_opened (MqttcClientOp *op,
            MqttcPacket *connack)
{
  g_autoptr (GTask) task = mqttc_client_op_end (op);

  g_task_return_pointer (task, mqttc_packet_ref (connack), (GDestroyNotify) mqttc_packet_unref);
}

void
mqttc_client_handle_connected (MqttcClient *self,
                               MqttcPacket *connack)
{
  g_autoptr (GPtrArray) ops
      = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_client_op_unref);
  MqttcClientOp *op;

  /* Taken out first: a handler may open again. */
  while ((op = take_waiting (self, current_life (self), &open_class)) != NULL)
    g_ptr_array_add (ops, op);
  mqttc_client_note_connack (self, connack);
  mqttc_client_emit_connected (self, connack);

  for (guint i = 0; i < ops->len; i++)
    {
      op = g_ptr_array_index (ops, i);
      if (!mqttc_client_op_has_ended (op))
        end_opened (op, connack);
    }
}

/* @error (nullable): why. */
static void
end_closed (MqttcClientOp *op,
            const GError *error)
{
  gboolean is_open = op->klass == &open_class;
  g_autoptr (GTask) task = mqttc_client_op_end (op);

  if (!is_open)
    g_task_return_boolean (task, TRUE);
  else if (error != NULL)
    mqttc_client_op_return_error (task, g_error_copy (error));
  else
    g_task_return_new_error (task, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                             "The client was closed before it was connected");
}

static void
end_lives (MqttcClient *self,
           guint64 last_life,
           const GError *error)
{
  MqttcClientOp *op;

  while ((op = take_waiting (self, last_life, NULL)) != NULL)
    {
      end_closed (op, error);
      mqttc_client_op_unref (op);
    }
}

void
mqttc_client_handle_disconnected (MqttcClient *self,
                                  const GError *error,
                                  gint64 retry_usec)
{
  mqttc_copies_clear (&self->copies);
  mqttc_client_emit_disconnected (self, error, retry_usec);
  end_lives (self, mqttc_event_loop_get_n_closed (self->loop), error);
  mqttc_client_end_pulls (self, mqttc_event_loop_get_n_closed (self->loop));
}

void
mqttc_client_end_waiting (MqttcClient *self)
{
  MqttcClientOp *op;

  while ((op = take_waiting (self, G_MAXUINT64, NULL)) != NULL)
    {
      g_autoptr (GTask) task = mqttc_client_op_end (op);

      mqttc_client_op_unref (op);
      g_task_return_new_error (task, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                               "The client was disposed of before the operation ended");
    }
}

/* --- Functions. --- */

static gboolean
check_attached (MqttcClient *self,
                GError **error)
{
  if (self->detached)
    g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                         "The client has been disposed of; make another one");

  return !self->detached;
}

/**
 * mqttc_client_open_async:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the server has accepted the connection, or when
 *   there will be none
 * @user_data: (closure): data for @callback
 *
 * Connects to the server, and stays connected until the client is closed.
 *
 * The wait goes on while attempts fail in a way that may pass: a network that is down, a server
 * that is restarted. [signal@Mqttc.Client::disconnected] tells of each of them. What does not pass by
 * itself, as a refused password or a certificate that is not good, ends the wait and closes the
 * client; [method@Mqttc.Client.open_finish] lists it. Requests can be made at once; they are queued
 * until there is a connection.
 *
 * From here on the options that describe the session (client identifier, protocol) do not change;
 * others take effect at the next attempt, and one that is not valid by then closes the client.
 *
 * Cancelling closes the client at once, as long as the wait has not ended.
 *
 * Since: 0.1
 */
void
mqttc_client_open_async (MqttcClient *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_client_open_async);
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (!check_attached (self, &error) || !mqttc_event_loop_open (self->loop, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  wait_for_life (self, &open_class, g_steal_pointer (&task),
                 mqttc_event_loop_get_n_opened (self->loop));
}

/**
 * mqttc_client_open_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.open_async].
 *
 * The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: an option is not valid.
 * - %G_IO_ERROR_NOT_SUPPORTED: an option asks for what this version does not have; or the system has
 *   no sockets of the kind that is needed, or the way leads through a proxy that cannot be used.
 * - %MQTTC_CLIENT_ERROR_ALREADY_OPEN: it is open, or not yet closed.
 * - %MQTTC_CLIENT_ERROR_CLOSED: it was closed while it waited.
 * - %G_IO_ERROR_CANCELLED: the call was cancelled, and the client is closed.
 * - %MQTTC_REASON_ERROR_UNSUPPORTED_PROTOCOL_VERSION,
 *   %MQTTC_REASON_ERROR_CLIENT_IDENTIFIER_NOT_VALID,
 *   %MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD, %MQTTC_REASON_ERROR_NOT_AUTHORIZED: the server
 *   refuses the client.
 * - %G_TLS_ERROR_BAD_CERTIFICATE: the certificate of the server is not good, see
 *   [property@Mqttc.Client:tls-failure]; or the file of one of the options
 *   [property@Mqttc.Options:ca-file], [property@Mqttc.Options:certificate-file] and
 *   [property@Mqttc.Options:private-key-file] cannot be read or used.
 * - %G_TLS_ERROR_CERTIFICATE_REQUIRED: the server wants a certificate of the client, or does not
 *   accept the one it was shown.
 * - %G_TLS_ERROR_UNAVAILABLE: TLS is asked for, and glib-networking is not installed.
 * - With the option [property@Mqttc.Options:reconnect] off, whatever error ended the one attempt.
 *
 * Those of the server, of TLS and of the system end the wait only if no server has accepted this
 * client before; later they are tried again.
 *
 * Returns: (transfer full): the CONNACK packet, or `NULL` on error
 * Since: 0.1
 */
MqttcPacket *
mqttc_client_open_finish (MqttcClient *self,
                          GAsyncResult *result,
                          GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_client_open_async, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
mqttc_client_is_told_closed (MqttcClient *self)
{
  return mqttc_event_loop_get_n_opened (self->loop) == mqttc_event_loop_get_n_closed (self->loop);
}

/* @timeout: in microseconds. @task (transfer full). */
static void
close_client (MqttcClient *self,
              GTask *task,
              guint reason_code,
              GBytes *properties,
              gint64 timeout)
{
  g_autoptr (GTask) owned = task;

  g_task_set_check_cancellable (task, FALSE);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      mqttc_event_loop_close (self->loop, reason_code, properties, 0);
      g_task_return_error_if_cancelled (task);
      return;
    }

  if (mqttc_client_is_told_closed (self) || self->detached)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  mqttc_client_let_go_current (self);
  mqttc_event_loop_close (self->loop, reason_code, properties, timeout);
  wait_for_life (self, &close_class, g_steal_pointer (&owned),
                 mqttc_event_loop_get_n_opened (self->loop));
}

static gint64
get_close_timeout (MqttcClient *self)
{
  guint timeout = mqttc_options_get_close_timeout (mqttc_client_get_options (self));

  return timeout * (gint64) (G_USEC_PER_SEC / 1000);
}

/**
 * mqttc_client_close_async:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the client is closed
 * @user_data: (closure): data for @callback
 *
 * Finishes what was accepted, takes leave of the server and closes the connection.
 *
 * New requests are refused from now on. Those that were accepted are finished, if this does not
 * take longer than the option [property@Mqttc.Options:close-timeout]; the others end with
 * %MQTTC_CLIENT_ERROR_CLOSED. So are messages that wait to be pulled, see
 * [method@Mqttc.Subscription.next_async].
 *
 * Cancelling closes the client at once, without waiting for anything.
 *
 * A client that is not open is closed already, which is a success; the call can be made several
 * times. After it has ended the client can be opened again, with all of its subscriptions.
 *
 * Since: 0.1
 */
void
mqttc_client_close_async (MqttcClient *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_client_close_async);
  close_client (self, task, MQTTC_REASON_CODE_SUCCESS, NULL, get_close_timeout (self));
}

/**
 * mqttc_client_close_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.close_async].
 *
 * The errors are:
 *
 * - %G_IO_ERROR_CANCELLED: the call was cancelled, and the client is closed without waiting.
 * - %MQTTC_CLIENT_ERROR_CLOSED: the client was disposed of while it was closing; a program that only
 *   drops its references does not get this.
 *
 * Returns: `TRUE` if the client has been closed as asked
 * Since: 0.1
 */
gboolean
mqttc_client_close_finish (MqttcClient *self,
                           GAsyncResult *result,
                           GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_client_close_async, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Section 3.14.2 of MQTT 5: what the server would take for an error. */
static gboolean
check_farewell (MqttcClient *self,
                guint reason_code,
                MqttcProperties *properties,
                GError **error)
{
  MqttcEngine *engine = mqttc_event_loop_lock (self->loop);
  gboolean is_v5 = mqttc_engine_get_protocol (engine) == MQTTC_PROTOCOL_V5;
  gboolean expires_at_once = mqttc_engine_get_asked_expiry (engine) == 0;
  guint expiry;

  mqttc_event_loop_unlock (self->loop);
  if (is_v5 && !mqttc_reason_is_for_client ((guint8) reason_code))
    {
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                   "Cannot close with the reason 0x%02x: DISCONNECT of a client has no such reason",
                   reason_code);
      return FALSE;
    }

  if (properties == NULL)
    return TRUE;
  if (!mqttc_properties_check_place (properties, MQTTC_PACKET_TYPE_DISCONNECT, error))
    return FALSE;

  /* Section 3.14.2.2.5 */
  if (mqttc_properties_get_text (properties, MQTTC_PROPERTY_ID_SERVER_REFERENCE) != NULL)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                           "Cannot close with a server reference, which only a server sends");
      return FALSE;
    }

  /* Section 3.14.2.2.2 */
  if (is_v5 && expires_at_once
      && mqttc_properties_get_uint (properties, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, &expiry)
      && expiry != 0)
    {
      g_set_error (
          error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
          "Cannot close with a session expiry interval of %u seconds, since the connection was "
          "made without one; set the option session-expiry before",
          expiry);
      return FALSE;
    }

  return TRUE;
}

/* (transfer full) (nullable) */
static GBytes *
write_properties (MqttcProperties *properties)
{
  GByteArray *bytes;

  if (properties == NULL)
    return NULL;

  bytes = g_byte_array_new ();
  mqttc_properties_write (properties, bytes);
  return g_byte_array_free_to_bytes (bytes);
}

/**
 * mqttc_client_close_full_async:
 * @self: a client
 * @reason_code: a [enum@Mqttc.ReasonCode] for the server
 * @properties: (nullable): properties of DISCONNECT: a session expiry interval, a reason string, user
 *   properties
 * @drain_msec: how long to finish what was accepted, in milliseconds; -1 for the option
 *   [property@Mqttc.Options:close-timeout]
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the client is closed
 * @user_data: (closure): data for @callback
 *
 * Closes the client as [method@Mqttc.Client.close_async] does, with a reason and a deadline.
 *
 * With %MQTTC_REASON_CODE_DISCONNECT_WITH_WILL the server publishes the last will: MQTT 3.1.1 has no
 * way to say so, hence the connection ends without DISCONNECT (section 3.14.4). It knows no other
 * reasons either, so that all others are %MQTTC_REASON_CODE_SUCCESS there, and no properties.
 *
 * With a session expiry interval the server keeps the session longer, or not so long, as if the
 * connection had been made with it: 0 ends it now. That needs a connection that was made with one.
 *
 * If the client is closing already, the earlier one of the deadlines applies.
 *
 * Since: 0.1
 */
void
mqttc_client_close_full_async (MqttcClient *self,
                               guint reason_code,
                               MqttcProperties *properties,
                               gint64 drain_msec,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GBytes) wire = NULL;
  GError *error = NULL;
  gint64 timeout;
  GTask *task;

  g_return_if_fail (MQTTC_IS_CLIENT (self));
  g_return_if_fail (reason_code <= G_MAXUINT8);
  g_return_if_fail (drain_msec >= -1);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  timeout = MIN (drain_msec, G_MAXINT64 / 1000) * (G_USEC_PER_SEC / 1000);
  if (drain_msec == -1)
    timeout = get_close_timeout (self);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_client_close_full_async);
  if (!check_farewell (self, reason_code, properties, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  wire = write_properties (properties);
  close_client (self, task, reason_code, wire, timeout);
}

/**
 * mqttc_client_close_full_finish:
 * @self: a client
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Client.close_full_async].
 *
 * The errors are those of [method@Mqttc.Client.close_finish], and
 * %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: a client of MQTT 5 cannot say this reason, or these properties
 * are not those of DISCONNECT; the client is not closed.
 *
 * Returns: `TRUE` if the client has been closed as asked
 * Since: 0.1
 */
gboolean
mqttc_client_close_full_finish (MqttcClient *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_client_close_full_async,
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
