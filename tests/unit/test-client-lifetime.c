/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handlers that change what they are called from, and who is freed when. */

#include "client-fixture.h"

/* --- Handlers that change what they are called from. --- */

static void
destroyed_cb (gpointer user_data)
{
  ((ClientFixture *) user_data)->n_destroyed++;
}

static void
append_b_cb (MqttcSubscription *subscription,
             MqttcMessage *message,
             gpointer user_data)
{
  g_string_append (((ClientFixture *) user_data)->log, "b ");
}

static void
replace_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            gpointer user_data)
{
  ClientFixture *f = user_data;

  g_string_append (f->log, "a ");
  mqttc_subscription_set_handler (subscription, append_b_cb, f, NULL);
  g_assert_cmpuint (f->n_destroyed, ==, 0);
}

static void
test_replace_handler (ClientFixture *f,
                      gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 0);

  client_fixture_connect (f);
  mqttc_subscription_set_handler (subscription, replace_cb, f, destroyed_cb);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 00", "90 03 00 01 00");
  client_fixture_send (f, "30 04 00 01 61 78");
  client_fixture_iterate (f);
  g_assert_cmpuint (f->n_destroyed, ==, 1);
  client_fixture_send (f, "30 04 00 01 61 78");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "a b ");

  mqttc_subscription_set_handler (subscription, NULL, f, destroyed_cb);
  g_assert_cmpuint (f->n_destroyed, ==, 2);
}

/* The object lives while its handler runs, though nobody has it any more. */
static void
unsubscribe_cb (MqttcSubscription *subscription,
                MqttcMessage *message,
                gpointer user_data)
{
  ClientFixture *f = user_data;

  mqttc_client_unsubscribe_async (f->client, subscription, NULL, NULL, NULL);
  g_assert_cmpuint (f->n_destroyed, ==, 0);
  g_string_append_printf (f->log, "%s ", mqttc_subscription_get_filter (subscription));
}

static void
test_unsubscribe_in_handler (ClientFixture *f,
                             gconstpointer data)
{
  MqttcSubscription *subscription = mqttc_subscription_new ("a", 0);

  client_fixture_connect (f);
  mqttc_subscription_set_handler (subscription, unsubscribe_cb, f, destroyed_cb);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 00", "90 03 00 01 00");
  g_object_unref (subscription);
  client_fixture_send (f, "30 04 00 01 61 78 30 04 00 01 61 78");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "a ");
  client_fixture_expect (f, "a2 05 00 02 00 01 61");
  client_fixture_send (f, "b0 02 00 02");
  client_fixture_iterate (f);
  g_assert_cmpuint (f->n_destroyed, ==, 1);
}

static void
append_cb (MqttcSubscription *subscription,
           MqttcMessage *message,
           gpointer user_data)
{
  g_string_append (user_data, mqttc_subscription_get_filter (subscription));
}

/* In the client's signal, which comes first. */
static void
change_cb (MqttcClient *client,
           MqttcMessage *message,
           gpointer user_data)
{
  ClientFixture *f = user_data;
  g_autoptr (MqttcSubscription) added = mqttc_subscription_new ("#", 0);

  g_signal_handlers_disconnect_by_func (client, change_cb, user_data);
  g_string_append (f->log, "client:");
  mqttc_subscription_set_handler (added, append_cb, f->log, NULL);
  mqttc_client_subscribe_async (client, added, NULL, NULL, NULL);
  mqttc_client_unsubscribe_async (client, f->other, NULL, NULL, NULL);
}

