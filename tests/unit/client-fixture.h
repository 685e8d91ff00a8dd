/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-client.h"
#include "client/mqttc-subscription.h"
#include "loop/mqttc-event-loop-private.h"
#include "loop/mqttc-options.h"
#include "memory-transport.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

G_BEGIN_DECLS

/* A client on a context of its own, a clock that the test moves, and a network in memory. Tearing down
 * proves that the client is freed, and all that it kept. */
typedef struct
{
  GMainContext *context;
  MemoryNet *net;
  gint64 now;
  MqttcClient *client;  /* (nullable) */
  MqttcEventLoop *loop; /* (unowned): NULL as soon as it is disposed of */

  /* For the tests. */
  GString *log;
  guint n_destroyed;
  MqttcSubscription *other; /* (owned) (nullable) */
} ClientFixture;

#define client_fixture_add(path, func) \
 g_test_add (path, ClientFixture, NULL, client_fixture_set_up, func, client_fixture_tear_down)

void client_fixture_set_up (ClientFixture *f,
                            gconstpointer data);
void client_fixture_tear_down (ClientFixture *f,
                               gconstpointer data);

/* Until there is nothing left to do without the clock. */
void client_fixture_iterate (ClientFixture *f);

/* The server says the bytes of @hex ("e0 00"). */
void client_fixture_send (ClientFixture *f,
                          const char *hex);
/* Compares what the client has written since the last time. */
void client_fixture_expect (ClientFixture *f,
                            const char *hex);
/* Takes CONNECT, and accepts. */
void client_fixture_accept (ClientFixture *f);

/* Keeps the result in the GAsyncResult * that it is given, which must be NULL. */
void client_fixture_keep_result_cb (GObject *source,
                                    GAsyncResult *result,
                                    gpointer user_data);

void client_fixture_connect (ClientFixture *f);
/* Compares the SUBSCRIBE, and answers with @suback, which must grant it. */
void client_fixture_subscribe (ClientFixture *f,
                               MqttcSubscription *subscription,
                               const char *sent,
                               const char *suback);

/* Compares the log, and empties it. */
void client_fixture_expect_log (ClientFixture *f,
                                const char *log);

/* It speaks MQTT 5 and is connected, answered by @connack, in hex. */
void client_fixture_connect_5 (ClientFixture *f,
                               const char *connack);
/* The connection is lost, and made again later. */
void client_fixture_reconnect_5 (ClientFixture *f,
                                 const char *connack);

G_END_DECLS
