/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-world.h"

G_BEGIN_DECLS

/* What a run came to. */
typedef struct
{
  char *violation; /* (owned) (nullable) */
  guint64 hash;
  SimFaults faults;
} SimResult;

void sim_result_clear (SimResult *self);

/* @script (nullable): written down there. */
void sim_run_seed (guint64 seed,
                   SimScript *script,
                   gboolean verbose,
                   SimResult *result);
void
sim_run_script (const SimOptions *options,
                SimScript *script,
                gboolean verbose,
                SimResult *result);

/* The script of a seed, whole; @options is initialised. */
SimScript *sim_script_of_seed (guint64 seed,
                               SimOptions *options,
                               SimResult *result);

/* --- sim-crash.c --- */

/* What begins the violation of a run that brings its process down. */
#define SIM_CRASH "crash:"

/* NULL: the seed comes to its end, however that is, and @options is not initialised. */
SimScript *sim_script_of_crash (guint64 seed,
                                SimOptions *options,
                                char **how);
/* (nullable): it comes to its end. */
char *sim_script_crashes (const SimOptions *options,
                          SimScript *script);

/* --- sim-shrink.c --- */

/* Takes away from a script that fails whatever it fails without, and makes what is left plainer; it
 * still violates the same invariant. Returns the number of runs. */
guint sim_shrink (SimScript *script,
                  SimOptions *options,
                  const char *violation);

G_END_DECLS
