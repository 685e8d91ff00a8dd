/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <glib-object.h>

#include "mqttc-enums.h"

G_BEGIN_DECLS

/**
 * MqttcReasonCode:
 * @MQTTC_REASON_CODE_SUCCESS: Success; also normal disconnection and granted QoS 0.
 * @MQTTC_REASON_CODE_GRANTED_QOS_1: The subscription was granted with QoS 1.
 * @MQTTC_REASON_CODE_GRANTED_QOS_2: The subscription was granted with QoS 2.
 * @MQTTC_REASON_CODE_DISCONNECT_WITH_WILL: Disconnected, and the will is to be published.
 * @MQTTC_REASON_CODE_NO_MATCHING_SUBSCRIBERS: Accepted, but nobody is subscribed.
 * @MQTTC_REASON_CODE_NO_SUBSCRIPTION_EXISTED: There was no such subscription.
 * @MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION: Authentication goes on with another step.
 * @MQTTC_REASON_CODE_REAUTHENTICATE: A new authentication begins.
 * @MQTTC_REASON_CODE_UNSPECIFIED_ERROR: The peer gives no reason; also the one failure code of a 3.1.1 SUBACK.
 * @MQTTC_REASON_CODE_MALFORMED_PACKET: A packet could not be parsed.
 * @MQTTC_REASON_CODE_PROTOCOL_ERROR: A packet broke the protocol.
 * @MQTTC_REASON_CODE_IMPLEMENTATION_SPECIFIC_ERROR: Valid, but not accepted by this implementation.
 * @MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION: The server does not speak this version; 3.1.1 return code 1.
 * @MQTTC_REASON_CODE_CLIENT_IDENTIFIER_NOT_VALID: The server does not allow this client identifier; 3.1.1 return code 2.
 * @MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD: The server does not accept the user name or password; 3.1.1 return code 4.
 * @MQTTC_REASON_CODE_NOT_AUTHORIZED: Not authorized; 3.1.1 return code 5.
 * @MQTTC_REASON_CODE_SERVER_UNAVAILABLE: The server is not available; 3.1.1 return code 3.
 * @MQTTC_REASON_CODE_SERVER_BUSY: The server is busy.
 * @MQTTC_REASON_CODE_BANNED: This client is banned.
 * @MQTTC_REASON_CODE_SERVER_SHUTTING_DOWN: The server is shutting down.
 * @MQTTC_REASON_CODE_BAD_AUTHENTICATION_METHOD: The authentication method is not supported, or has changed.
 * @MQTTC_REASON_CODE_KEEP_ALIVE_TIMEOUT: Nothing was received for 1.5 times the keep alive.
 * @MQTTC_REASON_CODE_SESSION_TAKEN_OVER: Another connection uses the same client identifier.
 * @MQTTC_REASON_CODE_TOPIC_FILTER_INVALID: The topic filter is well formed, but not accepted.
 * @MQTTC_REASON_CODE_TOPIC_NAME_INVALID: The topic name is well formed, but not accepted.
 * @MQTTC_REASON_CODE_PACKET_IDENTIFIER_IN_USE: The packet identifier is already in use.
 * @MQTTC_REASON_CODE_PACKET_IDENTIFIER_NOT_FOUND: The packet identifier is not known.
 * @MQTTC_REASON_CODE_RECEIVE_MAXIMUM_EXCEEDED: More messages were sent than the receiver allows at once.
 * @MQTTC_REASON_CODE_TOPIC_ALIAS_INVALID: The topic alias is not valid.
 * @MQTTC_REASON_CODE_PACKET_TOO_LARGE: The packet is larger than the receiver allows.
 * @MQTTC_REASON_CODE_MESSAGE_RATE_TOO_HIGH: Messages come too fast.
 * @MQTTC_REASON_CODE_QUOTA_EXCEEDED: A limit of the server is exceeded.
 * @MQTTC_REASON_CODE_ADMINISTRATIVE_ACTION: The connection was closed by an administrator.
 * @MQTTC_REASON_CODE_PAYLOAD_FORMAT_INVALID: The payload is not of the format it claims.
 * @MQTTC_REASON_CODE_RETAIN_NOT_SUPPORTED: The server does not support retained messages.
 * @MQTTC_REASON_CODE_QOS_NOT_SUPPORTED: The server does not support this QoS.
 * @MQTTC_REASON_CODE_USE_ANOTHER_SERVER: Use another server, for now.
 * @MQTTC_REASON_CODE_SERVER_MOVED: The server has moved, for good.
 * @MQTTC_REASON_CODE_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED: The server does not support shared subscriptions.
 * @MQTTC_REASON_CODE_CONNECTION_RATE_EXCEEDED: Connections come too fast.
 * @MQTTC_REASON_CODE_MAXIMUM_CONNECT_TIME: The longest time allowed for this connection is over.
 * @MQTTC_REASON_CODE_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED: The server does not support subscription identifiers.
 * @MQTTC_REASON_CODE_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED: The server does not support wildcard subscriptions.
 *
 * The reason codes of MQTT 5 (section 2.4 of the standard).
 *
 * The return codes of 3.1.1 are reported as the reason codes with the same meaning. One value can
 * have several names in the standard, and a peer may send one that is not in this list: functions
 * that return a reason code therefore return a `guint`.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_REASON_CODE_SUCCESS = 0x00,
  MQTTC_REASON_CODE_GRANTED_QOS_1 = 0x01,
  MQTTC_REASON_CODE_GRANTED_QOS_2 = 0x02,
  MQTTC_REASON_CODE_DISCONNECT_WITH_WILL = 0x04,
  MQTTC_REASON_CODE_NO_MATCHING_SUBSCRIBERS = 0x10,
  MQTTC_REASON_CODE_NO_SUBSCRIPTION_EXISTED = 0x11,
  MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION = 0x18,
  MQTTC_REASON_CODE_REAUTHENTICATE = 0x19,
  MQTTC_REASON_CODE_UNSPECIFIED_ERROR = 0x80,
  MQTTC_REASON_CODE_MALFORMED_PACKET = 0x81,
  MQTTC_REASON_CODE_PROTOCOL_ERROR = 0x82,
  MQTTC_REASON_CODE_IMPLEMENTATION_SPECIFIC_ERROR = 0x83,
  MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION = 0x84,
  MQTTC_REASON_CODE_CLIENT_IDENTIFIER_NOT_VALID = 0x85,
  MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD = 0x86,
  MQTTC_REASON_CODE_NOT_AUTHORIZED = 0x87,
  MQTTC_REASON_CODE_SERVER_UNAVAILABLE = 0x88,
  MQTTC_REASON_CODE_SERVER_BUSY = 0x89,
  MQTTC_REASON_CODE_BANNED = 0x8a,
  MQTTC_REASON_CODE_SERVER_SHUTTING_DOWN = 0x8b,
  MQTTC_REASON_CODE_BAD_AUTHENTICATION_METHOD = 0x8c,
  MQTTC_REASON_CODE_KEEP_ALIVE_TIMEOUT = 0x8d,
  MQTTC_REASON_CODE_SESSION_TAKEN_OVER = 0x8e,
  MQTTC_REASON_CODE_TOPIC_FILTER_INVALID = 0x8f,
  MQTTC_REASON_CODE_TOPIC_NAME_INVALID = 0x90,
  MQTTC_REASON_CODE_PACKET_IDENTIFIER_IN_USE = 0x91,
  MQTTC_REASON_CODE_PACKET_IDENTIFIER_NOT_FOUND = 0x92,
  MQTTC_REASON_CODE_RECEIVE_MAXIMUM_EXCEEDED = 0x93,
  MQTTC_REASON_CODE_TOPIC_ALIAS_INVALID = 0x94,
  MQTTC_REASON_CODE_PACKET_TOO_LARGE = 0x95,
  MQTTC_REASON_CODE_MESSAGE_RATE_TOO_HIGH = 0x96,
  MQTTC_REASON_CODE_QUOTA_EXCEEDED = 0x97,
  MQTTC_REASON_CODE_ADMINISTRATIVE_ACTION = 0x98,
  MQTTC_REASON_CODE_PAYLOAD_FORMAT_INVALID = 0x99,
  MQTTC_REASON_CODE_RETAIN_NOT_SUPPORTED = 0x9a,
  MQTTC_REASON_CODE_QOS_NOT_SUPPORTED = 0x9b,
  MQTTC_REASON_CODE_USE_ANOTHER_SERVER = 0x9c,
  MQTTC_REASON_CODE_SERVER_MOVED = 0x9d,
  MQTTC_REASON_CODE_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9e,
  MQTTC_REASON_CODE_CONNECTION_RATE_EXCEEDED = 0x9f,
  MQTTC_REASON_CODE_MAXIMUM_CONNECT_TIME = 0xa0,
  MQTTC_REASON_CODE_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xa1,
  MQTTC_REASON_CODE_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xa2,
} MqttcReasonCode;

/**
 * MQTTC_CLIENT_ERROR:
 *
 * The error domain of this library, with the codes of [error@Mqttc.ClientError].
 *
 * Errors of sockets, names and certificates keep their own domains (`G_IO_ERROR`,
 * `G_RESOLVER_ERROR`, `G_TLS_ERROR`); what the server refuses is in `MQTTC_REASON_ERROR`.
 *
 * Since: 0.1
 */
