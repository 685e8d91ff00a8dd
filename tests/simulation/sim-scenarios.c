/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-scenarios.h"

#define SUBSCRIBED(qos) "0.010 subscribe qos=" #qos " operation=1 in/a:" #qos "\n"
#define FED(at, qos) #at " feed qos=" #qos " len=12 in/a\n"
#define PUBLISHED(at, qos) #at " publish qos=" #qos " len=12 operation=1\n"

const SimScenario sim_scenarios[] = {
  { .name = "nothing but the connection", .actions = "" },
  { .name = "publish QoS 0", .actions = PUBLISHED (0.1, 0) },
  { .name = "publish QoS 1", .actions = PUBLISHED (0.1, 1) },
  { .name = "publish QoS 2", .actions = PUBLISHED (0.1, 2) },
  { .name = "publish before the CONNACK",
    .actions = PUBLISHED (0.0005, 0) PUBLISHED (0.0005, 1) PUBLISHED (0.0005, 2) },
  { .name = "publish without waiting for the end",
    .actions = "0.1 publish qos=1 len=12 operation=0\n0.1 publish qos=2 len=12 operation=0" },
  { .name = "two in flight, QoS 1", .actions = PUBLISHED (0.1, 1) PUBLISHED (0.1, 1) },
  { .name = "two in flight, QoS 2", .actions = PUBLISHED (0.1, 2) PUBLISHED (0.1, 2) },
  { .name = "three in flight, each QoS",
    .actions = PUBLISHED (0.1, 2) PUBLISHED (0.1, 0) PUBLISHED (0.1, 1) },
  { .name = "a window of one",
    .options = "max_inflight 1",
    .actions = PUBLISHED (0.1, 2) PUBLISHED (0.1, 1) PUBLISHED (0.1, 2) },
  { .name = "publish retained",
    .actions = "0.1 publish-retained qos=1 len=12 operation=1\n"
               "0.1 publish-retained qos=2 len=12 operation=1" },
  { .name = "publish a large payload, QoS 1", .actions = "0.1 publish qos=1 len=700 operation=1" },
  { .name = "publish a large payload, QoS 2", .actions = "0.1 publish qos=2 len=700 operation=1" },
  { .name = "publish through a small send buffer",
    .options = "send_buffer 16",
    .actions = "0.1 publish qos=1 len=100 operation=1\n" PUBLISHED (0.1, 2) },
  { .name = "publish byte by byte",
    .options = "max_segment 1",
    .actions = PUBLISHED (0.1, 1) PUBLISHED (0.1, 2) },
  { .name = "forwarded at PUBREL",
    .options = "forward_at_release 1",
    .actions = PUBLISHED (0.1, 2) PUBLISHED (0.1, 2) },
  { .name = "publish and cancel",
    .actions = PUBLISHED (0.1, 1) PUBLISHED (0.1, 2) "0.103 cancel back=0\n0.103 cancel back=1" },
  { .name = "publishes at a limited rate",
    .options = "max_publish_rate 10\nresend_delay 20000",
    .actions = PUBLISHED (0.1, 1) PUBLISHED (0.1, 2) PUBLISHED (0.1, 1) },
  { .name = "subscribe", .actions = SUBSCRIBED (1) },
  { .name = "subscribe to a wildcard",
    .actions = "0.010 subscribe qos=1 operation=1 in/#:2,in/+/b:1\n0.1 feed qos=2 len=12 in/c/b" },
  { .name = "subscribe, refused",
    .actions = "0.010 subscribe qos=0 operation=1 refused/x:1,in/a:0" },
  { .name = "subscribe twice to one filter",
    .actions = SUBSCRIBED (1) "0.010 subscribe qos=1 operation=1 in/a:2\n" FED (0.1, 2) },
  { .name = "subscribe and cancel", .actions = SUBSCRIBED (2) "0.012 cancel back=0" },
  { .name = "unsubscribe",
    .actions = SUBSCRIBED (1) "0.1 unsubscribe operation=1 in/a\n" FED (0.2, 1) },
  { .name = "subscribe, unsubscribe, subscribe",
    .actions = SUBSCRIBED (1) "0.010 unsubscribe operation=1 in/a\n"
                              "0.010 subscribe qos=0 operation=1 in/a:2\n" FED (0.2, 2) },
  { .name = "receive QoS 0", .actions = SUBSCRIBED (0) FED (0.1, 0) },
  { .name = "receive QoS 1", .actions = SUBSCRIBED (1) FED (0.1, 1) },
  { .name = "receive QoS 2", .actions = SUBSCRIBED (2) FED (0.1, 2) },
  { .name = "receive two, QoS 1", .actions = SUBSCRIBED (1) FED (0.1, 1) FED (0.1, 1) },
  { .name = "receive two, QoS 2", .actions = SUBSCRIBED (2) FED (0.1, 2) FED (0.1, 2) },
  { .name = "receive each QoS", .actions = SUBSCRIBED (2) FED (0.1, 0) FED (0.1, 1) FED (0.1, 2) },
  { .name = "receive a large payload", .actions = SUBSCRIBED (2) "0.1 feed qos=2 len=700 in/a" },
  { .name = "receive with a broker's window of one",
    .options = "broker_window 1",
    .actions = SUBSCRIBED (2) FED (0.1, 2) FED (0.1, 1) FED (0.1, 2) },
  { .name = "receive with handlers that are slow",
    .options = "delivery_delay 50000\nmax_undelivered_messages 1",
    .actions = SUBSCRIBED (2) FED (0.1, 2) FED (0.1, 1) FED (0.1, 2) },
  { .name = "receive with handlers that end out of order",
    .options = "delivery_delay 50000\nout_of_order_percent 100",
    .actions = SUBSCRIBED (2) FED (0.1, 1) FED (0.1, 1) FED (0.1, 2) },
  { .name = "acknowledged by the program, QoS 1",
    .options = "manual_acks 1\nack_delay 20000",
    .actions = SUBSCRIBED (1) FED (0.1, 1) FED (0.1, 1) },
  { .name = "acknowledged by the program, QoS 2",
    .options = "manual_acks 1\nack_delay 20000",
    .actions = SUBSCRIBED (2) FED (0.1, 2) FED (0.1, 2) },
  { .name = "packets that are pulled",
    .options = "pull_interval 5000",
    .actions = SUBSCRIBED (2) FED (0.1, 2) FED (0.1, 1) },
  { .name = "both directions at once",
    .actions = SUBSCRIBED (2) FED (0.1, 2) PUBLISHED (0.1, 2) FED (0.1, 1) PUBLISHED (0.1, 1) },
  { .name = "ping", .options = "keep_alive 1\nduration 5000000", .actions = "" },
  { .name = "ping among messages",
    .options = "keep_alive 1\nduration 4000000",
    .actions = SUBSCRIBED (1) PUBLISHED (0.9, 2) FED (1.9, 1) },
  { .name = "close at once",
    .actions
    = PUBLISHED (0.1, 2) "0.101 close will=0 drain=0\n0.5 open clean=0 window=20 rename=0" },
  { .name = "close with draining",
    .actions = PUBLISHED (0.1, 1) PUBLISHED (0.1, 2) "0.1 close will=0 drain=1000000\n"
                                                     "1.5 open clean=0 window=20 rename=0" },
  { .name = "close with the will, and open under another name",
    .actions
    = PUBLISHED (0.1, 2) "0.101 close will=1 drain=1000\n0.5 open clean=0 window=20 rename=1",
    .with_will = TRUE },
  { .name = "will", .actions = PUBLISHED (0.1, 1), .with_will = TRUE },
  { .name = "user name and password", .actions = PUBLISHED (0.1, 1), .with_password = TRUE },
  { .name = "empty client identifier",
    .actions = SUBSCRIBED (1) PUBLISHED (0.1, 2) FED (0.1, 1),
    .anonymous = TRUE },
  { .name = "resends are cut, QoS 1",
    .actions = PUBLISHED (0.1, 1) PUBLISHED (0.1, 1) "0.1008 cut reset=1\n",
    .link = 1 },
  { .name = "resends are cut, QoS 2",
    .actions = PUBLISHED (0.1, 2) PUBLISHED (0.1, 2) "0.1025 cut reset=1\n",
    .link = 1 },
  { .name = "repetitions to the client are cut",
    .actions = SUBSCRIBED (2) FED (0.1, 2) FED (0.1, 1) "0.1012 cut reset=1\n",
    .link = 1 },
  { .name = "subscribing again is cut",
    .actions
    = SUBSCRIBED (2) "0.2 broker-restart loses=1 down=1000\n" FED (0.6, 2) PUBLISHED (0.6, 1),
    .link = 1 },
  { 0 },
};

