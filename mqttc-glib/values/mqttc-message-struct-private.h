/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A message from inside: for the files mqttc-message*.c alone. */

#include "values/mqttc-message-private.h"

G_BEGIN_DECLS

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

G_END_DECLS
