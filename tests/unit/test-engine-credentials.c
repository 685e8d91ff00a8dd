/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Credentials that the program is asked for before each attempt. */

#include "engine-fixture.h"

/* User name "u", password "p". */
#define CONNECT_U_P "10 14 0004 4d515454 04 c2 003c 0002 6d65 0001 75 0001 70"

static guint64
take_token (EngineFixture *f)
{
  MqttcEngineEvent event;
  guint64 token = 0;

  while (mqttc_engine_pop_event (f->engine, &event))
    {
      if (event.type == MQTTC_ENGINE_EVENT_CREDENTIALS)
        token = event.token;
      mqttc_engine_event_clear (&event);
    }

  g_assert_cmpuint (token, >, 0);
  return token;
}

static void
answer (EngineFixture *f,
        guint64 token,
        const char *user_name,
        const char *password)
{
  g_autoptr (GBytes) bytes = password != NULL ? g_bytes_new (password, strlen (password)) : NULL;

  mqttc_engine_set_credentials (f->engine, token, user_name, bytes, NULL, FALSE, f->now);
}

static void
fail (EngineFixture *f,
      guint64 token,
      gboolean gives_up)
{
  mqttc_engine_set_credentials (
      f->engine, token, NULL, NULL,
      g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "no"), gives_up,
      f->now);
}

static void
open_asking (EngineFixture *f)
{
  f->config.asks_credentials = TRUE;
  mqttc_engine_configure (f->engine, &f->config);
  g_assert_true (mqttc_engine_open (f->engine, f->now, NULL));
}

static void
dial (EngineFixture *f)
{
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_DIAL);
  g_assert_true (mqttc_engine_link_up (f->engine, f->now));
}

/* Before dialling, and for as long as it takes; then the time of the attempt begins. */
static void
test_asked (EngineFixture *f,
            gconstpointer data)
{
  guint64 token;

  open_asking (f);
  token = take_token (f);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
  engine_wait (f, SECONDS (3600));
  answer (f, token, "u", "p");
  answer (f, token, "x", "x");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + f->config.connect_timeout);
  dial (f);
  engine_assert_sends (f, CONNECT_U_P);
}

/* And before each attempt again. */
static void
test_each_attempt (EngineFixture *f,
                   gconstpointer data)
{
  guint64 first, second;

  open_asking (f);
  first = take_token (f);
  answer (f, first, "u", "p");
  dial (f);
  engine_cut (f);

  engine_wait (f, SECONDS (5));
  second = take_token (f);
  g_assert_cmpuint (second, !=, first);
  answer (f, first, "x", "x");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
  answer (f, second, "u", "p");
  dial (f);
  engine_assert_sends (f, CONNECT_U_P);
}

/* None, a name alone, and a password alone, which in 3.1.1 has an empty name before it. */
static void
test_parts (EngineFixture *f,
            gconstpointer data)
{
  static const struct
  {
    MqttcProtocol protocol;
    const char *user_name, *password, *connect;
  } rows[] = {
    { MQTTC_PROTOCOL_V3_1_1, NULL, NULL, "10 0e 0004 4d515454 04 02 003c 0002 6d65" },
    { MQTTC_PROTOCOL_V3_1_1, "u", NULL, "10 11 0004 4d515454 04 82 003c 0002 6d65 0001 75" },
    { MQTTC_PROTOCOL_V3_1_1, NULL, "p", "10 13 0004 4d515454 04 c2 003c 0002 6d65 0000 0001 70" },
    { MQTTC_PROTOCOL_V5, NULL, "p", "10 12 0004 4d515454 05 42 003c 00 0002 6d65 0001 70" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      f->config.protocol = rows[i].protocol;
      open_asking (f);
      answer (f, take_token (f), rows[i].user_name, rows[i].password);
      dial (f);
      engine_assert_sends (f, rows[i].connect);
      mqttc_engine_abort (f->engine, f->now);
      engine_drop_events (f);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
    }
}

/* Without them there is no connection; once there was one, there may be one again. */
static void
test_error (EngineFixture *f,
            gconstpointer data)
{
  open_asking (f);
  fail (f, take_token (f), FALSE);
  engine_assert_events (f, "CLOSED disconnected:client/10");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);

  open_asking (f);
  answer (f, take_token (f), "u", "p");
  dial (f);
  g_free (engine_take_output (f));
  engine_feed (f, "20 02 00 00");
  engine_cut (f);
  engine_wait (f, SECONDS (5));
  fail (f, take_token (f), FALSE);
  engine_assert_events (f, "BACKING_OFF disconnected:client/10");
  engine_wait (f, SECONDS (10));
  fail (f, take_token (f), TRUE);
  engine_assert_events (f, "CLOSED disconnected:client/10");
}

/* Closed while it waits for them. */
static void
test_closed (EngineFixture *f,
             gconstpointer data)
{
  guint64 token;

  open_asking (f);
  token = take_token (f);
  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  engine_assert_events (f, "DRAINING CLOSED disconnected:");
  answer (f, token, "u", "p");
  fail (f, token, FALSE);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
  engine_assert_events (f, "");
}

/* What CONNECT has no place for is an error, and is not sent. */
static void
test_bad (EngineFixture *f,
          gconstpointer data)
{
  g_autofree char *large = g_strnfill (65536, 'x');
  const char *const names[] = { "\xfc", large, "u" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      open_asking (f);
      answer (f, take_token (f), names[i], large);
      engine_assert_events (f, "CLOSED disconnected:client/4");
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
    }
}

/* Options that come while the connection is made: nothing is sent without the credentials. */
static void
test_set_late (EngineFixture *f,
               gconstpointer data)
{
  mqttc_engine_configure (f->engine, &f->config);
  g_assert_true (mqttc_engine_open (f->engine, f->now, NULL));
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_DIAL);
  f->config.asks_credentials = TRUE;
  mqttc_engine_configure (f->engine, &f->config);
  g_assert_false (mqttc_engine_link_up (f->engine, f->now));
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  mqttc_engine_advance (f->engine, f->now);
  answer (f, take_token (f), "u", "p");
  dial (f);
  engine_assert_sends (f, CONNECT_U_P);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine/credentials/asked", test_asked);
  engine_test ("/engine/credentials/each-attempt", test_each_attempt);
  engine_test ("/engine/credentials/parts", test_parts);
  engine_test ("/engine/credentials/error", test_error);
  engine_test ("/engine/credentials/closed", test_closed);
  engine_test ("/engine/credentials/bad", test_bad);
  engine_test ("/engine/credentials/set-late", test_set_late);

  return g_test_run ();
}
