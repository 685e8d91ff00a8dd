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
  guint8 steps; /* MqttcStep */
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

/* What is done from the start. */
static guint8
get_first_steps (const MqttcInbox *self)
{
  return self->manual_acks ? 0 : MQTTC_STEP_ACKNOWLEDGED;
}

guint64
mqttc_inbox_add (MqttcInbox *self,
                 guint16 packet_id)
{
  guint64 number = self->first_number + self->ring_length;

  if (self->ring_length == self->ring_size)
    grow_ring (self);

  self->ring[number & (self->ring_size - 1)]
      = (MqttcUnacknowledged){ .packet_id = packet_id, .steps = get_first_steps (self) };
  self->ring_length++;
  return number << 2 | TOKEN_QOS1;
}

guint16
mqttc_inbox_next_puback (MqttcInbox *self)
{
  const MqttcUnacknowledged *first;

  if (self->ring_length == 0)
    return 0;

  first = &self->ring[self->first_number & (self->ring_size - 1)];
  if (first->steps != MQTTC_ALL_STEPS)
    return 0;

  self->first_number++;
  self->ring_length--;
  return first->packet_id;
}

static guint64
make_token (const MqttcHeldMessage *held)
{
  return held->serial << 18 | (guint64) held->packet_id << 2 | TOKEN_QOS2;
}

guint64
mqttc_inbox_find (const MqttcInbox *self,
                  guint16 packet_id)
{
  const MqttcHeldMessage *held = mqttc_id_table_lookup (&self->held, packet_id);

  return held != NULL ? make_token (held) : 0;
}

guint64
mqttc_inbox_hold (MqttcInbox *self,
                  guint16 packet_id,
                  MqttcMessage *message)
{
  MqttcHeldMessage *held = g_new0 (MqttcHeldMessage, 1);

  held->message = message;
  held->packet_id = packet_id;
  held->serial = ++self->last_serial;
  held->steps = get_first_steps (self);
  held->prev = self->newest;

  if (self->newest != NULL)
    self->newest->next = held;
  else
    self->oldest = held;
  self->newest = held;

  self->held_bytes += mqttc_message_get_size (message);
  mqttc_id_table_insert (&self->held, packet_id, held);
  return make_token (held);
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

gboolean
mqttc_inbox_forget_released (MqttcInbox *self,
                             guint16 packet_id)
{
  MqttcHeldMessage *held = mqttc_id_table_lookup (&self->held, packet_id);

  if (held == NULL || held->message != NULL)
    return FALSE;

  remove_held (self, held);
  return TRUE;
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
  *token = make_token (held);
  if (held->message == NULL)
    return MQTTC_RELEASE_AGAIN;

  *message = take_message (self, held);
  return MQTTC_RELEASE_DELIVER;
}

static MqttcHeldMessage *
find_held (const MqttcInbox *self,
           guint64 token)
{
  MqttcHeldMessage *held = mqttc_id_table_lookup (&self->held, (token >> 2) & G_MAXUINT16);

  return held != NULL && held->serial == token >> 18 ? held : NULL;
}

guint16
mqttc_inbox_next_pubcomp (MqttcInbox *self,
                          guint64 token)
{
  MqttcHeldMessage *held = find_held (self, token);
  guint16 packet_id;

  if (held == NULL || held->steps != MQTTC_ALL_STEPS)
    return 0;

  packet_id = held->link == self->link ? held->packet_id : 0;
  remove_held (self, held);
  return packet_id;
}

MqttcNote
mqttc_inbox_note_other (MqttcInbox *self,
                        guint64 token,
                        MqttcStep step)
{
  MqttcHeldMessage *held;

  if (mqttc_inbox_token_is_qos1 (token))
    return token >> 2 < self->link_number ? MQTTC_NOTE_EARLIER : MQTTC_NOTE_AGAIN;

  held = find_held (self, token);
  return held != NULL ? mqttc_step_note (&held->steps, step) : MQTTC_NOTE_AGAIN;
}

void
mqttc_inbox_link_lost (MqttcInbox *self)
{
  /* The server sends again what was not acknowledged; the numbers go on, so that a late delivery of
   * the first copy acknowledges nothing. */
  self->first_number += self->ring_length;
  self->link_number = self->first_number;
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
