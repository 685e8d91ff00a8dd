/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 1.5.3 of the standard; of MQTT 5, section 1.5.4. */

#include <string.h>

#include "codec/mqttc-utf8-private.h"

/* In a block of its own size, so that a read beyond it is seen by the sanitizers. */
static gboolean
is_valid (const guint8 *data,
          gsize len)
{
  g_autofree guint8 *copy = g_memdup2 (data, len);

  return mqttc_utf8_is_valid (copy, len);
}

/* How many bytes the character at @data has; 0 if it is not well formed. Straight from table 3-7 of
 * the Unicode standard. */
static gsize
naive_character (const guint8 *data,
                 gsize len)
{
  static const struct
  {
    guint8 first, last;   /* of the first byte */
    guint8 second, upper; /* of the second byte */
    gsize size;
  } rows[] = {
    { 0x01, 0x7f, 0x00, 0x00, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
    { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
    { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (data[0] < rows[i].first || data[0] > rows[i].last)
        continue;
      if (len < rows[i].size)
        return 0;
      if (rows[i].size > 1 && (data[1] < rows[i].second || data[1] > rows[i].upper))
        return 0;
      for (gsize j = 2; j < rows[i].size; j++)
        {
          if ((data[j] & 0xc0) != 0x80)
            return 0;
        }

      return rows[i].size;
    }

  return 0;
}

static gboolean
naive_is_valid (const guint8 *data,
                gsize len)
{
  while (len > 0)
    {
      gsize size = naive_character (data, len);

      if (size == 0)
        return FALSE;
      data += size;
      len -= size;
    }

  return TRUE;
}

static const struct
{
  const char *bytes;
  gsize len;
  gboolean valid;
} table[] = {
#define CASE(bytes, valid)         \
 {                                 \
  bytes, sizeof (bytes) - 1, valid \
 }
  CASE ("", TRUE),
  CASE ("a", TRUE),
  CASE ("sensors/kitchen/temperature", TRUE),
  CASE ("h\xc3\xb6he", TRUE),
  CASE ("\xe6\xb0\xb4", TRUE),
  CASE ("\xf0\x9f\x92\xa7", TRUE),
  CASE ("\xf4\x8f\xbf\xbf", TRUE), /* U+10FFFF */
  CASE ("\xef\xbf\xbf", TRUE),     /* U+FFFF: not a character, and well formed */
  CASE ("\xef\xbb\xbf"
        "a",
        TRUE),                              /* [MQTT-1.5.3-3] [MQTT5-1.5.4-3] */
  CASE ("\x01\x1f\x7f", TRUE),              /* control characters may be refused, but need not be */
  CASE ("\xed\x9f\xbf", TRUE),              /* the last before the surrogates */
  CASE ("\xee\x80\x80", TRUE),              /* and the first after them */
  CASE ("\0", FALSE),                       /* [MQTT-1.5.3-2] [MQTT5-1.5.4-2] */
  CASE ("a\0b", FALSE),                     /* [MQTT-1.5.3-2] [MQTT5-1.5.4-2] */
  CASE ("sensors/\0", FALSE),               /* [MQTT-1.5.3-2] [MQTT5-1.5.4-2] */
  CASE ("\xc3\xb6\0", FALSE),               /* [MQTT-1.5.3-2] [MQTT5-1.5.4-2] */
  CASE ("\xed\xa0\x80", FALSE),             /* [MQTT-1.5.3-1] [MQTT5-1.5.4-1]: a surrogate */
  CASE ("\xed\xbf\xbf", FALSE),             /* [MQTT-1.5.3-1] [MQTT5-1.5.4-1] */
  CASE ("\xed\xa0\xbd\xed\xb2\xa7", FALSE), /* [MQTT-1.5.3-1] [MQTT5-1.5.4-1]: a pair of them */
  CASE ("\xc0\x80", FALSE),                 /* U+0000 in two bytes */
  CASE ("\xc0\xaf", FALSE),                 /* '/' in two bytes */
  CASE ("\xe0\x80\xaf", FALSE),             /* '/' in three */
  CASE ("\xf0\x80\x80\xaf", FALSE),         /* '/' in four */
  CASE ("\xe0\x9f\xbf", FALSE),
  CASE ("\xf0\x8f\xbf\xbf", FALSE),
  CASE ("\xf4\x90\x80\x80", FALSE), /* beyond U+10FFFF */
  CASE ("\xf8\x88\x80\x80\x80", FALSE),
  CASE ("\x80", FALSE),
  CASE ("\xbf", FALSE),
  CASE ("\xfe", FALSE),
  CASE ("\xff", FALSE),
  CASE ("\xc3", FALSE),
  CASE ("\xe6\xb0", FALSE),
  CASE ("\xf0\x9f\x92", FALSE),
  CASE ("h\xf6he", FALSE), /* Latin 1 */
#undef CASE
};

/* Each text at each place in a word of eight bytes, and with text after it. */
static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      for (gsize before = 0; before < 18; before++)
        {
          for (gsize after = 0; after < 10; after++)
            {
              guint8 data[64];

              memset (data, 'x', sizeof data);
              memcpy (data + before, table[i].bytes, table[i].len);
              g_assert_cmpint (naive_is_valid (data, before + table[i].len + after), ==,
                               table[i].valid);
              g_assert_cmpint (is_valid (data, before + table[i].len + after), ==, table[i].valid);
            }
        }
    }
}

static void
test_no_address (void)
{
  g_assert_true (mqttc_utf8_is_valid (NULL, 0));
}

/* All pairs of bytes, and all that can follow the first byte of a longer character. */
static void
test_all_short (void)
{
  guint8 data[4];

  for (guint i = 0; i < 0x10000; i++)
    {
      data[0] = i >> 8;
      data[1] = i & 0xff;
      g_assert_cmpint (mqttc_utf8_is_valid (data, 2), ==, naive_is_valid (data, 2));
    }

  for (guint i = 0xe0; i < 0xf6; i++)
    {
      for (guint j = 0; j < 0x10000; j++)
        {
          data[0] = i;
          data[1] = j >> 8;
          data[2] = j & 0xff;
          data[3] = 0x80 | (j & 0x3f);
          g_assert_cmpint (mqttc_utf8_is_valid (data, 3), ==, naive_is_valid (data, 3));
          g_assert_cmpint (mqttc_utf8_is_valid (data, 4), ==, naive_is_valid (data, 4));
        }
    }
}

/* Mostly well formed, as text that is all noise is refused at its first byte. */
static gsize
random_text (GRand *rand,
             guint8 *data)
{
  const gsize n_characters = g_rand_int_range (rand, 0, 24);
  const gboolean ascii = g_rand_boolean (rand);
  gsize len = 0;

  for (gsize i = 0; i < n_characters; i++)
    {
      gunichar c = g_rand_int_range (rand, 1, ascii ? 0x80 : 0x110000);

      if (c >= 0xd800 && c < 0xe000)
        c = 'x';
      if (!ascii && g_rand_boolean (rand))
        c &= 0x7ff;
      len += g_unichar_to_utf8 (c, (char *) data + len);
    }

  if (len > 0 && g_rand_int_range (rand, 0, 3) == 0)
    data[g_rand_int_range (rand, 0, len)] = g_rand_int_range (rand, 0, 256);

  return len;
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1883);
  guint n_valid = 0;

  for (guint i = 0; i < 50000; i++)
    {
      guint8 data[24 * 6];
      gsize len = random_text (rand, data);
      gboolean valid = naive_is_valid (data, len);

      g_assert_cmpint (is_valid (data, len), ==, valid);
      n_valid += valid;
    }

  /* Both answers were asked for often enough. */
  g_assert_cmpuint (n_valid, >, 10000);
  g_assert_cmpuint (n_valid, <, 45000);
}

