/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "helpers/mqttc-packet-stream-private.h"
#include "mqttc-enum-types.h"
#include "mqttc-error.h"

/**
 * MqttcPacketStream:
 *
 * Reads and writes the packets of MQTT on any stream of bytes.
 *
 * It serves both sides of a connection: brokers, bridges, servers for tests, and clients that want to
 * see each packet. It frames and checks packets and has no opinion on what they are for; nothing is
 * answered by itself. [class@Mqttc.Client] is what does that.
 *
 * One read can be outstanding at a time, and any number of writes: they are sent in the order in which
 * they were asked for, small ones together. Cancelling a read loses nothing: the next read goes on
 * where it stopped.
 *
 * An object is used from one thread; the blocking functions may read in one thread while another one
 * writes. The stream need not be able to poll: its own functions for reading and writing are used.
 *
 * Since: 0.1
 */

enum
{
  PROP_0,
  PROP_IO_STREAM,
  PROP_PROTOCOL,
  PROP_MAX_PACKET_SIZE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MqttcPacketStream, mqttc_packet_stream, G_TYPE_OBJECT)

static void
mqttc_packet_stream_finalize (GObject *object)
{
  MqttcPacketStream *self = MQTTC_PACKET_STREAM (object);

  /* Each outstanding operation has a reference. */
  g_assert (!self->reading && self->close_task == NULL);

  mqttc_packet_stream_clear_writes (self);
  mqttc_packet_buffer_clear (&self->buffer);
  g_clear_error (&self->read_error);
  g_clear_object (&self->stream);

  G_OBJECT_CLASS (mqttc_packet_stream_parent_class)->finalize (object);
}

