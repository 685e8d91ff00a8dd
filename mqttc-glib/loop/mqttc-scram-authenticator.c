/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-authenticator.h"
#include "loop/mqttc-scram-authenticator-private.h"
#include "mqttc-enum-types.h"
#include "values/mqttc-secret-private.h"

#include <string.h>

/* RFC 7677, section 4. */
#define DEFAULT_MINIMUM_ITERATIONS 4096
/* A tenth of a second or so of a processor. */
#define DEFAULT_MAXIMUM_ITERATIONS 100000

/**
 * MqttcScramAuthenticator:
 *
 * Proves a password by SCRAM-SHA-256, without sending it (RFC 5802 and RFC 7677).
 *
 * The server proves that it knows the password, too, and is refused if it cannot. The method is
 * "SCRAM-SHA-256", or "SCRAM-SHA-256-PLUS" if the proof is bound to the TLS connection, see
 * [property@Mqttc.ScramAuthenticator:channel-binding]. MQTT has no list of the methods of a server, so
 * the program has to know which one it supports.
 *
 * A server decides how often the password is hashed. That is done in a thread of its own, within
 * [property@Mqttc.ScramAuthenticator:maximum-iterations], and the result is kept in memory for the next
 * connection. The client does not have the password in the clear on the wire, but it is in memory.
 *
 * User name and password are prepared by SASLprep (RFC 4013), without its rule for text that mixes
 * directions of writing.
 *
 * What is changed applies from the next exchange. The properties belong to the thread of the client.
 *
 * Since: 0.1
 */

enum
{
  PROP_0,
  PROP_USER_NAME,
  PROP_PASSWORD,
  PROP_CHANNEL_BINDING,
  PROP_MINIMUM_ITERATIONS,
  PROP_MAXIMUM_ITERATIONS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void mqttc_scram_authenticator_iface_init (MqttcAuthenticatorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MqttcScramAuthenticator,
                               mqttc_scram_authenticator,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MQTTC_TYPE_AUTHENTICATOR,
                                                      mqttc_scram_authenticator_iface_init))

/* --- The interface. --- */

static void
mqttc_scram_authenticator_step (MqttcAuthenticator *authenticator,
                                MqttcAuthRequest *request)
{
  mqttc_scram_authenticator_begin_step (MQTTC_SCRAM_AUTHENTICATOR (authenticator), request);
}

static char *
mqttc_scram_authenticator_get_method (MqttcAuthenticator *authenticator)
{
  MqttcScramAuthenticator *self = MQTTC_SCRAM_AUTHENTICATOR (authenticator);

  return g_strdup (mqttc_scram_authenticator_is_bound (self) ? "SCRAM-SHA-256-PLUS"
                                                             : "SCRAM-SHA-256");
}

static void
mqttc_scram_authenticator_iface_init (MqttcAuthenticatorInterface *iface)
{
  iface->get_method = mqttc_scram_authenticator_get_method;
  iface->step = mqttc_scram_authenticator_step;
}

/* --- The object. --- */

