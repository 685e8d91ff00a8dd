/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "client/mqttc-filter-table-private.h"

struct _MqttcFilterTable
{
  GHashTable *by_text; /* (owned): of uses (owned) */
  GPtrArray *by_id;    /* (owned): of uses (unowned) (nullable), from identifier 1 on */
  guint first_free;    /* no place in by_id before this one is free */
  guint n_anonymous;
  guint64 last_number;
};

static void
use_unref (MqttcFilterUse *self)
{
  if (--self->ref_count > 0)
    return;

  g_ptr_array_unref (self->subscriptions);
  g_free (self);
}

/* For the hash table. */
static void
drop_cb (gpointer data)
{
  MqttcFilterUse *use = data;

  use->table = NULL;
  use_unref (use);
}

MqttcFilterTable *
mqttc_filter_table_new (void)
{
  MqttcFilterTable *self = g_new0 (MqttcFilterTable, 1);

  self->by_text = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, drop_cb);
  self->by_id = g_ptr_array_new ();
  return self;
}

void
mqttc_filter_table_free (MqttcFilterTable *self)
{
  g_hash_table_unref (self->by_text);
  g_ptr_array_unref (self->by_id);
  g_free (self);
}

MqttcFilterUse *
mqttc_filter_table_lookup (MqttcFilterTable *self,
                           const char *filter)
{
  return g_hash_table_lookup (self->by_text, filter);
}

MqttcFilterUse *
mqttc_filter_table_lookup_id (MqttcFilterTable *self,
                              guint32 id)
{
  return id >= 1 && id <= self->by_id->len ? g_ptr_array_index (self->by_id, id - 1) : NULL;
}

gboolean
mqttc_filter_table_has_anonymous (MqttcFilterTable *self)
{
  return self->n_anonymous > 0;
}

guint64
mqttc_filter_table_next_number (MqttcFilterTable *self)
{
  return ++self->last_number;
}

static void
give_id (MqttcFilterTable *self,
         MqttcFilterUse *use)
{
  while (self->first_free < self->by_id->len && self->by_id->pdata[self->first_free] != NULL)
    self->first_free++;

  if (self->first_free == self->by_id->len)
    g_ptr_array_add (self->by_id, NULL);
  self->by_id->pdata[self->first_free] = use;
  use->id = ++self->first_free;
}

MqttcFilterUse *
mqttc_filter_table_add (MqttcFilterTable *self,
                        const char *filter,
                        gpointer subscription)
{
  MqttcFilterUse *use = mqttc_filter_table_lookup (self, filter);

  if (use == NULL)
    {
      gsize size = strlen (filter) + 1;

      use = g_malloc0 (sizeof *use + size);
      memcpy (use->text, filter, size);
      use->ref_count = 1;
      use->table = self;
      use->subscriptions = g_ptr_array_new ();
      give_id (self, use);
      g_hash_table_insert (self->by_text, use->text, use);
    }

  g_ptr_array_add (use->subscriptions, subscription);
  return use;
}

static void
drop_unused (MqttcFilterUse *self)
{
  MqttcFilterTable *table = self->table;

  if (table == NULL || self->subscriptions->len > 0 || self->n_requests > 0)
    return;

  mqttc_filter_use_set_anonymous (self, FALSE);
  table->by_id->pdata[self->id - 1] = NULL;
  table->first_free = MIN (table->first_free, self->id - 1);
  g_hash_table_remove (table->by_text, self->text);
}

void
mqttc_filter_use_remove (MqttcFilterUse *self,
                         gpointer subscription)
{
  g_ptr_array_remove (self->subscriptions, subscription);
  drop_unused (self);
}

MqttcFilterUse *
mqttc_filter_use_begin_request (MqttcFilterUse *self)
{
  self->n_requests++;
  self->ref_count++;
  return self;
}

void
mqttc_filter_use_end_request (MqttcFilterUse *self)
{
  self->n_requests--;
  drop_unused (self);
  use_unref (self);
}

void
mqttc_filter_use_set_anonymous (MqttcFilterUse *self,
                                gboolean is_anonymous)
{
  if (self->is_anonymous == is_anonymous || self->table == NULL)
    return;

  self->is_anonymous = is_anonymous;
  if (is_anonymous)
    self->table->n_anonymous++;
  else
    self->table->n_anonymous--;
}
