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

/* User code per dispatch. After this time, or MQTTC_LOOP_MAX_EVENTS, the I/O source and the other sources
 * of the context get their turn; it is exceeded by what runs between two looks at the clock. */
#define MAX_USEC 5000

/* After so many events, what they have caused is written, so that the server has something to do while the
 * rest is delivered. */
#define EARLY_EVENTS 64

/* As long as the events between two looks at the clock took less than this, there may be up to so many. */
#define QUICK_USEC 100
#define MAX_QUICK_EVENTS 8

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

/* --- Moving bytes. --- */

/* With the lock held. */
static gboolean
has_work (MqttcEventLoop *self,
          gint64 deadline)
{
  if (self->action == MQTTC_LINK_ACTION_NONE)
    self->action = mqttc_engine_take_link_action (self->engine);

  /* 0 is "now" by any clock. */
  return deadline == 0 || self->action != MQTTC_LINK_ACTION_NONE
         || mqttc_loop_link_has_work (&self->link);
}

static gboolean
io_prepare (GSource *source,
            int *timeout)
{
  MqttcEventLoop *self = get_loop (source);
  gint64 deadline;
  gboolean is_ready;

  /* First of all, so that what comes from now on wakes the context again. */
  g_atomic_int_set (&self->is_woken, FALSE);
  *timeout = -1;

  g_mutex_lock (&self->engine_lock);
  deadline = mqttc_engine_get_deadline (self->engine);
  is_ready = has_work (self, deadline);
  g_mutex_unlock (&self->engine_lock);

  if (is_ready)
    return TRUE;

  mqttc_loop_timer_arm (&self->timer, deadline, &self->clock);

  return mqttc_loop_timer_is_due (&self->timer, deadline, &self->clock);
}

static gboolean
io_check (GSource *source)
{
  return mqttc_loop_timer_has_fired (&get_loop (source)->timer);
}

static gboolean
is_due (MqttcEventLoop *self,
        gint64 now)
{
  gint64 deadline;

  g_mutex_lock (&self->engine_lock);
  deadline = mqttc_engine_get_deadline (self->engine);
  g_mutex_unlock (&self->engine_lock);

  return deadline != -1 && deadline <= now;
}

/* What waits is written before anybody says that it waited too long: perhaps it was the program that
 * did not come here. */
static void
advance (MqttcEventLoop *self,
         gint64 now)
{
  mqttc_loop_link_write (&self->link, now);

  g_mutex_lock (&self->engine_lock);
  mqttc_engine_advance (self->engine, now);
  g_mutex_unlock (&self->engine_lock);
}

/* What has arrived is looked at before the time: a program that did not iterate its context for
 * long has not lost the peer, it has not listened. */
static void
move_bytes (MqttcEventLoop *self,
            gint64 now)
{
  mqttc_event_loop_do_link_actions (self, now);
  mqttc_loop_link_finish_dial (&self->link, now);

  mqttc_event_loop_update_reports (self);
  mqttc_loop_link_read (&self->link, now);
  if (is_due (self, now))
    advance (self, now);

  mqttc_event_loop_do_link_actions (self, now);
  mqttc_loop_link_write (&self->link, now);
  mqttc_event_loop_do_link_actions (self, now);
  mqttc_loop_link_update (&self->link);
}

/* With the lock held. */
static gboolean
has_something_to_tell (MqttcEventLoop *self)
{
  return mqttc_engine_has_event (self->engine) || mqttc_engine_has_discarded (self->engine);
}

/* The owner, if bytes are moved in a thread. */
static void
wake_delivery (MqttcEventLoop *self)
{
  gboolean has_news;

  if (!self->io_thread)
    return;

  g_mutex_lock (&self->engine_lock);
  has_news = has_something_to_tell (self);
  g_mutex_unlock (&self->engine_lock);

  if (has_news && g_atomic_int_compare_and_exchange (&self->is_delivery_woken, FALSE, TRUE))
    g_main_context_wakeup (self->context);
}

