/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The client on a network in memory: what is still sent, and in which order things are told. */

#include <string.h>

#include "client-fixture.h"
#include "mqttc-enum-types.h"

/* --- The log. --- */

static void
state_cb (MqttcClient *client,
          GParamSpec *pspec,
          gpointer user_data)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (MQTTC_TYPE_CONNECTION_STATE);
  int state = (int) mqttc_client_get_state (client);

  g_string_append_printf (((ClientFixture *) user_data)->log, "%s ",
                          g_enum_get_value (klass, state)->value_nick);
}

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  g_string_append (((ClientFixture *) user_data)->log, "(connected) ");
}

static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry_usec,
                 gpointer user_data)
{
  g_string_append_printf (((ClientFixture *) user_data)->log, "(disconnected%s%s) ",
                          error != NULL ? ": error" : "", retry_usec >= 0 ? ", retry" : "");
}

static void
log_open_cb (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (MqttcPacket) connack = NULL;

  connack = mqttc_client_open_finish (MQTTC_CLIENT (source), result, NULL);
  g_string_append (((ClientFixture *) user_data)->log, connack != NULL ? "opened " : "failed ");
}

static void
log_close_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  gboolean ok = mqttc_client_close_finish (MQTTC_CLIENT (source), result, NULL);

  g_string_append (((ClientFixture *) user_data)->log, ok ? "ended " : "cancelled ");
}

static void
write_log (ClientFixture *f)
{
  g_signal_connect (f->client, "notify::state", G_CALLBACK (state_cb), f);
  g_signal_connect (f->client, "connected", G_CALLBACK (connected_cb), f);
  g_signal_connect (f->client, "disconnected", G_CALLBACK (disconnected_cb), f);
}

/* --- Opening and closing. --- */

/* Each call ends after the signals that belong to it. */
static void
test_order (ClientFixture *f,
            gconstpointer data)
{
  write_log (f);
  mqttc_client_open_async (f->client, NULL, log_open_cb, f);
  client_fixture_expect_log (f, "");
  client_fixture_accept (f);
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "connecting connected (connected) opened ");

  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  client_fixture_expect_log (f, "");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "draining closed (disconnected) ended ended ");
  client_fixture_expect (f, "e0 00");

  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  client_fixture_expect_log (f, "");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "ended ");
}

static void
reopen_cb (MqttcClient *client,
           GParamSpec *pspec,
           gpointer user_data)
{
  if (mqttc_client_get_state (client) != MQTTC_CONNECTION_STATE_CLOSED)
    return;

  g_signal_handlers_disconnect_by_func (client, reopen_cb, user_data);
  mqttc_client_open_async (client, NULL, log_open_cb, user_data);
}

/* The one that was waiting ends with the old life, and the new one does not. */
static void
test_reopen_in_handler (ClientFixture *f,
                        gconstpointer data)
{
  write_log (f);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (reopen_cb), f);
  mqttc_client_open_async (f->client, NULL, log_open_cb, f);
  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  client_fixture_iterate (f);
  client_fixture_expect_log (f,
                             "connecting draining closed (disconnected) failed ended connecting ");

  client_fixture_accept (f);
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "connected (connected) opened ");
}

static void
test_reopen_before_closed (ClientFixture *f,
                           gconstpointer data)
{
  client_fixture_connect (f);
  write_log (f);

  /* Without a connection the close is over at once; what tells of it is still on its way. */
  memory_link_end (memory_net_get_link (f->net));
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "backing-off (disconnected: error, retry) ");
  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  mqttc_client_open_async (f->client, NULL, log_open_cb, f);
  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  mqttc_client_open_async (f->client, NULL, log_open_cb, f);
  client_fixture_accept (f);
  client_fixture_iterate (f);
  client_fixture_expect_log (
      f, "draining closed (disconnected) ended connecting draining closed (disconnected) "
         "failed ended connecting connected (connected) opened ");
}

/* The loop was opened and closed without the client: the end of that is not the end of this. */
static void
test_loop_opened (ClientFixture *f,
                  gconstpointer data)
{
  write_log (f);
  g_assert_true (mqttc_event_loop_start (f->loop, NULL));
  mqttc_event_loop_stop (f->loop);
  mqttc_client_open_async (f->client, NULL, log_open_cb, f);
  client_fixture_accept (f);
  client_fixture_iterate (f);
  client_fixture_expect_log (
      f, "connecting draining closed (disconnected) connecting connected (connected) opened ");

  mqttc_event_loop_stop (f->loop);
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "draining closed (disconnected) ");
  g_assert_true (mqttc_event_loop_start (f->loop, NULL));
  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  client_fixture_expect_log (f, "");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "connecting draining closed (disconnected) ended ");
}

/* Of an opening that is over, and not of the one that has begun since. */
static void
test_cancel_old_open (ClientFixture *f,
                      gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  mqttc_client_open_async (f->client, cancellable, log_open_cb, f);
  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  mqttc_client_open_async (f->client, NULL, log_open_cb, f);
  g_cancellable_cancel (cancellable);
  client_fixture_accept (f);
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "ended failed opened ");
}

