/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "mqttc-types.h"
#include "mqttc-version-macros.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_TLS_FAILURE (mqttc_tls_failure_get_type ())

MQTTC_AVAILABLE_IN_0_1
GType mqttc_tls_failure_get_type (void);

MQTTC_AVAILABLE_IN_0_1
MqttcTlsFailure *mqttc_tls_failure_ref (MqttcTlsFailure *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_tls_failure_unref (MqttcTlsFailure *self);

MQTTC_AVAILABLE_IN_0_1
GTlsCertificate *mqttc_tls_failure_get_certificate (MqttcTlsFailure *self);
MQTTC_AVAILABLE_IN_0_1
GTlsCertificateFlags mqttc_tls_failure_get_errors (MqttcTlsFailure *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_tls_failure_get_pin (MqttcTlsFailure *self);
MQTTC_AVAILABLE_IN_0_1
char *mqttc_tls_failure_to_string (MqttcTlsFailure *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcTlsFailure, mqttc_tls_failure_unref)

G_END_DECLS
