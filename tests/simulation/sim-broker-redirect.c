/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

/* Section 4.11 of MQTT 5. All servers that are named are this one: they share their sessions. */

#define USE_ANOTHER_SERVER 0x9c
#define SERVER_MOVED 0x9d

/* The last is none. */
static const char *const references[] = { "one", "two:1884", "[::1]:99 three", "mqtt://four" };

void
sim_broker_append_reference (SimConn *conn,
                             guint reason,
                             GByteArray *properties)
{
  guint which = sim_link_get_serial (conn->link) % G_N_ELEMENTS (references);

  if (reason == USE_ANOTHER_SERVER || reason == SERVER_MOVED)
    sim_wire_append_text (properties, SIM_SERVER_REFERENCE, references[which]);
}

gboolean
sim_broker_refers (SimConn *conn)
{
  SimBroker *self = conn->broker;
  g_autoptr (GByteArray) properties = g_byte_array_new ();
  gint64 reason;

  if (self->healed || conn->version != 5)
    return FALSE;
  reason = sim_random_percent (&self->choice, 50) ? USE_ANOTHER_SERVER : SERVER_MOVED;
  if (!sim_script_happens (self->script, SIM_VERB_REFER, &self->choice,
                           self->options->refer_percent, &reason))
    return FALSE;

  sim_fault (self->faults, SIM_FAULT_REFERRED);
  sim_check_broker_sent (self->check, sim_link_get_serial (conn->link), 0, FALSE);
  sim_broker_append_reference (conn, (guint) reason, properties);
  sim_wire_write_connack (conn->out, 5, FALSE, (guint) reason, properties);
  sim_broker_flush (conn);
  sim_broker_close (conn, FALSE);

  return TRUE;
}
