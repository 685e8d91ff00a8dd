/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A server that refuses, that acknowledges what it was not asked, and that announces more than it
 * may: MQTT 3.1.1. */

#include <string.h>

#include "fault-memory.h"
#include "fault-proxy.h"
#include "fault-row.h"
#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"

static MqttcEngineCounters
get_counters (Fixture *f)
{
  MqttcEngineCounters counters;

  mqttc_event_loop_get_counters (mqttc_client_get_event_loop (f->client), &counters);

  return counters;
}

/* --- Row 43: what the server may refuse. --- */

#define N_REFUSALS 50

static void
test_refused_filter (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (MqttcSubscription) good = NULL;
  guint n_failed = 0;

  test_broker_refuse_filter (f->broker, "bad");
  fixture_open_ok (f);
  good = fixture_subscribe (f, "good", MQTTC_QOS_AT_LEAST_ONCE);
  for (guint i = 0; i < N_REFUSALS; i++)
    {
      g_autoptr (MqttcSubscription) bad = mqttc_subscription_new ("bad", MQTTC_QOS_AT_LEAST_ONCE);
      g_autoptr (GError) error = NULL;
      GAsyncResult *result = NULL;

      mqttc_client_subscribe_async (f->client, bad, NULL, fixture_result_cb, &result);
      n_failed += !fixture_subscribe_finish (f, &result, &error);
      g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_UNSPECIFIED_ERROR);
      g_assert_cmpuint (mqttc_subscription_get_reason_code (bad), ==,
                        MQTTC_REASON_CODE_UNSPECIFIED_ERROR);
    }

  /* Neither then nor on the next connection is it asked for again; what was granted is. */
  fixture_hear (f);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE), ==, N_REFUSALS + 1);
  test_broker_reset (f->broker);
  fixture_reconnect (f);
  fixture_publish_ok (f, "good", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_expect (f->broker, 2,
                      "CONNECT clean\nSUBSCRIBE #1 good:1\nPUBLISH #2 q1 good\nPUBACK #1\n");
  fault_row_exactly (43, "SUBACK 0x80: failed completions, none asked again", "of 50", N_REFUSALS,
                     n_failed);
}

/* Return codes 1 to 5. */
static void
test_refused_connect (Fixture *f,
                      gconstpointer data)
{
  static const guint reasons[] = {
    MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION,
    MQTTC_REASON_CODE_CLIENT_IDENTIFIER_NOT_VALID,
    MQTTC_REASON_CODE_SERVER_UNAVAILABLE,
    MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD,
    MQTTC_REASON_CODE_NOT_AUTHORIZED,
  };
  guint n_failed = 0;

  mqttc_options_set_reconnect (f->options, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (GError) error = NULL;

      test_broker_set_connack (f->broker, reasons[i]);
      n_failed += !fixture_open (f, &error);
      g_assert_error (error, MQTTC_REASON_ERROR, (int) reasons[i]);
      fixture_drain (f);
      test_broker_expect (f->broker, i + 1, "CONNECT clean\n");
    }
  g_assert_cmpuint (f->n_connected, ==, 0);
  fault_row_exactly (43, "CONNACK 1 to 5: failed openings, nothing else said", "of 5",
                     G_N_ELEMENTS (reasons), n_failed);
}

/* --- Row 44: acknowledgements of nothing. --- */

typedef struct
{
  Fixture *f;
  GAsyncResult *results[5]; /* packet ids 2 to 6 */
} Waiting;

/* 2: QoS 1. 3: QoS 2 before PUBREC. 4: QoS 2 that will be after it. 5: SUBSCRIBE. 6: UNSUBSCRIBE. */
static void
begin_waiting (Waiting *self,
               Fixture *f,
               MqttcSubscription *subscription,
               MqttcSubscription *other)
{
  *self = (Waiting){ .f = f };
  test_broker_set_silent (f->broker, TEST_BROKER_ALL_TYPES);
  fixture_publish (f, "a", MQTTC_QOS_AT_LEAST_ONCE, &self->results[0]);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &self->results[1]);
  fixture_publish (f, "a", MQTTC_QOS_EXACTLY_ONCE, &self->results[2]);
  mqttc_client_subscribe_async (f->client, other, NULL, fixture_result_cb, &self->results[3]);
  mqttc_client_unsubscribe_async (f->client, subscription, NULL, fixture_result_cb,
                                  &self->results[4]);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_UNSUBSCRIBE, 1);
}

static guint
count_ended (Waiting *self)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (self->results); i++)
    n += self->results[i] != NULL;

  return n;
}

static void
send_suback (Fixture *f,
             guint packet_id)
{
  const guint8 bytes[] = { 0x90, 3, 0, packet_id, 0 };

  test_broker_send (f->broker, bytes, sizeof bytes);
}

