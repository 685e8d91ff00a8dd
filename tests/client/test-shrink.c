/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A server that takes 100 messages at once, and on the next connection 1 (section 4.9 of MQTT 5). */

#include <stdlib.h>

#include "test-fixture.h"

#define N_INFLIGHT 50 /* when the connection ends */
#define N_WAITING 10  /* accepted without a connection */
#define N_ALL (N_INFLIGHT + N_WAITING)
#define FIRST_PROBE 1000 /* identifiers of the server's own messages, none of them the client's */

typedef struct
{
  Fixture *f;
  MqttcQos qos;
  guint n_released; /* QoS 2: so many have their PUBREC when the connection ends */
  GAsyncResult *results[N_ALL];
  guint n_probes;
  guint n_done;     /* acknowledged to the end, on the second connection */
  guint n_resumed;  /* PUBLISH on the first connection */
  guint n_repeated; /* PUBLISH on the second that are DUP */
  guint n_released_again;
  guint max_outstanding; /* on the second connection */
} Flow;

static void
set_receive_maximum (Fixture *f,
                     guint receive_maximum)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, receive_maximum);
  test_broker_set_connack_properties (f->broker, properties);
}

static void
publish (Flow *flow,
         guint from,
         guint n)
{
  for (guint i = from; i < from + n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      mqttc_client_publish_text_async (flow->f->client, "flow", text, flow->qos, FALSE, NULL,
                                       fixture_result_cb, &flow->results[i]);
    }
}

/* The client answers this after whatever it had to send: nothing else is on its way then. */
static void
probe (Flow *flow)
{
  TestBroker *broker = flow->f->broker;
  guint n = flow->f->messages->len;

  test_broker_send_publish (broker, "probe", "", MQTTC_QOS_AT_LEAST_ONCE,
                            FIRST_PROBE + flow->n_probes++, FALSE);
  fixture_wait_messages (flow->f, n + 1);
  test_broker_wait (broker, MQTTC_PACKET_TYPE_PUBACK, flow->n_probes);
}

static guint
get_id (Flow *flow,
        guint n_publish)
{
  return mqttc_packet_get_packet_id (test_broker_peek_publish (flow->f->broker, n_publish));
}

static guint
get_number (Flow *flow,
            guint n_publish)
{
  MqttcPacket *packet = test_broker_peek_publish (flow->f->broker, n_publish);

  return (guint) atoi (mqttc_message_get_text (mqttc_packet_get_message (packet)));
}

/* [MQTT5-3.3.4-7]; a PUBREL that comes again has a place as a PUBLISH has. */
static void
note_outstanding (Flow *flow)
{
  TestBroker *broker = flow->f->broker;
  guint n_publishes;
  guint n_again;
  guint outstanding;

  probe (flow);
  n_publishes = test_broker_count (broker, MQTTC_PACKET_TYPE_PUBLISH) - flow->n_resumed;
  n_again = test_broker_count (broker, MQTTC_PACKET_TYPE_PUBREL) - flow->n_released;
  outstanding
      = n_publishes + MIN (n_again, flow->n_released) - flow->n_done - flow->n_released_again;
  flow->max_outstanding = MAX (flow->max_outstanding, outstanding);
  g_assert_cmpuint (outstanding, <=, 1);
}

/* What is sent again, or for the first time, in its order: the next after those that are released. */
static void
assert_next (Flow *flow)
{
  guint nth = flow->n_resumed + flow->n_done;
  guint number = flow->n_released + flow->n_done;
  MqttcPacket *packet;

  test_broker_wait (flow->f->broker, MQTTC_PACKET_TYPE_PUBLISH, nth + 1);
  packet = test_broker_peek_publish (flow->f->broker, nth);
  g_assert_cmpuint (get_number (flow, nth), ==, number);
  g_assert_cmpint (mqttc_message_get_dup (mqttc_packet_get_message (packet)), ==,
                   number < N_INFLIGHT);
  if (number < N_INFLIGHT)
    {
      g_assert_cmpuint (get_id (flow, nth), ==, get_id (flow, number));
      flow->n_repeated++;
    }
}

/* To the end, and nothing else comes before that is reached. */
static void
acknowledge (Flow *flow)
{
  TestBroker *broker = flow->f->broker;
  guint id = get_id (flow, flow->n_resumed + flow->n_done);
  guint n_released = test_broker_count (broker, MQTTC_PACKET_TYPE_PUBREL);

  if (flow->qos == MQTTC_QOS_AT_LEAST_ONCE)
    {
      test_broker_send_ack (broker, MQTTC_PACKET_TYPE_PUBACK, id);
    }
  else
    {
      test_broker_send_ack (broker, MQTTC_PACKET_TYPE_PUBREC, id);
      test_broker_wait (broker, MQTTC_PACKET_TYPE_PUBREL, n_released + 1);
      note_outstanding (flow);
      test_broker_send_ack (broker, MQTTC_PACKET_TYPE_PUBCOMP, id);
    }
  flow->n_done++;
}

