/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop-fixture.h"
#include "loop/mqttc-options.h"
#include "mqttc-error.h"

#include <string.h>

#define CONNECT_HEX "10 0e 00 04 4d 51 54 54 04 02 00 3c 00 02 6d 65"

static MemoryLink *
get_link (LoopFixture *fixture)
{
  return memory_net_get_link (fixture->net);
}

static void
expect_last_error (LoopFixture *fixture,
                   GQuark domain,
                   int code,
                   const char *text)
{
  const GError *error = mqttc_event_loop_get_last_error (fixture->loop);

  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_nonnull (strstr (error->message, "broker.test:1883"));
}

/* [MQTT-3.1.0-1]: CONNECT is the first packet. */
static void
test_connect (LoopFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("Opening dials, sends CONNECT, and waits for CONNACK");

  loop_fixture_log_packets (fixture);
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==, MQTTC_CONNECTION_STATE_IDLE);

  loop_fixture_start (fixture);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);
  loop_fixture_expect (fixture, CONNECT_HEX);
  loop_fixture_expect_log (fixture, "connecting\nconnect\n");

  loop_fixture_send (fixture, mqttc_packet_new_connack (MQTTC_PROTOCOL_V3_1_1, 0, FALSE, NULL));
  loop_fixture_iterate (fixture);
  loop_fixture_expect_log (fixture, "connack\nconnected\n");
  loop_fixture_expect (fixture, "");
  g_assert_null (mqttc_event_loop_get_last_error (fixture->loop));
}

/* [MQTT-3.14.4-1], [MQTT-3.14.4-2]: nothing after DISCONNECT, then the end. */
static void
test_stop (LoopFixture *fixture,
           gconstpointer data)
{
  g_test_summary ("Stopping sends DISCONNECT and closes, and it can be started again");

  loop_fixture_connect (fixture);
  loop_fixture_log_packets (fixture);

  mqttc_event_loop_stop (fixture->loop);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "e0 00");
  loop_fixture_expect_log (fixture, "draining\ndisconnect\nclosed\n");
  g_assert_true (memory_link_is_closed (get_link (fixture)));

  loop_fixture_start (fixture);
  loop_fixture_expect (fixture, CONNECT_HEX);
}

static void
test_already_open (LoopFixture *fixture,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Opening twice is an error, and changes nothing");

  loop_fixture_connect (fixture);
  mqttc_options_set_client_id (fixture->options, "other");
  g_assert_false (mqttc_event_loop_start (fixture->loop, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);

  memory_link_end (get_link (fixture));
  loop_fixture_advance (fixture, 0);
  loop_fixture_advance (fixture, 2 * G_USEC_PER_SEC);
  loop_fixture_expect (fixture, CONNECT_HEX);
}

static void
test_invalid_options (LoopFixture *fixture,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Options that cannot work are refused by opening");

  mqttc_options_set_keep_alive (fixture->options, 70000);
  g_assert_false (mqttc_event_loop_start (fixture->loop, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==, MQTTC_CONNECTION_STATE_IDLE);
  g_assert_cmpuint (loop_fixture_iterate (fixture), ==, 0);
}

static void
test_end_of_link (LoopFixture *fixture,
                  gconstpointer data)
{
  g_test_summary ("A connection that ends is made again after a delay");

  loop_fixture_connect (fixture);
  memory_link_end (get_link (fixture));
  loop_fixture_iterate (fixture);
  loop_fixture_expect_log (fixture, "backing-off\n");
  expect_last_error (fixture, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST, "");
  g_assert_true (memory_link_is_closed (get_link (fixture)));
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);

  /* The bound of the first delay. */
  loop_fixture_advance (fixture, G_USEC_PER_SEC);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 2);
  loop_fixture_expect_log (fixture, "connecting\n");
  loop_fixture_expect (fixture, CONNECT_HEX);
}

static void
test_reset (LoopFixture *fixture,
            gconstpointer data)
{
  g_test_summary ("A connection that is reset is an error of the transport, with the address");

  loop_fixture_connect (fixture);
  memory_link_reset (get_link (fixture));
  loop_fixture_iterate (fixture);
  loop_fixture_expect_log (fixture, "backing-off\n");
  expect_last_error (fixture, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "reset by peer");
}

