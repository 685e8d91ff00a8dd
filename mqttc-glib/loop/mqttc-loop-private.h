/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-answer-private.h"
#include "loop/mqttc-event-loop-private.h"
#include "loop/mqttc-loop-link-private.h"
#include "loop/mqttc-loop-timer-private.h"

G_BEGIN_DECLS

/* The inside of MqttcEventLoop, shared by the files of loop/ that make it up. */

/* Delivered in one dispatch. */
#define MQTTC_LOOP_MAX_EVENTS 256

typedef enum
{
  MQTTC_LOOP_DRIVE_NONE, /* not open */
  MQTTC_LOOP_DRIVE_STARTED,
  MQTTC_LOOP_DRIVE_POLLED,
} MqttcLoopDrive;

struct _MqttcEventLoop
{
  GObject parent_instance;

  MqttcOptions *options; /* (owned) */
  gulong options_changed_id;

  GMainContext *context;    /* (owned): where signals are emitted */
  GMainContext *io_context; /* (owned): where bytes are moved; the same unless there is a thread */
  MqttcLoopThread *thread;  /* (owned) (nullable) */
  gboolean io_thread;       /* there is to be one */

  GMutex engine_lock;  /* guards what follows, up to the blank line */
  MqttcEngine *engine; /* (owned) */
  gboolean is_disposed;
  GError *options_error;         /* (owned) (nullable): of the next attempt */
  MqttcAddress *next_address;    /* (owned) (nullable): likewise */
  MqttcAddress *dialled_address; /* (owned) (nullable): of the last attempt */
  GPtrArray *old_addresses;      /* (owned), of addresses (owned): to be freed at delivery */
  GArray *polled_tokens;         /* (owned): of messages to be acknowledged at the next poll */

  MqttcLoopClock clock;

  /* The delivery source is the parent of the I/O source, unless that is in a thread: it is dispatched
   * after it in the same iteration. Both know the loop unowned, and are destroyed with it. */
  GSource *io_source;       /* (owned) (nullable): NULL after dispose */
  GSource *delivery_source; /* (owned) (nullable) */

  /* Of the thread that moves bytes. */
  MqttcLoopTimer timer;
  MqttcLoopLink link;
  MqttcLinkAction action; /* taken from the engine, not yet done */
  gboolean is_moving;     /* the I/O source is at work */
  gboolean is_kept;       /* it has a reference to itself until that is over */

  int is_woken;          /* (atomic) since io_context last looked */
  int is_delivery_woken; /* (atomic) since context last looked; with a thread */

  /* Of the owner. */
  const MqttcEventLoopListener *listener; /* (nullable) */
  gpointer listener_data;                 /* (unowned) */

  MqttcEngineEvent *batch; /* (owned) (nullable): taken from the engine and not yet delivered */
  guint batch_first;
  guint batch_end;
  MqttcPacket *spare_packet; /* (owned) (nullable): a bare one that was told, for its memory */

  guint64 token;                /* of the message that is being delivered */
  gboolean is_held;             /* and it is not to be acknowledged yet */
  guint n_handled;              /* messages of QoS 0, delivered; the engine has not been told */
  guint64 round;                /* of delivery */
  gint64 delivery_time;         /* of the last look at the clock */
  int drive;                    /* (atomic) MqttcLoopDrive: since the last opening */
  gboolean acknowledges_polled; /* a poll does, of what came before */
  gboolean is_delivering_polled;
  GTask *poll_task;        /* (owned) (nullable) */
  gulong cancelled_id;     /* of the cancellable of poll_task */
  gboolean is_waiting;     /* a blocking poll iterates the context */
  MqttcEvent *poll_result; /* (owned) (nullable): for it */

  /* Set by dispose. In a g_rc_box, because a handler may drop the last reference to the loop, or run a
   * nested main loop in which another one does. */
  gboolean *is_gone;

  /* Of the session, so that a change of the options cannot break it. */
  char *client_id; /* (nullable): since the last opening */
  MqttcProtocol protocol;
  char *generated_client_id; /* (nullable): for options without one */

  /* What the program was asked, and has not answered. */
  MqttcAnswer *answer; /* (owned) (nullable) */
  guint64 answer_token;
  guint answer_stage; /* MqttcEngineAuthStage, of an authentication */
  gboolean is_reauthenticating;
  MqttcAuthenticator *authenticator; /* (owned) (nullable): of the last connection */
  guint n_attempts;                  /* that credentials were asked for, since the last CONNACK */

