/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The engine from inside: for the files mqttc-engine*.c alone. */

#include "codec/mqttc-codec-private.h"
#include "mqttc-error.h"
#include "session/mqttc-backoff-private.h"
#include "session/mqttc-discarded-private.h"
#include "session/mqttc-engine-private.h"
#include "session/mqttc-event-queue-private.h"
#include "session/mqttc-inbox-private.h"
#include "session/mqttc-keepalive-private.h"
#include "session/mqttc-outbox-private.h"
#include "session/mqttc-packet-watch-private.h"
#include "session/mqttc-receive-buffer-private.h"
#include "session/mqttc-send-buffer-private.h"
#include "session/mqttc-subscriptions-private.h"
#include "session/mqttc-throttle-private.h"
#include "session/mqttc-topic-aliases-private.h"
#include "values/mqttc-message-private.h"

G_BEGIN_DECLS

typedef enum
{
  MQTTC_LINK_NONE,
  MQTTC_LINK_DIALLING,
  MQTTC_LINK_HANDSHAKE,     /* up; CONNACK has not come */
  MQTTC_LINK_CONNECTED,     /* CONNACK has come */
  MQTTC_LINK_DISCONNECTING, /* DISCONNECT is the last packet to leave */
} MqttcLink;

/* An acknowledgement that waits in the control lane. */
typedef struct
{
  guint16 packet_id;
  guint8 type;
  guint8 reason_code; /* MQTT 5 */
} MqttcAck;

/* Enhanced authentication: section 4.12 of MQTT 5. */
typedef enum
{
  MQTTC_AUTH_NONE,
  MQTTC_AUTH_WAITS, /* for mqttc_engine_authenticate() */
  MQTTC_AUTH_SENT,  /* or about to be: for the server */
} MqttcAuthState;

typedef struct
{
  MqttcAuthState state;
  MqttcEngineAuthStage stage;
  guint64 token; /* of what the program was asked last */
  guint n_rounds;
  gint64 deadline;           /* for the answer to AUTH on an open connection; -1: none */
  gint64 paused_since;       /* it does not come nearer; -1: it does */
  char *method;              /* (owned) (nullable) */
  GBytes *data;              /* (owned) (nullable): for the server */
  GBytes *connack;           /* (owned) (nullable): not yet believed */
  MqttcOperation *operation; /* (unowned) (nullable): of a re-authentication */
} MqttcAuth;

/* For one attempt, that the program was asked for. */
typedef struct
{
  guint64 token;     /* of the last time it was asked */
  gboolean is_asked; /* for this attempt */
  gboolean is_awaited;
  char *user_name;  /* (owned) (nullable) */
  GBytes *password; /* (owned) (nullable) */
} MqttcCredentials;

/* Where a server has sent us: section 4.11 of MQTT 5. */
typedef struct
{
  char *from; /* (owned) (nullable): the server that we were to connect to */
  char *host; /* (owned) (nullable): NULL is nowhere */
  guint16 port;
  gboolean is_new; /* it was said on the connection that ends */
  gboolean is_permanent;
  guint n_redirects; /* since the last connection that lasted */
} MqttcRedirect;

/* A payload from here on is sent from where it lies. */
#define MQTTC_GATHERED_PAYLOAD_SIZE (16 * 1024)

/* Events that wait to be told: beyond these nothing is done that makes more of them. */
#define MQTTC_MAX_WAITING_EVENTS 16384

struct _MqttcEngine
{
  guint64 number; /* which no other engine of the process has or has had */
  MqttcEngineConfig config;
  MqttcEngineConfig next_config; /* for the next attempt; without a client id: none is waiting */
  MqttcConnectionState state;
  MqttcBackoff backoff;
  gint64 retry_time; /* BACKING_OFF: when to dial; -1 */
  gboolean retry_at_once;
  gint64 drain_deadline;    /* DRAINING: when to stop waiting and send DISCONNECT; -1 */
  gboolean accepted;        /* a server has accepted us since open */
  gboolean failed;          /* the last life ended by an error */
  gboolean refused;         /* trying again does not mend what the last attempt failed of */
  gboolean given_up;        /* the program does not want another attempt */
  gboolean with_will;       /* closing: without DISCONNECT */
  guint close_reason;       /* closing: of DISCONNECT in MQTT 5 */
  GBytes *close_properties; /* (owned) (nullable): likewise */

