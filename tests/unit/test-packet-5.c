/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* MqttcPacket: packets of MQTT 5. */

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-properties-private.h"

#define V3 MQTTC_PROTOCOL_V3_1_1
#define V5 MQTTC_PROTOCOL_V5
#define BYTES(literal) g_bytes_new_static (literal, sizeof (literal) - 1)
#define SLICE(literal) mqttc_slice (literal, sizeof (literal) - 1)

/* With a reason string "why" and a user property. */
#define WHY "\x1f\0\3why\x26\0\1a\0\1b"
#define WHY_SHOWN " reason_string=why user_property=a:b"

static MqttcProperties *
make_why (void)
{
  return mqttc_properties_new_from_slice (SLICE (WHY), 0);
}

static MqttcPacket *
read_packet (GBytes *bytes,
             MqttcProtocol protocol)
{
  g_autoptr (GError) error = NULL;
  MqttcPacket *packet = mqttc_packet_read (bytes, protocol, 0, &error);

  g_assert_no_error (error);
  return packet;
}

static char *
hex_of_bytes (GBytes *bytes)
{
  GString *hex = g_string_new (NULL);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  for (gsize i = 0; i < g_bytes_get_size (bytes); i++)
    g_string_append_printf (hex, "%02x", data[i]);

  return g_string_free (hex, FALSE);
}

static void
assert_equal (GBytes *bytes,
              GBytes *expected)
{
  g_autofree char *hex = hex_of_bytes (bytes);
  g_autofree char *expected_hex = hex_of_bytes (expected);

  g_assert_cmpstr (hex, ==, expected_hex);
}

/* Takes the packet and the bytes; returns what was read from them. */
static MqttcPacket *
assert_written (MqttcPacket *packet,
                GBytes *expected,
                const char *description)
{
  g_autoptr (MqttcPacket) self = packet;
  g_autoptr (GBytes) expected_bytes = expected;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = mqttc_packet_to_string (self);
  g_autofree char *text_of_read = NULL;
  MqttcPacket *read_back;

  g_assert_cmpstr (text, ==, description);
  bytes = mqttc_packet_write (self, &error);
  g_assert_no_error (error);
  assert_equal (bytes, expected_bytes);

  read_back = read_packet (bytes, V5);
  text_of_read = mqttc_packet_to_string (read_back);
  g_assert_cmpstr (text_of_read, ==, description);
  again = mqttc_packet_write (read_back, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (again, expected_bytes));
  return read_back;
}

static void
check_written (MqttcPacket *packet,
               GBytes *expected,
               const char *description)
{
  mqttc_packet_unref (assert_written (packet, expected, description));
}

/* --- Each of them. --- */

/* Section 3.1.3.1: an empty client identifier needs no clean start; a password needs no user name. */
static void
test_connect (void)
{
  g_autoptr (GBytes) password = BYTES ("mq");
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("w", "x");
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (MqttcProperties) of_will = mqttc_properties_new ();
  g_autoptr (MqttcPacket) packet = NULL;

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, 20);
  mqttc_properties_set_uint (of_will, MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL, 5);
  mqttc_message_set_properties (will, of_will);
  mqttc_message_set_content_type (will, "t");

  check_written (mqttc_packet_new_connect (V5, "", FALSE, 10, NULL, password, NULL, NULL),
                 BYTES ("\x10\x11\0\4MQTT\5\x40\0\x0a\0\0\0\0\2mq"),
                 "CONNECT client_id= clean_session=0 keep_alive=10");
  packet = assert_written (
      mqttc_packet_new_connect (V5, "c", TRUE, 0, NULL, NULL, will, properties),
      BYTES ("\x10\x21\0\4MQTT\5\6\0\0\3\x21\0\x14\0\1c\x09\x18\0\0\0\5\3\0\1t\0\1w\0\1x"),
      "CONNECT client_id=c clean_session=1 keep_alive=0 will_topic=w will_qos=0 will_retain=0 "
      "will_payload=1 bytes will_properties=( will_delay_interval=5 content_type=t ) "
      "receive_maximum=20");
  g_assert_true (mqttc_properties_is_locked (properties));
  g_assert_cmpuint (mqttc_properties_get_length (mqttc_packet_get_properties (packet)), ==, 1);
  g_assert_cmpstr (mqttc_message_get_content_type (mqttc_packet_get_message (packet)), ==, "t");
}

