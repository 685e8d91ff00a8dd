/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "values/mqttc-event-private.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

/**
 * MqttcEvent:
 *
 * One thing that happened on a connection.
 *
 * An event does not change. Which of its parts are there depends on its kind, which
 * [method@Mqttc.Event.get_event_type] tells:
 *
 * - `MQTTC_EVENT_TYPE_INCOMING` and `MQTTC_EVENT_TYPE_OUTGOING`: a packet.
 * - `MQTTC_EVENT_TYPE_MESSAGE`: a message. It has no packet: the packet that brought the message was
 *   an event of its own.
 * - `MQTTC_EVENT_TYPE_CONNECTED`: a packet, the CONNACK of the server.
 * - `MQTTC_EVENT_TYPE_DISCONNECTED`: why, and when the next attempt is made.
 *
 * Since: 0.1
 */
struct _MqttcEvent
{
  gatomicrefcount ref_count;
  MqttcEventType type;
  MqttcPacket *packet;   /* (owned) (nullable) */
  MqttcMessage *message; /* (owned) (nullable) */
  GError *error;         /* (owned) (nullable) */
  gint64 retry_usec;
};

G_DEFINE_BOXED_TYPE (MqttcEvent, mqttc_event, mqttc_event_ref, mqttc_event_unref)

