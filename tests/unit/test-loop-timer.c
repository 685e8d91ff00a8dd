/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-loop-timer-private.h"

#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

typedef struct
{
  GSource source;
  MqttcLoopTimer timer;
  MqttcLoopClock clock;
  gint64 deadline;
  guint n_fired;
} TimerSource;

static gboolean
timer_prepare (GSource *source,
               int *timeout)
{
  TimerSource *self = (TimerSource *) source;

  *timeout = -1;
  mqttc_loop_timer_arm (&self->timer, self->deadline, &self->clock);

  return mqttc_loop_timer_is_due (&self->timer, self->deadline, &self->clock);
}

static gboolean
timer_check (GSource *source)
{
  return mqttc_loop_timer_has_fired (&((TimerSource *) source)->timer);
}

static gboolean
timer_dispatch (GSource *source,
                GSourceFunc callback,
                gpointer user_data)
{
  TimerSource *self = (TimerSource *) source;

  mqttc_loop_timer_reset (&self->timer);
  self->n_fired++;

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = {
  .prepare = timer_prepare,
  .check = timer_check,
  .dispatch = timer_dispatch,
};

typedef struct
{
  GMainContext *context;
  TimerSource *source;
  struct rlimit limit;
} Fixture;

static void
fixture_set_up (Fixture *fixture,
                gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->source = (TimerSource *) g_source_new (&timer_funcs, sizeof (TimerSource));
  fixture->source->deadline = -1;
  mqttc_loop_timer_init (&fixture->source->timer, &fixture->source->source);
  g_source_attach (&fixture->source->source, fixture->context);

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &fixture->limit), ==, 0);
}

static void
fixture_tear_down (Fixture *fixture,
                   gconstpointer data)
{
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &fixture->limit), ==, 0);

  mqttc_loop_timer_clear (&fixture->source->timer);
  g_source_destroy (&fixture->source->source);
  g_source_unref (&fixture->source->source);
  g_main_context_unref (fixture->context);
}

/* The next one is one too many. */
static void
use_up_descriptors (Fixture *fixture)
{
  int next = dup (STDERR_FILENO);
  struct rlimit limit = fixture->limit;

  g_assert_cmpint (next, >, STDERR_FILENO);
  close (next);
  limit.rlim_cur = (rlim_t) next;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

static gint64
get_time (Fixture *fixture)
{
  return mqttc_loop_clock_get_time (&fixture->source->clock);
}

static void
check_fires (Fixture *fixture)
{
  TimerSource *source = fixture->source;

  for (guint i = 1; i <= 5; i++)
    {
      source->deadline = get_time (fixture) + 1000;
      while (source->n_fired < i)
        g_main_context_iteration (fixture->context, TRUE);
      g_assert_cmpint (get_time (fixture), >=, source->deadline);
      source->deadline = -1;
    }

  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (source->n_fired, ==, 5);
}

static void
test_fires (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("The timer wakes the source, and not before the time");

  check_fires (fixture);
  g_assert_false (fixture->source->timer.no_fd);
}

static void
test_no_descriptor (Fixture *fixture,
                    gconstpointer data)
{
  g_test_summary ("Without a descriptor the ready time of the source does");

  use_up_descriptors (fixture);
  check_fires (fixture);
  g_assert_true (fixture->source->timer.no_fd);
}

static void
check_earlier (Fixture *fixture)
{
  TimerSource *source = fixture->source;
  gint64 hour = 3600 * (gint64) G_USEC_PER_SEC;
  gint64 now = get_time (fixture);

  source->deadline = now + hour;
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpint (source->timer.armed, ==, now + hour);

  source->deadline = now + hour + G_USEC_PER_SEC;
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpint (source->timer.armed, ==, now + hour);

  source->deadline++;
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpint (source->timer.armed, ==, source->deadline);

  source->deadline = now + 1;
  while (source->n_fired == 0)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
test_earlier (Fixture *fixture,
              gconstpointer data)
{
  g_test_summary ("An earlier deadline moves the timer, a later one only by more than a second");

  check_earlier (fixture);
}

static void
test_earlier_no_descriptor (Fixture *fixture,
                            gconstpointer data)
{
  g_test_summary ("The same for the ready time");

  use_up_descriptors (fixture);
  check_earlier (fixture);
}

static void
test_past (Fixture *fixture,
           gconstpointer data)
{
  g_test_summary ("A deadline that has passed is due at once");

  fixture->source->deadline = 1;
  while (fixture->source->n_fired < 3)
    g_main_context_iteration (fixture->context, TRUE);
}

/* When the descriptor really fires. */
static void
expect_descriptor (Fixture *fixture,
                   gint64 deadline)
{
  struct itimerspec left;
  gint64 expected = deadline - get_time (fixture);

  g_assert_cmpint (timerfd_gettime (fixture->source->timer.fd, &left), ==, 0);
  g_assert_cmpint (left.it_value.tv_sec, <=, expected / G_USEC_PER_SEC);
  g_assert_cmpint (left.it_value.tv_sec, >=, expected / G_USEC_PER_SEC - 60);
}

/* An hour of keep alive, ten minutes for the answer to the ping: hours, so that the time that passes
 * in the test does not count. */
static void
test_idle (Fixture *fixture,
           gconstpointer data)
{
  TimerSource *source = fixture->source;
  gint64 hour = 3600 * (gint64) G_USEC_PER_SEC;
  gint64 now = get_time (fixture);
  guint n_wakeups = 0;

  g_test_summary ("With an answer to each ping the timer fires once per keep alive");

  for (guint i = 0; i < 10; i++)
    {
      gint64 ping_time = now + hour;

      source->deadline = ping_time;
      while (now < ping_time)
        {
          g_assert_false (g_main_context_iteration (fixture->context, FALSE));
          expect_descriptor (fixture, source->timer.armed);
          now = source->timer.armed;
          source->timer.armed = -1;
          n_wakeups++;
        }

      /* The ping has left; then the answer comes. */
      source->deadline = now + hour / 6;
      g_assert_false (g_main_context_iteration (fixture->context, FALSE));
      expect_descriptor (fixture, source->deadline);
    }

  g_assert_cmpuint (n_wakeups, ==, 10);
}

static gint64
injected_time (gpointer user_data)
{
  return *(gint64 *) user_data;
}

static void
test_injected (Fixture *fixture,
               gconstpointer data)
{
  TimerSource *source = fixture->source;
  gint64 now = 1000;

  g_test_summary ("An injected clock is looked at in each iteration, and has no timer");

  source->clock = (MqttcLoopClock){ .func = injected_time, .user_data = &now };
  source->deadline = 2000;
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpint (source->timer.armed, ==, -1);

  now = 2000;
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (source->n_fired, ==, 1);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
 g_test_add ("/loop-timer/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

  ADD ("fires", test_fires);
  ADD ("fires/no-descriptor", test_no_descriptor);
  ADD ("earlier", test_earlier);
  ADD ("earlier/no-descriptor", test_earlier_no_descriptor);
  ADD ("idle", test_idle);
  ADD ("past", test_past);
  ADD ("injected", test_injected);

  return g_test_run ();
}
