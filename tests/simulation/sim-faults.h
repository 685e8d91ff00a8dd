/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a run can meet. Each kind is counted: one that never happens in a thousand seeds is not
 * tested, whatever the code that should provoke it looks like. */
#define SIM_FAULTS(FAULT)                                        \
 FAULT (SHORT_WRITE, "short write")                              \
 FAULT (BLOCKED_WRITE, "send buffer full")                       \
 FAULT (ONE_BYTE, "one byte received at a time")                 \
 FAULT (CUT_FIN, "link cut, FIN")                                \
 FAULT (CUT_RST, "link cut, RST")                                \
 FAULT (CUT_IN_PACKET_OUT, "cut inside a packet to the broker")  \
 FAULT (CUT_IN_PACKET_IN, "cut inside a packet to the client")   \
 FAULT (CUT_WHILE_PAUSED, "cut while reading is paused")         \
 FAULT (STALL, "one direction stalls, then goes on")             \
 FAULT (BLACKHOLE_OUT, "nothing reaches the broker any more")    \
 FAULT (BLACKHOLE_IN, "nothing reaches the client any more")     \
 FAULT (FREEZE, "client stopped for a while")                    \
 FAULT (SPURIOUS_TIMER, "timer fires early")                     \
 FAULT (DIAL_FAILED, "dialling fails")                           \
 FAULT (DIAL_HUNG, "dialling never ends")                        \
 FAULT (NO_CONNACK, "accepted, but no CONNACK")                  \
 FAULT (REFUSED_RETRY, "CONNACK 3, server unavailable")          \
 FAULT (REFUSED_FOR_GOOD, "CONNACK 5, not authorized")           \
 FAULT (LINK_TIMED_OUT, "client gives up a silent link")         \
 FAULT (PACKET_TIMED_OUT, "client gives up a packet")            \
 FAULT (KEEP_ALIVE_KILL, "broker drops a silent client")         \
 FAULT (TAKEN_OVER, "new connection takes the session over")     \
 FAULT (BROKER_RESTART, "broker restarts")                       \
 FAULT (SESSION_LOST, "broker loses the session")                \
 FAULT (LOST_IN_DOUBT, "session lost with QoS 2 in doubt")       \
 FAULT (LOST_IN_RELEASE, "session lost after PUBREC")            \
 FAULT (CLEAN_RECONNECT, "reconnection with clean session")      \
 FAULT (RESENT_PUBLISH, "PUBLISH sent again")                    \
 FAULT (RESENT_PUBREL, "PUBREL sent again")                      \
 FAULT (RECEIVED_AGAIN, "QoS 2 PUBLISH received again")          \
 FAULT (LATE_SUBACK, "SUBACK comes late")                        \
 FAULT (REFUSED_FILTER, "filter refused")                        \
 FAULT (STRAY_ACK, "stray acknowledgement")                      \
 FAULT (DUPLICATE_ACK, "acknowledgement sent twice")             \
 FAULT (LATE_ACK, "acknowledgement of an old connection")        \
 FAULT (UNKNOWN_PUBREL, "PUBREL of an unknown message")          \
 FAULT (DUPLICATE_PUBLISH, "QoS 2 PUBLISH sent twice in a row")  \
 FAULT (DUPLICATE_PUBREL, "PUBREL sent twice in a row")          \
 FAULT (UNASKED_PINGRESP, "PINGRESP nobody asked for")           \
 FAULT (ROLLED_BACK, "broker goes back to what it saved")        \
 FAULT (GRANTED_LESS, "subscription granted with less QoS")      \
 FAULT (GRANTED_NOTHING, "subscription refused for its QoS")     \
 FAULT (CLOSED_QOS, "closed for a QoS that is not supported")    \
 FAULT (CLOSED_TOO_LARGE, "closed for a packet that is large")   \
 FAULT (CLOSED_OLD, "closed after some time")                    \
 FAULT (LIE_PRESENT, "session said to be there, which is not")   \
 FAULT (LIE_LOST, "session said to be lost, which is there")     \
 FAULT (LIE_TYPE, "acknowledgement of the wrong type")           \
 FAULT (LIE_TWICE, "acknowledgement doubled by a liar")          \
 FAULT (LIE_EARLY, "acknowledgement of what comes next")         \
 FAULT (LIE_DROPPED, "acknowledgement never sent")               \
 FAULT (LIE_LATE, "acknowledgement sent much later")             \
 FAULT (LIE_NO_DUP, "repeated without DUP by the broker")        \
 FAULT (LIE_DUP, "sent the first time with DUP by the broker")   \
 FAULT (LIE_PUBLISH_TWICE, "PUBLISH doubled by a liar")          \
 FAULT (LIE_ID, "identifier used again too soon by the broker")  \
 FAULT (CANCEL_UNSENT, "request cancelled before it is sent")    \
 FAULT (CANCEL_SENT, "request cancelled in flight")              \
 FAULT (CANCEL_ENDED, "request cancelled after its end")         \
 FAULT (QUEUE_FULL, "queue full")                                \
 FAULT (READING_PAUSED, "reading paused")                        \
 FAULT (OUT_OF_ORDER, "messages handled out of order")           \
 FAULT (STALE_TOKEN, "message handled after its connection")     \
 FAULT (REENTRANT, "request made while handling an event")       \
 FAULT (CLOSE_DRAIN, "closed with draining")                     \
 FAULT (CLOSE_NOW, "closed without draining")                    \
 FAULT (ABORT, "aborted")                                        \
 FAULT (NEW_CLIENT_ID, "opened under another name")              \
 FAULT (REOPEN, "opened again")                                  \
 FAULT (CLOSE_WITH_WILL, "closed so that the will is published") \
 FAULT (MANUAL_ACK, "message acknowledged by the program")       \
 FAULT (ACK_EARLY, "acknowledged before the handlers have run")  \
 FAULT (ACK_TWICE, "acknowledged twice")                         \
 FAULT (ACK_STALE, "acknowledged too late")                      \
 FAULT (ACK_NEVER, "never acknowledged")                         \
 FAULT (ACK_OUT_OF_ORDER, "acknowledged out of order")           \
 FAULT (UNACKED_AGAIN, "PUBREL again before it is acknowledged") \
 FAULT (RATE_REACHED, "publishes as fast as allowed")            \
 FAULT (RESEND_DELAYED, "sent again after a pause")              \
 FAULT (TOO_LARGE, "publish larger than allowed")                \
 FAULT (DROPPED, "publish dropped for a newer one")              \
 FAULT (CANNOT_PUBLISH, "told to hold back publishes")           \
 FAULT (UNQUEUED, "publish encoded when it is accepted")         \
 FAULT (DISCARDED, "message of the program given back")          \
 FAULT (PULLED, "packet pulled")                                 \
 FAULT (FELL_BACK, "connected with 3.1.1 instead of 5")          \
 FAULT (OLD_CODE, "MQTT 5 refused by a CONNACK of 3.1.1")        \
 FAULT (OLD_REASON, "MQTT 5 refused by a reason")                \
 FAULT (OLD_SILENT, "MQTT 5 refused by FIN")                     \
 FAULT (OLD_ACCEPTS, "MQTT 5 taken for 3.1.1")                   \
 FAULT (OLD_RESET, "MQTT 5 refused by RST")                      \
 FAULT (WINDOW_SHRINKS, "receive maximum less than before")      \
 FAULT (WINDOW_FULL, "receive maximum reached")                  \
 FAULT (RESENT_LATE, "resends wait for the receive maximum")     \
 FAULT (LIMIT_REFUSED, "request refused for a limit")            \
 FAULT (LIMIT_WITHDRAWN, "request ended for a limit")            \
 FAULT (SIZE_WITHDRAWN, "message ended, now too large")          \
 FAULT (RELEASED_UNASKED, "PUBREL of what is too large to send") \
 FAULT (FILTER_BARRED, "filter that may not be made again")      \
 FAULT (ALIAS_ASSIGNED, "topic alias assigned")                  \
 FAULT (ALIAS_USED, "topic alias used")                          \
 FAULT (ALIAS_REASSIGNED, "topic alias given to another topic")  \
 FAULT (ALIAS_RECEIVED, "topic alias received")                  \
 FAULT (EXPIRED, "message expired before it was sent")           \
 FAULT (EXPIRY_LOWERED, "expiry interval lowered")               \
 FAULT (SENT_EXPIRED, "sent again after it expired")             \
 FAULT (SESSION_EXPIRED, "session expired at the broker")        \
 FAULT (SESSION_FORGOTTEN, "session given up by the client")     \
 FAULT (EXPIRY_SHORTENED, "session expiry shortened")            \
 FAULT (SERVER_KEEP_ALIVE, "keepalive of the broker's")          \
 FAULT (ASSIGNED_ID, "client identifier assigned")               \
 FAULT (ASSIGNED_AGAIN, "assigned identifier used again")        \
 FAULT (MESSAGE_REFUSED, "message refused with a reason")        \
 FAULT (RELEASE_UNKNOWN, "PUBREL answered: not found")           \
 FAULT (RECEIVED_UNKNOWN, "PUBREC answered: not found")          \
 FAULT (DISCONNECTED, "DISCONNECT with a reason")                \
 FAULT (MALFORMED, "malformed or illegal packet")                \
 FAULT (LAST_WORDS, "told why the link is closed")               \
 FAULT (QOS_LOWERED, "QoS lowered to what is available")         \
 FAULT (CREDENTIALS_ASKED, "asked for credentials")              \
 FAULT (CREDENTIALS_LATE, "credentials for what is over")        \
 FAULT (CHALLENGED, "challenged before CONNACK")                 \
 FAULT (ACCEPTED_LATE, "CONNACK believed later")                 \
 FAULT (REAUTHENTICATED, "authenticated again")                  \
 FAULT (REAUTH_IGNORED, "re-authentication not answered")        \
 FAULT (REAUTH_TIMED_OUT, "re-authentication given up")          \
 FAULT (REFERRED, "CONNACK that refers to another server")       \
 FAULT (REDIRECTED, "referred to a server, and dialled it")      \
 FAULT (LIE_ALIAS, "topic alias that must not be")               \
 FAULT (LIE_QUOTA, "more than the receive maximum sent")         \
 FAULT (LIE_LIMIT, "disconnected for a limit never told")

typedef enum
{
#define FAULT(name, text) SIM_FAULT_##name,
  SIM_FAULTS (FAULT)
#undef FAULT
  SIM_N_FAULTS
} SimFault;

typedef struct
{
  guint64 hits[SIM_N_FAULTS];
} SimFaults;

static inline void
sim_fault (SimFaults *self,
           SimFault fault)
{
  self->hits[fault]++;
}

void sim_faults_add (SimFaults *self,
                     const SimFaults *other);

/* Prints the table; returns how many kinds were never hit. */
guint sim_faults_print (const SimFaults *self);

G_END_DECLS
