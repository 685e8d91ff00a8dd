/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop-fixture.h"
#include "values/mqttc-block-pool-private.h"

static MemoryLink *
get_link (LoopFixture *fixture)
{
  return memory_net_get_link (fixture->net);
}

typedef struct
{
  LoopFixture *fixture;
  guint n_wanted;
  gint64 cost; /* of a handler, in microseconds */
  guint n_messages;
  guint n_turns; /* of another source in the same context */
  guint most_in_turn;
  guint n_before;
} Counter;

static void
count_message (gpointer user_data,
               MqttcMessage *message)
{
  Counter *counter = user_data;
  g_autofree char *text = g_strdup_printf ("%u", counter->n_messages++);

  g_assert_cmpstr (mqttc_message_get_text (message), ==, text);
  counter->fixture->now += counter->cost;
}

static gboolean
turn_cb (gpointer user_data)
{
  Counter *counter = user_data;

  counter->n_turns++;
  counter->most_in_turn = MAX (counter->most_in_turn, counter->n_messages - counter->n_before);
  counter->n_before = counter->n_messages;

  return counter->n_messages < counter->n_wanted;
}

/* Delivers messages while another source wants its turn too. */
static void
flood (Counter *counter)
{
  static const MqttcEventLoopListener listener = { .message = count_message };
  LoopFixture *fixture = counter->fixture;
  g_autoptr (GSource) source = g_idle_source_new ();

  mqttc_event_loop_set_listener (fixture->loop, &listener, counter);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, turn_cb, counter, NULL);
  g_source_attach (source, fixture->context);

  for (guint i = 0; i < counter->n_wanted; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", text);

      loop_fixture_send (fixture,
                         mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 0, FALSE, NULL));
    }

  loop_fixture_iterate (fixture);
  g_assert_cmpuint (counter->n_messages, ==, counter->n_wanted);
  mqttc_event_loop_set_listener (fixture->loop, NULL, NULL);
}

static void
test_flood (LoopFixture *fixture,
            gconstpointer data)
{
  Counter counter = { .fixture = fixture, .n_wanted = 5000 };

  g_test_summary ("Many messages are delivered in order, in portions");

  loop_fixture_connect (fixture);
  flood (&counter);
  g_assert_cmpuint (counter.most_in_turn, ==, 256);
  g_assert_cmpuint (counter.n_turns, >=, 5000 / 256);
}

static void
test_slow_handler (LoopFixture *fixture,
                   gconstpointer data)
{
  Counter counter = { .fixture = fixture, .n_wanted = 300, .cost = 2000 };

  g_test_summary ("Handlers that take their time get 5 ms of it, then others have their turn");

  loop_fixture_connect (fixture);
  flood (&counter);
  g_assert_cmpuint (counter.most_in_turn, ==, 3);
  g_assert_cmpuint (counter.n_turns, >=, 100);
}

/* [MQTT-3.1.2-23]: 300 handlers of 5 s are 25 times the keep alive. */
static void
test_very_slow_handler (LoopFixture *fixture,
                        gconstpointer data)
{
  Counter counter = { .fixture = fixture, .n_wanted = 300, .cost = 5 * G_USEC_PER_SEC };

  g_test_summary ("Between handlers that take very long there are still pings, and their answers");

  loop_fixture_connect (fixture);
  fixture->answers_pings = TRUE;
  flood (&counter);
  g_assert_cmpuint (counter.most_in_turn, ==, 1);
  loop_fixture_expect_log (fixture, "");
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);
}

/* [MQTT-4.3.2-2]: PUBACK, and after the handlers have run. */
static void
test_same_iteration (LoopFixture *fixture,
                     gconstpointer data)
{
  static const MqttcEventLoopListener listener = { .message = count_message };
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "0");
  Counter counter = { .fixture = fixture };

  g_test_summary ("A message is read, delivered and acknowledged in one iteration");

  loop_fixture_connect (fixture);
  mqttc_event_loop_set_listener (fixture->loop, &listener, &counter);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  loop_fixture_send (fixture,
                     mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 258, FALSE, NULL));

  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (counter.n_messages, ==, 1);
  loop_fixture_expect (fixture, "40 02 01 02");
  g_assert_cmpuint (loop_fixture_iterate (fixture), ==, 0);
  mqttc_event_loop_set_listener (fixture->loop, NULL, NULL);
}

