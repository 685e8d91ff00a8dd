/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-subscription-private.h"
#include "helpers/mqttc-requester-private.h"
#include "loop/mqttc-deadline-source-private.h"

/**
 * MqttcRequester:
 *
 * Sends requests and waits for their answers.
 *
 * A request is a message that says where its answer is to be sent, and carries correlation data that come
 * back with it. The requester takes care of both: it subscribes to a response topic of its own before
 * the first request, and finds the request that an answer belongs to, in whatever order answers come.
 * Answers that come too late, or to nothing, are ignored. With [property@Mqttc.Options:manual-acks] the
 * requester acknowledges all answers.
 *
 * The response topic begins with [property@Mqttc.Client:response-information] where the server gives it,
 * else it is made of the client identifier; a random part follows.
 *
 * It belongs to the [struct@GLib.MainContext] of its client, which it keeps alive. When it is dropped, the
 * subscription is given up. Requests need MQTT 5. The other side is [class@Mqttc.Responder], or any
 * program that keeps to section 4.10 of the standard.
 *
 * Since: 0.1
 */
G_DEFINE_FINAL_TYPE (MqttcRequester, mqttc_requester, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CLIENT,
  PROP_RESPONSE_TOPIC,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
mqttc_requester_constructed (GObject *object)
{
  MqttcRequester *self = MQTTC_REQUESTER (object);

  G_OBJECT_CLASS (mqttc_requester_parent_class)->constructed (object);

  self->state_id = g_signal_connect (self->client, "notify::state",
                                     G_CALLBACK (mqttc_requester_state_cb), self);
  self->connected_id = g_signal_connect (self->client, "connected",
                                         G_CALLBACK (mqttc_requester_connected_cb), self);
}

static void
mqttc_requester_dispose (GObject *object)
{
  MqttcRequester *self = MQTTC_REQUESTER (object);

  /* Requests have a reference, so there are none. */
  g_clear_pointer (&self->timer, mqttc_deadline_source_free);
  mqttc_requester_drop_subscription (self);
  g_clear_signal_handler (&self->state_id, self->client);
  g_clear_signal_handler (&self->connected_id, self->client);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (mqttc_requester_parent_class)->dispose (object);
}

static void
mqttc_requester_finalize (GObject *object)
{
  MqttcRequester *self = MQTTC_REQUESTER (object);

  g_hash_table_unref (self->pending);
  g_free (self->response_topic);

  G_OBJECT_CLASS (mqttc_requester_parent_class)->finalize (object);
}

static void
mqttc_requester_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  MqttcRequester *self = MQTTC_REQUESTER (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, mqttc_requester_get_client (self));
      break;
    case PROP_RESPONSE_TOPIC:
      g_value_set_string (value, mqttc_requester_get_response_topic (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_requester_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  MqttcRequester *self = MQTTC_REQUESTER (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      if (self->client == NULL)
        self->client = mqttc_client_new (NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_requester_class_init (MqttcRequesterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = mqttc_requester_constructed;
  object_class->dispose = mqttc_requester_dispose;
  object_class->finalize = mqttc_requester_finalize;
  object_class->get_property = mqttc_requester_get_property;
  object_class->set_property = mqttc_requester_set_property;

  /**
   * MqttcRequester:client: (getter get_client)
   *
   * The client that requests are sent by; with `NULL` at construction, one of its own.
   *
   * Since: 0.1
   */
  properties[PROP_CLIENT]
      = g_param_spec_object ("client", NULL, NULL, MQTTC_TYPE_CLIENT,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcRequester:response-topic: (getter get_response_topic)
   *
   * Where answers are sent to; `NULL` before there is a connection and a first request.
   *
   * Since: 0.1
   */
  properties[PROP_RESPONSE_TOPIC]
      = g_param_spec_string ("response-topic", NULL, NULL, NULL,
                             G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
mqttc_requester_init (MqttcRequester *self)
{
  g_queue_init (&self->waiting);
  self->pending = g_hash_table_new (g_bytes_hash, g_bytes_equal);
}

/**
 * mqttc_requester_new:
 * @client: a client
 *
 * Makes a requester, which subscribes to its response topic with the first request.
 *
 * Returns: (transfer full): a new requester
 * Since: 0.1
 */
MqttcRequester *
mqttc_requester_new (MqttcClient *client)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (client), NULL);

  return g_object_new (MQTTC_TYPE_REQUESTER, "client", client, NULL);
}

/**
 * mqttc_requester_get_client: (get-property client)
 * @self: a requester
 *
 * Gets the client that requests are sent by.
 *
 * Returns: (transfer none): the client
 * Since: 0.1
 */
MqttcClient *
mqttc_requester_get_client (MqttcRequester *self)
{
  g_return_val_if_fail (MQTTC_IS_REQUESTER (self), NULL);

  return self->client;
}

/**
 * mqttc_requester_get_response_topic: (get-property response-topic)
 * @self: a requester
 *
 * Gets where answers are sent to.
 *
 * Returns: (transfer none) (nullable): the topic, or `NULL` before there is a connection and a first request
 * Since: 0.1
 */
const char *
mqttc_requester_get_response_topic (MqttcRequester *self)
{
  g_return_val_if_fail (MQTTC_IS_REQUESTER (self), NULL);

  return self->response_topic;
}

void
mqttc_requester_drop_subscription (MqttcRequester *self)
{
  g_autoptr (MqttcSubscription) subscription = g_steal_pointer (&self->subscription);

  self->is_subscribed = FALSE;
  if (subscription == NULL)
    return;

  mqttc_subscription_set_handler (subscription, NULL, NULL, NULL);
  if (mqttc_subscription_get_owner (subscription) == self->client)
    mqttc_client_drop_subscription (self->client, subscription);
}

void
mqttc_requester_notify_response_topic (MqttcRequester *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESPONSE_TOPIC]);
}
