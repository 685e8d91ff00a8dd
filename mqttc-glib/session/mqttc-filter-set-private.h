/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"

G_BEGIN_DECLS

/* Of the options of a subscription: section 3.8.3.1 of MQTT 5. */
#define MQTTC_RETAIN_HANDLING_BITS 0x30u

/* The filters of one SUBSCRIBE (with @options) or UNSUBSCRIBE (without). */
typedef struct
{
  char **filters;  /* (owned) */
  guint8 *options; /* (owned) (nullable): section 3.8.3.1 of MQTT 5 */
  guint n_filters;
  guint32 subscription_id; /* 0: none */
  gboolean has_options;    /* others than the QoS */
  GByteArray *entries;     /* (owned): as they stand on the wire */
} MqttcFilterSet;

/* NULL and @error set if a filter is not valid, or if there is none. */
MqttcFilterSet *
mqttc_filter_set_new (const char *const *filters,
                      const guint8 *options,
                      GError **error);
/* The entries for 3.1.1, which knows no other options than the QoS, in @scratch. */
MqttcSlice mqttc_filter_set_get_plain_entries (const MqttcFilterSet *self,
                                               GByteArray *scratch);
void mqttc_filter_set_free (MqttcFilterSet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcFilterSet, mqttc_filter_set_free)

G_END_DECLS
