/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the client sends: identifiers, window, lanes, resends, cancelling. Sections 2.3.1, 4.3, 4.4
 * and 4.6. */

#include "engine-fixture.h"

#define QOS0 MQTTC_QOS_AT_MOST_ONCE
#define QOS1 MQTTC_QOS_AT_LEAST_ONCE
#define QOS2 MQTTC_QOS_EXACTLY_ONCE

/* [MQTT-2.3.1-5] [MQTT-4.3.1-1] [MQTT-4.3.2-1] [MQTT-4.3.3-1] [MQTT-2.3.1-6] [MQTT-3.6.1-1]
 * [MQTT-3.3.1-2] [MQTT-3.3.2-1] [MQTT5-2.2.1-5] [MQTT5-4.3.1-1] [MQTT5-4.3.2-1] [MQTT5-4.3.2-2]
 * [MQTT5-4.3.2-3] [MQTT5-4.3.3-1] [MQTT5-4.3.3-2] */
static void
test_exchanges (EngineFixture *f,
                gconstpointer data)
{
  MqttcOperation operations[3] = { 0 };

  engine_connect (f, FALSE);
  engine_publish (f, "a", "0", QOS0, &operations[0]);
  engine_publish (f, "a", "1", QOS1, &operations[1]);
  engine_publish (f, "a", "2", QOS2, &operations[2]);
  engine_assert_sends (f, "30 04 0001 61 30  32 06 0001 61 0001 31  34 06 0001 61 0002 32");
  engine_assert_events (f, "completed:3");

  engine_feed (f, "50 02 0002  40 02 0001");
  engine_assert_sends (f, "62 02 0002");
  engine_assert_events (f, "completed:4");
  engine_feed (f, "70 02 0002");
  engine_assert_events (f, "completed:7");
}

/* [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.10.3-1] [MQTT-3.8.4-2] [MQTT5-3.8.4-2] [MQTT5-2.2.1-6]
 * [MQTT5-3.8.1-1] [MQTT5-3.10.1-1]: two answers in the wrong order find their requests. */
static void
test_subscribe (EngineFixture *f,
                gconstpointer data)
{
  const char *const both[] = { "a", "b/#", NULL };
  const char *const gone[] = { "a", "c", NULL };
  const guint8 qos[] = { 1, 2 };
  MqttcOperation operations[3] = { 0 };
  GError *error = NULL;

  engine_connect (f, FALSE);
  mqttc_engine_subscribe (f->engine, both, qos, 0, &operations[0], f->now, &error);
  g_assert_no_error (error);
  engine_subscribe (f, "c", QOS0, &operations[1]);
  mqttc_engine_unsubscribe (f->engine, gone, &operations[2], f->now, &error);
  g_assert_no_error (error);
  engine_assert_sends (f, "82 0c 0001 0001 61 01 0003 622f23 02  82 06 0002 0001 63 00"
                          "a2 08 0003 0001 61 0001 63");
  engine_feed (f, "90 03 0002 00  90 04 0001 01 80  b0 02 0003");
  engine_assert_events (f, "completed:9 completed:9 completed:11");
}

/* [MQTT-3.8.4-5] [MQTT-3.9.3-1] [MQTT5-3.8.4-6] */
static void
test_suback_with_wrong_count (EngineFixture *f,
                              gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_subscribe (f, "a", QOS0, NULL);
  engine_assert_sends (f, "82 06 0001 0001 61 00");
  engine_feed (f, "90 04 0001 00 00");
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
}

/* [MQTT-3.8.3-1] [MQTT-4.7.1-2] [MQTT-4.7.1-3] [MQTT-4.7.3-1] [MQTT5-3.8.3-1] [MQTT5-4.7.1-1]
 * [MQTT5-4.7.1-2] [MQTT5-4.7.3-1] */
