/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the program asks of a session. */

#include "config.h"

#include "helpers/mqttc-session-private.h"
#include "values/mqttc-message.h"

/**
 * mqttc_session_publish:
 * @self: a session
 * @message: the message; it cannot be changed any more afterwards
 * @now_usec: the time
 * @error: return location for an error, or `NULL`
 *
 * Accepts a message for sending.
 *
 * It is sent when there is a connection and [method@Mqttc.Session.take_output] is called. QoS 1 is at
 * its end with a PUBACK, QoS 2 with a PUBCOMP. A message that is given up, by
 * [property@Mqttc.Options:session-lost-policy] or [property@Mqttc.Options:overflow-policy] or because
 * the session is closed, has no event.
 *
 * Errors are of [error@Mqttc.ClientError]: `INVALID_ARGUMENT` for a message that cannot be sent,
 * `NOT_OPEN`, `QUEUE_FULL`, and `OFFLINE` by [property@Mqttc.Options:offline-qos0].
 *
 * Returns: `TRUE` if the message was accepted, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_session_publish (MqttcSession *self,
                       MqttcMessage *message,
                       gint64 now_usec,
                       GError **error)
{
  gboolean accepted;

  g_return_val_if_fail (MQTTC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  accepted = mqttc_engine_publish (self->engine, message, NULL,
                                   mqttc_session_tell_time (self, now_usec), error);
  mqttc_session_free_discarded (self);

  return accepted;
}

/**
 * mqttc_session_subscribe:
 * @self: a session
 * @filter: a topic filter (section 4.7 of the standard)
 * @qos: the highest QoS that messages are wanted with
 * @now_usec: the time
 * @error: return location for an error, or `NULL`
 *
 * Asks the server for messages.
 *
 * The answer is a SUBACK, which has what was granted. The filter is subscribed to again when the server
 * has lost the session, until it is unsubscribed from.
 *
 * Errors are of [error@Mqttc.ClientError]: `INVALID_ARGUMENT` for a filter that is not valid,
 * `NOT_OPEN` and `QUEUE_FULL`.
 *
 * Returns: `TRUE` if the request was accepted, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_session_subscribe (MqttcSession *self,
                         const char *filter,
                         MqttcQos qos,
                         gint64 now_usec,
                         GError **error)
{
  const char *filters[] = { filter, NULL };
  guint8 wanted[] = { (guint8) qos };

  g_return_val_if_fail (MQTTC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (filter != NULL, FALSE);
  g_return_val_if_fail (qos <= MQTTC_QOS_EXACTLY_ONCE, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return mqttc_engine_subscribe (self->engine, filters, wanted, 0, NULL,
                                 mqttc_session_tell_time (self, now_usec), error);
}

/**
 * mqttc_session_unsubscribe:
 * @self: a session
 * @filter: a topic filter
 * @now_usec: the time
 * @error: return location for an error, or `NULL`
 *
 * Tells the server that messages are not wanted any more.
 *
 * The answer is an UNSUBACK. The errors are those of [method@Mqttc.Session.subscribe].
 *
 * Returns: `TRUE` if the request was accepted, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_session_unsubscribe (MqttcSession *self,
                           const char *filter,
                           gint64 now_usec,
                           GError **error)
{
  const char *filters[] = { filter, NULL };

  g_return_val_if_fail (MQTTC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (filter != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return mqttc_engine_unsubscribe (self->engine, filters, NULL,
                                   mqttc_session_tell_time (self, now_usec), error);
}

/**
 * mqttc_session_ack:
 * @self: a session
 * @message: a message that came with an event of this session
 * @now_usec: the time
 * @error: return location for an error, or `NULL`
 *
 * Acknowledges a message, with [property@Mqttc.Options:manual-acks] set.
 *
 * Acknowledgements are sent in the order in which the messages came, whatever the order of the calls.
 * A message of QoS 0 has none, and nothing is done.
 *
 * Errors are of [error@Mqttc.ClientError]: `STALE_ACK` if the message was acknowledged already, or came
 * on an earlier connection, and `INVALID_ARGUMENT` if acknowledgements are automatic, or the message did
 * not come with this session.
 *
 * Returns: `TRUE` if the message is acknowledged, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_session_ack (MqttcSession *self,
                   MqttcMessage *message,
                   gint64 now_usec,
                   GError **error)
{
  g_return_val_if_fail (MQTTC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return mqttc_engine_acknowledge (self->engine, message, mqttc_session_tell_time (self, now_usec),
                                   error);
}
