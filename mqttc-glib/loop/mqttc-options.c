/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-options-private.h"
#include "mqttc-enum-types.h"

#include <string.h>

/**
 * MqttcOptions:
 *
 * Says how to connect, and what to do when the connection is lost.
 *
 * Each option is a property, so that it can be bound to settings or to a form. The setters take
 * anything; [method@Mqttc.Options.validate] and opening tell what cannot work. An option that is
 * changed while the client is open applies from the next attempt to connect;
 * [property@Mqttc.Options:client-id] and [property@Mqttc.Options:protocol] belong to the session,
 * and apply at the next opening; the bounds of the queue apply at once.
 *
 * Options belong to the thread of the client that uses them.
 *
 * Since: 0.1
 */

G_DEFINE_FINAL_TYPE (MqttcOptions, mqttc_options, G_TYPE_OBJECT)

static GParamSpec *properties[MQTTC_N_OPTIONS];

/* Where the options lie that are not on their own: password and will have functions for themselves. */
static const gsize offsets[MQTTC_N_OPTIONS] = {
  [MQTTC_OPTION_HOST] = G_STRUCT_OFFSET (MqttcOptions, host),
  [MQTTC_OPTION_PORT] = G_STRUCT_OFFSET (MqttcOptions, port),
  [MQTTC_OPTION_SOCKET_PATH] = G_STRUCT_OFFSET (MqttcOptions, socket_path),
  [MQTTC_OPTION_CLIENT_ID] = G_STRUCT_OFFSET (MqttcOptions, client_id),
  [MQTTC_OPTION_PROTOCOL] = G_STRUCT_OFFSET (MqttcOptions, protocol),
  [MQTTC_OPTION_CLEAN_SESSION] = G_STRUCT_OFFSET (MqttcOptions, clean_session),
  [MQTTC_OPTION_KEEP_ALIVE] = G_STRUCT_OFFSET (MqttcOptions, keep_alive),
  [MQTTC_OPTION_USER_NAME] = G_STRUCT_OFFSET (MqttcOptions, user_name),
  [MQTTC_OPTION_MAX_PACKET_SIZE] = G_STRUCT_OFFSET (MqttcOptions, max_packet_size),
  [MQTTC_OPTION_MAX_INFLIGHT] = G_STRUCT_OFFSET (MqttcOptions, max_inflight),
  [MQTTC_OPTION_MAX_QUEUED_MESSAGES] = G_STRUCT_OFFSET (MqttcOptions, max_queued_messages),
  [MQTTC_OPTION_MAX_QUEUED_BYTES] = G_STRUCT_OFFSET (MqttcOptions, max_queued_bytes),
  [MQTTC_OPTION_OFFLINE_QOS0] = G_STRUCT_OFFSET (MqttcOptions, offline_qos0),
  [MQTTC_OPTION_SESSION_LOST_POLICY] = G_STRUCT_OFFSET (MqttcOptions, session_lost_policy),
  [MQTTC_OPTION_CONNECT_TIMEOUT] = G_STRUCT_OFFSET (MqttcOptions, connect_timeout),
  [MQTTC_OPTION_PING_TIMEOUT] = G_STRUCT_OFFSET (MqttcOptions, ping_timeout),
  [MQTTC_OPTION_WRITE_TIMEOUT] = G_STRUCT_OFFSET (MqttcOptions, write_timeout),
  [MQTTC_OPTION_PACKET_TIMEOUT] = G_STRUCT_OFFSET (MqttcOptions, packet_timeout),
  [MQTTC_OPTION_CLOSE_TIMEOUT] = G_STRUCT_OFFSET (MqttcOptions, close_timeout),
  [MQTTC_OPTION_RECONNECT] = G_STRUCT_OFFSET (MqttcOptions, reconnect),
  [MQTTC_OPTION_RECONNECT_MIN_DELAY] = G_STRUCT_OFFSET (MqttcOptions, reconnect_min_delay),
  [MQTTC_OPTION_RECONNECT_MAX_DELAY] = G_STRUCT_OFFSET (MqttcOptions, reconnect_max_delay),
  [MQTTC_OPTION_MAX_PUBLISH_RATE] = G_STRUCT_OFFSET (MqttcOptions, max_publish_rate),
  [MQTTC_OPTION_RESEND_DELAY] = G_STRUCT_OFFSET (MqttcOptions, resend_delay),
  [MQTTC_OPTION_MANUAL_ACKS] = G_STRUCT_OFFSET (MqttcOptions, manual_acks),
  [MQTTC_OPTION_OVERFLOW_POLICY] = G_STRUCT_OFFSET (MqttcOptions, overflow_policy),
  [MQTTC_OPTION_MAX_OUTGOING_PACKET_SIZE]
  = G_STRUCT_OFFSET (MqttcOptions, max_outgoing_packet_size),
  [MQTTC_OPTION_USE_TLS] = G_STRUCT_OFFSET (MqttcOptions, use_tls),
  [MQTTC_OPTION_SERVER_IDENTITY] = G_STRUCT_OFFSET (MqttcOptions, server_identity),
  [MQTTC_OPTION_CA_FILE] = G_STRUCT_OFFSET (MqttcOptions, ca_file),
  [MQTTC_OPTION_TLS_DATABASE] = G_STRUCT_OFFSET (MqttcOptions, tls_database),
  [MQTTC_OPTION_CERTIFICATE] = G_STRUCT_OFFSET (MqttcOptions, certificate),
  [MQTTC_OPTION_CERTIFICATE_FILE] = G_STRUCT_OFFSET (MqttcOptions, certificate_file),
  [MQTTC_OPTION_PRIVATE_KEY_FILE] = G_STRUCT_OFFSET (MqttcOptions, private_key_file),
  [MQTTC_OPTION_TLS_INTERACTION] = G_STRUCT_OFFSET (MqttcOptions, tls_interaction),
  [MQTTC_OPTION_ALPN_PROTOCOLS] = G_STRUCT_OFFSET (MqttcOptions, alpn_protocols),
  [MQTTC_OPTION_TLS_PINS] = G_STRUCT_OFFSET (MqttcOptions, tls_pins),
  [MQTTC_OPTION_PROTOCOL_FALLBACK] = G_STRUCT_OFFSET (MqttcOptions, protocol_fallback),
  [MQTTC_OPTION_SESSION_EXPIRY_INTERVAL] = G_STRUCT_OFFSET (MqttcOptions, session_expiry_interval),
  [MQTTC_OPTION_RECEIVE_MAXIMUM] = G_STRUCT_OFFSET (MqttcOptions, receive_maximum),
  [MQTTC_OPTION_TOPIC_ALIAS_MAXIMUM] = G_STRUCT_OFFSET (MqttcOptions, topic_alias_maximum),
  [MQTTC_OPTION_MAX_TOPIC_ALIASES] = G_STRUCT_OFFSET (MqttcOptions, max_topic_aliases),
  [MQTTC_OPTION_WILL_DELAY_INTERVAL] = G_STRUCT_OFFSET (MqttcOptions, will_delay_interval),
  [MQTTC_OPTION_REQUEST_RESPONSE_INFORMATION]
  = G_STRUCT_OFFSET (MqttcOptions, request_response_information),
  [MQTTC_OPTION_REQUEST_PROBLEM_INFORMATION]
  = G_STRUCT_OFFSET (MqttcOptions, request_problem_information),
  [MQTTC_OPTION_ALLOW_QOS_DOWNGRADE] = G_STRUCT_OFFSET (MqttcOptions, allow_qos_downgrade),
  [MQTTC_OPTION_FOLLOW_REDIRECTS] = G_STRUCT_OFFSET (MqttcOptions, follow_redirects),
  [MQTTC_OPTION_AUTHENTICATOR] = G_STRUCT_OFFSET (MqttcOptions, authenticator),
  [MQTTC_OPTION_CREDENTIALS_PROVIDER] = G_STRUCT_OFFSET (MqttcOptions, credentials_provider),
};