static void
count_answers (gpointer user_data,
               MqttcMessage *message)
{
  Counter *counter = user_data;
  g_autoptr (GByteArray) written = memory_link_take (get_link (counter->fixture));

  counter->n_messages++;
  if (written->len > 0)
    g_string_append_printf (counter->fixture->log, "%u: %u\n", counter->n_messages,
                            written->len / 4);
}

static void
test_early (LoopFixture *fixture,
            gconstpointer data)
{
  static const MqttcEventLoopListener listener = { .message = count_answers };
  Counter counter = { .fixture = fixture };
  g_autoptr (GByteArray) rest = NULL;

  g_test_summary ("The first acknowledgements leave while others are waited for");

  loop_fixture_connect (fixture);
  mqttc_event_loop_set_listener (fixture->loop, &listener, &counter);
  for (guint i = 1; i <= 200; i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "");

      mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
      loop_fixture_send (fixture,
                         mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, i, FALSE, NULL));
    }

  loop_fixture_iterate (fixture);
  g_assert_cmpuint (counter.n_messages, ==, 200);
  loop_fixture_expect_log (fixture, "65: 64\n");
  rest = memory_link_take (get_link (fixture));
  g_assert_cmpuint (rest->len, ==, (200 - 64) * 4);
  mqttc_event_loop_set_listener (fixture->loop, NULL, NULL);
}

static gpointer
iterate_thread (gpointer data)
{
  LoopFixture *fixture = data;

  g_main_context_iteration (fixture->context, FALSE);
  return NULL;
}

/* What a thread has begun to deliver, and another one goes on with, belongs to neither. */
static void
test_moves (LoopFixture *fixture,
            gconstpointer data)
{
  static const MqttcEventLoopListener listener = { .message = count_message };
  Counter counter = { .fixture = fixture, .cost = 6000 };

  g_test_summary ("The context may be iterated by one thread after the other");

  loop_fixture_connect (fixture);
  mqttc_event_loop_set_listener (fixture->loop, &listener, &counter);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", text);

      loop_fixture_send (fixture,
                         mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 0, FALSE, NULL));
    }

  mqttc_block_pool_clear ();
  g_thread_join (g_thread_new ("first", iterate_thread, fixture));
  g_assert_cmpuint (counter.n_messages, ==, 1);
  loop_fixture_iterate (fixture);
  g_assert_cmpuint (counter.n_messages, ==, 100);
  g_assert_cmpuint (mqttc_block_pool_get ()->n_blocks, ==, MQTTC_BLOCKS_ARE_POOLED ? 99 : 0);
  mqttc_event_loop_set_listener (fixture->loop, NULL, NULL);
}

static void
nest_cb (MqttcEventLoop *loop,
         MqttcPacket *packet,
         gpointer user_data)
{
  LoopFixture *fixture = user_data;

  if (mqttc_packet_get_packet_type (packet) != MQTTC_PACKET_TYPE_PUBLISH)
    return;

  /* Ten times the keep alive, inside of the handler. */
  fixture->answers_pings = TRUE;
  for (guint i = 0; i < 600; i++)
    loop_fixture_advance (fixture, G_USEC_PER_SEC);
  fixture->answers_pings = FALSE;

  g_string_append (fixture->log, "handled\n");
}

static void
test_nested (LoopFixture *fixture,
             gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");

  g_test_summary ("A main loop inside of a handler still pings");

  loop_fixture_connect (fixture);
  g_signal_connect (fixture->loop, "incoming", G_CALLBACK (nest_cb), fixture);
  loop_fixture_send (fixture,
                     mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 0, FALSE, NULL));
  loop_fixture_iterate (fixture);
  loop_fixture_expect_log (fixture, "handled\n");
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==,
                   MQTTC_CONNECTION_STATE_CONNECTED);
  g_assert_cmpuint (memory_net_get_n_dials (fixture->net), ==, 1);
}

static void
drop_cb (MqttcEventLoop *loop,
         MqttcPacket *packet,
         gpointer user_data)
{
  LoopFixture *fixture = user_data;

  if (fixture->loop == NULL)
    {
      g_string_append (fixture->log, "late\n");
      return;
    }

  g_string_append (fixture->log, "dropped\n");
  g_object_unref (g_steal_pointer (&fixture->loop));
}

