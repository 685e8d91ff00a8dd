/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Falling back to 3.1.1 with a server that does not take MQTT 5. */

#include "engine-fixture.h"

#define CONNECT_ME "10 0f 0004 4d515454 05 02 003c 00 0002 6d65"
#define CONNECT_ME_3_1_1 "10 0e 0004 4d515454 04 02 003c 0002 6d65"

/* A server that takes 3.1.1 alone answers in its own way, and is asked in that version at once, and on
 * every connection from then on. */
static void
assert_falls_back (EngineFixture *f,
                   const char *connack)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.fall_back = TRUE;
  engine_open (f);
  engine_assert_sends (f, CONNECT_ME);
  engine_feed (f, connack);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  engine_assert_sends (f, "");
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:reason/132");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now);

  for (guint i = 0; i < 2; i++)
    {
      engine_redial (f);
      engine_assert_sends (f, CONNECT_ME_3_1_1);
      engine_feed (f, "20 02 00 00");
      engine_assert_events (f, "CONNECTING CONNECTED connected:0");
      g_assert_cmpint (mqttc_engine_get_protocol (f->engine), ==, MQTTC_PROTOCOL_V3_1_1);
      engine_cut (f);
      engine_assert_events (f, "BACKING_OFF disconnected:client/11");
    }
}

/* [MQTT-3.1.2-2] */
static void
test_fall_back_refused (EngineFixture *f,
                        gconstpointer data)
{
  assert_falls_back (f, "20 03 00 84 00");
}

static void
test_fall_back_old_refusal (EngineFixture *f,
                            gconstpointer data)
{
  assert_falls_back (f, "20 02 00 01");
}

/* It has taken CONNECT for one of 3.1.1, with what follows it for something else. */
static void
test_fall_back_old_success (EngineFixture *f,
                            gconstpointer data)
{
  assert_falls_back (f, "20 02 00 00");
}

/* It is that server's: another one may take MQTT 5. */
static void
test_fall_back_forgotten (EngineFixture *f,
                          gconstpointer data)
{
  f->config.server = g_strdup ("one");
  assert_falls_back (f, "20 03 00 84 00");
  g_free (f->config.server);
  f->config.server = g_strdup ("two");
  mqttc_engine_configure (f->engine, &f->config);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME);
}

/* Before it has CONNECT no server can say what it does not know. */
static void
test_old_connack_too_early (EngineFixture *f,
                            gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.fall_back = TRUE;
  engine_open (f);
  engine_feed (f, "20 02 00 01");
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, "");
}

static void
open_falling_back (EngineFixture *f)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.fall_back = TRUE;
  engine_open (f);
}

static void
assert_silence_leads_to_guess (EngineFixture *f)
{
  engine_assert_sends (f, CONNECT_ME);
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME_3_1_1);
  engine_drop_events (f);
}

/* And back to MQTT 5 after that. */
static void
assert_silence_leads_to_old (EngineFixture *f)
{
  assert_silence_leads_to_guess (f);
  engine_feed (f, "20 02 00 00");
  engine_cut (f);
  engine_redial (f);
}

/* Nobody knows whether it is old or just starting: both versions in turn, for ever. */
static void
test_fall_back_silence (EngineFixture *f,
                        gconstpointer data)
{
  open_falling_back (f);
  for (guint i = 0; i < 6; i++)
    {
      engine_assert_sends (f, i % 2 == 0 ? CONNECT_ME : CONNECT_ME_3_1_1);
      engine_cut (f);
      engine_redial (f);
    }

  /* Silence may have been chance: only the second time in a row that it leads to 3.1.1 stays. */
  assert_silence_leads_to_old (f);
  assert_silence_leads_to_old (f);
  engine_assert_sends (f, CONNECT_ME_3_1_1);
}

/* It was just starting, and takes MQTT 5 alone. */
static void
test_guess_refused (EngineFixture *f,
                    gconstpointer data)
{
  open_falling_back (f);
  assert_silence_leads_to_guess (f);
  engine_feed (f, "20 02 00 01");
  engine_assert_closes (f, "");
  engine_assert_events (f, "BACKING_OFF disconnected:reason/132");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), <=, f->now);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME);
}

/* What it refuses for another reason it refuses in MQTT 5 too, and is asked so the next time. */
static void
test_guess_refused_for_good (EngineFixture *f,
                             gconstpointer data)
{
  open_falling_back (f);
  assert_silence_leads_to_guess (f);
  engine_feed (f, "20 02 00 05");
  engine_assert_closes (f, "");
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
  engine_drop_events (f);
  engine_open (f);
  engine_assert_sends (f, CONNECT_ME);
}

