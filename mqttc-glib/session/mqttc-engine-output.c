/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bytes out: the three lanes. Control (acknowledgements, ping, DISCONNECT) overtakes between
 * packets, resends go before new publishes, requests are first in, first out. Nothing is encoded
 * before it is asked for. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-property-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-struct-private.h"
#include "values/mqttc-packet-private.h"

static inline void
report_outgoing (MqttcEngine *self,
                 const MqttcPacketView *view,
                 MqttcMessage *message)
{
  if (G_UNLIKELY (self->report_outgoing))
    mqttc_engine_report_packet (self, MQTTC_ENGINE_EVENT_OUTGOING, view, message);
}

static inline void
encode (MqttcEngine *self,
        const MqttcPacketView *view,
        MqttcMessage *message)
{
  MqttcProtocol protocol = self->protocol;
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

void
mqttc_engine_encode (MqttcEngine *self,
                     const MqttcPacketView *view,
                     MqttcMessage *message)
{
  encode (self, view, message);
}

static void
encode_simple (MqttcEngine *self,
               MqttcPacketType type,
               guint16 packet_id,
               guint8 reason_code)
{
  MqttcPacketView view;

  mqttc_packet_view_init (&view, type);
  view.packet_id = packet_id;
  view.reason_code = reason_code;
  encode (self, &view, NULL);
}

/* Section 3.14.2.2.2: the program may have the server keep the session longer, or not at all. */
static void
note_session_expiry (MqttcEngine *self,
                     MqttcSlice properties)
{
  MqttcProperty expiry;

  if (!mqttc_properties_find (properties, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, &expiry))
    return;

  self->session_expiry = expiry.number;
  self->session_held = expiry.number != 0;
}

/* Texts may be left out, but not how long the session is kept. */
static void
shorten_disconnect (MqttcEngine *self,
                    MqttcPacketView *view)
{
  MqttcProperty expiry;
  gboolean found = mqttc_properties_find (view->properties,
                                          MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, &expiry);

  g_byte_array_set_size (self->scratch, 0);
  if (found)
    mqttc_properties_append (self->scratch, &expiry);
  view->properties = mqttc_slice (self->scratch->data, self->scratch->len);
  if (mqttc_packet_get_encoded_size (self->protocol, view) > self->limits.maximum_packet_size)
    view->properties = mqttc_slice (NULL, 0);
}

/* [MQTT-3.14.2-2]: nothing but the properties that the program gave. */
static void
encode_disconnect (MqttcEngine *self)
{
  MqttcPacketView view;
  gsize limit = self->limits.maximum_packet_size;

  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_DISCONNECT);
  if (self->protocol == MQTTC_PROTOCOL_V5)
    {
      view.reason_code = (guint8) self->close_reason;
      if (self->close_properties != NULL)
        view.properties.data = g_bytes_get_data (self->close_properties, &view.properties.len);

      /* [MQTT-3.14.2-3] [MQTT-3.14.2-4] */
      if (limit != 0 && mqttc_packet_get_encoded_size (self->protocol, &view) > limit)
        shorten_disconnect (self, &view);
      note_session_expiry (self, view.properties);
    }

  encode (self, &view, NULL);
}

/* Section 4.9 of MQTT 5: what gives the server back one of our receive maximum, whatever it says, and also
 * of a message of an earlier connection. */
static inline gboolean
ends_delivery (const MqttcAck *ack)
{
  return ack->type == MQTTC_PACKET_TYPE_PUBACK || ack->type == MQTTC_PACKET_TYPE_PUBCOMP;
}

static gboolean
encode_ack (MqttcEngine *self)
{
  const MqttcAck *ack = (const MqttcAck *) (gconstpointer) self->acks->data + self->first_ack;

  self->first_ack++;
  if (G_UNLIKELY (self->protocol == MQTTC_PROTOCOL_V5) && ends_delivery (ack))
    self->unanswered--;
  if (G_UNLIKELY (self->ack_details != NULL))
    mqttc_engine_encode_detailed_ack (self, ack);
  else
    encode_simple (self, ack->type, ack->packet_id, ack->reason_code);
  return TRUE;
}

