/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How bytes get through TLS: a server of our own at the other end says and reads what the case wants. */

#include "tap.h"
#include "tls-dial.h"
#include "tls-server.h"

#include <locale.h>
#include <string.h>
#include <unistd.h>

/* No case takes nearly as long. */
#define GUARD_SECONDS 120

typedef struct _Pair Pair;

/* Both ends: ours, and the server's, which lives on a thread and blocks. */
struct _Pair
{
  GMainContext *context;
  MqttcTransport *transport;

  GSocketListener *listener;
  GThread *thread;
  void (*serve) (Pair *self);
  GSocketConnection *connection;
  GIOStream *tls;
  GAsyncQueue *go_on; /* what the server waits for */
};

static gpointer
serve_in_thread (gpointer user_data)
{
  Pair *self = user_data;
  g_autofree char *path = tls_server_get_path ("good.pem");
  g_autofree char *key = tls_server_get_path ("good.key");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (path, key, &error);

  g_assert_no_error (error);
  self->connection = g_socket_listener_accept (self->listener, NULL, NULL, &error);
  g_assert_no_error (error);
  self->tls = g_tls_server_connection_new (G_IO_STREAM (self->connection), certificate, &error);
  g_assert_no_error (error);
  g_tls_connection_handshake (G_TLS_CONNECTION (self->tls), NULL, &error);
  g_assert_no_error (error);
  self->serve (self);

  return NULL;
}

static Pair *
pair_new (void (*serve) (Pair *self))
{
  Pair *self = g_new0 (Pair, 1);
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autofree char *ca = tls_server_get_path ("ca.pem");
  TlsDial *dial;

  self->context = g_main_context_new ();
  self->serve = serve;
  self->go_on = g_async_queue_new ();
  self->listener = g_socket_listener_new ();
  mqttc_options_set_use_tls (options, TRUE);
  mqttc_options_set_ca_file (options, ca);
  mqttc_options_set_port (options,
                          g_socket_listener_add_any_inet_port (self->listener, NULL, NULL));
  self->thread = g_thread_new ("server", serve_in_thread, self);

  dial = tls_dial (options, NULL);
  g_assert_no_error (dial->error);
  self->transport = g_steal_pointer (&dial->transport);
  tls_dial_free (dial);

  return self;
}

static void
pair_free (Pair *self)
{
  if (self->transport != NULL)
    self->transport->klass->free (self->transport);
  g_thread_join (self->thread);
  g_object_unref (self->tls);
  g_object_unref (self->connection);
  g_object_unref (self->listener);
  g_async_queue_unref (self->go_on);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
go_on (Pair *self)
{
  g_async_queue_push (self->go_on, self);
}

static void
server_wait (Pair *self)
{
  g_async_queue_pop (self->go_on);
}

static void
server_write (Pair *self,
              const void *data,
              gsize len)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (self->tls), data, len, NULL, NULL,
                             &error);
  g_assert_no_error (error);
}

/* The n-th byte of any stream of these cases. */
static guint8
get_byte (gsize n)
{
  return (guint8) (n * 13 + n / 255 + n / 65537);
}

static guint8 *
make_bytes (gsize len)
{
  guint8 *data = g_malloc (len);

  for (gsize i = 0; i < len; i++)
    data[i] = get_byte (i);

  return data;
}

static void
assert_bytes (const guint8 *data,
              gsize len,
              gsize start)
{
  for (gsize i = 0; i < len; i++)
    g_assert_cmpuint (data[i], ==, get_byte (start + i));
}

/* As the loop does it: the source stays while there is something to wait for. */
static void
wait_for (Pair *self,
          GIOCondition condition)
{
  gboolean ready = FALSE;
  GSource *source = self->transport->klass->create_source (self->transport, condition, &ready);

  g_source_attach (source, self->context);
  while (!ready)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (source);
  g_source_unref (source);
}

/* --- Reading. --- */

#define RECORD 16384

static void
serve_one_record (Pair *self)
{
  g_autofree guint8 *data = make_bytes (RECORD);

  server_write (self, data, RECORD);
  server_wait (self);
}

/* A record is read by TLS as a whole: what the buffer does not hold is seen by no poll, and yet has to
 * wake up. Both with a source that stays, and with one made anew. */
