/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a program that runs for years meets: errors that no retry mends, another program with the same
 * client identifier, the end of the day with work left, and owners that let go at any time. */

#include <string.h>

#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"

/* --- What stops retrying. --- */

typedef struct
{
  const char *name;
  guint connack;     /* what the server answers */
  gboolean stops[2]; /* before the first acceptance, and after it */
} StopRow;

/* The answers of the server (section 3.2.2.3). One that has accepted before may come to its senses. */
static const StopRow stop_rows[] = {
  { "unsupported-protocol", MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION, { TRUE, FALSE } },
  { "bad-client-id", MQTTC_REASON_CODE_CLIENT_IDENTIFIER_NOT_VALID, { TRUE, FALSE } },
  { "unavailable", MQTTC_REASON_CODE_SERVER_UNAVAILABLE, { FALSE, FALSE } },
  { "bad-credentials", MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD, { TRUE, FALSE } },
  { "not-authorized", MQTTC_REASON_CODE_NOT_AUTHORIZED, { TRUE, FALSE } },
};

/* Exactly one emission says that there is no retry, and there is none. */
static void
assert_stopped (Fixture *f)
{
  guint n = test_broker_count_connections (f->broker);

  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CLOSED);
  fixture_drain (f);
  g_assert_cmpint (f->retry_usec, ==, -1);
  for (guint i = 0; i < 60; i++)
    fixture_advance (f, 60 * SECOND);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, n);
}

static void
assert_refused (Fixture *f,
                const StopRow *row)
{
  g_assert_error (f->error, MQTTC_REASON_ERROR, (int) row->connack);
  g_assert_cmpstr (mqttc_client_get_last_error (f->client)->message, ==, f->error->message);
}

static void
test_stop_before (Fixture *f,
                  gconstpointer data)
{
  const StopRow *row = data;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_connack (f->broker, row->connack);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &opened);
  fixture_wait_disconnected (f, 1);
  assert_refused (f, row);
  if (!row->stops[0])
    {
      g_assert_cmpint (f->retry_usec, >=, 0);
      test_broker_set_connack (f->broker, 0);
      fixture_reconnect (f);
      fixture_wait_result (f, &opened);
      return;
    }

  assert_stopped (f);
  g_assert_null (mqttc_client_open_finish (f->client, opened, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, (int) row->connack);
}

static void
test_stop_after (Fixture *f,
                 gconstpointer data)
{
  const StopRow *row = data;

  fixture_open_ok (f);
  test_broker_set_connack (f->broker, row->connack);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  for (guint i = 0; i < 3; i++)
    {
      fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
      fixture_advance (f, f->retry_usec);
      fixture_wait_disconnected (f, i + 2);
      assert_refused (f, row);
      g_assert_cmpint (f->retry_usec, >=, 0);
    }
  g_assert_false (row->stops[1]);
  test_broker_set_connack (f->broker, 0);
  fixture_reconnect (f);
}

/* Opened, then changed to what cannot be used: known at the next attempt. */
static void
test_stop_invalid_options (Fixture *f,
                           gconstpointer data)
{
  fixture_open_ok (f);
  mqttc_options_set_max_inflight (f->options, 65536);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  g_assert_cmpint (f->retry_usec, >=, 0);
  fixture_advance (f, f->retry_usec);
  fixture_wait_disconnected (f, 2);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (f->error->message, "max-inflight"));
  assert_stopped (f);

  mqttc_options_set_max_inflight (f->options, 1);
  fixture_open_ok (f);
}

static void
test_stop_no_reconnect (Fixture *f,
                        gconstpointer data)
{
  mqttc_options_set_reconnect (f->options, FALSE);
  fixture_open_ok (f);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST);
  assert_stopped (f);
  g_assert_cmpuint (f->n_disconnected, ==, 1);
}

/* What does not stop it: the network, a peer that is not MQTT, a server that says nothing. */
static void
test_no_stop (Fixture *f,
              gconstpointer data)
{
  g_autoptr (GAsyncResult) opened = NULL;

  test_broker_set_listening (f->broker, FALSE);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &opened);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpint (f->retry_usec, >=, 0);

  test_broker_set_greeting (f->broker, "HTTP/1.1 400 Bad Request\r\n", 26);
  test_broker_set_listening (f->broker, TRUE);
  fixture_advance (f, f->retry_usec);
  fixture_wait_disconnected (f, 2);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_MQTT);
  g_assert_cmpint (f->retry_usec, >=, 0);

  test_broker_set_greeting (f->broker, NULL, 0);
  fixture_reconnect (f);
  fixture_wait_result (f, &opened);
}

/* --- Two with one client identifier. --- */

static gint64
clock_cb (gpointer user_data)
{
  return ((Fixture *) user_data)->now;
}