G_STATIC_ASSERT (sizeof (MqttcProtocol) == sizeof (guint));
G_STATIC_ASSERT (sizeof (gboolean) == sizeof (guint));

static inline gpointer
get_field (MqttcOptions *self,
           MqttcOption option)
{
  return G_STRUCT_MEMBER_P (self, offsets[option]);
}

void
mqttc_options_notify (MqttcOptions *self,
                      MqttcOption option)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[option]);
}

void
mqttc_options_store_uint (MqttcOptions *self,
                          MqttcOption option,
                          guint value)
{
  guint *field = get_field (self, option);

  if (*field == value)
    return;

  *field = value;
  mqttc_options_notify (self, option);
}

void
mqttc_options_store_uint64 (MqttcOptions *self,
                            MqttcOption option,
                            guint64 value)
{
  guint64 *field = get_field (self, option);

  if (*field == value)
    return;

  *field = value;
  mqttc_options_notify (self, option);
}

void
mqttc_options_store_string (MqttcOptions *self,
                            MqttcOption option,
                            const char *value)
{
  char **field = get_field (self, option);
  g_autofree char *old = NULL;

  if (g_strcmp0 (*field, value) == 0)
    return;

  old = g_steal_pointer (field);
  *field = g_strdup (value);
  mqttc_options_notify (self, option);
}

