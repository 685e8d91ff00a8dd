/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a TLS connection has that no other has: RFC 5929 and RFC 9266. Read once, because TLS is not for
 * two threads. Each is NULL if the connection has none. */
typedef struct
{
  GBytes *unique;
  GBytes *server_end_point;
  GBytes *exporter;
} MqttcTlsBinding;

/* @self is clear, or all zero. */
void mqttc_tls_binding_read (MqttcTlsBinding *self,
                             GTlsConnection *tls);
void mqttc_tls_binding_copy (MqttcTlsBinding *self,
                             const MqttcTlsBinding *from);
void mqttc_tls_binding_clear (MqttcTlsBinding *self);
/* (nullable) (transfer none) */
GBytes *mqttc_tls_binding_get (const MqttcTlsBinding *self,
                               GTlsChannelBindingType type);

G_END_DECLS
