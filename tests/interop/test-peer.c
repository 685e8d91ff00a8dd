/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include "../client/test-init.h"
#include "test-peer.h"

/* No test takes nearly as long. */
#define GUARD_SECONDS 170

static GMainContext *context;

void
peer_init (int *argc,
           char ***argv)
{
  test_init (argc, argv);
  alarm (GUARD_SECONDS);

  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
}

int
peer_run (void)
{
  int status = g_test_run ();

  g_main_context_pop_thread_default (context);
  g_clear_pointer (&context, g_main_context_unref);

  return status;
}

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  Peer *self = user_data;

  g_ptr_array_add (self->messages, mqttc_message_ref (message));
}

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  Peer *self = user_data;

  self->n_connected++;
  self->session_present = mqttc_packet_get_session_present (connack);
}

static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry,
                 gpointer user_data)
{
  Peer *self = user_data;

  self->n_disconnected++;
  self->retry = retry;
  if (error != NULL)
    g_test_message ("%s", error->message);
}

static Peer *
make (const char *uri,
      const char *client_id,
      gboolean io_thread)
{
  Peer *self = g_new0 (Peer, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (uri, &error);
  g_autoptr (MqttcEventLoop) loop = NULL;

  g_assert_no_error (error);
  mqttc_options_set_reconnect_min_delay (options, 20);
  mqttc_options_set_reconnect_max_delay (options, 200);
  mqttc_options_set_client_id (options, client_id);
  mqttc_options_set_clean_session (options, client_id == NULL);

  self->context = g_main_context_get_thread_default ();
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  loop = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", options, "io-thread", io_thread, NULL);
  self->client = mqttc_event_loop_get_client (loop);
  g_signal_connect (self->client, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->client, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect (self->client, "disconnected", G_CALLBACK (disconnected_cb), self);

  return self;
}

Peer *
peer_new (const char *uri,
          const char *client_id)
{
  return make (uri, client_id, FALSE);
}

Peer *
peer_new_with_thread (const char *uri,
                      const char *client_id)
{
  return make (uri, client_id, TRUE);
}

void
peer_free (Peer *self)
{
  peer_close (self);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_assert_finalize_object (self->client);
  g_ptr_array_unref (self->messages);
  g_free (self);
}

void
peer_wait (void)
{
  g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

void
peer_keep_result (GObject *source,
                  GAsyncResult *result,
                  gpointer user_data)
{
  GAsyncResult **out = user_data;

  g_assert_null (*out);
  *out = g_object_ref (result);
}

void
peer_wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    peer_wait ();
}

gboolean
peer_open (Peer *self,
           GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) connack = NULL;

  mqttc_client_open_async (self->client, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  connack = mqttc_client_open_finish (self->client, result, error);

  return connack != NULL;
}

void
peer_open_ok (Peer *self)
{
  g_autoptr (GError) error = NULL;

  peer_open (self, &error);
  g_assert_no_error (error);
}

void
peer_close (Peer *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_close_async (self->client, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_close_finish (self->client, result, &error);
  g_assert_no_error (error);
}

void
peer_subscribe (Peer *self,
                const char *filter,
                MqttcQos qos)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new (filter, qos);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_subscribe_async (self->client, subscription, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_subscribe_finish (self->client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_subscription_get_granted_qos (subscription), ==, qos);
}

void
peer_publish (Peer *self,
              const char *topic,
              const char *text,
              MqttcQos qos,
              gboolean retain)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_publish_text_async (self->client, topic, text, qos, retain, NULL, peer_keep_result,
                                   &result);
  peer_wait_result (&result);
  packet = mqttc_client_publish_finish (self->client, result, &error);
  g_assert_no_error (error);
}

void
peer_wait_messages (Peer *self,
                    guint n)
{
  while (self->messages->len < n)
    peer_wait ();
}

char *
peer_describe_message (Peer *self,
                       guint n)
{
  MqttcMessage *message = g_ptr_array_index (self->messages, n);

  return g_strdup_printf ("%s=%s", mqttc_message_get_topic (message),
                          mqttc_message_get_text (message));
}
