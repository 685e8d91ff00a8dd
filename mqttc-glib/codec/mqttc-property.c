/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-property-private.h"
#include "codec/mqttc-reader-private.h"
#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"

#define IN(type) (1u << MQTTC_PACKET_TYPE_##type)
#define IN_WILL (1u << MQTTC_PROPERTIES_OF_WILL)
#define IN_ACKS \
 (IN (PUBACK) | IN (PUBREC) | IN (PUBREL) | IN (PUBCOMP) | IN (SUBACK) | IN (UNSUBACK))
#define IN_ANY_PUBLISH (IN (PUBLISH) | IN_WILL)

/* What a value may be. */
typedef enum
{
  ANY_VALUE,
  ZERO_OR_ONE,
  NOT_ZERO,
  A_TOPIC,
} Values;

/* Section 2.2.2.2, table 2-4, and the sections of each property. */
static const struct
{
  const char *name;
  guint8 kind;
  guint8 values;
  guint16 places;
} types[] = {
  [0x01] = { "Payload Format Indicator", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN_ANY_PUBLISH },
  [0x02] = { "Message Expiry Interval", MQTTC_PROPERTY_KIND_U32, ANY_VALUE, IN_ANY_PUBLISH },
  [0x03] = { "Content Type", MQTTC_PROPERTY_KIND_TEXT, ANY_VALUE, IN_ANY_PUBLISH },
  [0x08] = { "Response Topic", MQTTC_PROPERTY_KIND_TEXT, A_TOPIC, IN_ANY_PUBLISH },
  [0x09] = { "Correlation Data", MQTTC_PROPERTY_KIND_DATA, ANY_VALUE, IN_ANY_PUBLISH },
  [0x0b] = { "Subscription Identifier", MQTTC_PROPERTY_KIND_VARINT, NOT_ZERO,
             IN (PUBLISH) | IN (SUBSCRIBE) },
  [0x11] = { "Session Expiry Interval", MQTTC_PROPERTY_KIND_U32, ANY_VALUE,
             IN (CONNECT) | IN (CONNACK) | IN (DISCONNECT) },
  [0x12] = { "Assigned Client Identifier", MQTTC_PROPERTY_KIND_TEXT, ANY_VALUE, IN (CONNACK) },
  [0x13] = { "Server Keep Alive", MQTTC_PROPERTY_KIND_U16, ANY_VALUE, IN (CONNACK) },
  [0x15] = { "Authentication Method", MQTTC_PROPERTY_KIND_TEXT, ANY_VALUE,
             IN (CONNECT) | IN (CONNACK) | IN (AUTH) },
  [0x16] = { "Authentication Data", MQTTC_PROPERTY_KIND_DATA, ANY_VALUE,
             IN (CONNECT) | IN (CONNACK) | IN (AUTH) },
  [0x17] = { "Request Problem Information", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN (CONNECT) },
  [0x18] = { "Will Delay Interval", MQTTC_PROPERTY_KIND_U32, ANY_VALUE, IN_WILL },
  [0x19] = { "Request Response Information", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN (CONNECT) },
  [0x1a] = { "Response Information", MQTTC_PROPERTY_KIND_TEXT, ANY_VALUE, IN (CONNACK) },
  [0x1c]
  = { "Server Reference", MQTTC_PROPERTY_KIND_TEXT, ANY_VALUE, IN (CONNACK) | IN (DISCONNECT) },
  [0x1f] = { "Reason String", MQTTC_PROPERTY_KIND_TEXT, ANY_VALUE,
             IN (CONNACK) | IN_ACKS | IN (DISCONNECT) | IN (AUTH) },
  [0x21] = { "Receive Maximum", MQTTC_PROPERTY_KIND_U16, NOT_ZERO, IN (CONNECT) | IN (CONNACK) },
  [0x22]
  = { "Topic Alias Maximum", MQTTC_PROPERTY_KIND_U16, ANY_VALUE, IN (CONNECT) | IN (CONNACK) },
  /* 0 is wrong too, but has a reason code of its own: see section 3.3.2.3.4. */
  [0x23] = { "Topic Alias", MQTTC_PROPERTY_KIND_U16, ANY_VALUE, IN (PUBLISH) },
  [0x24] = { "Maximum QoS", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN (CONNACK) },
  [0x25] = { "Retain Available", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN (CONNACK) },
  [0x26] = { "User Property", MQTTC_PROPERTY_KIND_PAIR, ANY_VALUE,
             IN (CONNECT) | IN (CONNACK) | IN_ANY_PUBLISH | IN_ACKS | IN (SUBSCRIBE)
                 | IN (UNSUBSCRIBE) | IN (DISCONNECT) | IN (AUTH) },
  [0x27]
  = { "Maximum Packet Size", MQTTC_PROPERTY_KIND_U32, NOT_ZERO, IN (CONNECT) | IN (CONNACK) },
  [0x28]
  = { "Wildcard Subscription Available", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN (CONNACK) },
  [0x29]
  = { "Subscription Identifier Available", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN (CONNACK) },
  [0x2a] = { "Shared Subscription Available", MQTTC_PROPERTY_KIND_BYTE, ZERO_OR_ONE, IN (CONNACK) },
};

