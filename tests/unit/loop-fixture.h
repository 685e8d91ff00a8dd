/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-event-loop-private.h"
#include "loop/mqttc-options.h"
#include "memory-transport.h"

G_BEGIN_DECLS

/* An event loop on a context of its own, a clock that the test moves, and a network in memory. What
 * the loop tells is written down in @log, a line each. */
typedef struct
{
  GMainContext *context;
  MqttcOptions *options;
  MqttcEventLoop *loop; /* (nullable) */
  MemoryNet *net;
  gint64 now;
  GString *log;
  gboolean answers_pings; /* the server does so, in loop_fixture_iterate() */
} LoopFixture;

void loop_fixture_set_up (LoopFixture *self,
                          gconstpointer data);
void loop_fixture_tear_down (LoopFixture *self,
                             gconstpointer data);

/* Until there is nothing left to do without the clock; fails if that takes for ever. Returns how often
 * something was dispatched. */
guint loop_fixture_iterate (LoopFixture *self);
void loop_fixture_advance (LoopFixture *self,
                           gint64 usec);

void loop_fixture_start (LoopFixture *self);
/* Starts, and lets the server accept. */
void loop_fixture_connect (LoopFixture *self);

/* Messages of QoS 0 for the topic "a". */
void loop_fixture_publish (LoopFixture *self,
                           guint n_messages,
                           gsize payload_size);

void loop_fixture_send (LoopFixture *self, MqttcPacket *packet /* (transfer full) */);
/* Compares what the client has written since the last time with the bytes of @hex ("e0 00"). */
void loop_fixture_expect (LoopFixture *self,
                          const char *hex);
/* Compares @log, and empties it. */
void loop_fixture_expect_log (LoopFixture *self,
                              const char *log);
void loop_fixture_log_packets (LoopFixture *self);

/* There is no source left in the context. */
void loop_fixture_expect_no_sources (LoopFixture *self);
/* Drops the last reference, and checks that it was. */
void loop_fixture_drop_loop (LoopFixture *self);

G_END_DECLS
