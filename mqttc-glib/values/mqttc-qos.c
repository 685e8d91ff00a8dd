/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "values/mqttc-message.h"

/**
 * mqttc_qos_from_uint:
 * @value: a number
 * @qos: (out) (optional): the quality of service with that number
 *
 * Converts a number to a quality of service.
 *
 * Returns: `TRUE` if @value is 0, 1 or 2; otherwise `FALSE`, and @qos is set to QoS 0
 * Since: 0.1
 */
gboolean
mqttc_qos_from_uint (guint value,
                     MqttcQos *qos)
{
  gboolean valid = value <= MQTTC_QOS_EXACTLY_ONCE;

  if (qos != NULL)
    *qos = valid ? (MqttcQos) value : MQTTC_QOS_AT_MOST_ONCE;

  return valid;
}
