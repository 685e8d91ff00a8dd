/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-broker-private.h"

#include <string.h>

/* --- Answers --- */

void
sim_broker_flush (SimConn *conn)
{
  while (conn->link != NULL && conn->out_start < conn->out->len)
    {
      gsize n = sim_link_write (conn->link, SIM_END_BROKER, conn->out->data + conn->out_start,
                                conn->out->len - conn->out_start);

      conn->out_start += n;
      if (conn->out_start < conn->out->len)
        return;
      g_byte_array_set_size (conn->out, 0);
      conn->out_start = 0;
    }
}

/* For each packet, so that the checker knows what it is about. */
static void
note_sent (SimConn *conn,
           guint32 uid,
           gboolean hostile)
{
  sim_check_broker_sent (conn->broker->check, sim_link_get_serial (conn->link), uid, hostile);
}

static void
send_ack (SimConn *conn,
          guint type,
          guint id,
          guint32 uid,
          guint reason,
          gboolean hostile)
{
  static const guint8 codes[1];

  if (!hostile && sim_broker_lies_in_ack (conn, type, id))
    return;

  note_sent (conn, uid, hostile);
  if (type == SIM_UNSUBACK)
    sim_wire_write_suback (conn->out, conn->version, type, id, codes, G_N_ELEMENTS (codes));
  else
    sim_wire_write_ack (conn->out, conn->version, type, id, reason);
  if (!hostile)
    {
      conn->last_ack_type = type;
      conn->last_ack_id = id;
      conn->last_ack_uid = uid;
    }
}

void
sim_broker_send_ack (SimConn *conn,
                     guint type,
                     guint id,
                     guint32 uid,
                     gboolean hostile)
{
  send_ack (conn, type, id, uid, 0, hostile);
}

void
sim_broker_send_refusal (SimConn *conn,
                         guint type,
                         guint id,
                         guint32 uid,
                         guint reason)
{
  send_ack (conn, type, id, uid, reason, FALSE);
}

void
sim_broker_send_publish (SimConn *conn,
                         SimOut *out,
                         gboolean dup)
{
  g_autofree guint8 *payload = sim_payload_new (out->uid, out->payload_len);
  SimPublishLie lie = { .dup = dup };

  if (sim_broker_lies_in_alias (conn, out))
    return;

  sim_broker_lies_in_publish (conn, out, &lie);
  for (guint i = 0; i < (lie.twice ? 2 : 1); i++)
    {
      g_autoptr (GByteArray) properties = g_byte_array_new ();
      const char *topic = sim_broker_choose_alias (conn, out, properties);

      if (out->uid % 3 == 0)
        sim_wire_append_property (properties, SIM_PAYLOAD_FORMAT, 0);
      note_sent (conn, out->uid, FALSE);
      sim_wire_write_publish (conn->out, conn->version, topic, payload, out->payload_len, out->qos,
                              lie.dup, out->id, properties);
    }
}

static guint
count_in_flight (SimSession *session)
{
  guint n = 0;

  for (guint i = 0; i < session->outs->len; i++)
    {
      const SimOut *out = g_ptr_array_index (session->outs, i);

      if (out->state != SIM_OUT_QUEUED && !out->due)
        n++;
    }

  return n;
}

/* Section 4.9 to the letter: what was sent on an earlier connection takes no place on this one, and its
 * PUBCOMP may give one back all the same. Others count what is in flight. */
static gboolean
counts_packets (SimConn *conn)
{
  return conn->version == 5 && conn->broker->options->seed % 3 == 0;
}

static void
note_quota (SimConn *conn,
            const SimPacket *packet)
{
  if ((packet->type == SIM_PUBACK || packet->type == SIM_PUBCOMP) && conn->n_taken > 0)
    conn->n_taken--;
}

void
sim_broker_send_queued (SimConn *conn)
{
  SimSession *session = conn->session;
  guint n = counts_packets (conn) ? conn->n_taken : count_in_flight (session);

  for (guint i = 0; i < session->outs->len;)
    {
      SimOut *out = g_ptr_array_index (session->outs, i);

      if (out->state != SIM_OUT_QUEUED && !out->due)
        {
          i++;
          continue;
        }
      if (out->qos == 0)
        {
          sim_broker_send_publish (conn, out, FALSE);
          g_ptr_array_remove_index (session->outs, i);
          continue;
        }
      if (n++ >= conn->window && !sim_broker_lies_in_quota (conn->broker))
        return;
      if (!out->due)
        out->id = sim_session_new_id (session);
      out->state = SIM_OUT_PUBLISHED;
      conn->n_taken++;
      sim_broker_send_publish (conn, out, out->due);
      out->due = FALSE;
      i++;
    }
}

