/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Section 1.5.3: well-formed UTF-8, no surrogates, no U+0000; ASCII is passed eight bytes at a
 * time. Says nothing about the length. */
gboolean mqttc_utf8_is_valid (const guint8 *data,
                              gsize len);

/* Any text in a form that is fit for one line of a message: valid UTF-8, no control characters, and
 * short: no more than @max_length characters of it, or so many as names and topics should have. */
char *mqttc_text_shorten (const char *text,
                          guint max_length) G_GNUC_WARN_UNUSED_RESULT;
char *mqttc_text_for_display (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
