/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What lies between the socket and TLS: it must lose no byte, and neither sleep on any nor wake for none. */

#include "transport/mqttc-read-ahead-private.h"

#include <string.h>
#include <sys/socket.h>

/* More than is read at once. */
#define BIG 100000

typedef struct
{
  GMainContext *context;
  GSocket *peer;
  GSocket *socket;
  GIOStream *stream;
  GPollableInputStream *input;
  GSource *source;
  gboolean ready;
} Fixture;

static gboolean
ready_cb (GObject *stream,
          gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (stream == G_OBJECT (fixture->input));
  fixture->ready = TRUE;

  return G_SOURCE_CONTINUE;
}

static GSource *
attach_source (Fixture *fixture,
               GCancellable *cancellable)
{
  GSource *source = g_pollable_input_stream_create_source (fixture->input, cancellable);

  g_source_set_callback (source, G_SOURCE_FUNC (ready_cb), fixture, NULL);
  g_source_attach (source, fixture->context);

  return source;
}

static void
drop_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static void
fixture_set_up (Fixture *fixture,
                gconstpointer data)
{
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
  fixture->peer = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  fixture->socket = g_socket_new_from_fd (fds[1], &error);
  g_assert_no_error (error);
  g_socket_set_blocking (fixture->socket, FALSE);

  connection = g_socket_connection_factory_create_connection (fixture->socket);
  fixture->stream = mqttc_read_ahead_new (connection);
  fixture->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (fixture->stream));
  fixture->context = g_main_context_new ();
  fixture->source = attach_source (fixture, NULL);
}

static void
fixture_tear_down (Fixture *fixture,
                   gconstpointer data)
{
  drop_source (fixture->source);
  g_assert_finalize_object (fixture->stream);
  g_assert_finalize_object (fixture->socket);
  g_object_unref (fixture->peer);
  g_main_context_unref (fixture->context);
}

/* The n-th byte of what the peer says. */
static guint8
get_byte (gsize n)
{
  return (guint8) (n * 13 + n / 255);
}

static void
peer_send (Fixture *fixture,
           gsize start,
           gsize len)
{
  g_autofree guint8 *data = g_malloc (len);
  g_autoptr (GError) error = NULL;
  gssize n;

  for (gsize i = 0; i < len; i++)
    data[i] = get_byte (start + i);

  n = g_socket_send (fixture->peer, (const char *) data, len, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, (gssize) len);
}

static void
assert_read (Fixture *fixture,
             gsize start,
             gsize size,
             gsize len)
{
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (fixture->input, data, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, (gssize) len);
  for (gsize i = 0; i < len; i++)
    g_assert_cmpuint (data[i], ==, get_byte (start + i));
}

