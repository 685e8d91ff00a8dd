/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-property-private.h"
#include "values/mqttc-properties.h"

G_BEGIN_DECLS

/* Copies a list that has been checked, without those of @skip_id (0: with all). It is not locked. NULL if
 * there is no memory for what came from the network. */
MqttcProperties *mqttc_properties_new_from_slice (MqttcSlice properties,
                                                  guint skip_id);

/* From here on it is shared: the setters refuse. */
void mqttc_properties_lock (MqttcProperties *self);

/* Adds copies of those of @others behind the own ones. */
void mqttc_properties_add_all (MqttcProperties *self,
                               MqttcProperties *others);

/* In the form in which they stand in a packet, without the length before them. What no packet has a form
 * for is left out: mqttc_properties_check_place() finds it. */
gsize mqttc_properties_get_wire_size (MqttcProperties *self);
void mqttc_properties_write (MqttcProperties *self,
                             GByteArray *to);

/* Whether a packet of the type @place, or a will (MQTTC_PROPERTIES_OF_WILL), may have them; if not, @error
 * is INVALID_ARGUMENT, or PACKET_TOO_LARGE, and names the property. */
gboolean mqttc_properties_check_place (MqttcProperties *self,
                                       guint place,
                                       GError **error);

/* Each with a space before it. */
void mqttc_properties_print (MqttcProperties *self,
                             GString *out);

G_END_DECLS
