/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The engine from inside: for the files mqttc-engine*.c alone. */

#include "codec/mqttc-codec-private.h"
#include "mqttc-error.h"
#include "session/mqttc-backoff-private.h"
#include "session/mqttc-engine-private.h"
#include "session/mqttc-event-queue-private.h"
#include "session/mqttc-inbox-private.h"
#include "session/mqttc-keepalive-private.h"
#include "session/mqttc-outbox-private.h"
#include "session/mqttc-receive-buffer-private.h"
#include "session/mqttc-send-buffer-private.h"
#include "session/mqttc-subscriptions-private.h"

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
} MqttcAck;

struct _MqttcEngine
{
  MqttcEngineConfig config;
  MqttcEngineConfig next_config; /* for the next attempt; without a client id: none is waiting */
  MqttcConnectionState state;
  MqttcBackoff backoff;
  gint64 retry_time;     /* BACKING_OFF: when to dial; -1 */
  gint64 drain_deadline; /* DRAINING: when to stop waiting and send DISCONNECT; -1 */
  gboolean accepted;     /* a server has accepted us since open */

  /* The link. */
  MqttcLink link;
  gboolean close_wanted; /* actions not yet taken by the driver */
  gboolean dial_wanted;
  gboolean connect_due;    /* CONNECT is to be encoded */
  gboolean disconnect_due; /* DISCONNECT is to be encoded */
  gint64 link_deadline;    /* for CONNACK, or for DISCONNECT to leave; -1 */
  gint64 connected_since;
  guint link_stray_acks;
  MqttcKeepalive keepalive;
  MqttcSendBuffer output;
  GByteArray *acks;            /* (owned): MqttcAck, the control lane */
  guint first_ack;             /* index of the first not yet encoded */
  MqttcReceiveBuffer partial;  /* received and not decoded */
  gboolean resumable;          /* decoding stopped there because reading was paused */
  guint16 sent_keep_alive;     /* in this link's CONNECT */
  gboolean sent_clean_session; /* likewise */

  /* The session. */
  gboolean session_held;   /* the server was asked to keep it, and said it does */
  char *session_client_id; /* (owned) (nullable): whose it is */
  MqttcOutbox outbox;
  MqttcInbox inbox;
  MqttcSubscriptions subscriptions;

  /* What there is to tell. */
  MqttcEventQueue events;
  gboolean report_incoming;
  gboolean report_outgoing;
  guint handed_over;       /* messages whose handlers run */
  guint undelivered;       /* messages, in the queue or handed over */
  gsize undelivered_bytes; /* of those in the queue, and of packets reported there */
  guint64 stray_acks;
};

static inline guint
mqttc_engine_count_acks (const MqttcEngine *self)
{
  return self->acks->len / sizeof (MqttcAck) - self->first_ack;
}

/* mqttc-engine.c: the one place that writes the state. */
void mqttc_engine_set_state (MqttcEngine *self,
                             MqttcConnectionState state);

/* The configuration given meanwhile takes effect. */
void mqttc_engine_adopt_config (MqttcEngine *self);

/* mqttc-engine-link.c */
void mqttc_engine_dial (MqttcEngine *self,
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
/* DRAINING: goes on to DISCONNECT as soon as there is nothing left to finish. */
void mqttc_engine_check_drained (MqttcEngine *self,
                                 gint64 now);
/* The server has accepted (section 3.2): resumes the session, or begins a new one. */
void mqttc_engine_connected (MqttcEngine *self,
                             const MqttcPacketView *view,
                             gint64 now);

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
/* A packet for an operation that waits; NULL if none does. */
MqttcPacket *mqttc_engine_make_packet (MqttcEngine *self,
                                       const MqttcRequest *request,
                                       const MqttcPacketView *view);
/* @packet (transfer full). */
void mqttc_engine_push_packet (MqttcEngine *self,
                               MqttcEngineEventType type,
                               MqttcPacket *packet);
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
void mqttc_engine_apply_offline_qos0 (MqttcEngine *self);

/* mqttc-engine-input.c */
void mqttc_engine_decode_partial (MqttcEngine *self,
                                  gint64 now);
/* Not paused: the next packet may be decoded. */
gboolean mqttc_engine_may_decode (const MqttcEngine *self);

G_END_DECLS
