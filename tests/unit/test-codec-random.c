/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The codec on packets that a generator makes, always the same ones; on streams that are cut
 * anywhere; and on what cannot be encoded. */

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-topic-private.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1
#define MAX_FIELD 300

/* --- A generator of packets. --- */

typedef struct
{
  GRand *rand;
  guint8 *fields[5]; /* what the slices of a view point to */
  guint n_fields;
  GByteArray *entries;
} Generator;

static void
generator_init (Generator *self,
                guint32 seed)
{
  self->rand = g_rand_new_with_seed (seed);
  for (guint i = 0; i < G_N_ELEMENTS (self->fields); i++)
    self->fields[i] = g_malloc (MAX_FIELD);
  self->entries = g_byte_array_new ();
}

static void
generator_clear (Generator *self)
{
  g_rand_free (self->rand);
  for (guint i = 0; i < G_N_ELEMENTS (self->fields); i++)
    g_free (self->fields[i]);
  g_byte_array_unref (self->entries);
}

/* 0 to @n - 1. */
static guint
below (Generator *self,
       guint n)
{
  return g_rand_int_range (self->rand, 0, n);
}

static MqttcSlice
make_binary (Generator *self,
             guint min_len)
{
  guint8 *data = self->fields[self->n_fields++];
  guint len = min_len + below (self, below (self, 8) == 0 ? MAX_FIELD - min_len : 20);

  for (guint i = 0; i < len; i++)
    data[i] = below (self, 256);

  return mqttc_slice (data, len);
}

/* Fit for any text: no wildcards, no U+0000; some of it not ASCII. */
static MqttcSlice
make_text (Generator *self,
           guint min_len)
{
  MqttcSlice slice = make_binary (self, min_len);
  guint8 *data = self->fields[self->n_fields - 1];

  for (gsize i = 0; i < slice.len; i++)
    data[i] = "abcdefghijklmnop/ $"[data[i] % 19];
  if (slice.len > 3 && below (self, 4) == 0)
    memcpy (data + below (self, slice.len - 2), "\xe6\xb0\xb4", 3);

  return slice;
}

static guint16
make_id (Generator *self)
{
  return 1 + below (self, 65535);
}

static void
make_connect (Generator *self,
              MqttcPacketView *view)
{
  view->connect.protocol = PROTOCOL;
  view->connect.clean_session = below (self, 2);
  view->connect.keep_alive = below (self, 65536);
  view->connect.client_id = make_text (self, 0);
  view->connect.has_will = below (self, 2);
  if (view->connect.has_will)
    {
      view->connect.will_topic = make_text (self, 1);
      view->connect.will_payload = make_binary (self, 0);
      view->connect.will_qos = below (self, 3);
      view->connect.will_retain = below (self, 2);
    }
  view->connect.has_user_name = below (self, 2);
  if (view->connect.has_user_name)
    view->connect.user_name = make_text (self, 0);
  view->connect.has_password = view->connect.has_user_name && below (self, 2);
  if (view->connect.has_password)
    view->connect.password = make_binary (self, 0);
}

static void
make_connack (Generator *self,
              MqttcPacketView *view)
{
  static const guint8 reasons[] = { 0x00, 0x84, 0x85, 0x88, 0x86, 0x87 };

  view->reason_code = reasons[below (self, G_N_ELEMENTS (reasons))];
  view->connack.session_present = view->reason_code == 0 && below (self, 2);
}

static void
make_publish (Generator *self,
              MqttcPacketView *view)
{
  view->publish.topic = make_text (self, 1);
  view->publish.payload = make_binary (self, 0);
  view->publish.qos = below (self, 3);
  view->publish.retain = below (self, 2);
  if (view->publish.qos != MQTTC_QOS_AT_MOST_ONCE)
    {
      view->packet_id = make_id (self);
      view->publish.dup = below (self, 2);
    }
}

