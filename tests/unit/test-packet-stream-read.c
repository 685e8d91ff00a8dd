/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* MqttcPacketStream: what is read. */

#include "helpers/mqttc-packet-stream-private.h"
#include "mqttc-error.h"
#include "packet-stream-fixture.h"
#include "values/mqttc-message.h"

#include <string.h>

#define N_RANDOM 30

static MqttcPacket *
make_publish (guint number,
              gsize size)
{
  g_autofree char *topic = g_strdup_printf ("topic/%u", number);
  g_autofree char *text = g_strnfill (size, (char) ('a' + number % 26));
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text);

  mqttc_message_set_qos (message, number % 3);
  return mqttc_packet_new_publish (PROTOCOL, message, number % 3 != 0 ? number : 0, FALSE, NULL);
}

/* Small and large ones, at the sizes where the remaining length gets another byte and where the buffer
 * is full. */
static GPtrArray *
make_packets (void)
{
  static const gsize sizes[] = { 0, 1, 100, 117, 118, 5000, 16370, 16380, 65520, 65536, 200000, 7 };
  const char *filters[] = { "a/+", "b/#", NULL };
  g_autoptr (GBytes) options = g_bytes_new_static ("\1\2", 2);
  g_autoptr (GBytes) password = g_bytes_new_static ("\0p", 2);
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_packet_unref);

  g_ptr_array_add (packets,
                   mqttc_packet_new_connect (PROTOCOL, "c", TRUE, 60, "u", password, NULL, NULL));
  g_ptr_array_add (packets, mqttc_packet_new_connack (PROTOCOL, 0, FALSE, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_ptr_array_add (packets, make_publish (i + 1, sizes[i]));
      g_ptr_array_add (packets, mqttc_packet_new_simple (PROTOCOL, MQTTC_PACKET_TYPE_PINGRESP));
    }
  g_ptr_array_add (packets, mqttc_packet_new_subscribe (PROTOCOL, 9, filters, options, NULL));
  g_ptr_array_add (packets, mqttc_packet_new_disconnect (PROTOCOL, 0, NULL));

  return packets;
}

static void
assert_same (MqttcPacket *packet,
             MqttcPacket *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mqttc_packet_write (packet, &error);
  g_autoptr (GBytes) expected_bytes = NULL;

  g_assert_no_error (error);
  expected_bytes = mqttc_packet_write (expected, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, expected_bytes));
}

typedef MqttcPacket *(*ReadFunc) (MqttcPacketStream *stream,
                                  GCancellable *cancellable,
                                  GError **error);

static void
assert_reads_all (PieceStream *pieces,
                  GPtrArray *packets,
                  ReadFunc read_func)
{
  MqttcPacketStream *stream = mqttc_packet_stream_new (pieces->stream, PROTOCOL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < packets->len; i++)
    {
      g_autoptr (MqttcPacket) packet = read_func (stream, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (packet);
      assert_same (packet, packets->pdata[i]);
    }

  /* What the large packet needed is given back. */
  g_assert_cmpuint (stream->buffer.size, <=, MQTTC_PACKET_BUFFER_SIZE);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (read_func (stream, NULL, &error));
      g_assert_no_error (error);
    }

  g_assert_finalize_object (stream);
}

static void
assert_reads_split (gsize max_read,
                    gboolean at_random)
{
  static const ReadFunc funcs[] = { mqttc_packet_stream_read_packet, read_in_background };
  g_autoptr (GPtrArray) packets = make_packets ();
  g_autoptr (GBytes) bytes = join_packets (packets);

  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    {
      PieceStream pieces;

      piece_stream_init (&pieces, bytes);
      pieces.max_read = max_read;
      pieces.at_random = at_random;
      assert_reads_all (&pieces, packets, funcs[i]);
      piece_stream_clear (&pieces);
    }
}

static void
test_whole (void)
{
  g_test_summary ("Packets that come all at once are read one by one");

  assert_reads_split (0, FALSE);
}

