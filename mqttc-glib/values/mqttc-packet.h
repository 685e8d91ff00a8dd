/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_PACKET (mqttc_packet_get_type ())

MQTTC_AVAILABLE_IN_0_1
GType mqttc_packet_get_type (void) G_GNUC_CONST;

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_packet_check (GBytes *bytes,
                             gsize max_packet_size,
                             gsize *length,
                             GError **error);
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_read (GBytes *bytes,
                                MqttcProtocol protocol,
                                gsize max_packet_size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_packet_write (MqttcPacket *self,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_ref (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_packet_unref (MqttcPacket *self);

MQTTC_AVAILABLE_IN_0_1
MqttcPacketType mqttc_packet_get_packet_type (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
MqttcProtocol mqttc_packet_get_protocol (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_packet_get_packet_id (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_packet_get_reason_code (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_packet_get_reason_codes (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_packet_get_session_present (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_packet_get_message (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
const char *const *mqttc_packet_get_filters (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_packet_get_filter_options (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_packet_get_filter_qos (MqttcPacket *self,
                                   guint index);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_packet_get_filter_no_local (MqttcPacket *self,
                                           guint index);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_packet_get_filter_retain_as_published (MqttcPacket *self,
                                                      guint index);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_packet_get_filter_retain_handling (MqttcPacket *self,
                                               guint index);
MQTTC_AVAILABLE_IN_0_1
MqttcProperties *mqttc_packet_get_properties (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_packet_get_reason_string (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_packet_get_client_id (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_packet_get_clean_session (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_packet_get_keep_alive (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_packet_get_user_name (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_packet_get_password (MqttcPacket *self);
MQTTC_AVAILABLE_IN_0_1
char *mqttc_packet_to_string (MqttcPacket *self) G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_connect (MqttcProtocol protocol,
                                       const char *client_id,
                                       gboolean clean_session,
                                       guint keep_alive,
                                       const char *user_name,
                                       GBytes *password,
                                       MqttcMessage *will,
                                       MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_connack (MqttcProtocol protocol,
                                       guint reason_code,
                                       gboolean session_present,
                                       MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_publish (MqttcProtocol protocol,
                                       MqttcMessage *message,
                                       guint packet_id,
                                       gboolean dup,
                                       MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_ack (MqttcProtocol protocol,
                                   MqttcPacketType packet_type,
                                   guint packet_id,
                                   guint reason_code,
                                   MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_subscribe (MqttcProtocol protocol,
                                         guint packet_id,
                                         const char *const *filters,
                                         GBytes *options,
                                         MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_suback (MqttcProtocol protocol,
                                      guint packet_id,
                                      GBytes *reason_codes,
                                      MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_unsubscribe (MqttcProtocol protocol,
                                           guint packet_id,
                                           const char *const *filters,
                                           MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_unsuback (MqttcProtocol protocol,
                                        guint packet_id,
                                        GBytes *reason_codes,
                                        MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_disconnect (MqttcProtocol protocol,
                                          guint reason_code,
                                          MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_auth (guint reason_code,
                                    MqttcProperties *properties) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcPacket *mqttc_packet_new_simple (MqttcProtocol protocol,
                                      MqttcPacketType packet_type) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcPacket, mqttc_packet_unref)

G_END_DECLS
