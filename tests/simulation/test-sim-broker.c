/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker.h"
#include "sim-time.h"

/* The model broker against bytes written by hand from the standard: what tests the engine is tested
 * itself, and without the engine. */

typedef struct
{
  SimOptions options;
  SimFaults faults;
  SimTrace trace;
  SimClock *clock;
  SimCheck *check;
  SimNet *net;
  SimBroker *broker;
  SimScript *script;
  SimLink *link;
  GByteArray *received;
  gboolean ended;
} Fixture;

static void
data_cb (gpointer owner,
         SimLink *link,
         const guint8 *data,
         gsize len)
{
  Fixture *fixture = owner;

  g_byte_array_append (fixture->received, data, (guint) len);
}

static void
ended_cb (gpointer owner,
          SimLink *link,
          gboolean reset)
{
  Fixture *fixture = owner;

  fixture->ended = TRUE;
  sim_link_close (link, SIM_END_CLIENT, FALSE);
}

static void
writable_cb (gpointer owner,
             SimLink *link)
{
}

static const SimEndpoint endpoint = {
  .data = data_cb,
  .ended = ended_cb,
  .writable = writable_cb,
};

static void
connect_link (Fixture *fixture)
{
  fixture->link = sim_net_connect (fixture->net);
  fixture->ended = FALSE;
  g_assert_true (sim_broker_accept (fixture->broker, fixture->link));
  sim_link_attach (fixture->link, SIM_END_CLIENT, &endpoint, fixture);
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  sim_options_init (&fixture->options);
  fixture->options.autosave_interval = 3 * SIM_SECOND;
  fixture->clock = sim_clock_new (0);
  fixture->script = sim_script_new ();
  sim_script_start (fixture->script, fixture->clock, FALSE);
  sim_trace_init (&fixture->trace, fixture->clock, FALSE);
  fixture->check
      = sim_check_new (fixture->clock, &fixture->options, &fixture->faults, &fixture->trace);
  fixture->net = sim_net_new (fixture->clock, &fixture->options, &fixture->faults, &fixture->trace,
                              fixture->script);
  fixture->broker = sim_broker_new (fixture->clock, &fixture->options, &fixture->faults,
                                    &fixture->trace, fixture->script, fixture->check);
  fixture->received = g_byte_array_new ();
  connect_link (fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  sim_broker_free (fixture->broker);
  sim_net_free (fixture->net);
  sim_check_free (fixture->check);
  sim_clock_free (fixture->clock);
  sim_script_free (fixture->script);
  g_byte_array_unref (fixture->received);
  sim_options_clear (&fixture->options);
}

static void
run (Fixture *fixture)
{
  gint64 until = sim_clock_now (fixture->clock) + SIM_SECOND;

  while (sim_clock_step (fixture->clock, until))
    ;
}

/* Writes @bytes, in hexadecimal digits and spaces, lets a second pass, and compares the answer. */
static void
exchange (Fixture *fixture,
          const char *bytes,
          const char *answer)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GString) in = g_string_new (NULL);

  for (const char *c = bytes; *c != '\0'; c += *c == ' ' ? 1 : 2)
    if (*c != ' ')
      {
        guint8 byte = (guint8) (g_ascii_xdigit_value (c[0]) * 16 + g_ascii_xdigit_value (c[1]));

        g_byte_array_append (out, &byte, 1);
      }

  /* The link may take it in pieces. */
  for (gsize done = 0; done < out->len;)
    {
      done += sim_link_write (fixture->link, SIM_END_CLIENT, out->data + done, out->len - done);
      run (fixture);
    }

  for (guint i = 0; i < fixture->received->len; i++)
    g_string_append_printf (in, "%s%02x", i > 0 ? " " : "", fixture->received->data[i]);
  g_byte_array_set_size (fixture->received, 0);
  g_assert_cmpstr (in->str, ==, answer);
}

/* CONNECT: MQTT, level 4, no clean session, keepalive 0, client identifier "a". */
#define CONNECT "10 0d 00 04 4d 51 54 54 04 00 00 00 00 01 61"
#define CONNECT_CLEAN "10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 61"

