/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "client/mqttc-topic-trie-private.h"
#include "codec/mqttc-slice-private.h"

/* Section 4.7: levels are compared byte by byte; '+' and '#' have places of their own. A filter can
 * have 32,768 levels and more, so nothing here recurses. */

/* Above this number the children of a node are in a hash table. */
#define MAX_SORTED_CHILDREN 16

typedef struct _Node Node;

struct _Node
{
  Node *parent;      /* (unowned) (nullable): the root has none */
  GPtrArray *values; /* (owned) (nullable) */

  Node *plus; /* (owned) (nullable): the child '+' */
  Node *hash; /* (owned) (nullable): the child '#' */
  union
  {
    Node **sorted;     /* (owned): by mqttc_level_compare() */
    GHashTable *table; /* (owned): level → node */
  } children;          /* the others */
  guint n_children;
  guint n_allocated; /* of children.sorted; 0: it is a table, or there are none */

  MqttcSlice level; /* points to what follows */
  char text[];
};

/* A node to be visited, and what is left of the topic below it; NULL: nothing. */
typedef struct
{
  Node *node;
  const char *rest;
} Step;

struct _MqttcTopicTrie
{
  Node *root;
  GDestroyNotify value_free; /* (nullable) */
  GArray *steps;             /* of Step; kept, so that matching does not allocate */

  GHashTable *n_filters; /* value → number of filters it is at */
  guint n_shared;        /* values that are at several filters */
};

/* --- Levels. --- */

/* Cuts the first level off @text, which is then NULL if that was the last one. */
static MqttcSlice
take_level (const char **text)
{
  const char *start = *text;
  const char *end = strchr (start, '/');

  if (end == NULL)
    {
      *text = NULL;
      return mqttc_slice (start, strlen (start));
    }

  *text = end + 1;
  return mqttc_slice (start, end - start);
}

static gboolean
level_is (MqttcSlice level,
          char wildcard)
{
  return level.len == 1 && level.data[0] == wildcard;
}

static int
level_compare (MqttcSlice a,
               MqttcSlice b)
{
  if (a.len != b.len)
    return a.len < b.len ? -1 : 1;

  return memcmp (a.data, b.data, a.len);
}

static gboolean
level_equal (gconstpointer a,
             gconstpointer b)
{
  return level_compare (*(const MqttcSlice *) a, *(const MqttcSlice *) b) == 0;
}

static guint
level_hash (gconstpointer key)
{
  const MqttcSlice *level = key;
  guint32 hash = 5381;

  for (gsize i = 0; i < level->len; i++)
    hash = hash * 33 + level->data[i];

  return hash;
}

/* --- Nodes. --- */

static Node *
node_new (Node *parent,
          MqttcSlice level)
{
  Node *self = g_malloc0 (sizeof (Node) + level.len);

  memcpy (self->text, level.data, level.len);
  self->level = mqttc_slice (self->text, level.len);
  self->parent = parent;
  return self;
}

static gboolean
node_has_table (const Node *self)
{
  return self->n_allocated == 0 && self->n_children > 0;
}

static gboolean
node_is_empty (const Node *self)
{
  return self->values == NULL && self->plus == NULL && self->hash == NULL && self->n_children == 0;
}

/* Frees the node, which has no children any more. */
static void
node_free (Node *self)
{
  g_clear_pointer (&self->values, g_ptr_array_unref);
  if (self->n_allocated > 0)
    g_free (self->children.sorted);
  g_free (self);
}

/* Where @level is among the sorted children; FALSE: where it belongs. */
static gboolean
node_search (const Node *self,
             MqttcSlice level,
             guint *position)
{
  guint low = 0;
  guint high = self->n_children;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = level_compare (self->children.sorted[middle]->level, level);

      if (order == 0)
        {
          *position = middle;
          return TRUE;
        }

      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }

  *position = low;
  return FALSE;
}

static Node *
node_get_plain_child (const Node *self,
                      MqttcSlice level)
{
  guint position;

  if (node_has_table (self))
    return g_hash_table_lookup (self->children.table, &level);

  return node_search (self, level, &position) ? self->children.sorted[position] : NULL;
}

static Node *
node_get_child (const Node *self,
                MqttcSlice level)
{
  if (level_is (level, '+'))
    return self->plus;
  if (level_is (level, '#'))
    return self->hash;

  return node_get_plain_child (self, level);
}

