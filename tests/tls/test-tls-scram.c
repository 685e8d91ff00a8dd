/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* SCRAM-SHA-256-PLUS: both sides prove that they are at the ends of one TLS connection (RFC 9266). */

#include <string.h>
#include <unistd.h>

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-property-private.h"
#include "loop/mqttc-event-loop-private.h"
#include "mqttc-glib.h"
#include "scram-server.h"
#include "tls-server.h"

/* No case takes nearly as long. */
#define GUARD_SECONDS 120

#define METHOD "SCRAM-SHA-256-PLUS"

/* --- The server, in a thread of its own. --- */

typedef struct
{
  GSocketListener *listener;
  guint16 port;
  GTlsCertificate *certificate;
  GThread *thread;
} Server;

typedef struct
{
  GIOStream *tls;
  guint8 packet[4096];
} Peer;

/* FALSE: it is over. */
static gboolean
read_byte (Peer *self,
           gsize at)
{
  g_assert_cmpuint (at, <, sizeof self->packet);
  return g_input_stream_read (g_io_stream_get_input_stream (self->tls), self->packet + at, 1, NULL,
                              NULL)
         == 1;
}

static gboolean
read_packet (Peer *self,
             MqttcPacketView *view)
{
  MqttcFrame frame = { 0 };
  const char *fault = NULL;
  gsize len = 0;

  do
    if (!read_byte (self, len++))
      return FALSE;
  while (mqttc_frame_decode (self->packet, len, 0, &frame) != MQTTC_DECODE_OK
         || len < mqttc_frame_get_size (&frame));

  g_assert_cmpint (mqttc_packet_decode (MQTTC_PROTOCOL_V5, &frame, self->packet, view, &fault), ==,
                   MQTTC_DECODE_OK);
  return TRUE;
}

static char *
read_data (Peer *self,
           MqttcPacketType type)
{
  MqttcPacketView view;
  MqttcProperty property;

  g_assert_true (read_packet (self, &view));
  g_assert_cmpint (view.type, ==, type);
  g_assert_true (
      mqttc_properties_find (view.properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, &property));
  g_assert_cmpmem (property.text.data, property.text.len, METHOD, strlen (METHOD));
  g_assert_true (
      mqttc_properties_find (view.properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, &property));
  return g_strndup ((const char *) property.text.data, property.text.len);
}

static void
send_data (Peer *self,
           MqttcPacketType type,
           const char *data)
{
  g_autoptr (GByteArray) properties = g_byte_array_new ();
  const MqttcProperty method = { .id = MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD,
                                 .text = mqttc_slice (METHOD, strlen (METHOD)) };
  const MqttcProperty text
      = { .id = MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, .text = mqttc_slice (data, strlen (data)) };
  MqttcPacketView view = { .type = type };
  guint8 packet[4096];
  gsize len;

  mqttc_properties_append (properties, &method);
  mqttc_properties_append (properties, &text);
  view.properties = mqttc_slice (properties->data, properties->len);
  if (type == MQTTC_PACKET_TYPE_AUTH)
    view.reason_code = MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION;
  len = mqttc_packet_encode (MQTTC_PROTOCOL_V5, &view, packet);
  g_output_stream_write_all (g_io_stream_get_output_stream (self->tls), packet, len, NULL, NULL,
                             NULL);
}

static GBytes *
get_binding (GIOStream *tls)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_tls_connection_get_protocol_version (G_TLS_CONNECTION (tls)), ==,
                   G_TLS_PROTOCOL_VERSION_TLS_1_3);
  g_tls_connection_get_channel_binding_data (G_TLS_CONNECTION (tls),
                                             G_TLS_CHANNEL_BINDING_TLS_EXPORTER, data, &error);
  g_assert_no_error (error);
  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}

