/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 4.10 of MQTT 5, the side of the responder. */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "client/mqttc-subscription-private.h"
#include "codec/mqttc-utf8-private.h"
#include "helpers/mqttc-responder.h"
#include "mqttc-error.h"
#include "values/mqttc-marshal-private.h"
#include "values/mqttc-message.h"

/**
 * MqttcResponder:
 *
 * Answers requests, the other side of [class@Mqttc.Requester].
 *
 * Connect to [signal@Mqttc.Responder::request], then call [method@Mqttc.Responder.start_async]. Answer
 * with [method@Mqttc.Responder.respond], in the handler or later.
 *
 * With a filter such as `$share/group/calculate` the requests are spread over several responders, where
 * the server has shared subscriptions.
 *
 * It belongs to the [struct@GLib.MainContext] of its client, which it keeps alive. When it is dropped, the
 * subscription is given up. Requests need MQTT 5.
 *
 * ```c
 * static void
 * request_cb (MqttcResponder *responder,
 *             MqttcMessage *request,
 *             gpointer user_data)
 * {
 *   mqttc_responder_respond_text (responder, request, "42", NULL);
 * }
 * ```
 *
 * Since: 0.1
 */
struct _MqttcResponder
{
  GObject parent_instance;

  MqttcClient *client;             /* (owned) */
  char *filter;                    /* (owned) */
  MqttcSubscription *subscription; /* (owned): kept as long as this is */
};

G_DEFINE_FINAL_TYPE (MqttcResponder, mqttc_responder, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CLIENT,
  PROP_FILTER,
  N_PROPS,
};

enum
{
  SIGNAL_REQUEST,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            gpointer user_data)
{
  MqttcResponder *self = user_data;

  /* Anything else has nobody who waits for an answer, nor, with manual-acks, who acknowledges it. */
  if (mqttc_message_get_response_topic (message) != NULL)
    g_signal_emit (self, signals[SIGNAL_REQUEST], 0, message);
  else
    mqttc_client_ack (self->client, message, NULL);
}

static void
mqttc_responder_constructed (GObject *object)
{
  MqttcResponder *self = MQTTC_RESPONDER (object);

  G_OBJECT_CLASS (mqttc_responder_parent_class)->constructed (object);

  self->subscription = mqttc_subscription_new (self->filter, MQTTC_QOS_EXACTLY_ONCE);
  mqttc_subscription_set_handler (self->subscription, message_cb, self, NULL);
}

static void
mqttc_responder_dispose (GObject *object)
{
  MqttcResponder *self = MQTTC_RESPONDER (object);

  if (self->subscription != NULL)
    {
      mqttc_subscription_set_handler (self->subscription, NULL, NULL, NULL);
      if (mqttc_subscription_get_owner (self->subscription) == self->client)
        mqttc_client_drop_subscription (self->client, self->subscription);
    }

  g_clear_object (&self->subscription);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (mqttc_responder_parent_class)->dispose (object);
}

static void
mqttc_responder_finalize (GObject *object)
{
  MqttcResponder *self = MQTTC_RESPONDER (object);

  g_free (self->filter);

  G_OBJECT_CLASS (mqttc_responder_parent_class)->finalize (object);
}

