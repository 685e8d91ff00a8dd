/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The polled drive: events are delivered, and packets decoded, one at a time, when somebody asks. In
 * between reading stands still, which the server feels; writing, time and pings go on. */

#include "config.h"

#include "loop/mqttc-loop-private.h"
#include "mqttc-error.h"
#include "values/mqttc-event-private.h"
#include "values/mqttc-packet.h"

/* --- What an event of the engine is to whoever polls. --- */

/* All but DISCONNECTED, whose error is completed when it is delivered. */
static MqttcEvent *
make_event (const MqttcEngineEvent *event)
{
  switch (event->type)
    {
    case MQTTC_ENGINE_EVENT_INCOMING:
      return mqttc_event_new_packet (MQTTC_EVENT_TYPE_INCOMING, event->packet);
    case MQTTC_ENGINE_EVENT_OUTGOING:
      return mqttc_event_new_packet (MQTTC_EVENT_TYPE_OUTGOING, event->packet);
    case MQTTC_ENGINE_EVENT_CONNECTED:
      return mqttc_event_new_packet (MQTTC_EVENT_TYPE_CONNECTED, event->packet);
    case MQTTC_ENGINE_EVENT_MESSAGE:
      return mqttc_event_new_message (event->message);
    case MQTTC_ENGINE_EVENT_STATE:
    case MQTTC_ENGINE_EVENT_DISCONNECTED:
    case MQTTC_ENGINE_EVENT_COMPLETED:
    case MQTTC_ENGINE_EVENT_SUBSCRIBED:
    case MQTTC_ENGINE_EVENT_CAN_PUBLISH:
    case MQTTC_ENGINE_EVENT_AUTHENTICATE:
    case MQTTC_ENGINE_EVENT_CREDENTIALS:
    default:
      return NULL;
    }
}

/* What belongs to the packet that was told last, and to nobody but those who wait for it. */
static gboolean
is_consequence (MqttcEngineEventType type)
{
  return type == MQTTC_ENGINE_EVENT_COMPLETED || type == MQTTC_ENGINE_EVENT_SUBSCRIBED
         || type == MQTTC_ENGINE_EVENT_CAN_PUBLISH;
}

/* --- Delivery. --- */

gboolean
mqttc_event_loop_is_polling (MqttcEventLoop *self)
{
  /* One event at a time, also if a handler runs a main loop of its own. */
  if (self->is_delivering_polled)
    return FALSE;

  return self->poll_task != NULL || (self->is_waiting && self->poll_result == NULL);
}

/* Signals and listener first; then (transfer full) (nullable) what to return from the poll. */
static MqttcEvent *
deliver_one (MqttcEventLoop *self,
             const gboolean *is_gone,
             MqttcEngineEvent *event)
{
  MqttcEvent *result = make_event (event);
  gboolean is_end = event->type == MQTTC_ENGINE_EVENT_DISCONNECTED;
  gboolean has_error = event->error != NULL;
  gint64 retry_usec = event->retry_delay;

  mqttc_event_loop_deliver (self, is_gone, event);

  if (is_end && !*is_gone)
    result = mqttc_event_new_disconnected (has_error ? self->last_error : NULL, retry_usec);

  return result;
}

static gboolean
has_consequence (MqttcEventLoop *self)
{
  gboolean has;

  g_mutex_lock (&self->engine_lock);
  has = mqttc_engine_has_event (self->engine)
        && is_consequence (mqttc_engine_peek_event (self->engine));
  g_mutex_unlock (&self->engine_lock);

  return has;
}

static MqttcEvent *
deliver_next (MqttcEventLoop *self,
              const gboolean *is_gone)
{
  MqttcEvent *result = NULL;
  MqttcEngineEvent event;

  self->is_delivering_polled = TRUE;
  while (result == NULL && !*is_gone && mqttc_event_loop_pop_event (self, &event))
    result = deliver_one (self, is_gone, &event);

  while (!*is_gone && has_consequence (self) && mqttc_event_loop_pop_event (self, &event))
    mqttc_event_loop_deliver (self, is_gone, &event);
  if (!*is_gone)
    self->is_delivering_polled = FALSE;

  return result;
}

static void
pull (MqttcEventLoop *self)
{
  mqttc_engine_pull (mqttc_event_loop_lock (self), mqttc_loop_clock_get_time (&self->clock));
  mqttc_event_loop_unlock (self);
}

/* In whatever thread cancels. A GCancellableSource would do, but that of GLib 2.74 leaks if it is
 * destroyed while another thread cancels. */
