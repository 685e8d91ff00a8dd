/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-packet.h"

#define REQUEST_COST 200

G_DEFINE_QUARK (sim-cancelled, sim_cancelled)

static void
filter_free (gpointer data)
{
  SimFilter *filter = data;

  g_free (filter->name);
  g_free (filter);
}

static void
inbound_free (gpointer data)
{
  SimInbound *inbound = data;

  g_free (inbound->topic);
  g_free (inbound);
}

SimCheck *
sim_check_new (SimClock *clock,
               const SimOptions *options,
               SimFaults *faults,
               SimTrace *trace)
{
  SimCheck *self = g_new0 (SimCheck, 1);

  self->clock = clock;
  self->options = options;
  self->faults = faults;
  self->trace = trace;
  sim_limits_init (&self->limits);
  sim_limits_init (&self->strictest);
  self->session_ends = -1;
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->inbound = g_ptr_array_new_with_free_func (inbound_free);
  self->filters = g_ptr_array_new_with_free_func (filter_free);
  self->unsure = g_array_new (FALSE, FALSE, sizeof (SimUnsure));
  self->outgoing = g_array_new (FALSE, FALSE, sizeof (SimReport));
  self->incoming = g_array_new (FALSE, FALSE, sizeof (SimReport));
  g_queue_init (&self->expected);
  self->clean_session = options->engine.clean_session;
  self->max_inflight = self->max_window = options->engine.max_inflight;
  self->close_deadline = -1;
  self->counted = -10 * SIM_SECOND;
  self->dial_since = -1;
  self->backoff_since = -1;
  self->reading_since = -1;
  self->awake_since = -2 * SIM_SECOND;

  return self;
}

void
sim_check_free (SimCheck *self)
{
  sim_check_link_down (self);
  g_queue_clear_full (&self->expected, g_free);
  g_array_unref (self->incoming);
  g_array_unref (self->outgoing);
  g_array_unref (self->unsure);
  g_ptr_array_unref (self->filters);
  g_ptr_array_unref (self->inbound);
  g_ptr_array_unref (self->requests);
  g_free (self->assigned_id);
  g_free (self->session_client_id);
  g_free (self->referred);
  g_free (self->followed);
  g_free (self->session_at);
  g_free (self->violation);
  g_free (self);
}

void
sim_check_lied (SimCheck *self)
{
  self->lied_to = TRUE;
}

/* What arrives, how often, and in which order: nobody can answer for that with such a broker. That
 * everything comes to rest once it is gone holds all the same. */
static gboolean
is_excused (SimCheck *self,
            const char *invariant)
{
  static const char *const excused[] = { "I1", "I2", "I3", "I5", NULL };

  return self->lied_to
         && (g_strv_contains (excused, invariant)
             || (g_str_equal (invariant, "L1") && !self->healed));
}

void
sim_check_fail (SimCheck *self,
                const char *invariant,
                const char *format,
                ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  if (self->violation != NULL || is_excused (self, invariant))
    return;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  self->violation
      = g_strdup_printf ("%s: %s (at %.6f s)", invariant, sentence,
                         (double) (sim_clock_now (self->clock) - self->trace->start) / SIM_SECOND);
  sim_trace (self->trace, "VIOLATION %s", self->violation);
}

/* --- Requests --- */

/* It is given a uid when it is made, which it keeps only if the engine accepts it. */
SimRequest *
sim_check_new_request (SimCheck *self,
                       SimRequestKind kind)
{
  SimRequest *request = g_new0 (SimRequest, 1);

  g_ptr_array_add (self->requests, request);
  request->uid = self->requests->len;
  request->kind = kind;

  return request;
}

void
sim_check_refuse_request (SimCheck *self,
                          SimRequest *request)
{
  g_assert (request->uid == self->requests->len);
  g_ptr_array_set_size (self->requests, (int) request->uid - 1);
}

void
sim_check_accept_request (SimCheck *self,
                          SimRequest *request)
{
  for (guint i = 0; i < request->n_filters; i++)
    {
      SimFilter *filter = request->filters[i];

      if (request->kind == SIM_REQUEST_UNSUBSCRIBE)
        filter->wanted = FALSE;
      else if (filter->qos != request->filter_qos[i])
        filter->qos = -1;
    }
}

