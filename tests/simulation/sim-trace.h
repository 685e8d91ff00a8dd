/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-clock.h"

G_BEGIN_DECLS

/* What happened, as a hash and, if asked for, as lines on standard output. Two runs of one seed
 * must give the same hash [I13]. */
typedef struct
{
  SimClock *clock; /* (unowned) */
  gint64 start;
  guint64 hash;
  gboolean verbose;
} SimTrace;

void sim_trace_init (SimTrace *self,
                     SimClock *clock,
                     gboolean verbose);

void sim_trace (SimTrace *self,
                const char *format,
                ...) G_GNUC_PRINTF (2, 3);

/* Bytes on the wire. */
void sim_trace_bytes (SimTrace *self,
                      const char *what,
                      const guint8 *data,
                      gsize len);

G_END_DECLS
