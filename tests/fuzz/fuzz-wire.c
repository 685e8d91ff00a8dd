/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-wire.h"
#include "fuzz-packet.h"

#include <string.h>

/* Section 2.2.1. */
enum
{
  CONNECT = 1,
  CONNACK,
  PUBLISH,
  PUBACK,
  PUBREC,
  PUBREL,
  PUBCOMP,
  SUBSCRIBE,
  SUBACK,
  UNSUBSCRIBE,
  UNSUBACK,
  PINGREQ,
  PINGRESP,
  DISCONNECT,
  AUTH,
  MAY_BE_OVER, /* a PUBLISH whose end the client may have heard of, or made itself */
};

static const FuzzLimits no_limits
    = { G_MAXUINT16, 2, TRUE, G_MAXSIZE, 0 }; /* section 3.2.2.3 of MQTT 5 */

FuzzWire *
fuzz_wire_new (guint window,
               gboolean clean_session)
{
  FuzzWire *self = g_new0 (FuzzWire, 1);

  self->window = window;
  self->clean_session = clean_session;
  self->may_be_3 = TRUE;
  self->aliases = g_hash_table_new (NULL, NULL);
  self->out = g_byte_array_new ();
  self->in = g_byte_array_new ();
  self->answers = g_array_new (FALSE, FALSE, sizeof (FuzzAnswer));
  return self;
}

void
fuzz_wire_free (FuzzWire *self)
{
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->in);
  g_array_unref (self->answers);
  g_hash_table_unref (self->aliases);
  g_free (self);
}

static gboolean
is_publish (const FuzzWire *self,
            guint id)
{
  return self->used[id] == PUBLISH || self->used[id] == MAY_BE_OVER;
}

void
fuzz_wire_forget (FuzzWire *self)
{
  for (guint id = 1; id < FUZZ_MAX_IDS; id++)
    self->used[id] = is_publish (self, id) ? MAY_BE_OVER : 0;
  self->n_publishes = 0;
  self->link_publishes = 0;
}

void
fuzz_wire_up (FuzzWire *self)
{
  if (self->session_ends)
    fuzz_wire_forget (self);

  self->up = TRUE;
  self->serial++;
  self->connected = FALSE;
  self->accepted = FALSE;
  self->ended = FALSE;
  self->in_broken = FALSE;
  self->is_5 = FALSE;
  self->secured = FALSE;
  self->limits = no_limits;
  self->link_publishes = 0;
  g_hash_table_remove_all (self->aliases);
  g_byte_array_set_size (self->out, 0);
  g_byte_array_set_size (self->in, 0);
  g_array_set_size (self->answers, 0);
  memset (self->n_fed, 0, sizeof self->n_fed);
  memset (self->n_sent, 0, sizeof self->n_sent);

  /* Section 4.4: nothing but PUBLISH and PUBREL outlives its link. */
  for (guint id = 1; id < FUZZ_MAX_IDS; id++)
    if (self->used[id] == SUBSCRIBE || self->used[id] == UNSUBSCRIBE)
      self->used[id] = 0;
}

void
fuzz_wire_down (FuzzWire *self)
{
  if (self->up && self->out->len > 0 && self->out->data[0] >> 4 == PUBLISH)
    self->n_cut++;
  self->up = FALSE;
}

/* From the length of the properties to behind them; @alias: that among them. */
static gsize
skip_properties (const FuzzWire *self,
                 const FuzzPacket *packet,
                 gsize pos,
                 guint *alias)
{
  gsize len;
  gsize end;

  *alias = 0;
  if (!self->is_5)
    return pos;

  pos = fuzz_packet_find_varint_end (packet, pos, &len);
  g_assert_cmpuint (pos, !=, 0);
  end = pos + len;
  g_assert_cmpuint (end, <=, packet->len);
  while (pos < end)
    {
      if (packet->body[pos] == 0x23)
        {
          *alias = fuzz_packet_number_at (packet, pos + 1);
          g_assert_cmpuint (*alias, !=, 0);
        }
      pos = fuzz_packet_find_property_end (packet, pos);
      g_assert_cmpuint (pos, !=, 0);
    }

  g_assert_cmpuint (pos, ==, end);
  return end;
}

/* --- From the client. --- */

