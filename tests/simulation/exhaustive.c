/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "sim-scenarios.h"

/* One exchange of QoS 1 and one of QoS 2, in either direction, and every place where the link can
 * be cut: after each byte to the broker and each byte to the client, CONNECT and CONNACK included.
 * Each with a session that is kept, one that the client does not want kept, and one that the
 * server loses; and of those to the client, with acknowledgements of the engine's and of the program's,
 * which come a little later. With --double the next connection is cut as well, at every place.
 *
 * Then the same for the short exchanges of sim-scenarios.c. */

typedef enum
{
  SESSION_KEPT,
  SESSION_CLEAN,
  SESSION_LOST,
  N_SESSIONS
} Session;

typedef struct
{
  gboolean to_client;
  guint qos;
  Session session;
  MqttcSessionLostPolicy policy;
  gboolean forward_at_release;
  gboolean manual_acks;
} Scenario;

static gboolean opt_double;
static gboolean opt_verbose;
static int opt_every = 1;
static int opt_first = 1;
static int opt_only = -1;

static guint n_cuts;
static guint n_run;
static guint n_violations;

static const GOptionEntry entries[] = {
  { "double", 0, 0, G_OPTION_ARG_NONE, &opt_double, "Cut the second connection too", NULL },
  { "every", 0, 0, G_OPTION_ARG_INT, &opt_every, "Run only every Nth cut", "N" },
  { "first", 0, 0, G_OPTION_ARG_INT, &opt_first, "With --every: from this one on", "1..N" },
  { "only", 0, 0, G_OPTION_ARG_INT, &opt_only, "Run only the cut with this number", "N" },
  { "verbose", 'v', 0, G_OPTION_ARG_NONE, &opt_verbose, "Print the trace, with --only", NULL },
  G_OPTION_ENTRY_NULL,
};

/* Whether the next cut is to be made. */
static gboolean
count_cut (void)
{
  gboolean run;

  n_cuts++;
  if (opt_only >= 0)
    run = n_cuts == (guint) opt_only;
  else
    run = n_cuts % (guint) opt_every == (guint) (opt_first % opt_every);

  n_run += run;
  return run;
}

static void
init_options (SimOptions *options,
              const Scenario *scenario)
{
  sim_options_init (options);
  options->seed = 1;
  options->forward_at_release = scenario->forward_at_release;
  options->engine.clean_session = scenario->session == SESSION_CLEAN;
  options->engine.session_lost_policy = scenario->policy;
  options->engine.manual_acks = scenario->manual_acks;
  options->ack_delay = 10 * SIM_MILLISECOND;
}

static gboolean
is_subscribed (SimWorld *world)
{
  return sim_world_is_quiet (world);
}

static gboolean
is_cut (SimWorld *world)
{
  return world->n_links > 1 || sim_world_is_quiet (world);
}

/* From opening to the end of the exchange. */
static void
run_exchange (SimWorld *world,
              const Scenario *scenario)
{
  sim_app_open (world->app);
  if (scenario->to_client)
    sim_app_subscribe_to (world->app, "in/a", scenario->qos);
  sim_world_pump (world);
  sim_world_run (world, 100 * SIM_SECOND, is_subscribed);

  if (scenario->to_client)
    sim_broker_publish (world->broker, "in/a", scenario->qos, 12);
  else
    sim_app_publish (world->app, scenario->qos);
  sim_world_pump (world);

  if (scenario->session == SESSION_LOST && sim_world_run (world, 100 * SIM_SECOND, is_cut)
      && world->n_cuts > 0)
    sim_broker_restart (world->broker, SIM_RESTART_LOSES, SIM_SECOND / 2);
  sim_world_run (world, 100 * SIM_SECOND, sim_world_is_quiet);
}

static void
print_violation (const Scenario *scenario,
                 const SimPlannedCut *cuts,
                 guint n,
                 const char *violation)
{
  g_print ("cut %u: QoS %u to the %s, session %d, policy %d, forwarded at %s%s\n", n_cuts,
           scenario->qos, scenario->to_client ? "client" : "broker", scenario->session,
           scenario->policy, scenario->forward_at_release ? "PUBREL" : "PUBLISH",
           scenario->manual_acks ? ", acknowledged by the program" : "");
  for (guint i = 0; i < n; i++)
    g_print ("  connection %u: after %" G_GINT64_FORMAT
             " bytes to the %s, %s, the rest of the other direction %s\n",
             i + 1, cuts[i].at, cuts[i].end == SIM_END_CLIENT ? "client" : "broker",
             cuts[i].reset ? "RST" : "FIN", cuts[i].rest == SIM_CUT_DROP ? "lost" : "arrives");
  g_print ("  VIOLATION %s\n  replay: %s%s --only %u --verbose\n", violation, g_get_prgname (),
           opt_double ? " --double" : "", n_cuts);
}

