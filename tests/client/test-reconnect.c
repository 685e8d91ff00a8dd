/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The connection ends, by every kind of end, and the client makes another. */

#include <string.h>

#include "test-fixture.h"

static void
test_after_drop (Fixture *f,
                 gconstpointer data)
{
  fixture_open_ok (f);
  fixture_drain (f);
  g_string_truncate (f->log, 0);

  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST);
  g_assert_true (g_error_matches (mqttc_client_get_last_error (f->client), MQTTC_CLIENT_ERROR,
                                  MQTTC_CLIENT_ERROR_CONNECTION_LOST));
  g_assert_cmpint (f->retry_usec, >=, 0);
  g_assert_cmpint (f->retry_usec, <=, SECOND);

  fixture_reconnect (f);
  fixture_drain (f);
  g_assert_cmpstr (f->log->str, ==,
                   "backing-off\n(disconnected by an error)\n"
                   "connecting\nconnected\n(connected)\n");
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_close (f);
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 a\nDISCONNECT\n");
}

static void
test_after_reset (Fixture *f,
                  gconstpointer data)
{
  fixture_open_ok (f);
  test_broker_reset (f->broker);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  fixture_reconnect (f);
}

/* Opening waits through attempts that fail. */
static void
test_open_waits (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_listening (f->broker, FALSE);
  mqttc_client_open_async (f->client, NULL, fixture_result_cb, &result);
  for (guint i = 1; i <= 3; i++)
    {
      fixture_wait_disconnected (f, i);
      g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
      g_assert_null (result);
      if (i == 3)
        test_broker_set_listening (f->broker, TRUE);
      fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
      fixture_advance (f, f->retry_usec);
    }

  fixture_wait_result (f, &result);
  connack = mqttc_client_open_finish (f->client, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (connack);
}

static void
test_cancel_while_backing_off (Fixture *f,
                               gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_listening (f->broker, FALSE);
  mqttc_client_open_async (f->client, cancellable, fixture_result_cb, &result);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  g_cancellable_cancel (cancellable);
  fixture_wait_result (f, &result);
  g_assert_null (mqttc_client_open_finish (f->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CLOSED);
}

/* Nothing to finish, nobody to say farewell to: closing need not wait for the next attempt. */
static void
test_close_while_backing_off (Fixture *f,
                              gconstpointer data)
{
  fixture_open_ok (f);
  test_broker_set_listening (f->broker, FALSE);
  test_broker_drop (f->broker);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  fixture_close (f);
}

static void
test_no_reconnect (Fixture *f,
                   gconstpointer data)
{
  mqttc_options_set_reconnect (f->options, FALSE);
  fixture_open_ok (f);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 1);
  g_assert_cmpint (f->retry_usec, ==, -1);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CLOSED);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 1);
}

/* Options that change while it is open apply at the next attempt: here, another server. */
static void
test_elsewhere (Fixture *f,
                gconstpointer data)
{
  TestBroker *other = test_broker_new ();

  fixture_open_ok (f);
  mqttc_options_set_port (f->options, test_broker_get_port (other));
  mqttc_options_set_user_name (f->options, "ada");
  fixture_publish_ok (f, "here", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  fixture_publish_ok (f, "there", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 here\n");
  test_broker_expect (other, 1, "CONNECT clean\nPUBLISH #1 q1 there\n");
  fixture_close (f);
  test_broker_free (other);
}

/* --- How long it waits. --- */

/* Lets the connection be lost, and the wait pass; returns how long that was. */
static gint64
lose_connection (Fixture *f)
{
  guint n = f->n_disconnected;
  gint64 retry_usec;

  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, n + 1);
  retry_usec = f->retry_usec;
  fixture_reconnect (f);

  return retry_usec;
}

/* The bound doubles up to the limit, for as long as connections do not last: a server that accepts
 * and drops is no better than one that is away. */
static void
test_backoff (Fixture *f,
              gconstpointer data)
{
  gint64 longest = 0;

  mqttc_options_set_reconnect_min_delay (f->options, 1000);
  mqttc_options_set_reconnect_max_delay (f->options, 60000);
  fixture_open_ok (f);

  for (guint i = 0; i < 40; i++)
    {
      gint64 bound = i < 6 ? SECOND << i : 60 * SECOND;
      gint64 retry_usec = lose_connection (f);

      g_assert_cmpint (retry_usec, >=, 0);
      g_assert_cmpint (retry_usec, <=, bound);
      longest = MAX (longest, retry_usec);
    }

  /* 34 draws from 0 to 60 s: that all are below 15 s has a chance of 4 to the power of -34. */
  g_assert_cmpint (longest, >, 15 * SECOND);

  /* A connection that lasts starts over. */
  fixture_advance (f, 30 * SECOND);
  g_assert_cmpint (lose_connection (f), <=, SECOND);
}

/* --- What the server says. --- */

#define BYTES(text) text, sizeof (text) - 1

typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;
  int code;
} BadPacket;

