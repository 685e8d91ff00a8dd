/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-codec-private.h"

/* Section 2.2: the fixed header. */

/* Section 2.2.3: seven bits a byte, the lowest first, and a top bit that says "more". @data is
 * where the first byte of the remaining length stands. */
static MqttcDecodeResult
decode_long_length (const guint8 *data,
                    gsize len,
                    MqttcFrame *frame)
{
  guint32 value = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (i == len)
        return MQTTC_DECODE_NEED_MORE;

      value |= (guint32) (data[i] & 0x7f) << (7 * i);
      if (data[i] < 0x80)
        {
          /* A last byte of 0 adds nothing: the same length has a shorter form. */
          if (data[i] == 0 && i > 0)
            return MQTTC_DECODE_MALFORMED;

          frame->header_size = i + 2;
          frame->remaining_length = value;
          return MQTTC_DECODE_OK;
        }
    }

  return MQTTC_DECODE_MALFORMED;
}

MqttcDecodeResult
mqttc_frame_decode (const guint8 *data,
                    gsize len,
                    gsize max_size,
                    MqttcFrame *frame)
{
  MqttcDecodeResult result;

  if (len == 0)
    return MQTTC_DECODE_NEED_MORE;
  if (data[0] < 0x10)
    return MQTTC_DECODE_MALFORMED;
  if (len == 1)
    return MQTTC_DECODE_NEED_MORE;

  frame->type_and_flags = data[0];
  if (G_LIKELY (data[1] < 0x80))
    {
      frame->header_size = 2;
      frame->remaining_length = data[1];
    }
  else
    {
      result = decode_long_length (data + 1, len - 1, frame);
      if (result != MQTTC_DECODE_OK)
        return result;
    }

  if (max_size != 0 && mqttc_frame_get_size (frame) > max_size)
    return MQTTC_DECODE_TOO_LARGE;

  return MQTTC_DECODE_OK;
}

MqttcProtocol
mqttc_frame_find_protocol (const MqttcFrame *frame,
                           const guint8 *data,
                           MqttcProtocol otherwise)
{
  /* The first field is the protocol name, of two bytes of length and four more. */
  const guint level_offset = 6;
  guint8 level;

  if (frame->type_and_flags >> 4 != MQTTC_PACKET_TYPE_CONNECT
      || frame->remaining_length <= level_offset)
    return otherwise;

  level = data[frame->header_size + level_offset];
  return level == MQTTC_PROTOCOL_V3_1_1 || level == MQTTC_PROTOCOL_V5 ? (MqttcProtocol) level
                                                                      : otherwise;
}
