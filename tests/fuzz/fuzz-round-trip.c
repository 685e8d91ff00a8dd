/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A packet has one form on the wire. Bytes that a packet can be read from are those it is written to;
 * and what a program makes a packet of is what the other side reads, or is refused. */

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-topic.h"
#include "fuzz.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-properties-private.h"

#define V5 MQTTC_PROTOCOL_V5

/* --- Bytes, packet, bytes. --- */

/* In MQTT 5 a reason code and the length of no properties may be there though they need not be: what is
 * written then is shorter, and means the same. */
static void
check_form (MqttcProtocol protocol,
            MqttcSlice read,
            MqttcSlice written)
{
  if (protocol != V5)
    g_assert_cmpuint (written.len, ==, read.len);
  g_assert_cmpuint (written.len, <=, read.len);
  g_assert_cmpuint (read.len - written.len, <=, 2);
  if (written.len == read.len)
    g_assert_cmpmem (written.data, written.len, read.data, read.len);
}

static void
check_view (MqttcProtocol protocol,
            const guint8 *data,
            gsize size)
{
  g_autofree guint8 *again = NULL;
  MqttcPacketView view;
  MqttcFrame frame;
  const char *fault = NULL;
  gsize written;

  if (mqttc_frame_decode (data, size, 0, &frame) != MQTTC_DECODE_OK
      || mqttc_frame_get_size (&frame) > size
      || mqttc_packet_decode (protocol, &frame, data, &view, &fault) != MQTTC_DECODE_OK)
    return;

  size = mqttc_packet_get_encoded_size (protocol, &view);
  g_assert_cmpuint (size, >, 0);
  again = g_malloc (size);
  written = mqttc_packet_encode (protocol, &view, again);
  g_assert_cmpuint (written, ==, size);
  check_form (protocol, mqttc_slice (data, mqttc_frame_get_size (&frame)),
              mqttc_slice (again, size));
  g_assert_cmpuint (mqttc_packet_get_size_bound (protocol, &view), >=, size);

  written = mqttc_packet_encode_head (protocol, &view, again);
  if (view.type == MQTTC_PACKET_TYPE_PUBLISH)
    written += view.publish.payload.len;
  g_assert_cmpuint (written, ==, size);

  /* Its own shortest form. */
  mqttc_packet_encode (protocol, &view, again);
  if (size < mqttc_frame_get_size (&frame))
    check_view (protocol, again, size);
}

/* A shared subscription without a name or a filter [MQTT5-4.8.2-1] [MQTT5-4.8.2-2]. */
static gboolean
has_bad_filter (MqttcPacket *packet)
{
  const char *const *filters = mqttc_packet_get_filters (packet);

  for (guint i = 0; filters != NULL && filters[i] != NULL; i++)
    if (!mqttc_filter_is_valid (filters[i]))
      return TRUE;

  return FALSE;
}

/* RFC 3629, in which U+0000 is a character like others. */
static gboolean
is_utf8 (const char *text,
         gsize len)
{
  const char *end = text;

  while (!g_utf8_validate_len (text, len, &end))
    {
      if (*end != '\0')
        return FALSE;
      len -= (gsize) (end + 1 - text);
      text = end + 1;
    }

  return TRUE;
}

/* Section 3.3.2.3.2: a receiver need not look. */
static gboolean
is_bad_text (MqttcMessage *message)
{
  gsize len = 0;
  GBytes *payload = message != NULL ? mqttc_message_get_payload (message) : NULL;
  const char *text = payload != NULL ? g_bytes_get_data (payload, &len) : NULL;

  return message != NULL && mqttc_message_get_payload_format_indicator (message)
         && !is_utf8 (text, len);
}

/* What no client may send, but a server must read, since it has to answer [MQTT-3.1.3-8]; and the topic alias
 * 0, which has a reason code of its own [MQTT5-3.3.2-8]. */
static gboolean
may_not_be_written (MqttcPacket *packet)
{
  MqttcProperties *properties = mqttc_packet_get_properties (packet);
  guint alias = 1;

  if (is_bad_text (mqttc_packet_get_message (packet)))
    return TRUE;
  if (mqttc_packet_get_packet_type (packet) == MQTTC_PACKET_TYPE_CONNECT)
    return mqttc_packet_get_protocol (packet) != V5
           && mqttc_packet_get_client_id (packet)[0] == '\0'
           && !mqttc_packet_get_clean_session (packet);
  if (properties != NULL
      && mqttc_properties_get_uint (properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS, &alias)
      && alias == 0)
    return TRUE;

  return has_bad_filter (packet);
}

