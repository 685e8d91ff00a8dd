/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

/* A warning or a criticism is a finding; the rest is noise that would cost time. */
static void
log_cb (const char *domain,
        GLogLevelFlags level,
        const char *message,
        gpointer data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)) != 0)
    g_error ("%s: %s", domain != NULL ? domain : "", message);
}

int
LLVMFuzzerInitialize (int *argc,
                      char ***argv)
{
  g_log_set_default_handler (log_cb, NULL);
  return 0;
}

guint
fuzz_byte (FuzzInput *self)
{
  if (self->len == 0)
    return 0;

  self->len--;
  return *self->data++;
}

guint
fuzz_below (FuzzInput *self,
            guint n)
{
  guint value = fuzz_byte (self);

  if (n > 256)
    value = value << 8 | fuzz_byte (self);

  return value % n;
}

MqttcSlice
fuzz_bytes (FuzzInput *self)
{
  gsize len = fuzz_byte (self);
  MqttcSlice bytes = mqttc_slice (self->data, MIN (len, self->len));

  self->data += bytes.len;
  self->len -= bytes.len;
  return bytes;
}

char *
fuzz_text (FuzzInput *self)
{
  MqttcSlice bytes = fuzz_bytes (self);

  return bytes.len > 0 ? g_strndup ((const char *) bytes.data, bytes.len) : g_strdup ("");
}

guint64
fuzz_hash (guint64 hash,
           gconstpointer data,
           gsize len)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < len; i++)
    hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);

  return hash;
}
