/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "packet-stream-fixture.h"

#include <sys/socket.h>

static GIOStream *
make_end (int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

void
make_pair (GIOStream *ends[2])
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  for (guint i = 0; i < 2; i++)
    ends[i] = make_end (fds[i]);
}

void
stream_set_up (StreamFixture *f,
               gconstpointer data)
{
  GIOStream *ends[2];

  f->context = g_main_context_new ();
  g_main_context_push_thread_default (f->context);

  make_pair (ends);
  f->stream = mqttc_packet_stream_new (ends[0], PROTOCOL);
  g_object_unref (ends[0]);
  f->peer = ends[1];
}

void
stream_tear_down (StreamFixture *f,
                  gconstpointer data)
{
  if (f->stream != NULL)
    g_assert_finalize_object (g_steal_pointer (&f->stream));
  g_clear_object (&f->peer);

  g_main_context_pop_thread_default (f->context);
  g_clear_pointer (&f->context, g_main_context_unref);
}

void
stream_feed (StreamFixture *f,
             const char *hex)
{
  g_autoptr (GBytes) bytes = bytes_of_hex (hex);
  g_autoptr (GError) error = NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  g_output_stream_write_all (g_io_stream_get_output_stream (f->peer), data, size, NULL, NULL,
                             &error);
  g_assert_no_error (error);
}

void
outcome_cb (GObject *object,
            GAsyncResult *result,
            gpointer user_data)
{
  Outcome *self = user_data;

  g_assert_null (self->result);
  self->result = g_object_ref (result);
}

void
outcome_wait (Outcome *self,
              GMainContext *context)
{
  while (self->result == NULL)
    g_main_context_iteration (context, TRUE);
}

void
outcome_clear (Outcome *self)
{
  g_clear_object (&self->result);
}

MqttcPacket *
read_in_background (MqttcPacketStream *stream,
                    GCancellable *cancellable,
                    GError **error)
{
  Outcome outcome = { 0 };
  MqttcPacket *packet;

  mqttc_packet_stream_read_packet_async (stream, cancellable, outcome_cb, &outcome);
  outcome_wait (&outcome, g_main_context_get_thread_default ());
  packet = mqttc_packet_stream_read_packet_finish (stream, outcome.result, error);
  outcome_clear (&outcome);

  return packet;
}

gboolean
write_in_background (MqttcPacketStream *stream,
                     MqttcPacket *packet,
                     GCancellable *cancellable,
                     GError **error)
{
  Outcome outcome = { 0 };
  gboolean ok;

  mqttc_packet_stream_write_packet_async (stream, packet, cancellable, outcome_cb, &outcome);
  outcome_wait (&outcome, g_main_context_get_thread_default ());
  ok = mqttc_packet_stream_write_packet_finish (stream, outcome.result, error);
  outcome_clear (&outcome);

  return ok;
}

gboolean
close_in_background (MqttcPacketStream *stream,
                     GCancellable *cancellable,
                     GError **error)
{
  Outcome outcome = { 0 };
  gboolean ok;

  mqttc_packet_stream_close_async (stream, cancellable, outcome_cb, &outcome);
  outcome_wait (&outcome, g_main_context_get_thread_default ());
  ok = mqttc_packet_stream_close_finish (stream, outcome.result, error);
  outcome_clear (&outcome);

  return ok;
}

void
assert_packet (MqttcPacketStream *stream,
               const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = mqttc_packet_stream_read_packet (stream, NULL, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (packet);
  text = mqttc_packet_to_string (packet);
  g_assert_cmpstr (text, ==, words);
}

GBytes *
bytes_of_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '\0'; hex += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

      g_byte_array_append (bytes, &byte, 1);
    }

  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
join_packets (GPtrArray *packets)
{
  GByteArray *all = g_byte_array_new ();

  for (guint i = 0; i < packets->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = mqttc_packet_write (packets->pdata[i], &error);
      gsize size;
      gconstpointer data;

      g_assert_no_error (error);
      data = g_bytes_get_data (bytes, &size);
      g_byte_array_append (all, data, (guint) size);
    }

  return g_byte_array_free_to_bytes (all);
}
