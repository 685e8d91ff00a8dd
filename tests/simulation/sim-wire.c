/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-wire-private.h"

#include <string.h>

/* --- Reading --- */

guint
sim_cursor_read_byte (SimCursor *cursor)
{
  if (cursor->at == cursor->end)
    {
      cursor->short_of = TRUE;
      return 0;
    }

  return *cursor->at++;
}

guint
sim_cursor_read_number (SimCursor *cursor)
{
  guint high = sim_cursor_read_byte (cursor);

  return (high << 8) | sim_cursor_read_byte (cursor);
}

void
sim_cursor_set_fault (SimCursor *cursor,
                      const char *fault)
{
  if (cursor->fault == NULL)
    cursor->fault = fault;
}

/* Section 1.5.3. */
static gboolean
is_text (const char *data,
         gsize len)
{
  const char *end;

  if (len == 0)
    return TRUE;

  return memchr (data, '\0', len) == NULL && g_utf8_validate_len (data, len, &end);
}

SimText
sim_cursor_read_binary (SimCursor *cursor)
{
  guint len = sim_cursor_read_number (cursor);
  SimText text = { .data = (const char *) cursor->at, .len = len };

  if ((gsize) (cursor->end - cursor->at) < len)
    {
      cursor->short_of = TRUE;
      cursor->at = cursor->end;
      return (SimText){ .data = "", .len = 0 };
    }

  cursor->at += len;

  return text;
}

SimText
sim_cursor_read_text (SimCursor *cursor)
{
  SimText text = sim_cursor_read_binary (cursor);

  if (!is_text (text.data, text.len))
    sim_cursor_set_fault (cursor, "a string is not valid UTF-8 [MQTT-1.5.3-1]");

  return text;
}

static guint
read_id (SimCursor *cursor)
{
  guint id = sim_cursor_read_number (cursor);

  if (id == 0 && !cursor->short_of)
    sim_cursor_set_fault (cursor, "a packet identifier is 0 [MQTT-2.3.1-1]");

  return id;
}

static void
read_topic_name (SimCursor *cursor,
                 SimPacket *packet,
                 gboolean may_be_empty)
{
  packet->topic = sim_cursor_read_text (cursor);
  if (cursor->short_of)
    return;
  if (packet->topic.len == 0 && !may_be_empty)
    sim_cursor_set_fault (cursor, "a topic name is empty [MQTT-4.7.3-1]");
  if (memchr (packet->topic.data, '+', packet->topic.len) != NULL
      || memchr (packet->topic.data, '#', packet->topic.len) != NULL)
    sim_cursor_set_fault (cursor, "a topic name has a wildcard [MQTT-3.3.2-2]");
}

static void
read_will (SimCursor *cursor,
           guint flags)
{
  SimPacket will = { 0 };

  if ((flags & 0x04) != 0)
    {
      if (cursor->version == 5)
        sim_cursor_read_properties (cursor, 0, &will.properties);
      read_topic_name (cursor, &will, FALSE);
      sim_cursor_read_binary (cursor);
      if (((flags >> 3) & 3) == 3)
        sim_cursor_set_fault (cursor, "the will has QoS 3 [MQTT-3.1.2-14]");
    }
  else if ((flags & 0x38) != 0)
    {
      sim_cursor_set_fault (cursor, "will QoS or retain without a will [MQTT-3.1.2-13]");
    }
}

static void
read_connect (SimCursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  SimText name = sim_cursor_read_text (cursor);
  guint level = sim_cursor_read_byte (cursor);
  guint flags = sim_cursor_read_byte (cursor);

  if (name.len != 4 || memcmp (name.data, "MQTT", 4) != 0)
    sim_cursor_set_fault (cursor, "the protocol name is not MQTT [MQTT-3.1.2-1]");
  if (level != 4 && level != 5)
    sim_cursor_set_fault (cursor, "the protocol level is neither 4 nor 5 [MQTT-3.1.2-2]");
  cursor->version = packet->version = level;
  if ((flags & 0x01) != 0)
    sim_cursor_set_fault (cursor, "the reserved flag of CONNECT is set [MQTT-3.1.2-3]");

  packet->clean_session = (flags & 0x02) != 0;
  packet->keep_alive = sim_cursor_read_number (cursor);
  if (level == 5)
    sim_cursor_read_properties (cursor, SIM_CONNECT, &packet->properties);
  packet->client_id = sim_cursor_read_text (cursor);
  if (packet->client_id.len == 0 && !packet->clean_session && level == 4)
    sim_cursor_set_fault (cursor,
                          "an empty client identifier without clean session [MQTT-3.1.3-7]");

  read_will (cursor, flags);
  if ((flags & 0x80) != 0)
    packet->user_name = sim_cursor_read_text (cursor);
  if ((flags & 0x40) != 0)
    sim_cursor_read_binary (cursor);
  if ((flags & 0xc0) == 0x40 && level == 4)
    sim_cursor_set_fault (cursor, "a password without a user name [MQTT-3.1.2-22]");
}

