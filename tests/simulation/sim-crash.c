/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs that bring their process down: each has one of its own, and what it is about to do is written
 * to a file before it does it. */

static char *
describe_end (int status)
{
  if (WIFSIGNALED (status))
    return g_strdup_printf ("%s signal %d", SIM_CRASH, WTERMSIG (status));
  if (WEXITSTATUS (status) != EXIT_SUCCESS)
    return g_strdup_printf ("%s exit status %d", SIM_CRASH, WEXITSTATUS (status));

  return NULL;
}

static char *
wait_for (pid_t pid)
{
  int status = 0;

  if (pid < 0 || waitpid (pid, &status, 0) != pid)
    g_error ("No process for the simulation");

  return describe_end (status);
}

static void
read_actions (SimScript *script,
              FILE *file)
{
  char line[1024];

  rewind (file);
  while (fgets (line, sizeof (line), file) != NULL)
    sim_script_parse_action (script, g_strstrip (line), NULL);
}

SimScript *
sim_script_of_crash (guint64 seed,
                     SimOptions *options,
                     char **how)
{
  g_autoptr (SimScript) script = sim_script_new ();
  FILE *file = tmpfile ();
  pid_t pid;

  if (file == NULL)
    g_error ("No room for the script of the simulation");

  pid = fork ();
  if (pid == 0)
    {
      SimResult result;

      script->recording = TRUE;
      script->mirror = file;
      sim_run_seed (seed, script, FALSE, &result);
      _exit (EXIT_SUCCESS);
    }

  *how = wait_for (pid);
  if (*how != NULL)
    read_actions (script, file);
  fclose (file);
  if (*how == NULL)
    return NULL;

  sim_options_init_from_seed (options, seed);
  sim_options_quieten (options);

  return g_steal_pointer (&script);
}

char *
sim_script_crashes (const SimOptions *options,
                    SimScript *script)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      SimResult result;

      /* Hundreds of times the same message help nobody. */
      if (freopen ("/dev/null", "w", stderr) == NULL)
        _exit (EXIT_SUCCESS);
      sim_run_script (options, script, FALSE, &result);
      _exit (EXIT_SUCCESS);
    }

  return wait_for (pid);
}
