/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "sim-jobs.h"

/* Runs the engine through seed after seed. What a run finds is replayed with --seed, reduced to a
 * script with --shrink, and replayed from there with --script. */

#define DEFAULT_SEEDS 1000
/* A handful of seeds need not meet every kind of fault. */
#define ENOUGH_SEEDS 200
#define FEW_VIOLATIONS 10

static gint64 opt_seed = -1;
static gint64 opt_shrink = -1;
static gint64 opt_record = -1;
static int opt_jobs;
static char *opt_seeds;
static char *opt_output;
static char **opt_scripts;
static gboolean opt_verbose;
static gboolean opt_keep_going;

static const GOptionEntry entries[] = {
  { "seed", 0, 0, G_OPTION_ARG_INT64, &opt_seed, "Run one seed and print its trace hash", "N" },
  { "seeds", 0, 0, G_OPTION_ARG_STRING, &opt_seeds, "Run these seeds (default: 1-1000)", "A-B" },
  { "jobs", 'j', 0, G_OPTION_ARG_INT, &opt_jobs,
    "Run so many seeds at once (default: one for each processor)", "N" },
  { "script", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &opt_scripts,
    "Run a script; more than one may be given", "FILE" },
  { "shrink", 0, 0, G_OPTION_ARG_INT64, &opt_shrink,
    "Reduce a seed that fails to a short script, and print that", "N" },
  { "record", 0, 0, G_OPTION_ARG_INT64, &opt_record, "Print all of a seed as a script", "N" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &opt_output, "Write the script to a file", "FILE" },
  { "verbose", 'v', 0, G_OPTION_ARG_NONE, &opt_verbose, "Print the trace, with --seed or --script",
    NULL },
  { "keep-going", 'k', 0, G_OPTION_ARG_NONE, &opt_keep_going, "Go on after the tenth violation",
    NULL },
  G_OPTION_ENTRY_NULL,
};

static void
print_violation (guint64 seed,
                 const char *violation)
{
  g_autofree char *text = NULL;
  SimOptions options;

  sim_options_init_from_seed (&options, seed);
  text = sim_options_to_string (&options);
  g_print ("seed %" G_GUINT64_FORMAT "\n  VIOLATION %s\n%s  replay: %s --seed %" G_GUINT64_FORMAT
           " --verbose; reduce: --shrink %" G_GUINT64_FORMAT "\n",
           seed, violation, text, g_get_prgname (), seed, seed);
  sim_options_clear (&options);
}

