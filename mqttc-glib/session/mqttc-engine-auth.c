/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Enhanced authentication: sections 4.12 and 4.12.1 of MQTT 5. What is said is the program's. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-property-private.h"
#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-packet-private.h"

/* No method needs as many, and a server could go on for ever. */
#define MAX_ROUNDS 32

/* @data (transfer full) (nullable). */
static void
ask (MqttcEngine *self,
     MqttcEngineAuthStage stage,
     GBytes *data)
{
  MqttcEngineEvent *event = mqttc_event_queue_push (&self->events, MQTTC_ENGINE_EVENT_AUTHENTICATE);

  event->stage = stage;
  event->data = data;
  event->token = ++self->auth.token;
  self->auth.state = MQTTC_AUTH_WAITS;
  self->auth.stage = stage;
  self->auth.deadline = -1;
}

void
mqttc_engine_start_authentication (MqttcEngine *self)
{
  self->auth.n_rounds = 0;
  ask (self, MQTTC_ENGINE_AUTH_START, NULL);
}

gboolean
mqttc_engine_reauthenticate (MqttcEngine *self,
                             MqttcOperation *operation,
                             GError **error)
{
  const char *why = NULL;

  if (self->state != MQTTC_CONNECTION_STATE_CONNECTED)
    why = "there is no connection";
  else if (self->protocol != MQTTC_PROTOCOL_V5 || !self->config.authenticates)
    why = "the connection was made without an authenticator"; /* [MQTT-4.12.0-7] */
  else if (self->auth.state != MQTTC_AUTH_NONE)
    why = "an authentication is going on already";

  if (why != NULL)
    {
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN,
                   "Cannot authenticate again: %s", why);
      return FALSE;
    }

  self->auth.n_rounds = 0;
  self->auth.operation = operation;
  if (operation != NULL)
    operation->request = NULL;
  ask (self, MQTTC_ENGINE_AUTH_RESTART, NULL);
  return TRUE;
}

static void
append_slice (GByteArray *properties,
              MqttcPropertyId id,
              MqttcSlice text)
{
  const MqttcProperty property = { .id = id, .text = text };

  mqttc_properties_append (properties, &property);
}

static void
append_method_and_data (MqttcEngine *self,
                        GByteArray *properties)
{
  const char *method = self->auth.method;

  append_slice (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD,
                mqttc_slice (method, strlen (method)));
  if (self->auth.data != NULL)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (self->auth.data, &len);

      append_slice (properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, mqttc_slice (data, len));
    }
}

void
mqttc_engine_append_authentication (MqttcEngine *self,
                                    GByteArray *properties)
{
  append_method_and_data (self, properties);
  if (self->auth.data != NULL)
    self->output.secret = TRUE;
  g_clear_pointer (&self->auth.data, g_bytes_unref);
}

/* In the scratch of the engine. */
static void
fill_auth (MqttcEngine *self,
           MqttcPacketView *view)
{
  *view = (MqttcPacketView){ .type = MQTTC_PACKET_TYPE_AUTH };
  view->reason_code = self->auth.stage == MQTTC_ENGINE_AUTH_RESTART
                          ? MQTTC_REASON_CODE_REAUTHENTICATE
                          : MQTTC_REASON_CODE_CONTINUE_AUTHENTICATION;
  g_byte_array_set_size (self->scratch, 0);
  append_method_and_data (self, self->scratch);
  view->properties = mqttc_slice (self->scratch->data, self->scratch->len);
}

gboolean
mqttc_engine_encode_auth (MqttcEngine *self)
{
  MqttcPacketView view;

  fill_auth (self, &view);
  if (self->auth.data != NULL)
    self->output.secret = TRUE;
  g_clear_pointer (&self->auth.data, g_bytes_unref);
  self->auth_due = FALSE;
  mqttc_engine_encode (self, &view, NULL);
  return TRUE;
}

static void
end_operation (MqttcEngine *self,
               MqttcPacket *packet,
               GError *error)
{
  MqttcOperation *operation = g_steal_pointer (&self->auth.operation);

  self->auth.state = MQTTC_AUTH_NONE;
  self->auth.deadline = -1;
  if (operation != NULL)
    {
      mqttc_engine_push_completed (self, operation, packet, error);
      return;
    }

  g_clear_pointer (&packet, mqttc_packet_unref);
  g_clear_error (&error);
}

void
mqttc_engine_reset_authentication (MqttcEngine *self,
                                   const GError *error)
{
  g_clear_pointer (&self->auth.data, g_bytes_unref);
  g_clear_pointer (&self->auth.connack, g_bytes_unref);
  end_operation (self, NULL, g_error_copy (error));
}

