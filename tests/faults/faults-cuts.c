/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The link to Mosquitto is cut at each byte of the exchanges of QoS 1 and 2; the oracle is a second
 * client with a link that nobody harms. */

#include <string.h>

#include "fault-proxy.h"
#include "fault-row.h"
#include "test-mosquitto.h"
#include "test-peer.h"

typedef struct
{
  TestMosquitto *mosquitto;
  FaultProxy *proxy;
  char *uri; /* by way of the proxy */
  Peer *oracle;
  gboolean io_thread; /* of the clients that suffer */
  guint n_runs;
  guint n_wrong;
} Rig;

static void
set_up (Rig *f,
        gconstpointer data)
{
  g_autofree char *uri = NULL;

  f->io_thread = data != NULL;
  /* Its small packets would wait for each other: hundreds of runs. */
  f->mosquitto = test_mosquitto_new_with ("max_queued_messages 100000\nset_tcp_nodelay true\n"
                                          "log_type information\n");
  uri = test_mosquitto_get_uri (f->mosquitto);
  f->proxy = fault_proxy_new (test_mosquitto_get_port (f->mosquitto));
  f->uri = fault_proxy_get_uri (f->proxy);
  f->oracle = peer_new (uri, NULL);
  peer_open_ok (f->oracle);
}

static void
tear_down (Rig *f,
           gconstpointer data)
{
  peer_free (f->oracle);
  fault_proxy_free (f->proxy);
  test_mosquitto_free (f->mosquitto);
  g_free (f->uri);
}

static const char *
get_drive (Rig *f)
{
  return f->io_thread ? ", the client has a thread" : "";
}

/* By way of the proxy; hundreds of runs do not wait long before they connect again. */
static Peer *
peer_new_by_proxy (Rig *f,
                   const char *client_id)
{
  Peer *peer
      = f->io_thread ? peer_new_with_thread (f->uri, client_id) : peer_new (f->uri, client_id);
  MqttcOptions *options = mqttc_client_get_options (peer->client);

  mqttc_options_set_reconnect_min_delay (options, 1);
  mqttc_options_set_reconnect_max_delay (options, 4);

  return peer;
}

typedef void (*RunFunc) (Rig *f,
                         const char *name,
                         FaultDirection direction,
                         guint64 offset,
                         FaultCut cut);

/* A run of its own for each byte of the exchange, each way, and each kind of cut. The last offset is
 * after the last byte. */
static void
sweep (Rig *f,
       RunFunc run,
       const guint64 lengths[2])
{
  static const FaultCut cuts[] = { FAULT_RESET, FAULT_FIN, FAULT_HALF };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    for (FaultDirection direction = FAULT_UP; direction <= FAULT_DOWN; direction++)
      for (guint64 k = 0; k <= lengths[direction]; k++)
        {
          g_autofree char *name = g_strdup_printf ("%03u", f->n_runs++);

          run (f, name, direction, k, cuts[i]);
          g_assert_cmpuint (fault_proxy_count_cuts (f->proxy), ==, f->n_runs);
        }
}

/* --- To the server. --- */

static void
publish_once (Rig *f,
              const char *name,
              MqttcQos qos)
{
  g_autofree char *topic = g_strdup_printf ("t/%s", name);
  g_autofree char *client_id = g_strdup_printf ("p-%s", name);
  Peer *peer = peer_new_by_proxy (f, client_id);

  peer_open_ok (peer);
  peer_publish (peer, topic, "once", qos, FALSE);
  peer_free (peer);
}

/* How many bytes an exchange without faults has, each way, CONNECT included. */
static void
measure_publish (Rig *f,
                 MqttcQos qos,
                 guint64 lengths[2])
{
  Peer *peer = peer_new_by_proxy (f, "p-xyz");

  peer_open_ok (peer);
  peer_publish (peer, "t/xyz", "once", qos, FALSE);
  for (FaultDirection direction = FAULT_UP; direction <= FAULT_DOWN; direction++)
    lengths[direction] = fault_proxy_count_forwarded (f->proxy, direction);
  peer_free (peer);
}

static void
run_publish (Rig *f,
             const char *name,
             FaultDirection direction,
             guint64 offset,
             FaultCut cut)
{
  fault_proxy_cut_at (f->proxy, direction, offset, cut);
  publish_once (f, name, MQTTC_QOS_EXACTLY_ONCE);
  fault_proxy_wait_cuts (f->proxy, f->n_runs);
}

