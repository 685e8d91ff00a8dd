/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: CC0-1.0
 *
 * Prints:
 *   connected
 *   desk/lamp: on
 */

#include <mqttc-glib.h>

int
main (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri ("mqtt://localhost", NULL);
  g_autoptr (MqttcSubscription) desk = mqttc_subscription_new ("desk/#", MQTTC_QOS_AT_LEAST_ONCE);
  g_autoptr (MqttcMessage) lamp = mqttc_message_new_text ("desk/lamp", "on");
  g_autoptr (MqttcEventLoop) loop = NULL;
  g_autoptr (MqttcClient) client = NULL;
  gboolean done = FALSE;

  /* A context of its own: blocking in poll() holds up nothing else. */
  g_main_context_push_thread_default (context);
  loop = mqttc_event_loop_new (options);
  client = mqttc_event_loop_get_client (loop);

  while (!done)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MqttcEvent) event = mqttc_event_loop_poll (loop, NULL, &error);

      if (event == NULL)
        {
          g_printerr ("%s\n", error->message);
          break;
        }

      if (mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_CONNECTED)
        {
          g_print ("connected\n");
          mqttc_client_subscribe_async (client, desk, NULL, NULL, NULL);
          mqttc_client_publish_async (client, lamp, NULL, NULL, NULL);
        }
      else if (mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_MESSAGE)
        {
          MqttcMessage *message = mqttc_event_get_message (event);

          g_print ("%s: %s\n", mqttc_message_get_topic (message), mqttc_message_get_text (message));
          done = TRUE;
        }
    }

  mqttc_event_loop_stop (loop);
  g_main_context_pop_thread_default (context);

  return 0;
}