/* What the program has found wrong ends the connection [MQTT-4.12.1-2], but for a re-authentication of
 * which nothing has been sent. */
static void
give_up (MqttcEngine *self,
         GError *error,
         gint64 now)
{
  self->refused = TRUE;
  if (self->auth.stage == MQTTC_ENGINE_AUTH_RESTART)
    end_operation (self, NULL, error);
  else if (self->auth.stage == MQTTC_ENGINE_AUTH_START)
    mqttc_engine_fail_link (self, error, TRUE, now);
  else
    mqttc_engine_reject (self, MQTTC_REASON_CODE_UNSPECIFIED_ERROR, error, now);
}

/* The server has been found to be who it should be. */
static void
finish (MqttcEngine *self,
        gint64 now)
{
  g_autoptr (GBytes) connack = g_steal_pointer (&self->auth.connack);
  MqttcPacketView view;
  MqttcFrame frame;
  const char *fault;
  const guint8 *data;
  gsize len;

  if (connack == NULL)
    {
      end_operation (self,
                     mqttc_packet_new_bare (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_AUTH, 0,
                                            MQTTC_REASON_CODE_SUCCESS),
                     NULL);
      return;
    }

  self->auth.state = MQTTC_AUTH_NONE;
  data = g_bytes_get_data (connack, &len);
  if (mqttc_frame_decode (data, len, 0, &frame) == MQTTC_DECODE_OK
      && mqttc_packet_decode (MQTTC_PROTOCOL_V5, &frame, data, &view, &fault) == MQTTC_DECODE_OK)
    mqttc_engine_accept (self, &view, now);
}

/* Section 1.5.6. */
static GError *
check_data (GBytes *data)
{
  gsize size = data != NULL ? g_bytes_get_size (data) : 0;

  if (size <= G_MAXUINT16)
    return NULL;

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                      "Authentication data of %" G_GSIZE_FORMAT
                      " bytes do not fit in a packet, which takes 65535",
                      size);
}

/* Section 4.12.1: it is that of all re-authentications on the connection too. */
static GError *
set_method (MqttcEngine *self,
            const char *method)
{
  const gsize len = method != NULL ? strlen (method) : 0;

  if (len == 0 || len > G_MAXUINT16 || !mqttc_utf8_is_valid ((const guint8 *) method, len))
    return g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                                "The authenticator has no name of a method that can be sent");

  g_free (self->auth.method);
  self->auth.method = g_strdup (method);
  return NULL;
}

/* [MQTT-3.2.2-15] */
static GError *
check_size (MqttcEngine *self)
{
  const gsize limit = self->limits.maximum_packet_size;
  MqttcPacketView view;
  gsize size;

  fill_auth (self, &view);
  size = mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, &view);
  if (limit == 0 || size <= limit)
    return NULL;

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                      "Cannot authenticate: the packet would have %" G_GSIZE_FORMAT
                      " bytes, the limit is %" G_GSIZE_FORMAT
                      " (Maximum Packet Size of the server)",
                      size, limit);
}

/* What is not read is not late: the time stands still meanwhile. */
void
mqttc_engine_time_auth (MqttcEngine *self,
                        gboolean reading,
                        gint64 now)
{
  if (!reading && self->auth.paused_since < 0)
    {
      self->auth.paused_since = now;
    }
  else if (reading && self->auth.paused_since >= 0)
    {
      self->auth.deadline += now - self->auth.paused_since;
      self->auth.paused_since = -1;
    }
}

gint64
mqttc_engine_get_auth_deadline (const MqttcEngine *self)
{
  return self->auth.paused_since < 0 ? self->auth.deadline : -1;
}

/* That of the whole connection is over once it is made, but nobody waits for ever. Section 4.12.1: if a
 * re-authentication fails, the connection ends. */
void
mqttc_engine_check_authentication (MqttcEngine *self,
                                   gint64 now)
{
  const gint64 deadline = mqttc_engine_get_auth_deadline (self);
  GError *error;

  if (G_LIKELY (deadline < 0) || now < deadline)
    return;

  error = g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT,
                       "The server did not answer AUTH within %.3g s",
                       (double) self->config.connect_timeout / G_USEC_PER_SEC);
  mqttc_engine_reject (self, MQTTC_REASON_CODE_UNSPECIFIED_ERROR, error, now);
}

