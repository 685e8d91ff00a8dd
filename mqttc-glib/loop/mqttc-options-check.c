/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-private.h"

#include <string.h>
#include <sys/un.h>

/* Section 1.5.3 of the standard: a string has a length of two bytes, and so has binary data. */
#define MAX_STRING 65535

#define MAX_SOCKET_PATH (sizeof (((struct sockaddr_un *) 0)->sun_path) - 1)

gboolean
mqttc_options_refuse (GError **error,
                      const char *format,
                      ...)
{
  va_list args;

  if (error != NULL)
    {
      va_start (args, format);
      *error = g_error_new_valist (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, format,
                                   args);
      va_end (args);
    }

  return FALSE;
}

/* What numbers may be, where it is not all that the property can hold. */
static const struct
{
  const char *name;
  guint64 min;
  guint64 max;
} bounds[] = {
  { "port", 0, G_MAXUINT16 },
  { "keep-alive", 0, G_MAXUINT16 },
  { "max-inflight", 0, G_MAXUINT16 },
  { "receive-maximum", 0, G_MAXUINT16 },
  { "topic-alias-maximum", 0, G_MAXUINT16 },
  { "max-topic-aliases", 0, G_MAXUINT16 },
  { "max-queued-messages", 1, G_MAXUINT },
  { "max-queued-bytes", 1, G_MAXUINT64 },
  { "connect-timeout", 1, G_MAXUINT },
  { "ping-timeout", 1, G_MAXUINT },
  { "write-timeout", 1, G_MAXUINT },
  { "packet-timeout", 1, G_MAXUINT },
  { "reconnect-min-delay", 1, G_MAXUINT },
};

void
mqttc_options_get_bounds (GParamSpec *pspec,
                          guint64 *min,
                          guint64 *max)
{
  *min = 0;
  *max = G_IS_PARAM_SPEC_UINT (pspec) ? G_MAXUINT : G_MAXUINT64;
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      if (strcmp (bounds[i].name, pspec->name) == 0)
        {
          *min = bounds[i].min;
          *max = bounds[i].max;
        }
    }
}

static gboolean
check_range (const char *name,
             guint64 value,
             guint64 min,
             guint64 max,
             GError **error)
{
  if (value >= min && value <= max)
    return TRUE;

  return mqttc_options_refuse (error,
                               "Option %s is %" G_GUINT64_FORMAT ", but must be %" G_GUINT64_FORMAT
                               " to %" G_GUINT64_FORMAT,
                               name, value, min, max);
}

gboolean
mqttc_options_check_number (const char *name,
                            guint64 value,
                            GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      if (strcmp (bounds[i].name, name) == 0)
        return check_range (name, value, bounds[i].min, bounds[i].max, error);
    }

  g_return_val_if_reached (FALSE);
}

/* A client identifier or a user name. It is not shown: it can be long or not UTF-8. */
static gboolean
check_string (const char *name,
              const char *value,
              GError **error)
{
  gsize len = value != NULL ? strlen (value) : 0;

  if (len > MAX_STRING)
    return mqttc_options_refuse (
        error, "Option %s has %" G_GSIZE_FORMAT " bytes, but must have at most %u", name, len,
        MAX_STRING);
  if (len > 0 && !mqttc_utf8_is_valid ((const guint8 *) value, len))
    return mqttc_options_refuse (error, "Option %s is not valid UTF-8", name);

  return TRUE;
}

gboolean
mqttc_options_check_name (const char *option,
                          const char *name,
                          GError **error)
{
  if (!g_utf8_validate (name, -1, NULL))
    return mqttc_options_refuse (error, "Option %s is not valid UTF-8", option);
  if (strpbrk (name, "/?#@[] \t\r\n\\\"<>") != NULL)
    return mqttc_options_refuse (
        error,
        "Option %s is “%s”, but must be a name or an address alone, without "
        "scheme, brackets, or path",
        option, name);

  return TRUE;
}

static gboolean
check_host (const char *host,
            GError **error)
{
  if (host == NULL || host[0] == '\0')
    return mqttc_options_refuse (
        error, "Option host is empty, but must be a name or an address, unless option "
               "socket-path is set");

  return mqttc_options_check_name ("host", host, error);
}

static gboolean
check_address (MqttcOptions *self,
               GError **error)
{
  gsize len;

  if (self->socket_path == NULL)
    return check_host (self->host, error) && mqttc_options_check_number ("port", self->port, error);

  len = strlen (self->socket_path);
  if (len == 0 || len > MAX_SOCKET_PATH)
    return mqttc_options_refuse (error,
                                 "Option socket-path has %" G_GSIZE_FORMAT
                                 " bytes, but must have 1 to %" G_GSIZE_FORMAT,
                                 len, (gsize) MAX_SOCKET_PATH);

  return TRUE;
}

