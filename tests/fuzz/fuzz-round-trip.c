/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A packet has one form on the wire. Bytes that a packet can be read from are those it is written to;
 * and what a program makes a packet of is what the other side reads, or is refused. */

#include "codec/mqttc-codec-private.h"
#include "fuzz.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1

/* --- Bytes, packet, bytes. --- */

static void
check_view (const guint8 *data,
            gsize size)
{
  g_autofree guint8 *again = NULL;
  MqttcPacketView view;
  MqttcFrame frame;
  const char *fault = NULL;
  gsize written;

  if (mqttc_frame_decode (data, size, 0, &frame) != MQTTC_DECODE_OK
      || mqttc_frame_get_size (&frame) > size
      || mqttc_packet_decode (PROTOCOL, &frame, data, &view, &fault) != MQTTC_DECODE_OK)
    return;

  size = mqttc_packet_get_encoded_size (PROTOCOL, &view);
  g_assert_cmpuint (size, ==, mqttc_frame_get_size (&frame));
  again = g_malloc (size);
  written = mqttc_packet_encode (PROTOCOL, &view, again);
  g_assert_cmpmem (data, size, again, written);

  written = mqttc_packet_encode_head (PROTOCOL, &view, again);
  if (view.type == MQTTC_PACKET_TYPE_PUBLISH)
    written += view.publish.payload.len;
  g_assert_cmpuint (written, ==, size);
}

/* What no client may send, but a server must read, since it has to answer [MQTT-3.1.3-8]. */
static gboolean
is_for_servers_alone (MqttcPacket *packet)
{
  return mqttc_packet_get_packet_type (packet) == MQTTC_PACKET_TYPE_CONNECT
         && mqttc_packet_get_client_id (packet)[0] == '\0'
         && !mqttc_packet_get_clean_session (packet);
}

static void
check_bytes (const guint8 *data,
             gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = mqttc_packet_read (bytes, PROTOCOL, 0, &error);
  gsize length = 0;

  if (packet == NULL)
    {
      g_assert_nonnull (error);
      g_assert_true (error->domain == MQTTC_CLIENT_ERROR);
      return;
    }

  g_assert_no_error (error);
  g_assert_true (mqttc_packet_check (bytes, 0, &length, &error));
  g_assert_cmpuint (length, <=, size);
  again = mqttc_packet_write (packet, &error);
  if (is_for_servers_alone (packet))
    {
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpmem (data, length, g_bytes_get_data (again, NULL), g_bytes_get_size (again));
}

/* --- Arguments, packet, bytes, packet. --- */

static MqttcMessage *
make_message (FuzzInput *input)
{
  g_autofree char *topic = fuzz_text (input);
  MqttcSlice payload = fuzz_bytes (input);
  MqttcMessage *message = mqttc_message_new_data (topic, payload.data, payload.len);

  mqttc_message_set_qos (message, (MqttcQos) fuzz_below (input, 3));
  mqttc_message_set_retain (message, (int) fuzz_below (input, 2));
  return message;
}

static GBytes *
make_bytes (FuzzInput *input)
{
  MqttcSlice bytes = fuzz_bytes (input);

  return g_bytes_new (bytes.data, bytes.len);
}

static char **
make_filters (FuzzInput *input)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const guint n = fuzz_below (input, 8);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *filter = fuzz_text (input);

      g_strv_builder_add (builder, filter);
    }

  return g_strv_builder_end (builder);
}

/* Numbers beyond 16 bits too: they must be refused, not cut. */
static guint
make_number (FuzzInput *input)
{
  return fuzz_below (input, 65536) << fuzz_below (input, 3);
}

static MqttcPacket *
make_connect (FuzzInput *input)
{
  const guint flags = fuzz_byte (input);
  const guint keep_alive = make_number (input);
  g_autofree char *client_id = fuzz_text (input);
  g_autofree char *user_name = (flags & 2) != 0 ? fuzz_text (input) : NULL;
  g_autoptr (GBytes) password = (flags & 4) != 0 ? make_bytes (input) : NULL;
  g_autoptr (MqttcMessage) will = (flags & 8) != 0 ? make_message (input) : NULL;

  return mqttc_packet_new_connect (PROTOCOL, client_id, (flags & 1) != 0, keep_alive, user_name,
                                   password, will);
}

static MqttcPacket *
make_publish (FuzzInput *input)
{
  const guint id = make_number (input);
  const guint dup = fuzz_below (input, 2);
  g_autoptr (MqttcMessage) message = make_message (input);

  return mqttc_packet_new_publish (PROTOCOL, message, id, (int) dup);
}

