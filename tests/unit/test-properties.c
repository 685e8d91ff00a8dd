/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-properties-private.h"

#define SLICE(literal) mqttc_slice (literal, sizeof (literal) - 1)

/* One of each kind, and user properties around them. */
#define WIRE                                                                                     \
 "\x26\0\1a\0\1b\x01\x01\x26\0\1a\0\0\x02\0\0\1\x2c\x03\0\4text\x09\0\3a\0b\x0b\x80\x01\x23\xff" \
 "\xff"

static void
assert_string (MqttcProperties *self,
               const char *expected)
{
  g_autofree char *text = mqttc_properties_to_string (self);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_wire (MqttcProperties *self,
             gconstpointer data,
             gsize len)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  mqttc_properties_write (self, wire);
  g_assert_cmpmem (wire->data, wire->len, data, len);
  g_assert_cmpuint (mqttc_properties_get_wire_size (self), >=, len);
}

static void
assert_bytes (GBytes *bytes,
              const char *expected,
              gsize len)
{
  gsize size;
  gconstpointer data;

  g_assert_nonnull (bytes);
  data = g_bytes_get_data (bytes, &size);
  g_assert_cmpmem (data, size, expected, len);
}

static void
test_empty (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();
  guint value = 7;

  g_assert_cmpuint (mqttc_properties_get_length (self), ==, 0);
  g_assert_false (mqttc_properties_is_locked (self));
  g_assert_false (mqttc_properties_get_uint (self, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, &value));
  g_assert_cmpuint (value, ==, 0);
  g_assert_false (mqttc_properties_get_uint (self, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, NULL));
  g_assert_null (mqttc_properties_get_text (self, MQTTC_PROPERTY_ID_REASON_STRING));
  g_assert_null (mqttc_properties_get_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA));
  g_assert_null (mqttc_properties_get_user_property (self, "a"));
  mqttc_properties_unset (self, MQTTC_PROPERTY_ID_USER_PROPERTY);
  assert_string (self, "");
  assert_wire (self, "", 0);
  for (guint place = 0; place <= MQTTC_PACKET_TYPE_AUTH; place++)
    g_assert_true (mqttc_properties_check_place (self, place, NULL));
}

/* User properties keep order and duplicates [MQTT5-3.3.2-18]. */
static void
test_positions (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new_from_slice (SLICE (WIRE), 0);

  g_assert_cmpuint (mqttc_properties_get_length (self), ==, 8);
  g_assert_cmpint (mqttc_properties_get_id_at (self, 0), ==, MQTTC_PROPERTY_ID_USER_PROPERTY);
  g_assert_cmpstr (mqttc_properties_get_name_at (self, 0), ==, "a");
  g_assert_cmpstr (mqttc_properties_get_text_at (self, 0), ==, "b");
  g_assert_null (mqttc_properties_get_bytes_at (self, 0));
  g_assert_cmpuint (mqttc_properties_get_uint_at (self, 0), ==, 0);
  g_assert_cmpuint (mqttc_properties_get_uint_at (self, 1), ==, 1);
  g_assert_null (mqttc_properties_get_text_at (self, 1));
  g_assert_null (mqttc_properties_get_name_at (self, 1));
  g_assert_cmpstr (mqttc_properties_get_name_at (self, 2), ==, "a");
  g_assert_cmpstr (mqttc_properties_get_text_at (self, 2), ==, "");
  g_assert_cmpuint (mqttc_properties_get_uint_at (self, 3), ==, 300);
  g_assert_cmpstr (mqttc_properties_get_text_at (self, 4), ==, "text");
  g_assert_null (mqttc_properties_get_name_at (self, 4));
  assert_bytes (mqttc_properties_get_bytes_at (self, 5), "a\0b", 3);
  g_assert_null (mqttc_properties_get_text_at (self, 5));
  g_assert_cmpuint (mqttc_properties_get_uint_at (self, 6), ==, 128);
  g_assert_cmpuint (mqttc_properties_get_uint_at (self, 7), ==, 65535);
}

