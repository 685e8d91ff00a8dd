/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many events wait, for nobody polls: nothing spins, and a connection can still be made. */

#include "loop-fixture.h"
#include "values/mqttc-event.h"

/* More than are decoded ahead. */
#define N_EVENTS 70

#define MANY_ITERATIONS 1000

static void
try_poll (LoopFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcEvent) event = mqttc_event_loop_try_poll (f->loop, &error);

  g_assert_no_error (error);
}

static void
assert_settles (LoopFixture *f)
{
  guint n = 0;

  while (n < MANY_ITERATIONS && g_main_context_iteration (f->context, FALSE))
    n++;
  g_assert_cmpuint (n, <, MANY_ITERATIONS);
}

static void
test_connected (LoopFixture *f,
                gconstpointer data)
{
  try_poll (f);
  loop_fixture_send (f, mqttc_packet_new_connack (MQTTC_PROTOCOL_V3_1_1, 0, FALSE, NULL));
  for (guint i = 0; i < 3; i++)
    try_poll (f);

  /* Each is an event when it leaves. */
  loop_fixture_publish (f, N_EVENTS, 1);
  assert_settles (f);
  loop_fixture_send (f,
                     mqttc_packet_new_simple (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_PINGRESP));
  assert_settles (f);
}

static void
test_connack (LoopFixture *f,
              gconstpointer data)
{
  MqttcOperation operations[N_EVENTS] = { 0 };

  try_poll (f);
  for (guint i = 0; i < N_EVENTS; i++)
    {
      mqttc_engine_refuse (mqttc_event_loop_lock (f->loop), &operations[i],
                           g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "No"));
      mqttc_event_loop_unlock (f->loop);
    }
  loop_fixture_send (f, mqttc_packet_new_connack (MQTTC_PROTOCOL_V3_1_1, 0, FALSE, NULL));
  assert_settles (f);
  g_assert_cmpuint (memory_link_get_unread (memory_net_get_link (f->net)), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/event-loop/waiting/connected", LoopFixture, NULL, loop_fixture_set_up,
              test_connected, loop_fixture_tear_down);
  g_test_add ("/event-loop/waiting/connack", LoopFixture, NULL, loop_fixture_set_up, test_connack,
              loop_fixture_tear_down);

  return g_test_run ();
}
