/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In the place of the system's resolver: finds nothing, without asking the network; or is stuck
 * until it is cancelled. */
void test_resolver_install (void);
void test_resolver_remove (void);
void test_resolver_set_stuck (gboolean stuck);
guint test_resolver_count_stuck (void);

G_END_DECLS
