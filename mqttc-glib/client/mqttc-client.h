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

#define MQTTC_TYPE_CLIENT (mqttc_client_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcClient, mqttc_client, MQTTC, CLIENT, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcClient *mqttc_client_new (MqttcOptions *options) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcClient *mqttc_client_new_for_uri (const char *uri,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
void mqttc_client_open_async (MqttcClient *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_client_open_finish (MqttcClient *self,
                                       GAsyncResult *result,
                                       GError **error);
MQTTC_AVAILABLE_IN_0_1
void mqttc_client_close_async (MqttcClient *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_close_finish (MqttcClient *self,
                                    GAsyncResult *result,
                                    GError **error);
MQTTC_AVAILABLE_IN_0_1
void mqttc_client_close_full_async (MqttcClient *self,
                                    guint reason_code,
                                    MqttcProperties *properties,
                                    gint64 drain_msec,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_close_full_finish (MqttcClient *self,
                                         GAsyncResult *result,
                                         GError **error);

MQTTC_AVAILABLE_IN_0_1
void mqttc_client_publish_async (MqttcClient *self,
                                 MqttcMessage *message,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
void mqttc_client_publish_text_async (MqttcClient *self,
                                      const char *topic,
                                      const char *text,
                                      MqttcQos qos,
                                      gboolean retain,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_client_publish_finish (MqttcClient *self,
                                          GAsyncResult *result,
                                          GError **error);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *
mqttc_client_publish_text_finish (MqttcClient *self,
                                  GAsyncResult *result,
                                  GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_try_publish (MqttcClient *self,
                                   MqttcMessage *message,
                                   GError **error);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_client_publish_many (MqttcClient *self,
                                 MqttcMessage *const *messages,
                                 guint n_messages,
                                 GError **error);

MQTTC_AVAILABLE_IN_0_1
void mqttc_client_subscribe_async (MqttcClient *self,
                                   MqttcSubscription *subscription,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_subscribe_finish (MqttcClient *self,
                                        GAsyncResult *result,
                                        GError **error);
MQTTC_AVAILABLE_IN_0_1
void mqttc_client_subscribe_many_async (MqttcClient *self,
                                        MqttcSubscription **subscriptions,
                                        gsize n_subscriptions,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean
mqttc_client_subscribe_many_finish (MqttcClient *self,
                                    GAsyncResult *result,
                                    GError **error);
MQTTC_AVAILABLE_IN_0_1
void mqttc_client_unsubscribe_async (MqttcClient *self,
                                     MqttcSubscription *subscription,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_unsubscribe_finish (MqttcClient *self,
                                          GAsyncResult *result,
                                          GError **error);

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_ack (MqttcClient *self,
                           MqttcMessage *message,
                           GError **error);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_ack_full (MqttcClient *self,
                                MqttcMessage *message,
                                guint reason_code,
                                MqttcProperties *properties,
                                GError **error);

MQTTC_AVAILABLE_IN_0_1
void mqttc_client_reauthenticate_async (MqttcClient *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
gboolean
mqttc_client_reauthenticate_finish (MqttcClient *self,
                                    GAsyncResult *result,
                                    GError **error);

MQTTC_AVAILABLE_IN_0_1
MqttcOptions *mqttc_client_get_options (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
MqttcEventLoop *mqttc_client_get_event_loop (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
MqttcConnectionState mqttc_client_get_state (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
const GError *mqttc_client_get_last_error (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_client_get_last_refusal (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_client_get_refusal (GAsyncResult *result);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_client_get_queued (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_client_get_inflight (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_get_can_publish (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
MqttcTlsFailure *mqttc_client_get_tls_failure (MqttcClient *self);

MQTTC_AVAILABLE_IN_0_1
MqttcProtocol mqttc_client_get_protocol (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
MqttcQos mqttc_client_get_maximum_qos (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_get_retain_available (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_get_wildcard_subscription_available (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_get_shared_subscription_available (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_client_get_subscription_identifiers_available (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_client_get_maximum_packet_size (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_client_get_receive_maximum (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_client_get_topic_alias_maximum (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_client_get_session_expiry_interval (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
int mqttc_client_get_server_keep_alive (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_client_get_assigned_client_id (MqttcClient *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_client_get_response_information (MqttcClient *self);

G_END_DECLS