static void
test_connect (Fixture *fixture,
              gconstpointer data)
{
  exchange (fixture, CONNECT, "20 02 00 00");
  exchange (fixture, "c0 00", "d0 00");
  exchange (fixture, "e0 00", "");
  g_assert_true (fixture->ended);
  g_assert_true (sim_broker_has_said_goodbye (fixture->broker));
  g_assert_null (fixture->check->violation);

  /* [MQTT-3.2.2-2] */
  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 01 00");

  /* [MQTT-3.1.4-2], [MQTT-3.1.2-6] */
  connect_link (fixture);
  exchange (fixture, CONNECT_CLEAN, "20 02 00 00");
  g_assert_null (fixture->check->violation);
}

static void
test_subscribe (Fixture *fixture,
                gconstpointer data)
{
  exchange (fixture, CONNECT, "20 02 00 00");
  /* "in/+" with QoS 1, "refused/x" with QoS 2, identifier 10 [MQTT-3.8.4-5] */
  exchange (fixture, "82 15 00 0a 00 04 69 6e 2f 2b 01 00 09 72 65 66 75 73 65 64 2f 78 02",
            "90 04 00 0a 01 80");

  sim_broker_publish (fixture->broker, "in/a", 2, SIM_MIN_PAYLOAD);
  sim_broker_publish (fixture->broker, "in/a/b", 2, SIM_MIN_PAYLOAD);
  run (fixture);
  exchange (fixture, "40 02 00 01", "32 12 00 04 69 6e 2f 61 00 01 31 30 30 30 30 30 30 30 30 30");
  g_assert_true (sim_broker_is_quiet (fixture->broker));

  exchange (fixture, "a2 08 00 0b 00 04 69 6e 2f 2b", "b0 02 00 0b");
  sim_broker_publish (fixture->broker, "in/a", 2, SIM_MIN_PAYLOAD);
  exchange (fixture, "c0 00", "d0 00");
  g_assert_null (fixture->check->violation);
}

/* [MQTT-4.4.0-1]: the PUBLISH and then the PUBREL come again on the next connection. */
static void
test_resume (Fixture *fixture,
             gconstpointer data)
{
  exchange (fixture, CONNECT, "20 02 00 00");
  exchange (fixture, "82 09 00 0a 00 04 69 6e 2f 61 02", "90 03 00 0a 02");
  sim_broker_publish (fixture->broker, "in/a", 2, SIM_MIN_PAYLOAD);
  exchange (fixture, "c0 00", "34 12 00 04 69 6e 2f 61 00 01 31 30 30 30 30 30 30 30 30 30 d0 00");

  connect_link (fixture);
  exchange (fixture, CONNECT,
            "20 02 01 00 3c 12 00 04 69 6e 2f 61 00 01 31 30 30 30 30 30 30 30 30 30");
  exchange (fixture, "50 02 00 01", "62 02 00 01");

  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 01 00 62 02 00 01");
  exchange (fixture, "70 02 00 01", "");
  g_assert_true (sim_broker_is_quiet (fixture->broker));
  g_assert_null (fixture->check->violation);
}

static void
test_restart (Fixture *fixture,
              gconstpointer data)
{
  exchange (fixture, CONNECT, "20 02 00 00");
  exchange (fixture, "c0 00", "d0 00");
  sim_broker_restart (fixture->broker, SIM_RESTART_LOSES, 0);
  run (fixture);
  g_assert_true (fixture->ended);

  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 00 00");
  g_assert_null (fixture->check->violation);
}

/* UNSUBSCRIBE came after the state was last saved. */
static void
test_go_back (Fixture *fixture,
              gconstpointer data)
{
  exchange (fixture, CONNECT, "20 02 00 00");
  exchange (fixture, "82 09 00 0a 00 04 69 6e 2f 61 00", "90 03 00 0a 00");
  exchange (fixture, "c0 00", "d0 00");
  exchange (fixture, "a2 08 00 0b 00 04 69 6e 2f 61", "b0 02 00 0b");
  sim_broker_publish (fixture->broker, "in/a", 0, SIM_MIN_PAYLOAD);
  exchange (fixture, "c0 00", "d0 00");

  sim_broker_restart (fixture->broker, SIM_RESTART_GOES_BACK, 0);
  run (fixture);
  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 01 00");
  sim_broker_publish (fixture->broker, "in/a", 0, SIM_MIN_PAYLOAD);
  exchange (fixture, "c0 00", "30 10 00 04 69 6e 2f 61 31 30 30 30 30 30 30 30 30 30 d0 00");
  g_assert_true (fixture->check->lied_to);
}