  /* The link. */
  MqttcLink link;
  MqttcProtocol protocol; /* of this one, or of the last */
  gboolean close_wanted;  /* actions not yet taken by the driver */
  gboolean dial_wanted;
  gboolean connect_due;    /* CONNECT is to be encoded */
  gboolean auth_due;       /* AUTH is to be encoded */
  gboolean disconnect_due; /* DISCONNECT is to be encoded */
  gint64 link_deadline;    /* for CONNACK, or for DISCONNECT to leave; -1 */
  gint64 connected_since;
  guint link_stray_acks;
  MqttcKeepalive keepalive;
  MqttcPacketWatch watch; /* of the packet that @partial begins with */
  MqttcThrottle throttle;
  MqttcSendBuffer output;
  guint64 link_begin;   /* where this link's bytes begin in the stream */
  guint64 unqueued_end; /* of the last packet there that is no request, in the stream; 0: none */
  GByteArray *acks;     /* (owned): MqttcAck, the control lane */
  guint first_ack;      /* index of the first not yet encoded */
  MqttcReceiveBuffer partial;  /* received and not decoded */
  MqttcBlockPool *pool;        /* (unowned): that of the thread that decodes at the moment */
  guint decode_ahead;          /* how many events may wait when a packet is decoded */
  gboolean resumable;          /* decoding stopped there because reading was paused */
  gboolean pulled;             /* packets are decoded one by one, as asked for */
  gboolean pull_open;          /* one has been asked for and has not come */
  gboolean paused;             /* the program has no room for more */
  guint16 sent_keep_alive;     /* in this link's CONNECT */
  gboolean sent_clean_session; /* likewise */

  /* MQTT 5: what is the connection's. */
  MqttcServerLimits limits;
  MqttcTopicAliases aliases;
  MqttcReceivedAliases received_aliases;
  guint8 alias_property[3]; /* that is to be encoded */
  /* QoS 1 and 2 messages that the server counts against our receive maximum; below 0 by PUBCOMPs for those
   * of another connection. */
  gint unanswered;
  MqttcAuth auth;
  MqttcCredentials credentials;
  GHashTable *ack_details; /* (owned) (nullable): what PUBACK and PUBCOMP say besides success */
  GByteArray *scratch;     /* (owned): properties that are to be encoded */
  guint8 last_words[3];    /* DISCONNECT, for a link that is to be closed for what the server did */
  guint n_last_words;

  /* What is remembered of the server. */
  char *server; /* (owned) (nullable) */
  MqttcRedirect redirect;
  gboolean fallen_back;     /* to 3.1.1 */
  guint n_silent;           /* times it hung up on CONNECT without a word */
  guint n_guessed;          /* connections in 3.1.1 to which nothing but that led */
  char *assigned_client_id; /* (owned) (nullable) */

  /* The session. */
  gboolean session_held;      /* the server was asked to keep it, and said it does */
  char *session_client_id;    /* (owned) (nullable): whose it is */
  char *session_server;       /* (owned) (nullable): that was asked last */
  gboolean session_doubted;   /* CONNECT has left, and it is not known what the server made of it */
  guint32 session_expiry;     /* seconds that the server keeps it */
  gint64 session_end;         /* when it forgets it; -1: never, or there is a connection */
  gboolean session_forgotten; /* here, though the server may have it yet */
  MqttcOutbox outbox;
  MqttcInbox inbox;
  MqttcSubscriptions subscriptions;
  MqttcDiscarded discarded;

  /* What there is to tell. */
  MqttcEventQueue events;
  gboolean report_incoming;
  gboolean report_outgoing;
  guint handed_over;          /* messages whose handlers run */
  guint undelivered;          /* messages, in the queue or handed over */
  gsize undelivered_bytes;    /* of those in the queue, and of packets reported there */
  MqttcEngineCounters totals; /* those of all connections */

  gboolean messages_expire; /* at least one did, or will */
  gint64 expiry_time; /* when to look through the queue for what has expired; -1: nothing will */

  /* The bounds of the queue: one was reached, and not both are at half of themselves again. */
  gboolean queue_was_full;
  gboolean can_publish;
  gboolean told_can_publish;
  gint64
      events_before; /* how many are to be told before the change of can_publish; -1: no change */
};

static inline guint
mqttc_engine_count_acks (const MqttcEngine *self)
{
  return self->acks->len / sizeof (MqttcAck) - self->first_ack;
}

/* mqttc-engine.c: the one place that writes the state. */
void mqttc_engine_set_state (MqttcEngine *self,
                             MqttcConnectionState state);

/* Whether we read, and what part of a packet is there, may have changed: time runs against the peer, or
 * not any more. */