static void
read_in_pieces (gboolean keep_source)
{
  Pair *pair = pair_new (serve_one_record);
  gboolean ready = FALSE;
  GSource *source = NULL;
  guint8 buffer[1000];
  gsize total = 0;

  if (keep_source)
    {
      source = pair->transport->klass->create_source (pair->transport, G_IO_IN, &ready);
      g_source_attach (source, pair->context);
    }
  while (total < RECORD)
    {
      g_autoptr (GError) error = NULL;
      gssize n;

      if (keep_source)
        while (!ready)
          g_main_context_iteration (pair->context, TRUE);
      else
        wait_for (pair, G_IO_IN);

      ready = FALSE;
      n = pair->transport->klass->read (pair->transport, buffer, sizeof buffer, &error);
      if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        continue;
      g_assert_no_error (error);
      g_assert_cmpint (n, >, 0);
      assert_bytes (buffer, (gsize) n, total);
      total += (gsize) n;
    }

  if (source != NULL)
    {
      g_source_destroy (source);
      g_source_unref (source);
    }
  go_on (pair);
  pair_free (pair);
}

static void
test_read_pieces (void)
{
  read_in_pieces (TRUE);
  read_in_pieces (FALSE);
}

static void
serve_nothing_more (Pair *self)
{
  g_autofree guint8 *data = make_bytes (3 * RECORD);

  server_write (self, data, 3 * RECORD);
  server_wait (self);
}

/* When everything is read, nothing wakes up any more, although what TLS held did. */
static void
test_read_idle (void)
{
  Pair *pair = pair_new (serve_nothing_more);
  guint8 buffer[1000];
  gboolean ready = FALSE;
  GSource *source = pair->transport->klass->create_source (pair->transport, G_IO_IN, &ready);
  gsize total = 0;

  g_source_attach (source, pair->context);
  while (total < 3 * RECORD)
    {
      gssize n;

      g_main_context_iteration (pair->context, TRUE);
      n = pair->transport->klass->read (pair->transport, buffer, sizeof buffer, NULL);
      total += n > 0 ? (gsize) n : 0;
    }
  g_assert_cmpint (pair->transport->klass->read (pair->transport, buffer, sizeof buffer, NULL), ==,
                   -1);
  ready = FALSE;
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (pair->context, FALSE);
  g_assert_false (ready);

  g_source_destroy (source);
  g_source_unref (source);
  go_on (pair);
  pair_free (pair);
}

#define SMALL 37
#define N_SMALL 3000

/* A record of its own for each packet, as most brokers do it; the last ones are cut by the end of what is
 * read at once. */
static void
serve_small_records (Pair *self)
{
  g_autofree guint8 *data = make_bytes (SMALL * N_SMALL);

  for (gsize i = 0; i < N_SMALL; i++)
    server_write (self, data + i * SMALL, SMALL);
  server_wait (self);
}

/* Records that were read along with others wake up too, and when the last of them is taken, nothing does. */
static void
test_read_records (void)
{
  Pair *pair = pair_new (serve_small_records);
  guint8 buffer[1000];
  gboolean ready = FALSE;
  GSource *source = pair->transport->klass->create_source (pair->transport, G_IO_IN, &ready);
  gsize total = 0;

  g_source_attach (source, pair->context);
  while (total < SMALL * N_SMALL)
    {
      g_autoptr (GError) error = NULL;
      gssize n;

      while (!ready)
        g_main_context_iteration (pair->context, TRUE);
      ready = FALSE;
      n = pair->transport->klass->read (pair->transport, buffer, sizeof buffer, &error);
      if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        continue;
      g_assert_no_error (error);
      g_assert_cmpint (n, >, 0);
      assert_bytes (buffer, (gsize) n, total);
      total += (gsize) n;
    }

  while (pair->transport->klass->read (pair->transport, buffer, sizeof buffer, NULL) > 0)
    g_assert_not_reached ();
  ready = FALSE;
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (pair->context, FALSE);
  g_assert_false (ready);

  g_source_destroy (source);
  g_source_unref (source);
  go_on (pair);
  pair_free (pair);
}

static void
serve_and_say_goodbye (Pair *self)
{
  g_autofree guint8 *data = make_bytes (10);

  server_write (self, data, 10);
  g_output_stream_close (g_io_stream_get_output_stream (self->tls), NULL, NULL);
  server_wait (self);
}

static void
serve_and_hang_up (Pair *self)
{
  g_autofree guint8 *data = make_bytes (10);

  server_write (self, data, 10);
  g_socket_shutdown (g_socket_connection_get_socket (self->connection), FALSE, TRUE, NULL);
  server_wait (self);
}

/* The end comes after the bytes, be it said by TLS while the socket stays open, or by the socket alone,
 * which many servers do. */
