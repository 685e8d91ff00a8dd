/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   desk/lamp: on, in the main thread
 */

#include <mqttc-glib.h>

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            GMainLoop *main_loop)
{
  if (g_main_context_is_owner (g_main_context_default ()))
    g_print ("%s: %s, in the main thread\n", mqttc_message_get_topic (message),
             mqttc_message_get_text (message));
  g_main_loop_quit (main_loop);
}

int
main (void)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcEventLoop) loop
      = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", options, "io-thread", TRUE, NULL);
  g_autoptr (MqttcClient) client = mqttc_event_loop_get_client (loop);
  g_autoptr (MqttcSubscription) desk = mqttc_subscription_new ("desk/#", MQTTC_QOS_AT_LEAST_ONCE);

  g_signal_connect (desk, "message", G_CALLBACK (message_cb), main_loop);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  mqttc_client_subscribe_async (client, desk, NULL, NULL, NULL);
  mqttc_client_publish_text_async (client, "desk/lamp", "on", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   NULL, NULL);
  g_main_loop_run (main_loop);

  return 0;
}
