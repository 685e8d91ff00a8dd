/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Links that crawl, and links that stand still: what makes progress lives, what does not ends at a
 * deadline. All in virtual time. */

#include "fault-proxy.h"
#include "fault-row.h"
#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"

#define KIB 1024
#define MIB (KIB * KIB)

/* Of the completion of a packet. */
#define PACKET_SECONDS 30
#define PACKET_BYTES_PER_SECOND KIB

static void
open_by_proxy (Fixture *f,
               FaultProxy *proxy)
{
  mqttc_options_set_port (f->options, fault_proxy_get_port (proxy));
  fixture_open_ok (f);
  fixture_drain (f);
}

static guint64
count_received (Fixture *f)
{
  MqttcEngineCounters counters;

  mqttc_event_loop_get_counters (mqttc_client_get_event_loop (f->client), &counters);

  return counters.bytes_received;
}

/* Lets some bytes of the server pass, and waits until the client has read them, or has the message,
 * or has given up. */
static void
let_pass (Fixture *f,
          FaultProxy *proxy,
          guint64 n_bytes)
{
  guint64 wanted = count_received (f) + n_bytes;

  fault_proxy_allow (proxy, FAULT_DOWN, n_bytes);
  while (f->n_disconnected == 0 && f->messages->len == 0 && count_received (f) < wanted)
    g_main_context_iteration (f->context, TRUE);
  fixture_drain (f);
}

static void
send_large (Fixture *f,
            gsize len)
{
  g_autofree char *text = g_strnfill (len, 'x');

  test_broker_send_publish (f->broker, "large", text, MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
}

/* --- Row 13. --- */

static MqttcMessage *
publish_large (Fixture *f,
               gsize len)
{
  g_autofree char *zeros = g_malloc0 (len);
  MqttcMessage *message = mqttc_message_new_data ("large", zeros, len);
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (mqttc_client_try_publish (f->client, message, &error));
  g_assert_no_error (error);

  return message;
}

/* Some of it has left, then nothing more is taken. */
static void
test_blocked_write (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  g_autoptr (MqttcMessage) message = NULL;
  guint timeout = mqttc_options_get_write_timeout (f->options) / 1000;
  guint seconds = 0;

  open_by_proxy (f, proxy);
  fault_proxy_allow (proxy, FAULT_UP, MIB);
  message = publish_large (f, 10 * MIB);
  fault_proxy_wait_read (proxy, FAULT_UP, MIB);
  fixture_drain (f);
  while (f->n_disconnected == 0)
    {
      g_assert_cmpuint (seconds, <=, timeout);
      fixture_advance (f, SECOND);
      seconds++;
    }
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH), ==, 0);
  fault_row_at_most (13, "no byte of a 10 MiB PUBLISH is taken any more",
                     "s of virtual time until it is given up", timeout, seconds);

  fault_proxy_heal (proxy);
  fixture_reconnect (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
}

/* What takes some bytes now and then is not blocked; a ping that waits behind them is not late. The
 * steps are of the size of the buffers of the system, which says no sooner that it takes more. */
static void
test_slow_write (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  g_autoptr (MqttcMessage) message = NULL;
  guint timeout = mqttc_options_get_write_timeout (f->options) / 1000;
  gint64 start = f->now;

  mqttc_options_set_keep_alive (f->options, 5);
  open_by_proxy (f, proxy);
  fault_proxy_allow (proxy, FAULT_UP, MIB);
  message = publish_large (f, 48 * MIB);
  for (guint i = 1; i <= 6; i++)
    {
      fixture_advance (f, (timeout - 1) * SECOND);
      fault_proxy_allow (proxy, FAULT_UP, 7 * MIB);
      fault_proxy_wait_read (proxy, FAULT_UP, (1 + 7 * i) * MIB);
      fixture_drain (f);
    }
  fault_proxy_heal (proxy);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  while (mqttc_client_get_inflight (f->client) > 0)
    g_main_context_iteration (f->context, TRUE);
  g_test_message ("48 MiB in %u s of virtual time", (guint) ((f->now - start) / SECOND));
  fault_row_exactly (13, "7 MiB in 29 s are progress, keep alive 5 s", "connections lost", 0,
                     f->n_disconnected);
}

