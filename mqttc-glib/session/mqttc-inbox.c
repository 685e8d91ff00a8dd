/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sections 4.3 and 4.6 of the standard, the client's incoming side. */

#include "config.h"

#include "session/mqttc-inbox-private.h"
#include "values/mqttc-message-private.h"

#define INITIAL_RING_SIZE 16u

#define TOKEN_QOS1 1u
#define TOKEN_QOS2 2u

/* A QoS 2 message is held from its PUBLISH until its PUBREL, then remembered until its handlers
 * have run, so that whatever is repeated in between is not delivered twice. */
struct _MqttcHeldMessage
{
  MqttcHeldMessage *prev;
  MqttcHeldMessage *next;
  MqttcMessage *message; /* (owned) (nullable): NULL once handed over */
  guint64 serial;        /* tells it from a later message with the same identifier */
  guint link;            /* the connection of the last PUBREL */
  guint16 packet_id;
};

static void
grow_ring (MqttcInbox *self)
{
  guint size = self->ring_size == 0 ? INITIAL_RING_SIZE : self->ring_size * 2;
  MqttcUnacknowledged *ring = g_new (MqttcUnacknowledged, size);

  for (guint i = 0; i < self->ring_length; i++)
    {
      guint64 number = self->first_number + i;

      ring[number & (size - 1)] = self->ring[number & (self->ring_size - 1)];
    }

  g_free (self->ring);
  self->ring = ring;
  self->ring_size = size;
}

guint64
mqttc_inbox_add (MqttcInbox *self,
                 guint16 packet_id)
{
  guint64 number = self->first_number + self->ring_length;

  if (self->ring_length == self->ring_size)
    grow_ring (self);

  self->ring[number & (self->ring_size - 1)] = (MqttcUnacknowledged){ .packet_id = packet_id };
  self->ring_length++;
  return number << 2 | TOKEN_QOS1;
}

void
mqttc_inbox_set_delivered (MqttcInbox *self,
                           guint64 token)
{
  guint64 number = token >> 2;

  if (number >= self->first_number && number < self->first_number + self->ring_length)
    self->ring[number & (self->ring_size - 1)].delivered = TRUE;
}

guint16
mqttc_inbox_next_puback (MqttcInbox *self)
{
  const MqttcUnacknowledged *first;

  if (self->ring_length == 0)
    return 0;

  first = &self->ring[self->first_number & (self->ring_size - 1)];
  if (!first->delivered)
    return 0;

  self->first_number++;
  self->ring_length--;
  return first->packet_id;
}

gboolean
mqttc_inbox_contains (const MqttcInbox *self,
                      guint16 packet_id)
{
  return mqttc_id_table_lookup (&self->held, packet_id) != NULL;
}

void
mqttc_inbox_hold (MqttcInbox *self,
                  guint16 packet_id,
                  MqttcMessage *message)
{
  MqttcHeldMessage *held = g_new0 (MqttcHeldMessage, 1);

  held->message = message;
  held->packet_id = packet_id;
  held->serial = ++self->last_serial;
  held->prev = self->newest;

  if (self->newest != NULL)
    self->newest->next = held;
  else
    self->oldest = held;
  self->newest = held;

  self->held_bytes += mqttc_message_get_size (message);
  mqttc_id_table_insert (&self->held, packet_id, held);
}

static MqttcMessage *
take_message (MqttcInbox *self,
              MqttcHeldMessage *held)
{
  if (held->message != NULL)
    self->held_bytes -= mqttc_message_get_size (held->message);

  return g_steal_pointer (&held->message);
}

static void
remove_held (MqttcInbox *self,
             MqttcHeldMessage *held)
{
  mqttc_id_table_remove (&self->held, held->packet_id);
  if (self->held.count == 0)
    mqttc_id_table_clear (&self->held);

  if (held->prev != NULL)
    held->prev->next = held->next;
  else
    self->oldest = held->next;

  if (held->next != NULL)
    held->next->prev = held->prev;
  else
    self->newest = held->prev;

  g_clear_pointer (&held->message, mqttc_message_unref);
  g_free (held);
}

MqttcRelease
mqttc_inbox_release (MqttcInbox *self,
                     guint16 packet_id,
                     MqttcMessage **message,
                     guint64 *token)
{
  MqttcHeldMessage *held = mqttc_id_table_lookup (&self->held, packet_id);

  if (held == NULL)
    return MQTTC_RELEASE_UNKNOWN;

  held->link = self->link;
  if (held->message == NULL)
    return MQTTC_RELEASE_AGAIN;

  *message = take_message (self, held);
  *token = held->serial << 18 | (guint64) packet_id << 2 | TOKEN_QOS2;
  return MQTTC_RELEASE_DELIVER;
}

guint16
mqttc_inbox_complete (MqttcInbox *self,
                      guint64 token)
{
  guint16 packet_id = (token >> 2) & G_MAXUINT16;
  MqttcHeldMessage *held = mqttc_id_table_lookup (&self->held, packet_id);
  gboolean this_link;

  if (held == NULL || held->serial != token >> 18)
    return 0;

  this_link = held->link == self->link;
  remove_held (self, held);
  return this_link ? packet_id : 0;
}

void
mqttc_inbox_link_lost (MqttcInbox *self)
{
  /* The server sends again what was not acknowledged; the numbers go on, so that a late delivery of
   * the first copy acknowledges nothing. */
  self->first_number += self->ring_length;
  self->ring_length = 0;
  self->ring_size = 0;
  g_clear_pointer (&self->ring, g_free);
  self->link++;
}

MqttcMessage *
mqttc_inbox_take_oldest (MqttcInbox *self)
{
  while (self->oldest != NULL)
    {
      MqttcMessage *message = take_message (self, self->oldest);

      remove_held (self, self->oldest);
      if (message != NULL)
        return message;
    }

  return NULL;
}

void
mqttc_inbox_session_lost (MqttcInbox *self)
{
  while (self->oldest != NULL)
    remove_held (self, self->oldest);

  self->held_bytes = 0;
  mqttc_id_table_clear (&self->held);
}

void
mqttc_inbox_clear (MqttcInbox *self)
{
  mqttc_inbox_link_lost (self);
  mqttc_inbox_session_lost (self);
}
