/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-options.h"

#include "sim-clock.h"
#include "sim-random.h"

void
sim_options_init (SimOptions *self)
{
  MqttcEngineConfig *engine = &self->engine;

  *self = (SimOptions){
    .start_time = 1000 * SIM_SECOND,
    .duration = 30 * SIM_SECOND,
    .latency = SIM_MILLISECOND,
    .segment_gap = SIM_MILLISECOND / 10,
    .max_segment = 65536,
    .send_buffer = 65536,
    .broker_window = 20,
    .max_requests = 200,
    .max_payload = 100,
  };

  mqttc_engine_config_init (engine);
  engine->protocol = MQTTC_PROTOCOL_V3_1_1;
  g_free (engine->client_id);
  engine->client_id = g_strdup ("simulated");
  engine->clean_session = FALSE;
  engine->keep_alive = 10;
  engine->max_inflight = 20;
  engine->max_queued_messages = 100;
  engine->max_queued_bytes = 1000000;
  engine->max_undelivered_messages = 100;
  engine->max_undelivered_bytes = 1000000;
  engine->max_held_bytes = 100000000;
  engine->connect_timeout = 10 * SIM_SECOND;
  engine->ping_timeout = 5 * SIM_SECOND;
  engine->write_timeout = 10 * SIM_SECOND;
  engine->packet_timeout = 10 * SIM_SECOND;
  engine->reconnect = TRUE;
  engine->reconnect_min_delay = SIM_SECOND / 10;
  engine->reconnect_max_delay = 5 * SIM_SECOND;
  engine->stable_time = 10 * SIM_SECOND;
}

/* One of the numbers given. */
#define PICK(random, ...)                              \
 (((const gint64[]){ __VA_ARGS__ })[sim_random_below ( \
     (random), sizeof ((const gint64[]){ __VA_ARGS__ }) / sizeof (gint64))])

static void
vary_engine (SimOptions *self,
             SimRandom *random)
{
  MqttcEngineConfig *engine = &self->engine;

  engine->clean_session = sim_random_percent (random, 30);
  engine->keep_alive = (guint16) PICK (random, 0, 1, 2, 5, 10, 30);
  engine->max_inflight = (guint) PICK (random, 1, 2, 3, 5, 20, 100);
  engine->max_queued_messages = (guint) PICK (random, 1, 3, 10, 100, 1000);
  engine->max_queued_bytes = (gsize) PICK (random, 300, 5000, 1000000);
  engine->max_undelivered_messages = (guint) PICK (random, 1, 2, 5, 20, 1000);
  engine->max_undelivered_bytes = (gsize) PICK (random, 100, 5000, 1000000);
  engine->offline_qos0 = (MqttcOfflineQos0) sim_random_below (random, 3);
  engine->session_lost_policy = (MqttcSessionLostPolicy) sim_random_below (random, 2);
  engine->connect_timeout = PICK (random, 1, 5, 10) * SIM_SECOND;
  engine->ping_timeout = PICK (random, 1, 3, 10) * SIM_SECOND;
  engine->write_timeout = PICK (random, 2, 5, 15) * SIM_SECOND;
  engine->reconnect_min_delay = PICK (random, 10, 100, 500) * SIM_MILLISECOND;
  engine->reconnect_max_delay = PICK (random, 500, 2000, 5000) * SIM_MILLISECOND;
  engine->stable_time = PICK (random, 1, 5, 20) * SIM_SECOND;
  engine->reconnect = !sim_random_percent (random, 5);
}

static void
vary_link (SimOptions *self,
           SimRandom *random)
{
  self->latency = PICK (random, 100, 2000, 20000, 100000);
  self->segment_gap = PICK (random, 0, 100, 1000);
  self->max_segment = (gsize) PICK (random, 1, 3, 16, 100, 1448, 65536);
  self->send_buffer = (gsize) PICK (random, 16, 100, 2000, 65536, 65536);
  self->cut_interval = PICK (random, 0, 0, 1, 3, 10, 30) * SIM_SECOND;
  self->stall_interval = PICK (random, 0, 0, 0, 5, 20) * SIM_SECOND;
  self->blackhole_interval = PICK (random, 0, 0, 0, 10, 30) * SIM_SECOND;
  self->dial_fail_percent = (guint) PICK (random, 0, 0, 10, 40);
  self->dial_hang_percent = (guint) PICK (random, 0, 0, 0, 10);
}

