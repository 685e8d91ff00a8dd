/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-event-loop-private.h"
#include "loop/mqttc-loop-private.h"
#include "loop/mqttc-options-private.h"
#include "loop/mqttc-random-private.h"
#include "mqttc-enum-types.h"
#include "mqttc-error.h"
#include "transport/mqttc-tls-failure.h"
#include "values/mqttc-event.h"
#include "values/mqttc-marshal-private.h"
#include "values/mqttc-statistics-private.h"

/**
 * MqttcEventLoop:
 *
 * Drives one connection on one `GMainContext`.
 *
 * All that happens on the connection is told in the context that was the thread-default one when
 * the loop was created. There are three ways to drive it:
 *
 * - *started*, by [method@Mqttc.EventLoop.start] or [method@Mqttc.Client.open_async]: whoever iterates
 *   the context drives it, and nothing goes on while nobody does;
 * - *polled*, by [method@Mqttc.EventLoop.poll_async] and its blocking forms: one event at a time, and
 *   nothing is read that nobody asks for;
 * - started or polled with [property@Mqttc.EventLoop:io-thread]: a thread moves the bytes, and runs no
 *   code of the program.
 *
 * Programs use [class@Mqttc.Client], which has an event loop; the loop itself is for those who want
 * to see each packet, or to drive it. Dropping the last reference closes the connection.
 *
 * Since: 0.1
 */

enum
{
  PROP_0,
  PROP_OPTIONS,
  PROP_STATE,
  PROP_IO_THREAD,
  PROP_LAST_ERROR,
  PROP_TLS_FAILURE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_INCOMING,
  SIGNAL_OUTGOING,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MqttcEventLoop, mqttc_event_loop, G_TYPE_OBJECT)

static void
mqttc_event_loop_constructed (GObject *object)
{
  MqttcEventLoop *self = MQTTC_EVENT_LOOP (object);

  G_OBJECT_CLASS (mqttc_event_loop_parent_class)->constructed (object);

  if (self->options == NULL)
    self->options = mqttc_options_new ();
  self->options_changed_id = g_signal_connect_swapped (
      self->options, "notify", G_CALLBACK (mqttc_event_loop_apply_options), self);

  self->io_context = self->io_thread ? g_main_context_new () : g_main_context_ref (self->context);
  /* What is decoded is delivered in the same iteration, and its memory used again. */
  if (!self->io_thread)
    mqttc_engine_set_decode_ahead (self->engine, MQTTC_LOOP_MAX_EVENTS);
  mqttc_event_loop_create_sources (self);
  mqttc_loop_timer_init (&self->timer, self->io_source);
  mqttc_loop_link_init (&self->link, self->engine, &self->engine_lock, self->io_context,
                        self->io_source);
}

static void
say_goodbye (MqttcEventLoop *self)
{
  gint64 now = mqttc_loop_clock_get_time (&self->clock);

  mqttc_event_loop_settle_polled (self);
  g_mutex_lock (&self->engine_lock);
  mqttc_engine_close (self->engine, MQTTC_REASON_CODE_SUCCESS, NULL, 0, now);
  g_mutex_unlock (&self->engine_lock);
  mqttc_loop_link_write (&self->link, now);
}

static void
take_apart (MqttcEventLoop *self)
{
  *self->is_gone = TRUE;

  if (self->thread != NULL)
    mqttc_loop_thread_stop (self->thread);
  if (self->link.transport != NULL)
    say_goodbye (self);
  mqttc_loop_link_clear (&self->link);
  mqttc_loop_timer_clear (&self->timer);
  mqttc_event_loop_destroy_sources (self);
  g_clear_pointer (&self->thread, mqttc_loop_thread_free);
  g_clear_signal_handler (&self->options_changed_id, self->options);
  mqttc_event_loop_drop_answer (self);

  mqttc_event_loop_drain (self);
  mqttc_event_loop_end_poll (self);
}

