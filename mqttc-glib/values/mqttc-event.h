/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_EVENT (mqttc_event_get_type ())

MQTTC_AVAILABLE_IN_0_1
GType mqttc_event_get_type (void) G_GNUC_CONST;

MQTTC_AVAILABLE_IN_0_1
MqttcEvent *mqttc_event_ref (MqttcEvent *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_event_unref (MqttcEvent *self);

MQTTC_AVAILABLE_IN_0_1
MqttcEventType mqttc_event_get_event_type (MqttcEvent *self);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_event_get_packet (MqttcEvent *self);
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_event_get_message (MqttcEvent *self);
MQTTC_AVAILABLE_IN_0_1
const GError *mqttc_event_get_error (MqttcEvent *self);
MQTTC_AVAILABLE_IN_0_1
gint64 mqttc_event_get_retry_usec (MqttcEvent *self);
MQTTC_AVAILABLE_IN_0_1
char *mqttc_event_to_string (MqttcEvent *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcEvent, mqttc_event_unref)

G_END_DECLS
