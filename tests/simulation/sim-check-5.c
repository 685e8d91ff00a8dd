/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

#include "mqttc-error.h"

/* What MQTT 5 has and 3.1.1 has not: limits, topic aliases, expiry, and reasons. */

#define FEW_STRAYS 10

void
sim_limits_init (SimLimits *self)
{
  *self = (SimLimits){
    .receive_maximum = 65535,
    .qos = 2,
    .retain = TRUE,
    .wildcards = TRUE,
    .shared = TRUE,
    .ids = TRUE,
  };
}

/* Section 3.2.2.3. */
static void
read_limits (SimLimits *self,
             const SimProperties *properties)
{
  const guint32 *numbers = properties->numbers;

  if (sim_properties_has (properties, SIM_RECEIVE_MAXIMUM))
    self->receive_maximum = numbers[SIM_RECEIVE_MAXIMUM];
  if (sim_properties_has (properties, SIM_MAXIMUM_QOS))
    self->qos = numbers[SIM_MAXIMUM_QOS];
  self->alias_maximum = numbers[SIM_TOPIC_ALIAS_MAXIMUM];
  self->packet_size = numbers[SIM_MAXIMUM_PACKET_SIZE];

#define ALLOWS(id) (!sim_properties_has (properties, (id)) || numbers[id] != 0)
  self->retain = ALLOWS (SIM_RETAIN_AVAILABLE);
  self->wildcards = ALLOWS (SIM_WILDCARDS_AVAILABLE);
  self->shared = ALLOWS (SIM_SHARED_AVAILABLE);
  self->ids = ALLOWS (SIM_SUBSCRIPTION_IDS_AVAILABLE);
#undef ALLOWS
}

/* The least that any of the connections has allowed. */
static void
tighten (SimLimits *self,
         const SimLimits *limits)
{
  if (limits->packet_size != 0
      && (self->packet_size == 0 || limits->packet_size < self->packet_size))
    self->packet_size = limits->packet_size;
  self->qos = MIN (self->qos, limits->qos);
  self->retain = self->retain && limits->retain;
  self->wildcards = self->wildcards && limits->wildcards;
  self->shared = self->shared && limits->shared;
}

/* --- Connecting --- */

static void
check_client_id (SimCheck *self,
                 const SimPacket *packet)
{
  const char *expected = self->client_id;

  if (expected[0] == '\0' && self->assigned_id != NULL)
    {
      expected = self->assigned_id;
      sim_fault (self->faults, SIM_FAULT_ASSIGNED_AGAIN);
    }

  if (packet->client_id.len != strlen (expected)
      || memcmp (packet->client_id.data, expected, packet->client_id.len) != 0)
    sim_check_fail (self, "I8", "CONNECT has another client identifier than %s", expected);
}

/* When the broker has forgotten the session at the earliest. */
gboolean
sim_check_may_have_expired (SimCheck *self)
{
  return self->session_held && self->session_ends >= 0
         && sim_clock_now (self->clock) >= self->session_ends;
}

/* Section 3.1.2.4, and what the program has asked for. */
static void
check_clean_start (SimCheck *self,
                   const SimPacket *packet)
{
  gboolean same = g_strcmp0 (self->session_client_id, self->client_id) == 0;
  gboolean held = self->session_held && same;
  gboolean expected = self->clean_session && (packet->version == 4 || !held);

  if (packet->clean_session == expected)
    return;

  /* It must not end because 3.1.1 is tried; whether it is by now known to be needed is not known here. */
  if (packet->version == 4 && self->options->engine.protocol == MQTTC_PROTOCOL_V5 && held
      && !packet->clean_session)
    return;

  if (packet->version == 5 && packet->clean_session && sim_check_may_have_expired (self) && held)
    {
      sim_fault (self->faults, SIM_FAULT_SESSION_FORGOTTEN);
      sim_check_begin_session (self);
      self->session_held = FALSE;
      self->session_given_up = TRUE;
      return;
    }

  /* And again until a CONNACK has come. */
  if (!(packet->version == 5 && packet->clean_session && self->session_given_up))
    sim_check_fail (self, "I8", "CONNECT with clean session %d, which is not as configured",
                    packet->clean_session);
}

/* Each attempt has its own, for they may expire. */
static void
check_credentials (SimCheck *self,
                   const SimPacket *packet)
{
  g_autofree char *name = g_strndup (packet->user_name.data, packet->user_name.len);
  guint64 token = 0;

  if (!self->options->engine.asks_credentials)
    return;

  if (!g_str_has_prefix (name, "user-")
      || !g_ascii_string_to_unsigned (name + strlen ("user-"), 10, 1, G_MAXUINT64, &token, NULL))
    sim_check_fail (self, "I8", "CONNECT without the credentials that were asked for");
  if (token <= self->credentials_used || token < self->credentials_asked)
    sim_check_fail (self, "I8", "CONNECT with credentials of an attempt that is over");
  self->credentials_used = token;
}

