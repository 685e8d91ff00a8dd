/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What MQTT 5 adds to a connection: reasons, limits, last words. */

#include <string.h>

#include "test-fixture.h"
#include "values/mqttc-reason-error.h"

static void
open_mqtt5 (Fixture *f)
{
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  fixture_open_ok (f);
}

/* Section 4.13.1: the reason arrives before the connection ends. */
static void
test_last_words (Fixture *f,
                 gconstpointer data)
{
  const guint8 reserved_type[] = { 0x00, 0x00 };
  g_autoptr (MqttcPacket) disconnect = NULL;

  open_mqtt5 (f);
  test_broker_send (f->broker, reserved_type, sizeof reserved_type);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 1);
  test_broker_wait_ended (f->broker, 1);
  disconnect = test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 0);
  g_assert_cmpuint (mqttc_packet_get_reason_code (disconnect), ==,
                    MQTTC_REASON_CODE_MALFORMED_PACKET);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET);
}

static void
test_last_words_old (Fixture *f,
                     gconstpointer data)
{
  const guint8 reserved_type[] = { 0x00, 0x00 };

  g_test_summary ("In 3.1.1 there is no reason to tell, and DISCONNECT would drop the will");

  fixture_open_ok (f);
  test_broker_send (f->broker, reserved_type, sizeof reserved_type);
  test_broker_wait_ended (f->broker, 1);
  test_broker_expect (f->broker, 1, "CONNECT clean\n");
}

/* The packet of a refusal, for languages in which an error cannot carry it. */
static void
test_refusal_of_publish (Fixture *f,
                         gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GAsyncResult) accepted = NULL;
  g_autoptr (MqttcPacket) puback = NULL;
  g_autoptr (GError) error = NULL;
  MqttcPacket *packet;

  mqttc_properties_add_user_property (properties, "limit", "100");
  open_mqtt5 (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &refused);
  fixture_publish (f, "b", MQTTC_QOS_AT_LEAST_ONCE, &accepted);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 2);
  test_broker_send_packet (f->broker,
                           mqttc_packet_new_ack (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_PUBACK, 1,
                                                 MQTTC_REASON_CODE_QUOTA_EXCEEDED, properties));
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 2);
  fixture_wait_result (f, &accepted);
  g_assert_null (mqttc_client_get_refusal (accepted));
  puback = mqttc_client_publish_finish (f->client, accepted, &error);
  g_assert_no_error (error);

  fixture_wait_result (f, &refused);
  packet = mqttc_client_get_refusal (refused);
  g_assert_null (mqttc_client_publish_finish (f->client, refused, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_QUOTA_EXCEEDED);
  g_assert_true (packet == mqttc_reason_error_get_packet (error));
  g_assert_true (packet == mqttc_client_get_refusal (refused));
  g_assert_cmpstr (
      mqttc_properties_get_user_property (mqttc_packet_get_properties (packet), "limit"), ==,
      "100");
}

static void
test_refusal_of_subscribe (Fixture *f,
                           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("secret", MQTTC_QOS_AT_MOST_ONCE);
  g_autoptr (GAsyncResult) result = NULL;

  open_mqtt5 (f);
  test_broker_refuse_filter (f->broker, "secret");
  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_assert_cmpint (mqttc_packet_get_packet_type (mqttc_client_get_refusal (result)), ==,
                   MQTTC_PACKET_TYPE_SUBACK);
}

/* Each filter is in a packet of its own, for it has an identifier of its own. */
static void
test_refusal_of_many (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (MqttcSubscription) open = mqttc_subscription_new ("open", MQTTC_QOS_AT_MOST_ONCE);
  g_autoptr (MqttcSubscription) secret = mqttc_subscription_new ("secret", MQTTC_QOS_AT_MOST_ONCE);
  MqttcSubscription *both[] = { open, secret };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MqttcPacket *packet;

  open_mqtt5 (f);
  test_broker_refuse_filter (f->broker, "secret");
  mqttc_client_subscribe_many_async (f->client, both, G_N_ELEMENTS (both), NULL, fixture_result_cb,
                                     &result);
  fixture_wait_result (f, &result);
  packet = mqttc_client_get_refusal (result);
  g_assert_nonnull (packet);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_SUBACK);
  g_assert_false (mqttc_client_subscribe_many_finish (f->client, result, &error));
  g_assert_true (mqttc_reason_error_get_packet (error) == packet);
}

