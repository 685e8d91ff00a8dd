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

/* An event of this type with all else zero, at the end; valid until the next push. */
MqttcEngineEvent *mqttc_event_queue_push (MqttcEventQueue *self,
                                          MqttcEngineEventType type);
gboolean mqttc_event_queue_pop (MqttcEventQueue *self,
                                MqttcEngineEvent *event);
void mqttc_event_queue_clear (MqttcEventQueue *self);

G_END_DECLS
