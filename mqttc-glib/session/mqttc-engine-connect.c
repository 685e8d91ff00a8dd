/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* From an attempt to CONNACK: sections 3.1 and 3.2 of the standard, and which version of it. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-property-private.h"
#include "session/mqttc-engine-struct-private.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-reason-error-private.h"

/* --- Before CONNECT. --- */

/* With less than was asked for it would be another connection. */
static gboolean
may_fall_back (const MqttcEngine *self)
{
  return self->config.protocol == MQTTC_PROTOCOL_V5 && self->config.fall_back
         && !self->config.authenticates;
}

MqttcProtocol
mqttc_engine_choose_protocol (const MqttcEngine *self)
{
  if (may_fall_back (self) && (self->fallen_back || self->n_silent % 2 == 1))
    return MQTTC_PROTOCOL_V3_1_1;

  return self->config.protocol;
}

/* A server that hangs up on CONNECT of MQTT 5 without a word may be an old one, or just be starting: both
 * versions are tried in turn. One that has accepted MQTT 5 is not old. */
void
mqttc_engine_note_silence (MqttcEngine *self)
{
  if (!may_fall_back (self) || (self->accepted && self->n_guessed == 0))
    return;

  self->n_silent++;
  if (!self->config.reconnect && self->n_silent % 2 == 1)
    self->retry_at_once = TRUE; /* there is no other attempt */
}

/* It took 3.1.1 after it had hung up on MQTT 5, which may have been chance the first time. */
static void
note_guess (MqttcEngine *self)
{
  self->n_silent = 0;
  self->fallen_back = ++self->n_guessed == 2;
}

void
mqttc_engine_prepare_connect (MqttcEngine *self,
                              gint64 now)
{
  const MqttcEngineConfig *config = &self->config;

  self->protocol = mqttc_engine_choose_protocol (self);
  self->unanswered = 0;
  mqttc_server_limits_init (&self->limits);
  mqttc_received_aliases_configure (&self->received_aliases, config->topic_alias_maximum);

  if (self->session_end >= 0 && now >= self->session_end)
    mqttc_engine_forget_session (self);

  if (self->protocol == MQTTC_PROTOCOL_V5 && config->authenticates)
    mqttc_engine_start_authentication (self);
  else
    self->connect_due = TRUE;
}

/* --- CONNECT. --- */

static MqttcSlice
slice_of_string (const char *string)
{
  return mqttc_slice (string, string != NULL ? strlen (string) : 0);
}

static MqttcSlice
slice_of_array (const GByteArray *array)
{
  return mqttc_slice (array->data, array->len);
}

static void
append_number (GByteArray *properties,
               MqttcPropertyId id,
               guint32 number)
{
  const MqttcProperty property = { .id = id, .number = number };

  if (number != 0)
    mqttc_properties_append (properties, &property);
}

/* Section 3.1.2.11: what is not set is not said. */
static void
append_properties (MqttcEngine *self,
                   GByteArray *properties)
{
  const MqttcEngineConfig *config = &self->config;
  const MqttcProperty no_problems = { .id = MQTTC_PROPERTY_ID_REQUEST_PROBLEM_INFORMATION };
  gsize size = MIN (config->max_packet_size, G_MAXUINT32);

  append_number (properties, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, config->session_expiry);
  append_number (properties, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM, config->receive_maximum);
  append_number (properties, MQTTC_PROPERTY_ID_MAXIMUM_PACKET_SIZE, (guint32) size);
  append_number (properties, MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM, config->topic_alias_maximum);
  append_number (properties, MQTTC_PROPERTY_ID_REQUEST_RESPONSE_INFORMATION,
                 config->request_response_information ? 1 : 0);
  if (config->refuse_problem_information)
    mqttc_properties_append (properties, &no_problems);

  if (config->user_properties != NULL)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (config->user_properties, &len);

      g_byte_array_append (properties, data, len);
    }

  if (config->authenticates)
    mqttc_engine_append_authentication (self, properties);
}

/* @properties takes those of the will. */
static void
fill_will (MqttcEngine *self,
           GByteArray *properties,
           MqttcPacketView *view)
{
  MqttcPacketView will = { 0 };

  mqttc_message_get_view (self->config.will, &will);
  view->connect.has_will = TRUE;
  view->connect.will_topic = will.publish.topic;
  view->connect.will_payload = will.publish.payload;
  view->connect.will_qos = will.publish.qos;
  view->connect.will_retain = will.publish.retain;
  if (self->protocol != MQTTC_PROTOCOL_V5)
    return;

  append_number (properties, MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL, self->config.will_delay);
  g_byte_array_append (properties, will.properties.data, will.properties.len);
  view->connect.will_properties = slice_of_array (properties);
}

static const char *
get_client_id (const MqttcEngine *self)
{
  if (self->config.client_id[0] == '\0' && self->assigned_client_id != NULL)
    return self->assigned_client_id;

  return self->config.client_id;
}