static MqttcPacket *
make_subscribe (FuzzInput *input)
{
  const guint id = make_number (input);
  g_auto (GStrv) filters = make_filters (input);
  g_autoptr (GBytes) options = make_bytes (input);

  return mqttc_packet_new_subscribe (PROTOCOL, id, (const char *const *) filters, options);
}

static MqttcPacket *
make_packet (FuzzInput *input)
{
  const MqttcPacketType type = (MqttcPacketType) (1 + fuzz_below (input, 14));
  const guint id = make_number (input);
  g_autoptr (GBytes) codes = NULL;
  g_auto (GStrv) filters = NULL;

  switch ((guint) type)
    {
    case MQTTC_PACKET_TYPE_CONNECT:
      return make_connect (input);
    case MQTTC_PACKET_TYPE_CONNACK:
      return mqttc_packet_new_connack (PROTOCOL, id >> 1, (int) (id & 1));
    case MQTTC_PACKET_TYPE_PUBLISH:
      return make_publish (input);
    case MQTTC_PACKET_TYPE_SUBSCRIBE:
      return make_subscribe (input);
    case MQTTC_PACKET_TYPE_SUBACK:
      codes = make_bytes (input);
      return mqttc_packet_new_suback (PROTOCOL, id, codes);
    case MQTTC_PACKET_TYPE_UNSUBSCRIBE:
      filters = make_filters (input);
      return mqttc_packet_new_unsubscribe (PROTOCOL, id, (const char *const *) filters);
    case MQTTC_PACKET_TYPE_PINGREQ:
    case MQTTC_PACKET_TYPE_PINGRESP:
    case MQTTC_PACKET_TYPE_DISCONNECT:
      return mqttc_packet_new_simple (PROTOCOL, type);
    default:
      return mqttc_packet_new_ack (PROTOCOL, type, id, fuzz_below (input, 4) / 3);
    }
}

static void
describe_bytes (GString *text,
                GBytes *bytes)
{
  gsize len = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  g_string_append (text, bytes != NULL ? " <" : " none");
  for (gsize i = 0; i < len; i++)
    g_string_append_printf (text, "%02x", data[i]);
}

/* The message of a PUBLISH that was made says nothing about its sending. */
static void
describe_message (GString *text,
                  MqttcMessage *message)
{
  g_autoptr (GBytes) payload = NULL;

  if (message == NULL)
    return;

  payload = mqttc_message_get_payload (message) != NULL
                ? g_bytes_ref (mqttc_message_get_payload (message))
                : NULL;
  g_string_append_printf (text, " message %s %d %d", mqttc_message_get_topic (message),
                          mqttc_message_get_qos (message), mqttc_message_get_retain (message));
  describe_bytes (text, payload);
}

/* All that can be asked of a packet. */
static char *
describe (MqttcPacket *packet)
{
  const char *const *filters = mqttc_packet_get_filters (packet);
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, "%d %d %u %u %d %d %u %s %s", mqttc_packet_get_packet_type (packet),
      mqttc_packet_get_protocol (packet), mqttc_packet_get_packet_id (packet),
      mqttc_packet_get_reason_code (packet), mqttc_packet_get_session_present (packet),
      mqttc_packet_get_clean_session (packet), mqttc_packet_get_keep_alive (packet),
      mqttc_packet_get_client_id (packet), mqttc_packet_get_user_name (packet));
  for (guint i = 0; filters != NULL && filters[i] != NULL; i++)
    g_string_append_printf (text, " %s:%u", filters[i], mqttc_packet_get_filter_qos (packet, i));
  describe_bytes (text, mqttc_packet_get_filter_options (packet));
  describe_bytes (text, mqttc_packet_get_reason_codes (packet));
  describe_bytes (text, mqttc_packet_get_password (packet));
  describe_message (text, mqttc_packet_get_message (packet));

  return g_string_free (text, FALSE);
}

static void
check_arguments (FuzzInput input)
{
  g_autoptr (MqttcPacket) packet = make_packet (&input);
  g_autoptr (MqttcPacket) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mqttc_packet_write (packet, &error);
  g_autofree char *shown = mqttc_packet_to_string (packet);
  g_autofree char *before = describe (packet);
  g_autofree char *after = NULL;

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  if (bytes == NULL)
    {
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }

  g_assert_no_error (error);
  again = mqttc_packet_read (bytes, PROTOCOL, g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  after = describe (again);
  g_assert_cmpstr (after, ==, before);
  check_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  check_view (data, size);
  check_bytes (data, size);
  check_arguments ((FuzzInput){ .data = data, .len = size });
  return 0;
}
