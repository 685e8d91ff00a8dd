/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-answer-private.h"
#include "loop/mqttc-credentials-provider.h"

G_BEGIN_DECLS

/* @host is NULL for a Unix socket, @attempt counts from 1, @last_error is that of the attempt before.
 * Whoever asks drops the request once the provider has it, but keeps the answer. */
MqttcCredentialsRequest *
mqttc_credentials_request_new (const char *host,
                               guint attempt,
                               const GError *last_error,
                               MqttcAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
