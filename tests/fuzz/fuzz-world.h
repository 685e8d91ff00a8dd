/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fuzz-wire.h"
#include "fuzz.h"
#include "session/mqttc-engine-private.h"

G_BEGIN_DECLS

#define FUZZ_MAX_OPERATIONS 400

typedef struct
{
  guint64 token;
  guint qos;
} FuzzHanded;

/* An engine, driven by a fuzz target as an event loop would drive it, in virtual time, and what must
 * hold of it after each step. */
typedef struct
{
  MqttcEngine *engine;
  MqttcEngineConfig config;
  gint64 now;
  gboolean dialling;
  FuzzWire *wire;
  guint64 hash; /* of all that came out */

  /* Each operation that was accepted ends once. */
  MqttcOperation operations[FUZZ_MAX_OPERATIONS];
  gboolean pending[FUZZ_MAX_OPERATIONS];
  guint n_operations;

  MqttcConnectionState state; /* the last one told */
  GArray *handed;             /* of FuzzHanded: messages that are not yet delivered */
  GPtrArray *messages;        /* those that came, up to a number */
  guint n_delivered[3];       /* by QoS */
  gboolean asked;             /* AUTHENTICATE waits for an answer */
  guint64 auth_token;         /* of the last time */
} FuzzWorld;

/* The engine has a deep copy of @config, which belongs to the world from now on. */
FuzzWorld *fuzz_world_new (const MqttcEngineConfig *config);

/* Closes as a process that dies does, and looks whether everything has ended. */
void fuzz_world_finish (FuzzWorld *self);

/* After each call of the engine: takes what it wants done with the link, and looks at it. */
void fuzz_world_settle (FuzzWorld *self);

void fuzz_world_open (FuzzWorld *self);
void fuzz_world_link_up (FuzzWorld *self);
/* @error: with one; @refused: one that trying again does not mend. */
void fuzz_world_link_down (FuzzWorld *self,
                           gboolean error,
                           gboolean refused);

/* Lets the link take so many bytes at most. */
void fuzz_world_write (FuzzWorld *self,
                       gsize max_bytes);
void fuzz_world_feed (FuzzWorld *self,
                      MqttcSlice bytes);
/* What an honest server would answer to the packet that waits for it as number @n. */
void fuzz_world_answer (FuzzWorld *self,
                        guint n);

void fuzz_world_publish (FuzzWorld *self,
                         const char *topic,
                         MqttcSlice payload,
                         guint qos,
                         gboolean retain);
/* The same with everything that a message may have. */
void fuzz_world_publish_message (FuzzWorld *self,
                                 MqttcMessage *message);
/* @options: those of section 3.8.3.1 of MQTT 5; @subscription_id: 0 is none. */
void fuzz_world_subscribe (FuzzWorld *self,
                           const char *const *filters,
                           const guint8 *options,
                           guint subscription_id);
void fuzz_world_unsubscribe (FuzzWorld *self,
                             const char *const *filters);
void fuzz_world_cancel (FuzzWorld *self,
                        guint n);

/* The program's answer, if one is waited for. */
void fuzz_world_authenticate (FuzzWorld *self,
                              MqttcSlice data,
                              gboolean gives_up);
void fuzz_world_reauthenticate (FuzzWorld *self);

/* Takes up to @n events; messages are then to be delivered. */
void fuzz_world_pop (FuzzWorld *self,
                     guint n);
void fuzz_world_deliver (FuzzWorld *self,
                         guint n,
                         gboolean give_up);
void fuzz_world_acknowledge (FuzzWorld *self,
                             guint n);
/* With a reason code, and with a user property or none. */
void
fuzz_world_acknowledge_full (FuzzWorld *self,
                             guint n,
                             guint reason_code,
                             gboolean has_properties);

/* Time passes; the engine is told at each of its deadlines. */
void fuzz_world_wait (FuzzWorld *self,
                      gint64 usec);
/* Until the next deadline, if there is one. */
void fuzz_world_wait_deadline (FuzzWorld *self);

/* Everything that can be done is done: written, taken, delivered, answered. */
void fuzz_world_run_dry (FuzzWorld *self);

G_END_DECLS
