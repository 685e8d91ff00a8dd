/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The two sources of an event loop.
 *
 * The I/O source moves bytes and time between the engine, the transport and the clock. It never
 * runs user code, so that a handler may do anything, even run a main loop of its own for an hour:
 * the I/O source is not what it was called from, and goes on.
 *
 * The delivery source runs user code and nothing else. It may recurse, and takes an event off the
 * queue before it emits it, so that a nested main loop goes on with the next one. */

#include "config.h"

#include "loop/mqttc-loop-private.h"

/* User code per dispatch. After either, the I/O source and the other sources of the context get their
 * turn; the second is exceeded by one handler at most. */
#define MAX_EVENTS 64
#define MAX_USEC 5000

typedef struct
{
  GSource parent;
  MqttcEventLoop *loop; /* (unowned) */
} LoopSource;

static MqttcEventLoop *
get_loop (GSource *source)
{
  return ((LoopSource *) source)->loop;
}

static gboolean
io_prepare (GSource *source,
            int *timeout)
{
  MqttcEventLoop *self = get_loop (source);
  gint64 deadline = mqttc_engine_get_deadline (self->engine);

  *timeout = -1;
  self->is_woken = FALSE;

  if (self->action == MQTTC_LINK_ACTION_NONE)
    self->action = mqttc_engine_take_link_action (self->engine);

  /* 0 is "now" by any clock. */
  if (deadline == 0 || self->action != MQTTC_LINK_ACTION_NONE
      || mqttc_loop_link_has_work (&self->link))
    return TRUE;

  mqttc_loop_timer_arm (&self->timer, deadline, &self->clock);

  return mqttc_loop_timer_is_due (&self->timer, deadline, &self->clock);
}

static gboolean
io_check (GSource *source)
{
  return mqttc_loop_timer_has_fired (&get_loop (source)->timer);
}

static void
write_output (MqttcEventLoop *self,
              gint64 now)
{
  mqttc_event_loop_update_reports (self);
  mqttc_loop_link_write (&self->link, now);
}

/* What has arrived is looked at before the time: a program that did not iterate its context for
 * long has not lost the peer, it has not listened. */
static void
move_bytes (MqttcEventLoop *self,
            gint64 now)
{
  gint64 deadline;

  mqttc_event_loop_do_link_actions (self, now);
  mqttc_loop_link_finish_dial (&self->link, now);

  mqttc_event_loop_update_reports (self);
  mqttc_loop_link_read (&self->link, now);

  deadline = mqttc_engine_get_deadline (self->engine);
  if (deadline != -1 && deadline <= now)
    {
      mqttc_event_loop_apply_options (self);
      mqttc_engine_advance (self->engine, now);
    }

  mqttc_event_loop_do_link_actions (self, now);
  mqttc_loop_link_write (&self->link, now);
  mqttc_event_loop_do_link_actions (self, now);
  mqttc_loop_link_update (&self->link);
}

static gboolean
io_dispatch (GSource *source,
             GSourceFunc callback,
             gpointer user_data)
{
  /* The functions that free the bytes of a payload are the program's: they may drop the loop, or, if
   * they must, iterate the context. */
  g_autoptr (MqttcEventLoop) self = g_object_ref (get_loop (source));

  if (self->is_moving)
    return G_SOURCE_CONTINUE;

  self->is_moving = TRUE;
  mqttc_loop_timer_reset (&self->timer);
  move_bytes (self, mqttc_loop_clock_get_time (&self->clock));
  self->is_moving = FALSE;

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs io_funcs = {
  .prepare = io_prepare,
  .check = io_check,
  .dispatch = io_dispatch,
};

static gboolean
delivery_prepare (GSource *source,
                  int *timeout)
{
  *timeout = -1;

  return mqttc_engine_has_event (get_loop (source)->engine);
}

/* Returns the time, or -1 if the loop is gone. */
static gint64
deliver_some (MqttcEventLoop *self)
{
  gboolean *is_gone = g_rc_box_acquire (self->is_gone);
  gint64 started = mqttc_loop_clock_get_time (&self->clock);
  gint64 now = started;

  for (guint i = 0; i < MAX_EVENTS && now >= 0 && now - started < MAX_USEC; i++)
    {
      MqttcEngineEvent event;

      if (!mqttc_engine_pop_event (self->engine, &event))
        break;

      now = mqttc_event_loop_deliver (self, is_gone, &event);
    }

  g_rc_box_release (is_gone);

  return now;
}

static gboolean
delivery_dispatch (GSource *source,
                   GSourceFunc callback,
                   gpointer user_data)
{
  MqttcEventLoop *self = get_loop (source);
  gint64 now;

  if (!mqttc_engine_has_event (self->engine))
    return G_SOURCE_CONTINUE;

  now = deliver_some (self);
  if (now < 0)
    return G_SOURCE_REMOVE;

  /* What the handlers have caused leaves now, and not an iteration later. */
  if (!self->is_moving)
    {
      g_object_ref (self);
      self->is_moving = TRUE;
      write_output (self, now);
      self->is_moving = FALSE;
      g_object_unref (self);
    }

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs delivery_funcs = {
  .prepare = delivery_prepare,
  .dispatch = delivery_dispatch,
};

static GSource *
create_source (MqttcEventLoop *self,
               GSourceFuncs *funcs)
{
  GSource *source = g_source_new (funcs, sizeof (LoopSource));

  ((LoopSource *) source)->loop = self;

  return source;
}

void
mqttc_event_loop_create_sources (MqttcEventLoop *self)
{
  self->io_source = create_source (self, &io_funcs);
  g_source_set_static_name (self->io_source, "[mqttc] I/O");
  g_source_set_can_recurse (self->io_source, TRUE); /* cheaper: see wait_for() of the link */

  self->delivery_source = create_source (self, &delivery_funcs);
  g_source_set_can_recurse (self->delivery_source, TRUE);

  /* A child is dispatched before its parent, and makes it ready too: a message that is read is
   * delivered, and answered, in the same iteration. */
  g_source_add_child_source (self->delivery_source, self->io_source);
  mqttc_event_loop_attach_source (self, self->delivery_source, "[mqttc] delivery");
}

void
mqttc_event_loop_destroy_sources (MqttcEventLoop *self)
{
  if (self->delivery_source == NULL)
    return;

  g_source_destroy (self->delivery_source);
  g_clear_pointer (&self->io_source, g_source_unref);
  g_clear_pointer (&self->delivery_source, g_source_unref);
}