#define MQTTC_CLIENT_ERROR (mqttc_client_error_quark ())

/**
 * MqttcClientError:
 * @MQTTC_CLIENT_ERROR_MALFORMED_PACKET: Bytes from the peer are not a packet of MQTT.
 * @MQTTC_CLIENT_ERROR_PROTOCOL: A packet from the peer breaks the protocol.
 * @MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE: A packet is larger than the limit.
 * @MQTTC_CLIENT_ERROR_NOT_MQTT: What answers at the address does not speak MQTT.
 * @MQTTC_CLIENT_ERROR_INVALID_ARGUMENT: A topic, a filter or an option is not valid.
 * @MQTTC_CLIENT_ERROR_QUEUE_FULL: The queue of unsent requests is at its bound.
 * @MQTTC_CLIENT_ERROR_NOT_OPEN: The client has not been opened, or is closing.
 * @MQTTC_CLIENT_ERROR_ALREADY_OPEN: The client is open already.
 * @MQTTC_CLIENT_ERROR_OFFLINE: There is no connection, and the request may not wait for one.
 * @MQTTC_CLIENT_ERROR_CLOSED: The client was closed before the operation ended.
 * @MQTTC_CLIENT_ERROR_TIMED_OUT: The peer did not answer in time.
 * @MQTTC_CLIENT_ERROR_CONNECTION_LOST: The connection ended without a word.
 * @MQTTC_CLIENT_ERROR_SESSION_LOST: The server lost the session while the message was in flight.
 * @MQTTC_CLIENT_ERROR_LIMIT: A limit was exceeded.
 * @MQTTC_CLIENT_ERROR_STALE_ACK: The message cannot be acknowledged any more.
 * @MQTTC_CLIENT_ERROR_CONFLICT: The request contradicts another one that is still in force.
 * @MQTTC_CLIENT_ERROR_EXPIRED: The message expired before it could be delivered.
 *
 * The errors that this library finds itself.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
  MQTTC_CLIENT_ERROR_PROTOCOL,
  MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
  MQTTC_CLIENT_ERROR_NOT_MQTT,
  MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
  MQTTC_CLIENT_ERROR_QUEUE_FULL,
  MQTTC_CLIENT_ERROR_NOT_OPEN,
  MQTTC_CLIENT_ERROR_ALREADY_OPEN,
  MQTTC_CLIENT_ERROR_OFFLINE,
  MQTTC_CLIENT_ERROR_CLOSED,
  MQTTC_CLIENT_ERROR_TIMED_OUT,
  MQTTC_CLIENT_ERROR_CONNECTION_LOST,
  MQTTC_CLIENT_ERROR_SESSION_LOST,
  MQTTC_CLIENT_ERROR_LIMIT,
  MQTTC_CLIENT_ERROR_STALE_ACK,
  MQTTC_CLIENT_ERROR_CONFLICT,
  MQTTC_CLIENT_ERROR_EXPIRED,
} MqttcClientError;

MQTTC_AVAILABLE_IN_0_1
GQuark mqttc_client_error_quark (void);

/**
 * MQTTC_REASON_ERROR:
 *
 * The error domain of what the server refuses; the code is the reason code of MQTT 5.
 *
 * Since: 0.1
 */