static void
wake_context_cb (GCancellable *cancellable,
                 gpointer user_data)
{
  g_main_context_wakeup (user_data);
}

static gulong
watch_cancellable (MqttcEventLoop *self,
                   GCancellable *cancellable)
{
  if (cancellable == NULL)
    return 0;

  return g_cancellable_connect (cancellable, G_CALLBACK (wake_context_cb),
                                g_main_context_ref (self->context),
                                (GDestroyNotify) g_main_context_unref);
}

static GTask *
take_task (MqttcEventLoop *self)
{
  if (self->poll_task != NULL)
    g_clear_signal_handler (&self->cancelled_id, g_task_get_cancellable (self->poll_task));

  return g_steal_pointer (&self->poll_task);
}

gboolean
mqttc_event_loop_is_poll_cancelled (MqttcEventLoop *self)
{
  /* What is being delivered is its result. */
  return self->poll_task != NULL && !self->is_delivering_polled
         && g_cancellable_is_cancelled (g_task_get_cancellable (self->poll_task));
}

static void
return_cancelled (MqttcEventLoop *self)
{
  g_autoptr (GTask) task = take_task (self);

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The poll was cancelled");
}

/* @event (transfer full). */
static void
return_event (MqttcEventLoop *self,
              MqttcEvent *event)
{
  g_autoptr (GTask) task = NULL;

  if (self->poll_task == NULL)
    {
      self->poll_result = event;
      return;
    }

  task = take_task (self);
  g_task_return_pointer (task, event, (GDestroyNotify) mqttc_event_unref);
}

gboolean
mqttc_event_loop_deliver_polled (MqttcEventLoop *self,
                                 const gboolean *is_gone)
{
  MqttcEvent *event = NULL;

  if (mqttc_event_loop_is_poll_cancelled (self))
    return_cancelled (self);
  else
    event = deliver_next (self, is_gone);

  if (*is_gone)
    g_clear_pointer (&event, mqttc_event_unref);
  else if (event != NULL)
    return_event (self, event);
  else if (mqttc_event_loop_is_polling (self))
    pull (self);

  return !*is_gone;
}

void
mqttc_event_loop_keep_polled (MqttcEventLoop *self)
{
  self->acknowledges_polled = FALSE;
}

void
mqttc_event_loop_acknowledge_polled (MqttcEventLoop *self,
                                     guint n_messages)
{
  gint64 now = mqttc_loop_clock_get_time (&self->clock);
  MqttcEngine *engine = mqttc_event_loop_lock (self);

  n_messages = MIN (n_messages, self->polled_tokens->len);
  for (guint i = 0; i < n_messages; i++)
    mqttc_engine_delivered (engine, g_array_index (self->polled_tokens, guint64, i), now);
  g_array_remove_range (self->polled_tokens, 0, n_messages);
  mqttc_event_loop_unlock (self);
}

void
mqttc_event_loop_settle_polled (MqttcEventLoop *self)
{
  if (self->acknowledges_polled)
    mqttc_event_loop_acknowledge_polled (self, G_MAXUINT);
}

void
mqttc_event_loop_give_up_polled (MqttcEventLoop *self)
{
  gint64 now = mqttc_loop_clock_get_time (&self->clock);
  MqttcEngine *engine = mqttc_event_loop_lock (self);

  for (guint i = 0; i < self->polled_tokens->len; i++)
    mqttc_engine_give_up (engine, g_array_index (self->polled_tokens, guint64, i), now);
  g_array_set_size (self->polled_tokens, 0);
  mqttc_event_loop_unlock (self);
}

/* --- Polling. --- */

gboolean
mqttc_event_loop_check_not_polled (MqttcEventLoop *self,
                                   GError **error)
{
  if (self->poll_task == NULL && !self->is_waiting)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING, "The event loop is being polled");
  return FALSE;
}

static gboolean
check_may_poll (MqttcEventLoop *self,
                gboolean is_open,
                GError **error)
{
  if (!mqttc_event_loop_check_not_polled (self, error))
    return FALSE;

  if (is_open && g_atomic_int_get (&self->drive) != MQTTC_LOOP_DRIVE_POLLED)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN,
                           "The event loop has been started, so it cannot be polled");
      return FALSE;
    }

  return TRUE;
}

