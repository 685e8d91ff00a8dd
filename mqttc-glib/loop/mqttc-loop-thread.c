/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-loop-thread-private.h"

typedef enum
{
  RUNNING,
  STOPPING, /* asked to leave the context */
  STOPPED,  /* has left it, and waits */
  ENDING,   /* iterates it again, for the calls that are left */
} Phase;

struct _MqttcLoopThread /* in a g_atomic_rc_box: the thread has one reference, its owner another */
{
  GMainContext *context; /* (owned) */
  GMutex mutex;
  GCond changed;
  Phase phase;   /* guarded by mutex */
  guint n_calls; /* whoever has the context */
};

static Phase
get_phase (MqttcLoopThread *self)
{
  Phase phase;

  g_mutex_lock (&self->mutex);
  phase = self->phase;
  g_mutex_unlock (&self->mutex);

  return phase;
}

static void
set_phase (MqttcLoopThread *self,
           Phase phase)
{
  g_mutex_lock (&self->mutex);
  self->phase = phase;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

static void
wait_for_phase (MqttcLoopThread *self,
                Phase phase)
{
  g_mutex_lock (&self->mutex);
  while (self->phase != phase)
    g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
thread_clear (gpointer data)
{
  MqttcLoopThread *self = data;

  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
}

static gpointer
run (gpointer data)
{
  MqttcLoopThread *self = data;

  g_main_context_push_thread_default (self->context);
  while (get_phase (self) == RUNNING)
    g_main_context_iteration (self->context, TRUE);

  set_phase (self, STOPPED);
  wait_for_phase (self, ENDING);

  while (self->n_calls > 0)
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);

  g_atomic_rc_box_release_full (self, thread_clear);

  return NULL;
}

MqttcLoopThread *
mqttc_loop_thread_new (GMainContext *context)
{
  MqttcLoopThread *self = g_atomic_rc_box_new0 (MqttcLoopThread);

  self->context = g_main_context_ref (context);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);

  return self;
}

void
mqttc_loop_thread_start (MqttcLoopThread *self)
{
  g_thread_unref (g_thread_new ("mqttc-io", run, g_atomic_rc_box_acquire (self)));
}

void
mqttc_loop_thread_stop (MqttcLoopThread *self)
{
  set_phase (self, STOPPING);
  g_main_context_wakeup (self->context);
  wait_for_phase (self, STOPPED);
}

void
mqttc_loop_thread_free (MqttcLoopThread *self)
{
  set_phase (self, ENDING);
  g_atomic_rc_box_release_full (self, thread_clear);
}

MqttcLoopThread *
mqttc_loop_thread_begin_call (MqttcLoopThread *self)
{
  self->n_calls++;

  return g_atomic_rc_box_acquire (self);
}

void
mqttc_loop_thread_end_call (MqttcLoopThread *self)
{
  self->n_calls--;
  g_atomic_rc_box_release_full (self, thread_clear);
}
