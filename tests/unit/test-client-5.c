/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Subscriptions, acknowledgements and farewells of MQTT 5, byte by byte. */

#include <string.h>

#include "client-fixture.h"
#include "values/mqttc-properties.h"

static void
log_cb (MqttcSubscription *subscription,
        MqttcMessage *message,
        gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", mqttc_subscription_get_filter (subscription));
}

static MqttcSubscription *
make (ClientFixture *f,
      const char *filter)
{
  MqttcSubscription *subscription = mqttc_subscription_new (filter, MQTTC_QOS_AT_MOST_ONCE);

  g_signal_connect (subscription, "message", G_CALLBACK (log_cb), f->log);
  return subscription;
}

/* To a/#, with the identifier 1, and to a/b, with 2. */
static void
subscribe_both (ClientFixture *f,
                MqttcSubscription *hash,
                MqttcSubscription *exact)
{
  client_fixture_subscribe (f, hash, "82 0b 00 01 02 0b 01 00 03 61 2f 23 00", "90 04 00 01 00 00");
  client_fixture_subscribe (f, exact, "82 0b 00 02 02 0b 02 00 03 61 2f 62 00",
                            "90 04 00 02 00 00");
}

static void
receive (ClientFixture *f,
         const char *hex,
         const char *log)
{
  client_fixture_send (f, hex);
  client_fixture_iterate (f);
  client_fixture_expect_log (f, log);
}

/* Section 3.3.2.3.8: the server may send a message once for all, or once for each. */
static void
test_routing (ClientFixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcSubscription) hash = make (f, "a/#");
  g_autoptr (MqttcSubscription) exact = make (f, "a/b");
  g_autoptr (MqttcSubscription) shared = make (f, "$share/g/a/+");

  client_fixture_connect_5 (f, "20 03 00 00 00");
  subscribe_both (f, hash, exact);
  receive (f, "30 09 00 03 61 2f 62 02 0b 01 31", "a/# ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 02 31", "a/b ");
  receive (f, "30 0b 00 03 61 2f 62 04 0b 02 0b 01 31", "a/# a/b ");
  receive (f, "30 09 00 03 61 2f 63 02 0b 01 31", "a/# ");

  /* What is not known, does not match or is not there does not decide. */
  receive (f, "30 09 00 03 61 2f 62 02 0b 09 31", "a/# a/b ");
  receive (f, "30 0b 00 03 61 2f 62 04 0b 01 0b 09 31", "a/# a/b ");
  receive (f, "30 09 00 03 61 2f 63 02 0b 02 31", "a/# ");
  receive (f, "30 07 00 03 61 2f 62 00 31", "a/# a/b ");

  client_fixture_subscribe (f, shared,
                            "82 14 00 03 02 0b 03 00 0c 24 73 68 61 72 65 2f 67 2f 61 2f 2b 00",
                            "90 04 00 03 00 00");
  receive (f, "30 09 00 03 61 2f 62 02 0b 03 31", "$share/g/a/+ ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 01 31", "a/# ");
  receive (f, "30 07 00 03 61 2f 62 00 31", "a/# a/b $share/g/a/+ ");
}

static void
log_client_cb (MqttcClient *client,
               MqttcMessage *message,
               gpointer user_data)
{
  g_string_append (user_data, "client ");
}

/* The client's own signal is logged too. */
static void
connect_logged (ClientFixture *f)
{
  g_signal_connect (f->client, "message", G_CALLBACK (log_client_cb), f->log);
  client_fixture_connect_5 (f, "20 03 00 00 00");
}

/* Section 3.3.4: of copies that come one after the other the client tells the first. What names a
 * subscription again, is retained, or differs in anything but the time it has left, is another message. */
