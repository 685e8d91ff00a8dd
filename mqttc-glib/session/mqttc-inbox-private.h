/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session/mqttc-id-table-private.h"
#include "values/mqttc-message.h"

G_BEGIN_DECLS

typedef struct _MqttcHeldMessage MqttcHeldMessage;

typedef struct
{
  guint16 packet_id;
  gboolean delivered;
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

  /* QoS 2 of this session: by identifier, and in the order of arrival. */
  MqttcIdTable held;
  MqttcHeldMessage *oldest; /* (owned) */
  MqttcHeldMessage *newest;
  gsize held_bytes;
  guint64 last_serial;

  guint link; /* the number of this connection */
} MqttcInbox;

/* Tokens: what a delivered message is to be acknowledged by; 0 is a message that needs nothing. */

/* QoS 1: notes the arrival. */
guint64 mqttc_inbox_add (MqttcInbox *self,
                         guint16 packet_id);
/* Its handlers have run. Nothing if it came on an earlier connection. */
void mqttc_inbox_set_delivered (MqttcInbox *self,
                                guint64 token);
/* The next identifier to be acknowledged, in the order of arrival; 0: none yet. */
guint16 mqttc_inbox_next_puback (MqttcInbox *self);

/* QoS 2: FALSE if a message of this identifier is here already. @message (transfer full). */
gboolean mqttc_inbox_contains (const MqttcInbox *self,
                               guint16 packet_id);
void mqttc_inbox_hold (MqttcInbox *self,
                       guint16 packet_id,
                       MqttcMessage *message);

typedef enum
{
  MQTTC_RELEASE_UNKNOWN, /* nothing is held under that identifier */
  MQTTC_RELEASE_DELIVER, /* *message and *token: hand it over */
  MQTTC_RELEASE_AGAIN,   /* it has been handed over, and its handlers have not run yet */
} MqttcRelease;

/* PUBREL has come. *message is (transfer full). */
MqttcRelease
mqttc_inbox_release (MqttcInbox *self,
                     guint16 packet_id,
                     MqttcMessage **message,
                     guint64 *token);
/* Its handlers have run: forgets it. The identifier for PUBCOMP, or 0 if the PUBREL came on an
 * earlier connection (the server will send it again). */
guint16 mqttc_inbox_complete (MqttcInbox *self,
                              guint64 token);

static inline gboolean
mqttc_inbox_token_is_qos1 (guint64 token)
{
  return (token & 3) == 1;
}

void mqttc_inbox_link_lost (MqttcInbox *self);
/* The session is lost: the oldest message not yet handed over (transfer full), or NULL. Nobody else
 * has it any more. */
MqttcMessage *mqttc_inbox_take_oldest (MqttcInbox *self);
void mqttc_inbox_session_lost (MqttcInbox *self);
void mqttc_inbox_clear (MqttcInbox *self);

G_END_DECLS
