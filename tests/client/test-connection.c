/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The blocking connection, in real time: it has no main loop that a test could move on. */

#include <string.h>

#include "mqttc-glib.h"
#include "test-broker.h"
#include "test-init.h"

typedef struct
{
  TestBroker *broker;
  MqttcConnection *connection;
} Fixture;

static void
set_up (Fixture *f,
        gconstpointer data)
{
  g_autofree char *uri = NULL;

  f->broker = test_broker_new ();
  uri = test_broker_get_uri (f->broker);
  f->connection = mqttc_connection_new_for_uri (uri, NULL);
}

static void
tear_down (Fixture *f,
           gconstpointer data)
{
  g_assert_finalize_object (f->connection);
  test_broker_free (f->broker);
}

static void
open_connection (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  mqttc_connection_open (f->connection, NULL, &error);
  g_assert_no_error (error);
}

/* The events until one begins with @last, as their first two words. */
static char *
collect (Fixture *f,
         const char *last)
{
  g_autoptr (GString) log = g_string_new (NULL);

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MqttcEvent) event = mqttc_connection_next (f->connection, NULL, &error);
      g_autofree char *text = NULL;
      g_auto (GStrv) words = NULL;

      g_assert_no_error (error);
      if (event == NULL)
        break;

      text = mqttc_event_to_string (event);
      words = g_strsplit (text, " ", 3);
      g_string_append_printf (log, "%s %s\n", words[0], words[1]);
      if (g_str_has_prefix (text, last))
        break;
    }

  return g_string_free (g_steal_pointer (&log), FALSE);
}

static void
test_script (Fixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new ("home/#", MQTTC_QOS_AT_LEAST_ONCE);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("home/temp", "21.5");
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;

  g_test_summary ("A script: subscribe, publish, look, close");

  mqttc_connection_subscribe (f->connection, subscription, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_subscription_get_granted_qos (subscription), ==, MQTTC_QOS_AT_LEAST_ONCE);

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  packet = mqttc_connection_publish (f->connection, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_PUBACK);

  log = collect (f, "incoming PUBACK");
  g_assert_cmpstr (log, ==,
                   "outgoing CONNECT\nincoming CONNACK\nconnected CONNACK\noutgoing SUBSCRIBE\n"
                   "incoming SUBACK\noutgoing PUBLISH\nincoming PUBACK\n");

  g_clear_pointer (&log, g_free);
  log = collect (f, "message");
  g_assert_cmpstr (log, ==, "incoming PUBLISH\nmessage topic=home/temp\n");

  mqttc_connection_unsubscribe (f->connection, subscription, NULL, &error);
  g_assert_no_error (error);
  mqttc_connection_close (f->connection, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&log, g_free);
  log = collect (f, "never");
  g_assert_cmpstr (log, ==,
                   "outgoing UNSUBSCRIBE\nincoming UNSUBACK\noutgoing PUBACK\n"
                   "outgoing DISCONNECT\ndisconnected as\n");
  test_broker_expect (f->broker, 1,
                      "CONNECT clean\nSUBSCRIBE #1 home/#:1\nPUBLISH #2 q1 home/temp\n"
                      "UNSUBSCRIBE #3 home/#\nPUBACK #1\nDISCONNECT\n");
}

static gpointer
publish_thread (gpointer data)
{
  MqttcClient *client = data;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("from/thread", text);
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
      mqttc_client_try_publish (client, message, &error);
      g_assert_no_error (error);
    }

  return NULL;
}

static void
test_publish_from_thread (Fixture *f,
                          gconstpointer data)
{
  g_autoptr (GThread) thread = NULL;
  guint n_acks = 0;

  g_test_summary ("One thread publishes, another iterates over what happens");

  open_connection (f);
  thread = g_thread_new ("publish", publish_thread, mqttc_connection_get_client (f->connection));

  while (n_acks < 100)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MqttcEvent) event = mqttc_connection_next (f->connection, NULL, &error);

      g_assert_no_error (error);
      if (mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_INCOMING
          && mqttc_packet_get_packet_type (mqttc_event_get_packet (event))
                 == MQTTC_PACKET_TYPE_PUBACK)
        n_acks++;
    }
  g_thread_join (g_steal_pointer (&thread));

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (MqttcPacket) packet
          = test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_PUBLISH, i);
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_assert_cmpstr (mqttc_message_get_text (mqttc_packet_get_message (packet)), ==, text);
    }
}