static void
make_filters (Generator *self,
              MqttcPacketView *view)
{
  static const char *const filters[] = { "#", "+", "a/b", "+/+/#", "$SYS/#", "/", "h\xc3\xb6he/+" };
  const gboolean subscribe = view->type == MQTTC_PACKET_TYPE_SUBSCRIBE;
  const guint n_filters = 1 + below (self, 10);

  g_byte_array_set_size (self->entries, 0);
  for (guint i = 0; i < n_filters; i++)
    mqttc_filter_list_append (self->entries, filters[below (self, G_N_ELEMENTS (filters))],
                              subscribe ? (int) below (self, 3) : -1);

  view->packet_id = make_id (self);
  view->filters.entries = mqttc_slice (self->entries->data, self->entries->len);
  view->filters.n_entries = n_filters;
}

static void
make_suback (Generator *self,
             MqttcPacketView *view)
{
  guint8 *data = self->fields[0];

  view->packet_id = make_id (self);
  view->suback.codes = make_binary (self, 1);
  for (gsize i = 0; i < view->suback.codes.len; i++)
    data[i] = "\0\1\2\x80"[data[i] % 4];
}

static void
make_packet (Generator *self,
             MqttcPacketView *view)
{
  memset (view, 0, sizeof *view);
  view->type = 1 + below (self, 14);
  self->n_fields = 0;

  if (view->type == MQTTC_PACKET_TYPE_CONNECT)
    make_connect (self, view);
  else if (view->type == MQTTC_PACKET_TYPE_CONNACK)
    make_connack (self, view);
  else if (view->type == MQTTC_PACKET_TYPE_PUBLISH)
    make_publish (self, view);
  else if (view->type == MQTTC_PACKET_TYPE_SUBACK)
    make_suback (self, view);
  else if (view->type == MQTTC_PACKET_TYPE_SUBSCRIBE || view->type == MQTTC_PACKET_TYPE_UNSUBSCRIBE)
    make_filters (self, view);
  else if (view->type < MQTTC_PACKET_TYPE_PINGREQ)
    view->packet_id = make_id (self);
}

/* --- Comparing views: all that is not in a slice, then the slices. --- */

static void
assert_slice_moved (MqttcSlice *a,
                    MqttcSlice *b)
{
  g_assert_cmpmem (a->data, a->len, b->data, b->len);
  *a = *b = mqttc_slice (NULL, 0);
}

static void
assert_view_equal (MqttcPacketView a,
                   MqttcPacketView b)
{
  g_assert_cmpint (a.type, ==, b.type);
  if (a.type == MQTTC_PACKET_TYPE_CONNECT)
    {
      assert_slice_moved (&a.connect.client_id, &b.connect.client_id);
      assert_slice_moved (&a.connect.will_topic, &b.connect.will_topic);
      assert_slice_moved (&a.connect.will_payload, &b.connect.will_payload);
      assert_slice_moved (&a.connect.user_name, &b.connect.user_name);
      assert_slice_moved (&a.connect.password, &b.connect.password);
    }
  else if (a.type == MQTTC_PACKET_TYPE_PUBLISH)
    {
      assert_slice_moved (&a.publish.topic, &b.publish.topic);
      assert_slice_moved (&a.publish.payload, &b.publish.payload);
    }
  else
    assert_slice_moved (&a.filters.entries, &b.filters.entries);

  g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
}

static guint8 *
encode (const MqttcPacketView *view,
        gsize *size)
{
  guint8 *data;

  *size = mqttc_packet_get_encoded_size (PROTOCOL, view);
  g_assert_cmpuint (*size, !=, 0);

  data = g_malloc (*size);
  g_assert_cmpuint (mqttc_packet_encode (PROTOCOL, view, data), ==, *size);
  return data;
}

static void
test_round_trip (void)
{
  Generator generator = { 0 };

  generator_init (&generator, 1883);
  for (guint i = 0; i < 5000; i++)
    {
      g_autofree guint8 *data = NULL;
      MqttcPacketView view, decoded;
      MqttcFrame frame;
      const char *fault = NULL;
      gsize size;

      make_packet (&generator, &view);
      memset (&decoded, 0, sizeof decoded);
      data = encode (&view, &size);
      g_assert_cmpint (mqttc_frame_decode (data, size, size, &frame), ==, MQTTC_DECODE_OK);
      g_assert_cmpuint (mqttc_frame_get_size (&frame), ==, size);
      g_assert_cmpint (mqttc_packet_decode (PROTOCOL, &frame, data, &decoded, &fault), ==,
                       MQTTC_DECODE_OK);
      assert_view_equal (view, decoded);
    }
  generator_clear (&generator);
}

