/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "helpers/mqttc-session-private.h"
#include "loop/mqttc-options-private.h"
#include "loop/mqttc-random-private.h"
#include "mqttc-error.h"
#include "values/mqttc-event-private.h"
#include "values/mqttc-statistics-private.h"

/**
 * MqttcSession:
 *
 * Speaks MQTT as a client without doing any input or output.
 *
 * It is for programs that have a transport of their own, or a main loop of their own. Bytes, wishes
 * and the time go in, bytes, events and a deadline come out. Nothing happens by itself: there is no
 * thread, no main context, no socket and no clock behind it. [class@Mqttc.Client] is all that with
 * them.
 *
 * After each call, whatever it was, the program looks at what came of it:
 *
 * 1. [method@Mqttc.Session.take_link_action]: make a connection, or close it? Until there is nothing
 *    to do.
 * 2. [method@Mqttc.Session.take_output]: bytes to send? Until there are none.
 * 3. [method@Mqttc.Session.next_event]: has something happened? Until nothing has.
 * 4. [method@Mqttc.Session.get_deadline]: when to call [method@Mqttc.Session.advance] at the latest?
 *
 * Each time, in microseconds, is of one clock of the program's choice. It should count the time in
 * which the machine is suspended, and must not go back: a time before the last one counts as the last
 * one.
 *
 * The options are those of a client, as far as they do not say where to connect to and how: it is the
 * program that dials. They are looked at when the session is opened.
 *
 * Since: 0.1
 */

enum
{
  PROP_0,
  PROP_OPTIONS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MqttcSession, mqttc_session, G_TYPE_OBJECT)

void
mqttc_session_free_discarded (MqttcSession *self)
{
  g_autoptr (GPtrArray) messages = NULL;

  if (!mqttc_engine_has_discarded (self->engine))
    return;

  messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  mqttc_engine_swap_discarded (self->engine, &messages);
}

gint64
mqttc_session_tell_time (MqttcSession *self,
                         gint64 now_usec)
{
  self->now = MAX (self->now, now_usec);
  return self->now;
}

static void
mqttc_session_constructed (GObject *object)
{
  MqttcSession *self = MQTTC_SESSION (object);

  G_OBJECT_CLASS (mqttc_session_parent_class)->constructed (object);

  if (self->options == NULL)
    self->options = mqttc_options_new ();
}

static void
mqttc_session_finalize (GObject *object)
{
  MqttcSession *self = MQTTC_SESSION (object);

  g_clear_pointer (&self->engine, mqttc_engine_free);
  g_clear_pointer (&self->client_id, g_free);
  g_clear_object (&self->options);

  G_OBJECT_CLASS (mqttc_session_parent_class)->finalize (object);
}

