/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Connections that never come about: cut at each byte, closed at once, never answered. All in virtual
 * time. */

#include "fault-proxy.h"
#include "fault-row.h"
#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"

/* Opens by way of the proxy; the call ends when a connection comes about at last. */
static void
begin_open (Fixture *f,
            FaultProxy *proxy,
            GAsyncResult **result)
{
  mqttc_options_set_port (f->options, fault_proxy_get_port (proxy));
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, result);
}

static void
finish_open (Fixture *f,
             GAsyncResult **result)
{
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;

  fixture_advance (f, f->retry_usec);
  fixture_wait_result (f, result);
  connack = mqttc_client_open_finish (f->client, *result, &error);
  g_assert_no_error (error);
  g_clear_object (result);
}

/* The bound of the wait after so many attempts that failed. */
static gint64
get_bound (Fixture *f,
           guint n_failed)
{
  gint64 longest = mqttc_options_get_reconnect_max_delay (f->options) * MILLISECOND;
  gint64 bound = mqttc_options_get_reconnect_min_delay (f->options) * MILLISECOND;

  for (guint i = 1; i < n_failed && bound < longest; i++)
    bound *= 2;

  return MIN (bound, longest);
}

/* Waits for the end of the attempt, which tells of itself once, and is not a connection. */
static void
expect_failure (Fixture *f,
                guint n)
{
  fixture_wait_disconnected (f, n);
  fixture_drain (f);
  g_assert_cmpuint (f->n_disconnected, ==, n);
  g_assert_cmpuint (f->n_connected, ==, 0);
  g_assert_nonnull (f->error);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_BACKING_OFF);
  g_assert_cmpint (f->retry_usec, >=, 0);
  g_assert_cmpint (f->retry_usec, <=, get_bound (f, n));
}

/* How long CONNECT of this client is. */
static guint64
measure_connect (Fixture *f,
                 FaultProxy *proxy)
{
  GAsyncResult *result = NULL;
  guint64 length;

  begin_open (f, proxy, &result);
  finish_open (f, &result);
  length = fault_proxy_count_forwarded (proxy, FAULT_UP);
  g_assert_cmpuint (fault_proxy_count_forwarded (proxy, FAULT_DOWN), ==, 4);
  fixture_close (f);
  fixture_set_client (f, mqttc_client_new (f->options));
  f->n_connected = 0;
  f->n_disconnected = 0;

  return length;
}

static void
test_reset_anywhere (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  g_autofree char *what = NULL;
  GAsyncResult *result = NULL;
  guint64 lengths[2] = { 0, 3 };
  guint n = 0;

  /* The last byte of CONNECT may pass, that of CONNACK may not: that would be a connection. */
  lengths[FAULT_UP] = measure_connect (f, proxy);
  for (FaultDirection direction = FAULT_UP; direction <= FAULT_DOWN; direction++)
    for (guint64 k = 0; k <= lengths[direction]; k++)
      {
        fault_proxy_cut_at (proxy, direction, k, FAULT_RESET);
        if (n == 0)
          begin_open (f, proxy, &result);
        else
          fixture_advance (f, f->retry_usec);
        expect_failure (f, ++n);
        g_assert_null (result);
      }

  g_assert_cmpuint (fault_proxy_count_cuts (proxy), ==, n);
  finish_open (f, &result);
  g_assert_cmpuint (f->n_connected, ==, 1);
  what = g_strdup_printf ("reset at each byte of CONNECT and CONNACK, %u cuts", n);
  fault_row_exactly (1, what, "errors told, no connection", n, f->n_disconnected);
  fixture_close (f);
}

/* An hour of a server that accepts and hangs up. */
static void
test_accept_and_close (Fixture *f,
                       gconstpointer data)
{
  /* On a thread of its own: the iterations that are counted are the client's. */
  g_autoptr (FaultProxy) proxy = fault_proxy_new_threaded (test_broker_get_port (f->broker));
  g_autofree char *what = NULL;
  GAsyncResult *result = NULL;
  gint64 end = f->now + 3600 * SECOND;
  gint64 longest = 0;
  guint n_iterations = 0;
  guint n = 0;

  fault_proxy_set_accept (proxy, FAULT_ACCEPT_FIN);
  begin_open (f, proxy, &result);
  while (f->now < end)
    {
      while (f->n_disconnected == n || f->retry_usec < 0)
        {
          g_main_context_iteration (f->context, TRUE);
          n_iterations++;
        }
      expect_failure (f, ++n);
      longest = MAX (longest, f->retry_usec);
      f->now += f->retry_usec;
      mqttc_event_loop_wake (mqttc_client_get_event_loop (f->client));
    }

  /* 60 s between attempts on the average, once the bound is reached: that it is half of that over an
   * hour has no chance. */
  what = g_strdup_printf ("accept then close for an hour, longest wait %u s",
                          (guint) (longest / SECOND));
  fault_row_at_most (23, what, "attempts in an hour", 120, n);
  fault_row_at_most (23, "accept then close: no spinning", "iterations per attempt", 20,
                     n_iterations / n);
  g_assert_cmpint (longest, >, get_bound (f, 100) / 4);

  fault_proxy_heal (proxy);
  while (result == NULL)
    {
      if (mqttc_client_get_state (f->client) == MQTTC_CONNECTION_STATE_BACKING_OFF)
        fixture_advance (f, 120 * SECOND);
      g_main_context_iteration (f->context, FALSE);
    }
  g_clear_object (&result);
  fixture_close (f);
}

/* The server accepts, and answers nothing: the deadline of dialling and CONNACK together. */
static void
test_no_connack (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  guint timeout = mqttc_options_get_connect_timeout (f->options) / 1000;
  GAsyncResult *result = NULL;
  guint seconds = 0;

  fault_proxy_set_accept (proxy, FAULT_ACCEPT_HOLD);
  begin_open (f, proxy, &result);
  fault_proxy_wait_read (proxy, FAULT_UP, 1);
  while (f->n_disconnected == 0)
    {
      g_assert_cmpuint (seconds, <=, timeout);
      fixture_advance (f, SECOND);
      seconds++;
    }
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_cmpuint (seconds, >=, timeout - 1);
  expect_failure (f, 1);
  fault_row_at_most (24, "no CONNACK", "s of virtual time until it is given up", timeout, seconds);

  /* Half of a CONNACK is none. */
  fixture_advance (f, f->retry_usec);
  fault_proxy_wait_connections (proxy, 2);
  fault_proxy_inject (proxy, FAULT_DOWN, "\x20\x02\x00", 3);
  fault_proxy_wait_forwarded (proxy, FAULT_DOWN, 3);
  fixture_drain (f);
  for (seconds = 0; f->n_disconnected == 1; seconds++)
    {
      g_assert_cmpuint (seconds, <=, timeout);
      fixture_advance (f, SECOND);
    }
  fault_row_at_most (24, "three bytes of a CONNACK", "s of virtual time until it is given up",
                     timeout, seconds);
  expect_failure (f, 2);

  fault_proxy_heal (proxy);
  finish_open (f, &result);
  fixture_close (f);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/faults/dial/reset-anywhere", test_reset_anywhere);
  fixture_add ("/faults/dial/accept-and-close", test_accept_and_close);
  fixture_add ("/faults/dial/no-connack", test_no_connack);

  return g_test_run ();
}
