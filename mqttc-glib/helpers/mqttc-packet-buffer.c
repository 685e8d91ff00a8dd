/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "helpers/mqttc-packet-buffer-private.h"
#include "mqttc-error.h"
#include "values/mqttc-packet-private.h"

#include <string.h>

static gsize
get_length (const MqttcPacketBuffer *self)
{
  return self->end - self->start;
}

/* It is full of one packet, which is larger than it. */
static gboolean
grow (MqttcPacketBuffer *self)
{
  gsize size = MIN (2 * self->size, self->wanted);
  guint8 *data = g_try_realloc (self->data, size);

  if (data == NULL)
    return FALSE;

  self->data = data;
  self->size = size;
  return TRUE;
}

static gboolean
make_room (MqttcPacketBuffer *self)
{
  if (self->data == NULL)
    {
      self->data = g_malloc (MQTTC_PACKET_BUFFER_SIZE);
      self->size = MQTTC_PACKET_BUFFER_SIZE;
    }

  /* What is left is less than one packet, and most often little. */
  if (self->start > 0)
    {
      memmove (self->data, self->data + self->start, get_length (self));
      self->end = get_length (self);
      self->start = 0;
    }

  return self->end < self->size || grow (self);
}

guint8 *
mqttc_packet_buffer_reserve (MqttcPacketBuffer *self,
                             gsize *room)
{
  if (!make_room (self))
    return NULL;

  *room = self->size - self->end;
  return self->data + self->end;
}

void
mqttc_packet_buffer_add (MqttcPacketBuffer *self,
                         gsize len)
{
  self->end += len;
}

static void
consume (MqttcPacketBuffer *self,
         gsize len)
{
  self->start += len;
  self->wanted = 0;

  /* It had grown for one packet, which filled it. */
  if (self->size > MQTTC_PACKET_BUFFER_SIZE && get_length (self) == 0)
    mqttc_packet_buffer_clear (self);
}

/* TRUE if the packet is there as a whole. All that the fixed header shows to be wrong is found before
 * the rest of the packet is waited for. */
static gboolean
check_frame (MqttcPacketBuffer *self,
             MqttcProtocol protocol,
             gsize max_packet_size,
             MqttcFrame *frame,
             GError **error)
{
  MqttcSlice bytes = mqttc_slice (self->data + self->start, get_length (self));
  const char *fault;
  gsize length;

  if (!mqttc_packet_check_frame (bytes, max_packet_size, frame, &length, error) || length == 0)
    return FALSE;

  fault = mqttc_packet_get_frame_fault (protocol, frame);
  if (fault != NULL)
    {
      mqttc_packet_set_malformed (error, frame, fault);
      return FALSE;
    }

  self->wanted = length;
  return get_length (self) >= self->wanted;
}

MqttcPacket *
mqttc_packet_buffer_take (MqttcPacketBuffer *self,
                          MqttcProtocol *protocol,
                          gsize max_packet_size,
                          GError **error)
{
  guint8 *data = self->data + self->start;
  MqttcProtocol version = *protocol;
  MqttcPacket *packet;
  MqttcFrame frame;
  gboolean is_connect;

  if (get_length (self) == 0)
    return NULL;

  /* A CONNECT says which version it is of, but not in the fixed header: it may be as long as in the
   * newest one. */
  is_connect = data[0] >> 4 == MQTTC_PACKET_TYPE_CONNECT;
  if (is_connect)
    version = MQTTC_PROTOCOL_V5;

  if (!check_frame (self, version, max_packet_size, &frame, error))
    return NULL;

  packet = mqttc_packet_read_frame (version, &frame, data, error);
  if (packet == NULL)
    return NULL;

  /* The packet has a copy of the password. */
  if (is_connect)
    explicit_bzero (data, self->wanted);

  *protocol = mqttc_packet_get_protocol (packet);
  consume (self, self->wanted);
  return packet;
}

GError *
mqttc_packet_buffer_get_end_error (MqttcPacketBuffer *self)
{
  gsize length = get_length (self);

  if (length == 0)
    return NULL;

  if (self->wanted == 0)
    return g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST,
                                "The stream ended within the fixed header of a packet");

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CONNECTION_LOST,
                      "The stream ended within a packet: %s has %" G_GSIZE_FORMAT
                      " bytes, of which %" G_GSIZE_FORMAT " have come",
                      mqttc_packet_type_get_name (self->data[self->start] >> 4), self->wanted,
                      length);
}

void
mqttc_packet_buffer_clear (MqttcPacketBuffer *self)
{
  g_free (self->data);
  *self = (MqttcPacketBuffer){ 0 };
}
