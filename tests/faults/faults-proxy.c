/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The proxy itself: each fault does what it says, and nothing else. */

#include <string.h>
#include <unistd.h>

#include "fault-proxy.h"
#include "test-init.h"

#define GUARD_SECONDS 120

/* Two ends that block, with a proxy of its own thread between them. */
typedef struct
{
  GSocket *listener;
  FaultProxy *proxy;
  GSocket *client;
  GSocket *server;
} Ends;

static void
set_up (Ends *f,
        gconstpointer data)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  alarm (GUARD_SECONDS);
  f->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, &error);
  g_socket_bind (f->listener, any, TRUE, &error);
  g_socket_listen (f->listener, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (f->listener, &error);
  f->proxy
      = fault_proxy_new_threaded (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
}

static void
drop_ends (Ends *f)
{
  g_clear_object (&f->client);
  g_clear_object (&f->server);
}

static void
tear_down (Ends *f,
           gconstpointer data)
{
  drop_ends (f);
  fault_proxy_free (f->proxy);
  g_clear_object (&f->listener);
  alarm (0);
}

static GSocket *
dial (Ends *f,
      GError **error)
{
  g_autoptr (GSocketAddress) address
      = g_inet_socket_address_new_from_string ("127.0.0.1", fault_proxy_get_port (f->proxy));
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, NULL);

  if (!g_socket_connect (socket, address, NULL, error))
    return NULL;

  return g_steal_pointer (&socket);
}

static void
connect_ends (Ends *f)
{
  g_autoptr (GError) error = NULL;

  drop_ends (f);
  f->client = dial (f, &error);
  g_assert_no_error (error);
  f->server = g_socket_accept (f->listener, NULL, &error);
  g_assert_no_error (error);
}

static void
say (GSocket *socket,
     const char *text)
{
  g_assert_cmpint (g_socket_send (socket, text, strlen (text), NULL, NULL), ==, strlen (text));
}

/* Reads as many bytes as @text has, and compares. */
static void
hear (GSocket *socket,
      const char *text)
{
  gsize len = strlen (text);
  g_autofree char *heard = g_malloc0 (len + 1);

  for (gsize n = 0; n < len;)
    {
      gssize got = g_socket_receive (socket, heard + n, len - n, NULL, NULL);

      g_assert_cmpint (got, >, 0);
      n += got;
    }
  g_assert_cmpstr (heard, ==, text);
}

static void
hear_fin (GSocket *socket)
{
  char byte;

  g_assert_cmpint (g_socket_receive (socket, &byte, 1, NULL, NULL), ==, 0);
}

