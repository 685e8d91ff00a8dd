/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-world.h"

#include "sim-time.h"

#define N_SLICES 64
#define MAX_STUCK 3
#define MAX_ADVANCES_A_SECOND 500

G_DEFINE_QUARK (sim-network, sim_network)

static gint64
get_now (SimWorld *self)
{
  return sim_clock_now (self->clock);
}

gboolean
sim_world_is_frozen (SimWorld *self)
{
  return self->frozen_until >= 0;
}

/* --- The link --- */

static void
drop_link (SimWorld *self,
           gboolean abruptly)
{
  SimLink *link = g_steal_pointer (&self->link);

  if (link == NULL)
    return;

  self->write_blocked = FALSE;
  self->end_waits = FALSE;
  sim_check_link_down (self->check);
  sim_link_close (link, SIM_END_CLIENT, abruptly);
}

static guint64
get_packets_received (SimWorld *self)
{
  MqttcEngineCounters counters;

  mqttc_engine_get_counters (self->engine, &counters);

  return counters.packets_received;
}

/* What was kept while reading was paused is decoded only when the engine gets a turn, and it asks for
 * one by a deadline that has passed. */
static void
note_decoded (SimWorld *self)
{
  gint64 deadline = mqttc_engine_get_deadline (self->engine);

  sim_check_decoded (self->check, get_packets_received (self));
  if (mqttc_engine_want_read (self->engine) && (deadline < 0 || deadline > get_now (self)))
    sim_check_all_decoded (self->check);
}

static void
data_cb (gpointer owner,
         SimLink *link,
         const guint8 *data,
         gsize len)
{
  SimWorld *self = owner;

  sim_check_input (self->check, data, len);
  if (self->check->violation != NULL)
    return;
  self->feeding = TRUE;
  mqttc_engine_feed (self->engine, data, len, get_now (self));
  note_decoded (self);
  sim_world_pump (self);
  self->feeding = FALSE;
}

static void
end_link (SimWorld *self,
          gboolean reset)
{
  drop_link (self, reset);
  self->check->dial_since = -1;
  mqttc_engine_link_down (self->engine,
                          reset ? g_error_new (sim_network_quark (), 0, "Connection reset by peer")
                                : NULL,
                          get_now (self));
  sim_world_pump (self);
}

static void
ended_cb (gpointer owner,
          SimLink *link,
          gboolean reset)
{
  SimWorld *self = owner;

  if (sim_world_is_frozen (self))
    {
      self->end_waits = TRUE;
      self->end_reset = reset;
      return;
    }
  end_link (self, reset);
}

static void
writable_cb (gpointer owner,
             SimLink *link)
{
  SimWorld *self = owner;

  self->write_blocked = FALSE;
  if (!sim_world_is_frozen (self))
    sim_world_pump (self);
}

static const SimEndpoint endpoint = {
  .data = data_cb,
  .ended = ended_cb,
  .writable = writable_cb,
};

/* --- Dialling --- */

static void
connect_link (SimWorld *self)
{
  SimLink *link = sim_net_connect (self->net);

  if (!sim_broker_accept (self->broker, link))
    {
      sim_trace (&self->trace, "connection refused");
      self->check->dial_since = -1;
      mqttc_engine_link_down (self->engine,
                              g_error_new (sim_network_quark (), 0, "Connection refused"),
                              get_now (self));
      return;
    }

  sim_trace (&self->trace, "link %u: up", sim_link_get_serial (link));
  self->link = link;
  sim_link_attach (link, SIM_END_CLIENT, &endpoint, self);
  if (self->n_links < self->n_cuts)
    {
      const SimPlannedCut *cut = &self->cuts[self->n_links];

      sim_link_cut_at (link, cut->end, cut->at, cut->reset, cut->rest);
    }
  self->n_links++;
  sim_check_link_up (self->check, sim_link_get_serial (link), get_packets_received (self));
  mqttc_engine_link_up (self->engine, get_now (self));
}

