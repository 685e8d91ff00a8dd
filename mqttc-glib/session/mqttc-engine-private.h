/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "codec/mqttc-slice-private.h"
#include "session/mqttc-receive-buffer-private.h"
#include "session/mqttc-server-limits-private.h"

G_BEGIN_DECLS

/* The protocol engine: bytes, commands and time in; bytes, events and one deadline out.
 *
 * No I/O, no clock, no thread, no callback. Whoever drives it (the event loop, the simulation, a
 * fuzzer) calls a function, then looks at what came of it:
 *
 *   mqttc_engine_take_link_action()  dial or close the link?
 *   mqttc_engine_peek_output()       bytes to write?
 *   mqttc_engine_pop_event()         something to tell?
 *   mqttc_engine_want_read()         may more be read?
 *   mqttc_engine_get_deadline()      when to call mqttc_engine_advance() at the latest?
 *
 * None of its functions runs code of the program. Each @now is in microseconds of a clock that counts
 * suspended time and never goes back. */
typedef struct _MqttcEngine MqttcEngine;

/* What the engine needs to know; it keeps a deep copy. mqttc_engine_config_init() fills in the
 * defaults. Times are in microseconds. */
typedef struct
{
  MqttcProtocol protocol;
  gboolean fall_back; /* to 3.1.1, where the server does not take 5 */
  char *server;       /* (nullable): which it is, for what is remembered of it */
  char *client_id;    /* not NULL */
  gboolean clean_session;
  guint16 keep_alive;        /* seconds; 0: no pings */
  char *user_name;           /* (nullable) */
  GBytes *password;          /* (nullable) */
  gboolean asks_credentials; /* instead of these: see CREDENTIALS */
  MqttcMessage *will;        /* (nullable) */

  /* MQTT 5 alone. What is 0 or NULL is not sent, and the standard's holds. */
  guint32 session_expiry;      /* seconds; G_MAXUINT32: never */
  guint16 receive_maximum;     /* unacknowledged QoS 1 and 2 messages from the server */
  guint16 topic_alias_maximum; /* in what the server sends */
  guint max_topic_aliases;     /* in what we send, if the server allows so many; 0: none */
  guint32 will_delay;          /* seconds */
  gboolean request_response_information;
  gboolean refuse_problem_information;
  gboolean lower_qos;        /* to what the server takes, instead of refusing the message */
  GBytes *user_properties;   /* (nullable): of CONNECT, as they stand on the wire */
  gboolean authenticates;    /* by an exchange: see AUTHENTICATE */
  gboolean follow_redirects; /* to the server that a server names */

  gsize max_packet_size;          /* of an incoming packet; 0: the limit of the standard */
  gsize max_outgoing_packet_size; /* of an outgoing PUBLISH; 0: likewise */
  guint max_inflight;        /* QoS 1 and 2 publishes on the way at once, 1 to 65535; 0: 20, or in
                                   * MQTT 5 what the server takes, at most 1,000 */
  guint max_queued_messages; /* bound of the queue of unsent requests */
  gsize max_queued_bytes;
  guint max_undelivered_messages; /* beyond either bound reading pauses */
  gsize max_undelivered_bytes;
  gsize
      max_held_bytes; /* QoS 2 messages that wait for their PUBREL; beyond it the link is closed */

  guint max_publish_rate; /* PUBLISH packets sent in a second; 0: no limit */
  gint64 resend_delay;    /* between packets that are sent again after a reconnection; 0: none */
  gboolean manual_acks;   /* QoS 1 and 2 wait for mqttc_engine_acknowledge() */

  MqttcOverflowPolicy overflow_policy;
  MqttcOfflineQos0 offline_qos0;
  MqttcSessionLostPolicy session_lost_policy;

  gint64 connect_timeout; /* from dialling to CONNACK */
  gint64 ping_timeout;    /* from PINGREQ to a sign of life */
  gint64 write_timeout;   /* for bytes that the link does not take */
  gint64 packet_timeout;  /* for the rest of a packet, and its size at 1 KiB/s is added */
  gboolean reconnect;
  gint64 reconnect_min_delay;
  gint64 reconnect_max_delay;
  gint64 stable_time; /* a connection that lasted this long resets the delays */
} MqttcEngineConfig;

