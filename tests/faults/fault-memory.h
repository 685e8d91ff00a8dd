/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The bytes of memory that this process has allocated and not freed. What the system counts as
 * resident depends on what the allocator keeps, and grows under AddressSanitizer with all that is
 * freed. */
gsize fault_memory_get_allocated (void);

G_END_DECLS