static void
run_cut (const Scenario *scenario,
         const SimPlannedCut *cuts,
         guint n)
{
  g_autoptr (SimWorld) world = NULL;
  SimOptions options;

  if (!count_cut ())
    return;

  init_options (&options, scenario);
  world = sim_world_new (&options, opt_verbose && opt_only >= 0);
  for (guint i = 0; i < n; i++)
    world->cuts[i] = cuts[i];
  world->n_cuts = n;

  run_exchange (world, scenario);
  if (world->check->violation == NULL)
    sim_world_heal (world);
  sim_world_reckon (world);
  if (world->check->violation != NULL)
    {
      n_violations++;
      print_violation (scenario, cuts, n, world->check->violation);
    }

  g_clear_pointer (&world, sim_world_free);
  sim_options_clear (&options);
}

/* How many bytes go each way when nothing is cut. */
static void
measure (const Scenario *scenario,
         guint64 *lengths)
{
  g_autoptr (SimWorld) world = NULL;
  SimOptions options;

  init_options (&options, scenario);
  world = sim_world_new (&options, FALSE);
  run_exchange (world, scenario);
  for (guint end = 0; end < 2; end++)
    lengths[end] = world->link != NULL ? sim_link_get_received (world->link, (SimEnd) end) : 0;
  g_clear_pointer (&world, sim_world_free);
  sim_options_clear (&options);
}

/* The connections after the first one have less to say. */
static void
run_second_cuts (const Scenario *scenario,
                 SimPlannedCut *cuts,
                 const guint64 *lengths)
{
  for (guint end = 0; end < 2; end++)
    for (guint64 at = 0; at <= lengths[end]; at++)
      {
        cuts[1] = (SimPlannedCut){
          .end = (SimEnd) end, .at = (gint64) at, .reset = TRUE, .rest = SIM_CUT_DROP
        };
        run_cut (scenario, cuts, 2);
      }
}

static void
run_scenario (const Scenario *scenario)
{
  static const SimCut rests[] = { SIM_CUT_DROP, SIM_CUT_KEEP };
  SimPlannedCut cuts[SIM_MAX_CUTS];
  guint64 lengths[2];

  measure (scenario, lengths);
  for (guint end = 0; end < 2; end++)
    for (guint64 at = 0; at <= lengths[end]; at++)
      for (guint i = 0; i < G_N_ELEMENTS (rests); i++)
        {
          cuts[0] = (SimPlannedCut){
            .end = (SimEnd) end, .at = (gint64) at, .reset = i == 0, .rest = rests[i]
          };
          if (opt_double)
            run_second_cuts (scenario, cuts, lengths);
          else
            run_cut (scenario, cuts, 1);
        }
}

/* --- Scenarios --- */

typedef struct
{
  const SimScenario *scenario;
  Session session;
  MqttcSessionLostPolicy policy;
} Case;

static gboolean
is_after_cut (SimWorld *world)
{
  return world->n_links > world->n_cuts;
}

static void
play_scenario (SimWorld *world,
               const Case *test)
{
  gint64 until = sim_clock_now (world->clock) + world->options->duration;

  sim_app_start (world->app);
  sim_world_pump (world);
  if (test->session == SESSION_LOST && world->n_cuts > 0
      && sim_world_run (world, world->options->duration, is_after_cut))
    sim_broker_restart (world->broker, SIM_RESTART_LOSES, SIM_SECOND / 2);
  sim_world_run (world, until - sim_clock_now (world->clock), NULL);
}

static SimWorld *
make_world (const Case *test,
            SimOptions *options,
            SimScript *script,
            gboolean verbose)
{
  options->engine.clean_session = test->session == SESSION_CLEAN;
  options->engine.session_lost_policy = test->policy;

  return sim_world_new_with_script (options, script, TRUE, verbose);
}

