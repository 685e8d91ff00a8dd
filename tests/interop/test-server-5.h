/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-mochi.h"
#include "test-mosquitto.h"
#include "test-peer.h"

G_BEGIN_DECLS

/* One of the two brokers that speak MQTT 5. */
typedef struct
{
  TestMochi *mochi;         /* (nullable) */
  TestMosquitto *mosquitto; /* (nullable): the other one */
  char *uri;
} TestServer;

/* With options of Mochi, a space between, or lines of configuration of Mosquitto; NULL: none. */
TestServer *test_server_new_mochi (const char *options);
TestServer *test_server_new_mosquitto (const char *settings);
void test_server_free (TestServer *self);

/* A client of MQTT 5; see peer_new(). */
Peer *test_server_add_peer (TestServer *self,
                            const char *client_id);

/* Regularly, or at once. */
void test_server_stop (TestServer *self);
void test_server_kill (TestServer *self);
/* With other options or settings. */
void test_server_start (TestServer *self,
                        const char *options);
void test_server_pause (TestServer *self);
void test_server_resume (TestServer *self);

/* --- Tests with either broker. --- */

typedef struct
{
  TestServer *server;
  Peer *peer;
  Peer *other;
} ServerFixture;

typedef struct
{
  const char *name;
  void (*func) (ServerFixture *f, gconstpointer data);
  const char *mochi;     /* (nullable): options; NULL: it cannot */
  const char *mosquitto; /* (nullable): lines of configuration; NULL: it cannot */
} ServerCase;

/* @data is a case. */
void server_fixture_set_up_mochi (ServerFixture *f,
                                  gconstpointer data);
void server_fixture_set_up_mosquitto (ServerFixture *f,
                                      gconstpointer data);
void server_fixture_tear_down (ServerFixture *f,
                               gconstpointer data);
void server_fixture_open_both (ServerFixture *f);

/* --- Clients of it. --- */

MqttcOptions *peer_get_options (Peer *self);

/* What it and @sender have published before has come, if it comes here. Mochi acknowledges what it has not
 * yet passed on, so that it takes a message of the same sender to know. */
void peer_fence (Peer *self, Peer *sender /* (nullable) */);
/* What comes of it: (transfer full) (nullable). */
MqttcPacket *peer_try_publish (Peer *self,
                               MqttcMessage *message,
                               GError **error);
gboolean peer_try_subscribe (Peer *self,
                             MqttcSubscription *subscription,
                             GError **error);
gboolean
peer_close_full (Peer *self,
                 guint reason_code,
                 MqttcProperties *properties,
                 GError **error);
/* How many messages have come to @topic. */
guint peer_count (Peer *self,
                  const char *topic);
/* Until the signal "disconnected" has come so often. */
void peer_wait_disconnected (Peer *self,
                             guint n);
void peer_wait_connected (Peer *self,
                          guint n);

G_END_DECLS
