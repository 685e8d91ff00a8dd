/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the delivery of a message to its acknowledgement: sections 4.3.2, 4.3.3 and 4.6 of the standard,
 * the receiver's side. */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"

void
mqttc_engine_push_ack (MqttcEngine *self,
                       MqttcPacketType type,
                       guint16 packet_id)
{
  MqttcAck ack = { .packet_id = packet_id, .type = type };

  /* Give back what has been sent, when that costs little: it wins as much as it moves. */
  if (self->first_ack > 0 && self->first_ack >= mqttc_engine_count_acks (self))
    {
      g_byte_array_remove_range (self->acks, 0, self->first_ack * sizeof (MqttcAck));
      self->first_ack = 0;
    }

  g_byte_array_append (self->acks, (const guint8 *) &ack, sizeof ack);
}

static inline MqttcNote
finish_step (MqttcEngine *self,
             guint64 token,
             MqttcStep step)
{
  MqttcNote note = mqttc_inbox_note (&self->inbox, token, step);
  gboolean connected = self->link == MQTTC_LINK_CONNECTED;
  guint16 packet_id;

  if (mqttc_inbox_token_is_qos1 (token))
    {
      /* [MQTT-4.6.0-2] */
      while (connected && (packet_id = mqttc_inbox_next_puback (&self->inbox)) != 0)
        mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBACK, packet_id);
    }
  else
    {
      packet_id = mqttc_inbox_next_pubcomp (&self->inbox, token);
      if (connected && packet_id != 0)
        mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBCOMP, packet_id);
    }

  return note;
}

MqttcNote
mqttc_engine_finish_step (MqttcEngine *self,
                          guint64 token,
                          MqttcStep step)
{
  return finish_step (self, token, step);
}

void
mqttc_engine_delivered (MqttcEngine *self,
                        guint64 token,
                        gint64 now)
{
  if (token != 0)
    finish_step (self, token, MQTTC_STEP_DELIVERED);

  mqttc_engine_give_up (self, token, now);
}

void
mqttc_engine_give_up (MqttcEngine *self,
                      guint64 token,
                      gint64 now)
{
  mqttc_engine_handled (self, 1, now);
}

void
mqttc_engine_handled (MqttcEngine *self,
                      guint n_messages,
                      gint64 now)
{
  g_return_if_fail (self->handed_over >= n_messages);
  self->handed_over -= n_messages;
  self->undelivered -= n_messages;

  mqttc_engine_note_reading (self, now);
  mqttc_engine_check_drained (self, now);
}

static gboolean G_GNUC_PRINTF (4, 5) refuse_ack (
    MqttcMessage *message, MqttcClientError code, GError **error, const char *format, ...)
{
  g_autofree char *topic = mqttc_text_for_display (mqttc_message_get_topic (message));
  g_autofree char *why = NULL;
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, MQTTC_CLIENT_ERROR, (gint) code,
               "Cannot acknowledge the message for “%s”: %s", topic, why);
  return FALSE;
}

static gboolean
refuse_stale (MqttcMessage *message,
              MqttcNote note,
              guint64 token,
              GError **error)
{
  const char *why;

  if (note == MQTTC_NOTE_EARLIER)
    why = "it came on an earlier connection, and the server sends it again";
  else if (mqttc_inbox_token_is_qos1 (token))
    why = "it has been acknowledged already";
  else
    why = "it has been acknowledged already, or the server has lost the session";

  return refuse_ack (message, MQTTC_CLIENT_ERROR_STALE_ACK, error, "%s", why);
}

gboolean
mqttc_engine_acknowledge (MqttcEngine *self,
                          MqttcMessage *message,
                          gint64 now,
                          GError **error)
{
  MqttcReceipt receipt = *mqttc_message_peek_receipt (message);
  MqttcNote note;

  if (!self->config.manual_acks)
    return refuse_ack (message, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, error,
                       "the client acknowledges messages by itself; set manual-acks");
  if (receipt.engine != self->number)
    return refuse_ack (message, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, error,
                       "this client has not received it, or not with manual-acks");
  if (receipt.token == 0)
    return TRUE;

  note = finish_step (self, receipt.token, MQTTC_STEP_ACKNOWLEDGED);
  if (note != MQTTC_NOTE_DONE)
    return refuse_stale (message, note, receipt.token, error);

  mqttc_engine_note_reading (self, now);
  return TRUE;
}
