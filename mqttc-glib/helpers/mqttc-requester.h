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

#define MQTTC_TYPE_REQUESTER (mqttc_requester_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcRequester, mqttc_requester, MQTTC, REQUESTER, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcRequester *mqttc_requester_new (MqttcClient *client) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcClient *mqttc_requester_get_client (MqttcRequester *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_requester_get_response_topic (MqttcRequester *self);

MQTTC_AVAILABLE_IN_0_1
void mqttc_requester_request_async (MqttcRequester *self,
                                    MqttcMessage *message,
                                    guint timeout_msec,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *
mqttc_requester_request_finish (MqttcRequester *self,
                                GAsyncResult *result,
                                GError **error);

G_END_DECLS
