/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-reasons-private.h"
#include "codec/mqttc-reader-private.h"
#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"

/* Section 3: one decoder for each type of packet. Each reads the body, fills in its part of the
 * view and returns what is wrong, or NULL. That the body ends where the last field does, and that
 * no field runs past it, is checked for all in one place. */

typedef const char *(*Decoder) (MqttcReader *reader,
                                guint8 flags,
                                MqttcPacketView *view);

static const char *const no_packet_id = "the packet identifier is 0";

static const char *
get_topic_fault (MqttcSlice topic)
{
  if (topic.len == 0)
    return "the topic name is empty";
  if (!mqttc_utf8_is_valid (topic.data, topic.len))
    return "the topic name is not valid UTF-8, or holds U+0000";
  return "the topic name holds a wildcard";
}

static const char *
get_filter_fault (MqttcSlice filter)
{
  if (filter.len == 0)
    return "a topic filter is empty";
  if (!mqttc_utf8_is_valid (filter.data, filter.len))
    return "a topic filter is not valid UTF-8, or holds U+0000";
  return "a topic filter has a wildcard in a wrong place";
}

/* Section 3.1.2: protocol name, protocol level. */
static const char *
decode_protocol (MqttcReader *reader,
                 MqttcProtocol *protocol)
{
  MqttcSlice name = mqttc_reader_prefixed (reader);
  guint8 level = mqttc_reader_u8 (reader);

  if (reader->failed)
    return NULL;
  if (name.len != 4 || memcmp (name.data, "MQTT", 4) != 0)
    return "the protocol name is not MQTT";
  if (level == MQTTC_PROTOCOL_V5)
    return "MQTT 5 is not supported";
  if (level != MQTTC_PROTOCOL_V3_1_1)
    return "the protocol level is not 4";

  *protocol = MQTTC_PROTOCOL_V3_1_1;
  return NULL;
}

/* Section 3.1.2.3: the connect flags. */
static const char *
decode_connect_flags (guint8 flags,
                      MqttcPacketView *view)
{
  view->connect.has_user_name = (flags & 0x80) != 0;
  view->connect.has_password = (flags & 0x40) != 0;
  view->connect.will_retain = (flags & 0x20) != 0;
  view->connect.will_qos = (flags >> 3) & 3;
  view->connect.has_will = (flags & 0x04) != 0;
  view->connect.clean_session = (flags & 0x02) != 0;

  if ((flags & 0x01) != 0)
    return "the reserved connect flag is set";
  if (view->connect.has_will && (flags & 0x18) == 0x18)
    return "the QoS of the will is 3";
  if (!view->connect.has_will && (flags & 0x38) != 0)
    return "there is no will, but a QoS or the retain flag of one";
  if (view->connect.has_password && !view->connect.has_user_name)
    return "there is a password without a user name";

  return NULL;
}

/* Section 3.1.3: the payload, in this order. */
static const char *
decode_connect_payload (MqttcReader *reader,
                        MqttcPacketView *view)
{
  view->connect.client_id = mqttc_reader_prefixed (reader);
  if (view->connect.has_will)
    {
      view->connect.will_topic = mqttc_reader_prefixed (reader);
      view->connect.will_payload = mqttc_reader_prefixed (reader);
    }
  if (view->connect.has_user_name)
    view->connect.user_name = mqttc_reader_prefixed (reader);
  if (view->connect.has_password)
    view->connect.password = mqttc_reader_prefixed (reader);

  if (reader->failed)
    return NULL;
  if (!mqttc_utf8_is_valid (view->connect.client_id.data, view->connect.client_id.len))
    return "the client identifier is not valid UTF-8, or holds U+0000";
  if (!mqttc_utf8_is_valid (view->connect.user_name.data, view->connect.user_name.len))
    return "the user name is not valid UTF-8, or holds U+0000";
  if (view->connect.has_will && !mqttc_topic_slice_is_valid (view->connect.will_topic))
    return get_topic_fault (view->connect.will_topic);

  return NULL;
}

static const char *
decode_connect (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  const char *fault = decode_protocol (reader, &view->connect.protocol);

  if (fault == NULL)
    fault = decode_connect_flags (mqttc_reader_u8 (reader), view);
  if (fault != NULL)
    return fault;

  view->connect.keep_alive = mqttc_reader_u16 (reader);
  return decode_connect_payload (reader, view);
}