/* All known identifiers fit in a word. */
G_STATIC_ASSERT (G_N_ELEMENTS (types) <= 64);

MqttcPropertyKind
mqttc_property_get_kind (guint id)
{
  return id < G_N_ELEMENTS (types) ? (MqttcPropertyKind) types[id].kind : MQTTC_PROPERTY_KIND_NONE;
}

const char *
mqttc_property_get_name (guint id)
{
  return id < G_N_ELEMENTS (types) ? types[id].name : NULL;
}

gboolean
mqttc_property_may_be_in (guint id,
                          guint place)
{
  return id < G_N_ELEMENTS (types) && (types[id].places >> place & 1) != 0;
}

gboolean
mqttc_property_may_repeat (guint id,
                           guint place)
{
  return id == MQTTC_PROPERTY_ID_USER_PROPERTY
         || (id == MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER && place == MQTTC_PACKET_TYPE_PUBLISH);
}

/* --- Reading. --- */

/* The identifier is a variable byte integer, but all that there are have one byte. */
static gboolean
read_property (MqttcReader *reader,
               MqttcProperty *property)
{
  *property = (MqttcProperty){ .id = (MqttcPropertyId) mqttc_reader_u8 (reader) };

  switch (mqttc_property_get_kind (property->id))
    {
    case MQTTC_PROPERTY_KIND_BYTE:
      property->number = mqttc_reader_u8 (reader);
      break;
    case MQTTC_PROPERTY_KIND_U16:
      property->number = mqttc_reader_u16 (reader);
      break;
    case MQTTC_PROPERTY_KIND_U32:
      property->number = mqttc_reader_u32 (reader);
      break;
    case MQTTC_PROPERTY_KIND_VARINT:
      property->number = mqttc_reader_varint (reader);
      break;
    case MQTTC_PROPERTY_KIND_PAIR:
      property->text = mqttc_reader_prefixed (reader);
      property->value = mqttc_reader_prefixed (reader);
      break;
    case MQTTC_PROPERTY_KIND_DATA:
    case MQTTC_PROPERTY_KIND_TEXT:
      property->text = mqttc_reader_prefixed (reader);
      break;
    case MQTTC_PROPERTY_KIND_NONE:
    default:
      return FALSE;
    }

  return !reader->failed;
}

/* Section 1.5.4. */
static gboolean
has_valid_text (const MqttcProperty *property)
{
  MqttcPropertyKind kind = mqttc_property_get_kind (property->id);

  if (kind == MQTTC_PROPERTY_KIND_PAIR
      && !mqttc_utf8_is_valid (property->value.data, property->value.len))
    return FALSE;

  return kind < MQTTC_PROPERTY_KIND_TEXT
         || mqttc_utf8_is_valid (property->text.data, property->text.len);
}

static const char *
get_value_fault (const MqttcProperty *property)
{
  switch (types[property->id].values)
    {
    case ZERO_OR_ONE:
      return property->number > 1 ? "a property that is 0 or 1 is neither" : NULL;
    case NOT_ZERO:
      return property->number == 0 ? "a property that must not be 0 is 0" : NULL;
    case A_TOPIC: /* [MQTT-3.3.2-14] */
      return mqttc_topic_slice_is_valid (property->text) ? NULL
                                                         : "the response topic is not a topic name";
    case ANY_VALUE:
    default:
      return NULL;
    }
}

