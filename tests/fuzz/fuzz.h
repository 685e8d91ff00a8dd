/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "codec/mqttc-slice-private.h"

G_BEGIN_DECLS

/* What a fuzzer calls: libFuzzer, or the driver that runs each file of a corpus. Neither may end the
 * process: whatever is wrong ends in an assertion. */
int LLVMFuzzerInitialize (int *argc,
                          char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize size);

/* Bytes that decide. When they have come to an end, each decision is 0. */
typedef struct
{
  const guint8 *data;
  gsize len;
} FuzzInput;

guint fuzz_byte (FuzzInput *self);

/* From 0 to @n - 1; @n is 1 to 65536. */
guint fuzz_below (FuzzInput *self,
                  guint n);

/* A byte that says how many, and so many bytes, if they are there. */
MqttcSlice fuzz_bytes (FuzzInput *self);

/* The same as a string, up to the first 0: (transfer full). */
char *fuzz_text (FuzzInput *self);

/* FNV-1a: for decisions that are no part of the input. */
#define FUZZ_HASH_START G_GUINT64_CONSTANT (0xcbf29ce484222325)

guint64 fuzz_hash (guint64 hash,
                   gconstpointer data,
                   gsize len);

G_END_DECLS
