/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The subscriptions of a client: which there are, and which of them get a message. */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "client/mqttc-subscription-private.h"
#include "values/mqttc-message-private.h"

/* --- The subscriptions that there are. --- */

/* First come, first served. */
static int
compare_serials (gconstpointer a,
                 gconstpointer b)
{
  const guint64 first = mqttc_subscription_get_serial (*(MqttcSubscription *const *) a);
  const guint64 second = mqttc_subscription_get_serial (*(MqttcSubscription *const *) b);

  return (first > second) - (first < second);
}

guint64
mqttc_client_add_subscription (MqttcClient *self,
                               MqttcSubscription *subscription)
{
  self->last_serial++;
  self->n_subscriptions++;
  mqttc_subscription_set_owner (subscription, self, self->last_serial);
  mqttc_topic_trie_add (self->trie, mqttc_subscription_get_filter (subscription),
                        g_object_ref (subscription));
  if (self->matches == NULL)
    self->matches = mqttc_match_cache_new (self->trie, compare_serials);
  mqttc_match_cache_invalidate (self->matches);
  if (mqttc_subscription_get_pulled (subscription))
    mqttc_client_add_pulled (self, subscription);

  return self->last_serial;
}

void
mqttc_client_release_subscription (gpointer data)
{
  MqttcSubscription *subscription = data;

  mqttc_subscription_let_go (subscription);
  if (mqttc_subscription_get_pulled (subscription))
    mqttc_client_remove_pulled (subscription->owner, subscription);

  mqttc_subscription_set_owner (subscription, NULL, 0);
  g_object_unref (subscription);
}

void
mqttc_client_remove_subscription (MqttcClient *self,
                                  MqttcSubscription *subscription)
{
  g_autoptr (MqttcSubscription) kept = g_object_ref (subscription);

  /* It may be the one whose handler is running. */
  if (self->busy > 0)
    g_ptr_array_add (self->retired, g_object_ref (subscription));

  self->n_subscriptions--;
  mqttc_match_cache_invalidate (self->matches);
  mqttc_topic_trie_remove (self->trie, mqttc_subscription_get_filter (subscription), subscription);
  mqttc_subscription_end_pull (subscription);
}

/* Subscribed since @last_serial or before, and not given up. */
static gboolean
is_subscribed (MqttcClient *self,
               MqttcSubscription *subscription,
               guint64 last_serial)
{
  return mqttc_subscription_get_owner (subscription) == self
         && mqttc_subscription_get_serial (subscription) <= last_serial;
}

guint
mqttc_client_count_on_filter (MqttcClient *self,
                              const char *filter)
{
  GPtrArray *subscriptions = mqttc_topic_trie_lookup (self->trie, filter);

  return subscriptions != NULL ? subscriptions->len : 0;
}

MqttcQos
mqttc_client_get_wanted_qos (MqttcClient *self,
                             const char *filter)
{
  GPtrArray *subscriptions = mqttc_topic_trie_lookup (self->trie, filter);
  MqttcQos qos = MQTTC_QOS_AT_MOST_ONCE;

  for (guint i = 0; subscriptions != NULL && i < subscriptions->len; i++)
    qos = MAX (qos, mqttc_subscription_get_qos (g_ptr_array_index (subscriptions, i)));

  return qos;
}

void
mqttc_client_forget_filter (MqttcClient *self,
                            const char *filter)
{
  mqttc_engine_forget (mqttc_event_loop_lock (self->loop), filter);
  mqttc_event_loop_unlock (self->loop);
}

void
mqttc_client_tell_server (MqttcClient *self,
                          const char *filter)
{
  const char *filters[] = { filter, NULL };
  MqttcEngine *engine;

  if (mqttc_client_count_on_filter (self, filter) > 0)
    return;

  engine = mqttc_event_loop_lock (self->loop);
  if (!mqttc_engine_unsubscribe (engine, filters, NULL, mqttc_event_loop_get_time (self->loop),
                                 NULL))
    mqttc_engine_forget (engine, filter);
  mqttc_event_loop_unlock (self->loop);
}

/* --- Those that are pulled. --- */

void
mqttc_client_add_pulled (MqttcClient *self,
                         MqttcSubscription *subscription)
{
  subscription->pulled_index = self->pulled->len;
  g_ptr_array_add (self->pulled, subscription);
  mqttc_subscription_update_full (subscription);
}

