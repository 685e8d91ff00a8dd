/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-options.h"
#include "session/mqttc-engine-private.h"
#include "transport/mqttc-transport-private.h"
#include "values/mqttc-properties.h"

G_BEGIN_DECLS

struct _MqttcOptions
{
  GObject parent_instance;

  char *host;         /* (nullable) */
  char *socket_path;  /* (nullable) */
  char *client_id;    /* (nullable) */
  char *user_name;    /* (nullable) */
  GBytes *password;   /* (nullable): in memory of its own, wiped when freed */
  MqttcMessage *will; /* (nullable) */

  guint port;
  MqttcProtocol protocol;
  gboolean clean_session;
  guint keep_alive;
  guint64 max_packet_size;
  guint max_inflight;
  guint max_queued_messages;
  guint64 max_queued_bytes;
  MqttcOfflineQos0 offline_qos0;
  MqttcSessionLostPolicy session_lost_policy;
  guint connect_timeout;
  guint ping_timeout;
  guint write_timeout;
  guint packet_timeout;
  guint close_timeout;
  gboolean reconnect;
  guint reconnect_min_delay;
  guint reconnect_max_delay;

  guint max_publish_rate;
  guint resend_delay;
  gboolean manual_acks;
  MqttcOverflowPolicy overflow_policy;
  guint64 max_outgoing_packet_size;

  gboolean use_tls;
  char *server_identity;            /* (nullable) */
  char *ca_file;                    /* (nullable) */
  GTlsDatabase *tls_database;       /* (nullable) */
  GTlsCertificate *certificate;     /* (nullable) */
  char *certificate_file;           /* (nullable) */
  char *private_key_file;           /* (nullable) */
  GTlsInteraction *tls_interaction; /* (nullable) */
  char **alpn_protocols;            /* (nullable): never empty */
  char **tls_pins;                  /* (nullable): never empty */

  gboolean protocol_fallback;
  gint64 session_expiry_interval;
  guint receive_maximum;
  guint topic_alias_maximum;
  guint max_topic_aliases;
  guint will_delay_interval;
  gboolean request_response_information;
  gboolean request_problem_information;
  gboolean allow_qos_downgrade;
  MqttcProperties *user_properties; /* (nullable) */
  gboolean follow_redirects;

  MqttcAuthenticator *authenticator;              /* (nullable) */
  MqttcCredentialsProvider *credentials_provider; /* (nullable) */
};

typedef enum
{
  MQTTC_OPTION_0,
  MQTTC_OPTION_HOST,
  MQTTC_OPTION_PORT,
  MQTTC_OPTION_SOCKET_PATH,
  MQTTC_OPTION_CLIENT_ID,
  MQTTC_OPTION_PROTOCOL,
  MQTTC_OPTION_CLEAN_SESSION,
  MQTTC_OPTION_KEEP_ALIVE,
  MQTTC_OPTION_USER_NAME,
  MQTTC_OPTION_PASSWORD,
  MQTTC_OPTION_WILL,
  MQTTC_OPTION_MAX_PACKET_SIZE,
  MQTTC_OPTION_MAX_INFLIGHT,
  MQTTC_OPTION_MAX_QUEUED_MESSAGES,
  MQTTC_OPTION_MAX_QUEUED_BYTES,
  MQTTC_OPTION_OFFLINE_QOS0,
  MQTTC_OPTION_SESSION_LOST_POLICY,
  MQTTC_OPTION_CONNECT_TIMEOUT,
  MQTTC_OPTION_PING_TIMEOUT,
  MQTTC_OPTION_WRITE_TIMEOUT,
  MQTTC_OPTION_PACKET_TIMEOUT,
  MQTTC_OPTION_CLOSE_TIMEOUT,
  MQTTC_OPTION_RECONNECT,
  MQTTC_OPTION_RECONNECT_MIN_DELAY,
  MQTTC_OPTION_RECONNECT_MAX_DELAY,
  MQTTC_OPTION_MAX_PUBLISH_RATE,
  MQTTC_OPTION_RESEND_DELAY,
  MQTTC_OPTION_MANUAL_ACKS,
  MQTTC_OPTION_OVERFLOW_POLICY,
  MQTTC_OPTION_MAX_OUTGOING_PACKET_SIZE,
  MQTTC_OPTION_USE_TLS,
  MQTTC_OPTION_SERVER_IDENTITY,
  MQTTC_OPTION_CA_FILE,
  MQTTC_OPTION_TLS_DATABASE,
  MQTTC_OPTION_CERTIFICATE,
  MQTTC_OPTION_CERTIFICATE_FILE,
  MQTTC_OPTION_PRIVATE_KEY_FILE,
  MQTTC_OPTION_TLS_INTERACTION,
  MQTTC_OPTION_ALPN_PROTOCOLS,
  MQTTC_OPTION_TLS_PINS,
  MQTTC_OPTION_PROTOCOL_FALLBACK,
  MQTTC_OPTION_SESSION_EXPIRY_INTERVAL,
  MQTTC_OPTION_RECEIVE_MAXIMUM,
  MQTTC_OPTION_TOPIC_ALIAS_MAXIMUM,
  MQTTC_OPTION_MAX_TOPIC_ALIASES,
  MQTTC_OPTION_WILL_DELAY_INTERVAL,
  MQTTC_OPTION_REQUEST_RESPONSE_INFORMATION,
  MQTTC_OPTION_REQUEST_PROBLEM_INFORMATION,
  MQTTC_OPTION_ALLOW_QOS_DOWNGRADE,
  MQTTC_OPTION_USER_PROPERTIES,
  MQTTC_OPTION_FOLLOW_REDIRECTS,
  MQTTC_OPTION_AUTHENTICATOR,
  MQTTC_OPTION_CREDENTIALS_PROVIDER,
  MQTTC_N_OPTIONS,
} MqttcOption;