static void
test_identifiers (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new_from_slice (SLICE (WIRE), 0);
  guint value;

  g_assert_true (
      mqttc_properties_get_uint (self, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL, &value));
  g_assert_cmpuint (value, ==, 300);
  g_assert_cmpstr (mqttc_properties_get_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE), ==, "text");
  assert_bytes (mqttc_properties_get_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA), "a\0b", 3);
  g_assert_cmpstr (mqttc_properties_get_user_property (self, "a"), ==, "b");
  g_assert_null (mqttc_properties_get_user_property (self, "b"));
  /* Of another kind than was asked for. */
  g_assert_false (mqttc_properties_get_uint (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, NULL));
  g_assert_null (mqttc_properties_get_text (self, MQTTC_PROPERTY_ID_USER_PROPERTY));
  g_assert_null (mqttc_properties_get_text (self, MQTTC_PROPERTY_ID_CORRELATION_DATA));
  g_assert_null (mqttc_properties_get_bytes (self, MQTTC_PROPERTY_ID_CONTENT_TYPE));
}

static void
test_wire (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new_from_slice (SLICE (WIRE), 0);
  g_autoptr (MqttcProperties) copy = mqttc_properties_copy (self);
  g_autoptr (MqttcProperties) skipped
      = mqttc_properties_new_from_slice (SLICE (WIRE), MQTTC_PROPERTY_ID_TOPIC_ALIAS);
  g_autoptr (MqttcProperties) none
      = mqttc_properties_new_from_slice (SLICE ("\x23\0\1"), MQTTC_PROPERTY_ID_TOPIC_ALIAS);

  assert_wire (self, WIRE, sizeof (WIRE) - 1);
  assert_wire (copy, WIRE, sizeof (WIRE) - 1);
  assert_wire (skipped, WIRE, sizeof (WIRE) - 1 - 3);
  g_assert_cmpuint (mqttc_properties_get_length (none), ==, 0);
  assert_string (self, "user_property=a:b payload_format_indicator=1 user_property=a: "
                       "message_expiry_interval=300 content_type=text correlation_data=3 bytes "
                       "subscription_identifier=128 topic_alias=65535");
}

static void
test_setters (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);

  mqttc_properties_set_uint (self, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL, 1);
  mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, "a");
  mqttc_properties_set_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA, bytes);
  mqttc_properties_add_user_property (self, "n", "1");
  mqttc_properties_add_user_property (self, "n", "2");
  assert_wire (self,
               "\2\0\0\0\1\3\0\1a\x09\0\1x\x26\0\1n\0\1"
               "1\x26\0\1n\0\1"
               "2",
               27);

  /* Each stays where it was. */
  mqttc_properties_set_uint (self, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL, 2);
  mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE,
                             mqttc_properties_get_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE));
  mqttc_properties_set_bytes (
      self, MQTTC_PROPERTY_ID_CORRELATION_DATA,
      mqttc_properties_get_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA));
  assert_string (self, "message_expiry_interval=2 content_type=a correlation_data=1 bytes "
                       "user_property=n:1 user_property=n:2");

  mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, NULL);
  mqttc_properties_set_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA, empty);
  assert_bytes (mqttc_properties_get_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA), "", 0);
  assert_wire (self,
               "\2\0\0\0\2\x09\0\0\x26\0\1n\0\1"
               "1\x26\0\1n\0\1"
               "2",
               22);
  mqttc_properties_set_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA, NULL);
  mqttc_properties_unset (self, MQTTC_PROPERTY_ID_USER_PROPERTY);
  assert_string (self, "message_expiry_interval=2");
  mqttc_properties_unset (self, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL);
  g_assert_cmpuint (mqttc_properties_get_length (self), ==, 0);
}

/* What was read, and copied, can be changed like what was set. */
static void
test_changed_after_reading (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new_from_slice (SLICE (WIRE), 0);

  mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, "other");
  mqttc_properties_unset (self, MQTTC_PROPERTY_ID_USER_PROPERTY);
  mqttc_properties_unset (self, MQTTC_PROPERTY_ID_CORRELATION_DATA);
  mqttc_properties_unset (self, MQTTC_PROPERTY_ID_TOPIC_ALIAS);
  mqttc_properties_add_user_property (self, "new", "");
  assert_string (self, "payload_format_indicator=1 message_expiry_interval=300 content_type=other "
                       "subscription_identifier=128 user_property=new:");
}

