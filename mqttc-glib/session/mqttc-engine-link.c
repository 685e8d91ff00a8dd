/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The link and what follows from its beginning and its end: sections 3.1 and 3.2 (connecting), 3.14
 * (disconnecting) and 4.4 (resuming) of the standard. */

#include "config.h"

#include <string.h>

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
  mqttc_engine_check_server (self);
  self->refused = FALSE;
  self->given_up = FALSE;
  self->link = MQTTC_LINK_DIALLING;
  if (self->config.asks_credentials)
    mqttc_engine_ask_credentials (self);
  else
    mqttc_engine_begin_dial (self, now);
}

void
mqttc_engine_begin_dial (MqttcEngine *self,
                         gint64 now)
{
  self->dial_wanted = TRUE;
  self->link_deadline = now + self->config.connect_timeout;
}

/* Another thread may have closed, or closed and opened again, since the driver last looked. */
static gboolean
is_about_old_link (const MqttcEngine *self)
{
  return self->close_wanted || self->dial_wanted;
}

/* The options have changed since. */
static void
ask_first (MqttcEngine *self,
           gint64 now)
{
  self->retry_at_once = TRUE;
  mqttc_engine_fail_link (
      self,
      g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST,
                           "Option credentials-provider was set while the connection was made"),
      TRUE, now);
}

gboolean
mqttc_engine_link_up (MqttcEngine *self,
                      gint64 now)
{
  if (is_about_old_link (self))
    return FALSE;

  g_return_val_if_fail (self->link == MQTTC_LINK_DIALLING, FALSE);

  mqttc_engine_adopt_config (self);
  if (self->config.asks_credentials && !self->credentials.is_asked)
    {
      ask_first (self, now);
      return FALSE;
    }

  self->link = MQTTC_LINK_HANDSHAKE;
  self->link_begin = self->output.position;
  self->n_last_words = 0;
  mqttc_engine_prepare_connect (self, now);
  self->outbox.resends_first = self->config.resend_delay > 0;
  self->inbox.manual_acks = self->config.manual_acks;
  mqttc_throttle_configure (&self->throttle, self->config.max_publish_rate,
                            self->config.resend_delay, now);
  return TRUE;
}

/* The server has CONNECT, or a part of it. */
static gboolean
has_begun (const MqttcEngine *self)
{
  return mqttc_send_buffer_get_taken (&self->output) > self->link_begin;
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

  if (self->link == MQTTC_LINK_HANDSHAKE && has_begun (self) && self->partial.data == NULL)
    mqttc_engine_note_silence (self);
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

/* A re-authentication ends with what has ended the link. */
static void
reset_authentication (MqttcEngine *self,
                      const GError *cause)
{
  g_autoptr (GError) error = NULL;

  if (self->auth.state == MQTTC_AUTH_NONE)
    return;

  error = cause != NULL ? g_error_copy (cause)
                        : g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                                               "The connection was closed before the "
                                               "authentication was at its end");
  mqttc_engine_reset_authentication (self, error);
}

/* A little later than the server, which may not have seen yet that the link is gone, and without a keep
 * alive may not see it for long: to ask for what is gone costs nothing, to throw away what is there may
 * cost messages. */
static void
note_session_end (MqttcEngine *self,
                  gint64 seconds)
{
  gint64 last = MAX (self->keepalive.last_sent, self->keepalive.last_received);

  self->session_end = -1;
  if (!self->session_held || seconds == G_MAXUINT32 || self->sent_keep_alive == 0)
    return;

  seconds += seconds / 10 + self->sent_keep_alive * 3 / 2 + 5;
  self->session_end = last + seconds * G_USEC_PER_SEC;
}

/* A server may have taken CONNECT whose answer was lost. Then its clock begins anew, with what was asked for
 * there (3.1.1 has none), and it may have begun a new session, which it is going to say it has kept. */
static void
note_unanswered_connect (MqttcEngine *self)
{
  if (!has_begun (self))
    return;

  self->session_doubted = TRUE;
  if (self->session_end < 0)
    return;

  note_session_end (self, self->protocol == MQTTC_PROTOCOL_V5
                              ? MAX (self->session_expiry, self->config.session_expiry)
                              : G_MAXUINT32);
}

