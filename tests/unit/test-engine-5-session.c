/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The life of a session of MQTT 5: section 4.1. */

#include "engine-fixture.h"

#define CONNECT_ME "10 0f 0004 4d515454 05 02 003c 00 0002 6d65"

/* The same without Clean Start, and with a session expiry of 60 s. */
#define CONNECT_RESUME "10 14 0004 4d515454 05 00 003c 05 11 0000003c 0002 6d65"
#define CONNECT_AFRESH "10 14 0004 4d515454 05 02 003c 05 11 0000003c 0002 6d65"

/* [MQTT-3.1.2-4]: Clean Start is for the first connection; later ones are to have the session. */
static void
test_clean_start_once (EngineFixture *f,
                       gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.session_expiry = 60;
  engine_open (f);
  engine_assert_sends (f, CONNECT_AFRESH);
  engine_feed (f, "20 03 00 00 00");
  engine_assert_events (f, "CONNECTING CONNECTED connected:0");

  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_RESUME);
  engine_feed (f, "20 03 01 00 00");
  /* [MQTT-4.4.0-1] [MQTT-3.3.1-1] */
  engine_assert_sends (f, "3a 07 0001 74 0001 00 78");
}

/* Without an expiry interval the session ends with the connection: there is nothing to resume, and a
 * Clean Start each time. */
static void
test_no_expiry_no_session (EngineFixture *f,
                           gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME);
  engine_feed (f, "20 03 00 00 00");
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
}

/* [MQTT-3.1.2-23] [MQTT-3.1.2-4]: the session may have ended while we were away; then neither side is to
 * have any of it, and identifiers begin anew. */
static void
test_session_ends (EngineFixture *f,
                   gconstpointer data)
{
  MqttcOperation twice = { 0 };

  f->config.session_expiry = 60;
  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (3600);
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_publish (f, "t", "y", MQTTC_QOS_EXACTLY_ONCE, &twice);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78 34 07 0001 74 0002 00 79");
  engine_cut (f);
  engine_drop_events (f);

  engine_redial (f);
  engine_assert_sends (f, CONNECT_AFRESH);
  engine_assert_events (f, "CONNECTING completed:client/12");
  engine_feed (f, "20 03 00 00 00");
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
}

/* The server may keep it shorter than it was asked to, or for ever. */
static void
test_session_expiry_of_server (EngineFixture *f,
                               gconstpointer data)
{
  f->config.session_expiry = 60;
  engine_connect_5 (f, "11 00000000");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_AFRESH);
  engine_feed (f, "20 08 00 00 05 11 ffffffff");
  engine_cut (f);
  f->now += SECONDS (1000000);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_RESUME);
}

/* Without a keep alive the server may notice at any time that we are gone, and keeps the session from then
 * on. */
static void
test_session_without_keep_alive (EngineFixture *f,
                                 gconstpointer data)
{
  f->config.session_expiry = 60;
  engine_connect_5 (f, "13 0000");
  engine_cut (f);
  f->now += SECONDS (1000000);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_RESUME);
}

/* Section 3.14.2.2.2: a session that DISCONNECT has ended is not there to be resumed. */
static void
test_session_ended_by_disconnect (EngineFixture *f,
                                  gconstpointer data)
{
  g_autoptr (GBytes) properties = g_bytes_new ("\x11\0\0\0\0", 5);

  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  mqttc_engine_close (f->engine, 0, properties, 0, f->now);
  engine_assert_sends (f, "e0 07 00 05 11 00000000");
  engine_assert_closes (f, "");
  engine_drop_events (f);

  engine_open (f);
  engine_assert_sends (f, CONNECT_AFRESH);
  engine_feed (f, "20 03 00 00 00");
  engine_assert_sends (f, "");
}

static void
assert_present_refused (EngineFixture *f,
                        const char *connect,
                        const char *events)
{
  engine_assert_sends (f, connect);
  engine_feed (f, "20 03 01 00 00");
  engine_assert_events (f, events);
  engine_assert_closes (f, "e0 01 82");
}

