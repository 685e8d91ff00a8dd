/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-options-private.h"
#include "values/mqttc-secret-private.h"

/**
 * mqttc_options_get_host: (get-property host)
 * @self: the options
 *
 * Gets the name or the address of the server.
 *
 * Returns: (nullable) (transfer none): the name or the address of the server
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_host (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->host;
}

/**
 * mqttc_options_set_host: (set-property host)
 * @self: the options
 * @host: (nullable): the name or the address of the server
 *
 * Sets the name or the address of the server.
 *
 * See [property@Mqttc.Options:host].
 *
 * Since: 0.1
 */
void
mqttc_options_set_host (MqttcOptions *self,
                        const char *host)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_HOST, host);
}

/**
 * mqttc_options_get_port: (get-property port)
 * @self: the options
 *
 * Gets the TCP port of the server.
 *
 * Returns: the TCP port of the server
 *
 * Since: 0.1
 */
guint
mqttc_options_get_port (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->port;
}

/**
 * mqttc_options_set_port: (set-property port)
 * @self: the options
 * @port: the TCP port of the server
 *
 * Sets the TCP port of the server.
 *
 * See [property@Mqttc.Options:port].
 *
 * Since: 0.1
 */
void
mqttc_options_set_port (MqttcOptions *self,
                        guint port)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_PORT, port);
}

/**
 * mqttc_options_get_socket_path: (get-property socket-path)
 * @self: the options
 *
 * Gets the path of the Unix socket of the server.
 *
 * Returns: (nullable) (transfer none): the path of the Unix socket of the server
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_socket_path (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->socket_path;
}

/**
 * mqttc_options_set_socket_path: (set-property socket-path)
 * @self: the options
 * @socket_path: (nullable): the path of the Unix socket of the server
 *
 * Sets the path of the Unix socket of the server.
 *
 * See [property@Mqttc.Options:socket-path].
 *
 * Since: 0.1
 */
void
mqttc_options_set_socket_path (MqttcOptions *self,
                               const char *socket_path)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_SOCKET_PATH, socket_path);
}

/**
 * mqttc_options_get_client_id: (get-property client-id)
 * @self: the options
 *
 * Gets the client identifier.
 *
 * Returns: (nullable) (transfer none): the client identifier
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_client_id (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->client_id;
}

/**
 * mqttc_options_set_client_id: (set-property client-id)
 * @self: the options
 * @client_id: (nullable): the client identifier
 *
 * Sets the client identifier.
 *
 * See [property@Mqttc.Options:client-id].
 *
 * Since: 0.1
 */
void
mqttc_options_set_client_id (MqttcOptions *self,
                             const char *client_id)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_CLIENT_ID, client_id);
}

/**
 * mqttc_options_get_protocol: (get-property protocol)
 * @self: the options
 *
 * Gets the version of the protocol.
 *
 * Returns: the version of the protocol
 *
 * Since: 0.1
 */
MqttcProtocol
mqttc_options_get_protocol (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), MQTTC_PROTOCOL_V3_1_1);

  return self->protocol;
}

/**
 * mqttc_options_set_protocol: (set-property protocol)
 * @self: the options
 * @protocol: the version of the protocol
 *
 * Sets the version of the protocol.
 *
 * See [property@Mqttc.Options:protocol].
 *
 * Since: 0.1
 */
void
mqttc_options_set_protocol (MqttcOptions *self,
                            MqttcProtocol protocol)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_PROTOCOL, protocol);
}

/**
 * mqttc_options_get_clean_session: (get-property clean-session)
 * @self: the options
 *
 * Tells whether the server forgets the session when the connection ends.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_options_get_clean_session (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), FALSE);

  return self->clean_session;
}

/**
 * mqttc_options_set_clean_session: (set-property clean-session)
 * @self: the options
 * @clean_session: `TRUE` if so
 *
 * Sets whether the server forgets the session when the connection ends.
 *
 * See [property@Mqttc.Options:clean-session].
 *
 * Since: 0.1
 */
void
mqttc_options_set_clean_session (MqttcOptions *self,
                                 gboolean clean_session)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_CLEAN_SESSION, clean_session != FALSE);
}

/**
 * mqttc_options_get_keep_alive: (get-property keep-alive)
 * @self: the options
 *
 * Gets the longest silence towards the server, in seconds.
 *
 * Returns: the longest silence towards the server, in seconds
 *
 * Since: 0.1
 */
guint
mqttc_options_get_keep_alive (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), 0);

  return self->keep_alive;
}

/**
 * mqttc_options_set_keep_alive: (set-property keep-alive)
 * @self: the options
 * @keep_alive: the longest silence towards the server, in seconds
 *
 * Sets the longest silence towards the server, in seconds.
 *
 * See [property@Mqttc.Options:keep-alive].
 *
 * Since: 0.1
 */
void
mqttc_options_set_keep_alive (MqttcOptions *self,
                              guint keep_alive)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_uint (self, MQTTC_OPTION_KEEP_ALIVE, keep_alive);
}

/**
 * mqttc_options_get_user_name: (get-property user-name)
 * @self: the options
 *
 * Gets the user name.
 *
 * Returns: (nullable) (transfer none): the user name
 *
 * Since: 0.1
 */
const char *
mqttc_options_get_user_name (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->user_name;
}

/**
 * mqttc_options_set_user_name: (set-property user-name)
 * @self: the options
 * @user_name: (nullable): the user name
 *
 * Sets the user name.
 *
 * See [property@Mqttc.Options:user-name].
 *
 * Since: 0.1
 */
void
mqttc_options_set_user_name (MqttcOptions *self,
                             const char *user_name)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  mqttc_options_store_string (self, MQTTC_OPTION_USER_NAME, user_name);
}

/**
 * mqttc_options_set_password: (set-property password)
 * @self: the options
 * @password: (nullable): the password
 *
 * Sets the password.
 *
 * See [property@Mqttc.Options:password].
 *
 * Since: 0.1
 */
void
mqttc_options_set_password (MqttcOptions *self,
                            GBytes *password)
{
  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  g_clear_pointer (&self->password, g_bytes_unref);
  self->password = mqttc_secret_copy (password);
  mqttc_options_notify (self, MQTTC_OPTION_PASSWORD);
}

/**
 * mqttc_options_get_will: (get-property will)
 * @self: the options
 *
 * Gets the message that the server publishes in case of an abrupt end.
 *
 * Returns: (nullable) (transfer none): the message that the server publishes in case of an abrupt
 * end
 *
 * Since: 0.1
 */
MqttcMessage *
mqttc_options_get_will (MqttcOptions *self)
{
  g_return_val_if_fail (MQTTC_IS_OPTIONS (self), NULL);

  return self->will;
}

/**
 * mqttc_options_set_will: (set-property will)
 * @self: the options
 * @will: (nullable): the message that the server publishes in case of an abrupt end
 *
 * Sets the message that the server publishes in case of an abrupt end.
 *
 * See [property@Mqttc.Options:will].
 *
 * Since: 0.1
 */
void
mqttc_options_set_will (MqttcOptions *self,
                        MqttcMessage *will)
{
  g_autoptr (MqttcMessage) old = NULL;

  g_return_if_fail (MQTTC_IS_OPTIONS (self));

  if (self->will == will)
    return;

  old = g_steal_pointer (&self->will);
  if (will != NULL)
    self->will = mqttc_message_ref (will);
  mqttc_options_notify (self, MQTTC_OPTION_WILL);
}
