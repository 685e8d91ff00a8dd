/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What servers of MQTT 5 say that they take, and what the client makes of it; each with those servers that
 * can say so (test-mochi.h has a table). */

#include <string.h>

#include "test-server-5.h"

static void
assert_refused (Peer *peer,
                MqttcMessage *message,
                int code,
                const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = peer_try_publish (peer, message, &error);

  g_assert_error (error, MQTTC_CLIENT_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, why));
  g_assert_nonnull (strstr (error->message, mqttc_message_get_topic (message)));
  g_assert_null (packet);
}

static void
assert_filter_refused (Peer *peer,
                       const char *filter,
                       const char *why)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new (filter, MQTTC_QOS_AT_LEAST_ONCE);
  g_autoptr (GError) error = NULL;

  g_assert_false (peer_try_subscribe (peer, subscription, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, why));
  g_assert_nonnull (strstr (error->message, filter));
}

/* --- Topic aliases. --- */

#define LONG_TOPIC "a/topic/of/sixty/characters/that/is/worth/an/alias/number/%02u"
#define N_TOPICS 4
#define N_ROUNDS 10

static guint64
get_bytes (Peer *peer,
           gboolean sent)
{
  g_autoptr (MqttcStatistics) statistics
      = mqttc_event_loop_get_statistics (mqttc_client_get_event_loop (peer->client));

  return sent ? mqttc_statistics_get_bytes_sent (statistics)
              : mqttc_statistics_get_bytes_received (statistics);
}

/* The other client sends each topic in turn, and @receiver gets them all. */
static void
send_topics (ServerFixture *f,
             Peer *receiver)
{
  guint first = receiver->messages->len;

  for (guint i = 0; i < N_TOPICS * N_ROUNDS; i++)
    {
      g_autofree char *topic = g_strdup_printf (LONG_TOPIC, i % N_TOPICS);

      peer_publish (f->other, topic, "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
    }

  peer_wait_messages (receiver, first + N_TOPICS * N_ROUNDS);
  for (guint i = 0; i < N_TOPICS * N_ROUNDS; i++)
    {
      g_autofree char *topic = g_strdup_printf (LONG_TOPIC, i % N_TOPICS);

      g_assert_cmpstr (mqttc_message_get_topic (receiver->messages->pdata[first + i]), ==, topic);
    }
}

/* Not more than three bytes of each aliased message are left of its topic. */
static void
assert_saved (guint64 bytes,
              guint64 bytes_without)
{
  const guint n_aliased = N_TOPICS * (N_ROUNDS - 2);

  g_test_message ("%" G_GUINT64_FORMAT " bytes with aliases, %" G_GUINT64_FORMAT " without", bytes,
                  bytes_without);
  g_assert_cmpuint (bytes + n_aliased * (strlen (LONG_TOPIC) - 5), <=, bytes_without);
}

/* [MQTT-3.3.2-7], [MQTT-3.2.2-18] */
static void
test_aliases_out (ServerFixture *f,
                  gconstpointer data)
{
  guint64 bytes[3];

  peer_open_ok (f->peer);
  peer_subscribe (f->peer, "#", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 0; i < 3; i++)
    {
      mqttc_options_set_max_topic_aliases (peer_get_options (f->other), i == 0 ? 0 : 16);
      peer_open_ok (f->other);
      g_assert_cmpuint (mqttc_client_get_topic_alias_maximum (f->other->client), ==, 3);
      bytes[i] = get_bytes (f->other, TRUE);
      send_topics (f, f->peer);
      bytes[i] = get_bytes (f->other, TRUE) - bytes[i];
      peer_close (f->other);
    }

  /* Three of the four topics have one at a time; the aliases of one connection do not hold on the next. */
  g_assert_cmpuint (bytes[1], <, bytes[0]);
  g_assert_cmpuint (bytes[2], ==, bytes[1]);
}

static void
test_aliases_out_all (ServerFixture *f,
                      gconstpointer data)
{
  guint64 bytes[2];

  peer_open_ok (f->peer);
  peer_subscribe (f->peer, "#", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 0; i < 2; i++)
    {
      mqttc_options_set_max_topic_aliases (peer_get_options (f->other), i == 0 ? 0 : 16);
      peer_open_ok (f->other);
      bytes[i] = get_bytes (f->other, TRUE);
      send_topics (f, f->peer);
      bytes[i] = get_bytes (f->other, TRUE) - bytes[i];
      peer_close (f->other);
    }
  assert_saved (bytes[1], bytes[0]);
}

/* [MQTT-3.3.2-10] */
static void
test_aliases_in (ServerFixture *f,
                 gconstpointer data)
{
  guint64 bytes[2];

  peer_open_ok (f->other);
  for (guint i = 0; i < 2; i++)
    {
      mqttc_options_set_topic_alias_maximum (peer_get_options (f->peer), i == 0 ? 0 : 10);
      peer_open_ok (f->peer);
      peer_subscribe (f->peer, "#", MQTTC_QOS_AT_LEAST_ONCE);
      bytes[i] = get_bytes (f->peer, FALSE);
      send_topics (f, f->peer);
      bytes[i] = get_bytes (f->peer, FALSE) - bytes[i];
      peer_close (f->peer);
    }
  assert_saved (bytes[1], bytes[0]);
}

/* --- Receive maximum. --- */

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  guint *n_published = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, &error);

  g_assert_no_error (error);
  (*n_published)++;
}

