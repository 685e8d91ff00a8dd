/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Publishing: how each quality of service ends, the window, cancelling, closing. */

#include <string.h>

#include "test-fixture.h"

static void
test_completions (Fixture *f,
                  gconstpointer data)
{
  static const MqttcPacketType last[]
      = { MQTTC_PACKET_TYPE_PUBLISH, MQTTC_PACKET_TYPE_PUBACK, MQTTC_PACKET_TYPE_PUBCOMP };

  fixture_open_ok (f);
  for (guint qos = 0; qos <= 2; qos++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (MqttcPacket) packet = NULL;
      g_autoptr (GError) error = NULL;

      fixture_publish (f, "a/b", qos, &result);
      fixture_wait_result (f, &result);
      packet = mqttc_client_publish_finish (f->client, result, &error);
      g_assert_no_error (error);
      g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, last[qos]);
    }

  /* [MQTT-2.3.1-5] [MQTT-4.3.1-1] [MQTT-4.3.2-1] [MQTT-4.3.3-1] */
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBLISH q0 a/b\nPUBLISH #1 q1 a/b\n"
                      "PUBLISH #2 q2 a/b\nPUBREL #2\n");
}

static void
publish_payload (Fixture *f,
                 gsize len)
{
  g_autofree guint8 *data = g_malloc (len + 1);
  g_autoptr (MqttcMessage) message = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < len; i++)
    data[i] = i * 31;
  message = mqttc_message_new_data ("a", data, len);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_client_publish_async (f->client, message, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  mqttc_packet_unref (mqttc_client_publish_finish (f->client, result, &error));
  g_assert_no_error (error);
}

/* Around the sizes where the remaining length grows and where payloads are no longer copied. */
static void
test_payloads (Fixture *f,
               gconstpointer data)
{
  static const gsize sizes[] = { 0, 1, 121, 122, 2047, 2048, 16377, 16378, 65536, 3 << 20 };
  g_autoptr (MqttcSubscription) subscription = NULL;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      MqttcMessage *message;
      const guint8 *payload;
      gsize len;

      publish_payload (f, sizes[i]);
      fixture_wait_messages (f, i + 1);
      message = g_ptr_array_index (f->messages, i);
      payload = mqttc_message_peek_payload (message, &len);
      g_assert_cmpuint (len, ==, sizes[i]);
      for (gsize j = 0; j < len; j++)
        g_assert_true (payload[j] == (guint8) (j * 31));
    }
}

static void
test_retain (Fixture *f,
             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcSubscription) subscription = NULL;
  MqttcMessage *message;

  fixture_open_ok (f);
  mqttc_client_publish_text_async (f->client, "a", "grüße", MQTTC_QOS_AT_LEAST_ONCE, TRUE, NULL,
                                   fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 retain a\n");

  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_wait_messages (f, 1);
  message = g_ptr_array_index (f->messages, 0);
  g_assert_true (mqttc_message_get_retain (message));
  g_assert_cmpstr (mqttc_message_get_text (message), ==, "grüße");
}

static void
test_locked (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "text");
  g_autoptr (MqttcMessage) copy = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  g_assert_false (mqttc_message_is_locked (message));
  g_assert_true (mqttc_client_try_publish (f->client, message, &error));
  g_assert_no_error (error);
  g_assert_true (mqttc_message_is_locked (message));

  /* The same message may be published again, and a copy be changed. */
  g_assert_true (mqttc_client_try_publish (f->client, message, &error));
  g_assert_no_error (error);
  copy = mqttc_message_copy (message);
  g_assert_false (mqttc_message_is_locked (copy));
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH q0 a\nPUBLISH q0 a\n");
}

/* The server stops reading for a while: what the network does not take waits, and nothing is lost. */
static void
test_backpressure (Fixture *f,
                   gconstpointer data)
{
  g_autofree char *zeros = g_malloc0 (1 << 20);
  guint n = 40;

  fixture_open_ok (f);
  test_broker_set_reading (f->broker, FALSE);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", zeros, 1 << 20);
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (message, i % 3);
      mqttc_client_try_publish (f->client, message, &error);
      g_assert_no_error (error);
    }
  fixture_drain (f);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), >, 0);
  test_broker_set_reading (f->broker, TRUE);
  fixture_close (f);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH), ==, n);
}

/* [MQTT-2.3.1-1]: the identifiers start again at 1, and leave out those in use. */
static void
test_identifiers (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "");
  g_autoptr (MqttcPacket) last = NULL;
  guint n = 65535 + 10;

  mqttc_options_set_max_queued_messages (f->options, n);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  fixture_open_ok (f);

  /* The first stays in flight all the time. */
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  g_assert_true (mqttc_client_try_publish (f->client, message, NULL));
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  test_broker_set_silent (f->broker, 0);
  for (guint i = 1; i < n; i++)
    {
      g_autoptr (GError) error = NULL;

      mqttc_client_try_publish (f->client, message, &error);
      g_assert_no_error (error);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, n);
  last = test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_PUBLISH, n - 1);
  g_assert_cmpuint (mqttc_packet_get_packet_id (last), >, 1);
  g_assert_cmpuint (mqttc_packet_get_packet_id (last), <, 1000);
  g_assert_cmpuint (f->n_disconnected, ==, 0);

  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  while (mqttc_client_get_inflight (f->client) > 0)
    g_main_context_iteration (f->context, TRUE);
}

