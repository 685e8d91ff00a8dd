/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The polled drive: one packet for each poll, and nothing is read in between. */

#include "client/mqttc-client.h"
#include "loop-fixture.h"
#include "mqttc-error.h"
#include "values/mqttc-event.h"
#include "values/mqttc-statistics.h"

static MemoryLink *
get_link (LoopFixture *fixture)
{
  return memory_net_get_link (fixture->net);
}

/* (transfer full) (nullable) */
static MqttcEvent *
try_poll (LoopFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  MqttcEvent *event = mqttc_event_loop_try_poll (fixture->loop, &error);

  g_assert_no_error (error);
  return event;
}

/* The next event begins with @start; NULL: there is none. */
static void
expect_event (LoopFixture *fixture,
              const char *start)
{
  g_autoptr (MqttcEvent) event = try_poll (fixture);
  g_autofree char *text = event != NULL ? mqttc_event_to_string (event) : g_strdup ("nothing");

  if (!g_str_has_prefix (text, start != NULL ? start : "nothing"))
    g_error ("“%s” was expected, and “%s” came", start != NULL ? start : "nothing", text);
}

static void
accept_connection (LoopFixture *fixture)
{
  loop_fixture_send (fixture, mqttc_packet_new_connack (MQTTC_PROTOCOL_V3_1_1, 0, FALSE, NULL));
}

static void
poll_until_connected (LoopFixture *fixture)
{
  expect_event (fixture, "outgoing CONNECT");
  accept_connection (fixture);
  expect_event (fixture, "incoming CONNACK");
  expect_event (fixture, "connected");
  expect_event (fixture, NULL);
  g_byte_array_unref (memory_link_take (get_link (fixture)));
}

static void
send_message (LoopFixture *fixture,
              const char *topic,
              gsize size,
              guint packet_id)
{
  g_autofree char *payload = g_malloc0 (size);
  g_autoptr (MqttcMessage) message = mqttc_message_new_data (topic, payload, size);

  mqttc_message_set_qos (message, packet_id > 0 ? MQTTC_QOS_AT_LEAST_ONCE : MQTTC_QOS_AT_MOST_ONCE);
  loop_fixture_send (
      fixture, mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, packet_id, FALSE, NULL));
}

typedef struct
{
  GAsyncResult *result;
  MqttcEvent *event;
  GError *error;
} Poll;

static void
polled_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  Poll *poll = user_data;

  poll->event = mqttc_event_loop_poll_finish (MQTTC_EVENT_LOOP (source), result, &poll->error);
  poll->result = g_object_ref (result);
}

static void
poll_clear (Poll *poll)
{
  g_clear_object (&poll->result);
  g_clear_pointer (&poll->event, mqttc_event_unref);
  g_clear_error (&poll->error);
}

static void
begin_poll (LoopFixture *fixture,
            Poll *poll,
            GCancellable *cancellable)
{
  *poll = (Poll){ 0 };
  g_main_context_push_thread_default (fixture->context);
  mqttc_event_loop_poll_async (fixture->loop, cancellable, polled_cb, poll);
  g_main_context_pop_thread_default (fixture->context);
  loop_fixture_iterate (fixture);
}

static void
test_connect (LoopFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("The first poll connects, and each tells one thing");

  poll_until_connected (fixture);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);
  loop_fixture_expect_log (fixture, "connecting\nconnected\n");
}

static void
test_back_pressure (LoopFixture *fixture,
                    gconstpointer data)
{
  gsize before;

  g_test_summary ("While nobody polls nothing is read, and a poll decodes one packet");

  poll_until_connected (fixture);

  for (guint i = 0; i < 100; i++)
    send_message (fixture, "a", 10000, 0);
  loop_fixture_iterate (fixture);
  before = memory_link_get_unread (get_link (fixture));
  /* What was read into the buffer when the last poll had nothing to tell. */
  g_assert_cmpuint (before, >=, 100 * 10000 - 2 * 65536);

  for (guint i = 0; i < 5; i++)
    {
      expect_event (fixture, "incoming PUBLISH");
      expect_event (fixture, "message topic=a");
      loop_fixture_iterate (fixture);
    }
  g_assert_cmpuint (memory_link_get_unread (get_link (fixture)), >=, before - 65536);
  g_test_message ("unread while nobody polls: %" G_GSIZE_FORMAT " of 1000500 bytes", before);

  for (guint i = 5; i < 100; i++)
    {
      expect_event (fixture, "incoming PUBLISH");
      expect_event (fixture, "message topic=a");
    }
  expect_event (fixture, NULL);
  g_assert_cmpuint (memory_link_get_unread (get_link (fixture)), ==, 0);
}

