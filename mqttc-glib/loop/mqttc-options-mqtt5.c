/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What MQTT 5 alone has use for. */

#include "config.h"

#include "loop/mqttc-options-private.h"
#include "mqttc-enum-types.h"
#include "values/mqttc-properties-private.h"

void
mqttc_options_mqtt5_class_init (GParamSpec **properties,
                                GParamFlags flags)
{
  /**
   * MqttcOptions:protocol-fallback: (getter get_protocol_fallback) (setter set_protocol_fallback)
   *
   * Whether to speak MQTT 3.1.1 to a server that does not take MQTT 5.
   *
   * For [property@Mqttc.Options:protocol] `MQTTC_PROTOCOL_V5`. A server of an earlier version refuses
   * CONNECT with the reason 0x84 (Unsupported Protocol Version, section 3.2.2.2 of MQTT 5) or with the
   * answer of MQTT 3.1.1; the client then connects again at once with MQTT 3.1.1, and keeps to it with
   * this server until it is gone. A server that ends the connection without an answer may be an earlier
   * one, or just be starting: both versions are tried in turn, and the client keeps to MQTT 3.1.1 once
   * that has been accepted twice so. What MQTT 3.1.1 has no place for, such as properties, is then not
   * sent. There is no fall-back from an enhanced authentication. Default: `TRUE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_PROTOCOL_FALLBACK]
      = g_param_spec_boolean ("protocol-fallback", NULL, NULL, TRUE, flags);

  /**
   * MqttcOptions:session-expiry-interval: (getter get_session_expiry_interval) (setter set_session_expiry_interval)
   *
   * How long the server keeps the session after the connection has ended, in seconds.
   *
   * -1, or 0 to 4,294,967,295, which is for ever (section 3.1.2.11.2 of MQTT 5). -1 is what
   * [property@Mqttc.Options:clean-session] means in MQTT 3.1.1: 0 if it is `TRUE`, for ever if not. In
   * MQTT 5 alone, where [property@Mqttc.Options:clean-session] only says whether an earlier session is
   * dropped at the beginning. The server may choose another time. Default: -1.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_SESSION_EXPIRY_INTERVAL] = g_param_spec_int64 (
      "session-expiry-interval", NULL, NULL, G_MININT64, G_MAXINT64, -1, flags);

  /**
   * MqttcOptions:receive-maximum: (getter get_receive_maximum) (setter set_receive_maximum)
   *
   * How many messages of QoS 1 and 2 the server may send before the first is acknowledged.
   *
   * 0 to 65535 (section 3.1.2.11.3 of MQTT 5). 0: none is sent, and the standard's 65535 holds. In MQTT
   * 5 alone. Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_RECEIVE_MAXIMUM]
      = g_param_spec_uint ("receive-maximum", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * MqttcOptions:topic-alias-maximum: (getter get_topic_alias_maximum) (setter set_topic_alias_maximum)
   *
   * How many topic aliases the server may use in what it sends, 0 to 65535.
   *
   * See section 3.1.2.11.5 of MQTT 5. They save bytes; messages have their full topic all the same. In
   * MQTT 5 alone. Default: 0, none.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_TOPIC_ALIAS_MAXIMUM]
      = g_param_spec_uint ("topic-alias-maximum", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * MqttcOptions:max-topic-aliases: (getter get_max_topic_aliases) (setter set_max_topic_aliases)
   *
   * How many topic aliases the client uses in what it sends, 0 to 65535.
   *
   * As many as the server allows, and not more than this (section 3.3.2.3.4 of MQTT 5). The client gives
   * them to topics by itself. 0: it uses none. In MQTT 5 alone. Default: 16.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MAX_TOPIC_ALIASES]
      = g_param_spec_uint ("max-topic-aliases", NULL, NULL, 0, G_MAXUINT, 16, flags);

  /**
   * MqttcOptions:will-delay-interval: (getter get_will_delay_interval) (setter set_will_delay_interval)
   *
   * How long the server waits before it publishes the will, in seconds.
   *
   * 0 to 4,294,967,295 (section 3.1.3.2.2 of MQTT 5). It does not publish it if the client is back in
   * time, and does not wait longer than the session lasts: see
   * [property@Mqttc.Options:session-expiry-interval]. In MQTT 5 alone. Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_WILL_DELAY_INTERVAL]
      = g_param_spec_uint ("will-delay-interval", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * MqttcOptions:request-response-information: (getter get_request_response_information) (setter set_request_response_information)
   *
   * Whether to ask the server for response information, from which topics for answers are made.
   *
   * See section 3.1.2.11.6 of MQTT 5; the server may send none. In MQTT 5 alone. Default: `FALSE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_REQUEST_RESPONSE_INFORMATION]
      = g_param_spec_boolean ("request-response-information", NULL, NULL, FALSE, flags);

  /**
   * MqttcOptions:request-problem-information: (getter get_request_problem_information) (setter set_request_problem_information)
   *
   * Whether the server may send a reason string and user properties with each failure.
   *
   * See section 3.1.2.11.7 of MQTT 5. If it is `FALSE`, the server sends them with CONNACK, PUBLISH and
   * DISCONNECT alone. In MQTT 5 alone. Default: `TRUE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_REQUEST_PROBLEM_INFORMATION]
      = g_param_spec_boolean ("request-problem-information", NULL, NULL, TRUE, flags);

  /**
   * MqttcOptions:allow-qos-downgrade: (getter get_allow_qos_downgrade) (setter set_allow_qos_downgrade)
   *
   * Whether a message may be sent with a lower QoS if the server does not take its own.
   *
   * A server of MQTT 5 says what it takes at most (section 3.2.2.3.4 of MQTT 5). If this is `FALSE`, a
   * message with a higher QoS fails. In MQTT 5 alone. Default: `FALSE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_ALLOW_QOS_DOWNGRADE]
      = g_param_spec_boolean ("allow-qos-downgrade", NULL, NULL, FALSE, flags);

  /**
   * MqttcOptions:user-properties: (getter get_user_properties) (setter set_user_properties)
   *
   * The user properties of CONNECT (section 3.1.2.11.8 of MQTT 5).
   *
   * It may have user properties alone, and can be changed no more once the client was opened with it. In
   * MQTT 5 alone. Default: `NULL`, none.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_USER_PROPERTIES]
      = g_param_spec_boxed ("user-properties", NULL, NULL, MQTTC_TYPE_PROPERTIES, flags);

  /**
   * MqttcOptions:follow-redirects: (getter get_follow_redirects) (setter set_follow_redirects)
   *
   * Whether to go to another server if the server says so.
   *
   * By a reason of CONNACK or DISCONNECT, 0x9C (Use another server) or 0x9D (Server moved), with a
   * server reference (section 4.11 of MQTT 5): the name or address of a host, and a port if it is
   * another one. The other options hold there too, above all those of TLS and the password, so set it
   * only if you trust the server that much. At most three times in a row, and not from a Unix socket.
   * The client comes back to its own server when the connection has ended, or was not accepted; for
   * 0x9D only then. Needs [property@Mqttc.Options:reconnect]. In MQTT 5 alone. Default: `FALSE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_FOLLOW_REDIRECTS]
      = g_param_spec_boolean ("follow-redirects", NULL, NULL, FALSE, flags);
}

/* The others would be another option's, or are none of CONNECT (section 3.1.2.11). */
static gboolean
check_user_properties (MqttcProperties *properties,
                       GError **error)
{
  if (properties == NULL)
    return TRUE;

  for (guint i = 0; i < mqttc_properties_get_length (properties); i++)
    {
      guint id = mqttc_properties_get_id_at (properties, i);

      if (id != MQTTC_PROPERTY_ID_USER_PROPERTY)
        return mqttc_options_refuse (
            error,
            "Option user-properties has the property 0x%02x, but must have user properties "
            "alone",
            id);
    }

  if (!mqttc_properties_check_place (properties, MQTTC_PACKET_TYPE_CONNECT, error))
    {
      g_prefix_error (error, "Option user-properties: ");
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_session_expiry (MqttcOptions *self,
                      GError **error)
{
  if (self->session_expiry_interval >= MQTTC_OPTIONS_MIN_SESSION_EXPIRY
      && self->session_expiry_interval <= MQTTC_OPTIONS_MAX_SESSION_EXPIRY)
    return TRUE;

  return mqttc_options_refuse (
      error, "Option session-expiry-interval is %" G_GINT64_FORMAT ", but must be -1 to 4294967295",
      self->session_expiry_interval);
}

gboolean
mqttc_options_check_mqtt5 (MqttcOptions *self,
                           GError **error)
{
  return check_session_expiry (self, error)
         && mqttc_options_check_number ("receive-maximum", self->receive_maximum, error)
         && mqttc_options_check_number ("topic-alias-maximum", self->topic_alias_maximum, error)
         && mqttc_options_check_number ("max-topic-aliases", self->max_topic_aliases, error)
         && check_user_properties (self->user_properties, error);
}

static guint32
get_session_expiry (MqttcOptions *self)
{
  if (self->session_expiry_interval >= 0)
    return (guint32) self->session_expiry_interval;

  return self->clean_session ? 0 : G_MAXUINT32;
}

/* It was found valid, and has to stay so. */
static GBytes *
write_user_properties (MqttcProperties *properties)
{
  GByteArray *array;

  if (properties == NULL || mqttc_properties_get_length (properties) == 0)
    return NULL;

  mqttc_properties_lock (properties);
  array = g_byte_array_new ();
  mqttc_properties_write (properties, array);

  return g_byte_array_free_to_bytes (array);
}

void
mqttc_options_fill_mqtt5 (MqttcOptions *self,
                          MqttcEngineConfig *config)
{
  config->fall_back = self->protocol_fallback;
  config->session_expiry = get_session_expiry (self);
  config->receive_maximum = (guint16) self->receive_maximum;
  config->topic_alias_maximum = (guint16) self->topic_alias_maximum;
  config->max_topic_aliases = self->max_topic_aliases;
  config->will_delay = self->will_delay_interval;
  config->request_response_information = self->request_response_information;
  config->refuse_problem_information = !self->request_problem_information;
  config->lower_qos = self->allow_qos_downgrade;
  config->follow_redirects = self->follow_redirects && self->socket_path == NULL;
  config->authenticates = self->authenticator != NULL;
  config->user_properties = write_user_properties (self->user_properties);
}
