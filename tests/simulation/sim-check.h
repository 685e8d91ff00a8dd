/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-faults.h"
#include "sim-options.h"
#include "sim-trace.h"
#include "sim-wire.h"

G_BEGIN_DECLS

/* What must hold, whatever happens.
 *
 * The checker reads every byte on its way into the engine and out of it with the parser of the
 * model broker, sees what the program asked for and was told, and what the broker has got. From
 * that it keeps its own account of the session, and compares.
 *
 * A packet that was fed is not yet a packet that was decoded: the engine keeps what comes while
 * reading is paused. So "fed" allows the engine to act on it, and only "sure" obliges it. */

typedef struct
{
  char *name;
  gboolean wanted;    /* was granted when the session was lost, and has not been given up since */
  int qos;            /* then; -1: may have changed since */
  guint session;      /* the last one in which it was answered */
  guint sure_session; /* the same, once the answer has been decoded */
  guint connection;   /* of the last SUBSCRIBE that has it */
  guint32 muddled;    /* uid of the last request for it before an overtaken one was sent again */
  guint32 forgotten;  /* uid of the last request before it was given up without UNSUBSCRIBE */
  gboolean waiting;   /* then there was a SUBSCRIBE on its way */
} SimFilter;

/* What the broker allows on a connection of MQTT 5. */
typedef struct
{
  guint receive_maximum;
  guint alias_maximum;
  guint packet_size; /* 0: any */
  guint qos;
  gboolean retain;
  gboolean wildcards;
  gboolean shared;
  gboolean ids;
} SimLimits;

typedef enum
{
  SIM_REQUEST_PUBLISH,
  SIM_REQUEST_SUBSCRIBE,
  SIM_REQUEST_UNSUBSCRIBE,
} SimRequestKind;

typedef enum
{
  SIM_OUTCOME_NONE,
  SIM_OUTCOME_SUCCESS,
  SIM_OUTCOME_CANCELLED,
  SIM_OUTCOME_SESSION_LOST,
  SIM_OUTCOME_CLOSED,
  SIM_OUTCOME_OTHER,
} SimOutcome;

/* One request of the program. */
typedef struct
{
  MqttcOperation operation; /* first, so that an event leads back to the request */
  guint32 uid;              /* from 1 on, in the order they were accepted */
  SimRequestKind kind;
  gboolean has_operation;
  guint qos;
  gboolean retain;
  gboolean lowered; /* its QoS, to what the broker takes */
  gsize payload_len;
  guint n_filters;
  SimFilter *filters[4];
  guint8 filter_qos[4];
  gsize topic_len;
  guint expiry; /* seconds; 0: it lives for ever */
  gint64 accepted_at;
  gboolean healthy; /* made when nothing could go wrong any more */

  gboolean cancel_asked;
  gboolean may_close; /* the client was closed while it was waiting */
  gboolean never;     /* cancelled before it was encoded: it must never be sent */
  gboolean completed;
  SimOutcome outcome;

  guint unqueued_on; /* the connection that it was encoded for when it was accepted; 0: none */

  /* on the wire, in this session */
  gboolean encoded;
  gboolean attempted; /* at least one byte of it has left on a connection that is over */
  gboolean no_more;   /* its exchange ended with the session */
  guint id;
  guint connection; /* the last one it was encoded for */
  guint rec_link;   /* the one that its last PUBREC came on */
  gboolean rec_fed;
  gboolean rec_sure;
  guint64 rec_order;
  guint rel_allowed; /* on this connection */
  gboolean rel_sent; /* on this connection */
  gboolean ack_fed;
  gboolean ack_sure;

  /* on the wire, ever */
  gboolean ever_encoded;
  gboolean ever_taken; /* all of it by a link */
  gboolean ever_acked;
  gboolean ever_sure;
  gboolean ever_released; /* lost with the session after PUBREC: a success */
  gboolean ever_doubted;  /* lost with the session before it */
  gboolean given_up;      /* perhaps: a connection would not take it again */
  guint refused;          /* by the broker, with this reason */
  guint unreleased;       /* the reason of PUBCOMP, for what was released on that connection */
  gboolean overtaken;     /* a later one for the same filter was answered first */
  guint n_lost;
  guint n_codes;
  guint8 codes[4];

  /* at the broker */
  guint n_owned;
  guint n_forwarded;
  gboolean broker_lost; /* with a session, between PUBREC and PUBREL */
  gboolean tainted;     /* the broker has acknowledged what it did not get */
} SimRequest;

