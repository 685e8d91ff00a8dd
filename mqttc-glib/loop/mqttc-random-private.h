/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From the kernel, so that programs that start at the same moment on the same machine differ. */

/* For the jitter of an engine. */
guint64 mqttc_random_make_seed (void);

/* [MQTT-3.1.3-5]: of 1 to 23 characters, digits and letters, which every server must allow. */
char *mqttc_random_make_client_id (void) G_GNUC_WARN_UNUSED_RESULT;

/* RFC 5802, section 5.1: printable, without a comma; 144 bits. */
char *mqttc_random_make_nonce (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
