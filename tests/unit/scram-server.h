/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The other side of SCRAM-SHA-256, as little of it as a test needs. */

/* The answer to @client_first; what it says of nonce, salt and iterations. */
char *scram_server_first (const char *client_first,
                          const char *more_nonce,
                          const char *salt,
                          guint iterations);

/* What must come after the header in c=, and the answer: it fails if the proof is wrong. */
char *scram_server_final (const char *password,
                          const char *client_first,
                          const char *server_first,
                          const char *client_final,
                          GBytes *binding /* (nullable) */);

GBytes *scram_bytes (const char *text);

G_END_DECLS