static gboolean
io_dispatch (GSource *source,
             GSourceFunc callback,
             gpointer user_data)
{
  MqttcEventLoop *self = get_loop (source);

  /* Whoever dials may iterate the context: a GProxyResolver is the program's. */
  if (self->is_moving)
    return G_SOURCE_CONTINUE;

  self->is_moving = TRUE;
  mqttc_loop_timer_reset (&self->timer);
  move_bytes (self, mqttc_loop_clock_get_time (&self->clock));
  self->is_moving = FALSE;
  wake_delivery (self);
  if (G_UNLIKELY (self->is_kept))
    mqttc_event_loop_let_go (self);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs io_funcs = {
  .prepare = io_prepare,
  .check = io_check,
  .dispatch = io_dispatch,
};

/* In any thread. */
void
mqttc_event_loop_wake (MqttcEventLoop *self)
{
  /* prepare() of the I/O source finds what there is to do; only a poll in another thread must be
   * interrupted. */
  if (g_atomic_int_compare_and_exchange (&self->is_woken, FALSE, TRUE)
      && !g_main_context_is_owner (self->io_context))
    g_main_context_wakeup (self->io_context);

  wake_delivery (self);
}

/* --- Delivery. --- */

static gboolean
may_deliver (MqttcEventLoop *self)
{
  gboolean has_news;

  if (g_atomic_int_get (&self->drive) == MQTTC_LOOP_DRIVE_POLLED
      && !mqttc_event_loop_is_polling (self))
    return FALSE;
  if (mqttc_event_loop_has_batch (self) || mqttc_event_loop_is_poll_cancelled (self))
    return TRUE;

  g_mutex_lock (&self->engine_lock);
  has_news = has_something_to_tell (self);
  g_mutex_unlock (&self->engine_lock);

  return has_news;
}

static gboolean
delivery_prepare (GSource *source,
                  int *timeout)
{
  MqttcEventLoop *self = get_loop (source);

  g_atomic_int_set (&self->is_delivery_woken, FALSE);
  *timeout = -1;

  return may_deliver (self);
}

/* Messages and addresses: freeing them can run functions of the program, which may drop the loop. */
static void
free_discarded (MqttcEventLoop *self)
{
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  g_mutex_lock (&self->engine_lock);
  if (mqttc_engine_has_discarded (self->engine))
    {
      messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
      mqttc_engine_swap_discarded (self->engine, &messages);
    }
  if (self->old_addresses->len > 0)
    {
      addresses = g_steal_pointer (&self->old_addresses);
      self->old_addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_address_free);
    }
  g_mutex_unlock (&self->engine_lock);
}

static guint
get_batch_size (MqttcEventLoop *self)
{
  return g_atomic_int_get (&self->drive) == MQTTC_LOOP_DRIVE_POLLED ? 1 : MQTTC_LOOP_MAX_EVENTS;
}

gboolean
mqttc_event_loop_fill_batch (MqttcEventLoop *self)
{
  guint size = get_batch_size (self);

  if (self->batch == NULL)
    self->batch = g_new (MqttcEngineEvent, MQTTC_LOOP_MAX_EVENTS);
  self->batch_first = 0;

  g_mutex_lock (&self->engine_lock);
  mqttc_event_loop_settle_handled (self);
  self->batch_end = mqttc_engine_pop_bare_events (self->engine, self->batch, size);
  g_mutex_unlock (&self->engine_lock);

  if (self->batch_end > 0)
    return TRUE;

  /* An idle loop keeps no batch. */
  g_clear_pointer (&self->batch, g_free);
  g_clear_pointer (&self->spare_packet, mqttc_packet_unref);
  return FALSE;
}

/* How far a dispatch has come. */
typedef struct
{
  gint64 started;
  guint n_events;
  guint next_look; /* at the clock, by number of events */
} Turn;

/* Looks at the clock after each event, or if they are quick, only after several. FALSE: it is the turn of
 * others. */
static gboolean
has_time (MqttcEventLoop *self,
          Turn *turn)
{
  gint64 last = self->delivery_time;
  guint n;

  if (turn->n_events < turn->next_look)
    return TRUE;

  self->delivery_time = mqttc_loop_clock_get_time (&self->clock);
  n = self->delivery_time - last < QUICK_USEC ? MIN (turn->n_events, MAX_QUICK_EVENTS) : 1;
  turn->next_look += n;

  return self->delivery_time - turn->started < MAX_USEC;
}

