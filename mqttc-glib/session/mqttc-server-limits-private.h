/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"

G_BEGIN_DECLS

/* What the server allows on a connection (section 3.2.2.3 of MQTT 5). */
typedef struct
{
  guint16 receive_maximum;
  guint16 topic_alias_maximum;
  guint32 maximum_packet_size; /* 0: that of the standard */
  guint8 maximum_qos;
  guint8 retain : 1;
  guint8 wildcards : 1;
  guint8 shared : 1;
  guint8 subscription_ids : 1;
  guint8 any_for_publish : 1; /* one that a PUBLISH can break is in force */
} MqttcServerLimits;

/* Those of the standard. */
void mqttc_server_limits_init (MqttcServerLimits *self);
/* What the @properties of a CONNACK say. */
void mqttc_server_limits_read (MqttcServerLimits *self,
                               MqttcSlice properties);

/* NULL: a subscription to @filter may be asked for; else why not. */
const char *mqttc_server_limits_check_filter (const MqttcServerLimits *self,
                                              const char *filter);
/* Whether SUBSCRIBE or UNSUBSCRIBE of MQTT 5 with @len bytes of filters is not too large; its size in
 * *@size. @subscription_id: 0 is none. */
gboolean mqttc_server_limits_check_filters_size (const MqttcServerLimits *self,
                                                 gsize len,
                                                 guint32 subscription_id,
                                                 gsize *size);

G_END_DECLS
