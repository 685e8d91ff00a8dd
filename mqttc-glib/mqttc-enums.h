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
 * MqttcPropertyId:
 * @MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR: 1 if the payload is text.
 * @MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL: The seconds after which the message is of no use.
 * @MQTTC_PROPERTY_ID_CONTENT_TYPE: What the payload is, such as a media type.
 * @MQTTC_PROPERTY_ID_RESPONSE_TOPIC: The topic that an answer is to be sent to.
 * @MQTTC_PROPERTY_ID_CORRELATION_DATA: What an answer repeats, so that the request is known.
 * @MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER: The number of a subscription.
 * @MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL: The seconds that a session outlives its connection.
 * @MQTTC_PROPERTY_ID_ASSIGNED_CLIENT_IDENTIFIER: The client identifier that the server has chosen.
 * @MQTTC_PROPERTY_ID_SERVER_KEEP_ALIVE: The keep alive that the server wants.
 * @MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD: The name of the method of enhanced authentication.
 * @MQTTC_PROPERTY_ID_AUTHENTICATION_DATA: What the method of authentication says.
 * @MQTTC_PROPERTY_ID_REQUEST_PROBLEM_INFORMATION: 0 if reason strings and user properties are not wanted.
 * @MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL: The seconds before a will is published.
 * @MQTTC_PROPERTY_ID_REQUEST_RESPONSE_INFORMATION: 1 if response information is wanted.
 * @MQTTC_PROPERTY_ID_RESPONSE_INFORMATION: What response topics are to be made of.
 * @MQTTC_PROPERTY_ID_SERVER_REFERENCE: Another server to use.
 * @MQTTC_PROPERTY_ID_REASON_STRING: A reason in words, for people to read.
 * @MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM: The largest number of QoS 1 and 2 messages unacknowledged at once.
 * @MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM: The greatest topic alias that is accepted.
 * @MQTTC_PROPERTY_ID_TOPIC_ALIAS: A number in place of the topic.
 * @MQTTC_PROPERTY_ID_MAXIMUM_QOS: The greatest QoS that the server supports.
 * @MQTTC_PROPERTY_ID_RETAIN_AVAILABLE: 0 if the server does not keep messages.
 * @MQTTC_PROPERTY_ID_USER_PROPERTY: A name and a value; there may be many of them.
 * @MQTTC_PROPERTY_ID_MAXIMUM_PACKET_SIZE: The largest packet that is accepted.
 * @MQTTC_PROPERTY_ID_WILDCARD_SUBSCRIPTION_AVAILABLE: 0 if the server has no subscriptions with wildcards.
 * @MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER_AVAILABLE: 0 if the server has no subscription identifiers.
 * @MQTTC_PROPERTY_ID_SHARED_SUBSCRIPTION_AVAILABLE: 0 if the server has no shared subscriptions.
 *
 * The properties of MQTT 5 (section 2.2.2.2 of the standard).
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR = 0x01,
  MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL = 0x02,
  MQTTC_PROPERTY_ID_CONTENT_TYPE = 0x03,
  MQTTC_PROPERTY_ID_RESPONSE_TOPIC = 0x08,
  MQTTC_PROPERTY_ID_CORRELATION_DATA = 0x09,
  MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER = 0x0b,
  MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL = 0x11,
  MQTTC_PROPERTY_ID_ASSIGNED_CLIENT_IDENTIFIER = 0x12,
  MQTTC_PROPERTY_ID_SERVER_KEEP_ALIVE = 0x13,
  MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD = 0x15,
  MQTTC_PROPERTY_ID_AUTHENTICATION_DATA = 0x16,
  MQTTC_PROPERTY_ID_REQUEST_PROBLEM_INFORMATION = 0x17,
  MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL = 0x18,
  MQTTC_PROPERTY_ID_REQUEST_RESPONSE_INFORMATION = 0x19,
  MQTTC_PROPERTY_ID_RESPONSE_INFORMATION = 0x1a,
  MQTTC_PROPERTY_ID_SERVER_REFERENCE = 0x1c,
  MQTTC_PROPERTY_ID_REASON_STRING = 0x1f,
  MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM = 0x21,
  MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM = 0x22,
  MQTTC_PROPERTY_ID_TOPIC_ALIAS = 0x23,
  MQTTC_PROPERTY_ID_MAXIMUM_QOS = 0x24,
  MQTTC_PROPERTY_ID_RETAIN_AVAILABLE = 0x25,
  MQTTC_PROPERTY_ID_USER_PROPERTY = 0x26,
  MQTTC_PROPERTY_ID_MAXIMUM_PACKET_SIZE = 0x27,
  MQTTC_PROPERTY_ID_WILDCARD_SUBSCRIPTION_AVAILABLE = 0x28,
  MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER_AVAILABLE = 0x29,
  MQTTC_PROPERTY_ID_SHARED_SUBSCRIPTION_AVAILABLE = 0x2a,
} MqttcPropertyId;

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

/**
 * MqttcAuthStage:
 * @MQTTC_AUTH_STAGE_START: An exchange begins: the answer goes to the server first.
 * @MQTTC_AUTH_STAGE_CONTINUE: The server has sent data, and waits for an answer.
 * @MQTTC_AUTH_STAGE_FINISH: The server says that it succeeded; its last data, if any, are to be checked.
 *
 * The place of a step in an exchange of enhanced authentication (section 4.12 of the MQTT 5 standard).
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_AUTH_STAGE_START = 0,
  MQTTC_AUTH_STAGE_CONTINUE = 1,
  MQTTC_AUTH_STAGE_FINISH = 2,
} MqttcAuthStage;

/**
 * MqttcChannelBinding:
 * @MQTTC_CHANNEL_BINDING_NEVER: Not bound.
 * @MQTTC_CHANNEL_BINDING_UNSUPPORTED: Not bound because the server is believed to be unable to; a server
 *   that is able refuses that, so nobody in between can have hidden its ability.
 * @MQTTC_CHANNEL_BINDING_WHEN_AVAILABLE: Bound if the connection is TLS, which the server must then support.
 * @MQTTC_CHANNEL_BINDING_REQUIRE: Bound; a connection that cannot be is an error.
 *
 * Whether a proof of identity is bound to the TLS connection it is sent over (RFC 5802, section 6).
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_CHANNEL_BINDING_NEVER = 0,
  MQTTC_CHANNEL_BINDING_UNSUPPORTED = 1,
  MQTTC_CHANNEL_BINDING_WHEN_AVAILABLE = 2,
  MQTTC_CHANNEL_BINDING_REQUIRE = 3,
} MqttcChannelBinding;

/**
 * MqttcRetainHandling:
 * @MQTTC_RETAIN_HANDLING_SEND: Send them each time that the filter is subscribed to.
 * @MQTTC_RETAIN_HANDLING_SEND_IF_NEW: Send them only if the filter was not subscribed to before.
 * @MQTTC_RETAIN_HANDLING_DO_NOT_SEND: Do not send them.
 *
 * What becomes of retained messages when a filter is subscribed to (section 3.8.3.1 of MQTT 5).
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_RETAIN_HANDLING_SEND,
  MQTTC_RETAIN_HANDLING_SEND_IF_NEW,
  MQTTC_RETAIN_HANDLING_DO_NOT_SEND,
} MqttcRetainHandling;

G_END_DECLS