static void
test_lost (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;

  g_test_summary ("A connection that is lost is told, and made again by asking on");

  mqttc_options_set_reconnect_min_delay (mqttc_connection_get_options (f->connection), 1);
  open_connection (f);
  log = collect (f, "connected");
  test_broker_drop (f->broker);
  event = mqttc_connection_next (f->connection, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_event_get_event_type (event), ==, MQTTC_EVENT_TYPE_DISCONNECTED);
  g_assert_error (mqttc_event_get_error (event), MQTTC_CLIENT_ERROR,
                  MQTTC_CLIENT_ERROR_CONNECTION_LOST);
  g_assert_cmpint (mqttc_event_get_retry_usec (event), >=, 0);

  g_clear_pointer (&log, g_free);
  log = collect (f, "connected");
  g_assert_cmpstr (log, ==, "outgoing CONNECT\nincoming CONNACK\nconnected CONNACK\n");
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 2);
}

/* While nobody asks, the server feels it. */
static void
test_unread (Fixture *f,
             gconstpointer data)
{
  const guint n_messages = 2000;
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autofree char *log = NULL;
  g_autoptr (MqttcStatistics) statistics = NULL;
  guint64 n_received;

  g_test_summary ("What nobody asks for stays in the network");

  open_connection (f);
  log = collect (f, "connected");
  for (guint i = 0; i < n_messages; i++)
    test_broker_send_publish (f->broker, "a", text, MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);

  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *next = collect (f, "message");

      if (i > 0)
        continue;

      statistics = mqttc_event_loop_get_statistics (
          mqttc_client_get_event_loop (mqttc_connection_get_client (f->connection)));
      n_received = mqttc_statistics_get_bytes_received (statistics);
      g_test_message ("%" G_GUINT64_FORMAT " of %u bytes read after the first message", n_received,
                      n_messages * 1006);
      g_assert_cmpuint (n_received, <=, 4 * 65536);
    }
}

static void
test_refused (Fixture *f,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A server that refuses the credentials is an error of open()");

  test_broker_set_connack (f->broker, MQTTC_REASON_CODE_NOT_AUTHORIZED);
  g_assert_false (mqttc_connection_open (f->connection, NULL, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

static void
test_cancel (Fixture *f,
             gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GThread) thread = NULL;

  g_test_summary ("Another thread cancels whoever waits");

  open_connection (f);
  log = collect (f, "connected");
  thread = g_thread_new ("cancel", cancel_thread, cancellable);
  event = mqttc_connection_next (f->connection, cancellable, &error);
  g_assert_null (event);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (g_steal_pointer (&thread));
}

static void
test_no_wait (Fixture *f,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;

  g_test_summary ("Asking without waiting, and for a limited time");

  open_connection (f);
  log = collect (f, "connected");
  g_assert_null (mqttc_connection_try_next (f->connection, &error));
  g_assert_no_error (error);
  g_assert_null (mqttc_connection_next_timeout (f->connection, 1, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);
}

static void
test_open_again (Fixture *f,
                 gconstpointer data)
{
  g_test_summary ("A connection that was closed can be opened again");

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *log = NULL;
      g_autoptr (GError) error = NULL;

      open_connection (f);
      mqttc_connection_close (f->connection, NULL, &error);
      g_assert_no_error (error);
      log = collect (f, "never");
      g_assert_true (g_str_has_suffix (log, "outgoing DISCONNECT\ndisconnected as\n"));
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 3);
}

static void
publish (Fixture *f,
         const char *topic)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "x");
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  packet = mqttc_connection_publish (f->connection, message, NULL, &error);
  g_assert_no_error (error);
}

