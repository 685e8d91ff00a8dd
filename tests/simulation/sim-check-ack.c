/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

/* Packets into the engine: what they entitle it to, and oblige it to. */

static void
push_unsure (SimCheck *self,
             guint type,
             SimRequest *request)
{
  SimUnsure unsure = {
    .number = self->link->next_tag,
    .type = type,
    .uid = request->uid,
    .order = self->rec_order,
    .reason = request->refused,
  };

  g_array_append_val (self->unsure, unsure);
}

static void
filter_answered (SimCheck *self,
                 SimFilter *filter)
{
  SimUnsure unsure = { .number = self->link->next_tag, .type = SIM_SUBACK, .filter = filter };

  filter->session = self->n_sessions;
  g_array_append_val (self->unsure, unsure);
}

/* A PUBCOMP means nothing where the PUBREC was lost with its connection, before it was decoded. */
static void
make_ack_sure (SimRequest *request,
               guint type)
{
  if (type == SIM_PUBCOMP && !request->rec_sure)
    request->ack_fed = FALSE;
  request->ack_sure = request->ever_sure = request->ack_fed;
}

void
sim_check_make_sure (SimCheck *self,
                     guint n_decoded)
{
  guint n_sure = 0;

  for (; n_sure < self->unsure->len; n_sure++)
    {
      SimUnsure *unsure = &g_array_index (self->unsure, SimUnsure, n_sure);
      SimRequest *request = sim_check_get_request (self, unsure->uid);

      if (unsure->number > n_decoded)
        break;
      if (unsure->filter != NULL)
        unsure->filter->sure_session = self->n_sessions;
      else if (request == NULL)
        continue;
      else if (unsure->type == SIM_PUBREC && unsure->reason == 0)
        request->rec_sure = request->rec_fed;
      else
        make_ack_sure (request, unsure->type);
    }

  if (n_sure > 0)
    g_array_remove_range (self->unsure, 0, n_sure);
}

/* --- The session --- */

static void
lose_publish (SimCheck *self,
              SimRequest *request)
{
  gboolean republish
      = self->options->engine.session_lost_policy == MQTTC_SESSION_LOST_POLICY_REPUBLISH;

  request->n_lost++;
  if (request->qos == 2 && request->rec_fed)
    {
      request->ever_released = TRUE;
      request->no_more = request->rec_sure;
      sim_fault (self->faults, SIM_FAULT_LOST_IN_RELEASE);
    }
  if (request->qos == 2 && !request->rec_sure)
    {
      request->ever_doubted = TRUE;
      /* If not a byte of it has left, it may well be treated as unsent. */
      request->no_more = !republish && request->attempted && !request->rec_fed;
      sim_fault (self->faults, SIM_FAULT_LOST_IN_DOUBT);
    }

  request->encoded = request->attempted = FALSE;
  request->rec_fed = request->rec_sure = FALSE;
  request->connection = 0;
  request->id = 0;
}

static void
note_wanted (SimCheck *self)
{
  for (guint i = 0; i < self->filters->len; i++)
    {
      SimFilter *filter = g_ptr_array_index (self->filters, i);
      guint qos = 0;

      filter->wanted = sim_check_get_subscribed (self, filter, &qos) == SIM_SUBSCRIBED_YES;
      filter->qos = (int) qos;
    }
}

/* CONNACK without session present: whatever was between the two is gone. */
void
sim_check_begin_session (SimCheck *self)
{
  self->n_sessions++;
  if (self->clean_session && self->n_sessions > 1)
    sim_fault (self->faults, SIM_FAULT_CLEAN_RECONNECT);

  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      if (request->kind == SIM_REQUEST_PUBLISH && request->qos > 0 && request->encoded
          && !request->ack_sure)
        lose_publish (self, request);
      request->rel_allowed = 0;
    }

  note_wanted (self);
  sim_check_inbound_session_lost (self);
}

/* What a liar says is there may be of another name, or was never to be kept. */
static gboolean
knows_session (SimCheck *self)
{
  return self->session_held && g_strcmp0 (self->session_client_id, self->client_id) == 0;
}

/* The server has yet to choose the name. */
static gboolean
is_nameless (SimCheck *self)
{
  return self->client_id[0] == '\0' && self->assigned_id == NULL;
}

gboolean
sim_check_refuses_session (SimCheck *self,
                           gboolean present)
{
  return present && (self->link->clean_start || is_nameless (self));
}

