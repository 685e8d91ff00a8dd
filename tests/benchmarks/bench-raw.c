/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* No library: each message is encoded into, or decoded from, a large buffer. Nobody can be much faster. */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "benchmark.h"

#define BUFFER_SIZE 65536
/* Larger payloads are not copied. */
#define MAX_COPY 16384

static BenchOptions options;
static int fd;
static SSL *ssl; /* (nullable) */
static guint8 out[2 * BUFFER_SIZE];
static gsize out_len;
static guint8 *in;
static gsize in_size;
static gsize in_start;
static gsize in_end;
static guint64 sent;
static guint64 done;

static void
write_all (const guint8 *data,
           gsize len)
{
  while (len > 0)
    {
      gssize n = ssl != NULL ? SSL_write (ssl, data, (int) len) : write (fd, data, len);

      if (n <= 0)
        bench_fail ("Cannot write");
      data += n;
      len -= (gsize) n;
    }
}

static void
flush (void)
{
  write_all (out, out_len);
  out_len = 0;
}

static void
put (const guint8 *data,
     gsize len)
{
  memcpy (out + out_len, data, len);
  out_len += len;
}

static void
read_more (void)
{
  gssize n;

  memmove (in, in + in_start, in_end - in_start);
  in_end -= in_start;
  in_start = 0;
  n = ssl != NULL ? SSL_read (ssl, in + in_end, (int) (in_size - in_end))
                  : read (fd, in + in_end, in_size - in_end);
  if (n <= 0)
    bench_fail ("Cannot read");
  in_end += (gsize) n;
}

/* The first byte of the packet, or -1 if there is no whole one. */
static int
next_packet (const guint8 **body,
             guint32 *len)
{
  const guint8 *data = in + in_start;
  gsize header = bench_decode_header (data, in_end - in_start, len);

  if (header == 0 || in_end - in_start < header + *len)
    return -1;

  *body = data + header;
  in_start += header + *len;

  return data[0];
}

static void
wait_for_packet (guint type)
{
  const guint8 *body;
  guint32 len;
  int first;

  while ((first = next_packet (&body, &len)) < 0)
    read_more ();
  if ((guint) first >> 4 != type)
    bench_fail ("A packet of type %d", first >> 4);
}

static void
write_vectors (const guint8 *header,
               gsize header_len)
{
  struct iovec vectors[2]
      = { { (void *) header, header_len }, { (void *) options.payload, options.size } };
  gssize n = writev (fd, vectors, 2);

  if (n < (gssize) header_len)
    bench_fail ("Cannot write");
  n -= (gssize) header_len;
  write_all (options.payload + n, options.size - (gsize) n);
}

static void
publish (void)
{
  gsize header_len
      = bench_encode_publish (out + out_len, BENCH_TOPIC, strlen (BENCH_TOPIC), options.qos,
                              1 + sent % options.window, options.properties, options.size);

  sent++;
  if (options.size > MAX_COPY && ssl == NULL)
    {
      gsize head = out_len + header_len;

      out_len = 0;
      write_vectors (out, head);
      return;
    }
  out_len += header_len;
  put (options.payload, options.size);
  if (out_len >= BUFFER_SIZE - 4096)
    flush ();
}

static void
publish_all (void)
{
  guint8 last[64];
  gsize len
      = bench_encode_publish (last, BENCH_TOPIC, strlen (BENCH_TOPIC), 1, 1, options.properties, 0);

  while (sent < options.count)
    publish ();
  put (last, len);
  flush ();
  wait_for_packet (4);
}

static void
take_ack (int first,
          const guint8 *id)
{
  if (first == 0x50)
    {
      put ((guint8[]){ 0x62, 2, id[0], id[1] }, 4);
      return;
    }

  done++;
  if (sent < options.count)
    publish ();
}

static void
publish_window (void)
{
  while (sent < MIN (options.window, options.count))
    publish ();
  flush ();

  while (done < options.count)
    {
      const guint8 *body;
      guint32 len;
      int first;

      read_more ();
      while ((first = next_packet (&body, &len)) >= 0)
        take_ack (first, body);
      flush ();
    }
}

static void
take_message (const guint8 *body,
              guint32 len)
{
  gsize head = 2 + (body[0] << 8 | body[1]);

  if (options.qos > 0)
    {
      put ((guint8[]){ 0x40, 2, body[head], body[head + 1] }, 4);
      head += 2;
    }
  if (options.v5)
    {
      guint32 properties;

      head += bench_decode_varint (body + head, len - head, &properties);
      head += properties;
    }
  if (len - head != options.size)
    bench_fail ("A message of %zu bytes", len - head);
  done++;
}

static void
subscribe (void)
{
  gsize len = strlen (BENCH_TOPIC);
  guint8 head[] = { 0x82, 5 + options.v5 + len, 0, 1 };

  put (head, sizeof head);
  if (options.v5)
    out[out_len++] = 0;
  out[out_len++] = 0;
  out[out_len++] = len;
  put ((const guint8 *) BENCH_TOPIC, len);
  out[out_len++] = options.qos;
  flush ();
  wait_for_packet (9);
}

static void
receive (void)
{
  subscribe ();
  while (TRUE)
    {
      const guint8 *body;
      guint32 len;

      while (next_packet (&body, &len) >= 0)
        take_message (body, len);
      flush ();
      if (done >= options.count)
        return;
      read_more ();
    }
}

static void
go_round (void)
{
  subscribe ();
  bench_start ();
  while (done < options.count)
    {
      gint64 began = bench_now ();

      publish ();
      flush ();
      wait_for_packet (3);
      bench_add_time (&options, bench_now () - began);
      done++;
    }
}

static void
open_tls (void)
{
  SSL_CTX *tls = SSL_CTX_new (TLS_client_method ());

  if (SSL_CTX_load_verify_locations (tls, options.ca_file, NULL) != 1)
    bench_fail ("%s: no certificates", options.ca_file);
  SSL_CTX_set_verify (tls, SSL_VERIFY_PEER, NULL);
  ssl = SSL_new (tls);
  SSL_set_fd (ssl, fd);
  if (SSL_connect (ssl) != 1)
    bench_fail ("No TLS");
}

static void
open_connection (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (options.port) };
  gsize id_len = strlen (options.client_id);
  guint8 head[]
      = { 0x10, 12 + options.v5 + id_len, 0, 4, 'M', 'Q', 'T', 'T', 4 + options.v5, 2, 0, 0 };
  int on = 1;

  fd = socket (AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    bench_fail ("Cannot connect");
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options.ca_file != NULL)
    open_tls ();

  put (head, sizeof head);
  if (options.v5)
    out[out_len++] = 0;
  out[out_len++] = 0;
  out[out_len++] = id_len;
  put ((const guint8 *) options.client_id, id_len);
  flush ();
  wait_for_packet (2);
}

int
main (int argc,
      char **argv)
{
  bench_parse (&options, argc, argv);
  in_size = MAX (BUFFER_SIZE, 2 * (gsize) options.size);
  in = g_malloc (in_size);
  open_connection ();

  bench_start ();
  if (bench_is (&options, "publish"))
    options.qos == 0 ? publish_all () : publish_window ();
  else if (bench_is (&options, "receive"))
    receive ();
  else if (bench_is (&options, "roundtrip"))
    go_round ();
  else
    bench_fail ("%s: no such workload", options.workload);
  bench_stop ();

  bench_report (&options);

  return 0;
}
