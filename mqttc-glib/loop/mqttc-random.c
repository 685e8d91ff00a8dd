/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-random-private.h"

#include <unistd.h>

#ifdef __APPLE__
# include <sys/random.h>
#endif

static void
fill_random (guint8 *bytes,
             gsize len)
{
  if (getentropy (bytes, len) == 0)
    return;

  for (gsize i = 0; i < len; i++)
    bytes[i] = (guint8) g_random_int_range (0, 256);
}

guint64
mqttc_random_make_seed (void)
{
  guint64 seed;

  fill_random ((guint8 *) &seed, sizeof (seed));

  return seed;
}

/* 18 characters of 5 bits: no two are alike by chance. */
char *
mqttc_random_make_client_id (void)
{
  const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  guint8 random[18];
  GString *id = g_string_new ("mqttc");

  fill_random (random, sizeof (random));
  for (guint i = 0; i < G_N_ELEMENTS (random); i++)
    g_string_append_c (id, alphabet[random[i] % 32]);

  return g_string_free (id, FALSE);
}

char *
mqttc_random_make_nonce (void)
{
  guint8 random[18];

  fill_random (random, sizeof (random));

  return g_base64_encode (random, sizeof (random));
}
