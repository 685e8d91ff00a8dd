/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* SASLprep (RFC 4013), the profile of stringprep for user names and passwords.
 *
 * Of it there are the mapping, the normalisation (NFKC, of the Unicode version that GLib knows) and the
 * prohibited characters. Unassigned code points are let through, as RFC 4013 has it for queries. The
 * rule for text that mixes directions (RFC 3454, section 6) is not checked: it is the server's to keep
 * when it stores the name, and what breaks it can only be refused by it. */

#include "config.h"

#include "loop/mqttc-scram-private.h"
#include "mqttc-error.h"

#include <string.h>

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

/* RFC 3454, table B.1. */
static const Range nothing[] = {
  { 0x00ad, 0x00ad }, { 0x034f, 0x034f }, { 0x1806, 0x1806 }, { 0x180b, 0x180d },
  { 0x200c, 0x200d }, { 0x2060, 0x2060 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
};

/* RFC 3454, table C.1.2. */
static const Range spaces[] = {
  { 0x00a0, 0x00a0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200b },
  { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 },
};

/* RFC 3454, tables C.2.1 to C.9. */
static const Range prohibited[] = {
  { 0x0000, 0x001f },   { 0x007f, 0x009f },   { 0x0340, 0x0341 },   { 0x06dd, 0x06dd },
  { 0x070f, 0x070f },   { 0x180e, 0x180e },   { 0x200c, 0x200f },   { 0x2028, 0x202e },
  { 0x2060, 0x2063 },   { 0x206a, 0x206f },   { 0x2ff0, 0x2ffb },   { 0xd800, 0xf8ff },
  { 0xfdd0, 0xfdef },   { 0xfeff, 0xfeff },   { 0xfff9, 0xfffd },   { 0x1d173, 0x1d17a },
  { 0xe0001, 0xe0001 }, { 0xe0020, 0xe007f }, { 0xf0000, 0xffffd }, { 0x100000, 0x10fffd },
};

static gboolean
is_in (const Range *ranges,
       guint n_ranges,
       gunichar c)
{
  for (guint i = 0; i < n_ranges; i++)
    {
      if (c >= ranges[i].first && c <= ranges[i].last)
        return TRUE;
    }

  return FALSE;
}

/* Those that end each plane are no characters. */
static gboolean
is_prohibited (gunichar c)
{
  return (c & 0xfffe) == 0xfffe || is_in (prohibited, G_N_ELEMENTS (prohibited), c);
}

static GString *
map (const char *text)
{
  GString *mapped = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_in (spaces, G_N_ELEMENTS (spaces), c))
        g_string_append_c (mapped, ' ');
      else if (!is_in (nothing, G_N_ELEMENTS (nothing), c))
        g_string_append_unichar (mapped, c);
    }

  return mapped;
}

/* A part of a password that lies about in memory is as bad as all of it. */
static void
wipe_string (GString *string)
{
  explicit_bzero (string->str, string->allocated_len);
  g_string_free (string, TRUE);
}

static gboolean
check (const char *text,
       const char *what,
       GError **error)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_prohibited (c))
        {
          /* Of a password not even one character is told. */
          g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                       "The %s has a character that SCRAM does not allow, such as a control "
                       "character",
                       what);
          return FALSE;
        }
    }

  return TRUE;
}

char *
mqttc_scram_prepare (const char *text,
                     const char *what,
                     GError **error)
{
  GString *mapped;
  char *prepared;

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                   "The %s is not UTF-8", what);
      return NULL;
    }

  mapped = map (text);
  prepared = g_utf8_normalize (mapped->str, -1, G_NORMALIZE_NFKC);
  wipe_string (mapped);

  if (prepared[0] == '\0')
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                 "The %s is empty; SCRAM needs one", what);
  else if (check (prepared, what, error))
    return prepared;

  explicit_bzero (prepared, strlen (prepared));
  g_free (prepared);

  return NULL;
}
