/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Publishes ten temperatures from a thread, while the main thread receives them again and prints all
 * that happens on the connection. There is no main loop: each call waits until it is done. */

#include <locale.h>
#include <mqttc-glib.h>
#include <stdio.h>

#define N_MESSAGES 10

/* This function of the client can be called in any thread, and does not wait. */
static gpointer
publish (gpointer user_data)
{
  MqttcClient *client = user_data;

  for (int i = 0; i < N_MESSAGES; i++)
    {
      g_autofree char *text = g_strdup_printf ("20.%d", i);
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("home/desk/temp", text);
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
      if (!mqttc_client_try_publish (client, message, &error))
        {
          g_printerr ("%s\n", error->message);
          break;
        }
      g_usleep (G_USEC_PER_SEC / 10);
    }

  return NULL;
}

static gboolean
subscribe (MqttcConnection *connection,
           GError **error)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("home/+/temp", MQTTC_QOS_AT_LEAST_ONCE);

  return mqttc_connection_open (connection, NULL, error)
         && mqttc_connection_subscribe (connection, subscription, NULL, error);
}

static void
print_event (MqttcEvent *event)
{
  MqttcMessage *message = mqttc_event_get_message (event);
  g_autofree char *text = NULL;

  if (mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_MESSAGE)
    text = g_strconcat (mqttc_message_get_topic (message), " ", mqttc_message_get_text (message),
                        NULL);
  else
    text = mqttc_event_to_string (event);
  printf ("%s\n", text);
}

/* Until so many messages have come, or the connection is closed. @error is required. */
static gboolean
print_events (MqttcConnection *connection,
              int n_messages,
              GError **error)
{
  MqttcEvent *event;

  while (n_messages > 0 && (event = mqttc_connection_next (connection, NULL, error)) != NULL)
    {
      print_event (event);
      if (mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_MESSAGE)
        n_messages--;
      mqttc_event_unref (event);
    }

  return *error == NULL;
}

static gboolean
run (MqttcConnection *connection,
     GError **error)
{
  GThread *thread;
  gboolean good;

  if (!subscribe (connection, error))
    return FALSE;

  thread = g_thread_new ("publish", publish, mqttc_connection_get_client (connection));
  /* Closing finishes what was published, and what happens meanwhile can be asked for, too. */
  good = print_events (connection, N_MESSAGES, error)
         && mqttc_connection_close (connection, NULL, error)
         && print_events (connection, G_MAXINT, error);
  g_thread_join (thread);

  return good;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[URI]");
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = NULL;
  g_autoptr (MqttcConnection) connection = NULL;

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
  connection = mqttc_connection_new (options);
  if (!run (connection, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  return 0;
}
