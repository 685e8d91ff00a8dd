/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "property-packets.h"

#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "vector-file.h"

#define V5 MQTTC_PROTOCOL_V5
#define CONNECT(flags) "0004 4d515454 05 " flags " 003c"

static const PropertyPlace places[PROPERTY_N_PLACES] = {
  { "will", 0x10, CONNECT ("06") " 00 0001 63", "0001 77 0000", "-", NULL, NULL },
  { "connect", 0x10, CONNECT ("02"), "0001 63", "-", NULL, NULL },
  { "connack", 0x20, "00 00", "-", "-", "handshake", "open" },
  { "publish", 0x30, "0001 74", "78", "-", "all-aliases", "open" },
  { "puback", 0x40, "0001 00", "-", "-", "published-1", "open" },
  { "pubrec", 0x50, "0001 00", "-", "-", "published-2", "open" },
  { "pubrel", 0x62, "000a 00", "-", "-", "received", "open" },
  { "pubcomp", 0x70, "0001 00", "-", "-", "released", "open" },
  { "subscribe", 0x82, "0001", "0001 61 00", "-", NULL, NULL },
  { "suback", 0x90, "0001", "02", "-", "subscribing", "open" },
  { "unsubscribe", 0xa2, "0001", "0001 61", "-", NULL, NULL },
  { "unsuback", 0xb0, "0001", "00", "-", "unsubscribing", "open" },
  { "pingreq", 0xc0, NULL, "-", "-", NULL, NULL },
  { "pingresp", 0xd0, NULL, "-", "-", "pinging", "open" },
  { "disconnect", 0xe0, "8b", "-", "-", "connected", "closed reason/server-shutting-down" },
  { "auth", 0xf0, "18", "-", "15 0001 61", "reauthenticating", "open" },
};

const PropertyPlace *
property_place_get (guint place)
{
  g_assert_cmpuint (place, <, PROPERTY_N_PLACES);
  return &places[place];
}

static void
append_text (GByteArray *bytes,
             const char *text)
{
  g_autoptr (GByteArray) more = vector_bytes_from_text (text);

  g_byte_array_append (bytes, more->data, more->len);
}

static void
append_varint (GByteArray *bytes,
               gsize value,
               guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    {
      guint8 byte = (guint8) ((value >> 7 * i & 0x7f) | (i + 1 < n_bytes ? 0x80 : 0));

      g_byte_array_append (bytes, &byte, 1);
    }
}

GByteArray *
property_place_build (guint place,
                      const GByteArray *list,
                      gsize length,
                      guint n_length_bytes)
{
  GByteArray *packet = g_byte_array_new ();
  g_autoptr (GByteArray) body = g_byte_array_new ();

  if (places[place].before != NULL)
    {
      append_text (body, places[place].before);
      append_varint (body, length, n_length_bytes);
    }
  g_byte_array_append (body, list->data, list->len);
  append_text (body, places[place].behind);

  g_byte_array_append (packet, &places[place].first, 1);
  append_varint (packet, body->len, body->len < 128 ? 1 : body->len < 16384 ? 2 : 3);
  g_byte_array_append (packet, body->data, body->len);
  return packet;
}

/* --- Made by a program. --- */

static MqttcPacket *
make_connect (MqttcProperties *properties,
              MqttcProperties *will_properties)
{
  g_autoptr (MqttcMessage) will = NULL;

  if (will_properties != NULL)
    {
      will = mqttc_message_new_text ("w", "");
      mqttc_message_set_properties (will, will_properties);
    }

  return mqttc_packet_new_connect (V5, "c", TRUE, 60, NULL, NULL, will, properties);
}

static MqttcPacket *
make_publish (MqttcProperties *properties)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("t", "x");

  return mqttc_packet_new_publish (V5, message, 0, FALSE, properties);
}

static MqttcPacket *
make_with_filter (MqttcPacketType type,
                  MqttcProperties *properties)
{
  static const char *const filters[] = { "a", NULL };
  g_autoptr (GBytes) options = g_bytes_new_static ("", 1);

  return type == MQTTC_PACKET_TYPE_SUBSCRIBE
             ? mqttc_packet_new_subscribe (V5, 1, filters, options, properties)
             : mqttc_packet_new_unsubscribe (V5, 1, filters, properties);
}

static MqttcPacket *
make_with_code (MqttcPacketType type,
                MqttcProperties *properties)
{
  const guint8 code = type == MQTTC_PACKET_TYPE_SUBACK ? 2 : 0;
  g_autoptr (GBytes) codes = g_bytes_new (&code, 1);

  return type == MQTTC_PACKET_TYPE_SUBACK ? mqttc_packet_new_suback (V5, 1, codes, properties)
                                          : mqttc_packet_new_unsuback (V5, 1, codes, properties);
}

MqttcPacket *
property_place_make (guint place,
                     MqttcProperties *properties)
{
  switch (place)
    {
    case 0:
      return make_connect (NULL, properties);
    case MQTTC_PACKET_TYPE_CONNECT:
      return make_connect (properties, NULL);
    case MQTTC_PACKET_TYPE_CONNACK:
      return mqttc_packet_new_connack (V5, 0, FALSE, properties);
    case MQTTC_PACKET_TYPE_PUBLISH:
      return make_publish (properties);
    case MQTTC_PACKET_TYPE_SUBSCRIBE:
    case MQTTC_PACKET_TYPE_UNSUBSCRIBE:
      return make_with_filter ((MqttcPacketType) place, properties);
    case MQTTC_PACKET_TYPE_SUBACK:
    case MQTTC_PACKET_TYPE_UNSUBACK:
      return make_with_code ((MqttcPacketType) place, properties);
    case MQTTC_PACKET_TYPE_PINGREQ:
    case MQTTC_PACKET_TYPE_PINGRESP:
      return NULL;
    case MQTTC_PACKET_TYPE_DISCONNECT:
      return mqttc_packet_new_disconnect (V5, MQTTC_REASON_CODE_SERVER_SHUTTING_DOWN, properties);
    case MQTTC_PACKET_TYPE_AUTH:
      return mqttc_packet_new_auth (MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION, properties);
    default:
      return mqttc_packet_new_ack (V5, (MqttcPacketType) place,
                                   place == MQTTC_PACKET_TYPE_PUBREL ? 10 : 1, 0, properties);
    }
}