static void
read_connack (SimCursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  guint flags = sim_cursor_read_byte (cursor);

  packet->session_present = (flags & 1) != 0;
  packet->return_code = sim_cursor_read_byte (cursor);
  if ((flags & 0xfe) != 0)
    sim_cursor_set_fault (cursor, "reserved flags of CONNACK are set");
  if (cursor->version == 5)
    sim_cursor_read_properties (cursor, SIM_CONNACK, &packet->properties);
}

static void
read_publish (SimCursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  packet->qos = (header_flags >> 1) & 3;
  packet->dup = (header_flags & 8) != 0;
  packet->retain = (header_flags & 1) != 0;
  if (packet->qos == 3)
    sim_cursor_set_fault (cursor, "QoS 3 [MQTT-3.3.1-4]");
  if (packet->qos == 0 && packet->dup)
    sim_cursor_set_fault (cursor, "DUP with QoS 0 [MQTT-3.3.1-2]");

  read_topic_name (cursor, packet, cursor->version == 5);
  if (packet->qos > 0)
    packet->id = read_id (cursor);
  if (cursor->version != 5)
    return;

  sim_cursor_read_properties (cursor, SIM_PUBLISH, &packet->properties);
  if (packet->topic.len == 0 && !cursor->short_of
      && !sim_properties_has (&packet->properties, SIM_TOPIC_ALIAS))
    sim_cursor_set_fault (cursor, "neither a topic nor an alias [MQTT5-3.3.2-8]");
}

static void
read_publish_and_payload (SimCursor *cursor,
                          SimPacket *packet,
                          guint header_flags)
{
  read_publish (cursor, packet, header_flags);
  packet->payload = cursor->at;
  packet->payload_len = (gsize) (cursor->end - cursor->at);
  cursor->at = cursor->end;
}

/* Sections 3.4.2.1 and 3.14.2.1 of MQTT 5: what is left out is 0, and none. */
static void
read_reason (SimCursor *cursor,
             SimPacket *packet)
{
  if (cursor->version == 5 && cursor->at < cursor->end)
    packet->reason = sim_cursor_read_byte (cursor);
  if (cursor->version == 5 && cursor->at < cursor->end)
    sim_cursor_read_properties (cursor, packet->type, &packet->properties);
}

static void
read_ack (SimCursor *cursor,
          SimPacket *packet,
          guint header_flags)
{
  packet->id = read_id (cursor);
  read_reason (cursor, packet);
}

static void
read_disconnect (SimCursor *cursor,
                 SimPacket *packet,
                 guint header_flags)
{
  read_reason (cursor, packet);
}

static void
read_auth (SimCursor *cursor,
           SimPacket *packet,
           guint header_flags)
{
  if (cursor->version != 5)
    sim_cursor_set_fault (cursor, "a reserved packet type");
  read_reason (cursor, packet);
}

/* Section 4.7.1. */
static gboolean
is_filter (SimText text)
{
  if (text.len == 0)
    return FALSE;

  for (gsize i = 0; i < text.len; i++)
    {
      gboolean first = i == 0 || text.data[i - 1] == '/';
      gboolean last = i + 1 == text.len;

      if (text.data[i] == '#' && !(first && last))
        return FALSE;
      if (text.data[i] == '+' && !(first && (last || text.data[i + 1] == '/')))
        return FALSE;
    }

  return TRUE;
}

