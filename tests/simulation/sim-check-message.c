/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

#include "mqttc-enums.h"

/* Messages to the client: sections 4.3.2, 4.3.3 and 4.6 of the standard, the receiver's side. */

SimInbound *
sim_check_new_inbound (SimCheck *self,
                       const char *topic,
                       guint qos,
                       gsize payload_len)
{
  SimInbound *inbound = g_new0 (SimInbound, 1);

  inbound->uid = SIM_FIRST_INBOUND + self->inbound->len;
  inbound->topic = g_strdup (topic);
  inbound->qos = qos;
  inbound->payload_len = payload_len;
  g_ptr_array_add (self->inbound, inbound);

  return inbound;
}

SimInbound *
sim_check_get_inbound (SimCheck *self,
                       guint32 uid)
{
  guint32 index = uid - SIM_FIRST_INBOUND;

  if (uid < SIM_FIRST_INBOUND || index >= self->inbound->len)
    return NULL;

  return g_ptr_array_index (self->inbound, index);
}

static SimExpected *
find_expected (SimCheck *self,
               guint32 uid)
{
  for (GList *l = self->expected.head; l != NULL; l = l->next)
    {
      SimExpected *expected = l->data;

      if (expected->uid == uid)
        return expected;
    }

  return NULL;
}

static SimExpected *
expect (SimCheck *self,
        guint32 uid)
{
  SimExpected *expected = g_new0 (SimExpected, 1);

  expected->uid = uid;
  g_queue_push_tail (&self->expected, expected);

  return expected;
}

static void
owe (GArray *list,
     guint id,
     guint32 uid,
     gboolean optional)
{
  SimOwed owed = { .id = id, .uid = uid, .optional = optional };

  g_array_append_val (list, owed);
}

static gboolean
is_owed (GArray *list,
         guint id)
{
  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, SimOwed, i).id == id)
      return TRUE;

  return FALSE;
}

/* A liar uses the identifier of a message whose PUBCOMP has yet to come: that is then the answer to both. */
static gboolean
shares_answer (SimCheck *self,
               guint id)
{
  const GArray *list = self->link->pubcomps;

  for (guint i = 0; i < list->len; i++)
    {
      const SimOwed *owed = &g_array_index (list, SimOwed, i);

      if (owed->id == id && !owed->optional)
        return TRUE;
    }

  return FALSE;
}

guint
sim_check_count_owed (SimCheck *self)
{
  const SimCheckLink *link = self->link;
  guint n = link->pubacks->len + link->pubrecs->len;

  for (guint i = 0; i < link->pubcomps->len; i++)
    if (!g_array_index (link->pubcomps, SimOwed, i).optional)
      n++;

  return n;
}

void
sim_check_publish_fed (SimCheck *self,
                       const SimPacket *packet)
{
  guint32 uid = sim_payload_get_uid (packet->payload, packet->payload_len);
  SimInbound *inbound = sim_check_get_inbound (self, uid);

  g_assert (inbound != NULL); /* the broker makes no messages up */

  sim_trace (self->trace, "  message %u, QoS %u%s", uid, packet->qos, packet->dup ? ", again" : "");
  inbound->n_fed++;
  inbound->fed_on = self->link->serial;
  inbound->last_session = self->n_sessions;
  if (inbound->n_fed == 1)
    inbound->first_session = self->n_sessions;
  if (packet->qos > 0)
    sim_check_quota_fed (self,
                         packet->qos == 1
                             || (self->held[packet->id] == 0 && !shares_answer (self, packet->id)));
  if (packet->qos == 2)
    {
      if (self->held[packet->id] != 0)
        sim_fault (self->faults, SIM_FAULT_RECEIVED_AGAIN);
      else
        self->held[packet->id] = uid;
      /* Only a liar does this; the client may take it for the message before, sent again. */
      inbound->taken = is_owed (self->link->pubcomps, packet->id);
      self->released[packet->id] = 0;
      self->max_held = MAX (self->max_held, packet->id);
      owe (self->link->pubrecs, packet->id, uid, FALSE);
      return;
    }

  /* A repeat of what the program still has in its hands may be held back, or handed over again. */
  if (inbound->n_messages > 0 || find_expected (self, uid) != NULL)
    expect (self, uid)->optional = TRUE;
  else
    expect (self, uid);

  if (packet->qos == 1)
    owe (self->link->pubacks, packet->id, uid, FALSE);
}

static void
check_released_again (SimCheck *self,
                      guint id)
{
  const SimInbound *inbound = sim_check_get_inbound (self, self->released[id]);

  if (inbound != NULL && inbound->n_delivered > 0 && inbound->n_acked == 0
      && self->options->engine.manual_acks)
    sim_fault (self->faults, SIM_FAULT_UNACKED_AGAIN);
}