SimRequest *
sim_check_get_request (SimCheck *self,
                       guint32 uid)
{
  if (uid == 0 || uid > self->requests->len)
    return NULL;

  return g_ptr_array_index (self->requests, uid - 1);
}

SimFilter *
sim_check_get_filter (SimCheck *self,
                      const char *name,
                      gssize len)
{
  gsize n = len < 0 ? strlen (name) : (gsize) len;
  SimFilter *filter;

  for (guint i = 0; i < self->filters->len; i++)
    {
      filter = g_ptr_array_index (self->filters, i);
      if (strlen (filter->name) == n && memcmp (filter->name, name, n) == 0)
        return filter;
    }

  filter = g_new0 (SimFilter, 1);
  filter->name = g_strndup (name, n);
  g_ptr_array_add (self->filters, filter);

  return filter;
}

void
sim_check_cancel (SimCheck *self,
                  SimRequest *request)
{
  SimFault fault = SIM_FAULT_CANCEL_UNSENT;

  if (request->completed)
    fault = SIM_FAULT_CANCEL_ENDED;
  else if (request->ever_encoded)
    fault = SIM_FAULT_CANCEL_SENT;
  else
    request->never = TRUE;

  request->cancel_asked = TRUE;
  sim_fault (self->faults, fault);
}

static gboolean
has_waiting_subscribe (SimCheck *self,
                       SimFilter *filter)
{
  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      if (request->kind != SIM_REQUEST_SUBSCRIBE || request->never || request->ever_sure
          || (request->completed && request->outcome != SIM_OUTCOME_CANCELLED))
        continue;
      for (guint n = 0; n < request->n_filters; n++)
        if (request->filters[n] == filter)
          return TRUE;
    }

  return FALSE;
}

/* It is not subscribed to again, until it is subscribed to anew; a SUBSCRIBE that still waits
 * does. */
void
sim_check_forget (SimCheck *self,
                  SimFilter *filter)
{
  filter->wanted = FALSE;
  filter->waiting = has_waiting_subscribe (self, filter);
  filter->forgotten = self->requests->len;
}

/* The bound holds back what would exceed it, and no more, give or take what a request costs
 * besides its strings. */
void
sim_check_refusal (SimCheck *self,
                   SimRequest *request,
                   gsize size,
                   const MqttcEngineCounters *counters,
                   const GError *error)
{
  const MqttcEngineConfig *config = &self->options->engine;
  gboolean full = counters->queued >= config->max_queued_messages
                  || counters->queued_bytes + size + REQUEST_COST > config->max_queued_bytes;

  if (error->domain != MQTTC_CLIENT_ERROR)
    sim_check_fail (self, "I4", "request refused with a foreign error: %s", error->message);
  else if (error->code == MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE)
    {
      if (!sim_check_is_too_large (self, request, size)
          && !sim_check_is_limited (self, request, &self->limits, TRUE))
        sim_check_fail (self, "I9", "refused as too large: %s", error->message);
      sim_fault (self->faults, SIM_FAULT_TOO_LARGE);
    }
  else if (error->code == MQTTC_CLIENT_ERROR_LIMIT)
    {
      if (!sim_check_is_limited (self, request, &self->limits, FALSE))
        sim_check_fail (self, "I9", "refused for a limit that there is not: %s", error->message);
      sim_fault (self->faults, SIM_FAULT_LIMIT_REFUSED);
    }
  else if (error->code == MQTTC_CLIENT_ERROR_QUEUE_FULL
           && sim_check_could_drop (self, request, size))
    sim_check_fail (self, "I9", "refused, though older messages could be dropped: %s",
                    error->message);
  else if (error->code == MQTTC_CLIENT_ERROR_QUEUE_FULL && !full)
    sim_check_fail (self, "I9",
                    "refused as the queue is full, with %u requests of %" G_GSIZE_FORMAT
                    " bytes in it",
                    counters->queued, counters->queued_bytes);
  else if (error->code == MQTTC_CLIENT_ERROR_OFFLINE && request->qos > 0)
    sim_check_fail (self, "I4", "refused as there is no connection, with QoS %u", request->qos);
  else if (error->code == MQTTC_CLIENT_ERROR_NOT_OPEN && !self->close_asked
           && self->options->engine.reconnect && !self->options->refuses)
    sim_check_fail (self, "I4", "refused as not open, though nobody has closed it");
  else if (error->code != MQTTC_CLIENT_ERROR_QUEUE_FULL && error->code != MQTTC_CLIENT_ERROR_OFFLINE
           && error->code != MQTTC_CLIENT_ERROR_NOT_OPEN)
    sim_check_fail (self, "I4", "refused with an unexpected error: %s", error->message);
  else if (error->code == MQTTC_CLIENT_ERROR_QUEUE_FULL)
    sim_fault (self->faults, SIM_FAULT_QUEUE_FULL);
}

