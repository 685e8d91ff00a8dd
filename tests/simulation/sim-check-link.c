/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

/* Bytes into the engine and out of it, cut into packets. */

void
sim_check_link_up (SimCheck *self,
                   guint serial,
                   guint64 packets_received)
{
  SimCheckLink *link = g_new0 (SimCheckLink, 1);

  sim_check_link_down (self);
  sim_check_expire_session (self);
  sim_limits_init (&self->limits);
  self->link = link;
  link->serial = serial;
  link->version = 4;
  link->keep_alive = self->options->engine.keep_alive;
  link->unknown_recs = g_array_new (FALSE, FALSE, sizeof (guint));
  link->first_packet = packets_received;
  sim_stream_init (&link->out);
  sim_stream_init (&link->in);
  link->out_packets = g_array_new (FALSE, FALSE, sizeof (SimOutPacket));
  link->tags = g_array_new (FALSE, FALSE, sizeof (SimTag));
  link->resubscriptions = g_array_new (FALSE, FALSE, sizeof (SimResubscription));
  link->pubacks = g_array_new (FALSE, FALSE, sizeof (SimOwed));
  link->pubrecs = g_array_new (FALSE, FALSE, sizeof (SimOwed));
  link->pubcomps = g_array_new (FALSE, FALSE, sizeof (SimOwed));
  link->last_sent = link->last_fed = sim_clock_now (self->clock);
  link->ping_sent = link->blocked_since = link->last_resend = -1;
  link->partial_since = link->partial_began = -1;
  link->auth_answered = link->auth_sent = -1;

  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      request->rel_allowed = request->rec_fed && !request->ack_sure ? 1 : 0;
      request->rel_sent = FALSE;
      if (request->qos == 2 && request->rec_fed)
        request->ack_fed = request->ack_sure; /* else it was not decoded */
    }
}

void
sim_check_link_down (SimCheck *self)
{
  SimCheckLink *link = self->link;
  gsize partial;

  if (link == NULL)
    return;

  sim_check_session_left (self);
  sim_check_reference_left (self);
  sim_check_note_doubt (self);
  self->link = NULL;

  sim_stream_peek (&link->in, &partial);
  if (partial > 0)
    sim_fault (self->faults, SIM_FAULT_CUT_IN_PACKET_IN);
  sim_check_inbound_unsure (self);
  g_array_set_size (self->unsure, 0); /* fed, but not sure: so they stay */

  for (guint i = 0; i < link->resubscriptions->len; i++)
    g_ptr_array_unref (g_array_index (link->resubscriptions, SimResubscription, i).filters);
  g_array_unref (link->resubscriptions);
  g_array_unref (link->unknown_recs);
  g_clear_pointer (&link->aliases, g_ptr_array_unref);
  g_array_unref (link->pubacks);
  g_array_unref (link->pubrecs);
  g_array_unref (link->pubcomps);
  g_array_unref (link->tags);
  g_array_unref (link->out_packets);
  sim_stream_clear (&link->in);
  sim_stream_clear (&link->out);
  g_free (link);
}

static void
note_report (SimCheck *self,
             GArray *reports,
             const SimPacket *packet)
{
  SimReport report = { .type = packet->type, .id = packet->id };

  if (self->options->report_packets)
    g_array_append_val (reports, report);
}

/* --- Out --- */

/* A PUBLISH counts from its head on: the payload may be lent in pieces. */
static gboolean
read_next_packet (SimCheck *self,
                  SimPacket *packet)
{
  SimCheckLink *link = self->link;
  gsize skip = (gsize) (link->out_parsed - link->out_start);
  SimWireResult result;
  const char *fault;
  const guint8 *data;
  gsize len;

  data = sim_stream_peek (&link->out, &len);
  if (skip >= len)
    return FALSE;

  data += skip;
  len -= skip;
  result = data[0] >> 4 == SIM_PUBLISH
               ? sim_wire_read_publish_head (data, len, link->version,
                                             self->options->topics > 0 ? SIM_MIN_PAYLOAD : 0,
                                             packet, &fault)
               : sim_wire_read (data, len, link->version, packet, &fault);
  if (result == SIM_WIRE_MALFORMED)
    sim_check_fail (self, "I11", "the client sends a malformed %s: %s",
                    sim_wire_type_name (data[0] >> 4), fault);

  return result == SIM_WIRE_OK;
}