static void
count_message_cb (MqttcClient *client,
                  MqttcMessage *message,
                  gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_signals_first (LoopFixture *fixture,
                    gconstpointer data)
{
  g_autoptr (MqttcClient) client = mqttc_event_loop_get_client (fixture->loop);
  guint n_messages = 0;

  g_test_summary ("Signals are emitted before the poll returns");

  g_signal_connect (client, "message", G_CALLBACK (count_message_cb), &n_messages);
  poll_until_connected (fixture);

  send_message (fixture, "a", 1, 0);
  expect_event (fixture, "incoming PUBLISH");
  g_assert_cmpuint (n_messages, ==, 0);
  expect_event (fixture, "message topic=a");
  g_assert_cmpuint (n_messages, ==, 1);
}

/* [MQTT-4.3.2-2] */
static void
test_ack_at_next_poll (LoopFixture *fixture,
                       gconstpointer data)
{
  g_test_summary ("A message is acknowledged when the loop is polled again");

  poll_until_connected (fixture);
  send_message (fixture, "a", 1, 7);
  expect_event (fixture, "incoming PUBLISH");
  expect_event (fixture, "message topic=a");
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "");

  expect_event (fixture, "outgoing PUBACK");
  loop_fixture_expect (fixture, "40 02 00 07");
}

static void
test_ack_at_close (LoopFixture *fixture,
                   gconstpointer data)
{
  g_test_summary ("Closing acknowledges what was polled");

  poll_until_connected (fixture);
  send_message (fixture, "a", 1, 7);
  expect_event (fixture, "incoming PUBLISH");
  expect_event (fixture, "message topic=a");
  mqttc_event_loop_stop (fixture->loop);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "40 02 00 07 e0 00");
  expect_event (fixture, "outgoing PUBACK");
  expect_event (fixture, "outgoing DISCONNECT");
  expect_event (fixture, "disconnected as asked");
}

static void
expect_end (LoopFixture *fixture,
            gint64 min_delay,
            gint64 max_delay)
{
  g_autoptr (MqttcEvent) event = try_poll (fixture);

  g_assert_nonnull (event);
  g_assert_cmpint (mqttc_event_get_event_type (event), ==, MQTTC_EVENT_TYPE_DISCONNECTED);
  g_assert_error (mqttc_event_get_error (event), MQTTC_CLIENT_ERROR,
                  MQTTC_CLIENT_ERROR_CONNECTION_LOST);
  g_assert_cmpint (mqttc_event_get_retry_usec (event), >=, min_delay);
  g_assert_cmpint (mqttc_event_get_retry_usec (event), <=, max_delay);
}

static void
test_reconnect (LoopFixture *fixture,
                gconstpointer data)
{
  g_test_summary ("Polling after the end of a connection makes it again, after the delay");

  poll_until_connected (fixture);
  memory_link_end (get_link (fixture));
  expect_end (fixture, 0, 2 * G_USEC_PER_SEC);

  expect_event (fixture, NULL);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);
  loop_fixture_advance (fixture, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 2);
  poll_until_connected (fixture);
}

static void
test_reconnect_by_hand (LoopFixture *fixture,
                        gconstpointer data)
{
  g_test_summary (
      "Without automatic reconnection the next poll begins anew, and waits before it dials");

  mqttc_options_set_reconnect (fixture->options, FALSE);
  poll_until_connected (fixture);
  memory_link_end (get_link (fixture));
  expect_end (fixture, -1, -1);
  loop_fixture_advance (fixture, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);

  expect_event (fixture, NULL);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);
  loop_fixture_advance (fixture, 2 * G_USEC_PER_SEC);
  poll_until_connected (fixture);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 2);
}

/* Whoever polls for ever must not hammer a server that refuses the credentials. */
static void
test_refusals_are_spaced (LoopFixture *fixture,
                          gconstpointer data)
{
  guint n_ends = 0;

  g_test_summary ("A thousand polls of a server that refuses are few attempts");

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (MqttcEvent) event = try_poll (fixture);

      if (event == NULL)
        loop_fixture_advance (fixture, G_USEC_PER_SEC / 10);
      else if (mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_OUTGOING)
        loop_fixture_send (fixture, mqttc_packet_new_connack (MQTTC_PROTOCOL_V3_1_1,
                                                              MQTTC_REASON_CODE_NOT_AUTHORIZED,
                                                              FALSE, NULL));
      else if (mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_DISCONNECTED)
        n_ends++;
    }
  g_assert_cmpuint (n_ends, >=, 3);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), <=, 12);
}

