/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-client.h"
#include "helpers/mqttc-connection.h"
#include "loop/mqttc-event-loop-private.h"

G_BEGIN_DECLS

struct _MqttcConnection
{
  GObject parent_instance;

  MqttcOptions *options; /* (owned) */
  GMainContext *context; /* (owned): of its own */
  MqttcEventLoop *loop;  /* (owned) */
  MqttcClient *client;   /* (owned) */
  GQueue events;         /* of events (owned), not yet asked for */
  guint n_taken;         /* messages that next() gave out last, 0 or 1: in the program's hands */
  gboolean is_closing;
  gboolean is_closed; /* for good, and told */
};

gboolean mqttc_connection_is_open (MqttcConnection *self);
gboolean
mqttc_connection_ensure_open (MqttcConnection *self,
                              GCancellable *cancellable,
                              GError **error);
/* Keeps the next event for next(): (transfer none), or NULL and @error. */
MqttcEvent *
mqttc_connection_keep_next (MqttcConnection *self,
                            GCancellable *cancellable,
                            GError **error);

/* --- Waiting, in mqttc-connection-request.c. --- */

/* What an asynchronous call of the client came to. It outlives whoever gives up waiting. */
typedef struct
{
  int ref_count;
  GAsyncResult *result;     /* (owned) (nullable) */
  GCancellable *has_result; /* (owned): ends a poll that nothing else may end */
} MqttcConnectionWait;

void mqttc_connection_wait_unref (MqttcConnectionWait *self);

/* Before the call, which is to come back in the connection's context. */
MqttcConnectionWait *mqttc_connection_begin_wait (MqttcConnection *self);
/* For the call: the wait is its user data. */
void mqttc_connection_done_cb (GObject *source,
                               GAsyncResult *result,
                               gpointer user_data);
/* After it: drives the connection until the call has ended. */
gboolean
mqttc_connection_end_wait (MqttcConnection *self,
                           MqttcConnectionWait *wait,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcConnectionWait, mqttc_connection_wait_unref)

G_END_DECLS