static void
read_output (SimCheck *self)
{
  SimCheckLink *link = self->link;
  SimPacket packet;

  while (self->violation == NULL && read_next_packet (self, &packet))
    {
      SimOutPacket entry = {
        .start = link->out_parsed,
        .end = link->out_parsed + packet.size,
        .type = packet.type,
      };

      sim_trace (self->trace, "out %s %u", sim_wire_type_name (packet.type), packet.id);
      note_report (self, self->outgoing, &packet);
      sim_check_resolve_alias (self, &packet);
      entry.uid = sim_check_packet_out (self, &packet);
      g_array_append_val (link->out_packets, entry);
      link->out_parsed = entry.end;
    }
}

void
sim_check_output (SimCheck *self,
                  const MqttcSlice *slices,
                  guint n_slices)
{
  SimCheckLink *link = self->link;
  const guint8 *known;
  gsize n_known;
  gsize at = 0;

  known = sim_stream_peek (&link->out, &n_known);
  known += link->out_taken - link->out_start;
  n_known -= (gsize) (link->out_taken - link->out_start);

  for (guint i = 0; i < n_slices; i++)
    {
      gsize n_same = MIN (slices[i].len, n_known - MIN (at, n_known));

      if (n_same > 0 && memcmp (known + at, slices[i].data, n_same) != 0)
        sim_check_fail (self, "I11", "bytes that were lent have changed before they were taken");
      if (n_same < slices[i].len)
        {
          sim_stream_append (&link->out, slices[i].data + n_same, slices[i].len - n_same);
          known = sim_stream_peek (&link->out, &n_known);
          known += link->out_taken - link->out_start;
          n_known -= (gsize) (link->out_taken - link->out_start);
        }
      at += slices[i].len;
    }

  read_output (self);
}

static void
packet_taken (SimCheck *self,
              const SimOutPacket *packet)
{
  SimCheckLink *link = self->link;
  gint64 now = sim_clock_now (self->clock);

  link->last_sent = now;
  if (packet->type == SIM_PINGREQ && link->ping_sent < 0)
    link->ping_sent = now;
}

void
sim_check_taken (SimCheck *self,
                 gsize taken)
{
  SimCheckLink *link = self->link;
  guint n_whole = 0;

  link->out_taken += taken;
  self->n_bytes_out += taken;
  for (guint i = 0; i < link->out_packets->len; i++)
    {
      SimOutPacket *packet = &g_array_index (link->out_packets, SimOutPacket, i);
      SimRequest *request = sim_check_get_request (self, packet->uid);

      if (packet->start >= link->out_taken)
        break;
      if (request != NULL)
        request->attempted = TRUE;
      if (packet->end > link->out_taken)
        break;
      if (request != NULL)
        request->ever_taken = TRUE;
      packet_taken (self, packet);
      sim_stream_skip (&link->out, (gsize) (packet->end - packet->start));
      link->out_start = packet->end;
      n_whole++;
    }

  if (n_whole > 0)
    g_array_remove_range (link->out_packets, 0, n_whole);
}

/* --- In --- */

void
sim_check_broker_sent (SimCheck *self,
                       guint serial,
                       guint32 uid,
                       gboolean hostile)
{
  SimTag tag = { .uid = uid, .hostile = hostile };

  if (self->link != NULL && self->link->serial == serial)
    g_array_append_val (self->link->tags, tag);
}

void
sim_check_broker_ends (SimCheck *self,
                       guint serial,
                       guint fault,
                       guint or_else)
{
  SimTag tag = { .ends = TRUE, .fault = (guint8) fault, .or_else = (guint8) or_else };

  if (self->link != NULL && self->link->serial == serial)
    g_array_append_val (self->link->tags, tag);
}

