/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How long the state of a session is kept: section 4.1. And what ends requests without a cause. */

#include "engine-fixture.h"

#define QOS1 MQTTC_QOS_AT_LEAST_ONCE
#define QOS2 MQTTC_QOS_EXACTLY_ONCE

/* One of each kind in flight: PUBLISH, PUBREL, a subscription, a message that is not released. */
static void
begin_exchanges (EngineFixture *f,
                 MqttcOperation *operations)
{
  f->config.clean_session = FALSE;
  f->config.keep_alive = 0;
  engine_connect (f, FALSE);
  engine_subscribe (f, "s", QOS1, NULL);
  engine_publish (f, "a", "1", QOS1, &operations[0]);
  engine_publish (f, "a", "2", QOS2, &operations[1]);
  engine_assert_sends (f, "82 06 0001 0001 73 01  32 06 0001 61 0002 31  34 06 0001 61 0003 32");
  engine_feed (f, "90 03 0001 01  50 02 0003  34 06 0001 62 0009 33");
  engine_assert_sends (f, "62 02 0003  50 02 0009");
  engine_assert_events (f, "");
}

static void
end_exchanges (EngineFixture *f)
{
  engine_feed (f, "40 02 0002  70 02 0003  62 02 0009");
  engine_assert_events (f, "completed:4 completed:7 b=3");
  engine_assert_sends (f, "70 02 0009");
}

/* [MQTT-4.1.0-1] [MQTT-3.1.2-4] [MQTT5-3.1.2-23]: three days of attempts that fail end no session. */
static void
test_offline (EngineFixture *f,
              gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };
  gint64 begin = f->now;

  begin_exchanges (f, operations);
  engine_cut (f);

  while (f->now - begin < SECONDS ((gint64) 3 * 24 * 3600))
    {
      engine_redial (f);
      f->now += SECONDS (20);
      engine_cut (f);
    }

  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "62 02 0003  3a 06 0001 61 0002 31");
  end_exchanges (f);
}

/* [MQTT-4.1.0-2] [MQTT5-4.1.0-1] [MQTT5-4.4.0-1]: nor do three days without an answer, as long as there is a connection; and nothing is
 * repeated on it. */
static void
test_idle (EngineFixture *f,
           gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  begin_exchanges (f, operations);

  for (guint i = 0; i < 3 * 24; i++)
    {
      engine_wait (f, SECONDS ((gint64) 3600));
      engine_assert_sends (f, "");
    }

  engine_assert_events (f, "");
  end_exchanges (f);
}

/* [MQTT-3.1.2-6]: a clean session knows nothing of the one before. What is sent again is a new message,
 * and so is what comes with an identifier that was in use. */
static void
test_clean (EngineFixture *f,
            gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  begin_exchanges (f, operations);
  engine_cut (f);
  engine_assert_events (f, "BACKING_OFF disconnected:client/11");

  f->config.clean_session = TRUE;
  mqttc_engine_configure (f->engine, &f->config);
  engine_redial (f);
  engine_assert_sends (f, "10 0e 0004 4d515454 04 02 0000 0002 6d65");
  engine_feed (f, "20 02 00 00");
  /* It has the message that was not released, and the server the one that was. */
  engine_assert_events (f, "CONNECTING CONNECTED connected:0 completed:5 b=3");
  engine_assert_sends (f, "82 06 0001 0001 73 01  32 06 0001 61 0002 31");

  engine_feed (f, "34 06 0001 62 0009 34  62 02 0009");
  engine_assert_events (f, "b=4");
  engine_assert_sends (f, "50 02 0009  70 02 0009");
}

/* [MQTT-3.10.4-5] [MQTT-3.10.4-6] [MQTT5-3.10.4-5] [MQTT5-3.10.4-6]: the server answers once for all filters, also for those it has never
 * heard of, and that is no error. */
static void
test_unsubscribe_unknown (EngineFixture *f,
                          gconstpointer data)
{
  const char *const filters[] = { "a", "b/#", "+", NULL };
  MqttcOperation operation = { 0 };
  g_autoptr (GError) error = NULL;

  engine_connect (f, FALSE);
  g_assert_true (mqttc_engine_unsubscribe (f->engine, filters, &operation, f->now, &error));
  g_assert_no_error (error);
  engine_assert_sends (f, "a2 0d 0001 0001 61 0003 622f23 0001 2b");
  engine_feed (f, "b0 02 0001");
  engine_assert_events (f, "completed:11");
}

/* [MQTT-3.8.4-1] [MQTT5-3.8.4-1] [MQTT5-3.10.4-4]: a server that does not answer keeps nobody waiting beyond the end. */
static void
test_unanswered (EngineFixture *f,
                 gconstpointer data)
{
  const char *const filters[] = { "a", NULL };
  MqttcOperation operations[2] = { 0 };

  engine_connect (f, FALSE);
  engine_subscribe (f, "b", QOS1, &operations[0]);
  g_assert_true (mqttc_engine_unsubscribe (f->engine, filters, &operations[1], f->now, NULL));
  engine_assert_sends (f, "82 06 0001 0001 62 01  a2 05 0002 0001 61");
  mqttc_engine_abort (f->engine, f->now);
  engine_assert_events (f, "completed:client/9 completed:client/9 CLOSED disconnected:");
}

/* A server that has gone back to an earlier state gives the identifier of a message whose PUBCOMP it has not got
 * to a new one: after PUBREL that is no repetition (figure 4.3) unless DUP says so. */
static void
test_identifier_used_again (EngineFixture *f,
                            gconstpointer data)
{
  f->hold = TRUE;
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_feed (f, "34 06 0001 61 0006 32  62 02 0006");
  engine_assert_events (f, "a=2");
  engine_assert_sends (f, "50 02 0006");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_drop_events (f);
  engine_feed (f, "3c 06 0001 61 0006 32  62 02 0006");
  engine_assert_events (f, "");
  engine_assert_sends (f, "50 02 0006");
  engine_feed (f, "34 06 0001 61 0006 33  62 02 0006");
  engine_assert_events (f, "a=3");
  engine_assert_sends (f, "50 02 0006");
  engine_deliver (f, 0);
  engine_assert_sends (f, "");
  engine_deliver (f, 1);
  engine_assert_sends (f, "70 02 0006");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/lasting/offline", test_offline);
  engine_test_both ("/engine/lasting/idle", test_idle);
  engine_test ("/engine/lasting/clean", test_clean);
  engine_test_both ("/engine/lasting/unsubscribe-unknown", test_unsubscribe_unknown);
  engine_test_both ("/engine/lasting/unanswered", test_unanswered);
  engine_test_both ("/engine/lasting/identifier-used-again", test_identifier_used_again);

  return g_test_run ();
}
