/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-wire-private.h"

#include <string.h>

/* Section 2.2.2 of MQTT 5. */

#define IN(type) (1u << SIM_##type)
#define IN_WILL 1u
#define IN_ACKS \
 (IN (PUBACK) | IN (PUBREC) | IN (PUBREL) | IN (PUBCOMP) | IN (SUBACK) | IN (UNSUBACK))
#define IN_MESSAGE (IN (PUBLISH) | IN_WILL)
#define IN_BEGINNING (IN (CONNECT) | IN (CONNACK))

typedef enum
{
  KIND_NONE,
  KIND_FLAG, /* a byte of 0 or 1 */
  KIND_WORD,
  KIND_LONG,
  KIND_VARINT,
  KIND_DATA,
  KIND_TEXT,
  KIND_PAIR,
} Kind;

/* Table 2-4. */
static const struct
{
  Kind kind;
  guint places;
  gboolean not_zero;
} rules[SIM_N_PROPERTIES] = {
  [SIM_PAYLOAD_FORMAT] = { KIND_FLAG, IN_MESSAGE, FALSE },
  [SIM_MESSAGE_EXPIRY] = { KIND_LONG, IN_MESSAGE, FALSE },
  [SIM_CONTENT_TYPE] = { KIND_TEXT, IN_MESSAGE, FALSE },
  [SIM_RESPONSE_TOPIC] = { KIND_TEXT, IN_MESSAGE, FALSE },
  [SIM_CORRELATION_DATA] = { KIND_DATA, IN_MESSAGE, FALSE },
  [SIM_SUBSCRIPTION_ID] = { KIND_VARINT, IN (PUBLISH) | IN (SUBSCRIBE), TRUE },
  [SIM_SESSION_EXPIRY] = { KIND_LONG, IN_BEGINNING | IN (DISCONNECT), FALSE },
  [SIM_ASSIGNED_CLIENT_ID] = { KIND_TEXT, IN (CONNACK), FALSE },
  [SIM_SERVER_KEEP_ALIVE] = { KIND_WORD, IN (CONNACK), FALSE },
  [SIM_AUTHENTICATION_METHOD] = { KIND_TEXT, IN_BEGINNING | IN (AUTH), FALSE },
  [SIM_AUTHENTICATION_DATA] = { KIND_DATA, IN_BEGINNING | IN (AUTH), FALSE },
  [SIM_REQUEST_PROBLEMS] = { KIND_FLAG, IN (CONNECT), FALSE },
  [SIM_WILL_DELAY] = { KIND_LONG, IN_WILL, FALSE },
  [SIM_REQUEST_RESPONSE] = { KIND_FLAG, IN (CONNECT), FALSE },
  [SIM_RESPONSE_INFORMATION] = { KIND_TEXT, IN (CONNACK), FALSE },
  [SIM_SERVER_REFERENCE] = { KIND_TEXT, IN (CONNACK) | IN (DISCONNECT), FALSE },
  [SIM_REASON_STRING] = { KIND_TEXT, IN_ACKS | IN (CONNACK) | IN (DISCONNECT) | IN (AUTH), FALSE },
  [SIM_RECEIVE_MAXIMUM] = { KIND_WORD, IN_BEGINNING, TRUE },
  [SIM_TOPIC_ALIAS_MAXIMUM] = { KIND_WORD, IN_BEGINNING, FALSE },
  [SIM_TOPIC_ALIAS] = { KIND_WORD, IN (PUBLISH), TRUE },
  [SIM_MAXIMUM_QOS] = { KIND_FLAG, IN (CONNACK), FALSE },
  [SIM_RETAIN_AVAILABLE] = { KIND_FLAG, IN (CONNACK), FALSE },
  [SIM_USER_PROPERTY] = { KIND_PAIR, 0xffff & ~(IN (PINGREQ) | IN (PINGRESP)), FALSE },
  [SIM_MAXIMUM_PACKET_SIZE] = { KIND_LONG, IN_BEGINNING, TRUE },
  [SIM_WILDCARDS_AVAILABLE] = { KIND_FLAG, IN (CONNACK), FALSE },
  [SIM_SUBSCRIPTION_IDS_AVAILABLE] = { KIND_FLAG, IN (CONNACK), FALSE },
  [SIM_SHARED_AVAILABLE] = { KIND_FLAG, IN (CONNACK), FALSE },
};

