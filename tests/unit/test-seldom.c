/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What happens so seldom that it has to be made to happen: no memory for what the server sent, and two
 * threads at one place at once. The linker leads the functions concerned here. */

#include "engine-fixture.h"
#include "mqttc-error.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-properties-private.h"

#define LOST_FOR_MEMORY "BACKING_OFF disconnected:client/13"

/* So many that a byte for each may be too much for the memory. */
#define MANY 70000u

/* --- What is led here. --- */

/* The linker wants to see them. */
#define EXPORTED __attribute__ ((visibility ("default")))

gpointer __real_g_try_malloc (gsize size);
GBytes *__real_g_bytes_new (gconstpointer data,
                            gsize size);
char *__real_g_strndup (const char *text,
                        gsize size);
EXPORTED gpointer __wrap_g_try_malloc (gsize size);
EXPORTED GBytes *__wrap_g_bytes_new (gconstpointer data,
                                     gsize size);
EXPORTED char *__wrap_g_strndup (const char *text,
                                 gsize size);

static gboolean memory_is_full;
static guint n_refused;

/* Whose payload another thread asks for, just when this one does. */
static MqttcMessage *contended;
static gconstpointer other_got;

gpointer
__wrap_g_try_malloc (gsize size)
{
  if (memory_is_full)
    {
      n_refused++;
      return NULL;
    }

  return __real_g_try_malloc (size);
}

GBytes *
__wrap_g_bytes_new (gconstpointer data,
                    gsize size)
{
  MqttcMessage *message = g_steal_pointer (&contended);

  if (message != NULL)
    other_got = mqttc_message_get_payload (message);

  return __real_g_bytes_new (data, size);
}

char *
__wrap_g_strndup (const char *text,
                  gsize size)
{
  MqttcMessage *message = g_steal_pointer (&contended);

  if (message != NULL)
    other_got = mqttc_message_get_text (message);

  return __real_g_strndup (text, size);
}

/* --- Packets. --- */

static void
append_remaining_length (GByteArray *packet,
                         gsize length)
{
  do
    {
      guint8 byte = (length & 0x7f) | (length > 0x7f ? 0x80 : 0);

      g_byte_array_append (packet, &byte, 1);
      length >>= 7;
    }
  while (length > 0);
}

static GByteArray *
begin_packet (guint8 first,
              gsize length)
{
  GByteArray *packet = g_byte_array_new ();

  g_byte_array_append (packet, &first, 1);
  append_remaining_length (packet, length);
  return packet;
}

static void
append_repeated (GByteArray *packet,
                 const char *item,
                 gsize item_size,
                 guint n_items)
{
  for (guint i = 0; i < n_items; i++)
    g_byte_array_append (packet, (const guint8 *) item, item_size);
}

/* QoS 0, to a topic and with a payload of so many 'a'. */
static GByteArray *
make_publish (guint16 topic_len,
              gsize payload_len)
{
  GByteArray *packet = begin_packet (0x30, 2 + topic_len + payload_len);
  const guint8 prefix[] = { topic_len >> 8, topic_len & 0xff };

  g_byte_array_append (packet, prefix, sizeof prefix);
  append_repeated (packet, "a", 1, topic_len + payload_len);
  return packet;
}

/* SUBSCRIBE (0x82) or UNSUBSCRIBE (0xa2): so many filters, "a" each, with the identifier 1. */
static GByteArray *
make_filters (guint8 first,
              guint n_filters)
{
  const gsize item_size = first == 0x82 ? 4 : 3;
  GByteArray *packet = begin_packet (first, 2 + n_filters * item_size);

  g_byte_array_append (packet, (const guint8 *) "\0\1", 2);
  append_repeated (packet, "\0\1a\0", item_size, n_filters);
  return packet;
}

static GByteArray *
make_suback (guint n_codes)
{
  GByteArray *packet = begin_packet (0x90, 2 + n_codes);

  g_byte_array_append (packet, (const guint8 *) "\0\1", 2);
  append_repeated (packet, "\0", 1, n_codes);
  return packet;
}

/* --- No memory, for the engine. --- */

static void
seldom_set_up (EngineFixture *f,
               gconstpointer data)
{
  engine_set_up (f, data);
  engine_connect (f, FALSE);
  n_refused = 0;
}

