/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the client receives: delivery, acknowledgements, pauses, pings.
 * Sections 3.1.2.10, 3.3.4, 4.3 and 4.6. */

#include <string.h>

#include "engine-fixture.h"
#include "session/mqttc-engine-struct-private.h"

/* [MQTT-3.3.4-1] [MQTT-4.5.0-2] [MQTT-4.3.2-2] [MQTT5-4.5.0-2] [MQTT5-4.3.2-5]: the same identifier twice
 * is two messages. Nobody has subscribed to them [MQTT-3.3.2-3] [MQTT5-3.3.2-3]. */
static void
test_qos1 (EngineFixture *f,
           gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "30 04 0001 61 30  32 06 0001 61 0007 31  3a 06 0001 61 0007 31");
  engine_assert_sends (f, "");
  engine_assert_events (f, "a=0 a=1 a=1");
  engine_assert_sends (f, "40 02 0007  40 02 0007");
  engine_feed (f, "3a 06 0001 61 0007 31");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "40 02 0007");
}

/* [MQTT-3.3.1-3] [MQTT5-3.3.1-3]: what has come as a repetition and is sent on is none. */
static void
test_sent_on (EngineFixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcMessage) copy = NULL;

  engine_connect (f, FALSE);
  engine_feed (f, "3a 06 0001 61 0007 31");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "40 02 0007");
  g_assert_true (mqttc_message_get_dup (f->messages->pdata[0]));
  copy = mqttc_message_copy (f->messages->pdata[0]);
  g_assert_true (mqttc_engine_publish (f->engine, copy, NULL, f->now, NULL));
  engine_assert_sends (f, "32 06 0001 61 0001 31");
}

/* [MQTT-4.6.0-2] [MQTT5-4.6.0-2]: whatever handler ends first. */
static void
test_ack_order (EngineFixture *f,
                gconstpointer data)
{
  f->hold = TRUE;
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 61 0001 31  32 06 0001 61 0002 32  32 06 0001 61 0003 33");
  engine_assert_events (f, "a=1 a=2 a=3");
  engine_deliver (f, 1);
  engine_assert_sends (f, "");
  engine_deliver (f, 0);
  engine_assert_sends (f, "40 02 0001  40 02 0002");
  engine_deliver (f, 2);
  engine_assert_sends (f, "40 02 0003");
}

/* The acknowledgement comes after the handler, and yet before what the handler sent. */
static void
test_ack_overtakes (EngineFixture *f,
                    gconstpointer data)
{
  f->hold = TRUE;
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 61 0009 31");
  engine_assert_events (f, "a=1");
  engine_publish (f, "b", "r", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_deliver (f, 0);
  engine_assert_sends (f, "40 02 0009  30 04 0001 62 72");
}

/* An acknowledgement is the connection's: late, it is none. */
static void
test_stale_ack (EngineFixture *f,
                gconstpointer data)
{
  f->hold = TRUE;
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 61 0001 31");
  engine_assert_events (f, "a=1");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_feed (f, "3a 06 0001 61 0001 31");
  engine_deliver (f, 0);
  engine_assert_sends (f, "");
  engine_assert_events (f, "a=1");
  engine_deliver (f, 1);
  engine_assert_sends (f, "40 02 0001");
}

/* [MQTT-4.3.3-2] [MQTT-4.6.0-3] [MQTT5-4.3.3-8] [MQTT5-4.3.3-10] [MQTT5-4.3.3-11] [MQTT5-4.3.3-12]
 * [MQTT5-4.6.0-3] [MQTT5-2.2.1-5]: PUBREC for each copy, one delivery, at PUBREL. */
static void
test_qos2 (EngineFixture *f,
           gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "34 06 0001 61 0002 31  34 06 0001 62 0001 32  3c 06 0001 61 0002 31");
  engine_assert_events (f, "");
  engine_assert_sends (f, "50 02 0002  50 02 0001  50 02 0002");
  engine_feed (f, "62 02 0002");
  engine_assert_sends (f, "");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "70 02 0002");

  /* From PUBCOMP on the identifier is that of a new message. */
  engine_feed (f, "34 06 0001 61 0002 33  62 02 0002");
  engine_assert_events (f, "a=3");
  engine_assert_sends (f, "50 02 0002  70 02 0002");
}