static void
test_bytes (void)
{
  g_autoptr (GPtrArray) packets = make_packets ();
  g_autoptr (GBytes) bytes = NULL;
  PieceStream pieces;

  g_test_summary ("Packets that come byte by byte are read");

  /* Each byte costs a thread in the background: not the large ones there. */
  g_ptr_array_set_size (packets, 8);
  bytes = join_packets (packets);
  piece_stream_init (&pieces, bytes);
  pieces.max_read = 1;
  assert_reads_all (&pieces, packets, read_in_background);
  piece_stream_clear (&pieces);

  g_clear_pointer (&packets, g_ptr_array_unref);
  g_clear_pointer (&bytes, g_bytes_unref);
  packets = make_packets ();
  bytes = join_packets (packets);
  piece_stream_init (&pieces, bytes);
  pieces.max_read = 1;
  assert_reads_all (&pieces, packets, mqttc_packet_stream_read_packet);
  piece_stream_clear (&pieces);
}

static void
test_splits (void)
{
  g_test_summary ("Packets are read, wherever the stream is split");

  for (guint i = 0; i < N_RANDOM; i++)
    assert_reads_split ((gsize) g_test_rand_int_range (10, 70000), TRUE);
}

static void
test_one_read (void)
{
  g_autoptr (GPtrArray) packets
      = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_packet_unref);
  g_autoptr (GBytes) bytes = NULL;
  PieceStream pieces;
  MqttcPacketStream *stream;

  g_test_summary ("Packets that come together cost one read of the stream below");

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (packets, make_publish (i + 1, 20));
  bytes = join_packets (packets);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, MQTTC_PACKET_BUFFER_SIZE);

  piece_stream_init (&pieces, bytes);
  stream = mqttc_packet_stream_new (pieces.stream, PROTOCOL);
  for (guint i = 0; i < packets->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MqttcPacket) packet = read_in_background (stream, NULL, &error);

      g_assert_no_error (error);
      assert_same (packet, packets->pdata[i]);
    }

  g_assert_cmpuint (pieces.n_reads, ==, 1);
  g_assert_finalize_object (stream);
  piece_stream_clear (&pieces);
}

/* Noise, and packets with a byte changed: whatever comes of it, it comes to an end. */
static void
test_noise (void)
{
  g_autoptr (GPtrArray) packets = make_packets ();
  g_autoptr (GBytes) bytes = NULL;
  guint n_packets = 0;
  guint n_errors = 0;

  g_test_summary ("Bytes that are not packets end in an error, which stays");

  g_ptr_array_set_size (packets, 8);
  bytes = join_packets (packets);

  for (guint i = 0; i < 2000; i++)
    {
      gsize size;
      gconstpointer data = g_bytes_get_data (bytes, &size);
      guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) noise = g_bytes_new_take (copy, size);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) again = NULL;
      MqttcPacket *packet;
      PieceStream pieces;
      MqttcPacketStream *stream;

      for (guint j = 0; j < 3; j++)
        copy[g_test_rand_int_range (0, (gint32) size)] = (guint8) g_test_rand_int_range (0, 256);

      piece_stream_init (&pieces, noise);
      pieces.max_read = 300;
      pieces.at_random = TRUE;
      stream = mqttc_packet_stream_new (pieces.stream, PROTOCOL);
      while ((packet = mqttc_packet_stream_read_packet (stream, NULL, &error)) != NULL)
        {
          n_packets++;
          mqttc_packet_unref (packet);
        }

      g_assert_null (mqttc_packet_stream_read_packet (stream, NULL, &again));
      if (error != NULL)
        {
          n_errors++;
          g_assert_error (again, error->domain, error->code);
        }

      g_assert_finalize_object (stream);
      piece_stream_clear (&pieces);
    }

  /* Both happen, or this test looks at nothing. */
  g_assert_cmpuint (n_packets, >, 100);
  g_assert_cmpuint (n_errors, >, 100);
}

