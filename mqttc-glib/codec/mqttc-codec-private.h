/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"
#include "codec/mqttc-zero-private.h"
#include "mqttc-enums.h"

G_BEGIN_DECLS

/* Bytes <-> borrowed views of control packets, both directions (client and server), no allocation.
 *
 * Section 2 of the standard is the frame, section 3 the packets. A decoder and an encoder per packet
 * type stand in one table; MQTT 5 adds rows and the property list, not a second codec. */

/* Section 2.2.3: four bytes of seven bits. */
#define MQTTC_MAX_REMAINING_LENGTH 268435455u
#define MQTTC_MAX_FIXED_HEADER_SIZE 5u

typedef enum
{
  MQTTC_DECODE_OK,
  MQTTC_DECODE_NEED_MORE,
  MQTTC_DECODE_MALFORMED,
  MQTTC_DECODE_TOO_LARGE,
  MQTTC_DECODE_PROTOCOL_ERROR, /* well formed, but not what may be said (MQTT 5) */
} MqttcDecodeResult;

/* The fixed header. */
typedef struct
{
  guint8 type_and_flags;
  guint header_size;
  guint32 remaining_length;
} MqttcFrame;

static inline gsize
mqttc_frame_get_size (const MqttcFrame *frame)
{
  return (gsize) frame->header_size + frame->remaining_length;
}

/* Reads the fixed header alone: OK as soon as it is complete, whether or not the body has arrived.
 * TOO_LARGE if the whole packet would exceed @max_size (0: the limit of the standard). Type 0 is
 * MALFORMED at the first byte, so is a remaining length with a fifth byte or an overlong form. */
MqttcDecodeResult
mqttc_frame_decode (const guint8 *data,
                    gsize len,
                    gsize max_size,
                    MqttcFrame *frame);

/* What the fixed header alone shows to be wrong, so that nobody waits for the rest of the packet, or
 * keeps it; NULL if nothing. */
const char *mqttc_frame_get_fault (MqttcProtocol protocol,
                                   const MqttcFrame *frame);

/* Section 3.1.2.2: the version that a CONNECT is to be decoded as; @otherwise for other packets, and for
 * one of no version that there is. @data must hold mqttc_frame_get_size (frame) bytes. */
MqttcProtocol
mqttc_frame_find_protocol (const MqttcFrame *frame,
                           const guint8 *data,
                           MqttcProtocol otherwise);

/* One control packet. Slices point into the bytes it was decoded from, or that it is to be encoded
 * from. Only the members of its type are set, the others are zero. */
typedef struct
{
  MqttcPacketType type;
  guint16 packet_id; /* 0: has none */

  /* CONNACK, and from MQTT 5 on acks and DISCONNECT: always a reason code of MQTT 5, the codec
   * translates the return codes of 3.1.1 both ways. */
  guint8 reason_code;

  MqttcSlice properties; /* MQTT 5: see mqttc-property-private.h; checked if they were decoded */

  union
  {
    struct
    {
      MqttcProtocol protocol;
      gboolean clean_session;
      guint16 keep_alive; /* seconds */
      MqttcSlice client_id;
      gboolean has_will;
      MqttcSlice will_properties;
      MqttcSlice will_topic;
      MqttcSlice will_payload;
      MqttcQos will_qos;
      gboolean will_retain;
      gboolean has_user_name;
      MqttcSlice user_name;
      gboolean has_password;
      MqttcSlice password;
    } connect;
    struct
    {
      gboolean session_present;
    } connack;
    struct
    {
      MqttcSlice topic;
      MqttcSlice payload;
      MqttcQos qos;
      gboolean dup;
      gboolean retain;
    } publish;
    struct
    {
      MqttcSlice entries; /* the payload as it stands on the wire, see mqttc_filter_list_*() */
      guint n_entries;
    } filters; /* SUBSCRIBE, UNSUBSCRIBE */
    struct
    {
      MqttcSlice codes; /* one byte for each filter */
    } suback;           /* from MQTT 5 on UNSUBACK too */
  };
} MqttcPacketView;

/* Zero but for its type: all that a packet of this type has, and only CONNECT has much. */
static inline void
mqttc_packet_view_init (MqttcPacketView *view,
                        MqttcPacketType type)
{
  if (G_UNLIKELY (type == MQTTC_PACKET_TYPE_CONNECT))
    mqttc_zero (view, sizeof *view);
  else
    mqttc_zero (view, G_STRUCT_OFFSET (MqttcPacketView, publish) + sizeof view->publish);
  view->type = type;
}

/* Decodes one whole packet, strictly: wrong flags, reserved bits, packet id 0, QoS 3, bad UTF-8,
 * U+0000, wildcards in a topic name, trailing or missing bytes are MALFORMED (never NEED_MORE: the
 * frame says how long it is) and *fault is set to a static text that says what was wrong.
 * @data must hold mqttc_frame_get_size (frame) bytes. */
MqttcDecodeResult mqttc_packet_decode (MqttcProtocol protocol,
                                       const MqttcFrame *frame,
                                       const guint8 *data,
                                       MqttcPacketView *view,
                                       const char **fault);

/* The size of the encoded packet in bytes, fixed header included; 0 if it cannot be encoded (a
 * string over 65,535 bytes, a remaining length over the limit). First of the two passes. */
gsize mqttc_packet_get_encoded_size (MqttcProtocol protocol,
                                     const MqttcPacketView *view);

/* The same or a little more, and quick to tell; not 0 for a PUBLISH or an acknowledgement of one that
 * cannot be encoded. */
static inline gsize
mqttc_packet_get_size_bound (MqttcProtocol protocol,
                             const MqttcPacketView *view)
{
  if (G_LIKELY (view->type == MQTTC_PACKET_TYPE_PUBLISH))
    return 5 + 2 + view->publish.topic.len + 2 + 4 + view->properties.len
           + view->publish.payload.len;
  if (G_LIKELY (view->type <= MQTTC_PACKET_TYPE_PUBCOMP && view->type > MQTTC_PACKET_TYPE_PUBLISH))
    return 5 + 2 + 1 + 4 + view->properties.len;

  return mqttc_packet_get_encoded_size (protocol, view);
}

/* Writes the packet, second pass; @out has room for what the first one said. mqttc_packet_encode_head()
 * leaves out the payload of a PUBLISH, for those who send it from where it lies; for all other types both
 * are the same. Return the number of bytes written; 0 if it cannot be encoded. */
gsize mqttc_packet_encode (MqttcProtocol protocol,
                           const MqttcPacketView *view,
                           guint8 *out);
gsize mqttc_packet_encode_head (MqttcProtocol protocol,
                                const MqttcPacketView *view,
                                guint8 *out);

/* The payload of SUBSCRIBE and UNSUBSCRIBE: filters packed back to back. @options is the byte of
 * subscription options (3.1.1: the QoS), or -1 for UNSUBSCRIBE. */
void mqttc_filter_list_append (GByteArray *entries,
                               const char *filter,
                               int options);

/* Takes the next filter off the front of @entries; FALSE at the end. @options is ignored if NULL
 * (UNSUBSCRIBE has none). Only for entries that were decoded or appended. */
gboolean mqttc_filter_list_next (MqttcSlice *entries,
                                 MqttcSlice *filter,
                                 guint8 *options);

/* A name for error messages: "PUBLISH"; "reserved type 0" for what is none. */
const char *mqttc_packet_type_get_name (guint type);

G_END_DECLS