/* [MQTT-3.2.2-2] [MQTT-3.2.2-4]: who asked for a Clean Start has no session that could be there. */
static void
test_present_after_clean_start (EngineFixture *f,
                                gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  assert_present_refused (f, CONNECT_ME, "CONNECTING BACKING_OFF disconnected:client/1");
}

/* [MQTT-3.2.2-4]: nor has who dropped it because its time was over. */
static void
test_present_after_its_end (EngineFixture *f,
                            gconstpointer data)
{
  f->config.clean_session = FALSE;
  f->config.session_expiry = 60;
  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (3600);
  engine_connect_5 (f, "");
  engine_cut (f);
  engine_drop_events (f);
  engine_redial (f);
  assert_present_refused (f, CONNECT_AFRESH, "CONNECTING BACKING_OFF disconnected:client/1");
}

/* [MQTT-3.2.2-4]: nor has who had no name under which it could have been kept. */
static void
test_present_without_name (EngineFixture *f,
                           gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.clean_session = FALSE;
  f->config.client_id[0] = '\0';
  engine_open (f);
  assert_present_refused (f, "10 0d 0004 4d515454 05 00 003c 00 0000",
                          "CONNECTING BACKING_OFF disconnected:client/1");

  /* The name that it was given is one. */
  engine_redial (f);
  engine_accept_5 (f, FALSE, "12 0002 6964");
  engine_cut (f);
  engine_drop_events (f);
  engine_redial (f);
  engine_assert_sends (f, "10 0f 0004 4d515454 05 00 003c 00 0002 6964");
  engine_feed (f, "20 03 01 00 00");
  engine_assert_events (f, "CONNECTING CONNECTED connected:1");
}

/* Section 4.1: a program that was started anew and asks for its session has one of which nothing is in
 * flight, and gets what came for it meanwhile [MQTT-3.2.2-3]. */
static void
test_present_of_earlier_process (EngineFixture *f,
                                 gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.clean_session = FALSE;
  f->config.session_expiry = 60;
  engine_open (f);
  engine_assert_sends (f, CONNECT_RESUME);
  engine_feed (f, "20 03 01 00 00 3a 07 0001 74 0007 00 78 62 02 0008");
  engine_assert_events (f, "CONNECTING CONNECTED connected:1 t=x");
  engine_assert_sends (f, "70 03 0008 92 40 02 0007");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
}

/* [MQTT-3.2.2-5]: what the server has lost is sent as new, with DUP 0 and a new identifier. */
static void
test_session_absent (EngineFixture *f,
                     gconstpointer data)
{
  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_RESUME);
  engine_feed (f, "20 03 00 00 00");
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
}

/* The server may have taken a CONNECT whose answer was lost: then its clock has begun anew. */
static void
test_connack_lost (EngineFixture *f,
                   gconstpointer data)
{
  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_cut (f);
  for (guint i = 0; i < 4; i++)
    {
      f->now += SECONDS (50);
      engine_redial (f);
      engine_assert_sends (f, CONNECT_RESUME);
      engine_cut (f);
    }

  /* One that was not sent does not count. */
  for (guint i = 0; i < 4; i++)
    {
      f->now += SECONDS (50);
      engine_redial (f);
      engine_cut (f);
    }
  engine_redial (f);
  engine_assert_sends (f, CONNECT_AFRESH);
}

/* The longer one counts, and without a keep alive none. */
static void
test_connack_lost_for_longer (EngineFixture *f,
                              gconstpointer data)
{
  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  f->config.session_expiry = 3600;
  mqttc_engine_configure (f->engine, &f->config);
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, "10 14 0004 4d515454 05 00 003c 05 11 00000e10 0002 6d65");
  engine_cut (f);
  f->now += SECONDS (3600);
  f->config.keep_alive = 0;
  mqttc_engine_configure (f->engine, &f->config);
  engine_redial (f);
  engine_assert_sends (f, "10 14 0004 4d515454 05 00 0000 05 11 00000e10 0002 6d65");
  engine_cut (f);
  f->now += SECONDS (1000000);
  engine_redial (f);
  engine_assert_sends (f, "10 14 0004 4d515454 05 00 0000 05 11 00000e10 0002 6d65");
}

