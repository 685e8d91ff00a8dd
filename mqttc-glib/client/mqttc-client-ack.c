/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"

/**
 * mqttc_client_ack:
 * @self: a client
 * @message: a message that the client has received
 * @error: return location for an error
 *
 * Acknowledges a message, with the option [property@Mqttc.Options:manual-acks].
 *
 * It can be called in any order, while a handler has the message or later: acknowledgements leave in
 * the order in which the messages came [MQTT-4.6.0-2] [MQTT-4.6.0-3], so one that is missing holds
 * back those of all later messages. A message of QoS 0 needs none, which is a success. Can be called
 * from any thread.
 *
 * The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_STALE_ACK: the message was acknowledged already; or it came on an earlier
 *   connection, or of a session that the server has lost, and comes again if the server still has it.
 * - %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: messages are acknowledged without help, or this one was not
 *   received by this client.
 *
 * Returns: `TRUE` if the acknowledgement leaves when it is its turn
 * Since: 0.1
 */
gboolean
mqttc_client_ack (MqttcClient *self,
                  MqttcMessage *message,
                  GError **error)
{
  gboolean accepted;
  gint64 now;

  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  now = mqttc_event_loop_get_time (self->loop);
  accepted = mqttc_engine_acknowledge (mqttc_event_loop_lock (self->loop), message, now, error);
  mqttc_event_loop_unlock (self->loop);

  return accepted;
}

/**
 * mqttc_client_ack_full:
 * @self: a client
 * @message: a message that the client has received
 * @reason_code: a [enum@Mqttc.ReasonCode]
 * @error: return location for an error
 *
 * Acknowledges a message as [method@Mqttc.Client.ack] does, with a reason.
 *
 * The errors are those of [method@Mqttc.Client.ack], and %G_IO_ERROR_NOT_SUPPORTED: the
 * acknowledgements of MQTT 3.1.1 have no reason code, so there is but
 * %MQTTC_REASON_CODE_SUCCESS.
 *
 * Returns: `TRUE` if the acknowledgement leaves when it is its turn
 * Since: 0.1
 */
gboolean
mqttc_client_ack_full (MqttcClient *self,
                       MqttcMessage *message,
                       guint reason_code,
                       GError **error)
{
  g_autofree char *topic = NULL;

  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (reason_code == MQTTC_REASON_CODE_SUCCESS)
    return mqttc_client_ack (self, message, error);

  topic = mqttc_text_for_display (mqttc_message_get_topic (message));
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      "Cannot acknowledge the message of “%s” with reason code 0x%02x: acknowledgements of "
      "MQTT 3.1.1 have none; use 0",
      topic, reason_code);
  return FALSE;
}
