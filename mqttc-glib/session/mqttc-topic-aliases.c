/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "session/mqttc-topic-aliases-private.h"

struct _MqttcTopicAlias
{
  MqttcTopicAlias *newer; /* in the order of use */
  MqttcTopicAlias *older;
  char *topic; /* (owned) */
  guint len;
  guint hash;
  guint8 n_uses; /* of late */
  guint16 alias;
};

/* Topics of which nothing is saved: the alias itself takes three bytes. */
#define MIN_TOPIC_LENGTH 4

/* Longer ones would take much memory. */
#define MAX_TOPIC_LENGTH 1024

#define MAX_USES 255

/* --- What we send. --- */

void
mqttc_topic_aliases_clear (MqttcTopicAliases *self)
{
  for (guint i = 0; i < self->n_entries; i++)
    g_free (self->entries[i].topic);

  g_free (self->entries);
  g_free (self->by_hash);
  g_free (self->seen);
  *self = (MqttcTopicAliases){ 0 };
}

void
mqttc_topic_aliases_configure (MqttcTopicAliases *self,
                               guint maximum)
{
  mqttc_topic_aliases_clear (self);
  self->maximum = maximum;
}

/* When the first one is wanted: many connections send to no topic twice. */
static void
allocate (MqttcTopicAliases *self)
{
  self->hash_size = 4;
  while (self->hash_size < 2 * self->maximum)
    self->hash_size *= 2;

  self->entries = g_new0 (MqttcTopicAlias, self->maximum);
  self->by_hash = g_new0 (MqttcTopicAlias *, self->hash_size);
  self->seen = g_new0 (guint8, self->hash_size);
}

#define HASH_FACTOR G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

/* A product carries nothing down, hence the turn by half a word. */
static inline guint64
mix (guint64 hash,
     const guint8 *data)
{
  guint64 word;

  memcpy (&word, data, sizeof word);
  hash = (hash ^ word) * HASH_FACTOR;
  return hash << 32 | hash >> 32;
}

/* Eight bytes at a time, of which the last ones may have been there already: it is computed for each
 * message. Whoever finds topics that collide slows down nobody but the program that publishes to them. */
static inline guint
hash_topic (MqttcSlice topic)
{
  guint64 hash = topic.len;

  if (G_LIKELY (topic.len >= 8))
    {
      const guint8 *last = topic.data + topic.len - 8;

      const guint8 *data = topic.data;

      for (; last - data > 8; data += 16)
        hash = mix (mix (hash, data), data + 8);
      if (data < last)
        hash = mix (hash, data);
      hash = mix (hash, last);
    }
  else
    {
      guint8 few[8] = { 0 };

      memcpy (few, topic.data, topic.len);
      hash = mix (hash, few);
    }

  return (guint) (hash * HASH_FACTOR >> 32);
}

/* Where the topic is, or where it would have to go. */
static inline MqttcTopicAlias **
find_place (const MqttcTopicAliases *self,
            MqttcSlice topic,
            guint hash)
{
  const guint mask = self->hash_size - 1;
  guint i = hash & mask;

  while (self->by_hash[i] != NULL
         && !(self->by_hash[i]->hash == hash && self->by_hash[i]->len == topic.len
              && memcmp (self->by_hash[i]->topic, topic.data, topic.len) == 0))
    i = (i + 1) & mask;

  return &self->by_hash[i];
}

/* Those behind it that could not stand where they belong move up. */
static void
remove_from_hash (MqttcTopicAliases *self,
                  MqttcTopicAlias *entry)
{
  const guint mask = self->hash_size - 1;
  guint gap = entry->hash & mask;
  guint i;

  while (self->by_hash[gap] != entry)
    gap = (gap + 1) & mask;

  for (i = (gap + 1) & mask; self->by_hash[i] != NULL; i = (i + 1) & mask)
    {
      guint home = self->by_hash[i]->hash & mask;

      if (((i - home) & mask) >= ((i - gap) & mask))
        {
          self->by_hash[gap] = self->by_hash[i];
          gap = i;
        }
    }

  self->by_hash[gap] = NULL;
}

static void
unlink_entry (MqttcTopicAliases *self,
              MqttcTopicAlias *entry)
{
  if (entry->newer != NULL)
    entry->newer->older = entry->older;
  else
    self->newest = entry->older;

  if (entry->older != NULL)
    entry->older->newer = entry->newer;
  else
    self->oldest = entry->newer;
}

static void
link_newest (MqttcTopicAliases *self,
             MqttcTopicAlias *entry)
{
  entry->newer = NULL;
  entry->older = self->newest;
  if (self->newest != NULL)
    self->newest->newer = entry;
  else
    self->oldest = entry;
  self->newest = entry;
}

