/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_SESSION (mqttc_session_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcSession, mqttc_session, MQTTC, SESSION, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcSession *mqttc_session_new (MqttcOptions *options) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
MqttcOptions *mqttc_session_get_options (MqttcSession *self);
MQTTC_AVAILABLE_IN_0_1
MqttcConnectionState mqttc_session_get_state (MqttcSession *self);
MQTTC_AVAILABLE_IN_0_1
MqttcStatistics *mqttc_session_get_statistics (MqttcSession *self) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_session_open (MqttcSession *self,
                             gint64 now_usec,
                             GError **error);
MQTTC_AVAILABLE_IN_0_1
void
mqttc_session_close (MqttcSession *self,
                     guint reason_code,
                     gint64 drain_usec,
                     gint64 now_usec);

MQTTC_AVAILABLE_IN_0_1
MqttcSessionAction mqttc_session_take_link_action (MqttcSession *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_session_link_up (MqttcSession *self,
                            gint64 now_usec);
MQTTC_AVAILABLE_IN_0_1
void mqttc_session_link_down (MqttcSession *self,
                              gint64 now_usec);
MQTTC_AVAILABLE_IN_0_1
void mqttc_session_link_failed (MqttcSession *self,
                                const GError *error,
                                gint64 now_usec);

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_session_wants_read (MqttcSession *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_session_feed (MqttcSession *self,
                         GBytes *bytes,
                         gint64 now_usec);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_session_take_output (MqttcSession *self,
                                   gint64 now_usec) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
gint64 mqttc_session_get_deadline (MqttcSession *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_session_advance (MqttcSession *self,
                            gint64 now_usec);
MQTTC_AVAILABLE_IN_0_1
MqttcEvent *mqttc_session_next_event (MqttcSession *self,
                                      gint64 now_usec) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
gboolean
mqttc_session_publish (MqttcSession *self,
                       MqttcMessage *message,
                       gint64 now_usec,
                       GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_session_subscribe (MqttcSession *self,
                                  const char *filter,
                                  MqttcQos qos,
                                  gint64 now_usec,
                                  GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean
mqttc_session_unsubscribe (MqttcSession *self,
                           const char *filter,
                           gint64 now_usec,
                           GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean
mqttc_session_ack (MqttcSession *self,
                   MqttcMessage *message,
                   gint64 now_usec,
                   GError **error);

G_END_DECLS