/* Section 4.3.3: whatever is lost, the receiver gets it exactly once; and in the order in which it
 * was published, for each run ends before the next begins. */
static void
test_qos2_up (Rig *f,
              gconstpointer data)
{
  g_autofree char *what = NULL;
  guint64 lengths[2];

  measure_publish (f, MQTTC_QOS_EXACTLY_ONCE, lengths);
  peer_subscribe (f->oracle, "t/#", MQTTC_QOS_EXACTLY_ONCE);
  sweep (f, run_publish, lengths);
  peer_publish (f->oracle, "t/fence", "", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  peer_wait_messages (f->oracle, f->n_runs + 1);
  for (guint i = 0; i < f->n_runs; i++)
    {
      g_autofree char *wanted = g_strdup_printf ("t/%03u=once", i);
      g_autofree char *got = peer_describe_message (f->oracle, i);

      f->n_wrong += strcmp (got, wanted) != 0;
    }
  f->n_wrong += f->oracle->messages->len - (f->n_runs + 1);

  what
      = g_strdup_printf ("reset, FIN and half-close at each byte of a QoS 2 PUBLISH to the server, "
                         "%u cuts%s",
                         f->n_runs, get_drive (f));
  fault_row_exactly (3, what, "messages not exactly once at the oracle", 0, f->n_wrong);
}

/* The PUBLISH that a connection has begun with. */
static MqttcPacket *
get_first_publish (Rig *f,
                   guint connection)
{
  g_autoptr (GBytes) bytes = fault_proxy_get_capture (f->proxy, connection, FAULT_UP);
  g_autoptr (GBytes) rest = NULL;
  g_autoptr (GError) error = NULL;
  MqttcPacket *packet;
  gsize length;

  g_assert_true (mqttc_packet_check (bytes, 0, &length, &error));
  rest = g_bytes_new_from_bytes (bytes, length, g_bytes_get_size (bytes) - length);
  g_assert_true (mqttc_packet_check (rest, 0, &length, &error));
  g_clear_pointer (&bytes, g_bytes_unref);
  bytes = g_bytes_new_from_bytes (rest, 0, length);
  packet = mqttc_packet_read (bytes, MQTTC_PROTOCOL_V5, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_PUBLISH);

  return packet;
}

/* [MQTT-4.4.0-1] [MQTT-3.3.1-1]: with the same identifier, and DUP. */
static void
run_publish_qos1 (Rig *f,
                  FaultDirection direction,
                  guint64 offset)
{
  g_autofree char *name = g_strdup_printf ("%03u", f->n_runs++);
  guint n = fault_proxy_count_connections (f->proxy);
  g_autoptr (MqttcPacket) first = NULL;
  g_autoptr (MqttcPacket) again = NULL;

  fault_proxy_cut_at (f->proxy, direction, offset, FAULT_RESET);
  publish_once (f, name, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_cmpuint (fault_proxy_count_cuts (f->proxy), ==, f->n_runs);
  g_assert_cmpuint (fault_proxy_count_connections (f->proxy), ==, n + 2);
  first = get_first_publish (f, n + 1);
  again = get_first_publish (f, n + 2);
  f->n_wrong += mqttc_packet_get_packet_id (first) != mqttc_packet_get_packet_id (again)
                || mqttc_message_get_dup (mqttc_packet_get_message (first))
                || !mqttc_message_get_dup (mqttc_packet_get_message (again));
}

static void
test_qos1_up (Rig *f,
              gconstpointer data)
{
  g_autofree char *what = NULL;
  guint64 lengths[2];
  guint n_seen = 0;

  fault_proxy_set_capturing (f->proxy, TRUE);
  /* Without a subscriber PUBACK would say so, and be longer. */
  peer_subscribe (f->oracle, "t/#", MQTTC_QOS_AT_LEAST_ONCE);
  measure_publish (f, MQTTC_QOS_AT_LEAST_ONCE, lengths);
  run_publish_qos1 (f, FAULT_UP, lengths[FAULT_UP]);
  for (guint k = 3; k > 0; k--)
    run_publish_qos1 (f, FAULT_DOWN, lengths[FAULT_DOWN] - k);
  peer_publish (f->oracle, "t/fence", "", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  for (guint i = 0; n_seen <= f->n_runs; i++)
    {
      g_autofree char *wanted
          = n_seen < f->n_runs ? g_strdup_printf ("t/%03u=once", n_seen) : g_strdup ("t/fence=");
      g_autofree char *got = NULL;

      peer_wait_messages (f->oracle, i + 1);
      got = peer_describe_message (f->oracle, i);
      n_seen += strcmp (got, wanted) == 0;
      g_assert_cmpuint (i, <=, 2 * f->n_runs + 1);
    }

  what
      = g_strdup_printf ("reset after a QoS 1 PUBLISH and at each byte of its PUBACK, %u cuts, all "
                         "%u at the oracle, one completion each%s",
                         f->n_runs, n_seen - 1, get_drive (f));
  fault_row_exactly (2, what, "resends without DUP or with another id", 0, f->n_wrong);
}

/* --- From the server. --- */

static void
run_receive (Rig *f,
             const char *name,
             FaultDirection direction,
             guint64 offset,
             FaultCut cut)
{
  g_autofree char *topic = g_strdup_printf ("s/%s", name);
  g_autofree char *client_id = g_strdup_printf ("s-%s", name);
  g_autofree char *once = g_strdup_printf ("%s=once", topic);
  guint64 before = fault_proxy_count_forwarded (f->proxy, direction);
  Peer *peer = peer_new_by_proxy (f, client_id);
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  peer_open_ok (peer);
  peer_subscribe (peer, topic, MQTTC_QOS_EXACTLY_ONCE);
  before = fault_proxy_count_forwarded (f->proxy, direction) - before;
  fault_proxy_cut_at (f->proxy, direction, before + offset, cut);
  peer_publish (f->oracle, topic, "once", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  fault_proxy_wait_cuts (f->proxy, f->n_runs);
  peer_publish (f->oracle, topic, "fence", MQTTC_QOS_EXACTLY_ONCE, FALSE);

  /* The server keeps the order, so a second one would come before the fence. */
  peer_wait_messages (peer, 2);
  first = peer_describe_message (peer, 0);
  last = peer_describe_message (peer, peer->messages->len - 1);
  f->n_wrong += strcmp (first, once) != 0 || !g_str_has_suffix (last, "=fence");
  peer_close (peer);
  f->n_wrong += peer->messages->len != 2;
  peer_free (peer);
}

static void
measure_receive (Rig *f,
                 guint64 lengths[2])
{
  Peer *peer = peer_new_by_proxy (f, "s-xyz");
  guint64 before[2];

  peer_open_ok (peer);
  peer_subscribe (peer, "s/xyz", MQTTC_QOS_EXACTLY_ONCE);
  for (FaultDirection direction = FAULT_UP; direction <= FAULT_DOWN; direction++)
    before[direction] = fault_proxy_count_forwarded (f->proxy, direction);
  peer_publish (f->oracle, "s/xyz", "once", MQTTC_QOS_EXACTLY_ONCE, FALSE);
  /* PUBREC and PUBCOMP. */
  fault_proxy_wait_forwarded (f->proxy, FAULT_UP, before[FAULT_UP] + 8);
  for (FaultDirection direction = FAULT_UP; direction <= FAULT_DOWN; direction++)
    lengths[direction] = fault_proxy_count_forwarded (f->proxy, direction) - before[direction];
  g_assert_cmpuint (lengths[FAULT_UP], ==, 8);
  peer_free (peer);
}

static void
test_qos2_down (Rig *f,
                gconstpointer data)
{
  g_autofree char *what = NULL;
  guint64 lengths[2];

  measure_receive (f, lengths);
  sweep (f, run_receive, lengths);
  what = g_strdup_printf ("reset, FIN and half-close at each byte of a QoS 2 PUBLISH from the "
                          "server, %u cuts%s",
                          f->n_runs, get_drive (f));
  fault_row_exactly (4, what, "runs without exactly one event", 0, f->n_wrong);
}

static void
add (const char *name, void (*func) (Rig *f, gconstpointer data))
{
  g_autofree char *alone = g_strdup_printf ("/faults/cuts/%s", name);
  g_autofree char *with_thread = g_strdup_printf ("/faults/cuts/%s-io-thread", name);

  g_test_add (alone, Rig, NULL, set_up, func, tear_down);
  g_test_add (with_thread, Rig, "io-thread", set_up, func, tear_down);
}

int
main (int argc,
      char **argv)
{
  peer_init (&argc, &argv);

  add ("qos1-to-server", test_qos1_up);
  add ("qos2-to-server", test_qos2_up);
  add ("qos2-from-server", test_qos2_down);

  return peer_run ();
}