/* What was used much a long time ago is not worth more than what is used now. */
static G_NO_INLINE void
age (MqttcTopicAliases *self)
{
  if (self->entries == NULL)
    allocate (self);

  for (guint i = 0; i < self->n_entries; i++)
    self->entries[i].n_uses /= 2;
  for (guint i = 0; i < self->hash_size; i++)
    self->seen[i] /= 2;

  self->n_until_aging = 8 * self->hash_size;
}

static MqttcTopicAlias *
take_entry (MqttcTopicAliases *self,
            guint hash,
            gboolean may_reassign)
{
  MqttcTopicAlias *entry = self->oldest;
  guint8 *seen = &self->seen[hash & (self->hash_size - 1)];

  if (self->n_entries < self->maximum)
    {
      entry = &self->entries[self->n_entries++];
      entry->alias = (guint16) self->n_entries;
      return entry;
    }

  if (*seen < MAX_USES)
    ++*seen;
  if (!may_reassign || *seen <= entry->n_uses + 1)
    return NULL;

  *seen = 0;
  unlink_entry (self, entry);
  remove_from_hash (self, entry);
  g_free (entry->topic);
  return entry;
}

/* Apart from what most messages need, which is thereby short. */
static G_NO_INLINE MqttcAliasUse
assign (MqttcTopicAliases *self,
        MqttcSlice topic,
        guint hash,
        gboolean may_reassign,
        guint16 *alias)
{
  MqttcTopicAlias *entry = take_entry (self, hash, may_reassign);

  if (entry == NULL)
    return MQTTC_ALIAS_NONE;

  *entry = (MqttcTopicAlias){
    .topic = g_memdup2 (topic.data, topic.len),
    .len = (guint) topic.len,
    .hash = hash,
    .n_uses = 1,
    .alias = entry->alias,
  };
  *find_place (self, topic, hash) = entry;
  link_newest (self, entry);
  *alias = entry->alias;
  return MQTTC_ALIAS_ASSIGN;
}

G_NO_INLINE MqttcAliasUse
mqttc_topic_aliases_get (MqttcTopicAliases *self,
                         MqttcSlice topic,
                         gboolean may_reassign,
                         guint16 *alias)
{
  MqttcTopicAlias *entry;
  guint hash;

  if (self->maximum == 0 || topic.len < MIN_TOPIC_LENGTH || topic.len > MAX_TOPIC_LENGTH)
    return MQTTC_ALIAS_NONE;

  if (G_UNLIKELY (self->n_until_aging == 0))
    age (self);
  self->n_until_aging--;

  hash = hash_topic (topic);
  entry = *find_place (self, topic, hash);
  if (G_UNLIKELY (entry == NULL))
    return assign (self, topic, hash, may_reassign, alias);

  if (entry->n_uses < MAX_USES)
    entry->n_uses++;
  if (entry != self->newest)
    {
      unlink_entry (self, entry);
      link_newest (self, entry);
    }
  *alias = entry->alias;
  return MQTTC_ALIAS_USE;
}

MqttcSlice
mqttc_topic_aliases_lookup (const MqttcTopicAliases *self,
                            guint alias)
{
  if (alias == 0 || alias > self->n_entries)
    return mqttc_slice (NULL, 0);

  return mqttc_slice (self->entries[alias - 1].topic, self->entries[alias - 1].len);
}

/* --- What we receive. --- */

void
mqttc_received_aliases_clear (MqttcReceivedAliases *self)
{
  for (guint i = 0; self->topics != NULL && i < self->maximum; i++)
    g_clear_pointer (&self->topics[i], g_bytes_unref);

  g_free (self->topics);
  *self = (MqttcReceivedAliases){ 0 };
}

void
mqttc_received_aliases_configure (MqttcReceivedAliases *self,
                                  guint maximum)
{
  mqttc_received_aliases_clear (self);
  self->maximum = maximum;
}

gboolean
mqttc_received_aliases_resolve (MqttcReceivedAliases *self,
                                guint alias,
                                MqttcSlice *topic)
{
  GBytes **place;
  gsize len;

  g_assert (alias >= 1 && alias <= self->maximum);

  if (self->topics == NULL)
    self->topics = g_new0 (GBytes *, self->maximum);

  place = &self->topics[alias - 1];
  if (topic->len != 0)
    {
      g_clear_pointer (place, g_bytes_unref);
      *place = g_bytes_new (topic->data, topic->len);
      return TRUE;
    }
  if (*place == NULL)
    return FALSE;

  topic->data = g_bytes_get_data (*place, &len);
  topic->len = len;
  return TRUE;
}
