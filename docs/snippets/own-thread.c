/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   connected, in the thread of the client
 */

#include <mqttc-glib.h>

static GThread *client_thread;

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer main_loop)
{
  mqttc_client_close_finish (MQTTC_CLIENT (source), result, NULL);
  g_main_loop_quit (main_loop);
}

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              GMainLoop *main_loop)
{
  if (g_thread_self () == client_thread)
    g_print ("connected, in the thread of the client\n");

  mqttc_client_close_async (client, NULL, closed_cb, main_loop);
}

static gpointer
run_client (gpointer user_data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (context, FALSE);
  g_autoptr (MqttcClient) client = NULL;

  client_thread = g_thread_self ();

  /* The client takes the context that is the thread's default when it is made. */
  g_main_context_push_thread_default (context);
  client = mqttc_client_new_for_uri ("mqtt://localhost", NULL);
  g_signal_connect (client, "connected", G_CALLBACK (connected_cb), main_loop);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  g_main_loop_run (main_loop);
  g_main_context_pop_thread_default (context);

  return NULL;
}

int
main (void)
{
  g_thread_join (g_thread_new ("mqtt", run_client, NULL));

  return 0;
}
