/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "values/mqttc-message-private.h"

G_BEGIN_DECLS

/* Messages of the program that are not needed any more, for somebody to free who may run functions of
 * the program. */
typedef struct
{
  GPtrArray *messages; /* (owned): MqttcMessage */
} MqttcDiscarded;

/* @message (transfer full). */
static inline void
mqttc_discarded_add (MqttcDiscarded *self,
                     MqttcMessage *message)
{
  /* What lies in memory of our own is freed by nothing else than g_free(). */
  if (G_UNLIKELY (mqttc_message_is_foreign (message)))
    g_ptr_array_add (self->messages, message);
  else
    mqttc_message_unref (message);
}

G_END_DECLS
