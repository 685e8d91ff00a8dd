/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 2.2.2 of MQTT 5: properties that are read. */

#include <string.h>

#include "property-table.h"

/* --- Helpers. --- */

static MqttcDecodeResult
check_bytes (const GByteArray *bytes,
             guint place)
{
  return property_table_check (bytes->data, bytes->len, place);
}

static gboolean
is_in (gsize row,
       guint place)
{
  return property_table[row].places[place] != '.';
}

/* One of a legal value, byte by byte, whatever the encoder does. */
static void
append_sample (GByteArray *bytes,
               guint id,
               MqttcPropertyKind kind)
{
  static const struct
  {
    const char *data;
    guint len;
  } values[] = {
    [MQTTC_PROPERTY_KIND_NONE] = { "\1", 1 },
    [MQTTC_PROPERTY_KIND_BYTE] = { "\1", 1 },
    [MQTTC_PROPERTY_KIND_U16] = { "\0\1", 2 },
    [MQTTC_PROPERTY_KIND_U32] = { "\0\0\0\1", 4 },
    [MQTTC_PROPERTY_KIND_VARINT] = { "\x81\1", 2 },
    [MQTTC_PROPERTY_KIND_DATA] = { "\0\2\0\xff", 4 },
    [MQTTC_PROPERTY_KIND_TEXT] = { "\0\3a/b", 5 },
    [MQTTC_PROPERTY_KIND_PAIR] = { "\0\1n\0\2vv", 7 },
  };
  const guint8 byte = (guint8) id;

  g_byte_array_append (bytes, &byte, 1);
  g_byte_array_append (bytes, (const guint8 *) values[kind].data, values[kind].len);
}

static void
append_row (GByteArray *bytes,
            gsize row)
{
  append_sample (bytes, property_table[row].id, property_table[row].kind);
}

/* --- Which, and where. --- */

/* All identifiers in all places. */
static void
test_matrix (void)
{
  gsize row = 0;

  for (guint id = 0; id < 256; id++)
    {
      const gboolean is_known = row < G_N_ELEMENTS (property_table) && property_table[row].id == id;
      const MqttcPropertyKind kind = is_known ? property_table[row].kind : MQTTC_PROPERTY_KIND_NONE;
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      append_sample (bytes, id, kind);
      g_assert_cmpint (mqttc_property_get_kind (id), ==, kind);
      g_assert_cmpstr (mqttc_property_get_name (id), ==,
                       is_known ? property_table[row].name : NULL);

      for (guint place = 0; place < N_PLACES; place++)
        {
          const gboolean is_legal = is_known && is_in (row, place);

          g_assert_cmpint (mqttc_property_may_be_in (id, place), ==, is_legal);
          g_assert_cmpint (check_bytes (bytes, place), ==,
                           is_legal ? MQTTC_DECODE_OK : MQTTC_DECODE_MALFORMED);
        }
      row += is_known;
    }

  g_assert_cmpuint (row, ==, G_N_ELEMENTS (property_table));
}

/* An identifier is a variable byte integer, and none that there are has two bytes. */
static void
test_long_identifier (void)
{
  g_assert_cmpint (mqttc_property_get_kind (0x126), ==, MQTTC_PROPERTY_KIND_NONE);
  g_assert_null (mqttc_property_get_name (0x126));
  g_assert_false (mqttc_property_may_be_in (0x126, MQTTC_PACKET_TYPE_CONNECT));

  g_assert_cmpint (property_table_check ("\xa6\0\0\1n\0\1v", 8, MQTTC_PACKET_TYPE_CONNECT), ==,
                   MQTTC_DECODE_MALFORMED); /* a longer form of 0x26 */
  g_assert_cmpint (property_table_check ("\xa6\2\0\1n\0\1v", 8, MQTTC_PACKET_TYPE_CONNECT), ==,
                   MQTTC_DECODE_MALFORMED); /* 0x126 */
}

/* Nothing is always right, also where no property may be. */
static void
test_none (void)
{
  const guint8 empty = 0xff;
  const char *fault;

  for (guint place = 0; place < N_PLACES; place++)
    {
      g_assert_cmpint (property_table_check (NULL, 0, place), ==, MQTTC_DECODE_OK);
      g_assert_cmpint (mqttc_properties_check (mqttc_slice (&empty, 0), place, &fault), ==,
                       MQTTC_DECODE_OK);
    }
}

