/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How fast packets leave: the rate of publishes, the pause between those sent again, and what waits for
 * whoever wants to be told. */

#include "engine-fixture.h"
#include "session/mqttc-engine-struct-private.h"

#define QOS0 MQTTC_QOS_AT_MOST_ONCE
#define QOS1 MQTTC_QOS_AT_LEAST_ONCE
#define QOS2 MQTTC_QOS_EXACTLY_ONCE

static guint64
count_published (EngineFixture *f)
{
  MqttcEngineCounters counters;

  mqttc_engine_get_counters (f->engine, &counters);
  return counters.messages_sent;
}

/* Takes all that may be sent now. */
static void
take (EngineFixture *f)
{
  MqttcSlice slice;

  while (mqttc_engine_peek_output (f->engine, &slice, 1, f->now) > 0)
    mqttc_engine_sent (f->engine, slice.len, f->now);
  g_assert_false (mqttc_engine_want_write (f->engine));
}

/* As a driver does it: it looks at the deadlines alone. */
static void
run_for (EngineFixture *f,
         gint64 usec)
{
  gint64 end = f->now + usec;
  gint64 deadline;

  take (f);
  while ((deadline = mqttc_engine_get_deadline (f->engine)) >= 0 && deadline <= end)
    {
      g_assert_cmpint (deadline, >, f->now);
      f->now = deadline;
      mqttc_engine_advance (f->engine, f->now);
      take (f);
    }
  f->now = end;
}

/* Over any span: no more than the rate and a tenth of a second's worth, and in the long run no less. */
static void
test_rate (EngineFixture *f,
           gconstpointer data)
{
  static const guint rates[] = { 1, 3, 7, 10, 99, 1000, 3333 };

  f->config.max_queued_messages = 50000;
  f->config.keep_alive = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      guint burst = MAX (1u, rates[i] / 10);
      guint64 before;

      f->now += SECONDS (1);
      f->config.max_publish_rate = rates[i];
      engine_connect (f, FALSE);
      before = count_published (f);
      for (guint n = 0; n < 12 * rates[i]; n++)
        engine_publish (f, "a", "x", QOS0, NULL);

      take (f);
      g_assert_cmpuint (count_published (f) - before, ==, burst);
      for (guint second = 1; second <= 10; second++)
        {
          run_for (f, SECONDS (1));
          g_assert_cmpuint (count_published (f) - before, ==, burst + second * rates[i]);
        }

      mqttc_engine_abort (f->engine, f->now);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
    }
}

/* A tenth of a second is all that may be caught up with. */
static void
test_rate_after_idling (EngineFixture *f,
                        gconstpointer data)
{
  f->config.max_publish_rate = 100;
  engine_connect (f, FALSE);
  f->now += SECONDS (10);
  for (guint n = 0; n < 100; n++)
    engine_publish (f, "a", "x", QOS0, NULL);
  take (f);
  g_assert_cmpuint (count_published (f), ==, 10);
  run_for (f, SECONDS (0.5));
  g_assert_cmpuint (count_published (f), ==, 60);
}

/* Acknowledgements, pings and subscriptions pass; nothing keeps the driver busy meanwhile. */
static void
test_rate_holds_publishes_alone (EngineFixture *f,
                                 gconstpointer data)
{
  f->config.max_publish_rate = 1;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS0, NULL);
  engine_publish (f, "a", "2", QOS0, NULL);
  engine_publish (f, "a", "3", QOS1, NULL);
  engine_subscribe (f, "s", QOS1, NULL);
  engine_assert_sends (f, "30 04 0001 61 31  82 06 0001 0001 73 01");
  g_assert_false (mqttc_engine_want_write (f->engine));
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + SECONDS (1));

  engine_feed (f, "32 06 0001 61 0007 31");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "40 02 0007");
  g_assert_false (mqttc_engine_want_write (f->engine));

  /* A timer that is late makes up for nothing beyond the next one. */
  f->now += SECONDS (5);
  mqttc_engine_advance (f->engine, f->now);
  g_assert_true (mqttc_engine_want_write (f->engine));
  engine_assert_sends (f, "30 04 0001 61 32");
  f->now += SECONDS (1);
  engine_assert_sends (f, "32 06 0001 61 0002 33");
}

/* The bytes of a packet on its way are not held back. */
static void
test_rate_while_writing (EngineFixture *f,
                         gconstpointer data)
{
  MqttcSlice slice;

  f->config.max_publish_rate = 1;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS0, NULL);
  engine_publish (f, "a", "2", QOS0, NULL);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  mqttc_engine_sent (f->engine, 3, f->now);
  g_assert_true (mqttc_engine_want_write (f->engine));
  engine_assert_sends (f, "01 61 31");
  g_assert_false (mqttc_engine_want_write (f->engine));
}

