/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sections 2 and 3 of MQTT 5: what packets look like. */

#include <string.h>

#include "assert-view.h"
#include "codec-5.h"

/* --- The packets. --- */

/* The bits of the lengths at which the body of a packet may end too, and say less. */
#define AT(length) (G_GUINT64_CONSTANT (1) << (length))

typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;
  MqttcPacketView view;
  guint64 shorter;
} Golden;

static const Golden golden[] = {
  /* [MQTT-3.1.2-1] [MQTT-3.1.2-3] [MQTT-2.2.2-1] [MQTT-3.1.3-3]; no will, no user name and no password:
   * [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-16] [MQTT-3.1.2-18] */
  { "connect",
    BYTES ("\x10\x0d\0\4MQTT\5\0\0\0\0\0\0"),
    { .type = MQTTC_PACKET_TYPE_CONNECT, .connect = { .protocol = MQTTC_PROTOCOL_V5 } },
    0 },
  /* [MQTT-3.1.3-1] [MQTT-3.1.2-9] [MQTT-3.1.2-17] */
  { "connect, everything",
    BYTES ("\x10\x32\0\4MQTT\5\xee\0\x3c\x08\x11\0\0\0\x0a\x21\0\x14\0\1c"
           "\x0c\x18\0\0\0\5\x26\0\1k\0\1v\0\3w/t\0\2\0\xff\0\1u\0\1p"),
    { .type = MQTTC_PACKET_TYPE_CONNECT,
      .properties = SLICE ("\x11\0\0\0\x0a\x21\0\x14"),
      .connect = { .protocol = MQTTC_PROTOCOL_V5,
                   .clean_session = TRUE,
                   .keep_alive = 60,
                   .client_id = SLICE ("c"),
                   .has_will = TRUE,
                   .will_properties = SLICE ("\x18\0\0\0\5\x26\0\1k\0\1v"),
                   .will_topic = SLICE ("w/t"),
                   .will_payload = SLICE ("\0\xff"),
                   .will_qos = MQTTC_QOS_AT_LEAST_ONCE,
                   .will_retain = TRUE,
                   .has_user_name = TRUE,
                   .user_name = SLICE ("u"),
                   .has_password = TRUE,
                   .password = SLICE ("p") } },
    0 },
  { "connect, will without properties",
    BYTES ("\x10\x13\0\4MQTT\5\x14\0\0\0\0\0\0\0\1w\0\0"),
    { .type = MQTTC_PACKET_TYPE_CONNECT,
      .connect = { .protocol = MQTTC_PROTOCOL_V5,
                   .has_will = TRUE,
                   .will_topic = SLICE ("w"),
                   .will_qos = MQTTC_QOS_EXACTLY_ONCE } },
    0 },
  /* [MQTT-3.1.2-19], section 3.1.2.9: other than in 3.1.1. */
  { "connect, password without user name",
    BYTES ("\x10\x11\0\4MQTT\5\x42\0\0\0\0\1c\0\1p"),
    { .type = MQTTC_PACKET_TYPE_CONNECT,
      .connect = { .protocol = MQTTC_PROTOCOL_V5,
                   .clean_session = TRUE,
                   .client_id = SLICE ("c"),
                   .has_password = TRUE,
                   .password = SLICE ("p") } },
    0 },
  { "connack", BYTES ("\x20\3\0\0\0"), { .type = MQTTC_PACKET_TYPE_CONNACK }, 0 },
  { "connack, session present",
    BYTES ("\x20\6\1\0\3\x21\0\x0a"),
    { .type = MQTTC_PACKET_TYPE_CONNACK,
      .properties = SLICE ("\x21\0\x0a"),
      .connack.session_present = TRUE },
    0 },
  { "connack, refused",
    BYTES ("\x20\x08\0\x87\5\x1f\0\2no"),
    { .type = MQTTC_PACKET_TYPE_CONNACK, .reason_code = 0x87, .properties = SLICE ("\x1f\0\2no") },
    0 },
  /* [MQTT-2.2.1-2] [MQTT-3.3.2-1] */
  { "publish",
    BYTES ("\x30\6\0\1a\0hi"),
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .publish = { .topic = SLICE ("a"), .payload = SLICE ("hi") } },
    AT (4) | AT (5) },
  { "publish, qos 1, dup, retain",
    BYTES ("\x3b\x0e\0\3a/b\0\x0a\5\1\1\x23\0\5x"),
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .packet_id = 10,
      .properties = SLICE ("\1\1\x23\0\5"),
      .publish = { .topic = SLICE ("a/b"),
                   .payload = SLICE ("x"),
                   .qos = MQTTC_QOS_AT_LEAST_ONCE,
                   .dup = TRUE,
                   .retain = TRUE } },
    AT (13) },
  { "publish, qos 2, alias alone",
    BYTES ("\x34\x08\0\0\0\7\3\x23\0\1"),
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .packet_id = 7,
      .properties = SLICE ("\x23\0\1"),
      .publish.qos = MQTTC_QOS_EXACTLY_ONCE },
    0 },
  { "puback", BYTES ("\x40\2\0\x0a"), { .type = MQTTC_PACKET_TYPE_PUBACK, .packet_id = 10 }, 0 },
  { "puback, reason",
    BYTES ("\x40\3\0\x0a\x10"),
    { .type = MQTTC_PACKET_TYPE_PUBACK, .packet_id = 10, .reason_code = 0x10 },
    AT (2) },
  { "puback, both",
    BYTES ("\x40\x08\0\x0a\x87\4\x1f\0\1n"),
    { .type = MQTTC_PACKET_TYPE_PUBACK,
      .packet_id = 10,
      .reason_code = 0x87,
      .properties = SLICE ("\x1f\0\1n") },
    AT (2) | AT (3) },
  { "puback, properties",
    BYTES ("\x40\x08\0\x0a\0\4\x1f\0\1n"),
    { .type = MQTTC_PACKET_TYPE_PUBACK, .packet_id = 10, .properties = SLICE ("\x1f\0\1n") },
    AT (2) | AT (3) },
  { "pubrec", BYTES ("\x50\2\1\0"), { .type = MQTTC_PACKET_TYPE_PUBREC, .packet_id = 256 }, 0 },
  { "pubrec, reason",
    BYTES ("\x50\3\1\0\x97"),
    { .type = MQTTC_PACKET_TYPE_PUBREC, .packet_id = 256, .reason_code = 0x97 },
    AT (2) },
  { "pubrec, both",
    BYTES ("\x50\x0b\1\0\x10\7\x26\0\1k\0\1v"),
    { .type = MQTTC_PACKET_TYPE_PUBREC,
      .packet_id = 256,
      .reason_code = 0x10,
      .properties = SLICE ("\x26\0\1k\0\1v") },
    AT (2) | AT (3) },
  { "pubrel",
    BYTES ("\x62\2\xff\xff"),
    { .type = MQTTC_PACKET_TYPE_PUBREL, .packet_id = 65535 },
    0 },
  { "pubrel, reason",
    BYTES ("\x62\3\xff\xff\x92"),
    { .type = MQTTC_PACKET_TYPE_PUBREL, .packet_id = 65535, .reason_code = 0x92 },
    AT (2) },
  { "pubrel, both",
    BYTES ("\x62\7\xff\xff\x92\3\x1f\0\0"),
    { .type = MQTTC_PACKET_TYPE_PUBREL,
      .packet_id = 65535,
      .reason_code = 0x92,
      .properties = SLICE ("\x1f\0\0") },
    AT (2) | AT (3) },
  { "pubcomp", BYTES ("\x70\2\0\1"), { .type = MQTTC_PACKET_TYPE_PUBCOMP, .packet_id = 1 }, 0 },
  { "pubcomp, reason",
    BYTES ("\x70\3\0\1\x92"),
    { .type = MQTTC_PACKET_TYPE_PUBCOMP, .packet_id = 1, .reason_code = 0x92 },
    AT (2) },
  { "pubcomp, both",
    BYTES ("\x70\7\0\1\x92\3\x1f\0\0"),
    { .type = MQTTC_PACKET_TYPE_PUBCOMP,
      .packet_id = 1,
      .reason_code = 0x92,
      .properties = SLICE ("\x1f\0\0") },
    AT (2) | AT (3) },
  { "subscribe",
    BYTES ("\x82\7\0\1\0\0\1a\0"),
    { .type = MQTTC_PACKET_TYPE_SUBSCRIBE,
      .packet_id = 1,
      .filters = { .entries = SLICE ("\0\1a\0"), .n_entries = 1 } },
    0 },
  { "subscribe, everything",
    BYTES ("\x82\x11\1\4\2\x0b\x0a\0\3a/+\x2d\0\3$x/\x12"),
    { .type = MQTTC_PACKET_TYPE_SUBSCRIBE,
      .packet_id = 260,
      .properties = SLICE ("\x0b\x0a"),
      .filters = { .entries = SLICE ("\0\3a/+\x2d\0\3$x/\x12"), .n_entries = 2 } },
    AT (11) },
  { "suback",
    BYTES ("\x90\4\0\1\0\0"),
    { .type = MQTTC_PACKET_TYPE_SUBACK, .packet_id = 1, .suback.codes = SLICE ("\0") },
    0 },
  { "suback, properties",
    BYTES ("\x90\x0b\0\1\4\x1f\0\1n\0\1\2\x87"),
    { .type = MQTTC_PACKET_TYPE_SUBACK,
      .packet_id = 1,
      .properties = SLICE ("\x1f\0\1n"),
      .suback.codes = SLICE ("\0\1\2\x87") },
    AT (8) | AT (9) | AT (10) },
  { "unsubscribe",
    BYTES ("\xa2\6\0\1\0\0\1a"),
    { .type = MQTTC_PACKET_TYPE_UNSUBSCRIBE,
      .packet_id = 1,
      .filters = { .entries = SLICE ("\0\1a"), .n_entries = 1 } },
    0 },
  { "unsubscribe, properties",
    BYTES ("\xa2\x12\0\1\7\x26\0\1k\0\1v\0\3a/#\0\1+"),
    { .type = MQTTC_PACKET_TYPE_UNSUBSCRIBE,
      .packet_id = 1,
      .properties = SLICE ("\x26\0\1k\0\1v"),
      .filters = { .entries = SLICE ("\0\3a/#\0\1+"), .n_entries = 2 } },
    AT (15) },
  { "unsuback",
    BYTES ("\xb0\4\0\1\0\x11"),
    { .type = MQTTC_PACKET_TYPE_UNSUBACK, .packet_id = 1, .suback.codes = SLICE ("\x11") },
    0 },
  { "unsuback, properties",
    BYTES ("\xb0\x09\0\1\4\x1f\0\1n\0\x8f"),
    { .type = MQTTC_PACKET_TYPE_UNSUBACK,
      .packet_id = 1,
      .properties = SLICE ("\x1f\0\1n"),
      .suback.codes = SLICE ("\0\x8f") },
    AT (8) },
  { "pingreq", BYTES ("\xc0\0"), { .type = MQTTC_PACKET_TYPE_PINGREQ }, 0 },
  { "pingresp", BYTES ("\xd0\0"), { .type = MQTTC_PACKET_TYPE_PINGRESP }, 0 },
  { "disconnect", BYTES ("\xe0\0"), { .type = MQTTC_PACKET_TYPE_DISCONNECT }, 0 },
  { "disconnect, reason",
    BYTES ("\xe0\1\4"),
    { .type = MQTTC_PACKET_TYPE_DISCONNECT, .reason_code = 4 },
    AT (0) },
  { "disconnect, both",
    BYTES ("\xe0\6\x8e\4\x1c\0\1s"),
    { .type = MQTTC_PACKET_TYPE_DISCONNECT,
      .reason_code = 0x8e,
      .properties = SLICE ("\x1c\0\1s") },
    AT (0) | AT (1) },
  { "disconnect, properties",
    BYTES ("\xe0\7\0\5\x11\0\0\0\0"),
    { .type = MQTTC_PACKET_TYPE_DISCONNECT, .properties = SLICE ("\x11\0\0\0\0") },
    AT (0) | AT (1) },
  { "auth", BYTES ("\xf0\0"), { .type = MQTTC_PACKET_TYPE_AUTH }, 0 },
  { "auth, reason",
    BYTES ("\xf0\1\x19"),
    { .type = MQTTC_PACKET_TYPE_AUTH, .reason_code = 0x19 },
    AT (0) },
  { "auth, both",
    BYTES ("\xf0\x0a\x18\x08\x15\0\1m\x16\0\1\xff"),
    { .type = MQTTC_PACKET_TYPE_AUTH,
      .reason_code = 0x18,
      .properties = SLICE ("\x15\0\1m\x16\0\1\xff") },
    AT (0) | AT (1) },
};