/* Forgets everything that is the connection's: what is left is the session's, and ours. */
static void
reset_link (MqttcEngine *self,
            const GError *error, /* (nullable) */
            gboolean close_link)
{
  if (self->link >= MQTTC_LINK_CONNECTED)
    note_session_end (self, self->session_expiry);
  else if (self->link == MQTTC_LINK_HANDSHAKE)
    note_unanswered_connect (self);

  mqttc_engine_leave_redirect (self);
  if (self->credentials.is_awaited || self->dial_wanted)
    self->dial_wanted = FALSE; /* the driver has not begun */
  else if (close_link && self->link != MQTTC_LINK_NONE)
    self->close_wanted = TRUE;

  self->link = MQTTC_LINK_NONE;
  self->link_deadline = -1;
  self->link_stray_acks = 0;
  self->connect_due = FALSE;
  self->auth_due = FALSE;
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
  mqttc_engine_look_for_expired (self);
  mqttc_send_buffer_clear (&self->output);
  mqttc_inbox_link_lost (&self->inbox);
  mqttc_engine_clear_ack_details (self);
  mqttc_subscriptions_link_lost (&self->subscriptions);
  mqttc_received_aliases_clear (&self->received_aliases);
  mqttc_topic_aliases_clear (&self->aliases);
  reset_authentication (self, error);
  mqttc_engine_forget_credentials (self);
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

static MqttcRetry
get_retry (const GError *error)
{
  return error->domain == MQTTC_REASON_ERROR ? mqttc_retry_policy_get (error->code)
                                             : MQTTC_RETRY_SOON;
}

/* Before the next attempt. A server that accepts us and then has enough of us at once is not to be run
 * against at full speed. */
static gint64
get_retry_delay (MqttcEngine *self,
                 const GError *error,
                 gboolean was_stable)
{
  const MqttcEngineConfig *config = &self->config;
  gboolean at_once = self->retry_at_once;
  gint64 delay;

  self->retry_at_once = FALSE;
  if (at_once || (was_stable && get_retry (error) == MQTTC_RETRY_AT_ONCE))
    return 0;

  delay = mqttc_backoff_next (&self->backoff, config->reconnect_min_delay,
                              config->reconnect_max_delay);
  if (get_retry (error) >= MQTTC_RETRY_SLOWLY)
    delay = config->reconnect_max_delay / 2 + delay / 2;

  return delay;
}

/* Errors that trying again does not mend: the program, or its user, has to do something. A server
 * that has accepted us before may come to its senses. */
static gboolean
stops_retrying (MqttcEngine *self,
                const GError *error)
{
  if (self->given_up)
    return TRUE;
  if (self->retry_at_once)
    return FALSE;
  if (!self->config.reconnect)
    return TRUE;
  if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT))
    return TRUE;
  if (self->accepted)
    return FALSE;
  if (self->refused)
    return TRUE;
  return get_retry (error) == MQTTC_RETRY_NEVER;
}

/* The link has taken whole packets, as far as the bytes that wait can tell. */
static gboolean
is_between_packets (const MqttcEngine *self)
{
  MqttcFrame frame = { 0 };
  gsize untaken;
  MqttcSlice packets = mqttc_send_buffer_get_packets (&self->output, &untaken);

  if (packets.len == 0)
    return self->output.pending == 0;

  while (packets.len > untaken
         && mqttc_frame_decode (packets.data, packets.len, 0, &frame) == MQTTC_DECODE_OK
         && mqttc_frame_get_size (&frame) <= packets.len)
    {
      packets.data += mqttc_frame_get_size (&frame);
      packets.len -= mqttc_frame_get_size (&frame);
    }

  return packets.len == untaken;
}

/* [MQTT-4.13.2-1] Only between two packets, and only where the server may expect it. */
static void
prepare_last_words (MqttcEngine *self,
                    MqttcReasonCode reason_code)
{
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_DISCONNECT, .reason_code = reason_code };
  guint8 packet[sizeof self->last_words];

  self->n_last_words = 0;
  if (self->protocol != MQTTC_PROTOCOL_V5 || self->link == MQTTC_LINK_DISCONNECTING
      || !has_begun (self)
      || (self->limits.maximum_packet_size != 0
          && self->limits.maximum_packet_size < sizeof packet))
    return;

  if (!is_between_packets (self))
    return;

  self->n_last_words = mqttc_packet_encode (self->protocol, &view, packet);
  memcpy (self->last_words, packet, sizeof packet);
}