/* One message on its way to the client. */
typedef struct
{
  guint32 uid; /* from SIM_FIRST_INBOUND on */
  char *topic; /* (owned) */
  guint qos;
  gsize payload_len;
  gboolean lost;      /* the broker has forgotten it */
  gboolean taken;     /* its identifier may be that of an exchange before, which is not over */
  gboolean may_come;  /* the session was lost before its PUBREL */
  gboolean must_come; /* the same, and the client had answered with PUBREC */
  gboolean received;  /* it has */
  gboolean acked;
  guint n_fed;         /* PUBLISH packets */
  guint fed_on;        /* the connection of the last one */
  guint first_session; /* the session of the first one */
  guint last_session;  /* and of the last one */
  guint n_acked;       /* the program has acknowledged it, and the engine has taken that */
  guint acked_on;      /* the connection of the last time */
  guint n_messages;    /* events */
  guint n_delivered;   /* the program was done with it */
} SimInbound;

#define SIM_FIRST_INBOUND 1000000000u

/* A packet of the engine's output, by its place in the stream of the connection. */
typedef struct
{
  guint64 start;
  guint64 end;
  guint type;
  guint32 uid; /* of the request; 0: none */
} SimOutPacket;

/* A packet that the client has to answer. */
typedef struct
{
  guint id;
  guint32 uid;       /* of the inbound message; 0: not known */
  gboolean optional; /* the answer to an earlier packet serves for both */
} SimOwed;

/* What the broker knows about a packet it has sent. */
typedef struct
{
  guint32 uid;
  gboolean hostile;
  gboolean ends;  /* the link, once it has come */
  guint8 fault;   /* and with this reason, 0: without one */
  guint8 or_else; /* or with this one */
} SimTag;

/* A SUBSCRIBE nobody asked for: the engine makes subscriptions again. */
typedef struct
{
  guint id;
  GPtrArray *filters; /* of SimFilter, (owned), the filters unowned */
} SimResubscription;

/* A packet that was fed and may not have been decoded. */
typedef struct
{
  guint number; /* of the packet, on its connection */
  guint type;
  guint32 uid; /* of the request it answers; 0: of none, when it was fed */
  guint id;
  guint64 order; /* among the PUBRECs */
  guint reason;
  SimFilter *filter; /* (unowned) (nullable): answered by a SUBACK */
} SimUnsure;

/* A MESSAGE event that is to come. */
typedef struct
{
  guint32 uid;
  guint released_id; /* by a PUBREL with this identifier; 0: it is no QoS 2 message */
  gboolean sure;
  gboolean optional;
} SimExpected;

/* A packet that is to be reported by an event. */
typedef struct
{
  guint type;
  guint id;
} SimReport;

