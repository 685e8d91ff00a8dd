/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-client-op-private.h"
#include "client/mqttc-client.h"
#include "client/mqttc-topic-trie-private.h"
#include "loop/mqttc-event-loop-private.h"

G_BEGIN_DECLS

/* All of it belongs to the context of the event loop. */
struct _MqttcClient
{
  GObject parent_instance;

  MqttcOptions *options;      /* (owned) (nullable): only until there is a loop */
  MqttcEventLoop *loop;       /* (owned) */
  GMainContext *context;      /* (owned): the loop's */
  MqttcCancelBox *cancel_box; /* (owned) (nullable): made when the first cancellable is given */

  /* Opening and closing. A life begins with an opening and ends with the delivery of CLOSED, and the
   * loop counts both; what is asked for waits for its own life, although the events of an earlier one
   * may be on their way. */
  GPtrArray *waiting; /* (owned), of operations (owned) */

  MqttcTopicTrie *trie;  /* (owned), of subscriptions (owned) */
  GPtrArray *matches;    /* (owned), of subscriptions (unowned): a stack, for deliveries can nest */
  GPtrArray *retired;    /* (owned), of subscriptions (owned): given up while they may be running */
  guint64 last_serial;   /* of a subscription */
  guint n_subscriptions; /* in the trie */

  guint busy; /* depth of calls of the listener */
  gboolean owns_loop : 1;
  gboolean revived : 1;  /* holds a reference to itself, until it is not busy */
  gboolean detached : 1; /* from the loop, for good */
};

/* --- Signals. --- */

void mqttc_client_emit_message (MqttcClient *self,
                                MqttcMessage *message);
void mqttc_client_emit_connected (MqttcClient *self,
                                  MqttcPacket *connack);
void mqttc_client_emit_disconnected (MqttcClient *self,
                                     const GError *error,
                                     gint64 retry_usec);
void mqttc_client_notify_state (MqttcClient *self);

/* --- What the loop tells. --- */

extern const MqttcEventLoopListener mqttc_client_listener;
/* Once the client is detached: requests still end, and need no client but their own. */
extern const MqttcEventLoopListener mqttc_client_detached_listener;

void mqttc_client_handle_state (MqttcClient *self,
                                MqttcConnectionState state);
void mqttc_client_handle_connected (MqttcClient *self,
                                    MqttcPacket *connack);
void mqttc_client_handle_disconnected (MqttcClient *self,
                                       const GError *error,
                                       gint64 retry_usec);
void mqttc_client_handle_message (MqttcClient *self,
                                  MqttcMessage *message);
void mqttc_client_handle_resubscribed (MqttcClient *self,
                                       const char *const *filters,
                                       MqttcPacket *suback);

/* The client is detached: ends what waits, for it will be told nothing more. */
void mqttc_client_end_waiting (MqttcClient *self);

/* Takes it out of everything, and drops the reference of the trie: the trie's free function. */
void mqttc_client_release_subscription (gpointer subscription);

/* --- Operations. --- */

MqttcClient *mqttc_client_op_get_client (MqttcClientOp *op);

/* Lets @op be cancelled from now on, if its task can be. */
void mqttc_client_watch (MqttcClient *self,
                         MqttcClientOp *op);

/* The engine has taken the request of @op (transfer full): its end will come as an event. */
void mqttc_client_begin_request (MqttcClient *self,
                                 MqttcClientOp *op);
/* For the class of such an operation: cancelled. */
void mqttc_client_cancel_request (MqttcClientOp *op);

G_END_DECLS