#define MQTTC_REASON_ERROR (mqttc_reason_error_quark ())

/**
 * MqttcReasonError:
 * @MQTTC_REASON_ERROR_UNSPECIFIED_ERROR: The peer gives no reason; also the one failure code of a 3.1.1 SUBACK.
 * @MQTTC_REASON_ERROR_MALFORMED_PACKET: A packet could not be parsed.
 * @MQTTC_REASON_ERROR_PROTOCOL_ERROR: A packet broke the protocol.
 * @MQTTC_REASON_ERROR_IMPLEMENTATION_SPECIFIC_ERROR: Valid, but not accepted by this implementation.
 * @MQTTC_REASON_ERROR_UNSUPPORTED_PROTOCOL_VERSION: The server does not speak this version; 3.1.1 return code 1.
 * @MQTTC_REASON_ERROR_CLIENT_IDENTIFIER_NOT_VALID: The server does not allow this client identifier; 3.1.1 return code 2.
 * @MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD: The server does not accept the user name or password; 3.1.1 return code 4.
 * @MQTTC_REASON_ERROR_NOT_AUTHORIZED: Not authorized; 3.1.1 return code 5.
 * @MQTTC_REASON_ERROR_SERVER_UNAVAILABLE: The server is not available; 3.1.1 return code 3.
 * @MQTTC_REASON_ERROR_SERVER_BUSY: The server is busy.
 * @MQTTC_REASON_ERROR_BANNED: This client is banned.
 * @MQTTC_REASON_ERROR_SERVER_SHUTTING_DOWN: The server is shutting down.
 * @MQTTC_REASON_ERROR_BAD_AUTHENTICATION_METHOD: The authentication method is not supported, or has changed.
 * @MQTTC_REASON_ERROR_KEEP_ALIVE_TIMEOUT: Nothing was received for 1.5 times the keep alive.
 * @MQTTC_REASON_ERROR_SESSION_TAKEN_OVER: Another connection uses the same client identifier.
 * @MQTTC_REASON_ERROR_TOPIC_FILTER_INVALID: The topic filter is well formed, but not accepted.
 * @MQTTC_REASON_ERROR_TOPIC_NAME_INVALID: The topic name is well formed, but not accepted.
 * @MQTTC_REASON_ERROR_PACKET_IDENTIFIER_IN_USE: The packet identifier is already in use.
 * @MQTTC_REASON_ERROR_PACKET_IDENTIFIER_NOT_FOUND: The packet identifier is not known.
 * @MQTTC_REASON_ERROR_RECEIVE_MAXIMUM_EXCEEDED: More messages were sent than the receiver allows at once.
 * @MQTTC_REASON_ERROR_TOPIC_ALIAS_INVALID: The topic alias is not valid.
 * @MQTTC_REASON_ERROR_PACKET_TOO_LARGE: The packet is larger than the receiver allows.
 * @MQTTC_REASON_ERROR_MESSAGE_RATE_TOO_HIGH: Messages come too fast.
 * @MQTTC_REASON_ERROR_QUOTA_EXCEEDED: A limit of the server is exceeded.
 * @MQTTC_REASON_ERROR_ADMINISTRATIVE_ACTION: The connection was closed by an administrator.
 * @MQTTC_REASON_ERROR_PAYLOAD_FORMAT_INVALID: The payload is not of the format it claims.
 * @MQTTC_REASON_ERROR_RETAIN_NOT_SUPPORTED: The server does not support retained messages.
 * @MQTTC_REASON_ERROR_QOS_NOT_SUPPORTED: The server does not support this QoS.
 * @MQTTC_REASON_ERROR_USE_ANOTHER_SERVER: Use another server, for now.
 * @MQTTC_REASON_ERROR_SERVER_MOVED: The server has moved, for good.
 * @MQTTC_REASON_ERROR_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED: The server does not support shared subscriptions.
 * @MQTTC_REASON_ERROR_CONNECTION_RATE_EXCEEDED: Connections come too fast.
 * @MQTTC_REASON_ERROR_MAXIMUM_CONNECT_TIME: The longest time allowed for this connection is over.
 * @MQTTC_REASON_ERROR_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED: The server does not support subscription identifiers.
 * @MQTTC_REASON_ERROR_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED: The server does not support wildcard subscriptions.
 *
 * The reason codes that are failures, as errors.
 *
 * The return codes 1 to 5 of a 3.1.1 CONNACK appear as 0x84, 0x85, 0x88, 0x86 and 0x87, the failure
 * of a 3.1.1 SUBACK as 0x80.
 *
 * Since: 0.1
 */
