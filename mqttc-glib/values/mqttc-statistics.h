/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_STATISTICS (mqttc_statistics_get_type ())

MQTTC_AVAILABLE_IN_0_1
GType mqttc_statistics_get_type (void) G_GNUC_CONST;

MQTTC_AVAILABLE_IN_0_1
MqttcStatistics *mqttc_statistics_ref (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_statistics_unref (MqttcStatistics *self);

MQTTC_AVAILABLE_IN_0_1
guint mqttc_statistics_get_queued (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_queued_bytes (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_statistics_get_inflight (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_statistics_get_undelivered (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_stray_acks (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_connections (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_packets_received (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_packets_sent (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_bytes_received (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_bytes_sent (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_messages_received (MqttcStatistics *self);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_statistics_get_messages_sent (MqttcStatistics *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcStatistics, mqttc_statistics_unref)

G_END_DECLS
