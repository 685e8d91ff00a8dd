/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-event-loop-private.h"
#include "loop/mqttc-loop-private.h"
#include "loop/mqttc-options-private.h"
#include "mqttc-enum-types.h"
#include "mqttc-error.h"

/**
 * MqttcEventLoop:
 *
 * Drives one connection on one `GMainContext`.
 *
 * All that happens on the connection happens in the context that was the thread-default one when
 * the loop was created: signals are emitted there, and nothing goes on while it is not iterated.
 * There is no thread behind it.
 *
 * Programs use [class@Mqttc.Client], which has an event loop; the loop itself is for those who want
 * to see each packet. Dropping the last reference closes the connection.
 *
 * Since: 0.1
 */

enum
{
  PROP_0,
  PROP_OPTIONS,
  PROP_STATE,
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
options_changed_cb (MqttcEventLoop *self)
{
  self->options_changed = TRUE;
  mqttc_event_loop_apply_options (self);
}

static void
mqttc_event_loop_constructed (GObject *object)
{
  MqttcEventLoop *self = MQTTC_EVENT_LOOP (object);

  G_OBJECT_CLASS (mqttc_event_loop_parent_class)->constructed (object);

  if (self->options == NULL)
    self->options = mqttc_options_new ();
  self->options_changed_id
      = g_signal_connect_swapped (self->options, "notify", G_CALLBACK (options_changed_cb), self);

  mqttc_event_loop_create_sources (self);
  mqttc_loop_timer_init (&self->timer, self->io_source);
  mqttc_loop_link_init (&self->link, self->engine, self->context, self->io_source);
}

static void
say_goodbye (MqttcEventLoop *self)
{
  gint64 now = mqttc_loop_clock_get_time (&self->clock);

  mqttc_engine_close (self->engine, 0, now);
  mqttc_loop_link_write (&self->link, now);
}

static void
take_apart (MqttcEventLoop *self)
{
  *self->is_gone = TRUE;

  if (self->link.transport != NULL)
    say_goodbye (self);
  mqttc_loop_link_clear (&self->link);
  mqttc_loop_timer_clear (&self->timer);
  mqttc_event_loop_destroy_sources (self);
  g_clear_signal_handler (&self->options_changed_id, self->options);

  mqttc_event_loop_drain (self);
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

      /* Whoever moves bytes has a reference: this is not the last one, and it is not the time. */
      if (!self->is_moving)
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
  g_clear_object (&self->options);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->client_id, g_free);
  g_clear_pointer (&self->generated_client_id, g_free);
  g_clear_pointer (&self->is_gone, g_rc_box_release);
  g_clear_error (&self->last_error);
  g_weak_ref_clear (&self->client);

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
}

static void
mqttc_event_loop_init (MqttcEventLoop *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->engine = mqttc_engine_new (mqttc_event_loop_make_seed ());
  self->is_gone = g_rc_box_new0 (gboolean);
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
 * `MQTTC_CLIENT_ERROR_ALREADY_OPEN`, or one of [method@Mqttc.Options.validate].
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
 * DISCONNECT is sent, so that the server does not publish the will. Does nothing if the loop was
 * not started.
 *
 * Since: 0.1
 */
void
mqttc_event_loop_stop (MqttcEventLoop *self)
{
  g_return_if_fail (MQTTC_IS_EVENT_LOOP (self));

  mqttc_event_loop_close (self, 0);
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

void
mqttc_event_loop_update_reports (MqttcEventLoop *self)
{
  mqttc_engine_report_packets (
      self->engine, g_signal_has_handler_pending (self, signals[SIGNAL_INCOMING], 0, TRUE),
      g_signal_has_handler_pending (self, signals[SIGNAL_OUTGOING], 0, TRUE));
}

gboolean
mqttc_event_loop_open (MqttcEventLoop *self,
                       GError **error)
{
  MqttcConnectionState state = mqttc_engine_get_state (self->engine);
  gint64 now = mqttc_loop_clock_get_time (&self->clock);

  if (self->io_source == NULL)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                           "The event loop has been disposed of; make another one");
      return FALSE;
    }

  /* A second opening must not touch the session of the first; the engine says what is wrong. */
  if (state == MQTTC_CONNECTION_STATE_IDLE || state == MQTTC_CONNECTION_STATE_CLOSED)
    {
      if (!mqttc_options_validate (self->options, error))
        return FALSE;

      mqttc_event_loop_freeze_session (self);
      mqttc_event_loop_apply_options (self);
    }

  if (!mqttc_engine_open (self->engine, now, error))
    return FALSE;

  self->n_opened++;
  mqttc_event_loop_wake (self);

  return TRUE;
}

guint64
mqttc_event_loop_get_n_opened (MqttcEventLoop *self)
{
  return self->n_opened;
}

guint64
mqttc_event_loop_get_n_closed (MqttcEventLoop *self)
{
  return self->n_closed;
}

void
mqttc_event_loop_close (MqttcEventLoop *self,
                        gint64 drain_usec)
{
  mqttc_engine_close (self->engine, drain_usec, mqttc_loop_clock_get_time (&self->clock));
  mqttc_event_loop_wake (self);
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
mqttc_event_loop_get_engine (MqttcEventLoop *self)
{
  return self->engine;
}

void
mqttc_event_loop_wake (MqttcEventLoop *self)
{
  if (self->is_woken)
    return;

  /* prepare() of the I/O source finds what there is to do; only a poll in another thread must be
   * interrupted. */
  self->is_woken = TRUE;
  if (!g_main_context_is_owner (self->context))
    g_main_context_wakeup (self->context);
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

const GError *
mqttc_event_loop_get_last_error (MqttcEventLoop *self)
{
  return self->last_error;
}

void
mqttc_event_loop_attach_source (MqttcEventLoop *self,
                                GSource *source,
                                const char *name)
{
  g_source_set_static_name (source, name);
  g_source_attach (source, self->context);
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
