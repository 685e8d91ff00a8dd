/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A client is given up in every state of its connection: each call ends once, nothing is told
 * afterwards, nothing is left, and the farewell is said if and only if there is somebody to hear it.
 * That anything may be done in any handler is proven by the client's own tests. */

#include <string.h>

#include "fault-proxy.h"
#include "fault-row.h"
#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"

#define MIB (1024 * 1024)

typedef struct
{
  Fixture *f;
  gboolean io_thread; /* in real time */
  FaultProxy *proxy;
  GCancellable *cancellable; /* of all calls but that to close */
  MqttcSubscription *subscription;
  guint n_started;
  guint n_ended;
  gboolean over; /* nothing may be told any more */
} Case;

static guint n_cases;
static guint n_farewells;

/* --- Calls. --- */

static void
end (Case *self)
{
  g_assert_false (self->over);
  self->n_ended++;
  g_assert_cmpuint (self->n_ended, <=, self->n_started);
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (MQTTC_CLIENT (source), result, NULL);

  end (user_data);
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, NULL);

  end (user_data);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  mqttc_client_subscribe_finish (MQTTC_CLIENT (source), result, NULL);
  end (user_data);
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* Disposing of the client ends this call, too. */
  if (!mqttc_client_close_finish (MQTTC_CLIENT (source), result, &error))
    g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
  end (user_data);
}

static void
told_cb (GObject *source,
         GParamSpec *pspec,
         gpointer user_data)
{
  Case *self = user_data;

  g_assert_false (self->over);
}

static void
begin_open (Case *self)
{
  self->n_started++;
  mqttc_client_open_async (self->f->client, self->cancellable, opened_cb, self);
}

static void
begin_close (Case *self)
{
  self->n_started++;
  mqttc_client_close_async (self->f->client, NULL, closed_cb, self);
}

/* One of each kind, none of which the server answers. */
static void
begin_calls (Case *self)
{
  MqttcClient *client = self->f->client;

  for (guint qos = 1; qos <= 2; qos++)
    {
      self->n_started++;
      mqttc_client_publish_text_async (client, "a", "text", qos, FALSE, self->cancellable,
                                       published_cb, self);
    }
  self->n_started++;
  mqttc_client_subscribe_async (client, self->subscription, self->cancellable, subscribed_cb, self);
}

/* --- States. --- */

static void
enter_idle (Case *self)
{
}

static void
enter_dialling (Case *self)
{
  begin_open (self);
  while (mqttc_client_get_state (self->f->client) == MQTTC_CONNECTION_STATE_IDLE)
    g_main_context_iteration (self->f->context, TRUE);
  g_assert_cmpint (mqttc_client_get_state (self->f->client), ==, MQTTC_CONNECTION_STATE_CONNECTING);
}

static void
enter_handshake (Case *self)
{
  fault_proxy_set_accept (self->proxy, FAULT_ACCEPT_HOLD);
  begin_open (self);
  begin_calls (self);
  fault_proxy_wait_read (self->proxy, FAULT_UP, 1);
}

static void
enter_connected (Case *self)
{
  fixture_open_ok (self->f);
  fixture_drain (self->f);
}

static void
enter_in_flight (Case *self)
{
  enter_connected (self);
  test_broker_set_silent (self->f->broker, TEST_BROKER_ALL_TYPES);
  begin_calls (self);
  test_broker_wait (self->f->broker, MQTTC_PACKET_TYPE_SUBSCRIBE, 1);
}

static void
enter_stalled (Case *self)
{
  g_autofree char *zeros = g_malloc0 (8 * MIB);
  g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", zeros, 8 * MIB);

  enter_connected (self);
  fault_proxy_set_stalled (self->proxy, FAULT_UP, TRUE);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  self->n_started++;
  mqttc_client_publish_async (self->f->client, message, self->cancellable, published_cb, self);
  begin_calls (self);
  fixture_drain (self->f);
}

