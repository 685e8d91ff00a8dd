/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is asked how to prove to a server who one is, where a user name and a password that stay the same will
 * not do. */

#include "config.h"

#include "loop/mqttc-options-private.h"

void
mqttc_options_auth_class_init (GParamSpec **properties,
                               GParamFlags flags)
{
  /**
   * MqttcOptions:authenticator: (getter get_authenticator) (setter set_authenticator)
   *
   * The one who speaks for the program in an enhanced authentication.
   *
   * For [property@Mqttc.Options:protocol] `MQTTC_PROTOCOL_V5`, from which there is then no fall-back
   * (section 4.12 of MQTT 5). Its first answer is waited for when the connection is there, within
   * [property@Mqttc.Options:connect-timeout]. If it fails with an error before a server has accepted the
   * client, that ends opening; later the client tries again. Default: `NULL`, none.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_AUTHENTICATOR]
      = g_param_spec_object ("authenticator", NULL, NULL, MQTTC_TYPE_AUTHENTICATOR, flags);

  /**
   * MqttcOptions:credentials-provider: (getter get_credentials_provider) (setter set_credentials_provider)
   *
   * The one who is asked for a user name and a password before each attempt to connect.
   *
   * For tokens that expire, and for passwords that somebody types: the attempt begins when it has
   * answered, however long that takes. It is asked instead of
   * [property@Mqttc.Options:user-name] and [property@Mqttc.Options:password], which must not be set. If
   * it fails with an error before a server has accepted the client, that ends opening; later the client
   * tries again, unless the error is `G_IO_ERROR_CANCELLED`. Default: `NULL`, nobody.
   *
   * Since: 0.1
   */
  properties[MQTTC_OPTION_CREDENTIALS_PROVIDER] = g_param_spec_object (
      "credentials-provider", NULL, NULL, MQTTC_TYPE_CREDENTIALS_PROVIDER, flags);
}

gboolean
mqttc_options_check_auth (MqttcOptions *self,
                          GError **error)
{
  if (self->authenticator != NULL && self->protocol != MQTTC_PROTOCOL_V5)
    return mqttc_options_refuse (error,
                                 "Option authenticator is set, but option protocol is not MQTT 5");
  if (self->credentials_provider != NULL && (self->user_name != NULL || self->password != NULL))
    return mqttc_options_refuse (error,
                                 "Option credentials-provider is set, and so are user-name or "
                                 "password; only one of them can hold");

  return TRUE;
}

/**
 * mqttc_options_get_authenticator: (get-property authenticator)
 * @self: the options
 *
 * Gets the one who speaks for the program in an enhanced authentication.
 *
 * Returns: (nullable) (transfer none): the authenticator
 *
 * Since: 0.1
 */
MqttcAuthenticator *
mqttc_options_get_authenticator (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->authenticator;
}

/**
 * mqttc_options_set_authenticator: (set-property authenticator)
 * @self: the options
 * @authenticator: (nullable): the authenticator
 *
 * Sets the one who speaks for the program in an enhanced authentication.
 *
 * See [property@Mqttc.Options:authenticator].
 *
 * Since: 0.1
 */
void
mqttc_options_set_authenticator (MqttcOptions *self,
                                 MqttcAuthenticator *authenticator)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));
  g_return_if_fail (authenticator == NULL || MQTTC_IS_AUTHENTICATOR (authenticator));

  mqttc_options_store_object (self, MQTTC_OPTION_AUTHENTICATOR, authenticator);
}

/**
 * mqttc_options_get_credentials_provider: (get-property credentials-provider)
 * @self: the options
 *
 * Gets the one who is asked for a user name and a password before each attempt.
 *
 * Returns: (nullable) (transfer none): the provider
 *
 * Since: 0.1
 */
MqttcCredentialsProvider *
mqttc_options_get_credentials_provider (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->credentials_provider;
}

/**
 * mqttc_options_set_credentials_provider: (set-property credentials-provider)
 * @self: the options
 * @credentials_provider: (nullable): the provider
 *
 * Sets the one who is asked for a user name and a password before each attempt.
 *
 * See [property@Mqttc.Options:credentials-provider].
 *
 * Since: 0.1
 */
void
mqttc_options_set_credentials_provider (MqttcOptions *self,
                                        MqttcCredentialsProvider *credentials_provider)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));
  g_return_if_fail (credentials_provider == NULL
                    || MQTTC_IS_CREDENTIALS_PROVIDER (credentials_provider));

  mqttc_options_store_object (self, MQTTC_OPTION_CREDENTIALS_PROVIDER, credentials_provider);
}
