/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each option of MQTT 5 alone has an effect, on the wire or on what the client does. */

#include "options-mqtt5.h"
#include "test-fixture.h"
#include "values/mqttc-reason-error.h"

/* Opens with MQTT 5, and closes: what CONNECT has. */
static MqttcPacket *
open_and_close (Fixture *f)
{
  guint n = test_broker_count (f->broker, MQTTC_PACKET_TYPE_CONNECT);

  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  fixture_open_ok (f);
  fixture_close (f);

  return test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_CONNECT, n);
}

/* G_MAXINT64: it must not be there. */
static void
expect_property (Fixture *f,
                 MqttcPropertyId id,
                 gint64 expected)
{
  g_autoptr (MqttcPacket) connect = open_and_close (f);
  MqttcProperties *properties = mqttc_packet_get_properties (connect);
  guint value = 0;
  gboolean found = properties != NULL && mqttc_properties_get_uint (properties, id, &value);

  g_assert_cmpint (mqttc_packet_get_protocol (connect), ==, MQTTC_PROTOCOL_V5);
  g_assert_cmpint (found, ==, expected != G_MAXINT64);
  if (found)
    g_assert_cmpint (value, ==, expected);
}

static void
test_protocol_fallback (Fixture *f,
                        gconstpointer data)
{
  g_autoptr (MqttcPacket) connect = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_protocol (f->broker, MQTTC_PROTOCOL_V3_1_1);
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_protocol_fallback (f->options, FALSE);
  g_assert_false (fixture_open (f, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 1);

  mqttc_options_set_protocol_fallback (f->options, TRUE);
  fixture_open_ok (f);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 3);
  connect = test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_CONNECT, 2);
  g_assert_cmpint (mqttc_packet_get_protocol (connect), ==, MQTTC_PROTOCOL_V3_1_1);

  /* It is remembered. */
  fixture_close (f);
  fixture_open_ok (f);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 4);
}

static void
test_session_expiry_interval (Fixture *f,
                              gconstpointer data)
{
  expect_property (f, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, G_MAXINT64);
  mqttc_options_set_session_expiry_interval (f->options, 3600);
  expect_property (f, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, 3600);
  mqttc_options_set_clean_session (f->options, FALSE);
  mqttc_options_set_session_expiry_interval (f->options, -1);
  expect_property (f, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, G_MAXUINT32);
}

static void
test_receive_maximum (Fixture *f,
                      gconstpointer data)
{
  expect_property (f, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, G_MAXINT64);
  mqttc_options_set_receive_maximum (f->options, 3);
  expect_property (f, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, 3);
}

static void
test_topic_alias_maximum (Fixture *f,
                          gconstpointer data)
{
  expect_property (f, MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM, G_MAXINT64);
  mqttc_options_set_topic_alias_maximum (f->options, 65535);
  expect_property (f, MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM, 65535);
}

/* Of the three messages on one topic. */
static guint
count_aliases (Fixture *f)
{
  guint seen = test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH);
  guint n = 0;

  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  fixture_open_ok (f);
  for (guint i = 0; i < 3; i++)
    fixture_publish_ok (f, "a/long/topic/name", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_close (f);

  for (guint i = 0; i < 3; i++)
    {
      MqttcPacket *packet = test_broker_peek_publish (f->broker, seen + i);
      MqttcProperties *properties = mqttc_packet_get_properties (packet);
      guint alias;

      if (properties != NULL
          && mqttc_properties_get_uint (properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, &alias))
        n++;
    }

  return n;
}

/* [MQTT5-3.1.2-26], [MQTT5-3.2.2-17]: none without the server's leave. */
static void
test_max_topic_aliases (Fixture *f,
                        gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  g_assert_cmpuint (count_aliases (f), ==, 0);
  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM, 5);
  test_broker_set_connack_properties (f->broker, properties);
  g_assert_cmpuint (count_aliases (f), >, 0);
  mqttc_options_set_max_topic_aliases (f->options, 0);
  g_assert_cmpuint (count_aliases (f), ==, 0);
}

static void
test_will_delay_interval (Fixture *f,
                          gconstpointer data)
{
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("state", "gone");
  g_autoptr (MqttcPacket) first = NULL;
  g_autoptr (MqttcPacket) second = NULL;
  g_autofree char *at_once = NULL;
  g_autofree char *later = NULL;

  mqttc_options_set_will (f->options, will);
  first = open_and_close (f);
  at_once = test_broker_get_will (f->broker);
  g_assert_cmpstr (at_once, ==, "state q0: gone");
  mqttc_options_set_will_delay_interval (f->options, 5);
  second = open_and_close (f);
  later = test_broker_get_will (f->broker);
  g_assert_cmpstr (later, ==, "state q0 delay 5: gone");
}

static void
test_request_response_information (Fixture *f,
                                   gconstpointer data)
{
  expect_property (f, MQTTC_PROPERTY_ID_REQUEST_RESPONSE_INFORMATION, G_MAXINT64);
  mqttc_options_set_request_response_information (f->options, TRUE);
  expect_property (f, MQTTC_PROPERTY_ID_REQUEST_RESPONSE_INFORMATION, 1);
}

static void
test_request_problem_information (Fixture *f,
                                  gconstpointer data)
{
  expect_property (f, MQTTC_PROPERTY_ID_REQUEST_PROBLEM_INFORMATION, G_MAXINT64);
  mqttc_options_set_request_problem_information (f->options, FALSE);
  expect_property (f, MQTTC_PROPERTY_ID_REQUEST_PROBLEM_INFORMATION, 0);
}

/* [MQTT5-3.2.2-11]: not above what the server takes. */
static void
test_allow_qos_downgrade (Fixture *f,
                          gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_MAXIMUM_QOS, 1);
  test_broker_set_connack_properties (f->broker, properties);
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  fixture_open_ok (f);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &result);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_nonnull (error);
  fixture_close (f);

  mqttc_options_set_allow_qos_downgrade (f->options, TRUE);
  fixture_open_ok (f);
  fixture_publish_ok (f, "a", MQTTC_QOS_EXACTLY_ONCE);
  fixture_close (f);
  test_broker_expect (f->broker, 1, "CONNECT clean\nDISCONNECT\n");
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 a\nDISCONNECT\n");
}

static void
test_user_properties (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (MqttcPacket) connect = NULL;
  MqttcProperties *seen;

  mqttc_properties_add_user_property (properties, "region", "north");
  mqttc_options_set_user_properties (f->options, properties);
  connect = open_and_close (f);
  seen = mqttc_packet_get_properties (connect);
  g_assert_nonnull (seen);
  g_assert_cmpstr (mqttc_properties_get_user_property (seen, "region"), ==, "north");
}

static void (*const cases[]) (Fixture *, gconstpointer) = {
  test_protocol_fallback,
  test_session_expiry_interval,
  test_receive_maximum,
  test_topic_alias_maximum,
  test_max_topic_aliases,
  test_will_delay_interval,
  test_request_response_information,
  test_request_problem_information,
  test_allow_qos_downgrade,
  test_user_properties,
};

G_STATIC_ASSERT (G_N_ELEMENTS (cases) == G_N_ELEMENTS (mqtt5_options) - 1);

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/client/options-mqtt5/", mqtt5_options[i], NULL);

      fixture_add (path, cases[i]);
    }

  return g_test_run ();
}
