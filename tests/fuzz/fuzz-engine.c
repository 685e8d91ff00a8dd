/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decisions, a few bytes each, about what the program, the network, the clock and a server do to an
 * engine. */

#include <string.h>

#include "fuzz-world.h"

/* How many of the first steps an input may take. */
#define MAX_STEPS 2000

static const char *const topics[] = { "a", "a/b", "$SYS/x", "h\xc3\xb6he", "a/+", "", "\xff" };
static const char *const filters[] = { "#", "a/+", "a/b", "+/+", "a/#/b", "", "x" };

typedef void (*Step) (FuzzWorld *world,
                      FuzzInput *input);

static void
step_publish (FuzzWorld *world,
              FuzzInput *input)
{
  const char *topic = topics[fuzz_below (input, G_N_ELEMENTS (topics))];
  const guint qos = fuzz_below (input, 3);

  fuzz_world_publish (world, topic, fuzz_bytes (input), qos, FALSE);
}

/* Larger than what is copied into the buffer of the engine. */
static void
step_publish_large (FuzzWorld *world,
                    FuzzInput *input)
{
  const gsize len = 1000 + fuzz_below (input, 65536);
  g_autofree guint8 *payload = g_malloc0 (len);

  fuzz_world_publish (world, "large", mqttc_slice (payload, len), fuzz_below (input, 3), TRUE);
}

static void
pick_filters (FuzzInput *input,
              const char **chosen,
              guint8 *qos)
{
  const guint n = 1 + fuzz_below (input, 4);

  for (guint i = 0; i < n; i++)
    {
      qos[i] = (guint8) fuzz_below (input, 3);
      chosen[i] = filters[fuzz_below (input, G_N_ELEMENTS (filters))];
    }
  chosen[n] = NULL;
}

static void
step_subscribe (FuzzWorld *world,
                FuzzInput *input)
{
  const char *chosen[5];
  guint8 qos[5];

  pick_filters (input, chosen, qos);
  fuzz_world_subscribe (world, chosen, qos, 0);
}

static void
step_unsubscribe (FuzzWorld *world,
                  FuzzInput *input)
{
  const char *chosen[5];
  guint8 qos[5];

  pick_filters (input, chosen, qos);
  fuzz_world_unsubscribe (world, chosen);
}

static void
step_forget (FuzzWorld *world,
             FuzzInput *input)
{
  mqttc_engine_forget (world->engine, filters[fuzz_below (input, G_N_ELEMENTS (filters))]);
}

static void
step_cancel (FuzzWorld *world,
             FuzzInput *input)
{
  fuzz_world_cancel (world, fuzz_byte (input));
}

static void
step_open (FuzzWorld *world,
           FuzzInput *input)
{
  g_autoptr (GError) error = NULL;

  if (fuzz_below (input, 2) == 0)
    {
      fuzz_world_open (world);
      return;
    }
  mqttc_engine_reopen (world->engine, world->now, &error);
  fuzz_world_settle (world);
}

static void
step_close (FuzzWorld *world,
            FuzzInput *input)
{
  const guint decision = fuzz_byte (input);

  mqttc_engine_close (world->engine, (decision & 1) != 0 ? 0x04 : 0x00, NULL,
                      (gint64) (decision >> 1) * G_USEC_PER_SEC / 4, world->now);
  fuzz_world_settle (world);
}

static void
step_abort (FuzzWorld *world,
            FuzzInput *input)
{
  mqttc_engine_abort (world->engine, world->now);
  fuzz_world_settle (world);
}

static void
step_link_up (FuzzWorld *world,
              FuzzInput *input)
{
  fuzz_world_link_up (world);
}

static void
step_link_down (FuzzWorld *world,
                FuzzInput *input)
{
  const guint decision = fuzz_byte (input);

  fuzz_world_link_down (world, (decision & 1) != 0, (decision & 2) != 0);
}

static void
step_write_all (FuzzWorld *world,
                FuzzInput *input)
{
  fuzz_world_write (world, G_MAXSIZE);
}

static void
step_write_some (FuzzWorld *world,
                 FuzzInput *input)
{
  fuzz_world_write (world, 1 + fuzz_byte (input));
}

static void
step_feed (FuzzWorld *world,
           FuzzInput *input)
{
  fuzz_world_feed (world, fuzz_bytes (input));
}

static void
step_connack (FuzzWorld *world,
              FuzzInput *input)
{
  static const guint8 codes_5[] = { 0, 0, 0x84, 0x87, 0x88, 0x89, 0x9c, 0x85 };
  const guint decision = fuzz_byte (input);
  guint8 connack[] = { 0x20, 2, decision & 1, decision >> 5, 0 };

  if (world->wire->is_5)
    {
      connack[1] = 3;
      connack[3] = codes_5[decision >> 5];
    }
  fuzz_world_feed (world, mqttc_slice (connack, 2 + (gsize) connack[1]));
}

