/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client-private.h"
#include "loop/mqttc-options.h"
#include "mqttc-enum-types.h"
#include "mqttc-error.h"
#include "transport/mqttc-tls-failure.h"
#include "values/mqttc-marshal-private.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

/**
 * MqttcClient:
 *
 * Publishes and receives messages over one connection to an MQTT server.
 *
 * All parts of a program can share one client. It keeps itself connected from
 * [method@Mqttc.Client.open_async] to [method@Mqttc.Client.close_async]: when the connection is
 * lost, it is made again, subscriptions included, and nothing of what was accepted with QoS 1 or 2
 * is lost.
 *
 * No call blocks. The client belongs to the [struct@GLib.MainContext] that was thread-default when
 * it was made: all of its signals, and those of its subscriptions, are emitted there. Messages can be
 * published and acknowledged from any thread, and its figures be read; all other methods are to be
 * called from the thread that runs this context. The last reference may be dropped in any thread.
 * Results of asynchronous calls come, as always, in the context that was thread-default at the call.
 * Anything may be done in a handler: publish, subscribe, close, drop the client, run a nested main
 * loop.
 *
 * Every asynchronous call ends exactly once, and keeps the client alive until then. A cancellable
 * may be cancelled in any thread; the call then ends with %G_IO_ERROR_CANCELLED, in a later
 * iteration of the context. What was accepted and is on its way cannot be called back: only the
 * wait for it ends.
 *
 * When the last reference is dropped, the connection ends with DISCONNECT if that can be sent
 * without blocking. What was not yet sent is dropped, so close the client first.
 *
 * ```c
 * g_autoptr (MqttcClient) client = mqttc_client_new_for_uri ("mqtt://localhost", &error);
 *
 * g_signal_connect (client, "message", G_CALLBACK (message_cb), NULL);
 * mqttc_client_open_async (client, NULL, opened_cb, NULL);
 * mqttc_client_subscribe_async (client, subscription, NULL, subscribed_cb, NULL);
 * ```
 *
 * Since: 0.1
 */

G_DEFINE_FINAL_TYPE (MqttcClient, mqttc_client, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_OPTIONS,
  PROP_EVENT_LOOP,
  PROP_STATE,
  PROP_LAST_ERROR,
  PROP_QUEUED,
  PROP_INFLIGHT,
  PROP_CAN_PUBLISH,
  PROP_TLS_FAILURE,
  N_PROPS,
};