/* A packet has one form only. So bytes that a packet can be decoded from are those it is encoded
 * to, and damaged bytes are either refused or another packet in its only form. */
static gboolean
check_damaged (const guint8 *data,
               gsize size)
{
  g_autofree guint8 *again = NULL;
  MqttcPacketView view;
  MqttcFrame frame;
  const char *fault = NULL;
  gsize again_size;

  if (mqttc_frame_decode (data, size, 0, &frame) != MQTTC_DECODE_OK
      || mqttc_frame_get_size (&frame) != size)
    return FALSE;

  memset (&view, 0, sizeof view); /* the decoder sets no more than a packet has */
  if (mqttc_packet_decode (PROTOCOL, &frame, data, &view, &fault) != MQTTC_DECODE_OK)
    {
      g_assert_nonnull (fault);
      return FALSE;
    }

  again = encode (&view, &again_size);
  g_assert_cmpmem (data, size, again, again_size);
  return TRUE;
}

static void
test_damaged (void)
{
  Generator generator = { 0 };
  guint n_packets = 0;

  generator_init (&generator, 8883);
  for (guint i = 0; i < 40000; i++)
    {
      g_autofree guint8 *data = NULL;
      MqttcPacketView view;
      gsize size;
      guint n_damages;

      make_packet (&generator, &view);
      data = encode (&view, &size);
      n_damages = 1 + below (&generator, 3);
      for (guint j = 0; j < n_damages; j++)
        data[below (&generator, MIN (size, 24))] ^= 1u << below (&generator, 8);
      n_packets += check_damaged (data, size);
    }

  /* Both happen. */
  g_assert_cmpuint (n_packets, >, 1000);
  g_assert_cmpuint (n_packets, <, 39000);
  generator_clear (&generator);
}

/* --- Streams. --- */

typedef struct
{
  GByteArray *buffer; /* what has come and is not decoded */
  guint n_decoded;
  guint n_packets;
  void (*check) (const MqttcPacketView *view, guint index);
} Stream;

/* All packets that are there, as the engine does it. */
static void
decode_stream (Stream *self)
{
  gsize pos = 0;
  MqttcPacketView view;
  MqttcFrame frame;
  const char *fault;

  while (mqttc_frame_decode (self->buffer->data + pos, self->buffer->len - pos, 0, &frame)
             == MQTTC_DECODE_OK
         && mqttc_frame_get_size (&frame) <= self->buffer->len - pos)
    {
      memset (&view, 0, sizeof view);
      g_assert_cmpint (
          mqttc_packet_decode (PROTOCOL, &frame, self->buffer->data + pos, &view, &fault), ==,
          MQTTC_DECODE_OK);
      self->check (&view, self->n_decoded++);
      pos += mqttc_frame_get_size (&frame);
    }

  if (pos != 0)
    g_byte_array_remove_range (self->buffer, 0, pos);
}

/* Hands @data over in pieces of 0 to @max_chunk bytes. */
static void
feed_in_pieces (Stream *self,
                GRand *rand,
                const guint8 *data,
                gsize size,
                guint max_chunk)
{
  while (size > 0)
    {
      gsize chunk = g_rand_int_range (rand, 0, max_chunk + 1);

      chunk = MIN (chunk, size);
      g_byte_array_append (self->buffer, data, chunk);
      data += chunk;
      size -= chunk;
      decode_stream (self);
    }
}

static guint
payload_size_of (guint index)
{
  return 4 + index % 97;
}

static void
check_publish (const MqttcPacketView *view,
               guint index)
{
  guint32 number;

  g_assert_cmpint (view->type, ==, MQTTC_PACKET_TYPE_PUBLISH);
  g_assert_cmpuint (view->packet_id, ==, 1 + index % 65535);
  g_assert_cmpuint (view->publish.payload.len, ==, payload_size_of (index));
  memcpy (&number, view->publish.payload.data, sizeof number);
  g_assert_cmpuint (number, ==, index);
}

