/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-time.h"
#include "sim-world.h"

/* More than one is for finding out what has gone on, and which version the broker knows. */
#define MAX_DIALS 5

/* The second half of a run: no more faults, so everything must come to rest, once and for all. */

gboolean
sim_world_is_quiet (SimWorld *self)
{
  const SimCheckLink *link = self->check->link;
  MqttcEngineCounters counters;

  if (mqttc_engine_get_state (self->engine) != MQTTC_CONNECTION_STATE_CONNECTED
      || mqttc_engine_has_event (self->engine) || mqttc_engine_want_write (self->engine)
      || link == NULL || sim_world_is_frozen (self) || !sim_link_is_sound (self->link))
    return FALSE;
  if (sim_check_count_owed (self->check) + link->resubscriptions->len > 0)
    return FALSE;
  /* Strays of a hostile broker that are still on the way may be too many, and end the link. */
  if (!sim_check_is_decoded (self->check))
    return FALSE;
  /* One that the broker has not answered ends the link in time. */
  if (self->check->reauthentication != NULL)
    return FALSE;
  for (guint i = 0; i < self->check->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->check->requests, i);

      if (request->has_operation && !request->completed)
        return FALSE;
    }

  mqttc_engine_get_counters (self->engine, &counters);

  return counters.queued == 0 && counters.inflight == 0 && counters.undelivered == 0
         && sim_broker_is_quiet (self->broker);
}

static gboolean
is_closed (SimWorld *self)
{
  return self->check->state == MQTTC_CONNECTION_STATE_CLOSED
         && !mqttc_engine_has_event (self->engine);
}

void
sim_world_heal (SimWorld *self)
{
  sim_trace (&self->trace, "no more faults");
  self->healed = self->check->healed = TRUE;
  self->script->recording = FALSE;
  self->n_dials = 0;
  self->n_cuts = 0;
  sim_net_heal (self->net);
  sim_broker_heal (self->broker);
  sim_app_heal (self->app);
  if (sim_world_is_frozen (self))
    sim_world_wake (self);
  sim_world_pump (self);
}

static void
fail_unless_quiet (SimWorld *self,
                   const char *when)
{
  MqttcEngineCounters counters;

  if (self->check->violation != NULL)
    return;

  mqttc_engine_get_counters (self->engine, &counters);
  sim_check_inbound_end (self->check);
  sim_check_requests_end (self->check);
  sim_check_fail (self->check, "L1", "%s, state %u, %u queued, %u in flight, %u not handled%s",
                  when, mqttc_engine_get_state (self->engine), counters.queued, counters.inflight,
                  counters.undelivered,
                  sim_broker_is_quiet (self->broker) ? "" : ", and the broker waits");
}

/* Everything works now, so everything must go through, once. */
static void
act_healthy (SimWorld *self)
{
  for (guint qos = 0; qos < 3; qos++)
    {
      sim_app_publish (self->app, qos);
      sim_world_pump (self);
      if (!sim_world_run (self, 60 * SIM_SECOND, sim_world_is_quiet))
        fail_unless_quiet (self, "a publish was not finished after a minute");
    }

  sim_app_subscribe (self->app);
  sim_world_pump (self);
  if (!sim_world_run (self, 60 * SIM_SECOND, sim_world_is_quiet))
    fail_unless_quiet (self, "a subscribe was not finished after a minute");

  for (guint qos = 0; qos < 3; qos++)
    sim_broker_publish (self->broker, "in/a/b", qos, 20);
  if (!sim_world_run (self, 60 * SIM_SECOND, sim_world_is_quiet))
    fail_unless_quiet (self, "a message was not finished after a minute");

  /* And bytes may still be on the way: QoS 0 has no end that could be waited for. */
  sim_world_run (self, 5 * SIM_SECOND, NULL);
}

void
sim_world_reckon (SimWorld *self)
{
  const MqttcEngineConfig *config = &self->options->engine;
  gint64 patience = 300 * SIM_SECOND
                    + 2
                          * (config->keep_alive * 2 * SIM_SECOND + config->ping_timeout
                             + config->connect_timeout + config->write_timeout
                             + config->packet_timeout + config->reconnect_max_delay);

  /* Once more, as the broker may be about to lose its patience with what went before. */
  for (guint i = 0; i < 2 && self->check->violation == NULL; i++)
    {
      if (!sim_world_run (self, patience, sim_world_is_quiet))
        fail_unless_quiet (self, "no rest long after the last fault");
      if (i == 0)
        sim_world_run (self, (2 * config->keep_alive + 1) * SIM_SECOND, NULL);
    }
  if (self->check->violation == NULL && self->n_dials > MAX_DIALS)
    sim_check_fail (self->check, "L1", "%u more connections after the last fault", self->n_dials);
  if (self->check->violation == NULL)
    act_healthy (self);
  if (self->check->violation == NULL)
    {
      sim_check_inbound_end (self->check);
      sim_check_requests_end (self->check);
      sim_broker_check_subscriptions (self->broker);
    }
  if (self->check->violation != NULL)
    return;

  sim_app_finish (self->app, 10 * SIM_SECOND);
  sim_world_pump (self);
  if (!sim_world_run (self, 30 * SIM_SECOND, is_closed))
    sim_check_fail (self->check, "L1", "asked to close, and not closed after 30 s");
  sim_world_run (self, SIM_SECOND, NULL);
  if (!sim_broker_has_said_goodbye (self->broker))
    sim_check_fail (self->check, "L1", "closed without a DISCONNECT");
}

const char *
sim_world_run_all (SimWorld *self)
{
  guint64 n_asked = sim_time_count_asked ();

  sim_app_start (self->app);
  sim_world_pump (self);
  sim_world_run (self, self->options->duration, NULL);
  if (self->check->violation == NULL)
    sim_world_heal (self);
  sim_world_reckon (self);
  if (sim_time_count_asked () != n_asked)
    sim_check_fail (self->check, "I13", "the engine goes by a clock of its own");

  return self->check->violation;
}
