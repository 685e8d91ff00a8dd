/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fault-proxy.h"

G_BEGIN_DECLS

/* The settings and the counts of a direction, of all connections. */
typedef struct
{
  gboolean stalled;
  gboolean blackhole;
  guint64 allowance; /* bytes that may still pass, or FAULT_NEVER */
  guint rate;
  gint64 rate_time; /* when the allowance grew last */
  double rate_rest; /* the part of a byte that it could not grow by */
  guint64 cut_offset;
  FaultCut cut;
  guint64 flip_offset;
  guint8 flip_mask;
  gsize piece;

  guint64 n_read;
  guint64 n_forwarded;
} FaultWay;

typedef struct _FaultConnection FaultConnection;

/* A direction of a connection. */
typedef struct
{
  FaultConnection *connection;
  FaultDirection direction;
  GSource *read_source;
  GSource *write_source;
  GByteArray *pending; /* read, not written yet */
  GByteArray *capture;
  guint64 n_read;
  guint64 n_forwarded;
  gboolean in_ended;
  gboolean in_reset;  /* it ended by an error */
  gboolean out_ended; /* nothing is written any more; what is read is thrown away */
} FaultPump;

struct _FaultConnection
{
  FaultProxy *proxy;
  GSocket *sockets[2]; /* (owned) (nullable): where each direction comes from */
  GSource *connect_source;
  FaultPump pumps[2];
  gboolean held; /* there is no server */
  gboolean cut;
};

struct _FaultProxy
{
  GMutex mutex;
  GMainContext *context;
  GMainContext *watcher; /* of the test */
  GThread *thread;       /* (nullable) */
  gint quit;

  guint16 port;
  guint16 target_port;
  GSocket *holder; /* bound and not listening: keeps the port while connections are refused */
  GSocket *listener;
  GSource *accept_source;
  GSource *rate_source;

  FaultAccept accept;
  FaultWay ways[2];
  gboolean capturing;
  guint n_cuts;
  GPtrArray *connections; /* of FaultConnection */
};

/* Makes the source if it is wanted and there is none, destroys it if it is not wanted. */
void fault_watch (GSource **source,
                  gboolean wanted,
                  GSocket *socket,
                  GIOCondition condition,
                  GSourceFunc callback,
                  gpointer user_data,
                  GMainContext *context);
void fault_unwatch (GSource **source);

FaultConnection *fault_connection_new (FaultProxy *proxy, GSocket *client /* (transfer full) */);
void fault_connection_free (FaultConnection *self);
void fault_connection_dial_locked (FaultConnection *self);
void fault_connection_cut_locked (FaultConnection *self,
                                  FaultDirection direction,
                                  FaultCut cut);
/* Does all that can be done at once, and waits for the rest. */
void fault_connection_advance_locked (FaultConnection *self);

G_END_DECLS
