/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 4.7 of the standard. */

#include <string.h>

#include "codec/mqttc-topic-private.h"

static const struct
{
  const char *topic;
  const char *filter;
  gboolean matches;
} match_table[] = {
  { "a/b/c", "a/b/c", TRUE },
  { "a/b/c", "a/+/c", TRUE },
  { "a/b/c", "a/b/c/#", TRUE }, /* section 4.7.1.2: the parent too */
  { "a/b/c", "#", TRUE },
  { "a/b/c", "+/+/+", TRUE },
  { "a/b/c", "a/#", TRUE },
  { "a/b/c", "d/b/c", FALSE },
  { "a/b/c", "a/b/e", FALSE },
  { "a/b/c", "a/b/c/d", FALSE },
  { "a/b/c", "a/b/c/+", FALSE },
  { "a/b/c", "a/b", FALSE },
  { "a/b/c", "a/b/cc", FALSE },
  { "a/b/cc", "a/b/c", FALSE },
  { "a/b/c/d", "a/b/c", FALSE },
  { "a/b/c/d", "a/b/c/", FALSE },
  { "a/b/c/d/e/f", "a/b/c/#", TRUE },
  { "a/b/c/d/e", "a/+/c/+/e", TRUE },
  { "a/b", "a/b/+", FALSE },
  { "a/b/", "a/b/+", TRUE },
  { "a/b/", "a/b/#", TRUE },
  { "a/b/", "a/b", FALSE },
  { "a/b", "a/b/", FALSE },
  { "a", "+", TRUE },
  { "a", "+/#", TRUE },
  { "a/b", "+", FALSE },
  { "a/b", "+/#", TRUE },
  { "a", "a/#/", FALSE },

  /* Filter against filter. */
  { "a/b/+", "a/b/#", TRUE },
  { "a/b/+", "#", TRUE },
  { "a/b/+", "a/b/+", TRUE },
  { "a/b/#", "a/b/+", FALSE },
  { "a/b/#", "a/b/#", TRUE },
  { "a/b/#", "a/#", TRUE },
  { "a/#", "a/b/#", FALSE },
  { "a/#", "a/+/#", FALSE },
  { "a/+/#", "a/#", TRUE },
  { "a/+/c/d", "a/+/+/d", TRUE },
  { "a/+/+/d", "a/+/c/d", FALSE },
  { "#", "#", TRUE },
  { "#", "+", FALSE },

  /* Section 4.8.2 of MQTT 5. */
  { "a/b", "$share/group/a/+", TRUE },
  { "a/b", "$share/group/+/a", FALSE },
  { "$SYS/a", "$share/group/#", FALSE },
  { "$share/group/a/b", "$share/group/a/+", TRUE },
  { "$share/group/a", "#", FALSE },
  { "+", "a", FALSE },

  /* Section 4.7.2, [MQTT-4.7.2-1], [MQTT5-4.7.2-1]. */
  { "sy$tem/metrics", "sy$tem/+", TRUE },
  { "$system/metrics", "$system/metrics", TRUE },
  { "$system/metrics", "$system/+", TRUE },
  { "$system/metrics", "$system/#", TRUE },
  { "$system", "$system/#", TRUE },
  { "$system/metrics", "+/+", FALSE },
  { "$system/metrics", "+/metrics", FALSE },
  { "$system/metrics", "#", FALSE },
  { "$system", "+", FALSE },
  { "$", "#", FALSE },
  { "a/$system", "a/+", TRUE },
  { "$system/+", "#", FALSE },

  /* Section 4.7.3: empty levels, spaces, and no normalisation [MQTT-4.7.3-4], [MQTT5-4.7.3-4]. */
  { "/a", "+/+", TRUE },
  { "/a", "/+", TRUE },
  { "/a", "+", FALSE },
  { "/", "+/+", TRUE },
  { "/", "#", TRUE },
  { "//", "+/+/+", TRUE },
  { "//", "+/+", FALSE },
  { "/", "/", TRUE },
  { "a//b", "a/+/b", TRUE },
  { "a b", "a b", TRUE },
  { "A", "a", FALSE },
  { "\xc3\xa9/x", "+/x", TRUE },
  { "\xc3\xa9/x", "\xc3\xa9/+", TRUE },
  { "\xc3\xa9/x", "#", TRUE },
  { "\xc3\xa9/x", "e\xcc\x81/x", FALSE },

  /* There is no such topic or filter. */
  { "", "#", FALSE },
  { "a", "", FALSE },
  { "", "", FALSE },
  { "a#", "a#", FALSE },
  { "a/b+", "a/b+", FALSE },
  { "a/b", "#/b", FALSE },
  { "a\xff", "#", FALSE },
};

