/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "values/mqttc-block-pool-private.h"
#include "values/mqttc-message-private.h"

static guint
get_length (void)
{
  return mqttc_block_pool_get ()->n_blocks;
}

static void
test_used_again (void)
{
  MqttcMessage *message = mqttc_message_new_text ("a/b", "c");
  MqttcMessage *last = message;

  mqttc_message_unref (message);
  message = mqttc_message_new_text ("d", "");

  g_assert_true (!MQTTC_BLOCKS_ARE_POOLED || message == last);
  g_assert_cmpstr (mqttc_message_get_topic (message), ==, "d");
  g_assert_cmpstr (mqttc_message_get_text (message), ==, "");
  g_assert_cmpuint (mqttc_message_get_qos (message), ==, 0);

  mqttc_message_unref (message);
  mqttc_block_pool_clear ();
  g_assert_cmpuint (get_length (), ==, 0);
}

/* What is large, or has grown, is not. */
static void
test_not_used_again (void)
{
  g_autofree char *text = g_strnfill (MQTTC_BLOCK_SIZE, 'x');
  MqttcMessage *message = mqttc_message_new_text ("a", text);

  mqttc_message_unref (message);
  g_assert_cmpuint (get_length (), ==, 0);

  message = mqttc_message_new_text ("a", "b");
  mqttc_message_set_topic (message, text);
  g_assert_cmpstr (mqttc_message_get_topic (message), ==, text);
  mqttc_message_unref (message);
  g_assert_cmpuint (get_length (), ==, MQTTC_BLOCKS_ARE_POOLED ? 1 : 0);
  mqttc_block_pool_clear ();
}

static void
test_bounded (void)
{
  const guint n = MQTTC_BLOCK_POOL_MAX + 10;
  g_autoptr (GPtrArray) messages
      = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (messages, mqttc_message_new_text ("a", "b"));
  g_ptr_array_set_size (messages, 0);

  g_assert_cmpuint (get_length (), ==, MQTTC_BLOCKS_ARE_POOLED ? MQTTC_BLOCK_POOL_MAX : 0);
  mqttc_block_pool_clear ();
}

static gpointer
unref_thread (gpointer data)
{
  mqttc_message_unref (data);
  g_assert_cmpuint (get_length (), ==, MQTTC_BLOCKS_ARE_POOLED ? 1 : 0);
  return mqttc_block_pool_get ();
}

/* A message goes where it ends, and a thread takes its pool along: LeakSanitizer and Valgrind look. */
static void
test_threads (void)
{
  MqttcMessage *message = mqttc_message_new_text ("a", "b");
  MqttcBlockPool *pool = mqttc_block_pool_get ();
  gpointer other = g_thread_join (g_thread_new ("unref", unref_thread, message));

  g_assert_true (other != pool);
  g_assert_cmpuint (get_length (), ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/block-pool/used-again", test_used_again);
  g_test_add_func ("/block-pool/not-used-again", test_not_used_again);
  g_test_add_func ("/block-pool/bounded", test_bounded);
  g_test_add_func ("/block-pool/threads", test_threads);

  return g_test_run ();
}
