/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How messages are made: by the program, from what was received, and in memory that is used again. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-zero-private.h"
#include "values/mqttc-message-struct-private.h"

typedef gpointer (*Allocator) (gsize size);

/* Up to here a copy is cheaper than an allocation and a reference. */
#define MAX_PAYLOAD_IN_TAIL 2048

/* What comes from the network and is larger than this may be too large for the memory. */
#define MAX_UNCHECKED_ALLOCATION 65536

static gpointer
allocate_for_peer (gsize size)
{
  return size > MAX_UNCHECKED_ALLOCATION ? g_try_malloc (size) : g_malloc (size);
}

/* The struct, and the topic at the beginning of the tail. */
static inline void
init (MqttcMessage *self,
      MqttcSlice topic)
{
  mqttc_zero (self, G_STRUCT_OFFSET (MqttcMessage, tail));
  self->ref_count = 1;
  self->topic = self->tail;
  self->topic_len = topic.len;
  memcpy (self->tail, topic.data, topic.len);
  self->tail[topic.len] = '\0';
}

/* @room is for what follows the topic in the tail. */
static inline MqttcMessage *
new_with_room (MqttcSlice topic,
               gsize room,
               Allocator allocate)
{
  MqttcMessage *self = allocate (G_STRUCT_OFFSET (MqttcMessage, tail) + topic.len + 1 + room);

  if (self != NULL)
    init (self, topic);

  return self;
}

static inline void
copy_with_zero (char *to,
                MqttcSlice from)
{
  if (from.len != 0)
    memcpy (to, from.data, from.len);
  to[from.len] = '\0';
}

/* In the tail, behind the topic. */
static inline void
put_payload (MqttcMessage *self,
             MqttcSlice payload)
{
  char *place = self->tail + self->topic_len + 1;

  copy_with_zero (place, payload);
  self->data = (const guint8 *) place;
  self->size = payload.len;
  self->terminated = TRUE;
}

static inline MqttcMessage *
new_with_small_copy (MqttcSlice topic,
                     MqttcSlice payload,
                     Allocator allocate)
{
  MqttcMessage *self = new_with_room (topic, payload.len + 1, allocate);

  if (self != NULL)
    put_payload (self, payload);

  return self;
}

static inline gboolean
fits_in_pool (MqttcSlice topic,
              MqttcSlice payload)
{
  return topic.len + payload.len + 2 <= MQTTC_BLOCK_SIZE - G_STRUCT_OFFSET (MqttcMessage, tail);
}

static inline MqttcMessage *
new_in_pool (MqttcSlice topic,
             MqttcSlice payload,
             MqttcBlockPool *pool)
{
  MqttcMessage *self = mqttc_block_pool_take (pool);

  init (self, topic);
  put_payload (self, payload);
  self->pooled = TRUE;
  return self;
}

static MqttcMessage *
new_with_large_copy (MqttcSlice topic,
                     MqttcSlice payload,
                     Allocator allocate)
{
  MqttcMessage *self = new_with_room (topic, 0, allocate);
  char *data = allocate (payload.len + 1);

  if (self == NULL || data == NULL)
    {
      g_free (self);
      g_free (data);
      return NULL;
    }

  copy_with_zero (data, payload);
  mqttc_message_take_bytes (self, g_bytes_new_take (data, payload.len), TRUE);
  return self;
}

static inline MqttcMessage *
new_with_copy (MqttcSlice topic,
               MqttcSlice payload,
               Allocator allocate)
{
  if (payload.len <= MAX_PAYLOAD_IN_TAIL)
    return new_with_small_copy (topic, payload, allocate);

  return new_with_large_copy (topic, payload, allocate);
}

/* For the program. */
static inline MqttcMessage *
new_copied (MqttcSlice topic,
            MqttcSlice payload)
{
  if (fits_in_pool (topic, payload))
    return new_in_pool (topic, payload, mqttc_block_pool_get ());

  return new_with_copy (topic, payload, g_malloc);
}

/**
 * mqttc_message_new:
 * @topic: the topic name
 * @payload: (nullable): the payload, or `NULL` for an empty one
 *
 * Makes a message with a payload of bytes.
 *
 * It has QoS 0 and is not to be retained.
 *
 * Returns: (transfer full): a new message
 * Since: 0.1
 */
MqttcMessage *
mqttc_message_new (const char *topic,
                   GBytes *payload)
{
  MqttcMessage *self;

  g_return_val_if_fail (topic != NULL, NULL);

  self = new_with_room (mqttc_slice (topic, strlen (topic)), 0, g_malloc);
  mqttc_message_take_bytes (self, payload != NULL ? g_bytes_ref (payload) : g_bytes_new (NULL, 0),
                            FALSE);
  self->foreign = payload != NULL;
  return self;
}

