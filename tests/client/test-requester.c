/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A requester and its connection: what becomes of its response topic, and of who waits; and
 * acknowledgements on both sides. Requests and answers themselves are with real servers, in
 * tests/interop. */

#include "test-fixture.h"

static void
set_up (Fixture *f,
        gconstpointer data)
{
  fixture_set_up (f, data);
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
}

static void
begin_request (MqttcRequester *requester,
               GAsyncResult **result)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("ask", "how late is it?");

  mqttc_requester_request_async (requester, message, 0, NULL, fixture_result_cb, result);
}

static void
assert_request_fails (Fixture *f,
                      MqttcRequester *requester,
                      GAsyncResult **result,
                      GQuark domain,
                      int code)
{
  g_autoptr (GError) error = NULL;

  fixture_wait_result (f, result);
  g_assert_null (mqttc_requester_request_finish (requester, *result, &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}

/* To the request that was published as the @nth; of QoS 1 if there is a @packet_id. */
static void
send_answer (Fixture *f,
             guint nth,
             guint packet_id)
{
  g_autoptr (MqttcPacket) request = NULL;
  g_autoptr (MqttcMessage) reply = NULL;
  MqttcMessage *message;

  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, nth + 1);
  request = test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_PUBLISH, nth);
  message = mqttc_packet_get_message (request);
  reply = mqttc_message_new_text (mqttc_message_get_response_topic (message), "late");
  mqttc_message_set_qos (reply, packet_id > 0 ? 1 : 0);
  mqttc_message_set_correlation_data (reply, mqttc_message_get_correlation_data (message));
  test_broker_send_packet (
      f->broker, mqttc_packet_new_publish (MQTTC_PROTOCOL_V5, reply, packet_id, FALSE, NULL));
}

static void
answer (Fixture *f,
        MqttcRequester *requester,
        guint nth,
        GAsyncResult **result)
{
  g_autoptr (MqttcMessage) received = NULL;
  g_autoptr (GError) error = NULL;

  send_answer (f, nth, 0);
  fixture_wait_result (f, result);
  received = mqttc_requester_request_finish (requester, *result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_message_get_text (received), ==, "late");
  g_clear_object (result);
}

static void
offer_response_topics (Fixture *f)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_RESPONSE_INFORMATION, "answers/here/");
  test_broker_set_connack_properties (f->broker, properties);
  mqttc_options_set_request_response_information (f->options, TRUE);
}

/* Section 3.2.2.3.15: the information comes with the connection, and the request was there before. */
static void
test_response_information (Fixture *f,
                           gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->client);
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  offer_response_topics (f);
  fixture_begin_open (f, &opened);
  begin_request (requester, &result);
  g_assert_null (mqttc_requester_get_response_topic (requester));

  fixture_assert_opens (f, &opened);
  answer (f, requester, 0, &result);
  g_assert_true (
      g_str_has_prefix (mqttc_requester_get_response_topic (requester), "answers/here/"));
}

/* The state is told before the connection is. */
static void
state_cb (MqttcClient *client,
          GParamSpec *pspec,
          gpointer user_data)
{
  GAsyncResult **result = user_data;
  MqttcRequester *requester = g_object_get_data (G_OBJECT (client), "requester");

  if (mqttc_client_get_state (client) == MQTTC_CONNECTION_STATE_CONNECTED)
    begin_request (requester, result);
}

static void
test_response_information_at_once (Fixture *f,
                                   gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->client);
  g_autoptr (GAsyncResult) result = NULL;

  offer_response_topics (f);
  g_object_set_data (G_OBJECT (f->client), "requester", requester);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (state_cb), &result);
  fixture_open_ok (f);
  answer (f, requester, 0, &result);
  g_assert_true (
      g_str_has_prefix (mqttc_requester_get_response_topic (requester), "answers/here/"));
}

static void
test_without_connection (Fixture *f,
                         gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->client);
  g_autoptr (GAsyncResult) result = NULL;

  begin_request (requester, &result);
  assert_request_fails (f, requester, &result, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);

  /* Nothing of that is kept. */
  offer_response_topics (f);
  fixture_open_ok (f);
  begin_request (requester, &result);
  answer (f, requester, 0, &result);
  g_assert_true (
      g_str_has_prefix (mqttc_requester_get_response_topic (requester), "answers/here/"));
}

