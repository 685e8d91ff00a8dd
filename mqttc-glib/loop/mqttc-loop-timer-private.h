/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Microseconds of a clock that counts suspended time. @func takes the place of the real one. */
typedef struct
{
  gint64 (*func) (gpointer user_data); /* (nullable) */
  gpointer user_data;
} MqttcLoopClock;

gint64 mqttc_loop_clock_get_time (const MqttcLoopClock *self);

/* Wakes a source at a time of that clock.
 *
 * GLib's own timeouts stand still while the system is suspended. A timer descriptor of the boot-time
 * clock does not: a deadline that passes in the meantime is due at wake-up. Where there is none, the
 * ready time of the source has to do. */
typedef struct
{
  GSource *source; /* (unowned) (nullable) */
  int fd;          /* -1: not made yet */
  gpointer tag;    /* of @fd in @source */
  gboolean no_fd;  /* the ready time is used instead */
  gint64 armed;    /* when it will fire; -1: it will not */
} MqttcLoopTimer;

void mqttc_loop_timer_init (MqttcLoopTimer *self,
                            GSource *source);
/* Before the source is unreferenced. */
void mqttc_loop_timer_clear (MqttcLoopTimer *self);

/* @deadline, -1 for none. A system call only if it is earlier than what is armed, or later by more
 * than a second: on a busy connection it moves on with each packet, by little. */
void mqttc_loop_timer_arm (MqttcLoopTimer *self,
                           gint64 deadline,
                           const MqttcLoopClock *clock);

/* In prepare(): whether @deadline has come, as far as the poll will not tell. */
gboolean
mqttc_loop_timer_is_due (MqttcLoopTimer *self,
                         gint64 deadline,
                         const MqttcLoopClock *clock);
/* In check(). */
gboolean mqttc_loop_timer_has_fired (MqttcLoopTimer *self);
/* In dispatch(): if it has fired, makes it ready to be armed again. */
void mqttc_loop_timer_reset (MqttcLoopTimer *self);

G_END_DECLS
