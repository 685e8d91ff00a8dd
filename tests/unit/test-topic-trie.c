/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 4.7: the trie must find exactly the filters that match a topic. */

#include <string.h>

#include "client/mqttc-topic-trie-private.h"
#include "codec/mqttc-topic.h"

#define MAX_VALUES 300

static gboolean
has_value (GPtrArray *values,
           gpointer value)
{
  return g_ptr_array_find (values, value, NULL);
}

static guint
count_matches (MqttcTopicTrie *trie,
               const char *topic)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();

  mqttc_topic_trie_match (trie, topic, values);
  return values->len;
}

/* --- What the standard says. --- */

typedef struct
{
  const char *filter;
  const char *topic;
  gboolean matches;
} MatchCase;

/* [MQTT-4.7.1-2] [MQTT-4.7.1-3] [MQTT-4.7.2-1] [MQTT-4.7.3-4] */
static const MatchCase match_cases[] = {
  { "sport/tennis/player1/#", "sport/tennis/player1", TRUE },
  { "sport/tennis/player1/#", "sport/tennis/player1/ranking", TRUE },
  { "sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", TRUE },
  { "sport/#", "sport", TRUE },
  { "#", "sport/tennis", TRUE },
  { "#", "/", TRUE },
  { "sport/tennis/+", "sport/tennis/player1", TRUE },
  { "sport/tennis/+", "sport/tennis/player1/ranking", FALSE },
  { "sport/+", "sport", FALSE },
  { "sport/+", "sport/", TRUE },
  { "+/+", "/finance", TRUE },
  { "/+", "/finance", TRUE },
  { "+", "/finance", FALSE },
  { "+", "finance", TRUE },
  { "+/#", "finance", TRUE },
  { "+/tennis/#", "sport/tennis", TRUE },
  { "#", "$SYS/monitor", FALSE },
  { "+/monitor/Clients", "$SYS/monitor/Clients", FALSE },
  { "$SYS/#", "$SYS/monitor", TRUE },
  { "$SYS/#", "$SYS", TRUE },
  { "$SYS/monitor/+", "$SYS/monitor/Clients", TRUE },
  { "a/$SYS/+", "a/$SYS/b", TRUE },
  { "a/+/b", "a/$SYS/b", TRUE },
  { "ACCOUNTS", "Accounts", FALSE },
  { "a//b", "a/b", FALSE },
  { "a//b", "a//b", TRUE },
  { "a/+/b", "a//b", TRUE },
  { "/", "/", TRUE },
  { "a", "a/", FALSE },
  { "a/", "a", FALSE },
  { "caf\303\251", "cafe\314\201", FALSE },
};

static void
test_match (gconstpointer data)
{
  const MatchCase *match_case = data;
  MqttcTopicTrie *trie = mqttc_topic_trie_new (NULL);

  mqttc_topic_trie_add (trie, match_case->filter, trie);
  g_assert_cmpuint (count_matches (trie, match_case->topic), ==, match_case->matches ? 1 : 0);

  g_assert_true (mqttc_topic_trie_remove (trie, match_case->filter, trie));
  g_assert_cmpuint (count_matches (trie, match_case->topic), ==, 0);
  mqttc_topic_trie_free (trie);
}

/* --- Values. --- */

static void
test_values (void)
{
  static const char values[] = "abc";
  MqttcTopicTrie *trie = mqttc_topic_trie_new (NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  GPtrArray *there;

  for (guint i = 0; i < 3; i++)
    mqttc_topic_trie_add (trie, "x/+", (gpointer) &values[i]);

  /* In the order in which they were added, appended to what is there. */
  g_ptr_array_add (found, (gpointer) values);
  mqttc_topic_trie_match (trie, "x/y", found);
  g_assert_cmpuint (found->len, ==, 4);
  for (guint i = 0; i < 3; i++)
    g_assert_true (g_ptr_array_index (found, i + 1) == &values[i]);

  there = mqttc_topic_trie_lookup (trie, "x/+");
  g_assert_nonnull (there);
  g_assert_cmpuint (there->len, ==, 3);
  g_assert_null (mqttc_topic_trie_lookup (trie, "x"));
  g_assert_null (mqttc_topic_trie_lookup (trie, "x/y"));
  g_assert_null (mqttc_topic_trie_lookup (trie, "x/+/z"));

  g_assert_false (mqttc_topic_trie_remove (trie, "x/+", trie));
  g_assert_false (mqttc_topic_trie_remove (trie, "x/y", (gpointer) &values[0]));
  g_assert_false (mqttc_topic_trie_remove (trie, "x", (gpointer) &values[0]));
  g_assert_true (mqttc_topic_trie_remove (trie, "x/+", (gpointer) &values[1]));
  g_assert_cmpuint (count_matches (trie, "x/y"), ==, 2);
  mqttc_topic_trie_free (trie);
}

/* A value that is at several filters which match is found once. */
static void
test_once (void)
{
  static const char *const filters[] = { "#", "a/#", "a/+", "a/b", "+/b", "+/+", "a/b/#" };
  MqttcTopicTrie *trie = mqttc_topic_trie_new (NULL);
  int one, other;

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    mqttc_topic_trie_add (trie, filters[i], &one);
  mqttc_topic_trie_add (trie, "a/b", &other);
  g_assert_cmpuint (count_matches (trie, "a/b"), ==, 2);

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_assert_cmpuint (count_matches (trie, "a/b"), ==, 2);
      g_assert_true (mqttc_topic_trie_remove (trie, filters[i], &one));
    }

  g_assert_cmpuint (count_matches (trie, "a/b"), ==, 1);
  mqttc_topic_trie_free (trie);
}

