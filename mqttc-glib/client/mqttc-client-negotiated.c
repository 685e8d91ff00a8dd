/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What client and server have agreed on: sections 3.1.2.11 and 3.2.2.3 of MQTT 5. It is what the last
 * CONNACK says that the program was told of. */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "loop/mqttc-options.h"
#include "mqttc-enum-types.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-properties.h"

/* Behind those of mqttc-client.c. */
enum
{
  PROP_FIRST = MQTTC_CLIENT_FIRST_NEGOTIATED,
  PROP_PROTOCOL = PROP_FIRST,
  PROP_MAXIMUM_QOS,
  PROP_RETAIN_AVAILABLE,
  PROP_WILDCARD_SUBSCRIPTION_AVAILABLE,
  PROP_SHARED_SUBSCRIPTION_AVAILABLE,
  PROP_SUBSCRIPTION_IDENTIFIERS_AVAILABLE,
  PROP_MAXIMUM_PACKET_SIZE,
  PROP_RECEIVE_MAXIMUM,
  PROP_TOPIC_ALIAS_MAXIMUM,
  PROP_SESSION_EXPIRY_INTERVAL,
  PROP_SERVER_KEEP_ALIVE,
  PROP_ASSIGNED_CLIENT_ID,
  PROP_RESPONSE_INFORMATION,
  PROP_END,
};

#define N_NEGOTIATED (PROP_END - PROP_FIRST)

G_STATIC_ASSERT (N_NEGOTIATED == MQTTC_CLIENT_N_NEGOTIATED);

static GParamSpec *properties[N_NEGOTIATED];

static guint
get_number (MqttcClient *self,
            guint prop_id)
{
  return self->negotiated.numbers[prop_id - PROP_FIRST];
}

/* --- What a CONNACK says. --- */

typedef struct
{
  guint prop_id;
  MqttcPropertyId property;
  guint otherwise;
} Number;

static const Number numbers[] = {
  { PROP_MAXIMUM_QOS, MQTTC_PROPERTY_ID_MAXIMUM_QOS, MQTTC_QOS_EXACTLY_ONCE },
  { PROP_RETAIN_AVAILABLE, MQTTC_PROPERTY_ID_RETAIN_AVAILABLE, TRUE },
  { PROP_WILDCARD_SUBSCRIPTION_AVAILABLE, MQTTC_PROPERTY_ID_WILDCARD_SUBSCRIPTION_AVAILABLE, TRUE },
  { PROP_SHARED_SUBSCRIPTION_AVAILABLE, MQTTC_PROPERTY_ID_SHARED_SUBSCRIPTION_AVAILABLE, TRUE },
  { PROP_SUBSCRIPTION_IDENTIFIERS_AVAILABLE, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER_AVAILABLE,
    TRUE },
  { PROP_MAXIMUM_PACKET_SIZE, MQTTC_PROPERTY_ID_MAXIMUM_PACKET_SIZE, 0 },
  { PROP_RECEIVE_MAXIMUM, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, G_MAXUINT16 },
  { PROP_TOPIC_ALIAS_MAXIMUM, MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM, 0 },
  { PROP_SERVER_KEEP_ALIVE, MQTTC_PROPERTY_ID_SERVER_KEEP_ALIVE, (guint) -1 },
};

static void
set_number (MqttcNegotiated *self,
            guint prop_id,
            guint number)
{
  self->numbers[prop_id - PROP_FIRST] = number;
}

void
mqttc_negotiated_init (MqttcNegotiated *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    set_number (self, numbers[i].prop_id, numbers[i].otherwise);

  set_number (self, PROP_PROTOCOL, MQTTC_PROTOCOL_V3_1_1);
  set_number (self, PROP_SUBSCRIPTION_IDENTIFIERS_AVAILABLE, FALSE);
}

void
mqttc_negotiated_clear (MqttcNegotiated *self)
{
  g_clear_pointer (&self->assigned_client_id, g_free);
  g_clear_pointer (&self->response_information, g_free);
}

