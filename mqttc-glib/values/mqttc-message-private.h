/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-codec-private.h"
#include "values/mqttc-block-pool-private.h"
#include "values/mqttc-message.h"

G_BEGIN_DECLS

/* A received message: struct, topic and payload in one allocation (a large payload in its own), the
 * properties in another; locked from the start. NULL if there is no memory for what was received. */
MqttcMessage *mqttc_message_new_from_view (const MqttcPacketView *view);

/* The same, a small one in memory of @pool. */
MqttcMessage *mqttc_message_new_from_pool (const MqttcPacketView *view,
                                           MqttcBlockPool *pool);
/* Gives a reference back, and the memory to @pool if it was the last one. */
void mqttc_message_recycle (MqttcMessage *self,
                            MqttcBlockPool *pool);

/* The same, with its payload left where it is in @buffer (transfer full unless NULL is returned), from
 * g_malloc(); behind the payload there is room for a 0. */
MqttcMessage *mqttc_message_new_in_buffer (const MqttcPacketView *view,
                                           guint8 *buffer);

/* Sets the members of a PUBLISH view, but for packet id and DUP, which belong to the sending. The
 * properties are there even if they are to be sent by 3.1.1, which has none. */
void mqttc_message_get_view (MqttcMessage *self,
                             MqttcPacketView *view);

MqttcSlice mqttc_message_get_topic_slice (MqttcMessage *self);

/* From here on it is shared: the setters refuse. */
void mqttc_message_lock (MqttcMessage *self);

/* For the engine that received it, which alone may touch it. */
typedef struct
{
  guint64 engine; /* its number; 0: the message was not received, or needs no receipt */
  guint64 token;  /* what it is acknowledged by there; 0: it needs no acknowledgement */
} MqttcReceipt;

MqttcReceipt *mqttc_message_peek_receipt (MqttcMessage *self);

/* Freeing it may run a function of the program: the payload lies in bytes that the program made. */
gboolean mqttc_message_is_foreign (MqttcMessage *self);

gboolean mqttc_message_expires (MqttcMessage *self);
/* The message expiry interval, and where in the properties of its view the four bytes of it are. */
gboolean mqttc_message_find_expiry (MqttcMessage *self,
                                    guint32 *seconds,
                                    gsize *offset);

/* Topic, payload and properties in bytes: what a bound on memory counts. */
gsize mqttc_message_get_size (MqttcMessage *self);

/* What keeps it from being sent, as a sentence for a GError; FALSE and @error set if anything. */
gboolean mqttc_message_check (MqttcMessage *self,
                              GError **error);
/* The same for a will, which may have a will delay interval, but less of a payload. */
gboolean mqttc_message_check_will (MqttcMessage *self,
                                   GError **error);
/* The same for a message whose topic an alias stands for. */
gboolean mqttc_message_check_but_topic (MqttcMessage *self,
                                        GError **error);

G_END_DECLS
