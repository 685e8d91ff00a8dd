/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-utf8-private.h"
#include "values/mqttc-message-private.h"

/**
 * MqttcMessage:
 *
 * An application message: a topic, a payload, and how it is to be delivered.
 *
 * A message is made by one of the constructors, given a QoS and a retain flag if need be, and
 * published. From then on it is locked: the setters refuse it, as another thread may be reading it.
 * A message that was received is locked from the start. [method@Mqttc.Message.copy] makes one that
 * can be changed again.
 *
 * Any topic and payload can be set. Whether they can be sent is found out when the message is
 * published, and told by the error of that call.
 *
 * A locked message can be read from any thread.
 *
 * Since: 0.1
 */
struct _MqttcMessage
{
  int ref_count;  /* (atomic) */
  int locked;     /* (atomic) */
  int text_state; /* (atomic) a TextState */
  guint16 packet_id;
  guint8 qos;
  guint8 retain : 1;
  guint8 dup : 1;
  guint8 terminated : 1; /* a 0 follows the payload */
  guint8 foreign : 1;    /* the payload lies in bytes that the program made */
  guint8 pooled : 1;     /* it has the size of the blocks of a pool */

  MqttcReceipt receipt;

  gsize topic_len;
  char *topic; /* (owned) if it is not in the tail */

  /* The payload: in the tail, or the data of @bytes. */
  const guint8 *data;
  gsize size;
  GBytes *bytes; /* (atomic) (owned) (nullable) for a payload in the tail made when asked for */
  char *text;    /* (atomic) (owned) (nullable) a copy with a 0 at its end, made when asked for */

  char tail[];
};

typedef enum
{
  TEXT_UNKNOWN,
  TEXT_VALID,
  TEXT_INVALID,
} TextState;

typedef gpointer (*Allocator) (gsize size);

/* Up to here a copy is cheaper than an allocation and a reference. */
#define MAX_PAYLOAD_IN_TAIL 2048

/* A received message and its tail up to this size can be allocated from a pool. */
#define POOLED_SIZE 256

/* As many as are decoded before they are delivered. */
#define MAX_POOLED 64

/* Whoever uses a message without a reference is not to find another one in its place. */
#ifdef __SANITIZE_ADDRESS__
# define USED_AFTER_FREE_IS_SOUGHT TRUE
#else
# define USED_AFTER_FREE_IS_SOUGHT FALSE
#endif

/* What comes from the network and is larger than this may be too large for the memory. */
#define MAX_UNCHECKED_ALLOCATION 65536

G_DEFINE_BOXED_TYPE (MqttcMessage, mqttc_message, mqttc_message_ref, mqttc_message_unref)

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
  memset (self, 0, G_STRUCT_OFFSET (MqttcMessage, tail));
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

/* Takes over the reference. */
static void
take_bytes (MqttcMessage *self,
            GBytes *bytes,
            gboolean terminated)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  /* Empty bytes may have no address. */
  self->data = size != 0 ? data : (const guint8 *) "";
  self->size = size;
  self->terminated = terminated || size == 0;
  self->bytes = bytes;
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
  take_bytes (self, g_bytes_new_take (data, payload.len), TRUE);
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
  take_bytes (self, payload != NULL ? g_bytes_ref (payload) : g_bytes_new (NULL, 0), FALSE);
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

  return new_with_copy (mqttc_slice (topic, strlen (topic)), mqttc_slice (text, strlen (text)),
                        g_malloc);
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

  return new_with_copy (mqttc_slice (topic, strlen (topic)), mqttc_slice (data, length), g_malloc);
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

  if (G_LIKELY (self != NULL))
    set_received (self, view);

  return self;
}

/* --- The pool. --- */

/* Its blocks are linked by what is first in them. */
static inline MqttcMessage *
pool_take (MqttcMessagePool *self)
{
  gpointer block = self->first;

  if (block == NULL)
    return g_malloc (POOLED_SIZE);

  self->first = *(gpointer *) block;
  self->n_blocks--;
  return block;
}

MqttcMessage *
mqttc_message_new_from_pool (const MqttcPacketView *view,
                             MqttcMessagePool *pool)
{
  const MqttcSlice topic = view->publish.topic;
  const MqttcSlice payload = view->publish.payload;
  const gsize room = POOLED_SIZE - G_STRUCT_OFFSET (MqttcMessage, tail) - 2;
  MqttcMessage *self;

  if (topic.len + payload.len > room)
    return mqttc_message_new_from_view (view);

  self = pool_take (pool);
  init (self, topic);
  put_payload (self, payload);
  set_received (self, view);
  self->pooled = TRUE;
  return self;
}

void
mqttc_message_recycle (MqttcMessage *self,
                       MqttcMessagePool *pool)
{
  /* With nobody else who has a reference, nobody can make one. */
  if (!self->pooled || pool->n_blocks == MAX_POOLED || g_atomic_int_get (&self->ref_count) != 1
      || self->bytes != NULL || self->text != NULL || USED_AFTER_FREE_IS_SOUGHT)
    {
      mqttc_message_unref (self);
      return;
    }

  *(gpointer *) self = pool->first;
  pool->first = self;
  pool->n_blocks++;
}

