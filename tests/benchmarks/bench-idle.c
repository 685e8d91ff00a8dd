/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Memory of so many connections that do nothing: of this library (mqttc), or bare ones of GIO (gio). */

#include <mqttc-glib.h>
#include <stdio.h>
#include <unistd.h>

#include "benchmark.h"

/* Opened and closed beforehand: what the first one costs is not of the others. */
#define N_WARM 20

static BenchOptions options;
static guint n_open;

static gsize
resident_bytes (void)
{
  FILE *file = fopen ("/proc/self/statm", "r");
  gulong size;
  gulong resident = 0;

  if (file == NULL || fscanf (file, "%lu %lu", &size, &resident) != 2)
    bench_fail ("/proc/self/statm cannot be read");
  fclose (file);

  return resident * (gsize) sysconf (_SC_PAGESIZE);
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack
      = mqttc_client_open_finish (MQTTC_CLIENT (source), result, &error);

  if (connack == NULL)
    bench_fail ("%s", error->message);
  n_open++;
}

static void
open_client (GPtrArray *connections)
{
  g_autoptr (MqttcOptions) o = mqttc_options_new ();
  MqttcClient *client;
  guint before = n_open;

  mqttc_options_set_host (o, "127.0.0.1");
  mqttc_options_set_port (o, options.port);
  mqttc_options_set_protocol (o, MQTTC_PROTOCOL_V3_1_1);
  client = mqttc_client_new (o);
  g_ptr_array_add (connections, client);
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  while (n_open == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
open_socket (GPtrArray *connections)
{
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection
      = g_socket_client_connect_to_host (dialer, "127.0.0.1", options.port, NULL, &error);

  if (connection == NULL)
    bench_fail ("%s", error->message);
  g_ptr_array_add (connections, connection);
}

static GPtrArray *
open_some (guint64 n)
{
  GPtrArray *connections = g_ptr_array_new_with_free_func (g_object_unref);

  while (connections->len < n)
    bench_is (&options, "gio") ? open_socket (connections) : open_client (connections);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  return connections;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GPtrArray) warm = NULL;
  g_autoptr (GPtrArray) connections = NULL;
  gsize before;

  bench_parse (&options, argc, argv);
  warm = open_some (N_WARM);
  before = resident_bytes ();
  connections = open_some (options.count);
  printf ("{\"bytes\": %.0f}\n", ((double) resident_bytes () - before) / options.count);

  return 0;
}
