/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-wire.h"

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
};

FuzzWire *
fuzz_wire_new (guint window,
               gboolean clean_session)
{
  FuzzWire *self = g_new0 (FuzzWire, 1);

  self->window = window;
  self->clean_session = clean_session;
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
  g_free (self);
}

void
fuzz_wire_up (FuzzWire *self)
{
  self->up = TRUE;
  self->serial++;
  self->connected = FALSE;
  self->accepted = FALSE;
  self->ended = FALSE;
  self->in_broken = FALSE;
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

void
fuzz_wire_forget (FuzzWire *self)
{
  memset (self->used, 0, sizeof self->used);
  self->n_publishes = 0;
}

/* --- Frames. --- */

typedef struct
{
  guint type;
  guint flags;
  const guint8 *body;
  gsize len;
} Packet;

/* The size of the first packet, 0 if it is not whole yet, -1 if it is none. */
static gint64
next_packet (const GByteArray *bytes,
             gsize start,
             Packet *packet)
{
  gsize value = 0;

  for (guint i = 1; i <= 4; i++)
    {
      guint8 byte;

      if (start + i >= bytes->len)
        return 0;
      byte = bytes->data[start + i];
      value |= (gsize) (byte & 0x7f) << 7 * (i - 1);
      if ((byte & 0x80) != 0)
        continue;

      packet->type = bytes->data[start] >> 4;
      packet->flags = bytes->data[start] & 0x0f;
      packet->body = bytes->data + start + i + 1;
      packet->len = value;
      return start + i + 1 + value <= bytes->len ? (gint64) (i + 1 + value) : 0;
    }

  return -1;
}

static guint
number_at (const Packet *packet,
           gsize pos)
{
  g_assert_cmpuint (pos + 2, <=, packet->len);
  return (guint) (packet->body[pos] << 8 | packet->body[pos + 1]);
}

/* --- From the client. --- */

static void
answer (FuzzWire *self,
        guint type,
        guint id,
        guint n_codes)
{
  FuzzAnswer owed = { .type = (guint8) type, .id = (guint16) id, .n_codes = (guint8) n_codes };

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
      g_assert_cmpuint (self->used[id], ==, 0);
    }

  if (type == PUBLISH && self->used[id] != PUBLISH)
    self->n_publishes++;
  g_assert_cmpuint (self->n_publishes, <=, self->window);
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
    self->n_publishes--;
  self->used[id] = 0;
}

static void
see_connect (FuzzWire *self,
             const Packet *packet)
{
  static const guint8 start[] = { 0, 4, 'M', 'Q', 'T', 'T', 4 };

  g_assert_false (self->connected);
  g_assert_cmpuint (packet->len, >=, 12);
  g_assert_cmpmem (packet->body, sizeof start, start, sizeof start);
  g_assert_cmpuint (packet->body[7] & 1, ==, 0);
  g_assert_cmpuint (packet->body[7] >> 1 & 1, ==, self->clean_session ? 1 : 0);
  self->connected = TRUE;
  answer (self, CONNACK, 0, 0);
}

static void
see_publish (FuzzWire *self,
             const Packet *packet)
{
  const guint qos = packet->flags >> 1 & 3;
  const gboolean dup = (packet->flags & 8) != 0;
  const guint topic_len = number_at (packet, 0);
  guint id;

  g_assert_cmpuint (qos, <=, 2);
  g_assert_cmpuint (topic_len, >, 0);
  g_assert_cmpuint (2 + topic_len, <=, packet->len);
  if (qos == 0)
    {
      g_assert_false (dup);
      return;
    }

  id = number_at (packet, 2 + topic_len);
  use_id (self, id, PUBLISH, dup);
  answer (self, qos == 1 ? PUBACK : PUBREC, id, 0);
}

/* SUBSCRIBE and UNSUBSCRIBE. */
static void
see_filters (FuzzWire *self,
             const Packet *packet)
{
  const guint id = number_at (packet, 0);
  gsize pos = 2;
  guint n = 0;

  while (pos < packet->len)
    {
      const guint len = number_at (packet, pos);

      g_assert_cmpuint (len, >, 0);
      pos += 2 + len;
      if (packet->type == SUBSCRIBE)
        {
          g_assert_cmpuint (pos, <, packet->len);
          g_assert_cmpuint (packet->body[pos], <=, 2);
          pos++;
        }
      n++;
    }

  g_assert_cmpuint (pos, ==, packet->len);
  g_assert_cmpuint (n, >, 0);
  use_id (self, id, packet->type, FALSE);
  answer (self, packet->type + 1, id, n);
}

