/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   4 threads published 100 messages each, 400 came
 */

#include <mqttc-glib.h>

#define N_THREADS 4
#define N_MESSAGES 100

static guint n_received;

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            GMainLoop *main_loop)
{
  if (++n_received == N_THREADS * N_MESSAGES)
    g_main_loop_quit (main_loop);
}

static gpointer
publish (gpointer client)
{
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("worker/result", "done");
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
      if (!mqttc_client_try_publish (client, message, &error))
        g_printerr ("%s\n", error->message);
    }

  return NULL;
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  GThread **threads = user_data;

  mqttc_client_subscribe_finish (MQTTC_CLIENT (source), result, NULL);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("worker", publish, source);
}

int
main (void)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MqttcClient) client = mqttc_client_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcSubscription) results
      = mqttc_subscription_new ("worker/result", MQTTC_QOS_AT_LEAST_ONCE);
  GThread *threads[N_THREADS] = { NULL };

  g_signal_connect (results, "message", G_CALLBACK (message_cb), main_loop);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  mqttc_client_subscribe_async (client, results, NULL, subscribed_cb, threads);
  g_main_loop_run (main_loop);

  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_print ("%d threads published %d messages each, %u came\n", N_THREADS, N_MESSAGES, n_received);

  return 0;
}
