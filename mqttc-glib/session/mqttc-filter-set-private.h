/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The filters of one SUBSCRIBE (with @qos) or UNSUBSCRIBE (without). */
typedef struct
{
  char **filters; /* (owned) */
  guint8 *qos;    /* (owned) (nullable) */
  guint n_filters;
  GByteArray *entries; /* (owned): as they stand on the wire */
} MqttcFilterSet;

/* NULL and @error set if a filter is not valid, or if there is none. */
MqttcFilterSet *
mqttc_filter_set_new (const char *const *filters,
                      const guint8 *qos,
                      GError **error);
void mqttc_filter_set_free (MqttcFilterSet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcFilterSet, mqttc_filter_set_free)

G_END_DECLS
