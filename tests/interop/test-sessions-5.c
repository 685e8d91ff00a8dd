/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How connections of MQTT 5 begin and end, and what outlives them, with the two servers. */

#include <glib/gstdio.h>
#include <string.h>

#include "test-server-5.h"

#define WILL_TOPIC "will"

/* With a session that lasts a minute. */
static void
prepare (ServerFixture *f)
{
  mqttc_options_set_client_id (peer_get_options (f->peer), "keeper");
  mqttc_options_set_clean_session (peer_get_options (f->peer), FALSE);
  mqttc_options_set_session_expiry_interval (peer_get_options (f->peer), 60);
}

static void
set_up_mochi (ServerFixture *f,
              gconstpointer data)
{
  server_fixture_set_up_mochi (f, data);
  prepare (f);
}

static void
set_up_mosquitto (ServerFixture *f,
                  gconstpointer data)
{
  server_fixture_set_up_mosquitto (f, data);
  prepare (f);
}

static void
close_with (Peer *peer,
            guint reason_code,
            MqttcProperties *properties)
{
  g_autoptr (GError) error = NULL;

  peer_close_full (peer, reason_code, properties, &error);
  g_assert_no_error (error);
}

/* Mochi alone: by the server, with this reason. */
static void
ask_for_disconnect (Peer *peer,
                    const char *reason_code)
{
  mqttc_client_publish_text_async (peer->client, "test/disconnect", reason_code,
                                   MQTTC_QOS_AT_MOST_ONCE, FALSE, NULL, NULL, NULL);
}

static const GError *
get_last_error (Peer *peer)
{
  return mqttc_client_get_last_error (peer->client);
}

/* --- Sessions. --- */

static void
test_session_kept (ServerFixture *f,
                   gconstpointer data)
{
  server_fixture_open_both (f);
  g_assert_false (f->peer->session_present);
  peer_subscribe (f->peer, "kept", MQTTC_QOS_AT_LEAST_ONCE);
  peer_close (f->peer);
  peer_publish (f->other, "kept", "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_open_ok (f->peer);
  g_assert_true (f->peer->session_present);
  peer_wait_messages (f->peer, 1);
}

/* Section 3.14.2.2.2. */
static void
test_session_expiry_changed (ServerFixture *f,
                             gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, 0);
  peer_open_ok (f->peer);
  close_with (f->peer, MQTTC_REASON_CODE_SUCCESS, properties);
  peer_open_ok (f->peer);
  g_assert_false (f->peer->session_present);

  /* Without the change there is one. */
  peer_close (f->peer);
  peer_open_ok (f->peer);
  g_assert_true (f->peer->session_present);
}

static void
test_assigned_client_id (ServerFixture *f,
                         gconstpointer data)
{
  g_autofree char *id = NULL;

  mqttc_options_set_client_id (peer_get_options (f->peer), "");
  mqttc_options_set_protocol_fallback (peer_get_options (f->peer), FALSE);
  server_fixture_open_both (f);
  id = g_strdup (mqttc_client_get_assigned_client_id (f->peer->client));
  g_test_message ("assigned: %s", id);
  g_assert_nonnull (id);
  g_assert_cmpstr (id, !=, "");
  peer_subscribe (f->peer, "kept", MQTTC_QOS_AT_LEAST_ONCE);
  if (f->server->mochi != NULL)
    {
      ask_for_disconnect (f->peer, "8b");
    }
  else
    {
      test_server_stop (f->server);
      test_server_start (f->server, "");
    }

  /* It is the same session, hence the same identifier. */
  peer_wait_connected (f->peer, 2);
  g_assert_true (f->peer->session_present);
  g_assert_cmpstr (mqttc_client_get_assigned_client_id (f->peer->client), ==, id);
}

/* --- Wills. --- */

