/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "helpers/mqttc-session.h"
#include "loop/mqttc-options.h"
#include "session/mqttc-engine-private.h"

G_BEGIN_DECLS

typedef enum
{
  MQTTC_SESSION_LINK_NONE,
  MQTTC_SESSION_LINK_DIALLING,
  MQTTC_SESSION_LINK_UP,
} MqttcSessionLink;

struct _MqttcSession
{
  GObject parent_instance;

  MqttcOptions *options; /* (owned) */
  MqttcEngine *engine;   /* (owned) */
  char *client_id;       /* (owned) (nullable): generated */
  gint64 now;            /* the last time that was told */

  /* As the program knows it. */
  MqttcSessionLink link;
  gboolean close_wanted; /* taken from the engine, and not yet by the program */

  gboolean has_token; /* a message was handed over, and is delivered with the next event */
  guint64 token;
};

/* Freeing a message can run a function of the program, which may call anything: last of all. */
void mqttc_session_free_discarded (MqttcSession *self);

/* Time does not go back. */
gint64 mqttc_session_tell_time (MqttcSession *self,
                                gint64 now_usec);

G_END_DECLS
