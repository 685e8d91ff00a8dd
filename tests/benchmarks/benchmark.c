/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "benchmark.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Longer than any workload takes, also under Valgrind: what hangs fails. */
#define MAX_SECONDS 120

static gint64 started;
static gint64 started_cpu;
static gint64 elapsed;
static gint64 elapsed_cpu;
static gint64 *times;
static gsize n_times;

void
bench_fail (const char *format,
            ...)
{
  va_list arguments;

  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
  exit (1);
}

static void
set_option (BenchOptions *options,
            const char *name,
            char *value)
{
  if (g_str_equal (name, "--port"))
    options->port = atoi (value);
  else if (g_str_equal (name, "--qos"))
    options->qos = atoi (value);
  else if (g_str_equal (name, "--size"))
    options->size = atoi (value);
  else if (g_str_equal (name, "--count"))
    options->count = g_ascii_strtoull (value, NULL, 10);
  else if (g_str_equal (name, "--window"))
    options->window = atoi (value);
  else if (g_str_equal (name, "--ca"))
    options->ca_file = value;
  else if (g_str_equal (name, "--threaded"))
    options->threaded = atoi (value);
  else if (g_str_equal (name, "--control"))
    options->control = atoi (value);
  else if (g_str_equal (name, "--protocol"))
    options->v5 = g_str_equal (value, "5");
  else if (g_str_equal (name, "--topics"))
    options->topics = atoi (value);
  else if (g_str_equal (name, "--aliases"))
    options->aliases = atoi (value);
  else if (g_str_equal (name, "--properties"))
    options->properties_name = value;
  else
    bench_fail ("%s: no such option", name);
}

void
bench_parse (BenchOptions *options,
             int argc,
             char **argv)
{
  *options = (BenchOptions){
    .size = 64, .count = 1000, .window = 100, .control = -1, .properties_name = "none"
  };
  if (argc < 2)
    bench_fail ("Usage: %s WORKLOAD --port PORT [--protocol 3.1.1|5] [--qos QOS] [--size BYTES]"
                " [--count N]",
                argv[0]);

  options->workload = argv[1];
  for (int i = 2; i + 1 < argc; i += 2)
    set_option (options, argv[i], argv[i + 1]);
  options->payload = g_malloc0 (options->size);
  if (options->v5
      && (options->properties = bench_find_properties (options->properties_name)) == NULL)
    bench_fail ("%s: no such properties", options->properties_name);

  if (g_str_has_prefix (options->workload, "receive"))
    g_snprintf (options->client_id, sizeof options->client_id,
                "source:%u:%u:%" G_GUINT64_FORMAT ":%u:%s", options->qos, options->size,
                options->count, options->window, options->properties_name);
  else
    g_strlcpy (options->client_id, bench_is (options, "roundtrip") ? "echo" : "sink",
               sizeof options->client_id);
  alarm (MAX_SECONDS);
}

gboolean
bench_is (const BenchOptions *options,
          const char *workload)
{
  return g_str_equal (options->workload, workload);
}

/* --- Time. --- */

gint64
bench_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static gint64
cpu_usec (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec
         + usage.ru_stime.tv_usec;
}

void
bench_start (void)
{
  started_cpu = cpu_usec ();
  started = bench_now ();
}

void
bench_stop (void)
{
  elapsed = bench_now () - started;
  elapsed_cpu = cpu_usec () - started_cpu;
}

void
bench_add_time (const BenchOptions *options,
                gint64 nsec)
{
  if (times == NULL)
    times = g_new0 (gint64, options->count);
  if (n_times < options->count)
    times[n_times++] = nsec;
}

static int
compare_times (const void *a,
               const void *b)
{
  const gint64 *x = a;
  const gint64 *y = b;

  return (*x > *y) - (*x < *y);
}

void
bench_report (const BenchOptions *options)
{
  double n = options->count;

  printf ("{\"rate\": %.1f, \"cpu\": %.4f", n / (elapsed / 1e9), elapsed_cpu / n);
  if (n_times > 0)
    {
      qsort (times, n_times, sizeof *times, compare_times);
      printf (", \"p50\": %.2f, \"p99\": %.2f", times[n_times / 2] / 1e3,
              times[n_times * 99 / 100] / 1e3);
    }
  printf ("}\n");
}

/* --- The broker in steps. --- */

void
bench_step (const BenchOptions *options,
            guint expect,
            guint send)
{
  BenchStep step = { expect, send };
  char answer;

  if (write (options->control, &step, sizeof step) != sizeof step
      || read (options->control, &answer, 1) != 1)
    bench_fail ("The broker is gone");
}

/* --- MQTT, for the programs without a library. --- */

const BenchProperties *
bench_find_properties (const char *name)
{
  static const BenchProperties known[] = {
    { "none", { 0 }, 0 },
    { "user", { 0x26, 0, 4, 'u', 'n', 'i', 't', 0, 7, 'c', 'e', 'l', 's', 'i', 'u', 's' }, 16 },
    { "expiry", { 0x02, 0, 0, 0x0e, 0x10 }, 5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (known[i].name, name))
        return &known[i];
    }

  return NULL;
}

/* All but the payload. */
gsize
bench_encode_publish (guint8 *to,
                      const char *topic,
                      gsize topic_len,
                      guint qos,
                      guint16 id,
                      const BenchProperties *properties,
                      guint size)
{
  guint8 *p = to;
  gsize rest = 2 + topic_len + (qos > 0 ? 2 : 0) + size;

  if (properties != NULL)
    rest += 1 + properties->len;

  *p++ = 0x30 | qos << 1;
  do
    {
      *p++ = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
      rest >>= 7;
    }
  while (rest > 0);
  *p++ = topic_len >> 8;
  *p++ = topic_len & 0xff;
  memcpy (p, topic, topic_len);
  p += topic_len;
  if (qos > 0)
    {
      *p++ = id >> 8;
      *p++ = id & 0xff;
    }
  if (properties != NULL)
    {
      *p++ = properties->len;
      memcpy (p, properties->data, properties->len);
      p += properties->len;
    }

  return p - to;
}

/* 0: more bytes are needed. */
gsize
bench_decode_varint (const guint8 *data,
                     gsize len,
                     guint32 *value)
{
  *value = 0;
  for (gsize i = 0; i < len && i < 4; i++)
    {
      *value |= (guint32) (data[i] & 0x7f) << (7 * i);
      if (data[i] < 0x80)
        return i + 1;
    }

  return 0;
}

/* 0: more bytes are needed. */
gsize
bench_decode_header (const guint8 *data,
                     gsize len,
                     guint32 *rest)
{
  gsize n = len > 0 ? bench_decode_varint (data + 1, len - 1, rest) : 0;

  return n > 0 ? n + 1 : 0;
}
