/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opening and closing. */

#include "config.h"

#include "loop/mqttc-loop-private.h"
#include "loop/mqttc-options.h"
#include "mqttc-error.h"

/* Two steps: what belongs to the program is looked at without the lock. */
static gboolean
prepare_opening (MqttcEventLoop *self,
                 GError **error)
{
  if (!mqttc_options_validate (self->options, error))
    return FALSE;

  mqttc_event_loop_freeze_session (self);
  mqttc_event_loop_apply_options (self);

  return TRUE;
}

/* At the first opening: a loop that is never opened needs none. */
static void
start_thread (MqttcEventLoop *self)
{
  if (!self->io_thread || self->thread != NULL)
    return;

  self->thread = mqttc_loop_thread_new (self->io_context);
  self->link.thread = self->thread;
  mqttc_loop_thread_start (self->thread);
}

static MqttcConnectionState
get_engine_state (MqttcEventLoop *self)
{
  MqttcConnectionState state;

  g_mutex_lock (&self->engine_lock);
  state = mqttc_engine_get_state (self->engine);
  g_mutex_unlock (&self->engine_lock);

  return state;
}

gboolean
mqttc_event_loop_open_drive (MqttcEventLoop *self,
                             MqttcLoopDrive drive,
                             GError **error)
{
  MqttcConnectionState state = get_engine_state (self);
  gint64 now = mqttc_loop_clock_get_time (&self->clock);
  gboolean is_open;

  if (self->io_source == NULL)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                           "The event loop has been disposed of; make another one");
      return FALSE;
    }

  if (drive == MQTTC_LOOP_DRIVE_STARTED && !mqttc_event_loop_check_not_polled (self, error))
    return FALSE;

  /* A second opening must not touch the session of the first; the engine says what is wrong. */
  if ((state == MQTTC_CONNECTION_STATE_IDLE || state == MQTTC_CONNECTION_STATE_CLOSED)
      && !prepare_opening (self, error))
    return FALSE;

  g_mutex_lock (&self->engine_lock);
  /* Polling on must not hammer a server that refuses us. */
  is_open = drive == MQTTC_LOOP_DRIVE_POLLED ? mqttc_engine_reopen (self->engine, now, error)
                                             : mqttc_engine_open (self->engine, now, error);
  if (is_open)
    {
      g_atomic_int_set (&self->drive, drive);
      mqttc_engine_set_pulled (self->engine, drive == MQTTC_LOOP_DRIVE_POLLED, now);
      self->n_opened++;
    }
  g_mutex_unlock (&self->engine_lock);

  if (is_open)
    {
      start_thread (self);
      mqttc_event_loop_wake (self);
    }

  return is_open;
}

gboolean
mqttc_event_loop_open (MqttcEventLoop *self,
                       GError **error)
{
  return mqttc_event_loop_open_drive (self, MQTTC_LOOP_DRIVE_STARTED, error);
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
                        guint reason_code,
                        GBytes *properties,
                        gint64 drain_usec)
{
  MqttcEngine *engine;

  /* Whoever closes has done with what was polled. */
  mqttc_event_loop_settle_polled (self);

  engine = mqttc_event_loop_lock (self);
  mqttc_engine_close (engine, reason_code, properties, drain_usec,
                      mqttc_loop_clock_get_time (&self->clock));
  mqttc_event_loop_unlock (self);
}