static void
hear_reset (GSocket *socket)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (g_socket_receive (socket, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

/* Nothing has come, although what was said has passed the proxy. */
static void
hear_nothing (GSocket *socket)
{
  g_assert_cmpint (g_socket_condition_check (socket, G_IO_IN | G_IO_HUP), ==, 0);
}

static void
test_forward (Ends *f,
              gconstpointer data)
{
  g_autoptr (GBytes) capture = NULL;

  fault_proxy_set_capturing (f->proxy, TRUE);
  connect_ends (f);
  say (f->client, "up");
  hear (f->server, "up");
  say (f->server, "down");
  hear (f->client, "down");
  g_assert_cmpuint (fault_proxy_count_connections (f->proxy), ==, 1);
  g_assert_cmpuint (fault_proxy_count_open (f->proxy), ==, 1);
  g_assert_cmpuint (fault_proxy_count_read (f->proxy, FAULT_UP), ==, 2);
  g_assert_cmpuint (fault_proxy_count_forwarded (f->proxy, FAULT_DOWN), ==, 4);
  capture = fault_proxy_get_capture (f->proxy, 1, FAULT_DOWN);
  g_assert_cmpmem (g_bytes_get_data (capture, NULL), g_bytes_get_size (capture), "down", 4);

  /* The ends pass too, each way of its own. */
  g_socket_shutdown (f->client, FALSE, TRUE, NULL);
  hear_fin (f->server);
  say (f->server, "late");
  hear (f->client, "late");
  g_clear_object (&f->server);
  hear_fin (f->client);
  fault_proxy_wait_open (f->proxy, 0);
  g_assert_cmpuint (fault_proxy_count_cuts (f->proxy), ==, 0);
}

static void
test_cut (Ends *f,
          gconstpointer data)
{
  for (FaultDirection direction = FAULT_UP; direction <= FAULT_DOWN; direction++)
    for (FaultCut cut = FAULT_RESET; cut <= FAULT_HALF; cut++)
      for (guint k = cut == FAULT_RESET ? 1 : 0; k <= 4; k++)
        {
          g_autofree char *part = g_strndup ("abcd", k);
          GSocket *from;
          GSocket *to;

          fault_proxy_cut_at (f->proxy, direction, k, cut);
          connect_ends (f);
          from = direction == FAULT_UP ? f->client : f->server;
          to = direction == FAULT_UP ? f->server : f->client;
          if (k > 0)
            say (from, "abcd");
          hear (to, part);
          if (cut == FAULT_RESET)
            hear_reset (to);
          else
            hear_fin (to);
          if (cut == FAULT_RESET)
            hear_reset (from);
          else if (cut == FAULT_FIN)
            hear_fin (from);
          else
            {
              say (to, "still");
              hear (from, "still");
            }
        }
  g_assert_cmpuint (fault_proxy_count_cuts (f->proxy), ==, 28);
}

/* Once, and not for a connection that is past it. */
static void
test_cut_once (Ends *f,
               gconstpointer data)
{
  connect_ends (f);
  say (f->client, "abc");
  hear (f->server, "abc");
  fault_proxy_cut_at (f->proxy, FAULT_UP, 2, FAULT_RESET);
  say (f->client, "def");
  hear (f->server, "def");
  for (guint i = 0; i < 2; i++)
    {
      connect_ends (f);
      say (f->client, "abc");
      hear (f->server, i == 0 ? "ab" : "abc");
    }
  fault_proxy_cut_all (f->proxy, FAULT_FIN);
  hear_fin (f->client);
  hear_fin (f->server);
  connect_ends (f);
  fault_proxy_reset_all (f->proxy);
  hear_reset (f->client);
  hear_reset (f->server);

  /* A reset may come so early that connecting fails. */
  fault_proxy_cut_at (f->proxy, FAULT_UP, 0, FAULT_RESET);
  drop_ends (f);
  f->client = dial (f, NULL);
  if (f->client != NULL)
    hear_reset (f->client);
  fault_proxy_wait_open (f->proxy, 0);
}

static void
test_stall (Ends *f,
            gconstpointer data)
{
  connect_ends (f);
  fault_proxy_set_stalled (f->proxy, FAULT_UP, TRUE);
  say (f->client, "up");
  say (f->server, "down");
  hear (f->client, "down");
  hear_nothing (f->server);
  g_assert_cmpuint (fault_proxy_count_read (f->proxy, FAULT_UP), ==, 0);
  fault_proxy_set_stalled (f->proxy, FAULT_UP, FALSE);
  hear (f->server, "up");
}

static void
test_blackhole (Ends *f,
                gconstpointer data)
{
  connect_ends (f);
  fault_proxy_set_blackhole (f->proxy, FAULT_UP, TRUE);
  say (f->client, "lost");
  fault_proxy_wait_read (f->proxy, FAULT_UP, 4);
  fault_proxy_heal (f->proxy);
  say (f->client, "up");
  hear (f->server, "up");

  /* Not even that the connection ended. */
  fault_proxy_set_blackhole (f->proxy, FAULT_UP, TRUE);
  g_socket_shutdown (f->client, FALSE, TRUE, NULL);
  say (f->server, "down");
  hear (f->client, "down");
  hear_nothing (f->server);
  fault_proxy_heal (f->proxy);
  hear_fin (f->server);
}

static void
test_slow (Ends *f,
           gconstpointer data)
{
  connect_ends (f);
  fault_proxy_allow (f->proxy, FAULT_DOWN, 0);
  say (f->server, "abcdef");
  fault_proxy_allow (f->proxy, FAULT_DOWN, 2);
  hear (f->client, "ab");
  say (f->client, "fence");
  hear (f->server, "fence");
  hear_nothing (f->client);
  fault_proxy_allow (f->proxy, FAULT_DOWN, 3);
  hear (f->client, "cde");
  fault_proxy_set_rate (f->proxy, FAULT_DOWN, 100);
  hear (f->client, "f");
  say (f->server, "0123456789");
  hear (f->client, "0123456789");
}

static void
test_change (Ends *f,
             gconstpointer data)
{
  fault_proxy_flip_at (f->proxy, FAULT_UP, 3, 0x20);
  fault_proxy_set_piece (f->proxy, FAULT_UP, 2);
  connect_ends (f);
  say (f->client, "abcdef");
  hear (f->server, "abcDef");
  fault_proxy_inject (f->proxy, FAULT_DOWN, "hello", 5);
  hear (f->client, "hello");
  fault_proxy_inject (f->proxy, FAULT_UP, "world", 5);
  hear (f->server, "world");
}

static void
test_accept (Ends *f,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault_proxy_set_accept (f->proxy, FAULT_REFUSE);
  g_assert_null (dial (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&error);

  fault_proxy_set_accept (f->proxy, FAULT_ACCEPT_FIN);
  f->client = dial (f, &error);
  hear_fin (f->client);
  g_clear_object (&f->client);

  fault_proxy_set_accept (f->proxy, FAULT_ACCEPT_HOLD);
  f->client = dial (f, &error);
  say (f->client, "nobody");
  fault_proxy_wait_read (f->proxy, FAULT_UP, 6);
  hear_nothing (f->client);
  fault_proxy_inject (f->proxy, FAULT_DOWN, "somebody", 8);
  hear (f->client, "somebody");
  g_clear_object (&f->client);
  fault_proxy_wait_open (f->proxy, 0);

  /* A reset may come so early that connecting fails. */
  fault_proxy_set_accept (f->proxy, FAULT_ACCEPT_RESET);
  f->client = dial (f, NULL);
  if (f->client != NULL)
    hear_reset (f->client);
  g_clear_object (&f->client);

  fault_proxy_set_accept (f->proxy, FAULT_FORWARD);
  connect_ends (f);
  say (f->client, "up");
  hear (f->server, "up");

  /* A server that is away is a connection that is reset. */
  g_socket_close (f->listener, NULL);
  g_clear_object (&f->client);
  f->client = dial (f, NULL);
  if (f->client != NULL)
    hear_reset (f->client);
}

/* Without a thread, it lives on the context of whoever made it; two of them in a row. */
static void
test_here (Ends *f,
           gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (FaultProxy) first = NULL;
  g_autoptr (GError) error = NULL;
  FaultProxy *second = f->proxy;

  g_main_context_push_thread_default (context);
  first = fault_proxy_new (fault_proxy_get_port (second));
  f->proxy = first;
  f->client = dial (f, &error);
  g_assert_no_error (error);
  f->proxy = second;
  say (f->client, "through both");
  fault_proxy_wait_forwarded (first, FAULT_UP, 12);
  f->server = g_socket_accept (f->listener, NULL, &error);
  hear (f->server, "through both");
  fault_proxy_reset_all (second);
  fault_proxy_wait_open (first, 0);
  hear_reset (f->client);
  g_main_context_pop_thread_default (context);
}

#define add(path, func) g_test_add ("/faults/proxy/" path, Ends, NULL, set_up, func, tear_down)

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  add ("forward", test_forward);
  add ("cut", test_cut);
  add ("cut-once", test_cut_once);
  add ("stall", test_stall);
  add ("blackhole", test_blackhole);
  add ("slow", test_slow);
  add ("change", test_change);
  add ("accept", test_accept);
  add ("here", test_here);

  return g_test_run ();
}
