/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-delivery-private.h"

struct _MqttcDelivery /* in a g_atomic_rc_box */
{
  MqttcEventLoop *loop; /* (owned) */
  guint64 token;
};

MqttcDelivery *
mqttc_delivery_new (MqttcEventLoop *loop)
{
  MqttcDelivery *self = g_atomic_rc_box_new0 (MqttcDelivery);

  self->loop = g_object_ref (loop);
  self->token = mqttc_event_loop_hold_message (loop);
  return self;
}

MqttcDelivery *
mqttc_delivery_ref (MqttcDelivery *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
delivery_clear (gpointer data)
{
  MqttcDelivery *self = data;

  mqttc_event_loop_release_message (self->loop, self->token);
  g_object_unref (self->loop);
}

void
mqttc_delivery_unref (MqttcDelivery *self)
{
  g_atomic_rc_box_release_full (self, delivery_clear);
}
