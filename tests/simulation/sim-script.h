/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

#include "sim-clock.h"
#include "sim-options.h"
#include "sim-random.h"

G_BEGIN_DECLS

/* What happens in a run that need not happen: what the program asks for, what the broker does
 * unasked, what befalls the network and the machine. A seed makes it up, and it can be written down
 * while it does; a script says it outright. Delays and the sizes of segments are no part of it: they
 * come from other random streams, which are the same for a seed and for its script. */

/* Name, what it is called in a script, the names of its numbers, whether a text follows. */
#define SIM_VERBS(VERB)                                                  \
 VERB (PUBLISH, "publish", "qos len operation", FALSE)                   \
 VERB (PUBLISH_RETAINED, "publish-retained", "qos len operation", FALSE) \
 VERB (SUBSCRIBE, "subscribe", "qos operation", TRUE)                    \
 VERB (UNSUBSCRIBE, "unsubscribe", "operation", TRUE)                    \
 VERB (FORGET, "forget", "", TRUE)                                       \
 VERB (CANCEL, "cancel", "back", FALSE)                                  \
 VERB (CLOSE, "close", "will drain", FALSE)                              \
 VERB (ABORT, "abort", "", FALSE)                                        \
 VERB (OPEN, "open", "clean window rename", FALSE)                       \
 VERB (FEED, "feed", "qos len", TRUE)                                    \
 VERB (RESTART, "broker-restart", "loses down", FALSE)                   \
 VERB (HOSTILE, "broker-packet", "kind which", FALSE)                    \
 VERB (DISCONNECT, "broker-disconnects", "reason", FALSE)                \
 VERB (CUT, "cut", "reset", FALSE)                                       \
 VERB (STALL, "stall", "end time", FALSE)                                \
 VERB (BLACKHOLE, "blackhole", "ends", FALSE)                            \
 VERB (FREEZE, "freeze", "time", FALSE)                                  \
 VERB (REAUTHENTICATE, "reauthenticate", "", FALSE)                      \
 VERB (DIAL_HANGS, "dial-hangs", "", FALSE)                              \
 VERB (DIAL_FAILS, "dial-fails", "", FALSE)                              \
 VERB (SILENT, "broker-silent", "", FALSE)                               \
 VERB (REFUSE, "broker-refuses", "code", FALSE)                          \
 VERB (REFER, "broker-refers", "reason", FALSE)                          \
 VERB (LIE_PRESENT, "broker-lies-about-session", "", FALSE)              \
 VERB (LIE_ACK, "broker-lies-in-ack", "how", FALSE)                      \
 VERB (LIE_PUBLISH, "broker-lies-in-publish", "how", FALSE)              \
 VERB (LIE_ALIAS, "broker-lies-in-alias", "how", FALSE)                  \
 VERB (LIE_QUOTA, "broker-lies-in-quota", "", FALSE)                     \
 VERB (LIE_LIMIT, "broker-lies-about-limits", "reason", FALSE)           \
 VERB (REASON, "broker-refuses-message", "reason", FALSE)

typedef enum
{
#define VERB(name, text, numbers, has_text) SIM_VERB_##name,
  SIM_VERBS (VERB)
#undef VERB
  SIM_N_VERBS
} SimVerb;

#define SIM_MAX_NUMBERS 3

/* From SIM_VERB_DIAL_HANGS on: @at is when it may happen; it does when the occasion comes. The others
 * happen then. */
typedef struct
{
  gint64 at; /* from the beginning of the run on */
  SimVerb verb;
  guint nth; /* occasion of that moment, from 1 on; of the program: while it handles the nth event,
                0: by itself */
  gint64 numbers[SIM_MAX_NUMBERS];
  char *text; /* (owned) (nullable) */
} SimAction;

typedef struct
{
  GPtrArray *actions; /* of SimAction, (owned), in order */
  gboolean playing;
  gboolean recording;
  FILE *mirror;    /* (unowned) (nullable): written to as well, at once */
  SimClock *clock; /* (unowned) */
  gint64 start;
  guint next[SIM_N_VERBS];
  guint n_occasions[SIM_N_VERBS]; /* of the moment of the last one */
  gint64 last_occasion[SIM_N_VERBS];
  guint next_nested;
} SimScript;

SimScript *sim_script_new (void);
void sim_script_free (SimScript *self);

/* At the beginning of a run. What has happened in an earlier one is as if it had not. */
void sim_script_start (SimScript *self,
                       SimClock *clock,
                       gboolean playing);

/* Writes down what happens now. */
SimAction *sim_script_note (SimScript *self,
                            SimVerb verb,
                            guint nth,
                            gint64 a,
                            gint64 b,
                            gint64 c);
void sim_script_note_text (SimScript *self,
                           SimVerb verb,
                           guint nth,
                           gint64 a,
                           gint64 b,
                           const char *text);

/* Whether it happens on this occasion: by chance, or as the script says, and then @number too is
 * what the script says; otherwise it is written down. */
gboolean sim_script_happens (SimScript *self,
                             SimVerb verb,
                             SimRandom *choice,
                             guint percent,
                             gint64 *number);

/* What the program is to do while it handles the @nth event of this moment. (nullable): no more */
const SimAction *sim_script_take_nested (SimScript *self,
                                         guint nth);

gboolean sim_script_is_occasion (SimVerb verb);
gboolean sim_script_has (const SimScript *self,
                         SimVerb verb);

/* --- As text --- */

void sim_script_append_action (const SimAction *action,
                               GString *out);
/* Appends it to @self, or says what is wrong with it. */
gboolean sim_script_parse_action (SimScript *self,
                                  const char *line,
                                  GError **error);

/* The options that are not as in sim_options_init(), then the actions. */
char *sim_script_to_string (const SimScript *self,
                            const SimOptions *options);
SimScript *sim_script_load (const char *path,
                            SimOptions *options,
                            GError **error);

SimAction *sim_action_copy (const SimAction *action);
void sim_action_free (SimAction *action);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimScript, sim_script_free)

G_END_DECLS