/* Nothing comes back, and all that is written vanishes: the ping is not answered. */
static void
test_vanishing_write (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  g_autoptr (MqttcMessage) message = NULL;
  guint bound;
  guint seconds = 0;

  /* One and a half intervals of silence, then the time for the answer. */
  mqttc_options_set_keep_alive (f->options, 20);
  bound = 30 + mqttc_options_get_ping_timeout (f->options) / 1000;
  open_by_proxy (f, proxy);
  fault_proxy_set_blackhole (proxy, FAULT_UP, TRUE);
  message = publish_large (f, 10 * MIB);
  fault_proxy_wait_read (proxy, FAULT_UP, 10 * MIB);
  fixture_drain (f);

  while (f->n_disconnected == 0)
    {
      g_assert_cmpuint (seconds, <=, bound);
      fixture_advance (f, SECOND);
      seconds++;
    }
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  fault_row_at_most (13, "a 10 MiB PUBLISH vanishes, keep alive 20 s",
                     "s of virtual time until it is given up", bound, seconds);

  fault_proxy_heal (proxy);
  fixture_reconnect (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
}

/* --- Row 14. --- */

/* The answers to pings queue up behind the message. */
static void
test_slow_link (Fixture *f,
                gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  guint seconds = 0;

  mqttc_options_set_keep_alive (f->options, 5);
  open_by_proxy (f, proxy);
  fault_proxy_allow (proxy, FAULT_DOWN, 0);
  send_large (f, MIB);
  for (; f->messages->len == 0; seconds++)
    {
      g_assert_cmpuint (seconds, <=, MIB / KIB);
      fixture_advance (f, SECOND);
      let_pass (f, proxy, KIB);
      g_assert_cmpuint (f->n_disconnected, ==, 0);
    }
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ), >=, MIB / KIB / 11);
  g_test_message ("1 MiB at 1 KiB/s: %u s of virtual time, %u pings", seconds,
                  test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ));
  fault_row_exactly (14, "1 MiB from the server at 1 KiB/s, keep alive 5 s", "connections lost", 0,
                     f->n_disconnected);
}

/* --- Row 15. --- */

/* Any byte is a sign of life, so keep alive has nothing to say: the packet has a deadline of its own. */
static void
expect_packet_deadline (Fixture *f,
                        gsize len,
                        guint keep_alive)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  guint bound = PACKET_SECONDS + len / PACKET_BYTES_PER_SECOND;
  g_autofree char *what = NULL;
  guint seconds = 0;

  mqttc_options_set_keep_alive (f->options, keep_alive);
  open_by_proxy (f, proxy);
  fault_proxy_allow (proxy, FAULT_DOWN, 0);
  send_large (f, len);
  let_pass (f, proxy, 5);
  while (f->n_disconnected == 0)
    {
      g_assert_cmpuint (seconds, <=, bound + 1);
      fixture_advance (f, SECOND);
      seconds++;
      if (seconds % 20 == 0)
        let_pass (f, proxy, 1);
    }
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_cmpuint (seconds, >=, bound - 1);
  g_assert_cmpuint (f->messages->len, ==, 0);
  what = g_strdup_printf ("1 byte in 20 s of a PUBLISH of %" G_GSIZE_FORMAT " bytes", len);
  fault_row_at_most (15, what, "s of virtual time until it is given up", bound + 1, seconds);

  fault_proxy_heal (proxy);
  fixture_reconnect (f);
  fixture_publish_ok (f, "alive", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_close (f);
}

static void
test_crawling_small (Fixture *f,
                     gconstpointer data)
{
  expect_packet_deadline (f, 100, 0);
}

static void
test_crawling_large (Fixture *f,
                     gconstpointer data)
{
  expect_packet_deadline (f, 100 * KIB, 60);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/faults/slow/blocked-write", test_blocked_write);
  fixture_add ("/faults/slow/slow-write", test_slow_write);
  fixture_add ("/faults/slow/vanishing-write", test_vanishing_write);
  fixture_add ("/faults/slow/link", test_slow_link);
  fixture_add ("/faults/slow/crawling-small", test_crawling_small);
  fixture_add ("/faults/slow/crawling-large", test_crawling_large);

  return g_test_run ();
}