static void
test_repeated (void)
{
  const MqttcPropertyId id = MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER;
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();
  guint value;

  for (guint i = 1; i <= 9; i++)
    mqttc_properties_add_uint (self, id, i);
  g_assert_cmpuint (mqttc_properties_get_length (self), ==, 9);
  g_assert_true (mqttc_properties_get_uint (self, id, &value));
  g_assert_cmpuint (value, ==, 1);
  g_assert_true (mqttc_properties_check_place (self, MQTTC_PACKET_TYPE_PUBLISH, NULL));

  mqttc_properties_set_uint (self, id, 7);
  assert_string (self, "subscription_identifier=7");
}

static void
test_copy (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new_from_slice (SLICE (WIRE), 0);
  g_autoptr (MqttcProperties) other = mqttc_properties_new_from_slice (SLICE (WIRE), 0);
  g_autoptr (MqttcProperties) copy = NULL;
  g_autoptr (MqttcProperties) reference = mqttc_properties_ref (self);

  mqttc_properties_lock (self);
  g_assert_true (reference == self);
  g_assert_true (mqttc_properties_is_locked (self));
  copy = mqttc_properties_copy (self);
  g_assert_false (mqttc_properties_is_locked (copy));
  g_clear_pointer (&reference, mqttc_properties_unref);
  g_clear_pointer (&self, mqttc_properties_unref);

  g_assert_cmpstr (mqttc_properties_get_user_property (copy, "a"), ==, "b");
  mqttc_properties_set_uint (copy, MQTTC_PROPERTY_ID_TOPIC_ALIAS, 3);
  mqttc_properties_add_all (copy, other);
  g_assert_cmpuint (mqttc_properties_get_length (copy), ==, 16);
}

/* --- What cannot be sent. --- */

static void
assert_refused (MqttcProperties *self,
                guint place,
                int code,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mqttc_properties_check_place (self, place, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_false (mqttc_properties_check_place (self, place, NULL));
}

static void
assert_uint_refused (MqttcPropertyId id,
                     guint value,
                     guint place,
                     const char *message)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();

  mqttc_properties_set_uint (self, id, value);
  assert_refused (self, place, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, message);
}

static void
assert_text_refused (MqttcPropertyId id,
                     const char *value,
                     guint place,
                     const char *message)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();

  mqttc_properties_set_text (self, id, value);
  assert_refused (self, place, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, message);
}

static void
test_refused_places (void)
{
  assert_uint_refused (MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, 1, MQTTC_PACKET_TYPE_PUBLISH,
                       "The property “Receive Maximum” cannot be in PUBLISH");
  assert_uint_refused (MQTTC_PROPERTY_ID_TOPIC_ALIAS, 1, MQTTC_PROPERTIES_OF_WILL,
                       "The property “Topic Alias” cannot be in a will");
  assert_text_refused (MQTTC_PROPERTY_ID_REASON_STRING, "x", MQTTC_PACKET_TYPE_PINGREQ,
                       "The property “Reason String” cannot be in PINGREQ");
}

static void
test_refused_twice (void)
{
  const MqttcPropertyId id = MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER;
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();

  mqttc_properties_add_uint (self, id, 1);
  g_assert_true (mqttc_properties_check_place (self, MQTTC_PACKET_TYPE_SUBSCRIBE, NULL));
  mqttc_properties_add_uint (self, id, 2);
  assert_refused (self, MQTTC_PACKET_TYPE_SUBSCRIBE, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                  "The property “Subscription Identifier” is there twice, but can only be once in "
                  "SUBSCRIBE");
}

