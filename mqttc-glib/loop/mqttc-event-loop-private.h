/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-event-loop.h"
#include "session/mqttc-engine-private.h"
#include "transport/mqttc-transport-private.h"

G_BEGIN_DECLS

/* Data comes up as events of the engine; the loop emits its own signals first, then hands each event
 * to this one listener, the client. All of it happens in the delivery source, never in the I/O
 * source: anything may be called from there, nested main loops included. */
typedef struct
{
  void (*state) (gpointer user_data, MqttcConnectionState state);
  void (*connected) (gpointer user_data, MqttcPacket *connack);
  void (*disconnected) (gpointer user_data, const GError *error, gint64 retry_usec);
  void (*message) (gpointer user_data, MqttcMessage *message);
  void (*completed) (gpointer user_data,
                     MqttcOperation *operation,
                     MqttcPacket *packet, /* (nullable) */
                     GError *error);      /* (transfer full) (nullable) */
  void (*subscribed) (gpointer user_data,
                      MqttcEngineSubscribedHow how,
                      const char *const *filters,
                      MqttcPacket *suback);
  void (*can_publish) (gpointer user_data, gboolean can_publish);
} MqttcEventLoopListener;

/* NULL takes it away; @user_data is unowned. Completions that come when there is no listener are
 * dropped. */
void mqttc_event_loop_set_listener (MqttcEventLoop *self,
                                    const MqttcEventLoopListener *listener,
                                    gpointer user_data);

/* The engine, for a command, from any thread: until mqttc_event_loop_unlock(), which also wakes the
 * loop. Nothing else of the loop, and no code of the program, may be called in between. */
MqttcEngine *mqttc_event_loop_lock (MqttcEventLoop *self);
void mqttc_event_loop_unlock (MqttcEventLoop *self);
void mqttc_event_loop_wake (MqttcEventLoop *self);
/* Between lock and unlock: nothing more will be delivered. */
gboolean mqttc_event_loop_is_disposed (MqttcEventLoop *self);

/* From any thread; does not wake the loop. */
void mqttc_event_loop_get_counters (MqttcEventLoop *self,
                                    MqttcEngineCounters *counters);

/* Microseconds of the boot-time clock. */
gint64 mqttc_event_loop_get_time (MqttcEventLoop *self);

GMainContext *mqttc_event_loop_get_context (MqttcEventLoop *self);

/* Opens (validates and freezes the options); the error is of an option, or ALREADY_OPEN. */
gboolean mqttc_event_loop_open (MqttcEventLoop *self,
                                GError **error);

/* How often it was opened, by whomever, and how often CLOSED was delivered: which opening an event
 * belongs to. CLOSED is counted before anybody is told; DISCONNECTED is the next event. */
guint64 mqttc_event_loop_get_n_opened (MqttcEventLoop *self);
guint64 mqttc_event_loop_get_n_closed (MqttcEventLoop *self);

void mqttc_event_loop_close (MqttcEventLoop *self,
                             guint reason_code,
                             GBytes *properties, /* (nullable): as those of mqttc_engine_close() */
                             gint64 drain_usec);

/* The number of a round of delivery: it is another one whenever handlers may have run that could have
 * connected to a signal. Whoever runs some begins one. */
guint64 mqttc_event_loop_get_round (MqttcEventLoop *self);
void mqttc_event_loop_begin_round (MqttcEventLoop *self);

/* During a call of the listener's message(): keeps the message from being acknowledged, and from
 * leaving the bound of what is undelivered, until it is released with the number that is returned. */
guint64 mqttc_event_loop_hold_message (MqttcEventLoop *self);
void mqttc_event_loop_release_message (MqttcEventLoop *self,
                                       guint64 token);

/* For whoever polls and keeps messages: no poll acknowledges them from now on. */
void mqttc_event_loop_keep_polled (MqttcEventLoop *self);
/* The first @n_messages messages that were polled and not acknowledged yet count as handled. */
void mqttc_event_loop_acknowledge_polled (MqttcEventLoop *self,
                                          guint n_messages);
/* Nobody will look at any of them. */
void mqttc_event_loop_give_up_polled (MqttcEventLoop *self);

/* Attaches @source to @context, named; the one place where sources are attached. */
void mqttc_loop_attach (GSource *source,
                        GMainContext *context,
                        const char *name);
/* The same to the loop's context. */
void mqttc_event_loop_attach_source (MqttcEventLoop *self,
                                     GSource *source,
                                     const char *name);

/* For dispose() in a thread that does not own the loop's context: drops the last reference of @object
 * there. In mqttc-loop-release.c. */
void mqttc_event_loop_release_object (MqttcEventLoop *self,
                                      gpointer object,
                                      const char *name);

/* For tests: another way to dial, another clock. Before it is opened. */
void
mqttc_event_loop_set_dialer (MqttcEventLoop *self,
                             const MqttcDialer *dialer,
                             gpointer user_data);
void mqttc_event_loop_set_clock (MqttcEventLoop *self,
                                 gint64 (*clock) (gpointer user_data),
                                 gpointer user_data);

/* The client of this loop, weakly. Here so that client/ can keep it; the loop does not look at it. */
GWeakRef *mqttc_event_loop_get_client_ref (MqttcEventLoop *self);

G_END_DECLS
