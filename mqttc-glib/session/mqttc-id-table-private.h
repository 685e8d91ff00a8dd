/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gpointer value;
  guint16 id; /* 0: free */
} MqttcIdSlot;

/* Packet identifiers in use and what they stand for: a power of two of slots, indexed by the lower
 * bits of the identifier. Identifiers are given out in order, so that a window of them rarely meets
 * in one slot; where two do, the table grows. All zero is an empty table. */
typedef struct
{
  MqttcIdSlot *slots; /* (owned) (nullable) */
  guint size;
  guint count;
  guint16 last_id;
} MqttcIdTable;

static inline gpointer
mqttc_id_table_lookup (const MqttcIdTable *self,
                       guint16 id)
{
  const MqttcIdSlot *slot;

  if (self->size == 0 || id == 0)
    return NULL;

  slot = &self->slots[id & (self->size - 1)];
  return slot->id == id ? slot->value : NULL;
}

/* All 65,535 are in use. */
static inline gboolean
mqttc_id_table_is_full (const MqttcIdTable *self)
{
  return self->count == G_MAXUINT16;
}

/* @id must not be 0, nor in use. */
void mqttc_id_table_insert (MqttcIdTable *self,
                            guint16 id,
                            gpointer value);

/* Gives out the next free identifier; the table must not be full. */
guint16 mqttc_id_table_allocate (MqttcIdTable *self,
                                 gpointer value);

/* NULL: it was not in use. */
gpointer mqttc_id_table_remove (MqttcIdTable *self,
                                guint16 id);

/* Forgets all of it, the values included, and begins again at 1. */
void mqttc_id_table_clear (MqttcIdTable *self);

G_END_DECLS
