/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How long a message lives: section 3.3.2.3.3 of MQTT 5. */

#include "engine-fixture.h"

/* The time in the queue is not the server's. */
static void
test_counted_down (EngineFixture *f,
                   gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_publish_expiring (f, "x", 100, MQTTC_QOS_AT_MOST_ONCE, NULL);
  f->now += SECONDS (7);
  engine_publish_expiring (f, "y", 100, MQTTC_QOS_AT_LEAST_ONCE, NULL);
  f->now += SECONDS (3);
  engine_publish_expiring (f, "z", 100, MQTTC_QOS_EXACTLY_ONCE, NULL);
  engine_accept_5 (f, FALSE, "");
  engine_assert_sends (f, "30 0a 0001 74 05 02 0000005a 78"
                          " 32 0c 0001 74 0001 05 02 00000061 79"
                          " 34 0c 0001 74 0002 05 02 00000064 7a");
}

/* Also of the last moment something is left: 0 would be no time at all. */
static void
test_last_moment (EngineFixture *f,
                  gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_publish_expiring (f, "x", 5, MQTTC_QOS_AT_LEAST_ONCE, NULL);
  f->now += SECONDS (5) - 1;
  engine_accept_5 (f, FALSE, "");
  engine_assert_sends (f, "32 0c 0001 74 0001 05 02 00000001 78");
}

static void
test_dropped_at_once (EngineFixture *f,
                      gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_publish_expiring (f, "x", 5, MQTTC_QOS_AT_LEAST_ONCE, &operations[0]);
  engine_publish_expiring (f, "y", 5, MQTTC_QOS_AT_MOST_ONCE, &operations[1]);
  f->now += SECONDS (5);
  engine_accept_5 (f, FALSE, "");
  engine_assert_sends (f, "");
  engine_assert_events (f, "completed:client/16 completed:client/16");
}

/* No connection is needed for it, nor that anybody looks. */
static void
test_dropped_offline (EngineFixture *f,
                      gconstpointer data)
{
  MqttcOperation operations[3] = { 0 };
  MqttcEngineCounters counters;

  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (3600);
  engine_connect_5 (f, "");
  engine_cut (f);
  engine_drop_events (f);
  engine_publish_expiring (f, "x", 7, MQTTC_QOS_AT_LEAST_ONCE, &operations[0]);
  engine_publish_expiring (f, "y", 5, MQTTC_QOS_AT_MOST_ONCE, &operations[1]);
  engine_publish (f, "t", "z", MQTTC_QOS_AT_LEAST_ONCE, &operations[2]);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, f->now + SECONDS (5));
  engine_wait (f, SECONDS (5) - 1);
  engine_assert_events (f, "");
  engine_wait (f, 1);
  engine_assert_events (f, "completed:client/16");
  engine_wait (f, SECONDS (2));
  engine_assert_events (f, "completed:client/16");
  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.queued, ==, 1);
  engine_wait (f, SECONDS (100));
  engine_assert_events (f, "");
}

/* [MQTT-4.3.3-7] [MQTT-4.3.3-13]: the exchange that has begun goes on, and what is sent again says how
 * little is left. */
static void
test_resends (EngineFixture *f,
              gconstpointer data)
{
  MqttcOperation operation = { 0 };

  f->config.session_expiry = 3600;
  engine_connect_5 (f, "");
  engine_publish_expiring (f, "x", 100, MQTTC_QOS_EXACTLY_ONCE, &operation);
  engine_assert_sends (f, "34 0c 0001 74 0001 05 02 00000064 78");
  f->now += SECONDS (10);
  engine_cut (f);
  f->now += SECONDS (30);
  engine_redial (f);
  engine_accept_5 (f, TRUE, "");
  engine_assert_sends (f, "3c 0c 0001 74 0001 05 02 0000003c 78");
  f->now += SECONDS (100);
  mqttc_engine_advance (f->engine, f->now);
  g_free (engine_take_output (f));
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "3c 0c 0001 74 0001 05 02 00000001 78");
  engine_feed (f, "50 02 0001 70 02 0001");
  engine_assert_events (f, "completed:7");
}

