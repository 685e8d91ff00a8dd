/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 2.2.2 of MQTT 5: properties that are written, and found again. */

#include "property-table.h"

static MqttcProperty
make_property (gsize row,
               guint32 number,
               MqttcSlice text)
{
  MqttcProperty property = { .id = (MqttcPropertyId) property_table[row].id };

  if (property_table[row].kind < MQTTC_PROPERTY_KIND_DATA)
    property.number = number;
  else
    property.text = text;
  if (property_table[row].kind == MQTTC_PROPERTY_KIND_PAIR)
    property.value = mqttc_slice ("value", 5);

  return property;
}

static void
assert_property (const MqttcProperty *property,
                 const MqttcProperty *expected)
{
  g_assert_cmpuint (property->id, ==, expected->id);
  g_assert_cmpuint (property->number, ==, expected->number);
  g_assert_cmpmem (property->text.data, property->text.len, expected->text.data,
                   expected->text.len);
  g_assert_cmpmem (property->value.data, property->value.len, expected->value.data,
                   expected->value.len);
}

/* One that is right comes back from what was written, wherever it stands. */
static void
check_round_trip (gsize row,
                  const MqttcProperty *property)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const MqttcProperty user
      = { .id = MQTTC_PROPERTY_ID_USER_PROPERTY, .text = mqttc_slice ("k", 1) };
  MqttcSlice rest;
  MqttcProperty read;

  g_assert_null (mqttc_property_get_fault (property));
  mqttc_properties_append (bytes, &user);
  mqttc_properties_append (bytes, property);
  g_assert_cmpint (
      property_table_check (bytes->data, bytes->len, property_table_get_first_place (row)), ==,
      MQTTC_DECODE_OK);

  rest = mqttc_slice (bytes->data, bytes->len);
  g_assert_true (mqttc_properties_next (&rest, &read));
  assert_property (&read, &user);
  g_assert_true (mqttc_properties_next (&rest, &read));
  assert_property (&read, property);
  g_assert_cmpuint (rest.len, ==, 0);
  g_assert_false (mqttc_properties_next (&rest, &read));
}

static void
test_round_trip (void)
{
  static const guint32 numbers[] = { 0,     1,       127,     128,       16383,     16384,
                                     65535, 2097151, 2097152, 268435455, 268435456, G_MAXUINT32 };
  g_autofree char *longest = g_strnfill (65535, 'x');
  const MqttcSlice texts[] = {
    { NULL, 0 }, mqttc_slice ("a/b", 3), mqttc_slice (longest, 256), mqttc_slice (longest, 65535)
  };

  for (gsize row = 0; row < G_N_ELEMENTS (property_table); row++)
    {
      const gboolean is_number = property_table[row].kind < MQTTC_PROPERTY_KIND_DATA;
      const gsize n_values = is_number ? G_N_ELEMENTS (numbers) : G_N_ELEMENTS (texts);
      guint n_right = 0;

      for (gsize i = 0; i < n_values; i++)
        {
          MqttcProperty property
              = make_property (row, numbers[i], texts[i < G_N_ELEMENTS (texts) ? i : 0]);

          if (mqttc_property_get_fault (&property) == NULL)
            {
              check_round_trip (row, &property);
              n_right++;
            }
        }

      /* As many as there are for its kind: for the byte 0 and 1, for the topic all but the empty one. */
      g_assert_cmpuint (n_right, ==,
                        property_table[row].kind == MQTTC_PROPERTY_KIND_BYTE ? 2
                        : property_table[row].kind == MQTTC_PROPERTY_KIND_U16
                            ? 7 - (property_table[row].id == 33)
                        : property_table[row].kind == MQTTC_PROPERTY_KIND_U32
                            ? 12 - (property_table[row].id == 39)
                        : property_table[row].kind == MQTTC_PROPERTY_KIND_VARINT ? 9
                        : property_table[row].id == 8                            ? 3
                                                                                 : 4);
    }
}