static gboolean
check_protocol (MqttcOptions *self,
                GError **error)
{
  if (self->protocol == MQTTC_PROTOCOL_V3_1_1 || self->protocol == MQTTC_PROTOCOL_V5)
    return TRUE;

  return mqttc_options_refuse (error, "Option protocol is %u, but must be v3-1-1 or v5",
                               (guint) self->protocol);
}

/* Then its rules hold too. */
static gboolean
may_speak_v3_1_1 (MqttcOptions *self)
{
  return self->protocol == MQTTC_PROTOCOL_V3_1_1 || self->protocol_fallback;
}

/* Section 3.1.3.1 of the standard. */
static gboolean
check_client_id (MqttcOptions *self,
                 GError **error)
{
  /* [MQTT-3.1.3-7] of MQTT 3.1.1: a server that chooses the identifier cannot keep the session under it.
   * In MQTT 5 it tells the identifier. */
  if (self->client_id != NULL && self->client_id[0] == '\0' && !self->clean_session
      && may_speak_v3_1_1 (self))
    return mqttc_options_refuse (
        error, "Option client-id is empty, but must not be when option clean-session is "
               "FALSE: the session is kept under it, unless option protocol is v5 and option "
               "protocol-fallback is FALSE");

  return check_string ("client-id", self->client_id, error);
}

/* Sections 3.1.3.4 and 3.1.3.5 of the standard. */
static gboolean
check_credentials (MqttcOptions *self,
                   GError **error)
{
  gsize len = self->password != NULL ? g_bytes_get_size (self->password) : 0;

  if (!check_string ("user-name", self->user_name, error))
    return FALSE;

  /* [MQTT-3.1.2-22] of MQTT 3.1.1; section 3.1.2.9 of MQTT 5 allows it. */
  if (self->password != NULL && self->user_name == NULL && may_speak_v3_1_1 (self))
    return mqttc_options_refuse (
        error, "Option password is set, but must not be without option user-name, unless option "
               "protocol is v5 and option protocol-fallback is FALSE");

  if (len > MAX_STRING)
    return mqttc_options_refuse (
        error, "Option password has %" G_GSIZE_FORMAT " bytes, but must have at most %u", len,
        MAX_STRING);

  return TRUE;
}

/* Section 3.1.3.2 and 3.1.3.3 of the standard. */
static gboolean
check_will (MqttcOptions *self,
            GError **error)
{
  gsize len;

  if (self->will == NULL)
    return TRUE;

  if (!mqttc_message_check (self->will, error))
    {
      g_prefix_error (error, "Option will: ");
      return FALSE;
    }

  mqttc_message_peek_payload (self->will, &len);
  if (len > MAX_STRING)
    return mqttc_options_refuse (
        error, "Option will has a payload of %" G_GSIZE_FORMAT " bytes, but must have at most %u",
        len, MAX_STRING);

  return TRUE;
}

static gboolean
check_limits (MqttcOptions *self,
              GError **error)
{
  return mqttc_options_check_number ("keep-alive", self->keep_alive, error)
         && check_range ("overflow-policy", self->overflow_policy, MQTTC_OVERFLOW_POLICY_FAIL,
                         MQTTC_OVERFLOW_POLICY_DROP_OLDEST, error)
         && mqttc_options_check_number ("max-inflight", self->max_inflight, error)
         && mqttc_options_check_number ("max-queued-messages", self->max_queued_messages, error)
         && mqttc_options_check_number ("max-queued-bytes", self->max_queued_bytes, error)
         && check_range ("offline-qos0", self->offline_qos0, MQTTC_OFFLINE_QOS0_QUEUE,
                         MQTTC_OFFLINE_QOS0_FAIL, error)
         && check_range ("session-lost-policy", self->session_lost_policy,
                         MQTTC_SESSION_LOST_POLICY_FAIL, MQTTC_SESSION_LOST_POLICY_REPUBLISH,
                         error);
}