/* Section 3.3.2.3.4 of MQTT 5. How long the alias is in front of the message's properties; 0: there is
 * none. */
static G_NO_INLINE gsize
add_alias (MqttcEngine *self,
           MqttcPacketView *view)
{
  gboolean may_reassign = self->unqueued_end <= mqttc_send_buffer_get_taken (&self->output);
  const gsize limit = mqttc_engine_get_max_size (self);
  guint8 *property = self->alias_property;
  MqttcAliasUse use;
  guint16 alias;

  /* With both the topic and an alias it is longer than what was checked against the limit. */
  if (limit != 0 && mqttc_packet_get_size_bound (self->protocol, view) + 4 > limit)
    return 0;

  use = mqttc_topic_aliases_get (&self->aliases, view->publish.topic, may_reassign, &alias);
  if (use == MQTTC_ALIAS_NONE)
    return 0;

  property[0] = MQTTC_PROPERTY_ID_TOPIC_ALIAS;
  property[1] = (guint8) (alias >> 8);
  property[2] = (guint8) alias;
  if (use == MQTTC_ALIAS_USE)
    view->publish.topic.len = 0;
  if (G_LIKELY (view->properties.len == 0))
    view->properties = mqttc_slice (property, sizeof self->alias_property);
  else
    {
      g_byte_array_set_size (self->scratch, 0);
      g_byte_array_append (self->scratch, property, sizeof self->alias_property);
      g_byte_array_append (self->scratch, view->properties.data, view->properties.len);
      view->properties = mqttc_slice (self->scratch->data, self->scratch->len);
    }

  return sizeof self->alias_property;
}

/* The interval is at @offset of the message's own properties, which come behind the alias. */
static void
set_expiry (MqttcEngine *self,
            MqttcPacketView *view,
            gsize alias_len,
            gsize offset,
            guint32 seconds)
{
  GByteArray *scratch = self->scratch;

  if (alias_len == 0)
    {
      g_byte_array_set_size (scratch, 0);
      g_byte_array_append (scratch, view->properties.data, view->properties.len);
      view->properties = mqttc_slice (scratch->data, scratch->len);
    }

  seconds = GUINT32_TO_BE (seconds);
  memcpy (scratch->data + alias_len + offset, &seconds, sizeof seconds);
}

/* Section 3.3.2.3.3 of MQTT 5: the server is told what is @left of the interval. Once sent the message
 * does not expire any more [MQTT-4.3.3-7], but at the server. */
static G_NO_INLINE void
count_down (MqttcEngine *self,
            MqttcMessage *message,
            MqttcPacketView *view,
            gsize alias_len,
            gint64 left)
{
  guint32 seconds;
  gsize offset;

  left = MAX (left / G_USEC_PER_SEC, 1);
  if (mqttc_message_find_expiry (message, &seconds, &offset))
    set_expiry (self, view, alias_len, offset, (guint32) MIN (left, seconds));
}

static inline void
fill_publish (MqttcEngine *self,
              MqttcMessage *message,
              MqttcPacketView *view,
              gint64 deadline,
              gint64 now)
{
  /* All that a PUBLISH has: the rest of the view is not looked at. */
  view->packet_id = 0;
  view->publish.dup = FALSE;
  mqttc_message_fill_view (message, view);

  if (self->protocol == MQTTC_PROTOCOL_V5)
    {
      gsize alias_len = self->aliases.maximum != 0 ? add_alias (self, view) : 0;

      if (deadline != 0)
        count_down (self, message, view, alias_len, deadline - now);
    }
}

void
mqttc_engine_encode_message (MqttcEngine *self,
                             MqttcMessage *message)
{
  MqttcPacketView view;

  fill_publish (self, message, &view, 0, 0);
  view.publish.qos = MQTTC_QOS_AT_MOST_ONCE;
  encode (self, &view, message);
  self->totals.messages_sent++;
}

