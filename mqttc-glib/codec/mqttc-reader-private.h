/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"
#include "mqttc-enums.h"

G_BEGIN_DECLS

/* Reads the fields of a packet and never runs past its end: a short read sets @failed and takes
 * what is left, later ones give 0, so a decoder asks once, at its end. */
typedef struct
{
  const guint8 *cur;
  const guint8 *end;
  gboolean failed;
  gboolean is_protocol_error; /* what is wrong is not the form */
  MqttcProtocol protocol;
} MqttcReader;

static inline MqttcSlice
mqttc_reader_take (MqttcReader *self,
                   gsize len)
{
  MqttcSlice slice = { .data = self->cur, .len = len };

  if (G_UNLIKELY ((gsize) (self->end - self->cur) < len))
    {
      self->failed = TRUE;
      self->cur = self->end;
      slice.len = 0;
      return slice;
    }

  self->cur += len;
  return slice;
}

static inline guint8
mqttc_reader_u8 (MqttcReader *self)
{
  if (G_UNLIKELY (self->cur == self->end))
    {
      self->failed = TRUE;
      return 0;
    }

  return *self->cur++;
}

/* Section 1.5.2: big-endian. */
static inline guint16
mqttc_reader_u16 (MqttcReader *self)
{
  guint16 value;

  if (G_UNLIKELY (self->end - self->cur < 2))
    {
      self->failed = TRUE;
      self->cur = self->end;
      return 0;
    }

  value = (guint16) (self->cur[0] << 8 | self->cur[1]);
  self->cur += 2;
  return value;
}

static inline guint32
mqttc_reader_u32 (MqttcReader *self)
{
  guint32 high = mqttc_reader_u16 (self);

  return high << 16 | mqttc_reader_u16 (self);
}

/* Section 1.5.5 of MQTT 5: seven bits a byte, the lowest first, in as few bytes as will do. */
static inline guint32
mqttc_reader_varint (MqttcReader *self)
{
  guint32 value = 0;

  for (guint i = 0; i < 4; i++)
    {
      guint8 byte = mqttc_reader_u8 (self);

      value |= (guint32) (byte & 0x7f) << 7 * i;
      if (byte >= 0x80)
        continue;
      if (byte == 0 && i > 0)
        break;
      return value;
    }

  self->failed = TRUE;
  self->cur = self->end;
  return 0;
}

/* Section 1.5.3: two bytes of length, then that many bytes. */
static G_ALWAYS_INLINE inline MqttcSlice
mqttc_reader_prefixed (MqttcReader *self)
{
  gsize len = mqttc_reader_u16 (self);

  return mqttc_reader_take (self, len);
}

static inline MqttcSlice
mqttc_reader_rest (MqttcReader *self)
{
  return mqttc_reader_take (self, self->end - self->cur);
}

G_END_DECLS