enum
{
  SIGNAL_MESSAGE,
  SIGNAL_CONNECTED,
  SIGNAL_DISCONNECTED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* --- The end. --- */

static void
detach (MqttcClient *self)
{
  /* Another client has taken over the loop if this one was asked for after its last reference was
   * gone, and before it could be here. */
  g_autoptr (MqttcClient) other = g_weak_ref_get (mqttc_event_loop_get_client_ref (self->loop));

  mqttc_event_loop_lock (self->loop);
  self->detached = TRUE;
  mqttc_event_loop_unlock (self->loop);

  if (other == NULL || other == self)
    {
      g_weak_ref_set (mqttc_event_loop_get_client_ref (self->loop), NULL);
      mqttc_event_loop_set_listener (self->loop, &mqttc_client_detached_listener, NULL);
      if (self->owns_loop)
        mqttc_event_loop_close (self->loop, MQTTC_REASON_CODE_SUCCESS, NULL, 0);
    }

  if (self->cancel_box != NULL)
    mqttc_cancel_box_close (self->cancel_box);

  /* Calls that wait have a reference, so there are none unless it is disposed of on purpose. Requests
   * end with the loop, if it is ours, else when it is done with them. */
  mqttc_client_end_waiting (self);
  mqttc_client_end_pulls (self, G_MAXUINT64);
}

/* A handler runs: nothing is freed, nor taken apart, under its feet. It comes here with the last
 * reference, or with others left if it disposes of the client on purpose. */
static void
revive (MqttcClient *self)
{
  if (g_atomic_int_get (&G_OBJECT (self)->ref_count) > 1 + self->revived)
    self->doomed = TRUE;

  if (!self->revived)
    {
      self->revived = TRUE;
      g_object_ref (self);
    }
}

static void
mqttc_client_dispose (GObject *object)
{
  MqttcClient *self = MQTTC_CLIENT (object);

  if (self->loop != NULL && !self->detached)
    {
      if (!g_main_context_acquire (self->context))
        {
          /* Another thread runs it, and may be about to call the listener. */
          mqttc_event_loop_release_object (self->loop, self, "[mqttc] release");
        }
      else
        {
          if (self->busy == 0)
            {
              detach (self);
            }
          else
            {
              revive (self);
            }

          g_main_context_release (self->context);
        }
    }

  G_OBJECT_CLASS (mqttc_client_parent_class)->dispose (object);
}

static void
mqttc_client_finalize (GObject *object)
{
  MqttcClient *self = MQTTC_CLIENT (object);

  g_clear_pointer (&self->matches, mqttc_match_cache_free);
  mqttc_topic_trie_free (self->trie);
  mqttc_filter_table_free (self->filters);
  g_clear_pointer (&self->spare, g_ptr_array_unref);
  mqttc_copies_clear (&self->copies);
  mqttc_negotiated_clear (&self->negotiated);
  g_ptr_array_unref (self->pulled);
  g_ptr_array_unref (self->retired);
  g_ptr_array_unref (self->waiting);
  g_clear_pointer (&self->cancel_box, mqttc_cancel_box_unref);
  g_clear_object (&self->options);
  g_clear_object (&self->loop);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (mqttc_client_parent_class)->finalize (object);
}

/* --- The beginning. --- */

/* There is one client of a loop, since the loop talks to one. */
static gboolean
claim_loop (MqttcClient *self)
{
  g_autoptr (MqttcClient) other = NULL;

  if (self->loop == NULL)
    return FALSE;

  other = g_weak_ref_get (mqttc_event_loop_get_client_ref (self->loop));
  if (other == NULL)
    return TRUE;

  g_critical ("The event loop has a client already, get it by mqttc_event_loop_get_client()");
  g_set_object (&self->options, mqttc_event_loop_get_options (self->loop));
  g_clear_object (&self->loop);
  return FALSE;
}

static void
make_loop (MqttcClient *self)
{
  if (self->options == NULL)
    self->options = mqttc_options_new ();

  self->loop = mqttc_event_loop_new (self->options);
  self->owns_loop = TRUE;
}

static void
mqttc_client_constructed (GObject *object)
{
  MqttcClient *self = MQTTC_CLIENT (object);

  G_OBJECT_CLASS (mqttc_client_parent_class)->constructed (object);

  if (!claim_loop (self))
    make_loop (self);
  g_clear_object (&self->options);

  self->context = g_main_context_ref (mqttc_event_loop_get_context (self->loop));
  g_weak_ref_set (mqttc_event_loop_get_client_ref (self->loop), self);
  mqttc_event_loop_set_listener (self->loop, &mqttc_client_listener, self);
}

static void
mqttc_client_init (MqttcClient *self)
{
  self->trie = mqttc_topic_trie_new (mqttc_client_release_subscription);
  mqttc_negotiated_init (&self->negotiated);
  self->filters = mqttc_filter_table_new ();
  self->retired = g_ptr_array_new ();
  self->pulled = g_ptr_array_new ();
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_client_op_unref);
}

/* --- Properties and signals. --- */

static void
mqttc_client_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  MqttcClient *self = MQTTC_CLIENT (object);

  switch (prop_id)
    {
    case PROP_OPTIONS:
      g_value_set_object (value, mqttc_client_get_options (self));
      break;
    case PROP_EVENT_LOOP:
      g_value_set_object (value, mqttc_client_get_event_loop (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, mqttc_client_get_state (self));
      break;
    case PROP_LAST_ERROR:
      g_value_set_boxed (value, mqttc_client_get_last_error (self));
      break;
    case PROP_QUEUED:
      g_value_set_uint (value, mqttc_client_get_queued (self));
      break;
    case PROP_INFLIGHT:
      g_value_set_uint (value, mqttc_client_get_inflight (self));
      break;
    case PROP_CAN_PUBLISH:
      g_value_set_boolean (value, mqttc_client_get_can_publish (self));
      break;
    case PROP_TLS_FAILURE:
      g_value_set_boxed (value, mqttc_client_get_tls_failure (self));
      break;
    default:
      mqttc_client_get_negotiated_property (self, prop_id, value, pspec);
    }
}

