/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   desk/lamp: on
 */

#include <mqttc-glib.h>

static GMainLoop *main_loop;

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  mqttc_client_close_finish (MQTTC_CLIENT (source), result, NULL);
  g_main_loop_quit (main_loop);
}

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            MqttcClient *client)
{
  g_print ("%s: %s\n", mqttc_message_get_topic (message), mqttc_message_get_text (message));

  /* One is enough for this program. */
  mqttc_client_close_async (client, NULL, closed_cb, NULL);
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) puback
      = mqttc_client_publish_text_finish (MQTTC_CLIENT (source), result, &error);

  if (puback == NULL)
    g_printerr ("Not published: %s\n", error->message);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  MqttcClient *client = MQTTC_CLIENT (source);
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_subscribe_finish (client, result, &error))
    g_printerr ("Not subscribed: %s\n", error->message);

  mqttc_client_publish_text_async (client, "desk/lamp", "on", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   published_cb, NULL);
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
    {
      g_printerr ("Not connected: %s\n", error->message);
      g_main_loop_quit (main_loop);
    }
}

int
main (void)
{
  g_autoptr (MqttcClient) client = mqttc_client_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcSubscription) desk = mqttc_subscription_new ("desk/#", MQTTC_QOS_AT_LEAST_ONCE);

  g_signal_connect (desk, "message", G_CALLBACK (message_cb), client);
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  mqttc_client_subscribe_async (client, desk, NULL, subscribed_cb, NULL);

  main_loop = g_main_loop_new (NULL, FALSE);
  g_main_loop_run (main_loop);
  g_main_loop_unref (main_loop);

  return 0;
}