static void
test_pubrel_again (EngineFixture *f,
                   gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "34 06 0001 61 0002 31  62 02 0002");
  engine_assert_events (f, "a=1");
  engine_assert_sends (f, "50 02 0002  70 02 0002");
  engine_feed (f, "62 02 0002");
  engine_assert_events (f, "");
  engine_assert_sends (f, "70 02 0002");
}

/* A cut at each step, the session resumed: once, whatever is repeated. */
static void
test_qos2_resumed (EngineFixture *f,
                   gconstpointer data)
{
  f->hold = TRUE;
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_feed (f, "34 06 0001 61 0005 31");
  engine_assert_sends (f, "50 02 0005");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_feed (f, "3c 06 0001 61 0005 31");
  engine_assert_sends (f, "50 02 0005");
  engine_feed (f, "62 02 0005");
  engine_assert_events (f, "a=1");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_feed (f, "62 02 0005");
  engine_assert_sends (f, "");
  engine_deliver (f, 0);
  engine_assert_sends (f, "70 02 0005");
}

/* The same before PUBCOMP has left: the message is known no more, and its PUBREL is answered. */
static void
test_qos2_delivered_late (EngineFixture *f,
                          gconstpointer data)
{
  f->hold = TRUE;
  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_feed (f, "34 06 0001 61 0006 32  62 02 0006");
  engine_assert_events (f, "a=2");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_deliver (f, 0);
  engine_assert_sends (f, "");
  engine_feed (f, "62 02 0006");
  engine_assert_events (f, "");
  engine_assert_sends (f, "70 02 0006");
}

/* The server has lost the session: what it had handed over is ours alone. */
static void
test_qos2_session_lost (EngineFixture *f,
                        gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "34 06 0001 61 0005 31");
  engine_assert_sends (f, "50 02 0005");
  engine_cut (f);
  engine_assert_events (f, "BACKING_OFF disconnected:client/11");
  engine_redial (f);
  engine_assert_sends (f, "10 0e 0004 4d515454 04 02 003c 0002 6d65");
  engine_feed (f, "20 02 00 00");
  engine_assert_events (f, "CONNECTING CONNECTED connected:0 a=1");
  engine_feed (f, "34 06 0001 61 0005 32  62 02 0005");
  engine_assert_events (f, "a=2");
  engine_assert_sends (f, "50 02 0005  70 02 0005");
}

static void
test_unknown_pubrel (EngineFixture *f,
                     gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "62 02 4242");
  engine_assert_sends (f, "70 02 4242");
  engine_assert_events (f, "");
}

