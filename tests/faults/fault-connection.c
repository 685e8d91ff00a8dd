/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "fault-proxy-private.h"

/* What one direction keeps while the other side takes no more. */
#define MAX_PENDING 65536

/* --- Sources. --- */

void
fault_unwatch (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
fault_watch (GSource **source,
             gboolean wanted,
             GSocket *socket,
             GIOCondition condition,
             GSourceFunc callback,
             gpointer user_data,
             GMainContext *context)
{
  if (!wanted)
    fault_unwatch (source);
  if (!wanted || *source != NULL)
    return;

  *source = g_socket_create_source (socket, condition, NULL);
  g_source_set_callback (*source, callback, user_data, NULL);
  g_source_attach (*source, context);
}

/* --- The end of a connection. --- */

static void
close_locked (FaultConnection *self)
{
  fault_unwatch (&self->connect_source);
  for (guint i = 0; i < 2; i++)
    {
      fault_unwatch (&self->pumps[i].read_source);
      fault_unwatch (&self->pumps[i].write_source);
      g_byte_array_set_size (self->pumps[i].pending, 0);
    }
  for (guint i = 0; i < 2; i++)
    {
      if (self->sockets[i] != NULL)
        g_socket_close (self->sockets[i], NULL);
      g_clear_object (&self->sockets[i]);
    }
}

static void
reset_locked (FaultConnection *self)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  for (guint i = 0; i < 2; i++)
    if (self->sockets[i] != NULL)
      setsockopt (g_socket_get_fd (self->sockets[i]), SOL_SOCKET, SO_LINGER, &linger,
                  sizeof linger);
  close_locked (self);
}

/* FIN to where the bytes go. Closing would be a reset if there is something left to read, so that is
 * read first, and thrown away. */
static void
finish_locked (FaultPump *pump)
{
  GSocket *out = pump->connection->sockets[!pump->direction];

  if (!pump->out_ended && out != NULL)
    g_socket_shutdown (out, FALSE, TRUE, NULL);
  pump->out_ended = TRUE;
  g_byte_array_set_size (pump->pending, 0);
}

void
fault_connection_cut_locked (FaultConnection *self,
                             FaultDirection direction,
                             FaultCut cut)
{
  self->proxy->n_cuts++;
  self->cut |= cut != FAULT_HALF;

  switch (cut)
    {
    case FAULT_RESET:
      reset_locked (self);
      break;
    case FAULT_FIN:
      finish_locked (&self->pumps[!direction]);
      finish_locked (&self->pumps[direction]);
      break;
    case FAULT_HALF:
      finish_locked (&self->pumps[direction]);
      break;
    }
}

/* --- Moving bytes. --- */

static void
take_locked (FaultPump *pump,
             guint8 *data,
             gsize len)
{
  FaultWay *way = &pump->connection->proxy->ways[pump->direction];

  if (way->flip_offset >= pump->n_read && way->flip_offset - pump->n_read < len)
    data[way->flip_offset - pump->n_read] ^= way->flip_mask;
  if (way->allowance != FAULT_NEVER)
    way->allowance -= len;
  pump->n_read += len;
  way->n_read += len;
  if (!way->blackhole && !pump->out_ended)
    g_byte_array_append (pump->pending, data, len);
}

static void
read_locked (FaultPump *pump)
{
  FaultWay *way = &pump->connection->proxy->ways[pump->direction];
  GSocket *in = pump->connection->sockets[pump->direction];
  g_autoptr (GError) error = NULL;
  guint8 buffer[65536];
  gssize n;

  n = g_socket_receive (in, (char *) buffer, MIN (sizeof buffer, way->allowance), NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return;

  if (n > 0)
    take_locked (pump, buffer, n);
  pump->in_ended = n <= 0;
  pump->in_reset = n < 0;
}

/* Returns how many bytes the socket took: 0 if it takes no more for now. */
static gsize
write_locked (FaultPump *pump)
{
  FaultWay *way = &pump->connection->proxy->ways[pump->direction];
  GSocket *out = pump->connection->sockets[!pump->direction];
  g_autoptr (GError) error = NULL;
  gsize size = pump->pending->len;
  gssize n;

  if (pump->n_forwarded <= way->cut_offset)
    size = MIN (size, way->cut_offset - pump->n_forwarded);
  if (way->piece > 0)
    size = MIN (size, way->piece);
  if (size == 0)
    return 0;

  n = g_socket_send (out, (char *) pump->pending->data, size, NULL, &error);
  if (n < 0)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        finish_locked (pump);
      return 0;
    }

  if (pump->connection->proxy->capturing)
    g_byte_array_append (pump->capture, pump->pending->data, n);
  g_byte_array_remove_range (pump->pending, 0, n);
  pump->n_forwarded += n;
  way->n_forwarded += n;

  return n;
}

/* Writes what it may, and cuts where it must. */
static void
push_locked (FaultPump *pump)
{
  FaultConnection *connection = pump->connection;
  FaultWay *way = &connection->proxy->ways[pump->direction];

  if (way->stalled || pump->out_ended)
    return;

  /* The rest of the pieces goes one by one, when the loop comes by. */
  while (write_locked (pump) > 0 && way->piece == 0)
    ;

  if (connection->sockets[FAULT_UP] != NULL && !connection->cut
      && pump->n_forwarded == way->cut_offset)
    {
      way->cut_offset = FAULT_NEVER;
      fault_connection_cut_locked (connection, pump->direction, way->cut);
    }
}

