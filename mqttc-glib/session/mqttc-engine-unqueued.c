/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* QoS 0 publishes that nobody waits for and nothing is ahead of: they are encoded when they are accepted,
 * and need neither a request nor the message any more. If the link is lost before it has taken them, they
 * are read back from the bytes that wait. */

#include "config.h"

#include "codec/mqttc-property-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"

gboolean
mqttc_engine_may_skip_queue (const MqttcEngine *self,
                             gsize size)
{
  const MqttcOutbox *outbox = &self->outbox;

  /* A large payload is not among the bytes that could be read back. What would not fit in the empty queue
   * is for that to refuse. */
  if (size >= MQTTC_GATHERED_PAYLOAD_SIZE || !mqttc_engine_has_plenty (self, size))
    return FALSE;

  if (self->link != MQTTC_LINK_CONNECTED || self->state != MQTTC_CONNECTION_STATE_CONNECTED
      || self->report_outgoing || !mqttc_send_buffer_may_append_directly (&self->output))
    return FALSE;

  /* Requests leave in the order of acceptance, resends before them; also if the link is lost, and with it
   * the SUBSCRIBE that waits for its answer is to be sent again. */
  if (outbox->asked.head != NULL || outbox->ungated.head != NULL || outbox->gated.head != NULL
      || outbox->unasked.head != NULL || outbox->resend_published != NULL
      || outbox->resend_released != NULL)
    return FALSE;

  if (self->throttle.rate != 0 || self->throttle.hold != MQTTC_HOLD_NOTHING)
    return FALSE;

  /* Control goes first, also the acknowledgement of the message whose handlers publish this one. */
  return mqttc_engine_count_acks (self) == 0 && self->inbox.ring_length == 0
         && self->inbox.held.count == 0 && !self->keepalive.ping_due;
}

void
mqttc_engine_publish_unqueued (MqttcEngine *self,
                               MqttcMessage *message)
{
  mqttc_message_lock (message);
  mqttc_engine_encode_message (self, message);
  self->unqueued_end = self->output.position;
}

/* Whether a request says what is to become of the packet that ends there. */
static gboolean
has_request (const MqttcOutbox *outbox,
             guint64 end)
{
  const MqttcRequest *request = outbox->writing.tail;

  while (request != NULL && request->end > end)
    request = request->prev;

  return request != NULL && request->end == end;
}

static void
requeue (MqttcEngine *self,
         const MqttcFrame *frame,
         const guint8 *data,
         guint64 end)
{
  MqttcMessage *message;
  MqttcProperty alias;
  MqttcPacketView view;
  const char *fault;

  if (mqttc_packet_decode (self->protocol, frame, data, &view, &fault) != MQTTC_DECODE_OK
      || view.type != MQTTC_PACKET_TYPE_PUBLISH || view.publish.qos != MQTTC_QOS_AT_MOST_ONCE
      || has_request (&self->outbox, end))
    return;

  if (mqttc_properties_find (view.properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, &alias)
      && view.publish.topic.len == 0)
    view.publish.topic = mqttc_topic_aliases_lookup (&self->aliases, alias.number);
  message = mqttc_message_new_from_view (&view);
  if (message != NULL)
    mqttc_outbox_add_written (&self->outbox, message, end);
}

void
mqttc_engine_requeue_unqueued (MqttcEngine *self)
{
  MqttcFrame frame = { 0 };
  gsize untaken;
  MqttcSlice packets = mqttc_send_buffer_get_packets (&self->output, &untaken);
  guint64 end = mqttc_send_buffer_get_taken (&self->output) + untaken - packets.len;

  while (mqttc_frame_decode (packets.data, packets.len, 0, &frame) == MQTTC_DECODE_OK
         && mqttc_frame_get_size (&frame) <= packets.len)
    {
      gsize size = mqttc_frame_get_size (&frame);

      end += size;
      packets.len -= size;
      if (packets.len < untaken)
        requeue (self, &frame, packets.data, end);
      packets.data += size;
    }

  self->unqueued_end = 0;
}
