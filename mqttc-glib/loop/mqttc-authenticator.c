/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-auth-request.h"
#include "loop/mqttc-authenticator.h"

/**
 * MqttcAuthenticator:
 *
 * Speaks for the program in the enhanced authentication of MQTT 5 (sections 4.12 and 4.12.1).
 *
 * An exchange is a number of steps, each a [class@Mqttc.AuthRequest] that the authenticator completes,
 * when it likes and in whatever thread. The first step is of the stage `MQTTC_AUTH_STAGE_START`, and its
 * data go into CONNECT, or for a re-authentication into an AUTH; each data of the server that follow
 * are one of `MQTTC_AUTH_STAGE_CONTINUE`; the last one is `MQTTC_AUTH_STAGE_FINISH`, in which the
 * authenticator can still refuse the server. An exchange can end after any step, without a word: a
 * step of the stage `MQTTC_AUTH_STAGE_START` then begins another one.
 *
 * The two functions are called in the thread of the client. An authenticator serves one client at a
 * time. [class@Mqttc.ScramAuthenticator] is one that is there already.
 *
 * Since: 0.1
 */

G_DEFINE_INTERFACE (MqttcAuthenticator, mqttc_authenticator, G_TYPE_OBJECT)

static void
mqttc_authenticator_default_init (MqttcAuthenticatorInterface *iface)
{
}

/**
 * mqttc_authenticator_get_method: (virtual get_method)
 * @self: an authenticator
 *
 * Gets the name of the authentication method, such as "SCRAM-SHA-256".
 *
 * It is asked for when the first step of a connection has been completed, so it may depend on the
 * connection. A re-authentication goes by the method of its connection (section 4.12.1).
 *
 * Returns: (transfer full): the name
 * Since: 0.1
 */
char *
mqttc_authenticator_get_method (MqttcAuthenticator *self)
{
  g_return_val_if_fail (MQTTC_IS_AUTHENTICATOR (self), NULL);
  g_return_val_if_fail (MQTTC_AUTHENTICATOR_GET_IFACE (self)->get_method != NULL, NULL);

  return MQTTC_AUTHENTICATOR_GET_IFACE (self)->get_method (self);
}

/**
 * mqttc_authenticator_step: (virtual step)
 * @self: an authenticator
 * @request: the step, to be completed now or later
 *
 * Begins to answer a step of an exchange.
 *
 * The client calls it; a program does so for an authenticator that it has wrapped in its own.
 *
 * Since: 0.1
 */
void
mqttc_authenticator_step (MqttcAuthenticator *self,
                          MqttcAuthRequest *request)
{
  g_return_if_fail (MQTTC_IS_AUTHENTICATOR (self));
  g_return_if_fail (MQTTC_IS_AUTH_REQUEST (request));
  g_return_if_fail (MQTTC_AUTHENTICATOR_GET_IFACE (self)->step != NULL);

  MQTTC_AUTHENTICATOR_GET_IFACE (self)->step (self, request);
}