static void
encode_publish (MqttcEngine *self,
                MqttcRequest *request,
                gint64 now)
{
  MqttcPacketView view;

  fill_publish (self, request->message, &view, request->deadline, now);
  view.publish.qos = request->qos;
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

void
mqttc_engine_fill_filters (MqttcEngine *self,
                           const MqttcFilterSet *set,
                           MqttcPacketType type,
                           guint16 packet_id,
                           MqttcPacketView *view)
{
  *view = (MqttcPacketView){
    .type = type,
    .packet_id = packet_id,
    .filters = {
      .entries = mqttc_slice (set->entries->data, set->entries->len),
      .n_entries = set->n_filters,
    },
  };

  if (self->protocol != MQTTC_PROTOCOL_V5 && set->has_options)
    view->filters.entries = mqttc_filter_set_get_plain_entries (set, self->scratch);
  if (self->protocol == MQTTC_PROTOCOL_V5 && set->subscription_id != 0
      && self->limits.subscription_ids)
    {
      const MqttcProperty id = {
        .id = MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER,
        .number = set->subscription_id,
      };

      g_byte_array_set_size (self->scratch, 0);
      mqttc_properties_append (self->scratch, &id);
      view->properties = mqttc_slice (self->scratch->data, self->scratch->len);
    }
}

static void
encode_filters (MqttcEngine *self,
                MqttcRequest *request)
{
  MqttcPacketType type = request->kind == MQTTC_REQUEST_SUBSCRIBE ? MQTTC_PACKET_TYPE_SUBSCRIBE
                                                                  : MQTTC_PACKET_TYPE_UNSUBSCRIBE;
  MqttcPacketView view;

  mqttc_engine_fill_filters (self, request->set, type, request->packet_id, &view);
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
    encode_simple (self, MQTTC_PACKET_TYPE_PUBREL, request->packet_id, 0);
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

/* [MQTT-3.14.4-1]: after DISCONNECT nothing is. */
static inline gboolean
must_authenticate (const MqttcEngine *self)
{
  return self->auth_due && self->link != MQTTC_LINK_DISCONNECTING;
}

/* FALSE: there is nothing that may be sent now. */
static gboolean
encode_next (MqttcEngine *self,
             gint64 now)
{
  MqttcRequest *request;

  if (G_UNLIKELY (self->connect_due))
    return mqttc_engine_encode_connect (self, now);
  if (G_UNLIKELY (must_authenticate (self)))
    return mqttc_engine_encode_auth (self);

  if (self->link < MQTTC_LINK_CONNECTED)
    return FALSE;

  if (mqttc_engine_count_acks (self) > 0)
    return encode_ack (self);

  if (self->disconnect_due)
    {
      encode_disconnect (self);
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
      if (self->events.length == 0)
        mqttc_event_queue_clear (&self->events);
      mqttc_block_pool_clear ();
      encode_simple (self, MQTTC_PACKET_TYPE_PINGREQ, 0, 0);
      self->keepalive.ping_end = self->output.position;
      return TRUE;
    }

  request = get_next_request (self);
  if (request == NULL)
    return FALSE;

  /* Most connections have no limits, and most messages live for ever. */
  if (G_LIKELY (!request->watched && !self->limits.any_for_publish)
      || !mqttc_engine_withdraw (self, request, now))
    encode_request (self, request, now);
  return TRUE;
}

gboolean
mqttc_engine_want_write (MqttcEngine *self)
{
  if (self->output.pending > 0 || self->connect_due || self->disconnect_due
      || must_authenticate (self))
    return TRUE;
  if (self->link < MQTTC_LINK_CONNECTED)
    return FALSE;
  if (mqttc_engine_count_acks (self) > 0)
    return TRUE;
  if (self->link == MQTTC_LINK_DISCONNECTING)
    return FALSE;

  return self->keepalive.ping_due || get_next_request (self) != NULL;
}

/* For whoever is about to close the link. */
static guint
peek_last_words (MqttcEngine *self,
                 MqttcSlice *slices)
{
  if (self->n_last_words == 0 || self->link != MQTTC_LINK_NONE)
    return 0;

  slices[0] = mqttc_slice (self->last_words, self->n_last_words);
  self->n_last_words = 0;
  return 1;
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
      return peek_last_words (self, slices);
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
  /* Last words have been forgotten already. */
  if (n_bytes == 0 || self->link == MQTTC_LINK_NONE)
    return;

  g_return_if_fail (n_bytes <= self->output.pending);

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
