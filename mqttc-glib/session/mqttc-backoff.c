/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "session/mqttc-backoff-private.h"

/* splitmix64: a generator for jitter, not for secrets. */
static guint64
next_random (MqttcBackoff *self)
{
  guint64 z;

  self->random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  z = self->random;
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

gint64
mqttc_backoff_next (MqttcBackoff *self,
                    gint64 min_delay,
                    gint64 max_delay)
{
  gint64 ceiling = MIN (min_delay, max_delay);
  gint64 delay;

  for (guint i = 0; i < self->failures && ceiling < max_delay; i++)
    ceiling = MIN (ceiling * 2, max_delay);

  if (self->failures < G_MAXUINT)
    self->failures++;

  delay = (gint64) (next_random (self) % ((guint64) ceiling + 1));
  return CLAMP (delay, MIN (MQTTC_BACKOFF_FLOOR, max_delay), max_delay);
}
