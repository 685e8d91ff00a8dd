/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_PACKET_STREAM (mqttc_packet_stream_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcPacketStream, mqttc_packet_stream, MQTTC, PACKET_STREAM, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcPacketStream *mqttc_packet_stream_new (GIOStream *stream,
                                            MqttcProtocol protocol) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
GIOStream *mqttc_packet_stream_get_io_stream (MqttcPacketStream *self);
MQTTC_AVAILABLE_IN_0_1
MqttcProtocol mqttc_packet_stream_get_protocol (MqttcPacketStream *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_packet_stream_set_protocol (MqttcPacketStream *self,
                                       MqttcProtocol protocol);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_packet_stream_get_max_packet_size (MqttcPacketStream *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_packet_stream_set_max_packet_size (MqttcPacketStream *self,
                                              guint64 max_packet_size);

MQTTC_AVAILABLE_IN_0_1
void mqttc_packet_stream_read_packet_async (MqttcPacketStream *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_stream_read_packet_finish (MqttcPacketStream *self,
                                                     GAsyncResult *result,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_stream_read_packet (MqttcPacketStream *self,
                                              GCancellable *cancellable,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
void mqttc_packet_stream_write_packet_async (MqttcPacketStream *self,
                                             MqttcPacket *packet,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_packet_stream_write_packet_finish (MqttcPacketStream *self,
                                                  GAsyncResult *result,
                                                  GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_packet_stream_write_packet (MqttcPacketStream *self,
                                           MqttcPacket *packet,
                                           GCancellable *cancellable,
                                           GError **error);

MQTTC_AVAILABLE_IN_0_1
void mqttc_packet_stream_close_async (MqttcPacketStream *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean
mqttc_packet_stream_close_finish (MqttcPacketStream *self,
                                  GAsyncResult *result,
                                  GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean
mqttc_packet_stream_close (MqttcPacketStream *self,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