static void
assert_fails (Fixture *fixture,
              GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;
  guint8 byte;

  g_assert_cmpint (
      g_pollable_input_stream_read_nonblocking (fixture->input, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, (int) code);
}

static gboolean
wakes (Fixture *fixture)
{
  fixture->ready = FALSE;
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_true (fixture->ready == g_pollable_input_stream_is_readable (fixture->input));

  return fixture->ready;
}

/* The header of a record, and its body, as TLS asks for them: one read of the socket for all. */
static void
test_ahead (Fixture *fixture,
            gconstpointer data)
{
  peer_send (fixture, 0, 1000);
  assert_read (fixture, 0, 5, 5);
  g_assert_cmpint (g_socket_get_available_bytes (fixture->socket), ==, 0);

  for (gsize start = 5; start < 995; start += 99)
    assert_read (fixture, start, 99, 99);
  assert_read (fixture, 995, 99, 5);
  assert_fails (fixture, G_IO_ERROR_WOULD_BLOCK);
}

/* There may be more than is read at once, and it need not end where a read does. */
static void
test_big (Fixture *fixture,
          gconstpointer data)
{
  gsize total = 0;

  peer_send (fixture, 0, BIG);
  while (total < BIG)
    {
      guint8 buffer[7000];
      gssize n;

      g_assert_true (wakes (fixture));
      n = g_pollable_input_stream_read_nonblocking (fixture->input, buffer, sizeof buffer, NULL,
                                                    NULL);
      if (n < 0)
        continue;
      g_assert_cmpint (n, >, 0);
      for (gsize i = 0; i < (gsize) n; i++)
        g_assert_cmpuint (buffer[i], ==, get_byte (total + i));
      total += (gsize) n;
    }
  assert_fails (fixture, G_IO_ERROR_WOULD_BLOCK);
  g_assert_false (wakes (fixture));
}

/* What it has kept is seen by no poll of the socket, and yet has to wake up. Both by a source that stays
 * and by one made anew. */
static void
test_wakes (Fixture *fixture,
            gconstpointer data)
{
  g_assert_false (wakes (fixture));
  assert_fails (fixture, G_IO_ERROR_WOULD_BLOCK);

  peer_send (fixture, 0, 10);
  g_assert_true (wakes (fixture));
  assert_read (fixture, 0, 4, 4);
  g_assert_true (wakes (fixture));
  drop_source (fixture->source);
  fixture->source = attach_source (fixture, NULL);
  g_assert_true (wakes (fixture));

  assert_read (fixture, 4, 6, 6);
  g_assert_false (wakes (fixture));
  assert_fails (fixture, G_IO_ERROR_WOULD_BLOCK);
  g_assert_false (wakes (fixture));

  peer_send (fixture, 10, 1);
  g_assert_true (wakes (fixture));
  assert_read (fixture, 10, 1, 1);
}

/* After all was read it may say that there is no more without having looked, but only once, and whoever
 * waits is told at once. */
static void
test_drained (Fixture *fixture,
              gconstpointer data)
{
  peer_send (fixture, 0, 3);
  assert_read (fixture, 0, 3, 3);
  peer_send (fixture, 3, 3);
  g_assert_true (wakes (fixture));
  assert_fails (fixture, G_IO_ERROR_WOULD_BLOCK);
  g_assert_true (wakes (fixture));
  assert_read (fixture, 3, 3, 3);
}

/* GIO makes a closure the callback of a source that is a child, and that of ours does nothing. */
static void
test_child (Fixture *fixture,
            gconstpointer data)
{
  GSource *child = g_pollable_input_stream_create_source (fixture->input, NULL);
  GSource *parent = g_pollable_source_new_full (fixture->input, child, NULL);

  drop_source (g_steal_pointer (&fixture->source));
  g_source_unref (child);
  g_source_set_callback (parent, G_SOURCE_FUNC (ready_cb), fixture, NULL);
  g_source_attach (parent, fixture->context);
  fixture->source = parent;

  g_assert_false (wakes (fixture));
  peer_send (fixture, 0, 2);
  g_assert_true (wakes (fixture));
  assert_read (fixture, 0, 1, 1);
  g_assert_true (wakes (fixture));
  assert_read (fixture, 1, 1, 1);
  g_assert_false (wakes (fixture));
}

static void
test_cancelled (Fixture *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GSource *source = attach_source (fixture, cancellable);

  g_assert_false (wakes (fixture));
  g_cancellable_cancel (cancellable);
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_true (fixture->ready);
  drop_source (source);
}

/* The end comes after the bytes, in the middle of whatever they mean. */
static void
test_end (Fixture *fixture,
          gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  peer_send (fixture, 0, 7);
  g_socket_shutdown (fixture->peer, FALSE, TRUE, &error);
  g_assert_no_error (error);
  assert_read (fixture, 0, 5, 5);
  assert_read (fixture, 5, 5, 2);
  assert_fails (fixture, G_IO_ERROR_WOULD_BLOCK);
  g_assert_true (wakes (fixture));
  assert_read (fixture, 7, 5, 0);
  assert_read (fixture, 7, 5, 0);
}

/* A Unix socket that is closed with unread bytes resets the connection, and keeps what it had said. */
static void
test_reset (Fixture *fixture,
            gconstpointer data)
{
  GOutputStream *output = g_io_stream_get_output_stream (fixture->stream);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (output, "unread", 6, NULL, NULL, &error);
  g_assert_no_error (error);
  peer_send (fixture, 0, 7);
  g_socket_close (fixture->peer, &error);
  g_assert_no_error (error);

  assert_read (fixture, 0, 5, 5);
  assert_read (fixture, 5, 5, 2);
  assert_fails (fixture, G_IO_ERROR_WOULD_BLOCK);
  g_assert_true (wakes (fixture));
  assert_fails (fixture, G_IO_ERROR_CONNECTION_CLOSED);
}

/* A handshake reads blocking, in its thread: first what was kept, and then no more than it wants. */
static void
test_blocking (Fixture *fixture,
               gconstpointer data)
{
  GInputStream *input = G_INPUT_STREAM (fixture->input);
  g_autoptr (GError) error = NULL;
  guint8 buffer[100];

  peer_send (fixture, 0, 10);
  assert_read (fixture, 0, 4, 4);
  peer_send (fixture, 10, 10);
  g_assert_cmpint (g_input_stream_read (input, buffer, sizeof buffer, NULL, &error), ==, 6);
  g_assert_cmpuint (buffer[0], ==, get_byte (4));
  g_assert_cmpint (g_input_stream_read (input, buffer, 3, NULL, &error), ==, 3);
  g_assert_no_error (error);
  g_assert_cmpuint (buffer[2], ==, get_byte (12));
  g_assert_cmpint (g_socket_get_available_bytes (fixture->socket), ==, 7);
  assert_read (fixture, 13, 100, 7);
}

/* What is written is progress only when the socket has taken it. */
static void
test_write (Fixture *fixture,
            gconstpointer data)
{
  GOutputStream *output = g_io_stream_get_output_stream (fixture->stream);
  g_autofree guint8 *zeros = g_malloc0 (BIG);
  g_autoptr (GError) error = NULL;
  gssize written = 0;
  gssize n;
  gssize arrived = 0;

  g_assert_true (G_IS_SOCKET_CONNECTION (fixture->stream));
  while ((n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), zeros,
                                                          BIG, NULL, &error))
         > 0)
    written += n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  g_socket_set_blocking (fixture->peer, FALSE);
  while ((n = g_socket_receive (fixture->peer, (char *) zeros, BIG, NULL, NULL)) > 0)
    arrived += n;
  g_assert_cmpint (arrived, ==, written);
}

/* With bytes in it; the sanitizer sees what is forgotten. */
static void
test_close (Fixture *fixture,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  peer_send (fixture, 0, 10);
  assert_read (fixture, 0, 4, 4);
  g_io_stream_close (fixture->stream, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_is_closed (fixture->socket));
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/read-ahead/ahead", test_ahead);
  add ("/read-ahead/big", test_big);
  add ("/read-ahead/wakes", test_wakes);
  add ("/read-ahead/drained", test_drained);
  add ("/read-ahead/child", test_child);
  add ("/read-ahead/cancelled", test_cancelled);
  add ("/read-ahead/end", test_end);
  add ("/read-ahead/reset", test_reset);
  add ("/read-ahead/blocking", test_blocking);
  add ("/read-ahead/write", test_write);
  add ("/read-ahead/close", test_close);

  return g_test_run ();
}
