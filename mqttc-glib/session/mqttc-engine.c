/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The engine's life, its commands about the connection, and time. */

#include "config.h"

#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"

MqttcEngine *
mqttc_engine_new (guint64 seed)
{
  MqttcEngine *self = g_new0 (MqttcEngine, 1);

  mqttc_engine_config_init (&self->config);
  self->backoff.random = seed;
  self->retry_time = -1;
  self->drain_deadline = -1;
  self->link_deadline = -1;
  self->acks = g_byte_array_new ();
  mqttc_keepalive_stop (&self->keepalive);

  return self;
}

static void
remove_all (MqttcOutbox *outbox,
            MqttcRequestList *list)
{
  while (list->head != NULL)
    mqttc_outbox_remove (outbox, list->head);
}

void
mqttc_engine_free (MqttcEngine *self)
{
  MqttcOutbox *outbox = &self->outbox;
  MqttcRequestList *lists[] = { &outbox->gated,     &outbox->ungated,  &outbox->writing,
                                &outbox->published, &outbox->released, &outbox->asked };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    remove_all (outbox, lists[i]);

  mqttc_outbox_clear (outbox);
  mqttc_inbox_clear (&self->inbox);
  mqttc_subscriptions_clear (&self->subscriptions);
  mqttc_event_queue_clear (&self->events);
  mqttc_receive_buffer_clear (&self->partial);
  mqttc_send_buffer_clear (&self->output);
  mqttc_engine_config_clear (&self->config);
  mqttc_engine_config_clear (&self->next_config);
  g_byte_array_unref (self->acks);
  g_free (self->session_client_id);
  g_free (self);
}

void
mqttc_engine_configure (MqttcEngine *self,
                        const MqttcEngineConfig *config)
{
  mqttc_engine_config_clear (&self->next_config);
  mqttc_engine_config_copy (&self->next_config, config);

  self->config.max_queued_messages = config->max_queued_messages;
  self->config.max_queued_bytes = config->max_queued_bytes;
  self->config.offline_qos0 = config->offline_qos0;
}

void
mqttc_engine_report_packets (MqttcEngine *self,
                             gboolean incoming,
                             gboolean outgoing)
{
  self->report_incoming = incoming;
  self->report_outgoing = outgoing;
}

void
mqttc_engine_set_state (MqttcEngine *self,
                        MqttcConnectionState state)
{
  if (self->state == state)
    return;

  self->state = state;
  mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_STATE)->state = state;
}

MqttcConnectionState
mqttc_engine_get_state (MqttcEngine *self)
{
  return self->state;
}

/* A session belongs to a client identifier. Under another one nothing of it can be resumed. */
static void
check_identity (MqttcEngine *self)
{
  if (g_strcmp0 (self->session_client_id, self->config.client_id) == 0)
    return;

  self->session_held = FALSE;
  g_free (self->session_client_id);
  self->session_client_id = g_strdup (self->config.client_id);
}

void
mqttc_engine_adopt_config (MqttcEngine *self)
{
  if (self->next_config.client_id != NULL)
    {
      mqttc_engine_config_clear (&self->config);
      self->config = self->next_config;
      self->next_config = (MqttcEngineConfig){ 0 };
    }

  check_identity (self);
}

gboolean
mqttc_engine_open (MqttcEngine *self,
                   gint64 now,
                   GError **error)
{
  if (self->state != MQTTC_CONNECTION_STATE_IDLE && self->state != MQTTC_CONNECTION_STATE_CLOSED)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN,
                           self->state == MQTTC_CONNECTION_STATE_DRAINING
                               ? "The client is closing; wait until it is closed"
                               : "The client is open already");
      return FALSE;
    }

  mqttc_engine_adopt_config (self);
  self->accepted = FALSE;
  self->backoff.failures = 0;
  mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_CONNECTING);
  mqttc_engine_dial (self, now);
  return TRUE;
}

void
mqttc_engine_close (MqttcEngine *self,
                    gint64 drain_timeout,
                    gint64 now)
{
  gint64 deadline = now + CLAMP (drain_timeout, 0, G_MAXINT64 - now);

  if (self->state == MQTTC_CONNECTION_STATE_IDLE || self->state == MQTTC_CONNECTION_STATE_CLOSED)
    return;

  if (self->drain_deadline < 0 || deadline < self->drain_deadline)
    self->drain_deadline = deadline;

  mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_DRAINING);
  mqttc_engine_check_drained (self, now);
}

