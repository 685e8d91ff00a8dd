/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A TCP relay on the loopback device that does harm: it listens on a free port, forwards to another
 * one, and cuts, stalls, swallows, slows or changes what passes. There may be several at once.
 *
 * It runs on the context that was the thread-default one when it was made, or on a thread of its
 * own: then it also serves a client that blocks its main loop. The functions may be called at any
 * time in the thread that made it. Those that wait iterate that thread's context; the alarm of the
 * test is the guard. */
typedef struct _FaultProxy FaultProxy;

/* Which way the bytes go: from the client to the server, or back. */
typedef enum
{
  FAULT_UP,
  FAULT_DOWN,
} FaultDirection;

typedef enum
{
  FAULT_RESET, /* RST to both sides */
  FAULT_FIN,   /* FIN to both sides */
  FAULT_HALF,  /* FIN to where the bytes go; the other direction goes on */
} FaultCut;

typedef enum
{
  FAULT_FORWARD,
  FAULT_ACCEPT_FIN,   /* accepts, then ends the connection; the server is not asked */
  FAULT_ACCEPT_RESET, /* accepts, then resets it */
  FAULT_ACCEPT_HOLD,  /* accepts and says nothing, for ever; reads and throws away */
  FAULT_REFUSE,       /* nobody listens; the port stays ours */
} FaultAccept;

#define FAULT_NEVER G_MAXUINT64

FaultProxy *fault_proxy_new (guint16 target_port);
FaultProxy *fault_proxy_new_threaded (guint16 target_port);
/* Ends every connection with a FIN. */
void fault_proxy_free (FaultProxy *self);

guint16 fault_proxy_get_port (FaultProxy *self);
char *fault_proxy_get_uri (FaultProxy *self);

/* --- How it behaves from now on, with the connections that are open and those to come. Offsets
 * count the bytes of one direction of one connection, from 0. --- */

/* Every fault off, connections forwarded; what was held back goes on. */
void fault_proxy_heal (FaultProxy *self);
void fault_proxy_set_target (FaultProxy *self,
                             guint16 target_port);
void fault_proxy_set_accept (FaultProxy *self,
                             FaultAccept accept);

/* Cuts the first connection that has forwarded @offset bytes; the byte at @offset is not forwarded.
 * Once: the next connection lives, until it is asked for again. An offset of 0 cuts a connection of
 * which this direction has said nothing yet. FAULT_NEVER takes it back. */
void fault_proxy_cut_at (FaultProxy *self,
                         FaultDirection direction,
                         guint64 offset,
                         FaultCut cut);
/* Neither reads nor forwards: the windows of TCP fill up. */
void fault_proxy_set_stalled (FaultProxy *self,
                              FaultDirection direction,
                              gboolean stalled);
/* Reads and throws away, FIN included: the other side hears nothing more. */
void fault_proxy_set_blackhole (FaultProxy *self,
                                FaultDirection direction,
                                gboolean blackhole);
/* In real time. 0: as fast as it goes. */
void fault_proxy_set_rate (FaultProxy *self,
                           FaultDirection direction,
                           guint bytes_per_second);
/* Lets so many bytes more pass, of all connections together, then neither reads nor forwards: a slow
 * link for virtual time. Adds to what is left; from the first call on there is a limit, so that 0
 * lets nothing pass. */
void fault_proxy_allow (FaultProxy *self,
                        FaultDirection direction,
                        guint64 n_bytes);
/* Changes the byte at @offset of every connection by exclusive or. 0: does not. */
void fault_proxy_flip_at (FaultProxy *self,
                          FaultDirection direction,
                          guint64 offset,
                          guint8 mask);
/* Writes at most @size bytes at a time, each in a segment of its own. 0: as they come. */
void fault_proxy_set_piece (FaultProxy *self,
                            FaultDirection direction,
                            gsize size);

/* --- Acting on what is open. --- */

/* Says something the other side never said, on the newest connection, after what was forwarded. */
void fault_proxy_inject (FaultProxy *self,
                         FaultDirection direction,
                         const void *data,
                         gsize len);
/* Cuts every connection that is open. */
void fault_proxy_cut_all (FaultProxy *self,
                          FaultCut cut);
void fault_proxy_reset_all (FaultProxy *self);

/* --- What has passed. --- */

/* Accepted so far, and those of them that are open. */
guint fault_proxy_count_connections (FaultProxy *self);
guint fault_proxy_count_open (FaultProxy *self);
/* Connections that a fault has cut. */
guint fault_proxy_count_cuts (FaultProxy *self);
/* Bytes read, and bytes forwarded, of all connections. */
guint64 fault_proxy_count_read (FaultProxy *self,
                                FaultDirection direction);
guint64 fault_proxy_count_forwarded (FaultProxy *self,
                                     FaultDirection direction);

/* Keeps what is forwarded from now on, for an oracle. */
void fault_proxy_set_capturing (FaultProxy *self,
                                gboolean capturing);
/* What a connection, counted from 1, has forwarded: (transfer full). */
GBytes *fault_proxy_get_capture (FaultProxy *self,
                                 guint connection,
                                 FaultDirection direction);

/* --- Waiting. --- */

void fault_proxy_wait_connections (FaultProxy *self,
                                   guint n);
/* Until exactly so many are open. */
void fault_proxy_wait_open (FaultProxy *self,
                            guint n);
void fault_proxy_wait_cuts (FaultProxy *self,
                            guint n);
void fault_proxy_wait_read (FaultProxy *self,
                            FaultDirection direction,
                            guint64 n);
void fault_proxy_wait_forwarded (FaultProxy *self,
                                 FaultDirection direction,
                                 guint64 n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultProxy, fault_proxy_free)

G_END_DECLS
