/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What may not be sent: because the server would not take it (section 3.2.2.3 of MQTT 5), or because it
 * has expired (section 3.3.2.3.3). */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"

/* At most so often the queue is looked through for what has expired. */
#define EXPIRY_PERIOD (G_USEC_PER_SEC / 10)

gsize
mqttc_engine_get_max_size (const MqttcEngine *self)
{
  gsize own = self->config.max_outgoing_packet_size;
  gsize limit = self->limits.maximum_packet_size;

  return limit != 0 && (own == 0 || limit < own) ? limit : own;
}

/* With a full topic, which is never less than with an alias instead. */
static gsize
get_size (const MqttcEngine *self,
          MqttcMessage *message)
{
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBLISH };
  /* Without a link, of the protocol that is going to be tried: with MQTT 5 it is larger. */
  const MqttcProtocol protocol
      = self->link >= MQTTC_LINK_HANDSHAKE ? self->protocol : mqttc_engine_choose_protocol (self);

  mqttc_message_get_view (message, &view);
  view.packet_id = view.publish.qos != MQTTC_QOS_AT_MOST_ONCE ? 1 : 0;
  if (protocol != MQTTC_PROTOCOL_V5)
    view.properties = mqttc_slice (NULL, 0);

  return mqttc_packet_get_encoded_size (protocol, &view);
}

static gboolean
check_size (MqttcEngine *self,
            MqttcMessage *message,
            gsize limit,
            GError **error)
{
  g_autofree char *topic = NULL;
  gsize size;

  if (limit == 0)
    return TRUE;

  size = get_size (self, message);
  if (size <= limit)
    return TRUE;

  topic = mqttc_text_for_display (mqttc_message_get_topic (message));
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
               "Cannot publish to “%s”: the packet would have %" G_GSIZE_FORMAT
               " bytes, the limit is %" G_GSIZE_FORMAT " (%s)",
               topic, size, limit,
               limit == self->limits.maximum_packet_size ? "Maximum Packet Size of the server"
                                                         : "max-outgoing-packet-size");
  return FALSE;
}

static gboolean
refuse (const char *topic,
        const char *action,
        const char *why,
        GError **error)
{
  g_autofree char *shown = mqttc_text_for_display (topic);

  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT, "Cannot %s “%s”: %s", action,
               shown, why);
  return FALSE;
}

static gboolean
check_message (MqttcEngine *self,
               MqttcMessage *message,
               gboolean may_lower,
               GError **error)
{
  const char *topic = mqttc_message_get_topic (message);

  if (mqttc_message_get_qos (message) > self->limits.maximum_qos && !may_lower)
    return refuse (topic, "publish to",
                   self->limits.maximum_qos == 0
                       ? "the server takes QoS 0 alone (Maximum QoS)"
                       : "the server takes QoS 0 and 1, and not 2 (Maximum QoS)",
                   error);
  if (mqttc_message_get_retain (message) && !self->limits.retain)
    return refuse (topic, "publish to", "the server retains no messages (Retain Available)", error);

  return TRUE;
}

gboolean
mqttc_engine_check_limits (MqttcEngine *self,
                           MqttcMessage *message,
                           GError **error)
{
  return check_message (self, message, self->config.lower_qos, error)
         && check_size (self, message, mqttc_engine_get_max_size (self), error);
}

/* Our own limit is for what is not accepted yet. */
static gboolean
check_accepted (MqttcEngine *self,
                MqttcMessage *message,
                gboolean may_lower,
                GError **error)
{
  return check_message (self, message, may_lower, error)
         && check_size (self, message, self->limits.maximum_packet_size, error);
}

static gboolean
check_filters_size (MqttcEngine *self,
                    const MqttcFilterSet *set,
                    GError **error)
{
  g_autofree char *filter = NULL;
  gsize size;

  if (self->protocol != MQTTC_PROTOCOL_V5
      || mqttc_server_limits_check_filters_size (&self->limits, set->entries->len,
                                                 set->subscription_id, &size))
    return TRUE;

  filter = mqttc_text_for_display (set->filters[0]);
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
               "Cannot %s “%s”: the packet would have %" G_GSIZE_FORMAT
               " bytes, the limit is %u (Maximum Packet Size of the server)",
               set->options != NULL ? "subscribe to" : "unsubscribe from", filter, size,
               self->limits.maximum_packet_size);
  return FALSE;
}

