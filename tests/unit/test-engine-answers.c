/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

/* What a server answers that keeps to the letter of the standard, or not even to that. */

#define QOS2 MQTTC_QOS_EXACTLY_ONCE

/* [MQTT-4.3.3-1] [MQTT5-4.3.3-4]: each PUBREC has its PUBREL until PUBCOMP has come. */
static void
test_pubrec_twice (EngineFixture *f,
                   gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS2, NULL);
  engine_assert_sends (f, "34 06 0001 61 0001 31");
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "70 02 0001");
  engine_assert_sends (f, "");
}

/* MQTT 5 has an answer to this one. */
static void
test_pubrec_too_late (EngineFixture *f,
                      gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS2, NULL);
  engine_assert_sends (f, "34 06 0001 61 0001 31");
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "70 02 0001  50 02 0001");
  engine_assert_sends (f, "");
}

/* [MQTT-4.6.0-4] [MQTT5-4.6.0-4]: a PUBREC may come before our repetition has left, and its PUBREL waits for those of the
 * earlier PUBRECs. */
static void
test_pubrec_ahead_of_resend (EngineFixture *f,
                             gconstpointer data)
{
  f->config.clean_session = FALSE;
  f->config.resend_delay = SECONDS (1);
  engine_connect (f, FALSE);
  for (guint i = 0; i < 3; i++)
    engine_publish (f, "a", "1", QOS2, NULL);
  engine_assert_sends (f, "34 06 0001 61 0001 31  34 06 0001 61 0002 31  34 06 0001 61 0003 31");
  engine_feed (f, "50 02 0001  50 02 0002");
  engine_assert_sends (f, "62 02 0001  62 02 0002");

  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "50 02 0003");
  engine_assert_sends (f, "");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "62 02 0002");
  engine_wait (f, SECONDS (2));
  engine_assert_sends (f, "62 02 0003");
}

/* [MQTT-2.3.1-7] [MQTT-3.10.4-4] [MQTT5-2.2.1-6] [MQTT5-3.10.4-4]: neither answers the other. */
static void
test_suback_and_unsuback (EngineFixture *f,
                          gconstpointer data)
{
  const char *const filters[] = { "a", NULL };
  MqttcOperation operations[2];

  engine_connect (f, FALSE);
  engine_subscribe (f, "a", MQTTC_QOS_AT_MOST_ONCE, &operations[0]);
  g_assert_true (mqttc_engine_unsubscribe (f->engine, filters, &operations[1], f->now, NULL));
  engine_assert_sends (f, "82 06 0001 0001 61 00  a2 05 0002 0001 61");
  engine_feed (f, "b0 02 0001  90 03 0002 00");
  engine_assert_events (f, "");
  engine_feed (f, "90 03 0001 00  b0 02 0002");
  engine_assert_events (f, "completed:9 completed:11");
}

/* A server that never releases what it has sent. */
static void
test_held_bounded (EngineFixture *f,
                   gconstpointer data)
{
  f->config.max_held_bytes = 4;
  engine_connect (f, FALSE);
  engine_feed (f, "34 0a 0001 61 0001 3132333435");
  engine_assert_sends (f, "50 02 0001");
  engine_feed (f, "62 02 0001");
  engine_assert_events (f, "a=12345");
  engine_assert_sends (f, "70 02 0001");

  /* What is handed over is not held any more; one may exceed the bound, and then it is reached. */
  engine_feed (f, "34 0a 0001 61 0002 3132333435");
  engine_assert_sends (f, "50 02 0002");
  engine_assert_events (f, "");
  engine_feed (f, "34 06 0001 61 0003 31");
  engine_assert_events (f, "BACKING_OFF disconnected:client/13");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/answers/pubrec-twice", test_pubrec_twice);
  engine_test ("/engine/answers/pubrec-too-late", test_pubrec_too_late);
  engine_test_both ("/engine/answers/pubrec-ahead-of-resend", test_pubrec_ahead_of_resend);
  engine_test_both ("/engine/answers/suback-and-unsuback", test_suback_and_unsuback);
  engine_test_both ("/engine/answers/held-bounded", test_held_bounded);

  return g_test_run ();
}