/* The session that is held must not end by a trial. */
static void
test_guess_keeps_session (EngineFixture *f,
                          gconstpointer data)
{
  f->config.fall_back = TRUE;
  f->config.session_expiry = 3600;
  engine_connect_5 (f, "");
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
  mqttc_engine_take_link_action (f->engine);
  for (guint i = 0; i < 2; i++)
    {
      engine_open (f);
      engine_assert_sends (f, "10 14 0004 4d515454 05 00 003c 05 11 00000e10 0002 6d65");
      engine_cut (f);
      engine_redial (f);
      engine_assert_sends (f, "10 0e 0004 4d515454 04 00 003c 0002 6d65");
      engine_feed (f, "20 02 01 00");
      engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:client/11 CONNECTING CONNECTED "
                               "connected:1");
      mqttc_engine_abort (f->engine, f->now);
      engine_drop_events (f);
      mqttc_engine_take_link_action (f->engine);
    }

  /* It is old indeed. */
  engine_open (f);
  engine_assert_sends (f, CONNECT_ME_3_1_1);
}

/* A server that was just starting, and takes MQTT 5. */
static void
test_fall_back_chance (EngineFixture *f,
                       gconstpointer data)
{
  open_falling_back (f);
  for (guint i = 0; i < 3; i++)
    {
      assert_silence_leads_to_old (f);
      engine_assert_sends (f, CONNECT_ME);
      engine_feed (f, "20 03 00 00 00");
      engine_cut (f);
      engine_redial (f);
      engine_assert_sends (f, CONNECT_ME);
      engine_cut (f);
      engine_redial (f);
      engine_assert_sends (f, CONNECT_ME);
      engine_cut (f);
      mqttc_engine_abort (f->engine, f->now);
      engine_drop_events (f);
      engine_open (f);
    }
}

/* One opening is one attempt: in both versions. */
static void
test_fall_back_once (EngineFixture *f,
                     gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.fall_back = TRUE;
  f->config.reconnect = FALSE;
  for (guint i = 0; i < 2; i++)
    {
      engine_open (f);
      engine_assert_sends (f, CONNECT_ME);
      engine_cut (f);
      engine_redial (f);
      engine_assert_sends (f, CONNECT_ME_3_1_1);
      engine_cut (f);
      g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
      engine_drop_events (f);
    }

  engine_open (f);
  engine_assert_sends (f, CONNECT_ME);
  engine_feed (f, "20 03 00 84 00");
  engine_assert_closes (f, "");
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME_3_1_1);
  engine_feed (f, "20 02 00 00");
  engine_cut (f);
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

/* A link that ends before CONNECT has left it says nothing about the server, nor does one that ends within
 * an answer. */
static void
test_no_silence (EngineFixture *f,
                 gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.fall_back = TRUE;
  engine_connect_5 (f, "");
  engine_cut (f);
  mqttc_engine_abort (f->engine, f->now);
  engine_open (f);
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME);
  engine_feed (f, "20 03");
  engine_cut (f);
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME);
}

/* Without fall_back, and with a method of authentication, which 3.1.1 does not have. */
static void
test_no_fall_back (EngineFixture *f,
                   gconstpointer data)
{
  static const char *const connacks[] = { "20 03 00 84 00", "20 02 00 01", "20 02 00 00" };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  for (guint i = 0; i < 2 * G_N_ELEMENTS (connacks); i++)
    {
      gboolean method = i % 2 == 1;

      f->config.authenticates = method;
      f->config.fall_back = method;
      engine_open (f);
      engine_authenticate (f, "");
      g_free (engine_take_output (f));
      engine_feed (f, connacks[i / 2]);
      g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
      engine_drop_events (f);
    }

  engine_open (f);
  engine_cut (f);
  engine_redial (f);
  g_assert_cmpint (mqttc_engine_get_protocol (f->engine), ==, MQTTC_PROTOCOL_V5);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/fall-back/refused", test_fall_back_refused);
  engine_test ("/engine-5/fall-back/old-refusal", test_fall_back_old_refusal);
  engine_test ("/engine-5/fall-back/old-success", test_fall_back_old_success);
  engine_test ("/engine-5/fall-back/old-connack-too-early", test_old_connack_too_early);
  engine_test ("/engine-5/fall-back/forgotten", test_fall_back_forgotten);
  engine_test ("/engine-5/fall-back/silence", test_fall_back_silence);
  engine_test ("/engine-5/fall-back/chance", test_fall_back_chance);
  engine_test ("/engine-5/fall-back/guess-refused", test_guess_refused);
  engine_test ("/engine-5/fall-back/guess-refused-for-good", test_guess_refused_for_good);
  engine_test ("/engine-5/fall-back/guess-keeps-session", test_guess_keeps_session);
  engine_test ("/engine-5/fall-back/once", test_fall_back_once);
  engine_test ("/engine-5/fall-back/no-silence", test_no_silence);
  engine_test ("/engine-5/fall-back/none", test_no_fall_back);

  return g_test_run ();
}
