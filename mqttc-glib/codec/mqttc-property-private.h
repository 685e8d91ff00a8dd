/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-codec-private.h"

G_BEGIN_DECLS

/* Section 2.2.2 of MQTT 5: properties. A list of them is a slice of the packet that it was read from, or
 * is written to, without the length before it. Whoever walks through one that has been checked need not
 * check again. */

typedef enum
{
  MQTTC_PROPERTY_KIND_NONE, /* there is no such property */
  MQTTC_PROPERTY_KIND_BYTE,
  MQTTC_PROPERTY_KIND_U16,
  MQTTC_PROPERTY_KIND_U32,
  MQTTC_PROPERTY_KIND_VARINT,
  MQTTC_PROPERTY_KIND_DATA,
  MQTTC_PROPERTY_KIND_TEXT,
  MQTTC_PROPERTY_KIND_PAIR,
} MqttcPropertyKind;

typedef struct
{
  MqttcPropertyId id;
  guint32 number;   /* of the four kinds that are numbers */
  MqttcSlice text;  /* DATA, TEXT; the name of a PAIR */
  MqttcSlice value; /* of a PAIR */
} MqttcProperty;

/* Where a list stands: the type of the packet, or this. */
#define MQTTC_PROPERTIES_OF_WILL 0u

MqttcPropertyKind mqttc_property_get_kind (guint id);
/* As the standard calls it, for error messages; NULL if there is none. */
const char *mqttc_property_get_name (guint id);
gboolean mqttc_property_may_be_in (guint id,
                                   guint place);
/* More than once in one list. */
gboolean mqttc_property_may_repeat (guint id,
                                    guint place);

/* OK, MALFORMED (section 2.2.2.2: not a property, not one of this packet, or not of its type) or
 * PROTOCOL_ERROR (twice, or of a value that it must not have); *fault is a static text. */
MqttcDecodeResult mqttc_properties_check (MqttcSlice properties,
                                          guint place,
                                          const char **fault);

/* Takes the first one off; FALSE at the end. */
gboolean mqttc_properties_next (MqttcSlice *properties,
                                MqttcProperty *property);
/* The first one of this kind. */
gboolean mqttc_properties_find (MqttcSlice properties,
                                MqttcPropertyId id,
                                MqttcProperty *property);

/* What is wrong with it, whoever made it; NULL if nothing. */
const char *mqttc_property_get_fault (const MqttcProperty *property);
/* One without a fault. */
void mqttc_properties_append (GByteArray *properties,
                              const MqttcProperty *property);

G_END_DECLS
