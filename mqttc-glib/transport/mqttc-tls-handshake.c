/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a socket to TLS with the right server. GIO alone is not enough: it accepts a certificate that was
 * refused before if some code in the process has accepted it (it resumes the session of the same server
 * and takes no notice of what is wrong with the certificate), and it speaks TLS 1.0. So the end of the
 * handshake is not yet the end: a gate looks at everything again. */

#include "config.h"

#include "transport/mqttc-read-ahead-private.h"
#include "transport/mqttc-tls-private.h"

typedef struct
{
  MqttcAddress *address;
  GSocketConnection *connection;
  GSocket *socket;          /* (unowned): the connection's */
  GTlsConnection *tls;      /* (nullable) */
  MqttcTlsFailure *failure; /* (nullable) */
  gboolean is_asked;        /* for a certificate of ours */
} Handshake;

static void
handshake_free (gpointer data)
{
  Handshake *self = data;

  /* GIO would say goodbye when the last reference goes, and wait until it has left. */
  if (self->tls != NULL)
    {
      g_socket_close (self->socket, NULL);
      g_signal_handlers_disconnect_by_data (self->tls, self);
      g_object_unref (self->tls);
    }
  g_object_unref (self->connection);
  g_clear_pointer (&self->failure, mqttc_tls_failure_unref);
  mqttc_address_free (self->address);
  g_free (self);
}

static const char *
get_identity (Handshake *self)
{
  const char *identity = self->address->tls->server_identity;

  return identity != NULL ? identity : self->address->host;
}

static gboolean
has_pins (Handshake *self)
{
  return self->address->tls->pins != NULL;
}

static gboolean
is_pinned (Handshake *self,
           GTlsCertificate *certificate)
{
  g_autofree char *pin = has_pins (self) ? mqttc_tls_make_pin (certificate) : NULL;

  return pin != NULL && g_strv_contains ((const char *const *) self->address->tls->pins, pin);
}

/* Remembers what is wrong; FALSE if that is too much. */
static gboolean
judge (Handshake *self,
       GTlsCertificate *certificate,
       GTlsCertificateFlags errors)
{
  g_clear_pointer (&self->failure, mqttc_tls_failure_unref);
  if (is_pinned (self, certificate) || (!has_pins (self) && errors == 0))
    return TRUE;

  self->failure = mqttc_tls_failure_new (certificate, errors, get_identity (self), has_pins (self));

  return FALSE;
}

/* Comes only if GIO has found something wrong. */
static gboolean
accept_certificate_cb (GTlsConnection *tls,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       gpointer user_data)
{
  return judge (user_data, certificate, errors);
}

static gboolean
check_certificate (Handshake *self,
                   GError **error)
{
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (self->tls);

  if (certificate == NULL)
    {
      g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                           "The server has shown no certificate");
      return FALSE;
    }
  if (judge (self, certificate, g_tls_connection_get_peer_certificate_errors (self->tls)))
    return TRUE;

  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "");

  return FALSE;
}

static const char *
get_version_name (GTlsProtocolVersion version)
{
  if (version == G_TLS_PROTOCOL_VERSION_SSL_3_0)
    return "SSL 3.0";
  if (version == G_TLS_PROTOCOL_VERSION_TLS_1_0)
    return "TLS 1.0";
  if (version == G_TLS_PROTOCOL_VERSION_TLS_1_1)
    return "TLS 1.1";

  return "an unknown protocol";
}

static gboolean
check_protocols (Handshake *self,
                 GError **error)
{
  const char *const *asked = (const char *const *) self->address->tls->alpn_protocols;
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (self->tls);
  const char *chosen = g_tls_connection_get_negotiated_protocol (self->tls);

  if (version < G_TLS_PROTOCOL_VERSION_TLS_1_2 || version >= G_TLS_PROTOCOL_VERSION_DTLS_1_0)
    {
      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE,
                   "The server speaks %s, which is not safe: it has to speak TLS 1.2 or later",
                   get_version_name (version));
      return FALSE;
    }
  if (chosen != NULL && (asked == NULL || !g_strv_contains (asked, chosen)))
    {
      g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE,
                           "The server has chosen a protocol that is not in option alpn-protocols");
      return FALSE;
    }

  return TRUE;
}

/* The server has asked for our certificate, even if it names no authorities, as many do not. */
static void
accepted_authorities_cb (GObject *tls,
                         GParamSpec *pspec,
                         gpointer user_data)
{
  Handshake *self = user_data;

  self->is_asked = TRUE;
}

/* Many servers say no more than that the handshake has failed, or hang up before we have said all; but
 * only those that have asked for a certificate can be discontent with ours. */
static gboolean
is_about_our_certificate (Handshake *self,
                          const GError *error)
{
  if (error->domain != G_TLS_ERROR)
    return FALSE;
  if (error->code == G_TLS_ERROR_CERTIFICATE_REQUIRED)
    return TRUE;

  return self->is_asked
         && (error->code == G_TLS_ERROR_MISC || error->code == G_TLS_ERROR_NOT_TLS
             || error->code == G_TLS_ERROR_EOF);
}