static void
mqttc_packet_stream_get_property (GObject *object,
                                  guint prop_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  MqttcPacketStream *self = MQTTC_PACKET_STREAM (object);

  switch (prop_id)
    {
    case PROP_IO_STREAM:
      g_value_set_object (value, self->stream);
      break;
    case PROP_PROTOCOL:
      g_value_set_enum (value, self->protocol);
      break;
    case PROP_MAX_PACKET_SIZE:
      g_value_set_uint64 (value, self->max_packet_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_packet_stream_set_property (GObject *object,
                                  guint prop_id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  MqttcPacketStream *self = MQTTC_PACKET_STREAM (object);

  switch (prop_id)
    {
    case PROP_IO_STREAM:
      self->stream = g_value_dup_object (value);
      break;
    case PROP_PROTOCOL:
      mqttc_packet_stream_set_protocol (self, g_value_get_enum (value));
      break;
    case PROP_MAX_PACKET_SIZE:
      mqttc_packet_stream_set_max_packet_size (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_packet_stream_class_init (MqttcPacketStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mqttc_packet_stream_finalize;
  object_class->get_property = mqttc_packet_stream_get_property;
  object_class->set_property = mqttc_packet_stream_set_property;

  /**
   * MqttcPacketStream:io-stream: (getter get_io_stream)
   *
   * The stream of bytes below.
   *
   * Since: 0.1
   */
  properties[PROP_IO_STREAM]
      = g_param_spec_object ("io-stream", NULL, NULL, G_TYPE_IO_STREAM,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcPacketStream:protocol: (getter get_protocol) (setter set_protocol)
   *
   * The version of the protocol that packets are read in.
   *
   * A CONNECT that is read says its own, and sets it. Each packet that is written has its version.
   *
   * Since: 0.1
   */
  properties[PROP_PROTOCOL]
      = g_param_spec_enum ("protocol", NULL, NULL, MQTTC_TYPE_PROTOCOL, MQTTC_PROTOCOL_V3_1_1,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcPacketStream:max-packet-size: (getter get_max_packet_size) (setter set_max_packet_size)
   *
   * The size in bytes of the largest packet that is read; 0 for the limit of the standard.
   *
   * Since: 0.1
   */
  properties[PROP_MAX_PACKET_SIZE]
      = g_param_spec_uint64 ("max-packet-size", NULL, NULL, 0, G_MAXUINT64, 0,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
mqttc_packet_stream_init (MqttcPacketStream *self)
{
  self->protocol = MQTTC_PROTOCOL_V3_1_1;
  self->write_cancel = g_cancellable_new ();
  g_queue_init (&self->writes);
}

/**
 * mqttc_packet_stream_new:
 * @stream: the stream of bytes; nobody else may read from it or write to it from now on
 * @protocol: the version of the protocol; see [property@Mqttc.PacketStream:protocol]
 *
 * Makes a stream of packets on top of a stream of bytes.
 *
 * Returns: (transfer full): a new packet stream
 * Since: 0.1
 */
MqttcPacketStream *
mqttc_packet_stream_new (GIOStream *stream,
                         MqttcProtocol protocol)
{
  g_return_val_if_fail (G_IS_IO_STREAM (stream), NULL);

  return g_object_new (MQTTC_TYPE_PACKET_STREAM, "io-stream", stream, "protocol", protocol, NULL);
}

/**
 * mqttc_packet_stream_get_io_stream: (get-property io-stream)
 * @self: a packet stream
 *
 * Gets the stream of bytes below.
 *
 * Returns: (transfer none): the stream
 * Since: 0.1
 */
GIOStream *
mqttc_packet_stream_get_io_stream (MqttcPacketStream *self)
{
  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), NULL);

  return self->stream;
}

/**
 * mqttc_packet_stream_get_protocol: (get-property protocol)
 * @self: a packet stream
 *
 * Gets the version of the protocol that packets are read in.
 *
 * Returns: the version
 * Since: 0.1
 */
MqttcProtocol
mqttc_packet_stream_get_protocol (MqttcPacketStream *self)
{
  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), MQTTC_PROTOCOL_V3_1_1);

  return self->protocol;
}

/**
 * mqttc_packet_stream_set_protocol: (set-property protocol)
 * @self: a packet stream
 * @protocol: the version
 *
 * Sets the version of the protocol that packets are read in, from the next one on.
 *
 * Since: 0.1
 */
void
mqttc_packet_stream_set_protocol (MqttcPacketStream *self,
                                  MqttcProtocol protocol)
{
  g_return_if_fail (MQTTC_IS_PACKET_STREAM (self));

  if (self->protocol == protocol)
    return;

  self->protocol = protocol;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROTOCOL]);
}

/**
 * mqttc_packet_stream_get_max_packet_size: (get-property max-packet-size)
 * @self: a packet stream
 *
 * Gets the size of the largest packet that is read.
 *
 * Returns: the size in bytes; 0 for the limit of the standard
 * Since: 0.1
 */
guint64
mqttc_packet_stream_get_max_packet_size (MqttcPacketStream *self)
{
  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), 0);

  return self->max_packet_size;
}

/**
 * mqttc_packet_stream_set_max_packet_size: (set-property max-packet-size)
 * @self: a packet stream
 * @max_packet_size: the size in bytes; 0 for the limit of the standard
 *
 * Sets the size of the largest packet that is read.
 *
 * The fixed header of a packet tells its size: a larger one is refused when that has come.
 *
 * Since: 0.1
 */
void
mqttc_packet_stream_set_max_packet_size (MqttcPacketStream *self,
                                         guint64 max_packet_size)
{
  g_return_if_fail (MQTTC_IS_PACKET_STREAM (self));

  if (self->max_packet_size == max_packet_size)
    return;

  self->max_packet_size = max_packet_size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_PACKET_SIZE]);
}

/* --- Closing. --- */

gboolean
mqttc_packet_stream_refuse_closed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The packet stream is closed");
  return FALSE;
}

