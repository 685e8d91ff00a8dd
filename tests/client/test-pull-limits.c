/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages that are asked for one by one: how many may wait, and how long. */

#include "test-pulling.h"

/* --- The bound. --- */

static void
expect_numbers (Fixture *f,
                MqttcSubscription *subscription,
                guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (MqttcMessage) message = NULL;
      g_autofree char *number = g_strdup_printf ("%u ", i);

      mqttc_subscription_next_async (subscription, NULL, fixture_result_cb, (gpointer) &result);
      fixture_wait_result (f, &result);
      message = mqttc_subscription_next_finish (subscription, result, NULL);
      g_assert_true (g_str_has_prefix (mqttc_message_get_text (message), number));
    }
}

/* The size of a message is such that one dispatch, which reads 256 KiB at the most, has nine. */
static void
test_bound (Fixture *f,
            gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("s", 0);
  g_autofree char *text = g_strnfill (32000, 'x');
  guint n = 300;
  guint n_read;

  g_object_set (subscription, "pulled", TRUE, "max-pending", 5, NULL);
  g_assert_cmpuint (mqttc_subscription_get_max_pending (subscription), ==, 5);
  fixture_open_ok (f);
  fixture_subscribe_to (f, subscription);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *numbered = g_strdup_printf ("%u %s", i, text);

      test_broker_send_publish (f->broker, "s", numbered, MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
    }
  fixture_wait_messages (f, 5);
  fixture_drain (f);
  n_read = f->messages->len;
  g_test_message ("%u of %u messages were read with max-pending 5", n_read, n);
  g_assert_cmpuint (n_read, <=, 4 + 9);

  /* However long: the bound holds, and the connection with it. */
  for (guint i = 0; i < 10; i++)
    fixture_advance (f, 60 * SECOND);
  g_assert_cmpuint (f->messages->len, ==, n_read);
  g_assert_cmpuint (f->n_disconnected, ==, 0);

  expect_numbers (f, subscription, n);
  fixture_hear (f);
}

/* A higher bound, and the end of pulling, let the reading go on at once. */
static void
test_bound_changes (Fixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcSubscription) one = NULL;
  g_autoptr (MqttcSubscription) two = NULL;

  fixture_open_ok (f);
  one = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  two = pulling_subscribe (f, "s/+", MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_subscription_set_max_pending (one, 3);
  mqttc_subscription_set_max_pending (two, 3);
  for (guint i = 0; pulling_abc[i] != NULL; i++)
    test_broker_send_publish (f->broker, pulling_abc[i], "", MQTTC_QOS_AT_LEAST_ONCE, i + 1, FALSE);
  fixture_wait_messages (f, 3);
  test_broker_send_publish (f->broker, "s/d", "", MQTTC_QOS_AT_LEAST_ONCE, 4, FALSE);
  fixture_drain (f);
  g_assert_cmpuint (f->messages->len, ==, 3);

  /* Both of them have to have room. */
  mqttc_subscription_set_max_pending (one, 10);
  fixture_drain (f);
  g_assert_cmpuint (f->messages->len, ==, 3);
  mqttc_subscription_set_pulled (two, FALSE);
  fixture_wait_messages (f, 4);
  mqttc_subscription_set_max_pending (one, 4);
  test_broker_send_publish (f->broker, "s/e", "", MQTTC_QOS_AT_LEAST_ONCE, 5, FALSE);
  fixture_drain (f);
  g_assert_cmpuint (f->messages->len, ==, 4);

  /* The answer to this is behind the message; nobody has to pull for it. */
  fixture_unsubscribe (f, one);
  fixture_wait_messages (f, 5);
  fixture_hear (f);
}

