/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-proxy-private.h"

#define RATE_INTERVAL_MSEC 10

static void
advance_all_locked (FaultProxy *self)
{
  for (guint i = 0; i < self->connections->len; i++)
    fault_connection_advance_locked (g_ptr_array_index (self->connections, i));
  g_main_context_wakeup (self->watcher);
}

/* --- Listening. --- */

static gboolean
accept_cb (GSocket *listener,
           GIOCondition condition,
           gpointer user_data)
{
  FaultProxy *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GSocket *client;
  FaultConnection *connection;

  if (self->accept_source == NULL)
    return G_SOURCE_REMOVE;
  client = g_socket_accept (listener, NULL, NULL);
  if (client == NULL)
    return G_SOURCE_CONTINUE;

  connection = fault_connection_new (self, client);
  g_ptr_array_add (self->connections, connection);
  if (self->accept == FAULT_FORWARD)
    fault_connection_dial_locked (connection);
  else if (self->accept == FAULT_ACCEPT_RESET)
    fault_connection_cut_locked (connection, FAULT_DOWN, FAULT_RESET);
  else if (self->accept == FAULT_ACCEPT_FIN)
    fault_connection_cut_locked (connection, FAULT_DOWN, FAULT_FIN);
  fault_connection_advance_locked (connection);
  g_main_context_wakeup (self->watcher);

  return G_SOURCE_CONTINUE;
}

static GSocket *
bind_socket (guint16 port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  g_socket_bind (socket, address, TRUE, &error);
  g_assert_no_error (error);

  return socket;
}

static void
listen_locked (FaultProxy *self)
{
  g_autoptr (GError) error = NULL;

  if (self->listener != NULL)
    return;

  self->listener = bind_socket (self->port);
  g_socket_set_listen_backlog (self->listener, 128);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  fault_watch (&self->accept_source, TRUE, self->listener, G_IO_IN, G_SOURCE_FUNC (accept_cb), self,
               self->context);
}

static void
unlisten_locked (FaultProxy *self)
{
  fault_unwatch (&self->accept_source);
  if (self->listener != NULL)
    {
      /* Closing alone takes effect when the other thread comes back from its poll(). */
      g_socket_shutdown (self->listener, TRUE, FALSE, NULL);
      g_socket_close (self->listener, NULL);
    }
  g_clear_object (&self->listener);
}

/* --- Up and down. --- */

static void
reset_settings_locked (FaultProxy *self)
{
  for (guint i = 0; i < 2; i++)
    {
      FaultWay *way = &self->ways[i];

      way->stalled = FALSE;
      way->blackhole = FALSE;
      way->allowance = FAULT_NEVER;
      way->rate = 0;
      way->cut_offset = FAULT_NEVER;
      way->flip_offset = FAULT_NEVER;
      way->piece = 0;
    }
  self->accept = FAULT_FORWARD;
  fault_unwatch (&self->rate_source);
}