static void
test_display (void)
{
  static const struct
  {
    const char *text;
    const char *shown;
  } cases[] = {
    { "", "" },
    { "a/b", "a/b" },
    { "h\xc3\xb6he", "h\xc3\xb6he" },
    { "a\nb\t\x7f", "a\\u000ab\\u0009\\u007f" },
    { "\xe2\x80\xae"
      "txt",
      "\\u202etxt" }, /* it would turn the rest of the line round */
    { "a\xff", "a\xef\xbf\xbd" },
    { "a\xe6\xb0", "a\xef\xbf\xbd\xef\xbf\xbd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = mqttc_text_for_display (cases[i].text);

      g_assert_true (g_utf8_validate (shown, -1, NULL));
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_display_long (void)
{
  g_autofree char *exact = g_strnfill (80, 'a');
  g_autofree char *over = g_strnfill (81, 'a');
  g_autofree char *huge = g_strnfill (1 << 20, 'a');
  g_autofree char *cut = g_strconcat (exact, "…", NULL);
  g_autofree char *shown_exact = mqttc_text_for_display (exact);
  g_autofree char *shown_over = mqttc_text_for_display (over);
  g_autofree char *shown_huge = mqttc_text_for_display (huge);

  g_assert_cmpstr (shown_exact, ==, exact);
  g_assert_cmpstr (shown_over, ==, cut);
  g_assert_cmpstr (shown_huge, ==, cut);
}

/* Characters of four bytes: none is cut in two. */
static void
test_display_wide (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *shown = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "\xf0\x9f\x92\xa7");

  shown = mqttc_text_for_display (text->str);
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 81);
  g_assert_true (g_str_has_suffix (shown, "\xf0\x9f\x92\xa7…"));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/utf8/table", test_table);
  g_test_add_func ("/utf8/no-address", test_no_address);
  g_test_add_func ("/utf8/all-short", test_all_short);
  g_test_add_func ("/utf8/random", test_random);
  g_test_add_func ("/utf8/display/escapes", test_display);
  g_test_add_func ("/utf8/display/long", test_display_long);
  g_test_add_func ("/utf8/display/wide", test_display_wide);

  return g_test_run ();
}