static void
test_bad_filters (EngineFixture *f,
                  gconstpointer data)
{
  static const char *const bad[] = { "", "a#", "a/#/b", "a+", "a/b+/c", "\xff" };
  const guint8 qos[] = { 1 };

  engine_connect (f, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const char *const filters[] = { bad[i], NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (mqttc_engine_subscribe (f->engine, filters, qos, 0, NULL, f->now, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
    }

  engine_assert_sends (f, "");
}

/* Three in the window; QoS 0 and SUBSCRIBE pass it. */
static void
test_window (EngineFixture *f,
             gconstpointer data)
{
  f->config.max_inflight = 3;
  engine_connect (f, FALSE);

  for (guint i = 0; i < 5; i++)
    engine_publish (f, "a", "x", QOS1, NULL);
  engine_publish (f, "z", "y", QOS0, NULL);
  engine_subscribe (f, "s", QOS1, NULL);

  engine_assert_sends (f, "32 06 0001 61 0001 78  32 06 0001 61 0002 78  32 06 0001 61 0003 78"
                          "30 04 0001 7a 79  82 06 0004 0001 73 01");
  engine_feed (f, "40 02 0002");
  engine_assert_sends (f, "32 06 0001 61 0005 78");
  engine_assert_sends (f, "");
  engine_feed (f, "40 02 0001");
  engine_assert_sends (f, "32 06 0001 61 0006 78");
}

/* QoS 2 keeps its place in the window until PUBCOMP. */
static void
test_window_qos2 (EngineFixture *f,
                  gconstpointer data)
{
  f->config.max_inflight = 1;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "x", QOS2, NULL);
  engine_publish (f, "a", "y", QOS2, NULL);
  engine_assert_sends (f, "34 06 0001 61 0001 78");
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "70 02 0001");
  engine_assert_sends (f, "34 06 0001 61 0002 79");
}

/* [MQTT-4.4.0-1] [MQTT-3.3.1-1] [MQTT-2.3.1-3] [MQTT-4.6.0-1] [MQTT-4.6.0-4]
 * [MQTT-3.2.2-2] [MQTT5-4.4.0-1] [MQTT5-3.3.1-1] [MQTT5-4.3.3-3] [MQTT5-4.3.3-5] [MQTT5-4.3.3-6]
 * [MQTT5-4.6.0-1] [MQTT5-4.6.0-4] [MQTT5-3.2.2-3] */
static void
test_resume (EngineFixture *f,
             gconstpointer data)
{
  MqttcOperation operation = { 0 };

  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "2", QOS2, NULL);
  engine_publish (f, "a", "3", QOS2, NULL);
  engine_publish (f, "a", "4", QOS2, &operation);
  engine_assert_sends (f, "32 06 0001 61 0001 31  34 06 0001 61 0002 32  34 06 0001 61 0003 33"
                          "34 06 0001 61 0004 34");
  engine_feed (f, "50 02 0004  50 02 0002");
  engine_cut (f);
  engine_publish (f, "a", "5", QOS1, NULL);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "62 02 0004  62 02 0002  3a 06 0001 61 0001 31  3c 06 0001 61 0003 33"
                          "32 06 0001 61 0005 35");
  engine_feed (f, "70 02 0004");
  engine_assert_events (f, "completed:7");
}

