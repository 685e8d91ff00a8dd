/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

#include "mqttc-error.h"

/* Opening and closing. */

void
sim_app_open (SimApp *self)
{
  SimWorld *world = self->world;
  g_autoptr (GError) error = NULL;

  sim_trace (&world->trace, "open");
  sim_check_open (world->check);
  mqttc_engine_configure (world->engine, &self->config);
  world->check->client_id = self->client_id;
  world->check->clean_session = self->config.clean_session;
  world->check->max_inflight = self->config.max_inflight;
  world->check->max_window = MAX (world->check->max_window, self->config.max_inflight);
  if (!mqttc_engine_open (world->engine, sim_app_now (self), &error))
    sim_check_fail (world->check, "I4", "cannot be opened: %s", error->message);
}

/* With what may change only while the client is closed. */
void
sim_app_open_again (SimApp *self,
                    gboolean clean_session,
                    guint window,
                    gboolean rename)
{
  sim_script_note (self->world->script, SIM_VERB_OPEN, 0, clean_session, window, rename);
  sim_fault (&self->world->faults, SIM_FAULT_REOPEN);
  self->config.clean_session = clean_session;
  self->config.max_inflight = window;
  if (rename)
    {
      sim_fault (&self->world->faults, SIM_FAULT_NEW_CLIENT_ID);
      g_free (self->client_id);
      self->client_id = g_strdup_printf ("simulated-%u", ++self->n_client_ids);
      self->config.client_id = self->client_id;
    }
  sim_app_open (self);
}

static void
reopen_cb (gpointer data,
           guint64 arg)
{
  SimApp *self = data;
  gboolean clean_session = self->config.clean_session;
  guint window = self->config.max_inflight;
  gboolean rename = FALSE;

  if (sim_world_is_frozen (self->world))
    {
      sim_clock_add_first (self->world->clock, SIM_SECOND, reopen_cb, self, 0);
      return;
    }

  self->opening = FALSE;
  if (mqttc_engine_get_state (self->world->engine) != MQTTC_CONNECTION_STATE_CLOSED)
    return;

  if (!self->healed)
    {
      if (sim_random_percent (&self->choice, 15))
        clean_session = !clean_session;
      if (sim_random_percent (&self->choice, 15))
        window = (guint) sim_random_range (&self->choice, 1, 20);
      rename = sim_random_percent (&self->choice, 5);
    }
  sim_app_open_again (self, clean_session, window, rename);
  sim_world_pump (self->world);
}

void
sim_app_plan_reopen (SimApp *self,
                     gint64 delay)
{
  if (self->opening)
    return;
  self->opening = TRUE;
  sim_clock_add_first (self->world->clock, delay, reopen_cb, self, 0);
}

static void
close_and_drain (SimApp *self,
                 guint reason_code,
                 gint64 drain_timeout)
{
  SimWorld *world = self->world;

  sim_trace (&world->trace, "close, drain %" G_GINT64_FORMAT, drain_timeout);
  sim_fault (&world->faults, drain_timeout > 0 ? SIM_FAULT_CLOSE_DRAIN : SIM_FAULT_CLOSE_NOW);
  sim_check_close (world->check, reason_code, drain_timeout);
  mqttc_engine_close (world->engine, reason_code, NULL, drain_timeout, sim_app_now (self));
}

void
sim_app_finish (SimApp *self,
                gint64 drain_timeout)
{
  self->finished = TRUE;
  close_and_drain (self, MQTTC_REASON_CODE_SUCCESS, drain_timeout);
}

void
sim_app_close_for_a_while (SimApp *self,
                           gboolean with_will,
                           gint64 drain_timeout)
{
  SimWorld *world = self->world;

  sim_script_note (world->script, SIM_VERB_CLOSE, self->handling, with_will, drain_timeout, 0);
  if (with_will)
    sim_fault (&world->faults, SIM_FAULT_CLOSE_WITH_WILL);
  close_and_drain (self,
                   with_will ? MQTTC_REASON_CODE_DISCONNECT_WITH_WILL : MQTTC_REASON_CODE_SUCCESS,
                   drain_timeout);
}

void
sim_app_abort (SimApp *self)
{
  SimWorld *world = self->world;

  sim_script_note (world->script, SIM_VERB_ABORT, self->handling, 0, 0, 0);
  sim_trace (&world->trace, "abort");
  sim_fault (&world->faults, SIM_FAULT_ABORT);
  sim_check_close (world->check, 0, 0);
  mqttc_engine_abort (world->engine, sim_app_now (self));
}

void
sim_app_close_somehow (SimApp *self)
{
  guint which = (guint) sim_random_below (&self->choice, 10);
  gboolean with_will = sim_random_percent (&self->choice, 20);
  gint64 drain_timeout = sim_random_range (&self->choice, 1, 5 * SIM_SECOND);

  if (mqttc_engine_get_state (self->world->engine) == MQTTC_CONNECTION_STATE_CLOSED)
    return;

  if (which < 8)
    sim_app_close_for_a_while (self, with_will, which < 6 ? drain_timeout : 0);
  else
    sim_app_abort (self);
}