static const Golden *
find_golden (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    if (g_str_equal (golden[i].name, name))
      return &golden[i];

  g_error ("There is no packet %s", name);
}

/* --- Helpers. --- */

static void
assert_encodes_to (const MqttcPacketView *view,
                   gconstpointer data,
                   gsize len)
{
  const gsize payload = view->type == MQTTC_PACKET_TYPE_PUBLISH ? view->publish.payload.len : 0;
  g_autofree guint8 *whole = g_malloc (len);
  g_autofree guint8 *head = g_malloc (len - payload);

  g_assert_cmpuint (mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, view), ==, len);
  g_assert_cmpuint (mqttc_packet_get_size_bound (MQTTC_PROTOCOL_V5, view), >=, len);
  g_assert_cmpuint (mqttc_packet_encode (MQTTC_PROTOCOL_V5, view, whole), ==, len);
  g_assert_cmpmem (whole, len, data, len);
  g_assert_cmpuint (mqttc_packet_encode_head (MQTTC_PROTOCOL_V5, view, head), ==, len - payload);
  g_assert_cmpmem (head, len - payload, data, len - payload);
}

/* --- Both ways. --- */

static void
test_golden (void)
{
  guint types = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autofree guint8 *copy = NULL;
      MqttcPacketView view;
      const char *fault;

      g_test_message ("%s", golden[i].name);
      assert_encodes_to (&golden[i].view, golden[i].bytes, golden[i].len);
      g_assert_cmpint (codec_5_decode (golden[i].bytes, golden[i].len, &copy, &view, &fault), ==,
                       MQTTC_DECODE_OK);
      assert_view_equal (&view, &golden[i].view);
      types |= 1u << golden[i].view.type;
    }

  g_assert_cmphex (types, ==, 0xfffe);
}

