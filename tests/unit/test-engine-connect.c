/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Connecting, disconnecting, reconnecting: sections 3.1, 3.2, 3.14. */

#include "engine-fixture.h"

#define CONNECT_ME "10 0e 0004 4d515454 04 02 003c 0002 6d65"

/* [MQTT-3.1.0-1] [MQTT-3.1.2-1] [MQTT-3.1.2-3] [MQTT-3.1.3-3] [MQTT-3.14.1-1] [MQTT-3.14.4-1]; no will, no
 * user name and no password: [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-15] [MQTT-3.1.2-18]
 * [MQTT-3.1.2-20]. Who says DISCONNECT closes [MQTT5-3.14.4-2], and says no more [MQTT5-3.14.4-1]. */
static void
test_open_and_close (EngineFixture *f,
                     gconstpointer data)
{
  engine_open (f);
  engine_assert_events (f, "CONNECTING");
  engine_assert_sends (f, CONNECT_ME);
  engine_feed (f, "20 02 00 00");
  engine_assert_events (f, "CONNECTED connected:0");

  mqttc_engine_close (f->engine, 0, NULL, SECONDS (5), f->now);
  engine_assert_sends (f, "e0 00");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  engine_assert_events (f, "DRAINING CLOSED disconnected:");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
}

/* [MQTT-3.1.3-1] the order of the payload; [MQTT-3.1.2-9] [MQTT-3.1.2-19] [MQTT-3.1.2-21] */
static void
test_connect_with_everything (EngineFixture *f,
                              gconstpointer data)
{
  f->config.user_name = g_strdup ("u");
  f->config.password = g_bytes_new ("\0p", 2);
  f->config.will = mqttc_message_new_text ("w", "x");
  mqttc_message_set_qos (f->config.will, MQTTC_QOS_EXACTLY_ONCE);
  mqttc_message_set_retain (f->config.will, TRUE);
  f->config.clean_session = FALSE;
  f->config.keep_alive = 0;

  engine_open (f);
  engine_assert_sends (
      f, "10 1b 0004 4d515454 04 f4 0000 0002 6d65 0001 77 0001 78 0001 75 0002 0070");
}

/* [MQTT-3.2.2-5] [MQTT-3.1.2-2] [MQTT-3.1.3-8] [MQTT-3.1.3-9] and the codes of 3.1.1 as reason codes.
 * [MQTT5-3.1.3-8] [MQTT5-3.1.4-2] [MQTT5-3.2.2-7] [MQTT5-4.13.2-1] */
static void
test_refused (EngineFixture *f,
              gconstpointer data)
{
  static const struct
  {
    const char *connack;
    const char *events;
  } rows[] = {
    { "20 02 00 01", "CLOSED disconnected:reason/132" },
    { "20 02 00 02", "CLOSED disconnected:reason/133" },
    { "20 02 00 03", "BACKING_OFF disconnected:reason/136" },
    { "20 02 00 04", "CLOSED disconnected:reason/134" },
    { "20 02 00 05", "CLOSED disconnected:reason/135" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      engine_open (f);
      engine_assert_events (f, "CONNECTING");
      engine_assert_sends (f, CONNECT_ME);
      engine_feed (f, rows[i].connack);
      engine_assert_events (f, rows[i].events);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

      mqttc_engine_abort (f->engine, f->now);
      while (mqttc_engine_has_event (f->engine))
        {
          MqttcEngineEvent event;

          mqttc_engine_pop_event (f->engine, &event);
          mqttc_engine_event_clear (&event);
        }
    }
}

/* A server that has accepted us before may be mending itself. */
static void
test_refused_later (EngineFixture *f,
                    gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_cut (f);
  engine_assert_events (f, "BACKING_OFF disconnected:client/11");
  engine_redial (f);
  engine_assert_sends (f, CONNECT_ME);
  engine_feed (f, "20 02 00 05");
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:reason/135");
}

/* A dial that its driver calls hopeless, for a certificate say. */
static void
test_dial_refused (EngineFixture *f,
                   gconstpointer data)
{
  mqttc_engine_open (f->engine, f->now, NULL);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_DIAL);
  mqttc_engine_link_refused (
      f->engine, g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "Bad"),
      f->now);
  engine_assert_events (f, "CONNECTING CLOSED disconnected:client/10");

  engine_connect (f, FALSE);
  engine_cut (f);
  engine_assert_events (f, "BACKING_OFF disconnected:client/11");
  f->now = mqttc_engine_get_deadline (f->engine);
  mqttc_engine_advance (f->engine, f->now);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_DIAL);
  mqttc_engine_link_refused (
      f->engine, g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "Bad"),
      f->now);
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:client/10");
}

