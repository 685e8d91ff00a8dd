/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The subscriptions of a client: which there are, and which of them get a message. */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "loop/mqttc-options.h"
#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-topic-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-struct-private.h"

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

/* What the trie knows it by. */
static const char *
get_inner_filter (MqttcSubscription *subscription)
{
  return mqttc_filter_get_inner (mqttc_subscription_get_filter (subscription));
}

/* Other subscriptions: what names one of them is no copy of what named one that is gone. */
static void
invalidate_matches (MqttcClient *self)
{
  mqttc_match_cache_invalidate (self->matches);
  mqttc_copies_clear (&self->copies);
}

guint64
mqttc_client_add_subscription (MqttcClient *self,
                               MqttcSubscription *subscription)
{
  self->last_serial++;
  self->n_subscriptions++;
  mqttc_subscription_set_owner (subscription, self, self->last_serial);
  subscription->use = mqttc_filter_table_add (
      self->filters, mqttc_subscription_get_filter (subscription), subscription);
  mqttc_topic_trie_add (self->trie, get_inner_filter (subscription), g_object_ref (subscription));
  if (self->matches == NULL)
    self->matches = mqttc_match_cache_new (self->trie, compare_serials);
  invalidate_matches (self);
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

  mqttc_filter_use_remove (g_steal_pointer (&subscription->use), subscription);
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
  invalidate_matches (self);
  mqttc_topic_trie_remove (self->trie, get_inner_filter (subscription), subscription);
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
  const MqttcFilterUse *use = mqttc_filter_table_lookup (self->filters, filter);

  return use != NULL ? use->subscriptions->len : 0;
}

guint8
mqttc_client_get_wanted_options (const MqttcFilterUse *use)
{
  guint8 options = 0;
  MqttcQos qos = MQTTC_QOS_AT_MOST_ONCE;

  for (guint i = 0; i < use->subscriptions->len; i++)
    {
      MqttcSubscription *subscription = g_ptr_array_index (use->subscriptions, i);

      /* All of them have the same, but for the quality of service. */
      options = mqttc_subscription_get_options (subscription) & ~MQTTC_SUBSCRIPTION_QOS;
      qos = MAX (qos, mqttc_subscription_get_qos (subscription));
    }

  return options | qos;
}

void
mqttc_client_forget_filter (MqttcClient *self,
                            const char *filter)
{
  mqttc_engine_forget (mqttc_event_loop_lock (self->loop), filter);
  mqttc_event_loop_unlock (self->loop);
}

static void
told (MqttcClientOp *op,
      MqttcPacket *packet,
      GError *error)
{
  g_clear_error (&error);
  mqttc_filter_use_end_request (g_steal_pointer (&op->use));
}

static const MqttcClientOpClass tell_class = { .completed = told };

void
mqttc_client_tell_server (MqttcClient *self,
                          MqttcFilterUse *use)
{
  const char *filters[] = { use->text, NULL };
  g_autoptr (MqttcClientOp) op = NULL;
  MqttcEngine *engine;

  if (use->subscriptions->len > 0)
    return;

  op = mqttc_client_op_new (&tell_class, NULL);
  op->use = mqttc_filter_use_begin_request (use);
  engine = mqttc_event_loop_lock (self->loop);
  if (mqttc_engine_unsubscribe (engine, filters, &op->operation,
                                mqttc_event_loop_get_time (self->loop), NULL))
    {
      g_steal_pointer (&op);
    }
  else
    {
      mqttc_engine_forget (engine, use->text);
      mqttc_filter_use_end_request (g_steal_pointer (&op->use));
    }
  mqttc_event_loop_unlock (self->loop);
}

void
mqttc_client_drop_subscription (MqttcClient *self,
                                MqttcSubscription *subscription)
{
  MqttcFilterUse *use = mqttc_filter_use_begin_request (subscription->use);

  mqttc_client_remove_subscription (self, subscription);
  mqttc_client_tell_server (self, use);
  mqttc_filter_use_end_request (use);
}

/* --- Answers. --- */

static void
set_reason_code (const MqttcFilterUse *use,
                 guint code)
{
  g_autoptr (GPtrArray) copy = g_ptr_array_new_full (use->subscriptions->len, g_object_unref);

  /* Those who are notified can give it up. */
  for (guint i = 0; i < use->subscriptions->len; i++)
    g_ptr_array_add (copy, g_object_ref (g_ptr_array_index (use->subscriptions, i)));

  for (guint i = 0; i < copy->len; i++)
    mqttc_subscription_set_reason_code (g_ptr_array_index (copy, i), code);
}

guint
mqttc_client_get_answer (MqttcPacket *suback,
                         guint index)
{
  GBytes *codes = mqttc_packet_get_reason_codes (suback);
  gsize size = 0;
  const guint8 *data = codes != NULL ? g_bytes_get_data (codes, &size) : NULL;

  return index < size ? data[index] : MQTTC_REASON_CODE_UNSPECIFIED_ERROR;
}

/* A server keeps a subscription as it was made in its session: also without an identifier, when another
 * connection has them. */
static void
note_identifier (MqttcClient *self,
                 MqttcFilterUse *use)
{
  mqttc_filter_use_set_anonymous (
      use, !use->has_id || !mqttc_client_get_subscription_identifiers_available (self));
}

static void
note_asked_identifier (MqttcClient *self,
                       MqttcFilterUse *use,
                       gboolean has_id)
{
  use->has_id = has_id;
  note_identifier (self, use);
}