/* One connection, as the client sees it. */
typedef struct
{
  guint serial;
  guint64 first_packet; /* what the engine had received before */

  SimStream out; /* what the engine has lent, from the first packet that has not been taken whole */
  guint64 out_start;
  guint64 out_parsed;
  guint64 out_taken;
  GArray *out_packets; /* of SimOutPacket, (owned): those in @out */

  SimStream in;
  GArray *tags; /* of SimTag, (owned) */
  guint next_tag;

  gboolean connect_seen;
  gboolean is_connected; /* CONNACK was fed */
  gint64 connected_since;
  gboolean session_present;
  gboolean disconnect_seen;
  gboolean refused; /* by CONNACK */
  guint version;    /* 4 is MQTT 3.1.1 */
  gboolean clean_start;
  guint n_connack;      /* the number of the packet that is it */
  guint n_decoded;      /* packets, at least */
  guint keep_alive;     /* of the server, if it says one */
  GPtrArray *aliases;   /* (owned) (nullable): topics, by alias */
  GArray *unknown_recs; /* of guint, (owned): PUBRECs for nothing, to be answered so */
  gboolean was_full;    /* the receive maximum was reached */
  gint n_unanswered;    /* messages, of those that the receive maximum is about */
  gint n_perhaps;       /* the same, with what may be a repetition */
  gboolean may_fail;    /* it may be exceeded */
  gboolean over;        /* what comes must end the link */
  gboolean over_whole;  /* and is all there */
  gint64 over_since;
  guint fault; /* with this reason; 0: without one */
  guint or_else;

  gboolean awaited;     /* CONNACK has come, and the program is asked about it */
  gboolean believed;    /* it has said yes */
  guint n_challenges;   /* AUTH without an answer */
  gint64 auth_answered; /* by the program, the last time; -1: never */
  gint64 auth_sent;     /* -1: none waits for an answer */

  guint n_strays;
  guint32 last_publish;
  guint32 last_qos0;
  guint32 last_subscription;
  guint64 last_rel;
  GArray *resubscriptions; /* of SimResubscription, (owned) */
  GArray *pubacks;         /* of SimOwed, (owned), in the order they are owed */
  GArray *pubrecs;
  GArray *pubcomps; /* in any order */

  gint64 last_sent;
  gint64 last_fed;
  gint64 last_resend;   /* -1: nothing has been sent again */
  gint64 ping_sent;     /* -1: none waits for a sign of life */
  gint64 partial_began; /* the same as the next, but for what came too late */
  gint64 partial_since; /* -1: no part of a packet was fed without the rest */
  gint64 blocked_since; /* -1: the link takes what it is given */
} SimCheckLink;

typedef struct
{
  SimClock *clock;           /* (unowned) */
  const SimOptions *options; /* (unowned) */
  SimFaults *faults;         /* (unowned) */
  SimTrace *trace;           /* (unowned) */

  char *violation; /* (nullable): the first one */

  /* The broker has told what is not so, of the session or in an acknowledgement: what the two ends
   * have then is no longer the client's doing, what it sends still is. */
  gboolean lied_to;
  gboolean healed;

  GPtrArray *requests;  /* of SimRequest, (owned); uid - 1 */
  GPtrArray *inbound;   /* of SimInbound, (owned); uid - SIM_FIRST_INBOUND */
  GPtrArray *filters;   /* of SimFilter, (owned) */
  guint32 by_id[65536]; /* uid of the request that was last sent with this identifier */
  guint32 held[65536];  /* uid of the QoS 2 message that waits for PUBREL; 0: none */
  guint max_held;
  guint32 released[65536]; /* uid of the QoS 2 message whose PUBREL has come last */
  guint n_handling;        /* messages that the program has not handled yet */
  guint n_may_come; /* messages that were held when a session was lost: no bound keeps them back */
  GArray *unsure;   /* of SimUnsure, (owned) */
  GQueue expected;  /* of SimExpected, (owned) */
  GArray *outgoing; /* of SimReport, (owned): OUTGOING events that must come */
  GArray *incoming; /* the same for INCOMING, but some may be missing at the end of a link */
  guint64 rec_order;
  guint n_sessions;
  guint max_inflight;        /* as configured for this connection */
  guint max_window;          /* the largest so far */
  const char *client_id;     /* (unowned) as configured last */
  guint64 credentials_asked; /* the latest that the program was asked for */
  guint64 credentials_used;  /* of CONNECT */
  gboolean clean_session;    /* the same */
  gboolean session_held;     /* the last connection has left one behind */
  gboolean session_given_up;
  gboolean session_doubted; /* CONNECT has left, and CONNACK was perhaps not seen */
  guint32 session_expiry;   /* seconds */
  gint64 session_ends;      /* -1: never */
  char *session_client_id;  /* (owned) (nullable): under this name */

  SimLimits limits;    /* of this connection, or the last one */
  SimLimits strictest; /* of all of them */
  gboolean had_limits;
  guint last_window;
  gboolean old_broker; /* it has said that it knows no MQTT 5 */
  char *assigned_id;   /* (owned) (nullable) */

  char *referred; /* (owned) (nullable): to this server, since the last attempt */
  gboolean referred_moved;
  char *followed; /* (owned) (nullable): the server that was dialled last, if it is not our own */
  gboolean followed_moved;
  gboolean was_connected; /* by the last attempt */
  guint n_redirects;      /* since a connection that lasted */
  char *session_at; /* (owned) (nullable): the server that was asked for it last, as in @followed */

  SimCheckLink *link; /* (owned) (nullable) */

  MqttcConnectionState state; /* of the last event */
  gboolean told_connected;
  gboolean can_publish; /* of the last event */
  gboolean close_asked; /* since it was opened */
  gboolean with_will;   /* and not to say goodbye */
  gint64 close_deadline;
  gint64 dial_since;    /* -1: no attempt is under way */
  gint64 backoff_since; /* -1: none is waited for */
  gint64 reading_since; /* -1: paused */
  gint64 paused_since;  /* the last time */
  gint64 awake_since;   /* before that the machine was stopped */

  guint64 credit; /* of the rate of publishes, in millionths of a packet */
  gint64 counted; /* up to when */
  guint64 n_bytes_out;
  guint64 n_bytes_in;
  guint64 n_publishes_out;
  guint64 n_unseen; /* encoded when they were accepted, and not yet, or never, among the output */
  guint64 n_connacks_in; /* and AUTHs before them */
  guint n_awaited;       /* CONNACKs that the program is asked about */
  guint n_reauthenticated;
  MqttcOperation *reauthentication; /* (unowned) (nullable): it goes on */
  guint64 n_pulls;
} SimCheck;

