/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1
#define BYTES(literal) g_bytes_new_static (literal, sizeof (literal) - 1)

/* --- Constructors, bytes and words. --- */

/* Takes the packet and the bytes. */
static void
assert_written (MqttcPacket *packet,
                GBytes *expected,
                const char *description)
{
  g_autoptr (MqttcPacket) self = packet;
  g_autoptr (MqttcPacket) read_back = NULL;
  g_autoptr (GBytes) expected_bytes = expected;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = mqttc_packet_to_string (self);
  g_autofree char *text_of_read = NULL;

  g_assert_cmpstr (text, ==, description);

  bytes = mqttc_packet_write (self, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, expected_bytes));

  read_back = mqttc_packet_read (bytes, PROTOCOL, 0, &error);
  g_assert_no_error (error);
  text_of_read = mqttc_packet_to_string (read_back);
  g_assert_cmpstr (text_of_read, ==, description);

  again = mqttc_packet_write (read_back, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (again, expected_bytes));
}

static MqttcMessage *
make_message (const char *topic,
              const char *text,
              MqttcQos qos,
              gboolean retain)
{
  MqttcMessage *message = mqttc_message_new_text (topic, text);

  mqttc_message_set_qos (message, qos);
  mqttc_message_set_retain (message, retain);
  return message;
}

static void
test_connect (void)
{
  g_autoptr (GBytes) password = BYTES ("mq");
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (MqttcMessage) will = make_message ("/a", "offline", MQTTC_QOS_AT_LEAST_ONCE, FALSE);

  assert_written (
      mqttc_packet_new_connect (PROTOCOL, "test", TRUE, 10, "rumq", password, will, NULL),
      BYTES ("\x10\x27\0\4MQTT\4\xce\0\x0a\0\4test\0\2/a\0\7offline\0\4rumq\0\2mq"),
      "CONNECT client_id=test clean_session=1 keep_alive=10 will_topic=/a will_qos=1 "
      "will_retain=0 will_payload=7 bytes");
  assert_written (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, "", empty, NULL, NULL),
                  BYTES ("\x10\x11\0\4MQTT\4\xc2\0\0\0\1c\0\0\0\0"),
                  "CONNECT client_id=c clean_session=1 keep_alive=0");
  assert_written (mqttc_packet_new_connect (PROTOCOL, "", TRUE, 0, NULL, NULL, NULL, NULL),
                  BYTES ("\x10\x0c\0\4MQTT\4\2\0\0\0\0"),
                  "CONNECT client_id= clean_session=1 keep_alive=0");
  assert_written (mqttc_packet_new_connect (PROTOCOL, "c", FALSE, 65535, NULL, NULL, NULL, NULL),
                  BYTES ("\x10\x0d\0\4MQTT\4\0\xff\xff\0\1c"),
                  "CONNECT client_id=c clean_session=0 keep_alive=65535");
}

static void
test_connack (void)
{
  assert_written (mqttc_packet_new_connack (PROTOCOL, 0, TRUE, NULL), BYTES ("\x20\2\1\0"),
                  "CONNACK session_present=1 reason=0x00 (Success)");
  assert_written (mqttc_packet_new_connack (PROTOCOL, 0x84, FALSE, NULL), BYTES ("\x20\2\0\1"),
                  "CONNACK session_present=0 reason=0x84 (Unsupported protocol version)");
  assert_written (mqttc_packet_new_connack (PROTOCOL, 0x85, FALSE, NULL), BYTES ("\x20\2\0\2"),
                  "CONNACK session_present=0 reason=0x85 (Client identifier not valid)");
  assert_written (mqttc_packet_new_connack (PROTOCOL, 0x88, FALSE, NULL), BYTES ("\x20\2\0\3"),
                  "CONNACK session_present=0 reason=0x88 (Server unavailable)");
  assert_written (mqttc_packet_new_connack (PROTOCOL, 0x86, FALSE, NULL), BYTES ("\x20\2\0\4"),
                  "CONNACK session_present=0 reason=0x86 (Bad user name or password)");
  assert_written (mqttc_packet_new_connack (PROTOCOL, 0x87, FALSE, NULL), BYTES ("\x20\2\0\5"),
                  "CONNACK session_present=0 reason=0x87 (Not authorized)");
}

