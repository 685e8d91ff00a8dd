/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether the standard has a form for what a packet was made of. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-property-private.h"
#include "codec/mqttc-reasons-private.h"
#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-struct-private.h"

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error,
        const char *format,
        ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, format,
                                 args);
  va_end (args);
  return FALSE;
}

/* Section 1.5.3. */
static gboolean
check_string (const char *name,
              const char *value,
              GError **error)
{
  const gsize len = strlen (value);

  if (len > G_MAXUINT16)
    return refuse (error, "The %s is longer than 65,535 bytes", name);
  if (!mqttc_utf8_is_valid ((const guint8 *) value, len))
    return refuse (error, "The %s is not valid UTF-8", name);

  return TRUE;
}

/* What MQTT 5 allows. */
static gboolean
check_old_connect (MqttcPacket *self,
                   GError **error)
{
  if (self->client_id[0] == '\0' && !self->clean_session)
    return refuse (error, "An empty client identifier needs a clean session");
  if (self->password != NULL && self->user_name == NULL)
    return refuse (error, "A password needs a user name in MQTT 3.1.1");

  return TRUE;
}

/* Section 3.1.2.11.10 of MQTT 5. */
static gboolean
check_authentication (MqttcProperties *properties,
                      GError **error)
{
  if (mqttc_properties_get_bytes (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA) == NULL
      || mqttc_properties_get_text (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD) != NULL)
    return TRUE;

  return refuse (error,
                 "The property “Authentication Data” of CONNECT needs an “Authentication Method”");
}

static gboolean
check_connect (MqttcPacket *self,
               GError **error)
{
  if (self->properties != NULL && !check_authentication (self->properties, error))
    return FALSE;
  if (!check_string ("client identifier", self->client_id, error))
    return FALSE;
  if (self->keep_alive > G_MAXUINT16)
    return refuse (error, "The keep alive of %u seconds is longer than 65,535", self->keep_alive);
  if (self->user_name != NULL && !check_string ("user name", self->user_name, error))
    return FALSE;
  if (self->protocol == MQTTC_PROTOCOL_V3_1_1 && !check_old_connect (self, error))
    return FALSE;
  if (self->password != NULL && g_bytes_get_size (self->password) > G_MAXUINT16)
    return refuse (error, "The password is longer than 65,535 bytes");

  return self->message == NULL || mqttc_message_check_will (self->message, error);
}

/* Section 2.4 of MQTT 5. */
static gboolean
check_reason (MqttcPacket *self,
              guint code,
              GError **error)
{
  if (code > G_MAXUINT8 || !mqttc_reason_is_legal (self->type, (guint8) code))
    return refuse (error, "The %s cannot have the reason code 0x%02x",
                   mqttc_packet_type_get_name (self->type), code);

  return TRUE;
}

static gboolean
check_reasons (MqttcPacket *self,
               MqttcSlice codes,
               GError **error)
{
  if (codes.len == 0)
    return refuse (error, "The %s has no reason code", mqttc_packet_type_get_name (self->type));

  for (gsize i = 0; i < codes.len; i++)
    if (!check_reason (self, codes.data[i], error))
      return FALSE;

  return TRUE;
}

static gboolean
check_connack (MqttcPacket *self,
               GError **error)
{
  if (self->session_present && self->reason_code != 0)
    return refuse (error, "A CONNACK that refuses the connection cannot have a session present");
  if (self->protocol == MQTTC_PROTOCOL_V5)
    return check_reason (self, self->reason_code, error);
  if (self->reason_code > G_MAXUINT8
      || memchr (mqttc_connack_reasons, (int) self->reason_code, sizeof mqttc_connack_reasons)
             == NULL)
    return refuse (error, "There is no return code for the reason 0x%02x in MQTT 3.1.1",
                   self->reason_code);

  return TRUE;
}

static gboolean
check_packet_id (MqttcPacket *self,
                 GError **error)
{
  if (self->packet_id == 0 || self->packet_id > G_MAXUINT16)
    return refuse (error, "The packet identifier %u of the %s is not between 1 and 65,535",
                   self->packet_id, mqttc_packet_type_get_name (self->type));

  return TRUE;
}

/* DISCONNECT and AUTH, too. */
static gboolean
check_one_reason (MqttcPacket *self,
                  GError **error)
{
  if (self->protocol == MQTTC_PROTOCOL_V5)
    return check_reason (self, self->reason_code, error);
  if (self->reason_code != 0)
    return refuse (error, "There is no reason code in a %s of MQTT 3.1.1, but 0x%02x is given",
                   mqttc_packet_type_get_name (self->type), self->reason_code);

  return TRUE;
}

static gboolean
check_ack (MqttcPacket *self,
           GError **error)
{
  return check_one_reason (self, error) && check_packet_id (self, error);
}

static gboolean
check_suback (MqttcPacket *self,
              GError **error)
{
  const MqttcSlice codes = mqttc_packet_slice_of_bytes (self->reason_codes);

  if (self->protocol == MQTTC_PROTOCOL_V5 || codes.len == 0)
    return check_reasons (self, codes, error) && check_packet_id (self, error);
  if (!mqttc_reasons_are_legal (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_SUBACK, codes))
    return refuse (error, "A SUBACK of MQTT 3.1.1 has no reason codes but 0, 1, 2 and 0x80");

  return check_packet_id (self, error);
}

static gboolean
check_unsuback (MqttcPacket *self,
                GError **error)
{
  MqttcSlice codes = { NULL, 0 };

  if (self->reason_codes != NULL)
    codes = mqttc_packet_slice_of_bytes (self->reason_codes);
  if (self->protocol == MQTTC_PROTOCOL_V5)
    return check_reasons (self, codes, error) && check_packet_id (self, error);
  if (codes.len > 0)
    return refuse (error, "There are no reason codes in an UNSUBACK of MQTT 3.1.1");

  return check_packet_id (self, error);
}