void
sim_check_pubrel_fed (SimCheck *self,
                      guint id)
{
  guint32 uid = self->held[id];
  SimInbound *inbound = sim_check_get_inbound (self, uid);
  SimExpected *expected;
  gboolean again;

  if (uid != 0)
    self->released[id] = uid;
  else
    check_released_again (self, id);
  uid = self->released[id];
  owe (self->link->pubcomps, id, uid, is_owed (self->link->pubcomps, id));
  if (inbound == NULL)
    return;

  self->held[id] = 0;
  if (inbound->n_messages > 0)
    {
      /* From a broker that has gone back; perhaps only when the session is lost. */
      self->n_may_come++;
      return;
    }

  again = find_expected (self, uid) != NULL;
  expected = expect (self, uid);
  expected->released_id = id;
  expected->optional = again || inbound->taken;
}

void
sim_check_inbound_sure (SimCheck *self)
{
  for (GList *l = self->expected.head; l != NULL; l = l->next)
    ((SimExpected *) l->data)->sure = TRUE;
}

static void
check_waiting_bytes (SimCheck *self,
                     guint undelivered)
{
  gsize limit = self->options->engine.max_undelivered_bytes;
  guint n_waiting = undelivered - self->n_handling;
  guint n = 0;
  gsize n_bytes = 0;

  for (GList *l = self->expected.head; l != NULL; l = l->next)
    {
      const SimExpected *expected = l->data;

      if (!expected->sure || expected->optional)
        continue;
      n_bytes += sim_check_get_inbound (self, expected->uid)->payload_len;
      n++;
    }

  /* Else there is one that will not come, by the broker's fault. */
  if (n_bytes >= limit && n <= n_waiting)
    sim_check_fail (self, "I9", "%" G_GSIZE_FORMAT " bytes of messages wait, and reading goes on",
                    n_bytes);
}

void
sim_check_reading (SimCheck *self,
                   gboolean reading,
                   guint undelivered)
{
  if (reading && self->link == NULL)
    sim_check_fail (self, "I8", "would read, and there is no link");
  else if (reading && self->link->is_connected)
    check_waiting_bytes (self, undelivered);
  if (reading == (self->reading_since >= 0))
    return;

  sim_trace (self->trace, "reading %s", reading ? "goes on" : "pauses");
  if (!reading && self->link != NULL)
    sim_fault (self->faults, SIM_FAULT_READING_PAUSED);
  if (!reading)
    self->paused_since = sim_clock_now (self->clock);
  self->reading_since = reading ? sim_clock_now (self->clock) : -1;
}

/* The connection has ended, and with it what was not decoded. */
void
sim_check_inbound_unsure (SimCheck *self)
{
  for (GList *l = self->expected.head; l != NULL; l = l->next)
    {
      SimExpected *expected = l->data;

      if (expected->sure)
        continue;
      expected->sure = TRUE;
      expected->optional = TRUE;
      if (expected->released_id != 0)
        self->held[expected->released_id] = expected->uid;
    }
}

void
sim_check_inbound_session_lost (SimCheck *self)
{
  memset (self->released, 0, sizeof (self->released));
  for (guint id = 1; id <= self->max_held; id++)
    {
      SimInbound *inbound;

      if (self->held[id] == 0)
        continue;
      inbound = sim_check_get_inbound (self, self->held[id]);
      inbound->may_come = TRUE;
      inbound->must_come = inbound->received;
      self->n_may_come++;
      self->held[id] = 0;
    }
}

/* Takes the message off the list of those to come; they come in order. */
static void
check_order (SimCheck *self,
             SimInbound *inbound)
{
  SimExpected *expected;

  while ((expected = g_queue_peek_head (&self->expected)) != NULL && expected->uid != inbound->uid)
    {
      if (inbound->may_come && inbound->n_messages == 0)
        {
          /* Perhaps the session has been given up only after all, and it comes by its PUBREL. */
          expected = find_expected (self, inbound->uid);
          g_queue_remove (&self->expected, expected);
          g_free (expected);
          return;
        }
      if (!expected->optional)
        {
          sim_check_fail (self, "I5", "message %u comes before message %u", inbound->uid,
                          expected->uid);
          return;
        }
      g_free (g_queue_pop_head (&self->expected));
    }

  if (expected != NULL)
    g_free (g_queue_pop_head (&self->expected));
  else if (!(inbound->may_come && inbound->n_messages == 0))
    sim_check_fail (self, "I3", "message %u, QoS %u, comes once too often or too early",
                    inbound->uid, inbound->qos);
}

void
sim_check_message (SimCheck *self,
                   MqttcMessage *message)
{
  SimInbound *inbound;
  const guint8 *payload;
  gsize len;

  payload = mqttc_message_peek_payload (message, &len);
  inbound = sim_check_get_inbound (self, sim_payload_get_uid (payload, len));
  if (inbound == NULL || inbound->payload_len != len
      || !sim_payload_check (inbound->uid, payload, len))
    {
      sim_check_fail (self, "I3",
                      "a message of %" G_GSIZE_FORMAT " bytes that the broker never sent", len);
      return;
    }

  sim_trace (self->trace, "message %u", inbound->uid);
  if ((guint) mqttc_message_get_qos (message) != inbound->qos)
    sim_check_fail (self, "I3", "message %u has QoS %u instead of %u", inbound->uid,
                    mqttc_message_get_qos (message), inbound->qos);
  if (!g_str_equal (mqttc_message_get_topic (message), inbound->topic))
    sim_check_fail (self, "I3", "message %u has the topic %s instead of %s", inbound->uid,
                    mqttc_message_get_topic (message), inbound->topic);
  check_order (self, inbound);
  inbound->n_messages++;
  self->n_handling++;
  if (inbound->n_messages > 1 && inbound->qos != 1)
    sim_check_fail (self, "I3", "message %u, QoS %u, is handed over twice", inbound->uid,
                    inbound->qos);
}