static void
connack_in (SimCheck *self,
            const SimPacket *packet)
{
  if (!self->link->awaited)
    self->n_connacks_in++;
  /* A liar's session that cannot be ends the connection [MQTT-3.2.2-1] [MQTT5-3.2.2-4]. */
  self->link->refused
      = packet->return_code != 0 || sim_check_refuses_session (self, packet->session_present);
  if (self->link->refused && packet->return_code == 0 && self->link->version == 5)
    self->link->fault = 0x82;
  if (self->link->refused)
    return;

  self->link->is_connected = TRUE;
  sim_check_settle_doubt (self);
  self->link->connected_since = sim_clock_now (self->clock);
  self->session_ends = -1;
  self->link->session_present = packet->session_present;
  self->dial_since = -1;
  if (!packet->session_present || !knows_session (self))
    sim_check_begin_session (self);
  sim_check_connack_5 (self, packet);
  self->session_held = self->session_expiry != 0;
  self->session_given_up = FALSE;
  g_free (self->session_client_id);
  self->session_client_id = g_strdup (self->client_id);
}

/* --- Acknowledgements --- */

static SimRequest *
find_in_flight (SimCheck *self,
                guint id,
                SimRequestKind kind)
{
  SimRequest *request = sim_check_get_request (self, self->by_id[id]);

  if (request == NULL || request->kind != kind || request->id != id || !request->encoded
      || request->ack_fed)
    return NULL;
  if (kind != SIM_REQUEST_PUBLISH && request->connection != self->link->serial)
    return NULL;

  return request;
}

static void
note_stray (SimCheck *self,
            const SimPacket *packet)
{
  SimUnsure unsure = {
    .number = self->link->next_tag,
    .type = packet->type,
    .id = packet->id,
    .reason = packet->reason >= 0x80 ? packet->reason : 0,
  };

  self->link->n_strays++;
  g_array_append_val (self->unsure, unsure);
}

static void
check_tag (SimCheck *self,
           SimRequest *request,
           guint32 tag_uid,
           gboolean hostile)
{
  if (tag_uid == request->uid && !hostile)
    return;

  /* The broker has acknowledged something else, or what it has not got. */
  request->tainted = TRUE;
  if (self->options->profile != SIM_PROFILE_HOSTILE && !self->lied_to)
    sim_check_fail (self, "I6", "identifier %u stands for two messages at once", request->id);
}

static void
puback_in (SimCheck *self,
           const SimPacket *packet,
           guint32 tag_uid,
           gboolean hostile)
{
  SimRequest *request = find_in_flight (self, packet->id, SIM_REQUEST_PUBLISH);

  if (request == NULL || request->qos != 1)
    {
      note_stray (self, packet);
      return;
    }

  check_tag (self, request, tag_uid, hostile);
  request->ack_fed = request->ever_acked = TRUE;
  request->refused = packet->reason >= 0x80 ? packet->reason : 0;
  push_unsure (self, SIM_PUBACK, request);
}

static void
pubrec_in (SimCheck *self,
           const SimPacket *packet,
           guint32 tag_uid,
           gboolean hostile)
{
  SimRequest *request = find_in_flight (self, packet->id, SIM_REQUEST_PUBLISH);

  if (self->link->version == 5 && packet->reason < 0x80)
    g_array_append_val (self->link->unknown_recs, packet->id);
  if (request == NULL || request->qos != 2)
    {
      note_stray (self, packet);
      return;
    }

  if (hostile && request->rec_fed)
    note_stray (self, packet);
  else
    check_tag (self, request, tag_uid, hostile);
  if (packet->reason >= 0x80 && !request->rec_fed)
    {
      request->refused = packet->reason;
      request->ack_fed = request->ever_acked = TRUE;
      push_unsure (self, SIM_PUBREC, request);
      return;
    }

  self->rec_order++;
  if (!request->rec_fed)
    request->rec_order = self->rec_order;
  request->rec_fed = TRUE;
  request->rec_link = self->link->serial;
  request->rel_allowed++;
  push_unsure (self, SIM_PUBREC, request);
}