static void
read_options (SimCursor *cursor)
{
  guint options = sim_cursor_read_byte (cursor);

  if ((options & 3) == 3)
    sim_cursor_set_fault (cursor, "a subscription asks for QoS 3 [MQTT-3-8.3-4]");
  if ((options & (cursor->version == 5 ? 0xc0 : 0xfc)) != 0)
    sim_cursor_set_fault (cursor, "reserved bits of a subscription are set [MQTT5-3.8.3-5]");
  if ((options & 0x30) == 0x30)
    sim_cursor_set_fault (cursor, "a retain handling of 3");
}

static void
read_filters (SimCursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  packet->id = read_id (cursor);
  if (cursor->version == 5)
    sim_cursor_read_properties (cursor, packet->type, &packet->properties);
  packet->entries = cursor->at;
  packet->entries_len = (gsize) (cursor->end - cursor->at);

  while (cursor->at < cursor->end && cursor->fault == NULL)
    {
      if (!is_filter (sim_cursor_read_text (cursor)))
        sim_cursor_set_fault (cursor, "a topic filter is not valid [MQTT-4.7.1-2]");
      if (packet->type == SIM_SUBSCRIBE)
        read_options (cursor);
      packet->n_entries++;
    }

  if (packet->n_entries == 0)
    sim_cursor_set_fault (cursor, "no topic filter [MQTT-3.8.3-3]");
}

static void
read_suback (SimCursor *cursor,
             SimPacket *packet,
             guint header_flags)
{
  packet->id = read_id (cursor);
  if (cursor->version == 5)
    sim_cursor_read_properties (cursor, packet->type, &packet->properties);
  packet->entries = cursor->at;
  packet->entries_len = (gsize) (cursor->end - cursor->at);
  packet->n_entries = (guint) packet->entries_len;
  cursor->at = cursor->end;
}

static void
read_unsuback (SimCursor *cursor,
               SimPacket *packet,
               guint header_flags)
{
  if (cursor->version == 5)
    read_suback (cursor, packet, header_flags);
  else
    packet->id = read_id (cursor);
}

static void
read_nothing (SimCursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
}

static const struct
{
  const char *name;
  int flags; /* of the fixed header, table 2.2; -1: they mean something */
  void (*read) (SimCursor *cursor, SimPacket *packet, guint header_flags);
} types[16] = {
  [SIM_CONNECT] = { "CONNECT", 0, read_connect },
  [SIM_CONNACK] = { "CONNACK", 0, read_connack },
  [SIM_PUBLISH] = { "PUBLISH", -1, read_publish_and_payload },
  [SIM_PUBACK] = { "PUBACK", 0, read_ack },
  [SIM_PUBREC] = { "PUBREC", 0, read_ack },
  [SIM_PUBREL] = { "PUBREL", 2, read_ack },
  [SIM_PUBCOMP] = { "PUBCOMP", 0, read_ack },
  [SIM_SUBSCRIBE] = { "SUBSCRIBE", 2, read_filters },
  [SIM_SUBACK] = { "SUBACK", 0, read_suback },
  [SIM_UNSUBSCRIBE] = { "UNSUBSCRIBE", 2, read_filters },
  [SIM_UNSUBACK] = { "UNSUBACK", 0, read_unsuback },
  [SIM_PINGREQ] = { "PINGREQ", 0, read_nothing },
  [SIM_PINGRESP] = { "PINGRESP", 0, read_nothing },
  [SIM_DISCONNECT] = { "DISCONNECT", 0, read_disconnect },
  [SIM_AUTH] = { "AUTH", 0, read_auth },
};

const char *
sim_wire_type_name (guint type)
{
  return type < 16 && types[type].name != NULL ? types[type].name : "reserved";
}

