/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-error.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_reason_error_get_packet (const GError *error);

G_END_DECLS
