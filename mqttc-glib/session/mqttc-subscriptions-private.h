/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session/mqttc-filter-set-private.h"
#include "session/mqttc-server-limits-private.h"

G_BEGIN_DECLS

/* What is subscribed to, so that it can be made again when the server has lost the session; in the
 * order it was first asked for.
 *
 * Requests take effect at the server in the order they are sent, but their answers may come in any
 * order: an answer counts only if no later request on the same filter has been sent. */
typedef struct
{
  GHashTable *by_filter; /* (owned) (nullable) */
  GQueue order;
} MqttcSubscriptions;

/* SUBSCRIBE has been encoded; @sequence, not 0, tells it from others. */
void
mqttc_subscriptions_asked (MqttcSubscriptions *self,
                           const MqttcFilterSet *set,
                           guint64 sequence);
/* The answer to it, a code for each filter. */
void mqttc_subscriptions_answered (MqttcSubscriptions *self,
                                   const MqttcFilterSet *set,
                                   guint64 sequence,
                                   const guint8 *codes);
/* The answer to a set that was made again. */
void mqttc_subscriptions_made_again (MqttcSubscriptions *self,
                                     const MqttcFilterSet *set,
                                     const guint8 *codes);
/* UNSUBSCRIBE has been encoded, or nobody wants it any more. */
void mqttc_subscriptions_remove (MqttcSubscriptions *self,
                                 const char *filter);

/* What has no answer yet is going to be asked anew. */
void mqttc_subscriptions_link_lost (MqttcSubscriptions *self);
/* The server has lost the session: all are to be made again. */
void mqttc_subscriptions_session_lost (MqttcSubscriptions *self);
/* It has one, but perhaps not the one that they were made in: they are made again as well. */
void mqttc_subscriptions_doubt (MqttcSubscriptions *self);
/* Requests without an answer have come to their end. */
void mqttc_subscriptions_drop_unanswered (MqttcSubscriptions *self);
void mqttc_subscriptions_clear (MqttcSubscriptions *self);

/* What is to be made again, in sets of no more filters than servers commonly take in one packet; the
 * last set first. @limits (nullable): in MQTT 5 those of one set have the same subscription identifier,
 * and what the server does not take is left out; the next one may. */
GSList *mqttc_subscriptions_make_sets (MqttcSubscriptions *self,
                                       const MqttcServerLimits *limits);
/* The filters (unowned) that are left out, each with its reason code in @codes. (transfer container). */
GPtrArray *mqttc_subscriptions_list_refused (const MqttcSubscriptions *self,
                                             const MqttcServerLimits *limits,
                                             GByteArray *codes);

G_END_DECLS
