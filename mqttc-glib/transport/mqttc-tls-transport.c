/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A transport on a GTlsConnection. Each call of GIO moves one record of 16 KiB at most, so that both
 * directions go on until TLS or the caller has had enough. */

#include "config.h"

#include "transport/mqttc-tls-private.h"

#include <string.h>

/* RFC 8446, section 5.1. */
#define MAX_RECORD 16384

typedef struct
{
  MqttcTransport parent;
  GTlsConnection *tls;
  GSocket *socket; /* (owned) */
  GPollableInputStream *input;
  GPollableOutputStream *output;

  /* Of what comes next, if the last read did not see the end: bytes may lie in TLS, where no poll sees
   * them, or an error, or the end. */
  gboolean has_more;
  gboolean is_ended;
  gboolean has_read;
  GError *error;
  GSource *read_source; /* (owned) (nullable): the last one made for reading */

  /* What would not go has been encrypted, and has to be offered again as it was. */
  gsize retry_len;
} TlsTransport;

static void
set_more (TlsTransport *self,
          gboolean has_more)
{
  if (self->has_more == has_more)
    return;

  self->has_more = has_more;
  if (self->read_source != NULL)
    g_source_set_ready_time (self->read_source, has_more ? 0 : -1);
}

/* In the words of the one who can do something about it. In TLS 1.3 the server looks at the certificate of
 * the client when the handshake is over, and refuses it in the place of the first bytes. */
static GError *
clarify (TlsTransport *self,
         GError *error)
{
  g_autofree char *problem = NULL;

  if (self->has_read || error->domain != G_TLS_ERROR || error->code == G_TLS_ERROR_EOF)
    return error;

  problem = mqttc_tls_describe_refusal (self->tls, error);
  g_error_free (error);

  return g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED, problem);
}

/* What came after the bytes of the last read. */
static gssize
take_end (TlsTransport *self,
          GError **error)
{
  if (self->error == NULL)
    return 0;

  g_propagate_error (error, g_steal_pointer (&self->error));

  return -1;
}

/* Sets @has_more to TRUE if it did not see the end of what there is. */
static gssize
read_records (TlsTransport *self,
              guint8 *buffer,
              gsize size,
              gboolean *has_more,
              GError **error)
{
  gsize total = 0;

  *has_more = FALSE;
  if (self->error != NULL || self->is_ended)
    return take_end (self, error);

  while (total < size)
    {
      g_autoptr (GError) cause = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (self->input, buffer + total,
                                                           size - total, NULL, &cause);

      if (n > 0)
        {
          total += (gsize) n;
          self->has_read = TRUE;
          continue;
        }
      if (n < 0 && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) && total > 0)
        return (gssize) total;
      if (n < 0 && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return -1;
        }

      self->is_ended = n == 0;
      if (n < 0)
        self->error = clarify (self, g_steal_pointer (&cause));
      if (total == 0)
        return take_end (self, error);
      break;
    }

  *has_more = TRUE;

  return (gssize) total;
}

/* Each change wakes the context, and of a flood of bytes there is always more. */
static gssize
tls_read (MqttcTransport *transport,
          guint8 *buffer,
          gsize size,
          GError **error)
{
  TlsTransport *self = (TlsTransport *) transport;
  gboolean has_more;
  gssize n = read_records (self, buffer, size, &has_more, error);

  set_more (self, has_more);

  return n;
}

/* A server that turns us away says why, and closes: when that is noticed in writing, its words still lie
 * unread. (transfer full) both. */
static GError *
find_reason (TlsTransport *self,
             GError *error)
{
  g_autoptr (GError) reason = NULL;
  guint8 byte;

  if (self->has_read)
    return error;

  g_pollable_input_stream_read_nonblocking (self->input, &byte, sizeof byte, NULL, &reason);
  if (reason == NULL || reason->domain != G_TLS_ERROR)
    return error;

  g_error_free (error);

  return clarify (self, g_steal_pointer (&reason));
}

static gsize
gather (const MqttcSlice *slices,
        guint n_slices,
        gsize skip,
        guint8 *chunk,
        gsize max)
{
  gsize len = 0;

  for (guint i = 0; i < n_slices && len < max; i++)
    {
      gsize n;

      if (skip >= slices[i].len)
        {
          skip -= slices[i].len;
          continue;
        }

      n = MIN (slices[i].len - skip, max - len);
      memcpy (chunk + len, slices[i].data + skip, n);
      len += n;
      skip = 0;
    }

  return len;
}