static void
test_publish (void)
{
  g_autoptr (MqttcMessage) qos0 = make_message ("a/b", "hello", MQTTC_QOS_AT_MOST_ONCE, FALSE);
  g_autoptr (MqttcMessage) qos1 = make_message ("a/b", "hello", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  g_autoptr (MqttcMessage) qos2 = make_message ("a", "", MQTTC_QOS_EXACTLY_ONCE, TRUE);

  assert_written (mqttc_packet_new_publish (PROTOCOL, qos0, 0, FALSE, NULL),
                  BYTES ("0\x0a\0\3a/bhello"),
                  "PUBLISH topic=a/b qos=0 retain=0 dup=0 payload=5 bytes");
  assert_written (mqttc_packet_new_publish (PROTOCOL, qos1, 7, FALSE, NULL),
                  BYTES ("2\x0c\0\3a/b\0\7hello"),
                  "PUBLISH topic=a/b qos=1 id=7 retain=0 dup=0 payload=5 bytes");
  assert_written (mqttc_packet_new_publish (PROTOCOL, qos2, 65535, TRUE, NULL),
                  BYTES ("\x3d\5\0\1a\xff\xff"),
                  "PUBLISH topic=a qos=2 id=65535 retain=1 dup=1 payload=0 bytes");
}

static void
test_acks (void)
{
  assert_written (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBACK, 10, 0, NULL),
                  BYTES ("\x40\2\0\x0a"), "PUBACK id=10");
  assert_written (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBREC, 10, 0, NULL),
                  BYTES ("\x50\2\0\x0a"), "PUBREC id=10");
  assert_written (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBREL, 10, 0, NULL),
                  BYTES ("\x62\2\0\x0a"), "PUBREL id=10");
  assert_written (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBCOMP, 65535, 0, NULL),
                  BYTES ("\x70\2\xff\xff"), "PUBCOMP id=65535");
  assert_written (mqttc_packet_new_unsuback (PROTOCOL, 10, NULL, NULL), BYTES ("\xb0\2\0\x0a"),
                  "UNSUBACK id=10");
}

static void
test_subscribe (void)
{
  const char *const filters[] = { "a/+", "#", NULL };
  g_autoptr (GBytes) options = BYTES ("\2\0");
  g_autoptr (GBytes) codes = BYTES ("\1\x80");

  assert_written (mqttc_packet_new_subscribe (PROTOCOL, 260, filters, options, NULL),
                  BYTES ("\x82\x0c\1\4\0\3a/+\2\0\1#\0"),
                  "SUBSCRIBE id=260 filter=a/+ qos=2 filter=# qos=0");
  assert_written (mqttc_packet_new_unsubscribe (PROTOCOL, 11, filters, NULL),
                  BYTES ("\xa2\x0a\0\x0b\0\3a/+\0\1#"), "UNSUBSCRIBE id=11 filter=a/+ filter=#");
  assert_written (mqttc_packet_new_suback (PROTOCOL, 15, codes, NULL), BYTES ("\x90\4\0\x0f\1\x80"),
                  "SUBACK id=15 reasons=0x01,0x80");
}

/* What was read has all that the constructor takes, so that a proxy can build it again. */
static void
test_subscribe_again (void)
{
  g_autoptr (GBytes) bytes = BYTES ("\x82\x0f\1\4\0\1a\0\0\1b\2\0\2c/\1");
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (MqttcPacket) again = NULL;
  g_autoptr (GBytes) written = NULL;

  packet = mqttc_packet_read (bytes, PROTOCOL, 0, &error);
  g_assert_no_error (error);
  again = mqttc_packet_new_subscribe (PROTOCOL, mqttc_packet_get_packet_id (packet),
                                      mqttc_packet_get_filters (packet),
                                      mqttc_packet_get_filter_options (packet), NULL);
  written = mqttc_packet_write (again, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (written, bytes));
}

