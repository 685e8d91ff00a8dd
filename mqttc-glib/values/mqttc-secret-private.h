/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes in memory of their own, which is wiped when the last reference goes. */
GBytes *mqttc_secret_new (const void *data,
                          gsize len);
/* Takes @data, which g_free() is for. */
GBytes *mqttc_secret_new_take (void *data,
                               gsize len);
/* @bytes may be NULL, and then the copy is. */
GBytes *mqttc_secret_copy (GBytes *bytes);

G_END_DECLS
