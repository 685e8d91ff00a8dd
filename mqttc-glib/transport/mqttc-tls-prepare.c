/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is needed before a handshake, on a thread where reading files may take its time. */

#include "config.h"

#include "transport/mqttc-tls-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* The authorities of all the world have 0.2 MB. */
#define MAX_FILE_SIZE (16 << 20)

/* An own file that is not good has the code of a certificate that is not good: before the first
 * connection it is for the user to mend, and later it may be just being replaced. */
static gboolean
refuse_file (GError **error,
             const char *option,
             const char *path,
             const char *problem)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "Option %s is “%s”, but %s", option,
               name, problem);

  return FALSE;
}

static gboolean
refuse_file_with (GError **error,
                  const char *option,
                  const char *path,
                  const char *problem,
                  const GError *cause)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", problem, cause->message);

  return refuse_file (error, option, path, text);
}

/* Something that never ends, as a device or a pipe, would hold the thread for ever. */
static gboolean
check_file (const char *option,
            const char *path,
            GError **error)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    {
      g_autofree char *problem = g_strdup_printf ("that cannot be read: %s", g_strerror (errno));

      return refuse_file (error, option, path, problem);
    }
  if (!S_ISREG (info.st_mode))
    return refuse_file (error, option, path, "that is not a file");
  if (info.st_size > MAX_FILE_SIZE)
    return refuse_file (error, option, path, "that is too large");

  return TRUE;
}

static gboolean
read_file (const char *option,
           const char *path,
           char **text,
           GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (!check_file (option, path, error))
    return FALSE;
  if (g_file_get_contents (path, text, NULL, &cause))
    return TRUE;

  return refuse_file_with (error, option, path, "that cannot be read", cause);
}

static GTlsDatabase *
load_authorities (const char *path,
                  GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GTlsCertificate) first = NULL;
  GTlsDatabase *database;

  if (!read_file ("ca-file", path, &text, error))
    return NULL;

  /* A database without a single certificate is made without complaint. */
  first = g_tls_certificate_new_from_pem (text, -1, &cause);
  if (first == NULL)
    {
      refuse_file_with (error, "ca-file", path, "that has no certificate", cause);
      return NULL;
    }

  database = g_tls_file_database_new (absolute, &cause);
  if (database == NULL)
    refuse_file_with (error, "ca-file", path, "that cannot be used", cause);

  return database;
}

static void
wipe_and_free (char *text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

static gboolean
has_key (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) key = NULL;

  g_object_get (certificate, "private-key", &key, NULL);

  return key != NULL;
}

/* The certificate and its key are one text for GIO; which of the two is not good is found out after. */
static GTlsCertificate *
parse_certificate (const MqttcTlsConfig *config,
                   const char *text,
                   const char *key,
                   GError **error)
{
  char *both = g_strconcat (text, "\n", key, NULL);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (both, -1, &cause);
  g_autoptr (GTlsCertificate) alone = NULL;

  wipe_and_free (both);
  if (certificate != NULL && has_key (certificate))
    return g_steal_pointer (&certificate);

  alone = g_tls_certificate_new_from_pem (text, -1, NULL);
  if (key != NULL && alone != NULL)
    refuse_file (error, "private-key-file", config->private_key_file,
                 "that has no private key, or one that needs a password");
  else if (certificate != NULL)
    refuse_file (error, "certificate-file", config->certificate_file,
                 "that has no private key: set option private-key-file");
  else
    refuse_file_with (error, "certificate-file", config->certificate_file,
                      "that has no certificate", cause);

  return NULL;
}

static GTlsCertificate *
load_certificate (const MqttcTlsConfig *config,
                  GError **error)
{
  GTlsCertificate *certificate = NULL;
  char *text = NULL;
  char *key = NULL;

  if (read_file ("certificate-file", config->certificate_file, &text, error)
      && (config->private_key_file == NULL
          || read_file ("private-key-file", config->private_key_file, &key, error)))
    certificate = parse_certificate (config, text, key, error);

  g_clear_pointer (&text, wipe_and_free);
  g_clear_pointer (&key, wipe_and_free);

  return certificate;
}

/* One object for all: the authorities of the system take 13 ms and some megabytes. */
static GTlsDatabase *
get_database (const MqttcTlsConfig *config,
              GTlsBackend *backend,
              GError **error)
{
  if (config->database != NULL)
    return g_object_ref (config->database);
  if (config->ca_file != NULL)
    return load_authorities (config->ca_file, error);

  return g_tls_backend_get_default_database (backend);
}

GTlsConnection *
mqttc_tls_prepare (const MqttcAddress *address,
                   GIOStream *base,
                   GError **error)
{
  const MqttcTlsConfig *config = address->tls;
  const char *name = config->server_identity != NULL ? config->server_identity : address->host;
  GTlsBackend *backend = g_tls_backend_get_default ();
  g_autoptr (GSocketConnectable) identity = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (!g_tls_backend_supports_tls (backend))
    {
      g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE,
                           "TLS is not available: install glib-networking");
      return NULL;
    }

  database = get_database (config, backend, error);
  if (database == NULL)
    return NULL;

  if (config->certificate_file != NULL)
    {
      certificate = load_certificate (config, error);
      if (certificate == NULL)
        return NULL;
    }
  else
    {
      g_set_object (&certificate, config->certificate);
    }

  /* The database is set at once: setting it later makes the back end parse all authorities twice. A
   * server that leaves without a word is no error of its own: packets have a length, so that nobody
   * can cut one short unnoticed. */
  identity = g_network_address_new (name, address->port);
  return g_initable_new (g_tls_backend_get_client_connection_type (backend), NULL, error,
                         "base-io-stream", base, "server-identity", identity, "database", database,
                         "certificate", certificate, "interaction", config->interaction,
                         "advertised-protocols", config->alpn_protocols, "require-close-notify",
                         FALSE, NULL);
}