static void
give_up_writing_cb (GCancellable *cancellable,
                    gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
closed_cb (GObject *object,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MqttcPacketStream *self = g_task_get_source_object (task);
  GError *error = NULL;

  /* Unlike g_cancellable_disconnect() this does not wait, so it cannot deadlock. */
  g_clear_signal_handler (&self->close_cancelled_id, g_task_get_cancellable (task));
  self->close_task = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
mqttc_packet_stream_check_closing (MqttcPacketStream *self)
{
  if (self->close_task == NULL || self->close_begun || self->reading
      || mqttc_packet_stream_is_writing (self))
    return;

  self->close_begun = TRUE;
  g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT,
                           g_task_get_cancellable (self->close_task), closed_cb, self->close_task);
}

/* A blocking call of another thread cannot be waited for here. */
static gboolean
refuse_busy (MqttcPacketStream *self,
             GError **error)
{
  if (self->close_task == NULL && !self->writing_blocks && !self->reading_blocks)
    return FALSE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       self->close_task != NULL
                           ? "The packet stream is being closed already"
                           : "The packet stream is in use by a blocking call; cancel it first");
  return TRUE;
}

/**
 * mqttc_packet_stream_close_async:
 * @self: a packet stream
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable): called when it is closed
 * @user_data: data for @callback
 *
 * Closes the stream and the stream of bytes below.
 *
 * An outstanding read ends with `G_IO_ERROR_CLOSED`. What was to be written before is written first:
 * if the peer does not take it, this waits. Cancelling gives it up and closes at once; the error is
 * then `G_IO_ERROR_CANCELLED`, and the stream is closed nevertheless.
 *
 * Closing a closed stream does nothing.
 *
 * Since: 0.1
 */
void
mqttc_packet_stream_close_async (MqttcPacketStream *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (MQTTC_IS_PACKET_STREAM (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_packet_stream_close_async);
  g_task_set_check_cancellable (task, FALSE);

  if (refuse_busy (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->closing = TRUE;
  self->close_begun = FALSE;
  self->close_task = g_steal_pointer (&task);
  if (cancellable != NULL)
    self->close_cancelled_id
        = g_cancellable_connect (cancellable, G_CALLBACK (give_up_writing_cb),
                                 g_object_ref (self->write_cancel), g_object_unref);
  if (self->read_cancel != NULL)
    g_cancellable_cancel (self->read_cancel);

  mqttc_packet_stream_check_closing (self);
}

/**
 * mqttc_packet_stream_close_finish:
 * @self: a packet stream
 * @result: what the callback was given
 * @error: return location for an error, or `NULL`
 *
 * Ends [method@Mqttc.PacketStream.close_async].
 *
 * The errors are those of closing the stream of bytes below, and `G_IO_ERROR_CANCELLED`: the stream is
 * closed nevertheless. It is not with `G_IO_ERROR_PENDING`, which stands for a stream that is being closed
 * already, or that is in use by a blocking call.
 *
 * Returns: `TRUE` if the stream was closed without trouble, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_packet_stream_close_finish (MqttcPacketStream *self,
                                  GAsyncResult *result,
                                  GError **error)
{
  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * mqttc_packet_stream_close:
 * @self: a packet stream
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error, or `NULL`
 *
 * Closes the stream and the stream of bytes below, and blocks meanwhile.
 *
 * The error is `G_IO_ERROR_PENDING` if something is outstanding: then the stream is not closed. The others
 * are those of closing the stream of bytes below, and `G_IO_ERROR_CANCELLED`; with them it is closed
 * nevertheless. Closing a closed stream does nothing.
 *
 * Returns: `TRUE` if the stream was closed without trouble, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_packet_stream_close (MqttcPacketStream *self,
                           GCancellable *cancellable,
                           GError **error)
{
  g_return_val_if_fail (MQTTC_IS_PACKET_STREAM (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->reading || mqttc_packet_stream_is_writing (self) || self->close_task != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                           "The packet stream has an outstanding operation");
      return FALSE;
    }

  self->closing = TRUE;
  return g_io_stream_close (self->stream, cancellable, error);
}
