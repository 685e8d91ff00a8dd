/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "values/mqttc-event.h"

G_BEGIN_DECLS

/* INCOMING and OUTGOING with a packet, CONNECTED with the CONNACK. */
MqttcEvent *mqttc_event_new_packet (MqttcEventType type,
                                    MqttcPacket *packet);
MqttcEvent *mqttc_event_new_message (MqttcMessage *message);
/* @error (nullable) is copied. */
MqttcEvent *mqttc_event_new_disconnected (const GError *error,
                                          gint64 retry_usec);

G_END_DECLS