void mqttc_engine_config_init (MqttcEngineConfig *config);
void mqttc_engine_config_clear (MqttcEngineConfig *config);
void mqttc_engine_config_copy (MqttcEngineConfig *config,
                               const MqttcEngineConfig *from);

/* Embedded by the caller in whatever waits for the end of a request. It must stay alive until its
 * COMPLETED event has been popped, which comes exactly once. */
typedef struct
{
  gpointer request; /* (unowned) the engine's */
} MqttcOperation;

typedef enum
{
  MQTTC_ENGINE_EVENT_STATE,        /* state */
  MQTTC_ENGINE_EVENT_CONNECTED,    /* packet: the CONNACK */
  MQTTC_ENGINE_EVENT_DISCONNECTED, /* error (NULL: as asked), retry_delay (-1: none, it is CLOSED) */
  MQTTC_ENGINE_EVENT_MESSAGE,      /* message, token: hand over, then mqttc_engine_delivered() */
  MQTTC_ENGINE_EVENT_INCOMING,     /* packet */
  MQTTC_ENGINE_EVENT_OUTGOING,     /* packet */
  MQTTC_ENGINE_EVENT_COMPLETED,    /* operation; packet (the last of the exchange) or error */
  MQTTC_ENGINE_EVENT_SUBSCRIBED,   /* filters, packet, how: a SUBACK that no operation waits for */
  MQTTC_ENGINE_EVENT_CAN_PUBLISH,  /* can_publish, which has changed */
  MQTTC_ENGINE_EVENT_AUTHENTICATE, /* stage, data, token: then mqttc_engine_authenticate() */
  MQTTC_ENGINE_EVENT_CREDENTIALS,  /* token: then mqttc_engine_set_credentials() */
} MqttcEngineEventType;

typedef enum
{
  MQTTC_ENGINE_SUBSCRIBED_AGAIN, /* after the loss of a session; or what SUBACK would be for what the server
                                    has said it does not take */
  MQTTC_ENGINE_SUBSCRIBED_CANCELLED,         /* the operation was, and not the request */
  MQTTC_ENGINE_SUBSCRIBED_CANCELLED_WITH_ID, /* the same, with a subscription identifier */
} MqttcEngineSubscribedHow;

/* Sections 4.12 and 4.12.1 of MQTT 5. */
typedef enum
{
  MQTTC_ENGINE_AUTH_START,    /* what goes into CONNECT */
  MQTTC_ENGINE_AUTH_RESTART,  /* what begins a re-authentication */
  MQTTC_ENGINE_AUTH_CONTINUE, /* the answer to the server's data */
  MQTTC_ENGINE_AUTH_FINISH,   /* the server is content; its last data is to be checked */
} MqttcEngineAuthStage;

/* The members named above are set, the others are zero, but for those that share their place; pointers
 * are owned by the event. Thousands of them are copied in a second: it is kept small. */
typedef struct
{
  guint8 type; /* MqttcEngineEventType */
  union
  {
    guint8 state; /* MqttcConnectionState */
    guint8 stage; /* MqttcEngineAuthStage */
    guint8 how;   /* MqttcEngineSubscribedHow */
  };
  guint8 can_publish;

  /* Of a bare packet, which need not be made yet: see mqttc_engine_event_make_packet(). */
  guint8 protocol;
  guint8 packet_type; /* 0: there is none, or another one */
  guint8 reason_code;
  guint16 packet_id;
  union
  {
    gint64 retry_delay;
    guint64 token;
    MqttcOperation *operation; /* (unowned) */
  };
  MqttcMessage *message;
  MqttcPacket *packet;
  union
  {
    char **filters;
    GBytes *data; /* (nullable): of AUTHENTICATE */
  };
  GError *error;
} MqttcEngineEvent;

void mqttc_engine_event_clear (MqttcEngineEvent *event);

/* For an event from mqttc_engine_pop_bare_events() with a packet_type. An acknowledgement is noted as
 * numbers, and made when it is told: then its memory can be that of the one before, @old (transfer full)
 * (nullable). */
void mqttc_engine_event_make_packet (MqttcEngineEvent *event,
                                     MqttcPacket *old);