/* [MQTT-4.4.0-1], in the original order. */
static void
resend (SimConn *conn)
{
  GPtrArray *outs = conn->session->outs;

  for (guint i = 0; i < outs->len; i++)
    {
      SimOut *out = g_ptr_array_index (outs, i);

      /* In MQTT 5 it keeps to the window of the client [MQTT5-3.3.4-9]. */
      out->due = out->state == SIM_OUT_PUBLISHED && conn->version == 5;
      if (!out->due && out->state == SIM_OUT_PUBLISHED)
        sim_broker_send_publish (conn, out, TRUE);
      else if (out->state == SIM_OUT_RELEASED)
        sim_broker_send_ack (conn, SIM_PUBREL, out->id, out->uid, FALSE);
    }
}

/* --- CONNECT --- */

static SimSession *
find_session (SimBroker *self,
              const SimPacket *packet)
{
  for (guint i = 0; i < self->sessions->len; i++)
    {
      SimSession *session = g_ptr_array_index (self->sessions, i);

      if (strlen (session->client_id) != packet->client_id.len
          || memcmp (session->client_id, packet->client_id.data, packet->client_id.len) != 0)
        continue;
      if (session->ends_at < 0 || sim_clock_now (self->clock) < session->ends_at)
        return session;

      /* [MQTT-3.1.2-23] */
      sim_fault (self->faults, SIM_FAULT_SESSION_EXPIRED);
      sim_broker_forget (self, session);
      return NULL;
    }

  return NULL;
}

/* There is one client: under another name it does not come back for what it left under the last. */
static void
forget_others (SimBroker *self,
               SimSession *session)
{
  for (guint i = self->sessions->len; i > 0; i--)
    {
      SimSession *other = g_ptr_array_index (self->sessions, i - 1);
      SimConn *conn = sim_broker_get_conn (self, other);

      if (other == session)
        continue;
      if (conn != NULL)
        conn->session = NULL;
      sim_broker_forget (self, other);
      if (conn != NULL)
        sim_broker_close (conn, TRUE);
    }
}

/* [MQTT-3.1.4-2] */
static SimSession *
take_over (SimBroker *self,
           const SimPacket *packet)
{
  SimSession *session = find_session (self, packet);
  SimConn *old = session != NULL ? sim_broker_get_conn (self, session) : NULL;

  if (old != NULL)
    {
      sim_fault (self->faults, SIM_FAULT_TAKEN_OVER);
      sim_broker_say_goodbye (old, 0x8e);
      sim_broker_close (old, FALSE);
      session = find_session (self, packet);
    }

  return session;
}

static gboolean
refuse (SimConn *conn)
{
  SimBroker *self = conn->broker;
  gint64 code;

  if (self->healed)
    return FALSE;
  code = sim_random_percent (&self->choice, 80) ? 3 : 5;
  if (!sim_script_happens (self->script, SIM_VERB_REFUSE, &self->choice,
                           self->options->refuse_percent, &code))
    return FALSE;

  sim_fault (self->faults, code == 3 ? SIM_FAULT_REFUSED_RETRY : SIM_FAULT_REFUSED_FOR_GOOD);
  note_sent (conn, 0, FALSE);
  if (conn->version == 5)
    code = code == 3 ? 0x88 : 0x87;
  sim_wire_write_connack (conn->out, conn->version, FALSE, (guint) code, NULL);
  sim_broker_flush (conn);
  sim_broker_close (conn, FALSE);

  return TRUE;
}

static void
handle_connect (SimConn *conn,
                const SimPacket *packet)
{
  if (conn->silent || sim_broker_is_too_old (conn, packet))
    return;
  sim_broker_read_connect (conn, packet);
  if (!refuse (conn) && !sim_broker_refers (conn) && !sim_broker_challenges (conn, packet))
    sim_broker_admit (conn, packet);
}

