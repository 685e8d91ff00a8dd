/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-utf8-private.h"
#include "values/mqttc-message-struct-private.h"

/**
 * MqttcMessage:
 *
 * An application message: a topic, a payload, and how it is to be delivered.
 *
 * From MQTT 5 on it can have properties, such as a content type or an expiry interval. MQTT 3.1.1 has none:
 * with that version, such a message is sent without them.
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
G_DEFINE_BOXED_TYPE (MqttcMessage, mqttc_message, mqttc_message_ref, mqttc_message_unref)

typedef enum
{
  TEXT_UNKNOWN,
  TEXT_VALID,
  TEXT_INVALID,
} TextState;

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

/* Most small messages have nothing but one block. */
static void
clear_members (MqttcMessage *self)
{
  if (self->topic != self->tail)
    g_free (self->topic);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->text);
  if (self->extra != NULL)
    mqttc_message_extra_free (self->extra);
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

  if (self->topic != self->tail || self->bytes != NULL || self->text != NULL || self->extra != NULL)
    clear_members (self);

  if (self->pooled)
    mqttc_block_pool_give (mqttc_block_pool_get (), self);
  else
    g_free (self);
}

void
mqttc_message_recycle (MqttcMessage *self,
                       MqttcBlockPool *pool)
{
  /* With nobody else who has a reference, nobody can make one. */
  if (self->pooled && g_atomic_int_get (&self->ref_count) == 1 && self->bytes == NULL
      && self->text == NULL && self->extra == NULL)
    mqttc_block_pool_give (pool, self);
  else
    mqttc_message_unref (self);
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
  mqttc_message_take_bytes (self, bytes, terminated);
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
  if (g_atomic_int_get (&self->locked))
    return;

  if (G_UNLIKELY (self->extra != NULL))
    mqttc_message_extra_lock (self->extra);
  g_atomic_int_set (&self->locked, TRUE);
}

void
mqttc_message_get_view (MqttcMessage *self,
                        MqttcPacketView *view)
{
  mqttc_message_fill_view (self, view);
}

gboolean
mqttc_message_expires (MqttcMessage *self)
{
  return self->extra != NULL && mqttc_message_get_expiry_interval (self) >= 0;
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
  gsize size = self->topic_len + self->size;

  if (G_UNLIKELY (self->extra != NULL))
    size += mqttc_message_extra_get_wire (self->extra).len
            + self->extra->n_subscription_ids * sizeof (guint32);

  return size;
}
