/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may not be sent now. */
typedef enum
{
  MQTTC_HOLD_NOTHING = 0,
  MQTTC_HOLD_PUBLISH = 1 << 0, /* PUBLISH, new or repeated */
  MQTTC_HOLD_RESEND = 1 << 1,  /* what is sent again on a new connection */
} MqttcHold;

/* How fast publishes leave: a bucket that fills with time, so that the rate holds over any span but
 * for a tenth of a second's worth, which a late timer may have to catch up with; and a pause after each
 * packet that is sent again. Times in microseconds. */
typedef struct
{
  guint hold; /* a MqttcHold */

  guint rate;          /* PUBLISH packets in a second; 0: no limit */
  guint64 credit;      /* in millionths of a packet */
  gint64 counted;      /* up to when the credit is counted */
  gint64 publish_time; /* with MQTTC_HOLD_PUBLISH: its end */

  gint64 resend_delay; /* 0: none */
  gint64 resend_time;  /* with MQTTC_HOLD_RESEND: its end */
} MqttcThrottle;

/* For a new connection. */
void mqttc_throttle_configure (MqttcThrottle *self,
                               guint rate,
                               gint64 resend_delay,
                               gint64 now);

void mqttc_throttle_use_credit (MqttcThrottle *self,
                                gint64 now);
void mqttc_throttle_release (MqttcThrottle *self,
                             gint64 now);

/* What has just been encoded: a PUBLISH; a packet that is sent again, which may be one. */
static inline void
mqttc_throttle_count_publish (MqttcThrottle *self,
                              gint64 now)
{
  if (G_UNLIKELY (self->rate != 0))
    mqttc_throttle_use_credit (self, now);
}

void mqttc_throttle_count_resend (MqttcThrottle *self,
                                  gint64 now);

/* Ends what is over by now. */
static inline void
mqttc_throttle_update (MqttcThrottle *self,
                       gint64 now)
{
  if (G_UNLIKELY (self->hold != MQTTC_HOLD_NOTHING))
    mqttc_throttle_release (self, now);
}

/* When something that is held ends; only if there is something. */
gint64 mqttc_throttle_get_end (const MqttcThrottle *self);

G_END_DECLS
