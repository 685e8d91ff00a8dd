/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "values/mqttc-properties-struct-private.h"
#include "values/mqttc-secret-private.h"

/**
 * MqttcProperties:
 *
 * The properties of a packet, a message or a will of MQTT 5 (section 2.2.2 of the standard).
 *
 * They are a list in the order in which they are sent, or were received. All but the user properties, and
 * the subscription identifiers of a PUBLISH, are in it once at most.
 *
 * What a property is depends on its identifier: a number, a text, or bytes. User properties have a name and
 * a text. Any value can be set; whether it can be sent is found out when it is, and told by the error of
 * that call.
 *
 * From when they are given to a packet, a message or options, properties are locked: the setters refuse
 * them, as another thread may be reading them. [method@Mqttc.Properties.copy] makes a list that can be
 * changed again. A locked list can be read from any thread.
 *
 * Since: 0.1
 */
G_DEFINE_BOXED_TYPE (MqttcProperties,
                     mqttc_properties,
                     mqttc_properties_ref,
                     mqttc_properties_unref)

/* --- Entries. --- */

static gboolean
is_number (guint id)
{
  const MqttcPropertyKind kind = mqttc_property_get_kind (id);

  return kind >= MQTTC_PROPERTY_KIND_BYTE && kind <= MQTTC_PROPERTY_KIND_VARINT;
}

static gboolean
is_text (guint id)
{
  return mqttc_property_get_kind (id) == MQTTC_PROPERTY_KIND_TEXT;
}

static gboolean
is_bytes (guint id)
{
  return mqttc_property_get_kind (id) == MQTTC_PROPERTY_KIND_DATA;
}

static gboolean
exists (guint id)
{
  return mqttc_property_get_kind (id) != MQTTC_PROPERTY_KIND_NONE;
}

static void
clear_entry (MqttcPropertyEntry *entry)
{
  if (is_bytes (entry->id))
    g_clear_pointer (&entry->bytes, g_bytes_unref);
  else if (entry->is_owned)
    {
      g_clear_pointer (&entry->text, g_free);
      g_clear_pointer (&entry->name, g_free);
    }
}

static MqttcPropertyEntry *
append_entry (MqttcProperties *self,
              MqttcPropertyId id)
{
  MqttcPropertyEntry *entry;

  if (self->n_entries == self->n_allocated)
    {
      self->n_allocated = MAX (4, 2 * self->n_allocated);
      self->entries = g_renew (MqttcPropertyEntry, self->entries, self->n_allocated);
    }

  entry = &self->entries[self->n_entries++];
  *entry = (MqttcPropertyEntry){ .id = (guint8) id, .is_owned = TRUE };
  return entry;
}

static MqttcPropertyEntry *
find_entry (MqttcProperties *self,
            MqttcPropertyId id)
{
  for (guint i = 0; i < self->n_entries; i++)
    if (self->entries[i].id == id)
      return &self->entries[i];

  return NULL;
}

/* Those of @id from @first on. */
static void
remove_entries (MqttcProperties *self,
                MqttcPropertyId id,
                guint first)
{
  guint n_kept = first;

  for (guint i = first; i < self->n_entries; i++)
    if (self->entries[i].id == id)
      clear_entry (&self->entries[i]);
    else
      self->entries[n_kept++] = self->entries[i];

  self->n_entries = n_kept;
}

/* The first one of @id, emptied, or a new one: the only one of its kind. */
static MqttcPropertyEntry *
renew_entry (MqttcProperties *self,
             MqttcPropertyId id)
{
  MqttcPropertyEntry *entry = find_entry (self, id);

  if (entry == NULL)
    return append_entry (self, id);

  remove_entries (self, id, (guint) (entry - self->entries) + 1);
  clear_entry (entry);
  *entry = (MqttcPropertyEntry){ .id = (guint8) id, .is_owned = TRUE };
  return entry;
}

/* --- Lists. --- */

