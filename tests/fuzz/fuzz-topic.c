/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Topics and filters, a line each, against an oracle that says slowly what section 4.7 says. */

#include <string.h>

#include "client/mqttc-topic-trie-private.h"
#include "codec/mqttc-topic-private.h"
#include "fuzz.h"

#define MAX_LINES 40

/* --- The oracle. --- */

static gboolean
text_is_valid (const char *text)
{
  return text[0] != '\0' && strlen (text) <= 65535 && g_utf8_validate (text, -1, NULL);
}

/* Sections 4.7.1.2 and 4.7.1.3. */
static gboolean
level_is_valid (const char *level,
                gboolean is_last)
{
  if (strcmp (level, "+") == 0)
    return TRUE;
  if (strcmp (level, "#") == 0)
    return is_last;

  return strpbrk (level, "+#") == NULL;
}

static gboolean
levels_are_valid (const char *filter)
{
  g_auto (GStrv) levels = g_strsplit (filter, "/", -1);

  for (guint i = 0; levels[i] != NULL; i++)
    if (!level_is_valid (levels[i], levels[i + 1] == NULL))
      return FALSE;

  return text_is_valid (filter);
}

/* Section 4.8.2 of MQTT 5: what is behind "$share/" and a name, or the whole. */
static const char *
get_inner (const char *filter)
{
  const char *end
      = g_str_has_prefix (filter, "$share/") ? strchr (filter + strlen ("$share/"), '/') : NULL;

  return end != NULL ? end + 1 : filter;
}

static gboolean
filter_is_valid (const char *filter)
{
  const char *inner = get_inner (filter);

  if (!levels_are_valid (filter))
    return FALSE;
  if (!g_str_has_prefix (filter, "$share/"))
    return TRUE;

  return inner != filter && inner[0] != '\0' && inner[-2] != '/'
         && strcspn (filter, "+#") >= (gsize) (inner - filter);
}

static gboolean
topic_is_valid (const char *topic)
{
  return text_is_valid (topic) && strpbrk (topic, "+#") == NULL;
}

static gboolean
levels_match (char **topic,
              char **filter)
{
  if (*filter == NULL)
    return *topic == NULL;
  /* Also the parent, of which nothing is left here. */
  if (strcmp (*filter, "#") == 0)
    return TRUE;
  if (*topic == NULL)
    return FALSE;
  if (strcmp (*filter, "+") != 0 && strcmp (*filter, *topic) != 0)
    return FALSE;

  return levels_match (topic + 1, filter + 1);
}

static gboolean
matches (const char *topic,
         const char *filter)
{
  g_auto (GStrv) topic_levels = NULL;
  g_auto (GStrv) filter_levels = NULL;

  /* A topic may begin as a shared subscription does. */
  if (get_inner (filter) != filter)
    topic = get_inner (topic);
  filter = get_inner (filter);
  topic_levels = g_strsplit (topic, "/", -1);
  filter_levels = g_strsplit (filter, "/", -1);

  /* Section 4.7.2. */
  if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#'))
    return FALSE;

  return levels_match (topic_levels, filter_levels);
}

/* --- Line by line. --- */

static void
check_line (const char *line)
{
  g_assert_cmpint (mqttc_topic_is_valid (line), ==, topic_is_valid (line));
  g_assert_cmpint (mqttc_filter_is_valid (line), ==, filter_is_valid (line));
  g_assert_cmpint (mqttc_topic_get_fault (line) == NULL, ==, topic_is_valid (line));
  g_assert_cmpint (mqttc_filter_get_fault (line) == NULL, ==, filter_is_valid (line));
  g_assert_cmpint (mqttc_has_wildcards (line), ==, strpbrk (line, "+#") != NULL);
}

/* With a 0 in it, too, which no string has. */
static void
check_slice (MqttcSlice bytes)
{
  const gboolean has_null = bytes.len > 0 && memchr (bytes.data, 0, bytes.len) != NULL;
  g_autofree char *text = g_strndup ((const char *) bytes.data, bytes.len);

  g_assert_cmpint (mqttc_topic_slice_is_valid (bytes), ==, !has_null && topic_is_valid (text));
  g_assert_cmpint (mqttc_filter_slice_is_valid (bytes), ==, !has_null && levels_are_valid (text));
}

