/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sections 2 and 3 of the standard. The packets are in vectors/packets-3.1.1.txt. */

#include <string.h>

#include "assert-view.h"
#include "../vectors/vector-file.h"
#include "codec/mqttc-codec-private.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1

/* --- The vectors. --- */

static GPtrArray *vectors;

static const Vector *
find_vector (const char *name)
{
  for (guint i = 0; i < vectors->len; i++)
    {
      const Vector *vector = vectors->pdata[i];

      if (g_str_equal (vector_name (vector), name))
        return vector;
    }

  g_error ("There is no vector %s", name);
}

/* --- Helpers. --- */

/* From a block of its own size, so that a read beyond it is seen by the sanitizers; the view points
 * into *@copy. */
static MqttcDecodeResult
decode (const guint8 *data,
        gsize len,
        guint8 **copy,
        MqttcPacketView *view,
        const char **fault)
{
  MqttcDecodeResult result;
  MqttcFrame frame;

  *copy = g_memdup2 (data, len);
  *fault = NULL;
  result = mqttc_frame_decode (*copy, len, 0, &frame);
  if (result != MQTTC_DECODE_OK)
    return result;
  if (mqttc_frame_get_size (&frame) > len)
    return MQTTC_DECODE_NEED_MORE;

  return mqttc_packet_decode (PROTOCOL, &frame, *copy, view, fault);
}

static GBytes *
encode (const MqttcPacketView *view)
{
  gsize size = mqttc_packet_get_encoded_size (PROTOCOL, view);
  guint8 *data = g_malloc (size);

  g_assert_cmpuint (size, !=, 0);
  g_assert_cmpuint (mqttc_packet_get_size_bound (PROTOCOL, view), >=, size);
  g_assert_cmpuint (mqttc_packet_encode (PROTOCOL, view, data), ==, size);
  return g_bytes_new_take (data, size);
}

static void
assert_encodes_to (const MqttcPacketView *view,
                   const guint8 *data,
                   gsize len)
{
  g_autoptr (GBytes) bytes = encode (view);
  gsize size;
  const guint8 *encoded = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (encoded, size, data, len);
}

/* --- Each vector. --- */

static void
check_vector (const Vector *vector)
{
  g_autofree guint8 *copy = NULL;
  MqttcPacketView view;
  const char *fault;
  MqttcDecodeResult result;

  g_test_message ("%s %s", vector_name (vector), vector->fields[PACKET_SOURCE]);
  result = decode (vector->bytes->data, vector->bytes->len, &copy, &view, &fault);
  if (vector_is_ok (vector))
    {
      g_assert_cmpint (result, ==, MQTTC_DECODE_OK);
      assert_encodes_to (&view, vector->bytes->data, vector->bytes->len);
    }
  else
    {
      g_assert_cmpint (result, ==, MQTTC_DECODE_MALFORMED);
      g_test_message ("... %s", fault != NULL ? fault : "in the fixed header");
    }
}

static void
test_vectors (void)
{
  g_assert_cmpuint (vectors->len, >, 150);
  for (guint i = 0; i < vectors->len; i++)
    check_vector (vectors->pdata[i]);
}

/* Whatever part of a packet has come: more is needed, and nothing is wrong yet. */
static void
test_every_split (void)
{
  for (guint i = 0; i < vectors->len; i++)
    {
      const Vector *vector = vectors->pdata[i];

      for (gsize len = 0; vector_is_ok (vector) && len < vector->bytes->len; len++)
        {
          g_autofree guint8 *copy = NULL;
          MqttcPacketView view;
          const char *fault;

          g_assert_cmpint (decode (vector->bytes->data, len, &copy, &view, &fault), ==,
                           MQTTC_DECODE_NEED_MORE);
        }
    }
}

