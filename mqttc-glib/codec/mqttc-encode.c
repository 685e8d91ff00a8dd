/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-property-private.h"
#include "codec/mqttc-reasons-private.h"
#include "codec/mqttc-writer-private.h"

/* Section 3: for each type of packet one function that says how long the body will be, and one that
 * writes it. */

/* A body that the standard has no form for. Larger than any that may be. */
#define IMPOSSIBLE G_MAXUINT32

typedef guint32 (*Sizer) (MqttcProtocol protocol,
                          const MqttcPacketView *view);
typedef void (*Encoder) (MqttcProtocol protocol,
                         const MqttcPacketView *view,
                         MqttcWriter *writer);

static inline guint
get_varint_size (guint32 value)
{
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
}

/* Section 2.2.2 of MQTT 5: the length, and what is so long. Sizes of what is too long add up to what is
 * too long, and fit in a guint32. */
static inline guint32
size_properties (MqttcProtocol protocol,
                 MqttcSlice properties)
{
  if (G_LIKELY (protocol != MQTTC_PROTOCOL_V5))
    return properties.len == 0 ? 0 : MQTTC_MAX_REMAINING_LENGTH + 1;
  if (G_UNLIKELY (properties.len > MQTTC_MAX_REMAINING_LENGTH))
    return MQTTC_MAX_REMAINING_LENGTH + 1;

  return get_varint_size ((guint32) properties.len) + (guint32) properties.len;
}

static inline void
encode_properties (MqttcProtocol protocol,
                   MqttcSlice properties,
                   MqttcWriter *writer)
{
  if (G_LIKELY (protocol != MQTTC_PROTOCOL_V5))
    return;

  mqttc_writer_varint (writer, (guint32) properties.len);
  mqttc_writer_bytes (writer, properties);
}

static gboolean
fits_prefix (MqttcSlice bytes)
{
  return bytes.len <= G_MAXUINT16;
}

static gboolean
is_topic_length (MqttcSlice topic)
{
  return topic.len != 0 && topic.len <= G_MAXUINT16;
}

/* Section 3.1. */
static guint32
size_connect (MqttcProtocol protocol,
              const MqttcPacketView *view)
{
  guint32 size = 10 + size_properties (protocol, view->properties) + 2;

  if (view->connect.protocol != protocol || !fits_prefix (view->connect.client_id))
    return IMPOSSIBLE;
  size += view->connect.client_id.len;

  if (view->connect.has_will)
    {
      if (!is_topic_length (view->connect.will_topic) || !fits_prefix (view->connect.will_payload)
          || (guint) view->connect.will_qos > MQTTC_QOS_EXACTLY_ONCE)
        return IMPOSSIBLE;
      size += size_properties (protocol, view->connect.will_properties) + 4
              + view->connect.will_topic.len + view->connect.will_payload.len;
    }

  if (view->connect.has_user_name)
    {
      if (!fits_prefix (view->connect.user_name))
        return IMPOSSIBLE;
      size += 2 + view->connect.user_name.len;
    }

  if (view->connect.has_password)
    {
      /* [MQTT-3.1.2-22]: no password without a user name, before MQTT 5. */
      if ((protocol == MQTTC_PROTOCOL_V3_1_1 && !view->connect.has_user_name)
          || !fits_prefix (view->connect.password))
        return IMPOSSIBLE;
      size += 2 + view->connect.password.len;
    }

  return size;
}

static guint8
get_connect_flags (const MqttcPacketView *view)
{
  guint8 flags = 0;

  if (view->connect.has_user_name)
    flags |= 0x80;
  if (view->connect.has_password)
    flags |= 0x40;
  if (view->connect.has_will)
    flags |= 0x04 | view->connect.will_qos << 3 | (view->connect.will_retain ? 0x20 : 0);
  if (view->connect.clean_session)
    flags |= 0x02;

  return flags;
}

static void
encode_connect (MqttcProtocol protocol,
                const MqttcPacketView *view,
                MqttcWriter *writer)
{
  mqttc_writer_prefixed (writer, mqttc_slice ("MQTT", 4));
  mqttc_writer_u8 (writer, view->connect.protocol);
  mqttc_writer_u8 (writer, get_connect_flags (view));
  mqttc_writer_u16 (writer, view->connect.keep_alive);
  encode_properties (protocol, view->properties, writer);

  mqttc_writer_prefixed (writer, view->connect.client_id);
  if (view->connect.has_will)
    {
      encode_properties (protocol, view->connect.will_properties, writer);
      mqttc_writer_prefixed (writer, view->connect.will_topic);
      mqttc_writer_prefixed (writer, view->connect.will_payload);
    }
  if (view->connect.has_user_name)
    mqttc_writer_prefixed (writer, view->connect.user_name);
  if (view->connect.has_password)
    mqttc_writer_prefixed (writer, view->connect.password);
}

