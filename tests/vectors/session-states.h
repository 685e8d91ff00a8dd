/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../unit/engine-fixture.h"

/* An engine that is brought to a state by its name, for the vectors to begin with. */
typedef struct
{
  EngineFixture f;
  MqttcOperation operation;
} SessionState;

/* The names are those of the vector files. What was told on the way is still to be popped. */
void session_state_enter (SessionState *self,
                          MqttcProtocol protocol,
                          const char *name);

/* The link is up: CONNECT leaves, and the server accepts it. */
void session_state_shake_hands (SessionState *self,
                                gboolean session_present);
