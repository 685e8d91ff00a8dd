/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutation.h"
#include "sim-world.h"

/* Gives the engine one bug after the other, and runs the simulation until that finds it. Each bug has a
 * process of its own: it may crash, or never end. */

/* If these do not find it, the exhaustive cuts have to. */
#define DEFAULT_SEEDS 2000

/* The engine without a bug goes through the same seeds, some in each process. */
#define CLEAN_SEEDS 250

#define EXHAUSTIVE "exhaustive"

/* Of the processor, for one seed; thousands of times as long as one takes. */
#define SEED_SECONDS 5
#define PROGRAM_SECONDS 300

/* Many times what a seed needs. */
#define MAX_MEMORY ((rlim_t) 2 << 30)

/* The status of a process that did not even begin; as in a shell. */
#define CANNOT_RUN 127

typedef struct
{
  const char *name;
  const char *text;
  const char *program; /* (nullable): the unit test that finds it, where the simulation cannot */
} Mutation;

#include "mutations-list.h"

/* What a process has come to, in memory that it shares with this one. */
typedef struct
{
  guint64 seed; /* 0: none; after the last: it runs the exhaustive cuts */
  char violation[160];
} Progress;

typedef struct
{
  int mutation;        /* its number; 0: none */
  const char *program; /* (nullable): instead of the simulation */
  guint64 first;
  guint64 last;
  gboolean chosen;
  gboolean done;
  pid_t pid;
  FILE *output;       /* (owned): what it prints */
  Progress *progress; /* (owned) */
  gboolean found;
  char *how; /* (owned): what was found */
} Task;

static gboolean opt_list;
static char **opt_paths;
static int opt_seeds = DEFAULT_SEEDS;
static char **opt_names;

static const GOptionEntry entries[] = {
  { "list", 'l', 0, G_OPTION_ARG_NONE, &opt_list, "List the mutations", NULL },
  { "path", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &opt_paths, "Run only this one", "/mutations/NAME" },
  { "seeds", 0, 0, G_OPTION_ARG_INT, &opt_seeds, "Try so many seeds at most (default: 2000)", "N" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &opt_names, NULL, "[PATTERN…]" },
  G_OPTION_ENTRY_NULL,
};

/* --- In the process of a task --- */

/* As that of GLib, without what differs from run to run. */
static void
log_cb (const char *domain,
        GLogLevelFlags level,
        const char *message,
        gpointer data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0)
    g_printerr ("%s\n", message);
}

static void
limit_time (int seconds)
{
  struct itimerval limit = { .it_value.tv_sec = seconds };

  setitimer (ITIMER_PROF, &limit, NULL);
}

