/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"
#include "session/mqttc-discarded-private.h"

G_BEGIN_DECLS

typedef struct
{
  MqttcMessage *message; /* (owned) (nullable): whose payload it is; NULL: bytes of the chunk */
  MqttcSlice payload;    /* of the message */
  gsize len;             /* not yet taken by the link */
} MqttcSendSegment;

/* Encoded packets on their way to the link: one contiguous chunk, and between its bytes large
 * payloads that are sent from where they lie. All zero but for discarded is an empty
 * buffer. */
typedef struct
{
  guint8 *chunk; /* (owned) (nullable) */
  gsize chunk_size;
  gsize chunk_start; /* the first byte not yet taken */
  gsize chunk_end;
  gsize
      chunk_base; /* where a packet begins, not after chunk_start: from there on all bytes are here */

  MqttcSendSegment *segments; /* (owned) (nullable) */
  guint segments_size;
  guint first_segment;
  guint n_segments;

  MqttcDiscarded *discarded; /* (unowned) */

  gsize pending;    /* bytes in all segments */
  guint64 position; /* of all bytes ever appended: the end of the stream so far */
  gboolean secret;  /* the chunk holds a password: wipe it */
} MqttcSendBuffer;

/* Room for @len bytes of the chunk; mqttc_send_buffer_commit() what was written there. */
guint8 *mqttc_send_buffer_reserve (MqttcSendBuffer *self,
                                   gsize len);
void mqttc_send_buffer_commit (MqttcSendBuffer *self,
                               gsize len);
void
mqttc_send_buffer_append_payload (MqttcSendBuffer *self,
                                  MqttcMessage *message,
                                  MqttcSlice payload);

guint mqttc_send_buffer_peek (const MqttcSendBuffer *self,
                              MqttcSlice *slices,
                              guint n_slices);
void mqttc_send_buffer_consume (MqttcSendBuffer *self,
                                gsize len);

/* Encoded ahead of the link at most, so that control is never far behind. */
#define MQTTC_SEND_BUDGET (64 * 1024)

/* Whether a packet that nothing else remembers may be appended: until it is taken, it is among what
 * mqttc_send_buffer_get_packets() gives. */
static inline gboolean
mqttc_send_buffer_may_append_directly (const MqttcSendBuffer *self)
{
  return self->pending < MQTTC_SEND_BUDGET
         && (self->n_segments == 0
             || (self->n_segments == 1 && self->segments[self->first_segment].message == NULL));
}

/* The packets up to the next payload that is sent from where it lies, beginning with the first one of
 * which a byte may not have been taken; the last may lack its payload. @n_untaken: the bytes of these
 * that are not taken. */
MqttcSlice mqttc_send_buffer_get_packets (const MqttcSendBuffer *self,
                                          gsize *n_untaken);

static inline guint64
mqttc_send_buffer_get_taken (const MqttcSendBuffer *self)
{
  return self->position - self->pending;
}

/* Drops what is pending and gives the memory back; the position goes on. */
void mqttc_send_buffer_clear (MqttcSendBuffer *self);

G_END_DECLS
