/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

/* Packets out of the engine: what may be sent, when, in which order and under which identifier. */

/* Topics of the client's messages are "out/" and the uid, or a few that the payload has to tell apart. */
static SimRequest *
find_published (SimCheck *self,
                const SimPacket *packet)
{
  g_autofree char *topic = g_strndup (packet->topic.data, packet->topic.len);
  guint64 uid = 0;

  if (self->options->topics > 0)
    {
      guint32 said = sim_payload_get_uid (packet->payload, packet->payload_len);
      g_autofree char *expected = sim_check_make_topic (self, said);

      if (!g_str_equal (topic, expected))
        sim_check_fail (self, "I8", "message %u is sent to %s instead of %s", said, topic,
                        expected);
      return sim_check_get_request (self, said);
    }

  if (!g_str_has_prefix (topic, "out/")
      || !g_ascii_string_to_unsigned (topic + strlen ("out/"), 10, 1, G_MAXUINT32, &uid, NULL))
    return NULL;

  return sim_check_get_request (self, (guint32) uid);
}

/* Sections 2.3.1: whoever else has this identifier now. */
static void
take_id (SimCheck *self,
         SimRequest *request,
         guint id)
{
  SimRequest *other = sim_check_get_request (self, self->by_id[id]);
  gboolean here = other != NULL && other->connection == self->link->serial;

  if (other != NULL && other != request && other->encoded && other->id == id && !other->ack_fed
      && (here
          || (other->attempted && other->kind == SIM_REQUEST_PUBLISH
              && !sim_check_gives_up (self, other))))
    sim_check_fail (self, "I6", "identifier %u of request %u is given to request %u too", id,
                    other->uid, request->uid);

  for (guint i = 0; i < self->link->resubscriptions->len; i++)
    if (g_array_index (self->link->resubscriptions, SimResubscription, i).id == id)
      sim_check_fail (self, "I6", "identifier %u of a SUBSCRIBE is given to request %u too", id,
                      request->uid);

  self->by_id[id] = request->uid;
  request->id = id;
}

/* Subscriptions come before user traffic when the session has been lost, if only on an earlier
 * connection; what is sent again goes first all the same. */
static void
check_subscribed_again (SimCheck *self)
{
  for (guint i = 0; i < self->filters->len; i++)
    {
      SimFilter *filter = g_ptr_array_index (self->filters, i);

      if (filter->wanted && filter->session != self->n_sessions
          && filter->connection != self->link->serial
          && sim_check_is_barred (self, filter->name, &self->limits))
        sim_fault (self->faults, SIM_FAULT_FILTER_BARRED);
      else if (filter->wanted && filter->session != self->n_sessions
               && filter->connection != self->link->serial)
        sim_check_fail (self, "I5", "user traffic before the subscription to %s was made again",
                        filter->name);
    }
}

/* Resends go before new publishes. */
static void
check_all_resent (SimCheck *self,
                  SimRequest *request)
{
  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *old = g_ptr_array_index (self->requests, i);

      if (old->kind != SIM_REQUEST_PUBLISH || old->qos == 0 || !old->encoded || !old->attempted
          || old->ack_fed || old->connection == self->link->serial
          || sim_check_gives_up (self, old))
        continue;
      if (!old->rec_fed)
        sim_check_fail (self, "I5", "new message %u before message %u is sent again", request->uid,
                        old->uid);
      else if (old->rec_sure && !old->rel_sent)
        sim_check_fail (self, "I5", "new message %u before the PUBREL of message %u is sent again",
                        request->uid, old->uid);
    }
}

/* A liar that acknowledges what it was not sent on this connection must be answered, and may lose
 * count. */
static gboolean
is_in_window (SimCheck *self,
              const SimRequest *request)
{
  if (request->connection == self->link->serial)
    return TRUE;

  return request->rel_sent && !(self->lied_to && request->rec_link == self->link->serial);
}

/* Of this connection, resends and PUBRELs included. */
static void
check_window (SimCheck *self)
{
  guint window = MIN (self->max_inflight, self->limits.receive_maximum);
  guint n_inflight = 0;

  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      if (request->kind == SIM_REQUEST_PUBLISH && request->qos > 0 && request->encoded
          && !request->ack_fed && !request->no_more && is_in_window (self, request))
        n_inflight++;
    }

  if (n_inflight > window)
    sim_check_fail (self, "I7", "%u messages in flight, with a window of %u [MQTT5-3.3.4-7]",
                    n_inflight, window);
  if (n_inflight < window || window == self->max_inflight)
    return;

  sim_fault (self->faults, SIM_FAULT_WINDOW_FULL);
  self->link->was_full = TRUE;
}