/**
 * mqttc_properties_new:
 *
 * Makes a list of properties that is empty.
 *
 * Returns: (transfer full): a new list
 * Since: 0.1
 */
MqttcProperties *
mqttc_properties_new (void)
{
  MqttcProperties *self = g_new0 (MqttcProperties, 1);

  self->ref_count = 1;
  return self;
}

void
mqttc_properties_add_all (MqttcProperties *self,
                          MqttcProperties *others)
{
  for (guint i = 0; i < others->n_entries; i++)
    {
      const MqttcPropertyEntry *from = &others->entries[i];
      MqttcPropertyEntry *to = append_entry (self, from->id);

      to->number = from->number;
      if (is_bytes (from->id))
        to->bytes = g_bytes_ref (from->bytes);
      else
        {
          to->name = g_strdup (from->name);
          to->text = g_strdup (from->text);
        }
    }
}

/**
 * mqttc_properties_copy:
 * @self: properties
 *
 * Makes a list of the same properties that can be changed.
 *
 * Returns: (transfer full): a new list
 * Since: 0.1
 */
MqttcProperties *
mqttc_properties_copy (MqttcProperties *self)
{
  MqttcProperties *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = mqttc_properties_new ();
  mqttc_properties_add_all (copy, self);
  return copy;
}

/**
 * mqttc_properties_ref:
 * @self: properties
 *
 * Takes a reference to properties.
 *
 * Returns: (transfer full): @self
 * Since: 0.1
 */
MqttcProperties *
mqttc_properties_ref (MqttcProperties *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * mqttc_properties_unref:
 * @self: (transfer full): properties
 *
 * Gives a reference to properties back, and frees them if it was the last one.
 *
 * Since: 0.1
 */
void
mqttc_properties_unref (MqttcProperties *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_entries; i++)
    clear_entry (&self->entries[i]);
  g_free (self->entries);
  g_free (self->block);
  g_free (self);
}

/**
 * mqttc_properties_is_locked:
 * @self: properties
 *
 * Gets whether the properties can no longer be changed.
 *
 * Returns: `TRUE` if they were received, or belong to a packet, a message or options
 * Since: 0.1
 */
gboolean
mqttc_properties_is_locked (MqttcProperties *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_atomic_int_get (&self->locked);
}

void
mqttc_properties_lock (MqttcProperties *self)
{
  g_atomic_int_set (&self->locked, TRUE);
}

/* --- By position. --- */

/**
 * mqttc_properties_get_length:
 * @self: properties
 *
 * Gets how many properties there are.
 *
 * Returns: the number of properties, each user property counted
 * Since: 0.1
 */
guint
mqttc_properties_get_length (MqttcProperties *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_entries;
}

/**
 * mqttc_properties_get_id_at:
 * @self: properties
 * @index: a position
 *
 * Gets the identifier of the property at a position.
 *
 * Returns: the identifier
 * Since: 0.1
 */
MqttcPropertyId
mqttc_properties_get_id_at (MqttcProperties *self,
                            guint index)
{
  g_return_val_if_fail (self != NULL, MQTTC_PROPERTY_ID_USER_PROPERTY);
  g_return_val_if_fail (index < self->n_entries, MQTTC_PROPERTY_ID_USER_PROPERTY);

  return self->entries[index].id;
}

/**
 * mqttc_properties_get_uint_at:
 * @self: properties
 * @index: a position
 *
 * Gets the number that the property at a position is.
 *
 * Returns: the number; 0 if the property is not a number
 * Since: 0.1
 */
guint
mqttc_properties_get_uint_at (MqttcProperties *self,
                              guint index)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (index < self->n_entries, 0);

  return self->entries[index].number;
}

/**
 * mqttc_properties_get_text_at:
 * @self: properties
 * @index: a position
 *
 * Gets the text that the property at a position is, or the value of a user property.
 *
 * Returns: (transfer none) (nullable): the text; `NULL` if the property is not a text
 * Since: 0.1
 */