void
sim_broker_admit (SimConn *conn,
                  const SimPacket *packet)
{
  SimBroker *self = conn->broker;
  SimSession *session;
  gboolean present;

  session = take_over (self, packet);
  /* A session the client has never used may be one it does not know of, as the CONNACK got lost:
   * then 3.1.1 has no way to tell it that an older one is gone. This broker makes it anew. */
  if (session != NULL && (packet->clean_session || !session->spoken))
    {
      sim_broker_forget (self, session);
      session = NULL;
    }

  forget_others (self, session);
  present = sim_broker_says_present (self, session != NULL);
  if (session == NULL)
    {
      g_autofree char *client_id = g_strndup (packet->client_id.data, packet->client_id.len);

      if (packet->client_id.len == 0 && packet->version == 5)
        {
          g_free (client_id);
          client_id = g_strdup_printf ("given-%u", sim_link_get_serial (conn->link));
        }
      session = sim_session_new (client_id, strlen (client_id), packet->clean_session);
      g_ptr_array_add (self->sessions, session);
    }

  conn->session = session;
  conn->keep_alive = packet->keep_alive;
  sim_broker_write_connack (conn, present, packet);
  sim_broker_watch (conn);
  sim_broker_limit_age (conn);
  resend (conn);
  sim_broker_send_queued (conn);
}

/* --- Messages from the client --- */

static guint32
get_uid (const SimPacket *packet)
{
  return sim_payload_get_uid (packet->payload, packet->payload_len);
}

static void
forward (SimBroker *self,
         const SimPacket *packet)
{
  sim_check_forwarded (self->check, get_uid (packet), packet->qos, packet->payload,
                       packet->payload_len);
}

/* Section 4.3.3: method A forwards now, method B at PUBREL. */
static void
handle_qos2 (SimConn *conn,
             const SimPacket *packet)
{
  SimBroker *self = conn->broker;
  SimHeld *held = sim_session_find_held (conn->session, packet->id);
  guint32 uid = get_uid (packet);
  SimRequest *request = sim_check_get_request (self->check, uid);
  guint reason = 0;

  if (held != NULL && held->uid != uid && !self->check->lied_to
      && !(request != NULL && request->tainted))
    sim_check_fail (
        self->check, "I6",
        "identifier %u is used for message %u, while the broker holds message %u under it",
        packet->id, uid, held->uid);

  if (held == NULL)
    reason = sim_broker_get_refusal (self, conn);
  if (held == NULL && reason < 0x80)
    {
      held = g_new0 (SimHeld, 1);
      held->id = packet->id;
      held->uid = uid;
      g_ptr_array_add (conn->session->held, held);
      sim_check_owned (self->check, uid);
      if (self->options->forward_at_release)
        {
          held->payload = g_memdup2 (packet->payload, packet->payload_len);
          held->payload_len = packet->payload_len;
        }
      else
        {
          forward (self, packet);
        }
    }

  sim_broker_send_refusal (conn, SIM_PUBREC, packet->id, uid, reason);
}

static void
handle_publish (SimConn *conn,
                const SimPacket *packet)
{
  SimBroker *self = conn->broker;
  g_autofree char *topic = sim_check_make_topic (self->check, get_uid (packet));
  g_autofree char *got = sim_broker_get_topic (conn, packet);
  guint reason = 0;

  if (g_strcmp0 (topic, got) != 0)
    sim_check_fail (self->check, "I1", "topic and payload of a message do not belong together");
  if (sim_broker_lies_about_limits (conn))
    return;

  if (packet->qos == 2)
    {
      handle_qos2 (conn, packet);
      return;
    }

  if (packet->qos == 1)
    reason = sim_broker_get_refusal (self, conn);
  if (reason < 0x80)
    forward (self, packet);
  if (packet->qos == 1)
    {
      sim_broker_send_refusal (conn, SIM_PUBACK, packet->id, get_uid (packet), reason);
      g_array_append_val (self->acked_ids, packet->id);
    }
}