/* What only a client may send, and what is malformed: the link ends [MQTT-4.8.0-1]. */
static void
test_illegal (EngineFixture *f,
              gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    int code;
  } rows[] = {
    { "20 02 00 00", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "10 0e 0004 4d515454 04 02 003c 0002 6d65", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "82 06 0001 0001 61 00", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "82 10 00 01", MQTTC_CLIENT_ERROR_PROTOCOL }, /* by its header alone */
    { "a2 05 0001 0001 61", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "c0 00", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "e0 00", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "00 00", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
    { "f0 00", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
    { "36 06 0001 61 0001 31", MQTTC_CLIENT_ERROR_MALFORMED_PACKET }, /* [MQTT-3.3.1-4] */
    { "38 04 0001 61 30", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },      /* [MQTT-3.3.1-2] */
    { "32 06 0001 61 0000 31", MQTTC_CLIENT_ERROR_MALFORMED_PACKET }, /* [MQTT-2.3.1-4] */
    { "30 06 0003 612f23 30", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },  /* [MQTT-3.3.2-2] */
    { "30 06 0003 eda080 30", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },  /* [MQTT-1.5.3-1] */
    { "30 04 0001 00 30", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },      /* [MQTT-1.5.3-2] */
    { "60 02 0001", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },            /* [MQTT-3.6.1-1] */
    { "90 03 0001 03", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },         /* [MQTT-3.9.3-2] */
    { "d0 01 00", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
    { "30 ff ff ff ff 7f", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  };

  engine_connect (f, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *events
          = g_strdup_printf ("BACKING_OFF disconnected:client/%d CONNECTING", rows[i].code);

      engine_feed (f, rows[i].bytes);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
      engine_assert_sends (f, "");
      engine_redial (f);
      engine_assert_events (f, events);
      engine_accept (f, FALSE);
    }
}

/* The limit holds at the fixed header, before any memory is taken. */
static void
test_too_large (EngineFixture *f,
                gconstpointer data)
{
  f->config.max_packet_size = 100;
  engine_connect (f, FALSE);
  engine_feed (f, "30 63");
  engine_assert_events (f, "BACKING_OFF disconnected:client/2");
}

/* Byte by byte is as good as all at once. */
static void
test_byte_by_byte (EngineFixture *f,
                   gconstpointer data)
{
  static const char *const bytes[] = { "32", "06", "00", "01", "61", "00", "01", "31" };

  engine_connect (f, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    {
      engine_assert_events (f, "");
      engine_feed (f, bytes[i]);
    }
  engine_assert_events (f, "a=1");
}

/* The rest of a packet comes when reading has paused: it is there when reading goes on. */
static void
test_rest_while_paused (EngineFixture *f,
                        gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_feed (f, "30 04 0001");
  mqttc_engine_set_paused (f->engine, TRUE, f->now);
  engine_feed (f, "61 31");
  engine_assert_events (f, "");
  mqttc_engine_set_paused (f->engine, FALSE, f->now);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, 0);
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "a=1");
}

/* Messages that nobody takes: reading pauses, what was read is kept, then all goes on. */
static void
test_pause (EngineFixture *f,
            gconstpointer data)
{
  f->hold = TRUE;
  f->config.max_undelivered_messages = 2;
  engine_connect (f, FALSE);
  engine_feed (f, "30 04 0001 61 31  30 04 0001 61 32  30 04 0001 61 33");
  g_assert_false (mqttc_engine_want_read (f->engine));
  engine_assert_events (f, "a=1 a=2");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), >, f->now);

  engine_deliver (f, 0);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, 0);
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "a=3");
  g_assert_false (mqttc_engine_want_read (f->engine));
  engine_deliver (f, 1);
  g_assert_true (mqttc_engine_want_read (f->engine));
}

/* [MQTT-3.1.2-23] [MQTT5-3.1.2-20]: idle, a ping a little before the interval ends. */
static void
test_ping (EngineFixture *f,
           gconstpointer data)
{
  engine_connect (f, FALSE);

  for (guint i = 0; i < 3; i++)
    {
      gint64 begin = f->now;

      engine_wait (f, SECONDS (100));
      g_assert_cmpint (f->now - begin, ==, SECONDS (59));
      engine_assert_sends (f, "c0 00");
      engine_feed (f, "d0 00");
    }
}

/* [MQTT-3.1.2-23] [MQTT5-3.1.2-20]: the silence begins with CONNECT, however late CONNACK comes. */
static void
test_ping_after_slow_connack (EngineFixture *f,
                              gconstpointer data)
{
  gint64 begin = f->now;

  engine_open (f);
  engine_assert_sends (f, "10 0e 0004 4d515454 04 02 003c 0002 6d65");
  f->now += SECONDS (20);
  engine_feed (f, "20 02 00 00");
  engine_wait (f, SECONDS (100));
  g_assert_cmpint (f->now - begin, ==, SECONDS (59));
  engine_assert_sends (f, "c0 00");
}

/* [MQTT-3.12.4-1] [MQTT5-3.12.4-1] */
static void
test_ping_unanswered (EngineFixture *f,
                      gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_wait (f, SECONDS (100));
  engine_assert_sends (f, "c0 00");
  engine_wait (f, f->config.ping_timeout - 1);
  engine_assert_events (f, "");
  engine_wait (f, 1);
  engine_assert_events (f, "BACKING_OFF disconnected:client/10");
}

/* Whatever comes is a sign of life, not PINGRESP alone. */
static void
test_any_byte_is_life (EngineFixture *f,
                       gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_wait (f, SECONDS (100));
  engine_assert_sends (f, "c0 00");
  f->now += f->config.ping_timeout - 1;
  engine_feed (f, "30 7f 0001");
  engine_wait (f, SECONDS (10));
  engine_assert_events (f, "");
}

