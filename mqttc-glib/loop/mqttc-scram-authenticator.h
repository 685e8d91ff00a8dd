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

#define MQTTC_TYPE_SCRAM_AUTHENTICATOR (mqttc_scram_authenticator_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (
    MqttcScramAuthenticator, mqttc_scram_authenticator, MQTTC, SCRAM_AUTHENTICATOR, GObject)

MQTTC_AVAILABLE_IN_0_1
MqttcScramAuthenticator *mqttc_scram_authenticator_new (const char *user_name, const char *password)
    G_GNUC_WARN_UNUSED_RESULT;

MQTTC_AVAILABLE_IN_0_1
const char *mqttc_scram_authenticator_get_user_name (MqttcScramAuthenticator *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_scram_authenticator_set_user_name (MqttcScramAuthenticator *self,
                                              const char *user_name);
MQTTC_AVAILABLE_IN_0_1
void mqttc_scram_authenticator_set_password (MqttcScramAuthenticator *self,
                                             const char *password);
MQTTC_AVAILABLE_IN_0_1
MqttcChannelBinding mqttc_scram_authenticator_get_channel_binding (MqttcScramAuthenticator *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_scram_authenticator_set_channel_binding (MqttcScramAuthenticator *self,
                                                    MqttcChannelBinding channel_binding);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_scram_authenticator_get_minimum_iterations (MqttcScramAuthenticator *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_scram_authenticator_set_minimum_iterations (MqttcScramAuthenticator *self,
                                                       guint minimum_iterations);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_scram_authenticator_get_maximum_iterations (MqttcScramAuthenticator *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_scram_authenticator_set_maximum_iterations (MqttcScramAuthenticator *self,
                                                       guint maximum_iterations);

G_END_DECLS
