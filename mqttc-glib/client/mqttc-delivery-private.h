/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-event-loop-private.h"

G_BEGIN_DECLS

/* A message that waits to be pulled is not acknowledged: whoever is to pull it has a reference to its
 * delivery, and the last one to let go acknowledges. */
typedef struct _MqttcDelivery MqttcDelivery;

/* Of the message that @loop tells of now. */
MqttcDelivery *mqttc_delivery_new (MqttcEventLoop *loop);
MqttcDelivery *mqttc_delivery_ref (MqttcDelivery *self);
void mqttc_delivery_unref (MqttcDelivery *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcDelivery, mqttc_delivery_unref)

G_END_DECLS
