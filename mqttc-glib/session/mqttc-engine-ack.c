/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the delivery of a message to its acknowledgement: sections 4.3.2, 4.3.3 and 4.6 of the standard,
 * the receiver's side. */

#include "config.h"

#include "codec/mqttc-reasons-private.h"
#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"

/* Of PUBACK, PUBREC, PUBREL and PUBCOMP. */
#define SIZE_WITH_REASON 5

void
mqttc_engine_push_refusal (MqttcEngine *self,
                           MqttcPacketType type,
                           guint16 packet_id,
                           MqttcReasonCode reason_code)
{
  MqttcAck ack = { .packet_id = packet_id, .type = type };

  /* [MQTT-3.2.2-15] */
  if (self->protocol == MQTTC_PROTOCOL_V5
      && (self->limits.maximum_packet_size == 0
          || self->limits.maximum_packet_size >= SIZE_WITH_REASON))
    ack.reason_code = reason_code;

  /* Give back what has been sent, when that costs little: it wins as much as it moves. */
  if (self->first_ack > 0 && self->first_ack >= mqttc_engine_count_acks (self))
    {
      g_byte_array_remove_range (self->acks, 0, self->first_ack * sizeof (MqttcAck));
      self->first_ack = 0;
    }

  g_byte_array_append (self->acks, (const guint8 *) &ack, sizeof ack);
}

void
mqttc_engine_push_ack (MqttcEngine *self,
                       MqttcPacketType type,
                       guint16 packet_id)
{
  mqttc_engine_push_refusal (self, type, packet_id, MQTTC_REASON_CODE_SUCCESS);
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

/* PUBACK has reasons for a refusal; of QoS 2 the message is the program's only when the server has let go
 * of it, and PUBCOMP has none [MQTT-4.3.3-10]. */
static gboolean
check_reason (MqttcEngine *self,
              MqttcMessage *message,
              guint reason_code,
              GError **error)
{
  if (reason_code == MQTTC_REASON_CODE_SUCCESS)
    return TRUE;
  if (self->protocol != MQTTC_PROTOCOL_V5)
    return refuse_ack (message, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, error,
                       "MQTT 3.1.1 has no reasons, so it must be 0 and not 0x%02x", reason_code);
  if (mqttc_message_get_qos (message) == MQTTC_QOS_EXACTLY_ONCE)
    return refuse_ack (
        message, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, error,
        "a message of QoS 2 cannot be refused any more, the reason must be 0 and not "
        "0x%02x",
        reason_code);
  if (reason_code > G_MAXUINT8
      || !mqttc_reason_is_legal (MQTTC_PACKET_TYPE_PUBACK, (guint8) reason_code))
    return refuse_ack (message, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, error,
                       "0x%02x is no reason of PUBACK", reason_code);

  return TRUE;
}

/* Most acknowledgements have neither a reason nor properties: what the others have is kept apart. */
typedef struct
{
  guint8 reason_code;
  GBytes *properties; /* (owned) (nullable) */
} Detail;

static void
detail_free (gpointer data)
{
  Detail *self = data;

  g_clear_pointer (&self->properties, g_bytes_unref);
  g_free (self);
}

/* The server cannot use the identifier for another message before it is acknowledged. */
static gpointer
get_detail_key (guint type,
                guint16 packet_id)
{
  return GUINT_TO_POINTER (type << 16 | packet_id);
}

static void
note_detail (MqttcEngine *self,
             MqttcMessage *message,
             guint reason_code,
             GBytes *properties)
{
  gboolean qos1 = mqttc_message_get_qos (message) == MQTTC_QOS_AT_LEAST_ONCE;
  guint type = qos1 ? MQTTC_PACKET_TYPE_PUBACK : MQTTC_PACKET_TYPE_PUBCOMP;
  Detail *detail;

  if (self->protocol != MQTTC_PROTOCOL_V5 || self->link != MQTTC_LINK_CONNECTED)
    return;

  detail = g_new0 (Detail, 1);
  detail->reason_code = (guint8) reason_code;
  detail->properties = properties != NULL ? g_bytes_ref (properties) : NULL;
  if (self->ack_details == NULL)
    self->ack_details = g_hash_table_new_full (NULL, NULL, NULL, detail_free);
  g_hash_table_insert (self->ack_details,
                       get_detail_key (type, mqttc_message_get_packet_id (message)), detail);
}

void
mqttc_engine_clear_ack_details (MqttcEngine *self)
{
  g_clear_pointer (&self->ack_details, g_hash_table_unref);
}

void
mqttc_engine_encode_detailed_ack (MqttcEngine *self,
                                  const MqttcAck *ack)
{
  gpointer key = get_detail_key (ack->type, ack->packet_id);
  Detail *detail = NULL;
  MqttcPacketView view;
  gsize limit = self->limits.maximum_packet_size;

  mqttc_packet_view_init (&view, ack->type);
  view.packet_id = ack->packet_id;
  view.reason_code = ack->reason_code;
  g_hash_table_steal_extended (self->ack_details, key, NULL, (gpointer *) &detail);
  if (detail != NULL)
    {
      view.reason_code = detail->reason_code;
      if (detail->properties != NULL)
        view.properties.data = g_bytes_get_data (detail->properties, &view.properties.len);
    }

  /* [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] */
  if (limit != 0 && mqttc_packet_get_encoded_size (self->protocol, &view) > limit)
    view.properties = mqttc_slice (NULL, 0);
  if (limit != 0 && limit < SIZE_WITH_REASON)
    view.reason_code = MQTTC_REASON_CODE_SUCCESS; /* [MQTT-3.2.2-15] */

  mqttc_engine_encode (self, &view, NULL);
  g_clear_pointer (&detail, detail_free);
  if (g_hash_table_size (self->ack_details) == 0)
    mqttc_engine_clear_ack_details (self);
}

gboolean
mqttc_engine_acknowledge_full (MqttcEngine *self,
                               MqttcMessage *message,
                               guint reason_code,
                               GBytes *properties,
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
  if (!check_reason (self, message, reason_code, error))
    return FALSE;
  if (receipt.token == 0)
    return TRUE;

  note = finish_step (self, receipt.token, MQTTC_STEP_ACKNOWLEDGED);
  if (note != MQTTC_NOTE_DONE)
    return refuse_stale (message, note, receipt.token, error);

  /* What is ready to be sent is not encoded yet. */
  if (reason_code != MQTTC_REASON_CODE_SUCCESS || properties != NULL)
    note_detail (self, message, reason_code, properties);
  mqttc_engine_note_reading (self, now);
  return TRUE;
}

gboolean
mqttc_engine_acknowledge (MqttcEngine *self,
                          MqttcMessage *message,
                          gint64 now,
                          GError **error)
{
  return mqttc_engine_acknowledge_full (self, message, MQTTC_REASON_CODE_SUCCESS, NULL, now, error);
}
