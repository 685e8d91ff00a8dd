/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/mqttc-packet-buffer-private.h"
#include "helpers/mqttc-packet-stream.h"

G_BEGIN_DECLS

struct _MqttcPacketStream
{
  GObject parent_instance;

  GIOStream *stream; /* (owned) */
  MqttcProtocol protocol;
  guint64 max_packet_size;

  /* Reading and writing share nothing, so that each may have a thread of its own. */
  MqttcPacketBuffer buffer;
  GError *read_error;        /* (nullable): after it there are no packets */
  gboolean reading;          /* a read is outstanding */
  gboolean reading_blocks;   /* it is a blocking one */
  GCancellable *read_cancel; /* (nullable): of the outstanding read of the stream below */
  gulong read_cancelled_id;

  GQueue writes; /* of Write: the first n_writing are on their way */
  guint n_writing;
  gboolean writing_blocks; /* a blocking write is going on */
  GCancellable *write_cancel;
  GError *write_error; /* (nullable): a packet was written in part */

  gboolean closing;     /* nothing more may be asked for */
  gboolean close_begun; /* of the stream below */
  GTask *close_task;    /* (owned) (nullable): waits until nothing is outstanding */
  gulong close_cancelled_id;
};

/* In mqttc-packet-stream-write.c. */
void mqttc_packet_stream_clear_writes (MqttcPacketStream *self);
gboolean mqttc_packet_stream_is_writing (MqttcPacketStream *self);

/* Goes on with closing if nothing is outstanding any more. */
void mqttc_packet_stream_check_closing (MqttcPacketStream *self);

/* Sets the error of what is asked for after the end; always FALSE. */
gboolean mqttc_packet_stream_refuse_closed (GError **error);

G_END_DECLS
