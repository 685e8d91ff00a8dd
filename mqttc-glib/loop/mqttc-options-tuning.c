/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-options-private.h"

/**
 * mqttc_options_get_max_packet_size: (get-property max-packet-size)
 * @self: the options
 *
 * Gets the size of the largest packet to accept, in bytes.
 *
 * Returns: the size of the largest packet to accept, in bytes
 *
 * Since: 0.1
 */
guint64
mqttc_options_get_max_packet_size (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->max_packet_size;
}

/**
 * mqttc_options_set_max_packet_size: (set-property max-packet-size)
 * @self: the options
 * @max_packet_size: the size of the largest packet to accept, in bytes
 *
 * Sets the size of the largest packet to accept, in bytes.
 *
 * See [property@Mqttc.Options:max-packet-size].
 *
 * Since: 0.1
 */
void
mqttc_options_set_max_packet_size (MqttcOptions *self,
                                   guint64 max_packet_size)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint64 (self, MQTTC_OPTION_MAX_PACKET_SIZE, max_packet_size);
}

/**
 * mqttc_options_get_max_inflight: (get-property max-inflight)
 * @self: the options
 *
 * Tells how many messages of QoS 1 and 2 may wait for the server at once.
 *
 * Returns: how many messages of QoS 1 and 2 may wait for the server at once
 *
 * Since: 0.1
 */
guint
mqttc_options_get_max_inflight (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->max_inflight;
}

/**
 * mqttc_options_set_max_inflight: (set-property max-inflight)
 * @self: the options
 * @max_inflight: how many messages of QoS 1 and 2 may wait for the server at once
 *
 * Sets how many messages of QoS 1 and 2 may wait for the server at once.
 *
 * See [property@Mqttc.Options:max-inflight].
 *
 * Since: 0.1
 */
void
mqttc_options_set_max_inflight (MqttcOptions *self,
                                guint max_inflight)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_MAX_INFLIGHT, max_inflight);
}

/**
 * mqttc_options_get_max_queued_messages: (get-property max-queued-messages)
 * @self: the options
 *
 * Tells how many requests may wait to be sent.
 *
 * Returns: how many requests may wait to be sent
 *
 * Since: 0.1
 */
guint
mqttc_options_get_max_queued_messages (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->max_queued_messages;
}

/**
 * mqttc_options_set_max_queued_messages: (set-property max-queued-messages)
 * @self: the options
 * @max_queued_messages: how many requests may wait to be sent
 *
 * Sets how many requests may wait to be sent.
 *
 * See [property@Mqttc.Options:max-queued-messages].
 *
 * Since: 0.1
 */
void
mqttc_options_set_max_queued_messages (MqttcOptions *self,
                                       guint max_queued_messages)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_MAX_QUEUED_MESSAGES, max_queued_messages);
}

/**
 * mqttc_options_get_max_queued_bytes: (get-property max-queued-bytes)
 * @self: the options
 *
 * Tells how many bytes of topics and payloads may wait to be sent.
 *
 * Returns: how many bytes of topics and payloads may wait to be sent
 *
 * Since: 0.1
 */
guint64
mqttc_options_get_max_queued_bytes (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->max_queued_bytes;
}

/**
 * mqttc_options_set_max_queued_bytes: (set-property max-queued-bytes)
 * @self: the options
 * @max_queued_bytes: how many bytes of topics and payloads may wait to be sent
 *
 * Sets how many bytes of topics and payloads may wait to be sent.
 *
 * See [property@Mqttc.Options:max-queued-bytes].
 *
 * Since: 0.1
 */
void
mqttc_options_set_max_queued_bytes (MqttcOptions *self,
                                    guint64 max_queued_bytes)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint64 (self, MQTTC_OPTION_MAX_QUEUED_BYTES, max_queued_bytes);
}

/**
 * mqttc_options_get_offline_qos0: (get-property offline-qos0)
 * @self: the options
 *
 * Tells what becomes of a QoS 0 message while there is no connection.
 *
 * Returns: what becomes of a QoS 0 message while there is no connection
 *
 * Since: 0.1
 */
