/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* MqttcSession, against a server made of MqttcPacketStream. */

#include "helpers/mqttc-session.h"
#include "loop/mqttc-options.h"
#include "mqttc-error.h"
#include "session-fixture.h"
#include "values/mqttc-event.h"
#include "values/mqttc-message.h"
#include "values/mqttc-statistics.h"

#include <string.h>

static void
run_conversation (SessionFixture *f)
{
  GBytes *granted;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mqttc_session_get_state (f->session), ==, MQTTC_CONNECTION_STATE_IDLE);
  session_open (f);
  assert_packet (f->server, "CONNECT client_id=c clean_session=1 keep_alive=60");
  session_server_send (f, mqttc_packet_new_connack (PROTOCOL, 0, FALSE, NULL));
  session_assert_events (f, "outgoing CONNECT client_id=c clean_session=1 keep_alive=60\n"
                            "incoming CONNACK session_present=0 reason=0x00 (Success)\n"
                            "connected CONNACK session_present=0 reason=0x00 (Success)\n");

  g_assert_true (mqttc_session_subscribe (f->session, "a/+", 2, f->now, &error));
  session_pump (f);
  assert_packet (f->server, "SUBSCRIBE id=1 filter=a/+ qos=2");
  granted = g_bytes_new_static ("\x02", 1);
  session_server_send (f, mqttc_packet_new_suback (PROTOCOL, 1, granted, NULL));
  g_bytes_unref (granted);
  session_server_publish (f, "a/b", MQTTC_QOS_AT_LEAST_ONCE, 7);
  session_assert_events (f, "outgoing SUBSCRIBE id=1 filter=a/+ qos=2\n"
                            "incoming SUBACK id=1 reasons=0x02\n"
                            "incoming PUBLISH topic=a/b qos=1 id=7 retain=0 dup=0 payload=4 bytes\n"
                            "message topic=a/b qos=1 retain=0 payload=4 bytes\n"
                            "outgoing PUBACK id=7\n");
  assert_packet (f->server, "PUBACK id=7");

  session_publish (f, "c", MQTTC_QOS_EXACTLY_ONCE);
  session_pump (f);
  assert_packet (f->server, "PUBLISH topic=c qos=2 id=2 retain=0 dup=0 payload=4 bytes");
  session_server_send (f, mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBREC, 2, 0, NULL));
  session_pump (f);
  assert_packet (f->server, "PUBREL id=2");
  session_server_send (f, mqttc_packet_new_ack (PROTOCOL, MQTTC_PACKET_TYPE_PUBCOMP, 2, 0, NULL));
  session_assert_events (f, "outgoing PUBLISH topic=c qos=2 id=2 retain=0 dup=0 payload=4 bytes\n"
                            "incoming PUBREC id=2\n"
                            "outgoing PUBREL id=2\n"
                            "incoming PUBCOMP id=2\n");

  g_assert_true (mqttc_session_unsubscribe (f->session, "a/+", f->now, &error));
  session_pump (f);
  assert_packet (f->server, "UNSUBSCRIBE id=3 filter=a/+");
  session_server_send (f, mqttc_packet_new_unsuback (PROTOCOL, 3, NULL, NULL));
  session_assert_events (f, "outgoing UNSUBSCRIBE id=3 filter=a/+\nincoming UNSUBACK id=3\n");

  mqttc_session_close (f->session, 0, SECONDS (1), f->now);
  session_assert_events (f, "outgoing DISCONNECT\ndisconnected as asked\n");
  g_assert_cmpint (mqttc_session_get_state (f->session), ==, MQTTC_CONNECTION_STATE_CLOSED);
  assert_packet (f->server, "DISCONNECT");
  g_assert_null (f->link);
  g_assert_cmpint (mqttc_session_get_deadline (f->session), ==, -1);
}

