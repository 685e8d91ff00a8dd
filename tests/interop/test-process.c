/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-process.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

struct _TestProcess
{
  GSubprocess *process;
  GThread *reader; /* of its log */
  GMutex mutex;
  GCond changed;
  GString *log;
  gboolean ended;
};

static gpointer
read_log (gpointer user_data)
{
  TestProcess *self = user_data;
  g_autoptr (GDataInputStream) stream
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  char *line;

  while ((line = g_data_input_stream_read_line (stream, NULL, NULL, NULL)) != NULL)
    {
      g_mutex_lock (&self->mutex);
      g_string_append_printf (self->log, "%s\n", line);
      g_cond_signal (&self->changed);
      g_mutex_unlock (&self->mutex);
      g_free (line);
    }

  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->mutex);

  return NULL;
}

static void
child_setup (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

TestProcess *
test_process_new (const char *const *argv)
{
  TestProcess *self = g_new0 (TestProcess, 1);
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->log = g_string_new (NULL);
  g_subprocess_launcher_set_child_setup (launcher, child_setup, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  self->reader = g_thread_new ("log", read_log, self);

  return self;
}

void
test_process_send_signal (TestProcess *self,
                          int number)
{
  g_subprocess_send_signal (self->process, number);
}

static gboolean
is_paused (TestProcess *self)
{
  g_autofree char *path
      = g_strdup_printf ("/proc/%s/stat", g_subprocess_get_identifier (self->process));
  g_autofree char *stat = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &stat, NULL, &error);
  g_assert_no_error (error);

  return strstr (stat, ") T ") != NULL;
}

void
test_process_pause (TestProcess *self)
{
  test_process_send_signal (self, SIGSTOP);
  while (!is_paused (self))
    g_thread_yield ();
}

void
test_process_resume (TestProcess *self)
{
  test_process_send_signal (self, SIGCONT);
}

static void
end_by (TestProcess *self,
        int number)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->process, number);
  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
}

void
test_process_run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

void
test_process_terminate (TestProcess *self)
{
  end_by (self, SIGTERM);
}

void
test_process_kill (TestProcess *self)
{
  end_by (self, SIGKILL);
}

void
test_process_free (TestProcess *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_thread_join (self->reader);
  g_object_unref (self->process);
  g_string_free (self->log, TRUE);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static guint
count (const char *text,
       const char *part)
{
  guint n = 0;

  for (const char *p = strstr (text, part); p != NULL; p = strstr (p + 1, part))
    n++;

  return n;
}

void
test_process_wait_log (TestProcess *self,
                       const char *text,
                       guint n)
{
  g_mutex_lock (&self->mutex);
  while (count (self->log->str, text) < n)
    {
      if (self->ended)
        g_error ("The server ended; its log:\n%s", self->log->str);
      g_cond_wait (&self->changed, &self->mutex);
    }
  g_mutex_unlock (&self->mutex);
}

guint
test_process_count_log (TestProcess *self,
                        const char *text)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = count (self->log->str, text);
  g_mutex_unlock (&self->mutex);

  return n;
}

GSocket *
test_process_hold_port (guint16 *port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  GSocket *holder = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_bind (holder, address, TRUE, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (holder, &error);
  g_assert_no_error (error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));

  return holder;
}