/* What a filter covers it must match: of a filter that stands for another one, every topic of the
 * other is one of its own. */
static void
check_cover (const char *filter,
             const char *other,
             char **lines)
{
  if (!mqttc_topic_matches (other, filter))
    return;

  for (guint i = 0; lines[i] != NULL; i++)
    if (topic_is_valid (lines[i]) && matches (lines[i], other))
      g_assert_true (matches (lines[i], filter));
}

static void
check_pairs (char **lines)
{
  for (guint i = 0; lines[i] != NULL; i++)
    for (guint j = 0; lines[j] != NULL; j++)
      {
        if (!filter_is_valid (lines[i]) || !filter_is_valid (lines[j]))
          g_assert_false (mqttc_topic_matches (lines[i], lines[j]));
        else if (topic_is_valid (lines[i]))
          g_assert_cmpint (mqttc_topic_matches (lines[i], lines[j]), ==,
                           matches (lines[i], lines[j]));
        else if (i < 8 && j < 8)
          check_cover (lines[j], lines[i], lines);
      }
}

/* --- The tree of subscriptions. --- */

/* The value at a filter is the number of its line, some share one. */
static gpointer
value_of (guint line)
{
  return GUINT_TO_POINTER (1 + (line % 3 == 2 ? line - 1 : line));
}

static gboolean
expects (char **lines,
         const gboolean *there,
         gpointer value,
         const char *topic)
{
  for (guint i = 0; lines[i] != NULL; i++)
    if (there[i] && value_of (i) == value && matches (topic, lines[i]))
      return TRUE;

  return FALSE;
}

static void
check_topic (MqttcTopicTrie *trie,
             char **lines,
             const gboolean *there,
             const char *topic)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  guint n_expected = 0;

  mqttc_topic_trie_match (trie, topic, found);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gpointer value = GUINT_TO_POINTER (1 + i);
      const gboolean expected = expects (lines, there, value, topic);

      n_expected += expected;
      g_assert_cmpint (g_ptr_array_find (found, value, NULL), ==, expected);
    }

  /* So none is there twice. */
  g_assert_cmpuint (found->len, ==, n_expected);
}

static void
check_trie (MqttcTopicTrie *trie,
            char **lines,
            const gboolean *there)
{
  for (guint i = 0; lines[i] != NULL; i++)
    if (topic_is_valid (lines[i]))
      check_topic (trie, lines, there, lines[i]);
}

static void
remove_lines (MqttcTopicTrie *trie,
              char **lines,
              gboolean *there,
              guint start)
{
  const guint n_lines = g_strv_length (lines);

  for (guint i = start; i < n_lines; i += 2)
    {
      if (there[i])
        g_assert_true (mqttc_topic_trie_remove (trie, lines[i], value_of (i)));
      there[i] = FALSE;
      g_assert_false (mqttc_topic_trie_remove (trie, lines[i], trie));
    }
}

static void
check_subscriptions (char **lines)
{
  MqttcTopicTrie *trie = mqttc_topic_trie_new (NULL);
  gboolean there[MAX_LINES + 1] = { FALSE };

  for (guint i = 0; lines[i] != NULL; i++)
    {
      /* Of a shared subscription there is the inner filter. */
      there[i] = filter_is_valid (lines[i]) && get_inner (lines[i]) == lines[i];
      /* A line that stands twice with one value would be there twice. */
      for (guint j = 0; j < i && there[i]; j++)
        there[i] = value_of (i) != value_of (j) || strcmp (lines[i], lines[j]) != 0;
      if (there[i])
        mqttc_topic_trie_add (trie, lines[i], value_of (i));
    }

  check_trie (trie, lines, there);
  for (guint i = 0; lines[i] != NULL; i++)
    if (there[i])
      g_assert_true (
          g_ptr_array_find (mqttc_topic_trie_lookup (trie, lines[i]), value_of (i), NULL));

  remove_lines (trie, lines, there, 0);
  check_trie (trie, lines, there);
  remove_lines (trie, lines, there, 1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_null (mqttc_topic_trie_lookup (trie, lines[i]));

  mqttc_topic_trie_free (trie);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", MAX_LINES);

  check_slice (mqttc_slice (data, size));
  for (guint i = 0; lines[i] != NULL; i++)
    check_line (lines[i]);
  check_pairs (lines);
  check_subscriptions (lines);
  return 0;
}