void
sim_check_connect_out (SimCheck *self,
                       const SimPacket *packet)
{
  const MqttcEngineConfig *config = &self->options->engine;
  SimCheckLink *link = self->link;
  guint version = config->protocol == MQTTC_PROTOCOL_V5 ? 5 : 4;

  if (link->connect_seen)
    sim_check_fail (self, "I8", "a second CONNECT [MQTT-3.1.0-2]");
  link->connect_seen = TRUE;
  link->version = link->in.version = packet->version;
  link->clean_start = packet->clean_session;

  if (packet->version != version && !config->fall_back)
    sim_check_fail (self, "I8", "CONNECT of another version than configured");
  if (packet->version == 5 && self->old_broker)
    sim_check_fail (self, "I8", "CONNECT of MQTT 5 to a broker that has said it knows none");
  if (packet->version != version)
    sim_fault (self->faults, SIM_FAULT_FELL_BACK);
  if (packet->keep_alive != config->keep_alive)
    sim_check_fail (self, "I8", "CONNECT has another keepalive than configured");
  check_client_id (self, packet);
  check_clean_start (self, packet);
  check_credentials (self, packet);
}

void
sim_check_credentials_asked (SimCheck *self,
                             guint64 token)
{
  self->credentials_asked = token;
}

/* The engine may give the session up from here on, before CONNECT says so. */
void
sim_check_expire_session (SimCheck *self)
{
  if (!sim_check_may_have_expired (self))
    return;

  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      if (request->kind != SIM_REQUEST_PUBLISH || request->qos != 2 || !request->encoded)
        continue;
      request->ever_released = request->ever_released || request->rec_fed;
      request->ever_doubted = request->ever_doubted || !request->rec_sure;
    }

  for (guint id = 1; id <= self->max_held; id++)
    if (self->held[id] != 0)
      {
        sim_check_get_inbound (self, self->held[id])->may_come = TRUE;
        self->n_may_come++;
      }
}

void
sim_check_connack_5 (SimCheck *self,
                     const SimPacket *packet)
{
  const SimProperties *properties = &packet->properties;
  SimCheckLink *link = self->link;
  guint old_window = self->limits.receive_maximum;
  guint32 expiry = self->options->engine.session_expiry;

  if (link->version != 5)
    {
      self->session_expiry = link->clean_start ? 0 : G_MAXUINT32;
      return;
    }

  read_limits (&self->limits, properties);
  tighten (&self->strictest, &self->limits);
  if (self->had_limits && self->limits.receive_maximum < self->last_window)
    sim_fault (self->faults, SIM_FAULT_WINDOW_SHRINKS);
  self->had_limits = old_window > 0;
  self->last_window = self->limits.receive_maximum;
  if (sim_properties_has (properties, SIM_SERVER_KEEP_ALIVE))
    link->keep_alive = properties->numbers[SIM_SERVER_KEEP_ALIVE];
  if (sim_properties_has (properties, SIM_SESSION_EXPIRY))
    expiry = properties->numbers[SIM_SESSION_EXPIRY];
  self->session_expiry = expiry;
  if (self->client_id[0] == '\0' && sim_properties_has (properties, SIM_ASSIGNED_CLIENT_ID))
    {
      g_free (self->assigned_id);
      self->assigned_id
          = g_strndup (properties->assigned_client_id.data, properties->assigned_client_id.len);
    }
}

/* --- Limits --- */

gsize
sim_check_get_size (const SimRequest *request)
{
  gsize remaining = 2 + request->topic_len + (request->qos > 0 ? 2 : 0) + 1
                    + (request->expiry > 0 ? 5 : 0) + request->payload_len;
  gsize head = 2;

  for (gsize rest = remaining >> 7; rest > 0; rest >>= 7)
    head++;

  return head + remaining;
}

static gboolean
is_too_large (const SimRequest *request,
              const SimLimits *limits)
{
  return limits->packet_size != 0 && request->kind == SIM_REQUEST_PUBLISH
         && sim_check_get_size (request) > limits->packet_size;
}

gboolean
sim_check_gives_up (SimCheck *self,
                    const SimRequest *request)
{
  return request->kind == SIM_REQUEST_PUBLISH
         && (request->given_up || sim_check_is_limited (self, request, &self->limits, FALSE)
             || sim_check_is_limited (self, request, &self->limits, TRUE));
}

