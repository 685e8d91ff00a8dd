/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-clock.h"

G_BEGIN_DECLS

/* From now on this clock is what GLib's functions go by. */
void sim_time_set_clock (SimClock *clock);

/* How often anybody has asked one of them. */
guint64 sim_time_count_asked (void);

gint64 sim_time_get_monotonic (SimClock *clock);
gint64 sim_time_get_wall (SimClock *clock);

G_END_DECLS