/* Section 1.5.5. */
static guint
read_varint (SimCursor *cursor)
{
  guint value = 0;

  for (guint i = 0; i < 4; i++)
    {
      guint byte = sim_cursor_read_byte (cursor);

      value |= (byte & 0x7f) << (7 * i);
      if ((byte & 0x80) != 0)
        continue;
      if (byte == 0 && i > 0)
        sim_cursor_set_fault (cursor, "a number is not in its shortest form [MQTT5-1.5.5-1]");
      return value;
    }

  sim_cursor_set_fault (cursor, "a number of five bytes");
  return 0;
}

static guint
read_value (SimCursor *cursor,
            guint id,
            SimProperties *properties)
{
  SimText text;
  guint value;

  switch (rules[id].kind)
    {
    case KIND_FLAG:
      value = sim_cursor_read_byte (cursor);
      if (value > 1)
        sim_cursor_set_fault (cursor, "a property that is yes or no is neither");
      return value;
    case KIND_WORD:
      return sim_cursor_read_number (cursor);
    case KIND_LONG:
      value = sim_cursor_read_number (cursor);
      return (value << 16) | sim_cursor_read_number (cursor);
    case KIND_VARINT:
      return read_varint (cursor);
    case KIND_DATA:
      sim_cursor_read_binary (cursor);
      return 0;
    case KIND_PAIR:
      sim_cursor_read_text (cursor);
      sim_cursor_read_text (cursor);
      return 0;
    case KIND_TEXT:
    case KIND_NONE:
    default:
      text = sim_cursor_read_text (cursor);
      if (id == SIM_ASSIGNED_CLIENT_ID)
        properties->assigned_client_id = text;
      else if (id == SIM_SERVER_REFERENCE)
        properties->server_reference = text;
      return 0;
    }
}

void
sim_cursor_read_properties (SimCursor *cursor,
                            guint place,
                            SimProperties *properties)
{
  guint len = read_varint (cursor);
  const guint8 *end = cursor->end;

  if ((gsize) (cursor->end - cursor->at) < len)
    {
      cursor->short_of = TRUE;
      cursor->at = cursor->end;
      return;
    }

  cursor->end = cursor->at + len;
  while (cursor->at < cursor->end && cursor->fault == NULL && !cursor->short_of)
    {
      guint id = read_varint (cursor);

      if (id >= SIM_N_PROPERTIES || rules[id].kind == KIND_NONE
          || (rules[id].places & (1u << place)) == 0)
        {
          sim_cursor_set_fault (cursor, "a property that has no place there");
          break;
        }
      if (sim_properties_has (properties, id) && id != SIM_USER_PROPERTY
          && !(id == SIM_SUBSCRIPTION_ID && place == SIM_PUBLISH))
        sim_cursor_set_fault (cursor, "a property that is there twice");
      properties->present |= G_GUINT64_CONSTANT (1) << id;
      properties->numbers[id] = read_value (cursor, id, properties);
      if (rules[id].not_zero && properties->numbers[id] == 0 && !cursor->short_of)
        sim_cursor_set_fault (cursor, "a property is 0, which it must not be");
    }

  if (cursor->short_of)
    sim_cursor_set_fault (cursor, "the properties are longer than they say");
  cursor->end = end;
}

/* --- Writing --- */

static void
write_bytes (GByteArray *out,
             guint id,
             guint32 value,
             guint n_bytes)
{
  guint8 bytes[5] = { (guint8) id };

  for (guint i = 0; i < n_bytes; i++)
    bytes[1 + i] = (guint8) (value >> (8 * (n_bytes - 1 - i)));
  g_byte_array_append (out, bytes, 1 + n_bytes);
}

void
sim_wire_append_property (GByteArray *out,
                          guint id,
                          guint32 value)
{
  static const guint sizes[] = { [KIND_FLAG] = 1, [KIND_WORD] = 2, [KIND_LONG] = 4 };

  g_assert (rules[id].kind == KIND_FLAG || rules[id].kind == KIND_WORD
            || rules[id].kind == KIND_LONG);
  write_bytes (out, id, value, sizes[rules[id].kind]);
}

void
sim_wire_append_text (GByteArray *out,
                      guint id,
                      const char *text)
{
  gsize len = strlen (text);

  write_bytes (out, id, (guint32) len, 2);
  g_byte_array_append (out, (const guint8 *) text, (guint) len);
}
