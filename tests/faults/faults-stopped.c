/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of a client whose process stands still. Mosquitto's patience is real time: a second and a
 * half for a keep alive interval of one. */

#include <stdlib.h>

#include "fault-child.h"
#include "fault-row.h"
#include "test-mosquitto.h"
#include "test-peer.h"

#define N_MESSAGES 2000

/* What the child published, without what the standard lets the server repeat. */
static guint
count_numbers (Peer *peer,
               guint *n_repeated_qos2)
{
  g_autofree guint8 *seen = g_malloc0 (N_MESSAGES);
  guint n = 0;

  *n_repeated_qos2 = 0;
  for (guint i = 0; i < peer->messages->len; i++)
    {
      guint number = atoi (mqttc_message_get_text (g_ptr_array_index (peer->messages, i)));

      g_assert_cmpuint (number, <, N_MESSAGES);
      *n_repeated_qos2 += seen[number] && number % 2 == 1;
      n += !seen[number];
      seen[number] = TRUE;
    }

  return n;
}

static void
test_client_stopped (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *peer = peer_new (uri, "watcher");
  TestProcess *child;
  guint n_repeated;
  gint64 start;

  peer_open_ok (peer);
  peer_subscribe (peer, "from/+", MQTTC_QOS_EXACTLY_ONCE);
  child = fault_child_new (uri, "stopped", N_MESSAGES);
  test_process_wait_log (child, "half\n", 1);
  test_process_pause (child);
  start = g_get_monotonic_time ();
  test_mosquitto_wait_log (server, "Client stopped has exceeded timeout");
  /* While it is away. */
  peer_publish (peer, "to/stopped", "waiting", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  fault_row (17, "client stopped by SIGSTOP", "the server gives it up",
             "after %" G_GINT64_FORMAT " ms", fault_count_msec (start));

  test_process_resume (child);
  test_process_wait_log (child, "connected 2\n", 1);
  test_process_wait_log (child, "got waiting\n", 1);
  test_process_wait_log (child, "completed 2000 twice 0 failed 0\n", 1);
  while (count_numbers (peer, &n_repeated) < N_MESSAGES)
    peer_wait ();
  g_assert_cmpuint (n_repeated, ==, 0);
  test_process_terminate (child);
  test_process_wait_log (child, "closed\n", 1);
  g_assert_cmpuint (test_process_count_log (child, "got waiting\n"), ==, 1);
  g_assert_cmpuint (test_process_count_log (child, "completed"), ==, 1);
  fault_row (17, "client goes on by SIGCONT",
             "connected again, each of 2000 completed once, none missing, QoS 2 once",
             "%u connections, %u messages, %u of QoS 2 again, what waited came once",
             test_process_count_log (child, "connected "), N_MESSAGES, n_repeated);

  test_process_free (child);
  peer_free (peer);
  test_mosquitto_free (server);
}

int
main (int argc,
      char **argv)
{
  fault_child_take_over (argc, argv);
  peer_init (&argc, &argv);

  g_test_add_func ("/faults/17/client-stopped", test_client_stopped);

  return peer_run ();
}
