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

void
mqttc_engine_push_completed (MqttcEngine *self,
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
      mqttc_engine_push_completed (self, operation, packet, error);
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
  mqttc_engine_note_room (self);
}

/* Nothing but a type, a packet identifier and a reason code. */
static inline gboolean
is_bare (const MqttcPacketView *view)
{
  return mqttc_packet_type_is_bare (view->type) && view->properties.len == 0;
}

static void
note_bare_packet (MqttcEngine *self,
                  MqttcEngineEvent *event,
                  const MqttcPacketView *view)
{
  event->protocol = self->protocol;
  event->packet_type = view->type;
  event->packet_id = view->packet_id;
  event->reason_code = view->reason_code;
}

static void
push_answered (MqttcEngine *self,
               MqttcOperation *operation,
               const MqttcPacketView *view)
{
  MqttcEngineEvent *event;

  if (!is_bare (view))
    {
      mqttc_engine_push_completed (self, operation,
                                   mqttc_packet_new_from_view (self->protocol, view, NULL), NULL);
      return;
    }

  operation->request = NULL;
  event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_COMPLETED);
  event->operation = operation;
  note_bare_packet (self, event, view);
}

void
mqttc_engine_complete_answered (MqttcEngine *self,
                                MqttcRequest *request,
                                const MqttcPacketView *view)
{
  MqttcOperation *operation = g_steal_pointer (&request->operation);

  if (operation != NULL)
    push_answered (self, operation, view);
  mqttc_outbox_remove (&self->outbox, request);
  mqttc_engine_note_room (self);
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
  return mqttc_packet_new_from_view (self->protocol, &view, message);
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
    mqttc_engine_push_completed (self, operation, mqttc_engine_make_publish (self, message), NULL);
  return TRUE;
}

static void
note_expiry (MqttcEngine *self,
             MqttcRequest *request,
             gint64 deadline)
{
  request->deadline = deadline;
  request->watched = TRUE;
  self->messages_expire = TRUE;
  if (self->expiry_time < 0 || deadline < self->expiry_time)
    self->expiry_time = deadline;
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
  gboolean plenty;
  guint32 seconds;
  gsize offset;

  if (!mqttc_engine_check_open (self, "publish to", topic, error)
      || !mqttc_message_check (message, error)
      || (G_UNLIKELY (self->config.max_outgoing_packet_size != 0 || self->limits.any_for_publish)
          && !mqttc_engine_check_limits (self, message, error)))
    return FALSE;

  if (mqttc_message_get_qos (message) == MQTTC_QOS_AT_MOST_ONCE)
    {
      /* What is read back from its bytes does not say when it was accepted. */
      if (operation == NULL && (G_LIKELY (now == 0) || !mqttc_message_expires (message))
          && mqttc_engine_may_skip_queue (self, size))
        {
          mqttc_engine_publish_unqueued (self, message);
          return TRUE;
        }
      if (self->config.offline_qos0 != MQTTC_OFFLINE_QOS0_QUEUE
          && self->state != MQTTC_CONNECTION_STATE_CONNECTED)
        return publish_offline (self, message, operation, error);
    }

  plenty = mqttc_engine_has_plenty (self, size);
  if (G_UNLIKELY (!plenty))
    {
      if (self->config.overflow_policy == MQTTC_OVERFLOW_POLICY_DROP_OLDEST)
        mqttc_engine_make_room (self, size);
      if (!mqttc_engine_check_room (self, size, "publish to", topic, error))
        return FALSE;
    }

  mqttc_message_lock (message);
  request = mqttc_outbox_add_publish (&self->outbox, message, size);
  set_operation (request, operation);
  if (G_UNLIKELY (now != 0) && mqttc_message_find_expiry (message, &seconds, &offset))
    note_expiry (self, request, now + seconds * (gint64) G_USEC_PER_SEC);
  if (G_UNLIKELY (!plenty))
    mqttc_engine_update_can_publish (self);
  return TRUE;
}