const char *
mqttc_properties_get_text_at (MqttcProperties *self,
                              guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_entries, NULL);

  return !is_bytes (self->entries[index].id) ? self->entries[index].text : NULL;
}

/**
 * mqttc_properties_get_bytes_at:
 * @self: properties
 * @index: a position
 *
 * Gets the bytes that the property at a position is.
 *
 * Returns: (transfer none) (nullable): the bytes; `NULL` if the property is not bytes
 * Since: 0.1
 */
GBytes *
mqttc_properties_get_bytes_at (MqttcProperties *self,
                               guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_entries, NULL);

  return is_bytes (self->entries[index].id) ? self->entries[index].bytes : NULL;
}

/**
 * mqttc_properties_get_name_at:
 * @self: properties
 * @index: a position
 *
 * Gets the name of the user property at a position.
 *
 * Its value is what [method@Mqttc.Properties.get_text_at] returns.
 *
 * Returns: (transfer none) (nullable): the name; `NULL` if the property is not a user property
 * Since: 0.1
 */
const char *
mqttc_properties_get_name_at (MqttcProperties *self,
                              guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_entries, NULL);

  return self->entries[index].name;
}

/* --- By identifier. --- */

/**
 * mqttc_properties_get_uint:
 * @self: properties
 * @id: the identifier of a property that is a number
 * @value: (out) (optional): the number; 0 if there is no such property
 *
 * Gets a property that is a number, the first one if there are several.
 *
 * Returns: `TRUE` if there is such a property
 * Since: 0.1
 */
gboolean
mqttc_properties_get_uint (MqttcProperties *self,
                           MqttcPropertyId id,
                           guint *value)
{
  const MqttcPropertyEntry *entry;

  g_return_val_if_fail (self != NULL, FALSE);

  entry = is_number (id) ? find_entry (self, id) : NULL;
  if (value != NULL)
    *value = entry != NULL ? entry->number : 0;

  return entry != NULL;
}

/**
 * mqttc_properties_get_text:
 * @self: properties
 * @id: the identifier of a property that is a text
 *
 * Gets a property that is a text.
 *
 * Returns: (transfer none) (nullable): the text; `NULL` if there is no such property
 * Since: 0.1
 */
const char *
mqttc_properties_get_text (MqttcProperties *self,
                           MqttcPropertyId id)
{
  const MqttcPropertyEntry *entry;

  g_return_val_if_fail (self != NULL, NULL);

  entry = is_text (id) ? find_entry (self, id) : NULL;
  return entry != NULL ? entry->text : NULL;
}

/**
 * mqttc_properties_get_bytes:
 * @self: properties
 * @id: the identifier of a property that is bytes
 *
 * Gets a property that is bytes.
 *
 * Returns: (transfer none) (nullable): the bytes, which may be empty; `NULL` if there is no such property
 * Since: 0.1
 */
GBytes *
mqttc_properties_get_bytes (MqttcProperties *self,
                            MqttcPropertyId id)
{
  const MqttcPropertyEntry *entry;

  g_return_val_if_fail (self != NULL, NULL);

  entry = is_bytes (id) ? find_entry (self, id) : NULL;
  return entry != NULL ? entry->bytes : NULL;
}

/**
 * mqttc_properties_get_user_property:
 * @self: properties
 * @name: a name
 *
 * Gets the value of a user property, the first one of this name.
 *
 * Returns: (transfer none) (nullable): the value; `NULL` if there is no such user property
 * Since: 0.1
 */
const char *
mqttc_properties_get_user_property (MqttcProperties *self,
                                    const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < self->n_entries; i++)
    if (self->entries[i].name != NULL && strcmp (self->entries[i].name, name) == 0)
      return self->entries[i].text;

  return NULL;
}

/* --- Changes. --- */

