/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of messages in flight when the connection is lost: section 4.4 of the standard, and
 * what it leaves open when the server has lost the session. */

#include <string.h>

#include "test-fixture.h"

static void
open_session (Fixture *f)
{
  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
}

/* [MQTT-4.4.0-1] [MQTT-3.3.1-1] [MQTT-2.3.1-3]: the same identifier, and DUP. */
static void
test_qos1 (Fixture *f,
           gconstpointer data)
{
  GAsyncResult *result = NULL;

  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &result);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
  test_broker_expect (f->broker, 1, "CONNECT\nPUBLISH #1 q1 a\n");
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #1 q1 dup a\n");
}

static void
test_qos2_publish (Fixture *f,
                   gconstpointer data)
{
  GAsyncResult *result = NULL;

  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &result);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #1 q2 dup a\nPUBREL #1\n");
}

/* Once PUBREL has been sent, the message may not be sent again [MQTT-4.3.3-1]. */
static void
test_qos2_pubrel (Fixture *f,
                  gconstpointer data)
{
  GAsyncResult *result = NULL;

  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBREL, 1);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &result);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
  test_broker_expect (f->broker, 2, "CONNECT\nPUBREL #1\n");
}

/* Unacknowledged 1 and 2; the second connection sees 1 to 6 in order [MQTT-4.6.0-1]. */
static void
test_order (Fixture *f,
            gconstpointer data)
{
  GAsyncResult *results[6] = { NULL };

  mqttc_options_set_max_inflight (f->options, 2);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  open_session (f);
  for (guint i = 0; i < 6; i++)
    fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &results[i]);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 2);
  test_broker_set_silent (f->broker, 0);
  test_broker_drop (f->broker);
  fixture_reconnect (f);
  for (guint i = 0; i < 6; i++)
    g_assert_true (fixture_publish_finish (f, &results[i], NULL));
  test_broker_expect (f->broker, 2,
                      "CONNECT\nPUBLISH #1 q1 dup a\nPUBLISH #2 q1 dup a\nPUBLISH #3 q1 a\n"
                      "PUBLISH #4 q1 a\nPUBLISH #5 q1 a\nPUBLISH #6 q1 a\n");
}

/* What was acknowledged is not sent again. */
static void
test_acknowledged (Fixture *f,
                   gconstpointer data)
{
  GAsyncResult *results[4] = { NULL };

  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 3);
  for (guint i = 0; i < 2; i++)
    fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 2; i < 4; i++)
    fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &results[i]);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &results[2], NULL));
  g_assert_true (fixture_publish_finish (f, &results[3], NULL));
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 2);
}

/* The connection is lost while the messages are sent again; and once more. */
static void
test_lost_while_resending (Fixture *f,
                           gconstpointer data)
{
  GAsyncResult *results[3] = { NULL };

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  open_session (f);
  for (guint i = 0; i < 3; i++)
    fixture_publish (f, "a", 1 + i % 2, &results[i]);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 3);
  for (guint i = 0; i < 3; i++)
    {
      test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1 + i);
      if (i == 0)
        test_broker_drop (f->broker);
      fixture_reconnect (f);
      fixture_wait_disconnected (f, 2 + i);
    }

  test_broker_set_silent (f->broker, 0);
  fixture_reconnect (f);
  for (guint i = 0; i < 3; i++)
    g_assert_true (fixture_publish_finish (f, &results[i], NULL));
  test_broker_expect (f->broker, 5,
                      "CONNECT\nPUBLISH #1 q1 dup a\nPUBLISH #2 q2 dup a\nPUBLISH #3 q1 dup a\n"
                      "PUBREL #2\n");
}

/* --- The server has lost the session. --- */

/* QoS 1 is sent as new: twice is allowed, not at all is not. */
static void
test_lost_qos1 (Fixture *f,
                gconstpointer data)
{
  GAsyncResult *result = NULL;

  fixture_open_ok (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &result);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
  test_broker_expect (f->broker, 2, "CONNECT clean\nPUBLISH #1 q1 a\n");
}

static void
test_lost_qos2_fail (Fixture *f,
                     gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_publish (f, "home/desk", MQTTC_QOS_EXACTLY_ONCE, &result);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  test_broker_forget_sessions (f->broker);
  fixture_reconnect (f);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_SESSION_LOST);
  g_assert_nonnull (strstr (error->message, "home/desk"));
  fixture_publish_ok (f, "next", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #1 q1 next\n");
}

static void
test_lost_qos2_republish (Fixture *f,
                          gconstpointer data)
{
  GAsyncResult *result = NULL;

  mqttc_options_set_session_lost_policy (f->options, MQTTC_SESSION_LOST_POLICY_REPUBLISH);
  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &result);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  test_broker_forget_sessions (f->broker);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #1 q2 a\nPUBREL #1\n");
}

