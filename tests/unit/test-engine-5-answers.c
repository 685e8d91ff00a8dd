/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reason codes of MQTT 5: in acknowledgements, in DISCONNECT of either side, and what follows from them. */

#include "engine-fixture.h"

/* --- Acknowledgements. --- */

/* [MQTT-3.4.2-1] [MQTT-4.4.0-2] */
static void
test_puback (EngineFixture *f,
             gconstpointer data)
{
  MqttcOperation operations[3] = { 0 };

  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  for (guint i = 0; i < 3; i++)
    engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, &operations[i]);
  g_free (engine_take_output (f));
  engine_feed (f, "40 03 0001 10 40 03 0002 87 40 08 0003 99 04 1f 0001 77");
  engine_assert_events (f, "completed:4 completed:reason/135 completed:reason/153");

  /* Refused or not, it is not sent again. */
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "");
}

/* [MQTT-4.3.3-4] [MQTT-4.4.0-2] [MQTT-3.5.2-1] */
static void
test_pubrec (EngineFixture *f,
             gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, &operations[0]);
  engine_publish (f, "t", "y", MQTTC_QOS_EXACTLY_ONCE, &operations[1]);
  g_free (engine_take_output (f));
  engine_feed (f, "50 03 0001 10 50 03 0002 97");
  engine_assert_events (f, "completed:reason/151");
  engine_assert_sends (f, "62 02 0001");

  /* What was refused is at its end. */
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "62 02 0001");
}

/* Said a second time, and now a failure: it gets no other PUBREL [MQTT-4.3.3-4]. */
static void
test_pubrec_late_failure (EngineFixture *f,
                          gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, NULL);
  g_free (engine_take_output (f));
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "50 03 0001 80");
  engine_assert_sends (f, "");
  engine_feed (f, "50 02 0001");
  engine_assert_sends (f, "62 02 0001");
}

/* Section 3.7.2.1: a mismatch of the two sessions, but after a reconnection the PUBCOMP before may have
 * been lost [MQTT-3.7.2-1]. */
static void
test_pubcomp (EngineFixture *f,
              gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, &operations[0]);
  engine_publish (f, "t", "y", MQTTC_QOS_EXACTLY_ONCE, &operations[1]);
  g_free (engine_take_output (f));
  engine_feed (f, "50 02 0001 50 02 0002");
  engine_assert_sends (f, "62 02 0001 62 02 0002");
  engine_feed (f, "70 03 0001 92");
  engine_assert_events (f, "completed:reason/146");
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "62 02 0002");
  engine_feed (f, "70 03 0002 92");
  engine_assert_events (f, "completed:7");
}

/* [MQTT-3.6.2-1] [MQTT-3.7.2-1]: the other side is to forget what we do not know. */
static void
test_unknown (EngineFixture *f,
              gconstpointer data)
{
  MqttcEngineCounters counters;

  engine_connect_5 (f, "");
  engine_feed (f, "62 02 0007 50 02 0008 50 03 0009 80 40 02 000a 70 02 000b");
  engine_assert_sends (f, "70 03 0007 92 62 03 0008 92");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.stray_acks, ==, 4);
}

/* [MQTT-3.3.4-1] [MQTT-4.3.2-4] [MQTT-4.3.3-8] [MQTT-4.3.3-11]: the shortest form. */
static void
test_ours (EngineFixture *f,
           gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_feed (f, "32 07 0001 74 0001 00 78 34 07 0001 74 0002 00 79");
  engine_assert_events (f, "t=x");
  engine_assert_sends (f, "50 02 0002 40 02 0001");
  engine_feed (f, "62 04 0002 00 00");
  engine_assert_events (f, "t=y");
  engine_assert_sends (f, "70 02 0002");
}

static void
ask (EngineFixture *f,
     MqttcOperation *operation,
     gboolean subscribe)
{
  const char *const filters[] = { "a", "b", NULL };
  const guint8 options[] = { 1, 1 };

  if (subscribe)
    mqttc_engine_subscribe (f->engine, filters, options, 0, operation, f->now, NULL);
  else
    mqttc_engine_unsubscribe (f->engine, filters, operation, f->now, NULL);
}

