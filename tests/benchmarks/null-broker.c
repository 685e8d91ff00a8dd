/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The other side of the benchmarks: it does as little as a broker can, so that what is measured is the
 * client. It swallows messages and acknowledges them, a read's worth in one write. What else it does, a
 * client says by its client id:
 *   source:QOS:SIZE:COUNT:WINDOW:PROPERTIES
 *          a SUBSCRIBE is answered with COUNT messages of SIZE bytes, encoded beforehand, of which WINDOW
 *          at most are unacknowledged; see bench_find_properties()
 *   echo   a message is sent back
 * The CONNECT says whether to speak MQTT 5 or 3.1.1. With --aliases N clients of MQTT 5 may use so many
 * topic aliases, and with --report 1 a line is printed for each connection at its end: how many messages
 * came on it, how many bytes they were, how many bytes of topics these meant, and how many of them
 * assigned an alias.
 *
 * With --control it moves only when told to, for counts of instructions that repeat. */

#define _GNU_SOURCE
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "null-publish.h"

#define READ_SIZE (1 << 20)
#define BLOCK_SIZE (1 << 20)
#define MAX_PARTIAL (1 << 16)

typedef struct
{
  int fd;
  SSL *ssl; /* (nullable) */
  gboolean shaken;
  gboolean closing;
  guint32 events;
  guint8 *partial; /* of a packet, its beginning */
  gsize partial_len;
  guint64 skip; /* of a payload, what is still to come */
  guint8 *out;
  gsize out_len;
  gsize out_size;
  gboolean v5;
  gboolean is_source;
  gboolean is_echo;
  const BenchProperties *properties; /* (nullable): of what it sends */
  guint qos;
  guint size;
  guint64 count;
  guint64 window;
  guint8 *block; /* encoded messages, to be sent again and again */
  gsize block_len;
  gsize packet_len;
  guint64 allowed; /* messages that may have been sent */
  guint64 sent;    /* in bytes */
  guint64 acked;
  guint64 arrived; /* packets, for --control */
  NullAliases aliases;
  guint64 n_messages;
  guint64 n_message_bytes;
  guint64 n_topic_bytes;
} Peer;

static int poll_fd;
static int listeners[2] = { -1, -1 };
static SSL_CTX *tls;
static guint max_aliases;
static gboolean reporting;
static guint8 buffer[READ_SIZE];
static int control = -1;
static Peer *controlled; /* the last that connected, with --control */
static gboolean held;    /* with --control: nothing is sent but by a step */
static gboolean in_step;
static BenchStep step;

static void
die (const char *what)
{
  perror (what);
  exit (1);
}

/* --- Sending. --- */

static void
append (Peer *peer,
        const guint8 *data,
        gsize len)
{
  if (peer->out_size - peer->out_len < len)
    {
      peer->out_size = (peer->out_len + len) * 2;
      peer->out = g_realloc (peer->out, peer->out_size);
    }
  memcpy (peer->out + peer->out_len, data, len);
  peer->out_len += len;
}

/* -1: it would block, or has failed, in which case peer->closing is set. */
static gssize
write_bytes (Peer *peer,
             const guint8 *data,
             gsize len)
{
  gssize n;

  if (peer->ssl != NULL)
    {
      int result = SSL_write (peer->ssl, data, (int) len);

      if (result > 0)
        return result;
      peer->closing = SSL_get_error (peer->ssl, result) != SSL_ERROR_WANT_WRITE;
      ERR_clear_error ();
      return -1;
    }

  n = send (peer->fd, data, len, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN)
    peer->closing = TRUE;

  return n;
}

static void
watch (Peer *peer,
       guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = peer };

  if (peer->events == events)
    return;
  if (epoll_ctl (poll_fd, EPOLL_CTL_MOD, peer->fd, &event) < 0)
    die ("epoll_ctl");
  peer->events = events;
}

static gboolean
send_answers (Peer *peer)
{
  while (peer->out_len > 0)
    {
      gssize n = write_bytes (peer, peer->out, peer->out_len);

      if (n < 0)
        return FALSE;
      peer->out_len -= (gsize) n;
      memmove (peer->out, peer->out + n, peer->out_len);
    }

  return TRUE;
}

static guint64
sendable (Peer *peer)
{
  guint64 messages = MIN (peer->allowed, peer->count);

  if (peer->qos > 0)
    messages = MIN (messages, peer->acked + peer->window);

  return messages * peer->packet_len - peer->sent;
}

