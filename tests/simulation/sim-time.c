/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-time.h"

/* The clock of a run stands for the one that counts suspended time. The two others differ from it:
 * one stops while the machine does, the other is set now and then. The engine is linked to these
 * functions instead of GLib's, and must never ask them. */

#define WALL_STEP (7 * SIM_SECOND)

static SimClock *current; /* (unowned) (nullable) */
static guint64 n_asked;

void
sim_time_set_clock (SimClock *clock)
{
  current = clock;
}

guint64
sim_time_count_asked (void)
{
  return n_asked;
}

gint64
sim_time_get_monotonic (SimClock *clock)
{
  return sim_clock_now (clock) - sim_clock_get_suspended (clock);
}

/* Set every few seconds, by up to a day, to and fro. */
gint64
sim_time_get_wall (SimClock *clock)
{
  gint64 now = sim_clock_now (clock);
  guint64 n = (guint64) (now / WALL_STEP);

  return now + (gint64) (n * 2654435761u % 172800) * SIM_SECOND - 86400 * SIM_SECOND;
}

/* Over GLib's. */
gint64
g_get_monotonic_time (void)
{
  n_asked++;

  return current != NULL ? sim_time_get_monotonic (current) : 0;
}

gint64
g_get_real_time (void)
{
  n_asked++;

  return current != NULL ? sim_time_get_wall (current) : 0;
}