static void
enter_half_open (Case *self)
{
  enter_connected (self);
  fault_proxy_set_blackhole (self->proxy, FAULT_UP, TRUE);
  fault_proxy_set_blackhole (self->proxy, FAULT_DOWN, TRUE);
  begin_calls (self);
  fixture_drain (self->f);
}

static void
enter_backing_off (Case *self)
{
  enter_in_flight (self);
  fault_proxy_set_accept (self->proxy, FAULT_REFUSE);
  fault_proxy_reset_all (self->proxy);
  fixture_wait_disconnected (self->f, 1);
  g_assert_cmpint (mqttc_client_get_state (self->f->client), ==,
                   MQTTC_CONNECTION_STATE_BACKING_OFF);
}

static void
enter_draining (Case *self)
{
  enter_in_flight (self);
  begin_close (self);
  while (mqttc_client_get_state (self->f->client) < MQTTC_CONNECTION_STATE_DRAINING)
    g_main_context_iteration (self->f->context, TRUE);
}

static void
enter_closed (Case *self)
{
  enter_connected (self);
  fixture_close (self->f);
}

typedef enum
{
  SILENCE,  /* it has no link, or one that takes no more */
  FAREWELL, /* the link works */
  EITHER,   /* nobody can tell whether what it says gets through */
} Farewell;

typedef struct
{
  const char *name;
  void (*enter) (Case *self);
  Farewell farewell;
} State;

static const State states[] = {
  { "idle", enter_idle, SILENCE },
  { "dialling", enter_dialling, SILENCE },
  { "handshake", enter_handshake, SILENCE },
  { "connected", enter_connected, FAREWELL },
  { "in-flight", enter_in_flight, FAREWELL },
  { "stalled", enter_stalled, SILENCE },
  { "half-open", enter_half_open, EITHER },
  { "backing-off", enter_backing_off, SILENCE },
  { "draining", enter_draining, FAREWELL },
  { "closed", enter_closed, FAREWELL },
};

/* --- Ways to give it up. Each ends with the last reference. --- */

/* A loop that was made first, as one with a thread is, goes on without its client until it is stopped. */
static void
act_dispose (Case *self)
{
  MqttcEventLoop *loop = mqttc_client_get_event_loop (self->f->client);

  g_object_run_dispose (G_OBJECT (self->f->client));
  if (self->io_thread)
    mqttc_event_loop_stop (loop);
}

static void
act_close (Case *self)
{
  begin_close (self);
}

static void
act_close_at_once (Case *self)
{
  mqttc_options_set_close_timeout (self->f->options, 0);
  begin_close (self);
}

static void
act_stop (Case *self)
{
  mqttc_event_loop_stop (mqttc_client_get_event_loop (self->f->client));
}

