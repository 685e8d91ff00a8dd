/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Events of the engine become signals of the loop, then calls of its listener. */

#include "config.h"

#include "loop/mqttc-loop-private.h"
#include "transport/mqttc-tls-failure.h"

#include <string.h>

static void
count_closed (MqttcEventLoop *self,
              MqttcConnectionState state)
{
  if (state == MQTTC_CONNECTION_STATE_CLOSED)
    self->n_closed++;
}

static void
tell_state (MqttcEventLoop *self,
            MqttcConnectionState state)
{
  if (self->listener != NULL && self->listener->state != NULL)
    self->listener->state (self->listener_data, state);
}

static void
deliver_state (MqttcEventLoop *self,
               const gboolean *is_gone,
               MqttcEngineEvent *event)
{
  count_closed (self, event->state);
  mqttc_event_loop_set_state (self, event->state);

  if (!*is_gone)
    tell_state (self, event->state);
}

static void
deliver_connected (MqttcEventLoop *self,
                   const gboolean *is_gone,
                   MqttcEngineEvent *event)
{
  self->n_attempts = 0;
  if (self->listener != NULL && self->listener->connected != NULL)
    self->listener->connected (self->listener_data, event->packet);
}

static void
name_address (const char *address,
              GError **error)
{
  if (*error != NULL && address != NULL && strstr ((*error)->message, address) == NULL)
    g_prefix_error (error, "%s: ", address);
}

/* The engine does not know where it is connected to, nor what the server has shown. */
static void
look_at_link (MqttcEventLoop *self,
              GError **error)
{
  g_autoptr (MqttcTlsFailure) old = g_steal_pointer (&self->tls_failure);

  g_mutex_lock (&self->engine_lock);
  name_address (self->link.address, error);
  if (self->link.tls_failure != NULL)
    self->tls_failure = mqttc_tls_failure_ref (self->link.tls_failure);
  g_mutex_unlock (&self->engine_lock);
}

static void
deliver_disconnected (MqttcEventLoop *self,
                      const gboolean *is_gone,
                      MqttcEngineEvent *event)
{
  mqttc_event_loop_drop_answer (self);
  if (event->error != NULL)
    {
      look_at_link (self, &event->error);
      g_clear_error (&self->last_error);
      self->last_error = g_error_copy (event->error);
    }

  /* Closed, and not opened again since: what is left goes to whoever iterates the context. */
  if (event->retry_delay < 0 && self->n_opened == self->n_closed)
    g_atomic_int_set (&self->drive, MQTTC_LOOP_DRIVE_NONE);

  if (self->listener != NULL && self->listener->disconnected != NULL)
    self->listener->disconnected (self->listener_data, event->error, event->retry_delay);
}

guint64
mqttc_event_loop_hold_message (MqttcEventLoop *self)
{
  self->is_held = TRUE;

  return self->token;
}

void
mqttc_event_loop_release_message (MqttcEventLoop *self,
                                  guint64 token)
{
  mqttc_engine_delivered (mqttc_event_loop_lock (self), token,
                          mqttc_loop_clock_get_time (&self->clock));
  mqttc_event_loop_unlock (self);
}

guint64
mqttc_event_loop_get_round (MqttcEventLoop *self)
{
  return self->round;
}

void
mqttc_event_loop_begin_round (MqttcEventLoop *self)
{
  self->round++;
}

void
mqttc_event_loop_settle_handled (MqttcEventLoop *self)
{
  if (self->n_handled > 0)
    mqttc_engine_handled (self->engine, self->n_handled, mqttc_loop_clock_get_time (&self->clock));
  self->n_handled = 0;
}

/* The acknowledgement may leave when the handlers have run, and not if there were none to be reached
 * any more: then the server still has the message. */
static void
acknowledge (MqttcEventLoop *self,
             guint64 token)
{
  gboolean is_polled = g_atomic_int_get (&self->drive) == MQTTC_LOOP_DRIVE_POLLED;
  gint64 now;

  if (token == 0 && !is_polled)
    {
      self->n_handled++;
      return;
    }

  /* By the clock after the handlers, which may have taken long. */
  now = mqttc_loop_clock_get_time (&self->clock);
  g_mutex_lock (&self->engine_lock);
  if (is_polled)
    g_array_append_val (self->polled_tokens, token);
  else
    mqttc_engine_delivered (self->engine, token, now);
  g_mutex_unlock (&self->engine_lock);
}

static void
deliver_message (MqttcEventLoop *self,
                 const gboolean *is_gone,
                 MqttcEngineEvent *event)
{
  guint64 outer_token = self->token;
  gboolean outer_is_held = self->is_held;
  gboolean is_held;

  self->token = event->token;
  self->is_held = FALSE;
  if (self->listener != NULL && self->listener->message != NULL)
    self->listener->message (self->listener_data, event->message);

  if (*is_gone)
    return;

  /* A handler may run a nested main loop, which comes here for the next event. */
  is_held = self->is_held;
  self->token = outer_token;
  self->is_held = outer_is_held;
  if (!is_held)
    acknowledge (self, event->token);
}