/* GIO says that a server does not speak TLS whenever it hangs up in the handshake. If it has shown a
 * certificate before, it does, and nobody must be led to do without. */
static char *
describe_end (Handshake *self,
              GError *error)
{
  if (g_tls_connection_get_peer_certificate (self->tls) == NULL)
    return g_strdup_printf ("The server does not answer with TLS; if it has none at this port, "
                            "use mqtt instead of mqtts, or unset option use-tls (%s)",
                            error->message);

  error->code = G_TLS_ERROR_HANDSHAKE;

  return g_strdup_printf ("The server speaks TLS, but has ended the handshake; if it is about the "
                          "certificate of the client, see option certificate-file (%s)",
                          error->message);
}

/* (transfer full) both. */
static GError *
clarify (Handshake *self,
         GError *error)
{
  g_autofree char *where = mqttc_address_to_string (self->address);
  g_autofree char *problem = NULL;
  GError *clear;

  if (self->failure != NULL)
    {
      g_autofree char *reasons = mqttc_tls_failure_to_string (self->failure);
      g_autofree char *remedy = mqttc_tls_failure_get_remedy (self->failure);

      problem
          = g_strdup_printf ("The certificate of the server is refused: %s; %s", reasons, remedy);
    }
  else if (is_about_our_certificate (self, error))
    {
      problem = mqttc_tls_describe_refusal (self->tls, error);
      error->code = G_TLS_ERROR_CERTIFICATE_REQUIRED;
    }
  else if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS)
           || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    {
      problem = describe_end (self, error);
    }

  clear = g_error_new (error->domain, error->code, "Could not connect to %s: %s", where,
                       problem != NULL ? problem : error->message);
  g_error_free (error);

  return clear;
}

static void
fail (GTask *task,
      GError *error)
{
  g_task_return_error (task, clarify (g_task_get_task_data (task), error));
}

static void
handshaked_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Handshake *self = g_task_get_task_data (task);
  MqttcTransport *transport;
  GError *error = NULL;

  if (!g_tls_connection_handshake_finish (self->tls, result, &error)
      || !check_certificate (self, &error) || !check_protocols (self, &error))
    {
      fail (task, error);
      return;
    }

  g_signal_handlers_disconnect_by_data (self->tls, self);
  transport = mqttc_tls_transport_new (self->tls, self->socket);
  g_clear_object (&self->tls);
  g_task_return_pointer (task, transport, (GDestroyNotify) transport->klass->free);
}

static void
prepared_cb (GObject *source,
             GAsyncResult *result,
             gpointer user_data)
{
  GTask *task = user_data;
  Handshake *self = g_task_get_task_data (task);
  GMainContext *context = g_task_get_context (task);
  GError *error = NULL;

  self->tls = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->tls == NULL)
    {
      fail (task, error);
      g_object_unref (task);
      return;
    }

  g_signal_connect (self->tls, "accept-certificate", G_CALLBACK (accept_certificate_cb), self);
  g_signal_connect (self->tls, "notify::accepted-cas", G_CALLBACK (accepted_authorities_cb), self);

  g_main_context_push_thread_default (context);
  g_tls_connection_handshake_async (self->tls, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                    handshaked_cb, task);
  g_main_context_pop_thread_default (context);
}

static void
prepare_in_thread (GTask *task,
                   gpointer source,
                   gpointer task_data,
                   GCancellable *cancellable)
{
  Handshake *self = task_data;
  g_autoptr (GIOStream) base = mqttc_read_ahead_new (self->connection);
  GError *error = NULL;
  GTlsConnection *tls = mqttc_tls_prepare (self->address, base, &error);

  if (tls != NULL)
    g_task_return_pointer (task, tls, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
mqttc_tls_handshake_async (GSocketConnection *connection,
                           const MqttcAddress *address,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) preparing = g_task_new (NULL, cancellable, prepared_cb, task);
  Handshake *self = g_new0 (Handshake, 1);
  GError *error = NULL;

  self->address = mqttc_address_copy (address);
  self->connection = g_object_ref (connection);
  g_task_set_source_tag (task, mqttc_tls_handshake_async);
  g_task_set_task_data (task, self, handshake_free);

  self->socket = mqttc_transport_set_up_socket (connection, &error);
  g_task_set_task_data (preparing, self, NULL);
  if (self->socket == NULL)
    g_task_return_error (preparing, error);
  else
    g_task_run_in_thread (preparing, prepare_in_thread);
}

MqttcTransport *
mqttc_tls_handshake_finish (GAsyncResult *result,
                            MqttcTlsFailure **failure,
                            GError **error)
{
  Handshake *self = g_task_get_task_data (G_TASK (result));

  if (failure != NULL)
    *failure = g_steal_pointer (&self->failure);

  return g_task_propagate_pointer (G_TASK (result), error);
}
