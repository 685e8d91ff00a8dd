/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

#include <string.h>

#include "mqttc-error.h"

static const char *const pool[]
    = { "in/#", "in/+", "in/a", "in/a/b", "in/+/b", "+/a", "$share/g/in/a" };
static const char *const topics[] = { "in/a", "in/a/b", "in/c/b", "in/c" };

/* The last one is for MQTT 5. */
static const char *
pick_filter (SimApp *self)
{
  return pool[sim_random_below (&self->choice,
                                G_N_ELEMENTS (pool) - (sim_app_is_5 (self) ? 0 : 1))];
}

static void plan_act (SimApp *self);
static void plan_feed (SimApp *self);
static void plan_close (SimApp *self);

SimApp *
sim_app_new (SimWorld *world)
{
  SimApp *self = g_new0 (SimApp, 1);

  self->world = world;
  self->config = world->options->engine;
  self->client_id = g_strdup (world->options->anonymous ? "" : self->config.client_id);
  self->config.client_id = self->client_id;
  self->handed = g_ptr_array_new_with_free_func (sim_app_handed_free);
  self->questions = g_array_new (FALSE, FALSE, sizeof (Question));
  sim_random_init (&self->random, world->options->seed, "app");
  sim_random_init (&self->choice, world->options->seed, "app-choice");
  sim_random_init (&self->thought, world->options->seed, "app-thought");

  return self;
}

void
sim_app_free (SimApp *self)
{
  g_ptr_array_unref (self->handed);
  g_array_unref (self->questions);
  g_free (self->client_id);
  g_free (self);
}

/* Whoever was refused is told when to try again. */
static void
check_held_back (SimApp *self,
                 const GError *error)
{
  MqttcEngineCounters counters;

  mqttc_engine_get_counters (self->world->engine, &counters);
  if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL)
      && counters.queued > 0 && counters.can_publish)
    sim_check_fail (self->world->check, "I16", "may publish, but the queue is full: %s",
                    error->message);
}

static SimRequest *
finish_request (SimApp *self,
                SimRequest *request,
                gboolean accepted,
                gsize size,
                const MqttcEngineCounters *before,
                GError *error)
{
  SimCheck *check = self->world->check;

  sim_trace (&self->world->trace, "request %u (kind %u, QoS %u): %s", request->uid, request->kind,
             request->qos, accepted ? "accepted" : error->message);
  for (guint i = 0; accepted && i < request->n_filters; i++)
    sim_trace (&self->world->trace, "  %s with QoS %u", request->filters[i]->name,
               request->filter_qos[i]);
  if (!accepted)
    {
      sim_check_refusal (check, request, size, before, error);
      check_held_back (self, error);
      sim_check_refuse_request (check, request);
      return NULL;
    }

  request->healthy = self->healed;
  sim_check_accept_request (check, request);

  return request;
}

static gboolean
publish (SimApp *self,
         guint qos,
         gsize len,
         gboolean retain,
         gboolean has_operation)
{
  SimWorld *world = self->world;
  SimRequest *request = sim_check_new_request (world->check, SIM_REQUEST_PUBLISH);
  g_autofree char *topic = sim_check_make_topic (world->check, request->uid);
  MqttcMessage *message;
  g_autoptr (GError) error = NULL;
  MqttcEngineCounters before;
  MqttcEngineCounters after;
  gboolean accepted;

  sim_script_note (world->script, retain ? SIM_VERB_PUBLISH_RETAINED : SIM_VERB_PUBLISH,
                   self->handling, qos, (gint64) len, has_operation);
  message = sim_world_make_message (world, topic, sim_payload_new (request->uid, len), len);
  mqttc_message_set_qos (message, (MqttcQos) qos);
  mqttc_message_set_retain (message, retain);
  request->retain = retain;
  request->qos = qos;
  request->payload_len = len;
  request->topic_len = strlen (topic);
  sim_app_add_properties (self, request, message);
  request->has_operation = has_operation;

  mqttc_engine_get_counters (world->engine, &before);
  accepted = mqttc_engine_publish (world->engine, message,
                                   request->has_operation ? &request->operation : NULL,
                                   sim_app_now (self), &error);
  sim_world_free_message (world, message);
  mqttc_engine_get_counters (world->engine, &after);
  if (after.messages_sent > before.messages_sent)
    sim_check_unqueued (world->check, request);

  return finish_request (self, request, accepted, strlen (topic) + len, &before, error) != NULL;
}

