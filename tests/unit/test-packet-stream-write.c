/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* MqttcPacketStream: what is written, and the end. */

#include "helpers/mqttc-packet-stream.h"
#include "mqttc-error.h"
#include "packet-stream-fixture.h"
#include "values/mqttc-message.h"

#include <string.h>

/* More than a socket takes of which nobody reads. */
#define HUGE_SIZE (8u << 20)

#define N_WRITES 500

static MqttcPacket *
make_publish (guint number,
              gsize size)
{
  g_autofree char *topic = g_strdup_printf ("topic/%u", number);
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text);

  return mqttc_packet_new_publish (PROTOCOL, message, 0, FALSE, NULL);
}

/* The peer reads with a packet stream of its own. */
static void
assert_publish (MqttcPacketStream *peer,
                guint number)
{
  g_autofree char *topic = g_strdup_printf ("topic/%u", number);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = read_in_background (peer, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (packet);
  g_assert_cmpstr (mqttc_message_get_topic (mqttc_packet_get_message (packet)), ==, topic);
}

static void
assert_end (MqttcPacketStream *peer)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_in_background (peer, NULL, &error));
  g_assert_no_error (error);
}

/* --- Writing. --- */

typedef struct
{
  guint n_ended;
  guint n_failed;
} Counts;

/* In order: each has the number of those before it. */
typedef struct
{
  Counts *counts;
  guint number;
} Numbered;

static void
numbered_cb (GObject *object,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autofree Numbered *self = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (self->counts->n_ended, ==, self->number);
  self->counts->n_ended++;
  if (!mqttc_packet_stream_write_packet_finish (MQTTC_PACKET_STREAM (object), result, &error))
    self->counts->n_failed++;
}

static void
write_numbered (MqttcPacketStream *stream,
                Counts *counts,
                guint number,
                gsize size)
{
  g_autoptr (MqttcPacket) packet = make_publish (number, size);
  Numbered *numbered = g_new (Numbered, 1);

  *numbered = (Numbered){ .counts = counts, .number = number };
  mqttc_packet_stream_write_packet_async (stream, packet, NULL, numbered_cb, numbered);
}

static void
test_order (void)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GPtrArray) packets
      = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_packet_unref);
  g_autoptr (GBytes) expected = NULL;
  MqttcPacketStream *stream;
  PieceStream pieces;
  Counts counts = { 0 };

  g_test_summary ("Outstanding writes are sent in their order, the small ones together");

  piece_stream_init (&pieces, nothing);
  stream = mqttc_packet_stream_new (pieces.stream, PROTOCOL);
  for (guint i = 0; i < N_WRITES; i++)
    {
      const gsize size = i % 100 == 99 ? 70000 : 10;

      write_numbered (stream, &counts, i, size);
      g_ptr_array_add (packets, make_publish (i, size));
    }
  while (counts.n_ended < N_WRITES)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (counts.n_failed, ==, 0);
  expected = join_packets (packets);
  g_assert_cmpmem (pieces.output->data, pieces.output->len, g_bytes_get_data (expected, NULL),
                   g_bytes_get_size (expected));

  /* The first, what waited for it up to a large one, and so on. */
  g_assert_cmpuint (pieces.n_writes, ==, 11);

  g_assert_finalize_object (stream);
  piece_stream_clear (&pieces);
}

/* The first batch has one packet, the second the rest. The third packet is cut, or the second and the
 * third are just not there. */
static void
assert_fails (gsize fail_at,
              guint n_failed,
              gboolean for_good)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  MqttcPacketStream *stream;
  PieceStream pieces;
  Counts counts = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ping = mqttc_packet_new_simple (PROTOCOL, MQTTC_PACKET_TYPE_PINGREQ);

  piece_stream_init (&pieces, nothing);
  pieces.fail_at = fail_at;
  stream = mqttc_packet_stream_new (pieces.stream, PROTOCOL);
  for (guint i = 0; i < 4; i++)
    write_numbered (stream, &counts, i, 10);
  while (counts.n_ended < 4)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (counts.n_failed, ==, n_failed);
  g_assert_cmpuint (pieces.output->len, ==, fail_at);

  /* The stream below would take them again. */
  pieces.fail_at = 0;
  g_assert_true (mqttc_packet_stream_write_packet (stream, ping, NULL, &error) != for_good);
  g_assert_true (write_in_background (stream, ping, NULL, for_good ? NULL : &error) != for_good);
  if (for_good)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  else
    g_assert_no_error (error);
  g_assert_cmpuint (pieces.output->len, ==, for_good ? fail_at : fail_at + 4);

  g_assert_finalize_object (stream);
  piece_stream_clear (&pieces);
}

