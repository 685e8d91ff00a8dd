/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Enhanced authentication: sections 4.12 and 4.12.1 of MQTT 5. */

#include "engine-fixture.h"

/* CONNECT with the method "m" and the data "c0". */
#define CONNECT_M "10 18 0004 4d515454 05 02 003c 09 15 0001 6d 16 0002 6330 0002 6d65"
#define AUTH_M(reason, data) "f0 0b " reason " 09 15 0001 6d 16 0002 " data
#define CONNACK_M "20 0c 00 00 09 15 0001 6d 16 0002 7339"

static void
open_with_method (EngineFixture *f)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.authenticates = TRUE;
  engine_open (f);
}

/* CONNECT has been sent. */
static void
begin (EngineFixture *f)
{
  open_with_method (f);
  engine_assert_events (f, "CONNECTING start:");
  engine_authenticate (f, "c0");
  engine_assert_sends (f, CONNECT_M);
}

static void
connect_with_method (EngineFixture *f)
{
  begin (f);
  engine_feed (f, CONNACK_M);
  engine_assert_events (f, "finish:s9");
  engine_authenticate (f, "");
  engine_assert_events (f, "CONNECTED connected:0");
}

static void
fail (EngineFixture *f)
{
  engine_authenticate_full (
      f, NULL, g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, "no"));
}

/* [MQTT-3.1.2-30] [MQTT-4.12.0-2] [MQTT-4.12.0-3] [MQTT-4.12.0-5]: CONNACK is not believed before the
 * program has looked at it, and nothing is sent or read until then. */
static void
test_connect (EngineFixture *f,
              gconstpointer data)
{
  open_with_method (f);
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "");
  engine_assert_events (f, "CONNECTING start:");
  engine_authenticate (f, "c0");
  engine_assert_sends (f, CONNECT_M);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_assert_events (f, "continue:s1");
  engine_assert_sends (f, "");
  engine_authenticate (f, "c1");
  engine_assert_sends (f, AUTH_M ("18", "6331"));
  engine_feed (f, AUTH_M ("18", "7332"));
  engine_assert_events (f, "continue:s2");
  engine_authenticate (f, "c2");
  engine_assert_sends (f, AUTH_M ("18", "6332"));

  engine_feed (f, CONNACK_M " 30 05 0001 74 00 78");
  engine_assert_events (f, "finish:s9");
  engine_assert_sends (f, "");
  g_assert_false (mqttc_engine_want_read (f->engine));
  engine_authenticate (f, "");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, 0);
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "CONNECTED connected:0 t=x");
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
}

/* Without data. */
static void
test_no_data (EngineFixture *f,
              gconstpointer data)
{
  open_with_method (f);
  engine_authenticate (f, NULL);
  engine_assert_sends (f, "10 13 0004 4d515454 05 02 003c 04 15 0001 6d 0002 6d65");
  engine_feed (f, "f0 06 18 04 15 0001 6d");
  engine_assert_events (f, "CONNECTING start: continue:");
  engine_authenticate (f, NULL);
  engine_assert_sends (f, "f0 06 18 04 15 0001 6d");
}

/* A server that never ends. */
static void
test_too_many_rounds (EngineFixture *f,
                      gconstpointer data)
{
  guint n = 0;

  begin (f);
  while (mqttc_engine_get_state (f->engine) == MQTTC_CONNECTION_STATE_CONNECTING)
    {
      g_assert_cmpuint (n++, <, 100);
      engine_feed (f, AUTH_M ("18", "7331"));
      engine_drop_events (f);
      engine_authenticate (f, "c1");
      if (mqttc_engine_get_state (f->engine) == MQTTC_CONNECTION_STATE_CONNECTING)
        engine_assert_sends (f, AUTH_M ("18", "6331"));
    }
  g_assert_cmpuint (n, >, 10);
  engine_assert_closes (f, "e0 01 82");
}

static void
assert_rejected (EngineFixture *f,
                 const char *packet)
{
  begin (f);
  engine_feed (f, packet);
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, "e0 01 82");
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
}