static void
dialled_cb (gpointer data,
            guint64 dial)
{
  SimWorld *self = data;

  if (dial != self->dial)
    return;
  if (sim_world_is_frozen (self))
    {
      sim_clock_add (self->clock, self->frozen_until - get_now (self), dialled_cb, self, dial);
      return;
    }

  self->dial++;
  if (!self->healed
      && sim_script_happens (self->script, SIM_VERB_DIAL_FAILS, &self->choice,
                             self->options->dial_fail_percent, NULL))
    {
      sim_trace (&self->trace, "dialling fails");
      sim_fault (&self->faults, SIM_FAULT_DIAL_FAILED);
      self->check->dial_since = -1;
      mqttc_engine_link_down (
          self->engine, g_error_new (sim_network_quark (), 0, "No route to host"), get_now (self));
    }
  else
    {
      connect_link (self);
    }
  sim_world_pump (self);
}

static void
start_dialling (SimWorld *self)
{
  guint16 port = 0;
  const char *host = mqttc_engine_get_redirect (self->engine, &port);

  if (self->link != NULL)
    sim_check_fail (self->check, "I8", "dials while there is a link");

  self->dial++;
  self->n_dials++;
  self->check->backoff_since = -1;
  self->check->dial_since = get_now (self);
  sim_trace (&self->trace, "dial %s", host != NULL ? host : "our server");
  sim_check_dialled (self->check, host, port);
  if (!self->healed
      && sim_script_happens (self->script, SIM_VERB_DIAL_HANGS, &self->choice,
                             self->options->dial_hang_percent, NULL))
    {
      sim_fault (&self->faults, SIM_FAULT_DIAL_HUNG);
      return;
    }
  sim_clock_add (self->clock, sim_random_range (&self->random, 0, 3 * self->options->latency),
                 dialled_cb, self, self->dial);
}

/* Why it is closed, as far as the link takes it at once. */
static void
write_last_words (SimWorld *self)
{
  MqttcSlice words = { 0 };

  mqttc_engine_peek_output (self->engine, &words, 1, get_now (self));
  sim_check_last_words (self->check, words.data, words.len);
  if (words.len > 0 && self->link != NULL)
    sim_link_write (self->link, SIM_END_CLIENT, words.data, words.len);
}

static void
close_link (SimWorld *self)
{
  const SimCheckLink *link = self->check->link;
  gboolean expected = sim_check_expects_end (self->check);

  sim_trace (&self->trace, "the engine closes the link");
  if (link != NULL)
    sim_check_decoded (self->check, get_packets_received (self));
  write_last_words (self);
  if (self->feeding && link != NULL && !expected && !self->check->close_asked)
    sim_check_fail (self->check, "L1",
                    "the link is closed for what came, and nothing was wrong with it");
  if (!self->check->close_asked && !self->feeding)
    {
      sim_fault (&self->faults, SIM_FAULT_LINK_TIMED_OUT);
      if (link != NULL && !expected)
        sim_check_timed_out (self->check);
    }

  self->dial++;
  self->check->dial_since = -1;
  drop_link (self,
             !self->healed && !self->check->close_asked && sim_random_percent (&self->random, 30));
}

static void
follow_link_actions (SimWorld *self)
{
  MqttcLinkAction action;

  while ((action = mqttc_engine_take_link_action (self->engine)) != MQTTC_LINK_ACTION_NONE)
    if (action == MQTTC_LINK_ACTION_DIAL)
      start_dialling (self);
    else
      close_link (self);
}

/* --- Writing --- */

