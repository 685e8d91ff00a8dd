/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-world.h"

/* Messages of the program, and who frees them. */

/* Stands for whatever a program may do when its memory is given back. */
typedef struct
{
  SimWorld *world;
  guint8 *data; /* (owned) */
} Payload;

static void
free_payload_cb (gpointer data)
{
  Payload *payload = data;

  if (!payload->world->program_runs)
    sim_check_fail (payload->world->check, "I15",
                    "the engine has freed a message of the program by itself");
  g_free (payload->data);
  g_free (payload);
}

MqttcMessage *
sim_world_make_message (SimWorld *self,
                        const char *topic,
                        guint8 *data,
                        gsize len)
{
  g_autoptr (GBytes) bytes = NULL;
  MqttcMessage *message;
  Payload *payload;

  if (!sim_random_percent (&self->random, self->options->foreign_percent))
    {
      message = mqttc_message_new_data (topic, data, len);
      g_free (data);
      return message;
    }

  payload = g_new (Payload, 1);
  *payload = (Payload){ .world = self, .data = data };
  bytes = g_bytes_new_with_free_func (data, len, free_payload_cb, payload);

  return mqttc_message_new (topic, bytes);
}

void
sim_world_free_message (SimWorld *self,
                        MqttcMessage *message)
{
  self->program_runs = TRUE;
  mqttc_message_unref (message);
  self->program_runs = FALSE;
}

void
sim_world_free_discarded (SimWorld *self)
{
  if (!mqttc_engine_has_discarded (self->engine))
    return;

  sim_fault (&self->faults, SIM_FAULT_DISCARDED);
  mqttc_engine_swap_discarded (self->engine, &self->discarded);
  self->program_runs = TRUE;
  g_ptr_array_set_size (self->discarded, 0);
  self->program_runs = FALSE;
}
