/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../client/test-resolver.h"
#include "transport/mqttc-transport-private.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* A listener without an accept loop: the kernel completes the connection, the test accepts it. */
typedef struct
{
  GMainContext *context;
  GSocket *listener;
  GSocket *peer; /* the accepted end */
  MqttcAddress address;
  char *folder;

  GCancellable *cancellable;
  MqttcTransport *transport;
  GError *error;
  gboolean is_done;
} Fixture;

static void
fixture_set_up (Fixture *fixture,
                gconstpointer data)
{
  fixture->context = g_main_context_new ();
  g_main_context_push_thread_default (fixture->context);
  fixture->cancellable = g_cancellable_new ();
}

static void
fixture_tear_down (Fixture *fixture,
                   gconstpointer data)
{
  if (fixture->transport != NULL)
    fixture->transport->klass->free (fixture->transport);
  if (fixture->folder != NULL)
    {
      g_unlink (fixture->address.socket_path);
      g_rmdir (fixture->folder);
    }
  g_free (fixture->address.host);
  g_free (fixture->address.socket_path);
  g_free (fixture->folder);
  g_clear_object (&fixture->peer);
  g_clear_object (&fixture->listener);
  g_clear_object (&fixture->cancellable);
  g_clear_error (&fixture->error);

  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_main_context_pop_thread_default (fixture->context);
  g_main_context_unref (fixture->context);
}

