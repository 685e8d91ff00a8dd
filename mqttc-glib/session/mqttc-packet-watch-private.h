/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long a packet of which only a part has come may take to be whole: a peer that sends a byte now
 * and then would keep the link, and what waits behind the packet, for ever. Times in microseconds; -1 is
 * never. */
typedef struct
{
  gint64 since; /* its first byte, or when reading went on after a pause; -1: nothing is watched */
  gint64 deadline;  /* may outlast the packet: see mqttc_packet_watch_stop() */
  guint64 number;   /* of the packet, so that the next one is not taken for it */
  guint64 forgiven; /* the number of the packet that was last given more time */
  gboolean paused;  /* there is a part, and we do not read: it is not the peer who is late */
} MqttcPacketWatch;

/* There is no link. */
void mqttc_packet_watch_reset (MqttcPacketWatch *self);

/* No part of a packet is there. The deadline stays until it has passed, for setting a timer twice for
 * each packet is dearer than being woken once for nothing. */
void mqttc_packet_watch_stop (MqttcPacketWatch *self);

/* A part is there, and we do not read: it starts anew with the next update. */
void mqttc_packet_watch_pause (MqttcPacketWatch *self);

/* A part of the packet @number is there, which has @size bytes (0: its header is not whole) and
 * may take @timeout, and the time that its size needs. */
void mqttc_packet_watch_update (MqttcPacketWatch *self,
                                guint64 number,
                                gsize size,
                                gint64 timeout,
                                gint64 now);

/* Bytes have come. If it is too late for them, nobody has looked in time: a machine that was stopped
 * must not say that the peer was late. Once for each packet, or a peer that trickles would live on. */
static inline void
mqttc_packet_watch_received (MqttcPacketWatch *self,
                             gint64 now)
{
  if (G_LIKELY (self->since < 0 || now < self->deadline) || self->forgiven == self->number)
    return;

  self->forgiven = self->number;
  self->since = -1;
}

/* FALSE: the time is up. */
gboolean mqttc_packet_watch_check (MqttcPacketWatch *self,
                                   gint64 now);

G_END_DECLS
