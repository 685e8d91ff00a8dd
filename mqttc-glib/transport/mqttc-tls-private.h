/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transport/mqttc-tls-failure.h"
#include "transport/mqttc-transport-private.h"

G_BEGIN_DECLS

/* --- Pins. --- */

/* Finds the SubjectPublicKeyInfo (RFC 5280, section 4.1) in a certificate in DER; it is lent. FALSE: it
 * is no certificate. */
gboolean
mqttc_tls_find_public_key (const guint8 *der,
                           gsize len,
                           const guint8 **key,
                           gsize *key_len);

/* "sha256/" and the Base64 of the SHA-256 of that, as in RFC 7469. (nullable) (transfer full) */
char *mqttc_tls_make_pin (GTlsCertificate *certificate);

/* --- What is refused. --- */

/* @identity is whom the server should be. @unpinned: there are pins, and none is its. */
MqttcTlsFailure *mqttc_tls_failure_new (GTlsCertificate *certificate,
                                        GTlsCertificateFlags errors,
                                        const char *identity,
                                        gboolean unpinned);
/* What to do about it: "set option ca-file …". (transfer full) */
char *mqttc_tls_failure_get_remedy (MqttcTlsFailure *self);

/* --- Making it. --- */

/* Reads the files that @address names, and makes a client side of TLS on @base. It can block: for the
 * files, and for the authorities of the system, which are parsed each time. */
GTlsConnection *mqttc_tls_prepare (const MqttcAddress *address,
                                   GIOStream *base,
                                   GError **error);

/* Makes TLS of @connection, and lets nobody through who is not the server of @address. */
void mqttc_tls_handshake_async (GSocketConnection *connection,
                                const MqttcAddress *address,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
MqttcTransport *
mqttc_tls_handshake_finish (GAsyncResult *result,
                            MqttcTlsFailure **failure,
                            GError **error);

/* Over @tls, whose handshake is done, and which lies on @socket. */
MqttcTransport *mqttc_tls_transport_new (GTlsConnection *tls,
                                         GSocket *socket);

/* What to say when the server is not content with who we are. (transfer full) */
char *mqttc_tls_describe_refusal (GTlsConnection *tls,
                                  const GError *error);

/* For both kinds of stream: the socket of @connection (lent), ready for use. NULL and @error if there is
 * more than a socket to it: a proxy that is reached over TLS. */
GSocket *mqttc_transport_set_up_socket (GSocketConnection *connection,
                                        GError **error);
/* Ends a connection so that what was sent arrives, without blocking. */
void mqttc_transport_close_socket (GSocket *socket);

G_END_DECLS
