/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <gio/gunixsocketaddress.h>

#include "test-broker-private.h"

static GSocketAddress *
make_address (TestBroker *self)
{
  if (self->path != NULL)
    return g_unix_socket_address_new (self->path);

  return g_inet_socket_address_new_from_string ("127.0.0.1", self->port);
}

static gboolean
read_cb (GSocket *socket,
         GIOCondition condition,
         gpointer user_data)
{
  TestConnection *self = user_data;
  TestBroker *broker = self->broker;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&broker->mutex);
  char buffer[65536];
  gssize n;

  /* The test's thread may have ended it since this was dispatched. */
  if (self->socket == NULL || !broker->reading)
    return G_SOURCE_REMOVE;

  n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
  if (n <= 0)
    {
      self->ended_by_client = TRUE;
      test_connection_end_locked (self);
    }
  else
    {
      g_byte_array_append (self->in, (const guint8 *) buffer, n);
      test_connection_parse_locked (self);
    }
  g_main_context_wakeup (broker->watcher);

  return self->socket != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
destroy_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Reads if the broker is reading. */
void
test_connection_watch_locked (TestConnection *self)
{
  destroy_source (&self->read_source);
  if (self->socket == NULL || !self->broker->reading)
    return;

  self->read_source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->read_source, G_SOURCE_FUNC (read_cb), self, NULL);
  g_source_attach (self->read_source, self->broker->context);
}

/* Returns FALSE if the socket has taken all it can for now. */
static gboolean
flush_locked (TestConnection *self)
{
  while (self->out->len > 0)
    {
      gssize n = g_socket_send (self->socket, (char *) self->out->data, self->out->len, NULL, NULL);

      if (n <= 0)
        return FALSE;
      g_byte_array_remove_range (self->out, 0, n);
    }

  return TRUE;
}

static gboolean
write_cb (GSocket *socket,
          GIOCondition condition,
          gpointer user_data)
{
  TestConnection *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->broker->mutex);

  if (self->socket == NULL)
    return G_SOURCE_REMOVE;
  if ((condition & (G_IO_ERR | G_IO_HUP)) == 0 && !flush_locked (self))
    return G_SOURCE_CONTINUE;
  destroy_source (&self->write_source);

  return G_SOURCE_REMOVE;
}

/* Writes what the socket takes, and the rest when it takes more. */
static void
push_locked (TestConnection *self)
{
  if (flush_locked (self) || self->write_source != NULL)
    return;

  self->write_source = g_socket_create_source (self->socket, G_IO_OUT, NULL);
  g_source_set_callback (self->write_source, G_SOURCE_FUNC (write_cb), self, NULL);
  g_source_attach (self->write_source, self->broker->context);
}

void
test_connection_write_locked (TestConnection *self,
                              const void *data,
                              gsize len)
{
  if (self->socket == NULL)
    return;

  g_byte_array_append (self->out, data, len);
  if (!self->corked)
    push_locked (self);
}

void
test_connection_cork_locked (TestConnection *self)
{
  self->corked = TRUE;
}

void
test_connection_uncork_locked (TestConnection *self)
{
  self->corked = FALSE;
  if (self->socket != NULL)
    push_locked (self);
}

void
test_connection_end_locked (TestConnection *self)
{
  destroy_source (&self->read_source);
  destroy_source (&self->write_source);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
}

static TestConnection *
connection_new (TestBroker *broker, GSocket *socket /* (transfer full) */)
{
  TestConnection *self = g_new0 (TestConnection, 1);

  g_socket_set_blocking (socket, FALSE);
  if (broker->path == NULL)
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  self->broker = broker;
  self->protocol = MQTTC_PROTOCOL_V3_1_1;
  self->socket = socket;
  self->in = g_byte_array_new ();
  self->out = g_byte_array_new ();
  self->trace = g_string_new (NULL);

  return self;
}

void
test_connection_free (TestConnection *self)
{
  test_connection_end_locked (self);
  g_byte_array_unref (self->in);
  g_byte_array_unref (self->out);
  g_string_free (self->trace, TRUE);
  g_free (self);
}

static gboolean
accept_cb (GSocket *listener,
           GIOCondition condition,
           gpointer user_data)
{
  TestBroker *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GSocket *socket = g_socket_accept (listener, NULL, NULL);
  TestConnection *connection;

  if (socket == NULL)
    return G_SOURCE_CONTINUE;

  connection = connection_new (self, socket);
  g_ptr_array_add (self->connections, connection);
  connection->number = self->connections->len;
  test_connection_watch_locked (connection);
  g_main_context_wakeup (self->watcher);

  return G_SOURCE_CONTINUE;
}

static guint16
get_bound_port (GSocket *listener)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (listener, NULL);

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return 0;

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static GSocket *
bind_socket (TestBroker *self)
{
  g_autoptr (GSocketAddress) address = make_address (self);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  g_socket_bind (socket, address, TRUE, &error);
  g_assert_no_error (error);

  return socket;
}

void
test_broker_listen_locked (TestBroker *self)
{
  g_autoptr (GError) error = NULL;

  /* A socket that is bound and does not listen keeps the port while nobody listens on it: connections
   * are refused, and no other program gets it. */
  if (self->path == NULL && self->holder == NULL)
    {
      self->holder = bind_socket (self);
      self->port = get_bound_port (self->holder);
    }

  self->listener = bind_socket (self);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  self->accept_source = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->accept_source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->accept_source, self->context);
}

void
test_broker_unlisten_locked (TestBroker *self)
{
  destroy_source (&self->accept_source);
  if (self->listener != NULL)
    {
      /* Closing alone takes effect when the other thread comes back from its poll(). */
      g_socket_shutdown (self->listener, TRUE, FALSE, NULL);
      g_socket_close (self->listener, NULL);
    }
  g_clear_object (&self->listener);
  if (self->path != NULL)
    g_unlink (self->path);
}
