/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The packets of MQTT 3.1.1, read and written from the text of the standard. On purpose it shares
 * nothing with the codec of the library: what one of them gets wrong, the other one finds. */

enum
{
  SIM_CONNECT = 1,
  SIM_CONNACK = 2,
  SIM_PUBLISH = 3,
  SIM_PUBACK = 4,
  SIM_PUBREC = 5,
  SIM_PUBREL = 6,
  SIM_PUBCOMP = 7,
  SIM_SUBSCRIBE = 8,
  SIM_SUBACK = 9,
  SIM_UNSUBSCRIBE = 10,
  SIM_UNSUBACK = 11,
  SIM_PINGREQ = 12,
  SIM_PINGRESP = 13,
  SIM_DISCONNECT = 14,
};

typedef enum
{
  SIM_WIRE_OK,
  SIM_WIRE_NEED_MORE,
  SIM_WIRE_MALFORMED,
} SimWireResult;

typedef struct
{
  const char *data;
  gsize len;
} SimText;

/* Points into the bytes it was read from. */
typedef struct
{
  guint type;
  gsize size; /* with the fixed header */
  guint id;

  /* CONNECT */
  gboolean clean_session;
  guint keep_alive;
  SimText client_id;

  /* CONNACK */
  gboolean session_present;
  guint return_code;

  /* PUBLISH */
  guint qos;
  gboolean dup;
  gboolean retain;
  SimText topic;
  const guint8 *payload;
  gsize payload_len;

  /* SUBSCRIBE, UNSUBSCRIBE: see sim_wire_next_filter(); SUBACK: the codes */
  const guint8 *entries;
  gsize entries_len;
  guint n_entries;
} SimPacket;

/* One whole packet. *fault says what is MALFORMED. */
SimWireResult sim_wire_read (const guint8 *data,
                             gsize len,
                             SimPacket *packet,
                             const char **fault);

/* All of a PUBLISH but its payload, which may not have arrived. */
SimWireResult
sim_wire_read_publish_head (const guint8 *data,
                            gsize len,
                            SimPacket *packet,
                            const char **fault);

/* Walks through the filters; *at begins as 0. @qos is 0 for UNSUBSCRIBE. */
gboolean sim_wire_next_filter (const SimPacket *packet,
                               gsize *at,
                               SimText *filter,
                               guint *qos);

const char *sim_wire_type_name (guint type);

void sim_wire_write_connack (GByteArray *out,
                             gboolean session_present,
                             guint return_code);
void sim_wire_write_publish (GByteArray *out,
                             const char *topic,
                             const guint8 *payload,
                             gsize payload_len,
                             guint qos,
                             gboolean dup,
                             guint id);
/* PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK */
void sim_wire_write_ack (GByteArray *out,
                         guint type,
                         guint id);
void sim_wire_write_suback (GByteArray *out,
                            guint id,
                            const guint8 *codes,
                            guint n_codes);
void sim_wire_write_pingresp (GByteArray *out);

/* Section 4.7, for filters that are known to be valid. */
gboolean sim_wire_filter_matches (const char *filter,
                                  const char *topic);

/* A stream cut into packets. */
typedef struct
{
  GByteArray *bytes; /* (owned) */
  gsize start;
} SimStream;

void sim_stream_init (SimStream *self);
void sim_stream_clear (SimStream *self);
void sim_stream_append (SimStream *self,
                        const guint8 *data,
                        gsize len);
const guint8 *sim_stream_peek (SimStream *self,
                               gsize *len);
void sim_stream_skip (SimStream *self,
                      gsize len);

/* The next packet, taken off; it points into the stream until more is appended. */
SimWireResult sim_stream_next (SimStream *self,
                               SimPacket *packet,
                               const char **fault);

G_END_DECLS
