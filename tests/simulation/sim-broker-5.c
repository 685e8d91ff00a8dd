/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

#include <string.h>

/* What MQTT 5 has and 3.1.1 has not. */

static void
note_sent (SimConn *conn)
{
  sim_check_broker_sent (conn->broker->check, sim_link_get_serial (conn->link), 0, FALSE);
}

void
sim_broker_conn_clear (SimConn *conn)
{
  g_clear_pointer (&conn->topics, g_ptr_array_unref);
  g_clear_pointer (&conn->aliases, g_ptr_array_unref);
  g_clear_pointer (&conn->client_id, g_free);
}

/* --- A broker that knows 3.1.1 alone --- */

enum
{
  OLD_NOT,
  OLD_CODE,    /* return code 1, section 3.1.2.2 of 3.1.1 */
  OLD_REASON,  /* reason code 0x84, section 3.1.2.2 of MQTT 5 */
  OLD_SILENT,  /* it hangs up */
  OLD_ACCEPTS, /* it does not look at the level */
  OLD_RESET,
};

/* The engine ends the link by that, and has nobody to tell why. */
static void
answer_as_old (SimConn *conn,
               guint version,
               guint code)
{
  sim_check_broker_ends (conn->broker->check, sim_link_get_serial (conn->link), 0, 0);
  sim_wire_write_connack (conn->out, version, FALSE, code, NULL);
  sim_broker_flush (conn);
}

gboolean
sim_broker_is_too_old (SimConn *conn,
                       const SimPacket *packet)
{
  SimBroker *self = conn->broker;
  static const SimFault faults[] = {
    [OLD_CODE] = SIM_FAULT_OLD_CODE,     [OLD_REASON] = SIM_FAULT_OLD_REASON,
    [OLD_SILENT] = SIM_FAULT_OLD_SILENT, [OLD_ACCEPTS] = SIM_FAULT_OLD_ACCEPTS,
    [OLD_RESET] = SIM_FAULT_OLD_RESET,
  };
  guint how = self->options->broker_old;

  if (packet->version == 4 || how == OLD_NOT)
    return FALSE;

  how = MIN (how, (guint) OLD_RESET);
  sim_fault (self->faults, faults[how]);
  if (how == OLD_CODE)
    answer_as_old (conn, 4, 1);
  else if (how == OLD_REASON)
    answer_as_old (conn, 5, 0x84);
  else if (how == OLD_ACCEPTS)
    answer_as_old (conn, 4, 0);
  sim_broker_close (conn, how == OLD_RESET);

  return TRUE;
}

/* --- CONNECT and CONNACK --- */

static guint
get_number (const SimPacket *packet,
            guint id,
            guint otherwise)
{
  const SimProperties *properties = &packet->properties;

  return sim_properties_has (properties, id) ? properties->numbers[id] : otherwise;
}

void
sim_broker_read_connect (SimConn *conn,
                         const SimPacket *packet)
{
  conn->version = packet->version;
  conn->window
      = MIN (conn->broker->options->broker_window, get_number (packet, SIM_RECEIVE_MAXIMUM, 65535));
  conn->alias_maximum = get_number (packet, SIM_TOPIC_ALIAS_MAXIMUM, 0);
  conn->topics = g_ptr_array_new_with_free_func (g_free);
  conn->aliases = g_ptr_array_new_with_free_func (g_free);
}

static void
append_limits (const SimAllowance *allowance,
               GByteArray *out)
{
  if (allowance->receive_maximum > 0)
    sim_wire_append_property (out, SIM_RECEIVE_MAXIMUM, allowance->receive_maximum);
  if (allowance->alias_maximum > 0)
    sim_wire_append_property (out, SIM_TOPIC_ALIAS_MAXIMUM, allowance->alias_maximum);
  if (allowance->packet_size > 0)
    sim_wire_append_property (out, SIM_MAXIMUM_PACKET_SIZE, allowance->packet_size);
  if (allowance->qos < 2)
    sim_wire_append_property (out, SIM_MAXIMUM_QOS, allowance->qos);
  if (!allowance->retain)
    sim_wire_append_property (out, SIM_RETAIN_AVAILABLE, 0);
  if (!allowance->wildcards)
    sim_wire_append_property (out, SIM_WILDCARDS_AVAILABLE, 0);
  if (!allowance->shared)
    sim_wire_append_property (out, SIM_SHARED_AVAILABLE, 0);
  if (!allowance->ids)
    sim_wire_append_property (out, SIM_SUBSCRIPTION_IDS_AVAILABLE, 0);
}

/* Section 3.1.2.11.2: how long the session outlives the connection. */
static void
settle_expiry (SimConn *conn,
               const SimAllowance *allowance,
               const SimPacket *packet,
               GByteArray *out)
{
  SimSession *session = conn->session;
  guint32 seconds = get_number (packet, SIM_SESSION_EXPIRY, 0);

  if (allowance->session_expiry >= 0 && seconds > allowance->session_expiry)
    {
      sim_fault (conn->broker->faults, SIM_FAULT_EXPIRY_SHORTENED);
      seconds = (guint32) allowance->session_expiry;
      sim_wire_append_property (out, SIM_SESSION_EXPIRY, seconds);
    }

  session->clean = seconds == 0;
  session->expiry = seconds == G_MAXUINT32 ? -1 : seconds * SIM_SECOND;
}