/* It turns out only now what the server speaks. */
static void
test_old_server (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->client);
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  test_broker_set_protocol (f->broker, MQTTC_PROTOCOL_V3_1_1);
  fixture_begin_open (f, &opened);
  begin_request (requester, &result);
  fixture_assert_opens (f, &opened);
  assert_request_fails (f, requester, &result, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_closed (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->client);
  g_autoptr (GAsyncResult) result = NULL;

  fixture_open_ok (f);
  begin_request (requester, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_close (f);
  assert_request_fails (f, requester, &result, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
}

/* Its rights have changed while it was away: nobody waits for ever, and the next request asks anew. */
static void
test_refused_again (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->client);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *topic = NULL;

  fixture_open_ok (f);
  begin_request (requester, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  topic = g_strdup (mqttc_requester_get_response_topic (requester));

  test_broker_refuse_filter (f->broker, topic);
  test_broker_forget_sessions (f->broker);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  fixture_reconnect (f);
  assert_request_fails (f, requester, &result, MQTTC_REASON_ERROR,
                        MQTTC_REASON_ERROR_UNSPECIFIED_ERROR);

  begin_request (requester, &result);
  answer (f, requester, 1, &result);
  g_assert_cmpstr (mqttc_requester_get_response_topic (requester), !=, topic);
}

/* Nobody else can acknowledge what a requester takes or ignores, and all later messages would wait. */
static void
test_manual_acks (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (f->client);
  g_autoptr (MqttcMessage) received = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_manual_acks (f->options, TRUE);
  fixture_open_ok (f);
  begin_request (requester, &result);
  send_answer (f, 0, 1);
  fixture_wait_result (f, &result);
  received = mqttc_requester_request_finish (requester, result, &error);
  g_assert_no_error (error);

  /* Once more, when nobody waits for it. */
  send_answer (f, 0, 2);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 2);
}

static void
request_cb (MqttcResponder *responder,
            MqttcMessage *request,
            MqttcMessage **last)
{
  *last = mqttc_message_ref (request);
}

/* What is a request is the program's to acknowledge. */
static void
test_responder_manual_acks (Fixture *f,
                            gconstpointer data)
{
  g_autoptr (MqttcResponder) responder = mqttc_responder_new (f->client, "ask");
  g_autoptr (MqttcMessage) request = mqttc_message_new_text ("ask", "how late is it?");
  g_autoptr (MqttcMessage) received = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_manual_acks (f->options, TRUE);
  fixture_open_ok (f);
  g_signal_connect (responder, "request", G_CALLBACK (request_cb), &received);
  mqttc_responder_start_async (responder, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_assert_true (mqttc_responder_start_finish (responder, result, &error));

  mqttc_message_set_qos (request, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_response_topic (request, "answer");
  test_broker_send_publish (f->broker, "ask", "no request", MQTTC_QOS_AT_LEAST_ONCE, 1, FALSE);
  test_broker_send_packet (f->broker,
                           mqttc_packet_new_publish (MQTTC_PROTOCOL_V5, request, 2, FALSE, NULL));
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  while (received == NULL)
    g_main_context_iteration (NULL, TRUE);

  fixture_publish_ok (f, "sync", MQTTC_QOS_AT_MOST_ONCE);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 1);
  g_assert_true (mqttc_client_ack (f->client, received, &error));
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 2);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  g_test_add ("/client/requester/response-information", Fixture, NULL, set_up,
              test_response_information, fixture_tear_down);
  g_test_add ("/client/requester/response-information/at-once", Fixture, NULL, set_up,
              test_response_information_at_once, fixture_tear_down);
  g_test_add ("/client/requester/without-connection", Fixture, NULL, set_up,
              test_without_connection, fixture_tear_down);
  g_test_add ("/client/requester/old-server", Fixture, NULL, set_up, test_old_server,
              fixture_tear_down);
  g_test_add ("/client/requester/closed", Fixture, NULL, set_up, test_closed, fixture_tear_down);
  g_test_add ("/client/requester/refused-again", Fixture, NULL, set_up, test_refused_again,
              fixture_tear_down);
  g_test_add ("/client/requester/manual-acks", Fixture, NULL, set_up, test_manual_acks,
              fixture_tear_down);
  g_test_add ("/client/responder/manual-acks", Fixture, NULL, set_up, test_responder_manual_acks,
              fixture_tear_down);

  return g_test_run ();
}
