/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Anything may be done in any handler, and a handler may run a main loop of its own. */

#include <string.h>

#include "loop/mqttc-event-loop-private.h"
#include "test-fixture.h"

/* --- Publishing from a handler, faster than it can be sent. --- */

#define N_TRIGGERS 100
#define N_REPLIES 100

typedef struct
{
  Fixture *f;
  guint n_tried;
  guint n_accepted;
  guint n_refused;
} Flood;

static void
flood_cb (MqttcClient *client,
          MqttcMessage *message,
          gpointer user_data)
{
  Flood *flood = user_data;

  for (guint i = 0; i < N_REPLIES; i++)
    {
      g_autoptr (MqttcMessage) reply = mqttc_message_new_text ("reply", "text");
      g_autoptr (GError) error = NULL;

      mqttc_message_set_qos (reply, i % 3);
      flood->n_tried++;
      if (mqttc_client_try_publish (client, reply, &error))
        {
          flood->n_accepted++;
          continue;
        }
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL);
      flood->n_refused++;
    }
}

/* What was accepted is delivered, what was refused was said to be, and nothing blocks. */
static void
test_flood (Fixture *f,
            gconstpointer data)
{
  Flood flood = { .f = f };

  mqttc_options_set_max_queued_messages (f->options, 10);
  fixture_open_ok (f);
  g_signal_connect (f->client, "message", G_CALLBACK (flood_cb), &flood);

  /* Half of them at once, the others one after another. */
  for (guint i = 0; i < N_TRIGGERS; i++)
    {
      test_broker_send_publish (f->broker, "trigger", "", i % 2, i % 2 != 0 ? i : 0, FALSE);
      while (i >= N_TRIGGERS / 2 && flood.n_tried < (i + 1) * N_REPLIES)
        g_main_context_iteration (f->context, TRUE);
    }
  fixture_close (f);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_DISCONNECT, 1);

  g_assert_cmpuint (flood.n_tried, ==, flood.n_accepted + flood.n_refused);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH), ==, flood.n_accepted);
  g_assert_cmpuint (flood.n_accepted, >=, 10 + N_TRIGGERS / 2);
  g_assert_cmpuint (flood.n_refused, >, 0);
  g_test_message ("%u tried, %u accepted = %u delivered, %u refused", flood.n_tried,
                  flood.n_accepted, test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH),
                  flood.n_refused);
}

/* --- A main loop in a handler, longer than the keep alive. --- */

#define KEEP_ALIVE 60
#define N_PINGS 5

typedef struct
{
  Fixture *f;
  GMainLoop *loop;
  guint n_pings; /* answered */
  guint depth;
} Nested;

static void
incoming_cb (MqttcEventLoop *loop,
             MqttcPacket *packet,
             gpointer user_data)
{
  Nested *nested = user_data;

  if (mqttc_packet_get_packet_type (packet) != MQTTC_PACKET_TYPE_PINGRESP)
    return;

  if (++nested->n_pings == N_PINGS)
    g_main_loop_quit (nested->loop);
  else
    nested->f->now += KEEP_ALIVE * SECOND;
  mqttc_event_loop_wake (loop);
}

static void
nested_cb (MqttcClient *client,
           MqttcMessage *message,
           gpointer user_data)
{
  Nested *nested = user_data;

  if (strcmp (mqttc_message_get_topic (message), "start") != 0)
    return;

  nested->depth++;
  test_broker_send_publish (nested->f->broker, "inside", "", MQTTC_QOS_AT_LEAST_ONCE, 8, FALSE);
  nested->f->now += KEEP_ALIVE * SECOND;
  mqttc_event_loop_wake (mqttc_client_get_event_loop (client));
  g_main_loop_run (nested->loop);
  nested->depth--;
}

/* Pings are sent and their answers are read inside; so are messages. */
static void
test_nested_loop (Fixture *f,
                  gconstpointer data)
{
  Nested nested = { .f = f };
  gint64 start = f->now;

  nested.loop = g_main_loop_new (f->context, FALSE);
  mqttc_options_set_keep_alive (f->options, KEEP_ALIVE);
  g_signal_connect (mqttc_client_get_event_loop (f->client), "incoming", G_CALLBACK (incoming_cb),
                    &nested);
  fixture_open_ok (f);
  g_signal_connect (f->client, "message", G_CALLBACK (nested_cb), &nested);
  test_broker_send_publish (f->broker, "start", "", MQTTC_QOS_AT_LEAST_ONCE, 7, FALSE);
  while (nested.n_pings < N_PINGS || nested.depth > 0)
    g_main_context_iteration (f->context, TRUE);

  g_assert_cmpint (f->now - start, >=, N_PINGS * KEEP_ALIVE * SECOND);
  g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  g_assert_cmpuint (test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ), ==, N_PINGS);
  g_assert_cmpuint (f->messages->len, ==, 2);

  /* Acknowledgements keep the order in which the messages came [MQTT-4.6.0-2], though the handler of
   * the first returned last. */
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBACK, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MqttcPacket) ack = test_broker_get_packet (f->broker, MQTTC_PACKET_TYPE_PUBACK, i);

      g_assert_cmpuint (mqttc_packet_get_packet_id (ack), ==, 7 + i);
    }
  g_test_message ("still connected after a handler of %u s with a keep alive of %u s, %u pings",
                  (guint) ((f->now - start) / SECOND), KEEP_ALIVE, nested.n_pings);
  g_main_loop_unref (nested.loop);
}

