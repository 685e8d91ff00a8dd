/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-trace.h"

#include <string.h>

/* A line of bytes longer than this is cut short in print; the hash covers all of it. */
#define MAX_PRINTED 48

void
sim_trace_init (SimTrace *self,
                SimClock *clock,
                gboolean verbose)
{
  self->clock = clock;
  self->start = sim_clock_now (clock);
  self->hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);
  self->verbose = verbose;
}

/* FNV-1a. */
static void
mix (SimTrace *self,
     const void *data,
     gsize len)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < len; i++)
    self->hash = (self->hash ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
}

static void
print_time (SimTrace *self)
{
  gint64 elapsed = sim_clock_now (self->clock) - self->start;

  g_print ("%4" G_GINT64_FORMAT ".%06d  ", elapsed / SIM_SECOND, (int) (elapsed % SIM_SECOND));
}

void
sim_trace (SimTrace *self,
           const char *format,
           ...)
{
  char line[256];
  gint64 now = sim_clock_now (self->clock);
  va_list args;

  va_start (args, format);
  g_vsnprintf (line, sizeof (line), format, args);
  va_end (args);

  mix (self, &now, sizeof (now));
  mix (self, line, strlen (line));
  if (self->verbose)
    {
      print_time (self);
      g_print ("%s\n", line);
    }
}

void
sim_trace_bytes (SimTrace *self,
                 const char *what,
                 const guint8 *data,
                 gsize len)
{
  gint64 now = sim_clock_now (self->clock);

  mix (self, &now, sizeof (now));
  mix (self, what, strlen (what));
  mix (self, data, len);
  if (self->verbose)
    {
      print_time (self);
      g_print ("%s %" G_GSIZE_FORMAT ":", what, len);
      for (gsize i = 0; i < MIN (len, MAX_PRINTED); i++)
        g_print (" %02x", data[i]);
      g_print ("%s\n", len > MAX_PRINTED ? " ..." : "");
    }
}