/* What comes after a packet does not belong to it. */
static void
test_trailing_bytes (void)
{
  const Vector *vector = find_vector ("connect-everything");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  MqttcPacketView view;
  MqttcFrame frame;
  const char *fault;

  g_byte_array_append (bytes, vector->bytes->data, vector->bytes->len);
  g_byte_array_append (bytes, (const guint8 *) "\xde\xad\xbe\xef", 4);

  g_assert_cmpint (mqttc_frame_decode (bytes->data, bytes->len, 0, &frame), ==, MQTTC_DECODE_OK);
  g_assert_cmpuint (mqttc_frame_get_size (&frame), ==, vector->bytes->len);
  g_assert_cmpint (mqttc_packet_decode (PROTOCOL, &frame, bytes->data, &view, &fault), ==,
                   MQTTC_DECODE_OK);
  assert_slice (view.connect.password, mqttc_slice ("mq", 2));
}

/* --- What is in them, for each of the fourteen types. --- */

static const MqttcPacketView golden_connect = {
  .type = MQTTC_PACKET_TYPE_CONNECT,
  .connect = {
    .protocol = PROTOCOL,
    .clean_session = TRUE,
    .keep_alive = 10,
    .client_id = { (const guint8 *) "test", 4 },
    .has_will = TRUE,
    .will_topic = { (const guint8 *) "/a", 2 },
    .will_payload = { (const guint8 *) "offline", 7 },
    .will_qos = MQTTC_QOS_AT_LEAST_ONCE,
    .has_user_name = TRUE,
    .user_name = { (const guint8 *) "rumq", 4 },
    .has_password = TRUE,
    .password = { (const guint8 *) "mq", 2 },
  },
};

static const struct
{
  const char *name;
  MqttcPacketView view;
} golden[] = {
  { "connect-kept-session",
    { .type = MQTTC_PACKET_TYPE_CONNECT,
      .connect = { .protocol = PROTOCOL, .client_id = { (const guint8 *) "client", 6 } } } },
  { "connect-will-qos2-retain",
    { .type = MQTTC_PACKET_TYPE_CONNECT,
      .connect = { .protocol = PROTOCOL,
                   .clean_session = TRUE,
                   .keep_alive = 60,
                   .client_id = { (const guint8 *) "c", 1 },
                   .has_will = TRUE,
                   .will_topic = { (const guint8 *) "w/t", 3 },
                   .will_payload = { (const guint8 *) "\0\xff", 2 },
                   .will_qos = MQTTC_QOS_EXACTLY_ONCE,
                   .will_retain = TRUE } } },
  { "connack-session-present",
    { .type = MQTTC_PACKET_TYPE_CONNACK, .connack = { .session_present = TRUE } } },
  { "connack-0", { .type = MQTTC_PACKET_TYPE_CONNACK } },
  { "connack-1", { .type = MQTTC_PACKET_TYPE_CONNACK, .reason_code = 0x84 } },
  { "connack-2", { .type = MQTTC_PACKET_TYPE_CONNACK, .reason_code = 0x85 } },
  { "connack-3", { .type = MQTTC_PACKET_TYPE_CONNACK, .reason_code = 0x88 } },
  { "connack-4", { .type = MQTTC_PACKET_TYPE_CONNACK, .reason_code = 0x86 } },
  { "connack-5", { .type = MQTTC_PACKET_TYPE_CONNACK, .reason_code = 0x87 } },
  { "publish-qos0",
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .publish = { .topic = { (const guint8 *) "a/b", 3 },
                   .payload = { (const guint8 *) "\xf1\xf2\xf3\xf4", 4 } } } },
  { "publish-qos1",
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .packet_id = 10,
      .publish = { .topic = { (const guint8 *) "a/b", 3 },
                   .payload = { (const guint8 *) "\xf1\xf2\xf3\xf4", 4 },
                   .qos = MQTTC_QOS_AT_LEAST_ONCE } } },
  { "publish-qos2-dup-retain",
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .packet_id = 256,
      .publish = { .topic = { (const guint8 *) "a/b", 3 },
                   .payload = { (const guint8 *) "", 1 },
                   .qos = MQTTC_QOS_EXACTLY_ONCE,
                   .dup = TRUE,
                   .retain = TRUE } } },
  { "puback", { .type = MQTTC_PACKET_TYPE_PUBACK, .packet_id = 10 } },
  { "pubrec", { .type = MQTTC_PACKET_TYPE_PUBREC, .packet_id = 10 } },
  { "pubrel-last-id", { .type = MQTTC_PACKET_TYPE_PUBREL, .packet_id = 65535 } },
  { "pubcomp", { .type = MQTTC_PACKET_TYPE_PUBCOMP, .packet_id = 10 } },
  { "subscribe-three",
    { .type = MQTTC_PACKET_TYPE_SUBSCRIBE,
      .packet_id = 260,
      .filters
      = { .entries = { (const guint8 *) "\0\3a/+\0\0\1#\1\0\5a/b/c\2", 18 }, .n_entries = 3 } } },
  { "suback-all-codes",
    { .type = MQTTC_PACKET_TYPE_SUBACK,
      .packet_id = 15,
      .suback = { .codes = { (const guint8 *) "\1\x80\0\2", 4 } } } },
  { "unsubscribe-two",
    { .type = MQTTC_PACKET_TYPE_UNSUBSCRIBE,
      .packet_id = 11,
      .filters = { .entries = { (const guint8 *) "\0\3a/+\0\1#", 8 }, .n_entries = 2 } } },
  { "unsuback", { .type = MQTTC_PACKET_TYPE_UNSUBACK, .packet_id = 10 } },
  { "pingreq", { .type = MQTTC_PACKET_TYPE_PINGREQ } },
  { "pingresp", { .type = MQTTC_PACKET_TYPE_PINGRESP } },
  { "disconnect", { .type = MQTTC_PACKET_TYPE_DISCONNECT } },
};

