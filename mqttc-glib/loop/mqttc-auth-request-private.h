/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-answer-private.h"
#include "loop/mqttc-auth-request.h"
#include "transport/mqttc-tls-binding-private.h"

G_BEGIN_DECLS

typedef struct
{
  MqttcAuthStage stage;
  gboolean is_reauthentication;
  GBytes *server_data;            /* (nullable) */
  const char *client_id;          /* (nullable): NULL is "" */
  const char *host;               /* (nullable): of a Unix socket */
  const MqttcTlsBinding *binding; /* (nullable) */
} MqttcAuthStep;

/* Copies @step, and keeps a reference to @answer. Whoever asks gives the request to the authenticator
 * and drops it, but keeps the answer: a request nobody holds any more has failed. */
MqttcAuthRequest *mqttc_auth_request_new (const MqttcAuthStep *step,
                                          MqttcAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
