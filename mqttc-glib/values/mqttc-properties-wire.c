/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Properties to and from the form that they have in a packet. */

#include "config.h"

#include <string.h>

#include "values/mqttc-properties-struct-private.h"
#include "values/mqttc-secret-private.h"

/* What comes from the network and is larger than this may be too large for the memory. */
#define MAX_UNCHECKED_ALLOCATION 65536

static gpointer
allocate (gsize size)
{
  return size > MAX_UNCHECKED_ALLOCATION ? g_try_malloc (size) : g_malloc (size);
}

/* --- From slices. --- */

/* Behind the last one, with a 0 at its end. */
static char *
put_text (char **end,
          MqttcSlice text)
{
  char *start = *end;

  if (text.len > 0)
    memcpy (start, text.data, text.len);
  start[text.len] = '\0';
  *end = start + text.len + 1;
  return start;
}

static void
import (MqttcPropertyEntry *entry,
        const MqttcProperty *property,
        char **end)
{
  *entry = (MqttcPropertyEntry){ .id = (guint8) property->id, .number = property->number };

  switch (mqttc_property_get_kind (property->id))
    {
    case MQTTC_PROPERTY_KIND_PAIR:
      entry->name = put_text (end, property->text);
      entry->text = put_text (end, property->value);
      break;
    case MQTTC_PROPERTY_KIND_TEXT:
      entry->text = put_text (end, property->text);
      break;
    case MQTTC_PROPERTY_KIND_DATA:
      entry->bytes = property->id == MQTTC_PROPERTY_ID_AUTHENTICATION_DATA
                         ? mqttc_secret_new (property->text.data, property->text.len)
                         : g_bytes_new (property->text.data, property->text.len);
      break;
    case MQTTC_PROPERTY_KIND_NONE:
    case MQTTC_PROPERTY_KIND_BYTE:
    case MQTTC_PROPERTY_KIND_U16:
    case MQTTC_PROPERTY_KIND_U32:
    case MQTTC_PROPERTY_KIND_VARINT:
    default:
      break;
    }
}

/* How many there are, and the size of their texts with a 0 behind each. */
static guint
measure (MqttcSlice properties,
         guint skip_id,
         gsize *text_size)
{
  MqttcProperty property;
  guint n_entries = 0;

  *text_size = 0;
  while (mqttc_properties_next (&properties, &property))
    {
      if (property.id == skip_id)
        continue;

      n_entries++;
      if (mqttc_property_get_kind (property.id) == MQTTC_PROPERTY_KIND_PAIR)
        *text_size += property.text.len + 1 + property.value.len + 1;
      else if (mqttc_property_get_kind (property.id) == MQTTC_PROPERTY_KIND_TEXT)
        *text_size += property.text.len + 1;
    }

  return n_entries;
}

MqttcProperties *
mqttc_properties_new_from_slice (MqttcSlice properties,
                                 guint skip_id)
{
  g_autoptr (MqttcProperties) self = mqttc_properties_new ();
  gsize text_size;
  guint n_entries = measure (properties, skip_id, &text_size);
  MqttcProperty property;
  char *end;

  if (n_entries == 0)
    return g_steal_pointer (&self);

  self->entries = allocate (n_entries * sizeof *self->entries);
  self->block = allocate (text_size);
  if (self->entries == NULL || (self->block == NULL && text_size > 0))
    return NULL;

  self->n_allocated = n_entries;
  end = self->block;
  while (mqttc_properties_next (&properties, &property))
    if (property.id != skip_id)
      import (&self->entries[self->n_entries++], &property, &end);

  return g_steal_pointer (&self);
}

/* --- To bytes. --- */

static MqttcSlice
slice_of_string (const char *string)
{
  return mqttc_slice (string, strlen (string));
}

void
mqttc_property_entry_get (const MqttcPropertyEntry *entry,
                          MqttcProperty *property)
{
  const MqttcPropertyKind kind = mqttc_property_get_kind (entry->id);

  *property = (MqttcProperty){ .id = entry->id, .number = entry->number };
  if (kind == MQTTC_PROPERTY_KIND_DATA)
    property->text.data = g_bytes_get_data (entry->bytes, &property->text.len);
  else if (kind == MQTTC_PROPERTY_KIND_TEXT)
    property->text = slice_of_string (entry->text);
  else if (kind == MQTTC_PROPERTY_KIND_PAIR)
    {
      property->text = slice_of_string (entry->name);
      property->value = slice_of_string (entry->text);
    }
}

/* A bound: the identifier, the number or the lengths, and the texts. */
gsize
mqttc_properties_get_wire_size (MqttcProperties *self)
{
  gsize size = 0;

  for (guint i = 0; i < self->n_entries; i++)
    {
      MqttcProperty property;

      mqttc_property_entry_get (&self->entries[i], &property);
      size += 1 + 4 + property.text.len + property.value.len;
    }

  return size;
}

void
mqttc_properties_write (MqttcProperties *self,
                        GByteArray *to)
{
  for (guint i = 0; i < self->n_entries; i++)
    {
      MqttcProperty property;

      mqttc_property_entry_get (&self->entries[i], &property);
      if (to->len <= MQTTC_MAX_REMAINING_LENGTH && mqttc_property_get_fault (&property) == NULL)
        mqttc_properties_append (to, &property);
    }
}
