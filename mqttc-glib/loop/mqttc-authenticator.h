/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_AUTHENTICATOR (mqttc_authenticator_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_INTERFACE (MqttcAuthenticator, mqttc_authenticator, MQTTC, AUTHENTICATOR, GObject)

/**
 * MqttcAuthenticatorInterface:
 * @parent_iface: the parent
 * @get_method: gets the name of the method, see [method@Mqttc.Authenticator.get_method]
 * @step: begins to answer a step of an exchange, see [method@Mqttc.Authenticator.step]
 *
 * What an authenticator implements.
 *
 * Since: 0.1
 */
struct _MqttcAuthenticatorInterface
{
  GTypeInterface parent_iface;

  char *(*get_method) (MqttcAuthenticator *self);
  void (*step) (MqttcAuthenticator *self, MqttcAuthRequest *request);
};

MQTTC_AVAILABLE_IN_0_1
char *mqttc_authenticator_get_method (MqttcAuthenticator *self) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
void mqttc_authenticator_step (MqttcAuthenticator *self,
                               MqttcAuthRequest *request);

G_END_DECLS