/* --- Each thing in each handler. --- */

typedef struct _Case Case;

struct _Case
{
  Fixture *f;
  const char *hook; /* where */
  void (*act) (Case *self);
  MqttcSubscription *subscription;
  MqttcClient *client; /* weak: NULL when it is gone */
  guint n_hooks;
  guint depth;
  guint n_started; /* asynchronous calls */
  guint n_ended;
  guint n_pulls;
  guint n_pulled;
};

static void
hook (Case *self,
      const char *where)
{
  if (strcmp (where, self->hook) != 0)
    return;

  /* A few times: what is done in a handler calls it again. */
  self->n_hooks++;
  if (self->n_hooks > 3 || self->depth > 0 || self->client == NULL)
    return;

  self->depth++;
  self->act (self);
  self->depth--;
}

/* One step of the main loop, and of time where only time helps. */
static void
step (Case *self)
{
  MqttcConnectionState state
      = self->client != NULL ? mqttc_client_get_state (self->client) : MQTTC_CONNECTION_STATE_IDLE;

  if (state == MQTTC_CONNECTION_STATE_BACKING_OFF || state == MQTTC_CONNECTION_STATE_DRAINING)
    {
      self->f->now += SECOND / 100;
      mqttc_event_loop_wake (mqttc_client_get_event_loop (self->client));
      g_main_context_iteration (self->f->context, FALSE);
    }
  else
    {
      g_main_context_iteration (self->f->context, TRUE);
    }
}

static void
end (Case *self,
     const char *where)
{
  self->n_ended++;
  g_assert_cmpuint (self->n_ended, <=, self->n_started);
  hook (self, where);
}

static void
opened_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (MqttcPacket) connack = mqttc_client_open_finish (MQTTC_CLIENT (source), result, NULL);

  end (user_data, "opened");
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, NULL);

  end (user_data, "published");
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  mqttc_client_subscribe_finish (MQTTC_CLIENT (source), result, NULL);
  end (user_data, "subscribed");
}

static void
unsubscribed_cb (GObject *source,
                 GAsyncResult *result,
                 gpointer user_data)
{
  mqttc_client_unsubscribe_finish (MQTTC_CLIENT (source), result, NULL);
  end (user_data, "unsubscribed");
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_assert_true (mqttc_client_close_finish (MQTTC_CLIENT (source), result, NULL));
  end (user_data, "closed");
}

#define START(call) (self->client != NULL ? (self->n_started++, call) : (void) 0)

static void
start_publish (Case *self,
               const char *topic,
               MqttcQos qos)
{
  START (mqttc_client_publish_text_async (self->client, topic, "text", qos, FALSE, NULL,
                                          published_cb, self));
}

static void
act_publish (Case *self)
{
  for (guint qos = 0; qos <= 2; qos++)
    start_publish (self, "b", qos);
}

static void
act_try_publish (Case *self)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("b", "text");

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_client_try_publish (self->client, message, NULL);
}

static void
act_subscribe (Case *self)
{
  g_autoptr (MqttcSubscription) other = mqttc_subscription_new ("#", MQTTC_QOS_AT_LEAST_ONCE);

  START (mqttc_client_subscribe_async (self->client, other, NULL, subscribed_cb, self));
}

static void
act_unsubscribe (Case *self)
{
  START (mqttc_client_unsubscribe_async (self->client, self->subscription, NULL, unsubscribed_cb,
                                         self));
}

static void
act_close (Case *self)
{
  START (mqttc_client_close_async (self->client, NULL, closed_cb, self));
}

static void
pulled_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  Case *self = user_data;
  MqttcSubscription *subscription = MQTTC_SUBSCRIPTION (source);
  g_autoptr (MqttcMessage) message = mqttc_subscription_next_finish (subscription, result, NULL);

  self->n_pulled++;
  hook (self, "pulled");
  if (message == NULL)
    return;

  self->n_pulls++;
  mqttc_subscription_next_async (subscription, NULL, pulled_cb, self);
}

