/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-loop-timer-private.h"

#include <time.h>
#include <unistd.h>

#ifdef __linux__
# include <sys/timerfd.h>
#endif

/* What is armed may be earlier than the deadline by so much: a wake-up for nothing is dearer than one
 * system call a second. */
#define MAX_EARLY_USEC G_USEC_PER_SEC

gint64
mqttc_loop_clock_get_time (const MqttcLoopClock *self)
{
#ifdef CLOCK_BOOTTIME
  struct timespec ts;
#endif

  if (self->func != NULL)
    return self->func (self->user_data);

#ifdef CLOCK_BOOTTIME
  if (clock_gettime (CLOCK_BOOTTIME, &ts) == 0)
    return (gint64) ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
#endif

  return g_get_monotonic_time ();
}

#ifdef __linux__

static int
create_timer (void)
{
  return timerfd_create (CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
}

static gboolean
set_timer (int fd,
           gint64 deadline)
{
  struct itimerspec spec = { 0 };

  /* All zeroes would disarm it. */
  deadline = MAX (deadline, 1);
  spec.it_value.tv_sec = deadline / G_USEC_PER_SEC;
  spec.it_value.tv_nsec = deadline % G_USEC_PER_SEC * 1000;

  return timerfd_settime (fd, TFD_TIMER_ABSTIME, &spec, NULL) == 0;
}

#else

static int
create_timer (void)
{
  return -1;
}

static gboolean
set_timer (int fd,
           gint64 deadline)
{
  return FALSE;
}

#endif

void
mqttc_loop_timer_init (MqttcLoopTimer *self,
                       GSource *source)
{
  *self = (MqttcLoopTimer){ .source = source, .fd = -1, .armed = -1 };
}

static void
drop_fd (MqttcLoopTimer *self)
{
  if (self->fd == -1)
    return;

  if (!g_source_is_destroyed (self->source))
    g_source_remove_unix_fd (self->source, self->tag);
  close (self->fd);
  self->fd = -1;
  self->tag = NULL;
}

void
mqttc_loop_timer_clear (MqttcLoopTimer *self)
{
  drop_fd (self);
  self->source = NULL;
}

/* On the first deadline: an idle loop that was never opened has no descriptor. */
static gboolean
ensure_fd (MqttcLoopTimer *self)
{
  if (self->fd != -1)
    return TRUE;

  self->fd = create_timer ();
  if (self->fd == -1)
    return FALSE;

  self->tag = g_source_add_unix_fd (self->source, self->fd, G_IO_IN);

  return TRUE;
}

static void
set_ready_time (MqttcLoopTimer *self,
                gint64 deadline,
                const MqttcLoopClock *clock)
{
  gint64 delay = MAX (deadline - mqttc_loop_clock_get_time (clock), 0);

  g_source_set_ready_time (self->source, g_get_monotonic_time () + delay);
}

void
mqttc_loop_timer_arm (MqttcLoopTimer *self,
                      gint64 deadline,
                      const MqttcLoopClock *clock)
{
  /* Whoever injects a clock also says when to look at it. */
  if (deadline == -1 || clock->func != NULL)
    return;
  if (self->armed != -1 && self->armed <= deadline && deadline - self->armed <= MAX_EARLY_USEC)
    return;

  self->armed = deadline;

  if (!self->no_fd && ensure_fd (self) && set_timer (self->fd, deadline))
    return;

  drop_fd (self);
  self->no_fd = TRUE;
  set_ready_time (self, deadline, clock);
}

gboolean
mqttc_loop_timer_is_due (MqttcLoopTimer *self,
                         gint64 deadline,
                         const MqttcLoopClock *clock)
{
  if (deadline == -1 || (clock->func == NULL && !self->no_fd))
    return FALSE;

  return mqttc_loop_clock_get_time (clock) >= deadline;
}

gboolean
mqttc_loop_timer_has_fired (MqttcLoopTimer *self)
{
  if (self->armed == -1)
    return FALSE;
  if (self->no_fd)
    return g_get_monotonic_time () >= g_source_get_ready_time (self->source);

  return g_source_query_unix_fd (self->source, self->tag) != 0;
}

void
mqttc_loop_timer_reset (MqttcLoopTimer *self)
{
  guint64 expirations;

  if (!mqttc_loop_timer_has_fired (self))
    return;

  self->armed = -1;

  if (self->no_fd)
    g_source_set_ready_time (self->source, -1);
  else if (read (self->fd, &expirations, sizeof (expirations)) < 0)
    return; /* it was armed anew in the meantime, and is not due yet */
}
