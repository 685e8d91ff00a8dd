/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether the will is published when the client closes, is killed, or cannot be reached. Mosquitto's
 * patience is real time: a second and a half for a keep alive interval of one. */

#include "fault-child.h"
#include "fault-proxy.h"
#include "fault-row.h"
#include "test-mosquitto.h"
#include "test-peer.h"

static guint
count_text (Peer *peer,
            const char *text)
{
  guint n = 0;

  for (guint i = 0; i < peer->messages->len; i++)
    n += g_str_equal (mqttc_message_get_text (g_ptr_array_index (peer->messages, i)), text);

  return n;
}

typedef struct
{
  TestMosquitto *server;
  FaultProxy *proxy;
  Peer *watcher;
  TestProcess *child;
} Will;

static void
set_up_will (Will *self,
             const char *client_id)
{
  g_autofree char *uri = NULL;
  g_autofree char *proxy_uri = NULL;

  self->server = test_mosquitto_new (NULL, NULL);
  self->proxy = fault_proxy_new_threaded (test_mosquitto_get_port (self->server));
  uri = test_mosquitto_get_uri (self->server);
  proxy_uri = fault_proxy_get_uri (self->proxy);
  self->watcher = peer_new (uri, NULL);
  peer_open_ok (self->watcher);
  peer_subscribe (self->watcher, "will", MQTTC_QOS_AT_LEAST_ONCE);
  self->child = fault_child_new (proxy_uri, client_id, 0);
  test_process_wait_log (self->child, "subscribed\n", 1);
}

static void
tear_down_will (Will *self)
{
  test_process_free (self->child);
  peer_free (self->watcher);
  fault_proxy_free (self->proxy);
  test_mosquitto_free (self->server);
}

/* All that Mosquitto has sent so far. */
static guint
count_wills (Will *self,
             const char *client_id)
{
  peer_publish (self->watcher, "will", "fence", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  while (count_text (self->watcher, "fence") == 0)
    peer_wait ();

  return count_text (self->watcher, client_id);
}

/* [MQTT-3.14.4-3] */
static void
test_will_graceful (void)
{
  Will will;

  set_up_will (&will, "polite");
  test_process_terminate (will.child);
  test_process_wait_log (will.child, "closed\n", 1);
  test_mosquitto_wait_log (will.server, "Client polite disconnected");
  fault_row_exactly (51, "client closes", "wills", 0, count_wills (&will, "polite"));
  tear_down_will (&will);
}

/* [MQTT-3.1.2-8] */
static void
test_will_killed (void)
{
  Will will;

  set_up_will (&will, "killed");
  test_process_kill (will.child);
  peer_wait_messages (will.watcher, 1);
  fault_row_exactly (51, "client killed", "wills", 1, count_wills (&will, "killed"));
  tear_down_will (&will);
}

static void
test_will_cut (void)
{
  Will will;
  gint64 start;

  set_up_will (&will, "cut");
  fault_proxy_set_blackhole (will.proxy, FAULT_UP, TRUE);
  fault_proxy_set_blackhole (will.proxy, FAULT_DOWN, TRUE);
  start = g_get_monotonic_time ();
  peer_wait_messages (will.watcher, 1);
  fault_row (51, "network cut", "the server waits, then publishes the will",
             "after %" G_GINT64_FORMAT " ms", fault_count_msec (start));
  fault_row_exactly (51, "network cut", "wills", 1, count_wills (&will, "cut"));

  /* The client has noticed, too. */
  fault_proxy_heal (will.proxy);
  test_process_wait_log (will.child, "connected 2\n", 1);
  tear_down_will (&will);
}

int
main (int argc,
      char **argv)
{
  fault_child_take_over (argc, argv);
  peer_init (&argc, &argv);

  g_test_add_func ("/faults/51/will/client-closes", test_will_graceful);
  g_test_add_func ("/faults/51/will/client-killed", test_will_killed);
  g_test_add_func ("/faults/51/will/network-cut", test_will_cut);

  return peer_run ();
}