void
sim_check_delivered (SimCheck *self,
                     guint32 uid)
{
  sim_check_get_inbound (self, uid)->n_delivered++;
  self->n_handling--;
}

void
sim_check_acknowledged (SimCheck *self,
                        guint32 uid)
{
  SimInbound *inbound = sim_check_get_inbound (self, uid);

  inbound->n_acked++;
  inbound->acked_on = self->link != NULL ? self->link->serial : 0;
}

static gboolean
is_acknowledged (SimCheck *self,
                 const SimInbound *inbound)
{
  if (!self->options->engine.manual_acks)
    return TRUE;
  if (inbound->qos == 1)
    return inbound->n_acked > 0 && inbound->acked_on == self->link->serial;

  return inbound->n_acked > 0;
}

static void
check_answer (SimCheck *self,
              GArray *list,
              guint index,
              const char *what)
{
  SimOwed owed = g_array_index (list, SimOwed, index);
  SimInbound *inbound = sim_check_get_inbound (self, owed.uid);

  /* A liar may have used the identifier for two messages at once. */
  if (self->lied_to)
    inbound = NULL;
  if (inbound != NULL && inbound->n_delivered == 0)
    sim_check_fail (self, "I4", "%s %u for message %u, which the program has not handled yet", what,
                    owed.id, owed.uid);
  if (inbound != NULL && !is_acknowledged (self, inbound))
    sim_check_fail (self, "I14", "%s %u for message %u, which the program has not acknowledged",
                    what, owed.id, owed.uid);
  g_array_remove_index (list, index);
}

/* [MQTT-4.6.0-2] */
void
sim_check_puback_out (SimCheck *self,
                      guint id)
{
  GArray *list = self->link->pubacks;

  if (list->len == 0)
    sim_check_fail (self, "I4", "PUBACK %u for nothing", id);
  else if (g_array_index (list, SimOwed, 0).id != id)
    sim_check_fail (self, "I5", "PUBACK %u before PUBACK %u, whose message came first", id,
                    g_array_index (list, SimOwed, 0).id);
  else
    check_answer (self, list, 0, "PUBACK");
}

/* [MQTT-4.6.0-3] */
void
sim_check_pubrec_out (SimCheck *self,
                      guint id)
{
  GArray *list = self->link->pubrecs;
  SimInbound *inbound;

  if (list->len == 0)
    sim_check_fail (self, "I4", "PUBREC %u for nothing", id);
  else if (g_array_index (list, SimOwed, 0).id != id)
    sim_check_fail (self, "I5", "PUBREC %u before PUBREC %u, whose message came first", id,
                    g_array_index (list, SimOwed, 0).id);
  else
    {
      inbound = sim_check_get_inbound (self, g_array_index (list, SimOwed, 0).uid);
      if (inbound != NULL)
        inbound->received = TRUE;
      g_array_remove_index (list, 0);
    }
}

void
sim_check_pubcomp_out (SimCheck *self,
                       guint id)
{
  GArray *list = self->link->pubcomps;

  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, SimOwed, i).id == id)
      {
        check_answer (self, list, i, "PUBCOMP");
        return;
      }

  sim_check_fail (self, "I4", "PUBCOMP %u for nothing", id);
}

/* All is quiet: what the broker has not forgotten, the program has got. */
void
sim_check_inbound_end (SimCheck *self)
{
  SimExpected *expected = g_queue_peek_head (&self->expected);

  for (guint i = 0; i < self->inbound->len; i++)
    {
      SimInbound *inbound = g_ptr_array_index (self->inbound, i);

      if (inbound->acked && inbound->n_messages == 0)
        sim_check_fail (self, "I3", "message %u was acknowledged and never handed over",
                        inbound->uid);
      if (inbound->must_come && inbound->n_messages == 0)
        sim_check_fail (self, "I3",
                        "message %u was held when the session was lost, and is lost, too",
                        inbound->uid);
      if (inbound->qos > 0 && !inbound->lost && !inbound->acked && !self->lied_to)
        sim_check_fail (self, "L1", "message %u, QoS %u, never reached the client", inbound->uid,
                        inbound->qos);
    }

  while (expected != NULL && expected->optional)
    {
      g_free (g_queue_pop_head (&self->expected));
      expected = g_queue_peek_head (&self->expected);
    }
  if (expected != NULL && !self->lied_to)
    sim_check_fail (self, "L1", "message %u arrived and was never handed over", expected->uid);
  if (self->link != NULL && sim_check_count_owed (self) > 0)
    sim_check_fail (self, "L1", "%u acknowledgements were never sent", sim_check_count_owed (self));
}
