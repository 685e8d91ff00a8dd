/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The program from inside: for the files sim-app*.c alone. */

#include "sim-world.h"

G_BEGIN_DECLS

/* A message that was handed over. */
typedef struct
{
  guint64 token;
  guint32 uid;
  guint serial; /* of the connection that there was when it was handed over */
  gboolean done;

  /* When the program acknowledges by itself. */
  MqttcMessage *message; /* (owned) */
  gboolean acked;
  gboolean never; /* but for the end */
} Handed;

/* Of AUTHENTICATE. */
typedef struct
{
  guint64 token;
  guint serial;        /* of the connection that there was when it was asked */
  gboolean is_connack; /* and that connection's CONNACK is what it is about */
} Question;

struct _SimApp
{
  SimWorld *world; /* (unowned) */
  SimRandom random;
  SimRandom choice;  /* of what it asks for */
  SimRandom thought; /* how long it takes */
  guint handling;    /* the event of this moment it handles, from 1 on; 0: none */
  guint n_handled;   /* in this moment */
  gint64 handled_at;
  MqttcEngineConfig config; /* shares its pointers with the options, but for the next */
  char *client_id;          /* (owned) */
  guint n_client_ids;
  GPtrArray *handed; /* of Handed, (owned) */
  GArray *questions; /* of Question, (owned): all there ever were */
  guint n_accepted;  /* CONNACKs that it was asked about */
  MqttcOperation reauthentication;
  gint64 last_delivery;
  gboolean opening;
  gboolean healed;
  gboolean finished;
  guint n_fed;
};

static inline gint64
sim_app_now (const SimApp *self)
{
  return sim_clock_now (self->world->clock);
}

/* --- sim-app.c --- */

/* One request or another. */
void sim_app_act (SimApp *self);

/* --- sim-app-open.c --- */
/* With what may change only while the client is closed. */
void sim_app_open_again (SimApp *self,
                         gboolean clean_session,
                         guint window,
                         gboolean rename);
void sim_app_close_for_a_while (SimApp *self,
                                gboolean with_will,
                                gint64 drain_timeout);
void sim_app_abort (SimApp *self);
/* With draining, without, or as if the process had died. */
void sim_app_close_somehow (SimApp *self);
void sim_app_plan_reopen (SimApp *self,
                          gint64 delay);

/* --- sim-app-5.c --- */
gboolean sim_app_is_5 (const SimApp *self);
/* What it sets besides, and notes. */
void sim_app_add_properties (SimApp *self,
                             SimRequest *request,
                             MqttcMessage *message);
guint32 sim_app_get_subscription_id (const SimApp *self,
                                     const SimRequest *request);

/* --- sim-app-identity.c --- */
void sim_app_give_credentials (SimApp *self,
                               guint64 token);
void sim_app_authenticate (SimApp *self,
                           const MqttcEngineEvent *event);
void sim_app_authenticate_again (SimApp *self);

/* --- sim-app-events.c --- */
void sim_app_handed_free (gpointer data);

/* --- sim-app-ack.c --- */
void sim_app_plan_ack (SimApp *self,
                       guint index);
/* From here on it acknowledges at once, and what it has not acknowledged yet, too. */
void sim_app_ack_all (SimApp *self);
/* Perhaps, before the handlers have run. */
void sim_app_ack_early (SimApp *self,
                        Handed *handed);

G_END_DECLS
