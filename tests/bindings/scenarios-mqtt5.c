/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The scenarios of MQTT 5 in C. */

#include <stdlib.h>

#include "scenarios-calls.h"
#include "scenarios-mqtt5.h"

static MqttcOptions *
new_options (const char *uri)
{
  g_autoptr (GError) error = NULL;
  MqttcOptions *options = mqttc_options_new_for_uri (uri, &error);

  g_assert_no_error (error);
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  return options;
}

static MqttcClient *
make_client (MqttcOptions *options)
{
  g_autoptr (MqttcOptions) owned = options;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  MqttcClient *client = mqttc_client_new (options);

  connack = open_client (client, &error);
  g_assert_no_error (error);
  return client;
}

static void
publish_message (MqttcClient *client,
                 MqttcMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = publish (client, message, &error);

  g_assert_no_error (error);
}

/* --- Properties. --- */

static char *
write_user_properties (MqttcMessage *message)
{
  MqttcProperties *properties = mqttc_message_get_properties (message);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < mqttc_properties_get_length (properties); i++)
    if (mqttc_properties_get_id_at (properties, i) == MQTTC_PROPERTY_ID_USER_PROPERTY)
      g_string_append_printf (text, "%s=%s;", mqttc_properties_get_name_at (properties, i),
                              mqttc_properties_get_text_at (properties, i));

  return g_string_free (text, FALSE);
}

void
test_properties_in_order (const char *uri)
{
  static const guint8 data[] = { 0x00, 0xff };
  g_autoptr (MqttcClient) client = make_client (new_options (uri));
  g_autoptr (GPtrArray) received = new_messages ();
  g_autoptr (MqttcSubscription) subscription = subscribe_and_keep (client, "properties", received);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("properties", "21");
  g_autoptr (GBytes) correlation = g_bytes_new_static (data, sizeof data);
  g_autofree char *pairs = NULL;
  MqttcMessage *got;

  mqttc_message_add_user_property (message, "unit", "°C");
  mqttc_message_add_user_property (message, "room", "kitchen");
  mqttc_message_add_user_property (message, "unit", "K");
  mqttc_message_add_user_property (message, "", "");
  mqttc_message_set_content_type (message, "text/plain");
  mqttc_message_set_expiry_interval (message, 3600);
  mqttc_message_set_payload_format_indicator (message, 1);
  mqttc_message_set_response_topic (message, "answers");
  mqttc_message_set_correlation_data (message, correlation);
  publish_message (client, message);
  g_assert_true (mqttc_message_is_locked (message));
  g_assert_true (mqttc_properties_is_locked (mqttc_message_get_properties (message)));

  iterate_until_len (received, 1);
  got = g_ptr_array_index (received, 0);
  pairs = write_user_properties (got);
  g_assert_cmpstr (pairs, ==, "unit=°C;room=kitchen;unit=K;=;");
  g_assert_cmpstr (mqttc_message_get_user_property (got, "unit"), ==, "°C");
  g_assert_cmpstr (mqttc_message_get_content_type (got), ==, "text/plain");
  g_assert_cmpuint (mqttc_message_get_payload_format_indicator (got), ==, 1);
  g_assert_cmpstr (mqttc_message_get_response_topic (got), ==, "answers");
  g_assert_true (g_bytes_equal (mqttc_message_get_correlation_data (got), correlation));
  g_assert_cmpint (mqttc_message_get_expiry_interval (got), >, 0);
  g_assert_cmpint (mqttc_message_get_expiry_interval (got), <=, 3600);
  close_client (client);
}

/* --- Subscriptions. --- */