MqttcOfflineQos0
mqttc_options_get_offline_qos0 (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), MQTTC_OFFLINE_QOS0_QUEUE);

  return self->offline_qos0;
}

/**
 * mqttc_options_set_offline_qos0: (set-property offline-qos0)
 * @self: the options
 * @offline_qos0: what becomes of a QoS 0 message while there is no connection
 *
 * Sets what becomes of a QoS 0 message while there is no connection.
 *
 * See [property@Mqttc.Options:offline-qos0].
 *
 * Since: 0.1
 */
void
mqttc_options_set_offline_qos0 (MqttcOptions *self,
                                MqttcOfflineQos0 offline_qos0)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_OFFLINE_QOS0, offline_qos0);
}

/**
 * mqttc_options_get_session_lost_policy: (get-property session-lost-policy)
 * @self: the options
 *
 * Tells what becomes of a QoS 2 message when the session is lost.
 *
 * Returns: what becomes of a QoS 2 message when the session is lost
 *
 * Since: 0.1
 */
MqttcSessionLostPolicy
mqttc_options_get_session_lost_policy (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), MQTTC_SESSION_LOST_POLICY_FAIL);

  return self->session_lost_policy;
}

/**
 * mqttc_options_set_session_lost_policy: (set-property session-lost-policy)
 * @self: the options
 * @session_lost_policy: what becomes of a QoS 2 message when the session is lost
 *
 * Sets what becomes of a QoS 2 message when the session is lost.
 *
 * See [property@Mqttc.Options:session-lost-policy].
 *
 * Since: 0.1
 */
void
mqttc_options_set_session_lost_policy (MqttcOptions *self,
                                       MqttcSessionLostPolicy session_lost_policy)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_SESSION_LOST_POLICY, session_lost_policy);
}

/**
 * mqttc_options_get_connect_timeout: (get-property connect-timeout)
 * @self: the options
 *
 * Tells how long an attempt to connect may take, in milliseconds.
 *
 * Returns: how long an attempt to connect may take, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_connect_timeout (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->connect_timeout;
}

/**
 * mqttc_options_set_connect_timeout: (set-property connect-timeout)
 * @self: the options
 * @connect_timeout: how long an attempt to connect may take, in milliseconds
 *
 * Sets how long an attempt to connect may take, in milliseconds.
 *
 * See [property@Mqttc.Options:connect-timeout].
 *
 * Since: 0.1
 */
void
mqttc_options_set_connect_timeout (MqttcOptions *self,
                                   guint connect_timeout)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_CONNECT_TIMEOUT, connect_timeout);
}

/**
 * mqttc_options_get_ping_timeout: (get-property ping-timeout)
 * @self: the options
 *
 * Tells how long to wait for a sign of life after a ping, in milliseconds.
 *
 * Returns: how long to wait for a sign of life after a ping, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_ping_timeout (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->ping_timeout;
}

/**
 * mqttc_options_set_ping_timeout: (set-property ping-timeout)
 * @self: the options
 * @ping_timeout: how long to wait for a sign of life after a ping, in milliseconds
 *
 * Sets how long to wait for a sign of life after a ping, in milliseconds.
 *
 * See [property@Mqttc.Options:ping-timeout].
 *
 * Since: 0.1
 */
void
mqttc_options_set_ping_timeout (MqttcOptions *self,
                                guint ping_timeout)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_PING_TIMEOUT, ping_timeout);
}

/**
 * mqttc_options_get_write_timeout: (get-property write-timeout)
 * @self: the options
 *
 * Tells how long the network may take no byte, in milliseconds.
 *
 * Returns: how long the network may take no byte, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_write_timeout (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->write_timeout;
}

/**
 * mqttc_options_set_write_timeout: (set-property write-timeout)
 * @self: the options
 * @write_timeout: how long the network may take no byte, in milliseconds
 *
 * Sets how long the network may take no byte, in milliseconds.
 *
 * See [property@Mqttc.Options:write-timeout].
 *
 * Since: 0.1
 */
void
mqttc_options_set_write_timeout (MqttcOptions *self,
                                 guint write_timeout)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_WRITE_TIMEOUT, write_timeout);
}