/* What may be no answer to CONNECT: [MQTT-3.2.0-1] [MQTT-3.2.2-1] [MQTT-3.2.2-4] and other servers.
 */
static void
test_wrong_answer (EngineFixture *f,
                   gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    int code;
  } rows[] = {
    { "d0 00", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "30 05 0001 61 6869", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "48 54 54 50", MQTTC_CLIENT_ERROR_NOT_MQTT },    /* HTTP */
    { "15 03 01 00 02", MQTTC_CLIENT_ERROR_NOT_MQTT }, /* TLS alert */
    { "53 53 48", MQTTC_CLIENT_ERROR_NOT_MQTT },       /* SSH */
    { "00", MQTTC_CLIENT_ERROR_NOT_MQTT },
    { "20 02 01 00", MQTTC_CLIENT_ERROR_PROTOCOL },
    { "20 02 01 05", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
    { "20 02 00 06", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
    { "20 03 00 00 00", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
    { "20 ff ff ff ff 01", MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  };

  engine_open (f);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *events
          = g_strdup_printf (i == 0 ? "CONNECTING BACKING_OFF disconnected:client/%d"
                                    : "CONNECTING BACKING_OFF disconnected:client/%d",
                             rows[i].code);

      if (i > 0)
        engine_redial (f);
      engine_assert_sends (f, CONNECT_ME);
      engine_feed (f, rows[i].bytes);
      engine_assert_events (f, events);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
    }
}

/* [MQTT-3.2.2-6], and a server of MQTT 5 that closes without a word [MQTT5-3.1.4-2]. */
static void
test_no_answer (EngineFixture *f,
                gconstpointer data)
{
  engine_open (f);
  engine_assert_events (f, "CONNECTING");
  engine_assert_sends (f, CONNECT_ME);
  engine_wait (f, f->config.connect_timeout - 1);
  engine_assert_events (f, "");
  engine_wait (f, 1);
  engine_assert_events (f, "BACKING_OFF disconnected:client/10");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

  engine_redial (f);
  engine_cut (f);
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:client/11");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
}

static void
test_reconnect_off (EngineFixture *f,
                    gconstpointer data)
{
  f->config.reconnect = FALSE;
  engine_open (f);
  engine_cut (f);
  engine_assert_events (f, "CONNECTING CLOSED disconnected:client/11");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
}

static gint64
lose_one (EngineFixture *f,
          gint64 after)
{
  gint64 begin;

  engine_accept (f, FALSE);
  f->now += after;
  begin = f->now;
  engine_cut (f);
  engine_redial (f);
  return f->now - begin;
}

/* Full jitter under a ceiling that doubles; only a connection that lasted brings it down again. */
static void
test_backoff (EngineFixture *f,
              gconstpointer data)
{
  gint64 longest = 0;

  f->config.keep_alive = 0;
  f->config.reconnect_min_delay = SECONDS (1);
  f->config.reconnect_max_delay = SECONDS (64);
  engine_open (f);

  for (int i = 0; i < 50; i++)
    {
      gint64 delay = lose_one (f, SECONDS (1));

      g_assert_cmpint (delay, >=, SECONDS (0.1));
      g_assert_cmpint (delay, <=, MIN (SECONDS (1) << MIN (i, 10), SECONDS (64)));
      longest = MAX (longest, delay);
    }
  g_assert_cmpint (longest, >, SECONDS (32));

  g_assert_cmpint (lose_one (f, f->config.stable_time), <=, SECONDS (1));
}

static void
test_close_while_waiting (EngineFixture *f,
                          gconstpointer data)
{
  engine_open (f);
  engine_cut (f);
  mqttc_engine_close (f->engine, 0, NULL, SECONDS (5), f->now);
  engine_assert_events (
      f, "CONNECTING BACKING_OFF disconnected:client/11 DRAINING CLOSED disconnected:");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), ==, -1);
}

