/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-codec-private.h"
#include "values/mqttc-packet.h"

G_BEGIN_DECLS

/* So much is read at once. */
#define MQTTC_PACKET_BUFFER_SIZE 65536u

/* Bytes read from a stream, of which packets are taken. It is read into directly, is kept between
 * packets, and grows for a large one with what has arrived, not with what is announced. All zero is an
 * empty one. */
typedef struct
{
  guint8 *data; /* (owned) (nullable) */
  gsize size;
  gsize start;  /* the first byte not yet taken */
  gsize end;    /* of what was read */
  gsize wanted; /* the size of the packet at @start; 0: not known yet */
} MqttcPacketBuffer;

/* Where to read to, and how much; NULL if there is no memory. */
guint8 *mqttc_packet_buffer_reserve (MqttcPacketBuffer *self,
                                     gsize *room);
/* So much was read there. */
void mqttc_packet_buffer_add (MqttcPacketBuffer *self,
                              gsize len);

/* Takes the next packet; NULL without an error if it is not there yet. A CONNECT says what
 * version it is of, whatever @protocol was: it is set. */
MqttcPacket *mqttc_packet_buffer_take (MqttcPacketBuffer *self,
                                       MqttcProtocol *protocol,
                                       gsize max_packet_size,
                                       GError **error);

/* Of an end of the stream at this point: NULL if no packet has begun. */
GError *mqttc_packet_buffer_get_end_error (MqttcPacketBuffer *self);

void mqttc_packet_buffer_clear (MqttcPacketBuffer *self);

G_END_DECLS
