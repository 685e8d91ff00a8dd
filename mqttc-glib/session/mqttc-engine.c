/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The engine's life, its commands about the connection, and time. */

#include "config.h"

#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"

static gsize last_number; /* (atomic) */

MqttcEngine *
mqttc_engine_new (guint64 seed)
{
  MqttcEngine *self = g_new0 (MqttcEngine, 1);

  /* Not its address: a later one may have the same. */
  self->number = (guint64) g_atomic_pointer_add (&last_number, 1) + 1;
  mqttc_engine_config_init (&self->config);
  self->discarded.messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  self->outbox.discarded = &self->discarded;
  self->output.discarded = &self->discarded;
  self->backoff.random = seed;
  self->retry_time = -1;
  self->drain_deadline = -1;
  self->link_deadline = -1;
  self->auth.deadline = -1;
  self->auth.paused_since = -1;
  self->events_before = -1;
  self->session_end = -1;
  self->expiry_time = -1;
  self->protocol = MQTTC_PROTOCOL_V3_1_1;
  self->scratch = g_byte_array_new ();
  mqttc_server_limits_init (&self->limits);
  self->decode_ahead = MQTTC_MAX_WAITING_EVENTS;
  self->acks = g_byte_array_new ();
  mqttc_keepalive_stop (&self->keepalive);
  mqttc_packet_watch_reset (&self->watch);

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
  MqttcRequestList *lists[]
      = { &outbox->gated, &outbox->ungated,   &outbox->unasked, &outbox->writing,
          &outbox->asked, &outbox->published, &outbox->released };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    remove_all (outbox, lists[i]);

  mqttc_outbox_clear (outbox);
  mqttc_inbox_clear (&self->inbox);
  mqttc_engine_clear_ack_details (self);
  mqttc_subscriptions_clear (&self->subscriptions);
  mqttc_event_queue_clear (&self->events);
  mqttc_receive_buffer_clear (&self->partial);
  mqttc_send_buffer_clear (&self->output);
  mqttc_engine_config_clear (&self->config);
  mqttc_engine_config_clear (&self->next_config);
  mqttc_topic_aliases_clear (&self->aliases);
  mqttc_received_aliases_clear (&self->received_aliases);
  mqttc_engine_forget_credentials (self);
  g_clear_pointer (&self->auth.data, g_bytes_unref);
  g_clear_pointer (&self->auth.connack, g_bytes_unref);
  g_clear_pointer (&self->close_properties, g_bytes_unref);
  g_free (self->server);
  g_free (self->session_server);
  g_free (self->assigned_client_id);
  g_free (self->auth.method);
  g_free (self->redirect.from);
  g_free (self->redirect.host);
  g_byte_array_unref (self->scratch);
  g_byte_array_unref (self->acks);
  g_ptr_array_unref (self->discarded.messages);
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
  self->config.max_outgoing_packet_size = config->max_outgoing_packet_size;
  self->config.overflow_policy = config->overflow_policy;
  self->config.offline_qos0 = config->offline_qos0;
  mqttc_engine_update_can_publish (self);
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
  mqttc_engine_update_can_publish (self);
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
  self->session_forgotten = FALSE;
  self->session_end = -1;
  g_clear_pointer (&self->assigned_client_id, g_free);
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

static gboolean
begin_life (MqttcEngine *self,
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
  mqttc_engine_leave_redirect (self);
  self->accepted = FALSE;
  self->with_will = FALSE;
  self->close_reason = MQTTC_REASON_CODE_SUCCESS;
  g_clear_pointer (&self->close_properties, g_bytes_unref);
  return TRUE;
}

gboolean
mqttc_engine_reopen (MqttcEngine *self,
                     gint64 now,
                     GError **error)
{
  if (!self->failed)
    return mqttc_engine_open (self, now, error);

  if (!begin_life (self, error))
    return FALSE;

  self->retry_time = now
                     + mqttc_backoff_next (&self->backoff, self->config.reconnect_min_delay,
                                           self->config.reconnect_max_delay);
  mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_BACKING_OFF);
  return TRUE;
}

