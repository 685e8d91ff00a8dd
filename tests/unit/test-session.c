/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The small parts of the session, each alone. */

#include <string.h>

#include "session/mqttc-backoff-private.h"
#include "mqttc-error.h"
#include "session/mqttc-event-queue-private.h"
#include "session/mqttc-filter-set-private.h"
#include "session/mqttc-id-table-private.h"
#include "session/mqttc-send-buffer-private.h"
#include "session/mqttc-subscriptions-private.h"
#include "values/mqttc-message-private.h"

/* [MQTT-2.3.1-2]: 1, 2, 3 …, each free one before it is used again, none in use given out. */
static void
test_ids (void)
{
  MqttcIdTable table = { 0 };
  int values[3];

  g_assert_cmpuint (mqttc_id_table_allocate (&table, &values[0]), ==, 1);
  g_assert_cmpuint (mqttc_id_table_allocate (&table, &values[1]), ==, 2);
  g_assert_true (mqttc_id_table_lookup (&table, 1) == &values[0]);
  g_assert_true (mqttc_id_table_remove (&table, 1) == &values[0]);
  g_assert_null (mqttc_id_table_remove (&table, 1));
  g_assert_null (mqttc_id_table_lookup (&table, 0));

  /* While 2 is in use: in order, and never 2. */
  for (guint i = 3; i < 200; i++)
    {
      g_assert_cmpuint (mqttc_id_table_allocate (&table, &values[2]), ==, i);
      mqttc_id_table_remove (&table, i);
    }
  for (guint i = 0; i < 200000; i++)
    {
      guint16 id = mqttc_id_table_allocate (&table, &values[2]);

      g_assert_cmpuint (id, !=, 0);
      g_assert_cmpuint (id, !=, 2);
      mqttc_id_table_remove (&table, id);
    }
  g_assert_true (mqttc_id_table_lookup (&table, 2) == &values[1]);

  mqttc_id_table_clear (&table);
}

/* One exchange that never ends does not make the table grow. */
static void
test_ids_stuck (void)
{
  MqttcIdTable table = { 0 };
  int value;

  mqttc_id_table_allocate (&table, &value);
  for (guint i = 0; i < 200000; i++)
    mqttc_id_table_remove (&table, mqttc_id_table_allocate (&table, &value));

  g_assert_cmpuint (table.size, <=, 256);
  g_assert_cmpuint (table.count, ==, 1);
  mqttc_id_table_clear (&table);
}

static void
test_ids_full (void)
{
  MqttcIdTable table = { 0 };
  int value;

  for (guint i = 1; i <= G_MAXUINT16; i++)
    g_assert_cmpuint (mqttc_id_table_allocate (&table, &value), ==, i);
  g_assert_true (mqttc_id_table_is_full (&table));
  mqttc_id_table_remove (&table, 77);
  g_assert_cmpuint (mqttc_id_table_allocate (&table, &value), ==, 77);

  mqttc_id_table_clear (&table);
}

/* A peer chooses its identifiers as it likes: the worst choice stays correct. */
static void
test_ids_of_a_peer (void)
{
  MqttcIdTable table = { 0 };
  int value;

  for (guint bit = 0; bit < 16; bit++)
    mqttc_id_table_insert (&table, 1u << bit, &value);
  for (guint id = 1; id <= G_MAXUINT16; id++)
    g_assert_cmpint (mqttc_id_table_lookup (&table, id) != NULL, ==, (id & (id - 1)) == 0);

  g_assert_cmpuint (table.size, <=, 65536);
  mqttc_id_table_clear (&table);
}

/* Uniform under the ceiling: the mean is near its half, and no two clients move in step. */
static void
test_backoff (void)
{
  gint64 sum = 0;
  guint same = 0;

  for (guint64 seed = 0; seed < 1000; seed++)
    {
      MqttcBackoff backoff = { .random = seed };
      MqttcBackoff other = { .random = seed + 1 };

      for (guint i = 0; i < 10; i++)
        mqttc_backoff_next (&backoff, G_USEC_PER_SEC, 100 * G_USEC_PER_SEC);
      sum += mqttc_backoff_next (&backoff, G_USEC_PER_SEC, 100 * G_USEC_PER_SEC);
      if (mqttc_backoff_next (&backoff, G_USEC_PER_SEC, 100 * G_USEC_PER_SEC)
          == mqttc_backoff_next (&other, G_USEC_PER_SEC, 100 * G_USEC_PER_SEC))
        same++;
    }

  g_assert_cmpint (sum / 1000, >, 45 * G_USEC_PER_SEC);
  g_assert_cmpint (sum / 1000, <, 55 * G_USEC_PER_SEC);
  g_assert_cmpuint (same, <, 10);
}