static void
assert_codes (EngineFixture *f,
              guint first,
              guint second)
{
  MqttcEngineEvent event;
  const guint8 *data;
  gsize len;

  g_assert_true (mqttc_engine_pop_event (f->engine, &event));
  g_assert_cmpint (event.type, ==, MQTTC_ENGINE_EVENT_COMPLETED);
  g_assert_no_error (event.error);
  data = g_bytes_get_data (mqttc_packet_get_reason_codes (event.packet), &len);
  g_assert_cmpuint (len, ==, 2);
  g_assert_cmpuint (data[0], ==, first);
  g_assert_cmpuint (data[1], ==, second);
  mqttc_engine_event_clear (&event);
}

/* [MQTT-3.8.4-6] [MQTT-3.9.3-1] [MQTT-3.11.3-1]: one code for each filter, in their order; that there was
 * no subscription is no error [MQTT-3.10.4-5]. */
static void
test_codes (EngineFixture *f,
            gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  engine_connect_5 (f, "");
  ask (f, &operations[0], TRUE);
  ask (f, &operations[1], FALSE);
  g_free (engine_take_output (f));
  engine_feed (f, "90 05 0001 00 87 01 b0 05 0002 00 11 00");
  assert_codes (f, 0x87, 0x01);
  assert_codes (f, 0x11, 0x00);
  engine_assert_events (f, "");
}

static void
assert_wrong_codes (EngineFixture *f,
                    gboolean subscribe,
                    const char *answer)
{
  MqttcOperation operation = { 0 };

  engine_connect_5 (f, "");
  ask (f, &operation, subscribe);
  g_free (engine_take_output (f));
  engine_feed (f, answer);
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, "e0 01 82");
  mqttc_engine_abort (f->engine, f->now);
  engine_assert_events (f, "completed:client/9 CLOSED disconnected:");
}

/* [MQTT-3.8.4-6] [MQTT-3.11.3-1] */
static void
test_wrong_codes (EngineFixture *f,
                  gconstpointer data)
{
  assert_wrong_codes (f, TRUE, "90 04 0001 00 01");
  assert_wrong_codes (f, TRUE, "90 06 0001 00 01 01 01");
  assert_wrong_codes (f, FALSE, "b0 04 0001 00 00");
  assert_wrong_codes (f, FALSE, "b0 06 0001 00 00 00 00");
}

/* What was refused is not made again, what was granted is. */
static void
test_refused_not_renewed (EngineFixture *f,
                          gconstpointer data)
{
  engine_connect_5 (f, "");
  ask (f, NULL, TRUE);
  g_free (engine_take_output (f));
  engine_feed (f, "90 05 0001 00 87 01");
  engine_reconnect_5 (f, FALSE, "");
  engine_assert_sends (f, "82 07 0001 00 0001 62 01");
}

/* --- DISCONNECT from the server. --- */

/* [MQTT-3.14.2-1] [MQTT-4.13.2-1]: the reason is told, and nothing is answered [MQTT-3.14.4-1]. */
static void
test_disconnect (EngineFixture *f,
                 gconstpointer data)
{
  static const struct
  {
    const char *packet;
    const char *events;
  } rows[] = {
    { "e0 00", "BACKING_OFF disconnected:client/11" },
    { "e0 01 8b", "BACKING_OFF disconnected:reason/139" },
    { "e0 02 8b 00", "BACKING_OFF disconnected:reason/139" },
    { "e0 06 98 04 1f 0001 77", "BACKING_OFF disconnected:reason/152" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      engine_connect_5 (f, "");
      engine_feed (f, rows[i].packet);
      engine_assert_events (f, rows[i].events);
      engine_assert_closes (f, "");
      mqttc_engine_abort (f->engine, f->now);
      engine_drop_events (f);
    }
}

/* [MQTT-3.14.0-1] */
static void
test_disconnect_early (EngineFixture *f,
                       gconstpointer data)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  g_free (engine_take_output (f));
  engine_feed (f, "e0 01 8b");
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:client/1");
}

/* --- Last words. --- */

static void
assert_last_words (EngineFixture *f,
                   const char *fault,
                   const char *hex)
{
  engine_connect_5 (f, "");
  engine_feed (f, fault);
  engine_drop_events (f);
  engine_assert_closes (f, hex);
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
}