static void
set_will (Peer *peer,
          const char *text,
          guint delay)
{
  g_autoptr (MqttcMessage) will = mqttc_message_new_text (WILL_TOPIC, text);

  mqttc_message_set_qos (will, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_options_set_will (peer_get_options (peer), will);
  mqttc_options_set_will_delay_interval (peer_get_options (peer), delay);
}

/* DISCONNECT 0x04 publishes it with all its properties; the regular one does not. */
static void
test_will_properties (ServerFixture *f,
                      gconstpointer data)
{
  g_autoptr (MqttcMessage) will = mqttc_message_new_text (WILL_TOPIC, "gone");
  g_autoptr (GBytes) correlation = g_bytes_new_static ("\0\1", 2);
  g_autofree char *text = NULL;
  MqttcMessage *received;

  mqttc_message_set_payload_format_indicator (will, 1);
  mqttc_message_set_content_type (will, "text/plain");
  mqttc_message_set_response_topic (will, "answers");
  mqttc_message_set_correlation_data (will, correlation);
  mqttc_message_add_user_property (will, "b", "1");
  mqttc_message_add_user_property (will, "a", "2");
  mqttc_message_add_user_property (will, "b", "3");
  mqttc_options_set_will (peer_get_options (f->peer), will);
  server_fixture_open_both (f);
  peer_subscribe (f->other, WILL_TOPIC, MQTTC_QOS_AT_LEAST_ONCE);
  peer_close (f->peer);
  peer_fence (f->other, NULL);
  g_assert_cmpuint (peer_count (f->other, WILL_TOPIC), ==, 0);

  peer_open_ok (f->peer);
  close_with (f->peer, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, NULL);
  peer_wait_messages (f->other, 2);
  received = f->other->messages->pdata[1];
  g_assert_cmpstr (mqttc_message_get_topic (received), ==, WILL_TOPIC);
  g_assert_cmpuint (mqttc_message_get_payload_format_indicator (received), ==, 1);
  g_assert_cmpstr (mqttc_message_get_content_type (received), ==, "text/plain");
  g_assert_cmpstr (mqttc_message_get_response_topic (received), ==, "answers");
  g_assert_true (g_bytes_equal (mqttc_message_get_correlation_data (received), correlation));
  text = mqttc_properties_to_string (mqttc_message_get_properties (received));
  g_assert_nonnull (strstr (text, "user_property=b:1 user_property=a:2 user_property=b:3"));
}

/* The one who comes back in time has no will published; a later one of another client tells that this is
 * so. The other message was in the server for that long: [MQTT-3.3.2-6]. */
static void
test_will_delay (ServerFixture *f,
                 gconstpointer data)
{
  Peer *late = test_server_add_peer (f->server, "late");
  Peer *sleeper = test_server_add_peer (f->server, "sleeper");
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("expiring", "x");
  g_autoptr (MqttcMessage) expired = mqttc_message_new_text ("expiring", "expired");
  g_autoptr (MqttcPacket) ack = NULL;
  g_autoptr (MqttcPacket) expired_ack = NULL;
  g_autoptr (GError) error = NULL;

  peer_open_ok (sleeper);
  peer_subscribe (sleeper, "expiring", MQTTC_QOS_AT_LEAST_ONCE);
  peer_close (sleeper);
  set_will (f->peer, "early", 1);
  set_will (late, "late", 2);
  mqttc_options_set_session_expiry_interval (peer_get_options (late), 60);
  server_fixture_open_both (f);
  peer_open_ok (late);
  peer_subscribe (f->other, WILL_TOPIC, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_expiry_interval (message, 1000);
  ack = peer_try_publish (f->other, message, &error);
  g_assert_no_error (error);
  mqttc_message_set_qos (expired, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_expiry_interval (expired, 1);
  expired_ack = peer_try_publish (f->other, expired, &error);
  g_assert_no_error (error);

  close_with (f->peer, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, NULL);
  peer_open_ok (f->peer);
  g_assert_true (f->peer->session_present);
  close_with (late, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, NULL);
  peer_wait_messages (f->other, 1);
  g_assert_cmpstr (mqttc_message_get_text (f->other->messages->pdata[0]), ==, "late");

  peer_open_ok (sleeper);
  peer_fence (sleeper, NULL);
  g_assert_cmpuint (peer_count (sleeper, "expiring"), ==, 1);
  g_test_message ("an expiry of 1000 s is %" G_GINT64_FORMAT " s when the message comes",
                  (gint64) mqttc_message_get_expiry_interval (sleeper->messages->pdata[0]));
  g_assert_cmpint (mqttc_message_get_expiry_interval (sleeper->messages->pdata[0]), <, 1000);
  g_assert_cmpint (mqttc_message_get_expiry_interval (sleeper->messages->pdata[0]), >=, 900);
  peer_free (late);
  peer_free (sleeper);
}

/* --- How the server ends a connection, or refuses something. --- */

/* Of two clients with one identifier each would drive the other out, if they came back at once. */
static void
test_takeover (ServerFixture *f,
               gconstpointer data)
{
  Peer *twin = test_server_add_peer (f->server, "keeper");

  mqttc_options_set_reconnect_min_delay (peer_get_options (f->peer), 1);
  mqttc_options_set_reconnect_max_delay (peer_get_options (f->peer), 600 * 1000);
  peer_open_ok (f->peer);
  peer_open_ok (twin);
  peer_wait_disconnected (f->peer, 1);
  g_assert_cmpint (mqttc_client_get_state (f->peer->client), ==,
                   MQTTC_CONNECTION_STATE_BACKING_OFF);
  g_assert_error (get_last_error (f->peer), MQTTC_REASON_ERROR,
                  MQTTC_REASON_CODE_SESSION_TAKEN_OVER);
  g_test_message ("again in %" G_GINT64_FORMAT " s", f->peer->retry / G_USEC_PER_SEC);
  g_assert_cmpint (f->peer->retry, >=, 300 * G_USEC_PER_SEC);
  peer_fence (twin, NULL);
  g_assert_cmpuint (twin->n_disconnected, ==, 0);
  peer_free (twin);
}

static void
test_shutting_down (ServerFixture *f,
                    gconstpointer data)
{
  peer_open_ok (f->peer);
  test_server_stop (f->server);
  peer_wait_disconnected (f->peer, 1);
  g_assert_error (get_last_error (f->peer), MQTTC_REASON_ERROR,
                  MQTTC_REASON_CODE_SERVER_SHUTTING_DOWN);
  test_server_start (f->server, "");
  peer_wait_connected (f->peer, 2);
}

/* [MQTT-3.14.0-1]: the words of the server can be read in the error. */
static void
test_reason_from_error (ServerFixture *f,
                        gconstpointer data)
{
  MqttcPacket *packet;
  g_autofree char *text = NULL;

  peer_open_ok (f->peer);
  ask_for_disconnect (f->peer, "97");
  peer_wait_disconnected (f->peer, 1);
  g_assert_error (get_last_error (f->peer), MQTTC_REASON_ERROR, MQTTC_REASON_CODE_QUOTA_EXCEEDED);
  g_assert_nonnull (strstr (get_last_error (f->peer)->message, "asked for"));
  packet = mqttc_reason_error_get_packet (get_last_error (f->peer));
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_DISCONNECT);
  g_assert_cmpstr (mqttc_packet_get_reason_string (packet), ==, "asked for");
  text = mqttc_properties_to_string (mqttc_packet_get_properties (packet));
  g_assert_nonnull (strstr (text, "user_property=by:one user_property=by:two"));
}

static void
test_no_subscribers (ServerFixture *f,
                     gconstpointer data)
{
  server_fixture_open_both (f);
  for (guint i = 1; i <= 2; i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("nobody", "x");
      g_autoptr (GError) error = NULL;
      g_autoptr (MqttcPacket) packet = NULL;

      mqttc_message_set_qos (message, (MqttcQos) i);
      packet = peer_try_publish (f->other, message, &error);
      g_assert_no_error (error);
      /* Section 3.4.2.1; of QoS 2 it is PUBREC that says so, and PUBCOMP ends it. */
      if (i == 1)
        g_assert_cmpuint (mqttc_packet_get_reason_code (packet), ==,
                          MQTTC_REASON_CODE_NO_MATCHING_SUBSCRIBERS);
    }
}

static void
assert_publish_denied (Peer *peer,
                       MqttcQos qos)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("secret", "x");
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, qos);
  packet = peer_try_publish (peer, message, &error);
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_CODE_NOT_AUTHORIZED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "secret"));
  g_assert_cmpint (mqttc_packet_get_packet_type (mqttc_reason_error_get_packet (error)), ==,
                   qos == MQTTC_QOS_AT_LEAST_ONCE ? MQTTC_PACKET_TYPE_PUBACK
                                                  : MQTTC_PACKET_TYPE_PUBREC);
}