static void
answer (FuzzWire *self,
        guint type,
        guint id,
        guint n_codes)
{
  FuzzAnswer owed = { .type = (guint8) type,
                      .id = (guint16) id,
                      .n_codes = (guint8) n_codes,
                      .is_5 = self->is_5 != FALSE,
                      .is_secured = self->secured != FALSE };

  g_array_append_val (self->answers, owed);
}

static void
use_id (FuzzWire *self,
        guint id,
        guint type,
        gboolean dup)
{
  g_assert_cmpuint (id, !=, 0);
  g_assert_cmpuint (id, <, FUZZ_MAX_IDS);
  if (dup)
    {
      /* Of a packet that was cut the identifier may not be known. */
      g_assert_true (self->seen_on[id] != 0 || self->n_cut > 0);
      g_assert_cmpuint (self->seen_on[id], !=, self->serial);
    }
  else
    {
      g_assert_true (self->used[id] == 0 || self->used[id] == MAY_BE_OVER);
    }

  if (type == PUBLISH && self->used[id] != PUBLISH)
    self->n_publishes++;
  if (type == PUBLISH)
    self->link_publishes++;
  g_assert_cmpuint (self->n_publishes, <=, self->window);
  g_assert_cmpuint (self->link_publishes, <=, self->limits.receive_maximum);
  self->used[id] = (guint8) type;
  self->seen_on[id] = (guint16) self->serial;
}

static void
free_id (FuzzWire *self,
         guint id)
{
  if (id >= FUZZ_MAX_IDS)
    return;

  if (self->used[id] == PUBLISH)
    {
      self->n_publishes--;
      if (self->seen_on[id] == self->serial)
        self->link_publishes--;
    }
  self->used[id] = is_publish (self, id) ? MAY_BE_OVER : 0;
}

/* Section 3.1.2.11.2 of MQTT 5: without an interval, or with 0, the session ends with its connection. */
static gboolean
ends_with_link (const FuzzWire *self,
                const FuzzPacket *packet)
{
  gsize len;
  gsize pos = fuzz_packet_find_varint_end (packet, 10, &len);
  const gsize end = pos + len;

  if (!self->is_5)
    return FALSE;

  for (; pos < end; pos = fuzz_packet_find_property_end (packet, pos))
    if (packet->body[pos] == 0x11)
      return fuzz_packet_number_at (packet, pos + 1) == 0
             && fuzz_packet_number_at (packet, pos + 3) == 0;

  return TRUE;
}

static void
see_connect (FuzzWire *self,
             const FuzzPacket *packet)
{
  static const guint8 start[] = { 0, 4, 'M', 'Q', 'T', 'T' };
  guint alias;

  g_assert_false (self->connected);
  g_assert_cmpuint (packet->len, >=, 12);
  g_assert_cmpmem (packet->body, sizeof start, start, sizeof start);
  g_assert_true ((packet->body[6] == 4 && self->may_be_3)
                 || (packet->body[6] == 5 && self->may_be_5));
  g_assert_cmpuint (packet->body[7] & 1, ==, 0);
  self->is_5 = packet->body[6] == 5;
  self->secured = self->is_5 && self->has_method;
  /* What a client of MQTT 5 says depends on what it knows of the session. When it tries 3.1.1 it may keep one
   * that it would not. */
  if (!self->is_5 && !(self->may_be_5 && self->clean_session))
    g_assert_cmpuint (packet->body[7] >> 1 & 1, ==, self->clean_session ? 1 : 0);
  /* By then a session of MQTT 5 may have ended, which 3.1.1 has no way to say. */
  if (!self->is_5 && self->was_5)
    fuzz_wire_forget (self);
  self->was_5 = self->is_5;
  skip_properties (self, packet, 10, &alias);
  self->session_ends = ends_with_link (self, packet);
  self->connected = TRUE;
  answer (self, CONNACK, 0, 0);
}

static void
see_alias (FuzzWire *self,
           guint alias,
           guint topic_len)
{
  g_assert_cmpuint (alias, <=, self->limits.topic_alias_maximum);
  if (alias == 0)
    {
      g_assert_cmpuint (topic_len, >, 0);
      return;
    }

  if (topic_len == 0)
    g_assert_true (g_hash_table_contains (self->aliases, GUINT_TO_POINTER (alias)));
  g_hash_table_add (self->aliases, GUINT_TO_POINTER (alias));
}