static void
test_malformed (void)
{
  /* [MQTT-2.2.2-2], [MQTT-3.3.1-4], [MQTT-2.3.1-1], [MQTT-3.1.2-3]; a PINGREQ follows each. */
  static const struct
  {
    const char *hex;
    const char *text;
  } cases[] = {
    { "0000c000", "type 0 is reserved" },
    { "30ffffffff7fc000", "the remaining length" },
    { "30ff00c000", "the remaining length" },
    { "c100c000", "The PINGREQ packet is malformed: the flags" },
    { "3605000161000161c000", "The PUBLISH packet is malformed: " },
    { "f000c000", "The AUTH packet is malformed: " },
    { "40020000c000", "The PUBACK packet is malformed: " },
    { "100d00044d5154540403003c000161c000", "The CONNECT packet is malformed: the reserved" },
    { "100d00044d5154540602003c000161c000", "the protocol level is neither 4 nor 5" },
  };

  g_test_summary ("What is not a packet is refused for good, whatever follows");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = bytes_of_hex (cases[i].hex);
      PieceStream pieces;
      MqttcPacketStream *stream;

      piece_stream_init (&pieces, bytes);
      stream = mqttc_packet_stream_new (pieces.stream, PROTOCOL);
      for (guint j = 0; j < 4; j++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null ((j % 2 == 0 ? mqttc_packet_stream_read_packet
                                     : read_in_background) (stream, NULL, &error));
          g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET);
          g_assert_nonnull (strstr (error->message, cases[i].text));
        }

      g_assert_finalize_object (stream);
      piece_stream_clear (&pieces);
    }
}

/* The fault is in the fixed header: nobody waits for 256 MB of it. */
static void
test_malformed_header (StreamFixture *f,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A wrong fixed header is refused before the rest of the packet has come");

  stream_feed (f, "c0ffffff7f");
  g_assert_null (mqttc_packet_stream_read_packet (f->stream, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET);
}

static void
test_too_large (StreamFixture *f,
                gconstpointer data)
{
  g_test_summary ("A packet over the limit is refused by its fixed header, for good");

  mqttc_packet_stream_set_max_packet_size (f->stream, 11);
  g_assert_cmpuint (mqttc_packet_stream_get_max_packet_size (f->stream), ==, 11);

  /* One of 11 bytes, and one that says it has 12. */
  stream_feed (f, "3009000161"
                  "68656c6c6f21"
                  "300a");
  assert_packet (f->stream, "PUBLISH topic=a qos=0 retain=0 dup=0 payload=6 bytes");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mqttc_packet_stream_read_packet (f->stream, NULL, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
      g_assert_cmpstr (error->message, ==, "The PUBLISH packet has 12 bytes, and the limit is 11");
      mqttc_packet_stream_set_max_packet_size (f->stream, 0);
    }
}

static void
test_announced (StreamFixture *f,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };

  g_test_summary ("Memory is taken for what has come, not for what is announced");

  /* 256 MB, and 5 bytes of them. */
  stream_feed (f, "30ffffff7f0001616161");
  mqttc_packet_stream_read_packet_async (f->stream, cancellable, outcome_cb, &outcome);
  while (f->stream->buffer.wanted == 0)
    g_main_context_iteration (f->context, TRUE);

  g_assert_cmpuint (f->stream->buffer.wanted, ==, 268435460);
  g_assert_cmpuint (f->stream->buffer.size, ==, MQTTC_PACKET_BUFFER_SIZE);

  g_cancellable_cancel (cancellable);
  outcome_wait (&outcome, f->context);
  g_assert_null (mqttc_packet_stream_read_packet_finish (f->stream, outcome.result, NULL));
  outcome_clear (&outcome);
}

