/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clients and Mosquitto, with TLS between them. */

#include "loop/mqttc-event-loop-private.h"
#include "mqttc-glib.h"
#include "tap.h"
#include "tls-server.h"

#include <locale.h>
#include <string.h>
#include <unistd.h>

/* No case takes nearly as long. */
#define GUARD_SECONDS 170

/* --- What the cases have in common. --- */

typedef struct
{
  MqttcOptions *options;
  MqttcClient *client;
  GPtrArray *messages;
  guint n_disconnected;
} Peer;

static void
message_cb (MqttcClient *client,
            MqttcMessage *message,
            gpointer user_data)
{
  Peer *self = user_data;

  g_ptr_array_add (self->messages, mqttc_message_ref (message));
}

static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry,
                 gpointer user_data)
{
  Peer *self = user_data;

  self->n_disconnected++;
  if (error != NULL)
    tap_say ("disconnected: %s", error->message);
}

static Peer *
peer_new (TlsServer *server,
          const char *scheme,
          const char *query)
{
  Peer *self = g_new0 (Peer, 1);
  g_autofree char *folder = tls_server_get_path ("");
  g_autoptr (GString) uri = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_string_printf (uri, "%s://localhost:%u?%s", scheme, tls_server_get_port (server), query);
  g_string_replace (uri, "FOLDER", folder, 0);
  self->options = mqttc_options_new_for_uri (uri->str, &error);
  g_assert_no_error (error);

  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  self->client = mqttc_client_new (self->options);
  g_signal_connect (self->client, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->client, "disconnected", G_CALLBACK (disconnected_cb), self);

  return self;
}

static void
result_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  GAsyncResult **out = user_data;

  *out = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static GError *
peer_open (Peer *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MqttcPacket) connack = NULL;
  GError *error = NULL;

  mqttc_client_open_async (self->client, NULL, result_cb, &result);
  wait_for (&result);
  connack = mqttc_client_open_finish (self->client, result, &error);
  g_assert_true ((connack == NULL) == (error != NULL));

  return error;
}

static void
peer_open_ok (Peer *self)
{
  g_autoptr (GError) error = peer_open (self);

  g_assert_no_error (error);
  tap_say ("connected");
}

static void
peer_open_fails (Peer *self,
                 GQuark domain,
                 int code,
                 const char *words)
{
  g_autoptr (GError) error = peer_open (self);
  g_auto (GStrv) parts = g_strsplit (words, "|", -1);

  g_assert_nonnull (error);
  tap_say ("%s", error->message);
  g_assert_error (error, domain, code);
  for (guint i = 0; parts[i] != NULL; i++)
    g_assert_nonnull (strstr (error->message, parts[i]));
}

static void
peer_close (Peer *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_close_async (self->client, NULL, result_cb, &result);
  wait_for (&result);
  mqttc_client_close_finish (self->client, result, &error);
  g_assert_no_error (error);
}

static void
peer_free (Peer *self)
{
  peer_close (self);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->client);
  g_object_unref (self->options);
  g_ptr_array_unref (self->messages);
  g_free (self);
}

static void
peer_subscribe (Peer *self,
                const char *filter)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new (filter, MQTTC_QOS_EXACTLY_ONCE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_client_subscribe_async (self->client, subscription, NULL, result_cb, &result);
  wait_for (&result);
  mqttc_client_subscribe_finish (self->client, result, &error);
  g_assert_no_error (error);
}

/* --- Messages. --- */

#define N_MESSAGES 200
#define MAX_SIZE (300 * 1024)

/* From one byte to the largest, and around the sizes of a record; the bytes differ from message to
 * message. */
static GBytes *
make_payload (guint n)
{
  gsize size = n % 5 == 0 ? (gsize) 16384 * (1 + n % 7) - 3 + n % 8
                          : 1 + (gsize) (MAX_SIZE - 1) * n / (N_MESSAGES - 1);
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 7 + i / 251 + n);

  return g_bytes_new_take (data, size);
}

static void
publish (Peer *peer,
         guint n)
{
  g_autoptr (GBytes) payload = make_payload (n);
  g_autoptr (MqttcMessage) message = mqttc_message_new ("echo", payload);
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, n % 2 == 0 ? MQTTC_QOS_AT_LEAST_ONCE : MQTTC_QOS_EXACTLY_ONCE);
  mqttc_client_try_publish (peer->client, message, &error);
  g_assert_no_error (error);
}

static void
assert_payload (MqttcMessage *message,
                guint n)
{
  g_autoptr (GBytes) payload = make_payload (n);

  g_assert_true (g_bytes_equal (mqttc_message_get_payload (message), payload));
}

