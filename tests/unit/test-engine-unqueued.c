/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* QoS 0 publishes that nobody waits for: encoded when they are accepted, and not lost with the link. */

#include "engine-fixture.h"
#include "values/mqttc-message-private.h"

#define QOS0 MQTTC_QOS_AT_MOST_ONCE
#define QOS1 MQTTC_QOS_AT_LEAST_ONCE

/* "a", and one character. */
#define PUBLISH_SIZE 6

static MqttcEngineCounters
get_counters (EngineFixture *f)
{
  MqttcEngineCounters counters;

  mqttc_engine_get_counters (f->engine, &counters);
  return counters;
}

/* The link takes the first @n_bytes of what there is to send. */
static void
take (EngineFixture *f,
      gsize n_bytes)
{
  MqttcSlice slices[4];

  g_assert_cmpuint (mqttc_engine_peek_output (f->engine, slices, 4, f->now), >, 0);
  mqttc_engine_sent (f->engine, n_bytes, f->now);
}

static void
reconnect (EngineFixture *f)
{
  engine_cut (f);
  engine_redial (f);
  engine_accept (f, FALSE);
}

static void
test_at_once (EngineFixture *f,
              gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS0, NULL);
  g_assert_cmpuint (get_counters (f).queued, ==, 0);
  g_assert_cmpuint (get_counters (f).messages_sent, ==, 1);
  g_assert_true (mqttc_engine_want_write (f->engine));
  engine_assert_sends (f, "30 04 0001 61 31");
}

/* The message is the program's again, but for its lock. */
static void
test_message (EngineFixture *f,
              gconstpointer data)
{
  MqttcMessage *message = mqttc_message_new_text ("a", "1");

  engine_connect (f, FALSE);
  g_assert_true (mqttc_engine_publish (f->engine, message, NULL, f->now, NULL));
  g_assert_true (mqttc_message_is_locked (message));
  mqttc_message_unref (message);
  engine_assert_sends (f, "30 04 0001 61 31");
}

/* It waits its turn behind what was accepted before it, and without a connection. */
static void
test_queued (EngineFixture *f,
             gconstpointer data)
{
  f->config.max_inflight = 1;
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS1, NULL);
  engine_publish (f, "a", "2", QOS0, NULL);
  g_assert_cmpuint (get_counters (f).queued, ==, 2);
  engine_assert_sends (f, "32 06 0001 61 0001 31  30 04 0001 61 32");

  engine_cut (f);
  engine_publish (f, "a", "3", QOS0, NULL);
  g_assert_cmpuint (get_counters (f).queued, ==, 1);
}

/* An acknowledgement precedes what the handlers of its message have published. */
static void
test_after_ack (EngineFixture *f,
                gconstpointer data)
{
  f->hold = TRUE;
  engine_connect (f, FALSE);
  engine_feed (f, "32 06 0001 61 0007 31");
  engine_assert_events (f, "a=1");
  engine_publish (f, "a", "2", QOS0, NULL);
  engine_deliver (f, 0);
  engine_assert_sends (f, "40 02 0007  30 04 0001 61 32");
}

/* Those that the link has not taken are sent on the next one, in their order among the others. */
static void
test_lost_link (EngineFixture *f,
                gconstpointer data)
{
  MqttcOperation operation = { 0 };

  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS0, NULL);
  engine_publish (f, "a", "2", QOS0, NULL);
  engine_publish (f, "a", "3", QOS0, &operation);
  take (f, PUBLISH_SIZE + 1);
  engine_publish (f, "a", "4", QOS0, NULL);
  reconnect (f);
  engine_assert_sends (f, "30 04 0001 61 32  30 04 0001 61 33  30 04 0001 61 34");
  engine_assert_events (f, "completed:3");
}

