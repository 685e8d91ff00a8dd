/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is read at once. */
#define MQTTC_READ_BUFFER_SIZE 65536

/* And behind it, for whoever puts a 0 there. */
#define MQTTC_READ_BUFFER_ROOM 1

/* An idle connection owns no buffer: one of the thread's is lent for the time of a read, and as long as
 * something is left in it. It is from g_malloc(), and may be kept for good. */
guint8 *mqttc_read_buffer_borrow (void);
void mqttc_read_buffer_return (guint8 *buffer);

G_END_DECLS
