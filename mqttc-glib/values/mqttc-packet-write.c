/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-reasons-private.h"
#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-struct-private.h"
#include "values/mqttc-secret-private.h"

/* Whether the standard has a form for what a packet was made of, and which. */

/* --- What cannot be written. --- */

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

gboolean
mqttc_message_check (MqttcMessage *self,
                     GError **error)
{
  const char *topic = mqttc_message_get_topic (self);
  g_autofree char *shown = NULL;
  MqttcPacketView view;
  gsize max_size;

  mqttc_message_get_view (self, &view);
  if (G_UNLIKELY (!mqttc_topic_slice_is_valid (view.publish.topic)))
    {
      shown = mqttc_text_for_display (topic);
      return refuse (error, "The topic name “%s” %s", shown, mqttc_topic_get_fault (topic));
    }

  /* The topic and a packet identifier come out of the same limit. */
  max_size = MQTTC_MAX_REMAINING_LENGTH - 4 - view.publish.topic.len;
  if (G_UNLIKELY (view.publish.payload.len > max_size))
    {
      shown = mqttc_text_for_display (topic);
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                   "The payload for the topic “%s” has %" G_GSIZE_FORMAT
                   " bytes, but a packet has room for %" G_GSIZE_FORMAT " at most",
                   shown, view.publish.payload.len, max_size);
      return FALSE;
    }

  return TRUE;
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

static gboolean
check_will (MqttcMessage *will,
            GError **error)
{
  MqttcPacketView view;

  if (!mqttc_message_check (will, error))
    return FALSE;

  mqttc_message_get_view (will, &view);
  if (view.publish.payload.len > G_MAXUINT16)
    return refuse (error, "The payload of the will is longer than 65,535 bytes");

  return TRUE;
}

static gboolean
check_connect (MqttcPacket *self,
               GError **error)
{
  if (!check_string ("client identifier", self->client_id, error))
    return FALSE;
  if (self->client_id[0] == '\0' && !self->clean_session)
    return refuse (error, "An empty client identifier needs a clean session");
  if (self->keep_alive > G_MAXUINT16)
    return refuse (error, "The keep alive of %u seconds is longer than 65,535", self->keep_alive);
  if (self->user_name != NULL && !check_string ("user name", self->user_name, error))
    return FALSE;
  if (self->password != NULL && self->user_name == NULL)
    return refuse (error, "A password needs a user name in MQTT 3.1.1");
  if (self->password != NULL && g_bytes_get_size (self->password) > G_MAXUINT16)
    return refuse (error, "The password is longer than 65,535 bytes");

  return self->message == NULL || check_will (self->message, error);
}

