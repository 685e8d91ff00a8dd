/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-packet-struct-private.h"

/**
 * MqttcPacket:
 *
 * A control packet of MQTT (section 2 of the standard).
 *
 * A packet does not change. It is made by one of the constructors, or read from bytes by
 * [func@Mqttc.Packet.read]. What the functions return for a packet that has no such thing is 0,
 * `FALSE` or `NULL`.
 *
 * The user name and the password of a CONNECT, and authentication data, are there if the program made the
 * packet, or read it itself. The packets that a client, an event loop, a connection or a session tell of
 * come without them.
 *
 * Properties, and the packet AUTH, belong to MQTT 5. A packet of 3.1.1 with properties cannot be written.
 *
 * Since: 0.1
 */

/* Of the options of a filter (section 3.8.3.1 of MQTT 5); the QoS is all there is in 3.1.1. */
#define QOS_BITS 3u
#define NO_LOCAL_BIT 4u
#define RETAIN_AS_PUBLISHED_BIT 8u
#define RETAIN_HANDLING_SHIFT 4

G_DEFINE_BOXED_TYPE (MqttcPacket, mqttc_packet, mqttc_packet_ref, mqttc_packet_unref)

/**
 * mqttc_packet_ref:
 * @self: a packet
 *
 * Takes a reference to a packet.
 *
 * Returns: (transfer full): @self
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_ref (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

static void
clear_members (MqttcPacket *self)
{
  g_clear_pointer (&self->message, mqttc_message_unref);
  g_clear_pointer (&self->password, g_bytes_unref);
  g_clear_pointer (&self->reason_codes, g_bytes_unref);
  g_clear_pointer (&self->filter_options, g_bytes_unref);
  g_clear_pointer (&self->properties, mqttc_properties_unref);
  g_free (self->client_id);
  g_free (self->user_name);
  g_free (self->filters);
}

/**
 * mqttc_packet_unref:
 * @self: (transfer full): a packet
 *
 * Gives a reference to a packet back, and frees it if it was the last one.
 *
 * Since: 0.1
 */
void
mqttc_packet_unref (MqttcPacket *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  if (!mqttc_packet_is_bare (self))
    clear_members (self);
  g_free (self);
}

/**
 * mqttc_packet_get_packet_type:
 * @self: a packet
 *
 * Gets the type of the packet.
 *
 * Returns: the type
 * Since: 0.1
 */
MqttcPacketType
mqttc_packet_get_packet_type (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, MQTTC_PACKET_TYPE_PINGREQ);

  return self->type;
}

/**
 * mqttc_packet_get_protocol:
 * @self: a packet
 *
 * Gets the version of the protocol that the packet belongs to.
 *
 * Returns: the version
 * Since: 0.1
 */
MqttcProtocol
mqttc_packet_get_protocol (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, MQTTC_PROTOCOL_V3_1_1);

  return self->protocol;
}

/**
 * mqttc_packet_get_packet_id:
 * @self: a packet
 *
 * Gets the packet identifier.
 *
 * Returns: the packet identifier, or 0 if the packet has none
 * Since: 0.1
 */
guint
mqttc_packet_get_packet_id (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->packet_id;
}

/**
 * mqttc_packet_get_reason_code:
 * @self: a packet
 *
 * Gets the reason code: see [enum@Mqttc.ReasonCode].
 *
 * For the return code of a 3.1.1 CONNACK, this is the reason code with the same meaning.
 *
 * Returns: the reason code, or 0 if the packet has none
 * Since: 0.1
 */
guint
mqttc_packet_get_reason_code (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->reason_code;
}

/**
 * mqttc_packet_get_reason_codes:
 * @self: a packet
 *
 * Gets the reason codes of a SUBACK or an UNSUBACK, a byte for each filter in their order.
 *
 * In MQTT 3.1.1, an UNSUBACK has none.
 *
 * Returns: (transfer none) (nullable): the reason codes; `NULL` if there are none
 * Since: 0.1
 */
GBytes *
mqttc_packet_get_reason_codes (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->reason_codes;
}

/**
 * mqttc_packet_get_session_present:
 * @self: a packet
 *
 * Gets whether a CONNACK says that the server has a session for this client.
 *
 * Returns: `TRUE` if there is a session
 * Since: 0.1
 */
gboolean
mqttc_packet_get_session_present (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->session_present;
}

/**
 * mqttc_packet_get_message:
 * @self: a packet
 *
 * Gets the message of a PUBLISH, or the will of a CONNECT.
 *
 * Returns: (transfer none) (nullable): the message
 * Since: 0.1
 */
MqttcMessage *
mqttc_packet_get_message (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->message;
}

/**
 * mqttc_packet_get_filters:
 * @self: a packet
 *
 * Gets the topic filters of a SUBSCRIBE or an UNSUBSCRIBE.
 *
 * Returns: (transfer none) (array zero-terminated=1) (nullable): the filters; `NULL` for other
 *   packets
 * Since: 0.1
 */
const char *const *
mqttc_packet_get_filters (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->filters;
}

/**
 * mqttc_packet_get_filter_options:
 * @self: a packet
 *
 * Gets the options of a SUBSCRIBE, a byte for each filter with the QoS in bits 0 and 1.
 *
 * In MQTT 5, bit 2 is that of no local, bit 3 of retain as published, and bits 4 and 5 are the retain
 * handling. They are what [ctor@Mqttc.Packet.new_subscribe] takes (section 3.8.3 of the standard).
 *
 * Returns: (transfer none) (nullable): the options; `NULL` for other packets
 * Since: 0.1
 */
