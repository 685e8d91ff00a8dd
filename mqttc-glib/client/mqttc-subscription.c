/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-enum-types.h"
#include "mqttc-error.h"
#include "values/mqttc-marshal-private.h"
#include "values/mqttc-message.h"

#define DEFAULT_MAX_PENDING 100

/**
 * MqttcSubscription:
 *
 * Asks for the messages that match a topic filter, and hands them over.
 *
 * Connect to [signal@Mqttc.Subscription::message], or set a handler with
 * [method@Mqttc.Subscription.set_handler], first; then pass it to
 * [method@Mqttc.Client.subscribe_async]. In this order nothing is missed: retained messages can
 * come together with the answer to the subscription.
 *
 * The client owns a subscription until it is given up with [method@Mqttc.Client.unsubscribe_async];
 * dropping your own reference changes nothing. It is made again by itself when the server has lost
 * the session.
 *
 * An object is subscribed once, with one client, at a time. Several objects may have the same
 * filter: each gets every message.
 *
 * Whoever would rather ask for the messages one by one, at a pace of their own, pulls them with
 * [method@Mqttc.Subscription.next_async].
 *
 * Since: 0.1
 */

/* Lives on while it runs, even if it replaces itself. */
struct _MqttcSubscriptionHandler
{
  guint ref_count;
  MqttcMessageFunc func;
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable) */
};

typedef MqttcSubscriptionHandler Handler;

G_DEFINE_FINAL_TYPE (MqttcSubscription, mqttc_subscription, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_FILTER,
  PROP_QOS,
  PROP_NO_LOCAL,
  PROP_RETAIN_AS_PUBLISHED,
  PROP_RETAIN_HANDLING,
  PROP_GRANTED_QOS,
  PROP_REASON_CODE,
  PROP_PULLED,
  PROP_MAX_PENDING,
  N_PROPS,
};

