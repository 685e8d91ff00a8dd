/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-event-loop-private.h"
#include "loop/mqttc-loop-link-private.h"
#include "loop/mqttc-loop-timer-private.h"

G_BEGIN_DECLS

/* The inside of MqttcEventLoop, shared by the files of loop/ that make it up. */

struct _MqttcEventLoop
{
  GObject parent_instance;

  MqttcOptions *options; /* (owned) */
  gulong options_changed_id;
  gboolean options_changed; /* since the engine was configured */

  GMainContext *context; /* (owned) */
  MqttcEngine *engine;   /* (owned) */
  MqttcLoopClock clock;

  /* The delivery source is the parent of the I/O source: it is dispatched after it in the same
   * iteration. Both know the loop unowned, and are destroyed with it. */
  GSource *io_source;       /* (owned) (nullable): NULL after dispose */
  GSource *delivery_source; /* (owned) (nullable) */
  MqttcLoopTimer timer;
  MqttcLoopLink link;
  MqttcLinkAction action; /* taken from the engine, not yet done */
  gboolean is_woken;      /* since the context last looked */
  gboolean is_moving;     /* bytes: the I/O source is at work */

  const MqttcEventLoopListener *listener; /* (nullable) */
  gpointer listener_data;                 /* (unowned) */

  /* Set by dispose. In a g_rc_box, because a handler may drop the last reference to the loop, or run a
   * nested main loop in which another one does. */
  gboolean *is_gone;

  /* Of the session, so that a change of the options cannot break it. */
  char *client_id; /* (nullable): since the last opening */
  MqttcProtocol protocol;
  char *generated_client_id; /* (nullable): for options without one */

  guint64 n_opened; /* successful openings */
  guint64 n_closed; /* of these, delivered as CLOSED */

  int state;          /* (atomic) MqttcConnectionState: the last that was delivered */
  GError *last_error; /* (nullable) */
  GWeakRef client;
};

/* In mqttc-loop-sources.c. */
void mqttc_event_loop_create_sources (MqttcEventLoop *self);
void mqttc_event_loop_destroy_sources (MqttcEventLoop *self);

/* In mqttc-loop-delivery.c: emits one event of the engine, and clears it. Returns the time after it, or
 * -1 if @self is gone; @is_gone, of which the caller holds a reference, tells. */
gint64
mqttc_event_loop_deliver (MqttcEventLoop *self,
                          const gboolean *is_gone,
                          MqttcEngineEvent *event);
/* The end, in dispose: tells the listener, and nobody else, of what has ended; drops the rest. */
void mqttc_event_loop_drain (MqttcEventLoop *self);

/* In mqttc-event-loop.c. */
void mqttc_event_loop_update_reports (MqttcEventLoop *self);
void mqttc_event_loop_set_state (MqttcEventLoop *self,
                                 MqttcConnectionState state);
void mqttc_event_loop_emit_incoming (MqttcEventLoop *self,
                                     MqttcPacket *packet);
void mqttc_event_loop_emit_outgoing (MqttcEventLoop *self,
                                     MqttcPacket *packet);

/* In mqttc-loop-attempt.c: what the options say, for the engine. */
void mqttc_event_loop_apply_options (MqttcEventLoop *self);
void mqttc_event_loop_freeze_session (MqttcEventLoop *self);
void mqttc_event_loop_do_link_actions (MqttcEventLoop *self,
                                       gint64 now);
guint64 mqttc_event_loop_make_seed (void);

G_END_DECLS
