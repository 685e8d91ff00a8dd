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

#define MQTTC_TYPE_RESPONDER (mqttc_responder_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcResponder, mqttc_responder, MQTTC, RESPONDER, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcResponder *mqttc_responder_new (MqttcClient *client,
                                     const char *filter) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcClient *mqttc_responder_get_client (MqttcResponder *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_responder_get_filter (MqttcResponder *self);

MQTTC_AVAILABLE_IN_0_1
void mqttc_responder_start_async (MqttcResponder *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_responder_start_finish (MqttcResponder *self,
                                       GAsyncResult *result,
                                       GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_responder_respond (MqttcResponder *self,
                                  MqttcMessage *request,
                                  MqttcMessage *response,
                                  GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_responder_respond_text (MqttcResponder *self,
                                       MqttcMessage *request,
                                       const char *text,
                                       GError **error);

G_END_DECLS