static void
read_properties (MqttcNegotiated *self, MqttcProperties *connack /* (nullable) */)
{
  guint number;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (connack == NULL || !mqttc_properties_get_uint (connack, numbers[i].property, &number))
        number = numbers[i].otherwise;
      set_number (self, numbers[i].prop_id, number);
    }

  if (connack == NULL)
    return;
  if (mqttc_properties_get_uint (connack, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, &number))
    set_number (self, PROP_SESSION_EXPIRY_INTERVAL, number);
  self->response_information
      = g_strdup (mqttc_properties_get_text (connack, MQTTC_PROPERTY_ID_RESPONSE_INFORMATION));
}

static void
read_connack (MqttcClient *self,
              MqttcNegotiated *to,
              MqttcPacket *connack)
{
  MqttcEngine *engine = mqttc_event_loop_lock (self->loop);
  MqttcProtocol protocol = mqttc_packet_get_protocol (connack);
  guint expiry = mqttc_engine_get_asked_expiry (engine);

  /* It is in the first CONNACK alone. */
  to->assigned_client_id = g_strdup (mqttc_engine_get_assigned_client_id (engine));
  mqttc_event_loop_unlock (self->loop);

  mqttc_negotiated_init (to);
  set_number (to, PROP_PROTOCOL, protocol);
  if (protocol != MQTTC_PROTOCOL_V5)
    expiry = mqttc_options_get_clean_session (mqttc_client_get_options (self)) ? 0 : G_MAXUINT32;
  set_number (to, PROP_SESSION_EXPIRY_INTERVAL, expiry);
  if (protocol == MQTTC_PROTOCOL_V5)
    read_properties (to, mqttc_packet_get_properties (connack));
}

void
mqttc_client_note_connack (MqttcClient *self,
                           MqttcPacket *connack)
{
  MqttcNegotiated old = self->negotiated;
  gboolean changed[N_NEGOTIATED] = { FALSE };

  self->negotiated = (MqttcNegotiated){ 0 };
  read_connack (self, &self->negotiated, connack);
  self->has_connack = TRUE;

  for (guint i = 0; i < N_NEGOTIATED; i++)
    changed[i] = old.numbers[i] != self->negotiated.numbers[i];
  changed[PROP_ASSIGNED_CLIENT_ID - PROP_FIRST]
      = g_strcmp0 (old.assigned_client_id, self->negotiated.assigned_client_id) != 0;
  changed[PROP_RESPONSE_INFORMATION - PROP_FIRST]
      = g_strcmp0 (old.response_information, self->negotiated.response_information) != 0;
  mqttc_negotiated_clear (&old);

  for (guint i = 0; i < N_NEGOTIATED; i++)
    {
      if (changed[i])
        g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
    }
}

gboolean
mqttc_client_has_connack (MqttcClient *self)
{
  return self->has_connack;
}

/* --- Properties. --- */

void
mqttc_client_get_negotiated_property (MqttcClient *self,
                                      guint prop_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_PROTOCOL:
      g_value_set_enum (value, mqttc_client_get_protocol (self));
      break;
    case PROP_MAXIMUM_QOS:
      g_value_set_enum (value, mqttc_client_get_maximum_qos (self));
      break;
    case PROP_RETAIN_AVAILABLE:
      g_value_set_boolean (value, mqttc_client_get_retain_available (self));
      break;
    case PROP_WILDCARD_SUBSCRIPTION_AVAILABLE:
      g_value_set_boolean (value, mqttc_client_get_wildcard_subscription_available (self));
      break;
    case PROP_SHARED_SUBSCRIPTION_AVAILABLE:
      g_value_set_boolean (value, mqttc_client_get_shared_subscription_available (self));
      break;
    case PROP_SUBSCRIPTION_IDENTIFIERS_AVAILABLE:
      g_value_set_boolean (value, mqttc_client_get_subscription_identifiers_available (self));
      break;
    case PROP_MAXIMUM_PACKET_SIZE:
      g_value_set_uint (value, mqttc_client_get_maximum_packet_size (self));
      break;
    case PROP_RECEIVE_MAXIMUM:
      g_value_set_uint (value, mqttc_client_get_receive_maximum (self));
      break;
    case PROP_TOPIC_ALIAS_MAXIMUM:
      g_value_set_uint (value, mqttc_client_get_topic_alias_maximum (self));
      break;
    case PROP_SESSION_EXPIRY_INTERVAL:
      g_value_set_uint (value, mqttc_client_get_session_expiry_interval (self));
      break;
    case PROP_SERVER_KEEP_ALIVE:
      g_value_set_int (value, mqttc_client_get_server_keep_alive (self));
      break;
    case PROP_ASSIGNED_CLIENT_ID:
      g_value_set_string (value, mqttc_client_get_assigned_client_id (self));
      break;
    case PROP_RESPONSE_INFORMATION:
      g_value_set_string (value, mqttc_client_get_response_information (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, prop_id, pspec);
    }
}

