/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the effect of each option of TLS is tested. /tls-own/options finds out that these cases exist, and
 * /client/options-wire that no option is missing. */
static const struct
{
  const char *option;
  const char *program;
  const char *name;
} tls_options[] = {
  { "use-tls", "test-tls-client", "/tls-client/mqtt-to-tls" },
  { "server-identity", "test-tls-dial", "/tls/wrong-host" },
  { "ca-file", "test-tls-dial", "/tls/unknown-ca" },
  { "tls-database", "test-tls-dial", "/tls/database" },
  { "certificate", "test-tls-client", "/tls-client/certificate" },
  { "certificate-file", "test-tls-dial", "/tls/client-certificate" },
  { "private-key-file", "test-tls-client", "/tls-client/certificate" },
  { "tls-interaction", "test-tls-own", "/tls-own/interaction" },
  { "alpn-protocols", "test-tls-dial", "/tls/alpn" },
  { "tls-pins", "test-tls-dial", "/tls/pins" },
};

G_END_DECLS