static gboolean
send_messages (Peer *peer)
{
  if (peer->block == NULL)
    return TRUE;

  for (guint64 rest = sendable (peer); rest > 0; rest = sendable (peer))
    {
      gsize offset = peer->sent % peer->block_len;
      gssize n = write_bytes (peer, peer->block + offset, MIN (rest, peer->block_len - offset));

      if (n < 0)
        return FALSE;
      peer->sent += (gsize) n;
    }

  return TRUE;
}

static void
flush (Peer *peer)
{
  if (held && peer == controlled)
    return;

  if (send_answers (peer) && send_messages (peer))
    watch (peer, EPOLLIN);
  else if (!peer->closing)
    watch (peer, EPOLLIN | EPOLLOUT);
}

/* --- The source. --- */

/* A whole number of messages, and of windows: packet identifiers begin again with each window. */
static void
make_block (Peer *peer,
            const char *topic,
            gsize topic_len)
{
  guint8 header[128];
  gsize header_len
      = bench_encode_publish (header, topic, topic_len, peer->qos, 1, peer->properties, peer->size);
  gsize n;

  peer->packet_len = header_len + peer->size;
  n = MAX (1, BLOCK_SIZE / peer->packet_len);
  if (peer->qos > 0)
    n = MAX (1, n / peer->window) * peer->window;
  peer->block_len = n * peer->packet_len;
  peer->block = g_malloc0 (peer->block_len);

  for (gsize i = 0; i < n; i++)
    {
      guint16 id = peer->qos > 0 ? 1 + i % peer->window : 0;

      bench_encode_publish (peer->block + i * peer->packet_len, topic, topic_len, peer->qos, id,
                            peer->properties, peer->size);
    }
  peer->allowed = control < 0 ? peer->count : 0;
}

static void
take_connect (Peer *peer,
              const guint8 *body,
              gsize len)
{
  const guint8 connack[] = { 0x20, 2, 0, 0 };
  const guint8 connack5[] = { 0x20, 6, 0, 0, 3, 0x22, max_aliases >> 8, max_aliases & 0xff };
  char id[64] = "";
  char properties[16] = "none";
  gsize pos = 10;

  peer->aliases.maximum = max_aliases;
  peer->v5 = len > pos && body[6] == 5;
  if (peer->v5)
    pos += null_get_properties_size (body + pos, len - pos);
  if (len >= pos + 2)
    {
      gsize id_len = body[pos] << 8 | body[pos + 1];

      memcpy (id, body + pos + 2, MIN (MIN (id_len, len - pos - 2), sizeof id - 1));
    }
  peer->is_echo = g_str_equal (id, "echo");
  peer->is_source = sscanf (id, "source:%u:%u:%lu:%lu:%15s", &peer->qos, &peer->size, &peer->count,
                            &peer->window, properties)
                    >= 4;
  peer->properties = peer->v5 ? bench_find_properties (properties) : NULL;
  if (peer->v5)
    append (peer, connack5, sizeof connack5);
  else
    append (peer, connack, sizeof connack);
}

static void
take_subscribe (Peer *peer,
                const guint8 *body,
                gsize len)
{
  gsize pos = 2 + (peer->v5 ? null_get_properties_size (body + 2, len - 2) : 0);
  gsize topic_len = len > pos + 2 ? body[pos] << 8 | body[pos + 1] : 0;
  guint8 suback[] = { 0x90, 3, body[0], body[1], peer->qos };
  guint8 suback5[] = { 0x90, 4, body[0], body[1], 0, peer->qos };

  if (peer->v5)
    append (peer, suback5, sizeof suback5);
  else
    append (peer, suback, sizeof suback);
  pos += 2;
  if (peer->is_source && topic_len > 0 && topic_len <= 80 && topic_len <= len - pos)
    make_block (peer, (const char *) body + pos, topic_len);
}

/* --- Receiving. --- */

static void
send_back (Peer *peer,
           const char *topic,
           gsize topic_len,
           const guint8 *payload,
           gsize size)
{
  guint8 header[128];

  if (topic_len > 100)
    bench_fail ("A topic of %zu bytes", topic_len);
  append (peer, header,
          bench_encode_publish (header, topic, topic_len, 0, 0, peer->properties, size));
  append (peer, payload, size);
}

/* PUBLISH, of which all is here only if it is to be sent back. */
static void
take_publish (Peer *peer,
              guint8 first,
              const guint8 *body,
              gsize head,
              gsize len)
{
  guint qos = first >> 1 & 3;
  const guint8 *id = body + 2 + (body[0] << 8 | body[1]);
  const guint8 *properties = id + (qos > 0 ? 2 : 0);
  guint alias = peer->v5 ? null_find_alias (properties) : 0;
  gsize topic_len;
  const char *topic = null_resolve_topic (&peer->aliases, body, alias, &topic_len);

  peer->n_messages++;
  peer->n_topic_bytes += topic_len;
  if (peer->is_echo)
    send_back (peer, topic, topic_len, body + head, len - head);
  if (qos > 0)
    {
      guint8 ack[] = { qos == 1 ? 0x40 : 0x50, 2, id[0], id[1] };

      append (peer, ack, sizeof ack);
    }
}