/* Cut again in the middle of the resends: what was left is not lost, nor out of order. */
static void
test_resume_twice (EngineFixture *f,
                   gconstpointer data)
{
  f->config.clean_session = FALSE;
  f->config.max_inflight = 2;
  engine_connect (f, FALSE);
  for (char text[2] = "1"; text[0] <= '4'; text[0]++)
    engine_publish (f, "a", text, QOS1, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31  32 06 0001 61 0002 32");

  for (guint i = 0; i < 3; i++)
    {
      f->config.max_inflight = 1;
      engine_cut (f);
      engine_redial (f);
      engine_accept (f, TRUE);
      engine_assert_sends (f, "3a 06 0001 61 0001 31");
    }

  engine_feed (f, "40 02 0001");
  engine_assert_sends (f, "3a 06 0001 61 0002 32");
  engine_feed (f, "40 02 0002");
  engine_assert_sends (f, "32 06 0001 61 0003 33");
}

/* Session present 0 [MQTT-3.2.2-3] [MQTT5-3.2.2-5]: subscriptions first, then QoS 1 and what was never sent, as new. */
static void
test_session_lost (EngineFixture *f,
                   gconstpointer data)
{
  MqttcOperation operations[4] = { 0 };

  engine_connect (f, FALSE);
  engine_subscribe (f, "s", QOS1, NULL);
  engine_assert_sends (f, "82 06 0001 0001 73 01");
  engine_feed (f, "90 03 0001 01");

  engine_publish (f, "a", "1", QOS1, &operations[0]);
  engine_publish (f, "a", "2", QOS2, &operations[1]);
  engine_publish (f, "a", "3", QOS2, &operations[2]);
  engine_assert_sends (f, "32 06 0001 61 0002 31  34 06 0001 61 0003 32  34 06 0001 61 0004 33");
  engine_feed (f, "50 02 0004");
  engine_cut (f);
  engine_publish (f, "a", "5", QOS0, &operations[3]);
  engine_redial (f);
  engine_assert_events (f, "BACKING_OFF disconnected:client/11 CONNECTING");

  engine_assert_sends (f, "10 0e 0004 4d515454 04 02 003c 0002 6d65");
  engine_feed (f, "20 02 00 00");
  /* Released: arrived. In doubt: says so. */
  engine_assert_events (f, "CONNECTED connected:0 completed:5 completed:client/12");
  engine_assert_sends (f, "82 06 0001 0001 73 01  32 06 0001 61 0002 31  30 04 0001 61 35");
  engine_feed (f, "90 03 0001 01  40 02 0002");
  engine_assert_events (f, "completed:3 resubscribed:s completed:4");
}

static void
test_session_lost_republish (EngineFixture *f,
                             gconstpointer data)
{
  f->config.session_lost_policy = MQTTC_SESSION_LOST_POLICY_REPUBLISH;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "2", QOS2, NULL);
  engine_assert_sends (f, "34 06 0001 61 0001 32");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "34 06 0001 61 0001 32");
}

/* Subscribing again that did not get through is tried again, also when the session is present now.
 */
static void
test_resubscribe_cut (EngineFixture *f,
                      gconstpointer data)
{
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_subscribe (f, "s", QOS1, NULL);
  engine_assert_sends (f, "82 06 0001 0001 73 01");
  engine_feed (f, "90 03 0001 01");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "82 06 0001 0001 73 01");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "82 06 0002 0001 73 01");
  engine_feed (f, "90 03 0002 01");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "");
}

/* The server has what it has granted, though a later request for it is still on its way
 * [MQTT-3.8.4-3]: it is not asked for once more when the session is resumed. */
static void
test_superseded_is_there (EngineFixture *f,
                          gconstpointer data)
{
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_subscribe (f, "s", QOS1, NULL);
  engine_assert_sends (f, "82 06 0001 0001 73 01");
  engine_feed (f, "90 03 0001 01");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_subscribe (f, "s", QOS2, NULL);
  engine_subscribe (f, "s", QOS0, NULL);
  engine_assert_sends (f, "82 06 0001 0001 73 01  82 06 0002 0001 73 02  82 06 0003 0001 73 00");
  engine_feed (f, "90 03 0002 02");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "82 06 0004 0001 73 00");
}

/* The later request was refused: what the earlier one was granted holds, and is made again. */
static void
test_superseding_refused (EngineFixture *f,
                          gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_subscribe (f, "s", QOS1, NULL);
  engine_subscribe (f, "s", QOS2, NULL);
  engine_assert_sends (f, "82 06 0001 0001 73 01  82 06 0002 0001 73 02");
  engine_feed (f, "90 03 0001 01  90 03 0002 80");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "82 06 0001 0001 73 01");
}

