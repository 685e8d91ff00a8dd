/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Packets in: what each packet of section 3 does to a client. */

#include "config.h"

#include "codec/mqttc-property-private.h"
#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-reason-error-private.h"

/* Well-formed acknowledgements of nothing happen after a loss on either side; a flood of them is
 * something else. */
#define MAX_STRAY_ACKS 100

/* From here on a reason code is a failure. */
#define FIRST_FAILURE 0x80

/* Section 4.13 of MQTT 5. */
static MqttcReasonCode
get_reason (MqttcClientError code)
{
  switch ((guint) code)
    {
    case MQTTC_CLIENT_ERROR_MALFORMED_PACKET:
    case MQTTC_CLIENT_ERROR_NOT_MQTT:
      return MQTTC_REASON_CODE_MALFORMED_PACKET;
    case MQTTC_CLIENT_ERROR_PROTOCOL:
      return MQTTC_REASON_CODE_PROTOCOL_ERROR;
    case MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE:
      return MQTTC_REASON_CODE_PACKET_TOO_LARGE;
    default:
      return MQTTC_REASON_CODE_UNSPECIFIED_ERROR;
    }
}

void
mqttc_engine_fail (MqttcEngine *self,
                   gint64 now,
                   MqttcClientError code,
                   const char *format,
                   ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (MQTTC_CLIENT_ERROR, (gint) code, format, args);
  va_end (args);

  mqttc_engine_reject (self, get_reason (code), error, now);
}

static void
count_stray_ack (MqttcEngine *self,
                 const MqttcPacketView *view,
                 gint64 now)
{
  self->totals.stray_acks++;
  self->link_stray_acks++;

  if (self->link_stray_acks > MAX_STRAY_ACKS)
    mqttc_engine_fail (
        self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
        "The server sent more than %u acknowledgements that belong to nothing, the last a %s with "
        "the packet identifier %u",
        MAX_STRAY_ACKS, mqttc_packet_type_get_name (view->type), view->packet_id);
}

/* [MQTT-4.4.0-2]: a refusal ends the exchange, too. */
static G_NO_INLINE void
complete_refused (MqttcEngine *self,
                  MqttcRequest *request,
                  const MqttcPacketView *view)
{
  g_autofree char *topic = NULL;
  GError *error;

  if (request->message != NULL)
    topic = mqttc_text_for_display (mqttc_message_get_topic (request->message));
  error = mqttc_reason_error_new (
      view->reason_code, mqttc_packet_new_from_view (self->protocol, view, NULL),
      topic != NULL ? "The server refused the message for “%s”: %s"
                    : "The server refused to complete a message%s: %s",
      topic != NULL ? topic : "", mqttc_reason_code_to_string (view->reason_code, view->type));
  mqttc_engine_complete (self, request, NULL, error);
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

  if (G_LIKELY (view->reason_code < FIRST_FAILURE))
    mqttc_engine_complete_answered (self, request, view);
  else
    complete_refused (self, request, view);
}

/* Section 3.6.2.1 of MQTT 5: without an answer the server would keep the identifier. */
static void
refuse_pubrec (MqttcEngine *self,
               const MqttcPacketView *view)
{
  if (self->protocol == MQTTC_PROTOCOL_V5 && view->reason_code < FIRST_FAILURE
      && self->link == MQTTC_LINK_CONNECTED)
    mqttc_engine_push_refusal (self, MQTTC_PACKET_TYPE_PUBREL, view->packet_id,
                               MQTTC_REASON_CODE_PACKET_IDENTIFIER_NOT_FOUND);
}

static void
handle_pubrec (MqttcEngine *self,
               const MqttcPacketView *view,
               gint64 now)
{
  MqttcRequest *request = mqttc_id_table_lookup (&self->outbox.ids, view->packet_id);

  if (request == NULL || request->qos != MQTTC_QOS_EXACTLY_ONCE)
    {
      refuse_pubrec (self, view);
      count_stray_ack (self, view, now);
      return;
    }

  if (request->list == &self->outbox.published)
    {
      if (G_UNLIKELY (view->reason_code >= FIRST_FAILURE))
        complete_refused (self, request, view);
      else if (mqttc_outbox_release (&self->outbox, request))
        mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREL, view->packet_id);
      return;
    }

  /* Said twice: so is PUBREL, unless it is among the resends still to leave, or there is none for what was
   * said now [MQTT-4.3.3-4]. */
  if (request->on_link && view->reason_code < FIRST_FAILURE)
    mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREL, view->packet_id);
  count_stray_ack (self, view, now);
}

