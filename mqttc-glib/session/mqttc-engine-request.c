/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Requests from acceptance to their end, and the delivery of messages. */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"

/* A message costs more than its bytes; counted so that empty ones cannot fill the memory. */
#define MESSAGE_OVERHEAD 64

static void
push_completed (MqttcEngine *self,
                MqttcOperation *operation,
                MqttcPacket *packet,
                GError *error)
{
  MqttcEngineEvent *event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_COMPLETED);

  if (packet == NULL && error == NULL)
    error = g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT,
                                 "There is no memory for the packet that ended the operation");

  operation->request = NULL;
  event->operation = operation;
  event->packet = packet;
  event->error = error;
}

void
mqttc_engine_end_operation (MqttcEngine *self,
                            MqttcRequest *request,
                            MqttcPacket *packet,
                            GError *error)
{
  MqttcOperation *operation = g_steal_pointer (&request->operation);

  if (operation != NULL)
    {
      push_completed (self, operation, packet, error);
    }
  else
    {
      g_clear_pointer (&packet, mqttc_packet_unref);
      g_clear_error (&error);
    }
}

void
mqttc_engine_complete (MqttcEngine *self,
                       MqttcRequest *request,
                       MqttcPacket *packet,
                       GError *error)
{
  mqttc_engine_end_operation (self, request, packet, error);
  mqttc_outbox_remove (&self->outbox, request);
}

MqttcPacket *
mqttc_engine_make_packet (MqttcEngine *self,
                          const MqttcRequest *request,
                          const MqttcPacketView *view)
{
  if (request->operation == NULL)
    return NULL;

  return mqttc_packet_new_from_view (self->config.protocol, view, NULL);
}

static gboolean
check_open (MqttcEngine *self,
            const char *action,
            const char *topic,
            GError **error)
{
  g_autofree char *shown = NULL;
  const char *why;

  switch (self->state)
    {
    case MQTTC_CONNECTION_STATE_IDLE:
      why = "the client has not been opened";
      break;
    case MQTTC_CONNECTION_STATE_DRAINING:
      why = "the client is closing";
      break;
    case MQTTC_CONNECTION_STATE_CLOSED:
      why = "the client is closed; open it again";
      break;
    case MQTTC_CONNECTION_STATE_CONNECTING:
    case MQTTC_CONNECTION_STATE_CONNECTED:
    case MQTTC_CONNECTION_STATE_BACKING_OFF:
    default:
      return TRUE;
    }

  shown = mqttc_text_for_display (topic);
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN, "Cannot %s “%s”: %s", action,
               shown, why);
  return FALSE;
}

static gboolean
check_room (MqttcEngine *self,
            gsize size,
            const char *action,
            const char *topic,
            GError **error)
{
  const MqttcEngineConfig *config = &self->config;
  g_autofree char *shown = NULL;

  if (self->outbox.queued >= config->max_queued_messages)
    {
      shown = mqttc_text_for_display (topic);
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL,
                   "Cannot %s “%s”: %u requests are queued already, the limit is %u "
                   "(max-queued-messages)",
                   action, shown, self->outbox.queued, config->max_queued_messages);
      return FALSE;
    }

  if (size > config->max_queued_bytes
      || self->outbox.queued_bytes > config->max_queued_bytes - size)
    {
      shown = mqttc_text_for_display (topic);
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL,
                   "Cannot %s “%s”: %" G_GSIZE_FORMAT " bytes more than the %" G_GSIZE_FORMAT
                   " queued would exceed the limit of %" G_GSIZE_FORMAT " (max-queued-bytes)",
                   action, shown, size, self->outbox.queued_bytes, config->max_queued_bytes);
      return FALSE;
    }

  return TRUE;
}

static void
set_operation (MqttcRequest *request,
               MqttcOperation *operation)
{
  request->operation = operation;
  if (operation != NULL)
    operation->request = request;
}

MqttcPacket *
mqttc_engine_make_publish (MqttcEngine *self,
                           MqttcMessage *message)
{
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBLISH };

  mqttc_message_get_view (message, &view);
  return mqttc_packet_new_from_view (self->config.protocol, &view, message);
}

/* QoS 0 while there is no connection, if it may not wait for one. */
static gboolean
publish_offline (MqttcEngine *self,
                 MqttcMessage *message,
                 MqttcOperation *operation,
                 GError **error)
{
  if (self->config.offline_qos0 == MQTTC_OFFLINE_QOS0_FAIL)
    {
      g_autofree char *topic = mqttc_text_for_display (mqttc_message_get_topic (message));

      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_OFFLINE,
                   "Cannot publish to “%s” at QoS 0: there is no connection", topic);
      return FALSE;
    }

  mqttc_message_lock (message);
  if (operation != NULL)
    push_completed (self, operation, mqttc_engine_make_publish (self, message), NULL);
  return TRUE;
}

