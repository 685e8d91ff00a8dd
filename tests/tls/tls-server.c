/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tls-server.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct _TlsServer
{
  GSocket *port_holder; /* (nullable) */
  guint16 port;
  char *socket; /* (nullable) */

  GSubprocess *process;
  GThread *reader; /* of its log */
  GMutex mutex;
  GCond changed;
  GString *log;
  gboolean ended;
};

static char *folder;

void
tls_server_make_certificates (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *script
      = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "tls", "make-certificates.sh", NULL);

  folder = g_dir_make_tmp ("mqttc-tls-XXXXXX", &error);
  g_assert_no_error (error);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "bash", script, folder, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

void
tls_server_remove_certificates (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = tls_server_get_path (name);

      g_remove (path);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

char *
tls_server_get_path (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

char *
tls_server_get_text (const char *name)
{
  g_autofree char *path = tls_server_get_path (name);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

/* A socket that is bound and does not listen keeps the port for us. */
static void
hold_port (TlsServer *self)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->port_holder = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                    G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  g_socket_bind (self->port_holder, address, TRUE, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (self->port_holder, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static gpointer
read_log (gpointer user_data)
{
  TlsServer *self = user_data;
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

static TlsServer *
server_alloc (void)
{
  TlsServer *self = g_new0 (TlsServer, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->log = g_string_new (NULL);

  return self;
}

/* Its input stays open: s_server reads commands from there, and ends with it. */
static void
spawn (TlsServer *self,
       const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, child_setup, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  self->reader = g_thread_new ("server-log", read_log, self);
}

static TlsServer *
start_openssl (const char *name,
               const char *arguments,
               const char *socket)
{
  TlsServer *self = server_alloc ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = g_strsplit (arguments != NULL ? arguments : "", " ", -1);
  g_auto (GStrv) argv = NULL;
  g_autofree char *pem_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *pem = tls_server_get_path (pem_name);
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *key = tls_server_get_path (key_name);
  g_autofree char *address = NULL;

  if (socket == NULL)
    hold_port (self);
  self->socket = g_strdup (socket);
  address = g_strdup_printf ("127.0.0.1:%u", self->port);
  g_strv_builder_add_many (builder, "openssl", "s_server", "-cert", pem, "-key", key, NULL);
  g_strv_builder_add_many (builder, socket != NULL ? "-unix" : "-accept",
                           socket != NULL ? socket : address, NULL);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] != '\0')
        g_strv_builder_add (builder, words[i]);
    }

  argv = g_strv_builder_end (builder);
  spawn (self, (const char *const *) argv);
  tls_server_wait_log (self, "ACCEPT");

  return self;
}

TlsServer *
tls_server_new (const char *name,
                const char *arguments)
{
  return start_openssl (name, arguments, NULL);
}

TlsServer *
tls_server_new_unix (const char *name)
{
  g_autofree char *socket = tls_server_get_path ("socket");

  return start_openssl (name, NULL, socket);
}

static void
start_mosquitto (TlsServer *self,
                 const char *name,
                 const char *lines)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *config = tls_server_get_path ("mosquitto.conf");
  const char *argv[] = { g_getenv ("MOSQUITTO"), "-c", config, NULL };
  g_autoptr (GError) error = NULL;

  /* As root it would become a user who cannot read the keys. */
  if (geteuid () == 0)
    g_string_append (text, "user root\n");
  g_string_append_printf (text, "listener %u 127.0.0.1\nallow_anonymous true\n", self->port);
  g_string_append (text, "log_dest stderr\nlog_type all\nmax_queued_messages 10000\n");
  if (name != NULL)
    g_string_append_printf (text, "certfile %s/%s.pem\nkeyfile %s/%s.key\n", folder, name, folder,
                            name);
  if (lines != NULL)
    g_string_append (text, lines);
  g_string_replace (text, "FOLDER", folder, 0);
  g_file_set_contents (config, text->str, -1, &error);
  g_assert_no_error (error);

  spawn (self, argv);
  tls_server_wait_log (self, " running");
}

TlsServer *
tls_server_new_mosquitto (const char *name,
                          const char *lines)
{
  TlsServer *self = server_alloc ();

  hold_port (self);
  start_mosquitto (self, name, lines);

  return self;
}

static void
stop (TlsServer *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_thread_join (self->reader);
  g_clear_object (&self->process);
}

void
tls_server_restart_mosquitto (TlsServer *self,
                              const char *name)
{
  stop (self);
  g_string_truncate (self->log, 0);
  self->ended = FALSE;
  start_mosquitto (self, name, NULL);
}

void
tls_server_free (TlsServer *self)
{
  stop (self);
  g_clear_object (&self->port_holder);
  if (self->socket != NULL)
    g_remove (self->socket);
  g_free (self->socket);
  g_string_free (self->log, TRUE);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

guint16
tls_server_get_port (TlsServer *self)
{
  return self->port;
}

const char *
tls_server_get_socket (TlsServer *self)
{
  return self->socket;
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
tls_server_wait_log_times (TlsServer *self,
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

void
tls_server_wait_log (TlsServer *self,
                     const char *text)
{
  tls_server_wait_log_times (self, text, 1);
}