/* An empty list says no more than none. */
void
mqttc_options_store_strv (MqttcOptions *self,
                          MqttcOption option,
                          const char *const *value)
{
  char ***field = get_field (self, option);
  g_auto (GStrv) old = NULL;

  if (value != NULL && value[0] == NULL)
    value = NULL;
  if (*field == NULL ? value == NULL
                     : value != NULL && g_strv_equal ((const char *const *) *field, value))
    return;

  old = g_steal_pointer (field);
  *field = g_strdupv ((char **) value);
  mqttc_options_notify (self, option);
}

void
mqttc_options_store_object (MqttcOptions *self,
                            MqttcOption option,
                            gpointer value)
{
  GObject **field = get_field (self, option);
  g_autoptr (GObject) old = NULL;

  if (*field == value)
    return;

  old = g_steal_pointer (field);
  *field = value != NULL ? g_object_ref (value) : NULL;
  mqttc_options_notify (self, option);
}

static void
mqttc_options_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  MqttcOptions *self = MQTTC_OPTIONS (object);

  if (prop_id == MQTTC_OPTION_WILL)
    g_value_set_boxed (value, self->will);
  else if (prop_id == MQTTC_OPTION_USER_PROPERTIES)
    g_value_set_boxed (value, self->user_properties);
  else if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, *(char **) get_field (self, prop_id));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, *(gboolean *) get_field (self, prop_id));
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, *(guint *) get_field (self, prop_id));
  else if (G_VALUE_HOLDS_UINT64 (value))
    g_value_set_uint64 (value, *(guint64 *) get_field (self, prop_id));
  else if (G_VALUE_HOLDS_INT64 (value))
    g_value_set_int64 (value, *(gint64 *) get_field (self, prop_id));
  else if (G_VALUE_HOLDS_ENUM (value))
    g_value_set_enum (value, (int) *(guint *) get_field (self, prop_id));
  else if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    g_value_set_boxed (value, *(char ***) get_field (self, prop_id));
  else if (G_VALUE_HOLDS_OBJECT (value))
    g_value_set_object (value, *(GObject **) get_field (self, prop_id));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
