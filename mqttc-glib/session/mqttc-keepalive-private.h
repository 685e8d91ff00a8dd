/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Section 3.1.2.10 of the standard: when to ping, and when to take the link for dead. Times in
 * microseconds; -1 is never. */
typedef struct
{
  gint64 interval; /* 0: no pings */
  gint64 ping_timeout;
  gint64 write_timeout;

  gint64 last_sent;     /* when the link last took bytes */
  gint64 last_received; /* when the peer last gave a sign of life */
  gboolean ping_due;    /* a PINGREQ is to be sent, or stands in the send buffer */
  guint64 ping_end;     /* the end of its bytes in the stream; 0: it is not encoded */
  gint64 ping_deadline; /* -1: no answer is awaited */
  gint64 write_since;   /* since when bytes wait and the link takes none; -1: none wait */
  gboolean paused;      /* we do not read, so we cannot see an answer */
} MqttcKeepalive;

/* @interval: the keep alive in seconds. */
void mqttc_keepalive_start (MqttcKeepalive *self,
                            guint16 interval,
                            gint64 ping_timeout,
                            gint64 write_timeout,
                            gint64 now);
/* Before there is a connection: bytes are watched, no ping is sent. */
void mqttc_keepalive_stop (MqttcKeepalive *self);

void mqttc_keepalive_received (MqttcKeepalive *self,
                               gint64 now);
/* The link has taken bytes, up to @taken of the stream; @pending: more wait. */
void mqttc_keepalive_sent (MqttcKeepalive *self,
                           guint64 taken,
                           gboolean pending,
                           gint64 now);
/* Bytes have been put into the send buffer. */
void mqttc_keepalive_wants_to_send (MqttcKeepalive *self,
                                    gint64 now);
void mqttc_keepalive_set_paused (MqttcKeepalive *self,
                                 gboolean paused,
                                 gint64 now);

typedef enum
{
  MQTTC_KEEPALIVE_FINE,
  MQTTC_KEEPALIVE_PING, /* send PINGREQ: ping_due has been set */
  MQTTC_KEEPALIVE_NO_ANSWER,
  MQTTC_KEEPALIVE_BLOCKED, /* the link takes no bytes */
} MqttcKeepaliveVerdict;

MqttcKeepaliveVerdict mqttc_keepalive_check (MqttcKeepalive *self,
                                             gint64 now);
gint64 mqttc_keepalive_get_deadline (const MqttcKeepalive *self);

G_END_DECLS