/* It came when acknowledgements were manual, which they are perhaps no more. */
static void
finish_manual_ack (MqttcEngine *self,
                   guint64 token)
{
  if (!self->config.manual_acks)
    mqttc_engine_finish_step (self, token, MQTTC_STEP_ACKNOWLEDGED);
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
      finish_manual_ack (self, token);
      mqttc_engine_push_message (self, held, token);
      break;
    case MQTTC_RELEASE_UNKNOWN:
      /* PUBCOMP was lost on an earlier connection: without it the server would ask for ever. */
      mqttc_engine_push_refusal (self, MQTTC_PACKET_TYPE_PUBCOMP, view->packet_id,
                                 MQTTC_REASON_CODE_PACKET_IDENTIFIER_NOT_FOUND);
      break;
    case MQTTC_RELEASE_AGAIN:
    default:
      finish_manual_ack (self, token);
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

  /* Section 3.7.2.1: after a reconnection it says no more than that the PUBCOMP before was lost. */
  if (G_LIKELY (view->reason_code < FIRST_FAILURE || request->resumed))
    mqttc_engine_complete_answered (self, request, view);
  else
    complete_refused (self, request, view);
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
tell_subscribed (MqttcEngine *self,
                 MqttcRequest *request,
                 const MqttcPacketView *view)
{
  MqttcEngineEvent *event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_SUBSCRIBED);

  if (request->cancelled)
    event->how = request->set->subscription_id != 0 ? MQTTC_ENGINE_SUBSCRIBED_CANCELLED_WITH_ID
                                                    : MQTTC_ENGINE_SUBSCRIBED_CANCELLED;
  event->filters = g_steal_pointer (&request->set->filters);
  event->packet = mqttc_packet_new_from_view (self->protocol, view, NULL);
}

static void
handle_suback (MqttcEngine *self,
               const MqttcPacketView *view,
               gint64 now)
{
  MqttcRequest *request = find_asked (self, view, MQTTC_REQUEST_SUBSCRIBE, now);

  if (request == NULL)
    return;

  /* [MQTT-3.8.4-5] */
  if (view->suback.codes.len != request->set->n_filters)
    {
      mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                         "The server answered SUBSCRIBE of %u filters with %" G_GSIZE_FORMAT
                         " codes",
                         request->set->n_filters, view->suback.codes.len);
      return;
    }

  if (request->sequence != 0)
    mqttc_subscriptions_answered (&self->subscriptions, request->set, request->sequence,
                                  view->suback.codes.data);
  else
    mqttc_subscriptions_made_again (&self->subscriptions, request->set, view->suback.codes.data);

  if (request->sequence == 0 || request->cancelled)
    tell_subscribed (self, request, view);
  mqttc_engine_complete_answered (self, request, view);
}

static void
handle_unsuback (MqttcEngine *self,
                 const MqttcPacketView *view,
                 gint64 now)
{
  MqttcRequest *request = find_asked (self, view, MQTTC_REQUEST_UNSUBSCRIBE, now);

  if (request == NULL)
    return;

  /* [MQTT-3.11.3-1] */
  if (self->protocol == MQTTC_PROTOCOL_V5 && view->suback.codes.len != request->set->n_filters)
    {
      mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                         "The server answered UNSUBSCRIBE of %u filters with %" G_GSIZE_FORMAT
                         " codes",
                         request->set->n_filters, view->suback.codes.len);
      return;
    }

  mqttc_engine_complete_answered (self, request, view);
}

static void
fail_illegal (MqttcEngine *self,
              guint type,
              gint64 now)
{
  mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                     "The server sent %s, which only a client may send",
                     mqttc_packet_type_get_name (type));
}

