/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"
#include "mqttc-error.h"

G_BEGIN_DECLS

/* Section 3.2.2.3 of 3.1.1: the return codes of CONNACK, as the reason codes of MQTT 5 that mean
 * the same. */
static const guint8 mqttc_connack_reasons[] = {
  MQTTC_REASON_CODE_SUCCESS,
  MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION,
  MQTTC_REASON_CODE_CLIENT_IDENTIFIER_NOT_VALID,
  MQTTC_REASON_CODE_SERVER_UNAVAILABLE,
  MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD,
  MQTTC_REASON_CODE_NOT_AUTHORIZED,
};

/* What a packet of @type may say in MQTT 5. */
gboolean mqttc_reason_is_legal (guint type,
                                guint8 code);
/* What DISCONNECT of a client may say (section 3.14.2.1). */
gboolean mqttc_reason_is_for_client (guint8 code);
/* Each of those of a SUBACK, or UNSUBACK. */
gboolean mqttc_reasons_are_legal (MqttcProtocol protocol,
                                  guint type,
                                  MqttcSlice codes);

G_END_DECLS
