/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/mqttc-tls-private.h"

#include <string.h>

/* Of the names in a certificate, which somebody unknown has written. */
#define MAX_NAMES 4
#define MAX_NAME_CHARS 100

/**
 * MqttcTlsFailure:
 *
 * What a server has shown that was refused: its certificate, and what is wrong with it.
 *
 * A program can show it to its user, and if the user trusts the server all the same, add the pin to
 * [property@Mqttc.Options:tls-pins] and open the client again. It does not change.
 *
 * Since: 0.1
 */
struct _MqttcTlsFailure
{
  gatomicrefcount ref_count;
  GTlsCertificate *certificate;
  GTlsCertificateFlags errors;
  char *identity;
  char *pin; /* (nullable) */
  gboolean unpinned;
};

G_DEFINE_BOXED_TYPE (MqttcTlsFailure,
                     mqttc_tls_failure,
                     mqttc_tls_failure_ref,
                     mqttc_tls_failure_unref)

MqttcTlsFailure *
mqttc_tls_failure_new (GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       const char *identity,
                       gboolean unpinned)
{
  MqttcTlsFailure *self = g_new0 (MqttcTlsFailure, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->certificate = g_object_ref (certificate);
  self->errors = errors;
  self->identity = g_strdup (identity);
  self->pin = mqttc_tls_make_pin (certificate);
  self->unpinned = unpinned;

  return self;
}

/**
 * mqttc_tls_failure_ref:
 * @self: the failure
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 0.1
 */
MqttcTlsFailure *
mqttc_tls_failure_ref (MqttcTlsFailure *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * mqttc_tls_failure_unref:
 * @self: (transfer full): the failure
 *
 * Gives a reference up, and frees the failure with the last one.
 *
 * Since: 0.1
 */
void
mqttc_tls_failure_unref (MqttcTlsFailure *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_object_unref (self->certificate);
  g_free (self->identity);
  g_free (self->pin);
  g_free (self);
}

/**
 * mqttc_tls_failure_get_certificate:
 * @self: the failure
 *
 * Gets the certificate that the server has shown.
 *
 * Returns: (transfer none): the certificate
 *
 * Since: 0.1
 */
GTlsCertificate *
mqttc_tls_failure_get_certificate (MqttcTlsFailure *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->certificate;
}

/**
 * mqttc_tls_failure_get_errors:
 * @self: the failure
 *
 * Gets what is wrong with the certificate, as far as it was found out.
 *
 * The flags are none if the certificate is good, but its key not one of
 * [property@Mqttc.Options:tls-pins].
 *
 * Returns: what is wrong with it
 *
 * Since: 0.1
 */
GTlsCertificateFlags
mqttc_tls_failure_get_errors (MqttcTlsFailure *self)
{
  g_return_val_if_fail (self != NULL, G_TLS_CERTIFICATE_NO_FLAGS);

  return self->errors;
}

/**
 * mqttc_tls_failure_get_pin:
 * @self: the failure
 *
 * Gets what to put into [property@Mqttc.Options:tls-pins] to trust this server.
 *
 * Compare it with what the owner of the server says its key is: whoever has come between answers with
 * a key too.
 *
 * Returns: (nullable) (transfer none): the pin, or `NULL` if the certificate has no key that could be
 * read
 *
 * Since: 0.1
 */
const char *
mqttc_tls_failure_get_pin (MqttcTlsFailure *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->pin;
}

/* Nothing that moves the cursor of a terminal, and not without end. */
static void
append_name (GString *text,
             const char *name,
             gssize len)
{
  g_autofree char *valid = g_utf8_make_valid (name, len);
  guint n = 0;

  g_string_append (text, text->len > 0 ? ", “" : "“");
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (++n > MAX_NAME_CHARS)
        {
          g_string_append (text, "…");
          break;
        }
      g_string_append_unichar (text, g_unichar_isprint (c) ? c : '?');
    }
  g_string_append (text, "”");
}

/* The names that the certificate is for. */
static char *
get_names (MqttcTlsFailure *self)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_names;
  guint n_addresses;

  g_object_get (self->certificate, "dns-names", &names, "ip-addresses", &addresses, NULL);
  n_names = names != NULL ? names->len : 0;
  n_addresses = addresses != NULL ? addresses->len : 0;

  for (guint i = 0; i < n_names + n_addresses; i++)
    {
      if (i == MAX_NAMES)
        {
          g_string_append (text, ", …");
          break;
        }
      if (i < n_names)
        {
          gsize len;
          const char *name = g_bytes_get_data (names->pdata[i], &len);

          append_name (text, name != NULL ? name : "", (gssize) len);
        }
      else
        {
          g_autofree char *address = g_inet_address_to_string (addresses->pdata[i - n_names]);

          append_name (text, address, -1);
        }
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
describe_identity (MqttcTlsFailure *self)
{
  g_autofree char *names = get_names (self);
  g_autoptr (GString) text = g_string_new (NULL);

  append_name (text, self->identity, -1);
  if (names[0] == '\0')
    return g_strdup_printf ("it is not for %s, nor for any other name", text->str);

  return g_strdup_printf ("it is not for %s, but for %s", text->str, names);
}

static gboolean
is_self_signed (MqttcTlsFailure *self)
{
  g_autofree char *subject = NULL;
  g_autofree char *issuer = NULL;

  g_object_get (self->certificate, "subject-name", &subject, "issuer-name", &issuer, NULL);

  return subject != NULL && g_strcmp0 (subject, issuer) == 0;
}

static char *
describe_issuer (MqttcTlsFailure *self)
{
  g_autofree char *issuer = NULL;
  g_autoptr (GString) text = NULL;

  if (is_self_signed (self))
    return g_strdup ("it is self-signed");

  g_object_get (self->certificate, "issuer-name", &issuer, NULL);
  if (issuer == NULL || issuer[0] == '\0')
    return g_strdup ("no authority that is trusted has issued it");

  text = g_string_new (NULL);
  append_name (text, issuer, -1);

  return g_strdup_printf ("its issuer %s is not an authority that is trusted", text->str);
}

static char *
describe_date (MqttcTlsFailure *self,
               const char *property,
               const char *format,
               const char *otherwise)
{
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;

  g_object_get (self->certificate, property, &date, NULL);
  if (date != NULL)
    text = g_date_time_format (date, format);

  return text != NULL ? g_steal_pointer (&text) : g_strdup (otherwise);
}

static GStrv
describe (MqttcTlsFailure *self)
{
  g_autoptr (GStrvBuilder) reasons = g_strv_builder_new ();
  g_autofree char *identity = describe_identity (self);
  g_autofree char *issuer = describe_issuer (self);
  g_autofree char *start = describe_date (self, "not-valid-before",
                                          "it is not valid before %Y-%m-%d", "it is not valid yet");
  g_autofree char *end
      = describe_date (self, "not-valid-after", "it expired on %Y-%m-%d", "it has expired");
  const struct
  {
    GTlsCertificateFlags flag;
    const char *reason;
  } words[] = {
    { G_TLS_CERTIFICATE_BAD_IDENTITY, identity },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, issuer },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, start },
    { G_TLS_CERTIFICATE_EXPIRED, end },
    { G_TLS_CERTIFICATE_REVOKED, "its issuer has revoked it" },
    { G_TLS_CERTIFICATE_INSECURE, "it uses an algorithm or a key that is not safe" },
    { G_TLS_CERTIFICATE_GENERIC_ERROR, "it could not be checked" },
  };

  if (self->unpinned)
    g_strv_builder_add (reasons, "its key is not one of option tls-pins");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (self->errors & words[i].flag)
        g_strv_builder_add (reasons, words[i].reason);
    }

  return g_strv_builder_end (reasons);
}