mqttc_options_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  MqttcOptions *self = MQTTC_OPTIONS (object);

  if (prop_id == MQTTC_OPTION_PASSWORD)
    mqttc_options_set_password (self, g_value_get_boxed (value));
  else if (prop_id == MQTTC_OPTION_WILL)
    mqttc_options_set_will (self, g_value_get_boxed (value));
  else if (prop_id == MQTTC_OPTION_USER_PROPERTIES)
    mqttc_options_set_user_properties (self, g_value_get_boxed (value));
  else if (G_VALUE_HOLDS_STRING (value))
    mqttc_options_store_string (self, prop_id, g_value_get_string (value));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    mqttc_options_store_uint (self, prop_id, g_value_get_boolean (value));
  else if (G_VALUE_HOLDS_UINT (value))
    mqttc_options_store_uint (self, prop_id, g_value_get_uint (value));
  else if (G_VALUE_HOLDS_UINT64 (value))
    mqttc_options_store_uint64 (self, prop_id, g_value_get_uint64 (value));
  else if (G_VALUE_HOLDS_INT64 (value))
    mqttc_options_store_uint64 (self, prop_id, (guint64) g_value_get_int64 (value));
  else if (G_VALUE_HOLDS_ENUM (value))
    mqttc_options_store_uint (self, prop_id, (guint) g_value_get_enum (value));
  else if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    mqttc_options_store_strv (self, prop_id, g_value_get_boxed (value));
  else if (G_VALUE_HOLDS_OBJECT (value))
    mqttc_options_store_object (self, prop_id, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
mqttc_options_finalize (GObject *object)
{
  MqttcOptions *self = MQTTC_OPTIONS (object);

  g_free (self->host);
  g_free (self->socket_path);
  g_free (self->client_id);
  g_free (self->user_name);
  g_clear_pointer (&self->password, g_bytes_unref);
  g_clear_pointer (&self->will, mqttc_message_unref);
  g_free (self->server_identity);
  g_free (self->ca_file);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->certificate);
  g_free (self->certificate_file);
  g_free (self->private_key_file);
  g_clear_object (&self->tls_interaction);
  g_strfreev (self->alpn_protocols);
  g_strfreev (self->tls_pins);
  g_clear_pointer (&self->user_properties, mqttc_properties_unref);
  g_clear_object (&self->authenticator);
  g_clear_object (&self->credentials_provider);

  G_OBJECT_CLASS (mqttc_options_parent_class)->finalize (object);
}