static void
limit_process (Task *task)
{
  struct rlimit none = { 0 };

  g_log_set_default_handler (log_cb, NULL);
  g_log_set_always_fatal ((GLogLevelFlags) (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING));
  setrlimit (RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
  setrlimit (RLIMIT_AS, &(struct rlimit){ MAX_MEMORY, MAX_MEMORY });
#endif
  dup2 (fileno (task->output), STDOUT_FILENO);
  dup2 (fileno (task->output), STDERR_FILENO);
}

static gboolean
run_seed (Task *task,
          guint64 seed)
{
  g_autoptr (SimWorld) world = NULL;
  SimOptions options;
  const char *violation;

  task->progress->seed = seed;
  limit_time (SEED_SECONDS);
  sim_options_init_from_seed (&options, seed);
  world = sim_world_new (&options, FALSE);
  violation = sim_world_run_all (world);
  if (violation != NULL)
    g_strlcpy (task->progress->violation, violation, sizeof task->progress->violation);
  g_clear_pointer (&world, sim_world_free);
  sim_options_clear (&options);

  return violation == NULL;
}

/* Programs of their own get the number of the bug from their environment. */
static void
run_program (Task *task,
             const char *name)
{
  g_autofree char *mutated = g_strconcat ("mutated-", name, NULL);
  g_autofree char *own = g_find_program_in_path (g_get_prgname ());
  g_autofree char *number = g_strdup_printf ("%d", task->mutation);
  g_autofree char *folder = g_path_get_dirname (own);
  g_autofree char *path = g_build_filename (folder, mutated, NULL);

  fflush (NULL);
  limit_time (PROGRAM_SECONDS);
  g_setenv ("MQTTC_MUTATION", number, TRUE);
  execl (path, path, NULL);
  g_printerr ("%s: %s\n", path, g_strerror (errno));
  _exit (CANNOT_RUN);
}

static void
run_task (Task *task)
{
  limit_process (task);
  mqttc_mutation = task->mutation;
  if (task->program != NULL)
    run_program (task, task->program);

  for (guint64 seed = task->first; seed <= task->last; seed++)
    if (!run_seed (task, seed))
      _exit (1);

  task->progress->seed++;
  if (task->mutation != 0)
    run_program (task, EXHAUSTIVE);
  _exit (0);
}

/* --- In this one --- */

static void
start_task (Task *task)
{
  task->output = tmpfile ();
  task->progress = mmap (NULL, sizeof *task->progress, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (task->output == NULL || task->progress == MAP_FAILED)
    g_error ("No file or no memory for a process: %s", g_strerror (errno));

  fflush (NULL);
  task->pid = fork ();
  if (task->pid < 0)
    g_error ("No process: %s", g_strerror (errno));
  if (task->pid == 0)
    run_task (task);
}

/* The first line that says something: a violation of the exhaustive cuts, or an assertion. */
static char *
read_output (Task *task)
{
  char line[400];

  rewind (task->output);
  while (fgets (line, sizeof line, task->output) != NULL)
    {
      const char *violation = strstr (line, "VIOLATION ");

      g_strstrip (line);
      if (violation != NULL)
        return g_strdup (violation + strlen ("VIOLATION "));
      if (strstr (line, "ERROR:") != NULL || strstr (line, "assertion") != NULL
          || strstr (line, "rror: ") != NULL || g_str_has_prefix (line, "not ok")
          || strstr (line, "failed to allocate") != NULL)
        return g_strdup (line);
    }

  return NULL;
}

static char *
describe_end (Task *task,
              int status)
{
  char *said;

  if (task->progress->violation[0] != '\0')
    return g_strdup (task->progress->violation);
  if (WIFSIGNALED (status) && WTERMSIG (status) == SIGPROF)
    return g_strdup ("it does not end");

  said = read_output (task);
  if (said != NULL)
    return said;
  if (WIFSIGNALED (status))
    return g_strdup_printf ("ended by signal %d", WTERMSIG (status));

  return g_strdup_printf ("ended with status %d", WEXITSTATUS (status));
}

static void
end_task (Task *task,
          int status)
{
  if (WIFEXITED (status) && WEXITSTATUS (status) == CANNOT_RUN)
    g_error ("%s cannot be run", task->program);

  task->done = TRUE;
  task->found = !WIFEXITED (status) || WEXITSTATUS (status) != 0;
  if (task->found)
    task->how = describe_end (task, status);
  fclose (task->output);
}

static void
wait_for_one (Task *tasks,
              guint n_tasks)
{
  int status;
  pid_t pid;

  do
    pid = wait (&status);
  while (pid < 0 && errno == EINTR);
  if (pid < 0)
    g_error ("No process to wait for: %s", g_strerror (errno));

  for (guint i = 0; i < n_tasks; i++)
    if (tasks[i].pid == pid && !tasks[i].done)
      end_task (&tasks[i], status);
}

/* TRUE: as it should be. */
static gboolean
print_task (const Task *task,
            guint number)
{
  const char *name = task->mutation != 0 ? mutations[task->mutation - 1].name : "none";
  gboolean ok = task->found == (task->mutation != 0);

  g_print ("%s %u /mutations/%s", ok ? "ok" : "not ok", number, name);
  if (task->program != NULL)
    g_print (" # %s", task->program);
  else if (task->mutation == 0)
    g_print (" # seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, task->first, task->last);
  else if (!task->found)
    g_print (" # not found by %d seeds, nor by the exhaustive cuts", opt_seeds);
  else if (task->progress->seed > task->last)
    g_print (" # exhaustive cuts");
  else
    g_print (" # %" G_GUINT64_FORMAT " seeds", task->progress->seed);

  if (task->mutation == 0 && task->found && task->program == NULL)
    g_print (", seed %" G_GUINT64_FORMAT, task->progress->seed);
  g_print ("%s%s\n", task->found ? ": " : "", task->found ? task->how : "");
  if (!ok && task->mutation != 0)
    g_print ("# %s\n", mutations[task->mutation - 1].text);

  return ok;
}

/* In their order, whatever the order of their ends. */
static guint
run_tasks (Task *tasks,
           guint n_tasks)
{
  guint n_processes = g_get_num_processors ();
  guint n_running = 0;
  guint next_start = 0;
  guint next_print = 0;
  guint n_failed = 0;

  while (next_print < n_tasks)
    {
      if (next_start < n_tasks && n_running < n_processes)
        {
          start_task (&tasks[next_start++]);
          n_running++;
          continue;
        }

      wait_for_one (tasks, n_tasks);
      n_running--;
      for (; next_print < n_tasks && tasks[next_print].done; next_print++)
        n_failed += !print_task (&tasks[next_print], next_print + 1);
    }

  return n_failed;
}

static void
print_worst (const Task *tasks,
             guint n_tasks)
{
  const Task *worst = NULL;
  guint n_mutations = 0;
  guint n_found = 0;

  for (guint i = 0; i < n_tasks; i++)
    {
      const Task *task = &tasks[i];

      if (task->mutation == 0)
        continue;
      n_mutations++;
      if (!task->found)
        continue;
      n_found++;
      if (worst == NULL || task->progress->seed > worst->progress->seed)
        worst = task;
    }

  g_print ("# %u/%u caught", n_found, n_mutations);
  if (worst != NULL)
    g_print (", worst: %s after %" G_GUINT64_FORMAT " seeds%s", mutations[worst->mutation - 1].name,
             MIN (worst->progress->seed, worst->last),
             worst->progress->seed > worst->last ? " and the exhaustive cuts" : "");
  g_print ("\n");
}

static gboolean
is_chosen (const char *name)
{
  g_autofree char *path = g_strconcat ("/mutations/", name, NULL);

  if (opt_paths == NULL && opt_names == NULL)
    return TRUE;
  if (opt_paths != NULL && g_strv_contains ((const char *const *) opt_paths, path))
    return TRUE;

  for (char **pattern = opt_names; pattern != NULL && *pattern != NULL; pattern++)
    if (strstr (path, *pattern) != NULL)
      return TRUE;

  return FALSE;
}

static Task *
add_task (GArray *tasks,
          int mutation,
          guint64 first)
{
  Task task = { .mutation = mutation, .first = first, .last = (guint64) opt_seeds };

  g_array_append_val (tasks, task);
  return &g_array_index (tasks, Task, tasks->len - 1);
}

/* The engine as it is, to which none of it may object. */
static void
add_clean_tasks (GArray *tasks)
{
  g_autoptr (GHashTable) programs = g_hash_table_new (g_str_hash, g_str_equal);

  for (int first = 1; first <= opt_seeds; first += CLEAN_SEEDS)
    add_task (tasks, 0, (guint64) first)->last = (guint64) MIN (first + CLEAN_SEEDS - 1, opt_seeds);

  add_task (tasks, 0, 1)->program = EXHAUSTIVE;
  for (guint i = 0; i < G_N_ELEMENTS (mutations); i++)
    if (mutations[i].program != NULL && g_hash_table_add (programs, (char *) mutations[i].program))
      add_task (tasks, 0, 1)->program = mutations[i].program;
}

static GArray *
make_tasks (void)
{
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (Task));

  if (is_chosen ("none"))
    add_clean_tasks (tasks);
  for (guint i = 0; i < G_N_ELEMENTS (mutations); i++)
    if (is_chosen (mutations[i].name))
      add_task (tasks, (int) i + 1, 1)->program = mutations[i].program;

  return tasks;
}

static void
clear_task_cb (gpointer data)
{
  Task *task = data;

  munmap (task->progress, sizeof *task->progress);
  g_free (task->how);
}

static void
list_mutations (void)
{
  g_print ("/mutations/none\n");
  for (guint i = 0; i < G_N_ELEMENTS (mutations); i++)
    g_print ("/mutations/%s\n", mutations[i].name);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) tasks = NULL;
  guint n_failed;

  g_set_prgname (argv[0]);
  g_option_context_set_summary (context,
                                "Gives the engine one bug after the other, each of which the "
                                "simulation must find.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (opt_list)
    {
      list_mutations ();
      return EXIT_SUCCESS;
    }

  tasks = make_tasks ();
  g_array_set_clear_func (tasks, clear_task_cb);
  g_print ("1..%u\n", tasks->len);
  n_failed = run_tasks ((Task *) (gpointer) tasks->data, tasks->len);
  print_worst ((const Task *) (gconstpointer) tasks->data, tasks->len);

  return n_failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