gboolean
mqttc_engine_check_filter_limits (MqttcEngine *self,
                                  const MqttcFilterSet *set,
                                  GError **error)
{
  for (guint i = 0; set->options != NULL && i < set->n_filters; i++)
    {
      const char *why = mqttc_server_limits_check_filter (&self->limits, set->filters[i]);

      if (why != NULL)
        return refuse (set->filters[i], "subscribe to", why, error);
    }

  return check_filters_size (self, set, error);
}

static GError *
make_expired_error (const MqttcRequest *request)
{
  g_autofree char *topic = mqttc_text_for_display (mqttc_message_get_topic (request->message));

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_EXPIRED,
                      "The message for “%s” expired before it could be delivered", topic);
}

/* A repetition that this server does not take. Of QoS 2 the server may have it, and would take the next
 * message under its identifier for the same one: PUBREL ends that. */
static void
drop_repetition (MqttcEngine *self,
                 MqttcRequest *request,
                 GError *error)
{
  if (request->qos != MQTTC_QOS_EXACTLY_ONCE || !request->left)
    {
      mqttc_engine_complete (self, request, NULL, error);
      return;
    }

  mqttc_engine_end_operation (self, request, NULL, error);
  if (mqttc_outbox_release (&self->outbox, request))
    mqttc_engine_push_ack (self, MQTTC_PACKET_TYPE_PUBREL, request->packet_id);
}

/* Its identifier and its QoS are those of the first time. */
static gboolean
withdraw_repetition (MqttcEngine *self,
                     MqttcRequest *request,
                     gint64 now)
{
  GError *error = NULL;

  /* [MQTT-4.3.3-7]: not if the server may have it. */
  if (!request->left && request->deadline != 0 && now >= request->deadline)
    error = make_expired_error (request);
  else if (check_accepted (self, request->message, request->qos <= self->limits.maximum_qos,
                           &error))
    return FALSE;

  drop_repetition (self, request, error);
  return TRUE;
}

static gboolean
withdraw_publish (MqttcEngine *self,
                  MqttcRequest *request,
                  gint64 now)
{
  GError *error = NULL;

  if (request->list == &self->outbox.published)
    return withdraw_repetition (self, request, now);

  if (request->deadline != 0 && now >= request->deadline)
    error = make_expired_error (request);
  else if (check_accepted (self, request->message, self->config.lower_qos, &error))
    {
      mqttc_outbox_lower_qos (&self->outbox, request, self->limits.maximum_qos);
      return FALSE;
    }

  mqttc_engine_complete (self, request, NULL, error);
  return TRUE;
}

gboolean
mqttc_engine_withdraw (MqttcEngine *self,
                       MqttcRequest *request,
                       gint64 now)
{
  GError *error = NULL;

  if (request->list == &self->outbox.released)
    return FALSE;
  if (request->kind == MQTTC_REQUEST_PUBLISH)
    return withdraw_publish (self, request, now);

  if (mqttc_engine_check_filter_limits (self, request->set, &error))
    return FALSE;

  mqttc_engine_complete (self, request, NULL, error);
  return TRUE;
}

/* Not what the server may have [MQTT-4.3.3-7]. @first: the earliest deadline of those that are left. */
static void
expire_list (MqttcEngine *self,
             MqttcRequestList *list,
             gint64 now,
             gint64 *first)
{
  MqttcRequest *next;

  for (MqttcRequest *request = list->head; request != NULL; request = next)
    {
      next = request->next;
      if (request->deadline == 0 || request->left)
        continue;
      if (now >= request->deadline)
        mqttc_engine_complete (self, request, NULL, make_expired_error (request));
      else if (*first < 0 || request->deadline < *first)
        *first = request->deadline;
    }
}

/* What was on a link, and is not any more, may expire again. */
void
mqttc_engine_look_for_expired (MqttcEngine *self)
{
  if (self->messages_expire)
    self->expiry_time = 0;
}

void
mqttc_engine_expire (MqttcEngine *self,
                     gint64 now)
{
  gint64 first = -1;

  if (self->expiry_time < 0 || now < self->expiry_time)
    return;

  expire_list (self, &self->outbox.gated, now, &first);
  expire_list (self, &self->outbox.ungated, now, &first);
  if (self->link < MQTTC_LINK_CONNECTED)
    expire_list (self, &self->outbox.published, now, &first);
  self->expiry_time = first >= 0 ? MAX (first, now + EXPIRY_PERIOD) : -1;
}
