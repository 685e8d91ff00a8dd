/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

/* A broker that does less than the standard has it do, as some do: it grants less, and closes the
 * connection on what it does not support, as 3.1.1 has no other way to say so. */

static gboolean
is_limited (SimBroker *self)
{
  return !self->healed && self->options->profile == SIM_PROFILE_LIMITED;
}

guint
sim_broker_grant (SimBroker *self,
                  guint qos)
{
  guint most = self->options->broker_max_qos;

  if (!is_limited (self) || qos <= most)
    return qos;

  if (self->options->broker_refuses_qos)
    {
      sim_fault (self->faults, SIM_FAULT_GRANTED_NOTHING);
      return 0x80;
    }
  sim_fault (self->faults, SIM_FAULT_GRANTED_LESS);

  return most;
}

gboolean
sim_broker_supports (SimBroker *self,
                     const SimPacket *packet)
{
  const SimOptions *options = self->options;

  if (!is_limited (self))
    return TRUE;

  if (options->broker_max_packet > 0 && packet->size > options->broker_max_packet)
    {
      sim_fault (self->faults, SIM_FAULT_CLOSED_TOO_LARGE);
      return FALSE;
    }
  if (packet->type == SIM_PUBLISH && packet->qos > options->broker_max_qos)
    {
      sim_fault (self->faults, SIM_FAULT_CLOSED_QOS);
      return FALSE;
    }

  return TRUE;
}

static void
too_old_cb (gpointer data,
            guint64 arg)
{
  SimConn *conn = data;
  SimBroker *self = conn->broker;

  if (conn->link == NULL || !is_limited (self))
    return;

  sim_trace (self->trace, "broker: this connection has lasted long enough");
  sim_fault (self->faults, SIM_FAULT_CLOSED_OLD);
  sim_broker_close (conn, FALSE);
}

void
sim_broker_limit_age (SimConn *conn)
{
  SimBroker *self = conn->broker;

  if (is_limited (self) && self->options->broker_max_age > 0)
    sim_clock_add (self->clock, self->options->broker_max_age, too_old_cb, conn, 0);
}
