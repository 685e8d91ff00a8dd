/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-message-private.h"

/* A payload above this size has a block of its own. */
#define LARGE 5000

/* Lets the test ask for more memory than there is; an ordinary malloc() returns NULL anyway. */
__attribute__ ((visibility ("default"))) const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "allocator_may_return_null=1";
}

static void
assert_payload (MqttcMessage *message,
                gconstpointer data,
                gsize size)
{
  gsize peeked_size, bytes_size;
  gconstpointer peeked = mqttc_message_peek_payload (message, &peeked_size);
  GBytes *bytes = mqttc_message_get_payload (message);
  gconstpointer bytes_data = g_bytes_get_data (bytes, &bytes_size);

  g_assert_nonnull (peeked);
  g_assert_cmpmem (peeked, peeked_size, data, size);
  g_assert_cmpmem (bytes_data, bytes_size, data, size);
  g_assert_true (mqttc_message_get_payload (message) == bytes);
  g_assert_cmpuint (mqttc_message_get_size (message), ==,
                    strlen (mqttc_message_get_topic (message)) + size);
}

static MqttcPacketView
make_view (gconstpointer payload,
           gsize size)
{
  return (MqttcPacketView){
    .type = MQTTC_PACKET_TYPE_PUBLISH,
    .packet_id = 7,
    .publish = { .topic = mqttc_slice ("a/b", 3),
                 .payload = mqttc_slice (payload, size),
                 .qos = MQTTC_QOS_AT_LEAST_ONCE,
                 .dup = TRUE,
                 .retain = TRUE },
  };
}

static void
test_new (void)
{
  g_autoptr (GBytes) payload = g_bytes_new ("a\0b", 3);
  g_autoptr (MqttcMessage) message = mqttc_message_new ("a/b", payload);

  g_assert_cmpstr (mqttc_message_get_topic (message), ==, "a/b");
  assert_payload (message, "a\0b", 3);
  g_assert_true (mqttc_message_get_payload (message) == payload);
  g_assert_cmpint (mqttc_message_get_qos (message), ==, MQTTC_QOS_AT_MOST_ONCE);
  g_assert_false (mqttc_message_get_retain (message));
  g_assert_false (mqttc_message_get_dup (message));
  g_assert_cmpuint (mqttc_message_get_packet_id (message), ==, 0);
  g_assert_false (mqttc_message_is_locked (message));
}

static void
test_new_empty (void)
{
  g_autoptr (MqttcMessage) none = mqttc_message_new ("", NULL);
  g_autoptr (MqttcMessage) text = mqttc_message_new_text ("a", "");
  g_autoptr (MqttcMessage) data = mqttc_message_new_data ("a", NULL, 0);

  assert_payload (none, "", 0);
  g_assert_cmpstr (mqttc_message_get_topic (none), ==, "");
  g_assert_cmpstr (mqttc_message_get_text (none), ==, "");
  assert_payload (text, "", 0);
  g_assert_cmpstr (mqttc_message_get_text (text), ==, "");
  assert_payload (data, "", 0);
  g_assert_cmpstr (mqttc_message_get_text (data), ==, "");
}

static void
test_new_text (void)
{
  g_autofree char *large = g_strnfill (LARGE, 'x');
  g_autoptr (MqttcMessage) small_message = mqttc_message_new_text ("a/b", "h\xc3\xb6he");
  g_autoptr (MqttcMessage) large_message = mqttc_message_new_text ("a/b", large);

  assert_payload (small_message, "h\xc3\xb6he", 5);
  g_assert_cmpstr (mqttc_message_get_text (small_message), ==, "h\xc3\xb6he");
  assert_payload (large_message, large, LARGE);
  g_assert_cmpstr (mqttc_message_get_text (large_message), ==, large);
}

/* On both sides of the size from which a payload has a block of its own. */
static void
test_new_data (void)
{
  const gsize sizes[] = { 1, 2047, 2048, 2049, 2050, 65535, 65536, 70000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *data = g_strnfill (sizes[i], 'x');
      g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a/b", data, sizes[i]);
      g_autoptr (MqttcMessage) copy = mqttc_message_copy (message);

      assert_payload (message, data, sizes[i]);
      g_assert_cmpstr (mqttc_message_get_text (message), ==, data);
      assert_payload (copy, data, sizes[i]);
      g_assert_cmpstr (mqttc_message_get_text (copy), ==, data);
    }
}

