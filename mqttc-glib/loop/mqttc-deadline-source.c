/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-deadline-source-private.h"
#include "loop/mqttc-loop-private.h"

typedef struct
{
  GSource parent;
  MqttcEventLoop *loop; /* (owned) */
  MqttcLoopTimer timer;
  gint64 deadline;
} DeadlineSource;

static gboolean
prepare (GSource *source,
         int *timeout)
{
  DeadlineSource *self = (DeadlineSource *) source;

  *timeout = -1;
  return mqttc_loop_timer_is_due (&self->timer, self->deadline, &self->loop->clock);
}

static gboolean
check (GSource *source)
{
  DeadlineSource *self = (DeadlineSource *) source;

  return mqttc_loop_timer_has_fired (&self->timer)
         || mqttc_loop_timer_is_due (&self->timer, self->deadline, &self->loop->clock);
}

static gboolean
dispatch (GSource *source,
          GSourceFunc callback,
          gpointer user_data)
{
  mqttc_loop_timer_reset (&((DeadlineSource *) source)->timer);
  return callback (user_data);
}

static void
finalize (GSource *source)
{
  g_object_unref (((DeadlineSource *) source)->loop);
}

GSource *
mqttc_deadline_source_new (MqttcEventLoop *loop,
                           const char *name,
                           GSourceFunc func,
                           gpointer user_data)
{
  static GSourceFuncs funcs = {
    .prepare = prepare,
    .check = check,
    .dispatch = dispatch,
    .finalize = finalize,
  };
  GSource *source = g_source_new (&funcs, sizeof (DeadlineSource));
  DeadlineSource *self = (DeadlineSource *) source;

  self->loop = g_object_ref (loop);
  self->deadline = -1;
  mqttc_loop_timer_init (&self->timer, source);
  g_source_set_callback (source, func, user_data, NULL);
  mqttc_event_loop_attach_source (loop, source, name);
  return source;
}

gint64
mqttc_deadline_source_get_time (GSource *source)
{
  return mqttc_event_loop_get_time (((DeadlineSource *) source)->loop);
}

gint64
mqttc_deadline_source_get (GSource *source)
{
  return ((DeadlineSource *) source)->deadline;
}

void
mqttc_deadline_source_set (GSource *source,
                           gint64 deadline)
{
  DeadlineSource *self = (DeadlineSource *) source;

  self->deadline = deadline;
  mqttc_loop_timer_arm (&self->timer, deadline, &self->loop->clock);
}

void
mqttc_deadline_source_free (GSource *source)
{
  mqttc_loop_timer_clear (&((DeadlineSource *) source)->timer);
  g_source_destroy (source);
  g_source_unref (source);
}
