/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "resident.h"

#include <unistd.h>

guint64
resident_get (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  guint64 pages;

  g_file_get_contents ("/proc/self/statm", &text, NULL, &error);
  g_assert_no_error (error);
  words = g_strsplit (text, " ", 3);
  g_assert_true (g_ascii_string_to_unsigned (words[1], 10, 1, G_MAXUINT32, &pages, NULL));
  return pages * (guint64) sysconf (_SC_PAGESIZE) / 1024;
}

void
resident_check (const char *what,
                guint64 before)
{
  guint64 after = resident_get ();

  g_test_message ("%s: resident %" G_GUINT64_FORMAT " KiB before, %" G_GUINT64_FORMAT " KiB after",
                  what, before, after);
  if (RESIDENT_IS_TRUE)
    g_assert_cmpuint (after, <=, before + 1024);
}