static void
test_connack (void)
{
  g_autoptr (MqttcProperties) why = make_why ();
  g_autoptr (MqttcProperties) empty = mqttc_properties_new ();
  g_autoptr (MqttcPacket) packet = NULL;

  check_written (mqttc_packet_new_connack (V5, 0, TRUE, empty), BYTES ("\x20\3\1\0\0"),
                 "CONNACK session_present=1 reason=0x00 (Success)");
  packet = assert_written (mqttc_packet_new_connack (V5, 0x9d, FALSE, why),
                           BYTES ("\x20\x10\0\x9d\x0d" WHY),
                           "CONNACK session_present=0 reason=0x9d (Server moved)" WHY_SHOWN);
  g_assert_cmpstr (mqttc_packet_get_reason_string (packet), ==, "why");
  g_assert_cmpuint (mqttc_packet_get_reason_code (packet), ==, 0x9d);
}

static void
test_publish (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "x");
  g_autoptr (MqttcProperties) beside = mqttc_properties_new ();
  g_autoptr (MqttcPacket) plain = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  const guint32 *ids;
  gsize n_ids;

  mqttc_message_set_content_type (message, "t");
  plain = assert_written (mqttc_packet_new_publish (V5, message, 0, FALSE, NULL),
                          BYTES ("0\x09\0\1a\4\3\0\1tx"),
                          "PUBLISH topic=a qos=0 retain=0 dup=0 payload=1 bytes content_type=t");
  g_assert_true (mqttc_packet_get_properties (plain)
                 == mqttc_message_get_properties (mqttc_packet_get_message (plain)));

  mqttc_properties_add_uint (beside, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, 1);
  mqttc_properties_add_uint (beside, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, 2);
  packet = assert_written (mqttc_packet_new_publish (V5, message, 0, FALSE, beside),
                           BYTES ("0\x0d\0\1a\x08\x0b\1\x0b\2\3\0\1tx"),
                           "PUBLISH topic=a qos=0 retain=0 dup=0 payload=1 bytes "
                           "subscription_identifier=1 subscription_identifier=2 content_type=t");
  ids = mqttc_message_get_subscription_ids (mqttc_packet_get_message (packet), &n_ids);
  g_assert_cmpuint (n_ids, ==, 2);
  g_assert_cmpuint (ids[1], ==, 2);
}

/* Section 3.3.2.3.4: the topic may be empty if there is an alias for it. The order of what was read stays. */
static void
test_alias (void)
{
  g_autoptr (GBytes) mixed = BYTES ("0\x0e\0\1a\x09\3\0\1t\x23\0\7\x01\1x");
  g_autoptr (GBytes) mixed_again = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (MqttcMessage) empty = mqttc_message_new_text ("", "x");
  g_autoptr (MqttcProperties) alias = mqttc_properties_new ();

  mqttc_properties_set_uint (alias, MQTTC_PROPERTY_ID_TOPIC_ALIAS, 7);
  check_written (mqttc_packet_new_publish (V5, empty, 0, FALSE, alias),
                 BYTES ("0\7\0\0\3\x23\0\7x"),
                 "PUBLISH topic= qos=0 retain=0 dup=0 payload=1 bytes topic_alias=7");
  packet = read_packet (mixed, V5);
  mixed_again = mqttc_packet_write (packet, NULL);
  g_assert_true (g_bytes_equal (mixed, mixed_again));
}