static void
check_golden (const char *name,
              const MqttcPacketView *expected)
{
  const Vector *vector = find_vector (name);
  g_autofree guint8 *copy = NULL;
  MqttcPacketView view;
  const char *fault;

  g_test_message ("%s", name);
  assert_encodes_to (expected, vector->bytes->data, vector->bytes->len);
  g_assert_cmpint (decode (vector->bytes->data, vector->bytes->len, &copy, &view, &fault), ==,
                   MQTTC_DECODE_OK);
  assert_view_equal (&view, expected);
}

static void
test_golden (void)
{
  guint types = 0;

  check_golden ("connect-everything", &golden_connect);
  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      check_golden (golden[i].name, &golden[i].view);
      types |= 1u << golden[i].view.type;
    }

  g_assert_cmphex (types, ==, 0x7ffe);
}

/* What it does not have is zero, whatever was there before; but for what only CONNECT has. */
static void
test_view_is_cleared (void)
{
  const gsize cleared_size
      = G_STRUCT_OFFSET (MqttcPacketView, publish) + sizeof ((MqttcPacketView *) NULL)->publish;
  const Vector *vector = find_vector ("pingresp");
  MqttcPacketView view, expected = { .type = MQTTC_PACKET_TYPE_PINGRESP };
  MqttcFrame frame;
  const char *fault;

  memset (&view, 0xa5, sizeof view);
  g_assert_cmpint (mqttc_frame_decode (vector->bytes->data, vector->bytes->len, 0, &frame), ==,
                   MQTTC_DECODE_OK);
  g_assert_cmpint (mqttc_packet_decode (PROTOCOL, &frame, vector->bytes->data, &view, &fault), ==,
                   MQTTC_DECODE_OK);
  g_assert_cmpmem (&view, cleared_size, &expected, cleared_size);
}

