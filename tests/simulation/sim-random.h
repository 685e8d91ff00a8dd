/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* xoshiro256**, seeded through splitmix64. Each part of the simulation has a stream of its own,
 * named, so that a new decision in one of them does not reshuffle the others under an old seed. */
typedef struct
{
  guint64 state[4];
} SimRandom;

void sim_random_init (SimRandom *self,
                      guint64 seed,
                      const char *stream);

guint64 sim_random_next (SimRandom *self);

/* From 0 to @n - 1; @n is not 0. */
guint64 sim_random_below (SimRandom *self,
                          guint64 n);

/* From @low to @high, both included. */
gint64 sim_random_range (SimRandom *self,
                         gint64 low,
                         gint64 high);

gboolean sim_random_percent (SimRandom *self,
                             guint percent);

G_END_DECLS