/* AUTH with the data of the program. */
static void
answer (MqttcEngine *self,
        gint64 now)
{
  GError *error = check_size (self);

  if (error == NULL)
    {
      self->auth.state = MQTTC_AUTH_SENT;
      self->auth_due = TRUE;
      if (self->link == MQTTC_LINK_CONNECTED)
        self->auth.deadline = now + self->config.connect_timeout;
      self->auth.paused_since = -1;
      return;
    }

  g_clear_pointer (&self->auth.data, g_bytes_unref);
  give_up (self, error, now);
}

void
mqttc_engine_authenticate (MqttcEngine *self,
                           guint64 token,
                           const char *method,
                           GBytes *data,
                           GError *error,
                           gint64 now)
{
  if (self->auth.state != MQTTC_AUTH_WAITS || self->auth.token != token)
    {
      g_clear_error (&error);
      return;
    }

  if (error == NULL)
    error = check_data (data);
  if (error == NULL && self->auth.stage == MQTTC_ENGINE_AUTH_START)
    error = set_method (self, method);
  if (error != NULL)
    {
      give_up (self, error, now);
      return;
    }

  self->auth.data = data != NULL ? g_bytes_ref (data) : NULL;
  switch (self->auth.stage)
    {
    case MQTTC_ENGINE_AUTH_START:
      self->auth.state = MQTTC_AUTH_SENT;
      self->connect_due = TRUE;
      break;
    case MQTTC_ENGINE_AUTH_FINISH:
      g_clear_pointer (&self->auth.data, g_bytes_unref);
      finish (self, now);
      break;
    case MQTTC_ENGINE_AUTH_RESTART:
    case MQTTC_ENGINE_AUTH_CONTINUE:
    default:
      answer (self, now);
      break;
    }
}

static void G_GNUC_PRINTF (3, 4) reject (MqttcEngine *self, gint64 now, const char *format, ...)
{
  GError *error;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL, format, args);
  va_end (args);

  mqttc_engine_reject (self, MQTTC_REASON_CODE_PROTOCOL_ERROR, error, now);
}

/* [MQTT-4.12.0-5] */
static gboolean
check_method (MqttcEngine *self,
              const MqttcPacketView *view,
              gint64 now)
{
  const char *method = self->auth.method;
  MqttcProperty property;

  if (mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, &property)
      && property.text.len == strlen (method)
      && memcmp (property.text.data, method, property.text.len) == 0)
    return TRUE;

  reject (self, now, "The server sent %s with another authentication method than %s",
          mqttc_packet_type_get_name (view->type), method);
  return FALSE;
}

static GBytes *
get_data (const MqttcPacketView *view)
{
  MqttcProperty property;

  if (!mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, &property))
    return NULL;

  return g_bytes_new (property.text.data, property.text.len);
}

void
mqttc_engine_handle_auth (MqttcEngine *self,
                          const MqttcPacketView *view,
                          gint64 now)
{
  gboolean is_last = view->reason_code == MQTTC_REASON_CODE_SUCCESS;

  /* [MQTT-4.12.0-6] */
  if (!self->config.authenticates || self->auth.state != MQTTC_AUTH_SENT || self->connect_due
      || self->auth_due)
    {
      reject (self, now, "The server sent AUTH, which nothing was asked with");
      return;
    }

  /* [MQTT-4.12.0-2], [MQTT-3.15.2-1] */
  if (view->reason_code == MQTTC_REASON_CODE_REAUTHENTICATE
      || (is_last && self->link != MQTTC_LINK_CONNECTED))
    {
      reject (self, now, "The server sent AUTH with the reason 0x%02x", view->reason_code);
      return;
    }

  if (!check_method (self, view, now))
    return;
  if (++self->auth.n_rounds > MAX_ROUNDS)
    {
      reject (self, now, "The authentication did not end after %u rounds", MAX_ROUNDS);
      return;
    }

  ask (self, is_last ? MQTTC_ENGINE_AUTH_FINISH : MQTTC_ENGINE_AUTH_CONTINUE, get_data (view));
}

void
mqttc_engine_finish_authentication (MqttcEngine *self,
                                    const MqttcPacketView *view,
                                    gint64 now)
{
  gsize size = mqttc_packet_get_encoded_size (MQTTC_PROTOCOL_V5, view);
  guint8 *copy;

  if (!check_method (self, view, now))
    return;
  if (self->auth.state != MQTTC_AUTH_SENT || self->auth_due)
    {
      reject (self, now, "The server sent CONNACK before the authentication was at its end");
      return;
    }

  copy = g_malloc (size);
  mqttc_packet_encode (MQTTC_PROTOCOL_V5, view, copy);
  self->auth.connack = g_bytes_new_take (copy, size);
  ask (self, MQTTC_ENGINE_AUTH_FINISH, get_data (view));
}