/* Encoded, but the link has not taken a byte: it was never sent. Its time is over with the next link. */
static void
test_not_begun (EngineFixture *f,
                gconstpointer data)
{
  MqttcOperation operation = { 0 };
  MqttcSlice slice;

  f->config.session_expiry = 3600;
  engine_connect_5 (f, "");
  engine_publish_expiring (f, "x", 5, MQTTC_QOS_EXACTLY_ONCE, &operation);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  engine_cut (f);
  engine_drop_events (f);
  engine_redial (f);
  f->now += SECONDS (5);
  engine_accept_5 (f, TRUE, "");
  engine_publish (f, "t", "y", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0002 00 79");
  engine_assert_events (f, "completed:client/16");
}

/* The link took none of these, and is gone: they expire in time, and not with the next link. */
static void
test_link_lost (EngineFixture *f,
                gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };
  MqttcSlice slice;

  f->config.session_expiry = 3600;
  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (3600);
  engine_connect_5 (f, "");
  engine_publish_expiring (f, "x", 2, MQTTC_QOS_AT_LEAST_ONCE, &operations[0]);
  engine_publish_expiring (f, "y", 9, MQTTC_QOS_AT_MOST_ONCE, &operations[1]);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  engine_wait (f, SECONDS (2));
  engine_assert_events (f, "");
  engine_cut (f);
  engine_drop_events (f);
  engine_wait (f, 0);
  engine_assert_events (f, "completed:client/16");
  engine_wait (f, SECONDS (7) - 1);
  engine_assert_events (f, "");
  engine_wait (f, 1);
  engine_assert_events (f, "completed:client/16");
}

/* One that goes out again as new, and has to wait for others. */
static void
test_session_lost (EngineFixture *f,
                   gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  f->config.session_expiry = 3600;
  f->config.max_inflight = 1;
  engine_connect_5 (f, "");
  engine_publish_expiring (f, "x", 100, MQTTC_QOS_AT_LEAST_ONCE, &operations[0]);
  engine_publish_expiring (f, "y", 50, MQTTC_QOS_AT_LEAST_ONCE, &operations[1]);
  engine_assert_sends (f, "32 0c 0001 74 0001 05 02 00000064 78");
  engine_cut (f);
  f->now += SECONDS (10);
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");
  engine_drop_events (f);
  g_free (engine_take_output (f));
  engine_wait (f, SECONDS (40));
  engine_assert_events (f, "completed:client/16");
}

