/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is let through, and what is said to the others. */

#include "tap.h"
#include "tls-dial.h"
#include "tls-server.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/* No case takes nearly as long. */
#define GUARD_SECONDS 120

/* --- What the cases have in common. --- */

static MqttcOptions *
make_options (TlsServer *server,
              const char *host,
              const char *ca)
{
  MqttcOptions *options = mqttc_options_new ();

  mqttc_options_set_use_tls (options, TRUE);
  mqttc_options_set_host (options, host);
  mqttc_options_set_port (options, tls_server_get_port (server));
  if (ca != NULL)
    {
      g_autofree char *path = tls_server_get_path (ca);

      mqttc_options_set_ca_file (options, path);
    }

  return options;
}

static void
set_pins (MqttcOptions *options,
          const char *first,
          const char *second)
{
  g_autofree char *first_pin = tls_server_get_text (first);
  g_autofree char *second_pin = second != NULL ? tls_server_get_text (second) : NULL;
  const char *pins[] = { first_pin, second_pin, NULL };

  mqttc_options_set_tls_pins (options, pins);
}

typedef struct
{
  const char *certificate;
  const char *host;
  const char *ca;       /* (nullable) */
  const char *identity; /* (nullable) */
  const char *pin;      /* (nullable) */
  const char *second_pin;
  GTlsCertificateFlags errors;
  const char *words; /* of the message; NULL: it is let through */
} Attempt;

/* All by one server for each certificate, so that sessions could be resumed. */
static void
try_all (const Attempt *attempts,
         guint n_attempts)
{
  for (guint i = 0; i < n_attempts; i++)
    {
      const Attempt *attempt = &attempts[i];
      TlsServer *server = tls_server_new (attempt->certificate, NULL);
      g_autoptr (MqttcOptions) options = make_options (server, attempt->host, attempt->ca);
      TlsDial *dial;

      mqttc_options_set_server_identity (options, attempt->identity);
      if (attempt->pin != NULL)
        set_pins (options, attempt->pin, attempt->second_pin);
      dial = tls_dial (options, NULL);
      if (attempt->words == NULL)
        tls_dial_assert_ok (dial);
      else
        tls_dial_assert_refused (dial, attempt->errors, attempt->words);
      tls_server_free (server);
    }
}

#define UNKNOWN_CA G_TLS_CERTIFICATE_UNKNOWN_CA
#define BAD_IDENTITY G_TLS_CERTIFICATE_BAD_IDENTITY
#define EXPIRED G_TLS_CERTIFICATE_EXPIRED
#define NOT_ACTIVATED G_TLS_CERTIFICATE_NOT_ACTIVATED

static void
test_good (void)
{
  const Attempt attempts[] = {
    { .certificate = "good", .host = "localhost", .ca = "ca.pem" },
    { .certificate = "good", .host = "127.0.0.1", .ca = "ca.pem" },
    { .certificate = "good", .host = "127.0.0.1", .ca = "ca.pem", .identity = "localhost" },
  };

  try_all (attempts, G_N_ELEMENTS (attempts));
}

static void
test_unknown_ca (void)
{
  const Attempt attempts[] = {
    { "good", "localhost", NULL, NULL, NULL, NULL, UNKNOWN_CA,
      "Could not connect to localhost:|its issuer “CN=Authority of the tests” is not an authority "
      "that is trusted|set option ca-file|tls-pins to sha256/" },
    { "good", "localhost", "other-ca.pem", NULL, NULL, NULL, UNKNOWN_CA, "is not an authority" },
    { "self-signed", "localhost", "ca.pem", NULL, NULL, NULL, UNKNOWN_CA, "it is self-signed" },
  };

  try_all (attempts, G_N_ELEMENTS (attempts));
}

