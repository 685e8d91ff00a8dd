/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What keeps a message from being sent. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-struct-private.h"

/* The lengths of topic and properties, a packet identifier, and a topic alias. */
#define MAX_OVERHEAD (2 + 4 + 2 + 3)

/* --- Properties. --- */

/* Unlike a string of the protocol, text may hold U+0000. */
static gboolean
is_text (MqttcSlice payload)
{
  while (payload.len > 0)
    {
      const guint8 *zero = memchr (payload.data, 0, payload.len);
      gsize len = zero != NULL ? (gsize) (zero - payload.data) : payload.len;

      if (!mqttc_utf8_is_valid (payload.data, len))
        return FALSE;

      len += zero != NULL ? 1 : 0;
      payload = mqttc_slice (payload.data + len, payload.len - len);
    }

  return TRUE;
}

static gboolean
refuse_id (MqttcPropertyId id,
           GError **error)
{
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
               "The property “%s” belongs to one sending of a message, not to the message",
               mqttc_property_get_name (id));
  return FALSE;
}

static gboolean
check_properties (MqttcMessage *self,
                  guint place,
                  GError **error)
{
  MqttcProperties *properties = mqttc_message_get_properties (self);

  if (properties == NULL)
    return TRUE;
  if (mqttc_properties_get_uint (properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, NULL))
    return refuse_id (MQTTC_PROPERTY_ID_TOPIC_ALIAS, error);
  if (mqttc_properties_get_uint (properties, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, NULL))
    return refuse_id (MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER, error); /* [MQTT-3.3.4-6] */

  return mqttc_properties_check_place (properties, place, error);
}

static gboolean
check_all_properties (MqttcMessage *self,
                      guint place,
                      GError **error)
{
  g_autofree char *shown = NULL;

  if (check_properties (self, place, error))
    {
      if (mqttc_message_get_payload_format_indicator (self) == 0
          || is_text (mqttc_slice (self->data, self->size)))
        return TRUE;

      g_set_error (
          error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
          "Its payload is not valid UTF-8, but the property “Payload Format Indicator” is 1");
    }

  shown = mqttc_text_for_display (self->topic);
  g_prefix_error (error, "The message for the topic “%s” cannot be sent. ", shown);
  return FALSE;
}

/* --- The rest. --- */

/* Apart, so that the way of most messages stays a short one. */
G_GNUC_NO_INLINE static gboolean
refuse_topic (MqttcMessage *self,
              GError **error)
{
  g_autofree char *shown = mqttc_text_for_display (self->topic);

  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
               "The topic name “%s” %s", shown, mqttc_topic_get_fault (self->topic));
  return FALSE;
}

static gboolean
check_payload (MqttcMessage *self,
               GError **error)
{
  g_autofree char *shown = NULL;
  gsize used = MAX_OVERHEAD + self->topic_len;
  gsize max_size;

  /* The length of the properties has four bytes at most. */
  if (self->extra != NULL)
    used += 4 + mqttc_message_extra_get_wire (self->extra).len;
  max_size = MQTTC_MAX_REMAINING_LENGTH - MIN (used, MQTTC_MAX_REMAINING_LENGTH);
  if (self->size <= max_size)
    return TRUE;

  shown = mqttc_text_for_display (self->topic);
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
               "The payload for the topic “%s” has %" G_GSIZE_FORMAT
               " bytes, but a packet has room for %" G_GSIZE_FORMAT " at most",
               shown, self->size, max_size);
  return FALSE;
}

G_GNUC_NO_INLINE gboolean
mqttc_message_check_but_topic (MqttcMessage *self,
                               GError **error)
{
  if (self->extra != NULL && !check_all_properties (self, MQTTC_PACKET_TYPE_PUBLISH, error))
    return FALSE;

  return check_payload (self, error);
}

gboolean
mqttc_message_check (MqttcMessage *self,
                     GError **error)
{
  if (G_UNLIKELY (!mqttc_topic_slice_is_valid (mqttc_slice (self->topic, self->topic_len))))
    return refuse_topic (self, error);

  /* Most messages. */
  if (G_LIKELY (self->extra == NULL
                && self->size <= MQTTC_MAX_REMAINING_LENGTH - MAX_OVERHEAD - G_MAXUINT16))
    return TRUE;

  return mqttc_message_check_but_topic (self, error);
}

gboolean
mqttc_message_check_will (MqttcMessage *self,
                          GError **error)
{
  if (!mqttc_topic_slice_is_valid (mqttc_slice (self->topic, self->topic_len)))
    return refuse_topic (self, error);
  if (self->extra != NULL && !check_all_properties (self, MQTTC_PROPERTIES_OF_WILL, error))
    return FALSE;
  if (self->size > G_MAXUINT16)
    {
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                   "The payload of the will is longer than 65,535 bytes");
      return FALSE;
    }

  return TRUE;
}
