/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-answer-private.h"
#include "loop/mqttc-event-loop-private.h"
#include "values/mqttc-secret-private.h"

struct _MqttcAnswer /* in a g_atomic_rc_box */
{
  GMainContext *context; /* (owned) (nullable): nobody's */
  MqttcAnswerFunc func;
  gpointer user_data; /* (unowned) */

  GMutex lock;
  gboolean is_given;     /* guarded by the lock; what follows is not changed after */
  gboolean is_cancelled; /* guarded by the lock */
  GSource *source;       /* (owned) (nullable): guarded by the lock; it holds a reference */
  char *user_name;       /* (nullable) */
  GBytes *data;          /* (nullable) */
  GError *error;         /* (nullable) */
};

MqttcAnswer *
mqttc_answer_new_for_nobody (void)
{
  MqttcAnswer *self = g_atomic_rc_box_new0 (MqttcAnswer);

  g_mutex_init (&self->lock);
  self->is_cancelled = TRUE;

  return self;
}

MqttcAnswer *
mqttc_answer_new (GMainContext *context,
                  MqttcAnswerFunc func,
                  gpointer user_data)
{
  MqttcAnswer *self = mqttc_answer_new_for_nobody ();

  self->is_cancelled = FALSE;
  self->context = g_main_context_ref (context);
  self->func = func;
  self->user_data = user_data;

  return self;
}

MqttcAnswer *
mqttc_answer_ref (MqttcAnswer *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
answer_clear (gpointer data)
{
  MqttcAnswer *self = data;

  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);
  g_free (self->user_name);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_clear_error (&self->error);
}

void
mqttc_answer_unref (MqttcAnswer *self)
{
  g_atomic_rc_box_release_full (self, answer_clear);
}

void
mqttc_answer_cancel (MqttcAnswer *self)
{
  g_autoptr (GSource) source = NULL;

  g_mutex_lock (&self->lock);
  self->is_cancelled = TRUE;
  source = g_steal_pointer (&self->source);
  g_mutex_unlock (&self->lock);

  /* A context that is not iterated any more would be kept by it for ever. */
  if (source != NULL)
    g_source_destroy (source);
}

static gboolean
tell_cb (gpointer user_data)
{
  MqttcAnswer *self = user_data;
  g_autoptr (GSource) source = NULL;
  gboolean is_cancelled;

  g_mutex_lock (&self->lock);
  is_cancelled = self->is_cancelled;
  source = g_steal_pointer (&self->source);
  g_mutex_unlock (&self->lock);

  if (!is_cancelled)
    self->func (self, self->user_data);

  return G_SOURCE_REMOVE;
}

/* With the lock held. Even in the thread of the context it is told later: whoever asked may still be in
 * the call that asks. */
static void
tell_later (MqttcAnswer *self)
{
  self->source = g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->source, tell_cb, mqttc_answer_ref (self),
                         (GDestroyNotify) mqttc_answer_unref);
  mqttc_loop_attach (self->source, self->context, "[mqttc] answer");
}

gboolean
mqttc_answer_give (MqttcAnswer *self,
                   const char *user_name,
                   GBytes *data,
                   GError *error)
{
  gboolean is_first;

  g_mutex_lock (&self->lock);
  is_first = !self->is_given;
  self->is_given = TRUE;
  if (is_first && !self->is_cancelled)
    {
      self->user_name = g_strdup (user_name);
      self->data = mqttc_secret_copy (data);
      self->error = g_steal_pointer (&error);
      tell_later (self);
    }
  g_mutex_unlock (&self->lock);

  g_clear_error (&error);

  return is_first;
}

const GError *
mqttc_answer_get_error (MqttcAnswer *self)
{
  return self->error;
}

GBytes *
mqttc_answer_get_bytes (MqttcAnswer *self)
{
  return self->data;
}

const char *
mqttc_answer_get_user_name (MqttcAnswer *self)
{
  return self->user_name;
}