typedef enum
{
  MQTTC_LINK_ACTION_NONE,
  /* Close the link or give up dialling; nothing is to be reported back. What mqttc_engine_peek_output()
   * gives then is the reason why, for a link that takes it at once. */
  MQTTC_LINK_ACTION_CLOSE,
  MQTTC_LINK_ACTION_DIAL, /* dial, then mqttc_engine_link_up() or mqttc_engine_link_down() */
} MqttcLinkAction;

typedef struct
{
  guint queued; /* unsent requests */
  gsize queued_bytes;
  guint inflight;       /* QoS 1 and 2 publishes between first sending and last acknowledgement */
  guint undelivered;    /* messages in the event queue, or handed over and not yet delivered */
  guint64 stray_acks;   /* acknowledgements that belong to nothing */
  gboolean can_publish; /* open, and the queue has room; after it was full, half of its room */

  /* Of all connections. */
  guint64 connections; /* CONNACKs that accepted */
  guint64 packets_received;
  guint64 packets_sent;
  guint64 bytes_received;
  guint64 bytes_sent;        /* taken by the link */
  guint64 messages_received; /* handed over: QoS 2 once */
  guint64 messages_sent;     /* PUBLISH packets, repetitions included */
} MqttcEngineCounters;

/* @seed is for the jitter of reconnection alone. */
MqttcEngine *mqttc_engine_new (guint64 seed);
void mqttc_engine_free (MqttcEngine *self);

/* Takes effect at the next attempt; at once what decides about a new request: the bounds of the queue,
 * overflow_policy, offline_qos0 and max_outgoing_packet_size. */
void mqttc_engine_configure (MqttcEngine *self,
                             const MqttcEngineConfig *config);

/* Which packets are to be reported as events (0.3 us each): INCOMING and OUTGOING. Off at first. */
void mqttc_engine_report_packets (MqttcEngine *self,
                                  gboolean incoming,
                                  gboolean outgoing);

/* --- Commands. Those that return FALSE have set @error and done nothing else. --- */

gboolean mqttc_engine_open (MqttcEngine *self,
                            gint64 now,
                            GError **error);
/* As that, for whoever opens again without looking: after an end by an error it waits first, as it does
 * before another attempt. */
gboolean mqttc_engine_reopen (MqttcEngine *self,
                              gint64 now,
                              GError **error);

/* Finishes what was accepted until @drain_timeout (0: do not), sends DISCONNECT, closes. In CLOSED
 * everything has ended: operations are completed with CLOSED. Calling it again can only shorten.
 * With MQTTC_REASON_CODE_DISCONNECT_WITH_WILL as @reason_code no DISCONNECT is sent in 3.1.1, so that
 * the server publishes the will; any other is MQTTC_REASON_CODE_SUCCESS there. @properties (nullable)
 * are those of DISCONNECT in MQTT 5, as they stand on the wire, and legal there. */
void mqttc_engine_close (MqttcEngine *self,
                         guint reason_code,
                         GBytes *properties,
                         gint64 drain_timeout,
                         gint64 now);

/* At once, no farewell: as if the process had died. The server publishes the will. */
void mqttc_engine_abort (MqttcEngine *self,
                         gint64 now);

/* @operation may be NULL. The message is locked and referenced. @now may be 0 if it does not
 * expire. */
gboolean mqttc_engine_publish (MqttcEngine *self,
                               MqttcMessage *message,
                               MqttcOperation *operation,
                               gint64 now,
                               GError **error);

/* One packet for all @filters; @options has those of section 3.8.3.1 of MQTT 5 for each, of which a
 * server of 3.1.1 gets the QoS. @subscription_id: 0 is none. Success needs no filter granted: the codes
 * are in the SUBACK. The filters are made again after the loss of a session until unsubscribed. */
gboolean mqttc_engine_subscribe (MqttcEngine *self,
                                 const char *const *filters,
                                 const guint8 *options,
                                 guint32 subscription_id,
                                 MqttcOperation *operation,
                                 gint64 now,
                                 GError **error);
gboolean mqttc_engine_unsubscribe (MqttcEngine *self,
                                   const char *const *filters,
                                   MqttcOperation *operation,
                                   gint64 now,
                                   GError **error);

/* Does not make @filter again after the loss of a session; for when UNSUBSCRIBE cannot be sent. */
void mqttc_engine_forget (MqttcEngine *self,
                          const char *filter);

