/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "session/mqttc-send-buffer-private.h"

#define INITIAL_CHUNK_SIZE 512u
#define INITIAL_SEGMENTS 4u

MqttcSlice
mqttc_send_buffer_get_packets (const MqttcSendBuffer *self,
                               gsize *n_untaken)
{
  const MqttcSendSegment *first;

  *n_untaken = 0;
  if (self->n_segments == 0)
    return mqttc_slice (NULL, 0);

  first = &self->segments[self->first_segment];
  if (first->message != NULL)
    return mqttc_slice (NULL, 0);

  *n_untaken = first->len;
  return mqttc_slice (self->chunk + self->chunk_base,
                      self->chunk_start - self->chunk_base + first->len);
}

/* Past what is taken, before what lies there is moved. */
static void
advance_base (MqttcSendBuffer *self)
{
  gsize n_untaken;
  MqttcSlice packets = mqttc_send_buffer_get_packets (self, &n_untaken);
  MqttcFrame frame = { 0 };

  while (packets.len > n_untaken
         && mqttc_frame_decode (packets.data, packets.len, 0, &frame) == MQTTC_DECODE_OK
         && mqttc_frame_get_size (&frame) <= packets.len - n_untaken)
    {
      gsize size = mqttc_frame_get_size (&frame);

      packets.data += size;
      packets.len -= size;
      self->chunk_base += size;
    }
}

/* Moves the bytes into another chunk; realloc would leave a copy of a password behind. */
static void
move_chunk (MqttcSendBuffer *self,
            gsize size)
{
  gsize used = self->chunk_end - self->chunk_base;
  guint8 *chunk = g_malloc (size);

  if (used > 0)
    memcpy (chunk, self->chunk + self->chunk_base, used);
  if (self->secret && self->chunk != NULL)
    explicit_bzero (self->chunk, self->chunk_size);

  g_free (self->chunk);
  self->chunk = chunk;
  self->chunk_size = size;
  self->chunk_start -= self->chunk_base;
  self->chunk_base = 0;
  self->chunk_end = used;
}

static void
make_room (MqttcSendBuffer *self,
           gsize len)
{
  gsize size = MAX (self->chunk_size, INITIAL_CHUNK_SIZE);
  gsize used;

  advance_base (self);
  used = self->chunk_end - self->chunk_base;

  /* Moving is worth it when it wins as much as it moves. */
  if (self->chunk_size >= used + len && self->chunk_base >= used)
    {
      memmove (self->chunk, self->chunk + self->chunk_base, used);
      self->chunk_start -= self->chunk_base;
      self->chunk_base = 0;
      self->chunk_end = used;
      return;
    }

  while (size < used + len)
    size *= 2;
  move_chunk (self, size);
}

guint8 *
mqttc_send_buffer_reserve (MqttcSendBuffer *self,
                           gsize len)
{
  if (G_UNLIKELY (self->chunk_size - self->chunk_end < len))
    make_room (self, len);

  return self->chunk + self->chunk_end;
}

static MqttcSendSegment *
push_segment (MqttcSendBuffer *self)
{
  MqttcSendSegment *segment;

  if (self->first_segment + self->n_segments == self->segments_size)
    {
      if (self->first_segment > 0)
        {
          memmove (self->segments, self->segments + self->first_segment,
                   self->n_segments * sizeof (MqttcSendSegment));
          self->first_segment = 0;
        }
      else
        {
          self->segments_size = MAX (self->segments_size * 2, INITIAL_SEGMENTS);
          self->segments = g_renew (MqttcSendSegment, self->segments, self->segments_size);
        }
    }

  segment = &self->segments[self->first_segment + self->n_segments++];
  *segment = (MqttcSendSegment){ 0 };
  return segment;
}

static MqttcSendSegment *
get_last_chunk_segment (MqttcSendBuffer *self)
{
  MqttcSendSegment *last;

  if (self->n_segments == 0)
    return NULL;

  last = &self->segments[self->first_segment + self->n_segments - 1];
  return last->message == NULL ? last : NULL;
}

void
mqttc_send_buffer_commit (MqttcSendBuffer *self,
                          gsize len)
{
  MqttcSendSegment *segment = get_last_chunk_segment (self);

  if (segment == NULL)
    segment = push_segment (self);

  segment->len += len;
  self->chunk_end += len;
  self->pending += len;
  self->position += len;
}

void
mqttc_send_buffer_append_payload (MqttcSendBuffer *self,
                                  MqttcMessage *message,
                                  MqttcSlice payload)
{
  MqttcSendSegment *segment = push_segment (self);

  segment->message = mqttc_message_ref (message);
  segment->payload = payload;
  segment->len = payload.len;
  self->pending += payload.len;
  self->position += payload.len;
}

guint
mqttc_send_buffer_peek (const MqttcSendBuffer *self,
                        MqttcSlice *slices,
                        guint n_slices)
{
  const guint8 *chunk = self->chunk + self->chunk_start;
  guint n = MIN (n_slices, self->n_segments);

  for (guint i = 0; i < n; i++)
    {
      const MqttcSendSegment *segment = &self->segments[self->first_segment + i];

      if (segment->message != NULL)
        {
          gsize taken = segment->payload.len - segment->len;

          slices[i] = mqttc_slice (segment->payload.data + taken, segment->len);
        }
      else
        {
          slices[i] = mqttc_slice (chunk, segment->len);
          chunk += segment->len;
        }
    }

  return n;
}

static void
drop_first_segment (MqttcSendBuffer *self)
{
  MqttcSendSegment *segment = &self->segments[self->first_segment];

  if (segment->message != NULL)
    mqttc_discarded_add (self->discarded, g_steal_pointer (&segment->message));
  self->chunk_base
      = self->chunk_start; /* a segment ends with a packet, or with all but its payload */
  self->first_segment++;
  self->n_segments--;
}

void
mqttc_send_buffer_consume (MqttcSendBuffer *self,
                           gsize len)
{
  g_assert (len <= self->pending);
  self->pending -= len;

  while (len > 0)
    {
      MqttcSendSegment *segment = &self->segments[self->first_segment];
      gsize taken = MIN (len, segment->len);

      if (segment->message == NULL)
        self->chunk_start += taken;
      segment->len -= taken;
      len -= taken;

      if (segment->len == 0)
        drop_first_segment (self);
    }

  if (self->pending == 0)
    {
      if (self->secret)
        explicit_bzero (self->chunk, self->chunk_size);
      self->secret = FALSE;
      self->chunk_base = self->chunk_start = self->chunk_end = 0;
      self->first_segment = 0;
    }
}

void
mqttc_send_buffer_clear (MqttcSendBuffer *self)
{
  guint64 position = mqttc_send_buffer_get_taken (self);

  while (self->n_segments > 0)
    drop_first_segment (self);
  if (self->secret && self->chunk != NULL)
    explicit_bzero (self->chunk, self->chunk_size);

  g_free (self->segments);
  g_free (self->chunk);
  *self = (MqttcSendBuffer){ .position = position, .discarded = self->discarded };
}
