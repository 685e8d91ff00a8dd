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

#define MQTTC_TYPE_CREDENTIALS_REQUEST (mqttc_credentials_request_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (
    MqttcCredentialsRequest, mqttc_credentials_request, MQTTC, CREDENTIALS_REQUEST, GObject)

#define MQTTC_TYPE_CREDENTIALS_PROVIDER (mqttc_credentials_provider_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_INTERFACE (
    MqttcCredentialsProvider, mqttc_credentials_provider, MQTTC, CREDENTIALS_PROVIDER, GObject)

/**
 * MqttcCredentialsProviderInterface:
 * @parent_iface: the parent
 * @provide: begins to look for credentials, see [method@Mqttc.CredentialsProvider.provide]
 *
 * What a provider of credentials implements.
 *
 * Since: 0.1
 */
struct _MqttcCredentialsProviderInterface
{
  GTypeInterface parent_iface;

  void (*provide) (MqttcCredentialsProvider *self, MqttcCredentialsRequest *request);
};

MQTTC_AVAILABLE_IN_0_1
void mqttc_credentials_provider_provide (MqttcCredentialsProvider *self,
                                         MqttcCredentialsRequest *request);

MQTTC_AVAILABLE_IN_0_1
const char *mqttc_credentials_request_get_host (MqttcCredentialsRequest *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_credentials_request_get_attempt (MqttcCredentialsRequest *self);
MQTTC_AVAILABLE_IN_0_1
const GError *mqttc_credentials_request_get_last_error (MqttcCredentialsRequest *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_credentials_request_complete (MqttcCredentialsRequest *self,
                                         const char *user_name,
                                         GBytes *password);
MQTTC_AVAILABLE_IN_0_1
void mqttc_credentials_request_complete_error (MqttcCredentialsRequest *self,
                                               const GError *error);

G_END_DECLS