static int
run_one (guint64 seed)
{
  SimResult result;
  gboolean failed;

  sim_run_seed (seed, NULL, opt_verbose, &result);
  failed = result.violation != NULL;
  if (failed)
    print_violation (seed, result.violation);
  g_print ("seed %" G_GUINT64_FORMAT ": trace hash %016" G_GINT64_MODIFIER "x, %s\n", seed,
           result.hash, failed ? "1 violation" : "0 violations");
  sim_result_clear (&result);

  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
run_many (guint64 first,
          guint64 last)
{
  g_autoptr (SimJobs) jobs = sim_jobs_run (first, last, (guint) MAX (opt_jobs, 0),
                                           opt_keep_going ? G_MAXUINT : FEW_VIOLATIONS);
  guint64 n_seeds = last - first + 1;
  guint n_violations = 0;
  guint n_missing;

  for (guint i = 0; i < jobs->violations->len; i++)
    {
      const SimViolation *violation = &g_array_index (jobs->violations, SimViolation, i);

      print_violation (violation->seed, violation->text);
      n_violations++;
      if (n_violations >= FEW_VIOLATIONS && !opt_keep_going)
        {
          n_seeds = violation->seed - first + 1;
          break;
        }
    }

  n_missing = sim_faults_print (&jobs->faults);
  g_print ("%" G_GUINT64_FORMAT " seeds, %u violations\n", n_seeds, n_violations);
  if (n_missing > 0 && n_seeds >= ENOUGH_SEEDS)
    {
      g_print ("%u kinds of fault were never hit\n", n_missing);
      return EXIT_FAILURE;
    }

  return n_violations > 0 || jobs->broken ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- Scripts --- */

static int
write_script (SimScript *script,
              const SimOptions *options,
              const char *comment)
{
  g_autofree char *text = sim_script_to_string (script, options);
  g_autofree char *all = g_strdup_printf ("# %s\n%s", comment, text);
  g_autoptr (GError) error = NULL;

  if (opt_output == NULL)
    {
      g_print ("%s", all);
    }
  else if (!g_file_set_contents (opt_output, all, -1, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  return EXIT_SUCCESS;
}

/* Reduces it, and says what is left. */
static int
shrink_script (guint64 seed,
               SimScript *script,
               SimOptions *options,
               const char *violation)
{
  g_autofree char *comment = NULL;
  g_autofree char *crash = NULL;
  SimResult result = { 0 };
  guint n_before = script->actions->len;
  guint n_runs = sim_shrink (script, options, violation);
  int status;

  if (g_str_has_prefix (violation, SIM_CRASH))
    crash = sim_script_crashes (options, script);
  else
    sim_run_script (options, script, FALSE, &result);
  if (crash != NULL)
    result.violation = g_steal_pointer (&crash);

  g_print ("%u actions of seed %" G_GUINT64_FORMAT " are reduced to %u in %u runs\n"
           "  VIOLATION %s\n",
           n_before, seed, script->actions->len, n_runs,
           result.violation != NULL ? result.violation : "none any more");
  comment = g_strdup_printf ("From seed %" G_GUINT64_FORMAT ". %s", seed,
                             result.violation != NULL ? result.violation : "It does not fail.");
  status = write_script (script, options, comment);
  sim_result_clear (&result);

  return status;
}

static int
shrink_seed (guint64 seed)
{
  g_autoptr (SimScript) script = NULL;
  g_autofree char *violation = NULL;
  SimOptions options;
  int status = EXIT_FAILURE;

  script = sim_script_of_crash (seed, &options, &violation);
  if (script == NULL)
    {
      SimResult result;

      script = sim_script_of_seed (seed, &options, &result);
      violation = result.violation;
    }

  if (violation == NULL)
    g_printerr ("seed %" G_GUINT64_FORMAT " does not fail\n", seed);
  else
    status = shrink_script (seed, script, &options, violation);
  sim_options_clear (&options);

  return status;
}

static int
record_seed (guint64 seed)
{
  g_autoptr (SimScript) script = NULL;
  g_autofree char *comment = g_strdup_printf ("All of seed %" G_GUINT64_FORMAT ".", seed);
  SimOptions options;
  SimResult result;
  int status;

  script = sim_script_of_seed (seed, &options, &result);
  status = write_script (script, &options, comment);
  sim_result_clear (&result);
  sim_options_clear (&options);

  return status;
}

static gboolean
run_script_file (const char *path)
{
  g_autoptr (SimScript) script = NULL;
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  SimOptions options;
  SimResult result = { 0 };
  gboolean passed = FALSE;

  script = sim_script_load (path, &options, &error);
  if (script == NULL)
    {
      g_printerr ("%s: %s\n", path, error->message);
    }
  else
    {
      sim_run_script (&options, script, opt_verbose, &result);
      passed = result.violation == NULL;
      g_print ("%s: %u actions, trace hash %016" G_GINT64_MODIFIER "x, %s%s\n", name,
               script->actions->len, result.hash, passed ? "0 violations" : "VIOLATION ",
               passed ? "" : result.violation);
    }
  sim_result_clear (&result);
  sim_options_clear (&options);

  return passed;
}

static int
run_scripts (void)
{
  int status = EXIT_SUCCESS;

  for (guint i = 0; opt_scripts[i] != NULL; i++)
    if (!run_script_file (opt_scripts[i]))
      status = EXIT_FAILURE;

  return status;
}

/* --- The command line --- */

static gboolean
parse_seeds (const char *text,
             guint64 *first,
             guint64 *last)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 2);

  return parts[0] != NULL && parts[1] != NULL
         && g_ascii_string_to_unsigned (parts[0], 10, 0, G_MAXINT64, first, NULL)
         && g_ascii_string_to_unsigned (parts[1], 10, *first, G_MAXINT64, last, NULL);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  guint64 first = 1;
  guint64 last = DEFAULT_SEEDS;

  g_option_context_set_summary (context,
                                "Runs the protocol engine against a model broker, in virtual time, "
                                "over a network that fails.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (argc > 1)
    {
      g_printerr ("%s: what is not an option is not expected, see --help\n", argv[1]);
      return 2;
    }
  if (opt_seeds != NULL && !parse_seeds (opt_seeds, &first, &last))
    {
      g_printerr ("%s is not a range of seeds, such as 1-1000\n", opt_seeds);
      return 2;
    }

  if (opt_scripts != NULL)
    return run_scripts ();
  if (opt_shrink >= 0)
    return shrink_seed ((guint64) opt_shrink);
  if (opt_record >= 0)
    return record_seed ((guint64) opt_record);

  return opt_seed >= 0 ? run_one ((guint64) opt_seed) : run_many (first, last);
}