/* The result comes where it was asked for. */
static void
test_result_context (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (GMainContext) other = g_main_context_new ();
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  g_main_context_push_thread_default (other);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &result);
  g_main_context_pop_thread_default (other);
  while (mqttc_client_get_queued (f->client) + mqttc_client_get_inflight (f->client) > 0)
    g_main_context_iteration (f->context, TRUE);
  fixture_drain (f);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (other, TRUE);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
}

/* --- The window. --- */

/* Ten at once with a window of five: the server sees five. QoS 0 and other packets pass. */
static void
test_window (Fixture *f,
             gconstpointer data)
{
  GAsyncResult *results[10] = { NULL };
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GString) expected = g_string_new ("CONNECT clean\n");

  mqttc_options_set_max_inflight (f->options, 5);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_open_ok (f);
  for (guint i = 0; i < 10; i++)
    fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &results[i]);
  fixture_publish_ok (f, "fence", MQTTC_QOS_AT_MOST_ONCE);
  subscription = fixture_subscribe (f, "b", MQTTC_QOS_AT_MOST_ONCE);

  for (guint i = 1; i <= 5; i++)
    g_string_append_printf (expected, "PUBLISH #%u q1 a\n", i);
  g_string_append (expected, "PUBLISH q0 fence\nSUBSCRIBE #6 b:0\n");
  test_broker_expect (f->broker, 1, expected->str);
  g_assert_cmpuint (mqttc_client_get_inflight (f->client), ==, 5);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 5);

  /* Each acknowledgement lets one more out, and ends one publish. */
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;

      test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, i + 1);
      fixture_publish_finish (f, &results[i], &error);
      g_assert_no_error (error);
      g_string_append_printf (expected, "PUBLISH #%u q1 a\n", 7 + i);
      test_broker_expect (f->broker, 1, expected->str);
      g_assert_cmpuint (mqttc_client_get_inflight (f->client), ==, 5);
      g_assert_null (results[i + 1]);
    }

  for (guint i = 0; i < 5; i++)
    {
      test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 7 + i);
      g_assert_true (fixture_publish_finish (f, &results[5 + i], NULL));
    }
  g_assert_cmpuint (mqttc_client_get_inflight (f->client), ==, 0);
}

/* The window counts; it is not a range of identifiers. An acknowledgement out of order makes room.
 */
static void
test_out_of_order (Fixture *f,
                   gconstpointer data)
{
  GAsyncResult *results[5] = { NULL };
  static const guint order[] = { 2, 4, 1, 5, 3 };

  mqttc_options_set_max_inflight (f->options, 4);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_open_ok (f);
  for (guint i = 0; i < 5; i++)
    fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &results[i]);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 4);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, order[i]);
      g_assert_true (fixture_publish_finish (f, &results[order[i] - 1], NULL));
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 5);
    }
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBLISH #1 q1 a\nPUBLISH #2 q1 a\nPUBLISH #3 q1 a\n"
                      "PUBLISH #4 q1 a\nPUBLISH #5 q1 a\n");
}

/* QoS 2 holds its place from PUBLISH to PUBCOMP. */
static void
test_window_qos2 (Fixture *f,
                  gconstpointer data)
{
  GAsyncResult *first = NULL;
  GAsyncResult *second = NULL;

  mqttc_options_set_max_inflight (f->options, 1);
  test_broker_set_silent (f->broker,
                          (1u << MQTTC_PACKET_TYPE_PUBLISH) | (1u << MQTTC_PACKET_TYPE_PUBREL));
  fixture_open_ok (f);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &first);
  fixture_publish (f, "b", MQTTC_QOS_AT_LEAST_ONCE, &second);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREC, 1);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBREL, 1);
  fixture_publish_ok (f, "fence", MQTTC_QOS_AT_MOST_ONCE);
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBLISH #1 q2 a\nPUBREL #1\nPUBLISH q0 fence\n");
  g_assert_null (first);

  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, 1);
  g_assert_true (fixture_publish_finish (f, &first, NULL));
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 3);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 2);
  g_assert_true (fixture_publish_finish (f, &second, NULL));
}

/* --- Cancelling. --- */

static void
test_cancel_unsent (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[3] = { NULL };
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_inflight (f->options, 1);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_open_ok (f);
  fixture_publish (f, "first", MQTTC_QOS_AT_LEAST_ONCE, &results[0]);
  mqttc_client_publish_text_async (f->client, "cancelled", "", MQTTC_QOS_AT_LEAST_ONCE, FALSE,
                                   cancellable, fixture_result_cb, &results[1]);
  fixture_publish (f, "last", MQTTC_QOS_AT_LEAST_ONCE, &results[2]);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);

  g_cancellable_cancel (cancellable);
  g_assert_false (fixture_publish_finish (f, &results[1], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 1);

  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  g_assert_true (fixture_publish_finish (f, &results[0], NULL));
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 2);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 2);
  g_assert_true (fixture_publish_finish (f, &results[2], NULL));
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 first\nPUBLISH #2 q1 last\n");
}

