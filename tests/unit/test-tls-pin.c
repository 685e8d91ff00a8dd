/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/mqttc-tls-private.h"

#include <string.h>

/* Its pin is what openssl says. */
static const char pem[] = "-----BEGIN CERTIFICATE-----\n"
                          "MIIBdDCCARmgAwIBAgIUDHLSght6sEp3g2PMw8Y1YfAmAmswCgYIKoZIzj0EAwIw\n"
                          "DjEMMAoGA1UEAwwDdG95MCAXDTI2MTEyMjE0MzAyM1oYDzIxMjYxMDI5MTQzMDIz\n"
                          "WjAOMQwwCgYDVQQDDAN0b3kwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARIcP5K\n"
                          "Z1rkYw4AfuxHIRl2Hlrkp2P8sAA9FQ2s4DbNbbTKz6i05IWw9TVLGcAQUMBXRtmW\n"
                          "hBTeHyWm4ugh4QNOo1MwUTAdBgNVHQ4EFgQUdg0yx9iL/hxVapEgAcr0MrCOctAw\n"
                          "HwYDVR0jBBgwFoAUdg0yx9iL/hxVapEgAcr0MrCOctAwDwYDVR0TAQH/BAUwAwEB\n"
                          "/zAKBggqhkjOPQQDAgNJADBGAiEA1WIgKeEB2uaEfqLnRw2qP8efQRG1K7CatkXD\n"
                          "SJmC8/MCIQDmuzPrmmpL7itNJDp3y0muEj8E0BhsdeZm1mATve9jOQ==\n"
                          "-----END CERTIFICATE-----\n";
static const char pin[] = "sha256/OcGuKZ3n1H9C9WM08v5ZCwcmzHZb9sId1FAyWg71Ffg=";

static GByteArray *
get_der (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  GByteArray *der;

  g_assert_no_error (error);
  g_object_get (certificate, "certificate", &der, NULL);

  return der;
}

/* In memory of exactly this size, so that a sanitizer sees each byte too far; whatever is found lies in
 * it. */
static gboolean
find (const guint8 *data,
      gsize len)
{
  g_autofree guint8 *copy = g_memdup2 (data, len);
  const guint8 *key;
  gsize key_len;

  if (!mqttc_tls_find_public_key (copy, len, &key, &key_len))
    return FALSE;

  g_assert_true (key > copy && key_len > 0 && key_len < len);
  g_assert_cmpuint ((gsize) (key - copy), <=, len - key_len);

  return TRUE;
}

static void
test_pin (void)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);
  g_autofree char *made = mqttc_tls_make_pin (certificate);

  g_assert_cmpstr (made, ==, pin);
}

static void
test_truncated (void)
{
  g_autoptr (GByteArray) der = get_der ();

  g_assert_true (find (der->data, der->len));
  for (guint len = 0; len < der->len; len++)
    g_assert_false (find (der->data, len));
  g_byte_array_append (der, (const guint8 *) "", 1);
  g_assert_false (find (der->data, der->len));
}

static void
test_mutated (void)
{
  g_autoptr (GByteArray) der = get_der ();
  guint n_refused = 0;

  g_test_summary ("No byte of a certificate, whatever it is, leads out of it");

  for (guint i = 0; i < der->len; i++)
    {
      guint8 byte = der->data[i];

      for (guint value = 0; value < 256; value++)
        {
          der->data[i] = (guint8) value;
          n_refused += !find (der->data, der->len);
        }
      der->data[i] = byte;
    }
  g_assert_cmpuint (n_refused, >, 255 * 20);
}

#define SIGNED "\x30\x00\x03\x01\x00"
#define NAMES "\x02\x01\x01\x30\x00\x30\x00\x30\x00\x30\x00"
#define KEY "\x30\x05\x30\x00\x03\x01\x00"

typedef struct
{
  const char *name;
  const char *der;
  gsize len;
  gboolean is_good;
} Handmade;

#define BYTES(text) text, sizeof text - 1

