/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

/* Well-formed packets at the wrong moment. None of them may end the connection, invent an
 * acknowledgement or be left unanswered if an answer is due. And in MQTT 5 packets that must end it. */

/* Far from the identifiers that a client or this broker gets to in a run. */
static guint
get_foreign_id (guint which)
{
  return 60000 + which % 10;
}

static gboolean
send_stray_ack (SimConn *conn,
                guint which)
{
  static const guint types[] = { SIM_PUBACK, SIM_PUBREC, SIM_PUBCOMP, SIM_UNSUBACK };
  guint type = types[which / 10 % G_N_ELEMENTS (types)];

  sim_fault (conn->broker->faults, SIM_FAULT_STRAY_ACK);
  sim_broker_send_ack (conn, type, get_foreign_id (which), 0, TRUE);

  return TRUE;
}

static gboolean
send_ack_twice (SimConn *conn,
                guint which)
{
  if (conn->last_ack_type == 0 || conn->last_ack_type == SIM_PUBREL)
    return FALSE;

  sim_fault (conn->broker->faults, SIM_FAULT_DUPLICATE_ACK);
  sim_broker_send_ack (conn, conn->last_ack_type, conn->last_ack_id, conn->last_ack_uid, TRUE);

  return TRUE;
}

static gboolean
send_late_ack (SimConn *conn,
               guint which)
{
  SimBroker *self = conn->broker;
  guint index;

  if (self->acked_ids->len == 0)
    return FALSE;

  index = which % self->acked_ids->len;
  sim_fault (self->faults, SIM_FAULT_LATE_ACK);
  sim_broker_send_ack (conn, SIM_PUBACK, g_array_index (self->acked_ids, guint, index), 0, TRUE);

  return TRUE;
}

static gboolean
send_unknown_pubrel (SimConn *conn,
                     guint which)
{
  sim_fault (conn->broker->faults, SIM_FAULT_UNKNOWN_PUBREL);
  sim_broker_send_ack (conn, SIM_PUBREL, get_foreign_id (which), 0, TRUE);

  return TRUE;
}

static gboolean
send_again (SimConn *conn,
            SimOutState state)
{
  GPtrArray *outs = conn->session->outs;

  for (guint i = 0; i < outs->len; i++)
    {
      SimOut *out = g_ptr_array_index (outs, i);

      if (out->qos != 2 || out->state != state || out->due)
        continue;
      if (state == SIM_OUT_PUBLISHED)
        {
          sim_fault (conn->broker->faults, SIM_FAULT_DUPLICATE_PUBLISH);
          sim_broker_send_publish (conn, out, TRUE);
        }
      else
        {
          sim_fault (conn->broker->faults, SIM_FAULT_DUPLICATE_PUBREL);
          sim_broker_send_ack (conn, SIM_PUBREL, out->id, out->uid, TRUE);
        }
      return TRUE;
    }

  return FALSE;
}

static gboolean
send_publish_twice (SimConn *conn,
                    guint which)
{
  return send_again (conn, SIM_OUT_PUBLISHED);
}

static gboolean
send_pubrel_twice (SimConn *conn,
                   guint which)
{
  return send_again (conn, SIM_OUT_RELEASED);
}

static gboolean
send_pingresp (SimConn *conn,
               guint which)
{
  sim_fault (conn->broker->faults, SIM_FAULT_UNASKED_PINGRESP);
  sim_check_broker_sent (conn->broker->check, sim_link_get_serial (conn->link), 0, TRUE);
  sim_wire_write_pingresp (conn->out);

  return TRUE;
}