static void
test_refused (LoopFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("A dial that fails is tried again");

  memory_net_set_mode (fixture->net, MEMORY_NET_REFUSES);
  loop_fixture_start (fixture);
  loop_fixture_expect_log (fixture, "connecting\nbacking-off\n");
  expect_last_error (fixture, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "Connection refused");

  memory_net_set_mode (fixture->net, MEMORY_NET_ACCEPTS);
  loop_fixture_advance (fixture, G_USEC_PER_SEC);
  loop_fixture_expect_log (fixture, "connecting\n");
}

static void
test_connect_timeout (LoopFixture *fixture,
                      gconstpointer data)
{
  g_test_summary ("Dialling has an end, and what comes too late is closed");

  memory_net_set_mode (fixture->net, MEMORY_NET_HANGS);
  loop_fixture_start (fixture);
  loop_fixture_advance (fixture, 30 * G_USEC_PER_SEC - 1);
  loop_fixture_expect_log (fixture, "connecting\n");
  g_assert_false (memory_net_is_given_up (fixture->net));
  loop_fixture_advance (fixture, 1);
  loop_fixture_expect_log (fixture, "backing-off\n");
  g_assert_true (memory_net_is_given_up (fixture->net));
  expect_last_error (fixture, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "");

  memory_net_answer (fixture->net, TRUE);
  loop_fixture_iterate (fixture);
  g_assert_true (memory_link_is_closed (get_link (fixture)));
  loop_fixture_expect (fixture, "");
  loop_fixture_expect_log (fixture, "");
}

/* Before and after the iteration in which the answer comes. */
static void
test_stop_while_answered (LoopFixture *fixture,
                          gconstpointer data)
{
  g_test_summary ("Stopping, and starting again, while a dial is just being answered");

  memory_net_set_mode (fixture->net, MEMORY_NET_HANGS);

  for (guint i = 0; i < 4; i++)
    {
      loop_fixture_start (fixture);
      memory_net_answer (fixture->net, i < 2);
      if (i % 2 == 1)
        g_assert_true (g_main_context_iteration (fixture->context, FALSE));
      mqttc_event_loop_stop (fixture->loop);
      g_assert_true (mqttc_event_loop_start (fixture->loop, NULL));
      loop_fixture_iterate (fixture);
      g_assert_true (i >= 2 || memory_link_is_closed (get_link (fixture)));
      g_assert_cmpuint (memory_net_get_n_hanging (fixture->net), ==, 1);
      g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==,
                       MQTTC_CONNECTION_STATE_CONNECTING);

      memory_net_answer (fixture->net, TRUE);
      loop_fixture_iterate (fixture);
      loop_fixture_expect (fixture, CONNECT_HEX);
      mqttc_event_loop_stop (fixture->loop);
      loop_fixture_iterate (fixture);
    }
}

/* The end of an old connection must not be taken for the end of the new one. */
static void
test_restart_at_end (LoopFixture *fixture,
                     gconstpointer data)
{
  g_test_summary ("Stopping and starting again while the server ends the connection");

  loop_fixture_connect (fixture);
  memory_link_end (get_link (fixture));
  mqttc_engine_abort (mqttc_event_loop_lock (fixture->loop), fixture->now);
  mqttc_event_loop_unlock (fixture->loop);
  g_assert_true (mqttc_event_loop_start (fixture->loop, NULL));
  loop_fixture_iterate (fixture);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 2);
  loop_fixture_expect_log (fixture, "closed\nconnecting\n");
  loop_fixture_expect (fixture, CONNECT_HEX);
}

static void
test_options_at_attempt (LoopFixture *fixture,
                         gconstpointer data)
{
  g_test_summary ("A changed option applies at the next attempt, a bad one ends it for good");

  loop_fixture_connect (fixture);
  mqttc_options_set_keep_alive (fixture->options, 10);
  mqttc_options_set_client_id (fixture->options, "later");
  mqttc_options_set_reconnect_max_delay (fixture->options, 1000);
  memory_link_end (get_link (fixture));
  loop_fixture_iterate (fixture);
  loop_fixture_advance (fixture, G_USEC_PER_SEC);
  loop_fixture_expect (fixture, "10 0e 00 04 4d 51 54 54 04 02 00 0a 00 02 6d 65");

  mqttc_options_set_keep_alive (fixture->options, 65536);
  memory_link_end (get_link (fixture));
  loop_fixture_iterate (fixture);
  loop_fixture_advance (fixture, G_USEC_PER_SEC);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 2);
  expect_last_error (fixture, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                     "Option keep-alive is 65536");
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==, MQTTC_CONNECTION_STATE_CLOSED);

  mqttc_options_set_keep_alive (fixture->options, 11);
  loop_fixture_start (fixture);
  loop_fixture_expect (fixture, "10 11 00 04 4d 51 54 54 04 02 00 0b 00 05 6c 61 74 65 72");
}

