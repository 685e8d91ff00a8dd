/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Packets to bytes. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-struct-private.h"
#include "values/mqttc-secret-private.h"

static MqttcSlice
slice_of_string (const char *string)
{
  return mqttc_slice (string, strlen (string));
}

/* What the view points to, besides the packet. */
typedef struct
{
  GByteArray *entries;
  GByteArray *properties;
} Scratch;

static void
export_connect (MqttcPacket *self,
                Scratch *scratch,
                MqttcPacketView *view)
{
  MqttcPacketView will = { 0 };

  if (self->message != NULL)
    mqttc_message_get_view (self->message, &will);
  if (self->protocol == MQTTC_PROTOCOL_V5)
    view->connect.will_properties = will.properties;

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

static void
export_connack (MqttcPacket *self,
                Scratch *scratch,
                MqttcPacketView *view)
{
  view->connack.session_present = self->session_present;
}

static void
export_publish (MqttcPacket *self,
                Scratch *scratch,
                MqttcPacketView *view)
{
  mqttc_message_get_view (self->message, view);
  view->publish.dup = self->dup;
}

static void
export_filters (MqttcPacket *self,
                Scratch *scratch,
                MqttcPacketView *view)
{
  const guint8 *options
      = self->filter_options != NULL ? g_bytes_get_data (self->filter_options, NULL) : NULL;

  scratch->entries = g_byte_array_new ();
  for (guint i = 0; i < self->n_filters; i++)
    mqttc_filter_list_append (scratch->entries, self->filters[i],
                              options != NULL ? options[i] : -1);

  view->filters.entries = mqttc_slice (scratch->entries->data, scratch->entries->len);
  view->filters.n_entries = self->n_filters;
}

static void
export_codes (MqttcPacket *self,
              Scratch *scratch,
              MqttcPacketView *view)
{
  if (self->reason_codes != NULL)
    view->suback.codes = mqttc_packet_slice_of_bytes (self->reason_codes);
}

static void
export_properties (MqttcPacket *self,
                   Scratch *scratch,
                   MqttcPacketView *view)
{
  gsize size;

  if (self->properties == NULL)
    return;

  /* Large enough at once: there is to be one place where a secret lies. */
  size = mqttc_properties_get_wire_size (self->properties);
  scratch->properties = g_byte_array_sized_new ((guint) size);
  mqttc_properties_write (self->properties, scratch->properties);
  view->properties = mqttc_slice (scratch->properties->data, scratch->properties->len);
}

typedef void (*Exporter) (MqttcPacket *self,
                          Scratch *scratch,
                          MqttcPacketView *view);

static const Exporter exporters[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = export_connect, [MQTTC_PACKET_TYPE_CONNACK] = export_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = export_publish, [MQTTC_PACKET_TYPE_SUBSCRIBE] = export_filters,
  [MQTTC_PACKET_TYPE_SUBACK] = export_codes,    [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = export_filters,
  [MQTTC_PACKET_TYPE_UNSUBACK] = export_codes,
};

static void
export_view (MqttcPacket *self,
             Scratch *scratch,
             MqttcPacketView *view)
{
  memset (view, 0, sizeof *view);
  if (exporters[self->type] != NULL)
    exporters[self->type](self, scratch, view);

  view->type = self->type;
  view->packet_id = (guint16) self->packet_id;
  view->reason_code = (guint8) self->reason_code;
  if (self->protocol != MQTTC_PROTOCOL_V5)
    view->properties = mqttc_slice (NULL, 0);
  export_properties (self, scratch, view);
}

static void
clear_scratch (Scratch *scratch)
{
  if (scratch->properties != NULL && scratch->properties->len > 0)
    explicit_bzero (scratch->properties->data, scratch->properties->len);
  g_clear_pointer (&scratch->properties, g_byte_array_unref);
  g_clear_pointer (&scratch->entries, g_byte_array_unref);
}

static gboolean
has_secret (MqttcPacket *self)
{
  return self->password != NULL
         || (self->properties != NULL
             && mqttc_properties_get_bytes (self->properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA)
                    != NULL);
}

/**
 * mqttc_packet_write:
 * @self: a packet
 *
 * Writes a packet to bytes.
 *
 * MQTT 3.1.1 has no properties: those of a message are left out then.
 *
 * Errors are of [error@Mqttc.ClientError]: `INVALID_ARGUMENT` for what the standard has no form
 * for, such as a topic over 65,535 bytes or a packet identifier of 0, and `PACKET_TOO_LARGE` if
 * there is just too much of it.
 *
 * The bytes of a packet with a password, or with authentication data, are wiped when they are freed.
 *
 * Returns: (transfer full): the bytes
 * Since: 0.1
 */
GBytes *
mqttc_packet_write (MqttcPacket *self,
                    GError **error)
{
  Scratch scratch = { 0 };
  MqttcPacketView view;
  guint8 *data;
  gsize size;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!mqttc_packet_check_arguments (self, error))
    return NULL;

  export_view (self, &scratch, &view);
  size = mqttc_packet_get_encoded_size (self->protocol, &view);
  if (size == 0)
    {
      clear_scratch (&scratch);
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                   "The %s packet would be longer than the standard allows",
                   mqttc_packet_type_get_name (self->type));
      return NULL;
    }

  data = g_malloc (size);
  mqttc_packet_encode (self->protocol, &view, data);
  clear_scratch (&scratch);
  return has_secret (self) ? mqttc_secret_new_take (data, size) : g_bytes_new_take (data, size);
}
