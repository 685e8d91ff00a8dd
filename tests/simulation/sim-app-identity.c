/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

/* What the program says when it is asked who it is. It takes its time, and what was asked may be over. */

static gint64
think (SimApp *self)
{
  return self->healed ? 0 : sim_random_range (&self->thought, 0, self->world->options->think_delay);
}

static void
credentials_cb (gpointer data,
                guint64 token)
{
  SimApp *self = data;
  SimWorld *world = self->world;
  g_autofree char *user_name = g_strdup_printf ("user-%" G_GUINT64_FORMAT, token);

  if (sim_world_is_frozen (world))
    {
      sim_clock_add (world->clock, SIM_SECOND, credentials_cb, self, token);
      return;
    }

  if (token != world->check->credentials_asked
      || mqttc_engine_get_state (world->engine) != MQTTC_CONNECTION_STATE_CONNECTING)
    sim_fault (&world->faults, SIM_FAULT_CREDENTIALS_LATE);
  mqttc_engine_set_credentials (world->engine, token, user_name, NULL, NULL, FALSE,
                                sim_app_now (self));
  sim_world_pump (world);
}

void
sim_app_give_credentials (SimApp *self,
                          guint64 token)
{
  sim_fault (&self->world->faults, SIM_FAULT_CREDENTIALS_ASKED);
  sim_check_credentials_asked (self->world->check, token);
  sim_clock_add (self->world->clock, think (self), credentials_cb, self, token);
}
