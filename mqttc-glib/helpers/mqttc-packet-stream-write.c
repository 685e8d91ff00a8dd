/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The side of MqttcPacketStream that writes. */

#include "config.h"

#include "helpers/mqttc-packet-stream-private.h"
#include "mqttc-error.h"

/* Packets are sent together up to this size. */
#define MAX_BATCH 65536u

typedef struct
{
  GTask *task;   /* (owned) */
  GBytes *bytes; /* (owned) */
  GError *error; /* (owned) (nullable): set when it has ended */
} Write;

/* Runs code of the program, which may ask for anything. */
static void
end_write (Write *write)
{
  if (write->error != NULL)
    g_task_return_error (write->task, write->error);
  else
    g_task_return_boolean (write->task, TRUE);

  g_object_unref (write->task);
  g_bytes_unref (write->bytes);
  g_free (write);
}

static void
end_writes (GQueue *writes)
{
  Write *write;

  while ((write = g_queue_pop_head (writes)) != NULL)
    end_write (write);
}

void
mqttc_packet_stream_clear_writes (MqttcPacketStream *self)
{
  /* Each has a reference to the stream. */
  g_assert (g_queue_is_empty (&self->writes) && !self->writing_blocks);

  g_clear_object (&self->write_cancel);
  g_clear_error (&self->write_error);
}

gboolean
mqttc_packet_stream_is_writing (MqttcPacketStream *self)
{
  return self->n_writing > 0 || self->writing_blocks;
}

static gboolean
check_writable (MqttcPacketStream *self,
                gboolean blocking,
                GError **error)
{
  if (self->closing)
    return mqttc_packet_stream_refuse_closed (error);

  if (self->write_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->write_error));
      return FALSE;
    }

  if (self->writing_blocks || (blocking && self->n_writing > 0))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                           "The packet stream has an outstanding write; wait until it has ended");
      return FALSE;
    }

  return TRUE;
}

/* A part of a packet was written: the peer would take what follows for the rest of it. */
static void
check_cut (MqttcPacketStream *self,
           gsize n_written,
           const GError *error)
{
  if (n_written > 0 && self->write_error == NULL)
    self->write_error = g_error_copy (error);
}

/* --- In the background. --- */

/* Moves those whose turn will not come to @ended. */
static void
drop_cancelled (MqttcPacketStream *self,
                GQueue *ended)
{
  for (GList *link = self->writes.head; link != NULL;)
    {
      GList *next = link->next;
      Write *write = link->data;

      if (self->write_error != NULL)
        write->error = g_error_copy (self->write_error);
      else
        g_cancellable_set_error_if_cancelled (g_task_get_cancellable (write->task), &write->error);

      if (write->error != NULL)
        {
          g_queue_unlink (&self->writes, link);
          g_queue_push_tail_link (ended, link);
        }
      link = next;
    }
}

/* How many of those that wait are sent together: a large packet goes alone, and need not be copied. */
static guint
count_batch (MqttcPacketStream *self)
{
  gsize total = 0;
  guint n = 0;

  for (GList *link = self->writes.head; link != NULL; link = link->next)
    {
      Write *write = link->data;

      total += g_bytes_get_size (write->bytes);
      if (n > 0 && total > MAX_BATCH)
        break;
      n++;
    }

  return n;
}

static GBytes *
gather (MqttcPacketStream *self)
{
  GList *link = self->writes.head;
  Write *write = link->data;
  GByteArray *bytes;

  if (self->n_writing == 1)
    return g_bytes_ref (write->bytes);

  bytes = g_byte_array_new ();
  for (guint i = 0; i < self->n_writing; i++, link = link->next)
    {
      gsize size;
      gconstpointer data;

      write = link->data;
      data = g_bytes_get_data (write->bytes, &size);
      g_byte_array_append (bytes, data, (guint) size);
    }

  return g_byte_array_free_to_bytes (bytes);
}

static void written_cb (GObject *object,
                        GAsyncResult *result,
                        gpointer user_data);

typedef struct
{
  MqttcPacketStream *stream; /* (owned) */
  GBytes *bytes;             /* (owned) */
} Batch;

static void
begin_batch (MqttcPacketStream *self,
             GQueue *ended)
{
  Batch *batch;
  gconstpointer data;
  gsize size;

  drop_cancelled (self, ended);
  if (g_queue_is_empty (&self->writes))
    return;

  batch = g_new0 (Batch, 1);
  batch->stream = g_object_ref (self);
  self->n_writing = count_batch (self);
  batch->bytes = gather (self);
  data = g_bytes_get_data (batch->bytes, &size);

  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), data, size,
                                   G_PRIORITY_DEFAULT, self->write_cancel, written_cb, batch);
}

