/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A Mochi MQTT of our own, as tests/interop/mochi/ builds it, on a free port of the loopback device. It is
 * killed with the test, however that ends.
 *
 * What it does of MQTT 5, and what Mosquitto 2.0.11 does, as test-brokers-5.c finds:
 *
 *                                              Mochi   Mosquitto
 *   assigned client identifier                 yes     yes
 *   session kept                               yes     yes
 *   receive maximum told                       yes     yes
 *   receive maximum, 0x93                      yes     no
 *   receive maximum of the client kept         yes     yes
 *   topic alias maximum told                   yes     yes
 *   topic alias to the broker                  yes     yes
 *   topic alias too large, 0x94                yes     yes
 *   topic alias unknown, DISCONNECT            no      yes
 *   topic alias to the client                  yes     no
 *   aliased message sent again with its topic  no      yes
 *   maximum QoS told                           yes     yes
 *   maximum QoS, 0x9b                          yes     yes
 *   no retain told                             yes     yes
 *   no retain, 0x9a                            yes     yes
 *   maximum packet size told                   yes     yes
 *   maximum packet size, 0x95                  no      yes
 *   maximum packet size of the client kept     yes     yes
 *   session expiry lowered                     yes     no
 *   server keep alive                          yes     yes
 *   no wildcards told                          yes     no
 *   no wildcards, 0xa2                         yes     no
 *   no subscription identifiers told           yes     no
 *   no subscription identifiers, 0xa1          yes     no
 *   no shared subscriptions told               yes     no
 *   no shared subscriptions, 0x9e              yes     no
 *   subscription identifiers                   yes     yes
 *   shared subscriptions                       yes     yes
 *   no local                                   yes     yes
 *   properties of messages                     yes     yes
 *   no matching subscribers, 0x10              no      yes
 *   session taken over, 0x8e                   yes     no
 *   response information                       yes     no
 *   redirection in CONNACK, 0x9d               yes     no
 *   redirection in DISCONNECT, 0x9c            yes     no
 *   unknown authentication method, 0x8c        yes     yes
 *   SCRAM-SHA-256                              yes     no
 *   SCRAM-SHA-256, wrong password              yes     no
 *   SCRAM-SHA-256 again                        yes     no
 *
 * Limits are options of both; "told" is in CONNACK, a code is what those get who go beyond. Of Mochi's
 * part, the codes 0x9a, 0x9b, 0x9e, 0xa1 and 0xa2, redirection and SCRAM are mochi/main.go and scram.go
 * on the hooks of the broker.
 *
 * Where it departs from the standard: it ends a connection without a DISCONNECT where a packet is too
 * large, takes an alias that it was never told as the empty topic, keeps an alias in a message that it
 * sends again on another connection, publishes no will for DISCONNECT 0x04, of the properties of a will
 * passes on those of users alone, acknowledges with success what its hooks do not allow to be published,
 * loses what waits for its receive maximum after the first such message, and sends DISCONNECT to clients
 * of 3.1.1 too. A session that is to end with its connection ends a little later, a message is passed on
 * a little after it has been acknowledged, and a retained one does not say for which subscription it is.
 *
 * Mosquitto 2.0.11 sends two of the messages that wait for the client's receive maximum for one that is
 * acknowledged, ends connections without a word when it stops and when a session is taken over, and has
 * no list of rights for subscriptions.
 */
typedef struct _TestMochi TestMochi;

/* With options such as "-maximum-qos=1", see mochi/main.go; NULL ends them. */
TestMochi *test_mochi_new (const char *const *options);
void test_mochi_free (TestMochi *self);

/* SIGTERM and SIGKILL; it keeps nothing beyond its end. */
void test_mochi_stop (TestMochi *self);
void test_mochi_kill (TestMochi *self);
/* SIGSTOP and SIGCONT: its sockets stay open and nobody reads from them. */
void test_mochi_pause (TestMochi *self);
void test_mochi_resume (TestMochi *self);
/* Waits until it listens; with other options if these are not NULL, on the same port. */
void test_mochi_start (TestMochi *self,
                       const char *const *options);

guint16 test_mochi_get_port (TestMochi *self);
char *test_mochi_get_uri (TestMochi *self);

/* Waits until it has logged a line with @text in it. */
void test_mochi_wait_log (TestMochi *self,
                          const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMochi, test_mochi_free)

G_END_DECLS