static void
test_time (void)
{
  const Attempt attempts[] = {
    { "expired", "localhost", "ca.pem", NULL, NULL, NULL, EXPIRED, "it expired on 20" },
    { "future", "localhost", "ca.pem", NULL, NULL, NULL, NOT_ACTIVATED,
      "it is not valid before 20|set the clock right" },
    { "expired", "localhost", "other-ca.pem", NULL, NULL, NULL, EXPIRED | UNKNOWN_CA,
      "is not an authority that is trusted, and it expired on 20" },
  };

  try_all (attempts, G_N_ELEMENTS (attempts));
}

static void
test_wrong_host (void)
{
  const Attempt attempts[] = {
    { "wrong-host", "localhost", "ca.pem", NULL, NULL, NULL, BAD_IDENTITY,
      "it is not for “localhost”, but for “broker.example”, “192.0.2.1”|set option "
      "server-identity" },
    { "wrong-host", "127.0.0.1", "ca.pem", NULL, NULL, NULL, BAD_IDENTITY,
      "it is not for “127.0.0.1”, but for “broker.example”, “192.0.2.1”" },
    { "wrong-host", "localhost", "ca.pem", "broker.example", NULL, NULL, 0, NULL },
    { "wrong-host", "localhost", "ca.pem", "192.0.2.1", NULL, NULL, 0, NULL },
    { "good", "localhost", "ca.pem", "broker.example", NULL, NULL, BAD_IDENTITY,
      "it is not for “broker.example”, but for “localhost”" },
  };

  try_all (attempts, G_N_ELEMENTS (attempts));
}

/* A pin lets its key through, whatever else is wrong, and nobody else's, whatever else is right. */
static void
test_pins (void)
{
  const Attempt attempts[] = {
    { "self-signed", "localhost", NULL, NULL, "self-signed.pin", NULL, 0, NULL },
    { "self-signed", "127.0.0.1", NULL, "broker.example", "self-signed.pin", NULL, 0, NULL },
    { "expired", "localhost", "other-ca.pem", NULL, "expired.pin", NULL, 0, NULL },
    { "good", "localhost", "ca.pem", NULL, "good.pin", NULL, 0, NULL },
    { "good", "localhost", "ca.pem", NULL, "expired.pin", "good.pin", 0, NULL },
    { "good", "localhost", "ca.pem", NULL, "expired.pin", "self-signed.pin", 0,
      "its key is not one of option tls-pins;|you are sure of it, add sha256/" },
    { "self-signed", "localhost", NULL, NULL, "good.pin", NULL, UNKNOWN_CA,
      "its key is not one of option tls-pins, and it is self-signed" },
  };

  try_all (attempts, G_N_ELEMENTS (attempts));
}

/* What a failure says is what openssl computes, and opens the door. */
static void
test_failure (void)
{
  TlsServer *server = tls_server_new ("self-signed", NULL);
  g_autoptr (MqttcOptions) options = make_options (server, "localhost", NULL);
  g_autofree char *expected = tls_server_get_text ("self-signed.pin");
  TlsDial *dial = tls_dial (options, NULL);
  g_autoptr (MqttcTlsFailure) failure = mqttc_tls_failure_ref (dial->failure);
  const char *pins[] = { mqttc_tls_failure_get_pin (failure), NULL };

  tls_dial_assert_refused (dial, UNKNOWN_CA, "self-signed");
  g_assert_cmpstr (mqttc_tls_failure_get_pin (failure), ==, expected);
  mqttc_options_set_tls_pins (options, pins);
  tls_dial_assert_ok (tls_dial (options, NULL));

  tls_server_free (server);
}

static void
test_database (void)
{
  TlsServer *server = tls_server_new ("good", NULL);
  g_autoptr (MqttcOptions) options = make_options (server, "localhost", NULL);
  g_autofree char *path = tls_server_get_path ("ca.pem");
  g_autofree char *other_path = tls_server_get_path ("other-ca.pem");
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, NULL);
  g_autoptr (GTlsDatabase) other = g_tls_file_database_new (other_path, NULL);

  mqttc_options_set_tls_database (options, database);
  tls_dial_assert_ok (tls_dial (options, NULL));
  mqttc_options_set_tls_database (options, other);
  tls_dial_assert_refused (tls_dial (options, NULL), UNKNOWN_CA, "not an authority");

  tls_server_free (server);
}

