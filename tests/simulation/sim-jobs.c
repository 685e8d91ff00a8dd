/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Every so many seeds one is run again, and then from its script [I13]. */
#define TWICE 50

typedef struct
{
  pid_t pid;
  FILE *file;    /* (owned): what it has found */
  guint64 *seed; /* shared: the one it is at */
} Job;

static void
violation_clear (gpointer data)
{
  g_free (((SimViolation *) data)->text);
}

static SimJobs *
jobs_new (void)
{
  SimJobs *self = g_new0 (SimJobs, 1);

  self->violations = g_array_new (FALSE, FALSE, sizeof (SimViolation));
  g_array_set_clear_func (self->violations, violation_clear);

  return self;
}

void
sim_jobs_free (SimJobs *self)
{
  g_array_unref (self->violations);
  g_free (self);
}

/* --- In a process of its own --- */

/* (nullable): what is wrong */
static const char *
find_difference (guint64 seed,
                 guint64 hash)
{
  g_autoptr (SimScript) script = NULL;
  SimOptions options;
  SimResult again;
  SimResult played;

  script = sim_script_of_seed (seed, &options, &again);
  sim_run_script (&options, script, FALSE, &played);
  sim_options_clear (&options);
  sim_result_clear (&again);
  sim_result_clear (&played);

  if (again.hash != hash)
    return "I13: two runs of this seed differ";
  if (played.hash != hash)
    return "I13: this seed and its script differ";

  return NULL;
}

static gboolean
run_seed (guint64 seed,
          FILE *file,
          SimFaults *faults)
{
  const char *violation;
  SimResult result;

  sim_run_seed (seed, NULL, FALSE, &result);
  sim_faults_add (faults, &result.faults);
  violation = result.violation;
  if (violation == NULL && seed % TWICE == 0)
    violation = find_difference (seed, result.hash);
  if (violation != NULL)
    fprintf (file, "%" G_GUINT64_FORMAT " %s\n", seed, violation);
  sim_result_clear (&result);

  return violation == NULL;
}

static void
run_job (Job *job,
         guint64 first,
         guint64 last,
         guint step,
         guint max_violations)
{
  SimFaults faults = { 0 };
  guint n_violations = 0;

  for (guint64 seed = first; seed <= last && n_violations < max_violations; seed += step)
    {
      *job->seed = seed;
      if (!run_seed (seed, job->file, &faults))
        n_violations++;
    }

  for (guint i = 0; i < SIM_N_FAULTS; i++)
    fprintf (job->file, "fault %" G_GUINT64_FORMAT "\n", faults.hits[i]);
}

/* --- In the one that was started --- */

static void
start_job (Job *job,
           guint64 first,
           guint64 last,
           guint step,
           guint max_violations)
{
  job->file = tmpfile ();
  job->seed
      = mmap (NULL, sizeof (guint64), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (job->file == NULL || job->seed == MAP_FAILED)
    g_error ("No room for the results of the simulation");

  job->pid = fork ();
  if (job->pid < 0)
    g_error ("No process for the simulation");
  if (job->pid > 0)
    return;

  run_job (job, first, last, step, max_violations);
  _exit (fflush (job->file) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void
read_results (SimJobs *self,
              FILE *file)
{
  char line[1024];
  guint n_faults = 0;

  rewind (file);
  while (fgets (line, sizeof (line), file) != NULL)
    {
      SimViolation violation = { 0 };
      char *end;

      g_strchomp (line);
      if (g_str_has_prefix (line, "fault "))
        {
          self->faults.hits[n_faults++] += g_ascii_strtoull (line + 6, NULL, 10);
          continue;
        }
      violation.seed = g_ascii_strtoull (line, &end, 10);
      violation.text = g_strdup (*end != '\0' ? end + 1 : end);
      g_array_append_val (self->violations, violation);
    }
}

static void
finish_job (SimJobs *self,
            Job *job)
{
  int status = 0;

  if (waitpid (job->pid, &status, 0) != job->pid || !WIFEXITED (status)
      || WEXITSTATUS (status) != EXIT_SUCCESS)
    {
      SimViolation crash = {
        .seed = *job->seed,
        .text = g_strdup_printf ("the process came to its end, status 0x%x; the seeds after it "
                                 "have not been run",
                                 (guint) status),
      };

      self->broken = TRUE;
      g_array_append_val (self->violations, crash);
    }
  read_results (self, job->file);
  fclose (job->file);
  munmap (job->seed, sizeof (guint64));
}

static int
compare_seeds (gconstpointer a,
               gconstpointer b)
{
  guint64 x = ((const SimViolation *) a)->seed;
  guint64 y = ((const SimViolation *) b)->seed;

  return x < y ? -1 : x > y;
}

SimJobs *
sim_jobs_run (guint64 first,
              guint64 last,
              guint n_jobs,
              guint max_violations)
{
  SimJobs *self = jobs_new ();
  g_autofree Job *jobs = NULL;

  if (n_jobs == 0)
    n_jobs = g_get_num_processors ();
  n_jobs = (guint) MIN (n_jobs, last - first + 1);
  jobs = g_new0 (Job, n_jobs);

  for (guint i = 0; i < n_jobs; i++)
    start_job (&jobs[i], first + i, last, n_jobs, max_violations);
  for (guint i = 0; i < n_jobs; i++)
    finish_job (self, &jobs[i]);
  g_array_sort (self->violations, compare_seeds);

  return self;
}