static void
test_end (void)
{
  static const struct
  {
    const char *hex;
    const char *text;
  } cases[] = {
    { "30", "The stream ended within the fixed header of a packet" },
    { "3080", "The stream ended within the fixed header of a packet" },
    { "d000300500", "The stream ended within a packet: PUBLISH has 7 bytes, of which 3 have come" },
    { "3002", "The stream ended within a packet: PUBLISH has 4 bytes, of which 2 have come" },
  };

  g_test_summary ("An end within a packet is an error");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = bytes_of_hex (cases[i].hex);
      PieceStream pieces;
      MqttcPacketStream *stream;

      piece_stream_init (&pieces, bytes);
      stream = mqttc_packet_stream_new (pieces.stream, PROTOCOL);
      if (g_str_has_prefix (cases[i].hex, "d000"))
        assert_packet (stream, "PINGRESP");

      for (guint j = 0; j < 2; j++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (mqttc_packet_stream_read_packet (stream, NULL, &error));
          g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST);
          g_assert_cmpstr (error->message, ==, cases[i].text);
        }

      g_assert_finalize_object (stream);
      piece_stream_clear (&pieces);
    }
}

static void
test_cancel (StreamFixture *f,
             gconstpointer data)
{
  g_test_summary ("Cancelling a read loses no byte");

  stream_feed (f, "30090001");
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      Outcome outcome = { 0 };

      mqttc_packet_stream_read_packet_async (f->stream, cancellable, outcome_cb, &outcome);
      while (f->stream->buffer.end == 0)
        g_main_context_iteration (f->context, TRUE);

      g_assert_null (outcome.result);
      g_cancellable_cancel (cancellable);
      outcome_wait (&outcome, f->context);
      g_assert_null (mqttc_packet_stream_read_packet_finish (f->stream, outcome.result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      outcome_clear (&outcome);
    }

  stream_feed (f, "6168656c6c6f21c000");
  assert_packet (f->stream, "PUBLISH topic=a qos=0 retain=0 dup=0 payload=6 bytes");
  assert_packet (f->stream, "PINGREQ");
}

static void
test_cancelled_late (StreamFixture *f,
                     gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  Outcome outcome = { 0 };

  g_test_summary ("A packet that was taken reaches the program, also if it cancels then");

  stream_feed (f, "c000d000e000");
  assert_packet (f->stream, "PINGREQ");

  /* This one is in the buffer. */
  mqttc_packet_stream_read_packet_async (f->stream, cancellable, outcome_cb, &outcome);
  g_cancellable_cancel (cancellable);
  outcome_wait (&outcome, f->context);
  packet = mqttc_packet_stream_read_packet_finish (f->stream, outcome.result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_PINGRESP);
  outcome_clear (&outcome);

  g_assert_null (read_in_background (f->stream, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (mqttc_packet_stream_read_packet (f->stream, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_packet (f->stream, "DISCONNECT");
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel_blocking (StreamFixture *f,
                      gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  g_test_summary ("A blocking read is cancelled from another thread, and loses no byte");

  stream_feed (f, "c0");
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_null (mqttc_packet_stream_read_packet (f->stream, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);

  stream_feed (f, "00");
  assert_packet (f->stream, "PINGREQ");
}

static void
test_pending (StreamFixture *f,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  Outcome outcome = { 0 };

  g_test_summary ("There is one read at a time");

  mqttc_packet_stream_read_packet_async (f->stream, NULL, outcome_cb, &outcome);
  g_assert_null (read_in_background (f->stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_null (mqttc_packet_stream_read_packet (f->stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_false (mqttc_packet_stream_close (f->stream, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  stream_feed (f, "c000");
  outcome_wait (&outcome, f->context);
  packet = mqttc_packet_stream_read_packet_finish (f->stream, outcome.result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (packet);
  outcome_clear (&outcome);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_protocol (StreamFixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcPacketStream) peer = NULL;
  guint n_notified = 0;

  g_test_summary ("A CONNECT says which version is spoken");

  mqttc_packet_stream_set_protocol (f->stream, MQTTC_PROTOCOL_V5);
  g_signal_connect_swapped (f->stream, "notify::protocol", G_CALLBACK (count_cb), &n_notified);

  stream_feed (f, "100d00044d5154540402003c000161c000");
  assert_packet (f->stream, "CONNECT client_id=a clean_session=1 keep_alive=60");
  g_assert_cmpint (mqttc_packet_stream_get_protocol (f->stream), ==, MQTTC_PROTOCOL_V3_1_1);
  g_assert_cmpuint (n_notified, ==, 1);
  assert_packet (f->stream, "PINGREQ");
  g_assert_cmpuint (n_notified, ==, 1);
}

/* Looks for @text in all of the buffer, whatever is valid of it. */
static gboolean
buffer_holds (const MqttcPacketBuffer *buffer,
              const char *text)
{
  for (gsize i = 0; i + strlen (text) <= buffer->size; i++)
    if (memcmp (buffer->data + i, text, strlen (text)) == 0)
      return TRUE;

  return FALSE;
}

static void
test_credentials (StreamFixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  GBytes *password;

  g_test_summary ("A server sees who logs in, and the password is not left lying around");

  /* All of it is looked at below. */
  f->stream->buffer.data = g_malloc0 (MQTTC_PACKET_BUFFER_SIZE);
  f->stream->buffer.size = MQTTC_PACKET_BUFFER_SIZE;

  stream_feed (f, "101b00044d51545404c2003c0001610002"
                  "6d65000868756e746572323f"
                  "c000");
  packet = mqttc_packet_stream_read_packet (f->stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_packet_get_user_name (packet), ==, "me");
  password = mqttc_packet_get_password (packet);
  g_assert_cmpmem (g_bytes_get_data (password, NULL), g_bytes_get_size (password), "hunter2?", 8);
  g_assert_false (buffer_holds (&f->stream->buffer, "hunter2?"));
  g_assert_true (buffer_holds (&f->stream->buffer, "\xc0"));

  words = mqttc_packet_to_string (packet);
  g_assert_cmpstr (words, ==, "CONNECT client_id=a clean_session=1 keep_alive=60");
  assert_packet (f->stream, "PINGREQ");
}

static void
test_properties (StreamFixture *f,
                 gconstpointer data)
{
  g_autoptr (GIOStream) stream = NULL;
  MqttcProtocol protocol;
  guint64 max_packet_size;

  g_test_summary ("Properties have their defaults and say when they change");

  g_object_get (f->stream, "io-stream", &stream, "protocol", &protocol, "max-packet-size",
                &max_packet_size, NULL);
  g_assert_true (stream == mqttc_packet_stream_get_io_stream (f->stream));
  g_assert_cmpint (protocol, ==, PROTOCOL);
  g_assert_cmpuint (max_packet_size, ==, 0);

  g_object_set (f->stream, "max-packet-size", G_MAXUINT64, NULL);
  g_assert_cmpuint (mqttc_packet_stream_get_max_packet_size (f->stream), ==, G_MAXUINT64);
  stream_feed (f, "c000");
  assert_packet (f->stream, "PINGREQ");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                             \
 g_test_add ("/packet-stream/read/" path, StreamFixture, NULL, stream_set_up, func, \
             stream_tear_down)

  g_test_add_func ("/packet-stream/read/whole", test_whole);
  g_test_add_func ("/packet-stream/read/bytes", test_bytes);
  g_test_add_func ("/packet-stream/read/splits", test_splits);
  g_test_add_func ("/packet-stream/read/one-read", test_one_read);
  g_test_add_func ("/packet-stream/read/noise", test_noise);
  g_test_add_func ("/packet-stream/read/malformed", test_malformed);
  ADD ("malformed-header", test_malformed_header);
  ADD ("too-large", test_too_large);
  ADD ("announced", test_announced);
  g_test_add_func ("/packet-stream/read/end", test_end);
  ADD ("cancel", test_cancel);
  ADD ("cancelled-late", test_cancelled_late);
  ADD ("cancel-blocking", test_cancel_blocking);
  ADD ("pending", test_pending);
  ADD ("protocol", test_protocol);
  ADD ("credentials", test_credentials);
  ADD ("properties", test_properties);

  return g_test_run ();
}