static void
test_read_end (void)
{
  void (*const serves[]) (Pair * self) = { serve_and_say_goodbye, serve_and_hang_up };

  for (guint i = 0; i < G_N_ELEMENTS (serves); i++)
    {
      Pair *pair = pair_new (serves[i]);
      gsize total = 0;

      while (TRUE)
        {
          g_autoptr (GError) error = NULL;
          guint8 buffer[100];
          gssize n;

          wait_for (pair, G_IO_IN);
          n = pair->transport->klass->read (pair->transport, buffer, sizeof buffer, &error);
          if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            continue;
          g_assert_no_error (error);
          if (n == 0)
            break;
          total += (gsize) n;
        }
      g_assert_cmpuint (total, ==, 10);

      go_on (pair);
      pair_free (pair);
    }
}

/* --- Writing. --- */

#define BIG (8 << 20)

static void
serve_reading (Pair *self)
{
  g_autofree guint8 *buffer = g_malloc (RECORD);
  gsize total = 0;

  /* Not before the other end has had to wait. */
  server_wait (self);
  while (total < BIG)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_input_stream_read (g_io_stream_get_input_stream (self->tls), buffer, RECORD,
                                      NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (n, >, 0);
      assert_bytes (buffer, (gsize) n, total);
      total += (gsize) n;
    }
}

/* Cut differently each time, and never less in all, as the engine does when more has been queued. */
static guint
cut (const guint8 *data,
     gsize len,
     MqttcSlice *slices,
     guint max)
{
  static guint turn;
  guint n = 0;

  for (gsize start = 0; start < len; n++)
    {
      gsize piece = 1 + (gsize) (turn++ * 7919) % 40000;

      piece = n == max - 1 ? len - start : MIN (len - start, piece);
      slices[n] = (MqttcSlice){ data + start, piece };
      start += piece;
    }

  return n;
}

static void
test_write (void)
{
  Pair *pair = pair_new (serve_reading);
  g_autofree guint8 *data = make_bytes (BIG);
  gsize total = 0;
  gsize max = 1;
  guint n_blocked = 0;

  while (total < BIG)
    {
      g_autoptr (GError) error = NULL;
      MqttcSlice slices[16];
      gsize len = MIN (BIG - total, max);
      guint n_slices = cut (data + total, len, slices, G_N_ELEMENTS (slices));
      gssize n = pair->transport->klass->writev (pair->transport, slices, n_slices, &error);

      if (n >= 0)
        {
          total += (gsize) n;
          max = MAX (len - (gsize) n, 1 + total * 17 % 20000);
          continue;
        }
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      max += 10000;
      if (n_blocked++ == 0)
        go_on (pair);
      wait_for (pair, G_IO_OUT);
    }
  g_assert_cmpuint (n_blocked, >, 0);
  tap_say ("%u bytes, had to wait", BIG);

  pair_free (pair);
}

static void
serve_deaf (Pair *self)
{
  server_wait (self);
}

/* Closing waits for nobody, even if the server reads nothing and the buffers are full. */
static void
test_close_blocked (void)
{
  Pair *pair = pair_new (serve_deaf);
  g_autofree guint8 *data = make_bytes (BIG);
  MqttcSlice slice = { data, BIG };
  gssize n = 1;

  while (n > 0)
    n = pair->transport->klass->writev (pair->transport, &slice, 1, NULL);
  pair->transport->klass->free (g_steal_pointer (&pair->transport));

  go_on (pair);
  pair_free (pair);
}

static void
serve_last_words (Pair *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->tls);
  g_autofree guint8 *data = make_bytes (1000);
  g_autoptr (GError) error = NULL;
  guint8 buffer[10];
  gsize len;

  /* The client leaves without having read this. */
  server_write (self, data, 1000);
  go_on (self);
  g_input_stream_read_all (input, buffer, sizeof buffer, &len, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (len, ==, 2);
}

/* What was written arrives although it was followed by the end at once and not all was read, and TLS says
 * that it is the end: nobody has cut it. */
static void
test_close (void)
{
  Pair *pair = pair_new (serve_last_words);
  MqttcSlice slice = { (const guint8 *) "\xe0", 2 };

  server_wait (pair);
  g_assert_cmpint (pair->transport->klass->writev (pair->transport, &slice, 1, NULL), ==, 2);
  pair_free (pair);
}

static const TapCase cases[] = {
  { "/tls-transport/read/pieces", test_read_pieces },
  { "/tls-transport/read/idle", test_read_idle },
  { "/tls-transport/read/records", test_read_records },
  { "/tls-transport/read/end", test_read_end },
  { "/tls-transport/write", test_write },
  { "/tls-transport/close", test_close },
  { "/tls-transport/close/blocked", test_close_blocked },
};

int
main (int argc,
      char **argv)
{
  int status;

  setlocale (LC_ALL, "C.UTF-8");
  alarm (GUARD_SECONDS);
  tls_server_make_certificates ();
  status = tap_run (argc, argv, cases, G_N_ELEMENTS (cases));
  tls_server_remove_certificates ();

  return status;
}