/* Section 3.2. */
static const char *
decode_connack (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  guint8 acknowledge_flags = mqttc_reader_u8 (reader);
  guint8 return_code = mqttc_reader_u8 (reader);

  if ((acknowledge_flags & 0xfe) != 0)
    return "a reserved acknowledge flag is set";
  if (return_code >= G_N_ELEMENTS (mqttc_connack_reasons))
    return "the return code is greater than 5";
  if (acknowledge_flags != 0 && return_code != 0)
    return "a session is present, but the connection is refused";

  view->reason_code = mqttc_connack_reasons[return_code];
  view->connack.session_present = acknowledge_flags != 0;
  return NULL;
}

/* Section 3.3. */
static inline const char *
decode_publish (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  const guint qos = (flags >> 1) & 3;
  const gboolean dup = (flags & 0x08) != 0;

  if (G_UNLIKELY (qos == 3))
    return "the QoS is 3";
  if (G_UNLIKELY (dup && qos == 0))
    return "the DUP flag is set at QoS 0";

  view->publish.qos = qos;
  view->publish.dup = dup;
  view->publish.retain = (flags & 0x01) != 0;
  view->publish.topic = mqttc_reader_prefixed (reader);
  if (qos != 0)
    {
      view->packet_id = mqttc_reader_u16 (reader);
      if (G_UNLIKELY (view->packet_id == 0))
        return reader->failed ? NULL : no_packet_id;
    }

  if (G_UNLIKELY (!mqttc_topic_slice_is_valid (view->publish.topic)))
    return reader->failed ? NULL : get_topic_fault (view->publish.topic);

  view->publish.payload = mqttc_reader_rest (reader);
  return NULL;
}

/* Sections 3.4 to 3.7 and 3.11: PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK. */
static const char *
decode_ack (MqttcReader *reader,
            guint8 flags,
            MqttcPacketView *view)
{
  view->packet_id = mqttc_reader_u16 (reader);

  return view->packet_id != 0 || reader->failed ? NULL : no_packet_id;
}

/* Sections 3.8 and 3.10: the packet identifier, then filters up to the end. */
static const char *
decode_filters (MqttcReader *reader,
                MqttcPacketView *view,
                gboolean have_options)
{
  view->packet_id = mqttc_reader_u16 (reader);
  view->filters.entries = mqttc_slice (reader->cur, reader->end - reader->cur);

  while (reader->cur != reader->end)
    {
      MqttcSlice filter = mqttc_reader_prefixed (reader);
      guint8 options = have_options ? mqttc_reader_u8 (reader) : 0;

      if (reader->failed)
        return NULL;
      if (!mqttc_filter_slice_is_valid (filter))
        return get_filter_fault (filter);
      if (options > 3)
        return "a reserved bit of the requested QoS is set";
      if (options == 3)
        return "a requested QoS is 3";

      view->filters.n_entries++;
    }

  if (reader->failed)
    return NULL;
  if (view->packet_id == 0)
    return no_packet_id;
  return view->filters.n_entries != 0 ? NULL : "there is no topic filter";
}

static const char *
decode_subscribe (MqttcReader *reader,
                  guint8 flags,
                  MqttcPacketView *view)
{
  return decode_filters (reader, view, TRUE);
}

static const char *
decode_unsubscribe (MqttcReader *reader,
                    guint8 flags,
                    MqttcPacketView *view)
{
  return decode_filters (reader, view, FALSE);
}

/* Section 3.9. */
static const char *
decode_suback (MqttcReader *reader,
               guint8 flags,
               MqttcPacketView *view)
{
  view->packet_id = mqttc_reader_u16 (reader);
  view->suback.codes = mqttc_reader_rest (reader);

  if (reader->failed)
    return NULL;
  if (view->packet_id == 0)
    return no_packet_id;
  if (view->suback.codes.len == 0)
    return "there is no return code";
  if (!mqttc_suback_codes_are_valid (view->suback.codes))
    return "a return code is none of 0, 1, 2 and 128";

  return NULL;
}