static void
take_packet (Peer *peer,
             guint8 first,
             const guint8 *body,
             gsize len)
{
  static const guint8 pingresp[] = { 0xd0, 0 };

  switch (first >> 4)
    {
    case 1:
      take_connect (peer, body, len);
      break;
    case 4:
    case 7:
      peer->acked++;
      break;
    case 5:
      append (peer, (guint8[]){ 0x62, 2, body[0], body[1] }, 4);
      break;
    case 6:
      append (peer, (guint8[]){ 0x70, 2, body[0], body[1] }, 4);
      break;
    case 8:
      take_subscribe (peer, body, len);
      break;
    case 12:
      append (peer, pingresp, sizeof pingresp);
      break;
    case 14:
      peer->closing = TRUE;
      break;
    default:
      break;
    }
}

/* 0: more bytes are needed. */
static gsize
take (Peer *peer,
      const guint8 *data,
      gsize len)
{
  guint32 rest;
  gsize header = bench_decode_header (data, len, &rest);
  gboolean is_publish = len > 0 && data[0] >> 4 == 3;
  gsize needed;
  gsize head = 0;

  if (header == 0)
    return 0;

  needed = rest;
  if (is_publish)
    {
      head = null_get_publish_head_size (peer->v5, data[0], data + header, len - header);
      if (head == 0)
        return 0;
      if (!peer->is_echo)
        needed = head;
    }
  if (len < header + needed)
    return 0;

  if (is_publish)
    {
      take_publish (peer, data[0], data + header, head, rest);
      peer->n_message_bytes += header + rest;
    }
  else
    take_packet (peer, data[0], data + header, needed);
  peer->arrived++;
  if (len >= header + rest)
    return header + rest;

  peer->skip = header + rest - len;
  return len;
}

static void
take_all (Peer *peer,
          gsize len)
{
  gsize pos = MIN (peer->skip, len);

  peer->skip -= pos;
  while (pos < len)
    {
      gsize n = take (peer, buffer + pos, len - pos);

      if (n == 0)
        break;
      pos += n;
    }

  peer->partial_len = len - pos;
  if (peer->partial_len > MAX_PARTIAL)
    peer->closing = TRUE;
  else
    memcpy (peer->partial, buffer + pos, peer->partial_len);
}

static void
shake_hands (Peer *peer)
{
  int result = SSL_accept (peer->ssl);

  peer->shaken = result == 1;
  if (!peer->shaken && SSL_get_error (peer->ssl, result) != SSL_ERROR_WANT_READ)
    peer->closing = TRUE;
  ERR_clear_error ();
}

/* As much as there is, up to the size of the buffer. */
static void
read_tls (Peer *peer)
{
  gsize len = peer->partial_len;
  int n = 1;

  memcpy (buffer, peer->partial, peer->partial_len);
  while (len < READ_SIZE && (n = SSL_read (peer->ssl, buffer + len, (int) (READ_SIZE - len))) > 0)
    len += (gsize) n;
  if (n <= 0 && SSL_get_error (peer->ssl, n) != SSL_ERROR_WANT_READ)
    peer->closing = TRUE;
  ERR_clear_error ();
  take_all (peer, len);
}

static void
read_plain (Peer *peer)
{
  gssize n;

  memcpy (buffer, peer->partial, peer->partial_len);
  n = recv (peer->fd, buffer + peer->partial_len, READ_SIZE - peer->partial_len, 0);
  if (n > 0)
    take_all (peer, peer->partial_len + (gsize) n);
  else if (n == 0 || errno != EAGAIN)
    peer->closing = TRUE;
}

/* --- Steps. --- */

static void
end_step (Peer *peer)
{
  int unsent = 1;

  if (!in_step || peer->arrived < step.expect)
    return;

  peer->arrived -= step.expect;
  peer->allowed += step.send;
  held = FALSE;
  while (!(send_answers (peer) && send_messages (peer)) && !peer->closing)
    usleep (100);
  held = TRUE;

  /* What has been sent is in the buffer of the receiver: on loopback nothing is on its way. */
  while (ioctl (peer->fd, SIOCOUTQNSD, &unsent) == 0 && unsent > 0)
    usleep (100);
  in_step = FALSE;
  if (write (control, "", 1) != 1)
    exit (0);
}

