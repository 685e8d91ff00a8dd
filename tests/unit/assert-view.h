/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-codec-private.h"

void assert_slice (MqttcSlice slice,
                   MqttcSlice expected);
/* In all that a packet of its type has. */
void assert_view_equal (const MqttcPacketView *a,
                        const MqttcPacketView *b);