/* A window that is closed asks for no timer. */
static void
test_rate_and_window (EngineFixture *f,
                      gconstpointer data)
{
  f->config.max_publish_rate = 10;
  f->config.max_inflight = 1;
  f->config.keep_alive = 0;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "2", QOS1, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
  engine_feed (f, "40 02 0001");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + SECONDS (0.1));
  run_for (f, SECONDS (0.1));
  g_assert_cmpuint (count_published (f), ==, 2);
}

/* A new connection is no new start. Repetitions count. [MQTT-3.3.1-1] */
static void
test_rate_across_connections (EngineFixture *f,
                              gconstpointer data)
{
  f->config.max_publish_rate = 1;
  f->config.clean_session = FALSE;
  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (0.1);
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "2", QOS1, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "3a 06 0001 61 0001 31");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "32 06 0001 61 0002 32");
}

static void
publish_some (EngineFixture *f)
{
  f->config.clean_session = FALSE;
  f->config.resend_delay = SECONDS (1);
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS2, NULL);
  engine_publish (f, "a", "2", QOS1, NULL);
  engine_publish (f, "a", "3", QOS1, NULL);
  engine_assert_sends (f, "34 06 0001 61 0001 31  32 06 0001 61 0002 32  32 06 0001 61 0003 33");
  engine_feed (f, "50 02 0001");
  engine_cut (f);
  engine_publish (f, "a", "4", QOS0, NULL);
  engine_publish (f, "a", "5", QOS1, NULL);
  engine_redial (f);
  engine_accept (f, TRUE);
}

/* [MQTT-4.4.0-1] [MQTT-4.6.0-1]: in order, a second apart, and what is new comes after them. */
static void
test_resend_delay (EngineFixture *f,
                   gconstpointer data)
{
  publish_some (f);
  engine_assert_sends (f, "62 02 0001");
  g_assert_false (mqttc_engine_want_write (f->engine));
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + SECONDS (1));

  engine_subscribe (f, "s", QOS1, NULL);
  engine_feed (f, "32 06 0001 61 0007 31");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "40 02 0007  82 06 0004 0001 73 01");

  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "3a 06 0001 61 0002 32");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "3a 06 0001 61 0003 33  30 04 0001 61 34  32 06 0001 61 0005 35");
}

/* The link dies in between: nothing is lost, and nothing changes its place. */
static void
test_resend_cut (EngineFixture *f,
                 gconstpointer data)
{
  publish_some (f);
  engine_assert_sends (f, "62 02 0001");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "3a 06 0001 61 0002 32");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "70 02 0001");
  engine_assert_sends (f, "");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "3a 06 0001 61 0002 32");
  engine_feed (f, "40 02 0003");
  engine_assert_sends (f, "30 04 0001 61 34  32 06 0001 61 0004 35");
}

/* With a window that has shrunk meanwhile, even QoS 0 waits for the last of them. */
static void
test_resend_window (EngineFixture *f,
                    gconstpointer data)
{
  f->config.clean_session = FALSE;
  f->config.resend_delay = SECONDS (1);
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "2", QOS1, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31  32 06 0001 61 0002 32");
  f->config.max_inflight = 1;
  engine_cut (f);
  engine_publish (f, "a", "3", QOS0, NULL);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "3a 06 0001 61 0001 31");
  engine_wait (f, SECONDS (5));
  engine_assert_sends (f, "");
  engine_feed (f, "40 02 0001");
  engine_assert_sends (f, "3a 06 0001 61 0002 32  30 04 0001 61 33");
}

/* A server can answer late, on the next connection, what has not been sent again there. PUBRELs leave in
 * the order of the PUBRECs all the same [MQTT-4.6.0-4], and no PUBLISH follows a PUBREC
 * [MQTT-4.3.3-1]. */
static void
test_resend_answered_early (EngineFixture *f,
                            gconstpointer data)
{
  f->config.clean_session = FALSE;
  f->config.resend_delay = SECONDS (1);
  engine_connect (f, FALSE);
  for (char text[2] = "1"; text[0] <= '4'; text[0]++)
    {
      engine_publish (f, "a", text, QOS2, NULL);
      take (f);
    }
  engine_feed (f, "50 02 0001  50 02 0002");
  engine_assert_sends (f, "62 02 0001  62 02 0002");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);

  /* PUBREL 1 has left, 2 is yet to; so 3 is after it, and 1 and 2 are at their ends before that. */
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "50 02 0003");
  engine_assert_sends (f, "");
  engine_feed (f, "70 02 0001  70 02 0002");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "62 02 0003");

  /* Nothing is before 4. */
  engine_feed (f, "50 02 0004");
  engine_assert_sends (f, "62 02 0004");
  engine_feed (f, "70 02 0004  70 02 0003");
  engine_wait (f, SECONDS (5));
  engine_assert_sends (f, "");
  g_assert_true (mqttc_outbox_is_empty (&f->engine->outbox));
}