static char *
take_client_id (LoopFixture *fixture)
{
  g_autoptr (GByteArray) written = memory_link_take (get_link (fixture));
  g_autoptr (GBytes) bytes = g_bytes_new (written->data, written->len);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = mqttc_packet_read (bytes, MQTTC_PROTOCOL_V3_1_1, 0, &error);

  g_assert_no_error (error);

  return g_strdup (mqttc_packet_get_client_id (packet));
}

/* [MQTT-3.1.3-5]: 1 to 23 digits and letters are what every server allows. */
static void
test_generated_client_id (LoopFixture *fixture,
                          gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_test_summary ("Without a client id the loop makes one, and keeps it");

  mqttc_options_set_client_id (fixture->options, NULL);
  loop_fixture_start (fixture);
  first = take_client_id (fixture);
  g_assert_cmpuint (strlen (first), ==, 23);
  g_assert_cmpuint (strspn (first, "0123456789abcdefghijklmnopqrstuvwxyz"), ==, 23);

  mqttc_event_loop_stop (fixture->loop);
  loop_fixture_iterate (fixture);
  loop_fixture_start (fixture);
  second = take_client_id (fixture);
  g_assert_cmpstr (first, ==, second);
  g_assert_null (mqttc_options_get_client_id (fixture->options));
}

/* [MQTT-3.1.2-23]: something is sent within the keep alive. */
static void
test_keep_alive (LoopFixture *fixture,
                 gconstpointer data)
{
  g_test_summary ("An idle connection pings and is answered, and wakes up for nothing else");

  loop_fixture_connect (fixture);
  g_assert_cmpuint (loop_fixture_iterate (fixture), ==, 0);

  for (guint i = 0; i < 10; i++)
    {
      fixture->now += 60 * G_USEC_PER_SEC;
      g_assert_cmpuint (loop_fixture_iterate (fixture), ==, 1);
      loop_fixture_expect (fixture, "c0 00");
      loop_fixture_send (
          fixture, mqttc_packet_new_simple (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_PINGRESP));
      g_assert_cmpuint (loop_fixture_iterate (fixture), ==, 1);
      loop_fixture_expect_log (fixture, "");
    }
}

static void
test_no_answer (LoopFixture *fixture,
                gconstpointer data)
{
  g_test_summary ("A ping that is not answered ends the connection");

  loop_fixture_connect (fixture);
  loop_fixture_advance (fixture, 60 * G_USEC_PER_SEC);
  loop_fixture_expect (fixture, "c0 00");
  loop_fixture_advance (fixture, 10 * G_USEC_PER_SEC);
  loop_fixture_expect_log (fixture, "backing-off\n");
  expect_last_error (fixture, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "ping");
}

/* The answer lies in the socket while the program did not iterate its context. */
static void
test_late_look (LoopFixture *fixture,
                gconstpointer data)
{
  g_test_summary ("What has arrived in time counts, also if it is looked at late");

  loop_fixture_connect (fixture);
  loop_fixture_advance (fixture, 60 * G_USEC_PER_SEC);
  loop_fixture_expect (fixture, "c0 00");
  loop_fixture_send (fixture,
                     mqttc_packet_new_simple (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_PINGRESP));
  loop_fixture_advance (fixture, 55 * G_USEC_PER_SEC);
  loop_fixture_expect_log (fixture, "");
}

static void
test_blocked (LoopFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("A full connection is waited for, without turning round, until it takes more");

  loop_fixture_connect (fixture);
  memory_link_set_room (get_link (fixture), 1);
  fixture->now += 60 * G_USEC_PER_SEC;
  g_assert_cmpuint (loop_fixture_iterate (fixture), <=, 2);
  loop_fixture_expect (fixture, "c0");
  g_assert_cmpuint (loop_fixture_iterate (fixture), ==, 0);

  memory_link_set_room (get_link (fixture), 100);
  g_assert_cmpuint (loop_fixture_iterate (fixture), <=, 2);
  loop_fixture_expect (fixture, "00");
  g_assert_cmpuint (loop_fixture_iterate (fixture), ==, 0);
}

