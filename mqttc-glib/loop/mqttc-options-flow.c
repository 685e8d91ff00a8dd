/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-options-private.h"
#include "mqttc-enum-types.h"

void
mqttc_options_flow_class_init (GParamSpec **properties,
                               GParamFlags flags)
{
  /**
   * MqttcOptions:max-publish-rate: (getter get_max_publish_rate) (setter set_max_publish_rate)
   *
   * How many messages may be sent in a second; 0: as many as the network takes.
   *
   * The others wait in the queue. Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MAX_PUBLISH_RATE]
      = g_param_spec_uint ("max-publish-rate", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * MqttcOptions:resend-delay: (getter get_resend_delay) (setter set_resend_delay)
   *
   * The pause between packets that are sent again after a reconnection, in milliseconds.
   *
   * For a server that is overrun when it comes back. 0: none. Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_RESEND_DELAY]
      = g_param_spec_uint ("resend-delay", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * MqttcOptions:manual-acks: (getter get_manual_acks) (setter set_manual_acks)
   *
   * Whether the program acknowledges messages of QoS 1 and 2 itself.
   *
   * If it is `FALSE`, the client does so after the handlers of the message have run. If it is `TRUE`,
   * a message that the program has not acknowledged comes again after a reconnection to a server that
   * has kept the session. Default: `FALSE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MANUAL_ACKS]
      = g_param_spec_boolean ("manual-acks", NULL, NULL, FALSE, flags);

  /**
   * MqttcOptions:overflow-policy: (getter get_overflow_policy) (setter set_overflow_policy)
   *
   * What becomes of a message that does not fit into the queue.
   *
   * A change applies at once. Default: `MQTTC_OVERFLOW_POLICY_FAIL`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_OVERFLOW_POLICY] = g_param_spec_enum (
      "overflow-policy", NULL, NULL, MQTTC_TYPE_OVERFLOW_POLICY, MQTTC_OVERFLOW_POLICY_FAIL, flags);

  /**
   * MqttcOptions:max-outgoing-packet-size: (getter get_max_outgoing_packet_size) (setter set_max_outgoing_packet_size)
   *
   * The size of the largest message to send as a packet, in bytes, its fixed header included.
   *
   * A larger one is refused before it is queued. 0: the limit of the standard, 268,435,460 bytes
   * (section 2.2.3). Default: 0.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_MAX_OUTGOING_PACKET_SIZE]
      = g_param_spec_uint64 ("max-outgoing-packet-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
}

/**
 * mqttc_options_get_max_publish_rate: (get-property max-publish-rate)
 * @self: the options
 *
 * Tells how many messages may be sent in a second.
 *
 * Returns: how many messages may be sent in a second
 *
 * Since: 0.1
 */
guint
mqttc_options_get_max_publish_rate (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->max_publish_rate;
}

/**
 * mqttc_options_set_max_publish_rate: (set-property max-publish-rate)
 * @self: the options
 * @max_publish_rate: how many messages may be sent in a second
 *
 * Sets how many messages may be sent in a second.
 *
 * See [property@Mqttc.Options:max-publish-rate].
 *
 * Since: 0.1
 */
void
mqttc_options_set_max_publish_rate (MqttcOptions *self,
                                    guint max_publish_rate)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_MAX_PUBLISH_RATE, max_publish_rate);
}

/**
 * mqttc_options_get_resend_delay: (get-property resend-delay)
 * @self: the options
 *
 * Gets the pause between packets that are sent again, in milliseconds.
 *
 * Returns: the pause between packets that are sent again, in milliseconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_resend_delay (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->resend_delay;
}

/**
 * mqttc_options_set_resend_delay: (set-property resend-delay)
 * @self: the options
 * @resend_delay: the pause between packets that are sent again, in milliseconds
 *
 * Sets the pause between packets that are sent again, in milliseconds.
 *
 * See [property@Mqttc.Options:resend-delay].
 *
 * Since: 0.1
 */
void
mqttc_options_set_resend_delay (MqttcOptions *self,
                                guint resend_delay)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_RESEND_DELAY, resend_delay);
}

/**
 * mqttc_options_get_manual_acks: (get-property manual-acks)
 * @self: the options
 *
 * Tells whether the program acknowledges messages of QoS 1 and 2 itself.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_manual_acks (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->manual_acks;
}

/**
 * mqttc_options_set_manual_acks: (set-property manual-acks)
 * @self: the options
 * @manual_acks: `TRUE` if so
 *
 * Sets whether the program acknowledges messages of QoS 1 and 2 itself.
 *
 * See [property@Mqttc.Options:manual-acks].
 *
 * Since: 0.1
 */
void
mqttc_options_set_manual_acks (MqttcOptions *self,
                               gboolean manual_acks)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_MANUAL_ACKS, manual_acks != FALSE);
}

/**
 * mqttc_options_get_overflow_policy: (get-property overflow-policy)
 * @self: the options
 *
 * Gets what becomes of a message that does not fit into the queue.
 *
 * Returns: what becomes of a message that does not fit into the queue
 *
 * Since: 0.1
 */
MqttcOverflowPolicy
mqttc_options_get_overflow_policy (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), MQTTC_OVERFLOW_POLICY_FAIL);

  return self->overflow_policy;
}

/**
 * mqttc_options_set_overflow_policy: (set-property overflow-policy)
 * @self: the options
 * @overflow_policy: what becomes of a message that does not fit into the queue
 *
 * Sets what becomes of a message that does not fit into the queue.
 *
 * See [property@Mqttc.Options:overflow-policy].
 *
 * Since: 0.1
 */
void
mqttc_options_set_overflow_policy (MqttcOptions *self,
                                   MqttcOverflowPolicy overflow_policy)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_OVERFLOW_POLICY, overflow_policy);
}

/**
 * mqttc_options_get_max_outgoing_packet_size: (get-property max-outgoing-packet-size)
 * @self: the options
 *
 * Gets the size of the largest message to send as a packet, in bytes.
 *
 * Returns: the size of the largest message to send as a packet, in bytes
 *
 * Since: 0.1
 */
guint64
mqttc_options_get_max_outgoing_packet_size (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->max_outgoing_packet_size;
}

/**
 * mqttc_options_set_max_outgoing_packet_size: (set-property max-outgoing-packet-size)
 * @self: the options
 * @max_outgoing_packet_size: the size of the largest message to send as a packet, in bytes
 *
 * Sets the size of the largest message to send as a packet, in bytes.
 *
 * See [property@Mqttc.Options:max-outgoing-packet-size].
 *
 * Since: 0.1
 */
void
mqttc_options_set_max_outgoing_packet_size (MqttcOptions *self,
                                            guint64 max_outgoing_packet_size)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint64 (self, MQTTC_OPTION_MAX_OUTGOING_PACKET_SIZE,
                              max_outgoing_packet_size);
}