static void
mqttc_event_loop_dispose (GObject *object)
{
  MqttcEventLoop *self = MQTTC_EVENT_LOOP (object);

  if (self->io_source != NULL)
    {
      if (!g_main_context_acquire (self->context))
        {
          /* Another thread iterates it, and may be in the middle of a dispatch. */
          mqttc_event_loop_release_object (self, self, "[mqttc] dispose");
          return;
        }

      /* From a GProxyResolver of the program, in the middle of a dial: the last reference is not gone. */
      if (self->io_thread || !self->is_moving)
        take_apart (self);

      g_main_context_release (self->context);
    }

  G_OBJECT_CLASS (mqttc_event_loop_parent_class)->dispose (object);
}

static void
mqttc_event_loop_finalize (GObject *object)
{
  MqttcEventLoop *self = MQTTC_EVENT_LOOP (object);

  g_assert (self->io_source == NULL && self->delivery_source == NULL);
  g_assert (self->link.transport == NULL && self->link.dial == NULL && self->link.dialled == NULL);

  g_clear_pointer (&self->engine, mqttc_engine_free);
  g_mutex_clear (&self->engine_lock);
  g_clear_object (&self->options);
  g_clear_object (&self->authenticator);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->io_context, g_main_context_unref);
  g_clear_pointer (&self->next_address, mqttc_address_free);
  g_clear_pointer (&self->dialled_address, mqttc_address_free);
  g_clear_pointer (&self->old_addresses, g_ptr_array_unref);
  g_clear_pointer (&self->polled_tokens, g_array_unref);
  g_clear_pointer (&self->tls_failure, mqttc_tls_failure_unref);
  g_clear_pointer (&self->spare_packet, mqttc_packet_unref);
  g_clear_error (&self->options_error);
  g_clear_pointer (&self->client_id, g_free);
  g_clear_pointer (&self->generated_client_id, g_free);
  g_clear_pointer (&self->is_gone, g_rc_box_release);
  g_clear_error (&self->last_error);
  g_weak_ref_clear (&self->client);

  /* Nobody may come after it who needs them. */
  mqttc_block_pool_clear ();

  G_OBJECT_CLASS (mqttc_event_loop_parent_class)->finalize (object);
}

