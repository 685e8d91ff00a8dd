/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints the messages that match one or more filters, a line for each: the topic and the payload.
 */

#include <glib-unix.h>
#include <locale.h>
#include <mqttc-glib.h>
#include <stdio.h>

static gboolean show_packets;
static int count; /* 0: until interrupted */
static int qos;
static char **arguments;

static const GOptionEntry entries[]
    = { { "packets", 0, 0, G_OPTION_ARG_NONE, &show_packets, "Print each packet in and out", NULL },
        { "count", 0, 0, G_OPTION_ARG_INT, &count, "End after N messages", "N" },
        { "qos", 0, 0, G_OPTION_ARG_INT, &qos, "The highest quality of service wanted: 0, 1 or 2",
          "N" },
        /* As they are, in any locale: MQTT speaks UTF-8. */
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, "URI FILTER…" },
        G_OPTION_ENTRY_NULL };

static GMainLoop *main_loop;
static gboolean opened;
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
  mqttc_client_close_finish (MQTTC_CLIENT (source), result, NULL);
  g_main_loop_quit (main_loop);
}

static gboolean
interrupted_cb (gpointer user_data)
{
  mqttc_client_close_async (user_data, NULL, closed_cb, NULL);

  return G_SOURCE_CONTINUE;
}

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  gsize length;
  const void *payload = mqttc_message_peek_payload (message, &length);

  if (count > 0 && n_received == count)
    return;

  printf ("%s ", mqttc_message_get_topic (message));
  fwrite (payload, 1, length, stdout);
  printf ("\n");

  if (++n_received == count)
    mqttc_client_close_async (client, NULL, closed_cb, NULL);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_subscribe_finish (MQTTC_CLIENT (source), result, &error))
    fail (error);
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  MqttcClient *client = MQTTC_CLIENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (client, result, &error);

  if (connack == NULL)
    {
      fail (error);
      return;
    }

  /* From here on the client keeps itself connected, and makes the subscriptions again. */
  opened = TRUE;
  for (char **filter = arguments + 1; *filter != NULL; filter++)
    {
      g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new (*filter, qos);

      mqttc_client_subscribe_async (client, subscription, NULL, subscribed_cb, NULL);
    }
}

static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry_usec,
                 gpointer user_data)
{
  if (error == NULL)
    return;

  /* The first time, an error is better than patience. */
  if (!opened || retry_usec < 0)
    fail (error);
  else
    g_printerr ("%s; trying again in %.1f s\n", error->message,
                (double) retry_usec / G_USEC_PER_SEC);
}

static void
packet_cb (MqttcEventLoop *loop,
           MqttcPacket *packet,
           const char *arrow)
{
  g_autofree char *text = mqttc_packet_to_string (packet);

  printf ("%s %s\n", arrow, text);
}

static MqttcClient *
make_client (const char *uri,
             GError **error)
{
  MqttcClient *client = mqttc_client_new_for_uri (uri, error);

  if (client == NULL)
    return NULL;

  g_signal_connect (client, "message", G_CALLBACK (message_cb), NULL);
  g_signal_connect (client, "disconnected", G_CALLBACK (disconnected_cb), NULL);
  if (show_packets)
    {
      MqttcEventLoop *loop = mqttc_client_get_event_loop (client);

      g_signal_connect (loop, "incoming", G_CALLBACK (packet_cb), (gpointer) "←");
      g_signal_connect (loop, "outgoing", G_CALLBACK (packet_cb), (gpointer) "→");
    }

  return client;
}

static gboolean
parse_arguments (int *argc,
                 char ***argv,
                 GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Prints the messages that match one or more filters.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (arguments == NULL || arguments[1] == NULL || qos < 0 || qos > 2 || count < 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Give a URI such as mqtt://localhost and at least one filter; see --help");
      return FALSE;
    }

  return TRUE;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcClient) client = NULL;

  setlocale (LC_ALL, "");
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (!parse_arguments (&argc, &argv, &error)
      || (client = make_client (arguments[0], &error)) == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  main_loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, interrupted_cb, client);
  g_unix_signal_add (SIGTERM, interrupted_cb, client);
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  g_main_loop_run (main_loop);

  g_main_loop_unref (main_loop);
  g_strfreev (arguments);

  return status;
}
