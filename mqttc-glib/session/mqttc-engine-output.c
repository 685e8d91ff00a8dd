/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bytes out: the three lanes. Control (acknowledgements, ping, DISCONNECT) overtakes between
 * packets, resends go before new publishes, requests are first in, first out. Nothing is encoded
 * before it is asked for. */

#include "config.h"

#include <string.h>

#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"

static inline void
report_outgoing (MqttcEngine *self,
                 const MqttcPacketView *view,
                 MqttcMessage *message)
{
  if (G_UNLIKELY (self->report_outgoing))
    mqttc_engine_report_packet (self, MQTTC_ENGINE_EVENT_OUTGOING, view, message);
}

static void
encode (MqttcEngine *self,
        const MqttcPacketView *view,
        MqttcMessage *message)
{
  MqttcProtocol protocol = self->config.protocol;
  MqttcSendBuffer *output = &self->output;
  gsize bound = mqttc_packet_get_size_bound (protocol, view);
  gsize size;

  if (message != NULL && view->publish.payload.len >= MQTTC_GATHERED_PAYLOAD_SIZE)
    {
      bound -= view->publish.payload.len;
      size = mqttc_packet_encode_head (protocol, view, mqttc_send_buffer_reserve (output, bound));
      mqttc_send_buffer_commit (output, size);
      mqttc_send_buffer_append_payload (output, message, view->publish.payload);
    }
  else
    {
      size = mqttc_packet_encode (protocol, view, mqttc_send_buffer_reserve (output, bound));
      mqttc_send_buffer_commit (output, size);
    }

  /* Whatever cannot be encoded was refused when it came. */
  g_assert (size > 0);

  self->totals.packets_sent++;
  report_outgoing (self, view, message);
}

static MqttcSlice
slice_of_string (const char *string)
{
  return mqttc_slice (string, string != NULL ? strlen (string) : 0);
}

static void
fill_will (MqttcPacketView *view,
           MqttcMessage *will)
{
  MqttcPacketView publish = { 0 };

  mqttc_message_get_view (will, &publish);
  view->connect.has_will = TRUE;
  view->connect.will_topic = publish.publish.topic;
  view->connect.will_payload = publish.publish.payload;
  view->connect.will_qos = publish.publish.qos;
  view->connect.will_retain = publish.publish.retain;
}

/* FALSE: the options do not fit in a packet; whoever made them did not validate them. */
static gboolean
encode_connect (MqttcEngine *self,
                gint64 now)
{
  const MqttcEngineConfig *config = &self->config;
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_CONNECT };

  view.connect.protocol = config->protocol;
  view.connect.clean_session = config->clean_session;
  view.connect.keep_alive = config->keep_alive;
  view.connect.client_id = slice_of_string (config->client_id);
  view.connect.has_user_name = config->user_name != NULL;
  view.connect.user_name = slice_of_string (config->user_name);
  if (config->will != NULL)
    fill_will (&view, config->will);
  if (config->password != NULL)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (config->password, &len);

      view.connect.has_password = TRUE;
      view.connect.password = mqttc_slice (data, len);
      self->output.secret = TRUE;
    }

  if (mqttc_packet_get_encoded_size (config->protocol, &view) == 0)
    {
      GError *error = g_error_new_literal (
          MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
          "The client id, will, user name or password does not fit in CONNECT");

      mqttc_engine_fail_link (self, error, TRUE, now);
      return FALSE;
    }

  self->connect_due = FALSE;
  self->sent_clean_session = config->clean_session;
  self->sent_keep_alive = config->keep_alive;
  encode (self, &view, NULL);
  return TRUE;
}

static void
encode_simple (MqttcEngine *self,
               MqttcPacketType type,
               guint16 packet_id)
{
  MqttcPacketView view;

  mqttc_packet_view_init (&view, type);
  view.packet_id = packet_id;
  encode (self, &view, NULL);
}

static gboolean
encode_ack (MqttcEngine *self)
{
  const MqttcAck *ack = (const MqttcAck *) (gconstpointer) self->acks->data + self->first_ack;

  self->first_ack++;
  encode_simple (self, ack->type, ack->packet_id);
  return TRUE;
}

void
mqttc_engine_encode_message (MqttcEngine *self,
                             MqttcMessage *message)
{
  MqttcPacketView view;

  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_PUBLISH);
  mqttc_message_get_view (message, &view);
  encode (self, &view, message);
  self->totals.messages_sent++;
}

static void
encode_publish (MqttcEngine *self,
                MqttcRequest *request,
                gint64 now)
{
  MqttcPacketView view;

  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_PUBLISH);
  mqttc_message_get_view (request->message, &view);
  view.packet_id = request->packet_id;
  view.publish.dup = request->left;
  encode (self, &view, request->message);

  self->totals.messages_sent++;
  mqttc_throttle_count_publish (&self->throttle, now);
}

/* What is sent takes effect at the server in this order, whatever the order of the answers. */
static void
note_filters (MqttcEngine *self,
              const MqttcRequest *request)
{
  const MqttcFilterSet *set = request->set;

  if (request->kind == MQTTC_REQUEST_SUBSCRIBE && request->sequence != 0)
    mqttc_subscriptions_asked (&self->subscriptions, set, request->sequence);

  for (guint i = 0; request->kind == MQTTC_REQUEST_UNSUBSCRIBE && i < set->n_filters; i++)
    mqttc_subscriptions_remove (&self->subscriptions, set->filters[i]);
}

