/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The memory of this process that is in RAM, in bytes: now, and at most since the start or the latest
 * reset. */
guint64 soak_memory_get_now (void);
guint64 soak_memory_get_peak (void);
/* Where the kernel does not let us, the peak goes on counting from the start. */
void soak_memory_reset_peak (void);

G_END_DECLS