static void
mqttc_event_loop_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  MqttcEventLoop *self = MQTTC_EVENT_LOOP (object);

  switch (prop_id)
    {
    case PROP_OPTIONS:
      g_value_set_object (value, mqttc_event_loop_get_options (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, mqttc_event_loop_get_state (self));
      break;
    case PROP_IO_THREAD:
      g_value_set_boolean (value, mqttc_event_loop_get_io_thread (self));
      break;
    case PROP_LAST_ERROR:
      g_value_set_boxed (value, mqttc_event_loop_get_last_error (self));
      break;
    case PROP_TLS_FAILURE:
      g_value_set_boxed (value, mqttc_event_loop_get_tls_failure (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_event_loop_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  MqttcEventLoop *self = MQTTC_EVENT_LOOP (object);

  switch (prop_id)
    {
    case PROP_OPTIONS:
      self->options = g_value_dup_object (value);
      break;
    case PROP_IO_THREAD:
      self->io_thread = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_event_loop_class_init (MqttcEventLoopClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = mqttc_event_loop_constructed;
  object_class->dispose = mqttc_event_loop_dispose;
  object_class->finalize = mqttc_event_loop_finalize;
  object_class->get_property = mqttc_event_loop_get_property;
  object_class->set_property = mqttc_event_loop_set_property;

  /**
   * MqttcEventLoop:options: (getter get_options)
   *
   * How to connect.
   *
   * Since: 0.1
   */
  properties[PROP_OPTIONS]
      = g_param_spec_object ("options", NULL, NULL, MQTTC_TYPE_OPTIONS,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcEventLoop:state: (getter get_state)
   *
   * Where the connection stands.
   *
   * It changes in the order of what happened: a message that came before the connection was lost is
   * delivered while the state is still `MQTTC_CONNECTION_STATE_CONNECTED`.
   *
   * Since: 0.1
   */
  properties[PROP_STATE] = g_param_spec_enum (
      "state", NULL, NULL, MQTTC_TYPE_CONNECTION_STATE, MQTTC_CONNECTION_STATE_IDLE,
      G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcEventLoop:io-thread: (getter get_io_thread)
   *
   * Whether a thread of its own moves the bytes, so that the connection stays alive and packets are
   * decoded while the program is busy.
   *
   * Signals are emitted in the program's context all the same, and the thread runs no code of the
   * program. What has come and was not yet delivered is bounded; at the bound reading stops. Messages are acknowledged
   * when the handlers have run. It costs a thread, and a wake-up for each batch of events.
   *
   * Since: 0.1
   */
  properties[PROP_IO_THREAD]
      = g_param_spec_boolean ("io-thread", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcEventLoop:last-error: (getter get_last_error)
   *
   * The error that ended the last connection, or the last attempt to connect, as far as it has been
   * delivered.
   *
   * Changes are notified by [signal@Mqttc.Client::disconnected].
   *
   * Since: 0.1
   */
  properties[PROP_LAST_ERROR] = g_param_spec_boxed ("last-error", NULL, NULL, G_TYPE_ERROR,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * MqttcEventLoop:tls-failure: (getter get_tls_failure)
   *
   * What the server showed when the last attempt failed for its certificate.
   *
   * Changes are notified by [signal@Mqttc.Client::disconnected].
   *
   * Since: 0.1
   */
  properties[PROP_TLS_FAILURE] = g_param_spec_boxed (
      "tls-failure", NULL, NULL, MQTTC_TYPE_TLS_FAILURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * MqttcEventLoop::incoming:
   * @self: the event loop
   * @packet: the packet
   *
   * Emitted for each packet from the server, before anything else is told of it.
   *
   * While no handler is connected, no packet is made, and it costs nothing.
   *
   * Since: 0.1
   */
  signals[SIGNAL_INCOMING] = g_signal_new ("incoming", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, MQTTC_TYPE_PACKET);
  g_signal_set_va_marshaller (signals[SIGNAL_INCOMING], G_TYPE_FROM_CLASS (klass),
                              mqttc_marshal_packet);

  /**
   * MqttcEventLoop::outgoing:
   * @self: the event loop
   * @packet: the packet
   *
   * Emitted for each packet to the server, when it has been encoded.
   *
   * A CONNECT packet comes without user name and password. While no handler is connected, no packet
   * is made, and it costs nothing.
   *
   * Since: 0.1
   */
  signals[SIGNAL_OUTGOING] = g_signal_new ("outgoing", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, MQTTC_TYPE_PACKET);
  g_signal_set_va_marshaller (signals[SIGNAL_OUTGOING], G_TYPE_FROM_CLASS (klass),
                              mqttc_marshal_packet);
}

static void
mqttc_event_loop_init (MqttcEventLoop *self)
{
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->engine_lock);
  self->engine = mqttc_engine_new (mqttc_random_make_seed ());
  self->is_gone = g_rc_box_new0 (gboolean);
  self->old_addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_address_free);
  self->polled_tokens = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->acknowledges_polled = TRUE;
  self->state = MQTTC_CONNECTION_STATE_IDLE;
  g_weak_ref_init (&self->client, NULL);
}

/**
 * mqttc_event_loop_new:
 * @options: (nullable): how to connect, or `NULL` for the defaults
 *
 * Creates an event loop on the thread-default `GMainContext`.
 *
 * Returns: (transfer full): the new event loop
 *
 * Since: 0.1
 */
MqttcEventLoop *
mqttc_event_loop_new (MqttcOptions *options)
{
  g_return_val_if_fail (options == NULL || MQTTC_IS_OPTIONS (options), NULL);

  return g_object_new (MQTTC_TYPE_EVENT_LOOP, "options", options, NULL);
}

/**
 * mqttc_event_loop_start:
 * @self: the event loop
 * @error: return location for an error, or `NULL`
 *
 * Begins to connect, and to stay connected.
 *
 * What becomes of it is told by [property@Mqttc.EventLoop:state]. The error is
 * `MQTTC_CLIENT_ERROR_ALREADY_OPEN`, `G_IO_ERROR_PENDING` if the loop is being polled, or one of
 * [method@Mqttc.Options.validate].
 *
 * Returns: `TRUE` if it began, `FALSE` with @error set if not
 *
 * Since: 0.1
 */
gboolean
mqttc_event_loop_start (MqttcEventLoop *self,
                        GError **error)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return mqttc_event_loop_open (self, error);
}

/**
 * mqttc_event_loop_stop:
 * @self: the event loop
 *
 * Closes the connection without waiting for what is unfinished.
 *
 * DISCONNECT is sent, so that the server does not publish the will. Does nothing if the loop is not
 * open. Can be called from any thread.
 *
 * Since: 0.1
 */
void
mqttc_event_loop_stop (MqttcEventLoop *self)
{
  g_return_if_fail (MQTTC_IS_EVENT_LOOP (self));

  mqttc_event_loop_close (self, MQTTC_REASON_CODE_SUCCESS, NULL, 0);
}

/**
 * mqttc_event_loop_get_options: (get-property options)
 * @self: the event loop
 *
 * Gets the options of the connection.
 *
 * Returns: (transfer none): the options
 *
 * Since: 0.1
 */
MqttcOptions *
mqttc_event_loop_get_options (MqttcEventLoop *self)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);

  return self->options;
}

/**
 * mqttc_event_loop_get_state: (get-property state)
 * @self: the event loop
 *
 * Gets the state that was delivered last; can be called from any thread.
 *
 * Returns: the state of the connection
 *
 * Since: 0.1
 */
MqttcConnectionState
mqttc_event_loop_get_state (MqttcEventLoop *self)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), MQTTC_CONNECTION_STATE_IDLE);

  return g_atomic_int_get (&self->state);
}

void
mqttc_event_loop_set_state (MqttcEventLoop *self,
                            MqttcConnectionState state)
{
  g_atomic_int_set (&self->state, state);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
mqttc_event_loop_emit_incoming (MqttcEventLoop *self,
                                MqttcPacket *packet)
{
  g_signal_emit (self, signals[SIGNAL_INCOMING], 0, packet);
}

void
mqttc_event_loop_emit_outgoing (MqttcEventLoop *self,
                                MqttcPacket *packet)
{
  g_signal_emit (self, signals[SIGNAL_OUTGOING], 0, packet);
}

/* In any thread. */
void
mqttc_event_loop_update_reports (MqttcEventLoop *self)
{
  gboolean is_polled = g_atomic_int_get (&self->drive) == MQTTC_LOOP_DRIVE_POLLED;
  gboolean incoming
      = is_polled || g_signal_has_handler_pending (self, signals[SIGNAL_INCOMING], 0, TRUE);
  gboolean outgoing
      = is_polled || g_signal_has_handler_pending (self, signals[SIGNAL_OUTGOING], 0, TRUE);

  g_mutex_lock (&self->engine_lock);
  mqttc_engine_report_packets (self->engine, incoming, outgoing);
  g_mutex_unlock (&self->engine_lock);
}

void
mqttc_event_loop_set_listener (MqttcEventLoop *self,
                               const MqttcEventLoopListener *listener,
                               gpointer user_data)
{
  self->listener = listener;
  self->listener_data = user_data;
}

MqttcEngine *
mqttc_event_loop_lock (MqttcEventLoop *self)
{
  g_mutex_lock (&self->engine_lock);

  return self->engine;
}

void
mqttc_event_loop_unlock (MqttcEventLoop *self)
{
  g_mutex_unlock (&self->engine_lock);
  mqttc_event_loop_wake (self);
}

void
mqttc_event_loop_get_counters (MqttcEventLoop *self,
                               MqttcEngineCounters *counters)
{
  g_mutex_lock (&self->engine_lock);
  mqttc_engine_get_counters (self->engine, counters);
  g_mutex_unlock (&self->engine_lock);
}

gboolean
mqttc_event_loop_is_disposed (MqttcEventLoop *self)
{
  return self->is_disposed;
}

gint64
mqttc_event_loop_get_time (MqttcEventLoop *self)
{
  return mqttc_loop_clock_get_time (&self->clock);
}

GMainContext *
mqttc_event_loop_get_context (MqttcEventLoop *self)
{
  return self->context;
}

/**
 * mqttc_event_loop_get_last_error: (get-property last-error)
 * @self: the event loop
 *
 * Gets the error that ended the last connection, or the last attempt to connect.
 *
 * Returns: (transfer none) (nullable): the error, or `NULL` if there has been none
 *
 * Since: 0.1
 */
const GError *
mqttc_event_loop_get_last_error (MqttcEventLoop *self)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);

  return self->last_error;
}

/**
 * mqttc_event_loop_get_tls_failure: (get-property tls-failure)
 * @self: the event loop
 *
 * Gets what the server showed when the last attempt failed for its certificate.
 *
 * Returns: (transfer none) (nullable): the certificate and what is wrong with it, or `NULL` if the
 *   last attempt did not fail for that
 *
 * Since: 0.1
 */
MqttcTlsFailure *
mqttc_event_loop_get_tls_failure (MqttcEventLoop *self)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);

  return self->tls_failure;
}