/* Stores a value, and notifies if it is another one; behind the setters. Booleans and enums count as
 * numbers. */
void mqttc_options_store_uint (MqttcOptions *self,
                               MqttcOption option,
                               guint value);
/* Of numbers with a sign too. */
void mqttc_options_store_uint64 (MqttcOptions *self,
                                 MqttcOption option,
                                 guint64 value);
void mqttc_options_store_string (MqttcOptions *self,
                                 MqttcOption option,
                                 const char *value);
void mqttc_options_store_strv (MqttcOptions *self,
                               MqttcOption option,
                               const char *const *value);
void mqttc_options_store_object (MqttcOptions *self,
                                 MqttcOption option,
                                 gpointer value);
void mqttc_options_notify (MqttcOptions *self,
                           MqttcOption option);

/* Seconds; -1 goes by clean-session. */
#define MQTTC_OPTIONS_MIN_SESSION_EXPIRY (-1)
#define MQTTC_OPTIONS_MAX_SESSION_EXPIRY G_GINT64_CONSTANT (0xffffffff)

/* The properties of mqttc-options-auth.c, -flow.c, -mqtt5.c and -tls.c. */
void mqttc_options_auth_class_init (GParamSpec **properties,
                                    GParamFlags flags);
void mqttc_options_flow_class_init (GParamSpec **properties,
                                    GParamFlags flags);
void mqttc_options_mqtt5_class_init (GParamSpec **properties,
                                     GParamFlags flags);
void mqttc_options_tls_class_init (GParamSpec **properties,
                                   GParamFlags flags);

/* The checks of mqttc-options-auth.c and mqttc-options-check-tls.c. */
gboolean mqttc_options_check_auth (MqttcOptions *self,
                                   GError **error);
gboolean mqttc_options_check_tls (MqttcOptions *self,
                                  GError **error);
/* The checks and the part of the engine's configuration of mqttc-options-mqtt5.c. */
gboolean mqttc_options_check_mqtt5 (MqttcOptions *self,
                                    GError **error);
void mqttc_options_fill_mqtt5 (MqttcOptions *self,
                               MqttcEngineConfig *config);
/* Whether @value is within the bounds of the option @name, which has some. */
gboolean mqttc_options_check_number (const char *name,
                                     guint64 value,
                                     GError **error);
/* What a number may be; of properties that are numbers. */
void mqttc_options_get_bounds (GParamSpec *pspec,
                               guint64 *min,
                               guint64 *max);
/* A host name or an address, and nothing around it. */
gboolean mqttc_options_check_name (const char *option,
                                   const char *name,
                                   GError **error);

/* Sets MQTTC_CLIENT_ERROR_INVALID_ARGUMENT; always FALSE. */
gboolean mqttc_options_refuse (GError **error,
                               const char *format,
                               ...) G_GNUC_PRINTF (2, 3);

/* What the layers below need of the options, as they are now; only of options that are valid. @config
 * must be clear or initialized. The client id stays NULL if none was set: the loop generates one, so
 * that two loops with the same options are two clients. */
void mqttc_options_fill_config (MqttcOptions *self,
                                MqttcEngineConfig *config);
MqttcAddress *mqttc_options_get_address (MqttcOptions *self);
/* NULL: no TLS. */
MqttcTlsConfig *mqttc_options_get_tls_config (MqttcOptions *self);

G_END_DECLS
