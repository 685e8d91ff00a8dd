/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_MESSAGE (mqttc_message_get_type ())

MQTTC_AVAILABLE_IN_0_1
GType mqttc_message_get_type (void) G_GNUC_CONST;

MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_message_new (const char *topic,
                                 GBytes *payload) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_message_new_text (const char *topic,
                                      const char *text) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_message_new_data (const char *topic,
                                      const void *data,
                                      gsize length) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_message_copy (MqttcMessage *self) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcMessage *mqttc_message_ref (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_unref (MqttcMessage *self);

MQTTC_AVAILABLE_IN_0_1
const char *mqttc_message_get_topic (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_topic (MqttcMessage *self,
                              const char *topic);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_message_get_payload (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_payload (MqttcMessage *self,
                                GBytes *payload);
MQTTC_AVAILABLE_IN_0_1
const void *mqttc_message_peek_payload (MqttcMessage *self,
                                        gsize *length);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_message_get_text (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_text (MqttcMessage *self,
                             const char *text);
MQTTC_AVAILABLE_IN_0_1
MqttcQos mqttc_message_get_qos (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_qos (MqttcMessage *self,
                            MqttcQos qos);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_message_get_retain (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_retain (MqttcMessage *self,
                               gboolean retain);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_message_get_dup (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_message_get_packet_id (MqttcMessage *self);

MQTTC_AVAILABLE_IN_0_1
guint mqttc_message_get_payload_format_indicator (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_payload_format_indicator (MqttcMessage *self,
                                                 guint indicator);
MQTTC_AVAILABLE_IN_0_1
gint64 mqttc_message_get_expiry_interval (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_expiry_interval (MqttcMessage *self,
                                        gint64 seconds);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_message_get_content_type (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_content_type (MqttcMessage *self,
                                     const char *content_type);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_message_get_response_topic (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_response_topic (MqttcMessage *self,
                                       const char *topic);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_message_get_correlation_data (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_correlation_data (MqttcMessage *self,
                                         GBytes *correlation_data);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_message_get_user_property (MqttcMessage *self,
                                             const char *name);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_add_user_property (MqttcMessage *self,
                                      const char *name,
                                      const char *value);
MQTTC_AVAILABLE_IN_0_1
MqttcProperties *mqttc_message_get_properties (MqttcMessage *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_message_set_properties (MqttcMessage *self,
                                   MqttcProperties *properties);
MQTTC_AVAILABLE_IN_0_1
const guint32 *mqttc_message_get_subscription_ids (MqttcMessage *self,
                                                   gsize *n_ids);

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_message_is_locked (MqttcMessage *self);

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_qos_from_uint (guint value,
                              MqttcQos *qos);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcMessage, mqttc_message_unref)

G_END_DECLS