/* Full when the connection is lost: there is another all the same, and it is paused, too. */
static void
test_bound_lost (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_subscription_set_max_pending (subscription, 2);
  for (guint i = 0; i < 2; i++)
    test_broker_send_publish (f->broker, pulling_abc[i], "", MQTTC_QOS_AT_LEAST_ONCE, i + 1, FALSE);
  fixture_wait_messages (f, 2);
  test_broker_reset (f->broker);
  while (f->n_disconnected == 0)
    {
      /* Only writing tells: nothing is read. */
      fixture_publish (f, "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
      g_main_context_iteration (f->context, FALSE);
    }
  fixture_reconnect (f);
  test_broker_send_publish (f->broker, "s/a", "", MQTTC_QOS_AT_LEAST_ONCE, 1, TRUE);
  fixture_drain (f);
  g_assert_cmpuint (f->messages->len, ==, 2);
  pulling_expect (f, subscription, "s/a");
  fixture_wait_messages (f, 3);
  pulling_expect (f, subscription, "s/b");
  pulling_expect (f, subscription, "s/a");
  fixture_unsubscribe (f, subscription);
}

/* --- Lifetimes. --- */

/* A pull keeps the client, and with it the connection. */
static void
test_keeps_client (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  MqttcClient *client = f->client;
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s", MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_subscription_next_async (subscription, cancellable, fixture_result_cb, &result);
  fixture_drain (f);
  g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
  g_clear_object (&f->client);
  g_assert_nonnull (client);
  g_cancellable_cancel (cancellable);
  g_assert_null (pulling_finish (f, subscription, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_drain (f);
  g_assert_null (client);
  test_broker_wait_ended (f->broker, 1);
  pulling_expect_no_more (f, subscription);
}

/* Dropped with messages that nobody has pulled: they are there for whoever keeps the subscription. */
static void
test_drop (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) kept = NULL;
  MqttcSubscription *dropped;

  fixture_open_ok (f);
  kept = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  dropped = pulling_subscribe (f, "s/+", MQTTC_QOS_AT_LEAST_ONCE);
  g_object_unref (dropped);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  fixture_drop_client (f);
  pulling_expect (f, kept, "s/a");
  pulling_expect (f, kept, "s/b");
  pulling_expect (f, kept, "s/c");
  pulling_expect_no_more (f, kept);
}

static void
test_dispose (Fixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  pulling_begin (subscription, &result);
  g_object_run_dispose (G_OBJECT (f->client));
  pulling_expect_end (f, subscription, &result);
}

/* --- In handlers. --- */

typedef struct
{
  Fixture *f;
  GString *topics;
  gboolean nested;
} Puller;

static void
pulled_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  Puller *puller = user_data;
  MqttcSubscription *subscription = MQTTC_SUBSCRIPTION (source);
  g_autoptr (MqttcMessage) message = mqttc_subscription_next_finish (subscription, result, NULL);

  if (message == NULL)
    {
      g_string_append (puller->topics, "end");
      return;
    }

  g_string_append_printf (puller->topics, "%s ", mqttc_message_get_topic (message));
  mqttc_subscription_next_async (subscription, NULL, pulled_cb, puller);
}

static void
nest_cb (MqttcSubscription *subscription,
         MqttcMessage *message,
         gpointer user_data)
{
  Puller *puller = user_data;
  Fixture *f = puller->f;

  if (puller->nested)
    return;

  puller->nested = TRUE;
  fixture_wait_messages (f, 3);
}

/* A handler that runs a main loop: later messages do not overtake this one. */
static void
test_nested (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  Puller puller = { .f = f, .topics = g_string_new (NULL) };

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  g_signal_connect (subscription, "message", G_CALLBACK (nest_cb), &puller);
  mqttc_subscription_next_async (subscription, NULL, pulled_cb, &puller);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  fixture_drain (f);
  g_assert_true (puller.nested);
  g_assert_cmpstr (puller.topics->str, ==, "s/a s/b s/c ");
  g_assert_cmpuint (pulling_count_acks (f), ==, 3);
  fixture_unsubscribe (f, subscription);
  fixture_drain (f);
  g_assert_cmpstr (puller.topics->str, ==, "s/a s/b s/c end");
  g_string_free (puller.topics, TRUE);
}

static void
unsubscribe_cb (MqttcClient *client,
                MqttcMessage *message,
                gpointer user_data)
{
  MqttcSubscription **subscription = user_data;

  if (*subscription != NULL)
    mqttc_client_unsubscribe_async (client, *subscription, NULL, NULL, NULL);
  g_clear_object (subscription);
}

/* Given up in the handler of the client, before its own turn: it was kept, and can be pulled. */
static void
test_unsubscribe_in_handler (Fixture *f,
                             gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  MqttcSubscription *handled;
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  subscription = pulling_subscribe (f, "s/#", MQTTC_QOS_AT_LEAST_ONCE);
  handled = g_object_ref (subscription);
  g_signal_connect (f->client, "message", G_CALLBACK (unsubscribe_cb), &handled);
  pulling_begin (subscription, &result);
  pulling_send (f, MQTTC_QOS_AT_LEAST_ONCE, pulling_abc);
  pulling_expect_end (f, subscription, &result);
  pulling_expect (f, subscription, "s/a");
  pulling_expect_no_more (f, subscription);
  g_assert_cmpuint (pulling_count_acks (f), ==, 3);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/pull-limits/bound", test_bound);
  fixture_add ("/client/pull-limits/bound-changes", test_bound_changes);
  fixture_add ("/client/pull-limits/bound-lost", test_bound_lost);
  fixture_add ("/client/pull-limits/keeps-client", test_keeps_client);
  fixture_add ("/client/pull-limits/drop", test_drop);
  fixture_add ("/client/pull-limits/dispose", test_dispose);
  fixture_add ("/client/pull-limits/nested", test_nested);
  fixture_add ("/client/pull-limits/unsubscribe-in-handler", test_unsubscribe_in_handler);

  return g_test_run ();
}
