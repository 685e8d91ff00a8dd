/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "client-fixture.h"

static gint64
get_time (gpointer user_data)
{
  return ((ClientFixture *) user_data)->now;
}

void
client_fixture_set_up (ClientFixture *f,
                       gconstpointer data)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();

  f->context = g_main_context_new ();
  g_main_context_push_thread_default (f->context);
  f->net = memory_net_new ();
  f->now = 1000 * G_USEC_PER_SEC;
  f->log = g_string_new (NULL);

  mqttc_options_set_host (options, "broker.test");
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V3_1_1);
  mqttc_options_set_client_id (options, "me");
  f->client = mqttc_client_new (options);
  f->loop = mqttc_client_get_event_loop (f->client);
  g_object_add_weak_pointer (G_OBJECT (f->loop), (gpointer *) &f->loop);
  mqttc_event_loop_set_dialer (f->loop, &memory_dialer, f->net);
  mqttc_event_loop_set_clock (f->loop, get_time, f);
}

void
client_fixture_iterate (ClientFixture *f)
{
  while (g_main_context_iteration (f->context, FALSE))
    ;
}

void
client_fixture_tear_down (ClientFixture *f,
                          gconstpointer data)
{
  g_clear_object (&f->client);
  g_clear_object (&f->other);
  client_fixture_iterate (f);

  /* The client is gone, for it would keep the loop; and with it whatever it kept. */
  g_assert_null (f->loop);
  memory_net_free (f->net);
  g_string_free (f->log, TRUE);
  g_main_context_pop_thread_default (f->context);
  g_main_context_unref (f->context);
}

/* --- The server. --- */

void
client_fixture_send (ClientFixture *f,
                     const char *hex)
{
  guint8 bytes[64];
  guint n = 0;

  for (const char *c = hex; *c != '\0'; c += c[2] == ' ' ? 3 : 2)
    bytes[n++] = g_ascii_xdigit_value (c[0]) * 16 + g_ascii_xdigit_value (c[1]);

  memory_link_send (memory_net_get_link (f->net), bytes, n);
}

void
client_fixture_expect (ClientFixture *f,
                       const char *hex)
{
  g_autoptr (GByteArray) written = memory_link_take (memory_net_get_link (f->net));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < written->len; i++)
    g_string_append_printf (text, "%s%02x", i > 0 ? " " : "", written->data[i]);

  g_assert_cmpstr (text->str, ==, hex);
}

void
client_fixture_accept (ClientFixture *f)
{
  g_autoptr (GByteArray) connect = NULL;

  client_fixture_iterate (f);
  connect = memory_link_take (memory_net_get_link (f->net));
  g_assert_cmpuint (connect->len, >, 0);
  g_assert_cmphex (connect->data[0], ==, 0x10);
  client_fixture_send (f, "20 02 00 00");
}

/* --- Results. --- */

void
client_fixture_keep_result_cb (GObject *source,
                               GAsyncResult *result,
                               gpointer user_data)
{
  GAsyncResult **kept = user_data;

  g_assert_null (*kept);
  *kept = g_object_ref (result);
}

void
client_fixture_connect (ClientFixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_open_async (f->client, NULL, client_fixture_keep_result_cb, &result);
  client_fixture_accept (f);
  client_fixture_iterate (f);

  g_assert_nonnull (result);
  connack = mqttc_client_open_finish (f->client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (connack), ==, MQTTC_PACKET_TYPE_CONNACK);
}

/* Answers SUBSCRIBE with @suback. */
void
client_fixture_subscribe (ClientFixture *f,
                          MqttcSubscription *subscription,
                          const char *sent,
                          const char *suback)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_subscribe_async (f->client, subscription, NULL, client_fixture_keep_result_cb,
                                &result);
  g_assert_null (result);
  client_fixture_iterate (f);
  client_fixture_expect (f, sent);
  client_fixture_send (f, suback);
  client_fixture_iterate (f);

  g_assert_nonnull (result);
  mqttc_client_subscribe_finish (f->client, result, &error);
  g_assert_no_error (error);
}

void
client_fixture_expect_log (ClientFixture *f,
                           const char *log)
{
  g_assert_cmpstr (f->log->str, ==, log);
  g_string_truncate (f->log, 0);
}

/* --- MQTT 5. --- */

static void
accept_5 (ClientFixture *f,
          const char *connack)
{
  g_autoptr (GByteArray) connect = NULL;

  client_fixture_iterate (f);
  connect = memory_link_take (memory_net_get_link (f->net));
  client_fixture_send (f, connack);
  client_fixture_iterate (f);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

void
client_fixture_connect_5 (ClientFixture *f,
                          const char *connack)
{
  mqttc_options_set_protocol (mqttc_client_get_options (f->client), MQTTC_PROTOCOL_V5);
  mqttc_client_open_async (f->client, NULL, NULL, NULL);
  accept_5 (f, connack);
}

void
client_fixture_reconnect_5 (ClientFixture *f,
                            const char *connack)
{
  guint n_dials = memory_net_get_n_dials (f->net);

  memory_link_end (memory_net_get_link (f->net));
  client_fixture_iterate (f);
  f->now += 60 * G_USEC_PER_SEC;
  client_fixture_iterate (f);
  g_assert_cmpuint (memory_net_get_n_dials (f->net), ==, n_dials + 1);
  accept_5 (f, connack);
}