/* -1: @error, which says why if that can be known. */
static gssize
write_chunk (TlsTransport *self,
             const guint8 *chunk,
             gsize len,
             GError **error)
{
  g_autoptr (GError) cause = NULL;
  gssize n;

  /* Nobody offers less than before; if so, better to be stuck than to send what was not offered. */
  if (len < self->retry_len)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
      return -1;
    }

  n = g_pollable_output_stream_write_nonblocking (self->output, chunk, len, NULL, &cause);
  if (n >= 0)
    {
      self->retry_len = 0;
      return n;
    }

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    self->retry_len = len;
  else
    cause = find_reason (self, g_steal_pointer (&cause));
  g_propagate_error (error, g_steal_pointer (&cause));

  return -1;
}

/* A record of its own for each slice would cost more than the copy. */
static gssize
tls_writev (MqttcTransport *transport,
            const MqttcSlice *slices,
            guint n_slices,
            GError **error)
{
  TlsTransport *self = (TlsTransport *) transport;
  guint8 chunk[MAX_RECORD];
  gsize total = 0;

  while (TRUE)
    {
      gsize max = self->retry_len > 0 ? self->retry_len : MAX_RECORD;
      gsize len = gather (slices, n_slices, total, chunk, max);
      gssize n = len > 0 ? write_chunk (self, chunk, len, total == 0 ? error : NULL) : 0;

      if (n > 0)
        total += (gsize) n;
      else if (n < 0 && total == 0)
        return -1;
      else
        return (gssize) total;
    }
}

static gboolean
stream_ready_cb (GObject *stream,
                 gpointer user_data)
{
  gboolean *ready = user_data;

  *ready = TRUE;

  return G_SOURCE_CONTINUE;
}

static GSource *
tls_create_source (MqttcTransport *transport,
                   GIOCondition condition,
                   gboolean *ready)
{
  TlsTransport *self = (TlsTransport *) transport;
  GSource *source;

  if (condition & G_IO_OUT)
    {
      source = g_pollable_output_stream_create_source (self->output, NULL);
    }
  else
    {
      source = g_pollable_input_stream_create_source (self->input, NULL);
      g_clear_pointer (&self->read_source, g_source_unref);
      self->read_source = g_source_ref (source);
      if (self->has_more)
        g_source_set_ready_time (source, 0);
    }
  g_source_set_callback (source, G_SOURCE_FUNC (stream_ready_cb), ready, NULL);

  return source;
}

/* Tells the server that this is the end, and that nobody has cut it short. It is a record of some
 * bytes: where there is room, it does not block, and where there is none, nobody is listening. */
static void
say_goodbye (TlsTransport *self)
{
  if (self->retry_len == 0 && g_socket_condition_check (self->socket, G_IO_OUT) == G_IO_OUT)
    g_output_stream_close (g_io_stream_get_output_stream (G_IO_STREAM (self->tls)), NULL, NULL);
}

static GTlsConnection *
tls_get_tls (MqttcTransport *transport)
{
  return ((TlsTransport *) transport)->tls;
}

static void
tls_free (MqttcTransport *transport)
{
  TlsTransport *self = (TlsTransport *) transport;

  g_clear_pointer (&self->read_source, g_source_unref);
  if (self->error == NULL)
    say_goodbye (self);
  mqttc_transport_close_socket (self->socket);

  g_object_unref (self->tls);
  g_object_unref (self->socket);
  g_clear_error (&self->error);
  g_free (self);
}

static const MqttcTransportClass tls_class = {
  .read = tls_read,
  .writev = tls_writev,
  .create_source = tls_create_source,
  .get_tls = tls_get_tls,
  .free = tls_free,
};

char *
mqttc_tls_describe_refusal (GTlsConnection *tls,
                            const GError *error)
{
  const char *problem = g_tls_connection_get_certificate (tls) == NULL
                            ? "wants a certificate of the client: set option certificate-file"
                            : "does not accept the certificate of the client: see option "
                              "certificate-file";

  return g_strdup_printf ("The server %s (%s)", problem, error->message);
}

MqttcTransport *
mqttc_tls_transport_new (GTlsConnection *tls,
                         GSocket *socket)
{
  TlsTransport *self = g_new0 (TlsTransport, 1);
  GIOStream *stream = G_IO_STREAM (tls);

  self->parent.klass = &tls_class;
  self->tls = g_object_ref (tls);
  self->socket = g_object_ref (socket);
  self->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  self->output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));

  return &self->parent;
}
