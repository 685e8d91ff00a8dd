/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "values/mqttc-statistics-private.h"

/**
 * MqttcStatistics:
 *
 * What a connection has done so far, in numbers.
 *
 * The numbers are of one moment, and do not change afterwards. Queues and what is in flight are as they
 * were at that moment; all else is counted over all connections since the object that was asked was made.
 *
 * Since: 0.1
 */
struct _MqttcStatistics
{
  gatomicrefcount ref_count;
  MqttcStatisticsData data;
};

G_DEFINE_BOXED_TYPE (MqttcStatistics,
                     mqttc_statistics,
                     mqttc_statistics_ref,
                     mqttc_statistics_unref)

MqttcStatistics *
mqttc_statistics_new (const MqttcStatisticsData *data)
{
  MqttcStatistics *self = g_new0 (MqttcStatistics, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->data = *data;

  return self;
}

/**
 * mqttc_statistics_ref:
 * @self: a snapshot
 *
 * Takes a reference to a snapshot.
 *
 * Returns: (transfer full): @self
 * Since: 0.1
 */
MqttcStatistics *
mqttc_statistics_ref (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mqttc_statistics_unref:
 * @self: (transfer full): a snapshot
 *
 * Gives a reference to a snapshot back, and frees it if it was the last one.
 *
 * Since: 0.1
 */
void
mqttc_statistics_unref (MqttcStatistics *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * mqttc_statistics_get_queued:
 * @self: a snapshot
 *
 * Gets how many requests wait to be sent.
 *
 * Returns: the number of requests
 * Since: 0.1
 */
guint
mqttc_statistics_get_queued (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.queued;
}

/**
 * mqttc_statistics_get_queued_bytes:
 * @self: a snapshot
 *
 * Gets how large the messages are that wait to be sent.
 *
 * Returns: topics and payloads, in bytes
 * Since: 0.1
 */
guint64
mqttc_statistics_get_queued_bytes (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.queued_bytes;
}

/**
 * mqttc_statistics_get_inflight:
 * @self: a snapshot
 *
 * Gets how many messages are on their way to the server.
 *
 * Returns: the messages of QoS 1 and 2 between their first sending and their last acknowledgement
 * Since: 0.1
 */
guint
mqttc_statistics_get_inflight (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.inflight;
}

/**
 * mqttc_statistics_get_undelivered:
 * @self: a snapshot
 *
 * Gets how many messages the program has not dealt with.
 *
 * Returns: the messages that wait to be handed over, or were handed over and are not yet
 *   acknowledged
 * Since: 0.1
 */
guint
mqttc_statistics_get_undelivered (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.undelivered;
}

/**
 * mqttc_statistics_get_stray_acks:
 * @self: a snapshot
 *
 * Gets how many acknowledgements belonged to nothing.
 *
 * Returns: the number of acknowledgements
 * Since: 0.1
 */
guint64
mqttc_statistics_get_stray_acks (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.stray_acks;
}

/**
 * mqttc_statistics_get_connections:
 * @self: a snapshot
 *
 * Gets how often the server has accepted a connection.
 *
 * Returns: the number of connections
 * Since: 0.1
 */
guint64
mqttc_statistics_get_connections (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.connections;
}

/**
 * mqttc_statistics_get_packets_received:
 * @self: a snapshot
 *
 * Gets how many packets have come.
 *
 * Returns: the number of packets, of all connections
 * Since: 0.1
 */
guint64
mqttc_statistics_get_packets_received (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.packets_received;
}

/**
 * mqttc_statistics_get_packets_sent:
 * @self: a snapshot
 *
 * Gets how many packets were sent.
 *
 * Returns: the number of packets, of all connections
 * Since: 0.1
 */
guint64
mqttc_statistics_get_packets_sent (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.packets_sent;
}

/**
 * mqttc_statistics_get_bytes_received:
 * @self: a snapshot
 *
 * Gets how many bytes have come.
 *
 * Returns: the number of bytes, of all connections
 * Since: 0.1
 */
guint64
mqttc_statistics_get_bytes_received (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.bytes_received;
}

/**
 * mqttc_statistics_get_bytes_sent:
 * @self: a snapshot
 *
 * Gets how many bytes were sent.
 *
 * Returns: the number of bytes, of all connections
 * Since: 0.1
 */
guint64
mqttc_statistics_get_bytes_sent (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.bytes_sent;
}

/**
 * mqttc_statistics_get_messages_received:
 * @self: a snapshot
 *
 * Gets how many messages the program was given.
 *
 * Returns: the number of messages; each counts once, also at QoS 2
 * Since: 0.1
 */
guint64
mqttc_statistics_get_messages_received (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.messages_received;
}

/**
 * mqttc_statistics_get_messages_sent:
 * @self: a snapshot
 *
 * Gets how often a message was sent.
 *
 * Returns: the number of PUBLISH packets, repetitions included
 * Since: 0.1
 */
guint64
mqttc_statistics_get_messages_sent (MqttcStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->data.messages_sent;
}
