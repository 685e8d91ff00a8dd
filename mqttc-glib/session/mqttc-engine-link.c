/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The link and what follows from its beginning and its end: sections 3.1 and 3.2 (connecting), 3.14
 * (disconnecting) and 4.4 (resuming) of the standard. */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-packet-private.h"

/* How long DISCONNECT may take to leave. */
#define FLUSH_TIMEOUT G_USEC_PER_SEC

void
mqttc_engine_dial (MqttcEngine *self,
                   gint64 now)
{
  mqttc_engine_adopt_config (self);
  self->refused = FALSE;
  self->link = MQTTC_LINK_DIALLING;
  self->dial_wanted = TRUE;
  self->link_deadline = now + self->config.connect_timeout;
}

/* Another thread may have closed, or closed and opened again, since the driver last looked. */
static gboolean
is_about_old_link (const MqttcEngine *self)
{
  return self->close_wanted || self->dial_wanted;
}

gboolean
mqttc_engine_link_up (MqttcEngine *self,
                      gint64 now)
{
  if (is_about_old_link (self))
    return FALSE;

  g_return_val_if_fail (self->link == MQTTC_LINK_DIALLING, FALSE);

  mqttc_engine_adopt_config (self);
  self->link = MQTTC_LINK_HANDSHAKE;
  self->connect_due = TRUE;
  self->outbox.window = self->config.max_inflight;
  self->outbox.resends_first = self->config.resend_delay > 0;
  self->inbox.manual_acks = self->config.manual_acks;
  mqttc_throttle_configure (&self->throttle, self->config.max_publish_rate,
                            self->config.resend_delay, now);
  return TRUE;
}

void
mqttc_engine_link_down (MqttcEngine *self,
                        GError *error,
                        gint64 now)
{
  if (self->link == MQTTC_LINK_NONE || is_about_old_link (self))
    {
      g_clear_error (&error);
      return;
    }

  if (error == NULL)
    error = g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST, "%s",
                         self->link == MQTTC_LINK_HANDSHAKE
                             ? "The server closed the connection without answering CONNECT"
                             : "The server closed the connection");

  mqttc_engine_fail_link (self, error, FALSE, now);
}

void
mqttc_engine_link_refused (MqttcEngine *self,
                           GError *error,
                           gint64 now)
{
  self->refused = !is_about_old_link (self);
  mqttc_engine_link_down (self, error, now);
}

/* Forgets everything that is the connection's: what is left is the session's, and ours. */
static void
reset_link (MqttcEngine *self,
            gboolean close_link)
{
  if (self->dial_wanted)
    self->dial_wanted = FALSE; /* the driver has not begun */
  else if (close_link && self->link != MQTTC_LINK_NONE)
    self->close_wanted = TRUE;

  self->link = MQTTC_LINK_NONE;
  self->link_deadline = -1;
  self->link_stray_acks = 0;
  self->connect_due = FALSE;
  self->disconnect_due = FALSE;
  self->first_ack = 0;
  self->resumable = FALSE;

  g_byte_array_unref (self->acks);
  self->acks = g_byte_array_new ();

  mqttc_receive_buffer_clear (&self->partial);
  mqttc_keepalive_stop (&self->keepalive);
  mqttc_engine_requeue_unqueued (self);
  mqttc_packet_watch_reset (&self->watch);
  mqttc_outbox_link_lost (&self->outbox, mqttc_send_buffer_get_taken (&self->output));
  mqttc_send_buffer_clear (&self->output);
  mqttc_inbox_link_lost (&self->inbox);
  mqttc_subscriptions_link_lost (&self->subscriptions);
}

static void
push_disconnected (MqttcEngine *self,
                   GError *error,
                   gint64 retry_delay)
{
  MqttcEngineEvent *event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_DISCONNECTED);

  event->error = error;
  event->retry_delay = retry_delay;
}

/* Errors that trying again does not mend: the program, or its user, has to do something. A server
 * that has accepted us before may come to its senses. */