static void
test_setters (void)
{
  g_autoptr (GBytes) payload = g_bytes_new ("12", 2);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "x");

  mqttc_message_set_topic (message, "c");
  mqttc_message_set_topic (message, mqttc_message_get_topic (message));
  g_assert_cmpstr (mqttc_message_get_topic (message), ==, "c");
  mqttc_message_set_topic (message, "a longer topic than it had at first");
  g_assert_cmpstr (mqttc_message_get_topic (message), ==, "a longer topic than it had at first");

  mqttc_message_set_payload (message, payload);
  assert_payload (message, "12", 2);
  mqttc_message_set_payload (message, mqttc_message_get_payload (message));
  assert_payload (message, "12", 2);
  mqttc_message_set_text (message, "text");
  assert_payload (message, "text", 4);
  mqttc_message_set_text (message, mqttc_message_get_text (message));
  g_assert_cmpstr (mqttc_message_get_text (message), ==, "text");
  mqttc_message_set_payload (message, NULL);
  assert_payload (message, "", 0);

  mqttc_message_set_qos (message, MQTTC_QOS_EXACTLY_ONCE);
  g_assert_cmpint (mqttc_message_get_qos (message), ==, MQTTC_QOS_EXACTLY_ONCE);
  mqttc_message_set_retain (message, 42);
  g_assert_cmpint (mqttc_message_get_retain (message), ==, TRUE);
  mqttc_message_set_retain (message, FALSE);
  g_assert_cmpint (mqttc_message_get_retain (message), ==, FALSE);
}

/* What is known of a payload is forgotten with it. */
static void
test_text_follows_payload (void)
{
  g_autoptr (GBytes) binary = g_bytes_new ("\xff", 1);
  g_autoptr (GBytes) text = g_bytes_new ("text", 4);
  g_autoptr (MqttcMessage) message = mqttc_message_new ("a", binary);

  g_assert_null (mqttc_message_get_text (message));
  mqttc_message_set_payload (message, text);
  g_assert_cmpstr (mqttc_message_get_text (message), ==, "text");
  mqttc_message_set_payload (message, binary);
  g_assert_null (mqttc_message_get_text (message));
  mqttc_message_set_text (message, "other");
  g_assert_cmpstr (mqttc_message_get_text (message), ==, "other");
}