/* [MQTT-2.2.2-1], [MQTT-2.2.2-2]: all sixteen flags of all types. */
static void
test_fixed_header_flags (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      const Vector *vector = find_vector (golden[i].name);

      if (golden[i].view.type == MQTTC_PACKET_TYPE_PUBLISH)
        continue;

      for (guint flags = 0; flags < 16; flags++)
        {
          g_autofree guint8 *data = g_memdup2 (vector->bytes->data, vector->bytes->len);
          g_autofree guint8 *copy = NULL;
          MqttcPacketView view;
          const char *fault;
          gboolean same;

          data[0] = (data[0] & 0xf0) | flags;
          same = data[0] == vector->bytes->data[0];
          g_assert_cmpint (decode (data, vector->bytes->len, &copy, &view, &fault), ==,
                           same ? MQTTC_DECODE_OK : MQTTC_DECODE_MALFORMED);
          if (!same)
            g_assert_cmpstr (fault, ==, "the flags of the fixed header are wrong");
        }
    }
}

static void
test_faults (void)
{
  static const struct
  {
    const char *name;
    const char *fault;
  } cases[] = {
    { "connect-level-5", "the protocol level is that of another version" },
    { "connect-level-3", "the protocol level is neither 4 nor 5" },
    { "connect-name-MQIsdp", "the protocol name is not MQTT" },
    { "connect-password-without-user", "there is a password without a user name" },
    { "connack-session-present-refused", "a session is present, but the connection is refused" },
    { "publish-topic-plus", "the topic name holds a wildcard" },
    { "publish-topic-cut", "it ends within a field" },
    { "publish-empty", "it ends within a field" },
    { "puback-long", "bytes follow its last field" },
    { "puback-id-0", "the packet identifier is 0" },
    { "type-15", "the packet type is reserved" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Vector *vector = find_vector (cases[i].name);
      g_autofree guint8 *copy = NULL;
      MqttcPacketView view;
      const char *fault;

      decode (vector->bytes->data, vector->bytes->len, &copy, &view, &fault);
      g_assert_cmpstr (fault, ==, cases[i].fault);
    }
}

/* What MQTT 5 has more is not there in 3.1.1, in neither direction. */
static void
test_mqtt_5 (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    const char *fault;
  } decoded[] = {
    { "\x10\x0e\0\4MQTT\5\2\0\0\0\0\1c", 16, "the protocol level is that of another version" },
    { "\xf0\0", 2, "the packet type is reserved" },
    { "\xe0\1\0", 3, "bytes follow its last field" },
    { "\xb0\4\0\1\0\0", 6, "bytes follow its last field" },
    { "\x40\3\0\1\x10", 5, "bytes follow its last field" },
    { "\x20\3\0\0\0", 5, "bytes follow its last field" },
    { "\x20\2\0\x87", 4, "the return code is greater than 5" },
    { "\x82\6\0\1\0\1a\4", 8, "a reserved bit of the subscription options is set" },
    { "\x90\3\0\1\x87", 5, "the packet may not have this reason code" },
  };
  const MqttcSlice property = mqttc_slice ("\x1f\0\1r", 4);
  const MqttcPacketView encoded[] = {
    { .type = MQTTC_PACKET_TYPE_AUTH },
    { .type = MQTTC_PACKET_TYPE_DISCONNECT, .reason_code = 0x04 },
    { .type = MQTTC_PACKET_TYPE_DISCONNECT, .properties = property },
    { .type = MQTTC_PACKET_TYPE_CONNACK, .properties = property },
    { .type = MQTTC_PACKET_TYPE_PUBACK, .packet_id = 1, .properties = property },
    { .type = MQTTC_PACKET_TYPE_UNSUBACK, .packet_id = 1, .properties = property },
    { .type = MQTTC_PACKET_TYPE_PINGREQ, .properties = property },
  };
  /* It is sent without them. */
  const MqttcPacketView publish = {
    .type = MQTTC_PACKET_TYPE_PUBLISH,
    .properties = property,
    .publish.topic = { property.data, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (decoded); i++)
    {
      g_autofree guint8 *copy = NULL;
      MqttcPacketView view;
      const char *fault;

      g_assert_cmpint (
          decode ((const guint8 *) decoded[i].bytes, decoded[i].len, &copy, &view, &fault), ==,
          MQTTC_DECODE_MALFORMED);
      g_assert_cmpstr (fault, ==, decoded[i].fault);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (encoded); i++)
    g_assert_cmpuint (mqttc_packet_get_encoded_size (PROTOCOL, &encoded[i]), ==, 0);
  g_assert_cmpuint (mqttc_packet_get_encoded_size (PROTOCOL, &publish), ==, 5);
}

/* Nothing is written. */
static void
test_impossible (void)
{
  const MqttcPacketView cases[] = {
    { .type = MQTTC_PACKET_TYPE_PUBLISH }, /* no topic */
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .publish = { .topic = mqttc_slice ("a", 1), .qos = MQTTC_QOS_AT_LEAST_ONCE } },
    { .type = MQTTC_PACKET_TYPE_PUBACK },
    { .type = (MqttcPacketType) 15, .packet_id = 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 byte = 0xa5;

      g_assert_cmpuint (mqttc_packet_get_encoded_size (PROTOCOL, &cases[i]), ==, 0);
      g_assert_cmpuint (mqttc_packet_encode (PROTOCOL, &cases[i], &byte), ==, 0);
      g_assert_cmpuint (mqttc_packet_encode_head (PROTOCOL, &cases[i], &byte), ==, 0);
      g_assert_cmpuint (byte, ==, 0xa5);
    }
}

static void
test_names (void)
{
  g_assert_cmpstr (mqttc_packet_type_get_name (0), ==, "reserved type 0");
  g_assert_cmpstr (mqttc_packet_type_get_name (MQTTC_PACKET_TYPE_CONNECT), ==, "CONNECT");
  g_assert_cmpstr (mqttc_packet_type_get_name (MQTTC_PACKET_TYPE_PUBLISH), ==, "PUBLISH");
  g_assert_cmpstr (mqttc_packet_type_get_name (MQTTC_PACKET_TYPE_AUTH), ==, "AUTH");
  g_assert_cmpstr (mqttc_packet_type_get_name (16), ==, "unknown type");
}

/* --- Section 2.2.3: the remaining length. --- */

static void
test_remaining_length (void)
{
  static const struct
  {
    guint32 length;
    const char *bytes;
    guint size;
  } cases[] = {
    { 127, "\x7f", 1 },
    { 128, "\x80\x01", 2 },
    { 16383, "\xff\x7f", 2 },
    { 16384, "\x80\x80\x01", 3 },
    { 2097151, "\xff\xff\x7f", 3 },
    { 2097152, "\x80\x80\x80\x01", 4 },
    { 268435455, "\xff\xff\xff\x7f", 4 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* The head does not look at the payload, so there need not be one. */
      const MqttcPacketView view = {
        .type = MQTTC_PACKET_TYPE_PUBLISH,
        .publish = { .topic = mqttc_slice ("t", 1), .payload = { NULL, cases[i].length - 3 } },
      };
      const guint header_size = 1 + cases[i].size;
      guint8 head[8];
      MqttcFrame frame;

      g_assert_cmpuint (mqttc_packet_get_encoded_size (PROTOCOL, &view), ==,
                        header_size + cases[i].length);
      g_assert_cmpuint (mqttc_packet_encode_head (PROTOCOL, &view, head), ==, header_size + 3);
      g_assert_cmpmem (head + 1, cases[i].size, cases[i].bytes, cases[i].size);

      for (guint len = 0; len < header_size; len++)
        g_assert_cmpint (mqttc_frame_decode (head, len, 0, &frame), ==, MQTTC_DECODE_NEED_MORE);
      g_assert_cmpint (mqttc_frame_decode (head, header_size, 0, &frame), ==, MQTTC_DECODE_OK);
      g_assert_cmpuint (frame.header_size, ==, header_size);
      g_assert_cmpuint (frame.remaining_length, ==, cases[i].length);
      g_assert_cmphex (frame.type_and_flags, ==, 0x30);
    }
}

/* A remaining length of 0, in one byte. */
static void
test_remaining_length_zero (void)
{
  const guint8 data[] = { 0xd0, 0x00 };
  MqttcFrame frame;

  g_assert_cmpint (mqttc_frame_decode (data, 1, 0, &frame), ==, MQTTC_DECODE_NEED_MORE);
  g_assert_cmpint (mqttc_frame_decode (data, 2, 0, &frame), ==, MQTTC_DECODE_OK);
  g_assert_cmpuint (frame.remaining_length, ==, 0);
  g_assert_cmpuint (mqttc_frame_get_size (&frame), ==, 2);
}

/* The limit is asked as soon as the length is known, and before there is a body. */
static void
test_too_large (void)
{
  const guint8 data[] = { 0x30, 0x80, 0x01 }; /* 131 bytes in all */
  MqttcFrame frame;

  g_assert_cmpint (mqttc_frame_decode (data, 2, 100, &frame), ==, MQTTC_DECODE_NEED_MORE);
  g_assert_cmpint (mqttc_frame_decode (data, 3, 130, &frame), ==, MQTTC_DECODE_TOO_LARGE);
  g_assert_cmpuint (mqttc_frame_get_size (&frame), ==, 131);
  g_assert_cmpint (mqttc_frame_decode (data, 3, 131, &frame), ==, MQTTC_DECODE_OK);
  g_assert_cmpint (mqttc_frame_decode (data, 3, 0, &frame), ==, MQTTC_DECODE_OK);
}

static void
test_malformed_at_first_byte (void)
{
  MqttcFrame frame;

  for (guint8 byte = 0; byte < 0x10; byte++)
    g_assert_cmpint (mqttc_frame_decode (&byte, 1, 0, &frame), ==, MQTTC_DECODE_MALFORMED);
}

/* Entries that are cut short end the list, wherever that is. What a decoder lets pass never are. */
static void
test_filter_list_cut (void)
{
  static const guint8 entries[] = { 0, 1, 'a', 2, 0, 2, 'b', 'c', 1 };

  for (gsize len = 0; len <= sizeof entries; len++)
    {
      g_autofree guint8 *copy = g_memdup2 (entries, len);
      MqttcSlice rest = mqttc_slice (copy, len);
      MqttcSlice filter;
      guint8 options;
      guint n_filters = 0;

      while (mqttc_filter_list_next (&rest, &filter, &options))
        {
          g_assert_cmpuint (filter.len, ==, n_filters + 1);
          g_assert_cmpuint (options, ==, 2 - n_filters);
          n_filters++;
        }
      g_assert_cmpuint (n_filters, ==, (len >= 4) + (len == 9));
    }
}

int
main (int argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  vectors = vector_file_load_packets ("packets-3.1.1.txt");

  g_test_add_func ("/codec/vectors", test_vectors);
  g_test_add_func ("/codec/every-split", test_every_split);
  g_test_add_func ("/codec/trailing-bytes", test_trailing_bytes);
  g_test_add_func ("/codec/golden", test_golden);
  g_test_add_func ("/codec/view-is-cleared", test_view_is_cleared);
  g_test_add_func ("/codec/fixed-header-flags", test_fixed_header_flags);
  g_test_add_func ("/codec/faults", test_faults);
  g_test_add_func ("/codec/mqtt-5", test_mqtt_5);
  g_test_add_func ("/codec/impossible", test_impossible);
  g_test_add_func ("/codec/names", test_names);
  g_test_add_func ("/codec/remaining-length", test_remaining_length);
  g_test_add_func ("/codec/remaining-length/zero", test_remaining_length_zero);
  g_test_add_func ("/codec/too-large", test_too_large);
  g_test_add_func ("/codec/malformed-at-first-byte", test_malformed_at_first_byte);
  g_test_add_func ("/codec/filter-list/cut", test_filter_list_cut);

  status = g_test_run ();
  g_ptr_array_unref (vectors);
  return status;
}