/* Sections 3.4.2.1, 3.14.2.1 and 3.15.2.1 and their like: what could be left out is there, and says no more. */
static void
test_long_forms (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    const char *name;
  } cases[] = {
    { BYTES ("\x40\3\0\x0a\0"), "puback" },
    { BYTES ("\x40\4\0\x0a\0\0"), "puback" },
    { BYTES ("\x40\4\0\x0a\x10\0"), "puback, reason" },
    { BYTES ("\x50\3\1\0\0"), "pubrec" },
    { BYTES ("\x50\4\1\0\0\0"), "pubrec" },
    { BYTES ("\x50\4\1\0\x97\0"), "pubrec, reason" },
    { BYTES ("\x62\3\xff\xff\0"), "pubrel" },
    { BYTES ("\x62\4\xff\xff\0\0"), "pubrel" },
    { BYTES ("\x62\4\xff\xff\x92\0"), "pubrel, reason" },
    { BYTES ("\x70\3\0\1\0"), "pubcomp" },
    { BYTES ("\x70\4\0\1\0\0"), "pubcomp" },
    { BYTES ("\x70\4\0\1\x92\0"), "pubcomp, reason" },
    { BYTES ("\xe0\1\0"), "disconnect" },
    { BYTES ("\xe0\2\0\0"), "disconnect" },
    { BYTES ("\xe0\2\4\0"), "disconnect, reason" },
    { BYTES ("\xf0\1\0"), "auth" },
    { BYTES ("\xf0\2\0\0"), "auth" },
    { BYTES ("\xf0\2\x19\0"), "auth, reason" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Golden *shortest = find_golden (cases[i].name);
      g_autofree guint8 *copy = NULL;
      MqttcPacketView view;
      const char *fault;

      g_assert_cmpint (codec_5_decode (cases[i].bytes, cases[i].len, &copy, &view, &fault), ==,
                       MQTTC_DECODE_OK);
      assert_view_equal (&view, &shortest->view);
      assert_encodes_to (&view, shortest->bytes, shortest->len);
    }
}