/* Ends when the subscription is given up, or the client is closed. */
static void
act_pull (Case *self)
{
  self->n_pulls++;
  mqttc_subscription_next_async (self->subscription, NULL, pulled_cb, self);
}

static void
act_cancel (Case *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcSubscription) other = mqttc_subscription_new ("#", MQTTC_QOS_AT_LEAST_ONCE);

  START (mqttc_client_publish_text_async (self->client, "b", "text", MQTTC_QOS_EXACTLY_ONCE, FALSE,
                                          cancellable, published_cb, self));
  START (mqttc_client_subscribe_async (self->client, other, cancellable, subscribed_cb, self));
  g_cancellable_cancel (cancellable);
}

static void
subscribed_many_cb (GObject *source,
                    GAsyncResult *result,
                    gpointer user_data)
{
  mqttc_client_subscribe_many_finish (MQTTC_CLIENT (source), result, NULL);
  end (user_data, "subscribed");
}

static void
act_subscribe_many (Case *self)
{
  MqttcSubscription *subscriptions[2]
      = { mqttc_subscription_new ("#", 2), mqttc_subscription_new ("+", 1) };

  START (mqttc_client_subscribe_many_async (self->client, subscriptions, 2, NULL,
                                            subscribed_many_cb, self));
  g_object_unref (subscriptions[0]);
  g_object_unref (subscriptions[1]);
}

/* The test keeps its reference. */
static void
act_dispose (Case *self)
{
  g_object_run_dispose (G_OBJECT (self->client));
}

/* In one handler alone: the test has one reference. */
static void
act_drop (Case *self)
{
  g_clear_object (&self->f->client);
}

/* A main loop of its own, until what it asked for has ended. */
static void
act_wait (Case *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  fixture_publish (self->f, "b", MQTTC_QOS_AT_LEAST_ONCE, &result);
  while (result == NULL)
    step (self);
}

typedef struct
{
  const char *name;
  void (*act) (Case *self);
} Action;

static const Action actions[] = {
  { "publish", act_publish },     { "try-publish", act_try_publish },
  { "subscribe", act_subscribe }, { "unsubscribe", act_unsubscribe },
  { "close", act_close },         { "drop", act_drop },
  { "cancel", act_cancel },       { "wait", act_wait },
  { "pull", act_pull },           { "subscribe-many", act_subscribe_many },
  { "dispose", act_dispose },
};

static const char *const hooks[] = {
  "state",    "connected", "disconnected", "message",     "subscription", "handler",
  "incoming", "outgoing",  "opened",       "published",   "subscribed",   "unsubscribed",
  "closed",   "destroyed", "pulled",       "can-publish",
};

static void
hook_state_cb (MqttcClient *client,
               GParamSpec *pspec,
               gpointer user_data)
{
  hook (user_data, "state");
}

static void
hook_can_publish_cb (MqttcClient *client,
                     GParamSpec *pspec,
                     gpointer user_data)
{
  hook (user_data, "can-publish");
}

static void
hook_connected_cb (MqttcClient *client,
                   MqttcPacket *connack,
                   gpointer user_data)
{
  hook (user_data, "connected");
}

static void
hook_disconnected_cb (MqttcClient *client,
                      const GError *error,
                      gint64 retry,
                      gpointer user_data)
{
  hook (user_data, "disconnected");
}

static void
hook_message_cb (MqttcClient *client,
                 MqttcMessage *message,
                 gpointer user_data)
{
  hook (user_data, "message");
}

static void
hook_subscription_cb (MqttcSubscription *self,
                      MqttcMessage *message,
                      gpointer user_data)
{
  hook (user_data, "subscription");
}

static void
hook_handler_cb (MqttcSubscription *self,
                 MqttcMessage *message,
                 gpointer user_data)
{
  hook (user_data, "handler");
}

static void
hook_destroyed_cb (gpointer user_data)
{
  hook (user_data, "destroyed");
}

static void
hook_incoming_cb (MqttcEventLoop *loop,
                  MqttcPacket *packet,
                  gpointer user_data)
{
  hook (user_data, "incoming");
}

static void
hook_outgoing_cb (MqttcEventLoop *loop,
                  MqttcPacket *packet,
                  gpointer user_data)
{
  hook (user_data, "outgoing");
}