static void
test_acks (void)
{
  static const struct
  {
    MqttcPacketType type;
    guint reason;
    const char *bare;
    const char *shown;
  } cases[] = {
    { MQTTC_PACKET_TYPE_PUBACK, 0x10, "\x40\3\0\x0a\x10",
      "PUBACK id=10 reason=0x10 (No matching subscribers)" },
    { MQTTC_PACKET_TYPE_PUBREC, 0x97, "\x50\3\0\x0a\x97",
      "PUBREC id=10 reason=0x97 (Quota exceeded)" },
    { MQTTC_PACKET_TYPE_PUBREL, 0x92, "\x62\3\0\x0a\x92",
      "PUBREL id=10 reason=0x92 (Packet identifier not found)" },
    { MQTTC_PACKET_TYPE_PUBCOMP, 0x92, "\x70\3\0\x0a\x92",
      "PUBCOMP id=10 reason=0x92 (Packet identifier not found)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MqttcProperties) why = make_why ();
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *shown = g_strconcat (cases[i].shown, WHY_SHOWN, NULL);

      check_written (mqttc_packet_new_ack (V5, cases[i].type, 10, cases[i].reason, NULL),
                     g_bytes_new (cases[i].bare, 5), cases[i].shown);

      g_byte_array_append (bytes, (const guint8 *) cases[i].bare, 5);
      bytes->data[1] += sizeof (WHY);
      g_byte_array_append (bytes, (const guint8 *) "\x0d" WHY, sizeof (WHY));
      check_written (mqttc_packet_new_ack (V5, cases[i].type, 10, cases[i].reason, why),
                     g_bytes_new (bytes->data, bytes->len), shown);
    }

  check_written (mqttc_packet_new_ack (V5, MQTTC_PACKET_TYPE_PUBACK, 10, 0, NULL),
                 BYTES ("\x40\2\0\x0a"), "PUBACK id=10");
}

static void
test_subscribe (void)
{
  const char *const filters[] = { "a", "$share/g/b", NULL };
  g_autoptr (GBytes) options = BYTES ("\x2d\x12");
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (MqttcPacket) packet = NULL;

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, 300);
  packet = assert_written (
      mqttc_packet_new_subscribe (V5, 1, filters, options, properties),
      BYTES ("\x82\x17\0\1\3\x0b\xac\2\0\1a\x2d\0\x0a$share/g/b\x12"),
      "SUBSCRIBE id=1 filter=a qos=1 no_local=1 retain_as_published=1 retain_handling=2 "
      "filter=$share/g/b qos=2 retain_handling=1 subscription_identifier=300");
  g_assert_true (mqttc_packet_get_filter_no_local (packet, 0));
  g_assert_false (mqttc_packet_get_filter_no_local (packet, 1));
  g_assert_true (mqttc_packet_get_filter_retain_as_published (packet, 0));
  g_assert_false (mqttc_packet_get_filter_retain_as_published (packet, 1));
  g_assert_cmpuint (mqttc_packet_get_filter_retain_handling (packet, 0), ==, 2);
  g_assert_cmpuint (mqttc_packet_get_filter_retain_handling (packet, 1), ==, 1);
  g_assert_cmpuint (mqttc_packet_get_filter_qos (packet, 1), ==, 2);
}

static void
test_unsubscribe (void)
{
  const char *const filters[] = { "a", NULL };
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_add_user_property (properties, "a", "b");
  check_written (mqttc_packet_new_unsubscribe (V5, 1, filters, properties),
                 BYTES ("\xa2\x0d\0\1\7\x26\0\1a\0\1b\0\1a"),
                 "UNSUBSCRIBE id=1 filter=a user_property=a:b");
}

