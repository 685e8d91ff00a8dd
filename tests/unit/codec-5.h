/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "codec/mqttc-codec-private.h"

G_BEGIN_DECLS

/* A slice of a literal, and the address and length of one. */
#define SLICE(text)                          \
 {                                           \
  (const guint8 *) (text), sizeof (text) - 1 \
 }
#define BYTES(text) (text), sizeof (text) - 1

/* One whole packet of MQTT 5, from a block of its own size, so that a read beyond it is seen by the
 * sanitizers; the view points into *@copy. */
static inline MqttcDecodeResult
codec_5_decode (gconstpointer data,
                gsize len,
                guint8 **copy,
                MqttcPacketView *view,
                const char **fault)
{
  MqttcDecodeResult result;
  MqttcFrame frame;

  *copy = g_memdup2 (data, len);
  *fault = NULL;
  g_assert_cmpint (mqttc_frame_decode (*copy, len, 0, &frame), ==, MQTTC_DECODE_OK);
  g_assert_cmpuint (mqttc_frame_get_size (&frame), ==, len);

  result = mqttc_packet_decode (MQTTC_PROTOCOL_V5, &frame, *copy, view, fault);
  g_assert_cmpint (result == MQTTC_DECODE_OK, ==, *fault == NULL);
  /* What the fixed header shows to be wrong is wrong with the rest too. */
  if (mqttc_frame_get_fault (MQTTC_PROTOCOL_V5, &frame) != NULL)
    g_assert_cmpint (result, ==, MQTTC_DECODE_MALFORMED);

  return result;
}

/* The packet with this first byte, and @len bytes of body. */
static inline MqttcDecodeResult
codec_5_decode_body (guint8 first,
                     gconstpointer body,
                     guint len,
                     MqttcPacketView *view,
                     const char **fault)
{
  g_autofree guint8 *copy = NULL;
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  const guint8 header[] = { first, (guint8) len };

  g_assert_cmpuint (len, <, 128);
  g_byte_array_append (packet, header, sizeof header);
  g_byte_array_append (packet, body, len);
  return codec_5_decode (packet->data, packet->len, &copy, view, fault);
}

/* For those who need no view; it would point to bytes that are gone. */
static inline MqttcDecodeResult
codec_5_check (gconstpointer data,
               gsize len,
               const char **fault)
{
  g_autofree guint8 *copy = NULL;
  MqttcPacketView view;
  const char *unused;

  return codec_5_decode (data, len, &copy, &view, fault != NULL ? fault : &unused);
}

/* Nothing is written where a packet cannot be. */
static inline void
codec_5_assert_impossible (const MqttcPacketView *view)
{
  guint8 byte = 0xa5;

  g_assert_cmpuint (mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, view), ==, 0);
  g_assert_cmpuint (mqttc_packet_encode (MQTTC_PROTOCOL_V5, view, &byte), ==, 0);
  g_assert_cmpuint (mqttc_packet_encode_head (MQTTC_PROTOCOL_V5, view, &byte), ==, 0);
  g_assert_cmpuint (byte, ==, 0xa5);
}

G_END_DECLS