static void
parse_options (const SimScenario *scenario,
               SimOptions *options)
{
  g_auto (GStrv) lines = g_strsplit (scenario->options != NULL ? scenario->options : "", "\n", -1);
  g_autoptr (GError) error = NULL;

  sim_options_init (options);
  options->seed = 1;
  options->duration = 3 * SIM_SECOND;
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && !sim_options_parse (options, lines[i], &error))
      g_error ("%s: %s", scenario->name, error->message);
}

static void
set_identity (const SimScenario *scenario,
              SimOptions *options)
{
  MqttcEngineConfig *engine = &options->engine;

  if (scenario->anonymous)
    {
      g_free (engine->client_id);
      engine->client_id = g_strdup ("");
    }
  if (scenario->with_will)
    {
      engine->will = mqttc_message_new_text ("will", "gone");
      mqttc_message_set_qos (engine->will, MQTTC_QOS_AT_LEAST_ONCE);
    }
  if (scenario->with_password)
    {
      engine->user_name = g_strdup ("somebody");
      engine->password = g_bytes_new_static ("secret", 6);
    }
}

SimScript *
sim_scenario_load (const SimScenario *scenario,
                   SimOptions *options)
{
  SimScript *script = sim_script_new ();
  g_auto (GStrv) lines = g_strsplit (scenario->actions, "\n", -1);
  g_autoptr (GError) error = NULL;

  parse_options (scenario, options);
  set_identity (scenario, options);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && !sim_script_parse_action (script, lines[i], &error))
      g_error ("%s: %s", scenario->name, error->message);

  return script;
}
