/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A link to Mosquitto that is lost fifty times while messages are on their way. The client lives in
 * virtual time, the oracle beside it in real time. */

#include "fault-proxy.h"
#include "fault-row.h"
#include "test-fixture.h"
#include "test-mosquitto.h"
#include "test-peer.h"

#define N_FLAPS 50
#define N_PER_FLAP 2 /* of each QoS */
#define N_MESSAGES ((N_FLAPS + 1) * N_PER_FLAP)

typedef struct
{
  Fixture *f;
  TestMosquitto *mosquitto;
  FaultProxy *proxy;
  Peer *oracle;
  guint n_published; /* of each QoS */
  guint n_ended;
  gint64 longest; /* wait */
  gint64 waited;
} Flaps;

static void
flaps_begin (Flaps *self,
             Fixture *f)
{
  g_autofree char *uri = NULL;

  *self = (Flaps){ .f = f };
  self->mosquitto = test_mosquitto_new (NULL, NULL);
  self->proxy = fault_proxy_new (test_mosquitto_get_port (self->mosquitto));
  uri = test_mosquitto_get_uri (self->mosquitto);
  self->oracle = peer_new (uri, NULL);
  peer_open_ok (self->oracle);
  peer_subscribe (self->oracle, "t/#", MQTTC_QOS_EXACTLY_ONCE);

  mqttc_options_set_port (f->options, fault_proxy_get_port (self->proxy));
  mqttc_options_set_clean_session (f->options, FALSE);
  fixture_open_ok (f);
}

static void
flaps_end (Flaps *self)
{
  fixture_close (self->f);
  peer_free (self->oracle);
  fault_proxy_free (self->proxy);
  test_mosquitto_free (self->mosquitto);
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Flaps *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet
      = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (packet);
  self->n_ended++;
}

static void
publish_some (Flaps *self)
{
  for (guint i = 0; i < N_PER_FLAP; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", self->n_published++);

      mqttc_client_publish_text_async (self->f->client, "t/1", text, MQTTC_QOS_AT_LEAST_ONCE, FALSE,
                                       NULL, published_cb, self);
      mqttc_client_publish_text_async (self->f->client, "t/2", text, MQTTC_QOS_EXACTLY_ONCE, FALSE,
                                       NULL, published_cb, self);
    }
}

/* After some bytes of what it has to say, which is more than these. */
static void
lose_link (Flaps *self,
           guint64 connection_start,
           guint n_bytes)
{
  Fixture *f = self->f;
  guint n = f->n_disconnected;
  guint64 said = fault_proxy_count_forwarded (self->proxy, FAULT_UP) - connection_start;

  fault_proxy_cut_at (self->proxy, FAULT_UP, said + n_bytes, FAULT_RESET);
  publish_some (self);
  fixture_wait_disconnected (f, n + 1);
  g_assert_cmpuint (f->n_disconnected, ==, n + 1);
}

/* Each wait is drawn from nothing to a bound that doubles, up to a limit. */
static void
check_wait (Flaps *self,
            guint nth)
{
  gint64 bound = nth < 7 ? SECOND << nth : 120 * SECOND;

  g_assert_cmpint (self->f->retry_usec, >=, 0);
  g_assert_cmpint (self->f->retry_usec, <=, bound);
  self->longest = MAX (self->longest, self->f->retry_usec);
  self->waited += self->f->retry_usec;
}

static guint
count_files (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (folder) != NULL)
    n++;

  return n;
}

/* QoS 2: each once. QoS 1: none is missing, and the first of each comes in order. */
static void
check_oracle (Flaps *self)
{
  guint n_seen[3] = { 0 };
  guint n_repeated = 0;

  for (guint i = 0; n_seen[1] < N_MESSAGES || n_seen[2] < N_MESSAGES; i++)
    {
      MqttcMessage *message;
      guint64 number;
      MqttcQos qos;

      peer_wait_messages (self->oracle, i + 1);
      message = g_ptr_array_index (self->oracle->messages, i);
      qos = mqttc_message_get_qos (message);
      g_assert_true (g_ascii_string_to_unsigned (mqttc_message_get_text (message), 10, 0,
                                                 N_MESSAGES - 1, &number, NULL));
      if (qos == MQTTC_QOS_EXACTLY_ONCE)
        g_assert_cmpuint (number, ==, n_seen[qos]);
      g_assert_cmpuint (number, <=, n_seen[qos]);
      n_repeated += number < n_seen[qos];
      n_seen[qos] += number == n_seen[qos];
    }
  fault_row (22, "50 flaps: what arrives", "all, in order, QoS 2 once",
             "%u of QoS 1 (%u twice), %u of QoS 2, in order", n_seen[1], n_repeated, n_seen[2]);
}

static void
test_flaps (Fixture *f,
            gconstpointer data)
{
  Flaps self;
  guint n_files = 0;

  flaps_begin (&self, f);
  for (guint i = 0; i < N_FLAPS; i++)
    {
      guint64 start = i == 0 ? 0 : fault_proxy_count_forwarded (self.proxy, FAULT_UP);

      if (i > 0)
        {
          fixture_reconnect (f);
          fixture_drain (f);
        }
      if (i == N_FLAPS / 5)
        n_files = count_files ();
      /* Of four messages of ten bytes. */
      lose_link (&self, start, 1 + i * 7 % 37);
      check_wait (&self, i);
    }
  fixture_reconnect (f);
  publish_some (&self);
  while (self.n_ended < 2 * N_MESSAGES)
    g_main_context_iteration (f->context, TRUE);
  check_oracle (&self);

  g_assert_cmpuint (fault_proxy_count_cuts (self.proxy), ==, N_FLAPS);
  g_assert_cmpuint (f->n_connected, ==, N_FLAPS + 1);
  g_assert_cmpuint (fault_proxy_count_connections (self.proxy), ==, N_FLAPS + 1);
  fault_row_exactly (22, "50 flaps: files that are open", "files more than after 10", 0,
                     (gint) count_files () - (gint) n_files);
  /* Some forty draws up to two minutes: that all are below fifteen seconds has no chance. */
  g_assert_cmpint (self.longest, >, 15 * SECOND);
  fault_row (22, "50 flaps: waits", "within a bound that doubles from 1 s to 120 s",
             "%u s in all, the longest %u s", (guint) (self.waited / SECOND),
             (guint) (self.longest / SECOND));
  flaps_end (&self);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/faults/flaps/fifty", test_flaps);

  return g_test_run ();
}