static void
test_backoff_odd_limits (void)
{
  MqttcBackoff backoff = { 0 };

  g_assert_cmpint (mqttc_backoff_next (&backoff, 0, 0), ==, 0);
  g_assert_cmpint (mqttc_backoff_next (&backoff, 0, 1000), <=, 1000);
  g_assert_cmpint (mqttc_backoff_next (&backoff, 2000, 1000), <=, 1000);
  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (mqttc_backoff_next (&backoff, 1, G_MAXINT64 / 4), >=, 0);
}

/* What is taken out is what was put in, in whatever pieces. */
static void
test_send_buffer (void)
{
  MqttcSendBuffer buffer = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GByteArray) in = g_byte_array_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *text = g_strnfill (5000, 'p');
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", text);
  MqttcPacketView view = { 0 };

  mqttc_message_get_view (message, &view);

  for (guint round = 0; round < 5000; round++)
    {
      MqttcSlice slices[3];
      guint n;

      if (g_rand_int_range (random, 0, 8) == 0)
        {
          mqttc_send_buffer_append_payload (&buffer, message, view.publish.payload);
          g_byte_array_append (in, view.publish.payload.data, view.publish.payload.len);
        }
      else
        {
          guint len = g_rand_int_range (random, 1, 600);
          guint8 *space = mqttc_send_buffer_reserve (&buffer, len);

          memset (space, round & 0xff, len);
          g_byte_array_append (in, space, len);
          mqttc_send_buffer_commit (&buffer, len);
        }

      n = mqttc_send_buffer_peek (&buffer, slices, G_N_ELEMENTS (slices));
      for (guint i = 0; i < n; i++)
        {
          gsize len = g_rand_int_range (random, 0, slices[i].len + 1);

          g_byte_array_append (out, slices[i].data, len);
          mqttc_send_buffer_consume (&buffer, len);
          if (len < slices[i].len)
            break;
        }
      g_assert_cmpuint (mqttc_send_buffer_get_taken (&buffer), ==, out->len);
    }

  g_assert_cmpuint (buffer.position, ==, in->len);
  g_assert_cmpmem (in->data, out->len, out->data, out->len);
  mqttc_send_buffer_clear (&buffer);
  g_assert_cmpuint (buffer.position, ==, out->len);
}

/* A password is wiped wherever it was: from a chunk that is outgrown, and from one that is dropped before
 * the link has taken it. Freed memory cannot be looked at; that the rest stays whole can. */
static void
test_send_buffer_secret (void)
{
  MqttcSendBuffer buffer = { 0 };
  MqttcSlice slice;

  buffer.secret = TRUE;
  memset (mqttc_send_buffer_reserve (&buffer, 500), 's', 500);
  mqttc_send_buffer_commit (&buffer, 500);
  memset (mqttc_send_buffer_reserve (&buffer, 5000), 't', 5000);
  mqttc_send_buffer_commit (&buffer, 5000);

  g_assert_cmpuint (mqttc_send_buffer_peek (&buffer, &slice, 1), ==, 1);
  g_assert_cmpuint (slice.len, ==, 5500);
  for (guint i = 0; i < slice.len; i++)
    g_assert_cmpuint (slice.data[i], ==, i < 500 ? 's' : 't');
  g_assert_true (buffer.secret);

  mqttc_send_buffer_clear (&buffer);
  g_assert_false (buffer.secret);
}

static void
test_event_queue (void)
{
  MqttcEventQueue queue = { 0 };
  guint64 pushed = 0;
  guint64 popped = 0;
  MqttcEngineEvent event;

  for (guint round = 0; round < 100; round++)
    {
      for (guint i = 0; i <= round; i++)
        mqttc_event_queue_push (&queue, MQTTC_ENGINE_EVENT_MESSAGE)->token = pushed++;
      for (guint i = 0; i < round; i++)
        {
          g_assert_true (mqttc_event_queue_pop (&queue, &event));
          g_assert_cmpuint (event.token, ==, popped++);
        }
    }

  while (mqttc_event_queue_pop (&queue, &event))
    g_assert_cmpuint (event.token, ==, popped++);
  g_assert_cmpuint (popped, ==, pushed);
  mqttc_event_queue_clear (&queue);
}

