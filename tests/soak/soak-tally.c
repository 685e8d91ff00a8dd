/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "soak-tally.h"

#include <string.h>

/* Of 8 digits, so that a number is found without parsing the rest. */
#define HEAD 8
#define MAX_FILLING 500

void
soak_tally_init (SoakTally *self,
                 guint n_messages,
                 guint qos)
{
  memset (self, 0, sizeof *self);
  self->n_messages = n_messages;
  self->qos = qos;
  self->arrived = g_malloc0 (n_messages);
  self->sent = g_malloc0 (n_messages);
  self->resent = g_malloc0 (n_messages);
}

void
soak_tally_clear (SoakTally *self)
{
  g_clear_pointer (&self->arrived, g_free);
  g_clear_pointer (&self->sent, g_free);
  g_clear_pointer (&self->resent, g_free);
}

void
soak_tally_accepted (SoakTally *self)
{
  self->n_accepted++;
}

void
soak_tally_sent (SoakTally *self,
                 guint number)
{
  g_assert_cmpuint (number, <, self->n_messages);

  if (self->sent[number])
    {
      self->resent[number]++;
      self->n_resent++;
    }
  self->sent[number] = TRUE;
}

/* With QoS 1 the server cannot know that what the sender repeats is no new message, so such a copy
 * comes without DUP; what the server itself repeats has it [MQTT-3.3.1-1]. */
static void
count_again (SoakTally *self,
             guint number,
             gboolean dup)
{
  if (self->qos == 1 && dup)
    {
      self->n_repeats_explained++;
    }
  else if (self->qos == 1 && self->resent[number] > 0)
    {
      self->resent[number]--;
      self->n_repeats_explained++;
    }
  else
    {
      self->n_duplicate++;
    }
}

void
soak_tally_arrived (SoakTally *self,
                    guint number,
                    gboolean dup)
{
  g_assert_cmpuint (number, <, self->n_messages);

  self->n_dup += dup;
  if (self->arrived[number])
    {
      count_again (self, number, dup);
      return;
    }

  self->arrived[number] = TRUE;
  self->n_received++;
  if (number < self->highest)
    self->n_disorder++;
  else
    self->highest = number + 1;
}

guint
soak_tally_count_missing (const SoakTally *self)
{
  return self->n_messages - self->n_received;
}

gboolean
soak_tally_is_perfect (const SoakTally *self)
{
  return self->n_accepted == self->n_messages && self->n_received == self->n_messages
         && self->n_duplicate == 0 && self->n_disorder == 0 && self->n_damaged == 0;
}

char *
soak_tally_make_payload (guint number,
                         gsize *length)
{
  gsize filling = number * 7919 % MAX_FILLING;
  char *payload = g_malloc (HEAD + filling + 1);

  g_snprintf (payload, HEAD + 1, "%0*u", HEAD, number);
  memset (payload + HEAD, 'a' + number % 26, filling);
  *length = HEAD + filling;

  return payload;
}

gboolean
soak_tally_read_payload (const char *payload,
                         gsize length,
                         guint *number)
{
  g_autofree char *expected = NULL;
  g_autofree char *head = NULL;
  gsize expected_length;
  guint64 value;

  if (length < HEAD)
    return FALSE;

  head = g_strndup (payload, HEAD);
  if (!g_ascii_string_to_unsigned (head, 10, 0, G_MAXUINT, &value, NULL))
    return FALSE;

  expected = soak_tally_make_payload ((guint) value, &expected_length);
  *number = (guint) value;

  return length == expected_length && memcmp (payload, expected, length) == 0;
}