/* What it does not have is zero, whatever was there before; but for what only CONNECT has. */
static void
test_view_is_cleared (void)
{
  const gsize cleared_size
      = G_STRUCT_OFFSET (MqttcPacketView, publish) + sizeof ((MqttcPacketView *) NULL)->publish;
  const char *const names[] = { "pingresp", "disconnect", "auth", "puback" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const Golden *packet = find_golden (names[i]);
      g_autofree guint8 *copy = NULL;
      MqttcPacketView view, expected;
      const char *fault;

      memset (&view, 0xa5, sizeof view);
      memset (&expected, 0, sizeof expected);
      expected.type = packet->view.type;
      expected.packet_id = packet->view.packet_id;
      codec_5_decode (packet->bytes, packet->len, &copy, &view, &fault);
      g_assert_cmpmem (&view, cleared_size, &expected, cleared_size);
    }
}

/* The length of the properties is a variable byte integer too [MQTT-1.5.5-1]. */
static void
test_lengths_of_properties (void)
{
  static const struct
  {
    gsize len;
    gsize size; /* of the length */
  } cases[] = { { 127, 1 },   { 128, 2 },     { 16383, 2 },  { 16384, 3 },
                { 65536, 3 }, { 2097151, 3 }, { 2097152, 4 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree guint8 *list = g_malloc0 (cases[i].len);
      g_autofree guint8 *copy = NULL;
      MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBLISH,
                               .properties = { list, cases[i].len },
                               .publish = { .topic = SLICE ("t"), .payload = SLICE ("payload") } };
      g_autofree guint8 *data = NULL;
      MqttcPacketView decoded;
      const char *fault;
      gsize pos, size;

      /* User properties of no name, five bytes each, but the last. */
      for (pos = 0; cases[i].len - pos >= 10; pos += 5)
        list[pos] = 0x26;
      list[pos] = 0x26;
      list[pos + 2] = (guint8) (cases[i].len - pos - 5);
      memset (list + pos + 3, 'x', list[pos + 2]);

      size = mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, &view);
      data = g_malloc (size);
      g_assert_cmpuint (mqttc_packet_get_size_bound (MQTTC_PROTOCOL_V5, &view), >=, size);
      g_assert_cmpuint (mqttc_packet_encode (MQTTC_PROTOCOL_V5, &view, data), ==, size);
      g_assert_cmpint (codec_5_decode (data, size, &copy, &decoded, &fault), ==, MQTTC_DECODE_OK);
      assert_view_equal (&decoded, &view);
      g_assert_cmpuint (decoded.properties.data - decoded.publish.topic.data, ==,
                        1 + cases[i].size);
    }
}

