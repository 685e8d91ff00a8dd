/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-world.h"

G_BEGIN_DECLS

/* A short exchange whose every byte is a place to cut the link. */
typedef struct
{
  const char *name;
  const char *options; /* "name value", one on a line */
  const char *actions; /* as in a script */
  guint link;          /* the connection that is cut, from 0 on */
  gboolean anonymous;  /* with an empty client identifier */
  gboolean with_will;
  gboolean with_password;
} SimScenario;

/* Ends with one that has no name. */
extern const SimScenario sim_scenarios[];

/* The options it starts from, and its script. */
SimScript *sim_scenario_load (const SimScenario *scenario,
                              SimOptions *options);

G_END_DECLS