static void
act_cancel (Case *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
act_cancel_and_dispose (Case *self)
{
  g_cancellable_cancel (self->cancellable);
  act_dispose (self);
}

static void
act_close_and_dispose (Case *self)
{
  begin_close (self);
  act_dispose (self);
}

static void
act_close_twice (Case *self)
{
  begin_close (self);
  fixture_drain (self->f);
  begin_close (self);
}

typedef struct
{
  const char *name;
  void (*act) (Case *self);
} Action;

static const Action actions[] = {
  { "dispose", act_dispose },
  { "close", act_close },
  { "close-at-once", act_close_at_once },
  { "close-twice", act_close_twice },
  { "close-and-dispose", act_close_and_dispose },
  { "stop", act_stop },
  { "cancel", act_cancel },
  { "cancel-and-dispose", act_cancel_and_dispose },
};

/* --- Each in each. --- */

typedef struct
{
  const State *state;
  const Action *action;
  gboolean io_thread;
} CaseData;

/* Waits for the calls; time that passes ends those that no server answers. */
static void
wait_for_calls (Case *self)
{
  guint seconds = 0;

  fixture_drain (self->f);
  while (self->io_thread && self->n_ended < self->n_started)
    g_main_context_iteration (self->f->context, TRUE);
  while (self->n_ended < self->n_started)
    {
      g_assert_cmpuint (seconds++, <=, 60);
      fixture_advance (self->f, SECOND);
    }
}

/* The thread's time is real, so the server gets little of it. */
static void
use_thread (Fixture *f)
{
  g_autoptr (MqttcEventLoop) loop
      = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", f->options, "io-thread", TRUE, NULL);

  mqttc_options_set_close_timeout (f->options, 50);
  fixture_set_client (f, mqttc_event_loop_get_client (loop));
  mqttc_event_loop_set_clock (loop, NULL, NULL);
}

static gboolean
has_farewell (Case *self)
{
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *data;
  gsize len;

  if (fault_proxy_count_connections (self->proxy) == 0)
    return FALSE;
  bytes = fault_proxy_get_capture (self->proxy, 1, FAULT_UP);
  data = g_bytes_get_data (bytes, &len);

  return len > 2 && data[len - 2] == 0xe0 && data[len - 1] == 0x00;
}

static void
test_case (Fixture *f,
           gconstpointer data)
{
  const CaseData *case_data = data;
  Case self = { .f = f, .cancellable = g_cancellable_new () };
  gboolean farewell;

  if (case_data->io_thread)
    use_thread (f);
  self.io_thread = case_data->io_thread;
  self.proxy = fault_proxy_new (test_broker_get_port (f->broker));
  self.subscription = mqttc_subscription_new ("b", MQTTC_QOS_AT_LEAST_ONCE);
  fault_proxy_set_capturing (self.proxy, TRUE);
  mqttc_options_set_port (f->options, fault_proxy_get_port (self.proxy));
  g_signal_connect (f->client, "notify::state", G_CALLBACK (told_cb), &self);
  case_data->state->enter (&self);
  case_data->action->act (&self);
  wait_for_calls (&self);
  g_assert_cmpuint (self.n_ended, ==, self.n_started);

  /* The proof that nothing keeps it is the fixture's. What the link was told before it ended, the
   * proxy has when it has seen the end. */
  fixture_drop_client (f);
  self.over = TRUE;
  fault_proxy_heal (self.proxy);
  fault_proxy_wait_open (self.proxy, 0);
  for (guint i = 0; i < 10; i++)
    {
      f->now += 60 * SECOND;
      fixture_drain (f);
    }

  g_assert_cmpuint (fault_proxy_count_connections (self.proxy), <=, 1);
  farewell = has_farewell (&self);
  /* A thread may have handed over all that the system takes before its link is stalled. */
  if (case_data->state->farewell != EITHER
      && !(case_data->io_thread && case_data->state->enter == enter_stalled))
    g_assert_cmpint (farewell, ==, case_data->state->farewell == FAREWELL);
  n_farewells += farewell;
  n_cases++;

  fault_proxy_free (self.proxy);
  g_object_unref (self.subscription);
  g_object_unref (self.cancellable);
}

static void
test_row (void)
{
  if (n_cases == 2 * G_N_ELEMENTS (states) * G_N_ELEMENTS (actions))
    fault_row (50, "given up in 10 states in 8 ways, without and with a thread",
               "each call ends once, no late callback, nothing left, DISCONNECT iff connected",
               "%u cases, %u farewells", n_cases, n_farewells);
  else
    g_test_message ("%u of the cases have run", n_cases);
}

static CaseData case_datas[G_N_ELEMENTS (states)][G_N_ELEMENTS (actions)][2];

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    for (guint j = 0; j < G_N_ELEMENTS (actions); j++)
      for (guint k = 0; k < 2; k++)
        {
          CaseData *case_data = &case_datas[i][j][k];
          g_autofree char *path = g_strdup_printf ("/faults/stop/%s-when-%s%s", actions[j].name,
                                                   states[i].name, k > 0 ? "-with-thread" : "");

          *case_data = (CaseData){ &states[i], &actions[j], k > 0 };
          g_test_add (path, Fixture, case_data, fixture_set_up, test_case, fixture_tear_down);
        }
  g_test_add_func ("/faults/stop/all", test_row);

  return g_test_run ();
}
