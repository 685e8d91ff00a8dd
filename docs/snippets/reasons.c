/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   not authorized: ask for it
 *   refused in a PUBACK
 */

#include <mqttc-glib.h>

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  MqttcClient *client = MQTTC_CLIENT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) puback = mqttc_client_publish_text_finish (client, result, &error);

  if (g_error_matches (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED))
    g_print ("not authorized: ask for it\n");
  else if (g_error_matches (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_QUOTA_EXCEEDED))
    g_print ("enough for today\n");

  if (error != NULL && mqttc_reason_error_get_packet (error) != NULL)
    {
      MqttcPacket *packet = mqttc_reason_error_get_packet (error);
      MqttcProperties *properties = mqttc_packet_get_properties (packet);

      if (mqttc_packet_get_packet_type (packet) == MQTTC_PACKET_TYPE_PUBACK)
        g_print ("refused in a PUBACK\n");
      /* Some servers say more. */
      if (properties != NULL && mqttc_properties_get_user_property (properties, "help") != NULL)
        g_print ("see %s\n", mqttc_properties_get_user_property (properties, "help"));
    }

  g_main_loop_quit (user_data);
}

int
main (void)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcClient) client = NULL;

  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  client = mqttc_client_new (options);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  /* That is for the server alone. */
  mqttc_client_publish_text_async (client, "$SYS/uptime", "0", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   published_cb, main_loop);
  g_main_loop_run (main_loop);
  return 0;
}
