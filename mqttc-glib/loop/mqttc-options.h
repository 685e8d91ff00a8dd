/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "loop/mqttc-authenticator.h"
#include "loop/mqttc-credentials-provider.h"
#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_OPTIONS (mqttc_options_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcOptions, mqttc_options, MQTTC, OPTIONS, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcOptions *mqttc_options_new (void) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcOptions *mqttc_options_new_for_uri (const char *uri,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_validate (MqttcOptions *self,
                                 GError **error);

MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_host (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_host (MqttcOptions *self,
                             const char *host);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_port (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_port (MqttcOptions *self,
                             guint port);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_socket_path (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_socket_path (MqttcOptions *self,
                                    const char *socket_path);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_client_id (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_client_id (MqttcOptions *self,
                                  const char *client_id);
MQTTC_AVAILABLE_IN_0_1
MqttcProtocol mqttc_options_get_protocol (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_protocol (MqttcOptions *self,
                                 MqttcProtocol protocol);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_clean_session (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_clean_session (MqttcOptions *self,
                                      gboolean clean_session);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_keep_alive (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_keep_alive (MqttcOptions *self,
                                   guint keep_alive);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_user_name (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_user_name (MqttcOptions *self,
                                  const char *user_name);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_password (MqttcOptions *self,
                                 GBytes *password);
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_options_get_will (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_will (MqttcOptions *self,
                             MqttcMessage *will);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_options_get_max_packet_size (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_max_packet_size (MqttcOptions *self,
                                        guint64 max_packet_size);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_max_inflight (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_max_inflight (MqttcOptions *self,
                                     guint max_inflight);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_max_queued_messages (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_max_queued_messages (MqttcOptions *self,
                                            guint max_queued_messages);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_options_get_max_queued_bytes (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_max_queued_bytes (MqttcOptions *self,
                                         guint64 max_queued_bytes);
MQTTC_AVAILABLE_IN_0_1
MqttcOfflineQos0 mqttc_options_get_offline_qos0 (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_offline_qos0 (MqttcOptions *self,
                                     MqttcOfflineQos0 offline_qos0);
MQTTC_AVAILABLE_IN_0_1
MqttcSessionLostPolicy mqttc_options_get_session_lost_policy (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_session_lost_policy (MqttcOptions *self,
                                            MqttcSessionLostPolicy session_lost_policy);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_connect_timeout (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_connect_timeout (MqttcOptions *self,
                                        guint connect_timeout);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_ping_timeout (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_ping_timeout (MqttcOptions *self,
                                     guint ping_timeout);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_write_timeout (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_write_timeout (MqttcOptions *self,
                                      guint write_timeout);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_packet_timeout (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_packet_timeout (MqttcOptions *self,
                                       guint packet_timeout);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_close_timeout (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_close_timeout (MqttcOptions *self,
                                      guint close_timeout);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_reconnect (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_reconnect (MqttcOptions *self,
                                  gboolean reconnect);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_reconnect_min_delay (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_reconnect_min_delay (MqttcOptions *self,
                                            guint reconnect_min_delay);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_reconnect_max_delay (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_reconnect_max_delay (MqttcOptions *self,
                                            guint reconnect_max_delay);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_max_publish_rate (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_max_publish_rate (MqttcOptions *self,
                                         guint max_publish_rate);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_resend_delay (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_resend_delay (MqttcOptions *self,
                                     guint resend_delay);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_manual_acks (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_manual_acks (MqttcOptions *self,
                                    gboolean manual_acks);
MQTTC_AVAILABLE_IN_0_1
MqttcOverflowPolicy mqttc_options_get_overflow_policy (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_overflow_policy (MqttcOptions *self,
                                        MqttcOverflowPolicy overflow_policy);
MQTTC_AVAILABLE_IN_0_1
guint64 mqttc_options_get_max_outgoing_packet_size (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_max_outgoing_packet_size (MqttcOptions *self,
                                                 guint64 max_outgoing_packet_size);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_use_tls (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_use_tls (MqttcOptions *self,
                                gboolean use_tls);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_server_identity (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_server_identity (MqttcOptions *self,
                                        const char *server_identity);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_ca_file (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_ca_file (MqttcOptions *self,
                                const char *ca_file);
MQTTC_AVAILABLE_IN_0_1
GTlsDatabase *mqttc_options_get_tls_database (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_tls_database (MqttcOptions *self,
                                     GTlsDatabase *tls_database);
MQTTC_AVAILABLE_IN_0_1
GTlsCertificate *mqttc_options_get_certificate (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_certificate (MqttcOptions *self,
                                    GTlsCertificate *certificate);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_certificate_file (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_certificate_file (MqttcOptions *self,
                                         const char *certificate_file);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_options_get_private_key_file (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_private_key_file (MqttcOptions *self,
                                         const char *private_key_file);
MQTTC_AVAILABLE_IN_0_1
GTlsInteraction *mqttc_options_get_tls_interaction (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_tls_interaction (MqttcOptions *self,
                                        GTlsInteraction *tls_interaction);
MQTTC_AVAILABLE_IN_0_1
const char *const *mqttc_options_get_alpn_protocols (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_alpn_protocols (MqttcOptions *self,
                                       const char *const *alpn_protocols);
MQTTC_AVAILABLE_IN_0_1
const char *const *mqttc_options_get_tls_pins (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_tls_pins (MqttcOptions *self,
                                 const char *const *tls_pins);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_protocol_fallback (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_protocol_fallback (MqttcOptions *self,
                                          gboolean protocol_fallback);
MQTTC_AVAILABLE_IN_0_1
gint64 mqttc_options_get_session_expiry_interval (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_session_expiry_interval (MqttcOptions *self,
                                                gint64 session_expiry_interval);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_receive_maximum (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_receive_maximum (MqttcOptions *self,
                                        guint receive_maximum);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_topic_alias_maximum (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_topic_alias_maximum (MqttcOptions *self,
                                            guint topic_alias_maximum);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_max_topic_aliases (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_max_topic_aliases (MqttcOptions *self,
                                          guint max_topic_aliases);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_options_get_will_delay_interval (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_will_delay_interval (MqttcOptions *self,
                                            guint will_delay_interval);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_request_response_information (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_request_response_information (MqttcOptions *self,
                                                     gboolean request_response_information);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_request_problem_information (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_request_problem_information (MqttcOptions *self,
                                                    gboolean request_problem_information);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_allow_qos_downgrade (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_allow_qos_downgrade (MqttcOptions *self,
                                            gboolean allow_qos_downgrade);
MQTTC_AVAILABLE_IN_0_1
MqttcProperties *mqttc_options_get_user_properties (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_user_properties (MqttcOptions *self,
                                        MqttcProperties *user_properties);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_options_get_follow_redirects (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_follow_redirects (MqttcOptions *self,
                                         gboolean follow_redirects);
MQTTC_AVAILABLE_IN_0_1
MqttcAuthenticator *mqttc_options_get_authenticator (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_authenticator (MqttcOptions *self,
                                      MqttcAuthenticator *authenticator);
MQTTC_AVAILABLE_IN_0_1
MqttcCredentialsProvider *mqttc_options_get_credentials_provider (MqttcOptions *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_options_set_credentials_provider (MqttcOptions *self,
                                             MqttcCredentialsProvider *credentials_provider);

G_END_DECLS
