/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

/* Section 4.12 of MQTT 5. */

static guint
choose_challenges (SimBroker *self)
{
  return (guint) sim_random_below (&self->random, self->options->auth_rounds + 1);
}

static void
send_auth (SimConn *conn,
           guint reason,
           const char *data)
{
  sim_check_broker_sent (conn->broker->check, sim_link_get_serial (conn->link), 0, FALSE);
  sim_wire_write_auth (conn->out, reason, data);
}

gboolean
sim_broker_challenges (SimConn *conn,
                       const SimPacket *connect)
{
  SimBroker *self = conn->broker;

  if (!sim_properties_has (&connect->properties, SIM_AUTHENTICATION_METHOD))
    return FALSE;
  conn->n_challenges = choose_challenges (self);
  if (conn->n_challenges == 0)
    return FALSE;

  sim_fault (self->faults, SIM_FAULT_CHALLENGED);
  conn->authenticating = TRUE;
  conn->n_challenges--;
  conn->connect = *connect;
  conn->client_id = g_strndup (connect->client_id.data, connect->client_id.len);
  conn->connect.client_id.data = conn->client_id;
  send_auth (conn, 0x18, "challenge");

  return TRUE;
}

/* FALSE: it takes no notice. */
static gboolean
begin_again (SimConn *conn)
{
  SimBroker *self = conn->broker;

  if (!self->healed && sim_random_percent (&self->random, 10))
    {
      sim_fault (self->faults, SIM_FAULT_REAUTH_IGNORED);
      return FALSE;
    }

  conn->authenticating = TRUE;
  conn->n_challenges = choose_challenges (self);
  return TRUE;
}

void
sim_broker_handle_auth (SimConn *conn,
                        const SimPacket *packet)
{
  SimBroker *self = conn->broker;
  gboolean begins = packet->reason == 0x19;

  if (begins == conn->authenticating || (begins && conn->session == NULL))
    sim_check_fail (self->check, "I8", "AUTH with reason 0x%02x is not what comes now",
                    packet->reason);
  if (begins && !begin_again (conn))
    return;

  if (conn->n_challenges > 0)
    {
      conn->n_challenges--;
      send_auth (conn, 0x18, "challenge");
      return;
    }

  conn->authenticating = FALSE;
  if (conn->session != NULL)
    send_auth (conn, 0x00, "again");
  else
    sim_broker_admit (conn, &conn->connect);
}
