/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a server says in SCRAM: two messages, the first of them a line. The first byte of the input says
 * whether that line gets our nonce, without which nothing else would be looked at. The second message is
 * also a user name to be prepared. */

#include <string.h>

#include "fuzz.h"
#include "loop/mqttc-scram-private.h"

#define NONCE "rOprNGfwEbeRWgbNEkqO"

static void
check_outcome (MqttcScram *scram,
               gboolean is_good,
               const GError *error)
{
  g_assert_cmpint (is_good, ==, error == NULL);
  g_assert_cmpint (is_good, !=, mqttc_scram_get_stage (scram) == MQTTC_SCRAM_STAGE_FAILED);
}

static void
play_final (MqttcScram *scram,
            GBytes *data)
{
  guint8 key[MQTTC_SCRAM_KEY_LEN] = { 1 };
  g_autoptr (GBytes) key_bytes = g_bytes_new (key, sizeof (key));
  g_autofree char *message = mqttc_scram_make_client_final (scram, key_bytes);
  g_autoptr (GError) error = NULL;
  gboolean is_good;

  g_assert_true (g_str_has_prefix (message, "c=biws,r=" NONCE));
  is_good = mqttc_scram_verify_server_final (scram, data, &error);
  check_outcome (scram, is_good, error);
}

static void
play (GBytes *first,
      GBytes *last)
{
  g_autoptr (MqttcScram) scram = mqttc_scram_new ("user", NONCE, MQTTC_SCRAM_FLAG_NO, NULL);
  g_autoptr (GError) error = NULL;
  const gboolean is_good = mqttc_scram_read_server_first (scram, first, 4096, 100000, &error);

  check_outcome (scram, is_good, error);
  if (!is_good)
    return;

  g_assert_cmpuint (mqttc_scram_get_iterations (scram), >=, 4096);
  g_assert_cmpuint (mqttc_scram_get_iterations (scram), <=, 100000);
  g_assert_cmpuint (g_bytes_get_size (mqttc_scram_get_salt (scram)), >, 0);
  g_assert_cmpuint (g_bytes_get_size (mqttc_scram_get_salt (scram)), <=, MQTTC_SCRAM_MAX_SALT_LEN);
  play_final (scram, last);
}

static void
prepare (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *prepared = mqttc_scram_prepare (text, "user name", &error);

  g_assert_cmpint (prepared == NULL, ==, error != NULL);
  if (prepared != NULL)
    g_assert_true (g_utf8_validate (prepared, -1, NULL) && prepared[0] != '\0');
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  FuzzInput input = { data, size };
  const gboolean with_nonce = fuzz_below (&input, 2) == 0;
  const guint8 *end = input.len > 0 ? memchr (input.data, '\n', input.len) : NULL;
  const gsize first_len = end != NULL ? (gsize) (end - input.data) : input.len;
  g_autoptr (GByteArray) first = g_byte_array_new ();
  g_autoptr (GBytes) first_bytes = NULL;
  g_autofree char *text = g_strdup ("");
  g_autoptr (GBytes) last
      = end != NULL ? g_bytes_new (end + 1, input.len - first_len - 1) : g_bytes_new (NULL, 0);

  if (end != NULL)
    {
      g_free (text);
      text = g_strndup ((const char *) end + 1, input.len - first_len - 1);
    }
  if (with_nonce)
    g_byte_array_append (first, (const guint8 *) "r=" NONCE, strlen ("r=" NONCE));
  if (first_len > 0)
    g_byte_array_append (first, input.data, first_len);
  first_bytes = g_byte_array_free_to_bytes (g_steal_pointer (&first));

  play (first_bytes, last);
  prepare (text);

  return 0;
}
