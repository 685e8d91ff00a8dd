/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-options-private.h"

void
mqttc_options_tls_class_init (GParamSpec **properties,
                              GParamFlags flags)
{
  /**
   * MqttcOptions:use-tls: (getter get_use_tls) (setter set_use_tls)
   *
   * Whether the connection is encrypted, and the server has to prove who it is.
   *
   * Only TLS 1.2 and later are used. What proves the server is a certificate that an authority has
   * issued for its name, see [property@Mqttc.Options:ca-file], or a key that is known, see
   * [property@Mqttc.Options:tls-pins]; there is no way to do without.
   *
   * The other options of TLS are an error without this one, so that nobody sends in the clear by
   * mistake. TLS is a module of GIO, called glib-networking; without it connecting fails with
   * `G_TLS_ERROR_UNAVAILABLE`. Default: `FALSE`.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_USE_TLS] = g_param_spec_boolean ("use-tls", NULL, NULL, FALSE, flags);

  /**
   * MqttcOptions:server-identity: (getter get_server_identity) (setter set_server_identity)
   *
   * The name or the address that the certificate of the server has to be for.
   *
   * For a server that is reached under another name than the one in its certificate; a Unix socket
   * needs it. Default: `NULL`, it is [property@Mqttc.Options:host].
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_SERVER_IDENTITY]
      = g_param_spec_string ("server-identity", NULL, NULL, NULL, flags);

  /**
   * MqttcOptions:ca-file: (getter get_ca_file) (setter set_ca_file)
   *
   * The path of a file with the certificates of the authorities to trust, in PEM.
   *
   * They take the place of those of the system. The file is read for each attempt to connect; one that
   * cannot be read, or has no certificate, fails the attempt. Default: `NULL`, those of the system.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CA_FILE] = g_param_spec_string ("ca-file", NULL, NULL, NULL, flags);

  /**
   * MqttcOptions:tls-database: (getter get_tls_database) (setter set_tls_database)
   *
   * The authorities to trust, as an object.
   *
   * Instead of [property@Mqttc.Options:ca-file]. It is used on other threads too. Default: `NULL`,
   * those of the system.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_TLS_DATABASE]
      = g_param_spec_object ("tls-database", NULL, NULL, G_TYPE_TLS_DATABASE, flags);

  /**
   * MqttcOptions:certificate: (getter get_certificate) (setter set_certificate)
   *
   * The certificate of the client, with its private key.
   *
   * For a server that wants one. Default: `NULL`, none.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CERTIFICATE]
      = g_param_spec_object ("certificate", NULL, NULL, G_TYPE_TLS_CERTIFICATE, flags);

  /**
   * MqttcOptions:certificate-file: (getter get_certificate_file) (setter set_certificate_file)
   *
   * The path of a file with the certificate of the client, in PEM.
   *
   * The certificates that connect it to an authority may follow it. The file is read for each attempt
   * to connect, so that a new certificate is used from then on; one that cannot be read fails the
   * attempt. Default: `NULL`, none.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CERTIFICATE_FILE]
      = g_param_spec_string ("certificate-file", NULL, NULL, NULL, flags);

  /**
   * MqttcOptions:private-key-file: (getter get_private_key_file) (setter set_private_key_file)
   *
   * The path of a file with the private key of the client, in PEM.
   *
   * Default: `NULL`, it is in [property@Mqttc.Options:certificate-file].
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_PRIVATE_KEY_FILE]
      = g_param_spec_string ("private-key-file", NULL, NULL, NULL, flags);

  /**
   * MqttcOptions:tls-interaction: (getter get_tls_interaction) (setter set_tls_interaction)
   *
   * The one who is asked for a password, or which certificate to use.
   *
   * For keys in hardware. The connection waits for the answer, within
   * [property@Mqttc.Options:connect-timeout]. Default: `NULL`, nobody.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_TLS_INTERACTION]
      = g_param_spec_object ("tls-interaction", NULL, NULL, G_TYPE_TLS_INTERACTION, flags);

  /**
   * MqttcOptions:alpn-protocols: (getter get_alpn_protocols) (setter set_alpn_protocols)
   *
   * The protocols to offer to the server (ALPN, RFC 7301), of 1 to 255 bytes each.
   *
   * For a server that has other services at the same port: it chooses one of them, or ignores them all.
   * GnuTLS takes 8 protocols of 32 bytes. In a URI: `alpn=mqtt,x-amzn-mqtt-ca`. Default: `NULL`, none.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_ALPN_PROTOCOLS]
      = g_param_spec_boxed ("alpn-protocols", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * MqttcOptions:tls-pins: (getter get_tls_pins) (setter set_tls_pins)
   *
   * The public keys of which the server must have one.
   *
   * Each is `sha256/` and the SHA-256 of its SubjectPublicKeyInfo in Base64, as in RFC 7469;
   * [method@Mqttc.TlsFailure.get_pin] gives the one of a server that was refused. A server with such a
   * key is accepted whatever else its certificate says, as it may be self-signed, expired, or for
   * another name; one without is refused, even if an authority vouches for it. Set the key of the next
   * certificate too, as a spare. In a URI: `tls-pin=sha256/…`, which can be repeated. Default: `NULL`,
   * no pins.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_TLS_PINS]
      = g_param_spec_boxed ("tls-pins", NULL, NULL, G_TYPE_STRV, flags);
}

/**
 * mqttc_options_get_use_tls: (get-property use-tls)
 * @self: the options
 *
 * Tells whether the connection is encrypted.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_use_tls (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->use_tls;
}

/**
 * mqttc_options_set_use_tls: (set-property use-tls)
 * @self: the options
 * @use_tls: `TRUE` if so
 *
 * Sets whether the connection is encrypted.
 *
 * See [property@Mqttc.Options:use-tls].
 *
 * Since: 0.1
 */
void
mqttc_options_set_use_tls (MqttcOptions *self,
                           gboolean use_tls)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_USE_TLS, use_tls != FALSE);
}