static void
see_ack (FuzzWire *self,
         const Packet *packet)
{
  static const guint8 answered_by[16] = { [PUBREC] = PUBREL, [PUBREL] = PUBCOMP };
  const guint id = number_at (packet, 0);

  g_assert_cmpuint (packet->len, ==, 2);
  g_assert_cmpuint (id, !=, 0);
  if (packet->type == PUBREL)
    {
      /* Of a publish, or again of one whose end the client did not hear. */
      g_assert_true ((id < FUZZ_MAX_IDS && self->used[id] == PUBLISH) || self->n_pubrecs > 0);
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
see_empty (FuzzWire *self,
           const Packet *packet)
{
  g_assert_cmpuint (packet->len, ==, 0);
  if (packet->type == PINGREQ)
    answer (self, PINGRESP, 0, 0);
  else
    self->ended = TRUE;
}

static void
see_packet (FuzzWire *self,
            const Packet *packet)
{
  static void (*const see[16]) (FuzzWire *, const Packet *)
      = { [CONNECT] = see_connect,   [PUBLISH] = see_publish,     [PUBACK] = see_ack,
          [PUBREC] = see_ack,        [PUBREL] = see_ack,          [PUBCOMP] = see_ack,
          [SUBSCRIBE] = see_filters, [UNSUBSCRIBE] = see_filters, [PINGREQ] = see_empty,
          [DISCONNECT] = see_empty };
  static const guint8 flags[16] = { [PUBREL] = 2, [SUBSCRIBE] = 2, [UNSUBSCRIBE] = 2 };

  g_assert_false (self->ended);
  g_assert_true (self->connected || packet->type == CONNECT);
  g_assert_true (self->accepted || packet->type == CONNECT || packet->type == DISCONNECT);
  g_assert_nonnull (see[packet->type]);
  if (packet->type != PUBLISH)
    g_assert_cmpuint (packet->flags, ==, flags[packet->type]);

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
  Packet packet;

  g_assert_true (self->up);
  g_byte_array_append (self->out, bytes.data, (guint) bytes.len);
  while ((size = next_packet (self->out, start, &packet)) > 0)
    {
      see_packet (self, &packet);
      start += (gsize) size;
    }

  g_assert_cmpint (size, ==, 0);
  if (start > 0)
    g_byte_array_remove_range (self->out, 0, (guint) start);
}

/* --- To the client. --- */

/* Whatever ends an exchange by any reading: the client may know better, and use the identifier for
 * longer, but not for less. */
static void
note_fed (FuzzWire *self,
          const Packet *packet)
{
  self->n_fed[packet->type]++;
  if (packet->type == PUBREC)
    self->n_pubrecs++;
  if (packet->type == PUBLISH && (packet->flags & 4) != 0)
    self->n_fed_qos2++;
  if (packet->type == CONNACK && packet->len == 2 && packet->body[1] == 0)
    {
      self->accepted = TRUE;
      if ((packet->body[0] & 1) == 0)
        fuzz_wire_forget (self);
    }

  if (packet->len < 2)
    return;
  if (packet->type == PUBACK || packet->type == PUBCOMP || packet->type == SUBACK
      || packet->type == UNSUBACK)
    free_id (self, number_at (packet, 0));
}

void
fuzz_wire_fed (FuzzWire *self,
               MqttcSlice bytes)
{
  gsize start = 0;
  gint64 size = 0;
  Packet packet;

  if (self->in_broken)
    return;

  g_byte_array_append (self->in, bytes.data, (guint) bytes.len);
  while ((size = next_packet (self->in, start, &packet)) > 0)
    {
      note_fed (self, &packet);
      start += (gsize) size;
    }

  self->in_broken = size < 0;
  if (start > 0)
    g_byte_array_remove_range (self->in, 0, (guint) start);
}

void
fuzz_answer_write (const FuzzAnswer *answered,
                   GByteArray *bytes)
{
  guint8 head[4] = { (guint8) (answered->type << 4), 2, answered->id >> 8, answered->id & 0xff };

  if (answered->type == PUBREL)
    head[0] |= 2;
  if (answered->type == PINGRESP)
    head[1] = 0;
  head[1] += answered->n_codes;
  if (answered->type == UNSUBACK)
    head[1] = 2;
  g_byte_array_append (bytes, head, answered->type == PINGRESP ? 2 : 4);
  for (guint i = 0; i < answered->n_codes && answered->type == SUBACK; i++)
    g_byte_array_append (bytes, (const guint8 *) "\1", 1);
}