static void
test_copies (ClientFixture *f,
             gconstpointer data)
{
  g_autoptr (MqttcSubscription) hash = make (f, "a/#");
  g_autoptr (MqttcSubscription) exact = make (f, "a/b");
  g_autoptr (MqttcSubscription) plus = make (f, "a/+");

  connect_logged (f);
  subscribe_both (f, hash, exact);
  client_fixture_subscribe (f, plus, "82 0b 00 03 02 0b 03 00 03 61 2f 2b 00", "90 04 00 03 00 00");

  receive (f, "30 09 00 03 61 2f 62 02 0b 01 31", "client a/# ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 02 31", "a/b ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 03 31", "a/+ ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 01 31", "client a/# ");
  receive (f, "30 0b 00 03 61 2f 62 04 0b 02 0b 03 31", "a/b a/+ ");
  receive (f, "30 0b 00 03 61 2f 62 04 0b 02 0b 03 31", "client a/b a/+ ");

  receive (f, "30 09 00 03 61 2f 62 02 0b 01 32", "client a/# ");
  receive (f, "30 09 00 03 61 2f 63 02 0b 03 32", "client a/+ ");
  receive (f, "30 09 00 03 61 2f 63 02 0b 01 32", "a/# ");
  receive (f, "31 09 00 03 61 2f 63 02 0b 03 32", "client a/+ ");
  receive (f, "30 09 00 03 61 2f 63 02 0b 01 32", "client a/# ");
  receive (f, "30 0b 00 03 61 2f 63 04 0b 03 01 01 32", "client a/+ ");

  receive (f, "30 0e 00 03 61 2f 62 07 0b 01 02 00 00 00 09 33", "client a/# ");
  receive (f, "30 0e 00 03 61 2f 62 07 0b 02 02 00 00 00 08 33", "a/b ");
}

/* Of two messages that are the same the server may send us each for another shared subscription. */
static void
test_copies_shared (ClientFixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcSubscription) one = make (f, "$share/g/a");
  g_autoptr (MqttcSubscription) two = make (f, "$share/h/a");

  connect_logged (f);
  client_fixture_subscribe (f, one, "82 12 00 01 02 0b 01 00 0a 24 73 68 61 72 65 2f 67 2f 61 00",
                            "90 04 00 01 00 00");
  client_fixture_subscribe (f, two, "82 12 00 02 02 0b 02 00 0a 24 73 68 61 72 65 2f 68 2f 61 00",
                            "90 04 00 02 00 00");
  receive (f, "30 07 00 01 61 02 0b 01 31", "client $share/g/a ");
  receive (f, "30 07 00 01 61 02 0b 02 31", "client $share/h/a ");
}

/* Who acknowledges by hand has to be shown each copy. */
static void
test_copies_manual (ClientFixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcSubscription) hash = make (f, "a/#");
  g_autoptr (MqttcSubscription) exact = make (f, "a/b");

  mqttc_options_set_manual_acks (mqttc_client_get_options (f->client), TRUE);
  connect_logged (f);
  subscribe_both (f, hash, exact);
  receive (f, "30 09 00 03 61 2f 62 02 0b 01 31", "client a/# ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 02 31", "client a/b ");
}

/* What names one subscription is no copy of what named another that is gone. */
static void
test_copies_of_gone (ClientFixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcSubscription) hash = make (f, "a/#");
  g_autoptr (MqttcSubscription) exact = make (f, "a/b");
  g_autoptr (MqttcSubscription) plus = make (f, "a/+");

  connect_logged (f);
  subscribe_both (f, hash, exact);
  client_fixture_subscribe (f, plus, "82 0b 00 03 02 0b 03 00 03 61 2f 2b 00", "90 04 00 03 00 00");
  receive (f, "30 09 00 03 61 2f 62 02 0b 01 31", "client a/# ");
  mqttc_client_unsubscribe_async (f->client, hash, NULL, NULL, NULL);
  receive (f, "30 09 00 03 61 2f 62 02 0b 02 31", "client a/b ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 03 31", "a/+ ");
  receive (f, "b0 04 00 04 00 00", "");
}

/* A server without identifiers that is replaced by one with them, and keeps the session: it sends what was
 * subscribed to before without one, in the same message that names another. */
