/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-codec-private.h"
#include "values/mqttc-packet.h"

G_BEGIN_DECLS

/* Copies a view into a value. The user name and password of CONNECT, and authentication data, are left
 * out: the value may be reported. @message, if not NULL, is the message of this PUBLISH, and is shared instead of copied.
 * NULL if there is no memory for what came from the network. */
MqttcPacket *mqttc_packet_new_from_view (MqttcProtocol protocol,
                                         const MqttcPacketView *view,
                                         MqttcMessage *message);

/* Packets that are nothing but a type, a packet identifier and a reason code, if they have no properties. */
static inline gboolean
mqttc_packet_type_is_bare (guint type)
{
  const guint bare_types = 1u << MQTTC_PACKET_TYPE_PUBACK | 1u << MQTTC_PACKET_TYPE_PUBREC
                           | 1u << MQTTC_PACKET_TYPE_PUBREL | 1u << MQTTC_PACKET_TYPE_PUBCOMP
                           | 1u << MQTTC_PACKET_TYPE_PINGREQ | 1u << MQTTC_PACKET_TYPE_PINGRESP
                           | 1u << MQTTC_PACKET_TYPE_DISCONNECT;

  return (bare_types >> type & 1) != 0;
}

MqttcPacket *mqttc_packet_new_bare (MqttcProtocol protocol,
                                    MqttcPacketType type,
                                    guint packet_id,
                                    guint reason_code);
/* The same in the memory of @old (transfer full) (nullable), if that is bare and nobody else has it. */
MqttcPacket *mqttc_packet_renew_bare (MqttcPacket *old,
                                      MqttcProtocol protocol,
                                      MqttcPacketType type,
                                      guint packet_id,
                                      guint reason_code);

/* As mqttc_packet_check(), and the header as well. */
gboolean mqttc_packet_check_frame (MqttcSlice bytes,
                                   gsize max_packet_size,
                                   MqttcFrame *frame,
                                   gsize *length,
                                   GError **error);
/* The packet whose bytes are all at @data, with user name and password, for a program that reads packets
 * itself. A CONNECT is of the version that it says. */
/* See mqttc_frame_get_fault(); here a version that packets cannot be of is wrong too. */
const char *mqttc_packet_get_frame_fault (MqttcProtocol protocol,
                                          const MqttcFrame *frame);
MqttcPacket *mqttc_packet_read_frame (MqttcProtocol protocol,
                                      const MqttcFrame *frame,
                                      const guint8 *data,
                                      GError **error);
void mqttc_packet_set_malformed (GError **error,
                                 const MqttcFrame *frame,
                                 const char *fault);

G_END_DECLS
