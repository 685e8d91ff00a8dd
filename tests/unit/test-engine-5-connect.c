/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* CONNECT and CONNACK of MQTT 5. */

#include "engine-fixture.h"

#define CONNECT_ME "10 0f 0004 4d515454 05 02 003c 00 0002 6d65"

/* The same with a session expiry of 60 s. */
#define CONNECT_AFRESH "10 14 0004 4d515454 05 02 003c 05 11 0000003c 0002 6d65"

/* [MQTT-3.1.0-1] [MQTT-3.1.2-1] [MQTT-3.1.2-2] [MQTT-3.1.2-3] [MQTT-2.2.2-1]: no property that was not
 * asked for. */
static void
test_nothing_set (EngineFixture *f,
                  gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_assert_events (f, "CONNECTING");
  engine_assert_sends (f, CONNECT_ME);
  engine_feed (f, "20 03 00 00 00");
  engine_assert_events (f, "CONNECTED connected:0");
  g_assert_cmpint (mqttc_engine_get_protocol (f->engine), ==, MQTTC_PROTOCOL_V5);

  mqttc_engine_close (f->engine, 0, NULL, SECONDS (5), f->now);
  engine_assert_sends (f, "e0 00");
  engine_assert_events (f, "DRAINING CLOSED disconnected:");
}

static void
set_everything (EngineFixture *f)
{
  static const guint8 pair[] = { 0x26, 0, 1, 'k', 0, 1, 'v' };
  MqttcMessage *will = mqttc_message_new_text ("w", "x");

  mqttc_message_set_qos (will, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_retain (will, TRUE);
  mqttc_message_set_content_type (will, "c");
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.will = will;
  f->config.will_delay = 5;
  f->config.session_expiry = G_MAXUINT32;
  f->config.receive_maximum = 20;
  f->config.max_packet_size = 1000;
  f->config.topic_alias_maximum = 7;
  f->config.request_response_information = TRUE;
  f->config.refuse_problem_information = TRUE;
  f->config.user_properties = g_bytes_new (pair, sizeof pair);
  f->config.user_name = g_strdup ("u");
  f->config.password = g_bytes_new ("p", 1);
}

/* [MQTT-3.1.3-1] the order of the payload; [MQTT-3.1.2-9] will properties; [MQTT-3.1.2-17]
 * [MQTT-3.1.2-19]. */
static void
test_everything_set (EngineFixture *f,
                     gconstpointer data)
{
  set_everything (f);
  engine_open (f);
  engine_assert_sends (f, "10 40 0004 4d515454 05 ee 003c"
                          " 1b 11 ffffffff 21 0014 27 000003e8 22 0007 19 01 17 00"
                          " 26 0001 6b 0001 76 0002 6d65"
                          " 09 18 00000005 03 0001 63 0001 77 0001 78 0001 75 0001 70");
}

/* [MQTT-3.1.2-16] [MQTT-3.1.2-18]: section 3.1.2.9 allows what 3.1.1 does not. */
static void
test_password_alone (EngineFixture *f,
                     gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.password = g_bytes_new ("p", 1);
  engine_open (f);
  engine_assert_sends (f, "10 12 0004 4d515454 05 42 003c 00 0002 6d65 0001 70");
}

static void
test_will_without_properties (EngineFixture *f,
                              gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.will = mqttc_message_new_text ("w", "x");
  engine_open (f);
  engine_assert_sends (f, "10 16 0004 4d515454 05 06 003c 00 0002 6d65 00 0001 77 0001 78");
}

/* That one client's session is over says nothing of another's, nor are the limits of one server those of
 * the next. */
static void
test_another_identity (EngineFixture *f,
                       gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("t", "x");

  f->config.session_expiry = 60;
  f->config.clean_session = FALSE;
  f->config.server = g_strdup ("one");
  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (3600);
  engine_connect_5 (f, "24 00");
  engine_cut (f);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  engine_publish_refused (f, message, MQTTC_CLIENT_ERROR_LIMIT, "QoS 0");
  engine_redial (f);
  engine_assert_sends (f, CONNECT_AFRESH);
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
  engine_assert_closes (f, "");

  f->config.client_id[0] = 'w';
  g_free (f->config.server);
  f->config.server = g_strdup ("two");
  engine_open (f);
  engine_assert_sends (f, "10 14 0004 4d515454 05 00 003c 05 11 0000003c 0002 7765");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
}

/* [MQTT-3.2.2-12] [MQTT-3.2.2-13]: a will that the server cannot publish; to say it again would not
 * help. */
static void
test_will_refused (EngineFixture *f,
                   gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.will = mqttc_message_new_text ("w", "x");
  mqttc_message_set_qos (f->config.will, MQTTC_QOS_EXACTLY_ONCE);
  engine_open (f);
  engine_assert_sends (f, "10 16 0004 4d515454 05 16 003c 00 0002 6d65 00 0001 77 0001 78");
  engine_feed (f, "20 03 00 9b 00");
  engine_assert_events (f, "CONNECTING CLOSED disconnected:reason/155");
  engine_assert_closes (f, "");

  mqttc_message_set_retain (f->config.will, TRUE);
  engine_open (f);
  engine_assert_sends (f, "10 16 0004 4d515454 05 36 003c 00 0002 6d65 00 0001 77 0001 78");
  engine_feed (f, "20 03 00 9a 00");
  engine_assert_events (f, "CONNECTING CLOSED disconnected:reason/154");
  engine_assert_closes (f, "");
}

/* [MQTT-3.2.0-1]: nothing comes before CONNACK but AUTH, and that only if it was asked for [MQTT-4.12.0-6].
 * What follows is not looked at. */
static void
test_connack_first (EngineFixture *f,
                    gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    int code;
    const char *last_words;
  } rows[] = {
    { "30 04 0001 74 00", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "32 06 0001 74 0001 00", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "40 02 0001", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "50 02 0001", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "62 02 0001", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "70 02 0001", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "90 04 0001 00 00", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "b0 04 0001 00 00", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "d0 00", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "e0 01 8b", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "f0 06 18 04 15 0001 6d", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "d0 00 20 03 00 00 00", MQTTC_CLIENT_ERROR_PROTOCOL, "e0 01 82" },
    { "36 06 0001 74 0001 00", MQTTC_CLIENT_ERROR_NOT_MQTT, "e0 01 81" },
    { "48 54 54 50", MQTTC_CLIENT_ERROR_NOT_MQTT, "e0 01 81" },
  };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *events
          = g_strdup_printf ("CONNECTING BACKING_OFF disconnected:client/%d", rows[i].code);

      if (i > 0)
        engine_redial (f);
      engine_assert_sends (f, CONNECT_ME);
      engine_feed (f, rows[i].bytes);
      engine_assert_events (f, events);
      engine_assert_closes (f, rows[i].last_words);
    }
}