/* The return code of 3.1.1 that means the same; G_N_ELEMENTS if there is none. */
static guint
get_connack_return_code (guint8 reason_code)
{
  guint code;

  for (code = 0; code < G_N_ELEMENTS (mqttc_connack_reasons); code++)
    {
      if (mqttc_connack_reasons[code] == reason_code)
        break;
    }

  return code;
}

/* Section 3.2. */
static guint32
size_connack (MqttcProtocol protocol,
              const MqttcPacketView *view)
{
  gboolean is_legal
      = protocol == MQTTC_PROTOCOL_V5
            ? mqttc_reason_is_legal (view->type, view->reason_code)
            : get_connack_return_code (view->reason_code) != G_N_ELEMENTS (mqttc_connack_reasons);

  /* [MQTT-3.2.2-4], in MQTT 5 [MQTT-3.2.2-6] */
  if (!is_legal || (view->connack.session_present && view->reason_code != 0))
    return IMPOSSIBLE;

  return 2 + size_properties (protocol, view->properties);
}

static void
encode_connack (MqttcProtocol protocol,
                const MqttcPacketView *view,
                MqttcWriter *writer)
{
  mqttc_writer_u8 (writer, view->connack.session_present ? 1 : 0);
  mqttc_writer_u8 (writer, protocol == MQTTC_PROTOCOL_V5
                               ? view->reason_code
                               : (guint8) get_connack_return_code (view->reason_code));
  encode_properties (protocol, view->properties, writer);
}

/* Section 3.3.2.3.4 of MQTT 5: it can stand for the topic. The engine writes it first. */
static inline gboolean
has_alias (MqttcSlice properties)
{
  MqttcProperty alias;

  return (properties.len >= 3 && properties.data[0] == MQTTC_PROPERTY_ID_TOPIC_ALIAS)
         || mqttc_properties_find (properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, &alias);
}

static inline gboolean
has_topic (MqttcProtocol protocol,
           const MqttcPacketView *view)
{
  return is_topic_length (view->publish.topic)
         || (protocol == MQTTC_PROTOCOL_V5 && view->publish.topic.len == 0
             && has_alias (view->properties));
}

/* Section 3.3. The size of the payload counts, but it is written by the callers. A message with
 * properties is sent without them in 3.1.1. */
static inline guint32
size_publish (MqttcProtocol protocol,
              const MqttcPacketView *view)
{
  const guint qos = view->publish.qos;

  if (G_UNLIKELY (!has_topic (protocol, view)
                  || view->publish.payload.len > MQTTC_MAX_REMAINING_LENGTH
                  || qos > MQTTC_QOS_EXACTLY_ONCE))
    return IMPOSSIBLE;
  /* [MQTT-2.3.1-1], [MQTT-2.3.1-5]: an identifier above QoS 0 and only there. */
  if (G_UNLIKELY ((qos == 0) != (view->packet_id == 0)))
    return IMPOSSIBLE;
  /* [MQTT-3.3.1-2] */
  if (G_UNLIKELY (qos == 0 && view->publish.dup))
    return IMPOSSIBLE;

  return 2 + view->publish.topic.len + (qos != 0 ? 2 : 0)
         + (G_LIKELY (protocol != MQTTC_PROTOCOL_V5) ? 0
                                                     : size_properties (protocol, view->properties))
         + view->publish.payload.len;
}

static inline guint8
get_publish_flags (const MqttcPacketView *view)
{
  return (view->publish.dup ? 0x08 : 0) | view->publish.qos << 1 | (view->publish.retain ? 1 : 0);
}

static inline void
encode_publish (MqttcProtocol protocol,
                const MqttcPacketView *view,
                MqttcWriter *writer)
{
  mqttc_writer_prefixed (writer, view->publish.topic);
  if (view->publish.qos != 0)
    mqttc_writer_u16 (writer, view->packet_id);
  encode_properties (protocol, view->properties, writer);
}