/* What is malformed ends the connection (section 4.8), with an error that says so; then there is
 * another. */
static const BadPacket bad_packets[] = {
  { "reserved type 0", BYTES ("\x00\x00"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "reserved type 15 [MQTT-2.2.2-2]", BYTES ("\xf0\x00"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "length of five bytes", BYTES ("\x30\xff\xff\xff\xff\x7f"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "QoS 3 [MQTT-3.3.1-4]", BYTES ("\x36\x05\x00\x01\x61\x00\x01"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "packet id 0 [MQTT-2.3.1-1]", BYTES ("\x32\x05\x00\x01\x61\x00\x00"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "wildcard in a topic [MQTT-3.3.2-2]", BYTES ("\x30\x03\x00\x01\x23"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "U+0000 in a topic [MQTT-1.5.3-2]", BYTES ("\x30\x03\x00\x01\x00"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "surrogate in a topic [MQTT-1.5.3-1]", BYTES ("\x30\x05\x00\x03\xed\xa0\x80"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "topic longer than the packet", BYTES ("\x30\x03\x00\x05\x61"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "empty topic [MQTT-4.7.3-1]", BYTES ("\x30\x02\x00\x00"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "flags of PUBREL [MQTT-3.6.1-1]", BYTES ("\x60\x02\x00\x01"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "length of PUBACK", BYTES ("\x40\x03\x00\x01\x00"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "a SUBACK without codes", BYTES ("\x90\x02\x00\x01"), MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "a reserved code in SUBACK [MQTT-3.9.3-2]", BYTES ("\x90\x03\x00\x01\x03"),
    MQTTC_CLIENT_ERROR_MALFORMED_PACKET },
  { "a second CONNACK", BYTES ("\x20\x02\x00\x00"), MQTTC_CLIENT_ERROR_PROTOCOL },
  { "a packet that only clients send", BYTES ("\xc0\x00"), MQTTC_CLIENT_ERROR_PROTOCOL },
};

static void
test_bad_packets (Fixture *f,
                  gconstpointer data)
{
  fixture_open_ok (f);

  for (guint i = 0; i < G_N_ELEMENTS (bad_packets); i++)
    {
      const BadPacket *bad = &bad_packets[i];

      test_broker_send (f->broker, bad->bytes, bad->len);
      fixture_wait_disconnected (f, i + 1);
      g_test_message ("%s: %s", bad->name, f->error->message);
      g_assert_error (f->error, MQTTC_CLIENT_ERROR, bad->code);
      test_broker_wait_ended (f->broker, i + 1);
      fixture_reconnect (f);
    }

  g_assert_cmpuint (f->messages->len, ==, 0);
}

/* Checked at the fixed header: no memory is taken for it. */
static void
test_too_large (Fixture *f,
                gconstpointer data)
{
  mqttc_options_set_max_packet_size (f->options, 1000);
  fixture_open_ok (f);
  test_broker_send (f->broker, BYTES ("\x30\xff\xff\xff\x7f"));
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
  g_assert_nonnull (strstr (f->error->message, "1000"));
  fixture_reconnect (f);
}

/* --- The session. --- */

static void
test_subscriptions_again (Fixture *f,
                          gconstpointer data)
{
  g_autoptr (MqttcSubscription) first = NULL;
  g_autoptr (MqttcSubscription) second = NULL;
  g_autoptr (MqttcSubscription) gone = NULL;

  fixture_open_ok (f);
  first = fixture_subscribe (f, "a/+", MQTTC_QOS_AT_LEAST_ONCE);
  gone = fixture_subscribe (f, "gone", MQTTC_QOS_AT_LEAST_ONCE);
  second = fixture_subscribe (f, "b", MQTTC_QOS_EXACTLY_ONCE);
  fixture_unsubscribe (f, gone);
  test_broker_drop (f->broker);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  fixture_publish (f, "a/1", MQTTC_QOS_AT_MOST_ONCE, NULL);
  fixture_reconnect (f);

  /* Before what the user sends, so that the message of our own comes back. */
  fixture_wait_messages (f, 1);
  test_broker_expect (f->broker, 2, "CONNECT clean\nSUBSCRIBE #1 a/+:1 b:2\nPUBLISH q0 a/1\n");
}

static void
test_subscriptions_kept (Fixture *f,
                         gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  fixture_wait_messages (f, 1);
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #2 q1 a\nPUBACK #1\n");
}

/* The server refuses to make a subscription again: its object says so. */
static void
test_subscription_refused_again (Fixture *f,
                                 gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscription), ==, 1);
  test_broker_refuse_filter (f->broker, "a");
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  while (mqttc_subscription_get_reason_code (subscription) < 0x80)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (subscription), ==,
                    MQTTC_REASON_CODE_UNSPECIFIED_ERROR);
}

/* Dropped at each kind of packet that a client sends while something is going on, it carries on. */
static void
test_drop_anywhere (Fixture *f,
                    gconstpointer data)
{
  static const MqttcPacketType types[] = {
    MQTTC_PACKET_TYPE_PUBLISH,   MQTTC_PACKET_TYPE_PUBREL,      MQTTC_PACKET_TYPE_PUBREC,
    MQTTC_PACKET_TYPE_SUBSCRIBE, MQTTC_PACKET_TYPE_UNSUBSCRIBE, MQTTC_PACKET_TYPE_PUBCOMP,
  };

  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("a", 2);
      g_autoptr (GAsyncResult) unsubscribed = NULL;
      GAsyncResult *subscribed = NULL;
      GAsyncResult *published = NULL;
      g_autoptr (GError) error = NULL;

      test_broker_drop_at (f->broker, types[i], 1);
      mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &subscribed);
      fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &published);
      while (subscribed == NULL || published == NULL)
        {
          if (mqttc_client_get_state (f->client) == MQTTC_CONNECTION_STATE_BACKING_OFF)
            fixture_reconnect (f);
          else
            g_main_context_iteration (f->context, TRUE);
        }
      fixture_subscribe_finish (f, &subscribed, &error);
      g_assert_no_error (error);
      fixture_publish_finish (f, &published, &error);
      g_assert_no_error (error);

      mqttc_client_unsubscribe_async (f->client, subscription, NULL, fixture_result_cb,
                                      &unsubscribed);
      while (unsubscribed == NULL)
        {
          if (mqttc_client_get_state (f->client) == MQTTC_CONNECTION_STATE_BACKING_OFF)
            fixture_reconnect (f);
          else
            g_main_context_iteration (f->context, TRUE);
        }
      g_assert_true (mqttc_client_unsubscribe_finish (f->client, unsubscribed, NULL));
      test_broker_drop_at (f->broker, types[i], 0);
    }
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/reconnect/after-drop", test_after_drop);
  fixture_add ("/client/reconnect/after-reset", test_after_reset);
  fixture_add ("/client/reconnect/open-waits", test_open_waits);
  fixture_add ("/client/reconnect/cancel-while-backing-off", test_cancel_while_backing_off);
  fixture_add ("/client/reconnect/close-while-backing-off", test_close_while_backing_off);
  fixture_add ("/client/reconnect/no-reconnect", test_no_reconnect);
  fixture_add ("/client/reconnect/elsewhere", test_elsewhere);
  fixture_add ("/client/reconnect/backoff", test_backoff);
  fixture_add ("/client/reconnect/bad-packets", test_bad_packets);
  fixture_add ("/client/reconnect/too-large", test_too_large);
  fixture_add ("/client/reconnect/subscriptions-again", test_subscriptions_again);
  fixture_add ("/client/reconnect/subscriptions-kept", test_subscriptions_kept);
  fixture_add ("/client/reconnect/subscription-refused-again", test_subscription_refused_again);
  fixture_add ("/client/reconnect/drop-anywhere", test_drop_anywhere);

  return g_test_run ();
}