static void
test_matches (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (match_table); i++)
    {
      g_autofree char *topic = g_strescape (match_table[i].topic, NULL);
      g_autofree char *filter = g_strescape (match_table[i].filter, NULL);

      g_test_message ("%s against %s", topic, filter);
      g_assert_cmpint (mqttc_topic_matches (match_table[i].topic, match_table[i].filter), ==,
                       match_table[i].matches);
    }
}

static const struct
{
  const char *text;
  gboolean topic_valid;
  gboolean filter_valid;
  gboolean has_wildcards;
} validity_table[] = {
  { "a", TRUE, TRUE, FALSE },
  { "/", TRUE, TRUE, FALSE },
  { " ", TRUE, TRUE, FALSE },
  { "a/b/c", TRUE, TRUE, FALSE },
  { "$SYS/broker/uptime", TRUE, TRUE, FALSE },
  { "$share", TRUE, TRUE, FALSE },
  { "$share/group/a", TRUE, TRUE, FALSE },
  { "$share/group//", TRUE, TRUE, FALSE },
  { "$share/group/+/a/#", FALSE, TRUE, TRUE },
  { "a/$share//", TRUE, TRUE, FALSE },
  { "$shared//a", TRUE, TRUE, FALSE },
  { "$share/", TRUE, FALSE, FALSE }, /* [MQTT5-4.8.2-1] */
  { "$share//a", TRUE, FALSE, FALSE },
  { "$share/+/a", FALSE, FALSE, TRUE },
  { "$share/#", FALSE, FALSE, TRUE },
  { "$share/group", TRUE, FALSE, FALSE }, /* [MQTT5-4.8.2-2] */
  { "$share/group/", TRUE, FALSE, FALSE },
  { "h\xc3\xb6he/\xf0\x9f\x92\xa7", TRUE, TRUE, FALSE },
  { "\xef\xbb\xbf", TRUE, TRUE, FALSE },
  { "", FALSE, FALSE, FALSE }, /* [MQTT-4.7.3-1], [MQTT5-4.7.3-1] */

  /* [MQTT-4.7.1-1], [MQTT-4.7.1-3]; [MQTT5-4.7.0-1], [MQTT5-4.7.1-2] */
  { "+", FALSE, TRUE, TRUE },
  { "#", FALSE, TRUE, TRUE },
  { "+/+/#", FALSE, TRUE, TRUE },
  { "/+", FALSE, TRUE, TRUE },
  { "+/", FALSE, TRUE, TRUE },
  { "cor/+/rect/+", FALSE, TRUE, TRUE },
  { "correct/filter/#", FALSE, TRUE, TRUE },
  { "h\xc3\xb6he/+/#", FALSE, TRUE, TRUE },
  { "wron/+g", FALSE, FALSE, TRUE },
  { "wr/o+/ng", FALSE, FALSE, TRUE },
  { "wr/+o+/ng", FALSE, FALSE, TRUE },
  { "++", FALSE, FALSE, TRUE },
  { "+wrong", FALSE, FALSE, TRUE },
  { "w/r/o/n/g+", FALSE, FALSE, TRUE },

  /* [MQTT-4.7.1-2], [MQTT5-4.7.1-1] */
  { "wrong/#/filter", FALSE, FALSE, TRUE },
  { "wrong/wr#ng/filter", FALSE, FALSE, TRUE },
  { "wrong/filter#", FALSE, FALSE, TRUE },
  { "wro#ng", FALSE, FALSE, TRUE },
  { "wrong/#/path", FALSE, FALSE, TRUE },
  { "#/", FALSE, FALSE, TRUE },
  { "##", FALSE, FALSE, TRUE },
  { "+#", FALSE, FALSE, TRUE },
  { "#+", FALSE, FALSE, TRUE },
  { "h\xc3\xb6#", FALSE, FALSE, TRUE },

  /* [MQTT-1.5.3-1] */
  { "\xff", FALSE, FALSE, FALSE },
  { "a/\xed\xa0\x80", FALSE, FALSE, FALSE },
  { "sensors/kitchen/\xc0\xaf", FALSE, FALSE, FALSE },
};

