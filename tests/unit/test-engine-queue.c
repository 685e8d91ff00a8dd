/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The queue of unsent requests and its bounds, what leaves it unsent, and what is counted. */

#include "engine-fixture.h"
#include "values/mqttc-message-private.h"

#define QOS0 MQTTC_QOS_AT_MOST_ONCE
#define QOS1 MQTTC_QOS_AT_LEAST_ONCE
#define QOS2 MQTTC_QOS_EXACTLY_ONCE

static void
refuse_publish (EngineFixture *f,
                const char *topic,
                const char *text,
                MqttcQos qos,
                int code,
                const char *part)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text);
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, qos);
  g_assert_false (mqttc_engine_publish (f->engine, message, NULL, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, code);
  g_assert_nonnull (strstr (error->message, topic));
  g_assert_nonnull (strstr (error->message, part));
  g_assert_false (mqttc_message_is_locked (message));
}

static MqttcEngineCounters
get_counters (EngineFixture *f)
{
  MqttcEngineCounters counters;

  mqttc_engine_get_counters (f->engine, &counters);
  return counters;
}

/* --- The size of a packet --- */

static void
test_size (EngineFixture *f,
           gconstpointer data)
{
  f->config.max_outgoing_packet_size = 8;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "123", QOS0, NULL);
  engine_publish (f, "a", "1", QOS1, NULL);
  refuse_publish (f, "a", "1234", QOS0, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                  "9 bytes, the limit is 8 (max-outgoing-packet-size)");
  refuse_publish (f, "a", "12", QOS1, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                  "9 bytes, the limit is 8 (max-outgoing-packet-size)");
  engine_assert_sends (f, "30 06 0001 61 313233  32 06 0001 61 0001 31");

  /* At once, for what comes then. */
  f->config.max_outgoing_packet_size = 0;
  mqttc_engine_configure (f->engine, &f->config);
  engine_publish (f, "a", "1234", QOS0, NULL);
  engine_assert_sends (f, "30 07 0001 61 31323334");
}

/* What was accepted is sent, if the server takes it: the limit may have been lowered since, or the packet be
 * larger in the other version. */
static void
test_size_once_accepted (EngineFixture *f,
                         gconstpointer data)
{
  f->config.max_outgoing_packet_size = 9;
  f->config.max_inflight = 1;
  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "2", QOS1, NULL);
  engine_assert_sends (f, "32 07 0001 61 0001 00 31");

  f->config.max_outgoing_packet_size = 8;
  mqttc_engine_configure (f->engine, &f->config);
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "3a 07 0001 61 0001 00 31");
  engine_feed (f, "40 02 0001");
  engine_assert_sends (f, "32 07 0001 61 0002 00 32");
}

/* --- Overflow --- */

static void
test_drop_oldest (EngineFixture *f,
                  gconstpointer data)
{
  MqttcOperation operations[6] = { 0 };

  f->config.max_queued_messages = 4;
  f->config.overflow_policy = MQTTC_OVERFLOW_POLICY_DROP_OLDEST;
  engine_open (f);
  engine_assert_events (f, "CONNECTING");
  engine_publish (f, "a", "1", QOS1, &operations[0]);
  engine_publish (f, "a", "2", QOS0, &operations[1]);
  engine_publish (f, "a", "3", QOS2, &operations[2]);
  engine_publish (f, "a", "4", QOS0, NULL);

  /* QoS 0 before others, the oldest first. */
  engine_publish (f, "a", "5", QOS1, &operations[3]);
  engine_assert_events (f, "completed:client/5");
  g_assert_null (operations[1].request);
  engine_publish (f, "a", "6", QOS1, NULL);
  engine_assert_events (f, "");
  engine_publish (f, "a", "7", QOS0, NULL);
  engine_assert_events (f, "completed:client/5");
  g_assert_null (operations[0].request);
  g_assert_cmpuint (get_counters (f).queued, ==, 4);

  engine_accept (f, FALSE);
  engine_assert_sends (f, "34 06 0001 61 0001 33  32 06 0001 61 0002 35  32 06 0001 61 0003 36"
                          "30 04 0001 61 37");
}