typedef struct
{
  MqttcPacketType type;
  guint packet_id;
} Ack;

/* With the identifiers of begin_waiting(), each one of another kind than what waits there. */
static const Ack wrong_acks[] = {
  { MQTTC_PACKET_TYPE_PUBACK, 3 },   { MQTTC_PACKET_TYPE_PUBACK, 4 },
  { MQTTC_PACKET_TYPE_PUBACK, 5 },   { MQTTC_PACKET_TYPE_PUBACK, 6 },
  { MQTTC_PACKET_TYPE_PUBACK, 99 },  { MQTTC_PACKET_TYPE_PUBACK, 65535 },
  { MQTTC_PACKET_TYPE_PUBREC, 2 },   { MQTTC_PACKET_TYPE_PUBREC, 5 },
  { MQTTC_PACKET_TYPE_PUBREC, 6 },   { MQTTC_PACKET_TYPE_PUBREC, 99 },
  { MQTTC_PACKET_TYPE_PUBCOMP, 2 },  { MQTTC_PACKET_TYPE_PUBCOMP, 3 },
  { MQTTC_PACKET_TYPE_PUBCOMP, 5 },  { MQTTC_PACKET_TYPE_PUBCOMP, 99 },
  { MQTTC_PACKET_TYPE_SUBACK, 2 },   { MQTTC_PACKET_TYPE_SUBACK, 3 },
  { MQTTC_PACKET_TYPE_SUBACK, 6 },   { MQTTC_PACKET_TYPE_SUBACK, 99 },
  { MQTTC_PACKET_TYPE_UNSUBACK, 2 }, { MQTTC_PACKET_TYPE_UNSUBACK, 4 },
  { MQTTC_PACKET_TYPE_UNSUBACK, 5 }, { MQTTC_PACKET_TYPE_UNSUBACK, 99 },
};

/* The right ones, the latest first; then each again. */
static const Ack right_acks[] = {
  { MQTTC_PACKET_TYPE_UNSUBACK, 6 }, { MQTTC_PACKET_TYPE_SUBACK, 5 },
  { MQTTC_PACKET_TYPE_PUBCOMP, 4 },  { MQTTC_PACKET_TYPE_PUBREC, 3 },
  { MQTTC_PACKET_TYPE_PUBCOMP, 3 },  { MQTTC_PACKET_TYPE_PUBACK, 2 },
};

static void
send_acks (Fixture *f,
           const Ack *acks,
           guint n_acks)
{
  for (guint i = 0; i < n_acks; i++)
    {
      if (acks[i].type == MQTTC_PACKET_TYPE_SUBACK)
        send_suback (f, acks[i].packet_id);
      else
        test_broker_send_ack (f->broker, acks[i].type, acks[i].packet_id);
    }
}

static void
finish_waiting (Waiting *self)
{
  Fixture *f = self->f;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    fixture_publish_finish (f, &self->results[i], &error);
  fixture_subscribe_finish (f, &self->results[3], &error);
  mqttc_client_unsubscribe_finish (f->client, self->results[4], &error);
  g_assert_no_error (error);
  g_clear_object (&self->results[4]);
}

static void
test_wrong_acks (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (MqttcSubscription) other = mqttc_subscription_new ("b", 0);
  Waiting waiting;
  guint n_pubrels;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  begin_waiting (&waiting, f, subscription, other);
  test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREC, 4);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBREL, 1);

  send_acks (f, wrong_acks, G_N_ELEMENTS (wrong_acks));
  fixture_hear (f);
  g_assert_cmpuint (count_ended (&waiting), ==, 0);
  g_assert_cmpuint (get_counters (f).stray_acks, ==, G_N_ELEMENTS (wrong_acks));

  send_acks (f, right_acks, G_N_ELEMENTS (right_acks));
  fixture_hear (f);
  g_assert_cmpuint (count_ended (&waiting), ==, 5);
  finish_waiting (&waiting);
  send_acks (f, right_acks, G_N_ELEMENTS (right_acks));
  fixture_hear (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBREL, 2);
  n_pubrels = test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBREL);
  g_assert_cmpuint (n_pubrels, ==, 2);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  fault_row_exactly (44, "acknowledgements unknown, of the wrong kind, twice", "counted, no effect",
                     G_N_ELEMENTS (wrong_acks) + G_N_ELEMENTS (right_acks),
                     get_counters (f).stray_acks);

  /* All identifiers are free. */
  test_broker_set_silent (f->broker, 0);
  for (guint qos = 0; qos <= 2; qos++)
    fixture_publish_ok (f, "a", qos);
}