/* --- Cut, or too long. --- */

static void
check_cut (const Golden *packet,
           guint len)
{
  MqttcDecodeResult result;
  MqttcPacketView view;
  const char *fault;

  result = codec_5_decode_body ((guint8) packet->bytes[0], packet->bytes + 2, len, &view, &fault);
  g_test_message ("%s, %u bytes: %s", packet->name, len, fault != NULL ? fault : "right");
  if ((packet->shorter & AT (len)) != 0)
    g_assert_cmpint (result, ==, MQTTC_DECODE_OK);
  else
    g_assert_true (result == MQTTC_DECODE_MALFORMED || result == MQTTC_DECODE_PROTOCOL_ERROR);
}

/* The fixed header says that the packet ends sooner, after each byte of its body. */
static void
test_every_cut (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    for (guint len = 0; len < golden[i].len - 2; len++)
      check_cut (&golden[i], len);
}

/* A byte more is no reason, no code, no length and no part of a filter; it can only be of a payload. */
static void
test_trailing_byte (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      g_autoptr (GByteArray) body = g_byte_array_new ();
      MqttcDecodeResult result;
      MqttcPacketView view;
      const char *fault;

      g_byte_array_append (body, (const guint8 *) golden[i].bytes + 2, (guint) golden[i].len - 2);
      g_byte_array_append (body, (const guint8 *) "\xff", 1);
      result
          = codec_5_decode_body ((guint8) golden[i].bytes[0], body->data, body->len, &view, &fault);
      g_test_message ("%s: %s", golden[i].name, fault != NULL ? fault : "right");
      g_assert_cmpint (result == MQTTC_DECODE_OK, ==,
                       golden[i].view.type == MQTTC_PACKET_TYPE_PUBLISH);
    }
}

