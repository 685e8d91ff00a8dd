/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-deadline-source-private.h"
#include "loop/mqttc-options.h"

typedef struct
{
  GMainContext *context;
  MqttcEventLoop *loop;
  GSource *source;
  guint n_called;
  gint64 now; /* of the clock of the test */
} Fixture;

static gboolean
called_cb (gpointer user_data)
{
  Fixture *f = user_data;

  f->n_called++;
  mqttc_deadline_source_set (f->source, -1);
  return G_SOURCE_CONTINUE;
}

static gint64
clock_cb (gpointer user_data)
{
  return ((Fixture *) user_data)->now;
}

static void
set_up (Fixture *f,
        gconstpointer injected)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();

  f->context = g_main_context_new ();
  g_main_context_push_thread_default (f->context);
  f->loop = mqttc_event_loop_new (options);
  if (injected != NULL)
    mqttc_event_loop_set_clock (f->loop, clock_cb, f);
  f->source = mqttc_deadline_source_new (f->loop, "[test] deadline", called_cb, f);
}

static void
tear_down (Fixture *f,
           gconstpointer injected)
{
  mqttc_deadline_source_free (f->source);
  g_object_unref (f->loop);
  g_main_context_pop_thread_default (f->context);
  g_main_context_unref (f->context);
}

/* Nothing else wakes the context: it would wait for ever. */
static void
test_wakes (Fixture *f,
            gconstpointer injected)
{
  g_assert_cmpint (mqttc_deadline_source_get (f->source), ==, -1);
  for (guint i = 1; i <= 2; i++)
    {
      mqttc_deadline_source_set (f->source, mqttc_deadline_source_get_time (f->source) + 1000);
      while (f->n_called < i)
        g_main_context_iteration (f->context, TRUE);
    }
  g_assert_cmpint (mqttc_deadline_source_get (f->source), ==, -1);
}

static void
test_earlier (Fixture *f,
              gconstpointer injected)
{
  gint64 now = mqttc_deadline_source_get_time (f->source);

  mqttc_deadline_source_set (f->source, now + G_TIME_SPAN_DAY);
  mqttc_deadline_source_set (f->source, now + 1000);
  while (f->n_called == 0)
    g_main_context_iteration (f->context, TRUE);
}

static void
test_injected (Fixture *f,
               gconstpointer injected)
{
  mqttc_deadline_source_set (f->source, 10);
  f->now = 9;
  g_assert_false (g_main_context_iteration (f->context, FALSE));
  f->now = 10;
  g_main_context_iteration (f->context, FALSE);
  g_assert_cmpuint (f->n_called, ==, 1);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/deadline-source/wakes", Fixture, NULL, set_up, test_wakes, tear_down);
  g_test_add ("/deadline-source/earlier", Fixture, NULL, set_up, test_earlier, tear_down);
  g_test_add ("/deadline-source/injected", Fixture, "injected", set_up, test_injected, tear_down);

  return g_test_run ();
}