/* It grants less and closes on what it does not support, until it is healed. */
static void
test_limited (Fixture *fixture,
              gconstpointer data)
{
  fixture->options.profile = SIM_PROFILE_LIMITED;
  fixture->options.broker_max_qos = 1;
  fixture->options.broker_max_packet = 20;
  exchange (fixture, CONNECT, "20 02 00 00");
  exchange (fixture, "82 09 00 0a 00 04 69 6e 2f 61 02", "90 03 00 0a 01");
  fixture->options.broker_refuses_qos = TRUE;
  exchange (fixture, "82 09 00 0b 00 04 69 6e 2f 62 02", "90 03 00 0b 80");
  exchange (fixture, "34 05 00 01 61 00 01", "");
  g_assert_true (fixture->ended);
  g_assert_cmpuint (fixture->faults.hits[SIM_FAULT_CLOSED_QOS], ==, 1);

  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 01 00");
  exchange (fixture, "30 13 00 01 61 30 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35", "");
  g_assert_true (fixture->ended);

  fixture->options.broker_max_age = 3 * SIM_SECOND / 2;
  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 01 00");
  g_assert_false (fixture->ended);
  run (fixture);
  g_assert_true (fixture->ended);

  sim_broker_heal (fixture->broker);
  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 01 00");
  exchange (fixture, "82 09 00 0c 00 04 69 6e 2f 62 02", "90 03 00 0c 02");
  g_assert_null (fixture->check->violation);
}

/* Every time, here. */
static void
test_liar (Fixture *fixture,
           gconstpointer data)
{
  fixture->options.profile = SIM_PROFILE_LIAR;
  fixture->options.lie_percent = 100;
  exchange (fixture, CONNECT, "20 02 01 00");
  g_assert_true (fixture->check->lied_to);
  exchange (fixture, "c0 00", "d0 00");
  connect_link (fixture);
  exchange (fixture, CONNECT, "20 02 00 00");
  g_assert_null (fixture->check->violation);
}

/* Whatever is wrong is a violation. */
static void
test_strict (void)
{
  static const char *const bad[] = {
    "00 00",                                        /* reserved type */
    "c1 00",                                        /* flags [MQTT-2.2.2-1] */
    "60 02 00 01",                                  /* flags of PUBREL [MQTT-3.6.1-1] */
    "40 02 00 00",                                  /* identifier 0 [MQTT-2.3.1-1] */
    "40 03 00 01 00",                               /* too long */
    "40 01 00",                                     /* too short */
    "c0 80 00",                                     /* length not in its shortest form */
    "c0 80 80 80 80 00",                            /* length of five bytes */
    "36 05 00 01 61 00 01",                         /* QoS 3 [MQTT-3.3.1-4] */
    "38 03 00 01 61",                               /* DUP with QoS 0 [MQTT-3.3.1-2] */
    "30 03 00 01 23",                               /* wildcard [MQTT-3.3.2-2] */
    "30 02 00 00",                                  /* no topic [MQTT-4.7.3-1] */
    "30 03 00 01 ff",                               /* UTF-8 [MQTT-1.5.3-1] */
    "30 03 00 01 00",                               /* U+0000 [MQTT-1.5.3-2] */
    "82 02 00 01",                                  /* no filter [MQTT-3.8.3-3] */
    "82 06 00 01 00 01 61 03",                      /* QoS 3 [MQTT-3-8.3-4] */
    "82 07 00 01 00 02 61 23 00",                   /* "a#" [MQTT-4.7.1-2] */
    "82 07 00 01 00 02 61 2b 00",                   /* "a+" [MQTT-4.7.1-3] */
    "d0 00",                                        /* a client sends no PINGRESP */
    "10 0d 00 04 4d 51 54 54 04 00 00 00 00 01 61", /* CONNECT again [MQTT-3.1.0-2] */
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      Fixture fixture = { 0 };

      set_up (&fixture, NULL);
      exchange (&fixture, CONNECT, "20 02 00 00");
      exchange (&fixture, bad[i], "");
      g_test_message ("%s: %s", bad[i], fixture.check->violation);
      g_assert_nonnull (fixture.check->violation);
      tear_down (&fixture, NULL);
    }
}

