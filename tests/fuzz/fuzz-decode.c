/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a stream of packets: it must not matter how the stream is cut into pieces, neither for
 * the packets found nor for the error at its end. */

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "fuzz.h"
#include "helpers/mqttc-packet-buffer-private.h"
#include "mqttc-error.h"
#include "session/mqttc-receive-buffer-private.h"

#define SMALL_LIMIT 40

/* How a stream is decoded. */
typedef struct
{
  MqttcProtocol protocol;
  gsize max_size; /* of a packet */
  gsize size;     /* of the next piece; 0: of changing sizes */
  guint64 state;  /* of these */
} Way;

static gsize
next_piece (Way *self,
            gsize left)
{
  gsize size = self->size;

  if (size == 0)
    {
      self->state = fuzz_hash (self->state, "", 1);
      size = 1 + (self->state >> 32) % 23;
    }

  return MIN (size, left);
}

/* --- Views: the codec below the engine's buffer. --- */

static void
note_slice (GString *log,
            MqttcSlice whole,
            MqttcSlice slice)
{
  if (slice.len > 0)
    {
      g_assert_true (slice.data >= whole.data);
      g_assert_true (slice.data + slice.len <= whole.data + whole.len);
    }
  g_string_append_printf (log, " %" G_GSIZE_FORMAT ":%016" G_GINT64_MODIFIER "x", slice.len,
                          fuzz_hash (FUZZ_HASH_START, slice.data, slice.len));
}

static void
note_connect (GString *log,
              MqttcSlice whole,
              const MqttcPacketView *view)
{
  g_string_append_printf (log, " %d %d %u %d %d %d %d %d", view->connect.protocol,
                          view->connect.clean_session, view->connect.keep_alive,
                          view->connect.has_will, view->connect.will_qos, view->connect.will_retain,
                          view->connect.has_user_name, view->connect.has_password);
  note_slice (log, whole, view->connect.client_id);
  note_slice (log, whole, view->connect.will_properties);
  note_slice (log, whole, view->connect.will_topic);
  note_slice (log, whole, view->connect.will_payload);
  note_slice (log, whole, view->connect.user_name);
  note_slice (log, whole, view->connect.password);
}

static void
note_view (GString *log,
           MqttcSlice whole,
           const MqttcPacketView *view)
{
  g_string_append_printf (log, "%d %u %u", view->type, view->packet_id, view->reason_code);
  note_slice (log, whole, view->properties);
  switch ((guint) view->type)
    {
    case MQTTC_PACKET_TYPE_CONNECT:
      note_connect (log, whole, view);
      break;
    case MQTTC_PACKET_TYPE_CONNACK:
      g_string_append_printf (log, " %d", view->connack.session_present);
      break;
    case MQTTC_PACKET_TYPE_PUBLISH:
      g_string_append_printf (log, " %d %d %d", view->publish.qos, view->publish.dup,
                              view->publish.retain);
      note_slice (log, whole, view->publish.topic);
      note_slice (log, whole, view->publish.payload);
      break;
    case MQTTC_PACKET_TYPE_SUBSCRIBE:
    case MQTTC_PACKET_TYPE_UNSUBSCRIBE:
      g_string_append_printf (log, " %u", view->filters.n_entries);
      note_slice (log, whole, view->filters.entries);
      break;
    case MQTTC_PACKET_TYPE_SUBACK:
    case MQTTC_PACKET_TYPE_UNSUBACK:
      note_slice (log, whole, view->suback.codes);
      break;
    default:
      break;
    }
  g_string_append_c (log, '\n');
}

/* FALSE: the stream ends here. The packet is decoded from memory of its own, so that a read past its
 * end is noticed. */
static gboolean
decode_packet (MqttcProtocol protocol,
               const MqttcFrame *frame,
               const guint8 *data,
               GString *log)
{
  const gsize size = mqttc_frame_get_size (frame);
  const char *header_fault = mqttc_frame_get_fault (protocol, frame);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  MqttcDecodeResult result;
  MqttcPacketView view;
  const char *fault = NULL;

  result = mqttc_packet_decode (protocol, frame, copy, &view, &fault);
  if (result == MQTTC_DECODE_OK)
    {
      g_assert_null (header_fault);
      note_view (log, mqttc_slice (copy, size), &view);
      return TRUE;
    }

  if (result != MQTTC_DECODE_PROTOCOL_ERROR || header_fault != NULL)
    g_assert_cmpint (result, ==, MQTTC_DECODE_MALFORMED);
  else
    g_assert_cmpint (protocol, ==, MQTTC_PROTOCOL_V5);
  g_assert_nonnull (fault);
  g_string_append_printf (log, "%d: %s\n", result, fault);
  return FALSE;
}

