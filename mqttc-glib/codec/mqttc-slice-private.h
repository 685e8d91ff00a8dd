/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that belong to somebody else. GOutputVector would do, but it is GIO's. */
typedef struct
{
  const guint8 *data;
  gsize len;
} MqttcSlice;

static inline MqttcSlice
mqttc_slice (gconstpointer data,
             gsize len)
{
  return (MqttcSlice){ .data = data, .len = len };
}

G_END_DECLS
