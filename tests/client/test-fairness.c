/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A hundred clients on one context, without a thread, while one of them is flooded: the others go on,
 * and so does a timer of the program. How late it is, is printed; that depends on the machine. */

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#include "mqttc-glib.h"
#include "test-init.h"

#define N_CLIENTS 100
#define N_TICKS 300 /* of 60 Hz */
#define TICK_USEC (G_USEC_PER_SEC / 60)
#define MIN_MESSAGES 20

/* --- A server that only sends: the flood to the first that connects. --- */

typedef struct
{
  GSocketListener *listener;
  guint16 port;
  GPtrArray *connections; /* of GSocketConnection */
  GThread *thread;
  int floods; /* (atomic) */
  int ends;   /* (atomic) */
} Server;

static void
accept_one (Server *self)
{
  static const guint8 connack[] = { 0x20, 0x02, 0x00, 0x00 };
  GSocketConnection *connection = g_socket_listener_accept (self->listener, NULL, NULL, NULL);
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char buffer[256];

  /* CONNECT is one small write of the client. */
  g_assert_cmpint (g_input_stream_read (in, buffer, sizeof (buffer), NULL, NULL), >, 0);
  g_assert_true (g_output_stream_write_all (out, connack, sizeof (connack), NULL, NULL, NULL));
  g_socket_set_blocking (g_socket_connection_get_socket (connection), FALSE);
  g_ptr_array_add (self->connections, connection);
}

static GByteArray *
make_flood (void)
{
  static const guint8 publish[] = { 0x30, 0x43, 0x00, 0x01, 'f' };
  static const guint8 payload[64] = { 0 };
  GByteArray *flood = g_byte_array_new ();

  for (guint i = 0; i < 1000; i++)
    {
      g_byte_array_append (flood, publish, sizeof (publish));
      g_byte_array_append (flood, payload, sizeof (payload));
    }

  return flood;
}

/* Goes on in the middle of a packet where the socket was full. */
static gsize
send_flood (Server *self,
            const GByteArray *flood,
            gsize sent)
{
  GSocket *socket = g_socket_connection_get_socket (g_ptr_array_index (self->connections, 0));
  gssize n
      = g_socket_send (socket, (const char *) flood->data + sent, flood->len - sent, NULL, NULL);

  return n > 0 ? (sent + (gsize) n) % flood->len : sent;
}

static void
send_to_others (Server *self)
{
  static const guint8 publish[] = { 0x30, 0x03, 0x00, 0x01, 'o' };

  for (guint i = 1; i < self->connections->len; i++)
    g_socket_send (g_socket_connection_get_socket (g_ptr_array_index (self->connections, i)),
                   (const char *) publish, sizeof (publish), NULL, NULL);
}

static gpointer
serve (gpointer data)
{
  Server *self = data;
  g_autoptr (GByteArray) flood = make_flood ();
  gint64 next = 0;
  gsize sent = 0;

  while (self->connections->len < N_CLIENTS)
    accept_one (self);

  while (!g_atomic_int_get (&self->ends))
    {
      if (g_atomic_int_get (&self->floods))
        sent = send_flood (self, flood, sent);
      if (g_get_monotonic_time () >= next)
        {
          send_to_others (self);
          next = g_get_monotonic_time () + 20000;
        }
      g_thread_yield ();
    }

  return NULL;
}

/* --- The program. --- */

typedef struct
{
  guint n_messages[N_CLIENTS];
  guint n_connected;
  gint64 due;
  GArray *late; /* of gint64 */
} Program;

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  ++*(guint *) user_data;
}

static gboolean
tick_dispatch (GSource *source,
               GSourceFunc callback,
               gpointer user_data)
{
  return callback (user_data);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

typedef struct
{
  Program *program;
  GSource *source;
} Tick;

static gboolean
tick_cb (gpointer user_data)
{
  Tick *tick = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 late = now - tick->program->due;

  g_array_append_val (tick->program->late, late);
  tick->program->due = now + TICK_USEC;
  g_source_set_ready_time (tick->source, tick->program->due);

  return G_SOURCE_CONTINUE;
}

static void
measure (Program *self,
         const char *label)
{
  static GSourceFuncs funcs = { .dispatch = tick_dispatch };
  g_autoptr (GSource) source = g_source_new (&funcs, sizeof (GSource));
  Tick tick = { self, source };

  g_array_set_size (self->late, 0);
  self->due = g_get_monotonic_time () + TICK_USEC;
  g_source_set_callback (source, tick_cb, &tick, NULL);
  g_source_set_ready_time (source, self->due);
  g_source_attach (source, NULL);

  while (self->late->len < N_TICKS)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);

  g_array_sort (self->late, compare_times);
  g_test_message ("60 Hz timer, %s: late by %.2f ms at p50, %.2f ms at p99, %.2f ms at most", label,
                  (double) g_array_index (self->late, gint64, N_TICKS / 2) / 1000,
                  (double) g_array_index (self->late, gint64, N_TICKS * 99 / 100) / 1000,
                  (double) g_array_index (self->late, gint64, N_TICKS - 1) / 1000);
}

static void
open_clients (Program *self,
              guint16 port,
              GPtrArray *clients)
{
  g_autofree char *uri = g_strdup_printf ("mqtt://127.0.0.1:%u?protocol=v3-1-1", port);

  for (guint i = 0; i < N_CLIENTS; i++)
    {
      MqttcClient *client = mqttc_client_new_for_uri (uri, NULL);

      g_signal_connect (client, "message", G_CALLBACK (message_cb), &self->n_messages[i]);
      g_signal_connect (client, "connected", G_CALLBACK (connected_cb), &self->n_connected);
      mqttc_client_open_async (client, NULL, NULL, NULL);
      g_ptr_array_add (clients, client);

      /* One after the other, so that the first is the first for the server too. */
      while (self->n_connected <= i)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
end_clients (GPtrArray *clients)
{
  for (guint i = 0; i < clients->len; i++)
    g_assert_finalize_object (g_ptr_array_index (clients, i));
  g_ptr_array_unref (clients);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_fairness (void)
{
  Server server = { 0 };
  Program program = { 0 };
  GPtrArray *clients = g_ptr_array_new ();
  guint least = G_MAXUINT;

  g_test_summary ("One of a hundred clients is flooded, and nobody starves");

  server.listener = g_socket_listener_new ();
  server.port = g_socket_listener_add_any_inet_port (server.listener, NULL, NULL);
  server.connections = g_ptr_array_new_with_free_func (g_object_unref);
  server.thread = g_thread_new ("server", serve, &server);
  program.late = g_array_new (FALSE, FALSE, sizeof (gint64));
  open_clients (&program, server.port, clients);

  measure (&program, "idle");
  memset (program.n_messages, 0, sizeof (program.n_messages));
  g_atomic_int_set (&server.floods, TRUE);
  measure (&program, "with a flood");

  for (guint i = 1; i < N_CLIENTS; i++)
    least = MIN (least, program.n_messages[i]);
  g_test_message ("the flooded client got %u messages, each of the others at least %u",
                  program.n_messages[0], least);
  g_assert_cmpuint (program.n_messages[0], >, least);
  g_assert_cmpuint (least, >=, MIN_MESSAGES);

  end_clients (clients);
  g_atomic_int_set (&server.ends, TRUE);
  g_thread_join (server.thread);
  g_ptr_array_unref (server.connections);
  g_object_unref (server.listener);
  g_array_unref (program.late);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);
  g_test_add_func ("/client/fairness/flood", test_fairness);

  return g_test_run ();
}