gboolean
mqttc_engine_open (MqttcEngine *self,
                   gint64 now,
                   GError **error)
{
  if (!begin_life (self, error))
    return FALSE;

  self->backoff.failures = 0;
  self->redirect.n_redirects = 0;
  mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_CONNECTING);
  mqttc_engine_dial (self, now);
  return TRUE;
}

void
mqttc_engine_close (MqttcEngine *self,
                    guint reason_code,
                    GBytes *properties,
                    gint64 drain_timeout,
                    gint64 now)
{
  gint64 deadline = now + CLAMP (drain_timeout, 0, G_MAXINT64 - now);

  if (self->state == MQTTC_CONNECTION_STATE_IDLE || self->state == MQTTC_CONNECTION_STATE_CLOSED)
    return;

  if (self->drain_deadline < 0 || deadline < self->drain_deadline)
    self->drain_deadline = deadline;

  self->close_reason = MAX (self->close_reason, reason_code);
  if (properties != NULL && self->close_properties == NULL)
    self->close_properties = g_bytes_ref (properties);
  if (reason_code == MQTTC_REASON_CODE_DISCONNECT_WITH_WILL)
    self->with_will = TRUE;
  mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_DRAINING);
  if (self->link == MQTTC_LINK_DISCONNECTING)
    mqttc_engine_check_farewell (self);
  else
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

static GError *
make_slow_packet_error (const MqttcEngine *self,
                        gint64 elapsed)
{
  const guint8 *data = self->partial.data + self->partial.start;
  gsize length = mqttc_receive_buffer_get_length (&self->partial);
  gsize size = mqttc_engine_get_partial_size (self);
  double seconds = (double) elapsed / G_USEC_PER_SEC;

  if (size == 0)
    return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT,
                        "Of the header of a %s only %" G_GSIZE_FORMAT
                        " of at most 5 bytes came within %.1f s (packet-timeout)",
                        mqttc_packet_type_get_name (data[0] >> 4), length, seconds);

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT,
                      "Of a %s of %" G_GSIZE_FORMAT " bytes only %" G_GSIZE_FORMAT
                      " came within %.1f s (packet-timeout)",
                      mqttc_packet_type_get_name (data[0] >> 4), size, length, seconds);
}

static void
check_packet (MqttcEngine *self,
              gint64 now)
{
  gint64 since = self->watch.since;

  if (!mqttc_packet_watch_check (&self->watch, now))
    mqttc_engine_fail_link (self, make_slow_packet_error (self, now - since), TRUE, now);
}

static void
check_keepalive (MqttcEngine *self,
                 gint64 now)
{
  const char *text;

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

static void
retry (MqttcEngine *self,
       gint64 now)
{
  /* Nobody listens: each attempt would leave something more to be told. */
  if (self->events.length >= MQTTC_MAX_WAITING_EVENTS)
    {
      self->retry_time = now + MAX (self->config.reconnect_max_delay, G_USEC_PER_SEC);
      return;
    }

  self->retry_time = -1;
  if (self->state != MQTTC_CONNECTION_STATE_DRAINING)
    mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_CONNECTING);
  mqttc_engine_dial (self, now);
}

void
mqttc_engine_advance (MqttcEngine *self,
                      gint64 now)
{
  if (self->resumable && mqttc_engine_may_decode (self))
    mqttc_engine_decode_partial (self, now);

  mqttc_throttle_update (&self->throttle, now);
  mqttc_engine_expire (self, now);
  check_link_deadline (self, now);
  if (self->link == MQTTC_LINK_CONNECTED || self->link == MQTTC_LINK_DISCONNECTING)
    {
      mqttc_engine_note_reading (self, now);
      mqttc_engine_check_authentication (self, now);
      check_keepalive (self, now);
      check_packet (self, now);
    }

  if (is_due (self->retry_time, now))
    retry (self, now);

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

  deadline = earlier (deadline, self->expiry_time);

  /* Reading was paused in the middle of a buffer, or while an answer or the rest of a packet is waited
   * for, and may go on: an event that was popped has made room. */
  if ((self->resumable || self->watch.paused
       || (self->keepalive.paused && self->keepalive.ping_deadline >= 0))
      && mqttc_engine_may_decode (self))
    return 0;

  if (self->link == MQTTC_LINK_CONNECTED || self->link == MQTTC_LINK_DISCONNECTING)
    {
      deadline = earlier (deadline, mqttc_keepalive_get_deadline (&self->keepalive));
      deadline = earlier (deadline, self->watch.deadline);
      deadline = earlier (deadline, mqttc_engine_get_auth_deadline (self));
    }
  if (self->link != MQTTC_LINK_DISCONNECTING)
    deadline = earlier (deadline, self->drain_deadline);

  return earlier (deadline, mqttc_engine_get_hold_end (self));
}

