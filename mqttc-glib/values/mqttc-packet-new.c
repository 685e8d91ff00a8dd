/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-packet-struct-private.h"
#include "values/mqttc-secret-private.h"

/* The constructors take what they are given; whether the standard has a
 * form for it is asked when the packet is written. */

MqttcPacket *
mqttc_packet_allocate (MqttcProtocol protocol,
                       MqttcPacketType type)
{
  /* Not g_new0(): calloc() of glibc passes by the blocks that a thread has at hand. */
  MqttcPacket *self = g_new (MqttcPacket, 1);

  *self = (MqttcPacket){ .ref_count = 1, .protocol = protocol, .type = type };
  return self;
}

MqttcPacket *
mqttc_packet_new_bare (MqttcProtocol protocol,
                       MqttcPacketType type,
                       guint packet_id,
                       guint reason_code)
{
  MqttcPacket *self = mqttc_packet_allocate (protocol, type);

  self->packet_id = packet_id;
  self->reason_code = reason_code;
  return self;
}

MqttcPacket *
mqttc_packet_renew_bare (MqttcPacket *old,
                         MqttcProtocol protocol,
                         MqttcPacketType type,
                         guint packet_id,
                         guint reason_code)
{
  gboolean is_ours
      = old != NULL && g_atomic_int_get (&old->ref_count) == 1 && mqttc_packet_is_bare (old);

  if (!is_ours)
    {
      g_clear_pointer (&old, mqttc_packet_unref);
      return mqttc_packet_new_bare (protocol, type, packet_id, reason_code);
    }

  old->protocol = protocol;
  old->type = type;
  old->packet_id = packet_id;
  old->reason_code = reason_code;
  return old;
}

char *
mqttc_packet_allocate_filters (MqttcPacket *self,
                               guint n_filters,
                               gsize size,
                               gpointer (*allocate) (gsize))
{
  const gsize array_size = ((gsize) n_filters + 1) * sizeof (char *);
  gpointer block = allocate (array_size + size);
  char *text;

  if (block == NULL)
    return NULL;

  text = (char *) block + array_size;
  self->filters = block;
  self->filters[n_filters] = NULL;
  self->n_filters = n_filters;
  return text;
}

static MqttcMessage *
share_message (MqttcMessage *message)
{
  mqttc_message_lock (message);
  return mqttc_message_ref (message);
}

/* Shares them, if there are any. */
static void
take_properties (MqttcPacket *self,
                 MqttcProperties *properties)
{
  if (properties == NULL)
    return;

  mqttc_properties_lock (properties);
  if (mqttc_properties_get_length (properties) > 0)
    self->properties = mqttc_properties_ref (properties);
}

