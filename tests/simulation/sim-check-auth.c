/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

/* Section 4.12 of MQTT 5. */

gboolean
sim_check_awaits_program (SimCheck *self)
{
  SimCheckLink *link = self->link;
  const guint8 *data;
  gsize len;

  if (!self->options->engine.authenticates || link->version != 5 || link->believed
      || link->is_connected)
    return FALSE;

  data = sim_stream_peek (&link->in, &len);
  if (len < 4 || data[0] >> 4 != SIM_CONNACK || len < 2u + data[1])
    return FALSE;

  /* Else it is refused, or refused by the client, and nobody is asked. */
  return data[3] == 0 && !sim_check_refuses_session (self, (data[2] & 1) != 0);
}

void
sim_check_authenticated (SimCheck *self,
                         guint serial,
                         gboolean is_connack)
{
  SimCheckLink *link = self->link;

  if (link == NULL || link->serial != serial)
    return;

  link->auth_answered = sim_clock_now (self->clock);
  if (!is_connack || !link->awaited || link->believed)
    return;

  sim_fault (self->faults, SIM_FAULT_ACCEPTED_LATE);
  link->believed = TRUE;
  sim_check_read_input (self);
}

void
sim_check_auth_out (SimCheck *self,
                    const SimPacket *packet)
{
  SimCheckLink *link = self->link;

  if (!sim_properties_has (&packet->properties, SIM_AUTHENTICATION_METHOD))
    sim_check_fail (self, "I8", "AUTH without a method [MQTT5-4.12.0-3]");
  if (packet->reason == 0x19)
    {
      if (!link->is_connected || self->reauthentication == NULL)
        sim_check_fail (self, "I8", "a re-authentication that nobody asked for");
    }
  else if (packet->reason != 0x18 || link->n_challenges == 0)
    {
      sim_check_fail (self, "I8", "AUTH with reason 0x%02x for nothing", packet->reason);
    }
  else
    {
      link->n_challenges--;
    }
  if (link->is_connected)
    link->auth_sent = sim_clock_now (self->clock);
}

void
sim_check_auth_in (SimCheck *self,
                   const SimPacket *packet)
{
  SimCheckLink *link = self->link;

  link->auth_sent = -1;
  if (!link->is_connected)
    self->n_connacks_in++;
  if (packet->reason == 0x18)
    link->n_challenges++;
  else
    self->n_reauthenticated++;
}

void
sim_check_reauthenticated (SimCheck *self,
                           const GError *error)
{
  sim_trace (self->trace, "authenticated again: %s", error != NULL ? error->message : "success");
  self->reauthentication = NULL;
  if (error != NULL)
    return;

  sim_fault (self->faults, SIM_FAULT_REAUTHENTICATED);
  if (self->n_reauthenticated == 0)
    sim_check_fail (self, "I4", "authenticated again, but the broker has not said so");
  else
    self->n_reauthenticated--;
}

/* What was answered before it was sent counts from then on. */
gboolean
sim_check_is_auth_late (SimCheck *self)
{
  const SimCheckLink *link = self->link;

  if (link->auth_answered < 0
      || sim_clock_now (self->clock) < link->auth_answered + self->options->engine.connect_timeout)
    return FALSE;

  sim_fault (self->faults, SIM_FAULT_REAUTH_TIMED_OUT);
  return TRUE;
}

void
sim_check_auth_step (SimCheck *self,
                     gint64 slack)
{
  const SimCheckLink *link = self->link;
  gint64 now = sim_clock_now (self->clock);

  if (link->auth_sent >= 0 && self->reading_since >= 0
      && now > MAX (MAX (link->auth_sent, self->reading_since), self->awake_since)
                   + self->options->engine.connect_timeout + slack)
    sim_check_fail (self, "L1", "AUTH not answered for %.3f s",
                    (double) (now - link->auth_sent) / SIM_SECOND);
}
