/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "mqttc-error.h"
#include "values/mqttc-event-private.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-statistics-private.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1

/* Takes the event. */
static void
assert_described (MqttcEvent *event,
                  const char *expected)
{
  g_autoptr (MqttcEvent) self = event;
  g_autofree char *text = mqttc_event_to_string (self);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_packets (void)
{
  static const MqttcEventType types[]
      = { MQTTC_EVENT_TYPE_INCOMING, MQTTC_EVENT_TYPE_OUTGOING, MQTTC_EVENT_TYPE_CONNECTED };
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "hello");

  g_test_summary ("An event with a packet has that packet and nothing else");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      MqttcPacket *packet = mqttc_packet_new_publish (PROTOCOL, message, 0, FALSE, NULL);
      g_autoptr (MqttcEvent) event = mqttc_event_new_packet (types[i], packet);

      mqttc_packet_unref (packet);

      g_assert_cmpint (mqttc_event_get_event_type (event), ==, types[i]);
      g_assert_true (mqttc_event_get_packet (event) == packet);
      g_assert_true (mqttc_packet_get_message (mqttc_event_get_packet (event)) == message);
      /* Or a program that looks at all events would see the message twice. */
      g_assert_null (mqttc_event_get_message (event));
      g_assert_null (mqttc_event_get_error (event));
      g_assert_cmpint (mqttc_event_get_retry_usec (event), ==, -1);
    }
}

static void
test_message (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "hello");
  g_autoptr (MqttcEvent) event = mqttc_event_new_message (message);

  g_test_summary ("An event with a message has no packet");

  g_assert_cmpint (mqttc_event_get_event_type (event), ==, MQTTC_EVENT_TYPE_MESSAGE);
  g_assert_true (mqttc_event_get_message (event) == message);
  g_assert_null (mqttc_event_get_packet (event));
  g_assert_null (mqttc_event_get_error (event));
  g_assert_cmpint (mqttc_event_get_retry_usec (event), ==, -1);
}

static void
test_disconnected (void)
{
  g_autoptr (GError) error
      = g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "No answer");
  g_autoptr (MqttcEvent) lost = mqttc_event_new_disconnected (error, 1500000);
  g_autoptr (MqttcEvent) asked = mqttc_event_new_disconnected (NULL, -1);

  g_test_summary ("The end of a connection has its cause and the time of the next attempt");

  /* It is a copy. */
  error->code = MQTTC_CLIENT_ERROR_LIMIT;

  g_assert_cmpint (mqttc_event_get_event_type (lost), ==, MQTTC_EVENT_TYPE_DISCONNECTED);
  g_assert_error (mqttc_event_get_error (lost), MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_cmpint (mqttc_event_get_retry_usec (lost), ==, 1500000);
  g_assert_null (mqttc_event_get_packet (lost));
  g_assert_null (mqttc_event_get_message (lost));

  g_assert_null (mqttc_event_get_error (asked));
  g_assert_cmpint (mqttc_event_get_retry_usec (asked), ==, -1);
}

static void
test_words (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a\nb", "secret");
  g_autoptr (GBytes) password = g_bytes_new_static ("secret", 6);
  g_autoptr (MqttcPacket) connect
      = mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 60, "user", password, NULL, NULL);
  g_autoptr (MqttcPacket) connack = mqttc_packet_new_connack (PROTOCOL, 0, TRUE, NULL);
  g_autoptr (MqttcPacket) puback
      = mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBACK, 7, 0, NULL);
  g_autoptr (GError) error
      = g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "No answer\nat all");

  g_test_summary ("An event is described in one line, without user name, password or payload");

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  assert_described (mqttc_event_new_packet (MQTTC_EVENT_TYPE_OUTGOING, connect),
                    "outgoing CONNECT client_id=c clean_session=1 keep_alive=60");
  assert_described (mqttc_event_new_packet (MQTTC_EVENT_TYPE_INCOMING, puback),
                    "incoming PUBACK id=7");
  assert_described (mqttc_event_new_packet (MQTTC_EVENT_TYPE_CONNECTED, connack),
                    "connected CONNACK session_present=1 reason=0x00 (Success)");
  assert_described (mqttc_event_new_message (message),
                    "message topic=a\\u000ab qos=1 retain=0 payload=6 bytes");
  assert_described (mqttc_event_new_disconnected (NULL, -1), "disconnected as asked");
  assert_described (mqttc_event_new_disconnected (error, -1), "disconnected: No answer at all");
  assert_described (mqttc_event_new_disconnected (error, 1500000),
                    "disconnected: No answer at all (next attempt in 1.500 s)");
}

