/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-auth-request-private.h"
#include "values/mqttc-secret-private.h"

/**
 * MqttcAuthRequest:
 *
 * One step of an exchange of enhanced authentication, which an authenticator completes.
 *
 * [method@Mqttc.AuthRequest.complete] or [method@Mqttc.AuthRequest.complete_error] is called once, in
 * whatever thread. A request that is dropped without either has failed. When the connection has ended
 * meanwhile, what the request is completed with goes nowhere.
 *
 * Since: 0.1
 */

struct _MqttcAuthRequest
{
  GObject parent_instance;

  MqttcAnswer *answer; /* (owned) */
  MqttcAuthStage stage;
  gboolean is_reauthentication;
  GBytes *server_data; /* (owned) (nullable) */
  char *client_id;     /* (owned) (nullable) */
  char *host;          /* (owned) (nullable) */
  MqttcTlsBinding binding;
};

G_DEFINE_FINAL_TYPE (MqttcAuthRequest, mqttc_auth_request, G_TYPE_OBJECT)

static void
mqttc_auth_request_finalize (GObject *object)
{
  MqttcAuthRequest *self = MQTTC_AUTH_REQUEST (object);

  /* Too late if it was completed. */
  mqttc_answer_give (self->answer, NULL, NULL,
                     g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                                          "The authenticator dropped a request instead of "
                                          "completing it"));
  mqttc_answer_unref (self->answer);
  g_clear_pointer (&self->server_data, g_bytes_unref);
  g_free (self->client_id);
  g_free (self->host);
  mqttc_tls_binding_clear (&self->binding);

  G_OBJECT_CLASS (mqttc_auth_request_parent_class)->finalize (object);
}

static void
mqttc_auth_request_class_init (MqttcAuthRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mqttc_auth_request_finalize;
}

static void
mqttc_auth_request_init (MqttcAuthRequest *self)
{
  self->answer = mqttc_answer_new_for_nobody ();
}

MqttcAuthRequest *
mqttc_auth_request_new (const MqttcAuthStep *step,
                        MqttcAnswer *answer)
{
  MqttcAuthRequest *self = g_object_new (MQTTC_TYPE_AUTH_REQUEST, NULL);

  mqttc_answer_unref (self->answer);
  self->answer = mqttc_answer_ref (answer);
  self->stage = step->stage;
  self->is_reauthentication = step->is_reauthentication;
  self->server_data = mqttc_secret_copy (step->server_data);
  self->client_id = g_strdup (step->client_id);
  self->host = g_strdup (step->host);
  if (step->binding != NULL)
    mqttc_tls_binding_copy (&self->binding, step->binding);

  return self;
}

/**
 * mqttc_auth_request_get_stage:
 * @self: a request
 *
 * Gets where in the exchange this step is.
 *
 * Returns: the stage
 * Since: 0.1
 */
MqttcAuthStage
mqttc_auth_request_get_stage (MqttcAuthRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_AUTH_REQUEST (self), MQTTC_AUTH_STAGE_START);

  return self->stage;
}

/**
 * mqttc_auth_request_is_reauthentication:
 * @self: a request
 *
 * Gets whether the exchange is one on an open connection.
 *
 * See section 4.12.1 of the MQTT 5 standard.
 *
 * Returns: `TRUE` for a re-authentication, `FALSE` for the exchange of a CONNECT
 * Since: 0.1
 */
gboolean
mqttc_auth_request_is_reauthentication (MqttcAuthRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_AUTH_REQUEST (self), FALSE);

  return self->is_reauthentication;
}

/**
 * mqttc_auth_request_get_server_data:
 * @self: a request
 *
 * Gets the authentication data that the server has sent.
 *
 * Returns: (transfer none) (nullable): the data, or `NULL` if there were none
 * Since: 0.1
 */
GBytes *
mqttc_auth_request_get_server_data (MqttcAuthRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_AUTH_REQUEST (self), NULL);

  return self->server_data;
}

/**
 * mqttc_auth_request_get_client_id:
 * @self: a request
 *
 * Gets the client identifier of the connection.
 *
 * Returns: (transfer none): the identifier, "" if the server is to choose one
 * Since: 0.1
 */
const char *
mqttc_auth_request_get_client_id (MqttcAuthRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_AUTH_REQUEST (self), NULL);

  return self->client_id != NULL ? self->client_id : "";
}

/**
 * mqttc_auth_request_get_host:
 * @self: a request
 *
 * Gets the name or the address of the server.
 *
 * Returns: (transfer none) (nullable): the host, or `NULL` for a Unix socket
 * Since: 0.1
 */
const char *
mqttc_auth_request_get_host (MqttcAuthRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_AUTH_REQUEST (self), NULL);

  return self->host;
}

/**
 * mqttc_auth_request_get_channel_binding:
 * @self: a request
 * @type: what of the TLS connection
 *
 * Gets data that no other connection has, for a proof that is good for this one alone.
 *
 * `G_TLS_CHANNEL_BINDING_TLS_EXPORTER` (RFC 9266) is there with TLS 1.3 only,
 * `G_TLS_CHANNEL_BINDING_TLS_UNIQUE` (RFC 5929) with TLS 1.2 only. For
 * `G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT` the data are those of the server's certificate.
 *
 * Returns: (transfer full) (nullable): the data, or `NULL` if the connection has none of this type
 * Since: 0.1
 */
GBytes *
mqttc_auth_request_get_channel_binding (MqttcAuthRequest *self,
                                        GTlsChannelBindingType type)
{
  GBytes *data;

  g_return_val_if_fail (MQTTC_IS_AUTH_REQUEST (self), NULL);

  data = mqttc_tls_binding_get (&self->binding, type);
  return data != NULL ? g_bytes_ref (data) : NULL;
}

/**
 * mqttc_auth_request_complete:
 * @self: a request
 * @data: (nullable): the data for the server, or `NULL` for none
 *
 * Completes the step.
 *
 * In the stage `MQTTC_AUTH_STAGE_FINISH` there is nothing to send any more, and it means that the
 * server is accepted. To be called once, in any thread.
 *
 * Since: 0.1
 */
void
mqttc_auth_request_complete (MqttcAuthRequest *self,
                             GBytes *data)
{
  g_return_if_fail (MQTTC_IS_AUTH_REQUEST (self));

  if (!mqttc_answer_give (self->answer, NULL, data, NULL))
    g_critical ("A request for authentication was completed twice");
}

/**
 * mqttc_auth_request_complete_error:
 * @self: a request
 * @error: what went wrong
 *
 * Completes the step by an error, which ends the exchange and the connection.
 *
 * To be called once, in any thread.
 *
 * Since: 0.1
 */
void
mqttc_auth_request_complete_error (MqttcAuthRequest *self,
                                   const GError *error)
{
  g_return_if_fail (MQTTC_IS_AUTH_REQUEST (self));
  g_return_if_fail (error != NULL);

  if (!mqttc_answer_give (self->answer, NULL, NULL, g_error_copy (error)))
    g_critical ("A request for authentication was completed twice");
}