static void
deliver_can_publish (MqttcEventLoop *self,
                     const gboolean *is_gone,
                     MqttcEngineEvent *event)
{
  if (self->listener != NULL && self->listener->can_publish != NULL)
    self->listener->can_publish (self->listener_data, event->can_publish);
}

static void
deliver_incoming (MqttcEventLoop *self,
                  const gboolean *is_gone,
                  MqttcEngineEvent *event)
{
  mqttc_event_loop_emit_incoming (self, event->packet);
}

static void
deliver_outgoing (MqttcEventLoop *self,
                  const gboolean *is_gone,
                  MqttcEngineEvent *event)
{
  mqttc_event_loop_emit_outgoing (self, event->packet);
}

static void
deliver_completed (MqttcEventLoop *self,
                   const gboolean *is_gone,
                   MqttcEngineEvent *event)
{
  if (self->listener != NULL && self->listener->completed != NULL)
    self->listener->completed (self->listener_data, event->operation, event->packet,
                               g_steal_pointer (&event->error));
}

static void
deliver_subscribed (MqttcEventLoop *self,
                    const gboolean *is_gone,
                    MqttcEngineEvent *event)
{
  if (self->listener != NULL && self->listener->subscribed != NULL)
    self->listener->subscribed (self->listener_data, event->how,
                                (const char *const *) event->filters, event->packet);
}

/* Another one comes soon, if any does. */
static void
keep_spare (MqttcEventLoop *self,
            MqttcEngineEvent *event)
{
  if (event->packet_type != 0 && self->spare_packet == NULL)
    self->spare_packet = g_steal_pointer (&event->packet);
}

typedef void (*DeliverFunc) (MqttcEventLoop *self,
                             const gboolean *is_gone,
                             MqttcEngineEvent *event);

void
mqttc_event_loop_deliver (MqttcEventLoop *self,
                          const gboolean *is_gone,
                          MqttcEngineEvent *event)
{
  static const DeliverFunc funcs[] = {
    [MQTTC_ENGINE_EVENT_STATE] = deliver_state,
    [MQTTC_ENGINE_EVENT_CONNECTED] = deliver_connected,
    [MQTTC_ENGINE_EVENT_DISCONNECTED] = deliver_disconnected,
    [MQTTC_ENGINE_EVENT_INCOMING] = deliver_incoming,
    [MQTTC_ENGINE_EVENT_OUTGOING] = deliver_outgoing,
    [MQTTC_ENGINE_EVENT_COMPLETED] = deliver_completed,
    [MQTTC_ENGINE_EVENT_SUBSCRIBED] = deliver_subscribed,
    [MQTTC_ENGINE_EVENT_CAN_PUBLISH] = deliver_can_publish,
    [MQTTC_ENGINE_EVENT_AUTHENTICATE] = mqttc_event_loop_deliver_authenticate,
    [MQTTC_ENGINE_EVENT_CREDENTIALS] = mqttc_event_loop_deliver_credentials,
  };

  if (event->type == MQTTC_ENGINE_EVENT_MESSAGE)
    {
      deliver_message (self, is_gone, event);
      if (*is_gone)
        mqttc_message_unref (event->message);
      else
        mqttc_message_recycle (event->message, mqttc_block_pool_get ());
      return;
    }

  funcs[event->type](self, is_gone, event);
  if (!*is_gone)
    keep_spare (self, event);
  mqttc_engine_event_clear (event);
  if (!*is_gone)
    mqttc_event_loop_begin_round (self);
}

/* --- The end. --- */

static void
drain_state (MqttcEventLoop *self,
             const gboolean *is_gone,
             MqttcEngineEvent *event)
{
  count_closed (self, event->state);
  g_atomic_int_set (&self->state, event->state);
  tell_state (self, event->state);
}

/* Handlers have no claim to a message that was not delivered: without an acknowledgement the server
 * sends it again. Whoever waits for an end must get it. */
void
mqttc_event_loop_drain (MqttcEventLoop *self)
{
  static const DeliverFunc funcs[] = {
    [MQTTC_ENGINE_EVENT_STATE] = drain_state,
    [MQTTC_ENGINE_EVENT_DISCONNECTED] = deliver_disconnected,
    [MQTTC_ENGINE_EVENT_COMPLETED] = deliver_completed,
    [MQTTC_ENGINE_EVENT_CREDENTIALS] = NULL,
  };
  MqttcEngineEvent event;

  g_mutex_lock (&self->engine_lock);
  mqttc_engine_abort (self->engine, mqttc_loop_clock_get_time (&self->clock));
  self->is_disposed = TRUE;
  g_mutex_unlock (&self->engine_lock);

  while (mqttc_event_loop_pop_event (self, &event))
    {
      if (funcs[event.type] != NULL)
        funcs[event.type](self, self->is_gone, &event);
      mqttc_engine_event_clear (&event);
    }

  self->listener = NULL;
}
