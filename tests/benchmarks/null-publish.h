/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "benchmark.h"

/* What the null broker reads of a PUBLISH of MQTT 5. */

/* Topic aliases (section 3.3.2.3.4). */
typedef struct
{
  guint maximum;
  GBytes **topics; /* (nullable): by alias, less 1 */
  guint64 n_assigned;
} NullAliases;

gsize null_get_properties_size (const guint8 *data,
                                gsize len);
gsize null_get_publish_head_size (gboolean v5,
                                  guint8 first,
                                  const guint8 *body,
                                  gsize len);
guint null_find_alias (const guint8 *data);
const char *null_resolve_topic (NullAliases *aliases,
                                const guint8 *body,
                                guint alias,
                                gsize *len);
void null_clear_aliases (NullAliases *aliases);
