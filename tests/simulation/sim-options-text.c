/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "sim-options.h"

/* Options by name, for scripts. Those that make up what happens are left out: a script says it. */

typedef struct
{
  const char *name;
  gsize offset;
  gsize size;
} Member;

#define OPTION(name)                                                         \
 {                                                                           \
#  name, G_STRUCT_OFFSET(SimOptions, name), sizeof(((SimOptions *) 0)->name) \
 }
#define ENGINE(name)                                                                       \
 {                                                                                         \
#  name, G_STRUCT_OFFSET(SimOptions, engine.name), sizeof(((SimOptions *) 0)->engine.name) \
 }

static const Member members[] = {
  OPTION (seed),
  OPTION (start_time),
  OPTION (duration),
  OPTION (profile),
  OPTION (forward_at_release),
  OPTION (broker_window),
  OPTION (autosave_interval),
  OPTION (broker_max_qos),
  OPTION (broker_refuses_qos),
  OPTION (broker_max_packet),
  OPTION (broker_max_age),
  OPTION (suback_delay),
  OPTION (latency),
  OPTION (segment_gap),
  OPTION (max_segment),
  OPTION (send_buffer),
  OPTION (timer_lateness),
  OPTION (write_delay),
  OPTION (spurious_timer_percent),
  OPTION (max_payload),
  OPTION (out_of_order_percent),
  OPTION (pop_delay),
  OPTION (delivery_delay),
  OPTION (report_packets),
  OPTION (ack_delay),
  OPTION (ack_twice_percent),
  OPTION (ack_never_percent),
  OPTION (pull_interval),
  OPTION (foreign_percent),
  OPTION (broker_old),
  OPTION (topics),
  OPTION (expiry),
  OPTION (anonymous),
  OPTION (think_delay),
  OPTION (auth_rounds),
  ENGINE (protocol),
  ENGINE (fall_back),
  ENGINE (session_expiry),
  ENGINE (asks_credentials),
  ENGINE (authenticates),
  ENGINE (lower_qos),
  ENGINE (follow_redirects),
  ENGINE (receive_maximum),
  ENGINE (topic_alias_maximum),
  ENGINE (max_topic_aliases),
  ENGINE (clean_session),
  ENGINE (keep_alive),
  ENGINE (max_inflight),
  ENGINE (max_queued_messages),
  ENGINE (max_queued_bytes),
  ENGINE (max_undelivered_messages),
  ENGINE (max_undelivered_bytes),
  ENGINE (max_outgoing_packet_size),
  ENGINE (max_publish_rate),
  ENGINE (resend_delay),
  ENGINE (manual_acks),
  ENGINE (overflow_policy),
  ENGINE (offline_qos0),
  ENGINE (session_lost_policy),
  ENGINE (connect_timeout),
  ENGINE (ping_timeout),
  ENGINE (packet_timeout),
  ENGINE (write_timeout),
  ENGINE (reconnect),
  ENGINE (reconnect_min_delay),
  ENGINE (reconnect_max_delay),
  ENGINE (stable_time),
};

/* None of them is ever negative. */
static guint64
get_value (const SimOptions *options,
           const Member *member)
{
  const guint8 *at = (const guint8 *) options + member->offset;
  guint64 value = 0;

  for (gsize i = 0; i < member->size; i++)
    value |= (guint64) at[G_BYTE_ORDER == G_LITTLE_ENDIAN ? i : member->size - 1 - i] << (8 * i);

  return value;
}

static void
set_value (SimOptions *options,
           const Member *member,
           guint64 value)
{
  guint8 *at = (guint8 *) options + member->offset;

  for (gsize i = 0; i < member->size; i++)
    at[G_BYTE_ORDER == G_LITTLE_ENDIAN ? i : member->size - 1 - i] = (guint8) (value >> (8 * i));
}

guint
sim_options_count (void)
{
  return G_N_ELEMENTS (members);
}

gboolean
sim_options_simplify (SimOptions *self,
                      guint index)
{
  const Member *member = &members[index];
  SimOptions plain;
  gboolean changes;

  /* The checks go by it: what a liar does would be held against the client. */
  if (g_str_equal (member->name, "profile") || g_str_equal (member->name, "protocol"))
    return FALSE;

  sim_options_init (&plain);
  changes = get_value (self, member) != get_value (&plain, member);
  set_value (self, member, get_value (&plain, member));
  sim_options_clear (&plain);

  return changes;
}

void
sim_options_append (const SimOptions *self,
                    GString *out)
{
  SimOptions plain;

  sim_options_init (&plain);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (get_value (self, &members[i]) != get_value (&plain, &members[i]))
      g_string_append_printf (out, "option %s %" G_GUINT64_FORMAT "\n", members[i].name,
                              get_value (self, &members[i]));
  sim_options_clear (&plain);
}

gboolean
sim_options_parse (SimOptions *self,
                   const char *line,
                   GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  guint64 value;

  for (guint i = 0; words[0] != NULL && words[1] != NULL && i < G_N_ELEMENTS (members); i++)
    if (g_str_equal (words[0], members[i].name)
        && g_ascii_string_to_unsigned (words[1], 10, 0, G_MAXUINT64, &value, NULL))
      {
        set_value (self, &members[i], value);
        return TRUE;
      }

  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "Unknown option or value \"%s\"", line);

  return FALSE;
}

/* What would make things up. */
void
sim_options_quieten (SimOptions *self)
{
  self->cut_interval = self->stall_interval = self->blackhole_interval = 0;
  self->dial_fail_percent = self->dial_hang_percent = 0;
  self->freeze_interval = 0;
  self->restart_interval = self->hostile_interval = self->feed_interval = 0;
  self->refuse_percent = self->refer_percent = 0;
  self->silent_percent = self->lie_percent = 0;
  self->act_interval = self->close_interval = 0;
  self->disconnect_interval = 0;
  self->reason_percent = 0;
  self->cancel_percent = self->reentrant_percent = 0;
}
