/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-credentials-request-private.h"

/**
 * MqttcCredentialsRequest:
 *
 * Asks a provider for the user name and the password of one attempt to connect.
 *
 * [method@Mqttc.CredentialsRequest.complete] or [method@Mqttc.CredentialsRequest.complete_error] is
 * called once, in whatever thread. A request that is dropped without either has failed. When the client
 * has given up meanwhile, what the request is completed with goes nowhere.
 *
 * Since: 0.1
 */

struct _MqttcCredentialsRequest
{
  GObject parent_instance;

  MqttcAnswer *answer; /* (owned) */
  char *host;          /* (owned) (nullable) */
  guint attempt;
  GError *last_error; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (MqttcCredentialsRequest, mqttc_credentials_request, G_TYPE_OBJECT)

static void
mqttc_credentials_request_finalize (GObject *object)
{
  MqttcCredentialsRequest *self = MQTTC_CREDENTIALS_REQUEST (object);

  /* Too late if it was completed. */
  mqttc_answer_give (self->answer, NULL, NULL,
                     g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                                          "The provider of credentials dropped a request "
                                          "instead of completing it"));
  mqttc_answer_unref (self->answer);
  g_free (self->host);
  g_clear_error (&self->last_error);

  G_OBJECT_CLASS (mqttc_credentials_request_parent_class)->finalize (object);
}

static void
mqttc_credentials_request_class_init (MqttcCredentialsRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mqttc_credentials_request_finalize;
}

static void
mqttc_credentials_request_init (MqttcCredentialsRequest *self)
{
  self->answer = mqttc_answer_new_for_nobody ();
}

MqttcCredentialsRequest *
mqttc_credentials_request_new (const char *host,
                               guint attempt,
                               const GError *last_error,
                               MqttcAnswer *answer)
{
  MqttcCredentialsRequest *self = g_object_new (MQTTC_TYPE_CREDENTIALS_REQUEST, NULL);

  mqttc_answer_unref (self->answer);
  self->answer = mqttc_answer_ref (answer);
  self->host = g_strdup (host);
  self->attempt = attempt;
  self->last_error = last_error != NULL ? g_error_copy (last_error) : NULL;

  return self;
}

/**
 * mqttc_credentials_request_get_host:
 * @self: a request
 *
 * Gets the name or the address of the server.
 *
 * Returns: (transfer none) (nullable): the host, or `NULL` for a Unix socket
 * Since: 0.1
 */
const char *
mqttc_credentials_request_get_host (MqttcCredentialsRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_CREDENTIALS_REQUEST (self), NULL);

  return self->host;
}

/**
 * mqttc_credentials_request_get_attempt:
 * @self: a request
 *
 * Gets which attempt since the last good connection it is for.
 *
 * Returns: the number of the attempt, from 1
 * Since: 0.1
 */
guint
mqttc_credentials_request_get_attempt (MqttcCredentialsRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_CREDENTIALS_REQUEST (self), 0);

  return self->attempt;
}

/**
 * mqttc_credentials_request_get_last_error:
 * @self: a request
 *
 * Gets why the attempt before has failed.
 *
 * A password that was refused is `MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD` or
 * `MQTTC_REASON_ERROR_NOT_AUTHORIZED`: time for another one.
 *
 * Returns: (transfer none) (nullable): the error, or `NULL` if there was none
 * Since: 0.1
 */
const GError *
mqttc_credentials_request_get_last_error (MqttcCredentialsRequest *self)
{
  g_return_val_if_fail (MQTTC_IS_CREDENTIALS_REQUEST (self), NULL);

  return self->last_error;
}

/**
 * mqttc_credentials_request_complete:
 * @self: a request
 * @user_name: (nullable): the user name, or `NULL` for none
 * @password: (nullable): the password, or `NULL` for none
 *
 * Completes the request.
 *
 * MQTT 3.1.1 has no password without a user name. To be called once, in any thread.
 *
 * Since: 0.1
 */
void
mqttc_credentials_request_complete (MqttcCredentialsRequest *self,
                                    const char *user_name,
                                    GBytes *password)
{
  g_return_if_fail (MQTTC_IS_CREDENTIALS_REQUEST (self));

  if (!mqttc_answer_give (self->answer, user_name, password, NULL))
    g_critical ("A request for credentials was completed twice");
}

/**
 * mqttc_credentials_request_complete_error:
 * @self: a request
 * @error: what went wrong
 *
 * Completes the request by an error, with which the attempt to connect fails.
 *
 * To be called once, in any thread.
 *
 * Since: 0.1
 */
void
mqttc_credentials_request_complete_error (MqttcCredentialsRequest *self,
                                          const GError *error)
{
  g_return_if_fail (MQTTC_IS_CREDENTIALS_REQUEST (self));
  g_return_if_fail (error != NULL);

  if (!mqttc_answer_give (self->answer, NULL, NULL, g_error_copy (error)))
    g_critical ("A request for credentials was completed twice");
}