static void
mqttc_responder_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  MqttcResponder *self = MQTTC_RESPONDER (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, mqttc_responder_get_client (self));
      break;
    case PROP_FILTER:
      g_value_set_string (value, mqttc_responder_get_filter (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_responder_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  MqttcResponder *self = MQTTC_RESPONDER (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      if (self->client == NULL)
        self->client = mqttc_client_new (NULL);
      break;
    case PROP_FILTER:
      self->filter
          = g_value_get_string (value) != NULL ? g_value_dup_string (value) : g_strdup ("");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_responder_class_init (MqttcResponderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = mqttc_responder_constructed;
  object_class->dispose = mqttc_responder_dispose;
  object_class->finalize = mqttc_responder_finalize;
  object_class->get_property = mqttc_responder_get_property;
  object_class->set_property = mqttc_responder_set_property;

  /**
   * MqttcResponder:client: (getter get_client)
   *
   * The client that requests come to; with `NULL` at construction, one of its own.
   *
   * Since: 0.1
   */
  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, MQTTC_TYPE_CLIENT, flags);

  /**
   * MqttcResponder:filter: (getter get_filter)
   *
   * The filter of the topics that requests come on.
   *
   * Since: 0.1
   */
  properties[PROP_FILTER] = g_param_spec_string ("filter", NULL, NULL, "", flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * MqttcResponder::request:
   * @self: the responder
   * @request: the request
   *
   * Emitted for each request: a message on the filter that has a response topic.
   *
   * The request may be kept, and be answered later. With [property@Mqttc.Options:manual-acks] it is to be
   * acknowledged with [method@Mqttc.Client.ack], as any message; what is no request is acknowledged.
   *
   * Since: 0.1
   */
  signals[SIGNAL_REQUEST] = g_signal_new ("request", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, MQTTC_TYPE_MESSAGE);
  g_signal_set_va_marshaller (signals[SIGNAL_REQUEST], G_TYPE_FROM_CLASS (klass),
                              mqttc_marshal_message);
}

static void
mqttc_responder_init (MqttcResponder *self)
{
}

/**
 * mqttc_responder_new:
 * @client: a client
 * @filter: the filter of the topics that requests come on
 *
 * Makes a responder, which does not get requests yet.
 *
 * Returns: (transfer full): a new responder
 * Since: 0.1
 */
MqttcResponder *
mqttc_responder_new (MqttcClient *client,
                     const char *filter)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (client), NULL);
  g_return_val_if_fail (filter != NULL, NULL);

  return g_object_new (MQTTC_TYPE_RESPONDER, "client", client, "filter", filter, NULL);
}

/**
 * mqttc_responder_get_client: (get-property client)
 * @self: a responder
 *
 * Gets the client that requests come to.
 *
 * Returns: (transfer none): the client
 * Since: 0.1
 */
MqttcClient *
mqttc_responder_get_client (MqttcResponder *self)
{
  g_return_val_if_fail (MQTTC_IS_RESPONDER (self), NULL);

  return self->client;
}

/**
 * mqttc_responder_get_filter: (get-property filter)
 * @self: a responder
 *
 * Gets the filter of the topics that requests come on.
 *
 * Returns: (transfer none): the filter
 * Since: 0.1
 */
const char *
mqttc_responder_get_filter (MqttcResponder *self)
{
  g_return_val_if_fail (MQTTC_IS_RESPONDER (self), NULL);

  return self->filter;
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (mqttc_client_subscribe_finish (MQTTC_CLIENT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    mqttc_client_op_return_error (task, error);
}

/**
 * mqttc_responder_start_async:
 * @self: a responder
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the server has answered, or will not
 * @user_data: (closure): data for @callback
 *
 * Subscribes, so that requests come.
 *
 * The subscription is made again by itself when the server loses the session.
 *
 * Since: 0.1
 */
void
mqttc_responder_start_async (MqttcResponder *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;

  g_return_if_fail (MQTTC_IS_RESPONDER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_responder_start_async);
  g_task_set_check_cancellable (task, FALSE);
  mqttc_client_subscribe_async (self->client, self->subscription, cancellable, subscribed_cb, task);
}

/**
 * mqttc_responder_start_finish:
 * @self: a responder
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Responder.start_async].
 *
 * The errors are those of [method@Mqttc.Client.subscribe_finish].
 *
 * Returns: `TRUE` if requests come from now on
 * Since: 0.1
 */
gboolean
mqttc_responder_start_finish (MqttcResponder *self,
                              GAsyncResult *result,
                              GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_responder_start_async,
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * mqttc_responder_respond:
 * @self: a responder
 * @request: a request
 * @response: the answer; its topic does not matter
 * @error: return location for an error
 *
 * Answers a request.
 *
 * A copy of @response is published on the response topic of @request, with its correlation data. Nobody
 * waits for the acknowledgement of the server.
 *
 * The errors are %MQTTC_CLIENT_ERROR_INVALID_ARGUMENT if @request has no response topic, and those of
 * [method@Mqttc.Client.try_publish].
 *
 * Returns: `TRUE` if the answer is accepted for sending
 * Since: 0.1
 */
gboolean
mqttc_responder_respond (MqttcResponder *self,
                         MqttcMessage *request,
                         MqttcMessage *response,
                         GError **error)
{
  g_autoptr (MqttcMessage) copy = NULL;
  const char *topic;

  g_return_val_if_fail (MQTTC_IS_RESPONDER (self), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (response != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  topic = mqttc_message_get_response_topic (request);
  if (topic == NULL)
    {
      g_autofree char *shown = mqttc_text_for_display (mqttc_message_get_topic (request));

      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                   "Cannot answer the message for “%s”: it has no response topic", shown);
      return FALSE;
    }

  copy = mqttc_message_copy (response);
  mqttc_message_set_topic (copy, topic);
  mqttc_message_set_correlation_data (copy, mqttc_message_get_correlation_data (request));
  return mqttc_client_try_publish (self->client, copy, error);
}

/**
 * mqttc_responder_respond_text:
 * @self: a responder
 * @request: a request
 * @text: the answer
 * @error: return location for an error
 *
 * Answers a request with a text, and with the quality of service that it came with.
 *
 * The errors are those of [method@Mqttc.Responder.respond].
 *
 * Returns: `TRUE` if the answer is accepted for sending
 * Since: 0.1
 */
gboolean
mqttc_responder_respond_text (MqttcResponder *self,
                              MqttcMessage *request,
                              const char *text,
                              GError **error)
{
  g_autoptr (MqttcMessage) response = NULL;

  g_return_val_if_fail (MQTTC_IS_RESPONDER (self), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  response = mqttc_message_new_text (mqttc_message_get_topic (request), text);
  mqttc_message_set_qos (response, mqttc_message_get_qos (request));
  return mqttc_responder_respond (self, request, response, error);
}
