/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-properties.h"

G_BEGIN_DECLS

/* A broker to test against, in a thread of its own. By itself it does what a small server does: QoS
 * 0, 1 and 2 both ways, subscriptions with wildcards, retained messages, sessions. It writes down
 * every packet that it receives, and can be told to misbehave.
 *
 * The functions may be called in the test's thread at any time. Those that wait iterate the
 * thread-default context of the test, which the broker wakes whenever something has happened. */
typedef struct _TestBroker TestBroker;

#define TEST_BROKER_ALL_TYPES G_MAXUINT32

/* On a free port of the loopback device, or on a Unix socket. */
TestBroker *test_broker_new (void);
TestBroker *test_broker_new_unix (const char *path);

/* Asserts that no client ever sent it anything malformed. */
void test_broker_free (TestBroker *self);

guint16 test_broker_get_port (TestBroker *self);
char *test_broker_get_uri (TestBroker *self);

/* --- How it behaves from now on. --- */

/* A bit (1 << type) for each type of packet that is written down but not answered. */
void test_broker_set_silent (TestBroker *self,
                             guint32 types);
void test_broker_set_connack (TestBroker *self,
                              guint reason_code);
/* Of a CONNACK of MQTT 5. NULL: none. */
void test_broker_set_connack_properties (TestBroker *self,
                                         MqttcProperties *properties);
/* The highest that it speaks: MQTT 5, unless told otherwise. */
void test_broker_set_protocol (TestBroker *self,
                               MqttcProtocol protocol);
/* -1: as it is; else what CONNACK says, true or not. */
void test_broker_set_session_present (TestBroker *self,
                                      int session_present);
/* Subscriptions to @filter are refused. */
void test_broker_refuse_filter (TestBroker *self,
                                const char *filter);
void test_broker_set_reading (TestBroker *self,
                              gboolean reading);
/* Drops the connection at the @nth packet of this type from now on, after writing it down and
 * before answering. 0: does not. */
void test_broker_drop_at (TestBroker *self,
                          MqttcPacketType type,
                          guint nth);
/* Answers the first bytes of a connection with these, then says nothing more. NULL: behave. */
void test_broker_set_greeting (TestBroker *self,
                               const void *data,
                               gsize len);
void test_broker_forget_sessions (TestBroker *self);
void test_broker_set_listening (TestBroker *self,
                                gboolean listening);

/* --- Acting on the newest connection. --- */

void test_broker_send (TestBroker *self,
                       const void *data,
                       gsize len);
void test_broker_send_packet (TestBroker *self, MqttcPacket *packet /* (transfer full) */);
void test_broker_send_ack (TestBroker *self,
                           MqttcPacketType type,
                           guint packet_id);
void test_broker_send_publish (TestBroker *self,
                               const char *topic,
                               const char *text,
                               MqttcQos qos,
                               guint packet_id,
                               gboolean dup);
/* Ends it with a FIN, or with a reset. */
void test_broker_drop (TestBroker *self);
void test_broker_reset (TestBroker *self);

/* --- What it has seen. --- */

guint test_broker_count_connections (TestBroker *self);
guint test_broker_count (TestBroker *self,
                         MqttcPacketType type);
/* The @nth packet of this type, from 0: (transfer full). */
MqttcPacket *test_broker_get_packet (TestBroker *self,
                                     MqttcPacketType type,
                                     guint nth);
/* The @nth PUBLISH, from 0, at no cost: (transfer none), valid as long as the broker. */
MqttcPacket *test_broker_peek_publish (TestBroker *self,
                                       guint nth);
/* The user name and password of the newest CONNECT, "name:password"; "-" for what is missing. */
char *test_broker_get_credentials (TestBroker *self);
/* Of the newest CONNECT or AUTH, "method:data"; "-" for what is missing. */
char *test_broker_get_authentication (TestBroker *self);
/* The will of the newest CONNECT, "topic q1 retain delay 5: payload", or "-". */
char *test_broker_get_will (TestBroker *self);

/* A line for each packet of a connection, counted from 1:
 * "CONNECT clean", "PUBLISH #1 q1 dup a/b", "SUBSCRIBE #2 a:1 b:0", "PUBACK #3" … */
char *test_broker_get_trace (TestBroker *self,
                             guint connection);

/* --- Waiting; the alarm of the test is the guard. --- */

void test_broker_wait_connections (TestBroker *self,
                                   guint n);
void test_broker_wait (TestBroker *self,
                       MqttcPacketType type,
                       guint n);
/* Until the client has ended this connection. */
void test_broker_wait_ended (TestBroker *self,
                             guint connection);
/* Waits for as many lines as @trace has, then asserts that they are the same. */
void test_broker_expect (TestBroker *self,
                         guint connection,
                         const char *trace);

G_END_DECLS
