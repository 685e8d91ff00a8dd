/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include "loop/mqttc-event-loop-private.h"
#include "mqttc-enum-types.h"
#include "test-fixture.h"

/* Nothing here waits for real time; a case that takes so long hangs, even under Valgrind. */
#define GUARD_SECONDS 600

/* --- What the client tells. --- */

static void
state_cb (MqttcClient *client,
          GParamSpec *pspec,
          gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GEnumClass) klass = g_type_class_ref (MQTTC_TYPE_CONNECTION_STATE);
  GEnumValue *value = g_enum_get_value (klass, mqttc_client_get_state (client));

  /* How long the wait is, the signal that follows says. */
  f->retry_usec = -1;
  g_string_append_printf (f->log, "%s\n", value->value_nick);
}

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_cmpint (mqttc_packet_get_packet_type (connack), ==, MQTTC_PACKET_TYPE_CONNACK);
  f->n_connected++;
  g_string_append_printf (f->log, "(connected%s)\n",
                          mqttc_packet_get_session_present (connack) ? ", session present" : "");
}

static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry_usec,
                 gpointer user_data)
{
  Fixture *f = user_data;

  f->n_disconnected++;
  f->retry_usec = retry_usec;
  g_clear_error (&f->error);
  if (error != NULL)
    f->error = g_error_copy (error);
  g_string_append (f->log, error != NULL ? "(disconnected by an error)\n" : "(disconnected)\n");
}

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  Fixture *f = user_data;

  g_ptr_array_add (f->messages, mqttc_message_ref (message));
  f->n_heard += strcmp (mqttc_message_get_topic (message), "fence") == 0;
}

static gint64
clock_cb (gpointer user_data)
{
  Fixture *f = user_data;

  return f->now;
}

/* --- Up and down. --- */

void
fixture_set_client (Fixture *f,
                    MqttcClient *client)
{
  if (f->client != NULL)
    fixture_drop_client (f);

  f->client = client;
  mqttc_event_loop_set_clock (mqttc_client_get_event_loop (client), clock_cb, f);
  g_signal_connect (client, "notify::state", G_CALLBACK (state_cb), f);
  g_signal_connect (client, "connected", G_CALLBACK (connected_cb), f);
  g_signal_connect (client, "disconnected", G_CALLBACK (disconnected_cb), f);
  g_signal_connect (client, "message", G_CALLBACK (message_cb), f);
}

void
fixture_set_up (Fixture *f,
                gconstpointer data)
{
  alarm (GUARD_SECONDS);

  /* Not the default context: whatever is attached there by mistake never runs. */
  f->context = g_main_context_new ();
  g_main_context_push_thread_default (f->context);
  f->broker = test_broker_new ();
  f->now = 1000 * SECOND;
  f->log = g_string_new (NULL);
  f->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);

  f->options = mqttc_options_new ();
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V3_1_1);
  mqttc_options_set_host (f->options, "127.0.0.1");
  mqttc_options_set_port (f->options, test_broker_get_port (f->broker));
  mqttc_options_set_client_id (f->options, "tester");
  fixture_set_client (f, mqttc_client_new (f->options));
}

void
fixture_drop_client (Fixture *f)
{
  MqttcEventLoop *loop = mqttc_client_get_event_loop (f->client);

  fixture_drain (f);
  g_object_add_weak_pointer (G_OBJECT (loop), (gpointer *) &loop);
  g_assert_finalize_object (g_steal_pointer (&f->client));
  while (loop != NULL)
    g_main_context_iteration (f->context, TRUE);
}

void
fixture_tear_down (Fixture *f,
                   gconstpointer data)
{
  if (f->client != NULL)
    fixture_drop_client (f);
  g_assert_finalize_object (g_steal_pointer (&f->options));
  fixture_drain (f);

  test_broker_free (f->broker);
  g_ptr_array_unref (f->messages);
  g_string_free (f->log, TRUE);
  g_clear_error (&f->error);
  g_main_context_pop_thread_default (f->context);
  g_main_context_unref (f->context);
  alarm (0);
}

/* --- Time. --- */

void
fixture_drain (Fixture *f)
{
  while (g_main_context_iteration (f->context, FALSE))
    ;
}

void
fixture_advance (Fixture *f,
                 gint64 usec)
{
  f->now += usec;
  mqttc_event_loop_wake (mqttc_client_get_event_loop (f->client));
  fixture_drain (f);
}

/* --- Asynchronous calls. --- */

void
fixture_result_cb (GObject *source,
                   GAsyncResult *result,
                   gpointer user_data)
{
  GAsyncResult **out = user_data;

  g_assert_null (*out);
  *out = g_object_ref (result);
}

void
fixture_wait_result (Fixture *f,
                     GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (f->context, TRUE);
}