/* FALSE: no more for now. */
static gboolean
write_some (SimWorld *self)
{
  g_autoptr (GByteArray) bytes = NULL;
  MqttcSlice slices[N_SLICES];
  gsize taken;
  guint n;

  n = mqttc_engine_peek_output (self->engine, slices, N_SLICES, get_now (self));
  if (n == 0)
    return FALSE;

  sim_check_output (self->check, slices, n);
  if (self->check->violation != NULL)
    return FALSE;

  bytes = g_byte_array_new ();
  for (guint i = 0; i < n; i++)
    g_byte_array_append (bytes, slices[i].data, (guint) slices[i].len);
  taken = sim_link_write (self->link, SIM_END_CLIENT, bytes->data, bytes->len);
  sim_trace_bytes (&self->trace, "from client", bytes->data, taken);
  sim_check_taken (self->check, taken);
  if (taken > 0)
    mqttc_engine_sent (self->engine, taken, get_now (self));

  if (taken == bytes->len)
    {
      self->check->link->blocked_since = -1;
      return TRUE;
    }
  if (taken > 0 || self->check->link->blocked_since < 0)
    self->check->link->blocked_since = get_now (self);
  self->write_blocked = TRUE;

  return FALSE;
}

static void
write_cb (gpointer data,
          guint64 arg)
{
  SimWorld *self = data;

  self->write_planned = FALSE;
  if (self->link == NULL || self->write_blocked || sim_world_is_frozen (self))
    return;

  for (guint i = 0; i < 8 && self->link != NULL && write_some (self); i++)
    ;
  sim_world_pump (self);
}

/* --- Time --- */

static void
advance (SimWorld *self)
{
  gint64 now = get_now (self);
  gint64 deadline;

  if (now / SIM_SECOND != self->storm_second)
    {
      self->storm_second = now / SIM_SECOND;
      self->n_advances = 0;
    }
  if (++self->n_advances > MAX_ADVANCES_A_SECOND)
    sim_check_fail (self->check, "I12", "%u timers in one second", self->n_advances);

  mqttc_engine_advance (self->engine, now);
  deadline = mqttc_engine_get_deadline (self->engine);
  self->n_stuck = deadline >= 0 && deadline <= now ? self->n_stuck + 1 : 0;
  if (self->n_stuck > MAX_STUCK)
    sim_check_fail (self->check, "I12", "the deadline stays where it is, in the past");
}

static void
timer_cb (gpointer data,
          guint64 timer)
{
  SimWorld *self = data;

  if (timer != self->timer)
    return;

  self->timer_at = -1;
  if (sim_world_is_frozen (self))
    return; /* it is set again when it wakes up */
  advance (self);
  sim_world_pump (self);
}

static void
spurious_cb (gpointer data,
             guint64 timer)
{
  SimWorld *self = data;

  if (sim_world_is_frozen (self))
    return;
  sim_fault (&self->faults, SIM_FAULT_SPURIOUS_TIMER);
  mqttc_engine_advance (self->engine, get_now (self));
  sim_world_pump (self);
}

static void
plan_timer (SimWorld *self)
{
  gint64 deadline = mqttc_engine_get_deadline (self->engine);
  gint64 delay = deadline - get_now (self);

  if (deadline == self->timer_at)
    return;

  self->timer_at = deadline;
  self->timer++;
  if (deadline < 0)
    return;

  sim_clock_add (self->clock,
                 MAX (delay, 0)
                     + sim_random_range (&self->random, 0, self->options->timer_lateness),
                 timer_cb, self, self->timer);
  if (delay > 0 && !self->healed
      && sim_random_percent (&self->random, self->options->spurious_timer_percent))
    sim_clock_add (self->clock, sim_random_range (&self->random, 0, delay), spurious_cb, self, 0);
}

/* --- Pulling --- */

static void plan_pull (SimWorld *self);

static void
pull_cb (gpointer data,
         guint64 arg)
{
  SimWorld *self = data;

  if (!sim_world_is_frozen (self))
    {
      sim_fault (&self->faults, SIM_FAULT_PULLED);
      self->check->n_pulls++;
      mqttc_engine_pull (self->engine, get_now (self));
      sim_world_pump (self);
    }
  plan_pull (self);
}

