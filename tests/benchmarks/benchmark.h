/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* What the programs have in common: each measures one library. */

#define BENCH_TOPIC "bench/topic/14"

/* Those of a PUBLISH of MQTT 5. */
typedef struct
{
  const char *name;
  guint8 data[32];
  gsize len;
} BenchProperties;

typedef struct
{
  const char *workload; /* publish, publish-async, receive, receive-signal, roundtrip */
  guint port;
  guint qos;
  guint size;
  guint64 count;
  guint window;
  const char *ca_file; /* (nullable): with TLS */
  gboolean threaded;   /* libmosquitto: its own thread does the I/O */
  int control;         /* -1: the broker does as it likes */
  gboolean v5;         /* MQTT 5, else 3.1.1 */
  guint topics;        /* so many, in turn; 0: BENCH_TOPIC */
  guint aliases;       /* of topics, at most */
  const char *properties_name;
  const BenchProperties *properties; /* (nullable): of 3.1.1, else maybe empty */
  const guint8 *payload;
  char client_id[64]; /* what the broker is to be, see null-broker.c */
} BenchOptions;

/* With --control: the broker waits for as many packets, answers all of them in one write, and adds so
 * many messages. */
typedef struct
{
  guint32 expect;
  guint32 send;
} BenchStep;

void bench_parse (BenchOptions *options,
                  int argc,
                  char **argv);
gboolean bench_is (const BenchOptions *options,
                   const char *workload);

/* Time and CPU of the process, between the two. */
void bench_start (void);
void bench_stop (void);
void bench_report (const BenchOptions *options);

/* Of a round trip; bench_report() then prints percentiles. */
void bench_add_time (const BenchOptions *options,
                     gint64 nsec);
gint64 bench_now (void);

void bench_step (const BenchOptions *options,
                 guint expect,
                 guint send);

/* @name: none, user or expiry; NULL: no such. */
const BenchProperties *bench_find_properties (const char *name);

gsize bench_encode_publish (guint8 *to,
                            const char *topic,
                            gsize topic_len,
                            guint qos,
                            guint16 id,
                            const BenchProperties *properties,
                            guint size);
gsize bench_decode_varint (const guint8 *data,
                           gsize len,
                           guint32 *value);
gsize bench_decode_header (const guint8 *data,
                           gsize len,
                           guint32 *rest);

G_NORETURN void bench_fail (const char *format,
                            ...) G_GNUC_PRINTF (1, 2);