static void
test_anonymous_in_session (ClientFixture *f,
                           gconstpointer data)
{
  g_autoptr (MqttcSubscription) hash = make (f, "a/#");
  g_autoptr (MqttcSubscription) exact = make (f, "a/b");

  mqttc_options_set_session_expiry_interval (mqttc_client_get_options (f->client), 60);
  client_fixture_connect_5 (f, "20 05 00 00 02 29 00");
  client_fixture_subscribe (f, hash, "82 09 00 01 00 00 03 61 2f 23 00", "90 04 00 01 00 00");
  client_fixture_reconnect_5 (f, "20 03 01 00 00");
  client_fixture_subscribe (f, exact, "82 0b 00 02 02 0b 02 00 03 61 2f 62 00",
                            "90 04 00 02 00 00");
  receive (f, "30 09 00 03 61 2f 62 02 0b 02 31", "a/# a/b ");

  /* Made again, it has its identifier. */
  client_fixture_reconnect_5 (f, "20 03 00 00 00");
  client_fixture_expect (f, "82 0b 00 01 02 0b 01 00 03 61 2f 23 00"
                            " 82 0b 00 02 02 0b 02 00 03 61 2f 62 00");
  client_fixture_send (f, "90 04 00 01 00 00 90 04 00 02 00 00");
  receive (f, "30 09 00 03 61 2f 62 02 0b 02 31", "a/b ");
}

/* What another server does not take has the reason that it would give. */
static void
test_refused_by_limits (ClientFixture *f,
                        gconstpointer data)
{
  g_autoptr (MqttcSubscription) hash = make (f, "a/#");

  client_fixture_connect_5 (f, "20 03 00 00 00");
  client_fixture_subscribe (f, hash, "82 0b 00 01 02 0b 01 00 03 61 2f 23 00", "90 04 00 01 00 00");
  client_fixture_reconnect_5 (f, "20 05 00 00 02 28 00");
  g_assert_cmpuint (mqttc_subscription_get_reason_code (hash), ==,
                    MQTTC_REASON_CODE_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
  client_fixture_reconnect_5 (f, "20 03 00 00 00");
  receive (f, "90 04 00 01 00 00", "");
  g_assert_cmpuint (mqttc_subscription_get_reason_code (hash), ==, MQTTC_REASON_CODE_SUCCESS);
}

/* An identifier is kept with its filter, and is free again when the server has let go of it. */
static void
test_identifiers (ClientFixture *f,
                  gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = make (f, "a");
  g_autoptr (MqttcSubscription) b = make (f, "b");
  g_autoptr (MqttcSubscription) again = make (f, "a");
  g_autoptr (MqttcSubscription) c = make (f, "c");
  g_autoptr (MqttcSubscription) d = make (f, "d");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 03 00 00 00");
  client_fixture_subscribe (f, a, "82 09 00 01 02 0b 01 00 01 61 00", "90 04 00 01 00 00");
  client_fixture_subscribe (f, b, "82 09 00 02 02 0b 02 00 01 62 00", "90 04 00 02 00 00");
  client_fixture_subscribe (f, again, "82 09 00 03 02 0b 01 00 01 61 00", "90 04 00 03 00 00");

  mqttc_client_unsubscribe_async (f->client, b, NULL, client_fixture_keep_result_cb, &result);
  client_fixture_iterate (f);
  client_fixture_expect (f, "a2 06 00 04 00 00 01 62");
  client_fixture_subscribe (f, c, "82 09 00 05 02 0b 03 00 01 63 00", "90 04 00 05 00 00");
  client_fixture_send (f, "b0 04 00 04 00 11");
  client_fixture_iterate (f);
  g_assert_true (mqttc_client_unsubscribe_finish (f->client, result, &error));
  g_assert_cmpuint (mqttc_subscription_get_reason_code (b), ==,
                    MQTTC_REASON_CODE_NO_SUBSCRIPTION_EXISTED);
  client_fixture_subscribe (f, d, "82 09 00 06 02 0b 02 00 01 64 00", "90 04 00 06 00 00");
}

/* Nobody waits for the answer any more, and it counts all the same. */
static void
test_cancelled (ClientFixture *f,
                gconstpointer data)
{
  g_autoptr (MqttcSubscription) hash = make (f, "a/#");
  g_autoptr (MqttcSubscription) exact = make (f, "a/b");
  g_autoptr (MqttcSubscription) other = make (f, "c");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  client_fixture_connect_5 (f, "20 03 00 00 00");
  client_fixture_subscribe (f, hash, "82 0b 00 01 02 0b 01 00 03 61 2f 23 00", "90 04 00 01 00 00");
  mqttc_client_subscribe_async (f->client, exact, cancellable, NULL, NULL);
  mqttc_client_subscribe_async (f->client, other, cancellable, NULL, NULL);
  client_fixture_iterate (f);
  g_cancellable_cancel (cancellable);
  client_fixture_iterate (f);
  client_fixture_expect (f,
                         "82 0b 00 02 02 0b 02 00 03 61 2f 62 00 82 09 00 03 02 0b 03 00 01 63 00");
  receive (f, "90 04 00 02 00 00 90 04 00 03 00 87", "");
  g_assert_cmpint (mqttc_subscription_get_granted_qos (exact), ==, MQTTC_QOS_AT_MOST_ONCE);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (other), ==,
                    MQTTC_REASON_CODE_NOT_AUTHORIZED);

  /* It has an identifier, in the next session too. */
  client_fixture_reconnect_5 (f, "20 03 00 00 00");
  client_fixture_expect (f, "82 0b 00 01 02 0b 01 00 03 61 2f 23 00"
                            " 82 0b 00 02 02 0b 02 00 03 61 2f 62 00");
  client_fixture_send (f, "90 04 00 01 00 00 90 04 00 02 00 00");
  receive (f, "30 09 00 03 61 2f 62 02 0b 01 31", "a/# ");
  receive (f, "30 09 00 03 61 2f 62 02 0b 02 31", "a/b ");
}

