/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-check.h"

G_BEGIN_DECLS

/* What the model broker keeps about a client (section 3.1.2.4 of the standard). */

typedef enum
{
  SIM_OUT_QUEUED,
  SIM_OUT_PUBLISHED, /* waits for PUBACK or PUBREC */
  SIM_OUT_RELEASED,  /* waits for PUBCOMP */
} SimOutState;

/* A message for the client. */
typedef struct
{
  guint32 uid;
  char *topic; /* (owned) */
  gsize payload_len;
  guint qos;
  guint id;
  SimOutState state;
  gboolean due; /* to be sent again, once there is room */
} SimOut;

/* A QoS 2 message from the client, between PUBREC and PUBREL. */
typedef struct
{
  guint id;
  guint32 uid;
  guint8 *payload; /* (owned) (nullable): it has been forwarded already */
  gsize payload_len;
} SimHeld;

typedef struct
{
  char *filter; /* (owned) */
  guint qos;
  guint asked; /* for which less may have been granted */
} SimSub;

typedef struct
{
  char *client_id; /* (owned) */
  gboolean clean;
  gint64 expiry;   /* -1: never, while no connection has it */
  gint64 ends_at;  /* -1: not, or not yet */
  gboolean spoken; /* the client has sent something after CONNECT: it knows of this session */
  GPtrArray *subs; /* of SimSub, (owned) */
  GPtrArray *outs; /* of SimOut, (owned), oldest first */
  GPtrArray *held; /* of SimHeld, (owned) */
  guint last_id;
} SimSession;

SimSession *sim_session_new (const char *client_id,
                             gsize len,
                             gboolean clean);
SimSession *sim_session_copy (const SimSession *self);
void sim_session_free (SimSession *self);

void sim_session_subscribe (SimSession *self,
                            const char *filter,
                            guint qos,
                            guint asked);
void sim_session_unsubscribe (SimSession *self,
                              const char *filter);
/* The highest QoS of the subscriptions that match, or -1. */
int sim_session_match (SimSession *self,
                       const char *topic);
/* The QoS that was asked for, or -1. */
int sim_session_find_sub (SimSession *self,
                          const char *filter);

guint sim_session_new_id (SimSession *self);
/* With packet identifier @id, on the way. */
SimOut *sim_session_find_out (SimSession *self,
                              guint id);
SimHeld *sim_session_find_held (SimSession *self,
                                guint id);

G_END_DECLS
