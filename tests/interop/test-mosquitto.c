/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#include "test-mosquitto.h"
#include "test-process.h"

#define SETTINGS "persistence true\nmax_queued_messages 100000\nlog_type all\n"

struct _TestMosquitto
{
  char *folder;
  char *config; /* path of the configuration */
  char *socket; /* path of the Unix socket */
  GSocket *port_holder;
  guint16 port;

  TestProcess *process; /* (nullable): NULL when stopped */
};

static char *
make_password_file (TestMosquitto *self,
                    const char *user_name,
                    const char *password)
{
  char *path = g_build_filename (self->folder, "passwords", NULL);
  const char *argv[] = { "mosquitto_passwd", "-b", "-c", path, user_name, password, NULL };

  test_process_run (argv);
  return path;
}

static void
write_config (TestMosquitto *self,
              const char *user_name,
              const char *password,
              const char *settings)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  /* As root it would become a user who cannot write in this folder. */
  if (geteuid () == 0)
    g_string_append (text, "user root\n");

  /* Settings of a listener are those of the last one before them. */
  g_string_append_printf (text, "listener 0 %s\nlistener %u 127.0.0.1\n", self->socket, self->port);
  g_string_append_printf (text, "persistence_location %s/\nlog_dest stderr\n%s", self->folder,
                          settings);
  if (user_name != NULL)
    {
      g_autofree char *path = make_password_file (self, user_name, password);

      g_string_append_printf (text, "allow_anonymous false\npassword_file %s\n", path);
    }
  else
    {
      g_string_append (text, "allow_anonymous true\n");
    }

  g_file_set_contents (self->config, text->str, -1, &error);
  g_assert_no_error (error);
}

static TestMosquitto *
make (const char *user_name,
      const char *password,
      const char *settings)
{
  TestMosquitto *self = g_new0 (TestMosquitto, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("mqttc-mosquitto-XXXXXX", &error);
  g_assert_no_error (error);
  self->config = g_build_filename (self->folder, "mosquitto.conf", NULL);
  self->socket = g_build_filename (self->folder, "mosquitto.sock", NULL);
  self->port_holder = test_process_hold_port (&self->port);
  write_config (self, user_name, password, settings);
  test_mosquitto_start (self);

  return self;
}

TestMosquitto *
test_mosquitto_new (const char *user_name,
                    const char *password)
{
  return make (user_name, password, SETTINGS);
}

TestMosquitto *
test_mosquitto_new_with (const char *settings)
{
  return make (NULL, NULL, settings);
}

void
test_mosquitto_configure (TestMosquitto *self,
                          const char *settings)
{
  g_assert_null (self->process);
  write_config (self, NULL, NULL, settings);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

void
test_mosquitto_free (TestMosquitto *self)
{
  if (self->process != NULL)
    test_mosquitto_stop (self);
  remove_folder (self->folder);
  g_object_unref (self->port_holder);
  g_free (self->folder);
  g_free (self->config);
  g_free (self->socket);
  g_free (self);
}

/* A signal that comes between saying that it runs and running is lost to Mosquitto. */
static void
wait_for_answer (TestMosquitto *self)
{
  static const char connect[] = "\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  char answer;

  connection = g_socket_client_connect_to_host (client, "127.0.0.1", self->port, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), connect,
                             sizeof connect - 1, NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &answer, 1, NULL,
                       &error);
  g_assert_no_error (error);
}

void
test_mosquitto_start (TestMosquitto *self)
{
  const char *argv[] = { g_getenv ("MOSQUITTO"), "-c", self->config, NULL };

  g_assert_null (self->process);
  self->process = test_process_new (argv);
  test_mosquitto_wait_log (self, " running");
  wait_for_answer (self);
}

void
test_mosquitto_stop (TestMosquitto *self)
{
  test_process_terminate (self->process);
  g_clear_pointer (&self->process, test_process_free);
}

void
test_mosquitto_kill (TestMosquitto *self)
{
  test_process_kill (self->process);
  g_clear_pointer (&self->process, test_process_free);
}

void
test_mosquitto_pause (TestMosquitto *self)
{
  test_process_pause (self->process);
}

void
test_mosquitto_resume (TestMosquitto *self)
{
  test_process_resume (self->process);
}

void
test_mosquitto_save (TestMosquitto *self)
{
  test_process_send_signal (self->process, SIGUSR1);
}

guint16
test_mosquitto_get_port (TestMosquitto *self)
{
  return self->port;
}

char *
test_mosquitto_get_uri (TestMosquitto *self)
{
  return g_strdup_printf ("mqtt://127.0.0.1:%u", self->port);
}

char *
test_mosquitto_get_unix_uri (TestMosquitto *self)
{
  return g_strdup_printf ("mqtt+unix://%s", self->socket);
}

void
test_mosquitto_wait_log (TestMosquitto *self,
                         const char *text)
{
  test_process_wait_log (self->process, text, 1);
}

void
test_mosquitto_wait_log_times (TestMosquitto *self,
                               const char *text,
                               guint n)
{
  test_process_wait_log (self->process, text, n);
}