static gboolean
is_settled (MqttcClient *one,
            MqttcClient *two)
{
  MqttcConnectionState first = mqttc_client_get_state (one);
  MqttcConnectionState second = mqttc_client_get_state (two);

  return (first == MQTTC_CONNECTION_STATE_CONNECTED && second == MQTTC_CONNECTION_STATE_BACKING_OFF)
         || (first == MQTTC_CONNECTION_STATE_BACKING_OFF
             && second == MQTTC_CONNECTION_STATE_CONNECTED);
}

/* [MQTT-3.1.4-2]: the server drops the older one. Each comes back, but at the pace of the backoff. */
static void
test_takeover (Fixture *f,
               gconstpointer data)
{
  MqttcClient *other = mqttc_client_new (f->options);
  MqttcEventLoop *loops[2]
      = { mqttc_client_get_event_loop (f->client), mqttc_client_get_event_loop (other) };
  guint minutes = 60;
  guint most = 0;
  guint before;
  guint n;

  /* Virtual time is faster than the answer to a ping. */
  mqttc_options_set_keep_alive (f->options, 0);
  mqttc_event_loop_set_clock (loops[1], clock_cb, f);
  fixture_open_ok (f);
  mqttc_client_open_async (other, NULL, NULL, NULL);
  before = 0;
  for (guint minute = 0; minute < minutes; minute++)
    {
      for (guint i = 0; i < 600; i++)
        {
          f->now += SECOND / 10;
          mqttc_event_loop_wake (loops[0]);
          mqttc_event_loop_wake (loops[1]);
          fixture_drain (f);
          while (!is_settled (f->client, other))
            g_main_context_iteration (f->context, TRUE);
        }
      n = test_broker_count_connections (f->broker);
      most = MAX (most, n - before);
      before = n;
    }
  g_test_message ("two clients with one identifier: %u attempts in %u minutes of virtual time, "
                  "%.1f per minute, at most %u in one of them",
                  before, minutes, (double) before / minutes, most);
  g_assert_cmpuint (before, <=, 10 * minutes);
  g_assert_cmpuint (most, <=, 40);

  g_object_add_weak_pointer (G_OBJECT (loops[1]), (gpointer *) &loops[1]);
  g_object_run_dispose (G_OBJECT (other));
  fixture_drain (f);
  g_object_unref (other);
  while (loops[1] != NULL)
    g_main_context_iteration (f->context, FALSE);
}

/* --- Closing. --- */

static void
close_full (Fixture *f,
            guint reason_code,
            gint64 drain_msec,
            GAsyncResult **result)
{
  mqttc_client_close_full_async (f->client, reason_code, NULL, drain_msec, NULL, fixture_result_cb,
                                 result);
}

static void
finish_close (Fixture *f,
              GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  fixture_wait_result (f, result);
  g_assert_true (mqttc_client_close_full_finish (f->client, *result, &error));
  g_assert_no_error (error);
  g_clear_object (result);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

/* What is answered in time is done, the rest ends with the deadline, not earlier and not later. */
static void
test_close_deadline (Fixture *f,
                     gconstpointer data)
{
  GAsyncResult *answered = NULL;
  GAsyncResult *unanswered = NULL;
  GAsyncResult *closed = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &answered);
  fixture_publish (f, "b", MQTTC_QOS_AT_LEAST_ONCE, &unanswered);
  close_full (f, MQTTC_REASON_CODE_SUCCESS, 3000, &closed);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 2);
  fixture_advance (f, 1500 * MILLISECOND);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
  g_assert_true (fixture_publish_finish (f, &answered, &error));
  fixture_advance (f, 1499 * MILLISECOND);
  g_assert_null (closed);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_DRAINING);
  fixture_advance (f, MILLISECOND);
  finish_close (f, &closed);
  g_assert_false (fixture_publish_finish (f, &unanswered, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nPUBLISH #1 q1 a\nPUBLISH #2 q1 b\nDISCONNECT\n");
}

/* The option is the default; who is in more of a hurry decides. */
static void
test_close_hurry (Fixture *f,
                  gconstpointer data)
{
  GAsyncResult *published = NULL;
  GAsyncResult *slow = NULL;
  GAsyncResult *fast = NULL;

  mqttc_options_set_close_timeout (f->options, 10000);
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &published);
  close_full (f, MQTTC_REASON_CODE_SUCCESS, -1, &slow);
  fixture_advance (f, 2 * SECOND);
  g_assert_null (slow);
  close_full (f, MQTTC_REASON_CODE_SUCCESS, 1000, &fast);
  fixture_advance (f, SECOND);
  finish_close (f, &slow);
  finish_close (f, &fast);
  g_assert_false (fixture_publish_finish (f, &published, NULL));

  /* Closed is closed. */
  close_full (f, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, 0, &fast);
  finish_close (f, &fast);
}