static void
mqttc_scram_authenticator_get_property (GObject *object,
                                        guint prop_id,
                                        GValue *value,
                                        GParamSpec *pspec)
{
  MqttcScramAuthenticator *self = MQTTC_SCRAM_AUTHENTICATOR (object);

  switch (prop_id)
    {
    case PROP_USER_NAME:
      g_value_set_string (value, mqttc_scram_authenticator_get_user_name (self));
      break;
    case PROP_CHANNEL_BINDING:
      g_value_set_enum (value, mqttc_scram_authenticator_get_channel_binding (self));
      break;
    case PROP_MINIMUM_ITERATIONS:
      g_value_set_uint (value, mqttc_scram_authenticator_get_minimum_iterations (self));
      break;
    case PROP_MAXIMUM_ITERATIONS:
      g_value_set_uint (value, mqttc_scram_authenticator_get_maximum_iterations (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_scram_authenticator_set_property (GObject *object,
                                        guint prop_id,
                                        const GValue *value,
                                        GParamSpec *pspec)
{
  MqttcScramAuthenticator *self = MQTTC_SCRAM_AUTHENTICATOR (object);

  switch (prop_id)
    {
    case PROP_USER_NAME:
      mqttc_scram_authenticator_set_user_name (self, g_value_get_string (value));
      break;
    case PROP_PASSWORD:
      mqttc_scram_authenticator_set_password (self, g_value_get_string (value));
      break;
    case PROP_CHANNEL_BINDING:
      mqttc_scram_authenticator_set_channel_binding (self, g_value_get_enum (value));
      break;
    case PROP_MINIMUM_ITERATIONS:
      mqttc_scram_authenticator_set_minimum_iterations (self, g_value_get_uint (value));
      break;
    case PROP_MAXIMUM_ITERATIONS:
      mqttc_scram_authenticator_set_maximum_iterations (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_scram_authenticator_finalize (GObject *object)
{
  MqttcScramAuthenticator *self = MQTTC_SCRAM_AUTHENTICATOR (object);

  g_mutex_lock (&self->secrets->lock);
  mqttc_scram_secrets_end_exchange (self->secrets);
  g_mutex_unlock (&self->secrets->lock);
  mqttc_scram_secrets_unref (self->secrets);
  g_free (self->user_name);

  G_OBJECT_CLASS (mqttc_scram_authenticator_parent_class)->finalize (object);
}

static void
mqttc_scram_authenticator_class_init (MqttcScramAuthenticatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mqttc_scram_authenticator_get_property;
  object_class->set_property = mqttc_scram_authenticator_set_property;
  object_class->finalize = mqttc_scram_authenticator_finalize;

  /**
   * MqttcScramAuthenticator:user-name: (getter get_user_name) (setter set_user_name)
   *
   * The user name to prove, which is not the one of CONNECT.
   *
   * Default: `NULL`, with which an exchange fails.
   *
   * Since: 0.1
   */
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, flags);

  /**
   * MqttcScramAuthenticator:password: (setter set_password)
   *
   * The password, which can be set and not be read.
   *
   * Default: `NULL`, with which an exchange fails.
   *
   * Since: 0.1
   */
  properties[PROP_PASSWORD]
      = g_param_spec_string ("password", NULL, NULL, NULL, (flags & ~G_PARAM_READABLE));

  /**
   * MqttcScramAuthenticator:channel-binding: (getter get_channel_binding) (setter set_channel_binding)
   *
   * Whether the proof is bound to the TLS connection, so that nobody in between can use it.
   *
   * Of RFC 9266 and RFC 5929 it is "tls-exporter" with TLS 1.3, or else "tls-server-end-point".
   * Default: `MQTTC_CHANNEL_BINDING_NEVER`.
   *
   * Since: 0.1
   */
  properties[PROP_CHANNEL_BINDING]
      = g_param_spec_enum ("channel-binding", NULL, NULL, MQTTC_TYPE_CHANNEL_BINDING,
                           MQTTC_CHANNEL_BINDING_NEVER, flags);

  /**
   * MqttcScramAuthenticator:minimum-iterations: (getter get_minimum_iterations) (setter set_minimum_iterations)
   *
   * How often the password is hashed at least, or the server is refused.
   *
   * Whoever listens to a proof, and pretends to be a server that wants few, can guess passwords
   * quickly. Default: 4096, the least that RFC 7677 allows.
   *
   * Since: 0.1
   */
  properties[PROP_MINIMUM_ITERATIONS] = g_param_spec_uint (
      "minimum-iterations", NULL, NULL, 1, G_MAXUINT, DEFAULT_MINIMUM_ITERATIONS, flags);

  /**
   * MqttcScramAuthenticator:maximum-iterations: (getter get_maximum_iterations) (setter set_maximum_iterations)
   *
   * How often the password is hashed at most, or the server is refused.
   *
   * So that a hostile server cannot keep a processor busy. Default: 100000.
   *
   * Since: 0.1
   */
  properties[PROP_MAXIMUM_ITERATIONS] = g_param_spec_uint (
      "maximum-iterations", NULL, NULL, 1, G_MAXUINT, DEFAULT_MAXIMUM_ITERATIONS, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
mqttc_scram_authenticator_init (MqttcScramAuthenticator *self)
{
  self->secrets = mqttc_scram_secrets_new ();
  self->minimum_iterations = DEFAULT_MINIMUM_ITERATIONS;
  self->maximum_iterations = DEFAULT_MAXIMUM_ITERATIONS;
}

/**
 * mqttc_scram_authenticator_new:
 * @user_name: a user name
 * @password: its password
 *
 * Creates an authenticator.
 *
 * Returns: (transfer full): a new authenticator
 * Since: 0.1
 */
MqttcScramAuthenticator *
mqttc_scram_authenticator_new (const char *user_name,
                               const char *password)
{
  g_return_val_if_fail (user_name != NULL, NULL);
  g_return_val_if_fail (password != NULL, NULL);

  return g_object_new (MQTTC_TYPE_SCRAM_AUTHENTICATOR, "user-name", user_name, "password", password,
                       NULL);
}

/**
 * mqttc_scram_authenticator_get_user_name: (get-property user-name)
 * @self: an authenticator
 *
 * Gets [property@Mqttc.ScramAuthenticator:user-name].
 *
 * Returns: (transfer none) (nullable): the user name
 * Since: 0.1
 */
const char *
mqttc_scram_authenticator_get_user_name (MqttcScramAuthenticator *self)
{
  g_return_val_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self), NULL);

  return self->user_name;
}

/**
 * mqttc_scram_authenticator_set_user_name: (set-property user-name)
 * @self: an authenticator
 * @user_name: (nullable): the user name
 *
 * Sets [property@Mqttc.ScramAuthenticator:user-name].
 *
 * Since: 0.1
 */
void
mqttc_scram_authenticator_set_user_name (MqttcScramAuthenticator *self,
                                         const char *user_name)
{
  g_autofree char *old = NULL;

  g_return_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self));

  if (g_strcmp0 (self->user_name, user_name) == 0)
    return;

  old = g_steal_pointer (&self->user_name);
  self->user_name = g_strdup (user_name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_NAME]);
}

/**
 * mqttc_scram_authenticator_set_password: (set-property password)
 * @self: an authenticator
 * @password: (nullable): the password
 *
 * Sets [property@Mqttc.ScramAuthenticator:password].
 *
 * Since: 0.1
 */
void
mqttc_scram_authenticator_set_password (MqttcScramAuthenticator *self,
                                        const char *password)
{
  MqttcScramSecrets *secrets;

  g_return_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self));

  secrets = self->secrets;
  g_mutex_lock (&secrets->lock);
  mqttc_scram_secrets_drop_key (secrets);
  g_clear_pointer (&secrets->password, g_bytes_unref);
  if (password != NULL)
    secrets->password = mqttc_secret_new (password, strlen (password) + 1);
  g_mutex_unlock (&secrets->lock);
}

/**
 * mqttc_scram_authenticator_get_channel_binding: (get-property channel-binding)
 * @self: an authenticator
 *
 * Gets [property@Mqttc.ScramAuthenticator:channel-binding].
 *
 * Returns: whether the proof is bound to the connection
 * Since: 0.1
 */
MqttcChannelBinding
mqttc_scram_authenticator_get_channel_binding (MqttcScramAuthenticator *self)
{
  g_return_val_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self), MQTTC_CHANNEL_BINDING_NEVER);

  return self->channel_binding;
}

