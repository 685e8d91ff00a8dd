/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

#include "mqttc-error.h"

/* A program that acknowledges by itself: late, in any order, twice, too late, or never. */

typedef enum
{
  ACK_ANY,
  ACK_TAKEN,
  ACK_STALE,
} Answer;

/* What mqttc_engine_acknowledge() has to say; ACK_ANY where the program cannot know. */
static Answer
get_answer (SimApp *self,
            const Handed *handed)
{
  SimCheck *check = self->world->check;
  const SimInbound *inbound = sim_check_get_inbound (check, handed->uid);
  guint serial = check->link != NULL ? check->link->serial : 0;
  MqttcConnectionState state = mqttc_engine_get_state (self->world->engine);

  if (inbound->qos == 0)
    return ACK_TAKEN;
  if (handed->acked)
    return ACK_STALE;
  /* A liar may have sent another one under the same identifier. */
  if (check->lied_to)
    return ACK_ANY;
  if (inbound->qos == 1 && (serial == 0 || serial != handed->serial))
    return ACK_STALE;
  /* The engine may have closed the link just now. */
  if (inbound->qos == 1 && state != MQTTC_CONNECTION_STATE_CONNECTED)
    return ACK_ANY;
  if (inbound->qos == 1)
    return inbound->n_fed == 1 && inbound->fed_on == serial ? ACK_TAKEN : ACK_ANY;
  if (inbound->last_session != check->n_sessions)
    return ACK_STALE;
  if (sim_check_may_have_expired (check))
    return ACK_ANY;

  return inbound->may_come || inbound->first_session != inbound->last_session ? ACK_ANY : ACK_TAKEN;
}

static void
note_kind (SimApp *self,
           const Handed *handed,
           Answer answer)
{
  SimFaults *faults = &self->world->faults;

  sim_fault (faults, SIM_FAULT_MANUAL_ACK);
  if (handed->acked)
    sim_fault (faults, SIM_FAULT_ACK_TWICE);
  else if (answer == ACK_STALE)
    sim_fault (faults, SIM_FAULT_ACK_STALE);
  else if (!handed->done)
    sim_fault (faults, SIM_FAULT_ACK_EARLY);

  for (guint i = 0; i < self->handed->len; i++)
    {
      const Handed *other = g_ptr_array_index (self->handed, i);

      if (other == handed)
        return;
      if (!other->acked && other->serial == handed->serial)
        {
          sim_fault (faults, SIM_FAULT_ACK_OUT_OF_ORDER);
          return;
        }
    }
}

static void
acknowledge (SimApp *self,
             Handed *handed)
{
  SimWorld *world = self->world;
  Answer answer = get_answer (self, handed);
  g_autoptr (GError) error = NULL;
  gboolean taken;

  note_kind (self, handed, answer);
  taken = mqttc_engine_acknowledge (world->engine, handed->message, sim_app_now (self), &error);
  sim_trace (&world->trace, "message %u acknowledged: %s", handed->uid,
             taken ? "taken" : error->message);

  if (!taken && !g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_STALE_ACK))
    sim_check_fail (world->check, "I14", "the acknowledgement of message %u is refused: %s",
                    handed->uid, error->message);
  if (taken && answer == ACK_STALE)
    sim_check_fail (world->check, "I14", "the acknowledgement of message %u is stale, and taken",
                    handed->uid);
  if (!taken && answer == ACK_TAKEN)
    sim_check_fail (world->check, "I14", "the acknowledgement of message %u is refused as stale",
                    handed->uid);
  if (taken)
    sim_check_acknowledged (world->check, handed->uid);
  handed->acked = TRUE;
}

static void
ack_cb (gpointer data,
        guint64 index)
{
  SimApp *self = data;
  Handed *handed = g_ptr_array_index (self->handed, index);

  if (self->healed && handed->acked)
    return;
  if (sim_world_is_frozen (self->world))
    {
      sim_clock_add (self->world->clock, SIM_SECOND, ack_cb, self, index);
      return;
    }

  acknowledge (self, handed);
  sim_world_pump (self->world);
}

void
sim_app_plan_ack (SimApp *self,
                  guint index)
{
  const SimOptions *options = self->world->options;
  Handed *handed = g_ptr_array_index (self->handed, index);
  gint64 delay = self->healed ? 0 : options->ack_delay;

  if (!options->engine.manual_acks)
    return;

  handed->never = !self->healed && sim_random_percent (&self->random, options->ack_never_percent);
  if (handed->never)
    {
      sim_fault (&self->world->faults, SIM_FAULT_ACK_NEVER);
      return;
    }

  sim_clock_add (self->world->clock, sim_random_range (&self->random, 0, delay), ack_cb, self,
                 index);
  if (!self->healed && sim_random_percent (&self->random, options->ack_twice_percent))
    sim_clock_add (self->world->clock, sim_random_range (&self->random, 0, 3 * delay), ack_cb, self,
                   index);
}

void
sim_app_ack_early (SimApp *self,
                   Handed *handed)
{
  const SimOptions *options = self->world->options;

  if (options->engine.manual_acks && !self->healed
      && sim_random_percent (&self->random, options->ack_twice_percent))
    acknowledge (self, handed);
}

void
sim_app_ack_all (SimApp *self)
{
  for (guint i = 0; self->world->options->engine.manual_acks && i < self->handed->len; i++)
    {
      Handed *handed = g_ptr_array_index (self->handed, i);

      if (!handed->acked)
        sim_clock_add (self->world->clock, 0, ack_cb, self, i);
    }
}
