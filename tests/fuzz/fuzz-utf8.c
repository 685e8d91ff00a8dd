/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* UTF-8 against table 3-7 of the Unicode Standard, without U+0000 [MQTT-1.5.3-2]. */

#include <string.h>

#include "codec/mqttc-utf8-private.h"
#include "fuzz.h"

/* The bytes that may follow a first byte: how many, and the range of the first of them. */
typedef struct
{
  guint8 first, last; /* of the range that the first byte is in */
  guint n_more;
  guint8 low, high;
} Row;

/* Table 3-7, "Well-Formed UTF-8 Byte Sequences", row by row. */
static const Row rows[] = {
  { 0x01, 0x7f, 0, 0x00, 0x00 }, { 0xc2, 0xdf, 1, 0x80, 0xbf }, { 0xe0, 0xe0, 2, 0xa0, 0xbf },
  { 0xe1, 0xec, 2, 0x80, 0xbf }, { 0xed, 0xed, 2, 0x80, 0x9f }, { 0xee, 0xef, 2, 0x80, 0xbf },
  { 0xf0, 0xf0, 3, 0x90, 0xbf }, { 0xf1, 0xf3, 3, 0x80, 0xbf }, { 0xf4, 0xf4, 3, 0x80, 0x8f },
};

static const Row *
find_row (guint8 byte)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (byte >= rows[i].first && byte <= rows[i].last)
      return &rows[i];

  return NULL;
}

static gboolean
is_valid (const guint8 *data,
          gsize len)
{
  guint n_more = 0;
  guint8 low = 0, high = 0;

  for (gsize i = 0; i < len; i++)
    {
      const Row *row = n_more == 0 ? find_row (data[i]) : NULL;

      if (n_more == 0 && row == NULL)
        return FALSE;
      if (n_more == 0)
        {
          n_more = row->n_more;
          low = row->low;
          high = row->high;
          continue;
        }
      if (data[i] < low || data[i] > high)
        return FALSE;
      n_more--;
      low = 0x80;
      high = 0xbf;
    }

  return n_more == 0;
}

static void
check (const guint8 *data,
       gsize len)
{
  g_assert_cmpint (mqttc_utf8_is_valid (data, len), ==, is_valid (data, len));
}

/* Behind and before plain text, since that is passed by another way, a word at a time. */
static void
check_with_text (const guint8 *data,
                 gsize len)
{
  for (gsize n_text = 1; n_text <= 9; n_text++)
    {
      g_autofree guint8 *padded = g_malloc (len + n_text);

      memset (padded, 'a', len + n_text);
      memcpy (padded + n_text, data, len);
      check (padded, len + n_text);
      memset (padded, 'z', len + n_text);
      memcpy (padded, data, len);
      check (padded, len + n_text);
    }
}

static void
check_display (const guint8 *data,
               gsize len)
{
  g_autofree char *text = g_strndup ((const char *) data, len);
  g_autofree char *shown = mqttc_text_for_display (text);

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_cmpuint (strlen (shown), <, 1000);
  for (const char *p = shown; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (p)));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  if (size == 0)
    return 0;

  for (gsize start = 0; start < MIN (size, 9); start++)
    check (data + start, size - start);
  for (gsize cut = 1; cut < MIN (size, 9); cut++)
    {
      g_autofree guint8 *shorter = g_memdup2 (data, size - cut);

      check (shorter, size - cut);
    }
  check_with_text (data, size);
  check_display (data, size);
  return 0;
}
