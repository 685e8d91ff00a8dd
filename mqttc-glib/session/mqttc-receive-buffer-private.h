/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

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

/* FALSE: there is no memory; nothing is changed. */
gboolean mqttc_receive_buffer_append (MqttcReceiveBuffer *self,
                                      const guint8 *data,
                                      gsize len);

/* The first @len bytes are decoded. A large buffer of which little is left gives its memory back. */
void mqttc_receive_buffer_consume (MqttcReceiveBuffer *self,
                                   gsize len);
void mqttc_receive_buffer_clear (MqttcReceiveBuffer *self);

G_END_DECLS