/* Who sends need not ping, but a server that stays silent for one and a half intervals is asked. */
static void
test_ping_while_sending (EngineFixture *f,
                         gconstpointer data)
{
  engine_connect (f, FALSE);

  for (guint i = 0; i < 8; i++)
    {
      engine_wait (f, SECONDS (10));
      engine_publish (f, "a", "0", MQTTC_QOS_AT_MOST_ONCE, NULL);
      engine_assert_sends (f, "30 04 0001 61 30");
    }
  engine_wait (f, SECONDS (10));
  engine_assert_sends (f, "c0 00");
}

static void
test_no_keepalive (EngineFixture *f,
                   gconstpointer data)
{
  f->config.keep_alive = 0;
  engine_connect (f, FALSE);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
}

/* A link that takes nothing is found without the help of a ping. */
static void
test_blocked (EngineFixture *f,
              gconstpointer data)
{
  MqttcSlice slice;

  engine_connect (f, FALSE);
  engine_publish (f, "a", "0", MQTTC_QOS_AT_MOST_ONCE, NULL);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  f->now += f->config.write_timeout - 1;
  mqttc_engine_advance (f->engine, f->now);
  mqttc_engine_sent (f->engine, 1, f->now);
  f->now += f->config.write_timeout - 1;
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "");
  f->now += 1;
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "BACKING_OFF disconnected:client/10");
}

/* While we do not read we cannot see an answer; pings go on all the same. */
static void
test_ping_while_paused (EngineFixture *f,
                        gconstpointer data)
{
  f->hold = TRUE;
  f->config.max_undelivered_messages = 1;
  engine_connect (f, FALSE);
  engine_feed (f, "30 04 0001 61 31  30 04 0001 61 32");
  engine_assert_events (f, "a=1");
  for (guint i = 0; i < 5; i++)
    {
      engine_wait (f, SECONDS (100));
      engine_assert_sends (f, "c0 00");
    }
  engine_deliver (f, 0);
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "a=2");
}

/* Reading goes on when a message has been taken, though its handler still runs: a dead peer is found
 * all the same. */
static void
test_dead_while_handling (EngineFixture *f,
                          gconstpointer data)
{
  f->hold = TRUE;
  f->config.max_undelivered_bytes = 1;
  engine_connect (f, FALSE);
  engine_feed (f, "30 04 0001 61 31");
  g_assert_false (mqttc_engine_want_read (f->engine));
  engine_assert_events (f, "a=1");
  g_assert_true (mqttc_engine_want_read (f->engine));
  engine_wait (f, SECONDS (100));
  engine_assert_sends (f, "c0 00");
  engine_wait (f, f->config.ping_timeout);
  engine_assert_events (f, "BACKING_OFF disconnected:client/10");
}

/* The same when what made reading pause was the report of a packet: nobody says that it is done with
 * that, so the engine asks for a turn. */
static void
test_dead_after_report (EngineFixture *f,
                        gconstpointer data)
{
  f->config.max_undelivered_bytes = 1;
  engine_connect (f, FALSE);
  mqttc_engine_report_packets (f->engine, FALSE, TRUE);
  engine_wait (f, SECONDS (100));
  engine_assert_sends (f, "c0 00");
  engine_publish (f, "a", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "30 04 0001 61 78");
  g_assert_false (mqttc_engine_want_read (f->engine));
  mqttc_engine_advance (f->engine, f->now);

  /* The time in which an answer could not be seen does not count. */
  f->now += f->config.ping_timeout;
  engine_assert_events (f, "out:12 out:3");
  g_assert_true (mqttc_engine_want_read (f->engine));
  engine_wait (f, f->config.ping_timeout - 1);
  engine_assert_events (f, "");
  engine_wait (f, 1);
  engine_assert_events (f, "BACKING_OFF disconnected:client/10");
}

static void
test_packets_reported (EngineFixture *f,
                       gconstpointer data)
{
  mqttc_engine_report_packets (f->engine, TRUE, TRUE);
  engine_open (f);
  engine_assert_sends (f, "10 0e 0004 4d515454 04 02 003c 0002 6d65");
  engine_feed (f, "20 02 00 00  30 04 0001 61 31");
  engine_assert_events (f, "CONNECTING out:1 in:2 CONNECTED connected:0 in:3 a=1");
}

