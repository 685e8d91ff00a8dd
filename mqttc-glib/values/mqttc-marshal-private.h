/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* For g_signal_set_va_marshaller(), right after g_signal_new(): calls a handler written in C with the one
 * argument of the signal, an MqttcMessage or an MqttcPacket. GLib's own looks up the type of the argument,
 * twice behind a lock, to find out how to take a reference. Handlers in other languages never come here. */
void mqttc_marshal_message (GClosure *closure,
                            GValue *return_value,
                            gpointer instance,
                            va_list args,
                            gpointer marshal_data,
                            int n_params,
                            GType *param_types);
void mqttc_marshal_packet (GClosure *closure,
                           GValue *return_value,
                           gpointer instance,
                           va_list args,
                           gpointer marshal_data,
                           int n_params,
                           GType *param_types);

G_END_DECLS
