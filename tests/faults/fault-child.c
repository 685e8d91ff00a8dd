/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-child.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mqttc-glib.h"

#define OPTION "--as-client"

typedef struct
{
  GMainLoop *loop;
  MqttcClient *client;
  char *topic;
  guint n_connected;
  guint8 *completed; /* of each message, how often */
  guint n_messages;
  guint n_completed;
  guint n_twice;
  guint n_failed;
} Child;

typedef struct
{
  Child *child;
  guint number;
} Publish;

static void G_GNUC_PRINTF (1, 2) say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  printf ("\n");
  fflush (stdout);
}

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  Child *self = user_data;

  say ("connected %u", ++self->n_connected);
}

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  say ("got %s", mqttc_message_get_text (message));
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autofree Publish *publish = user_data;
  Child *self = publish->child;
  g_autoptr (MqttcPacket) packet = mqttc_client_publish_finish (self->client, result, NULL);

  self->n_failed += packet == NULL;
  self->n_twice += self->completed[publish->number]++ > 0;
  self->n_completed++;
  if (self->n_completed == self->n_messages / 2)
    say ("half");
  if (self->n_completed == self->n_messages)
    say ("completed %u twice %u failed %u", self->n_completed, self->n_twice, self->n_failed);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  Child *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_subscribe_finish (self->client, result, &error))
    g_error ("%s", error->message);

  say ("subscribed");
  for (guint i = 0; i < self->n_messages; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      Publish *publish = g_new (Publish, 1);

      *publish = (Publish){ self, i };
      mqttc_client_publish_text_async (self->client, self->topic, text, 1 + i % 2, FALSE, NULL,
                                       published_cb, publish);
    }
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  Child *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (self->client, result, &error);

  if (connack == NULL)
    g_error ("%s", error->message);
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  Child *self = user_data;

  mqttc_client_close_finish (self->client, result, NULL);
  say ("closed");
  g_main_loop_quit (self->loop);
}

static gboolean
terminate_cb (gpointer user_data)
{
  Child *self = user_data;

  mqttc_client_close_async (self->client, NULL, closed_cb, self);

  return G_SOURCE_REMOVE;
}

static MqttcOptions *
make_options (const char *uri,
              const char *client_id)
{
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("will", client_id);
  g_autoptr (GError) error = NULL;
  MqttcOptions *options = mqttc_options_new_for_uri (uri, &error);

  g_assert_no_error (error);
  mqttc_options_set_client_id (options, client_id);
  mqttc_options_set_clean_session (options, FALSE);
  mqttc_options_set_keep_alive (options, 1);
  mqttc_options_set_ping_timeout (options, 2000);
  mqttc_options_set_connect_timeout (options, 2000);
  mqttc_options_set_reconnect_min_delay (options, 20);
  mqttc_options_set_reconnect_max_delay (options, 200);
  mqttc_message_set_qos (will, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_options_set_will (options, will);

  return options;
}

static void
run (const char *uri,
     const char *client_id,
     guint n_messages)
{
  g_autoptr (MqttcOptions) options = make_options (uri, client_id);
  g_autofree char *filter = g_strdup_printf ("to/%s", client_id);
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new (filter, MQTTC_QOS_EXACTLY_ONCE);
  Child self = { 0 };

  self.loop = g_main_loop_new (NULL, FALSE);
  self.client = mqttc_client_new (options);
  self.topic = g_strdup_printf ("from/%s", client_id);
  self.n_messages = n_messages;
  self.completed = g_malloc0 (n_messages + 1);
  g_signal_connect (self.client, "connected", G_CALLBACK (connected_cb), &self);
  g_signal_connect (self.client, "message", G_CALLBACK (message_cb), &self);
  g_unix_signal_add (SIGTERM, terminate_cb, &self);

  mqttc_client_open_async (self.client, NULL, opened_cb, &self);
  mqttc_client_subscribe_async (self.client, subscription, NULL, subscribed_cb, &self);
  g_main_loop_run (self.loop);

  g_clear_object (&self.client);
  g_main_loop_unref (self.loop);
  g_free (self.topic);
  g_free (self.completed);
}

void
fault_child_take_over (int argc,
                       char **argv)
{
  if (argc != 5 || strcmp (argv[1], OPTION) != 0)
    return;

  run (argv[2], argv[3], (guint) atoi (argv[4]));
  exit (EXIT_SUCCESS);
}

TestProcess *
fault_child_new (const char *uri,
                 const char *client_id,
                 guint n_messages)
{
  g_autofree char *number = g_strdup_printf ("%u", n_messages);
  const char *argv[] = { "/proc/self/exe", OPTION, uri, client_id, number, NULL };

  return test_process_new (argv);
}