static gboolean
stops_retrying (MqttcEngine *self,
                const GError *error)
{
  if (!self->config.reconnect)
    return TRUE;
  if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT))
    return TRUE;
  if (self->accepted)
    return FALSE;
  if (self->refused)
    return TRUE;
  if (error->domain != MQTTC_REASON_ERROR)
    return FALSE;

  return error->code == MQTTC_REASON_ERROR_UNSUPPORTED_PROTOCOL_VERSION
         || error->code == MQTTC_REASON_ERROR_CLIENT_IDENTIFIER_NOT_VALID
         || error->code == MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD
         || error->code == MQTTC_REASON_ERROR_NOT_AUTHORIZED;
}

void
mqttc_engine_fail_link (MqttcEngine *self,
                        GError *error,
                        gboolean close_link,
                        gint64 now)
{
  gboolean was_connected
      = self->link == MQTTC_LINK_CONNECTED || self->link == MQTTC_LINK_DISCONNECTING;
  gboolean draining = self->state == MQTTC_CONNECTION_STATE_DRAINING;
  gint64 delay;

  if (self->link == MQTTC_LINK_DISCONNECTING || (draining && mqttc_engine_is_done (self)))
    {
      /* DISCONNECT may not have left, but what was asked for is there: the end. */
      if (!close_link)
        self->link = MQTTC_LINK_NONE;
      g_clear_error (&error);
      mqttc_engine_finish (self, NULL);
      return;
    }

  if (was_connected && now - self->connected_since >= self->config.stable_time)
    self->backoff.failures = 0;

  if (stops_retrying (self, error))
    {
      reset_link (self, close_link);
      mqttc_engine_finish (self, error);
      return;
    }

  reset_link (self, close_link);
  mqttc_engine_apply_offline_qos0 (self);
  delay = mqttc_backoff_next (&self->backoff, self->config.reconnect_min_delay,
                              self->config.reconnect_max_delay);
  self->retry_time = now + delay;

  if (!draining)
    mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_BACKING_OFF);
  push_disconnected (self, error, delay);
}

static void
complete_all (MqttcEngine *self,
              MqttcRequestList *list,
              const GError *error)
{
  while (list->head != NULL)
    mqttc_engine_complete (self, list->head, NULL, g_error_copy (error));
}

/* Their operations end; the messages stay in flight for the next opening. */
static void
detach_all (MqttcEngine *self,
            MqttcRequestList *list,
            const GError *error)
{
  for (MqttcRequest *request = list->head; request != NULL; request = request->next)
    mqttc_engine_end_operation (self, request, NULL, g_error_copy (error));
}

static GError *
make_closed_error (const GError *cause)
{
  if (cause != NULL)
    return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                        "The client closed before the operation ended: %s", cause->message);

  return g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                              "The client was closed before the operation ended");
}

void
mqttc_engine_finish (MqttcEngine *self,
                     GError *error)
{
  MqttcOutbox *outbox = &self->outbox;
  g_autoptr (GError) closed = make_closed_error (error);

  reset_link (self, TRUE);
  self->failed = error != NULL;
  self->retry_time = -1;
  self->drain_deadline = -1;

  mqttc_subscriptions_drop_unanswered (&self->subscriptions);
  complete_all (self, &outbox->gated, closed);
  complete_all (self, &outbox->ungated, closed);
  complete_all (self, &outbox->unasked, closed);
  if (self->session_held)
    {
      detach_all (self, &outbox->published, closed);
      detach_all (self, &outbox->released, closed);
    }
  else
    {
      complete_all (self, &outbox->published, closed);
      complete_all (self, &outbox->released, closed);
    }

  mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_CLOSED);
  push_disconnected (self, error, -1);
}

void
mqttc_engine_check_farewell (MqttcEngine *self)
{
  /* [MQTT-3.14.4-3]: the server discards the will if it gets one. */
  if (self->with_will)
    self->disconnect_due = FALSE;

  if (!mqttc_engine_want_write (self))
    mqttc_engine_finish (self, NULL);
}

