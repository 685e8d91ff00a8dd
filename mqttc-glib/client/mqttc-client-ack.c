/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-properties-private.h"

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

/* With the lock held. */
static gboolean
check_protocol (MqttcEngine *engine,
                MqttcMessage *message,
                guint reason_code,
                GError **error)
{
  g_autofree char *topic = NULL;

  if (reason_code == MQTTC_REASON_CODE_SUCCESS
      || mqttc_engine_get_protocol (engine) == MQTTC_PROTOCOL_V5)
    return TRUE;

  topic = mqttc_text_for_display (mqttc_message_get_topic (message));
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      "Cannot acknowledge the message of “%s” with reason code 0x%02x: acknowledgements of "
      "MQTT 3.1.1 have none; use 0",
      topic, reason_code);
  return FALSE;
}

/**
 * mqttc_client_ack_full:
 * @self: a client
 * @message: a message that the client has received
 * @reason_code: a [enum@Mqttc.ReasonCode]
 * @properties: (nullable): properties of the acknowledgement: a reason string, user properties
 * @error: return location for an error
 *
 * Acknowledges a message as [method@Mqttc.Client.ack] does, with a reason.
 *
 * From 0x80 on the reason says that the program does not take the message; the server does not send it
 * again. That is for messages of QoS 1: one of QoS 2 has been taken before the program sees it, so the
 * reason must be %MQTTC_REASON_CODE_SUCCESS. Properties are left out if the server does not take a
 * packet of that size, and with MQTT 3.1.1.
 *
 * The errors are those of [method@Mqttc.Client.ack], and:
 *
 * - %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: the reason is not one of PUBACK (section 3.4.2.1 of MQTT 5), or
 *   the message is of QoS 2; or the properties are not those of an acknowledgement.
 * - %G_IO_ERROR_NOT_SUPPORTED: the acknowledgements of MQTT 3.1.1 have no reason code, so there is but
 *   %MQTTC_REASON_CODE_SUCCESS.
 *
 * Returns: `TRUE` if the acknowledgement leaves when it is its turn
 * Since: 0.1
 */
gboolean
mqttc_client_ack_full (MqttcClient *self,
                       MqttcMessage *message,
                       guint reason_code,
                       MqttcProperties *properties,
                       GError **error)
{
  g_autoptr (GBytes) wire = NULL;
  MqttcEngine *engine;
  gboolean accepted;
  gint64 now;

  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (properties != NULL)
    {
      GByteArray *bytes;

      if (!mqttc_properties_check_place (properties, MQTTC_PACKET_TYPE_PUBACK, error))
        return FALSE;
      bytes = g_byte_array_new ();
      mqttc_properties_write (properties, bytes);
      wire = g_byte_array_free_to_bytes (bytes);
    }

  now = mqttc_event_loop_get_time (self->loop);
  engine = mqttc_event_loop_lock (self->loop);
  accepted = check_protocol (engine, message, reason_code, error)
             && mqttc_engine_acknowledge_full (engine, message, reason_code, wire, now, error);
  mqttc_event_loop_unlock (self->loop);

  return accepted;
}
