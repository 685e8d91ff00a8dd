/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-options-private.h"

#include <string.h>

#define PIN_PREFIX "sha256/"
#define PIN_BYTES 32

/* RFC 7301, section 3.1: the length of a name is one byte. */
#define MAX_ALPN 255

typedef struct
{
  const char *name;
  gboolean is_set;
} Part;

/* What an option of TLS asks for would silently not be there. */
static gboolean
check_unused (MqttcOptions *self,
              GError **error)
{
  const Part parts[] = {
    { "server-identity", self->server_identity != NULL },
    { "ca-file", self->ca_file != NULL },
    { "tls-database", self->tls_database != NULL },
    { "certificate", self->certificate != NULL },
    { "certificate-file", self->certificate_file != NULL },
    { "private-key-file", self->private_key_file != NULL },
    { "tls-interaction", self->tls_interaction != NULL },
    { "alpn-protocols", self->alpn_protocols != NULL },
    { "tls-pins", self->tls_pins != NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i].is_set)
        return mqttc_options_refuse (error,
                                     "Option %s is set, but means nothing without TLS: set option "
                                     "use-tls, or write the URI with mqtts",
                                     parts[i].name);
    }

  return TRUE;
}

static gboolean
check_identity (MqttcOptions *self,
                GError **error)
{
  if (self->server_identity != NULL)
    {
      if (self->server_identity[0] == '\0')
        return mqttc_options_refuse (
            error, "Option server-identity is empty, but must be a name or an address");

      return mqttc_options_check_name ("server-identity", self->server_identity, error);
    }

  if (self->socket_path != NULL)
    return mqttc_options_refuse (
        error, "Option server-identity is not set, but must be with option use-tls on a Unix "
               "socket, which has no name for a certificate");

  return TRUE;
}

static gboolean
check_not_empty (const char *name,
                 const char *value,
                 GError **error)
{
  if (value == NULL || value[0] != '\0')
    return TRUE;

  return mqttc_options_refuse (error, "Option %s is empty, but must be the path of a file", name);
}

static gboolean
check_files (MqttcOptions *self,
             GError **error)
{
  if (self->ca_file != NULL && self->tls_database != NULL)
    return mqttc_options_refuse (
        error, "Options ca-file and tls-database are both set, but one says whom to trust");
  if (self->certificate_file != NULL && self->certificate != NULL)
    return mqttc_options_refuse (error,
                                 "Options certificate and certificate-file are both set, but "
                                 "the client has one certificate");
  if (self->private_key_file != NULL && self->certificate_file == NULL)
    return mqttc_options_refuse (error, "Option private-key-file is set, but must not be without "
                                        "option certificate-file");

  return check_not_empty ("ca-file", self->ca_file, error)
         && check_not_empty ("certificate-file", self->certificate_file, error)
         && check_not_empty ("private-key-file", self->private_key_file, error);
}

/* A key in hardware has a URI, and bytes for nobody. */
static gboolean
check_certificate (MqttcOptions *self,
                   GError **error)
{
  g_autoptr (GByteArray) key = NULL;
  g_autofree char *uri = NULL;

  if (self->certificate == NULL)
    return TRUE;

  g_object_get (self->certificate, "private-key", &key, "private-key-pkcs11-uri", &uri, NULL);
  if (key == NULL && uri == NULL)
    return mqttc_options_refuse (
        error,
        "Option certificate has no private key, but must have one to prove who the client is");

  return TRUE;
}

static gboolean
check_alpn (MqttcOptions *self,
            GError **error)
{
  for (guint i = 0; self->alpn_protocols != NULL && self->alpn_protocols[i] != NULL; i++)
    {
      gsize len = strlen (self->alpn_protocols[i]);

      if (len == 0 || len > MAX_ALPN)
        return mqttc_options_refuse (error,
                                     "Option alpn-protocols has a name of %" G_GSIZE_FORMAT
                                     " bytes, but each must have 1 to %u",
                                     len, MAX_ALPN);
    }

  return TRUE;
}

/* g_base64_decode() skips what it does not know, so what it has read is written again. */
static gboolean
is_pin (const char *pin)
{
  g_autofree guchar *bytes = NULL;
  g_autofree char *again = NULL;
  gsize len;

  if (!g_str_has_prefix (pin, PIN_PREFIX))
    return FALSE;

  pin += strlen (PIN_PREFIX);
  bytes = g_base64_decode (pin, &len);
  again = g_base64_encode (bytes, len);

  return len == PIN_BYTES && strcmp (again, pin) == 0;
}

static gboolean
check_pins (MqttcOptions *self,
            GError **error)
{
  for (guint i = 0; self->tls_pins != NULL && self->tls_pins[i] != NULL; i++)
    {
      if (!g_utf8_validate (self->tls_pins[i], -1, NULL))
        return mqttc_options_refuse (error, "Option tls-pins is not valid UTF-8");
      if (!is_pin (self->tls_pins[i]))
        return mqttc_options_refuse (
            error,
            "Option tls-pins has “%s”, but each must be %s and the SHA-256 "
            "of a public key, %u bytes, in Base64",
            self->tls_pins[i], PIN_PREFIX, PIN_BYTES);
    }

  return TRUE;
}

gboolean
mqttc_options_check_tls (MqttcOptions *self,
                         GError **error)
{
  if (!self->use_tls)
    return check_unused (self, error);

  return check_identity (self, error) && check_files (self, error)
         && check_certificate (self, error) && check_alpn (self, error) && check_pins (self, error);
}

MqttcTlsConfig *
mqttc_options_get_tls_config (MqttcOptions *self)
{
  const MqttcTlsConfig config = {
    .server_identity = self->server_identity,
    .ca_file = self->ca_file,
    .database = self->tls_database,
    .certificate = self->certificate,
    .certificate_file = self->certificate_file,
    .private_key_file = self->private_key_file,
    .interaction = self->tls_interaction,
    .alpn_protocols = self->alpn_protocols,
    .pins = self->tls_pins,
  };

  return self->use_tls ? mqttc_tls_config_new (&config) : NULL;
}