/* Byte by byte. */
static void
test_append (void)
{
  static const struct
  {
    MqttcProperty property;
    const char *bytes;
    gsize len;
  } cases[] = {
    { { .id = 0x24, .number = 1 }, "\x24\1", 2 },
    { { .id = 0x21, .number = 0x1234 }, "\x21\x12\x34", 3 },
    { { .id = 0x11, .number = 0xfedcba98 }, "\x11\xfe\xdc\xba\x98", 5 },
    { { .id = 0x0b, .number = 300 }, "\x0b\xac\2", 3 },
    { { .id = 0x09, .text = { (const guint8 *) "\0\xff", 2 } }, "\x09\0\2\0\xff", 5 },
    { { .id = 0x1f, .text = { (const guint8 *) "why", 3 } }, "\x1f\0\3why", 6 },
    { { .id = 0x1f }, "\x1f\0\0", 3 },
    { { .id = 0x26, .text = { (const guint8 *) "k", 1 }, .value = { (const guint8 *) "vw", 2 } },
      "\x26\0\1k\0\2vw",
      8 },
    { { .id = 0x26 }, "\x26\0\0\0\0", 5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_assert_null (mqttc_property_get_fault (&cases[i].property));
      mqttc_properties_append (bytes, &cases[i].property);
      g_assert_cmpmem (bytes->data, bytes->len, cases[i].bytes, cases[i].len);
    }
}

static void
test_find (void)
{
  static const char bytes[] = "\x26\0\1a\0\1b\x0b\1\x26\0\1c\0\1d\x0b\2\1\1";
  const MqttcSlice list = mqttc_slice (bytes, sizeof bytes - 1);
  MqttcProperty property;

  g_assert_cmpint (property_table_check (bytes, sizeof bytes - 1, MQTTC_PACKET_TYPE_PUBLISH), ==,
                   MQTTC_DECODE_OK);

  g_assert_true (mqttc_properties_find (list, MQTTC_PROPERTY_ID_USER_PROPERTY, &property));
  g_assert_cmpmem (property.text.data, property.text.len, "a", 1);
  g_assert_true (
      mqttc_properties_find (list, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, &property));
  g_assert_cmpuint (property.number, ==, 1);
  g_assert_true (
      mqttc_properties_find (list, MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR, &property));
  g_assert_cmpuint (property.number, ==, 1);

  g_assert_false (mqttc_properties_find (list, MQTTC_PROPERTY_ID_TOPIC_ALIAS, &property));
  g_assert_false (
      mqttc_properties_find (mqttc_slice (NULL, 0), MQTTC_PROPERTY_ID_TOPIC_ALIAS, &property));
}

/* Of a list that nobody has checked what is no property ends it. */
static void
test_unchecked (void)
{
  static const struct
  {
    const char *data;
    gsize len;
  } cases[] = { { "\0\0", 2 }, { "\x7f\0", 2 }, { "\x1f\0\2a", 4 }, { "\x0b\x80", 2 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MqttcSlice rest = mqttc_slice (cases[i].data, cases[i].len);
      MqttcProperty property;

      g_assert_false (mqttc_properties_next (&rest, &property));
      g_assert_false (
          mqttc_properties_find (rest, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, &property));
    }
}

static void
test_faults_of_makers (void)
{
  g_autofree char *too_long = g_strnfill (65536, 'x');
  const char *const room = "a property is longer or larger than there is room for";
  const char *const utf8 = "a property is not valid UTF-8, or holds U+0000";
  const MqttcSlice is_long = mqttc_slice (too_long, 65536);
  const struct
  {
    MqttcProperty property;
    const char *fault;
  } cases[] = {
    { { .id = 0 }, "there is no property of this identifier" },
    { { .id = 0x2b }, "there is no property of this identifier" },
    { { .id = 0x7f, .number = 1 }, "there is no property of this identifier" },
    { { .id = 0x126 }, "there is no property of this identifier" },
    { { .id = 0x01, .number = 256 }, room },
    { { .id = 0x21, .number = 65536 }, room },
    { { .id = 0x0b, .number = 268435456 }, room },
    { { .id = 0x09, .text = is_long }, room },
    { { .id = 0x1f, .text = is_long }, room },
    { { .id = 0x26, .text = is_long }, room },
    { { .id = 0x26, .value = is_long }, room },
    { { .id = 0x1f, .text = mqttc_slice ("\xff", 1) }, utf8 },
    { { .id = 0x26, .text = mqttc_slice ("", 1) }, utf8 },
    { { .id = 0x26, .value = mqttc_slice ("\xff", 1) }, utf8 },
    { { .id = 0x25, .number = 2 }, "a property that is 0 or 1 is neither" },
    { { .id = 0x21, .number = 0 }, "a property that must not be 0 is 0" },
    { { .id = 0x08, .text = mqttc_slice ("a/+", 3) }, "the response topic is not a topic name" },
    { { .id = 0x23, .number = 0 }, NULL },
    { { .id = 0x09, .text = mqttc_slice ("\xff", 1) }, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (mqttc_property_get_fault (&cases[i].property), ==, cases[i].fault);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/property-write/round-trip", test_round_trip);
  g_test_add_func ("/property-write/append", test_append);
  g_test_add_func ("/property-write/find", test_find);
  g_test_add_func ("/property-write/unchecked", test_unchecked);
  g_test_add_func ("/property-write/faults-of-makers", test_faults_of_makers);

  return g_test_run ();
}