/**
 * mqttc_scram_authenticator_set_channel_binding: (set-property channel-binding)
 * @self: an authenticator
 * @channel_binding: whether the proof is bound to the connection
 *
 * Sets [property@Mqttc.ScramAuthenticator:channel-binding].
 *
 * Since: 0.1
 */
void
mqttc_scram_authenticator_set_channel_binding (MqttcScramAuthenticator *self,
                                               MqttcChannelBinding channel_binding)
{
  g_return_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self));
  g_return_if_fail (channel_binding <= MQTTC_CHANNEL_BINDING_REQUIRE);

  if (self->channel_binding == channel_binding)
    return;

  self->channel_binding = channel_binding;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHANNEL_BINDING]);
}

/**
 * mqttc_scram_authenticator_get_minimum_iterations: (get-property minimum-iterations)
 * @self: an authenticator
 *
 * Gets [property@Mqttc.ScramAuthenticator:minimum-iterations].
 *
 * Returns: how often the password is hashed at least
 * Since: 0.1
 */
guint
mqttc_scram_authenticator_get_minimum_iterations (MqttcScramAuthenticator *self)
{
  g_return_val_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self), 0);

  return self->minimum_iterations;
}

/**
 * mqttc_scram_authenticator_set_minimum_iterations: (set-property minimum-iterations)
 * @self: an authenticator
 * @minimum_iterations: how often the password is hashed at least, 1 or more
 *
 * Sets [property@Mqttc.ScramAuthenticator:minimum-iterations].
 *
 * Since: 0.1
 */
void
mqttc_scram_authenticator_set_minimum_iterations (MqttcScramAuthenticator *self,
                                                  guint minimum_iterations)
{
  g_return_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self));
  g_return_if_fail (minimum_iterations > 0);

  if (self->minimum_iterations == minimum_iterations)
    return;

  self->minimum_iterations = minimum_iterations;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MINIMUM_ITERATIONS]);
}

/**
 * mqttc_scram_authenticator_get_maximum_iterations: (get-property maximum-iterations)
 * @self: an authenticator
 *
 * Gets [property@Mqttc.ScramAuthenticator:maximum-iterations].
 *
 * Returns: how often the password is hashed at most
 * Since: 0.1
 */
guint
mqttc_scram_authenticator_get_maximum_iterations (MqttcScramAuthenticator *self)
{
  g_return_val_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self), 0);

  return self->maximum_iterations;
}

/**
 * mqttc_scram_authenticator_set_maximum_iterations: (set-property maximum-iterations)
 * @self: an authenticator
 * @maximum_iterations: how often the password is hashed at most, 1 or more
 *
 * Sets [property@Mqttc.ScramAuthenticator:maximum-iterations].
 *
 * Since: 0.1
 */
void
mqttc_scram_authenticator_set_maximum_iterations (MqttcScramAuthenticator *self,
                                                  guint maximum_iterations)
{
  g_return_if_fail (MQTTC_IS_SCRAM_AUTHENTICATOR (self));
  g_return_if_fail (maximum_iterations > 0);

  if (self->maximum_iterations == maximum_iterations)
    return;

  self->maximum_iterations = maximum_iterations;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAXIMUM_ITERATIONS]);
}
