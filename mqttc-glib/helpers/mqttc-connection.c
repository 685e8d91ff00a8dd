/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client/mqttc-client.h"
#include "helpers/mqttc-connection-private.h"
#include "loop/mqttc-options.h"
#include "mqttc-error.h"
#include "values/mqttc-event.h"

/**
 * MqttcConnection:
 *
 * A connection for scripts and threads: every call blocks until it is done.
 *
 * Iterating with [method@Mqttc.Connection.next] drives the connection, and tells all that happens on
 * it. Nothing is read in between, which the server feels; a connection that is left alone for longer
 * than 1.5 times its keep alive is closed by the server, and made again by the next call.
 *
 * It belongs to one thread at a time. Other threads may publish with
 * [method@Mqttc.Client.try_publish] of its client; handlers of the signals of the client run inside of the calls of this
 * object. Programs with a main loop use [class@Mqttc.Client] itself.
 *
 * Since: 0.1
 */

/* What has happened while a call waited for its own end, until next() asks for it: beyond this number
 * the oldest are forgotten, messages excepted. */
#define MAX_EVENTS 10000

G_DEFINE_FINAL_TYPE (MqttcConnection, mqttc_connection, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_OPTIONS,
  PROP_CLIENT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
mqttc_connection_constructed (GObject *object)
{
  MqttcConnection *self = MQTTC_CONNECTION (object);

  G_OBJECT_CLASS (mqttc_connection_parent_class)->constructed (object);

  g_main_context_push_thread_default (self->context);
  self->loop = mqttc_event_loop_new (self->options);
  self->client = mqttc_event_loop_get_client (self->loop);
  g_main_context_pop_thread_default (self->context);

  /* Messages are kept here, so that it is next() that acknowledges them. */
  mqttc_event_loop_keep_polled (self->loop);
}

static void
mqttc_connection_finalize (GObject *object)
{
  MqttcConnection *self = MQTTC_CONNECTION (object);

  /* Calls that have not come back would keep the loop for ever: nobody iterates its context again. */
  g_object_run_dispose (G_OBJECT (self->loop));
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_clear_object (&self->client);
  g_clear_object (&self->loop);
  g_queue_clear_full (&self->events, (GDestroyNotify) mqttc_event_unref);
  g_clear_object (&self->options);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (mqttc_connection_parent_class)->finalize (object);
}

static void
mqttc_connection_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  MqttcConnection *self = MQTTC_CONNECTION (object);

  switch (prop_id)
    {
    case PROP_OPTIONS:
      g_value_set_object (value, mqttc_connection_get_options (self));
      break;
    case PROP_CLIENT:
      g_value_set_object (value, mqttc_connection_get_client (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_connection_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  MqttcConnection *self = MQTTC_CONNECTION (object);

  switch (prop_id)
    {
    case PROP_OPTIONS:
      self->options = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_connection_class_init (MqttcConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = mqttc_connection_constructed;
  object_class->finalize = mqttc_connection_finalize;
  object_class->get_property = mqttc_connection_get_property;
  object_class->set_property = mqttc_connection_set_property;

  /**
   * MqttcConnection:options: (getter get_options)
   *
   * How to connect; `NULL` at construction for the defaults.
   *
   * Since: 0.1
   */
  properties[PROP_OPTIONS]
      = g_param_spec_object ("options", NULL, NULL, MQTTC_TYPE_OPTIONS,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcConnection:client: (getter get_client)
   *
   * The client of this connection.
   *
   * Since: 0.1
   */
  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, MQTTC_TYPE_CLIENT,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
mqttc_connection_init (MqttcConnection *self)
{
  self->context = g_main_context_new ();
  g_queue_init (&self->events);
}

/**
 * mqttc_connection_new:
 * @options: (nullable): how to connect, or `NULL` for the defaults
 *
 * Creates a connection, on a main context of its own.
 *
 * Returns: (transfer full): the new connection
 *
 * Since: 0.1
 */
MqttcConnection *
mqttc_connection_new (MqttcOptions *options)
{
  g_return_val_if_fail (options == NULL || MQTTC_IS_OPTIONS (options), NULL);

  return g_object_new (MQTTC_TYPE_CONNECTION, "options", options, NULL);
}

/**
 * mqttc_connection_new_for_uri:
 * @uri: where to connect, as for [ctor@Mqttc.Options.new_for_uri]
 * @error: return location for an error, or `NULL`
 *
 * Creates a connection to a URI.
 *
 * Returns: (transfer full): the new connection, or `NULL` with @error set if the URI is not valid
 *
 * Since: 0.1
 */
MqttcConnection *
mqttc_connection_new_for_uri (const char *uri,
                              GError **error)
{
  g_autoptr (MqttcOptions) options = NULL;

  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  options = mqttc_options_new_for_uri (uri, error);
  if (options == NULL)
    return NULL;

  return mqttc_connection_new (options);
}

/**
 * mqttc_connection_get_client: (get-property client)
 * @self: the connection
 *
 * Gets the client of the connection, whose signals are emitted inside of the calls of @self.
 *
 * Its methods that do not wait, such as [method@Mqttc.Client.try_publish], can be called from any
 * thread.
 *
 * Returns: (transfer none): the client
 *
 * Since: 0.1
 */
MqttcClient *
mqttc_connection_get_client (MqttcConnection *self)
{
  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), NULL);

  return self->client;
}

/**
 * mqttc_connection_get_options: (get-property options)
 * @self: the connection
 *
 * Gets the options of the connection.
 *
 * Returns: (transfer none): the options
 *
 * Since: 0.1
 */
MqttcOptions *
mqttc_connection_get_options (MqttcConnection *self)
{
  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), NULL);

  return mqttc_event_loop_get_options (self->loop);
}

/* --- Waiting. --- */

gboolean
mqttc_connection_is_open (MqttcConnection *self)
{
  MqttcConnectionState state = mqttc_event_loop_get_state (self->loop);

  return state != MQTTC_CONNECTION_STATE_IDLE && state != MQTTC_CONNECTION_STATE_CLOSED;
}

static gboolean
is_message (MqttcEvent *event)
{
  return mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_MESSAGE;
}

/* Makes room for one. FALSE: they are all messages. */
static gboolean
make_room (MqttcConnection *self,
           GError **error)
{
  GList *link = self->events.head;

  if (self->events.length < MAX_EVENTS)
    return TRUE;

  while (link != NULL && is_message (link->data))
    link = link->next;

  if (link != NULL)
    {
      mqttc_event_unref (link->data);
      g_queue_delete_link (&self->events, link);
      return TRUE;
    }

  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_QUEUE_FULL,
               "%u messages wait to be asked for by mqttc_connection_next()", MAX_EVENTS);
  return FALSE;
}

MqttcEvent *
mqttc_connection_keep_next (MqttcConnection *self,
                            GCancellable *cancellable,
                            GError **error)
{
  MqttcEvent *event;

  if (!self->is_closing && !make_room (self, error))
    return NULL;

  event = mqttc_event_loop_poll (self->loop, cancellable, error);
  if (event != NULL)
    g_queue_push_tail (&self->events, event);

  /* Nobody waits for the program any more; what it has not seen, the server keeps. */
  if (self->is_closing)
    mqttc_event_loop_give_up_polled (self->loop);

  return event;
}

static gboolean
is_final (MqttcEvent *event)
{
  return mqttc_event_get_event_type (event) == MQTTC_EVENT_TYPE_DISCONNECTED
         && mqttc_event_get_retry_usec (event) < 0;
}

/**
 * mqttc_connection_open:
 * @self: the connection
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Connects, and waits until the server has accepted the connection.
 *
 * It tries again and again, and fails only if it is cancelled, or for an error that trying again does
 * not mend, as [method@Mqttc.Client.open_async] does. There is no need to call this before the other
 * functions.
 *
 * Returns: `TRUE` when connected, `FALSE` with @error set if not
 *
 * Since: 0.1
 */
gboolean
mqttc_connection_open (MqttcConnection *self,
                       GCancellable *cancellable,
                       GError **error)
{
  MqttcEvent *event;

  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  self->is_closed = FALSE;

  while (mqttc_event_loop_get_state (self->loop) != MQTTC_CONNECTION_STATE_CONNECTED)
    {
      event = mqttc_connection_keep_next (self, cancellable, error);
      if (event == NULL)
        return FALSE;

      if (is_final (event))
        {
          const GError *cause = mqttc_event_get_error (event);

          if (cause != NULL)
            g_propagate_error (error, g_error_copy (cause));
          else
            g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                                 "The connection was closed before it was made");
          return FALSE;
        }
    }

  return TRUE;
}

gboolean
mqttc_connection_ensure_open (MqttcConnection *self,
                              GCancellable *cancellable,
                              GError **error)
{
  return make_room (self, error)
         && (mqttc_connection_is_open (self) || mqttc_connection_open (self, cancellable, error));
}

/* --- Notifications. --- */

/* @timeout_msec: -1 for ever, 0 not at all. */
static MqttcEvent *
take_next (MqttcConnection *self,
           int timeout_msec,
           GCancellable *cancellable,
           GError **error)
{
  MqttcEvent *event;

  mqttc_event_loop_acknowledge_polled (self->loop, self->n_taken);
  self->n_taken = 0;

  if (self->events.length > 0)
    event = g_queue_pop_head (&self->events);
  else if (self->is_closed)
    event = NULL;
  else if (timeout_msec == 0)
    event = mqttc_event_loop_try_poll (self->loop, error);
  else if (timeout_msec > 0)
    event = mqttc_event_loop_poll_timeout (self->loop, (guint) timeout_msec, cancellable, error);
  else
    event = mqttc_event_loop_poll (self->loop, cancellable, error);

  /* It may have been opened again since. */
  if (event != NULL && is_final (event) && !mqttc_connection_is_open (self))
    self->is_closed = TRUE;
  if (event != NULL && is_message (event))
    self->n_taken = 1;

  return event;
}

/**
 * mqttc_connection_next:
 * @self: the connection
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Waits for the next thing that happens on the connection, and connects if there is none.
 *
 * A loss of the connection is not an error: it is a [struct@Mqttc.Event] too, and asking on connects
 * again, after the delay that the event tells. If it tells of none, the connection is closed for good,
 * because that was asked for, or because trying again does not mend the error that the event has, or because
 * of the option [property@Mqttc.Options:reconnect]. A message of QoS 1 or 2 is acknowledged when the next thing
 * is asked for. Errors are those of [method@Mqttc.EventLoop.poll].
 *
 * Returns: (transfer full) (nullable): what has happened; `NULL` when the connection is closed for good
 *   and all has been told, or with @error set
 *
 * Since: 0.1
 */
MqttcEvent *
mqttc_connection_next (MqttcConnection *self,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return take_next (self, -1, cancellable, error);
}

/**
 * mqttc_connection_next_timeout:
 * @self: the connection
 * @timeout_msec: the longest time to wait, 1 to `G_MAXINT` milliseconds
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Waits for a limited time for the next thing that happens on the connection.
 *
 * As [method@Mqttc.Connection.next]; `MQTTC_CLIENT_ERROR_TIMED_OUT` is the error when nothing has
 * happened in time.
 *
 * Returns: (transfer full) (nullable): what has happened; `NULL` when the connection is closed for good
 *   and all has been told, or with @error set
 *
 * Since: 0.1
 */
MqttcEvent *
mqttc_connection_next_timeout (MqttcConnection *self,
                               guint timeout_msec,
                               GCancellable *cancellable,
                               GError **error)
{
  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (timeout_msec > 0 && timeout_msec <= G_MAXINT, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return take_next (self, (int) timeout_msec, cancellable, error);
}

/**
 * mqttc_connection_try_next:
 * @self: the connection
 * @error: return location for an error, or `NULL`
 *
 * Gets the next thing that has happened on the connection, without waiting.
 *
 * Nothing to tell is not an error; errors are those of [method@Mqttc.EventLoop.try_poll].
 *
 * Returns: (transfer full) (nullable): what has happened; `NULL` if nothing has, or with @error set
 *
 * Since: 0.1
 */
MqttcEvent *
mqttc_connection_try_next (MqttcConnection *self,
                           GError **error)
{
  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return take_next (self, 0, NULL, error);
}

/* --- The end. --- */

/**
 * mqttc_connection_close:
 * @self: the connection
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Finishes what was asked for, within [property@Mqttc.Options:close-timeout], says goodbye to the
 * server, and closes the connection.
 *
 * [method@Mqttc.Connection.next] tells what is left to be told, and then returns `NULL`. Messages that it
 * has not given out by now are not acknowledged. The connection can be opened again. The error is
 * `G_IO_ERROR_CANCELLED`: then it is closed at once, and nothing is waited for.
 *
 * Returns: `TRUE` when it is closed, `FALSE` with @error set if the wait for it was cancelled
 *
 * Since: 0.1
 */
gboolean
mqttc_connection_close (MqttcConnection *self,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (MqttcConnectionWait) wait = NULL;
  gboolean is_done;

  g_return_val_if_fail (MQTTC_IS_CONNECTION (self), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!mqttc_connection_is_open (self))
    {
      self->is_closed = TRUE;
      return TRUE;
    }

  mqttc_event_loop_acknowledge_polled (self->loop, self->n_taken);
  mqttc_event_loop_give_up_polled (self->loop);
  self->n_taken = 0;

  wait = mqttc_connection_begin_wait (self);
  mqttc_client_close_async (self->client, cancellable, mqttc_connection_done_cb, wait);
  self->is_closing = TRUE;
  is_done = mqttc_connection_end_wait (self, wait, error);
  self->is_closing = FALSE;

  return is_done && mqttc_client_close_finish (self->client, wait->result, error);
}