static void
test_drop_says_why (EngineFixture *f,
                    gconstpointer data)
{
  MqttcOperation operation = { 0 };
  MqttcEngineEvent event;

  f->config.max_queued_messages = 1;
  f->config.overflow_policy = MQTTC_OVERFLOW_POLICY_DROP_OLDEST;
  engine_open (f);
  engine_assert_events (f, "CONNECTING");
  engine_publish (f, "the/topic", "1", QOS1, &operation);
  engine_publish (f, "a", "2", QOS1, NULL);
  while (mqttc_engine_pop_event (f->engine, &event) && event.type != MQTTC_ENGINE_EVENT_COMPLETED)
    mqttc_engine_event_clear (&event);
  g_assert_true (event.operation == &operation);
  g_assert_error (event.error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
  g_assert_nonnull (strstr (event.error->message, "the/topic"));
  g_assert_nonnull (strstr (event.error->message, "dropped for a newer one"));
  g_assert_nonnull (strstr (event.error->message, "max-queued-messages"));
  mqttc_engine_event_clear (&event);
}

/* As many as its size needs; none, if that would not help. */
static void
test_drop_bytes (EngineFixture *f,
                 gconstpointer data)
{
  const char *const filters[] = { "0123456789012345678901234567890123456789", NULL };
  const guint8 qos = 0;
  g_autofree char *large = g_strnfill (130, 'x');
  g_autofree char *huge = g_strnfill (200, 'x');

  f->config.max_queued_bytes = 240;
  f->config.overflow_policy = MQTTC_OVERFLOW_POLICY_DROP_OLDEST;
  engine_open (f);
  g_assert_true (mqttc_engine_subscribe (f->engine, filters, &qos, 0, NULL, f->now, NULL));
  engine_publish (f, "a", "1", QOS0, NULL);
  engine_publish (f, "a", "2", QOS0, NULL);
  refuse_publish (f, "a", huge, QOS0, MQTTC_CLIENT_ERROR_QUEUE_FULL, "max-queued-bytes");
  g_assert_cmpuint (get_counters (f).queued, ==, 3);
  engine_publish (f, "a", large, QOS0, NULL);
  g_assert_cmpuint (get_counters (f).queued, ==, 2);
  g_assert_cmpuint (get_counters (f).queued_bytes, <=, 240);
}

/* Subscriptions are no messages; what has been on its way is the session's. */
static void
test_drop_unsent_alone (EngineFixture *f,
                        gconstpointer data)
{
  f->config.max_queued_messages = 2;
  f->config.overflow_policy = MQTTC_OVERFLOW_POLICY_DROP_OLDEST;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE); /* it is in the queue once more, as new */
  engine_publish (f, "a", "2", QOS1, NULL);
  engine_publish (f, "a", "3", QOS1, NULL);
  engine_publish (f, "a", "4", QOS1, NULL);
  g_assert_cmpuint (get_counters (f).queued, ==, 2);
  engine_assert_sends (f, "32 06 0001 61 0001 31  32 06 0001 61 0002 33  32 06 0001 61 0003 34");

  engine_cut (f);
  engine_subscribe (f, "s", QOS0, NULL);
  engine_subscribe (f, "t", QOS0, NULL);
  refuse_publish (f, "a", "5", QOS0, MQTTC_CLIENT_ERROR_QUEUE_FULL, "max-queued-messages");
  g_assert_cmpuint (get_counters (f).queued, ==, 2);
}

/* --- May the program publish? --- */

static void
test_can_publish (EngineFixture *f,
                  gconstpointer data)
{
  f->show_can_publish = TRUE;
  f->config.max_queued_messages = 4;
  g_assert_false (get_counters (f).can_publish);
  engine_open (f);
  g_assert_true (get_counters (f).can_publish);
  engine_assert_events (f, "CONNECTING can-publish");

  for (guint i = 0; i < 3; i++)
    engine_publish (f, "a", "x", QOS1, NULL);
  engine_assert_events (f, "");
  engine_publish (f, "a", "x", QOS1, NULL);
  g_assert_false (get_counters (f).can_publish);
  engine_assert_events (f, "cannot-publish");
  refuse_publish (f, "a", "y", QOS1, MQTTC_CLIENT_ERROR_QUEUE_FULL, "max-queued-messages");
  engine_assert_events (f, "");
}

/* It comes back when half of the queue is free. */
static void
test_can_publish_again (EngineFixture *f,
                        gconstpointer data)
{
  MqttcOperation operations[4] = { 0 };

  f->show_can_publish = TRUE;
  f->config.max_queued_messages = 4;
  engine_open (f);
  for (guint i = 0; i < 4; i++)
    engine_publish (f, "a", "x", QOS1, &operations[i]);
  engine_assert_events (f, "CONNECTING");

  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (get_counters (f).can_publish);
      g_assert_true (mqttc_engine_cancel (
          f->engine, &operations[i], g_error_new_literal (MQTTC_CLIENT_ERROR, 99, "cancelled")));
    }
  engine_assert_events (f, "completed:client/99 completed:client/99 can-publish");

  mqttc_engine_close (f->engine, 0, NULL, 0, f->now);
  engine_assert_events (f, "DRAINING cannot-publish completed:client/9 completed:client/9 CLOSED "
                           "disconnected:");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  engine_open (f);
  engine_assert_events (f, "CONNECTING can-publish");
}

