/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* PUBLISH from the server: section 3.3 of the standard, and the receiver's side of section 4.3. */

#include "config.h"

#include "codec/mqttc-property-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"

/* For what MQTT 5 has a reason code of its own. */
static void G_GNUC_PRINTF (4, 5)
    reject (MqttcEngine *self, gint64 now, MqttcReasonCode reason_code, const char *format, ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL, format, args);
  va_end (args);

  mqttc_engine_reject (self, reason_code, error, now);
}

/* Only the program's own acknowledgement asks for it. */
static inline void
note_receipt (MqttcEngine *self,
              MqttcMessage *message,
              guint64 token)
{
  if (G_UNLIKELY (self->config.manual_acks))
    *mqttc_message_peek_receipt (message)
        = (MqttcReceipt){ .engine = self->number, .token = token };
}

/* @message (transfer full). */
static void
hold_message (MqttcEngine *self,
              const MqttcPacketView *view,
              MqttcMessage *message,
              gint64 now)
{
  guint64 token = mqttc_inbox_find (&self->inbox, view->packet_id);

  /* A repetition: it is here already, and only PUBREC was lost. Once it is released there are none, but from
   * a server that has gone back to an earlier state, which may also have given its identifier to another. */
  if (token != 0
      && (view->publish.dup || !mqttc_inbox_forget_released (&self->inbox, view->packet_id)))
    {
      note_receipt (self, message, token);
      mqttc_message_unref (message);
      mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREC, view->packet_id);
      return;
    }

  if (self->inbox.held_bytes > self->config.max_held_bytes)
    {
      mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_LIMIT,
                         "The server sent QoS 2 messages of %" G_GSIZE_FORMAT
                         " bytes without releasing them, the limit is %" G_GSIZE_FORMAT,
                         self->inbox.held_bytes, self->config.max_held_bytes);
      mqttc_message_unref (message);
      return;
    }

  token = mqttc_inbox_hold (&self->inbox, view->packet_id, message);
  note_receipt (self, message, token);
  mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREC, view->packet_id);
}

/* A large payload stays in the @buffer (nullable) that it was received in, if nothing else is there. */
static MqttcMessage *
make_message (MqttcEngine *self,
              const MqttcPacketView *view,
              MqttcReceiveBuffer *buffer)
{
  MqttcMessage *message;

  if (buffer == NULL || !mqttc_receive_buffer_is_all (buffer, view->publish.payload))
    return mqttc_message_new_from_pool (view, self->pool);

  message = mqttc_message_new_in_buffer (view, buffer->data);
  if (message != NULL)
    *buffer = (MqttcReceiveBuffer){ 0 };

  return message;
}

/* [MQTT-3.3.4-9]. Without a maximum it is that of the packet identifiers. */
static gboolean
count_unanswered (MqttcEngine *self,
                  const MqttcPacketView *view,
                  gint64 now)
{
  const gint limit = self->config.receive_maximum != 0 ? self->config.receive_maximum : G_MAXUINT16;

  if (view->publish.qos == MQTTC_QOS_AT_MOST_ONCE
      || (view->publish.qos == MQTTC_QOS_EXACTLY_ONCE
          && mqttc_inbox_find (&self->inbox, view->packet_id) != 0))
    return TRUE;

  if (++self->unanswered <= limit)
    return TRUE;

  reject (self, now, MQTTC_REASON_CODE_RECEIVE_MAXIMUM_EXCEEDED,
          "The server sent more than %d messages without waiting for acknowledgements", limit);
  return FALSE;
}

/* Section 3.3.2.3.4 of MQTT 5. */
static gboolean
resolve_alias (MqttcEngine *self,
               MqttcPacketView *view,
               gint64 now)
{
  const guint maximum = self->received_aliases.maximum;
  MqttcProperty alias;

  if (G_LIKELY (view->properties.len == 0)
      || !mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, &alias))
    return TRUE;

  /* [MQTT-3.3.2-8], [MQTT-3.3.2-11] */
  if (alias.number == 0 || alias.number > maximum)
    {
      reject (self, now, MQTTC_REASON_CODE_TOPIC_ALIAS_INVALID,
              "The server sent the topic alias %u, the maximum is %u", alias.number, maximum);
      return FALSE;
    }

  if (!mqttc_received_aliases_resolve (&self->received_aliases, alias.number, &view->publish.topic))
    {
      mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                         "The server sent the topic alias %u, which stands for no topic",
                         alias.number);
      return FALSE;
    }

  return TRUE;
}

/* What is seldom is apart, so that the rest needs fewer registers. */
static G_NO_INLINE void
fail_for_memory (MqttcEngine *self,
                 const MqttcPacketView *view,
                 gint64 now)
{
  mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_LIMIT,
                     "There is no memory for a message of %" G_GSIZE_FORMAT " bytes",
                     view->publish.payload.len);
}

static G_NO_INLINE gboolean
check_version_5 (MqttcEngine *self,
                 MqttcPacketView *view,
                 gint64 now)
{
  return count_unanswered (self, view, now) && resolve_alias (self, view, now);
}

void
mqttc_engine_handle_publish (MqttcEngine *self,
                             MqttcPacketView *view,
                             MqttcReceiveBuffer *buffer,
                             gint64 now)
{
  MqttcMessage *message;
  guint64 token = 0;

  if (G_UNLIKELY (self->protocol == MQTTC_PROTOCOL_V5)
      && (view->publish.qos != MQTTC_QOS_AT_MOST_ONCE || view->properties.len != 0)
      && !check_version_5 (self, view, now))
    return;

  message = make_message (self, view, buffer);
  if (G_UNLIKELY (message == NULL))
    {
      fail_for_memory (self, view, now);
      return;
    }

  mqttc_engine_report_incoming (self, view, message);

  if (view->publish.qos == MQTTC_QOS_EXACTLY_ONCE)
    {
      hold_message (self, view, message, now);
      return;
    }

  if (view->publish.qos == MQTTC_QOS_AT_LEAST_ONCE)
    token = mqttc_inbox_add (&self->inbox, view->packet_id);
  note_receipt (self, message, token);
  mqttc_engine_push_message (self, message, token);
}