static gboolean
request_filters (MqttcEngine *self,
                 const char *action,
                 const char *const *filters,
                 const guint8 *options,
                 guint32 subscription_id,
                 MqttcOperation *operation,
                 GError **error)
{
  g_autoptr (MqttcFilterSet) set = mqttc_filter_set_new (filters, options, error);
  MqttcRequest *request;

  if (set == NULL || !mqttc_engine_check_open (self, action, filters[0], error)
      || !mqttc_engine_check_room (self, set->entries->len, action, filters[0], error))
    return FALSE;

  set->subscription_id = subscription_id;
  if (!mqttc_engine_check_filter_limits (self, set, error))
    return FALSE;

  request = mqttc_outbox_add_filters (&self->outbox, g_steal_pointer (&set));
  set_operation (request, operation);
  mqttc_engine_update_can_publish (self);
  return TRUE;
}

gboolean
mqttc_engine_subscribe (MqttcEngine *self,
                        const char *const *filters,
                        const guint8 *options,
                        guint32 subscription_id,
                        MqttcOperation *operation,
                        gint64 now,
                        GError **error)
{
  return request_filters (self, "subscribe to", filters, options, subscription_id, operation,
                          error);
}

gboolean
mqttc_engine_unsubscribe (MqttcEngine *self,
                          const char *const *filters,
                          MqttcOperation *operation,
                          gint64 now,
                          GError **error)
{
  return request_filters (self, "unsubscribe from", filters, NULL, 0, operation, error);
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

  /* The server waits for the rest of the exchange. */
  if (operation == self->auth.operation)
    {
      self->auth.operation = NULL;
      mqttc_engine_push_completed (self, operation, NULL, error);
      return FALSE;
    }

  if (request == NULL)
    {
      g_error_free (error);
      return FALSE;
    }

  if (request->encoded)
    {
      request->cancelled = TRUE;
      mqttc_engine_end_operation (self, request, NULL, error);
      return FALSE;
    }

  mqttc_engine_complete (self, request, NULL, error);
  return TRUE;
}

void
mqttc_engine_refuse (MqttcEngine *self,
                     MqttcOperation *operation,
                     GError *error)
{
  mqttc_engine_push_completed (self, operation, NULL, error);
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
      if (mqttc_message_get_qos (request->message) != MQTTC_QOS_AT_MOST_ONCE)
        continue; /* it was lowered for the server, and the program expects more of it */
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
  self->totals.messages_received++;
  self->undelivered++;
  self->undelivered_bytes += mqttc_message_get_size (message);
}

/* Apart, so that the other one needs no registers of its own. */
static G_NO_INLINE void
report_whole_packet (MqttcEngine *self,
                     MqttcEngineEventType type,
                     const MqttcPacketView *view,
                     MqttcMessage *message)
{
  MqttcEngineEvent *event;
  MqttcPacket *packet = mqttc_packet_new_from_view (self->protocol, view, message);

  if (packet == NULL)
    return;

  event = mqttc_event_queue_push (&self->events, type);
  event->packet = packet;
  self->undelivered_bytes += mqttc_engine_get_event_size (event);
}

void
mqttc_engine_report_packet (MqttcEngine *self,
                            MqttcEngineEventType type,
                            const MqttcPacketView *view,
                            MqttcMessage *message)
{
  if (is_bare (view))
    note_bare_packet (self, mqttc_event_queue_push (&self->events, type), view);
  else
    report_whole_packet (self, type, view, message);
}

gsize
mqttc_engine_get_event_size (const MqttcEngineEvent *event)
{
  MqttcMessage *message = event->message;

  /* A repeated message of QoS 2 is nowhere else, nor is one that has been sent. */
  if (event->packet_type != 0)
    return 0;
  if (event->type == MQTTC_ENGINE_EVENT_INCOMING || event->type == MQTTC_ENGINE_EVENT_OUTGOING)
    message = mqttc_packet_get_message (event->packet);

  return message != NULL ? mqttc_message_get_size (message) : 0;
}
