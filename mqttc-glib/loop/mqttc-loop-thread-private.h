/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A thread that iterates a context of its own and holds no reference to any object of the program. */
typedef struct _MqttcLoopThread MqttcLoopThread;

MqttcLoopThread *mqttc_loop_thread_new (GMainContext *context);
/* Once: from here on the context is the thread's. */
void mqttc_loop_thread_start (MqttcLoopThread *self);

/* From another thread: when it returns, the thread has left the context, which is the caller's until
 * mqttc_loop_thread_free(). */
void mqttc_loop_thread_stop (MqttcLoopThread *self);
/* Stopped: it goes on until what was asked for in the context has come back, and ends. */
void mqttc_loop_thread_free (MqttcLoopThread *self);

/* In the context: one more, or one less, asynchronous call has to come back there. */
MqttcLoopThread *mqttc_loop_thread_begin_call (MqttcLoopThread *self);
void mqttc_loop_thread_end_call (MqttcLoopThread *self);

G_END_DECLS