/* What cannot be right is not waited for, nor kept [MQTT-4.8.0-1]. */
static void
test_hopeless_header (EngineFixture *f,
                      gconstpointer data)
{
  static const char *const rows[]
      = { "40 ff ff ff 7f", "36 ff ff ff 7f", "38 ff ff ff 7f", "d0 05", "48 10 00", "20 7f 00" };

  engine_connect (f, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      engine_feed (f, rows[i]);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
      engine_redial (f);
      engine_assert_events (f, "BACKING_OFF disconnected:client/0 CONNECTING");
      engine_accept (f, FALSE);
    }
}

/* Before CONNECT has left nothing can be an answer to it. */
static void
test_early_connack (EngineFixture *f,
                    gconstpointer data)
{
  engine_open (f);
  engine_feed (f, "20 02 00 00");
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:client/1");
}

/* A peer that reads slowly: what has left is forgotten, also when something always waits. */
static void
test_acks_bounded (EngineFixture *f,
                   gconstpointer data)
{
  engine_connect (f, FALSE);

  for (guint i = 0; i < 5000; i++)
    engine_feed (f, "62 02 0001");
  g_assert_false (mqttc_engine_want_read (f->engine));

  for (guint i = 0; i < 200000; i++)
    {
      MqttcSlice slice;

      g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
      mqttc_engine_sent (f->engine, 4, f->now);
      mqttc_engine_advance (f->engine, f->now);
      if (mqttc_engine_want_read (f->engine))
        engine_feed (f, "62 02 0001");
    }

  g_assert_cmpuint (f->engine->acks->len, <=, 4 * 2 * 4096);
}

/* Handlers that are in each other: what is not acknowledged does not grow for ever. */
static void
test_unacknowledged_bounded (EngineFixture *f,
                             gconstpointer data)
{
  f->hold = TRUE;
  engine_connect (f, FALSE);

  for (guint i = 1; mqttc_engine_want_read (f->engine); i++)
    {
      MqttcEngineEvent event;

      g_assert_cmpuint (i, <=, G_MAXUINT16 + 1u);
      engine_feed (f, "32 06 0001 61 0001 31");
      g_assert_true (mqttc_engine_pop_event (f->engine, &event));
      if (i > 1)
        mqttc_engine_delivered (f->engine, event.token, f->now);
      mqttc_engine_event_clear (&event);
    }
}

/* A flood of repetitions that ends the session must not be looked at afterwards. */
static void
test_pubrec_flood (EngineFixture *f,
                   gconstpointer data)
{
  MqttcSlice slice;

  f->config.reconnect = FALSE;
  f->config.max_inflight = 200;
  engine_connect (f, FALSE);
  for (guint i = 0; i < 200; i++)
    engine_publish (f, "a", "x", MQTTC_QOS_EXACTLY_ONCE, NULL);
  while (mqttc_engine_peek_output (f->engine, &slice, 1, f->now) > 0)
    mqttc_engine_sent (f->engine, slice.len, f->now);

  for (guint i = 1; i <= 200; i++)
    {
      g_autofree char *pubrec = g_strdup_printf ("50 02 %04x", i);

      engine_feed (f, pubrec);
    }
  for (guint i = 0; i <= 100; i++)
    engine_feed (f, "50 02 00c8");
  engine_assert_events (f, "CLOSED disconnected:client/1");
}

/* A handler that closes: its message is acknowledged before DISCONNECT. */
static void
test_close_in_handler (EngineFixture *f,
                       gconstpointer data)
{
  f->hold = TRUE;
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 61 0009 31");
  engine_assert_events (f, "a=1");
  mqttc_engine_close (f->engine, 0, NULL, SECONDS (5), f->now);
  engine_assert_sends (f, "");
  engine_deliver (f, 0);
  engine_assert_sends (f, "40 02 0009  e0 00");
}

