/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-options-private.h"

/**
 * mqttc_options_get_protocol_fallback: (get-property protocol-fallback)
 * @self: the options
 *
 * Tells whether to speak MQTT 3.1.1 to a server without MQTT 5.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_protocol_fallback (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->protocol_fallback;
}

/**
 * mqttc_options_set_protocol_fallback: (set-property protocol-fallback)
 * @self: the options
 * @protocol_fallback: `TRUE` if so
 *
 * Sets whether to speak MQTT 3.1.1 to a server without MQTT 5.
 *
 * See [property@Mqttc.Options:protocol-fallback].
 *
 * Since: 0.1
 */
void
mqttc_options_set_protocol_fallback (MqttcOptions *self,
                                     gboolean protocol_fallback)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_PROTOCOL_FALLBACK, protocol_fallback != FALSE);
}

/**
 * mqttc_options_get_session_expiry_interval: (get-property session-expiry-interval)
 * @self: the options
 *
 * Tells how long the server keeps the session, in seconds.
 *
 * Returns: how long the server keeps the session, in seconds
 *
 * Since: 0.1
 */
gint64
mqttc_options_get_session_expiry_interval (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->session_expiry_interval;
}

/**
 * mqttc_options_set_session_expiry_interval: (set-property session-expiry-interval)
 * @self: the options
 * @session_expiry_interval: how long the server keeps the session, in seconds
 *
 * Sets how long the server keeps the session, in seconds.
 *
 * See [property@Mqttc.Options:session-expiry-interval].
 *
 * Since: 0.1
 */
void
mqttc_options_set_session_expiry_interval (MqttcOptions *self,
                                           gint64 session_expiry_interval)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint64 (self, MQTTC_OPTION_SESSION_EXPIRY_INTERVAL,
                              (guint64) session_expiry_interval);
}

/**
 * mqttc_options_get_receive_maximum: (get-property receive-maximum)
 * @self: the options
 *
 * Tells how many messages of QoS 1 and 2 the server may send unacknowledged.
 *
 * Returns: how many messages of QoS 1 and 2 the server may send unacknowledged
 *
 * Since: 0.1
 */
guint
mqttc_options_get_receive_maximum (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->receive_maximum;
}

/**
 * mqttc_options_set_receive_maximum: (set-property receive-maximum)
 * @self: the options
 * @receive_maximum: how many messages of QoS 1 and 2 the server may send unacknowledged
 *
 * Sets how many messages of QoS 1 and 2 the server may send unacknowledged.
 *
 * See [property@Mqttc.Options:receive-maximum].
 *
 * Since: 0.1
 */
void
mqttc_options_set_receive_maximum (MqttcOptions *self,
                                   guint receive_maximum)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_RECEIVE_MAXIMUM, receive_maximum);
}

/**
 * mqttc_options_get_topic_alias_maximum: (get-property topic-alias-maximum)
 * @self: the options
 *
 * Tells how many topic aliases the server may use.
 *
 * Returns: how many topic aliases the server may use
 *
 * Since: 0.1
 */
guint
mqttc_options_get_topic_alias_maximum (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->topic_alias_maximum;
}

/**
 * mqttc_options_set_topic_alias_maximum: (set-property topic-alias-maximum)
 * @self: the options
 * @topic_alias_maximum: how many topic aliases the server may use
 *
 * Sets how many topic aliases the server may use.
 *
 * See [property@Mqttc.Options:topic-alias-maximum].
 *
 * Since: 0.1
 */
void
mqttc_options_set_topic_alias_maximum (MqttcOptions *self,
                                       guint topic_alias_maximum)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_TOPIC_ALIAS_MAXIMUM, topic_alias_maximum);
}

/**
 * mqttc_options_get_max_topic_aliases: (get-property max-topic-aliases)
 * @self: the options
 *
 * Tells how many topic aliases the client uses.
 *
 * Returns: how many topic aliases the client uses
 *
 * Since: 0.1
 */
guint
mqttc_options_get_max_topic_aliases (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->max_topic_aliases;
}

/**
 * mqttc_options_set_max_topic_aliases: (set-property max-topic-aliases)
 * @self: the options
 * @max_topic_aliases: how many topic aliases the client uses
 *
 * Sets how many topic aliases the client uses.
 *
 * See [property@Mqttc.Options:max-topic-aliases].
 *
 * Since: 0.1
 */
void
mqttc_options_set_max_topic_aliases (MqttcOptions *self,
                                     guint max_topic_aliases)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_MAX_TOPIC_ALIASES, max_topic_aliases);
}