static void
check_bytes (MqttcProtocol protocol,
             const guint8 *data,
             gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = mqttc_packet_read (bytes, protocol, 0, &error);
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
  if (may_not_be_written (packet))
    {
      g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
      return;
    }
  g_assert_no_error (error);
  check_form (protocol, mqttc_slice (data, length),
              mqttc_slice (g_bytes_get_data (again, NULL), g_bytes_get_size (again)));
}

/* --- Arguments, packet, bytes, packet. --- */

/* What one of this kind is set to; out of bounds, too. */
static void
add_property (MqttcProperties *properties,
              MqttcPropertyId id,
              FuzzInput *input)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;

  switch (mqttc_property_get_kind (id))
    {
    case MQTTC_PROPERTY_KIND_BYTE:
      mqttc_properties_add_uint (properties, id, fuzz_below (input, 257));
      break;
    case MQTTC_PROPERTY_KIND_U16:
    case MQTTC_PROPERTY_KIND_U32:
    case MQTTC_PROPERTY_KIND_VARINT:
      mqttc_properties_add_uint (properties, id,
                                 fuzz_below (input, 65536) << fuzz_below (input, 17));
      break;
    case MQTTC_PROPERTY_KIND_PAIR:
      name = fuzz_text (input);
      text = fuzz_text (input);
      mqttc_properties_add_user_property (properties, name, text);
      break;
    case MQTTC_PROPERTY_KIND_TEXT:
      text = fuzz_text (input);
      mqttc_properties_set_text (properties, id, text);
      break;
    case MQTTC_PROPERTY_KIND_DATA:
      bytes = g_bytes_new (input->data, fuzz_bytes (input).len);
      mqttc_properties_set_bytes (properties, id, bytes);
      break;
    case MQTTC_PROPERTY_KIND_NONE:
    default:
      break;
    }
}

/* In 3.1.1 none, and no decision about them. */
static MqttcProperties *
make_properties (MqttcProtocol protocol,
                 FuzzInput *input)
{
  g_autoptr (MqttcProperties) properties = NULL;
  const guint n = protocol == V5 ? fuzz_below (input, 6) : 0;

  if (n > 0)
    properties = mqttc_properties_new ();
  for (guint i = 0; i < n; i++)
    add_property (properties, (MqttcPropertyId) (1 + fuzz_below (input, 0x2a)), input);

  return g_steal_pointer (&properties);
}

static guint
make_reason (MqttcProtocol protocol,
             FuzzInput *input)
{
  return protocol == V5 ? fuzz_byte (input) : fuzz_below (input, 4) / 3;
}