static void
test_suback (void)
{
  g_autoptr (GBytes) granted = BYTES ("\2\x9e");
  g_autoptr (GBytes) removed = BYTES ("\0\x11");
  g_autoptr (MqttcProperties) why = make_why ();
  g_autoptr (MqttcPacket) packet = NULL;

  check_written (mqttc_packet_new_suback (V5, 1, granted, why),
                 BYTES ("\x90\x12\0\1\x0d" WHY "\2\x9e"),
                 "SUBACK id=1 reasons=0x02,0x9e" WHY_SHOWN);
  packet = assert_written (mqttc_packet_new_unsuback (V5, 1, removed, NULL),
                           BYTES ("\xb0\5\0\1\0\0\x11"), "UNSUBACK id=1 reasons=0x00,0x11");
  g_assert_true (g_bytes_equal (mqttc_packet_get_reason_codes (packet), removed));
}

static void
test_disconnect (void)
{
  g_autoptr (MqttcProperties) why = make_why ();

  check_written (mqttc_packet_new_disconnect (V5, 0, NULL), BYTES ("\xe0\0"), "DISCONNECT");
  check_written (mqttc_packet_new_disconnect (V5, 4, NULL), BYTES ("\xe0\1\4"),
                 "DISCONNECT reason=0x04 (Disconnect with will message)");
  check_written (mqttc_packet_new_disconnect (V5, 0, why), BYTES ("\xe0\x0f\0\x0d" WHY),
                 "DISCONNECT" WHY_SHOWN);
  check_written (mqttc_packet_new_simple (V5, MQTTC_PACKET_TYPE_PINGREQ), BYTES ("\xc0\0"),
                 "PINGREQ");
}

/* --- Secrets. --- */

#define AUTH "\xf0\x0d\x18\x0b\x15\0\1m\x16\0\4data"

static void
test_auth (void)
{
  g_autoptr (GBytes) secret = BYTES ("data");
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (MqttcPacket) packet = NULL;

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, "m");
  mqttc_properties_set_bytes (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, secret);
  packet = assert_written (mqttc_packet_new_auth (0x18, properties), BYTES (AUTH),
                           "AUTH reason=0x18 (Continue authentication) authentication_method=m "
                           "authentication_data=(hidden)");
  g_assert_true (g_bytes_equal (mqttc_properties_get_bytes (mqttc_packet_get_properties (packet),
                                                            MQTTC_PROPERTY_ID_AUTHENTICATION_DATA),
                                secret));
}

static void
test_reported (void)
{
  const MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_AUTH,
                                 .reason_code = 0x18,
                                 .properties = SLICE ("\x15\0\1m\x16\0\4data") };
  const MqttcPacketView only_data = { .type = MQTTC_PACKET_TYPE_AUTH,
                                      .reason_code = 0x18,
                                      .properties = SLICE ("\x16\0\4data") };
  g_autoptr (MqttcPacket) packet = mqttc_packet_new_from_view (V5, &view, NULL);
  g_autoptr (MqttcPacket) without = mqttc_packet_new_from_view (V5, &only_data, NULL);
  MqttcProperties *properties = mqttc_packet_get_properties (packet);

  g_test_summary ("The packets that an engine reports have no authentication data");

  g_assert_cmpuint (mqttc_properties_get_length (properties), ==, 1);
  g_assert_null (mqttc_properties_get_bytes (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA));
  g_assert_null (mqttc_packet_get_properties (without));
}

/* The message that the engine has has the topic that the alias stands for. */
static void
test_reported_publish (void)
{
  const MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBLISH,
                                 .properties = SLICE ("\x23\0\7\3\0\1t"),
                                 .publish.topic = SLICE ("a") };
  g_autoptr (MqttcMessage) message = mqttc_message_new_from_view (&view);
  g_autoptr (MqttcPacket) packet = mqttc_packet_new_from_view (V5, &view, message);
  g_autoptr (MqttcPacket) outgoing = NULL;
  MqttcPacketView own = { .type = MQTTC_PACKET_TYPE_PUBLISH };

  g_assert_true (mqttc_packet_get_message (packet) == message);
  g_assert_cmpuint (mqttc_properties_get_length (mqttc_packet_get_properties (packet)), ==, 2);

  mqttc_message_get_view (message, &own);
  outgoing = mqttc_packet_new_from_view (V5, &own, message);
  g_assert_true (mqttc_packet_get_properties (outgoing) == mqttc_message_get_properties (message));
}