MqttcDecodeResult
mqttc_properties_check (MqttcSlice properties,
                        guint place,
                        const char **fault)
{
  MqttcReader reader = { .cur = properties.data };
  guint64 seen = 0;

  /* An empty slice may have no address, which nothing may be added to. */
  if (properties.len == 0)
    return MQTTC_DECODE_OK;

  reader.end = properties.data + properties.len;
  while (reader.cur != reader.end)
    {
      guint id = *reader.cur;
      MqttcProperty property;

      if (!mqttc_property_may_be_in (id, place))
        {
          *fault = mqttc_property_get_kind (id) == MQTTC_PROPERTY_KIND_NONE
                       ? "there is no property of this identifier"
                       : "a property is in a packet where it may not be";
          return MQTTC_DECODE_MALFORMED;
        }
      if (!read_property (&reader, &property))
        {
          *fault = "a property is cut off, or its length is not in the shortest form";
          return MQTTC_DECODE_MALFORMED;
        }
      if (!has_valid_text (&property))
        {
          *fault = "a property is not valid UTF-8, or holds U+0000";
          return MQTTC_DECODE_MALFORMED;
        }
      if ((seen >> id & 1) != 0 && !mqttc_property_may_repeat (id, place))
        {
          *fault = "a property is there twice";
          return MQTTC_DECODE_PROTOCOL_ERROR;
        }
      *fault = get_value_fault (&property);
      if (*fault != NULL)
        return MQTTC_DECODE_PROTOCOL_ERROR;

      seen |= G_GUINT64_CONSTANT (1) << id;
    }

  return MQTTC_DECODE_OK;
}

gboolean
mqttc_properties_next (MqttcSlice *properties,
                       MqttcProperty *property)
{
  MqttcReader reader = { .cur = properties->data };

  if (properties->len == 0)
    return FALSE;

  reader.end = properties->data + properties->len;
  if (!read_property (&reader, property))
    return FALSE;

  *properties = mqttc_slice (reader.cur, (gsize) (reader.end - reader.cur));
  return TRUE;
}

gboolean
mqttc_properties_find (MqttcSlice properties,
                       MqttcPropertyId id,
                       MqttcProperty *property)
{
  while (mqttc_properties_next (&properties, property))
    if (property->id == id)
      return TRUE;

  return FALSE;
}

/* --- Writing. --- */

static gboolean
has_legal_size (const MqttcProperty *property)
{
  static const guint32 limits[] = {
    [MQTTC_PROPERTY_KIND_BYTE] = G_MAXUINT8,
    [MQTTC_PROPERTY_KIND_U16] = G_MAXUINT16,
    [MQTTC_PROPERTY_KIND_U32] = G_MAXUINT32,
    [MQTTC_PROPERTY_KIND_VARINT] = MQTTC_MAX_REMAINING_LENGTH,
  };
  MqttcPropertyKind kind = mqttc_property_get_kind (property->id);

  if (kind < G_N_ELEMENTS (limits))
    return property->number <= limits[kind];

  return property->text.len <= G_MAXUINT16 && property->value.len <= G_MAXUINT16;
}

const char *
mqttc_property_get_fault (const MqttcProperty *property)
{
  if (mqttc_property_get_kind (property->id) == MQTTC_PROPERTY_KIND_NONE)
    return "there is no property of this identifier";
  if (!has_legal_size (property))
    return "a property is longer or larger than there is room for";
  if (!has_valid_text (property))
    return "a property is not valid UTF-8, or holds U+0000";

  return get_value_fault (property);
}

static void
append_number (GByteArray *to,
               guint32 number,
               guint n_bytes)
{
  guint8 bytes[4];

  for (guint i = 0; i < n_bytes; i++)
    bytes[i] = (guint8) (number >> 8 * (n_bytes - 1 - i));
  g_byte_array_append (to, bytes, n_bytes);
}

static void
append_varint (GByteArray *to,
               guint32 number)
{
  do
    {
      append_number (to, (number & 0x7f) | (number > 0x7f ? 0x80 : 0), 1);
      number >>= 7;
    }
  while (number > 0);
}

static void
append_prefixed (GByteArray *to,
                 MqttcSlice text)
{
  append_number (to, (guint32) text.len, 2);
  /* An empty slice may have no address. */
  if (text.len > 0)
    g_byte_array_append (to, text.data, (guint) text.len);
}

void
mqttc_properties_append (GByteArray *properties,
                         const MqttcProperty *property)
{
  append_number (properties, property->id, 1);

  switch (mqttc_property_get_kind (property->id))
    {
    case MQTTC_PROPERTY_KIND_BYTE:
      append_number (properties, property->number, 1);
      break;
    case MQTTC_PROPERTY_KIND_U16:
      append_number (properties, property->number, 2);
      break;
    case MQTTC_PROPERTY_KIND_U32:
      append_number (properties, property->number, 4);
      break;
    case MQTTC_PROPERTY_KIND_VARINT:
      append_varint (properties, property->number);
      break;
    case MQTTC_PROPERTY_KIND_PAIR:
      append_prefixed (properties, property->text);
      append_prefixed (properties, property->value);
      break;
    case MQTTC_PROPERTY_KIND_DATA:
    case MQTTC_PROPERTY_KIND_TEXT:
    case MQTTC_PROPERTY_KIND_NONE:
    default:
      append_prefixed (properties, property->text);
      break;
    }
}
