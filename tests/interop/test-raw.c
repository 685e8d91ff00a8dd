/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-raw.h"

Raw *
raw_new (guint16 port)
{
  Raw *self = g_new0 (Raw, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  self->connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);

  return self;
}

Raw *
raw_new_connect (guint16 port,
                 const char *client_id,
                 gboolean clean_start,
                 MqttcSlice properties)
{
  Raw *self = raw_new (port);
  MqttcPacketView view;

  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_CONNECT);
  view.connect.protocol = MQTTC_PROTOCOL_V5;
  view.connect.clean_session = clean_start;
  view.connect.client_id = RAW_TEXT (client_id);
  view.properties = properties;
  raw_send (self, &view);

  return self;
}

Raw *
raw_new_connected (guint16 port,
                   const char *client_id,
                   MqttcSlice properties)
{
  Raw *self = raw_new_connect (port, client_id, TRUE, properties);

  g_assert_true (raw_read_is (self, MQTTC_PACKET_TYPE_CONNACK, 0));

  return self;
}

void
raw_free (Raw *self)
{
  g_object_unref (self->connection);
  g_free (self->packet);
  g_free (self);
}

/* Nobody minds if the broker has gone: what it said before is still to be read. */
void
raw_send (Raw *self,
          const MqttcPacketView *view)
{
  gsize size = mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, view);
  g_autofree guint8 *packet = g_malloc (size);

  g_assert_cmpuint (size, >, 0);
  g_assert_cmpuint (mqttc_packet_encode (MQTTC_PROTOCOL_V5, view, packet), ==, size);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)), packet,
                             size, NULL, NULL, NULL);
}

void
raw_send_publish (Raw *self,
                  const char *topic,
                  const char *payload,
                  MqttcQos qos,
                  guint16 packet_id,
                  MqttcSlice properties)
{
  MqttcPacketView view;

  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_PUBLISH);
  view.packet_id = packet_id;
  view.properties = properties;
  view.publish.topic = RAW_TEXT (topic);
  view.publish.payload = RAW_TEXT (payload);
  view.publish.qos = qos;
  raw_send (self, &view);
}

void
raw_send_ack (Raw *self,
              MqttcPacketType type,
              guint16 packet_id)
{
  MqttcPacketView view;

  mqttc_packet_view_init (&view, type);
  view.packet_id = packet_id;
  raw_send (self, &view);
}

static void
append_text (GByteArray *properties,
             MqttcPropertyId id,
             const char *text)
{
  const MqttcProperty property = { .id = id, .text = RAW_TEXT (text) };

  mqttc_properties_append (properties, &property);
}

void
raw_send_auth (Raw *self,
               guint8 reason_code,
               const char *method,
               const char *data)
{
  g_autoptr (GByteArray) properties = g_byte_array_new ();
  MqttcPacketView view;

  append_text (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, method);
  append_text (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, data);
  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_AUTH);
  view.reason_code = reason_code;
  view.properties = (MqttcSlice){ properties->data, properties->len };
  raw_send (self, &view);
}

guint8
raw_subscribe (Raw *self,
               const char *filter,
               guint8 options,
               MqttcSlice properties)
{
  g_autoptr (GByteArray) entries = g_byte_array_new ();
  MqttcPacketView view;

  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_SUBSCRIBE);
  mqttc_filter_list_append (entries, filter, options);
  view.packet_id = 1;
  view.properties = properties;
  view.filters.entries = (MqttcSlice){ entries->data, entries->len };
  view.filters.n_entries = 1;
  raw_send (self, &view);

  /* A DISCONNECT says why as well. */
  if (raw_read (self) != MQTTC_PACKET_TYPE_SUBACK)
    return self->view.reason_code;
  g_assert_cmpuint (self->view.suback.codes.len, ==, 1);

  return self->view.suback.codes.data[0];
}

static gboolean
read_bytes (Raw *self,
            guint8 *bytes,
            gsize len)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));
  gsize n;

  return g_input_stream_read_all (stream, bytes, len, &n, NULL, NULL) && n == len;
}

guint
raw_read (Raw *self)
{
  guint8 header[MQTTC_MAX_FIXED_HEADER_SIZE];
  const char *fault = NULL;
  MqttcFrame frame;
  gsize n = 0;

  mqttc_packet_view_init (&self->view, 0);
  do
    {
      g_assert_cmpuint (n, <, sizeof header);
      if (!read_bytes (self, header + n, 1))
        return 0;
      n++;
    }
  while (mqttc_frame_decode (header, n, 0, &frame) == MQTTC_DECODE_NEED_MORE);

  g_free (self->packet);
  self->packet = g_malloc (mqttc_frame_get_size (&frame));
  memcpy (self->packet, header, n);
  if (!read_bytes (self, self->packet + n, frame.remaining_length))
    return 0;
  mqttc_packet_decode (MQTTC_PROTOCOL_V5, &frame, self->packet, &self->view, &fault);
  g_assert_cmpstr (fault, ==, NULL);

  return self->view.type;
}

gboolean
raw_read_is (Raw *self,
             MqttcPacketType type,
             guint8 reason_code)
{
  guint found = raw_read (self);

  if (found != type || self->view.reason_code != reason_code)
    g_test_message ("got %s, 0x%02x", found != 0 ? mqttc_packet_type_get_name (found) : "an end",
                    self->view.reason_code);

  return found == type && self->view.reason_code == reason_code;
}

static gboolean
is_text (MqttcSlice slice,
         const char *text)
{
  return slice.len == strlen (text)
         && (slice.len == 0 || memcmp (slice.data, text, slice.len) == 0);
}

gboolean
raw_read_publish (Raw *self,
                  const char *topic,
                  const char *payload)
{
  return raw_read (self) == MQTTC_PACKET_TYPE_PUBLISH && is_text (self->view.publish.topic, topic)
         && is_text (self->view.publish.payload, payload);
}

guint32
raw_get_number (Raw *self,
                MqttcPropertyId id)
{
  MqttcProperty property;

  return mqttc_properties_find (self->view.properties, id, &property) ? property.number
                                                                      : G_MAXUINT32;
}

char *
raw_get_text (Raw *self,
              MqttcPropertyId id)
{
  MqttcProperty property;

  if (!mqttc_properties_find (self->view.properties, id, &property))
    return NULL;

  return g_strndup ((const char *) property.text.data, property.text.len);
}
