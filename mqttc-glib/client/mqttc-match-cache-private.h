/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-topic-trie-private.h"

G_BEGIN_DECLS

/* What the last topics matched in a trie: devices repeat themselves, and looking a topic up level by level
 * costs more than all the rest of handing a message over. */
typedef struct _MqttcMatchCache MqttcMatchCache;

typedef struct
{
  GPtrArray *values; /* (owned), of values of the trie (unowned), in the order of the cache */

  /* Of the cache. */
  char *topic; /* (owned) */
  gsize topic_len;
  guint64 generation;
  guint n_users;
} MqttcMatches;

/* @trie (unowned); @compare orders the values that a topic matches. */
MqttcMatchCache *mqttc_match_cache_new (MqttcTopicTrie *trie,
                                        GCompareFunc compare);
void mqttc_match_cache_free (MqttcMatchCache *self);

/* The trie has changed. What is in use stays as it is. */
void mqttc_match_cache_invalidate (MqttcMatchCache *self);

/* What @topic matches; it does not change until it is released. */
MqttcMatches *mqttc_match_cache_take (MqttcMatchCache *self,
                                      const char *topic,
                                      gsize topic_len);
void mqttc_match_cache_release (MqttcMatchCache *self,
                                MqttcMatches *matches);

G_END_DECLS