/* The others still wait, but not long. */
static void
test_cancel_close (ClientFixture *f,
                   gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "x");

  client_fixture_connect (f);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (mqttc_client_try_publish (f->client, message, NULL));
  mqttc_client_close_async (f->client, NULL, log_close_cb, f);
  mqttc_client_close_async (f->client, cancellable, log_close_cb, f);
  client_fixture_iterate (f);
  client_fixture_expect (f, "32 06 00 01 61 00 01 78");
  client_fixture_expect_log (f, "");

  g_cancellable_cancel (cancellable);
  client_fixture_iterate (f);
  client_fixture_expect (f, "e0 00");
  client_fixture_expect_log (f, "ended cancelled ");
}

/* --- Cancelling. --- */

static void
assert_cancelled (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (result);
  g_assert_true (g_task_had_error (G_TASK (result)));
  if (g_async_result_is_tagged (result, mqttc_client_publish_async))
    g_assert_null (g_task_propagate_pointer (G_TASK (result), &error));
  else
    g_assert_false (g_task_propagate_boolean (G_TASK (result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel_unsent (ClientFixture *f,
                    gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 1);
  g_autoptr (GAsyncResult) published = NULL;
  g_autoptr (GAsyncResult) subscribed = NULL;

  client_fixture_connect (f);
  mqttc_client_publish_text_async (f->client, "a", NULL, 1, FALSE, cancellable,
                                   client_fixture_keep_result_cb, &published);
  mqttc_client_subscribe_async (f->client, subscription, cancellable, client_fixture_keep_result_cb,
                                &subscribed);
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 2);
  g_cancellable_cancel (cancellable);
  client_fixture_iterate (f);

  assert_cancelled (published);
  assert_cancelled (subscribed);
  client_fixture_expect (f, "");
  g_assert_cmpuint (mqttc_client_get_queued (f->client), ==, 0);

  /* It is not subscribed, so it can be. */
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 01", "90 03 00 01 01");
}

/* The subscription is given up all the same. */
static void
test_cancel_unsubscribe (ClientFixture *f,
                         gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 1);
  g_autoptr (GAsyncResult) result = NULL;

  client_fixture_connect (f);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 01", "90 03 00 01 01");
  mqttc_client_unsubscribe_async (f->client, subscription, cancellable,
                                  client_fixture_keep_result_cb, &result);
  g_cancellable_cancel (cancellable);
  client_fixture_iterate (f);

  assert_cancelled (result);
  client_fixture_expect (f, "a2 05 00 02 00 01 61");
}

/* On its way: the wait ends, the subscription stays. */
static void
test_cancel_sent (ClientFixture *f,
                  gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;

  client_fixture_connect (f);
  mqttc_client_subscribe_async (f->client, subscription, cancellable, client_fixture_keep_result_cb,
                                &result);
  client_fixture_iterate (f);
  client_fixture_expect (f, "82 06 00 01 00 01 61 01");
  g_cancellable_cancel (cancellable);
  client_fixture_send (f, "90 03 00 01 01");
  client_fixture_iterate (f);
  assert_cancelled (result);

  mqttc_client_unsubscribe_async (f->client, subscription, NULL, client_fixture_keep_result_cb,
                                  &again);
  client_fixture_iterate (f);
  client_fixture_expect (f, "a2 05 00 02 00 01 61");
  client_fixture_send (f, "b0 02 00 02");
  client_fixture_iterate (f);
  g_assert_true (mqttc_client_unsubscribe_finish (f->client, again, NULL));
}

/* --- Subscriptions. --- */

/* The first is given up without a word, since the second is on the filter; then that is refused. */
static void
test_shared_refused (ClientFixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcSubscription) first = mqttc_subscription_new ("a", 0);
  g_autoptr (MqttcSubscription) second = mqttc_subscription_new ("a", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect (f);
  client_fixture_subscribe (f, first, "82 06 00 01 00 01 61 00", "90 03 00 01 00");
  mqttc_client_subscribe_async (f->client, second, NULL, client_fixture_keep_result_cb, &result);
  client_fixture_iterate (f);
  client_fixture_expect (f, "82 06 00 02 00 01 61 01");
  mqttc_client_unsubscribe_async (f->client, first, NULL, NULL, NULL);
  client_fixture_iterate (f);
  client_fixture_expect (f, "");

  client_fixture_send (f, "90 03 00 02 80");
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_subscribe_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_UNSPECIFIED_ERROR);
  g_assert_nonnull (strstr (error->message, "“a”"));
  g_assert_cmphex (mqttc_subscription_get_reason_code (second), ==, 0x80);
  client_fixture_expect (f, "a2 05 00 03 00 01 61");
}

/* An object is in one place at a time. */
static void
test_in_use (ClientFixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 1);
  g_autoptr (MqttcClient) other = mqttc_client_new (NULL);
  MqttcClient *clients[] = { f->client, other };

  client_fixture_connect (f);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 01", "90 03 00 01 01");

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      mqttc_client_subscribe_async (clients[i], subscription, NULL, client_fixture_keep_result_cb,
                                    &result);
      client_fixture_iterate (f);
      g_assert_false (mqttc_client_subscribe_finish (clients[i], result, &error));
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, "“a”"));
    }

  client_fixture_expect (f, "");
}