/* Answers in another order than the requests: the later request counts. */
static void
test_superseded_answered_last (EngineFixture *f,
                               gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_subscribe (f, "s", QOS1, NULL);
  engine_subscribe (f, "s", QOS2, NULL);
  engine_assert_sends (f, "82 06 0001 0001 73 01  82 06 0002 0001 73 02");
  engine_feed (f, "90 03 0002 02  90 03 0001 01");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "82 06 0001 0001 73 02");
}

static void
test_unsubscribed_stays_so (EngineFixture *f,
                            gconstpointer data)
{
  const char *const filters[] = { "s", NULL };

  engine_connect (f, FALSE);
  engine_subscribe (f, "s", QOS1, NULL);
  g_assert_true (mqttc_engine_unsubscribe (f->engine, filters, NULL, f->now, NULL));
  engine_assert_sends (f, "82 06 0001 0001 73 01  a2 05 0002 0001 73");
  engine_feed (f, "90 03 0001 01  b0 02 0002");
  g_assert_true (mqttc_engine_unsubscribe (f->engine, filters, NULL, f->now, NULL));
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "a2 05 0001 0001 73");
}

/* QoS 0 of which the link did not take the last byte cannot have arrived: it is sent again. */
static void
test_half_written (EngineFixture *f,
                   gconstpointer data)
{
  MqttcOperation operation = { 0 };
  MqttcSlice slice;

  engine_connect (f, FALSE);
  engine_publish (f, "a", "0", QOS0, &operation);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  g_assert_cmpuint (slice.len, ==, 6);
  mqttc_engine_sent (f->engine, 5, f->now);
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "30 04 0001 61 30");
  engine_assert_events (f, "completed:3");
}

static void
test_cancel (EngineFixture *f,
             gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };
  MqttcEngineCounters counters;

  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, &operations[0]);
  g_assert_true (mqttc_engine_cancel (f->engine, &operations[0],
                                      g_error_new_literal (MQTTC_CLIENT_ERROR, 99, "cancelled")));
  engine_assert_events (f, "completed:client/99");
  engine_assert_sends (f, "");

  /* On its way already: the wait ends, the exchange goes on. */
  engine_publish (f, "a", "2", QOS2, &operations[1]);
  engine_assert_sends (f, "34 06 0001 61 0001 32");
  g_assert_false (mqttc_engine_cancel (f->engine, &operations[1],
                                       g_error_new_literal (MQTTC_CLIENT_ERROR, 99, "cancelled")));
  engine_assert_events (f, "completed:client/99");
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "70 02 0001");
  engine_assert_events (f, "");

  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.inflight, ==, 0);
  g_assert_cmpuint (counters.queued, ==, 0);
}

/* What the server makes of it has to be known all the same. */
static void
test_cancel_subscribe (EngineFixture *f,
                       gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  engine_connect (f, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      engine_subscribe (f, i == 0 ? "a" : "b", QOS1, &operations[i]);
      g_free (engine_take_output (f));
      g_assert_false (mqttc_engine_cancel (
          f->engine, &operations[i], g_error_new_literal (MQTTC_CLIENT_ERROR, 99, "cancelled")));
      engine_assert_events (f, "completed:client/99");
    }
  engine_feed (f, "90 03 0001 01 90 03 0002 80");
  engine_assert_events (f, "resubscribed:a resubscribed:b/128");
}

