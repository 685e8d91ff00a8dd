/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scram-server.h"

#include <string.h>

#define LEN 32

GBytes *
scram_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* After the two commas of the header. */
static const char *
bare (const char *client_first)
{
  return strchr (strchr (client_first, ',') + 1, ',') + 1;
}

char *
scram_server_first (const char *client_first,
                    const char *more_nonce,
                    const char *salt,
                    guint iterations)
{
  const char *nonce = strstr (client_first, ",r=") + 3;
  g_autofree char *salt_text = g_base64_encode ((const guint8 *) salt, strlen (salt));

  return g_strdup_printf ("r=%s%s,s=%s,i=%u", nonce, more_nonce, salt_text, iterations);
}

static void
sign (const guint8 *key,
      gsize key_len,
      const char *text,
      gsize len,
      guint8 *signature)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_len);
  gsize n = LEN;

  g_hmac_update (hmac, (const guint8 *) text, len);
  g_hmac_get_digest (hmac, signature, &n);
}

/* The plain way: the hash of the hash, and so on. */
static void
hash_password (const char *password,
               const char *server_first,
               guint8 *key)
{
  g_auto (GStrv) attributes = g_strsplit (server_first, ",", -1);
  const guint iterations = (guint) g_ascii_strtoull (attributes[2] + 2, NULL, 10);
  gsize len;
  g_autofree guint8 *salt = g_base64_decode (attributes[1] + 2, &len);
  g_autofree char *input = g_malloc (len + 4);
  guint8 block[LEN];

  memcpy (input, salt, len);
  memcpy (input + len, "\0\0\0\1", 4);
  sign ((const guint8 *) password, strlen (password), input, len + 4, block);
  memcpy (key, block, LEN);
  for (guint i = 1; i < iterations; i++)
    {
      sign ((const guint8 *) password, strlen (password), (const char *) block, LEN, block);
      for (guint j = 0; j < LEN; j++)
        key[j] ^= block[j];
    }
}

/* What the proof hides must hash to what is stored. */
static void
check_proof (const guint8 *key,
             const char *auth_message,
             const char *proof_text)
{
  gsize len;
  g_autofree guint8 *proof = g_base64_decode (proof_text, &len);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 client_key[LEN];
  guint8 stored_key[LEN];
  guint8 signature[LEN];
  gsize n = LEN;

  sign (key, LEN, "Client Key", 10, client_key);
  g_checksum_update (checksum, client_key, LEN);
  g_checksum_get_digest (checksum, stored_key, &n);
  sign (stored_key, LEN, auth_message, strlen (auth_message), signature);

  g_assert_cmpuint (len, ==, LEN);
  for (guint i = 0; i < LEN; i++)
    proof[i] ^= signature[i];
  g_assert_cmpmem (proof, LEN, client_key, LEN);
}

static char *
encode_binding (const char *header,
                GBytes *binding)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();

  g_byte_array_append (input, (const guint8 *) header, strlen (header));
  if (binding != NULL)
    g_byte_array_append (input, g_bytes_get_data (binding, NULL), g_bytes_get_size (binding));
  return g_base64_encode (input->data, input->len);
}

char *
scram_server_final (const char *password,
                    const char *client_first,
                    const char *server_first,
                    const char *client_final,
                    GBytes *binding)
{
  const char *proof = strstr (client_final, ",p=");
  g_autofree char *without_proof = g_strndup (client_final, proof - client_final);
  g_autofree char *auth_message
      = g_strjoin (",", bare (client_first), server_first, without_proof, NULL);
  g_autofree char *header = g_strndup (client_first, bare (client_first) - client_first);
  g_autofree char *input_text = encode_binding (header, binding);
  g_autofree char *start = g_strdup_printf ("c=%s,r=", input_text);
  g_autofree char *signature_text = NULL;
  guint8 key[LEN];
  guint8 server_key[LEN];
  guint8 signature[LEN];

  g_assert_true (g_str_has_prefix (client_final, start));
  hash_password (password, server_first, key);
  check_proof (key, auth_message, proof + 3);
  sign (key, LEN, "Server Key", 10, server_key);
  sign (server_key, LEN, auth_message, strlen (auth_message), signature);
  signature_text = g_base64_encode (signature, LEN);

  return g_strconcat ("v=", signature_text, NULL);
}
