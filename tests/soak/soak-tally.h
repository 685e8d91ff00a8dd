/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What becomes of messages that are numbered from 0 in the order in which they are published. */
typedef struct
{
  guint n_messages;
  guint qos;
  guint8 *arrived; /* (owned): of each number, whether it has */
  guint8 *sent;    /* (owned): of each, whether it was on the wire */
  guint8 *resent;  /* (owned): of each, how often it was there again and nothing came of it yet */
  guint highest;   /* the highest number that has arrived, plus 1 */

  guint n_accepted;          /* the server has confirmed them to the sender */
  guint n_received;          /* different ones */
  guint n_duplicate;         /* arrivals that nothing explains */
  guint n_disorder;          /* first arrivals after one with a higher number */
  guint n_damaged;           /* with another content than was sent */
  guint n_resent;            /* more than once on the wire of the sender */
  guint n_dup;               /* arrived with DUP */
  guint n_repeats_explained; /* QoS 1: arrivals that one or the other explains */
} SoakTally;

void soak_tally_init (SoakTally *self,
                      guint n_messages,
                      guint qos);
void soak_tally_clear (SoakTally *self);

void soak_tally_accepted (SoakTally *self);
/* The sender has put it on the wire, for the first time or again. */
void soak_tally_sent (SoakTally *self,
                      guint number);
/* @dup: the server says that it has sent it before. */
void soak_tally_arrived (SoakTally *self,
                         guint number,
                         gboolean dup);
guint soak_tally_count_missing (const SoakTally *self);
/* All were accepted and have arrived as their QoS promises. */
gboolean soak_tally_is_perfect (const SoakTally *self);

/* What a message carries: its number, and bytes that follow from it. */
char *soak_tally_make_payload (guint number,
                               gsize *length);
/* FALSE if that is not what a message of this number carries, or there is no number. */
gboolean soak_tally_read_payload (const char *payload,
                                  gsize length,
                                  guint *number);

G_END_DECLS