/* It comes after what was told before it; what goes back before it is told has never been. */
static void
test_can_publish_coalesced (EngineFixture *f,
                            gconstpointer data)
{
  MqttcOperation operation = { 0 };

  f->show_can_publish = TRUE;
  f->config.max_queued_messages = 1;
  engine_connect (f, FALSE);
  for (guint i = 0; i < 10; i++)
    {
      engine_publish (f, "a", "x", QOS0, NULL);
      g_assert_false (get_counters (f).can_publish);
      g_assert_true (mqttc_engine_has_event (f->engine));
      engine_assert_sends (f, "30 04 0001 61 78");
      g_assert_true (get_counters (f).can_publish);
      g_assert_false (mqttc_engine_has_event (f->engine));
    }

  engine_feed (f, "30 04 0001 61 31");
  engine_publish (f, "a", "x", QOS0, &operation);
  engine_feed (f, "30 04 0001 61 32");
  engine_assert_events (f, "a=1 cannot-publish a=2");
}

static void
test_can_publish_bytes (EngineFixture *f,
                        gconstpointer data)
{
  g_autofree char *huge = g_strnfill (300, 'x');
  g_autofree char *large = g_strnfill (100, 'x');
  MqttcOperation operation = { 0 };

  f->show_can_publish = TRUE;
  f->config.max_queued_bytes = 200;
  engine_connect (f, FALSE);

  /* Nothing to wait for: it does not fit into the empty queue either. */
  refuse_publish (f, "a", huge, QOS0, MQTTC_CLIENT_ERROR_QUEUE_FULL, "max-queued-bytes");
  engine_assert_events (f, "");

  engine_publish (f, "a", "1", QOS0, &operation);
  refuse_publish (f, "a", large, QOS0, MQTTC_CLIENT_ERROR_QUEUE_FULL, "max-queued-bytes");
  engine_assert_events (f, "cannot-publish");
  engine_assert_sends (f, "30 04 0001 61 31");
  engine_assert_events (f, "can-publish completed:3");
  engine_publish (f, "a", large, QOS0, NULL);
}

/* Bounds that are changed meanwhile. */
static void
test_can_publish_configured (EngineFixture *f,
                             gconstpointer data)
{
  f->show_can_publish = TRUE;
  f->config.max_queued_messages = 2;
  engine_open (f);
  engine_publish (f, "a", "1", QOS0, NULL);
  engine_assert_events (f, "CONNECTING can-publish");
  f->config.max_queued_messages = 1;
  mqttc_engine_configure (f->engine, &f->config);
  engine_assert_events (f, "cannot-publish");
  f->config.max_queued_messages = 10;
  mqttc_engine_configure (f->engine, &f->config);
  engine_assert_events (f, "can-publish");
}

/* --- Messages of the program that are not needed any more --- */

static guint n_freed;

static void
count_freed_cb (gpointer data)
{
  n_freed++;
  g_free (data);
}

static void
publish_foreign (EngineFixture *f,
                 MqttcQos qos,
                 gsize size)
{
  char *payload = g_strnfill (size, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (payload, size, count_freed_cb, payload);
  g_autoptr (MqttcMessage) message = NULL;

  message = mqttc_message_new ("a", bytes);
  mqttc_message_set_qos (message, qos);
  g_assert_true (mqttc_engine_publish (f->engine, message, NULL, f->now, NULL));
}

static void
assert_discarded (EngineFixture *f,
                  guint n)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  guint before = n_freed;

  g_assert_true (mqttc_engine_has_discarded (f->engine) == (n > 0));
  mqttc_engine_swap_discarded (f->engine, &messages);
  g_assert_false (mqttc_engine_has_discarded (f->engine));
  g_assert_cmpuint (n_freed, ==, before);
  g_ptr_array_unref (messages);
  g_assert_cmpuint (n_freed, ==, before + n);
}

