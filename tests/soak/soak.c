/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A great many messages from one client to another, over a server and links that fail. */

#include <locale.h>
#include <stdlib.h>

#include "soak-run.h"

#define DEFAULT_MESSAGES 5000
#define MIN_MESSAGES 100
/* Eight digits number them. */
#define MAX_MESSAGES 99999999
#define MEBIBYTE 1048576.0
#define MEMORY_BOUND (64 * MEBIBYTE)

static int opt_messages = DEFAULT_MESSAGES;
static int opt_restarts = 3;
static int opt_resets = 20;
static gint64 opt_seed = 1;
static int opt_qos = -1;

static const GOptionEntry entries[] = {
  { "messages", 'n', 0, G_OPTION_ARG_INT, &opt_messages, "Move so many at each QoS (default: 5000)",
    "N" },
  { "qos", 'q', 0, G_OPTION_ARG_INT, &opt_qos, "Only at this one, 1 or 2 (default: both)", "QOS" },
  { "restarts", 0, 0, G_OPTION_ARG_INT, &opt_restarts,
    "Stop and start Mosquitto so often (default: 3)", "N" },
  { "resets", 0, 0, G_OPTION_ARG_INT, &opt_resets, "Reset so many links (default: 20)", "N" },
  { "seed", 0, 0, G_OPTION_ARG_INT64, &opt_seed, "Chooses the moments of harm (default: 1)", "N" },
  G_OPTION_ENTRY_NULL,
};

static gboolean
is_in_range (const char *option,
             gint64 value,
             gint64 least,
             gint64 most)
{
  if (value >= least && value <= most)
    return TRUE;

  g_printerr ("--%s is to be between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT "\n", option,
              least, most);

  return FALSE;
}

static gboolean
parse (int argc,
       char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (
      context,
      "Moves messages at QoS 1 and at QoS 2 from one client to another through Mosquitto,\n"
      "while that is stopped and started and while links are reset. The environment\n"
      "variable MOSQUITTO says which Mosquitto; else it is the one in PATH.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  if (argc > 1)
    {
      g_printerr ("%s: what is not an option is not expected, see --help\n", argv[1]);
      return FALSE;
    }

  return is_in_range ("messages", opt_messages, MIN_MESSAGES, MAX_MESSAGES)
         && is_in_range ("restarts", opt_restarts, 0, 1000)
         && is_in_range ("resets", opt_resets, 0, 1000)
         && is_in_range ("seed", opt_seed, 0, G_MAXUINT32 - 2)
         && (opt_qos == -1 || is_in_range ("qos", opt_qos, 1, 2));
}

static gboolean
is_good (const SoakResult *result)
{
  return !result->stalled && result->n_failed == 0 && soak_tally_is_perfect (&result->tally)
         && result->tally.n_resent <= result->max_resent
         && result->n_restarts == (guint) opt_restarts && result->n_resets == (guint) opt_resets
         && result->memory_peak <= result->memory_start + MEMORY_BOUND;
}

static void
print_result (MqttcQos qos,
              const SoakResult *result)
{
  const SoakTally *tally = &result->tally;

  g_print ("QoS %d: accepted %u received %u missing %u duplicate %u disorder %u", qos,
           tally->n_accepted, tally->n_received, soak_tally_count_missing (tally),
           tally->n_duplicate, tally->n_disorder);
  if (tally->n_damaged + result->n_failed > 0)
    g_print (" damaged %u failed %u", tally->n_damaged, result->n_failed);
  g_print (" | sent again %u (at most %u), received with DUP %u", tally->n_resent,
           result->max_resent, tally->n_dup);
  if (qos == MQTTC_QOS_AT_LEAST_ONCE)
    g_print (", repetitions these explain %u", tally->n_repeats_explained);
  g_print (" | restarts %u resets %u (%u in traffic), connections %u and %u", result->n_restarts,
           result->n_resets, result->n_disturbed, result->n_connected[0], result->n_connected[1]);
  g_print (" | RSS %.1f MiB, peak %.1f (at most %.1f) | %.1f s | ", result->memory_start / MEBIBYTE,
           result->memory_peak / MEBIBYTE, (result->memory_start + MEMORY_BOUND) / MEBIBYTE,
           result->seconds);
}

static gboolean
move (MqttcQos qos)
{
  SoakPlan plan
      = { qos, (guint) opt_messages, (guint) opt_restarts, (guint) opt_resets, (guint32) opt_seed };
  SoakResult result;
  gboolean good;

  soak_run (&plan, &result);
  good = is_good (&result);
  print_result (qos, &result);
  g_print ("%s\n", result.stalled ? "stalled" : good ? "ok" : "FAILED");
  soak_result_clear (&result);

  return good;
}

int
main (int argc,
      char **argv)
{
  gboolean good = TRUE;

  setlocale (LC_ALL, "");
  if (!parse (argc, argv))
    return 2;

  g_setenv ("MOSQUITTO", "mosquitto", FALSE);
  /* The loopback device needs no proxy, whatever the settings of the system say. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  for (int qos = 1; qos <= 2; qos++)
    {
      if (opt_qos == -1 || opt_qos == qos)
        good = move ((MqttcQos) qos) && good;
    }

  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