/* In MQTT 5 a session that is to be resumed is one that this program has begun. It must not end because 3.1.1
 * is tried. */
static gboolean
wants_clean_session (const MqttcEngine *self)
{
  const gboolean is_5 = self->protocol == MQTTC_PROTOCOL_V5;
  const gboolean is_trial = self->config.protocol == MQTTC_PROTOCOL_V5 && !self->fallen_back;

  if (is_5 && self->session_forgotten)
    return TRUE;

  return self->config.clean_session && !((is_5 || is_trial) && self->session_held);
}

static void
fill_connect (MqttcEngine *self,
              MqttcPacketView *view)
{
  const MqttcEngineConfig *config = &self->config;

  view->connect.protocol = self->protocol;
  view->connect.clean_session = wants_clean_session (self);
  view->connect.keep_alive = config->keep_alive;
  view->connect.client_id = slice_of_string (get_client_id (self));
  mqttc_engine_fill_credentials (self, view);
}

gboolean
mqttc_engine_encode_connect (MqttcEngine *self,
                             gint64 now)
{
  g_autoptr (GByteArray) will_properties = g_byte_array_new ();
  MqttcPacketView view = { .type = MQTTC_PACKET_TYPE_CONNECT };

  fill_connect (self, &view);
  if (self->config.will != NULL)
    fill_will (self, will_properties, &view);
  if (self->protocol == MQTTC_PROTOCOL_V5)
    {
      g_byte_array_set_size (self->scratch, 0);
      append_properties (self, self->scratch);
      view.properties = slice_of_array (self->scratch);
    }

  if (mqttc_packet_get_encoded_size (self->protocol, &view) == 0)
    {
      GError *error = g_error_new_literal (
          MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
          "The client id, will, user name, password or properties do not fit in CONNECT");

      mqttc_engine_fail_link (self, error, TRUE, now);
      return FALSE;
    }

  self->connect_due = FALSE;
  self->sent_clean_session = view.connect.clean_session;
  self->sent_keep_alive = self->config.keep_alive;
  mqttc_engine_encode (self, &view, NULL);
  return TRUE;
}

/* --- CONNACK. --- */

static void
refuse (MqttcEngine *self,
        gint64 now,
        const char *text)
{
  mqttc_engine_reject (self, MQTTC_REASON_CODE_PROTOCOL_ERROR,
                       g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL, text),
                       now);
}

/* It does not take MQTT 5, and says so: at once in 3.1.1, and from now on. */
static void
fall_back (MqttcEngine *self)
{
  self->fallen_back = TRUE;
  self->retry_at_once = TRUE;
  mqttc_engine_keep_redirect (self);
}

/* A server that hung up on MQTT 5 and then refuses 3.1.1 was perhaps just starting: MQTT 5 is next. */
static void
doubt_guess (MqttcEngine *self,
             MqttcReasonCode reason_code)
{
  if (self->n_silent == 0 || self->fallen_back)
    return;

  self->n_silent = 0;
  if (reason_code == MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION && self->config.reconnect)
    self->retry_at_once = TRUE;
}

static void
refused (MqttcEngine *self,
         const MqttcPacketView *view,
         gint64 now)
{
  MqttcPacket *packet = mqttc_packet_new_from_view (self->protocol, view, NULL);
  g_autofree char *other = mqttc_engine_read_redirect (self, view);
  GError *error = mqttc_reason_error_new (
      view->reason_code, packet, "The server refused the connection: %s%s",
      mqttc_reason_code_to_string (view->reason_code, view->type), other);

  if (view->reason_code == MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION
      && self->protocol == MQTTC_PROTOCOL_V5 && may_fall_back (self))
    fall_back (self);
  else if (self->protocol != MQTTC_PROTOCOL_V5)
    doubt_guess (self, view->reason_code);
  if (view->reason_code == MQTTC_REASON_CODE_CLIENT_IDENTIFIER_NOT_VALID)
    g_clear_pointer (&self->assigned_client_id, g_free);

  mqttc_engine_fail_link (self, error, TRUE, now);
}

/* No session can belong to a client whose name the server is to choose. Any other that asked for its session
 * has one: of what it has in hand nothing may be left, as in a program that was started anew (section
 * 4.1). */
static gboolean
is_nameless (const MqttcEngine *self)
{
  return self->config.client_id[0] == '\0' && self->assigned_client_id == NULL;
}

/* [MQTT-4.12.0-4]: a server may refuse while the program still thinks about what to answer, but not accept.
 */
static gboolean
is_too_early (const MqttcEngine *self,
              MqttcReasonCode reason_code)
{
  return self->connect_due
         || (self->auth.state == MQTTC_AUTH_WAITS
             && (self->auth.stage == MQTTC_ENGINE_AUTH_START
                 || reason_code == MQTTC_REASON_CODE_SUCCESS));
}