static void
test_last_refusal (Fixture *f,
                   gconstpointer data)
{
  open_mqtt5 (f);
  g_assert_null (mqttc_client_get_last_refusal (f->client));
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  g_assert_null (mqttc_client_get_last_refusal (f->client));

  fixture_reconnect (f);
  test_broker_send_packet (f->broker, mqttc_packet_new_disconnect (
                                          MQTTC_PROTOCOL_V5, MQTTC_REASON_CODE_SERVER_BUSY, NULL));
  fixture_wait_disconnected (f, 2);
  g_assert_cmpint (mqttc_packet_get_packet_type (mqttc_client_get_last_refusal (f->client)), ==,
                   MQTTC_PACKET_TYPE_DISCONNECT);
}

/* Section 3.14.2.1. */
static void
test_server_disconnect (Fixture *f,
                        gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, "go home");
  open_mqtt5 (f);
  test_broker_send_packet (
      f->broker, mqttc_packet_new_disconnect (MQTTC_PROTOCOL_V5,
                                              MQTTC_REASON_CODE_SERVER_SHUTTING_DOWN, properties));
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_REASON_ERROR, MQTTC_REASON_CODE_SERVER_SHUTTING_DOWN);
  g_assert_nonnull (strstr (f->error->message, "go home"));
  g_assert_cmpint (f->retry_usec, >=, 0);
}

/* [MQTT5-3.1.2-21]. */
static void
test_server_keep_alive (Fixture *f,
                        gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_SERVER_KEEP_ALIVE, 7);
  test_broker_set_connack_properties (f->broker, properties);
  open_mqtt5 (f);
  fixture_advance (f, 6 * SECOND);
  fixture_hear (f);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ), ==, 0);
  fixture_advance (f, SECOND);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, 1);
}

static void
expect_window (Fixture *f,
               guint window)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "x");

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  for (guint i = 0; i < 1100; i++)
    {
      g_autoptr (GError) error = NULL;

      mqttc_client_try_publish (f->client, message, &error);
      g_assert_no_error (error);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, window);
  g_assert_cmpuint (mqttc_client_get_inflight (f->client), ==, window);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 1100 - window);
}

/* [MQTT5-3.3.4-7]: as many as the server says, or 1,000. */
static void
test_window (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, 33);
  test_broker_set_connack_properties (f->broker, properties);
  open_mqtt5 (f);
  expect_window (f, 33);
}

static void
test_window_unbounded (Fixture *f,
                       gconstpointer data)
{
  open_mqtt5 (f);
  expect_window (f, 1000);
}

static void
test_window_old (Fixture *f,
                 gconstpointer data)
{
  fixture_open_ok (f);
  expect_window (f, 20);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/mqtt5/last-words", test_last_words);
  fixture_add ("/client/mqtt5/last-words/old", test_last_words_old);
  fixture_add ("/client/mqtt5/server-disconnect", test_server_disconnect);
  fixture_add ("/client/mqtt5/refusal/publish", test_refusal_of_publish);
  fixture_add ("/client/mqtt5/refusal/subscribe", test_refusal_of_subscribe);
  fixture_add ("/client/mqtt5/refusal/many", test_refusal_of_many);
  fixture_add ("/client/mqtt5/refusal/last", test_last_refusal);
  fixture_add ("/client/mqtt5/server-keep-alive", test_server_keep_alive);
  fixture_add ("/client/mqtt5/window", test_window);
  fixture_add ("/client/mqtt5/window/unbounded", test_window_unbounded);
  fixture_add ("/client/mqtt5/window/old", test_window_old);

  return g_test_run ();
}
