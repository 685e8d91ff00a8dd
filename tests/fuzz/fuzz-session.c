/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The public engine, MqttcSession, driven by decisions, with the bytes of a server in a GBytes. */

#include "fuzz-wire.h"
#include "fuzz.h"
#include "helpers/mqttc-session.h"
#include "loop/mqttc-options.h"
#include "mqttc-error.h"
#include "values/mqttc-event.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-statistics.h"

#define MAX_STEPS 1000
#define MAX_TURNS 1000

typedef struct
{
  MqttcSession *session;
  FuzzWire *wire;
  gint64 now;
  gboolean dialling;
  GPtrArray *messages;
} World;

/* Why the link is to be closed: for a link that takes it at once. */
static void
take_last_words (World *world)
{
  g_autoptr (GBytes) bytes = mqttc_session_take_output (world->session, world->now);
  gsize len;
  const guint8 *data;

  if (bytes == NULL)
    return;

  g_assert_true (world->wire->up);
  data = g_bytes_get_data (bytes, &len);
  fuzz_wire_sent (world->wire, mqttc_slice (data, len));
  g_assert_true (world->wire->ended);
}

static void
take_actions (World *world)
{
  MqttcSessionAction action;

  while ((action = mqttc_session_take_link_action (world->session)) != MQTTC_SESSION_ACTION_NONE)
    {
      if (action == MQTTC_SESSION_ACTION_CLOSE)
        take_last_words (world);
      world->dialling = action == MQTTC_SESSION_ACTION_DIAL;
      fuzz_wire_down (world->wire);
    }
}

static void
take_output (World *world)
{
  for (guint n_turns = 0; n_turns < MAX_TURNS; n_turns++)
    {
      g_autoptr (GBytes) bytes = mqttc_session_take_output (world->session, world->now);
      gsize len;
      const guint8 *data;

      if (bytes == NULL)
        return;
      data = g_bytes_get_data (bytes, &len);
      g_assert_cmpuint (len, >, 0);
      fuzz_wire_sent (world->wire, mqttc_slice (data, len));
    }

  g_assert_not_reached ();
}

/* FALSE: there is none. */
static gboolean
take_event (World *world)
{
  g_autoptr (MqttcEvent) event = mqttc_session_next_event (world->session, world->now);
  g_autofree char *text = NULL;
  MqttcPacket *packet;

  if (event == NULL)
    return FALSE;

  text = mqttc_event_to_string (event);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  packet = mqttc_event_get_packet (event);
  if (packet != NULL && mqttc_packet_get_packet_type (packet) == MQTTC_PACKET_TYPE_PUBLISH
      && world->messages->len < 50)
    g_ptr_array_add (world->messages, mqttc_message_ref (mqttc_packet_get_message (packet)));
  return TRUE;
}

/* What is to be done after each call, whatever it was. */
static void
pump (World *world)
{
  g_autoptr (MqttcStatistics) statistics = NULL;
  guint n_turns = 0;

  take_actions (world);
  take_output (world);
  while (take_event (world))
    g_assert_cmpuint (++n_turns, <, 100000);
  take_actions (world);
  take_output (world);
  statistics = mqttc_session_get_statistics (world->session);
  g_assert_nonnull (statistics);
}

static void
check_result (gboolean done,
              const GError *error)
{
  g_assert_cmpint (done, ==, error == NULL);
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
feed (World *world,
      const guint8 *data,
      gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, len);

  if (!world->wire->up)
    return;

  fuzz_wire_fed (world->wire, mqttc_slice (data, len));
  mqttc_session_feed (world->session, bytes, world->now);
}

/* --- Steps. --- */

static void
step_open (World *world,
           FuzzInput *input)
{
  g_autoptr (GError) error = NULL;
  gboolean done = mqttc_session_open (world->session, world->now, &error);

  check_result (done, error);
}

static void
step_close (World *world,
            FuzzInput *input)
{
  const guint decision = fuzz_byte (input);

  mqttc_session_close (world->session, decision & 4, (gint64) (decision >> 3) * G_USEC_PER_SEC - 1,
                       world->now);
}

static void
step_link_up (World *world,
              FuzzInput *input)
{
  if (!world->dialling)
    return;

  world->dialling = FALSE;
  fuzz_wire_up (world->wire);
  mqttc_session_link_up (world->session, world->now);
}

static void
step_link_down (World *world,
                FuzzInput *input)
{
  g_autoptr (GError) error = g_error_new (MQTTC_CLIENT_ERROR, 1, "The link is down");

  if (!world->dialling && !world->wire->up)
    return;

  if (fuzz_below (input, 2) == 0)
    mqttc_session_link_down (world->session, world->now);
  else
    mqttc_session_link_failed (world->session, error, world->now);
  world->dialling = FALSE;
  fuzz_wire_down (world->wire);
}

static void
step_feed (World *world,
           FuzzInput *input)
{
  MqttcSlice bytes = fuzz_bytes (input);

  feed (world, bytes.data, bytes.len);
}