static void
check_resend (SimCheck *self,
              SimRequest *request,
              const SimPacket *packet)
{
  if (request->ack_sure)
    sim_check_fail (self, "I4", "message %u is sent again after its acknowledgement", request->uid);
  if (request->qos == 2 && request->rec_sure)
    sim_check_fail (self, "I4", "message %u is sent again after its PUBREC", request->uid);
  if (request->encoded && request->connection == self->link->serial)
    sim_check_fail (self, "I6", "message %u is sent twice on one connection", request->uid);

  if (request->encoded && request->attempted)
    {
      sim_fault (self->faults, SIM_FAULT_RESENT_PUBLISH);
      if (self->link->was_full)
        sim_fault (self->faults, SIM_FAULT_RESENT_LATE);
      if (!packet->dup)
        sim_check_fail (self, "I6", "message %u is sent again without DUP [MQTT-3.3.1-1]",
                        request->uid);
      if (packet->id != request->id)
        sim_check_fail (self, "I6", "message %u is sent again as %u instead of %u [MQTT-4.4.0-1]",
                        request->uid, packet->id, request->id);
    }
  else if (packet->dup)
    {
      sim_check_fail (self, "I6", "message %u is sent with DUP the first time [MQTT-4.3.2-1]",
                      request->uid);
    }
}

/* It is of the kind that answers @request. */
static gboolean
can_mean (const SimUnsure *unsure,
          const SimRequest *request)
{
  switch (unsure->type)
    {
    case SIM_PUBACK:
      return request->qos == 1;
    case SIM_PUBREC:
      return request->qos == 2;
    case SIM_PUBCOMP:
      return request->rec_fed;
    case SIM_UNSUBACK:
      return request->kind == SIM_REQUEST_UNSUBSCRIBE;
    default:
      return FALSE;
    }
}

/* What has this identifier was fed before and is decoded only now: a stray acknowledgement, or one
 * that came ahead of the repetition. Either is taken for this message's, as nothing but the
 * identifier says whose it is (section 2.3.1). */
static void
meet_undecoded (SimCheck *self,
                SimRequest *request)
{
  for (guint i = 0; i < self->unsure->len; i++)
    {
      SimUnsure *unsure = &g_array_index (self->unsure, SimUnsure, i);
      gboolean own = unsure->uid == request->uid;
      gboolean stray = unsure->uid == 0 && unsure->filter == NULL && unsure->id == request->id;

      if (!own && !stray)
        continue;
      request->tainted = request->tainted || stray;
      if (!can_mean (unsure, request))
        continue;

      unsure->uid = request->uid; /* from now on it is this one's */
      if (unsure->type == SIM_PUBREC && unsure->reason == 0)
        {
          if (!request->rec_fed)
            request->rec_order = own ? unsure->order : ++self->rec_order;
          request->rec_fed = TRUE;
          request->rec_link = self->link->serial;
          request->rel_allowed++;
          continue;
        }

      request->ack_fed = request->ever_acked = TRUE;
      if (unsure->type == SIM_PUBACK || unsure->type == SIM_PUBREC)
        request->refused = unsure->reason;
      if (unsure->type == SIM_PUBCOMP)
        request->unreleased = unsure->reason;
      if (unsure->type == SIM_UNSUBACK)
        sim_check_note_overtaken (self, request);
    }
}

static void
check_acknowledged_publish (SimCheck *self,
                            SimRequest *request,
                            const SimPacket *packet)
{
  SimCheckLink *link = self->link;

  check_resend (self, request, packet);
  if (request->uid <= link->last_publish)
    sim_check_fail (self, "I5", "message %u after message %u [MQTT-4.6.0-1]", request->uid,
                    link->last_publish);
  if (!request->encoded)
    check_all_resent (self, request);

  take_id (self, request, packet->id);
  link->last_publish = request->uid;
  request->encoded = request->ever_encoded = TRUE;
  request->connection = link->serial;
  /* They were fed, it seems, and not decoded: those of this connection may still be. */
  request->rec_fed = request->ack_fed = FALSE;
  request->refused = 0;
  request->rel_allowed = 0;
  meet_undecoded (self, request);
  check_window (self);
}