void
mqttc_engine_reject (MqttcEngine *self,
                     MqttcReasonCode reason_code,
                     GError *error,
                     gint64 now)
{
  prepare_last_words (self, reason_code);
  mqttc_engine_fail_link (self, error, TRUE, now);
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
  gboolean was_stable;
  gint64 delay;

  if (self->link == MQTTC_LINK_DISCONNECTING || (draining && mqttc_engine_is_done (self)))
    {
      /* DISCONNECT may not have left, but what was asked for is there: the end. */
      reset_link (self, NULL, close_link);
      g_clear_error (&error);
      mqttc_engine_finish (self, NULL);
      return;
    }

  was_stable = was_connected && now - self->connected_since >= self->config.stable_time;
  if (was_stable)
    {
      self->backoff.failures = 0;
      self->redirect.n_redirects = self->redirect.is_new ? 1 : 0;
    }

  if (stops_retrying (self, error))
    {
      reset_link (self, error, close_link);
      mqttc_engine_finish (self, error);
      return;
    }

  reset_link (self, error, close_link);
  mqttc_engine_apply_offline_qos0 (self);
  delay = get_retry_delay (self, error, was_stable);
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

  reset_link (self, error, TRUE);
  self->retry_at_once = FALSE;
  self->failed = error != NULL;
  self->retry_time = -1;
  self->drain_deadline = -1;
  self->expiry_time = -1;

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
  if (self->with_will && self->protocol != MQTTC_PROTOCOL_V5)
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

/* Released: the server owns the message, so it has arrived. Published at QoS 1, or not gone at all: once more
 * cannot hurt. Published at QoS 2: nobody can know. */
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
      if (request->qos == MQTTC_QOS_AT_LEAST_ONCE || !request->left
          || self->config.session_lost_policy == MQTTC_SESSION_LOST_POLICY_REPUBLISH)
        {
          mqttc_outbox_send_as_new (outbox, request);
          continue;
        }

      mqttc_engine_complete (self, request, NULL, make_session_lost_error (request));
    }

  outbox->ids.last_id = 0;
  mqttc_engine_look_for_expired (self);
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

void
mqttc_engine_forget_session (MqttcEngine *self)
{
  lose_session (self);
  self->session_held = FALSE;
  self->session_forgotten = TRUE;
  self->session_end = -1;
}

/* As if the server had said so, which it would do: section 3.9.3 of MQTT 5. */
static void
tell_refused (MqttcEngine *self)
{
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  g_autoptr (GPtrArray) filters
      = mqttc_subscriptions_list_refused (&self->subscriptions, &self->limits, codes);
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_SUBACK };
  MqttcEngineEvent *event;

  if (filters->len == 0)
    return;

  g_ptr_array_add (filters, NULL);
  view.suback.codes = (MqttcSlice){ codes->data, codes->len };
  event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_SUBSCRIBED);
  event->filters = g_strdupv ((char **) filters->pdata);
  event->packet = mqttc_packet_new_from_view (self->protocol, &view, NULL);
}

/* Also when the session was resumed: the connection that lost it may have ended before all was made
 * again. */
static void
subscribe_again (MqttcEngine *self)
{
  const gboolean is_5 = self->protocol == MQTTC_PROTOCOL_V5;
  GSList *sets = mqttc_subscriptions_make_sets (&self->subscriptions, is_5 ? &self->limits : NULL);

  for (GSList *link = sets; link != NULL; link = link->next)
    mqttc_outbox_add_resubscribe (&self->outbox, link->data);
  g_slist_free (sets);
  if (is_5)
    tell_refused (self);
}

/* What one server has in its session another need not have in its own. */
static void
note_session_server (MqttcEngine *self)
{
  self->session_doubted = FALSE;
  g_free (self->session_server);
  self->session_server = g_strdup (self->server);
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
  event->packet = mqttc_packet_new_from_view (self->protocol, view, NULL);

  if (!resumed)
    lose_session (self);
  else if (self->session_doubted || g_strcmp0 (self->session_server, self->server) != 0)
    mqttc_subscriptions_doubt (&self->subscriptions);
  subscribe_again (self);
  note_session_server (self);
  self->session_held = self->session_expiry != 0;
  self->session_forgotten = FALSE;
  self->session_end = -1;
  mqttc_outbox_resume (&self->outbox);
  mqttc_engine_check_drained (self, now);
}
