/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "session/mqttc-keepalive-private.h"

#define NEVER G_MAXINT64

void
mqttc_keepalive_start (MqttcKeepalive *self,
                       guint16 interval,
                       gint64 ping_timeout,
                       gint64 write_timeout,
                       gint64 now)
{
  *self = (MqttcKeepalive){
    .interval = (gint64) interval * G_USEC_PER_SEC,
    .ping_timeout = ping_timeout,
    .write_timeout = write_timeout,
    .last_sent = self->last_sent, /* CONNECT */
    .last_received = now,
    .ping_deadline = -1,
    .write_since = self->write_since,
  };
}

void
mqttc_keepalive_stop (MqttcKeepalive *self)
{
  *self = (MqttcKeepalive){ .ping_deadline = -1, .write_since = -1 };
}

void
mqttc_keepalive_received (MqttcKeepalive *self,
                          gint64 now)
{
  self->last_received = now;
  self->ping_deadline = -1;
}

void
mqttc_keepalive_sent (MqttcKeepalive *self,
                      guint64 taken,
                      gboolean pending,
                      gint64 now)
{
  self->last_sent = now;
  self->write_since = pending ? now : -1;

  /* The answer is awaited from when the last byte has left, not from when it was put in a buffer.
   */
  if (self->ping_end != 0 && taken >= self->ping_end)
    {
      self->ping_end = 0;
      self->ping_due = FALSE;
      if (self->ping_deadline < 0)
        self->ping_deadline = now + self->ping_timeout;
    }
}

void
mqttc_keepalive_wants_to_send (MqttcKeepalive *self,
                               gint64 now)
{
  if (self->write_since < 0)
    self->write_since = now;
}

void
mqttc_keepalive_set_paused (MqttcKeepalive *self,
                            gboolean paused,
                            gint64 now)
{
  if (self->paused && !paused && self->ping_deadline >= 0)
    self->ping_deadline = now + self->ping_timeout;

  self->paused = paused;
}

/* A little before the interval ends, for the server counts from when it received
 * [MQTT-3.1.2-23]. */
static gint64
get_silence (const MqttcKeepalive *self)
{
  return self->interval - MIN (self->interval / 20, G_USEC_PER_SEC);
}

static gint64
get_ping_time (const MqttcKeepalive *self)
{
  gint64 by_sent;
  gint64 by_received;

  if (self->interval == 0 || self->ping_due)
    return NEVER;

  /* A server that stays silent while we keep sending is asked, too. */
  by_sent = self->last_sent + get_silence (self);
  by_received = self->ping_deadline >= 0 ? NEVER : self->last_received + self->interval * 3 / 2;
  return MIN (by_sent, by_received);
}

static gint64
get_answer_time (const MqttcKeepalive *self)
{
  return self->ping_deadline < 0 || self->paused ? NEVER : self->ping_deadline;
}

static gint64
get_write_time (const MqttcKeepalive *self)
{
  return self->write_since < 0 || self->write_timeout <= 0
             ? NEVER
             : self->write_since + self->write_timeout;
}

MqttcKeepaliveVerdict
mqttc_keepalive_check (MqttcKeepalive *self,
                       gint64 now)
{
  if (now >= get_write_time (self))
    return MQTTC_KEEPALIVE_BLOCKED;
  if (now >= get_answer_time (self))
    return MQTTC_KEEPALIVE_NO_ANSWER;

  if (now >= get_ping_time (self))
    {
      self->ping_due = TRUE;
      return MQTTC_KEEPALIVE_PING;
    }

  return MQTTC_KEEPALIVE_FINE;
}

gint64
mqttc_keepalive_get_deadline (const MqttcKeepalive *self)
{
  gint64 time = MIN (get_write_time (self), MIN (get_ping_time (self), get_answer_time (self)));

  return time == NEVER ? -1 : time;
}
