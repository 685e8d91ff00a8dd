/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The options whose effect test-options-mqtt5.c tests, in the order of its cases; NULL ends them. */
static const char *const mqtt5_options[] = {
  "protocol-fallback",
  "session-expiry-interval",
  "receive-maximum",
  "topic-alias-maximum",
  "max-topic-aliases",
  "will-delay-interval",
  "request-response-information",
  "request-problem-information",
  "allow-qos-downgrade",
  "user-properties",
  NULL,
};

/* Those of test-attempt.c and test-authentication.c. */
static const char *const authentication_options[] = {
  "authenticator",
  "credentials-provider",
  "follow-redirects",
  NULL,
};
