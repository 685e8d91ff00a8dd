/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pings, and connections that are dead without saying so; all in virtual time. */

#include <string.h>

#include "loop/mqttc-loop-private.h"
#include "test-fixture.h"

#define KEEP_ALIVE 60

static void
open_with_keep_alive (Fixture *f)
{
  mqttc_options_set_keep_alive (f->options, KEEP_ALIVE);
  fixture_open_ok (f);
}

static guint
count_pings (Fixture *f)
{
  return test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ);
}

/* [MQTT-3.1.2-23]: one each time the connection has been idle for so long, and none earlier. */
static void
test_idle (Fixture *f,
           gconstpointer data)
{
  open_with_keep_alive (f);
  for (guint i = 1; i <= 3; i++)
    {
      fixture_advance (f, (KEEP_ALIVE - 2) * SECOND);
      fixture_publish_ok (f, "fence", MQTTC_QOS_AT_MOST_ONCE);
      g_assert_cmpuint (count_pings (f), ==, i - 1);
      fixture_advance (f, KEEP_ALIVE * SECOND);
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, i);
      fixture_hear (f);
    }
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

/* Traffic both ways makes pings needless. */
static void
test_busy (Fixture *f,
           gconstpointer data)
{
  open_with_keep_alive (f);
  for (guint i = 0; i < 20; i++)
    {
      fixture_advance (f, KEEP_ALIVE / 2 * SECOND);
      fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
    }
  g_assert_cmpuint (count_pings (f), ==, 0);
}

/* Sending QoS 0 alone proves nothing about the server: it is asked after one and a half times. */
static void
test_only_sending (Fixture *f,
                   gconstpointer data)
{
  open_with_keep_alive (f);
  for (guint i = 0; i < 12; i++)
    {
      fixture_advance (f, KEEP_ALIVE / 4 * SECOND);
      fixture_publish_ok (f, "a", MQTTC_QOS_AT_MOST_ONCE);
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, i + 1);
      fixture_drain (f);
      g_assert_cmpuint (count_pings (f), ==, (i + 1) / 6);
      if ((i + 1) % 6 == 0)
        fixture_hear (f);
    }
}

/* Receiving alone does not tell the server that we are there. */
static void
test_only_receiving (Fixture *f,
                     gconstpointer data)
{
  open_with_keep_alive (f);
  for (guint i = 0; i < 8; i++)
    {
      fixture_advance (f, KEEP_ALIVE / 4 * SECOND);
      test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
      fixture_wait_messages (f, i + 1);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, 2);
  g_assert_cmpuint (count_pings (f), ==, 2);
}

static void
test_off (Fixture *f,
          gconstpointer data)
{
  mqttc_options_set_keep_alive (f->options, 0);
  fixture_open_ok (f);
  for (guint i = 0; i < 10; i++)
    fixture_advance (f, 3600 * SECOND);
  fixture_publish_ok (f, "fence", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 fence\n");
}

/* [MQTT-3.12.4-1]: the server took the ping and says nothing: the connection is dead, there is
 * another. */
static void
test_not_answered (Fixture *f,
                   gconstpointer data)
{
  gint64 timeout = mqttc_options_get_ping_timeout (f->options) * MILLISECOND;

  open_with_keep_alive (f);
  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  fixture_advance (f, KEEP_ALIVE * SECOND);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PINGREQ, 1);
  fixture_advance (f, timeout - SECOND);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  fixture_advance (f, SECOND);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  g_assert_cmpuint (count_pings (f), ==, 1);

  test_broker_wait_ended (f->broker, 1);
  test_broker_set_silent (f->broker, 0);
  fixture_reconnect (f);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
}

/* A half-open connection: sending goes on into nowhere, and that is noticed all the same. */
static void
test_half_open (Fixture *f,
                gconstpointer data)
{
  open_with_keep_alive (f);
  test_broker_set_reading (f->broker, FALSE);
  for (guint i = 0; f->n_disconnected == 0; i++)
    {
      g_assert_cmpuint (i, <, 20);
      fixture_advance (f, KEEP_ALIVE / 4 * SECOND);
      fixture_publish (f, "a", MQTTC_QOS_AT_MOST_ONCE, NULL);
      fixture_drain (f);
    }
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);

  /* The last of the messages wait for the next connection, and keep the client. */
  mqttc_options_set_close_timeout (f->options, 0);
  fixture_close (f);
}

