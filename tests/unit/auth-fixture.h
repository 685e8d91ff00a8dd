/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-auth-request-private.h"

G_BEGIN_DECLS

/* Whoever asks, and what was told. */
typedef struct
{
  GMainContext *context;
  MqttcAnswer *answer; /* (nullable): of the last request */
  guint n_told;
  GThread *thread; /* (unowned): where it was told */
  GBytes *data;    /* (nullable) */
  char *user_name; /* (nullable) */
  GError *error;   /* (nullable) */
} Asker;

void asker_init (Asker *self);
void asker_clear (Asker *self);
/* A new answer, and nothing told. */
MqttcAnswer *asker_renew (Asker *self);
/* Iterates the context until something was told. */
void asker_wait (Asker *self);
/* Nothing is told, however long one waits. */
void asker_check_silent (Asker *self);

MqttcAuthRequest *asker_make_request (Asker *self,
                                      MqttcAuthStage stage,
                                      const char *data,
                                      gboolean is_reauthentication,
                                      GTlsConnection *tls);

/* A connection that knows no more than what it is bound to: "exporter", "unique" or "end-point". */
GTlsConnection *fake_tls_new (GTlsProtocolVersion version);

G_END_DECLS