/* None of its functions runs a function of the program. */
static void
test_discarded (EngineFixture *f,
                gconstpointer data)
{
  MqttcSlice slice[4];
  guint n;

  n_freed = 0;
  engine_connect (f, FALSE);
  publish_foreign (f, QOS0, 20000); /* not encoded when it is accepted */
  publish_foreign (f, QOS1, 10);
  publish_foreign (f, QOS2, 10);
  publish_foreign (f, QOS0, 20000); /* lent from where it lies */
  while ((n = mqttc_engine_peek_output (f->engine, slice, 4, f->now)) > 0)
    mqttc_engine_sent (f->engine, slice[0].len, f->now);
  g_assert_cmpuint (n_freed, ==, 0);
  assert_discarded (f, 2);
  engine_feed (f, "40 02 0001");
  g_assert_cmpuint (n_freed, ==, 2);
  assert_discarded (f, 1);
  engine_feed (f, "50 02 0002");
  assert_discarded (f, 1);
  engine_feed (f, "70 02 0002");
  assert_discarded (f, 0);

  /* Half written, and then closed. */
  publish_foreign (f, QOS0, 20000);
  publish_foreign (f, QOS1, 10);
  mqttc_engine_peek_output (f->engine, slice, 4, f->now);
  mqttc_engine_sent (f->engine, 100, f->now);
  mqttc_engine_abort (f->engine, f->now);
  g_assert_cmpuint (n_freed, ==, 4);
  engine_assert_events (f, "CLOSED disconnected:");
  assert_discarded (f, 2);
}

static void
test_discarded_unsent (EngineFixture *f,
                       gconstpointer data)
{
  n_freed = 0;
  f->config.offline_qos0 = MQTTC_OFFLINE_QOS0_DROP;
  f->config.overflow_policy = MQTTC_OVERFLOW_POLICY_DROP_OLDEST;
  f->config.max_queued_messages = 1;
  engine_connect (f, FALSE);
  publish_foreign (f, QOS0, 10);
  engine_cut (f);
  assert_discarded (f, 1);
  publish_foreign (f, QOS1, 10);
  publish_foreign (f, QOS1, 10);
  assert_discarded (f, 1);

  /* Messages made of our own memory need nobody else. */
  engine_publish (f, "a", "x", QOS1, NULL);
  assert_discarded (f, 1);
  engine_publish (f, "a", "x", QOS1, NULL);
  assert_discarded (f, 0);

  publish_foreign (f, QOS1, 10);
  mqttc_engine_abort (f->engine, f->now);
  g_assert_cmpuint (n_freed, ==, 3);
}

/* Which messages are the program's to free: those whose payload lies in bytes that it made. */
static void
test_foreign (void)
{
  g_autofree char *large = g_strnfill (5000, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (large, 5000);
  g_autoptr (MqttcMessage) given = mqttc_message_new ("a", bytes);
  g_autoptr (MqttcMessage) shared = mqttc_message_copy (given);
  g_autoptr (MqttcMessage) empty = mqttc_message_new ("a", NULL);
  g_autoptr (MqttcMessage) text = mqttc_message_new_text ("a", large);
  g_autoptr (MqttcMessage) text_copy = mqttc_message_copy (text);

  g_assert_true (mqttc_message_is_foreign (given));
  g_assert_true (mqttc_message_is_foreign (shared));
  g_assert_false (mqttc_message_is_foreign (empty));
  g_assert_false (mqttc_message_is_foreign (text));
  g_assert_false (mqttc_message_is_foreign (text_copy));

  mqttc_message_set_text (shared, "x");
  g_assert_false (mqttc_message_is_foreign (shared));
  mqttc_message_set_payload (shared, bytes);
  g_assert_true (mqttc_message_is_foreign (shared));
  mqttc_message_set_payload (shared, NULL);
  g_assert_false (mqttc_message_is_foreign (shared));

  /* Bytes made when asked for are not the program's. */
  g_assert_nonnull (mqttc_message_get_payload (empty));
  g_assert_false (mqttc_message_is_foreign (empty));
}

/* A will is copied with its payload, however large. */
static void
test_will_is_copied (EngineFixture *f,
                     gconstpointer data)
{
  char *payload = g_strnfill (5000, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (payload, 5000, count_freed_cb, payload);
  MqttcEngineConfig copy;
  gsize len;

  n_freed = 0;
  f->config.will = mqttc_message_new ("will", bytes);
  mqttc_message_set_qos (f->config.will, QOS2);
  mqttc_message_set_retain (f->config.will, TRUE);
  g_clear_pointer (&bytes, g_bytes_unref);
  mqttc_engine_config_copy (&copy, &f->config);
  g_clear_pointer (&f->config.will, mqttc_message_unref);
  g_assert_cmpuint (n_freed, ==, 1);

  g_assert_cmpstr (mqttc_message_get_topic (copy.will), ==, "will");
  g_assert_cmpint (mqttc_message_get_qos (copy.will), ==, QOS2);
  g_assert_true (mqttc_message_get_retain (copy.will));
  mqttc_message_peek_payload (copy.will, &len);
  g_assert_cmpuint (len, ==, 5000);
  mqttc_engine_config_clear (&copy);
}

/* --- The rest --- */

static void
test_refuse (EngineFixture *f,
             gconstpointer data)
{
  MqttcOperation operation = { 0 };

  mqttc_engine_refuse (f->engine, &operation,
                       g_error_new_literal (MQTTC_CLIENT_ERROR, 99, "refused"));
  engine_assert_events (f, "completed:client/99");
}

/* [MQTT-3.1.2-8] [MQTT-3.14.4-3]: no DISCONNECT, so that the will is published; the rest is as ever. */
static void
test_close_with_will (EngineFixture *f,
                      gconstpointer data)
{
  MqttcOperation operation = { 0 };

  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, &operation);
  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, NULL, SECONDS (5), f->now);
  engine_assert_sends (f, "32 06 0001 61 0001 31");
  engine_assert_events (f, "DRAINING");
  engine_feed (f, "40 02 0001");
  engine_assert_sends (f, "");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  engine_assert_events (f, "completed:4 CLOSED disconnected:");

  /* Acknowledgements that wait still leave. */
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 61 0007 31");
  engine_assert_events (f, "a=1");
  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, NULL, 0, f->now);
  engine_assert_sends (f, "40 02 0007");
  engine_assert_events (f, "DRAINING CLOSED disconnected:");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

  /* Asked for while DISCONNECT waits to leave. */
  engine_connect (f, FALSE);
  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_SUCCESS, NULL, 0, f->now);
  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, NULL, 0, f->now);
  engine_assert_sends (f, "");
  engine_assert_events (f, "DRAINING CLOSED disconnected:");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

  /* The next time it is as usual again. [MQTT-3.14.4-1] */
  engine_connect (f, FALSE);
  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_SUCCESS, NULL, 0, f->now);
  engine_assert_sends (f, "e0 00");
}