/* Most are small. */
static gsize
random_len (SimApp *self)
{
  gsize len = (gsize) sim_random_range (&self->choice, SIM_MIN_PAYLOAD,
                                        (gint64) self->world->options->max_payload);

  return sim_random_percent (&self->choice, 70) ? MIN (len, 40) : len;
}

static gboolean
random_operation (SimApp *self)
{
  return sim_random_percent (&self->choice, 85);
}

gboolean
sim_app_publish (SimApp *self,
                 guint qos)
{
  gsize len = random_len (self);
  gboolean retain = sim_random_percent (&self->choice, 10);

  return publish (self, qos, len, retain, random_operation (self));
}

static void
add_filter (SimApp *self,
            SimRequest *request,
            const char *name,
            guint qos)
{
  SimFilter *filter = sim_check_get_filter (self->world->check, name, -1);
  guint n = 0;

  for (; n < request->n_filters; n++)
    if (request->filters[n] == filter)
      return;

  g_assert (n < G_N_ELEMENTS (request->filters));
  request->filters[n] = filter;
  request->filter_qos[n] = (guint8) qos;
  request->n_filters++;
}

static gsize
get_filters (SimRequest *request,
             const char **names)
{
  gsize size = 0;

  for (guint i = 0; i < request->n_filters; i++)
    {
      names[i] = request->filters[i]->name;
      size += strlen (names[i]);
    }
  names[request->n_filters] = NULL;

  return size;
}

static guint
random_qos (SimApp *self)
{
  return (guint) sim_random_below (&self->choice, 3);
}

/* @text: filters, each with its QoS, as in "in/a:1,in/b:2"; "-": none. Each request has a filter of
 * its own besides, which tells it from a SUBSCRIBE that the engine makes up. */
static gboolean
subscribe (SimApp *self,
           const char *text,
           guint own_qos,
           gboolean has_operation)
{
  SimWorld *world = self->world;
  SimRequest *request = sim_check_new_request (world->check, SIM_REQUEST_SUBSCRIBE);
  g_autofree char *own = g_strdup_printf ("in/u/%u", request->uid);
  g_auto (GStrv) parts = g_strsplit (text, ",", 3);
  g_autoptr (GError) error = NULL;
  MqttcEngineCounters before;
  const char *names[5];
  gboolean accepted;
  gsize size;

  sim_script_note_text (world->script, SIM_VERB_SUBSCRIBE, self->handling, own_qos, has_operation,
                        text);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *colon = strchr (parts[i], ':');

      if (colon == NULL)
        continue;
      *colon = '\0';
      add_filter (self, request, parts[i], (guint) (colon[1] - '0') % 3);
    }
  add_filter (self, request, own, own_qos);
  request->has_operation = has_operation;

  size = get_filters (request, names);
  mqttc_engine_get_counters (world->engine, &before);
  accepted = mqttc_engine_subscribe (
      world->engine, names, request->filter_qos, sim_app_get_subscription_id (self, request),
      request->has_operation ? &request->operation : NULL, sim_app_now (self), &error);

  return finish_request (self, request, accepted, size, &before, error) != NULL;
}

static void
append_filter (GString *text,
               const char *name,
               int qos)
{
  if (text->len > 0)
    g_string_append_c (text, ',');
  g_string_append (text, name);
  if (qos >= 0)
    g_string_append_printf (text, ":%d", qos);
}

gboolean
sim_app_subscribe (SimApp *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has_operation = random_operation (self);
  guint chances[] = { 70, 30 };

  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    if (sim_random_percent (&self->choice, chances[i]))
      {
        const char *name = pick_filter (self);

        append_filter (text, name, (int) random_qos (self));
      }
  if (sim_random_percent (&self->choice, 15))
    {
      g_autofree char *refused
          = g_strdup_printf ("refused/%u", self->world->check->requests->len + 1);

      append_filter (text, refused, (int) random_qos (self));
    }
  if (text->len == 0)
    g_string_append_c (text, '-');

  return subscribe (self, text->str, random_qos (self), has_operation);
}

gboolean
sim_app_subscribe_to (SimApp *self,
                      const char *name,
                      guint qos)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_filter (text, name, (int) qos);

  return subscribe (self, text->str, qos, TRUE);
}