static void
test_bounds (EngineFixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcMessage) big = mqttc_message_new_text ("a", "0123456789");
  g_autoptr (GError) error = NULL;

  f->config.max_queued_messages = 2;
  engine_open (f);
  engine_publish (f, "a", "1", QOS0, NULL);
  engine_subscribe (f, "a", QOS1, NULL);
  g_assert_false (mqttc_engine_publish (f->engine, big, NULL, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  g_clear_error (&error);

  f->config.max_queued_messages = 100;
  f->config.max_queued_bytes = 80;
  mqttc_engine_configure (f->engine, &f->config);
  g_assert_false (mqttc_engine_publish (f->engine, big, NULL, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
}

static void
test_offline_qos0 (EngineFixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "0");
  g_autoptr (GError) error = NULL;
  MqttcOperation operation = { 0 };

  f->config.offline_qos0 = MQTTC_OFFLINE_QOS0_FAIL;
  engine_open (f);
  engine_assert_events (f, "CONNECTING");
  g_assert_false (mqttc_engine_publish (f->engine, message, NULL, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_OFFLINE);
  engine_accept (f, FALSE);
  engine_publish (f, "a", "0", QOS0, &operation);
  engine_cut (f);
  engine_assert_events (f, "completed:client/8 BACKING_OFF disconnected:client/11");

  f->config.offline_qos0 = MQTTC_OFFLINE_QOS0_DROP;
  mqttc_engine_configure (f->engine, &f->config);
  engine_publish (f, "a", "0", QOS0, &operation);
  engine_assert_events (f, "completed:3");
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "");
}

/* Acknowledgements that belong to nothing are counted; a flood of them closes. */
static void
test_stray_acks (EngineFixture *f,
                 gconstpointer data)
{
  MqttcEngineCounters counters;

  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  engine_feed (f, "50 02 0001  70 02 0001  90 03 0001 00  b0 02 0001  40 02 ffff");
  engine_assert_events (f, "");
  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.stray_acks, ==, 5);
  g_assert_cmpuint (counters.inflight, ==, 1);

  for (guint i = 5; i < 100; i++)
    engine_feed (f, "40 02 1234");
  engine_assert_events (f, "");
  engine_feed (f, "40 02 1234");
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
}

/* [MQTT-2.3.1-2] [MQTT5-2.2.1-3]: all identifiers in use, then one is free again. */
static void
test_all_ids (EngineFixture *f,
              gconstpointer data)
{
  MqttcSlice slice;

  f->config.max_inflight = G_MAXUINT16;
  f->config.max_queued_messages = 70000;
  engine_connect (f, FALSE);
  for (guint i = 0; i < G_MAXUINT16 + 1u; i++)
    engine_publish (f, "a", "x", QOS1, NULL);
  while (mqttc_engine_peek_output (f->engine, &slice, 1, f->now) > 0)
    mqttc_engine_sent (f->engine, slice.len, f->now);

  g_assert_false (mqttc_engine_want_write (f->engine));
  engine_subscribe (f, "s", QOS0, NULL);
  g_assert_false (mqttc_engine_want_write (f->engine));
  engine_feed (f, "40 02 8000");
  engine_assert_sends (f, "32 06 0001 61 8000 78");
  engine_feed (f, "40 02 0007");
  engine_assert_sends (f, "82 06 0007 0001 73 00");
}

/* Large payloads are not copied, and their neighbours stay in order. */
static void
test_large_payload (EngineFixture *f,
                    gconstpointer data)
{
  g_autofree char *text = g_strnfill (20000, 'x');
  MqttcSlice slices[4];

  engine_connect (f, FALSE);
  engine_publish (f, "a", "0", QOS0, NULL);
  engine_publish (f, "a", text, QOS0, NULL);
  engine_publish (f, "a", "0", QOS0, NULL);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, slices, 4, f->now), ==, 3);
  g_assert_cmpuint (slices[0].len, ==, 6 + 7);
  g_assert_cmpuint (slices[1].len, ==, 20000);
  g_assert_cmpuint (slices[2].len, ==, 6);

  mqttc_engine_sent (f->engine, 13 + 100, f->now);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, slices, 4, f->now), ==, 2);
  g_assert_cmpuint (slices[0].len, ==, 19900);
  mqttc_engine_sent (f->engine, 19906, f->now);
  g_assert_false (mqttc_engine_want_write (f->engine));
}