static void
test_validity (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (validity_table); i++)
    {
      const char *text = validity_table[i].text;
      g_autofree char *escaped = g_strescape (text, NULL);

      g_test_message ("%s", escaped);
      g_assert_cmpint (mqttc_topic_is_valid (text), ==, validity_table[i].topic_valid);
      g_assert_cmpint (mqttc_filter_is_valid (text), ==, validity_table[i].filter_valid);
      g_assert_cmpint (mqttc_has_wildcards (text), ==, validity_table[i].has_wildcards);

      g_assert_cmpint (mqttc_topic_get_fault (text) == NULL, ==, validity_table[i].topic_valid);
      g_assert_cmpint (mqttc_filter_get_fault (text) == NULL, ==, validity_table[i].filter_valid);
    }
}

static void
test_fault_texts (void)
{
  g_autofree char *too_long = g_strnfill (65536, 'a');

  g_assert_cmpstr (mqttc_topic_get_fault (""), ==, "is empty");
  g_assert_cmpstr (mqttc_filter_get_fault (""), ==, "is empty");
  g_assert_cmpstr (mqttc_topic_get_fault (too_long), ==, "is longer than 65,535 bytes");
  g_assert_cmpstr (mqttc_filter_get_fault (too_long), ==, "is longer than 65,535 bytes");
  g_assert_cmpstr (mqttc_topic_get_fault ("a\xff"), ==, "is not valid UTF-8");
  g_assert_cmpstr (mqttc_filter_get_fault ("a\xff"), ==, "is not valid UTF-8");
  g_assert_nonnull (strstr (mqttc_topic_get_fault ("a/+"), "wildcard"));
  g_assert_nonnull (strstr (mqttc_filter_get_fault ("a#"), "wildcard"));
}

/* [MQTT-4.7.3-3], [MQTT5-4.7.3-3] */
static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (65535, 'a');
  g_autofree char *too_long = g_strnfill (65536, 'a');
  g_autofree char *long_filter = g_strnfill (65536, 'a');

  g_assert_true (mqttc_topic_is_valid (longest));
  g_assert_true (mqttc_filter_is_valid (longest));
  g_assert_true (mqttc_topic_matches (longest, "+"));
  g_assert_true (mqttc_topic_matches (longest, longest));

  g_assert_false (mqttc_topic_is_valid (too_long));
  g_assert_false (mqttc_filter_is_valid (too_long));
  g_assert_false (mqttc_topic_matches (too_long, "+"));
  g_assert_false (mqttc_topic_matches (too_long, too_long));

  strcpy (long_filter + 65533, "/#");
  g_assert_true (mqttc_filter_is_valid (long_filter));
  long_filter[65534] = '+';
  g_assert_true (mqttc_filter_is_valid (long_filter));
  long_filter[65533] = 'a';
  g_assert_false (mqttc_filter_is_valid (long_filter));
}

/* As many levels as there can be: neither slow nor deep. */
static void
test_many_levels (void)
{
  g_autofree char *topic = g_strnfill (65535, '/');
  g_autofree char *filter = g_strnfill (65535, '/');

  g_assert_true (mqttc_topic_matches (topic, filter));
  g_assert_true (mqttc_topic_matches (topic, "#"));
  filter[65534] = '#';
  g_assert_true (mqttc_topic_matches (topic, filter));
  filter[65534] = '\0';
  g_assert_false (mqttc_topic_matches (topic, filter));
}

