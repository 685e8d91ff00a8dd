/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How an authenticator goes through the steps of SCRAM. */

#include "config.h"

#include "loop/mqttc-random-private.h"
#include "loop/mqttc-scram-authenticator-private.h"
#include "loop/mqttc-scram-private.h"
#include "mqttc-error.h"
#include "values/mqttc-secret-private.h"

#include <string.h>

/* One exchange, and whoever computes for it. */
struct _MqttcScramExchange /* in a g_atomic_rc_box */
{
  MqttcScram *scram; /* (owned): guarded by the lock of the authenticator */
  int stop;          /* atomic */
};

/* --- Exchanges. --- */

static void
exchange_clear (gpointer data)
{
  mqttc_scram_free (((MqttcScramExchange *) data)->scram);
}

static void
exchange_unref (MqttcScramExchange *exchange)
{
  g_atomic_rc_box_release_full (exchange, exchange_clear);
}

void
mqttc_scram_secrets_end_exchange (MqttcScramSecrets *self)
{
  if (self->exchange == NULL)
    return;

  g_atomic_int_set (&self->exchange->stop, 1);
  g_clear_pointer (&self->exchange, exchange_unref);
}

/* With the lock held. Takes @scram. */
static void
begin_exchange (MqttcScramSecrets *self,
                MqttcScram *scram)
{
  mqttc_scram_secrets_end_exchange (self);

  self->exchange = g_atomic_rc_box_new0 (MqttcScramExchange);
  self->exchange->scram = scram;
}

void
mqttc_scram_secrets_drop_key (MqttcScramSecrets *self)
{
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->key_salt, g_bytes_unref);
}

MqttcScramSecrets *
mqttc_scram_secrets_new (void)
{
  MqttcScramSecrets *self = g_atomic_rc_box_new0 (MqttcScramSecrets);

  g_mutex_init (&self->lock);

  return self;
}

static void
secrets_clear (gpointer data)
{
  MqttcScramSecrets *self = data;

  mqttc_scram_secrets_end_exchange (self);
  mqttc_scram_secrets_drop_key (self);
  g_clear_pointer (&self->password, g_bytes_unref);
  g_mutex_clear (&self->lock);
}

void
mqttc_scram_secrets_unref (MqttcScramSecrets *self)
{
  g_atomic_rc_box_release_full (self, secrets_clear);
}

static void
complete_text (MqttcAuthRequest *request,
               const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  mqttc_auth_request_complete (request, data);
}

/* Takes @error. */
static void
fail (MqttcAuthRequest *request,
      GError *error)
{
  mqttc_auth_request_complete_error (request, error);
  g_error_free (error);
}

/* --- The first step. --- */

/* The best one first. */
static GBytes *
find_binding (MqttcAuthRequest *request,
              const char **flag)
{
  static const struct
  {
    GTlsChannelBindingType type;
    const char *flag;
  } types[] = {
    { G_TLS_CHANNEL_BINDING_TLS_EXPORTER, "p=tls-exporter" },
    { G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, "p=tls-server-end-point" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      GBytes *binding = mqttc_auth_request_get_channel_binding (request, types[i].type);

      *flag = types[i].flag;
      if (binding != NULL)
        return binding;
    }

  return NULL;
}

gboolean
mqttc_scram_authenticator_is_bound (MqttcScramAuthenticator *self)
{
  return self->flag != NULL ? self->flag[0] == 'p'
                            : self->channel_binding == MQTTC_CHANNEL_BINDING_REQUIRE;
}

static gboolean
choose_flag (MqttcScramAuthenticator *self,
             MqttcAuthRequest *request,
             GBytes **binding,
             GError **error)
{
  const gboolean is_again = mqttc_auth_request_is_reauthentication (request);
  const gboolean must = is_again || self->channel_binding == MQTTC_CHANNEL_BINDING_REQUIRE;

  /* The method of a connection does not change (section 4.12.1 of the MQTT 5 standard). */
  if (is_again ? mqttc_scram_authenticator_is_bound (self)
               : self->channel_binding >= MQTTC_CHANNEL_BINDING_WHEN_AVAILABLE)
    {
      *binding = find_binding (request, &self->flag);
      if (*binding != NULL)
        return TRUE;
      self->flag = NULL;
      if (must)
        {
          const char *host = mqttc_auth_request_get_host (request);

          g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                       "The connection to %s has no channel binding; use TLS, or do without the "
                       "channel-binding of the authenticator",
                       host != NULL ? host : "the Unix socket");
          return FALSE;
        }
    }

  self->flag = self->channel_binding == MQTTC_CHANNEL_BINDING_UNSUPPORTED
                   ? MQTTC_SCRAM_FLAG_SERVER_CANNOT
                   : MQTTC_SCRAM_FLAG_NO;

  return TRUE;
}