static void
begin_step (void)
{
  if (read (control, &step, sizeof step) != sizeof step || controlled == NULL)
    exit (0);

  if (!held)
    controlled->arrived = 0; /* until now, CONNECT and SUBSCRIBE */
  held = TRUE;
  in_step = TRUE;
  end_step (controlled);
}

/* --- Connections. --- */

static void
accept_peer (int listener)
{
  Peer *peer = g_new0 (Peer, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };
  int on = 1;

  peer->fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (peer->fd < 0)
    die ("accept");
  setsockopt (peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  peer->partial = g_malloc (MAX_PARTIAL);
  peer->events = event.events;
  if (listener == listeners[1])
    {
      peer->ssl = SSL_new (tls);
      SSL_set_fd (peer->ssl, peer->fd);
    }
  if (epoll_ctl (poll_fd, EPOLL_CTL_ADD, peer->fd, &event) < 0)
    die ("epoll_ctl");
  if (control >= 0)
    controlled = peer;
}

static void
free_peer (Peer *peer)
{
  if (peer == controlled)
    controlled = NULL;
  if (reporting)
    {
      printf ("%lu %lu %lu %lu\n", peer->n_messages, peer->n_message_bytes, peer->n_topic_bytes,
              peer->aliases.n_assigned);
      fflush (stdout);
    }
  null_clear_aliases (&peer->aliases);
  if (peer->ssl != NULL)
    SSL_free (peer->ssl);
  close (peer->fd);
  g_free (peer->partial);
  g_free (peer->out);
  g_free (peer->block);
  g_free (peer);
}

static void
serve (Peer *peer,
       guint32 events)
{
  if (peer->ssl != NULL && !peer->shaken)
    shake_hands (peer);
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
    {
      if (peer->ssl == NULL)
        read_plain (peer);
      else if (peer->shaken)
        read_tls (peer);
    }
  if (peer == controlled)
    end_step (peer);
  if (!peer->closing)
    flush (peer);
  if (peer->closing)
    free_peer (peer);
}

static int
listen_somewhere (guint *port)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t len = sizeof address;
  struct epoll_event event = { .events = EPOLLIN };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, 100) < 0
      || getsockname (fd, (struct sockaddr *) &address, &len) < 0)
    die ("listen");
  *port = ntohs (address.sin_port);
  event.data.ptr = &listeners[listeners[0] < 0 ? 0 : 1];
  if (epoll_ctl (poll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
    die ("epoll_ctl");

  return fd;
}

static void
set_up_tls (const char *certificate)
{
  g_autofree char *chain = g_strconcat (certificate, ".pem", NULL);
  g_autofree char *key = g_strconcat (certificate, ".key", NULL);

  tls = SSL_CTX_new (TLS_server_method ());
  SSL_CTX_set_mode (tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_use_certificate_chain_file (tls, chain) != 1
      || SSL_CTX_use_PrivateKey_file (tls, key, SSL_FILETYPE_PEM) != 1)
    {
      ERR_print_errors_fp (stderr);
      exit (1);
    }
}

static void
dispatch (const struct epoll_event *event)
{
  if (event->data.ptr == &control)
    begin_step ();
  else if (event->data.ptr == &listeners[0] || event->data.ptr == &listeners[1])
    accept_peer (*(int *) event->data.ptr);
  else
    serve (event->data.ptr, event->events);
}

int
main (int argc,
      char **argv)
{
  struct epoll_event control_event = { .events = EPOLLIN, .data.ptr = &control };
  guint ports[2] = { 0, 0 };

  /* It ends with whoever has started it. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  poll_fd = epoll_create1 (EPOLL_CLOEXEC);
  listeners[0] = listen_somewhere (&ports[0]);
  for (int i = 1; i + 1 < argc; i += 2)
    {
      if (g_str_equal (argv[i], "--control"))
        control = atoi (argv[i + 1]);
      if (g_str_equal (argv[i], "--certificate"))
        set_up_tls (argv[i + 1]);
      if (g_str_equal (argv[i], "--aliases"))
        max_aliases = atoi (argv[i + 1]);
      if (g_str_equal (argv[i], "--report"))
        reporting = atoi (argv[i + 1]);
    }
  if (tls != NULL)
    listeners[1] = listen_somewhere (&ports[1]);
  if (control >= 0 && epoll_ctl (poll_fd, EPOLL_CTL_ADD, control, &control_event) < 0)
    die ("epoll_ctl");
  printf ("%u %u\n", ports[0], ports[1]);
  fflush (stdout);

  while (TRUE)
    {
      struct epoll_event events[64];
      int n = epoll_wait (poll_fd, events, G_N_ELEMENTS (events), -1);

      for (int i = 0; i < n; i++)
        dispatch (&events[i]);
    }
}
