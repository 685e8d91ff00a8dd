/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-session.h"

#include <string.h>

static void
sub_free (gpointer data)
{
  SimSub *sub = data;

  g_free (sub->filter);
  g_free (sub);
}

static void
out_free (gpointer data)
{
  SimOut *out = data;

  g_free (out->topic);
  g_free (out);
}

static void
held_free (gpointer data)
{
  SimHeld *held = data;

  g_free (held->payload);
  g_free (held);
}

SimSession *
sim_session_new (const char *client_id,
                 gsize len,
                 gboolean clean)
{
  SimSession *self = g_new0 (SimSession, 1);

  self->client_id = g_strndup (client_id, len);
  self->clean = clean;
  self->expiry = self->ends_at = -1;
  self->subs = g_ptr_array_new_with_free_func (sub_free);
  self->outs = g_ptr_array_new_with_free_func (out_free);
  self->held = g_ptr_array_new_with_free_func (held_free);

  return self;
}

SimSession *
sim_session_copy (const SimSession *self)
{
  SimSession *copy = sim_session_new (self->client_id, strlen (self->client_id), self->clean);

  copy->spoken = self->spoken;
  copy->expiry = self->expiry;
  copy->last_id = self->last_id;
  for (guint i = 0; i < self->subs->len; i++)
    {
      const SimSub *sub = g_ptr_array_index (self->subs, i);

      sim_session_subscribe (copy, sub->filter, sub->qos, sub->asked);
    }
  for (guint i = 0; i < self->outs->len; i++)
    {
      SimOut *out = g_memdup2 (g_ptr_array_index (self->outs, i), sizeof (SimOut));

      out->topic = g_strdup (out->topic);
      g_ptr_array_add (copy->outs, out);
    }
  for (guint i = 0; i < self->held->len; i++)
    {
      SimHeld *held = g_memdup2 (g_ptr_array_index (self->held, i), sizeof (SimHeld));

      held->payload = g_memdup2 (held->payload, held->payload_len);
      g_ptr_array_add (copy->held, held);
    }

  return copy;
}

void
sim_session_free (SimSession *self)
{
  g_ptr_array_unref (self->subs);
  g_ptr_array_unref (self->outs);
  g_ptr_array_unref (self->held);
  g_free (self->client_id);
  g_free (self);
}

/* Section 3.8.4: an identical filter replaces the subscription. */
void
sim_session_subscribe (SimSession *self,
                       const char *filter,
                       guint qos,
                       guint asked)
{
  SimSub *sub;

  for (guint i = 0; i < self->subs->len; i++)
    {
      sub = g_ptr_array_index (self->subs, i);
      if (g_str_equal (sub->filter, filter))
        {
          sub->qos = qos;
          sub->asked = asked;
          return;
        }
    }

  sub = g_new0 (SimSub, 1);
  sub->filter = g_strdup (filter);
  sub->qos = qos;
  sub->asked = asked;
  g_ptr_array_add (self->subs, sub);
}

void
sim_session_unsubscribe (SimSession *self,
                         const char *filter)
{
  for (guint i = 0; i < self->subs->len; i++)
    {
      SimSub *sub = g_ptr_array_index (self->subs, i);

      if (g_str_equal (sub->filter, filter))
        {
          g_ptr_array_remove_index (self->subs, i);
          return;
        }
    }
}

int
sim_session_match (SimSession *self,
                   const char *topic)
{
  int qos = -1;

  for (guint i = 0; i < self->subs->len; i++)
    {
      SimSub *sub = g_ptr_array_index (self->subs, i);

      if (sim_wire_filter_matches (sub->filter, topic))
        qos = MAX (qos, (int) sub->qos);
    }

  return qos;
}

int
sim_session_find_sub (SimSession *self,
                      const char *filter)
{
  for (guint i = 0; i < self->subs->len; i++)
    {
      SimSub *sub = g_ptr_array_index (self->subs, i);

      if (g_str_equal (sub->filter, filter))
        return (int) sub->asked;
    }

  return -1;
}

SimOut *
sim_session_find_out (SimSession *self,
                      guint id)
{
  for (guint i = 0; i < self->outs->len; i++)
    {
      SimOut *out = g_ptr_array_index (self->outs, i);

      if (out->id == id && out->state != SIM_OUT_QUEUED)
        return out;
    }

  return NULL;
}

/* Few identifiers, so that they come round again soon. */
guint
sim_session_new_id (SimSession *self)
{
  do
    self->last_id = self->last_id % 300 + 1;
  while (sim_session_find_out (self, self->last_id) != NULL);

  return self->last_id;
}

SimHeld *
sim_session_find_held (SimSession *self,
                       guint id)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      SimHeld *held = g_ptr_array_index (self->held, i);

      if (held->id == id)
        return held;
    }

  return NULL;
}