/* Section 3.4.2 of MQTT 5 and its like, in the shortest form; there is no room for a reason before. */
static guint32
size_reason (MqttcProtocol protocol,
             const MqttcPacketView *view)
{
  if (view->reason_code == 0 && view->properties.len == 0)
    return 0;
  if (protocol != MQTTC_PROTOCOL_V5 || !mqttc_reason_is_legal (view->type, view->reason_code))
    return IMPOSSIBLE;

  return 1 + (view->properties.len == 0 ? 0 : size_properties (protocol, view->properties));
}

static void
encode_reason (MqttcProtocol protocol,
               const MqttcPacketView *view,
               MqttcWriter *writer)
{
  if (view->reason_code == 0 && view->properties.len == 0)
    return;

  mqttc_writer_u8 (writer, view->reason_code);
  if (view->properties.len != 0)
    encode_properties (protocol, view->properties, writer);
}

/* Sections 3.4 to 3.7. */
static guint32
size_ack (MqttcProtocol protocol,
          const MqttcPacketView *view)
{
  guint32 size;

  if (G_UNLIKELY (view->packet_id == 0))
    return IMPOSSIBLE;
  if (G_LIKELY (view->reason_code == 0 && view->properties.len == 0))
    return 2;

  size = size_reason (protocol, view);
  return size <= MQTTC_MAX_REMAINING_LENGTH ? 2 + size : IMPOSSIBLE;
}

static void
encode_ack (MqttcProtocol protocol,
            const MqttcPacketView *view,
            MqttcWriter *writer)
{
  mqttc_writer_u16 (writer, view->packet_id);
  if (G_UNLIKELY (view->reason_code != 0 || view->properties.len != 0))
    encode_reason (protocol, view, writer);
}

/* Sections 3.8 and 3.10. */
static guint32
size_filters (MqttcProtocol protocol,
              const MqttcPacketView *view)
{
  const gsize len = view->filters.entries.len;

  if (view->packet_id == 0 || len == 0 || len > MQTTC_MAX_REMAINING_LENGTH)
    return IMPOSSIBLE;

  return 2 + size_properties (protocol, view->properties) + (guint32) len;
}

static void
encode_filters (MqttcProtocol protocol,
                const MqttcPacketView *view,
                MqttcWriter *writer)
{
  mqttc_writer_u16 (writer, view->packet_id);
  encode_properties (protocol, view->properties, writer);
  mqttc_writer_bytes (writer, view->filters.entries);
}

/* Section 3.9, and section 3.11 of MQTT 5. */
static guint32
size_suback (MqttcProtocol protocol,
             const MqttcPacketView *view)
{
  const gsize len = view->suback.codes.len;

  if (view->packet_id == 0 || len == 0 || len > MQTTC_MAX_REMAINING_LENGTH
      || !mqttc_reasons_are_legal (protocol, view->type, view->suback.codes))
    return IMPOSSIBLE;

  return 2 + size_properties (protocol, view->properties) + (guint32) len;
}

static void
encode_suback (MqttcProtocol protocol,
               const MqttcPacketView *view,
               MqttcWriter *writer)
{
  mqttc_writer_u16 (writer, view->packet_id);
  encode_properties (protocol, view->properties, writer);
  mqttc_writer_bytes (writer, view->suback.codes);
}

/* Section 3.11: in 3.1.1 it says nothing of the filters. */
static guint32
size_unsuback (MqttcProtocol protocol,
               const MqttcPacketView *view)
{
  return protocol == MQTTC_PROTOCOL_V5 ? size_suback (protocol, view) : size_ack (protocol, view);
}

static void
encode_unsuback (MqttcProtocol protocol,
                 const MqttcPacketView *view,
                 MqttcWriter *writer)
{
  if (protocol == MQTTC_PROTOCOL_V5)
    encode_suback (protocol, view, writer);
  else
    encode_ack (protocol, view, writer);
}

/* Sections 3.12 and 3.13. */
static guint32
size_nothing (MqttcProtocol protocol,
              const MqttcPacketView *view)
{
  return view->reason_code == 0 && view->properties.len == 0 ? 0 : IMPOSSIBLE;
}

static void
encode_nothing (MqttcProtocol protocol,
                const MqttcPacketView *view,
                MqttcWriter *writer)
{
}