/* What has left cannot be taken back: the wait ends, and the exchange finishes by itself. */
static void
test_cancel_sent (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_open_ok (f);
  mqttc_client_publish_text_async (f->client, "a", "", MQTTC_QOS_EXACTLY_ONCE, FALSE, cancellable,
                                   fixture_result_cb, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  g_cancellable_cancel (cancellable);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (mqttc_client_get_inflight (f->client), ==, 1);

  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREC, 1);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q2 a\nPUBREL #1\n");
  while (mqttc_client_get_inflight (f->client) > 0)
    g_main_context_iteration (f->context, TRUE);
}

static void
test_cancelled_before (Fixture *f,
                       gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  g_cancellable_cancel (cancellable);
  mqttc_client_publish_text_async (f->client, "a", "", MQTTC_QOS_AT_LEAST_ONCE, FALSE, cancellable,
                                   fixture_result_cb, &result);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_publish_ok (f, "b", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 b\n");
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

/* From another thread, while it is being acknowledged: it ends once, one way or the other. */
static void
test_cancel_from_thread (Fixture *f,
                         gconstpointer data)
{
  guint n_cancelled = 0;

  fixture_open_ok (f);
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      GAsyncResult *result = NULL;
      g_autoptr (GError) error = NULL;
      GThread *thread;

      mqttc_client_publish_text_async (f->client, "a", "", MQTTC_QOS_AT_LEAST_ONCE, FALSE,
                                       cancellable, fixture_result_cb, &result);
      thread = g_thread_new ("cancel", cancel_thread, cancellable);
      if (!fixture_publish_finish (f, &result, &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          n_cancelled++;
        }
      g_thread_join (thread);
    }
  g_test_message ("%u of 200 were cancelled", n_cancelled);
  fixture_publish_ok (f, "last", MQTTC_QOS_AT_LEAST_ONCE);
}

/* --- Closing. --- */

/* What was accepted is finished first, then comes DISCONNECT. */
static void
test_close_drains (Fixture *f,
                   gconstpointer data)
{
  GAsyncResult *results[4] = { NULL };

  mqttc_options_set_max_inflight (f->options, 1);
  fixture_open_ok (f);
  for (guint i = 0; i < 4; i++)
    fixture_publish (f, "a", i % 3, &results[i]);
  fixture_close (f);
  for (guint i = 0; i < 4; i++)
    g_assert_true (fixture_publish_finish (f, &results[i], NULL));
  test_broker_wait_ended (f->broker, 1);
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBLISH q0 a\nPUBLISH #1 q1 a\nPUBLISH q0 a\n"
                      "PUBLISH #2 q2 a\nPUBREL #2\nDISCONNECT\n");
}

/* A server that does not acknowledge cannot hold up closing. */
static void
test_close_timeout (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (GAsyncResult) closed = NULL;
  GAsyncResult *published = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_open_ok (f);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &published);
  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &closed);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_DRAINING);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_drain (f);
  g_assert_null (closed);

  fixture_advance (f, mqttc_options_get_close_timeout (f->options) * MILLISECOND);
  fixture_wait_result (f, &closed);
  g_assert_true (mqttc_client_close_finish (f->client, closed, NULL));
  g_assert_false (fixture_publish_finish (f, &published, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 a\nDISCONNECT\n");
}

static void
assert_not_open (Fixture *f)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("home/desk", "");
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint qos = 0; qos <= 2; qos++)
    {
      fixture_publish (f, "home/desk", qos, &result);
      g_assert_false (fixture_publish_finish (f, &result, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
      g_clear_error (&error);
    }

  g_assert_false (mqttc_client_try_publish (f->client, message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
}

static void
test_not_open (Fixture *f,
               gconstpointer data)
{
  assert_not_open (f);
  fixture_open_ok (f);
  fixture_close (f);
  assert_not_open (f);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/publish/completions", test_completions);
  fixture_add ("/client/publish/payloads", test_payloads);
  fixture_add ("/client/publish/retain", test_retain);
  fixture_add ("/client/publish/locked", test_locked);
  fixture_add ("/client/publish/backpressure", test_backpressure);
  fixture_add ("/client/publish/identifiers", test_identifiers);
  fixture_add ("/client/publish/result-context", test_result_context);
  fixture_add ("/client/publish/window", test_window);
  fixture_add ("/client/publish/out-of-order", test_out_of_order);
  fixture_add ("/client/publish/window-qos2", test_window_qos2);
  fixture_add ("/client/publish/cancel-unsent", test_cancel_unsent);
  fixture_add ("/client/publish/cancel-sent", test_cancel_sent);
  fixture_add ("/client/publish/cancelled-before", test_cancelled_before);
  fixture_add ("/client/publish/cancel-from-thread", test_cancel_from_thread);
  fixture_add ("/client/publish/close-drains", test_close_drains);
  fixture_add ("/client/publish/close-timeout", test_close_timeout);
  fixture_add ("/client/publish/not-open", test_not_open);

  return g_test_run ();
}