static void
connect_hooks (Case *self)
{
  MqttcEventLoop *loop = mqttc_client_get_event_loop (self->client);

  g_signal_connect (self->client, "notify::state", G_CALLBACK (hook_state_cb), self);
  g_signal_connect (self->client, "notify::can-publish", G_CALLBACK (hook_can_publish_cb), self);
  g_signal_connect (self->client, "connected", G_CALLBACK (hook_connected_cb), self);
  g_signal_connect (self->client, "disconnected", G_CALLBACK (hook_disconnected_cb), self);
  g_signal_connect (self->client, "message", G_CALLBACK (hook_message_cb), self);
  g_signal_connect (self->subscription, "message", G_CALLBACK (hook_subscription_cb), self);
  mqttc_subscription_set_handler (self->subscription, hook_handler_cb, self, hook_destroyed_cb);
  g_signal_connect (loop, "incoming", G_CALLBACK (hook_incoming_cb), self);
  g_signal_connect (loop, "outgoing", G_CALLBACK (hook_outgoing_cb), self);
}

static void
wait_for_all (Case *self)
{
  while (self->n_ended < self->n_started)
    step (self);
}

/* All that a client does, and a connection that is lost in between. */
static void
run_scenario (Case *self)
{
  START (mqttc_client_open_async (self->client, NULL, opened_cb, self));
  wait_for_all (self);
  START (
      mqttc_client_subscribe_async (self->client, self->subscription, NULL, subscribed_cb, self));
  wait_for_all (self);
  if (strcmp (self->hook, "pulled") == 0)
    act_pull (self);
  for (guint qos = 0; qos <= 2; qos++)
    start_publish (self, "a", qos);
  wait_for_all (self);

  if (test_broker_count_connections (self->f->broker) > 0)
    test_broker_drop (self->f->broker);
  start_publish (self, "a", MQTTC_QOS_EXACTLY_ONCE);
  wait_for_all (self);
  mqttc_subscription_set_handler (self->subscription, NULL, NULL, NULL);
  START (mqttc_client_unsubscribe_async (self->client, self->subscription, NULL, unsubscribed_cb,
                                         self));
  wait_for_all (self);
  START (mqttc_client_close_async (self->client, NULL, closed_cb, self));
  wait_for_all (self);
  fixture_drain (self->f);
}

typedef struct
{
  const Action *action;
  const char *hook;
} CaseData;

static void
test_case (Fixture *f,
           gconstpointer data)
{
  const CaseData *case_data = data;
  Case self = { .f = f, .hook = case_data->hook, .act = case_data->action->act };
  MqttcEventLoop *loop = mqttc_client_get_event_loop (f->client);

  self.client = f->client;
  self.subscription = mqttc_subscription_new ("a", MQTTC_QOS_EXACTLY_ONCE);
  g_object_add_weak_pointer (G_OBJECT (f->client), (gpointer *) &self.client);
  g_object_add_weak_pointer (G_OBJECT (loop), (gpointer *) &loop);
  connect_hooks (&self);
  run_scenario (&self);

  g_assert_cmpuint (self.n_hooks, >, 0);
  g_assert_cmpuint (self.n_ended, ==, self.n_started);
  g_assert_cmpuint (self.n_pulled, ==, self.n_pulls);
  if (f->client != NULL)
    fixture_drop_client (f);
  while (self.client != NULL || loop != NULL)
    step (&self);
  g_object_unref (self.subscription);
}

static CaseData case_datas[G_N_ELEMENTS (actions)][G_N_ELEMENTS (hooks)];

static void
add_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (hooks); j++)
        {
          CaseData *case_data = &case_datas[i][j];
          g_autofree char *path
              = g_strdup_printf ("/client/reentrant/%s-in-%s", actions[i].name, hooks[j]);

          *case_data = (CaseData){ &actions[i], hooks[j] };
          g_test_add (path, Fixture, case_data, fixture_set_up, test_case, fixture_tear_down);
        }
    }
}

/* In a handler that iterates the context: who does not want to wait does not want the connection. */
static void
cancel_and_iterate_cb (MqttcClient *client,
                       MqttcPacket *connack,
                       gpointer user_data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  g_cancellable_cancel (user_data);
  while (g_main_context_iteration (context, FALSE))
    ;
}

static void
test_open_cancelled (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (f->client, "connected", G_CALLBACK (cancel_and_iterate_cb), cancellable);
  mqttc_client_open_async (f->client, cancellable, fixture_result_cb, &result);
  fixture_wait_result (f, &result);
  g_assert_null (mqttc_client_open_finish (f->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CLOSED);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/reentrant/flood", test_flood);
  fixture_add ("/client/reentrant/nested-loop", test_nested_loop);
  add_cases ();
  fixture_add ("/client/reentrant/open-cancelled", test_open_cancelled);

  return g_test_run ();
}