#define FLAGS (G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
specify_features (void)
{
  /**
   * MqttcClient:protocol: (getter get_protocol)
   *
   * The version of the protocol that is spoken.
   *
   * With [property@Mqttc.Options:protocol] set to MQTT 5 it can be 3.1.1 all the same, where the
   * server knows no other.
   *
   * It is what the last connection that was told of has; [signal@Mqttc.Client::connected] comes after it.
   *
   * Since: 0.1
   */
  properties[PROP_PROTOCOL - PROP_FIRST] = g_param_spec_enum (
      "protocol", NULL, NULL, MQTTC_TYPE_PROTOCOL, MQTTC_PROTOCOL_V3_1_1, FLAGS);

  /**
   * MqttcClient:maximum-qos: (getter get_maximum_qos)
   *
   * The highest quality of service that the server takes.
   *
   * Since: 0.1
   */
  properties[PROP_MAXIMUM_QOS - PROP_FIRST] = g_param_spec_enum (
      "maximum-qos", NULL, NULL, MQTTC_TYPE_QOS, MQTTC_QOS_EXACTLY_ONCE, FLAGS);

  /**
   * MqttcClient:retain-available: (getter get_retain_available)
   *
   * Whether the server retains messages.
   *
   * Since: 0.1
   */
  properties[PROP_RETAIN_AVAILABLE - PROP_FIRST]
      = g_param_spec_boolean ("retain-available", NULL, NULL, TRUE, FLAGS);

  /**
   * MqttcClient:wildcard-subscription-available: (getter get_wildcard_subscription_available)
   *
   * Whether the server takes filters with wildcards.
   *
   * Since: 0.1
   */
  properties[PROP_WILDCARD_SUBSCRIPTION_AVAILABLE - PROP_FIRST]
      = g_param_spec_boolean ("wildcard-subscription-available", NULL, NULL, TRUE, FLAGS);

  /**
   * MqttcClient:shared-subscription-available: (getter get_shared_subscription_available)
   *
   * Whether the server has shared subscriptions.
   *
   * A server of MQTT 3.1.1 does not say; this is `TRUE` then.
   *
   * Since: 0.1
   */
  properties[PROP_SHARED_SUBSCRIPTION_AVAILABLE - PROP_FIRST]
      = g_param_spec_boolean ("shared-subscription-available", NULL, NULL, TRUE, FLAGS);
}

static void
specify_limits (void)
{
  /**
   * MqttcClient:subscription-identifiers-available: (getter get_subscription_identifiers_available)
   *
   * Whether the server says which subscriptions it sends a message for.
   *
   * It is `FALSE` with MQTT 3.1.1.
   *
   * Since: 0.1
   */
  properties[PROP_SUBSCRIPTION_IDENTIFIERS_AVAILABLE - PROP_FIRST]
      = g_param_spec_boolean ("subscription-identifiers-available", NULL, NULL, FALSE, FLAGS);

  /**
   * MqttcClient:maximum-packet-size: (getter get_maximum_packet_size)
   *
   * The largest packet that the server takes, in bytes; 0 if it sets no limit.
   *
   * Since: 0.1
   */
  properties[PROP_MAXIMUM_PACKET_SIZE - PROP_FIRST]
      = g_param_spec_uint ("maximum-packet-size", NULL, NULL, 0, G_MAXUINT, 0, FLAGS);

  /**
   * MqttcClient:receive-maximum: (getter get_receive_maximum)
   *
   * How many unacknowledged messages the server takes at once.
   *
   * Since: 0.1
   */
  properties[PROP_RECEIVE_MAXIMUM - PROP_FIRST]
      = g_param_spec_uint ("receive-maximum", NULL, NULL, 0, G_MAXUINT16, G_MAXUINT16, FLAGS);

  /**
   * MqttcClient:topic-alias-maximum: (getter get_topic_alias_maximum)
   *
   * How many topic aliases the server takes.
   *
   * Since: 0.1
   */
  properties[PROP_TOPIC_ALIAS_MAXIMUM - PROP_FIRST]
      = g_param_spec_uint ("topic-alias-maximum", NULL, NULL, 0, G_MAXUINT16, 0, FLAGS);
}

