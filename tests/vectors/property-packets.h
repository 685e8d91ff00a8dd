/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "values/mqttc-packet.h"
#include "values/mqttc-properties.h"

/* A packet of each type of MQTT 5, with room for properties: as bytes, and as made by a program. */

/* The type of the packet, or 0 for the will in CONNECT. */
#define PROPERTY_N_PLACES 16u

typedef struct
{
  const char *name;
  guint8 first;       /* byte of the packet */
  const char *before; /* what comes before the length of the properties; NULL: there are none */
  const char *behind;
  const char *base;  /* properties that have to be there */
  const char *state; /* of an engine that waits for this packet; NULL: only a client sends it */
  const char *done;  /* what comes of it there */
} PropertyPlace;

const PropertyPlace *property_place_get (guint place);

/* The packet with this list of properties, whose length is said to be @length, in this many bytes. */
GByteArray *
property_place_build (guint place,
                      const GByteArray *list,
                      gsize length,
                      guint n_length_bytes);

/* The same packet, made of values; NULL if none with properties can be made. */
MqttcPacket *property_place_make (guint place,
                                  MqttcProperties *properties);
