/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Acknowledgements that the program gives itself: sections 4.3.2, 4.3.3 and 4.6. */

#include "engine-fixture.h"

#define ACCEPTED (-1)
#define STALE MQTTC_CLIENT_ERROR_STALE_ACK
#define INVALID MQTTC_CLIENT_ERROR_INVALID_ARGUMENT

static void
connect_manual (EngineFixture *f)
{
  f->config.manual_acks = TRUE;
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
}

static void
reconnect (EngineFixture *f,
           gboolean session_present)
{
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, session_present);
}

/* [MQTT-4.6.0-2] [MQTT5-4.6.0-2]: whichever is acknowledged first, in whatever order. */
static void
test_order (EngineFixture *f,
            gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "32 06 0001 61 0001 31  32 06 0001 61 0002 32  32 06 0001 61 0003 33");
  engine_assert_events (f, "a=1 a=2 a=3");
  engine_assert_sends (f, "");
  engine_acknowledge (f, 2, ACCEPTED);
  engine_acknowledge (f, 1, ACCEPTED);
  engine_assert_sends (f, "");
  engine_acknowledge (f, 0, ACCEPTED);
  engine_assert_sends (f, "40 02 0001  40 02 0002  40 02 0003");
}

/* Not before both have happened. [MQTT-4.3.2-2] [MQTT-4.3.3-2] */
static void
test_before_delivery (EngineFixture *f,
                      gconstpointer data)
{
  f->hold = TRUE;
  connect_manual (f);
  engine_feed (f, "32 06 0001 61 0001 31  34 06 0001 61 0002 32  62 02 0002");
  engine_assert_events (f, "a=1 a=2");
  engine_assert_sends (f, "50 02 0002");
  engine_acknowledge (f, 0, ACCEPTED);
  engine_acknowledge (f, 1, ACCEPTED);
  engine_assert_sends (f, "");
  engine_deliver (f, 1);
  engine_assert_sends (f, "70 02 0002");
  engine_deliver (f, 0);
  engine_assert_sends (f, "40 02 0001");
}

static void
test_twice (EngineFixture *f,
            gconstpointer data)
{
  connect_manual (f);
  engine_feed (f,
               "32 06 0001 61 0001 31  32 06 0001 61 0002 32  34 06 0001 61 0003 33  62 02 0003");
  engine_assert_events (f, "a=1 a=2 a=3");
  engine_acknowledge (f, 1, ACCEPTED);
  engine_acknowledge (f, 1, STALE);
  engine_acknowledge (f, 0, ACCEPTED);
  engine_acknowledge (f, 0, STALE);
  engine_acknowledge (f, 1, STALE);
  engine_acknowledge (f, 2, ACCEPTED);
  engine_acknowledge (f, 2, STALE);
  engine_assert_sends (f, "50 02 0003  40 02 0001  40 02 0002  70 02 0003");
}

/* QoS 0 needs none, and says so. */
static void
test_qos0 (EngineFixture *f,
           gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "30 04 0001 61 30");
  engine_assert_events (f, "a=0");
  engine_acknowledge (f, 0, ACCEPTED);
  engine_acknowledge (f, 0, ACCEPTED);
  engine_assert_sends (f, "");
}

/* [MQTT-4.4.0-1]: the server sends it again, and the copy must not be acknowledged by the first one,
 * though it has the same packet identifier. */
static void
test_stale_after_reconnect (EngineFixture *f,
                            gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "32 06 0001 61 0001 31");
  engine_assert_events (f, "a=1");
  engine_cut (f);
  engine_acknowledge (f, 0, STALE);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_acknowledge (f, 0, STALE);

  engine_feed (f, "3a 06 0001 61 0001 31");
  engine_assert_events (f, "a=1");
  engine_acknowledge (f, 0, STALE);
  engine_assert_sends (f, "");
  engine_acknowledge (f, 1, ACCEPTED);
  engine_assert_sends (f, "40 02 0001");
}

/* [MQTT-4.3.3-2]: cut between delivery and acknowledgement, it is not delivered again, and PUBCOMP waits
 * for the program. */
static void
test_qos2_resumed (EngineFixture *f,
                   gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "34 06 0001 61 0007 31  62 02 0007");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "50 02 0007");

  reconnect (f, TRUE);
  engine_feed (f, "62 02 0007");
  engine_assert_events (f, "");
  engine_assert_sends (f, "");
  engine_acknowledge (f, 0, ACCEPTED);
  engine_assert_sends (f, "70 02 0007");
}

