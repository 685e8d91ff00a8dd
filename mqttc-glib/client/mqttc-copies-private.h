/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "values/mqttc-message.h"

G_BEGIN_DECLS

/* Section 3.3.4 of MQTT 5: a server may send a message once for each subscription that it matches, one
 * after the other. Nothing says so but that they are the same, and that each names another subscription.
 *
 * What is the same as the one before, and names a subscription that one of its copies has named already, is
 * another message. So none is ever taken for a copy of which no copy is left to be told. */
typedef struct
{
  MqttcMessage *message; /* (owned) (nullable): the last that may have copies */
  GArray *ids; /* (owned) (nullable): subscriptions that it and its copies were sent for */
} MqttcCopies;

void mqttc_copies_clear (MqttcCopies *self);
/* Whether @message is a copy of the one before; notes it. It is for some of the subscriptions that it
 * matches only. */
gboolean mqttc_copies_check (MqttcCopies *self,
                             MqttcMessage *message);

G_END_DECLS