/* [MQTT-3.1.3-7] [MQTT-3.2.2-16]: kept, and used instead of an empty one. */
static void
test_assigned_client_id (EngineFixture *f,
                         gconstpointer data)
{
  f->config.client_id[0] = '\0';
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_assert_sends (f, "10 0d 0004 4d515454 05 02 003c 00 0000");
  engine_feed (f, "20 08 00 00 05 12 0002 6964");
  g_assert_cmpstr (mqttc_engine_get_assigned_client_id (f->engine), ==, "id");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, "10 0f 0004 4d515454 05 02 003c 00 0002 6964");
  engine_feed (f, "20 03 00 00 00");
  g_assert_cmpstr (mqttc_engine_get_assigned_client_id (f->engine), ==, "id");

  /* Under a name of its own it is somebody else. */
  g_free (f->config.client_id);
  f->config.client_id = g_strdup ("me");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME);
}

/* It is of no use to a server that refuses it, or to another one. */
static void
test_assigned_client_id_given_up (EngineFixture *f,
                                  gconstpointer data)
{
  f->config.client_id[0] = '\0';
  f->config.server = g_strdup ("one");
  engine_connect_5 (f, "12 0002 6964");
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
  mqttc_engine_take_link_action (f->engine);
  engine_open (f);
  engine_assert_sends (f, "10 0f 0004 4d515454 05 02 003c 00 0002 6964");
  engine_feed (f, "20 03 00 85 00");
  engine_assert_events (f, "CONNECTING CLOSED disconnected:reason/133");
  mqttc_engine_take_link_action (f->engine);
  engine_open (f);
  engine_assert_sends (f, "10 0d 0004 4d515454 05 02 003c 00 0000");

  engine_feed (f, "20 08 00 00 05 12 0002 6964");
  g_free (f->config.server);
  f->config.server = g_strdup ("two");
  mqttc_engine_configure (f->engine, &f->config);
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, "10 0d 0004 4d515454 05 02 003c 00 0000");
}

/* [MQTT-3.1.2-21] [MQTT-3.2.2-21] */
static void
test_server_keep_alive (EngineFixture *f,
                        gconstpointer data)
{
  engine_connect_5 (f, "13 000a");
  engine_wait (f, SECONDS (9));
  engine_assert_sends (f, "");
  engine_wait (f, SECONDS (1));
  engine_assert_sends (f, "c0 00");
}

/* 18 hours, in microseconds more than 32 bits. */
static void
test_server_keep_alive_longest (EngineFixture *f,
                                gconstpointer data)
{
  engine_connect_5 (f, "13 ffff");
  engine_wait (f, SECONDS (65533));
  engine_assert_sends (f, "");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "c0 00");
}

static void
test_server_keep_alive_off (EngineFixture *f,
                            gconstpointer data)
{
  engine_connect_5 (f, "13 0000");
  engine_wait (f, SECONDS (1000));
  engine_assert_sends (f, "");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
}

/* It is that connection's: the next one asks for ours again. */
static void
test_server_keep_alive_on (EngineFixture *f,
                           gconstpointer data)
{
  f->config.keep_alive = 0;
  engine_connect_5 (f, "13 0005");
  engine_wait (f, SECONDS (5));
  engine_assert_sends (f, "c0 00");
  engine_reconnect_5 (f, FALSE, "");
  engine_wait (f, SECONDS (1000));
  engine_assert_sends (f, "");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/connect/nothing-set", test_nothing_set);
  engine_test ("/engine-5/connect/everything-set", test_everything_set);
  engine_test ("/engine-5/connect/password-alone", test_password_alone);
  engine_test ("/engine-5/connect/will-without-properties", test_will_without_properties);
  engine_test ("/engine-5/connack/first", test_connack_first);
  engine_test ("/engine-5/connack/will-refused", test_will_refused);
  engine_test ("/engine-5/connect/another-identity", test_another_identity);
  engine_test ("/engine-5/connack/assigned-client-id", test_assigned_client_id);
  engine_test ("/engine-5/connack/assigned-client-id-given-up", test_assigned_client_id_given_up);
  engine_test ("/engine-5/connack/server-keep-alive", test_server_keep_alive);
  engine_test ("/engine-5/connack/server-keep-alive-longest", test_server_keep_alive_longest);
  engine_test ("/engine-5/connack/server-keep-alive-off", test_server_keep_alive_off);
  engine_test ("/engine-5/connack/server-keep-alive-on", test_server_keep_alive_on);

  return g_test_run ();
}
