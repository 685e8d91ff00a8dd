/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tap.h"

#include <stdio.h>
#include <string.h>

static gboolean
is_chosen (const char *name,
           int argc,
           char **argv)
{
  for (int i = 1; i + 1 < argc; i += 2)
    {
      if (strcmp (argv[i], "-p") == 0 && strcmp (argv[i + 1], name) == 0)
        return TRUE;
    }

  return argc == 1;
}

int
tap_run (int argc,
         char **argv,
         const TapCase *cases,
         guint n_cases)
{
  guint n = 0;

  for (guint i = 0; i < n_cases; i++)
    {
      if (argc == 2 && strcmp (argv[1], "-l") == 0)
        {
          printf ("%s\n", cases[i].name);
          continue;
        }
      if (!is_chosen (cases[i].name, argc, argv))
        continue;

      printf ("# %s\n", cases[i].name);
      fflush (stdout);
      cases[i].run ();
      printf ("ok %u %s\n", ++n, cases[i].name);
      fflush (stdout);
    }
  if (n > 0)
    printf ("1..%u\n", n);

  return 0;
}

void
tap_say (const char *format,
         ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  printf ("#   %s\n", text);
  fflush (stdout);
}