/* Section 4.7.1. */
static void
test_filters (void)
{
  static const struct
  {
    const char *filter;
    const char *topic;
    gboolean matches;
  } rows[] = {
    { "#", "a/b", TRUE },       { "a/#", "a", TRUE },        { "a/#", "a/b/c", TRUE },
    { "a/#", "ab", FALSE },     { "+", "a", TRUE },          { "+", "a/b", FALSE },
    { "a/+/c", "a/b/c", TRUE }, { "a/+/c", "a/b/d", FALSE }, { "a/+", "a/", TRUE },
    { "a/+", "a", FALSE },      { "+/+", "/a", TRUE },       { "a", "a", TRUE },
    { "a/b", "a", FALSE },      { "a", "a/b", FALSE },       { "+/a", "in/a", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (sim_wire_filter_matches (rows[i].filter, rows[i].topic), ==, rows[i].matches);
}

static void
note_order (gpointer data,
            guint64 arg)
{
  g_string_append_printf (data, "%u", (guint) arg);
}

/* By time, then by the order of adding. */
static void
test_clock (void)
{
  g_autoptr (SimClock) clock = sim_clock_new (5);
  g_autoptr (GString) order = g_string_new (NULL);

  sim_clock_add (clock, 30, note_order, order, 4);
  sim_clock_add (clock, 10, note_order, order, 2);
  sim_clock_add (clock, 10, note_order, order, 3);
  sim_clock_add (clock, 0, note_order, order, 1);
  while (sim_clock_step (clock, 100))
    ;
  g_assert_cmpstr (order->str, ==, "1234");
  g_assert_cmpint (sim_clock_now (clock), ==, 100);
}

/* Whoever asks another clock is told another time, and is found out. */
static void
test_other_clocks (void)
{
  g_autoptr (SimClock) clock = sim_clock_new (100 * SIM_SECOND);
  guint64 n_asked = sim_time_count_asked ();
  gint64 wall;
  gint64 step;

  sim_time_set_clock (clock);
  sim_clock_suspend (clock, 30 * SIM_SECOND);
  g_assert_cmpint (g_get_monotonic_time (), ==, 70 * SIM_SECOND);
  wall = g_get_real_time ();
  while (sim_clock_step (clock, 110 * SIM_SECOND))
    ;
  g_assert_cmpint (g_get_monotonic_time (), ==, 80 * SIM_SECOND);
  step = g_get_real_time () - wall;
  g_assert_cmpint (ABS (step), >, 1000 * SIM_SECOND);
  g_assert_cmpuint (sim_time_count_asked () - n_asked, ==, 4);
  sim_time_set_clock (NULL);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/sim-broker/connect", Fixture, NULL, set_up, test_connect, tear_down);
  g_test_add ("/sim-broker/subscribe", Fixture, NULL, set_up, test_subscribe, tear_down);
  g_test_add ("/sim-broker/resume", Fixture, NULL, set_up, test_resume, tear_down);
  g_test_add ("/sim-broker/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add ("/sim-broker/go-back", Fixture, NULL, set_up, test_go_back, tear_down);
  g_test_add ("/sim-broker/limited", Fixture, NULL, set_up, test_limited, tear_down);
  g_test_add ("/sim-broker/liar", Fixture, NULL, set_up, test_liar, tear_down);
  g_test_add_func ("/sim-broker/strict", test_strict);
  g_test_add_func ("/sim-wire/filters", test_filters);
  g_test_add_func ("/sim-clock/order", test_clock);
  g_test_add_func ("/sim-clock/other-clocks", test_other_clocks);

  return g_test_run ();
}