/**
 * mqttc_options_get_server_identity: (get-property server-identity)
 * @self: the options
 *
 * Gets the name that the certificate of the server has to be for.
 *
 * Returns: (nullable) (transfer none): the name that the certificate of the server has to be for
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_server_identity (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->server_identity;
}

/**
 * mqttc_options_set_server_identity: (set-property server-identity)
 * @self: the options
 * @server_identity: (nullable): the name that the certificate of the server has to be for
 *
 * Sets the name that the certificate of the server has to be for.
 *
 * See [property@Mqttc.Options:server-identity].
 *
 * Since: 0.1
 */
void
mqttc_options_set_server_identity (MqttcOptions *self,
                                   const char *server_identity)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_SERVER_IDENTITY, server_identity);
}

/**
 * mqttc_options_get_ca_file: (get-property ca-file)
 * @self: the options
 *
 * Gets the path of the certificates of the authorities to trust.
 *
 * Returns: (nullable) (transfer none): the path of the certificates of the authorities to trust
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_ca_file (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->ca_file;
}

/**
 * mqttc_options_set_ca_file: (set-property ca-file)
 * @self: the options
 * @ca_file: (nullable): the path of the certificates of the authorities to trust
 *
 * Sets the path of the certificates of the authorities to trust.
 *
 * See [property@Mqttc.Options:ca-file].
 *
 * Since: 0.1
 */
void
mqttc_options_set_ca_file (MqttcOptions *self,
                           const char *ca_file)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_CA_FILE, ca_file);
}

/**
 * mqttc_options_get_tls_database: (get-property tls-database)
 * @self: the options
 *
 * Gets the authorities to trust.
 *
 * Returns: (nullable) (transfer none): the authorities to trust
 *
 * Since: 0.1
 */
GTlsDatabase *
mqttc_options_get_tls_database (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->tls_database;
}

/**
 * mqttc_options_set_tls_database: (set-property tls-database)
 * @self: the options
 * @tls_database: (nullable): the authorities to trust
 *
 * Sets the authorities to trust.
 *
 * See [property@Mqttc.Options:tls-database].
 *
 * Since: 0.1
 */
void
mqttc_options_set_tls_database (MqttcOptions *self,
                                GTlsDatabase *tls_database)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_object (self, MQTTC_OPTION_TLS_DATABASE, tls_database);
}

/**
 * mqttc_options_get_certificate: (get-property certificate)
 * @self: the options
 *
 * Gets the certificate of the client.
 *
 * Returns: (nullable) (transfer none): the certificate of the client
 *
 * Since: 0.1
 */
GTlsCertificate *
mqttc_options_get_certificate (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->certificate;
}

/**
 * mqttc_options_set_certificate: (set-property certificate)
 * @self: the options
 * @certificate: (nullable): the certificate of the client
 *
 * Sets the certificate of the client.
 *
 * See [property@Mqttc.Options:certificate].
 *
 * Since: 0.1
 */
