/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

/* What the program does with what it is told. */

void
sim_app_handed_free (gpointer data)
{
  Handed *handed = data;

  mqttc_message_unref (handed->message);
  g_free (handed);
}

static void
deliver (SimApp *self,
         Handed *handed)
{
  SimWorld *world = self->world;
  SimCheck *check = world->check;

  for (guint i = 0; i < self->handed->len; i++)
    {
      Handed *other = g_ptr_array_index (self->handed, i);

      if (other == handed)
        break;
      if (!other->done)
        {
          sim_fault (&world->faults, SIM_FAULT_OUT_OF_ORDER);
          break;
        }
    }
  if (check->link == NULL || check->link->serial != handed->serial)
    sim_fault (&world->faults, SIM_FAULT_STALE_TOKEN);

  handed->done = TRUE;
  sim_trace (&world->trace, "message %u handled", handed->uid);
  sim_check_delivered (check, handed->uid);
  mqttc_engine_delivered (world->engine, handed->token, sim_app_now (self));
}

static void
deliver_cb (gpointer data,
            guint64 index)
{
  SimApp *self = data;
  Handed *handed = g_ptr_array_index (self->handed, index);

  if (handed->done)
    return;
  if (sim_world_is_frozen (self->world))
    {
      sim_clock_add (self->world->clock, SIM_SECOND, deliver_cb, self, index);
      return;
    }

  deliver (self, handed);
  sim_world_pump (self->world);
}

static void
take_message (SimApp *self,
              const MqttcEngineEvent *event)
{
  SimWorld *world = self->world;
  gint64 delay = self->healed ? 0 : world->options->delivery_delay;
  Handed *handed = g_new0 (Handed, 1);
  const guint8 *payload;
  gint64 when;
  gsize len;

  payload = mqttc_message_peek_payload (event->message, &len);
  handed->token = event->token;
  handed->message = mqttc_message_ref (event->message);
  handed->uid = sim_payload_get_uid (payload, len);
  handed->serial = world->check->link != NULL ? world->check->link->serial : 0;
  g_ptr_array_add (self->handed, handed);

  sim_app_plan_ack (self, self->handed->len - 1);
  sim_app_ack_early (self, handed);

  if (delay == 0 && self->last_delivery <= sim_app_now (self))
    {
      deliver (self, handed);
      return;
    }

  when = sim_app_now (self) + sim_random_range (&self->random, 0, delay);
  if (!sim_random_percent (&self->random, world->options->out_of_order_percent))
    when = self->last_delivery = MAX (when, self->last_delivery);
  sim_clock_add (world->clock, when - sim_app_now (self), deliver_cb, self, self->handed->len - 1);
}

/* Counts events within a moment, so that a script can tell them apart. */
static void
begin_handling (SimApp *self)
{
  if (self->handled_at != sim_app_now (self))
    self->n_handled = 0;
  self->handled_at = sim_app_now (self);
  self->handling = ++self->n_handled;
}

/* From within the handler of an event. */
static void
act_again (SimApp *self)
{
  SimWorld *world = self->world;
  const SimAction *action;

  while (world->script->playing
         && (action = sim_script_take_nested (world->script, self->handling)) != NULL)
    {
      sim_fault (&world->faults, SIM_FAULT_REENTRANT);
      sim_app_play (self, action);
    }

  if (sim_random_percent (&self->choice, world->options->reentrant_percent))
    {
      sim_fault (&world->faults, SIM_FAULT_REENTRANT);
      if (world->options->close_interval > 0 && sim_random_percent (&self->choice, 2))
        sim_app_close_somehow (self);
      else
        sim_app_act (self);
    }
}

void
sim_app_event (SimApp *self,
               const MqttcEngineEvent *event)
{
  SimWorld *world = self->world;

  if (world->check->violation != NULL)
    return;

  begin_handling (self);
  if (event->type == MQTTC_ENGINE_EVENT_MESSAGE)
    take_message (self, event);
  else if (event->type == MQTTC_ENGINE_EVENT_CREDENTIALS)
    sim_app_give_credentials (self, event->token);
  else if (event->type == MQTTC_ENGINE_EVENT_AUTHENTICATE)
    sim_app_authenticate (self, event);
  else if (event->type == MQTTC_ENGINE_EVENT_STATE && event->state == MQTTC_CONNECTION_STATE_CLOSED
           && !self->finished && (self->healed || !world->script->playing))
    sim_app_plan_reopen (self,
                         self->healed ? 0 : sim_random_range (&self->choice, 0, 3 * SIM_SECOND));

  if (!self->healed)
    act_again (self);
  self->handling = 0;
}

void
sim_app_heal (SimApp *self)
{
  gint64 now = sim_app_now (self);

  self->healed = TRUE;
  /* From here on a seed and its script are the same again. */
  sim_random_init (&self->choice, self->world->options->seed, "app-healed");
  self->last_delivery = now;
  for (guint i = 0; i < self->handed->len; i++)
    {
      Handed *handed = g_ptr_array_index (self->handed, i);

      if (!handed->done)
        sim_clock_add (self->world->clock, 0, deliver_cb, self, i);
    }
  sim_app_ack_all (self);
  if (mqttc_engine_get_state (self->world->engine) == MQTTC_CONNECTION_STATE_CLOSED)
    {
      self->opening = FALSE;
      sim_app_plan_reopen (self, 0);
    }
}