/* The server sends in order, each quality of service on its own. */
static void
test_messages (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", NULL);
  Peer *peer = peer_new (server, "mqtts", "ca-file=FOLDER/ca.pem");
  guint next[2] = { 0, 1 };

  peer_open_ok (peer);
  peer_subscribe (peer, "echo");
  for (guint i = 0; i < N_MESSAGES; i++)
    publish (peer, i);
  while (peer->messages->len < N_MESSAGES)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < N_MESSAGES; i++)
    {
      MqttcMessage *message = peer->messages->pdata[i];
      guint *n = &next[mqttc_message_get_qos (message) == MQTTC_QOS_EXACTLY_ONCE];

      assert_payload (message, *n);
      *n += 2;
    }
  g_assert_cmpuint (peer->n_disconnected, ==, 0);
  tap_say ("%u messages of 1 to %u bytes there and back", N_MESSAGES, MAX_SIZE);

  peer_free (peer);
  tls_server_free (server);
}

static Peer *
open_with_will (TlsServer *server,
                const char *client_id)
{
  g_autofree char *query = g_strdup_printf ("ca-file=FOLDER/ca.pem&client-id=%s", client_id);
  Peer *peer = peer_new (server, "mqtts", query);
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("will", client_id);

  mqttc_options_set_will (peer->options, will);
  peer_open_ok (peer);

  return peer;
}

/* DISCONNECT arrives although the connection is closed at once: the will is not published. The one of a
 * client that was cut off is. */
