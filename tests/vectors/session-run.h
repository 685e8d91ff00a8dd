/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "mqttc-enums.h"

/* What became of an engine that was fed the bytes of a server. */
typedef struct
{
  /* "open", "closed protocol", "ended reason/not-authorized"; and the reason in the DISCONNECT that
   * was sent then, if there was one: "closed protocol 82" */
  char *result;
  char *sends;  /* in hexadecimal; "-": nothing */
  char *events; /* words with a blank between; "-": none */
  char *kept;   /* what it sends once the session is resumed, and "held"; "-": nothing */
} SessionOutcome;

void session_outcome_clear (SessionOutcome *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SessionOutcome, session_outcome_clear)

/* How the bytes are cut: @first in one piece, then @step at a time. */
typedef struct
{
  gsize first;
  gsize step;
  gboolean served; /* between the pieces events are popped and bytes written */
  gsize lost;      /* of the end of the bytes: the link is cut there */
} SessionWay;

/* An engine in the state of that name is fed @bytes. */
void session_run (MqttcProtocol protocol,
                  const char *state,
                  const GByteArray *bytes,
                  const SessionWay *way,
                  SessionOutcome *outcome);
