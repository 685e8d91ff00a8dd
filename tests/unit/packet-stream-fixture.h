/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/mqttc-packet-stream.h"
#include "piece-stream.h"
#include "values/mqttc-packet.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1

/* A packet stream on one end of a socket pair, and bytes on the other. */
typedef struct
{
  GMainContext *context;     /* (owned) */
  MqttcPacketStream *stream; /* (owned) */
  GIOStream *peer;           /* (owned) */
} StreamFixture;

void stream_set_up (StreamFixture *f,
                    gconstpointer data);
void stream_tear_down (StreamFixture *f,
                       gconstpointer data);

/* The peer sends. */
void stream_feed (StreamFixture *f,
                  const char *hex);

/* How an operation in the background ended. */
typedef struct
{
  GAsyncResult *result; /* (owned) (nullable) */
} Outcome;

void outcome_cb (GObject *object,
                 GAsyncResult *result,
                 gpointer user_data);
void outcome_wait (Outcome *self,
                   GMainContext *context);
void outcome_clear (Outcome *self);

/* As the blocking functions, by way of the others. */
MqttcPacket *
read_in_background (MqttcPacketStream *stream,
                    GCancellable *cancellable,
                    GError **error);
gboolean write_in_background (MqttcPacketStream *stream,
                              MqttcPacket *packet,
                              GCancellable *cancellable,
                              GError **error);
gboolean close_in_background (MqttcPacketStream *stream,
                              GCancellable *cancellable,
                              GError **error);

/* The next packet that is read. */
void assert_packet (MqttcPacketStream *stream,
                    const char *words);

GBytes *bytes_of_hex (const char *hex);
GBytes *join_packets (GPtrArray *packets);

/* Both ends of a connection. */
void make_pair (GIOStream *ends[2]);