/* The first ones have got as far as their PUBREL when the connection ends. */
static void
release_some (Flow *flow)
{
  for (guint i = 0; i < flow->n_released; i++)
    test_broker_send_ack (flow->f->broker, MQTTC_PACKET_TYPE_PUBREC, get_id (flow, i));
  test_broker_wait (flow->f->broker, MQTTC_PACKET_TYPE_PUBREL, flow->n_released);
}

/* [MQTT5-4.4.0-1]: each PUBREL comes again, in order, and before any PUBLISH. */
static void
finish_released (Flow *flow)
{
  TestBroker *broker = flow->f->broker;

  for (guint i = 0; i < flow->n_released; i++)
    {
      guint nth = flow->n_released + i;
      g_autoptr (MqttcPacket) pubrel = NULL;

      test_broker_wait (broker, MQTTC_PACKET_TYPE_PUBREL, nth + 1);
      note_outstanding (flow);
      pubrel = test_broker_get_packet (broker, MQTTC_PACKET_TYPE_PUBREL, nth);
      g_assert_cmpuint (mqttc_packet_get_packet_id (pubrel), ==, get_id (flow, i));
      test_broker_send_ack (broker, MQTTC_PACKET_TYPE_PUBCOMP, get_id (flow, i));
      flow->n_released_again++;
    }
}

static void
first_connection (Flow *flow)
{
  Fixture *f = flow->f;

  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_clean_session (f->options, FALSE);
  test_broker_set_silent (f->broker,
                          1u << MQTTC_PACKET_TYPE_PUBLISH | 1u << MQTTC_PACKET_TYPE_PUBREL);
  set_receive_maximum (f, 100);
  fixture_open_ok (f);
  publish (flow, 0, N_INFLIGHT);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, N_INFLIGHT);
  release_some (flow);
  flow->n_resumed = N_INFLIGHT;
  g_assert_cmpuint (mqttc_client_get_inflight (f->client), ==, N_INFLIGHT);
}

static void
second_connection (Flow *flow)
{
  Fixture *f = flow->f;

  set_receive_maximum (f, 1);
  test_broker_drop (f->broker);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_BACKING_OFF);
  publish (flow, N_INFLIGHT, N_WAITING);
  fixture_reconnect (f);
  g_assert_cmpuint (mqttc_client_get_receive_maximum (f->client), ==, 1);
  note_outstanding (flow);
  finish_released (flow);
  while (flow->n_done < N_ALL - flow->n_released)
    {
      assert_next (flow);
      note_outstanding (flow);
      acknowledge (flow);
    }
  note_outstanding (flow);
}

static void
assert_delivered (Flow *flow)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < N_ALL; i++)
    {
      g_autoptr (GError) error = NULL;

      fixture_publish_finish (flow->f, &flow->results[i], &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (mqttc_client_get_inflight (flow->f->client), ==, 0);
  g_assert_cmpuint (mqttc_client_get_queued (flow->f->client), ==, 0);

  /* None came more than once on a connection, and none at all that was released. */
  g_assert_cmpuint (test_broker_count (flow->f->broker, MQTTC_PACKET_TYPE_PUBLISH), ==,
                    N_INFLIGHT + N_ALL - flow->n_released);
  g_assert_cmpuint (flow->n_repeated, ==, N_INFLIGHT - flow->n_released);
}

static void
shrink (Fixture *f,
        MqttcQos qos,
        guint n_released)
{
  Flow flow = { .f = f, .qos = qos, .n_released = n_released };

  first_connection (&flow);
  second_connection (&flow);
  assert_delivered (&flow);
  g_test_message (
      "QoS %d, receive maximum 100, then 1, with %u in flight (%u of them released) and %u "
      "waiting: at most %u outstanding, %u sent again in order, %u PUBREL again, %u delivered",
      qos, N_INFLIGHT, n_released, N_WAITING, flow.max_outstanding, flow.n_repeated,
      flow.n_released_again, flow.n_done + flow.n_released_again);
  g_assert_cmpuint (flow.max_outstanding, ==, 1);
}

static void
test_qos_1 (Fixture *f,
            gconstpointer data)
{
  shrink (f, MQTTC_QOS_AT_LEAST_ONCE, 0);
}

static void
test_qos_2 (Fixture *f,
            gconstpointer data)
{
  shrink (f, MQTTC_QOS_EXACTLY_ONCE, 0);
}

static void
test_released (Fixture *f,
               gconstpointer data)
{
  shrink (f, MQTTC_QOS_EXACTLY_ONCE, 20);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/shrink/qos-1", test_qos_1);
  fixture_add ("/client/shrink/qos-2", test_qos_2);
  fixture_add ("/client/shrink/released", test_released);

  return g_test_run ();
}
