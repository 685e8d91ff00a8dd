/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sections 3.8 to 3.10 of the standard, as far as they outlive a connection. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-topic-private.h"
#include "mqttc-error.h"
#include "session/mqttc-subscriptions-private.h"

/* Some servers refuse more in one SUBSCRIBE. */
#define MAX_FILTERS_PER_SET 8

/* From here on a code is a refusal. */
#define FIRST_FAILURE 0x80

#define SEND_RETAINED_IF_NEW 0x10u

typedef struct
{
  GList link;         /* in the order; data is the subscription itself */
  guint64 since;      /* of the oldest request whose answer still says what the server has */
  guint n_unanswered; /* requests sent on this connection */
  guint32 id;         /* its subscription identifier; 0: none */
  guint8 options;     /* granted last */
  guint granted : 1;
  guint again : 1;      /* it is being made again, and nothing later was asked */
  guint in_session : 1; /* the server has it in the session that it holds now */
  guint doubted : 1;    /* it may have it */
  char filter[];
} Subscription;

static Subscription *
lookup (const MqttcSubscriptions *self,
        const char *filter)
{
  return self->by_filter != NULL ? g_hash_table_lookup (self->by_filter, filter) : NULL;
}

static Subscription *
add (MqttcSubscriptions *self,
     const char *filter)
{
  gsize size = strlen (filter) + 1;
  Subscription *subscription = g_malloc0 (sizeof (Subscription) + size);

  if (self->by_filter == NULL)
    self->by_filter = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  memcpy (subscription->filter, filter, size);
  subscription->link.data = subscription;
  g_queue_push_tail_link (&self->order, &subscription->link);
  g_hash_table_insert (self->by_filter, subscription->filter, subscription);
  return subscription;
}

static void
drop (MqttcSubscriptions *self,
      Subscription *subscription)
{
  g_queue_unlink (&self->order, &subscription->link);
  g_hash_table_remove (self->by_filter, subscription->filter);
}

void
mqttc_subscriptions_asked (MqttcSubscriptions *self,
                           const MqttcFilterSet *set,
                           guint64 sequence)
{
  for (guint i = 0; i < set->n_filters; i++)
    {
      Subscription *subscription = lookup (self, set->filters[i]);

      if (subscription == NULL)
        {
          subscription = add (self, set->filters[i]);
          subscription->since = sequence;
        }

      /* An older one may have to be sent again after a newer one was answered. */
      subscription->since = MIN (subscription->since, sequence);
      subscription->n_unanswered++;
      subscription->again = FALSE;
    }
}

void
mqttc_subscriptions_answered (MqttcSubscriptions *self,
                              const MqttcFilterSet *set,
                              guint64 sequence,
                              const guint8 *codes)
{
  for (guint i = 0; i < set->n_filters; i++)
    {
      Subscription *subscription = lookup (self, set->filters[i]);

      if (subscription == NULL || sequence < subscription->since)
        continue;

      /* Also when a later request for it is on its way: the server has it until it answers that, and
       * after that if it refuses. */
      if (codes[i] < FIRST_FAILURE)
        {
          subscription->since = sequence;
          subscription->options = set->options[i];
          subscription->id = set->subscription_id;
          subscription->granted = TRUE;
          subscription->in_session = TRUE;
        }

      /* Answers may overtake each other: while one is to come, it may be granted yet. */
      if (subscription->n_unanswered > 0)
        subscription->n_unanswered--;
      if (subscription->n_unanswered == 0 && !subscription->granted)
        drop (self, subscription);
    }
}

void
mqttc_subscriptions_made_again (MqttcSubscriptions *self,
                                const MqttcFilterSet *set,
                                const guint8 *codes)
{
  for (guint i = 0; i < set->n_filters; i++)
    {
      Subscription *subscription = lookup (self, set->filters[i]);

      if (subscription == NULL)
        continue;

      if (codes[i] < FIRST_FAILURE)
        subscription->in_session = TRUE;
      else if (subscription->again)
        drop (self, subscription);
    }
}

void
mqttc_subscriptions_remove (MqttcSubscriptions *self,
                            const char *filter)
{
  Subscription *subscription = lookup (self, filter);

  if (subscription != NULL)
    drop (self, subscription);
}

void
mqttc_subscriptions_link_lost (MqttcSubscriptions *self)
{
  for (GList *link = self->order.head; link != NULL; link = link->next)
    ((Subscription *) link->data)->n_unanswered = 0;
}

static void
leave_session (MqttcSubscriptions *self,
               gboolean doubted)
{
  for (GList *link = self->order.head; link != NULL; link = link->next)
    {
      Subscription *subscription = link->data;

      subscription->in_session = FALSE;
      subscription->doubted = doubted;
    }
}

void
mqttc_subscriptions_session_lost (MqttcSubscriptions *self)
{
  leave_session (self, FALSE);
}

