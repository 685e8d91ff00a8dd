/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_AUTH_REQUEST (mqttc_auth_request_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcAuthRequest, mqttc_auth_request, MQTTC, AUTH_REQUEST, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcAuthStage mqttc_auth_request_get_stage (MqttcAuthRequest *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_auth_request_is_reauthentication (MqttcAuthRequest *self);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_auth_request_get_server_data (MqttcAuthRequest *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_auth_request_get_client_id (MqttcAuthRequest *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_auth_request_get_host (MqttcAuthRequest *self);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_auth_request_get_channel_binding (MqttcAuthRequest *self, GTlsChannelBindingType type)
    G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
void mqttc_auth_request_complete (MqttcAuthRequest *self,
                                  GBytes *data);
MQTTC_AVAILABLE_IN_0_1
void mqttc_auth_request_complete_error (MqttcAuthRequest *self,
                                        const GError *error);

G_END_DECLS
