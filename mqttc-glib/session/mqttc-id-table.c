/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 2.3.1 of the standard. */

#include "config.h"

#include "session/mqttc-id-table-private.h"

#define INITIAL_SIZE 16u
#define MAX_SIZE 65536u

/* Up to here the table grows rather than leave out an identifier; an exchange that takes longer than
 * that to end is passed by, so that it does not make the table grow each time round. */
#define CHEAP_SIZE 256u

static gboolean
move_slots (const MqttcIdTable *self,
            MqttcIdSlot *slots,
            guint size)
{
  for (guint i = 0; i < self->size; i++)
    {
      const MqttcIdSlot *from = &self->slots[i];
      MqttcIdSlot *to = &slots[from->id & (size - 1)];

      if (from->id == 0)
        continue;
      if (to->id != 0)
        return FALSE;
      *to = *from;
    }

  return TRUE;
}

/* Twice the size separates what shared a slot; two that were apart stay apart. */
static void
grow (MqttcIdTable *self)
{
  guint size = self->size == 0 ? INITIAL_SIZE : self->size * 2;
  MqttcIdSlot *slots = g_new0 (MqttcIdSlot, size);
  gboolean moved = move_slots (self, slots, size);

  g_assert (moved);
  g_free (self->slots);
  self->slots = slots;
  self->size = size;
}

void
mqttc_id_table_insert (MqttcIdTable *self,
                       guint16 id,
                       gpointer value)
{
  MqttcIdSlot *slot;

  while (self->size == 0 || self->slots[id & (self->size - 1)].id != 0)
    grow (self);

  slot = &self->slots[id & (self->size - 1)];
  slot->id = id;
  slot->value = value;
  self->count++;
}

guint16
mqttc_id_table_allocate (MqttcIdTable *self,
                         gpointer value)
{
  guint16 id = self->last_id;

  for (;;)
    {
      id = id == G_MAXUINT16 ? 1 : id + 1;

      if (self->size == 0 || self->slots[id & (self->size - 1)].id == 0)
        break;

      if (self->size < CHEAP_SIZE || (self->count * 2 >= self->size && self->size < MAX_SIZE))
        {
          grow (self);
          id = self->last_id;
        }
    }

  mqttc_id_table_insert (self, id, value);
  self->last_id = id;
  return id;
}

gpointer
mqttc_id_table_remove (MqttcIdTable *self,
                       guint16 id)
{
  MqttcIdSlot *slot;

  if (mqttc_id_table_lookup (self, id) == NULL)
    return NULL;

  slot = &self->slots[id & (self->size - 1)];
  slot->id = 0;
  self->count--;
  return slot->value;
}

void
mqttc_id_table_clear (MqttcIdTable *self)
{
  g_clear_pointer (&self->slots, g_free);
  *self = (MqttcIdTable){ 0 };
}
