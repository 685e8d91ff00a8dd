/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-row.h"

gint64
fault_count_msec (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1000;
}

void
fault_row (guint number,
           const char *fault,
           const char *bound,
           const char *measured_format,
           ...)
{
  g_autofree char *measured = NULL;
  va_list args;

  va_start (args, measured_format);
  measured = g_strdup_vprintf (measured_format, args);
  va_end (args);
  g_test_message ("row %u | %s | bound: %s | measured: %s | ok", number, fault, bound, measured);
}

void
fault_row_at_most (guint number,
                   const char *fault,
                   const char *unit,
                   gint64 bound,
                   gint64 measured)
{
  g_autofree char *text = g_strdup_printf ("at most %" G_GINT64_FORMAT " %s", bound, unit);

  g_assert_cmpint (measured, <=, bound);
  fault_row (number, fault, text, "%" G_GINT64_FORMAT " %s", measured, unit);
}

void
fault_row_exactly (guint number,
                   const char *fault,
                   const char *unit,
                   gint64 wanted,
                   gint64 measured)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT " %s", wanted, unit);

  g_assert_cmpint (measured, ==, wanted);
  fault_row (number, fault, text, "%" G_GINT64_FORMAT " %s", measured, unit);
}