void
mqttc_message_pool_clear (MqttcMessagePool *self)
{
  while (self->first != NULL)
    g_free (pool_take (self));
}

MqttcMessage *
mqttc_message_new_in_buffer (const MqttcPacketView *view,
                             guint8 *buffer)
{
  MqttcMessage *self = new_with_room (view->publish.topic, 0, allocate_for_peer);
  const MqttcSlice payload = view->publish.payload;
  guint8 *end = buffer + (payload.data - buffer) + payload.len;

  if (self == NULL)
    return NULL;

  *end = 0;
  take_bytes (self, g_bytes_new_with_free_func (payload.data, payload.len, g_free, buffer), TRUE);
  set_received (self, view);
  return self;
}

/**
 * mqttc_message_copy:
 * @self: a message
 *
 * Makes a message with the same topic, payload, QoS and retain flag that can be changed.
 *
 * The packet identifier and the DUP flag are not copied: they belong to one sending of a message
 * (section 3.3.1.1 of the standard).
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
    copy = new_with_small_copy (topic, mqttc_slice (self->data, self->size), g_malloc);
  else
    {
      copy = new_with_room (topic, 0, g_malloc);
      take_bytes (copy, g_bytes_ref (self->bytes), self->terminated);
      copy->foreign = self->foreign;
    }

  copy->qos = self->qos;
  copy->retain = self->retain;
  return copy;
}

/**
 * mqttc_message_ref:
 * @self: a message
 *
 * Takes a reference to a message.
 *
 * Returns: (transfer full): @self
 * Since: 0.1
 */
MqttcMessage *
mqttc_message_ref (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * mqttc_message_unref:
 * @self: (transfer full): a message
 *
 * Gives a reference to a message back, and frees it if it was the last one.
 *
 * Since: 0.1
 */
void
mqttc_message_unref (MqttcMessage *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  if (self->topic != self->tail)
    g_free (self->topic);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->text);
  g_free (self);
}

/**
 * mqttc_message_get_topic:
 * @self: a message
 *
 * Gets the topic name.
 *
 * Returns: (transfer none): the topic
 * Since: 0.1
 */
const char *
mqttc_message_get_topic (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->topic;
}

/**
 * mqttc_message_set_topic:
 * @self: a message that is not locked
 * @topic: the topic name
 *
 * Sets the topic name.
 *
 * Since: 0.1
 */
void
mqttc_message_set_topic (MqttcMessage *self,
                         const char *topic)
{
  char *copy;

  g_return_if_fail (self != NULL);
  g_return_if_fail (topic != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  copy = g_strdup (topic);
  if (self->topic != self->tail)
    g_free (self->topic);
  self->topic = copy;
  self->topic_len = strlen (copy);
}

/**
 * mqttc_message_get_payload:
 * @self: a message
 *
 * Gets the payload as bytes.
 *
 * Returns: (transfer none): the payload, which may be empty
 * Since: 0.1
 */
GBytes *
mqttc_message_get_payload (MqttcMessage *self)
{
  GBytes *bytes;

  g_return_val_if_fail (self != NULL, NULL);

  bytes = g_atomic_pointer_get (&self->bytes);
  if (bytes != NULL)
    return bytes;

  /* Two threads may get here at once: the first one's bytes are the ones that stay. */
  bytes = g_bytes_new (self->data, self->size);
  if (g_atomic_pointer_compare_and_exchange (&self->bytes, NULL, bytes))
    return bytes;

  g_bytes_unref (bytes);
  return g_atomic_pointer_get (&self->bytes);
}

static void
replace_bytes (MqttcMessage *self,
               GBytes *bytes,
               gboolean terminated)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  take_bytes (self, bytes, terminated);
  self->foreign = FALSE;
  g_clear_pointer (&self->text, g_free);
  self->text_state = TEXT_UNKNOWN;
}

/**
 * mqttc_message_set_payload:
 * @self: a message that is not locked
 * @payload: (nullable): the payload, or `NULL` for an empty one
 *
 * Sets the payload to bytes.
 *
 * Since: 0.1
 */
void
mqttc_message_set_payload (MqttcMessage *self,
                           GBytes *payload)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  replace_bytes (self, payload != NULL ? g_bytes_ref (payload) : g_bytes_new (NULL, 0), FALSE);
  self->foreign = payload != NULL;
}

/**
 * mqttc_message_peek_payload:
 * @self: a message
 * @length: (out): the size of the payload in bytes
 *
 * Gets the payload without making anything: where it lies in the message.
 *
 * Returns: (transfer none) (array length=length) (element-type guint8): the payload
 * Since: 0.1
 */
const void *
mqttc_message_peek_payload (MqttcMessage *self,
                            gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (length != NULL, NULL);

  *length = self->size;
  return self->data;
}

/**
 * mqttc_message_get_text:
 * @self: a message
 *
 * Gets the payload as text.
 *
 * Returns: (transfer none) (nullable): the payload, or `NULL` if it is not valid UTF-8 or holds
 *   U+0000
 * Since: 0.1
 */
