/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

/* A broker that breaks the rules where nothing in the protocol lets the client see it at once. What
 * the program is told may be wrong then; what the client itself does must be right all the same. */

static gboolean
lies (SimBroker *self,
      SimVerb verb,
      gint64 *how)
{
  if (self->healed || self->options->profile != SIM_PROFILE_LIAR
      || !sim_script_happens (self->script, verb, &self->choice, self->options->lie_percent, how))
    return FALSE;

  sim_check_lied (self->check);

  return TRUE;
}

gboolean
sim_broker_says_present (SimBroker *self,
                         gboolean present)
{
  if (!lies (self, SIM_VERB_LIE_PRESENT, NULL))
    return present;

  sim_fault (self->faults, present ? SIM_FAULT_LIE_LOST : SIM_FAULT_LIE_PRESENT);

  return !present;
}

/* --- Acknowledgements --- */

typedef struct
{
  SimConn *conn;
  guint type;
  guint id;
} LateAck;

static void
late_ack_cb (gpointer data,
             guint64 arg)
{
  LateAck *late = data;
  SimBroker *self = late->conn->broker;

  /* Perhaps only on the connection after that one. */
  for (guint i = 0; !self->healed && i < self->conns->len; i++)
    {
      SimConn *conn = g_ptr_array_index (self->conns, i);

      /* In MQTT 5 an UNSUBACK has codes, and is no acknowledgement like the others. */
      if (conn->link == NULL || conn->session == NULL
          || (conn->version == 5 && late->type == SIM_UNSUBACK))
        continue;
      sim_broker_send_ack (conn, late->type, late->id, 0, TRUE);
      sim_broker_flush (conn);
    }
}

static void
send_wrong_type (SimConn *conn,
                 guint type,
                 guint id)
{
  sim_fault (conn->broker->faults, SIM_FAULT_LIE_TYPE);
  sim_broker_send_ack (conn, type == SIM_PUBACK ? SIM_PUBREC : SIM_PUBACK, id, 0, TRUE);
}

static void
send_twice (SimConn *conn,
            guint type,
            guint id)
{
  sim_fault (conn->broker->faults, SIM_FAULT_LIE_TWICE);
  sim_broker_send_ack (conn, type, id, 0, TRUE);
  sim_broker_send_ack (conn, type, id, 0, TRUE);
}

static void
send_early (SimConn *conn,
            guint type,
            guint id)
{
  sim_fault (conn->broker->faults, SIM_FAULT_LIE_EARLY);
  sim_broker_send_ack (conn, type, id % 65535 + 1, 0, TRUE);
  sim_broker_send_ack (conn, type, id, 0, TRUE);
}

static void
send_nothing (SimConn *conn,
              guint type,
              guint id)
{
  sim_fault (conn->broker->faults, SIM_FAULT_LIE_DROPPED);
}

static void
send_late (SimConn *conn,
           guint type,
           guint id)
{
  SimBroker *self = conn->broker;
  LateAck *late = g_new (LateAck, 1);

  *late = (LateAck){ .conn = conn, .type = type, .id = id };
  g_ptr_array_add (self->answers, late);
  sim_fault (self->faults, SIM_FAULT_LIE_LATE);
  sim_clock_add (self->clock, sim_random_range (&self->random, 0, 5 * SIM_SECOND), late_ack_cb,
                 late, 0);
}

gboolean
sim_broker_lies_in_ack (SimConn *conn,
                        guint type,
                        guint id)
{
  static void (*const ways[]) (SimConn *, guint, guint) = {
    send_wrong_type, send_twice, send_early, send_nothing, send_late,
  };
  gint64 how = (gint64) sim_random_below (&conn->broker->choice, G_N_ELEMENTS (ways));

  if (!lies (conn->broker, SIM_VERB_LIE_ACK, &how))
    return FALSE;

  ways[(guint) how % G_N_ELEMENTS (ways)](conn, type, id);

  return TRUE;
}