/* The server had answered PUBREC: it owns the message, which has arrived. */
static void
test_lost_after_pubrec (Fixture *f,
                        gconstpointer data)
{
  GAsyncResult *result = NULL;

  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBREL, 1);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &result);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  test_broker_forget_sessions (f->broker);
  fixture_reconnect (f);
  g_assert_true (fixture_publish_finish (f, &result, NULL));
  fixture_publish_ok (f, "fence", MQTTC_QOS_AT_MOST_ONCE);
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH q0 fence\n");
}

/* Subscriptions, then what was in flight, then what was never sent. */
static void
test_lost_everything (Fixture *f,
                      gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  GAsyncResult *results[3] = { NULL };

  mqttc_options_set_max_inflight (f->options, 2);
  open_session (f);
  subscription = fixture_subscribe (f, "in/#", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 2);
  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  for (guint i = 0; i < 3; i++)
    fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &results[i]);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  test_broker_set_silent (f->broker, 0);
  test_broker_forget_sessions (f->broker);
  fixture_reconnect (f);
  for (guint i = 0; i < 3; i++)
    g_assert_true (fixture_publish_finish (f, &results[i], NULL));
  test_broker_expect (f->broker, 2,
                      "CONNECT\nSUBSCRIBE #1 in/#:1\nPUBLISH #2 q1 a\nPUBLISH #3 q1 a\n"
                      "PUBLISH #4 q1 a\n");
}

/* Closing ends the wait, not the session: the message is sent again when the client is back. */
static void
test_session_kept_over_reopening (Fixture *f,
                                  gconstpointer data)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBLISH);
  mqttc_options_set_close_timeout (f->options, 0);
  open_session (f);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &result);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, 1);
  fixture_close (f);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);

  test_broker_set_silent (f->broker, 0);
  fixture_open_ok (f);
  test_broker_expect (f->broker, 2, "CONNECT\nPUBLISH #1 q1 dup a\n");
}

/* --- Messages to the client. --- */

/* [MQTT-4.3.3-2]: received before the connection was lost, released after it: delivered once. */
static void
test_incoming_qos2 (Fixture *f,
                    gconstpointer data)
{
  g_autofree char *topics = NULL;

  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBREC, 1);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_EXACTLY_ONCE, 7, FALSE);
  fixture_reconnect (f);
  g_assert_cmpuint (f->messages->len, ==, 0);

  test_broker_set_silent (f->broker, 1u << MQTTC_PACKET_TYPE_PUBREC);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_EXACTLY_ONCE, 7, TRUE);
  for (guint i = 1; i <= 2; i++)
    {
      test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREL, 7);
      test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, i);
    }
  fixture_hear (f);
  topics = fixture_get_topics (f);
  g_assert_cmpstr (topics, ==, "a fence");
}

/* PUBCOMP was lost: the server repeats PUBREL, and the message is not delivered again. */
static void
test_incoming_pubrel_again (Fixture *f,
                            gconstpointer data)
{
  open_session (f);
  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, 1);
  test_broker_send_publish (f->broker, "a", "", MQTTC_QOS_EXACTLY_ONCE, 7, FALSE);
  fixture_wait_messages (f, 1);
  fixture_reconnect (f);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREL, 7);
  test_broker_expect (f->broker, 2, "CONNECT\nPUBCOMP #7\n");
  fixture_drain (f);
  g_assert_cmpuint (f->messages->len, ==, 1);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/resend/qos1", test_qos1);
  fixture_add ("/client/resend/qos2-publish", test_qos2_publish);
  fixture_add ("/client/resend/qos2-pubrel", test_qos2_pubrel);
  fixture_add ("/client/resend/order", test_order);
  fixture_add ("/client/resend/acknowledged", test_acknowledged);
  fixture_add ("/client/resend/lost-while-resending", test_lost_while_resending);
  fixture_add ("/client/resend/lost-qos1", test_lost_qos1);
  fixture_add ("/client/resend/lost-qos2-fail", test_lost_qos2_fail);
  fixture_add ("/client/resend/lost-qos2-republish", test_lost_qos2_republish);
  fixture_add ("/client/resend/lost-after-pubrec", test_lost_after_pubrec);
  fixture_add ("/client/resend/lost-everything", test_lost_everything);
  fixture_add ("/client/resend/session-kept-over-reopening", test_session_kept_over_reopening);
  fixture_add ("/client/resend/incoming-qos2", test_incoming_qos2);
  fixture_add ("/client/resend/incoming-pubrel-again", test_incoming_pubrel_again);

  return g_test_run ();
}
