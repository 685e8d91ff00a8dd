/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long to wait before the next attempt: uniform between 0 and a ceiling that doubles with each
 * failure, so that the clients of a server that comes back do not come all at once. */
typedef struct
{
  guint64 random;
  guint failures;
} MqttcBackoff;

/* Microseconds, at least MQTTC_BACKOFF_FLOOR unless @max_delay is less; counts a failure. */
gint64 mqttc_backoff_next (MqttcBackoff *self,
                           gint64 min_delay,
                           gint64 max_delay);

#define MQTTC_BACKOFF_FLOOR (G_USEC_PER_SEC / 10)

G_END_DECLS
