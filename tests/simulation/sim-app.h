/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-options.h"
#include "sim-script.h"

G_BEGIN_DECLS

typedef struct _SimWorld SimWorld;

/* The program that uses the engine: publishes, subscribes, cancels, closes, takes its time, and
 * does all of it while it handles events, too. */
typedef struct _SimApp SimApp;

SimApp *sim_app_new (SimWorld *world);
void sim_app_free (SimApp *self);

/* Opens the engine, and begins to act. */
void sim_app_start (SimApp *self);
void sim_app_open (SimApp *self);
void sim_app_event (SimApp *self,
                    const MqttcEngineEvent *event);

/* From here on it only does what it is told, and handles messages at once. */
void sim_app_heal (SimApp *self);

gboolean sim_app_publish (SimApp *self,
                          guint qos);
gboolean sim_app_subscribe (SimApp *self);
gboolean sim_app_subscribe_to (SimApp *self,
                               const char *name,
                               guint qos);
gboolean sim_app_unsubscribe_from (SimApp *self,
                                   const char *name);

/* As a script says. */
void sim_app_play (SimApp *self,
                   const SimAction *action);

/* Closes, and does not open again. */
void sim_app_finish (SimApp *self,
                     gint64 drain_timeout);

G_END_DECLS
