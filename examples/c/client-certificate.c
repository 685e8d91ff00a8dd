/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Publishes a text over TLS. The server proves who it is by a certificate of an authority, such as
 * one's own; and so does the client. */

#include <locale.h>
#include <mqttc-glib.h>
#include <stdio.h>

static char *ca_file;
static char *certificate_file;
static char *private_key_file;
static char **arguments;

static const GOptionEntry entries[]
    = { { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &ca_file,
          "The authority to trust (default: those of the system)", "FILE" },
        { "certificate-file", 0, 0, G_OPTION_ARG_FILENAME, &certificate_file,
          "The certificate of the client", "FILE" },
        { "private-key-file", 0, 0, G_OPTION_ARG_FILENAME, &private_key_file,
          "Its key (default: in the same file)", "FILE" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL,
          "URI TOPIC TEXT" },
        G_OPTION_ENTRY_NULL };

static GMainLoop *main_loop;
static MqttcClient *client;
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
    {
      fail (error);
      return;
    }

  printf ("Published to %s\n", arguments[1]);
  mqttc_client_close_async (client, NULL, closed_cb, NULL);
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (client, result, &error);

  if (connack == NULL)
    {
      fail (error);
      return;
    }

  mqttc_client_publish_text_async (client, arguments[1], arguments[2], MQTTC_QOS_AT_LEAST_ONCE,
                                   FALSE, NULL, published_cb, NULL);
}

static gboolean
parse_arguments (int *argc,
                 char ***argv,
                 GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Publishes a text over TLS.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (arguments == NULL || g_strv_length (arguments) != 3)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Give a URI such as mqtts://localhost, a topic and a text; see --help");
      return FALSE;
    }

  return TRUE;
}

static MqttcClient *
make_client (GError **error)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (arguments[0], error);

  if (options == NULL)
    return NULL;

  mqttc_options_set_ca_file (options, ca_file);
  mqttc_options_set_certificate_file (options, certificate_file);
  mqttc_options_set_private_key_file (options, private_key_file);
  /* A program that lives on would rather try again. */
  mqttc_options_set_reconnect (options, FALSE);

  return mqttc_client_new (options);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (!parse_arguments (&argc, &argv, &error) || (client = make_client (&error)) == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  main_loop = g_main_loop_new (NULL, FALSE);
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  g_main_loop_run (main_loop);

  g_object_unref (client);
  g_main_loop_unref (main_loop);
  g_strfreev (arguments);
  g_free (ca_file);
  g_free (certificate_file);
  g_free (private_key_file);

  return status;
}
