/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A Mosquitto of our own: on a free port of the loopback device and on a Unix socket, with its files
 * in a temporary folder. It is killed with the test, however that ends. */
typedef struct _TestMosquitto TestMosquitto;

/* With a user name and password that it wants, or NULL for neither. */
TestMosquitto *test_mosquitto_new (const char *user_name,
                                   const char *password);
/* With these lines of configuration in the place of ours for what it keeps, saves and logs; it must
 * log at least what is of the type "information". */
TestMosquitto *test_mosquitto_new_with (const char *settings);
void test_mosquitto_free (TestMosquitto *self);
/* The same, for its next start. */
void test_mosquitto_configure (TestMosquitto *self,
                               const char *settings);

/* SIGTERM, so that it saves what it has, and waits for its end. */
void test_mosquitto_stop (TestMosquitto *self);
/* SIGKILL: it saves nothing. */
void test_mosquitto_kill (TestMosquitto *self);
/* SIGSTOP and SIGCONT: its sockets stay open and nobody reads from them. */
void test_mosquitto_pause (TestMosquitto *self);
void test_mosquitto_resume (TestMosquitto *self);
/* SIGUSR1: it saves what it has, soon, and logs "Saving in-memory database". */
void test_mosquitto_save (TestMosquitto *self);
/* Waits until it listens. */
void test_mosquitto_start (TestMosquitto *self);

guint16 test_mosquitto_get_port (TestMosquitto *self);
char *test_mosquitto_get_uri (TestMosquitto *self);
char *test_mosquitto_get_unix_uri (TestMosquitto *self);

/* Waits until it has logged a line with @text in it. */
void test_mosquitto_wait_log (TestMosquitto *self,
                              const char *text);
/* The same of @n lines. */
void test_mosquitto_wait_log_times (TestMosquitto *self,
                                    const char *text,
                                    guint n);

G_END_DECLS
