/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The side of MqttcPacketStream that reads. */

#include "config.h"

#include "helpers/mqttc-packet-stream-private.h"
#include "mqttc-error.h"

static gboolean
begin_read (MqttcPacketStream *self,
            GError **error)
{
  if (self->closing)
    return mqttc_packet_stream_refuse_closed (error);

  if (self->reading)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                           "The packet stream has an outstanding read; wait until it has ended");
      return FALSE;
    }

  if (self->read_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->read_error));
      return FALSE;
    }

  self->reading = TRUE;
  return TRUE;
}

/* Nobody knows where the next packet would begin. Takes @cause; always FALSE. */
static gboolean
fail_for_good (MqttcPacketStream *self,
               GError *cause,
               GError **error)
{
  mqttc_packet_buffer_clear (&self->buffer);
  self->read_error = cause;
  g_propagate_error (error, g_error_copy (cause));
  return FALSE;
}

/* NULL without an error: more bytes are needed. */
static MqttcPacket *
take_packet (MqttcPacketStream *self,
             GError **error)
{
  MqttcProtocol protocol = self->protocol;
  GError *cause = NULL;
  MqttcPacket *packet = mqttc_packet_buffer_take (
      &self->buffer, &protocol, (gsize) MIN (self->max_packet_size, G_MAXSIZE), &cause);

  if (cause != NULL)
    fail_for_good (self, cause, error);
  else
    mqttc_packet_stream_set_protocol (self, protocol);

  return packet;
}

static guint8 *
reserve (MqttcPacketStream *self,
         gsize *room,
         GError **error)
{
  guint8 *data = mqttc_packet_buffer_reserve (&self->buffer, room);

  if (data == NULL)
    fail_for_good (self,
                   g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT,
                                "There is no memory for a packet of %" G_GSIZE_FORMAT " bytes",
                                self->buffer.wanted),
                   error);

  return data;
}

/* TRUE if there is something new to look at. */
static gboolean
add_bytes (MqttcPacketStream *self,
           gssize n,
           GError **error)
{
  GError *cause = NULL;

  if (n > 0)
    {
      mqttc_packet_buffer_add (&self->buffer, (gsize) n);
      return TRUE;
    }

  if (n == 0)
    cause = mqttc_packet_buffer_get_end_error (&self->buffer);
  if (cause != NULL)
    fail_for_good (self, cause, error);

  return FALSE;
}

/* --- In the background. --- */

static void
end_read (GTask *task,
          MqttcPacket *packet,
          GError *error)
{
  g_autoptr (MqttcPacketStream) self = g_object_ref (g_task_get_source_object (task));

  self->reading = FALSE;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, packet, (GDestroyNotify) mqttc_packet_unref);

  g_object_unref (task);
  mqttc_packet_stream_check_closing (self);
}

