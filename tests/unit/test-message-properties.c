/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* MqttcMessage: what MQTT 5 has added. */

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-properties-private.h"

#define SLICE(literal) mqttc_slice (literal, sizeof (literal) - 1)

/* Subscription identifiers 5 and 300 and a topic alias, among what stays with the message. */
#define RECEIVED "\x0b\5\x01\x01\x23\0\7\x02\0\0\1\x2c\x0b\xac\2\x03\0\1t\x26\0\1a\0\1b"
#define KEPT "\x01\x01\x02\0\0\1\x2c\x03\0\1t\x26\0\1a\0\1b"

static MqttcPacketView
make_view (MqttcSlice properties)
{
  return (MqttcPacketView){
    .type = MQTTC_PACKET_TYPE_PUBLISH,
    .properties = properties,
    .publish = { .topic = SLICE ("a/b"), .payload = SLICE ("x") },
  };
}

static void
assert_wire (MqttcMessage *message,
             gconstpointer data,
             gsize len)
{
  MqttcPacketView view;

  mqttc_message_get_view (message, &view);
  g_assert_cmpmem (view.properties.data, view.properties.len, data, len);
}

static void
assert_properties (MqttcMessage *message,
                   const char *expected)
{
  MqttcProperties *properties = mqttc_message_get_properties (message);
  g_autofree char *text = NULL;

  g_assert_nonnull (properties);
  g_assert_true (mqttc_properties_is_locked (properties));
  text = mqttc_properties_to_string (properties);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_none (MqttcMessage *message)
{
  gsize n_ids = 7, offset;
  guint32 seconds;

  g_assert_null (mqttc_message_get_properties (message));
  g_assert_cmpuint (mqttc_message_get_payload_format_indicator (message), ==, 0);
  g_assert_cmpint (mqttc_message_get_expiry_interval (message), ==, -1);
  g_assert_null (mqttc_message_get_content_type (message));
  g_assert_null (mqttc_message_get_response_topic (message));
  g_assert_null (mqttc_message_get_correlation_data (message));
  g_assert_null (mqttc_message_get_user_property (message, "a"));
  g_assert_null (mqttc_message_get_subscription_ids (message, &n_ids));
  g_assert_cmpuint (n_ids, ==, 0);
  g_assert_false (mqttc_message_find_expiry (message, &seconds, &offset));
  g_assert_true (mqttc_message_check (message, NULL));
  assert_wire (message, "", 0);
}

static void
test_none (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");
  g_autoptr (MqttcProperties) empty = mqttc_properties_new ();

  assert_none (message);
  mqttc_message_set_payload_format_indicator (message, 0);
  mqttc_message_set_expiry_interval (message, -1);
  mqttc_message_set_content_type (message, NULL);
  mqttc_message_set_response_topic (message, NULL);
  mqttc_message_set_correlation_data (message, NULL);
  mqttc_message_set_properties (message, NULL);
  mqttc_message_set_properties (message, empty);
  g_assert_false (mqttc_properties_is_locked (empty));
  mqttc_message_lock (message);
  assert_none (message);
}

static void
set_all (MqttcMessage *message)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("a\0b", 3);

  mqttc_message_set_payload_format_indicator (message, 1);
  mqttc_message_set_expiry_interval (message, G_MAXUINT32);
  mqttc_message_set_content_type (message, "text");
  mqttc_message_set_response_topic (message, "r");
  mqttc_message_set_correlation_data (message, data);
  mqttc_message_add_user_property (message, "a", "1");
  mqttc_message_add_user_property (message, "a", "2");
}

static void
assert_all (MqttcMessage *message)
{
  GBytes *data = mqttc_message_get_correlation_data (message);

  g_assert_cmpuint (mqttc_message_get_payload_format_indicator (message), ==, 1);
  g_assert_cmpint (mqttc_message_get_expiry_interval (message), ==, G_MAXUINT32);
  g_assert_cmpstr (mqttc_message_get_content_type (message), ==, "text");
  g_assert_cmpstr (mqttc_message_get_response_topic (message), ==, "r");
  g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), "a\0b", 3);
  g_assert_cmpstr (mqttc_message_get_user_property (message, "a"), ==, "1");
  g_assert_null (mqttc_message_get_user_property (message, "b"));
  assert_properties (message, "payload_format_indicator=1 message_expiry_interval=4294967295 "
                              "content_type=text response_topic=r correlation_data=3 bytes "
                              "user_property=a:1 user_property=a:2");
}