/* A packet with properties is not one of those whose memory is used again as it is. */
static void
test_renewed (void)
{
  g_autoptr (GBytes) codes = BYTES ("\0");
  g_autoptr (MqttcProperties) why = make_why ();
  MqttcPacket *packet = mqttc_packet_new_ack (V5, MQTTC_PACKET_TYPE_PUBACK, 1, 0, why);

  packet = mqttc_packet_renew_bare (packet, V5, MQTTC_PACKET_TYPE_PUBREC, 2, 0);
  g_assert_null (mqttc_packet_get_properties (packet));
  mqttc_packet_unref (packet);

  packet = mqttc_packet_new_unsuback (V5, 1, codes, NULL);
  packet = mqttc_packet_renew_bare (packet, V5, MQTTC_PACKET_TYPE_PUBREC, 2, 0);
  g_assert_null (mqttc_packet_get_reason_codes (packet));
  mqttc_packet_unref (packet);
}

/* --- Both versions. --- */

/* MQTT 3.1.1 has no properties, so those of a message are left out. */
static void
test_old_publish (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "x");
  g_autoptr (MqttcPacket) publish = NULL;
  g_autoptr (MqttcPacket) connect_packet = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) connect_bytes = NULL;
  g_autofree char *text = NULL;

  mqttc_message_set_content_type (message, "t");
  publish = mqttc_packet_new_publish (V3, message, 0, FALSE, NULL);
  bytes = mqttc_packet_write (publish, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "0\4\0\1ax", 6);
  text = mqttc_packet_to_string (publish);
  g_assert_cmpstr (text, ==, "PUBLISH topic=a qos=0 retain=0 dup=0 payload=1 bytes");
  g_assert_null (mqttc_packet_get_properties (publish));

  connect_packet = mqttc_packet_new_connect (V3, "c", TRUE, 0, NULL, NULL, message, NULL);
  connect_bytes = mqttc_packet_write (connect_packet, NULL);
  g_assert_cmpuint (g_bytes_get_size (connect_bytes), ==, 2 + 10 + 3 + 3 + 3);
}

/* A server knows the version of a client from its CONNECT. */
static void
test_version_of_connect (void)
{
  g_autoptr (GBytes) old = BYTES ("\x10\x0d\0\4MQTT\4\2\0\0\0\1c");
  g_autoptr (GBytes) new = BYTES ("\x10\x0e\0\4MQTT\5\2\0\0\0\0\1c");
  g_autoptr (GBytes) newer = BYTES ("\x10\x0e\0\4MQTT\6\2\0\0\0\0\1c");
  g_autoptr (MqttcPacket) first = read_packet (old, V5);
  g_autoptr (MqttcPacket) second = read_packet (new, V3);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mqttc_packet_get_protocol (first), ==, V3);
  g_assert_cmpint (mqttc_packet_get_protocol (second), ==, V5);
  g_assert_null (mqttc_packet_read (newer, V5, 0, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET);
}

