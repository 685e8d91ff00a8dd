/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-property-private.h"
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

static const char *
protocol_error (MqttcReader *reader,
                const char *fault)
{
  reader->is_protocol_error = TRUE;
  return fault;
}

/* Section 2.2.2 of MQTT 5: the length, then the properties. @place: see mqttc_properties_check(). */
static const char *
decode_properties (MqttcReader *reader,
                   guint place,
                   MqttcSlice *properties)
{
  MqttcDecodeResult result;
  const char *fault = NULL;

  if (reader->protocol != MQTTC_PROTOCOL_V5)
    return NULL;

  *properties = mqttc_reader_take (reader, mqttc_reader_varint (reader));
  if (reader->failed || properties->len == 0)
    return NULL;

  result = mqttc_properties_check (*properties, place, &fault);
  reader->is_protocol_error = result == MQTTC_DECODE_PROTOCOL_ERROR;
  return fault;
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
  if (level != MQTTC_PROTOCOL_V3_1_1 && level != MQTTC_PROTOCOL_V5)
    return "the protocol level is neither 4 nor 5";
  if (level != reader->protocol)
    return "the protocol level is that of another version";

  *protocol = (MqttcProtocol) level;
  return NULL;
}

/* Section 3.1.2.3: the connect flags. */
static const char *
decode_connect_flags (MqttcReader *reader,
                      MqttcPacketView *view)
{
  const guint8 flags = mqttc_reader_u8 (reader);

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
  if (reader->protocol == MQTTC_PROTOCOL_V3_1_1 && view->connect.has_password
      && !view->connect.has_user_name)
    return "there is a password without a user name";

  return NULL;
}