static void
test_setters (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");
  g_autoptr (MqttcMessage) copy = NULL;
  const char wire[] = "\1\1\2\xff\xff\xff\xff\3\0\4text\x08\0\1r\x09\0\3a\0b"
                      "\x26\0\1a\0\1\x31\x26\0\1a\0\1\x32";

  set_all (message);
  assert_all (message);
  assert_wire (message, wire, sizeof wire - 1);
  g_assert_cmpuint (mqttc_message_get_size (message), ==, 4 + sizeof wire - 1);
  g_assert_true (mqttc_message_check (message, NULL));
  mqttc_message_lock (message);
  assert_all (message);
  assert_wire (message, wire, sizeof wire - 1);

  copy = mqttc_message_copy (message);
  g_clear_pointer (&message, mqttc_message_unref);
  assert_all (copy);
  assert_wire (copy, wire, sizeof wire - 1);
}

/* What was given out stays as it was, and what is set may be a part of it. */
static void
test_change (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");
  g_autoptr (MqttcProperties) before = NULL;
  g_autofree char *text = NULL;

  mqttc_message_set_content_type (message, "text");
  before = mqttc_properties_ref (mqttc_message_get_properties (message));
  mqttc_message_set_content_type (message, "other");
  text = mqttc_properties_to_string (before);
  g_assert_cmpstr (text, ==, "content_type=text");
  assert_properties (message, "content_type=other");

  mqttc_message_get_properties (message);
  mqttc_message_set_content_type (message, mqttc_message_get_content_type (message));
  mqttc_message_set_properties (message, mqttc_message_get_properties (message));
  assert_properties (message, "content_type=other");
  assert_wire (message, "\3\0\5other", 8);

  mqttc_message_set_properties (message, before);
  assert_properties (message, "content_type=text");
  mqttc_message_set_content_type (message, NULL);
  assert_none (message);
  mqttc_message_set_expiry_interval (message, 0);
  g_assert_cmpint (mqttc_message_get_expiry_interval (message), ==, 0);
  mqttc_message_set_expiry_interval (message, -1);
  assert_none (message);
}

static void
test_set_properties_copies (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_add_user_property (properties, "a", "b");
  mqttc_message_set_properties (message, properties);
  mqttc_properties_add_user_property (properties, "c", "d");
  assert_properties (message, "user_property=a:b");
  mqttc_message_set_properties (message, NULL);
  assert_none (message);
}

/* --- Received messages. --- */

static void
assert_received (MqttcMessage *message)
{
  gsize n_ids, offset;
  const guint32 *ids = mqttc_message_get_subscription_ids (message, &n_ids);
  guint32 seconds;

  g_assert_cmpuint (n_ids, ==, 2);
  g_assert_cmpuint (ids[0], ==, 5);
  g_assert_cmpuint (ids[1], ==, 300);
  assert_wire (message, KEPT, sizeof (KEPT) - 1);
  g_assert_cmpuint (mqttc_message_get_size (message), ==, 4 + sizeof (KEPT) - 1 + 8);
  g_assert_true (mqttc_message_find_expiry (message, &seconds, &offset));
  g_assert_cmpuint (seconds, ==, 300);
  g_assert_cmpuint (offset, ==, 3);
  g_assert_cmpint (mqttc_message_get_expiry_interval (message), ==, 300);
  assert_properties (message, "payload_format_indicator=1 message_expiry_interval=300 "
                              "content_type=t user_property=a:b");
}

static void
test_received (void)
{
  const MqttcPacketView view = make_view (SLICE (RECEIVED));
  MqttcPacketView large = view;
  guint8 *buffer = g_malloc (2);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_from_view (&view);
      MqttcMessage *pooled = mqttc_message_new_from_pool (&view, mqttc_block_pool_get ());

      assert_received (message);
      g_assert_true (mqttc_message_is_locked (message));
      assert_received (pooled);
      mqttc_message_recycle (pooled, mqttc_block_pool_get ());
    }

  buffer[0] = 'x';
  large.publish.payload = mqttc_slice (buffer, 1);
  {
    g_autoptr (MqttcMessage) message = mqttc_message_new_in_buffer (&large, buffer);

    assert_received (message);
    g_assert_cmpstr (mqttc_message_get_text (message), ==, "x");
  }
  mqttc_block_pool_clear ();
}

/* A message that was received can be published, and a client sends no subscription identifier
 * [MQTT5-3.3.4-6]. */