/* Until there were @n_events in this turn. FALSE: it is over, or the loop is gone. */
static gboolean
deliver_some (MqttcEventLoop *self,
              const gboolean *is_gone,
              Turn *turn,
              guint n_events)
{
  MqttcEngineEvent event;

  while (turn->n_events < n_events)
    {
      if (!mqttc_event_loop_pop_event (self, &event))
        return FALSE;

      mqttc_event_loop_deliver (self, is_gone, &event);
      if (*is_gone)
        return FALSE;

      turn->n_events++;
      if (!has_time (self, turn))
        return FALSE;
    }

  return TRUE;
}

/* What the handlers have caused leaves now, and not an iteration later. */
static void
write_output (MqttcEventLoop *self)
{
  if (self->io_thread)
    {
      mqttc_event_loop_wake (self);
      return;
    }
  if (self->is_moving)
    return;

  self->is_moving = TRUE;
  mqttc_event_loop_update_reports (self);
  mqttc_loop_link_write (&self->link, mqttc_loop_clock_get_time (&self->clock));
  self->is_moving = FALSE;
}

static void
settle_handled (MqttcEventLoop *self)
{
  g_mutex_lock (&self->engine_lock);
  mqttc_event_loop_settle_handled (self);
  g_mutex_unlock (&self->engine_lock);
}

/* FALSE: the loop is gone. */
static gboolean
deliver_turn (MqttcEventLoop *self,
              const gboolean *is_gone)
{
  Turn turn = { .started = mqttc_loop_clock_get_time (&self->clock), .next_look = 1 };

  self->delivery_time = turn.started;
  mqttc_event_loop_begin_round (self);

  if (deliver_some (self, is_gone, &turn, EARLY_EVENTS))
    {
      write_output (self);
      deliver_some (self, is_gone, &turn, MQTTC_LOOP_MAX_EVENTS);
    }
  if (*is_gone)
    return FALSE;

  settle_handled (self);
  write_output (self);
  return TRUE;
}

/* FALSE: the loop is gone. */
static gboolean
deliver (MqttcEventLoop *self,
         const gboolean *is_gone)
{
  free_discarded (self);
  if (*is_gone)
    return FALSE;

  if (g_atomic_int_get (&self->drive) == MQTTC_LOOP_DRIVE_POLLED
      || mqttc_event_loop_is_poll_cancelled (self))
    return mqttc_event_loop_deliver_polled (self, is_gone);

  return deliver_turn (self, is_gone);
}

static gboolean
delivery_dispatch (GSource *source,
                   GSourceFunc callback,
                   gpointer user_data)
{
  MqttcEventLoop *self = get_loop (source);
  gboolean *is_gone;
  gboolean goes_on;

  if (!may_deliver (self))
    return G_SOURCE_CONTINUE;

  is_gone = g_rc_box_acquire (self->is_gone);
  goes_on = deliver (self, is_gone);
  g_rc_box_release (is_gone);

  return goes_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
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
  g_source_set_can_recurse (self->io_source, TRUE); /* cheaper: see wait_for() of the link */

  self->delivery_source = create_source (self, &delivery_funcs);
  g_source_set_can_recurse (self->delivery_source, TRUE);

  /* A child is dispatched before its parent, and makes it ready too: a message that is read is
   * delivered, and answered, in the same iteration. */
  if (self->io_thread)
    {
      mqttc_event_loop_attach_io_source (self, self->io_source, "[mqttc] I/O");
    }
  else
    {
      g_source_set_static_name (self->io_source, "[mqttc] I/O");
      g_source_add_child_source (self->delivery_source, self->io_source);
    }
  mqttc_event_loop_attach_source (self, self->delivery_source, "[mqttc] delivery");
}

void
mqttc_event_loop_destroy_sources (MqttcEventLoop *self)
{
  if (self->delivery_source == NULL)
    return;

  g_source_destroy (self->io_source);
  g_source_destroy (self->delivery_source);
  g_clear_pointer (&self->io_source, g_source_unref);
  g_clear_pointer (&self->delivery_source, g_source_unref);
}
