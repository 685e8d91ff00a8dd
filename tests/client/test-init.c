/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-init.h"

#include <gio/gio.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

static void
hang_cb (int number)
{
  static const char text[] = "Bail out! The test hangs\n";
  gssize n = write (STDOUT_FILENO, text, sizeof text - 1);

  _exit (n < 0 ? 2 : 1);
}

static void
ignore_log_cb (const char *domain,
               GLogLevelFlags level,
               const char *text,
               gpointer user_data)
{
}

void
test_init (int *argc,
           char ***argv)
{
  /* The loopback device needs no proxy, whatever the settings of the system say. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (argc, argv, NULL);
  g_log_set_handler ("GLib-GIO", G_LOG_LEVEL_DEBUG, ignore_log_cb, NULL);
  signal (SIGALRM, hang_cb);
}
