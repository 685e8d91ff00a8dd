/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Packets in: what each packet of section 3 does to a client. */

#include "config.h"

#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"

/* Well-formed acknowledgements of nothing happen after a loss on either side; a flood of them is
 * something else. */
#define MAX_STRAY_ACKS 100

static void G_GNUC_PRINTF (4, 5)
    fail (MqttcEngine *self, gint64 now, MqttcClientError code, const char *format, ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (MQTTC_CLIENT_ERROR, (gint) code, format, args);
  va_end (args);

  mqttc_engine_fail_link (self, error, TRUE, now);
}

static void
count_stray_ack (MqttcEngine *self,
                 const MqttcPacketView *view,
                 gint64 now)
{
  self->totals.stray_acks++;
  self->link_stray_acks++;

  if (self->link_stray_acks > MAX_STRAY_ACKS)
    fail (
        self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
        "The server sent more than %u acknowledgements that belong to nothing, the last a %s with "
        "the packet identifier %u",
        MAX_STRAY_ACKS, mqttc_packet_type_get_name (view->type), view->packet_id);
}

static void
handle_connack (MqttcEngine *self,
                const MqttcPacketView *view,
                gint64 now)
{
  if (self->link != MQTTC_LINK_HANDSHAKE)
    {
      fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL, "The server sent a second CONNACK");
      return;
    }

  if (self->connect_due)
    {
      fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL, "The server sent CONNACK before it was asked");
      return;
    }

  if (view->reason_code != MQTTC_REASON_CODE_SUCCESS)
    {
      GError *error = g_error_new (MQTTC_REASON_ERROR, view->reason_code,
                                   "The server refused the connection: %s",
                                   mqttc_reason_code_to_string (view->reason_code, view->type));

      mqttc_engine_fail_link (self, error, TRUE, now);
      return;
    }

  /* [MQTT-3.2.2-1] */
  if (view->connack.session_present && self->sent_clean_session)
    {
      fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
            "The server says that it kept a session, though a clean one was asked for");
      return;
    }

  mqttc_engine_connected (self, view, now);
}

/* Only the program's own acknowledgement asks for it. */
static inline void
note_receipt (MqttcEngine *self,
              MqttcMessage *message,
              guint64 token)
{
  if (G_UNLIKELY (self->config.manual_acks))
    *mqttc_message_peek_receipt (message)
        = (MqttcReceipt){ .engine = self->number, .token = token };
}

/* @message (transfer full). */
static void
hold_message (MqttcEngine *self,
              const MqttcPacketView *view,
              MqttcMessage *message,
              gint64 now)
{
  guint64 token = mqttc_inbox_find (&self->inbox, view->packet_id);

  /* A repetition: it is here already, and only PUBREC was lost. */
  if (token != 0)
    {
      note_receipt (self, message, token);
      mqttc_message_unref (message);
      mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREC, view->packet_id);
      return;
    }

  if (self->inbox.held_bytes > self->config.max_held_bytes)
    {
      fail (self, now, MQTTC_CLIENT_ERROR_LIMIT,
            "The server sent QoS 2 messages of %" G_GSIZE_FORMAT
            " bytes without releasing them, the limit is %" G_GSIZE_FORMAT,
            self->inbox.held_bytes, self->config.max_held_bytes);
      mqttc_message_unref (message);
      return;
    }

  token = mqttc_inbox_hold (&self->inbox, view->packet_id, message);
  note_receipt (self, message, token);
  mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREC, view->packet_id);
}

static void
handle_puback (MqttcEngine *self,
               const MqttcPacketView *view,
               gint64 now)
{
  MqttcRequest *request = mqttc_id_table_lookup (&self->outbox.ids, view->packet_id);

  if (request == NULL || request->list != &self->outbox.published
      || request->qos != MQTTC_QOS_AT_LEAST_ONCE)
    {
      count_stray_ack (self, view, now);
      return;
    }

  mqttc_engine_complete_answered (self, request, view);
}