void
mqttc_engine_abort (MqttcEngine *self,
                    gint64 now)
{
  if (self->state == MQTTC_CONNECTION_STATE_IDLE || self->state == MQTTC_CONNECTION_STATE_CLOSED)
    return;

  mqttc_engine_finish (self, NULL);
}

MqttcLinkAction
mqttc_engine_take_link_action (MqttcEngine *self)
{
  if (self->close_wanted)
    {
      self->close_wanted = FALSE;
      return MQTTC_LINK_ACTION_CLOSE;
    }

  if (self->dial_wanted)
    {
      self->dial_wanted = FALSE;
      return MQTTC_LINK_ACTION_DIAL;
    }

  return MQTTC_LINK_ACTION_NONE;
}

static gboolean
is_due (gint64 deadline,
        gint64 now)
{
  return deadline >= 0 && now >= deadline;
}

static void
check_link_deadline (MqttcEngine *self,
                     gint64 now)
{
  GError *error = NULL;

  if (!is_due (self->link_deadline, now))
    return;

  if (self->link == MQTTC_LINK_DISCONNECTING)
    {
      mqttc_engine_finish (self, NULL);
      return;
    }

  error = g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT,
                       "%s within %.3g s; is it an MQTT server, and can it be reached?",
                       self->link == MQTTC_LINK_DIALLING ? "The connection was not established"
                                                         : "The server did not answer CONNECT",
                       (double) self->config.connect_timeout / G_USEC_PER_SEC);
  mqttc_engine_fail_link (self, error, TRUE, now);
}

static void
check_keepalive (MqttcEngine *self,
                 gint64 now)
{
  const char *text;

  mqttc_keepalive_set_paused (&self->keepalive, !mqttc_engine_may_decode (self), now);

  switch (mqttc_keepalive_check (&self->keepalive, now))
    {
    case MQTTC_KEEPALIVE_NO_ANSWER:
      text = "The server did not answer a ping; the connection is taken for dead";
      break;
    case MQTTC_KEEPALIVE_BLOCKED:
      text = "The connection takes no more bytes; it is taken for dead";
      break;
    case MQTTC_KEEPALIVE_PING:
    case MQTTC_KEEPALIVE_FINE:
    default:
      return;
    }

  mqttc_engine_fail_link (
      self, g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT, text), TRUE,
      now);
}

void
mqttc_engine_advance (MqttcEngine *self,
                      gint64 now)
{
  if (self->resumable && mqttc_engine_may_decode (self))
    mqttc_engine_decode_partial (self, now);

  check_link_deadline (self, now);
  if (self->link == MQTTC_LINK_CONNECTED || self->link == MQTTC_LINK_DISCONNECTING)
    check_keepalive (self, now);

  if (is_due (self->retry_time, now))
    {
      self->retry_time = -1;
      if (self->state != MQTTC_CONNECTION_STATE_DRAINING)
        mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_CONNECTING);
      mqttc_engine_dial (self, now);
    }

  mqttc_engine_check_drained (self, now);
}

static gint64
earlier (gint64 a,
         gint64 b)
{
  if (a < 0 || b < 0)
    return MAX (a, b);

  return MIN (a, b);
}

gint64
mqttc_engine_get_deadline (MqttcEngine *self)
{
  gint64 deadline = earlier (self->retry_time, self->link_deadline);

  /* Reading was paused in the middle of a buffer, and may go on. */
  if (self->resumable && mqttc_engine_may_decode (self))
    return 0;

  if (self->link == MQTTC_LINK_CONNECTED || self->link == MQTTC_LINK_DISCONNECTING)
    deadline = earlier (deadline, mqttc_keepalive_get_deadline (&self->keepalive));
  if (self->link != MQTTC_LINK_DISCONNECTING)
    deadline = earlier (deadline, self->drain_deadline);

  return deadline;
}

gboolean
mqttc_engine_has_event (MqttcEngine *self)
{
  return self->events.length > 0;
}

gboolean
mqttc_engine_pop_event (MqttcEngine *self,
                        MqttcEngineEvent *event)
{
  if (!mqttc_event_queue_pop (&self->events, event))
    return FALSE;

  self->undelivered_bytes -= mqttc_engine_get_event_size (event);
  if (event->type == MQTTC_ENGINE_EVENT_MESSAGE)
    self->handed_over++;

  return TRUE;
}

void
mqttc_engine_get_counters (MqttcEngine *self,
                           MqttcEngineCounters *counters)
{
  *counters = (MqttcEngineCounters){
    .queued = self->outbox.queued,
    .queued_bytes = self->outbox.queued_bytes,
    .inflight = self->outbox.inflight,
    .undelivered = self->undelivered,
    .stray_acks = self->stray_acks,
  };
}
