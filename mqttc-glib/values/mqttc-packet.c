/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
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
 * The user name and the password of a CONNECT are there if the program made it, or read it itself.
 * The packets that a client, an event loop, a connection or a session tell of come without them.
 *
 * Since: 0.1
 */

/* So much of a list is printed. */
#define MAX_PRINTED 16

/* Of the options of a filter (section 3.8.3.1 of MQTT 5); all there is in 3.1.1. */
#define QOS_BITS 3u

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

  if (!mqttc_packet_type_is_bare (self->type))
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
 * Gets the reason codes of a SUBACK, a byte for each filter in the order of the SUBSCRIBE.
 *
 * Returns: (transfer none) (nullable): the reason codes; `NULL` for other packets
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
 * They are what [ctor@Mqttc.Packet.new_subscribe] takes (section 3.8.3 of the standard).
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
static gboolean
find_filter_qos (MqttcPacket *self,
                 guint index,
                 guint *qos)
{
  gsize n_options = 0;
  const guint8 *options = NULL;

  if (self->filter_options != NULL)
    options = g_bytes_get_data (self->filter_options, &n_options);
  if (index >= n_options)
    return FALSE;

  *qos = options[index] & QOS_BITS;
  return TRUE;
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
  guint qos = 0;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (self->filters == NULL || index < self->n_filters, 0);

  find_filter_qos (self, index, &qos);
  return qos;
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

/* --- In words. --- */

typedef void (*Printer) (MqttcPacket *self,
                         GString *out);

static void
print_text (GString *out,
            const char *name,
            const char *text)
{
  g_autofree char *shown = mqttc_text_for_display (text);

  g_string_append_printf (out, " %s=%s", name, shown);
}

static gsize
get_payload_size (MqttcMessage *message)
{
  gsize size;

  mqttc_message_peek_payload (message, &size);
  return size;
}

/* Neither user name nor password: what is printed gets kept and sent around. */
static void
print_connect (MqttcPacket *self,
               GString *out)
{
  print_text (out, "client_id", self->client_id);
  g_string_append_printf (out, " clean_session=%d keep_alive=%u", self->clean_session,
                          self->keep_alive);
  if (self->message == NULL)
    return;

  print_text (out, "will_topic", mqttc_message_get_topic (self->message));
  g_string_append_printf (out, " will_qos=%d will_retain=%d will_payload=%" G_GSIZE_FORMAT " bytes",
                          mqttc_message_get_qos (self->message),
                          mqttc_message_get_retain (self->message),
                          get_payload_size (self->message));
}

static void
print_connack (MqttcPacket *self,
               GString *out)
{
  g_string_append_printf (out, " session_present=%d reason=0x%02x (%s)", self->session_present,
                          self->reason_code,
                          mqttc_reason_code_to_string (self->reason_code, self->type));
}

static void
print_publish (MqttcPacket *self,
               GString *out)
{
  print_text (out, "topic", mqttc_message_get_topic (self->message));
  g_string_append_printf (out, " qos=%d", mqttc_message_get_qos (self->message));
  if (self->packet_id != 0)
    g_string_append_printf (out, " id=%u", self->packet_id);
  g_string_append_printf (out, " retain=%d dup=%d payload=%" G_GSIZE_FORMAT " bytes",
                          mqttc_message_get_retain (self->message), self->dup,
                          get_payload_size (self->message));
}

static void
print_ack (MqttcPacket *self,
           GString *out)
{
  g_string_append_printf (out, " id=%u", self->packet_id);
  if (self->reason_code != 0)
    g_string_append_printf (out, " reason=0x%02x (%s)", self->reason_code,
                            mqttc_reason_code_to_string (self->reason_code, self->type));
}

static void
print_filters (MqttcPacket *self,
               GString *out)
{
  g_string_append_printf (out, " id=%u", self->packet_id);
  for (guint i = 0; i < MIN (self->n_filters, MAX_PRINTED); i++)
    {
      guint qos;

      print_text (out, "filter", self->filters[i]);
      if (find_filter_qos (self, i, &qos))
        g_string_append_printf (out, " qos=%u", qos);
    }

  if (self->n_filters > MAX_PRINTED)
    g_string_append_printf (out, " and %u more", self->n_filters - MAX_PRINTED);
}

static void
print_suback (MqttcPacket *self,
              GString *out)
{
  gsize n_codes;
  const guint8 *codes = g_bytes_get_data (self->reason_codes, &n_codes);

  g_string_append_printf (out, " id=%u reasons=", self->packet_id);
  for (gsize i = 0; i < MIN (n_codes, MAX_PRINTED); i++)
    g_string_append_printf (out, "%s0x%02x", i != 0 ? "," : "", codes[i]);

  if (n_codes > MAX_PRINTED)
    g_string_append_printf (out, " and %" G_GSIZE_FORMAT " more", n_codes - MAX_PRINTED);
}

static const Printer printers[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = print_connect, [MQTTC_PACKET_TYPE_CONNACK] = print_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = print_publish, [MQTTC_PACKET_TYPE_PUBACK] = print_ack,
  [MQTTC_PACKET_TYPE_PUBREC] = print_ack,      [MQTTC_PACKET_TYPE_PUBREL] = print_ack,
  [MQTTC_PACKET_TYPE_PUBCOMP] = print_ack,     [MQTTC_PACKET_TYPE_SUBSCRIBE] = print_filters,
  [MQTTC_PACKET_TYPE_SUBACK] = print_suback,   [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = print_filters,
  [MQTTC_PACKET_TYPE_UNSUBACK] = print_ack,
};

/**
 * mqttc_packet_to_string:
 * @self: a packet
 *
 * Describes a packet in one line, for people to read.
 *
 * Of a payload only the size is given, and nothing of user name and password. Long texts are cut.
 *
 * Returns: (transfer full): the description
 * Since: 0.1
 */
char *
mqttc_packet_to_string (MqttcPacket *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (mqttc_packet_type_get_name (self->type));
  if (printers[self->type] != NULL)
    printers[self->type](self, out);

  return g_string_free (out, FALSE);
}
