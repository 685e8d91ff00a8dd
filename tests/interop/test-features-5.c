/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client and the two servers make of messages and subscriptions of MQTT 5. */

#include <string.h>

#include "test-server-5.h"

typedef struct
{
  TestServer *server;
  Peer *peer;
  Peer *other;
  GString *log; /* of subscriptions: "filter<text " */
} Fixture;

static void
start (Fixture *f,
       TestServer *server)
{
  f->server = server;
  f->log = g_string_new (NULL);
  f->peer = test_server_add_peer (server, NULL);
  f->other = test_server_add_peer (server, NULL);
  peer_open_ok (f->peer);
  peer_open_ok (f->other);
}

static void
set_up_mochi (Fixture *f,
              gconstpointer data)
{
  start (f, test_server_new_mochi (NULL));
}

static void
set_up_mosquitto (Fixture *f,
                  gconstpointer data)
{
  start (f, test_server_new_mosquitto (NULL));
}

static void
tear_down (Fixture *f,
           gconstpointer data)
{
  peer_free (f->peer);
  peer_free (f->other);
  g_string_free (f->log, TRUE);
  test_server_free (f->server);
}

static void
log_cb (MqttcSubscription *subscription,
        MqttcMessage *message,
        gpointer user_data)
{
  g_string_append_printf (user_data, "%s<%s ", mqttc_subscription_get_filter (subscription),
                          mqttc_message_get_text (message));
}

static MqttcSubscription *
make_subscription (Fixture *f,
                   const char *filter)
{
  MqttcSubscription *subscription = mqttc_subscription_new (filter, MQTTC_QOS_AT_LEAST_ONCE);

  g_signal_connect (subscription, "message", G_CALLBACK (log_cb), f->log);
  return subscription;
}

static void
subscribe_ok (Peer *peer,
              MqttcSubscription *subscription)
{
  g_autoptr (GError) error = NULL;

  peer_try_subscribe (peer, subscription, &error);
  g_assert_no_error (error);
}