/**
 * mqttc_event_loop_get_io_thread: (get-property io-thread)
 * @self: the event loop
 *
 * Gets whether a thread of its own moves the bytes.
 *
 * Returns: `TRUE` if so
 *
 * Since: 0.1
 */
gboolean
mqttc_event_loop_get_io_thread (MqttcEventLoop *self)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), FALSE);

  return self->io_thread;
}

static MqttcStatistics *
make_statistics (const MqttcEngineCounters *counters)
{
  const MqttcStatisticsData data = {
    .queued = counters->queued,
    .queued_bytes = counters->queued_bytes,
    .inflight = counters->inflight,
    .undelivered = counters->undelivered,
    .stray_acks = counters->stray_acks,
    .connections = counters->connections,
    .packets_received = counters->packets_received,
    .packets_sent = counters->packets_sent,
    .bytes_received = counters->bytes_received,
    .bytes_sent = counters->bytes_sent,
    .messages_received = counters->messages_received,
    .messages_sent = counters->messages_sent,
  };

  return mqttc_statistics_new (&data);
}

/**
 * mqttc_event_loop_get_statistics:
 * @self: the event loop
 *
 * Counts what has happened so far; can be called from any thread.
 *
 * Returns: (transfer full): the numbers as they are now
 *
 * Since: 0.1
 */
