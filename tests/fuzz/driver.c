/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a fuzz target without a fuzzer, so that each run of the tests has what fuzzing once found.
 *
 * PROGRAM CORPUS-FOLDER [VECTORS...] TAP: the files of the folder, each whole and cut short; and the
 *                                   bytes of the test vectors
 * PROGRAM FILE...                   these alone, as a finding is looked at */

#include <glib.h>
#include <string.h>

#include "fuzz.h"

/* At so many places each input is cut. */
#define MAX_CUTS 48

static const char *corpus;   /* (unowned) */
static char *const *vectors; /* (unowned): up to a NULL */

/* In memory of its own, so that a read past its end is noticed. */
static void
run_bytes (const guint8 *data,
           gsize len)
{
  g_autofree guint8 *copy = g_malloc (MAX (len, 1));

  if (len > 0)
    memcpy (copy, data, len);
  g_assert_cmpint (LLVMFuzzerTestOneInput (copy, len), ==, 0);
}

static void
run_cut (const guint8 *data,
         gsize len)
{
  gsize step = len / MAX_CUTS + 1;

  for (gsize cut = 0; cut < len; cut += step)
    run_bytes (data, cut);
}

typedef void (*Runner) (const guint8 *data,
                        gsize len);

static void
run_file (const char *path,
          Runner runner)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;

  g_file_get_contents (path, &data, &len, &error);
  g_assert_no_error (error);
  runner ((const guint8 *) data, len);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In the order of their names, since a folder has none that is the same everywhere. */
static void
run_corpus (Runner runner)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (corpus, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_assert_cmpuint (names->len, >, 0);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (corpus, g_ptr_array_index (names, i), NULL);

      g_test_message ("%s", path);
      run_file (path, runner);
    }
}

static void
test_corpus (void)
{
  run_corpus (run_bytes);
}

static void
test_cut (void)
{
  run_corpus (run_cut);
}

static void
run_hex (const char *digits)
{
  gsize len = strlen (digits) / 2;
  g_autofree guint8 *data = g_malloc (len + 1);

  for (gsize i = 0; i < len; i++)
    data[i] = (guint8) (g_ascii_xdigit_value (digits[2 * i]) << 4
                        | g_ascii_xdigit_value (digits[2 * i + 1]));
  run_bytes (data, len);
  run_cut (data, len);
}

/* name | bytes in hexadecimal | ... */
static void
run_vectors (const char *data)
{
  g_auto (GStrv) lines = g_strsplit (data, "\n", -1);
  guint n_vectors = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " | ", -1);

      if (lines[i][0] == '#' || g_strv_length (fields) < 3)
        continue;
      g_test_message ("%s", fields[0]);
      run_hex (g_strstrip (fields[1]));
      n_vectors++;
    }

  g_assert_cmpuint (n_vectors, >, 0);
}

static void
test_vectors (void)
{
  for (guint i = 0; vectors[i] != NULL; i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      g_file_get_contents (vectors[i], &text, NULL, &error);
      g_assert_no_error (error);
      run_vectors (text);
    }
}

static void
add_test (const char *program,
          const char *name,
          GTestFunc func)
{
  g_autofree char *path = g_strdup_printf ("/%s/%s", program, name);

  g_test_add_func (path, func);
}

int
main (int argc,
      char **argv)
{
  g_autofree char *program = g_path_get_basename (argv[0]);

  g_test_init (&argc, &argv, NULL);
  LLVMFuzzerInitialize (&argc, &argv);
  if (argc < 2 || !g_file_test (argv[1], G_FILE_TEST_IS_DIR))
    {
      for (int i = 1; i < argc; i++)
        run_file (argv[i], run_bytes);
      return argc < 2;
    }

  corpus = argv[1];
  add_test (program, "corpus", test_corpus);
  add_test (program, "cut", test_cut);
  if (argc > 2)
    {
      vectors = argv + 2;
      add_test (program, "vectors", test_vectors);
    }

  return g_test_run ();
}
