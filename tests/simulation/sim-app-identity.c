/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-app-private.h"

#include <string.h>

#include "mqttc-error.h"

/* What the program says when it is asked who it is. It takes its time, and what was asked may be over. */

static gint64
think (SimApp *self)
{
  return self->healed ? 0 : sim_random_range (&self->thought, 0, self->world->options->think_delay);
}

static void
credentials_cb (gpointer data,
                guint64 token)
{
  SimApp *self = data;
  SimWorld *world = self->world;
  g_autofree char *user_name = g_strdup_printf ("user-%" G_GUINT64_FORMAT, token);

  if (sim_world_is_frozen (world))
    {
      sim_clock_add (world->clock, SIM_SECOND, credentials_cb, self, token);
      return;
    }

  if (token != world->check->credentials_asked
      || mqttc_engine_get_state (world->engine) != MQTTC_CONNECTION_STATE_CONNECTING)
    sim_fault (&world->faults, SIM_FAULT_CREDENTIALS_LATE);
  mqttc_engine_set_credentials (world->engine, token, user_name, NULL, NULL, FALSE,
                                sim_app_now (self));
  sim_world_pump (world);
}

void
sim_app_give_credentials (SimApp *self,
                          guint64 token)
{
  sim_fault (&self->world->faults, SIM_FAULT_CREDENTIALS_ASKED);
  sim_check_credentials_asked (self->world->check, token);
  sim_clock_add (self->world->clock, think (self), credentials_cb, self, token);
}

/* --- Enhanced authentication --- */

static void
authenticate_cb (gpointer data,
                 guint64 index)
{
  SimApp *self = data;
  SimWorld *world = self->world;
  const Question *question = &g_array_index (self->questions, Question, index);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("response", strlen ("response"));

  if (sim_world_is_frozen (world))
    {
      sim_clock_add (world->clock, SIM_SECOND, authenticate_cb, self, index);
      return;
    }

  sim_check_authenticated (world->check, question->serial, question->is_connack);
  mqttc_engine_authenticate (world->engine, question->token, "m", bytes, NULL, sim_app_now (self));
  sim_world_pump (world);
}

static gboolean
is_about_connack (const MqttcEngineEvent *event)
{
  gsize len = 0;
  const char *data = event->data != NULL ? g_bytes_get_data (event->data, &len) : NULL;

  return event->stage == MQTTC_ENGINE_AUTH_FINISH
         && !(len == strlen ("again") && memcmp (data, "again", len) == 0);
}

void
sim_app_authenticate (SimApp *self,
                      const MqttcEngineEvent *event)
{
  SimCheck *check = self->world->check;
  Question question = { .token = event->token };

  if (check->link != NULL)
    question.serial = check->link->serial;
  /* By now it may be another connection's. */
  if (is_about_connack (event))
    question.is_connack
        = ++self->n_accepted == check->n_awaited && check->link != NULL && check->link->awaited;

  g_array_append_val (self->questions, question);
  sim_clock_add (self->world->clock, think (self), authenticate_cb, self, self->questions->len - 1);
}

void
sim_app_authenticate_again (SimApp *self)
{
  SimWorld *world = self->world;
  g_autoptr (GError) error = NULL;

  if (world->check->reauthentication != NULL)
    return;

  sim_script_note (world->script, SIM_VERB_REAUTHENTICATE, self->handling, 0, 0, 0);
  if (!mqttc_engine_reauthenticate (world->engine, &self->reauthentication, &error))
    {
      if (!g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN))
        sim_check_fail (world->check, "I4", "not authenticated again: %s", error->message);
      return;
    }

  sim_trace (&world->trace, "authenticate again");
  world->check->reauthentication = &self->reauthentication;
  world->check->n_reauthenticated = 0;
}