/* A large packet, and the first byte of the next: the memory goes with the large one. */
static void
test_large_buffer_given_back (EngineFixture *f,
                              gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (1000000 + 7);
  const guint8 head[] = { 0x30, 0xc3, 0x84, 0x3d, 0x00, 0x01, 'a' };
  MqttcEngineEvent event;

  memcpy (bytes, head, sizeof head);
  engine_connect (f, FALSE);
  mqttc_engine_feed (f->engine, bytes, 1000, f->now);
  mqttc_engine_feed (f->engine, bytes + 1000, 1000007 - 1000, f->now);
  engine_feed (f, "30");
  g_assert_true (mqttc_engine_pop_event (f->engine, &event));
  g_assert_cmpint (event.type, ==, MQTTC_ENGINE_EVENT_MESSAGE);
  mqttc_engine_event_clear (&event);
  g_assert_cmpuint (f->engine->partial.size, <=, 4096);
}

/* Packets that are reported count in the bound, too. */
static void
test_reports_bounded (EngineFixture *f,
                      gconstpointer data)
{
  f->config.max_undelivered_bytes = 1000;
  mqttc_engine_report_packets (f->engine, TRUE, FALSE);
  engine_connect (f, FALSE);
  for (guint i = 0; mqttc_engine_want_read (f->engine); i++)
    {
      g_assert_cmpuint (i, <, 1000);
      engine_feed (f, "3c 06 0001 61 0001 31");
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/incoming/qos1", test_qos1);
  engine_test_both ("/engine/incoming/sent-on", test_sent_on);
  engine_test_both ("/engine/incoming/ack-order", test_ack_order);
  engine_test_both ("/engine/incoming/ack-overtakes", test_ack_overtakes);
  engine_test_both ("/engine/incoming/stale-ack", test_stale_ack);
  engine_test_both ("/engine/incoming/qos2", test_qos2);
  engine_test_both ("/engine/incoming/qos2-resumed", test_qos2_resumed);
  engine_test ("/engine/incoming/qos2-delivered-late", test_qos2_delivered_late);
  engine_test ("/engine/incoming/pubrel-again", test_pubrel_again);
  engine_test_both ("/engine/incoming/qos2-session-lost", test_qos2_session_lost);
  engine_test ("/engine/incoming/unknown-pubrel", test_unknown_pubrel);
  engine_test ("/engine/incoming/illegal", test_illegal);
  engine_test ("/engine/incoming/too-large", test_too_large);
  engine_test ("/engine/incoming/byte-by-byte", test_byte_by_byte);
  engine_test ("/engine/incoming/rest-while-paused", test_rest_while_paused);
  engine_test_both ("/engine/incoming/pause", test_pause);
  engine_test_both ("/engine/incoming/packets-reported", test_packets_reported);
  engine_test ("/engine/incoming/hopeless-header", test_hopeless_header);
  engine_test_both ("/engine/incoming/early-connack", test_early_connack);
  engine_test_both ("/engine/incoming/acks-bounded", test_acks_bounded);
  engine_test_both ("/engine/incoming/unacknowledged-bounded", test_unacknowledged_bounded);
  engine_test_both ("/engine/incoming/pubrec-flood", test_pubrec_flood);
  engine_test_both ("/engine/incoming/close-in-handler", test_close_in_handler);
  engine_test ("/engine/incoming/large-buffer-given-back", test_large_buffer_given_back);
  engine_test_both ("/engine/incoming/reports-bounded", test_reports_bounded);
  engine_test_both ("/engine/keepalive/ping", test_ping);
  engine_test_both ("/engine/keepalive/slow-connack", test_ping_after_slow_connack);
  engine_test_both ("/engine/keepalive/unanswered", test_ping_unanswered);
  engine_test ("/engine/keepalive/any-byte-is-life", test_any_byte_is_life);
  engine_test_both ("/engine/keepalive/while-sending", test_ping_while_sending);
  engine_test_both ("/engine/keepalive/none", test_no_keepalive);
  engine_test_both ("/engine/keepalive/blocked", test_blocked);
  engine_test_both ("/engine/keepalive/while-paused", test_ping_while_paused);
  engine_test_both ("/engine/keepalive/dead-after-report", test_dead_after_report);
  engine_test_both ("/engine/keepalive/dead-while-handling", test_dead_while_handling);

  return g_test_run ();
}