static void
test_conversation (SessionFixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcStatistics) statistics = NULL;

  g_test_summary ("A session speaks with a server, and every packet is seen");

  run_conversation (f);

  statistics = mqttc_session_get_statistics (f->session);
  g_assert_cmpuint (mqttc_statistics_get_connections (statistics), ==, 1);
  g_assert_cmpuint (mqttc_statistics_get_packets_received (statistics), ==, 6);
  g_assert_cmpuint (mqttc_statistics_get_packets_sent (statistics), ==, 7);
  g_assert_cmpuint (mqttc_statistics_get_messages_received (statistics), ==, 1);
  g_assert_cmpuint (mqttc_statistics_get_messages_sent (statistics), ==, 1);
  g_assert_cmpuint (mqttc_statistics_get_queued (statistics), ==, 0);
  g_assert_cmpuint (mqttc_statistics_get_inflight (statistics), ==, 0);
  g_assert_cmpuint (mqttc_statistics_get_undelivered (statistics), ==, 0);
  g_assert_cmpuint (mqttc_statistics_get_stray_acks (statistics), ==, 0);
}

static void
test_bytes (SessionFixture *f,
            gconstpointer data)
{
  g_test_summary ("The same, byte by byte");

  f->piece = 1;
  run_conversation (f);
}

static void
test_automatic_ack (SessionFixture *f,
                    gconstpointer data)
{
  g_test_summary ("A message is acknowledged when the next event is asked for");

  session_connect (f);
  session_server_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, 1);
  session_server_publish (f, "b", MQTTC_QOS_AT_LEAST_ONCE, 2);
  session_assert_next (f, MQTTC_EVENT_TYPE_INCOMING);
  session_assert_next (f, MQTTC_EVENT_TYPE_MESSAGE);
  session_assert_server_has_nothing (f);

  session_assert_next (f, MQTTC_EVENT_TYPE_INCOMING);
  session_pump (f);
  assert_packet (f->server, "PUBACK id=1");
  session_assert_next (f, MQTTC_EVENT_TYPE_MESSAGE);
  session_assert_server_has_nothing (f);

  session_assert_events (f, "outgoing PUBACK id=1\noutgoing PUBACK id=2\n");
  assert_packet (f->server, "PUBACK id=2");
}

static MqttcMessage *
take_message (SessionFixture *f)
{
  MqttcMessage *message = NULL;

  session_pump (f);
  while (message == NULL)
    {
      g_autoptr (MqttcEvent) event = mqttc_session_next_event (f->session, f->now);

      g_assert_nonnull (event);
      message = mqttc_event_get_message (event);
      if (message != NULL)
        mqttc_message_ref (message);
    }

  return message;
}

static void
test_manual_ack (SessionFixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcMessage) first = NULL;
  g_autoptr (MqttcMessage) second = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("With manual acks the program says when, and the order is that of arrival");

  g_object_set (f->options, "manual-acks", TRUE, NULL);
  session_connect (f);
  session_server_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, 1);
  session_server_publish (f, "b", MQTTC_QOS_AT_LEAST_ONCE, 2);
  first = take_message (f);
  second = take_message (f);
  session_assert_events (f, "");
  session_assert_server_has_nothing (f);

  g_assert_true (mqttc_session_ack (f->session, second, f->now, &error));
  g_assert_no_error (error);
  session_assert_server_has_nothing (f);
  g_assert_true (mqttc_session_ack (f->session, first, f->now, &error));
  g_assert_no_error (error);
  session_assert_events (f, "outgoing PUBACK id=1\noutgoing PUBACK id=2\n");
  assert_packet (f->server, "PUBACK id=1");
  assert_packet (f->server, "PUBACK id=2");

  g_assert_false (mqttc_session_ack (f->session, first, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_STALE_ACK);
}

