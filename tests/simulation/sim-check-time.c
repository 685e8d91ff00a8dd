/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

/* Section 3.1.2.10 of the standard, and the deadlines of the engine's configuration. */

/* The machine is a little late, and so is what depends on it. */
static gint64
get_slack (SimCheck *self)
{
  return 200 * SIM_MILLISECOND + 2 * (self->options->timer_lateness + self->options->write_delay);
}

static void
check_bounds (SimCheck *self,
              const MqttcEngineCounters *counters)
{
  const MqttcEngineConfig *config = &self->options->engine;

  if (counters->queued > config->max_queued_messages
      || counters->queued_bytes > config->max_queued_bytes)
    sim_check_fail (self, "I9", "%u requests of %" G_GSIZE_FORMAT " bytes in the queue",
                    counters->queued, counters->queued_bytes);
  if (counters->inflight > self->max_window)
    sim_check_fail (self, "I7", "%u messages in flight", counters->inflight);
  if (counters->undelivered > config->max_undelivered_messages + self->n_may_come)
    sim_check_fail (self, "I9", "%u messages not handled, and reading goes on",
                    counters->undelivered);
}

static void
check_keep_alive (SimCheck *self,
                  gint64 now)
{
  const SimCheckLink *link = self->link;
  const MqttcEngineConfig *config = &self->options->engine;
  gint64 interval = link->keep_alive * SIM_SECOND;
  gint64 slack = get_slack (self);
  gint64 heard = MAX (MAX (link->last_fed, self->reading_since), self->awake_since);

  if (link->blocked_since < 0
      && now > MAX (link->last_sent + interval, link->connected_since) + slack)
    sim_check_fail (self, "I12", "nothing sent for %.3f s, with a keepalive of %u [MQTT-3.1.2-23]",
                    (double) (now - link->last_sent) / SIM_SECOND, link->keep_alive);
  if (self->reading_since < 0)
    return;

  /* While a large packet is on its way out there is no room for a PINGREQ. */
  if (now > heard + interval * 3 / 2 + config->ping_timeout + slack
      && link->out_taken == link->out_parsed && link->ping_sent < 0)
    sim_check_fail (self, "L1", "silent link kept for %.3f s, with a keepalive of %u",
                    (double) (now - heard) / SIM_SECOND, link->keep_alive);
  /* One that was sent while reading was paused may be repeated before it counts. */
  if (link->ping_sent >= 0
      && now > MAX (link->ping_sent, heard) + (heard > link->ping_sent ? interval : 0)
                   + config->ping_timeout + slack)
    sim_check_fail (self, "L1", "PINGREQ not answered for %.3f s [MQTT-3.12.4-1]",
                    (double) (now - link->ping_sent) / SIM_SECOND);
}

static gboolean
is_over (SimCheck *self,
         gint64 since,
         gint64 timeout)
{
  return since >= 0 && sim_clock_now (self->clock) >= since + timeout;
}

/* An answer is awaited while we read, and any byte put into the link is progress. The engine need not
 * notice a short pause. */
void
sim_check_timed_out (SimCheck *self)
{
  const MqttcEngineConfig *config = &self->options->engine;
  const SimCheckLink *link = self->link;
  gint64 awaited_since = -1;

  if (link == NULL || !link->is_connected)
    return;

  if (self->reading_since >= 0 || !is_over (self, self->paused_since, get_slack (self))
      || !is_over (self, self->awake_since, get_slack (self)))
    awaited_since = link->ping_sent;
  if (!is_over (self, link->blocked_since, config->write_timeout)
      && !is_over (self, awaited_since, config->ping_timeout)
      && !is_over (self, link->partial_began, config->packet_timeout)
      && !sim_check_is_auth_late (self))
    sim_check_fail (self, "L1", "the link is closed, and no deadline was over");
}

/* The largest packet a broker sends may take so much, and it counts only while somebody reads. */
static void
check_partial (SimCheck *self,
               gint64 now)
{
  const SimCheckLink *link = self->link;
  gint64 limit = self->options->engine.packet_timeout
                 + ((gint64) self->options->max_payload + 100) * SIM_SECOND / 1024;
  gint64 since = MAX (MAX (link->partial_since, self->reading_since), self->awake_since);

  if (link->partial_since >= 0 && self->reading_since >= 0
      && now > since + limit + get_slack (self))
    sim_check_fail (self, "L1", "a part of a packet, and not the rest for %.3f s",
                    (double) (now - since) / SIM_SECOND);
}

void
sim_check_step (SimCheck *self,
                MqttcConnectionState state,
                const MqttcEngineCounters *counters)
{
  const MqttcEngineConfig *config = &self->options->engine;
  const SimCheckLink *link = self->link;
  gint64 now = sim_clock_now (self->clock);
  gint64 slack = get_slack (self);

  check_bounds (self, counters);
  sim_check_counters (self, state, counters);
  if (state == MQTTC_CONNECTION_STATE_CLOSED)
    self->close_deadline = -1;
  if (state != MQTTC_CONNECTION_STATE_BACKING_OFF)
    self->backoff_since = -1;
  else if (self->backoff_since < 0)
    self->backoff_since = now;
  if (now < self->awake_since + 2 * SIM_SECOND)
    return;

  if (self->backoff_since >= 0
      && now > MAX (self->backoff_since, self->awake_since) + config->reconnect_max_delay + slack)
    sim_check_fail (self, "L1", "no new attempt after %.3f s",
                    (double) (now - self->backoff_since) / SIM_SECOND);

  if (self->dial_since >= 0 && now > self->dial_since + config->connect_timeout + slack)
    sim_check_fail (self, "L1", "no connection after %.3f s, and still trying",
                    (double) (now - self->dial_since) / SIM_SECOND);
  if (self->close_deadline >= 0 && now > self->close_deadline + config->write_timeout + slack)
    sim_check_fail (self, "L1", "asked to close, and not closed %.3f s after the deadline",
                    (double) (now - self->close_deadline) / SIM_SECOND);
  if (link == NULL || !link->is_connected)
    return;

  if (link->blocked_since >= 0 && now > link->blocked_since + config->write_timeout + slack)
    sim_check_fail (self, "L1", "the link has taken nothing for %.3f s",
                    (double) (now - link->blocked_since) / SIM_SECOND);
  if (!link->disconnect_seen)
    check_partial (self, now);
  if (!link->disconnect_seen)
    sim_check_auth_step (self, slack);
  if (link->keep_alive > 0 && !link->disconnect_seen)
    check_keep_alive (self, now);
}