static FaultProxy *
proxy_new (guint16 target_port, GMainContext *context /* (transfer full) */)
{
  FaultProxy *self = g_new0 (FaultProxy, 1);
  g_autoptr (GSocketAddress) address = NULL;

  g_mutex_init (&self->mutex);
  self->context = context;
  self->watcher = g_main_context_ref_thread_default ();
  self->target_port = target_port;
  self->connections = g_ptr_array_new_with_free_func ((GDestroyNotify) fault_connection_free);
  reset_settings_locked (self);

  self->holder = bind_socket (0);
  address = g_socket_get_local_address (self->holder, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  listen_locked (self);

  return self;
}

FaultProxy *
fault_proxy_new (guint16 target_port)
{
  return proxy_new (target_port, g_main_context_ref_thread_default ());
}

static gpointer
proxy_thread (gpointer user_data)
{
  FaultProxy *self = user_data;

  while (!g_atomic_int_get (&self->quit))
    g_main_context_iteration (self->context, TRUE);

  return NULL;
}

FaultProxy *
fault_proxy_new_threaded (guint16 target_port)
{
  FaultProxy *self = proxy_new (target_port, g_main_context_new ());

  self->thread = g_thread_new ("fault-proxy", proxy_thread, self);

  return self;
}

void
fault_proxy_free (FaultProxy *self)
{
  if (self->thread != NULL)
    {
      g_atomic_int_set (&self->quit, TRUE);
      g_main_context_wakeup (self->context);
      g_thread_join (g_steal_pointer (&self->thread));
    }

  fault_unwatch (&self->rate_source);
  unlisten_locked (self);
  g_object_unref (self->holder);
  g_ptr_array_unref (self->connections);
  g_main_context_unref (self->context);
  g_main_context_unref (self->watcher);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

guint16
fault_proxy_get_port (FaultProxy *self)
{
  return self->port;
}

char *
fault_proxy_get_uri (FaultProxy *self)
{
  return g_strdup_printf ("mqtt://127.0.0.1:%u", self->port);
}

/* --- How it behaves. --- */

void
fault_proxy_heal (FaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  reset_settings_locked (self);
  listen_locked (self);
  advance_all_locked (self);
}

void
fault_proxy_set_target (FaultProxy *self,
                        guint16 target_port)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->target_port = target_port;
}

void
fault_proxy_set_accept (FaultProxy *self,
                        FaultAccept accept)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->accept = accept;
  if (accept == FAULT_REFUSE)
    unlisten_locked (self);
  else
    listen_locked (self);
}

void
fault_proxy_cut_at (FaultProxy *self,
                    FaultDirection direction,
                    guint64 offset,
                    FaultCut cut)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->ways[direction].cut_offset = offset;
  self->ways[direction].cut = cut;
  advance_all_locked (self);
}

void
fault_proxy_set_stalled (FaultProxy *self,
                         FaultDirection direction,
                         gboolean stalled)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->ways[direction].stalled = stalled;
  advance_all_locked (self);
}

void
fault_proxy_set_blackhole (FaultProxy *self,
                           FaultDirection direction,
                           gboolean blackhole)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->ways[direction].blackhole = blackhole;
  advance_all_locked (self);
}

static gboolean
rate_cb (gpointer user_data)
{
  FaultProxy *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < 2; i++)
    {
      FaultWay *way = &self->ways[i];
      double growth;

      if (way->rate == 0)
        continue;
      growth = way->rate * (double) (now - way->rate_time) / G_USEC_PER_SEC + way->rate_rest;
      /* What nobody used is lost, or the next burst would not be slow. */
      way->allowance = MIN (way->allowance + (guint64) growth, MAX (way->rate / 10, 1));
      way->rate_rest = growth - (guint64) growth;
      way->rate_time = now;
    }
  advance_all_locked (self);

  return G_SOURCE_CONTINUE;
}

void
fault_proxy_set_rate (FaultProxy *self,
                      FaultDirection direction,
                      guint bytes_per_second)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  FaultWay *way = &self->ways[direction];

  way->rate = bytes_per_second;
  way->rate_time = g_get_monotonic_time ();
  way->rate_rest = 0;
  way->allowance = bytes_per_second == 0 ? FAULT_NEVER : 0;
  fault_unwatch (&self->rate_source);
  if (self->ways[FAULT_UP].rate > 0 || self->ways[FAULT_DOWN].rate > 0)
    {
      self->rate_source = g_timeout_source_new (RATE_INTERVAL_MSEC);
      g_source_set_callback (self->rate_source, rate_cb, self, NULL);
      g_source_attach (self->rate_source, self->context);
    }
  advance_all_locked (self);
}

void
fault_proxy_allow (FaultProxy *self,
                   FaultDirection direction,
                   guint64 n_bytes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  FaultWay *way = &self->ways[direction];

  if (way->allowance == FAULT_NEVER)
    way->allowance = 0;
  way->allowance += n_bytes;
  advance_all_locked (self);
}