static void
test_drop_in_handler (LoopFixture *fixture,
                      gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");
  gpointer weak = fixture->loop;

  g_test_summary ("The last reference may be dropped in a handler: that was its last call");

  loop_fixture_connect (fixture);
  g_object_add_weak_pointer (weak, &weak);
  g_signal_connect (fixture->loop, "incoming", G_CALLBACK (drop_cb), fixture);

  for (guint i = 0; i < 3; i++)
    loop_fixture_send (fixture,
                       mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 0, FALSE, NULL));
  loop_fixture_iterate (fixture);

  g_assert_null (weak);
  loop_fixture_expect_log (fixture, "dropped\n");
  loop_fixture_expect (fixture, "e0 00");
  g_assert_true (memory_link_is_closed (get_link (fixture)));
  loop_fixture_expect_no_sources (fixture);
}

static void
drop_nested_cb (MqttcEventLoop *loop,
                MqttcPacket *packet,
                gpointer user_data)
{
  LoopFixture *fixture = user_data;

  g_signal_handlers_disconnect_by_func (loop, drop_nested_cb, fixture);
  g_signal_connect (loop, "incoming", G_CALLBACK (drop_cb), fixture);
  loop_fixture_iterate (fixture);
  g_string_append (fixture->log, "outer\n");
}

static void
test_drop_nested (LoopFixture *fixture,
                  gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");

  g_test_summary ("The last reference may be dropped in a handler of a nested main loop");

  loop_fixture_connect (fixture);
  g_signal_connect (fixture->loop, "incoming", G_CALLBACK (drop_nested_cb), fixture);
  for (guint i = 0; i < 3; i++)
    loop_fixture_send (fixture,
                       mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 0, FALSE, NULL));
  loop_fixture_iterate (fixture);

  /* The outer emission keeps the loop until it is over. */
  loop_fixture_expect_log (fixture, "dropped\nlate\nouter\n");
  loop_fixture_expect (fixture, "e0 00");
  loop_fixture_expect_no_sources (fixture);
}

/* --- Freeing a payload. --- */

typedef struct
{
  LoopFixture *fixture; /* of the one that has the payload */
  LoopFixture other;
  gboolean dispose;
  guint n_freed;
} Payload;

/* Called while the loop feeds what it has read: another loop reads now, and more than that. */
static void
free_payload_cb (gpointer user_data)
{
  Payload *payload = user_data;
  g_autofree char *filler = g_strnfill (60000, '!');
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("b", filler);

  payload->n_freed++;
  if (payload->dispose)
    {
      g_object_run_dispose (G_OBJECT (payload->fixture->loop));
      return;
    }

  loop_fixture_send (&payload->other,
                     mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 0, FALSE, NULL));
  loop_fixture_iterate (&payload->other);
}

static void
publish_payload (Payload *payload)
{
  LoopFixture *fixture = payload->fixture;
  g_autoptr (GBytes) bytes
      = g_bytes_new_with_free_func ("x", 1, (GDestroyNotify) free_payload_cb, payload);
  g_autoptr (MqttcMessage) message = mqttc_message_new ("a", bytes);

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (
      mqttc_engine_publish (mqttc_event_loop_lock (fixture->loop), message, NULL, 0, NULL));
  mqttc_event_loop_unlock (fixture->loop);
}

static void
count_other_message (gpointer user_data,
                     MqttcMessage *message)
{
  Counter *counter = user_data;

  g_assert_cmpuint (g_bytes_get_size (mqttc_message_get_payload (message)), ==, 60000);
  counter->n_messages++;
}