static void
vary_machine (SimOptions *self,
              SimRandom *random)
{
  self->freeze_interval = PICK (random, 0, 0, 0, 10, 40) * SIM_SECOND;
  self->timer_lateness = PICK (random, 0, 1, 50) * SIM_MILLISECOND;
  self->write_delay = PICK (random, 0, 1, 20, 500) * SIM_MILLISECOND;
  self->spurious_timer_percent = (guint) PICK (random, 0, 0, 5, 30);
}

static void
vary_broker (SimOptions *self,
             SimRandom *random)
{
  self->profile
      = (SimProfile) PICK (random, SIM_PROFILE_HONEST, SIM_PROFILE_LOSSY, SIM_PROFILE_HOSTILE,
                           SIM_PROFILE_HOSTILE, SIM_PROFILE_LIMITED, SIM_PROFILE_LIAR);
  self->forward_at_release = sim_random_percent (random, 50);
  self->broker_window = (guint) PICK (random, 1, 3, 20, 100);
  self->restart_interval = PICK (random, 0, 0, 5, 20) * SIM_SECOND;
  if (self->profile == SIM_PROFILE_LOSSY && self->restart_interval == 0)
    self->restart_interval = 10 * SIM_SECOND;
  if (self->profile == SIM_PROFILE_HOSTILE)
    self->hostile_interval = PICK (random, 100, 1000, 5000) * SIM_MILLISECOND;
  self->feed_interval = PICK (random, 0, 50, 300, 2000) * SIM_MILLISECOND;
  self->suback_delay = PICK (random, 0, 0, 20, 1000) * SIM_MILLISECOND;
  self->refuse_percent = (guint) PICK (random, 0, 0, 0, 10);
  self->silent_percent = (guint) PICK (random, 0, 0, 0, 10);
}

static void
vary_program (SimOptions *self,
              SimRandom *random)
{
  self->act_interval = PICK (random, 5, 50, 200, 1000) * SIM_MILLISECOND;
  self->max_requests = (guint) PICK (random, 5, 50, 150, 150);
  self->max_payload = (gsize) PICK (random, 20, 100, 1000, 100000);
  self->cancel_percent = (guint) PICK (random, 0, 5, 30);
  self->reentrant_percent = (guint) PICK (random, 0, 10, 50);
  self->out_of_order_percent = (guint) PICK (random, 0, 0, 50);
  self->pop_delay = PICK (random, 0, 0, 1, 100, 2000) * SIM_MILLISECOND;
  self->delivery_delay = PICK (random, 0, 0, 10, 500, 3000, 20000) * SIM_MILLISECOND;
  self->close_interval = PICK (random, 0, 0, 5, 20) * SIM_SECOND;
  self->report_packets = sim_random_percent (random, 30);
}

/* What limits the flow; drawn after all else, so that a seed stays much the same as more is added. */
static void
vary_flow (SimOptions *self,
           SimRandom *random)
{
  MqttcEngineConfig *engine = &self->engine;

  engine->manual_acks = sim_random_percent (random, 30);
  engine->max_publish_rate = (guint) PICK (random, 0, 0, 0, 2, 5, 20, 100);
  engine->resend_delay = PICK (random, 0, 0, 0, 10, 200, 1000) * SIM_MILLISECOND;
  engine->max_outgoing_packet_size = (gsize) PICK (random, 0, 0, 0, 30, 200);
  engine->overflow_policy = (MqttcOverflowPolicy) sim_random_below (random, 2);
  self->ack_delay = PICK (random, 0, 20, 500, 5000) * SIM_MILLISECOND;
  self->ack_twice_percent = (guint) PICK (random, 0, 5, 30);
  self->ack_never_percent = (guint) PICK (random, 0, 0, 2, 20);
  self->pull_interval = PICK (random, 0, 0, 0, 0, 5, 50, 500, 3000) * SIM_MILLISECOND;
  self->foreign_percent = (guint) PICK (random, 0, 50, 100);
  engine->packet_timeout = PICK (random, 2, 10, 30) * SIM_SECOND;
}