static void
encode_filters (MqttcEngine *self,
                MqttcRequest *request)
{
  gboolean subscribe = request->kind == MQTTC_REQUEST_SUBSCRIBE;
  MqttcPacketView view = {
    .type = subscribe ? MQTTC_PACKET_TYPE_SUBSCRIBE : MQTTC_PACKET_TYPE_UNSUBSCRIBE,
    .packet_id = request->packet_id,
    .filters = {
      .entries = mqttc_slice (request->set->entries->data, request->set->entries->len),
      .n_entries = request->set->n_filters,
    },
  };

  encode (self, &view, NULL);
  note_filters (self, request);
}

static void
encode_request (MqttcEngine *self,
                MqttcRequest *request,
                gint64 now)
{
  gboolean again
      = request->encoded
        && (request->list == &self->outbox.released || request->list == &self->outbox.published);

  if (request->packet_id == 0 && mqttc_request_needs_id (request))
    request->packet_id = mqttc_id_table_allocate (&self->outbox.ids, request);

  request->begin = self->output.position;
  if (request->list == &self->outbox.released)
    encode_simple (self, MQTTC_PACKET_TYPE_PUBREL, request->packet_id);
  else if (request->kind == MQTTC_REQUEST_PUBLISH)
    encode_publish (self, request, now);
  else
    encode_filters (self, request);

  mqttc_outbox_mark_sent (&self->outbox, request, self->output.position);
  if (G_UNLIKELY (again))
    mqttc_throttle_count_resend (&self->throttle, now);
  mqttc_engine_note_room (self);
}

static MqttcRequest *
get_next_request (MqttcEngine *self)
{
  /* Whoever wants to be told what is sent, and then does not listen, has it wait. */
  if (G_UNLIKELY (self->report_outgoing)
      && (self->events.length >= MQTTC_MAX_WAITING_EVENTS
          || self->undelivered_bytes >= self->config.max_undelivered_bytes))
    return NULL;

  return mqttc_outbox_next (&self->outbox, self->throttle.hold);
}

gint64
mqttc_engine_get_hold_end (MqttcEngine *self)
{
  if (self->throttle.hold == MQTTC_HOLD_NOTHING || self->link != MQTTC_LINK_CONNECTED
      || get_next_request (self) != NULL
      || mqttc_outbox_next (&self->outbox, MQTTC_HOLD_NOTHING) == NULL)
    return -1;

  return mqttc_throttle_get_end (&self->throttle);
}

/* FALSE: there is nothing that may be sent now. */
static gboolean
encode_next (MqttcEngine *self,
             gint64 now)
{
  MqttcRequest *request;

  if (self->connect_due)
    return encode_connect (self, now);

  if (self->link < MQTTC_LINK_CONNECTED)
    return FALSE;

  if (mqttc_engine_count_acks (self) > 0)
    return encode_ack (self);

  if (self->disconnect_due)
    {
      encode_simple (self, MQTTC_PACKET_TYPE_DISCONNECT, 0);
      self->disconnect_due = FALSE;
      return TRUE;
    }

  /* [MQTT-3.14.4-2] */
  if (self->link == MQTTC_LINK_DISCONNECTING)
    return FALSE;

  if (self->keepalive.ping_due && self->keepalive.ping_end == 0)
    {
      /* An idle connection owns no buffers. */
      mqttc_outbox_trim (&self->outbox);
      mqttc_block_pool_clear ();
      encode_simple (self, MQTTC_PACKET_TYPE_PINGREQ, 0);
      self->keepalive.ping_end = self->output.position;
      return TRUE;
    }

  request = get_next_request (self);
  if (request == NULL)
    return FALSE;

  encode_request (self, request, now);
  return TRUE;
}

gboolean
mqttc_engine_want_write (MqttcEngine *self)
{
  if (self->output.pending > 0 || self->connect_due || self->disconnect_due)
    return TRUE;
  if (self->link < MQTTC_LINK_CONNECTED)
    return FALSE;
  if (mqttc_engine_count_acks (self) > 0)
    return TRUE;
  if (self->link == MQTTC_LINK_DISCONNECTING)
    return FALSE;

  return self->keepalive.ping_due || get_next_request (self) != NULL;
}

guint
mqttc_engine_peek_output (MqttcEngine *self,
                          MqttcSlice *slices,
                          guint n_slices,
                          gint64 now)
{
  mqttc_throttle_update (&self->throttle, now);
  while (self->output.pending < MQTTC_SEND_BUDGET && encode_next (self, now))
    ;

  if (self->output.pending == 0)
    {
      /* An idle connection owns no buffers. */
      mqttc_send_buffer_clear (&self->output);
      return 0;
    }

  mqttc_keepalive_wants_to_send (&self->keepalive, now);
  return mqttc_send_buffer_peek (&self->output, slices, n_slices);
}

/* QoS 0 is at its end when the link has its last byte: only then can it not be sent again without
 * risk. */
static void
complete_written (MqttcEngine *self)
{
  guint64 taken = mqttc_send_buffer_get_taken (&self->output);
  MqttcRequest *request;

  while ((request = self->outbox.writing.head) != NULL && request->end <= taken)
    {
      MqttcPacket *packet = NULL;

      if (request->operation != NULL)
        packet = mqttc_engine_make_publish (self, request->message);

      mqttc_engine_complete (self, request, packet, NULL);
    }
}

void
mqttc_engine_sent (MqttcEngine *self,
                   gsize n_bytes,
                   gint64 now)
{
  g_return_if_fail (n_bytes <= self->output.pending);

  if (n_bytes == 0)
    return;

  self->totals.bytes_sent += n_bytes;
  mqttc_send_buffer_consume (&self->output, n_bytes);
  mqttc_keepalive_sent (&self->keepalive, mqttc_send_buffer_get_taken (&self->output),
                        self->output.pending > 0, now);
  complete_written (self);

  if (self->link == MQTTC_LINK_DISCONNECTING && !mqttc_engine_want_write (self))
    mqttc_engine_finish (self, NULL);
  else
    mqttc_engine_check_drained (self, now);
}