/* A poll that waits, and a start: the one or the other. */
static void
test_start_while_polled (LoopFixture *fixture,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Poll poll;

  g_test_summary ("A loop that is being polled is not started");

  memory_net_set_mode (fixture->net, MEMORY_NET_HANGS);
  begin_poll (fixture, &poll, NULL);
  mqttc_event_loop_stop (fixture->loop);
  g_assert_false (mqttc_event_loop_start (fixture->loop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  loop_fixture_iterate (fixture);
  g_assert_cmpint (mqttc_event_get_event_type (poll.event), ==, MQTTC_EVENT_TYPE_DISCONNECTED);
  poll_clear (&poll);
}

static void
poll_when_closed_cb (MqttcEventLoop *loop,
                     GParamSpec *pspec,
                     gpointer user_data)
{
  if (mqttc_event_loop_get_state (loop) == MQTTC_CONNECTION_STATE_CLOSED)
    mqttc_event_loop_poll_async (loop, NULL, polled_cb, user_data);
}

static void
test_poll_in_state_handler (LoopFixture *fixture,
                            gconstpointer data)
{
  Poll poll = { 0 };

  g_test_summary ("Polling from the handler that is told of the end");

  loop_fixture_connect (fixture);
  g_signal_connect (fixture->loop, "notify::state", G_CALLBACK (poll_when_closed_cb), &poll);
  g_main_context_push_thread_default (fixture->context);
  mqttc_event_loop_stop (fixture->loop);
  loop_fixture_iterate (fixture);
  g_main_context_pop_thread_default (fixture->context);
  g_assert_no_error (poll.error);
  g_assert_cmpint (mqttc_event_get_event_type (poll.event), ==, MQTTC_EVENT_TYPE_OUTGOING);
  g_signal_handlers_disconnect_by_data (fixture->loop, &poll);
  poll_clear (&poll);
}

static void
iterate_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  loop_fixture_iterate (user_data);
}

static void
test_nested (LoopFixture *fixture,
             gconstpointer data)
{
  g_autoptr (MqttcClient) client = mqttc_event_loop_get_client (fixture->loop);

  g_test_summary ("A nested main loop in a handler takes nothing away from whoever polls");

  g_signal_connect (client, "message", G_CALLBACK (iterate_cb), fixture);
  poll_until_connected (fixture);
  for (guint i = 0; i < 3; i++)
    send_message (fixture, "a", 1, i + 1);
  for (guint i = 0; i < 3; i++)
    {
      expect_event (fixture, "incoming PUBLISH");
      expect_event (fixture, "message topic=a");
      loop_fixture_expect (fixture, "");
      expect_event (fixture, "outgoing PUBACK");
      g_byte_array_unref (memory_link_take (get_link (fixture)));
    }
  expect_event (fixture, NULL);
}

typedef struct
{
  LoopFixture *fixture;
  GCancellable *cancellable;
} Cancel;

static void
cancel_cb (MqttcClient *client,
           const GError *error,
           gint64 retry_usec,
           gpointer user_data)
{
  Cancel *cancel = user_data;

  g_cancellable_cancel (cancel->cancellable);
  loop_fixture_iterate (cancel->fixture);
}

static void
test_cancel_in_handler (LoopFixture *fixture,
                        gconstpointer data)
{
  g_autoptr (MqttcClient) client = mqttc_event_loop_get_client (fixture->loop);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Cancel cancel = { fixture, cancellable };
  Poll poll;

  g_test_summary ("What is being delivered is the result, also if a handler cancels the poll");

  g_signal_connect (client, "disconnected", G_CALLBACK (cancel_cb), &cancel);
  poll_until_connected (fixture);
  begin_poll (fixture, &poll, cancellable);
  mqttc_event_loop_stop (fixture->loop);
  loop_fixture_iterate (fixture);
  poll_clear (&poll);
  g_cancellable_reset (cancellable);
  begin_poll (fixture, &poll, cancellable);
  g_assert_no_error (poll.error);
  g_assert_cmpint (mqttc_event_get_event_type (poll.event), ==, MQTTC_EVENT_TYPE_DISCONNECTED);
  poll_clear (&poll);
}

static void
dispose_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  g_object_run_dispose (user_data);
}