/* The same for one that was encoded when it was accepted. */
static void
test_unqueued (EngineFixture *f,
               gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_publish_expiring (f, "x", 20, MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_publish_expiring (f, "y", 100, MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_cut (f);
  f->now += SECONDS (20);
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");
  engine_assert_sends (f, "30 0a 0001 74 05 02 00000050 79");
}

/* Its time goes on while the window is full. */
static void
test_behind_window (EngineFixture *f,
                    gconstpointer data)
{
  MqttcOperation operation = { 0 };

  engine_connect_5 (f, "21 0001");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_publish_expiring (f, "y", 20, MQTTC_QOS_AT_LEAST_ONCE, &operation);
  engine_publish_expiring (f, "z", 50, MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  engine_wait (f, SECONDS (30));
  engine_assert_events (f, "completed:client/16");
  engine_feed (f, "40 02 0001");
  engine_assert_sends (f, "32 0c 0001 74 0002 05 02 00000014 7a");
}

/* Where the interval is among others, and the longest there is. */
static void
test_among_properties (EngineFixture *f,
                       gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("t", "x");

  mqttc_message_set_content_type (message, "c");
  mqttc_message_set_expiry_interval (message, G_MAXUINT32);
  mqttc_message_set_response_topic (message, "r");
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  mqttc_engine_publish (f->engine, message, NULL, f->now, NULL);
  f->now += SECONDS (1);
  engine_accept_5 (f, FALSE, "");
  engine_assert_sends (f, "30 12 0001 74 0d 03 0001 63 02 fffffffe 08 0001 72 78");
}

/* Without an interval a message lives for ever. */
static void
test_unlimited (EngineFixture *f,
                gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.connect_timeout = SECONDS (1000000000);
  engine_open (f);
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  f->now += SECONDS (100000000);
  mqttc_engine_advance (f->engine, f->now);
  engine_accept_5 (f, FALSE, "");
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
}

/* Many with as many different times: however often the engine is asked, it looks through the queue ten
 * times in a second at most, and at the end all of them are gone. */
static void
test_many (EngineFixture *f,
           gconstpointer data)
{
  const guint n = 5000;
  g_autofree MqttcOperation *operations = g_new0 (MqttcOperation, n);
  gint64 end = f->now + SECONDS (12);
  guint n_looks = 0, n_expired = 0;
  MqttcEngineEvent event;

  f->config.reconnect_min_delay = f->config.reconnect_max_delay = SECONDS (3600);
  engine_connect_5 (f, "");
  engine_cut (f);
  engine_drop_events (f);
  for (guint i = 0; i < n; i++)
    {
      engine_publish_expiring (f, "x", 1 + i % 10, i % 2, &operations[i]);
      f->now += 100;
    }

  while (f->now < end)
    {
      gint64 deadline = mqttc_engine_get_deadline (f->engine);

      f->now = MAX (f->now, deadline);
      mqttc_engine_advance (f->engine, f->now);
      n_looks++;
      while (mqttc_engine_pop_event (f->engine, &event))
        {
          n_expired += event.type == MQTTC_ENGINE_EVENT_COMPLETED;
          mqttc_engine_event_clear (&event);
        }
    }
  g_assert_cmpuint (n_expired, ==, n);
  g_assert_cmpuint (n_looks, <, 130);
}

/* Where 3.1.1 is spoken the server is not told, but we know. */
static void
test_in_3_1_1 (EngineFixture *f,
               gconstpointer data)
{
  MqttcOperation operation = { 0 };

  engine_open (f);
  engine_publish_expiring (f, "x", 5, MQTTC_QOS_AT_LEAST_ONCE, &operation);
  engine_publish_expiring (f, "y", 50, MQTTC_QOS_AT_LEAST_ONCE, NULL);
  f->now += SECONDS (5);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "32 06 0001 74 0001 79");
  engine_assert_events (f, "completed:client/16");
}

/* Nothing is left to expire then, whether it was sent or not. */
static void
test_closed (EngineFixture *f,
             gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_publish_expiring (f, "x", 5, MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 0c 0001 74 0001 05 02 00000005 78");
  engine_publish_expiring (f, "y", 5, MQTTC_QOS_AT_MOST_ONCE, NULL);
  mqttc_engine_abort (f->engine, f->now);
  engine_assert_events (f, "CLOSED disconnected:");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/expiry/counted-down", test_counted_down);
  engine_test ("/engine-5/expiry/last-moment", test_last_moment);
  engine_test ("/engine-5/expiry/dropped-at-once", test_dropped_at_once);
  engine_test ("/engine-5/expiry/dropped-offline", test_dropped_offline);
  engine_test ("/engine-5/expiry/resends", test_resends);
  engine_test ("/engine-5/expiry/not-begun", test_not_begun);
  engine_test ("/engine-5/expiry/link-lost", test_link_lost);
  engine_test ("/engine-5/expiry/session-lost", test_session_lost);
  engine_test ("/engine-5/expiry/unqueued", test_unqueued);
  engine_test ("/engine-5/expiry/behind-window", test_behind_window);
  engine_test ("/engine-5/expiry/among-properties", test_among_properties);
  engine_test ("/engine-5/expiry/unlimited", test_unlimited);
  engine_test ("/engine-5/expiry/many", test_many);
  engine_test ("/engine-5/expiry/in-3-1-1", test_in_3_1_1);
  engine_test ("/engine-5/expiry/closed", test_closed);

  return g_test_run ();
}