static void
check_qos0_publish (SimCheck *self,
                    SimRequest *request)
{
  /* A part of it that got stuck is of no use to anybody. */
  if (request->ever_taken && !request->lowered)
    sim_check_fail (self, "I4", "QoS 0 message %u is sent twice", request->uid);
  if (request->uid <= self->link->last_qos0 && !request->lowered)
    sim_check_fail (self, "I5", "QoS 0 message %u after message %u", request->uid,
                    self->link->last_qos0);

  if (self->options->engine.resend_delay > 0)
    check_all_resent (self, request);

  /* One that was to wait for its place in the window has no place among those that need not. */
  if (!request->lowered)
    self->link->last_qos0 = request->uid;
  request->encoded = request->ever_encoded = TRUE;
}

/* What holds for every kind of request. */
static void
check_request_out (SimCheck *self,
                   SimRequest *request)
{
  if (request->never)
    sim_check_fail (self, "I4", "request %u is sent, but was cancelled before", request->uid);
  if (request->no_more)
    sim_check_fail (self, "I4", "message %u is sent again, but ended with its session",
                    request->uid);
  if (request->completed && request->outcome == SIM_OUTCOME_CLOSED && !request->ever_encoded)
    sim_check_fail (self, "I4", "request %u is sent, but ended when the client was closed",
                    request->uid);
  if (request->completed
      && (request->outcome == SIM_OUTCOME_SUCCESS || request->outcome == SIM_OUTCOME_OTHER
          || request->outcome == SIM_OUTCOME_SESSION_LOST))
    sim_check_fail (self, "I4", "request %u is sent after its end", request->uid);
}

/* Not in a repetition, whose identifier the broker knows with the other one. */
static void
note_lowered (SimCheck *self,
              SimRequest *request,
              const SimPacket *packet)
{
  if (!self->options->engine.lower_qos || request->encoded || packet->qos >= request->qos
      || packet->qos != self->limits.qos)
    return;

  sim_fault (self->faults, SIM_FAULT_QOS_LOWERED);
  request->qos = packet->qos;
  request->lowered = TRUE;
  request->refused = 0; /* fed before the session was lost, and not decoded */
}

static guint32
publish_out (SimCheck *self,
             const SimPacket *packet)
{
  SimRequest *request = find_published (self, packet);

  if (request != NULL)
    note_lowered (self, request, packet);
  if (request == NULL || request->kind != SIM_REQUEST_PUBLISH || request->qos != packet->qos
      || packet->retain != request->retain)
    {
      sim_check_fail (self, "I4", "a PUBLISH of something never asked for");
      return 0;
    }

  check_request_out (self, request);
  sim_check_expiry_out (self, request, packet);
  sim_check_publish_rate (self, request, packet);
  if (!request->encoded || !self->link->session_present)
    check_subscribed_again (self);
  if (request->qos > 0 && request->encoded)
    sim_check_resend_delay (self, request);
  if (request->qos == 0)
    check_qos0_publish (self, request);
  else
    check_acknowledged_publish (self, request, packet);

  return request->uid;
}

/* Section 3.6.2.1 of MQTT 5: the PUBREC was for nothing. */
static gboolean
take_unknown_rec (SimCheck *self,
                  guint id)
{
  GArray *recs = self->link->unknown_recs;

  for (guint i = 0; i < recs->len; i++)
    if (g_array_index (recs, guint, i) == id)
      {
        sim_fault (self->faults, SIM_FAULT_RECEIVED_UNKNOWN);
        g_array_remove_index (recs, i);
        return TRUE;
      }

  return FALSE;
}

/* What was sent before, and is larger than this connection takes: the broker may have it, and is to
 * let go of its identifier. */
static void
note_released_unasked (SimCheck *self,
                       SimRequest *request,
                       const SimPacket *packet)
{
  if (request == NULL || request->kind != SIM_REQUEST_PUBLISH || request->qos != 2
      || request->id != packet->id || !request->encoded || request->rec_sure || !request->attempted
      || !sim_check_gives_up (self, request))
    return;

  sim_fault (self->faults, SIM_FAULT_RELEASED_UNASKED);
  if (!request->rec_fed)
    request->rel_allowed++;
  request->rec_order = 0; /* no PUBREC asked for it, whose order it could have */
  request->rec_fed = request->rec_sure = TRUE;
  request->rec_link = self->link->serial;
}