/* Section 3.11.3 */
static void
test_unsubscribe_refused (ClientFixture *f,
                          gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = make (f, "a");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 03 00 00 00");
  client_fixture_subscribe (f, a, "82 09 00 01 02 0b 01 00 01 61 00", "90 04 00 01 00 00");
  mqttc_client_unsubscribe_async (f->client, a, NULL, client_fixture_keep_result_cb, &result);
  client_fixture_iterate (f);
  client_fixture_send (f, "b0 04 00 02 00 87");
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_unsubscribe_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
  g_assert_nonnull (strstr (error->message, "“a”"));
  g_assert_cmpuint (mqttc_subscription_get_reason_code (a), ==, MQTTC_REASON_CODE_NOT_AUTHORIZED);
}

/* Section 3.8.3.1: the options, and the highest QoS that anybody wants. */
static void
test_options (ClientFixture *f,
              gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = mqttc_subscription_new ("a", MQTTC_QOS_EXACTLY_ONCE);
  g_autoptr (MqttcSubscription) lower = make (f, "a");
  g_autoptr (MqttcSubscription) clash = make (f, "a");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 03 00 00 00");
  mqttc_subscription_set_no_local (a, TRUE);
  mqttc_subscription_set_retain_as_published (a, TRUE);
  mqttc_subscription_set_retain_handling (a, MQTTC_RETAIN_HANDLING_DO_NOT_SEND);
  g_object_set (lower, "no-local", TRUE, "retain-as-published", TRUE, "retain-handling",
                MQTTC_RETAIN_HANDLING_DO_NOT_SEND, NULL);
  client_fixture_subscribe (f, a, "82 09 00 01 02 0b 01 00 01 61 2e", "90 04 00 01 00 02");
  client_fixture_subscribe (f, lower, "82 09 00 02 02 0b 01 00 01 61 2e", "90 04 00 02 00 01");
  g_assert_cmpint (mqttc_subscription_get_granted_qos (a), ==, MQTTC_QOS_AT_LEAST_ONCE);

  mqttc_client_subscribe_async (f->client, clash, NULL, client_fixture_keep_result_cb, &result);
  client_fixture_iterate (f);
  client_fixture_expect (f, "");
  g_assert_false (mqttc_client_subscribe_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONFLICT);
}

/* --- Many. --- */

static void
subscribe_many (ClientFixture *f,
                MqttcSubscription *first,
                MqttcSubscription *second,
                GCancellable *cancellable,
                GAsyncResult **result)
{
  MqttcSubscription *both[] = { first, second };

  mqttc_client_subscribe_many_async (f->client, both, 2, cancellable, client_fixture_keep_result_cb,
                                     result);
  client_fixture_iterate (f);
}

/* A packet for each, since an identifier belongs to a packet; a refusal is an error that names it. */
static void
test_many (ClientFixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = make (f, "a");
  g_autoptr (MqttcSubscription) b = make (f, "b");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 03 00 00 00");
  subscribe_many (f, a, b, NULL, &result);
  client_fixture_expect (f, "82 09 00 01 02 0b 01 00 01 61 00 82 09 00 02 02 0b 02 00 01 62 00");
  client_fixture_send (f, "90 04 00 02 00 87");
  client_fixture_iterate (f);
  g_assert_null (result);
  client_fixture_send (f, "90 04 00 01 00 00");
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_subscribe_many_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_NOT_AUTHORIZED);
  g_assert_nonnull (strstr (error->message, "“b”"));
  g_assert_nonnull (strstr (error->message, "1 of 2"));
  receive (f, "30 07 00 01 61 02 0b 01 31", "a ");
  receive (f, "30 05 00 01 62 00 31", "");
}

