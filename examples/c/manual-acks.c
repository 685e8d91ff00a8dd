/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Does jobs that come as messages, and acknowledges each when its result is safe on disk. So a job
 * that was not finished, because the program or the machine died, comes again. */

#include <errno.h>
#include <glib-unix.h>
#include <locale.h>
#include <mqttc-glib.h>
#include <stdio.h>
#include <unistd.h>

static char *client_id;
static int work_time;
static char **arguments;

static const GOptionEntry entries[]
    = { { "client-id", 0, 0, G_OPTION_ARG_STRING, &client_id,
          "By which the server knows the worker again (default: worker)", "ID" },
        { "work-time", 0, 0, G_OPTION_ARG_INT, &work_time, "How long a job takes", "MS" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL,
          "URI FILTER FILE" },
        G_OPTION_ENTRY_NULL };

static GMainLoop *main_loop;
static MqttcClient *client;
static int status;

static void
fail (const char *message)
{
  if (status == 0)
    g_printerr ("%s\n", message);
  status = 1;
  g_main_loop_quit (main_loop);
}

static gboolean
store (const char *job)
{
  FILE *file = fopen (arguments[2], "a");
  gboolean stored;

  if (file == NULL)
    return FALSE;

  stored = fprintf (file, "%s\n", job) > 0 && fflush (file) == 0 && fsync (fileno (file)) == 0;

  return fclose (file) == 0 && stored;
}

static gboolean
done_cb (gpointer user_data)
{
  MqttcMessage *message = user_data;
  const char *job = mqttc_message_get_text (message);
  g_autoptr (GError) error = NULL;

  /* Not acknowledged: it comes again, when there is room. */
  if (!store (job != NULL ? job : "(not text)"))
    {
      g_autofree char *problem = g_strdup_printf ("%s: %s", arguments[2], g_strerror (errno));

      fail (problem);
    }
  else if (mqttc_client_ack (client, message, &error))
    printf ("done: %s\n", job);
  else
    g_printerr ("%s\n", error->message);

  return G_SOURCE_REMOVE;
}

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            gpointer user_data)
{
  printf ("%s: %s\n", mqttc_message_get_dup (message) ? "again" : "new",
          mqttc_message_get_text (message));
  g_timeout_add_full (G_PRIORITY_DEFAULT, work_time, done_cb, mqttc_message_ref (message),
                      (GDestroyNotify) mqttc_message_unref);
}

/* It fails for a reason of its own, or because the client is closed, as whoever closed it knows. */
static void
fail_to_start (const GError *error)
{
  if (!g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED))
    fail (error->message);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (mqttc_client_subscribe_finish (client, result, &error))
    printf ("ready\n");
  else
    fail_to_start (error);
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (client, result, &error);

  if (connack == NULL)
    fail_to_start (error);
}

/* At first an error is better than patience; from here on it is the other way round. */
static void
connected_cb (void)
{
  mqttc_options_set_reconnect (mqttc_client_get_options (client), TRUE);
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  mqttc_client_close_finish (client, result, NULL);
  g_main_loop_quit (main_loop);
}

static gboolean
terminated_cb (gpointer user_data)
{
  mqttc_client_close_async (client, NULL, closed_cb, NULL);

  return G_SOURCE_CONTINUE;
}

static gboolean
parse_arguments (int *argc,
                 char ***argv,
                 GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Does jobs, and appends each to a file.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (arguments == NULL || g_strv_length (arguments) != 3 || work_time < 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Give a URI such as mqtt://localhost, a filter and a file; see --help");
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

  mqttc_options_set_client_id (options, client_id != NULL ? client_id : "worker");
  mqttc_options_set_clean_session (options, FALSE);
  mqttc_options_set_manual_acks (options, TRUE);
  mqttc_options_set_reconnect (options, FALSE);

  return mqttc_client_new (options);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcSubscription) subscription = NULL;

  setlocale (LC_ALL, "");
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (!parse_arguments (&argc, &argv, &error) || (client = make_client (&error)) == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  main_loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, terminated_cb, NULL);
  g_unix_signal_add (SIGTERM, terminated_cb, NULL);
  g_signal_connect (client, "connected", G_CALLBACK (connected_cb), NULL);

  /* Not when it is open: what the server has kept for us comes right then. */
  subscription = mqttc_subscription_new (arguments[1], MQTTC_QOS_AT_LEAST_ONCE);
  g_signal_connect (subscription, "message", G_CALLBACK (message_cb), NULL);
  mqttc_client_open_async (client, NULL, opened_cb, NULL);
  mqttc_client_subscribe_async (client, subscription, NULL, subscribed_cb, NULL);
  g_main_loop_run (main_loop);

  g_object_unref (client);
  g_main_loop_unref (main_loop);
  g_strfreev (arguments);
  g_free (client_id);

  return status;
}
