/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the server says that it does not do: section 3.2.2.3 of MQTT 5. */

#include "engine-fixture.h"

static MqttcMessage *
make_message (const char *topic,
              MqttcQos qos,
              gboolean retain)
{
  MqttcMessage *message = mqttc_message_new_text (topic, "x");

  mqttc_message_set_qos (message, qos);
  mqttc_message_set_retain (message, retain);
  return message;
}

/* [MQTT-3.2.2-9] [MQTT-3.2.2-11] */
static void
test_maximum_qos (EngineFixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcMessage) twice = make_message ("t", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  g_autoptr (MqttcMessage) once = make_message ("t", MQTTC_QOS_AT_LEAST_ONCE, FALSE);

  engine_connect_5 (f, "24 01");
  engine_publish_refused (f, twice, MQTTC_CLIENT_ERROR_LIMIT, "Maximum QoS");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  /* A refused one has taken no identifier. */
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  engine_reconnect_5 (f, FALSE, "24 00");
  engine_publish_refused (f, once, MQTTC_CLIENT_ERROR_LIMIT, "QoS 0 alone");
}

static void
test_maximum_qos_queued (EngineFixture *f,
                         gconstpointer data)
{
  MqttcOperation operation = { 0 };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, &operation);
  engine_publish (f, "t", "y", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_accept_5 (f, FALSE, "24 01");
  engine_assert_sends (f, "32 07 0001 74 0001 00 79");
  engine_assert_events (f, "completed:client/13");
}

static void
test_lower_qos (EngineFixture *f,
                gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };
  MqttcEngineCounters counters;

  f->config.lower_qos = TRUE;
  engine_connect_5 (f, "24 01");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, &operations[0]);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  engine_feed (f, "40 02 0001");
  engine_assert_events (f, "completed:4");

  engine_reconnect_5 (f, FALSE, "24 00");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, &operations[1]);
  engine_assert_sends (f, "30 05 0001 74 00 78");
  engine_assert_events (f, "completed:3");
  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.inflight, ==, 0);
  g_assert_cmpuint (counters.queued, ==, 0);
}

/* In flight, and lost with the session: sent as new to a server that takes less. */
static void
test_lower_qos_of_lost (EngineFixture *f,
                        gconstpointer data)
{
  MqttcEngineCounters counters;

  f->config.lower_qos = TRUE;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0001 00 78");
  engine_reconnect_5 (f, FALSE, "24 00");
  engine_assert_sends (f, "30 05 0001 74 00 78");
  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.inflight, ==, 0);
}

/* What the program does with QoS 0 that has not left is not meant for it. */
static void
test_lower_qos_offline (EngineFixture *f,
                        gconstpointer data)
{
  static const MqttcOfflineQos0 policies[] = { MQTTC_OFFLINE_QOS0_DROP, MQTTC_OFFLINE_QOS0_FAIL };

  f->config.session_expiry = 60;
  f->config.lower_qos = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      MqttcOperation operation = { 0 };
      MqttcSlice slice;

      f->config.offline_qos0 = policies[i];
      engine_connect_5 (f, "24 00");
      engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, &operation);
      g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
      engine_cut (f);
      engine_assert_events (f, "BACKING_OFF disconnected:client/11");
      engine_redial (f);
      engine_accept_5 (f, i == 0, "24 00");
      engine_assert_sends (f, "30 05 0001 74 00 78");
      mqttc_engine_abort (f->engine, f->now);
      engine_drop_events (f);
      mqttc_engine_take_link_action (f->engine);
    }
}

/* A repetition cannot be lowered: the identifier is in use with the old QoS. */
static void
test_maximum_qos_of_resends (EngineFixture *f,
                             gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  f->config.session_expiry = 60;
  f->config.lower_qos = TRUE;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, &operations[0]);
  engine_publish (f, "t", "y", MQTTC_QOS_AT_LEAST_ONCE, &operations[1]);
  g_free (engine_take_output (f));
  engine_reconnect_5 (f, TRUE, "24 01");
  engine_assert_sends (f, "62 02 0001 3a 07 0001 74 0002 00 79");
  engine_assert_events (f, "completed:client/13");
}