static void
test_write_timeout (LoopFixture *fixture,
                    gconstpointer data)
{
  g_test_summary ("A connection that takes no byte for long is given up");

  loop_fixture_connect (fixture);
  memory_link_set_room (get_link (fixture), 0);
  loop_fixture_advance (fixture, 60 * G_USEC_PER_SEC);
  loop_fixture_expect_log (fixture, "");
  loop_fixture_advance (fixture, 30 * G_USEC_PER_SEC);
  loop_fixture_expect_log (fixture, "backing-off\n");
  expect_last_error (fixture, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, "");
}

static void
test_real_clock (LoopFixture *fixture,
                 gconstpointer data)
{
  g_test_summary ("Attempts follow each other by the clock of the system");

  mqttc_event_loop_set_clock (fixture->loop, NULL, NULL);
  mqttc_options_set_reconnect_min_delay (fixture->options, 1);
  mqttc_options_set_reconnect_max_delay (fixture->options, 1);
  memory_net_set_mode (fixture->net, MEMORY_NET_REFUSES);

  loop_fixture_start (fixture);
  while (memory_net_get_n_dials (fixture->net) < 10)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
test_coalesce (LoopFixture *fixture,
               gconstpointer data)
{
  g_autoptr (GByteArray) written = NULL;

  g_test_summary ("What is published between two iterations leaves in one");

  loop_fixture_connect (fixture);
  loop_fixture_publish (fixture, 1000, 10);
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  written = memory_link_take (get_link (fixture));
  g_assert_cmpuint (written->len, ==, 1000 * (2 + 3 + 10));
}

static void
test_write_budget (LoopFixture *fixture,
                   gconstpointer data)
{
  g_autoptr (GByteArray) first = NULL;
  g_autoptr (GByteArray) rest = NULL;

  g_test_summary ("Much to write does not keep the other sources from their turn");

  loop_fixture_connect (fixture);
  loop_fixture_publish (fixture, 400, 10000);
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  first = memory_link_take (get_link (fixture));
  g_assert_cmpuint (first->len, >, 100000);
  g_assert_cmpuint (first->len, <, 400000);

  loop_fixture_iterate (fixture);
  rest = memory_link_take (get_link (fixture));
  g_assert_cmpuint (first->len + rest->len, ==, 400 * (3 + 3 + 10000));
}

static void
test_busy_program (LoopFixture *fixture,
                   gconstpointer data)
{
  MemoryLink *link;

  g_test_summary ("A program that was busy for longer than the write time-out has lost nothing");

  loop_fixture_connect (fixture);
  link = get_link (fixture);
  memory_link_set_room (link, 1000);
  loop_fixture_publish (fixture, 10, 10000);
  loop_fixture_iterate (fixture);

  /* The peer has long had room again. */
  memory_link_set_room (link, G_MAXSIZE);
  loop_fixture_advance (fixture, (gint64) 3600 * G_USEC_PER_SEC);
  g_assert_false (memory_link_is_closed (link));
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                         \
 g_test_add ("/event-loop/" path, LoopFixture, NULL, loop_fixture_set_up, func, \
             loop_fixture_tear_down)

  ADD ("connect", test_connect);
  ADD ("stop", test_stop);
  ADD ("already-open", test_already_open);
  ADD ("invalid-options", test_invalid_options);
  ADD ("end-of-link", test_end_of_link);
  ADD ("reset", test_reset);
  ADD ("refused", test_refused);
  ADD ("connect-timeout", test_connect_timeout);
  ADD ("stop-while-answered", test_stop_while_answered);
  ADD ("restart-at-end", test_restart_at_end);
  ADD ("options-at-attempt", test_options_at_attempt);
  ADD ("generated-client-id", test_generated_client_id);
  ADD ("keep-alive", test_keep_alive);
  ADD ("no-answer", test_no_answer);
  ADD ("late-look", test_late_look);
  ADD ("blocked", test_blocked);
  ADD ("write-timeout", test_write_timeout);
  ADD ("real-clock", test_real_clock);
  ADD ("coalesce", test_coalesce);
  ADD ("write-budget", test_write_budget);
  ADD ("busy-program", test_busy_program);

  return g_test_run ();
}