void
mqttc_client_note_granted (MqttcClient *self,
                           const char *filter,
                           gboolean has_id,
                           guint code)
{
  MqttcFilterUse *use = mqttc_filter_table_lookup (self->filters, filter);

  if (use == NULL)
    return;

  note_asked_identifier (self, use, has_id);
  set_reason_code (use, code);
}

void
mqttc_client_handle_suback (MqttcClient *self,
                            MqttcEngineSubscribedHow how,
                            const char *const *filters,
                            MqttcPacket *suback)
{
  for (guint i = 0; filters[i] != NULL; i++)
    {
      MqttcFilterUse *use = mqttc_filter_table_lookup (self->filters, filters[i]);
      guint code = mqttc_client_get_answer (suback, i);

      if (use == NULL)
        continue;
      if (how == MQTTC_ENGINE_SUBSCRIBED_AGAIN)
        note_identifier (self, use);
      else if (!mqttc_client_is_refusal (code))
        note_asked_identifier (self, use, how == MQTTC_ENGINE_SUBSCRIBED_CANCELLED_WITH_ID);
      set_reason_code (use, code);
    }
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

  if (G_LIKELY (!self->is_copy))
    mqttc_client_emit_message (self, message);
  else
    self->is_copy = FALSE;

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

/* Section 3.3.4 of MQTT 5: the identifiers tell which subscriptions the server has sent it for, and it may
 * send it once for each. NULL: for all that the topic matches, since not all of the identifiers are of
 * filters that it matches; another program with this client identifier may have given them. Else
 * (transfer full). */
static GPtrArray *
route (MqttcClient *self,
       const GPtrArray *subscriptions,
       const guint32 *ids,
       gsize n_ids)
{
  guint64 number = mqttc_filter_table_next_number (self->filters);
  GPtrArray *chosen;
  gsize n_chosen = 0;

  for (gsize i = 0; i < n_ids; i++)
    {
      MqttcFilterUse *use = mqttc_filter_table_lookup_id (self->filters, ids[i]);

      if (use == NULL)
        return NULL;
      use->named = number;
    }

  for (guint i = 0; i < subscriptions->len; i++)
    {
      MqttcFilterUse *use = ((MqttcSubscription *) g_ptr_array_index (subscriptions, i))->use;

      if (use->named != number)
        continue;
      use->matched = number;
      n_chosen++;
    }

  for (gsize i = 0; i < n_ids; i++)
    {
      if (mqttc_filter_table_lookup_id (self->filters, ids[i])->matched != number)
        return NULL;
    }

  if (n_chosen == subscriptions->len)
    return NULL;

  chosen = self->spare != NULL ? g_steal_pointer (&self->spare) : g_ptr_array_new ();
  for (guint i = 0; i < subscriptions->len; i++)
    {
      MqttcSubscription *subscription = g_ptr_array_index (subscriptions, i);

      if (subscription->use->named == number)
        g_ptr_array_add (chosen, subscription);
    }

  return chosen;
}

static GPtrArray *
choose (MqttcClient *self,
        const GPtrArray *subscriptions,
        MqttcMessage *message)
{
  gsize n_ids;
  const guint32 *ids;

  if (G_LIKELY (message->extra == NULL))
    return NULL;

  ids = mqttc_message_get_subscription_ids (message, &n_ids);
  if (n_ids == 0 || mqttc_filter_table_has_anonymous (self->filters))
    return NULL;

  return route (self, subscriptions, ids, n_ids);
}

static void
give_back (MqttcClient *self,
           GPtrArray *chosen)
{
  /* A handler may have run a main loop, in which the same was done. */
  g_ptr_array_set_size (chosen, 0);
  g_clear_pointer (&self->spare, g_ptr_array_unref);
  self->spare = chosen;
}

/* Of a message that is for some of those that it matches. Who acknowledges by hand has to see each copy; and
 * of two that are the same, a server may send us the one for this shared subscription and the other for
 * that. */
static G_NO_INLINE gboolean
is_copy_of_last (MqttcClient *self,
                 const GPtrArray *chosen,
                 MqttcMessage *message)
{
  gboolean may_be = !mqttc_options_get_manual_acks (mqttc_client_get_options (self));

  for (guint i = 0; i < chosen->len; i++)
    may_be = may_be && !mqttc_filter_is_shared (mqttc_subscription_get_filter (chosen->pdata[i]));
  if (!may_be)
    {
      mqttc_copies_clear (&self->copies);
      return FALSE;
    }

  return mqttc_copies_check (&self->copies, message);
}

void
mqttc_client_handle_message (MqttcClient *self,
                             MqttcMessage *message)
{
  GPtrArray *chosen;
  MqttcSlice topic;
  MqttcMatches *matches;

  if (self->n_subscriptions == 0)
    {
      mqttc_client_emit_message (self, message);
      return;
    }

  topic = mqttc_message_get_topic_slice (message);
  matches = mqttc_match_cache_take (self->matches, (const char *) topic.data, topic.len);
  chosen = choose (self, matches->values, message);
  if (G_UNLIKELY (chosen != NULL))
    self->is_copy = is_copy_of_last (self, chosen, message);
  deliver_to_subscriptions (self, chosen != NULL ? chosen : matches->values, message);
  if (G_UNLIKELY (chosen != NULL))
    give_back (self, chosen);
  mqttc_match_cache_release (self->matches, matches);
}
