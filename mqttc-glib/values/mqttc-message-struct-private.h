/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A message from inside: for the files mqttc-message*.c, and for the one place where nearly each is sent. */

#include "values/mqttc-message-private.h"
#include "values/mqttc-properties-private.h"

G_BEGIN_DECLS

/* Properties as they stand in a packet, without the length before them, a topic alias and subscription
 * identifiers: these belong to one sending. */
typedef struct
{
  gsize len;
  guint8 data[];
} MqttcMessageWire;

/* What only a message with properties has. */
typedef struct
{
  MqttcProperties
      *properties;        /* (atomic) (owned) (nullable): set, or made from @wire when asked for */
  MqttcMessageWire *wire; /* (atomic) (nullable): received, or made from @properties */
  const guint32 *subscription_ids;
  guint n_subscription_ids;
  guint8 has_own_wire; /* it is not in the block of this struct, but in its own */
  guint8 pooled;
} MqttcMessageExtra;

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

  MqttcMessageExtra *extra; /* (owned) (nullable) */

  char tail[];
};

/* Takes over the reference. */
static inline void
mqttc_message_take_bytes (MqttcMessage *self,
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

/* Sets @extra from the properties of a PUBLISH or of a will, NULL if they need none; in memory of @pool
 * (nullable) if they fit. FALSE if there is no memory for what came from the network. */
gboolean
mqttc_message_extra_import (MqttcSlice properties,
                            MqttcBlockPool *pool,
                            MqttcMessageExtra **extra);
/* For a message that can be changed. */
MqttcMessageExtra *mqttc_message_extra_copy (MqttcMessageExtra *self);
void mqttc_message_extra_free (MqttcMessageExtra *self);

/* Locks the properties. */
void mqttc_message_extra_lock (MqttcMessageExtra *self);
MqttcSlice mqttc_message_extra_get_wire (MqttcMessageExtra *self);

/* See mqttc_message_get_view(). */
static inline void
mqttc_message_fill_view (MqttcMessage *self,
                         MqttcPacketView *view)
{
  view->type = MQTTC_PACKET_TYPE_PUBLISH;
  view->reason_code = 0;
  view->properties = mqttc_slice (NULL, 0);
  view->publish.topic = mqttc_slice (self->topic, self->topic_len);
  view->publish.payload = mqttc_slice (self->data, self->size);
  view->publish.qos = self->qos;
  view->publish.retain = self->retain;
  if (G_UNLIKELY (self->extra != NULL))
    view->properties = mqttc_message_extra_get_wire (self->extra);
}

G_END_DECLS
