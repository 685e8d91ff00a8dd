/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-property-private.h"
#include "codec/mqttc-topic-private.h"
#include "mqttc-enums.h"
#include "session/mqttc-server-limits-private.h"

void
mqttc_server_limits_init (MqttcServerLimits *self)
{
  *self = (MqttcServerLimits){
    .receive_maximum = G_MAXUINT16,
    .maximum_qos = MQTTC_QOS_EXACTLY_ONCE,
    .retain = TRUE,
    .wildcards = TRUE,
    .shared = TRUE,
    .subscription_ids = TRUE,
  };
}

static void
read_one (MqttcServerLimits *self,
          const MqttcProperty *property)
{
  const guint32 number = property->number;

  switch ((guint) property->id)
    {
    case MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM:
      self->receive_maximum = (guint16) number;
      break;
    case MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM:
      self->topic_alias_maximum = (guint16) number;
      break;
    case MQTTC_PROPERTY_ID_MAXIMUM_PACKET_SIZE:
      self->maximum_packet_size = number;
      break;
    case MQTTC_PROPERTY_ID_MAXIMUM_QOS:
      self->maximum_qos = (guint8) number;
      break;
    case MQTTC_PROPERTY_ID_RETAIN_AVAILABLE:
      self->retain = number != 0;
      break;
    case MQTTC_PROPERTY_ID_WILDCARD_SUBSCRIPTION_AVAILABLE:
      self->wildcards = number != 0;
      break;
    case MQTTC_PROPERTY_ID_SHARED_SUBSCRIPTION_AVAILABLE:
      self->shared = number != 0;
      break;
    case MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER_AVAILABLE:
      self->subscription_ids = number != 0;
      break;
    default:
      break;
    }
}

void
mqttc_server_limits_read (MqttcServerLimits *self,
                          MqttcSlice properties)
{
  MqttcProperty property;

  while (mqttc_properties_next (&properties, &property))
    read_one (self, &property);

  self->any_for_publish = self->maximum_packet_size != 0 || !self->retain
                          || self->maximum_qos != MQTTC_QOS_EXACTLY_ONCE;
}

const char *
mqttc_server_limits_check_filter (const MqttcServerLimits *self,
                                  const char *filter)
{
  if (!self->shared && mqttc_filter_is_shared (filter))
    return "the server has no shared subscriptions (Shared Subscription Available)";
  if (!self->wildcards && strpbrk (filter, "+#") != NULL)
    return "the server takes no wildcards (Wildcard Subscription Available)";

  return NULL;
}

/* Section 1.5.5. */
static gsize
get_varint_size (gsize number)
{
  gsize size = 1;

  for (; number >= 128; number /= 128)
    size++;

  return size;
}

gboolean
mqttc_server_limits_check_filters_size (const MqttcServerLimits *self,
                                        gsize len,
                                        guint32 subscription_id,
                                        gsize *size)
{
  const gsize packet_id = sizeof (guint16);
  gsize properties = 0;
  gsize body;

  if (subscription_id != 0 && self->subscription_ids)
    properties = 1 + get_varint_size (subscription_id);
  body = packet_id + get_varint_size (properties) + properties + len;
  *size = 1 + get_varint_size (body) + body;

  return self->maximum_packet_size == 0 || *size <= self->maximum_packet_size;
}
