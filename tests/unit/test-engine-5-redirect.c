/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Servers that name another one: section 4.11 of MQTT 5. */

#include "engine-fixture.h"

#define DISCONNECT_TO_B "e0 06 9c 04 1c 0001 62"
#define DISCONNECT_MOVED_TO_B "e0 06 9d 04 1c 0001 62"

static void
open_following (EngineFixture *f)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.follow_redirects = TRUE;
  engine_open (f);
}

static void
assert_redirect (EngineFixture *f,
                 const char *host,
                 guint port)
{
  guint16 found;

  g_assert_cmpstr (mqttc_engine_get_redirect (f->engine, &found), ==, host);
  if (host != NULL)
    g_assert_cmpuint (found, ==, port);
}

/* CONNACK with the reason and the reference. */
static void
refuse (EngineFixture *f,
        guint reason,
        const char *reference)
{
  gsize len = strlen (reference);
  g_autoptr (GString) hex = g_string_new (NULL);

  g_string_printf (hex, "20 %02x 00 %02x %02x 1c %04x ", (guint) len + 6, reason, (guint) len + 3,
                   (guint) len);
  for (gsize i = 0; i < len; i++)
    g_string_append_printf (hex, "%02x", (guint) (guint8) reference[i]);

  g_free (engine_take_output (f));
  engine_feed (f, hex->str);
  engine_assert_closes (f, "");
}

static void
send_away (EngineFixture *f,
           const char *disconnect)
{
  engine_feed (f, disconnect);
  engine_assert_closes (f, "");
}

/* At once, and back again when that connection has ended. */
static void
test_another_server (EngineFixture *f,
                     gconstpointer data)
{
  open_following (f);
  assert_redirect (f, NULL, 0);
  refuse (f, 0x9c, "b.example:1884 c.example");
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:reason/156");
  g_assert_cmpint (mqttc_engine_get_deadline (f->engine), <=, f->now);
  engine_redial (f);
  assert_redirect (f, "b.example", 1884);
  engine_accept_5 (f, FALSE, "");
  assert_redirect (f, "b.example", 1884);
  engine_cut (f);
  assert_redirect (f, NULL, 0);
}

/* For good, if the other server takes us. */
static void
test_moved (EngineFixture *f,
            gconstpointer data)
{
  open_following (f);
  refuse (f, 0x9d, "b");
  engine_redial (f);
  assert_redirect (f, "b", 0);
  engine_cut (f);
  assert_redirect (f, NULL, 0);

  engine_redial (f);
  refuse (f, 0x9d, "[fe80::1]:8883");
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");
  engine_cut (f);
  engine_redial (f);
  assert_redirect (f, "fe80::1", 8883);
}

/* Nor does it when the client is closed in the middle, and the link ends before the engine is asked again. */
static void
test_moved_and_closed (EngineFixture *f,
                       gconstpointer data)
{
  MqttcOperation operation = { 0 };

  open_following (f);
  refuse (f, 0x9d, "b");
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");
  engine_cut (f);
  engine_redial (f);
  engine_subscribe (f, "t", MQTTC_QOS_AT_MOST_ONCE, &operation);
  mqttc_engine_close (f->engine, 0, NULL, SECONDS (1), f->now);
  mqttc_engine_cancel (f->engine, &operation,
                       g_error_new_literal (MQTTC_CLIENT_ERROR, 99, "cancelled"));
  engine_cut (f);
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
  engine_drop_events (f);
  g_free (engine_take_output (f));

  engine_open (f);
  assert_redirect (f, NULL, 0);
}

/* Another address in the options counts more. */
static void
test_other_options (EngineFixture *f,
                    gconstpointer data)
{
  f->config.server = g_strdup ("a:1883");
  open_following (f);
  refuse (f, 0x9d, "b");
  engine_redial (f);
  engine_accept_5 (f, FALSE, "");

  g_free (f->config.server);
  f->config.server = g_strdup ("z:1883");
  mqttc_engine_configure (f->engine, &f->config);
  engine_cut (f);
  engine_redial (f);
  assert_redirect (f, NULL, 0);
}

/* By DISCONNECT too. */
static void
test_disconnect (EngineFixture *f,
                 gconstpointer data)
{
  open_following (f);
  engine_accept_5 (f, FALSE, "");
  send_away (f, DISCONNECT_TO_B);
  engine_assert_events (f, "BACKING_OFF disconnected:reason/156");
  engine_redial (f);
  assert_redirect (f, "b", 0);
}

/* Servers that send us round and round, whether they take us first or not. */
static void
test_loop (EngineFixture *f,
           gconstpointer data)
{
  open_following (f);
  for (guint i = 0; i < 3; i++)
    {
      refuse (f, 0x9c, "b");
      engine_redial (f);
      assert_redirect (f, "b", 0);
    }
  refuse (f, 0x9c, "b");
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
  assert_redirect (f, NULL, 0);
}

/* Nor is a life part of that of another. */
static void
test_loop_of_lives (EngineFixture *f,
                    gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      open_following (f);
      refuse (f, 0x9c, "b");
      engine_redial (f);
      assert_redirect (f, "b", 0);
      engine_accept_5 (f, FALSE, "");
      mqttc_engine_abort (f->engine, f->now);
      engine_drop_events (f);
      engine_assert_closes (f, "");
    }
}

