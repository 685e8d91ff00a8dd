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

#define MQTTC_TYPE_CONNECTION (mqttc_connection_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcConnection, mqttc_connection, MQTTC, CONNECTION, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcConnection *mqttc_connection_new (MqttcOptions *options) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcConnection *mqttc_connection_new_for_uri (const char *uri,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
MqttcClient *mqttc_connection_get_client (MqttcConnection *self);
MQTTC_AVAILABLE_IN_0_1
MqttcOptions *mqttc_connection_get_options (MqttcConnection *self);

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_connection_open (MqttcConnection *self,
                                GCancellable *cancellable,
                                GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_connection_close (MqttcConnection *self,
                                 GCancellable *cancellable,
                                 GError **error);

MQTTC_AVAILABLE_IN_0_1
MqttcEvent *
mqttc_connection_next (MqttcConnection *self,
                       GCancellable *cancellable,
                       GError **error);
MQTTC_AVAILABLE_IN_0_1
MqttcEvent *mqttc_connection_next_timeout (MqttcConnection *self,
                                           guint timeout_msec,
                                           GCancellable *cancellable,
                                           GError **error);
MQTTC_AVAILABLE_IN_0_1
MqttcEvent *mqttc_connection_try_next (MqttcConnection *self,
                                       GError **error);

MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_connection_publish (MqttcConnection *self,
                                       MqttcMessage *message,
                                       GCancellable *cancellable,
                                       GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_connection_subscribe (MqttcConnection *self,
                                     MqttcSubscription *subscription,
                                     GCancellable *cancellable,
                                     GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_connection_unsubscribe (MqttcConnection *self,
                                       MqttcSubscription *subscription,
                                       GCancellable *cancellable,
                                       GError **error);

G_END_DECLS