MqttcStatistics *
mqttc_event_loop_get_statistics (MqttcEventLoop *self)
{
  MqttcEngineCounters counters;

  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);

  mqttc_event_loop_get_counters (self, &counters);

  return make_statistics (&counters);
}

void
mqttc_loop_attach (GSource *source,
                   GMainContext *context,
                   const char *name)
{
  g_source_set_static_name (source, name);
  g_source_attach (source, context);
}

void
mqttc_event_loop_attach_source (MqttcEventLoop *self,
                                GSource *source,
                                const char *name)
{
  mqttc_loop_attach (source, self->context, name);
}

void
mqttc_event_loop_attach_io_source (MqttcEventLoop *self,
                                   GSource *source,
                                   const char *name)
{
  mqttc_loop_attach (source, self->io_context, name);
}

void
mqttc_event_loop_set_dialer (MqttcEventLoop *self,
                             const MqttcDialer *dialer,
                             gpointer user_data)
{
  self->link.dialer = dialer;
  self->link.dialer_data = user_data;
}

void
mqttc_event_loop_set_clock (MqttcEventLoop *self,
                            gint64 (*clock) (gpointer user_data),
                            gpointer user_data)
{
  self->clock = (MqttcLoopClock){ .func = clock, .user_data = user_data };
}

GWeakRef *
mqttc_event_loop_get_client_ref (MqttcEventLoop *self)
{
  return &self->client;
}
