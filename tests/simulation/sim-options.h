/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "session/mqttc-engine-private.h"

G_BEGIN_DECLS

typedef enum
{
  SIM_PROFILE_HONEST,  /* loses nothing, whatever happens to the link */
  SIM_PROFILE_LOSSY,   /* restarts, and then may have forgotten the session */
  SIM_PROFILE_HOSTILE, /* well-formed packets that nobody asked for */
  SIM_PROFILE_LIMITED, /* honest, with small windows, and closes on what it does not support */
  SIM_PROFILE_LIAR,    /* says what is not so, of sessions and in acknowledgements */
} SimProfile;

/* What a seed expands to. Intervals are means in microseconds, 0: never. */
typedef struct
{
  guint64 seed;
  gint64 start_time;
  gint64 duration;
  MqttcEngineConfig engine;

  /* the network */
  gint64 latency;
  gint64 segment_gap;
  gsize max_segment;
  gsize send_buffer;
  gint64 cut_interval;
  gint64 stall_interval;
  gint64 blackhole_interval;
  guint dial_fail_percent;
  guint dial_hang_percent;

  /* the client's machine */
  gint64 freeze_interval;
  gint64 timer_lateness;
  gint64 write_delay;
  guint spurious_timer_percent;

  /* the broker */
  SimProfile profile;
  gboolean forward_at_release; /* method A or B of figure 4.3 of the standard */
  guint broker_window;
  gint64 restart_interval;
  gint64 hostile_interval;
  gint64 feed_interval; /* messages from another client */
  gint64 suback_delay;
  gint64 autosave_interval; /* a restart may go back to what was saved last */
  guint broker_max_qos;     /* of a limited one */
  gboolean broker_refuses_qos;
  gsize broker_max_packet; /* closes on a larger one; 0: no limit */
  gint64 broker_max_age;   /* of a connection; 0: no limit */
  guint lie_percent;
  guint refuse_percent;
  guint silent_percent;
  guint refer_percent;        /* to another server, in CONNACK */
  guint broker_old;           /* 0: it knows MQTT 5; else how it says that it does not */
  gint64 disconnect_interval; /* of MQTT 5, with a reason */
  guint reason_percent;       /* messages that it refuses */

  /* the program */
  gint64 act_interval;
  guint max_requests;
  gsize max_payload;
  guint cancel_percent;
  guint reentrant_percent;
  guint out_of_order_percent;
  gint64 pop_delay;
  gint64 delivery_delay;
  gint64 close_interval;
  gboolean report_packets;
  gint64 ack_delay; /* when it acknowledges by itself */
  guint ack_twice_percent;
  guint ack_never_percent;
  gint64 pull_interval;  /* 0: packets need not be pulled */
  guint foreign_percent; /* messages in memory of its own */
  guint topics;          /* it publishes to; 0: to each once */
  guint expiry;          /* of some of its messages, in seconds at most; 0: of none */
  gboolean anonymous;    /* the broker is to give it a name */
  gint64 think_delay;    /* over credentials and challenges */
  guint auth_rounds;     /* challenges of the broker, at most */

  /* what the checks have to expect */
  gboolean refuses; /* CONNACK may be other than 0 */
  gboolean freezes;
} SimOptions;

/* No faults at all, small everything: what the seeds vary. */
void sim_options_init (SimOptions *self);
void sim_options_init_from_seed (SimOptions *self,
                                 guint64 seed);
void sim_options_clear (SimOptions *self);

char *sim_options_to_string (const SimOptions *self);

/* --- sim-options-text.c: for scripts --- */

/* Nothing happens by itself any more. */
void sim_options_quieten (SimOptions *self);

/* "name value" */
gboolean sim_options_parse (SimOptions *self,
                            const char *line,
                            GError **error);
/* Those that differ from sim_options_init(). */
void sim_options_append (const SimOptions *self,
                         GString *out);
/* One of sim_options_count() back to what it is there. FALSE: it is. */
gboolean sim_options_simplify (SimOptions *self,
                               guint index);
guint sim_options_count (void);

G_END_DECLS