static void
test_refused_numbers (void)
{
  assert_uint_refused (MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR, 2, MQTTC_PACKET_TYPE_PUBLISH,
                       "The property “Payload Format Indicator” is 2, but can only be 0 or 1");
  assert_uint_refused (MQTTC_PROPERTY_ID_MAXIMUM_QOS, 256, MQTTC_PACKET_TYPE_CONNACK,
                       "The property “Maximum QoS” is 256, but can only be 0 or 1");
  assert_uint_refused (MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, 65536, MQTTC_PACKET_TYPE_CONNECT,
                       "The property “Receive Maximum” is 65536, but can only be up to 65535");
  assert_uint_refused (MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, 0, MQTTC_PACKET_TYPE_CONNECT,
                       "The property “Receive Maximum” cannot be 0");
  assert_uint_refused (
      MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, 268435456, MQTTC_PACKET_TYPE_SUBSCRIBE,
      "The property “Subscription Identifier” is 268435456, but can only be up to 268435455");
  assert_uint_refused (MQTTC_PROPERTY_ID_TOPIC_ALIAS, 0,
                       MQTTC_PACKET_TYPE_PUBLISH, /* [MQTT5-3.3.2-8] */
                       "The property “Topic Alias” cannot be 0");
}

static void
test_refused_texts (void)
{
  g_autofree char *longest = g_strnfill (65535, 'x');
  g_autofree char *too_long = g_strnfill (65536, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (too_long, 65536);
  g_autoptr (MqttcProperties) user = mqttc_properties_new ();
  g_autoptr (MqttcProperties) binary = mqttc_properties_new ();

  assert_text_refused (MQTTC_PROPERTY_ID_CONTENT_TYPE, too_long, MQTTC_PACKET_TYPE_PUBLISH,
                       "The property “Content Type” is longer than 65,535 bytes");
  assert_text_refused (MQTTC_PROPERTY_ID_CONTENT_TYPE, "\xff", MQTTC_PACKET_TYPE_PUBLISH,
                       "The property “Content Type” is not valid UTF-8"); /* [MQTT5-1.5.4-1] */
  assert_text_refused (MQTTC_PROPERTY_ID_RESPONSE_TOPIC, "a/+", MQTTC_PACKET_TYPE_PUBLISH,
                       "The property “Response Topic” “a/+” holds a wildcard, which only a filter "
                       "may"); /* [MQTT5-3.3.2-14] */
  assert_text_refused (MQTTC_PROPERTY_ID_RESPONSE_TOPIC, "", MQTTC_PROPERTIES_OF_WILL,
                       "The property “Response Topic” “” is empty");

  mqttc_properties_add_user_property (user, longest, longest);
  g_assert_true (mqttc_properties_check_place (user, MQTTC_PACKET_TYPE_AUTH, NULL));
  mqttc_properties_add_user_property (user, "name", "\xff");
  assert_refused (user, MQTTC_PACKET_TYPE_AUTH, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                  "The property “User Property” is not valid UTF-8");
  mqttc_properties_set_bytes (binary, MQTTC_PROPERTY_ID_CORRELATION_DATA, bytes);
  assert_refused (binary, MQTTC_PACKET_TYPE_PUBLISH, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                  "The property “Correlation Data” is longer than 65,535 bytes");
  /* What was refused is not written either. */
  assert_wire (binary, "", 0);
}

/* One more does not fit. Each look at the size goes through all of them, so it is not in the loop. */
static void
test_too_many (void)
{
  g_autofree char *longest = g_strnfill (65535, 'x');
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();

  for (guint i = 0; i < 2047; i++)
    mqttc_properties_add_user_property (self, longest, longest);
  g_assert_cmpuint (mqttc_properties_get_wire_size (self), <=, MQTTC_MAX_REMAINING_LENGTH);
  g_assert_true (mqttc_properties_check_place (self, MQTTC_PACKET_TYPE_PUBLISH, NULL));

  mqttc_properties_add_user_property (self, longest, longest);
  assert_refused (self, MQTTC_PACKET_TYPE_PUBLISH, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                  "The 2048 properties are longer than the standard allows a packet to be");
}

/* --- In words. --- */

static void
test_string_is_bounded (void)
{
  g_autofree char *many = g_strnfill (1000, 'x');
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();
  g_autofree char *text = NULL;

  mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_REASON_STRING, "a\nb\x1b");
  assert_string (self, "reason_string=a\\u000ab\\u001b");
  for (guint i = 0; i < 100; i++)
    mqttc_properties_add_user_property (self, many, many);
  text = mqttc_properties_to_string (self);
  g_assert_true (g_str_has_suffix (text, " and 85 more"));
  g_assert_cmpuint (strlen (text), <, 4000);
}

