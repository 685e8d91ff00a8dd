/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sections 2 and 3 of MQTT 5: what may be said, and whether what may not is malformed or breaks the protocol. */

#include <string.h>

#include "codec-5.h"
#include "codec/mqttc-reasons-private.h"
#include "codec/mqttc-topic-private.h"

typedef struct
{
  const char *bytes;
  gsize len;
  MqttcDecodeResult result;
  const char *fault;
} Case;

#define RIGHT MQTTC_DECODE_OK, NULL
#define MALFORMED(fault) MQTTC_DECODE_MALFORMED, (fault)
#define BROKEN(fault) MQTTC_DECODE_PROTOCOL_ERROR, (fault)

static void
check_cases (const Case *cases,
             gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      const char *fault;

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i,
                      cases[i].fault != NULL ? cases[i].fault : "right");
      g_assert_cmpint (codec_5_check (cases[i].bytes, cases[i].len, &fault), ==, cases[i].result);
      g_assert_cmpstr (fault, ==, cases[i].fault);
    }
}

/* --- Reason codes. --- */

/* Section 2.4, table 2-6. A letter for each packet that may have it: connack, puback, pubrec, pubrel, pubcomp,
 * suback, unsuback, DISCONNECT and AUTH. */
static const char *const reasons[256] = {
  [0x00] = "carlosuDA", [0x01] = "s",      [0x02] = "s",  [0x04] = "D",      [0x10] = "ar",
  [0x11] = "u",         [0x18] = "A",      [0x19] = "A",  [0x80] = "carsuD", [0x81] = "cD",
  [0x82] = "cD",        [0x83] = "carsuD", [0x84] = "c",  [0x85] = "c",      [0x86] = "c",
  [0x87] = "carsuD",    [0x88] = "c",      [0x89] = "cD", [0x8a] = "c",      [0x8b] = "D",
  [0x8c] = "cD",        [0x8d] = "D",      [0x8e] = "D",  [0x8f] = "suD",    [0x90] = "carD",
  [0x91] = "arsu",      [0x92] = "lo",     [0x93] = "D",  [0x94] = "D",      [0x95] = "cD",
  [0x96] = "D",         [0x97] = "carsD",  [0x98] = "D",  [0x99] = "carD",   [0x9a] = "cD",
  [0x9b] = "cD",        [0x9c] = "cD",     [0x9d] = "cD", [0x9e] = "sD",     [0x9f] = "cD",
  [0xa0] = "D",         [0xa1] = "sD",     [0xa2] = "sD",
};

/* A packet with one reason code, and where that stands. */
static const struct
{
  char letter;
  MqttcPacketType type;
  const char *bytes;
  gsize len;
  gsize at;
} carriers[] = {
  { 'c', MQTTC_PACKET_TYPE_CONNACK, BYTES ("\x20\3\0\0\0"), 3 },
  { 'a', MQTTC_PACKET_TYPE_PUBACK, BYTES ("\x40\3\0\1\0"), 4 },
  { 'r', MQTTC_PACKET_TYPE_PUBREC, BYTES ("\x50\4\0\1\0\0"), 4 },
  { 'l', MQTTC_PACKET_TYPE_PUBREL, BYTES ("\x62\3\0\1\0"), 4 },
  { 'o', MQTTC_PACKET_TYPE_PUBCOMP, BYTES ("\x70\4\0\1\0\0"), 4 },
  { 's', MQTTC_PACKET_TYPE_SUBACK, BYTES ("\x90\4\0\1\0\0"), 5 },
  { 'u', MQTTC_PACKET_TYPE_UNSUBACK, BYTES ("\xb0\5\0\1\0\0\0"), 6 }, /* the second */
  { 'D', MQTTC_PACKET_TYPE_DISCONNECT, BYTES ("\xe0\1\0"), 2 },
  { 'A', MQTTC_PACKET_TYPE_AUTH, BYTES ("\xf0\2\0\0"), 2 },
};

static gboolean
is_legal (char letter,
          guint code)
{
  return reasons[code] != NULL && strchr (reasons[code], letter) != NULL;
}

