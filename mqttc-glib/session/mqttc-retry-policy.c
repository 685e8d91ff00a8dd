/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a reason code says about trying again (section 2.4 of MQTT 5). */

#include "config.h"

#include "session/mqttc-engine-struct-private.h"

MqttcRetry
mqttc_retry_policy_get (guint reason_code)
{
  switch (reason_code)
    {
    /* The program, or its user, has to do something. */
    case MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION:
    case MQTTC_REASON_CODE_CLIENT_IDENTIFIER_NOT_VALID:
    case MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD:
    case MQTTC_REASON_CODE_NOT_AUTHORIZED:
    case MQTTC_REASON_CODE_BANNED:
    case MQTTC_REASON_CODE_BAD_AUTHENTICATION_METHOD:
    case MQTTC_REASON_CODE_TOPIC_NAME_INVALID:
    case MQTTC_REASON_CODE_PACKET_TOO_LARGE:
    case MQTTC_REASON_CODE_PAYLOAD_FORMAT_INVALID:
    case MQTTC_REASON_CODE_RETAIN_NOT_SUPPORTED:
    case MQTTC_REASON_CODE_QOS_NOT_SUPPORTED:
    case MQTTC_REASON_CODE_USE_ANOTHER_SERVER:
    case MQTTC_REASON_CODE_SERVER_MOVED:
      return MQTTC_RETRY_NEVER;

    /* Coming back at once makes it worse; of two clients with one identifier each would drive the other
     * out. */
    case MQTTC_REASON_CODE_SERVER_BUSY:
    case MQTTC_REASON_CODE_SESSION_TAKEN_OVER:
    case MQTTC_REASON_CODE_MESSAGE_RATE_TOO_HIGH:
    case MQTTC_REASON_CODE_QUOTA_EXCEEDED:
    case MQTTC_REASON_CODE_ADMINISTRATIVE_ACTION:
    case MQTTC_REASON_CODE_CONNECTION_RATE_EXCEEDED:
      return MQTTC_RETRY_SLOWLY;

    /* Nothing is wrong. */
    case MQTTC_REASON_CODE_KEEP_ALIVE_TIMEOUT:
    case MQTTC_REASON_CODE_MAXIMUM_CONNECT_TIME:
      return MQTTC_RETRY_AT_ONCE;

    default:
      return MQTTC_RETRY_SOON;
    }
}