static void
see_publish (FuzzWire *self,
             const FuzzPacket *packet)
{
  const guint qos = packet->flags >> 1 & 3;
  const gboolean dup = (packet->flags & 8) != 0;
  const guint topic_len = fuzz_packet_number_at (packet, 0);
  guint id = 0;
  guint alias;

  g_assert_cmpuint (qos, <=, self->limits.maximum_qos);
  if (!self->limits.retain)
    g_assert_cmpuint (packet->flags & 1, ==, 0);
  g_assert_cmpuint (2 + topic_len, <=, packet->len);
  skip_properties (self, packet, 2 + topic_len + (qos > 0 ? 2 : 0), &alias);
  see_alias (self, alias, topic_len);
  if (qos == 0)
    {
      g_assert_false (dup);
      return;
    }

  id = fuzz_packet_number_at (packet, 2 + topic_len);
  use_id (self, id, PUBLISH, dup);
  answer (self, qos == 1 ? PUBACK : PUBREC, id, 0);
}

/* SUBSCRIBE and UNSUBSCRIBE. */
static void
see_filters (FuzzWire *self,
             const FuzzPacket *packet)
{
  const guint id = fuzz_packet_number_at (packet, 0);
  const guint max_options = self->is_5 ? 0x2e : 2;
  guint alias;
  gsize pos = skip_properties (self, packet, 2, &alias);
  guint n = 0;

  while (pos < packet->len)
    {
      const guint len = fuzz_packet_number_at (packet, pos);

      g_assert_cmpuint (len, >, 0);
      pos += 2 + len;
      if (packet->type == SUBSCRIBE)
        {
          g_assert_cmpuint (pos, <, packet->len);
          g_assert_cmpuint (packet->body[pos], <=, max_options);
          pos++;
        }
      n++;
    }

  g_assert_cmpuint (pos, ==, packet->len);
  g_assert_cmpuint (n, >, 0);
  use_id (self, id, packet->type, FALSE);
  answer (self, packet->type + 1, id, n);
}

/* From where a reason code may stand, in one of the forms that there are. */
static guint
see_reason (const FuzzWire *self,
            const FuzzPacket *packet,
            gsize pos)
{
  guint alias;
  gsize end = pos;

  if (packet->len == pos)
    return 0;

  g_assert_true (self->is_5);
  end = pos + 1;
  if (packet->len > end)
    end = skip_properties (self, packet, end, &alias);
  g_assert_cmpuint (end, ==, packet->len);
  return packet->body[pos];
}

static void
see_ack (FuzzWire *self,
         const FuzzPacket *packet)
{
  static const guint8 answered_by[16] = { [PUBREC] = PUBREL, [PUBREL] = PUBCOMP };
  const guint id = fuzz_packet_number_at (packet, 0);
  const guint reason = see_reason (self, packet, 2);

  g_assert_cmpuint (id, !=, 0);
  if (packet->type == PUBREL || packet->type == PUBCOMP)
    g_assert_true (reason == 0 || reason == 0x92);
  if (packet->type == PUBREL)
    {
      /* Of a publish, also one of which only the beginning has left, or again of one whose end the client
       * did not hear. */
      g_assert_true ((id < FUZZ_MAX_IDS && is_publish (self, id)) || self->n_cut > 0
                     || self->n_pubrecs > 0);
    }
  else
    {
      const guint cause = packet->type == PUBCOMP ? PUBREL : PUBLISH;

      g_assert_cmpuint (self->n_sent[packet->type], <, self->n_fed[cause]);
    }
  if (answered_by[packet->type] != 0)
    answer (self, answered_by[packet->type], id, 0);
}

static void
see_pingreq (FuzzWire *self,
             const FuzzPacket *packet)
{
  g_assert_cmpuint (packet->len, ==, 0);
  answer (self, PINGRESP, 0, 0);
}

static void
see_disconnect (FuzzWire *self,
                const FuzzPacket *packet)
{
  const guint reason = see_reason (self, packet, 0);

  g_assert_true (reason == 0 || reason == 4 || reason >= 0x80);
  self->ended = TRUE;
}

