/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

static void
conn_free (gpointer data)
{
  SimConn *conn = data;

  sim_broker_conn_clear (conn);
  sim_stream_clear (&conn->in);
  g_byte_array_unref (conn->out);
  g_free (conn);
}

static void plan_restart (SimBroker *self);
static void plan_saving (SimBroker *self);

SimBroker *
sim_broker_new (SimClock *clock,
                const SimOptions *options,
                SimFaults *faults,
                SimTrace *trace,
                SimScript *script,
                SimCheck *check)
{
  SimBroker *self = g_new0 (SimBroker, 1);

  self->clock = clock;
  self->options = options;
  self->faults = faults;
  self->trace = trace;
  self->script = script;
  self->check = check;
  self->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_session_free);
  self->conns = g_ptr_array_new_with_free_func (conn_free);
  self->acked_ids = g_array_new (FALSE, FALSE, sizeof (guint));
  self->answers = g_ptr_array_new_with_free_func (g_free);
  sim_random_init (&self->random, options->seed, "broker");
  sim_random_init (&self->choice, options->seed, "broker-choice");
  self->saved = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_session_free);
  plan_restart (self);
  plan_saving (self);
  sim_broker_plan_hostility (self);
  sim_broker_plan_disconnect (self);

  return self;
}

void
sim_broker_free (SimBroker *self)
{
  g_ptr_array_unref (self->answers);
  g_array_unref (self->acked_ids);
  g_ptr_array_unref (self->conns);
  g_ptr_array_unref (self->saved);
  g_ptr_array_unref (self->sessions);
  g_free (self);
}

SimConn *
sim_broker_get_conn (SimBroker *self,
                     SimSession *session)
{
  for (guint i = 0; i < self->conns->len; i++)
    {
      SimConn *conn = g_ptr_array_index (self->conns, i);

      if (conn->link != NULL && conn->session == session)
        return conn;
    }

  return NULL;
}

/* The session goes, and with it what it held: messages not yet released, messages to be sent. */
void
sim_broker_forget (SimBroker *self,
                   SimSession *session)
{
  for (guint i = 0; i < session->held->len; i++)
    {
      SimHeld *held = g_ptr_array_index (session->held, i);

      if (held->payload != NULL)
        sim_check_broker_lost (self->check, held->uid);
    }

  for (guint i = 0; i < session->outs->len; i++)
    {
      SimOut *out = g_ptr_array_index (session->outs, i);

      sim_check_get_inbound (self->check, out->uid)->lost = TRUE;
    }

  g_ptr_array_remove (self->sessions, session);
}

/* The connection is over; @conn stays until the end, the heap points to it. */
static void
conn_gone (SimConn *conn)
{
  SimBroker *self = conn->broker;
  SimSession *session = g_steal_pointer (&conn->session);
  gsize partial;

  conn->link = NULL;
  sim_stream_peek (&conn->in, &partial);
  if (partial > 0)
    sim_fault (self->faults, SIM_FAULT_CUT_IN_PACKET_OUT);
  if (session != NULL && session->clean)
    sim_broker_forget (self, session);
  else if (session != NULL && session->expiry >= 0)
    session->ends_at = sim_clock_now (self->clock) + session->expiry;
}

void
sim_broker_close (SimConn *conn,
                  gboolean reset)
{
  SimLink *link = conn->link;

  if (link == NULL)
    return;

  conn_gone (conn);
  sim_link_close (link, SIM_END_BROKER, reset);
}

/* --- The link --- */

static void
data_cb (gpointer owner,
         SimLink *link,
         const guint8 *data,
         gsize len)
{
  SimConn *conn = owner;
  SimBroker *self = conn->broker;
  SimWireResult result = SIM_WIRE_NEED_MORE;
  const char *fault = NULL;
  SimPacket packet;

  conn->last_heard = sim_clock_now (self->clock);
  sim_stream_append (&conn->in, data, len);
  while (conn->link != NULL
         && (result = sim_stream_next (&conn->in, &packet, &fault)) == SIM_WIRE_OK)
    sim_broker_handle (conn, &packet);

  if (result == SIM_WIRE_MALFORMED)
    sim_check_fail (self->check, "I11", "the broker gets a malformed packet: %s", fault);
  if (conn->link != NULL)
    sim_broker_flush (conn);
}

static void
ended_cb (gpointer owner,
          SimLink *link,
          gboolean reset)
{
  SimConn *conn = owner;

  if (conn->link == NULL)
    return;
  conn_gone (conn);
  sim_link_close (link, SIM_END_BROKER, reset);
}

static void
writable_cb (gpointer owner,
             SimLink *link)
{
  SimConn *conn = owner;

  if (conn->link != NULL)
    sim_broker_flush (conn);
}

static const SimEndpoint endpoint = {
  .data = data_cb,
  .ended = ended_cb,
  .writable = writable_cb,
};

/* Before CONNACK the client does not know what keepalive it has. */
static gboolean
is_connected_for (SimBroker *self,
                  gint64 duration)
{
  const SimCheckLink *link = self->check->link;

  return link != NULL && link->is_connected
         && sim_clock_now (self->clock) >= link->connected_since + duration;
}

