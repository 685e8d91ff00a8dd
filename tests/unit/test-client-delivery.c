/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What happens between the messages of one dispatch. */

#include "client-fixture.h"

#define N_MESSAGES 138

static guint n_seen;

static void
count_cb (void)
{
  n_seen++;
}

/* --- A handler that takes longer than the server has for the answer of a ping. --- */

static void
slow_cb (MqttcClient *client,
         MqttcMessage *message,
         ClientFixture *f)
{
  n_seen++;
  if (n_seen == 1)
    f->now += 95 * G_USEC_PER_SEC; /* a ping is due */
  if (n_seen == 65)
    f->now += 11 * G_USEC_PER_SEC;
}

static void
answer_ping (ClientFixture *f)
{
  g_autoptr (GByteArray) written = memory_link_take (memory_net_get_link (f->net));

  for (guint i = 0; i + 1 < written->len; i++)
    if (written->data[i] == 0xc0 && written->data[i + 1] == 0)
      client_fixture_send (f, "d0 00");
}

static void
test_slow_handler (ClientFixture *f,
                   gconstpointer data)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  n_seen = 0;
  client_fixture_connect (f);
  g_signal_connect (f->client, "message", G_CALLBACK (slow_cb), f);
  for (guint i = 1; i <= N_MESSAGES; i++)
    {
      const guint8 publish[] = { 0x32, 6, 0, 1, 'a', 1, i, '1' };

      g_byte_array_append (stream, publish, sizeof publish);
    }
  memory_link_send (memory_net_get_link (f->net), stream->data, stream->len);

  for (guint i = 0; i < 1000; i++)
    {
      g_main_context_iteration (f->context, FALSE);
      if (n_seen > 1)
        answer_ping (f);
    }

  g_assert_cmpuint (n_seen, ==, N_MESSAGES);
  g_assert_no_error (mqttc_event_loop_get_last_error (f->loop));
}

/* --- Signals to which nobody had connected. --- */

static void
connect_cb (GObject *object,
            GAsyncResult *result,
            gpointer user_data)
{
  ClientFixture *f = user_data;
  g_autoptr (MqttcMessage) message
      = mqttc_subscription_next_finish (MQTTC_SUBSCRIPTION (object), result, NULL);

  g_assert_nonnull (message);
  g_signal_connect (f->client, "message", count_cb, NULL);
}

/* While the first message of a read is handed over, somebody connects, and is told of the others. */
static void
test_connect_when_pulled (ClientFixture *f,
                          gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 0);

  n_seen = 0;
  client_fixture_connect (f);
  mqttc_subscription_set_pulled (subscription, TRUE);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 00", "90 03 00 01 00");
  g_main_context_push_thread_default (f->context);
  mqttc_subscription_next_async (subscription, NULL, connect_cb, f);
  g_main_context_pop_thread_default (f->context);
  client_fixture_iterate (f);
  client_fixture_send (f, "30 04 00 01 61 31 30 04 00 01 61 32 30 04 00 01 61 33");
  client_fixture_iterate (f);
  g_assert_cmpuint (n_seen, ==, 2);
}

/* Given up by one client and subscribed by another, between which somebody connects. */
static void
test_other_owner (ClientFixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 0);
  ClientFixture other = { 0 };

  n_seen = 0;
  client_fixture_connect (f);
  client_fixture_subscribe (f, subscription, "82 06 00 01 00 01 61 00", "90 03 00 01 00");
  client_fixture_send (f, "30 04 00 01 61 31");
  client_fixture_iterate (f);
  mqttc_client_unsubscribe_async (f->client, subscription, NULL, NULL, NULL);
  client_fixture_iterate (f);
  client_fixture_expect (f, "a2 05 00 02 00 01 61");
  client_fixture_send (f, "b0 02 00 02");
  client_fixture_iterate (f);

  g_signal_connect (subscription, "message", count_cb, NULL);
  client_fixture_set_up (&other, NULL);
  client_fixture_connect (&other);
  client_fixture_subscribe (&other, subscription, "82 06 00 01 00 01 61 00", "90 03 00 01 00");
  client_fixture_send (&other, "30 04 00 01 61 32");
  client_fixture_iterate (&other);
  g_assert_cmpuint (n_seen, ==, 1);
  client_fixture_tear_down (&other, NULL);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  client_fixture_add ("/client-delivery/slow-handler", test_slow_handler);
  client_fixture_add ("/client-delivery/connect-when-pulled", test_connect_when_pulled);
  client_fixture_add ("/client-delivery/other-owner", test_other_owner);

  return g_test_run ();
}