static void
test_fails (void)
{
  /* Two bytes of header, nine of the topic with its length, ten of payload. */
  const gsize size = 21;

  g_test_summary ("What was written in part fails for good, what was not can be written again");

  assert_fails (2 * size + 5, 2, TRUE);
  assert_fails (2 * size, 2, FALSE);
  assert_fails (4 * size - 1, 1, TRUE);
  assert_fails (1, 4, TRUE);
}

static void
test_fails_blocking (void)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (MqttcPacket) packet = make_publish (0, 10);
  MqttcPacketStream *stream;
  PieceStream pieces;

  g_test_summary ("The same for the blocking function");

  piece_stream_init (&pieces, nothing);
  pieces.fail_at = 30;
  stream = mqttc_packet_stream_new (pieces.stream, PROTOCOL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (mqttc_packet_stream_write_packet (stream, packet, NULL, &error) == (i == 0));
      if (i > 0)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
      pieces.fail_at = i == 0 ? 30 : 0;
    }

  g_assert_cmpuint (pieces.output->len, ==, 30);
  g_assert_finalize_object (stream);
  piece_stream_clear (&pieces);
}

static void
test_no_form (StreamFixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcPacketStream) peer = mqttc_packet_stream_new (f->peer, PROTOCOL);
  g_autoptr (MqttcPacket) bad
      = mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBACK, 0, 0, NULL);
  g_autoptr (MqttcPacket) good = make_publish (1, 1);
  g_autoptr (GError) error = NULL;

  /* [MQTT-2.3.1-1]. */
  g_test_summary ("A packet that the standard has no form for is refused, and nothing else is");

  g_assert_false (mqttc_packet_stream_write_packet (f->stream, bad, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (write_in_background (f->stream, bad, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_true (mqttc_packet_stream_write_packet (f->stream, good, NULL, &error));
  g_assert_no_error (error);
  assert_publish (peer, 1);
}

static void
test_cancel (StreamFixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcPacketStream) peer = mqttc_packet_stream_new (f->peer, PROTOCOL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  MqttcPacket *packets[3];
  Outcome outcomes[3] = { 0 };

  g_test_summary ("A write is cancelled as long as it waits, and not in the middle");

  for (guint i = 0; i < 3; i++)
    {
      packets[i] = make_publish (i, i == 0 ? HUGE_SIZE : 1);
      mqttc_packet_stream_write_packet_async (f->stream, packets[i], i < 2 ? cancellable : NULL,
                                              outcome_cb, &outcomes[i]);
      mqttc_packet_unref (packets[i]);
    }
  g_cancellable_cancel (cancellable);

  assert_publish (peer, 0);
  assert_publish (peer, 2);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      outcome_wait (&outcomes[i], f->context);
      mqttc_packet_stream_write_packet_finish (f->stream, outcomes[i].result, &error);
      if (i == 1)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_no_error (error);
      outcome_clear (&outcomes[i]);
    }
}

static void
test_cancelled (StreamFixture *f,
                gconstpointer data)
{
  g_autoptr (MqttcPacketStream) peer = mqttc_packet_stream_new (f->peer, PROTOCOL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcPacket) first = make_publish (1, 1);
  g_autoptr (MqttcPacket) second = make_publish (2, 1);
  g_autoptr (GError) error = NULL;

  g_test_summary ("A write that is cancelled before it begins sends nothing");

  g_cancellable_cancel (cancellable);
  g_assert_false (write_in_background (f->stream, first, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (mqttc_packet_stream_write_packet (f->stream, first, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_assert_true (write_in_background (f->stream, second, NULL, &error));
  assert_publish (peer, 2);
}

static void
test_pending (StreamFixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcPacketStream) peer = mqttc_packet_stream_new (f->peer, PROTOCOL);
  g_autoptr (MqttcPacket) huge = make_publish (0, HUGE_SIZE);
  g_autoptr (MqttcPacket) small = make_publish (1, 1);
  g_autoptr (GError) error = NULL;
  Outcome outcome = { 0 };

  g_test_summary ("A blocking write does not overtake the others");

  mqttc_packet_stream_write_packet_async (f->stream, huge, NULL, outcome_cb, &outcome);
  g_assert_false (mqttc_packet_stream_write_packet (f->stream, small, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (mqttc_packet_stream_close (f->stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  assert_publish (peer, 0);
  outcome_wait (&outcome, f->context);
  outcome_clear (&outcome);
  g_assert_true (mqttc_packet_stream_write_packet (f->stream, small, NULL, &error));
  g_assert_no_error (error);
  assert_publish (peer, 1);
}

static void
again_cb (GObject *object,
          GAsyncResult *result,
          gpointer user_data)
{
  MqttcPacketStream *stream = MQTTC_PACKET_STREAM (object);
  guint *number = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = NULL;

  g_assert_true (mqttc_packet_stream_write_packet_finish (stream, result, &error));
  g_assert_no_error (error);
  if (*number == 50)
    return;

  packet = make_publish (++*number, 1);
  mqttc_packet_stream_write_packet_async (stream, packet, NULL, again_cb, number);
}

static void
test_reentrant (StreamFixture *f,
                gconstpointer data)
{
  g_autoptr (MqttcPacketStream) peer = mqttc_packet_stream_new (f->peer, PROTOCOL);
  g_autoptr (MqttcPacket) packet = make_publish (0, 1);
  guint number = 0;

  g_test_summary ("The end of a write may begin the next one");

  mqttc_packet_stream_write_packet_async (f->stream, packet, NULL, again_cb, &number);
  for (guint i = 0; i <= 50; i++)
    assert_publish (peer, i);
  while (g_main_context_iteration (f->context, FALSE))
    ;
}

/* --- Closing. --- */

static void
test_close_pending (StreamFixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcPacketStream) peer = mqttc_packet_stream_new (f->peer, PROTOCOL);
  Outcome reading = { 0 };
  Outcome closing = { 0 };
  Outcome again = { 0 };
  Counts counts = { 0 };
  g_autoptr (GError) error = NULL;

  g_test_summary ("Closing ends a read, and finishes what is to be written");

  mqttc_packet_stream_read_packet_async (f->stream, NULL, outcome_cb, &reading);
  for (guint i = 0; i < 3; i++)
    write_numbered (f->stream, &counts, i, HUGE_SIZE / 2);
  mqttc_packet_stream_close_async (f->stream, NULL, outcome_cb, &closing);
  mqttc_packet_stream_close_async (f->stream, NULL, outcome_cb, &again);

  outcome_wait (&reading, f->context);
  g_assert_null (mqttc_packet_stream_read_packet_finish (f->stream, reading.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);

  outcome_wait (&again, f->context);
  g_assert_false (mqttc_packet_stream_close_finish (f->stream, again.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  g_assert_null (closing.result);
  for (guint i = 0; i < 3; i++)
    assert_publish (peer, i);
  assert_end (peer);

  outcome_wait (&closing, f->context);
  g_assert_true (mqttc_packet_stream_close_finish (f->stream, closing.result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.n_ended, ==, 3);
  g_assert_cmpuint (counts.n_failed, ==, 0);
  g_assert_true (g_io_stream_is_closed (mqttc_packet_stream_get_io_stream (f->stream)));

  outcome_clear (&reading);
  outcome_clear (&closing);
  outcome_clear (&again);
}

static void
test_close_cancel (StreamFixture *f,
                   gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome closing = { 0 };
  Counts counts = { 0 };
  g_autoptr (GError) error = NULL;

  g_test_summary ("Closing does not wait for a peer that takes nothing, if it is cancelled");

  for (guint i = 0; i < 3; i++)
    write_numbered (f->stream, &counts, i, HUGE_SIZE);
  mqttc_packet_stream_close_async (f->stream, cancellable, outcome_cb, &closing);
  while (g_main_context_iteration (f->context, FALSE))
    ;
  g_assert_null (closing.result);

  g_cancellable_cancel (cancellable);
  outcome_wait (&closing, f->context);
  g_assert_false (mqttc_packet_stream_close_finish (f->stream, closing.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (counts.n_failed, ==, 3);
  g_assert_true (g_io_stream_is_closed (mqttc_packet_stream_get_io_stream (f->stream)));
  outcome_clear (&closing);
}

static void
test_close_cancelled (StreamFixture *f,
                      gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("Closing closes, also if it is cancelled from the start");

  g_cancellable_cancel (cancellable);
  g_assert_false (close_in_background (f->stream, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_io_stream_is_closed (mqttc_packet_stream_get_io_stream (f->stream)));
}

static void
assert_closed (MqttcPacketStream *stream)
{
  g_autoptr (MqttcPacket) ping = mqttc_packet_new_simple (PROTOCOL, MQTTC_PACKET_TYPE_PINGREQ);

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i < 2)
        g_assert_null (
            (i == 0 ? mqttc_packet_stream_read_packet : read_in_background) (stream, NULL, &error));
      else
        g_assert_false ((i == 2 ? mqttc_packet_stream_write_packet
                                : write_in_background) (stream, ping, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    }
}

static void
test_closed (StreamFixture *f,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("After closing there is nothing but closing again");

  /* It has a packet in its buffer, and is done with it. */
  stream_feed (f, "c000d000");
  assert_packet (f->stream, "PINGREQ");

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (close_in_background (f->stream, NULL, &error));
      g_assert_no_error (error);
      assert_closed (f->stream);
      g_assert_true (mqttc_packet_stream_close (f->stream, NULL, &error));
      g_assert_no_error (error);
      assert_closed (f->stream);
    }
}

static void
close_in_notify_cb (MqttcPacketStream *stream,
                    GParamSpec *pspec,
                    Outcome *outcome)
{
  mqttc_packet_stream_close_async (stream, NULL, outcome_cb, outcome);
}

static void
test_close_in_handler (StreamFixture *f,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  Outcome closing = { 0 };

  g_test_summary ("A handler that closes in the middle of a read leaves it the packet");

  mqttc_packet_stream_set_protocol (f->stream, MQTTC_PROTOCOL_V5);
  g_signal_connect (f->stream, "notify::protocol", G_CALLBACK (close_in_notify_cb), &closing);
  stream_feed (f, "100d00044d5154540402003c000161");

  packet = read_in_background (f->stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_CONNECT);
  outcome_wait (&closing, f->context);
  g_assert_true (mqttc_packet_stream_close_finish (f->stream, closing.result, &error));
  g_assert_no_error (error);
  outcome_clear (&closing);
}

/* --- Both sides, in two threads. --- */

static gpointer
echo_thread (gpointer data)
{
  g_autoptr (MqttcPacketStream) stream = mqttc_packet_stream_new (data, PROTOCOL);
  g_autoptr (GError) error = NULL;
  MqttcPacket *packet;

  while ((packet = mqttc_packet_stream_read_packet (stream, NULL, &error)) != NULL)
    {
      g_assert_true (mqttc_packet_stream_write_packet (stream, packet, NULL, &error));
      g_assert_no_error (error);
      mqttc_packet_unref (packet);
    }

  g_assert_no_error (error);
  g_assert_true (mqttc_packet_stream_close (stream, NULL, &error));
  return NULL;
}

static gpointer
write_thread (gpointer data)
{
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (MqttcPacket) packet = make_publish (i, i % 400);
      g_autoptr (GError) error = NULL;

      g_assert_true (mqttc_packet_stream_write_packet (data, packet, NULL, &error));
      g_assert_no_error (error);
    }

  return NULL;
}

static void
test_threads (void)
{
  GIOStream *ends[2];
  MqttcPacketStream *stream;
  GThread *echo;
  GThread *writer;
  g_autoptr (GError) error = NULL;

  g_test_summary ("One thread reads while another one writes");

  make_pair (ends);
  echo = g_thread_new ("echo", echo_thread, ends[1]);
  stream = mqttc_packet_stream_new (ends[0], PROTOCOL);
  writer = g_thread_new ("writer", write_thread, stream);

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *words = g_strdup_printf (
          "PUBLISH topic=topic/%u qos=0 retain=0 dup=0 payload=%u bytes", i, i % 400);

      assert_packet (stream, words);
    }

  g_thread_join (writer);
  g_assert_true (mqttc_packet_stream_close (stream, NULL, &error));
  g_thread_join (echo);
  g_assert_finalize_object (stream);
  g_object_unref (ends[0]);
  g_object_unref (ends[1]);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
 g_test_add ("/packet-stream/" path, StreamFixture, NULL, stream_set_up, func, stream_tear_down)

  g_test_add_func ("/packet-stream/write/order", test_order);
  g_test_add_func ("/packet-stream/write/fails", test_fails);
  g_test_add_func ("/packet-stream/write/fails-blocking", test_fails_blocking);
  ADD ("write/no-form", test_no_form);
  ADD ("write/cancel", test_cancel);
  ADD ("write/cancelled", test_cancelled);
  ADD ("write/pending", test_pending);
  ADD ("write/reentrant", test_reentrant);
  ADD ("close/pending", test_close_pending);
  ADD ("close/cancel", test_close_cancel);
  ADD ("close/cancelled", test_close_cancelled);
  ADD ("close/closed", test_closed);
  ADD ("close/in-handler", test_close_in_handler);
  g_test_add_func ("/packet-stream/threads", test_threads);

  return g_test_run ();
}
