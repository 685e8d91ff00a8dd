/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-broker.h"
#include "sim-random.h"

G_BEGIN_DECLS

/* One network connection at the broker. */
typedef struct
{
  SimBroker *broker;   /* (unowned) */
  SimLink *link;       /* (unowned) (nullable): it has been closed */
  SimSession *session; /* (unowned) (nullable): CONNECT has not come yet */
  guint version;       /* 4 is MQTT 3.1.1 */
  SimStream in;
  GByteArray *out; /* (owned) from @out_start on not yet taken by the link */
  gsize out_start;
  gboolean writing;
  gboolean silent; /* never answers */
  guint keep_alive;
  gint64 last_heard;
  guint last_ack_type; /* for the hostile: to be sent again */
  guint last_ack_id;
  guint32 last_ack_uid;

  /* Enhanced authentication */
  gboolean authenticating;
  guint n_challenges; /* to come */
  SimPacket connect;  /* that waits for it */
  char *client_id;    /* (owned) (nullable): its */

  /* MQTT 5 */
  guint window;        /* of the client */
  guint n_taken;       /* places in it, by the packets of this connection */
  guint alias_maximum; /* of the client */
  GPtrArray *topics;   /* of char *, (owned): by alias, in what the client sends */
  GPtrArray *aliases;  /* the same in what is sent to it */
} SimConn;

struct _SimBroker
{
  SimClock *clock;           /* (unowned) */
  const SimOptions *options; /* (unowned) */
  SimFaults *faults;         /* (unowned) */
  SimTrace *trace;           /* (unowned) */
  SimScript *script;         /* (unowned) */
  SimCheck *check;           /* (unowned) */
  SimRandom random;
  SimRandom choice;    /* of what it does unasked */
  GPtrArray *sessions; /* of SimSession, (owned) */
  GPtrArray *saved;    /* of SimSession, (owned): as of the last time they were saved */
  GPtrArray *conns;    /* of SimConn, (owned), closed ones too */
  gboolean down;
  gboolean healed;
  gboolean said_goodbye;
  GArray *acked_ids;  /* of guint: of all PUBACKs so far */
  GPtrArray *answers; /* (owned): they stay until the end, the heap points to them */
};

SimConn *sim_broker_get_conn (SimBroker *self,
                              SimSession *session);
void sim_broker_close (SimConn *conn,
                       gboolean reset);
/* From CONNECT on: drops it when it keeps silent for too long. */
void sim_broker_watch (SimConn *conn);
void sim_broker_forget (SimBroker *self,
                        SimSession *session);

/* sim-broker-packet.c: packets from the client, and answers. */
void sim_broker_handle (SimConn *conn,
                        const SimPacket *packet);
void sim_broker_flush (SimConn *conn);
/* CONNECT is answered with CONNACK. */
void sim_broker_admit (SimConn *conn,
                       const SimPacket *connect);
void sim_broker_send_ack (SimConn *conn,
                          guint type,
                          guint id,
                          guint32 uid,
                          gboolean hostile);
void sim_broker_send_publish (SimConn *conn,
                              SimOut *out,
                              gboolean dup);
/* As much of the queue as the window allows. */
void sim_broker_send_queued (SimConn *conn);

/* sim-broker-hostile.c */
void sim_broker_plan_hostility (SimBroker *self);
void sim_broker_act_hostile (SimBroker *self,
                             guint kind,
                             guint which);

void sim_broker_send_refusal (SimConn *conn,
                              guint type,
                              guint id,
                              guint32 uid,
                              guint reason);

/* --- sim-broker-5.c --- */

/* TRUE: it knows no MQTT 5, and has said so. */
gboolean sim_broker_is_too_old (SimConn *conn,
                                const SimPacket *packet);
void sim_broker_read_connect (SimConn *conn,
                              const SimPacket *packet);
void sim_broker_write_connack (SimConn *conn,
                               gboolean present,
                               const SimPacket *packet);
/* DISCONNECT with @reason, if there is such a thing; the link is not closed by that. */
void sim_broker_say_goodbye (SimConn *conn,
                             guint reason);
/* All of them. */
void sim_broker_disconnect (SimBroker *self,
                            guint reason);
void sim_broker_plan_disconnect (SimBroker *self);
/* What the topic of @packet is. */
char *sim_broker_get_topic (SimConn *conn,
                            const SimPacket *packet);
/* The topic, or "" and its alias in @properties. */
const char *sim_broker_choose_alias (SimConn *conn,
                                     const SimOut *out,
                                     GByteArray *properties);
/* 0: it takes the message. */
guint sim_broker_get_refusal (SimBroker *self,
                              SimConn *conn);
void sim_broker_conn_clear (SimConn *conn);

/* --- sim-broker-auth.c --- */

/* TRUE: it has a challenge for the client first. */
gboolean sim_broker_challenges (SimConn *conn,
                                const SimPacket *connect);
void sim_broker_handle_auth (SimConn *conn,
                             const SimPacket *packet);

/* --- sim-broker-redirect.c --- */

/* TRUE: it has referred the client to another server instead of answering CONNECT. */
gboolean sim_broker_refers (SimConn *conn);
/* If @reason is one that refers to another server. */
void sim_broker_append_reference (SimConn *conn,
                                  guint reason,
                                  GByteArray *properties);

/* --- sim-broker-limited.c --- */

typedef struct
{
  guint receive_maximum;
  guint alias_maximum;
  guint packet_size;
  gint64 keep_alive;
  gint64 session_expiry;
  guint qos;
  gboolean retain;
  gboolean wildcards;
  gboolean shared;
  gboolean ids;
} SimAllowance;

/* What it allows on this connection; -1 and 0: it does not say. */
void sim_broker_choose_allowance (SimConn *conn,
                                  SimAllowance *allowance);
guint sim_broker_grant (SimBroker *self,
                        guint qos);
/* FALSE: it closes the connection. */
gboolean sim_broker_supports (SimBroker *self,
                              const SimPacket *packet);
void sim_broker_limit_age (SimConn *conn);

/* --- sim-broker-liar.c --- */

typedef struct
{
  gboolean dup;
  gboolean twice;
} SimPublishLie;

gboolean sim_broker_says_present (SimBroker *self,
                                  gboolean present);
/* TRUE: it has sent something else instead, or nothing. */
gboolean sim_broker_lies_in_ack (SimConn *conn,
                                 guint type,
                                 guint id);
void sim_broker_lies_in_publish (SimConn *conn,
                                 SimOut *out,
                                 SimPublishLie *lie);
/* TRUE: it has sent one of its own. */
gboolean sim_broker_lies_in_alias (SimConn *conn,
                                   SimOut *out);
/* More than the client would have. */
gboolean sim_broker_lies_in_quota (SimBroker *self);
/* TRUE: it has closed the connection for what it never said. */
gboolean sim_broker_lies_about_limits (SimConn *conn);

G_END_DECLS
