/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session/mqttc-filter-set-private.h"

G_BEGIN_DECLS

/* The filters that the server has granted and that nobody has given up: what is to be subscribed to
 * again when it has lost the session. In the order they were granted. */
typedef struct
{
  GHashTable *by_filter; /* (owned) (nullable) */
  GQueue order;
} MqttcSubscriptions;

void mqttc_subscriptions_add (MqttcSubscriptions *self, const char *filter, guint8 qos);
void mqttc_subscriptions_remove (MqttcSubscriptions *self, const char *filter);
void mqttc_subscriptions_clear (MqttcSubscriptions *self);

/* Sets of no more filters than servers commonly take in one packet; in reverse order. */
GSList *mqttc_subscriptions_make_sets (const MqttcSubscriptions *self);

G_END_DECLS