/* More filters than are looked at without asking whether there is memory. */
static void
test_subscribe_to_many (void)
{
  enum
  {
    N_FILTERS = 70000
  };
  g_autofree const char **filters = g_new0 (const char *, N_FILTERS + 1);
  guint8 *levels = g_malloc (N_FILTERS);
  g_autoptr (GBytes) options = g_bytes_new_take (levels, N_FILTERS);
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (MqttcPacket) read_back = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_FILTERS; i++)
    {
      filters[i] = i % 2 != 0 ? "a/b" : "c";
      levels[i] = (guint8) (i % 3);
    }

  packet = mqttc_packet_new_subscribe (PROTOCOL, 1, filters, options, NULL);
  bytes = mqttc_packet_write (packet, &error);
  g_assert_no_error (error);
  read_back = mqttc_packet_read (bytes, PROTOCOL, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (mqttc_packet_get_filter_options (read_back), options));
  g_assert_cmpstr (mqttc_packet_get_filters (read_back)[N_FILTERS - 1], ==, "a/b");
  g_assert_cmpuint (mqttc_packet_get_filter_qos (read_back, N_FILTERS - 1), ==,
                    (N_FILTERS - 1) % 3);
}

static void
test_simple (void)
{
  assert_written (mqttc_packet_new_simple (PROTOCOL, MQTTC_PACKET_TYPE_PINGREQ), BYTES ("\xc0\0"),
                  "PINGREQ");
  assert_written (mqttc_packet_new_simple (PROTOCOL, MQTTC_PACKET_TYPE_PINGRESP), BYTES ("\xd0\0"),
                  "PINGRESP");
  assert_written (mqttc_packet_new_disconnect (PROTOCOL, 0, NULL), BYTES ("\xe0\0"), "DISCONNECT");
}

/* One line, whatever is in it, and not a long one. */
static void
test_to_string_is_one_line (void)
{
  g_autofree char *long_topic = g_strnfill (1000, 'a');
  g_autoptr (MqttcMessage) lines = mqttc_message_new_text ("a\nb\r\x1b[2J", "x");
  g_autoptr (MqttcMessage) wide = mqttc_message_new_text (long_topic, "x");
  g_autoptr (MqttcPacket) first = mqttc_packet_new_publish (PROTOCOL, lines, 0, FALSE, NULL);
  g_autoptr (MqttcPacket) second = mqttc_packet_new_publish (PROTOCOL, wide, 0, FALSE, NULL);
  g_autofree char *first_text = mqttc_packet_to_string (first);
  g_autofree char *second_text = mqttc_packet_to_string (second);

  g_assert_cmpstr (first_text, ==,
                   "PUBLISH topic=a\\u000ab\\u000d\\u001b[2J qos=0 retain=0 dup=0 payload=1 bytes");
  g_assert_cmpuint (strlen (second_text), <, 200);
}

static void
test_to_string_of_long_lists (void)
{
  g_autoptr (GPtrArray) filters = g_ptr_array_new ();
  g_autoptr (GBytes) codes = g_bytes_new_take (g_malloc0 (20), 20);
  g_autoptr (MqttcPacket) subscribe = NULL;
  g_autoptr (MqttcPacket) suback = mqttc_packet_new_suback (PROTOCOL, 1, codes, NULL);
  g_autofree char *subscribe_text = NULL;
  g_autofree char *suback_text = mqttc_packet_to_string (suback);

  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (filters, (char *) "a");
  g_ptr_array_add (filters, NULL);
  subscribe
      = mqttc_packet_new_unsubscribe (PROTOCOL, 1, (const char *const *) filters->pdata, NULL);
  subscribe_text = mqttc_packet_to_string (subscribe);

  g_assert_true (g_str_has_suffix (subscribe_text, " filter=a and 4 more"));
  g_assert_true (g_str_has_suffix (suback_text, ",0x00 and 4 more"));
}

