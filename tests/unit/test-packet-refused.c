/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* MqttcPacket: what cannot be written, and what just can. */

#include <sys/mman.h>

#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1
#define BYTES(literal) g_bytes_new_static (literal, sizeof (literal) - 1)

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
  g_assert_null (mqttc_packet_write (self, NULL));
}

static void
test_refused_connect (void)
{
  g_autofree char *too_long = g_strnfill (65536, 'a');
  g_autoptr (GBytes) password = BYTES ("x");
  g_autoptr (GBytes) long_password = g_bytes_new (too_long, 65536);
  g_autoptr (MqttcMessage) wild = mqttc_message_new_text ("w/+", "x");
  g_autoptr (MqttcMessage) large = mqttc_message_new_text ("w", too_long);

  assert_refused (mqttc_packet_new_connect (PROTOCOL, too_long, TRUE, 0, NULL, NULL, NULL, NULL),
                  "The client identifier is longer than 65,535 bytes");
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "\xff", TRUE, 0, NULL, NULL, NULL, NULL),
                  "The client identifier is not valid UTF-8"); /* [MQTT-3.1.3-4] */
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "", FALSE, 0, NULL, NULL, NULL, NULL),
                  "An empty client identifier needs a clean session"); /* [MQTT-3.1.3-7] */
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 65536, NULL, NULL, NULL, NULL),
                  "The keep alive of 65536 seconds is longer than 65,535");
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, too_long, NULL, NULL, NULL),
                  "The user name is longer than 65,535 bytes");
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, "\xff", NULL, NULL, NULL),
                  "The user name is not valid UTF-8"); /* [MQTT-3.1.3-11] */
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, NULL, password, NULL, NULL),
                  "A password needs a user name in MQTT 3.1.1"); /* [MQTT-3.1.2-22] */
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, "u", long_password, NULL, NULL),
                  "The password is longer than 65,535 bytes");
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, NULL, NULL, wild, NULL),
                  "The topic name “w/+” holds a wildcard, which only a filter may");
  assert_refused (mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 0, NULL, NULL, large, NULL),
                  "The payload of the will is longer than 65,535 bytes");
  assert_refused (
      mqttc_packet_new_connect ((MqttcProtocol) 3, "c", TRUE, 0, NULL, NULL, NULL, NULL),
      "The CONNECT of the protocol level 3 cannot be written");
}

static void
test_longest_connect (void)
{
  g_autofree char *longest = g_strnfill (65535, 'a');
  g_autoptr (GBytes) password = g_bytes_new (longest, 65535);
  g_autoptr (MqttcMessage) will = mqttc_message_new_text (longest, longest);
  g_autoptr (MqttcPacket) packet
      = mqttc_packet_new_connect (PROTOCOL, longest, TRUE, 0, longest, password, will, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mqttc_packet_write (packet, &error);
  g_autoptr (MqttcPacket) read_back = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 4 + 10 + 5 * (2 + 65535));
  read_back = mqttc_packet_read (bytes, PROTOCOL, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_packet_get_client_id (read_back), ==, longest);
  g_assert_cmpstr (mqttc_packet_get_user_name (read_back), ==, longest);
  g_assert_true (g_bytes_equal (mqttc_packet_get_password (read_back), password));
}

static void
test_refused_publish (void)
{
  g_autoptr (MqttcMessage) qos0 = make_message ("a", "x", MQTTC_QOS_AT_MOST_ONCE, FALSE);
  g_autoptr (MqttcMessage) qos1 = make_message ("a", "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  g_autoptr (MqttcMessage) wild = make_message ("a/#", "x", MQTTC_QOS_AT_MOST_ONCE, FALSE);

  assert_refused (mqttc_packet_new_publish (PROTOCOL, qos1, 0, FALSE, NULL), /* [MQTT-2.3.1-1] */
                  "The packet identifier 0 of the PUBLISH is not between 1 and 65,535");
  assert_refused (mqttc_packet_new_publish (PROTOCOL, qos1, 65536, FALSE, NULL),
                  "The packet identifier 65536 of the PUBLISH is not between 1 and 65,535");
  assert_refused (mqttc_packet_new_publish (PROTOCOL, qos0, 1, FALSE, NULL), /* [MQTT-2.3.1-5] */
                  "A PUBLISH with QoS 0 has no packet identifier, but 1 is given");
  assert_refused (mqttc_packet_new_publish (PROTOCOL, qos0, 0, TRUE, NULL), /* [MQTT-3.3.1-2] */
                  "A PUBLISH with QoS 0 cannot have the DUP flag");
  assert_refused (mqttc_packet_new_publish (PROTOCOL, wild, 0, FALSE, NULL), /* [MQTT-3.3.2-2] */
                  "The topic name “a/#” holds a wildcard, which only a filter may");
}

static void
test_refused_filters (void)
{
  g_autofree char *too_long = g_strnfill (65536, 'a');
  g_autofree char *shown = g_strnfill (80, 'a');
  g_autofree char *text
      = g_strdup_printf ("The topic filter “%s…” is longer than 65,535 bytes", shown);
  const char *const none[] = { NULL };
  const char *const empty[] = { "a", "", NULL };
  const char *const long_one[] = { too_long, NULL };
  const char *const good[] = { "a", NULL };
  const char *const wrong[] = { "a#", NULL };
  g_autoptr (GBytes) no_options = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) one = BYTES ("\0");
  g_autoptr (GBytes) two = BYTES ("\0\0");

  assert_refused (
      mqttc_packet_new_subscribe (PROTOCOL, 1, none, no_options, NULL), /* [MQTT-3.8.3-3] */
      "The SUBSCRIBE has no topic filter");
  assert_refused (mqttc_packet_new_unsubscribe (PROTOCOL, 1, none, NULL), /* [MQTT-3.10.3-2] */
                  "The UNSUBSCRIBE has no topic filter");
  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 1, empty, two, NULL), /* [MQTT-4.7.3-1] */
                  "The topic filter “” is empty");
  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 1, long_one, one, NULL),
                  text); /* [MQTT-4.7.3-3] */
  assert_refused (mqttc_packet_new_unsubscribe (PROTOCOL, 1, long_one, NULL), text);
  assert_refused (mqttc_packet_new_unsubscribe (PROTOCOL, 1, wrong, NULL), /* [MQTT-4.7.1-2] */
                  "The topic filter “a#” has a wildcard in a wrong place: + must fill a whole "
                  "level, # must be the whole last level");
  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 0, good, one, NULL), /* [MQTT-2.3.1-1] */
                  "The packet identifier 0 of the SUBSCRIBE is not between 1 and 65,535");
}