/* Section 3.3.2.3.4 of MQTT 5: an alias stands for the topic. */
static gboolean
has_alias_for_topic (MqttcPacket *self)
{
  return self->protocol == MQTTC_PROTOCOL_V5 && self->properties != NULL
         && mqttc_message_get_topic (self->message)[0] == '\0'
         && mqttc_properties_get_uint (self->properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, NULL);
}

static gboolean
check_publish (MqttcPacket *self,
               GError **error)
{
  if (!(has_alias_for_topic (self) ? mqttc_message_check_but_topic
                                   : mqttc_message_check) (self->message, error))
    return FALSE;
  if (mqttc_message_get_qos (self->message) != MQTTC_QOS_AT_MOST_ONCE)
    return check_packet_id (self, error);
  if (self->packet_id != 0)
    return refuse (error, "A PUBLISH with QoS 0 has no packet identifier, but %u is given",
                   self->packet_id);
  if (self->dup)
    return refuse (error, "A PUBLISH with QoS 0 cannot have the DUP flag");

  return TRUE;
}

static gboolean
check_filters (MqttcPacket *self,
               GError **error)
{
  if (!check_packet_id (self, error))
    return FALSE;
  if (self->n_filters == 0)
    return refuse (error, "The %s has no topic filter", mqttc_packet_type_get_name (self->type));

  for (guint i = 0; i < self->n_filters; i++)
    {
      const char *fault = mqttc_filter_get_fault (self->filters[i]);

      if (fault != NULL)
        {
          g_autofree char *shown = mqttc_text_for_display (self->filters[i]);

          return refuse (error, "The topic filter “%s” %s", shown, fault);
        }
    }

  return TRUE;
}

/* Section 3.8.3.1 of MQTT 5. */
static const char *
get_option_fault (guint8 options,
                  const char *filter)
{
  const guint retain_handling = options >> 4 & 3;

  if ((options & 0xc0) != 0)
    return "the bits 6 and 7 are reserved";
  if ((options & 3) > MQTTC_QOS_EXACTLY_ONCE)
    return "the QoS is 3";
  if (retain_handling == 3)
    return "the retain handling is 3";
  if ((options & 4) != 0 /* [MQTT-3.8.3-4] */
      && mqttc_filter_slice_is_shared (mqttc_slice (filter, strlen (filter))))
    return "a shared subscription cannot be without its own messages";

  return NULL;
}

static gboolean
check_options (MqttcPacket *self,
               GError **error)
{
  const MqttcSlice options = mqttc_packet_slice_of_bytes (self->filter_options);

  for (gsize i = 0; i < options.len; i++)
    {
      const char *fault = NULL;
      g_autofree char *shown = NULL;

      if (self->protocol == MQTTC_PROTOCOL_V5)
        fault = get_option_fault (options.data[i], self->filters[i]);
      else if (options.data[i] > MQTTC_QOS_EXACTLY_ONCE)
        fault = "in MQTT 3.1.1 they are the QoS: 0, 1 or 2";
      if (fault == NULL)
        continue;

      shown = mqttc_text_for_display (self->filters[i]);
      return refuse (error, "The topic filter “%s” has the options 0x%02x, but %s", shown,
                     options.data[i], fault);
    }

  return TRUE;
}

static gboolean
check_subscribe (MqttcPacket *self,
                 GError **error)
{
  if (!check_filters (self, error))
    return FALSE;
  if (g_bytes_get_size (self->filter_options) != self->n_filters)
    return refuse (error,
                   "The SUBSCRIBE has %u topic filters, but options for %" G_GSIZE_FORMAT
                   ": it needs a byte for each",
                   self->n_filters, g_bytes_get_size (self->filter_options));

  return check_options (self, error);
}

typedef gboolean (*Checker) (MqttcPacket *self,
                             GError **error);

static const Checker checkers[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = check_connect,   [MQTTC_PACKET_TYPE_CONNACK] = check_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = check_publish,   [MQTTC_PACKET_TYPE_PUBACK] = check_ack,
  [MQTTC_PACKET_TYPE_PUBREC] = check_ack,        [MQTTC_PACKET_TYPE_PUBREL] = check_ack,
  [MQTTC_PACKET_TYPE_PUBCOMP] = check_ack,       [MQTTC_PACKET_TYPE_SUBSCRIBE] = check_subscribe,
  [MQTTC_PACKET_TYPE_SUBACK] = check_suback,     [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = check_filters,
  [MQTTC_PACKET_TYPE_UNSUBACK] = check_unsuback, [MQTTC_PACKET_TYPE_DISCONNECT] = check_one_reason,
  [MQTTC_PACKET_TYPE_AUTH] = check_one_reason,
};

static gboolean
check_version (MqttcPacket *self,
               GError **error)
{
  const char *name = mqttc_packet_type_get_name (self->type);

  if (self->protocol != MQTTC_PROTOCOL_V3_1_1 && self->protocol != MQTTC_PROTOCOL_V5)
    return refuse (error, "The %s of the protocol level %d cannot be written", name,
                   self->protocol);
  if (self->protocol == MQTTC_PROTOCOL_V3_1_1 && self->properties != NULL)
    return refuse (error, "The %s of MQTT 3.1.1 cannot have properties", name);

  return TRUE;
}

gboolean
mqttc_packet_check_arguments (MqttcPacket *self,
                              GError **error)
{
  if (!check_version (self, error))
    return FALSE;
  if (self->properties != NULL
      && !mqttc_properties_check_place (self->properties, self->type, error))
    return FALSE;

  return checkers[self->type] == NULL || checkers[self->type](self, error);
}