static void
begin_disconnect (MqttcEngine *self,
                  gint64 now)
{
  self->link = MQTTC_LINK_DISCONNECTING;
  self->disconnect_due = TRUE;
  self->link_deadline = now + FLUSH_TIMEOUT;
  mqttc_engine_check_farewell (self);
}

void
mqttc_engine_drain (MqttcEngine *self,
                    gint64 now)
{
  gboolean in_time = now < self->drain_deadline;
  gboolean connected = self->link == MQTTC_LINK_CONNECTED;

  if (self->link == MQTTC_LINK_DISCONNECTING)
    return;

  /* A handler that closes has its message, and the server is to know it. */
  if (in_time && (!mqttc_engine_is_done (self) || (connected && self->handed_over > 0)))
    return;

  if (connected)
    begin_disconnect (self, now);
  else
    mqttc_engine_finish (self, NULL);
}

static GError *
make_session_lost_error (const MqttcRequest *request)
{
  g_autofree char *topic = mqttc_text_for_display (mqttc_message_get_topic (request->message));

  return g_error_new (
      MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_SESSION_LOST,
      "The server lost the session while the message for “%s” was in flight; it may or "
      "may not have arrived",
      topic);
}

/* Released: the server owns the message, so it has arrived. Published at QoS 1: once more cannot
 * hurt. Published at QoS 2: nobody can know. */
static void
lose_inflight (MqttcEngine *self)
{
  MqttcOutbox *outbox = &self->outbox;
  MqttcRequest *request;

  while ((request = outbox->released.head) != NULL)
    {
      MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBREC, .packet_id = request->packet_id };

      mqttc_engine_complete_answered (self, request, &view);
    }

  while ((request = outbox->published.tail) != NULL)
    {
      if (request->qos == MQTTC_QOS_AT_LEAST_ONCE
          || self->config.session_lost_policy == MQTTC_SESSION_LOST_POLICY_REPUBLISH)
        {
          mqttc_outbox_send_as_new (outbox, request);
          continue;
        }

      mqttc_engine_complete (self, request, NULL, make_session_lost_error (request));
    }

  outbox->ids.last_id = 0;
}

static void
lose_session (MqttcEngine *self)
{
  MqttcMessage *message;

  lose_inflight (self);

  /* Received and not yet released: the server has handed these over and forgotten them. */
  while ((message = mqttc_inbox_take_oldest (&self->inbox)) != NULL)
    mqttc_engine_push_message (self, message, 0);
  mqttc_inbox_session_lost (&self->inbox);

  mqttc_subscriptions_session_lost (&self->subscriptions);
}

/* Also when the session was resumed: the connection that lost it may have ended before all was made
 * again. */
static void
subscribe_again (MqttcEngine *self)
{
  GSList *sets = mqttc_subscriptions_make_sets (&self->subscriptions);

  for (GSList *link = sets; link != NULL; link = link->next)
    mqttc_outbox_add_resubscribe (&self->outbox, link->data);
  g_slist_free (sets);
}

void
mqttc_engine_connected (MqttcEngine *self,
                        const MqttcPacketView *view,
                        gint64 now)
{
  gboolean resumed = view->connack.session_present && self->session_held;
  MqttcEngineEvent *event;

  self->link = MQTTC_LINK_CONNECTED;
  self->link_deadline = -1;
  self->connected_since = now;
  self->accepted = TRUE;
  self->totals.connections++;
  mqttc_keepalive_start (&self->keepalive, self->sent_keep_alive, self->config.ping_timeout,
                         self->config.write_timeout, now);

  if (self->state != MQTTC_CONNECTION_STATE_DRAINING)
    mqttc_engine_set_state (self, MQTTC_CONNECTION_STATE_CONNECTED);
  event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_CONNECTED);
  event->packet = mqttc_packet_new_from_view (self->config.protocol, view, NULL);

  if (!resumed)
    lose_session (self);
  subscribe_again (self);
  self->session_held = !self->sent_clean_session;
  mqttc_outbox_resume (&self->outbox);
  mqttc_engine_check_drained (self, now);
}
