/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Links on which bytes disappear, both ways or one: noticed within the keep alive interval and the time
 * for the answer to a ping, in virtual time. Each is tried with the proxy, whose TCP goes on to
 * acknowledge, and by the kernel, where TCP itself gets nothing any more. */

#include <dirent.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "fault-proxy.h"
#include "fault-row.h"
#include "test-fixture.h"

#define KEEP_ALIVE 60
#define PING_TIMEOUT 10
#define BOUND (KEEP_ALIVE + PING_TIMEOUT)

typedef enum
{
  UP = 1 << 0,
  DOWN = 1 << 1,
} Lost;

typedef struct
{
  guint row;
  const char *fault;
  Lost lost;
} Case;

static const Case cases[] = {
  { 11, "blackhole both ways", UP | DOWN },
  { 12, "blackhole outbound only", UP },
  { 12, "blackhole inbound only", DOWN },
};

static void
open_slowly_dying (Fixture *f)
{
  mqttc_options_set_keep_alive (f->options, KEEP_ALIVE);
  mqttc_options_set_ping_timeout (f->options, PING_TIMEOUT * 1000);
  fixture_open_ok (f);
  fixture_hear (f);
}

static gint64
count_seconds_until_lost (Fixture *f)
{
  gint64 start = f->now;

  while (f->n_disconnected == 0)
    {
      g_assert_cmpint (f->now - start, <, 10 * BOUND * SECOND);
      fixture_advance (f, SECOND);
    }
  g_assert_error (f->error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT);

  return (f->now - start) / SECOND;
}

/* The next connection is a good one, and what was published meanwhile is not lost. */
static void
expect_recovery (Fixture *f,
                 GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  fixture_reconnect (f);
  fixture_publish_finish (f, result, &error);
  g_assert_no_error (error);
  fixture_hear (f);
  g_assert_cmpuint (f->n_connected, ==, 2);
}

static void
print_row (const Case *c,
           const char *means,
           gint64 seconds)
{
  g_autofree char *fault = g_strdup_printf ("%s, idle, by %s", c->fault, means);

  /* Not before the ping had its time, either. */
  g_assert_cmpint (seconds, >=, PING_TIMEOUT);
  fault_row_at_most (c->row, fault, "seconds until it is noticed", BOUND, seconds);
}

/* --- By the proxy. --- */

static void
test_proxy (Fixture *f,
            gconstpointer data)
{
  const Case *c = data;
  g_autoptr (FaultProxy) proxy = fault_proxy_new (test_broker_get_port (f->broker));
  GAsyncResult *result = NULL;
  gint64 seconds;

  mqttc_options_set_port (f->options, fault_proxy_get_port (proxy));
  open_slowly_dying (f);
  fault_proxy_set_blackhole (proxy, FAULT_UP, (c->lost & UP) != 0);
  fault_proxy_set_blackhole (proxy, FAULT_DOWN, (c->lost & DOWN) != 0);
  seconds = count_seconds_until_lost (f);
  print_row (c, "proxy", seconds);

  fault_proxy_heal (proxy);
  fixture_publish (f, "meanwhile", MQTTC_QOS_EXACTLY_ONCE, &result);
  expect_recovery (f, &result);
  fixture_close (f);
}

/* --- By the kernel. --- */

static guint16
get_port (int fd, int (*get_name) (int, struct sockaddr *, socklen_t *))
{
  struct sockaddr_in address = { 0 };
  socklen_t len = sizeof address;

  if (get_name (fd, (struct sockaddr *) &address, &len) < 0 || address.sin_family != AF_INET)
    return 0;

  return ntohs (address.sin_port);
}

/* What comes over the loopback has passed no router, and begins with less than this: nothing reaches the
 * socket any more, not even the acknowledgements of TCP. A filter of the kernel's would do the same, but
 * not every kernel lets everybody set one. */
static void
deafen (int fd)
{
  const int min_ttl = 255;

  g_assert_cmpint (setsockopt (fd, IPPROTO_IP, IP_MINTTL, &min_ttl, sizeof min_ttl), ==, 0);
}

/* Client and broker are both in this process: of their sockets, that which is connected to the port of
 * the broker, or whose own port it is. */
static void
deafen_one (guint16 broker_port,
            gboolean client_side)
{
  DIR *folder = opendir ("/proc/self/fd");
  struct dirent *entry;
  guint n = 0;

  g_assert_nonnull (folder);
  while ((entry = readdir (folder)) != NULL)
    {
      int fd = atoi (entry->d_name);
      guint16 own = get_port (fd, getsockname);
      guint16 peer = get_port (fd, getpeername);

      if (peer != 0 && (client_side ? peer : own) == broker_port)
        {
          deafen (fd);
          n++;
        }
    }
  closedir (folder);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_kernel (Fixture *f,
             gconstpointer data)
{
  const Case *c = data;
  guint16 port = test_broker_get_port (f->broker);
  GAsyncResult *result = NULL;
  guint n_pings;
  gint64 seconds;

  open_slowly_dying (f);
  if (c->lost & UP)
    deafen_one (port, FALSE);
  if (c->lost & DOWN)
    deafen_one (port, TRUE);
  seconds = count_seconds_until_lost (f);
  print_row (c, "the kernel", seconds);
  n_pings = test_broker_count (f->broker, MQTTC_PACKET_TYPE_PINGREQ);
  if (c->lost & UP)
    g_assert_cmpuint (n_pings, ==, 0);

  fixture_publish (f, "meanwhile", MQTTC_QOS_EXACTLY_ONCE, &result);
  expect_recovery (f, &result);
  fixture_close (f);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      static const char *const names[] = { "both", "outbound", "inbound" };
      g_autofree char *proxy = g_strdup_printf ("/faults/%u/%s/proxy", cases[i].row, names[i]);
      g_autofree char *kernel = g_strdup_printf ("/faults/%u/%s/kernel", cases[i].row, names[i]);

      g_test_add (proxy, Fixture, &cases[i], fixture_set_up, test_proxy, fixture_tear_down);
      g_test_add (kernel, Fixture, &cases[i], fixture_set_up, test_kernel, fixture_tear_down);
    }

  return g_test_run ();
}