  guint64 n_opened; /* successful openings */
  guint64 n_closed; /* of these, delivered as CLOSED */

  int state;                    /* (atomic) MqttcConnectionState: the last that was delivered */
  GError *last_error;           /* (nullable) */
  MqttcTlsFailure *tls_failure; /* (nullable): that belongs to it */
  GWeakRef client;
};

/* In mqttc-loop-sources.c. */
void mqttc_event_loop_create_sources (MqttcEventLoop *self);
void mqttc_event_loop_destroy_sources (MqttcEventLoop *self);
/* FALSE if there is nothing to be delivered. */
gboolean mqttc_event_loop_fill_batch (MqttcEventLoop *self);

static inline gboolean
mqttc_event_loop_has_batch (MqttcEventLoop *self)
{
  return self->batch_first < self->batch_end;
}

/* Moves the next event into @event, to be cleared by the caller; FALSE if there is none. */
static inline gboolean
mqttc_event_loop_pop_event (MqttcEventLoop *self,
                            MqttcEngineEvent *event)
{
  if (!mqttc_event_loop_has_batch (self) && !mqttc_event_loop_fill_batch (self))
    return FALSE;

  *event = self->batch[self->batch_first++];
  if (event->packet_type != 0)
    mqttc_engine_event_make_packet (event, g_steal_pointer (&self->spare_packet));

  return TRUE;
}

/* In mqttc-loop-delivery.c: emits one event of the engine, and clears it. @self may be gone afterwards;
 * @is_gone, of which the caller holds a reference, tells. */
void
mqttc_event_loop_deliver (MqttcEventLoop *self,
                          const gboolean *is_gone,
                          MqttcEngineEvent *event);
/* With the lock held: tells the engine of the messages of QoS 0 that were delivered. */
void mqttc_event_loop_settle_handled (MqttcEventLoop *self);
/* The end, in dispose: tells the listener, and nobody else, of what has ended; drops the rest. */
void mqttc_event_loop_drain (MqttcEventLoop *self);

/* In mqttc-loop-authentication.c. */
void mqttc_event_loop_deliver_authenticate (MqttcEventLoop *self,
                                            const gboolean *is_gone,
                                            MqttcEngineEvent *event);
void mqttc_event_loop_deliver_credentials (MqttcEventLoop *self,
                                           const gboolean *is_gone,
                                           MqttcEngineEvent *event);
/* The attempt or the connection is over. */
void mqttc_event_loop_drop_answer (MqttcEventLoop *self);

/* In mqttc-loop-poll.c. */

/* Somebody polls, and may be told. */
gboolean mqttc_event_loop_is_polling (MqttcEventLoop *self);
gboolean mqttc_event_loop_is_poll_cancelled (MqttcEventLoop *self);
/* Delivers for whoever polls. Returns FALSE if @self is gone; @is_gone is as above. */
gboolean mqttc_event_loop_deliver_polled (MqttcEventLoop *self,
                                          const gboolean *is_gone);
/* A poll begins, or the loop is closed: what was polled counts as handled, unless it is kept. */
void mqttc_event_loop_settle_polled (MqttcEventLoop *self);
/* FALSE and PENDING: somebody polls. */
gboolean mqttc_event_loop_check_not_polled (MqttcEventLoop *self,
                                            GError **error);
/* The loop is disposed of. */
void mqttc_event_loop_end_poll (MqttcEventLoop *self);

/* In mqttc-loop-open.c. */
gboolean mqttc_event_loop_open_drive (MqttcEventLoop *self,
                                      MqttcLoopDrive drive,
                                      GError **error);

/* In mqttc-event-loop.c. */

/* Attaches @source to the context where bytes are moved, which is another one if there is a thread. */
void mqttc_event_loop_attach_io_source (MqttcEventLoop *self,
                                        GSource *source,
                                        const char *name);
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
/* Of itself, and it may be the end of it. */
void mqttc_event_loop_let_go (MqttcEventLoop *self);
void mqttc_event_loop_do_link_actions (MqttcEventLoop *self,
                                       gint64 now);

G_END_DECLS