static void
test_will (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", NULL);
  Peer *watcher = peer_new (server, "mqtts", "ca-file=FOLDER/ca.pem");
  Peer *polite;
  Peer *dead;
  MqttcEventLoop *loop;

  peer_open_ok (watcher);
  peer_subscribe (watcher, "will");
  polite = open_with_will (server, "polite");
  peer_close (polite);
  tls_server_wait_log (server, "Client polite disconnected");
  dead = open_with_will (server, "dead");
  loop = mqttc_client_get_event_loop (dead->client);
  mqttc_engine_abort (mqttc_event_loop_lock (loop), mqttc_event_loop_get_time (loop));
  mqttc_event_loop_unlock (loop);
  while (watcher->messages->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (mqttc_message_get_text (watcher->messages->pdata[0]), ==, "dead");

  peer_free (polite);
  peer_free (dead);
  peer_free (watcher);
  tls_server_free (server);
}

/* --- Certificates of the client. --- */

#define WANTS_CERTIFICATE \
 "cafile FOLDER/ca.pem\nrequire_certificate true\nuse_identity_as_username true\n"

static void
set_certificate_object (MqttcOptions *options)
{
  g_autofree char *path = tls_server_get_path ("client-both.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  mqttc_options_set_certificate (options, certificate);
}

static void
test_certificate (void)
{
  static const char *const good[]
      = { "ca-file=FOLDER/ca.pem&certificate-file=FOLDER/client.pem&private-key-file=FOLDER/"
          "client.key",
          "ca-file=FOLDER/ca.pem&certificate-file=FOLDER/client-both.pem",
          "ca-file=FOLDER/ca.pem" };
  TlsServer *server = tls_server_new_mosquitto ("good", WANTS_CERTIFICATE);

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      Peer *peer = peer_new (server, "mqtts", good[i]);

      if (i == 2)
        set_certificate_object (peer->options);
      peer_open_ok (peer);
      peer_free (peer);
    }
  tls_server_wait_log_times (server, "u'client'", G_N_ELEMENTS (good));

  tls_server_free (server);
}

static void
test_no_certificate (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", WANTS_CERTIFICATE);
  Peer *peer = peer_new (server, "mqtts", "ca-file=FOLDER/ca.pem&reconnect=false");

  peer_open_fails (peer, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED,
                   "localhost:|wants a certificate of the client|certificate-file");
  peer_free (peer);
  tls_server_free (server);
}

static void
test_bad_certificate (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", WANTS_CERTIFICATE);
  Peer *peer = peer_new (server, "mqtts",
                         "ca-file=FOLDER/ca.pem&certificate-file=FOLDER/other-client.pem&"
                         "private-key-file=FOLDER/other-client.key&reconnect=false");

  peer_open_fails (peer, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED,
                   "localhost:|does not accept the certificate of the client|certificate-file");
  mqttc_options_set_certificate_file (peer->options, NULL);
  mqttc_options_set_private_key_file (peer->options, NULL);
  set_certificate_object (peer->options);
  peer_open_ok (peer);

  peer_free (peer);
  tls_server_free (server);
}

/* The files are read for each attempt. */
static void
test_rotation (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", WANTS_CERTIFICATE);
  Peer *peer = peer_new (server, "mqtts",
                         "ca-file=FOLDER/ca.pem&certificate-file=FOLDER/rotated.pem&"
                         "client-id=rotated&reconnect=false");
  g_autofree char *path = tls_server_get_path ("rotated.pem");
  g_autofree char *text = tls_server_get_text ("client-both.pem");
  g_autoptr (GError) error = NULL;

  peer_open_fails (peer, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "certificate-file|rotated.pem");
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  peer_open_ok (peer);

  peer_free (peer);
  tls_server_free (server);
}

/* A key that belongs to another certificate. */
static void
test_wrong_key (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", WANTS_CERTIFICATE);
  Peer *peer = peer_new (server, "mqtts",
                         "ca-file=FOLDER/ca.pem&certificate-file=FOLDER/client.pem&"
                         "private-key-file=FOLDER/good.key&reconnect=false");
  g_autoptr (GError) error = peer_open (peer);

  g_assert_nonnull (error);
  tap_say ("%s", error->message);

  peer_free (peer);
  tls_server_free (server);
}

/* --- The wrong end of it. --- */

static void
test_mqtts_to_plain (void)
{
  TlsServer *server = tls_server_new_mosquitto (NULL, NULL);
  Peer *peer = peer_new (server, "mqtts", "reconnect=false");

  peer_open_fails (peer, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, "localhost:|mqtt instead of mqtts");
  peer_free (peer);
  tls_server_free (server);
}

static void
test_mqtt_to_tls (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", NULL);
  Peer *peer = peer_new (server, "mqtt", "reconnect=false");

  peer_open_fails (peer, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "localhost:|TLS|mqtts");
  peer_free (peer);
  tls_server_free (server);
}

/* --- What is left of a failure. --- */

static void
test_failure (void)
{
  TlsServer *server = tls_server_new_mosquitto ("self-signed", NULL);
  Peer *peer = peer_new (server, "mqtts", "keep-alive=30");
  MqttcTlsFailure *failure;

  peer_open_fails (peer, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "localhost:|self-signed");
  g_object_get (peer->client, "tls-failure", &failure, NULL);
  g_assert_nonnull (failure);
  g_assert_cmphex (mqttc_tls_failure_get_errors (failure), ==, G_TLS_CERTIFICATE_UNKNOWN_CA);
  mqttc_options_set_tls_pins (peer->options,
                              (const char *const[]){ mqttc_tls_failure_get_pin (failure), NULL });
  mqttc_tls_failure_unref (failure);
  peer_open_ok (peer);

  peer_free (peer);
  tls_server_free (server);
}

/* A server that was good once may just be having its certificate replaced: it is not trusted in the
 * meantime, but asked again. */
static void
test_later_failure (void)
{
  TlsServer *server = tls_server_new_mosquitto ("good", NULL);
  Peer *peer = peer_new (server, "mqtts",
                         "ca-file=FOLDER/ca.pem&reconnect-min-delay=20&reconnect-max-delay=50");

  peer_open_ok (peer);
  tls_server_restart_mosquitto (server, "expired");
  while (!g_error_matches (mqttc_client_get_last_error (peer->client), G_TLS_ERROR,
                           G_TLS_ERROR_BAD_CERTIFICATE))
    g_main_context_iteration (NULL, TRUE);
  tls_server_restart_mosquitto (server, "good");
  while (mqttc_client_get_state (peer->client) != MQTTC_CONNECTION_STATE_CONNECTED)
    g_main_context_iteration (NULL, TRUE);
  tap_say ("connected again");

  peer_free (peer);
  tls_server_free (server);
}

static const TapCase cases[] = {
  { "/tls-client/messages", test_messages },
  { "/tls-client/will", test_will },
  { "/tls-client/certificate", test_certificate },
  { "/tls-client/certificate/none", test_no_certificate },
  { "/tls-client/certificate/bad", test_bad_certificate },
  { "/tls-client/certificate/rotation", test_rotation },
  { "/tls-client/certificate/wrong-key", test_wrong_key },
  { "/tls-client/mqtts-to-plain", test_mqtts_to_plain },
  { "/tls-client/mqtt-to-tls", test_mqtt_to_tls },
  { "/tls-client/failure", test_failure },
  { "/tls-client/failure/later", test_later_failure },
};

int
main (int argc,
      char **argv)
{
  int status;

  setlocale (LC_ALL, "C.UTF-8");
  alarm (GUARD_SECONDS);
  tls_server_make_certificates ();
  status = tap_run (argc, argv, cases, G_N_ELEMENTS (cases));
  tls_server_remove_certificates ();

  return status;
}