/* An attempt under way is given up. */
static void
test_close_while_dialling (EngineFixture *f,
                           gconstpointer data)
{
  engine_open (f);
  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  engine_assert_events (f, "CONNECTING DRAINING CLOSED disconnected:");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
}

static void
test_drain (EngineFixture *f,
            gconstpointer data)
{
  MqttcOperation operation = { 0 };

  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", MQTTC_QOS_AT_LEAST_ONCE, &operation);
  mqttc_engine_close (f->engine, 0, NULL, SECONDS (5), f->now);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  engine_feed (f, "40 02 0001");
  engine_assert_sends (f, "e0 00");
  engine_assert_events (f, "DRAINING completed:4 CLOSED disconnected:");
}

/* What cannot be finished in time ends with an error, and DISCONNECT leaves all the same. */
static void
test_drain_too_long (EngineFixture *f,
                     gconstpointer data)
{
  MqttcOperation operation = { 0 };

  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", MQTTC_QOS_AT_LEAST_ONCE, &operation);
  mqttc_engine_close (f->engine, 0, NULL, SECONDS (5), f->now);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  engine_wait (f, SECONDS (5));
  engine_assert_sends (f, "e0 00");
  engine_assert_events (f, "DRAINING completed:client/9 CLOSED disconnected:");
}

/* A server that takes no bytes cannot keep us from closing. */
static void
test_close_blocked (EngineFixture *f,
                    gconstpointer data)
{
  MqttcSlice slice;

  engine_connect (f, FALSE);
  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, &slice, 1, f->now), ==, 1);
  f->now += SECONDS (1);
  mqttc_engine_advance (f->engine, f->now);
  engine_assert_events (f, "DRAINING CLOSED disconnected:");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
}

/* [MQTT-3.1.0-2] [MQTT5-3.1.0-2]: and so there is no second CONNECT. */
static void
test_open_twice (EngineFixture *f,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  engine_open (f);
  g_assert_false (mqttc_engine_open (f->engine, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);
  g_clear_error (&error);

  engine_accept (f, FALSE);
  g_assert_false (mqttc_engine_open (f->engine, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);
  engine_assert_sends (f, "");
}

static void
test_not_open (EngineFixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "1");
  g_autoptr (GError) error = NULL;
  MqttcOperation operation = { 0 };

  g_assert_false (mqttc_engine_publish (f->engine, message, &operation, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
  g_assert_false (mqttc_message_is_locked (message));
  engine_assert_events (f, "");

  /* Whoever cannot be told at once is told as if the message had been accepted. */
  mqttc_engine_refuse (f->engine, &operation, g_steal_pointer (&error));
  engine_assert_events (f, "completed:client/6");
}

static GError *
make_lost_error (void)
{
  return g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST, "Lost");
}

/* The driver tells of its link when another thread has given it up meanwhile: of an old link. */
static void
test_late_news (EngineFixture *f,
                gconstpointer data)
{
  mqttc_engine_open (f->engine, f->now, NULL);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_DIAL);
  mqttc_engine_abort (f->engine, f->now);
  g_assert_false (mqttc_engine_link_up (f->engine, f->now));
  mqttc_engine_link_down (f->engine, make_lost_error (), f->now);
  engine_assert_events (f, "CONNECTING CLOSED disconnected:");

  /* Open again before the driver has looked. */
  mqttc_engine_open (f->engine, f->now, NULL);
  g_assert_false (mqttc_engine_link_up (f->engine, f->now));
  mqttc_engine_link_down (f->engine, make_lost_error (), f->now);
  engine_assert_events (f, "CONNECTING");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_DIAL);
  g_assert_true (mqttc_engine_link_up (f->engine, f->now));

  /* A link that is down cannot be lost. */
  mqttc_engine_abort (f->engine, f->now);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  mqttc_engine_link_down (f->engine, make_lost_error (), f->now);
  engine_assert_events (f, "CLOSED disconnected:");
}