/* --- Resumed sessions. --- */

static gboolean
accept_all_cb (GTlsConnection *tls,
               GTlsCertificate *certificate,
               GTlsCertificateFlags errors,
               gpointer user_data)
{
  return TRUE;
}

static gboolean
refuse_all_cb (GTlsConnection *tls,
               GTlsCertificate *certificate,
               GTlsCertificateFlags errors,
               gpointer user_data)
{
  return FALSE;
}

/* Some other code of the process; reads until it has the ticket of TLS 1.3, which follows the
 * handshake. */
static gboolean
handshake_elsewhere (TlsServer *server,
                     GCallback accept_cb,
                     const char *greeting,
                     GTlsCertificateFlags *errors)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocketConnectable) identity
      = g_network_address_new ("localhost", tls_server_get_port (server));
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_up;

  connection = g_socket_client_connect_to_host (client, "localhost", tls_server_get_port (server),
                                                NULL, &error);
  g_assert_no_error (error);
  tls = g_tls_client_connection_new (G_IO_STREAM (connection), identity, &error);
  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", accept_cb, NULL);
  is_up = g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL);
  *errors = g_tls_connection_get_peer_certificate_errors (G_TLS_CONNECTION (tls));
  if (is_up && greeting != NULL)
    {
      char answer[4];

      g_output_stream_write_all (g_io_stream_get_output_stream (tls), greeting, strlen (greeting),
                                 NULL, NULL, &error);
      g_assert_no_error (error);
      g_input_stream_read (g_io_stream_get_input_stream (tls), answer, sizeof answer, NULL, &error);
      g_assert_no_error (error);
    }
  g_io_stream_close (tls, NULL, NULL);

  return is_up;
}

/* GIO resumes the session that some other code of the process has accepted, and takes no notice of the
 * certificate any more. That the trap is there is a part of the test: GIO alone goes into it, and our
 * own handshake, too, is complete at the server before we turn away. */
static void
test_resumed (void)
{
  TlsServer *server = tls_server_new ("good", "-rev -tls1_3");
  g_autoptr (MqttcOptions) options = make_options (server, "localhost", NULL);
  GTlsCertificateFlags errors;

  tls_dial_assert_refused (tls_dial (options, NULL), UNKNOWN_CA, "not an authority");
  g_assert_true (handshake_elsewhere (server, G_CALLBACK (accept_all_cb), "abc\n", &errors));
  g_assert_cmphex (errors, ==, UNKNOWN_CA);
  g_assert_true (handshake_elsewhere (server, G_CALLBACK (refuse_all_cb), "abc\n", &errors));
  g_assert_cmphex (errors, ==, UNKNOWN_CA);
  tap_say ("GIO alone lets it through");
  tls_dial_assert_refused (tls_dial (options, NULL), UNKNOWN_CA, "not an authority");
  tls_server_wait_log_times (server, "CONNECTION ESTABLISHED", 3);

  tls_server_free (server);
}

/* --- Versions and protocols. --- */

static void
test_old_version (void)
{
  TlsServer *server = tls_server_new ("good", "-tls1_1 -cipher DEFAULT@SECLEVEL=0");
  g_autoptr (MqttcOptions) options = make_options (server, "localhost", "ca.pem");

  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE,
                         "Could not connect to localhost:|TLS 1.1|TLS 1.2");
  tls_server_free (server);
}