/* [MQTT-4.12.0-5] [MQTT-4.12.0-2] [MQTT-3.15.2-1] */
static void
test_rejected (EngineFixture *f,
               gconstpointer data)
{
  assert_rejected (f, "f0 06 18 04 15 0001 6e");
  assert_rejected (f, "f0 07 18 05 15 0002 6d6d");
  assert_rejected (f, AUTH_M ("19", "7331"));
  assert_rejected (f, AUTH_M ("00", "7331"));
  assert_rejected (f, "20 07 00 00 04 15 0001 6e");
  assert_rejected (f, "20 03 00 00 00");
  /* [MQTT-3.2.2-2] */
  assert_rejected (f, "20 0c 01 00 09 15 0001 6d 16 0002 7339");
  /* Twice, without waiting for an answer. */
  begin (f);
  engine_feed (f, AUTH_M ("18", "7331") AUTH_M ("18", "7332"));
  engine_assert_closes (f, "e0 01 82");
}

/* While the program thinks. */
static void
test_connack_too_early (EngineFixture *f,
                        gconstpointer data)
{
  begin (f);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_feed (f, CONNACK_M);
  engine_assert_events (f, "continue:s1 BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, "e0 01 82");

  /* The answer of the program has not left yet. */
  engine_redial (f);
  engine_authenticate (f, "c0");
  g_free (engine_take_output (f));
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_authenticate (f, "c1");
  engine_feed (f, CONNACK_M);
  engine_assert_closes (f, "e0 01 82");

  /* Before CONNECT nothing can be said. */
  engine_redial (f);
  engine_feed (f, CONNACK_M);
  engine_assert_closes (f, "");
  engine_redial (f);
  engine_feed (f, "20 03 00 87 00");
  engine_assert_closes (f, "");
}

/* [MQTT-4.12.0-1] [MQTT-4.12.0-4]: a refusal needs no method, and nobody to look at it. */
static void
test_refused (EngineFixture *f,
              gconstpointer data)
{
  begin (f);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_authenticate (f, "c1");
  g_free (engine_take_output (f));
  engine_feed (f, "20 03 00 87 00");
  engine_assert_events (f, "continue:s1 CLOSED disconnected:reason/135");
  engine_assert_closes (f, "");

  begin (f);
  engine_feed (f, "20 03 00 8c 00");
  engine_assert_events (f, "CLOSED disconnected:reason/140");
  engine_assert_closes (f, "");
}

/* [MQTT-4.12.0-4]: at any time, also while the program thinks; what it says then is for nobody. */
static void
test_refused_while_thinking (EngineFixture *f,
                             gconstpointer data)
{
  begin (f);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_feed (f, "20 03 00 87 00");
  engine_assert_events (f, "continue:s1 CLOSED disconnected:reason/135");
  engine_assert_closes (f, "");
  engine_authenticate (f, "c1");
  engine_assert_sends (f, "");
}

/* [MQTT-4.12.0-6] [MQTT-4.12.0-7] */
static void
test_unasked (EngineFixture *f,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MqttcOperation operation = { 0 };

  engine_connect_5 (f, "");
  g_assert_false (mqttc_engine_reauthenticate (f->engine, &operation, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
  engine_authenticate (f, "c0");
  engine_assert_sends (f, "");
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_assert_closes (f, "e0 01 82");
  engine_redial (f);
  g_free (engine_take_output (f));
  engine_feed (f, "20 07 00 00 04 15 0001 6d");
  engine_assert_closes (f, "e0 01 82");
}

/* What the program finds wrong ends the connection, at each stage. */
static void
test_program_fails (EngineFixture *f,
                    gconstpointer data)
{
  open_with_method (f);
  fail (f);
  engine_assert_events (f, "CONNECTING start: CLOSED disconnected:client/4");
  engine_assert_closes (f, "");

  begin (f);
  engine_feed (f, AUTH_M ("18", "7331"));
  fail (f);
  engine_assert_events (f, "continue:s1 CLOSED disconnected:client/4");
  engine_assert_closes (f, "e0 01 80");

  begin (f);
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_feed (f, CONNACK_M);
  fail (f);
  engine_assert_events (f, "finish:s9 CLOSED disconnected:client/4");
  engine_assert_closes (f, "e0 01 80");
}

/* Nothing of a link that is lost is left for the next one. */
static void
test_link_lost (EngineFixture *f,
                gconstpointer data)
{
  f->config.session_expiry = 0;
  open_with_method (f);
  engine_cut (f);
  engine_authenticate (f, "old");
  engine_assert_events (f, "CONNECTING start: BACKING_OFF disconnected:client/11");
  engine_redial (f);
  engine_assert_sends (f, "");
  engine_authenticate (f, "c0");
  engine_assert_sends (f, CONNECT_M);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_cut (f);
  engine_authenticate (f, "old");
  engine_drop_events (f);

  engine_redial (f);
  engine_authenticate (f, "c0");
  engine_assert_sends (f, CONNECT_M);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_authenticate (f, "c1");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, "");
  engine_authenticate (f, "c0");
  engine_assert_sends (f, CONNECT_M);
  engine_feed (f, CONNACK_M);
  engine_cut (f);
  engine_authenticate (f, "old");
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_BACKING_OFF);
  engine_redial (f);
  engine_authenticate (f, "c0");
  engine_assert_sends (f, CONNECT_M);
  engine_feed (f, CONNACK_M);
  engine_authenticate (f, "");
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

/* --- Again, section 4.12.1. --- */

static void
begin_again (EngineFixture *f,
             MqttcOperation *operation)
{
  g_autoptr (GError) error = NULL;

  connect_with_method (f);
  mqttc_engine_reauthenticate (f->engine, operation, &error);
  g_assert_no_error (error);
  engine_assert_events (f, "restart:");
  engine_assert_sends (f, "");
}

/* [MQTT-4.12.1-1]; the connection goes on meanwhile. */
static void
test_again (EngineFixture *f,
            gconstpointer data)
{
  MqttcOperation operation = { (gpointer) 1 };
  g_autoptr (GError) error = NULL;

  begin_again (f, &operation);
  g_assert_false (mqttc_engine_reauthenticate (f->engine, NULL, &error));
  engine_authenticate (f, "c0");
  engine_assert_sends (f, AUTH_M ("19", "6330"));
  engine_publish (f, "t", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "30 05 0001 74 00 78");
  engine_feed (f, AUTH_M ("18", "7331") "30 05 0001 74 00 78");
  engine_assert_events (f, "continue:s1 t=x");
  engine_authenticate (f, "c1");
  engine_assert_sends (f, AUTH_M ("18", "6331"));
  engine_feed (f, AUTH_M ("00", "7339"));
  engine_assert_events (f, "finish:s9");
  engine_authenticate (f, "");
  engine_assert_events (f, "completed:15");

  /* And once more. */
  g_assert_true (mqttc_engine_reauthenticate (f->engine, NULL, NULL));
}

/* [MQTT-4.12.1-2]: the server's is a DISCONNECT, ours likewise; but nothing has happened before AUTH is
 * sent. */
static void
test_again_fails (EngineFixture *f,
                  gconstpointer data)
{
  MqttcOperation operation = { 0 };

  begin_again (f, &operation);
  fail (f);
  engine_assert_events (f, "completed:client/4");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);

  g_assert_true (mqttc_engine_reauthenticate (f->engine, &operation, NULL));
  engine_authenticate (f, "c0");
  g_free (engine_take_output (f));
  engine_feed (f, "e0 01 87");
  engine_assert_events (f, "restart: completed:reason/135 BACKING_OFF disconnected:reason/135");
  engine_assert_closes (f, "");
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);

  begin_again (f, &operation);
  engine_authenticate (f, "c0");
  g_free (engine_take_output (f));
  engine_feed (f, AUTH_M ("00", "7339"));
  fail (f);
  engine_assert_events (f, "finish:s9 completed:client/4 CLOSED disconnected:client/4");
  engine_assert_closes (f, "e0 01 80");
}