static gpointer
serve (gpointer user_data)
{
  Server *self = user_data;
  g_autoptr (GSocketConnection) connection
      = g_socket_listener_accept (self->listener, NULL, NULL, NULL);
  g_autoptr (GIOStream) tls
      = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  g_autoptr (GBytes) binding = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *server_first = NULL;
  g_autofree char *last = NULL;
  g_autofree char *server_final = NULL;
  Peer peer = { .tls = tls };
  MqttcPacketView view;

  g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error);
  g_assert_no_error (error);
  binding = get_binding (tls);

  first = read_data (&peer, MQTTC_PACKET_TYPE_CONNECT);
  g_assert_true (g_str_has_prefix (first, "p=tls-exporter,,"));
  server_first = scram_server_first (first, "more", "salt", 4096);
  send_data (&peer, MQTTC_PACKET_TYPE_AUTH, server_first);
  last = read_data (&peer, MQTTC_PACKET_TYPE_AUTH);
  server_final = scram_server_final ("pencil", first, server_first, last, binding);
  send_data (&peer, MQTTC_PACKET_TYPE_CONNACK, server_final);
  while (read_packet (&peer, &view))
    continue;
  return NULL;
}

static void
server_start (Server *self)
{
  g_autofree char *path = tls_server_get_path ("good.pem");
  g_autofree char *key = tls_server_get_path ("good.key");
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->certificate = g_tls_certificate_new_from_files (path, key, &error);
  g_assert_no_error (error);
  self->thread = g_thread_new ("server", serve, self);
}

static void
server_stop (Server *self)
{
  g_thread_join (self->thread);
  g_object_unref (self->listener);
  g_object_unref (self->certificate);
}

/* --- The client. --- */

static void
result_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static MqttcOptions *
make_options (guint16 port)
{
  g_autofree char *path = tls_server_get_path ("ca.pem");
  g_autoptr (MqttcScramAuthenticator) scram = mqttc_scram_authenticator_new ("user", "pencil");
  MqttcOptions *options = mqttc_options_new ();

  mqttc_scram_authenticator_set_channel_binding (scram, MQTTC_CHANNEL_BINDING_REQUIRE);
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_authenticator (options, MQTTC_AUTHENTICATOR (scram));
  mqttc_options_set_use_tls (options, TRUE);
  mqttc_options_set_port (options, port);
  mqttc_options_set_ca_file (options, path);
  return options;
}

static void
open_and_close (MqttcClient *client)
{
  g_autoptr (MqttcPacket) connack = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_open_async (client, NULL, result_cb, &result);
  wait_for (&result);
  connack = mqttc_client_open_finish (client, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  mqttc_client_close_async (client, NULL, result_cb, &result);
  wait_for (&result);
}

static void
test_bound (gconstpointer data)
{
  const gboolean io_thread = GPOINTER_TO_INT (data);
  g_autoptr (MqttcOptions) options = NULL;
  g_autoptr (MqttcEventLoop) loop = NULL;
  g_autoptr (MqttcClient) client = NULL;
  Server server = { 0 };

  alarm (GUARD_SECONDS);
  server_start (&server);
  options = make_options (server.port);
  loop = g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", options, "io-thread", io_thread, NULL);
  client = mqttc_event_loop_get_client (loop);
  open_and_close (client);
  server_stop (&server);
}

/* Without TLS there is nothing to be bound to, and nothing is sent. */
static void
test_unbound (void)
{
  g_autoptr (MqttcOptions) options = NULL;
  g_autoptr (MqttcClient) client = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  alarm (GUARD_SECONDS);
  options = make_options (port);
  mqttc_options_set_use_tls (options, FALSE);
  mqttc_options_set_ca_file (options, NULL);
  client = mqttc_client_new (options);
  mqttc_client_open_async (client, NULL, result_cb, &result);
  wait_for (&result);
  g_assert_false (mqttc_client_open_finish (client, result, &error));
  g_assert_nonnull (strstr (error->message, "has no channel binding"));
}

int
main (int argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  tls_server_make_certificates ();

  g_test_add_data_func ("/tls-scram/bound", GINT_TO_POINTER (FALSE), test_bound);
  g_test_add_data_func ("/tls-scram/bound/io-thread", GINT_TO_POINTER (TRUE), test_bound);
  g_test_add_func ("/tls-scram/unbound", test_unbound);

  status = g_test_run ();
  tls_server_remove_certificates ();
  return status;
}
