/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-wire.h"

#include <string.h>

/* --- Reading --- */

/* A read past the end sets @short_of and gives zeros, so that a reader checks once, at its end. */
typedef struct
{
  const guint8 *at;
  const guint8 *end;
  gboolean short_of;
  const char *fault;
} Cursor;

static guint
read_byte (Cursor *cursor)
{
  if (cursor->at == cursor->end)
    {
      cursor->short_of = TRUE;
      return 0;
    }

  return *cursor->at++;
}

static guint
read_number (Cursor *cursor)
{
  guint high = read_byte (cursor);

  return (high << 8) | read_byte (cursor);
}

static void
set_fault (Cursor *cursor,
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

static SimText
read_binary (Cursor *cursor)
{
  guint len = read_number (cursor);
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

static SimText
read_text (Cursor *cursor)
{
  SimText text = read_binary (cursor);

  if (!is_text (text.data, text.len))
    set_fault (cursor, "a string is not valid UTF-8 [MQTT-1.5.3-1]");

  return text;
}

static guint
read_id (Cursor *cursor)
{
  guint id = read_number (cursor);

  if (id == 0 && !cursor->short_of)
    set_fault (cursor, "a packet identifier is 0 [MQTT-2.3.1-1]");

  return id;
}

static void
read_topic_name (Cursor *cursor,
                 SimPacket *packet)
{
  packet->topic = read_text (cursor);
  if (cursor->short_of)
    return;
  if (packet->topic.len == 0)
    set_fault (cursor, "a topic name is empty [MQTT-4.7.3-1]");
  if (memchr (packet->topic.data, '+', packet->topic.len) != NULL
      || memchr (packet->topic.data, '#', packet->topic.len) != NULL)
    set_fault (cursor, "a topic name has a wildcard [MQTT-3.3.2-2]");
}

static void
read_will (Cursor *cursor,
           guint flags)
{
  SimPacket will = { 0 };

  if ((flags & 0x04) != 0)
    {
      read_topic_name (cursor, &will);
      read_binary (cursor);
      if (((flags >> 3) & 3) == 3)
        set_fault (cursor, "the will has QoS 3 [MQTT-3.1.2-14]");
    }
  else if ((flags & 0x38) != 0)
    {
      set_fault (cursor, "will QoS or retain without a will [MQTT-3.1.2-13]");
    }
}

static void
read_connect (Cursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  SimText name = read_text (cursor);
  guint level = read_byte (cursor);
  guint flags = read_byte (cursor);

  if (name.len != 4 || memcmp (name.data, "MQTT", 4) != 0)
    set_fault (cursor, "the protocol name is not MQTT [MQTT-3.1.2-1]");
  if (level != 4)
    set_fault (cursor, "the protocol level is not 4 [MQTT-3.1.2-2]");
  if ((flags & 0x01) != 0)
    set_fault (cursor, "the reserved flag of CONNECT is set [MQTT-3.1.2-3]");

  packet->clean_session = (flags & 0x02) != 0;
  packet->keep_alive = read_number (cursor);
  packet->client_id = read_text (cursor);
  if (packet->client_id.len == 0 && !packet->clean_session)
    set_fault (cursor, "an empty client identifier without clean session [MQTT-3.1.3-7]");

  read_will (cursor, flags);
  if ((flags & 0x80) != 0)
    read_text (cursor);
  if ((flags & 0x40) != 0)
    read_binary (cursor);
  if ((flags & 0xc0) == 0x40)
    set_fault (cursor, "a password without a user name [MQTT-3.1.2-22]");
}

static void
read_connack (Cursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  guint flags = read_byte (cursor);

  packet->session_present = (flags & 1) != 0;
  packet->return_code = read_byte (cursor);
  if ((flags & 0xfe) != 0)
    set_fault (cursor, "reserved flags of CONNACK are set");
}

static void
read_publish (Cursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  packet->qos = (header_flags >> 1) & 3;
  packet->dup = (header_flags & 8) != 0;
  packet->retain = (header_flags & 1) != 0;
  if (packet->qos == 3)
    set_fault (cursor, "QoS 3 [MQTT-3.3.1-4]");
  if (packet->qos == 0 && packet->dup)
    set_fault (cursor, "DUP with QoS 0 [MQTT-3.3.1-2]");

  read_topic_name (cursor, packet);
  if (packet->qos > 0)
    packet->id = read_id (cursor);
}

static void
read_publish_and_payload (Cursor *cursor,
                          SimPacket *packet,
                          guint header_flags)
{
  read_publish (cursor, packet, header_flags);
  packet->payload = cursor->at;
  packet->payload_len = (gsize) (cursor->end - cursor->at);
  cursor->at = cursor->end;
}

static void
read_ack (Cursor *cursor,
          SimPacket *packet,
          guint header_flags)
{
  packet->id = read_id (cursor);
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
read_filters (Cursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
  packet->id = read_id (cursor);
  packet->entries = cursor->at;
  packet->entries_len = (gsize) (cursor->end - cursor->at);

  while (cursor->at < cursor->end && cursor->fault == NULL)
    {
      if (!is_filter (read_text (cursor)))
        set_fault (cursor, "a topic filter is not valid [MQTT-4.7.1-2]");
      if (packet->type == SIM_SUBSCRIBE && read_byte (cursor) > 2)
        set_fault (cursor, "a subscription asks for QoS 3 [MQTT-3.8.3-4]");
      packet->n_entries++;
    }

  if (packet->n_entries == 0)
    set_fault (cursor, "no topic filter [MQTT-3.8.3-3]");
}

static void
read_suback (Cursor *cursor,
             SimPacket *packet,
             guint header_flags)
{
  packet->id = read_id (cursor);
  packet->entries = cursor->at;
  packet->entries_len = (gsize) (cursor->end - cursor->at);
  packet->n_entries = (guint) packet->entries_len;
  cursor->at = cursor->end;
}

static void
read_nothing (Cursor *cursor,
              SimPacket *packet,
              guint header_flags)
{
}

static const struct
{
  const char *name;
  int flags; /* of the fixed header, table 2.2; -1: they mean something */
  void (*read) (Cursor *cursor, SimPacket *packet, guint header_flags);
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
  [SIM_UNSUBACK] = { "UNSUBACK", 0, read_ack },
  [SIM_PINGREQ] = { "PINGREQ", 0, read_nothing },
  [SIM_PINGRESP] = { "PINGRESP", 0, read_nothing },
  [SIM_DISCONNECT] = { "DISCONNECT", 0, read_nothing },
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
               SimPacket *packet,
               const char **fault)
{
  Cursor cursor = { 0 };
  SimWireResult result;
  gsize header_len = 0;

  memset (packet, 0, sizeof (*packet));
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
    set_fault (&cursor, "the packet is too short for its contents");
  if (cursor.at != cursor.end)
    set_fault (&cursor, "the packet is too long for its contents");
  *fault = cursor.fault;

  return cursor.fault == NULL ? SIM_WIRE_OK : SIM_WIRE_MALFORMED;
}

SimWireResult
sim_wire_read_publish_head (const guint8 *data,
                            gsize len,
                            SimPacket *packet,
                            const char **fault)
{
  Cursor cursor = { 0 };
  SimWireResult result;
  gsize header_len = 0;

  memset (packet, 0, sizeof (*packet));
  *fault = NULL;
  result = read_fixed_header (data, len, packet, &header_len, fault);
  if (result != SIM_WIRE_OK)
    return result;

  cursor.at = data + header_len;
  cursor.end = data + MIN (packet->size, len);
  read_publish (&cursor, packet, data[0] & 0x0f);
  if (cursor.short_of && packet->size > len)
    return SIM_WIRE_NEED_MORE;
  if (cursor.short_of)
    set_fault (&cursor, "the packet is too short for its contents");
  *fault = cursor.fault;

  return cursor.fault == NULL ? SIM_WIRE_OK : SIM_WIRE_MALFORMED;
}

gboolean
sim_wire_next_filter (const SimPacket *packet,
                      gsize *at,
                      SimText *filter,
                      guint *qos)
{
  Cursor cursor = { .at = packet->entries + *at, .end = packet->entries + packet->entries_len };

  if (cursor.at == cursor.end)
    return FALSE;

  *filter = read_text (&cursor);
  *qos = packet->type == SIM_SUBSCRIBE ? read_byte (&cursor) : 0;
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

void
sim_wire_write_connack (GByteArray *out,
                        gboolean session_present,
                        guint return_code)
{
  write_fixed_header (out, SIM_CONNACK, 0, 2);
  write_byte (out, session_present ? 1 : 0);
  write_byte (out, return_code);
}

void
sim_wire_write_publish (GByteArray *out,
                        const char *topic,
                        const guint8 *payload,
                        gsize payload_len,
                        guint qos,
                        gboolean dup,
                        guint id)
{
  gsize topic_len = strlen (topic);
  guint flags = (dup ? 8 : 0) | (qos << 1);

  write_fixed_header (out, SIM_PUBLISH, flags, 2 + topic_len + (qos > 0 ? 2 : 0) + payload_len);
  write_number (out, (guint) topic_len);
  g_byte_array_append (out, (const guint8 *) topic, (guint) topic_len);
  if (qos > 0)
    write_number (out, id);
  g_byte_array_append (out, payload, (guint) payload_len);
}

void
sim_wire_write_ack (GByteArray *out,
                    guint type,
                    guint id)
{
  write_fixed_header (out, type, type == SIM_PUBREL ? 2 : 0, 2);
  write_number (out, id);
}

void
sim_wire_write_suback (GByteArray *out,
                       guint id,
                       const guint8 *codes,
                       guint n_codes)
{
  write_fixed_header (out, SIM_SUBACK, 0, 2 + (gsize) n_codes);
  write_number (out, id);
  g_byte_array_append (out, codes, n_codes);
}

void
sim_wire_write_pingresp (GByteArray *out)
{
  write_fixed_header (out, SIM_PINGRESP, 0, 0);
}

/* --- Matching --- */

gboolean
sim_wire_filter_matches (const char *filter,
                         const char *topic)
{
  while (TRUE)
    {
      gsize filter_len = strcspn (filter, "/");
      gsize topic_len = strcspn (topic, "/");

      if (strcmp (filter, "#") == 0)
        return TRUE;
      if (!(filter_len == 1 && filter[0] == '+')
          && (filter_len != topic_len || memcmp (filter, topic, topic_len) != 0))
        return FALSE;

      filter += filter_len;
      topic += topic_len;
      if (*topic == '\0')
        return *filter == '\0' || strcmp (filter, "/#") == 0; /* "a/#" takes in "a" */
      if (*filter == '\0')
        return FALSE;
      filter++;
      topic++;
    }
}

/* --- Streams --- */

void
sim_stream_init (SimStream *self)
{
  self->bytes = g_byte_array_new ();
  self->start = 0;
}

void
sim_stream_clear (SimStream *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  self->start = 0;
}

void
sim_stream_append (SimStream *self,
                   const guint8 *data,
                   gsize len)
{
  if (self->start == self->bytes->len)
    {
      g_byte_array_set_size (self->bytes, 0);
      self->start = 0;
    }
  else if (self->start > 65536)
    {
      g_byte_array_remove_range (self->bytes, 0, (guint) self->start);
      self->start = 0;
    }

  g_byte_array_append (self->bytes, data, (guint) len);
}

const guint8 *
sim_stream_peek (SimStream *self,
                 gsize *len)
{
  *len = self->bytes->len - self->start;

  return self->bytes->data + self->start;
}

void
sim_stream_skip (SimStream *self,
                 gsize len)
{
  g_assert (len <= self->bytes->len - self->start);
  self->start += len;
}

SimWireResult
sim_stream_next (SimStream *self,
                 SimPacket *packet,
                 const char **fault)
{
  SimWireResult result;
  const guint8 *data;
  gsize len;

  data = sim_stream_peek (self, &len);
  result = sim_wire_read (data, len, packet, fault);
  if (result == SIM_WIRE_OK)
    self->start += packet->size;

  return result;
}