/* Section 4.13 of MQTT 5: what is wrong, and the reason that it has to be answered with. */
static const struct
{
  guint8 bytes[16];
  guint8 reason;
  guint8 or_else; /* where the standard leaves it open */
} malformed[] = {
  { { 0x30, 7, 0, 1, 'a', 9, 1, 0, 'x' }, 0x81, 0 },         /* longer properties than the packet */
  { { 0x30, 6, 0, 1, 'a', 2, 0x7f, 0 }, 0x81, 0 },           /* no such property */
  { { 0x30, 8, 0, 1, 'a', 4, 1, 0, 1, 0 }, 0x82, 0 },        /* twice */
  { { 0x30, 6, 0, 1, 'a', 2, 1, 2 }, 0x82, 0x81 },           /* neither 0 nor 1 */
  { { 0x30, 6, 0, 1, 'a', 2, 11, 0 }, 0x82, 0 },             /* subscription identifier 0 */
  { { 0x30, 7, 0, 1, 'a', 3, 35, 0, 0 }, 0x94, 0x82 },       /* topic alias 0 [MQTT5-3.3.2-8] */
  { { 0x30, 3, 0, 0, 0 }, 0x82, 0 },                         /* neither topic nor alias */
  { { 0x30, 5, 0, 1, 'a', 0x80, 0 }, 0x81, 0 },              /* a length not in its shortest form */
  { { 0x30, 7, 0, 1, 'a', 3, 3, 0, 9 }, 0x81, 0 },           /* a text longer than the properties */
  { { 0x30, 8, 0, 1, 'a', 4, 3, 0, 1, 0xff }, 0x81, 0 },     /* not UTF-8 */
  { { 0x30, 9, 0, 1, 'a', 5, 17, 0, 0, 0, 9 }, 0x81, 0x82 }, /* of CONNECT alone */
  { { 0x40, 3, 0xea, 0x60, 0x01 }, 0x81, 0x82 },             /* no such reason */
  { { 0x40, 5, 0xea, 0x60, 0x00, 9, 9 }, 0x81, 0 },
  { { 0x90, 3, 0xea, 0x60, 0 }, 0x82, 0x81 },        /* SUBACK without a code */
  { { 0xe0, 7, 0, 5, 17, 0, 0, 0, 9 }, 0x82, 0x81 }, /* [MQTT5-3.14.2-2] */
  { { 0x20, 3, 0, 0, 0 }, 0x82, 0 },                 /* a second CONNACK */
  { { 0xf0, 2, 0x18, 0 }, 0x82, 0 },                 /* AUTH that nobody asked for */
  { { 0x10, 0 }, 0x82, 0x81 },                       /* CONNECT */
  { { 0xc0, 0 }, 0x82, 0 },                          /* PINGREQ */
  { { 0x00, 0 }, 0x81, 0 },                          /* a reserved type */
  { { 0x36, 4, 0, 1, 'a', 0 }, 0x81, 0 },            /* QoS 3 */
};

static gboolean
send_malformed (SimConn *conn,
                guint which)
{
  guint i = which / 4 % G_N_ELEMENTS (malformed);

  if (conn->version != 5 || which % 4 != 0)
    return FALSE;

  sim_fault (conn->broker->faults, SIM_FAULT_MALFORMED);
  sim_check_broker_ends (conn->broker->check, sim_link_get_serial (conn->link), malformed[i].reason,
                         malformed[i].or_else);
  g_byte_array_append (conn->out, malformed[i].bytes, 2u + malformed[i].bytes[1]);

  return TRUE;
}

static gboolean (*const acts[]) (SimConn *, guint) = {
  send_stray_ack,     send_ack_twice,    send_late_ack, send_unknown_pubrel,
  send_publish_twice, send_pubrel_twice, send_pingresp, send_malformed,
};

/* The last one is for MQTT 5 alone. */
static guint
count_acts (SimBroker *self)
{
  return G_N_ELEMENTS (acts) - (self->options->engine.protocol == MQTTC_PROTOCOL_V5 ? 0 : 1);
}

void
sim_broker_act_hostile (SimBroker *self,
                        guint kind,
                        guint which)
{
  sim_script_note (self->script, SIM_VERB_HOSTILE, 0, kind, which, 0);
  for (guint i = 0; i < self->conns->len; i++)
    {
      SimConn *conn = g_ptr_array_index (self->conns, i);

      if (conn->link != NULL && conn->session != NULL
          && acts[kind % count_acts (self)](conn, which))
        sim_broker_flush (conn);
    }
}

static void
hostile_cb (gpointer data,
            guint64 arg)
{
  SimBroker *self = data;
  guint kind = (guint) sim_random_below (&self->choice, count_acts (self));
  guint which = (guint) sim_random_below (&self->choice, 100000);

  if (self->healed)
    return;

  sim_broker_act_hostile (self, kind, which);
  sim_broker_plan_hostility (self);
}

void
sim_broker_plan_hostility (SimBroker *self)
{
  gint64 interval = self->options->hostile_interval;

  if (interval > 0)
    sim_clock_add_first (self->clock, sim_random_range (&self->choice, 0, 2 * interval), hostile_cb,
                         self, 0);
}