static void
handle_pubrec (MqttcEngine *self,
               const MqttcPacketView *view,
               gint64 now)
{
  MqttcRequest *request = mqttc_id_table_lookup (&self->outbox.ids, view->packet_id);

  if (request == NULL || request->qos != MQTTC_QOS_EXACTLY_ONCE)
    {
      count_stray_ack (self, view, now);
      return;
    }

  if (request->list == &self->outbox.published)
    {
      if (mqttc_outbox_release (&self->outbox, request))
        mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREL, view->packet_id);
      return;
    }

  /* Said twice: so is PUBREL, unless it is among the resends still to leave. */
  if (request->on_link)
    mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREL, view->packet_id);
  count_stray_ack (self, view, now);
}

static void
handle_pubrel (MqttcEngine *self,
               const MqttcPacketView *view,
               gint64 now)
{
  MqttcMessage *held = NULL;
  guint64 token;

  switch (mqttc_inbox_release (&self->inbox, view->packet_id, &held, &token))
    {
    case MQTTC_RELEASE_DELIVER:
      mqttc_engine_push_message (self, held, token);
      break;
    case MQTTC_RELEASE_UNKNOWN:
      /* PUBCOMP was lost on an earlier connection: without it the server would ask for ever. */
      mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBCOMP, view->packet_id);
      break;
    case MQTTC_RELEASE_AGAIN:
    default:
      /* Handed over when acknowledgements were manual, which they are no more. */
      if (!self->config.manual_acks)
        mqttc_engine_finish_step (self, token, MQTTC_STEP_ACKNOWLEDGED);
      break;
    }
}

static void
handle_pubcomp (MqttcEngine *self,
                const MqttcPacketView *view,
                gint64 now)
{
  MqttcRequest *request = mqttc_id_table_lookup (&self->outbox.ids, view->packet_id);

  if (request == NULL || request->list != &self->outbox.released)
    {
      count_stray_ack (self, view, now);
      return;
    }

  mqttc_engine_complete_answered (self, request, view);
}

static MqttcRequest *
find_asked (MqttcEngine *self,
            const MqttcPacketView *view,
            MqttcRequestKind kind,
            gint64 now)
{
  MqttcRequest *request = mqttc_id_table_lookup (&self->outbox.ids, view->packet_id);

  if (request != NULL && request->kind == kind)
    return request;

  count_stray_ack (self, view, now);
  return NULL;
}

static void
handle_suback (MqttcEngine *self,
               const MqttcPacketView *view,
               gint64 now)
{
  MqttcRequest *request = find_asked (self, view, MQTTC_REQUEST_SUBSCRIBE, now);
  MqttcEngineEvent *event;

  if (request == NULL)
    return;

  /* [MQTT-3.8.4-5] */
  if (view->suback.codes.len != request->set->n_filters)
    {
      fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
            "The server answered SUBSCRIBE of %u filters with %" G_GSIZE_FORMAT " codes",
            request->set->n_filters, view->suback.codes.len);
      return;
    }

  if (request->sequence != 0)
    {
      mqttc_subscriptions_answered (&self->subscriptions, request->set, request->sequence,
                                    view->suback.codes.data);
    }
  else
    {
      mqttc_subscriptions_made_again (&self->subscriptions, request->set, view->suback.codes.data);
      event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_RESUBSCRIBED);
      event->filters = g_steal_pointer (&request->set->filters);
      event->packet = mqttc_packet_new_from_view (self->config.protocol, view, NULL);
    }

  mqttc_engine_complete_answered (self, request, view);
}

static void
handle_unsuback (MqttcEngine *self,
                 const MqttcPacketView *view,
                 gint64 now)
{
  MqttcRequest *request = find_asked (self, view, MQTTC_REQUEST_UNSUBSCRIBE, now);

  if (request != NULL)
    mqttc_engine_complete_answered (self, request, view);
}

static void
handle_pingresp (MqttcEngine *self,
                 const MqttcPacketView *view,
                 gint64 now)
{
  /* Any byte is a sign of life; it has been noted where bytes come in. */
}

static void
fail_illegal (MqttcEngine *self,
              guint type,
              gint64 now)
{
  fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL, "The server sent %s, which only a client may send",
        mqttc_packet_type_get_name (type));
}

