/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-loop-thread-private.h"
#include "session/mqttc-engine-private.h"
#include "transport/mqttc-tls-binding-private.h"
#include "transport/mqttc-transport-private.h"

G_BEGIN_DECLS

typedef struct _MqttcLoopDial MqttcLoopDial;

/* What connects an engine with a transport: it dials, and carries bytes both ways. It belongs to the
 * thread that moves bytes, and takes the lock of the engine itself. */
typedef struct
{
  MqttcEngine *engine;     /* (unowned) */
  GMutex *lock;            /* (unowned): of the engine, and of address */
  GMainContext *context;   /* (unowned) */
  GSource *parent;         /* (unowned): gets the sources of the transport as children */
  MqttcLoopThread *thread; /* (unowned) (nullable): keeps going until the last dial has ended */

  const MqttcDialer *dialer;
  gpointer dialer_data; /* (unowned) */

  MqttcLoopDial *dial;          /* (unowned) (nullable): its callback frees it */
  MqttcTransport *dialled;      /* (nullable): what came of it, for mqttc_loop_link_finish_dial() */
  GError *dial_error;           /* (nullable): or why nothing did */
  MqttcTransport *transport;    /* (nullable) */
  char *address;                /* (nullable): of the last attempt, for error messages */
  MqttcTlsFailure *tls_failure; /* (nullable): of the last attempt; guarded by the lock */
  gboolean is_binding_wanted;   /* guarded by the lock; so is the next */
  MqttcTlsBinding binding;      /* of the last link, if it was wanted */

  /* The children, kept while there is something to wait for. */
  GSource *read_source;  /* (nullable) */
  GSource *write_source; /* (nullable): only while the transport is full */

  gboolean readable; /* set by read_source */
  gboolean writable; /* set by write_source */
} MqttcLoopLink;

void mqttc_loop_link_init (MqttcLoopLink *self,
                           MqttcEngine *engine,
                           GMutex *lock,
                           GMainContext *context,
                           GSource *parent);
void mqttc_loop_link_clear (MqttcLoopLink *self);

void mqttc_loop_link_dial (MqttcLoopLink *self,
                           const MqttcAddress *address);
/* Tells the engine what came of dialling, if anything has yet. What the engine wants to be done with
 * the link must have been done before: it may have given up. */
void mqttc_loop_link_finish_dial (MqttcLoopLink *self,
                                  gint64 now);
/* Closes the transport or gives up dialling, and does not tell the engine. */
void mqttc_loop_link_shut (MqttcLoopLink *self);

/* Whether there is anything to do now, without waiting. With the lock held. */
gboolean mqttc_loop_link_has_work (MqttcLoopLink *self);

/* Reads what there is, within a budget. */
void mqttc_loop_link_read (MqttcLoopLink *self,
                           gint64 now);
/* Writes what the engine wants to send, within a budget. */
void mqttc_loop_link_write (MqttcLoopLink *self,
                            gint64 now);
/* Before it is shut: tells the peer why, if the transport takes that at once. */
void mqttc_loop_link_write_last (MqttcLoopLink *self,
                                 gint64 now);
/* After reading and writing: waits for what the engine wants to happen next. */
void mqttc_loop_link_update (MqttcLoopLink *self);

G_END_DECLS