gboolean
sim_check_is_barred (SimCheck *self,
                     const char *filter,
                     const SimLimits *limits)
{
  /* With a subscription identifier, or without. */
  gsize size = 2 + 2 + 4 + 2 + strlen (filter) + 1;

  return (!limits->shared && g_str_has_prefix (filter, "$share/"))
         || (!limits->wildcards && strpbrk (filter, "+#") != NULL)
         || (limits->packet_size != 0 && size > limits->packet_size);
}

/* Once it was sent with the other one it may not; when that was may be a matter of an earlier session. */
static gboolean
may_lower (SimCheck *self,
           const SimRequest *request,
           const SimLimits *limits)
{
  return self->options->engine.lower_qos
         && !(limits == &self->strictest ? request->ever_encoded : request->encoded);
}

/* Whether one of them is a reason for not sending @request. */
gboolean
sim_check_is_limited (SimCheck *self,
                      const SimRequest *request,
                      const SimLimits *limits,
                      gboolean for_size)
{
  gsize size = 2 + 2 + 4;

  if (request->kind == SIM_REQUEST_PUBLISH && for_size)
    return is_too_large (request, limits);
  if (request->kind == SIM_REQUEST_PUBLISH)
    return (request->qos > limits->qos && !may_lower (self, request, limits))
           || (request->retain && !limits->retain);

  for (guint i = 0; i < request->n_filters; i++)
    {
      size += 2 + strlen (request->filters[i]->name) + 1;
      if (!for_size && request->kind == SIM_REQUEST_SUBSCRIBE
          && sim_check_is_barred (self, request->filters[i]->name, limits))
        return TRUE;
    }

  return for_size && limits->packet_size != 0 && size > limits->packet_size;
}

static void
check_filters (SimCheck *self,
               const SimPacket *packet)
{
  const SimLimits *limits = &self->limits;
  SimText name;
  gsize at = 0;
  guint qos;

  if (sim_properties_has (&packet->properties, SIM_SUBSCRIPTION_ID) && !limits->ids)
    sim_check_fail (self, "I8", "a subscription identifier, which the broker takes none of");

  while (sim_wire_next_filter (packet, &at, &name, &qos))
    {
      g_autofree char *filter = g_strndup (name.data, name.len);

      if (!limits->wildcards && strpbrk (filter, "+#") != NULL)
        sim_check_fail (self, "I8", "%s is subscribed to, though wildcards are not available",
                        filter);
      if (!limits->shared && g_str_has_prefix (filter, "$share/"))
        sim_check_fail (self, "I8", "%s is subscribed to, though shared ones are not available",
                        filter);
    }
}

void
sim_check_limits_out (SimCheck *self,
                      const SimPacket *packet)
{
  const SimLimits *limits = &self->limits;

  if (self->link->version != 5 || packet->type == SIM_CONNECT)
    return;

  if (limits->packet_size != 0 && packet->size > limits->packet_size)
    sim_check_fail (self, "I8",
                    "%s of %" G_GSIZE_FORMAT " bytes, the broker takes %u [MQTT-3.2.2-15]",
                    sim_wire_type_name (packet->type), packet->size, limits->packet_size);
  if (packet->type == SIM_PUBLISH && packet->qos > limits->qos)
    sim_check_fail (self, "I8", "PUBLISH of QoS %u, the broker takes %u [MQTT-3.2.2-11]",
                    packet->qos, limits->qos);
  if (packet->type == SIM_PUBLISH && packet->retain && !limits->retain)
    sim_check_fail (self, "I8", "PUBLISH to be retained, which is not available [MQTT-3.2.2-14]");
  if (packet->type == SIM_PUBLISH && sim_properties_has (&packet->properties, SIM_SUBSCRIPTION_ID))
    sim_check_fail (self, "I8", "PUBLISH with a subscription identifier [MQTT-3.3.4-6]");
  if (packet->type == SIM_SUBSCRIBE)
    check_filters (self, packet);
}

/* --- Topic aliases, section 3.3.2.3.4 --- */

char *
sim_check_make_topic (SimCheck *self,
                      guint32 uid)
{
  guint n = self->options->topics;

  return g_strdup_printf ("out/%u", n > 0 ? uid % n : uid);
}