static void
node_make_table (Node *self)
{
  GHashTable *table = g_hash_table_new (level_hash, level_equal);

  for (guint i = 0; i < self->n_children; i++)
    {
      Node *child = self->children.sorted[i];

      g_hash_table_insert (table, &child->level, child);
    }

  g_free (self->children.sorted);
  self->children.table = table;
  self->n_allocated = 0;
}

static void
node_insert_sorted (Node *self,
                    Node *child)
{
  guint position;

  if (self->n_children == self->n_allocated)
    {
      self->n_allocated = MAX (1, self->n_allocated * 2);
      self->children.sorted = g_renew (Node *, self->children.sorted, self->n_allocated);
    }

  node_search (self, child->level, &position);
  memmove (self->children.sorted + position + 1, self->children.sorted + position,
           (self->n_children - position) * sizeof (Node *));
  self->children.sorted[position] = child;
}

static Node *
node_add_child (Node *self,
                MqttcSlice level)
{
  Node *child = node_new (self, level);

  if (level_is (level, '+'))
    return self->plus = child;
  if (level_is (level, '#'))
    return self->hash = child;

  if (self->n_children == MAX_SORTED_CHILDREN && !node_has_table (self))
    node_make_table (self);

  if (node_has_table (self))
    g_hash_table_insert (self->children.table, &child->level, child);
  else
    node_insert_sorted (self, child);

  self->n_children++;
  return child;
}

static void
node_remove_plain_child (Node *self,
                         Node *child)
{
  guint position;

  if (node_has_table (self))
    {
      g_hash_table_remove (self->children.table, &child->level);
      self->n_children--;
      if (self->n_children == 0)
        g_clear_pointer (&self->children.table, g_hash_table_unref);
      return;
    }

  if (node_search (self, child->level, &position))
    {
      self->n_children--;
      memmove (self->children.sorted + position, self->children.sorted + position + 1,
               (self->n_children - position) * sizeof (Node *));
    }
}

static void
node_remove_child (Node *self,
                   Node *child)
{
  if (self->plus == child)
    self->plus = NULL;
  else if (self->hash == child)
    self->hash = NULL;
  else
    node_remove_plain_child (self, child);
}

static Node *
node_get_any_plain_child (const Node *self)
{
  GHashTableIter iter;
  gpointer child = NULL;

  if (!node_has_table (self))
    return self->children.sorted[self->n_children - 1];

  g_hash_table_iter_init (&iter, self->children.table);
  g_hash_table_iter_next (&iter, NULL, &child);
  return child;
}

static Node *
node_get_any_child (const Node *self)
{
  if (self->plus != NULL)
    return self->plus;
  if (self->hash != NULL)
    return self->hash;

  return self->n_children > 0 ? node_get_any_plain_child (self) : NULL;
}

/* Moves what the node has to @values, without calling anybody's function. */
static void
node_steal_values (Node *self,
                   GPtrArray *values)
{
  if (self->values != NULL)
    g_ptr_array_extend (values, self->values, NULL, NULL);
}

/* --- The trie. --- */

MqttcTopicTrie *
mqttc_topic_trie_new (GDestroyNotify value_free)
{
  MqttcTopicTrie *self = g_new0 (MqttcTopicTrie, 1);

  self->root = node_new (NULL, mqttc_slice ("", 0));
  self->value_free = value_free;
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  self->n_filters = g_hash_table_new (NULL, NULL);
  return self;
}

void
mqttc_topic_trie_free (MqttcTopicTrie *self)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (self->value_free);
  Node *node = self->root;

  /* From leaf to leaf: a node whose last child is gone is a leaf. */
  while (node != NULL)
    {
      Node *child = node_get_any_child (node);
      Node *parent = node->parent;

      if (child != NULL)
        {
          node = child;
          continue;
        }

      if (parent != NULL)
        node_remove_child (parent, node);
      node_steal_values (node, values);
      node_free (node);
      node = parent;
    }

  g_array_unref (self->steps);
  g_hash_table_unref (self->n_filters);
  g_free (self);
}

static Node *
find_node (MqttcTopicTrie *self,
           const char *filter)
{
  Node *node = self->root;

  while (filter != NULL && node != NULL)
    node = node_get_child (node, take_level (&filter));

  return node;
}

GPtrArray *
mqttc_topic_trie_lookup (MqttcTopicTrie *self,
                         const char *filter)
{
  Node *node = find_node (self, filter);

  return node != NULL ? node->values : NULL;
}