static void
test_read_in_read (LoopFixture *fixture,
                   gconstpointer data)
{
  static const MqttcEventLoopListener listener = { .message = count_message };
  static const MqttcEventLoopListener other_listener = { .message = count_other_message };
  Counter counter = { .fixture = fixture };
  Counter other_counter = { .fixture = fixture };
  Payload payload = { .fixture = fixture };

  g_test_summary ("A function that frees a payload may let another loop read in the meantime");

  loop_fixture_set_up (&payload.other, NULL);
  loop_fixture_connect (&payload.other);
  loop_fixture_connect (fixture);
  mqttc_event_loop_set_listener (fixture->loop, &listener, &counter);
  mqttc_event_loop_set_listener (payload.other.loop, &other_listener, &other_counter);
  publish_payload (&payload);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "32 06 00 01 61 00 01 78");

  /* In one read with what follows. */
  loop_fixture_send (
      fixture, mqttc_packet_new_ack (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_PUBACK, 1, 0, NULL));
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", text);

      loop_fixture_send (fixture,
                         mqttc_packet_new_publish (MQTTC_PROTOCOL_V3_1_1, message, 0, FALSE, NULL));
    }
  loop_fixture_iterate (fixture);
  g_assert_cmpuint (payload.n_freed, ==, 1);
  g_assert_cmpuint (counter.n_messages, ==, 50);
  g_assert_cmpuint (other_counter.n_messages, ==, 1);
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==,
                   MQTTC_CONNECTION_STATE_CONNECTED);

  mqttc_event_loop_set_listener (payload.other.loop, NULL, NULL);
  mqttc_event_loop_set_listener (fixture->loop, NULL, NULL);
  loop_fixture_tear_down (&payload.other, NULL);
}

static void
test_dispose_in_free (LoopFixture *fixture,
                      gconstpointer data)
{
  Payload payload = { .fixture = fixture, .dispose = TRUE };

  g_test_summary ("A function that frees a payload may dispose of the loop");

  loop_fixture_connect (fixture);
  publish_payload (&payload);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "32 06 00 01 61 00 01 78");
  loop_fixture_send (
      fixture, mqttc_packet_new_ack (MQTTC_PROTOCOL_V3_1_1, MQTTC_PACKET_TYPE_PUBACK, 1, 0, NULL));
  loop_fixture_iterate (fixture);
  g_assert_cmpuint (payload.n_freed, ==, 1);
  loop_fixture_expect (fixture, "e0 00");
}

/* --- The end, in each state. --- */

static void
reach_idle (LoopFixture *fixture)
{
}

static void
reach_dialling (LoopFixture *fixture)
{
  memory_net_set_mode (fixture->net, MEMORY_NET_HANGS);
  loop_fixture_start (fixture);
  g_assert_cmpuint (memory_net_get_n_hanging (fixture->net), ==, 1);
}

static void
reach_dialled (LoopFixture *fixture)
{
  reach_dialling (fixture);
  memory_net_answer (fixture->net, TRUE);
}

static void
reach_handshake (LoopFixture *fixture)
{
  loop_fixture_start (fixture);
  g_byte_array_unref (memory_link_take (get_link (fixture)));
}

static void
reach_connected (LoopFixture *fixture)
{
  loop_fixture_connect (fixture);
}

static void
reach_blocked (LoopFixture *fixture)
{
  loop_fixture_connect (fixture);
  memory_link_set_room (get_link (fixture), 1);
  loop_fixture_publish (fixture, 1, 10);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "30");
}

static void
reach_backing_off (LoopFixture *fixture)
{
  loop_fixture_connect (fixture);
  memory_link_end (get_link (fixture));
  loop_fixture_iterate (fixture);
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==,
                   MQTTC_CONNECTION_STATE_BACKING_OFF);
}

static void
reach_draining (LoopFixture *fixture)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("a", "b");

  loop_fixture_connect (fixture);
  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);
  g_assert_true (
      mqttc_engine_publish (mqttc_event_loop_lock (fixture->loop), message, NULL, 0, NULL));
  mqttc_event_loop_unlock (fixture->loop);
  mqttc_event_loop_close (fixture->loop, 0, NULL, 5 * G_USEC_PER_SEC);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "32 06 00 01 61 00 01 62");
  g_assert_cmpint (mqttc_event_loop_get_state (fixture->loop), ==, MQTTC_CONNECTION_STATE_DRAINING);
}

static void
reach_closed (LoopFixture *fixture)
{
  loop_fixture_connect (fixture);
  mqttc_event_loop_stop (fixture->loop);
  loop_fixture_iterate (fixture);
  loop_fixture_expect (fixture, "e0 00");
}

typedef struct
{
  const char *name;
  void (*reach) (LoopFixture *fixture);
  const char *farewell; /* bytes written by dispose; NULL: there is no connection */
} Ending;

static const Ending endings[] = {
  { "idle", reach_idle, NULL },
  { "dialling", reach_dialling, NULL },
  { "dialled", reach_dialled, "" },
  { "handshake", reach_handshake, "" },
  { "connected", reach_connected, "e0 00" },
  { "blocked", reach_blocked, "" },
  { "backing-off", reach_backing_off, "" },
  { "draining", reach_draining, "e0 00" },
  { "closed", reach_closed, "" },
};