static void
check_reason_decoded (gsize carrier,
                      guint code)
{
  const gboolean is_list = strchr ("su", carriers[carrier].letter) != NULL;
  g_autofree guint8 *packet = g_memdup2 (carriers[carrier].bytes, carriers[carrier].len);
  g_autofree guint8 *copy = NULL;
  MqttcDecodeResult result;
  MqttcPacketView view;
  const char *fault;

  packet[carriers[carrier].at] = (guint8) code;
  result = codec_5_decode (packet, carriers[carrier].len, &copy, &view, &fault);
  if (!is_legal (carriers[carrier].letter, code))
    {
      g_assert_cmpint (result, ==, MQTTC_DECODE_PROTOCOL_ERROR);
      g_assert_cmpstr (fault, ==, "the packet may not have this reason code");
      return;
    }

  g_assert_cmpint (result, ==, MQTTC_DECODE_OK);
  if (is_list)
    g_assert_cmphex (view.suback.codes.data[view.suback.codes.len - 1], ==, code);
  g_assert_cmphex (view.reason_code, ==, is_list ? 0 : code);
}

static void
check_reason_encoded (gsize carrier,
                      guint code)
{
  const guint8 codes[] = { 0, (guint8) code };
  MqttcPacketView view = { .type = carriers[carrier].type };

  if (strchr ("arlosu", carriers[carrier].letter) != NULL)
    view.packet_id = 1;
  if (strchr ("su", carriers[carrier].letter) != NULL)
    view.suback.codes = mqttc_slice (codes, 2);
  else
    view.reason_code = (guint8) code;

  if (is_legal (carriers[carrier].letter, code))
    g_assert_cmpuint (mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, &view), !=, 0);
  else
    codec_5_assert_impossible (&view);
}

/* Every code in every packet: [MQTT-3.2.2-8], [MQTT-3.4.2-1], [MQTT-3.5.2-1], [MQTT-3.6.2-1],
 * [MQTT-3.7.2-1], [MQTT-3.9.3-2], [MQTT-3.11.3-2], [MQTT-3.14.2-1], [MQTT-3.15.2-1]. */
static void
test_reasons (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (carriers); i++)
    for (guint code = 0; code < 256; code++)
      {
        g_assert_cmpint (mqttc_reason_is_legal (carriers[i].type, (guint8) code), ==,
                         is_legal (carriers[i].letter, code));
        check_reason_decoded (i, code);
        check_reason_encoded (i, code);
      }
}

/* Packets that have none. */
static void
test_no_reasons (void)
{
  static const guint types[] = { 0,
                                 MQTTC_PACKET_TYPE_CONNECT,
                                 MQTTC_PACKET_TYPE_PUBLISH,
                                 MQTTC_PACKET_TYPE_SUBSCRIBE,
                                 MQTTC_PACKET_TYPE_UNSUBSCRIBE,
                                 MQTTC_PACKET_TYPE_PINGREQ,
                                 MQTTC_PACKET_TYPE_PINGRESP };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint code = 0; code < 256; code++)
      g_assert_false (mqttc_reason_is_legal (types[i], (guint8) code));
}

static void
test_lists_of_reasons (void)
{
  const MqttcSlice new = mqttc_slice ("\0\x87", 2);
  const MqttcSlice old = mqttc_slice ("\0\1\2\x80", 4);

  g_assert_true (mqttc_reasons_are_legal (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_SUBACK, new));
  g_assert_true (mqttc_reasons_are_legal (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_SUBACK, old));
  g_assert_true (mqttc_reasons_are_legal (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_UNSUBACK, new));
  g_assert_false (mqttc_reasons_are_legal (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_UNSUBACK, old));
  g_assert_true (mqttc_reasons_are_legal (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_SUBACK, old));
  g_assert_false (mqttc_reasons_are_legal (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_SUBACK, new));
}

/* --- CONNECT and CONNACK. --- */