/**
 * mqttc_options_get_packet_timeout: (get-property packet-timeout)
 * @self: the options
 *
 * Tells how long the rest of a packet may take, in milliseconds.
 *
 * Returns: how long the rest of a packet may take, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_packet_timeout (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->packet_timeout;
}

/**
 * mqttc_options_set_packet_timeout: (set-property packet-timeout)
 * @self: the options
 * @packet_timeout: how long the rest of a packet may take, in milliseconds
 *
 * Sets how long the rest of a packet may take, in milliseconds.
 *
 * See [property@Mqttc.Options:packet-timeout].
 *
 * Since: 0.1
 */
void
mqttc_options_set_packet_timeout (MqttcOptions *self,
                                  guint packet_timeout)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_PACKET_TIMEOUT, packet_timeout);
}

/**
 * mqttc_options_get_close_timeout: (get-property close-timeout)
 * @self: the options
 *
 * Tells how long closing may wait for what was accepted, in milliseconds.
 *
 * Returns: how long closing may wait for what was accepted, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_close_timeout (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->close_timeout;
}

/**
 * mqttc_options_set_close_timeout: (set-property close-timeout)
 * @self: the options
 * @close_timeout: how long closing may wait for what was accepted, in milliseconds
 *
 * Sets how long closing may wait for what was accepted, in milliseconds.
 *
 * See [property@Mqttc.Options:close-timeout].
 *
 * Since: 0.1
 */
void
mqttc_options_set_close_timeout (MqttcOptions *self,
                                 guint close_timeout)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_CLOSE_TIMEOUT, close_timeout);
}

/**
 * mqttc_options_get_reconnect: (get-property reconnect)
 * @self: the options
 *
 * Tells whether to connect again after a connection was lost.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_reconnect (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->reconnect;
}

/**
 * mqttc_options_set_reconnect: (set-property reconnect)
 * @self: the options
 * @reconnect: `TRUE` if so
 *
 * Sets whether to connect again after a connection was lost.
 *
 * See [property@Mqttc.Options:reconnect].
 *
 * Since: 0.1
 */
void
mqttc_options_set_reconnect (MqttcOptions *self,
                             gboolean reconnect)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_RECONNECT, reconnect != FALSE);
}

/**
 * mqttc_options_get_reconnect_min_delay: (get-property reconnect-min-delay)
 * @self: the options
 *
 * Gets the bound of the first delay before connecting again, in milliseconds.
 *
 * Returns: the bound of the first delay before connecting again, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_reconnect_min_delay (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->reconnect_min_delay;
}

/**
 * mqttc_options_set_reconnect_min_delay: (set-property reconnect-min-delay)
 * @self: the options
 * @reconnect_min_delay: the bound of the first delay before connecting again, in milliseconds
 *
 * Sets the bound of the first delay before connecting again, in milliseconds.
 *
 * See [property@Mqttc.Options:reconnect-min-delay].
 *
 * Since: 0.1
 */
void
mqttc_options_set_reconnect_min_delay (MqttcOptions *self,
                                       guint reconnect_min_delay)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_RECONNECT_MIN_DELAY, reconnect_min_delay);
}

/**
 * mqttc_options_get_reconnect_max_delay: (get-property reconnect-max-delay)
 * @self: the options
 *
 * Gets the bound of any delay before connecting again, in milliseconds.
 *
 * Returns: the bound of any delay before connecting again, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_reconnect_max_delay (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->reconnect_max_delay;
}

/**
 * mqttc_options_set_reconnect_max_delay: (set-property reconnect-max-delay)
 * @self: the options
 * @reconnect_max_delay: the bound of any delay before connecting again, in milliseconds
 *
 * Sets the bound of any delay before connecting again, in milliseconds.
 *
 * See [property@Mqttc.Options:reconnect-max-delay].
 *
 * Since: 0.1
 */
void
mqttc_options_set_reconnect_max_delay (MqttcOptions *self,
                                       guint reconnect_max_delay)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_RECONNECT_MAX_DELAY, reconnect_max_delay);
}