static void
check_puback (const MqttcPacketView *view,
              guint index)
{
  g_assert_cmpint (view->type, ==, MQTTC_PACKET_TYPE_PUBACK);
  g_assert_cmpuint (view->packet_id, ==, 1 + index % 65535);
}

/* Encodes @n_packets packets into blocks of 64 KiB or so, and hands them over in pieces. */
static void
run_stream (guint n_packets,
            guint max_chunk,
            MqttcPacketView *view,
            void (*check) (const MqttcPacketView *view, guint index))
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (n_packets);
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  g_autofree guint8 *block = g_malloc (65536 + 256);
  Stream stream = { .buffer = buffer, .check = check };
  guint8 payload[128] = { 0 };
  gsize fill = 0;

  for (guint i = 0; i < n_packets; i++)
    {
      view->packet_id = 1 + i % 65535;
      if (view->type == MQTTC_PACKET_TYPE_PUBLISH)
        {
          memcpy (payload, &i, sizeof i);
          view->publish.payload = mqttc_slice (payload, payload_size_of (i));
        }

      fill += mqttc_packet_encode (PROTOCOL, view, block + fill);
      if (fill >= 65536 || i + 1 == n_packets)
        {
          feed_in_pieces (&stream, rand, block, fill, max_chunk);
          fill = 0;
        }
    }

  g_assert_cmpuint (stream.n_decoded, ==, n_packets);
  g_assert_cmpuint (buffer->len, ==, 0);
}

static void
test_stream_of_publish (void)
{
  MqttcPacketView view = {
    .type = MQTTC_PACKET_TYPE_PUBLISH,
    .publish = { .topic = mqttc_slice ("hello/world", 11), .qos = MQTTC_QOS_AT_LEAST_ONCE },
  };

  run_stream (200000, 1023, &view, check_publish);
}

static void
test_stream_of_puback (void)
{
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBACK };

  run_stream (200000, 9, &view, check_puback);
}

/* --- What cannot be encoded. --- */

static gsize
size_of (MqttcPacketView view)
{
  return mqttc_packet_get_encoded_size (PROTOCOL, &view);
}

static MqttcPacketView
make_plain_connect (void)
{
  return (MqttcPacketView){
    .type = MQTTC_PACKET_TYPE_CONNECT,
    .connect = { .protocol = PROTOCOL,
                 .clean_session = TRUE,
                 .client_id = mqttc_slice ("c", 1),
                 .has_will = TRUE,
                 .will_topic = mqttc_slice ("w", 1),
                 .has_user_name = TRUE,
                 .has_password = TRUE },
  };
}

/* Each string of CONNECT, at the limit and beyond it. */
static void
test_connect_strings (void)
{
  g_autofree char *text = g_strnfill (65536, 'a');
  const gsize offsets[] = {
    G_STRUCT_OFFSET (MqttcPacketView, connect.client_id),
    G_STRUCT_OFFSET (MqttcPacketView, connect.will_topic),
    G_STRUCT_OFFSET (MqttcPacketView, connect.will_payload),
    G_STRUCT_OFFSET (MqttcPacketView, connect.user_name),
    G_STRUCT_OFFSET (MqttcPacketView, connect.password),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      MqttcPacketView view = make_plain_connect ();
      MqttcSlice *slice = G_STRUCT_MEMBER_P (&view, offsets[i]);
      const gsize size = size_of (view) - slice->len;
      g_autofree guint8 *data = NULL;
      gsize written;

      *slice = mqttc_slice (text, 65535);
      g_assert_cmpuint (size_of (view), ==, size + 65535 + 2); /* a longer remaining length */
      data = encode (&view, &written);
      *slice = mqttc_slice (text, 65536);
      g_assert_cmpuint (size_of (view), ==, 0);
      *slice = mqttc_slice (text, G_MAXSIZE);
      g_assert_cmpuint (size_of (view), ==, 0);
    }
}