/* By packet type; the flags of PUBLISH are its own. */
static const struct
{
  Sizer get_size;
  Encoder encode;
  guint8 flags;
} types[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = { size_connect, encode_connect, 0 },
  [MQTTC_PACKET_TYPE_CONNACK] = { size_connack, encode_connack, 0 },
  [MQTTC_PACKET_TYPE_PUBLISH] = { size_publish, encode_publish, 0 },
  [MQTTC_PACKET_TYPE_PUBACK] = { size_ack, encode_ack, 0 },
  [MQTTC_PACKET_TYPE_PUBREC] = { size_ack, encode_ack, 0 },
  [MQTTC_PACKET_TYPE_PUBREL] = { size_ack, encode_ack, 2 },
  [MQTTC_PACKET_TYPE_PUBCOMP] = { size_ack, encode_ack, 0 },
  [MQTTC_PACKET_TYPE_SUBSCRIBE] = { size_filters, encode_filters, 2 },
  [MQTTC_PACKET_TYPE_SUBACK] = { size_suback, encode_suback, 0 },
  [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = { size_filters, encode_filters, 2 },
  [MQTTC_PACKET_TYPE_UNSUBACK] = { size_unsuback, encode_unsuback, 0 },
  [MQTTC_PACKET_TYPE_PINGREQ] = { size_nothing, encode_nothing, 0 },
  [MQTTC_PACKET_TYPE_PINGRESP] = { size_nothing, encode_nothing, 0 },
  [MQTTC_PACKET_TYPE_DISCONNECT] = { size_reason, encode_reason, 0 },
  [MQTTC_PACKET_TYPE_AUTH] = { size_reason, encode_reason, 0 },
};

static gboolean
has_encoder (MqttcProtocol protocol,
             const MqttcPacketView *view)
{
  return (guint) view->type < G_N_ELEMENTS (types) && types[view->type].encode != NULL
         && (view->type != MQTTC_PACKET_TYPE_AUTH || protocol == MQTTC_PROTOCOL_V5);
}

/* PUBLISH is not looked up: nearly every packet is one. */
static inline guint32
get_body_size (MqttcProtocol protocol,
               const MqttcPacketView *view)
{
  if (G_LIKELY (view->type == MQTTC_PACKET_TYPE_PUBLISH))
    return size_publish (protocol, view);

  return types[view->type].get_size (protocol, view);
}

gsize
mqttc_packet_get_encoded_size (MqttcProtocol protocol,
                               const MqttcPacketView *view)
{
  guint32 remaining;

  if (G_UNLIKELY (!has_encoder (protocol, view)))
    return 0;

  remaining = get_body_size (protocol, view);
  if (G_UNLIKELY (remaining > MQTTC_MAX_REMAINING_LENGTH))
    return 0;

  return (gsize) 1 + get_varint_size (remaining) + remaining;
}

/* Apart, so that the writer of a PUBLISH can stay in a register. */
static gsize
encode_other (MqttcProtocol protocol,
              const MqttcPacketView *view,
              guint32 remaining,
              guint8 *out)
{
  MqttcWriter writer = { .cur = out };

  mqttc_writer_u8 (&writer, (guint8) (view->type << 4 | types[view->type].flags));
  mqttc_writer_varint (&writer, remaining);
  types[view->type].encode (protocol, view, &writer);

  return writer.cur - out;
}

static inline gsize
encode (MqttcProtocol protocol,
        const MqttcPacketView *view,
        gboolean with_payload,
        guint8 *out)
{
  const gboolean is_publish = view->type == MQTTC_PACKET_TYPE_PUBLISH;
  MqttcWriter writer = { .cur = out };
  guint32 remaining;

  if (G_UNLIKELY (!has_encoder (protocol, view)))
    return 0;

  remaining = get_body_size (protocol, view);
  if (G_UNLIKELY (remaining > MQTTC_MAX_REMAINING_LENGTH))
    return 0;

  if (G_LIKELY (is_publish))
    {
      mqttc_writer_u8 (&writer, (guint8) (view->type << 4 | get_publish_flags (view)));
      mqttc_writer_varint (&writer, remaining);
      encode_publish (protocol, view, &writer);
      if (with_payload)
        mqttc_writer_bytes (&writer, view->publish.payload);
      return writer.cur - out;
    }

  return encode_other (protocol, view, remaining, out);
}

gsize
mqttc_packet_encode_head (MqttcProtocol protocol,
                          const MqttcPacketView *view,
                          guint8 *out)
{
  return encode (protocol, view, FALSE, out);
}

gsize
mqttc_packet_encode (MqttcProtocol protocol,
                     const MqttcPacketView *view,
                     guint8 *out)
{
  return encode (protocol, view, TRUE, out);
}
