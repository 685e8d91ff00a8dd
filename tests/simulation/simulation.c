/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "sim-world.h"

/* Runs the engine through seed after seed. What a run finds is replayed with --seed. */

#define DEFAULT_SEEDS 1000
/* A handful of seeds need not meet every kind of fault. */
#define ENOUGH_SEEDS 200
/* Every so many seeds one is run twice [I13]. */
#define TWICE 50

static gint64 opt_seed = -1;
static char *opt_seeds;
static gboolean opt_verbose;
static gboolean opt_keep_going;

static const GOptionEntry entries[] = {
  { "seed", 0, 0, G_OPTION_ARG_INT64, &opt_seed, "Run one seed and print its trace hash", "N" },
  { "seeds", 0, 0, G_OPTION_ARG_STRING, &opt_seeds, "Run these seeds (default: 1-1000)", "A-B" },
  { "verbose", 'v', 0, G_OPTION_ARG_NONE, &opt_verbose, "Print the trace, with --seed", NULL },
  { "keep-going", 'k', 0, G_OPTION_ARG_NONE, &opt_keep_going, "Go on after the tenth violation",
    NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  char *violation; /* (owned) (nullable) */
  guint64 hash;
  SimFaults faults;
} Result;

static void
run_seed (guint64 seed,
          gboolean verbose,
          Result *result)
{
  g_autoptr (SimWorld) world = NULL;
  SimOptions options;

  sim_options_init_from_seed (&options, seed);
  world = sim_world_new (&options, verbose);
  result->violation = g_strdup (sim_world_run_all (world));
  result->hash = world->trace.hash;
  result->faults = world->faults;
  g_clear_pointer (&world, sim_world_free);
  sim_options_clear (&options);
}

static void
print_violation (guint64 seed,
                 const char *violation)
{
  g_autofree char *text = NULL;
  SimOptions options;

  sim_options_init_from_seed (&options, seed);
  text = sim_options_to_string (&options);
  g_print ("seed %" G_GUINT64_FORMAT "\n  VIOLATION %s\n%s  replay: %s --seed %" G_GUINT64_FORMAT
           " --verbose\n",
           seed, violation, text, g_get_prgname (), seed);
  sim_options_clear (&options);
}

static int
run_one (guint64 seed)
{
  Result result;
  gboolean failed;

  run_seed (seed, opt_verbose, &result);
  failed = result.violation != NULL;
  if (failed)
    print_violation (seed, result.violation);
  g_print ("seed %" G_GUINT64_FORMAT ": trace hash %016" G_GINT64_MODIFIER "x, %s\n", seed,
           result.hash, failed ? "1 violation" : "0 violations");
  g_free (result.violation);

  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static gboolean
is_deterministic (guint64 seed,
                  guint64 hash)
{
  Result again;

  run_seed (seed, FALSE, &again);
  g_free (again.violation);
  if (again.hash == hash)
    return TRUE;

  print_violation (seed, "I13: two runs of this seed differ");

  return FALSE;
}

static int
run_many (guint64 first,
          guint64 last)
{
  SimFaults faults = { 0 };
  guint64 n_seeds = last - first + 1;
  guint n_violations = 0;
  guint n_missing;

  for (guint64 seed = first; seed <= last; seed++)
    {
      Result result;

      run_seed (seed, FALSE, &result);
      sim_faults_add (&faults, &result.faults);
      if (result.violation != NULL)
        {
          n_violations++;
          print_violation (seed, result.violation);
        }
      else if (seed % TWICE == 0 && !is_deterministic (seed, result.hash))
        {
          n_violations++;
        }
      g_free (result.violation);

      if (n_violations >= 10 && !opt_keep_going)
        {
          n_seeds = seed - first + 1;
          break;
        }
    }

  n_missing = sim_faults_print (&faults);
  g_print ("%" G_GUINT64_FORMAT " seeds, %u violations\n", n_seeds, n_violations);
  if (n_missing > 0 && n_seeds >= ENOUGH_SEEDS)
    {
      g_print ("%u kinds of fault were never hit\n", n_missing);
      return EXIT_FAILURE;
    }

  return n_violations > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

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

  return opt_seed >= 0 ? run_one ((guint64) opt_seed) : run_many (first, last);
}