/* Well formed, but not what may be said: an error of its own. */
static void
test_protocol_error (void)
{
  g_autoptr (GBytes) bytes = BYTES ("\x40\3\0\1\x92");
  g_autoptr (GError) error = NULL;

  g_assert_null (mqttc_packet_read (bytes, V5, 0, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
}

/* --- What cannot be written. --- */

/* Takes the packet. */
static void
assert_refused (MqttcPacket *packet,
                const char *text)
{
  g_autoptr (MqttcPacket) self = packet;
  g_autoptr (GError) error = NULL;

  g_assert_null (mqttc_packet_write (self, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, text);
}

static void
test_refused_in_old (void)
{
  const char *const filters[] = { "a", NULL };
  g_autoptr (GBytes) code = BYTES ("\0");
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "x");
  g_autoptr (MqttcProperties) why = make_why ();

  assert_refused (mqttc_packet_new_connect (V3, "c", TRUE, 0, NULL, NULL, NULL, why),
                  "The CONNECT of MQTT 3.1.1 cannot have properties");
  assert_refused (mqttc_packet_new_connack (V3, 0, FALSE, why),
                  "The CONNACK of MQTT 3.1.1 cannot have properties");
  assert_refused (mqttc_packet_new_publish (V3, message, 0, FALSE, why),
                  "The PUBLISH of MQTT 3.1.1 cannot have properties");
  assert_refused (mqttc_packet_new_ack (V3, MQTTC_PACKET_TYPE_PUBREL, 1, 0, why),
                  "The PUBREL of MQTT 3.1.1 cannot have properties");
  assert_refused (mqttc_packet_new_subscribe (V3, 1, filters, code, why),
                  "The SUBSCRIBE of MQTT 3.1.1 cannot have properties");
  assert_refused (mqttc_packet_new_suback (V3, 1, code, why),
                  "The SUBACK of MQTT 3.1.1 cannot have properties");
  assert_refused (mqttc_packet_new_unsubscribe (V3, 1, filters, why),
                  "The UNSUBSCRIBE of MQTT 3.1.1 cannot have properties");
  assert_refused (mqttc_packet_new_unsuback (V3, 1, code, NULL),
                  "There are no reason codes in an UNSUBACK of MQTT 3.1.1");
  assert_refused (mqttc_packet_new_disconnect (V3, 4, NULL),
                  "There is no reason code in a DISCONNECT of MQTT 3.1.1, but 0x04 is given");
}

/* Section 3.1.2.11.10. */
static void
test_refused_data (void)
{
  g_autoptr (MqttcProperties) data = mqttc_properties_new_from_slice (SLICE ("\x16\0\0"), 0);

  assert_refused (mqttc_packet_new_connect (V5, "c", TRUE, 0, NULL, NULL, NULL, data),
                  "The property “Authentication Data” of CONNECT needs an “Authentication Method”");
}

static void
test_refused_reasons (void)
{
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) wrong = BYTES ("\0\3");

  assert_refused (mqttc_packet_new_connack (V5, 1, FALSE, NULL),
                  "The CONNACK cannot have the reason code 0x01");
  assert_refused (mqttc_packet_new_connack (V5, 256, FALSE, NULL),
                  "The CONNACK cannot have the reason code 0x100");
  assert_refused (mqttc_packet_new_connack (V5, 0x80, TRUE, NULL), /* [MQTT-3.2.2-6] */
                  "A CONNACK that refuses the connection cannot have a session present");
  assert_refused (mqttc_packet_new_ack (V5, MQTTC_PACKET_TYPE_PUBREL, 1, 0x10, NULL),
                  "The PUBREL cannot have the reason code 0x10");
  assert_refused (mqttc_packet_new_suback (V5, 1, wrong, NULL),
                  "The SUBACK cannot have the reason code 0x03");
  assert_refused (mqttc_packet_new_unsuback (V5, 1, wrong, NULL),
                  "The UNSUBACK cannot have the reason code 0x03");
  assert_refused (mqttc_packet_new_unsuback (V5, 1, none, NULL), "The UNSUBACK has no reason code");
  assert_refused (mqttc_packet_new_unsuback (V5, 1, NULL, NULL), "The UNSUBACK has no reason code");
  assert_refused (mqttc_packet_new_disconnect (V5, 1, NULL),
                  "The DISCONNECT cannot have the reason code 0x01");
  assert_refused (mqttc_packet_new_auth (0x80, NULL), "The AUTH cannot have the reason code 0x80");
}

static void
test_refused_options (void)
{
  static const struct
  {
    const char *filter;
    const char *options;
    const char *text;
  } cases[] = {
    { "a", "\x03", "The topic filter “a” has the options 0x03, but the QoS is 3" },
    { "a", "\x30", "The topic filter “a” has the options 0x30, but the retain handling is 3" },
    { "a", "\x40", "The topic filter “a” has the options 0x40, but the bits 6 and 7 are reserved" },
    /* [MQTT-3.8.3-4] */
    { "$share/g/a", "\x05",
      "The topic filter “$share/g/a” has the options 0x05, but a shared subscription cannot be "
      "without its own messages" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const filters[] = { cases[i].filter, NULL };
      g_autoptr (GBytes) options = g_bytes_new (cases[i].options, 1);

      assert_refused (mqttc_packet_new_subscribe (V5, 1, filters, options, NULL), cases[i].text);
    }
}

static void
test_refused_properties (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "x");
  g_autoptr (MqttcMessage) empty = mqttc_message_new_text ("", "x");
  g_autoptr (MqttcProperties) why = make_why ();
  g_autoptr (MqttcProperties) type = mqttc_properties_new ();

  assert_refused (mqttc_packet_new_connect (V5, "c", TRUE, 0, NULL, NULL, NULL, why),
                  "The property “Reason String” cannot be in CONNECT");
  mqttc_properties_set_text (type, MQTTC_PROPERTY_ID_CONTENT_TYPE, "t");
  mqttc_message_set_content_type (message, "t");
  assert_refused (mqttc_packet_new_publish (V5, message, 0, FALSE, type),
                  "The property “Content Type” is there twice, but can only be once in PUBLISH");
  assert_refused (mqttc_packet_new_publish (V5, empty, 0, FALSE, type),
                  "The topic name “” is empty"); /* [MQTT-3.3.2-1] */
}

static void
test_refused_will (void)
{
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("w", "x");
  g_autoptr (MqttcProperties) delay = mqttc_properties_new ();

  mqttc_properties_set_uint (delay, MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL, 5);
  mqttc_message_set_properties (will, delay);
  assert_refused (mqttc_packet_new_publish (V5, will, 0, FALSE, NULL),
                  "The message for the topic “w” cannot be sent. The property “Will Delay "
                  "Interval” cannot be in PUBLISH");
  assert_refused (mqttc_packet_new_connect (V5, "c", TRUE, 0, NULL, NULL, NULL, delay),
                  "The property “Will Delay Interval” cannot be in CONNECT");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet-5/connect", test_connect);
  g_test_add_func ("/packet-5/connack", test_connack);
  g_test_add_func ("/packet-5/publish", test_publish);
  g_test_add_func ("/packet-5/alias", test_alias);
  g_test_add_func ("/packet-5/acks", test_acks);
  g_test_add_func ("/packet-5/subscribe", test_subscribe);
  g_test_add_func ("/packet-5/unsubscribe", test_unsubscribe);
  g_test_add_func ("/packet-5/suback", test_suback);
  g_test_add_func ("/packet-5/disconnect", test_disconnect);
  g_test_add_func ("/packet-5/auth", test_auth);
  g_test_add_func ("/packet-5/reported", test_reported);
  g_test_add_func ("/packet-5/reported/publish", test_reported_publish);
  g_test_add_func ("/packet-5/renewed", test_renewed);
  g_test_add_func ("/packet-5/old-publish", test_old_publish);
  g_test_add_func ("/packet-5/version-of-connect", test_version_of_connect);
  g_test_add_func ("/packet-5/protocol-error", test_protocol_error);
  g_test_add_func ("/packet-5/refused/in-old", test_refused_in_old);
  g_test_add_func ("/packet-5/refused/reasons", test_refused_reasons);
  g_test_add_func ("/packet-5/refused/data", test_refused_data);
  g_test_add_func ("/packet-5/refused/options", test_refused_options);
  g_test_add_func ("/packet-5/refused/properties", test_refused_properties);
  g_test_add_func ("/packet-5/refused/will", test_refused_will);

  return g_test_run ();
}
