/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "session/mqttc-throttle-private.h"

/* One packet's worth of credit: a microsecond at the rate of 1/s brings one unit. */
#define PACKET ((guint64) G_USEC_PER_SEC)

/* Beyond whole packets what less than a microsecond too late has brought: the clock has no finer times,
 * and without it the rate would lag behind. */
static guint64
get_capacity (const MqttcThrottle *self)
{
  return MAX (1u, self->rate / 10) * PACKET + MIN (self->rate, PACKET) - 1;
}

static void
fill (MqttcThrottle *self,
      gint64 now)
{
  /* A second fills any bucket. */
  gint64 elapsed = CLAMP (now - self->counted, 0, G_USEC_PER_SEC);

  self->credit = MIN (self->credit + (guint64) elapsed * self->rate, get_capacity (self));
  self->counted = now;
}

static void
hold_publish (MqttcThrottle *self)
{
  guint64 missing = PACKET - self->credit;

  self->hold |= MQTTC_HOLD_PUBLISH;
  self->publish_time = self->counted + (gint64) ((missing + self->rate - 1) / self->rate);
}

void
mqttc_throttle_configure (MqttcThrottle *self,
                          guint rate,
                          gint64 resend_delay,
                          gint64 now)
{
  gboolean first = self->rate == 0;

  self->hold = MQTTC_HOLD_NOTHING;
  self->rate = rate;
  self->resend_delay = resend_delay;
  if (rate == 0)
    return;

  /* What was used up before is not given again because the link was lost. */
  if (first)
    self->credit = get_capacity (self);
  fill (self, now);
  if (self->credit < PACKET)
    hold_publish (self);
}

void
mqttc_throttle_use_credit (MqttcThrottle *self,
                           gint64 now)
{
  fill (self, now);
  self->credit -= MIN (self->credit, PACKET);
  if (self->credit < PACKET)
    hold_publish (self);
}

void
mqttc_throttle_count_resend (MqttcThrottle *self,
                             gint64 now)
{
  if (self->resend_delay <= 0)
    return;

  self->hold |= MQTTC_HOLD_RESEND;
  self->resend_time = now + self->resend_delay;
}

void
mqttc_throttle_release (MqttcThrottle *self,
                        gint64 now)
{
  if (now >= self->publish_time)
    self->hold &= ~(guint) MQTTC_HOLD_PUBLISH;
  if (now >= self->resend_time)
    self->hold &= ~(guint) MQTTC_HOLD_RESEND;
}

gint64
mqttc_throttle_get_end (const MqttcThrottle *self)
{
  if (self->hold == MQTTC_HOLD_PUBLISH)
    return self->publish_time;
  if (self->hold == MQTTC_HOLD_RESEND)
    return self->resend_time;

  return MIN (self->publish_time, self->resend_time);
}