/* Hands on the end of what comes in. */
static void
pass_end_locked (FaultPump *pump)
{
  FaultConnection *connection = pump->connection;
  FaultWay *way = &connection->proxy->ways[pump->direction];

  if (!pump->in_ended || pump->out_ended || pump->pending->len > 0 || way->stalled || way->blackhole
      || connection->held)
    return;

  if (pump->in_reset)
    reset_locked (connection);
  else
    finish_locked (pump);
}

static gboolean
read_cb (GSocket *socket,
         GIOCondition condition,
         gpointer user_data)
{
  FaultPump *pump = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pump->connection->proxy->mutex);

  /* The test's thread may have ended it since this was dispatched. */
  if (pump->read_source == NULL)
    return G_SOURCE_REMOVE;

  read_locked (pump);
  fault_connection_advance_locked (pump->connection);

  return G_SOURCE_CONTINUE;
}

static gboolean
write_cb (GSocket *socket,
          GIOCondition condition,
          gpointer user_data)
{
  FaultPump *pump = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pump->connection->proxy->mutex);

  if (pump->write_source == NULL)
    return G_SOURCE_REMOVE;
  fault_connection_advance_locked (pump->connection);

  return G_SOURCE_CONTINUE;
}

static void
watch_locked (FaultPump *pump)
{
  FaultConnection *connection = pump->connection;
  GMainContext *context = connection->proxy->context;
  FaultWay *way = &connection->proxy->ways[pump->direction];
  GSocket *in = connection->sockets[pump->direction];
  GSocket *out = connection->sockets[!pump->direction];

  fault_watch (&pump->read_source,
               in != NULL && !pump->in_ended && !way->stalled && way->allowance > 0
                   && pump->pending->len < MAX_PENDING,
               in, G_IO_IN, G_SOURCE_FUNC (read_cb), pump, context);
  fault_watch (&pump->write_source,
               out != NULL && !pump->out_ended && !way->stalled && pump->pending->len > 0, out,
               G_IO_OUT, G_SOURCE_FUNC (write_cb), pump, context);
}

/* Does all that can be done at once, and waits for the rest. */
void
fault_connection_advance_locked (FaultConnection *self)
{
  if (self->connect_source != NULL)
    return;

  for (guint i = 0; i < 2; i++)
    push_locked (&self->pumps[i]);
  for (guint i = 0; i < 2; i++)
    pass_end_locked (&self->pumps[i]);
  if (self->pumps[FAULT_UP].in_ended && self->pumps[FAULT_DOWN].in_ended
      && (self->held || (self->pumps[FAULT_UP].out_ended && self->pumps[FAULT_DOWN].out_ended)))
    close_locked (self);
  for (guint i = 0; i < 2; i++)
    watch_locked (&self->pumps[i]);

  g_main_context_wakeup (self->proxy->watcher);
}

/* --- Connections. --- */

static gboolean
connect_cb (GSocket *socket,
            GIOCondition condition,
            gpointer user_data)
{
  FaultConnection *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->proxy->mutex);

  if (self->connect_source == NULL)
    return G_SOURCE_REMOVE;

  fault_unwatch (&self->connect_source);
  if (!g_socket_check_connect_result (socket, NULL))
    reset_locked (self);
  fault_connection_advance_locked (self);

  return G_SOURCE_REMOVE;
}

static void
prepare_socket (GSocket *socket)
{
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
}

void
fault_connection_dial_locked (FaultConnection *self)
{
  g_autoptr (GSocketAddress) address
      = g_inet_socket_address_new_from_string ("127.0.0.1", self->proxy->target_port);
  g_autoptr (GError) error = NULL;
  GSocket *server = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  prepare_socket (server);
  self->sockets[FAULT_DOWN] = server;
  if (g_socket_connect (server, address, NULL, &error))
    return;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    fault_watch (&self->connect_source, TRUE, server, G_IO_OUT, G_SOURCE_FUNC (connect_cb), self,
                 self->proxy->context);
  else
    reset_locked (self);
}

FaultConnection *
fault_connection_new (FaultProxy *proxy, GSocket *client /* (transfer full) */)
{
  FaultConnection *self = g_new0 (FaultConnection, 1);

  prepare_socket (client);
  self->proxy = proxy;
  self->sockets[FAULT_UP] = client;
  for (guint i = 0; i < 2; i++)
    {
      self->pumps[i].connection = self;
      self->pumps[i].direction = i;
      self->pumps[i].pending = g_byte_array_new ();
      self->pumps[i].capture = g_byte_array_new ();
    }
  self->held = proxy->accept != FAULT_FORWARD;
  self->pumps[FAULT_UP].out_ended = self->held;
  self->pumps[FAULT_DOWN].in_ended = self->held;

  return self;
}

void
fault_connection_free (FaultConnection *self)
{
  close_locked (self);
  for (guint i = 0; i < 2; i++)
    {
      g_byte_array_unref (self->pumps[i].pending);
      g_byte_array_unref (self->pumps[i].capture);
    }
  g_free (self);
}
