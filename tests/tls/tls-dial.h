/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mqttc-glib.h"
#include "transport/mqttc-transport-private.h"

G_BEGIN_DECLS

/* What came of an attempt to connect with TLS. */
typedef struct
{
  MqttcTransport *transport; /* (nullable) */
  MqttcTlsFailure *failure;  /* (nullable) */
  GError *error;             /* (nullable) */
} TlsDial;

TlsDial *tls_dial (MqttcOptions *options,
                   GCancellable *cancellable);
void tls_dial_free (TlsDial *self);

/* These show what the user would see, and free. @words are parts of the message, separated by '|'. */
void tls_dial_assert_ok (TlsDial *self);
void tls_dial_assert_refused (TlsDial *self,
                              GTlsCertificateFlags errors,
                              const char *words);
void tls_dial_assert_error (TlsDial *self,
                            GQuark domain,
                            int code,
                            const char *words);

G_END_DECLS
