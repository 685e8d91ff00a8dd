/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* User name and password that the program is asked for before each attempt: they may have expired since
 * the last. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"

void
mqttc_engine_ask_credentials (MqttcEngine *self)
{
  MqttcEngineEvent *event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_CREDENTIALS);

  self->credentials.is_asked = TRUE;
  self->credentials.is_awaited = TRUE;
  event->token = ++self->credentials.token;
}

void
mqttc_engine_forget_credentials (MqttcEngine *self)
{
  self->credentials.is_asked = FALSE;
  self->credentials.is_awaited = FALSE;
  g_clear_pointer (&self->credentials.user_name, g_free);
  g_clear_pointer (&self->credentials.password, g_bytes_unref);
}

/* [MQTT-1.5.3-1], [MQTT-1.5.3-2] and the length of what goes into CONNECT. */
static GError *
check (const char *user_name,
       GBytes *password)
{
  const gsize len = user_name != NULL ? strlen (user_name) : 0;
  const char *fault = NULL;

  if (len > G_MAXUINT16)
    fault = "user name is longer than 65,535 bytes";
  else if (!mqttc_utf8_is_valid ((const guint8 *) user_name, len))
    fault = "user name is not valid UTF-8";
  else if (password != NULL && g_bytes_get_size (password) > G_MAXUINT16)
    fault = "password is longer than 65,535 bytes";

  return fault == NULL
             ? NULL
             : g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                            "The provider of credentials cannot be followed: its %s", fault);
}

void
mqttc_engine_set_credentials (MqttcEngine *self,
                              guint64 token,
                              const char *user_name,
                              GBytes *password,
                              GError *error,
                              gboolean gives_up,
                              gint64 now)
{
  if (!self->credentials.is_awaited || self->credentials.token != token)
    {
      g_clear_error (&error);
      return;
    }

  self->credentials.is_awaited = FALSE;
  if (error == NULL)
    error = check (user_name, password);
  if (error != NULL)
    {
      self->refused = TRUE;
      self->given_up = gives_up;
      mqttc_engine_fail_link (self, error, FALSE, now);
      return;
    }

  self->credentials.user_name = g_strdup (user_name);
  self->credentials.password = password != NULL ? g_bytes_ref (password) : NULL;
  mqttc_engine_begin_dial (self, now);
}

static void
fill_user_name (MqttcPacketView *view,
                const char *user_name)
{
  view->connect.has_user_name = TRUE;
  view->connect.user_name = mqttc_slice (user_name, strlen (user_name));
}

void
mqttc_engine_fill_credentials (MqttcEngine *self,
                               MqttcPacketView *view)
{
  const MqttcEngineConfig *config = &self->config;
  const gboolean is_asked = config->asks_credentials;
  const char *user_name = is_asked ? self->credentials.user_name : config->user_name;
  GBytes *password = is_asked ? self->credentials.password : config->password;

  if (user_name != NULL)
    fill_user_name (view, user_name);
  if (password != NULL)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (password, &len);

      view->connect.has_password = TRUE;
      view->connect.password = mqttc_slice (data, len);
      self->output.secret = TRUE;

      /* [MQTT-3.1.2-22] of MQTT 3.1.1, where a password is not alone. */
      if (user_name == NULL && self->protocol != MQTTC_PROTOCOL_V5)
        fill_user_name (view, "");
    }
}
