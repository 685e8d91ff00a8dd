/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "session/mqttc-receive-buffer-private.h"

#define INITIAL_SIZE 256u

/* Up to this size an empty buffer is kept for the next packet. */
#define KEPT_SIZE 4096u

/* Of a payload that is better not copied. */
#define MIN_PAYLOAD 8192u

/* Room for @len bytes and the 0. */
static gboolean
make_room (MqttcReceiveBuffer *self,
           gsize len,
           gsize max_size)
{
  gsize used = mqttc_receive_buffer_get_length (self);
  gsize size = MAX (self->size, INITIAL_SIZE);
  guint8 *data;

  if (len < self->size - self->end)
    return TRUE;

  /* Moving is worth it when it wins as much as it moves. */
  if (self->start > 0 && self->start >= used && len < self->size - used)
    {
      memmove (self->data, self->data + self->start, used);
      self->start = 0;
      self->end = used;
      return TRUE;
    }

  while (size - used <= len)
    size *= 2;
  if (max_size >= used + len)
    size = MIN (size, max_size + 1);

  data = g_try_malloc (size);
  if (data == NULL)
    return FALSE;

  if (used > 0)
    memcpy (data, self->data + self->start, used);
  g_free (self->data);
  *self = (MqttcReceiveBuffer){ .data = data, .size = size, .end = used };
  return TRUE;
}

gboolean
mqttc_receive_buffer_append (MqttcReceiveBuffer *self,
                             const guint8 *data,
                             gsize len,
                             gsize max_size)
{
  if (len == 0)
    return TRUE;
  if (!make_room (self, len, max_size))
    return FALSE;

  memcpy (self->data + self->end, data, len);
  self->end += len;
  return TRUE;
}

gboolean
mqttc_receive_buffer_is_all (const MqttcReceiveBuffer *self,
                             MqttcSlice payload)
{
  const guint8 *end = self->data + self->end;

  /* Copying is cheap up to there, and so is the part of the buffer that is not the payload. */
  return payload.len >= MIN_PAYLOAD && payload.data + payload.len == end
         && payload.len >= self->size / 2;
}

void
mqttc_receive_buffer_consume (MqttcReceiveBuffer *self,
                              gsize len)
{
  MqttcReceiveBuffer rest = { 0 };

  self->start += len;

  if (self->size <= KEPT_SIZE || mqttc_receive_buffer_get_length (self) > KEPT_SIZE)
    return;

  /* A large packet is over: what is left of its buffer need not be as large. */
  if (mqttc_receive_buffer_append (&rest, self->data + self->start,
                                   mqttc_receive_buffer_get_length (self), 0))
    {
      g_free (self->data);
      *self = rest;
    }
}

void
mqttc_receive_buffer_clear (MqttcReceiveBuffer *self)
{
  g_free (self->data);
  *self = (MqttcReceiveBuffer){ 0 };
}
