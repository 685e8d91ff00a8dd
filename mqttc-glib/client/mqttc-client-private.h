/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-copies-private.h"
#include "client/mqttc-client-op-private.h"
#include "client/mqttc-client.h"
#include "client/mqttc-filter-table-private.h"
#include "client/mqttc-listeners-private.h"
#include "client/mqttc-match-cache-private.h"
#include "client/mqttc-topic-trie-private.h"
#include "loop/mqttc-event-loop-private.h"
#include "mqttc-error.h"

G_BEGIN_DECLS

#define MQTTC_CLIENT_FIRST_NEGOTIATED 100
#define MQTTC_CLIENT_N_NEGOTIATED 13

/* What the last CONNACK says that was told of. */
typedef struct
{
  guint numbers[MQTTC_CLIENT_N_NEGOTIATED]; /* by property, from the first one on */
  char *assigned_client_id;                 /* (owned) (nullable) */
  char *response_information;               /* (owned) (nullable) */
} MqttcNegotiated;

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

  MqttcTopicTrie *trie;      /* (owned), of subscriptions (owned) */
  MqttcFilterTable *filters; /* (owned) */
  MqttcMatchCache *matches;  /* (owned) (nullable), in the order of subscribing */
  MqttcCopies copies;
  gboolean is_copy;      /* what is about to be delivered */
  GPtrArray *spare;      /* (owned) (nullable): empty, for those that a message is routed to */
  GPtrArray *retired;    /* (owned), of subscriptions (owned): given up while they may be running */
  GPtrArray *pulled;     /* (owned), of those in the trie (unowned) whose messages are pulled */
  guint n_full;          /* of these: as many messages wait as may; if any, nothing is read */
  guint64 last_serial;   /* of a subscription */
  guint n_subscriptions; /* in the trie */

  MqttcListeners message_listeners;
  MqttcNegotiated negotiated;
  gboolean has_connack; /* of the connection that there is, as far as it has been told */

  guint busy; /* depth of calls of the listener */
  gboolean owns_loop : 1;
  gboolean revived : 1; /* holds a reference to itself, until it is not busy */
  gboolean doomed : 1;  /* disposed of on purpose, as soon as it is not busy */
  gboolean detached;    /* from the loop, for good; written under the lock of the engine */
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
void mqttc_client_notify_can_publish (MqttcClient *self);

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
void mqttc_client_handle_suback (MqttcClient *self,
                                 MqttcEngineSubscribedHow how,
                                 const char *const *filters,
                                 MqttcPacket *suback);

/* --- What is agreed on, in mqttc-client-negotiated.c. --- */

void mqttc_negotiated_init (MqttcNegotiated *self);
void mqttc_negotiated_clear (MqttcNegotiated *self);
void mqttc_client_note_connack (MqttcClient *self,
                                MqttcPacket *connack);
void mqttc_client_install_negotiated_properties (GObjectClass *object_class);
void mqttc_client_get_negotiated_property (MqttcClient *self,
                                           guint prop_id,
                                           GValue *value,
                                           GParamSpec *pspec);

gboolean mqttc_client_has_connack (MqttcClient *self);

/* The client is detached: ends what waits, for it will be told nothing more. */
void mqttc_client_end_waiting (MqttcClient *self);

/* Everything that was asked for has come to its end, as far as it has been told. */
gboolean mqttc_client_is_told_closed (MqttcClient *self);

/* --- Subscriptions, in mqttc-client-subscriptions.c. --- */

/* Returns its serial. */
guint64 mqttc_client_add_subscription (MqttcClient *self,
                                       MqttcSubscription *subscription);
/* Ends whoever waits for a message of it, who can do anything. */
void mqttc_client_remove_subscription (MqttcClient *self,
                                       MqttcSubscription *subscription);
/* The same, and the server is told if it was the last one on its filter; nobody waits for that. */
void mqttc_client_drop_subscription (MqttcClient *self,
                                     MqttcSubscription *subscription);
/* Takes it out of everything, and drops the reference of the trie: the trie's free function. */
void mqttc_client_release_subscription (gpointer subscription);

guint mqttc_client_count_on_filter (MqttcClient *self,
                                    const char *filter);
/* With the highest quality of service that anybody on it wants. */
guint8 mqttc_client_get_wanted_options (const MqttcFilterUse *use);

/* Section 2.4 of MQTT 5, and the 0x80 of 3.1.1. */
static inline gboolean
mqttc_client_is_refusal (guint code)
{
  return code >= MQTTC_REASON_CODE_UNSPECIFIED_ERROR;
}

/* The code for the filter at @index. */
guint mqttc_client_get_answer (MqttcPacket *suback,
                               guint index);
/* To a request with the identifier of the filter, or without. */
void mqttc_client_note_granted (MqttcClient *self,
                                const char *filter,
                                gboolean has_id,
                                guint code);

/* The server is not to be asked for it any more, when the session is lost. */
void mqttc_client_forget_filter (MqttcClient *self,
                                 const char *filter);
/* Nobody waits for the answer: unsubscribes from the filter if nobody is on it. */
void mqttc_client_tell_server (MqttcClient *self,
                               MqttcFilterUse *use);

/* Those that are pulled. */
void mqttc_client_add_pulled (MqttcClient *self,
                              MqttcSubscription *subscription);
void mqttc_client_remove_pulled (MqttcClient *self,
                                 MqttcSubscription *subscription);
/* The number of those that are full has changed by 1 or -1. */
void mqttc_client_count_full (MqttcClient *self,
                              int change);
/* The program is done with what it has pulled. */
void mqttc_client_let_go_current (MqttcClient *self);
/* Ends the pulls of @last_life and earlier ones: can run anything. */
void mqttc_client_end_pulls (MqttcClient *self,
                             guint64 last_life);

/* --- Operations. --- */

MqttcClient *mqttc_client_op_get_client (MqttcClientOp *op);

/* Lets @op be cancelled from now on, if its task can be. */
void mqttc_client_watch (MqttcClient *self,
                         MqttcClientOp *op);

/* For the class of such an operation: cancelled. */
void mqttc_client_cancel_request (MqttcClientOp *op);

G_END_DECLS