/* The same, but acknowledged while there is no connection. */
static void
test_qos2_offline (EngineFixture *f,
                   gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "34 06 0001 61 0007 31  62 02 0007");
  engine_assert_events (f, "a=1");
  engine_cut (f);
  engine_acknowledge (f, 0, ACCEPTED);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "");
  engine_feed (f, "62 02 0007");
  engine_assert_sends (f, "70 02 0007");
  engine_assert_events (f, "");
}

/* A later message with the same packet identifier is another one. */
static void
test_session_lost (EngineFixture *f,
                   gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "34 06 0001 61 0007 31  62 02 0007  34 06 0001 61 0008 32");
  engine_assert_events (f, "a=1");
  reconnect (f, FALSE);
  engine_assert_events (f, "a=2"); /* nobody else has it any more */
  engine_feed (f, "34 06 0001 61 0007 33  62 02 0007  34 06 0001 61 0008 34  62 02 0008");
  engine_assert_events (f, "a=3 a=4");
  engine_assert_sends (f, "50 02 0007  50 02 0008");
  engine_acknowledge (f, 0, STALE);
  engine_acknowledge (f, 1, STALE);
  engine_assert_sends (f, "");
  engine_acknowledge (f, 3, ACCEPTED);
  engine_acknowledge (f, 2, ACCEPTED);
  engine_assert_sends (f, "70 02 0008  70 02 0007");
}

/* Not one of another engine, not a copy, none that the program has made. */
static void
test_foreign (EngineFixture *f,
              gconstpointer data)
{
  EngineFixture other = { 0 };

  engine_set_up (&other, NULL);
  connect_manual (f);
  connect_manual (&other);
  engine_feed (f, "32 06 0001 61 0001 31");
  engine_assert_events (f, "a=1");
  engine_feed (&other, "32 06 0001 61 0001 31");
  engine_assert_events (&other, "a=1");

  g_ptr_array_add (other.messages, mqttc_message_ref (g_ptr_array_index (f->messages, 0)));
  g_ptr_array_add (other.messages, mqttc_message_copy (g_ptr_array_index (other.messages, 0)));
  g_ptr_array_add (other.messages, mqttc_message_new_text ("a", "1"));
  for (guint i = 1; i < other.messages->len; i++)
    engine_acknowledge (&other, i, INVALID);
  engine_assert_sends (&other, "");
  engine_tear_down (&other, NULL);

  /* The next engine may have the same address. */
  engine_set_up (&other, NULL);
  connect_manual (&other);
  engine_feed (&other, "32 06 0001 61 0001 31");
  engine_assert_events (&other, "a=1");
  g_ptr_array_add (other.messages, mqttc_message_ref (g_ptr_array_index (f->messages, 0)));
  engine_acknowledge (&other, 1, INVALID);
  engine_acknowledge (&other, 0, ACCEPTED);
  engine_tear_down (&other, NULL);
}

static void
test_automatic (EngineFixture *f,
                gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 61 0001 31");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "40 02 0001");
  engine_acknowledge (f, 0, INVALID);
}

/* From one connection to the next: nothing is left that nobody will acknowledge. */
static void
test_becomes_automatic (EngineFixture *f,
                        gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "34 06 0001 61 0007 31  62 02 0007");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "50 02 0007");
  f->config.manual_acks = FALSE;
  reconnect (f, TRUE);
  engine_feed (f, "62 02 0007");
  engine_assert_events (f, "");
  engine_assert_sends (f, "70 02 0007");
}

static void
test_becomes_automatic_unreleased (EngineFixture *f,
                                   gconstpointer data)
{
  connect_manual (f);
  engine_feed (f, "34 06 0001 61 0007 31");
  engine_assert_sends (f, "50 02 0007");
  f->config.manual_acks = FALSE;
  reconnect (f, TRUE);
  engine_feed (f, "62 02 0007");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "70 02 0007");
}

static void
test_becomes_manual (EngineFixture *f,
                     gconstpointer data)
{
  f->hold = TRUE;
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_feed (f, "34 06 0001 61 0007 31  62 02 0007");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "50 02 0007");
  f->config.manual_acks = TRUE;
  reconnect (f, TRUE);
  engine_feed (f, "62 02 0007");
  engine_assert_sends (f, "");
  engine_deliver (f, 0);
  engine_assert_sends (f, "70 02 0007");
}