/* What was left of the old connection must not end the new one. */
static void
test_open_again_unread (Fixture *f,
                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;

  g_test_summary ("Closing and opening again, and only then asking what has happened");

  open_connection (f);
  mqttc_connection_close (f->connection, NULL, &error);
  g_assert_no_error (error);
  open_connection (f);
  test_broker_send_publish (f->broker, "a", "b", MQTTC_QOS_AT_MOST_ONCE, 0, FALSE);
  log = collect (f, "message");
  g_assert_true (g_str_has_suffix (log, "message topic=a\n"));
}

/* [MQTT-4.3.2-2] */
static void
test_ack_after_next (Fixture *f,
                     gconstpointer data)
{
  g_autofree char *log = NULL;

  g_test_summary ("A message that the program has not been given is not acknowledged");

  open_connection (f);
  log = collect (f, "connected");
  test_broker_send_publish (f->broker, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, 77, FALSE);
  for (guint i = 0; i < 3; i++)
    publish (f, "b");
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 0);

  g_clear_pointer (&log, g_free);
  log = collect (f, "message");
  publish (f, "b");
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 0);

  /* Asking for the next thing says that this one is done. */
  g_clear_pointer (&log, g_free);
  log = collect (f, "outgoing PUBACK");
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1);
}

static void
test_close_unread (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;

  g_test_summary ("Closing does not wait for, nor acknowledge, what nobody has asked for");

  mqttc_options_set_close_timeout (mqttc_connection_get_options (f->connection), G_MAXINT);
  open_connection (f);
  test_broker_send_publish (f->broker, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, 77, FALSE);
  publish (f, "b");
  mqttc_connection_close (f->connection, NULL, &error);
  g_assert_no_error (error);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 1);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBACK), ==, 0);

  log = collect (f, "never");
  g_assert_nonnull (strstr (log, "message topic=a\n"));
}

static void
test_publish_only (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A script that only publishes is not kept from it by what it never looks at");

  for (guint i = 0; i < 6000; i++)
    publish (f, "a");
  mqttc_connection_close (f->connection, NULL, &error);
  g_assert_no_error (error);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 1);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH), ==, 6000);
}

static void
ignore_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_drop_with_requests (Fixture *f,
                         gconstpointer data)
{
  MqttcClient *client = mqttc_connection_get_client (f->connection);
  guint n_ended = 0;

  g_test_summary ("Dropping a connection ends what was asked of its client");

  test_broker_set_silent (f->broker, 1 << MQTTC_PACKET_TYPE_PUBLISH);
  open_connection (f);
  mqttc_client_publish_text_async (client, "a", "b", MQTTC_QOS_AT_LEAST_ONCE, FALSE, NULL,
                                   ignore_cb, &n_ended);
  g_assert_finalize_object (g_steal_pointer (&f->connection));
  while (n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 1);

  f->connection = mqttc_connection_new (NULL);
}

static void
test_refused_for_good (Fixture *f,
                       gconstpointer data)
{
  g_autofree char *log = NULL;

  g_test_summary ("Asking on ends when trying again makes no sense");

  test_broker_set_connack (f->broker, MQTTC_REASON_CODE_NOT_AUTHORIZED);
  log = collect (f, "never");
  g_assert_true (g_str_has_prefix (log, "outgoing CONNECT\nincoming CONNACK\ndisconnected: "));
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 1);
}

#define ADD(name, func) g_test_add ("/connection/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  ADD ("script", test_script);
  ADD ("publish-from-thread", test_publish_from_thread);
  ADD ("flow/poll-again", test_lost);
  ADD ("flow/unread", test_unread);
  ADD ("refused", test_refused);
  ADD ("refused-for-good", test_refused_for_good);
  ADD ("open-again-unread", test_open_again_unread);
  ADD ("ack-after-next", test_ack_after_next);
  ADD ("close-unread", test_close_unread);
  ADD ("publish-only", test_publish_only);
  ADD ("drop-with-requests", test_drop_with_requests);
  ADD ("cancel", test_cancel);
  ADD ("no-wait", test_no_wait);
  ADD ("open-again", test_open_again);

  return g_test_run ();
}