/**
 * mqttc_properties_set_uint:
 * @self: properties that are not locked
 * @id: the identifier of a property that is a number
 * @value: the number
 *
 * Sets a property that is a number, in the place of those of this identifier or at the end.
 *
 * Since: 0.1
 */
void
mqttc_properties_set_uint (MqttcProperties *self,
                           MqttcPropertyId id,
                           guint value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (is_number (id));
  g_return_if_fail (!mqttc_properties_is_locked (self));

  renew_entry (self, id)->number = value;
}

/**
 * mqttc_properties_set_text:
 * @self: properties that are not locked
 * @id: the identifier of a property that is a text
 * @value: (nullable): the text, or `NULL` for none
 *
 * Sets a property that is a text, in the place of the one of this identifier or at the end.
 *
 * Since: 0.1
 */
void
mqttc_properties_set_text (MqttcProperties *self,
                           MqttcPropertyId id,
                           const char *value)
{
  char *copy;

  g_return_if_fail (self != NULL);
  g_return_if_fail (is_text (id));
  g_return_if_fail (!mqttc_properties_is_locked (self));

  /* It may be the one that goes. */
  copy = g_strdup (value);
  if (copy != NULL)
    renew_entry (self, id)->text = copy;
  else
    remove_entries (self, id, 0);
}

/**
 * mqttc_properties_set_bytes:
 * @self: properties that are not locked
 * @id: the identifier of a property that is bytes
 * @value: (nullable): the bytes, or `NULL` for none
 *
 * Sets a property that is bytes, in the place of the one of this identifier or at the end.
 *
 * Authentication data is copied into memory that is wiped when it is freed.
 *
 * Since: 0.1
 */
void
mqttc_properties_set_bytes (MqttcProperties *self,
                            MqttcPropertyId id,
                            GBytes *value)
{
  GBytes *copy;

  g_return_if_fail (self != NULL);
  g_return_if_fail (is_bytes (id));
  g_return_if_fail (!mqttc_properties_is_locked (self));

  if (value == NULL)
    {
      remove_entries (self, id, 0);
      return;
    }

  /* It may be the one that goes. */
  copy = id == MQTTC_PROPERTY_ID_AUTHENTICATION_DATA ? mqttc_secret_copy (value)
                                                     : g_bytes_ref (value);
  renew_entry (self, id)->bytes = copy;
}

/**
 * mqttc_properties_add_uint:
 * @self: properties that are not locked
 * @id: the identifier of a property that is a number
 * @value: the number
 *
 * Adds a property that is a number at the end, whether or not there is one of this identifier.
 *
 * This is for the subscription identifiers of a PUBLISH, of which there may be several.
 *
 * Since: 0.1
 */
void
mqttc_properties_add_uint (MqttcProperties *self,
                           MqttcPropertyId id,
                           guint value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (is_number (id));
  g_return_if_fail (!mqttc_properties_is_locked (self));

  append_entry (self, id)->number = value;
}

/**
 * mqttc_properties_add_user_property:
 * @self: properties that are not locked
 * @name: the name
 * @value: the value
 *
 * Adds a user property at the end, whether or not there is one of this name.
 *
 * Since: 0.1
 */
void
mqttc_properties_add_user_property (MqttcProperties *self,
                                    const char *name,
                                    const char *value)
{
  MqttcPropertyEntry *entry;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);
  g_return_if_fail (!mqttc_properties_is_locked (self));

  entry = append_entry (self, MQTTC_PROPERTY_ID_USER_PROPERTY);
  entry->name = g_strdup (name);
  entry->text = g_strdup (value);
}

/**
 * mqttc_properties_unset:
 * @self: properties that are not locked
 * @id: an identifier
 *
 * Removes all properties of one identifier.
 *
 * Since: 0.1
 */
void
mqttc_properties_unset (MqttcProperties *self,
                        MqttcPropertyId id)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (exists (id));
  g_return_if_fail (!mqttc_properties_is_locked (self));

  remove_entries (self, id, 0);
}