/* Section 4.13, [MQTT-3.2.0-2] [MQTT-3.14.2-2] [MQTT-3.14.1-1] [MQTT-3.15.1-1] [MQTT-3.6.1-1]
 * [MQTT-3.3.1-4] [MQTT-4.12.0-6]. */
static void
test_last_words (EngineFixture *f,
                 gconstpointer data)
{
  static const char *const malformed[] = {
    "00 00", "36 06 0001 74 0001 00", "30 03 0001 ff", "60 02 0001", "e1 00",
    "f1 00", "30 ff ff ff ff 01",
  };
  static const char *const wrong[] = {
    "20 03 00 00 00",
    "10 00",
    "82 00",
    "c0 00",
    "e0 07 00 05 11 00000001",
    "f0 00",
    "90 04 0001 00 00 30 04 0000 00 78",
  };

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    assert_last_words (f, malformed[i], "e0 01 81");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_last_words (f, wrong[i], "e0 01 82");
}

/* Not into what the link has taken a part of. */
static void
test_last_words_within (EngineFixture *f,
                        gconstpointer data)
{
  MqttcSlice slice;

  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  mqttc_engine_sent (f->engine, 3, f->now);
  engine_feed (f, "00 00");
  engine_assert_closes (f, "");
}

/* Between two packets, even if there are others to be sent. */
static void
test_last_words_between (EngineFixture *f,
                         gconstpointer data)
{
  MqttcSlice slice;

  engine_connect_5 (f, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_publish (f, "t", "y", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  mqttc_engine_sent (f->engine, 9, f->now);
  engine_feed (f, "00 00");
  engine_assert_closes (f, "e0 01 81");
}

/* Nor within CONNECT. */
static void
test_last_words_within_connect (EngineFixture *f,
                                gconstpointer data)
{
  MqttcSlice slice;

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  mqttc_engine_sent (f->engine, 3, f->now);
  engine_feed (f, "00 00");
  engine_assert_closes (f, "");

  /* Nor before it [MQTT-3.1.0-1]. */
  engine_redial (f);
  engine_feed (f, "00 00");
  engine_assert_closes (f, "");

  /* But after it. */
  engine_redial (f);
  g_free (engine_take_output (f));
  engine_feed (f, "00 00");
  engine_assert_closes (f, "e0 01 81");
}

/* [MQTT-3.14.4-1] */
static void
test_last_words_after_disconnect (EngineFixture *f,
                                  gconstpointer data)
{
  MqttcSlice slice;

  engine_connect_5 (f, "");
  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  engine_feed (f, "00 00 62 02 0007");
  engine_assert_sends (f, "e0 00");
  engine_assert_closes (f, "");
}

/* They are that link's: another one that ends for a reason of its own does not say them. */
static void
test_last_words_forgotten (EngineFixture *f,
                           gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_feed (f, "00 00");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");
  mqttc_engine_abort (f->engine, f->now);
  engine_assert_closes (f, "");
}

/* 3.1.1 has none. */
static void
test_no_last_words (EngineFixture *f,
                    gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "00 00");
  engine_assert_closes (f, "");
}

/* [MQTT-3.1.2-29] */
static void
test_problem_information (EngineFixture *f,
                          gconstpointer data)
{
  f->config.refuse_problem_information = TRUE;
  engine_connect_5 (f, "1f 0001 77");
  engine_feed (f, "30 0b 0001 74 07 26 0001 6b 0001 76");
  engine_assert_events (f, "t=");
  engine_feed (f, "e0 06 98 04 1f 0001 77");
  engine_assert_events (f, "BACKING_OFF disconnected:reason/152");
  engine_assert_closes (f, "");
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");
  engine_publish (f, "t", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  g_free (engine_take_output (f));
  engine_feed (f, "40 08 0001 80 04 1f 0001 77");
  engine_assert_closes (f, "e0 01 82");
}

/* --- Trying again. --- */

typedef enum
{
  NEVER,
  SLOWLY,
  SOON,
  AT_ONCE,
} Expected;

static void
assert_retry (EngineFixture *f,
              Expected expected)
{
  gint64 deadline = mqttc_engine_get_deadline (f->engine);
  gboolean never = mqttc_engine_get_state (f->engine) == MQTTC_CONNECTION_STATE_CLOSED;

  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  g_free (engine_take_output (f));
  engine_drop_events (f);
  g_assert_cmpint (never, ==, expected == NEVER);
  if (expected == AT_ONCE)
    g_assert_cmpint (deadline, ==, f->now);
  if (expected == SOON)
    g_assert_cmpint (deadline, <=, f->now + SECONDS (2));
  if (expected == SOON || expected == SLOWLY)
    g_assert_cmpint (deadline, >, f->now);
  if (expected == SLOWLY)
    g_assert_cmpint (deadline, >=, f->now + f->config.reconnect_max_delay / 2);
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
}

/* Section 2.4. */
static void
test_retry_after_connack (EngineFixture *f,
                          gconstpointer data)
{
  static const struct
  {
    guint8 code;
    Expected expected;
  } rows[] = {
    { 0x80, SOON },   { 0x81, SOON },  { 0x82, SOON },  { 0x83, SOON },  { 0x84, NEVER },
    { 0x85, NEVER },  { 0x86, NEVER }, { 0x87, NEVER }, { 0x88, SOON },  { 0x89, SLOWLY },
    { 0x8a, NEVER },  { 0x8c, NEVER }, { 0x90, NEVER }, { 0x95, NEVER }, { 0x97, SLOWLY },
    { 0x99, NEVER },  { 0x9a, NEVER }, { 0x9b, NEVER }, { 0x9c, NEVER }, { 0x9d, NEVER },
    { 0x9f, SLOWLY },
  };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *connack = g_strdup_printf ("20 03 00 %02x 00", rows[i].code);

      engine_open (f);
      g_free (engine_take_output (f));
      engine_feed (f, connack);
      assert_retry (f, rows[i].expected);
    }
}

/* A server that has accepted us before may come to its senses: for ever is for those that never did. Two
 * clients of one name must not drive each other out at full speed [MQTT-3.1.4-3]. */
static void
test_retry_after_disconnect (EngineFixture *f,
                             gconstpointer data)
{
  static const struct
  {
    guint8 code;
    gint64 lasted; /* seconds */
    Expected expected;
  } rows[] = {
    { 0x8e, 0, SLOWLY },     { 0x8e, 1000, SLOWLY },  { 0x89, 1000, SLOWLY },
    { 0x98, 1000, SLOWLY },  { 0x87, 1000, SLOWLY },  { 0x8b, 1000, SOON },
    { 0x8d, 0, SOON },       { 0x8d, 1000, AT_ONCE }, { 0xa0, 0, SOON },
    { 0xa0, 1000, AT_ONCE },
  };

  f->config.keep_alive = 0;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *packet = g_strdup_printf ("e0 01 %02x", rows[i].code);

      engine_connect_5 (f, "");
      f->now += SECONDS (rows[i].lasted);
      engine_feed (f, packet);
      assert_retry (f, rows[i].expected);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/acks/puback", test_puback);
  engine_test ("/engine-5/acks/pubrec", test_pubrec);
  engine_test ("/engine-5/acks/pubrec-late-failure", test_pubrec_late_failure);
  engine_test ("/engine-5/acks/pubcomp", test_pubcomp);
  engine_test ("/engine-5/acks/unknown", test_unknown);
  engine_test ("/engine-5/acks/ours", test_ours);
  engine_test ("/engine-5/acks/codes", test_codes);
  engine_test ("/engine-5/acks/wrong-codes", test_wrong_codes);
  engine_test ("/engine-5/acks/refused-not-renewed", test_refused_not_renewed);
  engine_test ("/engine-5/disconnect/reasons", test_disconnect);
  engine_test ("/engine-5/disconnect/early", test_disconnect_early);
  engine_test ("/engine-5/last-words/reasons", test_last_words);
  engine_test ("/engine-5/last-words/within", test_last_words_within);
  engine_test ("/engine-5/last-words/between", test_last_words_between);
  engine_test ("/engine-5/last-words/connect", test_last_words_within_connect);
  engine_test ("/engine-5/last-words/after-disconnect", test_last_words_after_disconnect);
  engine_test ("/engine-5/last-words/forgotten", test_last_words_forgotten);
  engine_test ("/engine-5/last-words/none", test_no_last_words);
  engine_test ("/engine-5/problem-information", test_problem_information);
  engine_test ("/engine-5/retry/connack", test_retry_after_connack);
  engine_test ("/engine-5/retry/disconnect", test_retry_after_disconnect);

  return g_test_run ();
}