static void
vary_shortcomings (SimOptions *self,
                   SimRandom *random)
{
  self->autosave_interval = PICK (random, 0, 1, 5) * SIM_SECOND;
  if (self->profile != SIM_PROFILE_LOSSY)
    self->autosave_interval = 0;
  self->broker_max_qos = (guint) PICK (random, 0, 1, 1, 2);
  self->broker_refuses_qos = sim_random_percent (random, 50);
  self->broker_max_packet = (gsize) PICK (random, 0, 60, 60, 500);
  self->broker_max_age = PICK (random, 0, 0, 1, 7) * SIM_SECOND;
  self->lie_percent = (guint) PICK (random, 3, 20, 50);
  /* What is said twice is to meet acknowledgements that take their time. */
  if (self->profile == SIM_PROFILE_HOSTILE && sim_random_percent (random, 60))
    {
      self->engine.manual_acks = TRUE;
      self->ack_delay = PICK (random, 2000, 5000, 10000) * SIM_MILLISECOND;
    }
  if (self->profile == SIM_PROFILE_LIMITED)
    self->broker_window = MIN (self->broker_window, 3);
}

/* Half of the seeds speak MQTT 5; drawn from a stream of their own, so that the others stay as they
 * are. */
static void
vary_protocol (SimOptions *self)
{
  MqttcEngineConfig *engine = &self->engine;
  SimRandom random;

  sim_random_init (&random, self->seed, "options-5");
  if (sim_random_percent (&random, 50))
    return;

  engine->protocol = MQTTC_PROTOCOL_V5;
  engine->fall_back = sim_random_percent (&random, 40);
  engine->session_expiry = (guint32) PICK (&random, 0, 1, 5, 60, G_MAXUINT32, G_MAXUINT32);
  engine->receive_maximum = (guint16) PICK (&random, 0, 0, 1, 2, 10);
  engine->topic_alias_maximum = (guint16) PICK (&random, 0, 1, 2, 10);
  engine->max_topic_aliases = (guint) PICK (&random, 0, 1, 3, 10);
  self->topics = (guint) PICK (&random, 1, 2, 5, 20);
  self->expiry = (guint) PICK (&random, 0, 0, 2, 10);
  self->anonymous = !engine->fall_back && sim_random_percent (&random, 20);
  if (engine->fall_back)
    self->broker_old = (guint) PICK (&random, 0, 0, 1, 2, 3, 4, 5);
  self->disconnect_interval = PICK (&random, 0, 0, 2, 10) * SIM_SECOND;
  self->reason_percent = (guint) PICK (&random, 0, 0, 5, 30);
}

/* From a stream of its own as well. */
static void
vary_options (SimOptions *self)
{
  SimRandom random;

  sim_random_init (&random, self->seed, "options-more");
  self->engine.lower_qos = sim_random_percent (&random, 50);
  self->engine.asks_credentials = sim_random_percent (&random, 30);
  self->engine.authenticates = self->engine.protocol == MQTTC_PROTOCOL_V5 && self->broker_old == 0
                               && sim_random_percent (&random, 30);
  self->auth_rounds = (guint) sim_random_below (&random, 4);
  self->think_delay = PICK (&random, 0, 20, 500, 5000) * SIM_MILLISECOND;
}

/* And this. */
static void
vary_redirects (SimOptions *self)
{
  SimRandom random;

  sim_random_init (&random, self->seed, "options-redirects");
  if (self->engine.protocol != MQTTC_PROTOCOL_V5 || !sim_random_percent (&random, 30))
    return;

  self->engine.follow_redirects = sim_random_percent (&random, 80);
  self->refer_percent = (guint) PICK (&random, 0, 5, 30, 80);
}