static void
step_answer (FuzzWorld *world,
             FuzzInput *input)
{
  fuzz_world_answer (world, fuzz_byte (input));
}

static void
step_answer_all (FuzzWorld *world,
                 FuzzInput *input)
{
  guint n = world->wire->answers->len;

  while (n-- > 0 && world->wire->answers->len > 0)
    fuzz_world_answer (world, 0);
}

static void
step_incoming (FuzzWorld *world,
               FuzzInput *input)
{
  const guint decision = fuzz_byte (input);
  const guint qos = decision % 3;
  guint8 publish[] = { (guint8) (0x30 | qos << 1 | (decision & 0x80) >> 4),
                       qos > 0 ? 6 : 4,
                       0,
                       1,
                       't',
                       0,
                       (guint8) (1 + (decision >> 2 & 7)),
                       'x',
                       'x' };

  /* In MQTT 5 the length of no properties comes first. */
  if (world->wire->is_5 && qos > 0)
    {
      publish[1] = 7;
      publish[7] = 0;
    }
  /* Without an identifier the two bytes are its payload. */
  fuzz_world_feed (world, mqttc_slice (publish, 2 + (gsize) publish[1]));
}

static void
step_ack (FuzzWorld *world,
          FuzzInput *input)
{
  static const guint8 types[] = { 0x40, 0x50, 0x62, 0x70, 0xb0 };
  const guint8 type = types[fuzz_below (input, G_N_ELEMENTS (types))];
  guint8 ack[] = { type, 2, 0, (guint8) fuzz_byte (input) };

  fuzz_world_feed (world, mqttc_slice (ack, sizeof ack));
}

static void
step_pop (FuzzWorld *world,
          FuzzInput *input)
{
  fuzz_world_pop (world, 1 + fuzz_byte (input));
}

static void
step_deliver (FuzzWorld *world,
              FuzzInput *input)
{
  const guint decision = fuzz_byte (input);

  fuzz_world_deliver (world, decision >> 1, (decision & 1) != 0);
}

static void
step_acknowledge (FuzzWorld *world,
                  FuzzInput *input)
{
  fuzz_world_acknowledge (world, fuzz_byte (input));
}

static void
step_run_dry (FuzzWorld *world,
              FuzzInput *input)
{
  fuzz_world_run_dry (world);
}

static void
step_deadline (FuzzWorld *world,
               FuzzInput *input)
{
  fuzz_world_wait_deadline (world);
}

static void
step_wait (FuzzWorld *world,
           FuzzInput *input)
{
  const guint exponent = fuzz_below (input, 36);

  fuzz_world_wait (world, (gint64) 1 << exponent);
}

static void
step_pull (FuzzWorld *world,
           FuzzInput *input)
{
  const guint decision = fuzz_below (input, 4);

  if (decision < 2)
    mqttc_engine_set_pulled (world->engine, decision == 0, world->now);
  else
    mqttc_engine_pull (world->engine, world->now);
  fuzz_world_settle (world);
}

static void
step_pause (FuzzWorld *world,
            FuzzInput *input)
{
  mqttc_engine_set_paused (world->engine, fuzz_below (input, 2) != 0, world->now);
  fuzz_world_settle (world);
}

static void
step_report (FuzzWorld *world,
             FuzzInput *input)
{
  const guint decision = fuzz_byte (input);

  mqttc_engine_report_packets (world->engine, (decision & 1) != 0, (decision & 2) != 0);
}

/* --- Of MQTT 5. --- */

