/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Publishes ten temperatures and receives them again, in one main loop that never blocks, and prints
 * each packet that comes in or goes out. */

#include <locale.h>
#include <mqttc-glib.h>
#include <stdio.h>

#define N_MESSAGES 10

static GMainLoop *main_loop;
static MqttcClient *client;
static int n_published;
static int n_received;
static int status;

static void
fail (const GError *error)
{
  if (status == 0)
    g_printerr ("%s\n", error->message);
  status = 1;
  g_main_loop_quit (main_loop);
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_close_finish (client, result, &error))
    fail (error);
  g_main_loop_quit (main_loop);
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) puback = mqttc_client_publish_finish (client, result, &error);

  if (puback == NULL)
    fail (error);
}

static gboolean
publish_next_cb (gpointer user_data)
{
  g_autofree char *text = g_strdup_printf ("20.%d", n_published++);

  mqttc_client_publish_text_async (client, "home/desk/temp", text, MQTTC_QOS_AT_LEAST_ONCE, FALSE,
                                   NULL, published_cb, NULL);

  return n_published < N_MESSAGES;
}

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            gpointer user_data)
{
  printf ("%s %s\n", mqttc_message_get_topic (message), mqttc_message_get_text (message));

  /* Closing first finishes what was published. */
  if (++n_received == N_MESSAGES)
    mqttc_client_close_async (client, NULL, closed_cb, NULL);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (mqttc_client_subscribe_finish (client, result, &error))
    g_timeout_add (100, publish_next_cb, NULL);
  else
    fail (error);
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (client, result, &error);
  g_autoptr (MqttcSubscription) subscription = NULL;

  if (connack == NULL)
    {
      fail (error);
      return;
    }

  subscription = mqttc_subscription_new ("home/+/temp", MQTTC_QOS_AT_LEAST_ONCE);
  g_signal_connect (subscription, "message", G_CALLBACK (message_cb), NULL);
  mqttc_client_subscribe_async (client, subscription, NULL, subscribed_cb, NULL);
}

static void
packet_cb (MqttcEventLoop *loop,
           MqttcPacket *packet,
           const char *arrow)
{
  g_autofree char *text = mqttc_packet_to_string (packet);

  printf ("%s %s\n", arrow, text);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[URI]");
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = NULL;
  MqttcEventLoop *loop;

  setlocale (LC_ALL, "");
  setvbuf (stdout, NULL, _IOLBF, 0);
  g_option_context_set_summary (
      context, "Publishes and receives ten temperatures, at mqtt://localhost if there is no URI.");
  if (!g_option_context_parse (context, &argc, &argv, &error)
      || !(options = mqttc_options_new_for_uri (argc > 1 ? argv[1] : "mqtt://localhost", &error)))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  /* A program that lives on would rather try again. */
  mqttc_options_set_reconnect (options, FALSE);
  client = mqttc_client_new (options);
  loop = mqttc_client_get_event_loop (client);
  g_signal_connect (loop, "incoming", G_CALLBACK (packet_cb), (gpointer) "←");
  g_signal_connect (loop, "outgoing", G_CALLBACK (packet_cb), (gpointer) "→");

  main_loop = g_main_loop_new (NULL, FALSE);
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  g_main_loop_run (main_loop);

  g_object_unref (client);
  g_main_loop_unref (main_loop);

  return status;
}