static MqttcEvent *
allocate (MqttcEventType type)
{
  MqttcEvent *self = g_new0 (MqttcEvent, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->type = type;
  self->retry_usec = -1;

  return self;
}

MqttcEvent *
mqttc_event_new_packet (MqttcEventType type,
                        MqttcPacket *packet)
{
  MqttcEvent *self;

  g_return_val_if_fail (type == MQTTC_EVENT_TYPE_INCOMING || type == MQTTC_EVENT_TYPE_OUTGOING
                            || type == MQTTC_EVENT_TYPE_CONNECTED,
                        NULL);
  g_return_val_if_fail (packet != NULL, NULL);

  self = allocate (type);
  self->packet = mqttc_packet_ref (packet);

  return self;
}

MqttcEvent *
mqttc_event_new_message (MqttcMessage *message)
{
  MqttcEvent *self;

  g_return_val_if_fail (message != NULL, NULL);

  self = allocate (MQTTC_EVENT_TYPE_MESSAGE);
  self->message = mqttc_message_ref (message);

  return self;
}

MqttcEvent *
mqttc_event_new_disconnected (const GError *error,
                              gint64 retry_usec)
{
  MqttcEvent *self = allocate (MQTTC_EVENT_TYPE_DISCONNECTED);

  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->retry_usec = MAX (retry_usec, -1);

  return self;
}

/**
 * mqttc_event_ref:
 * @self: an event
 *
 * Takes a reference to an event.
 *
 * Returns: (transfer full): @self
 * Since: 0.1
 */
MqttcEvent *
mqttc_event_ref (MqttcEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mqttc_event_unref:
 * @self: (transfer full): an event
 *
 * Gives a reference to an event back, and frees it if it was the last one.
 *
 * Since: 0.1
 */
void
mqttc_event_unref (MqttcEvent *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->packet, mqttc_packet_unref);
  g_clear_pointer (&self->message, mqttc_message_unref);
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * mqttc_event_get_event_type:
 * @self: an event
 *
 * Gets the kind of the event.
 *
 * Returns: the kind
 * Since: 0.1
 */
MqttcEventType
mqttc_event_get_event_type (MqttcEvent *self)
{
  g_return_val_if_fail (self != NULL, MQTTC_EVENT_TYPE_INCOMING);

  return self->type;
}

/**
 * mqttc_event_get_packet:
 * @self: an event
 *
 * Gets the packet of an event.
 *
 * That is the packet itself of `MQTTC_EVENT_TYPE_INCOMING` and `MQTTC_EVENT_TYPE_OUTGOING`, and the
 * CONNACK of `MQTTC_EVENT_TYPE_CONNECTED`.
 *
 * Returns: (transfer none) (nullable): the packet, or `NULL` for an event of another kind
 * Since: 0.1
 */
MqttcPacket *
mqttc_event_get_packet (MqttcEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->packet;
}

/**
 * mqttc_event_get_message:
 * @self: an event
 *
 * Gets the message of an event.
 *
 * Only `MQTTC_EVENT_TYPE_MESSAGE` has one, also if a PUBLISH was seen as a packet before: so a
 * program that takes what this function returns sees each message once.
 *
 * Returns: (transfer none) (nullable): the message, or `NULL` for an event of another kind
 * Since: 0.1
 */
MqttcMessage *
mqttc_event_get_message (MqttcEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->message;
}

/**
 * mqttc_event_get_error:
 * @self: an event
 *
 * Gets why a connection, or the attempt to connect, has ended.
 *
 * Returns: (transfer none) (nullable): the error of `MQTTC_EVENT_TYPE_DISCONNECTED`, or `NULL` if the
 *   program had asked for the end, and for an event of another kind
 * Since: 0.1
 */
const GError *
mqttc_event_get_error (MqttcEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->error;
}

/**
 * mqttc_event_get_retry_usec:
 * @self: an event
 *
 * Gets how long it is until the next attempt to connect.
 *
 * Returns: microseconds from `MQTTC_EVENT_TYPE_DISCONNECTED` on; -1 if there will be no attempt, and for
 *   an event of another kind
 * Since: 0.1
 */
gint64
mqttc_event_get_retry_usec (MqttcEvent *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->retry_usec;
}

/* --- In words. --- */

static char *
describe_packet (const char *word,
                 MqttcPacket *packet)
{
  g_autofree char *text = mqttc_packet_to_string (packet);

  return g_strconcat (word, " ", text, NULL);
}

static char *
describe_message (MqttcMessage *message)
{
  g_autofree char *topic = mqttc_text_for_display (mqttc_message_get_topic (message));
  gsize size;

  mqttc_message_peek_payload (message, &size);
  return g_strdup_printf ("message topic=%s qos=%d retain=%d payload=%" G_GSIZE_FORMAT " bytes",
                          topic, mqttc_message_get_qos (message),
                          mqttc_message_get_retain (message), size);
}

static char *
describe_end (MqttcEvent *self)
{
  GString *out = g_string_new ("disconnected");
  g_autofree char *cause = NULL;

  if (self->error != NULL)
    {
      /* Other libraries may write theirs in several lines. */
      cause = g_strdelimit (g_strdup (self->error->message), "\r\n\t", ' ');
      g_string_append_printf (out, ": %s", cause);
    }
  else
    g_string_append (out, " as asked");

  if (self->retry_usec >= 0)
    g_string_append_printf (out, " (next attempt in %.3f s)",
                            (double) self->retry_usec / G_USEC_PER_SEC);

  return g_string_free (out, FALSE);
}

/**
 * mqttc_event_to_string:
 * @self: an event
 *
 * Describes an event in one line, for people to read.
 *
 * Of a payload only the size is given, and nothing of user name and password. Long texts are cut.
 *
 * Returns: (transfer full): the description
 * Since: 0.1
 */
char *
mqttc_event_to_string (MqttcEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  switch (self->type)
    {
    case MQTTC_EVENT_TYPE_INCOMING:
      return describe_packet ("incoming", self->packet);
    case MQTTC_EVENT_TYPE_OUTGOING:
      return describe_packet ("outgoing", self->packet);
    case MQTTC_EVENT_TYPE_CONNECTED:
      return describe_packet ("connected", self->packet);
    case MQTTC_EVENT_TYPE_MESSAGE:
      return describe_message (self->message);
    case MQTTC_EVENT_TYPE_DISCONNECTED:
    default:
      return describe_end (self);
    }
}