static void
test_slow_loop (EngineFixture *f,
                gconstpointer data)
{
  open_following (f);
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 3; i++)
        {
          engine_accept_5 (f, FALSE, "");
          send_away (f, DISCONNECT_MOVED_TO_B);
          g_assert_cmpint (mqttc_engine_get_deadline (f->engine), <=, f->now);
          engine_redial (f);
        }
      engine_accept_5 (f, FALSE, "");
      send_away (f, DISCONNECT_MOVED_TO_B);
      g_assert_cmpint (mqttc_engine_get_deadline (f->engine), >, f->now + SECONDS (30));
      assert_redirect (f, NULL, 0);
      engine_redial (f);
    }

  /* A connection that lasted is no part of a loop. */
  for (guint i = 0; i < 8; i++)
    {
      engine_accept_5 (f, FALSE, "");
      engine_wait (f, SECONDS (40));
      g_free (engine_take_output (f));
      engine_feed (f, "d0 00");
      send_away (f, DISCONNECT_MOVED_TO_B);
      g_assert_cmpint (mqttc_engine_get_deadline (f->engine), <=, f->now);
      engine_redial (f);
    }
}

/* It takes 3.1.1 alone: it is asked in that, and not the one that knows better. */
static void
test_falls_back (EngineFixture *f,
                 gconstpointer data)
{
  f->config.fall_back = TRUE;
  f->config.server = g_strdup ("a");
  open_following (f);
  refuse (f, 0x9c, "b");
  engine_redial (f);
  g_free (engine_take_output (f));
  engine_feed (f, "20 02 00 01");
  engine_assert_closes (f, "");
  engine_redial (f);
  assert_redirect (f, "b", 0);
  engine_assert_sends (f, "10 0e 0004 4d515454 04 02 003c 0002 6d65");
  engine_feed (f, "20 02 00 00");
  engine_cut (f);
  engine_redial (f);
  assert_redirect (f, NULL, 0);
}

/* An attempt with the server that was named belongs to the same connection. */
static void
test_without_reconnect (EngineFixture *f,
                        gconstpointer data)
{
  f->config.reconnect = FALSE;
  open_following (f);
  refuse (f, 0x9c, "b");
  engine_assert_events (f, "CONNECTING BACKING_OFF disconnected:reason/156");
  engine_redial (f);
  assert_redirect (f, "b", 0);
  g_free (engine_take_output (f));
  engine_feed (f, "20 03 00 88 00");
  engine_assert_events (f, "CONNECTING CLOSED disconnected:reason/136");
}

/* What was said in a life that is over does not count in the next. */
static void
test_next_life (EngineFixture *f,
                gconstpointer data)
{
  open_following (f);
  refuse (f, 0x9c, "b");
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
  engine_open (f);
  assert_redirect (f, NULL, 0);
  g_free (engine_take_output (f));
  engine_feed (f, "20 03 00 86 00");
  engine_assert_events (f, "CONNECTING CLOSED disconnected:reason/134");
}

/* Only if the program wants it, and only to what is a host. */
static void
test_not_followed (EngineFixture *f,
                   gconstpointer data)
{
  static const char *const references[]
      = { "",     " b",     "mqtt://b", "b:",  "b:0", "b:65536", "b:1x", "b:+1",
          "[::1", "[::1]x", "[]",       "[b]", "u@b", "b/x",     "b\tc", "b:18446744073709551617" };

  for (guint i = 0; i <= G_N_ELEMENTS (references); i++)
    {
      open_following (f);
      if (i == G_N_ELEMENTS (references))
        break;
      refuse (f, 0x9c, references[i]);
      assert_redirect (f, NULL, 0);
      engine_assert_events (f, "CONNECTING CLOSED disconnected:reason/156");
    }

  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
  engine_assert_closes (f, "");
  f->config.follow_redirects = FALSE;
  engine_open (f);
  refuse (f, 0x9d, "b");
  assert_redirect (f, NULL, 0);
  engine_assert_events (f, "CONNECTING CLOSED disconnected:reason/157");
}

/* The error names where to go instead. */
static void
test_error (EngineFixture *f,
            gconstpointer data)
{
  MqttcEngineEvent event;

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  refuse (f, 0x9d, "b.example");
  while (mqttc_engine_pop_event (f->engine, &event))
    {
      if (event.type == MQTTC_ENGINE_EVENT_DISCONNECTED)
        g_assert_cmpstr (event.error->message, ==,
                         "The server refused the connection: Server moved, now “b.example”");
      mqttc_engine_event_clear (&event);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/redirect/another-server", test_another_server);
  engine_test ("/engine-5/redirect/moved", test_moved);
  engine_test ("/engine-5/redirect/moved-and-closed", test_moved_and_closed);
  engine_test ("/engine-5/redirect/other-options", test_other_options);
  engine_test ("/engine-5/redirect/disconnect", test_disconnect);
  engine_test ("/engine-5/redirect/loop", test_loop);
  engine_test ("/engine-5/redirect/slow-loop", test_slow_loop);
  engine_test ("/engine-5/redirect/without-reconnect", test_without_reconnect);
  engine_test ("/engine-5/redirect/falls-back", test_falls_back);
  engine_test ("/engine-5/redirect/not-followed", test_not_followed);
  engine_test ("/engine-5/redirect/loop-of-lives", test_loop_of_lives);
  engine_test ("/engine-5/redirect/error", test_error);
  engine_test ("/engine-5/redirect/next-life", test_next_life);

  return g_test_run ();
}