static gboolean
begin_poll (MqttcEventLoop *self,
            GError **error)
{
  gboolean is_open = self->n_opened != self->n_closed;

  if (!check_may_poll (self, is_open, error)
      || (!is_open && !mqttc_event_loop_open_drive (self, MQTTC_LOOP_DRIVE_POLLED, error)))
    return FALSE;

  /* A packet is pulled when there turns out to be nothing else to tell. */
  mqttc_event_loop_settle_polled (self);

  return TRUE;
}

static void
pull_if_nothing_waits (MqttcEventLoop *self)
{
  gboolean has_event;

  g_mutex_lock (&self->engine_lock);
  has_event = mqttc_engine_has_event (self->engine);
  g_mutex_unlock (&self->engine_lock);

  if (!has_event)
    pull (self);
}

/**
 * mqttc_event_loop_poll_async:
 * @self: the event loop
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (scope async): called when something has happened
 * @user_data: (closure): data for @callback
 *
 * Asks for the next thing that happens on the connection, and connects if there is none.
 *
 * This is another way to drive the loop than [method@Mqttc.EventLoop.start]: while nobody polls,
 * nothing more is read, which the server feels; bytes are written and the server is pinged all the
 * same. Each poll decodes one packet at most. The signals of the loop and its client are emitted
 * before the poll returns. A message of QoS 1 or 2 that was polled is acknowledged when the loop is
 * polled again, or closed.
 *
 * After [enum@Mqttc.EventType] `DISCONNECTED` polling goes on to connect again, after the delay that
 * the event tells. If it tells of none, because of the option [property@Mqttc.Options:reconnect] or of
 * an error that trying again does not mend, the next poll begins anew, and waits as if it did; only
 * a loop that was stopped is connected at once.
 *
 * Errors: those of [method@Mqttc.Options.validate]; `MQTTC_CLIENT_ERROR_ALREADY_OPEN` if the loop was
 * started; `G_IO_ERROR_PENDING` if it is being polled; `G_IO_ERROR_CANCELLED`, and then nothing that
 * happened is lost.
 *
 * Since: 0.1
 */
void
mqttc_event_loop_poll_async (MqttcEventLoop *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (MQTTC_IS_EVENT_LOOP (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_event_loop_poll_async);
  g_task_set_check_cancellable (task, FALSE);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (!begin_poll (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->poll_task = g_steal_pointer (&task);
  self->cancelled_id = watch_cancellable (self, cancellable);
  pull_if_nothing_waits (self);
}

/**
 * mqttc_event_loop_poll_finish:
 * @self: the event loop
 * @result: the result given to the callback
 * @error: return location for an error, or `NULL`
 *
 * Finishes [method@Mqttc.EventLoop.poll_async], which has the errors.
 *
 * Returns: (transfer full): what has happened, or `NULL` with @error set
 *
 * Since: 0.1
 */
MqttcEvent *
mqttc_event_loop_poll_finish (MqttcEventLoop *self,
                              GAsyncResult *result,
                              GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_event_loop_poll_async,
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
mqttc_event_loop_end_poll (MqttcEventLoop *self)
{
  g_autoptr (GTask) task = take_task (self);

  g_clear_pointer (&self->poll_result, mqttc_event_unref);
  if (task != NULL)
    g_task_return_new_error (task, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                             "The event loop was disposed of while it was polled");
}

/* --- Blocking. --- */

/* How often the context is iterated by whoever does not want to wait. */
#define MAX_ITERATIONS 16

static gboolean
timed_out_cb (gpointer user_data)
{
  gboolean *is_timed_out = user_data;

  *is_timed_out = TRUE;

  return G_SOURCE_REMOVE;
}

/* @timeout_msec: -1 for ever, 0 not at all. */
static void
iterate (MqttcEventLoop *self,
         int timeout_msec,
         const gboolean *is_timed_out,
         GCancellable *cancellable)
{
  for (guint i = 0; timeout_msec != 0 || i < MAX_ITERATIONS; i++)
    {
      if (self->poll_result != NULL || *is_timed_out || self->io_source == NULL
          || g_cancellable_is_cancelled (cancellable))
        return;
      if (!g_main_context_iteration (self->context, timeout_msec != 0) && timeout_msec == 0)
        return;
    }
}

static void
wait_for_result (MqttcEventLoop *self,
                 int timeout_msec,
                 GCancellable *cancellable)
{
  gulong cancelled_id = watch_cancellable (self, cancellable);
  g_autoptr (GSource) timeout_source = NULL;
  gboolean is_timed_out = FALSE;

  if (timeout_msec > 0)
    {
      timeout_source = g_timeout_source_new ((guint) timeout_msec);
      g_source_set_callback (timeout_source, timed_out_cb, &is_timed_out, NULL);
      mqttc_event_loop_attach_source (self, timeout_source, "[mqttc] poll time-out");
    }

  iterate (self, timeout_msec, &is_timed_out, cancellable);

  g_clear_signal_handler (&cancelled_id, cancellable);
  if (timeout_source != NULL)
    g_source_destroy (timeout_source);
}

/* A context that others use would be blocked, or their handlers be run from here. */
static gboolean
check_context (MqttcEventLoop *self,
               GError **error)
{
  if (self->context == g_main_context_default ())
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                           "Waiting would block the default main context; create the event loop "
                           "while a context of its own is the thread-default one, or use "
                           "MqttcConnection, or poll asynchronously");
      return FALSE;
    }

  if (!g_main_context_acquire (self->context))
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                           "Another thread is using the main context of the event loop");
      return FALSE;
    }

  return TRUE;
}