void
fixture_begin_open (Fixture *f,
                    GAsyncResult **result)
{
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, result);
}

void
fixture_assert_opens (Fixture *f,
                      GAsyncResult **result)
{
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;

  fixture_wait_result (f, result);
  connack = mqttc_client_open_finish (f->client, *result, &error);
  g_assert_no_error (error);
  g_clear_object (result);
}

void
fixture_assert_open_fails (Fixture *f,
                           GAsyncResult **result,
                           GQuark domain,
                           int code)
{
  g_autoptr (GError) error = NULL;

  fixture_wait_result (f, result);
  g_assert_false (mqttc_client_open_finish (f->client, *result, &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}

gboolean
fixture_open (Fixture *f,
              GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) connack = NULL;

  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  connack = mqttc_client_open_finish (f->client, result, error);
  if (connack != NULL)
    g_assert_cmpint (mqttc_packet_get_packet_type (connack), ==, MQTTC_PACKET_TYPE_CONNACK);

  return connack != NULL;
}

void
fixture_open_ok (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  fixture_open (f, &error);
  g_assert_no_error (error);
}

void
fixture_close (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  mqttc_client_close_finish (f->client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

void
fixture_publish (Fixture *f,
                 const char *topic,
                 MqttcQos qos,
                 GAsyncResult **result)
{
  mqttc_client_publish_text_async (f->client, topic, "text", qos, FALSE, NULL,
                                   result != NULL ? fixture_result_cb : NULL, result);
}

gboolean
fixture_publish_finish (Fixture *f,
                        GAsyncResult **result,
                        GError **error)
{
  g_autoptr (MqttcPacket) packet = NULL;
  GError *local_error = NULL;

  fixture_wait_result (f, result);
  packet = mqttc_client_publish_finish (f->client, *result, &local_error);
  g_clear_object (result);
  if (packet != NULL)
    {
      g_assert_no_error (local_error);
      return TRUE;
    }

  g_assert_nonnull (local_error);
  g_propagate_error (error, local_error);

  return FALSE;
}

void
fixture_publish_ok (Fixture *f,
                    const char *topic,
                    MqttcQos qos)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_publish (f, topic, qos, &result);
  fixture_publish_finish (f, &result, &error);
  g_assert_no_error (error);
}

gboolean
fixture_subscribe_finish (Fixture *f,
                          GAsyncResult **result,
                          GError **error)
{
  gboolean ok;

  fixture_wait_result (f, result);
  ok = mqttc_client_subscribe_finish (f->client, *result, error);
  g_clear_object (result);

  return ok;
}

void
fixture_subscribe_to (Fixture *f,
                      MqttcSubscription *subscription)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
  fixture_subscribe_finish (f, &result, &error);
  g_assert_no_error (error);
}

MqttcSubscription *
fixture_subscribe (Fixture *f,
                   const char *filter,
                   MqttcQos qos)
{
  MqttcSubscription *subscription = mqttc_subscription_new (filter, qos);

  fixture_subscribe_to (f, subscription);

  return subscription;
}

void
fixture_unsubscribe (Fixture *f,
                     MqttcSubscription *subscription)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_unsubscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  mqttc_client_unsubscribe_finish (f->client, result, &error);
  g_assert_no_error (error);
}

/* --- Waiting. --- */

void
fixture_wait_state (Fixture *f,
                    MqttcConnectionState state)
{
  while (mqttc_client_get_state (f->client) != state)
    g_main_context_iteration (f->context, TRUE);
}

void
fixture_wait_messages (Fixture *f,
                       guint n)
{
  while (f->messages->len < n)
    g_main_context_iteration (f->context, TRUE);
}

void
fixture_wait_disconnected (Fixture *f,
                           guint n)
{
  while (f->n_disconnected < n)
    g_main_context_iteration (f->context, TRUE);
}

void
fixture_hear (Fixture *f)
{
  guint n = f->n_heard;

  test_broker_send_publish (f->broker, "fence", "", MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  while (f->n_heard == n)
    g_main_context_iteration (f->context, TRUE);
}

void
fixture_reconnect (Fixture *f)
{
  guint n = f->n_connected;

  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  while (f->retry_usec < 0)
    g_main_context_iteration (f->context, TRUE);
  fixture_advance (f, f->retry_usec);
  while (f->n_connected == n)
    g_main_context_iteration (f->context, TRUE);
}

char *
fixture_get_topics (Fixture *f)
{
  GString *topics = g_string_new (NULL);

  for (guint i = 0; i < f->messages->len; i++)
    {
      MqttcMessage *message = g_ptr_array_index (f->messages, i);

      g_string_append_printf (topics, "%s%s", i > 0 ? " " : "", mqttc_message_get_topic (message));
    }

  return g_string_free (topics, FALSE);
}