/* --- Getters. --- */

static void
test_getters (void)
{
  g_autoptr (GBytes) bytes = BYTES ("\x82\x0c\1\4\0\3a/+\2\0\1#\1");
  g_autoptr (MqttcPacket) packet = mqttc_packet_read (bytes, PROTOCOL, 0, NULL);

  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_SUBSCRIBE);
  g_assert_cmpint (mqttc_packet_get_protocol (packet), ==, PROTOCOL);
  g_assert_cmpuint (mqttc_packet_get_packet_id (packet), ==, 260);
  g_assert_cmpuint (g_strv_length ((GStrv) mqttc_packet_get_filters (packet)), ==, 2);
  g_assert_cmpstr (mqttc_packet_get_filters (packet)[0], ==, "a/+");
  g_assert_cmpstr (mqttc_packet_get_filters (packet)[1], ==, "#");
  g_assert_cmpuint (mqttc_packet_get_filter_qos (packet, 0), ==, 2);
  g_assert_cmpuint (mqttc_packet_get_filter_qos (packet, 1), ==, 1);
  g_assert_cmpmem (g_bytes_get_data (mqttc_packet_get_filter_options (packet), NULL),
                   g_bytes_get_size (mqttc_packet_get_filter_options (packet)), "\2\1", 2);
}

static void
test_getters_of_suback (void)
{
  g_autoptr (GBytes) bytes = BYTES ("\x90\5\0\x0f\0\2\x80");
  g_autoptr (MqttcPacket) packet = mqttc_packet_read (bytes, PROTOCOL, 0, NULL);
  gsize size;
  const guint8 *codes = g_bytes_get_data (mqttc_packet_get_reason_codes (packet), &size);

  g_assert_cmpmem (codes, size, "\0\2\x80", 3);
}

static void
test_getters_of_others (void)
{
  g_autoptr (MqttcPacket) packet = mqttc_packet_new_simple (PROTOCOL, MQTTC_PACKET_TYPE_PINGREQ);

  g_assert_cmpuint (mqttc_packet_get_packet_id (packet), ==, 0);
  g_assert_cmpuint (mqttc_packet_get_reason_code (packet), ==, 0);
  g_assert_null (mqttc_packet_get_reason_codes (packet));
  g_assert_false (mqttc_packet_get_session_present (packet));
  g_assert_null (mqttc_packet_get_message (packet));
  g_assert_null (mqttc_packet_get_filters (packet));
  g_assert_null (mqttc_packet_get_filter_options (packet));
  g_assert_cmpuint (mqttc_packet_get_filter_qos (packet, 3), ==, 0);
  g_assert_null (mqttc_packet_get_client_id (packet));
  g_assert_false (mqttc_packet_get_clean_session (packet));
  g_assert_cmpuint (mqttc_packet_get_keep_alive (packet), ==, 0);
  g_assert_null (mqttc_packet_get_user_name (packet));
  g_assert_null (mqttc_packet_get_password (packet));
}

#define CONNECT_WITH_ALL "\x10\x27\0\4MQTT\4\xce\0\x0a\0\4test\0\2/a\0\7offline\0\4rumq\0\2mq"

static void
test_getters_of_connect (void)
{
  g_autoptr (GBytes) bytes = BYTES (CONNECT_WITH_ALL);
  g_autoptr (MqttcPacket) packet = mqttc_packet_read (bytes, PROTOCOL, 0, NULL);
  gsize size;
  const void *password = g_bytes_get_data (mqttc_packet_get_password (packet), &size);

  g_assert_cmpstr (mqttc_packet_get_client_id (packet), ==, "test");
  g_assert_true (mqttc_packet_get_clean_session (packet));
  g_assert_cmpuint (mqttc_packet_get_keep_alive (packet), ==, 10);
  g_assert_cmpstr (mqttc_message_get_topic (mqttc_packet_get_message (packet)), ==, "/a");
  g_assert_cmpstr (mqttc_message_get_text (mqttc_packet_get_message (packet)), ==, "offline");
  g_assert_cmpstr (mqttc_packet_get_user_name (packet), ==, "rumq");
  g_assert_cmpmem (password, size, "mq", 2);
}