/* [MQTT-3.14.4-3]: DISCONNECT would discard the will, so there is none. */
static void
test_close_with_will (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("will", "gone");
  GAsyncResult *closed = NULL;

  mqttc_options_set_will (f->options, will);
  fixture_open_ok (f);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  close_full (f, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, -1, &closed);
  finish_close (f, &closed);
  test_broker_wait_ended (f->broker, 1);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 a\n");

  /* Reasons that 3.1.1 does not know are no reason. */
  fixture_open_ok (f);
  close_full (f, MQTTC_REASON_CODE_ADMINISTRATIVE_ACTION, 0, &closed);
  finish_close (f, &closed);
  test_broker_wait_ended (f->broker, 2);
  test_broker_expect (f->broker, 2, "CONNECT clean\nDISCONNECT\n");
}

/* --- Disposed of in each state. --- */

static void
reach_idle (Fixture *f)
{
}

static void
reach_connecting (Fixture *f)
{
  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  mqttc_client_open_async (f->client, NULL, NULL, NULL);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CONNECTING);
}

static void
reach_connack (Fixture *f)
{
  reach_connecting (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
}

static void
reach_connected (Fixture *f)
{
  fixture_open_ok (f);
}

static void
reach_backing_off (Fixture *f)
{
  test_broker_set_listening (f->broker, FALSE);
  mqttc_client_open_async (f->client, NULL, NULL, NULL);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
}

static void
reach_draining (Fixture *f)
{
  fixture_open_ok (f);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  mqttc_client_close_async (f->client, NULL, NULL, NULL);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_DRAINING);
}

static void
reach_closed (Fixture *f)
{
  fixture_open_ok (f);
  fixture_close (f);
}

typedef struct
{
  const char *name;
  void (*reach) (Fixture *f);
} StateCase;

static const StateCase state_cases[] = {
  { "idle", reach_idle },
  { "connecting", reach_connecting },
  { "connack", reach_connack },
  { "connected", reach_connected },
  { "backing-off", reach_backing_off },
  { "draining", reach_draining },
  { "closed", reach_closed },
};

/* With calls of each kind on their way: each ends, once, and the client can be called all the same. */
static void
test_dispose (Fixture *f,
              gconstpointer data)
{
  const StateCase *state_case = data;
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 1);
  GAsyncResult *published = NULL;
  GAsyncResult *subscribed = NULL;
  GAsyncResult *opened = NULL;
  GAsyncResult *closed = NULL;
  g_autoptr (GError) error = NULL;

  state_case->reach (f);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &published);
  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &subscribed);
  g_object_run_dispose (G_OBJECT (f->client));
  fixture_wait_result (f, &published);
  fixture_wait_result (f, &subscribed);
  g_assert_false (fixture_publish_finish (f, &published, NULL));
  g_assert_false (fixture_subscribe_finish (f, &subscribed, NULL));

  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &opened);
  fixture_wait_result (f, &opened);
  g_assert_null (mqttc_client_open_finish (f->client, opened, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  g_clear_object (&opened);
  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &closed);
  fixture_wait_result (f, &closed);
  g_assert_true (mqttc_client_close_finish (f->client, closed, NULL));
  g_clear_object (&closed);
  g_assert_null (mqttc_client_get_tls_failure (f->client));
  fixture_drop_client (f);
}

#define add_row(path, row, func) \
 g_test_add (path, Fixture, row, fixture_set_up, func, fixture_tear_down)

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (stop_rows); i++)
    {
      g_autofree char *before
          = g_strconcat ("/client/program/stop/", stop_rows[i].name, "/before", NULL);
      g_autofree char *after
          = g_strconcat ("/client/program/stop/", stop_rows[i].name, "/after", NULL);

      add_row (before, &stop_rows[i], test_stop_before);
      add_row (after, &stop_rows[i], test_stop_after);
    }
  fixture_add ("/client/program/stop/invalid-options", test_stop_invalid_options);
  fixture_add ("/client/program/stop/no-reconnect", test_stop_no_reconnect);
  fixture_add ("/client/program/stop/not-for-these", test_no_stop);
  fixture_add ("/client/program/takeover", test_takeover);
  fixture_add ("/client/program/close/deadline", test_close_deadline);
  fixture_add ("/client/program/close/hurry", test_close_hurry);
  fixture_add ("/client/program/close/with-will", test_close_with_will);
  for (guint i = 0; i < G_N_ELEMENTS (state_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/client/program/dispose/", state_cases[i].name, NULL);

      add_row (path, &state_cases[i], test_dispose);
    }

  return g_test_run ();
}
