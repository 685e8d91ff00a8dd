/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be asked of a client about its connection. */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "transport/mqttc-tls-failure.h"
#include "values/mqttc-reason-error.h"

/**
 * mqttc_client_get_last_error: (get-property last-error)
 * @self: a client
 *
 * Gets the error that ended the last connection, or the last attempt to connect.
 *
 * Returns: (transfer none) (nullable): the error, or `NULL` if there is none
 * Since: 0.1
 */
const GError *
mqttc_client_get_last_error (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), NULL);

  return mqttc_event_loop_get_last_error (self->loop);
}

/**
 * mqttc_client_get_last_refusal:
 * @self: a client
 *
 * Gets the packet in which the server has refused or ended the last connection.
 *
 * That is the CONNACK or DISCONNECT of [property@Mqttc.Client:last-error], with its properties.
 *
 * Returns: (transfer none) (nullable): the packet, or `NULL` if the server did not
 * Since: 0.1
 */
MqttcPacket *
mqttc_client_get_last_refusal (MqttcClient *self)
{
  const GError *error = mqttc_client_get_last_error (self);

  return error != NULL ? mqttc_reason_error_get_packet (error) : NULL;
}

static MqttcEngineCounters
get_counters (MqttcClient *self)
{
  MqttcEngineCounters counters;

  mqttc_event_loop_get_counters (self->loop, &counters);
  return counters;
}

/**
 * mqttc_client_get_queued: (get-property queued)
 * @self: a client
 *
 * Gets the number of requests that were accepted and not yet sent for the first time.
 *
 * Its bound is the option [property@Mqttc.Options:max-queued-messages].
 *
 * Returns: the number of requests
 * Since: 0.1
 */
guint
mqttc_client_get_queued (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), 0);

  return get_counters (self).queued;
}

/**
 * mqttc_client_get_inflight: (get-property inflight)
 * @self: a client
 *
 * Gets the number of QoS 1 and 2 messages that were sent and are not yet acknowledged to the end.
 *
 * Returns: the number of messages
 * Since: 0.1
 */
guint
mqttc_client_get_inflight (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), 0);

  return get_counters (self).inflight;
}

/**
 * mqttc_client_get_can_publish: (get-property can-publish)
 * @self: a client
 *
 * Gets whether there is room for messages in the queue of unsent requests.
 *
 * Returns: `TRUE` if there is
 * Since: 0.1
 */
gboolean
mqttc_client_get_can_publish (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);

  return get_counters (self).can_publish;
}

/**
 * mqttc_client_get_tls_failure: (get-property tls-failure)
 * @self: a client
 *
 * Gets what the server showed, if its certificate is not trusted.
 *
 * A program that knows better adds the pin to [property@Mqttc.Options:tls-pins] and opens again.
 *
 * Returns: (transfer none) (nullable): what is wrong with it, or `NULL` if that is not what ended the
 *   last connection or attempt
 * Since: 0.1
 */
MqttcTlsFailure *
mqttc_client_get_tls_failure (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), NULL);

  return mqttc_event_loop_get_tls_failure (self->loop);
}
