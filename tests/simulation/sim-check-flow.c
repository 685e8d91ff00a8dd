/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

/* How fast packets leave, how large they are, and what the engine says about its queue and counts. */

#define PACKET 1000000u

/* The queue counts more than the strings of a request. */
#define REQUEST_COST 200

/* In any span: the rate, and what a tenth of a second of it brings, or one. */
void
sim_check_publish_rate (SimCheck *self,
                        SimRequest *request,
                        const SimPacket *packet)
{
  guint rate = self->options->engine.max_publish_rate;
  gsize limit = self->options->engine.max_outgoing_packet_size;
  guint64 capacity = (guint64) MAX (1u, rate / 10) * PACKET;
  gint64 now = sim_clock_now (self->clock);
  guint64 elapsed = (guint64) MIN (now - self->counted, 10 * SIM_SECOND);

  self->n_publishes_out++;
  if (request->unqueued_on == self->link->serial)
    {
      self->n_unseen--;
      request->unqueued_on = 0;
    }
  /* What was accepted while 3.1.1 was spoken is larger in MQTT 5, and is sent all the same. */
  if (self->link->version == 5 && self->options->engine.fall_back)
    limit += limit != 0 ? 1 + (request->expiry > 0 ? 5 : 0) : 0;
  if (limit != 0 && packet->size > limit)
    sim_check_fail (self, "I9", "message %u has %" G_GSIZE_FORMAT " bytes", request->uid,
                    packet->size);
  if (rate == 0)
    return;

  /* Times are whole microseconds. */
  self->credit = MIN (self->credit + elapsed * rate, capacity + rate);
  self->counted = now;
  if (self->credit < PACKET)
    sim_check_fail (self, "I17", "message %u is sent too soon for %u PUBLISH/s", request->uid,
                    rate);
  else
    self->credit -= PACKET;
  if (self->credit < PACKET)
    sim_fault (self->faults, SIM_FAULT_RATE_REACHED);
}

void
sim_check_resend_delay (SimCheck *self,
                        SimRequest *request)
{
  gint64 delay = self->options->engine.resend_delay;
  gint64 now = sim_clock_now (self->clock);

  if (delay == 0)
    return;

  if (self->link->last_resend >= 0)
    sim_fault (self->faults, SIM_FAULT_RESEND_DELAYED);
  if (self->link->last_resend >= 0 && now < self->link->last_resend + delay)
    sim_check_fail (self, "I17", "message %u is sent again only %.6f s after the one before",
                    request->uid, (double) (now - self->link->last_resend) / SIM_SECOND);
  self->link->last_resend = now;
}

void
sim_check_can_publish (SimCheck *self,
                       gboolean can_publish)
{
  sim_trace (self->trace, "may publish: %d", can_publish);
  if (can_publish == self->can_publish)
    sim_check_fail (self, "I16", "may publish: %d, and that is nothing new", can_publish);
  if (!can_publish)
    sim_fault (self->faults, SIM_FAULT_CANNOT_PUBLISH);
  self->can_publish = can_publish;
}

void
sim_check_unqueued (SimCheck *self,
                    SimRequest *request)
{
  if (request->has_operation || request->qos > 0)
    sim_check_fail (self, "I18", "message %u was encoded before it was asked for", request->uid);

  sim_fault (self->faults, SIM_FAULT_UNQUEUED);
  request->unqueued_on = self->link->serial;
  self->n_unseen++;
}

static void
check_statistics (SimCheck *self,
                  const MqttcEngineCounters *counters)
{
  if (counters->bytes_sent != self->n_bytes_out || counters->bytes_received != self->n_bytes_in)
    sim_check_fail (self, "I18",
                    "%" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
                    " bytes counted, there were %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
                    counters->bytes_sent, counters->bytes_received, self->n_bytes_out,
                    self->n_bytes_in);
  if (counters->messages_sent != self->n_publishes_out + self->n_unseen)
    sim_check_fail (self, "I18",
                    "%" G_GUINT64_FORMAT " PUBLISH counted, there were %" G_GUINT64_FORMAT,
                    counters->messages_sent, self->n_publishes_out + self->n_unseen);

  if (self->options->pull_interval > 0
      && counters->packets_received > self->n_pulls + self->n_connacks_in)
    sim_check_fail (self, "I19",
                    "%" G_GUINT64_FORMAT " packets decoded for %" G_GUINT64_FORMAT " pulls",
                    counters->packets_received, self->n_pulls);
}

void
sim_check_counters (SimCheck *self,
                    MqttcConnectionState state,
                    const MqttcEngineCounters *counters)
{
  const MqttcEngineConfig *config = &self->options->engine;
  gboolean open = state == MQTTC_CONNECTION_STATE_CONNECTING
                  || state == MQTTC_CONNECTION_STATE_CONNECTED
                  || state == MQTTC_CONNECTION_STATE_BACKING_OFF;

  check_statistics (self, counters);
  if (counters->can_publish
      && (!open || counters->queued >= config->max_queued_messages
          || counters->queued_bytes >= config->max_queued_bytes))
    sim_check_fail (self, "I16", "may publish in state %u, with %u requests in the queue", state,
                    counters->queued);
  if (!counters->can_publish && open && counters->queued == 0)
    sim_check_fail (self, "I16", "may not publish, though the queue is empty");
}

gboolean
sim_check_is_too_large (SimCheck *self,
                        SimRequest *request,
                        gsize size)
{
  gsize remaining = 2 + size + (request->qos > 0 ? 2 : 0);
  gsize limit = self->options->engine.max_outgoing_packet_size;
  gsize head = 2;

  for (gsize rest = remaining >> 7; rest > 0; rest >>= 7)
    head++;

  return request->kind == SIM_REQUEST_PUBLISH && limit != 0
         && (head + remaining > limit
             || (self->options->engine.protocol == MQTTC_PROTOCOL_V5
                 && sim_check_get_size (request) > limit));
}

gboolean
sim_check_could_drop (SimCheck *self,
                      SimRequest *request,
                      gsize size)
{
  const MqttcEngineConfig *config = &self->options->engine;

  if (config->overflow_policy != MQTTC_OVERFLOW_POLICY_DROP_OLDEST
      || request->kind != SIM_REQUEST_PUBLISH || size + REQUEST_COST > config->max_queued_bytes)
    return FALSE;

  /* Subscriptions in the queue are not dropped. */
  for (guint i = 0; i < self->requests->len; i++)
    {
      const SimRequest *other = g_ptr_array_index (self->requests, i);

      if (other->kind != SIM_REQUEST_PUBLISH && !other->ever_encoded && !other->never
          && !other->completed)
        return FALSE;
    }

  return TRUE;
}
