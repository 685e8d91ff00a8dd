/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "values/mqttc-secret-private.h"

typedef struct
{
  void *data; /* (owned) (nullable) */
  gsize len;
} Secret;

static void
wipe_and_free (gpointer data)
{
  Secret *secret = data;

  /* Unlike memset(), this is not optimized away. */
  if (secret->len > 0)
    explicit_bzero (secret->data, secret->len);
  g_free (secret->data);
  g_free (secret);
}

GBytes *
mqttc_secret_new_take (void *data,
                       gsize len)
{
  Secret *secret = g_new (Secret, 1);

  secret->data = data;
  secret->len = len;
  return g_bytes_new_with_free_func (data, len, wipe_and_free, secret);
}

GBytes *
mqttc_secret_new (const void *data,
                  gsize len)
{
  return mqttc_secret_new_take (g_memdup2 (data, len), len);
}

GBytes *
mqttc_secret_copy (GBytes *bytes)
{
  gsize len;
  const void *data;

  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &len);
  return mqttc_secret_new (data, len);
}