/* Ends @operation with @error (transfer full), unless it has ended already. A request that is not yet
 * encoded goes with it, and TRUE says that it will never be sent; else the exchange finishes by
 * itself. */
gboolean mqttc_engine_cancel (MqttcEngine *self,
                              MqttcOperation *operation,
                              GError *error);

/* Ends @operation, which no request was accepted for, with @error (transfer full) by a COMPLETED event,
 * as if one had been. */
void mqttc_engine_refuse (MqttcEngine *self,
                          MqttcOperation *operation,
                          GError *error);

/* The handlers of a MESSAGE event have run; the acknowledgement may leave, unless acks are manual. */
void mqttc_engine_delivered (MqttcEngine *self,
                             guint64 token,
                             gint64 now);

/* The same for @n_messages that need no acknowledgement: the token of each was 0. */
void mqttc_engine_handled (MqttcEngine *self,
                           guint n_messages,
                           gint64 now);

/* The handlers of a MESSAGE event will not run any more: it is not acknowledged, and not waited for. */
void mqttc_engine_give_up (MqttcEngine *self,
                           guint64 token,
                           gint64 now);

/* Manual acks: the program is done with @message, which came with a MESSAGE event of this engine. It
 * may be called before mqttc_engine_delivered(); acknowledgements leave in the order of arrival, when
 * both have happened. FALSE with STALE_ACK: it was acknowledged already, or came on an earlier
 * connection and will come again (QoS 1), or of a session that is lost. Of QoS 0: TRUE, nothing to do.
 * With INVALID_ARGUMENT: acks are automatic, or the message was not received by this engine. */
gboolean
mqttc_engine_acknowledge (MqttcEngine *self,
                          MqttcMessage *message,
                          gint64 now,
                          GError **error);

/* The same with a reason, and with @properties (nullable) as they stand on the wire, legal there; they are
 * left out if the server's maximum packet size wants it so. INVALID_ARGUMENT: a reason that PUBACK has
 * not, or one other than success of QoS 2, or in 3.1.1, which leaves properties out too. */
gboolean mqttc_engine_acknowledge_full (MqttcEngine *self,
                                        MqttcMessage *message,
                                        guint reason_code,
                                        GBytes *properties,
                                        gint64 now,
                                        GError **error);

/* The answer to the AUTHENTICATE event with @token: @data (nullable) for the server, or @error (transfer
 * full), which ends the connection. @method is for the stage START alone. Ignored if it is not waited
 * for: the connection may be gone. */
void mqttc_engine_authenticate (MqttcEngine *self,
                                guint64 token,
                                const char *method,
                                GBytes *data,
                                GError *error,
                                gint64 now);
/* Section 4.12.1 of MQTT 5. @operation ends when the server is content, or with the connection. */
gboolean mqttc_engine_reauthenticate (MqttcEngine *self,
                                      MqttcOperation *operation,
                                      GError **error);

/* The answer to the CREDENTIALS event with @token, for the attempt that waits for it: without a limit of
 * time, as somebody may have to type them. Or @error (transfer full): it ends the attempt, and also the
 * retries if no server has accepted us since open, or with @gives_up. Ignored if not waited for. */
void mqttc_engine_set_credentials (MqttcEngine *self,
                                   guint64 token,
                                   const char *user_name,
                                   GBytes *password,
                                   GError *error,
                                   gboolean gives_up,
                                   gint64 now);

/* (nullable): the name or address of another server, which a server wants us to use, and which is the one
 * to dial. @port (out): its port, or 0 if it is the same. */
const char *mqttc_engine_get_redirect (MqttcEngine *self,
                                       guint16 *port);

/* The protocol of this connection, or of the last one. */
MqttcProtocol mqttc_engine_get_protocol (MqttcEngine *self);
/* The session expiry interval in CONNECT of this connection, or of the last one. */
guint32 mqttc_engine_get_asked_expiry (MqttcEngine *self);
/* What the server allows on this connection, or allowed on the last one. */
const MqttcServerLimits *mqttc_engine_get_limits (MqttcEngine *self);
/* (nullable): that the server gave us, to be used instead of an empty one. */
const char *mqttc_engine_get_assigned_client_id (MqttcEngine *self);

/* Packets are decoded only while fewer events than this wait to be popped; what else was received is kept
 * as it is, which takes less memory. At first there may be thousands. */
