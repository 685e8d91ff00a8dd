/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-ascii-private.h"
#include "codec/mqttc-utf8-private.h"

#define MAX_DISPLAY_LENGTH 80

static gboolean
validate_tail (const guint8 *data,
               gsize len)
{
  /* This one refuses U+0000 as well. */
  return g_utf8_validate_len ((const char *) data, len, NULL);
}

gboolean
mqttc_utf8_is_valid (const guint8 *data,
                     gsize len)
{
  gsize pos;

  if (len < 8)
    return len == 0 || mqttc_word_is_ascii (mqttc_word_load_short (data, len))
           || validate_tail (data, len);

  for (pos = 0; pos + 8 <= len; pos += 8)
    {
      if (!mqttc_word_is_ascii (mqttc_word_load (data + pos)))
        return validate_tail (data + pos, len - pos);
    }

  /* The last word overlaps the one before it. */
  return mqttc_word_is_ascii (mqttc_word_load (data + len - 8))
         || validate_tail (data + pos, len - pos);
}

char *
mqttc_text_shorten (const char *text,
                    guint max_length)
{
  /* No character has more than four bytes, so these hold all that is shown and one more. */
  const gsize len = strnlen (text, 4 * ((gsize) max_length + 1));
  g_autofree char *valid = g_utf8_make_valid (text, len);
  GString *shown = g_string_new (NULL);
  guint n_chars = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (n_chars++ == max_length)
        {
          g_string_append (shown, "…");
          break;
        }
      if (g_unichar_isprint (c))
        g_string_append_unichar (shown, c);
      else
        g_string_append_printf (shown, "\\u%04x", c);
    }

  return g_string_free (shown, FALSE);
}

char *
mqttc_text_for_display (const char *text)
{
  return mqttc_text_shorten (text, MAX_DISPLAY_LENGTH);
}
