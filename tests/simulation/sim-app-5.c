/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

/* What a program asks for that only MQTT 5 has. It follows from the number of the request, so that a
 * script need not say it. */

gboolean
sim_app_is_5 (const SimApp *self)
{
  return self->config.protocol == MQTTC_PROTOCOL_V5;
}

void
sim_app_add_properties (SimApp *self,
                        SimRequest *request,
                        MqttcMessage *message)
{
  guint most = self->world->options->expiry;

  request->accepted_at = sim_app_now (self);
  if (most == 0 || request->uid % 3 != 0 || self->healed)
    return;

  request->expiry = 1 + request->uid / 3 % most;
  mqttc_message_set_expiry_interval (message, request->expiry);
}

guint32
sim_app_get_subscription_id (const SimApp *self,
                             const SimRequest *request)
{
  return sim_app_is_5 (self) ? request->uid % 5 : 0;
}
