/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Whether anybody has connected to a signal of an object. Emitting to nobody costs a third of the whole
 * delivery of a message, so this is asked once for many messages: those between which nothing ran that
 * could have connected, but for the functions of mqttc_subscription_set_handler(). Emission hooks are not
 * asked for. */
typedef struct
{
  guint64 round; /* when it was asked */
  gboolean exist;
} MqttcListeners;

static inline gboolean
mqttc_listeners_exist (MqttcListeners *self,
                       gpointer object,
                       guint signal_id,
                       guint64 round)
{
  if (!self->exist && self->round != round)
    {
      self->exist = g_signal_has_handler_pending (object, signal_id, 0, TRUE);
      self->round = round;
    }

  return self->exist;
}

G_END_DECLS