void
mqttc_subscriptions_doubt (MqttcSubscriptions *self)
{
  leave_session (self, TRUE);
}

void
mqttc_subscriptions_drop_unanswered (MqttcSubscriptions *self)
{
  GList *next;

  for (GList *link = self->order.head; link != NULL; link = next)
    {
      Subscription *subscription = link->data;

      next = link->next;
      subscription->n_unanswered = 0;
      if (!subscription->granted)
        drop (self, subscription);
    }
}

void
mqttc_subscriptions_clear (MqttcSubscriptions *self)
{
  g_queue_init (&self->order);
  g_clear_pointer (&self->by_filter, g_hash_table_unref);
}

typedef struct
{
  const char *filters[MAX_FILTERS_PER_SET + 1];
  guint8 options[MAX_FILTERS_PER_SET];
  guint n;
  gsize len; /* of the filters, as they stand on the wire */
  guint32 id;
} Batch;

static GSList *
flush (Batch *self,
       GSList *sets)
{
  MqttcFilterSet *set;

  if (self->n == 0)
    return sets;

  self->filters[self->n] = NULL;
  set = mqttc_filter_set_new (self->filters, self->options, NULL);
  set->subscription_id = self->id;
  self->n = 0;
  self->len = 0;
  return g_slist_prepend (sets, set);
}

/* Its length and its options come with it. */
static gsize
get_entry_size (const Subscription *subscription)
{
  return strlen (subscription->filter) + 3;
}

/* Alone: a server may take less than the one that granted it. */
static MqttcReasonCode
check_limits (const Subscription *subscription,
              const MqttcServerLimits *limits)
{
  gsize size;

  if (limits == NULL)
    return MQTTC_REASON_CODE_SUCCESS;
  if (mqttc_server_limits_check_filter (limits, subscription->filter) != NULL)
    return !limits->shared && mqttc_filter_is_shared (subscription->filter)
               ? MQTTC_REASON_CODE_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED
               : MQTTC_REASON_CODE_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
  if (!mqttc_server_limits_check_filters_size (limits, get_entry_size (subscription),
                                               subscription->id, &size))
    return MQTTC_REASON_CODE_PACKET_TOO_LARGE;

  return MQTTC_REASON_CODE_SUCCESS;
}

static gboolean
is_missing (const Subscription *subscription)
{
  return subscription->granted && !subscription->in_session;
}

/* Section 3.8.2.1.2 of MQTT 5: one packet has one identifier for all its filters. */
static gboolean
goes_with (const Subscription *subscription,
           const Batch *batch,
           const MqttcServerLimits *limits)
{
  gsize size;

  if (batch->n == MAX_FILTERS_PER_SET)
    return FALSE;
  if (limits == NULL)
    return TRUE;

  return (batch->id == subscription->id || !limits->subscription_ids)
         && mqttc_server_limits_check_filters_size (
             limits, batch->len + get_entry_size (subscription), subscription->id, &size);
}

/* Section 3.8.3.1 of MQTT 5: what the server has already it is not to send retained messages for. */
static guint8
get_options_again (const Subscription *subscription,
                   gboolean is_5)
{
  gboolean sends_retained = (subscription->options & MQTTC_RETAIN_HANDLING_BITS) == 0;

  return subscription->options
         | (is_5 && subscription->doubted && sends_retained ? SEND_RETAINED_IF_NEW : 0);
}

GSList *
mqttc_subscriptions_make_sets (MqttcSubscriptions *self,
                               const MqttcServerLimits *limits)
{
  Batch batch = { .n = 0 };
  GSList *sets = NULL;

  for (const GList *link = self->order.head; link != NULL; link = link->next)
    {
      Subscription *subscription = link->data;

      if (!is_missing (subscription) || check_limits (subscription, limits) != 0)
        continue;

      if (!goes_with (subscription, &batch, limits))
        sets = flush (&batch, sets);

      subscription->again = TRUE;
      batch.id = subscription->id;
      batch.len += get_entry_size (subscription);
      batch.options[batch.n] = get_options_again (subscription, limits != NULL);
      batch.filters[batch.n++] = subscription->filter;
    }

  return flush (&batch, sets);
}

GPtrArray *
mqttc_subscriptions_list_refused (const MqttcSubscriptions *self,
                                  const MqttcServerLimits *limits,
                                  GByteArray *codes)
{
  GPtrArray *filters = g_ptr_array_new ();

  for (const GList *link = self->order.head; link != NULL; link = link->next)
    {
      Subscription *subscription = link->data;
      guint8 code = is_missing (subscription) ? check_limits (subscription, limits) : 0;

      if (code == 0)
        continue;
      g_ptr_array_add (filters, subscription->filter);
      g_byte_array_append (codes, &code, 1);
    }

  return filters;
}
