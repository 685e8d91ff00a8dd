/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-enums.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

#define MQTTC_TYPE_PROPERTIES (mqttc_properties_get_type ())

MQTTC_AVAILABLE_IN_0_1
GType mqttc_properties_get_type (void) G_GNUC_CONST;

MQTTC_AVAILABLE_IN_0_1
MqttcProperties *mqttc_properties_new (void) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcProperties *mqttc_properties_copy (MqttcProperties *self) G_GNUC_WARN_UNUSED_RESULT;
MQTTC_AVAILABLE_IN_0_1
MqttcProperties *mqttc_properties_ref (MqttcProperties *self);
MQTTC_AVAILABLE_IN_0_1
void mqttc_properties_unref (MqttcProperties *self);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_properties_is_locked (MqttcProperties *self);

MQTTC_AVAILABLE_IN_0_1
guint mqttc_properties_get_length (MqttcProperties *self);
MQTTC_AVAILABLE_IN_0_1
MqttcPropertyId mqttc_properties_get_id_at (MqttcProperties *self,
                                            guint index);
MQTTC_AVAILABLE_IN_0_1
guint mqttc_properties_get_uint_at (MqttcProperties *self,
                                    guint index);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_properties_get_text_at (MqttcProperties *self,
                                          guint index);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_properties_get_bytes_at (MqttcProperties *self,
                                       guint index);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_properties_get_name_at (MqttcProperties *self,
                                          guint index);

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_properties_get_uint (MqttcProperties *self,
                                    MqttcPropertyId id,
                                    guint *value);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_properties_get_text (MqttcProperties *self,
                                       MqttcPropertyId id);
MQTTC_AVAILABLE_IN_0_1
GBytes *mqttc_properties_get_bytes (MqttcProperties *self,
                                    MqttcPropertyId id);
MQTTC_AVAILABLE_IN_0_1
const char *mqttc_properties_get_user_property (MqttcProperties *self,
                                                const char *name);

MQTTC_AVAILABLE_IN_0_1
void mqttc_properties_set_uint (MqttcProperties *self,
                                MqttcPropertyId id,
                                guint value);
MQTTC_AVAILABLE_IN_0_1
void mqttc_properties_set_text (MqttcProperties *self,
                                MqttcPropertyId id,
                                const char *value);
MQTTC_AVAILABLE_IN_0_1
void mqttc_properties_set_bytes (MqttcProperties *self,
                                 MqttcPropertyId id,
                                 GBytes *value);
MQTTC_AVAILABLE_IN_0_1
void mqttc_properties_add_uint (MqttcProperties *self,
                                MqttcPropertyId id,
                                guint value);
MQTTC_AVAILABLE_IN_0_1
void
mqttc_properties_add_user_property (MqttcProperties *self,
                                    const char *name,
                                    const char *value);
MQTTC_AVAILABLE_IN_0_1
void mqttc_properties_unset (MqttcProperties *self,
                             MqttcPropertyId id);

MQTTC_AVAILABLE_IN_0_1
char *mqttc_properties_to_string (MqttcProperties *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcProperties, mqttc_properties_unref)

G_END_DECLS
