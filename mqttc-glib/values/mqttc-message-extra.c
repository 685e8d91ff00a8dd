/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the properties of a message are kept: most messages have none, and pay nothing for them. */

#include "config.h"

#include <string.h>

#include "values/mqttc-message-struct-private.h"

/* What comes from the network and is larger than this may be too large for the memory. */
#define MAX_UNCHECKED_ALLOCATION 65536

/* --- What was received. --- */

typedef struct
{
  gsize wire_size;
  guint n_subscription_ids;
} Sizes;

static Sizes
measure (MqttcSlice properties)
{
  Sizes sizes = { 0 };
  gsize before = properties.len;
  MqttcProperty property;

  while (mqttc_properties_next (&properties, &property))
    {
      if (property.id == MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER)
        sizes.n_subscription_ids++;
      else if (property.id != MQTTC_PROPERTY_ID_TOPIC_ALIAS)
        sizes.wire_size += before - properties.len;
      before = properties.len;
    }

  return sizes;
}

static void
fill (guint8 *wire,
      guint32 *subscription_ids,
      MqttcSlice properties)
{
  const guint8 *start = properties.data;
  MqttcProperty property;

  while (mqttc_properties_next (&properties, &property))
    {
      if (property.id == MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER)
        *subscription_ids++ = property.number;
      else if (property.id != MQTTC_PROPERTY_ID_TOPIC_ALIAS)
        {
          memcpy (wire, start, (gsize) (properties.data - start));
          wire += properties.data - start;
        }
      start = properties.data;
    }
}

static MqttcMessageExtra *
allocate (gsize size,
          MqttcBlockPool *pool)
{
  MqttcMessageExtra *self;
  gboolean pooled = pool != NULL && size <= MQTTC_BLOCK_SIZE;

  if (pooled)
    self = mqttc_block_pool_take (pool);
  else
    self = size > MAX_UNCHECKED_ALLOCATION ? g_try_malloc (size) : g_malloc (size);

  if (self != NULL)
    *self = (MqttcMessageExtra){ .pooled = pooled };
  return self;
}

G_GNUC_NO_INLINE gboolean
mqttc_message_extra_import (MqttcSlice properties,
                            MqttcBlockPool *pool,
                            MqttcMessageExtra **extra)
{
  const Sizes sizes = measure (properties);
  const gsize ids_size = sizes.n_subscription_ids * sizeof (guint32);
  MqttcMessageExtra *self;
  guint32 *ids;

  *extra = NULL;
  if (sizes.wire_size == 0 && ids_size == 0)
    return TRUE;

  /* One block: this, the wire form, and behind it, where they are aligned, the identifiers. */
  self = allocate (sizeof *self + ids_size + sizeof (MqttcMessageWire) + sizes.wire_size
                       + sizeof (guint32),
                   pool);
  if (self == NULL)
    return FALSE;

  self->wire = (MqttcMessageWire *) (self + 1);
  self->wire->len = sizes.wire_size;
  ids = (guint32 *) (gpointer) (self->wire->data + (sizes.wire_size + 3) / 4 * 4);
  self->subscription_ids = ids;
  self->n_subscription_ids = sizes.n_subscription_ids;
  fill (self->wire->data, ids, properties);
  *extra = self;
  return TRUE;
}

/* --- What the program sets. --- */

static MqttcMessageWire *
wire_new (gconstpointer data,
          gsize len)
{
  MqttcMessageWire *wire = g_malloc (sizeof *wire + len);

  wire->len = len;
  if (len > 0)
    memcpy (wire->data, data, len);
  return wire;
}

static MqttcMessageWire *
compile (MqttcProperties *properties)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  mqttc_properties_write (properties, bytes);
  return wire_new (bytes->data, bytes->len);
}

G_GNUC_NO_INLINE MqttcSlice
mqttc_message_extra_get_wire (MqttcMessageExtra *self)
{
  MqttcMessageWire *wire = g_atomic_pointer_get (&self->wire);

  if (wire == NULL)
    {
      /* Two threads may get here at once: what the first one has made is what stays. */
      wire = compile (self->properties);
      if (!g_atomic_pointer_compare_and_exchange (&self->wire, NULL, wire))
        {
          g_free (wire);
          wire = g_atomic_pointer_get (&self->wire);
        }
    }

  return mqttc_slice (wire->data, wire->len);
}

G_GNUC_NO_INLINE void
mqttc_message_extra_lock (MqttcMessageExtra *self)
{
  mqttc_message_extra_get_wire (self);
  /* Those of a copy are in the wire form alone. */
  if (self->properties != NULL)
    mqttc_properties_lock (self->properties);
}

MqttcMessageExtra *
mqttc_message_extra_copy (MqttcMessageExtra *self)
{
  MqttcProperties *properties = g_atomic_pointer_get (&self->properties);
  MqttcMessageExtra *copy;
  MqttcSlice wire;

  /* Of those that were received only the subscription identifiers may be there. */
  wire = mqttc_message_extra_get_wire (self);
  if (wire.len == 0 && properties == NULL)
    return NULL;

  copy = g_new0 (MqttcMessageExtra, 1);
  copy->has_own_wire = TRUE;
  if (properties == NULL)
    copy->wire = wire_new (wire.data, wire.len);
  else if (mqttc_properties_is_locked (properties))
    copy->properties = mqttc_properties_ref (properties);
  else
    copy->properties = mqttc_properties_copy (properties);

  return copy;
}

/* Not where most messages would have to go around it. */
G_GNUC_NO_INLINE void
mqttc_message_extra_free (MqttcMessageExtra *self)
{
  g_clear_pointer (&self->properties, mqttc_properties_unref);
  if (self->has_own_wire)
    g_free (self->wire);

  if (self->pooled)
    mqttc_block_pool_give (mqttc_block_pool_get (), self);
  else
    g_free (self);
}
