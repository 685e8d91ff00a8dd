/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SIM_MILLISECOND G_GINT64_CONSTANT (1000)
#define SIM_SECOND G_GINT64_CONSTANT (1000000)

/* Virtual time, and what is to happen when: a heap keyed by (time, order of adding). */
typedef struct _SimClock SimClock;

/* Nothing can be taken off the heap: whoever adds an event passes a generation in @arg and ignores
 * events of an old one. */
typedef void (*SimFunc) (gpointer data,
                         guint64 arg);

SimClock *sim_clock_new (gint64 start);
void sim_clock_free (SimClock *self);

gint64 sim_clock_now (SimClock *self);

/* For so long the machine is off, which this clock counts. */
void sim_clock_suspend (SimClock *self,
                        gint64 duration);
gint64 sim_clock_get_suspended (SimClock *self);

void sim_clock_add (SimClock *self,
                    gint64 delay,
                    SimFunc func,
                    gpointer data,
                    guint64 arg);

/* Never now, but ahead of everything else of its time, whenever that was added: so a script that
 * adds all of its actions beforehand meets the order of the run that made them up. */
void sim_clock_add_first (SimClock *self,
                          gint64 delay,
                          SimFunc func,
                          gpointer data,
                          guint64 arg);

/* Runs the next event if it is due at @until at the latest; else moves time there and returns
 * FALSE. */
gboolean sim_clock_step (SimClock *self,
                         gint64 until);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimClock, sim_clock_free)

G_END_DECLS