/* All but the last of what happens to it is of no interest, so it is no event of the queue. */
static gboolean
is_can_publish_next (const MqttcEngine *self)
{
  return self->events_before == 0;
}

static void
pop_can_publish (MqttcEngine *self,
                 MqttcEngineEvent *event)
{
  self->events_before = -1;
  self->told_can_publish = self->can_publish;
  *event = (MqttcEngineEvent){
    .type = MQTTC_ENGINE_EVENT_CAN_PUBLISH,
    .can_publish = self->can_publish,
  };
}

gboolean
mqttc_engine_has_event (MqttcEngine *self)
{
  return self->events.length > 0 || is_can_publish_next (self);
}

MqttcEngineEventType
mqttc_engine_peek_event (MqttcEngine *self)
{
  g_return_val_if_fail (mqttc_engine_has_event (self), MQTTC_ENGINE_EVENT_STATE);

  if (is_can_publish_next (self))
    return MQTTC_ENGINE_EVENT_CAN_PUBLISH;

  return self->events.events[self->events.first].type;
}

static inline gboolean
pop_bare_event (MqttcEngine *self,
                MqttcEngineEvent *event)
{
  if (G_UNLIKELY (self->events_before >= 0) && self->events_before-- == 0)
    {
      pop_can_publish (self, event);
      return TRUE;
    }

  if (!mqttc_event_queue_pop (&self->events, event))
    return FALSE;

  self->undelivered_bytes -= mqttc_engine_get_event_size (event);
  if (event->type == MQTTC_ENGINE_EVENT_MESSAGE)
    self->handed_over++;

  return TRUE;
}

guint
mqttc_engine_pop_bare_events (MqttcEngine *self,
                              MqttcEngineEvent *events,
                              guint n_events)
{
  guint n = 0;

  while (n < n_events && pop_bare_event (self, &events[n]))
    n++;

  return n;
}

gboolean
mqttc_engine_pop_event (MqttcEngine *self,
                        MqttcEngineEvent *event)
{
  if (!pop_bare_event (self, event))
    return FALSE;

  if (event->packet_type != 0)
    mqttc_engine_event_make_packet (event, NULL);
  return TRUE;
}

void
mqttc_engine_get_counters (MqttcEngine *self,
                           MqttcEngineCounters *counters)
{
  *counters = self->totals;
  counters->queued = self->outbox.queued;
  counters->queued_bytes = self->outbox.queued_bytes;
  counters->inflight = self->outbox.inflight;
  counters->undelivered = self->undelivered;
  counters->can_publish = self->can_publish;
}

void
mqttc_engine_swap_discarded (MqttcEngine *self,
                             GPtrArray **messages)
{
  GPtrArray *discarded = self->discarded.messages;

  g_return_if_fail ((*messages)->len == 0);

  self->discarded.messages = *messages;
  *messages = discarded;
}

gboolean
mqttc_engine_has_discarded (MqttcEngine *self)
{
  return self->discarded.messages->len > 0;
}

void
mqttc_engine_set_pulled (MqttcEngine *self,
                         gboolean pulled,
                         gint64 now)
{
  if (self->pulled == pulled)
    return;

  self->pulled = pulled;
  self->pull_open = FALSE;
  mqttc_engine_note_reading (self, now);
}

void
mqttc_engine_pull (MqttcEngine *self,
                   gint64 now)
{
  self->pull_open = TRUE;
  mqttc_engine_note_reading (self, now);
}

void
mqttc_engine_set_paused (MqttcEngine *self,
                         gboolean paused,
                         gint64 now)
{
  self->paused = paused;
  mqttc_engine_note_reading (self, now);
}
