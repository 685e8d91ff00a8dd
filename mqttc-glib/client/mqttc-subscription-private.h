/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-client-op-private.h"
#include "client/mqttc-delivery-private.h"
#include "client/mqttc-filter-table-private.h"
#include "client/mqttc-listeners-private.h"
#include "client/mqttc-subscription.h"

G_BEGIN_DECLS

typedef struct _MqttcSubscriptionHandler MqttcSubscriptionHandler;

/* All of it belongs to the context of the client. */
struct _MqttcSubscription
{
  GObject parent_instance;

  char *filter;                      /* (owned) */
  MqttcSubscriptionHandler *handler; /* (owned) (nullable) */
  gpointer owner;                    /* (unowned) (nullable): the client it is subscribed with */
  guint64 serial;
  MqttcListeners message_listeners;
  guint reason_code;
  MqttcQos qos;
  MqttcRetainHandling retain_handling;
  gboolean no_local;
  gboolean retain_as_published;
  MqttcFilterUse *use; /* (unowned) (nullable): of its filter, as long as it has an owner */

  /* Pulling. */
  gboolean pulled;
  gboolean full; /* as the owner has been told */
  guint max_pending;
  guint pulled_index;     /* among those of the owner that are pulled */
  GQueue pending;         /* of what waits to be pulled, the oldest first */
  MqttcDelivery *current; /* (owned) (nullable): of the message that was pulled last */
  MqttcClientOp *pull;    /* (owned) (nullable): who waits for a message */
};

/* The caller keeps @self alive across this. @round: see MqttcListeners. TRUE: handlers of signals have
 * run. */
gboolean mqttc_subscription_deliver (MqttcSubscription *self,
                                     MqttcMessage *message,
                                     guint64 round);
#define MQTTC_SUBSCRIPTION_QOS 0x03u

/* As section 3.8.3.1 of MQTT 5 has them, the QoS included. */
guint8 mqttc_subscription_get_options (MqttcSubscription *self);
void mqttc_subscription_set_reason_code (MqttcSubscription *self,
                                         guint code);

/* Where it is subscribed: @owner (unowned), and its place among the subscriptions there. A NULL
 * owner ends it; it must have let go of what is pulled before. */
void mqttc_subscription_set_owner (MqttcSubscription *self,
                                   gpointer owner,
                                   guint64 serial);
gpointer mqttc_subscription_get_owner (MqttcSubscription *self);
guint64 mqttc_subscription_get_serial (MqttcSubscription *self);

/* It cannot be given to whom it was given. */
void
mqttc_subscription_set_misuse_error (MqttcSubscription *self,
                                     const char *fault,
                                     GError **error);

/* --- Pulling, in mqttc-subscription-pull.c. --- */

/* Keeps @message until it is pulled. @delivery: likewise. */
void
mqttc_subscription_push (MqttcSubscription *self,
                         MqttcMessage *message,
                         MqttcDelivery *delivery);
/* Ends the pull that waits, if there is a message for it: can run anything. */
gboolean mqttc_subscription_feed_pull (MqttcSubscription *self);

/* Whether max-pending messages wait: then the owner, who is told, does not read. */
void mqttc_subscription_update_full (MqttcSubscription *self);

/* What is kept may be acknowledged from here on; it can still be pulled. */
void mqttc_subscription_let_go (MqttcSubscription *self);
/* The program is done with what it has pulled. */
void mqttc_subscription_let_go_current (MqttcSubscription *self);
/* Ends the pull that waits, if any: can run anything. */
void mqttc_subscription_end_pull (MqttcSubscription *self);
/* For the end. */
void mqttc_subscription_clear_pending (MqttcSubscription *self);
void mqttc_subscription_notify_pulled (MqttcSubscription *self);
void mqttc_subscription_notify_max_pending (MqttcSubscription *self);

G_END_DECLS