static void
test_received_again (void)
{
  const MqttcPacketView view = make_view (SLICE (RECEIVED));
  const MqttcPacketView only_sending = make_view (SLICE ("\x0b\5\x23\0\7"));
  const MqttcPacketView only_alias = make_view (SLICE ("\x23\0\7"));
  g_autoptr (MqttcMessage) message = mqttc_message_new_from_view (&view);
  g_autoptr (MqttcMessage) copy = mqttc_message_copy (message);
  g_autoptr (MqttcMessage) sending = mqttc_message_new_from_view (&only_sending);
  g_autoptr (MqttcMessage) copy_of_sending = mqttc_message_copy (sending);
  g_autoptr (MqttcMessage) alias = mqttc_message_new_from_view (&only_alias);
  g_autoptr (MqttcMessage) copy_after_use = NULL;
  gsize n_ids;

  g_assert_true (mqttc_message_check (message, NULL));
  copy_after_use = mqttc_message_copy (message);
  g_assert_null (mqttc_message_get_subscription_ids (copy, &n_ids));
  assert_wire (copy, KEPT, sizeof (KEPT) - 1);
  mqttc_message_set_content_type (copy, "other");
  assert_properties (copy, "payload_format_indicator=1 message_expiry_interval=300 "
                           "content_type=other user_property=a:b");
  mqttc_message_set_expiry_interval (copy_after_use, -1);
  assert_properties (copy_after_use, "payload_format_indicator=1 content_type=t user_property=a:b");
  assert_received (message);

  g_assert_cmpuint (*mqttc_message_get_subscription_ids (sending, &n_ids), ==, 5);
  g_assert_null (mqttc_message_get_properties (sending));
  assert_wire (sending, "", 0);
  assert_none (copy_of_sending);
  assert_none (alias);
}

/* Of every length, so that what lies behind the properties is aligned for each, and in the pool or not. */
static void
test_received_lengths (void)
{
  for (guint8 len = 0; len < 250; len++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *value = g_strnfill (len, 'v');
      const guint8 head[] = { 0x0b, 9, 0x03, 0, len };
      MqttcPacketView view;
      MqttcMessage *message;
      gsize n_ids;

      g_byte_array_append (bytes, head, sizeof head);
      g_byte_array_append (bytes, (const guint8 *) value, len);
      view = make_view (mqttc_slice (bytes->data, bytes->len));
      message = mqttc_message_new_from_pool (&view, mqttc_block_pool_get ());
      g_assert_cmpuint (*mqttc_message_get_subscription_ids (message, &n_ids), ==, 9);
      g_assert_cmpstr (mqttc_message_get_content_type (message), ==, value);
      mqttc_message_unref (message);
    }
  mqttc_block_pool_clear ();
}

static gpointer
use_cb (gpointer user_data)
{
  MqttcMessage *message = user_data;

  mqttc_message_lock (message);
  assert_wire (message, "\3\0\4text", 7);
  g_assert_cmpstr (mqttc_message_get_content_type (message), ==, "text");
  g_assert_nonnull (mqttc_message_get_properties (message));
  return NULL;
}

/* Two threads may publish the same message at once. */
static void
test_threads (void)
{
  const MqttcPacketView view = make_view (SLICE ("\3\0\4text"));

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (MqttcMessage) message
          = i % 2 == 0 ? mqttc_message_new_text ("a/b", "x") : mqttc_message_new_from_view (&view);
      GThread *thread;

      if (i % 2 == 0)
        mqttc_message_set_content_type (message, "text");
      thread = g_thread_new ("other", use_cb, message);
      use_cb (message);
      g_thread_join (thread);
    }
}

/* --- What cannot be sent. --- */

static void
assert_refused (MqttcMessage *message,
                const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mqttc_message_check (message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, text);
  g_assert_false (mqttc_message_check (message, NULL));
}

static void
assert_uint_refused (MqttcPropertyId id,
                     const char *text)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_uint (properties, id, 1);
  mqttc_message_set_properties (message, properties);
  assert_refused (message, text);
  mqttc_message_lock (message);
  assert_refused (message, text);
}

static void
test_refused (void)
{
  g_autoptr (MqttcMessage) wild = mqttc_message_new_text ("a/b", "x");

  mqttc_message_set_response_topic (wild, "r/+"); /* [MQTT5-3.3.2-14] */
  assert_refused (wild, "The message for the topic “a/b” cannot be sent. The property “Response "
                        "Topic” “r/+” holds a wildcard, which only a filter may");
  assert_uint_refused (MQTTC_PROPERTY_ID_TOPIC_ALIAS,
                       "The message for the topic “a/b” cannot be sent. The property “Topic Alias” "
                       "belongs to one sending of a message, not to the message");
  assert_uint_refused (MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, /* [MQTT5-3.3.4-6] */
                       "The message for the topic “a/b” cannot be sent. The property “Subscription "
                       "Identifier” belongs to one sending of a message, not to the message");
  assert_uint_refused (MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL,
                       "The message for the topic “a/b” cannot be sent. The property “Will Delay "
                       "Interval” cannot be in PUBLISH");
}

