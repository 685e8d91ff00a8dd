/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0 */
/* As short as the README wants it: */
/* clang-format off */

#include <mqttc-glib.h>
static void print_message (MqttcClient *client, MqttcMessage *message)
{
  g_print ("%s %s\n", mqttc_message_get_topic (message), mqttc_message_get_text (message));
}

int main (void)
{
  g_autoptr (MqttcClient) client = mqttc_client_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcSubscription) home = mqttc_subscription_new ("home/#", MQTTC_QOS_AT_LEAST_ONCE);
  g_signal_connect (client, "message", G_CALLBACK (print_message), NULL);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  mqttc_client_subscribe_async (client, home, NULL, NULL, NULL);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
}