static void
specify_session (void)
{
  /**
   * MqttcClient:session-expiry-interval: (getter get_session_expiry_interval)
   *
   * How long the server keeps the session when the connection has ended.
   *
   * It is in seconds; %G_MAXUINT32 stands for ever.
   *
   * Since: 0.1
   */
  properties[PROP_SESSION_EXPIRY_INTERVAL - PROP_FIRST]
      = g_param_spec_uint ("session-expiry-interval", NULL, NULL, 0, G_MAXUINT, 0, FLAGS);

  /**
   * MqttcClient:server-keep-alive: (getter get_server_keep_alive)
   *
   * The keep alive interval that the server has set, in seconds; -1 if it has not.
   *
   * It is in force instead of [property@Mqttc.Options:keep-alive]; 0 switches it off.
   *
   * Since: 0.1
   */
  properties[PROP_SERVER_KEEP_ALIVE - PROP_FIRST]
      = g_param_spec_int ("server-keep-alive", NULL, NULL, -1, G_MAXUINT16, -1, FLAGS);

  /**
   * MqttcClient:assigned-client-id: (getter get_assigned_client_id)
   *
   * The client identifier that the server has given to this client.
   *
   * It is used from then on, as long as the options have none.
   *
   * Since: 0.1
   */
  properties[PROP_ASSIGNED_CLIENT_ID - PROP_FIRST]
      = g_param_spec_string ("assigned-client-id", NULL, NULL, NULL, FLAGS);

  /**
   * MqttcClient:response-information: (getter get_response_information)
   *
   * What the server says for the making of response topics.
   *
   * A server gives it if it is asked for it (section 3.2.2.3.15 of MQTT 5).
   *
   * Since: 0.1
   */
  properties[PROP_RESPONSE_INFORMATION - PROP_FIRST]
      = g_param_spec_string ("response-information", NULL, NULL, NULL, FLAGS);
}

void
mqttc_client_install_negotiated_properties (GObjectClass *object_class)
{
  specify_features ();
  specify_limits ();
  specify_session ();
  for (guint i = 0; i < N_NEGOTIATED; i++)
    g_object_class_install_property (object_class, PROP_FIRST + i, properties[i]);
}

/**
 * mqttc_client_get_protocol: (get-property protocol)
 * @self: a client
 *
 * Gets the version of the protocol that is spoken.
 *
 * Returns: the version of the protocol
 * Since: 0.1
 */
MqttcProtocol
mqttc_client_get_protocol (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), MQTTC_PROTOCOL_V3_1_1);

  return get_number (self, PROP_PROTOCOL);
}

/**
 * mqttc_client_get_maximum_qos: (get-property maximum-qos)
 * @self: a client
 *
 * Gets the highest quality of service that the server takes.
 *
 * Returns: the quality of service
 * Since: 0.1
 */
MqttcQos
mqttc_client_get_maximum_qos (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), MQTTC_QOS_AT_MOST_ONCE);

  return get_number (self, PROP_MAXIMUM_QOS);
}

/**
 * mqttc_client_get_retain_available: (get-property retain-available)
 * @self: a client
 *
 * Gets whether the server retains messages.
 *
 * Returns: `TRUE` if it does
 * Since: 0.1
 */
gboolean
mqttc_client_get_retain_available (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);

  return get_number (self, PROP_RETAIN_AVAILABLE);
}

