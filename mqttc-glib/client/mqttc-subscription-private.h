/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-subscription.h"

G_BEGIN_DECLS

/* The caller keeps @self alive across this. */
void mqttc_subscription_deliver (MqttcSubscription *self,
                                 MqttcMessage *message);
void mqttc_subscription_set_reason_code (MqttcSubscription *self,
                                         guint code);

/* Where it is subscribed: @owner (unowned), and its place among the subscriptions there. A NULL
 * owner ends it. */
void mqttc_subscription_set_owner (MqttcSubscription *self,
                                   gpointer owner,
                                   guint64 serial);
gpointer mqttc_subscription_get_owner (MqttcSubscription *self);
guint64 mqttc_subscription_get_serial (MqttcSubscription *self);

G_END_DECLS