/* [MQTT-3-8.3-4] the upper six bits are 0, and the QoS is at most 2. */
static void
test_refused_options (void)
{
  const char *const filters[] = { "a", "b/c", NULL };
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) few = BYTES ("\1");
  g_autoptr (GBytes) many = BYTES ("\1\1\1");
  g_autoptr (GBytes) qos3 = BYTES ("\2\3");
  g_autoptr (GBytes) reserved = BYTES ("\4\2");
  g_autoptr (MqttcPacket) packet = mqttc_packet_new_subscribe (PROTOCOL, 1, filters, few, NULL);
  g_autofree char *text = mqttc_packet_to_string (packet);

  g_assert_cmpuint (mqttc_packet_get_filter_qos (packet, 0), ==, 1);
  g_assert_cmpuint (mqttc_packet_get_filter_qos (packet, 1), ==, 0);
  g_assert_cmpstr (text, ==, "SUBSCRIBE id=1 filter=a qos=1 filter=b/c");

  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 1, filters, none, NULL),
                  "The SUBSCRIBE has 2 topic filters, but options for 0: it needs a byte for each");
  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 1, filters, few, NULL),
                  "The SUBSCRIBE has 2 topic filters, but options for 1: it needs a byte for each");
  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 1, filters, many, NULL),
                  "The SUBSCRIBE has 2 topic filters, but options for 3: it needs a byte for each");
  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 1, filters, qos3, NULL),
                  "The topic filter “b/c” has the options 0x03, but in MQTT 3.1.1 they are the "
                  "QoS: 0, 1 or 2");
  assert_refused (mqttc_packet_new_subscribe (PROTOCOL, 1, filters, reserved, NULL),
                  "The topic filter “a” has the options 0x04, but in MQTT 3.1.1 they are the "
                  "QoS: 0, 1 or 2");
}

static void
test_refused_acks (void)
{
  assert_refused (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBACK, 0, 0, NULL),
                  "The packet identifier 0 of the PUBACK is not between 1 and 65,535");
  assert_refused (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBREL, 65536, 0, NULL),
                  "The packet identifier 65536 of the PUBREL is not between 1 and 65,535");
  assert_refused (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBREC, 1, 0x97, NULL),
                  "There is no reason code in a PUBREC of MQTT 3.1.1, but 0x97 is given");
  assert_refused (mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBREC, 1, 256, NULL),
                  "There is no reason code in a PUBREC of MQTT 3.1.1, but 0x100 is given");
}

static void
test_refused_answers (void)
{
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) wrong = BYTES ("\0\3");

  assert_refused (mqttc_packet_new_connack (PROTOCOL, 0x87, TRUE, NULL), /* [MQTT-3.2.2-4] */
                  "A CONNACK that refuses the connection cannot have a session present");
  assert_refused (mqttc_packet_new_connack (PROTOCOL, 0x9c, FALSE, NULL),
                  "There is no return code for the reason 0x9c in MQTT 3.1.1");
  assert_refused (mqttc_packet_new_connack (PROTOCOL, 0x184, FALSE, NULL),
                  "There is no return code for the reason 0x184 in MQTT 3.1.1");
  assert_refused (mqttc_packet_new_suback (PROTOCOL, 1, none, NULL), /* [MQTT-3.8.4-5] */
                  "The SUBACK has no reason code");
  assert_refused (mqttc_packet_new_suback (PROTOCOL, 1, wrong, NULL), /* [MQTT-3.9.3-2] */
                  "A SUBACK of MQTT 3.1.1 has no reason codes but 0, 1, 2 and 0x80");
}

/* Section 2.2.3: the longest packet has 268,435,455 bytes after its fixed header, two of them the
 * identifier. The codes are only looked at, so their pages cost nothing. */
static void
test_too_large (void)
{
  const gsize size = 268435454;
  void *pages = mmap (NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_autoptr (GBytes) codes = g_bytes_new_static (pages, size);
  g_autoptr (MqttcPacket) packet = mqttc_packet_new_suback (PROTOCOL, 1, codes, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pages != MAP_FAILED);
  g_assert_null (mqttc_packet_write (packet, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
  g_assert_cmpstr (error->message, ==,
                   "The SUBACK packet would be longer than the standard allows");
  munmap (pages, size);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet/refused/connect", test_refused_connect);
  g_test_add_func ("/packet/connect/longest", test_longest_connect);
  g_test_add_func ("/packet/refused/publish", test_refused_publish);
  g_test_add_func ("/packet/refused/filters", test_refused_filters);
  g_test_add_func ("/packet/refused/options", test_refused_options);
  g_test_add_func ("/packet/refused/acks", test_refused_acks);
  g_test_add_func ("/packet/refused/answers", test_refused_answers);
  g_test_add_func ("/packet/too-large", test_too_large);

  return g_test_run ();
}