static guint n_freed;

static void
count_freed (gpointer value)
{
  n_freed++;
}

static void
test_free (void)
{
  MqttcTopicTrie *trie = mqttc_topic_trie_new (count_freed);
  int value;

  n_freed = 0;
  mqttc_topic_trie_add (trie, "a/b/c", &value);
  mqttc_topic_trie_add (trie, "a/b", &value);
  mqttc_topic_trie_add (trie, "+/#", &value);
  mqttc_topic_trie_add (trie, "#", &value);

  g_assert_true (mqttc_topic_trie_remove (trie, "a/b", &value));
  g_assert_cmpuint (n_freed, ==, 1);
  mqttc_topic_trie_free (trie);
  g_assert_cmpuint (n_freed, ==, 4);
}

static MqttcTopicTrie *reentered;

static void
match_again (gpointer value)
{
  g_assert_cmpuint (count_matches (reentered, "a/b"), ==, 0);
  mqttc_topic_trie_add (reentered, "a/b", reentered);
}

/* Freeing a value can run anything, even what changes the trie. */
static void
test_reenter (void)
{
  int value;

  reentered = mqttc_topic_trie_new (match_again);
  mqttc_topic_trie_add (reentered, "a/b", &value);
  g_assert_true (mqttc_topic_trie_remove (reentered, "a/b", &value));
  g_assert_cmpuint (count_matches (reentered, "a/b"), ==, 1);

  g_ptr_array_set_size (mqttc_topic_trie_lookup (reentered, "a/b"), 0);
  mqttc_topic_trie_free (reentered);
}

/* --- Size. --- */

/* [MQTT-4.7.3-3]: 65,535 bytes are 65,536 levels at most. */
static void
test_deep (void)
{
  g_autofree char *topic = g_strnfill (G_MAXUINT16, '/');
  g_autofree char *filter = g_malloc (G_MAXUINT16 + 1);
  MqttcTopicTrie *trie = mqttc_topic_trie_new (NULL);

  for (guint i = 0; i < G_MAXUINT16; i++)
    filter[i] = i % 2 == 0 ? '+' : '/';
  filter[G_MAXUINT16] = '\0';

  mqttc_topic_trie_add (trie, topic, topic);
  mqttc_topic_trie_add (trie, filter, filter);
  filter[G_MAXUINT16 - 1] = '#';
  mqttc_topic_trie_add (trie, filter, trie);

  g_assert_cmpuint (count_matches (trie, topic), ==, 2);
  topic[G_MAXUINT16 / 2] = '\0';
  g_assert_cmpuint (count_matches (trie, topic), ==, 2);
  topic[G_MAXUINT16 / 2] = '/';

  g_assert_true (mqttc_topic_trie_remove (trie, topic, topic));
  g_assert_null (mqttc_topic_trie_lookup (trie, topic));
  mqttc_topic_trie_free (trie);
}

/* Many children of one node: added, found, and removed from either end. */
static void
test_wide (void)
{
  const guint n_children = 2000;
  MqttcTopicTrie *trie = mqttc_topic_trie_new (NULL);

  for (guint i = 0; i < n_children; i++)
    {
      g_autofree char *filter = g_strdup_printf ("a/%u/#", i);

      mqttc_topic_trie_add (trie, filter, GUINT_TO_POINTER (i + 1));
    }

  for (guint i = 0; i < n_children; i++)
    {
      guint n = i % 2 == 0 ? i / 2 : n_children - 1 - i / 2;
      g_autofree char *filter = g_strdup_printf ("a/%u/#", n);
      g_autofree char *topic = g_strdup_printf ("a/%u/b", n);

      g_assert_cmpuint (count_matches (trie, topic), ==, 1);
      g_assert_true (mqttc_topic_trie_remove (trie, filter, GUINT_TO_POINTER (n + 1)));
      g_assert_cmpuint (count_matches (trie, topic), ==, 0);
    }

  mqttc_topic_trie_free (trie);
}