static void
handle_pubrel (SimConn *conn,
               const SimPacket *packet)
{
  SimBroker *self = conn->broker;
  SimHeld *held = sim_session_find_held (conn->session, packet->id);
  guint32 uid = held != NULL ? held->uid : 0;
  guint reason = held == NULL && conn->version == 5 ? 0x92 : 0;

  if (held != NULL && held->payload != NULL)
    sim_check_forwarded (self->check, uid, 2, held->payload, held->payload_len);
  if (held != NULL)
    g_ptr_array_remove (conn->session->held, held);
  if (uid == 0) /* it has been released before, and the PUBCOMP got lost */
    uid = self->check->by_id[packet->id];

  if (reason != 0)
    sim_fault (self->faults, SIM_FAULT_RELEASE_UNKNOWN);
  sim_broker_send_refusal (conn, SIM_PUBCOMP, packet->id, uid, reason);
}

/* --- Acknowledgements from the client --- */

static void
finish_out (SimConn *conn,
            SimOut *out)
{
  sim_check_get_inbound (conn->broker->check, out->uid)->acked = TRUE;
  g_ptr_array_remove (conn->session->outs, out);
  sim_broker_send_queued (conn);
}

/* By what it has sent itself. */
static gboolean
is_confused (SimBroker *self)
{
  return self->options->profile == SIM_PROFILE_HOSTILE || self->check->lied_to;
}

/* Whether it was owed has been checked where it left the client. */
static void
handle_puback (SimConn *conn,
               const SimPacket *packet)
{
  SimOut *out = sim_session_find_out (conn->session, packet->id);

  if (out != NULL && out->qos == 1)
    finish_out (conn, out);
  else if (!conn->broker->check->lied_to)
    sim_check_fail (conn->broker->check, "I4", "the broker gets PUBACK %u for nothing", packet->id);
}

static void
handle_pubrec (SimConn *conn,
               const SimPacket *packet)
{
  SimOut *out = sim_session_find_out (conn->session, packet->id);

  if (out == NULL || out->qos != 2)
    {
      if (!is_confused (conn->broker))
        sim_check_fail (conn->broker->check, "I4", "the broker gets PUBREC %u for nothing",
                        packet->id);
      return;
    }
  if (out->state == SIM_OUT_RELEASED && is_confused (conn->broker))
    return; /* the answer to a PUBLISH sent twice */

  out->state = SIM_OUT_RELEASED;
  sim_broker_send_ack (conn, SIM_PUBREL, packet->id, out->uid, FALSE);
}

static void
handle_pubcomp (SimConn *conn,
                const SimPacket *packet)
{
  SimOut *out = sim_session_find_out (conn->session, packet->id);

  if (out != NULL && out->qos == 2 && out->state == SIM_OUT_RELEASED)
    finish_out (conn, out);
  else if (!is_confused (conn->broker))
    sim_check_fail (conn->broker->check, "I4", "the broker gets PUBCOMP %u for nothing",
                    packet->id);
}

/* --- Subscriptions --- */

typedef struct
{
  SimConn *conn;
  guint type;
  guint id;
  guint n_codes;
  guint8 codes[];
} LateAnswer;

static LateAnswer *
new_answer (SimConn *conn,
            const SimPacket *packet,
            guint type)
{
  LateAnswer *answer = g_malloc0 (sizeof (LateAnswer) + packet->n_entries);

  answer->conn = conn;
  answer->type = type;
  answer->id = packet->id;
  g_ptr_array_add (conn->broker->answers, answer);

  return answer;
}

static void
send_answer (LateAnswer *answer)
{
  SimConn *conn = answer->conn;

  if (answer->type == SIM_SUBACK || conn->version == 5)
    {
      note_sent (conn, 0, FALSE);
      sim_wire_write_suback (conn->out, conn->version, answer->type, answer->id, answer->codes,
                             answer->n_codes);
    }
  else
    {
      sim_broker_send_ack (conn, SIM_UNSUBACK, answer->id, 0, FALSE);
    }
}

static void
late_answer_cb (gpointer data,
                guint64 arg)
{
  LateAnswer *answer = data;

  if (answer->conn->link != NULL)
    {
      send_answer (answer);
      sim_broker_flush (answer->conn);
    }
}

