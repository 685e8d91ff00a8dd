/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-script.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *numbers;
  gboolean has_text;
} Verb;

static const Verb verbs[] = {
#define VERB(name, text, numbers, has_text) { text, numbers, has_text },
  SIM_VERBS (VERB)
#undef VERB
};

SimAction *
sim_action_copy (const SimAction *action)
{
  SimAction *copy = g_memdup2 (action, sizeof (SimAction));

  copy->text = g_strdup (action->text);

  return copy;
}

void
sim_action_free (SimAction *action)
{
  g_free (action->text);
  g_free (action);
}

SimScript *
sim_script_new (void)
{
  SimScript *self = g_new0 (SimScript, 1);

  self->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_action_free);

  return self;
}

void
sim_script_free (SimScript *self)
{
  g_ptr_array_unref (self->actions);
  g_free (self);
}

void
sim_script_start (SimScript *self,
                  SimClock *clock,
                  gboolean playing)
{
  self->clock = clock;
  self->start = sim_clock_now (clock);
  self->playing = playing;
  self->next_nested = 0;
  memset (self->next, 0, sizeof (self->next));
  memset (self->last_occasion, 0xff, sizeof (self->last_occasion));
}

static gint64
get_time (const SimScript *self)
{
  return sim_clock_now (self->clock) - self->start;
}

static void
mirror (SimScript *self,
        const SimAction *action)
{
  g_autoptr (GString) line = NULL;

  if (self->mirror == NULL)
    return;
  line = g_string_new (NULL);
  sim_script_append_action (action, line);
  fputs (line->str, self->mirror);
  fflush (self->mirror);
}

SimAction *
sim_script_note (SimScript *self,
                 SimVerb verb,
                 guint nth,
                 gint64 a,
                 gint64 b,
                 gint64 c)
{
  SimAction *action;

  if (!self->recording || self->playing)
    return NULL;

  action = g_new0 (SimAction, 1);
  *action = (SimAction){ .at = get_time (self), .verb = verb, .nth = nth, .numbers = { a, b, c } };
  g_ptr_array_add (self->actions, action);
  if (!verbs[verb].has_text)
    mirror (self, action);

  return action;
}

void
sim_script_note_text (SimScript *self,
                      SimVerb verb,
                      guint nth,
                      gint64 a,
                      gint64 b,
                      const char *text)
{
  SimAction *action = sim_script_note (self, verb, nth, a, b, 0);

  if (action == NULL)
    return;
  action->text = g_strdup (text);
  mirror (self, action);
}

gboolean
sim_script_is_occasion (SimVerb verb)
{
  return verb >= SIM_VERB_DIAL_HANGS;
}

gboolean
sim_script_has (const SimScript *self,
                SimVerb verb)
{
  for (guint i = 0; i < self->actions->len; i++)
    if (((SimAction *) g_ptr_array_index (self->actions, i))->verb == verb)
      return TRUE;

  return FALSE;
}

/* Which of this moment it is. */
static guint
count_occasion (SimScript *self,
                SimVerb verb)
{
  gint64 now = get_time (self);

  if (self->last_occasion[verb] != now)
    self->n_occasions[verb] = 0;
  self->last_occasion[verb] = now;

  return ++self->n_occasions[verb];
}

/* (nullable): no such action is due. */
static const SimAction *
take_occasion (SimScript *self,
               SimVerb verb,
               guint nth)
{
  gint64 now = get_time (self);

  for (; self->next[verb] < self->actions->len; self->next[verb]++)
    {
      const SimAction *action = g_ptr_array_index (self->actions, self->next[verb]);

      if (action->verb != verb)
        continue;
      if (action->at > now || (action->at == now && action->nth > nth))
        return NULL;
      self->next[verb]++;
      return action;
    }

  return NULL;
}

gboolean
sim_script_happens (SimScript *self,
                    SimVerb verb,
                    SimRandom *choice,
                    guint percent,
                    gint64 *number)
{
  guint nth = count_occasion (self, verb);
  const SimAction *action;

  if (!self->playing)
    {
      if (!sim_random_percent (choice, percent))
        return FALSE;
      sim_script_note (self, verb, nth, number != NULL ? *number : 0, 0, 0);
      return TRUE;
    }

  action = take_occasion (self, verb, nth);
  if (action != NULL && number != NULL)
    *number = action->numbers[0];

  return action != NULL;
}

