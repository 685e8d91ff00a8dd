/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-app.h"
#include "sim-broker.h"
#include "sim-check.h"
#include "sim-net.h"

G_BEGIN_DECLS

#define SIM_MAX_CUTS 2

/* When @at bytes have arrived at @end. */
typedef struct
{
  SimEnd end;
  gint64 at;
  gboolean reset;
  SimCut rest; /* what becomes of the other direction */
} SimPlannedCut;

/* One run: the engine, driven as an event loop would drive it, a program above it, a network and a
 * broker below, all of it in virtual time on one thread. */
struct _SimWorld
{
  const SimOptions *options; /* (unowned) */
  SimClock *clock;           /* (owned) */
  SimFaults faults;
  SimTrace trace;
  SimCheck *check;       /* (owned) */
  SimNet *net;           /* (owned) */
  SimBroker *broker;     /* (owned) */
  MqttcEngine *engine;   /* (owned) */
  SimApp *app;           /* (owned) */
  SimScript *script;     /* (unowned) what happens */
  SimScript *own_script; /* (owned) (nullable): that, if nobody has given it one */
  SimRandom random;
  SimRandom choice; /* of what befalls the machine */
  gboolean healed;
  gboolean play_pumps; /* once it has played all of this moment */

  SimLink *link; /* (unowned) (nullable): there is no connection */
  guint64 dial;  /* generation */
  guint n_dials;
  gboolean feeding;
  gboolean write_planned;
  gboolean write_blocked;
  gboolean events_planned;
  gboolean program_runs; /* and may free its messages */
  GPtrArray *discarded;  /* of MqttcMessage, (owned): exchanged with the engine's */

  gint64 timer_at; /* -1: none */
  guint64 timer;   /* generation */
  guint n_stuck;
  gint64 storm_second;
  guint n_advances;

  gint64 frozen_until; /* -1: awake */
  gboolean end_waits;  /* the link has ended while nobody was awake */
  gboolean end_reset;

  /* Links to be cut, in the order they are made, for those that try every place. */
  SimPlannedCut cuts[SIM_MAX_CUTS];
  guint n_cuts;
  guint n_links;
};

/* The domain of what goes wrong with links. */
GQuark sim_network_quark (void);

SimWorld *sim_world_new (const SimOptions *options,
                         gboolean verbose);
/* @script is written while the run goes on, or played. */
SimWorld *sim_world_new_with_script (const SimOptions *options,
                                     SimScript *script,
                                     gboolean playing,
                                     gboolean verbose);
void sim_world_free (SimWorld *self);

/* After any call of the engine: does what it wants done. */
void sim_world_pump (SimWorld *self);

/* A message of the program, in its own memory or in ours; @payload (transfer full). */
MqttcMessage *
sim_world_make_message (SimWorld *self,
                        const char *topic,
                        guint8 *payload,
                        gsize len);
void sim_world_free_message (SimWorld *self,
                             MqttcMessage *message);
/* What the engine has put aside. */
void sim_world_free_discarded (SimWorld *self);

gboolean sim_world_is_frozen (SimWorld *self);
void sim_world_freeze (SimWorld *self,
                       gint64 duration);
void sim_world_wake (SimWorld *self);

/* Runs for @duration, or until @is_done says so, or a violation; FALSE: the time was up. */
gboolean sim_world_run (SimWorld *self, gint64 duration, gboolean (*is_done) (SimWorld *self));

/* --- sim-play.c --- */

/* Plans what the script says. */
void sim_world_play (SimWorld *self);

/* --- sim-reckon.c --- */

/* Connected, and nothing left to do. */
gboolean sim_world_is_quiet (SimWorld *self);

/* No new faults. */
void sim_world_heal (SimWorld *self);

/* Everything must come to rest, and then add up. */
void sim_world_reckon (SimWorld *self);

/* All of it: trouble, then none, then the reckoning. (nullable): the violation. */
const char *sim_world_run_all (SimWorld *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimWorld, sim_world_free)

G_END_DECLS