/**
 * mqttc_options_get_will_delay_interval: (get-property will-delay-interval)
 * @self: the options
 *
 * Tells how long the server waits before it publishes the will, in seconds.
 *
 * Returns: how long the server waits before it publishes the will, in seconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_will_delay_interval (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->will_delay_interval;
}

/**
 * mqttc_options_set_will_delay_interval: (set-property will-delay-interval)
 * @self: the options
 * @will_delay_interval: how long the server waits before it publishes the will, in seconds
 *
 * Sets how long the server waits before it publishes the will, in seconds.
 *
 * See [property@Mqttc.Options:will-delay-interval].
 *
 * Since: 0.1
 */
void
mqttc_options_set_will_delay_interval (MqttcOptions *self,
                                       guint will_delay_interval)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_WILL_DELAY_INTERVAL, will_delay_interval);
}

/**
 * mqttc_options_get_request_response_information: (get-property request-response-information)
 * @self: the options
 *
 * Tells whether the server is asked for response information.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_request_response_information (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->request_response_information;
}

/**
 * mqttc_options_set_request_response_information: (set-property request-response-information)
 * @self: the options
 * @request_response_information: `TRUE` if so
 *
 * Sets whether the server is asked for response information.
 *
 * See [property@Mqttc.Options:request-response-information].
 *
 * Since: 0.1
 */
void
mqttc_options_set_request_response_information (MqttcOptions *self,
                                                gboolean request_response_information)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_REQUEST_RESPONSE_INFORMATION,
                            request_response_information != FALSE);
}

/**
 * mqttc_options_get_request_problem_information: (get-property request-problem-information)
 * @self: the options
 *
 * Tells whether the server may say more than a reason code.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_request_problem_information (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->request_problem_information;
}

/**
 * mqttc_options_set_request_problem_information: (set-property request-problem-information)
 * @self: the options
 * @request_problem_information: `TRUE` if so
 *
 * Sets whether the server may say more than a reason code.
 *
 * See [property@Mqttc.Options:request-problem-information].
 *
 * Since: 0.1
 */
void
mqttc_options_set_request_problem_information (MqttcOptions *self,
                                               gboolean request_problem_information)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_REQUEST_PROBLEM_INFORMATION,
                            request_problem_information != FALSE);
}

/**
 * mqttc_options_get_allow_qos_downgrade: (get-property allow-qos-downgrade)
 * @self: the options
 *
 * Tells whether a message may be sent with a lower QoS than it has.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_allow_qos_downgrade (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->allow_qos_downgrade;
}

/**
 * mqttc_options_set_allow_qos_downgrade: (set-property allow-qos-downgrade)
 * @self: the options
 * @allow_qos_downgrade: `TRUE` if so
 *
 * Sets whether a message may be sent with a lower QoS than it has.
 *
 * See [property@Mqttc.Options:allow-qos-downgrade].
 *
 * Since: 0.1
 */
void
mqttc_options_set_allow_qos_downgrade (MqttcOptions *self,
                                       gboolean allow_qos_downgrade)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_ALLOW_QOS_DOWNGRADE, allow_qos_downgrade != FALSE);
}

/**
 * mqttc_options_get_user_properties: (get-property user-properties)
 * @self: the options
 *
 * Gets the user properties of CONNECT.
 *
 * Returns: (nullable) (transfer none): the user properties of CONNECT
 *
 * Since: 0.1
 */
MqttcProperties *
mqttc_options_get_user_properties (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->user_properties;
}

/**
 * mqttc_options_set_user_properties: (set-property user-properties)
 * @self: the options
 * @user_properties: (nullable): the user properties of CONNECT
 *
 * Sets the user properties of CONNECT.
 *
 * See [property@Mqttc.Options:user-properties].
 *
 * Since: 0.1
 */
void
mqttc_options_set_user_properties (MqttcOptions *self,
                                   MqttcProperties *user_properties)
{
  g_autoptr (MqttcProperties) old = NULL;

  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  if (self->user_properties == user_properties)
    return;

  old = g_steal_pointer (&self->user_properties);
  if (user_properties != NULL)
    self->user_properties = mqttc_properties_ref (user_properties);
  mqttc_options_notify (self, MQTTC_OPTION_USER_PROPERTIES);
}

/**
 * mqttc_options_get_follow_redirects: (get-property follow-redirects)
 * @self: the options
 *
 * Tells whether to go to another server if the server says so.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_follow_redirects (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->follow_redirects;
}

/**
 * mqttc_options_set_follow_redirects: (set-property follow-redirects)
 * @self: the options
 * @follow_redirects: `TRUE` if so
 *
 * Sets whether to go to another server if the server says so.
 *
 * See [property@Mqttc.Options:follow-redirects].
 *
 * Since: 0.1
 */
void
mqttc_options_set_follow_redirects (MqttcOptions *self,
                                    gboolean follow_redirects)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_FOLLOW_REDIRECTS, follow_redirects != FALSE);
}