static void
test_impossible_connect (void)
{
  MqttcPacketView view = make_plain_connect ();

  g_assert_cmpuint (size_of (view), !=, 0);
  view.connect.has_user_name = FALSE; /* [MQTT-3.1.2-22] */
  g_assert_cmpuint (size_of (view), ==, 0);

  view = make_plain_connect ();
  view.connect.will_qos = 3; /* [MQTT-3.1.2-14] */
  g_assert_cmpuint (size_of (view), ==, 0);

  view = make_plain_connect ();
  view.connect.will_topic.len = 0; /* [MQTT-4.7.3-1] */
  g_assert_cmpuint (size_of (view), ==, 0);

  view = make_plain_connect ();
  view.connect.protocol = MQTTC_PROTOCOL_V5;
  g_assert_cmpuint (size_of (view), ==, 0);
}

static void
test_impossible_publish (void)
{
  g_autofree char *text = g_strnfill (65536, 'a');
  const MqttcPacketView good = {
    .type = MQTTC_PACKET_TYPE_PUBLISH,
    .packet_id = 1,
    .publish = { .topic = mqttc_slice ("t", 1), .qos = MQTTC_QOS_AT_LEAST_ONCE },
  };
  MqttcPacketView view = good;

  g_assert_cmpuint (size_of (view), ==, 7);
  view.packet_id = 0; /* [MQTT-2.3.1-1] */
  g_assert_cmpuint (size_of (view), ==, 0);
  view.publish.qos = MQTTC_QOS_AT_MOST_ONCE;
  g_assert_cmpuint (size_of (view), ==, 5);
  view.publish.dup = TRUE; /* [MQTT-3.3.1-2] */
  g_assert_cmpuint (size_of (view), ==, 0);
  view.publish.dup = FALSE;
  view.packet_id = 1; /* [MQTT-2.3.1-5] */
  g_assert_cmpuint (size_of (view), ==, 0);

  view = good;
  view.publish.qos = 3; /* [MQTT-3.3.1-4] */
  g_assert_cmpuint (size_of (view), ==, 0);

  view = good;
  view.publish.topic.len = 0; /* [MQTT-4.7.3-1] */
  g_assert_cmpuint (size_of (view), ==, 0);
  view.publish.topic = mqttc_slice (text, 65535); /* [MQTT-4.7.3-3] */
  g_assert_cmpuint (size_of (view), ==, 4 + 2 + 65535 + 2);
  view.publish.topic = mqttc_slice (text, 65536);
  g_assert_cmpuint (size_of (view), ==, 0);

  /* Section 2.2.3; nothing is read from the payload. */
  view = good;
  view.publish.payload.len = MQTTC_MAX_REMAINING_LENGTH - 5;
  g_assert_cmpuint (size_of (view), ==, 5 + MQTTC_MAX_REMAINING_LENGTH);
  view.publish.payload.len++;
  g_assert_cmpuint (size_of (view), ==, 0);
  view.publish.payload.len = G_MAXSIZE;
  g_assert_cmpuint (size_of (view), ==, 0);
}

static void
test_impossible_others (void)
{
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_CONNACK };

  view.reason_code = 0x80; /* has no return code */
  g_assert_cmpuint (size_of (view), ==, 0);
  view.reason_code = 0x87;
  g_assert_cmpuint (size_of (view), ==, 4);
  view.connack.session_present = TRUE; /* [MQTT-3.2.2-4] */
  g_assert_cmpuint (size_of (view), ==, 0);

  view = (MqttcPacketView){ .type = MQTTC_PACKET_TYPE_PUBACK };
  g_assert_cmpuint (size_of (view), ==, 0);
  view.packet_id = 1;
  g_assert_cmpuint (size_of (view), ==, 4);
  view.reason_code = 0x80;
  g_assert_cmpuint (size_of (view), ==, 0);

  view = (MqttcPacketView){ .type = MQTTC_PACKET_TYPE_DISCONNECT, .reason_code = 0x04 };
  g_assert_cmpuint (size_of (view), ==, 0);

  view = (MqttcPacketView){ .type = MQTTC_PACKET_TYPE_AUTH };
  g_assert_cmpuint (size_of (view), ==, 0);
  view.type = 0;
  g_assert_cmpuint (size_of (view), ==, 0);
  view.type = 16;
  g_assert_cmpuint (size_of (view), ==, 0);
}

