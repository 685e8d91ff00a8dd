/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-credentials-provider.h"

/**
 * MqttcCredentialsProvider:
 *
 * Is asked for a user name and a password before every attempt to connect.
 *
 * For tokens that expire, for a keyring, or for a dialog. The client waits for
 * [method@Mqttc.CredentialsRequest.complete]. The function is called in the thread of the client.
 *
 * Since: 0.1
 */

G_DEFINE_INTERFACE (MqttcCredentialsProvider, mqttc_credentials_provider, G_TYPE_OBJECT)

static void
mqttc_credentials_provider_default_init (MqttcCredentialsProviderInterface *iface)
{
}

/**
 * mqttc_credentials_provider_provide: (virtual provide)
 * @self: a provider
 * @request: what is asked for, to be completed now or later
 *
 * Begins to look for a user name and a password.
 *
 * The client calls it; a program does so for a provider that it has wrapped in its own.
 *
 * Since: 0.1
 */
void
mqttc_credentials_provider_provide (MqttcCredentialsProvider *self,
                                    MqttcCredentialsRequest *request)
{
  g_return_if_fail (MQTTC_IS_CREDENTIALS_PROVIDER (self));
  g_return_if_fail (MQTTC_IS_CREDENTIALS_REQUEST (request));
  g_return_if_fail (MQTTC_CREDENTIALS_PROVIDER_GET_IFACE (self)->provide != NULL);

  MQTTC_CREDENTIALS_PROVIDER_GET_IFACE (self)->provide (self, request);
}