/* --- Events --- */

/* Both end all that waits: a close that was asked for, and an error that stops the retrying. */
static gboolean
may_end_unfinished (SimCheck *self,
                    SimRequest *request)
{
  return request->may_close || !self->options->engine.reconnect || self->options->refuses;
}

static void
check_success (SimCheck *self,
               SimRequest *request,
               MqttcPacket *packet)
{
  const SimOptions *options = self->options;

  request->outcome = SIM_OUTCOME_SUCCESS;
  /* A refusal that was not read before its link was gone; then came a stray acknowledgement. */
  if (request->refused != 0 && options->profile == SIM_PROFILE_HOSTILE && self->link != NULL
      && request->connection != self->link->serial)
    {
      request->refused = 0;
      request->tainted = TRUE;
    }
  if (request->refused != 0)
    sim_check_fail (self, "I4", "message %u is a success, and was refused with 0x%02x",
                    request->uid, request->refused);
  request->ack_sure = request->ever_sure = request->ever_acked;
  request->ack_fed = request->ack_fed || request->ack_sure;
  if (request->kind == SIM_REQUEST_PUBLISH && request->qos == 0)
    {
      if (!request->ever_taken && options->engine.offline_qos0 != MQTTC_OFFLINE_QOS0_DROP)
        sim_check_fail (self, "I4", "QoS 0 message %u reported as sent, but it was not",
                        request->uid);
    }
  else if (!request->ever_acked && !request->ever_released)
    {
      sim_check_fail (self, "I4", "request %u reported as finished before its acknowledgement",
                      request->uid);
    }
  else if (packet != NULL && !request->ever_released)
    {
      static const MqttcPacketType last[3][3] = {
        { MQTTC_PACKET_TYPE_PUBACK, MQTTC_PACKET_TYPE_PUBACK, MQTTC_PACKET_TYPE_PUBCOMP },
        { MQTTC_PACKET_TYPE_SUBACK, MQTTC_PACKET_TYPE_SUBACK, MQTTC_PACKET_TYPE_SUBACK },
        { MQTTC_PACKET_TYPE_UNSUBACK, MQTTC_PACKET_TYPE_UNSUBACK, MQTTC_PACKET_TYPE_UNSUBACK },
      };

      if (mqttc_packet_get_packet_type (packet) != last[request->kind][request->qos])
        sim_check_fail (self, "I4", "request %u reported with a packet of type %u", request->uid,
                        mqttc_packet_get_packet_type (packet));
    }

  if (request->kind == SIM_REQUEST_SUBSCRIBE)
    {
      GBytes *codes = packet != NULL ? mqttc_packet_get_reason_codes (packet) : NULL;

      if (codes == NULL || g_bytes_get_size (codes) != request->n_codes
          || memcmp (g_bytes_get_data (codes, NULL), request->codes, request->n_codes) != 0)
        sim_check_fail (self, "I4", "SUBSCRIBE %u reported with other codes than the SUBACK had",
                        request->uid);
    }
}