/* Without identifiers a packet for both: each has its own of the codes [MQTT-3.8.4-7] [MQTT-3.9.3-1]. */
static void
test_many_granted (ClientFixture *f,
                   gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = make (f, "a");
  g_autoptr (MqttcSubscription) b = mqttc_subscription_new ("b", MQTTC_QOS_EXACTLY_ONCE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 05 00 00 02 29 00");
  subscribe_many (f, a, b, NULL, &result);
  client_fixture_expect (f, "82 0b 00 01 00 00 01 61 00 00 01 62 02");
  client_fixture_send (f, "90 05 00 01 00 97 01");
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_subscribe_many_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_QUOTA_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "“a”"));
  g_assert_cmpuint (mqttc_subscription_get_reason_code (a), ==, MQTTC_REASON_CODE_QUOTA_EXCEEDED);
  g_assert_cmpuint (mqttc_subscription_get_reason_code (b), ==, MQTTC_REASON_CODE_GRANTED_QOS_1);
  g_assert_cmpint (mqttc_subscription_get_granted_qos (b), ==, MQTTC_QOS_AT_LEAST_ONCE);
}

/* All of them or none: the second does not fit into the queue. */
static void
test_many_full (ClientFixture *f,
                gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = make (f, "a");
  g_autoptr (MqttcSubscription) b = make (f, "b");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_set_max_queued_messages (mqttc_client_get_options (f->client), 1);
  client_fixture_connect_5 (f, "20 03 00 00 00");
  subscribe_many (f, a, b, NULL, &result);
  client_fixture_expect (f, "");
  g_assert_false (mqttc_client_subscribe_many_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  receive (f, "30 05 00 01 61 00 31", "");
  client_fixture_subscribe (f, b, "82 09 00 01 02 0b 01 00 01 62 00", "90 04 00 01 00 00");
}

/* What was not sent is dropped, what was sent stays. */
static void
test_many_cancelled (ClientFixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = make (f, "a");
  g_autoptr (MqttcSubscription) b = make (f, "b");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 03 00 00 00");
  subscribe_many (f, a, b, cancellable, &result);
  client_fixture_expect (f, "82 09 00 01 02 0b 01 00 01 61 00 82 09 00 02 02 0b 02 00 01 62 00");
  client_fixture_send (f, "90 04 00 01 00 00");
  client_fixture_iterate (f);
  g_cancellable_cancel (cancellable);
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_subscribe_many_finish (f->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  client_fixture_send (f, "90 04 00 02 00 00");
  receive (f, "30 07 00 01 61 02 0b 01 31", "a ");
  receive (f, "30 07 00 01 62 02 0b 02 31", "b ");
}

/* A server without identifiers gets one packet, and messages go by topic. */
static void
test_many_without_identifiers (ClientFixture *f,
                               gconstpointer data)
{
  g_autoptr (MqttcSubscription) a = make (f, "a");
  g_autoptr (MqttcSubscription) b = make (f, "b");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 05 00 00 02 29 00");
  g_assert_false (mqttc_client_get_subscription_identifiers_available (f->client));
  subscribe_many (f, a, b, NULL, &result);
  client_fixture_expect (f, "82 0b 00 01 00 00 01 61 00 00 01 62 00");
  client_fixture_send (f, "90 05 00 01 00 00 00");
  client_fixture_iterate (f);
  mqttc_client_subscribe_many_finish (f->client, result, &error);
  g_assert_no_error (error);
  receive (f, "30 05 00 01 62 00 31", "b ");
}

/* --- What is agreed on. --- */

static void
notify_cb (GObject *object,
           GParamSpec *pspec,
           gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

/* Section 3.2.2.3. Response information that was not asked for is taken all the same [MQTT-3.1.2-28]. */
static void
test_negotiated (ClientFixture *f,
                 gconstpointer data)
{
  g_signal_connect (f->client, "notify::receive-maximum", G_CALLBACK (notify_cb), f->log);
  g_signal_connect (f->client, "notify::retain-available", G_CALLBACK (notify_cb), f->log);
  g_signal_connect (f->client, "notify::response-information", G_CALLBACK (notify_cb), f->log);
  g_assert_cmpint (mqttc_client_get_protocol (f->client), ==, MQTTC_PROTOCOL_V3_1_1);
  client_fixture_connect_5 (
      f, "20 27 00 00 24 21 00 07 22 00 03 24 01 25 01 27 00 00 10 00 28 00 2a 00 11 00 00 00 "
         "09 13 00 1e 1a 00 01 72 12 00 02 69 64");
  client_fixture_expect_log (f, "receive-maximum response-information ");
  g_assert_cmpint (mqttc_client_get_protocol (f->client), ==, MQTTC_PROTOCOL_V5);
  g_assert_cmpint (mqttc_client_get_maximum_qos (f->client), ==, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (mqttc_client_get_retain_available (f->client));
  g_assert_false (mqttc_client_get_wildcard_subscription_available (f->client));
  g_assert_false (mqttc_client_get_shared_subscription_available (f->client));
  g_assert_true (mqttc_client_get_subscription_identifiers_available (f->client));
  g_assert_cmpuint (mqttc_client_get_maximum_packet_size (f->client), ==, 4096);
  g_assert_cmpuint (mqttc_client_get_receive_maximum (f->client), ==, 7);
  g_assert_cmpuint (mqttc_client_get_topic_alias_maximum (f->client), ==, 3);
  g_assert_cmpuint (mqttc_client_get_session_expiry_interval (f->client), ==, 9);
  g_assert_cmpint (mqttc_client_get_server_keep_alive (f->client), ==, 30);
  g_assert_cmpstr (mqttc_client_get_response_information (f->client), ==, "r");
  /* The client had one of its own. */
  g_assert_null (mqttc_client_get_assigned_client_id (f->client));
}

/* --- Acknowledgements with a reason. --- */

static void
keep_cb (MqttcClient *client,
         MqttcMessage *message,
         gpointer user_data)
{
  g_ptr_array_add (user_data, mqttc_message_ref (message));
}

/* Sections 3.4.2 and 3.7.2; [MQTT-4.6.0-2] holds for those with a reason too. */
static void
test_ack_full (ClientFixture *f,
               gconstpointer data)
{
  g_autoptr (GPtrArray) messages
      = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autoptr (MqttcProperties) wrong = mqttc_properties_new ();
  g_autoptr (GError) error = NULL;

  mqttc_options_set_manual_acks (mqttc_client_get_options (f->client), TRUE);
  g_signal_connect (f->client, "message", G_CALLBACK (keep_cb), messages);
  client_fixture_connect_5 (f, "20 08 00 00 05 27 00 00 00 14"); /* packets of 20 bytes */
  client_fixture_send (f, "32 07 00 01 61 00 01 00 31 32 07 00 01 61 00 02 00 32 "
                          "32 07 00 01 61 00 03 00 33");
  client_fixture_iterate (f);
  client_fixture_send (f, "34 07 00 01 61 00 04 00 34 62 02 00 04");
  client_fixture_iterate (f);
  client_fixture_expect (f, "50 02 00 04");
  g_assert_cmpuint (messages->len, ==, 4);

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, "no");
  g_assert_true (mqttc_client_ack_full (f->client, messages->pdata[1],
                                        MQTTC_REASON_CODE_QUOTA_EXCEEDED, properties, &error));
  client_fixture_iterate (f);
  client_fixture_expect (f, "");
  g_assert_true (mqttc_client_ack (f->client, messages->pdata[0], &error));
  client_fixture_iterate (f);
  client_fixture_expect (f, "40 02 00 01 40 09 00 02 97 05 1f 00 02 6e 6f");

  /* [MQTT-3.4.2-2]: what is too long for the server is left out. */
  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, "a long explanation");
  g_assert_true (mqttc_client_ack_full (f->client, messages->pdata[2],
                                        MQTTC_REASON_CODE_NOT_AUTHORIZED, properties, &error));
  client_fixture_iterate (f);
  client_fixture_expect (f, "40 03 00 03 87");

  /* Once alone; no reason of another packet; nor for QoS 2, nor properties of another packet. */
  g_assert_false (mqttc_client_ack_full (f->client, messages->pdata[2], 0x87, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_STALE_ACK);
  g_clear_error (&error);
  g_assert_false (mqttc_client_ack_full (
      f->client, messages->pdata[2], MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (mqttc_client_ack_full (f->client, messages->pdata[3], 0x87, NULL, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "QoS 2"));
  g_clear_error (&error);
  mqttc_properties_set_uint (wrong, MQTTC_PROPERTY_ID_TOPIC_ALIAS, 1);
  g_assert_false (mqttc_client_ack_full (f->client, messages->pdata[3], 0, wrong, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, "ok");
  g_assert_true (mqttc_client_ack_full (f->client, messages->pdata[3], 0, properties, &error));
  client_fixture_iterate (f);
  client_fixture_expect (f, "70 09 00 04 00 05 1f 00 02 6f 6b");
}

/* Section 3.14.2 */
static void
test_farewell (ClientFixture *f,
               gconstpointer data)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  client_fixture_connect_5 (f, "20 03 00 00 00");
  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, "no");
  mqttc_client_close_full_async (f->client, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, properties, 0,
                                 NULL, NULL, NULL);
  client_fixture_iterate (f);
  client_fixture_expect (f, "e0 07 04 05 1f 00 02 6e 6f");
}

static void
assert_cannot_close (ClientFixture *f,
                     guint reason_code,
                     MqttcProperties *properties,
                     const char *word)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_close_full_async (f->client, reason_code, properties, 0, NULL,
                                 client_fixture_keep_result_cb, &result);
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_close_full_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, word));
}

/* Sections 3.14.2.1 and 3.14.2.2.5: what is for servers. */
static void
test_farewell_of_server (ClientFixture *f,
                         gconstpointer data)
{
  static const guint8 codes[] = { 0x01, 0x10, 0x84, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x91,
                                  0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2, 0xff };
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  client_fixture_connect_5 (f, "20 03 00 00 00");
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *name = g_strdup_printf ("0x%02x", codes[i]);

      assert_cannot_close (f, codes[i], NULL, name);
    }
  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_SERVER_REFERENCE, "b");
  assert_cannot_close (f, MQTTC_REASON_CODE_SUCCESS, properties, "server reference");
  client_fixture_expect (f, "");
}

