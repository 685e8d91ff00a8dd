/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* That the soak test would see what it looks for. */

#include "soak-tally.h"

#define N 4

static void
set_up (SoakTally *tally,
        guint qos)
{
  soak_tally_init (tally, N, qos);
  for (guint i = 0; i < N; i++)
    {
      soak_tally_sent (tally, i);
      soak_tally_accepted (tally);
    }
}

static void
test_perfect (void)
{
  for (guint qos = 1; qos <= 2; qos++)
    {
      SoakTally tally;

      set_up (&tally, qos);
      for (guint i = 0; i < N; i++)
        {
          g_assert_false (soak_tally_is_perfect (&tally));
          soak_tally_arrived (&tally, i, i == 2);
        }
      g_assert_true (soak_tally_is_perfect (&tally));
      g_assert_cmpuint (soak_tally_count_missing (&tally), ==, 0);
      soak_tally_clear (&tally);
    }
}

static void
test_missing (void)
{
  SoakTally tally;

  set_up (&tally, 1);
  soak_tally_arrived (&tally, 0, FALSE);
  soak_tally_arrived (&tally, 1, FALSE);
  soak_tally_arrived (&tally, 3, FALSE);
  g_assert_cmpuint (soak_tally_count_missing (&tally), ==, 1);
  g_assert_cmpuint (tally.n_disorder, ==, 0);
  g_assert_false (soak_tally_is_perfect (&tally));
  soak_tally_clear (&tally);
}

static void
test_disorder (void)
{
  SoakTally tally;

  set_up (&tally, 2);
  soak_tally_arrived (&tally, 0, FALSE);
  soak_tally_arrived (&tally, 2, FALSE);
  soak_tally_arrived (&tally, 1, FALSE);
  soak_tally_arrived (&tally, 3, FALSE);
  g_assert_cmpuint (tally.n_disorder, ==, 1);
  g_assert_cmpuint (soak_tally_count_missing (&tally), ==, 0);
  g_assert_false (soak_tally_is_perfect (&tally));
  soak_tally_clear (&tally);
}

/* Each repetition needs a resend of its own, and does not count as disorder. */
static void
test_repeats (void)
{
  SoakTally tally;

  set_up (&tally, 1);
  for (guint i = 0; i < N; i++)
    soak_tally_arrived (&tally, i, FALSE);
  soak_tally_sent (&tally, 2);
  soak_tally_arrived (&tally, 2, FALSE);
  soak_tally_arrived (&tally, 1, TRUE);
  g_assert_cmpuint (tally.n_resent, ==, 1);
  g_assert_cmpuint (tally.n_dup, ==, 1);
  g_assert_cmpuint (tally.n_repeats_explained, ==, 2);
  g_assert_true (soak_tally_is_perfect (&tally));

  soak_tally_arrived (&tally, 2, FALSE);
  g_assert_cmpuint (tally.n_duplicate, ==, 1);
  g_assert_cmpuint (tally.n_disorder, ==, 0);
  g_assert_false (soak_tally_is_perfect (&tally));
  soak_tally_clear (&tally);
}

/* Nothing excuses one [MQTT-4.3.3-1], [MQTT-4.3.3-2]. */
static void
test_exactly_once (void)
{
  SoakTally tally;

  set_up (&tally, 2);
  for (guint i = 0; i < N; i++)
    soak_tally_arrived (&tally, i, FALSE);
  soak_tally_sent (&tally, 2);
  soak_tally_arrived (&tally, 2, TRUE);
  g_assert_cmpuint (tally.n_duplicate, ==, 1);
  g_assert_cmpuint (tally.n_repeats_explained, ==, 0);
  g_assert_false (soak_tally_is_perfect (&tally));
  soak_tally_clear (&tally);
}

static void
test_payload (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      gsize length;
      g_autofree char *payload = soak_tally_make_payload (i, &length);
      guint number = G_MAXUINT;

      g_assert_true (soak_tally_read_payload (payload, length, &number));
      g_assert_cmpuint (number, ==, i);
      g_assert_false (soak_tally_read_payload (payload, length - 1, &number));
      payload[length - 1] ^= 1;
      g_assert_false (soak_tally_read_payload (payload, length, &number) && number == i);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/soak/tally/perfect", test_perfect);
  g_test_add_func ("/soak/tally/missing", test_missing);
  g_test_add_func ("/soak/tally/disorder", test_disorder);
  g_test_add_func ("/soak/tally/repeats", test_repeats);
  g_test_add_func ("/soak/tally/exactly-once", test_exactly_once);
  g_test_add_func ("/soak/tally/payload", test_payload);

  return g_test_run ();
}
