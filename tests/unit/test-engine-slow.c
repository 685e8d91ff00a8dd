/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A packet that begins and does not end: how long it is waited for. */

#include <string.h>

#include "engine-fixture.h"
#include "session/mqttc-engine-struct-private.h"

/* Of a packet of 12 bytes: a PUBLISH for "a" with seven bytes. */
#define FIRST_HALF "30 0a 0001 61"
#define SECOND_HALF "31 32 33 34 35 36 37"
#define ITS_EVENT "a=1234567"

#define KIBIBYTE 1024

/* Without pings, so that nothing else ends a link. */
static void
connect_only (EngineFixture *f)
{
  f->config.keep_alive = 0;
  engine_connect (f, FALSE);
}

/* What a packet of @size bytes may take. */
static gint64
get_limit (EngineFixture *f,
           gsize size)
{
  return f->config.packet_timeout + (gint64) size * G_USEC_PER_SEC / KIBIBYTE;
}

static void
expect_end (EngineFixture *f,
            const char *message)
{
  MqttcEngineEvent event;

  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  g_assert_true (mqttc_engine_pop_event (f->engine, &event));
  g_assert_cmpint (event.state, ==, MQTTC_CONNECTION_STATE_BACKING_OFF);
  g_assert_true (mqttc_engine_pop_event (f->engine, &event));
  g_assert_error (event.error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_cmpstr (event.error->message, ==, message);
  mqttc_engine_event_clear (&event);
}

/* One microsecond earlier it is still waited for. */
static void
expect_end_after (EngineFixture *f,
                  gint64 usec,
                  const char *message)
{
  engine_wait (f, usec - 1);
  engine_assert_events (f, "");
  engine_wait (f, 1);
  expect_end (f, message);
}

static void
test_half (EngineFixture *f,
           gconstpointer data)
{
  connect_only (f);
  engine_feed (f, FIRST_HALF);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + get_limit (f, 12));
  expect_end_after (f, get_limit (f, 12),
                    "Of a PUBLISH of 12 bytes only 5 came within 30.0 s "
                    "(packet-timeout)");

  /* And then the next connection. */
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_feed (f, FIRST_HALF SECOND_HALF);
  engine_assert_events (f, ITS_EVENT);
}

/* Each byte is a sign of life, and yet it ends. */
static void
test_trickle (EngineFixture *f,
              gconstpointer data)
{
  gint64 end;

  f->config.keep_alive = 60;
  f->config.packet_timeout = SECONDS (50);
  engine_connect (f, FALSE);
  end = f->now + get_limit (f, 12);
  engine_feed (f, "30");
  engine_wait (f, SECONDS (20));
  engine_feed (f, "0a");
  engine_wait (f, SECONDS (20));
  engine_feed (f, "00");
  expect_end_after (f, end - f->now,
                    "Of a PUBLISH of 12 bytes only 3 came within 50.0 s (packet-timeout)");
}

/* Of a header that is not whole nobody knows what it announces. */
static void
test_header (EngineFixture *f,
             gconstpointer data)
{
  connect_only (f);
  engine_feed (f, "30 ff");
  expect_end_after (f, f->config.packet_timeout,
                    "Of the header of a PUBLISH only 2 of at most 5 bytes came within 30.0 s "
                    "(packet-timeout)");
}

/* The last byte a microsecond before it is too late; and then there is nothing to be late. */
static void
test_in_time (EngineFixture *f,
              gconstpointer data)
{
  connect_only (f);
  engine_feed (f, "30 0a 0001 61 31 32 33 34 35 36");
  engine_wait (f, get_limit (f, 12) - 1);
  engine_feed (f, "37");
  engine_assert_events (f, ITS_EVENT);
  engine_wait (f, SECONDS (1000));
  engine_assert_events (f, "");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
}