static void
mqttc_session_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  MqttcSession *self = MQTTC_SESSION (object);

  switch (prop_id)
    {
    case PROP_OPTIONS:
      g_value_set_object (value, self->options);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
mqttc_session_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  MqttcSession *self = MQTTC_SESSION (object);

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
mqttc_session_class_init (MqttcSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = mqttc_session_constructed;
  object_class->finalize = mqttc_session_finalize;
  object_class->get_property = mqttc_session_get_property;
  object_class->set_property = mqttc_session_set_property;

  /**
   * MqttcSession:options: (getter get_options)
   *
   * How to behave.
   *
   * Since: 0.1
   */
  properties[PROP_OPTIONS]
      = g_param_spec_object ("options", NULL, NULL, MQTTC_TYPE_OPTIONS,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
mqttc_session_init (MqttcSession *self)
{
  self->engine = mqttc_engine_new (mqttc_random_make_seed ());
  mqttc_engine_report_packets (self->engine, TRUE, TRUE);
}

/**
 * mqttc_session_new:
 * @options: (nullable): the options, or `NULL` for the defaults
 *
 * Makes a session.
 *
 * Returns: (transfer full): a new session
 * Since: 0.1
 */
MqttcSession *
mqttc_session_new (MqttcOptions *options)
{
  g_return_val_if_fail (options == NULL || MQTTC_IS_OPTIONS (options), NULL);

  return g_object_new (MQTTC_TYPE_SESSION, "options", options, NULL);
}

/**
 * mqttc_session_get_options: (get-property options)
 * @self: a session
 *
 * Gets the options.
 *
 * Returns: (transfer none): the options
 * Since: 0.1
 */
MqttcOptions *
mqttc_session_get_options (MqttcSession *self)
{
  g_return_val_if_fail (MQTTC_IS_SESSION (self), NULL);

  return self->options;
}

/**
 * mqttc_session_get_state:
 * @self: a session
 *
 * Gets where the connection stands.
 *
 * Returns: the state
 * Since: 0.1
 */
MqttcConnectionState
mqttc_session_get_state (MqttcSession *self)
{
  g_return_val_if_fail (MQTTC_IS_SESSION (self), MQTTC_CONNECTION_STATE_IDLE);

  return mqttc_engine_get_state (self->engine);
}

/**
 * mqttc_session_get_statistics:
 * @self: a session
 *
 * Takes a snapshot of what the session has done so far.
 *
 * Returns: (transfer full): the snapshot
 * Since: 0.1
 */
MqttcStatistics *
mqttc_session_get_statistics (MqttcSession *self)
{
  MqttcEngineCounters counters;

  g_return_val_if_fail (MQTTC_IS_SESSION (self), NULL);

  mqttc_engine_get_counters (self->engine, &counters);

  return mqttc_statistics_new (&(const MqttcStatisticsData){
      .queued = counters.queued,
      .queued_bytes = counters.queued_bytes,
      .inflight = counters.inflight,
      .undelivered = counters.undelivered,
      .stray_acks = counters.stray_acks,
      .connections = counters.connections,
      .packets_received = counters.packets_received,
      .packets_sent = counters.packets_sent,
      .bytes_received = counters.bytes_received,
      .bytes_sent = counters.bytes_sent,
      .messages_received = counters.messages_received,
      .messages_sent = counters.messages_sent,
  });
}

static void
configure (MqttcSession *self)
{
  MqttcEngineConfig config = { 0 };

  mqttc_options_fill_config (self->options, &config);
  config.follow_redirects = FALSE;
  if (config.client_id == NULL)
    {
      if (self->client_id == NULL)
        self->client_id = mqttc_random_make_client_id ();
      config.client_id = g_strdup (self->client_id);
    }

  mqttc_engine_configure (self->engine, &config);
  mqttc_engine_config_clear (&config);
}

static gboolean
check_options (MqttcSession *self,
               GError **error)
{
  if (!mqttc_options_validate (self->options, error))
    return FALSE;
  if (mqttc_options_get_authenticator (self->options) == NULL
      && mqttc_options_get_credentials_provider (self->options) == NULL)
    return TRUE;

  g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                       "A session has nobody to ask: options authenticator and "
                       "credentials-provider are for event loops");
  return FALSE;
}

/**
 * mqttc_session_open:
 * @self: a session
 * @now_usec: the time
 * @error: return location for an error, or `NULL`
 *
 * Begins to connect, and to keep connected.
 *
 * [method@Mqttc.Session.take_link_action] asks for a connection next. The options are checked, and
 * hold until the session is opened the next time; without a client identifier one is made up.
 *
 * The errors are those of [method@Mqttc.Options.validate], and `MQTTC_CLIENT_ERROR_ALREADY_OPEN`. The
 * options [property@Mqttc.Options:authenticator] and [property@Mqttc.Options:credentials-provider] are
 * refused: a session asks nobody. [property@Mqttc.Options:follow-redirects] is for event loops too.
 *
 * Returns: `TRUE` if the session is open, `FALSE` with @error set if not
 * Since: 0.1
 */
gboolean
mqttc_session_open (MqttcSession *self,
                    gint64 now_usec,
                    GError **error)
{
  MqttcConnectionState state;

  g_return_val_if_fail (MQTTC_IS_SESSION (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* If it is open, the engine says so, and the options are left alone. */
  state = mqttc_engine_get_state (self->engine);
  if (state == MQTTC_CONNECTION_STATE_IDLE || state == MQTTC_CONNECTION_STATE_CLOSED)
    {
      if (!check_options (self, error))
        return FALSE;

      configure (self);
    }

  return mqttc_engine_open (self->engine, mqttc_session_tell_time (self, now_usec), error);
}

/**
 * mqttc_session_close:
 * @self: a session
 * @reason_code: a [enum@Mqttc.ReasonCode] for the server
 * @drain_usec: how long to wait for what was accepted to be sent and acknowledged, in microseconds;
 *   0 not to wait, -1 for the option [property@Mqttc.Options:close-timeout]
 * @now_usec: the time
 *
 * Says goodbye to the server, and ends.
 *
 * The session is closed when the state is `MQTTC_CONNECTION_STATE_CLOSED`; until then it is to be
 * driven as before. Calling this again can only shorten the wait.
 *
 * With `MQTTC_REASON_CODE_DISCONNECT_WITH_WILL` the server publishes the will: MQTT 3.1.1 has no way to
 * say so, hence the connection ends without DISCONNECT (section 3.14.4). It knows no other reasons
 * either, so that all others are `MQTTC_REASON_CODE_SUCCESS` there.
 *
 * Since: 0.1
 */
void
mqttc_session_close (MqttcSession *self,
                     guint reason_code,
                     gint64 drain_usec,
                     gint64 now_usec)
{
  g_return_if_fail (MQTTC_IS_SESSION (self));
  g_return_if_fail (reason_code <= G_MAXUINT8);
  g_return_if_fail (drain_usec >= -1);

  if (drain_usec == -1)
    drain_usec = (gint64) mqttc_options_get_close_timeout (self->options) * (G_USEC_PER_SEC / 1000);

  mqttc_engine_close (self->engine, reason_code, NULL, drain_usec,
                      mqttc_session_tell_time (self, now_usec));
  mqttc_session_free_discarded (self);
}

/* --- Time and events. --- */

/**
 * mqttc_session_get_deadline:
 * @self: a session
 *
 * Gets when to call [method@Mqttc.Session.advance] at the latest.
 *
 * It can change with each call. It may be in the past: then it is to be called at once.
 *
 * Returns: a time in microseconds, or -1 if there is nothing to wait for
 * Since: 0.1
 */
gint64
mqttc_session_get_deadline (MqttcSession *self)
{
  g_return_val_if_fail (MQTTC_IS_SESSION (self), -1);

  return mqttc_engine_get_deadline (self->engine);
}

/**
 * mqttc_session_advance:
 * @self: a session
 * @now_usec: the time
 *
 * Does what is due: pings, the ends of waits, the next attempt to connect.
 *
 * Calling it too early does no harm.
 *
 * Since: 0.1
 */
void
mqttc_session_advance (MqttcSession *self,
                       gint64 now_usec)
{
  g_return_if_fail (MQTTC_IS_SESSION (self));

  mqttc_engine_advance (self->engine, mqttc_session_tell_time (self, now_usec));
  mqttc_session_free_discarded (self);
}

/* NULL: it is not one that the program is told. */
static MqttcEvent *
make_event (MqttcSession *self,
            const MqttcEngineEvent *event)
{
  switch (event->type)
    {
    case MQTTC_ENGINE_EVENT_CONNECTED:
      return mqttc_event_new_packet (MQTTC_EVENT_TYPE_CONNECTED, event->packet);
    case MQTTC_ENGINE_EVENT_INCOMING:
      return mqttc_event_new_packet (MQTTC_EVENT_TYPE_INCOMING, event->packet);
    case MQTTC_ENGINE_EVENT_OUTGOING:
      return mqttc_event_new_packet (MQTTC_EVENT_TYPE_OUTGOING, event->packet);
    case MQTTC_ENGINE_EVENT_DISCONNECTED:
      return mqttc_event_new_disconnected (event->error, event->retry_delay);
    case MQTTC_ENGINE_EVENT_MESSAGE:
      self->has_token = TRUE;
      self->token = event->token;
      return mqttc_event_new_message (event->message);
    case MQTTC_ENGINE_EVENT_STATE:
    case MQTTC_ENGINE_EVENT_COMPLETED:
    case MQTTC_ENGINE_EVENT_SUBSCRIBED:
    case MQTTC_ENGINE_EVENT_CAN_PUBLISH:
    default:
      return NULL;
    }
}

/**
 * mqttc_session_next_event:
 * @self: a session
 * @now_usec: the time
 *
 * Gets the next thing that has happened.
 *
 * Every packet is an event, both ways, and what follows from it another one. What became of a request
 * is seen by the packet that answers it, with the packet identifier of the one that was sent.
 *
 * Asking for the next event says that the program has dealt with the one before: if that was a
 * message, it is acknowledged now, unless [property@Mqttc.Options:manual-acks] is set.
 *
 * Returns: (transfer full) (nullable): the event, or `NULL` if nothing has happened
 * Since: 0.1
 */
MqttcEvent *
mqttc_session_next_event (MqttcSession *self,
                          gint64 now_usec)
{
  MqttcEngineEvent next;
  MqttcEvent *event = NULL;
  gint64 now;

  g_return_val_if_fail (MQTTC_IS_SESSION (self), NULL);

  now = mqttc_session_tell_time (self, now_usec);
  if (self->has_token)
    {
      self->has_token = FALSE;
      mqttc_engine_delivered (self->engine, self->token, now);
    }

  while (event == NULL && mqttc_engine_pop_event (self->engine, &next))
    {
      event = make_event (self, &next);
      mqttc_engine_event_clear (&next);
    }

  mqttc_session_free_discarded (self);
  return event;
}