/* Section 3.14 of MQTT 5. */
static void
handle_disconnect (MqttcEngine *self,
                   const MqttcPacketView *view,
                   gint64 now)
{
  const char *reason = mqttc_reason_code_to_string (view->reason_code, view->type);
  MqttcProperty property;
  GError *error;

  if (self->protocol != MQTTC_PROTOCOL_V5)
    {
      fail_illegal (self, view->type, now);
      return;
    }

  /* [MQTT-3.14.2-2]; before CONNACK it does not get here, see check_peer(). */
  if (mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL,
                             &property))
    mqttc_engine_fail (
        self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
        "The server sent DISCONNECT with a session expiry interval, which only a client may");
  else if (view->reason_code == MQTTC_REASON_CODE_DISCONNECT_WITH_WILL)
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                       "The server sent DISCONNECT with the reason 0x04, which only a client may");
  else
    {
      g_autofree char *other = mqttc_engine_read_redirect (self, view);

      if (view->reason_code >= FIRST_FAILURE)
        error = mqttc_reason_error_new (view->reason_code,
                                        mqttc_packet_new_from_view (self->protocol, view, NULL),
                                        "The server closed the connection: %s%s", reason, other);
      else
        error = g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST,
                             "The server closed the connection: %s", reason);
      mqttc_engine_fail_link (self, error, TRUE, now);
    }
}

static void
handle_pingresp (MqttcEngine *self,
                 const MqttcPacketView *view,
                 gint64 now)
{
  /* Any byte is a sign of life; it has been noted where bytes come in. */
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
  [MQTTC_PACKET_TYPE_CONNECT] = handle_illegal,
  [MQTTC_PACKET_TYPE_CONNACK] = mqttc_engine_handle_connack,
  [MQTTC_PACKET_TYPE_PUBACK] = handle_puback,
  [MQTTC_PACKET_TYPE_PUBREC] = handle_pubrec,
  [MQTTC_PACKET_TYPE_PUBREL] = handle_pubrel,
  [MQTTC_PACKET_TYPE_PUBCOMP] = handle_pubcomp,
  [MQTTC_PACKET_TYPE_SUBSCRIBE] = handle_illegal,
  [MQTTC_PACKET_TYPE_SUBACK] = handle_suback,
  [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = handle_illegal,
  [MQTTC_PACKET_TYPE_UNSUBACK] = handle_unsuback,
  [MQTTC_PACKET_TYPE_PINGREQ] = handle_illegal,
  [MQTTC_PACKET_TYPE_PINGRESP] = handle_pingresp,
  [MQTTC_PACKET_TYPE_DISCONNECT] = handle_disconnect,
  [MQTTC_PACKET_TYPE_AUTH] = mqttc_engine_handle_auth,
};

/* What only a server of MQTT 5 may send is taken for what a client may. */
static gboolean
is_illegal (const MqttcEngine *self,
            guint type)
{
  return handlers[type] == handle_illegal
         || (type == MQTTC_PACKET_TYPE_DISCONNECT && self->protocol != MQTTC_PROTOCOL_V5);
}

/* [MQTT-3.1.2-29] */
static gboolean
check_problem_information (MqttcEngine *self,
                           const MqttcPacketView *view,
                           gint64 now)
{
  MqttcProperty property;

  if (!self->config.refuse_problem_information || view->type == MQTTC_PACKET_TYPE_CONNACK
      || view->type == MQTTC_PACKET_TYPE_DISCONNECT
      || !(mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_REASON_STRING, &property)
           || mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_USER_PROPERTY, &property)))
    return TRUE;

  mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                     "The server sent %s with what it was asked to leave out",
                     mqttc_packet_type_get_name (view->type));
  return FALSE;
}