/* Certificates without what does not matter here. */
static const Handmade handmade[] = {
  { "version-1", BYTES ("\x30\x19\x30\x12" NAMES KEY SIGNED), TRUE },
  { "version-3", BYTES ("\x30\x1e\x30\x17\xa0\x03\x02\x01\x02" NAMES KEY SIGNED), TRUE },
  { "extensions", BYTES ("\x30\x1b\x30\x14" NAMES KEY "\xa3\x00" SIGNED), TRUE },
  { "trailing", BYTES ("\x30\x1b\x30\x12" NAMES KEY SIGNED "\x05\x00"), FALSE },
  { "no-signature", BYTES ("\x30\x16\x30\x12" NAMES KEY "\x30\x00"), FALSE },
  { "not-a-sequence", BYTES ("\x31\x19\x30\x12" NAMES KEY SIGNED), FALSE },
  { "inner-too-long", BYTES ("\x30\x19\x30\x7f" NAMES KEY SIGNED), FALSE },
  { "key-too-long", BYTES ("\x30\x19\x30\x12" NAMES "\x30\x06\x30\x00\x03\x01\x00" SIGNED), FALSE },
  { "key-without-bits", BYTES ("\x30\x16\x30\x0f" NAMES "\x30\x02\x30\x00" SIGNED), FALSE },
  { "key-and-more", BYTES ("\x30\x1b\x30\x14" NAMES "\x30\x07\x30\x00\x03\x01\x00\x05\x00" SIGNED),
    FALSE },
  { "no-key", BYTES ("\x30\x12\x30\x0b" NAMES SIGNED), FALSE },
  { "length-not-shortest", BYTES ("\x30\x81\x19\x30\x12" NAMES KEY SIGNED), FALSE },
  { "length-leading-zero", BYTES ("\x30\x82\x00\x19\x30\x12" NAMES KEY SIGNED), FALSE },
  { "length-indefinite", BYTES ("\x30\x80\x30\x12" NAMES KEY SIGNED "\x00\x00"), FALSE },
  { "length-of-4", BYTES ("\x30\x84\xff\xff\xff\xff\x30\x12" NAMES KEY SIGNED), FALSE },
  { "length-of-5", BYTES ("\x30\x85\x01\x00\x00\x00\x19\x30\x12" NAMES KEY SIGNED), FALSE },
  { "length-of-127", BYTES ("\x30\xff\x30\x12" NAMES KEY SIGNED), FALSE },
  { "empty", BYTES (""), FALSE },
};

static void
test_handmade (gconstpointer data)
{
  const Handmade *item = data;

  g_assert_cmpint (find ((const guint8 *) item->der, item->len), ==, item->is_good);
}

static void
test_failure (void)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);
  g_autoptr (MqttcTlsFailure) failure = NULL;
  g_autofree char *text = NULL;
  g_autofree char *remedy = NULL;

  failure = mqttc_tls_failure_new (certificate,
                                   G_TLS_CERTIFICATE_VALIDATE_ALL & ~G_TLS_CERTIFICATE_EXPIRED,
                                   "evil\n\x1b[2J\xff.lan", FALSE);
  text = mqttc_tls_failure_to_string (failure);
  g_test_message ("%s", text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strpbrk (text, "\n\x1b"));
  g_assert_nonnull (strstr (text, "nor for any other name"));
  g_assert_nonnull (strstr (text, "it is self-signed"));
  g_assert_nonnull (strstr (text, "its issuer has revoked it"));
  g_assert_nonnull (strstr (text, "that is not safe"));
  g_assert_null (strstr (text, "it expired"));

  remedy = mqttc_tls_failure_get_remedy (failure);
  g_assert_nonnull (strstr (remedy, pin));
  g_assert_cmpstr (mqttc_tls_failure_get_pin (failure), ==, pin);
  g_assert_true (mqttc_tls_failure_get_certificate (failure) == certificate);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tls-pin/pin", test_pin);
  g_test_add_func ("/tls-pin/truncated", test_truncated);
  g_test_add_func ("/tls-pin/mutated", test_mutated);
  g_test_add_func ("/tls-pin/failure", test_failure);
  for (guint i = 0; i < G_N_ELEMENTS (handmade); i++)
    {
      g_autofree char *path = g_strconcat ("/tls-pin/handmade/", handmade[i].name, NULL);

      g_test_add_data_func (path, &handmade[i], test_handmade);
    }

  return g_test_run ();
}