static void
plan_pull (SimWorld *self)
{
  gint64 interval = self->options->pull_interval;

  /* Not too slow for everything to come to rest. */
  if (self->healed)
    interval = MIN (interval, 20 * SIM_MILLISECOND);
  if (interval > 0)
    sim_clock_add (self->clock, sim_random_range (&self->random, 0, 2 * interval), pull_cb, self,
                   0);
}

/* --- Events --- */

static void
events_cb (gpointer data,
           guint64 arg)
{
  SimWorld *self = data;
  guint n
      = self->options->pop_delay > 0 ? (guint) sim_random_range (&self->random, 1, 8) : G_MAXUINT;
  MqttcEngineCounters counters;
  MqttcEngineEvent event;

  self->events_planned = FALSE;
  if (sim_world_is_frozen (self))
    return;

  while (n-- > 0 && self->check->violation == NULL && mqttc_engine_pop_event (self->engine, &event))
    {
      sim_check_event (self->check, &event);
      sim_app_event (self->app, &event);
      self->program_runs = TRUE;
      mqttc_engine_event_clear (&event);
      self->program_runs = FALSE;
    }

  if (!mqttc_engine_has_event (self->engine))
    {
      if (mqttc_engine_get_state (self->engine) != self->check->state)
        sim_check_fail (self->check, "I4", "state %u is not what the events say",
                        mqttc_engine_get_state (self->engine));
      if (self->check->state == MQTTC_CONNECTION_STATE_CLOSED)
        sim_check_all_ended (self->check);
      mqttc_engine_get_counters (self->engine, &counters);
      if (counters.can_publish != self->check->can_publish)
        sim_check_fail (self->check, "I16", "may publish: %d, which is not what the events say",
                        counters.can_publish);
    }
  sim_world_pump (self);
}

/* --- The drive --- */

static void
plan_io (SimWorld *self)
{
  gint64 write_delay = self->healed ? 0 : self->options->write_delay;
  gboolean reading = mqttc_engine_want_read (self->engine);
  MqttcEngineCounters counters;

  if (self->link != NULL && !self->write_planned && !self->write_blocked
      && mqttc_engine_want_write (self->engine))
    {
      gboolean at_once = sim_random_percent (&self->random, 50);

      self->write_planned = TRUE;
      sim_clock_add (self->clock, at_once ? 0 : sim_random_range (&self->random, 0, write_delay),
                     write_cb, self, 0);
    }

  if (self->link != NULL)
    note_decoded (self);
  mqttc_engine_get_counters (self->engine, &counters);
  sim_check_reading (self->check, reading, counters.undelivered);
  if (self->link != NULL)
    sim_link_set_reading (self->link, SIM_END_CLIENT, reading && !sim_world_is_frozen (self));
}

void
sim_world_pump (SimWorld *self)
{
  gint64 pop_delay = self->healed ? 0 : self->options->pop_delay;
  MqttcEngineCounters counters;

  if (self->check->violation != NULL)
    return;

  sim_world_free_discarded (self);
  follow_link_actions (self);
  plan_io (self);
  plan_timer (self);
  if (!self->events_planned && mqttc_engine_has_event (self->engine))
    {
      self->events_planned = TRUE;
      sim_clock_add (self->clock, sim_random_range (&self->random, 0, pop_delay), events_cb, self,
                     0);
    }

  mqttc_engine_get_counters (self->engine, &counters);
  sim_check_step (self->check, mqttc_engine_get_state (self->engine), &counters);
}

static void plan_freeze (SimWorld *self);

void
sim_world_wake (SimWorld *self)
{
  sim_trace (&self->trace, "awake");
  self->frozen_until = -1;
  self->check->awake_since = get_now (self);
  self->timer_at = -1;
  if (self->end_waits)
    end_link (self, self->end_reset);
  sim_world_pump (self);
  plan_freeze (self);
}