static void
test_dispose (LoopFixture *fixture,
              gconstpointer data)
{
  const Ending *ending = data;

  g_test_summary ("Dropping the loop closes at once, says goodbye if it can, and leaves nothing");

  ending->reach (fixture);
  loop_fixture_drop_loop (fixture);

  /* A dial that was given up still has to come back, and then is closed. */
  if (memory_net_get_n_hanging (fixture->net) > 0)
    memory_net_answer (fixture->net, TRUE);
  loop_fixture_iterate (fixture);

  loop_fixture_expect_no_sources (fixture);
  if (get_link (fixture) != NULL)
    {
      g_assert_true (memory_link_is_closed (get_link (fixture)));
      loop_fixture_expect (fixture, ending->farewell != NULL ? ending->farewell : "");
    }
}

static gpointer
unref_thread (gpointer data)
{
  g_object_unref (data);

  return NULL;
}

static void
test_drop_in_thread (LoopFixture *fixture,
                     gconstpointer data)
{
  gpointer weak = fixture->loop;

  g_test_summary ("The last reference may be dropped in another thread: the context's own ends it");

  loop_fixture_connect (fixture);
  g_signal_handlers_disconnect_by_data (fixture->loop, fixture);
  g_object_add_weak_pointer (weak, &weak);

  g_assert_true (g_main_context_acquire (fixture->context));
  g_thread_join (g_thread_new ("unref", unref_thread, g_steal_pointer (&fixture->loop)));
  g_assert_nonnull (weak);
  loop_fixture_expect (fixture, "");

  loop_fixture_iterate (fixture);
  g_assert_null (weak);
  loop_fixture_expect (fixture, "e0 00");
  loop_fixture_expect_no_sources (fixture);
  g_main_context_release (fixture->context);
}

static void
outgoing_cb (MqttcEventLoop *loop,
             MqttcPacket *packet,
             guint *n_connects)
{
  if (mqttc_packet_get_packet_type (packet) != MQTTC_PACKET_TYPE_CONNECT)
    return;

  g_assert_cmpstr (mqttc_packet_get_client_id (packet), ==, "me");
  g_assert_null (mqttc_packet_get_user_name (packet));
  g_assert_null (mqttc_packet_get_password (packet));
  (*n_connects)++;
}

static void
test_outgoing_without_secrets (LoopFixture *fixture,
                               gconstpointer data)
{
  g_autoptr (GBytes) password = g_bytes_new_static ("hunter2", 7);
  guint n_connects = 0;

  g_test_summary (
      "The CONNECT that is reported has neither user name nor password, the sent one has");

  mqttc_options_set_user_name (fixture->options, "u");
  mqttc_options_set_password (fixture->options, password);
  g_signal_connect (fixture->loop, "outgoing", G_CALLBACK (outgoing_cb), &n_connects);
  loop_fixture_start (fixture);
  loop_fixture_expect (fixture, "10 1a 00 04 4d 51 54 54 04 c2 00 3c 00 02 6d 65 00 01 75 "
                                "00 07 68 75 6e 74 65 72 32");
  g_assert_cmpuint (n_connects, ==, 1);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                       \
 g_test_add ("/delivery/" path, LoopFixture, NULL, loop_fixture_set_up, func, \
             loop_fixture_tear_down)

  ADD ("flood", test_flood);
  ADD ("flood/slow", test_slow_handler);
  ADD ("flood/very-slow", test_very_slow_handler);
  ADD ("same-iteration", test_same_iteration);
  ADD ("early", test_early);
  ADD ("moves", test_moves);
  ADD ("nested", test_nested);
  ADD ("outgoing-without-secrets", test_outgoing_without_secrets);
  ADD ("free/read", test_read_in_read);
  ADD ("free/dispose", test_dispose_in_free);
  ADD ("drop/handler", test_drop_in_handler);
  ADD ("drop/nested", test_drop_nested);
  ADD ("drop/thread", test_drop_in_thread);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat ("/delivery/dispose/", endings[i].name, NULL);

      g_test_add (path, LoopFixture, &endings[i], loop_fixture_set_up, test_dispose,
                  loop_fixture_tear_down);
    }

  return g_test_run ();
}