/* [MQTT5-4.12.0-3], [MQTT5-4.12.1-1] */
static void
see_auth (FuzzWire *self,
          const FuzzPacket *packet)
{
  const guint reason = see_reason (self, packet, 0);

  g_assert_true (self->secured);
  g_assert_true (reason == 0x18 || (reason == 0x19 && self->accepted));
  if (self->accepted)
    answer (self, AUTH, 0, 0);
}

static void
check_order (const FuzzWire *self,
             guint type)
{
  g_assert_false (self->ended);
  g_assert_true (self->connected || type == CONNECT);
  g_assert_true (self->accepted || type == CONNECT || type == DISCONNECT || type == AUTH);
}

static void
see_packet (FuzzWire *self,
            const FuzzPacket *packet,
            gsize size)
{
  static void (*const see[16]) (FuzzWire *, const FuzzPacket *)
      = { [CONNECT] = see_connect,   [PUBLISH] = see_publish,
          [PUBACK] = see_ack,        [PUBREC] = see_ack,
          [PUBREL] = see_ack,        [PUBCOMP] = see_ack,
          [SUBSCRIBE] = see_filters, [UNSUBSCRIBE] = see_filters,
          [PINGREQ] = see_pingreq,   [DISCONNECT] = see_disconnect,
          [AUTH] = see_auth };
  static const guint8 flags[16] = { [PUBREL] = 2, [SUBSCRIBE] = 2, [UNSUBSCRIBE] = 2 };

  check_order (self, packet->type);
  g_assert_nonnull (see[packet->type]);
  if (packet->type != PUBLISH)
    g_assert_cmpuint (packet->flags, ==, flags[packet->type]);
  /* With less than an acknowledgement takes nobody can do. CONNECT was made before. */
  if (packet->type != CONNECT)
    g_assert_cmpuint (size, <=, MAX (self->limits.maximum_packet_size, 4));

  see[packet->type](self, packet);
  self->n_sent[packet->type]++;
  self->n_all_sent[packet->type]++;
}

void
fuzz_wire_sent (FuzzWire *self,
                MqttcSlice bytes)
{
  gsize start = 0;
  gint64 size;
  FuzzPacket packet;

  g_assert_true (self->up);
  g_byte_array_append (self->out, bytes.data, (guint) bytes.len);
  while ((size = fuzz_packet_next (self->out, start, &packet)) > 0)
    {
      see_packet (self, &packet, (gsize) size);
      start += (gsize) size;
    }

  g_assert_cmpint (size, ==, 0);
  if (start > 0)
    g_byte_array_remove_range (self->out, 0, (guint) start);
}

/* --- To the client. --- */

static guint32
read_number (const guint8 *data,
             guint n_bytes)
{
  guint32 number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number = number << 8 | data[i];

  return number;
}

/* What a server does not take is not sent to it again. */
static void
note_withdrawn (FuzzWire *self)
{
  for (guint id = 1; id < FUZZ_MAX_IDS; id++)
    if (self->used[id] == PUBLISH && self->seen_on[id] != self->serial)
      {
        self->used[id] = MAY_BE_OVER;
        self->n_publishes--;
      }
}

/* Section 3.2.2.3. If it cannot be read the client does not accept it either. */
static void
note_limits (FuzzWire *self,
             const FuzzPacket *packet)
{
  FuzzLimits *limits = &self->limits;
  gsize len;
  gsize pos = fuzz_packet_find_varint_end (packet, 2, &len);

  while (pos != 0 && pos + 1 < packet->len)
    {
      const guint8 *value = packet->body + pos + 1;
      const gsize left = packet->len - pos - 1;
      const guint id = packet->body[pos];

      if (id == 0x21 && left >= 2)
        limits->receive_maximum = MIN (limits->receive_maximum, read_number (value, 2));
      else if (id == 0x24)
        limits->maximum_qos = MIN (limits->maximum_qos, value[0]);
      else if (id == 0x25)
        limits->retain = limits->retain && value[0] != 0;
      else if (id == 0x27 && left >= 4)
        limits->maximum_packet_size = MIN (limits->maximum_packet_size, read_number (value, 4));
      else if (id == 0x22 && left >= 2)
        limits->topic_alias_maximum = MAX (limits->topic_alias_maximum, read_number (value, 2));
      pos = fuzz_packet_find_property_end (packet, pos);
    }
}