static gboolean
check_connack (MqttcPacket *self,
               GError **error)
{
  if (self->session_present && self->reason_code != 0)
    return refuse (error, "A CONNACK that refuses the connection cannot have a session present");
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

static gboolean
check_ack (MqttcPacket *self,
           GError **error)
{
  if (self->reason_code != 0)
    return refuse (error, "There is no reason code in a %s of MQTT 3.1.1, but 0x%02x is given",
                   mqttc_packet_type_get_name (self->type), self->reason_code);

  return check_packet_id (self, error);
}

static gboolean
check_suback (MqttcPacket *self,
              GError **error)
{
  const MqttcSlice codes = mqttc_packet_slice_of_bytes (self->reason_codes);

  if (codes.len == 0)
    return refuse (error, "The SUBACK has no reason code");
  if (!mqttc_suback_codes_are_valid (codes))
    return refuse (error, "A SUBACK of MQTT 3.1.1 has no reason codes but 0, 1, 2 and 0x80");

  return check_packet_id (self, error);
}

static gboolean
check_publish (MqttcPacket *self,
               GError **error)
{
  if (!mqttc_message_check (self->message, error))
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

/* [MQTT-3-8.3-4] */
static gboolean
check_options (MqttcPacket *self,
               GError **error)
{
  const MqttcSlice options = mqttc_packet_slice_of_bytes (self->filter_options);

  for (gsize i = 0; i < options.len; i++)
    if (options.data[i] > MQTTC_QOS_EXACTLY_ONCE)
      {
        g_autofree char *shown = mqttc_text_for_display (self->filters[i]);

        return refuse (error,
                       "The topic filter “%s” has the options 0x%02x, but in MQTT 3.1.1 they are "
                       "the QoS: 0, 1 or 2",
                       shown, options.data[i]);
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
  [MQTTC_PACKET_TYPE_CONNECT] = check_connect, [MQTTC_PACKET_TYPE_CONNACK] = check_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = check_publish, [MQTTC_PACKET_TYPE_PUBACK] = check_ack,
  [MQTTC_PACKET_TYPE_PUBREC] = check_ack,      [MQTTC_PACKET_TYPE_PUBREL] = check_ack,
  [MQTTC_PACKET_TYPE_PUBCOMP] = check_ack,     [MQTTC_PACKET_TYPE_SUBSCRIBE] = check_subscribe,
  [MQTTC_PACKET_TYPE_SUBACK] = check_suback,   [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = check_filters,
  [MQTTC_PACKET_TYPE_UNSUBACK] = check_ack,
};

static gboolean
check_arguments (MqttcPacket *self,
                 GError **error)
{
  if (self->protocol != MQTTC_PROTOCOL_V3_1_1)
    return refuse (error, "A %s of MQTT 5 cannot be written: MQTT 5 is not supported",
                   mqttc_packet_type_get_name (self->type));
  return checkers[self->type] == NULL || checkers[self->type](self, error);
}

/* --- To bytes. --- */

static MqttcSlice
slice_of_string (const char *string)
{
  return mqttc_slice (string, strlen (string));
}

static void
export_connect (MqttcPacket *self,
                MqttcPacketView *view)
{
  MqttcPacketView will = { 0 };

  if (self->message != NULL)
    mqttc_message_get_view (self->message, &will);

  view->connect.protocol = self->protocol;
  view->connect.clean_session = self->clean_session;
  view->connect.keep_alive = (guint16) self->keep_alive;
  view->connect.client_id = slice_of_string (self->client_id);
  view->connect.has_will = self->message != NULL;
  view->connect.will_topic = will.publish.topic;
  view->connect.will_payload = will.publish.payload;
  view->connect.will_qos = will.publish.qos;
  view->connect.will_retain = will.publish.retain;
  if (self->user_name != NULL)
    view->connect.user_name = slice_of_string (self->user_name);
  view->connect.has_user_name = self->user_name != NULL;
  if (self->password != NULL)
    view->connect.password = mqttc_packet_slice_of_bytes (self->password);
  view->connect.has_password = self->password != NULL;
}

/* @entries takes the filters, which the view then points to. */
static void
export_filters (MqttcPacket *self,
                GByteArray *entries,
                MqttcPacketView *view)
{
  const guint8 *options
      = self->filter_options != NULL ? g_bytes_get_data (self->filter_options, NULL) : NULL;

  for (guint i = 0; i < self->n_filters; i++)
    mqttc_filter_list_append (entries, self->filters[i], options != NULL ? options[i] : -1);

  view->filters.entries = mqttc_slice (entries->data, entries->len);
  view->filters.n_entries = self->n_filters;
}

/* @entries is what export_filters() needs. */
static void
export_view (MqttcPacket *self,
             GByteArray *entries,
             MqttcPacketView *view)
{
  memset (view, 0, sizeof *view);
  if (self->type == MQTTC_PACKET_TYPE_PUBLISH)
    {
      mqttc_message_get_view (self->message, view);
      view->publish.dup = self->dup;
    }

  view->type = self->type;
  view->packet_id = (guint16) self->packet_id;
  view->reason_code = (guint8) self->reason_code;

  if (self->type == MQTTC_PACKET_TYPE_CONNECT)
    export_connect (self, view);
  if (self->type == MQTTC_PACKET_TYPE_CONNACK)
    view->connack.session_present = self->session_present;
  if (self->type == MQTTC_PACKET_TYPE_SUBACK)
    view->suback.codes = mqttc_packet_slice_of_bytes (self->reason_codes);

  if (self->n_filters != 0)
    export_filters (self, entries, view);
}

/**
 * mqttc_packet_write:
 * @self: a packet
 *
 * Writes a packet to bytes.
 *
 * Errors are of [error@Mqttc.ClientError]: `INVALID_ARGUMENT` for what the standard has no form
 * for, such as a topic over 65,535 bytes or a packet identifier of 0, and `PACKET_TOO_LARGE` if
 * there is just too much of it.
 *
 * The bytes of a CONNECT with a password are wiped when they are freed.
 *
 * Returns: (transfer full): the bytes
 * Since: 0.1
 */
GBytes *
mqttc_packet_write (MqttcPacket *self,
                    GError **error)
{
  g_autoptr (GByteArray) entries = NULL;
  MqttcPacketView view;
  guint8 *data;
  gsize size;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_arguments (self, error))
    return NULL;

  entries = g_byte_array_new ();
  export_view (self, entries, &view);
  size = mqttc_packet_get_encoded_size (self->protocol, &view);
  if (size == 0)
    {
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                   "The %s packet would be longer than the standard allows",
                   mqttc_packet_type_get_name (self->type));
      return NULL;
    }

  data = g_malloc (size);
  mqttc_packet_encode (self->protocol, &view, data);
  return self->password != NULL ? mqttc_secret_new_take (data, size)
                                : g_bytes_new_take (data, size);
}