/* CONNACK with what the server takes; the method is the client's, if it has one. */
static void
step_connack_limits (FuzzWorld *world,
                     FuzzInput *input)
{
  const guint which = fuzz_byte (input);
  const guint value = fuzz_byte (input);
  const guint8 properties[][6] = {
    { 3, 0x21, 0, (guint8) (1 + value % 4) },
    { 3, 0x22, 0, (guint8) (value % 5) },
    { 2, 0x24, (guint8) (value & 1) },
    { 2, 0x25, (guint8) (value >> 1 & 1) },
    { 5, 0x27, 0, 0, 0, (guint8) (10 + value % 100) },
    { 3, 0x13, 0, (guint8) (value % 8) },
    { 5, 0x11, 0, 0, 0, (guint8) value },
    { 2, 0x2a, (guint8) (value >> 2 & 1) },
  };
  guint8 connack[64] = { 0x20, 3, value >> 7, 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if ((which >> i & 1) != 0)
      {
        memcpy (connack + 5 + connack[4], properties[i] + 1, properties[i][0]);
        connack[4] += properties[i][0];
      }
  if (world->wire->has_method)
    {
      memcpy (connack + 5 + connack[4], "\x15\0\1m", 4);
      connack[4] += 4;
    }

  connack[1] += connack[4];
  fuzz_world_feed (world, mqttc_slice (connack, 2 + (gsize) connack[1]));
}

/* PUBLISH with a topic alias, with a topic or without. */
static void
step_incoming_alias (FuzzWorld *world,
                     FuzzInput *input)
{
  const guint decision = fuzz_byte (input);
  const guint8 alias = decision & 3;
  const guint8 with[] = { 0x30, 8, 0, 1, 'a' + (decision >> 2 & 3), 3, 0x23, 0, alias, 'x' };
  const guint8 without[] = { 0x30, 7, 0, 0, 3, 0x23, 0, alias, 'x' };

  if ((decision & 0x80) != 0)
    fuzz_world_feed (world, mqttc_slice (without, sizeof without));
  else
    fuzz_world_feed (world, mqttc_slice (with, sizeof with));
}

/* An answer with a reason code, and perhaps a reason string. */
static void
step_ack_reason (FuzzWorld *world,
                 FuzzInput *input)
{
  static const guint8 types[] = { 0x40, 0x50, 0x62, 0x70 };
  static const guint8 reasons[] = { 0, 0x10, 0x80, 0x87, 0x91, 0x92, 0x97, 0x99 };
  const guint decision = fuzz_byte (input);
  const guint8 ack[] = { types[decision & 3],
                         (decision & 0x80) != 0 ? 8 : 3,
                         0,
                         (guint8) (1 + fuzz_byte (input)),
                         reasons[decision >> 2 & 7],
                         4,
                         0x1f,
                         0,
                         1,
                         'r' };

  fuzz_world_feed (world, mqttc_slice (ack, 2 + (gsize) ack[1]));
}

static void
step_disconnect (FuzzWorld *world,
                 FuzzInput *input)
{
  static const guint8 reasons[] = { 0, 0x81, 0x89, 0x8b, 0x8d, 0x8e, 0x98, 0x9c };
  const guint8 disconnect[] = { 0xe0, 1, reasons[fuzz_below (input, G_N_ELEMENTS (reasons))] };

  fuzz_world_feed (world, mqttc_slice (disconnect, sizeof disconnect));
}

static void
step_auth (FuzzWorld *world,
           FuzzInput *input)
{
  static const guint8 reasons[] = { 0x18, 0, 0x19 };
  const guint8 auth[] = { 0xf0, 10,   reasons[fuzz_below (input, G_N_ELEMENTS (reasons))],
                          8,    0x15, 0,
                          1,    'm',  0x16,
                          0,    1,    'd' };

  fuzz_world_feed (world, mqttc_slice (auth, sizeof auth));
}

static void
step_authenticate (FuzzWorld *world,
                   FuzzInput *input)
{
  const guint decision = fuzz_byte (input);

  if (decision == 0xff)
    fuzz_world_reauthenticate (world);
  else
    fuzz_world_authenticate (world, fuzz_bytes (input), decision == 0xfe);
}

static void
step_publish_message (FuzzWorld *world,
                      FuzzInput *input)
{
  const char *topic = topics[fuzz_below (input, 4)];
  const guint decision = fuzz_byte (input);
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "message");

  mqttc_message_set_qos (message, (MqttcQos) (decision % 3));
  mqttc_message_set_retain (message, (int) (decision >> 2 & 1));
  if ((decision & 0x08) != 0)
    mqttc_message_set_expiry_interval (message, 1 + (decision >> 6));
  if ((decision & 0x10) != 0)
    mqttc_message_add_user_property (message, "name", "value");
  if ((decision & 0x20) != 0)
    mqttc_message_set_response_topic (message, topic);
  fuzz_world_publish_message (world, message);
}

static void
step_subscribe_options (FuzzWorld *world,
                        FuzzInput *input)
{
  static const char *const shared[] = { "$share/g/a", "$share/g", "a/#" };
  const char *const chosen[] = { shared[fuzz_below (input, G_N_ELEMENTS (shared))], NULL };
  const guint8 options = (guint8) fuzz_below (input, 64);

  fuzz_world_subscribe (world, chosen, &options, fuzz_byte (input) & 3);
}