/* All that can be decoded by now. FALSE: the stream is broken. */
static gboolean
decode_some (MqttcReceiveBuffer *buffer,
             const Way *way,
             GString *log)
{
  while (TRUE)
    {
      const guint8 *data = buffer->data + buffer->start;
      const gsize len = mqttc_receive_buffer_get_length (buffer);
      MqttcDecodeResult result;
      MqttcFrame frame;
      const char *fault;

      if (len == 0)
        return TRUE;
      result = mqttc_frame_decode (data, len, way->max_size, &frame);
      if (result == MQTTC_DECODE_NEED_MORE)
        return TRUE;
      if (result != MQTTC_DECODE_OK)
        {
          g_string_append_printf (log, "frame: %d\n", result);
          return FALSE;
        }

      fault = mqttc_frame_get_fault (way->protocol, &frame);
      if (fault != NULL)
        {
          g_string_append_printf (log, "header: %s\n", fault);
          return FALSE;
        }
      if (mqttc_frame_get_size (&frame) > len)
        return TRUE;
      if (!decode_packet (way->protocol, &frame, data, log))
        return FALSE;
      mqttc_receive_buffer_consume (buffer, mqttc_frame_get_size (&frame));
    }
}

static char *
decode_views (MqttcSlice stream,
              Way way)
{
  MqttcReceiveBuffer buffer = { 0 };
  GString *log = g_string_new (NULL);
  gboolean alive = TRUE;

  while (alive && stream.len > 0)
    {
      const gsize piece = next_piece (&way, stream.len);

      g_assert_true (mqttc_receive_buffer_append (&buffer, stream.data, piece, 0));
      stream = mqttc_slice (stream.data + piece, stream.len - piece);
      alive = decode_some (&buffer, &way, log);
    }
  if (alive)
    g_string_append_printf (log, "%" G_GSIZE_FORMAT " left\n",
                            mqttc_receive_buffer_get_length (&buffer));

  mqttc_receive_buffer_clear (&buffer);
  return g_string_free (log, FALSE);
}

/* --- Packets: the public values above the buffer of a stream. --- */

static void
note_error (GString *log,
            const GError *error)
{
  g_assert_true (error->domain == MQTTC_CLIENT_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_string_append_printf (log, "%d %s\n", error->code, error->message);
}

/* FALSE: the stream is broken. */
static gboolean
take_packets (MqttcPacketBuffer *buffer,
              Way *way,
              GString *log)
{
  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MqttcPacket) packet
          = mqttc_packet_buffer_take (buffer, &way->protocol, way->max_size, &error);
      g_autofree char *text = NULL;

      if (packet == NULL)
        {
          if (error != NULL)
            note_error (log, error);
          return error == NULL;
        }

      text = mqttc_packet_to_string (packet);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_string_append_printf (log, "%s\n", text);
    }
}

static char *
decode_packets (MqttcSlice stream,
                Way way)
{
  MqttcPacketBuffer buffer = { 0 };
  GString *log = g_string_new (NULL);
  gboolean alive = TRUE;

  while (alive && stream.len > 0)
    {
      gsize piece = next_piece (&way, stream.len);
      gsize room = 0;
      guint8 *place = mqttc_packet_buffer_reserve (&buffer, &room);

      g_assert_nonnull (place);
      piece = MIN (piece, room);
      memcpy (place, stream.data, piece);
      mqttc_packet_buffer_add (&buffer, piece);
      stream = mqttc_slice (stream.data + piece, stream.len - piece);
      alive = take_packets (&buffer, &way, log);
    }
  if (alive)
    {
      g_autoptr (GError) error = mqttc_packet_buffer_get_end_error (&buffer);

      if (error != NULL)
        note_error (log, error);
    }

  mqttc_packet_buffer_clear (&buffer);
  return g_string_free (log, FALSE);
}

/* --- Every cut. --- */

typedef char *(*Decoder) (MqttcSlice stream,
                          Way way);

static void
check_pieces (Decoder decode,
              MqttcSlice stream,
              MqttcProtocol protocol,
              gsize max_size)
{
  Way way = { .protocol = protocol, .max_size = max_size, .size = G_MAXSIZE };
  g_autofree char *whole = decode (stream, way);
  g_autofree char *bytes = NULL;
  g_autofree char *mixed = NULL;

  way.size = 1;
  bytes = decode (stream, way);
  g_assert_cmpstr (bytes, ==, whole);

  way.size = 0;
  way.state = fuzz_hash (FUZZ_HASH_START, stream.data, stream.len);
  mixed = decode (stream, way);
  g_assert_cmpstr (mixed, ==, whole);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  static const MqttcProtocol protocols[] = { MQTTC_PROTOCOL_V3_1_1, MQTTC_PROTOCOL_V5 };
  const MqttcSlice stream = mqttc_slice (data, size);

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      check_pieces (decode_views, stream, protocols[i], 0);
      check_pieces (decode_views, stream, protocols[i], SMALL_LIMIT);
      check_pieces (decode_packets, stream, protocols[i], 0);
      check_pieces (decode_packets, stream, protocols[i], SMALL_LIMIT);
    }

  return 0;
}
