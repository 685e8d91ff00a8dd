/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bounds of the queue of unsent requests: who may enter, what makes room, and when the program is
 * to hold back. */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"

static const char *
get_closed_reason (const MqttcEngine *self)
{
  switch (self->state)
    {
    case MQTTC_CONNECTION_STATE_IDLE:
      return "the client has not been opened";
    case MQTTC_CONNECTION_STATE_DRAINING:
      return "the client is closing";
    case MQTTC_CONNECTION_STATE_CLOSED:
      return "the client is closed; open it again";
    case MQTTC_CONNECTION_STATE_CONNECTING:
    case MQTTC_CONNECTION_STATE_CONNECTED:
    case MQTTC_CONNECTION_STATE_BACKING_OFF:
    default:
      return NULL;
    }
}

static void
set_closed_error (const char *action,
                  const char *topic,
                  const char *why,
                  GError **error)
{
  g_autofree char *shown = mqttc_text_for_display (topic);

  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN, "Cannot %s “%s”: %s", action,
               shown, why);
}

gboolean
mqttc_engine_check_open (MqttcEngine *self,
                         const char *action,
                         const char *topic,
                         GError **error)
{
  const char *why = get_closed_reason (self);

  if (G_LIKELY (why == NULL))
    return TRUE;

  set_closed_error (action, topic, why, error);
  return FALSE;
}

static gboolean
fits (const MqttcEngineConfig *config,
      guint queued,
      gsize queued_bytes,
      gsize size)
{
  return queued < config->max_queued_messages && size <= config->max_queued_bytes
         && queued_bytes <= config->max_queued_bytes - size;
}

static void
set_full_error (MqttcEngine *self,
                gsize size,
                const char *action,
                const char *topic,
                GError **error)
{
  const MqttcEngineConfig *config = &self->config;
  g_autofree char *shown = mqttc_text_for_display (topic);

  if (self->outbox.queued >= config->max_queued_messages)
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL,
                 "Cannot %s “%s”: %u requests are queued already, the limit is %u "
                 "(max-queued-messages)",
                 action, shown, self->outbox.queued, config->max_queued_messages);
  else
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL,
                 "Cannot %s “%s”: %" G_GSIZE_FORMAT " bytes more than the %" G_GSIZE_FORMAT
                 " queued would exceed the limit of %" G_GSIZE_FORMAT " (max-queued-bytes)",
                 action, shown, size, self->outbox.queued_bytes, config->max_queued_bytes);
}

gboolean
mqttc_engine_check_room (MqttcEngine *self,
                         gsize size,
                         const char *action,
                         const char *topic,
                         GError **error)
{
  if (fits (&self->config, self->outbox.queued, self->outbox.queued_bytes, size))
    return TRUE;

  set_full_error (self, size, action, topic, error);
  mqttc_engine_note_full (self);
  return FALSE;
}

static GError *
make_dropped_error (MqttcEngine *self,
                    const MqttcRequest *request)
{
  const MqttcEngineConfig *config = &self->config;
  g_autofree char *topic = mqttc_text_for_display (mqttc_message_get_topic (request->message));

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL,
                      "The message for “%s” was dropped for a newer one: the queue is full, its "
                      "limits are %u requests (max-queued-messages) and %" G_GSIZE_FORMAT
                      " bytes (max-queued-bytes)",
                      topic, config->max_queued_messages, config->max_queued_bytes);
}

void
mqttc_engine_make_room (MqttcEngine *self,
                        gsize size)
{
  const MqttcEngineConfig *config = &self->config;
  MqttcOutbox *outbox = &self->outbox;
  MqttcRequest *request;

  /* Nothing is dropped if the new one does not fit even then. */
  if (!fits (config, outbox->queued_filters, outbox->queued_filter_bytes, size))
    return;

  while (!fits (config, outbox->queued, outbox->queued_bytes, size)
         && (request = mqttc_outbox_get_oldest_publish (outbox)) != NULL)
    mqttc_engine_complete (self, request, NULL,
                           request->operation != NULL ? make_dropped_error (self, request) : NULL);
}

/* --- May the program publish? --- */

static gboolean
is_at_bound (const MqttcEngine *self)
{
  return self->outbox.queued >= self->config.max_queued_messages
         || self->outbox.queued_bytes >= self->config.max_queued_bytes;
}

static gboolean
has_drained (const MqttcEngine *self)
{
  return !is_at_bound (self) && self->outbox.queued <= self->config.max_queued_messages / 2
         && self->outbox.queued_bytes <= self->config.max_queued_bytes / 2;
}

static void
set_can_publish (MqttcEngine *self,
                 gboolean can_publish)
{
  if (self->can_publish == can_publish)
    return;

  /* After what has happened before it; and if it goes back before it is told, nothing has happened. */
  self->can_publish = can_publish;
  self->events_before = can_publish != self->told_can_publish ? (gint64) self->events.length : -1;
}

void
mqttc_engine_update_can_publish (MqttcEngine *self)
{
  if (is_at_bound (self))
    self->queue_was_full = TRUE;
  else if (self->queue_was_full && has_drained (self))
    self->queue_was_full = FALSE;

  set_can_publish (self, !self->queue_was_full && get_closed_reason (self) == NULL);
}

void
mqttc_engine_note_full (MqttcEngine *self)
{
  /* What does not fit into the empty queue never will: waiting does not help. */
  if (self->outbox.queued == 0)
    return;

  self->queue_was_full = TRUE;
  set_can_publish (self, FALSE);
}