/* A tenth of the seeds has an untroubled network and broker: there nothing at all may go wrong. */
static void
calm_down (SimOptions *self)
{
  self->cut_interval = 0;
  self->stall_interval = 0;
  self->blackhole_interval = 0;
  self->freeze_interval = 0;
  self->dial_fail_percent = 0;
  self->dial_hang_percent = 0;
  self->profile = SIM_PROFILE_HONEST;
  self->autosave_interval = 0;
  self->restart_interval = 0;
  self->hostile_interval = 0;
  self->refuse_percent = 0;
  self->refer_percent = 0;
  self->silent_percent = 0;
  self->disconnect_interval = 0;
}

void
sim_options_init_from_seed (SimOptions *self,
                            guint64 seed)
{
  SimRandom random;

  sim_options_init (self);
  sim_random_init (&random, seed, "options");

  self->seed = seed;
  self->start_time = (gint64) sim_random_below (&random, 1000000) * SIM_SECOND;
  self->duration = sim_random_range (&random, 10, 60) * SIM_SECOND;
  vary_engine (self, &random);
  vary_link (self, &random);
  vary_machine (self, &random);
  vary_broker (self, &random);
  vary_program (self, &random);
  vary_flow (self, &random);
  vary_shortcomings (self, &random);
  vary_protocol (self);
  vary_options (self);
  vary_redirects (self);
  if (sim_random_percent (&random, 10))
    calm_down (self);
  self->refuses = self->refuse_percent > 0 || self->refer_percent > 0;
  self->freezes = self->freeze_interval > 0;

  /* A trickle of large messages would only be slow. */
  if (self->max_payload > 1000)
    {
      self->max_segment = MAX (self->max_segment, 1448);
      self->send_buffer = MAX (self->send_buffer, 2000);
      self->segment_gap = MIN (self->segment_gap, 100);
    }
  else if (self->max_payload > 100)
    {
      self->max_segment = MAX (self->max_segment, 100);
      self->send_buffer = MAX (self->send_buffer, 100);
    }
}

static void
append_protocol (const SimOptions *self,
                 GString *out)
{
  const MqttcEngineConfig *engine = &self->engine;

  if (engine->protocol != MQTTC_PROTOCOL_V5)
    return;

  g_string_append_printf (
      out,
      "  MQTT 5: falls back %d, session expiry %u s, receive maximum %u, topic aliases %u in and "
      "%u "
      "out,\n    %u topics, expiry up to %u s, without a name %d; the broker: old %u, DISCONNECT "
      "every %d ms, refuses %u %% of the messages,\n    refers %u %% of the connections, followed "
      "%d\n",
      engine->fall_back, engine->session_expiry, engine->receive_maximum,
      engine->topic_alias_maximum, engine->max_topic_aliases, self->topics, self->expiry,
      self->anonymous, self->broker_old, (int) (self->disconnect_interval / 1000),
      self->reason_percent, self->refer_percent, engine->follow_redirects);
}

void
sim_options_clear (SimOptions *self)
{
  mqttc_engine_config_clear (&self->engine);
}

static void
append_flow (const SimOptions *self,
             GString *out)
{
  const MqttcEngineConfig *engine = &self->engine;

  g_string_append_printf (
      out,
      "  flow: manual acks %d (after %d ms, %u %% twice, %u %% never), %u PUBLISH/s, resends %d ms"
      " apart,\n    packets up to %" G_GSIZE_FORMAT
      " bytes, overflow policy %d, a pull every %d ms, %u %% in memory of the program\n",
      engine->manual_acks, (int) (self->ack_delay / 1000), self->ack_twice_percent,
      self->ack_never_percent, engine->max_publish_rate, (int) (engine->resend_delay / 1000),
      engine->max_outgoing_packet_size, engine->overflow_policy, (int) (self->pull_interval / 1000),
      self->foreign_percent);
}