static void
test_ack_refused (SessionFixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcMessage) message = NULL;
  g_autoptr (MqttcMessage) own = mqttc_message_new_text ("a", "b");
  g_autoptr (GError) error = NULL;

  g_test_summary ("What need not be acknowledged by hand cannot be");

  session_connect (f);
  session_server_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, 1);
  message = take_message (f);
  g_assert_false (mqttc_session_ack (f->session, message, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (mqttc_session_ack (f->session, own, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
}

static void
test_credentials (SessionFixture *f,
                  gconstpointer data)
{
  g_autoptr (GBytes) secret = g_bytes_new_static ("hunter2", 7);
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (MqttcEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  MqttcPacket *told;

  g_test_summary ("User name and password reach the server, and are not in the events");

  mqttc_options_set_user_name (f->options, "me");
  mqttc_options_set_password (f->options, secret);
  session_open (f);
  packet = mqttc_packet_stream_read_packet (f->server, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_packet_get_user_name (packet), ==, "me");
  g_assert_true (g_bytes_equal (mqttc_packet_get_password (packet), secret));

  event = mqttc_session_next_event (f->session, f->now);
  g_assert_cmpint (mqttc_event_get_event_type (event), ==, MQTTC_EVENT_TYPE_OUTGOING);
  told = mqttc_event_get_packet (event);
  g_assert_cmpint (mqttc_packet_get_packet_type (told), ==, MQTTC_PACKET_TYPE_CONNECT);
  g_assert_cmpstr (mqttc_packet_get_client_id (told), ==, "c");
  g_assert_null (mqttc_packet_get_user_name (told));
  g_assert_null (mqttc_packet_get_password (told));
}

/* [MQTT-3.1.2-8]: the server publishes the will unless there is a DISCONNECT. */
static void
test_close_with_will (SessionFixture *f,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("With the will wanted the connection ends without DISCONNECT");

  session_connect (f);
  mqttc_session_close (f->session, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, 0, f->now);
  session_assert_events (f, "disconnected as asked\n");
  g_assert_cmpint (mqttc_session_get_state (f->session), ==, MQTTC_CONNECTION_STATE_CLOSED);
  g_assert_null (f->link);
  g_assert_null (mqttc_packet_stream_read_packet (f->server, NULL, &error));
  g_assert_no_error (error);
}

static void
test_close_timeout (SessionFixture *f,
                    gconstpointer data)
{
  g_test_summary (
      "What is not acknowledged is waited for as long as is asked, or as the option says");

  mqttc_options_set_close_timeout (f->options, 3000);
  session_connect (f);
  session_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  session_pump (f);
  mqttc_session_close (f->session, 0, -1, f->now);
  g_assert_cmpint (mqttc_session_get_deadline (f->session), ==, f->now + SECONDS (3));

  /* It can only get shorter. */
  mqttc_session_close (f->session, 0, SECONDS (4), f->now);
  g_assert_cmpint (mqttc_session_get_deadline (f->session), ==, f->now + SECONDS (3));
  mqttc_session_close (f->session, 0, SECONDS (2), f->now);
  g_assert_cmpint (mqttc_session_get_deadline (f->session), ==, f->now + SECONDS (2));
}

static void
test_reconnect (SessionFixture *f,
                gconstpointer data)
{
  g_autoptr (GError) reset
      = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Reset by peer");
  g_autoptr (MqttcEvent) event = NULL;
  gint64 deadline;

  g_test_summary ("After a loss there is another attempt at the time that was told");

  session_connect (f);
  session_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  session_pump (f);
  assert_packet (f->server, "PUBLISH topic=a qos=1 id=1 retain=0 dup=0 payload=4 bytes");
  session_skip_event (f);

  /* What is changed while it is open does not hold yet. */
  mqttc_options_set_client_id (f->options, "another");
  g_clear_object (&f->link);
  mqttc_session_link_failed (f->session, reset, f->now);

  event = mqttc_session_next_event (f->session, f->now);
  g_assert_cmpint (mqttc_event_get_event_type (event), ==, MQTTC_EVENT_TYPE_DISCONNECTED);
  g_assert_error (mqttc_event_get_error (event), G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpint (mqttc_event_get_retry_usec (event), >=, 0);
  deadline = mqttc_session_get_deadline (f->session);
  g_assert_cmpint (deadline, ==, f->now + mqttc_event_get_retry_usec (event));

  f->now = deadline - 1;
  mqttc_session_advance (f->session, f->now);
  g_assert_cmpint (mqttc_session_take_link_action (f->session), ==, MQTTC_SESSION_ACTION_NONE);
  f->now = deadline;
  mqttc_session_advance (f->session, f->now);
  session_pump (f);
  assert_packet (f->server, "CONNECT client_id=c clean_session=1 keep_alive=60");
  session_server_send (f, mqttc_packet_new_connack (PROTOCOL, 0, FALSE, NULL));
  session_pump (f);
  /* The session was clean: this is a new message to the server. */
  assert_packet (f->server, "PUBLISH topic=a qos=1 id=1 retain=0 dup=0 payload=4 bytes");
}

static void
test_late_link (SessionFixture *f,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("A connection that comes too late is closed");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MqttcEvent) event = NULL;

      if (i == 0)
        g_assert_true (mqttc_session_open (f->session, f->now, &error));
      g_assert_cmpint (mqttc_session_take_link_action (f->session), ==, MQTTC_SESSION_ACTION_DIAL);
      g_assert_cmpint (mqttc_session_take_link_action (f->session), ==, MQTTC_SESSION_ACTION_NONE);

      f->now = mqttc_session_get_deadline (f->session);
      mqttc_session_advance (f->session, f->now);
      if (i == 0)
        {
          mqttc_session_link_up (f->session, f->now);
          g_assert_cmpint (mqttc_session_take_link_action (f->session), ==,
                           MQTTC_SESSION_ACTION_CLOSE);
        }
      else
        {
          mqttc_session_link_down (f->session, f->now);
        }
      g_assert_cmpint (mqttc_session_take_link_action (f->session), ==, MQTTC_SESSION_ACTION_NONE);
      g_assert_null (mqttc_session_take_output (f->session, f->now));
      mqttc_session_link_down (f->session, f->now);

      event = mqttc_session_next_event (f->session, f->now);
      g_assert_error (mqttc_event_get_error (event), MQTTC_CLIENT_ERROR,
                      MQTTC_CLIENT_ERROR_TIMED_OUT);
      g_assert_null (mqttc_session_next_event (f->session, f->now));

      f->now = mqttc_session_get_deadline (f->session);
      mqttc_session_advance (f->session, f->now);
    }
}

static void
test_keep_alive (SessionFixture *f,
                 gconstpointer data)
{
  g_test_summary ("Pings are sent at the deadline, and a time that goes back does no harm");

  session_connect (f);
  f->now = mqttc_session_get_deadline (f->session);
  mqttc_session_advance (f->session, f->now);
  session_pump (f);
  assert_packet (f->server, "PINGREQ");

  f->now -= SECONDS (500);
  session_server_send (f, mqttc_packet_new_simple (PROTOCOL, MQTTC_PACKET_TYPE_PINGRESP));
  session_assert_events (f, "outgoing PINGREQ\nincoming PINGRESP\n");
  mqttc_session_advance (f->session, f->now);
  g_assert_cmpint (mqttc_session_get_state (f->session), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  g_assert_cmpint (mqttc_session_get_deadline (f->session), >, f->now + SECONDS (500));
}

static char *
get_client_id (SessionFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = NULL;
  char *client_id;

  session_open (f);
  packet = mqttc_packet_stream_read_packet (f->server, NULL, &error);
  g_assert_no_error (error);
  client_id = g_strdup (mqttc_packet_get_client_id (packet));

  mqttc_session_close (f->session, 0, 0, f->now);
  session_pump (f);
  g_assert_cmpint (mqttc_session_get_state (f->session), ==, MQTTC_CONNECTION_STATE_CLOSED);
  return client_id;
}

static void
test_client_id (SessionFixture *f,
                gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  g_autofree char *another = NULL;

  /* [MQTT-3.1.3-5]. */
  g_test_summary ("Without a client identifier one is made up, and kept");

  mqttc_options_set_client_id (f->options, NULL);
  first = get_client_id (f);
  again = get_client_id (f);
  g_assert_cmpstr (first, ==, again);
  g_assert_true (g_str_has_prefix (first, "mqttc"));
  g_assert_cmpuint (strlen (first), ==, 23);
  g_assert_cmpuint (strspn (first, "abcdefghijklmnopqrstuvwxyz234567"), ==, 23);

  g_object_unref (f->session);
  f->session = mqttc_session_new (f->options);
  another = get_client_id (f);
  g_assert_cmpstr (first, !=, another);

  mqttc_options_set_client_id (f->options, "chosen");
  g_free (g_steal_pointer (&again));
  again = get_client_id (f);
  g_assert_cmpstr (again, ==, "chosen");
}

static void
test_refused (SessionFixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/+", "b");
  g_autoptr (MqttcMessage) good = mqttc_message_new_text ("a", "b");
  g_autoptr (GError) error = NULL;

  g_test_summary ("What cannot be is refused with an error");

  g_assert_false (mqttc_session_publish (f->session, good, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
  g_clear_error (&error);

  mqttc_options_set_client_id (f->options, "\xff");
  g_assert_false (mqttc_session_open (f->session, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (mqttc_session_get_state (f->session), ==, MQTTC_CONNECTION_STATE_IDLE);
  mqttc_options_set_client_id (f->options, "c");

  session_connect (f);
  g_assert_false (mqttc_session_open (f->session, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);
  g_clear_error (&error);
  g_assert_false (mqttc_session_publish (f->session, message, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (mqttc_session_subscribe (f->session, "a/#/b", 0, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (mqttc_session_unsubscribe (f->session, "", f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
}

static void
test_malformed (SessionFixture *f,
                gconstpointer data)
{
  g_autoptr (GBytes) bytes = bytes_of_hex ("0000");
  g_autoptr (MqttcEvent) event = NULL;

  g_test_summary ("Bytes that are not MQTT end the connection");

  session_connect (f);
  mqttc_session_feed (f->session, bytes, f->now);
  g_assert_false (mqttc_session_wants_read (f->session));
  g_assert_cmpint (mqttc_session_take_link_action (f->session), ==, MQTTC_SESSION_ACTION_CLOSE);
  event = mqttc_session_next_event (f->session, f->now);
  g_assert_error (mqttc_event_get_error (event), MQTTC_CLIENT_ERROR,
                  MQTTC_CLIENT_ERROR_MALFORMED_PACKET);

  /* There is no connection that these could be of. */
  mqttc_session_feed (f->session, bytes, f->now);
  g_assert_null (mqttc_session_next_event (f->session, f->now));
}

typedef struct
{
  SessionFixture *f;
  guint n_freed;
} Freed;

static void
freed_cb (gpointer data)
{
  Freed *freed = data;

  /* Anything may be called from here. */
  freed->n_freed++;
  if (freed->n_freed == 1)
    session_publish (freed->f, "next", MQTTC_QOS_AT_MOST_ONCE);
  mqttc_session_advance (freed->f->session, freed->f->now);
}

static void
test_freed (SessionFixture *f,
            gconstpointer data)
{
  Freed freed = { .f = f };
  GBytes *payload = g_bytes_new_with_free_func ("x", 1, freed_cb, &freed);
  g_autoptr (MqttcMessage) message = mqttc_message_new ("a", payload);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Freeing a payload may run code that uses the session");

  g_bytes_unref (payload);
  session_connect (f);
  g_assert_true (mqttc_session_publish (f->session, message, f->now, &error));
  g_clear_pointer (&message, mqttc_message_unref);
  g_assert_cmpuint (freed.n_freed, ==, 0);

  session_assert_events (f, "outgoing PUBLISH topic=a qos=0 retain=0 dup=0 payload=1 bytes\n"
                            "outgoing PUBLISH topic=next qos=0 retain=0 dup=0 payload=4 bytes\n");
  g_assert_cmpuint (freed.n_freed, ==, 1);
  assert_packet (f->server, "PUBLISH topic=a qos=0 retain=0 dup=0 payload=1 bytes");
  assert_packet (f->server, "PUBLISH topic=next qos=0 retain=0 dup=0 payload=4 bytes");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
 g_test_add ("/session/" path, SessionFixture, NULL, session_set_up, func, session_tear_down)

  ADD ("conversation", test_conversation);
  ADD ("bytes", test_bytes);
  ADD ("automatic-ack", test_automatic_ack);
  ADD ("manual-ack", test_manual_ack);
  ADD ("ack-refused", test_ack_refused);
  ADD ("credentials", test_credentials);
  ADD ("close-with-will", test_close_with_will);
  ADD ("close-timeout", test_close_timeout);
  ADD ("reconnect", test_reconnect);
  ADD ("late-link", test_late_link);
  ADD ("keep-alive", test_keep_alive);
  ADD ("client-id", test_client_id);
  ADD ("refused", test_refused);
  ADD ("malformed", test_malformed);
  ADD ("freed", test_freed);

  return g_test_run ();
}
