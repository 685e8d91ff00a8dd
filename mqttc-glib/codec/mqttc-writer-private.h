/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "codec/mqttc-slice-private.h"

G_BEGIN_DECLS

/* Writes the fields of a packet one after the other. The first pass has found out how many bytes
 * there will be, and the caller has made room for them. */
typedef struct
{
  guint8 *cur;
} MqttcWriter;

static inline void
mqttc_writer_u8 (MqttcWriter *self,
                 guint8 value)
{
  *self->cur++ = value;
}

/* Section 1.5.2: big-endian. */
static inline void
mqttc_writer_u16 (MqttcWriter *self,
                  guint16 value)
{
  self->cur[0] = (guint8) (value >> 8);
  self->cur[1] = (guint8) value;
  self->cur += 2;
}

/* Section 2.2.3: seven bits a byte, the lowest first, in as few bytes as will do. */
static inline void
mqttc_writer_varint (MqttcWriter *self,
                     guint32 value)
{
  while (G_UNLIKELY (value >= 0x80))
    {
      *self->cur++ = (guint8) (value | 0x80);
      value >>= 7;
    }
  *self->cur++ = (guint8) value;
}

static inline void
mqttc_writer_bytes (MqttcWriter *self,
                    MqttcSlice bytes)
{
  /* An empty slice may have no address, which memcpy() does not allow. */
  if (bytes.len == 0)
    return;

  memcpy (self->cur, bytes.data, bytes.len);
  self->cur += bytes.len;
}

/* Section 1.5.3: two bytes of length, then that many bytes. */
static inline void
mqttc_writer_prefixed (MqttcWriter *self,
                       MqttcSlice bytes)
{
  mqttc_writer_u16 (self, (guint16) bytes.len);
  mqttc_writer_bytes (self, bytes);
}

G_END_DECLS