/* [MQTT-4.7.3-2], [MQTT5-4.7.3-2]: only slices can hold U+0000. */
static void
test_null_character (void)
{
  g_assert_true (mqttc_topic_slice_is_valid (mqttc_slice ("a/b", 3)));
  g_assert_false (mqttc_topic_slice_is_valid (mqttc_slice ("a\0b", 3)));
  g_assert_false (mqttc_topic_slice_is_valid (mqttc_slice ("a/b", 4)));
  g_assert_false (mqttc_topic_slice_is_valid (mqttc_slice ("\xc3\xb6\0", 3)));
  g_assert_true (mqttc_filter_slice_is_valid (mqttc_slice ("+/b", 3)));
  g_assert_false (mqttc_filter_slice_is_valid (mqttc_slice ("+/b", 4)));
  g_assert_false (mqttc_topic_slice_is_valid (mqttc_slice (NULL, 0)));
  g_assert_false (mqttc_filter_slice_is_valid (mqttc_slice (NULL, 0)));
}

/* The rules once more, as simply as can be. */

static gboolean
naive_filter_is_valid (const char *filter)
{
  g_auto (GStrv) levels = g_strsplit (filter, "/", -1);

  for (guint i = 0; levels[i] != NULL; i++)
    {
      if (strpbrk (levels[i], "+#") != NULL && strlen (levels[i]) != 1)
        return FALSE;
      if (levels[i][0] == '#' && levels[i + 1] != NULL)
        return FALSE;
    }

  return filter[0] != '\0';
}

static gboolean
naive_levels_match (char **topic,
                    char **filter)
{
  if (g_strcmp0 (*filter, "#") == 0)
    return TRUE;
  if (*topic == NULL || *filter == NULL)
    return *topic == *filter;
  if (strcmp (*filter, "+") == 0 ? strcmp (*topic, "#") == 0 : strcmp (*topic, *filter) != 0)
    return FALSE;

  return naive_levels_match (topic + 1, filter + 1);
}

static gboolean
naive_matches (const char *topic,
               const char *filter)
{
  g_auto (GStrv) topic_levels = g_strsplit (topic, "/", -1);
  g_auto (GStrv) filter_levels = g_strsplit (filter, "/", -1);

  if (!naive_filter_is_valid (topic) || !naive_filter_is_valid (filter))
    return FALSE;
  if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#'))
    return FALSE;

  return naive_levels_match (topic_levels, filter_levels);
}

static void
fill_randomly (GRand *rand,
               const char *alphabet,
               char *text,
               gsize max_len)
{
  const gsize len = g_rand_int_range (rand, 0, max_len + 1);

  for (gsize i = 0; i < len; i++)
    text[i] = alphabet[g_rand_int_range (rand, 0, strlen (alphabet))];
  text[len] = '\0';
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1883);
  guint n_valid = 0;
  guint n_matches = 0;

  for (guint i = 0; i < 100000; i++)
    {
      char topic[8], filter[8];

      fill_randomly (rand, "ab//$+#", topic, sizeof topic - 1);
      fill_randomly (rand, "ab//++#", filter, sizeof filter - 1);

      g_assert_cmpint (mqttc_filter_is_valid (filter), ==, naive_filter_is_valid (filter));
      g_assert_cmpint (mqttc_topic_matches (topic, filter), ==, naive_matches (topic, filter));
      n_valid += naive_filter_is_valid (filter);
      n_matches += naive_matches (topic, filter);
    }

  g_assert_cmpuint (n_valid, >, 10000);
  g_assert_cmpuint (n_matches, >, 1000);
}

/* Topic names are looked at eight bytes at a time: each byte at each place of a word. */
static void
test_each_byte_at_each_place (void)
{
  for (gsize len = 1; len < 26; len++)
    {
      for (gsize place = 0; place < len; place++)
        {
          g_autofree guint8 *data = g_malloc (len);

          memset (data, '*', len);
          for (guint c = 0; c < 256; c++)
            {
              MqttcSlice slice = mqttc_slice (data, len);

              data[place] = c;
              g_assert_cmpint (mqttc_topic_slice_is_valid (slice), ==,
                               c != 0 && c < 0x80 && c != '+' && c != '#');
            }
        }
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/topic/matches", test_matches);
  g_test_add_func ("/topic/validity", test_validity);
  g_test_add_func ("/topic/fault-texts", test_fault_texts);
  g_test_add_func ("/topic/length", test_length);
  g_test_add_func ("/topic/many-levels", test_many_levels);
  g_test_add_func ("/topic/null-character", test_null_character);
  g_test_add_func ("/topic/random", test_random);
  g_test_add_func ("/topic/each-byte-at-each-place", test_each_byte_at_each_place);

  return g_test_run ();
}