typedef enum
{
  MQTTC_REASON_ERROR_UNSPECIFIED_ERROR = 0x80,
  MQTTC_REASON_ERROR_MALFORMED_PACKET = 0x81,
  MQTTC_REASON_ERROR_PROTOCOL_ERROR = 0x82,
  MQTTC_REASON_ERROR_IMPLEMENTATION_SPECIFIC_ERROR = 0x83,
  MQTTC_REASON_ERROR_UNSUPPORTED_PROTOCOL_VERSION = 0x84,
  MQTTC_REASON_ERROR_CLIENT_IDENTIFIER_NOT_VALID = 0x85,
  MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD = 0x86,
  MQTTC_REASON_ERROR_NOT_AUTHORIZED = 0x87,
  MQTTC_REASON_ERROR_SERVER_UNAVAILABLE = 0x88,
  MQTTC_REASON_ERROR_SERVER_BUSY = 0x89,
  MQTTC_REASON_ERROR_BANNED = 0x8a,
  MQTTC_REASON_ERROR_SERVER_SHUTTING_DOWN = 0x8b,
  MQTTC_REASON_ERROR_BAD_AUTHENTICATION_METHOD = 0x8c,
  MQTTC_REASON_ERROR_KEEP_ALIVE_TIMEOUT = 0x8d,
  MQTTC_REASON_ERROR_SESSION_TAKEN_OVER = 0x8e,
  MQTTC_REASON_ERROR_TOPIC_FILTER_INVALID = 0x8f,
  MQTTC_REASON_ERROR_TOPIC_NAME_INVALID = 0x90,
  MQTTC_REASON_ERROR_PACKET_IDENTIFIER_IN_USE = 0x91,
  MQTTC_REASON_ERROR_PACKET_IDENTIFIER_NOT_FOUND = 0x92,
  MQTTC_REASON_ERROR_RECEIVE_MAXIMUM_EXCEEDED = 0x93,
  MQTTC_REASON_ERROR_TOPIC_ALIAS_INVALID = 0x94,
  MQTTC_REASON_ERROR_PACKET_TOO_LARGE = 0x95,
  MQTTC_REASON_ERROR_MESSAGE_RATE_TOO_HIGH = 0x96,
  MQTTC_REASON_ERROR_QUOTA_EXCEEDED = 0x97,
  MQTTC_REASON_ERROR_ADMINISTRATIVE_ACTION = 0x98,
  MQTTC_REASON_ERROR_PAYLOAD_FORMAT_INVALID = 0x99,
  MQTTC_REASON_ERROR_RETAIN_NOT_SUPPORTED = 0x9a,
  MQTTC_REASON_ERROR_QOS_NOT_SUPPORTED = 0x9b,
  MQTTC_REASON_ERROR_USE_ANOTHER_SERVER = 0x9c,
  MQTTC_REASON_ERROR_SERVER_MOVED = 0x9d,
  MQTTC_REASON_ERROR_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9e,
  MQTTC_REASON_ERROR_CONNECTION_RATE_EXCEEDED = 0x9f,
  MQTTC_REASON_ERROR_MAXIMUM_CONNECT_TIME = 0xa0,
  MQTTC_REASON_ERROR_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xa1,
  MQTTC_REASON_ERROR_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xa2,
} MqttcReasonError;

MQTTC_AVAILABLE_IN_0_1
GQuark mqttc_reason_error_quark (void);

MQTTC_AVAILABLE_IN_0_1
const char *mqttc_reason_code_to_string (guint code,
                                         MqttcPacketType packet_type);

G_END_DECLS