/* Section 4.12.1: not without an authenticator. */
static void
test_reauthenticate (ClientFixture *f,
                     gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_fixture_connect_5 (f, "20 03 00 00 00");
  mqttc_client_reauthenticate_async (f->client, NULL, client_fixture_keep_result_cb, &result);
  client_fixture_iterate (f);
  g_assert_false (mqttc_client_reauthenticate_finish (f->client, result, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  client_fixture_add ("/client-5/routing", test_routing);
  client_fixture_add ("/client-5/copies", test_copies);
  client_fixture_add ("/client-5/copies/manual", test_copies_manual);
  client_fixture_add ("/client-5/copies/shared", test_copies_shared);
  client_fixture_add ("/client-5/copies/of-gone", test_copies_of_gone);
  client_fixture_add ("/client-5/anonymous-in-session", test_anonymous_in_session);
  client_fixture_add ("/client-5/refused-by-limits", test_refused_by_limits);
  client_fixture_add ("/client-5/identifiers", test_identifiers);
  client_fixture_add ("/client-5/cancelled", test_cancelled);
  client_fixture_add ("/client-5/unsubscribe-refused", test_unsubscribe_refused);
  client_fixture_add ("/client-5/options", test_options);
  client_fixture_add ("/client-5/many", test_many);
  client_fixture_add ("/client-5/many-granted", test_many_granted);
  client_fixture_add ("/client-5/many-full", test_many_full);
  client_fixture_add ("/client-5/many-cancelled", test_many_cancelled);
  client_fixture_add ("/client-5/many-without-identifiers", test_many_without_identifiers);
  client_fixture_add ("/client-5/negotiated", test_negotiated);
  client_fixture_add ("/client-5/ack-full", test_ack_full);
  client_fixture_add ("/client-5/farewell", test_farewell);
  client_fixture_add ("/client-5/farewell/of-server", test_farewell_of_server);
  client_fixture_add ("/client-5/reauthenticate", test_reauthenticate);

  return g_test_run ();
}