static gboolean
check_times (MqttcOptions *self,
             GError **error)
{
  if (!mqttc_options_check_number ("connect-timeout", self->connect_timeout, error)
      || !mqttc_options_check_number ("ping-timeout", self->ping_timeout, error)
      || !mqttc_options_check_number ("write-timeout", self->write_timeout, error)
      || !mqttc_options_check_number ("packet-timeout", self->packet_timeout, error)
      || !mqttc_options_check_number ("reconnect-min-delay", self->reconnect_min_delay, error))
    return FALSE;

  if (self->reconnect_min_delay > self->reconnect_max_delay)
    return mqttc_options_refuse (error,
                                 "Option reconnect-min-delay is %u, but must be at most option "
                                 "reconnect-max-delay, which is %u",
                                 self->reconnect_min_delay, self->reconnect_max_delay);

  return TRUE;
}

/**
 * mqttc_options_validate:
 * @self: the options
 * @error: return location for an error, or `NULL`
 *
 * Checks whether the options can work, alone and together.
 *
 * The error is `MQTTC_CLIENT_ERROR_INVALID_ARGUMENT`, or `G_IO_ERROR_NOT_SUPPORTED` for what this
 * version does not have; it names the option, its value, and what it must be. Opening does the same
 * check.
 *
 * Returns: `TRUE` if they can, `FALSE` with @error set if not
 *
 * Since: 0.1
 */
gboolean
mqttc_options_validate (MqttcOptions *self,
                        GError **error)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_address (self, error) && check_protocol (self, error)
         && check_client_id (self, error) && check_credentials (self, error)
         && check_will (self, error) && check_limits (self, error) && check_times (self, error)
         && mqttc_options_check_mqtt5 (self, error) && mqttc_options_check_auth (self, error)
         && mqttc_options_check_tls (self, error);
}

static gsize
clamp_size (guint64 size)
{
  return (gsize) MIN (size, (guint64) G_MAXSIZE);
}

static gint64
from_msec (guint msec)
{
  return (gint64) msec * 1000;
}

/* As registered at IANA; section 4.2 of the standard. */
static guint16
get_port (MqttcOptions *self)
{
  if (self->port != 0)
    return (guint16) self->port;

  return self->use_tls ? 8883 : 1883;
}

static char *
get_server (MqttcOptions *self)
{
  if (self->socket_path != NULL)
    return g_strdup (self->socket_path);

  return g_strdup_printf ("%s:%u", self->host, get_port (self));
}

void
mqttc_options_fill_config (MqttcOptions *self,
                           MqttcEngineConfig *config)
{
  mqttc_engine_config_clear (config);
  mqttc_engine_config_init (config);

  config->protocol = self->protocol;
  config->server = get_server (self);
  g_free (config->client_id);
  config->client_id = g_strdup (self->client_id);
  config->clean_session = self->clean_session;
  config->keep_alive = (guint16) self->keep_alive;
  config->user_name = g_strdup (self->user_name);
  config->password = self->password != NULL ? g_bytes_ref (self->password) : NULL;

  /* It was found valid, and has to stay so. */
  if (self->will != NULL)
    mqttc_message_lock (self->will);
  config->will = self->will != NULL ? mqttc_message_ref (self->will) : NULL;

  config->max_packet_size = clamp_size (self->max_packet_size);
  config->max_inflight = self->max_inflight;
  config->max_queued_messages = self->max_queued_messages;
  config->max_queued_bytes = clamp_size (self->max_queued_bytes);
  config->offline_qos0 = self->offline_qos0;
  config->session_lost_policy = self->session_lost_policy;
  config->max_publish_rate = self->max_publish_rate;
  config->resend_delay = from_msec (self->resend_delay);
  config->manual_acks = self->manual_acks;
  config->overflow_policy = self->overflow_policy;
  config->max_outgoing_packet_size = clamp_size (self->max_outgoing_packet_size);

  config->connect_timeout = from_msec (self->connect_timeout);
  config->ping_timeout = from_msec (self->ping_timeout);
  config->write_timeout = from_msec (self->write_timeout);
  config->packet_timeout = from_msec (self->packet_timeout);
  config->reconnect = self->reconnect;
  config->reconnect_min_delay = from_msec (self->reconnect_min_delay);
  config->reconnect_max_delay = from_msec (self->reconnect_max_delay);
  config->asks_credentials = self->credentials_provider != NULL;
  mqttc_options_fill_mqtt5 (self, config);
}

MqttcAddress *
mqttc_options_get_address (MqttcOptions *self)
{
  g_autoptr (MqttcTlsConfig) tls = mqttc_options_get_tls_config (self);
  MqttcAddress address = {
    .host = self->host,
    .port = get_port (self),
    .socket_path = self->socket_path,
    .tls = tls,
  };

  return mqttc_address_copy (&address);
}
