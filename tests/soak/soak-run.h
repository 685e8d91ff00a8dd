/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mqttc-glib.h"
#include "soak-tally.h"

G_BEGIN_DECLS

typedef struct
{
  MqttcQos qos;
  guint n_messages;
  guint n_restarts; /* of Mosquitto */
  guint n_resets;   /* of links */
  guint32 seed;
} SoakPlan;

typedef struct
{
  SoakTally tally;
  gboolean stalled; /* nothing more came, and the run was given up */
  guint n_failed;   /* messages that were refused, or given up by the client */
  guint n_restarts;
  guint n_resets;
  guint n_connected[2]; /* of the sender, and of the receiver */
  guint n_disturbed;    /* restarts and resets with messages on their way */
  guint max_resent;     /* by the sender, with its window, over so many connections */
  guint64 memory_start;
  guint64 memory_peak;
  double seconds;
} SoakResult;

/* One client sends messages to another through Mosquitto, while that is stopped and started, and
 * while links are reset. */
void soak_run (const SoakPlan *plan,
               SoakResult *result);
void soak_result_clear (SoakResult *result);

G_END_DECLS
