/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mosquitto is stopped and started again in mid-flow: with sessions that are kept on both sides,
 * nothing is missing, and QoS 2 arrives once. */

#include <stdlib.h>
#include <string.h>

#include "test-mosquitto.h"
#include "test-peer.h"

#define N_MESSAGES 500 /* of each quality of service */
#define N_ALL (2 * N_MESSAGES)

typedef struct
{
  guint n_published; /* acknowledged to the end */
  guint received[2][N_MESSAGES];
  guint n_received; /* different ones */
} Flow;

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Flow *flow = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, &error);

  g_assert_no_error (error);
  flow->n_published++;
}

static void
received_cb (MqttcClient *client,
             MqttcMessage *message,
             gpointer user_data)
{
  Flow *flow = user_data;
  guint kind = strcmp (mqttc_message_get_topic (message), "flow/2") == 0;
  guint number = atoi (mqttc_message_get_text (message));

  g_assert_cmpuint (number, <, N_MESSAGES);
  g_assert_cmpint (mqttc_message_get_qos (message), ==, 1 + kind);
  if (flow->received[kind][number]++ == 0)
    flow->n_received++;
}

static void
publish_all (Peer *sender,
             Flow *flow)
{
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      mqttc_client_publish_text_async (sender->client, "flow/1", text, MQTTC_QOS_AT_LEAST_ONCE,
                                       FALSE, NULL, published_cb, flow);
      mqttc_client_publish_text_async (sender->client, "flow/2", text, MQTTC_QOS_EXACTLY_ONCE,
                                       FALSE, NULL, published_cb, flow);
    }
}

static void
report (const Flow *flow)
{
  guint missing = 0;
  guint duplicates[2] = { 0, 0 };

  for (guint kind = 0; kind < 2; kind++)
    {
      for (guint i = 0; i < N_MESSAGES; i++)
        {
          missing += flow->received[kind][i] == 0;
          duplicates[kind] += MAX (flow->received[kind][i], 1) - 1;
        }
    }

  g_test_message ("%u messages over 3 restarts: %u missing, %u duplicates of QoS 1 (allowed), "
                  "%u of QoS 2",
                  N_ALL, missing, duplicates[0], duplicates[1]);
  g_assert_cmpuint (missing, ==, 0);
  g_assert_cmpuint (duplicates[1], ==, 0);
}

static void
test_restart (void)
{
  TestMosquitto *server = test_mosquitto_new (NULL, NULL);
  g_autofree char *uri = test_mosquitto_get_uri (server);
  Peer *sender = peer_new (uri, "sender");
  Peer *receiver = peer_new (uri, "receiver");
  g_autofree Flow *flow = g_new0 (Flow, 1);

  peer_open_ok (receiver);
  g_signal_connect (receiver->client, "message", G_CALLBACK (received_cb), flow);
  peer_subscribe (receiver, "flow/#", MQTTC_QOS_EXACTLY_ONCE);
  peer_open_ok (sender);
  publish_all (sender, flow);

  /* Each time with some on their way to the server, and some from it. */
  for (guint i = 1; i <= 3; i++)
    {
      while (flow->n_published < i * N_ALL / 4)
        peer_wait ();
      g_assert_cmpuint (flow->n_published, <, N_ALL);
      test_mosquitto_stop (server);
      test_mosquitto_start (server);
    }

  while (flow->n_published < N_ALL || flow->n_received < N_ALL)
    peer_wait ();
  g_assert_cmpuint (sender->n_connected, >=, 4);
  g_assert_cmpuint (receiver->n_connected, >=, 4);

  /* What would still be repeated, is repeated before this. */
  peer_publish (receiver, "flow/1", "0", MQTTC_QOS_AT_LEAST_ONCE, FALSE);
  peer_wait_messages (receiver, N_ALL + 1);
  flow->received[0][0]--;
  report (flow);

  peer_free (sender);
  peer_free (receiver);
  test_mosquitto_free (server);
}

int
main (int argc,
      char **argv)
{
  peer_init (&argc, &argv);

  g_test_add_func ("/interop/restart", test_restart);

  return peer_run ();
}