/* Why there is no event. */
static void
set_poll_error (MqttcEventLoop *self,
                int timeout_msec,
                GCancellable *cancellable,
                GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return;

  if (self->io_source == NULL)
    g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                         "The event loop was disposed of while it was polled");
  else if (timeout_msec > 0)
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT,
                 "Nothing happened on the connection within %d ms", timeout_msec);
}

static MqttcEvent *
poll_blocking (MqttcEventLoop *self,
               int timeout_msec,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (MqttcEventLoop) kept = g_object_ref (self);
  MqttcEvent *event = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !check_context (self, error))
    return NULL;

  g_main_context_push_thread_default (self->context);
  if (begin_poll (self, error))
    {
      self->is_waiting = TRUE;
      pull_if_nothing_waits (self);
      wait_for_result (self, timeout_msec, cancellable);
      self->is_waiting = FALSE;

      event = g_steal_pointer (&self->poll_result);
      if (event == NULL)
        set_poll_error (self, timeout_msec, cancellable, error);
    }
  g_main_context_pop_thread_default (self->context);
  g_main_context_release (self->context);

  return event;
}

/**
 * mqttc_event_loop_poll:
 * @self: the event loop
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Waits for the next thing that happens on the connection, and connects if there is none.
 *
 * As [method@Mqttc.EventLoop.poll_async], but it blocks, and iterates the main context of the loop
 * meanwhile. That must not be the default one: a loop for this is created while a context of its own
 * is the thread-default one, as [class@Mqttc.Connection] does. Otherwise the error is
 * `MQTTC_CLIENT_ERROR_INVALID_ARGUMENT`.
 *
 * Returns: (transfer full): what has happened, or `NULL` with @error set
 *
 * Since: 0.1
 */
MqttcEvent *
mqttc_event_loop_poll (MqttcEventLoop *self,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return poll_blocking (self, -1, cancellable, error);
}

/**
 * mqttc_event_loop_poll_timeout:
 * @self: the event loop
 * @timeout_msec: the longest time to wait, 1 to `G_MAXINT` milliseconds
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error, or `NULL`
 *
 * Waits for a limited time for the next thing that happens on the connection.
 *
 * As [method@Mqttc.EventLoop.poll]; `MQTTC_CLIENT_ERROR_TIMED_OUT` is the error when nothing has
 * happened in time.
 *
 * Returns: (transfer full): what has happened, or `NULL` with @error set
 *
 * Since: 0.1
 */
MqttcEvent *
mqttc_event_loop_poll_timeout (MqttcEventLoop *self,
                               guint timeout_msec,
                               GCancellable *cancellable,
                               GError **error)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);
  g_return_val_if_fail (timeout_msec > 0 && timeout_msec <= G_MAXINT, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return poll_blocking (self, (int) timeout_msec, cancellable, error);
}

/**
 * mqttc_event_loop_try_poll:
 * @self: the event loop
 * @error: return location for an error, or `NULL`
 *
 * Gets the next thing that has happened on the connection, without waiting.
 *
 * As [method@Mqttc.EventLoop.poll]; nothing to tell is not an error.
 *
 * Returns: (transfer full) (nullable): what has happened; `NULL` if nothing has, or with @error set
 *
 * Since: 0.1
 */
MqttcEvent *
mqttc_event_loop_try_poll (MqttcEventLoop *self,
                           GError **error)
{
  g_return_val_if_fail (MQTTC_IS_EVENT_LOOP (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return poll_blocking (self, 0, NULL, error);
}