static void
step_acknowledge_full (FuzzWorld *world,
                       FuzzInput *input)
{
  static const guint reasons[] = { 0, 0x10, 0x80, 0x99, 0x92, 0x180 };
  const guint reason = reasons[fuzz_below (input, G_N_ELEMENTS (reasons))];
  const guint decision = fuzz_byte (input);

  fuzz_world_acknowledge_full (world, decision >> 1, reason, (decision & 1) != 0);
}

static const Step steps[] = {
  step_publish,
  step_publish_large,
  step_subscribe,
  step_unsubscribe,
  step_forget,
  step_cancel,
  step_open,
  step_close,
  step_abort,
  step_link_up,
  step_link_down,
  step_write_all,
  step_write_some,
  step_feed,
  step_connack,
  step_answer,
  step_answer_all,
  step_incoming,
  step_ack,
  step_pop,
  step_deliver,
  step_acknowledge,
  step_run_dry,
  step_deadline,
  step_wait,
  step_pull,
  step_pause,
  step_report,
  step_connack_limits,
  step_incoming_alias,
  step_ack_reason,
  step_disconnect,
  step_auth,
  step_authenticate,
  step_publish_message,
  step_subscribe_options,
  step_acknowledge_full,
};

static MqttcMessage *
make_will (void)
{
  MqttcMessage *will = mqttc_message_new_text ("will", "gone");

  mqttc_message_set_expiry_interval (will, 60);
  return will;
}

/* MQTT 5, with a method to authenticate by or without. */
static void
choose_config_5 (FuzzInput *input,
                 MqttcEngineConfig *config,
                 gboolean secured)
{
  static const guint32 expiries[] = { 0, 10, 1000, G_MAXUINT32 };
  const guint limits = fuzz_byte (input);
  const guint flags = fuzz_byte (input);

  config->protocol = MQTTC_PROTOCOL_V5;
  config->topic_alias_maximum = limits & 3;
  config->receive_maximum = limits >> 2 & 3;
  config->max_topic_aliases = limits >> 4 & 3;
  config->fall_back = (limits & 0x40) != 0;
  config->lower_qos = (limits & 0x80) != 0;
  config->session_expiry = expiries[flags & 3];
  config->refuse_problem_information = (flags & 0x04) != 0;
  config->request_response_information = (flags & 0x08) != 0;
  if ((flags & 0x10) != 0)
    config->client_id[0] = '\0';
  if ((flags & 0x20) != 0)
    config->will = make_will ();
  config->will_delay = (flags & 0x20) != 0 ? flags >> 6 : 0;
  config->max_packet_size = (flags & 0x40) != 0 ? 200 : 0;
  if (secured)
    config->authenticates = TRUE;
}

static void
choose_config (FuzzInput *input,
               MqttcEngineConfig *config)
{
  const guint flags = fuzz_byte (input);
  const guint limits = fuzz_byte (input);

  mqttc_engine_config_init (config);
  g_free (config->client_id);
  config->client_id = g_strdup ("fuzz");
  config->clean_session = (flags & 0x01) != 0;
  config->manual_acks = (flags & 0x02) != 0;
  config->reconnect = (flags & 0x04) == 0;
  config->overflow_policy = (MqttcOverflowPolicy) (flags >> 3 & 1);
  config->session_lost_policy = (MqttcSessionLostPolicy) (flags >> 4 & 1);
  config->offline_qos0 = (MqttcOfflineQos0) ((flags >> 5) % 3);
  config->max_inflight = 1 + (limits & 3);
  config->max_queued_messages = 1 + (limits >> 2 & 7);
  config->max_undelivered_messages = (limits & 0x20) != 0 ? 2 : 1024;
  config->max_publish_rate = (limits & 0x40) != 0 ? 3 : 0;
  config->resend_delay = (limits & 0x80) != 0 ? 1000 : 0;
  /* Of eight values that were three once. */
  if (flags >> 5 >= 3)
    choose_config_5 (input, config, flags >> 5 >= 6);
}

static guint64
run (FuzzInput input)
{
  MqttcEngineConfig config;
  FuzzWorld *world;
  guint64 hash;

  choose_config (&input, &config);
  world = fuzz_world_new (&config);
  fuzz_world_open (world);
  for (guint i = 0; i < MAX_STEPS && input.len > 0; i++)
    {
      Step step = steps[fuzz_below (&input, G_N_ELEMENTS (steps))];

      step (world, &input);
    }

  hash = world->hash;
  fuzz_world_finish (world);
  return hash;
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  const FuzzInput input = { .data = data, .len = size };
  guint64 hash = run (input);

  /* The same decisions have the same consequences; short inputs show it as well as long ones. */
  if (size < 48)
    g_assert_cmpuint (run (input), ==, hash);
  return 0;
}