static void
seldom_tear_down (EngineFixture *f,
                  gconstpointer data)
{
  memory_is_full = FALSE;
  engine_tear_down (f, data);
}

static void
feed (EngineFixture *f,
      const GByteArray *packet,
      gsize from,
      gsize to)
{
  g_autofree guint8 *copy = g_memdup2 (packet->data + from, to - from);

  mqttc_engine_feed (f->engine, copy, to - from, f->now);
}

/* The connection is given up, nothing of it is kept, and the next one works. */
static void
assert_recovers (EngineFixture *f)
{
  g_assert_cmpuint (n_refused, >, 0);
  engine_assert_events (f, LOST_FOR_MEMORY);
  g_assert_null (f->engine->partial.data);
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);

  memory_is_full = FALSE;
  engine_redial (f);
  engine_accept (f, FALSE);
  engine_feed (f, "30 04 0001 61 31");
  engine_assert_events (f, "a=1");
}

/* [MQTT-4.8.0-2]: a payload, or a topic, that is too large for the memory: read at once. */
static void
test_no_memory_for_message (EngineFixture *f,
                            gconstpointer data)
{
  static const struct
  {
    guint16 topic_len;
    gsize payload_len;
  } sizes[] = { { 1, MANY }, { 65535, 100 }, { 65535, MANY } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) packet = make_publish (sizes[i].topic_len, sizes[i].payload_len);

      memory_is_full = TRUE;
      n_refused = 0;
      feed (f, packet, 0, packet->len);
      assert_recovers (f);
    }
}

/* The payload is here, in the buffer it would stay in; the message about it has no room. */
static void
test_no_memory_beside_buffer (EngineFixture *f,
                              gconstpointer data)
{
  g_autoptr (GByteArray) packet = make_publish (65535, 190000);

  feed (f, packet, 0, packet->len - 1);
  engine_assert_events (f, "");
  memory_is_full = TRUE;
  feed (f, packet, packet->len - 1, packet->len);
  assert_recovers (f);
}

/* Half a packet: its first bytes, and those that follow when it has grown. */
static void
test_no_memory_for_part (EngineFixture *f,
                         gconstpointer data)
{
  g_autoptr (GByteArray) packet = make_publish (1, MANY);

  memory_is_full = TRUE;
  feed (f, packet, 0, 10);
  assert_recovers (f);

  feed (f, packet, 0, 10);
  memory_is_full = TRUE;
  n_refused = 0;
  feed (f, packet, 10, MANY);
  assert_recovers (f);
}

/* The server has answered, and so the operation has its end, though not the answer to show for it. */
static void
test_no_memory_for_answer (EngineFixture *f,
                           gconstpointer data)
{
  MqttcOperation operation = { 0 };
  g_autofree const char **filters = g_new0 (const char *, MANY + 1);
  g_autofree guint8 *qos = g_new0 (guint8, MANY);
  g_autoptr (GByteArray) suback = make_suback (MANY);
  g_autoptr (GError) error = NULL;
  g_autofree char *sent = NULL;

  for (guint i = 0; i < MANY; i++)
    filters[i] = "a";
  g_assert_true (mqttc_engine_subscribe (f->engine, filters, qos, 0, &operation, f->now, &error));
  g_assert_no_error (error);
  sent = engine_take_output (f);

  /* Nor is it told of as a packet that came in. */
  mqttc_engine_report_packets (f->engine, TRUE, FALSE);
  memory_is_full = TRUE;
  feed (f, suback, 0, suback->len);
  g_assert_cmpuint (n_refused, >, 0);
  engine_assert_events (f, "completed:client/13");
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

/* --- No memory, for a packet. --- */

/* Takes the packet. */
static void
assert_unreadable (GByteArray *packet)
{
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (packet);
  g_autoptr (MqttcPacket) read = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  memory_is_full = TRUE;
  n_refused = 0;
  g_assert_null (mqttc_packet_read (bytes, MQTTC_PROTOCOL_V3_1_1, 0, &error));
  memory_is_full = FALSE;
  g_assert_cmpuint (n_refused, >, 0);
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT);
  text = g_strdup_printf ("There is no memory for a packet of %" G_GSIZE_FORMAT " bytes",
                          g_bytes_get_size (bytes));
  g_assert_cmpstr (error->message, ==, text);

  g_clear_error (&error);
  read = mqttc_packet_read (bytes, MQTTC_PROTOCOL_V3_1_1, 0, &error);
  g_assert_no_error (error);
  g_assert_nonnull (read);
}