static void
mqttc_options_class_init (MqttcOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mqttc_options_get_property;
  object_class->set_property = mqttc_options_set_property;
  object_class->finalize = mqttc_options_finalize;

  /**
   * MqttcOptions:host: (getter get_host) (setter set_host)
   *
   * The name or the address of the server, without brackets around an address of IPv6.
   *
   * It is resolved again for each attempt to connect. Not used when
   * [property@Mqttc.Options:socket-path] is set. Default: `localhost`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_HOST] = g_param_spec_string ("host", NULL, NULL, "localhost", flags);

  /**
   * MqttcOptions:port: (getter get_port) (setter set_port)
   *
   * The TCP port of the server, 1 to 65535, or 0 for the one of the standard.
   *
   * That is 1883, or 8883 with [property@Mqttc.Options:use-tls]. Not used when
   * [property@Mqttc.Options:socket-path] is set. Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * MqttcOptions:socket-path: (getter get_socket_path) (setter set_socket_path)
   *
   * The path of a Unix socket on which the server listens; it takes the place of host and port.
   *
   * Default: `NULL`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_SOCKET_PATH]
      = g_param_spec_string ("socket-path", NULL, NULL, NULL, flags);

  /**
   * MqttcOptions:client-id: (getter get_client_id) (setter set_client_id)
   *
   * The client identifier, at most 65,535 bytes of UTF-8 (section 3.1.3.1 of the standard).
   *
   * The server keeps the session under this name, and two clients may not share one. If it is
   * `NULL`, the client makes a random one of 23 characters, which every server must allow, and
   * keeps it until it is gone. If it is empty, the server chooses one; that needs
   * [property@Mqttc.Options:clean-session]. A change applies at the next opening. Default: `NULL`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CLIENT_ID] = g_param_spec_string ("client-id", NULL, NULL, NULL, flags);

  /**
   * MqttcOptions:protocol: (getter get_protocol) (setter set_protocol)
   *
   * The version of the protocol (section 3.1.2.2 of the standard).
   *
   * With `MQTTC_PROTOCOL_V5` the client may fall back to the other: see
   * [property@Mqttc.Options:protocol-fallback]. A change applies at the next opening. Default:
   * `MQTTC_PROTOCOL_V5`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_PROTOCOL]
      = g_param_spec_enum ("protocol", NULL, NULL, MQTTC_TYPE_PROTOCOL, MQTTC_PROTOCOL_V5, flags);

  /**
   * MqttcOptions:clean-session: (getter get_clean_session) (setter set_clean_session)
   *
   * Whether the server forgets the session when the connection ends (section 3.1.2.4 of the
   * standard).
   *
   * If it is `FALSE`, the server keeps subscriptions and unacknowledged messages until the client
   * is back; set [property@Mqttc.Options:client-id] too, so that it is known again after a restart.
   *
   * The client's own half of a session ends with the program. If the program ended while a message of
   * QoS 2 was in flight, the server may take the first messages of QoS 2 of the next run, which have
   * the same packet identifiers, for repetitions; let the client close before the program ends.
   *
   * In MQTT 5 this is Clean Start: whether the server drops an earlier session when the client connects
   * for the first time. [property@Mqttc.Options:session-expiry-interval] says how long the new one is
   * kept, and until then the client takes it up again whenever it connects. If this property is
   * `FALSE`, the client takes the session that the server has for it, though after a restart it has
   * nothing in flight of its own. A server that tells of a session that cannot be, because a clean
   * start was asked for, the session's time is over, or the server was to choose the client identifier,
   * breaks the protocol: the connection ends with `MQTTC_CLIENT_ERROR_PROTOCOL`, and the next attempt
   * asks anew (section 3.2.2.1.1 of MQTT 5). Default: `TRUE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CLEAN_SESSION]
      = g_param_spec_boolean ("clean-session", NULL, NULL, TRUE, flags);

  /**
   * MqttcOptions:keep-alive: (getter get_keep_alive) (setter set_keep_alive)
   *
   * The longest silence towards the server, in seconds, 0 to 65535 (section 3.1.2.10 of the
   * standard).
   *
   * The client pings in time; a server that hears nothing for one and a half times as long drops
   * the connection. 0: no pings, and a dead connection may stay unnoticed. Default: 60.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_KEEP_ALIVE]
      = g_param_spec_uint ("keep-alive", NULL, NULL, 0, G_MAXUINT, 60, flags);

  /**
   * MqttcOptions:user-name: (getter get_user_name) (setter set_user_name)
   *
   * The user name, at most 65,535 bytes of UTF-8 (section 3.1.3.4 of the standard).
   *
   * Default: `NULL`, none is sent.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, flags);

  /**
   * MqttcOptions:password: (setter set_password)
   *
   * The password, at most 65,535 bytes (section 3.1.3.5 of the standard); it needs a user name.
   *
   * It cannot be read back, and is kept in memory that is wiped when it is freed. Without TLS it
   * crosses the network in the clear. Default: `NULL`, none is sent.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_PASSWORD]
      = g_param_spec_boxed ("password", NULL, NULL, G_TYPE_BYTES,
                            G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcOptions:will: (getter get_will) (setter set_will)
   *
   * The message that the server publishes if the connection ends without DISCONNECT.
   *
   * See section 3.1.2.5 of the standard; the payload has at most 65,535 bytes. The message can be
   * changed no more once the client was opened with it. Default: `NULL`, none.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_WILL]
      = g_param_spec_boxed ("will", NULL, NULL, MQTTC_TYPE_MESSAGE, flags);

  /**
   * MqttcOptions:max-packet-size: (getter get_max_packet_size) (setter set_max_packet_size)
   *
   * The size of the largest packet to accept, in bytes, its fixed header included.
   *
   * A larger one ends the connection before memory is taken for it. 0: the limit of the standard,
   * 268,435,460 bytes (section 2.2.3). Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MAX_PACKET_SIZE]
      = g_param_spec_uint64 ("max-packet-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);

  /**
   * MqttcOptions:max-inflight: (getter get_max_inflight) (setter set_max_inflight)
   *
   * How many messages of QoS 1 and 2 may wait for the server at once, 0 to 65535.
   *
   * The others wait in the queue. 0: in MQTT 5 as many as the server allows (section 3.2.2.3.3 of MQTT
   * 5), at most 1,000; in MQTT 3.1.1 20. Another number is never exceeded, nor is what a server of MQTT
   * 5 allows. MQTT 3.1.1 has no way to ask a server how many it takes, and Mosquitto drops a message
   * beyond 20 and acknowledges it all the same, so raise this only for a server that you know.
   * Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MAX_INFLIGHT]
      = g_param_spec_uint ("max-inflight", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * MqttcOptions:max-queued-messages: (getter get_max_queued_messages) (setter set_max_queued_messages)
   *
   * How many requests may wait to be sent, at least 1; more are refused.
   *
   * A message of QoS 0 that is published without waiting for it, while nothing else waits, is encoded
   * at once, up to 64 KiB of them, and takes no place here.
   *
   * A change applies at once. Default: 10,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MAX_QUEUED_MESSAGES]
      = g_param_spec_uint ("max-queued-messages", NULL, NULL, 0, G_MAXUINT, 10000, flags);

  /**
   * MqttcOptions:max-queued-bytes: (getter get_max_queued_bytes) (setter set_max_queued_bytes)
   *
   * How many bytes of topics and payloads may wait to be sent, at least 1; more are refused.
   *
   * A change applies at once. Default: 67,108,864 (64 MiB).
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MAX_QUEUED_BYTES] = g_param_spec_uint64 (
      "max-queued-bytes", NULL, NULL, 0, G_MAXUINT64, G_GUINT64_CONSTANT (64) << 20, flags);

  /**
   * MqttcOptions:offline-qos0: (getter get_offline_qos0) (setter set_offline_qos0)
   *
   * What becomes of a QoS 0 message that is published while there is no connection.
   *
   * Default: `MQTTC_OFFLINE_QOS0_QUEUE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_OFFLINE_QOS0] = g_param_spec_enum (
      "offline-qos0", NULL, NULL, MQTTC_TYPE_OFFLINE_QOS0, MQTTC_OFFLINE_QOS0_QUEUE, flags);

  /**
   * MqttcOptions:session-lost-policy: (getter get_session_lost_policy) (setter set_session_lost_policy)
   *
   * What becomes of a QoS 2 message in doubt when the server has lost the session.
   *
   * Default: `MQTTC_SESSION_LOST_POLICY_FAIL`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_SESSION_LOST_POLICY]
      = g_param_spec_enum ("session-lost-policy", NULL, NULL, MQTTC_TYPE_SESSION_LOST_POLICY,
                           MQTTC_SESSION_LOST_POLICY_FAIL, flags);

  /**
   * MqttcOptions:connect-timeout: (getter get_connect_timeout) (setter set_connect_timeout)
   *
   * How long an attempt to connect may take, in milliseconds, at least 1.
   *
   * It counts everything from resolving the name to CONNACK. Each answer to
   * [method@Mqttc.Client.reauthenticate_async] has as long. Default: 30,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CONNECT_TIMEOUT]
      = g_param_spec_uint ("connect-timeout", NULL, NULL, 0, G_MAXUINT, 30000, flags);

  /**
   * MqttcOptions:ping-timeout: (getter get_ping_timeout) (setter set_ping_timeout)
   *
   * How long to wait for a sign of life after a ping, in milliseconds, at least 1.
   *
   * Then the connection is given up. Default: 10,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_PING_TIMEOUT]
      = g_param_spec_uint ("ping-timeout", NULL, NULL, 0, G_MAXUINT, 10000, flags);

  /**
   * MqttcOptions:write-timeout: (getter get_write_timeout) (setter set_write_timeout)
   *
   * How long the network may take no byte of what is to be sent, in milliseconds, at least 1.
   *
   * Then the connection is given up. Default: 30,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_WRITE_TIMEOUT]
      = g_param_spec_uint ("write-timeout", NULL, NULL, 0, G_MAXUINT, 30000, flags);

  /**
   * MqttcOptions:packet-timeout: (getter get_packet_timeout) (setter set_packet_timeout)
   *
   * How long the rest of a packet may take that has begun to arrive, in milliseconds, at least 1.
   *
   * The time that its size needs at 1 KiB/s is added. It counts from the first byte, and starts anew
   * when the program goes on reading after a pause. Then the connection is given up. Default: 30,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_PACKET_TIMEOUT]
      = g_param_spec_uint ("packet-timeout", NULL, NULL, 0, G_MAXUINT, 30000, flags);

  /**
   * MqttcOptions:close-timeout: (getter get_close_timeout) (setter set_close_timeout)
   *
   * How long closing may wait for what was accepted, in milliseconds.
   *
   * 0: it does not wait. Default: 5,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CLOSE_TIMEOUT]
      = g_param_spec_uint ("close-timeout", NULL, NULL, 0, G_MAXUINT, 5000, flags);

  /**
   * MqttcOptions:reconnect: (getter get_reconnect) (setter set_reconnect)
   *
   * Whether to connect again after the connection was lost or could not be made.
   *
   * An attempt with the other version of the protocol ([property@Mqttc.Options:protocol-fallback]), or with
   * the server that one refers to ([property@Mqttc.Options:follow-redirects]), belongs to the same
   * connection: it is made also if this is `FALSE`. Default: `TRUE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_RECONNECT] = g_param_spec_boolean ("reconnect", NULL, NULL, TRUE, flags);

  /**
   * MqttcOptions:reconnect-min-delay: (getter get_reconnect_min_delay) (setter set_reconnect_min_delay)
   *
   * The bound of the first delay before connecting again, in milliseconds, at least 1.
   *
   * The bound doubles with each attempt that fails, up to
   * [property@Mqttc.Options:reconnect-max-delay]; the delay is a random part of it, so that the
   * clients of a server that comes back do not come all at once. Default: 1,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_RECONNECT_MIN_DELAY]
      = g_param_spec_uint ("reconnect-min-delay", NULL, NULL, 0, G_MAXUINT, 1000, flags);

  /**
   * MqttcOptions:reconnect-max-delay: (getter get_reconnect_max_delay) (setter set_reconnect_max_delay)
   *
   * The bound of any delay before connecting again, in milliseconds.
   *
   * At least [property@Mqttc.Options:reconnect-min-delay]. Default: 120,000.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_RECONNECT_MAX_DELAY]
      = g_param_spec_uint ("reconnect-max-delay", NULL, NULL, 0, G_MAXUINT, 120000, flags);

  mqttc_options_flow_class_init (properties, flags);
  mqttc_options_mqtt5_class_init (properties, flags);
  mqttc_options_auth_class_init (properties, flags);
  mqttc_options_tls_class_init (properties, flags);

  g_object_class_install_properties (object_class, MQTTC_N_OPTIONS, properties);
}

/* The defaults of the table above, and no second list of them. */
static void
mqttc_options_init (MqttcOptions *self)
{
  for (guint i = MQTTC_OPTION_0 + 1; i < MQTTC_N_OPTIONS; i++)
    {
      const GValue *value = g_param_spec_get_default_value (properties[i]);

      if (offsets[i] == 0 || G_IS_PARAM_SPEC_BOXED (properties[i])
          || G_IS_PARAM_SPEC_OBJECT (properties[i]))
        continue;
      if (G_VALUE_HOLDS_STRING (value))
        *(char **) get_field (self, i) = g_value_dup_string (value);
      else if (G_VALUE_HOLDS_UINT64 (value))
        *(guint64 *) get_field (self, i) = g_value_get_uint64 (value);
      else if (G_VALUE_HOLDS_INT64 (value))
        *(gint64 *) get_field (self, i) = g_value_get_int64 (value);
      else if (G_VALUE_HOLDS_UINT (value))
        *(guint *) get_field (self, i) = g_value_get_uint (value);
      else if (G_VALUE_HOLDS_BOOLEAN (value))
        *(gboolean *) get_field (self, i) = g_value_get_boolean (value);
      else
        *(guint *) get_field (self, i) = (guint) g_value_get_enum (value);
    }
}

/**
 * mqttc_options_new:
 *
 * Creates options with the default values.
 *
 * Returns: (transfer full): the new options
 *
 * Since: 0.1
 */
MqttcOptions *
mqttc_options_new (void)
{
  return g_object_new (MQTTC_TYPE_OPTIONS, NULL);
}
