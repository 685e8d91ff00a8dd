/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-mochi.h"
#include "test-process.h"

struct _TestMochi
{
  char **options;
  GSocket *port_holder;
  guint16 port;

  TestProcess *process; /* (nullable): NULL when stopped */
};

TestMochi *
test_mochi_new (const char *const *options)
{
  static const char *const none[] = { NULL };
  TestMochi *self = g_new0 (TestMochi, 1);

  self->port_holder = test_process_hold_port (&self->port);
  test_mochi_start (self, options != NULL ? options : none);

  return self;
}

void
test_mochi_free (TestMochi *self)
{
  if (self->process != NULL)
    test_mochi_stop (self);
  g_object_unref (self->port_holder);
  g_strfreev (self->options);
  g_free (self);
}

void
test_mochi_start (TestMochi *self,
                  const char *const *options)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *listen = g_strdup_printf ("-listen=127.0.0.1:%u", self->port);

  g_assert_null (self->process);
  if (options != NULL)
    {
      g_strfreev (self->options);
      self->options = g_strdupv ((char **) options);
    }

  g_ptr_array_add (argv, (char *) g_getenv ("MOCHI"));
  g_ptr_array_add (argv, listen);
  for (guint i = 0; self->options[i] != NULL; i++)
    g_ptr_array_add (argv, self->options[i]);
  g_ptr_array_add (argv, NULL);
  self->process = test_process_new ((const char *const *) argv->pdata);
  test_mochi_wait_log (self, "mochi mqtt server started");
}

void
test_mochi_stop (TestMochi *self)
{
  test_process_terminate (self->process);
  g_clear_pointer (&self->process, test_process_free);
}

void
test_mochi_kill (TestMochi *self)
{
  test_process_kill (self->process);
  g_clear_pointer (&self->process, test_process_free);
}

void
test_mochi_pause (TestMochi *self)
{
  test_process_pause (self->process);
}

void
test_mochi_resume (TestMochi *self)
{
  test_process_resume (self->process);
}

guint16
test_mochi_get_port (TestMochi *self)
{
  return self->port;
}

char *
test_mochi_get_uri (TestMochi *self)
{
  return g_strdup_printf ("mqtt://127.0.0.1:%u", self->port);
}

void
test_mochi_wait_log (TestMochi *self,
                     const char *text)
{
  test_process_wait_log (self->process, text, 1);
}