/* --- Limits --- */

gboolean
sim_broker_lies_in_alias (SimConn *conn,
                          SimOut *out)
{
  SimBroker *self = conn->broker;
  gint64 how = (gint64) sim_random_below (&self->choice, 3);
  g_autoptr (GByteArray) properties = NULL;
  guint alias;

  if (conn->version != 5 || !sim_random_percent (&self->random, 10)
      || !lies (self, SIM_VERB_LIE_ALIAS, &how))
    return FALSE;

  /* 0, too large, or one that stands for nothing. */
  sim_fault (self->faults, SIM_FAULT_LIE_ALIAS);
  alias = how == 0 ? 0 : conn->alias_maximum + (how == 1 ? 1 : 0);
  for (guint i = 1; how == 2 && i <= conn->aliases->len; i++)
    if (i <= conn->alias_maximum
        && (i == conn->aliases->len || g_ptr_array_index (conn->aliases, i) == NULL))
      alias = i;
  if (alias > 0 && alias < conn->aliases->len && g_ptr_array_index (conn->aliases, alias) != NULL)
    alias = conn->alias_maximum + 1;

  /* Sections 3.3.2.3.4 and 4.13. */
  sim_check_broker_ends (self->check, sim_link_get_serial (conn->link),
                         alias > 0 && alias <= conn->alias_maximum ? 0x82 : 0x94,
                         alias == 0 ? 0x82 : 0);
  properties = g_byte_array_new ();
  sim_wire_append_property (properties, SIM_TOPIC_ALIAS, alias);
  sim_wire_write_publish (conn->out, 5, "", (const guint8 *) "", 0, 0, FALSE, 0, properties);

  return TRUE;
}

gboolean
sim_broker_lies_in_quota (SimBroker *self)
{
  if (!lies (self, SIM_VERB_LIE_QUOTA, NULL))
    return FALSE;

  sim_fault (self->faults, SIM_FAULT_LIE_QUOTA);

  return TRUE;
}

gboolean
sim_broker_lies_about_limits (SimConn *conn)
{
  static const guint reasons[] = { 0x93, 0x95, 0x9a, 0x9b };
  SimBroker *self = conn->broker;
  gint64 reason = reasons[sim_random_below (&self->random, G_N_ELEMENTS (reasons))];

  if (conn->version != 5 || !sim_random_percent (&self->random, 10)
      || !lies (self, SIM_VERB_LIE_LIMIT, &reason))
    return FALSE;

  sim_fault (self->faults, SIM_FAULT_LIE_LIMIT);
  sim_broker_say_goodbye (conn, (guint) reason);
  sim_broker_close (conn, FALSE);

  return TRUE;
}

/* --- Messages --- */

void
sim_broker_lies_in_publish (SimConn *conn,
                            SimOut *out,
                            SimPublishLie *lie)
{
  SimBroker *self = conn->broker;
  GPtrArray *outs = conn->session->outs;
  gint64 how = (gint64) sim_random_below (&self->choice, 3);

  /* Repetitions are rare. */
  if (lie->dup && sim_random_percent (&self->choice, 60))
    how = 0;
  if (out->qos == 0 || !lies (self, SIM_VERB_LIE_PUBLISH, &how))
    return;

  switch (how)
    {
    case 0:
      sim_fault (self->faults, lie->dup ? SIM_FAULT_LIE_NO_DUP : SIM_FAULT_LIE_DUP);
      lie->dup = !lie->dup;
      break;
    case 1:
      lie->twice = TRUE;
      sim_fault (self->faults, SIM_FAULT_LIE_PUBLISH_TWICE);
      break;
    default:
      for (guint i = 0; i < outs->len; i++)
        {
          const SimOut *other = g_ptr_array_index (outs, i);

          if (other == out || other->state == SIM_OUT_QUEUED)
            continue;
          sim_fault (self->faults, SIM_FAULT_LIE_ID);
          out->id = other->id;
          break;
        }
      break;
    }
}