static void
unsubscribe (Peer *peer,
             MqttcSubscription *subscription,
             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_unsubscribe_async (peer->client, subscription, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_unsubscribe_finish (peer->client, result, error);
}

static guint
count (const GString *log,
       const char *entry)
{
  guint n = 0;

  for (const char *at = log->str; (at = strstr (at, entry)) != NULL; at++)
    n++;

  return n;
}

/* Every property of a PUBLISH; user properties keep their order and come twice. */
static void
test_properties (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("properties", "text");
  g_autoptr (GBytes) correlation = g_bytes_new_static ("\0\1\2", 3);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  MqttcProperties *properties;
  MqttcMessage *received;

  peer_subscribe (f->peer, "properties", MQTTC_QOS_EXACTLY_ONCE);
  mqttc_message_set_qos (message, MQTTC_QOS_EXACTLY_ONCE);
  mqttc_message_set_payload_format_indicator (message, 1);
  mqttc_message_set_expiry_interval (message, 3600);
  mqttc_message_set_content_type (message, "text/plain");
  mqttc_message_set_response_topic (message, "answers");
  mqttc_message_set_correlation_data (message, correlation);
  mqttc_message_add_user_property (message, "b", "1");
  mqttc_message_add_user_property (message, "a", "ü");
  mqttc_message_add_user_property (message, "b", "2");
  mqttc_client_publish_async (f->other->client, message, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  packet = mqttc_client_publish_finish (f->other->client, result, &error);
  g_assert_no_error (error);

  peer_wait_messages (f->peer, 1);
  received = f->peer->messages->pdata[0];
  g_assert_cmpuint (mqttc_message_get_payload_format_indicator (received), ==, 1);
  g_assert_cmpint (mqttc_message_get_expiry_interval (received), >=, 3590);
  g_assert_cmpint (mqttc_message_get_expiry_interval (received), <=, 3600);
  g_assert_cmpstr (mqttc_message_get_content_type (received), ==, "text/plain");
  g_assert_cmpstr (mqttc_message_get_response_topic (received), ==, "answers");
  g_assert_true (g_bytes_equal (mqttc_message_get_correlation_data (received), correlation));
  g_assert_cmpstr (mqttc_message_get_user_property (received, "a"), ==, "ü");

  properties = mqttc_message_get_properties (received);
  text = mqttc_properties_to_string (properties);
  g_assert_cmpuint (mqttc_properties_get_length (properties), ==, 8);
  g_assert_nonnull (strstr (text, "user_property=b:1 user_property=a:ü user_property=b:2"));
}

/* Section 3.3.4: each subscription gets the message once, however many copies the server sends. */
static void
test_overlapping (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcSubscription) exact = make_subscription (f, "a/b");
  g_autoptr (MqttcSubscription) plus = make_subscription (f, "a/+");
  g_autoptr (MqttcSubscription) hash = make_subscription (f, "a/#");
  g_autoptr (MqttcSubscription) again = make_subscription (f, "a/#");
  MqttcSubscription *all[] = { exact, plus, hash };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_subscribe_many_async (f->peer->client, all, G_N_ELEMENTS (all), NULL,
                                     peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_client_subscribe_many_finish (f->peer->client, result, &error);
  g_assert_no_error (error);
  subscribe_ok (f->peer, again);

  peer_publish (f->other, "a/b", "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_publish (f->other, "a/c", "y", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  peer_fence (f->peer, f->other);
  g_test_message ("%s; %u messages", f->log->str, f->peer->messages->len);
  g_assert_cmpuint (count (f->log, "a/b<x"), ==, 1);
  g_assert_cmpuint (count (f->log, "a/+<x"), ==, 1);
  g_assert_cmpuint (count (f->log, "a/#<x"), ==, 2);
  g_assert_cmpuint (count (f->log, "a/b<y"), ==, 0);
  g_assert_cmpuint (count (f->log, "a/+<y"), ==, 1);
  g_assert_cmpuint (count (f->log, "a/#<y"), ==, 2);

  /* The identifiers that the server names are ours. */
  {
    gsize n_ids;
    const guint32 *ids = mqttc_message_get_subscription_ids (f->peer->messages->pdata[0], &n_ids);

    g_assert_cmpuint (n_ids, >=, 1);
    for (gsize i = 0; i < n_ids; i++)
      {
        g_assert_cmpuint (ids[i], >=, 1);
        g_assert_cmpuint (ids[i], <=, 3);
      }
  }
}

/* A retained message comes for the new subscription, and not to the other one on another filter: if the
 * server says which it is for, as Mochi does not of retained messages. */
static void
test_retained_routed (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (MqttcSubscription) first = make_subscription (f, "a/#");
  g_autoptr (MqttcSubscription) second = make_subscription (f, "a/b");

  peer_publish (f->other, "a/b", "x", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  subscribe_ok (f->peer, first);
  peer_fence (f->peer, f->other);
  g_assert_cmpstr (f->log->str, ==, "a/#<x ");
  subscribe_ok (f->peer, second);
  peer_fence (f->peer, f->other);
  g_assert_cmpstr (f->log->str, ==, "a/#<x a/b<x ");
}

/* Section 4.8.2: one of the two gets each message. */
static void
test_shared (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) mine = make_subscription (f, "$share/group/jobs/+");
  g_autoptr (MqttcSubscription) theirs = make_subscription (f, "$share/group/jobs/+");
  g_autoptr (MqttcSubscription) plain = make_subscription (f, "jobs/#");
  const guint n = 20;

  subscribe_ok (f->peer, mine);
  subscribe_ok (f->other, theirs);
  subscribe_ok (f->other, plain);
  for (guint i = 0; i < n; i++)
    peer_publish (f->peer, "jobs/1", "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);

  peer_fence (f->peer, f->other);
  peer_fence (f->other, f->peer);
  g_test_message ("%s", f->log->str);
  g_assert_cmpuint (count (f->log, "$share/group/jobs/+<x"), ==, n);
  g_assert_cmpuint (count (f->log, "jobs/#<x"), ==, n);
}

/* [MQTT-4.8.2-1], [MQTT-4.8.2-2], [MQTT-3.8.3-4] */
static void
test_shared_refused (Fixture *f,
                     gconstpointer data)
{
  static const char *const filters[]
      = { "$share/", "$share//a", "$share/+/b", "$share/a", "$share/a/" };
  g_autoptr (MqttcSubscription) no_local = make_subscription (f, "$share/group/a");

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (MqttcSubscription) subscription = make_subscription (f, filters[i]);
      g_autoptr (GError) error = NULL;

      peer_try_subscribe (f->peer, subscription, &error);
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, filters[i]));
      g_assert_nonnull (strstr (error->message, "shared subscription"));
    }

  {
    g_autoptr (GError) error = NULL;

    mqttc_subscription_set_no_local (no_local, TRUE);
    peer_try_subscribe (f->peer, no_local, &error);
    g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  }
}

/* [MQTT-3.8.3-3] */
static void
test_no_local (Fixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = make_subscription (f, "chat");

  mqttc_subscription_set_no_local (subscription, TRUE);
  subscribe_ok (f->peer, subscription);
  peer_publish (f->peer, "chat", "mine", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_publish (f->other, "chat", "theirs", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_fence (f->peer, f->other);
  g_assert_cmpstr (f->log->str, ==, "chat<theirs ");
}

static void
retain_cb (MqttcSubscription *subscription,
           MqttcMessage *message,
           gpointer user_data)
{
  g_string_append (user_data, mqttc_message_get_retain (message) ? "retained " : "plain ");
}

/* [MQTT-3.3.1-12], [MQTT-3.3.1-13] */
static void
test_retain_as_published (Fixture *f,
                          gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MqttcSubscription) subscription
          = mqttc_subscription_new ("kept", MQTTC_QOS_AT_LEAST_ONCE);
      g_autoptr (GError) error = NULL;

      mqttc_subscription_set_retain_as_published (subscription, i == 1);
      mqttc_subscription_set_retain_handling (subscription, MQTTC_RETAIN_HANDLING_DO_NOT_SEND);
      g_signal_connect (subscription, "message", G_CALLBACK (retain_cb), f->log);
      subscribe_ok (f->peer, subscription);
      peer_publish (f->other, "kept", "x", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
      peer_fence (f->peer, f->other);
      unsubscribe (f->peer, subscription, &error);
      g_assert_no_error (error);
    }

  g_assert_cmpstr (f->log->str, ==, "plain retained ");
}

/* [MQTT-3.3.1-9], [MQTT-3.3.1-10], [MQTT-3.3.1-11] */
static void
test_retain_handling (Fixture *f,
                      gconstpointer data)
{
  static const struct
  {
    MqttcRetainHandling handling;
    guint n_first;
    guint n_second;
  } cases[] = {
    { MQTTC_RETAIN_HANDLING_SEND, 1, 3 }, /* the second time to both */
    { MQTTC_RETAIN_HANDLING_SEND_IF_NEW, 1, 1 },
    { MQTTC_RETAIN_HANDLING_DO_NOT_SEND, 0, 0 },
  };

  peer_publish (f->other, "kept", "x", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  peer_fence (f->peer, f->other);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MqttcSubscription) first = make_subscription (f, "kept");
      g_autoptr (MqttcSubscription) second = make_subscription (f, "kept");
      g_autoptr (GError) error = NULL;

      g_string_truncate (f->log, 0);
      mqttc_subscription_set_retain_handling (first, cases[i].handling);
      mqttc_subscription_set_retain_handling (second, cases[i].handling);
      subscribe_ok (f->peer, first);
      peer_fence (f->peer, f->other);
      g_assert_cmpuint (count (f->log, "kept<x"), ==, cases[i].n_first);
      subscribe_ok (f->peer, second);
      peer_fence (f->peer, f->other);
      g_assert_cmpuint (count (f->log, "kept<x"), ==, cases[i].n_second);

      unsubscribe (f->peer, first, &error);
      g_assert_no_error (error);
      unsubscribe (f->peer, second, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (mqttc_subscription_get_reason_code (second), ==, MQTTC_REASON_CODE_SUCCESS);
    }
}

/* The server has one subscription to a filter. */
static void
test_conflict (Fixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcSubscription) first = make_subscription (f, "a");
  g_autoptr (MqttcSubscription) second = make_subscription (f, "a");
  g_autoptr (MqttcSubscription) other = make_subscription (f, "b");
  MqttcSubscription *both[] = { other, second };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  subscribe_ok (f->peer, first);
  mqttc_subscription_set_no_local (second, TRUE);
  mqttc_client_subscribe_many_async (f->peer->client, both, 2, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  g_assert_false (mqttc_client_subscribe_many_finish (f->peer->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "“a”"));

  /* Neither is in force, and both can be used again. */
  peer_publish (f->peer, "b", "x", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_fence (f->peer, f->other);
  g_assert_cmpstr (f->log->str, ==, "");
  mqttc_subscription_set_no_local (second, FALSE);
  subscribe_ok (f->peer, second);
}

/* Section 3.2.2.3: what Mosquitto says with its default settings. */
static void
test_limits (Fixture *f,
             gconstpointer data)
{
  g_assert_cmpint (mqttc_client_get_protocol (f->peer->client), ==, MQTTC_PROTOCOL_V5);
  g_assert_cmpint (mqttc_client_get_maximum_qos (f->peer->client), ==, MQTTC_QOS_EXACTLY_ONCE);
  g_assert_true (mqttc_client_get_retain_available (f->peer->client));
  g_assert_true (mqttc_client_get_wildcard_subscription_available (f->peer->client));
  g_assert_true (mqttc_client_get_shared_subscription_available (f->peer->client));
  g_assert_true (mqttc_client_get_subscription_identifiers_available (f->peer->client));
  g_assert_cmpuint (mqttc_client_get_maximum_packet_size (f->peer->client), ==, 0);
  g_assert_cmpuint (mqttc_client_get_receive_maximum (f->peer->client), ==, 20);
  g_assert_cmpuint (mqttc_client_get_topic_alias_maximum (f->peer->client), ==, 10);
  g_assert_cmpint (mqttc_client_get_server_keep_alive (f->peer->client), ==, -1);
  g_assert_null (mqttc_client_get_response_information (f->peer->client));
}

/* Sections 3.14.2.1 and 3.14.2.2 */
static void
test_farewell (Fixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (MqttcProperties) expiry = mqttc_properties_new ();
  g_autoptr (MqttcProperties) wrong = mqttc_properties_new ();
  g_autoptr (GError) error = NULL;

  mqttc_properties_set_uint (expiry, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, 10);
  peer_close_full (f->peer, MQTTC_REASON_CODE_SUCCESS, expiry, &error);
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  mqttc_properties_set_text (wrong, MQTTC_PROPERTY_ID_CONTENT_TYPE, "text/plain");
  peer_close_full (f->peer, MQTTC_REASON_CODE_SUCCESS, wrong, &error);
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  peer_close_full (f->peer, MQTTC_REASON_CODE_GRANTED_QOS_2, NULL, &error);
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (mqttc_client_get_state (f->peer->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, "lunch");
  mqttc_properties_add_user_property (properties, "back", "later");
  peer_close_full (f->peer, MQTTC_REASON_CODE_SUCCESS, properties, &error);
  g_assert_no_error (error);
  if (f->server->mosquitto != NULL)
    test_mosquitto_wait_log (f->server->mosquitto, "disconnected");
}

/* --- Requests. --- */

static void
request_cb (MqttcResponder *responder,
            MqttcMessage *request,
            gpointer user_data)
{
  const char *text = mqttc_message_get_text (request);
  g_autofree char *answer = g_strdup_printf ("re: %s", text);
  g_autoptr (GError) error = NULL;

  g_string_append_printf (user_data, "%s ", text);
  if (strcmp (text, "silence") == 0)
    return;

  mqttc_responder_respond_text (responder, request, answer, &error);
  g_assert_no_error (error);
}

static MqttcResponder *
start_responder (Fixture *f)
{
  MqttcResponder *responder = mqttc_responder_new (f->other->client, "calculate/+");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (responder, "request", G_CALLBACK (request_cb), f->log);
  mqttc_responder_start_async (responder, NULL, peer_keep_result, &result);
  peer_wait_result (&result);
  mqttc_responder_start_finish (responder, result, &error);
  g_assert_no_error (error);
  return responder;
}

static void
request (MqttcRequester *requester,
         const char *text,
         guint timeout_msec,
         GCancellable *cancellable,
         GAsyncResult **result)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("calculate/1", text);

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_requester_request_async (requester, message, timeout_msec, cancellable, peer_keep_result,
                                 result);
}

static void
assert_answer (MqttcRequester *requester,
               GAsyncResult *result,
               const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcMessage) answer = mqttc_requester_request_finish (requester, result, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_message_get_text (answer), ==, expected);
}

/* Several at once, before there is a subscription; each gets its own answer. */
static void
test_requests (Fixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcResponder) responder = start_responder (f);
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->peer->client);
  GAsyncResult *results[3] = { NULL };
  g_autoptr (GAsyncResult) last = NULL;

  g_assert_null (mqttc_requester_get_response_topic (requester));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      request (requester, text, 0, NULL, &results[i]);
    }

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("re: %u", i);

      peer_wait_result (&results[i]);
      assert_answer (requester, results[i], text);
      g_object_unref (results[i]);
    }

  request (requester, "again", 60000, NULL, &last);
  peer_wait_result (&last);
  assert_answer (requester, last, "re: again");
}