static void
test_alpn (void)
{
  TlsServer *server = tls_server_new ("good", "-alpn mqtt");
  g_autoptr (MqttcOptions) options = make_options (server, "localhost", "ca.pem");
  const char *protocols[] = { "other", "mqtt", NULL };
  const char *none_of_them[] = { "other", NULL };

  tls_dial_assert_ok (tls_dial (options, NULL));
  mqttc_options_set_alpn_protocols (options, protocols);
  tls_dial_assert_ok (tls_dial (options, NULL));
  tls_server_wait_log (server, "ALPN protocols advertised by the client: other, mqtt");
  tls_server_wait_log (server, "ALPN protocols selected: mqtt");
  mqttc_options_set_alpn_protocols (options, none_of_them);
  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_MISC,
                         "No supported application protocol");

  tls_server_free (server);
}

static void
test_not_tls (void)
{
  TlsServer *server = tls_server_new_mosquitto (NULL, NULL);
  g_autoptr (MqttcOptions) options = make_options (server, "localhost", "ca.pem");

  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_NOT_TLS,
                         "does not answer with TLS|mqtt instead of mqtts|use-tls");
  tls_server_free (server);
}

/* In TLS 1.3 the server would say so after the handshake. */
static void
test_client_certificate (void)
{
  g_autofree char *ca = tls_server_get_path ("ca.pem");
  g_autofree char *arguments
      = g_strdup_printf ("-tls1_2 -Verify 1 -verify_return_error -CAfile %s", ca);
  TlsServer *server = tls_server_new ("good", arguments);
  g_autoptr (MqttcOptions) options = make_options (server, "localhost", "ca.pem");
  g_autofree char *bad = tls_server_get_path ("other-client.pem");
  g_autofree char *bad_key = tls_server_get_path ("other-client.key");
  g_autofree char *good = tls_server_get_path ("client-both.pem");

  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED,
                         "wants a certificate of the client|certificate-file");
  mqttc_options_set_certificate_file (options, bad);
  mqttc_options_set_private_key_file (options, bad_key);
  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED,
                         "does not accept the certificate of the client|certificate-file");
  mqttc_options_set_certificate_file (options, good);
  mqttc_options_set_private_key_file (options, NULL);
  tls_dial_assert_ok (tls_dial (options, NULL));

  tls_server_free (server);
}

static void
test_unix (void)
{
  TlsServer *server = tls_server_new_unix ("good");
  g_autoptr (MqttcOptions) options = make_options (server, NULL, "ca.pem");

  mqttc_options_set_socket_path (options, tls_server_get_socket (server));
  mqttc_options_set_server_identity (options, "localhost");
  tls_dial_assert_ok (tls_dial (options, NULL));
  mqttc_options_set_server_identity (options, "broker.example");
  tls_dial_assert_refused (tls_dial (options, NULL), BAD_IDENTITY, "/socket:|“broker.example”");

  tls_server_free (server);
}

typedef struct
{
  GSocketListener *listener;
  GCancellable *cancellable;
} Silence;

/* Cancels when the client has said something, and is not answered. */
static gpointer
cancel_in_thread (gpointer user_data)
{
  Silence *silence = user_data;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  char hello[16];

  connection = g_socket_listener_accept (silence->listener, NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), hello, sizeof hello,
                       NULL, &error);
  g_assert_no_error (error);
  g_cancellable_cancel (silence->cancellable);

  return g_steal_pointer (&connection);
}