/* Section 3.3.2.3.2; unlike a string of the protocol, text may hold U+0000. */
static void
test_payload_format (void)
{
  static const struct
  {
    const char *data;
    gsize size;
    gboolean is_text;
  } cases[] = {
    { "", 0, TRUE },         { "text", 4, TRUE },        { "a\0b\0", 4, TRUE },
    { "\0", 1, TRUE },       { "\xff", 1, FALSE },       { "a\0\xff", 3, FALSE },
    { "\xc3\xb6", 2, TRUE }, { "\xc3\0\xb6", 3, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", cases[i].data, cases[i].size);

      g_assert_true (mqttc_message_check (message, NULL));
      mqttc_message_set_payload_format_indicator (message, 1);
      if (cases[i].is_text)
        g_assert_true (mqttc_message_check (message, NULL));
      else
        assert_refused (message,
                        "The message for the topic “a” cannot be sent. Its payload is not valid "
                        "UTF-8, but the property “Payload Format Indicator” is 1");
    }
}

static void
test_will (void)
{
  g_autofree char *longest = g_strnfill (65536, 'x');
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("a", "x");
  g_autoptr (MqttcMessage) wild = mqttc_message_new_text ("a/+", "x");
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (GError) error = NULL;

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL, 30);
  mqttc_message_set_properties (will, properties);
  g_assert_true (mqttc_message_check_will (will, NULL));
  assert_wire (will, "\x18\0\0\0\x1e", 5);
  g_assert_false (mqttc_message_check_will (wild, NULL));

  mqttc_message_set_text (will, longest);
  g_assert_false (mqttc_message_check_will (will, &error));
  g_assert_cmpstr (error->message, ==, "The payload of the will is longer than 65,535 bytes");
  mqttc_message_set_text (will, longest + 1);
  g_assert_true (mqttc_message_check_will (will, NULL));
}

/* The properties come out of the same limit as the payload. */
static void
test_too_large (void)
{
  g_autofree char *longest = g_strnfill (65535, 'x');
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "x");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2047; i++)
    mqttc_message_add_user_property (message, longest, longest);
  g_assert_true (mqttc_message_check (message, NULL));

  mqttc_message_set_text (message, longest);
  mqttc_message_set_content_type (message, longest);
  g_assert_false (mqttc_message_check (message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
}

/* --- Mistakes of the program. --- */

#define assert_locked(call)                                                            \
 G_STMT_START                                                                          \
 {                                                                                     \
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*!mqttc_message_is_locked*"); \
  call;                                                                                \
  g_test_assert_expected_messages ();                                                  \
 }                                                                                     \
 G_STMT_END

static void
test_locked (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");

  set_all (message);
  mqttc_message_lock (message);
  assert_locked (mqttc_message_set_payload_format_indicator (message, 0));
  assert_locked (mqttc_message_set_expiry_interval (message, -1));
  assert_locked (mqttc_message_set_content_type (message, NULL));
  assert_locked (mqttc_message_set_response_topic (message, NULL));
  assert_locked (mqttc_message_set_correlation_data (message, NULL));
  assert_locked (mqttc_message_add_user_property (message, "b", "3"));
  assert_locked (mqttc_message_set_properties (message, NULL));
  assert_all (message);
}

static void
test_wrong_values (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");

  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*indicator <= 1*");
  mqttc_message_set_payload_format_indicator (message, 2);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*seconds >= -1*");
  mqttc_message_set_expiry_interval (message, -2);
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*seconds <= *");
  mqttc_message_set_expiry_interval (message, G_GINT64_CONSTANT (0x100000000));
  g_test_assert_expected_messages ();
  assert_none (message);
}

/* A copy of what can still be changed is on its own. */
static void
test_copy (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("t", "x");
  g_autoptr (MqttcMessage) copy = NULL;

  mqttc_message_set_content_type (message, "a");
  copy = mqttc_message_copy (message);
  mqttc_message_set_content_type (message, "b");
  g_assert_cmpstr (mqttc_message_get_content_type (copy), ==, "a");
  mqttc_message_set_content_type (copy, "c");
  g_assert_cmpstr (mqttc_message_get_content_type (message), ==, "b");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message-properties/none", test_none);
  g_test_add_func ("/message-properties/setters", test_setters);
  g_test_add_func ("/message-properties/change", test_change);
  g_test_add_func ("/message-properties/set-properties-copies", test_set_properties_copies);
  g_test_add_func ("/message-properties/copy", test_copy);
  g_test_add_func ("/message-properties/received", test_received);
  g_test_add_func ("/message-properties/received/again", test_received_again);
  g_test_add_func ("/message-properties/received/lengths", test_received_lengths);
  g_test_add_func ("/message-properties/threads", test_threads);
  g_test_add_func ("/message-properties/refused", test_refused);
  g_test_add_func ("/message-properties/payload-format", test_payload_format);
  g_test_add_func ("/message-properties/will", test_will);
  g_test_add_func ("/message-properties/too-large", test_too_large);
  g_test_add_func ("/message-properties/locked", test_locked);
  g_test_add_func ("/message-properties/wrong-values", test_wrong_values);

  return g_test_run ();
}