/* A client that is closed cannot unsubscribe, but it can change its mind. */
static void
forget (SimApp *self,
        const char *text)
{
  SimWorld *world = self->world;
  g_auto (GStrv) names = g_strsplit (text, ",", -1);

  if (mqttc_engine_get_state (world->engine) != MQTTC_CONNECTION_STATE_CLOSED)
    return;

  sim_script_note_text (world->script, SIM_VERB_FORGET, self->handling, 0, 0, text);
  for (guint i = 0; names[i] != NULL; i++)
    {
      sim_trace (&world->trace, "forget %s", names[i]);
      sim_check_forget (world->check, sim_check_get_filter (world->check, names[i], -1));
      mqttc_engine_forget (world->engine, names[i]);
    }
}

static gboolean
unsubscribe_from (SimApp *self,
                  const char *text,
                  gboolean has_operation)
{
  SimWorld *world = self->world;
  SimRequest *request = sim_check_new_request (world->check, SIM_REQUEST_UNSUBSCRIBE);
  /* Never subscribed to, but it tells this request from others. */
  g_autofree char *own = g_strdup_printf ("in/x/%u", request->uid);
  g_auto (GStrv) parts = g_strsplit (text, ",", 3);
  g_autoptr (GError) error = NULL;
  MqttcEngineCounters before;
  const char *names[5];
  gboolean accepted;
  gsize size;

  sim_script_note_text (world->script, SIM_VERB_UNSUBSCRIBE, self->handling, has_operation, 0,
                        text);
  request->has_operation = has_operation;
  for (guint i = 0; parts[i] != NULL; i++)
    add_filter (self, request, parts[i], 0);
  add_filter (self, request, own, 0);
  size = get_filters (request, names);

  mqttc_engine_get_counters (world->engine, &before);
  accepted = mqttc_engine_unsubscribe (world->engine, names,
                                       request->has_operation ? &request->operation : NULL,
                                       sim_app_now (self), &error);

  return finish_request (self, request, accepted, size, &before, error) != NULL;
}

gboolean
sim_app_unsubscribe_from (SimApp *self,
                          const char *name)
{
  return unsubscribe_from (self, name, TRUE);
}

static void
unsubscribe (SimApp *self)
{
  GPtrArray *filters = self->world->check->filters;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = (guint) sim_random_range (&self->choice, 1, 2);
  gboolean has_operation = random_operation (self);

  if (filters->len == 0)
    return;

  for (; n > 0; n--)
    {
      guint index = (guint) sim_random_below (&self->choice, filters->len);

      append_filter (text, ((SimFilter *) g_ptr_array_index (filters, index))->name, -1);
    }
  if (!unsubscribe_from (self, text->str, has_operation) && sim_random_percent (&self->choice, 20))
    forget (self, text->str);
}

static void
cancel_back (SimApp *self,
             guint back)
{
  SimWorld *world = self->world;
  guint n = world->check->requests->len;
  SimRequest *request;

  if (back >= n)
    return;
  request = sim_check_get_request (world->check, n - back);
  if (!request->has_operation)
    return;

  sim_script_note (world->script, SIM_VERB_CANCEL, self->handling, back, 0, 0);
  sim_trace (&world->trace, "cancel request %u", request->uid);
  sim_check_cancel (world->check, request);
  mqttc_engine_cancel (world->engine, &request->operation,
                       g_error_new (sim_cancelled_quark (), 0, "Cancelled"));
}

/* Mostly one of the last few. */
static void
cancel (SimApp *self)
{
  guint n = self->world->check->requests->len;
  guint span = sim_random_percent (&self->choice, 80) ? MIN (n, 8) : n;

  if (n > 0)
    cancel_back (self, (guint) sim_random_below (&self->choice, span));
}

/* --- Acting --- */

static gboolean
is_done (SimApp *self)
{
  return self->healed || self->world->check->requests->len >= self->world->options->max_requests;
}

void
sim_app_act (SimApp *self)
{
  const SimOptions *options = self->world->options;
  guint which = (guint) sim_random_below (&self->choice, 100);

  if (is_done (self))
    return;

  if (options->engine.authenticates && sim_random_percent (&self->choice, 5))
    sim_app_authenticate_again (self);
  else if (sim_random_percent (&self->choice, options->cancel_percent))
    cancel (self);
  else if (which < 76)
    sim_app_publish (self, random_qos (self));
  else if (which < 91)
    sim_app_subscribe (self);
  else
    unsubscribe (self);
}

