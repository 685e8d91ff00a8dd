/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mqttc-error.h"
#include "session/mqttc-engine-private.h"

/* An engine whose bytes are written as hexadecimal text and whose events as words, in virtual time.
 */
typedef struct
{
  MqttcEngine *engine;
  MqttcEngineConfig config;  /* take effect with engine_open() */
  gint64 now;                /* microseconds */
  gboolean hold;             /* messages are popped, but not yet delivered */
  GArray *tokens;            /* of those held back */
  GPtrArray *messages;       /* all that were popped */
  gboolean show_can_publish; /* among the events */
} EngineFixture;

#define SECONDS(n) ((gint64) ((n) *G_USEC_PER_SEC))

void engine_set_up (EngineFixture *f,
                    gconstpointer data);
void engine_tear_down (EngineFixture *f,
                       gconstpointer data);

#define engine_test(path, func) \
 g_test_add (path, EngineFixture, NULL, engine_set_up, func, engine_tear_down)

/* Opens with the configuration as it is, dials, and the link comes up. */
void engine_open (EngineFixture *f);
/* The next attempt after a lost link: waits for it, dials, and the link comes up. */
void engine_redial (EngineFixture *f);
/* All of it: open, CONNECT out, CONNACK in; nothing is left to look at. */
void engine_connect (EngineFixture *f,
                     gboolean session_present);
/* The same after engine_redial(). */
void engine_accept (EngineFixture *f,
                    gboolean session_present);
void engine_cut (EngineFixture *f);

void engine_feed (EngineFixture *f,
                  const char *hex);
/* Moves the clock; the engine is told at each of its deadlines on the way. */
void engine_wait (EngineFixture *f,
                  gint64 usec);

/* What the engine has to send by now, all of it taken by the link: in hexadecimal, to be freed. */
char *engine_take_output (EngineFixture *f);
void engine_assert_sends (EngineFixture *f,
                          const char *hex);
/* What it has to tell by now: words with a blank between. Messages are delivered on the way, unless
 * held back. */
void engine_assert_events (EngineFixture *f,
                           const char *words);
/* The n-th message held back is delivered. */
void engine_deliver (EngineFixture *f,
                     guint n);

/* The n-th message is acknowledged by the program; @code: the client error expected, -1: none. */
void engine_acknowledge (EngineFixture *f,
                         guint n,
                         int code);

void engine_publish (EngineFixture *f,
                     const char *topic,
                     const char *text,
                     MqttcQos qos,
                     MqttcOperation *operation);
void
engine_subscribe (EngineFixture *f,
                  const char *filter,
                  MqttcQos qos,
                  MqttcOperation *operation);