/* [MQTT-3.2.2-14] */
static void
test_retain (EngineFixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcMessage) retained = make_message ("t", MQTTC_QOS_AT_MOST_ONCE, TRUE);
  g_autoptr (MqttcMessage) once = make_message ("t", MQTTC_QOS_AT_LEAST_ONCE, TRUE);
  MqttcOperation operations[2] = { 0 };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  mqttc_engine_publish (f->engine, retained, &operations[0], f->now, NULL);
  engine_accept_5 (f, FALSE, "25 00");
  engine_publish_refused (f, retained, MQTTC_CLIENT_ERROR_LIMIT, "Retain Available");
  engine_assert_sends (f, "");
  engine_assert_events (f, "completed:client/13");
  engine_cut (f);
  engine_drop_events (f);

  /* Nor among the repetitions. */
  f->config.session_expiry = 60;
  engine_redial (f);
  engine_accept_5 (f, FALSE, "25 01");
  mqttc_engine_publish (f->engine, once, &operations[1], f->now, NULL);
  engine_assert_sends (f, "33 07 0001 74 0001 00 78");
  engine_reconnect_5 (f, TRUE, "25 00");
  engine_assert_sends (f, "");
  engine_assert_events (f, "completed:client/13");
}

static void
assert_refused (EngineFixture *f,
                const char *filter,
                const char *words)
{
  const char *const filters[] = { "fine", filter, NULL };
  const guint8 options[] = { 0, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (mqttc_engine_subscribe (f->engine, filters, options, 0, NULL, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, filter));
  g_assert_nonnull (strstr (error->message, words));
}

/* Sections 3.2.2.3.11 and 3.2.2.3.13. */
static void
test_filters (EngineFixture *f,
              gconstpointer data)
{
  const char *const unsubscribed[] = { "a/+", "$share/g/a", NULL };
  MqttcOperation operations[2] = { 0 };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_subscribe (f, "#", MQTTC_QOS_AT_MOST_ONCE, &operations[0]);
  engine_subscribe (f, "$share/g/a", MQTTC_QOS_AT_MOST_ONCE, &operations[1]);
  engine_subscribe (f, "f", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_accept_5 (f, FALSE, "28 00 2a 00");
  engine_assert_sends (f, "82 07 0001 00 0001 66 00");
  engine_assert_events (f, "completed:client/13 completed:client/13");
  assert_refused (f, "a/+", "Wildcard Subscription Available");
  assert_refused (f, "a/#", "Wildcard Subscription Available");
  assert_refused (f, "$share/g/a", "Shared Subscription Available");

  /* To take leave of them is always allowed. */
  mqttc_engine_unsubscribe (f->engine, unsubscribed, NULL, f->now, NULL);
  engine_assert_sends (f, "a2 14 0002 00 0003 612f2b 000a 2473686172652f672f61");
}

static void
accept_with_events (EngineFixture *f,
                    const char *connack,
                    const char *events)
{
  g_free (engine_take_output (f));
  engine_drop_events (f);
  engine_feed (f, connack);
  engine_assert_events (f, events);
}

/* What was granted and is not available any more is not asked for again, and refused in the server's place;
 * the next one may take it. */
static void
test_filters_made_again (EngineFixture *f,
                         gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_subscribe (f, "#", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_subscribe (f, "f", MQTTC_QOS_AT_MOST_ONCE, NULL);
  g_free (engine_take_output (f));
  engine_feed (f, "90 04 0001 00 00 90 04 0002 00 00");
  engine_cut (f);
  engine_redial (f);
  accept_with_events (f, "20 05 00 00 02 28 00", "CONNECTED connected:0 resubscribed:#/162");
  engine_assert_sends (f, "82 07 0001 00 0001 66 00");
  engine_reconnect_5 (f, FALSE, "");
  engine_assert_sends (f, "82 0b 0001 00 0001 23 00 0001 66 00");
  engine_feed (f, "90 05 0001 00 00 00");
  engine_drop_events (f);

  /* Of a session that the server has kept, it has all. */
  engine_cut (f);
  f->config.session_expiry = 60;
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");
  g_free (engine_take_output (f));
  engine_feed (f, "90 05 0001 00 00 00");
  engine_cut (f);
  engine_drop_events (f);
  engine_redial (f);
  accept_with_events (f, "20 05 01 00 02 28 00", "CONNECTED connected:1");
}

/* Alone it would not fit, nor would a shared one be taken. */
static void
test_filters_refused (EngineFixture *f,
                      gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_subscribe (f, "a/long/one", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_subscribe (f, "$share/g/+", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_subscribe (f, "f", MQTTC_QOS_AT_MOST_ONCE, NULL);
  g_free (engine_take_output (f));
  engine_feed (f, "90 04 0001 00 00 90 04 0002 00 00 90 04 0003 00 00");
  engine_cut (f);
  engine_redial (f);
  accept_with_events (f, "20 0c 00 00 09 28 00 2a 00 27 00000010",
                      "CONNECTED connected:0 resubscribed:a/long/one/149:$share/g/+/158");
  engine_assert_sends (f, "82 07 0001 00 0001 66 00");
}

/* Section 3.2.2.3.12: left out, and the program still finds its handlers by the topic. */
static void
test_subscription_ids (EngineFixture *f,
                       gconstpointer data)
{
  const char *const filters[] = { "f", NULL };
  const char *const others[] = { "g", NULL };
  const guint8 options = 0x2d; /* QoS 1, No Local, Retain As Published, Retain Handling 2 */

  engine_connect_5 (f, "");
  mqttc_engine_subscribe (f->engine, filters, &options, 200, NULL, f->now, NULL);
  mqttc_engine_subscribe (f->engine, others, &options, 7, NULL, f->now, NULL);
  engine_assert_sends (f, "82 0a 0001 03 0b c801 0001 66 2d 82 09 0002 02 0b 07 0001 67 2d");
  engine_feed (f, "90 04 0001 00 01 90 04 0002 00 01");

  engine_reconnect_5 (f, FALSE, "29 00");
  engine_assert_sends (f, "82 0b 0001 00 0001 66 2d 0001 67 2d");
  engine_feed (f, "90 05 0001 00 01 01");
  mqttc_engine_subscribe (f->engine, filters, &options, 200, NULL, f->now, NULL);
  engine_assert_sends (f, "82 07 0002 00 0001 66 2d");

  /* Each with its own where they are available again. */
  engine_reconnect_5 (f, FALSE, "");
  engine_assert_sends (f, "82 0a 0001 03 0b c801 0001 66 2d 82 09 0002 02 0b 07 0001 67 2d"
                          " 82 0a 0003 03 0b c801 0001 66 2d");
}

/* To 3.1.1 only the QoS is said. */
static void
test_options_in_3_1_1 (EngineFixture *f,
                       gconstpointer data)
{
  const char *const filters[] = { "f", NULL };
  const guint8 options = 0x2d;

  engine_connect (f, FALSE);
  mqttc_engine_subscribe (f->engine, filters, &options, 200, NULL, f->now, NULL);
  engine_assert_sends (f, "82 06 0001 0001 66 01");
}

/* Section 3.8.3.1: [MQTT-3.8.3-4] [MQTT-3.8.3-5] */
static void
test_wrong_options (EngineFixture *f,
                    gconstpointer data)
{
  static const struct
  {
    const char *filter;
    guint8 options;
    const char *words;
  } cases[] = {
    { "f", 0x03, "QoS 3" },
    { "f", 0x30, "0x30" },
    { "f", 0x40, "0x40" },
    { "f", 0x80, "0x80" },
    { "$share/g/f", 0x04, "shared" },
  };

  engine_connect_5 (f, "");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const filters[] = { cases[i].filter, NULL };
      g_autoptr (GError) error = NULL;

      g_assert_false (
          mqttc_engine_subscribe (f->engine, filters, &cases[i].options, 0, NULL, f->now, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, cases[i].words));
      g_assert_nonnull (strstr (error->message, cases[i].filter));
    }
  engine_assert_sends (f, "");
}

static void
close_with (EngineFixture *f,
            const char *properties,
            gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new (properties, len);

  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_SUCCESS, bytes, 0, f->now);
}

/* [MQTT-3.14.2-3] [MQTT-3.14.2-4]: without the texts, and at last without the expiry of the session. */
static void
test_small_disconnect (EngineFixture *f,
                       gconstpointer data)
{
  static const char properties[] = "\x1f\0\1w\x11\0\0\0\0\x26\0\0\0\0";

  engine_connect_5 (f, "27 00000012");
  close_with (f, properties, sizeof properties - 1);
  engine_assert_sends (f, "e0 10 00 0e 1f 0001 77 11 00000000 26 0000 0000");
  engine_drop_events (f);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

  engine_connect_5 (f, "27 00000011");
  close_with (f, properties, sizeof properties - 1);
  engine_assert_sends (f, "e0 07 00 05 11 00000000");
  engine_drop_events (f);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

  engine_connect_5 (f, "27 00000008");
  close_with (f, properties, sizeof properties - 1);
  engine_assert_sends (f, "e0 00");
}

/* In 3.1.1 an acknowledgement has neither a reason nor properties. */
static void
test_acknowledged_in_3_1_1 (EngineFixture *f,
                            gconstpointer data)
{
  g_autoptr (GBytes) properties = g_bytes_new_static ("\x1f\0\1w", 4);
  g_autoptr (GError) error = NULL;

  f->config.manual_acks = TRUE;
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 74 000a 78");
  engine_assert_events (f, "t=x");
  g_assert_false (mqttc_engine_acknowledge_full (f->engine, f->messages->pdata[0],
                                                 MQTTC_REASON_CODE_UNSPECIFIED_ERROR, properties,
                                                 f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_true (mqttc_engine_acknowledge_full (
      f->engine, f->messages->pdata[0], MQTTC_REASON_CODE_SUCCESS, properties, f->now, NULL));
  engine_assert_sends (f, "40 02 000a");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/limits/maximum-qos", test_maximum_qos);
  engine_test ("/engine-5/limits/maximum-qos/queued", test_maximum_qos_queued);
  engine_test ("/engine-5/limits/maximum-qos/lowered", test_lower_qos);
  engine_test ("/engine-5/limits/maximum-qos/lowered-after-loss", test_lower_qos_of_lost);
  engine_test ("/engine-5/limits/maximum-qos/lowered-offline", test_lower_qos_offline);
  engine_test ("/engine-5/limits/maximum-qos/resends", test_maximum_qos_of_resends);
  engine_test ("/engine-5/limits/retain", test_retain);
  engine_test ("/engine-5/limits/filters", test_filters);
  engine_test ("/engine-5/limits/filters-made-again", test_filters_made_again);
  engine_test ("/engine-5/limits/filters-refused", test_filters_refused);
  engine_test ("/engine-5/limits/subscription-ids", test_subscription_ids);
  engine_test ("/engine-5/limits/options-in-3-1-1", test_options_in_3_1_1);
  engine_test ("/engine-5/limits/wrong-options", test_wrong_options);
  engine_test ("/engine-5/limits/small-disconnect", test_small_disconnect);
  engine_test ("/engine-5/limits/acknowledged-in-3-1-1", test_acknowledged_in_3_1_1);

  return g_test_run ();
}
