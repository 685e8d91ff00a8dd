/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session/mqttc-id-table-private.h"
#include "values/mqttc-message.h"

G_BEGIN_DECLS

typedef struct _MqttcHeldMessage MqttcHeldMessage;

/* What an acknowledgement waits for. */
typedef enum
{
  MQTTC_STEP_DELIVERED = 1 << 0,    /* the handlers have run */
  MQTTC_STEP_ACKNOWLEDGED = 1 << 1, /* the program has said so, or need not */
} MqttcStep;

#define MQTTC_ALL_STEPS (MQTTC_STEP_DELIVERED | MQTTC_STEP_ACKNOWLEDGED)

typedef struct
{
  guint16 packet_id;
  guint8 steps;
} MqttcUnacknowledged;

/* Incoming messages between their PUBLISH and their last acknowledgement. All zero is an empty one.
 */
typedef struct
{
  /* QoS 1 of this connection, in the order of arrival: a ring whose first element has the number
   * first_number. */
  MqttcUnacknowledged *ring; /* (owned) (nullable) */
  guint ring_size;           /* 0 or a power of two */
  guint ring_length;
  guint64 first_number;
  guint64 link_number; /* of the first one of this connection */

  /* QoS 2 of this session: by identifier, and in the order of arrival. */
  MqttcIdTable held;
  MqttcHeldMessage *oldest; /* (owned) */
  MqttcHeldMessage *newest;
  gsize held_bytes;
  guint64 last_serial;

  guint link; /* the number of this connection */
  gboolean manual_acks;
} MqttcInbox;

/* Tokens: what a delivered message is to be acknowledged by; 0 is a message that needs nothing. */

static inline gboolean
mqttc_inbox_token_is_qos1 (guint64 token)
{
  return (token & 3) == 1;
}

/* QoS 1: notes the arrival. */
guint64 mqttc_inbox_add (MqttcInbox *self,
                         guint16 packet_id);
/* The next identifier to be acknowledged, in the order of arrival; 0: none yet. */
guint16 mqttc_inbox_next_puback (MqttcInbox *self);

/* QoS 2: the token of the message of this identifier that is here already; 0: there is none. */
guint64 mqttc_inbox_find (const MqttcInbox *self,
                          guint16 packet_id);
/* TRUE: it had been released, and is known no more. */
gboolean mqttc_inbox_forget_released (MqttcInbox *self,
                                      guint16 packet_id);
/* There is none yet. @message (transfer full). */
guint64 mqttc_inbox_hold (MqttcInbox *self,
                          guint16 packet_id,
                          MqttcMessage *message);

typedef enum
{
  MQTTC_RELEASE_UNKNOWN, /* nothing is held under that identifier */
  MQTTC_RELEASE_DELIVER, /* *message and *token: hand it over */
  MQTTC_RELEASE_AGAIN,   /* *token: it has been handed over, and not all its steps are done yet */
} MqttcRelease;

/* PUBREL has come. *message is (transfer full). */
MqttcRelease
mqttc_inbox_release (MqttcInbox *self,
                     guint16 packet_id,
                     MqttcMessage **message,
                     guint64 *token);
/* Forgets it if all its steps are done. The identifier for PUBCOMP; 0: they are not, or the PUBREL came
 * on an earlier connection (the server will send it again). */
guint16 mqttc_inbox_next_pubcomp (MqttcInbox *self,
                                  guint64 token);

/* Of QoS 1 and 2: a step is done. */
typedef enum
{
  MQTTC_NOTE_DONE,
  MQTTC_NOTE_AGAIN,  /* it was done already; perhaps the message has been forgotten since */
  MQTTC_NOTE_EARLIER /* QoS 1: it came on an earlier connection */
} MqttcNote;

static inline MqttcNote
mqttc_step_note (guint8 *steps,
                 MqttcStep step)
{
  if ((*steps & step) != 0)
    return MQTTC_NOTE_AGAIN;

  *steps |= step;
  return MQTTC_NOTE_DONE;
}

/* But for a message in the ring. */
MqttcNote mqttc_inbox_note_other (MqttcInbox *self,
                                  guint64 token,
                                  MqttcStep step);

static inline MqttcNote
mqttc_inbox_note (MqttcInbox *self,
                  guint64 token,
                  MqttcStep step)
{
  guint64 number = token >> 2;

  if (mqttc_inbox_token_is_qos1 (token) && number - self->first_number < self->ring_length)
    return mqttc_step_note (&self->ring[number & (self->ring_size - 1)].steps, step);

  return mqttc_inbox_note_other (self, token, step);
}

void mqttc_inbox_link_lost (MqttcInbox *self);
/* The session is lost: the oldest message not yet handed over (transfer full), or NULL. Nobody else
 * has it any more. */
MqttcMessage *mqttc_inbox_take_oldest (MqttcInbox *self);
void mqttc_inbox_session_lost (MqttcInbox *self);
void mqttc_inbox_clear (MqttcInbox *self);

G_END_DECLS
