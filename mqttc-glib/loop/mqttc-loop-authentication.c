/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the program is asked on the way to a connection. At any time the engine waits for one answer at
 * most; that of a connection which is gone is not listened to any more. */

#include "config.h"

#include "loop/mqttc-auth-request-private.h"
#include "loop/mqttc-authenticator.h"
#include "loop/mqttc-credentials-request-private.h"
#include "loop/mqttc-loop-private.h"
#include "loop/mqttc-options.h"
#include "mqttc-error.h"

void
mqttc_event_loop_drop_answer (MqttcEventLoop *self)
{
  if (self->answer == NULL)
    return;

  mqttc_answer_cancel (self->answer);
  g_clear_pointer (&self->answer, mqttc_answer_unref);
}

/* (transfer full) */
static MqttcAnswer *
renew_answer (MqttcEventLoop *self,
              const MqttcEngineEvent *event,
              MqttcAnswerFunc func)
{
  mqttc_event_loop_drop_answer (self);
  self->answer = mqttc_answer_new (self->context, func, self);
  self->answer_token = event->token;
  self->answer_stage = event->stage;

  return mqttc_answer_ref (self->answer);
}

static GError *
copy_error (MqttcAnswer *answer)
{
  const GError *error = mqttc_answer_get_error (answer);

  return error != NULL ? g_error_copy (error) : NULL;
}

/* --- Enhanced authentication. --- */

/* It goes by the way that the authenticator has chosen for its first step. */
static char *
get_method (MqttcEventLoop *self,
            MqttcAnswer *answer)
{
  if (self->answer_stage != MQTTC_ENGINE_AUTH_START || mqttc_answer_get_error (answer) != NULL)
    return NULL;

  return mqttc_authenticator_get_method (self->authenticator);
}

static void
authenticated_cb (MqttcAnswer *given,
                  gpointer user_data)
{
  /* The authenticator may drop the last reference of the program. */
  g_autoptr (MqttcEventLoop) self = g_object_ref (user_data);
  g_autoptr (MqttcAnswer) answer = g_steal_pointer (&self->answer);
  const guint64 token = self->answer_token;
  g_autofree char *method = get_method (self, answer);

  mqttc_engine_authenticate (mqttc_event_loop_lock (self), token, method,
                             mqttc_answer_get_bytes (answer), copy_error (answer),
                             mqttc_loop_clock_get_time (&self->clock));
  mqttc_event_loop_unlock (self);
}

static MqttcAuthStage
get_stage (const MqttcEngineEvent *event)
{
  switch (event->stage)
    {
    case MQTTC_ENGINE_AUTH_CONTINUE:
      return MQTTC_AUTH_STAGE_CONTINUE;
    case MQTTC_ENGINE_AUTH_FINISH:
      return MQTTC_AUTH_STAGE_FINISH;
    default:
      return MQTTC_AUTH_STAGE_START;
    }
}

static MqttcAuthRequest *
make_auth_request (MqttcEventLoop *self,
                   const MqttcEngineEvent *event,
                   MqttcAnswer *answer)
{
  MqttcAuthRequest *request;
  MqttcAuthStep step = {
    .stage = get_stage (event),
    .is_reauthentication = self->is_reauthenticating,
    .server_data = event->data,
    .client_id = self->client_id,
  };

  g_mutex_lock (&self->engine_lock);
  step.host = self->dialled_address != NULL ? self->dialled_address->host : NULL;
  step.binding = &self->link.binding;
  request = mqttc_auth_request_new (&step, answer);
  g_mutex_unlock (&self->engine_lock);

  return request;
}

static void
refuse_without_authenticator (MqttcEventLoop *self,
                              guint64 token)
{
  GError *error
      = g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                             "Option authenticator was taken away while the connection was made");

  mqttc_engine_authenticate (mqttc_event_loop_lock (self), token, NULL, NULL, error,
                             mqttc_loop_clock_get_time (&self->clock));
  mqttc_event_loop_unlock (self);
}

void
mqttc_event_loop_deliver_authenticate (MqttcEventLoop *self,
                                       const gboolean *is_gone,
                                       MqttcEngineEvent *event)
{
  g_autoptr (MqttcAuthenticator) authenticator = NULL;
  g_autoptr (MqttcAuthRequest) request = NULL;
  g_autoptr (MqttcAnswer) answer = NULL;

  /* The one that begins an exchange also ends it. */
  if (event->stage == MQTTC_ENGINE_AUTH_START)
    g_set_object (&self->authenticator, mqttc_options_get_authenticator (self->options));
  if (self->authenticator == NULL)
    {
      refuse_without_authenticator (self, event->token);
      return;
    }

  if (event->stage == MQTTC_ENGINE_AUTH_START || event->stage == MQTTC_ENGINE_AUTH_RESTART)
    self->is_reauthenticating = event->stage == MQTTC_ENGINE_AUTH_RESTART;
  answer = renew_answer (self, event, authenticated_cb);
  request = make_auth_request (self, event, answer);

  /* From here on the loop may be gone. */
  authenticator = g_object_ref (self->authenticator);
  mqttc_authenticator_step (authenticator, request);
}

/* --- User name and password. --- */

static void
provided_cb (MqttcAnswer *given,
             gpointer user_data)
{
  MqttcEventLoop *self = user_data;
  g_autoptr (MqttcAnswer) answer = g_steal_pointer (&self->answer);
  GError *error = copy_error (answer);

  mqttc_engine_set_credentials (mqttc_event_loop_lock (self), self->answer_token,
                                mqttc_answer_get_user_name (answer),
                                mqttc_answer_get_bytes (answer), error,
                                g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED),
                                mqttc_loop_clock_get_time (&self->clock));
  mqttc_event_loop_unlock (self);
}

static char *
get_next_host (MqttcEventLoop *self)
{
  const char *host;
  guint16 port;
  char *copy;

  g_mutex_lock (&self->engine_lock);
  host = mqttc_engine_get_redirect (self->engine, &port);
  if (host == NULL && self->next_address != NULL && self->next_address->socket_path == NULL)
    host = self->next_address->host;
  copy = g_strdup (host);
  g_mutex_unlock (&self->engine_lock);

  return copy;
}

void
mqttc_event_loop_deliver_credentials (MqttcEventLoop *self,
                                      const gboolean *is_gone,
                                      MqttcEngineEvent *event)
{
  g_autoptr (MqttcCredentialsProvider) provider = NULL;
  g_autoptr (MqttcCredentialsRequest) request = NULL;
  g_autoptr (MqttcAnswer) answer = renew_answer (self, event, provided_cb);
  g_autofree char *host = get_next_host (self);

  self->n_attempts++;
  request = mqttc_credentials_request_new (host, self->n_attempts,
                                           self->n_attempts > 1 ? self->last_error : NULL, answer);

  /* Without one the request is dropped, which is an answer too. From here on the loop may be gone. */
  g_set_object (&provider, mqttc_options_get_credentials_provider (self->options));
  if (provider != NULL)
    mqttc_credentials_provider_provide (provider, request);
}