void
sim_broker_write_connack (SimConn *conn,
                          gboolean present,
                          const SimPacket *packet)
{
  g_autoptr (GByteArray) properties = g_byte_array_new ();
  SimSession *session = conn->session;
  SimAllowance allowance;

  session->ends_at = -1;
  if (conn->version == 5)
    {
      sim_broker_choose_allowance (conn, &allowance);
      append_limits (&allowance, properties);
      settle_expiry (conn, &allowance, packet, properties);
      if (allowance.keep_alive >= 0)
        {
          sim_fault (conn->broker->faults, SIM_FAULT_SERVER_KEEP_ALIVE);
          conn->keep_alive = (guint) allowance.keep_alive;
          sim_wire_append_property (properties, SIM_SERVER_KEEP_ALIVE, conn->keep_alive);
        }
      if (sim_properties_has (&packet->properties, SIM_AUTHENTICATION_METHOD))
        sim_wire_append_text (properties, SIM_AUTHENTICATION_METHOD, "m");
      if (packet->client_id.len == 0)
        {
          sim_fault (conn->broker->faults, SIM_FAULT_ASSIGNED_ID);
          sim_wire_append_text (properties, SIM_ASSIGNED_CLIENT_ID, session->client_id);
        }
    }
  else
    {
      session->clean = packet->clean_session;
      session->expiry = -1;
    }

  note_sent (conn);
  sim_wire_write_connack (conn->out, conn->version, present, 0, properties);
}

/* --- DISCONNECT --- */

void
sim_broker_say_goodbye (SimConn *conn,
                        guint reason)
{
  g_autoptr (GByteArray) properties = g_byte_array_new ();

  if (conn->version != 5 || conn->session == NULL || conn->link == NULL)
    return;

  sim_fault (conn->broker->faults, SIM_FAULT_DISCONNECTED);
  note_sent (conn);
  sim_broker_append_reference (conn, reason, properties);
  sim_wire_write_disconnect (conn->out, reason, properties);
  sim_broker_flush (conn);
}

void
sim_broker_disconnect (SimBroker *self,
                       guint reason)
{
  sim_script_note (self->script, SIM_VERB_DISCONNECT, 0, reason, 0, 0);
  for (guint i = 0; i < self->conns->len; i++)
    {
      SimConn *conn = g_ptr_array_index (self->conns, i);

      if (conn->link == NULL || conn->session == NULL || conn->version != 5)
        continue;
      sim_broker_say_goodbye (conn, reason);
      sim_broker_close (conn, FALSE);
    }
}

static void
disconnect_cb (gpointer data,
               guint64 arg)
{
  static const guint reasons[] = {
    0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x90, 0x93, 0x94, 0x95,
    0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
  };
  SimBroker *self = data;
  guint reason = reasons[sim_random_below (&self->choice, G_N_ELEMENTS (reasons))];

  if (self->healed)
    return;

  sim_broker_disconnect (self, reason);
  sim_broker_plan_disconnect (self);
}

void
sim_broker_plan_disconnect (SimBroker *self)
{
  gint64 interval = self->options->disconnect_interval;

  if (interval > 0)
    sim_clock_add_first (self->clock, sim_random_range (&self->choice, 0, 2 * interval),
                         disconnect_cb, self, 0);
}

/* --- Topic aliases, section 3.3.2.3.4 --- */

char *
sim_broker_get_topic (SimConn *conn,
                      const SimPacket *packet)
{
  guint alias = get_number (packet, SIM_TOPIC_ALIAS, 0);
  char **place;

  if (alias == 0)
    return g_strndup (packet->topic.data, packet->topic.len);

  if (alias >= conn->topics->len)
    g_ptr_array_set_size (conn->topics, (int) alias + 1);
  place = (char **) &g_ptr_array_index (conn->topics, alias);
  if (packet->topic.len > 0)
    {
      g_free (*place);
      *place = g_strndup (packet->topic.data, packet->topic.len);
    }

  return g_strdup (*place);
}

const char *
sim_broker_choose_alias (SimConn *conn,
                         const SimOut *out,
                         GByteArray *properties)
{
  SimBroker *self = conn->broker;
  guint alias;
  char **place;

  if (conn->version != 5 || conn->alias_maximum == 0 || sim_random_percent (&self->random, 20))
    return out->topic;

  sim_fault (self->faults, SIM_FAULT_ALIAS_RECEIVED);
  g_ptr_array_set_size (conn->aliases, (int) conn->alias_maximum + 1);
  alias = (guint) sim_random_range (&self->random, 1, conn->alias_maximum);
  for (guint i = 1; i <= conn->alias_maximum; i++)
    if (g_strcmp0 (g_ptr_array_index (conn->aliases, i), out->topic) == 0)
      {
        sim_wire_append_property (properties, SIM_TOPIC_ALIAS, i);
        return "";
      }

  place = (char **) &g_ptr_array_index (conn->aliases, alias);
  g_free (*place);
  *place = g_strdup (out->topic);
  sim_wire_append_property (properties, SIM_TOPIC_ALIAS, alias);

  return out->topic;
}

/* --- Refusals --- */

guint
sim_broker_get_refusal (SimBroker *self,
                        SimConn *conn)
{
  static const guint reasons[] = { 0x80, 0x83, 0x87, 0x90, 0x97, 0x99, 0x10 };
  gint64 reason;

  if (conn->version != 5 || self->healed)
    return 0;

  reason = reasons[sim_random_below (&self->choice, G_N_ELEMENTS (reasons))];
  if (!sim_script_happens (self->script, SIM_VERB_REASON, &self->choice,
                           self->options->reason_percent, &reason))
    return 0;
  if (reason >= 0x80)
    sim_fault (self->faults, SIM_FAULT_MESSAGE_REFUSED);

  return (guint) reason;
}