static void
test_again_rejected (EngineFixture *f,
                     gconstpointer data)
{
  static const char *const wrong[] = { AUTH_M ("19", "7331"), "f0 06 18 04 15 0001 6e",
                                       "f0 06 00 04 15 0001 6e", "f0 00", CONNACK_M };
  MqttcOperation operation = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      begin_again (f, &operation);
      engine_authenticate (f, "c0");
      g_free (engine_take_output (f));
      engine_feed (f, wrong[i]);
      engine_assert_events (f, "completed:client/1 BACKING_OFF disconnected:client/1");
      engine_assert_closes (f, "e0 01 82");
      mqttc_engine_abort (f->engine, f->now);
      engine_drop_events (f);
    }
}

static void
test_again_too_early (EngineFixture *f,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MqttcOperation operation = { 0 };

  begin (f);
  g_assert_false (mqttc_engine_reauthenticate (f->engine, &operation, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
}

static void
begin_unanswered (EngineFixture *f,
                  MqttcOperation *operation)
{
  f->config.connect_timeout = SECONDS (5);
  begin_again (f, operation);
  engine_wait (f, SECONDS (10)); /* the program may take its time */
  engine_authenticate (f, "c0");
  engine_assert_sends (f, AUTH_M ("19", "6330"));
}

/* [MQTT-4.12.1-2]: each answer has the time that CONNECT has. */
static void
test_again_unanswered (EngineFixture *f,
                       gconstpointer data)
{
  MqttcOperation operation = { 0 };
  g_autofree char *rest = NULL;

  begin_unanswered (f, &operation);
  engine_wait (f, f->config.connect_timeout - 1);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_assert_events (f, "continue:s1");
  engine_authenticate (f, "c1");
  rest = engine_take_output (f);
  engine_wait (f, f->config.connect_timeout - 1);
  engine_assert_events (f, "");
  engine_wait (f, 1);
  engine_assert_events (f, "completed:client/10 BACKING_OFF disconnected:client/10");
  engine_assert_closes (f, "e0 01 80");

  /* And then it does not matter to the next connection. */
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
  connect_with_method (f);
  engine_wait (f, 2 * f->config.connect_timeout);
  engine_assert_events (f, "");
}

/* What is not read is not late. */
static void
test_again_unread (EngineFixture *f,
                   gconstpointer data)
{
  MqttcOperation operation = { 0 };

  begin_unanswered (f, &operation);
  mqttc_engine_set_paused (f->engine, TRUE, f->now);
  engine_wait (f, 3 * f->config.connect_timeout);
  engine_assert_events (f, "");
  mqttc_engine_set_paused (f->engine, FALSE, f->now);
  engine_feed (f, AUTH_M ("00", "7339"));
  engine_assert_events (f, "finish:s9");
  engine_authenticate (f, "");
  engine_assert_events (f, "completed:15");
}

/* But what is read now and then is, as by a program that polls. */
static void
test_again_read_in_turns (EngineFixture *f,
                          gconstpointer data)
{
  MqttcOperation operation = { 0 };
  gint64 begun;

  begin_unanswered (f, &operation);
  begun = f->now;
  for (guint i = 0; i < 10; i++)
    {
      mqttc_engine_set_paused (f->engine, TRUE, f->now);
      engine_wait (f, f->config.connect_timeout / 10);
      mqttc_engine_set_paused (f->engine, FALSE, f->now);
      engine_assert_events (f, "");
      engine_wait (f, f->config.connect_timeout / 10);
    }
  engine_assert_events (f, "completed:client/10 BACKING_OFF disconnected:client/10");
  g_assert_cmpint (f->now - begun, ==, 2 * f->config.connect_timeout);
}

/* It ends for the program; the server waits for the rest of the exchange, and gets it. */
static void
test_cancelled (EngineFixture *f,
                gconstpointer data)
{
  MqttcOperation operation = { (gpointer) 1 };
  GError *error = g_error_new_literal (MQTTC_CLIENT_ERROR, 19, "cancelled");

  begin_again (f, &operation);
  engine_authenticate (f, "c0");
  engine_assert_sends (f, AUTH_M ("19", "6330"));
  g_assert_false (mqttc_engine_cancel (f->engine, &operation, error));
  engine_assert_events (f, "completed:client/19");
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_assert_events (f, "continue:s1");
  engine_authenticate (f, "c1");
  engine_assert_sends (f, AUTH_M ("18", "6331"));
  engine_feed (f, AUTH_M ("00", "7339"));
  engine_authenticate (f, "");
  engine_assert_events (f, "finish:s9");

  /* It has ended already. */
  error = g_error_new_literal (MQTTC_CLIENT_ERROR, 19, "cancelled");
  g_assert_false (mqttc_engine_cancel (f->engine, &operation, error));
  engine_assert_events (f, "");
}

/* [MQTT-3.14.4-1]: no AUTH after DISCONNECT. */
static void
test_after_disconnect (EngineFixture *f,
                       gconstpointer data)
{
  MqttcOperation operation = { 0 };
  MqttcSlice slice;

  begin_again (f, &operation);
  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  engine_authenticate (f, "c0");
  engine_assert_sends (f, "e0 00");
  engine_assert_events (f, "DRAINING completed:client/9 CLOSED disconnected:");
}

/* [MQTT-3.2.2-15]; ours never has a reason string or user properties [MQTT-3.15.2-2] [MQTT-3.15.2-3]. */
static void
test_too_large (EngineFixture *f,
                gconstpointer data)
{
  MqttcOperation operation = { 0 };

  begin (f);
  engine_feed (f, "20 0c 00 00 09 15 0001 6d 27 0000000c");
  engine_authenticate (f, "");
  engine_drop_events (f);
  g_assert_true (mqttc_engine_reauthenticate (f->engine, &operation, NULL));
  engine_authenticate (f, "c0");
  engine_assert_sends (f, "");
  engine_assert_events (f, "restart: completed:client/2");
  g_assert_true (mqttc_engine_reauthenticate (f->engine, &operation, NULL));
  engine_authenticate (f, "c");
  engine_assert_sends (f, "f0 0a 19 08 15 0001 6d 16 0001 63");
}

/* More than any packet can hold: in AUTH, and in CONNECT. */
static void
test_impossible (EngineFixture *f,
                 gconstpointer data)
{
  g_autofree char *large = g_strnfill (65536, 'x');

  begin (f);
  engine_feed (f, AUTH_M ("18", "7331"));
  engine_authenticate (f, large);
  engine_assert_events (f, "continue:s1 CLOSED disconnected:client/4");
  engine_assert_closes (f, "e0 01 80");
  engine_open (f);
  engine_authenticate (f, large);
  engine_assert_sends (f, "");
  engine_assert_events (f, "CONNECTING start: CLOSED disconnected:client/4");
}

/* What belongs to a question of an earlier attempt is no answer to this one's. */
static void
test_stale (EngineFixture *f,
            gconstpointer data)
{
  open_with_method (f);
  engine_cut (f);
  engine_redial (f);
  mqttc_engine_authenticate (f->engine, 1, "m", NULL, NULL, f->now);
  engine_assert_sends (f, "");
  mqttc_engine_authenticate (
      f->engine, 1, NULL, NULL,
      g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED, "old"), f->now);
  engine_authenticate (f, "c0");
  engine_assert_sends (f, CONNECT_M);
}

/* The method is one that the packet can name. */
static void
test_method (EngineFixture *f,
             gconstpointer data)
{
  g_autofree char *large = g_strnfill (65536, 'm');
  const char *const methods[] = { NULL, "", "\xff", large };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.authenticates = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      engine_open (f);
      mqttc_engine_authenticate (f->engine, i + 1, methods[i], NULL, NULL, f->now);
      engine_assert_sends (f, "");
      engine_assert_events (f, "CONNECTING start: CLOSED disconnected:client/4");
      engine_assert_closes (f, "");
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/auth/connect", test_connect);
  engine_test ("/engine-5/auth/no-data", test_no_data);
  engine_test ("/engine-5/auth/too-many-rounds", test_too_many_rounds);
  engine_test ("/engine-5/auth/rejected", test_rejected);
  engine_test ("/engine-5/auth/connack-too-early", test_connack_too_early);
  engine_test ("/engine-5/auth/refused", test_refused);
  engine_test ("/engine-5/auth/refused-while-thinking", test_refused_while_thinking);
  engine_test ("/engine-5/auth/unasked", test_unasked);
  engine_test ("/engine-5/auth/program-fails", test_program_fails);
  engine_test ("/engine-5/auth/link-lost", test_link_lost);
  engine_test ("/engine-5/auth/again", test_again);
  engine_test ("/engine-5/auth/again-fails", test_again_fails);
  engine_test ("/engine-5/auth/again-rejected", test_again_rejected);
  engine_test ("/engine-5/auth/again-too-early", test_again_too_early);
  engine_test ("/engine-5/auth/again-unanswered", test_again_unanswered);
  engine_test ("/engine-5/auth/again-unread", test_again_unread);
  engine_test ("/engine-5/auth/again-read-in-turns", test_again_read_in_turns);
  engine_test ("/engine-5/auth/cancelled", test_cancelled);
  engine_test ("/engine-5/auth/after-disconnect", test_after_disconnect);
  engine_test ("/engine-5/auth/too-large", test_too_large);
  engine_test ("/engine-5/auth/impossible", test_impossible);
  engine_test ("/engine-5/auth/stale", test_stale);
  engine_test ("/engine-5/auth/method", test_method);

  return g_test_run ();
}