/**
 * mqttc_packet_new_connect:
 * @protocol: the version of the protocol
 * @client_id: the client identifier
 * @clean_session: `TRUE` if the server is to forget the session
 * @keep_alive: the keep alive in seconds
 * @user_name: (nullable): the user name
 * @password: (nullable): the password
 * @will: (nullable): the message to be published if the connection breaks
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes a CONNECT packet (section 3.1 of the standard).
 *
 * The password is copied into memory that is wiped when the packet is freed. In MQTT 5, @clean_session is
 * called clean start, and the properties of the will are those of its message, where there may be a will
 * delay interval, too. This locks the will and the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_connect (MqttcProtocol protocol,
                          const char *client_id,
                          gboolean clean_session,
                          guint keep_alive,
                          const char *user_name,
                          GBytes *password,
                          MqttcMessage *will,
                          MqttcProperties *properties)
{
  MqttcPacket *self;

  g_return_val_if_fail (client_id != NULL, NULL);

  self = mqttc_packet_allocate (protocol, MQTTC_PACKET_TYPE_CONNECT);
  self->client_id = g_strdup (client_id);
  self->clean_session = clean_session != FALSE;
  self->keep_alive = keep_alive;
  self->user_name = g_strdup (user_name);
  self->password = mqttc_secret_copy (password);
  self->message = will != NULL ? share_message (will) : NULL;
  take_properties (self, properties);
  return self;
}

/**
 * mqttc_packet_new_connack:
 * @protocol: the version of the protocol
 * @reason_code: the reason code; for 3.1.1 one that has a return code
 * @session_present: `TRUE` if the server has a session
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes a CONNACK packet (section 3.2 of the standard).
 *
 * This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_connack (MqttcProtocol protocol,
                          guint reason_code,
                          gboolean session_present,
                          MqttcProperties *properties)
{
  MqttcPacket *self = mqttc_packet_allocate (protocol, MQTTC_PACKET_TYPE_CONNACK);

  self->reason_code = reason_code;
  self->session_present = session_present != FALSE;
  take_properties (self, properties);
  return self;
}

static MqttcProperties *
join_properties (MqttcProperties *properties,
                 MqttcMessage *message)
{
  MqttcProperties *joined = mqttc_properties_copy (properties);
  MqttcProperties *others = mqttc_message_get_properties (message);

  if (others != NULL)
    mqttc_properties_add_all (joined, others);
  mqttc_properties_lock (joined);
  return joined;
}

/**
 * mqttc_packet_new_publish:
 * @protocol: the version of the protocol
 * @message: the message
 * @packet_id: the packet identifier; 0 if the message has QoS 0
 * @dup: `TRUE` if the message may have been sent before
 * @properties: (nullable): properties of MQTT 5 besides those of the message
 *
 * Makes a PUBLISH packet (section 3.3 of the standard).
 *
 * The properties are those that belong to the packet, a topic alias and subscription identifiers. They come
 * before those of the message. With a topic alias, the topic may be empty. This locks the message.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_publish (MqttcProtocol protocol,
                          MqttcMessage *message,
                          guint packet_id,
                          gboolean dup,
                          MqttcProperties *properties)
{
  MqttcPacket *self;

  g_return_val_if_fail (message != NULL, NULL);

  self = mqttc_packet_allocate (protocol, MQTTC_PACKET_TYPE_PUBLISH);
  self->message = share_message (message);
  self->packet_id = packet_id;
  self->dup = dup != FALSE;
  if (properties != NULL && mqttc_properties_get_length (properties) > 0)
    self->properties = join_properties (properties, message);
  return self;
}

static gboolean
is_ack (MqttcPacketType type)
{
  return type >= MQTTC_PACKET_TYPE_PUBACK && type <= MQTTC_PACKET_TYPE_PUBCOMP;
}

static gboolean
is_simple (MqttcPacketType type)
{
  return type == MQTTC_PACKET_TYPE_PINGREQ || type == MQTTC_PACKET_TYPE_PINGRESP;
}

/**
 * mqttc_packet_new_ack:
 * @protocol: the version of the protocol
 * @packet_type: PUBACK, PUBREC, PUBREL or PUBCOMP
 * @packet_id: the packet identifier
 * @reason_code: the reason code; 0 in 3.1.1
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes a packet that acknowledges a message (sections 3.4 to 3.7 of the standard).
 *
 * This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_ack (MqttcProtocol protocol,
                      MqttcPacketType packet_type,
                      guint packet_id,
                      guint reason_code,
                      MqttcProperties *properties)
{
  MqttcPacket *self;

  g_return_val_if_fail (is_ack (packet_type), NULL);

  self = mqttc_packet_new_bare (protocol, packet_type, packet_id, reason_code);
  take_properties (self, properties);
  return self;
}

static void
copy_filters (MqttcPacket *self,
              const char *const *filters)
{
  guint n_filters = 0;
  gsize size = 0;
  char *end;

  for (; filters[n_filters] != NULL; n_filters++)
    size += strlen (filters[n_filters]) + 1;

  end = mqttc_packet_allocate_filters (self, n_filters, size, g_malloc);
  g_assert (end != NULL);
  for (guint i = 0; i < n_filters; i++)
    {
      self->filters[i] = end;
      end = g_stpcpy (end, filters[i]) + 1;
    }
}

/**
 * mqttc_packet_new_subscribe:
 * @protocol: the version of the protocol
 * @packet_id: the packet identifier
 * @filters: (array zero-terminated=1): the topic filters
 * @options: a byte for each filter: the QoS wanted, in bits 0 and 1
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes a SUBSCRIBE packet (section 3.8 of the standard).
 *
 * MQTT 3.1.1 has no other options than the QoS, and the bytes are 0, 1 or 2. In MQTT 5, bit 2 is that of no
 * local, bit 3 of retain as published, and bits 4 and 5 are the retain handling. This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_subscribe (MqttcProtocol protocol,
                            guint packet_id,
                            const char *const *filters,
                            GBytes *options,
                            MqttcProperties *properties)
{
  MqttcPacket *self;

  g_return_val_if_fail (filters != NULL, NULL);
  g_return_val_if_fail (options != NULL, NULL);

  self = mqttc_packet_allocate (protocol, MQTTC_PACKET_TYPE_SUBSCRIBE);
  self->packet_id = packet_id;
  self->filter_options = g_bytes_ref (options);
  copy_filters (self, filters);
  take_properties (self, properties);
  return self;
}

/**
 * mqttc_packet_new_suback:
 * @protocol: the version of the protocol
 * @packet_id: the packet identifier
 * @reason_codes: a byte for each filter: the QoS granted, or a reason code of 0x80 or more
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes a SUBACK packet (section 3.9 of the standard).
 *
 * This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_suback (MqttcProtocol protocol,
                         guint packet_id,
                         GBytes *reason_codes,
                         MqttcProperties *properties)
{
  MqttcPacket *self;

  g_return_val_if_fail (reason_codes != NULL, NULL);

  self = mqttc_packet_allocate (protocol, MQTTC_PACKET_TYPE_SUBACK);
  self->packet_id = packet_id;
  self->reason_codes = g_bytes_ref (reason_codes);
  take_properties (self, properties);
  return self;
}

/**
 * mqttc_packet_new_unsubscribe:
 * @protocol: the version of the protocol
 * @packet_id: the packet identifier
 * @filters: (array zero-terminated=1): the topic filters
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes an UNSUBSCRIBE packet (section 3.10 of the standard).
 *
 * This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_unsubscribe (MqttcProtocol protocol,
                              guint packet_id,
                              const char *const *filters,
                              MqttcProperties *properties)
{
  MqttcPacket *self;

  g_return_val_if_fail (filters != NULL, NULL);

  self = mqttc_packet_allocate (protocol, MQTTC_PACKET_TYPE_UNSUBSCRIBE);
  self->packet_id = packet_id;
  copy_filters (self, filters);
  take_properties (self, properties);
  return self;
}

/**
 * mqttc_packet_new_unsuback:
 * @protocol: the version of the protocol
 * @packet_id: the packet identifier
 * @reason_codes: (nullable): a byte for each filter; `NULL` in 3.1.1
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes an UNSUBACK packet (section 3.11 of the standard).
 *
 * This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_unsuback (MqttcProtocol protocol,
                           guint packet_id,
                           GBytes *reason_codes,
                           MqttcProperties *properties)
{
  MqttcPacket *self = mqttc_packet_new_bare (protocol, MQTTC_PACKET_TYPE_UNSUBACK, packet_id, 0);

  self->reason_codes = reason_codes != NULL ? g_bytes_ref (reason_codes) : NULL;
  take_properties (self, properties);
  return self;
}

/**
 * mqttc_packet_new_disconnect:
 * @protocol: the version of the protocol
 * @reason_code: the reason code; 0 in 3.1.1
 * @properties: (nullable): the properties of MQTT 5
 *
 * Makes a DISCONNECT packet (section 3.14 of the standard).
 *
 * This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_disconnect (MqttcProtocol protocol,
                             guint reason_code,
                             MqttcProperties *properties)
{
  MqttcPacket *self
      = mqttc_packet_new_bare (protocol, MQTTC_PACKET_TYPE_DISCONNECT, 0, reason_code);

  take_properties (self, properties);
  return self;
}

/**
 * mqttc_packet_new_auth:
 * @reason_code: the reason code
 * @properties: (nullable): the properties, such as the authentication method
 *
 * Makes an AUTH packet of MQTT 5 (section 3.15 of the standard).
 *
 * This locks the properties.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_auth (guint reason_code,
                       MqttcProperties *properties)
{
  MqttcPacket *self
      = mqttc_packet_new_bare (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_AUTH, 0, reason_code);

  take_properties (self, properties);
  return self;
}

/**
 * mqttc_packet_new_simple:
 * @protocol: the version of the protocol
 * @packet_type: PINGREQ or PINGRESP
 *
 * Makes a packet that has nothing but its type (sections 3.12 and 3.13 of the standard).
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_new_simple (MqttcProtocol protocol,
                         MqttcPacketType packet_type)
{
  g_return_val_if_fail (is_simple (packet_type), NULL);

  return mqttc_packet_allocate (protocol, packet_type);
}
