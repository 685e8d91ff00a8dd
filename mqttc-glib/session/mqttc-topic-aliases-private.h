/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"

G_BEGIN_DECLS

/* Section 3.3.2.3.4 of MQTT 5: numbers that stand for topics, for the length of one connection. */

typedef struct _MqttcTopicAlias MqttcTopicAlias;

/* Those of what we send. All zero has none.
 *
 * When all are taken, a topic gets the alias of the one that was used the longest time ago, but only if it
 * is used more than that of late: more topics than aliases, each sent in its turn, would else cost an
 * assignment each time and never save anything. */
typedef struct
{
  MqttcTopicAlias **by_hash; /* (owned) (nullable): open addressing, by topic */
  MqttcTopicAlias *entries;  /* (owned) (nullable): by alias, less 1 */
  guint maximum;
  guint n_entries;
  guint hash_size;
  MqttcTopicAlias *newest; /* in the order of use */
  MqttcTopicAlias *oldest;
  guint8 *seen; /* (owned) (nullable): how often, of topics without an alias, by hash */
  guint n_until_aging;
} MqttcTopicAliases;

typedef enum
{
  MQTTC_ALIAS_NONE,   /* send the topic */
  MQTTC_ALIAS_ASSIGN, /* send the topic and the alias */
  MQTTC_ALIAS_USE,    /* send the alias, and an empty topic */
} MqttcAliasUse;

/* For a new connection, on which up to @maximum may be used; 0: none. */
void mqttc_topic_aliases_configure (MqttcTopicAliases *self,
                                    guint maximum);
/* The alias for @topic in *alias, and what to do with it. @may_reassign: an alias may be taken away from
 * another topic. */
MqttcAliasUse mqttc_topic_aliases_get (MqttcTopicAliases *self,
                                       MqttcSlice topic,
                                       gboolean may_reassign,
                                       guint16 *alias);
/* The topic that @alias stands for; empty: none. */
MqttcSlice mqttc_topic_aliases_lookup (const MqttcTopicAliases *self,
                                       guint alias);
void mqttc_topic_aliases_clear (MqttcTopicAliases *self);

/* Those of what we receive. All zero has none. */
typedef struct
{
  GBytes **topics; /* (owned) (nullable): by alias, less 1; each may be NULL */
  guint maximum;
} MqttcReceivedAliases;

/* The server may use up to @maximum on the connection that begins. */
void mqttc_received_aliases_configure (MqttcReceivedAliases *self,
                                       guint maximum);
/* @alias, of 1 to the maximum, stands for @topic from now on; if that is empty, it is set to the topic
 * that the alias stands for. FALSE: it stands for none. */
gboolean
mqttc_received_aliases_resolve (MqttcReceivedAliases *self,
                                guint alias,
                                MqttcSlice *topic);
void mqttc_received_aliases_clear (MqttcReceivedAliases *self);

G_END_DECLS
