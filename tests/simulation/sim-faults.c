/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-faults.h"

static const char *const texts[] = {
#define FAULT(name, text) text,
  SIM_FAULTS (FAULT)
#undef FAULT
};

void
sim_faults_add (SimFaults *self,
                const SimFaults *other)
{
  for (guint i = 0; i < SIM_N_FAULTS; i++)
    self->hits[i] += other->hits[i];
}

guint
sim_faults_print (const SimFaults *self)
{
  guint n_missing = 0;

  g_print ("%-44s %12s\n", "fault", "hits");
  for (guint i = 0; i < SIM_N_FAULTS; i++)
    {
      g_print ("%-44s %12" G_GUINT64_FORMAT "%s\n", texts[i], self->hits[i],
               self->hits[i] == 0 ? "  never hit" : "");
      if (self->hits[i] == 0)
        n_missing++;
    }

  return n_missing;
}