/**
 * mqttc_client_get_wildcard_subscription_available: (get-property wildcard-subscription-available)
 * @self: a client
 *
 * Gets whether the server takes filters with wildcards.
 *
 * Returns: `TRUE` if it does
 * Since: 0.1
 */
gboolean
mqttc_client_get_wildcard_subscription_available (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);

  return get_number (self, PROP_WILDCARD_SUBSCRIPTION_AVAILABLE);
}

/**
 * mqttc_client_get_shared_subscription_available: (get-property shared-subscription-available)
 * @self: a client
 *
 * Gets whether the server has shared subscriptions.
 *
 * Returns: `TRUE` if it has
 * Since: 0.1
 */
gboolean
mqttc_client_get_shared_subscription_available (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);

  return get_number (self, PROP_SHARED_SUBSCRIPTION_AVAILABLE);
}

/**
 * mqttc_client_get_subscription_identifiers_available: (get-property subscription-identifiers-available)
 * @self: a client
 *
 * Gets whether the server says which subscriptions it sends a message for.
 *
 * Returns: `TRUE` if it does
 * Since: 0.1
 */
gboolean
mqttc_client_get_subscription_identifiers_available (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), FALSE);

  return get_number (self, PROP_SUBSCRIPTION_IDENTIFIERS_AVAILABLE);
}

/**
 * mqttc_client_get_maximum_packet_size: (get-property maximum-packet-size)
 * @self: a client
 *
 * Gets the size of the largest packet that the server takes.
 *
 * Returns: the size in bytes, 0 if there is no limit
 * Since: 0.1
 */
guint
mqttc_client_get_maximum_packet_size (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), 0);

  return get_number (self, PROP_MAXIMUM_PACKET_SIZE);
}

/**
 * mqttc_client_get_receive_maximum: (get-property receive-maximum)
 * @self: a client
 *
 * Gets how many unacknowledged messages the server takes at once.
 *
 * Returns: the number of messages
 * Since: 0.1
 */
guint
mqttc_client_get_receive_maximum (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), 0);

  return get_number (self, PROP_RECEIVE_MAXIMUM);
}

/**
 * mqttc_client_get_topic_alias_maximum: (get-property topic-alias-maximum)
 * @self: a client
 *
 * Gets how many topic aliases the server takes.
 *
 * Returns: the number of aliases
 * Since: 0.1
 */
guint
mqttc_client_get_topic_alias_maximum (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), 0);

  return get_number (self, PROP_TOPIC_ALIAS_MAXIMUM);
}

/**
 * mqttc_client_get_session_expiry_interval: (get-property session-expiry-interval)
 * @self: a client
 *
 * Gets how long the server keeps the session when the connection has ended.
 *
 * Returns: the time in seconds, `G_MAXUINT32` for ever
 * Since: 0.1
 */
guint
mqttc_client_get_session_expiry_interval (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), 0);

  return get_number (self, PROP_SESSION_EXPIRY_INTERVAL);
}

/**
 * mqttc_client_get_server_keep_alive: (get-property server-keep-alive)
 * @self: a client
 *
 * Gets the keep alive interval that the server has set.
 *
 * Returns: the interval in seconds, -1 if the server has set none
 * Since: 0.1
 */
int
mqttc_client_get_server_keep_alive (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), -1);

  return (int) get_number (self, PROP_SERVER_KEEP_ALIVE);
}

/**
 * mqttc_client_get_assigned_client_id: (get-property assigned-client-id)
 * @self: a client
 *
 * Gets the client identifier that the server has given to this client.
 *
 * Returns: (nullable) (transfer none): the identifier, or `NULL` if there is none
 * Since: 0.1
 */
const char *
mqttc_client_get_assigned_client_id (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), NULL);

  return self->negotiated.assigned_client_id;
}

/**
 * mqttc_client_get_response_information: (get-property response-information)
 * @self: a client
 *
 * Gets what the server says for the making of response topics.
 *
 * Returns: (nullable) (transfer none): the information, or `NULL` if there is none
 * Since: 0.1
 */
const char *
mqttc_client_get_response_information (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), NULL);

  return self->negotiated.response_information;
}
