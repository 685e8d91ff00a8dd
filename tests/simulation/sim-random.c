/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-random.h"

static guint64
splitmix (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

static guint64
rotate (guint64 x,
        int k)
{
  return (x << k) | (x >> (64 - k));
}

void
sim_random_init (SimRandom *self,
                 guint64 seed,
                 const char *stream)
{
  guint64 state = seed;

  /* The name is mixed in byte by byte, so that no two streams of a seed are shifted copies. */
  for (const char *c = stream; *c != '\0'; c++)
    {
      state ^= (guint8) *c;
      state = splitmix (&state);
    }

  for (guint i = 0; i < G_N_ELEMENTS (self->state); i++)
    self->state[i] = splitmix (&state);
}

guint64
sim_random_next (SimRandom *self)
{
  guint64 *s = self->state;
  guint64 result = rotate (s[1] * 5, 7) * 9;
  guint64 t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate (s[3], 45);

  return result;
}

guint64
sim_random_below (SimRandom *self,
                  guint64 n)
{
  /* The bias of the remainder is of no account for the small numbers asked for here. */
  return sim_random_next (self) % n;
}

gint64
sim_random_range (SimRandom *self,
                  gint64 low,
                  gint64 high)
{
  return low + (gint64) sim_random_below (self, (guint64) (high - low) + 1);
}

gboolean
sim_random_percent (SimRandom *self,
                    guint percent)
{
  /* Draws nothing when there is nothing to decide. */
  return percent > 0 && sim_random_below (self, 100) < percent;
}