static void
publish_numbers (Peer *peer,
                 MqttcQos qos,
                 guint from,
                 guint n,
                 guint *n_published)
{
  for (guint i = from; i < from + n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      mqttc_client_publish_text_async (peer->client, "number", text, qos, FALSE, NULL, published_cb,
                                       n_published);
    }
}

static void
assert_numbers (Peer *peer,
                guint n)
{
  peer_wait_messages (peer, n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *expected = g_strdup_printf ("number=%u", i);
      g_autofree char *received = peer_describe_message (peer, i);

      g_assert_cmpstr (received, ==, expected);
    }
}

/* [MQTT-3.3.4-7]: Mochi would answer the third one with 0x93. */
static void
test_receive_maximum_out (ServerFixture *f,
                          gconstpointer data)
{
  guint n_published = 0;

  server_fixture_open_both (f);
  g_assert_cmpuint (mqttc_client_get_receive_maximum (f->other->client), ==, 2);
  peer_subscribe (f->peer, "number", MQTTC_QOS_EXACTLY_ONCE);
  publish_numbers (f->other, MQTTC_QOS_EXACTLY_ONCE, 0, 20, &n_published);
  g_assert_cmpuint (mqttc_client_get_inflight (f->other->client), <=, 2);
  while (n_published < 20)
    {
      peer_wait ();
      g_assert_cmpuint (mqttc_client_get_inflight (f->other->client), <=, 2);
    }
  assert_numbers (f->peer, 20);
  g_assert_cmpuint (f->other->n_disconnected, ==, 0);
}

/* What it had in flight with room for 100 it sends one after the other to a server that takes 1: Mochi would
 * end the connection with 0x93. */