/* A session belongs to its client identifier [MQTT-3.1.3-2] [MQTT5-3.1.3-2]. */
static void
test_other_client_id (EngineFixture *f,
                      gconstpointer data)
{
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  engine_assert_sends (f, "e0 00");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

  g_free (f->config.client_id);
  f->config.client_id = g_strdup ("you");
  engine_connect (f, TRUE);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
}

/* DUP says that this is not the first attempt; of what never left, it is [MQTT-3.3.1-1]. */
static void
test_never_left (EngineFixture *f,
                 gconstpointer data)
{
  MqttcSlice slice;

  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "2", QOS1, NULL);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  g_assert_cmpuint (slice.len, ==, 16);
  mqttc_engine_sent (f->engine, 8, f->now);
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "3a 06 0001 61 0001 31  32 06 0001 61 0002 32");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "3a 06 0001 61 0001 31  3a 06 0001 61 0002 32");
}

/* Other options are for the next attempt, the bounds of the queue for now. */
static void
test_configure_while_connected (EngineFixture *f,
                                gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "1");

  engine_connect (f, FALSE);
  f->config.max_packet_size = 5;
  f->config.max_queued_messages = 0;
  mqttc_engine_configure (f->engine, &f->config);
  g_assert_false (mqttc_engine_publish (f->engine, message, NULL, f->now, NULL));
  engine_feed (f, "30 04 0001 61 31");
  engine_assert_events (f, "a=1");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_feed (f, "30 04 0001 61 31");
  engine_assert_events (f, "BACKING_OFF disconnected:client/2");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/outgoing/exchanges", test_exchanges);
  engine_test_both ("/engine/outgoing/subscribe", test_subscribe);
  engine_test_both ("/engine/outgoing/suback-with-wrong-count", test_suback_with_wrong_count);
  engine_test_both ("/engine/outgoing/bad-filters", test_bad_filters);
  engine_test_both ("/engine/outgoing/window", test_window);
  engine_test_both ("/engine/outgoing/window-qos2", test_window_qos2);
  engine_test_both ("/engine/outgoing/resume", test_resume);
  engine_test_both ("/engine/outgoing/resume-twice", test_resume_twice);
  engine_test_both ("/engine/outgoing/session-lost", test_session_lost);
  engine_test_both ("/engine/outgoing/session-lost-republish", test_session_lost_republish);
  engine_test_both ("/engine/outgoing/resubscribe-cut", test_resubscribe_cut);
  engine_test_both ("/engine/outgoing/superseded-is-there", test_superseded_is_there);
  engine_test_both ("/engine/outgoing/superseding-refused", test_superseding_refused);
  engine_test_both ("/engine/outgoing/superseded-answered-last", test_superseded_answered_last);
  engine_test_both ("/engine/outgoing/unsubscribed-stays-so", test_unsubscribed_stays_so);
  engine_test ("/engine/outgoing/half-written", test_half_written);
  engine_test_both ("/engine/outgoing/cancel", test_cancel);
  engine_test_both ("/engine/outgoing/cancel-subscribe", test_cancel_subscribe);
  engine_test_both ("/engine/outgoing/bounds", test_bounds);
  engine_test_both ("/engine/outgoing/offline-qos0", test_offline_qos0);
  engine_test_both ("/engine/outgoing/stray-acks", test_stray_acks);
  engine_test_both ("/engine/outgoing/all-ids", test_all_ids);
  engine_test ("/engine/outgoing/large-payload", test_large_payload);
  engine_test_both ("/engine/outgoing/other-client-id", test_other_client_id);
  engine_test ("/engine/outgoing/never-left", test_never_left);
  engine_test_both ("/engine/outgoing/configure-while-connected", test_configure_while_connected);

  return g_test_run ();
}