void mqttc_engine_note_reading (MqttcEngine *self,
                                gint64 now);

/* The configuration given meanwhile takes effect. */
void mqttc_engine_adopt_config (MqttcEngine *self);

/* mqttc-engine-link.c */
void mqttc_engine_dial (MqttcEngine *self,
                        gint64 now);
/* When there is nothing to be asked before. */
void mqttc_engine_begin_dial (MqttcEngine *self,
                              gint64 now);
/* Ends the link for @error (transfer full), closing it if the driver does not
 * know yet, and decides what comes next. */
void mqttc_engine_fail_link (MqttcEngine *self,
                             GError *error,
                             gboolean close_link,
                             gint64 now);
/* Everything has come to its end; @error (transfer full, nullable) says why, if it was not asked
 * for. */
void mqttc_engine_finish (MqttcEngine *self,
                          GError *error);
void mqttc_engine_drain (MqttcEngine *self,
                         gint64 now);

/* DRAINING: goes on to DISCONNECT as soon as there is nothing left to finish. */
static inline void
mqttc_engine_check_drained (MqttcEngine *self,
                            gint64 now)
{
  if (G_UNLIKELY (self->state == MQTTC_CONNECTION_STATE_DRAINING))
    mqttc_engine_drain (self, now);
}

/* DISCONNECT is the last packet to leave, or is left out for the sake of the will: ends the link if
 * nothing is left to write. */
void mqttc_engine_check_farewell (MqttcEngine *self);
/* The server has accepted (section 3.2): resumes the session, or begins a new one. */
void mqttc_engine_connected (MqttcEngine *self,
                             const MqttcPacketView *view,
                             gint64 now);
/* The server has broken the rules: @error (transfer full). In MQTT 5 it is told why, with @reason_code, if
 * the link takes that at once. */
void
mqttc_engine_reject (MqttcEngine *self,
                     MqttcReasonCode reason_code,
                     GError *error,
                     gint64 now);

/* It has expired at the server: what is in flight is as if the server had lost it. */
void mqttc_engine_forget_session (MqttcEngine *self);

/* mqttc-engine-connect.c */

/* Of the next attempt. */
MqttcProtocol mqttc_engine_choose_protocol (const MqttcEngine *self);
void mqttc_engine_note_silence (MqttcEngine *self);
/* An attempt begins: with which protocol, and how much of the session is left. */
void mqttc_engine_prepare_connect (MqttcEngine *self,
                                   gint64 now);
/* FALSE: the link has failed. */
gboolean mqttc_engine_encode_connect (MqttcEngine *self,
                                      gint64 now);
void mqttc_engine_handle_connack (MqttcEngine *self,
                                  const MqttcPacketView *view,
                                  gint64 now);
/* Section 4.12 of MQTT 5 is done, if it had begun. */
void mqttc_engine_accept (MqttcEngine *self,
                          const MqttcPacketView *view,
                          gint64 now);
/* A CONNACK of 3.1.1 has come instead of one of MQTT 5. */
void mqttc_engine_handle_old_connack (MqttcEngine *self,
                                      const guint8 *data,
                                      gint64 now);

/* mqttc-engine-auth.c */
void mqttc_engine_start_authentication (MqttcEngine *self);
void mqttc_engine_handle_auth (MqttcEngine *self,
                               const MqttcPacketView *view,
                               gint64 now);
/* The authentication data and method, behind what is in @properties. */
void mqttc_engine_append_authentication (MqttcEngine *self,
                                         GByteArray *properties);
gboolean mqttc_engine_encode_auth (MqttcEngine *self);
void mqttc_engine_time_auth (MqttcEngine *self,
                             gboolean reading,
                             gint64 now);
gint64 mqttc_engine_get_auth_deadline (const MqttcEngine *self);
void mqttc_engine_check_authentication (MqttcEngine *self,
                                        gint64 now);
/* A CONNACK that accepts, if there is a method: it is not believed before the program says so. */
void
mqttc_engine_finish_authentication (MqttcEngine *self,
                                    const MqttcPacketView *view,
                                    gint64 now);
void mqttc_engine_reset_authentication (MqttcEngine *self,
                                        const GError *error);

/* mqttc-engine-credentials.c */
void mqttc_engine_ask_credentials (MqttcEngine *self);
void mqttc_engine_forget_credentials (MqttcEngine *self);
void mqttc_engine_fill_credentials (MqttcEngine *self,
                                    MqttcPacketView *view);

