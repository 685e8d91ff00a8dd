/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

#include <string.h>

#include "mqttc-error.h"

static const char *const pool[] = { "in/#", "in/+", "in/a", "in/a/b", "in/+/b", "+/a" };
static const char *const topics[] = { "in/a", "in/a/b", "in/c/b", "in/c" };

static void plan_act (SimApp *self);
static void plan_feed (SimApp *self);
static void plan_close (SimApp *self);

SimApp *
sim_app_new (SimWorld *world)
{
  SimApp *self = g_new0 (SimApp, 1);

  self->world = world;
  self->config = world->options->engine;
  self->client_id = g_strdup (self->config.client_id);
  self->config.client_id = self->client_id;
  self->handed = g_ptr_array_new_with_free_func (sim_app_handed_free);
  sim_random_init (&self->random, world->options->seed, "app");

  return self;
}

void
sim_app_free (SimApp *self)
{
  g_ptr_array_unref (self->handed);
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

gboolean
sim_app_publish (SimApp *self,
                 guint qos)
{
  SimWorld *world = self->world;
  SimRequest *request = sim_check_new_request (world->check, SIM_REQUEST_PUBLISH);
  gsize len = (gsize) sim_random_range (&self->random, SIM_MIN_PAYLOAD,
                                        (gint64) world->options->max_payload);
  g_autofree char *topic = g_strdup_printf ("out/%u", request->uid);
  MqttcMessage *message;
  g_autoptr (GError) error = NULL;
  MqttcEngineCounters before;
  gboolean accepted;

  /* Most are small. */
  if (sim_random_percent (&self->random, 70))
    len = MIN (len, 40);
  message = sim_world_make_message (world, topic, sim_payload_new (request->uid, len), len);
  mqttc_message_set_qos (message, (MqttcQos) qos);
  request->qos = qos;
  request->payload_len = len;
  request->has_operation = sim_random_percent (&self->random, 85);

  mqttc_engine_get_counters (world->engine, &before);
  accepted = mqttc_engine_publish (world->engine, message,
                                   request->has_operation ? &request->operation : NULL,
                                   sim_app_now (self), &error);
  sim_world_free_message (world, message);

  return finish_request (self, request, accepted, strlen (topic) + len, &before, error) != NULL;
}

static void
add_filter (SimApp *self,
            SimRequest *request,
            const char *name,
            guint qos)
{
  SimFilter *filter = sim_check_get_filter (self->world->check, name, -1);

  for (guint i = 0; i < request->n_filters; i++)
    if (request->filters[i] == filter)
      return;

  request->filters[request->n_filters] = filter;
  request->filter_qos[request->n_filters] = (guint8) qos;
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
  return (guint) sim_random_below (&self->random, 3);
}

static gboolean
subscribe (SimApp *self,
           SimRequest *request)
{
  SimWorld *world = self->world;
  g_autoptr (GError) error = NULL;
  MqttcEngineCounters before;
  const char *names[5];
  gboolean accepted;
  gsize size;

  size = get_filters (request, names);
  mqttc_engine_get_counters (world->engine, &before);
  accepted = mqttc_engine_subscribe (world->engine, names, request->filter_qos,
                                     request->has_operation ? &request->operation : NULL,
                                     sim_app_now (self), &error);

  return finish_request (self, request, accepted, size, &before, error) != NULL;
}

/* Each has a filter of its own, which tells it from a SUBSCRIBE that the engine makes up. */
gboolean
sim_app_subscribe (SimApp *self)
{
  SimRequest *request = sim_check_new_request (self->world->check, SIM_REQUEST_SUBSCRIBE);
  g_autofree char *own = g_strdup_printf ("in/u/%u", request->uid);
  g_autofree char *refused = g_strdup_printf ("refused/%u", request->uid);

  request->has_operation = sim_random_percent (&self->random, 85);
  if (sim_random_percent (&self->random, 70))
    add_filter (self, request, pool[sim_random_below (&self->random, G_N_ELEMENTS (pool))],
                random_qos (self));
  if (sim_random_percent (&self->random, 30))
    add_filter (self, request, pool[sim_random_below (&self->random, G_N_ELEMENTS (pool))],
                random_qos (self));
  if (sim_random_percent (&self->random, 15))
    add_filter (self, request, refused, random_qos (self));
  add_filter (self, request, own, random_qos (self));

  return subscribe (self, request);
}

gboolean
sim_app_subscribe_to (SimApp *self,
                      const char *name,
                      guint qos)
{
  SimRequest *request = sim_check_new_request (self->world->check, SIM_REQUEST_SUBSCRIBE);
  g_autofree char *own = g_strdup_printf ("in/u/%u", request->uid);

  request->has_operation = TRUE;
  add_filter (self, request, name, qos);
  add_filter (self, request, own, qos);

  return subscribe (self, request);
}

/* A client that is closed cannot unsubscribe, but it can change its mind. */
static void
forget (SimApp *self,
        const char *const *names)
{
  SimWorld *world = self->world;

  if (mqttc_engine_get_state (world->engine) != MQTTC_CONNECTION_STATE_CLOSED
      || !sim_random_percent (&self->random, 20))
    return;

  for (guint i = 0; names[i] != NULL; i++)
    {
      sim_trace (&world->trace, "forget %s", names[i]);
      sim_check_forget (world->check, sim_check_get_filter (world->check, names[i], -1));
      mqttc_engine_forget (world->engine, names[i]);
    }
}

static void
unsubscribe (SimApp *self)
{
  SimWorld *world = self->world;
  GPtrArray *filters = world->check->filters;
  guint n = (guint) sim_random_range (&self->random, 1, 2);
  g_autofree char *own = NULL;
  g_autoptr (GError) error = NULL;
  MqttcEngineCounters before;
  SimRequest *request;
  const char *names[5];
  gboolean accepted;
  gsize size;

  if (filters->len == 0)
    return;

  request = sim_check_new_request (world->check, SIM_REQUEST_UNSUBSCRIBE);
  request->has_operation = sim_random_percent (&self->random, 85);
  for (; n > 0; n--)
    {
      guint index = (guint) sim_random_below (&self->random, filters->len);

      add_filter (self, request, ((SimFilter *) g_ptr_array_index (filters, index))->name, 0);
    }
  /* Never subscribed to, but it tells this request from others. */
  own = g_strdup_printf ("in/x/%u", request->uid);
  add_filter (self, request, own, 0);
  size = get_filters (request, names);

  mqttc_engine_get_counters (world->engine, &before);
  accepted = mqttc_engine_unsubscribe (world->engine, names,
                                       request->has_operation ? &request->operation : NULL,
                                       sim_app_now (self), &error);
  if (finish_request (self, request, accepted, size, &before, error) == NULL)
    forget (self, names);
}

/* Mostly one of the last few. */
static void
cancel (SimApp *self)
{
  SimWorld *world = self->world;
  guint n = world->check->requests->len;
  guint span = sim_random_percent (&self->random, 80) ? MIN (n, 8) : n;
  SimRequest *request;

  if (n == 0)
    return;

  request
      = sim_check_get_request (world->check, n - (guint32) sim_random_below (&self->random, span));
  if (!request->has_operation)
    return;

  sim_trace (&world->trace, "cancel request %u", request->uid);
  sim_check_cancel (world->check, request);
  mqttc_engine_cancel (world->engine, &request->operation,
                       g_error_new (sim_cancelled_quark (), 0, "Cancelled"));
}

/* --- Opening and closing --- */

void
sim_app_open (SimApp *self)
{
  SimWorld *world = self->world;
  g_autoptr (GError) error = NULL;

  sim_trace (&world->trace, "open");
  sim_check_open (world->check);
  mqttc_engine_configure (world->engine, &self->config);
  world->check->client_id = self->client_id;
  world->check->clean_session = self->config.clean_session;
  world->check->max_inflight = self->config.max_inflight;
  world->check->max_window = MAX (world->check->max_window, self->config.max_inflight);
  if (!mqttc_engine_open (world->engine, sim_app_now (self), &error))
    sim_check_fail (world->check, "I4", "cannot be opened: %s", error->message);
}

/* Of what may change only while the client is closed. */
static void
change_config (SimApp *self)
{
  if (sim_random_percent (&self->random, 15))
    self->config.clean_session = !self->config.clean_session;
  if (sim_random_percent (&self->random, 15))
    self->config.max_inflight = (guint) sim_random_range (&self->random, 1, 20);
  if (sim_random_percent (&self->random, 5))
    {
      sim_fault (&self->world->faults, SIM_FAULT_NEW_CLIENT_ID);
      g_free (self->client_id);
      self->client_id = g_strdup_printf ("simulated-%u", ++self->n_client_ids);
      self->config.client_id = self->client_id;
    }
}

static void
reopen_cb (gpointer data,
           guint64 arg)
{
  SimApp *self = data;

  if (sim_world_is_frozen (self->world))
    {
      sim_clock_add (self->world->clock, SIM_SECOND, reopen_cb, self, 0);
      return;
    }

  self->opening = FALSE;
  if (mqttc_engine_get_state (self->world->engine) != MQTTC_CONNECTION_STATE_CLOSED)
    return;

  sim_fault (&self->world->faults, SIM_FAULT_REOPEN);
  if (!self->healed)
    change_config (self);
  sim_app_open (self);
  sim_world_pump (self->world);
}

void
sim_app_plan_reopen (SimApp *self,
                     gint64 delay)
{
  if (self->opening)
    return;
  self->opening = TRUE;
  sim_clock_add (self->world->clock, delay, reopen_cb, self, 0);
}

static void
close_and_drain (SimApp *self,
                 guint reason_code,
                 gint64 drain_timeout)
{
  SimWorld *world = self->world;

  sim_trace (&world->trace, "close, drain %" G_GINT64_FORMAT, drain_timeout);
  sim_fault (&world->faults, drain_timeout > 0 ? SIM_FAULT_CLOSE_DRAIN : SIM_FAULT_CLOSE_NOW);
  sim_check_close (world->check, reason_code, drain_timeout);
  mqttc_engine_close (world->engine, reason_code, drain_timeout, sim_app_now (self));
}

void
sim_app_finish (SimApp *self,
                gint64 drain_timeout)
{
  self->finished = TRUE;
  close_and_drain (self, MQTTC_REASON_CODE_SUCCESS, drain_timeout);
}

void
sim_app_close_somehow (SimApp *self)
{
  SimWorld *world = self->world;
  guint which = (guint) sim_random_below (&self->random, 10);
  guint reason_code = MQTTC_REASON_CODE_SUCCESS;

  if (mqttc_engine_get_state (world->engine) == MQTTC_CONNECTION_STATE_CLOSED)
    return;

  if (which < 8 && sim_random_percent (&self->random, 20))
    {
      reason_code = MQTTC_REASON_CODE_DISCONNECT_WITH_WILL;
      sim_fault (&world->faults, SIM_FAULT_CLOSE_WITH_WILL);
    }

  if (which < 6)
    {
      close_and_drain (self, reason_code, sim_random_range (&self->random, 1, 5 * SIM_SECOND));
    }
  else if (which < 8)
    {
      close_and_drain (self, reason_code, 0);
    }
  else
    {
      sim_trace (&world->trace, "abort");
      sim_fault (&world->faults, SIM_FAULT_ABORT);
      sim_check_close (world->check, 0, 0);
      mqttc_engine_abort (world->engine, sim_app_now (self));
    }
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
  guint which = (guint) sim_random_below (&self->random, 100);

  if (is_done (self))
    return;

  if (sim_random_percent (&self->random, options->cancel_percent))
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
      guint n = sim_random_percent (&self->random, 20)
                    ? (guint) sim_random_range (&self->random, 2, 10)
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
    sim_clock_add (self->world->clock, sim_random_range (&self->random, 0, 2 * interval), act_cb,
                   self, 0);
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

  if (n > 0 && sim_random_percent (&self->random, 20))
    topic = g_strdup_printf ("in/u/%u", (guint) sim_random_range (&self->random, 1, n));
  else
    topic = g_strdup (topics[sim_random_below (&self->random, G_N_ELEMENTS (topics))]);
  len = (gsize) sim_random_range (&self->random, SIM_MIN_PAYLOAD,
                                  (gint64) world->options->max_payload);
  if (sim_random_percent (&self->random, 70))
    len = MIN (len, 40);

  sim_broker_publish (world->broker, topic, random_qos (self), len);
  plan_feed (self);
}

static void
plan_feed (SimApp *self)
{
  gint64 interval = self->world->options->feed_interval;

  if (interval > 0)
    sim_clock_add (self->world->clock, sim_random_range (&self->random, 0, 2 * interval), feed_cb,
                   self, 0);
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
    sim_clock_add (self->world->clock, sim_random_range (&self->random, 0, 2 * interval), close_cb,
                   self, 0);
}

void
sim_app_start (SimApp *self)
{
  sim_app_open (self);
  plan_act (self);
  plan_feed (self);
  plan_close (self);
}