static MqttcFilterSet *
make_set (const char *filter,
          guint8 qos)
{
  const char *const filters[] = { filter, NULL };

  return mqttc_filter_set_new (filters, &qos, NULL);
}

static void
ask (MqttcSubscriptions *self,
     const char *filter,
     guint8 qos,
     guint64 sequence)
{
  g_autoptr (MqttcFilterSet) set = make_set (filter, qos);

  mqttc_subscriptions_asked (self, set, sequence);
}

/* Grants what was asked for, or refuses. */
static void
answer (MqttcSubscriptions *self,
        const char *filter,
        guint64 sequence,
        guint8 code)
{
  g_autoptr (MqttcFilterSet) set = make_set (filter, code <= 2 ? code : 0);

  mqttc_subscriptions_answered (self, set, sequence, &code);
}

static void
answer_again (MqttcSubscriptions *self,
              const char *filter,
              guint8 code)
{
  g_autoptr (MqttcFilterSet) set = make_set (filter, 0);

  mqttc_subscriptions_made_again (self, set, &code);
}

/* All that would be made again, as "filter:qos". */
static void
assert_sets (MqttcSubscriptions *self,
             const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GSList *sets;

  sets = g_slist_reverse (mqttc_subscriptions_make_sets (self, NULL));

  for (GSList *link = sets; link != NULL; link = link->next)
    {
      MqttcFilterSet *set = link->data;

      g_string_append (text, link == sets ? "" : " |");
      for (guint i = 0; i < set->n_filters; i++)
        g_string_append_printf (text, " %s:%u", set->filters[i], set->options[i]);
    }

  g_assert_cmpstr (text->str, ==, expected);
  g_slist_free_full (sets, (GDestroyNotify) mqttc_filter_set_free);
}

static void
test_subscriptions (void)
{
  MqttcSubscriptions subscriptions = { 0 };

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *filter = g_strdup_printf ("f/%u", i);

      ask (&subscriptions, filter, 0, i + 1);
      answer (&subscriptions, filter, i + 1, 0);
    }
  ask (&subscriptions, "f/3", 2, 20);
  answer (&subscriptions, "f/3", 20, 2);
  ask (&subscriptions, "not/answered", 0, 21);
  ask (&subscriptions, "refused", 0, 22);
  answer (&subscriptions, "refused", 22, 0x80);
  mqttc_subscriptions_remove (&subscriptions, "f/0");
  mqttc_subscriptions_remove (&subscriptions, "unknown");

  assert_sets (&subscriptions, "");
  mqttc_subscriptions_session_lost (&subscriptions);
  assert_sets (&subscriptions, " f/1:0 f/2:0 f/3:2 f/4:0 f/5:0 f/6:0 f/7:0 f/8:0 | f/9:0");
  answer_again (&subscriptions, "f/1", 0);
  answer_again (&subscriptions, "f/2", 0x80);
  assert_sets (&subscriptions, " f/3:2 f/4:0 f/5:0 f/6:0 f/7:0 f/8:0 f/9:0");
  mqttc_subscriptions_session_lost (&subscriptions);
  assert_sets (&subscriptions, " f/1:0 f/3:2 f/4:0 f/5:0 f/6:0 f/7:0 f/8:0 f/9:0");

  mqttc_subscriptions_clear (&subscriptions);
}

