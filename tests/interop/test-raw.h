/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <string.h>

#include "codec/mqttc-property-private.h"

G_BEGIN_DECLS

/* A connection to a broker of MQTT 5 that says just what the test says, by the codec alone. */
typedef struct
{
  GSocketConnection *connection;
  guint8 *packet;
  MqttcPacketView view; /* of the packet that was read last */
} Raw;

/* The text between quotes, with NUL bytes in it; and no properties. */
#define RAW(text) ((MqttcSlice){ (const guint8 *) (text), sizeof (text) - 1 })
#define RAW_NONE ((MqttcSlice){ NULL, 0 })
#define RAW_TEXT(text) ((MqttcSlice){ (const guint8 *) (text), strlen (text) })

/* Connected to the socket, and no more. */
Raw *raw_new (guint16 port);
/* And says CONNECT. */
Raw *
raw_new_connect (guint16 port,
                 const char *client_id,
                 gboolean clean_start,
                 MqttcSlice properties);
/* And reads a CONNACK that is no refusal. */
Raw *raw_new_connected (guint16 port,
                        const char *client_id,
                        MqttcSlice properties);
void raw_free (Raw *self);

void raw_send (Raw *self,
               const MqttcPacketView *view);
void raw_send_publish (Raw *self,
                       const char *topic,
                       const char *payload,
                       MqttcQos qos,
                       guint16 packet_id,
                       MqttcSlice properties);
void raw_send_ack (Raw *self,
                   MqttcPacketType type,
                   guint16 packet_id);
void raw_send_auth (Raw *self,
                    guint8 reason_code,
                    const char *method,
                    const char *data);
/* And reads the SUBACK: its code. */
guint8 raw_subscribe (Raw *self,
                      const char *filter,
                      guint8 options,
                      MqttcSlice properties);

/* Its type, or 0 if the broker has closed. */
guint raw_read (Raw *self);
/* Whether the next packet is this one. */
gboolean raw_read_is (Raw *self,
                      MqttcPacketType type,
                      guint8 reason_code);
gboolean raw_read_publish (Raw *self,
                           const char *topic,
                           const char *payload);

/* The number in a property of the packet that was read last; G_MAXUINT32 if it has none. */
guint32 raw_get_number (Raw *self,
                        MqttcPropertyId id);
/* The text: (nullable) (transfer full). */
char *raw_get_text (Raw *self,
                    MqttcPropertyId id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Raw, raw_free)

G_END_DECLS