static void
test_dispose_while_waiting (LoopFixture *fixture,
                            gconstpointer data)
{
  g_autoptr (MqttcClient) client = mqttc_event_loop_get_client (fixture->loop);
  g_autoptr (GError) error = NULL;

  g_test_summary ("A handler disposes of the loop that somebody waits for");

  g_signal_connect (client, "message", G_CALLBACK (dispose_cb), fixture->loop);
  poll_until_connected (fixture);
  send_message (fixture, "a", 1, 0);
  expect_event (fixture, "incoming PUBLISH");
  g_assert_null (mqttc_event_loop_poll (fixture->loop, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
}

static void
test_refused (LoopFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("A dial that fails is told, and polling dials again");

  memory_net_set_mode (fixture->net, MEMORY_NET_REFUSES);
  expect_event (fixture, "disconnected: Could not connect");
  memory_net_set_mode (fixture->net, MEMORY_NET_ACCEPTS);
  loop_fixture_advance (fixture, 2 * G_USEC_PER_SEC);
  poll_until_connected (fixture);
}

/* [MQTT-3.1.2-23] */
static void
test_pings (LoopFixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Pings go on while nobody polls, and their answers are waited for only while one "
                  "could be read");

  mqttc_options_set_keep_alive (fixture->options, 10);
  poll_until_connected (fixture);
  /* The last poll asked for a packet; this is the one. */
  send_message (fixture, "a", 1, 0);
  expect_event (fixture, "incoming PUBLISH");
  expect_event (fixture, "message");

  loop_fixture_advance (fixture, 10 * G_USEC_PER_SEC);
  loop_fixture_expect (fixture, "c0 00");
  loop_fixture_advance (fixture, 1000 * G_USEC_PER_SEC);
  g_assert_false (memory_link_is_closed (get_link (fixture)));
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==,
                   MQTTC_CONNECTION_STATE_CONNECTED);

  /* The second because the server wants to hear something within its 15 s. */
  memory_link_send (get_link (fixture), "\xd0", 2);
  expect_event (fixture, "outgoing PINGREQ");
  expect_event (fixture, "outgoing PINGREQ");
  expect_event (fixture, "incoming PINGRESP");
}

static void
test_write_goes_on (LoopFixture *fixture,
                    gconstpointer data)
{
  g_test_summary ("What is published leaves while nobody polls");

  poll_until_connected (fixture);
  loop_fixture_publish (fixture, 3, 1);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "30 04 00 01 61 00 30 04 00 01 61 00 30 04 00 01 61 00");
  for (guint i = 0; i < 3; i++)
    expect_event (fixture, "outgoing PUBLISH");
  expect_event (fixture, NULL);
}

static void
test_bounded (LoopFixture *fixture,
              gconstpointer data)
{
  g_autoptr (MqttcStatistics) statistics = NULL;

  g_test_summary ("Whoever never polls cannot make the queue of notifications grow without bound");

  mqttc_options_set_max_queued_messages (fixture->options, 100000);
  poll_until_connected (fixture);
  for (guint i = 0; i < 40; i++)
    {
      loop_fixture_publish (fixture, 1000, 0);
      loop_fixture_iterate (fixture);
    }
  statistics = mqttc_event_loop_get_statistics (fixture->loop);
  g_assert_cmpuint (mqttc_statistics_get_messages_sent (statistics), >, 1000);
  g_assert_cmpuint (mqttc_statistics_get_messages_sent (statistics), <=, 16400);
  g_assert_cmpuint (mqttc_statistics_get_queued (statistics), >=, 40000 - 16400);
}

static void
test_bounded_offline (LoopFixture *fixture,
                      gconstpointer data)
{
  guint n_dials;

  g_test_summary ("Nor do the attempts to connect that nobody is told of");

  poll_until_connected (fixture);
  memory_net_set_mode (fixture->net, MEMORY_NET_REFUSES);
  memory_link_end (get_link (fixture));
  expect_end (fixture, 0, 2 * G_USEC_PER_SEC);

  for (guint i = 0; i < 8000; i++)
    loop_fixture_advance (fixture, 150 * G_USEC_PER_SEC);
  n_dials = memory_net_get_n_dials (fixture->net);
  g_assert_cmpuint (n_dials, >, 1000);
  g_assert_cmpuint (n_dials, <, 6000);
}