/* What has no form on the wire ends the matter: trying again would not help [MQTT-1.5.3-1]. */
static void
test_connect_too_long (EngineFixture *f,
                       gconstpointer data)
{
  g_free (f->config.client_id);
  f->config.client_id = g_strnfill (65536, 'a');
  engine_open (f);
  engine_assert_sends (f, "");
  engine_assert_events (f, "CONNECTING CLOSED disconnected:client/4");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
}

/* Opened again after a failure, it first waits; and it is open meanwhile. */
static void
test_reopen (EngineFixture *f,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->config.reconnect = FALSE;
  engine_connect (f, FALSE);
  engine_cut (f);
  engine_assert_events (f, "CLOSED disconnected:client/11");

  g_assert_true (mqttc_engine_reopen (f->engine, f->now, &error));
  g_assert_no_error (error);
  engine_assert_events (f, "BACKING_OFF");
  g_assert_false (mqttc_engine_reopen (f->engine, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);
  engine_assert_events (f, "");
  engine_redial (f);
  engine_accept (f, FALSE);
}

/* A link that took nothing says nothing. */
static void
test_nothing_sent (EngineFixture *f,
                   gconstpointer data)
{
  engine_open (f);
  g_assert_true (mqttc_engine_want_write (f->engine));
  mqttc_engine_sent (f->engine, 0, f->now);
  engine_assert_sends (f, CONNECT_ME);
}

/* [MQTT-3.1.2-23]: 18 hours, in microseconds more than 32 bits; and the longest of which 32 bits are enough. */
static void
test_long_keep_alive (EngineFixture *f,
                      gconstpointer data)
{
  static const guint16 intervals[] = { 2147, 2148, 65535 };

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    {
      f->config.keep_alive = intervals[i];
      engine_connect (f, FALSE);
      engine_wait (f, SECONDS (intervals[i] - 2));
      engine_assert_sends (f, "");
      engine_wait (f, SECONDS (2));
      engine_assert_sends (f, "c0 00");
      mqttc_engine_abort (f->engine, f->now);
      g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/connect/open-and-close", test_open_and_close);
  engine_test_both ("/engine/connect/with-everything", test_connect_with_everything);
  engine_test_both ("/engine/connect/refused", test_refused);
  engine_test_both ("/engine/connect/refused-later", test_refused_later);
  engine_test_both ("/engine/connect/dial-refused", test_dial_refused);
  engine_test ("/engine/connect/wrong-answer", test_wrong_answer);
  engine_test_both ("/engine/connect/no-answer", test_no_answer);
  engine_test_both ("/engine/connect/reconnect-off", test_reconnect_off);
  engine_test_both ("/engine/connect/backoff", test_backoff);
  engine_test_both ("/engine/connect/open-twice", test_open_twice);
  engine_test_both ("/engine/connect/not-open", test_not_open);
  engine_test_both ("/engine/connect/late-news", test_late_news);
  engine_test_both ("/engine/connect/too-long", test_connect_too_long);
  engine_test_both ("/engine/connect/reopen", test_reopen);
  engine_test_both ("/engine/connect/nothing-sent", test_nothing_sent);
  engine_test_both ("/engine/close/while-waiting", test_close_while_waiting);
  engine_test_both ("/engine/close/while-dialling", test_close_while_dialling);
  engine_test_both ("/engine/close/drain", test_drain);
  engine_test_both ("/engine/close/drain-too-long", test_drain_too_long);
  engine_test_both ("/engine/close/blocked", test_close_blocked);
  engine_test ("/engine/keepalive/longest", test_long_keep_alive);

  return g_test_run ();
}