static void
handle_packet (MqttcEngine *self,
               MqttcPacketView *view,
               MqttcReceiveBuffer *buffer,
               gint64 now)
{
  self->totals.packets_received++;
  if (G_UNLIKELY (self->pulled) && self->link == MQTTC_LINK_CONNECTED)
    self->pull_open = FALSE;

  if (view->type == MQTTC_PACKET_TYPE_PUBLISH)
    {
      mqttc_engine_handle_publish (self, view, buffer, now);
      return;
    }

  mqttc_engine_report_incoming (self, view, NULL);
  if (G_LIKELY (view->properties.len == 0) || check_problem_information (self, view, now))
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
 * CONNACK, or AUTH, can be right [MQTT-3.2.0-1], not even DISCONNECT [MQTT5-3.14.0-1], so the first byte is enough: the rest of what looks like a long
 * packet may never come. */
static gboolean
check_peer (MqttcEngine *self,
            guint8 first,
            gint64 now)
{
  const MqttcFrame frame = { .type_and_flags = first };
  const guint type = first >> 4;

  if (type == MQTTC_PACKET_TYPE_CONNACK
      || (type == MQTTC_PACKET_TYPE_AUTH && self->auth.state != MQTTC_AUTH_NONE))
    return TRUE;

  if (mqttc_frame_get_fault (self->protocol, &frame) == NULL)
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                       "The server began with %s instead of CONNACK; is it an MQTT server?",
                       mqttc_packet_type_get_name (type));
  else
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_NOT_MQTT,
                       "The peer does not speak MQTT: its first byte is 0x%02x%s", first,
                       guess_peer (first));
  return FALSE;
}

static void
fail_frame (MqttcEngine *self,
            MqttcDecodeResult result,
            const MqttcFrame *frame,
            gint64 now)
{
  if (result == MQTTC_DECODE_TOO_LARGE)
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                       "The server sent a packet of %" G_GSIZE_FORMAT
                       " bytes, the limit is %" G_GSIZE_FORMAT " (max-packet-size)",
                       mqttc_frame_get_size (frame), self->config.max_packet_size);
  else
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                       "The server sent a fixed header that is not one of MQTT");
}

/* A packet that cannot be right is not waited for. */
static void
check_incomplete (MqttcEngine *self,
                  const MqttcFrame *frame,
                  gint64 now)
{
  guint type = frame->type_and_flags >> 4;
  const char *fault = mqttc_frame_get_fault (self->protocol, frame);

  if (fault != NULL)
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                       "The server began a %s, but %s", mqttc_packet_type_get_name (type), fault);
  else if (is_illegal (self, type))
    fail_illegal (self, type, now);
}

/* The answer of a server that knows no MQTT 5. */
static gboolean
is_old_connack (const MqttcEngine *self,
                const MqttcFrame *frame)
{
  return self->link == MQTTC_LINK_HANDSHAKE && self->protocol == MQTTC_PROTOCOL_V5
         && frame->remaining_length == 2 && frame->type_and_flags == MQTTC_PACKET_TYPE_CONNACK << 4;
}

/* The same error as if the header had come alone: it must not depend on how the bytes were cut. */
static void
fail_packet (MqttcEngine *self,
             MqttcDecodeResult result,
             const MqttcFrame *frame,
             const guint8 *data,
             const char *fault,
             gint64 now)
{
  guint type = frame->type_and_flags >> 4;

  if (is_old_connack (self, frame))
    mqttc_engine_handle_old_connack (self, data, now);
  else if (is_illegal (self, type) && mqttc_frame_get_fault (self->protocol, frame) == NULL)
    fail_illegal (self, type, now);
  else if (result == MQTTC_DECODE_PROTOCOL_ERROR)
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_PROTOCOL,
                       "The server sent a %s that must not be: %s",
                       mqttc_packet_type_get_name (type), fault);
  else
    mqttc_engine_fail (self, now, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                       "The server sent a malformed %s: %s", mqttc_packet_type_get_name (type),
                       fault);
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

  result = mqttc_packet_decode (self->protocol, &frame, data, &view, &fault);
  if (result != MQTTC_DECODE_OK)
    {
      fail_packet (self, result, &frame, data, fault, now);
      return 0;
    }

  handle_packet (self, &view, buffer, now);
  return mqttc_frame_get_size (&frame);
}