void
mqttc_engine_handle_connack (MqttcEngine *self,
                             const MqttcPacketView *view,
                             gint64 now)
{
  MqttcProperty property;

  if (self->link != MQTTC_LINK_HANDSHAKE)
    refuse (self, now, "The server sent a second CONNACK");
  else if (is_too_early (self, view->reason_code))
    refuse (self, now, "The server sent CONNACK before it was asked");
  else if (view->reason_code != MQTTC_REASON_CODE_SUCCESS)
    refused (self, view, now);
  else if (view->connack.session_present && self->sent_clean_session) /* [MQTT-3.2.2-2] */
    refuse (self, now, "The server says that it kept a session, though a clean one was asked for");
  else if (view->connack.session_present && is_nameless (self)) /* [MQTT-3.2.2-4] */
    refuse (self, now,
            "The server says that it kept a session, though the client had no identifier yet");
  else if (self->auth.state != MQTTC_AUTH_NONE)
    mqttc_engine_finish_authentication (self, view, now);
  else if (mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD,
                                  &property)) /* [MQTT-4.12.0-6] */
    refuse (self, now, "The server names an authentication method, though none was asked for");
  else
    mqttc_engine_accept (self, view, now);
}

void
mqttc_engine_handle_old_connack (MqttcEngine *self,
                                 const guint8 *data,
                                 gint64 now)
{
  MqttcFrame frame = { 0 };
  MqttcPacketView view;
  const char *fault = NULL;

  if (is_too_early (self, MQTTC_REASON_CODE_SUCCESS))
    {
      refuse (self, now, "The server sent CONNACK before it was asked");
      return;
    }

  mqttc_frame_decode (data, 4, 0, &frame);
  if (mqttc_packet_decode (MQTTC_PROTOCOL_V3_1_1, &frame, data, &view, &fault) != MQTTC_DECODE_OK)
    {
      mqttc_engine_fail_link (self,
                              g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                                           "The server sent a malformed CONNACK: %s", fault),
                              TRUE, now);
      return;
    }

  /* It has taken CONNECT for one of 3.1.1: what it would make of the rest of it nobody knows. */
  if (view.reason_code == MQTTC_REASON_CODE_SUCCESS)
    view.reason_code = MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION;
  view.connack.session_present = FALSE;
  refused (self, &view, now);
}

/* Section 3.2.2.3: what is not a limit. */
static void
read_properties (MqttcEngine *self,
                 MqttcSlice properties)
{
  MqttcProperty property;

  if (mqttc_properties_find (properties, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, &property))
    self->session_expiry = property.number;
  if (mqttc_properties_find (properties, MQTTC_PROPERTY_ID_SERVER_KEEP_ALIVE, &property))
    self->sent_keep_alive = (guint16) property.number; /* [MQTT-3.1.2-21] */
  if (self->config.client_id[0] == '\0'
      && mqttc_properties_find (properties, MQTTC_PROPERTY_ID_ASSIGNED_CLIENT_IDENTIFIER,
                                &property))
    {
      g_free (self->assigned_client_id);
      self->assigned_client_id = g_strndup ((const char *) property.text.data, property.text.len);
    }
}

/* Servers of 3.1.1 cannot say what they take, and Mosquitto drops what is beyond 20 and acknowledges it.
 * Where the server has no bound of its own, waiting packets must not take all the memory. */
static guint
choose_window (const MqttcEngine *self)
{
  guint wanted = self->config.max_inflight;

  if (self->protocol == MQTTC_PROTOCOL_V5)
    return MIN (wanted > 0 ? wanted : 1000, self->limits.receive_maximum);

  return wanted > 0 ? wanted : 20;
}

void
mqttc_engine_accept (MqttcEngine *self,
                     const MqttcPacketView *view,
                     gint64 now)
{
  const MqttcEngineConfig *config = &self->config;

  if (self->protocol == MQTTC_PROTOCOL_V5)
    {
      self->n_silent = 0;
      self->n_guessed = 0;
      self->session_expiry = config->session_expiry;
      mqttc_server_limits_read (&self->limits, view->properties);
      read_properties (self, view->properties);
      mqttc_topic_aliases_configure (
          &self->aliases, MIN (config->max_topic_aliases, self->limits.topic_alias_maximum));
    }
  else
    {
      if (config->protocol == MQTTC_PROTOCOL_V5 && !self->fallen_back)
        note_guess (self);
      self->session_expiry = self->sent_clean_session ? 0 : G_MAXUINT32;
      mqttc_topic_aliases_configure (&self->aliases, 0);
    }

  self->outbox.window = choose_window (self);
  mqttc_engine_connected (self, view, now);
}

MqttcProtocol
mqttc_engine_get_protocol (MqttcEngine *self)
{
  return self->protocol;
}

guint32
mqttc_engine_get_asked_expiry (MqttcEngine *self)
{
  return self->config.session_expiry;
}

const MqttcServerLimits *
mqttc_engine_get_limits (MqttcEngine *self)
{
  return &self->limits;
}

const char *
mqttc_engine_get_assigned_client_id (MqttcEngine *self)
{
  return self->assigned_client_id;
}