void
fault_proxy_flip_at (FaultProxy *self,
                     FaultDirection direction,
                     guint64 offset,
                     guint8 mask)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->ways[direction].flip_offset = mask == 0 ? FAULT_NEVER : offset;
  self->ways[direction].flip_mask = mask;
}

void
fault_proxy_set_piece (FaultProxy *self,
                       FaultDirection direction,
                       gsize size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->ways[direction].piece = size;
}

/* --- Acting on what is open. --- */

void
fault_proxy_inject (FaultProxy *self,
                    FaultDirection direction,
                    const void *data,
                    gsize len)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  FaultConnection *newest;

  g_assert_cmpuint (self->connections->len, >, 0);
  newest = g_ptr_array_index (self->connections, self->connections->len - 1);
  if (newest->sockets[!direction] == NULL || newest->pumps[direction].out_ended)
    return;
  g_byte_array_append (newest->pumps[direction].pending, data, len);
  fault_connection_advance_locked (newest);
}

void
fault_proxy_cut_all (FaultProxy *self,
                     FaultCut cut)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (guint i = 0; i < self->connections->len; i++)
    {
      FaultConnection *connection = g_ptr_array_index (self->connections, i);

      if (connection->sockets[FAULT_UP] != NULL && !connection->cut)
        fault_connection_cut_locked (connection, FAULT_DOWN, cut);
    }
  advance_all_locked (self);
}

void
fault_proxy_reset_all (FaultProxy *self)
{
  fault_proxy_cut_all (self, FAULT_RESET);
}

/* --- What has passed. --- */

guint
fault_proxy_count_connections (FaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->connections->len;
}

guint
fault_proxy_count_open (FaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  guint n = 0;

  for (guint i = 0; i < self->connections->len; i++)
    {
      FaultConnection *connection = g_ptr_array_index (self->connections, i);

      n += connection->sockets[FAULT_UP] != NULL && !connection->cut;
    }

  return n;
}

guint
fault_proxy_count_cuts (FaultProxy *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->n_cuts;
}

guint64
fault_proxy_count_read (FaultProxy *self,
                        FaultDirection direction)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->ways[direction].n_read;
}

guint64
fault_proxy_count_forwarded (FaultProxy *self,
                             FaultDirection direction)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->ways[direction].n_forwarded;
}

void
fault_proxy_set_capturing (FaultProxy *self,
                           gboolean capturing)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->capturing = capturing;
}

GBytes *
fault_proxy_get_capture (FaultProxy *self,
                         guint connection,
                         FaultDirection direction)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  FaultConnection *found;
  GByteArray *capture;

  g_assert_cmpuint (connection, >, 0);
  g_assert_cmpuint (connection, <=, self->connections->len);
  found = g_ptr_array_index (self->connections, connection - 1);
  capture = found->pumps[direction].capture;

  return g_bytes_new (capture->data, capture->len);
}

/* --- Waiting. --- */

void
fault_proxy_wait_connections (FaultProxy *self,
                              guint n)
{
  while (fault_proxy_count_connections (self) < n)
    g_main_context_iteration (self->watcher, TRUE);
}

void
fault_proxy_wait_open (FaultProxy *self,
                       guint n)
{
  while (fault_proxy_count_open (self) != n)
    g_main_context_iteration (self->watcher, TRUE);
}

void
fault_proxy_wait_cuts (FaultProxy *self,
                       guint n)
{
  while (fault_proxy_count_cuts (self) < n)
    g_main_context_iteration (self->watcher, TRUE);
}

void
fault_proxy_wait_read (FaultProxy *self,
                       FaultDirection direction,
                       guint64 n)
{
  while (fault_proxy_count_read (self, direction) < n)
    g_main_context_iteration (self->watcher, TRUE);
}

void
fault_proxy_wait_forwarded (FaultProxy *self,
                            FaultDirection direction,
                            guint64 n)
{
  while (fault_proxy_count_forwarded (self, direction) < n)
    g_main_context_iteration (self->watcher, TRUE);
}
