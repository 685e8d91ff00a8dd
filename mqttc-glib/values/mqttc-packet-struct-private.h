/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-properties-private.h"

G_BEGIN_DECLS

/* Shared by the files of MqttcPacket. Numbers are as wide as in the constructors: whether they
 * fit into a packet is found out when it is written. */
struct _MqttcPacket
{
  int ref_count; /* (atomic) */
  MqttcProtocol protocol;
  MqttcPacketType type;
  guint packet_id;
  guint reason_code;
  gboolean session_present; /* CONNACK */
  gboolean dup;             /* PUBLISH */
  MqttcMessage *message;    /* (owned) (nullable) of PUBLISH; the will of CONNECT */

  /* CONNECT */
  char *client_id; /* (owned) (nullable) not NULL in CONNECT */
  gboolean clean_session;
  guint keep_alive;
  char *user_name;  /* (owned) (nullable) */
  GBytes *password; /* (owned) (nullable): in memory of its own, wiped when freed */

  /* SUBSCRIBE and UNSUBSCRIBE: the array and its strings are one allocation. */
  char **filters; /* (owned) (nullable) */
  guint n_filters;
  GBytes *filter_options; /* (owned) (nullable) SUBSCRIBE: maybe not one for each filter */

  GBytes *reason_codes; /* (owned) (nullable) SUBACK, and from MQTT 5 on UNSUBACK */

  /* (owned) (nullable): all that stand in the packet; NULL in a PUBLISH with no others than its message */
  MqttcProperties *properties;
};

MqttcPacket *mqttc_packet_allocate (MqttcProtocol protocol,
                                    MqttcPacketType type);

/* Makes room for @n_filters filters that take @size bytes with a 0 after each, and returns where
 * the first one goes; NULL if @allocate does. */
char *mqttc_packet_allocate_filters (MqttcPacket *self,
                                     guint n_filters,
                                     gsize size,
                                     gpointer (*allocate) (gsize));

static inline MqttcSlice
mqttc_packet_slice_of_bytes (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return mqttc_slice (data, size);
}

/* Of a type that is, and nothing more in this one packet either. */
static inline gboolean
mqttc_packet_is_bare (MqttcPacket *self)
{
  return mqttc_packet_type_is_bare (self->type) && self->properties == NULL
         && self->reason_codes == NULL;
}

/* What keeps it from being written, as a sentence for a GError. */
gboolean mqttc_packet_check_arguments (MqttcPacket *self,
                                       GError **error);

G_END_DECLS
