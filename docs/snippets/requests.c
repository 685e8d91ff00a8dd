/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   ROSEBUD
 */

#include <mqttc-glib.h>

static void
request_cb (MqttcResponder *responder,
            MqttcMessage *request,
            gpointer user_data)
{
  const char *word = mqttc_message_get_text (request);
  g_autofree char *answer = g_ascii_strup (word != NULL ? word : "", -1);
  g_autoptr (GError) error = NULL;

  if (!mqttc_responder_respond_text (responder, request, answer, &error))
    g_printerr ("%s\n", error->message);
}

static void
answered_cb (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcMessage) answer
      = mqttc_requester_request_finish (MQTTC_REQUESTER (source), result, &error);

  if (answer != NULL)
    g_print ("%s\n", mqttc_message_get_text (answer));
  else
    g_printerr ("%s\n", error->message);
  g_main_loop_quit (user_data);
}

int
main (void)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcClient) client = NULL;
  g_autoptr (MqttcResponder) responder = NULL;
  g_autoptr (MqttcRequester) requester = NULL;
  g_autoptr (MqttcMessage) request = mqttc_message_new_text ("words/upper", "rosebud");

  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  client = mqttc_client_new (options);
  mqttc_client_open_async (client, NULL, NULL, NULL);

  responder = mqttc_responder_new (client, "words/upper");
  g_signal_connect (responder, "request", G_CALLBACK (request_cb), NULL);
  mqttc_responder_start_async (responder, NULL, NULL, NULL);

  requester = mqttc_requester_new (client);
  mqttc_requester_request_async (requester, request, 5000, NULL, answered_cb, main_loop);
  g_main_loop_run (main_loop);
  return 0;
}
