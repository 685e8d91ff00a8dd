/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decisions, a few bytes each, about what the program, the network, the clock and a server do to an
 * engine. */

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
  fuzz_world_subscribe (world, chosen, qos);
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

  mqttc_engine_close (world->engine, (decision & 1) != 0 ? 0x04 : 0x00,
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
  const guint decision = fuzz_byte (input);
  guint8 connack[] = { 0x20, 2, decision & 1, decision >> 5 };

  fuzz_world_feed (world, mqttc_slice (connack, sizeof connack));
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
                       'x' };

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

static const Step steps[] = {
  step_publish,   step_publish_large, step_subscribe,  step_unsubscribe, step_forget,
  step_cancel,    step_open,          step_close,      step_abort,       step_link_up,
  step_link_down, step_write_all,     step_write_some, step_feed,        step_connack,
  step_answer,    step_answer_all,    step_incoming,   step_ack,         step_pop,
  step_deliver,   step_acknowledge,   step_run_dry,    step_deadline,    step_wait,
  step_pull,      step_pause,         step_report,
};

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