/* [MQTT-3.8.4-2]: answers come in any order, what was sent last counts. */
static void
test_subscription_answers (void)
{
  MqttcSubscriptions subscriptions = { 0 };

  /* UNSUBSCRIBE was sent before the SUBACK came. */
  ask (&subscriptions, "a", 1, 1);
  mqttc_subscriptions_remove (&subscriptions, "a");
  answer (&subscriptions, "a", 1, 1);

  /* Two SUBSCRIBEs, answered the other way round. */
  ask (&subscriptions, "b", 1, 2);
  ask (&subscriptions, "b", 2, 3);
  answer (&subscriptions, "b", 3, 2);
  answer (&subscriptions, "b", 2, 1);

  /* Granted once, a change refused: the first holds. */
  ask (&subscriptions, "c", 1, 4);
  answer (&subscriptions, "c", 4, 1);
  ask (&subscriptions, "c", 2, 5);
  answer (&subscriptions, "c", 5, 0x80);

  /* Never answered. */
  ask (&subscriptions, "d", 1, 6);
  mqttc_subscriptions_drop_unanswered (&subscriptions);
  answer (&subscriptions, "d", 6, 1);

  /* The refusal of a change overtakes the grant of what it was to change. */
  ask (&subscriptions, "e", 1, 7);
  ask (&subscriptions, "e", 2, 8);
  answer (&subscriptions, "e", 8, 0x80);
  answer (&subscriptions, "e", 7, 1);

  /* Sent again on the next connection, and refused there: nothing of it stays. */
  ask (&subscriptions, "f", 1, 9);
  mqttc_subscriptions_link_lost (&subscriptions);
  ask (&subscriptions, "f", 1, 9);
  answer (&subscriptions, "f", 9, 0x80);
  ask (&subscriptions, "g", 1, 10);
  ask (&subscriptions, "g", 2, 11);
  answer (&subscriptions, "g", 11, 0x80);
  answer (&subscriptions, "g", 10, 0x80);
  g_assert_cmpuint (g_hash_table_size (subscriptions.by_filter), ==, 3);

  mqttc_subscriptions_session_lost (&subscriptions);
  assert_sets (&subscriptions, " b:2 c:1 e:1");
  mqttc_subscriptions_clear (&subscriptions);
}

static void
assert_no_set (const char *const *filters,
               const guint8 *qos,
               int code,
               const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mqttc_filter_set_new (filters, qos, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, code);
  g_assert_cmpstr (error->message, ==, text);
}

/* [MQTT-3.8.3-3] [MQTT-3.10.3-2] [MQTT-3-8.3-4]: what SUBSCRIBE and UNSUBSCRIBE cannot say. */
static void
test_filter_set_refused (void)
{
  const char *const none[] = { NULL };
  const char *const two[] = { "a", "b/+", NULL };
  const guint8 qos[] = { 2, 3 };
  const char *text = "There is no topic filter to subscribe to or to unsubscribe from";

  assert_no_set (NULL, NULL, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, text);
  assert_no_set (none, NULL, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, text);
  assert_no_set (two, qos, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                 "QoS 3 for the topic filter “b/+” is not 0, 1 or 2");
}

/* Each is valid, all together are longer than a packet may be (section 2.2.3). They are counted before
 * anything is copied. */
static void
test_filter_set_too_large (void)
{
  const guint n_filters = 4097;
  g_autofree char *longest = g_strnfill (65535, 'a');
  g_autofree const char **filters = g_new0 (const char *, n_filters + 1);
  g_autofree guint8 *qos = g_new0 (guint8, n_filters);

  for (guint i = 0; i < n_filters; i++)
    filters[i] = longest;

  assert_no_set (filters, NULL, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                 "4097 topic filters of 268505089 bytes do not fit in one packet; use several");
  assert_no_set (filters, qos, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                 "4097 topic filters of 268509186 bytes do not fit in one packet; use several");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/ids", test_ids);
  g_test_add_func ("/session/ids/stuck", test_ids_stuck);
  g_test_add_func ("/session/ids/full", test_ids_full);
  g_test_add_func ("/session/ids/of-a-peer", test_ids_of_a_peer);
  g_test_add_func ("/session/backoff", test_backoff);
  g_test_add_func ("/session/backoff/odd-limits", test_backoff_odd_limits);
  g_test_add_func ("/session/send-buffer", test_send_buffer);
  g_test_add_func ("/session/send-buffer/secret", test_send_buffer_secret);
  g_test_add_func ("/session/event-queue", test_event_queue);
  g_test_add_func ("/session/filter-set/refused", test_filter_set_refused);
  g_test_add_func ("/session/filter-set/too-large", test_filter_set_too_large);
  g_test_add_func ("/session/subscriptions", test_subscriptions);
  g_test_add_func ("/session/subscriptions/answers", test_subscription_answers);

  return g_test_run ();
}
