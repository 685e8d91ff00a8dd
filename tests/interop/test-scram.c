/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "test-scram.h"

#define SIZE 32 /* of SHA-256 */

/* In base64, as a server without channel binding has it: "n,,". */
#define NO_BINDING "biws"

static void
get_hmac (gconstpointer key,
          gsize key_len,
          gconstpointer data,
          gsize len,
          guint8 *out)
{
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_len);
  gsize size = SIZE;

  g_hmac_update (hmac, data, (gssize) len);
  g_hmac_get_digest (hmac, out, &size);
  g_hmac_unref (hmac);
}

static void
mix (guint8 *into,
     const guint8 *other)
{
  for (guint i = 0; i < SIZE; i++)
    into[i] ^= other[i];
}

/* Hi() of RFC 5802. */
static void
salt_password (const char *password,
               const char *salt_text,
               guint64 rounds,
               guint8 *out)
{
  static const guint8 one[] = { 0, 0, 0, 1 };
  g_autoptr (GByteArray) first = g_byte_array_new ();
  g_autofree guint8 *salt = NULL;
  guint8 u[SIZE];
  gsize len;

  salt = g_base64_decode (salt_text, &len);
  g_byte_array_append (first, salt, (guint) len);
  g_byte_array_append (first, one, sizeof one);
  get_hmac (password, strlen (password), first->data, first->len, u);
  memcpy (out, u, SIZE);
  for (guint64 i = 1; i < rounds; i++)
    {
      get_hmac (password, strlen (password), u, SIZE, u);
      mix (out, u);
    }
}

void
test_scram_init (TestScram *self,
                 const char *user_name,
                 const char *nonce)
{
  self->first = g_strdup_printf ("n,,n=%s,r=%s", user_name, nonce);
  self->signature = NULL;
}

void
test_scram_clear (TestScram *self)
{
  g_free (self->first);
  g_free (self->signature);
}

static void
sign (TestScram *self,
      const guint8 *salted,
      const char *text)
{
  g_autofree char *base64 = NULL;
  guint8 key[SIZE];
  guint8 signature[SIZE];

  get_hmac (salted, SIZE, "Server Key", strlen ("Server Key"), key);
  get_hmac (key, SIZE, text, strlen (text), signature);
  base64 = g_base64_encode (signature, SIZE);
  g_free (self->signature);
  self->signature = g_strconcat ("v=", base64, NULL);
}

static char *
prove (const guint8 *salted,
       const char *text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 proof[SIZE];
  guint8 stored[SIZE];
  guint8 signature[SIZE];
  gsize size = SIZE;

  get_hmac (salted, SIZE, "Client Key", strlen ("Client Key"), proof);
  g_checksum_update (checksum, proof, SIZE);
  g_checksum_get_digest (checksum, stored, &size);
  get_hmac (stored, SIZE, text, strlen (text), signature);
  mix (proof, signature);

  return g_base64_encode (proof, SIZE);
}

char *
test_scram_answer (TestScram *self,
                   const char *server_first,
                   const char *password)
{
  g_auto (GStrv) parts = g_strsplit (server_first, ",", 3);
  g_autofree char *without_proof = NULL;
  g_autofree char *text = NULL;
  g_autofree char *proof = NULL;
  guint8 salted[SIZE];

  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  without_proof = g_strdup_printf ("c=" NO_BINDING ",%s", parts[0]);
  text = g_strdup_printf ("%s,%s,%s", self->first + strlen ("n,,"), server_first, without_proof);
  salt_password (password, parts[1] + 2, g_ascii_strtoull (parts[2] + 2, NULL, 10), salted);
  sign (self, salted, text);
  proof = prove (salted, text);

  return g_strdup_printf ("%s,p=%s", without_proof, proof);
}
