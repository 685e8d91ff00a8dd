/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-codec-private.h"
#include "values/mqttc-packet.h"

G_BEGIN_DECLS

/* Copies a view into a value. The user name and password of CONNECT are left out: the value may be
 * reported. @message, if not NULL, is the message of this PUBLISH, and is shared instead of copied.
 * NULL if there is no memory for what came from the network. */
MqttcPacket *mqttc_packet_new_from_view (MqttcProtocol protocol,
                                         const MqttcPacketView *view,
                                         MqttcMessage *message);

/* The same with the user name and the password, for a program that reads packets itself. */
MqttcPacket *mqttc_packet_new_with_secrets (MqttcProtocol protocol,
                                            const MqttcPacketView *view);

G_END_DECLS