static void
mqttc_client_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  MqttcClient *self = MQTTC_CLIENT (object);

  switch (prop_id)
    {
    case PROP_OPTIONS:
      g_set_object (&self->options, g_value_get_object (value));
      break;
    case PROP_EVENT_LOOP:
      g_set_object (&self->loop, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_client_class_init (MqttcClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = mqttc_client_constructed;
  object_class->get_property = mqttc_client_get_property;
  object_class->set_property = mqttc_client_set_property;
  object_class->dispose = mqttc_client_dispose;
  object_class->finalize = mqttc_client_finalize;

  /**
   * MqttcClient:options: (getter get_options)
   *
   * The options of the connection, those of [property@Mqttc.Client:event-loop].
   *
   * With `NULL` at construction, the client makes its own, which have the default values.
   *
   * Since: 0.1
   */
  properties[PROP_OPTIONS]
      = g_param_spec_object ("options", NULL, NULL, MQTTC_TYPE_OPTIONS,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcClient:event-loop: (getter get_event_loop)
   *
   * The event loop that does the work.
   *
   * With `NULL` at construction, the client makes its own; the loop of another client cannot be
   * given.
   *
   * Since: 0.1
   */
  properties[PROP_EVENT_LOOP]
      = g_param_spec_object ("event-loop", NULL, NULL, MQTTC_TYPE_EVENT_LOOP,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcClient:state: (getter get_state)
   *
   * Where the connection stands, as far as it has been told.
   *
   * Inside a handler it is the state at the event that is being handled.
   *
   * Since: 0.1
   */
  properties[PROP_STATE] = g_param_spec_enum (
      "state", NULL, NULL, MQTTC_TYPE_CONNECTION_STATE, MQTTC_CONNECTION_STATE_IDLE,
      G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcClient:last-error: (getter get_last_error)
   *
   * The error that ended the last connection, or the last attempt to connect.
   *
   * Since: 0.1
   */
  properties[PROP_LAST_ERROR]
      = g_param_spec_boxed ("last-error", NULL, NULL, G_TYPE_ERROR,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcClient:queued: (getter get_queued)
   *
   * The number of requests that were accepted and not yet sent for the first time.
   *
   * Changes are not notified.
   *
   * Since: 0.1
   */
  properties[PROP_QUEUED]
      = g_param_spec_uint ("queued", NULL, NULL, 0, G_MAXUINT, 0,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcClient:inflight: (getter get_inflight)
   *
   * The number of QoS 1 and 2 messages that were sent and are not yet acknowledged to the end.
   *
   * Changes are not notified.
   *
   * Since: 0.1
   */
  properties[PROP_INFLIGHT]
      = g_param_spec_uint ("inflight", NULL, NULL, 0, G_MAXUINT, 0,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcClient:can-publish: (getter get_can_publish)
   *
   * Whether there is room for messages in the queue of unsent requests.
   *
   * It is `FALSE` while the client is not open. When the queue has been full, it becomes `TRUE` again
   * as soon as half of the queue is free: so that who waits for it has something to fill.
   *
   * Since: 0.1
   */
  properties[PROP_CAN_PUBLISH]
      = g_param_spec_boolean ("can-publish", NULL, NULL, FALSE,
                              G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcClient:tls-failure: (getter get_tls_failure)
   *
   * What the server showed, if [property@Mqttc.Client:last-error] is that its certificate is not
   * trusted.
   *
   * Since: 0.1
   */
  properties[PROP_TLS_FAILURE]
      = g_param_spec_boxed ("tls-failure", NULL, NULL, MQTTC_TYPE_TLS_FAILURE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  mqttc_client_install_negotiated_properties (object_class);

  /**
   * MqttcClient::message:
   * @self: the client
   * @message: the message
   *
   * Emitted once for every message that the server sends.
   *
   * A server may send a message once for each of several filters that it matches (section 3.3.4 of the
   * standard). With MQTT 5 each copy goes to the subscriptions that it was sent for, and this is emitted
   * for the first of them; for a copy that comes later than the next message it is emitted again, and
   * with the option [property@Mqttc.Options:manual-acks] for all copies.
   *
   * It comes before the subscriptions that the message matches get it, each once, in the order in
   * which they were subscribed. They are found beforehand: one that is added by a handler does not
   * get this message, one that is given up by a handler does not get it any more.
   *
   * A message of QoS 1 or 2 is acknowledged when all of these handlers have returned, and whoever
   * pulls it is done with it; with the option [property@Mqttc.Options:manual-acks], when the program
   * says so. The message may be kept.
   *
   * Since: 0.1
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, MQTTC_TYPE_MESSAGE);
  g_signal_set_va_marshaller (signals[SIGNAL_MESSAGE], G_TYPE_FROM_CLASS (klass),
                              mqttc_marshal_message);

  /**
   * MqttcClient::connected:
   * @self: the client
   * @connack: the CONNACK packet, which tells by [method@Mqttc.Packet.get_session_present] whether
   * the server has kept the session
   *
   * Emitted each time that the server has accepted the connection, the first and every later one.
   *
   * Subscriptions are made again without help; there is nothing that has to be done here.
   *
   * Since: 0.1
   */
  signals[SIGNAL_CONNECTED]
      = g_signal_new ("connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, MQTTC_TYPE_PACKET);

  /**
   * MqttcClient::disconnected:
   * @self: the client
   * @error: (nullable): why; `NULL` if the client was closed as asked
   * @retry_usec: the time until the next attempt in microseconds, -1 if there is none
   *
   * Emitted each time that a connection, or an attempt to connect, has ended, and when the client has
   * been closed.
   *
   * Exactly one emission with a @retry_usec of -1 comes with each
   * %MQTTC_CONNECTION_STATE_CLOSED of [property@Mqttc.Client:state], right after it, also if no
   * connection was ever accepted. The client stays closed then until it is opened again. All other
   * emissions have an error, and the time until the next attempt.
   *
   * Since: 0.1
   */
  signals[SIGNAL_DISCONNECTED]
      = g_signal_new ("disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_ERROR, G_TYPE_INT64);
}

void
mqttc_client_emit_message (MqttcClient *self,
                           MqttcMessage *message)
{
  if (!mqttc_listeners_exist (&self->message_listeners, self, signals[SIGNAL_MESSAGE],
                              mqttc_event_loop_get_round (self->loop)))
    return;

  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, message);
  mqttc_event_loop_begin_round (self->loop);
}

void
mqttc_client_emit_connected (MqttcClient *self,
                             MqttcPacket *connack)
{
  g_signal_emit (self, signals[SIGNAL_CONNECTED], 0, connack);
}

void
mqttc_client_emit_disconnected (MqttcClient *self,
                                const GError *error,
                                gint64 retry_usec)
{
  if (error != NULL)
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_ERROR]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TLS_FAILURE]);
    }

  g_signal_emit (self, signals[SIGNAL_DISCONNECTED], 0, error, retry_usec);
}

void
mqttc_client_notify_state (MqttcClient *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
mqttc_client_notify_can_publish (MqttcClient *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_PUBLISH]);
}

/* --- Functions. --- */

/**
 * mqttc_client_new:
 * @options: (nullable): options, or `NULL` for the defaults
 *
 * Makes a client, which is not connected yet.
 *
 * It belongs to the main context that is thread-default now. The options are looked at by
 * [method@Mqttc.Client.open_async], and can be changed until then.
 *
 * Returns: (transfer full): a new client
 * Since: 0.1
 */
MqttcClient *
mqttc_client_new (MqttcOptions *options)
{
  g_return_val_if_fail (options == NULL || MQTTC_IS_OPTIONS (options), NULL);

  return g_object_new (MQTTC_TYPE_CLIENT, "options", options, NULL);
}

/**
 * mqttc_client_new_for_uri:
 * @uri: the address of a server, such as `mqtt://broker.example:1883`; see
 *   [ctor@Mqttc.Options.new_for_uri]
 * @error: return location for an error
 *
 * Makes a client of the server at an address.
 *
 * The errors are those of [ctor@Mqttc.Options.new_for_uri].
 *
 * Returns: (transfer full): a new client, or `NULL` if @uri cannot be used
 * Since: 0.1
 */
MqttcClient *
mqttc_client_new_for_uri (const char *uri,
                          GError **error)
{
  g_autoptr (MqttcOptions) options = NULL;

  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  options = mqttc_options_new_for_uri (uri, error);
  if (options == NULL)
    return NULL;

  return mqttc_client_new (options);
}

/**
 * mqttc_event_loop_get_client:
 * @self: an event loop
 *
 * Gets the client of an event loop, which has one.
 *
 * It is made if there is none. A client that was made here does not close the loop when its last
 * reference is dropped; its subscriptions are gone then.
 *
 * Returns: (transfer full): the client
 * Since: 0.1
 */
MqttcClient *
mqttc_event_loop_get_client (MqttcEventLoop *self)
{
  MqttcClient *client;

  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);

  client = g_weak_ref_get (mqttc_event_loop_get_client_ref (self));
  if (client == NULL)
    client = g_object_new (MQTTC_TYPE_CLIENT, "event-loop", self, NULL);

  return client;
}

/**
 * mqttc_client_get_options: (get-property options)
 * @self: a client
 *
 * Gets the options of the connection.
 *
 * Returns: (transfer none): the options
 * Since: 0.1
 */
MqttcOptions *
mqttc_client_get_options (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), NULL);

  return mqttc_event_loop_get_options (self->loop);
}

/**
 * mqttc_client_get_event_loop: (get-property event-loop)
 * @self: a client
 *
 * Gets the event loop that does the work.
 *
 * Returns: (transfer none): the event loop
 * Since: 0.1
 */
MqttcEventLoop *
mqttc_client_get_event_loop (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), NULL);

  return self->loop;
}

/**
 * mqttc_client_get_state: (get-property state)
 * @self: a client
 *
 * Gets where the connection stands, as far as it has been told.
 *
 * Returns: the state
 * Since: 0.1
 */
MqttcConnectionState
mqttc_client_get_state (MqttcClient *self)
{
  g_return_val_if_fail (MQTTC_IS_CLIENT (self), MQTTC_CONNECTION_STATE_IDLE);

  return mqttc_event_loop_get_state (self->loop);
}