static void
pubcomp_in (SimCheck *self,
            const SimPacket *packet,
            guint32 tag_uid,
            gboolean hostile)
{
  SimRequest *request = find_in_flight (self, packet->id, SIM_REQUEST_PUBLISH);

  if (request == NULL || request->qos != 2 || !request->rec_fed)
    {
      note_stray (self, packet);
      return;
    }

  check_tag (self, request, tag_uid, hostile);
  request->ack_fed = request->ever_acked = TRUE;
  if (packet->reason >= 0x80 && request->rec_link == self->link->serial)
    request->unreleased = packet->reason;
  push_unsure (self, SIM_PUBCOMP, request);
}

static gboolean
have_common_filter (SimRequest *a,
                    SimRequest *b)
{
  for (guint i = 0; i < a->n_filters; i++)
    for (guint n = 0; n < b->n_filters; n++)
      if (a->filters[i] == b->filters[n])
        return TRUE;

  return FALSE;
}

/* Answers to subscriptions need not keep an order. What is overtaken and then has to be sent again
 * undoes what came after it; nobody can help that. */
void
sim_check_note_overtaken (SimCheck *self,
                          SimRequest *request)
{
  for (guint32 uid = 1; uid < request->uid; uid++)
    {
      SimRequest *older = sim_check_get_request (self, uid);

      if (older->encoded && !older->ever_sure && have_common_filter (older, request))
        older->overtaken = TRUE;
    }
}

static gboolean
resubscribed (SimCheck *self,
              const SimPacket *packet)
{
  GArray *list = self->link->resubscriptions;

  for (guint i = 0; i < list->len; i++)
    {
      SimResubscription *again = &g_array_index (list, SimResubscription, i);

      if (again->id != packet->id)
        continue;
      for (guint n = 0; n < again->filters->len; n++)
        filter_answered (self, g_ptr_array_index (again->filters, n));
      g_ptr_array_unref (again->filters);
      g_array_remove_index (list, i);
      return TRUE;
    }

  return FALSE;
}

static void
suback_in (SimCheck *self,
           const SimPacket *packet)
{
  SimRequest *request = find_in_flight (self, packet->id, SIM_REQUEST_SUBSCRIBE);

  if (request == NULL)
    {
      if (!resubscribed (self, packet))
        note_stray (self, packet);
      return;
    }

  sim_check_note_overtaken (self, request);
  request->ack_fed = request->ever_acked = TRUE;
  request->n_codes = MIN (packet->n_entries, G_N_ELEMENTS (request->codes));
  memcpy (request->codes, packet->entries, request->n_codes);
  push_unsure (self, SIM_SUBACK, request);
  for (guint i = 0; i < request->n_codes; i++)
    {
      if (request->codes[i] >= 0x80)
        sim_fault (self->faults, SIM_FAULT_REFUSED_FILTER);
      else
        filter_answered (self, request->filters[i]);
    }
}

static void
unsuback_in (SimCheck *self,
             const SimPacket *packet)
{
  SimRequest *request = find_in_flight (self, packet->id, SIM_REQUEST_UNSUBSCRIBE);

  if (request == NULL)
    {
      note_stray (self, packet);
      return;
    }

  sim_check_note_overtaken (self, request);
  request->ack_fed = request->ever_acked = TRUE;
  push_unsure (self, SIM_UNSUBACK, request);
}

void
sim_check_packet_in (SimCheck *self,
                     const SimPacket *packet,
                     guint32 tag_uid,
                     gboolean hostile)
{
  switch (packet->type)
    {
    case SIM_CONNACK:
      sim_check_reference_in (self, packet);
      connack_in (self, packet);
      break;
    case SIM_PUBLISH:
      sim_check_publish_fed (self, packet);
      break;
    case SIM_PUBACK:
      puback_in (self, packet, tag_uid, hostile);
      break;
    case SIM_PUBREC:
      pubrec_in (self, packet, tag_uid, hostile);
      break;
    case SIM_PUBREL:
      sim_check_pubrel_fed (self, packet->id);
      break;
    case SIM_PUBCOMP:
      pubcomp_in (self, packet, tag_uid, hostile);
      break;
    case SIM_SUBACK:
      suback_in (self, packet);
      break;
    case SIM_UNSUBACK:
      unsuback_in (self, packet);
      break;
    case SIM_AUTH:
      sim_check_auth_in (self, packet);
      break;
    case SIM_DISCONNECT:
      sim_check_reference_in (self, packet);
      self->link->over = self->link->over_whole = TRUE;
      break;
    default:
      break;
    }
}