static void
test_secret_is_hidden (void)
{
  g_autoptr (GBytes) secret = g_bytes_new_static ("secret", 6);
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();
  g_autoptr (MqttcProperties) copy = NULL;
  g_autoptr (MqttcProperties) read_back = NULL;

  mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, "SCRAM");
  mqttc_properties_set_bytes (self, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, secret);
  copy = mqttc_properties_copy (self);
  read_back = mqttc_properties_new_from_slice (SLICE ("\x15\0\5SCRAM\x16\0\6secret"), 0);
  assert_string (self, "authentication_method=SCRAM authentication_data=(hidden)");
  assert_string (read_back, "authentication_method=SCRAM authentication_data=(hidden)");
  assert_bytes (mqttc_properties_get_bytes (copy, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA), "secret",
                6);
  assert_bytes (mqttc_properties_get_bytes (read_back, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA),
                "secret", 6);
}

/* --- Mistakes of the program. --- */

static void
change_locked (MqttcProperties *self,
               guint index)
{
  const MqttcPropertyId number = MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM;

  switch (index)
    {
    case 0:
      mqttc_properties_set_uint (self, number, 1);
      break;
    case 1:
      mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, "x");
      break;
    case 2:
      mqttc_properties_set_bytes (self, MQTTC_PROPERTY_ID_CORRELATION_DATA, NULL);
      break;
    case 3:
      mqttc_properties_add_uint (self, number, 1);
      break;
    case 4:
      mqttc_properties_add_user_property (self, "a", "b");
      break;
    default:
      mqttc_properties_unset (self, number);
      break;
    }
}

static void
test_locked (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new_from_slice (SLICE (WIRE), 0);

  mqttc_properties_lock (self);
  for (guint i = 0; i < 6; i++)
    {
      g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*mqttc_properties_is_locked*");
      change_locked (self, i);
      g_test_assert_expected_messages ();
    }
  assert_wire (self, WIRE, sizeof (WIRE) - 1);
}

static void
test_wrong_kinds (void)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();

  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*is_number*");
  mqttc_properties_set_uint (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, 1);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*is_number*");
  mqttc_properties_add_uint (self, (MqttcPropertyId) 0xff, 1);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*is_text*");
  mqttc_properties_set_text (self, MQTTC_PROPERTY_ID_USER_PROPERTY, "x");
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*is_bytes*");
  mqttc_properties_set_bytes (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, NULL);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*exists*");
  mqttc_properties_unset (self, (MqttcPropertyId) 0);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*index < self->n_entries*");
  g_assert_null (mqttc_properties_get_text_at (self, 0));
  g_test_assert_expected_messages ();
  g_assert_cmpuint (mqttc_properties_get_length (self), ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/properties/empty", test_empty);
  g_test_add_func ("/properties/positions", test_positions);
  g_test_add_func ("/properties/identifiers", test_identifiers);
  g_test_add_func ("/properties/wire", test_wire);
  g_test_add_func ("/properties/setters", test_setters);
  g_test_add_func ("/properties/changed-after-reading", test_changed_after_reading);
  g_test_add_func ("/properties/repeated", test_repeated);
  g_test_add_func ("/properties/copy", test_copy);
  g_test_add_func ("/properties/refused-places", test_refused_places);
  g_test_add_func ("/properties/refused-twice", test_refused_twice);
  g_test_add_func ("/properties/refused-numbers", test_refused_numbers);
  g_test_add_func ("/properties/refused-texts", test_refused_texts);
  g_test_add_func ("/properties/too-many", test_too_many);
  g_test_add_func ("/properties/string-is-bounded", test_string_is_bounded);
  g_test_add_func ("/properties/secret-is-hidden", test_secret_is_hidden);
  g_test_add_func ("/properties/locked", test_locked);
  g_test_add_func ("/properties/wrong-kinds", test_wrong_kinds);

  return g_test_run ();
}
