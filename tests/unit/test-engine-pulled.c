/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Packets one by one, as they are asked for. */

#include "engine-fixture.h"
#include "session/mqttc-engine-struct-private.h"

static void
connect_pulled (EngineFixture *f)
{
  mqttc_engine_set_pulled (f->engine, TRUE, f->now);
  engine_connect (f, FALSE);
}

static void
pull (EngineFixture *f)
{
  mqttc_engine_pull (f->engine, f->now);
  if (mqttc_engine_get_deadline (f->engine) == 0)
    mqttc_engine_advance (f->engine, f->now);
}

/* The handshake needs no pull; after it one packet comes for each, and the rest stays in its bytes. */
static void
test_one_by_one (EngineFixture *f,
                 gconstpointer data)
{
  connect_pulled (f);
  g_assert_false (mqttc_engine_want_read (f->engine));

  mqttc_engine_pull (f->engine, f->now);
  g_assert_true (mqttc_engine_want_read (f->engine));
  engine_feed (f, "30 04 0001 61 31  30 04 0001 61 32  30 04 0001 61 33  30");
  g_assert_false (mqttc_engine_want_read (f->engine));
  engine_assert_events (f, "a=1");
  g_assert_cmpuint (mqttc_receive_buffer_get_length (&f->engine->partial), ==, 13);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), >, f->now);
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "");

  mqttc_engine_pull (f->engine, f->now);
  mqttc_engine_pull (f->engine, f->now); /* does not add up */
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, 0);
  g_assert_false (mqttc_engine_want_read (f->engine));
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "a=2");
  g_assert_false (mqttc_engine_want_read (f->engine));

  pull (f);
  engine_assert_events (f, "a=3");
  pull (f);
  engine_assert_events (f, "");
  g_assert_true (mqttc_engine_want_read (f->engine)); /* the kept buffer has no whole packet */
  engine_feed (f, "04 0001 61 34");
  engine_assert_events (f, "a=4");
  g_assert_false (mqttc_engine_want_read (f->engine));
}

/* What makes no event takes a pull, too. */
static void
test_any_packet (EngineFixture *f,
                 gconstpointer data)
{
  connect_pulled (f);
  engine_publish (f, "a", "1", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  pull (f);
  engine_feed (f, "40 02 0001  d0 00  30 04 0001 61 31");
  pull (f);
  engine_assert_events (f, "");
  pull (f);
  engine_assert_events (f, "a=1");
}

/* [MQTT-3.1.2-23] [MQTT-3.12.4-1]: pings go on, and their answers cannot be missed. */
static void
test_pings (EngineFixture *f,
            gconstpointer data)
{
  connect_pulled (f);

  for (guint i = 0; i < 5; i++)
    {
      gint64 begin = f->now;

      engine_wait (f, SECONDS (100));
      g_assert_cmpint (f->now - begin, ==, SECONDS (59));
      engine_assert_sends (f, "c0 00");
    }
  engine_wait (f, SECONDS (50));
  engine_assert_events (f, "");

  /* From when it is pulled the answer may take as long as any. */
  mqttc_engine_pull (f->engine, f->now);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + SECONDS (9));
  engine_assert_sends (f, "");
  engine_wait (f, SECONDS (9));
  engine_assert_sends (f, "c0 00");
  engine_wait (f, SECONDS (1));
  engine_assert_events (f, "BACKING_OFF disconnected:client/10");
}

static void
test_answered_ping (EngineFixture *f,
                    gconstpointer data)
{
  connect_pulled (f);
  engine_wait (f, SECONDS (100));
  engine_assert_sends (f, "c0 00");
  pull (f);
  engine_feed (f, "d0 00");
  engine_wait (f, SECONDS (30));
  engine_assert_events (f, "");
}

static void
test_back_to_pushed (EngineFixture *f,
                     gconstpointer data)
{
  connect_pulled (f);
  pull (f);
  engine_feed (f, "30 04 0001 61 31  30 04 0001 61 32  30 04 0001 61 33");
  mqttc_engine_set_pulled (f->engine, FALSE, f->now);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, 0);
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "a=1 a=2 a=3");
  g_assert_true (mqttc_engine_want_read (f->engine));
}

/* A pull that was asked for while there is no connection is there for the next one. */
static void
test_across_connections (EngineFixture *f,
                         gconstpointer data)
{
  connect_pulled (f);
  mqttc_engine_pull (f->engine, f->now);
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  g_assert_true (mqttc_engine_want_read (f->engine));
  engine_feed (f, "30 04 0001 61 31  30 04 0001 61 32");
  engine_assert_events (f, "a=1");
}

/* Nothing of what comes with CONNACK is decoded without being asked for. */
static void
test_with_connack (EngineFixture *f,
                   gconstpointer data)
{
  mqttc_engine_set_pulled (f->engine, TRUE, f->now);
  engine_open (f);
  engine_assert_sends (f, "10 0e 0004 4d515454 04 02 003c 0002 6d65");
  engine_feed (f, "20 02 00 00  30 04 0001 61 31");
  engine_assert_events (f, "CONNECTING CONNECTED connected:0");
  pull (f);
  engine_assert_events (f, "a=1");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine/pulled/one-by-one", test_one_by_one);
  engine_test_both ("/engine/pulled/any-packet", test_any_packet);
  engine_test_both ("/engine/pulled/pings", test_pings);
  engine_test_both ("/engine/pulled/answered-ping", test_answered_ping);
  engine_test_both ("/engine/pulled/back-to-pushed", test_back_to_pushed);
  engine_test_both ("/engine/pulled/across-connections", test_across_connections);
  engine_test_both ("/engine/pulled/with-connack", test_with_connack);

  return g_test_run ();
}