static void
act_cb (gpointer data,
        guint64 arg)
{
  SimApp *self = data;

  if (is_done (self))
    return;

  if (!sim_world_is_frozen (self->world))
    {
      /* Several at once, so that the queue and the window fill up. */
      guint n = sim_random_percent (&self->choice, 20)
                    ? (guint) sim_random_range (&self->choice, 2, 10)
                    : 1;

      while (n-- > 0)
        sim_app_act (self);
      sim_world_pump (self->world);
    }
  plan_act (self);
}

static void
plan_act (SimApp *self)
{
  gint64 interval = self->world->options->act_interval;

  if (interval > 0)
    sim_clock_add_first (self->world->clock, sim_random_range (&self->choice, 0, 2 * interval),
                         act_cb, self, 0);
}

/* The other client. */
static void
feed_cb (gpointer data,
         guint64 arg)
{
  SimApp *self = data;
  SimWorld *world = self->world;
  g_autofree char *topic = NULL;
  guint n = world->check->requests->len;
  gsize len;

  if (self->healed || self->n_fed++ >= world->options->max_requests)
    return;

  if (n > 0 && sim_random_percent (&self->choice, 20))
    topic = g_strdup_printf ("in/u/%u", (guint) sim_random_range (&self->choice, 1, n));
  else
    topic = g_strdup (topics[sim_random_below (&self->choice, G_N_ELEMENTS (topics))]);

  len = random_len (self);
  sim_broker_publish (world->broker, topic, random_qos (self), len);
  plan_feed (self);
}

static void
plan_feed (SimApp *self)
{
  gint64 interval = self->world->options->feed_interval;

  if (interval > 0)
    sim_clock_add_first (self->world->clock, sim_random_range (&self->choice, 0, 2 * interval),
                         feed_cb, self, 0);
}

static void
close_cb (gpointer data,
          guint64 arg)
{
  SimApp *self = data;

  if (self->healed)
    return;
  if (!sim_world_is_frozen (self->world))
    {
      sim_app_close_somehow (self);
      sim_world_pump (self->world);
    }
  plan_close (self);
}

static void
plan_close (SimApp *self)
{
  gint64 interval = self->world->options->close_interval;

  if (interval > 0)
    sim_clock_add_first (self->world->clock, sim_random_range (&self->choice, 0, 2 * interval),
                         close_cb, self, 0);
}

void
sim_app_play (SimApp *self,
              const SimAction *action)
{
  const gint64 *numbers = action->numbers;
  gboolean is_closed
      = mqttc_engine_get_state (self->world->engine) == MQTTC_CONNECTION_STATE_CLOSED;

  if (sim_world_is_frozen (self->world))
    return;

  if (action->verb == SIM_VERB_PUBLISH || action->verb == SIM_VERB_PUBLISH_RETAINED)
    publish (self, (guint) numbers[0] % 3, (gsize) MAX (numbers[1], SIM_MIN_PAYLOAD),
             action->verb == SIM_VERB_PUBLISH_RETAINED, numbers[2] != 0);
  else if (action->verb == SIM_VERB_SUBSCRIBE)
    subscribe (self, action->text, (guint) numbers[0] % 3, numbers[1] != 0);
  else if (action->verb == SIM_VERB_UNSUBSCRIBE)
    unsubscribe_from (self, action->text, numbers[0] != 0);
  else if (action->verb == SIM_VERB_FORGET)
    forget (self, action->text);
  else if (action->verb == SIM_VERB_CANCEL)
    cancel_back (self, (guint) numbers[0]);
  else if (action->verb == SIM_VERB_REAUTHENTICATE)
    sim_app_authenticate_again (self);
  else if (action->verb == SIM_VERB_OPEN && is_closed)
    sim_app_open_again (self, numbers[0] != 0, (guint) CLAMP (numbers[1], 1, 65535),
                        numbers[2] != 0);
  else if (action->verb == SIM_VERB_CLOSE && !is_closed)
    sim_app_close_for_a_while (self, numbers[0] != 0, numbers[1]);
  else if (action->verb == SIM_VERB_ABORT && !is_closed)
    sim_app_abort (self);
}

void
sim_app_start (SimApp *self)
{
  sim_app_open (self);
  plan_act (self);
  plan_feed (self);
  plan_close (self);
}
