/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   wrong topic: a bug in this program
 *   closed for good
 */

#include <mqttc-glib.h>

static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry_usec,
                 GMainLoop *main_loop)
{
  if (retry_usec >= 0)
    {
      g_printerr ("%s; trying again in %.1f s\n", error->message,
                  (double) retry_usec / G_USEC_PER_SEC);
      return;
    }

  /* No more attempts: closed as asked, or for the reason in the error. */
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  g_print ("closed for good\n");
  g_main_loop_quit (main_loop);
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  MqttcClient *client = MQTTC_CLIENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = mqttc_client_publish_text_finish (client, result, &error);

  if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT))
    g_print ("wrong topic: a bug in this program\n");
  else if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL))
    g_print ("too much at once: try later\n");
  else if (error != NULL)
    g_print ("not published: %s\n", error->message);

  mqttc_client_close_async (client, NULL, NULL, NULL);
}

int
main (void)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MqttcClient) client = mqttc_client_new_for_uri ("mqtt://localhost", NULL);

  g_signal_connect (client, "disconnected", G_CALLBACK (disconnected_cb), main_loop);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  mqttc_client_publish_text_async (client, "desk/#", "on", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   published_cb, NULL);
  g_main_loop_run (main_loop);

  return 0;
}