/* The same while the window is full: PUBREL waits for a place, and those that come later wait for it. */
static void
test_resend_answered_early_window (EngineFixture *f,
                                   gconstpointer data)
{
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS2, NULL);
  engine_publish (f, "a", "2", QOS2, NULL);
  engine_assert_sends (f, "34 06 0001 61 0001 31  34 06 0001 61 0002 32");
  f->config.max_inflight = 1;
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "3c 06 0001 61 0001 31");
  engine_feed (f, "50 02 0002");
  engine_assert_sends (f, "");
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0002");
  engine_feed (f, "70 02 0002");
  engine_assert_sends (f, "62 02 0001");
}

/* Both at once: each holds what is its own. */
static void
test_resend_delay_and_rate (EngineFixture *f,
                            gconstpointer data)
{
  f->config.max_publish_rate = 10;
  f->config.clean_session = FALSE;
  f->config.resend_delay = SECONDS (0.03);
  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (0.01);
  f->config.max_inflight = 3;
  engine_connect (f, FALSE);
  for (char text[2] = "1"; text[0] <= '3'; text[0]++)
    {
      engine_publish (f, "a", text, QOS2, NULL);
      run_for (f, SECONDS (0.1));
    }
  engine_feed (f, "50 02 0001  50 02 0002");
  take (f);
  f->now += SECONDS (10);
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_publish (f, "a", "4", QOS0, NULL);

  engine_assert_sends (f, "62 02 0001");
  engine_wait (f, SECONDS (0.03));
  engine_assert_sends (f, "62 02 0002");
  engine_wait (f, SECONDS (0.03));
  engine_assert_sends (f, "3c 06 0001 61 0003 33");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + SECONDS (0.03));
  engine_wait (f, SECONDS (0.09));
  engine_assert_sends (f, "");
  engine_wait (f, SECONDS (0.01));
  engine_assert_sends (f, "30 04 0001 61 34");
}

/* Who wants to be told and does not listen cannot make the queue grow without end. */
static void
test_reports_bounded (EngineFixture *f,
                      gconstpointer data)
{
  MqttcEngineEvent event;

  f->config.max_queued_messages = 2 * MQTTC_MAX_WAITING_EVENTS;
  engine_connect (f, FALSE);
  mqttc_engine_report_packets (f->engine, FALSE, TRUE);
  for (guint i = 0; i < MQTTC_MAX_WAITING_EVENTS + 10; i++)
    engine_publish (f, "a", "x", QOS0, NULL);
  take (f);
  g_assert_cmpuint (f->engine->events.length, ==, MQTTC_MAX_WAITING_EVENTS);
  g_assert_cmpuint (count_published (f), ==, MQTTC_MAX_WAITING_EVENTS);

  /* Control passes. */
  engine_wait (f, SECONDS (100));
  engine_assert_sends (f, "c0 00");

  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (mqttc_engine_pop_event (f->engine, &event));
      mqttc_engine_event_clear (&event);
    }
  g_assert_true (mqttc_engine_want_write (f->engine));
  engine_assert_sends (f, "30 04 0001 61 78  30 04 0001 61 78");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/rate/measured", test_rate);
  engine_test_both ("/engine/rate/after-idling", test_rate_after_idling);
  engine_test_both ("/engine/rate/publishes-alone", test_rate_holds_publishes_alone);
  engine_test ("/engine/rate/while-writing", test_rate_while_writing);
  engine_test_both ("/engine/rate/window", test_rate_and_window);
  engine_test_both ("/engine/rate/across-connections", test_rate_across_connections);
  engine_test_both ("/engine/resend/delay", test_resend_delay);
  engine_test_both ("/engine/resend/cut", test_resend_cut);
  engine_test_both ("/engine/resend/window", test_resend_window);
  engine_test_both ("/engine/resend/rate", test_resend_delay_and_rate);
  engine_test_both ("/engine/resend/answered-early", test_resend_answered_early);
  engine_test_both ("/engine/resend/answered-early/window", test_resend_answered_early_window);
  engine_test_both ("/engine/reports/bounded", test_reports_bounded);

  return g_test_run ();
}