static void
test_impossible_lists (void)
{
  const MqttcPacketType types[]
      = { MQTTC_PACKET_TYPE_SUBSCRIBE, MQTTC_PACKET_TYPE_UNSUBSCRIBE, MQTTC_PACKET_TYPE_SUBACK };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      MqttcPacketView view = { .type = types[i], .packet_id = 1 };

      /* [MQTT-3.8.3-3], [MQTT-3.10.3-2], [MQTT-3.8.4-5] */
      g_assert_cmpuint (size_of (view), ==, 0);
      view.filters.entries = mqttc_slice ("\0\1a\0", 4);
      view.suback.codes
          = types[i] == MQTTC_PACKET_TYPE_SUBACK ? mqttc_slice ("\2", 1) : view.filters.entries;
      g_assert_cmpuint (size_of (view), ==, 4 + view.filters.entries.len);
      view.packet_id = 0; /* [MQTT-2.3.1-1] */
      g_assert_cmpuint (size_of (view), ==, 0);
      view.packet_id = 1;
      view.filters.entries.len = G_MAXSIZE;
      g_assert_cmpuint (size_of (view), ==, 0);
    }

  /* [MQTT-3.9.3-2] */
  g_assert_cmpuint (size_of ((MqttcPacketView){ .type = MQTTC_PACKET_TYPE_SUBACK,
                                                .packet_id = 1,
                                                .suback.codes = mqttc_slice ("\3", 1) }),
                    ==, 0);
}

/* --- The list of filters. --- */

static void
test_filter_list (void)
{
  g_autoptr (GByteArray) entries = g_byte_array_new ();
  g_autofree char *longest = g_strnfill (65535, 'a');
  MqttcSlice rest, filter;
  guint8 options;

  mqttc_filter_list_append (entries, "a/+", 2);
  mqttc_filter_list_append (entries, longest, 0);
  g_assert_cmpuint (entries->len, ==, 2 + 3 + 1 + 2 + 65535 + 1);

  rest = mqttc_slice (entries->data, entries->len);
  g_assert_true (mqttc_filter_list_next (&rest, &filter, &options));
  g_assert_cmpmem (filter.data, filter.len, "a/+", 3);
  g_assert_cmpuint (options, ==, 2);
  g_assert_true (mqttc_filter_list_next (&rest, &filter, &options));
  g_assert_cmpmem (filter.data, filter.len, longest, 65535);
  g_assert_cmpuint (options, ==, 0);
  g_assert_false (mqttc_filter_list_next (&rest, &filter, &options));
}

static void
test_filter_list_without_options (void)
{
  g_autoptr (GByteArray) entries = g_byte_array_new ();
  MqttcSlice rest, filter;

  mqttc_filter_list_append (entries, "a", -1);
  mqttc_filter_list_append (entries, "#", -1);
  g_assert_cmpmem (entries->data, entries->len, "\0\1a\0\1#", 6);

  rest = mqttc_slice (entries->data, entries->len);
  g_assert_true (mqttc_filter_list_next (&rest, &filter, NULL));
  g_assert_cmpmem (filter.data, filter.len, "a", 1);
  g_assert_true (mqttc_filter_list_next (&rest, &filter, NULL));
  g_assert_cmpmem (filter.data, filter.len, "#", 1);
  g_assert_false (mqttc_filter_list_next (&rest, &filter, NULL));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec-random/round-trip", test_round_trip);
  g_test_add_func ("/codec-random/damaged", test_damaged);
  g_test_add_func ("/codec-random/stream/publish", test_stream_of_publish);
  g_test_add_func ("/codec-random/stream/puback", test_stream_of_puback);
  g_test_add_func ("/codec-random/impossible/connect-strings", test_connect_strings);
  g_test_add_func ("/codec-random/impossible/connect", test_impossible_connect);
  g_test_add_func ("/codec-random/impossible/publish", test_impossible_publish);
  g_test_add_func ("/codec-random/impossible/others", test_impossible_others);
  g_test_add_func ("/codec-random/impossible/lists", test_impossible_lists);
  g_test_add_func ("/codec-random/filter-list", test_filter_list);
  g_test_add_func ("/codec-random/filter-list/without-options", test_filter_list_without_options);

  return g_test_run ();
}