/* Section 3.1.3: the payload, in this order. */
static const char *
decode_connect_payload (MqttcReader *reader,
                        MqttcPacketView *view)
{
  const char *fault = NULL;

  view->connect.client_id = mqttc_reader_prefixed (reader);
  if (view->connect.has_will)
    {
      fault = decode_properties (reader, MQTTC_PROPERTIES_OF_WILL, &view->connect.will_properties);
      if (fault != NULL)
        return fault;
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

/* Section 3.1.2.11.10 of MQTT 5. */
static const char *
check_authentication (MqttcReader *reader,
                      MqttcSlice properties)
{
  MqttcProperty property;

  if (!mqttc_properties_find (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, &property)
      || mqttc_properties_find (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, &property))
    return NULL;

  return protocol_error (reader, "there are authentication data without a method");
}

static const char *
decode_connect (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  const char *fault = decode_protocol (reader, &view->connect.protocol);

  if (fault == NULL)
    fault = decode_connect_flags (reader, view);
  if (fault != NULL)
    return fault;

  view->connect.keep_alive = mqttc_reader_u16 (reader);
  fault = decode_properties (reader, MQTTC_PACKET_TYPE_CONNECT, &view->properties);
  if (fault == NULL)
    fault = check_authentication (reader, view->properties);
  if (fault != NULL)
    return fault;

  return decode_connect_payload (reader, view);
}

static const char *const bad_reason_code = "the packet may not have this reason code";

/* Section 3.2. */
static const char *
decode_connack (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  guint8 acknowledge_flags = mqttc_reader_u8 (reader);
  guint8 code = mqttc_reader_u8 (reader);

  if (reader->failed)
    return NULL;
  if ((acknowledge_flags & 0xfe) != 0)
    return "a reserved acknowledge flag is set";
  if (acknowledge_flags != 0 && code != 0) /* [MQTT-3.2.2-6] */
    return protocol_error (reader, "a session is present, but the connection is refused");

  view->connack.session_present = acknowledge_flags != 0;
  if (reader->protocol == MQTTC_PROTOCOL_V5)
    {
      view->reason_code = code;
      if (!mqttc_reason_is_legal (view->type, code))
        return protocol_error (reader, bad_reason_code);
      return decode_properties (reader, view->type, &view->properties);
    }

  if (code >= G_N_ELEMENTS (mqttc_connack_reasons))
    return "the return code is greater than 5";
  view->reason_code = mqttc_connack_reasons[code];
  return NULL;
}

/* Section 3.3.2.3.4 of MQTT 5: an alias stands for the topic. */
static const char *
check_topic (MqttcReader *reader,
             const MqttcPacketView *view)
{
  MqttcProperty alias;

  if (reader->failed)
    return NULL;
  if (view->publish.topic.len != 0 || reader->protocol != MQTTC_PROTOCOL_V5)
    return get_topic_fault (view->publish.topic);
  if (mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, &alias))
    return NULL;

  return protocol_error (reader, "there is neither a topic name nor a topic alias");
}

/* Section 3.3. */
static G_ALWAYS_INLINE inline const char *
decode_publish_of (MqttcReader *reader,
                   gboolean is_5,
                   guint8 flags,
                   MqttcPacketView *view)
{
  const guint qos = (flags >> 1) & 3;
  const gboolean dup = (flags & 0x08) != 0;

  if (G_UNLIKELY (qos == 3))
    return "the QoS is 3";
  if (G_UNLIKELY (dup && qos == 0))
    return "the DUP flag is set at QoS 0";

  /* All that a PUBLISH has: the rest of the view need not be 0. */
  view->type = MQTTC_PACKET_TYPE_PUBLISH;
  view->packet_id = 0;
  view->reason_code = 0;
  view->properties = mqttc_slice (NULL, 0);
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

  /* Most have no properties. */
  if (is_5 && G_LIKELY (reader->cur != reader->end && *reader->cur == 0))
    reader->cur++;
  else if (is_5)
    {
      const char *fault = decode_properties (reader, MQTTC_PACKET_TYPE_PUBLISH, &view->properties);

      if (fault != NULL)
        return fault;
    }

  if (G_UNLIKELY (!mqttc_topic_slice_is_valid (view->publish.topic)))
    {
      const char *fault = check_topic (reader, view);

      if (fault != NULL || reader->failed)
        return fault;
    }

  view->publish.payload = mqttc_reader_rest (reader);
  return NULL;
}

static const char *
decode_publish (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  return decode_publish_of (reader, TRUE, flags, view);
}

/* Section 3.4.2 of MQTT 5 and its like: a reason code, then properties; each may be left out if nothing
 * follows it, and then it is 0, or there are none. */
static G_NO_INLINE const char *
decode_reason (MqttcReader *reader,
               MqttcPacketView *view)
{
  if (reader->cur == reader->end)
    return NULL;
  if (reader->protocol == MQTTC_PROTOCOL_V3_1_1)
    return NULL; /* bytes follow the last field */

  view->reason_code = mqttc_reader_u8 (reader);
  if (!mqttc_reason_is_legal (view->type, view->reason_code))
    return protocol_error (reader, bad_reason_code);
  if (reader->cur == reader->end)
    return NULL;

  return decode_properties (reader, view->type, &view->properties);
}

/* Sections 3.4 to 3.7: PUBACK, PUBREC, PUBREL and PUBCOMP. */
static const char *
decode_ack (MqttcReader *reader,
            guint8 flags,
            MqttcPacketView *view)
{
  view->packet_id = mqttc_reader_u16 (reader);
  if (G_UNLIKELY (view->packet_id == 0))
    return reader->failed ? NULL : no_packet_id;

  return G_LIKELY (reader->cur == reader->end) ? NULL : decode_reason (reader, view);
}

/* Section 3.8.3.1 of MQTT 5; in 3.1.1 there is the QoS alone. */
static const char *
get_options_fault (MqttcReader *reader,
                   MqttcSlice filter,
                   guint8 options)
{
  const guint8 reserved = reader->protocol == MQTTC_PROTOCOL_V5 ? 0xc0 : 0xfc;

  if ((options & reserved) != 0)
    return "a reserved bit of the subscription options is set";
  if ((options & 0x03) == 3)
    return protocol_error (reader, "a requested QoS is 3");
  if ((options & 0x30) == 0x30)
    return protocol_error (reader, "a retain handling is 3");
  if ((options & 0x04) != 0 && mqttc_filter_slice_is_shared (filter)) /* [MQTT-3.8.3-4] */
    return protocol_error (reader, "a shared subscription is not to get what its own client sends");

  return NULL;
}

/* Sections 3.8 and 3.10: the packet identifier, then filters up to the end. */
static const char *
decode_filters (MqttcReader *reader,
                MqttcPacketView *view,
                gboolean have_options)
{
  const char *fault;

  view->packet_id = mqttc_reader_u16 (reader);
  fault = decode_properties (reader, view->type, &view->properties);
  if (fault != NULL)
    return fault;

  view->filters.entries = mqttc_slice (reader->cur, reader->end - reader->cur);
  while (reader->cur != reader->end)
    {
      MqttcSlice filter = mqttc_reader_prefixed (reader);
      guint8 options = have_options ? mqttc_reader_u8 (reader) : 0;

      if (reader->failed)
        return NULL;
      if (!mqttc_filter_slice_is_valid (filter))
        return get_filter_fault (filter);
      fault = get_options_fault (reader, filter, options);
      if (fault != NULL)
        return fault;

      view->filters.n_entries++;
    }

  if (reader->failed)
    return NULL;
  if (view->packet_id == 0)
    return no_packet_id;
  return view->filters.n_entries != 0 ? NULL : protocol_error (reader, "there is no topic filter");
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

/* Section 3.9, and section 3.11 of MQTT 5. */
static const char *
decode_suback (MqttcReader *reader,
               guint8 flags,
               MqttcPacketView *view)
{
  const char *fault;

  view->packet_id = mqttc_reader_u16 (reader);
  fault = decode_properties (reader, view->type, &view->properties);
  if (fault != NULL)
    return fault;

  view->suback.codes = mqttc_reader_rest (reader);
  if (reader->failed)
    return NULL;
  if (view->packet_id == 0)
    return no_packet_id;
  if (view->suback.codes.len == 0)
    return protocol_error (reader, "there is no reason code");
  if (!mqttc_reasons_are_legal (reader->protocol, view->type, view->suback.codes))
    return protocol_error (reader, bad_reason_code);

  return NULL;
}

/* Section 3.11: in 3.1.1 it says nothing of the filters. */
static const char *
decode_unsuback (MqttcReader *reader,
                 guint8 flags,
                 MqttcPacketView *view)
{
  return reader->protocol == MQTTC_PROTOCOL_V5 ? decode_suback (reader, flags, view)
                                               : decode_ack (reader, flags, view);
}

/* Sections 3.14 and 3.15 of MQTT 5; in 3.1.1 DISCONNECT has no body. */
static const char *
decode_only_reason (MqttcReader *reader,
                    guint8 flags,
                    MqttcPacketView *view)
{
  return decode_reason (reader, view);
}

/* Sections 3.12 and 3.13: PINGREQ and PINGRESP have no body. */
static const char *
decode_nothing (MqttcReader *reader,
                guint8 flags,
                MqttcPacketView *view)
{
  return NULL;
}

#define ANY_LENGTH MQTTC_MAX_REMAINING_LENGTH

/* By packet type; those without a decoder are reserved. */
static const struct
{
  const char *name;
  Decoder decode;
  guint8 flags;
  guint32 max_length;   /* of what follows the fixed header, in 3.1.1 */
  guint32 max_length_5; /* in MQTT 5 */
} types[16] = {
  { "reserved type 0", NULL, 0, 0, 0 },
  { "CONNECT", decode_connect, 0, ANY_LENGTH, ANY_LENGTH },
  { "CONNACK", decode_connack, 0, 2, ANY_LENGTH },
  { "PUBLISH", decode_publish, 0, ANY_LENGTH, ANY_LENGTH },
  { "PUBACK", decode_ack, 0, 2, ANY_LENGTH },
  { "PUBREC", decode_ack, 0, 2, ANY_LENGTH },
  { "PUBREL", decode_ack, 2, 2, ANY_LENGTH },
  { "PUBCOMP", decode_ack, 0, 2, ANY_LENGTH },
  { "SUBSCRIBE", decode_subscribe, 2, ANY_LENGTH, ANY_LENGTH },
  { "SUBACK", decode_suback, 0, ANY_LENGTH, ANY_LENGTH },
  { "UNSUBSCRIBE", decode_unsubscribe, 2, ANY_LENGTH, ANY_LENGTH },
  { "UNSUBACK", decode_unsuback, 0, 2, ANY_LENGTH },
  { "PINGREQ", decode_nothing, 0, 0, 0 },
  { "PINGRESP", decode_nothing, 0, 0, 0 },
  { "DISCONNECT", decode_only_reason, 0, 0, ANY_LENGTH },
  { "AUTH", decode_only_reason, 0, 0, ANY_LENGTH },
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
  /* Section 2.2.2: its flags say something, those of all others have a fixed value. */
  if (G_LIKELY (type == MQTTC_PACKET_TYPE_PUBLISH))
    return NULL;
  if (G_UNLIKELY (types[type].decode == NULL
                  || (type == MQTTC_PACKET_TYPE_AUTH && protocol != MQTTC_PROTOCOL_V5)))
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
  if (frame->remaining_length
      > (protocol == MQTTC_PROTOCOL_V5 ? types[type].max_length_5 : types[type].max_length))
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
    .protocol = protocol,
  };
  const char *problem = check_header (protocol, type, flags);

  if (G_LIKELY (problem == NULL))
    {
      /* Not looked up: nearly every packet is one. */
      if (type == MQTTC_PACKET_TYPE_PUBLISH && protocol != MQTTC_PROTOCOL_V5)
        {
          problem = decode_publish_of (&reader, FALSE, flags, view);
        }
      else
        {
          mqttc_packet_view_init (view, type);
          problem = types[type].decode (&reader, flags, view);
        }
    }

  if (G_LIKELY (problem == NULL && !reader.failed && reader.cur == reader.end))
    return MQTTC_DECODE_OK;

  if (problem == NULL)
    problem = reader.failed ? "it ends within a field" : "bytes follow its last field";
  *fault = problem;
  return protocol == MQTTC_PROTOCOL_V5 && reader.is_protocol_error ? MQTTC_DECODE_PROTOCOL_ERROR
                                                                   : MQTTC_DECODE_MALFORMED;
}