static void
check_failure (SimCheck *self,
               SimRequest *request,
               const GError *error)
{
  gboolean forgotten = (self->clean_session || !self->session_held)
                       && (self->link == NULL || !self->link->is_connected);

  if (error->domain == sim_cancelled_quark ())
    {
      request->outcome = SIM_OUTCOME_CANCELLED;
      if (!request->cancel_asked)
        sim_check_fail (self, "I4", "request %u cancelled by nobody", request->uid);
    }
  else if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_SESSION_LOST))
    {
      request->outcome = SIM_OUTCOME_SESSION_LOST;
      if (request->kind != SIM_REQUEST_PUBLISH || request->qos != 2 || !request->ever_encoded
          || (!request->ever_doubted && !forgotten)
          || self->options->engine.session_lost_policy != MQTTC_SESSION_LOST_POLICY_FAIL)
        sim_check_fail (
            self, "I4",
            "request %u, QoS %u, failed as the session was lost, which it was not for it",
            request->uid, request->qos);
    }
  else if (sim_check_limit_failure (self, request, error))
    {
      request->outcome = SIM_OUTCOME_OTHER;
    }
  else if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL))
    {
      request->outcome = SIM_OUTCOME_OTHER;
      sim_fault (self->faults, SIM_FAULT_DROPPED);
      if (request->kind != SIM_REQUEST_PUBLISH || request->ever_encoded
          || self->options->engine.overflow_policy != MQTTC_OVERFLOW_POLICY_DROP_OLDEST)
        sim_check_fail (self, "I4", "request %u was dropped: %s", request->uid, error->message);
    }
  else if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED))
    {
      request->outcome = SIM_OUTCOME_CLOSED;
      if (!may_end_unfinished (self, request))
        sim_check_fail (self, "I4", "request %u ended as closed, but nobody has closed",
                        request->uid);
    }
  else
    {
      request->outcome = SIM_OUTCOME_OTHER;
      if (!may_end_unfinished (self, request)
          && (request->kind != SIM_REQUEST_PUBLISH || request->qos > 0
              || error->domain != MQTTC_CLIENT_ERROR))
        sim_check_fail (self, "I4", "request %u failed: %s", request->uid, error->message);
    }
}

static void
check_completed (SimCheck *self,
                 const MqttcEngineEvent *event)
{
  SimRequest *request = (SimRequest *) (gpointer) event->operation;

  if (self->reauthentication != NULL && event->operation == self->reauthentication)
    {
      sim_check_reauthenticated (self, event->error);
      return;
    }
  if (request == NULL || !request->has_operation)
    {
      sim_check_fail (self, "I4", "the end of something nobody waits for");
      return;
    }

  sim_trace (self->trace, "request %u ended: %s", request->uid,
             event->error != NULL ? event->error->message : "success");
  if (request->completed)
    sim_check_fail (self, "I4", "request %u ended twice", request->uid);
  request->completed = TRUE;
  if (event->error == NULL)
    check_success (self, request, event->packet);
  else
    check_failure (self, request, event->error);
}

static void
check_state (SimCheck *self,
             MqttcConnectionState state)
{
#define TO(name) (1u << MQTTC_CONNECTION_STATE_##name)
  static const guint next[] = {
    [MQTTC_CONNECTION_STATE_IDLE] = TO (CONNECTING) | TO (CLOSED),
    [MQTTC_CONNECTION_STATE_CONNECTING]
    = TO (CONNECTED) | TO (BACKING_OFF) | TO (DRAINING) | TO (CLOSED),
    [MQTTC_CONNECTION_STATE_CONNECTED]
    = TO (BACKING_OFF) | TO (CONNECTING) | TO (DRAINING) | TO (CLOSED),
    [MQTTC_CONNECTION_STATE_BACKING_OFF] = TO (CONNECTING) | TO (DRAINING) | TO (CLOSED),
    [MQTTC_CONNECTION_STATE_DRAINING] = TO (CLOSED),
    [MQTTC_CONNECTION_STATE_CLOSED] = TO (CONNECTING),
  };
#undef TO

  sim_trace (self->trace, "state %u", state);
  if ((next[self->state] & (1u << state)) == 0)
    sim_check_fail (self, "I4", "state %u follows on state %u", state, self->state);
  self->state = state;
}

