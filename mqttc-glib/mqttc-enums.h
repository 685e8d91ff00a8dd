/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <glib-object.h>

#include "mqttc-version-macros.h"

G_BEGIN_DECLS

/**
 * MqttcQos:
 * @MQTTC_QOS_AT_MOST_ONCE: Sent once, no acknowledgement: it may be lost.
 * @MQTTC_QOS_AT_LEAST_ONCE: Acknowledged; repeated until it is, so it may arrive twice.
 * @MQTTC_QOS_EXACTLY_ONCE: Acknowledged in two steps, so that it arrives once.
 *
 * The quality of service of a message (section 4.3 of the standard).
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_QOS_AT_MOST_ONCE = 0,
  MQTTC_QOS_AT_LEAST_ONCE = 1,
  MQTTC_QOS_EXACTLY_ONCE = 2,
} MqttcQos;

/**
 * MqttcProtocol:
 * @MQTTC_PROTOCOL_V3_1_1: MQTT 3.1.1, protocol level 4.
 * @MQTTC_PROTOCOL_V5: MQTT 5, protocol level 5.
 *
 * A version of the protocol; the values are the protocol levels of CONNECT.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_PROTOCOL_V3_1_1 = 4,
  MQTTC_PROTOCOL_V5 = 5,
} MqttcProtocol;

/**
 * MqttcPacketType:
 * @MQTTC_PACKET_TYPE_CONNECT: The client asks for a connection.
 * @MQTTC_PACKET_TYPE_CONNACK: The server's answer to CONNECT.
 * @MQTTC_PACKET_TYPE_PUBLISH: A message.
 * @MQTTC_PACKET_TYPE_PUBACK: Acknowledges a QoS 1 message.
 * @MQTTC_PACKET_TYPE_PUBREC: First answer to a QoS 2 message: received.
 * @MQTTC_PACKET_TYPE_PUBREL: Second step of QoS 2: release.
 * @MQTTC_PACKET_TYPE_PUBCOMP: Last step of QoS 2: complete.
 * @MQTTC_PACKET_TYPE_SUBSCRIBE: The client asks for messages.
 * @MQTTC_PACKET_TYPE_SUBACK: The server's answer to SUBSCRIBE.
 * @MQTTC_PACKET_TYPE_UNSUBSCRIBE: The client gives subscriptions up.
 * @MQTTC_PACKET_TYPE_UNSUBACK: The server's answer to UNSUBSCRIBE.
 * @MQTTC_PACKET_TYPE_PINGREQ: Are you there?
 * @MQTTC_PACKET_TYPE_PINGRESP: The server's answer to PINGREQ.
 * @MQTTC_PACKET_TYPE_DISCONNECT: A clean end of the connection.
 * @MQTTC_PACKET_TYPE_AUTH: A step of enhanced authentication (MQTT 5).
 *
 * The type of a control packet (section 2.2.1 of the standard).
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_PACKET_TYPE_CONNECT = 1,
  MQTTC_PACKET_TYPE_CONNACK = 2,
  MQTTC_PACKET_TYPE_PUBLISH = 3,
  MQTTC_PACKET_TYPE_PUBACK = 4,
  MQTTC_PACKET_TYPE_PUBREC = 5,
  MQTTC_PACKET_TYPE_PUBREL = 6,
  MQTTC_PACKET_TYPE_PUBCOMP = 7,
  MQTTC_PACKET_TYPE_SUBSCRIBE = 8,
  MQTTC_PACKET_TYPE_SUBACK = 9,
  MQTTC_PACKET_TYPE_UNSUBSCRIBE = 10,
  MQTTC_PACKET_TYPE_UNSUBACK = 11,
  MQTTC_PACKET_TYPE_PINGREQ = 12,
  MQTTC_PACKET_TYPE_PINGRESP = 13,
  MQTTC_PACKET_TYPE_DISCONNECT = 14,
  MQTTC_PACKET_TYPE_AUTH = 15,
} MqttcPacketType;

/**
 * MqttcConnectionState:
 * @MQTTC_CONNECTION_STATE_IDLE: Not opened yet.
 * @MQTTC_CONNECTION_STATE_CONNECTING: Resolving, dialling or waiting for CONNACK.
 * @MQTTC_CONNECTION_STATE_CONNECTED: The server has accepted the connection.
 * @MQTTC_CONNECTION_STATE_BACKING_OFF: Waiting before the next attempt.
 * @MQTTC_CONNECTION_STATE_DRAINING: Closing: finishing what was accepted, then DISCONNECT.
 * @MQTTC_CONNECTION_STATE_CLOSED: Closed, or ended by an error that stops retrying.
 *
 * Where a connection stands.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_CONNECTION_STATE_IDLE,
  MQTTC_CONNECTION_STATE_CONNECTING,
  MQTTC_CONNECTION_STATE_CONNECTED,
  MQTTC_CONNECTION_STATE_BACKING_OFF,
  MQTTC_CONNECTION_STATE_DRAINING,
  MQTTC_CONNECTION_STATE_CLOSED,
} MqttcConnectionState;

/**
 * MqttcOfflineQos0:
 * @MQTTC_OFFLINE_QOS0_QUEUE: Keep it, within the bounds of the queue.
 * @MQTTC_OFFLINE_QOS0_DROP: Drop it and report success: QoS 0 promises nothing.
 * @MQTTC_OFFLINE_QOS0_FAIL: Refuse it with an error.
 *
 * What becomes of a QoS 0 message published while there is no connection.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_OFFLINE_QOS0_QUEUE,
  MQTTC_OFFLINE_QOS0_DROP,
  MQTTC_OFFLINE_QOS0_FAIL,
} MqttcOfflineQos0;

/**
 * MqttcSessionLostPolicy:
 * @MQTTC_SESSION_LOST_POLICY_FAIL: End it with %MQTTC_CLIENT_ERROR_SESSION_LOST.
 * @MQTTC_SESSION_LOST_POLICY_REPUBLISH: Send it again as new: it may arrive twice.
 *
 * What becomes of a QoS 2 message whose fate is unknown when the server has lost the session.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_SESSION_LOST_POLICY_FAIL,
  MQTTC_SESSION_LOST_POLICY_REPUBLISH,
} MqttcSessionLostPolicy;

/**
 * MqttcOverflowPolicy:
 * @MQTTC_OVERFLOW_POLICY_FAIL: Refuse the new message with `MQTTC_CLIENT_ERROR_QUEUE_FULL`.
 * @MQTTC_OVERFLOW_POLICY_DROP_OLDEST: Drop the oldest unsent messages, QoS 0 before others, until there
 *   is room; whoever waits for one of them gets `MQTTC_CLIENT_ERROR_QUEUE_FULL`.
 *
 * What becomes of a message that does not fit into the queue of unsent requests.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_OVERFLOW_POLICY_FAIL,
  MQTTC_OVERFLOW_POLICY_DROP_OLDEST,
} MqttcOverflowPolicy;

/**
 * MqttcEventType:
 * @MQTTC_EVENT_TYPE_INCOMING: A packet has come from the server.
 * @MQTTC_EVENT_TYPE_OUTGOING: A packet to the server has been encoded.
 * @MQTTC_EVENT_TYPE_MESSAGE: A message is there; each message once, also at QoS 2.
 * @MQTTC_EVENT_TYPE_CONNECTED: The server has accepted the connection.
 * @MQTTC_EVENT_TYPE_DISCONNECTED: The connection, or the attempt to connect, has ended.
 *
 * The kinds of [struct@Mqttc.Event].
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_EVENT_TYPE_INCOMING,
  MQTTC_EVENT_TYPE_OUTGOING,
  MQTTC_EVENT_TYPE_MESSAGE,
  MQTTC_EVENT_TYPE_CONNECTED,
  MQTTC_EVENT_TYPE_DISCONNECTED,
} MqttcEventType;

/**
 * MqttcSessionAction:
 * @MQTTC_SESSION_ACTION_NONE: Nothing.
 * @MQTTC_SESSION_ACTION_DIAL: Make a connection to the server.
 * @MQTTC_SESSION_ACTION_CLOSE: Close the connection, or give up making one.
 *
 * What [class@Mqttc.Session] wants to be done about the connection.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_SESSION_ACTION_NONE,
  MQTTC_SESSION_ACTION_DIAL,
  MQTTC_SESSION_ACTION_CLOSE,
} MqttcSessionAction;

G_END_DECLS