static gpointer
reference_thread (gpointer data)
{
  for (guint i = 0; i < 10000; i++)
    {
      mqttc_event_ref (data);
      mqttc_event_unref (data);
    }

  return NULL;
}

static void
test_references (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");
  MqttcEvent *event = mqttc_event_new_message (message);
  GThread *threads[2];
  MqttcEvent *copy;

  g_test_summary ("References are taken and given back from any thread, and by GValue");

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reference", reference_thread, event);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  copy = g_boxed_copy (MQTTC_TYPE_EVENT, event);
  g_assert_true (copy == event);
  mqttc_event_unref (event);
  g_assert_true (mqttc_event_get_message (copy) == message);
  g_boxed_free (MQTTC_TYPE_EVENT, copy);
}

static void
test_statistics (void)
{
  MqttcStatisticsData data = {
    .queued = 1,
    .queued_bytes = G_MAXUINT32 + G_GUINT64_CONSTANT (2),
    .inflight = 3,
    .undelivered = 4,
    .stray_acks = 5,
    .connections = 6,
    .packets_received = 7,
    .packets_sent = 8,
    .bytes_received = 9,
    .bytes_sent = 10,
    .messages_received = 11,
    .messages_sent = 12,
  };
  MqttcStatistics *self = mqttc_statistics_new (&data);
  g_autoptr (MqttcStatistics) copy = g_boxed_copy (MQTTC_TYPE_STATISTICS, self);

  g_test_summary ("A snapshot of numbers does not change");

  g_assert_true (copy == self);
  mqttc_statistics_unref (self);
  data = (MqttcStatisticsData){ 0 };

  g_assert_cmpuint (mqttc_statistics_get_queued (copy), ==, 1);
  g_assert_cmpuint (mqttc_statistics_get_queued_bytes (copy), ==, G_GUINT64_CONSTANT (0x100000001));
  g_assert_cmpuint (mqttc_statistics_get_inflight (copy), ==, 3);
  g_assert_cmpuint (mqttc_statistics_get_undelivered (copy), ==, 4);
  g_assert_cmpuint (mqttc_statistics_get_stray_acks (copy), ==, 5);
  g_assert_cmpuint (mqttc_statistics_get_connections (copy), ==, 6);
  g_assert_cmpuint (mqttc_statistics_get_packets_received (copy), ==, 7);
  g_assert_cmpuint (mqttc_statistics_get_packets_sent (copy), ==, 8);
  g_assert_cmpuint (mqttc_statistics_get_bytes_received (copy), ==, 9);
  g_assert_cmpuint (mqttc_statistics_get_bytes_sent (copy), ==, 10);
  g_assert_cmpuint (mqttc_statistics_get_messages_received (copy), ==, 11);
  g_assert_cmpuint (mqttc_statistics_get_messages_sent (copy), ==, 12);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/event/packets", test_packets);
  g_test_add_func ("/event/message", test_message);
  g_test_add_func ("/event/disconnected", test_disconnected);
  g_test_add_func ("/event/words", test_words);
  g_test_add_func ("/event/references", test_references);
  g_test_add_func ("/statistics/getters", test_statistics);

  return g_test_run ();
}
