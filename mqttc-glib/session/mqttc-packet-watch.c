/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "session/mqttc-packet-watch-private.h"

/* Whoever cannot send so much has a packet too large for the line. */
#define MIN_BYTES_PER_SECOND 1024

void
mqttc_packet_watch_reset (MqttcPacketWatch *self)
{
  *self = (MqttcPacketWatch){ .since = -1, .deadline = -1, .forgiven = G_MAXUINT64 };
}

void
mqttc_packet_watch_stop (MqttcPacketWatch *self)
{
  self->since = -1;
  self->paused = FALSE;
}

void
mqttc_packet_watch_pause (MqttcPacketWatch *self)
{
  self->since = -1;
  self->paused = TRUE;
}

void
mqttc_packet_watch_update (MqttcPacketWatch *self,
                           guint64 number,
                           gsize size,
                           gint64 timeout,
                           gint64 now)
{
  if (self->since < 0 || self->number != number)
    self->since = now;

  self->number = number;
  self->paused = FALSE;
  self->deadline = self->since + timeout + (gint64) size * G_USEC_PER_SEC / MIN_BYTES_PER_SECOND;
}

gboolean
mqttc_packet_watch_check (MqttcPacketWatch *self,
                          gint64 now)
{
  if (self->deadline < 0 || now < self->deadline)
    return TRUE;

  self->deadline = -1;
  return self->since < 0;
}