static Node *
make_node (MqttcTopicTrie *self,
           const char *filter)
{
  Node *node = self->root;

  while (filter != NULL)
    {
      MqttcSlice level = take_level (&filter);
      Node *child = node_get_child (node, level);

      node = child != NULL ? child : node_add_child (node, level);
    }

  return node;
}

/* One filter more or less for @value. */
static void
count_filters (MqttcTopicTrie *self,
               gpointer value,
               int change)
{
  int before = GPOINTER_TO_INT (g_hash_table_lookup (self->n_filters, value));
  int after = before + change;

  if (after == 0)
    g_hash_table_remove (self->n_filters, value);
  else
    g_hash_table_insert (self->n_filters, value, GINT_TO_POINTER (after));

  if (after == 2 && change > 0)
    self->n_shared++;
  else if (before == 2 && change < 0)
    self->n_shared--;
}

void
mqttc_topic_trie_add (MqttcTopicTrie *self,
                      const char *filter,
                      gpointer value)
{
  Node *node = make_node (self, filter);

  if (node->values == NULL)
    node->values = g_ptr_array_new ();

  g_ptr_array_add (node->values, value);
  count_filters (self, value, 1);
}

/* From the leaf up to the first node that is still in use. */
static void
prune (Node *node)
{
  while (node->parent != NULL && node_is_empty (node))
    {
      Node *parent = node->parent;

      node_remove_child (parent, node);
      node_free (node);
      node = parent;
    }
}

gboolean
mqttc_topic_trie_remove (MqttcTopicTrie *self,
                         const char *filter,
                         gpointer value)
{
  Node *node = find_node (self, filter);

  if (node == NULL || node->values == NULL || !g_ptr_array_remove (node->values, value))
    return FALSE;

  if (node->values->len == 0)
    g_clear_pointer (&node->values, g_ptr_array_unref);
  prune (node);
  count_filters (self, value, -1);

  /* Last, since it may come back here. */
  if (self->value_free != NULL)
    self->value_free (value);

  return TRUE;
}

/* --- Matching. --- */

static void
push_step (MqttcTopicTrie *self,
           Node *node,
           const char *rest)
{
  Step step = { node, rest };

  if (node != NULL)
    g_array_append_val (self->steps, step);
}

static void
append_values (const Node *node,
               GPtrArray *values)
{
  if (node == NULL || node->values == NULL)
    return;

  for (guint i = 0; i < node->values->len; i++)
    g_ptr_array_add (values, g_ptr_array_index (node->values, i));
}

/* Section 4.7.2: filters that begin with a wildcard do not match topics that begin with '$'. */
static void
visit (MqttcTopicTrie *self,
       const Step *step,
       gboolean wildcards,
       GPtrArray *values)
{
  const char *rest = step->rest;
  MqttcSlice level;

  /* Section 4.7.1.2: '#' stands for the levels below and for the parent itself. */
  if (wildcards)
    append_values (step->node->hash, values);

  if (rest == NULL)
    {
      append_values (step->node, values);
      return;
    }

  level = take_level (&rest);
  if (wildcards)
    push_step (self, step->node->plus, rest);
  if (step->node->n_children > 0)
    push_step (self, node_get_plain_child (step->node, level), rest);
}

static int
compare_pointers (gconstpointer a,
                  gconstpointer b)
{
  const guintptr first = *(const guintptr *) a;
  const guintptr second = *(const guintptr *) b;

  return (first > second) - (first < second);
}

/* Leaves each of the values from @start on there once. */
static void
drop_duplicates (GPtrArray *values,
                 guint start)
{
  guint n_values = values->len - start;
  guint n_kept = 0;
  gpointer *data;

  if (n_values < 2)
    return;

  data = values->pdata + start;
  qsort (data, n_values, sizeof (gpointer), compare_pointers);
  for (guint i = 0; i < n_values; i++)
    {
      if (i == 0 || data[i] != data[i - 1])
        values->pdata[start + n_kept++] = data[i];
    }

  g_ptr_array_set_size (values, start + n_kept);
}

void
mqttc_topic_trie_match (MqttcTopicTrie *self,
                        const char *topic,
                        GPtrArray *values)
{
  guint start = values->len;
  Step step = { self->root, topic };

  visit (self, &step, topic[0] != '$', values);

  while (self->steps->len > 0)
    {
      step = g_array_index (self->steps, Step, self->steps->len - 1);
      g_array_set_size (self->steps, self->steps->len - 1);
      visit (self, &step, TRUE, values);
    }

  if (self->n_shared > 0)
    drop_duplicates (values, start);
}