static void
test_requests_fail (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcResponder) responder = start_responder (f);
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->peer->client);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GAsyncResult) next = NULL;
  g_autoptr (GError) error = NULL;

  request (requester, "silence", 1, NULL, &late);
  peer_wait_result (&late);
  g_assert_null (mqttc_requester_request_finish (requester, late, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "calculate/1"));
  g_clear_error (&error);

  request (requester, "silence", 0, cancellable, &cancelled);
  while (count (f->log, "silence") < 1)
    peer_wait ();
  g_cancellable_cancel (cancellable);
  peer_wait_result (&cancelled);
  g_assert_null (mqttc_requester_request_finish (requester, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* What comes to nothing is ignored. */
  peer_publish (f->other, mqttc_requester_get_response_topic (requester), "stray",
                MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  request (requester, "next", 60000, NULL, &next);
  peer_wait_result (&next);
  assert_answer (requester, next, "re: next");

  request (requester, "silence", 60000, NULL, &closed);
  peer_close (f->peer);
  peer_wait_result (&closed);
  g_assert_null (mqttc_requester_request_finish (requester, closed, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
}

static void
test_requests_3_1_1 (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  peer_close (f->peer);
  mqttc_options_set_protocol (mqttc_client_get_options (f->peer->client), MQTTC_PROTOCOL_V3_1_1);
  peer_open_ok (f->peer);
  requester = mqttc_requester_new (f->peer->client);
  request (requester, "x", 60000, NULL, &result);
  peer_wait_result (&result);
  g_assert_null (mqttc_requester_request_finish (requester, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_false (mqttc_client_get_subscription_identifiers_available (f->peer->client));
}

static const struct
{
  const char *name;
  void (*func) (Fixture *f, gconstpointer data);
  gboolean mosquitto_only;
} tests[] = {
  { "properties", test_properties, FALSE },
  { "overlapping", test_overlapping, FALSE },
  { "retained-routed", test_retained_routed, TRUE },
  { "shared", test_shared, FALSE },
  { "shared-refused", test_shared_refused, FALSE },
  { "no-local", test_no_local, FALSE },
  { "retain-as-published", test_retain_as_published, FALSE },
  { "retain-handling", test_retain_handling, FALSE },
  { "conflict", test_conflict, FALSE },
  { "limits", test_limits, TRUE },
  { "farewell", test_farewell, FALSE },
  { "requests", test_requests, FALSE },
  { "requests-fail", test_requests_fail, FALSE },
  { "requests-3-1-1", test_requests_3_1_1, FALSE },
};

static void
add_tests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *mochi = g_strconcat ("/features-5/mochi/", tests[i].name, NULL);
      g_autofree char *mosquitto = g_strconcat ("/features-5/mosquitto/", tests[i].name, NULL);

      if (!tests[i].mosquitto_only)
        g_test_add (mochi, Fixture, NULL, set_up_mochi, tests[i].func, tear_down);
      g_test_add (mosquitto, Fixture, NULL, set_up_mosquitto, tests[i].func, tear_down);
    }
}

int
main (int argc,
      char *argv[])
{
  peer_init (&argc, &argv);
  add_tests ();
  return peer_run ();
}
