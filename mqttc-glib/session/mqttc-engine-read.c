/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bytes in: when they are read, and how they are made up to packets. */

#include "config.h"

#include "session/mqttc-engine-struct-private.h"

/* Acknowledgements that wait to leave: beyond these a peer that sends and never reads would fill the
 * memory. */
#define MAX_WAITING_ACKS 4096

static inline gboolean
may_read (const MqttcEngine *self)
{
  const MqttcEngineConfig *config = &self->config;

  /* Nothing but CONNACK can come, and it is waited for; after DISCONNECT nothing could be answered any
   * more. */
  if (self->link != MQTTC_LINK_CONNECTED)
    return self->link == MQTTC_LINK_HANDSHAKE && self->auth.connack == NULL;
  if (G_UNLIKELY (self->paused || (self->pulled && !self->pull_open)))
    return FALSE;

  /* There are no more packet identifiers than those of a full ring: a server that sends on does not
   * wait for acknowledgements as it has to. */
  return self->undelivered < config->max_undelivered_messages
         && self->inbox.ring_length <= G_MAXUINT16
         && self->undelivered_bytes < config->max_undelivered_bytes
         && self->events.length < MQTTC_MAX_WAITING_EVENTS
         && mqttc_engine_count_acks (self) < MAX_WAITING_ACKS;
}

gboolean
mqttc_engine_may_decode (const MqttcEngine *self)
{
  /* Whoever waits to be told of earlier events still is to be connected. */
  return (self->events.length < self->decode_ahead || self->link == MQTTC_LINK_HANDSHAKE)
         && may_read (self);
}

gboolean
mqttc_engine_want_watch (MqttcEngine *self)
{
  /* What is pulled may wait for ever. */
  return self->pulled ? mqttc_engine_may_decode (self) : may_read (self);
}

void
mqttc_engine_set_decode_ahead (MqttcEngine *self,
                               guint n_events)
{
  self->decode_ahead = n_events;
}

gboolean
mqttc_engine_want_read (MqttcEngine *self)
{
  return mqttc_engine_may_decode (self) && !self->resumable;
}

/* The bytes taken. The link may be gone afterwards. @buffer (nullable): which @data are all of. */
static gsize
decode (MqttcEngine *self,
        const guint8 *data,
        gsize len,
        MqttcReceiveBuffer *buffer,
        gint64 now)
{
  gsize done = 0;

  self->pool = mqttc_block_pool_get ();
  while (mqttc_engine_may_decode (self))
    {
      gsize taken = mqttc_engine_decode_one (self, data + done, len - done, buffer, now);

      if (taken == 0)
        {
          self->resumable = FALSE;
          return done;
        }
      done += taken;
    }

  self->resumable = self->link != MQTTC_LINK_NONE && done < len;
  return done;
}

/* Keeps for later what is not decoded. @max_size: see mqttc_receive_buffer_append(). FALSE: the link is
 * gone. */
static gboolean
keep (MqttcEngine *self,
      const guint8 *data,
      gsize len,
      gsize max_size,
      gint64 now)
{
  if (self->link == MQTTC_LINK_NONE)
    return FALSE;

  if (mqttc_receive_buffer_append (&self->partial, data, len, max_size))
    return TRUE;

  mqttc_engine_fail_link (self,
                          g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT,
                                       "There is no memory for the %" G_GSIZE_FORMAT
                                       " bytes that the server has sent so far",
                                       mqttc_receive_buffer_get_length (&self->partial) + len),
                          TRUE, now);
  return FALSE;
}

void
mqttc_engine_decode_partial (MqttcEngine *self,
                             gint64 now)
{
  /* Out of reach of a failing link, which clears it. */
  MqttcReceiveBuffer partial = self->partial;
  gsize done;

  self->partial = (MqttcReceiveBuffer){ 0 };
  done = decode (self, partial.data + partial.start, mqttc_receive_buffer_get_length (&partial),
                 &partial, now);

  /* A message has taken it over. */
  if (partial.data == NULL)
    return;

  if (self->link == MQTTC_LINK_NONE)
    {
      mqttc_receive_buffer_clear (&partial);
      return;
    }

  mqttc_receive_buffer_consume (&partial, done);
  self->partial = partial;
}

