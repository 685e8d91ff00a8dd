/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Properties from inside: for the files mqttc-properties*.c alone. */

#include "values/mqttc-properties-private.h"

G_BEGIN_DECLS

/* Kept small: a packet can hold many of them. */
typedef struct
{
  guint8 id;
  guint8 is_owned; /* the texts are not in the block */
  guint32 number;
  char *name; /* of a user property */
  union
  {
    char *text;
    GBytes *bytes; /* (owned) */
  };
} MqttcPropertyEntry;

struct _MqttcProperties
{
  int ref_count; /* (atomic) */
  int locked;    /* (atomic) */

  MqttcPropertyEntry *entries; /* (owned) (nullable) */
  guint n_entries;
  guint n_allocated;

  char *block; /* (owned) (nullable): the texts of those that were read */
};

/* Points to the values of @entry. */
void mqttc_property_entry_get (const MqttcPropertyEntry *entry,
                               MqttcProperty *property);

G_END_DECLS
