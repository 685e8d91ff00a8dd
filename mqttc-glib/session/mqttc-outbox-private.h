/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session/mqttc-discarded-private.h"
#include "session/mqttc-engine-private.h"
#include "session/mqttc-filter-set-private.h"
#include "session/mqttc-id-table-private.h"
#include "session/mqttc-throttle-private.h"

G_BEGIN_DECLS

typedef enum
{
  MQTTC_REQUEST_PUBLISH,
  MQTTC_REQUEST_SUBSCRIBE,
  MQTTC_REQUEST_UNSUBSCRIBE,
} MqttcRequestKind;

typedef struct _MqttcRequest MqttcRequest;
typedef struct _MqttcRequestList MqttcRequestList;

struct _MqttcRequestList
{
  MqttcRequest *head;
  MqttcRequest *tail;
  MqttcRequest *unsent; /* the first publish that has never been on its way; NULL: there is none */
  guint length;
};

/* What was asked for, from acceptance to its last acknowledgement; always in one of the lists of
 * the outbox, which says how far it has come. */
struct _MqttcRequest
{
  MqttcRequest *prev;
  MqttcRequest *next;
  MqttcRequestList *list;
  guint64 sequence; /* order of acceptance; 0: subscribing again, before all others */

  MqttcMessage *message;     /* (owned) (nullable): PUBLISH until PUBREC */
  MqttcFilterSet *set;       /* (owned) (nullable): SUBSCRIBE, UNSUBSCRIBE */
  MqttcOperation *operation; /* (unowned) (nullable): who waits for the end */

  gsize queued_size; /* what it counts in the bound of the queue; 0 once encoded */
  guint64 begin;     /* of its bytes in the stream, last time */
  guint64 end;       /* likewise: QoS 0 */
  gint64 deadline;   /* of a PUBLISH: when it expires; 0: never */
  guint16 packet_id; /* 0: none yet */
  guint8 kind;
  guint8 qos;
  guint encoded : 1;   /* has been on its way at least once */
  guint left : 1;      /* a first byte of it has left: from now on it is a repetition */
  guint resumed : 1;   /* was released on an earlier connection */
  guint on_link : 1;   /* takes a place in the window of this connection */
  guint cancelled : 1; /* nobody waits for its end any more */
  guint watched : 1;   /* it may have to be withdrawn instead of being sent */
};

/* Section 2.3.1: all but QoS 0 have a packet identifier. */
static inline gboolean
mqttc_request_needs_id (const MqttcRequest *request)
{
  return request->kind != MQTTC_REQUEST_PUBLISH || request->qos != MQTTC_QOS_AT_MOST_ONCE;
}

/* Everything outgoing that is not control: unsent requests (ours), and what is in flight (the
 * session's). */
typedef struct
{
  MqttcRequestList gated;     /* unsent QoS 1 and 2: the window holds them back */
  MqttcRequestList ungated;   /* unsent QoS 0 */
  MqttcRequestList unasked;   /* unsent SUBSCRIBE, UNSUBSCRIBE */
  MqttcRequestList writing;   /* QoS 0 whose last byte the link has not taken */
  MqttcRequestList asked;     /* SUBSCRIBE and UNSUBSCRIBE that wait for their answer */
  MqttcRequestList published; /* wait for PUBACK or PUBREC, in the order of their first sending */
  MqttcRequestList released;  /* wait for PUBCOMP, in the order of their PUBRECs */

  /* The first of each not yet sent again on this connection; NULL: all are. */
  MqttcRequest *resend_published;
  MqttcRequest *resend_released;

  MqttcIdTable ids;
  MqttcDiscarded *discarded; /* (unowned) */
  gboolean resends_first;    /* QoS 0 waits for them, too */
  guint window;
  guint outstanding; /* QoS 1 and 2 sent on this connection and not at their end */
  guint inflight;    /* first sent, on whatever connection, and not at their end */

  guint queued;
  gsize queued_bytes;
  guint queued_filters; /* of these SUBSCRIBE and UNSUBSCRIBE */
  gsize queued_filter_bytes;
  guint64 last_sequence;

  MqttcRequest *spare; /* (owned): linked by next, for use again */
  guint n_spare;
} MqttcOutbox;

/* At the end of its queue; it counts @queued_size bytes there until it is encoded. */
MqttcRequest *
mqttc_outbox_add_publish (MqttcOutbox *self,
                          MqttcMessage *message,
                          gsize queued_size);
/* A QoS 0 publish that was encoded without a request, ending at @end. @message (transfer full). */
void mqttc_outbox_add_written (MqttcOutbox *self,
                               MqttcMessage *message,
                               guint64 end);
/* @set (transfer full). */
MqttcRequest *mqttc_outbox_add_filters (MqttcOutbox *self,
                                        MqttcFilterSet *set);
/* Before all others, and for this connection alone. @set (transfer full). */
void mqttc_outbox_add_resubscribe (MqttcOutbox *self,
                                   MqttcFilterSet *set);

/* What to send next but for @hold (MqttcHold), resends first, then the oldest of the unsent. */
MqttcRequest *mqttc_outbox_next (const MqttcOutbox *self,
                                 guint hold);

/* The publish to be dropped for a newer one: the oldest of QoS 0, or else of the others, that has never
 * been on its way. */
MqttcRequest *mqttc_outbox_get_oldest_publish (const MqttcOutbox *self);

/* It has been encoded, with the end of its bytes at @end: on to the next list. */
void mqttc_outbox_mark_sent (MqttcOutbox *self,
                             MqttcRequest *request,
                             guint64 end);
/* PUBREC has come. TRUE: PUBREL is to be sent now; FALSE: it will be among the resends. */
gboolean mqttc_outbox_release (MqttcOutbox *self,
                               MqttcRequest *request);

/* At its end, or cancelled: takes it out of everything and frees it. */
void mqttc_outbox_remove (MqttcOutbox *self,
                          MqttcRequest *request);

/* The connection is gone, having taken this much of the stream: what was asked or only half written goes back to the queue. */
void mqttc_outbox_link_lost (MqttcOutbox *self,
                             guint64 taken);
/* A connection begins: what is in flight is to be sent again. */
void mqttc_outbox_resume (MqttcOutbox *self);
/* As new, at the front of the queue; call it from the last to the first. */
void mqttc_outbox_send_as_new (MqttcOutbox *self,
                               MqttcRequest *request);
/* Of an unsent one: the server takes no more. */
void mqttc_outbox_lower_qos (MqttcOutbox *self,
                             MqttcRequest *request,
                             guint maximum);

gboolean mqttc_outbox_is_empty (const MqttcOutbox *self);

/* Frees what is kept for use again: an idle connection owns no buffers. */
void mqttc_outbox_trim (MqttcOutbox *self);

/* All lists must be empty. */
void mqttc_outbox_clear (MqttcOutbox *self);

G_END_DECLS