static void
test_text (void)
{
  static const struct
  {
    const char *data;
    gsize size;
    gboolean is_text;
  } cases[] = {
    { "21.5", 4, TRUE },          { "", 0, TRUE },         { "h\xc3\xb6he", 5, TRUE },
    { "a\0b", 3, FALSE },         { "ab", 3, FALSE },      { "\xff\xfe", 2, FALSE },
    { "\xed\xa0\x80", 3, FALSE }, { "caf\xe9", 4, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* In a block of its own size: there is no 0 behind it. */
      g_autoptr (GBytes) payload = g_bytes_new (cases[i].data, cases[i].size);
      g_autoptr (MqttcMessage) message = mqttc_message_new ("a", payload);
      g_autoptr (MqttcMessage) copied = mqttc_message_new_data ("a", cases[i].data, cases[i].size);
      const char *text = mqttc_message_get_text (message);

      g_assert_cmpint (text != NULL, ==, cases[i].is_text);
      g_assert_cmpstr (text, ==, mqttc_message_get_text (copied));
      g_assert_true (text == mqttc_message_get_text (message));
      if (text != NULL)
        g_assert_cmpmem (text, strlen (text), cases[i].data, cases[i].size);
    }
}

/* --- Received messages. --- */

static void
test_received (void)
{
  const gsize sizes[] = { 0, 1, 64, 2048, 2049, LARGE, 70000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *data = g_strnfill (sizes[i], 'x');
      MqttcPacketView view = make_view (data, sizes[i]);
      g_autoptr (MqttcMessage) message = mqttc_message_new_from_view (&view);

      g_assert_nonnull (message);
      g_assert_cmpstr (mqttc_message_get_topic (message), ==, "a/b");
      assert_payload (message, data, sizes[i]);
      g_assert_cmpstr (mqttc_message_get_text (message), ==, data);
      g_assert_cmpint (mqttc_message_get_qos (message), ==, MQTTC_QOS_AT_LEAST_ONCE);
      g_assert_true (mqttc_message_get_retain (message));
      g_assert_true (mqttc_message_get_dup (message));
      g_assert_cmpuint (mqttc_message_get_packet_id (message), ==, 7);
      g_assert_true (mqttc_message_is_locked (message));
    }
}

/* More than there can be: no message, and no end of the program. */
static void
test_received_without_memory (void)
{
  MqttcPacketView view = make_view ("x", G_MAXSSIZE / 4);

  g_assert_null (mqttc_message_new_from_view (&view));
}

static void
test_get_view (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a/b", "text");
  MqttcPacketView view = { .packet_id = 9, .publish.dup = TRUE };

  mqttc_message_set_qos (message, MQTTC_QOS_EXACTLY_ONCE);
  mqttc_message_set_retain (message, TRUE);
  mqttc_message_get_view (message, &view);

  g_assert_cmpint (view.type, ==, MQTTC_PACKET_TYPE_PUBLISH);
  g_assert_cmpmem (view.publish.topic.data, view.publish.topic.len, "a/b", 3);
  g_assert_cmpmem (view.publish.payload.data, view.publish.payload.len, "text", 4);
  g_assert_cmpint (view.publish.qos, ==, MQTTC_QOS_EXACTLY_ONCE);
  g_assert_true (view.publish.retain);

  /* These belong to the sending. */
  g_assert_cmpuint (view.packet_id, ==, 9);
  g_assert_true (view.publish.dup);
}

/* [MQTT-3.3.1-3]: a DUP flag that was received is not sent on. */
static void
test_copy (void)
{
  MqttcPacketView view = make_view ("text", 4);
  g_autoptr (MqttcMessage) received = mqttc_message_new_from_view (&view);
  g_autoptr (MqttcMessage) copy = mqttc_message_copy (received);

  g_assert_cmpstr (mqttc_message_get_topic (copy), ==, "a/b");
  assert_payload (copy, "text", 4);
  g_assert_cmpint (mqttc_message_get_qos (copy), ==, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (mqttc_message_get_retain (copy));
  g_assert_false (mqttc_message_get_dup (copy));
  g_assert_cmpuint (mqttc_message_get_packet_id (copy), ==, 0);
  g_assert_false (mqttc_message_is_locked (copy));

  mqttc_message_set_topic (copy, "other");
  mqttc_message_set_text (copy, "other");
  g_assert_cmpstr (mqttc_message_get_topic (received), ==, "a/b");
  assert_payload (received, "text", 4);
}

/* A large payload is shared by copies, a small one is not worth it. */
static void
test_copy_large (void)
{
  g_autofree char *data = g_strnfill (LARGE, 'x');
  g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", data, LARGE);
  g_autoptr (MqttcMessage) copy = mqttc_message_copy (message);

  g_assert_true (mqttc_message_get_payload (copy) == mqttc_message_get_payload (message));
  g_clear_pointer (&message, mqttc_message_unref);
  assert_payload (copy, data, LARGE);
}

/* The boxed type copies by reference. */
static void
test_boxed (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");
  MqttcMessage *boxed = g_boxed_copy (MQTTC_TYPE_MESSAGE, message);

  g_assert_true (boxed == message);
  g_boxed_free (MQTTC_TYPE_MESSAGE, boxed);
  g_assert_cmpstr (mqttc_message_get_text (message), ==, "b");
}

/* --- The lock. --- */

#define ASSERT_REFUSED(call)                                                           \
 G_STMT_START                                                                          \
 {                                                                                     \
  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*!mqttc_message_is_locked*"); \
  call;                                                                                \
  g_test_assert_expected_messages ();                                                  \
 }                                                                                     \
 G_STMT_END

static void
test_lock (void)
{
  g_autoptr (GBytes) payload = g_bytes_new ("12", 2);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");
  g_autoptr (MqttcMessage) copy = NULL;

  mqttc_message_lock (message);
  mqttc_message_lock (message);
  g_assert_true (mqttc_message_is_locked (message));

  ASSERT_REFUSED (mqttc_message_set_topic (message, "c"));
  ASSERT_REFUSED (mqttc_message_set_payload (message, payload));
  ASSERT_REFUSED (mqttc_message_set_text (message, "c"));
  ASSERT_REFUSED (mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE));
  ASSERT_REFUSED (mqttc_message_set_retain (message, TRUE));

  g_assert_cmpstr (mqttc_message_get_topic (message), ==, "a");
  assert_payload (message, "b", 1);
  g_assert_cmpint (mqttc_message_get_qos (message), ==, MQTTC_QOS_AT_MOST_ONCE);
  g_assert_false (mqttc_message_get_retain (message));

  copy = mqttc_message_copy (message);
  mqttc_message_set_topic (copy, "c");
  g_assert_cmpstr (mqttc_message_get_topic (copy), ==, "c");
}

static void
test_wrong_qos (void)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");

  g_test_expect_message ("Mqttc", G_LOG_LEVEL_CRITICAL, "*MQTTC_QOS_EXACTLY_ONCE*");
  mqttc_message_set_qos (message, (MqttcQos) 3); /* [MQTT-3.3.1-4] [MQTT-3.1.2-14] */
  g_test_assert_expected_messages ();
  g_assert_cmpint (mqttc_message_get_qos (message), ==, MQTTC_QOS_AT_MOST_ONCE);
}

/* --- Two threads ask for the payload and the text of the same messages at once. --- */

#define N_SHARED 2000

typedef struct
{
  MqttcMessage **messages;
  GBytes *payloads[N_SHARED];
  const char *texts[N_SHARED];
  int *n_ready; /* (atomic) */
} Reader;

static gpointer
read_all (gpointer data)
{
  Reader *self = data;

  g_atomic_int_inc (self->n_ready);
  while (g_atomic_int_get (self->n_ready) < 2)
    g_thread_yield ();

  for (guint i = 0; i < N_SHARED; i++)
    {
      self->payloads[i] = mqttc_message_get_payload (self->messages[i]);
      self->texts[i] = mqttc_message_get_text (self->messages[i]);
      mqttc_message_unref (mqttc_message_ref (self->messages[i]));
    }

  return NULL;
}

static MqttcMessage *
make_shared (guint index)
{
  g_autofree char *text = g_strdup_printf ("message %u", index);
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));
  MqttcMessage *message
      = index % 2 == 0 ? mqttc_message_new ("a", payload) : mqttc_message_new_text ("a", text);

  mqttc_message_lock (message);
  return message;
}

