/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-check.h"
#include "sim-net.h"
#include "sim-session.h"

G_BEGIN_DECLS

/* A broker made from the text of the standards, MQTT 3.1.1 and 5. It is strict: whatever the client may
 * not send is a violation, not a reason to close the connection. */
typedef struct _SimBroker SimBroker;

SimBroker *sim_broker_new (SimClock *clock,
                           const SimOptions *options,
                           SimFaults *faults,
                           SimTrace *trace,
                           SimScript *script,
                           SimCheck *check);
void sim_broker_free (SimBroker *self);

/* FALSE: it is down, nobody listens. */
gboolean sim_broker_accept (SimBroker *self,
                            SimLink *link);

/* Another client publishes. */
void sim_broker_publish (SimBroker *self,
                         const char *topic,
                         guint qos,
                         gsize payload_len);

/* Up, honest and patient from here on. */
void sim_broker_heal (SimBroker *self);

typedef enum
{
  SIM_RESTART_KEEPS,
  SIM_RESTART_LOSES,     /* every session */
  SIM_RESTART_GOES_BACK, /* to what was saved last */
} SimAfterRestart;

/* Drops its connections. Comes up again by itself. */
void sim_broker_restart (SimBroker *self,
                         SimAfterRestart after,
                         gint64 down_time);

/* As a script says. */
void sim_broker_play (SimBroker *self,
                      const SimAction *action);

/* Nothing is on its way to any client, and nothing waits for an answer. */
gboolean sim_broker_is_quiet (SimBroker *self);

/* The last connection ended with DISCONNECT. */
gboolean sim_broker_has_said_goodbye (SimBroker *self);

/* Compares the subscriptions with what the program asked for. */
void sim_broker_check_subscriptions (SimBroker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimBroker, sim_broker_free)

G_END_DECLS
