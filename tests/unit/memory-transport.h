/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transport/mqttc-transport-private.h"

G_BEGIN_DECLS

/* A network in memory: the test plays the server, and says what the network does. All in one thread;
 * a loop is told by iterating its context. */
typedef struct _MemoryNet MemoryNet;

/* One connection, from the server's side. */
typedef struct _MemoryLink MemoryLink;

/* Its user data is a MemoryNet. */
extern const MqttcDialer memory_dialer;

typedef enum
{
  MEMORY_NET_ACCEPTS,
  MEMORY_NET_REFUSES, /* with G_IO_ERROR_CONNECTION_REFUSED */
  MEMORY_NET_HANGS,   /* until memory_net_answer(); takes no notice of being cancelled */
} MemoryNetMode;

MemoryNet *memory_net_new (void);
void memory_net_free (MemoryNet *self);
void memory_net_set_mode (MemoryNet *self,
                          MemoryNetMode mode);
guint memory_net_get_n_dials (MemoryNet *self);
/* Answers the oldest dial that hangs. */
void memory_net_answer (MemoryNet *self,
                        gboolean accept);
guint memory_net_get_n_hanging (MemoryNet *self);
/* Nobody waits any more for the oldest dial that hangs. */
gboolean memory_net_is_given_up (MemoryNet *self);

/* The last connection that was made; (nullable), valid until the next. */
MemoryLink *memory_net_get_link (MemoryNet *self);

/* How much of what was sent the client has not read. */
gsize memory_link_get_unread (MemoryLink *self);
void memory_link_send (MemoryLink *self,
                       gconstpointer data,
                       gsize len);
/* What the client has written and was not taken before. */
GByteArray *memory_link_take (MemoryLink *self);
/* How many bytes more the client can write before it would block; no bound at first. */
void memory_link_set_room (MemoryLink *self,
                           gsize n_bytes);
/* After what was sent. */
void memory_link_end (MemoryLink *self);
void memory_link_reset (MemoryLink *self);
gboolean memory_link_is_closed (MemoryLink *self);

G_END_DECLS
