/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-shrink.h"

#include <string.h>

void
sim_result_clear (SimResult *self)
{
  g_clear_pointer (&self->violation, g_free);
}

static void
finish (SimWorld *world,
        SimResult *result)
{
  result->violation = g_strdup (sim_world_run_all (world));
  result->hash = world->trace.hash;
  result->faults = world->faults;
  sim_world_free (world);
}

void
sim_run_seed (guint64 seed,
              SimScript *script,
              gboolean verbose,
              SimResult *result)
{
  SimOptions options;

  sim_options_init_from_seed (&options, seed);
  if (script != NULL)
    finish (sim_world_new_with_script (&options, script, FALSE, verbose), result);
  else
    finish (sim_world_new (&options, verbose), result);
  sim_options_clear (&options);
}

/* Checks that look at what may happen at all are to see what does happen. */
void
sim_run_script (const SimOptions *options,
                SimScript *script,
                gboolean verbose,
                SimResult *result)
{
  SimOptions derived = *options; /* shares its pointers */

  derived.refuses
      = sim_script_has (script, SIM_VERB_REFUSE) || sim_script_has (script, SIM_VERB_REFER);
  derived.freezes = sim_script_has (script, SIM_VERB_FREEZE);
  finish (sim_world_new_with_script (&derived, script, TRUE, verbose), result);
}

SimScript *
sim_script_of_seed (guint64 seed,
                    SimOptions *options,
                    SimResult *result)
{
  SimScript *script = sim_script_new ();

  script->recording = TRUE;
  sim_run_seed (seed, script, FALSE, result);
  sim_options_init_from_seed (options, seed);
  sim_options_quieten (options);

  return script;
}

/* --- Shrinking --- */

typedef struct
{
  SimScript *script;
  SimOptions *options;
  char *invariant; /* (owned): "I5:" */
  guint n_runs;
} Shrink;

static gboolean
still_fails (Shrink *self)
{
  SimResult result;
  gboolean fails;

  self->n_runs++;
  if (g_str_equal (self->invariant, SIM_CRASH))
    {
      g_autofree char *crash = sim_script_crashes (self->options, self->script);

      return crash != NULL;
    }
  sim_run_script (self->options, self->script, FALSE, &result);
  fails = result.violation != NULL && g_str_has_prefix (result.violation, self->invariant);
  sim_result_clear (&result);

  return fails;
}

static GPtrArray *
copy_actions (GPtrArray *actions)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_action_free);

  for (guint i = 0; i < actions->len; i++)
    g_ptr_array_add (copy, sim_action_copy (g_ptr_array_index (actions, i)));

  return copy;
}

/* Keeps @changed, (transfer full), if the script fails with it. */
static gboolean
try_actions (Shrink *self,
             GPtrArray *changed)
{
  GPtrArray *kept = self->script->actions;

  self->script->actions = changed;
  if (still_fails (self))
    {
      g_ptr_array_unref (kept);
      return TRUE;
    }
  self->script->actions = kept;
  g_ptr_array_unref (changed);

  return FALSE;
}

static gboolean
try_without (Shrink *self,
             guint first,
             guint n)
{
  GPtrArray *changed = copy_actions (self->script->actions);

  g_ptr_array_remove_range (changed, first, MIN (n, changed->len - first));

  return try_actions (self, changed);
}

/* Ever smaller pieces are left out, until not one action can be. */
static gboolean
drop_actions (Shrink *self)
{
  guint before = self->script->actions->len;

  for (guint n = MAX (before, 1u); n >= 1; n /= 2)
    for (guint at = 0; at < self->script->actions->len;)
      if (!try_without (self, at, n))
        at += n;

  return self->script->actions->len < before;
}

static gboolean
plain_options (Shrink *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < sim_options_count (); i++)
    {
      SimOptions kept = *self->options; /* no option that is changed is a pointer */

      if (!sim_options_simplify (self->options, i))
        continue;
      if (still_fails (self))
        any = TRUE;
      else
        *self->options = kept;
    }

  return any;
}

/* Whole seconds read better than microseconds. */
static void
round_times (Shrink *self)
{
  static const gint64 units[] = { SIM_SECOND, SIM_SECOND / 10, SIM_SECOND / 100, SIM_MILLISECOND };

  for (guint i = 0; i < self->script->actions->len; i++)
    for (guint u = 0; u < G_N_ELEMENTS (units); u++)
      {
        GPtrArray *changed = copy_actions (self->script->actions);
        SimAction *action = g_ptr_array_index (changed, i);
        gint64 from = i > 0 ? ((SimAction *) g_ptr_array_index (changed, i - 1))->at : 1;
        gint64 to = i + 1 < changed->len ? ((SimAction *) g_ptr_array_index (changed, i + 1))->at
                                         : G_MAXINT64;
        gint64 rounded = (action->at + units[u] / 2) / units[u] * units[u];

        if (action->at % units[u] == 0 || rounded < from || rounded > to)
          {
            g_ptr_array_unref (changed);
            continue;
          }
        action->at = rounded;
        if (try_actions (self, changed))
          break;
      }
}

/* Numbers go to 0 where that does, or else to their half. */
static void
lower_numbers (Shrink *self)
{
  for (guint i = 0; i < self->script->actions->len; i++)
    for (guint n = 0; n < SIM_MAX_NUMBERS; n++)
      for (guint divisor = 0; divisor < 3; divisor += 2)
        {
          GPtrArray *changed = copy_actions (self->script->actions);
          gint64 *number = &((SimAction *) g_ptr_array_index (changed, i))->numbers[n];
          gint64 lowered = divisor == 0 ? 0 : *number / divisor;

          if (*number == lowered)
            {
              g_ptr_array_unref (changed);
              break;
            }
          *number = lowered;
          if (try_actions (self, changed))
            break;
        }
}

guint
sim_shrink (SimScript *script,
            SimOptions *options,
            const char *violation)
{
  Shrink self = {
    .script = script,
    .options = options,
    .invariant = g_strndup (violation, strcspn (violation, ":") + 1),
  };
  guint rounds = 0;

  if (still_fails (&self))
    {
      while ((drop_actions (&self) | plain_options (&self)) && ++rounds < 10)
        ;
      round_times (&self);
      lower_numbers (&self);
      drop_actions (&self);
    }
  g_free (self.invariant);

  return self.n_runs;
}