/* Now, or later, as nothing says that it has to keep an order. */
static void
answer_subscription (SimConn *conn,
                     LateAnswer *answer)
{
  SimBroker *self = conn->broker;

  if (self->options->suback_delay == 0 || self->healed)
    {
      send_answer (answer);
      return;
    }

  sim_fault (self->faults, SIM_FAULT_LATE_SUBACK);
  sim_clock_add (self->clock, sim_random_range (&self->random, 0, self->options->suback_delay),
                 late_answer_cb, answer, 0);
}

static void
handle_subscribe (SimConn *conn,
                  const SimPacket *packet)
{
  LateAnswer *answer = new_answer (conn, packet, SIM_SUBACK);
  SimText name;
  gsize at = 0;
  guint qos;

  while (sim_wire_next_filter (packet, &at, &name, &qos))
    {
      g_autofree char *filter = g_strndup (name.data, name.len);
      guint granted
          = g_str_has_prefix (filter, "refused/") ? 0x80 : sim_broker_grant (conn->broker, qos);

      if (granted == 0x80 && conn->version == 5)
        granted = 0x87;
      if (granted < 0x80)
        sim_session_subscribe (conn->session, filter, granted, qos);
      answer->codes[answer->n_codes++] = (guint8) granted;
    }

  answer_subscription (conn, answer);
}

static void
handle_unsubscribe (SimConn *conn,
                    const SimPacket *packet)
{
  LateAnswer *answer = new_answer (conn, packet, SIM_UNSUBACK);
  SimText name;
  gsize at = 0;
  guint qos;

  while (sim_wire_next_filter (packet, &at, &name, &qos))
    {
      g_autofree char *filter = g_strndup (name.data, name.len);

      if (sim_session_find_sub (conn->session, filter) < 0)
        answer->codes[answer->n_codes] = 0x11;
      answer->n_codes++;
      sim_session_unsubscribe (conn->session, filter);
    }

  answer_subscription (conn, answer);
}

/* --- The rest --- */

static void
handle_pingreq (SimConn *conn,
                const SimPacket *packet)
{
  note_sent (conn, 0, FALSE);
  sim_wire_write_pingresp (conn->out);
}

static void
handle_disconnect (SimConn *conn,
                   const SimPacket *packet)
{
  conn->broker->said_goodbye = packet->reason == 0;
  if (packet->reason >= 0x80)
    sim_fault (conn->broker->faults, SIM_FAULT_LAST_WORDS);
  sim_broker_close (conn, FALSE);
}

void
sim_broker_handle (SimConn *conn,
                   const SimPacket *packet)
{
  static void (*const handlers[16]) (SimConn *, const SimPacket *) = {
    [SIM_CONNECT] = handle_connect,      [SIM_PUBLISH] = handle_publish,
    [SIM_PUBACK] = handle_puback,        [SIM_PUBREC] = handle_pubrec,
    [SIM_PUBREL] = handle_pubrel,        [SIM_PUBCOMP] = handle_pubcomp,
    [SIM_SUBSCRIBE] = handle_subscribe,  [SIM_UNSUBSCRIBE] = handle_unsubscribe,
    [SIM_PINGREQ] = handle_pingreq,      [SIM_DISCONNECT] = handle_disconnect,
    [SIM_AUTH] = sim_broker_handle_auth,
  };
  SimBroker *self = conn->broker;
  gboolean is_connect = packet->type == SIM_CONNECT;

  sim_trace (self->trace, "broker gets %s %u", sim_wire_type_name (packet->type), packet->id);
  if (handlers[packet->type] == NULL)
    {
      sim_check_fail (self->check, "I11", "a client does not send %s",
                      sim_wire_type_name (packet->type));
      return;
    }
  if (conn->silent)
    return;
  if (is_connect != (conn->session == NULL))
    {
      if (conn->session == NULL && packet->type == SIM_AUTH && conn->authenticating)
        sim_broker_handle_auth (conn, packet);
      else if (!(packet->type == SIM_DISCONNECT && conn->session == NULL))
        sim_check_fail (self->check, "I8", "%s is not what comes now [MQTT-3.1.0-1]",
                        sim_wire_type_name (packet->type));
      return;
    }

  note_quota (conn, packet);
  if (!sim_broker_supports (self, packet))
    {
      sim_broker_close (conn, FALSE);
      return;
    }

  if (!is_connect)
    conn->session->spoken = TRUE;
  handlers[packet->type](conn, packet);
}
