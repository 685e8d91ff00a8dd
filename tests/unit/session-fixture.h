/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/mqttc-session.h"
#include "loop/mqttc-options.h"
#include "packet-stream-fixture.h"

#define SECONDS(n) ((gint64) ((n) *G_USEC_PER_SEC))

/* A session in virtual time, a program that drives it, and a server made of a packet stream. */
typedef struct
{
  GMainContext *context;     /* (owned) */
  MqttcOptions *options;     /* (owned) */
  MqttcSession *session;     /* (owned) */
  gint64 now;                /* virtual */
  gsize piece;               /* so many bytes are fed at once; 0: all of them */
  GIOStream *link;           /* (owned) (nullable): the end of the program */
  MqttcPacketStream *server; /* (owned) (nullable): the other end */
} SessionFixture;

void session_set_up (SessionFixture *f,
                     gconstpointer data);

void session_tear_down (SessionFixture *f,
                        gconstpointer data);

/* What a program does until nothing is left to do: dials, closes, sends, receives. */
void session_pump (SessionFixture *f);

/* What has happened by now, an event a line. */
void session_assert_events (SessionFixture *f,
                            const char *expected);

void session_assert_next (SessionFixture *f,
                          MqttcEventType type);

void session_skip_event (SessionFixture *f);

/* Takes the packet. */
void session_server_send (SessionFixture *f,
                          MqttcPacket *packet);

void session_server_publish (SessionFixture *f,
                             const char *topic,
                             MqttcQos qos,
                             guint packet_id);

/* Nothing more has come than what was read. */
void session_assert_server_has_nothing (SessionFixture *f);

/* Opens it, and there is a link. */
void session_open (SessionFixture *f);

/* All of it up to CONNACK; nothing is left to look at. */
void session_connect (SessionFixture *f);

void session_publish (SessionFixture *f,
                      const char *topic,
                      MqttcQos qos);