/* In the order of subscription; one that is added meanwhile gets nothing, nor does one given up. */
static void
test_change_in_handler (ClientFixture *f,
                        gconstpointer data)
{
  static const char *const filters[] = { "a", "+", "a/#" };

  client_fixture_connect (f);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new (filters[i], 0);
      g_autoptr (GByteArray) sent = NULL;

      mqttc_subscription_set_handler (subscription, append_cb, f->log, NULL);
      mqttc_client_subscribe_async (f->client, subscription, NULL, NULL, NULL);
      if (i == 1)
        f->other = g_object_ref (subscription);
      client_fixture_iterate (f);
      sent = memory_link_take (memory_net_get_link (f->net));
    }

  client_fixture_send (f, "90 03 00 01 00 90 03 00 02 00 90 03 00 03 00 30 04 00 01 61 78");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "a+a/#");

  g_signal_connect (f->client, "message", G_CALLBACK (change_cb), f);
  client_fixture_send (f, "30 04 00 01 61 78");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "client:aa/#");
  client_fixture_expect (f, "82 06 00 04 00 01 23 00 a2 05 00 05 00 01 2b");

  client_fixture_send (f, "90 03 00 04 00 b0 02 00 05 30 04 00 01 61 78");
  client_fixture_iterate (f);
  client_fixture_expect_log (f, "aa/##");
}

/* --- The last reference. --- */

static void
drop_in_handler_cb (MqttcSubscription *subscription,
                    MqttcMessage *message,
                    gpointer user_data)
{
  ClientFixture *f = user_data;

  g_string_append (f->log, "dropped ");
  g_clear_object (&f->client);
  g_assert_cmpuint (f->n_destroyed, ==, 0);
}

/* Nothing more is told, the rest of the read included; the server is taken leave of. */
static void
test_drop_in_handler (ClientFixture *f,
                      gconstpointer data)
{
  MqttcSubscription *subscription = mqttc_subscription_new ("a", 0);

  client_fixture_connect (f);
  mqttc_subscription_set_handler (subscription, drop_in_handler_cb, f, destroyed_cb);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 00", "90 03 00 01 00");
  g_object_unref (subscription);
  client_fixture_send (f, "30 04 00 01 61 78 30 04 00 01 61 78 30 04 00 01 61 78");
  client_fixture_iterate (f);

  client_fixture_expect_log (f, "dropped ");
  g_assert_cmpuint (f->n_destroyed, ==, 1);
  g_assert_null (f->loop);
  client_fixture_expect (f, "e0 00");
  g_assert_true (memory_link_is_closed (memory_net_get_link (f->net)));
}

static void
drop_cb (MqttcClient *client,
         gpointer argument,
         gpointer user_data)
{
  g_clear_object (&((ClientFixture *) user_data)->client);
}

static void
drop_opened_cb (GObject *source,
                GAsyncResult *result,
                gpointer user_data)
{
  g_clear_object (&((ClientFixture *) user_data)->client);
}

static void
test_drop_in_signal (ClientFixture *f,
                     gconstpointer data)
{
  g_signal_connect (f->client, data, G_CALLBACK (drop_cb), f);
  mqttc_client_open_async (f->client, NULL, drop_opened_cb, f);
  client_fixture_accept (f);
  client_fixture_send (f, "30 04 00 01 61 78");
  client_fixture_iterate (f);
  g_assert_null (f->client);
  g_assert_null (f->loop);
}

static gpointer
drop_thread (gpointer user_data)
{
  g_object_unref (user_data);
  return NULL;
}

/* This thread runs the context, so the client is taken apart here. */
static void
test_drop_in_thread (ClientFixture *f,
                     gconstpointer data)
{
  GThread *thread;

  client_fixture_connect (f);
  thread = g_thread_new ("drop", drop_thread, g_steal_pointer (&f->client));
  g_thread_join (thread);
  g_assert_nonnull (f->loop);
  client_fixture_expect (f, "");

  client_fixture_iterate (f);
  g_assert_null (f->loop);
  client_fixture_expect (f, "e0 00");
}

/* A call that waits keeps the client. */
static void
test_kept_by_call (ClientFixture *f,
                   gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_client_open_async (f->client, NULL, client_fixture_keep_result_cb, &result);
  g_clear_object (&f->client);
  client_fixture_accept (f);
  client_fixture_iterate (f);
  g_assert_nonnull (result);
  g_assert_nonnull (f->loop);
}

/* --- The client of a loop. --- */