/* Any progress is life: a large message on a slow line that takes longer than the answer may. */
static void
test_slow_message (Fixture *f,
                   gconstpointer data)
{
  static const guint8 head[] = { 0x30, 103, 0, 1, 'a' };

  mqttc_options_set_packet_timeout (f->options, 400 * 1000);
  open_with_keep_alive (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PINGREQ);
  test_broker_send (f->broker, head, sizeof head);
  for (guint i = 0; i < 100; i++)
    {
      fixture_advance (f, 3 * SECOND);
      test_broker_send (f->broker, "x", 1);
      fixture_drain (f);
    }
  fixture_wait_messages (f, 1);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
}

static guint64
count_bytes (Fixture *f)
{
  MqttcEngineCounters counters;

  mqttc_event_loop_get_counters (mqttc_client_get_event_loop (f->client), &counters);

  return counters.bytes_received;
}

/* And waits until the client has them. */
static void
send_bytes (Fixture *f,
            const void *data,
            gsize len)
{
  guint64 n = count_bytes (f) + len;

  test_broker_send (f->broker, data, len);
  while (count_bytes (f) < n)
    g_main_context_iteration (f->context, TRUE);
}

/* A byte each 20 seconds for ever: each is a sign of life, and no packet will ever come of them. A
 * PUBLISH of 12 bytes has 30 s, and another 12 ms. */
static void
test_trickled_packet (Fixture *f,
                      gconstpointer data)
{
  static const guint8 packet[] = { 0x30, 10, 0, 1, 'a', '1', '2', '3', '4', '5', '6', '7' };

  mqttc_options_set_keep_alive (f->options, 0);
  fixture_open_ok (f);
  for (guint i = 1; i <= 3; i++)
    {
      send_bytes (f, packet, 1);
      fixture_advance (f, 20 * SECOND);
      send_bytes (f, packet + 1, 1);
      fixture_advance (f, 10 * SECOND);
      g_assert_cmpuint (f->n_disconnected, ==, i - 1);
      fixture_advance (f, 12 * MILLISECOND);
      fixture_wait_disconnected (f, i);
      g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
      g_assert_true (g_str_has_suffix (
          f->error->message,
          ": Of a PUBLISH of 12 bytes only 2 came within 30.0 s (packet-timeout)"));
      test_broker_wait_ended (f->broker, i);
      fixture_reconnect (f);
    }
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
}

/* The machine was stopped in the middle of a large packet, which is more than is read at once: what
 * waits in the socket is looked at before the time. */
static void
test_stopped_in_packet (Fixture *f,
                        gconstpointer data)
{
  const gsize size = 2 << 20;
  g_autofree guint8 *bytes = g_malloc0 (size + 5);
  static const guint8 head[] = { 0x30, 0x80, 0x80, 0x80, 0x01, 0, 1, 'a' };

  memcpy (bytes, head, sizeof head);
  mqttc_options_set_keep_alive (f->options, 0);
  fixture_open_ok (f);
  for (guint i = 1; i <= 3; i++)
    {
      send_bytes (f, bytes, 1000);
      test_broker_send (f->broker, bytes + 1000, size + 5 - 1000);
      fixture_advance (f, 100000 * SECOND);
      fixture_wait_messages (f, i);
    }
  g_assert_cmpuint (f->n_disconnected, ==, 0);
}

