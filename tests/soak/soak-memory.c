/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "soak-memory.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static guint64
read_field (const char *name)
{
  g_autofree char *status = NULL;
  g_autoptr (GError) error = NULL;
  const char *field;

  g_file_get_contents ("/proc/self/status", &status, NULL, &error);
  g_assert_no_error (error);
  field = strstr (status, name);
  g_assert_nonnull (field);

  return g_ascii_strtoull (field + strlen (name), NULL, 10) * 1024;
}

guint64
soak_memory_get_now (void)
{
  return read_field ("VmRSS:");
}

guint64
soak_memory_get_peak (void)
{
  return read_field ("VmHWM:");
}

void
soak_memory_reset_peak (void)
{
  int fd = open ("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (write (fd, "5", 1) != 1)
    g_printerr ("The peak of the memory is that of the whole process\n");
  close (fd);
}