static MqttcScram *
make_scram (MqttcScramAuthenticator *self,
            MqttcAuthRequest *request,
            GError **error)
{
  g_autofree char *user_name = NULL;
  g_autofree char *nonce = mqttc_random_make_nonce ();
  g_autoptr (GBytes) binding = NULL;

  user_name
      = mqttc_scram_prepare (self->user_name != NULL ? self->user_name : "", "user name", error);
  if (user_name == NULL || !choose_flag (self, request, &binding, error))
    return NULL;

  return mqttc_scram_new (user_name, nonce, self->flag, binding);
}

static void
start (MqttcScramAuthenticator *self,
       MqttcAuthRequest *request)
{
  GError *error = NULL;
  MqttcScram *scram = make_scram (self, request, &error);

  g_mutex_lock (&self->secrets->lock);
  if (scram != NULL)
    begin_exchange (self->secrets, scram);
  else
    mqttc_scram_secrets_end_exchange (self->secrets);
  g_mutex_unlock (&self->secrets->lock);

  /* The exchange is there until a later call of step(), which this thread does. */
  if (scram != NULL)
    complete_text (request, mqttc_scram_get_client_first (scram));
  else
    fail (request, error);
}

/* --- The key. --- */

typedef struct
{
  MqttcScramSecrets *secrets;
  MqttcAuthRequest *request;
  MqttcScramExchange *exchange;
  GBytes *password;
  GBytes *prepared;
  GBytes *salt;
  guint iterations;
} Job;

static void
job_free (Job *job)
{
  exchange_unref (job->exchange);
  g_bytes_unref (job->password);
  g_bytes_unref (job->prepared);
  g_bytes_unref (job->salt);
  g_object_unref (job->request);
  mqttc_scram_secrets_unref (job->secrets);
  g_free (job);
}

/* With the lock held. */
static void
keep_key (MqttcScramSecrets *self,
          const Job *job,
          GBytes *key)
{
  if (self->password != job->password)
    return;

  mqttc_scram_secrets_drop_key (self);
  self->key = g_bytes_ref (key);
  self->key_salt = g_bytes_ref (job->salt);
  self->key_iterations = job->iterations;
}