enum
{
  SIGNAL_MESSAGE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
handler_unref (Handler *self)
{
  if (--self->ref_count > 0)
    return;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

static void
mqttc_subscription_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  MqttcSubscription *self = MQTTC_SUBSCRIPTION (object);

  switch (prop_id)
    {
    case PROP_FILTER:
      g_value_set_string (value, mqttc_subscription_get_filter (self));
      break;
    case PROP_QOS:
      g_value_set_enum (value, mqttc_subscription_get_qos (self));
      break;
    case PROP_NO_LOCAL:
      g_value_set_boolean (value, mqttc_subscription_get_no_local (self));
      break;
    case PROP_RETAIN_AS_PUBLISHED:
      g_value_set_boolean (value, mqttc_subscription_get_retain_as_published (self));
      break;
    case PROP_RETAIN_HANDLING:
      g_value_set_enum (value, mqttc_subscription_get_retain_handling (self));
      break;
    case PROP_GRANTED_QOS:
      g_value_set_enum (value, mqttc_subscription_get_granted_qos (self));
      break;
    case PROP_REASON_CODE:
      g_value_set_uint (value, mqttc_subscription_get_reason_code (self));
      break;
    case PROP_PULLED:
      g_value_set_boolean (value, mqttc_subscription_get_pulled (self));
      break;
    case PROP_MAX_PENDING:
      g_value_set_uint (value, mqttc_subscription_get_max_pending (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_subscription_set_property (GObject *object,
                                 guint prop_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  MqttcSubscription *self = MQTTC_SUBSCRIPTION (object);

  switch (prop_id)
    {
    case PROP_FILTER:
      g_clear_pointer (&self->filter, g_free);
      self->filter
          = g_value_get_string (value) != NULL ? g_value_dup_string (value) : g_strdup ("");
      break;
    case PROP_QOS:
      self->qos = g_value_get_enum (value);
      break;
    case PROP_NO_LOCAL:
      mqttc_subscription_set_no_local (self, g_value_get_boolean (value));
      break;
    case PROP_RETAIN_AS_PUBLISHED:
      mqttc_subscription_set_retain_as_published (self, g_value_get_boolean (value));
      break;
    case PROP_RETAIN_HANDLING:
      mqttc_subscription_set_retain_handling (self, g_value_get_enum (value));
      break;
    case PROP_PULLED:
      mqttc_subscription_set_pulled (self, g_value_get_boolean (value));
      break;
    case PROP_MAX_PENDING:
      mqttc_subscription_set_max_pending (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_subscription_finalize (GObject *object)
{
  MqttcSubscription *self = MQTTC_SUBSCRIPTION (object);

  g_assert (self->owner == NULL && self->pull == NULL);

  mqttc_subscription_clear_pending (self);
  g_clear_pointer (&self->handler, handler_unref);
  g_free (self->filter);

  G_OBJECT_CLASS (mqttc_subscription_parent_class)->finalize (object);
}

static void
mqttc_subscription_class_init (MqttcSubscriptionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mqttc_subscription_get_property;
  object_class->set_property = mqttc_subscription_set_property;
  object_class->finalize = mqttc_subscription_finalize;

  /**
   * MqttcSubscription:filter: (getter get_filter)
   *
   * The topic filter: levels separated by `/`, where `+` stands for one level and a last `#` for
   * all that follow.
   *
   * Since: 0.1
   */
  properties[PROP_FILTER]
      = g_param_spec_string ("filter", NULL, NULL, "",
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:qos: (getter get_qos)
   *
   * The highest quality of service that messages are wanted with.
   *
   * Since: 0.1
   */
  properties[PROP_QOS]
      = g_param_spec_enum ("qos", NULL, NULL, MQTTC_TYPE_QOS, MQTTC_QOS_AT_MOST_ONCE,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:no-local: (getter get_no_local) (setter set_no_local)
   *
   * Whether messages that this client itself has published are left out.
   *
   * This needs MQTT 5: a server of 3.1.1 sends them all the same. A shared subscription cannot have it
   * [MQTT-3.8.3-4]. It is looked at by [method@Mqttc.Client.subscribe_async], and does not change while
   * the subscription is in use.
   *
   * Since: 0.1
   */
  properties[PROP_NO_LOCAL]
      = g_param_spec_boolean ("no-local", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:retain-as-published: (getter get_retain_as_published) (setter set_retain_as_published)
   *
   * Whether messages come with the retain flag that they were published with.
   *
   * Otherwise it is set only in messages that the server had retained before the subscription was made.
   * This needs MQTT 5, and does not change while the subscription is in use.
   *
   * Since: 0.1
   */
  properties[PROP_RETAIN_AS_PUBLISHED]
      = g_param_spec_boolean ("retain-as-published", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:retain-handling: (getter get_retain_handling) (setter set_retain_handling)
   *
   * Whether retained messages are wanted when the subscription is made.
   *
   * It holds as well when the subscription is made again because the server has lost the session. A
   * server of MQTT 3.1.1 always sends them, as with %MQTTC_RETAIN_HANDLING_SEND. It does not change while
   * the subscription is in use.
   *
   * Since: 0.1
   */
  properties[PROP_RETAIN_HANDLING] = g_param_spec_enum (
      "retain-handling", NULL, NULL, MQTTC_TYPE_RETAIN_HANDLING, MQTTC_RETAIN_HANDLING_SEND,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:granted-qos: (getter get_granted_qos)
   *
   * The quality of service that the server has granted, which can be lower or higher than the one
   * that was asked for.
   *
   * It is %MQTTC_QOS_AT_MOST_ONCE until the server has answered.
   *
   * Since: 0.1
   */
  properties[PROP_GRANTED_QOS]
      = g_param_spec_enum ("granted-qos", NULL, NULL, MQTTC_TYPE_QOS, MQTTC_QOS_AT_MOST_ONCE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:reason-code: (getter get_reason_code)
   *
   * The last answer of the server: a [enum@Mqttc.ReasonCode], 0x80 or more for a refusal.
   *
   * It is 0 until the server has answered. It changes to a refusal after the subscription was
   * granted if the server loses the session and refuses to make the subscription again, or has said
   * (section 3.2.2.3 of MQTT 5) that it would.
   *
   * Since: 0.1
   */
  properties[PROP_REASON_CODE]
      = g_param_spec_uint ("reason-code", NULL, NULL, 0, G_MAXUINT8, 0,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:pulled: (getter get_pulled) (setter set_pulled)
   *
   * Whether messages are kept until they are pulled with [method@Mqttc.Subscription.next_async].
   *
   * The first pull sets it. Set it before the subscription is made if none may be missed between
   * that and the first pull.
   *
   * Since: 0.1
   */
  properties[PROP_PULLED]
      = g_param_spec_boolean ("pulled", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcSubscription:max-pending: (getter get_max_pending) (setter set_max_pending)
   *
   * How many messages may wait to be pulled.
   *
   * While so many wait, the client reads nothing from the server.
   *
   * Since: 0.1
   */
  properties[PROP_MAX_PENDING]
      = g_param_spec_uint ("max-pending", NULL, NULL, 1, G_MAXUINT, DEFAULT_MAX_PENDING,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * MqttcSubscription::message:
   * @self: the subscription
   * @message: the message
   *
   * Emitted for each message that matches the filter.
   *
   * It comes in the [struct@GLib.MainContext] of the client, after the handler of
   * [method@Mqttc.Subscription.set_handler] has run. A message of QoS 1 or 2 is acknowledged when
   * all handlers of all its subscriptions have returned, and whoever pulls it is done with it.
   *
   * A handler may do anything: publish, subscribe, unsubscribe, close the client, run a nested main
   * loop. The message may be kept.
   *
   * Since: 0.1
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, MQTTC_TYPE_MESSAGE);
  g_signal_set_va_marshaller (signals[SIGNAL_MESSAGE], G_TYPE_FROM_CLASS (klass),
                              mqttc_marshal_message);
}

static void
mqttc_subscription_init (MqttcSubscription *self)
{
  self->max_pending = DEFAULT_MAX_PENDING;
  g_queue_init (&self->pending);
}

/**
 * mqttc_subscription_new:
 * @filter: a topic filter
 * @qos: the highest quality of service that messages are wanted with
 *
 * Makes a subscription, which is not in force yet.
 *
 * The filter is checked by [method@Mqttc.Client.subscribe_async].
 *
 * Returns: (transfer full): a new subscription
 * Since: 0.1
 */
MqttcSubscription *
mqttc_subscription_new (const char *filter,
                        MqttcQos qos)
{
  g_return_val_if_fail (filter != NULL, NULL);

  return g_object_new (MQTTC_TYPE_SUBSCRIPTION, "filter", filter, "qos", qos, NULL);
}

/**
 * mqttc_subscription_get_filter: (get-property filter)
 * @self: a subscription
 *
 * Gets the topic filter.
 *
 * Returns: (transfer none): the topic filter
 * Since: 0.1
 */
const char *
mqttc_subscription_get_filter (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), NULL);

  return self->filter;
}

/**
 * mqttc_subscription_get_qos: (get-property qos)
 * @self: a subscription
 *
 * Gets the quality of service that is asked for.
 *
 * Returns: the quality of service
 * Since: 0.1
 */
MqttcQos
mqttc_subscription_get_qos (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), MQTTC_QOS_AT_MOST_ONCE);

  return self->qos;
}

/**
 * mqttc_subscription_get_no_local: (get-property no-local)
 * @self: a subscription
 *
 * Gets whether messages that this client itself has published are left out.
 *
 * Returns: `TRUE` if so
 * Since: 0.1
 */
gboolean
mqttc_subscription_get_no_local (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), FALSE);

  return self->no_local;
}

/**
 * mqttc_subscription_set_no_local: (set-property no-local)
 * @self: a subscription that is not in use
 * @no_local: whether to leave out what this client itself has published
 *
 * Sets whether messages that this client itself has published are left out.
 *
 * Since: 0.1
 */
void
mqttc_subscription_set_no_local (MqttcSubscription *self,
                                 gboolean no_local)
{
  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (self));
  g_return_if_fail (self->owner == NULL);

  if (self->no_local == !!no_local)
    return;

  self->no_local = !!no_local;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NO_LOCAL]);
}

/**
 * mqttc_subscription_get_retain_as_published: (get-property retain-as-published)
 * @self: a subscription
 *
 * Gets whether messages come with the retain flag that they were published with.
 *
 * Returns: `TRUE` if so
 * Since: 0.1
 */
gboolean
mqttc_subscription_get_retain_as_published (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), FALSE);

  return self->retain_as_published;
}

/**
 * mqttc_subscription_set_retain_as_published: (set-property retain-as-published)
 * @self: a subscription that is not in use
 * @retain_as_published: whether messages are to come with the flag that they were published with
 *
 * Sets whether messages come with the retain flag that they were published with.
 *
 * Since: 0.1
 */
void
mqttc_subscription_set_retain_as_published (MqttcSubscription *self,
                                            gboolean retain_as_published)
{
  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (self));
  g_return_if_fail (self->owner == NULL);

  if (self->retain_as_published == !!retain_as_published)
    return;

  self->retain_as_published = !!retain_as_published;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETAIN_AS_PUBLISHED]);
}

/**
 * mqttc_subscription_get_retain_handling: (get-property retain-handling)
 * @self: a subscription
 *
 * Gets whether retained messages are wanted when the subscription is made.
 *
 * Returns: what becomes of them
 * Since: 0.1
 */
MqttcRetainHandling
mqttc_subscription_get_retain_handling (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), MQTTC_RETAIN_HANDLING_SEND);