/* --- The fixed header. --- */

/* [MQTT-2.1.3-1]: all sixteen flags of all types. [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1]
 * [MQTT-3.14.1-1] [MQTT-3.15.1-1] */
static void
test_flags (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    for (guint8 flags = 0; flags < 16; flags++)
      {
        const guint8 first = (guint8) golden[i].bytes[0];
        const guint8 changed = (first & 0xf0) | flags;
        MqttcPacketView view;
        const char *fault;

        if (golden[i].view.type == MQTTC_PACKET_TYPE_PUBLISH)
          continue;

        g_assert_cmpint (codec_5_decode_body (changed, golden[i].bytes + 2,
                                              (guint) golden[i].len - 2, &view, &fault),
                         ==, changed == first ? MQTTC_DECODE_OK : MQTTC_DECODE_MALFORMED);
        if (changed != first)
          g_assert_cmpstr (fault, ==, "the flags of the fixed header are wrong");
      }
}

/* [MQTT-3.3.1-2], [MQTT-3.3.1-4] */
static void
test_publish_flags (void)
{
  for (guint8 flags = 0; flags < 16; flags++)
    {
      const guint qos = flags >> 1 & 3;
      const gboolean dup = flags >> 3;
      const gboolean is_right = qos != 3 && !(dup && qos == 0);
      MqttcPacketView view;
      const char *fault;

      /* Behind the topic an identifier and no properties, or no properties and two bytes of payload. */
      g_assert_cmpint (codec_5_decode_body (0x30 | flags, "\0\1t\0\1\0", 6, &view, &fault), ==,
                       is_right ? MQTTC_DECODE_OK : MQTTC_DECODE_MALFORMED);
      if (!is_right)
        continue;

      g_assert_cmpuint (view.publish.qos, ==, qos);
      g_assert_cmpint (view.publish.dup, ==, dup);
      g_assert_cmpint (view.publish.retain, ==, flags & 1);
      g_assert_cmpuint (view.packet_id, ==, qos != 0);
      g_assert_cmpuint (view.publish.payload.len, ==, qos != 0 ? 0 : 2);
    }
}

/* What can be said before the body is there. */
static void
test_frame_faults (void)
{
  static const struct
  {
    MqttcFrame frame;
    const char *fault;
  } cases[] = {
    { { 0x20, 2, 1000 }, NULL },
    { { 0x40, 2, 1000 }, NULL },
    { { 0xb0, 2, 1000 }, NULL },
    { { 0xe0, 2, 1000 }, NULL },
    { { 0xf0, 2, 0 }, NULL },
    { { 0xf0, 2, 1000 }, NULL },
    { { 0x30, 2, MQTTC_MAX_REMAINING_LENGTH }, NULL },
    { { 0xc0, 2, 1 }, "it is longer than it can be" },
    { { 0xd0, 2, 1 }, "it is longer than it can be" },
    { { 0xf1, 2, 0 }, "the flags of the fixed header are wrong" },
    { { 0x36, 2, 9 }, "QoS 3 does not exist" },
    { { 0x38, 2, 9 }, "the DUP flag is set at QoS 0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (mqttc_frame_get_fault (MQTTC_PROTOCOL_V5, &cases[i].frame), ==,
                     cases[i].fault);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec-5/golden", test_golden);
  g_test_add_func ("/codec-5/long-forms", test_long_forms);
  g_test_add_func ("/codec-5/view-is-cleared", test_view_is_cleared);
  g_test_add_func ("/codec-5/lengths-of-properties", test_lengths_of_properties);
  g_test_add_func ("/codec-5/every-cut", test_every_cut);
  g_test_add_func ("/codec-5/trailing-byte", test_trailing_byte);
  g_test_add_func ("/codec-5/flags", test_flags);
  g_test_add_func ("/codec-5/publish-flags", test_publish_flags);
  g_test_add_func ("/codec-5/frame-faults", test_frame_faults);

  return g_test_run ();
}