/* PINGRESP that nobody asked for. */
static void
test_stray_pingresp (Fixture *f,
                     gconstpointer data)
{
  open_with_keep_alive (f);
  test_broker_send (f->broker, "\xd0\x00\xd0\x00", 4);
  test_broker_send_publish (f->broker, "fence", "", MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  fixture_wait_messages (f, 1);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
}

/* However the connection dies, it is known after keep alive and ping time-out. */
static void
test_noticed_in_time (Fixture *f,
                      gconstpointer data)
{
  guint timeout = mqttc_options_get_ping_timeout (f->options) / 1000;
  guint seconds = 0;

  open_with_keep_alive (f);
  test_broker_set_reading (f->broker, FALSE);
  while (f->n_disconnected == 0)
    {
      g_assert_cmpuint (seconds, <, KEEP_ALIVE + timeout);
      fixture_advance (f, SECOND);
      seconds++;
    }
  g_test_message ("half-open link noticed after %u s: keep alive %u s, ping time-out %u s", seconds,
                  KEEP_ALIVE, timeout);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
}

/* --- How often an idle client wakes up. --- */

/* Of the source that moves bytes; the one that delivers is its parent, so GLib dispatches it in the same
 * iteration, for nothing here. */
static GSourceFuncs counting_funcs;
static const GSourceFuncs *real_funcs;
static guint n_dispatches;

static gboolean
counting_dispatch (GSource *source,
                   GSourceFunc callback,
                   gpointer user_data)
{
  n_dispatches++;

  return real_funcs->dispatch (source, callback, user_data);
}

/* Pings, and CONNECT, that are not answered yet. */
static gboolean
waits_for_answer (MqttcEventLoop *loop)
{
  MqttcEngineCounters counters;

  mqttc_event_loop_get_counters (loop, &counters);

  return counters.packets_received < counters.packets_sent;
}

/* A ping and its answer. */
static void
test_wake_ups (Fixture *f,
               gconstpointer data)
{
  MqttcEventLoop *loop = mqttc_client_get_event_loop (f->client);

  open_with_keep_alive (f);
  fixture_drain (f);
  real_funcs = loop->io_source->source_funcs;
  counting_funcs = *real_funcs;
  counting_funcs.dispatch = counting_dispatch;
  loop->io_source->source_funcs = &counting_funcs;

  for (guint i = 1; i <= 10; i++)
    {
      for (guint j = 0; j < KEEP_ALIVE; j++)
        {
          fixture_advance (f, SECOND);
          while (waits_for_answer (loop))
            g_main_context_iteration (f->context, TRUE);
        }
      g_assert_cmpuint (count_pings (f), ==, i);
      g_assert_cmpuint (n_dispatches, <=, 2 * i);
    }
  g_test_message ("%u dispatches in 10 keep-alive intervals of virtual time", n_dispatches);

  loop->io_source->source_funcs = (GSourceFuncs *) real_funcs;
}

/* The network takes no more bytes: a ping could not get through either. */
static void
test_blocked_write (Fixture *f,
                    gconstpointer data)
{
  gint64 timeout = mqttc_options_get_write_timeout (f->options) * MILLISECOND;
  g_autofree char *data_32m = g_malloc0 (32 << 20);
  g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", data_32m, 32 << 20);
  g_autoptr (GError) error = NULL;

  mqttc_options_set_keep_alive (f->options, 0);
  fixture_open_ok (f);
  test_broker_set_reading (f->broker, FALSE);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (mqttc_client_try_publish (f->client, message, &error));
  g_assert_no_error (error);
  fixture_drain (f);
  g_assert_cmpuint (f->n_disconnected, ==, 0);

  fixture_advance (f, timeout);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
  test_broker_set_reading (f->broker, TRUE);
  fixture_reconnect (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/keepalive/idle", test_idle);
  fixture_add ("/client/keepalive/busy", test_busy);
  fixture_add ("/client/keepalive/only-sending", test_only_sending);
  fixture_add ("/client/keepalive/only-receiving", test_only_receiving);
  fixture_add ("/client/keepalive/off", test_off);
  fixture_add ("/client/keepalive/not-answered", test_not_answered);
  fixture_add ("/client/keepalive/half-open", test_half_open);
  fixture_add ("/client/keepalive/noticed-in-time", test_noticed_in_time);
  fixture_add ("/client/keepalive/wake-ups", test_wake_ups);
  fixture_add ("/client/keepalive/slow-message", test_slow_message);
  fixture_add ("/client/keepalive/trickled-packet", test_trickled_packet);
  fixture_add ("/client/keepalive/stopped-in-packet", test_stopped_in_packet);
  fixture_add ("/client/keepalive/stray-pingresp", test_stray_pingresp);
  fixture_add ("/client/keepalive/blocked-write", test_blocked_write);

  return g_test_run ();
}
