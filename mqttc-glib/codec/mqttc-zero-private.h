/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* memset() for a struct of some hundred bytes, of a @size that the compiler knows. In two pieces: out of
 * one, compilers make a string instruction that takes longer to begin than the rest of a small packet takes
 * to encode or decode. */
static inline void
mqttc_zero (gpointer data,
            gsize size)
{
  const gsize half = size / 16 * 8;

  memset (data, 0, half);
  memset ((guint8 *) data + half, 0, size - half);
}

G_END_DECLS