/* Without PUBCOMP the server would ask for ever. */
static void
test_unknown_pubrel (Fixture *f,
                     gconstpointer data)
{
  fixture_open_ok (f);
  for (guint i = 1; i <= 1000; i++)
    test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBREL, i);
  fixture_hear (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBCOMP, 1000);
  fixture_hear (f);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  g_assert_cmpuint (f->messages->len, ==, f->n_heard);
  fault_row_exactly (44, "1000 unknown PUBREL", "answered by PUBCOMP", 1000,
                     test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBCOMP));
}

/* A flood of them is no accident. */
static void
test_ack_flood (Fixture *f,
                gconstpointer data)
{
  fixture_open_ok (f);
  for (guint i = 0; i < 100000; i++)
    test_broker_send_ack (f->broker, MQTTC_PACKET_TYPE_PUBACK, 1 + i % 65535);
  fixture_wait_disconnected (f, 1);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL);
  test_broker_wait_ended (f->broker, 1);
  fault_row_at_most (44, "100,000 stray PUBACK", "until the link is closed", 101,
                     get_counters (f).stray_acks);
  fixture_reconnect (f);
  fixture_publish_ok (f, "a", MQTTC_QOS_AT_LEAST_ONCE);
}

/* --- Row 46: a header that announces 256 MiB. --- */

#define N_HEADERS 100
#define N_WARM_UP 10
#define MIB (1024 * 1024)

static const char huge_header[] = "\x30\xff\xff\xff\x7f";

/* In steps of a connection each, so that what grows with every one shows. */
static gint64
measure_growth (Fixture *f,
                FaultProxy *proxy,
                void (*step) (Fixture *f, FaultProxy *proxy, guint n))
{
  gsize before = 0;

  mqttc_options_set_port (f->options, fault_proxy_get_port (proxy));
  fixture_open_ok (f);
  for (guint i = 1; i <= N_WARM_UP + N_HEADERS; i++)
    {
      fault_proxy_inject (proxy, FAULT_DOWN, huge_header, sizeof huge_header - 1);
      step (f, proxy, i);
      fixture_reconnect (f);
      fixture_drain (f);
      if (i == N_WARM_UP)
        before = fault_memory_get_allocated ();
    }

  return (gint64) fault_memory_get_allocated () - (gint64) before;
}

static void
step_too_large (Fixture *f,
                FaultProxy *proxy,
                guint n)
{
  fixture_wait_disconnected (f, n);
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
}

static void
test_too_large (Fixture *f,
                gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  gint64 growth;

  mqttc_options_set_max_packet_size (f->options, MIB);
  growth = measure_growth (f, proxy, step_too_large);
  g_assert_cmpuint (f->n_disconnected, ==, N_WARM_UP + N_HEADERS);
  fault_row_at_most (46, "256 MiB announced, the limit is 1 MiB: closed 100 times at the header",
                     "bytes more in use", MIB, growth);
  fixture_close (f);
}

/* Without a limit it is legal, and waited for: memory is taken for what has come alone. */
static void
step_waited_for (Fixture *f,
                 FaultProxy *proxy,
                 guint n)
{
  static const char part[1000];
  gsize before = fault_memory_get_allocated ();
  guint64 wanted = get_counters (f).bytes_received + sizeof huge_header - 1;

  /* The rest of the topic's length, so that nothing is wrong yet. */
  fault_proxy_inject (proxy, FAULT_DOWN, "\x00\x01t", 3);
  fault_proxy_inject (proxy, FAULT_DOWN, part, sizeof part);
  while (get_counters (f).bytes_received < wanted + 3 + sizeof part)
    g_main_context_iteration (f->context, TRUE);
  fixture_drain (f);
  g_assert_cmpuint (f->n_disconnected, ==, n - 1);
  g_assert_cmpuint (fault_memory_get_allocated (), <, before + MIB / 4);
  fault_proxy_reset_all (proxy);
}

static void
test_waited_for (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  gint64 growth = measure_growth (f, proxy, step_waited_for);

  fault_row_at_most (46, "256 MiB announced, no limit: 1 KB of it has come, 100 times",
                     "bytes more in use", MIB, growth);
  fixture_close (f);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/faults/packets/refused-filter", test_refused_filter);
  fixture_add ("/faults/packets/refused-connect", test_refused_connect);
  fixture_add ("/faults/packets/wrong-acks", test_wrong_acks);
  fixture_add ("/faults/packets/unknown-pubrel", test_unknown_pubrel);
  fixture_add ("/faults/packets/ack-flood", test_ack_flood);
  fixture_add ("/faults/packets/too-large", test_too_large);
  fixture_add ("/faults/packets/waited-for", test_waited_for);

  return g_test_run ();
}