static void
count_notify_cb (MqttcSubscription *subscription,
                 GParamSpec *pspec,
                 gpointer user_data)
{
  g_string_append_printf (((ClientFixture *) user_data)->log, "%s ", pspec->name);
}

/* What is told after the session was lost: first less is granted, then nothing. */
static void
test_resubscribed (ClientFixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 2);

  client_fixture_connect (f);
  g_signal_connect (subscription, "notify", G_CALLBACK (count_notify_cb), f);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 02", "90 03 00 01 02");
  client_fixture_expect_log (f, "reason-code granted-qos ");

  for (guint i = 0; i < 2; i++)
    {
      memory_link_end (memory_net_get_link (f->net));
      client_fixture_iterate (f);
      f->now += 600 * G_USEC_PER_SEC;
      client_fixture_accept (f);
      client_fixture_iterate (f);
      client_fixture_expect (f, "82 06 00 01 00 01 61 02");
      client_fixture_send (f, i == 0 ? "90 03 00 01 01" : "90 03 00 01 80");
      client_fixture_iterate (f);
      client_fixture_expect_log (f, "reason-code granted-qos ");
    }

  g_assert_cmphex (mqttc_subscription_get_reason_code (subscription), ==, 0x80);
  g_assert_cmpint (mqttc_subscription_get_granted_qos (subscription), ==, 0);
}

/* Closed before the answer: not subscribed. */
static void
test_closed_before_suback (ClientFixture *f,
                           gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect (f);
  mqttc_client_subscribe_async (f->client, subscription, NULL, client_fixture_keep_result_cb,
                                &result);
  client_fixture_iterate (f);
  mqttc_event_loop_stop (f->loop);
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_subscribe_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);

  client_fixture_connect (f);
  client_fixture_expect (f, "");
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 01", "90 03 00 01 01");
}

/* The same for UNSUBSCRIBE: given up, though nobody else has it any more, and not made again. */
static void
test_closed_before_unsuback (ClientFixture *f,
                             gconstpointer data)
{
  MqttcSubscription *subscription = mqttc_subscription_new ("a", 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect (f);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 01", "90 03 00 01 01");
  mqttc_client_unsubscribe_async (f->client, subscription, NULL, client_fixture_keep_result_cb,
                                  &result);
  g_object_unref (subscription);
  mqttc_event_loop_stop (f->loop);
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_unsubscribe_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  client_fixture_expect (f, "e0 00");

  client_fixture_connect (f);
  client_fixture_iterate (f);
  client_fixture_expect (f, "");
}

/* Nobody can be told, and it is not made again. */
static void
test_unsubscribe_closed (ClientFixture *f,
                         gconstpointer data)
{
  MqttcSubscription *subscription = mqttc_subscription_new ("a", 1);
  gpointer weak = subscription;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect (f);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 01", "90 03 00 01 01");
  mqttc_event_loop_stop (f->loop);
  client_fixture_iterate (f);
  client_fixture_expect (f, "e0 00");

  mqttc_client_unsubscribe_async (f->client, subscription, NULL, client_fixture_keep_result_cb,
                                  &result);
  mqttc_client_unsubscribe_async (f->client, subscription, NULL, client_fixture_keep_result_cb,
                                  &again);
  g_assert_null (result);
  g_object_add_weak_pointer (weak, &weak);
  g_object_unref (subscription);
  g_assert_null (weak);

  client_fixture_iterate (f);
  g_assert_true (mqttc_client_unsubscribe_finish (f->client, result, &error));
  g_assert_no_error (error);
  g_assert_false (mqttc_client_unsubscribe_finish (f->client, again, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);

  client_fixture_connect (f);
  client_fixture_iterate (f);
  client_fixture_expect (f, "");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  client_fixture_add ("/client-api/order", test_order);
  client_fixture_add ("/client-api/reopen/in-handler", test_reopen_in_handler);
  client_fixture_add ("/client-api/reopen/before-closed", test_reopen_before_closed);
  client_fixture_add ("/client-api/reopen/loop", test_loop_opened);
  client_fixture_add ("/client-api/cancel/old-open", test_cancel_old_open);
  client_fixture_add ("/client-api/cancel/close", test_cancel_close);
  client_fixture_add ("/client-api/cancel/unsent", test_cancel_unsent);
  client_fixture_add ("/client-api/cancel/unsubscribe", test_cancel_unsubscribe);
  client_fixture_add ("/client-api/cancel/sent", test_cancel_sent);
  client_fixture_add ("/client-api/subscription/shared-refused", test_shared_refused);
  client_fixture_add ("/client-api/subscription/in-use", test_in_use);
  client_fixture_add ("/client-api/subscription/resubscribed", test_resubscribed);
  client_fixture_add ("/client-api/subscription/closed-before-suback", test_closed_before_suback);
  client_fixture_add ("/client-api/subscription/closed-before-unsuback",
                      test_closed_before_unsuback);
  client_fixture_add ("/client-api/subscription/unsubscribe-closed", test_unsubscribe_closed);

  return g_test_run ();
}
