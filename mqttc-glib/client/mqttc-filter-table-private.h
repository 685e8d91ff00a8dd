/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The filters that a client uses, each with its subscription identifier (section 3.8.2.1.2 of MQTT 5): the
 * smallest that is free. All of it belongs to the context of the client. */
typedef struct _MqttcFilterTable MqttcFilterTable;

typedef struct
{
  guint ref_count;
  MqttcFilterTable *table; /* (unowned) (nullable): NULL once it is dropped */
  GPtrArray
      *subscriptions; /* (owned), of those on the filter (unowned), in the order of subscribing */
  guint32 id;
  guint n_requests; /* UNSUBSCRIBE without an answer: the server may still use the identifier */
  gboolean has_id;  /* the last request that was granted had it */
  gboolean is_anonymous; /* the server may send messages for it without the identifier */

  /* Numbers of messages. */
  guint64 named;   /* the last that named the identifier */
  guint64 matched; /* the last that named it and matches the filter */

  char text[];
} MqttcFilterUse;

MqttcFilterTable *mqttc_filter_table_new (void);
/* There are no subscriptions any more; requests may outlive it. */
void mqttc_filter_table_free (MqttcFilterTable *self);

/* (nullable) */
MqttcFilterUse *mqttc_filter_table_lookup (MqttcFilterTable *self,
                                           const char *filter);
/* (nullable) */
MqttcFilterUse *mqttc_filter_table_lookup_id (MqttcFilterTable *self,
                                              guint32 id);
/* Filters that the server sends messages for without an identifier. */
gboolean mqttc_filter_table_has_anonymous (MqttcFilterTable *self);
guint64 mqttc_filter_table_next_number (MqttcFilterTable *self);

/* Adds @subscription (unowned) to the use of @filter, which is made if there is none. */
MqttcFilterUse *
mqttc_filter_table_add (MqttcFilterTable *self,
                        const char *filter,
                        gpointer subscription);

/* The use ends with the last subscription and the last request. */
void mqttc_filter_use_remove (MqttcFilterUse *self,
                              gpointer subscription);
/* Until mqttc_filter_use_end_request(). Returns a reference. */
MqttcFilterUse *mqttc_filter_use_begin_request (MqttcFilterUse *self);
/* Drops that reference. */
void mqttc_filter_use_end_request (MqttcFilterUse *self);
void mqttc_filter_use_set_anonymous (MqttcFilterUse *self,
                                     gboolean is_anonymous);

G_END_DECLS