static void
test_cancelled (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  Silence silence = { listener, cancellable };
  GThread *thread;

  mqttc_options_set_use_tls (options, TRUE);
  mqttc_options_set_port (options, g_socket_listener_add_any_inet_port (listener, NULL, NULL));
  thread = g_thread_new ("silence", cancel_in_thread, &silence);
  tls_dial_assert_error (tls_dial (options, cancellable), G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_object_unref (g_thread_join (thread));
}

/* --- Files. --- */

typedef struct
{
  const char *option;
  const char *name;
  const char *second_option; /* (nullable) */
  const char *second_name;
  const char *words;
} BadFile;

static void
set_file (MqttcOptions *options,
          const char *option,
          const char *name)
{
  g_autofree char *path = tls_server_get_path (name);

  if (option != NULL)
    g_object_set (options, option, path, NULL);
}

static void
test_bad_files (void)
{
  static const BadFile bad[] = {
    { "ca-file", "none.pem", NULL, NULL, "Option ca-file is “|none.pem”|cannot be read: No such" },
    { "ca-file", "", NULL, NULL, "Option ca-file is “|is not a file" },
    { "ca-file", "empty.pem", NULL, NULL, "Option ca-file is “|empty.pem”|no certificate" },
    { "ca-file", "text.pem", NULL, NULL, "Option ca-file is “|text.pem”|no certificate" },
    { "ca-file", "good.key", NULL, NULL, "Option ca-file is “|good.key”|no certificate" },
    { "certificate-file", "none.pem", NULL, NULL, "Option certificate-file is “|none.pem”" },
    { "certificate-file", "text.pem", NULL, NULL, "Option certificate-file is “|no certificate" },
    { "certificate-file", "client.pem", NULL, NULL,
      "Option certificate-file is “|client.pem”|no private key|private-key-file" },
    { "certificate-file", "client.pem", "private-key-file", "none.key",
      "Option private-key-file is “|none.key”|cannot be read: No such" },
    { "certificate-file", "client.pem", "private-key-file", "text.pem",
      "Option private-key-file is “|text.pem”|no private key" },
    { "certificate-file", "none.pem", "private-key-file", "client.key",
      "Option certificate-file is “|none.pem”" },
    { "certificate-file", "text.pem", "private-key-file", "client.key",
      "Option certificate-file is “|text.pem”|no certificate" },
  };
  TlsServer *server = tls_server_new ("good", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (MqttcOptions) options = make_options (server, "localhost", "ca.pem");

      set_file (options, bad[i].option, bad[i].name);
      set_file (options, bad[i].second_option, bad[i].second_name);
      tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                             bad[i].words);
    }

  tls_server_free (server);
}

/* Without glib-networking: GIO is told to take its stand-in, in a process of its own. */
static void
test_no_backend (void)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", &error);

  g_assert_no_error (error);
  g_subprocess_launcher_setenv (launcher, "GIO_USE_TLS", "dummy", TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, self, "--no-backend", NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static int
run_without_backend (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (MqttcOptions) options = mqttc_options_new ();

  mqttc_options_set_use_tls (options, TRUE);
  mqttc_options_set_port (options, g_socket_listener_add_any_inet_port (listener, NULL, NULL));
  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE,
                         "Could not connect to localhost:|install glib-networking");

  return 0;
}

static const TapCase cases[] = {
  { "/tls/good", test_good },
  { "/tls/unknown-ca", test_unknown_ca },
  { "/tls/time", test_time },
  { "/tls/wrong-host", test_wrong_host },
  { "/tls/pins", test_pins },
  { "/tls/failure", test_failure },
  { "/tls/database", test_database },
  { "/tls/resumed", test_resumed },
  { "/tls/old-version", test_old_version },
  { "/tls/alpn", test_alpn },
  { "/tls/not-tls", test_not_tls },
  { "/tls/client-certificate", test_client_certificate },
  { "/tls/unix", test_unix },
  { "/tls/cancelled", test_cancelled },
  { "/tls/bad-files", test_bad_files },
  { "/tls/no-backend", test_no_backend },
};

int
main (int argc,
      char **argv)
{
  int status;

  setlocale (LC_ALL, "C.UTF-8");
  alarm (GUARD_SECONDS);
  if (argc == 2 && strcmp (argv[1], "--no-backend") == 0)
    return run_without_backend ();

  tls_server_make_certificates ();
  status = tap_run (argc, argv, cases, G_N_ELEMENTS (cases));
  tls_server_remove_certificates ();

  return status;
}
