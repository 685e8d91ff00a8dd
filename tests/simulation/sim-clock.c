/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-clock.h"

/* Sorts what has it after what has not. */
#define NOT_FIRST (G_GUINT64_CONSTANT (1) << 63)

typedef struct
{
  gint64 time;
  guint64 sequence;
  SimFunc func;
  gpointer data;
  guint64 arg;
} Entry;

struct _SimClock
{
  gint64 now;
  gint64 suspended;
  guint64 sequence;
  GArray *heap; /* of Entry; the children of i are 2i + 1 and 2i + 2 */
};

SimClock *
sim_clock_new (gint64 start)
{
  SimClock *self = g_new0 (SimClock, 1);

  self->now = start;
  self->heap = g_array_new (FALSE, FALSE, sizeof (Entry));

  return self;
}

void
sim_clock_free (SimClock *self)
{
  g_array_unref (self->heap);
  g_free (self);
}

gint64
sim_clock_now (SimClock *self)
{
  return self->now;
}

void
sim_clock_suspend (SimClock *self,
                   gint64 duration)
{
  self->suspended += duration;
}

gint64
sim_clock_get_suspended (SimClock *self)
{
  return self->suspended;
}

static gboolean
is_before (const Entry *a,
           const Entry *b)
{
  return a->time != b->time ? a->time < b->time : a->sequence < b->sequence;
}

static void
push (SimClock *self,
      Entry entry)
{
  guint i = self->heap->len;

  g_array_append_val (self->heap, entry);
  while (i > 0)
    {
      guint parent = (i - 1) / 2;
      Entry *above = &g_array_index (self->heap, Entry, parent);

      if (!is_before (&entry, above))
        break;
      g_array_index (self->heap, Entry, i) = *above;
      i = parent;
    }
  g_array_index (self->heap, Entry, i) = entry;
}

void
sim_clock_add (SimClock *self,
               gint64 delay,
               SimFunc func,
               gpointer data,
               guint64 arg)
{
  Entry entry = {
    .time = self->now + MAX (delay, 0),
    .sequence = ++self->sequence | NOT_FIRST,
    .func = func,
    .data = data,
    .arg = arg,
  };

  push (self, entry);
}

void
sim_clock_add_first (SimClock *self,
                     gint64 delay,
                     SimFunc func,
                     gpointer data,
                     guint64 arg)
{
  Entry entry = {
    .time = self->now + MAX (delay, 1),
    .sequence = ++self->sequence,
    .func = func,
    .data = data,
    .arg = arg,
  };

  push (self, entry);
}

static Entry
pop (SimClock *self)
{
  Entry *heap = (Entry *) (gpointer) self->heap->data;
  Entry top = heap[0];
  Entry last = heap[self->heap->len - 1];
  guint n = self->heap->len - 1;
  guint i = 0;

  g_array_set_size (self->heap, n);
  while (2 * i + 1 < n)
    {
      guint child = 2 * i + 1;

      if (child + 1 < n && is_before (&heap[child + 1], &heap[child]))
        child++;
      if (!is_before (&heap[child], &last))
        break;
      heap[i] = heap[child];
      i = child;
    }
  if (n > 0)
    heap[i] = last;

  return top;
}

gboolean
sim_clock_step (SimClock *self,
                gint64 until)
{
  Entry entry;

  if (self->heap->len == 0 || g_array_index (self->heap, Entry, 0).time > until)
    {
      self->now = MAX (self->now, until);
      return FALSE;
    }

  entry = pop (self);
  self->now = entry.time;
  entry.func (entry.data, entry.arg);

  return TRUE;
}