static gpointer
run_job (gpointer data)
{
  Job *job = data;
  g_autoptr (GBytes) key
      = mqttc_scram_derive (job->prepared, job->salt, job->iterations, &job->exchange->stop);
  g_autofree char *message = NULL;

  g_mutex_lock (&job->secrets->lock);
  if (key != NULL)
    keep_key (job->secrets, job, key);
  if (key != NULL && job->secrets->exchange == job->exchange)
    message = mqttc_scram_make_client_final (job->exchange->scram, key);
  g_mutex_unlock (&job->secrets->lock);

  if (message != NULL)
    complete_text (job->request, message);
  else
    fail (job->request,
          g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The exchange of SCRAM was left"));
  job_free (job);

  return NULL;
}

/* Takes @prepared. With the lock held. */
static Job *
make_job (MqttcScramSecrets *self,
          MqttcAuthRequest *request,
          char *prepared)
{
  Job *job = g_new0 (Job, 1);

  job->secrets = g_atomic_rc_box_acquire (self);
  job->request = g_object_ref (request);
  job->exchange = g_atomic_rc_box_acquire (self->exchange);
  job->password = g_bytes_ref (self->password);
  job->prepared = mqttc_secret_new_take (prepared, strlen (prepared));
  job->salt = g_bytes_ref (mqttc_scram_get_salt (self->exchange->scram));
  job->iterations = mqttc_scram_get_iterations (self->exchange->scram);

  return job;
}

static Job *
prepare_job (MqttcScramSecrets *self,
             MqttcAuthRequest *request,
             GError **error)
{
  /* The bytes of the secret end in a null. */
  const char *password = self->password != NULL ? g_bytes_get_data (self->password, NULL) : "";
  char *prepared = mqttc_scram_prepare (password, "password", error);

  return prepared != NULL ? make_job (self, request, prepared) : NULL;
}

static gboolean
start_job (Job *job,
           GError **error)
{
  /* Not a GTask: that would call back in whatever context is the default one here. */
  GThread *thread = g_thread_try_new ("mqttc-scram", run_job, job, error);

  if (thread == NULL)
    {
      job_free (job);
      return FALSE;
    }

  g_thread_unref (thread);

  return TRUE;
}

/* --- The other steps. --- */

/* With the lock held. */
static gboolean
has_key (MqttcScramSecrets *self)
{
  MqttcScram *scram = self->exchange->scram;

  return self->key != NULL && self->key_iterations == mqttc_scram_get_iterations (scram)
         && g_bytes_equal (self->key_salt, mqttc_scram_get_salt (scram));
}

/* With the lock held. What there is to answer at once, if anything, and what takes longer. */
static gboolean
answer (MqttcScramAuthenticator *self,
        MqttcAuthRequest *request,
        char **message,
        Job **job,
        GError **error)
{
  MqttcScram *scram = self->secrets->exchange->scram;
  GBytes *data = mqttc_auth_request_get_server_data (request);

  /* A server may send its last message as a step of its own, and nothing is left to say then. */
  if (mqttc_scram_get_stage (scram) != MQTTC_SCRAM_STAGE_FIRST)
    return mqttc_scram_verify_server_final (scram, data, error);

  if (!mqttc_scram_read_server_first (scram, data, self->minimum_iterations,
                                      self->maximum_iterations, error))
    return FALSE;

  if (has_key (self->secrets))
    *message = mqttc_scram_make_client_final (scram, self->secrets->key);
  else
    *job = prepare_job (self->secrets, request, error);

  return *message != NULL || *job != NULL;
}

/* With the lock held. */
static gboolean
finish (MqttcScramSecrets *self,
        MqttcAuthRequest *request,
        GError **error)
{
  MqttcScram *scram = self->exchange->scram;
  GBytes *data = mqttc_auth_request_get_server_data (request);

  if (mqttc_scram_get_stage (scram) == MQTTC_SCRAM_STAGE_DONE
      && (data == NULL || g_bytes_get_size (data) == 0))
    return TRUE;
  if (mqttc_scram_get_stage (scram) != MQTTC_SCRAM_STAGE_FINAL)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL,
                           "The server ended SCRAM before its end");
      return FALSE;
    }

  return mqttc_scram_verify_server_final (scram, data, error);
}

static gboolean
go_on (MqttcScramAuthenticator *self,
       MqttcAuthRequest *request,
       char **message,
       Job **job,
       GError **error)
{
  gboolean is_good;

  if (self->secrets->exchange == NULL)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL,
                           "The server goes on with SCRAM after its end");
      return FALSE;
    }

  if (mqttc_auth_request_get_stage (request) == MQTTC_AUTH_STAGE_CONTINUE)
    return answer (self, request, message, job, error);

  is_good = finish (self->secrets, request, error);
  mqttc_scram_secrets_end_exchange (self->secrets);

  return is_good;
}

void
mqttc_scram_authenticator_begin_step (MqttcScramAuthenticator *self,
                                      MqttcAuthRequest *request)
{
  g_autofree char *message = NULL;
  GError *error = NULL;
  Job *job = NULL;
  gboolean is_good;

  if (mqttc_auth_request_get_stage (request) == MQTTC_AUTH_STAGE_START)
    {
      start (self, request);
      return;
    }

  g_mutex_lock (&self->secrets->lock);
  is_good = go_on (self, request, &message, &job, &error);
  if (!is_good)
    mqttc_scram_secrets_end_exchange (self->secrets);
  g_mutex_unlock (&self->secrets->lock);

  if (!is_good || (job != NULL && !start_job (job, &error)))
    fail (request, error);
  else if (message != NULL)
    complete_text (request, message);
  else if (job == NULL)
    mqttc_auth_request_complete (request, NULL);
}