/**
 * mqttc_message_new_text:
 * @topic: the topic name
 * @text: the payload
 *
 * Makes a message with a payload of text.
 *
 * It has QoS 0 and is not to be retained. The zero that ends a string in C is not sent.
 *
 * Returns: (transfer full): a new message
 * Since: 0.1
 */
MqttcMessage *
mqttc_message_new_text (const char *topic,
                        const char *text)
{
  g_return_val_if_fail (topic != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  return new_copied (mqttc_slice (topic, strlen (topic)), mqttc_slice (text, strlen (text)));
}

/**
 * mqttc_message_new_data:
 * @topic: the topic name
 * @data: (array length=length) (element-type guint8) (nullable): the payload
 * @length: the size of the payload in bytes
 *
 * Makes a message with a copy of some bytes as its payload.
 *
 * It has QoS 0 and is not to be retained.
 *
 * Returns: (transfer full): a new message
 * Since: 0.1
 */
MqttcMessage *
mqttc_message_new_data (const char *topic,
                        const void *data,
                        gsize length)
{
  g_return_val_if_fail (topic != NULL, NULL);
  g_return_val_if_fail (data != NULL || length == 0, NULL);

  return new_copied (mqttc_slice (topic, strlen (topic)), mqttc_slice (data, length));
}

/* Frees @self if there is no memory for the properties. */
static inline MqttcMessage *
take_properties (MqttcMessage *self,
                 const MqttcPacketView *view,
                 MqttcBlockPool *pool)
{
  if (G_LIKELY (view->properties.len == 0)
      || mqttc_message_extra_import (view->properties, pool, &self->extra))
    return self;

  mqttc_message_unref (self);
  return NULL;
}

static inline void
set_received (MqttcMessage *self,
              const MqttcPacketView *view)
{
  self->packet_id = view->packet_id;
  self->qos = view->publish.qos;
  self->retain = view->publish.retain;
  self->dup = view->publish.dup;
  self->locked = TRUE;
}

MqttcMessage *
mqttc_message_new_from_view (const MqttcPacketView *view)
{
  MqttcMessage *self
      = new_with_copy (view->publish.topic, view->publish.payload, allocate_for_peer);

  if (G_UNLIKELY (self == NULL))
    return NULL;

  set_received (self, view);
  return take_properties (self, view, NULL);
}

MqttcMessage *
mqttc_message_new_from_pool (const MqttcPacketView *view,
                             MqttcBlockPool *pool)
{
  MqttcMessage *self;

  if (!fits_in_pool (view->publish.topic, view->publish.payload))
    return mqttc_message_new_from_view (view);

  self = new_in_pool (view->publish.topic, view->publish.payload, pool);
  set_received (self, view);
  return take_properties (self, view, pool);
}

MqttcMessage *
mqttc_message_new_in_buffer (const MqttcPacketView *view,
                             guint8 *buffer)
{
  MqttcMessage *self = new_with_room (view->publish.topic, 0, allocate_for_peer);
  const MqttcSlice payload = view->publish.payload;
  guint8 *end = buffer + (payload.data - buffer) + payload.len;

  /* The buffer is not taken before all else is there. */
  if (self != NULL)
    self = take_properties (self, view, NULL);
  if (self == NULL)
    return NULL;

  *end = 0;
  mqttc_message_take_bytes (
      self, g_bytes_new_with_free_func (payload.data, payload.len, g_free, buffer), TRUE);
  set_received (self, view);
  return self;
}

/**
 * mqttc_message_copy:
 * @self: a message
 *
 * Makes a message of the same topic, payload, QoS, retain flag and properties that can be changed.
 *
 * The packet identifier, the DUP flag and the subscription identifiers are not copied: they belong to one
 * sending of a message (section 3.3 of the standard).
 *
 * Returns: (transfer full): a new message
 * Since: 0.1
 */
MqttcMessage *
mqttc_message_copy (MqttcMessage *self)
{
  MqttcMessage *copy;
  MqttcSlice topic;

  g_return_val_if_fail (self != NULL, NULL);

  topic = mqttc_slice (self->topic, self->topic_len);
  if (self->size <= MAX_PAYLOAD_IN_TAIL)
    copy = new_copied (topic, mqttc_slice (self->data, self->size));
  else
    {
      copy = new_with_room (topic, 0, g_malloc);
      mqttc_message_take_bytes (copy, g_bytes_ref (self->bytes), self->terminated);
      copy->foreign = self->foreign;
    }

  if (self->extra != NULL)
    copy->extra = mqttc_message_extra_copy (self->extra);
  copy->qos = self->qos;
  copy->retain = self->retain;
  return copy;
}