/* [MQTT-3.1.2-22] would be broken by a packet that has lost only its user name. */
static void
test_connect_without_secrets (void)
{
  g_autoptr (GBytes) bytes = BYTES (CONNECT_WITH_ALL);
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) expected = BYTES ("\x10\x1d\0\4MQTT\4\x0e\0\x0a\0\4test\0\2/a\0\7offline");
  g_autoptr (GError) error = NULL;
  MqttcPacketView view;
  MqttcFrame frame;
  const char *fault;

  g_test_summary ("The packets that an engine reports have neither user name nor password");

  g_assert_cmpint (mqttc_frame_decode (data, g_bytes_get_size (bytes), 0, &frame), ==,
                   MQTTC_DECODE_OK);
  g_assert_cmpint (mqttc_packet_decode (PROTOCOL, &frame, data, &view, &fault), ==,
                   MQTTC_DECODE_OK);
  packet = mqttc_packet_new_from_view (PROTOCOL, &view, NULL);
  g_assert_null (mqttc_packet_get_user_name (packet));
  g_assert_null (mqttc_packet_get_password (packet));

  written = mqttc_packet_write (packet, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (written, expected));
}

/* The packet outlives what it was made of. */
static void
test_password_is_copied (void)
{
  char text[] = "mq";
  g_autoptr (GBytes) password = g_bytes_new_static (text, 2);
  g_autoptr (MqttcPacket) packet
      = mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, "u", password, NULL, NULL);
  gsize size;
  const void *data = g_bytes_get_data (mqttc_packet_get_password (packet), &size);

  text[0] = 'x';
  g_assert_cmpmem (data, size, "mq", 2);
  g_assert_cmpstr (mqttc_packet_get_user_name (packet), ==, "u");
}

static void
test_message_is_shared_and_locked (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");
  g_autoptr (MqttcPacket) packet = mqttc_packet_new_publish (PROTOCOL, message, 0, FALSE, NULL);
  MqttcPacket *boxed = g_boxed_copy (MQTTC_TYPE_PACKET, packet);

  g_assert_true (mqttc_packet_get_message (packet) == message);
  g_assert_true (mqttc_message_is_locked (message));
  g_assert_true (boxed == packet);
  g_boxed_free (MQTTC_TYPE_PACKET, boxed);
}

/* The message of an incoming or outgoing PUBLISH is not copied. */
static void
test_from_view_with_message (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");
  MqttcPacketView view = { .packet_id = 3, .publish.dup = TRUE };
  g_autoptr (MqttcPacket) packet = NULL;
  g_autofree char *text = NULL;

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_get_view (message, &view);
  packet = mqttc_packet_new_from_view (PROTOCOL, &view, message);
  text = mqttc_packet_to_string (packet);

  g_assert_true (mqttc_packet_get_message (packet) == message);
  g_assert_cmpstr (text, ==, "PUBLISH topic=a qos=1 id=3 retain=0 dup=1 payload=1 bytes");
}

/* --- Check and read. --- */