  return self->retain_handling;
}

/**
 * mqttc_subscription_set_retain_handling: (set-property retain-handling)
 * @self: a subscription that is not in use
 * @retain_handling: what is to become of them
 *
 * Sets whether retained messages are wanted when the subscription is made.
 *
 * Since: 0.1
 */
void
mqttc_subscription_set_retain_handling (MqttcSubscription *self,
                                        MqttcRetainHandling retain_handling)
{
  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (self));
  g_return_if_fail ((guint) retain_handling <= MQTTC_RETAIN_HANDLING_DO_NOT_SEND);
  g_return_if_fail (self->owner == NULL);

  if (self->retain_handling == retain_handling)
    return;

  self->retain_handling = retain_handling;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETAIN_HANDLING]);
}

guint8
mqttc_subscription_get_options (MqttcSubscription *self)
{
  return (guint8) (self->qos | self->no_local << 2 | self->retain_as_published << 3
                   | self->retain_handling << 4);
}

/* A reason code below 0x80 of a SUBACK is the granted QoS (section 3.9.3). */
static MqttcQos
code_to_qos (guint code)
{
  return code <= MQTTC_QOS_EXACTLY_ONCE ? (MqttcQos) code : MQTTC_QOS_AT_MOST_ONCE;
}

/**
 * mqttc_subscription_get_granted_qos: (get-property granted-qos)
 * @self: a subscription
 *
 * Gets the quality of service that the server has granted.
 *
 * Returns: the quality of service, %MQTTC_QOS_AT_MOST_ONCE until the server has answered
 * Since: 0.1
 */