/* --- Against the naive way. --- */

typedef struct
{
  char *filter;
  gpointer value;
} Entry;

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->filter);
}

/* Few different levels, so that much matches. */
static char *
make_levels (GRand *rand,
             gboolean wildcards)
{
  static const char *const words[] = { "a", "b", "", "$", "ab", "\303\251" };
  GString *text = g_string_new (NULL);
  int n_levels = g_rand_int_range (rand, 1, 6);

  for (int i = 0; i < n_levels; i++)
    {
      int kind = wildcards ? g_rand_int_range (rand, 0, 10) : 9;

      if (i > 0)
        g_string_append_c (text, '/');
      if (kind == 0 && i == n_levels - 1)
        g_string_append_c (text, '#');
      else if (kind < 3)
        g_string_append_c (text, '+');
      else if (kind == 9)
        g_string_append_printf (text, "%d", g_rand_int_range (rand, 0, 40));
      else
        g_string_append (text, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
    }

  return g_string_free (text, FALSE);
}

static guint
count_expected (GArray *entries,
                const char *topic,
                GPtrArray *found)
{
  g_autoptr (GHashTable) expected = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (mqttc_topic_matches (topic, entry->filter))
        {
          g_hash_table_add (expected, entry->value);
          g_assert_true (has_value (found, entry->value));
        }
    }

  return g_hash_table_size (expected);
}

static guint
compare_match (MqttcTopicTrie *trie,
               GArray *entries,
               const char *topic)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  mqttc_topic_trie_match (trie, topic, found);
  g_assert_cmpuint (found->len, ==, count_expected (entries, topic, found));
  return found->len;
}

static void
add_entry (MqttcTopicTrie *trie,
           GArray *entries,
           GRand *rand,
           guint n_values)
{
  Entry entry = {
    .filter = make_levels (rand, TRUE),
    .value = GINT_TO_POINTER (g_rand_int_range (rand, 1, n_values)),
  };

  if (!mqttc_filter_is_valid (entry.filter))
    {
      g_free (entry.filter);
      return;
    }

  mqttc_topic_trie_add (trie, entry.filter, entry.value);
  g_array_append_val (entries, entry);
}

static void
remove_entry (MqttcTopicTrie *trie,
              GArray *entries,
              GRand *rand)
{
  guint n = g_rand_int_range (rand, 0, entries->len);
  const Entry *entry = &g_array_index (entries, Entry, n);

  g_assert_true (mqttc_topic_trie_remove (trie, entry->filter, entry->value));
  g_array_remove_index_fast (entries, n);
}

/* Many values: hardly one is at two filters. Few: nearly all are. */
static void
test_oracle (gconstpointer data)
{
  const guint n_values = GPOINTER_TO_UINT (data);
  guint64 n_matches = 0;

  for (guint seed = 0; seed < 20; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
      MqttcTopicTrie *trie = mqttc_topic_trie_new (NULL);

      g_array_set_clear_func (entries, entry_clear);
      for (guint step = 0; step < 1000; step++)
        {
          g_autofree char *topic = make_levels (rand, FALSE);

          if (entries->len < MAX_VALUES && g_rand_int_range (rand, 0, 3) > 0)
            add_entry (trie, entries, rand, n_values);
          else if (entries->len > 0)
            remove_entry (trie, entries, rand);

          if (mqttc_topic_is_valid (topic))
            n_matches += compare_match (trie, entries, topic);
        }

      while (entries->len > 0)
        remove_entry (trie, entries, rand);
      g_assert_cmpuint (count_matches (trie, "a/b"), ==, 0);
      mqttc_topic_trie_free (trie);
    }

  /* Else the comparison says nothing. */
  g_assert_cmpuint (n_matches, >, 20000);
  g_test_message ("%" G_GUINT64_FORMAT " matches", n_matches);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (match_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/topic-trie/match/%u", i);

      g_test_add_data_func (path, &match_cases[i], test_match);
    }

  g_test_add_func ("/topic-trie/values", test_values);
  g_test_add_func ("/topic-trie/once", test_once);
  g_test_add_func ("/topic-trie/free", test_free);
  g_test_add_func ("/topic-trie/reenter", test_reenter);
  g_test_add_func ("/topic-trie/deep", test_deep);
  g_test_add_func ("/topic-trie/wide", test_wide);
  g_test_add_data_func ("/topic-trie/oracle/many-values", GUINT_TO_POINTER (1000000), test_oracle);
  g_test_add_data_func ("/topic-trie/oracle/few-values", GUINT_TO_POINTER (20), test_oracle);

  return g_test_run ();
}