static void
test_check (void)
{
  static const struct
  {
    const char *bytes;
    gsize size;
    gsize length;
  } cases[] = {
    { "", 0, 0 },         { "\xd0", 1, 0 },         { "\xd0\0", 2, 2 },
    { "\x30\x80", 2, 0 }, { "\x30\x80\1", 3, 131 }, { "\x30\xff\xff\xff\x7f", 5, 268435460 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].bytes, cases[i].size);
      g_autoptr (GError) error = NULL;
      gsize length = 42;

      g_assert_true (mqttc_packet_check (bytes, 0, &length, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (length, ==, cases[i].length);
    }
}

static void
test_check_fails (void)
{
  static const struct
  {
    const char *bytes;
    gsize size;
    MqttcClientError code;
    const char *text;
  } cases[] = {
    { "\x30\x80\1", 3, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
      "The PUBLISH packet has 131 bytes, and the limit is 130" },
    { "\0", 1, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The bytes that begin with 0x00 are not an MQTT packet: type 0 is reserved" },
    { "\x30\xff\xff\xff\xff", 5, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The bytes that begin with 0x30 are not an MQTT packet: the remaining length has no end, or "
      "a shorter form" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].bytes, cases[i].size);
      g_autoptr (GError) error = NULL;
      gsize length;

      g_assert_false (mqttc_packet_check (bytes, 130, &length, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].text);
    }
}

/* The first packet is read, and what comes behind it is left alone. */
static void
test_read_first (void)
{
  g_autoptr (GBytes) bytes = BYTES ("\xd0\0\0\0garbage");
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = mqttc_packet_read (bytes, PROTOCOL, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_PINGRESP);
}

static void
test_read_fails (void)
{
  static const struct
  {
    const char *bytes;
    gsize size;
    MqttcProtocol protocol;
    MqttcClientError code;
    const char *text;
  } cases[] = {
    { "", 0, PROTOCOL, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The packet is not complete: at least 1 byte is missing from its fixed header" },
    { "\x30\x80", 2, PROTOCOL, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The packet is not complete: at least 1 byte is missing from its fixed header" },
    { "\x30\x05\0\1a", 5, PROTOCOL, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The PUBLISH packet is not complete: 2 of its 7 bytes are missing" },
    { "\x30\x80\1", 3, PROTOCOL, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
      "The PUBLISH packet has 131 bytes, and the limit is 100" },
    { "\0\0", 2, PROTOCOL, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The bytes that begin with 0x00 are not an MQTT packet: type 0 is reserved" },
    { "\x36\5\0\1a\0\1", 7, PROTOCOL, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The PUBLISH packet is malformed: the QoS is 3" },
    { "\xf0\0", 2, PROTOCOL, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The AUTH packet is malformed: the packet type is reserved" },
    { "\xd0\0", 2, (MqttcProtocol) 3, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
      "The PINGRESP packet is malformed: there is no such version of MQTT" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].bytes, cases[i].size);
      g_autoptr (GError) error = NULL;

      g_assert_null (mqttc_packet_read (bytes, cases[i].protocol, 100, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].text);
      g_assert_null (mqttc_packet_read (bytes, cases[i].protocol, 100, NULL));
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet/connect", test_connect);
  g_test_add_func ("/packet/connack", test_connack);
  g_test_add_func ("/packet/publish", test_publish);
  g_test_add_func ("/packet/acks", test_acks);
  g_test_add_func ("/packet/subscribe", test_subscribe);
  g_test_add_func ("/packet/subscribe/again", test_subscribe_again);
  g_test_add_func ("/packet/subscribe/many", test_subscribe_to_many);
  g_test_add_func ("/packet/simple", test_simple);
  g_test_add_func ("/packet/to-string/one-line", test_to_string_is_one_line);
  g_test_add_func ("/packet/to-string/long-lists", test_to_string_of_long_lists);
  g_test_add_func ("/packet/getters", test_getters);
  g_test_add_func ("/packet/getters/suback", test_getters_of_suback);
  g_test_add_func ("/packet/getters/others", test_getters_of_others);
  g_test_add_func ("/packet/getters/connect", test_getters_of_connect);
  g_test_add_func ("/packet/connect/without-secrets", test_connect_without_secrets);
  g_test_add_func ("/packet/connect/password-is-copied", test_password_is_copied);
  g_test_add_func ("/packet/message-is-shared-and-locked", test_message_is_shared_and_locked);
  g_test_add_func ("/packet/from-view-with-message", test_from_view_with_message);
  g_test_add_func ("/packet/check", test_check);
  g_test_add_func ("/packet/check/fails", test_check_fails);
  g_test_add_func ("/packet/read/first", test_read_first);
  g_test_add_func ("/packet/read/fails", test_read_fails);

  return g_test_run ();
}
