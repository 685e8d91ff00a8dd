/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The hash of the public key of a certificate. GIO has no function for that, so the few steps to it are
 * made here, through nothing but lengths. */

#include "config.h"

#include "transport/mqttc-tls-private.h"

#define TAG_INTEGER 0x02
#define TAG_BIT_STRING 0x03
#define TAG_SEQUENCE 0x30
#define TAG_VERSION 0xa0 /* [0] EXPLICIT */

typedef struct
{
  const guint8 *data;
  gsize len;
} Der;

/* X.690, sections 8.1.3 and 10.1: definite, and in the fewest bytes. */
static gboolean
take_length (Der *rest,
             gsize *len)
{
  guint8 first;
  guint n_bytes;

  if (rest->len == 0)
    return FALSE;

  first = rest->data[0];
  rest->data++;
  rest->len--;
  *len = first;
  if (first < 0x80)
    return TRUE;

  n_bytes = first & 0x7f;
  if (n_bytes == 0 || n_bytes > 4 || n_bytes > rest->len || rest->data[0] == 0)
    return FALSE;

  *len = 0;
  for (guint i = 0; i < n_bytes; i++)
    *len = *len << 8 | rest->data[i];
  rest->data += n_bytes;
  rest->len -= n_bytes;

  return *len >= 0x80;
}

/* @content (out) (optional). */
static gboolean
take (Der *rest,
      guint8 tag,
      Der *content)
{
  gsize len;

  if (rest->len == 0 || rest->data[0] != tag)
    return FALSE;

  rest->data++;
  rest->len--;
  if (!take_length (rest, &len) || len > rest->len)
    return FALSE;

  if (content != NULL)
    *content = (Der){ rest->data, len };
  rest->data += len;
  rest->len -= len;

  return TRUE;
}

/* An algorithm, and bits. */
static gboolean
is_public_key (Der content)
{
  return take (&content, TAG_SEQUENCE, NULL) && take (&content, TAG_BIT_STRING, NULL)
         && content.len == 0;
}

static gboolean
find_in_tbs (Der tbs,
             const guint8 **key,
             gsize *key_len)
{
  const guint8 *start;
  Der content;

  /* Version, serial number, signature, issuer, validity, subject. */
  if (tbs.len > 0 && tbs.data[0] == TAG_VERSION && !take (&tbs, TAG_VERSION, NULL))
    return FALSE;
  if (!take (&tbs, TAG_INTEGER, NULL))
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      if (!take (&tbs, TAG_SEQUENCE, NULL))
        return FALSE;
    }

  start = tbs.data;
  if (!take (&tbs, TAG_SEQUENCE, &content) || !is_public_key (content))
    return FALSE;

  *key = start;
  *key_len = (gsize) (tbs.data - start);

  return TRUE;
}

gboolean
mqttc_tls_find_public_key (const guint8 *der,
                           gsize len,
                           const guint8 **key,
                           gsize *key_len)
{
  Der all = { der, len };
  Der certificate;
  Der tbs;

  if (!take (&all, TAG_SEQUENCE, &certificate) || all.len != 0)
    return FALSE;
  if (!take (&certificate, TAG_SEQUENCE, &tbs) || !take (&certificate, TAG_SEQUENCE, NULL)
      || !take (&certificate, TAG_BIT_STRING, NULL) || certificate.len != 0)
    return FALSE;

  return find_in_tbs (tbs, key, key_len);
}

char *
mqttc_tls_make_pin (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = NULL;
  guint8 digest[32];
  gsize digest_len = sizeof digest;
  const guint8 *key;
  gsize key_len;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL || !mqttc_tls_find_public_key (der->data, der->len, &key, &key_len))
    return NULL;

  g_checksum_update (checksum, key, (gssize) key_len);
  g_checksum_get_digest (checksum, digest, &digest_len);
  text = g_base64_encode (digest, digest_len);

  return g_strconcat ("sha256/", text, NULL);
}