static void
test_counters (EngineFixture *f,
               gconstpointer data)
{
  MqttcEngineCounters counters;

  f->config.clean_session = FALSE;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "0", QOS0, NULL);
  engine_assert_sends (f, "32 06 0001 61 0001 31  30 04 0001 61 30");
  engine_feed (f, "34 06 0001 61 0007 32  34 06 0001 61 0007 32  62 02 0007  62 02 0007");
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, TRUE);
  engine_assert_sends (f, "3a 06 0001 61 0001 31");

  counters = get_counters (f);
  g_assert_cmpuint (counters.connections, ==, 2);
  g_assert_cmpuint (counters.messages_sent, ==, 3);
  g_assert_cmpuint (counters.messages_received, ==, 1);
  g_assert_cmpuint (counters.packets_sent, ==, 5);
  g_assert_cmpuint (counters.packets_received, ==, 6);
  g_assert_cmpuint (counters.bytes_sent, ==, 2 * 16 + 3 * 8 - 2);
  g_assert_cmpuint (counters.bytes_received, ==, 2 * 4 + 2 * 8 + 2 * 4);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine/size/limit", test_size);
  engine_test ("/engine/size/limit/once-accepted", test_size_once_accepted);
  engine_test_both ("/engine/overflow/drop-oldest", test_drop_oldest);
  engine_test_both ("/engine/overflow/says-why", test_drop_says_why);
  engine_test_both ("/engine/overflow/bytes", test_drop_bytes);
  engine_test_both ("/engine/overflow/unsent-alone", test_drop_unsent_alone);
  engine_test_both ("/engine/can-publish/bound", test_can_publish);
  engine_test_both ("/engine/can-publish/again", test_can_publish_again);
  engine_test_both ("/engine/can-publish/coalesced", test_can_publish_coalesced);
  engine_test_both ("/engine/can-publish/bytes", test_can_publish_bytes);
  engine_test_both ("/engine/can-publish/configured", test_can_publish_configured);
  engine_test_both ("/engine/discarded/sent", test_discarded);
  engine_test_both ("/engine/discarded/unsent", test_discarded_unsent);
  g_test_add_func ("/engine/discarded/foreign", test_foreign);
  engine_test_both ("/engine/discarded/will", test_will_is_copied);
  engine_test_both ("/engine/refuse", test_refuse);
  engine_test ("/engine/close/with-will", test_close_with_will);
  engine_test ("/engine/counters", test_counters);

  return g_test_run ();
}