static MqttcMessage *
make_message (MqttcProtocol protocol,
              FuzzInput *input)
{
  g_autoptr (MqttcProperties) properties = NULL;
  g_autofree char *topic = fuzz_text (input);
  MqttcSlice payload = fuzz_bytes (input);
  MqttcMessage *message = mqttc_message_new_data (topic, payload.data, payload.len);

  mqttc_message_set_qos (message, (MqttcQos) fuzz_below (input, 3));
  mqttc_message_set_retain (message, (int) fuzz_below (input, 2));
  properties = make_properties (protocol, input);
  if (properties != NULL)
    mqttc_message_set_properties (message, properties);
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
make_connect (MqttcProtocol protocol,
              FuzzInput *input)
{
  const guint flags = fuzz_byte (input);
  const guint keep_alive = make_number (input);
  g_autofree char *client_id = fuzz_text (input);
  g_autofree char *user_name = (flags & 2) != 0 ? fuzz_text (input) : NULL;
  g_autoptr (GBytes) password = (flags & 4) != 0 ? make_bytes (input) : NULL;
  g_autoptr (MqttcMessage) will = (flags & 8) != 0 ? make_message (protocol, input) : NULL;
  g_autoptr (MqttcProperties) properties = make_properties (protocol, input);

  return mqttc_packet_new_connect (protocol, client_id, (flags & 1) != 0, keep_alive, user_name,
                                   password, will, properties);
}

static MqttcPacket *
make_publish (MqttcProtocol protocol,
              FuzzInput *input)
{
  const guint id = make_number (input);
  const guint dup = fuzz_below (input, 2);
  g_autoptr (MqttcMessage) message = make_message (protocol, input);
  g_autoptr (MqttcProperties) properties = make_properties (protocol, input);

  return mqttc_packet_new_publish (protocol, message, id, (int) dup, properties);
}

static MqttcPacket *
make_subscribe (MqttcProtocol protocol,
                FuzzInput *input)
{
  const guint id = make_number (input);
  g_auto (GStrv) filters = make_filters (input);
  g_autoptr (GBytes) options = make_bytes (input);
  g_autoptr (MqttcProperties) properties = make_properties (protocol, input);

  return mqttc_packet_new_subscribe (protocol, id, (const char *const *) filters, options,
                                     properties);
}

static MqttcPacket *
make_unsubscribe (MqttcProtocol protocol,
                  guint id,
                  FuzzInput *input)
{
  g_auto (GStrv) filters = make_filters (input);
  g_autoptr (MqttcProperties) properties = make_properties (protocol, input);

  return mqttc_packet_new_unsubscribe (protocol, id, (const char *const *) filters, properties);
}

static MqttcPacket *
make_suback (MqttcProtocol protocol,
             MqttcPacketType type,
             guint id,
             FuzzInput *input)
{
  g_autoptr (GBytes) codes = NULL;
  g_autoptr (MqttcProperties) properties = NULL;

  if (type == MQTTC_PACKET_TYPE_SUBACK || protocol == V5)
    codes = make_bytes (input);
  properties = make_properties (protocol, input);
  return type == MQTTC_PACKET_TYPE_SUBACK
             ? mqttc_packet_new_suback (protocol, id, codes, properties)
             : mqttc_packet_new_unsuback (protocol, id, codes, properties);
}

/* Those of a reason and properties. */
static MqttcPacket *
make_other (MqttcProtocol protocol,
            MqttcPacketType type,
            guint id,
            FuzzInput *input)
{
  const guint reason = type == MQTTC_PACKET_TYPE_CONNACK ? id >> 1 : make_reason (protocol, input);
  g_autoptr (MqttcProperties) properties = make_properties (protocol, input);

  if (type == MQTTC_PACKET_TYPE_CONNACK)
    return mqttc_packet_new_connack (protocol, reason, (int) (id & 1), properties);
  if (type == MQTTC_PACKET_TYPE_DISCONNECT)
    return mqttc_packet_new_disconnect (protocol, reason, properties);
  if (type == MQTTC_PACKET_TYPE_AUTH)
    return mqttc_packet_new_auth (reason, properties);

  return mqttc_packet_new_ack (protocol, type, id, reason, properties);
}

static MqttcPacket *
make_packet (MqttcProtocol protocol,
             FuzzInput *input)
{
  MqttcPacketType type = (MqttcPacketType) (1 + fuzz_below (input, 14));
  const guint id = make_number (input);

  /* PINGRESP is enough of what has nothing. */
  if (protocol == V5 && type == MQTTC_PACKET_TYPE_PINGREQ)
    type = MQTTC_PACKET_TYPE_AUTH;

  switch ((guint) type)
    {
    case MQTTC_PACKET_TYPE_CONNECT:
      return make_connect (protocol, input);
    case MQTTC_PACKET_TYPE_PUBLISH:
      return make_publish (protocol, input);
    case MQTTC_PACKET_TYPE_SUBSCRIBE:
      return make_subscribe (protocol, input);
    case MQTTC_PACKET_TYPE_UNSUBSCRIBE:
      return make_unsubscribe (protocol, id, input);
    case MQTTC_PACKET_TYPE_SUBACK:
    case MQTTC_PACKET_TYPE_UNSUBACK:
      return make_suback (protocol, type, id, input);
    case MQTTC_PACKET_TYPE_PINGREQ:
    case MQTTC_PACKET_TYPE_PINGRESP:
      return mqttc_packet_new_simple (protocol, type);
    default:
      return make_other (protocol, type, id, input);
    }
}

/* --- What is in a packet. --- */

static void
describe_properties (GString *text,
                     MqttcProperties *properties)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  if (properties != NULL)
    mqttc_properties_write (properties, wire);
  g_string_append (text, " [");
  for (guint i = 0; i < wire->len; i++)
    g_string_append_printf (text, "%02x", wire->data[i]);
  g_string_append_c (text, ']');
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
  describe_properties (text, mqttc_packet_get_properties (packet));
  /* Those of a PUBLISH are the packet's. */
  if (mqttc_packet_get_packet_type (packet) == MQTTC_PACKET_TYPE_CONNECT
      && mqttc_packet_get_message (packet) != NULL)
    describe_properties (text, mqttc_message_get_properties (mqttc_packet_get_message (packet)));

  return g_string_free (text, FALSE);
}

static void
check_arguments (MqttcProtocol protocol,
                 FuzzInput input)
{
  g_autoptr (MqttcPacket) packet = make_packet (protocol, &input);
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
  again = mqttc_packet_read (bytes, protocol, g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  after = describe (again);
  g_assert_cmpstr (after, ==, before);
  check_bytes (protocol, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  static const MqttcProtocol protocols[] = { MQTTC_PROTOCOL_V3_1_1, V5 };

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      check_view (protocols[i], data, size);
      check_bytes (protocols[i], data, size);
      check_arguments (protocols[i], (FuzzInput){ .data = data, .len = size });
    }

  return 0;
}
