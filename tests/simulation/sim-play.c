/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-world.h"

/* A script, played. What waits for its occasion is taken by whoever has one. */

static gboolean
is_planned (const SimAction *action)
{
  return action->nth == 0 && !sim_script_is_occasion (action->verb);
}

static void
play (SimWorld *self,
      const SimAction *action)
{
  if (action->verb == SIM_VERB_FEED || action->verb == SIM_VERB_RESTART
      || action->verb == SIM_VERB_HOSTILE || action->verb == SIM_VERB_DISCONNECT)
    {
      sim_broker_play (self->broker, action);
    }
  else if (action->verb == SIM_VERB_CUT || action->verb == SIM_VERB_STALL
           || action->verb == SIM_VERB_BLACKHOLE)
    {
      sim_net_play (self->net, action);
    }
  else if (!sim_world_is_frozen (self))
    {
      if (action->verb == SIM_VERB_FREEZE)
        {
          sim_world_freeze (self, action->numbers[0]);
          return;
        }
      sim_app_play (self->app, action);
      self->play_pumps = TRUE;
    }
}

/* What is asked for in one go is followed by one turn of the loop. */
static void
play_cb (gpointer data,
         guint64 index)
{
  SimWorld *self = data;
  GPtrArray *actions = self->script->actions;
  const SimAction *action = g_ptr_array_index (actions, index);

  if (self->healed)
    return;

  play (self, action);
  for (index++; index < actions->len; index++)
    {
      const SimAction *next = g_ptr_array_index (actions, index);

      /* Nobody opens and does something else before the engine has had its turn. */
      if (next->at > action->at || action->verb == SIM_VERB_OPEN)
        break;
      if (is_planned (next))
        return;
    }
  if (self->play_pumps)
    sim_world_pump (self);
  self->play_pumps = FALSE;
}

void
sim_world_play (SimWorld *self)
{
  GPtrArray *actions = self->script->actions;

  for (guint i = 0; i < actions->len; i++)
    {
      const SimAction *action = g_ptr_array_index (actions, i);

      if (is_planned (action))
        sim_clock_add_first (self->clock, action->at, play_cb, self, i);
    }
}