static void
test_texts_of_faults (void)
{
  static const struct
  {
    const char *data;
    gsize len;
    const char *fault;
  } cases[] = {
    { "\0", 1, "there is no property of this identifier" },
    { "\x18\0\0\0\0", 5, "a property is in a packet where it may not be" },
    { "\1", 1, "a property is cut off, or its length is not in the shortest form" },
    { "\3\0\1\xff", 4, "a property is not valid UTF-8, or holds U+0000" },
    { "\1\0\1\0", 4, "a property is there twice" },
    { "\1\2", 2, "a property that is 0 or 1 is neither" },
    { "\x0b\0", 2, "a property that must not be 0 is 0" },
    { "\x08\0\1#", 4, "the response topic is not a topic name" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *fault = NULL;

      mqttc_properties_check (mqttc_slice (cases[i].data, cases[i].len), MQTTC_PACKET_TYPE_PUBLISH,
                              &fault);
      g_assert_cmpstr (fault, ==, cases[i].fault);
    }
}

/* --- How often. --- */

static gboolean
may_repeat (guint id,
            guint place)
{
  return id == 38 || (id == 11 && place == MQTTC_PACKET_TYPE_PUBLISH);
}

/* Each of them twice, at once and with another between. */
static void
test_twice (void)
{
  for (gsize row = 0; row < G_N_ELEMENTS (property_table); row++)
    for (guint place = 0; place < N_PLACES; place++)
      {
        const gboolean is_legal = may_repeat (property_table[row].id, place);
        const MqttcDecodeResult expected = is_legal ? MQTTC_DECODE_OK : MQTTC_DECODE_PROTOCOL_ERROR;
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        g_autoptr (GByteArray) apart = g_byte_array_new ();

        if (!is_in (row, place))
          continue;

        g_assert_cmpint (mqttc_property_may_repeat (property_table[row].id, place), ==, is_legal);
        append_row (bytes, row);
        append_row (bytes, row);
        g_assert_cmpint (check_bytes (bytes, place), ==, expected);

        append_row (apart, row);
        append_sample (apart, 38, MQTTC_PROPERTY_KIND_PAIR);
        append_row (apart, row);
        g_assert_cmpint (check_bytes (apart, place), ==, expected);
      }
}

/* All that may be in a place, in either order. */
static void
test_all_at_once (void)
{
  for (guint place = 0; place < N_PLACES; place++)
    {
      g_autoptr (GByteArray) up = g_byte_array_new ();
      g_autoptr (GByteArray) down = g_byte_array_new ();
      MqttcSlice rest;
      MqttcProperty property;

      for (gsize i = 0; i < G_N_ELEMENTS (property_table); i++)
        {
          if (is_in (i, place))
            append_row (up, i);
          if (is_in (G_N_ELEMENTS (property_table) - 1 - i, place))
            append_row (down, G_N_ELEMENTS (property_table) - 1 - i);
        }
      g_assert_cmpint (check_bytes (up, place), ==, MQTTC_DECODE_OK);
      g_assert_cmpint (check_bytes (down, place), ==, MQTTC_DECODE_OK);

      rest = mqttc_slice (up->data, up->len);
      for (gsize i = 0; i < G_N_ELEMENTS (property_table); i++)
        if (is_in (i, place))
          {
            g_assert_true (mqttc_properties_next (&rest, &property));
            g_assert_cmpuint (property.id, ==, property_table[i].id);
          }
      g_assert_false (mqttc_properties_next (&rest, &property));
    }
}

/* --- How long. --- */

/* Cut after each byte, alone and behind one that is whole. */
static void
test_truncated (void)
{
  for (gsize row = 0; row < G_N_ELEMENTS (property_table); row++)
    {
      const guint place = property_table_get_first_place (row);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      guint start, len;

      append_sample (bytes, 38, MQTTC_PROPERTY_KIND_PAIR);
      start = bytes->len;
      append_row (bytes, row);

      for (len = start + 1; len < bytes->len; len++)
        {
          g_autofree guint8 *copy = g_memdup2 (bytes->data + start, len - start);
          MqttcSlice rest = mqttc_slice (copy, len - start);
          MqttcProperty property;

          g_assert_cmpint (property_table_check (bytes->data, len, place), ==,
                           MQTTC_DECODE_MALFORMED);
          g_assert_cmpint (property_table_check (copy, len - start, place), ==,
                           MQTTC_DECODE_MALFORMED);
          g_assert_false (mqttc_properties_next (&rest, &property));
          g_assert_false (mqttc_properties_find (rest, property_table[row].id, &property));
        }
      g_assert_cmpint (property_table_check (bytes->data, start, place), ==, MQTTC_DECODE_OK);
      g_assert_cmpint (check_bytes (bytes, place), ==, MQTTC_DECODE_OK);
    }
}

/* A length says more than there is, be it by one byte or by all that a length can say. */
static void
test_length_beyond_the_end (void)
{
  g_assert_cmpint (property_table_check ("\3\0\2a", 4, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_MALFORMED);
  g_assert_cmpint (property_table_check ("\3\xff\xff"
                                         "a",
                                         4, MQTTC_PACKET_TYPE_PUBLISH),
                   ==, MQTTC_DECODE_MALFORMED);
  g_assert_cmpint (property_table_check ("\x26\0\1n\0\2v", 7, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_MALFORMED);
  g_assert_cmpint (property_table_check ("\x26\xff\xffn\0\1v", 7, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_MALFORMED);
}

/* --- Which values. --- */

static void
check_number (guint id,
              guint place,
              guint32 number,
              MqttcDecodeResult expected)
{
  const MqttcPropertyKind kind = mqttc_property_get_kind (id);
  const guint n_bytes = kind == MQTTC_PROPERTY_KIND_BYTE  ? 1
                        : kind == MQTTC_PROPERTY_KIND_U16 ? 2
                                                          : 4;
  guint8 bytes[5] = { (guint8) id };
  MqttcSlice list = mqttc_slice (bytes, 1 + n_bytes);
  MqttcProperty property;

  for (guint i = 0; i < n_bytes; i++)
    bytes[n_bytes - i] = (guint8) (number >> 8 * i);

  g_test_message ("%s %u", mqttc_property_get_name (id), number);
  g_assert_cmpint (property_table_check (bytes, 1 + n_bytes, place), ==, expected);
  g_assert_true (mqttc_properties_next (&list, &property));
  g_assert_cmpuint (property.id, ==, id);
  g_assert_cmpuint (property.number, ==, number);
  g_assert_cmpuint (list.len, ==, 0);
  g_assert_cmpint (mqttc_property_get_fault (&property) == NULL, ==, expected == MQTTC_DECODE_OK);
}

/* [MQTT5-3.2.2-9] for the Maximum QoS. 0 is wrong for the Receive Maximum (3.1.2.11.3) and the Maximum Packet Size (3.1.2.11.4), and what is
 * neither 0 nor 1 for all bytes. A topic alias of 0 has a reason code of its own (3.3.2.3.4), so it is
 * for whoever keeps the aliases. */
static void
test_numbers (void)
{
  static const guint32 numbers[] = { 0, 1, 2, 127, 128, 255, 256, 65535, 65536, G_MAXUINT32 };
  static const guint32 limits[] = {
    [MQTTC_PROPERTY_KIND_BYTE] = 255,
    [MQTTC_PROPERTY_KIND_U16] = 65535,
    [MQTTC_PROPERTY_KIND_U32] = G_MAXUINT32,
  };

  for (gsize row = 0; row < G_N_ELEMENTS (property_table); row++)
    for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
      {
        const guint id = property_table[row].id;
        const gboolean is_wrong = property_table[row].kind == MQTTC_PROPERTY_KIND_BYTE
                                      ? numbers[i] > 1
                                      : numbers[i] == 0 && (id == 33 || id == 39);

        if (property_table[row].kind <= MQTTC_PROPERTY_KIND_U32
            && numbers[i] <= limits[property_table[row].kind])
          check_number (id, property_table_get_first_place (row), numbers[i],
                        is_wrong ? MQTTC_DECODE_PROTOCOL_ERROR : MQTTC_DECODE_OK);
      }
}

/* [MQTT5-1.5.5-1]: in as few bytes as will do, and at most four. A subscription identifier is not 0 (3.8.2.1.2). */
static void
test_varints (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    MqttcDecodeResult result;
    guint32 number;
  } cases[] = {
    { "\0", 1, MQTTC_DECODE_PROTOCOL_ERROR, 0 },
    { "\1", 1, MQTTC_DECODE_OK, 1 },
    { "\x7f", 1, MQTTC_DECODE_OK, 127 },
    { "\x80\1", 2, MQTTC_DECODE_OK, 128 },
    { "\xff\x7f", 2, MQTTC_DECODE_OK, 16383 },
    { "\x80\x80\1", 3, MQTTC_DECODE_OK, 16384 },
    { "\xff\xff\x7f", 3, MQTTC_DECODE_OK, 2097151 },
    { "\x80\x80\x80\1", 4, MQTTC_DECODE_OK, 2097152 },
    { "\xff\xff\xff\x7f", 4, MQTTC_DECODE_OK, 268435455 },
    { "\x80\0", 2, MQTTC_DECODE_MALFORMED, 0 },
    { "\xff\0", 2, MQTTC_DECODE_MALFORMED, 0 },
    { "\x80\x80\0", 3, MQTTC_DECODE_MALFORMED, 0 },
    { "\x80\x80\x80\0", 4, MQTTC_DECODE_MALFORMED, 0 },
    { "\x80\x80\x80\x80\1", 5, MQTTC_DECODE_MALFORMED, 0 },
    { "\xff\xff\xff\xff\x7f", 5, MQTTC_DECODE_MALFORMED, 0 },
    { "\xff\xff\xff\xff", 4, MQTTC_DECODE_MALFORMED, 0 },
    { "\x80\x80\x80", 3, MQTTC_DECODE_MALFORMED, 0 },
    { "\x80", 1, MQTTC_DECODE_MALFORMED, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GByteArray) again = g_byte_array_new ();
      MqttcSlice rest;
      MqttcProperty property;
      const gboolean is_read = cases[i].result != MQTTC_DECODE_MALFORMED;

      g_byte_array_append (bytes, (const guint8 *) "\x0b", 1);
      g_byte_array_append (bytes, (const guint8 *) cases[i].bytes, (guint) cases[i].len);
      g_assert_cmpint (check_bytes (bytes, MQTTC_PACKET_TYPE_SUBSCRIBE), ==, cases[i].result);
      g_assert_cmpint (check_bytes (bytes, MQTTC_PACKET_TYPE_PUBLISH), ==, cases[i].result);

      rest = mqttc_slice (bytes->data, bytes->len);
      g_assert_cmpint (mqttc_properties_next (&rest, &property), ==, is_read);
      if (!is_read)
        continue;

      g_assert_cmpuint (property.number, ==, cases[i].number);
      mqttc_properties_append (again, &property);
      g_assert_cmpmem (again->data, again->len, bytes->data, bytes->len);
    }
}

/* One with @text, of a pair both halves in turn; all of them at once must be as @expected. */
static void
check_text (gsize row,
            const char *text,
            guint len,
            MqttcDecodeResult expected)
{
  const guint8 id = (guint8) property_table[row].id;
  const guint8 size[2] = { (guint8) (len >> 8), (guint8) len };
  const guint n_halves = property_table[row].kind == MQTTC_PROPERTY_KIND_PAIR ? 2 : 1;

  for (guint half = 0; half < n_halves; half++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      MqttcSlice rest, found;
      MqttcProperty property;

      g_byte_array_append (bytes, &id, 1);
      if (half == 1)
        g_byte_array_append (bytes, (const guint8 *) "\0\1n", 3);
      g_byte_array_append (bytes, size, 2);
      g_byte_array_append (bytes, (const guint8 *) text, len);
      if (half == 0 && n_halves == 2)
        g_byte_array_append (bytes, (const guint8 *) "\0\1v", 3);

      g_assert_cmpint (check_bytes (bytes, property_table_get_first_place (row)), ==, expected);

      rest = mqttc_slice (bytes->data, bytes->len);
      g_assert_true (mqttc_properties_next (&rest, &property));
      found = half == 0 ? property.text : property.value;
      g_assert_cmpmem (found.data, found.len, text, len);
      g_assert_cmpint (mqttc_property_get_fault (&property) == NULL, ==,
                       expected == MQTTC_DECODE_OK);
    }
}

/* [MQTT5-1.5.4-1], [MQTT5-1.5.4-2], in both halves of a pair too [MQTT5-1.5.7-1]; but data are any bytes.
 * [MQTT5-3.3.2-13] for the Response Topic, [MQTT5-3.3.2-19] for the Content Type. */
static void
test_wrong_texts (void)
{
  static const struct
  {
    const char *text;
    guint len;
  } texts[] = {
    { "\xff", 1 },             /* never in UTF-8 */
    { "a\x80", 2 },            /* goes on, but nothing began */
    { "\xc3", 1 },             /* cut */
    { "\xc0\xaf", 2 },         /* overlong */
    { "\xed\xa0\x80", 3 },     /* half a pair of surrogates */
    { "\xf4\x90\x80\x80", 4 }, /* beyond Unicode */
    { "", 1 },                 /* U+0000 */
    { "a\0b", 3 },
    { "twelve bytes\0", 13 },
    { "twelve bytes\xff", 13 },
  };

  for (gsize row = 0; row < G_N_ELEMENTS (property_table); row++)
    for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
      if (property_table[row].kind >= MQTTC_PROPERTY_KIND_DATA)
        check_text (row, texts[i].text, texts[i].len,
                    property_table[row].kind == MQTTC_PROPERTY_KIND_DATA ? MQTTC_DECODE_OK
                                                                         : MQTTC_DECODE_MALFORMED);
}

/* [MQTT5-1.5.4-3]: U+FEFF stays wherever it is. A text may be empty, but a topic name not, and both may be as
 * long as a length can say. */
static void
test_right_texts (void)
{
  g_autofree char *longest = g_strnfill (65535, 'x');

  for (gsize row = 0; row < G_N_ELEMENTS (property_table); row++)
    if (property_table[row].kind >= MQTTC_PROPERTY_KIND_DATA)
      {
        check_text (row, "\xef\xbb\xbf", 3, MQTTC_DECODE_OK);
        check_text (row,
                    "\xef\xbb\xbf"
                    "a\xef\xbb\xbf",
                    7, MQTTC_DECODE_OK);
        check_text (row, "\xf0\x9f\x8c\xa1", 4, MQTTC_DECODE_OK);
        check_text (row, "\xf4\x8f\xbf\xbf", 4, MQTTC_DECODE_OK);
        check_text (row, longest, 65535, MQTTC_DECODE_OK);
        check_text (row, "", 0,
                    property_table[row].id == 8 ? MQTTC_DECODE_PROTOCOL_ERROR : MQTTC_DECODE_OK);
      }
}

/* [MQTT5-3.3.2-14]: no wildcards, in the will neither. */
static void
test_response_topic (void)
{
  static const struct
  {
    const char *topic;
    gboolean is_right;
  } cases[] = {
    { "a", TRUE },  { "/", TRUE },    { "a/b c/$d", TRUE }, { "$SYS/a", TRUE }, { "#", FALSE },
    { "+", FALSE }, { "a/#", FALSE }, { "a/+/b", FALSE },   { "a#", FALSE },    { "a+b", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize row = 0; row < G_N_ELEMENTS (property_table); row++)
      if (property_table[row].id == 8)
        check_text (row, cases[i].topic, (guint) strlen (cases[i].topic),
                    cases[i].is_right ? MQTTC_DECODE_OK : MQTTC_DECODE_PROTOCOL_ERROR);
      else if (property_table[row].kind == MQTTC_PROPERTY_KIND_TEXT)
        check_text (row, cases[i].topic, (guint) strlen (cases[i].topic), MQTTC_DECODE_OK);
}

/* What is wrong in its form is not asked for its meaning. */
static void
test_form_before_meaning (void)
{
  /* twice, and not UTF-8 */
  g_assert_cmpint (property_table_check ("\3\0\1a\3\0\1\xff", 8, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_MALFORMED);
  /* twice, and cut */
  g_assert_cmpint (property_table_check ("\3\0\1a\3\0\1", 7, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_MALFORMED);
  /* the topic is none as it is not UTF-8 */
  g_assert_cmpint (property_table_check ("\x08\0\1\xff", 4, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_MALFORMED);
  /* twice, and that is what counts */
  g_assert_cmpint (property_table_check ("\1\1\1\2", 4, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_PROTOCOL_ERROR);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/property/matrix", test_matrix);
  g_test_add_func ("/property/long-identifier", test_long_identifier);
  g_test_add_func ("/property/none", test_none);
  g_test_add_func ("/property/texts-of-faults", test_texts_of_faults);
  g_test_add_func ("/property/twice", test_twice);
  g_test_add_func ("/property/all-at-once", test_all_at_once);
  g_test_add_func ("/property/truncated", test_truncated);
  g_test_add_func ("/property/length-beyond-the-end", test_length_beyond_the_end);
  g_test_add_func ("/property/numbers", test_numbers);
  g_test_add_func ("/property/varints", test_varints);
  g_test_add_func ("/property/wrong-texts", test_wrong_texts);
  g_test_add_func ("/property/right-texts", test_right_texts);
  g_test_add_func ("/property/response-topic", test_response_topic);
  g_test_add_func ("/property/form-before-meaning", test_form_before_meaning);

  return g_test_run ();
}
