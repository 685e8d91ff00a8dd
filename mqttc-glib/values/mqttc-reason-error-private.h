/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "values/mqttc-reason-error.h"

G_BEGIN_DECLS

/* An error whose code is @reason_code. @packet (transfer full) (nullable) is what the server has said it
 * with: its reason string follows the message, “in quotation marks”. */
GError *mqttc_reason_error_new (guint reason_code, MqttcPacket *packet, const char *format, ...)
    G_GNUC_PRINTF (3, 4) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