void mqttc_engine_set_decode_ahead (MqttcEngine *self,
                                    guint n_events);

/* Messages of the program that are not needed any more. Freeing one whose payload lies in bytes that
 * the program made may run a function of the program, so the engine does not: it puts them here. Exchanges the engine's array for @messages,
 * which must be empty. */
void mqttc_engine_swap_discarded (MqttcEngine *self,
                                  GPtrArray **messages);
gboolean mqttc_engine_has_discarded (MqttcEngine *self);

/* Pulled: once connected, nothing is decoded until mqttc_engine_pull() asks for one packet more;
 * writing, time and pings go on, and the deadline of a ping's answer stands still. FALSE at first. */
void mqttc_engine_set_pulled (MqttcEngine *self,
                              gboolean pulled,
                              gint64 now);
/* Asks for one packet; asking again before it has come does not add up. */
void mqttc_engine_pull (MqttcEngine *self,
                        gint64 now);
/* Likewise nothing is decoded while it is paused, by a program that has no room. FALSE at first. */
void mqttc_engine_set_paused (MqttcEngine *self,
                              gboolean paused,
                              gint64 now);

/* --- The link. --- */

MqttcLinkAction mqttc_engine_take_link_action (MqttcEngine *self);
/* What the driver reports of a link is ignored while there is an action to be taken: it is about a link
 * that the engine has given up. FALSE: so it is, and the link is to be closed. */
gboolean mqttc_engine_link_up (MqttcEngine *self,
                               gint64 now);
/* @error (transfer full): why; NULL for an end without a word. */
void mqttc_engine_link_down (MqttcEngine *self,
                             GError *error,
                             gint64 now);
/* As that, for a dial that failed for a reason that trying again does not mend: it ends the retries
 * if no server has accepted us since open. */
void mqttc_engine_link_refused (MqttcEngine *self,
                                GError *error,
                                gint64 now);

/* All of @data is taken. What comes after reading should have paused is kept undecoded. */
void mqttc_engine_feed (MqttcEngine *self,
                        const guint8 *data,
                        gsize len,
                        gint64 now);
/* The same of what is in @buffer, with a byte of room behind it. If it is not decoded at once, the buffer
 * may be taken over: then it is empty. */
void mqttc_engine_feed_buffer (MqttcEngine *self,
                               MqttcReceiveBuffer *buffer,
                               gint64 now);
gboolean mqttc_engine_want_read (MqttcEngine *self);
/* Whether it is to be seen when more can be read: also while nothing is to be read because of what waits
 * to be popped, as long as that is about to happen. */
gboolean mqttc_engine_want_watch (MqttcEngine *self);

/* Encodes what may be sent now, within a budget, and lends it: up to @n_slices slices, valid until
 * the next call. 0: nothing to send. */
guint mqttc_engine_peek_output (MqttcEngine *self,
                                MqttcSlice *slices,
                                guint n_slices,
                                gint64 now);
/* The link has taken the first @n_bytes of it. */
void mqttc_engine_sent (MqttcEngine *self,
                        gsize n_bytes,
                        gint64 now);
gboolean mqttc_engine_want_write (MqttcEngine *self);

/* --- Time and events. --- */

/* -1: none. May be earlier than needed, never later. */
gint64 mqttc_engine_get_deadline (MqttcEngine *self);
void mqttc_engine_advance (MqttcEngine *self,
                           gint64 now);

gboolean mqttc_engine_has_event (MqttcEngine *self);
/* The type of the next event; only if there is one. */
MqttcEngineEventType mqttc_engine_peek_event (MqttcEngine *self);
/* Moves the next event into @event, to be cleared by the caller. FALSE: there is none. */
gboolean mqttc_engine_pop_event (MqttcEngine *self,
                                 MqttcEngineEvent *event);
/* The same for up to @n_events; their packets may still be to be made. Returns how many there were. */
guint mqttc_engine_pop_bare_events (MqttcEngine *self,
                                    MqttcEngineEvent *events,
                                    guint n_events);

MqttcConnectionState mqttc_engine_get_state (MqttcEngine *self);
void mqttc_engine_get_counters (MqttcEngine *self,
                                MqttcEngineCounters *counters);

G_END_DECLS
