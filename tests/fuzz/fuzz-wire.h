/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "codec/mqttc-slice-private.h"

G_BEGIN_DECLS

/* What a server sees of a client of MQTT 3.1.1 or 5, read byte by byte without the library's codec. It
 * asserts what must hold whatever the server does, an honest one or not:
 *
 *   - CONNECT is first and comes once [MQTT-3.1.0-1], nothing but DISCONNECT goes before CONNACK, and
 *     nothing after DISCONNECT [MQTT-3.14.4-1];
 *   - flags and lengths are legal [MQTT-2.2.2-1], and packet identifiers are not 0 [MQTT-2.3.1-1] nor
 *     those of an exchange that is not over [MQTT-2.3.1-2];
 *   - DUP is 0 the first time [MQTT-3.3.1-2], and no more are on the way than the window allows;
 *   - nothing is acknowledged that did not come;
 *   - in MQTT 5 what CONNACK said is obeyed: the sizes of packets [MQTT5-3.2.2-15], QoS and retain
 *     [MQTT5-3.2.2-11] [MQTT5-3.2.2-14], the receive maximum [MQTT5-3.3.4-7] and topic aliases
 *     [MQTT5-3.3.2-8] [MQTT5-3.3.2-9], of which none is used before it stands for something; and nobody
 *     authenticates who has not said how [MQTT5-4.12.0-7]. */

/* More than an input can make a client use, which begins with 1 and goes up. */
#define FUZZ_MAX_IDS 4096

/* What an honest server would answer. */
typedef struct
{
  guint8 type; /* of the answer */
  guint16 id;
  guint8 n_codes; /* of SUBACK and UNSUBACK */
  guint8 is_5;
  guint8 is_secured; /* CONNACK and AUTH with the authentication method "m" */
} FuzzAnswer;

/* What CONNACK of MQTT 5 has said, at the strictest reading of all that were fed. */
typedef struct
{
  guint receive_maximum;
  guint maximum_qos;
  gboolean retain;
  gsize maximum_packet_size;
  guint topic_alias_maximum;
} FuzzLimits;

typedef struct
{
  guint window; /* QoS 1 and 2 publishes at once */
  gboolean clean_session;
  gboolean may_be_3; /* a client of MQTT 3.1.1, or one that falls back to it */
  gboolean may_be_5;
  gboolean has_method; /* it authenticates by the method "m" */

  gboolean up;
  gboolean connected; /* CONNECT has been seen */
  gboolean accepted;  /* a CONNACK was fed */
  gboolean ended;     /* DISCONNECT has been seen */
  GByteArray *out;    /* what is not yet a whole packet */
  GByteArray *in;
  gboolean in_broken; /* no more packets can be told apart */
  GArray *answers;    /* of FuzzAnswer */

  gboolean is_5;  /* CONNECT was of MQTT 5 */
  gboolean was_5; /* the last CONNECT before */
  gboolean secured;
  FuzzLimits limits;
  GHashTable *aliases;  /* numbers that stand for something on this link */
  guint link_publishes; /* QoS 1 and 2 publishes that left on this link and are not over */

  guint serial;                  /* of the link, from 1 */
  guint8 used[FUZZ_MAX_IDS];     /* by id, the type of the request that is not over; 0: none */
  guint16 seen_on[FUZZ_MAX_IDS]; /* by id, the last link it was sent on */
  gboolean session_ends;         /* with the link */
  guint n_cut;                   /* PUBLISH packets that a link took only the beginning of */
  guint n_publishes;             /* of those */
  guint n_fed[16];               /* packets fed on this link, by type */
  guint n_pubrecs;               /* on all links */
  guint n_sent[16];              /* the client's, on this link */
  guint n_fed_qos2;              /* PUBLISH packets, on all links */
  guint n_all_sent[16];
} FuzzWire;

FuzzWire *fuzz_wire_new (guint window,
                         gboolean clean_session);
void fuzz_wire_free (FuzzWire *self);

void fuzz_wire_up (FuzzWire *self);
void fuzz_wire_down (FuzzWire *self);

/* Nothing of what was is known any more. */
void fuzz_wire_forget (FuzzWire *self);

/* Bytes that the link has taken from the client. */
void fuzz_wire_sent (FuzzWire *self,
                     MqttcSlice bytes);

/* Bytes that the client is about to be fed with. */
void fuzz_wire_fed (FuzzWire *self,
                    MqttcSlice bytes);

/* The bytes of an answer, appended to @bytes. */
void fuzz_answer_write (const FuzzAnswer *answer,
                        GByteArray *bytes);

G_END_DECLS