static void
test_threads (void)
{
  g_autofree MqttcMessage **messages = g_new (MqttcMessage *, N_SHARED);
  g_autofree Reader *readers = g_new0 (Reader, 2);
  GThread *threads[2];
  int n_ready = 0;

  for (guint i = 0; i < N_SHARED; i++)
    messages[i] = make_shared (i);
  for (guint i = 0; i < 2; i++)
    {
      readers[i].messages = messages;
      readers[i].n_ready = &n_ready;
      threads[i] = g_thread_new ("reader", read_all, &readers[i]);
    }
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);

  for (guint i = 0; i < N_SHARED; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      g_assert_true (readers[0].payloads[i] == readers[1].payloads[i]);
      g_assert_true (readers[0].texts[i] == readers[1].texts[i]);
      g_assert_cmpstr (readers[0].texts[i], ==, text);
      assert_payload (messages[i], text, strlen (text));
      mqttc_message_unref (messages[i]);
    }
}

/* --- What cannot be sent. --- */

static void
assert_check_fails (MqttcMessage *message,
                    MqttcClientError code,
                    const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mqttc_message_check (message, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, text);
  g_assert_false (mqttc_message_check (message, NULL));
}

static void
test_check_topic (void)
{
  static const struct
  {
    const char *topic;
    const char *text;
  } cases[] = {
    { "", "The topic name “” is empty" },
    { "a/+", "The topic name “a/+” holds a wildcard, which only a filter may" },
    { "a/#", "The topic name “a/#” holds a wildcard, which only a filter may" },
    { "a\xff", "The topic name “a\xef\xbf\xbd” is not valid UTF-8" },
    { "\xed\xa0\x80", "The topic name “\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd” is not valid UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_text (cases[i].topic, "x");

      assert_check_fails (message, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, cases[i].text);
      mqttc_message_set_topic (message, "good");
      g_assert_true (mqttc_message_check (message, NULL));
      mqttc_message_set_topic (message, cases[i].topic);
      assert_check_fails (message, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, cases[i].text);
    }
}

/* [MQTT-4.7.3-3] */
static void
test_check_long_topic (void)
{
  g_autofree char *longest = g_strnfill (65535, 'a');
  g_autofree char *too_long = g_strnfill (65536, 'a');
  g_autofree char *shown = g_strnfill (80, 'a');
  g_autofree char *text
      = g_strdup_printf ("The topic name “%s…” is longer than 65,535 bytes", shown);
  g_autoptr (MqttcMessage) good = mqttc_message_new_text (longest, "x");
  g_autoptr (MqttcMessage) bad = mqttc_message_new_text (too_long, "x");

  g_assert_true (mqttc_message_check (good, NULL));
  assert_check_fails (bad, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, text);
}

/* Section 2.2.3. The pages of the payload are never touched. */
static void
test_check_large_payload (void)
{
  g_autofree guint8 *data = g_malloc (MQTTC_MAX_REMAINING_LENGTH);
  g_autoptr (GBytes) good = g_bytes_new_static (data, MQTTC_MAX_REMAINING_LENGTH - 11 - 3);
  g_autoptr (GBytes) bad = g_bytes_new_static (data, MQTTC_MAX_REMAINING_LENGTH - 11 - 2);
  g_autoptr (MqttcMessage) message = mqttc_message_new ("a/b", good);

  g_assert_true (mqttc_message_check (message, NULL));
  mqttc_message_set_payload (message, bad);
  assert_check_fails (message, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                      "The payload for the topic “a/b” has 268435442 bytes, but a packet has room "
                      "for 268435441 at most");
}

static void
test_qos_from_uint (void)
{
  const guint values[] = { 0, 1, 2, 3, 4, 0x80, G_MAXUINT };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      MqttcQos qos = (MqttcQos) 42;
      const gboolean valid = values[i] <= 2;

      g_assert_cmpint (mqttc_qos_from_uint (values[i], &qos), ==, valid);
      g_assert_cmpuint (qos, ==, valid ? values[i] : 0);
      g_assert_cmpint (mqttc_qos_from_uint (values[i], NULL), ==, valid);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message/new", test_new);
  g_test_add_func ("/message/new/empty", test_new_empty);
  g_test_add_func ("/message/new/text", test_new_text);
  g_test_add_func ("/message/new/data", test_new_data);
  g_test_add_func ("/message/setters", test_setters);
  g_test_add_func ("/message/text-follows-payload", test_text_follows_payload);
  g_test_add_func ("/message/text", test_text);
  g_test_add_func ("/message/received", test_received);
  g_test_add_func ("/message/received/without-memory", test_received_without_memory);
  g_test_add_func ("/message/get-view", test_get_view);
  g_test_add_func ("/message/copy", test_copy);
  g_test_add_func ("/message/copy/large", test_copy_large);
  g_test_add_func ("/message/boxed", test_boxed);
  g_test_add_func ("/message/lock", test_lock);
  g_test_add_func ("/message/wrong-qos", test_wrong_qos);
  g_test_add_func ("/message/threads", test_threads);
  g_test_add_func ("/message/check/topic", test_check_topic);
  g_test_add_func ("/message/check/long-topic", test_check_long_topic);
  g_test_add_func ("/message/check/large-payload", test_check_large_payload);
  g_test_add_func ("/message/qos-from-uint", test_qos_from_uint);

  return g_test_run ();
}
