/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The signals with a marshaller of their own call C handlers as GLib would; and the packets of
 * acknowledgements, whose memory is used again while nobody has it. */

#include "mqttc-glib.h"
#include "values/mqttc-packet-private.h"

typedef struct
{
  GObject *object;
  gpointer value;
  MqttcMessage **dropped; /* what the emitter has */
  guint n_calls;
} Seen;

static void
note (Seen *seen,
      GObject *object,
      gpointer value)
{
  seen->object = object;
  seen->value = value;
  seen->n_calls++;
}

static void
handler_cb (GObject *object,
            gpointer value,
            gpointer user_data)
{
  note (user_data, object, value);
  g_signal_handlers_disconnect_by_func (object, handler_cb, user_data);
}

static void
swapped_cb (gpointer user_data,
            gpointer value,
            GObject *object)
{
  note (user_data, object, value);
  g_signal_handlers_disconnect_by_func (object, swapped_cb, user_data);
}

/* NULL is nothing that the library emits, but a program can. */
static void
check_signal (GObject *object,
              const char *signal,
              gpointer value)
{
  Seen seen = { 0 };

  g_signal_connect (object, signal, G_CALLBACK (handler_cb), &seen);
  g_signal_emit_by_name (object, signal, value);
  g_signal_emit_by_name (object, signal, value);
  g_assert_cmpuint (seen.n_calls, ==, 1);
  g_assert_true (seen.object == object && seen.value == value);

  g_signal_connect_swapped (object, signal, G_CALLBACK (swapped_cb), &seen);
  g_signal_emit_by_name (object, signal, NULL);
  g_signal_emit_by_name (object, signal, value);
  g_assert_cmpuint (seen.n_calls, ==, 2);
  g_assert_true (seen.object == object && seen.value == NULL);

  /* The way with two handlers is another one. */
  g_signal_connect_swapped (object, signal, G_CALLBACK (swapped_cb), &seen);
  g_signal_connect (object, signal, G_CALLBACK (handler_cb), &seen);
  g_signal_emit_by_name (object, signal, value);
  g_assert_cmpuint (seen.n_calls, ==, 4);
  g_assert_true (seen.object == object && seen.value == value);
}

static void
test_handlers (void)
{
  g_autoptr (MqttcClient) client = mqttc_client_new (NULL);
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", MQTTC_QOS_AT_MOST_ONCE);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");
  g_autoptr (MqttcPacket) packet
      = mqttc_packet_new_simple (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_PINGREQ);
  GObject *loop = G_OBJECT (mqttc_client_get_event_loop (client));

  check_signal (loop, "incoming", packet);
  check_signal (loop, "outgoing", packet);
  check_signal (G_OBJECT (client), "message", message);
  check_signal (G_OBJECT (subscription), "message", message);
}

static void
read_text_cb (GObject *object,
              MqttcMessage *message,
              gpointer user_data)
{
  Seen *seen = user_data;

  g_clear_pointer (seen->dropped, mqttc_message_unref);
  g_assert_cmpstr (mqttc_message_get_text (message), ==, "b");
  seen->n_calls++;
}

static void
test_dropped (void)
{
  g_autoptr (MqttcClient) client = mqttc_client_new (NULL);
  MqttcMessage *message = mqttc_message_new_text ("a", "b");
  Seen seen = { .dropped = &message };

  g_signal_connect (client, "message", G_CALLBACK (read_text_cb), &seen);
  g_signal_emit_by_name (client, "message", message);
  g_assert_cmpuint (seen.n_calls, ==, 1);
  g_assert_null (message);
}

static void
test_renew (void)
{
  const MqttcProtocol protocol = MQTTC_PROTOCOL_V3_1_1;
  MqttcPacket *first = mqttc_packet_new_bare (protocol, MQTTC_PACKET_TYPE_PUBACK, 1, 0);
  MqttcPacket *second
      = mqttc_packet_renew_bare (first, protocol, MQTTC_PACKET_TYPE_PUBREC, 2, 0x97);
  g_autoptr (MqttcPacket) third = NULL;

  g_assert_true (second == first);
  g_assert_cmpuint (mqttc_packet_get_packet_type (second), ==, MQTTC_PACKET_TYPE_PUBREC);
  g_assert_cmpuint (mqttc_packet_get_packet_id (second), ==, 2);
  g_assert_cmpuint (mqttc_packet_get_reason_code (second), ==, 0x97);

  /* Somebody keeps it: it does not change. */
  third = mqttc_packet_renew_bare (mqttc_packet_ref (second), protocol, MQTTC_PACKET_TYPE_PUBACK, 3,
                                   0);
  g_assert_true (third != second);
  g_assert_cmpuint (mqttc_packet_get_packet_id (second), ==, 2);
  mqttc_packet_unref (second);

  /* One that has more than numbers is freed as it was made. */
  second = mqttc_packet_new_connect (protocol, "me", TRUE, 0, NULL, NULL, NULL, NULL);
  second = mqttc_packet_renew_bare (second, protocol, MQTTC_PACKET_TYPE_PINGRESP, 0, 0);
  g_assert_null (mqttc_packet_get_client_id (second));
  mqttc_packet_unref (second);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/marshal/handlers", test_handlers);
  g_test_add_func ("/marshal/dropped", test_dropped);
  g_test_add_func ("/marshal/renew", test_renew);

  return g_test_run ();
}
