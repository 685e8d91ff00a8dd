/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-process.h"

G_BEGIN_DECLS

/* A client in a process of its own, to be stopped and killed. Its keep alive interval is a second. Its
 * will is its client id, to the topic "will". It subscribes to "to/CLIENT-ID", publishes so many
 * messages to "from/CLIENT-ID", at QoS 1 and 2 in turns, and writes to its log:
 *
 *   connected N            for the Nth time
 *   subscribed
 *   got TEXT
 *   half                   of the publishing is completed
 *   completed N twice N failed N    all of it
 *   closed                 after SIGTERM */

/* First in main(): becomes that client if this process was started for it. */
void fault_child_take_over (int argc,
                            char **argv);

TestProcess *fault_child_new (const char *uri,
                              const char *client_id,
                              guint n_messages);

G_END_DECLS
