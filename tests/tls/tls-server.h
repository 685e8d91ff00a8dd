/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A program that listens on a free port of the loopback device, or on a Unix socket. It is killed with
 * the test, however that ends. */
typedef struct _TlsServer TlsServer;

/* Makes the certificates; to be called before all else. */
void tls_server_make_certificates (void);
void tls_server_remove_certificates (void);
/* Of a file of theirs. */
char *tls_server_get_path (const char *name);
char *tls_server_get_text (const char *name);

/* openssl s_server with the certificate @name; @arguments are words for it, or NULL. */
TlsServer *tls_server_new (const char *name,
                           const char *arguments);
/* The same on a Unix socket. */
TlsServer *tls_server_new_unix (const char *name);
/* Mosquitto with the certificate @name, or NULL for none at all; and lines of its configuration, in which
 * FOLDER is the one of the certificates. */
TlsServer *tls_server_new_mosquitto (const char *name,
                                     const char *lines);
/* Kills it, and starts it again on the same port with the certificate @name. */
void tls_server_restart_mosquitto (TlsServer *self,
                                   const char *name);
void tls_server_free (TlsServer *self);

guint16 tls_server_get_port (TlsServer *self);
const char *tls_server_get_socket (TlsServer *self);
/* Waits until it has logged lines with @text in them: one, or @n of them. */
void tls_server_wait_log (TlsServer *self,
                          const char *text);
void tls_server_wait_log_times (TlsServer *self,
                                const char *text,
                                guint n);

G_END_DECLS