static void
cancel_read_cb (GCancellable *cancellable,
                gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void filled_cb (GObject *object,
                       GAsyncResult *result,
                       gpointer user_data);

/* Closing has to end a read as well as the program's cancellable, so the stream gets another one. */
static gboolean
fill (GTask *task,
      GError **error)
{
  MqttcPacketStream *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  guint8 *data;
  gsize room;

  if (self->closing)
    return mqttc_packet_stream_refuse_closed (error);

  data = reserve (self, &room, error);
  if (data == NULL)
    return FALSE;

  self->read_cancel = g_cancellable_new ();
  if (cancellable != NULL)
    self->read_cancelled_id = g_cancellable_connect (
        cancellable, G_CALLBACK (cancel_read_cb), g_object_ref (self->read_cancel), g_object_unref);

  g_input_stream_read_async (g_io_stream_get_input_stream (self->stream), data, room,
                             G_PRIORITY_DEFAULT, self->read_cancel, filled_cb, task);
  return TRUE;
}

/* Takes @task. */
static void
continue_read (GTask *task)
{
  MqttcPacketStream *self = g_task_get_source_object (task);
  GError *error = NULL;
  MqttcPacket *packet = take_packet (self, &error);

  if (packet != NULL || error != NULL || !fill (task, &error))
    end_read (task, packet, error);
}

static void
filled_cb (GObject *object,
           GAsyncResult *result,
           gpointer user_data)
{
  GTask *task = user_data;
  MqttcPacketStream *self = g_task_get_source_object (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  /* Unlike g_cancellable_disconnect() this does not wait, so it cannot deadlock. */
  g_clear_signal_handler (&self->read_cancelled_id, g_task_get_cancellable (task));
  g_clear_object (&self->read_cancel);

  if (add_bytes (self, n, &error))
    {
      continue_read (task);
      return;
    }

  if (self->closing && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&error);
      mqttc_packet_stream_refuse_closed (&error);
    }
  end_read (task, NULL, error);
}

/**
 * mqttc_packet_stream_read_packet_async:
 * @self: a packet stream
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when a packet is there
 * @user_data: data for @callback
 *
 * Reads the next packet.
 *
 * Packets that have come together are there without another read of the stream below. Cancelling
 * loses nothing: what has come is kept for the next read.
 *
 * [method@Mqttc.PacketStream.read_packet_finish] tells the errors.
 *
 * Since: 0.1
 */
void
mqttc_packet_stream_read_packet_async (MqttcPacketStream *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (MQTTC_IS_PACKET_STREAM (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_packet_stream_read_packet_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  /* A packet that was taken has to reach the program. */
  g_task_set_check_cancellable (task, FALSE);

  if (!begin_read (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  continue_read (g_steal_pointer (&task));
}

/**
 * mqttc_packet_stream_read_packet_finish:
 * @self: a packet stream
 * @result: what the callback was given
 * @error: return location for an error, or `NULL`
 *
 * Ends [method@Mqttc.PacketStream.read_packet_async].
 *
 * At the end of the stream there is neither a packet nor an error. Errors of
 * [error@Mqttc.ClientError] are for good, and every later read has the same: `MALFORMED_PACKET` for
 * bytes that are not a packet, `PACKET_TOO_LARGE` for a packet over
 * [property@Mqttc.PacketStream:max-packet-size], `LIMIT` for one that is too large for the memory, and
 * `CONNECTION_LOST` for an end within a packet.
 *
 * The others are of the stream below, `G_IO_ERROR_CANCELLED`, `G_IO_ERROR_CLOSED` after
 * [method@Mqttc.PacketStream.close_async], and `G_IO_ERROR_PENDING` if another read is outstanding.
 *
 * Returns: (transfer full) (nullable): the packet; `NULL` at the end of the stream, and with @error set
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_stream_read_packet_finish (MqttcPacketStream *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Blocking. --- */

static gboolean
fill_now (MqttcPacketStream *self,
          GCancellable *cancellable,
          GError **error)
{
  gsize room;
  guint8 *data = reserve (self, &room, error);
  gssize n;

  if (data == NULL)
    return FALSE;

  n = g_input_stream_read (g_io_stream_get_input_stream (self->stream), data, room, cancellable,
                           error);
  return add_bytes (self, n, error);
}

/**
 * mqttc_packet_stream_read_packet:
 * @self: a packet stream
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error, or `NULL`
 *
 * Reads the next packet, and blocks until it is there.
 *
 * See [method@Mqttc.PacketStream.read_packet_finish] for the end of the stream and the errors.
 *
 * Returns: (transfer full) (nullable): the packet; `NULL` at the end of the stream, and with @error set
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_stream_read_packet (MqttcPacketStream *self,
                                 GCancellable *cancellable,
                                 GError **error)
{
  MqttcPacket *packet;
  GError *local_error = NULL;

  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !begin_read (self, error))
    return NULL;

  self->reading_blocks = TRUE;
  do
    packet = take_packet (self, &local_error);
  while (packet == NULL && local_error == NULL && fill_now (self, cancellable, &local_error));

  self->reading_blocks = FALSE;
  self->reading = FALSE;
  if (local_error != NULL)
    g_propagate_error (error, local_error);

  return packet;
}