const SimAction *
sim_script_take_nested (SimScript *self,
                        guint nth)
{
  for (; self->next_nested < self->actions->len; self->next_nested++)
    {
      const SimAction *action = g_ptr_array_index (self->actions, self->next_nested);
      gint64 now = get_time (self);

      if (action->nth == 0 || sim_script_is_occasion (action->verb))
        continue;
      if (action->at > now || (action->at == now && action->nth > nth))
        return NULL;
      self->next_nested++;
      return action;
    }

  return NULL;
}

/* --- As text --- */

void
sim_script_append_action (const SimAction *action,
                          GString *out)
{
  const Verb *verb = &verbs[action->verb];
  g_auto (GStrv) names = g_strsplit (verb->numbers, " ", -1);

  g_string_append_printf (out, "%4d.%06d  %s", (int) (action->at / SIM_SECOND),
                          (int) (action->at % SIM_SECOND), verb->name);
  if (action->nth > (sim_script_is_occasion (action->verb) ? 1 : 0))
    g_string_append_printf (out, " nth=%u", action->nth);
  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (out, " %s=%" G_GINT64_FORMAT, names[i], action->numbers[i]);
  if (verb->has_text)
    g_string_append_printf (out, " %s", action->text);
  g_string_append_c (out, '\n');
}

static gboolean
fail (GError **error,
      const char *what,
      const char *line)
{
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s in the line \"%s\"", what, line);

  return FALSE;
}

static gboolean
parse_number (SimAction *action,
              const char *word)
{
  g_auto (GStrv) names = g_strsplit (verbs[action->verb].numbers, " ", -1);
  g_auto (GStrv) parts = g_strsplit (word, "=", 2);
  gint64 number;

  if (parts[0] == NULL || parts[1] == NULL
      || !g_ascii_string_to_signed (parts[1], 10, G_MININT64, G_MAXINT64, &number, NULL))
    return FALSE;
  if (g_str_equal (parts[0], "nth"))
    {
      action->nth = (guint) number;
      return TRUE;
    }

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], parts[0]))
      {
        action->numbers[i] = number;
        return TRUE;
      }

  return FALSE;
}

gboolean
sim_script_parse_action (SimScript *self,
                         const char *line,
                         GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (line, " ", -1);
  SimAction action = { .verb = SIM_N_VERBS };
  char *end = NULL;

  for (guint i = 0, n = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (n == 0)
        {
          action.at = (gint64) (g_ascii_strtod (words[i], &end) * SIM_SECOND + 0.5);
          if (*end != '\0')
            return fail (error, "No time", line);
        }
      else if (n == 1)
        {
          for (guint verb = 0; verb < SIM_N_VERBS; verb++)
            if (g_str_equal (verbs[verb].name, words[i]))
              action.verb = (SimVerb) verb;
          if (action.verb == SIM_N_VERBS)
            return fail (error, "Unknown action", line);
        }
      else if (strchr (words[i], '=') == NULL && verbs[action.verb].has_text && action.text == NULL)
        action.text = words[i];
      else if (!parse_number (&action, words[i]))
        return fail (error, "Unknown number", line);
      n++;
    }

  if (action.verb == SIM_N_VERBS || verbs[action.verb].has_text != (action.text != NULL))
    return fail (error, "Something is missing", line);
  g_ptr_array_add (self->actions, sim_action_copy (&action));

  return TRUE;
}

char *
sim_script_to_string (const SimScript *self,
                      const SimOptions *options)
{
  GString *out = g_string_new (NULL);

  sim_options_append (options, out);
  for (guint i = 0; i < self->actions->len; i++)
    sim_script_append_action (g_ptr_array_index (self->actions, i), out);

  return g_string_free (out, FALSE);
}

SimScript *
sim_script_load (const char *path,
                 SimOptions *options,
                 GError **error)
{
  g_autoptr (SimScript) self = sim_script_new ();
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  gint64 last = 0;

  sim_options_init (options);
  if (!g_file_get_contents (path, &contents, NULL, error))
    return NULL;

  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      const SimAction *action;

      if (*line == '\0' || *line == '#')
        continue;
      if (g_str_has_prefix (line, "option "))
        {
          if (!sim_options_parse (options, line + strlen ("option "), error))
            return NULL;
          continue;
        }
      if (!sim_script_parse_action (self, line, error))
        return NULL;
      action = g_ptr_array_index (self->actions, self->actions->len - 1);
      if (action->at < last)
        {
          fail (error, "Time goes back", line);
          return NULL;
        }
      last = action->at;
    }

  return g_steal_pointer (&self);
}
