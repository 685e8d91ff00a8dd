/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The codec alone: a PUBLISH of QoS 1 is written into, or read from, a buffer of about 64 KiB, again and
 * again. */

#include "benchmark.h"
#include "codec/mqttc-codec-private.h"

#define BUFFER_SIZE 65536

static BenchOptions options;
static MqttcProtocol protocol;
static guint8 *buffer;
static gsize packet_len;
static guint64 n_per_buffer;
static guint64 total; /* so that nothing is left out by the compiler */

static void
encode (void)
{
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_PUBLISH, .packet_id = 10 };

  view.publish.topic = (MqttcSlice){ (const guint8 *) BENCH_TOPIC, strlen (BENCH_TOPIC) };
  view.publish.payload = (MqttcSlice){ options.payload, options.size };
  view.publish.qos = MQTTC_QOS_AT_LEAST_ONCE;
  if (options.v5)
    view.properties = mqttc_slice (options.properties->data, options.properties->len);

  for (guint64 i = 0; i < options.count; i++)
    {
      guint8 *to = buffer + i % n_per_buffer * packet_len;

      if (mqttc_packet_get_encoded_size (protocol, &view) != packet_len)
        bench_fail ("A wrong size");
      total += mqttc_packet_encode (protocol, &view, to);
    }
}

static void
decode (void)
{
  for (guint64 i = 0; i < options.count; i++)
    {
      const guint8 *from = buffer + i % n_per_buffer * packet_len;
      MqttcFrame frame;
      MqttcPacketView view;
      const char *fault;

      if (mqttc_frame_decode (from, packet_len, 0, &frame) != MQTTC_DECODE_OK
          || mqttc_packet_decode (protocol, &frame, from, &view, &fault) != MQTTC_DECODE_OK)
        bench_fail ("A wrong packet");
      total += view.publish.payload.len;
    }
}

int
main (int argc,
      char **argv)
{
  guint8 header[64];

  bench_parse (&options, argc, argv);
  protocol = options.v5 ? MQTTC_PROTOCOL_V5 : MQTTC_PROTOCOL_V3_1_1;
  packet_len = bench_encode_publish (header, BENCH_TOPIC, strlen (BENCH_TOPIC), 1, 10,
                                     options.properties, options.size)
               + options.size;
  n_per_buffer = MAX (1, BUFFER_SIZE / packet_len);
  buffer = g_malloc0 (n_per_buffer * packet_len);
  for (guint64 i = 0; i < n_per_buffer; i++)
    bench_encode_publish (buffer + i * packet_len, BENCH_TOPIC, strlen (BENCH_TOPIC), 1, 10,
                          options.properties, options.size);

  bench_start ();
  if (bench_is (&options, "encode"))
    encode ();
  else
    decode ();
  bench_stop ();

  if (total < options.count * options.size)
    bench_fail ("Something was left out");
  bench_report (&options);

  return 0;
}