/* The bytes are moved while the link has taken a part of them, of packets and of one. */
static void
test_moved (EngineFixture *f,
            gconstpointer data)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  const guint n_publishes = 602;
  guint n_taken = 0;
  gsize bytes_taken = 0;

  engine_connect (f, FALSE);
  for (guint i = 0; i < n_publishes; i++)
    {
      g_autofree char *text = g_strdup_printf ("%03u", i);

      engine_publish (f, "a", text, QOS0, NULL);
      if (i % 3 != 0)
        {
          take (f, 7);
          bytes_taken += 7;
        }
    }

  n_taken = bytes_taken / 8;
  g_assert_cmpuint (bytes_taken % 8, !=, 0);
  for (guint i = n_taken; i < n_publishes; i++)
    g_string_append_printf (expected, "3006000161%02x%02x%02x", '0' + i / 100, '0' + i / 10 % 10,
                            '0' + i % 10);

  reconnect (f);
  engine_assert_sends (f, expected->str);
}

/* What is sent from where it lies is between them: a request each, and nothing is lost. */
static void
test_large_payload (EngineFixture *f,
                    gconstpointer data)
{
  g_autofree char *large = g_strnfill (20000, 'x');
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < 20000; i++)
    g_string_append (expected, "78");
  g_string_prepend (expected, "300400016131 30a39c01 000161");
  g_string_append (expected, "300400016132");

  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS0, NULL);
  engine_publish (f, "a", large, QOS0, NULL);
  engine_publish (f, "a", "2", QOS0, NULL);
  reconnect (f);
  engine_assert_sends (f, expected->str);

  engine_publish (f, "a", large, QOS0, NULL);
  engine_publish (f, "a", "2", QOS0, NULL);
  take (f, 4 + 3 + 20000);
  engine_publish (f, "a", "3", QOS0, NULL);
  reconnect (f);
  engine_assert_sends (f, "30 04 0001 61 32  30 04 0001 61 33");
}

/* A SUBSCRIBE that has to be sent again still comes first. */
static void
test_after_subscribe (EngineFixture *f,
                      gconstpointer data)
{
  MqttcOperation operation = { 0 };

  engine_connect (f, FALSE);
  engine_subscribe (f, "a", QOS0, &operation);
  take (f, 1);
  engine_publish (f, "a", "1", QOS0, NULL);
  reconnect (f);
  engine_assert_sends (f, "82 06 0001 0001 61 00  30 04 0001 61 31");
  engine_feed (f, "90 03 0001 00");
  engine_assert_events (f, "completed:9");
}

/* Closing waits for them, too, also if the link is lost meanwhile. */
static void
test_drain (EngineFixture *f,
            gconstpointer data)
{
  engine_connect (f, FALSE);
  engine_publish (f, "a", "1", QOS0, NULL);
  mqttc_engine_close (f->engine, 0, NULL, SECONDS (100), f->now);
  engine_wait (f, SECONDS (20));
  engine_assert_events (f, "DRAINING");

  engine_cut (f);
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_DRAINING);
  engine_wait (f, SECONDS (5));
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_assert_sends (f, "30 04 0001 61 31  e0 00");
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CLOSED);
}

/* Beyond a send buffer they wait in the queue, with its bounds. */
static void
test_full (EngineFixture *f,
           gconstpointer data)
{
  g_autofree char *text = g_strnfill (1000, 'x');
  guint n = 0;

  engine_connect (f, FALSE);
  while (get_counters (f).queued == 0)
    {
      engine_publish (f, "a", text, QOS0, NULL);
      n++;
    }
  g_assert_cmpuint (n, ==, 64 * 1024 / 1006 + 2);
  engine_publish (f, "a", text, QOS0, NULL);
  g_assert_cmpuint (get_counters (f).queued, ==, 2);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  engine_test_both ("/engine/unqueued/at-once", test_at_once);
  engine_test_both ("/engine/unqueued/message", test_message);
  engine_test_both ("/engine/unqueued/queued", test_queued);
  engine_test_both ("/engine/unqueued/after-ack", test_after_ack);
  engine_test_both ("/engine/unqueued/lost-link", test_lost_link);
  engine_test ("/engine/unqueued/moved", test_moved);
  engine_test ("/engine/unqueued/large-payload", test_large_payload);
  engine_test_both ("/engine/unqueued/after-subscribe", test_after_subscribe);
  engine_test_both ("/engine/unqueued/drain", test_drain);
  engine_test_both ("/engine/unqueued/full", test_full);

  return g_test_run ();
}