const char *
mqttc_message_get_text (MqttcMessage *self)
{
  TextState state;
  char *text;

  g_return_val_if_fail (self != NULL, NULL);

  state = g_atomic_int_get (&self->text_state);
  if (state == TEXT_UNKNOWN)
    {
      state = mqttc_utf8_is_valid (self->data, self->size) ? TEXT_VALID : TEXT_INVALID;
      g_atomic_int_set (&self->text_state, state);
    }
  if (state == TEXT_INVALID)
    return NULL;
  if (self->terminated)
    return (const char *) self->data;

  text = g_atomic_pointer_get (&self->text);
  if (text != NULL)
    return text;

  text = g_strndup ((const char *) self->data, self->size);
  if (g_atomic_pointer_compare_and_exchange (&self->text, NULL, text))
    return text;

  g_free (text);
  return g_atomic_pointer_get (&self->text);
}

/**
 * mqttc_message_set_text:
 * @self: a message that is not locked
 * @text: the payload
 *
 * Sets the payload to text.
 *
 * Since: 0.1
 */
void
mqttc_message_set_text (MqttcMessage *self,
                        const char *text)
{
  gsize len;

  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  len = strlen (text);
  replace_bytes (self, g_bytes_new_take (g_memdup2 (text, len + 1), len), TRUE);
}

/**
 * mqttc_message_get_qos:
 * @self: a message
 *
 * Gets the quality of service: of a received message, the one it was sent with.
 *
 * Returns: the quality of service
 * Since: 0.1
 */
MqttcQos
mqttc_message_get_qos (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, MQTTC_QOS_AT_MOST_ONCE);

  return self->qos;
}

/**
 * mqttc_message_set_qos:
 * @self: a message that is not locked
 * @qos: the quality of service
 *
 * Sets the quality of service.
 *
 * Since: 0.1
 */
void
mqttc_message_set_qos (MqttcMessage *self,
                       MqttcQos qos)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail ((guint) qos <= MQTTC_QOS_EXACTLY_ONCE);
  g_return_if_fail (!mqttc_message_is_locked (self));

  self->qos = qos;
}

/**
 * mqttc_message_get_retain:
 * @self: a message
 *
 * Gets whether the server is to keep the message for subscriptions yet to come.
 *
 * Of a received message: whether it was kept, and comes because a subscription was made just now
 * (section 3.3.1.3 of the standard).
 *
 * Returns: `TRUE` if the retain flag is set
 * Since: 0.1
 */
gboolean
mqttc_message_get_retain (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->retain;
}

/**
 * mqttc_message_set_retain:
 * @self: a message that is not locked
 * @retain: `TRUE` to have it kept
 *
 * Sets whether the server is to keep the message for subscriptions yet to come.
 *
 * Since: 0.1
 */
void
mqttc_message_set_retain (MqttcMessage *self,
                          gboolean retain)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  self->retain = retain != FALSE;
}

/**
 * mqttc_message_get_dup:
 * @self: a message
 *
 * Gets whether a received message may have been sent before (section 3.3.1.1 of the standard).
 *
 * Returns: `TRUE` if it came with the DUP flag
 * Since: 0.1
 */
gboolean
mqttc_message_get_dup (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->dup;
}

/**
 * mqttc_message_get_packet_id:
 * @self: a message
 *
 * Gets the packet identifier that a received message came with.
 *
 * Returns: the packet identifier, 0 if it came with QoS 0 or was not received
 * Since: 0.1
 */
guint
mqttc_message_get_packet_id (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->packet_id;
}

/**
 * mqttc_message_is_locked:
 * @self: a message
 *
 * Gets whether the message can no longer be changed.
 *
 * Returns: `TRUE` if it was received, or accepted for sending
 * Since: 0.1
 */
gboolean
mqttc_message_is_locked (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_atomic_int_get (&self->locked);
}

void
mqttc_message_lock (MqttcMessage *self)
{
  if (!g_atomic_int_get (&self->locked))
    g_atomic_int_set (&self->locked, TRUE);
}

void
mqttc_message_get_view (MqttcMessage *self,
                        MqttcPacketView *view)
{
  view->type = MQTTC_PACKET_TYPE_PUBLISH;
  view->reason_code = 0;
  view->publish.topic = mqttc_slice (self->topic, self->topic_len);
  view->publish.payload = mqttc_slice (self->data, self->size);
  view->publish.qos = self->qos;
  view->publish.retain = self->retain;
}

MqttcSlice
mqttc_message_get_topic_slice (MqttcMessage *self)
{
  return mqttc_slice (self->topic, self->topic_len);
}

MqttcReceipt *
mqttc_message_peek_receipt (MqttcMessage *self)
{
  return &self->receipt;
}

gboolean
mqttc_message_is_foreign (MqttcMessage *self)
{
  return self->foreign;
}

gsize
mqttc_message_get_size (MqttcMessage *self)
{
  return self->topic_len + self->size;
}