void
sim_check_resolve_alias (SimCheck *self,
                         SimPacket *packet)
{
  SimCheckLink *link = self->link;
  guint alias = packet->properties.numbers[SIM_TOPIC_ALIAS];
  char **place;

  if (packet->type != SIM_PUBLISH || alias == 0)
    return;
  if (alias > self->limits.alias_maximum)
    {
      sim_check_fail (self, "I8", "topic alias %u, the broker takes %u [MQTT-3.3.2-9]", alias,
                      self->limits.alias_maximum);
      return;
    }

  if (link->aliases == NULL)
    link->aliases = g_ptr_array_new_with_free_func (g_free);
  if (alias >= link->aliases->len)
    g_ptr_array_set_size (link->aliases, (int) alias + 1);
  place = (char **) &g_ptr_array_index (link->aliases, alias);

  if (packet->topic.len > 0)
    {
      sim_fault (self->faults,
                 *place != NULL ? SIM_FAULT_ALIAS_REASSIGNED : SIM_FAULT_ALIAS_ASSIGNED);
      g_free (*place);
      *place = g_strndup (packet->topic.data, packet->topic.len);
      return;
    }

  sim_fault (self->faults, SIM_FAULT_ALIAS_USED);
  if (*place == NULL)
    sim_check_fail (self, "I8", "topic alias %u stands for nothing on this connection", alias);
  else
    packet->topic = (SimText){ .data = *place, .len = strlen (*place) };
}

/* --- Message expiry, section 3.3.2.3.3 --- */

gint64
sim_check_get_deadline (const SimRequest *request)
{
  return request->accepted_at + request->expiry * SIM_SECOND;
}

void
sim_check_expiry_out (SimCheck *self,
                      const SimRequest *request,
                      const SimPacket *packet)
{
  gint64 left = sim_check_get_deadline (request) - sim_clock_now (self->clock);
  guint32 said = packet->properties.numbers[SIM_MESSAGE_EXPIRY];
  gboolean there = sim_properties_has (&packet->properties, SIM_MESSAGE_EXPIRY);

  if (self->link->version == 5 && there != (request->expiry > 0))
    sim_check_fail (self, "I8", "message %u is sent with an expiry interval, or without",
                    request->uid);
  if (request->expiry == 0)
    return;

  if (left <= 0 && !(request->encoded && request->attempted))
    sim_check_fail (self, "I8", "message %u is sent %.3f s after it expired", request->uid,
                    (double) -left / SIM_SECOND);
  if (left <= 0)
    sim_fault (self->faults, SIM_FAULT_SENT_EXPIRED);
  if (self->link->version != 5)
    return;

  if (said < request->expiry)
    sim_fault (self->faults, SIM_FAULT_EXPIRY_LOWERED);
  if (said > request->expiry || said * SIM_SECOND > MAX (left, 0) + SIM_SECOND
      || (said + 1) * SIM_SECOND < left)
    sim_check_fail (self, "I8",
                    "message %u is sent with an expiry interval of %u s, %.3f s are left "
                    "(section 3.3.2.3.3)",
                    request->uid, said, (double) left / SIM_SECOND);
}

/* --- Ends by a limit, by time, and by a reason --- */

gboolean
sim_check_limit_failure (SimCheck *self,
                         SimRequest *request,
                         const GError *error)
{
  gboolean sent = request->encoded && request->attempted;

  if (error->domain == MQTTC_REASON_ERROR && request->unreleased != 0
      && (guint) error->code == request->unreleased)
    return TRUE;
  if (error->domain == MQTTC_REASON_ERROR && request->refused != 0)
    {
      if ((guint) error->code != request->refused)
        sim_check_fail (self, "I4", "request %u ended with reason 0x%02x instead of 0x%02x",
                        request->uid, (guint) error->code, request->refused);
      return TRUE;
    }
  if (error->domain != MQTTC_CLIENT_ERROR)
    return FALSE;

  if (error->code == MQTTC_CLIENT_ERROR_EXPIRED)
    {
      sim_fault (self->faults, SIM_FAULT_EXPIRED);
      if (request->expiry == 0 || sim_clock_now (self->clock) < sim_check_get_deadline (request)
          || (request->qos > 0 && sent && !sim_check_may_have_expired (self)))
        sim_check_fail (self, "I4", "request %u ended as expired, which it was not", request->uid);
      return TRUE;
    }
  if (error->code == MQTTC_CLIENT_ERROR_LIMIT)
    {
      sim_fault (self->faults, SIM_FAULT_LIMIT_WITHDRAWN);
      if (!sim_check_is_limited (self, request, &self->strictest, FALSE))
        sim_check_fail (self, "I4", "request %u ended for a limit: %s", request->uid,
                        error->message);
      return TRUE;
    }
  if (error->code == MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE)
    {
      sim_fault (self->faults, SIM_FAULT_SIZE_WITHDRAWN);
      if (!sim_check_is_limited (self, request, &self->strictest, TRUE)
          && sim_check_get_size (request) <= self->options->engine.max_outgoing_packet_size)
        sim_check_fail (self, "I4", "request %u ended for its size: %s", request->uid,
                        error->message);
      return TRUE;
    }

  return FALSE;
}