static void
test_connect (void)
{
  static const Case cases[] = {
    { BYTES ("\x10\x0d\0\4MQTT\4\0\0\0\0\0\0"),
      MALFORMED ("the protocol level is that of another version") },
    { BYTES ("\x10\x0d\0\4MQTT\3\0\0\0\0\0\0"),
      MALFORMED ("the protocol level is neither 4 nor 5") },
    { BYTES ("\x10\x0d\0\4MQTT\6\0\0\0\0\0\0"),
      MALFORMED ("the protocol level is neither 4 nor 5") },
    /* [MQTT-3.1.2-1] */
    { BYTES ("\x10\x0d\0\4MQTt\5\0\0\0\0\0\0"), MALFORMED ("the protocol name is not MQTT") },
    /* [MQTT-3.1.2-3] */
    { BYTES ("\x10\x0d\0\4MQTT\5\1\0\0\0\0\0"), MALFORMED ("the reserved connect flag is set") },
    /* [MQTT-3.1.2-12], [MQTT-3.1.2-11], [MQTT-3.1.2-13] */
    { BYTES ("\x10\x13\0\4MQTT\5\x1c\0\0\0\0\0\0\0\1w\0\0"),
      MALFORMED ("the QoS of the will is 3") },
    { BYTES ("\x10\x0d\0\4MQTT\5\x08\0\0\0\0\0"),
      MALFORMED ("there is no will, but a QoS or the retain flag of one") },
    { BYTES ("\x10\x0d\0\4MQTT\5\x20\0\0\0\0\0"),
      MALFORMED ("there is no will, but a QoS or the retain flag of one") },
    /* [MQTT-3.1.3-4], [MQTT-3.1.3-11], [MQTT-3.1.3-12] */
    { BYTES ("\x10\x0e\0\4MQTT\5\2\0\0\0\0\1\xff"),
      MALFORMED ("the client identifier is not valid UTF-8, or holds U+0000") },
    { BYTES ("\x10\x10\0\4MQTT\5\x80\0\0\0\0\0\0\1\0"),
      MALFORMED ("the user name is not valid UTF-8, or holds U+0000") },
    { BYTES ("\x10\x13\0\4MQTT\5\4\0\0\0\0\0\0\0\1+\0\0"),
      MALFORMED ("the topic name holds a wildcard") },
    { BYTES ("\x10\x12\0\4MQTT\5\4\0\0\0\0\0\0\0\0\0\0"), MALFORMED ("the topic name is empty") },
    { BYTES ("\x10\x13\0\4MQTT\5\4\0\0\0\0\0\0\0\1\xff\0\0"),
      MALFORMED ("the topic name is not valid UTF-8, or holds U+0000") },
    /* Without the length of the properties, as in 3.1.1: that takes the first byte of the identifier. */
    { BYTES ("\x10\x0c\0\4MQTT\5\2\0\0\0\0"), MALFORMED ("it ends within a field") },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* Each of the two lists of a CONNECT is for itself. */
static void
test_connect_properties (void)
{
  static const Case cases[] = {
    /* a user property in both */
    { BYTES ("\x10\x1d\0\4MQTT\5\4\0\0\5\x26\0\0\0\0\0\0\5\x26\0\0\0\0\0\1w\0\0"), RIGHT },
    /* of the will, in the other list; and the other way round */
    { BYTES ("\x10\x12\0\4MQTT\5\0\0\0\5\x18\0\0\0\0\0\0"),
      MALFORMED ("a property is in a packet where it may not be") },
    { BYTES ("\x10\x18\0\4MQTT\5\4\0\0\0\0\0\5\x11\0\0\0\0\0\1w\0\0"),
      MALFORMED ("a property is in a packet where it may not be") },
    { BYTES ("\x10\x13\0\4MQTT\5\0\0\0\6\x21\0\1\x21\0\1\0\0"),
      BROKEN ("a property is there twice") },
    { BYTES ("\x10\x17\0\4MQTT\5\4\0\0\0\0\0\4\1\1\1\1\0\1w\0\0"),
      BROKEN ("a property is there twice") },
    { BYTES ("\x10\x10\0\4MQTT\5\0\0\0\3\x21\0\0\0\0"),
      BROKEN ("a property that must not be 0 is 0") },
    { BYTES ("\x10\x15\0\4MQTT\5\4\0\0\0\0\0\2\1\2\0\1w\0\0"),
      BROKEN ("a property that is 0 or 1 is neither") },
    /* [MQTT-3.1.3-11] and a list that breaks the protocol: the list comes first. */
    { BYTES ("\x10\x15\0\4MQTT\5\4\0\0\0\0\0\2\1\2\0\1+\0\0"),
      BROKEN ("a property that is 0 or 1 is neither") },
    /* The list of the will takes the topic too. */
    { BYTES ("\x10\x13\0\4MQTT\5\4\0\0\0\0\0\x3c\0\1w\0\0"), MALFORMED ("it ends within a field") },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_connack (void)
{
  static const Case cases[] = {
    /* [MQTT-3.2.2-1] */
    { BYTES ("\x20\3\2\0\0"), MALFORMED ("a reserved acknowledge flag is set") },
    { BYTES ("\x20\3\x81\0\0"), MALFORMED ("a reserved acknowledge flag is set") },
    /* [MQTT-3.2.2-6] */
    { BYTES ("\x20\3\1\x87\0"), BROKEN ("a session is present, but the connection is refused") },
    { BYTES ("\x20\2\0\0"), MALFORMED ("it ends within a field") },
    { BYTES ("\x20\4\0\0\0\0"), MALFORMED ("bytes follow its last field") },
    { BYTES ("\x20\5\0\0\2\x24\2"), BROKEN ("a property that is 0 or 1 is neither") },
    { BYTES ("\x20\5\0\0\2\x17\1"), MALFORMED ("a property is in a packet where it may not be") },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* The length before the properties [MQTT-1.5.5-1]. */
static void
test_lengths_of_properties (void)
{
  static const Case cases[] = {
    { BYTES ("\x20\3\0\0\0"), RIGHT },
    { BYTES ("\x20\4\0\0\x80\0"), MALFORMED ("it ends within a field") },
    { BYTES ("\x20\3\0\0\x80"), MALFORMED ("it ends within a field") },
    { BYTES ("\x20\7\0\0\x80\x80\x80\x80\1"), MALFORMED ("it ends within a field") },
    { BYTES ("\x20\6\0\0\xff\xff\xff\x7f"), MALFORMED ("it ends within a field") },
    { BYTES ("\x20\3\0\0\1"), MALFORMED ("it ends within a field") },
    { BYTES ("\x20\5\0\0\3\x25\1"), MALFORMED ("it ends within a field") },
    { BYTES ("\x20\5\0\0\1\x25\1"),
      MALFORMED ("a property is cut off, or its length is not in the shortest form") },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* --- PUBLISH and its answers. --- */

/* [MQTT-4.7.3-1], section 3.3.2.3.4: an alias can stand for the topic. */
static void
test_publish (void)
{
  static const Case cases[] = {
    { BYTES ("\x30\3\0\0\0"), BROKEN ("there is neither a topic name nor a topic alias") },
    { BYTES ("\x30\5\0\0\2\1\1"), BROKEN ("there is neither a topic name nor a topic alias") },
    { BYTES ("\x30\6\0\0\3\x23\0\1"), RIGHT },
    { BYTES ("\x30\7\0\1t\3\x23\0\1"), RIGHT },
    /* for whoever keeps the aliases, as it has a reason code of its own */
    { BYTES ("\x30\6\0\0\3\x23\0\0"), RIGHT },
    { BYTES ("\x30\x09\0\0\6\x23\0\1\x23\0\1"), BROKEN ("a property is there twice") },
    /* [MQTT-3.3.2-2], [MQTT-4.7.0-1], [MQTT-3.3.2-1] */
    { BYTES ("\x30\4\0\1+\0"), MALFORMED ("the topic name holds a wildcard") },
    { BYTES ("\x30\7\0\1#\3\x23\0\1"), MALFORMED ("the topic name holds a wildcard") },
    { BYTES ("\x30\7\0\1\xff\3\x23\0\1"),
      MALFORMED ("the topic name is not valid UTF-8, or holds U+0000") },
    /* [MQTT-2.2.1-4] */
    { BYTES ("\x32\6\0\1t\0\0\0"), MALFORMED ("the packet identifier is 0") },
    { BYTES ("\x32\4\0\1t\0"), MALFORMED ("it ends within a field") },
    { BYTES ("\x30\3\0\1t"), MALFORMED ("it ends within a field") },
    /* more than one subscription */
    { BYTES ("\x30\x09\0\1t\5\x0b\1\x0b\x80\1"), RIGHT },
    { BYTES ("\x30\6\0\1t\2\x0b\0"), BROKEN ("a property that must not be 0 is 0") },
    { BYTES ("\x30\x08\0\1t\4\x08\0\1+"), BROKEN ("the response topic is not a topic name") },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_acks (void)
{
  static const Case cases[] = {
    { BYTES ("\x40\2\0\0"), MALFORMED ("the packet identifier is 0") },
    { BYTES ("\x62\3\0\0\x92"), MALFORMED ("the packet identifier is 0") },
    { BYTES ("\x40\1\0"), MALFORMED ("it ends within a field") },
    { BYTES ("\x50\0"), MALFORMED ("it ends within a field") },
    { BYTES ("\x40\5\0\1\0\0\0"), MALFORMED ("bytes follow its last field") },
    { BYTES ("\x70\6\0\1\0\2\1\1"), MALFORMED ("a property is in a packet where it may not be") },
    { BYTES ("\x50\x0a\0\1\0\6\x1f\0\0\x1f\0\0"), BROKEN ("a property is there twice") },
    { BYTES ("\xe0\3\0\0\0"), MALFORMED ("bytes follow its last field") },
    { BYTES ("\xe0\5\0\3\x21\0\1"), MALFORMED ("a property is in a packet where it may not be") },
    { BYTES ("\xf0\7\0\5\x11\0\0\0\0"),
      MALFORMED ("a property is in a packet where it may not be") },
    { BYTES ("\xc0\1\0"), MALFORMED ("bytes follow its last field") },
    { BYTES ("\xd0\1\0"), MALFORMED ("bytes follow its last field") },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* --- Subscriptions. --- */

static void
test_filters (void)
{
  static const Case cases[] = {
    /* [MQTT-3.8.3-2], [MQTT-3.10.3-2] */
    { BYTES ("\x82\3\0\1\0"), BROKEN ("there is no topic filter") },
    { BYTES ("\xa2\3\0\1\0"), BROKEN ("there is no topic filter") },
    { BYTES ("\x90\3\0\1\0"), BROKEN ("there is no reason code") },
    { BYTES ("\xb0\3\0\1\0"), BROKEN ("there is no reason code") },
    { BYTES ("\x82\7\0\0\0\0\1a\0"), MALFORMED ("the packet identifier is 0") },
    { BYTES ("\xa2\6\0\0\0\0\1a"), MALFORMED ("the packet identifier is 0") },
    { BYTES ("\x90\4\0\0\0\0"), MALFORMED ("the packet identifier is 0") },
    { BYTES ("\xb0\4\0\0\0\0"), MALFORMED ("the packet identifier is 0") },
    { BYTES ("\xb0\2\0\1"), MALFORMED ("it ends within a field") },
    { BYTES ("\x82\6\0\1\0\0\0\0"), MALFORMED ("a topic filter is empty") },
    /* [MQTT-4.7.1-1], [MQTT-3.8.3-1], [MQTT-3.10.3-1] */
    { BYTES ("\x82\x08\0\1\0\0\2a#\0"),
      MALFORMED ("a topic filter has a wildcard in a wrong place") },
    { BYTES ("\xa2\6\0\1\0\0\1\xff"),
      MALFORMED ("a topic filter is not valid UTF-8, or holds U+0000") },
    { BYTES ("\x82\6\0\1\0\0\1a"), MALFORMED ("it ends within a field") },
    { BYTES ("\x82\x09\0\1\2\x0b\0\0\1a\0"), BROKEN ("a property that must not be 0 is 0") },
    { BYTES ("\x82\x0b\0\1\4\x0b\1\x0b\2\0\1a\0"), BROKEN ("a property is there twice") },
    { BYTES ("\xa2\x08\0\1\2\x0b\1\0\1a"),
      MALFORMED ("a property is in a packet where it may not be") },
    /* the second one counts too */
    { BYTES ("\x82\x0b\0\1\0\0\1a\0\0\1b\3"), BROKEN ("a requested QoS is 3") },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

/* Section 3.8.3.1: [MQTT-3.8.3-5] for the reserved bits. */
static MqttcDecodeResult
judge_options (guint options,
               gboolean is_shared)
{
  if ((options & 0xc0) != 0)
    return MQTTC_DECODE_MALFORMED;
  if ((options & 3) == 3 || (options >> 4 & 3) == 3)
    return MQTTC_DECODE_PROTOCOL_ERROR;

  return is_shared && (options & 4) != 0 ? MQTTC_DECODE_PROTOCOL_ERROR : MQTTC_DECODE_OK;
}

static void
check_options (const char *filter,
               gboolean is_shared)
{
  for (guint options = 0; options < 256; options++)
    {
      g_autoptr (GByteArray) body = g_byte_array_new ();
      MqttcPacketView view;
      const char *fault;

      g_byte_array_append (body, (const guint8 *) "\0\1\0", 3);
      mqttc_filter_list_append (body, filter, (int) options);
      g_assert_cmpint (codec_5_decode_body (0x82, body->data, body->len, &view, &fault), ==,
                       judge_options (options, is_shared));
    }
}

/* [MQTT-3.8.3-4] */
static void
test_options (void)
{
  check_options ("a/+", FALSE);
  check_options ("$share", FALSE);
  check_options ("$shared/a", FALSE);
  check_options ("a/$share/b", FALSE);
  check_options ("$share/g/a", TRUE);
  check_options ("$share/g/#", TRUE);
  g_assert_false (mqttc_filter_slice_is_shared (mqttc_slice ("$share/", 6)));
}

/* --- What cannot be encoded. --- */

static void
test_impossible (void)
{
  const MqttcSlice reason = SLICE ("\x1f\0\1r");
  const MqttcSlice filter = SLICE ("\0\1a\0");
  const MqttcPacketView cases[] = {
    { .type = (MqttcPacketType) 0 },
    { .type = (MqttcPacketType) 16 },
    { .type = MQTTC_PACKET_TYPE_CONNECT, .connect.protocol = MQTTC_PROTOCOL_V3_1_1 },
    { .type = MQTTC_PACKET_TYPE_CONNECT,
      .connect = { .protocol = MQTTC_PROTOCOL_V5, .has_will = TRUE } },
    { .type = MQTTC_PACKET_TYPE_CONNECT,
      .connect = { .protocol = MQTTC_PROTOCOL_V5,
                   .has_will = TRUE,
                   .will_topic = SLICE ("t"),
                   .will_qos = (MqttcQos) 3 } },
    { .type = MQTTC_PACKET_TYPE_CONNACK, .reason_code = 0x87, .connack.session_present = TRUE },
    { .type = MQTTC_PACKET_TYPE_PUBLISH },
    { .type = MQTTC_PACKET_TYPE_PUBLISH, .properties = SLICE ("\1\1") },
    { .type = MQTTC_PACKET_TYPE_PUBLISH, .packet_id = 1, .publish.topic = SLICE ("t") },
    { .type = MQTTC_PACKET_TYPE_PUBLISH, .publish = { .topic = SLICE ("t"), .dup = TRUE } },
    { .type = MQTTC_PACKET_TYPE_PUBLISH, .publish = { .topic = SLICE ("t"), .qos = (MqttcQos) 1 } },
    { .type = MQTTC_PACKET_TYPE_PUBLISH,
      .packet_id = 1,
      .publish = { .topic = SLICE ("t"), .qos = (MqttcQos) 3 } },
    { .type = MQTTC_PACKET_TYPE_PUBACK },
    { .type = MQTTC_PACKET_TYPE_PUBREC, .properties = reason },
    { .type = MQTTC_PACKET_TYPE_PUBREL, .reason_code = 0x92 },
    { .type = MQTTC_PACKET_TYPE_PUBCOMP, .packet_id = 1, .reason_code = 0x10 },
    { .type = MQTTC_PACKET_TYPE_SUBSCRIBE, .filters = { filter, 1 } },
    { .type = MQTTC_PACKET_TYPE_SUBSCRIBE, .packet_id = 1 },
    { .type = MQTTC_PACKET_TYPE_UNSUBSCRIBE, .packet_id = 1 },
    { .type = MQTTC_PACKET_TYPE_SUBACK, .packet_id = 1 },
    { .type = MQTTC_PACKET_TYPE_SUBACK, .suback.codes = SLICE ("\0") },
    { .type = MQTTC_PACKET_TYPE_UNSUBACK, .packet_id = 1 },
    { .type = MQTTC_PACKET_TYPE_UNSUBACK, .suback.codes = SLICE ("\0") },
    { .type = MQTTC_PACKET_TYPE_PINGREQ, .reason_code = 1 },
    { .type = MQTTC_PACKET_TYPE_PINGREQ, .properties = reason },
    { .type = MQTTC_PACKET_TYPE_PINGRESP, .properties = reason },
    { .type = MQTTC_PACKET_TYPE_DISCONNECT, .reason_code = 0x8a },
    { .type = MQTTC_PACKET_TYPE_AUTH, .reason_code = 0x80, .properties = reason },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%" G_GSIZE_FORMAT, i);
      codec_5_assert_impossible (&cases[i]);
    }
}

/* A text over 65,535 bytes. */
static void
test_too_long_texts (void)
{
  g_autofree char *text = g_strnfill (65536, 'x');
  const MqttcSlice most = { (const guint8 *) text, 65535 };
  const MqttcPacketView good = {
    .type = MQTTC_PACKET_TYPE_CONNECT,
    .connect = { .protocol = MQTTC_PROTOCOL_V5,
                 .client_id = most,
                 .has_will = TRUE,
                 .will_topic = most,
                 .will_payload = most,
                 .has_user_name = TRUE,
                 .user_name = most,
                 .has_password = TRUE,
                 .password = most },
  };
  MqttcPacketView publish = { .type = MQTTC_PACKET_TYPE_PUBLISH, .publish.topic = most };
  const gsize offsets[] = {
    G_STRUCT_OFFSET (MqttcPacketView, connect.client_id),
    G_STRUCT_OFFSET (MqttcPacketView, connect.will_topic),
    G_STRUCT_OFFSET (MqttcPacketView, connect.will_payload),
    G_STRUCT_OFFSET (MqttcPacketView, connect.user_name),
    G_STRUCT_OFFSET (MqttcPacketView, connect.password),
  };

  g_assert_cmpuint (mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, &good), ==,
                    1 + 3 + 10 + 1 + 1 + 5 * 65537);
  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      MqttcPacketView view = good;

      G_STRUCT_MEMBER (MqttcSlice, &view, offsets[i]).len++;
      codec_5_assert_impossible (&view);
    }

  g_assert_cmpuint (mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, &publish), !=, 0);
  publish.publish.topic.len++;
  codec_5_assert_impossible (&publish);
}

/* As long as the rest leaves room for the properties, and no longer; nobody looks at them for that. */
static void
test_too_many_properties (void)
{
  const MqttcPacketView cases[] = {
    { .type = MQTTC_PACKET_TYPE_CONNECT, .connect.protocol = MQTTC_PROTOCOL_V5 },
    { .type = MQTTC_PACKET_TYPE_CONNACK },
    { .type = MQTTC_PACKET_TYPE_PUBLISH, .publish.topic = SLICE ("t") },
    { .type = MQTTC_PACKET_TYPE_PUBACK, .packet_id = 1 },
    { .type = MQTTC_PACKET_TYPE_SUBSCRIBE, .packet_id = 1, .filters = { SLICE ("\0\1a\0"), 1 } },
    { .type = MQTTC_PACKET_TYPE_SUBACK, .packet_id = 1, .suback.codes = SLICE ("\0") },
    { .type = MQTTC_PACKET_TYPE_UNSUBACK, .packet_id = 1, .suback.codes = SLICE ("\0") },
    { .type = MQTTC_PACKET_TYPE_DISCONNECT },
    { .type = MQTTC_PACKET_TYPE_AUTH },
  };
  /* What else there is: the four bytes that say how many they are, and the other fields. */
  const gsize rests[] = { 4 + 12, 4 + 2, 4 + 3, 4 + 3, 4 + 6, 4 + 3, 4 + 3, 4 + 1, 4 + 1 };
  const gsize impossible[] = { MQTTC_MAX_REMAINING_LENGTH, (gsize) MQTTC_MAX_REMAINING_LENGTH + 1,
                               G_MAXUINT32, G_MAXSIZE / 2 + 1, G_MAXSIZE };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MqttcPacketView view = cases[i];

      view.properties.len = MQTTC_MAX_REMAINING_LENGTH - rests[i];
      g_assert_cmpuint (mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, &view), ==,
                        5 + (gsize) MQTTC_MAX_REMAINING_LENGTH);
      view.properties.len++;
      codec_5_assert_impossible (&view);

      for (gsize j = 0; j < G_N_ELEMENTS (impossible); j++)
        {
          view.properties.len = impossible[j];
          codec_5_assert_impossible (&view);
        }
    }
}

/* A field that is too long, and two of them: their lengths do not add up to a short one. */
static void
test_too_long (void)
{
  const gsize lengths[] = { MQTTC_MAX_REMAINING_LENGTH, (gsize) MQTTC_MAX_REMAINING_LENGTH + 1,
                            G_MAXUINT32, G_MAXSIZE / 2 + 1, G_MAXSIZE };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      const MqttcSlice slice = { NULL, lengths[i] };
      const MqttcPacketView cases[] = {
        { .type = MQTTC_PACKET_TYPE_CONNECT,
          .properties = slice,
          .connect = { .protocol = MQTTC_PROTOCOL_V5,
                       .has_will = TRUE,
                       .will_topic = SLICE ("t"),
                       .will_properties = slice } },
        { .type = MQTTC_PACKET_TYPE_PUBLISH,
          .properties = slice,
          .publish = { .topic = SLICE ("t"), .payload = slice } },
        { .type = MQTTC_PACKET_TYPE_SUBSCRIBE,
          .packet_id = 1,
          .properties = slice,
          .filters.entries = slice },
        { .type = MQTTC_PACKET_TYPE_PUBLISH,
          .publish = { .topic = SLICE ("t"), .payload = slice } },
        { .type = MQTTC_PACKET_TYPE_UNSUBSCRIBE, .packet_id = 1, .filters.entries = slice },
      };

      for (gsize j = 0; j < G_N_ELEMENTS (cases); j++)
        codec_5_assert_impossible (&cases[j]);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codec-5/reasons", test_reasons);
  g_test_add_func ("/codec-5/reasons/none", test_no_reasons);
  g_test_add_func ("/codec-5/reasons/lists", test_lists_of_reasons);
  g_test_add_func ("/codec-5/connect", test_connect);
  g_test_add_func ("/codec-5/connect/properties", test_connect_properties);
  g_test_add_func ("/codec-5/connack", test_connack);
  g_test_add_func ("/codec-5/lengths-of-properties/wrong", test_lengths_of_properties);
  g_test_add_func ("/codec-5/publish", test_publish);
  g_test_add_func ("/codec-5/acks", test_acks);
  g_test_add_func ("/codec-5/filters", test_filters);
  g_test_add_func ("/codec-5/options", test_options);
  g_test_add_func ("/codec-5/impossible", test_impossible);
  g_test_add_func ("/codec-5/too-long-texts", test_too_long_texts);
  g_test_add_func ("/codec-5/too-many-properties", test_too_many_properties);
  g_test_add_func ("/codec-5/too-long", test_too_long);

  return g_test_run ();
}
