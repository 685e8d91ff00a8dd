/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "client/mqttc-match-cache-private.h"

/* A power of two. */
#define N_SLOTS 16u

/* A longer topic is looked up each time, so that a peer cannot make the cache large. */
#define MAX_TOPIC_LEN 255u

struct _MqttcMatchCache
{
  MqttcTopicTrie *trie; /* (unowned) */
  GCompareFunc compare;
  guint64 generation; /* of the trie, from 1 */
  MqttcMatches slots[N_SLOTS];
};

MqttcMatchCache *
mqttc_match_cache_new (MqttcTopicTrie *trie,
                       GCompareFunc compare)
{
  MqttcMatchCache *self = g_new0 (MqttcMatchCache, 1);

  self->trie = trie;
  self->compare = compare;
  self->generation = 1;
  return self;
}

static void
matches_clear (MqttcMatches *self)
{
  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_clear_pointer (&self->topic, g_free);
}

void
mqttc_match_cache_free (MqttcMatchCache *self)
{
  for (guint i = 0; i < N_SLOTS; i++)
    matches_clear (&self->slots[i]);

  g_free (self);
}

void
mqttc_match_cache_invalidate (MqttcMatchCache *self)
{
  self->generation++;
}

/* Topics mostly differ at their end, in the name of a device or of what it measures. */
static inline guint
get_slot (const char *topic,
          gsize topic_len)
{
  guint32 tail = 0;

  if (topic_len >= sizeof tail)
    memcpy (&tail, topic + topic_len - sizeof tail, sizeof tail);

  return ((tail ^ (guint32) topic_len) * 2654435761u) >> 28;
}

G_STATIC_ASSERT (N_SLOTS == 1u << (32 - 28));

static void
look_up (MqttcMatchCache *self,
         MqttcMatches *matches,
         const char *topic)
{
  GPtrArray *values = matches->values;

  if (values == NULL)
    values = matches->values = g_ptr_array_new ();

  g_ptr_array_set_size (values, 0);
  mqttc_topic_trie_match (self->trie, topic, values);
  if (values->len > 1)
    qsort (values->pdata, values->len, sizeof (gpointer), self->compare);
}

static void
fill (MqttcMatchCache *self,
      MqttcMatches *slot,
      const char *topic,
      gsize topic_len)
{
  if (slot->topic == NULL)
    slot->topic = g_malloc (MAX_TOPIC_LEN);

  memcpy (slot->topic, topic, topic_len);
  slot->topic_len = topic_len;
  slot->generation = self->generation;
  look_up (self, slot, topic);
}

MqttcMatches *
mqttc_match_cache_take (MqttcMatchCache *self,
                        const char *topic,
                        gsize topic_len)
{
  MqttcMatches *slot = &self->slots[get_slot (topic, topic_len)];

  if (G_UNLIKELY (slot->generation != self->generation || slot->topic_len != topic_len
                  || memcmp (slot->topic, topic, topic_len) != 0))
    {
      /* A handler further up runs a main loop, and its matches must not change below it. */
      if (slot->n_users > 0 || topic_len > MAX_TOPIC_LEN)
        {
          slot = g_new0 (MqttcMatches, 1);
          look_up (self, slot, topic);
        }
      else
        {
          fill (self, slot, topic, topic_len);
        }
    }

  slot->n_users++;
  return slot;
}

void
mqttc_match_cache_release (MqttcMatchCache *self,
                           MqttcMatches *matches)
{
  matches->n_users--;

  /* It is not in a slot. */
  if (G_UNLIKELY (matches->topic == NULL))
    {
      matches_clear (matches);
      g_free (matches);
    }
}
