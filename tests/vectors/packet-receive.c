/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "packet-receive.h"

#include "codec/mqttc-codec-private.h"
#include "mqttc-error.h"
#include "values/mqttc-packet.h"

static const char *
describe_length (gsize shortest,
                 const GByteArray *bytes)
{
  g_assert_cmpuint (shortest, <=, bytes->len);
  return shortest == 0 || shortest == bytes->len ? "ok" : "longer";
}

/* As the engine does: the header first, which may show already that there is nothing to wait for. */
const char *
packet_receive_frame (MqttcProtocol protocol,
                      const GByteArray *bytes)
{
  g_autofree guint8 *copy = g_memdup2 (bytes->data, bytes->len);
  const char *fault = NULL;
  MqttcDecodeResult result;
  MqttcPacketView view;
  MqttcFrame frame;

  switch (mqttc_frame_decode (copy, bytes->len, 0, &frame))
    {
    case MQTTC_DECODE_NEED_MORE:
      return NULL;
    case MQTTC_DECODE_OK:
      break;
    case MQTTC_DECODE_MALFORMED:
    case MQTTC_DECODE_TOO_LARGE:
    case MQTTC_DECODE_PROTOCOL_ERROR:
    default:
      return "malformed";
    }

  if (mqttc_frame_get_size (&frame) > bytes->len)
    return mqttc_frame_get_fault (protocol, &frame) != NULL ? "malformed" : NULL;

  g_assert_cmpuint (mqttc_frame_get_size (&frame), ==, bytes->len);
  result = mqttc_packet_decode (protocol, &frame, copy, &view, &fault);
  if (result == MQTTC_DECODE_OK)
    return describe_length (mqttc_packet_get_encoded_size (protocol, &view), bytes);

  g_assert_nonnull (fault);
  return result == MQTTC_DECODE_PROTOCOL_ERROR ? "protocol" : "malformed";
}

static const char *
get_failure (const GError *error)
{
  if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL))
    return "protocol";

  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET);
  return "malformed";
}

/* As a program does. */
const char *
packet_receive_packet (MqttcProtocol protocol,
                       const GByteArray *bytes)
{
  g_autoptr (GBytes) all = g_bytes_new (bytes->data, bytes->len);
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!mqttc_packet_check (all, 0, &length, &error))
    return get_failure (error);
  if (length == 0 || length > bytes->len)
    return NULL;

  packet = mqttc_packet_read (all, protocol, 0, &error);
  if (packet == NULL)
    return get_failure (error);

  /* A server may have to read what a client may not write (section 3.1.3.1). */
  written = mqttc_packet_write (packet, &error);
  if (written == NULL)
    {
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      return "ok";
    }

  length = g_bytes_get_size (written);
  if (length == bytes->len)
    g_assert_true (g_bytes_equal (written, all));
  return describe_length (length, bytes);
}

const char *
packet_receive (PacketReceiver receiver,
                MqttcProtocol protocol,
                const GByteArray *bytes,
                gsize first,
                gsize step,
                gsize len)
{
  g_autoptr (GByteArray) come = g_byte_array_new ();
  const char *result = NULL;

  while (result == NULL && come->len < len)
    {
      gsize n = MIN (come->len == 0 && first > 0 ? first : step, len - come->len);

      g_byte_array_append (come, bytes->data + come->len, n);
      result = receiver (protocol, come);
    }

  return result;
}