SimCheck *
sim_check_new (SimClock *clock,
               const SimOptions *options,
               SimFaults *faults,
               SimTrace *trace);
void sim_check_free (SimCheck *self);

/* The first violation counts; it ends the run. */
void sim_check_fail (SimCheck *self, const char *invariant, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

void sim_check_lied (SimCheck *self);

/* --- sim-check.c: what the program asks for and is told --- */
SimRequest *sim_check_new_request (SimCheck *self,
                                   SimRequestKind kind);
/* It has been encoded and is accepted. */
void sim_check_unqueued (SimCheck *self,
                         SimRequest *request);
/* The engine has refused it. */
void sim_check_refuse_request (SimCheck *self,
                               SimRequest *request);
void sim_check_accept_request (SimCheck *self,
                               SimRequest *request);
SimRequest *sim_check_get_request (SimCheck *self,
                                   guint32 uid);
SimFilter *sim_check_get_filter (SimCheck *self,
                                 const char *name,
                                 gssize len);
void sim_check_cancel (SimCheck *self,
                       SimRequest *request);
void sim_check_forget (SimCheck *self,
                       SimFilter *filter);
void sim_check_close (SimCheck *self,
                      guint reason_code,
                      gint64 drain_timeout);
void sim_check_open (SimCheck *self);
void sim_check_event (SimCheck *self,
                      const MqttcEngineEvent *event);
/* CLOSED, and no event is left. */
void sim_check_all_ended (SimCheck *self);
/* What a publish that was refused with @error, or accepted, must find in the counters. */
void sim_check_refusal (SimCheck *self,
                        SimRequest *request,
                        gsize size,
                        const MqttcEngineCounters *counters,
                        const GError *error);
GQuark sim_cancelled_quark (void);

/* --- sim-check-auth.c: enhanced authentication --- */

/* Nothing else is taken from the link before the program says something. */
gboolean sim_check_awaits_program (SimCheck *self);
/* It has, about CONNACK of the connection with @serial or something else. */
void sim_check_authenticated (SimCheck *self,
                              guint serial,
                              gboolean is_connack);
void sim_check_auth_out (SimCheck *self,
                         const SimPacket *packet);
void sim_check_auth_in (SimCheck *self,
                        const SimPacket *packet);
/* The end of a re-authentication. */
void sim_check_reauthenticated (SimCheck *self,
                                const GError *error);
gboolean sim_check_is_auth_late (SimCheck *self);
void sim_check_auth_step (SimCheck *self,
                          gint64 slack);

/* --- sim-check-redirect.c: servers that name another one --- */

void sim_check_reference_in (SimCheck *self,
                             const SimPacket *packet);
/* It is opened again. */
void sim_check_reference_kept (SimCheck *self);
/* With the link. */
void sim_check_reference_left (SimCheck *self);
void sim_check_note_doubt (SimCheck *self);
/* CONNACK: whether the session that the server has kept is the one that is meant. */
void sim_check_settle_doubt (SimCheck *self);
/* @host (nullable): the server of the options */
void sim_check_dialled (SimCheck *self,
                        const char *host,
                        guint16 port);

/* --- sim-check-message.c: messages to the client --- */
SimInbound *sim_check_new_inbound (SimCheck *self,
                                   const char *topic,
                                   guint qos,
                                   gsize payload_len);
SimInbound *sim_check_get_inbound (SimCheck *self,
                                   guint32 uid);
void sim_check_publish_fed (SimCheck *self,
                            const SimPacket *packet);
void sim_check_pubrel_fed (SimCheck *self,
                           guint id);
guint sim_check_count_owed (SimCheck *self);
/* Whether the engine would read more, with @undelivered messages not handled: they must not be too large
 * for that. */
void sim_check_reading (SimCheck *self,
                        gboolean reading,
                        guint undelivered);
void sim_check_inbound_sure (SimCheck *self);
void sim_check_inbound_unsure (SimCheck *self);
void sim_check_inbound_session_lost (SimCheck *self);
void sim_check_message (SimCheck *self,
                        MqttcMessage *message);
void sim_check_delivered (SimCheck *self,
                          guint32 uid);
/* By the program, and the engine has taken it. */
void sim_check_acknowledged (SimCheck *self,
                             guint32 uid);
void sim_check_puback_out (SimCheck *self,
                           guint id);
void sim_check_pubrec_out (SimCheck *self,
                           guint id);
void sim_check_pubcomp_out (SimCheck *self,
                            guint id);
void sim_check_inbound_end (SimCheck *self);

/* --- sim-check-link.c: bytes --- */
void sim_check_link_up (SimCheck *self,
                        guint serial,
                        guint64 packets_received);
void sim_check_link_down (SimCheck *self);
/* The engine lends @slices; then the link takes the first @taken bytes of them. */
void sim_check_output (SimCheck *self,
                       const MqttcSlice *slices,
                       guint n_slices);
void sim_check_taken (SimCheck *self,
                      gsize taken);
/* Before it is fed. */
/* As far as it goes, of what was fed. */
void sim_check_read_input (SimCheck *self);
void sim_check_input (SimCheck *self,
                      const guint8 *data,
                      gsize len);
/* The engine has counted so many packets, of all connections. */
void sim_check_decoded (SimCheck *self,
                        guint64 packets_received);
/* It has nothing undecoded left. */
void sim_check_all_decoded (SimCheck *self);
/* Whatever the broker has sent on this connection has been fed, and its acknowledgements decoded. */
gboolean sim_check_is_decoded (SimCheck *self);
/* The broker has sent a packet that concerns @uid (0: no message), or that has no right to be. */
void sim_check_broker_sent (SimCheck *self,
                            guint serial,
                            guint32 uid,
                            gboolean hostile);

/* One that must end the link, and with @fault or @or_else as the reason if they are not 0. */
void sim_check_broker_ends (SimCheck *self,
                            guint serial,
                            guint fault,
                            guint or_else);

/* --- sim-check-5.c: what MQTT 5 has and 3.1.1 has not --- */
void sim_limits_init (SimLimits *self);
void sim_check_credentials_asked (SimCheck *self,
                                  guint64 token);
/* The session, by its own clock. */
gboolean sim_check_may_have_expired (SimCheck *self);
/* A session that the client knows to be impossible. */
gboolean sim_check_refuses_session (SimCheck *self,
                                    gboolean present);
void sim_check_connect_out (SimCheck *self,
                            const SimPacket *packet);
void sim_check_expire_session (SimCheck *self);
void sim_check_session_left (SimCheck *self);
void sim_check_connack_5 (SimCheck *self,
                          const SimPacket *packet);
/* Of a PUBLISH of MQTT 5, without an alias. */
gsize sim_check_get_size (const SimRequest *request);
/* A PUBLISH that was sent before, and is not on this connection as the limits forbid it. */
gboolean sim_check_gives_up (SimCheck *self,
                             const SimRequest *request);
/* May not be subscribed to. */
gboolean sim_check_is_barred (SimCheck *self,
                              const char *filter,
                              const SimLimits *limits);
gboolean sim_check_is_limited (SimCheck *self,
                               const SimRequest *request,
                               const SimLimits *limits,
                               gboolean for_size);
void sim_check_limits_out (SimCheck *self,
                           const SimPacket *packet);
char *sim_check_make_topic (SimCheck *self,
                            guint32 uid);
/* Puts the topic into @packet. */
void sim_check_resolve_alias (SimCheck *self,
                              SimPacket *packet);
gint64 sim_check_get_deadline (const SimRequest *request);
void sim_check_expiry_out (SimCheck *self,
                           const SimRequest *request,
                           const SimPacket *packet);
/* TRUE: it is one of MQTT 5, and has been looked at. */
gboolean sim_check_limit_failure (SimCheck *self,
                                  SimRequest *request,
                                  const GError *error);
void sim_check_quota_fed (SimCheck *self,
                          gboolean is_fresh);
void sim_check_quota_out (SimCheck *self);
/* What has come is a reason to close the link. */
gboolean sim_check_expects_end (SimCheck *self);
void sim_check_last_words (SimCheck *self,
                           const guint8 *bytes,
                           gsize len);
void sim_check_all_handled (SimCheck *self);

/* --- sim-check-packet.c: packets out of the engine --- */
/* Returns the uid of the request it belongs to, or 0. */
guint32 sim_check_packet_out (SimCheck *self,
                              const SimPacket *packet);

/* --- sim-check-ack.c: packets into the engine --- */
/* Whatever was between the two is gone. */
void sim_check_begin_session (SimCheck *self);
void
sim_check_packet_in (SimCheck *self,
                     const SimPacket *packet,
                     guint32 tag_uid,
                     gboolean hostile);
/* @request is answered, and those for the same filters that are older may not be. */
void sim_check_note_overtaken (SimCheck *self,
                               SimRequest *request);
/* The first @n_decoded packets of the connection have been decoded. */
void sim_check_make_sure (SimCheck *self,
                          guint n_decoded);

/* --- sim-check-time.c: deadlines and bounds --- */
void
sim_check_step (SimCheck *self,
                MqttcConnectionState state,
                const MqttcEngineCounters *counters);

/* The engine closes the link though nothing wrong has come: a deadline must be over. */
void sim_check_timed_out (SimCheck *self);

/* --- sim-check-flow.c: how fast, how large, how much --- */
void sim_check_publish_rate (SimCheck *self,
                             SimRequest *request,
                             const SimPacket *packet);
/* A packet that was sent on an earlier connection leaves again. */
void sim_check_resend_delay (SimCheck *self,
                             SimRequest *request);
void sim_check_can_publish (SimCheck *self,
                            gboolean can_publish);
void sim_check_counters (SimCheck *self,
                         MqttcConnectionState state,
                         const MqttcEngineCounters *counters);
gboolean sim_check_is_too_large (SimCheck *self,
                                 SimRequest *request,
                                 gsize size);
/* Refused, though older messages could be dropped for it. */
gboolean sim_check_could_drop (SimCheck *self,
                               SimRequest *request,
                               gsize size);

/* --- sim-check-end.c: when everything has come to rest --- */
void sim_check_owned (SimCheck *self,
                      guint32 uid);
void sim_check_forwarded (SimCheck *self,
                          guint32 uid,
                          guint qos,
                          const guint8 *payload,
                          gsize payload_len);
void sim_check_broker_lost (SimCheck *self,
                            guint32 uid);
void sim_check_requests_end (SimCheck *self);

typedef enum
{
  SIM_SUBSCRIBED_NO,
  SIM_SUBSCRIBED_YES,
  SIM_SUBSCRIBED_UNSURE,
} SimSubscribed;

/* What the broker must have for a filter, once all is quiet. */
SimSubscribed sim_check_get_subscribed (SimCheck *self,
                                        SimFilter *filter,
                                        guint *qos);

/* Payloads: the uid in ten digits, then bytes that follow from it. */
#define SIM_MIN_PAYLOAD 10
guint8 *sim_payload_new (guint32 uid,
                         gsize len);
gboolean sim_payload_check (guint32 uid,
                            const guint8 *payload,
                            gsize len);
guint32 sim_payload_get_uid (const guint8 *payload,
                             gsize len);

G_END_DECLS
