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

/* Other ones each time, and the same for a seed and for its script. */
void
sim_broker_choose_allowance (SimConn *conn,
                             SimAllowance *allowance)
{
  SimBroker *self = conn->broker;
  SimRandom random;

  sim_random_init (&random, self->options->seed + 1000003 * sim_link_get_serial (conn->link),
                   "allowance");
  *allowance = (SimAllowance){
    .keep_alive = -1,
    .session_expiry = -1,
    .qos = 2,
    .retain = TRUE,
    .wildcards = TRUE,
    .shared = TRUE,
    .ids = TRUE,
  };
  allowance->alias_maximum = (guint) sim_random_below (&random, 8);
  if (sim_random_percent (&random, 50))
    allowance->receive_maximum = (guint) sim_random_range (&random, 2, 50);
  if (!is_limited (self))
    return;

  allowance->receive_maximum = (guint) sim_random_range (&random, 1, 4);
  allowance->alias_maximum = (guint) sim_random_below (&random, 4);
  if (sim_random_percent (&random, 40))
    allowance->packet_size = (guint) sim_random_range (&random, 35, 100);
  if (sim_random_percent (&random, 30))
    allowance->qos = (guint) sim_random_below (&random, 2);
  allowance->retain = !sim_random_percent (&random, 30);
  allowance->wildcards = !sim_random_percent (&random, 30);
  allowance->shared = !sim_random_percent (&random, 30);
  allowance->ids = !sim_random_percent (&random, 30);
  if (sim_random_percent (&random, 40))
    allowance->keep_alive = sim_random_range (&random, 0, 4);
  if (sim_random_percent (&random, 40))
    allowance->session_expiry = sim_random_range (&random, 0, 6);
}

gboolean
sim_broker_supports (SimBroker *self,
                     const SimPacket *packet)
{
  const SimOptions *options = self->options;

  /* In MQTT 5 it has said what it takes, and gets nothing else. */
  if (!is_limited (self) || packet->version == 5)
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
  sim_broker_say_goodbye (conn, 0xa0);
  sim_broker_close (conn, FALSE);
}

void
sim_broker_limit_age (SimConn *conn)
{
  SimBroker *self = conn->broker;

  if (is_limited (self) && self->options->broker_max_age > 0)
    sim_clock_add (self->clock, self->options->broker_max_age, too_old_cb, conn, 0);
}