static void
test_get_client (ClientFixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcEventLoop) loop = mqttc_event_loop_new (NULL);
  g_autoptr (MqttcClient) client = mqttc_event_loop_get_client (loop);
  g_autoptr (MqttcClient) same = mqttc_event_loop_get_client (loop);
  g_autoptr (MqttcClient) own = mqttc_event_loop_get_client (f->loop);

  g_assert_true (client == same);
  g_assert_true (own == f->client);
  g_assert_true (mqttc_client_get_event_loop (client) == loop);
  g_assert_true (mqttc_client_get_options (client) == mqttc_event_loop_get_options (loop));

  /* It does not close a loop that it was only asked from. */
  g_clear_object (&own);
  client_fixture_connect (f);
  g_clear_object (&same);
  g_assert_finalize_object (g_steal_pointer (&client));
  client = mqttc_event_loop_get_client (loop);
  g_assert_true (MQTTC_IS_CLIENT (client));
}

/* The loop of a client that was made for itself ends with the client, whoever else has it. */
static void
test_owned_loop (ClientFixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcEventLoop) loop = g_object_ref (f->loop);

  client_fixture_connect (f);
  g_clear_object (&f->client);
  client_fixture_iterate (f);
  g_assert_cmpint (mqttc_event_loop_get_state (loop), ==, MQTTC_CONNECTION_STATE_CLOSED);
  client_fixture_expect (f, "e0 00");
}

/* --- Disposing of one that is in use. --- */

enum
{
  PUBLISH,
  SUBSCRIBE,
  UNSUBSCRIBE,
  CLOSE,
  OPEN,
  N_CALLS,
};

/* Of all sorts: sent, not sent, and waiting for the client's own end. */
static void
begin_calls (ClientFixture *f,
             GCancellable *cancellable,
             GAsyncResult **results)
{
  g_autoptr (MqttcSubscription) first = mqttc_subscription_new ("a", 1);
  g_autoptr (MqttcSubscription) second = mqttc_subscription_new ("b", 1);

  client_fixture_connect (f);
  client_fixture_subscribe (f, first, "82 06 00 01 00 01 61 01", "90 03 00 01 01");
  mqttc_client_publish_text_async (f->client, "a", NULL, 1, FALSE, cancellable,
                                   client_fixture_keep_result_cb, &results[PUBLISH]);
  mqttc_client_subscribe_async (f->client, second, cancellable, client_fixture_keep_result_cb,
                                &results[SUBSCRIBE]);
  client_fixture_iterate (f);
  client_fixture_expect (f, "32 05 00 01 61 00 02 82 06 00 03 00 01 62 01");
  mqttc_client_unsubscribe_async (f->client, first, cancellable, client_fixture_keep_result_cb,
                                  &results[UNSUBSCRIBE]);
  mqttc_client_close_async (f->client, cancellable, client_fixture_keep_result_cb, &results[CLOSE]);
}

static void
assert_closed (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (result);
  g_assert_true (g_task_had_error (G_TASK (result)));
  g_assert_null (g_task_propagate_pointer (G_TASK (result), &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
}

/* Keeping a result asserts that it is the first one. */
static void
test_dispose (ClientFixture *f,
              gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[N_CALLS] = { NULL };

  begin_calls (f, cancellable, results);
  g_object_run_dispose (G_OBJECT (f->client));

  /* It is good for nothing more, and says so. */
  mqttc_client_open_async (f->client, cancellable, client_fixture_keep_result_cb, &results[OPEN]);
  g_object_run_dispose (G_OBJECT (f->client));
  g_clear_object (&f->client);
  g_cancellable_cancel (cancellable);
  client_fixture_iterate (f);

  for (guint i = 0; i < N_CALLS; i++)
    {
      assert_closed (results[i]);
      g_object_unref (results[i]);
    }
  g_assert_null (f->loop);
  client_fixture_expect (f, "e0 00");
}

static void
test_dispose_opening (ClientFixture *f,
                      gconstpointer data)
{
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) closed = NULL;

  mqttc_client_open_async (f->client, NULL, client_fixture_keep_result_cb, &opened);
  client_fixture_iterate (f);
  g_object_run_dispose (G_OBJECT (f->client));
  mqttc_client_close_async (f->client, NULL, client_fixture_keep_result_cb, &closed);
  client_fixture_iterate (f);
  assert_closed (opened);
  g_assert_true (mqttc_client_close_finish (f->client, closed, NULL));
}

/* The loop of somebody else goes on, and so does what it was asked for; the next client is another
 * one. */
static void
test_dispose_guest (ClientFixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcOptions) options = g_object_ref (mqttc_client_get_options (f->client));
  g_autoptr (MqttcEventLoop) loop = mqttc_event_loop_new (options);
  g_autoptr (MqttcClient) guest = mqttc_event_loop_get_client (loop);
  g_autoptr (MqttcClient) next = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) published = NULL;
  g_autoptr (MqttcPacket) puback = NULL;

  mqttc_event_loop_set_dialer (loop, &memory_dialer, f->net);
  mqttc_client_open_async (guest, NULL, client_fixture_keep_result_cb, &opened);
  mqttc_client_publish_text_async (guest, "a", NULL, 1, FALSE, NULL, client_fixture_keep_result_cb,
                                   &published);
  g_object_run_dispose (G_OBJECT (guest));
  next = mqttc_event_loop_get_client (loop);
  g_assert_true (next != guest);

  client_fixture_accept (f);
  client_fixture_iterate (f);
  assert_closed (opened);
  g_assert_cmpint (mqttc_client_get_state (next), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  client_fixture_expect (f, "32 05 00 01 61 00 01");
  client_fixture_send (f, "40 02 00 01");
  client_fixture_iterate (f);
  puback = mqttc_client_publish_finish (guest, published, NULL);
  g_assert_nonnull (puback);
}

