/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A transport on the GSocket of a connection: the streams of GIO would cost a layer for each call
 * and cannot gather and stay non-blocking at once. */

#include "config.h"

#include "transport/mqttc-tls-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* Gathered at once; the rest is for the next call. */
#define MAX_VECTORS 16

/* Bytes that the system has taken and TCP not begun to send. */
#define MAX_UNSENT (128 * 1024)

/* What is thrown away at the end, at most. */
#define DRAIN_CHUNK 16384
#define MAX_DRAIN_CHUNKS 16

typedef struct
{
  MqttcTransport parent;
  GSocketConnection *connection; /* (owned): its last reference closes the socket */
  GSocket *socket;               /* (unowned): the connection's */
  gboolean has_read;
} StreamTransport;

/* What a server does that was not greeted in TLS. */
static void
hint_at_tls (GError **error)
{
  if (error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    {
      g_autofree char *message = g_steal_pointer (&(*error)->message);

      (*error)->message
          = g_strconcat (message, "; if the server has TLS at this port, use mqtts", NULL);
    }
}

static gssize
stream_read (MqttcTransport *transport,
             guint8 *buffer,
             gsize size,
             GError **error)
{
  StreamTransport *self = (StreamTransport *) transport;

  gssize n
      = g_socket_receive_with_blocking (self->socket, (char *) buffer, size, FALSE, NULL, error);

  if (n > 0)
    self->has_read = TRUE;
  else if (n < 0 && !self->has_read)
    hint_at_tls (error);

  return n;
}

static gssize
stream_writev (MqttcTransport *transport,
               const MqttcSlice *slices,
               guint n_slices,
               GError **error)
{
  StreamTransport *self = (StreamTransport *) transport;
  GOutputVector vectors[MAX_VECTORS];
  guint n_vectors = MIN (n_slices, MAX_VECTORS);

  for (guint i = 0; i < n_vectors; i++)
    {
      vectors[i].buffer = slices[i].data;
      vectors[i].size = slices[i].len;
    }

  return g_socket_send_message (self->socket, NULL, vectors, (int) n_vectors, NULL, 0,
                                G_SOCKET_MSG_NONE, NULL, error);
}

static gboolean
socket_ready_cb (GSocket *socket,
                 GIOCondition condition,
                 gpointer user_data)
{
  gboolean *ready = user_data;

  *ready = TRUE;

  return G_SOURCE_CONTINUE;
}

static GSource *
stream_create_source (MqttcTransport *transport,
                      GIOCondition condition,
                      gboolean *ready)
{
  StreamTransport *self = (StreamTransport *) transport;
  GSource *source = g_socket_create_source (self->socket, condition, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (socket_ready_cb), ready, NULL);

  return source;
}

/* A socket that is closed with unread bytes resets the connection, and the reset overtakes what was
 * sent: the server would never see our DISCONNECT, and publish the will. */
static void
drain_socket (GSocket *socket)
{
  char chunk[DRAIN_CHUNK];

  for (guint i = 0; i < MAX_DRAIN_CHUNKS; i++)
    {
      if (g_socket_receive_with_blocking (socket, chunk, sizeof (chunk), FALSE, NULL, NULL) <= 0)
        return;
    }
}

void
mqttc_transport_close_socket (GSocket *socket)
{
  if (g_socket_shutdown (socket, FALSE, TRUE, NULL))
    drain_socket (socket);
  g_socket_close (socket, NULL);
}

static void
stream_free (MqttcTransport *transport)
{
  StreamTransport *self = (StreamTransport *) transport;

  mqttc_transport_close_socket (self->socket);
  g_object_unref (self->connection);
  g_free (self);
}

static const MqttcTransportClass stream_class = {
  .read = stream_read,
  .writev = stream_writev,
  .create_source = stream_create_source,
  .free = stream_free,
};

static void
set_up_tcp (GSocket *socket)
{
  /* Whole packets are written at once: waiting to fill a segment gains nothing and costs a delay. A
   * system that refuses is slower, not wrong. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);

  /* What waits, waits here: a ping need not queue behind megabytes, the write time-out sees what the
   * network takes and not what the system has room for, and what is sent is still in the cache. */
#ifdef TCP_NOTSENT_LOWAT
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, MAX_UNSENT, NULL);
#endif
}

GSocket *
mqttc_transport_set_up_socket (GSocketConnection *connection,
                               GError **error)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  GSocketFamily family = g_socket_get_family (socket);

  /* The bytes of the socket are then those of the inner stream, not ours. */
  if (G_IS_TCP_WRAPPER_CONNECTION (connection)
      && !G_IS_SOCKET_CONNECTION (
          g_tcp_wrapper_connection_get_base_io_stream (G_TCP_WRAPPER_CONNECTION (connection))))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "A proxy that is reached over TLS is not supported");
      return NULL;
    }

  /* The timeout of the socket would end a read that is merely idle. */
  g_socket_set_timeout (socket, 0);
  g_socket_set_blocking (socket, FALSE);

  if (family == G_SOCKET_FAMILY_IPV4 || family == G_SOCKET_FAMILY_IPV6)
    set_up_tcp (socket);

  return socket;
}

MqttcTransport *
mqttc_stream_transport_new (GSocketConnection *connection,
                            GError **error)
{
  GSocket *socket = mqttc_transport_set_up_socket (connection, error);
  StreamTransport *self;

  if (socket == NULL)
    return NULL;

  self = g_new0 (StreamTransport, 1);
  self->parent.klass = &stream_class;
  self->connection = g_object_ref (connection);
  self->socket = socket;

  return &self->parent;
}