gsize
mqttc_engine_get_partial_size (const MqttcEngine *self)
{
  const MqttcReceiveBuffer *partial = &self->partial;
  MqttcFrame frame = { 0 };

  if (mqttc_frame_decode (partial->data + partial->start, mqttc_receive_buffer_get_length (partial),
                          0, &frame)
      != MQTTC_DECODE_OK)
    return 0;

  return mqttc_frame_get_size (&frame);
}

/* Before CONNACK it is the time-out of the attempt that counts. */
static void
note_packet (MqttcEngine *self,
             gboolean reading,
             gint64 now)
{
  if (self->link != MQTTC_LINK_CONNECTED || mqttc_receive_buffer_get_length (&self->partial) == 0)
    mqttc_packet_watch_stop (&self->watch);
  else if (!reading || self->resumable)
    mqttc_packet_watch_pause (&self->watch);
  else
    mqttc_packet_watch_update (&self->watch, self->totals.packets_received,
                               mqttc_engine_get_partial_size (self), self->config.packet_timeout,
                               now);
}

void
mqttc_engine_note_reading (MqttcEngine *self,
                           gint64 now)
{
  gboolean reading = mqttc_engine_may_decode (self);

  mqttc_keepalive_set_paused (&self->keepalive, !reading, now);
  if (G_UNLIKELY (self->auth.deadline >= 0))
    mqttc_engine_time_auth (self, reading, now);
  note_packet (self, reading, now);
}

/* Makes up what is kept to a packet, so that the packets that follow need not be copied. The bytes
 * taken; the link may be gone afterwards. */
static gsize
complete_partial (MqttcEngine *self,
                  const guint8 *data,
                  gsize len,
                  gint64 now)
{
  gsize done = 0;

  while (done < len && mqttc_receive_buffer_get_length (&self->partial) > 0
         && mqttc_engine_may_decode (self) && !self->resumable)
    {
      gsize length = mqttc_receive_buffer_get_length (&self->partial);
      /* While its header is not whole, byte by byte. */
      gsize size = MAX (mqttc_engine_get_partial_size (self), length + 1);
      gsize n = MIN (size - length, len - done);

      if (!keep (self, data + done, n, size, now))
        break;
      done += n;
      mqttc_engine_decode_partial (self, now);
    }

  return done;
}

/* Keeps the rest of what was fed. If it is not little of @lent (nullable) it stays there, and @lent is
 * empty then. */
static void
keep_rest (MqttcEngine *self,
           const guint8 *data,
           gsize len,
           MqttcReceiveBuffer *lent,
           gint64 now)
{
  gboolean takes = lent != NULL && len >= lent->size / 4 && self->link != MQTTC_LINK_NONE
                   && mqttc_receive_buffer_get_length (&self->partial) == 0;

  if (!takes)
    {
      keep (self, data, len, 0, now);
      return;
    }

  mqttc_receive_buffer_clear (&self->partial);
  self->partial = *lent;
  self->partial.start = self->partial.end - len;
  *lent = (MqttcReceiveBuffer){ 0 };
}

static void
feed (MqttcEngine *self,
      const guint8 *data,
      gsize len,
      MqttcReceiveBuffer *lent,
      gint64 now)
{
  gsize done;

  if (self->link < MQTTC_LINK_HANDSHAKE || len == 0)
    return;

  mqttc_keepalive_received (&self->keepalive, now);
  mqttc_packet_watch_received (&self->watch, now);
  self->totals.bytes_received += len;

  done = complete_partial (self, data, len, now);
  if (mqttc_receive_buffer_get_length (&self->partial) == 0)
    done += decode (self, data + done, len - done, NULL, now);
  else if (done < len)
    self->resumable = TRUE; /* reading was paused before: the rest of the packet may be among it */
  keep_rest (self, data + done, len - done, lent, now);

  mqttc_engine_note_reading (self, now);
  mqttc_engine_check_drained (self, now);
}

void
mqttc_engine_feed (MqttcEngine *self,
                   const guint8 *data,
                   gsize len,
                   gint64 now)
{
  feed (self, data, len, NULL, now);
}

void
mqttc_engine_feed_buffer (MqttcEngine *self,
                          MqttcReceiveBuffer *buffer,
                          gint64 now)
{
  feed (self, buffer->data + buffer->start, mqttc_receive_buffer_get_length (buffer), buffer, now);
}
