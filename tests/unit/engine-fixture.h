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
  const char *method;        /* (nullable): of authentication, instead of "m" */
  gboolean in_5;             /* packets are written in 3.1.1, and said in MQTT 5 */
  guint8 n_unsubscribed[16]; /* filters by packet identifier, if so */
} EngineFixture;

#define SECONDS(n) ((gint64) ((n) * (G_USEC_PER_SEC + G_GINT64_CONSTANT (0))))

void engine_set_up (EngineFixture *f,
                    gconstpointer data);
void engine_tear_down (EngineFixture *f,
                       gconstpointer data);

#define engine_test(path, func) \
 g_test_add (path, EngineFixture, NULL, engine_set_up, func, engine_tear_down)

/* What the two versions have in common: the same test in both. Packets are whole. */
void engine_set_up_5 (EngineFixture *f,
                      gconstpointer data);

#define engine_test_both(path, func)                                                         \
 G_STMT_START                                                                                \
 {                                                                                           \
  engine_test (path, func);                                                                  \
  g_test_add (path "/mqtt-5", EngineFixture, NULL, engine_set_up_5, func, engine_tear_down); \
 }                                                                                           \
 G_STMT_END

/* Whole packets of 3.1.1 in MQTT 5, with no property, in hexadecimal without blanks; to be freed. */
char *engine_say_in_5 (EngineFixture *f,
                       const char *hex);

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

/* Of MQTT 5: CONNACK with @properties (hexadecimal, fewer than 128 bytes), after engine_open() or
 * engine_redial(); what CONNECT was is not looked at. */
void engine_accept_5 (EngineFixture *f,
                      gboolean session_present,
                      const char *properties);
/* The connection is lost, and made again with such a CONNACK. */
void engine_reconnect_5 (EngineFixture *f,
                         gboolean session_present,
                         const char *properties);
/* All of it, with no session present; sets the protocol. */
void engine_connect_5 (EngineFixture *f,
                       const char *properties);
/* The link is to be closed, and @hex are the last words. */
void engine_assert_closes (EngineFixture *f,
                           const char *hex);
/* What is in the queue of events is of no interest. */
void engine_drop_events (EngineFixture *f);
/* The program's answer to the last AUTHENTICATE: NULL is none. */
void engine_authenticate (EngineFixture *f,
                          const char *data);
void engine_authenticate_full (EngineFixture *f,
                               GBytes *data,
                               GError *error);

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
/* Likewise, to a topic "t", with so many seconds to live. */
void engine_publish_expiring (EngineFixture *f,
                              const char *text,
                              guint32 seconds,
                              MqttcQos qos,
                              MqttcOperation *operation);
/* The message is refused with this client error. */
void engine_publish_refused (EngineFixture *f,
                             MqttcMessage *message,
                             MqttcClientError code,
                             const char *words);
void
engine_subscribe (EngineFixture *f,
                  const char *filter,
                  MqttcQos qos,
                  MqttcOperation *operation);
