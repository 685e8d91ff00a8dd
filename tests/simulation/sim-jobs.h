/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-shrink.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 seed;
  char *text; /* (owned) */
} SimViolation;

/* What many seeds came to. */
typedef struct
{
  GArray *violations; /* of SimViolation, (owned), by seed */
  SimFaults faults;
  gboolean broken; /* a process has not come to its end */
} SimJobs;

/* Runs the seeds in @n_jobs processes, 0: one for each processor. The result does not depend on how
 * many there are, unless each of them meets @max_violations, where it stops. */
SimJobs *sim_jobs_run (guint64 first,
                       guint64 last,
                       guint n_jobs,
                       guint max_violations);
void sim_jobs_free (SimJobs *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimJobs, sim_jobs_free)

G_END_DECLS