static void
test_no_memory_for_packet (void)
{
  assert_unreadable (make_publish (65535, 1));
  assert_unreadable (make_publish (1, MANY));
  assert_unreadable (make_filters (0x82, 1));
  assert_unreadable (make_filters (0x82, MANY));
  assert_unreadable (make_filters (0xa2, 1));
  assert_unreadable (make_suback (MANY));
}

static void
test_no_memory_for_will (void)
{
  g_autofree char *longest = g_strnfill (65535, 'a');
  g_autoptr (MqttcMessage) will = mqttc_message_new_text (longest, longest);
  g_autoptr (MqttcPacket) packet
      = mqttc_packet_new_connect (MQTTC_PROTOCOL_V3_1_1, "c", TRUE, 0, NULL, NULL, will, NULL);
  GBytes *bytes = mqttc_packet_write (packet, NULL);

  assert_unreadable (g_bytes_unref_to_array (bytes));
}

/* Properties of MQTT 5, too many for the memory: in a message, its list, and a packet. */
static void
test_no_memory_for_properties (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *text = g_malloc0 (MANY);
  g_autofree guint8 *buffer = g_malloc0 (2);
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBLISH,
                           .publish.topic = mqttc_slice ("a", 1),
                           .publish.payload = mqttc_slice (buffer, 1) };

  g_byte_array_append (bytes, (const guint8 *) "\x26\x80\0", 3);
  g_byte_array_append (bytes, text, 0x8000);
  g_byte_array_append (bytes, (const guint8 *) "\x80\0", 2);
  g_byte_array_append (bytes, text, 0x8000);
  view.properties = mqttc_slice (bytes->data, bytes->len);

  memory_is_full = TRUE;
  g_assert_null (mqttc_message_new_from_view (&view));
  g_assert_null (mqttc_message_new_from_pool (&view, mqttc_block_pool_get ()));
  g_assert_null (mqttc_message_new_in_buffer (&view, buffer));
  g_assert_null (mqttc_properties_new_from_slice (view.properties, 0));
  view.type = MQTTC_PACKET_TYPE_CONNACK;
  g_assert_null (mqttc_packet_new_from_view (MQTTC_PROTOCOL_V5, &view, NULL));
  memory_is_full = FALSE;
  mqttc_block_pool_clear ();
}

/* --- Two threads. --- */

/* The payload of a message may be asked for by several threads: what the first one made stays, and is
 * what all of them get. */
static void
test_two_ask_for_bytes (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "text");
  GBytes *bytes;

  contended = message;
  bytes = mqttc_message_get_payload (message);
  g_assert_null (contended);
  g_assert_true (bytes == other_got);
  g_assert_true (mqttc_message_get_payload (message) == bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "text", 4);
}

static void
test_two_ask_for_text (void)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("text without a zero", 4);
  g_autoptr (MqttcMessage) message = mqttc_message_new ("a", payload);
  const char *text;

  contended = message;
  text = mqttc_message_get_text (message);
  g_assert_null (contended);
  g_assert_true (text == other_got);
  g_assert_true (mqttc_message_get_text (message) == text);
  g_assert_cmpstr (text, ==, "text");
}

#define seldom_test(path, func) \
 g_test_add (path, EngineFixture, NULL, seldom_set_up, func, seldom_tear_down)

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  seldom_test ("/seldom/no-memory/message", test_no_memory_for_message);
  seldom_test ("/seldom/no-memory/beside-buffer", test_no_memory_beside_buffer);
  seldom_test ("/seldom/no-memory/part", test_no_memory_for_part);
  seldom_test ("/seldom/no-memory/answer", test_no_memory_for_answer);
  g_test_add_func ("/seldom/no-memory/packet", test_no_memory_for_packet);
  g_test_add_func ("/seldom/no-memory/will", test_no_memory_for_will);
  g_test_add_func ("/seldom/no-memory/properties", test_no_memory_for_properties);
  g_test_add_func ("/seldom/two-threads/bytes", test_two_ask_for_bytes);
  g_test_add_func ("/seldom/two-threads/text", test_two_ask_for_text);

  return g_test_run ();
}