/* [MQTT-3.1.2-24] */
static void
watch_cb (gpointer data,
          guint64 arg)
{
  SimConn *conn = data;
  SimBroker *self = conn->broker;
  gint64 limit = conn->keep_alive * SIM_SECOND * 3 / 2;
  gint64 silence = sim_clock_now (self->clock) - conn->last_heard;

  if (conn->link == NULL)
    return;
  if (silence < limit)
    {
      sim_clock_add (self->clock, limit - silence, watch_cb, conn, 0);
      return;
    }

  sim_trace (self->trace, "broker: no sign of life");
  sim_fault (self->faults, SIM_FAULT_KEEP_ALIVE_KILL);
  if (is_connected_for (self, limit) && !sim_link_is_troubled (conn->link)
      && !self->options->freezes && sim_link_is_empty (conn->link, SIM_END_BROKER))
    sim_check_fail (self->check, "I8",
                    "the client was silent for %.3f s on a good link [MQTT-3.1.2-23]",
                    (double) silence / SIM_SECOND);
  sim_broker_say_goodbye (conn, 0x8d);
  sim_broker_close (conn, TRUE);
}

void
sim_broker_watch (SimConn *conn)
{
  if (conn->keep_alive > 0)
    watch_cb (conn, 0);
}

/* Section 3.1.4: a client that sends no CONNECT is not waited for. */
static void
check_connect_cb (gpointer data,
                  guint64 arg)
{
  SimConn *conn = data;

  if (conn->session == NULL)
    sim_broker_close (conn, FALSE);
}

gboolean
sim_broker_accept (SimBroker *self,
                   SimLink *link)
{
  SimConn *conn;

  if (self->down)
    return FALSE;

  conn = g_new0 (SimConn, 1);
  conn->broker = self;
  conn->link = link;
  conn->out = g_byte_array_new ();
  conn->last_heard = sim_clock_now (self->clock);
  conn->silent = !self->healed
                 && sim_script_happens (self->script, SIM_VERB_SILENT, &self->choice,
                                        self->options->silent_percent, NULL);
  if (conn->silent)
    sim_fault (self->faults, SIM_FAULT_NO_CONNACK);
  sim_stream_init (&conn->in);
  g_ptr_array_add (self->conns, conn);
  self->said_goodbye = FALSE;
  sim_link_attach (link, SIM_END_BROKER, &endpoint, conn);
  sim_clock_add (self->clock, 30 * SIM_SECOND, check_connect_cb, conn, 0);

  return TRUE;
}

/* --- Restarts --- */

static void
come_up (gpointer data,
         guint64 arg)
{
  SimBroker *self = data;

  sim_trace (self->trace, "broker: up");
  self->down = FALSE;
}

static GPtrArray *
copy_sessions (GPtrArray *sessions)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_session_free);

  for (guint i = 0; i < sessions->len; i++)
    g_ptr_array_add (copy, sim_session_copy (g_ptr_array_index (sessions, i)));

  return copy;
}

static void
save_cb (gpointer data,
         guint64 arg)
{
  SimBroker *self = data;

  if (self->healed)
    return;
  g_ptr_array_unref (self->saved);
  self->saved = copy_sessions (self->sessions);
  plan_saving (self);
}

static void
plan_saving (SimBroker *self)
{
  if (self->options->autosave_interval > 0)
    sim_clock_add (self->clock, self->options->autosave_interval, save_cb, self, 0);
}

/* What has happened since then has not happened. Sessions without a state on disk are lost. */
static void
go_back (SimBroker *self)
{
  sim_trace (self->trace, "broker: back to what was saved");
  sim_fault (self->faults, SIM_FAULT_ROLLED_BACK);
  sim_check_lied (self->check);
  while (self->sessions->len > 0)
    sim_broker_forget (self, g_ptr_array_index (self->sessions, 0));
  g_ptr_array_unref (self->sessions);
  self->sessions = copy_sessions (self->saved);
}

void
sim_broker_restart (SimBroker *self,
                    SimAfterRestart after,
                    gint64 down_time)
{
  gboolean lose = after == SIM_RESTART_LOSES;

  sim_script_note (self->script, SIM_VERB_RESTART, 0, after, down_time, 0);
  sim_trace (self->trace, "broker: restart%s", lose ? ", sessions lost" : "");
  sim_fault (self->faults, SIM_FAULT_BROKER_RESTART);
  self->down = TRUE;

  for (guint i = 0; i < self->conns->len; i++)
    {
      sim_broker_say_goodbye (g_ptr_array_index (self->conns, i), 0x8b);
      sim_broker_close (g_ptr_array_index (self->conns, i), TRUE);
    }
  while (lose && self->sessions->len > 0)
    {
      sim_fault (self->faults, SIM_FAULT_SESSION_LOST);
      sim_broker_forget (self, g_ptr_array_index (self->sessions, 0));
    }

  if (after == SIM_RESTART_GOES_BACK)
    go_back (self);

  sim_clock_add (self->clock, down_time, come_up, self, 0);
}