/* All of these are short. */
static void
note_whole (SimCheck *self,
            const guint8 *data,
            gsize len)
{
  SimCheckLink *link = self->link;

  if (link->over_whole || len < 2 || len < 2u + data[1])
    return;

  link->over_whole = TRUE;
  if (!link->is_connected)
    self->old_broker = TRUE;
}

/* From the first byte on of what must end the link nothing counts any more. */
static gboolean
is_over (SimCheck *self)
{
  SimCheckLink *link = self->link;
  const guint8 *data;
  const SimTag *tag;
  gsize len;

  data = sim_stream_peek (&link->in, &len);
  if (link->over)
    note_whole (self, data, len);
  if (link->over || len == 0 || link->next_tag >= link->tags->len)
    return link->over;

  tag = &g_array_index (link->tags, SimTag, link->next_tag);
  if (!tag->ends)
    return FALSE;

  if (!link->is_connected)
    self->n_connacks_in++;
  if (self->options->report_packets)
    {
      SimReport report = { .type = data[0] >> 4 };

      g_array_append_val (self->incoming, report);
    }
  link->over = TRUE;
  link->over_since = sim_clock_now (self->clock);
  link->fault = MAX (link->fault, tag->fault);
  link->or_else = MAX (link->or_else, tag->or_else);
  note_whole (self, data, len);

  return TRUE;
}

/* CONNACK may have been reported before it is believed. */
static void
read_packet (SimCheck *self,
             const SimPacket *packet)
{
  SimCheckLink *link = self->link;
  SimTag tag = g_array_index (link->tags, SimTag, link->next_tag);

  link->partial_since = link->partial_began = -1;
  link->next_tag++;
  sim_trace (self->trace, "in %s %u", sim_wire_type_name (packet->type), packet->id);
  if (packet->type != SIM_CONNACK || !link->awaited)
    note_report (self, self->incoming, packet);
  sim_check_packet_in (self, packet, tag.uid, tag.hostile);
}

static gboolean
awaits_program (SimCheck *self)
{
  SimPacket connack = { .type = SIM_CONNACK };

  if (!sim_check_awaits_program (self))
    return FALSE;

  if (!self->link->awaited)
    {
      self->link->awaited = TRUE;
      self->n_awaited++;
      self->n_connacks_in++;
      note_report (self, self->incoming, &connack);
    }

  return TRUE;
}

void
sim_check_read_input (SimCheck *self)
{
  SimCheckLink *link = self->link;
  gboolean waits = FALSE;
  const char *fault;
  SimPacket packet;
  gsize n_left;

  while (!(waits = awaits_program (self)) && !is_over (self)
         && sim_stream_next (&link->in, &packet, &fault) == SIM_WIRE_OK)
    read_packet (self, &packet);

  sim_stream_peek (&link->in, &n_left);
  if (n_left == 0 || link->over || waits)
    {
      link->partial_since = link->partial_began = -1;
      return;
    }

  if (link->partial_since < 0)
    link->partial_since = link->last_fed;
  if (link->partial_began < 0)
    link->partial_began = link->last_fed;
}

void
sim_check_input (SimCheck *self,
                 const guint8 *data,
                 gsize len)
{
  SimCheckLink *link = self->link;

  link->last_fed = sim_clock_now (self->clock);
  link->ping_sent = -1;
  self->n_bytes_in += len;
  sim_stream_append (&link->in, data, len);

  /* What comes when the time is up says that nobody was awake in time. */
  if (link->last_fed >= link->partial_since + self->options->engine.packet_timeout)
    link->partial_since = -1;

  sim_check_read_input (self);
}

void
sim_check_decoded (SimCheck *self,
                   guint64 packets_received)
{
  self->link->n_decoded = (guint) (packets_received - self->link->first_packet);
  sim_check_make_sure (self, self->link->n_decoded);
}

void
sim_check_all_decoded (SimCheck *self)
{
  sim_check_make_sure (self, G_MAXUINT);
  sim_check_all_handled (self);
  sim_check_inbound_sure (self);
}

gboolean
sim_check_is_decoded (SimCheck *self)
{
  const SimCheckLink *link = self->link;

  return link->next_tag == link->tags->len && self->unsure->len == 0;
}
