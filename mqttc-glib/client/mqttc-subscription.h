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

#define MQTTC_TYPE_SUBSCRIPTION (mqttc_subscription_get_type ())

MQTTC_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (MqttcSubscription, mqttc_subscription, MQTTC, SUBSCRIPTION, GObject)

/**
 * MqttcMessageFunc:
 * @subscription: the subscription that the message matches
 * @message: the message
 * @user_data: (closure): what was given to [method@Mqttc.Subscription.set_handler]
 *
 * Handles a message, without the cost of a signal.
 *
 * Since: 0.1
 */
typedef void (*MqttcMessageFunc) (MqttcSubscription *subscription,
                                  MqttcMessage *message,
                                  gpointer user_data);

MQTTC_AVAILABLE_IN_0_1
MqttcSubscription *mqttc_subscription_new (const char *filter,
                                           MqttcQos qos) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_subscription_get_filter (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
MqttcQos mqttc_subscription_get_qos (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_subscription_get_no_local (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_subscription_set_no_local (MqttcSubscription *self,
                                      gboolean no_local);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_subscription_get_retain_as_published (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_subscription_set_retain_as_published (MqttcSubscription *self,
                                                 gboolean retain_as_published);
MQTTC_AVAILABLE_IN_0_1
MqttcRetainHandling mqttc_subscription_get_retain_handling (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_subscription_set_retain_handling (MqttcSubscription *self,
                                             MqttcRetainHandling retain_handling);
MQTTC_AVAILABLE_IN_0_1
MqttcQos mqttc_subscription_get_granted_qos (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_subscription_get_reason_code (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_subscription_set_handler (MqttcSubscription *self,
                                     MqttcMessageFunc handler,
                                     gpointer user_data,
                                     GDestroyNotify destroy);

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_subscription_get_pulled (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_subscription_set_pulled (MqttcSubscription *self,
                                    gboolean pulled);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_subscription_get_max_pending (MqttcSubscription *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_subscription_set_max_pending (MqttcSubscription *self,
                                         guint max_pending);
MQTTC_AVAILABLE_IN_0_1
void mqttc_subscription_next_async (MqttcSubscription *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *
mqttc_subscription_next_finish (MqttcSubscription *self,
                                GAsyncResult *result,
                                GError **error);

G_END_DECLS