void
mqttc_client_remove_pulled (MqttcClient *self,
                            MqttcSubscription *subscription)
{
  guint index = subscription->pulled_index;

  g_ptr_array_remove_index_fast (self->pulled, index);
  if (index < self->pulled->len)
    ((MqttcSubscription *) g_ptr_array_index (self->pulled, index))->pulled_index = index;

  if (subscription->full)
    mqttc_client_count_full (self, -1);
  subscription->full = FALSE;
}

void
mqttc_client_count_full (MqttcClient *self,
                         int change)
{
  gboolean was_full = self->n_full > 0;
  gboolean is_full;
  gint64 now;

  self->n_full += change;
  is_full = self->n_full > 0;
  if (is_full == was_full)
    return;

  now = mqttc_event_loop_get_time (self->loop);
  mqttc_engine_set_paused (mqttc_event_loop_lock (self->loop), is_full, now);
  mqttc_event_loop_unlock (self->loop);
}

void
mqttc_client_let_go_current (MqttcClient *self)
{
  for (guint i = 0; i < self->pulled->len; i++)
    mqttc_subscription_let_go_current (g_ptr_array_index (self->pulled, i));
}

void
mqttc_client_end_pulls (MqttcClient *self,
                        guint64 last_life)
{
  g_autoptr (GPtrArray) ended = g_ptr_array_new_with_free_func (g_object_unref);

  /* First of all, for whoever is told can do anything. */
  for (guint i = 0; i < self->pulled->len; i++)
    {
      MqttcSubscription *subscription = g_ptr_array_index (self->pulled, i);

      if (subscription->pull != NULL && subscription->pull->life <= last_life)
        g_ptr_array_add (ended, g_object_ref (subscription));
    }

  for (guint i = 0; i < ended->len; i++)
    {
      MqttcSubscription *subscription = g_ptr_array_index (ended, i);

      if (subscription->pull != NULL && subscription->pull->life <= last_life)
        mqttc_subscription_end_pull (subscription);
    }
}

/* --- Messages. --- */

/* Before any handler runs: a nested main loop of one may bring the next message. Returns (transfer
 * full) (nullable): what is to be kept until all of them have run. */
static MqttcDelivery *
keep_for_pulling (MqttcClient *self,
                  const GPtrArray *subscriptions,
                  MqttcMessage *message)
{
  g_autoptr (MqttcDelivery) delivery = NULL;

  for (guint i = 0; i < subscriptions->len; i++)
    {
      MqttcSubscription *subscription = g_ptr_array_index (subscriptions, i);

      if (!mqttc_subscription_get_pulled (subscription))
        continue;
      if (delivery == NULL)
        delivery = mqttc_delivery_new (self->loop);
      mqttc_subscription_push (subscription, message, delivery);
    }

  return g_steal_pointer (&delivery);
}

static void
deliver_to_subscriptions (MqttcClient *self,
                          const GPtrArray *subscriptions,
                          MqttcMessage *message)
{
  g_autoptr (MqttcDelivery) delivery = NULL;
  guint64 last_serial = self->last_serial;

  if (self->pulled->len > 0)
    delivery = keep_for_pulling (self, subscriptions, message);

  mqttc_client_emit_message (self, message);

  /* Handlers can give subscriptions up, drop the client, and be told of other messages meanwhile. */
  for (guint i = 0; i < subscriptions->len && !self->revived; i++)
    {
      MqttcSubscription *subscription = g_ptr_array_index (subscriptions, i);

      if (is_subscribed (self, subscription, last_serial)
          && mqttc_subscription_deliver (subscription, message,
                                         mqttc_event_loop_get_round (self->loop)))
        mqttc_event_loop_begin_round (self->loop);
      if (mqttc_subscription_feed_pull (subscription))
        mqttc_event_loop_begin_round (self->loop);
    }
}

void
mqttc_client_handle_message (MqttcClient *self,
                             MqttcMessage *message)
{
  MqttcSlice topic;
  MqttcMatches *matches;

  if (self->n_subscriptions == 0)
    {
      mqttc_client_emit_message (self, message);
      return;
    }

  topic = mqttc_message_get_topic_slice (message);
  matches = mqttc_match_cache_take (self->matches, (const char *) topic.data, topic.len);
  deliver_to_subscriptions (self, matches->values, message);
  mqttc_match_cache_release (self->matches, matches);
}