static void
thaw_cb (gpointer data,
         guint64 arg)
{
  SimWorld *self = data;

  if (sim_world_is_frozen (self))
    sim_world_wake (self);
}

void
sim_world_freeze (SimWorld *self,
                  gint64 duration)
{
  sim_script_note (self->script, SIM_VERB_FREEZE, 0, duration, 0, 0);
  sim_trace (&self->trace, "frozen");
  sim_fault (&self->faults, SIM_FAULT_FREEZE);
  self->frozen_until = get_now (self) + duration;
  sim_clock_suspend (self->clock, duration);
  if (self->link != NULL)
    sim_link_set_reading (self->link, SIM_END_CLIENT, FALSE);
  sim_clock_add (self->clock, duration, thaw_cb, self, 0);
}

static void
freeze_cb (gpointer data,
           guint64 arg)
{
  SimWorld *self = data;
  gint64 longest = self->options->engine.keep_alive * SIM_SECOND * 5 / 2 + 3 * SIM_SECOND;

  if (!self->healed)
    sim_world_freeze (self, sim_random_range (&self->choice, 0, longest));
}

static void
plan_freeze (SimWorld *self)
{
  gint64 interval = self->options->freeze_interval;

  if (interval > 0 && !self->healed)
    sim_clock_add_first (self->clock, sim_random_range (&self->choice, 0, 2 * interval), freeze_cb,
                         self, 0);
}

SimWorld *
sim_world_new (const SimOptions *options,
               gboolean verbose)
{
  SimWorld *self = sim_world_new_with_script (options, sim_script_new (), FALSE, verbose);

  self->own_script = self->script;

  return self;
}

SimWorld *
sim_world_new_with_script (const SimOptions *options,
                           SimScript *script,
                           gboolean playing,
                           gboolean verbose)
{
  SimWorld *self = g_new0 (SimWorld, 1);

  self->options = options;
  self->clock = sim_clock_new (options->start_time);
  sim_time_set_clock (self->clock);
  self->script = script;
  sim_script_start (script, self->clock, playing);
  sim_trace_init (&self->trace, self->clock, verbose);
  sim_random_init (&self->random, options->seed, "clock");
  sim_random_init (&self->choice, options->seed, "clock-choice");
  self->check = sim_check_new (self->clock, options, &self->faults, &self->trace);
  self->net = sim_net_new (self->clock, options, &self->faults, &self->trace, script);
  self->broker
      = sim_broker_new (self->clock, options, &self->faults, &self->trace, script, self->check);
  self->engine = mqttc_engine_new (options->seed);
  mqttc_engine_report_packets (self->engine, options->report_packets, options->report_packets);
  self->app = sim_app_new (self);
  self->discarded = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  self->timer_at = -1;
  self->frozen_until = -1;
  plan_freeze (self);
  if (options->pull_interval > 0)
    mqttc_engine_set_pulled (self->engine, TRUE, get_now (self));
  plan_pull (self);
  if (playing)
    sim_world_play (self);

  return self;
}

void
sim_world_free (SimWorld *self)
{
  self->program_runs = TRUE;
  mqttc_engine_free (self->engine);
  g_ptr_array_unref (self->discarded);
  sim_app_free (self->app);
  sim_broker_free (self->broker);
  sim_net_free (self->net);
  sim_check_free (self->check);
  sim_time_set_clock (NULL);
  g_clear_pointer (&self->own_script, sim_script_free);
  sim_clock_free (self->clock);
  g_free (self);
}

gboolean
sim_world_run (SimWorld *self, gint64 duration, gboolean (*done) (SimWorld *self))
{
  gint64 until = get_now (self) + duration;

  while (self->check->violation == NULL)
    {
      if (done != NULL && done (self))
        return TRUE;
      if (!sim_clock_step (self->clock, until))
        return FALSE;
    }

  return TRUE;
}
