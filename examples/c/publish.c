/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Publishes texts to a topic, and ends when the server has acknowledged all of them. */

#include <locale.h>
#include <mqttc-glib.h>
#include <stdio.h>

static gboolean show_packets;
static int qos;
static gboolean retain;
static char **arguments;

static const GOptionEntry entries[]
    = { { "packets", 0, 0, G_OPTION_ARG_NONE, &show_packets, "Print each packet in and out", NULL },
        { "qos", 0, 0, G_OPTION_ARG_INT, &qos, "The quality of service: 0, 1 or 2", "N" },
        { "retain", 0, 0, G_OPTION_ARG_NONE, &retain, "The server keeps the last text", NULL },
        /* As they are, in any locale: MQTT speaks UTF-8. */
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL,
          "URI TOPIC TEXT…" },
        G_OPTION_ENTRY_NULL };

static GMainLoop *main_loop;
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
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, &error);

  if (error != NULL)
    fail (error);
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_close_finish (MQTTC_CLIENT (source), result, &error))
    fail (error);
  g_main_loop_quit (main_loop);
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

  for (char **text = arguments + 2; *text != NULL; text++)
    mqttc_client_publish_text_async (client, arguments[1], *text, qos, retain, NULL, published_cb,
                                     NULL);

  /* Closing first finishes what was published. */
  mqttc_client_close_async (client, NULL, closed_cb, NULL);
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
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (uri, error);
  MqttcClient *client;

  if (options == NULL)
    return NULL;

  /* A command that runs once had better say what is wrong than try again. */
  mqttc_options_set_reconnect (options, FALSE);
  client = mqttc_client_new (options);
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

  g_option_context_set_summary (context, "Publishes texts to a topic.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (arguments == NULL || g_strv_length (arguments) < 3 || qos < 0 || qos > 2)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Give a URI such as mqtt://localhost, a topic and a text; see --help");
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
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  g_main_loop_run (main_loop);

  g_main_loop_unref (main_loop);
  g_strfreev (arguments);

  return status;
}