gboolean
mqttc_engine_publish (MqttcEngine *self,
                      MqttcMessage *message,
                      MqttcOperation *operation,
                      gint64 now,
                      GError **error)
{
  const char *topic = mqttc_message_get_topic (message);
  gsize size = mqttc_message_get_size (message) + MESSAGE_OVERHEAD;
  MqttcRequest *request;

  if (!check_open (self, "publish to", topic, error) || !mqttc_message_check (message, error))
    return FALSE;

  if (mqttc_message_get_qos (message) == MQTTC_QOS_AT_MOST_ONCE
      && self->config.offline_qos0 != MQTTC_OFFLINE_QOS0_QUEUE
      && self->state != MQTTC_CONNECTION_STATE_CONNECTED)
    return publish_offline (self, message, operation, error);

  if (!check_room (self, size, "publish to", topic, error))
    return FALSE;

  mqttc_message_lock (message);
  request = mqttc_outbox_add_publish (&self->outbox, message, size);
  set_operation (request, operation);
  return TRUE;
}

static gboolean
request_filters (MqttcEngine *self,
                 const char *action,
                 const char *const *filters,
                 const guint8 *qos,
                 MqttcOperation *operation,
                 GError **error)
{
  g_autoptr (MqttcFilterSet) set = mqttc_filter_set_new (filters, qos, error);
  MqttcRequest *request;

  if (set == NULL || !check_open (self, action, filters[0], error)
      || !check_room (self, set->entries->len, action, filters[0], error))
    return FALSE;

  request = mqttc_outbox_add_filters (&self->outbox, g_steal_pointer (&set));
  set_operation (request, operation);
  return TRUE;
}

gboolean
mqttc_engine_subscribe (MqttcEngine *self,
                        const char *const *filters,
                        const guint8 *qos,
                        MqttcOperation *operation,
                        gint64 now,
                        GError **error)
{
  return request_filters (self, "subscribe to", filters, qos, operation, error);
}

gboolean
mqttc_engine_unsubscribe (MqttcEngine *self,
                          const char *const *filters,
                          MqttcOperation *operation,
                          gint64 now,
                          GError **error)
{
  return request_filters (self, "unsubscribe from", filters, NULL, operation, error);
}

void
mqttc_engine_forget (MqttcEngine *self,
                     const char *filter)
{
  mqttc_subscriptions_remove (&self->subscriptions, filter);
}

gboolean
mqttc_engine_cancel (MqttcEngine *self,
                     MqttcOperation *operation,
                     GError *error)
{
  MqttcRequest *request = operation->request;

  if (request == NULL)
    {
      g_error_free (error);
      return FALSE;
    }

  if (request->encoded)
    {
      mqttc_engine_end_operation (self, request, NULL, error);
      return FALSE;
    }

  mqttc_engine_complete (self, request, NULL, error);
  return TRUE;
}

static GError *
make_offline_error (const MqttcRequest *request)
{
  g_autofree char *topic = mqttc_text_for_display (mqttc_message_get_topic (request->message));

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_OFFLINE,
                      "The connection was lost before the message for “%s” was sent", topic);
}

void
mqttc_engine_apply_offline_qos0 (MqttcEngine *self)
{
  gboolean fail = self->config.offline_qos0 == MQTTC_OFFLINE_QOS0_FAIL;
  MqttcRequest *next;

  if (self->config.offline_qos0 == MQTTC_OFFLINE_QOS0_QUEUE)
    return;

  for (MqttcRequest *request = self->outbox.ungated.head; request != NULL; request = next)
    {
      next = request->next;
      if (request->kind != MQTTC_REQUEST_PUBLISH)
        continue;

      if (fail)
        mqttc_engine_complete (self, request, NULL, make_offline_error (request));
      else
        mqttc_engine_complete (self, request, mqttc_engine_make_publish (self, request->message),
                               NULL);
    }
}

void
mqttc_engine_push_message (MqttcEngine *self,
                           MqttcMessage *message,
                           guint64 token)
{
  MqttcEngineEvent *event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_MESSAGE);

  event->message = message;
  event->token = token;
  self->undelivered++;
  self->undelivered_bytes += mqttc_engine_get_event_size (event);
}

void
mqttc_engine_push_packet (MqttcEngine *self,
                          MqttcEngineEventType type,
                          MqttcPacket *packet)
{
  MqttcEngineEvent *event = mqttc_event_queue_push (&self->events, type);

  event->packet = packet;
  self->undelivered_bytes += mqttc_engine_get_event_size (event);
}

gsize
mqttc_engine_get_event_size (const MqttcEngineEvent *event)
{
  MqttcMessage *message = event->message;

  /* A repeated message of QoS 2 is nowhere else. */
  if (event->type == MQTTC_ENGINE_EVENT_INCOMING)
    message = mqttc_packet_get_message (event->packet);

  return message != NULL ? mqttc_message_get_size (message) : 0;
}

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

void
mqttc_engine_delivered (MqttcEngine *self,
                        guint64 token,
                        gint64 now)
{
  gboolean connected = self->link == MQTTC_LINK_CONNECTED;
  guint16 packet_id;

  g_return_if_fail (self->handed_over > 0);
  self->handed_over--;
  self->undelivered--;

  if (mqttc_inbox_token_is_qos1 (token))
    {
      mqttc_inbox_set_delivered (&self->inbox, token);
      while (connected && (packet_id = mqttc_inbox_next_puback (&self->inbox)) != 0)
        mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBACK, packet_id);
    }
  else if (token != 0)
    {
      packet_id = mqttc_inbox_complete (&self->inbox, token);
      if (connected && packet_id != 0)
        mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBCOMP, packet_id);
    }

  mqttc_keepalive_set_paused (&self->keepalive, !mqttc_engine_may_decode (self), now);
  mqttc_engine_check_drained (self, now);
}
