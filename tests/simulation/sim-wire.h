/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The packets of MQTT 3.1.1 and 5, read and written from the text of the standard. On purpose it shares
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
  SIM_AUTH = 15,
};

/* Of MQTT 5. */
enum
{
  SIM_PAYLOAD_FORMAT = 1,
  SIM_MESSAGE_EXPIRY = 2,
  SIM_CONTENT_TYPE = 3,
  SIM_RESPONSE_TOPIC = 8,
  SIM_CORRELATION_DATA = 9,
  SIM_SUBSCRIPTION_ID = 11,
  SIM_SESSION_EXPIRY = 17,
  SIM_ASSIGNED_CLIENT_ID = 18,
  SIM_SERVER_KEEP_ALIVE = 19,
  SIM_AUTHENTICATION_METHOD = 21,
  SIM_AUTHENTICATION_DATA = 22,
  SIM_REQUEST_PROBLEMS = 23,
  SIM_WILL_DELAY = 24,
  SIM_REQUEST_RESPONSE = 25,
  SIM_RESPONSE_INFORMATION = 26,
  SIM_SERVER_REFERENCE = 28,
  SIM_REASON_STRING = 31,
  SIM_RECEIVE_MAXIMUM = 33,
  SIM_TOPIC_ALIAS_MAXIMUM = 34,
  SIM_TOPIC_ALIAS = 35,
  SIM_MAXIMUM_QOS = 36,
  SIM_RETAIN_AVAILABLE = 37,
  SIM_USER_PROPERTY = 38,
  SIM_MAXIMUM_PACKET_SIZE = 39,
  SIM_WILDCARDS_AVAILABLE = 40,
  SIM_SUBSCRIPTION_IDS_AVAILABLE = 41,
  SIM_SHARED_AVAILABLE = 42,
  SIM_N_PROPERTIES
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

typedef struct
{
  guint64 present; /* a bit for each */
  guint32 numbers[SIM_N_PROPERTIES];
  SimText assigned_client_id;
  SimText server_reference;
} SimProperties;

static inline gboolean
sim_properties_has (const SimProperties *self,
                    guint id)
{
  return (self->present >> id & 1) != 0;
}

/* Points into the bytes it was read from. */
typedef struct
{
  guint type;
  guint version; /* 4 is MQTT 3.1.1 */
  gsize size;    /* with the fixed header */
  guint id;

  /* CONNECT */
  gboolean clean_session;
  guint keep_alive;
  SimText client_id;
  SimText user_name;

  /* CONNACK */
  gboolean session_present;
  guint return_code;

  guint reason; /* MQTT 5 */
  SimProperties properties;

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

/* One whole packet. *fault says what is MALFORMED. CONNECT itself says its @version. */
SimWireResult
sim_wire_read (const guint8 *data,
               gsize len,
               guint version,
               SimPacket *packet,
               const char **fault);

/* All of a PUBLISH but its payload, of which only the first @n_bytes need to be there. */
SimWireResult sim_wire_read_publish_head (const guint8 *data,
                                          gsize len,
                                          guint version,
                                          gsize n_bytes,
                                          SimPacket *packet,
                                          const char **fault);

/* Walks through the filters; *at begins as 0. @qos is 0 for UNSUBSCRIBE. */
gboolean sim_wire_next_filter (const SimPacket *packet,
                               gsize *at,
                               SimText *filter,
                               guint *qos);

const char *sim_wire_type_name (guint type);

/* @properties (nullable): of MQTT 5. */
void sim_wire_write_connack (GByteArray *out,
                             guint version,
                             gboolean session_present,
                             guint code,
                             const GByteArray *properties);
void sim_wire_write_publish (GByteArray *out,
                             guint version,
                             const char *topic,
                             const guint8 *payload,
                             gsize payload_len,
                             guint qos,
                             gboolean dup,
                             guint id,
                             const GByteArray *properties);
/* PUBACK, PUBREC, PUBREL, PUBCOMP. In MQTT 5 in one of the forms it may have. */
void sim_wire_write_ack (GByteArray *out,
                         guint version,
                         guint type,
                         guint id,
                         guint reason);
/* SUBACK, UNSUBACK, which has no codes in 3.1.1 */
void sim_wire_write_suback (GByteArray *out,
                            guint version,
                            guint type,
                            guint id,
                            const guint8 *codes,
                            guint n_codes);
/* With the method "m". */
void sim_wire_write_auth (GByteArray *out,
                          guint reason,
                          const char *data);
void sim_wire_write_pingresp (GByteArray *out);
/* Without properties in its short form. */
void sim_wire_write_disconnect (GByteArray *out,
                                guint reason,
                                const GByteArray *properties);

/* One that is a number, but for the subscription identifier. */
void sim_wire_append_property (GByteArray *out,
                               guint id,
                               guint32 value);
void sim_wire_append_text (GByteArray *out,
                           guint id,
                           const char *text);

/* Section 4.7, for filters that are known to be valid. */
gboolean sim_wire_filter_matches (const char *filter,
                                  const char *topic);

/* A stream cut into packets. */
typedef struct
{
  GByteArray *bytes; /* (owned) */
  gsize start;
  guint version; /* from CONNECT on what that says */
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