static void
handle_illegal (MqttcEngine *self,
                const MqttcPacketView *view,
                gint64 now)
{
  fail_illegal (self, view->type, now);
}

typedef void (*Handler) (MqttcEngine *self,
                         const MqttcPacketView *view,
                         gint64 now);

static const Handler handlers[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = handle_illegal,     [MQTTC_PACKET_TYPE_CONNACK] = handle_connack,
  [MQTTC_PACKET_TYPE_PUBACK] = handle_puback,       [MQTTC_PACKET_TYPE_PUBREC] = handle_pubrec,
  [MQTTC_PACKET_TYPE_PUBREL] = handle_pubrel,       [MQTTC_PACKET_TYPE_PUBCOMP] = handle_pubcomp,
  [MQTTC_PACKET_TYPE_SUBSCRIBE] = handle_illegal,   [MQTTC_PACKET_TYPE_SUBACK] = handle_suback,
  [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = handle_illegal, [MQTTC_PACKET_TYPE_UNSUBACK] = handle_unsuback,
  [MQTTC_PACKET_TYPE_PINGREQ] = handle_illegal,     [MQTTC_PACKET_TYPE_PINGRESP] = handle_pingresp,
  [MQTTC_PACKET_TYPE_DISCONNECT] = handle_illegal,  [MQTTC_PACKET_TYPE_AUTH] = handle_illegal,
};

static inline void
report_incoming (MqttcEngine *self,
                 const MqttcPacketView *view,
                 MqttcMessage *message)
{
  if (G_UNLIKELY (self->report_incoming))
    mqttc_engine_report_packet (self, MQTTC_ENGINE_EVENT_INCOMING, view, message);
}

/* A large payload stays in the @buffer (nullable) that it was received in, if nothing else is there. */
static MqttcMessage *
make_message (MqttcEngine *self,
              const MqttcPacketView *view,
              MqttcReceiveBuffer *buffer)
{
  MqttcMessage *message;

  if (buffer == NULL || !mqttc_receive_buffer_is_all (buffer, view->publish.payload))
    return mqttc_message_new_from_pool (view, self->pool);

  message = mqttc_message_new_in_buffer (view, buffer->data);
  if (message != NULL)
    *buffer = (MqttcReceiveBuffer){ 0 };

  return message;
}

static void
handle_publish (MqttcEngine *self,
                const MqttcPacketView *view,
                MqttcReceiveBuffer *buffer,
                gint64 now)
{
  MqttcMessage *message = make_message (self, view, buffer);
  guint64 token = 0;

  if (G_UNLIKELY (message == NULL))
    {
      fail (self, now, MQTTC_CLIENT_ERROR_LIMIT,
            "There is no memory for a message of %" G_GSIZE_FORMAT " bytes",
            view->publish.payload.len);
      return;
    }

  report_incoming (self, view, message);

  if (view->publish.qos == MQTTC_QOS_EXACTLY_ONCE)
    {
      hold_message (self, view, message, now);
      return;
    }

  if (view->publish.qos == MQTTC_QOS_AT_LEAST_ONCE)
    token = mqttc_inbox_add (&self->inbox, view->packet_id);
  note_receipt (self, message, token);
  mqttc_engine_push_message (self, message, token);
}

static void
handle_packet (MqttcEngine *self,
               const MqttcPacketView *view,
               MqttcReceiveBuffer *buffer,
               gint64 now)
{
  self->totals.packets_received++;
  if (G_UNLIKELY (self->pulled) && self->link == MQTTC_LINK_CONNECTED)
    self->pull_open = FALSE;

  if (view->type == MQTTC_PACKET_TYPE_PUBLISH)
    {
      handle_publish (self, view, buffer, now);
      return;
    }

  report_incoming (self, view, NULL);
  handlers[view->type](self, view, now);
}

static const char *
guess_peer (guint8 first)
{
  switch (first)
    {
    case 'H':
      return " (it looks like HTTP)";
    case 'S':
      return " (it looks like SSH)";
    case 0x15:
    case 0x16:
      return " (it looks like TLS: try mqtts)";
    default:
      return "";
    }
}

/* What answers may be something else altogether: an HTTP server, a TLS port, a portal. Nothing but
 * CONNACK can be right [MQTT-3.2.0-1], so the first byte is enough: the rest of what looks like a long
 * packet may never come. */
static gboolean
check_peer (MqttcEngine *self,
            guint8 first,
            gint64 now)
{
  const MqttcFrame frame = { .type_and_flags = first };
  const guint type = first >> 4;

  if (type == MQTTC_PACKET_TYPE_CONNACK)
    return TRUE;

  if (mqttc_frame_get_fault (self->config.protocol, &frame) == NULL)
    fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
          "The server began with %s instead of CONNACK; is it an MQTT server?",
          mqttc_packet_type_get_name (type));
  else
    fail (self, now, MQTTC_CLIENT_ERROR_NOT_MQTT,
          "The peer does not speak MQTT: its first byte is 0x%02x%s", first, guess_peer (first));
  return FALSE;
}