/* Of what its list of rights does not allow; it lets everybody subscribe. */
static void
test_publish_denied (ServerFixture *f,
                     gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *settings = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("mqttc-rights-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, "topic readwrite fence\n", -1, &error);
  g_assert_no_error (error);
  settings = g_strdup_printf ("acl_file %s\n", path);
  test_server_stop (f->server);
  test_server_start (f->server, settings);
  g_unlink (path);

  peer_open_ok (f->peer);
  assert_publish_denied (f->peer, MQTTC_QOS_AT_LEAST_ONCE);
  assert_publish_denied (f->peer, MQTTC_QOS_EXACTLY_ONCE);
  peer_fence (f->peer, NULL);
}

/* A refused filter is an error that names it; the others are in force. */
static void
test_subscribe_denied (ServerFixture *f,
                       gconstpointer data)
{
  g_autoptr (MqttcSubscription) refused
      = mqttc_subscription_new ("secret", MQTTC_QOS_AT_LEAST_ONCE);
  g_autoptr (MqttcSubscription) granted = mqttc_subscription_new ("open", MQTTC_QOS_AT_LEAST_ONCE);
  MqttcSubscription *both[] = { refused, granted };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  server_fixture_open_both (f);
  mqttc_client_subscribe_many_async (f->peer->client, both, 2, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  g_assert_false (mqttc_client_subscribe_many_finish (f->peer->client, result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_CODE_NOT_AUTHORIZED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "secret"));
  g_assert_cmpuint (mqttc_subscription_get_reason_code (refused), ==,
                    MQTTC_REASON_CODE_NOT_AUTHORIZED);
  peer_publish (f->other, "open", "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_wait_messages (f->peer, 1);
}

static void
set_password (Peer *peer,
              const char *password)
{
  g_autoptr (GBytes) bytes = g_bytes_new (password, strlen (password));

  mqttc_options_set_password (peer_get_options (peer), bytes);
}

/* A client without the password is refused, and does not come back by itself. */
static void
test_wrong_password (ServerFixture *f,
                     gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_user_name (peer_get_options (f->peer), "somebody");
  set_password (f->peer, "wrong");
  g_assert_false (peer_open (f->peer, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD);
  g_assert_cmpint (mqttc_client_get_state (f->peer->client), ==, MQTTC_CONNECTION_STATE_CLOSED);

  set_password (f->peer, "something");
  peer_open_ok (f->peer);
}

/* --- A server of MQTT 3.1.1. --- */

static void
test_fall_back (ServerFixture *f,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mqttc_options_set_protocol_fallback (peer_get_options (f->other), FALSE);
  g_assert_false (peer_open (f->other, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION);

  peer_open_ok (f->peer);
  g_assert_cmpint (mqttc_client_get_protocol (f->peer->client), ==, MQTTC_PROTOCOL_V3_1_1);
  peer_fence (f->peer, NULL);

  /* MQTT 5 would be taken now, if it were tried. */
  test_server_stop (f->server);
  test_server_start (f->server, "");
  peer_wait_connected (f->peer, 2);
  g_assert_cmpint (mqttc_client_get_protocol (f->peer->client), ==, MQTTC_PROTOCOL_V3_1_1);
  peer_fence (f->peer, NULL);
}

static const ServerCase cases[] = {
  { "session-kept", test_session_kept, "", "" },
  { "session-expiry-changed", test_session_expiry_changed, NULL, "" },
  { "assigned-client-id", test_assigned_client_id, "", "" },
  { "will-properties", test_will_properties, NULL, "" },
  { "will-delay", test_will_delay, NULL, "" },
  { "takeover", test_takeover, "", NULL },
  { "shutting-down", test_shutting_down, "", NULL },
  { "reason-from-error", test_reason_from_error, "", NULL },
  { "no-subscribers", test_no_subscribers, NULL, "" },
  { "publish-denied", test_publish_denied, NULL, "" },
  { "subscribe-denied", test_subscribe_denied, "-deny=secret", NULL },
  { "wrong-password", test_wrong_password, "-user-name=somebody -password=something", NULL },
  { "fall-back", test_fall_back, "-old", NULL },
};

int
main (int argc,
      char *argv[])
{
  peer_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *mochi = g_strconcat ("/sessions-5/mochi/", cases[i].name, NULL);
      g_autofree char *mosquitto = g_strconcat ("/sessions-5/mosquitto/", cases[i].name, NULL);

      if (cases[i].mochi != NULL)
        g_test_add (mochi, ServerFixture, &cases[i], set_up_mochi, cases[i].func,
                    server_fixture_tear_down);
      if (cases[i].mosquitto != NULL)
        g_test_add (mosquitto, ServerFixture, &cases[i], set_up_mosquitto, cases[i].func,
                    server_fixture_tear_down);
    }

  return peer_run ();
}