static void
test_async (LoopFixture *fixture,
            gconstpointer data)
{
  Poll poll;

  g_test_summary ("Asynchronous polls, one at a time");

  begin_poll (fixture, &poll, NULL);
  g_assert_nonnull (poll.event);
  poll_clear (&poll);
  accept_connection (fixture);
  for (guint i = 0; i < 2; i++)
    {
      begin_poll (fixture, &poll, NULL);
      g_assert_nonnull (poll.event);
      poll_clear (&poll);
    }

  begin_poll (fixture, &poll, NULL);
  g_assert_null (poll.result);
  {
    Poll second;

    begin_poll (fixture, &second, NULL);
    g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_PENDING);
    poll_clear (&second);
  }

  send_message (fixture, "a", 1, 0);
  loop_fixture_iterate (fixture);
  g_assert_cmpint (mqttc_event_get_event_type (poll.event), ==, MQTTC_EVENT_TYPE_INCOMING);
  poll_clear (&poll);
}

static void
test_cancel (LoopFixture *fixture,
             gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Poll poll;

  g_test_summary ("A poll that is cancelled loses nothing");

  poll_until_connected (fixture);
  begin_poll (fixture, &poll, cancellable);
  g_assert_null (poll.result);
  g_cancellable_cancel (cancellable);
  loop_fixture_iterate (fixture);
  g_assert_error (poll.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  poll_clear (&poll);

  send_message (fixture, "a", 1, 0);
  loop_fixture_iterate (fixture);
  expect_event (fixture, "incoming PUBLISH");
  expect_event (fixture, "message topic=a");
}

static void
test_dispose (LoopFixture *fixture,
              gconstpointer data)
{
  Poll poll;

  g_test_summary ("A loop that is disposed of ends its poll");

  poll_until_connected (fixture);
  begin_poll (fixture, &poll, NULL);
  g_object_run_dispose (G_OBJECT (fixture->loop));
  loop_fixture_iterate (fixture);
  g_assert_error (poll.error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  poll_clear (&poll);
}

static void
test_started (LoopFixture *fixture,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A loop that was started is not polled");

  loop_fixture_connect (fixture);
  g_assert_null (mqttc_event_loop_try_poll (fixture->loop, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);

  mqttc_event_loop_stop (fixture->loop);
  loop_fixture_iterate (fixture);
  expect_event (fixture, "outgoing CONNECT");
}

static void
test_default_context (void)
{
  g_autoptr (MqttcEventLoop) loop = mqttc_event_loop_new (NULL);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Blocking the default main context is refused");

  g_assert_null (mqttc_event_loop_poll (loop, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
}

static void
test_timeout (LoopFixture *fixture,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A poll that waits for a limited time");

  poll_until_connected (fixture);
  g_assert_null (mqttc_event_loop_poll_timeout (fixture->loop, 1, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
}

#define ADD(name, func)                                                                \
 g_test_add ("/event-loop/polled/" name, LoopFixture, NULL, loop_fixture_set_up, func, \
             loop_fixture_tear_down)

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("connect", test_connect);
  ADD ("back-pressure", test_back_pressure);
  ADD ("signals-first", test_signals_first);
  ADD ("ack-at-next-poll", test_ack_at_next_poll);
  ADD ("ack-at-close", test_ack_at_close);
  ADD ("reconnect", test_reconnect);
  ADD ("reconnect-by-hand", test_reconnect_by_hand);
  ADD ("refused", test_refused);
  ADD ("refusals-are-spaced", test_refusals_are_spaced);
  ADD ("start-while-polled", test_start_while_polled);
  ADD ("poll-in-state-handler", test_poll_in_state_handler);
  ADD ("nested", test_nested);
  ADD ("cancel-in-handler", test_cancel_in_handler);
  ADD ("dispose-while-waiting", test_dispose_while_waiting);
  ADD ("pings", test_pings);
  ADD ("write-goes-on", test_write_goes_on);
  ADD ("bounded", test_bounded);
  ADD ("bounded-offline", test_bounded_offline);
  ADD ("async", test_async);
  ADD ("cancel", test_cancel);
  ADD ("dispose", test_dispose);
  ADD ("started", test_started);
  ADD ("timeout", test_timeout);
  g_test_add_func ("/event-loop/polled/default-context", test_default_context);

  return g_test_run ();
}
