/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "test-server-5.h"

#define SETTINGS "persistence true\nmax_queued_messages 100000\nlog_type all\n"

static char *
make_settings (const char *settings)
{
  return g_strconcat (SETTINGS, settings, NULL);
}

TestServer *
test_server_new_mochi (const char *options)
{
  TestServer *self = g_new0 (TestServer, 1);
  g_auto (GStrv) all = g_strsplit (options != NULL ? options : "", " ", -1);

  self->mochi = test_mochi_new ((const char *const *) all);
  self->uri = test_mochi_get_uri (self->mochi);
  return self;
}

TestServer *
test_server_new_mosquitto (const char *settings)
{
  TestServer *self = g_new0 (TestServer, 1);
  g_autofree char *all = make_settings (settings);

  self->mosquitto = test_mosquitto_new_with (all);
  self->uri = test_mosquitto_get_uri (self->mosquitto);
  return self;
}

void
test_server_free (TestServer *self)
{
  g_clear_pointer (&self->mochi, test_mochi_free);
  g_clear_pointer (&self->mosquitto, test_mosquitto_free);
  g_free (self->uri);
  g_free (self);
}

Peer *
test_server_add_peer (TestServer *self,
                      const char *client_id)
{
  Peer *peer = peer_new (self->uri, client_id);

  mqttc_options_set_protocol (mqttc_client_get_options (peer->client), MQTTC_PROTOCOL_V5);
  return peer;
}

static void
set_up (ServerFixture *f,
        TestServer *server)
{
  f->server = server;
  f->peer = test_server_add_peer (server, NULL);
  f->other = test_server_add_peer (server, NULL);
}

void
server_fixture_set_up_mochi (ServerFixture *f,
                             gconstpointer data)
{
  const ServerCase *self = data;

  set_up (f, test_server_new_mochi (self->mochi[0] != '\0' ? self->mochi : NULL));
}

void
server_fixture_set_up_mosquitto (ServerFixture *f,
                                 gconstpointer data)
{
  const ServerCase *self = data;

  set_up (f, test_server_new_mosquitto (self->mosquitto));
}

void
server_fixture_tear_down (ServerFixture *f,
                          gconstpointer data)
{
  peer_free (f->peer);
  peer_free (f->other);
  test_server_free (f->server);
}

void
server_fixture_open_both (ServerFixture *f)
{
  peer_open_ok (f->peer);
  peer_open_ok (f->other);
}

MqttcOptions *
peer_get_options (Peer *self)
{
  return mqttc_client_get_options (self->client);
}

void
test_server_stop (TestServer *self)
{
  if (self->mochi != NULL)
    test_mochi_stop (self->mochi);
  else
    test_mosquitto_stop (self->mosquitto);
}

void
test_server_kill (TestServer *self)
{
  if (self->mochi != NULL)
    test_mochi_kill (self->mochi);
  else
    test_mosquitto_kill (self->mosquitto);
}

void
test_server_start (TestServer *self,
                   const char *options)
{
  if (self->mochi != NULL)
    {
      g_auto (GStrv) all = g_strsplit (options != NULL ? options : "", " ", -1);

      test_mochi_start (self->mochi, (const char *const *) all);
    }
  else
    {
      g_autofree char *all = make_settings (options);

      test_mosquitto_configure (self->mosquitto, all);
      test_mosquitto_start (self->mosquitto);
    }
}

void
test_server_pause (TestServer *self)
{
  if (self->mochi != NULL)
    test_mochi_pause (self->mochi);
  else
    test_mosquitto_pause (self->mosquitto);
}

void
test_server_resume (TestServer *self)
{
  if (self->mochi != NULL)
    test_mochi_resume (self->mochi);
  else
    test_mosquitto_resume (self->mosquitto);
}

/* --- Clients of it. --- */

void
peer_fence (Peer *self,
            Peer *sender)
{
  guint n = peer_count (self, "fence") + (sender != NULL ? 2 : 1);

  peer_subscribe (self, "fence", MQTTC_QOS_AT_LEAST_ONCE);
  peer_publish (self, "fence", "fence", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  if (sender != NULL)
    peer_publish (sender, "fence", "fence", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  while (peer_count (self, "fence") < n)
    peer_wait ();
}

MqttcPacket *
peer_try_publish (Peer *self,
                  MqttcMessage *message,
                  GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_publish_async (self->client, message, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  return mqttc_client_publish_finish (self->client, result, error);
}

gboolean
peer_try_subscribe (Peer *self,
                    MqttcSubscription *subscription,
                    GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_subscribe_async (self->client, subscription, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  return mqttc_client_subscribe_finish (self->client, result, error);
}

gboolean
peer_close_full (Peer *self,
                 guint reason_code,
                 MqttcProperties *properties,
                 GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_close_full_async (self->client, reason_code, properties, -1, NULL, peer_keep_result,
                                 &result);
  peer_wait_result (&result);
  return mqttc_client_close_full_finish (self->client, result, error);
}

guint
peer_count (Peer *self,
            const char *topic)
{
  guint n = 0;

  for (guint i = 0; i < self->messages->len; i++)
    n += strcmp (mqttc_message_get_topic (self->messages->pdata[i]), topic) == 0;

  return n;
}

void
peer_wait_disconnected (Peer *self,
                        guint n)
{
  while (self->n_disconnected < n)
    peer_wait ();
}

void
peer_wait_connected (Peer *self,
                     guint n)
{
  while (self->n_connected < n)
    peer_wait ();
}
