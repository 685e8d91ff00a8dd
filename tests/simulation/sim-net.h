/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-clock.h"
#include "sim-faults.h"
#include "sim-options.h"
#include "sim-random.h"
#include "sim-script.h"
#include "sim-trace.h"

G_BEGIN_DECLS

/* A network of TCP connections: two ordered byte pipes each, nothing reordered or doubled, but cut
 * after any prefix, in each direction its own. */
typedef struct _SimNet SimNet;
typedef struct _SimLink SimLink;

/* The two ends of a link. The pipe that leads to an end has its number. */
typedef enum
{
  SIM_END_BROKER,
  SIM_END_CLIENT,
} SimEnd;

typedef struct
{
  void (*data) (gpointer owner, SimLink *link, const guint8 *data, gsize len);
  void (*ended) (gpointer owner, SimLink *link, gboolean reset); /* it is closed by that */
  void (*writable) (gpointer owner, SimLink *link);
} SimEndpoint;

SimNet *sim_net_new (SimClock *clock,
                     const SimOptions *options,
                     SimFaults *faults,
                     SimTrace *trace,
                     SimScript *script);
void sim_net_free (SimNet *self);

/* No new faults from here on; links that stall go on. */
void sim_net_heal (SimNet *self);

SimLink *sim_net_connect (SimNet *self);

/* As a script says, to the link there is. */
void sim_net_play (SimNet *self,
                   const SimAction *action);

/* Whether it has ended or not; (nullable): there have not been that many. */
SimLink *sim_net_peek_link (SimNet *self,
                            guint index);

guint sim_link_get_serial (SimLink *self);

/* Whether anything but delay has ever befallen it. */
gboolean sim_link_is_troubled (SimLink *self);

/* Whatever is written now arrives. */
gboolean sim_link_is_sound (SimLink *self);

void sim_link_attach (SimLink *self,
                      SimEnd end,
                      const SimEndpoint *endpoint,
                      gpointer owner);

/* How many bytes were taken, 0 to @len; if not all, writable() follows. */
gsize sim_link_write (SimLink *self,
                      SimEnd from,
                      const guint8 *data,
                      gsize len);

/* An end that does not read holds the other back; it learns of a reset all the same. */
void sim_link_set_reading (SimLink *self,
                           SimEnd end,
                           gboolean reading);

/* Nothing more is heard at @end; what it wrote still arrives, or a part of it if @abruptly. */
void sim_link_close (SimLink *self,
                     SimEnd end,
                     gboolean abruptly);

/* Cuts the link; of what is on the way a random part still arrives, or nothing or all of it. */
typedef enum
{
  SIM_CUT_RANDOM,
  SIM_CUT_DROP,
  SIM_CUT_KEEP,
} SimCut;

void sim_link_cut (SimLink *self,
                   gboolean reset,
                   SimCut cut);

/* Cuts as soon as @n_bytes have arrived at @end; the other direction as @cut says. */
void sim_link_cut_at (SimLink *self,
                      SimEnd end,
                      gint64 n_bytes,
                      gboolean reset,
                      SimCut cut);
guint64 sim_link_get_received (SimLink *self,
                               SimEnd end);

/* All bytes on the way have arrived. */
gboolean sim_link_is_empty (SimLink *self,
                            SimEnd end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimNet, sim_net_free)

G_END_DECLS