/* Section 2.2: sets type, size and the length of the header. */
static SimWireResult
read_fixed_header (const guint8 *data,
                   gsize len,
                   SimPacket *packet,
                   gsize *header_len,
                   const char **fault)
{
  guint32 remaining = 0;
  gsize i;

  if (len == 0)
    return SIM_WIRE_NEED_MORE;

  packet->type = data[0] >> 4;
  if (types[packet->type].read == NULL)
    *fault = "a reserved packet type";
  else if (types[packet->type].flags >= 0 && types[packet->type].flags != (data[0] & 0x0f))
    *fault = "wrong flags in the fixed header [MQTT-2.2.2-1]";
  if (*fault != NULL)
    return SIM_WIRE_MALFORMED;

  for (i = 1; i <= 4; i++)
    {
      if (i >= len)
        return SIM_WIRE_NEED_MORE;
      remaining |= (guint32) (data[i] & 0x7f) << (7 * (i - 1));
      if ((data[i] & 0x80) == 0)
        break;
    }
  if (i > 4 || (i > 1 && data[i] == 0))
    {
      *fault = "a remaining length of five bytes, or not in its shortest form";
      return SIM_WIRE_MALFORMED;
    }

  *header_len = i + 1;
  packet->size = *header_len + remaining;

  return SIM_WIRE_OK;
}

SimWireResult
sim_wire_read (const guint8 *data,
               gsize len,
               guint version,
               SimPacket *packet,
               const char **fault)
{
  SimCursor cursor = { .version = version };
  SimWireResult result;
  gsize header_len = 0;

  memset (packet, 0, sizeof (*packet));
  packet->version = version;
  *fault = NULL;
  result = read_fixed_header (data, len, packet, &header_len, fault);
  if (result != SIM_WIRE_OK)
    return result;
  if (packet->size > len)
    return SIM_WIRE_NEED_MORE;

  cursor.at = data + header_len;
  cursor.end = data + packet->size;
  types[packet->type].read (&cursor, packet, data[0] & 0x0f);
  if (cursor.short_of)
    sim_cursor_set_fault (&cursor, "the packet is too short for its contents");
  if (cursor.at != cursor.end)
    sim_cursor_set_fault (&cursor, "the packet is too long for its contents");
  *fault = cursor.fault;

  return cursor.fault == NULL ? SIM_WIRE_OK : SIM_WIRE_MALFORMED;
}

SimWireResult
sim_wire_read_publish_head (const guint8 *data,
                            gsize len,
                            guint version,
                            gsize n_bytes,
                            SimPacket *packet,
                            const char **fault)
{
  SimCursor cursor = { .version = version };
  SimWireResult result;
  gsize header_len = 0;

  memset (packet, 0, sizeof (*packet));
  packet->version = version;
  *fault = NULL;
  result = read_fixed_header (data, len, packet, &header_len, fault);
  if (result != SIM_WIRE_OK)
    return result;

  cursor.at = data + header_len;
  cursor.end = data + MIN (packet->size, len);
  read_publish (&cursor, packet, data[0] & 0x0f);
  packet->payload = cursor.at;
  packet->payload_len = (gsize) (cursor.end - cursor.at);
  if (packet->size > len && (cursor.short_of || packet->payload_len < n_bytes))
    return SIM_WIRE_NEED_MORE;
  if (cursor.short_of)
    sim_cursor_set_fault (&cursor, "the packet is too short for its contents");
  *fault = cursor.fault;

  return cursor.fault == NULL ? SIM_WIRE_OK : SIM_WIRE_MALFORMED;
}

gboolean
sim_wire_next_filter (const SimPacket *packet,
                      gsize *at,
                      SimText *filter,
                      guint *qos)
{
  SimCursor cursor = { .at = packet->entries + *at, .end = packet->entries + packet->entries_len };

  if (cursor.at == cursor.end)
    return FALSE;

  *filter = sim_cursor_read_text (&cursor);
  *qos = packet->type == SIM_SUBSCRIBE ? sim_cursor_read_byte (&cursor) & 3 : 0;
  *at = (gsize) (cursor.at - packet->entries);

  return TRUE;
}

/* --- Writing --- */

static void
write_byte (GByteArray *out,
            guint value)
{
  guint8 byte = (guint8) value;

  g_byte_array_append (out, &byte, 1);
}

static void
write_number (GByteArray *out,
              guint value)
{
  write_byte (out, value >> 8);
  write_byte (out, value & 0xff);
}

static void
write_fixed_header (GByteArray *out,
                    guint type,
                    guint flags,
                    gsize remaining)
{
  write_byte (out, (type << 4) | flags);
  do
    {
      guint digit = remaining % 128;

      remaining /= 128;
      write_byte (out, remaining > 0 ? digit | 0x80 : digit);
    }
  while (remaining > 0);
}

