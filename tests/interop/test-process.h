/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server that a test runs. It is killed with the test, however that ends. */
typedef struct _TestProcess TestProcess;

/* Its input stays open: openssl s_server reads commands from there, and ends with it. */
TestProcess *test_process_new (const char *const *argv);
/* One that ends by itself, and well: waits for it. */
void test_process_run (const char *const *argv);
/* SIGTERM, and waits for its end. */
void test_process_terminate (TestProcess *self);
/* SIGKILL, and waits for its end. */
void test_process_kill (TestProcess *self);
void test_process_send_signal (TestProcess *self,
                               int number);
/* SIGSTOP, and waits until it stands still; SIGCONT. */
void test_process_pause (TestProcess *self);
void test_process_resume (TestProcess *self);
/* Kills it, if it runs. */
void test_process_free (TestProcess *self);

/* Waits until it has written @n lines with @text in them; fails if it ends before. */
void test_process_wait_log (TestProcess *self,
                            const char *text,
                            guint n);

guint test_process_count_log (TestProcess *self,
                              const char *text);

/* A socket that is bound and does not listen keeps a free port of the loopback device for us, also
 * while nobody listens there: (transfer full). */
GSocket *test_process_hold_port (guint16 *port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestProcess, test_process_free)

G_END_DECLS