void
mqttc_options_set_certificate (MqttcOptions *self,
                               GTlsCertificate *certificate)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_object (self, MQTTC_OPTION_CERTIFICATE, certificate);
}

/**
 * mqttc_options_get_certificate_file: (get-property certificate-file)
 * @self: the options
 *
 * Gets the path of the certificate of the client.
 *
 * Returns: (nullable) (transfer none): the path of the certificate of the client
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_certificate_file (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->certificate_file;
}

/**
 * mqttc_options_set_certificate_file: (set-property certificate-file)
 * @self: the options
 * @certificate_file: (nullable): the path of the certificate of the client
 *
 * Sets the path of the certificate of the client.
 *
 * See [property@Mqttc.Options:certificate-file].
 *
 * Since: 0.1
 */
void
mqttc_options_set_certificate_file (MqttcOptions *self,
                                    const char *certificate_file)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_CERTIFICATE_FILE, certificate_file);
}

/**
 * mqttc_options_get_private_key_file: (get-property private-key-file)
 * @self: the options
 *
 * Gets the path of the private key of the client.
 *
 * Returns: (nullable) (transfer none): the path of the private key of the client
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_private_key_file (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->private_key_file;
}

/**
 * mqttc_options_set_private_key_file: (set-property private-key-file)
 * @self: the options
 * @private_key_file: (nullable): the path of the private key of the client
 *
 * Sets the path of the private key of the client.
 *
 * See [property@Mqttc.Options:private-key-file].
 *
 * Since: 0.1
 */
void
mqttc_options_set_private_key_file (MqttcOptions *self,
                                    const char *private_key_file)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_PRIVATE_KEY_FILE, private_key_file);
}

/**
 * mqttc_options_get_tls_interaction: (get-property tls-interaction)
 * @self: the options
 *
 * Gets the one who is asked for a password.
 *
 * Returns: (nullable) (transfer none): the one who is asked for a password
 *
 * Since: 0.1
 */
GTlsInteraction *
mqttc_options_get_tls_interaction (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->tls_interaction;
}

/**
 * mqttc_options_set_tls_interaction: (set-property tls-interaction)
 * @self: the options
 * @tls_interaction: (nullable): the one who is asked for a password
 *
 * Sets the one who is asked for a password.
 *
 * See [property@Mqttc.Options:tls-interaction].
 *
 * Since: 0.1
 */
void
mqttc_options_set_tls_interaction (MqttcOptions *self,
                                   GTlsInteraction *tls_interaction)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_object (self, MQTTC_OPTION_TLS_INTERACTION, tls_interaction);
}

/**
 * mqttc_options_get_alpn_protocols: (get-property alpn-protocols)
 * @self: the options
 *
 * Gets the protocols to offer to the server.
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1): the protocols to offer to the
 * server
 *
 * Since: 0.1
 */
const char *const *
mqttc_options_get_alpn_protocols (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return (const char *const *) self->alpn_protocols;
}

/**
 * mqttc_options_set_alpn_protocols: (set-property alpn-protocols)
 * @self: the options
 * @alpn_protocols: (nullable) (array zero-terminated=1): the protocols to offer to the server
 *
 * Sets the protocols to offer to the server.
 *
 * See [property@Mqttc.Options:alpn-protocols].
 *
 * Since: 0.1
 */
void
mqttc_options_set_alpn_protocols (MqttcOptions *self,
                                  const char *const *alpn_protocols)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_strv (self, MQTTC_OPTION_ALPN_PROTOCOLS, alpn_protocols);
}

/**
 * mqttc_options_get_tls_pins: (get-property tls-pins)
 * @self: the options
 *
 * Gets the keys of which the server must have one.
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1): the keys of which the server must
 * have one
 *
 * Since: 0.1
 */
const char *const *
mqttc_options_get_tls_pins (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return (const char *const *) self->tls_pins;
}

/**
 * mqttc_options_set_tls_pins: (set-property tls-pins)
 * @self: the options
 * @tls_pins: (nullable) (array zero-terminated=1): the keys of which the server must have one
 *
 * Sets the keys of which the server must have one.
 *
 * See [property@Mqttc.Options:tls-pins].
 *
 * Since: 0.1
 */
void
mqttc_options_set_tls_pins (MqttcOptions *self,
                            const char *const *tls_pins)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_strv (self, MQTTC_OPTION_TLS_PINS, tls_pins);
}