/* The link ends when DISCONNECT has not left. */
static void
test_ends_while_closing (EngineFixture *f,
                         gconstpointer data)
{
  MqttcSlice slice;

  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  engine_cut (f);
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
  engine_drop_events (f);
  f->now += SECONDS (100000);
  engine_open (f);
  engine_assert_sends (f, CONNECT_AFRESH);
}

static void
subscribe (EngineFixture *f)
{
  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_subscribe (f, "t", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "82 07 0001 00 0001 74 01");
  engine_feed (f, "90 04 0001 00 01");
  engine_drop_events (f);
}

/* Nothing was lost: nothing is said again. */
static void
test_subscriptions_kept (EngineFixture *f,
                         gconstpointer data)
{
  subscribe (f);
  engine_cut (f);
  engine_redial (f);
  engine_cut (f);
  engine_redial (f);
  engine_accept_5 (f, TRUE, "");
  engine_assert_sends (f, "");
}

/* CONNACK said that there is no session any more, and was lost: the next one tells of that which has begun
 * then. What is there all the same is not to send retained messages again (section 3.8.3.1). */
static void
test_absence_lost (EngineFixture *f,
                   gconstpointer data)
{
  subscribe (f);
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_RESUME);
  engine_cut (f);
  engine_redial (f);
  engine_accept_5 (f, TRUE, "");
  engine_assert_sends (f, "82 07 0002 00 0001 74 11");

  /* Until it is answered. */
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "82 07 0003 00 0001 74 11");
  engine_feed (f, "90 04 0003 00 01");
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "");
  engine_reconnect_5 (f, FALSE, "");
  engine_assert_sends (f, "82 07 0001 00 0001 74 01");
}

/* What one server has another need not have. */
static void
test_other_server (EngineFixture *f,
                   gconstpointer data)
{
  f->config.server = g_strdup ("one");
  subscribe (f);
  g_free (f->config.server);
  f->config.server = g_strdup ("two");
  mqttc_engine_configure (f->engine, &f->config);
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "82 07 0002 00 0001 74 11");
}

/* No byte of it has left: the server does not have it, whatever it has lost. */
static void
test_absent_unsent (EngineFixture *f,
                    gconstpointer data)
{
  MqttcOperation operation = { 0 };
  MqttcSlice slice;

  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, &operation);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  engine_cut (f);
  engine_drop_events (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_RESUME);
  engine_feed (f, "20 03 00 00 00");
  engine_assert_events (f, "CONNECTING CONNECTED connected:0");
  engine_assert_sends (f, "34 07 0001 74 0001 00 78");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/session/clean-start-once", test_clean_start_once);
  engine_test ("/engine-5/session/no-expiry-no-session", test_no_expiry_no_session);
  engine_test ("/engine-5/session/ends", test_session_ends);
  engine_test ("/engine-5/session/expiry-of-server", test_session_expiry_of_server);
  engine_test ("/engine-5/session/without-keep-alive", test_session_without_keep_alive);
  engine_test ("/engine-5/session/ended-by-disconnect", test_session_ended_by_disconnect);
  engine_test ("/engine-5/session/present-after-clean-start", test_present_after_clean_start);
  engine_test ("/engine-5/session/present-after-its-end", test_present_after_its_end);
  engine_test ("/engine-5/session/present-without-name", test_present_without_name);
  engine_test ("/engine-5/session/present-of-earlier-process", test_present_of_earlier_process);
  engine_test ("/engine-5/session/absent", test_session_absent);
  engine_test ("/engine-5/session/connack-lost", test_connack_lost);
  engine_test ("/engine-5/session/connack-lost-for-longer", test_connack_lost_for_longer);
  engine_test ("/engine-5/session/ends-while-closing", test_ends_while_closing);
  engine_test ("/engine-5/session/subscriptions-kept", test_subscriptions_kept);
  engine_test ("/engine-5/session/absence-lost", test_absence_lost);
  engine_test ("/engine-5/session/other-server", test_other_server);
  engine_test ("/engine-5/session/absent-unsent", test_absent_unsent);

  return g_test_run ();
}