/**
 * mqttc_tls_failure_to_string:
 * @self: the failure
 *
 * Says what is wrong with the certificate, as a part of a sentence.
 *
 * Returns: (transfer full): as in “it is self-signed, and it expired on 2026-01-31”
 *
 * Since: 0.1
 */
char *
mqttc_tls_failure_to_string (MqttcTlsFailure *self)
{
  g_auto (GStrv) reasons = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  reasons = describe (self);

  return reasons[0] != NULL ? g_strjoinv (", and ", reasons) : g_strdup ("it could not be checked");
}

char *
mqttc_tls_failure_get_remedy (MqttcTlsFailure *self)
{
  const char *pin = self->pin != NULL ? self->pin : "the hash of its key";
  const char *other = NULL;

  if (self->unpinned)
    return g_strdup_printf ("if the server has got a new key, and you are sure of it, add %s to "
                            "option tls-pins",
                            pin);
  if (self->errors & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return g_strdup_printf ("set the clock right, or, if you are sure of the server, set option "
                            "tls-pins to %s",
                            pin);

  if (self->errors & G_TLS_CERTIFICATE_UNKNOWN_CA)
    other = is_self_signed (self) ? "ca-file to a file with this certificate"
                                  : "ca-file to a file with the certificate of its issuer";
  else if (self->errors & G_TLS_CERTIFICATE_BAD_IDENTITY)
    other = "server-identity to a name that it is for";

  if (other == NULL)
    return g_strdup_printf ("the server needs another one, or, if you are sure of it, set option "
                            "tls-pins to %s",
                            pin);

  return g_strdup_printf ("if you are sure of the server, set option %s, or option tls-pins to %s",
                          other, pin);
}