/* mqttc-engine-redirect.c */

/* What a refusal says of another server (transfer full), to be added to the error; and it is the next to
 * be tried, if that is allowed. */
char *mqttc_engine_read_redirect (MqttcEngine *self,
                                  const MqttcPacketView *view) G_GNUC_WARN_UNUSED_RESULT;
/* The link is at its end. */
void mqttc_engine_leave_redirect (MqttcEngine *self);
/* For the next attempt too, whatever comes of this one. */
void mqttc_engine_keep_redirect (MqttcEngine *self);
void mqttc_engine_check_server (MqttcEngine *self);

/* mqttc-engine-limits.c */

/* Of a PUBLISH: ours, or the server's; 0: there is none. */
gsize mqttc_engine_get_max_size (const MqttcEngine *self);
/* FALSE: the server would not take @message. */
gboolean mqttc_engine_check_limits (MqttcEngine *self,
                                    MqttcMessage *message,
                                    GError **error);
gboolean
mqttc_engine_check_filter_limits (MqttcEngine *self,
                                  const MqttcFilterSet *set,
                                  GError **error);
/* Ends what may not be sent any more: it has expired, or the server does not take it. TRUE: it has
 * ended. */
gboolean mqttc_engine_withdraw (MqttcEngine *self,
                                MqttcRequest *request,
                                gint64 now);
/* Ends those of the queue that have expired. */
void mqttc_engine_expire (MqttcEngine *self,
                          gint64 now);
void mqttc_engine_look_for_expired (MqttcEngine *self);

/* mqttc-retry-policy.c */

/* What to do about an end of the link with a reason of the server's. */
typedef enum
{
  MQTTC_RETRY_SOON, /* after the delay that it is time for */
  MQTTC_RETRY_AT_ONCE,
  MQTTC_RETRY_SLOWLY, /* after the longest delay */
  MQTTC_RETRY_NEVER,
} MqttcRetry;

MqttcRetry mqttc_retry_policy_get (guint reason_code);

/* mqttc-engine-request.c */

/* Ends a request: its operation, if any, with @packet (transfer full) or @error (transfer full). */
void mqttc_engine_complete (MqttcEngine *self,
                            MqttcRequest *request,
                            MqttcPacket *packet,
                            GError *error);
/* The operation alone; the request goes on by itself. */
void mqttc_engine_end_operation (MqttcEngine *self,
                                 MqttcRequest *request,
                                 MqttcPacket *packet,
                                 GError *error);
/* Ends a request with the packet that answers it. */
void mqttc_engine_complete_answered (MqttcEngine *self,
                                     MqttcRequest *request,
                                     const MqttcPacketView *view);
/* INCOMING or OUTGOING; @message, if not NULL, is that of this PUBLISH. */
void mqttc_engine_report_packet (MqttcEngine *self,
                                 MqttcEngineEventType type,
                                 const MqttcPacketView *view,
                                 MqttcMessage *message);
/* What an event counts in the bound of what is not delivered. */
gsize mqttc_engine_get_event_size (const MqttcEngineEvent *event);
/* What a QoS 0 publish ends with. */
MqttcPacket *mqttc_engine_make_publish (MqttcEngine *self,
                                        MqttcMessage *message);
void mqttc_engine_push_message (MqttcEngine *self,
                                MqttcMessage *message,
                                guint64 token);
void mqttc_engine_push_ack (MqttcEngine *self,
                            MqttcPacketType type,
                            guint16 packet_id);
/* With a reason, which is said in MQTT 5. */
void mqttc_engine_push_refusal (MqttcEngine *self,
                                MqttcPacketType type,
                                guint16 packet_id,
                                MqttcReasonCode reason_code);
void mqttc_engine_apply_offline_qos0 (MqttcEngine *self);
/* Ends @operation by an event, with @packet (transfer full) or @error (transfer full). */
void mqttc_engine_push_completed (MqttcEngine *self,
                                  MqttcOperation *operation,
                                  MqttcPacket *packet,
                                  GError *error);

/* mqttc-engine-queue.c: the bounds of what is unsent */
gboolean
mqttc_engine_check_open (MqttcEngine *self,
                         const char *action,
                         const char *topic,
                         GError **error);
gboolean mqttc_engine_check_room (MqttcEngine *self,
                                  gsize size,
                                  const char *action,
                                  const char *topic,
                                  GError **error);
/* Drops older messages for a newer one of @size, if that helps and is allowed. */
void mqttc_engine_make_room (MqttcEngine *self,
                             gsize size);
