/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-event-loop-private.h"

G_BEGIN_DECLS

/* A source in the context of @loop that calls @func at a time of the clock of @loop, which counts
 * suspended time. It is attached; @user_data is unowned. */
GSource *mqttc_deadline_source_new (MqttcEventLoop *loop,
                                    const char *name,
                                    GSourceFunc func,
                                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* In that context. */
void mqttc_deadline_source_free (GSource *source);
gint64 mqttc_deadline_source_get_time (GSource *source);
/* -1: none. @func is called until it is set to another time. */
gint64 mqttc_deadline_source_get (GSource *source);
void mqttc_deadline_source_set (GSource *source,
                                gint64 deadline);

G_END_DECLS
