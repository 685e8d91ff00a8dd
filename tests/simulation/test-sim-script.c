/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "sim-shrink.h"

/* What reduces a failing run is tested itself: a run, its record, its text and what is read back from
 * that are one and the same. */

static SimScript *
write_and_load (SimScript *script,
                SimOptions *options,
                SimOptions *loaded_options)
{
  g_autofree char *text = sim_script_to_string (script, options);
  g_autofree char *path = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  SimScript *loaded;
  int file = g_file_open_tmp ("sim-script-XXXXXX", &path, &error);

  g_assert_no_error (error);
  close (file);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  loaded = sim_script_load (path, loaded_options, &error);
  g_assert_no_error (error);
  unlink (path);

  again = sim_script_to_string (loaded, loaded_options);
  g_assert_cmpstr (text, ==, again);

  return loaded;
}

static void
test_round_trip (void)
{
  guint n_actions = 0;

  for (guint64 seed = 1; seed <= 40; seed++)
    {
      g_autoptr (SimScript) script = NULL;
      g_autoptr (SimScript) loaded = NULL;
      SimOptions options;
      SimOptions loaded_options;
      SimResult recorded;
      SimResult played;

      script = sim_script_of_seed (seed, &options, &recorded);
      loaded = write_and_load (script, &options, &loaded_options);
      sim_run_script (&loaded_options, loaded, FALSE, &played);
      g_assert_cmpuint (played.hash, ==, recorded.hash);
      n_actions += loaded->actions->len;

      sim_result_clear (&recorded);
      sim_result_clear (&played);
      sim_options_clear (&options);
      sim_options_clear (&loaded_options);
    }

  g_assert_cmpuint (n_actions, >, 1000);
}

/* Unasked packets are a violation where the broker is taken for an honest one. */
static void
test_shrink (void)
{
  guint n_failed = 0;

  for (guint64 seed = 1; seed <= 40; seed++)
    {
      g_autoptr (SimScript) script = NULL;
      SimOptions options;
      SimResult result;
      guint n_before;

      script = sim_script_of_seed (seed, &options, &result);
      g_assert_null (result.violation);
      if (!sim_script_has (script, SIM_VERB_HOSTILE))
        {
          sim_options_clear (&options);
          continue;
        }

      options.profile = SIM_PROFILE_HONEST;
      n_before = script->actions->len;
      sim_run_script (&options, script, FALSE, &result);
      if (result.violation != NULL)
        {
          g_autofree char *violation = g_steal_pointer (&result.violation);

          n_failed++;
          sim_shrink (script, &options, violation);
          g_test_message ("seed %u: %u actions, then %u: %s", (guint) seed, n_before,
                          script->actions->len, violation);
          g_assert_cmpuint (script->actions->len, <=, 6);
          sim_run_script (&options, script, FALSE, &result);
          g_assert_nonnull (result.violation);
          g_assert_cmpint (result.violation[1], ==, violation[1]);
        }
      sim_result_clear (&result);
      sim_options_clear (&options);
    }

  g_assert_cmpuint (n_failed, >, 0);
}

static void
test_malformed (void)
{
  static const char *const lines[] = {
    "1.0",
    "soon publish qos=1 len=10 operation=1",
    "1.0 dance",
    "1.0 publish speed=1",
    "1.0 publish qos=many",
    "1.0 subscribe qos=1 operation=1",
    "1.0 cut reset=1 in/a",
  };
  SimOptions options;
  g_autoptr (SimScript) script = sim_script_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sim_script_parse_action (script, lines[i], &error));
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
    }

  sim_options_init (&options);
  g_assert_false (sim_options_parse (&options, "no_such_option 1", NULL));
  g_assert_false (sim_options_parse (&options, "keep_alive soon", NULL));
  g_assert_true (sim_options_parse (&options, "keep_alive 7", NULL));
  g_assert_cmpuint (options.engine.keep_alive, ==, 7);
  sim_options_clear (&options);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sim-script/round-trip", test_round_trip);
  g_test_add_func ("/sim-script/shrink", test_shrink);
  g_test_add_func ("/sim-script/malformed", test_malformed);

  return g_test_run ();
}