static void
fail_frame (MqttcEngine *self,
            MqttcDecodeResult result,
            const MqttcFrame *frame,
            gint64 now)
{
  if (result == MQTTC_DECODE_TOO_LARGE)
    fail (self, now, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
          "The server sent a packet of %" G_GSIZE_FORMAT " bytes, the limit is %" G_GSIZE_FORMAT
          " (max-packet-size)",
          mqttc_frame_get_size (frame), self->config.max_packet_size);
  else
    fail (self, now, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
          "The server sent a fixed header that is not one of MQTT");
}

/* A packet that cannot be right is not waited for. */
static void
check_incomplete (MqttcEngine *self,
                  const MqttcFrame *frame,
                  gint64 now)
{
  guint type = frame->type_and_flags >> 4;
  const char *fault = mqttc_frame_get_fault (self->config.protocol, frame);

  if (fault != NULL)
    fail (self, now, MQTTC_CLIENT_ERROR_MALFORMED_PACKET, "The server began a %s, but %s",
          mqttc_packet_type_get_name (type), fault);
  else if (handlers[type] == handle_illegal)
    fail_illegal (self, type, now);
}

/* The same error as if the header had come alone: it must not depend on how the bytes were cut. */
static void
fail_packet (MqttcEngine *self,
             const MqttcFrame *frame,
             const char *fault,
             gint64 now)
{
  guint type = frame->type_and_flags >> 4;

  if (handlers[type] == handle_illegal
      && mqttc_frame_get_fault (self->config.protocol, frame) == NULL)
    fail_illegal (self, type, now);
  else
    fail (self, now, MQTTC_CLIENT_ERROR_MALFORMED_PACKET, "The server sent a malformed %s: %s",
          mqttc_packet_type_get_name (type), fault);
}

gsize
mqttc_engine_decode_one (MqttcEngine *self,
                         const guint8 *data,
                         gsize len,
                         MqttcReceiveBuffer *buffer,
                         gint64 now)
{
  MqttcFrame frame = { 0 };
  MqttcPacketView view;
  MqttcDecodeResult result;
  const char *fault = NULL;

  if (len == 0)
    return 0;
  if (G_UNLIKELY (self->link == MQTTC_LINK_HANDSHAKE) && !check_peer (self, data[0], now))
    return 0;

  result = mqttc_frame_decode (data, len, self->config.max_packet_size, &frame);
  if (result == MQTTC_DECODE_NEED_MORE)
    return 0;
  if (result != MQTTC_DECODE_OK)
    {
      fail_frame (self, result, &frame, now);
      return 0;
    }
  if (len < mqttc_frame_get_size (&frame))
    {
      check_incomplete (self, &frame, now);
      return 0;
    }

  if (mqttc_packet_decode (self->config.protocol, &frame, data, &view, &fault) != MQTTC_DECODE_OK)
    {
      fail_packet (self, &frame, fault, now);
      return 0;
    }

  handle_packet (self, &view, buffer, now);
  return mqttc_frame_get_size (&frame);
}