/* The answer may come before CONNECT is seen here: it may have left without the client knowing yet. */
static gboolean
is_acceptance (const FuzzWire *self,
               const FuzzPacket *packet,
               gboolean *is_5)
{
  *is_5 = self->connected ? self->is_5 : packet->len > 2;
  return packet->type == CONNACK && packet->len >= 2 && packet->body[1] == 0
         && (*is_5 ? packet->len >= 3 : packet->len == 2);
}

/* Whatever ends an exchange by any reading: the client may know better, and use the identifier for
 * longer, but not for less. */
static void
note_fed (FuzzWire *self,
          const FuzzPacket *packet)
{
  gboolean is_5;

  self->n_fed[packet->type]++;
  if (packet->type == PUBREC)
    self->n_pubrecs++;
  if (packet->type == PUBLISH && (packet->flags & 4) != 0)
    self->n_fed_qos2++;
  if (!self->accepted && is_acceptance (self, packet, &is_5))
    {
      if (is_5)
        note_limits (self, packet);
      if (self->limits.maximum_qos < 2 || !self->limits.retain
          || self->limits.maximum_packet_size < no_limits.maximum_packet_size)
        note_withdrawn (self);
      self->accepted = TRUE;
      if ((packet->body[0] & 1) == 0)
        fuzz_wire_forget (self);
    }

  if (packet->len < 2)
    return;
  if (packet->type == PUBACK || packet->type == PUBCOMP || packet->type == SUBACK
      || packet->type == UNSUBACK
      || (packet->type == PUBREC && packet->len > 2 && packet->body[2] >= 0x80))
    free_id (self, fuzz_packet_number_at (packet, 0));
}

void
fuzz_wire_fed (FuzzWire *self,
               MqttcSlice bytes)
{
  gsize start = 0;
  gint64 size = 0;
  FuzzPacket packet;

  if (self->in_broken)
    return;

  g_byte_array_append (self->in, bytes.data, (guint) bytes.len);
  while ((size = fuzz_packet_next (self->in, start, &packet)) > 0)
    {
      note_fed (self, &packet);
      start += (gsize) size;
    }

  self->in_broken = size < 0;
  if (start > 0)
    g_byte_array_remove_range (self->in, 0, (guint) start);
}

static void
append (GByteArray *bytes,
        const char *data,
        guint len)
{
  g_byte_array_append (bytes, (const guint8 *) data, len);
}

/* CONNACK that accepts, or an AUTH that does. */
static void
write_accepted (const FuzzAnswer *answered,
                GByteArray *bytes)
{
  if (answered->type == AUTH)
    append (bytes, "\xf0\6\0\4\x15\0\1m", 8);
  else if (answered->is_secured)
    append (bytes, "\x20\7\0\0\4\x15\0\1m", 9);
  else if (answered->is_5)
    append (bytes, "\x20\3\0\0\0", 5);
  else
    append (bytes, "\x20\2\0\0", 4);
}

static void
write_codes (const FuzzAnswer *answered,
             GByteArray *bytes)
{
  const gboolean has_codes = answered->type == SUBACK || answered->is_5;
  const guint n_codes = has_codes ? answered->n_codes : 0;
  const guint8 head[] = { (guint8) (answered->type << 4), (guint8) (2 + answered->is_5 + n_codes),
                          answered->id >> 8, answered->id & 0xff, 0 };

  g_byte_array_append (bytes, head, answered->is_5 ? 5 : 4);
  for (guint i = 0; i < n_codes; i++)
    append (bytes, answered->type == SUBACK ? "\1" : "\0", 1);
}

void
fuzz_answer_write (const FuzzAnswer *answered,
                   GByteArray *bytes)
{
  const guint8 ack[] = { (guint8) (answered->type << 4 | (answered->type == PUBREL ? 2 : 0)), 2,
                         answered->id >> 8, answered->id & 0xff };

  switch (answered->type)
    {
    case CONNACK:
    case AUTH:
      write_accepted (answered, bytes);
      break;
    case SUBACK:
    case UNSUBACK:
      write_codes (answered, bytes);
      break;
    case PINGRESP:
      append (bytes, "\xd0\0", 2);
      break;
    default:
      g_byte_array_append (bytes, ack, sizeof ack);
      break;
    }
}