static void
step_connack (World *world,
              FuzzInput *input)
{
  const guint8 connack[] = { 0x20, 2, 0, 0, 6, 0x22, 0, 2, 0x21, 0, 2 };
  const guint8 is_5 = world->wire->is_5 ? 7 : 0;

  /* In MQTT 5 with two topic aliases, and two messages at once. */
  feed (world, (const guint8[]){ 0x20, 2 + is_5 }, 2);
  feed (world, connack + 2, 2 + is_5);
}

static void
step_answer (World *world,
             FuzzInput *input)
{
  GArray *answers = world->wire->answers;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint n = fuzz_byte (input);

  if (answers->len == 0)
    return;

  n %= answers->len;
  fuzz_answer_write (&g_array_index (answers, FuzzAnswer, n), bytes);
  g_array_remove_index (answers, n);
  feed (world, bytes->data, bytes->len);
}

static void
step_publish (World *world,
              FuzzInput *input)
{
  g_autofree char *topic = fuzz_text (input);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "text");
  g_autoptr (GError) error = NULL;
  gboolean done;

  mqttc_message_set_qos (message, (MqttcQos) fuzz_below (input, 3));
  done = mqttc_session_publish (world->session, message, world->now, &error);
  check_result (done, error);
}

static void
step_subscribe (World *world,
                FuzzInput *input)
{
  g_autofree char *filter = fuzz_text (input);
  const MqttcQos qos = (MqttcQos) fuzz_below (input, 3);
  g_autoptr (GError) error = NULL;
  gboolean done = mqttc_session_subscribe (world->session, filter, qos, world->now, &error);

  check_result (done, error);
}

static void
step_unsubscribe (World *world,
                  FuzzInput *input)
{
  g_autofree char *filter = fuzz_text (input);
  g_autoptr (GError) error = NULL;
  gboolean done = mqttc_session_unsubscribe (world->session, filter, world->now, &error);

  check_result (done, error);
}

static void
step_ack (World *world,
          FuzzInput *input)
{
  const guint n = fuzz_byte (input);
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (world->messages->len == 0)
    return;

  done = mqttc_session_ack (world->session,
                            g_ptr_array_index (world->messages, n % world->messages->len),
                            world->now, &error);
  check_result (done, error);
}

/* Back too, which counts as no time at all. */
static void
step_time (World *world,
           FuzzInput *input)
{
  const gint64 deadline = mqttc_session_get_deadline (world->session);
  const guint decision = fuzz_byte (input);

  if (decision == 0 && deadline >= 0)
    world->now = deadline;
  else
    world->now += decision < 0x80 ? (gint64) 1 << decision % 32 : -1000;
  mqttc_session_advance (world->session, world->now);
}

static void (*const steps[]) (World *world, FuzzInput *input)
    = { step_open,   step_close,   step_link_up,   step_link_down,   step_feed, step_connack,
        step_answer, step_publish, step_subscribe, step_unsubscribe, step_ack,  step_time };

/* @decision: of two bits. */
static void
make_5 (MqttcOptions *options,
        guint decision)
{
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_protocol_fallback (options, FALSE);
  mqttc_options_set_topic_alias_maximum (options, 2);
  mqttc_options_set_max_topic_aliases (options, 2);
  mqttc_options_set_receive_maximum (options, 3);
  mqttc_options_set_request_problem_information (options, (decision & 1) != 0);
  mqttc_options_set_session_expiry_interval (options, (decision & 2) != 0 ? 100 : 0);
}

static MqttcSession *
make_session (FuzzInput *input,
              guint *window,
              gboolean *clean)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  const guint decision = fuzz_byte (input);

  if ((decision & 32) != 0)
    make_5 (options, decision >> 6);
  else
    mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V3_1_1);
  *window = 1 + (decision & 7);
  *clean = (decision & 8) != 0;
  mqttc_options_set_client_id (options, "fuzz");
  mqttc_options_set_clean_session (options, *clean);
  mqttc_options_set_max_inflight (options, *window);
  mqttc_options_set_manual_acks (options, (decision & 16) != 0);
  /* Its delays are drawn from a number that is another one each time, so there are none. */
  mqttc_options_set_reconnect (options, FALSE);
  mqttc_options_set_host (options, "server.invalid");
  return mqttc_session_new (options);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  FuzzInput input = { .data = data, .len = size };
  g_autoptr (GPtrArray) messages
      = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  World world = { .now = G_USEC_PER_SEC, .messages = messages };
  gboolean clean;
  guint window;

  world.session = make_session (&input, &window, &clean);
  world.wire = fuzz_wire_new (window, clean);
  world.wire->may_be_5
      = mqttc_options_get_protocol (mqttc_session_get_options (world.session)) == MQTTC_PROTOCOL_V5;
  world.wire->may_be_3 = !world.wire->may_be_5;
  step_open (&world, &input);
  pump (&world);
  for (guint i = 0; i < MAX_STEPS && input.len > 0; i++)
    {
      steps[fuzz_below (&input, G_N_ELEMENTS (steps))](&world, &input);
      pump (&world);
    }

  mqttc_session_close (world.session, 0, 0, world.now);
  pump (&world);
  g_object_unref (world.session);
  fuzz_wire_free (world.wire);
  return 0;
}