static void
append_engine (const MqttcEngineConfig *engine,
               GString *out)
{
  g_string_append_printf (
      out,
      "  engine: clean_session %d, keep_alive %u s, max_inflight %u, queue %u / %" G_GSIZE_FORMAT
      " bytes, undelivered %u / %" G_GSIZE_FORMAT " bytes, offline_qos0 %d,\n"
      "    session_lost %d, time-outs: connect %d ms, ping %d ms, write %d ms, packet %d ms; "
      "reconnect %d,"
      " delay %d to %d ms, stable %d ms\n",
      engine->clean_session, engine->keep_alive, engine->max_inflight, engine->max_queued_messages,
      engine->max_queued_bytes, engine->max_undelivered_messages, engine->max_undelivered_bytes,
      engine->offline_qos0, engine->session_lost_policy, (int) (engine->connect_timeout / 1000),
      (int) (engine->ping_timeout / 1000), (int) (engine->write_timeout / 1000),
      (int) (engine->packet_timeout / 1000), engine->reconnect,
      (int) (engine->reconnect_min_delay / 1000), (int) (engine->reconnect_max_delay / 1000),
      (int) (engine->stable_time / 1000));
}

char *
sim_options_to_string (const SimOptions *self)
{
  static const char *const profiles[] = { "honest", "lossy", "hostile", "limited", "liar" };
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "  seed %" G_GUINT64_FORMAT ", %d s\n", self->seed,
                          (int) (self->duration / SIM_SECOND));
  append_engine (&self->engine, out);
  append_flow (self, out);
  append_protocol (self, out);
  g_string_append_printf (
      out,
      "  network: latency %d us, segments up to %" G_GSIZE_FORMAT
      " bytes, %d us apart, send buffer %" G_GSIZE_FORMAT
      " bytes; every so many ms: cut %d, stall %d,\n"
      "    blackhole %d; dialling fails %u %%, hangs %u %%\n",
      (int) self->latency, self->max_segment, (int) self->segment_gap, self->send_buffer,
      (int) (self->cut_interval / 1000), (int) (self->stall_interval / 1000),
      (int) (self->blackhole_interval / 1000), self->dial_fail_percent, self->dial_hang_percent);
  g_string_append_printf (out,
                          "  machine: freeze every %d ms, timers late by up to %d ms, writes by %d "
                          "ms, spurious timers %u %%\n",
                          (int) (self->freeze_interval / 1000), (int) (self->timer_lateness / 1000),
                          (int) (self->write_delay / 1000), self->spurious_timer_percent);
  g_string_append_printf (
      out,
      "  broker: %s, forwards at %s, window %u; every so many ms: restart %d, hostile packet %d,"
      " message %d; SUBACK after %d ms, refuses %u %%, silent %u %%\n",
      profiles[self->profile], self->forward_at_release ? "PUBREL" : "PUBLISH", self->broker_window,
      (int) (self->restart_interval / 1000), (int) (self->hostile_interval / 1000),
      (int) (self->feed_interval / 1000), (int) (self->suback_delay / 1000), self->refuse_percent,
      self->silent_percent);
  g_string_append_printf (out,
                          "    saves every %d ms, lies %u %%; limited: QoS %u%s, %" G_GSIZE_FORMAT
                          " bytes, %d ms for a connection\n",
                          (int) (self->autosave_interval / 1000), self->lie_percent,
                          self->broker_max_qos, self->broker_refuses_qos ? " or not at all" : "",
                          self->broker_max_packet, (int) (self->broker_max_age / 1000));
  g_string_append_printf (out,
                          "  program: acts every %d ms, %u requests, payload up to %" G_GSIZE_FORMAT
                          " bytes, cancels %u %%, re-entrant %u %%, out of order %u %%,\n"
                          "    takes events after %d ms, handles messages in %d ms, closes every "
                          "%d ms, packets reported %d\n",
                          (int) (self->act_interval / 1000), self->max_requests, self->max_payload,
                          self->cancel_percent, self->reentrant_percent, self->out_of_order_percent,
                          (int) (self->pop_delay / 1000), (int) (self->delivery_delay / 1000),
                          (int) (self->close_interval / 1000), self->report_packets);

  return g_string_free (out, FALSE);
}
