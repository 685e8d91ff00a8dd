/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Filters in a tree, a node per level, so that the cost of finding who wants a message does not grow
 * with the number of subscriptions. Each filter has a list of values, in the order they were added. */
typedef struct _MqttcTopicTrie MqttcTopicTrie;

MqttcTopicTrie *mqttc_topic_trie_new (GDestroyNotify value_free);
void mqttc_topic_trie_free (MqttcTopicTrie *self);

/* The values at exactly this filter: (transfer none) (nullable). */
GPtrArray *mqttc_topic_trie_lookup (MqttcTopicTrie *self,
                                    const char *filter);
void mqttc_topic_trie_add (MqttcTopicTrie *self,
                           const char *filter,
                           gpointer value);
/* FALSE: it was not there. Frees nodes that are empty. */
gboolean mqttc_topic_trie_remove (MqttcTopicTrie *self,
                                  const char *filter,
                                  gpointer value);

/* Appends to @values (unowned), once each, those whose filter matches @topic. */
void mqttc_topic_trie_match (MqttcTopicTrie *self,
                             const char *topic,
                             GPtrArray *values);

G_END_DECLS