/* @n_written bytes of what was on its way are written; moves it to @ended. */
static void
settle_batch (MqttcPacketStream *self,
              gsize n_written,
              const GError *error,
              GQueue *ended)
{
  for (; self->n_writing > 0; self->n_writing--)
    {
      Write *write = g_queue_pop_head (&self->writes);
      gsize size = g_bytes_get_size (write->bytes);

      if (n_written >= size)
        {
          n_written -= size;
        }
      else
        {
          write->error = g_error_copy (error);
          check_cut (self, n_written, error);
          n_written = 0;
        }
      g_queue_push_tail (ended, write);
    }
}

static void
written_cb (GObject *object,
            GAsyncResult *result,
            gpointer user_data)
{
  Batch *batch = user_data;
  g_autoptr (MqttcPacketStream) self = batch->stream;
  g_autoptr (GError) error = NULL;
  GQueue ended = G_QUEUE_INIT;
  gsize n_written = 0;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, &n_written, &error);
  g_bytes_unref (batch->bytes);
  g_free (batch);

  /* The next one is on its way before the program is told. */
  settle_batch (self, n_written, error, &ended);
  begin_batch (self, &ended);
  end_writes (&ended);
  mqttc_packet_stream_check_closing (self);
}

/**
 * mqttc_packet_stream_write_packet_async:
 * @self: a packet stream
 * @packet: the packet
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when the packet is written
 * @user_data: data for @callback
 *
 * Writes a packet.
 *
 * Packets are sent in the order of the calls, and it need not be waited for one before the next is
 * written. Cancelling has an effect until the packet is on its way: then it would be cut in the
 * middle, and [method@Mqttc.PacketStream.close_async] is what ends it.
 *
 * [method@Mqttc.PacketStream.write_packet_finish] tells the errors.
 *
 * Since: 0.1
 */
void
mqttc_packet_stream_write_packet_async (MqttcPacketStream *self,
                                        MqttcPacket *packet,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GQueue ended = G_QUEUE_INIT;
  GError *error = NULL;
  GBytes *bytes = NULL;
  Write *write;

  g_return_if_fail (MQTTC_IS_PACKET_STREAM (self));
  g_return_if_fail (packet != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_packet_stream_write_packet_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  g_task_set_check_cancellable (task, FALSE);
  if (check_writable (self, FALSE, &error))
    bytes = mqttc_packet_write (packet, &error);
  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  write = g_new0 (Write, 1);
  write->task = g_steal_pointer (&task);
  write->bytes = bytes;
  g_queue_push_tail (&self->writes, write);

  if (self->n_writing == 0)
    begin_batch (self, &ended);
  end_writes (&ended);
}

/**
 * mqttc_packet_stream_write_packet_finish:
 * @self: a packet stream
 * @result: what the callback was given
 * @error: return location for an error, or `NULL`
 *
 * Ends [method@Mqttc.PacketStream.write_packet_async].
 *
 * The errors are those of [method@Mqttc.Packet.write], for a packet that the standard has no form for,
 * and those of the stream below. After one that cut a packet every later write has the same.
 * `G_IO_ERROR_CLOSED` stands for a stream that is closed, and `G_IO_ERROR_PENDING` for one that another
 * thread writes to.
 *
 * Returns: `TRUE` if the packet was written, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_packet_stream_write_packet_finish (MqttcPacketStream *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Blocking. --- */

static gboolean
write_now (MqttcPacketStream *self,
           GBytes *bytes,
           GCancellable *cancellable,
           GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  GError *local_error = NULL;
  gsize n_written = 0;

  self->writing_blocks = TRUE;
  g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), data, size, &n_written,
                             cancellable, &local_error);
  self->writing_blocks = FALSE;
  if (local_error == NULL)
    return TRUE;

  check_cut (self, n_written, local_error);
  g_propagate_error (error, local_error);
  return FALSE;
}

/**
 * mqttc_packet_stream_write_packet:
 * @self: a packet stream
 * @packet: the packet
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error, or `NULL`
 *
 * Writes a packet, and blocks until it is written.
 *
 * See [method@Mqttc.PacketStream.write_packet_finish] for the errors. Cancelling in the middle cuts the
 * packet.
 *
 * Returns: `TRUE` if the packet was written, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_packet_stream_write_packet (MqttcPacketStream *self,
                                  MqttcPacket *packet,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), FALSE);
  g_return_val_if_fail (packet != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !check_writable (self, TRUE, error))
    return FALSE;

  bytes = mqttc_packet_write (packet, error);
  return bytes != NULL && write_now (self, bytes, cancellable, error);
}