/* The queue, its bounds or the state have changed. */
void mqttc_engine_update_can_publish (MqttcEngine *self);
/* A request was refused: there is no room. */
void mqttc_engine_note_full (MqttcEngine *self);

/* The bounds are not even reached by one more of @size. */
static inline gboolean
mqttc_engine_has_plenty (const MqttcEngine *self,
                         gsize size)
{
  const MqttcOutbox *outbox = &self->outbox;

  return outbox->queued + 1 < self->config.max_queued_messages
         && outbox->queued_bytes < self->config.max_queued_bytes
         && size < self->config.max_queued_bytes - outbox->queued_bytes;
}

/* After a request has left it. */
static inline void
mqttc_engine_note_room (MqttcEngine *self)
{
  if (G_UNLIKELY (self->queue_was_full))
    mqttc_engine_update_can_publish (self);
}

/* mqttc-engine-ack.c */

/* Notes that a step towards the acknowledgement of a received message is done, and sends what may be
 * sent then. */
MqttcNote mqttc_engine_finish_step (MqttcEngine *self,
                                    guint64 token,
                                    MqttcStep step);
/* There are details, if not of this one. */
void mqttc_engine_encode_detailed_ack (MqttcEngine *self,
                                       const MqttcAck *ack);
void mqttc_engine_clear_ack_details (MqttcEngine *self);

/* mqttc-engine-unqueued.c */

/* A QoS 0 publish that nobody waits for, and counts @size bytes in the queue, may be encoded at once. */
gboolean mqttc_engine_may_skip_queue (const MqttcEngine *self,
                                      gsize size);
void mqttc_engine_publish_unqueued (MqttcEngine *self,
                                    MqttcMessage *message);
/* The link is lost: those that it has not taken become requests again. */
void mqttc_engine_requeue_unqueued (MqttcEngine *self);

/* Everything that was asked for has come to its end. */
static inline gboolean
mqttc_engine_is_done (const MqttcEngine *self)
{
  return mqttc_outbox_is_empty (&self->outbox)
         && self->unqueued_end <= mqttc_send_buffer_get_taken (&self->output);
}

/* mqttc-engine-output.c */

/* SUBSCRIBE or UNSUBSCRIBE; what of it is not in @set is there until the next use of the scratch. */
void mqttc_engine_fill_filters (MqttcEngine *self,
                                const MqttcFilterSet *set,
                                MqttcPacketType type,
                                guint16 packet_id,
                                MqttcPacketView *view);
/* As PUBLISH of QoS 0. */
void mqttc_engine_encode_message (MqttcEngine *self,
                                  MqttcMessage *message);
void mqttc_engine_encode (MqttcEngine *self,
                          const MqttcPacketView *view,
                          MqttcMessage *message);

/* When something that is held back now may be sent; -1: nothing waits for that.
 */
gint64 mqttc_engine_get_hold_end (MqttcEngine *self);

/* mqttc-engine-received.c */
void mqttc_engine_handle_publish (MqttcEngine *self,
                                  MqttcPacketView *view,
                                  MqttcReceiveBuffer *buffer,
                                  gint64 now);

static inline void
mqttc_engine_report_incoming (MqttcEngine *self,
                              const MqttcPacketView *view,
                              MqttcMessage *message)
{
  if (G_UNLIKELY (self->report_incoming))
    mqttc_engine_report_packet (self, MQTTC_ENGINE_EVENT_INCOMING, view, message);
}

/* mqttc-engine-input.c */

/* What the server has sent is wrong: ends the link, with the reason code for @code in MQTT 5. */
void G_GNUC_PRINTF (4, 5) mqttc_engine_fail (
    MqttcEngine *self, gint64 now, MqttcClientError code, const char *format, ...);

/* Decodes and handles one packet. The bytes taken; 0: there is no whole packet, or the link is
 * failed. @buffer (nullable): which @data are all of. */
gsize mqttc_engine_decode_one (MqttcEngine *self,
                               const guint8 *data,
                               gsize len,
                               MqttcReceiveBuffer *buffer,
                               gint64 now);

/* mqttc-engine-read.c */

/* The size of the packet that has come in part; 0: its header is not whole. */
gsize mqttc_engine_get_partial_size (const MqttcEngine *self);
void mqttc_engine_decode_partial (MqttcEngine *self,
                                  gint64 now);
/* Not paused: the next packet may be decoded. */
gboolean mqttc_engine_may_decode (const MqttcEngine *self);

G_END_DECLS