/* What is whole leaves one wake-up at most behind, whatever came before. */
static void
test_whole (EngineFixture *f,
            gconstpointer data)
{
  connect_only (f);
  engine_feed (f, FIRST_HALF SECOND_HALF);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
  for (guint i = 0; i < 10; i++)
    {
      engine_feed (f, FIRST_HALF);
      engine_feed (f, SECOND_HALF);
    }
  f->now = mqttc_engine_get_deadline (f->engine);
  mqttc_engine_advance (f->engine, f->now);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

/* Each packet has its own time, though there is never a moment without a part of one. */
static void
test_back_to_back (EngineFixture *f,
                   gconstpointer data)
{
  gint64 most;

  connect_only (f);
  most = get_limit (f, 12) - 1;
  engine_feed (f, FIRST_HALF);
  for (guint i = 0; i < 5; i++)
    {
      engine_wait (f, most);
      engine_feed (f, SECOND_HALF FIRST_HALF);
      engine_assert_events (f, ITS_EVENT);
    }
  expect_end_after (f, most + 1,
                    "Of a PUBLISH of 12 bytes only 5 came within 30.0 s "
                    "(packet-timeout)");
}

/* A PUBLISH for "a" of @size bytes in all, at least 128 KiB: to be freed. */
static guint8 *
make_large (gsize size)
{
  guint8 *bytes = g_malloc0 (size);
  gsize rest = size - 4;

  bytes[0] = 0x30;
  bytes[1] = (guint8) (rest | 0x80);
  bytes[2] = (guint8) (rest >> 7 | 0x80);
  bytes[3] = (guint8) (rest >> 14);
  bytes[5] = 1;
  bytes[6] = 'a';

  return bytes;
}

/* At a little more than the least rate, all of ten minutes. */
static void
test_large (EngineFixture *f,
            gconstpointer data)
{
  const gsize size = 600 * KIBIBYTE;
  g_autofree guint8 *bytes = make_large (size);
  MqttcEngineEvent event;

  connect_only (f);
  for (guint i = 0; i < 600; i++)
    {
      engine_assert_events (f, "");
      mqttc_engine_feed (f->engine, bytes + i * KIBIBYTE, KIBIBYTE, f->now);
      engine_wait (f, SECONDS (1));
    }
  g_assert_true (mqttc_engine_pop_event (f->engine, &event));
  g_assert_cmpint (event.type, ==, MQTTC_ENGINE_EVENT_MESSAGE);
  mqttc_engine_event_clear (&event);
}

static void
test_large_too_slow (EngineFixture *f,
                     gconstpointer data)
{
  const gsize size = 600 * KIBIBYTE;
  g_autofree guint8 *bytes = make_large (size);

  connect_only (f);
  for (guint i = 0; i < 629; i++)
    {
      mqttc_engine_feed (f->engine, bytes + i * 100, 100, f->now);
      engine_wait (f, SECONDS (1));
      engine_assert_events (f, "");
    }
  expect_end_after (f, SECONDS (1),
                    "Of a PUBLISH of 614400 bytes only 62900 came within 630.0 s "
                    "(packet-timeout)");
}

/* While the program is not ready to read, nothing is waited for; then it starts anew. */
static void
test_paused (EngineFixture *f,
             gconstpointer data)
{
  connect_only (f);
  engine_feed (f, FIRST_HALF);
  engine_wait (f, SECONDS (20));
  mqttc_engine_set_paused (f->engine, TRUE, f->now);
  engine_wait (f, SECONDS (1000));
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);

  mqttc_engine_set_paused (f->engine, FALSE, f->now);
  engine_assert_events (f, "");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + get_limit (f, 12));
  expect_end_after (f, get_limit (f, 12),
                    "Of a PUBLISH of 12 bytes only 5 came within 30.0 s "
                    "(packet-timeout)");
}

/* The same with packets that are asked for one by one. */
static void
test_pulled (EngineFixture *f,
             gconstpointer data)
{
  mqttc_engine_set_pulled (f->engine, TRUE, f->now);
  connect_only (f);
  mqttc_engine_pull (f->engine, f->now);
  engine_feed (f, FIRST_HALF SECOND_HALF FIRST_HALF);
  engine_assert_events (f, ITS_EVENT);
  engine_wait (f, SECONDS (1000));
  engine_assert_events (f, "");

  mqttc_engine_pull (f->engine, f->now);
  mqttc_engine_advance (f->engine, f->now);
  expect_end_after (f, get_limit (f, 12),
                    "Of a PUBLISH of 12 bytes only 5 came within 30.0 s "
                    "(packet-timeout)");
}

/* And with a program that does not take what has come. */
static void
test_full (EngineFixture *f,
           gconstpointer data)
{
  f->hold = TRUE;
  f->config.max_undelivered_messages = 1;
  connect_only (f);
  engine_feed (f, FIRST_HALF SECOND_HALF FIRST_HALF);
  g_assert_false (mqttc_engine_want_read (f->engine));
  engine_assert_events (f, ITS_EVENT);
  engine_wait (f, SECONDS (1000));
  engine_assert_events (f, "");

  engine_deliver (f, 0);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, 0);
  mqttc_engine_advance (f->engine, f->now);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + get_limit (f, 12));
  engine_wait (f, get_limit (f, 12) - 1);
  engine_feed (f, SECOND_HALF);
  engine_assert_events (f, ITS_EVENT);
}