static void
cut_scenario (const Case *test,
              const SimPlannedCut *cut)
{
  const SimScenario *scenario = test->scenario;
  g_autoptr (SimScript) script = NULL;
  g_autoptr (SimWorld) world = NULL;
  SimOptions options;

  if (!count_cut ())
    return;

  script = sim_scenario_load (scenario, &options);
  world = make_world (test, &options, script, opt_verbose && opt_only >= 0);
  for (guint i = 0; i < scenario->link; i++)
    world->cuts[i] = (SimPlannedCut){ .at = -1 };
  world->cuts[scenario->link] = *cut;
  world->n_cuts = scenario->link + 1;

  play_scenario (world, test);
  if (world->check->violation == NULL)
    sim_world_heal (world);
  sim_world_reckon (world);
  if (world->check->violation != NULL)
    {
      n_violations++;
      g_print ("cut %u: %s, session %d, policy %d, connection %u after %" G_GINT64_FORMAT
               " bytes to the %s, %s, the rest of the other direction %s\n  VIOLATION %s\n"
               "  replay: %s --only %u --verbose\n",
               n_cuts, scenario->name, test->session, test->policy, scenario->link + 1, cut->at,
               cut->end == SIM_END_CLIENT ? "client" : "broker", cut->reset ? "RST" : "FIN",
               cut->rest == SIM_CUT_DROP ? "lost" : "arrives", world->check->violation,
               g_get_prgname (), n_cuts);
    }

  g_clear_pointer (&world, sim_world_free);
  sim_options_clear (&options);
}

static void
measure_scenario (const Case *test,
                  guint64 *lengths)
{
  g_autoptr (SimScript) script = NULL;
  g_autoptr (SimWorld) world = NULL;
  SimOptions options;
  SimLink *link;

  script = sim_scenario_load (test->scenario, &options);
  world = make_world (test, &options, script, FALSE);
  play_scenario (world, test);
  link = sim_net_peek_link (world->net, test->scenario->link);
  if (link == NULL)
    g_error ("%s: there is no connection %u", test->scenario->name, test->scenario->link + 1);
  for (guint end = 0; end < 2; end++)
    lengths[end] = sim_link_get_received (link, (SimEnd) end);
  g_clear_pointer (&world, sim_world_free);
  sim_options_clear (&options);
}

static void
run_case (const Case *test)
{
  guint64 lengths[2];

  measure_scenario (test, lengths);
  for (guint end = 0; end < 2; end++)
    for (guint64 at = 0; at <= lengths[end]; at++)
      for (guint i = 0; i < 2; i++)
        {
          SimPlannedCut cut = {
            .end = (SimEnd) end,
            .at = (gint64) at,
            .reset = i == 0,
            .rest = i == 0 ? SIM_CUT_DROP : SIM_CUT_KEEP,
          };

          cut_scenario (test, &cut);
        }
}

static void
run_scenarios (void)
{
  guint n = 0;

  for (; sim_scenarios[n].name != NULL; n++)
    for (guint i = 0; i < N_SESSIONS + 1; i++)
      {
        Case test = {
          .scenario = &sim_scenarios[n],
          .session = (Session) MIN (i, (guint) SESSION_LOST),
          .policy
          = i > SESSION_LOST ? MQTTC_SESSION_LOST_POLICY_REPUBLISH : MQTTC_SESSION_LOST_POLICY_FAIL,
        };

        /* [MQTT-3.1.3-7] */
        if (!sim_scenarios[n].anonymous || test.session == SESSION_CLEAN)
          run_case (&test);
      }

  g_print ("%u scenarios\n", n);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (
      context, "Cuts the link after every byte of an exchange of QoS 1 and of QoS 2.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (opt_every < 1 || opt_first < 1 || opt_first > opt_every)
    {
      g_printerr ("--every=%d --first=%d: the first is one of 1 to %d\n", opt_every, opt_first,
                  MAX (opt_every, 1));
      return 2;
    }
  if (argc > 1)
    {
      g_printerr ("%s: what is not an option is not expected, see --help\n", argv[1]);
      return 2;
    }

  for (guint i = 0; i < 2 * 2 * 2 * 2 * 2 * N_SESSIONS; i++)
    {
      Scenario scenario = {
        .to_client = (i & 1) != 0,
        .qos = (i & 2) != 0 ? 2 : 1,
        .policy
        = (i & 4) != 0 ? MQTTC_SESSION_LOST_POLICY_REPUBLISH : MQTTC_SESSION_LOST_POLICY_FAIL,
        .forward_at_release = (i & 8) != 0,
        .manual_acks = (i & 16) != 0,
        .session = (Session) (i / 32),
      };

      if (scenario.to_client || !scenario.manual_acks)
        run_scenario (&scenario);
    }

  if (!opt_double)
    run_scenarios ();
  g_print ("%u of %u cuts, %u violations\n", n_run, n_cuts, n_violations);

  return n_violations > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
