/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tls-server.h"

G_BEGIN_DECLS

/* How one who stands between a client and a server ends the connection of the client. */
typedef enum
{
  TLS_RELAY_RESET_WHEN_TOLD,
  TLS_RELAY_RESET_AT_ANSWER, /* to what the server has said first; in TLS 1.2, that is its certificate */
  TLS_RELAY_FINISH_AT_ANSWER,
} TlsRelayEnd;

/* Takes one client to @server. */
typedef struct _TlsRelay TlsRelay;

TlsRelay *tls_relay_new (TlsServer *server,
                         TlsRelayEnd end);
void tls_relay_free (TlsRelay *self);

guint16 tls_relay_get_port (TlsRelay *self);
/* Returns when the connection has been reset. */
void tls_relay_reset (TlsRelay *self);

G_END_DECLS