/* A length of a byte is enough for what the broker says. */
static void
write_properties (GByteArray *out,
                  const GByteArray *properties)
{
  guint len = properties != NULL ? properties->len : 0;

  g_assert (len < 128);
  write_byte (out, len);
  if (len > 0)
    g_byte_array_append (out, properties->data, len);
}

static gsize
get_properties_size (guint version,
                     const GByteArray *properties)
{
  if (version != 5)
    return 0;

  return 1 + (properties != NULL ? properties->len : 0);
}

void
sim_wire_write_connack (GByteArray *out,
                        guint version,
                        gboolean session_present,
                        guint code,
                        const GByteArray *properties)
{
  write_fixed_header (out, SIM_CONNACK, 0, 2 + get_properties_size (version, properties));
  write_byte (out, session_present ? 1 : 0);
  write_byte (out, code);
  if (version == 5)
    write_properties (out, properties);
}

void
sim_wire_write_publish (GByteArray *out,
                        guint version,
                        const char *topic,
                        const guint8 *payload,
                        gsize payload_len,
                        guint qos,
                        gboolean dup,
                        guint id,
                        const GByteArray *properties)
{
  gsize topic_len = strlen (topic);
  guint flags = (dup ? 8 : 0) | (qos << 1);

  write_fixed_header (out, SIM_PUBLISH, flags,
                      2 + topic_len + (qos > 0 ? 2 : 0) + get_properties_size (version, properties)
                          + payload_len);
  write_number (out, (guint) topic_len);
  g_byte_array_append (out, (const guint8 *) topic, (guint) topic_len);
  if (qos > 0)
    write_number (out, id);
  if (version == 5)
    write_properties (out, properties);
  g_byte_array_append (out, payload, (guint) payload_len);
}

void
sim_wire_write_ack (GByteArray *out,
                    guint version,
                    guint type,
                    guint id,
                    guint reason)
{
  guint flags = type == SIM_PUBREL ? 2 : 0;
  guint form = version == 5 ? id % 4 : 0; /* how much of it is said though it need not be */
  static const guint8 why[] = { 6, SIM_REASON_STRING, 0, 3, 'w', 'h', 'y' };

  if (form == 0 && reason != 0)
    form = 1;
  write_fixed_header (out, type, flags, ((const gsize[]){ 2, 3, 4, 10 })[form]);
  write_number (out, id);
  if (form > 0)
    write_byte (out, reason);
  if (form == 2)
    write_byte (out, 0);
  if (form == 3)
    g_byte_array_append (out, why, sizeof (why));
}

void
sim_wire_write_suback (GByteArray *out,
                       guint version,
                       guint type,
                       guint id,
                       const guint8 *codes,
                       guint n_codes)
{
  if (version != 5 && type == SIM_UNSUBACK)
    n_codes = 0;
  write_fixed_header (out, type, 0, 2 + get_properties_size (version, NULL) + (gsize) n_codes);
  write_number (out, id);
  if (version == 5)
    write_properties (out, NULL);
  if (n_codes > 0)
    g_byte_array_append (out, codes, n_codes);
}

void
sim_wire_write_disconnect (GByteArray *out,
                           guint reason,
                           const GByteArray *properties)
{
  gboolean is_short = properties->len == 0;

  write_fixed_header (out, SIM_DISCONNECT, 0,
                      is_short ? 1 : 1 + get_properties_size (5, properties));
  write_byte (out, reason);
  if (!is_short)
    write_properties (out, properties);
}

void
sim_wire_write_auth (GByteArray *out,
                     guint reason,
                     const char *data)
{
  g_autoptr (GByteArray) properties = g_byte_array_new ();

  sim_wire_append_text (properties, SIM_AUTHENTICATION_METHOD, "m");
  sim_wire_append_text (properties, SIM_AUTHENTICATION_DATA, data);
  write_fixed_header (out, SIM_AUTH, 0, 1 + get_properties_size (5, properties));
  write_byte (out, reason);
  write_properties (out, properties);
}

void
sim_wire_write_pingresp (GByteArray *out)
{
  write_fixed_header (out, SIM_PINGRESP, 0, 0);
}