static void
append_state_cb (MqttcClient *client,
                 GParamSpec *pspec,
                 gpointer user_data)
{
  g_string_append_printf (user_data, "%d ", (int) mqttc_client_get_state (client));
}

static void
test_dispose_loop (ClientFixture *f,
                   gconstpointer data)
{
  GAsyncResult *results[N_CALLS] = { NULL };
  g_autofree char *states = g_strdup_printf ("%d %d ", (int) MQTTC_CONNECTION_STATE_DRAINING,
                                             (int) MQTTC_CONNECTION_STATE_CLOSED);

  begin_calls (f, NULL, results);
  g_signal_connect (f->client, "notify::state", G_CALLBACK (append_state_cb), f->log);
  g_object_run_dispose (G_OBJECT (f->loop));
  client_fixture_expect_log (f, states);
  mqttc_client_open_async (f->client, NULL, client_fixture_keep_result_cb, &results[OPEN]);
  client_fixture_iterate (f);

  for (guint i = 0; i < N_CALLS; i++)
    {
      if (i != CLOSE)
        assert_closed (results[i]);
    }
  g_assert_true (mqttc_client_close_finish (f->client, results[CLOSE], NULL));
  for (guint i = 0; i < N_CALLS; i++)
    g_object_unref (results[i]);
  client_fixture_expect_log (f, "");
  client_fixture_expect (f, "e0 00");
}

static void
add_drop_tests (void)
{
  static const char *const names[] = { "notify::state", "connected", "message" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client-lifetime/drop/signal/%s", names[i]);

      g_test_add (path, ClientFixture, names[i], client_fixture_set_up, test_drop_in_signal,
                  client_fixture_tear_down);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  client_fixture_add ("/client-lifetime/handler/replace", test_replace_handler);
  client_fixture_add ("/client-lifetime/handler/unsubscribe", test_unsubscribe_in_handler);
  client_fixture_add ("/client-lifetime/handler/change", test_change_in_handler);
  client_fixture_add ("/client-lifetime/drop/handler", test_drop_in_handler);
  client_fixture_add ("/client-lifetime/drop/thread", test_drop_in_thread);
  client_fixture_add ("/client-lifetime/drop/call", test_kept_by_call);
  client_fixture_add ("/client-lifetime/loop/get-client", test_get_client);
  client_fixture_add ("/client-lifetime/loop/owned", test_owned_loop);
  client_fixture_add ("/client-lifetime/dispose/client", test_dispose);
  client_fixture_add ("/client-lifetime/dispose/opening", test_dispose_opening);
  client_fixture_add ("/client-lifetime/dispose/guest", test_dispose_guest);
  client_fixture_add ("/client-lifetime/dispose/loop", test_dispose_loop);
  add_drop_tests ();

  return g_test_run ();
}
