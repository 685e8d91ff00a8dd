/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "session/mqttc-event-queue-private.h"

#define INITIAL_SIZE 8u

void
mqttc_event_queue_grow (MqttcEventQueue *self)
{
  guint size = self->size == 0 ? INITIAL_SIZE : self->size * 2;
  MqttcEngineEvent *events = g_new (MqttcEngineEvent, size);

  for (guint i = 0; i < self->length; i++)
    events[i] = self->events[(self->first + i) & (self->size - 1)];

  g_free (self->events);
  self->events = events;
  self->size = size;
  self->first = 0;
}

void
mqttc_event_queue_clear (MqttcEventQueue *self)
{
  for (guint i = 0; i < self->length; i++)
    mqttc_engine_event_clear (&self->events[(self->first + i) & (self->size - 1)]);

  g_free (self->events);
  *self = (MqttcEventQueue){ 0 };
}

void
mqttc_engine_event_make_packet (MqttcEngineEvent *event,
                                MqttcPacket *old)
{
  event->packet = mqttc_packet_renew_bare (old, (MqttcProtocol) event->protocol,
                                           (MqttcPacketType) event->packet_type, event->packet_id,
                                           event->reason_code);
}

void
mqttc_engine_event_clear (MqttcEngineEvent *event)
{
  g_clear_pointer (&event->message, mqttc_message_unref);
  g_clear_pointer (&event->packet, mqttc_packet_unref);
  if (event->type == MQTTC_ENGINE_EVENT_AUTHENTICATE)
    g_clear_pointer (&event->data, g_bytes_unref);
  else
    g_clear_pointer (&event->filters, g_strfreev);
  if (event->error != NULL)
    g_clear_error (&event->error);
}