static void
listen_on (Fixture *fixture,
           GSocketAddress *address)
{
  g_autoptr (GError) error = NULL;

  fixture->listener = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                                    G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  g_socket_bind (fixture->listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (fixture->listener, &error);
  g_assert_no_error (error);
}

static void
listen_on_tcp (Fixture *fixture)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  listen_on (fixture, any);
  bound = g_socket_get_local_address (fixture->listener, NULL);
  fixture->address.host = g_strdup ("127.0.0.1");
  fixture->address.port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
listen_on_unix (Fixture *fixture)
{
  g_autoptr (GSocketAddress) address = NULL;

  fixture->folder = g_dir_make_tmp ("mqttc-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->address.socket_path = g_build_filename (fixture->folder, "socket", NULL);
  address = g_unix_socket_address_new (fixture->address.socket_path);
  listen_on (fixture, address);
}

static void
dialled_cb (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->transport = mqttc_socket_dialer.dial_finish (NULL, result, NULL, &fixture->error);
  fixture->is_done = TRUE;
}

static void
start_dial (Fixture *fixture)
{
  mqttc_socket_dialer.dial_async (NULL, &fixture->address, fixture->cancellable, dialled_cb,
                                  fixture);
  g_assert_false (fixture->is_done);
}

static void
wait_for_dial (Fixture *fixture)
{
  while (!fixture->is_done)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
dial (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  start_dial (fixture);
  wait_for_dial (fixture);
  g_assert_no_error (fixture->error);
  g_assert_nonnull (fixture->transport);

  fixture->peer = g_socket_accept (fixture->listener, NULL, &error);
  g_assert_no_error (error);
}

static gssize
read_some (Fixture *fixture,
           char *buffer,
           gsize size,
           GError **error)
{
  return fixture->transport->klass->read (fixture->transport, (guint8 *) buffer, size, error);
}

/* Iterates until a source of the transport has said that it is ready. */
static void
wait_for (Fixture *fixture,
          GIOCondition condition)
{
  gboolean ready = FALSE;
  GSource *source
      = fixture->transport->klass->create_source (fixture->transport, condition, &ready);

  g_source_attach (source, fixture->context);
  while (!ready)
    g_main_context_iteration (fixture->context, TRUE);

  /* It stays. */
  g_assert_false (g_source_is_destroyed (source));
  g_source_destroy (source);
  g_source_unref (source);
}

static void
check_exchange (Fixture *fixture)
{
  const MqttcSlice slices[] = { mqttc_slice ("a", 1), mqttc_slice ("", 0), mqttc_slice ("bc", 2) };
  g_autoptr (GError) error = NULL;
  char buffer[16];

  g_assert_cmpint (read_some (fixture, buffer, sizeof (buffer), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  g_assert_cmpint (fixture->transport->klass->writev (fixture->transport, slices, 3, &error), ==,
                   3);
  g_assert_no_error (error);
  g_assert_cmpint (g_socket_receive (fixture->peer, buffer, sizeof (buffer), NULL, &error), ==, 3);
  g_assert_cmpmem (buffer, 3, "abc", 3);

  g_assert_cmpint (g_socket_send (fixture->peer, "xyz", 3, NULL, &error), ==, 3);
  wait_for (fixture, G_IO_IN);
  g_assert_cmpint (read_some (fixture, buffer, 2, &error), ==, 2);
  g_assert_cmpint (read_some (fixture, buffer + 2, sizeof (buffer) - 2, &error), ==, 1);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, 3, "xyz", 3);

  g_assert_true (g_socket_close (fixture->peer, NULL));
  wait_for (fixture, G_IO_IN);
  g_assert_cmpint (read_some (fixture, buffer, sizeof (buffer), &error), ==, 0);
  g_assert_no_error (error);
}

static void
test_tcp (Fixture *fixture,
          gconstpointer data)
{
  g_test_summary ("Bytes go both ways over TCP, nothing blocks, the end is seen");

  listen_on_tcp (fixture);
  dial (fixture);
  check_exchange (fixture);
}

static void
test_unix (Fixture *fixture,
           gconstpointer data)
{
  g_test_summary ("Bytes go both ways over a Unix socket, nothing blocks, the end is seen");

  listen_on_unix (fixture);
  dial (fixture);
  check_exchange (fixture);
}

static void
test_localhost (Fixture *fixture,
                gconstpointer data)
{
  g_test_summary ("A name is resolved, and all its addresses are tried");

  listen_on_tcp (fixture);
  g_free (fixture->address.host);
  fixture->address.host = g_strdup ("localhost");
  dial (fixture);
}

static void
test_socket_set_up (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) listener = NULL;
  g_autoptr (GSocket) socket = NULL;
  MqttcTransport *transport;
  int no_delay = 0;
  int max_unsent = 0;

  g_test_summary (
      "The socket neither delays small writes nor hoards, and has no timeout of its own");

  listener
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (listener, any, TRUE, &error));
  g_assert_true (g_socket_listen (listener, &error));
  bound = g_socket_get_local_address (listener, &error);

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_socket_set_timeout (socket, 5);
  g_assert_true (g_socket_connect (socket, bound, NULL, &error));
  connection = g_socket_connection_factory_create_connection (socket);

  transport = mqttc_stream_transport_new (connection, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_socket_get_timeout (socket), ==, 0);
  g_assert_false (g_socket_get_blocking (socket));
  g_assert_true (g_socket_get_option (socket, IPPROTO_TCP, TCP_NODELAY, &no_delay, &error));
  g_assert_cmpint (no_delay, !=, 0);
  g_assert_true (g_socket_get_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &max_unsent, &error));
  g_assert_cmpint (max_unsent, ==, 128 * 1024);

  transport->klass->free (transport);
  g_assert_true (g_socket_is_closed (socket));
}

static void
test_many_slices (Fixture *fixture,
                  gconstpointer data)
{
  MqttcSlice slices[40];
  g_autoptr (GError) error = NULL;

  g_test_summary ("More slices than are gathered at once are taken in part");

  listen_on_tcp (fixture);
  dial (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (slices); i++)
    slices[i] = mqttc_slice ("x", 1);
  g_assert_cmpint (
      fixture->transport->klass->writev (fixture->transport, slices, G_N_ELEMENTS (slices), &error),
      ==, 16);
  g_assert_no_error (error);
}

static gsize
fill (Fixture *fixture)
{
  g_autofree guint8 *block = g_malloc0 (1 << 20);
  const MqttcSlice slice = mqttc_slice (block, 1 << 20);
  g_autoptr (GError) error = NULL;
  gsize written = 0;

  while (TRUE)
    {
      gssize n = fixture->transport->klass->writev (fixture->transport, &slice, 1, &error);

      if (n < 0)
        break;
      written += (gsize) n;
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  return written;
}

/* 0: the end. */
static gsize
receive_some (Fixture *fixture)
{
  g_autofree char *block = g_malloc (1 << 20);
  g_autoptr (GError) error = NULL;
  gssize n = g_socket_receive (fixture->peer, block, 1 << 20, NULL, &error);

  g_assert_no_error (error);

  return (gsize) n;
}

static void
test_full (Fixture *fixture,
           gconstpointer data)
{
  const MqttcSlice slice = mqttc_slice ("x", 1);
  g_autoptr (GError) error = NULL;
  gsize written;

  g_test_summary ("A full socket takes a part, then would block; it is ready when there is room");

  listen_on_tcp (fixture);
  dial (fixture);
  written = fill (fixture);
  for (gsize received = 0; received < written;)
    received += receive_some (fixture);

  wait_for (fixture, G_IO_OUT);
  g_assert_cmpint (fixture->transport->klass->writev (fixture->transport, &slice, 1, &error), ==,
                   1);
  g_assert_no_error (error);
}

static void
test_farewell (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gsize received = 0;
  gsize written;
  gsize n;

  g_test_summary ("What was written arrives although there were unread bytes when it was closed");

  listen_on_tcp (fixture);
  dial (fixture);

  g_assert_cmpint (g_socket_send (fixture->peer, "unread", 6, NULL, &error), ==, 6);
  wait_for (fixture, G_IO_IN);
  written = fill (fixture);
  fixture->transport->klass->free (g_steal_pointer (&fixture->transport));

  while ((n = receive_some (fixture)) > 0)
    received += n;
  g_assert_cmpuint (received, ==, written);
}

static void
check_error_says (Fixture *fixture,
                  const char *why)
{
  g_autofree char *where = mqttc_address_to_string (&fixture->address);
  g_autofree char *message = g_strdup_printf ("Could not connect to %s: %s", where, why);

  g_assert_null (fixture->transport);
  g_assert_true (g_str_has_prefix (fixture->error->message, message));
}

static void
test_refused (Fixture *fixture,
              gconstpointer data)
{
  g_test_summary ("A port where nobody listens is refused, by name");

  listen_on_tcp (fixture);
  g_clear_object (&fixture->listener);

  start_dial (fixture);
  wait_for_dial (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  check_error_says (fixture, "Connection refused");
}

static void
test_no_socket (Fixture *fixture,
                gconstpointer data)
{
  g_test_summary ("A Unix socket that is not there is an error with its path");

  listen_on_unix (fixture);
  g_unlink (fixture->address.socket_path);

  start_dial (fixture);
  wait_for_dial (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  check_error_says (fixture, "No such file or directory");
}

static void
test_unresolvable (Fixture *fixture,
                   gconstpointer data)
{
  g_test_summary ("A name that nobody knows is an error of the resolver, by name");

  test_resolver_install ();
  fixture->address.host = g_strdup ("nohost.invalid");
  fixture->address.port = 1883;

  start_dial (fixture);
  wait_for_dial (fixture);
  g_assert_error (fixture->error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
  check_error_says (fixture, "");
  test_resolver_remove ();
}

static void
test_cancel_resolving (Fixture *fixture,
                       gconstpointer data)
{
  g_test_summary ("A resolver that does not answer can be given up too");

  test_resolver_install ();
  test_resolver_set_stuck (TRUE);
  fixture->address.host = g_strdup ("nohost.invalid");
  fixture->address.port = 1883;

  start_dial (fixture);
  while (test_resolver_count_stuck () == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_cancellable_cancel (fixture->cancellable);
  wait_for_dial (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  while (test_resolver_count_stuck () > 0)
    g_main_context_iteration (fixture->context, TRUE);
  test_resolver_remove ();
}

static void
test_cancel (Fixture *fixture,
             gconstpointer data)
{
  g_test_summary ("Dialling can be given up, and nothing is left of it");

  listen_on_tcp (fixture);
  start_dial (fixture);
  g_cancellable_cancel (fixture->cancellable);
  wait_for_dial (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (fixture->transport);
}

static void
test_cancel_connected (Fixture *fixture,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char buffer[16];

  g_test_summary ("A connection that was made when dialling was given up is closed");

  listen_on_tcp (fixture);
  start_dial (fixture);

  /* The connection is there as soon as the kernel says so, before the callback knows. */
  while (!(g_socket_condition_check (fixture->listener, G_IO_IN) & G_IO_IN) && !fixture->is_done)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_false (fixture->is_done);
  fixture->peer = g_socket_accept (fixture->listener, NULL, &error);
  g_assert_no_error (error);

  g_cancellable_cancel (fixture->cancellable);
  wait_for_dial (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (fixture->transport);
  g_assert_cmpint (g_socket_receive (fixture->peer, buffer, sizeof (buffer), NULL, &error), ==, 0);
}

static void
test_address (void)
{
  const struct
  {
    const char *host;
    guint16 port;
    const char *socket_path;
    const char *text;
  } cases[] = {
    { "broker.lan", 1883, NULL, "broker.lan:1883" },
    { "::1", 65535, NULL, "[::1]:65535" },
    { NULL, 0, "/run/mqtt.sock", "/run/mqtt.sock" },
    { "broker.lan", 1, "/run/mqtt.sock", "/run/mqtt.sock" },
  };

  g_test_summary ("An address is shown as people write it, also after a copy");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const MqttcAddress address = {
        .host = (char *) cases[i].host,
        .port = cases[i].port,
        .socket_path = (char *) cases[i].socket_path,
      };
      g_autoptr (MqttcAddress) copy = mqttc_address_copy (&address);
      g_autofree char *text = mqttc_address_to_string (copy);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
 g_test_add ("/dialer/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

  g_test_add_func ("/dialer/address", test_address);
  g_test_add_func ("/dialer/socket", test_socket_set_up);
  ADD ("tcp", test_tcp);
  ADD ("unix", test_unix);
  ADD ("localhost", test_localhost);
  ADD ("full", test_full);
  ADD ("many-slices", test_many_slices);
  ADD ("farewell", test_farewell);
  ADD ("refused", test_refused);
  ADD ("no-socket", test_no_socket);
  ADD ("unresolvable", test_unresolvable);
  ADD ("cancel", test_cancel);
  ADD ("cancel-resolving", test_cancel_resolving);
  ADD ("cancel-connected", test_cancel_connected);

  return g_test_run ();
}