static void
test_receive_maximum_shrinks (ServerFixture *f,
                              gconstpointer data)
{
  guint n_published = 0;

  mqttc_options_set_client_id (peer_get_options (f->other), "sender");
  mqttc_options_set_clean_session (peer_get_options (f->other), FALSE);
  mqttc_options_set_client_id (peer_get_options (f->peer), "receiver");
  mqttc_options_set_clean_session (peer_get_options (f->peer), FALSE);
  mqttc_options_set_session_lost_policy (peer_get_options (f->other),
                                         MQTTC_SESSION_LOST_POLICY_REPUBLISH);
  server_fixture_open_both (f);
  g_assert_cmpuint (mqttc_client_get_receive_maximum (f->other->client), ==, 100);
  peer_subscribe (f->peer, "number", MQTTC_QOS_EXACTLY_ONCE);

  /* Mochi keeps no sessions beyond its end. */
  if (f->server->mosquitto != NULL)
    {
      test_mosquitto_save (f->server->mosquitto);
      test_mosquitto_wait_log (f->server->mosquitto, "Saving in-memory database");
      peer_publish (f->peer, "saved", "", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
    }

  /* A server that stands still leaves them all in flight. */
  test_server_pause (f->server);
  publish_numbers (f->other, MQTTC_QOS_EXACTLY_ONCE, 0, 50, &n_published);
  while (mqttc_client_get_inflight (f->other->client) < 50)
    peer_wait ();
  test_server_kill (f->server);
  peer_wait_disconnected (f->other, 1);
  peer_wait_disconnected (f->peer, 1);
  publish_numbers (f->other, MQTTC_QOS_EXACTLY_ONCE, 50, 10, &n_published);
  test_server_start (f->server,
                     f->server->mochi != NULL ? "-receive-maximum=1" : "max_inflight_messages 1\n");
  peer_wait_connected (f->peer, 2);
  peer_wait_connected (f->other, 2);
  g_assert_cmpuint (mqttc_client_get_receive_maximum (f->other->client), ==, 1);
  while (n_published < 60)
    peer_wait ();
  g_assert_cmpuint (f->other->n_connected, ==, 2);
  if (f->server->mosquitto != NULL)
    assert_numbers (f->peer, 60);
  g_test_message ("receive maximum 100, then 1: %u published, %u received, %u connections",
                  n_published, f->peer->messages->len, f->other->n_connected);
}

/* The server has taken @n messages for the peer, which lets it send 2 before it acknowledges. */
static void
publish_unacknowledged (ServerFixture *f,
                        guint n)
{
  guint n_published = 0;

  mqttc_options_set_receive_maximum (peer_get_options (f->peer), 2);
  mqttc_options_set_manual_acks (peer_get_options (f->peer), TRUE);
  server_fixture_open_both (f);
  peer_subscribe (f->peer, "number", MQTTC_QOS_AT_LEAST_ONCE);
  peer_subscribe (f->peer, "end", MQTTC_QOS_AT_MOST_ONCE);
  publish_numbers (f->other, MQTTC_QOS_AT_LEAST_ONCE, 0, n, &n_published);
  while (n_published < n)
    peer_wait ();
  peer_publish (f->other, "end", "", MQTTC_QOS_AT_MOST_ONCE, FALSE);
  while (peer_count (f->peer, "end") == 0)
    peer_wait ();
  g_assert_cmpuint (peer_count (f->peer, "number"), ==, 2);
}

/* The server waits for our acknowledgement. */
static void
test_receive_maximum_in (ServerFixture *f,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  publish_unacknowledged (f, 3);
  mqttc_client_ack (f->peer->client, f->peer->messages->pdata[0], &error);
  g_assert_no_error (error);
  while (peer_count (f->peer, "number") < 3)
    peer_wait ();
  g_assert_cmpuint (f->peer->n_disconnected, ==, 0);
}

/* [MQTT-3.3.4-9]: Mosquitto 2.0.11 sends two messages for one acknowledgement. */
static void
test_receive_maximum_overrun (ServerFixture *f,
                              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  publish_unacknowledged (f, 5);
  mqttc_client_ack (f->peer->client, f->peer->messages->pdata[0], &error);
  g_assert_no_error (error);
  peer_wait_disconnected (f->peer, 1);
  g_assert_error (mqttc_client_get_last_error (f->peer->client), MQTTC_CLIENT_ERROR,
                  MQTTC_CLIENT_ERROR_PROTOCOL);
  g_assert_cmpuint (peer_count (f->peer, "number"), ==, 3);
  test_mosquitto_wait_log (f->server->mosquitto, "Received DISCONNECT");
  peer_wait_connected (f->peer, 2);
}

static void
test_max_inflight (ServerFixture *f,
                   gconstpointer data)
{
  guint n_published = 0;

  mqttc_options_set_max_inflight (peer_get_options (f->other), 3);
  server_fixture_open_both (f);
  g_assert_cmpuint (mqttc_client_get_receive_maximum (f->other->client), >, 3);
  peer_subscribe (f->peer, "number", MQTTC_QOS_AT_LEAST_ONCE);
  test_server_pause (f->server);
  publish_numbers (f->other, MQTTC_QOS_AT_LEAST_ONCE, 0, 10, &n_published);
  while (mqttc_client_get_inflight (f->other->client) < 3)
    peer_wait ();
  g_assert_cmpuint (mqttc_client_get_inflight (f->other->client), ==, 3);
  g_assert_cmpuint (mqttc_client_get_queued (f->other->client), ==, 7);
  test_server_resume (f->server);
  while (n_published < 10)
    peer_wait ();
  assert_numbers (f->peer, 10);
}

/* --- Maximum packet size. --- */

static void
test_packet_size_out (ServerFixture *f,
                      gconstpointer data)
{
  g_autofree char *text = g_strnfill (300, 'x');
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("size", text);

  server_fixture_open_both (f);
  g_assert_cmpuint (mqttc_client_get_maximum_packet_size (f->peer->client), ==, 200);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  /* Type 1, length 2, topic 2 + 4, identifier 2, properties 1, payload 300. */
  assert_refused (f->peer, message, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                  "312 bytes, the limit is 200");
  peer_publish (f->peer, "size", "short", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  g_assert_cmpuint (f->peer->n_disconnected, ==, 0);
}

/* [MQTT-3.1.2-24] */
static void
test_packet_size_in (ServerFixture *f,
                     gconstpointer data)
{
  g_autofree char *text = g_strnfill (200, 'x');

  mqttc_options_set_max_packet_size (peer_get_options (f->peer), 100);
  server_fixture_open_both (f);
  peer_subscribe (f->peer, "size", MQTTC_QOS_AT_MOST_ONCE);
  peer_publish (f->other, "size", text, MQTTC_QOS_AT_MOST_ONCE, FALSE);
  peer_publish (f->other, "size", "short", MQTTC_QOS_AT_MOST_ONCE, FALSE);
  peer_wait_messages (f->peer, 1);
  g_assert_cmpstr (mqttc_message_get_text (f->peer->messages->pdata[0]), ==, "short");
  g_assert_cmpuint (f->peer->n_disconnected, ==, 0);
}

/* --- What the server does not do. --- */

/* [MQTT-3.2.2-11] */
static void
test_maximum_qos (ServerFixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("qos", "text");
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_allow_qos_downgrade (peer_get_options (f->other), TRUE);
  server_fixture_open_both (f);
  g_assert_cmpint (mqttc_client_get_maximum_qos (f->peer->client), ==, MQTTC_QOS_AT_LEAST_ONCE);
  peer_subscribe (f->peer, "qos", MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_qos (message, MQTTC_QOS_EXACTLY_ONCE);
  assert_refused (f->peer, message, MQTTC_CLIENT_ERROR_LIMIT, "Maximum QoS");

  packet = peer_try_publish (f->other, message, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_PUBACK);
  peer_wait_messages (f->peer, 1);
  g_assert_cmpint (mqttc_message_get_qos (f->peer->messages->pdata[0]), ==,
                   MQTTC_QOS_AT_LEAST_ONCE);
}

/* [MQTT-3.2.2-14] */
static void
test_no_retain (ServerFixture *f,
                gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("kept", "text");

  server_fixture_open_both (f);
  g_assert_false (mqttc_client_get_retain_available (f->peer->client));
  mqttc_message_set_retain (message, TRUE);
  assert_refused (f->peer, message, MQTTC_CLIENT_ERROR_LIMIT, "Retain Available");
  peer_publish (f->peer, "kept", "text", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
}

static void
test_no_wildcards (ServerFixture *f,
                   gconstpointer data)
{
  server_fixture_open_both (f);
  g_assert_false (mqttc_client_get_wildcard_subscription_available (f->peer->client));
  assert_filter_refused (f->peer, "a/+", "Wildcard Subscription Available");
  assert_filter_refused (f->peer, "$share/g/a/#", "Wildcard Subscription Available");
  peer_fence (f->peer, NULL);
}

static void
test_no_shared (ServerFixture *f,
                gconstpointer data)
{
  server_fixture_open_both (f);
  g_assert_false (mqttc_client_get_shared_subscription_available (f->peer->client));
  assert_filter_refused (f->peer, "$share/g/a", "Shared Subscription Available");
  peer_fence (f->peer, NULL);
}

static void
count_cb (MqttcSubscription *subscription,
          MqttcMessage *message,
          gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

/* Without identifiers, topics say where messages belong. */
static void
test_no_identifiers (ServerFixture *f,
                     gconstpointer data)
{
  static const char *const filters[] = { "a/b", "a/+", "#" };
  guint n[G_N_ELEMENTS (filters)] = { 0 };

  server_fixture_open_both (f);
  g_assert_false (mqttc_client_get_subscription_identifiers_available (f->peer->client));
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (MqttcSubscription) subscription
          = mqttc_subscription_new (filters[i], MQTTC_QOS_AT_LEAST_ONCE);
      g_autoptr (GError) error = NULL;

      g_signal_connect (subscription, "message", G_CALLBACK (count_cb), &n[i]);
      peer_try_subscribe (f->peer, subscription, &error);
      g_assert_no_error (error);
    }
  peer_publish (f->other, "a/b", "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_publish (f->other, "a/c", "y", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_wait_messages (f->peer, 2);
  g_assert_cmpuint (n[0], ==, 1);
  g_assert_cmpuint (n[1], ==, 2);
  g_assert_cmpuint (n[2], ==, 2);
}

/* --- What the server chooses. --- */

/* [MQTT-3.2.2-21] */
static void
test_keep_alive (ServerFixture *f,
                 gconstpointer data)
{
  server_fixture_open_both (f);
  g_assert_cmpint (mqttc_client_get_server_keep_alive (f->peer->client), ==, 30);
}

static void
test_session_expiry (ServerFixture *f,
                     gconstpointer data)
{
  mqttc_options_set_session_expiry_interval (peer_get_options (f->peer), 3600);
  server_fixture_open_both (f);
  g_assert_cmpuint (mqttc_client_get_session_expiry_interval (f->peer->client), ==, 60);
}

static void
request_cb (MqttcResponder *responder,
            MqttcMessage *request,
            gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_str_has_prefix (mqttc_message_get_response_topic (request), "replies/"));
  mqttc_responder_respond_text (responder, request, "answer", &error);
  g_assert_no_error (error);
}

/* Section 4.10: the responses come where the server said. */
static void
test_response_information (ServerFixture *f,
                           gconstpointer data)
{
  g_autoptr (MqttcResponder) responder = NULL;
  g_autoptr (MqttcRequester) requester = NULL;
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("ask", "question");
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcMessage) answer = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_request_response_information (peer_get_options (f->peer), TRUE);
  server_fixture_open_both (f);
  g_assert_cmpstr (mqttc_client_get_response_information (f->peer->client), ==, "replies/");
  g_assert_null (mqttc_client_get_response_information (f->other->client));

  responder = mqttc_responder_new (f->other->client, "ask");
  g_signal_connect (responder, "request", G_CALLBACK (request_cb), NULL);
  mqttc_responder_start_async (responder, NULL, peer_keep_result, &started);
  peer_wait_result (&started);
  mqttc_responder_start_finish (responder, started, &error);
  g_assert_no_error (error);

  requester = mqttc_requester_new (f->peer->client);
  mqttc_requester_request_async (requester, message, 0, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  answer = mqttc_requester_request_finish (requester, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_message_get_text (answer), ==, "answer");
}

static const ServerCase cases[] = {
  { "aliases-out", test_aliases_out_all, "", "" },
  { "aliases-out-few", test_aliases_out, "-topic-alias-maximum=3", "max_topic_alias 3\n" },
  { "aliases-in", test_aliases_in, "", NULL },
  { "receive-maximum-out", test_receive_maximum_out, "-receive-maximum=2",
    "max_inflight_messages 2\n" },
  { "receive-maximum-shrinks", test_receive_maximum_shrinks, "-receive-maximum=100",
    "max_inflight_messages 100\n" },
  { "receive-maximum-in", test_receive_maximum_in, "", "" },
  { "receive-maximum-overrun", test_receive_maximum_overrun, NULL, "" },
  { "max-inflight", test_max_inflight, "", "" },
  { "packet-size-out", test_packet_size_out, "-maximum-packet-size=200", "max_packet_size 200\n" },
  { "packet-size-in", test_packet_size_in, "", "" },
  { "maximum-qos", test_maximum_qos, "-maximum-qos=1", "max_qos 1\n" },
  { "no-retain", test_no_retain, "-no-retain", "retain_available false\n" },
  { "no-wildcards", test_no_wildcards, "-no-wildcards", NULL },
  { "no-shared", test_no_shared, "-no-shared-subscriptions", NULL },
  { "no-identifiers", test_no_identifiers, "-no-subscription-identifiers", NULL },
  { "keep-alive", test_keep_alive, "-server-keep-alive=30", "max_keepalive 30\n" },
  { "session-expiry", test_session_expiry, "-session-expiry-maximum=60", NULL },
  { "response-information", test_response_information, "-response-information=replies/", NULL },
};

int
main (int argc,
      char *argv[])
{
  peer_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *mochi = g_strconcat ("/limits-5/mochi/", cases[i].name, NULL);
      g_autofree char *mosquitto = g_strconcat ("/limits-5/mosquitto/", cases[i].name, NULL);

      if (cases[i].mochi != NULL)
        g_test_add (mochi, ServerFixture, &cases[i], server_fixture_set_up_mochi, cases[i].func,
                    server_fixture_tear_down);
      if (cases[i].mosquitto != NULL)
        g_test_add (mosquitto, ServerFixture, &cases[i], server_fixture_set_up_mosquitto,
                    cases[i].func, server_fixture_tear_down);
    }

  return peer_run ();
}
