/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"

G_BEGIN_DECLS

/* Bytes received and not yet decoded. It grows with what arrives, not with what is announced, and it
 * may fail to: what comes from a peer must not end the process. All zero is an empty one. */
typedef struct
{
  guint8 *data; /* (owned) (nullable) */
  gsize size;
  gsize start; /* the first byte not yet decoded */
  gsize end;
} MqttcReceiveBuffer;

static inline gsize
mqttc_receive_buffer_get_length (const MqttcReceiveBuffer *self)
{
  return self->end - self->start;
}

/* It grows with what is received, by half to twice of it, but not beyond @max_size bytes, of the packet
 * that will be the only one there; 0: there may be more. One byte more is always left at the end, for a
 * 0. FALSE: there is no memory; nothing is changed. */
gboolean mqttc_receive_buffer_append (MqttcReceiveBuffer *self,
                                      const guint8 *data,
                                      gsize len,
                                      gsize max_size);

/* Whether @payload is large, and what is here is the packet that it belongs to and nothing else: then it
 * need not be copied. */
gboolean mqttc_receive_buffer_is_all (const MqttcReceiveBuffer *self,
                                      MqttcSlice payload);

/* The first @len bytes are decoded. A large buffer of which little is left gives its memory back. */
void mqttc_receive_buffer_consume (MqttcReceiveBuffer *self,
                                   gsize len);
void mqttc_receive_buffer_clear (MqttcReceiveBuffer *self);

G_END_DECLS