static guint32
pubrel_out (SimCheck *self,
            const SimPacket *packet)
{
  SimRequest *request = sim_check_get_request (self, self->by_id[packet->id]);

  if (packet->reason == 0x92 && take_unknown_rec (self, packet->id))
    return 0;
  note_released_unasked (self, request, packet);
  if (request == NULL || request->kind != SIM_REQUEST_PUBLISH || request->qos != 2
      || request->id != packet->id || !request->encoded || !request->rec_fed)
    {
      sim_check_fail (self, "I4", "PUBREL %u for nothing", packet->id);
      return 0;
    }

  if (request->rel_allowed == 0)
    sim_check_fail (self, "I4", "PUBREL %u of message %u once too often", packet->id, request->uid);
  else
    request->rel_allowed--;
  if (!request->rel_sent && request->rec_order != 0 && request->rec_order <= self->link->last_rel)
    sim_check_fail (self, "I5",
                    "PUBREL %u of message %u is not in the order of the PUBRECs [MQTT-4.6.0-4]",
                    packet->id, request->uid);

  if (request->connection != self->link->serial)
    sim_fault (self->faults, SIM_FAULT_RESENT_PUBREL);
  if (request->rec_link != self->link->serial)
    sim_check_resend_delay (self, request);
  request->rel_sent = TRUE;
  request->rec_sure = TRUE; /* or it would not have been sent */
  self->link->last_rel = MAX (self->link->last_rel, request->rec_order);
  check_window (self);

  return 0;
}

/* --- Subscriptions --- */

static gboolean
has_filters (SimCheck *self,
             SimRequest *request,
             const SimPacket *packet)
{
  SimText name;
  gsize at = 0;
  guint qos;

  if (packet->n_entries != request->n_filters)
    return FALSE;

  for (guint i = 0; sim_wire_next_filter (packet, &at, &name, &qos); i++)
    if (sim_check_get_filter (self, name.data, (gssize) name.len) != request->filters[i]
        || (packet->type == SIM_SUBSCRIBE && qos != request->filter_qos[i]))
      return FALSE;

  return TRUE;
}

/* Each request has a filter of its own, so there is no doubt. */
static SimRequest *
find_subscription (SimCheck *self,
                   const SimPacket *packet)
{
  SimRequestKind kind
      = packet->type == SIM_SUBSCRIBE ? SIM_REQUEST_SUBSCRIBE : SIM_REQUEST_UNSUBSCRIBE;

  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      if (request->kind == kind && !request->ack_sure && !request->never
          && !(request->encoded && request->connection == self->link->serial)
          && !(request->completed && request->outcome != SIM_OUTCOME_CANCELLED)
          && has_filters (self, request, packet))
        return request;
    }

  return NULL;
}

static gboolean
was_forgotten (SimCheck *self,
               SimFilter *filter)
{
  if (filter->forgotten == 0 || filter->waiting)
    return FALSE;

  for (guint i = filter->forgotten; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      for (guint n = 0; n < request->n_filters; n++)
        if (request->filters[n] == filter)
          return FALSE;
    }

  return TRUE;
}

/* A SUBSCRIBE of the engine's own, after the loss of a session. */
static void
resubscription_out (SimCheck *self,
                    const SimPacket *packet)
{
  SimResubscription again = { .id = packet->id, .filters = g_ptr_array_new () };
  gboolean needed = FALSE;
  SimText name;
  gsize at = 0;
  guint qos;

  while (sim_wire_next_filter (packet, &at, &name, &qos))
    {
      SimFilter *filter = sim_check_get_filter (self, name.data, (gssize) name.len);
      guint expected_qos;

      sim_trace (self->trace, "  %s with QoS %u again", filter->name, qos);
      needed = needed || filter->sure_session != self->n_sessions;
      if (sim_check_get_subscribed (self, filter, &expected_qos) == SIM_SUBSCRIBED_NO)
        sim_check_fail (self, "I4", "%s is subscribed to, but nobody wants it", filter->name);
      if (was_forgotten (self, filter))
        sim_check_fail (self, "I4", "%s is subscribed to again, but was given up", filter->name);
      if (filter->wanted && filter->qos >= 0 && (guint) filter->qos != qos)
        sim_check_fail (self, "I4", "%s is subscribed to again with QoS %u instead of %d",
                        filter->name, qos, filter->qos);
      filter->connection = self->link->serial;
      g_ptr_array_add (again.filters, filter);
    }

  /* With a liar the engine may well know better. */
  if (!needed && !self->lied_to)
    sim_check_fail (self, "I4", "subscribes again, though the session is there");
  g_array_append_val (self->link->resubscriptions, again);
}