GBytes *
mqttc_packet_get_filter_options (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->filter_options;
}

/* A packet that was made with too few options has none for the last filters. */
static guint
get_options (MqttcPacket *self,
             guint index)
{
  gsize n_options = 0;
  const guint8 *options = NULL;

  if (self->filter_options != NULL)
    options = g_bytes_get_data (self->filter_options, &n_options);

  return index < n_options ? options[index] : 0;
}

static gboolean
is_index (MqttcPacket *self,
          guint index)
{
  return self->filters == NULL || index < self->n_filters;
}

/**
 * mqttc_packet_get_filter_qos:
 * @self: a SUBSCRIBE packet
 * @index: the position of a filter
 *
 * Gets the quality of service that a SUBSCRIBE wants for one of its filters.
 *
 * Returns: the quality of service; 0 for other packets
 * Since: 0.1
 */
guint
mqttc_packet_get_filter_qos (MqttcPacket *self,
                             guint index)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (is_index (self, index), 0);

  return get_options (self, index) & QOS_BITS;
}

/**
 * mqttc_packet_get_filter_no_local:
 * @self: a SUBSCRIBE packet
 * @index: the position of a filter
 *
 * Gets whether a SUBSCRIBE wants none of its own messages (section 3.8.3.1 of MQTT 5).
 *
 * Returns: `TRUE` if the server is not to send back what this client publishes
 * Since: 0.1
 */
gboolean
mqttc_packet_get_filter_no_local (MqttcPacket *self,
                                  guint index)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (is_index (self, index), FALSE);

  return (get_options (self, index) & NO_LOCAL_BIT) != 0;
}

/**
 * mqttc_packet_get_filter_retain_as_published:
 * @self: a SUBSCRIBE packet
 * @index: the position of a filter
 *
 * Gets whether a SUBSCRIBE wants the retain flags as they were published (section 3.8.3.1 of MQTT 5).
 *
 * Returns: `TRUE` if the server is to leave the retain flag as it is
 * Since: 0.1
 */
gboolean
mqttc_packet_get_filter_retain_as_published (MqttcPacket *self,
                                             guint index)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (is_index (self, index), FALSE);

  return (get_options (self, index) & RETAIN_AS_PUBLISHED_BIT) != 0;
}

/**
 * mqttc_packet_get_filter_retain_handling:
 * @self: a SUBSCRIBE packet
 * @index: the position of a filter
 *
 * Gets when a SUBSCRIBE wants the retained messages (section 3.8.3.1 of MQTT 5).
 *
 * Returns: 0 for always, 1 for only if the subscription is new, 2 for never
 * Since: 0.1
 */
guint
mqttc_packet_get_filter_retain_handling (MqttcPacket *self,
                                         guint index)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (is_index (self, index), 0);

  return get_options (self, index) >> RETAIN_HANDLING_SHIFT & 3;
}

/**
 * mqttc_packet_get_client_id:
 * @self: a packet
 *
 * Gets the client identifier of a CONNECT.
 *
 * Returns: (transfer none) (nullable): the client identifier; `NULL` for other packets
 * Since: 0.1
 */
const char *
mqttc_packet_get_client_id (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->client_id;
}

/**
 * mqttc_packet_get_clean_session:
 * @self: a packet
 *
 * Gets whether a CONNECT asks for a clean session.
 *
 * Returns: `TRUE` if the server is to forget the session
 * Since: 0.1
 */
gboolean
mqttc_packet_get_clean_session (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->clean_session;
}

/**
 * mqttc_packet_get_keep_alive:
 * @self: a packet
 *
 * Gets the keep alive of a CONNECT.
 *
 * Returns: the keep alive in seconds
 * Since: 0.1
 */
guint
mqttc_packet_get_keep_alive (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->keep_alive;
}

/**
 * mqttc_packet_get_user_name:
 * @self: a packet
 *
 * Gets the user name of a CONNECT that was read or made by the program.
 *
 * Returns: (transfer none) (nullable): the user name; `NULL` if there is none
 * Since: 0.1
 */
const char *
mqttc_packet_get_user_name (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user_name;
}

/**
 * mqttc_packet_get_password:
 * @self: a packet
 *
 * Gets the password of a CONNECT that was read or made by the program.
 *
 * Its memory is wiped when the last reference to it is gone, that of the packet included. What it is
 * copied to is not.
 *
 * Returns: (transfer none) (nullable): the password, which may be empty; `NULL` if there is none
 * Since: 0.1
 */
GBytes *
mqttc_packet_get_password (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->password;
}

/**
 * mqttc_packet_get_properties:
 * @self: a packet
 *
 * Gets the properties of MQTT 5 (section 2.2.2 of the standard).
 *
 * Those of a PUBLISH include those of its message. Those of a will are with the message of the CONNECT.
 *
 * Returns: (transfer none) (nullable): the properties; `NULL` if there are none
 * Since: 0.1
 */
MqttcProperties *
mqttc_packet_get_properties (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->properties != NULL || self->type != MQTTC_PACKET_TYPE_PUBLISH
      || self->protocol != MQTTC_PROTOCOL_V5)
    return self->properties;

  return mqttc_message_get_properties (self->message);
}

/**
 * mqttc_packet_get_reason_string:
 * @self: a packet
 *
 * Gets what the peer says about the reason code, in words for people to read.
 *
 * Returns: (transfer none) (nullable): the reason string; `NULL` if there is none
 * Since: 0.1
 */
const char *
mqttc_packet_get_reason_string (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->properties == NULL)
    return NULL;

  return mqttc_properties_get_text (self->properties, MQTTC_PROPERTY_ID_REASON_STRING);
}
