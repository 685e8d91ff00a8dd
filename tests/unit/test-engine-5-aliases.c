/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Topic aliases: section 3.3.2.3.4 of MQTT 5. */

#include <string.h>

#include "engine-fixture.h"

#include "session/mqttc-topic-aliases-private.h"

/* --- What we send. --- */

/* [MQTT-3.2.2-17] [MQTT-3.3.2-8] [MQTT-3.3.2-9] */
static void
test_assigned_and_used (EngineFixture *f,
                        gconstpointer data)
{
  f->config.max_topic_aliases = 10;
  engine_connect_5 (f, "22 0002");
  engine_publish (f, "long", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_publish (f, "long", "y", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_publish (f, "other", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_publish (f, "third", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_publish (f, "other", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "30 0b 0004 6c6f6e67 03 23 0001 78"
                          " 32 09 0000 0001 03 23 0001 79"
                          " 30 0c 0005 6f74686572 03 23 0002 78"
                          " 30 09 0005 7468697264 00 78"
                          " 30 07 0000 03 23 0002 78");
}

/* [MQTT-3.2.2-18], and only what was asked for. */
static void
test_none (EngineFixture *f,
           gconstpointer data)
{
  f->config.max_topic_aliases = 10;
  engine_connect_5 (f, "");
  engine_publish (f, "long", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "30 08 0004 6c6f6e67 00 78");
  engine_cut (f);
  f->config.max_topic_aliases = 0;
  engine_redial (f);
  engine_accept_5 (f, FALSE, "22 0002");
  engine_publish (f, "long", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "30 08 0004 6c6f6e67 00 78");
}

/* [MQTT-3.3.2-7]: what is sent again has its topic, on each connection. */
static void
test_resends (EngineFixture *f,
              gconstpointer data)
{
  f->config.max_topic_aliases = 10;
  f->config.session_expiry = 60;
  engine_connect_5 (f, "22 0002");
  engine_publish (f, "long", "x", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_publish (f, "long", "y", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "32 0d 0004 6c6f6e67 0001 03 23 0001 78"
                          " 32 09 0000 0002 03 23 0001 79");
  engine_reconnect_5 (f, TRUE, "22 0001");
  engine_assert_sends (f, "3a 0d 0004 6c6f6e67 0001 03 23 0001 78"
                          " 3a 09 0000 0002 03 23 0001 79");
  engine_reconnect_5 (f, TRUE, "");
  engine_assert_sends (f, "3a 0a 0004 6c6f6e67 0001 00 78 3a 0a 0004 6c6f6e67 0002 00 79");
}

/* The link has taken the assignment, and not what used it: nothing but an alias says where that was to
 * go. */
static void
test_unqueued_read_back (EngineFixture *f,
                         gconstpointer data)
{
  f->config.max_topic_aliases = 1;
  engine_connect_5 (f, "22 0001");
  engine_publish (f, "long", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "30 0b 0004 6c6f6e67 03 23 0001 78");
  engine_publish (f, "long", "y", MQTTC_QOS_AT_MOST_ONCE, NULL);
  /* These would take the alias away, if what uses it were not on its way. */
  for (guint i = 0; i < 10; i++)
    engine_publish (f, "other", "z", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_reconnect_5 (f, FALSE, "");
  engine_assert_sends (f, "30 08 0004 6c6f6e67 00 79"
                          " 30 09 0005 6f74686572 00 7a 30 09 0005 6f74686572 00 7a"
                          " 30 09 0005 6f74686572 00 7a 30 09 0005 6f74686572 00 7a"
                          " 30 09 0005 6f74686572 00 7a 30 09 0005 6f74686572 00 7a"
                          " 30 09 0005 6f74686572 00 7a 30 09 0005 6f74686572 00 7a"
                          " 30 09 0005 6f74686572 00 7a 30 09 0005 6f74686572 00 7a");
}

/* [MQTT-3.2.2-15]: with the topic and an alias a packet is longer than with either, the length of its
 * properties and its own may each take a byte more. */
static void
test_maximum_packet_size (EngineFixture *f,
                          gconstpointer data)
{
  static const guint sizes[] = { 126, 126, 120 };
  g_autofree char *text = g_strnfill (200, 'x');
  const guint limit = 140;

  f->config.max_topic_aliases = 100;
  engine_connect_5 (f, "22 0064 27 0000008c");
  for (guint i = 0; i < 120; i++)
    for (guint n = 0; n < G_N_ELEMENTS (sizes); n++)
      {
        const guint k = sizes[n];
        g_autofree char *topic = g_strnfill (i + 4, (char) ('a' + i % 26));
        g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text + 200 - (k - i));
        g_autofree char *sent = NULL;

        if (i > k)
          continue;
        mqttc_message_set_content_type (message, "c");
        if (mqttc_engine_publish (f->engine, message, NULL, f->now, NULL))
          {
            sent = engine_take_output (f);
            g_assert_cmpuint (strlen (sent), <=, 2 * limit);
            g_assert_cmpuint (strlen (sent), >, 0);
          }
      }
}

/* Beside the message's own properties, of which the interval is counted down. */
static void
test_beside_others (EngineFixture *f,
                    gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_data ("long", "x", 1);
  g_autoptr (GError) error = NULL;

  mqttc_message_add_user_property (message, "a", "b");
  mqttc_message_set_expiry_interval (message, 100);
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->config.max_topic_aliases = 10;
  engine_open (f);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (mqttc_engine_publish (f->engine, message, NULL, f->now, &error));
      f->now += SECONDS (10);
    }
  engine_accept_5 (f, FALSE, "22 0002");
  g_assert_true (mqttc_engine_publish (f->engine, message, NULL, f->now, &error));
  g_assert_no_error (error);
  engine_assert_sends (f, "30 17 0004 6c6f6e67 0f 23 0001 26 0001 61 0001 62 02 00000050 78"
                          " 30 13 0000 0f 23 0001 26 0001 61 0001 62 02 0000005a 78"
                          " 30 13 0000 0f 23 0001 26 0001 61 0001 62 02 00000064 78");
}

/* --- What we receive. --- */

/* [MQTT-3.1.2-26] [MQTT-3.3.2-10] */
static void
test_received (EngineFixture *f,
               gconstpointer data)
{
  f->config.topic_alias_maximum = 2;
  engine_connect_5 (f, "");
  engine_feed (f, "30 08 0001 61 03 23 0001 78 30 08 0001 62 03 23 0002 78");
  engine_feed (f, "30 07 0000 03 23 0001 79 32 09 0000 0001 03 23 0002 79");
  engine_assert_events (f, "a=x b=x a=y b=y");
  engine_assert_sends (f, "40 02 0001");
  /* Assigned anew, also to what it is. */
  engine_feed (f, "30 08 0001 63 03 23 0001 78 30 07 0000 03 23 0001 79");
  engine_feed (f, "30 08 0001 63 03 23 0001 7a 30 07 0000 03 23 0001 7a 30 05 0001 61 00 78");
  engine_assert_events (f, "c=x c=y c=z c=z a=x");
}

/* A message of QoS 2 has its topic when it is delivered, whatever the alias stands for by then. */
static void
test_received_and_held (EngineFixture *f,
                        gconstpointer data)
{
  f->config.topic_alias_maximum = 2;
  engine_connect_5 (f, "");
  engine_feed (f, "30 08 0001 61 03 23 0001 78 34 09 0000 0001 03 23 0001 79");
  engine_feed (f, "30 08 0001 62 03 23 0001 78 62 02 0001");
  engine_assert_events (f, "a=x b=x a=y");
}

static void
assert_invalid (EngineFixture *f,
                guint maximum,
                const char *publish,
                const char *last_words)
{
  f->config.topic_alias_maximum = maximum;
  engine_connect_5 (f, "");
  engine_feed (f, publish);
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, last_words);
  mqttc_engine_abort (f->engine, f->now);
  engine_drop_events (f);
}

/* [MQTT-3.1.2-27] [MQTT-3.3.2-8] [MQTT-3.3.2-11] */
static void
test_received_invalid (EngineFixture *f,
                       gconstpointer data)
{
  assert_invalid (f, 2, "30 08 0001 61 03 23 0000 78", "e0 01 94");
  assert_invalid (f, 2, "30 08 0001 61 03 23 0003 78", "e0 01 94");
  assert_invalid (f, 0, "30 08 0001 61 03 23 0001 78", "e0 01 94");
  assert_invalid (f, 0, "30 07 0000 03 23 0001 78", "e0 01 94");
  /* What stands for nothing, and what has neither. */
  assert_invalid (f, 2, "30 07 0000 03 23 0002 78", "e0 01 82");
  assert_invalid (f, 2, "30 04 0000 00 78", "e0 01 82");
}

/* [MQTT-3.3.2-7] */
static void
test_received_forgotten (EngineFixture *f,
                         gconstpointer data)
{
  f->config.topic_alias_maximum = 2;
  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_feed (f, "30 08 0001 61 03 23 0001 78");
  engine_assert_events (f, "a=x");
  engine_reconnect_5 (f, TRUE, "");
  engine_feed (f, "30 07 0000 03 23 0001 78");
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, "e0 01 82");
}

/* --- The tables alone. --- */

#define N_TOPICS 40
#define MAX_ALIASES 8

typedef struct
{
  guint topic_of[MAX_ALIASES + 1]; /* what the server believes; 0: nothing */
  guint used[MAX_ALIASES + 1];     /* when last */
  guint n_assigned;
} Model;

static guint
get_least_recently_used (const Model *model,
                         guint maximum)
{
  guint oldest = 1;

  for (guint i = 2; i <= maximum; i++)
    if (model->used[i] < model->used[oldest])
      oldest = i;

  return oldest;
}

static void
check_one (MqttcTopicAliases *aliases,
           Model *model,
           guint maximum,
           guint topic,
           gboolean may_reassign,
           guint when)
{
  g_autofree char *name = g_strdup_printf ("topic/%u", topic);
  const MqttcSlice slice = mqttc_slice (name, strlen (name));
  guint16 alias = 0;
  gboolean known = FALSE;
  MqttcAliasUse use;

  for (guint i = 1; i <= maximum; i++)
    known = known || model->topic_of[i] == topic;

  use = mqttc_topic_aliases_get (aliases, slice, may_reassign, &alias);
  g_assert_cmpint (use == MQTTC_ALIAS_USE, ==, known);
  if (use == MQTTC_ALIAS_NONE)
    return;

  g_assert_cmpuint (alias, >=, 1);
  g_assert_cmpuint (alias, <=, maximum);
  if (use == MQTTC_ALIAS_ASSIGN)
    {
      g_assert_true (model->topic_of[alias] == 0 || may_reassign);
      if (model->topic_of[alias] != 0)
        g_assert_cmpuint (alias, ==, get_least_recently_used (model, maximum));
      model->n_assigned++;
      model->topic_of[alias] = topic;
    }
  g_assert_cmpuint (model->topic_of[alias], ==, topic);
  model->used[alias] = when;
  g_assert_cmpmem (mqttc_topic_aliases_lookup (aliases, alias).data,
                   mqttc_topic_aliases_lookup (aliases, alias).len, name, strlen (name));
}

static void
test_model (void)
{
  for (guint maximum = 1; maximum <= MAX_ALIASES; maximum++)
    {
      MqttcTopicAliases aliases = { 0 };
      Model model = { 0 };

      mqttc_topic_aliases_configure (&aliases, maximum);
      for (guint i = 1; i <= 20000; i++)
        {
          guint limit = (guint) g_test_rand_int_range (1, N_TOPICS);
          guint topic = 1 + (i / 4000 + (guint) g_test_rand_int_range (0, (int) limit)) % N_TOPICS;

          check_one (&aliases, &model, maximum, topic, g_test_rand_int_range (0, 4) != 0, i);
        }
      g_assert_cmpuint (model.n_assigned, >=, maximum);
      g_assert_cmpuint (mqttc_topic_aliases_lookup (&aliases, 0).len, ==, 0);
      g_assert_cmpuint (mqttc_topic_aliases_lookup (&aliases, maximum + 1).len, ==, 0);
      mqttc_topic_aliases_clear (&aliases);
    }
}

/* One more topic than aliases, each in its turn: an assignment each time would cost more than no
 * aliases. */
static void
test_round_robin (void)
{
  MqttcTopicAliases aliases = { 0 };
  Model model = { 0 };

  mqttc_topic_aliases_configure (&aliases, 4);
  for (guint i = 0; i < 10000; i++)
    check_one (&aliases, &model, 4, 1 + i % 5, TRUE, i + 1);
  g_assert_cmpuint (model.n_assigned, <, 100);
  mqttc_topic_aliases_clear (&aliases);
}

/* What is used now has one soon, whatever was used before. */
static void
test_change_of_topics (void)
{
  MqttcTopicAliases aliases = { 0 };
  Model model = { 0 };
  guint before;

  mqttc_topic_aliases_configure (&aliases, 4);
  for (guint i = 0; i < 10000; i++)
    check_one (&aliases, &model, 4, 1 + i % 4, TRUE, i + 1);
  before = model.n_assigned;
  for (guint i = 0; i < 2000; i++)
    check_one (&aliases, &model, 4, 5 + i % 4, TRUE, 10001 + i);
  g_assert_cmpuint (model.n_assigned, >=, before + 4);
  for (guint i = 1; i <= 4; i++)
    g_assert_cmpuint (model.topic_of[i], >=, 5);
  mqttc_topic_aliases_clear (&aliases);
}

/* Of a short topic nothing is saved, and a long one takes much memory. */
static void
test_lengths (void)
{
  MqttcTopicAliases aliases = { 0 };
  char topic[1026];
  guint16 alias;

  memset (topic, 'a', sizeof topic);
  mqttc_topic_aliases_configure (&aliases, 4);
  g_assert_cmpint (mqttc_topic_aliases_get (&aliases, mqttc_slice (topic, 3), TRUE, &alias), ==,
                   MQTTC_ALIAS_NONE);
  g_assert_cmpint (mqttc_topic_aliases_get (&aliases, mqttc_slice (topic, 4), TRUE, &alias), ==,
                   MQTTC_ALIAS_ASSIGN);
  g_assert_cmpint (mqttc_topic_aliases_get (&aliases, mqttc_slice (topic, 1024), TRUE, &alias), ==,
                   MQTTC_ALIAS_ASSIGN);
  g_assert_cmpint (mqttc_topic_aliases_get (&aliases, mqttc_slice (topic, 1025), TRUE, &alias), ==,
                   MQTTC_ALIAS_NONE);
  mqttc_topic_aliases_clear (&aliases);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/aliases/assigned-and-used", test_assigned_and_used);
  engine_test ("/engine-5/aliases/none", test_none);
  engine_test ("/engine-5/aliases/resends", test_resends);
  engine_test ("/engine-5/aliases/unqueued-read-back", test_unqueued_read_back);
  engine_test ("/engine-5/aliases/maximum-packet-size", test_maximum_packet_size);
  engine_test ("/engine-5/aliases/beside-others", test_beside_others);
  engine_test ("/engine-5/aliases/received", test_received);
  engine_test ("/engine-5/aliases/received-and-held", test_received_and_held);
  engine_test ("/engine-5/aliases/received-invalid", test_received_invalid);
  engine_test ("/engine-5/aliases/received-forgotten", test_received_forgotten);
  g_test_add_func ("/topic-aliases/model", test_model);
  g_test_add_func ("/topic-aliases/round-robin", test_round_robin);
  g_test_add_func ("/topic-aliases/change-of-topics", test_change_of_topics);
  g_test_add_func ("/topic-aliases/lengths", test_lengths);

  return g_test_run ();
}
