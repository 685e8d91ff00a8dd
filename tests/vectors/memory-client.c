/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The header of a packet of 256 MiB, sent to a client by a server on a socket again and again. */

#include "../client/test-fixture.h"
#include "resident.h"

#define N_LINKS 1000

/* CONNACK, and the header of a PUBLISH; the rest would never come. */
static const guint8 greeting[] = { 0x20, 2, 0, 0, 0x30, 0xff, 0xff, 0xff, 0x7f };

typedef struct
{
  GSocket *socket; /* (owned): listens */
  guint16 port;
  GThread *thread;
  guint n_closed; /* by the client, while we were waiting for more */
} Server;

/* FALSE at the end of the stream. */
static gboolean
receive_some (GSocket *connection)
{
  char buffer[256];
  g_autoptr (GError) error = NULL;

  /* A reset is an end too. */
  return g_socket_receive (connection, buffer, sizeof buffer, NULL, &error) > 0;
}

static gpointer
serve_thread (gpointer data)
{
  Server *self = data;

  for (guint i = 0; i <= N_LINKS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) connection = g_socket_accept (self->socket, NULL, &error);

      g_assert_no_error (error);
      g_assert_true (receive_some (connection));
      g_socket_send (connection, (const char *) greeting, sizeof greeting, NULL, &error);
      g_assert_no_error (error);
      while (receive_some (connection))
        ;
      self->n_closed++;
    }

  return NULL;
}

static void
server_start (Server *self)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (self->socket, wanted, TRUE, NULL));
  g_assert_true (g_socket_listen (self->socket, NULL));
  address = g_socket_get_local_address (self->socket, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  self->thread = g_thread_new ("server", serve_thread, self);
}

/* Waits for the end of the @n-th connection, and lets the wait before the next pass. That one may have
 * come and gone by then. */
static void
wait_refused (Fixture *f,
              guint n)
{
  fixture_wait_disconnected (f, n);
  g_assert_cmpuint (f->n_connected, ==, f->n_disconnected);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
  g_string_truncate (f->log, 0);
  fixture_advance (f, f->retry_usec);
}

static void
test_header (Fixture *f,
             gconstpointer data)
{
  GAsyncResult *result = NULL;
  Server server = { 0 };
  guint64 before = 0;

  server_start (&server);
  mqttc_options_set_port (f->options, server.port);
  mqttc_options_set_max_packet_size (f->options, 1024 * 1024);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);

  for (guint i = 0; i <= N_LINKS; i++)
    {
      wait_refused (f, i + 1);
      if (i == 0)
        before = resident_get ();
    }

  g_thread_join (server.thread);
  g_assert_cmpuint (server.n_closed, ==, N_LINKS + 1);
  resident_check ("The header of 256 MiB, 1,000 times to a client", before);
  g_object_unref (server.socket);
  g_object_unref (result);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);
  fixture_add ("/memory/client/header", test_header);
  return g_test_run ();
}