static void
check_connection_event (SimCheck *self,
                        const MqttcEngineEvent *event)
{
  gboolean connected = event->type == MQTTC_ENGINE_EVENT_CONNECTED;

  sim_trace (self->trace, "%s: %s", connected ? "connected" : "disconnected",
             event->error != NULL ? event->error->message : "");
  if (!connected && g_error_matches (event->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT)
      && strstr (event->error->message, "packet-timeout") != NULL)
    sim_fault (self->faults, SIM_FAULT_PACKET_TIMED_OUT);
  if (connected && self->told_connected)
    sim_check_fail (self, "I4", "connected twice without a disconnection");
  if (connected && (event->packet == NULL || mqttc_packet_get_reason_code (event->packet) != 0))
    sim_check_fail (self, "I4", "connected without a CONNACK that says so");
  if (!connected && event->retry_delay > self->options->engine.reconnect_max_delay)
    sim_check_fail (self, "I12", "the next attempt only in %" G_GINT64_FORMAT " us",
                    event->retry_delay);
  self->told_connected = connected;
}

/* What is fed when the link ends may never be decoded, and is not reported then. */
static void
check_report (SimCheck *self,
              GArray *reports,
              MqttcPacket *packet,
              gboolean may_skip)
{
  guint type = mqttc_packet_get_packet_type (packet);
  guint i = 0;

  while (i < reports->len)
    {
      SimReport report = g_array_index (reports, SimReport, i);

      i++;
      if (report.type == type && report.id == mqttc_packet_get_packet_id (packet))
        {
          g_array_remove_range (reports, 0, i);
          return;
        }
      if (!may_skip)
        break;
    }

  sim_check_fail (self, "I4", "%s %u is reported, which is not what went over the link",
                  sim_wire_type_name (type), mqttc_packet_get_packet_id (packet));
}

void
sim_check_event (SimCheck *self,
                 const MqttcEngineEvent *event)
{
  switch (event->type)
    {
    case MQTTC_ENGINE_EVENT_STATE:
      check_state (self, event->state);
      break;
    case MQTTC_ENGINE_EVENT_CONNECTED:
    case MQTTC_ENGINE_EVENT_DISCONNECTED:
      check_connection_event (self, event);
      break;
    case MQTTC_ENGINE_EVENT_MESSAGE:
      sim_check_message (self, event->message);
      break;
    case MQTTC_ENGINE_EVENT_COMPLETED:
      check_completed (self, event);
      break;
    case MQTTC_ENGINE_EVENT_SUBSCRIBED:
      if (event->filters == NULL || event->packet == NULL)
        sim_check_fail (self, "I4", "subscribed again to nothing");
      break;
    case MQTTC_ENGINE_EVENT_CREDENTIALS:
    case MQTTC_ENGINE_EVENT_AUTHENTICATE:
      break;
    case MQTTC_ENGINE_EVENT_CAN_PUBLISH:
      sim_check_can_publish (self, event->can_publish);
      break;
    case MQTTC_ENGINE_EVENT_OUTGOING:
      check_report (self, self->outgoing, event->packet, FALSE);
      break;
    case MQTTC_ENGINE_EVENT_INCOMING:
    default:
      check_report (self, self->incoming, event->packet, TRUE);
      break;
    }
}

void
sim_check_open (SimCheck *self)
{
  self->close_asked = FALSE;
  self->with_will = FALSE;
  self->close_deadline = -1;
  sim_check_reference_kept (self);
}

void
sim_check_close (SimCheck *self,
                 guint reason_code,
                 gint64 drain_timeout)
{
  gint64 deadline = sim_clock_now (self->clock) + drain_timeout;

  self->close_asked = TRUE;
  if (reason_code == MQTTC_REASON_CODE_DISCONNECT_WITH_WILL)
    self->with_will = TRUE;
  if (self->close_deadline < 0 || deadline < self->close_deadline)
    self->close_deadline = deadline;

  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      request->may_close = request->may_close || !request->completed;
    }
}

void
sim_check_all_ended (SimCheck *self)
{
  self->close_deadline = -1;
  if (self->reauthentication != NULL)
    sim_check_fail (self, "I4", "closed, but the re-authentication has not ended");
  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      if (request->has_operation && !request->completed)
        sim_check_fail (self, "I4", "closed, but request %u has not ended", request->uid);
    }
}
