/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-codec-private.h"
#include "test-broker.h"

G_BEGIN_DECLS

typedef struct
{
  char *filter;
  guint8 qos;
} TestSubscribed;

/* What outlives a connection, unless it was a clean one. */
typedef struct
{
  GPtrArray *subscribed;    /* of TestSubscribed */
  GHashTable *received_ids; /* of QoS 2 messages that wait for their PUBREL */
  guint last_id;
} TestSession;

typedef struct
{
  TestBroker *broker; /* (unowned) */
  guint number;       /* from 1 */
  GSocket *socket;    /* (nullable): NULL when it has ended */
  GSource *read_source;
  GSource *write_source;
  GByteArray *in;
  GByteArray *out;
  TestSession *session; /* (unowned) (nullable): the broker's, NULL before CONNECT */
  MqttcProtocol protocol;
  gboolean corked;
  gboolean greeted;
  gboolean ended_by_client;
  GString *trace;
} TestConnection;

/* The lock covers everything, in both threads. */
struct _TestBroker
{
  GMutex mutex;
  GThread *thread;
  GMainContext *context;
  GMainContext *watcher; /* the test's */
  gboolean quit;

  char *path; /* (nullable): of the Unix socket */
  guint16 port;
  GSocket *holder; /* (nullable): of the port */
  GSocket *listener;
  GSource *accept_source;

  GPtrArray *connections; /* of TestConnection, in the order they came */
  GPtrArray *packets;     /* of MqttcPacket */
  GPtrArray *publishes;   /* of those (unowned) that are PUBLISH */
  guint counts[16];       /* of each type */
  GHashTable *sessions;   /* client id -> TestSession */
  GHashTable *retained;   /* topic -> MqttcMessage */
  char *credentials;
  char *authentication;
  char *will;
  char *fault; /* (nullable): what was malformed */

  guint32 silent;
  guint connack;
  MqttcProperties *connack_properties; /* (nullable) */
  MqttcProtocol protocol;
  int session_present;
  char *refused_filter;
  gboolean reading;
  MqttcPacketType drop_type;
  guint drop_nth;
  GBytes *greeting;
};

/* test-broker-io.c: sockets; the lock is held. */
void test_broker_listen_locked (TestBroker *self);
void test_broker_unlisten_locked (TestBroker *self);
void test_connection_free (TestConnection *self);
void test_connection_watch_locked (TestConnection *self);
void test_connection_write_locked (TestConnection *self,
                                   const void *data,
                                   gsize len);
/* Between them, writes are gathered. */
void test_connection_cork_locked (TestConnection *self);
void test_connection_uncork_locked (TestConnection *self);
void test_connection_end_locked (TestConnection *self);

/* test-broker-mqtt.c: what packets mean; the lock is held. */
TestSession *test_session_new (void);
void test_session_free (TestSession *self);
/* Takes whole packets off the front of the connection's bytes. */
void test_connection_parse_locked (TestConnection *self);
void test_connection_write_packet_locked (TestConnection *self,
                                          MqttcPacket *packet /* (transfer full) */);

G_END_DECLS
