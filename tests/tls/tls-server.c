/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tls-server.h"

#include "../interop/test-process.h"

#include <glib/gstdio.h>
#include <unistd.h>

struct _TlsServer
{
  GSocket *port_holder; /* (nullable) */
  guint16 port;
  char *socket; /* (nullable) */

  TestProcess *process;
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

static TlsServer *
start_openssl (const char *name,
               const char *arguments,
               const char *socket)
{
  TlsServer *self = g_new0 (TlsServer, 1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = g_strsplit (arguments != NULL ? arguments : "", " ", -1);
  g_auto (GStrv) argv = NULL;
  g_autofree char *pem_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *pem = tls_server_get_path (pem_name);
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *key = tls_server_get_path (key_name);
  g_autofree char *address = NULL;

  if (socket == NULL)
    self->port_holder = test_process_hold_port (&self->port);
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
  self->process = test_process_new ((const char *const *) argv);
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

  self->process = test_process_new (argv);
  tls_server_wait_log (self, " running");
}

TlsServer *
tls_server_new_mosquitto (const char *name,
                          const char *lines)
{
  TlsServer *self = g_new0 (TlsServer, 1);

  self->port_holder = test_process_hold_port (&self->port);
  start_mosquitto (self, name, lines);

  return self;
}

void
tls_server_restart_mosquitto (TlsServer *self,
                              const char *name)
{
  test_process_free (self->process);
  start_mosquitto (self, name, NULL);
}

void
tls_server_free (TlsServer *self)
{
  test_process_free (self->process);
  g_clear_object (&self->port_holder);
  if (self->socket != NULL)
    g_remove (self->socket);
  g_free (self->socket);
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

void
tls_server_wait_log_times (TlsServer *self,
                           const char *text,
                           guint n)
{
  test_process_wait_log (self->process, text, n);
}

void
tls_server_wait_log (TlsServer *self,
                     const char *text)
{
  tls_server_wait_log_times (self, text, 1);
}