MqttcQos
mqttc_subscription_get_granted_qos (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), MQTTC_QOS_AT_MOST_ONCE);

  return code_to_qos (self->reason_code);
}

/**
 * mqttc_subscription_get_reason_code: (get-property reason-code)
 * @self: a subscription
 *
 * Gets the last answer of the server to this subscription.
 *
 * Returns: a [enum@Mqttc.ReasonCode], 0x80 or more for a refusal; 0 until the server has answered
 * Since: 0.1
 */
guint
mqttc_subscription_get_reason_code (MqttcSubscription *self)
{
  g_return_val_if_fail (MQTTC_IS_SUBSCRIPTION (self), 0);

  return self->reason_code;
}

/**
 * mqttc_subscription_set_handler:
 * @self: a subscription
 * @handler: (nullable) (scope notified) (closure user_data) (destroy destroy): a function to call
 *   for each message, or `NULL` for none
 * @user_data: data for @handler
 * @destroy: (nullable): frees @user_data
 *
 * Sets a function to be called for each message, faster than a signal.
 *
 * It is called in the [struct@GLib.MainContext] of the client, before
 * [signal@Mqttc.Subscription::message] is emitted, and may do whatever a handler of that signal
 * may; but what it connects to a `message` signal need not be told of the messages that came in the
 * same read.
 *
 * There is one such function; a new one takes the place of the old, whose @user_data is freed as
 * soon as it does not run any more.
 *
 * Since: 0.1
 */
void
mqttc_subscription_set_handler (MqttcSubscription *self,
                                MqttcMessageFunc handler,
                                gpointer user_data,
                                GDestroyNotify destroy)
{
  Handler *old;

  g_return_if_fail (MQTTC_IS_SUBSCRIPTION (self));

  old = g_steal_pointer (&self->handler);

  if (handler != NULL)
    {
      self->handler = g_new0 (Handler, 1);
      self->handler->ref_count = 1;
      self->handler->func = handler;
      self->handler->user_data = user_data;
      self->handler->destroy = destroy;
    }
  else if (destroy != NULL)
    {
      destroy (user_data);
    }

  if (old != NULL)
    handler_unref (old);
}

gboolean
mqttc_subscription_deliver (MqttcSubscription *self,
                            MqttcMessage *message,
                            guint64 round)
{
  Handler *handler = self->handler;

  if (handler != NULL)
    {
      handler->ref_count++;
      handler->func (self, message, handler->user_data);
      handler_unref (handler);
    }

  if (!mqttc_listeners_exist (&self->message_listeners, self, signals[SIGNAL_MESSAGE], round))
    return FALSE;

  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, message);
  return TRUE;
}

void
mqttc_subscription_set_reason_code (MqttcSubscription *self,
                                    guint code)
{
  MqttcQos old_qos = code_to_qos (self->reason_code);

  if (self->reason_code == code)
    return;

  self->reason_code = code;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON_CODE]);
  if (code_to_qos (code) != old_qos)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRANTED_QOS]);
}

void
mqttc_subscription_set_owner (MqttcSubscription *self,
                              gpointer owner,
                              guint64 serial)
{
  self->owner = owner;
  self->serial = serial;
  self->message_listeners.round = 0; /* another owner counts from the beginning */
}

void
mqttc_subscription_set_misuse_error (MqttcSubscription *self,
                                     const char *fault,
                                     GError **error)
{
  g_autofree char *filter = mqttc_text_for_display (self->filter);

  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
               "The subscription to “%s” %s", filter, fault);
}

gpointer
mqttc_subscription_get_owner (MqttcSubscription *self)
{
  return self->owner;
}

guint64
mqttc_subscription_get_serial (MqttcSubscription *self)
{
  return self->serial;
}

void
mqttc_subscription_notify_pulled (MqttcSubscription *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PULLED]);
}

void
mqttc_subscription_notify_max_pending (MqttcSubscription *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_PENDING]);
}
