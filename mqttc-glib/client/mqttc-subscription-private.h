/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-subscription.h"

G_BEGIN_DECLS

void mqttc_subscription_deliver (MqttcSubscription *self,
                                 MqttcMessage *message);
void mqttc_subscription_set_reason_code (MqttcSubscription *self,
                                         guint code);

G_END_DECLS
