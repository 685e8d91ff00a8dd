/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The process stood still for ten minutes, by SIGSTOP or because the machine slept: all that it sees
 * of it is that the clock has jumped. In virtual time. */

#include "fault-row.h"
#include "test-fixture.h"

#define KEEP_ALIVE 60
#define PING_TIMEOUT 10
#define JUMP (600 * SECOND)
#define N_MESSAGES 10

static void
open_and_publish (Fixture *f,
                  GAsyncResult **results)
{
  mqttc_options_set_keep_alive (f->options, KEEP_ALIVE);
  mqttc_options_set_ping_timeout (f->options, PING_TIMEOUT * 1000);
  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  for (guint i = 0; i < N_MESSAGES; i++)
    fixture_publish (f, "a", 1 + i % 2, &results[i]);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, N_MESSAGES);
  fixture_drain (f);
}

/* That none ends twice, the callback of the fixture asserts. */
static void
expect_all_completed (Fixture *f,
                      GAsyncResult **results)
{
  test_broker_set_silent (f->broker, 0);
  fixture_reconnect (f);
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      g_autoptr (GError) error = NULL;

      fixture_publish_finish (f, &results[i], &error);
      g_assert_no_error (error);
    }
  fixture_hear (f);
  g_assert_cmpuint (f->n_connected, ==, 2);
  g_assert_cmpuint (f->n_disconnected, ==, 1);
  fixture_close (f);
}

/* The server has waited for one and a half intervals, and then ended the connection. */
static void
test_given_up (Fixture *f,
               gconstpointer data)
{
  GAsyncResult *results[N_MESSAGES] = { NULL };

  open_and_publish (f, results);
  test_broker_drop (f->broker);
  fixture_advance (f, JUMP);
  fixture_wait_disconnected (f, 1);
  fault_row_at_most (17, "ten minutes later, the server has given up", "ms until the next attempt",
                     mqttc_options_get_reconnect_min_delay (f->options), f->retry_usec / 1000);
  expect_all_completed (f, results);
  fault_row (17, "ten minutes later, the server has given up", "each completed once",
             "%u of %u, %u connections", N_MESSAGES, N_MESSAGES, f->n_connected);
}

/* The network has forgotten the connection, and does not say so. */
static void
test_dead (Fixture *f,
           gconstpointer data)
{
  GAsyncResult *results[N_MESSAGES] = { NULL };
  gint64 start;

  open_and_publish (f, results);
  fixture_advance (f, JUMP);
  start = f->now;
  while (f->n_disconnected == 0)
    {
      g_assert_cmpint (f->now - start, <, JUMP);
      fixture_advance (f, SECOND);
    }
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  fault_row_at_most (17, "ten minutes later, the connection is dead", "seconds until it is noticed",
                     PING_TIMEOUT, (f->now - start) / SECOND);
  expect_all_completed (f, results);
  fault_row (17, "ten minutes later, the connection is dead", "each completed once",
             "%u of %u, %u connections", N_MESSAGES, N_MESSAGES, f->n_connected);
}

/* Nobody has noticed: there is no reason to connect again. */
static void
test_alive (Fixture *f,
            gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_keep_alive (f->options, KEEP_ALIVE);
  fixture_open_ok (f);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &result);
  fixture_advance (f, JUMP);
  fixture_publish_finish (f, &result, &error);
  g_assert_no_error (error);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, 1);
  fixture_hear (f);
  fixture_advance (f, PING_TIMEOUT * SECOND);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  fault_row_exactly (17, "ten minutes later, the connection lives", "connections", 1,
                     test_broker_count_connections (f->broker));
  g_assert_cmpuint (f->n_disconnected, ==, 0);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/faults/17/jump/given-up", test_given_up);
  fixture_add ("/faults/17/jump/dead", test_dead);
  fixture_add ("/faults/17/jump/alive", test_alive);

  return g_test_run ();
}
