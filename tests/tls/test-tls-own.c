/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The certificate of the client: who supplies it, and what is said if the server hangs up on it. */

#include "tap.h"
#include "tls-dial.h"
#include "tls-options.h"
#include "tls-relay.h"
#include "tls-server.h"

#include <locale.h>
#include <string.h>
#include <unistd.h>

/* No case takes nearly as long. */
#define GUARD_SECONDS 120

/* Names no authority, as Mosquitto does not. */
#define ASKS " -Verify 1"

static GTlsCertificate *
load (const char *name)
{
  g_autofree char *path = tls_server_get_path (name);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);

  return certificate;
}

static MqttcOptions *
make_options (guint16 port)
{
  MqttcOptions *options = mqttc_options_new ();
  g_autofree char *path = tls_server_get_path ("ca.pem");

  mqttc_options_set_use_tls (options, TRUE);
  mqttc_options_set_port (options, port);
  mqttc_options_set_ca_file (options, path);

  return options;
}

static void
show_certificate (MqttcOptions *options)
{
  g_autoptr (GTlsCertificate) certificate = load ("client-both.pem");

  mqttc_options_set_certificate (options, certificate);
}

/* --- The end of a handshake. --- */

#define REFUSED "does not accept the certificate of the client|certificate-file"
#define MISSED "wants a certificate of the client|certificate-file"
#define ENDED "speaks TLS, but has ended the handshake|certificate-file"

/* No case may say to do without TLS. */
static void
assert_end (TlsDial *dial,
            int code,
            const char *words)
{
  g_assert_nonnull (dial->error);
  g_assert_null (strstr (dial->error->message, "use-tls"));
  g_assert_null (strstr (dial->error->message, "instead of mqtts"));
  tls_dial_assert_error (dial, G_TLS_ERROR, code, words);
}

static void
try_end (const char *arguments,
         TlsRelayEnd end,
         gboolean shows,
         int code,
         const char *words)
{
  TlsServer *server = tls_server_new ("good", arguments);
  TlsRelay *relay = tls_relay_new (server, end);
  g_autoptr (MqttcOptions) options = make_options (tls_relay_get_port (relay));

  if (shows)
    show_certificate (options);
  assert_end (tls_dial (options, NULL), code, words);
  tls_relay_free (relay);
  tls_server_free (server);
}

/* In TLS 1.2 the client then waits for the end of the handshake. */
static void
test_finished (void)
{
  try_end ("-tls1_2" ASKS, TLS_RELAY_FINISH_AT_ANSWER, TRUE, G_TLS_ERROR_CERTIFICATE_REQUIRED,
           REFUSED);
  try_end ("-tls1_2" ASKS, TLS_RELAY_FINISH_AT_ANSWER, FALSE, G_TLS_ERROR_CERTIFICATE_REQUIRED,
           MISSED);
  try_end ("-tls1_2", TLS_RELAY_FINISH_AT_ANSWER, TRUE, G_TLS_ERROR_HANDSHAKE, ENDED);
}

static void
test_reset (void)
{
  try_end ("-tls1_2" ASKS, TLS_RELAY_RESET_AT_ANSWER, TRUE, G_TLS_ERROR_CERTIFICATE_REQUIRED,
           REFUSED);
  try_end ("-tls1_2" ASKS, TLS_RELAY_RESET_AT_ANSWER, FALSE, G_TLS_ERROR_CERTIFICATE_REQUIRED,
           MISSED);
  try_end ("-tls1_2", TLS_RELAY_RESET_AT_ANSWER, TRUE, G_TLS_ERROR_HANDSHAKE, ENDED);
}

/* Trusts the server, and has the connection reset while the client looks at its certificate: what the
 * client says next is not sent. */
typedef struct
{
  GTlsDatabase parent;
  TlsRelay *relay;
} ResettingDatabase;

typedef GTlsDatabaseClass ResettingDatabaseClass;

GType resetting_database_get_type (void);

G_DEFINE_TYPE (ResettingDatabase, resetting_database, G_TYPE_TLS_DATABASE)

static GTlsCertificateFlags
resetting_database_verify_chain (GTlsDatabase *database,
                                 GTlsCertificate *chain,
                                 const char *purpose,
                                 GSocketConnectable *identity,
                                 GTlsInteraction *interaction,
                                 GTlsDatabaseVerifyFlags flags,
                                 GCancellable *cancellable,
                                 GError **error)
{
  ResettingDatabase *self = (ResettingDatabase *) database;

  tls_relay_reset (self->relay);

  return G_TLS_CERTIFICATE_NO_FLAGS;
}

static void
resetting_database_class_init (ResettingDatabaseClass *klass)
{
  klass->verify_chain = resetting_database_verify_chain;
}

static void
resetting_database_init (ResettingDatabase *self)
{
}