/* Sections 3.12 to 3.14: PINGREQ, PINGRESP and DISCONNECT have no body. */
static const char *
decode_nothing (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  return NULL;
}

#define ANY_LENGTH MQTTC_MAX_REMAINING_LENGTH

/* By packet type; those without a decoder are reserved in 3.1.1. */
static const struct
{
  const char *name;
  Decoder decode;
  guint8 flags;
  guint32 max_length; /* of what follows the fixed header */
} types[16] = {
  { "reserved type 0", NULL, 0, 0 },
  { "CONNECT", decode_connect, 0, ANY_LENGTH },
  { "CONNACK", decode_connack, 0, 2 },
  { "PUBLISH", decode_publish, 0, ANY_LENGTH },
  { "PUBACK", decode_ack, 0, 2 },
  { "PUBREC", decode_ack, 0, 2 },
  { "PUBREL", decode_ack, 2, 2 },
  { "PUBCOMP", decode_ack, 0, 2 },
  { "SUBSCRIBE", decode_subscribe, 2, ANY_LENGTH },
  { "SUBACK", decode_suback, 0, ANY_LENGTH },
  { "UNSUBSCRIBE", decode_unsubscribe, 2, ANY_LENGTH },
  { "UNSUBACK", decode_ack, 0, 2 },
  { "PINGREQ", decode_nothing, 0, 0 },
  { "PINGRESP", decode_nothing, 0, 0 },
  { "DISCONNECT", decode_nothing, 0, 0 },
  { "AUTH", NULL, 0, 0 },
};

const char *
mqttc_packet_type_get_name (guint type)
{
  return type < G_N_ELEMENTS (types) ? types[type].name : "unknown type";
}

static const char *
check_header (MqttcProtocol protocol,
              guint type,
              guint8 flags)
{
  if (G_UNLIKELY (protocol != MQTTC_PROTOCOL_V3_1_1))
    return "MQTT 5 is not supported";
  /* Section 2.2.2: its flags say something, those of all others have a fixed value. */
  if (G_LIKELY (type == MQTTC_PACKET_TYPE_PUBLISH))
    return NULL;
  if (G_UNLIKELY (types[type].decode == NULL))
    return "the packet type is reserved";
  if (G_UNLIKELY (types[type].flags != flags))
    return "the flags of the fixed header are wrong";

  return NULL;
}

const char *
mqttc_frame_get_fault (MqttcProtocol protocol,
                       const MqttcFrame *frame)
{
  const guint type = frame->type_and_flags >> 4;
  const guint8 flags = frame->type_and_flags & 0x0f;
  const char *fault = check_header (protocol, type, flags);

  if (fault != NULL)
    return fault;
  if (type == MQTTC_PACKET_TYPE_PUBLISH && (flags >> 1 & 3) == 3)
    return "QoS 3 does not exist";
  if (type == MQTTC_PACKET_TYPE_PUBLISH && (flags & 0x0e) == 0x08)
    return "the DUP flag is set at QoS 0";
  if (frame->remaining_length > types[type].max_length)
    return "it is longer than it can be";

  return NULL;
}

MqttcDecodeResult
mqttc_packet_decode (MqttcProtocol protocol,
                     const MqttcFrame *frame,
                     const guint8 *data,
                     MqttcPacketView *view,
                     const char **fault)
{
  const guint type = frame->type_and_flags >> 4;
  const guint8 flags = frame->type_and_flags & 0x0f;
  MqttcReader reader = {
    .cur = data + frame->header_size,
    .end = data + frame->header_size + frame->remaining_length,
  };
  const char *problem = check_header (protocol, type, flags);

  if (G_LIKELY (problem == NULL))
    {
      mqttc_packet_view_init (view, type);
      /* Not looked up: nearly every packet is one. */
      problem = type == MQTTC_PACKET_TYPE_PUBLISH ? decode_publish (&reader, flags, view)
                                                  : types[type].decode (&reader, flags, view);
    }

  if (G_LIKELY (problem == NULL && !reader.failed && reader.cur == reader.end))
    return MQTTC_DECODE_OK;

  if (problem == NULL)
    problem = reader.failed ? "it ends within a field" : "bytes follow its last field";
  *fault = problem;
  return MQTTC_DECODE_MALFORMED;
}
