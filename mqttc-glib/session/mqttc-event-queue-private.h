/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session/mqttc-engine-private.h"

G_BEGIN_DECLS

/* A ring that grows. All zero is an empty queue. */
typedef struct
{
  MqttcEngineEvent *events; /* (owned) (nullable) */
  guint size;               /* 0 or a power of two */
  guint first;
  guint length;
} MqttcEventQueue;

void mqttc_event_queue_grow (MqttcEventQueue *self);

/* An event of this type with all else zero, at the end; valid until the next push. */
static inline MqttcEngineEvent *
mqttc_event_queue_push (MqttcEventQueue *self,
                        MqttcEngineEventType type)
{
  MqttcEngineEvent *event;

  if (G_UNLIKELY (self->length == self->size))
    mqttc_event_queue_grow (self);

  event = &self->events[(self->first + self->length) & (self->size - 1)];
  self->length++;
  *event = (MqttcEngineEvent){ .type = type };
  return event;
}

void mqttc_event_queue_clear (MqttcEventQueue *self);

/* A queue that was longer than a turn of the loop makes it, and is empty, gives its memory back at once; a
 * shorter one when the connection is idle. */
#define MQTTC_EVENT_QUEUE_KEPT_SIZE 512u

static inline gboolean
mqttc_event_queue_pop (MqttcEventQueue *self,
                       MqttcEngineEvent *event)
{
  if (self->length == 0)
    return FALSE;

  *event = self->events[self->first];
  self->first = (self->first + 1) & (self->size - 1);
  self->length--;

  if (G_UNLIKELY (self->length == 0 && self->size > MQTTC_EVENT_QUEUE_KEPT_SIZE))
    mqttc_event_queue_clear (self);

  return TRUE;
}

G_END_DECLS
