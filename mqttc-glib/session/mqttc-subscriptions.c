/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "session/mqttc-subscriptions-private.h"

/* Some servers refuse more in one SUBSCRIBE. */
#define MAX_FILTERS_PER_SET 8

typedef struct
{
  GList link; /* in the order; data is the subscription itself */
  guint8 qos;
  char filter[];
} Subscription;

static Subscription *
subscription_new (const char *filter)
{
  gsize size = strlen (filter) + 1;
  Subscription *self = g_malloc0 (sizeof (Subscription) + size);

  memcpy (self->filter, filter, size);
  self->link.data = self;
  return self;
}

void
mqttc_subscriptions_add (MqttcSubscriptions *self, const char *filter, guint8 qos)
{
  Subscription *subscription;

  if (self->by_filter == NULL)
    self->by_filter = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  subscription = g_hash_table_lookup (self->by_filter, filter);
  if (subscription == NULL)
    {
      subscription = subscription_new (filter);
      g_hash_table_insert (self->by_filter, subscription->filter, subscription);
      g_queue_push_tail_link (&self->order, &subscription->link);
    }

  subscription->qos = qos;
}

void
mqttc_subscriptions_remove (MqttcSubscriptions *self, const char *filter)
{
  Subscription *subscription;

  if (self->by_filter == NULL)
    return;

  subscription = g_hash_table_lookup (self->by_filter, filter);
  if (subscription != NULL)
    {
      g_queue_unlink (&self->order, &subscription->link);
      g_hash_table_remove (self->by_filter, filter);
    }
}

void
mqttc_subscriptions_clear (MqttcSubscriptions *self)
{
  g_queue_init (&self->order);
  g_clear_pointer (&self->by_filter, g_hash_table_unref);
}

GSList *
mqttc_subscriptions_make_sets (const MqttcSubscriptions *self)
{
  GSList *sets = NULL;
  const GList *link = self->order.head;

  while (link != NULL)
    {
      const char *filters[MAX_FILTERS_PER_SET + 1] = { NULL };
      guint8 qos[MAX_FILTERS_PER_SET];

      for (guint n = 0; n < MAX_FILTERS_PER_SET && link != NULL; n++, link = link->next)
        {
          const Subscription *subscription = link->data;

          filters[n] = subscription->filter;
          qos[n] = subscription->qos;
        }

      sets = g_slist_prepend (sets, mqttc_filter_set_new (filters, qos, NULL));
    }

  return sets;
}
