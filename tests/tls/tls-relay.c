/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tls-relay.h"

#include <gio/gio.h>
#include <sys/socket.h>

struct _TlsRelay
{
  GSocketListener *listener;
  guint16 port;
  guint16 server_port;
  TlsRelayEnd end;
  GCancellable *told;
  GThread *thread; /* (nullable) */
};

/* FALSE: nothing comes any more. */
static gboolean
forward (GSocket *from,
         GSocket *to)
{
  char data[65536];
  gssize n = g_socket_receive (from, data, sizeof data, NULL, NULL);
  gssize done = 0;

  while (done < n)
    {
      gssize written = g_socket_send (to, data + done, (gsize) (n - done), NULL, NULL);

      if (written < 0)
        return FALSE;
      done += written;
    }

  return n > 0;
}

static GPollFD
watch (GSocket *socket)
{
  return (GPollFD){ .fd = g_socket_get_fd (socket), .events = G_IO_IN };
}

/* Until it is time to end. */
static void
relay (TlsRelay *self,
       GSocket *client,
       GSocket *server)
{
  GPollFD fds[3] = { watch (server), watch (client) };
  gboolean has_answered = FALSE;
  gboolean goes_on = TRUE;

  g_assert_true (g_cancellable_make_pollfd (self->told, &fds[2]));
  while (goes_on)
    {
      g_poll (fds, G_N_ELEMENTS (fds), -1);
      if (fds[0].revents != 0)
        {
          goes_on = forward (server, client);
          has_answered = TRUE;
        }
      else if (fds[1].revents != 0 && has_answered && self->end != TLS_RELAY_RESET_WHEN_TOLD)
        {
          goes_on = FALSE;
        }
      else if (fds[1].revents != 0)
        {
          goes_on = forward (client, server);
        }
      else
        {
          goes_on = !g_cancellable_is_cancelled (self->told);
        }
    }
  g_cancellable_release_fd (self->told);
}

static void
reset (GSocket *socket)
{
  struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  g_assert_cmpint (
      setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), ==,
      0);
  g_socket_close (socket, NULL);
}

/* What has not been read would make a reset of it. */
static void
finish (GSocket *socket)
{
  char data[4096];

  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  while (g_socket_receive (socket, data, sizeof data, NULL, NULL) > 0)
    ;
  g_socket_close (socket, NULL);
}

static gpointer
run (gpointer user_data)
{
  TlsRelay *self = user_data;
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) client = NULL;
  g_autoptr (GSocketConnection) server = NULL;
  g_autoptr (GError) error = NULL;

  client = g_socket_listener_accept (self->listener, NULL, NULL, &error);
  g_assert_no_error (error);
  server
      = g_socket_client_connect_to_host (connector, "127.0.0.1", self->server_port, NULL, &error);
  g_assert_no_error (error);

  relay (self, g_socket_connection_get_socket (client), g_socket_connection_get_socket (server));
  if (self->end == TLS_RELAY_FINISH_AT_ANSWER)
    finish (g_socket_connection_get_socket (client));
  else
    reset (g_socket_connection_get_socket (client));

  return NULL;
}

TlsRelay *
tls_relay_new (TlsServer *server,
               TlsRelayEnd end)
{
  TlsRelay *self = g_new0 (TlsRelay, 1);
  g_autoptr (GError) error = NULL;

  self->listener = g_socket_listener_new ();
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, &error);
  g_assert_no_error (error);
  self->server_port = tls_server_get_port (server);
  self->end = end;
  self->told = g_cancellable_new ();
  self->thread = g_thread_new ("relay", run, self);

  return self;
}

void
tls_relay_reset (TlsRelay *self)
{
  g_cancellable_cancel (self->told);
  g_clear_pointer (&self->thread, g_thread_join);
}

void
tls_relay_free (TlsRelay *self)
{
  tls_relay_reset (self);
  g_object_unref (self->listener);
  g_object_unref (self->told);
  g_free (self);
}

guint16
tls_relay_get_port (TlsRelay *self)
{
  return self->port;
}