void
test_subscription_options (const char *uri)
{
  g_autoptr (MqttcClient) client = make_client (new_options (uri));
  g_autoptr (MqttcClient) other = make_client (new_options (uri));
  g_autoptr (GPtrArray) received = new_messages ();
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("options/+", MQTTC_QOS_AT_LEAST_ONCE);

  publish_text (other, "options/kept", "old", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  mqttc_subscription_set_no_local (subscription, TRUE);
  mqttc_subscription_set_retain_as_published (subscription, TRUE);
  mqttc_subscription_set_retain_handling (subscription, MQTTC_RETAIN_HANDLING_DO_NOT_SEND);
  g_signal_connect (subscription, "message", G_CALLBACK (keep_cb), received);
  subscribe (client, subscription);
  publish_text (client, "options/own", "not for me", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  publish_text (other, "options/kept", "new", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  publish_text (other, "options/last", "last", MQTTC_QOS_AT_LEAST_ONCE, FALSE);

  iterate_until_len (received, 2);
  assert_text (received, 0, "options/kept", "new");
  assert_text (received, 1, "options/last", "last");
  for (guint i = 0; i < 2; i++)
    {
      gsize n_ids;

      g_assert_true (mqttc_message_get_retain (g_ptr_array_index (received, i)) == (i == 0));
      g_assert_nonnull (
          mqttc_message_get_subscription_ids (g_ptr_array_index (received, i), &n_ids));
      g_assert_cmpuint (n_ids, ==, 1);
    }
  publish_text (other, "options/kept", "", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  close_client (client);
  close_client (other);
}

/* --- Requests. --- */

static void
request_cb (MqttcResponder *responder,
            MqttcMessage *request,
            gpointer user_data)
{
  int number = atoi (mqttc_message_get_text (request));
  g_autofree char *answer = g_strdup_printf ("%d", number * number);
  g_autoptr (GError) error = NULL;

  mqttc_responder_respond_text (responder, request, answer, &error);
  g_assert_no_error (error);
}

static MqttcMessage *
request (MqttcRequester *requester,
         const char *topic,
         guint timeout_msec,
         GError **error)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "12");
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  mqttc_requester_request_async (requester, message, timeout_msec, NULL, result_cb, &place);
  result = take_result (&place);
  g_assert_null (mqttc_client_get_refusal (result));
  return mqttc_requester_request_finish (requester, result, error);
}

void
test_request_and_response (const char *uri)
{
  g_autoptr (MqttcClient) client = make_client (new_options (uri));
  g_autoptr (MqttcClient) other = make_client (new_options (uri));
  g_autoptr (MqttcResponder) responder = mqttc_responder_new (other, "square/+");
  g_autoptr (MqttcRequester) requester = mqttc_requester_new (client);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;
  g_autoptr (MqttcMessage) answer = NULL;
  g_autoptr (MqttcMessage) none = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (responder, "request", G_CALLBACK (request_cb), NULL);
  mqttc_responder_start_async (responder, NULL, result_cb, &place);
  result = take_result (&place);
  mqttc_responder_start_finish (responder, result, &error);
  g_assert_no_error (error);

  answer = request (requester, "square/it", 10000, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_message_get_text (answer), ==, "144");
  g_assert_cmpstr (mqttc_message_get_topic (answer), ==,
                   mqttc_requester_get_response_topic (requester));
  none = request (requester, "nobody", 1, &error);
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_null (mqttc_reason_error_get_packet (error));
  close_client (client);
  close_client (other);
}

/* --- Reasons. --- */

static void
refused_cb (MqttcClient *client,
            const GError *error,
            gint64 retry_usec,
            gpointer user_data)
{
  gboolean *told = user_data;
  MqttcPacket *packet = mqttc_client_get_last_refusal (client);

  g_assert_cmpuint (mqttc_packet_get_reason_code (packet), ==, error->code);
  g_assert_true (packet == mqttc_reason_error_get_packet (error));
  *told = TRUE;
}

void
test_refusal (const char *secured)
{
  g_autoptr (MqttcOptions) options = new_options (secured);
  g_autoptr (MqttcClient) client = mqttc_client_new (options);
  g_autoptr (GBytes) password = g_bytes_new_static ("wrong", 5);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;
  g_autoptr (GError) error = NULL;
  gboolean told = FALSE;
  MqttcPacket *packet;

  mqttc_options_set_user_name (options, "ada");
  mqttc_options_set_password (options, password);
  g_signal_connect (client, "disconnected", G_CALLBACK (refused_cb), &told);
  mqttc_client_open_async (client, NULL, result_cb, &place);
  result = take_result (&place);
  g_assert_null (mqttc_client_open_finish (client, result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
  packet = mqttc_reason_error_get_packet (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_CONNACK);
  g_assert_true (packet == mqttc_client_get_refusal (result));
  iterate_until (&told);
}

static void
outgoing_cb (MqttcEventLoop *event_loop,
             MqttcPacket *packet,
             gpointer user_data)
{
  GString *told = user_data;

  if (mqttc_packet_get_reason_code (packet) != 0)
    g_string_append_printf (told, "%u %s;", mqttc_packet_get_reason_code (packet),
                            mqttc_packet_get_reason_string (packet));
}

static void
close_with_will (MqttcClient *client,
                 MqttcProperties *properties)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_close_full_async (client, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, properties, -1,
                                 NULL, result_cb, &place);
  result = take_result (&place);
  mqttc_client_close_full_finish (client, result, &error);
  g_assert_no_error (error);
}

void
test_reasons_given (const char *uri)
{
  g_autoptr (MqttcClient) other = make_client (new_options (uri));
  MqttcOptions *options = new_options (uri);
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("reasons/will", "gone");
  g_autoptr (MqttcClient) client = NULL;
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (GPtrArray) received = new_messages ();
  g_autoptr (GPtrArray) wills = new_messages ();
  g_autoptr (MqttcSubscription) jobs = NULL;
  g_autoptr (MqttcSubscription) ends = subscribe_and_keep (other, "reasons/will", wills);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, "because");
  mqttc_options_set_will (options, will);
  mqttc_options_set_manual_acks (options, TRUE);
  client = make_client (options);
  g_signal_connect (mqttc_client_get_event_loop (client), "outgoing", G_CALLBACK (outgoing_cb),
                    told);
  jobs = subscribe_and_keep (client, "reasons/job", received);
  publish_text (other, "reasons/job", "dig", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  iterate_until_len (received, 1);

  mqttc_client_ack_full (client, g_ptr_array_index (received, 0),
                         MQTTC_REASON_CODE_IMPLEMENTATION_SPECIFIC_ERROR, properties, &error);
  g_assert_no_error (error);
  close_with_will (client, properties);
  iterate_until_len (wills, 1);
  assert_text (wills, 0, "reasons/will", "gone");
  g_assert_cmpstr (told->str, ==, "131 because;4 because;");
  close_client (other);
}