static void
try_reset_before (const char *arguments,
                  gboolean shows,
                  int code,
                  const char *words)
{
  TlsServer *server = tls_server_new ("good", arguments);
  TlsRelay *relay = tls_relay_new (server, TLS_RELAY_RESET_WHEN_TOLD);
  g_autoptr (MqttcOptions) options = make_options (tls_relay_get_port (relay));
  g_autoptr (GTlsDatabase) database = g_object_new (resetting_database_get_type (), NULL);

  ((ResettingDatabase *) database)->relay = relay;
  mqttc_options_set_ca_file (options, NULL);
  mqttc_options_set_tls_database (options, database);
  if (shows)
    show_certificate (options);
  assert_end (tls_dial (options, NULL), code, words);
  tls_relay_free (relay);
  tls_server_free (server);
}

/* The client cannot even send its certificate: so it goes when the server is quick to refuse it. */
static void
test_reset_before (void)
{
  try_reset_before ("-tls1_3" ASKS, TRUE, G_TLS_ERROR_CERTIFICATE_REQUIRED, REFUSED);
  try_reset_before ("-tls1_3" ASKS, FALSE, G_TLS_ERROR_CERTIFICATE_REQUIRED, MISSED);
  try_reset_before ("-tls1_3", TRUE, G_TLS_ERROR_HANDSHAKE, ENDED);
  try_reset_before ("-tls1_2" ASKS, TRUE, G_TLS_ERROR_CERTIFICATE_REQUIRED, REFUSED);
  try_reset_before ("-tls1_2" ASKS, FALSE, G_TLS_ERROR_CERTIFICATE_REQUIRED, MISSED);
  try_reset_before ("-tls1_2", TRUE, G_TLS_ERROR_HANDSHAKE, ENDED);
}

/* --- Who is asked for the certificate. --- */

typedef struct
{
  GTlsInteraction parent;
  GTlsCertificate *certificate; /* (nullable) */
  guint n_asked;
} Owner;

typedef GTlsInteractionClass OwnerClass;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Owner, g_object_unref)

GType owner_get_type (void);

G_DEFINE_TYPE (Owner, owner, G_TYPE_TLS_INTERACTION)

static GTlsInteractionResult
owner_request_certificate (GTlsInteraction *interaction,
                           GTlsConnection *connection,
                           GTlsCertificateRequestFlags flags,
                           GCancellable *cancellable,
                           GError **error)
{
  Owner *self = (Owner *) interaction;

  self->n_asked++;
  if (self->certificate == NULL)
    return G_TLS_INTERACTION_UNHANDLED;

  g_tls_connection_set_certificate (connection, self->certificate);

  return G_TLS_INTERACTION_HANDLED;
}

static void
owner_finalize (GObject *object)
{
  g_clear_object (&((Owner *) object)->certificate);
  G_OBJECT_CLASS (owner_parent_class)->finalize (object);
}

static void
owner_class_init (OwnerClass *klass)
{
  klass->request_certificate = owner_request_certificate;
  G_OBJECT_CLASS (klass)->finalize = owner_finalize;
}

static void
owner_init (Owner *self)
{
}

/* Asked at each attempt, if the server asks, and nothing else is shown. */
static void
test_interaction (void)
{
  g_autofree char *ca = tls_server_get_path ("ca.pem");
  g_autofree char *arguments = g_strdup_printf ("-tls1_2 -verify_return_error -CAfile %s" ASKS, ca);
  TlsServer *server = tls_server_new ("good", arguments);
  g_autoptr (MqttcOptions) options = make_options (tls_server_get_port (server));
  g_autoptr (Owner) owner = g_object_new (owner_get_type (), NULL);

  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED,
                         MISSED);
  mqttc_options_set_tls_interaction (options, &owner->parent);
  tls_dial_assert_error (tls_dial (options, NULL), G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED,
                         MISSED);
  g_assert_cmpuint (owner->n_asked, ==, 1);
  owner->certificate = load ("client-both.pem");
  tls_dial_assert_ok (tls_dial (options, NULL));
  g_assert_cmpuint (owner->n_asked, ==, 2);
  show_certificate (options);
  tls_dial_assert_ok (tls_dial (options, NULL));
  g_assert_cmpuint (owner->n_asked, ==, 2);

  tls_server_free (server);
}

/* --- The other programs. --- */

static gboolean
has_case (const char *program,
          const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "tls", program, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, path, "-l", NULL);
  g_autofree char *output = NULL;
  g_auto (GStrv) names = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  names = g_strsplit (output, "\n", -1);

  return g_strv_contains ((const char *const *) names, name);
}

/* The list of what is tested where is true. */
static void
test_options (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tls_options); i++)
    {
      tap_say ("%s: %s", tls_options[i].option, tls_options[i].name);
      g_assert_true (has_case (tls_options[i].program, tls_options[i].name));
    }
  g_assert_false (has_case ("test-tls-own", "/tls-own"));
}

static const TapCase cases[] = {
  { "/tls-own/finished", test_finished },         { "/tls-own/reset", test_reset },
  { "/tls-own/reset/before", test_reset_before }, { "/tls-own/interaction", test_interaction },
  { "/tls-own/options", test_options },
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
