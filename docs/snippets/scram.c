/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   the server does not know SCRAM-SHA-256
 */

#include <mqttc-glib.h>

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack
      = mqttc_client_open_finish (MQTTC_CLIENT (source), result, &error);

  if (g_error_matches (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_BAD_AUTHENTICATION_METHOD))
    g_print ("the server does not know SCRAM-SHA-256\n");
  else if (error != NULL)
    g_print ("%s\n", error->message);
  g_main_loop_quit (user_data);
}

int
main (void)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcScramAuthenticator) scram = mqttc_scram_authenticator_new ("ada", "secret");
  g_autoptr (MqttcClient) client = NULL;

  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_authenticator (options, MQTTC_AUTHENTICATOR (scram));
  client = mqttc_client_new (options);
  mqttc_client_open_async (client, NULL, opened_cb, main_loop);
  g_main_loop_run (main_loop);
  return 0;
}