/* A machine that was stopped: the bytes that waited are read before anybody says that it is late. */
static void
test_stopped_machine (EngineFixture *f,
                      gconstpointer data)
{
  connect_only (f);
  engine_feed (f, FIRST_HALF);
  f->now += SECONDS ((gint64) 100000);
  engine_feed (f, "31 32");
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "");
  engine_wait (f, get_limit (f, 12) - 1);
  engine_feed (f, "33 34 35 36 37");
  engine_assert_events (f, ITS_EVENT);

  /* Nothing has come in the meantime. */
  engine_feed (f, FIRST_HALF);
  f->now += SECONDS (100);
  mqttc_engine_advance (f->engine, f->now);
  expect_end (f, "Of a PUBLISH of 12 bytes only 5 came within 100.0 s (packet-timeout)");
}

/* The attempt has a time-out of its own, longer or shorter. */
static void
test_connack (EngineFixture *f,
              gconstpointer data)
{
  f->config.keep_alive = 0;
  f->config.connect_timeout = SECONDS (60);
  engine_open (f);
  g_free (engine_take_output (f));
  engine_assert_events (f, "CONNECTING");
  engine_feed (f, "20");
  engine_wait (f, SECONDS (60) - 1);
  engine_assert_events (f, "");

  /* The part of the next packet that came with it counts from now. */
  engine_feed (f, "02 00 00" FIRST_HALF);
  engine_assert_events (f, "CONNECTED connected:0");
  expect_end_after (f, get_limit (f, 12),
                    "Of a PUBLISH of 12 bytes only 5 came within 30.0 s "
                    "(packet-timeout)");
}

static void
test_connack_never (EngineFixture *f,
                    gconstpointer data)
{
  f->config.connect_timeout = SECONDS (60);
  engine_open (f);
  g_free (engine_take_output (f));
  engine_assert_events (f, "CONNECTING");
  engine_feed (f, "20");
  expect_end_after (f, SECONDS (60),
                    "The server did not answer CONNECT within 60 s; is it an MQTT server, and can "
                    "it be reached?");
}

/* What the last connection left behind does not count for the next. */
static void
test_next_link (EngineFixture *f,
                gconstpointer data)
{
  connect_only (f);
  engine_feed (f, FIRST_HALF);
  engine_wait (f, SECONDS (29));
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
  engine_feed (f, FIRST_HALF);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + get_limit (f, 12));
}

/* Bytes that come just when the time is up are no reason to wait for ever. */
static void
test_trickle_in_time (EngineFixture *f,
                      gconstpointer data)
{
  gint64 began = f->now;

  connect_only (f);
  engine_feed (f, "30 ff 01");
  for (guint i = 0; i < 250; i++)
    {
      f->now += SECONDS (2);
      engine_feed (f, "00");
      mqttc_engine_advance (f->engine, f->now);
      if (mqttc_engine_get_state (f->engine) != MQTTC_CONNECTION_STATE_CONNECTED)
        break;
    }

  g_assert_cmpint (f->now - began, <=, SECONDS (64));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine/slow/half", test_half);
  engine_test ("/engine/slow/trickle", test_trickle);
  engine_test ("/engine/slow/header", test_header);
  engine_test ("/engine/slow/in-time", test_in_time);
  engine_test ("/engine/slow/whole", test_whole);
  engine_test ("/engine/slow/back-to-back", test_back_to_back);
  engine_test_both ("/engine/slow/large", test_large);
  engine_test_both ("/engine/slow/large-too-slow", test_large_too_slow);
  engine_test ("/engine/slow/paused", test_paused);
  engine_test ("/engine/slow/pulled", test_pulled);
  engine_test ("/engine/slow/full", test_full);
  engine_test ("/engine/slow/stopped-machine", test_stopped_machine);
  engine_test ("/engine/slow/connack", test_connack);
  engine_test ("/engine/slow/connack-never", test_connack_never);
  engine_test ("/engine/slow/next-link", test_next_link);

  engine_test ("/engine/slow/trickle-in-time", test_trickle_in_time);

  return g_test_run ();
}
