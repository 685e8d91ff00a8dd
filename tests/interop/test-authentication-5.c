/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* SCRAM-SHA-256 with a broker that speaks it, and brokers that send clients to another one: Mosquitto has
 * neither. */

#include <string.h>

#include "test-server-5.h"

#define SCRAM "-scram -user-name=somebody -password=something"

static Peer *
add_peer (TestServer *server,
          const char *password)
{
  g_autoptr (MqttcScramAuthenticator) scram = mqttc_scram_authenticator_new ("somebody", password);
  Peer *peer = test_server_add_peer (server, NULL);

  mqttc_options_set_authenticator (mqttc_client_get_options (peer->client),
                                   MQTTC_AUTHENTICATOR (scram));
  return peer;
}

/* Sections 4.12 and 4.12.1. */
static void
test_scram (void)
{
  TestServer *server = test_server_new_mochi (SCRAM);
  Peer *peer = add_peer (server, "something");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  peer_open_ok (peer);
  peer_subscribe (peer, "a", MQTTC_QOS_EXACTLY_ONCE);
  mqttc_client_reauthenticate_async (peer->client, NULL, peer_keep_result, &result);
  peer_publish (peer, "a", "meanwhile", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  peer_wait_result (&result);
  g_assert_true (mqttc_client_reauthenticate_finish (peer->client, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  peer_publish (peer, "a", "after", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  peer_wait_messages (peer, 2);
  g_assert_cmpuint (peer->n_connected, ==, 1);
  peer_close (peer);
  peer_free (peer);
  test_server_free (server);
}

static void
test_wrong_password (void)
{
  TestServer *server = test_server_new_mochi (SCRAM);
  Peer *peer = add_peer (server, "anything");
  g_autoptr (GError) error = NULL;

  g_assert_false (peer_open (peer, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
  peer_free (peer);
  test_server_free (server);
}

/* Section 4.11. */
static void
test_moved (void)
{
  TestServer *there = test_server_new_mosquitto (NULL);
  const char *reference = there->uri + strlen ("mqtt://");
  g_autofree char *options = g_strdup_printf ("-moved -redirect=%s", reference);
  TestServer *here = test_server_new_mochi (options);
  Peer *peer = test_server_add_peer (here, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (peer_open (peer, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_SERVER_MOVED);
  g_assert_nonnull (strstr (error->message, reference));

  mqttc_options_set_follow_redirects (mqttc_client_get_options (peer->client), TRUE);
  peer_open_ok (peer);
  peer_subscribe (peer, "a", MQTTC_QOS_AT_LEAST_ONCE);
  peer_publish (peer, "a", "there", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_wait_messages (peer, 1);
  peer_close (peer);
  peer_free (peer);
  test_server_free (here);
  test_server_free (there);
}

int
main (int argc,
      char *argv[])
{
  peer_init (&argc, &argv);
  g_test_add_func ("/authentication-5/scram", test_scram);
  g_test_add_func ("/authentication-5/wrong-password", test_wrong_password);
  g_test_add_func ("/authentication-5/moved", test_moved);

  return peer_run ();
}
