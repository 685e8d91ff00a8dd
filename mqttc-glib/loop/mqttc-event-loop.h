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

#define MQTTC_TYPE_EVENT_LOOP (mqttc_event_loop_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcEventLoop, mqttc_event_loop, MQTTC, EVENT_LOOP, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcEventLoop *mqttc_event_loop_new (MqttcOptions *options) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_event_loop_start (MqttcEventLoop *self,
                                 GError **error);
MQTTC_AVAILABLE_IN_0_1
void mqttc_event_loop_stop (MqttcEventLoop *self);

MQTTC_AVAILABLE_IN_0_1
void mqttc_event_loop_poll_async (MqttcEventLoop *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
MqttcEvent *
mqttc_event_loop_poll_finish (MqttcEventLoop *self,
                              GAsyncResult *result,
                              GError **error);
MQTTC_AVAILABLE_IN_0_1
MqttcEvent *mqttc_event_loop_poll (MqttcEventLoop *self,
                                   GCancellable *cancellable,
                                   GError **error);
MQTTC_AVAILABLE_IN_0_1
MqttcEvent *mqttc_event_loop_poll_timeout (MqttcEventLoop *self,
                                           guint timeout_msec,
                                           GCancellable *cancellable,
                                           GError **error);
MQTTC_AVAILABLE_IN_0_1
MqttcEvent *mqttc_event_loop_try_poll (MqttcEventLoop *self,
                                       GError **error);

MQTTC_AVAILABLE_IN_0_1
MqttcClient *mqttc_event_loop_get_client (MqttcEventLoop *self) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcOptions *mqttc_event_loop_get_options (MqttcEventLoop *self);
MQTTC_AVAILABLE_IN_0_1
MqttcConnectionState mqttc_event_loop_get_state (MqttcEventLoop *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_event_loop_get_io_thread (MqttcEventLoop *self);
MQTTC_AVAILABLE_IN_0_1
const GError *mqttc_event_loop_get_last_error (MqttcEventLoop *self);
MQTTC_AVAILABLE_IN_0_1
MqttcTlsFailure *mqttc_event_loop_get_tls_failure (MqttcEventLoop *self);
MQTTC_AVAILABLE_IN_0_1
MqttcStatistics *mqttc_event_loop_get_statistics (MqttcEventLoop *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