/* A SUBSCRIBE whose answer was fed, and perhaps not decoded, may be one of the engine's own. */
static void
note_order (SimCheck *self,
            SimRequest *request)
{
  if (request->uid <= self->link->last_subscription && !request->ever_acked)
    sim_check_fail (self, "I5", "request %u after request %u", request->uid,
                    self->link->last_subscription);
  if (!request->ever_acked)
    self->link->last_subscription = request->uid;

  for (guint i = 0; i < request->n_filters; i++)
    {
      if (request->overtaken)
        request->filters[i]->muddled = self->requests->len;
      if (request->kind == SIM_REQUEST_UNSUBSCRIBE)
        request->filters[i]->wanted = FALSE;
    }
}

static guint32
subscription_out (SimCheck *self,
                  const SimPacket *packet)
{
  SimRequest *request = find_subscription (self, packet);

  if (request == NULL && packet->type == SIM_SUBSCRIBE)
    {
      resubscription_out (self, packet);
      return 0;
    }
  if (request == NULL)
    {
      sim_check_fail (self, "I4", "an UNSUBSCRIBE nobody asked for");
      return 0;
    }

  check_request_out (self, request);
  if (packet->type == SIM_SUBSCRIBE && self->link->version == 5
      && packet->properties.numbers[SIM_SUBSCRIPTION_ID]
             != (self->limits.ids ? request->uid % 5 : 0))
    sim_check_fail (self, "I4", "SUBSCRIBE %u has another subscription identifier", request->uid);
  if (packet->type == SIM_UNSUBSCRIBE && (!request->encoded || !self->link->session_present))
    check_subscribed_again (self);
  note_order (self, request);
  take_id (self, request, packet->id);
  request->encoded = request->ever_encoded = TRUE;
  request->connection = self->link->serial;
  request->ack_fed = FALSE;
  meet_undecoded (self, request);
  if (packet->type == SIM_SUBSCRIBE)
    for (guint i = 0; i < request->n_filters; i++)
      request->filters[i]->connection = self->link->serial;

  return request->uid;
}

/* --- All of them --- */

static void
check_may_send (SimCheck *self,
                const SimPacket *packet)
{
  SimCheckLink *link = self->link;

  if (link->disconnect_seen)
    sim_check_fail (self, "I8", "%s after DISCONNECT [MQTT-3.14.4-2]",
                    sim_wire_type_name (packet->type));
  if (packet->type == SIM_CONNECT)
    return;
  if (!link->connect_seen)
    sim_check_fail (self, "I8", "%s before CONNECT [MQTT-3.1.0-1]",
                    sim_wire_type_name (packet->type));
  if (!link->is_connected && packet->type != SIM_DISCONNECT && packet->type != SIM_AUTH)
    sim_check_fail (self, "I8", "%s before CONNACK", sim_wire_type_name (packet->type));
}

guint32
sim_check_packet_out (SimCheck *self,
                      const SimPacket *packet)
{
  check_may_send (self, packet);
  sim_check_limits_out (self, packet);

  switch (packet->type)
    {
    case SIM_CONNECT:
      sim_check_connect_out (self, packet);
      return 0;
    case SIM_PUBLISH:
      return publish_out (self, packet);
    case SIM_PUBACK:
      sim_check_quota_out (self);
      sim_check_puback_out (self, packet->id);
      return 0;
    case SIM_PUBREC:
      sim_check_pubrec_out (self, packet->id);
      return 0;
    case SIM_PUBREL:
      return pubrel_out (self, packet);
    case SIM_PUBCOMP:
      sim_check_quota_out (self);
      sim_check_pubcomp_out (self, packet->id);
      return 0;
    case SIM_SUBSCRIBE:
    case SIM_UNSUBSCRIBE:
      return subscription_out (self, packet);
    case SIM_AUTH:
      sim_check_auth_out (self, packet);
      return 0;
    case SIM_PINGREQ:
      if (self->link->keep_alive == 0)
        sim_check_fail (self, "I8", "PINGREQ with a keepalive of 0");
      return 0;
    case SIM_DISCONNECT:
      if (!self->close_asked)
        sim_check_fail (self, "I8", "DISCONNECT, but nobody has closed");
      if (self->with_will && self->link->version == 4)
        sim_check_fail (self, "I8", "DISCONNECT, but the will was to be published [MQTT-3.14.4-3]");
      if (self->link->version == 5 && packet->reason != (self->with_will ? 4u : 0u))
        sim_check_fail (self, "I8", "DISCONNECT with reason 0x%02x", packet->reason);
      self->link->disconnect_seen = TRUE;
      return 0;
    default:
      sim_check_fail (self, "I8", "a client does not send %s", sim_wire_type_name (packet->type));
      return 0;
    }
}