static void
restart_cb (gpointer data,
            guint64 arg)
{
  SimBroker *self = data;
  gboolean lossy = self->options->profile == SIM_PROFILE_LOSSY;
  gboolean lose = lossy && sim_random_percent (&self->choice, 60);
  SimAfterRestart after = lose ? SIM_RESTART_LOSES : SIM_RESTART_KEEPS;
  gint64 down_time = sim_random_range (&self->choice, 0, 3 * SIM_SECOND);

  if (self->healed)
    return;
  if (lossy && self->options->autosave_interval > 0 && sim_random_percent (&self->choice, 40))
    after = SIM_RESTART_GOES_BACK;
  sim_broker_restart (self, after, down_time);
  plan_restart (self);
}

static void
plan_restart (SimBroker *self)
{
  gint64 interval = self->options->restart_interval;

  if (interval > 0)
    sim_clock_add_first (self->clock,
                         sim_random_range (&self->choice, SIM_SECOND / 10, 2 * interval),
                         restart_cb, self, 0);
}

void
sim_broker_heal (SimBroker *self)
{
  self->healed = TRUE;
  self->down = FALSE;

  /* Nobody would ever find out that it is silent if there is no deadline at either end. */
  for (guint i = 0; i < self->conns->len; i++)
    {
      SimConn *conn = g_ptr_array_index (self->conns, i);

      /* What it has allowed holds as long as the connection does. */
      if (conn->silent || (conn->version == 5 && self->options->profile == SIM_PROFILE_LIMITED))
        sim_broker_close (conn, FALSE);
    }

  /* What it has said that is not so cannot be put right; another one takes its place. */
  if (self->check->lied_to)
    sim_broker_restart (self, SIM_RESTART_LOSES, 0);
}

/* --- For the other client, and for the checks --- */

void
sim_broker_publish (SimBroker *self,
                    const char *topic,
                    guint qos,
                    gsize payload_len)
{
  sim_script_note_text (self->script, SIM_VERB_FEED, 0, qos, (gint64) payload_len, topic);
  for (guint i = 0; i < self->sessions->len; i++)
    {
      SimSession *session = g_ptr_array_index (self->sessions, i);
      SimConn *conn = sim_broker_get_conn (self, session);
      int granted = sim_session_match (session, topic);
      SimOut *out;

      if (granted < 0 || (MIN ((int) qos, granted) == 0 && conn == NULL))
        continue;

      out = g_new0 (SimOut, 1);
      out->qos = MIN (qos, (guint) granted);
      out->topic = g_strdup (topic);
      out->payload_len = payload_len;
      out->uid = sim_check_new_inbound (self->check, topic, out->qos, payload_len)->uid;
      g_ptr_array_add (session->outs, out);
      if (conn != NULL)
        {
          sim_broker_send_queued (conn);
          sim_broker_flush (conn);
        }
    }
}

void
sim_broker_play (SimBroker *self,
                 const SimAction *action)
{
  const gint64 *numbers = action->numbers;

  if (action->verb == SIM_VERB_FEED)
    sim_broker_publish (self, action->text, (guint) numbers[0] % 3,
                        (gsize) MAX (numbers[1], SIM_MIN_PAYLOAD));
  else if (action->verb == SIM_VERB_DISCONNECT)
    sim_broker_disconnect (self, (guint) numbers[0]);
  else if (action->verb == SIM_VERB_HOSTILE)
    sim_broker_act_hostile (self, (guint) numbers[0], (guint) numbers[1]);
  else
    sim_broker_restart (self, (SimAfterRestart) numbers[0], numbers[1]);
}

gboolean
sim_broker_is_quiet (SimBroker *self)
{
  for (guint i = 0; i < self->sessions->len; i++)
    {
      SimSession *session = g_ptr_array_index (self->sessions, i);

      if (session->outs->len > 0 || session->held->len > 0)
        return FALSE;
    }

  return TRUE;
}

gboolean
sim_broker_has_said_goodbye (SimBroker *self)
{
  return self->said_goodbye;
}

void
sim_broker_check_subscriptions (SimBroker *self)
{
  SimSession *session = self->sessions->len > 0 ? g_ptr_array_index (self->sessions, 0) : NULL;

  for (guint i = 0; session != NULL && i < self->check->filters->len; i++)
    {
      SimFilter *filter = g_ptr_array_index (self->check->filters, i);
      int there = sim_session_find_sub (session, filter->name);
      guint qos = 0;

      switch (sim_check_get_subscribed (self->check, filter, &qos))
        {
        case SIM_SUBSCRIBED_NO:
          if (there >= 0)
            sim_check_fail (self->check, "L1",
                            "%s is subscribed to at the broker, and nobody wants it", filter->name);
          break;
        case SIM_SUBSCRIBED_YES:
          if (there != (int) qos)
            sim_check_fail (self->check, "L1",
                            "%s is subscribed to with QoS %d at the broker instead of %u",
                            filter->name, there, qos);
          break;
        case SIM_SUBSCRIBED_UNSURE:
        default:
          break;
        }
    }
}