/* What the handlers are done with does not count any more, acknowledged or not. */
static void
test_does_not_pause (EngineFixture *f,
                     gconstpointer data)
{
  MqttcEngineCounters counters;

  f->config.max_undelivered_messages = 2;
  connect_manual (f);

  for (guint i = 0; i < 10; i++)
    {
      g_assert_true (mqttc_engine_want_read (f->engine));
      engine_feed (f, "32 06 0001 61 0001 31");
      engine_assert_events (f, "a=1");
    }

  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.undelivered, ==, 0);
}

static void
feed_unacknowledged (EngineFixture *f,
                     guint n)
{
  MqttcEngineEvent event;

  for (guint i = 1; i <= n; i++)
    {
      const guint8 packet[] = { 0x32, 6, 0, 1, 'a', i >> 8, i & 0xff, 'x' };

      mqttc_engine_feed (f->engine, packet, sizeof packet, f->now);
      g_assert_true (mqttc_engine_pop_event (f->engine, &event));
      mqttc_engine_delivered (f->engine, event.token, f->now);
      g_ptr_array_add (f->messages, mqttc_message_ref (event.message));
      mqttc_engine_event_clear (&event);
    }
}

/* A server that has used up all its packet identifiers [MQTT-2.3.1-4] can still send what needs none. */
static void
test_most_outstanding (EngineFixture *f,
                       gconstpointer data)
{
  connect_manual (f);
  feed_unacknowledged (f, G_MAXUINT16);
  g_assert_true (mqttc_engine_want_read (f->engine));
  engine_wait (f, SECONDS (100));
  engine_assert_sends (f, "c0 00");
  engine_feed (f, "d0 00  30 04 0001 61 30");
  engine_assert_events (f, "a=0");

  /* One that uses them twice is not read from any more, but it is pinged, and not taken for dead. */
  feed_unacknowledged (f, 1);
  g_assert_false (mqttc_engine_want_read (f->engine));
  for (guint i = 0; i < 3; i++)
    {
      engine_wait (f, SECONDS (100));
      engine_assert_sends (f, "c0 00");
    }
  engine_assert_events (f, "");

  engine_acknowledge (f, 0, ACCEPTED);
  g_assert_true (mqttc_engine_want_read (f->engine));
  engine_assert_sends (f, "40 02 0001");
}

/* Closing waits for handlers that run, not for the program to acknowledge. */
static void
test_close (EngineFixture *f,
            gconstpointer data)
{
  f->hold = TRUE;
  connect_manual (f);
  engine_feed (f, "32 06 0001 61 0001 31  32 06 0001 61 0002 32");
  engine_assert_events (f, "a=1 a=2");
  engine_acknowledge (f, 0, ACCEPTED);
  engine_deliver (f, 0);
  mqttc_engine_close (f->engine, 0, NULL, SECONDS (5), f->now);
  engine_assert_sends (f, "40 02 0001");
  engine_deliver (f, 1);
  engine_assert_sends (f, "e0 00");
  engine_assert_events (f, "DRAINING CLOSED disconnected:");
  engine_acknowledge (f, 1, STALE);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/acks/order", test_order);
  engine_test_both ("/engine/acks/before-delivery", test_before_delivery);
  engine_test_both ("/engine/acks/twice", test_twice);
  engine_test_both ("/engine/acks/qos0", test_qos0);
  engine_test_both ("/engine/acks/stale-after-reconnect", test_stale_after_reconnect);
  engine_test_both ("/engine/acks/qos2-resumed", test_qos2_resumed);
  engine_test ("/engine/acks/qos2-offline", test_qos2_offline);
  engine_test_both ("/engine/acks/session-lost", test_session_lost);
  engine_test_both ("/engine/acks/foreign", test_foreign);
  engine_test_both ("/engine/acks/automatic", test_automatic);
  engine_test_both ("/engine/acks/becomes-automatic", test_becomes_automatic);
  engine_test_both ("/engine/acks/becomes-automatic-unreleased", test_becomes_automatic_unreleased);
  engine_test_both ("/engine/acks/becomes-manual", test_becomes_manual);
  engine_test_both ("/engine/acks/does-not-pause", test_does_not_pause);
  engine_test ("/engine/acks/most-outstanding", test_most_outstanding);
  engine_test_both ("/engine/acks/close", test_close);

  return g_test_run ();
}