/* --- What the broker must not do --- */

/* Section 4.9: fresh ones that have not been answered. */
void
sim_check_quota_fed (SimCheck *self,
                     gboolean is_fresh)
{
  SimCheckLink *link = self->link;
  const gint limit = (gint) self->options->engine.receive_maximum;

  link->n_perhaps++;
  if (is_fresh)
    link->n_unanswered++;
  if (link->version == 5 && limit != 0 && link->n_perhaps > limit)
    link->may_fail = TRUE;
}

void
sim_check_quota_out (SimCheck *self)
{
  self->link->n_unanswered--;
  self->link->n_perhaps--;
}

gboolean
sim_check_expects_end (SimCheck *self)
{
  const SimCheckLink *link = self->link;

  return link != NULL
         && (link->refused || link->over || link->may_fail || link->n_strays > FEW_STRAYS);
}

static gboolean
is_expected_reason (const SimCheckLink *link,
                    guint reason)
{
  if (link->fault != 0)
    return reason == link->fault || reason == link->or_else || (link->may_fail && reason == 0x93);
  if (link->may_fail && reason == 0x93)
    return TRUE;

  return link->n_strays > FEW_STRAYS && reason == 0x82;
}

/* A packet whose rest did not come in time need not have shown its fault; another time may be up before. */
static gboolean
is_cut_short (SimCheck *self)
{
  const MqttcEngineConfig *config = &self->options->engine;
  const SimCheckLink *link = self->link;
  gint64 now = sim_clock_now (self->clock);

  return !link->over_whole
         && (now >= link->over_since + config->packet_timeout
             || (link->ping_sent >= 0 && now >= link->ping_sent + config->ping_timeout));
}

/* [MQTT-4.13.2-1] @bytes is what the engine says when it closes the link. */
void
sim_check_last_words (SimCheck *self,
                      const guint8 *bytes,
                      gsize len)
{
  const SimCheckLink *link = self->link;
  const char *fault;
  SimPacket packet;
  gsize n_waiting;

  if (link == NULL || link->version != 5)
    {
      if (len > 0)
        sim_check_fail (self, "I8", "last words, and nobody to say them to");
      return;
    }

  sim_stream_peek ((SimStream *) &link->out, &n_waiting);
  if (len == 0)
    {
      if (link->fault != 0 && !is_cut_short (self) && n_waiting == 0 && !self->close_asked)
        sim_check_fail (self, "I8", "the link is closed for a fault, and the broker not told");
      return;
    }

  if (sim_wire_read (bytes, len, 5, &packet, &fault) != SIM_WIRE_OK || packet.size != len
      || packet.type != SIM_DISCONNECT)
    sim_check_fail (self, "I11", "the last words are no DISCONNECT");
  else if (link->out_taken != link->out_start)
    sim_check_fail (self, "I11", "last words inside of another packet");
  else if (link->disconnect_seen)
    sim_check_fail (self, "I8", "DISCONNECT after DISCONNECT [MQTT-3.14.4-2]");
  else if (!is_expected_reason (link, packet.reason)
           && !(packet.reason == 0x80 && sim_check_is_auth_late (self)))
    sim_check_fail (self, "I8", "DISCONNECT with reason 0x%02x instead of 0x%02x or 0x%02x",
                    packet.reason, link->fault, link->or_else);
}

void
sim_check_all_handled (SimCheck *self)
{
  const SimCheckLink *link = self->link;

  if (link->over_whole)
    sim_check_fail (self, "I8", "the link goes on after a fault that must end it (0x%02x)",
                    link->fault);
  if (link->version == 5 && self->options->engine.receive_maximum != 0
      && link->n_unanswered > (gint) self->options->engine.receive_maximum)
    sim_check_fail (self, "I8", "more than the receive maximum is taken [MQTT-3.3.4-9]");
}

/* --- Sessions --- */

/* The client does not know when the broker sees the end of the link, but not before the last it has
 * heard of it. */
void
sim_check_session_left (SimCheck *self)
{
  const SimCheckLink *link = self->link;

  if (!link->is_connected)
    return;

  for (guint i = 0; link->version == 5 && i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      request->given_up = request->encoded && !request->ack_sure && request->qos > 0
                          && sim_check_gives_up (self, request);
    }

  self->session_ends = -1;
  if (self->session_expiry != G_MAXUINT32)
    self->session_ends = MAX (link->last_sent, link->last_fed) + self->session_expiry * SIM_SECOND;
}
